"""A chapter on working together that a study cannot carry names everything that would open it, and nothing that is there."""

import dataclasses
import re
from pathlib import Path

import pytest

from tests.languages import spoken
from valuelib.show.localizer import Localizer
from valuelib.show.partnership import NEEDS, say_lacking
from valuelib.study.config import StudyConfig
from valuelib.study.load import load_study
from valuelib.study.model import Study
from valuelib.verdict.assess import assess

DEMO = load_study(Path(__file__).parents[3] / "data" / "demo")
ASKED = re.compile(r"`([\w.]+)`")


def bare() -> Study:
    """The demo without anything but ids, recommending and the elements."""
    kept = [name for name in DEMO.data if name in ("respondent", "account", "weight", "nps") or str(name).startswith("element.")]
    answers = DEMO.data[kept]
    return dataclasses.replace(DEMO, data=answers, all_data=answers, provider=None, employees=None, interviews=None)


@pytest.mark.parametrize(
    ("chapter", "keys"),
    [
        ("effort", ["outcomes.effort", "outcomes.value_enhancement", "outcomes.repurchase"]),
        ("cocreation", ["cocreation", "outcomes.perceived_value", "provider_view"]),
        ("sides", ["cocreation", "provider_view"]),
        ("time", ["columns.wave", "outcomes.perceived_value", "cocreation"]),
        ("people", ["employees", "employees.team_of_account", "outcomes.perceived_value"]),
    ],
)
def test_everything_that_is_missing_is_named_in_one_line(chapter: str, keys: list[str]) -> None:
    for language in ("en", "fi"):
        said = spoken(Localizer(language), say_lacking, chapter, bare(), [])
        assert ASKED.findall(said) == keys
        assert "\n" not in said


def test_what_is_there_is_not_asked_for() -> None:
    without = dataclasses.replace(DEMO, provider=None)
    assert ASKED.findall(say_lacking("sides", without, [])) == ["provider_view"]


def test_where_everything_is_mapped_the_claims_say_why() -> None:
    few = dataclasses.replace(DEMO, data=DEMO.data.head(4), all_data=DEMO.all_data.head(4))
    found = assess(few, "meaningful_work", sensitivity=False)
    assert say_lacking("people", DEMO, [found]) == (Localizer("en").say(found.reason) if found.verdict == "not_testable" else "")


def test_the_keys_named_are_those_of_study_yaml() -> None:
    schema = StudyConfig.model_json_schema()
    known = {*schema["properties"], "outcomes", "columns"}
    named = {key for needs in NEEDS.values() for code in needs for key in ASKED.findall(Localizer("en").text(code))}
    assert {key.partition(".")[0] for key in named} <= known
    assert len(named) == 9
