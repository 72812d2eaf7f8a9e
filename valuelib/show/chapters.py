"""What are the chapters called, and which question does each answer for the client?"""

from __future__ import annotations

from collections.abc import Mapping

from valuelib.show.display import Shown, chapter
from valuelib.show.language import Speech

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
    return chapter(name, speech.text(f"chapter.{name}.title"), speech.text(f"chapter.{name}.question"), speech)
