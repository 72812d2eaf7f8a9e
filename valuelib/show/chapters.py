"""What are the chapters called, and which question does each answer for the client?"""

from __future__ import annotations

from collections.abc import Mapping

from valuelib.errors import ValuelibError
from valuelib.show.display import Shown, chapter
from valuelib.show.language import Speech
from valuelib.show.mark import mark
from valuelib.theory import Claim, claims

CHAPTERS: Mapping[str, tuple[str, str]] = {
    "00_executive_summary": (
        mark("In short"),
        mark("Which claims hold for this client, how sure are we, and what should be done?"),
    ),
    "01_data_quality": (
        mark("The answers"),
        mark("Who answered, and can these answers carry a decision?"),
    ),
    "02_value_pyramid": (
        mark("The value pyramid"),
        mark("What value do customers receive, tier by tier and element by element?"),
    ),
    "03_nps_claim": (
        mark("Does higher-tier value go with recommending?"),
        mark("Is the net promoter score higher where more higher-tier value is delivered, and by how much?"),
    ),
    "04_repurchase_claim": (
        mark("Does higher-tier value go with buying again?"),
        mark("Is the repurchase share higher where more higher-tier value is delivered, and by how much?"),
    ),
    "05_halo": (
        mark("What of that is only a good impression?"),
        mark("How much of the raw figure would a general liking show by itself, and what is left once it is held off?"),
    ),
    "06_specifications": (
        mark("Other ways to calculate it"),
        mark("Would another analyst have come to another figure?"),
    ),
    "07_drivers": (
        mark("What goes with recommending here?"),
        mark("Which ratings go with recommending, and how much of it is each tier?"),
    ),
    "07_thresholds": (
        mark("Does more always help?"),
        mark("Does each further element of higher-tier value go with more loyalty, and do the basics only have to be met?"),
    ),
    "08_effort_and_enhancement": (
        mark("Ease, and getting more out of it"),
        mark("Do customers stay because things are easy, or because they get more out of what they bought?"),
    ),
    "09_cocreation": (
        mark("Value created together"),
        mark("How well do the two sides work together, and what in it goes with value and loyalty?"),
    ),
    "10_both_sides": (
        mark("Both sides' views"),
        mark("Do the customers and the provider see the same cooperation, and does it matter where they do not?"),
    ),
    "11_over_time": (
        mark("From survey to survey"),
        mark("Has value grown, who is no longer there to say so, and do contracts last longer where more value was seen?"),
    ),
    "12_people": (
        mark("The people behind it"),
        mark("Do account teams that find their work meaningful have customers who see more value?"),
    ),
    "13_listening": (
        mark("What was said"),
        mark("Which themes were heard in interviews and comments, and how far can the coding be trusted?"),
    ),
    "portfolio": (
        mark("The studies side by side"),
        mark("What do several studies say of each claim together, and what may the next client expect?"),
    ),
    "plan_a_study": (
        mark("Planning a study"),
        mark("How many respondents and accounts does it take to put the claim to the test?"),
    ),
}


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
    title, question = CHAPTERS[name]
    return chapter(name, speech.text(title), speech.text(question), speech)
