"""A chapter on working together that a study cannot carry names everything that would open it, and nothing that is there."""

import dataclasses
from pathlib import Path

import pytest

from tests.languages import spoken
from valuelib.show.localizer import Localizer
from valuelib.show.partnership import NEEDS, SOURCES, say_lacking
from valuelib.study.load import load_study
from valuelib.study.model import Study
from valuelib.verdict.assess import assess

DEMO = load_study(Path(__file__).parents[3] / "data" / "demo")


def bare() -> Study:
    """The demo without anything but ids, recommending and the elements."""
    kept = [name for name in DEMO.data if name in ("respondent", "account", "weight", "nps") or str(name).startswith("element.")]
    answers = DEMO.data[kept]
    return dataclasses.replace(DEMO, data=answers, all_data=answers, provider=None, employees=None, interviews=None)


@pytest.mark.parametrize("chapter", [*NEEDS])
@pytest.mark.parametrize("language", ["en", "fi"])
def test_everything_that_is_missing_is_named_in_one_line(chapter: str, language: str) -> None:
    speaker = Localizer(language)
    said = spoken(speaker, say_lacking, chapter, bare(), [])
    places = [said.find(speaker.text(code)) for code in NEEDS[chapter] if not SOURCES[code](bare())]
    assert places == sorted(places)
    assert min(places) > 0
    assert "\n" not in said
    assert "`" not in said


def test_what_is_there_is_not_asked_for() -> None:
    without = dataclasses.replace(DEMO, provider=None)
    speaker = Localizer("en")
    said = say_lacking("sides", without, [])
    assert speaker.text("together.provider_partner_view_file") in said
    assert speaker.text("together.statements_co_creation_cocreation") not in said


def test_where_everything_is_mapped_the_claims_say_why() -> None:
    few = dataclasses.replace(DEMO, data=DEMO.data.head(4), all_data=DEMO.all_data.head(4))
    found = assess(few, "meaningful_work", sensitivity=False)
    assert say_lacking("people", DEMO, [found]) == (Localizer("en").say(found.reason) if found.verdict == "not_testable" else "")
