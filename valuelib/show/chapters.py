"""What are the chapters called, and which question does each answer for the client?"""

from __future__ import annotations

from collections.abc import Mapping

from valuelib.show.display import Shown, chapter
from valuelib.show.language import Speech
from valuelib.show.mark import mark

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

# The chapter that holds the evidence of each claim of the register; a client's own claims stand in the summary.
EVIDENCE: Mapping[str, str] = {
    "nps_60": "03_nps_claim",
    "nps_60_points": "03_nps_claim",
    "many_elements_nps": "03_nps_claim",
    "repurchase_22": "04_repurchase_claim",
    "repurchase_22_points": "04_repurchase_claim",
    "many_elements_repurchase": "04_repurchase_claim",
    "personal_value_nps": "05_halo",
    "higher_is_better": "07_thresholds",
    "table_stakes_necessary": "07_thresholds",
    "effort_loyalty": "08_effort_and_enhancement",
    "value_enhancement": "08_effort_and_enhancement",
    "cocreation_value": "09_cocreation",
    "roles_tasks_teams": "09_cocreation",
    "hard_to_copy": "09_cocreation",
    "mutual_commitment": "10_both_sides",
    "builds_over_time": "11_over_time",
    "meaningful_work": "12_people",
}


def chapter_of(claim: str) -> str:
    """The chapter with the evidence of a claim."""
    return EVIDENCE.get(claim, "00_executive_summary")


def open_chapter(name: str, speech: Speech) -> Shown:
    """The heading of a chapter in the reader's language."""
    title, question = CHAPTERS[name]
    return chapter(name, speech.text(title), speech.text(question), speech)
