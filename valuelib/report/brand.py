"""Whose report is this: name, logo, colours and footer of the consultancy that hands it over?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from valuelib.show.palette import BLUE, INK


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """The look that all outputs share. Colours are #RRGGBB; a report without a brand carries the house's own."""

    name: str = ""
    logo: Path | None = None
    ink: str = INK
    accent: str = BLUE
    footer: str = ""
    template: Path | None = None


HOUSE = Brand()
