"""The workshop day: episodes from one source, answers checked, made-up clients for the participants, and the wall board."""

from __future__ import annotations

from valuelib.workshop.checking import Checked, check, open_client
from valuelib.workshop.handing_in import hand_in

__all__ = ["Checked", "check", "hand_in", "open_client"]
