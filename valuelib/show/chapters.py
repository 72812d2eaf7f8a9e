"""What are the chapters called, and which question does each answer for the client?"""

from __future__ import annotations

from valuelib.errors import ValuelibError
from valuelib.show.display import Shown, chapter
from valuelib.show.language import Speech
from valuelib.theory import Claim, claims

CHAPTERS = (
    "00_executive_summary",
    "01_data_quality",
    "02_value_pyramid",
    "03_nps_claim",
    "04_repurchase_claim",
    "05_halo",
    "06_specifications",
    "07_drivers",
    "07_thresholds",
    "08_effort_and_enhancement",
    "09_cocreation",
    "10_both_sides",
    "11_over_time",
    "12_people",
    "13_listening",
    "portfolio",
    "plan_a_study",
)


def chapter_of(claim: Claim) -> str:
    """The chapter with the evidence of a claim; a client's own claims stand in the summary.

    Raises:
        ValuelibError: the claim names a chapter that a report does not have.
    """
    if claim.chapter not in CHAPTERS:
        raise ValuelibError(f"The claim {claim.id} names the chapter {claim.chapter!r}; expected one of {', '.join(CHAPTERS)}.")
    return claim.chapter


def further_claims(chapter: str, *shown: str) -> tuple[Claim, ...]:
    """The register's claims of a chapter beside those that it shows in its own words."""
    return tuple(one for one in claims() if chapter_of(one) == chapter and one.id not in shown)


def open_chapter(name: str, speech: Speech) -> Shown:
    """The heading of a chapter in the reader's language."""
    return chapter(name, speech.text(f"chapter.{name}.title"), speech.text(f"chapter.{name}.question"), speech)
