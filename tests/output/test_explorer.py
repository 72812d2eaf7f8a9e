"""The explorer: what it shows is what its code gives, every look is counted, and what is kept runs."""

import re
import shutil
from pathlib import Path
from typing import Any

import ipywidgets
import nbformat
import pytest

import valuelib as vl
from valuelib.output.explorer import VIEWS, Looker, _Controls, append_cell, code_of, write_chapter
from valuelib.show.localizer import in_language
from valuelib.study.model import Study

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "data" / "demo"


@pytest.fixture(scope="module")
def survey() -> Study:
    return vl.load_study(DEMO, language="en")


@pytest.fixture
def controls(survey: Study) -> Any:
    with in_language("en"):
        return _Controls(ipywidgets, survey)


def set_to(controls: Any, **values: object) -> None:
    for name, value in values.items():
        controls.control[name].value = value


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_answers_and_its_code_gives_the_same(controls: Any, survey: Study, view: str) -> None:
    set_to(controls, view=view, column="industry")
    set_to(controls, level="trade")
    assert controls.look.refused == ""
    names: dict[str, Any] = {"vl": vl, "survey": survey}
    *before, last = controls.look.code.splitlines()
    exec("\n".join(before), names)
    assert eval(last, names).to_json() == controls.look.result.to_json()
    assert "<img" in controls.picture.value
    assert "Exploratory" in controls.status.value


def test_the_picture_of_drivers_says_what_it_shows(controls: Any) -> None:
    set_to(controls, view="drivers")
    largest = max(controls.look.result.where("label.driver.tier"), key=lambda one: one.value)
    assert largest.name == "driver.tier.ease_of_doing_business"
    assert f"Ease of doing business”: {largest.value:.0f}%" in controls.picture.value


def test_looks_are_counted_once_each_and_share_the_error_rate(survey: Study) -> None:
    looker = Looker(survey)
    for by in ("industry", "company_size", "industry"):
        looker.look(f"vl.estimate(survey, 'nps', by={by!r})")
    looker.look("vl.estimate(survey, 'nps', by='respondent')")
    with in_language("en"):
        assert looker.count == 2
        assert "2 different looks" in looker.caution()
        assert "0.0250" in looker.caution()


def test_one_change_is_one_look(controls: Any) -> None:
    before = controls.looker.count
    set_to(controls, view="compare")
    set_to(controls, groups_of="industry")
    assert controls.looker.count == before + 2


def test_a_part_that_is_too_small_is_refused_in_words(controls: Any) -> None:
    set_to(controls, view="outcome", column="wave")
    levels = [level for _, level in controls.control["level"].options]
    assert levels[0] == ""
    look = controls.looker.look("part = survey.where(\"respondent == 'nobody'\")\nvl.estimate(part, 'nps')")
    assert "No answer is left" in look.refused


def test_the_claims_own_size_rule_and_threshold_are_no_change(controls: Any) -> None:
    assert controls.look.code == "vl.assess(survey, 'nps_60', sensitivity=False)"
    set_to(controls, size=1.25, threshold=7.0)
    assert controls.look.code.splitlines() == [
        "part = survey.with_exposure(threshold=7.0)",
        "vl.assess(part, vl.claim('nps_60').with_(size=1.25), sensitivity=False)",
    ]
    assert not controls.look.result.confirmatory


def test_a_level_is_data_and_never_code() -> None:
    level = "'); __import__('os').abort(); ('"
    code = code_of("outcome", {"column": "industry", "level": level, "what": "nps", "by": ""})
    assert code.splitlines()[0] == f"part = survey.where(industry={level!r})"


@pytest.mark.parametrize("language", ["en", "fi"])
def test_every_control_speaks_the_language(language: str) -> None:
    with in_language(language):
        shown = _Controls(ipywidgets, vl.load_study(DEMO, language=language))
    assert all(one.description for one in shown.control.values())
    assert ("Keep this" if language == "en" else "Säilytä tämä") in [one.description for one in shown.box.children[-1].children[:1]]


def test_what_is_kept_and_written_is_a_notebook(survey: Study, tmp_path: Path) -> None:
    study = shutil.copytree(DEMO, tmp_path / "client", ignore=shutil.ignore_patterns("notebooks"))
    own = vl.load_study(study, language="en")
    file = append_cell(own, "vl.estimate(survey, 'nps')")
    assert file == study / "notebooks" / "explore.ipynb"
    assert nbformat.read(file, as_version=4).cells[-1].source == "vl.estimate(survey, 'nps')"
    first = write_chapter(own, "vl.estimate(survey, 'nps', by='industry')", "NPS, toimialoittain!")
    again = write_chapter(own, "vl.estimate(survey, 'nps', by='industry')", "NPS, toimialoittain!")
    assert [one.name for one in (first, again)] == ["20_nps_toimialoittain.ipynb", "21_nps_toimialoittain.ipynb"]


NESTED = (
    ("vl.estimate(survey, 'nps')", "part = survey.where('recommend >= 1')\nvl.estimate(part, 'nps')"),
    (
        "part = survey.where(\"industry == 'trade'\")\nvl.estimate(part, 'effort')",
        "part = survey.where(\"industry == 'trade' and recommend >= 4\")\nvl.estimate(part, 'effort')",
    ),
    (
        "vl.estimate(survey, 'effort', by='industry')",
        "part = survey.where('recommend >= 2')\nvl.estimate(part, 'effort', by='industry')",
    ),
)


@pytest.mark.parametrize(("first", "then"), NESTED)
def test_two_looks_that_differ_by_few_people_are_not_both_answered(survey: Study, first: str, then: str) -> None:
    looker = Looker(survey)
    assert looker.look(first).refused == ""
    look = looker.look(then)
    assert look.result is None
    assert re.search(r"differ by [1-4] respondents, whose answers the two would tell", look.refused)
    assert looker.count == 1
    assert looker.look(first).refused == ""
