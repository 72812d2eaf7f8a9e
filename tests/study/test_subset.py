"""A part of a study: which answers and linked rows it keeps, and how a wrong choice is told."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from valuelib.errors import ParameterError
from valuelib.study import Study, load_study
from valuelib.study.load import take_part

DEMO = Path(__file__).parents[2] / "data" / "demo"


@pytest.fixture(scope="module")
def demo() -> Study:
    return load_study(DEMO, language="en")


def test_query_and_keyword_keep_the_same_answers(demo):
    by_query, by_word = demo.where("industry == 'trade'"), demo.where(industry="trade")
    expected = demo.data[demo.data["segment.Toimiala"] == "Kauppa"]
    assert by_query.data["respondent"].tolist() == by_word.data["respondent"].tolist() == expected["respondent"].tolist()
    assert by_word.data.index.tolist() == list(range(len(expected)))
    assert demo.where(industry=["trade", "logistics"]).data["segment.Toimiala"].nunique() == 2
    assert len(demo.where("recommend >= 9", industry="trade").data) == len(
        demo.where("industry == 'trade' and recommend >= 9").data
    )


def test_a_part_keeps_settings_and_is_marked_for_good(demo):
    part = demo.where(industry="trade").where("offering == 1")
    assert demo.subset is None
    assert part.subset == "industry == 'trade' and offering == 1"
    assert part.subset_words == "Industry: Retail, offering == 1"
    assert demo.where(industry=["trade", "logistics"]).subset_words == "Industry: Retail, Logistics"
    assert (part.config, part.sources, part.language) == (demo.config, demo.sources, "en")


def test_ids_of_people_and_companies_are_left_out_of_the_words(demo):
    biggest = demo.data["account"].value_counts().index[0]
    for part in (demo.where(account=biggest), demo.where(f"account == '{biggest}'")):
        assert "account" in part.subset_words
        assert biggest not in part.subset_words


def test_linked_files_keep_the_accounts_that_remain_in_any_wave(demo):
    part = demo.where(industry="trade")
    assert set(part.all_data["segment.Toimiala"]) == {"Kauppa"}
    assert part.all_data["wave"].nunique() == demo.all_data["wave"].nunique()
    accounts = set(part.all_data["account"])
    assert accounts > set(part.data["account"])  # some accounts left before the last wave
    for frame, whole in ((part.provider, demo.provider), (part.interviews, demo.interviews)):
        assert 0 < len(frame) < len(whole)
        assert set(frame["account"]) == set(whole["account"]) & accounts
    assert set(part.employees["team"]) == set(demo.employees["team"]) & set(part.all_data["team"])


def test_a_query_with_a_mean_is_asked_of_each_wave_by_itself(demo):
    part = demo.where("recommend > recommend.mean()")
    last = part.all_data[part.all_data["wave"] == demo.data["wave"].iloc[0]]
    assert last["respondent"].tolist() == part.data["respondent"].tolist()
    assert part.all_data["wave"].is_monotonic_increasing


@pytest.mark.parametrize(
    ("query", "equals", "says"),
    [
        ("industri == 'trade'", {}, "no column 'industri' in study.answers; did you mean 'industry'"),
        (None, {"industri": "trade"}, "did you mean 'industry'"),
        (None, {"industry": "trad"}, "did you mean 'trade'"),
        ("recommend + 1", {}, "does not say yes or no"),
        ("recommend >", {}, "cannot be read"),
        ("industry > 3", {}, "cannot be read"),
        ("recommend > 10", {}, "No answer is left"),
        (None, {}, "Nothing was chosen"),
    ],
)
def test_a_wrong_choice_is_told(demo, query, equals, says):
    with pytest.raises(ParameterError, match=says):
        demo.where(query, **equals)


def test_a_part_too_small_to_show_is_refused(demo):
    few = demo.data["account"].value_counts()
    with pytest.raises(ParameterError, match="Expected: at least 5") as caught:
        demo.where(account=str(few.index[-1]))
    assert "privacy.min_group" in str(caught.value)


def test_what_was_chosen_is_kept_as_plain_values(demo):
    part = demo.where(industry={"trade", "logistics"}).where("recommend >= 3", offering=1)
    assert part.part == {"where": [{"industry": ["logistics", "trade"]}, {"query": "recommend >= 3", "offering": 1}]}
    assert demo.part == {}
    assert take_part(demo, part.part).data.equals(part.data)


def test_a_linked_file_without_a_row_left_is_as_none(demo):
    first, *others = sorted(set(demo.provider["account"]))
    one_rated = dataclasses.replace(demo, provider=demo.provider[demo.provider["account"] == first])
    assert one_rated.where(account=others).provider is None
