"""The workshop day: episodes from one source, answers checked, made-up clients for the participants, and the wall board."""

from __future__ import annotations

from valuelib.workshop.checking import Checked, check, open_client

__all__ = ["Checked", "check", "open_client"]
