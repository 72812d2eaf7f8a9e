"""The frames that a user sees: their columns, names and levels, and that changing them changes nothing."""

from __future__ import annotations

import doctest
from pathlib import Path

import pandas as pd
import pytest

import valuelib.study.frames
import valuelib.study.model
from tests.study.studies import answers, settings, write_study
from valuelib.errors import ParameterError, StudyError
from valuelib.study import Study, load_study

DEMO = Path(__file__).parents[2] / "data" / "demo"
SECTORS = [1, 1, 2, 2, 1, None]


@pytest.fixture(scope="module")
def demo() -> Study:
    return load_study(DEMO, language="en")


def small(folder: Path, names: dict[str, object] | None = None, **blocks: object) -> Study:
    """Six respondents with a sector by code and an element."""
    columns = {"account": "Account", "segment": ["Sector"], "adjust_for": ["Sector", "Years, in all"]}
    data = answers(Sector=SECTORS, V=[1, 2, 3, 4, 5, 6], **{"Years, in all": [1, 2, 3, 4, 5, 6]})
    elements = {"scale": [0, 10], "columns": {"vision": "V"}}
    config = settings(columns=columns, elements=elements, names=names, privacy={"min_group": 2}, **blocks)
    return load_study(write_study(folder, config, data))


@pytest.mark.parametrize("module", [valuelib.study.model, valuelib.study.frames])
def test_examples_of_the_docstrings(module):
    found = doctest.testmod(module)
    assert found.attempted > 0
    assert found.failed == 0


def test_answers_have_public_names_and_levels(tmp_path):
    names = {"Sector": {"as": "sector", "levels": {1: {"as": "trade"}}}, "Years, in all": {"fi": "Vuodet"}}
    study = small(tmp_path, names)
    frame = study.answers
    assert list(frame) == [
        *("respondent", "account", "weight", "recommend", "nps", "promoter", "perceived_value", "sector", "years_in_all", "vision")
    ]
    assert frame["sector"].fillna("-").tolist() == ["trade", "trade", "2", "2", "trade", "-"]
    assert frame["nps"].tolist() == [-100, -100, -100, 0, 100, 100]
    assert frame["promoter"].tolist() == ["detractor"] * 3 + ["passive"] + ["promoter"] * 2
    assert study.columns["sector"] == "segment.Sector"


def test_every_column_of_the_demo_is_an_identifier_and_none_is_free_text(demo):
    columns = demo.all_answers.columns
    assert columns.is_unique
    assert all(str(name).isidentifier() for name in columns)
    assert "comment" in demo.data
    assert "comment" not in columns
    assert set(demo.columns.values()) == set(demo.data.columns) - {"comment", "adjust.Toimiala", "offering_name"}


def test_a_level_that_is_already_another_ones_name_keeps_its_code(tmp_path):
    study = small(tmp_path, {"Sector": {"levels": {1: {"as": "2"}}}})
    assert study.answers["sector"].dropna().unique().tolist() == ["1", "2"]


def test_changing_a_frame_changes_no_result(demo):
    before = demo.data.copy()
    frame = demo.answers
    frame["nps"] = 0.0
    frame.loc[:, "vision"] = 10.0
    pd.testing.assert_frame_equal(demo.data, before)
    assert demo.answers["nps"].mean() != 0


def test_elements_tell_what_was_asked(demo):
    frame = demo.elements
    assert list(frame) == ["key", "name", "tier", "category", "n", "question"]
    assert frame["key"].tolist() == list(demo.element_keys)
    vision = frame.set_index("key").loc["vision"]
    assert (vision["name"], vision["tier"], vision["question"]) == ("Vision", "inspirational", "K5.38 Näkemys tulevasta")
    assert vision["n"] == demo.data["element.vision"].notna().sum()
    assert load_study(DEMO).elements["name"].iloc[-1] == "Yhteiskuntavastuu"


def test_accounts_hold_weighted_means(tmp_path):
    data = answers(W=[1, 3, 1, 1, 1, 1], Sector=[1, 1, 1, 2, 1, 1])
    columns = {"account": "Account", "weight": "W", "segment": ["Sector"]}
    frame = load_study(write_study(tmp_path, settings(columns=columns), data)).accounts.set_index("account")
    assert frame["respondents"].tolist() == [2, 2, 2]
    assert frame["recommend"].tolist() == [3.75, 6.5, 9.5]  # A: (0 + 3 * 5) / 4
    assert frame["weight"].tolist() == [4, 2, 2]
    assert frame["sector"].fillna("-").tolist() == ["1", "-", "1"]  # B's respondents name two


def test_words_follow_the_language(tmp_path):
    names = {"Sector": {"fi": "Toimiala", "en": "Industry", "levels": {"1.0": {"fi": "Kauppa"}}}}
    study = small(tmp_path, names)
    assert (study.language, study.column_word("Sector"), study.level_word("Sector", "1")) == ("fi", "Toimiala", "Kauppa")
    english = load_study(tmp_path, language="en")
    assert (english.language, english.column_word("Sector")) == ("en", "Industry")
    assert (english.level_word("Sector", "1"), english.level_word("Sector", "2")) == ("Kauppa", "2")
    assert english.column_word("Years, in all") == "Years, in all"
    with pytest.raises(ParameterError, match="'xx' is not known; expected one of en, fi"):
        load_study(tmp_path, language="xx")


def test_levels_that_never_occur_are_told(tmp_path):
    study = small(tmp_path, {"Sector": {"levels": {"1": {"en": "Trade"}, "11": {"en": "Other"}}}})
    (told,) = [one for one in study.assumed if one.code == "study.levels_absent"]
    assert told.values == {"column": "Sector", "levels": "11"}


def test_several_mistakes_in_names_are_told_at_once(tmp_path):
    with pytest.raises(StudyError) as caught:
        small(tmp_path, {"Sector": {"as": "vision"}, "Secter": {}})
    assert len(caught.value.problems) == 2


def test_repr_and_card_tell_counts_and_nothing_of_anybody(demo):
    part = demo.where("account != 'A0001'")
    assert len(repr(part)) < 200
    assert "A0001" not in repr(part)
    shown = part._repr_mimebundle_()
    assert "<table" in shown["text/html"]
    assert "Respondents" in shown["text/plain"]
    assert "exploratory" in shown["text/plain"]
    assert "Vastaajia" in load_study(DEMO)._repr_mimebundle_()["text/plain"]
    for text in shown.values():
        for names in (demo.all_data["respondent"], demo.all_data["account"], demo.data["comment"].dropna()):
            assert not any(name in text for name in names.unique())
