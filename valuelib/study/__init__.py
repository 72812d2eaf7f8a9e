"""A client's folder becomes one checked Study: settings, readers, checks and harmonised columns."""

from __future__ import annotations

from valuelib.study.config import StudyConfig
from valuelib.study.load import load_study
from valuelib.study.model import Source, Study

__all__ = ["Source", "Study", "StudyConfig", "load_study"]
