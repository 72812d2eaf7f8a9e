"""The lines that open the first page, and what is said where a study has nothing to show."""

from pathlib import Path

import pytest

from tests.clients import client
from tests.languages import spoken
from tests.show.results import NPS, finding, not_testable, raw_only
from tests.tables import table_of_words
from valuelib.explore.describe import estimate_basics
from valuelib.results import Message
from valuelib.show.catalogue import english
from valuelib.show.display import collapsible, open_chapter, show_many
from valuelib.show.localizer import Localizer
from valuelib.show.summary import list_assumed, say_grouping, say_summary, say_untestable, score_tiers, table_untestable
from valuelib.worlds.truth import Truth

EN, FI = Localizer("en"), Localizer("fi")
ROOT = Path(__file__).resolve().parents[2]
TABLE = table_of_words("Caption", ("a", "b"), (("x", "1"),))


def test_every_notebook_has_a_chapter_name_in_both_languages() -> None:
    names = {path.stem for path in (ROOT / "notebooks").glob("*.ipynb") if path.stem != "explore"}
    named = {code.split(".")[1] for code in english() if code.startswith("chapter.")}
    assert names == named
    for name in names:
        assert open_chapter(name).plain != spoken(FI, open_chapter, name).plain


def test_the_summary_counts_claims_and_verdicts() -> None:
    assert say_summary([finding(), raw_only(), finding()]) == "Of 3 claims tested, 2 are overstated and 1 is undecided."
    assert say_summary([finding()]).startswith("Of 1 claim tested, 1 is overstated.")
    looked = [finding(confirmatory=False), finding(confirmatory=False)]
    assert say_summary(looked) == "Of 2 claims looked at, none of them under test, 2 are overstated."
    assert spoken(FI, say_summary, looked) == "Muista kuin testattavista väitteistä (2) 2 on liian suuria."


def test_a_chapter_is_one_line_only_if_none_of_its_claims_could_be_tested() -> None:
    assert say_untestable([not_testable(), not_testable()]) == EN.say(not_testable().reason)
    assert say_untestable([not_testable(), finding()]) == ""


def test_untestable_claims_take_one_row_each_with_the_reason() -> None:
    table = spoken(FI, table_untestable, [not_testable()])
    assert [cell.value for row in table.rows for cell in row] == [NPS.statement.fi, FI.say(not_testable().reason)]


def test_many_results_stand_in_one_table_and_are_all_recorded() -> None:
    shown = show_many([finding(), raw_only()], TABLE)
    assert shown.kind == "many"
    assert [item["kind"] for item in shown.data["items"]] == ["finding", "finding"]
    assert [item["data"]["claim"] for item in shown.data["items"]] == ["nps_60", "nps_60"]
    assert show_many([], TABLE).data["items"] == []


def test_a_folded_table_keeps_its_record_and_escapes_its_title() -> None:
    folded = collapsible("<b>More</b>", show_many([finding()], TABLE))
    assert "<details" in folded.html
    assert "&lt;b&gt;" in folded.html
    assert folded.data == {**show_many([finding()], TABLE).data, "folded": "<b>More</b>"}


@pytest.mark.parametrize(("rule", "word"), [("delivered", "rate at least one"), ("count", "at least six"), ("offering", "bought")])
def test_the_raw_groups_are_told_by_their_rule(rule: str, word: str) -> None:
    study = client(Truth())
    assert word in say_grouping(study, finding(exposure=rule))
    assert spoken(FI, say_grouping, study, finding(exposure=rule)) != say_grouping(study, finding(exposure=rule))


def test_tiers_without_items_have_no_estimate() -> None:
    study = client(Truth())
    kept = [name for name in study.element_keys if name not in ("vision", "hope", "social_responsibility")]
    scores = {score.tier_key: score for score in score_tiers(estimate_basics(study), kept)}
    assert (scores["inspirational"].mapped, scores["inspirational"].of, scores["inspirational"].estimate) == (0, 3, None)
    assert scores["table_stakes"].estimate is not None


def test_what_was_assumed_is_listed_once_and_nothing_is_no_list() -> None:
    import dataclasses

    study = client(Truth())
    assert list_assumed(study) is None
    twice = dataclasses.replace(study, assumed=(Message(code="missing.no_answers"),) * 2)
    listed = list_assumed(twice)
    assert listed is not None
    assert listed.html.count("<li>") == 1
