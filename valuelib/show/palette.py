"""Which colours and signs stand for what, in every card, figure and page?

Hues follow the colour-blind-safe set of Okabe and Ito, darkened until white text on them meets WCAG AA (4.5 to 1).
Colour never speaks alone: each verdict also has a word and a sign.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from valuelib.records import Verdict

PAPER = "#FFFFFF"
INK = "#1A1A1A"
MUTED = "#595959"
FAINT = "#D0D0D0"

BLUE = "#00558C"
GREEN = "#00705A"
AMBER = "#875300"
VERMILION = "#A63C00"
GREY = "#595959"

SKY = "#3D8FC4"  # beside BLUE, for lines only: white text on it would be too faint

SCORE_LOW = "#E6F0F7"
SCORE_HIGH = "#4F94CD"  # light enough for black text on every tile


@dataclass(frozen=True, slots=True)
class Look:
    """How a verdict is shown beside its word."""

    colour: str
    sign: str


VERDICT_LOOKS: Mapping[Verdict, Look] = {
    "supported": Look(BLUE, "✔"),
    "consistent": Look(GREEN, "≈"),
    "smaller": Look(AMBER, "▼"),
    "rejected": Look(VERMILION, "✖"),
    "undecided": Look(GREY, "?"),
    "not_testable": Look(GREY, "–"),
}

DETRACTORS = VERMILION
PASSIVES = "#8C8C8C"
PROMOTERS = BLUE


def score_colour(score: float) -> str:
    """Colour of a mean score 0-10, pale for low and deep for high."""
    share = min(max(score / 10, 0.0), 1.0)
    pairs = zip(_channels(SCORE_LOW), _channels(SCORE_HIGH), strict=True)
    return "#" + "".join(f"{round(low + share * (high - low)):02X}" for low, high in pairs)


def ink_on(colour: str) -> str:
    """Black or white, whichever reads better on this colour."""
    return max(("#000000", "#FFFFFF"), key=lambda ink: contrast(ink, colour))


def contrast(one: str, other: str) -> float:
    """Contrast of two colours as WCAG 2 defines it, 1..21.

    >>> round(contrast("#000000", "#FFFFFF"), 1)
    21.0
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _channels(colour: str) -> tuple[int, int, int]:
    digits = colour.removeprefix("#")
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return float(channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4)
