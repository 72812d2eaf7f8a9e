"""The report as slides that a consultant can edit: native charts and tables, notes with the reasons, the consultancy's template."""

from __future__ import annotations

from valuelib.output.slides.draw import render_slides

__all__ = ["render_slides"]
