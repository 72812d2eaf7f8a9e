"""Comparability of tiers: as planted in made-up studies, and what is withheld or told where groups use items differently."""

import dataclasses

import pandas as pd
import pytest

import valuelib as vl
from valuelib.errors import ParameterError
from valuelib.results import Estimate, from_json
from valuelib.study.model import Study

TIER = "ease_of_doing_business"


@pytest.fixture(scope="module")
def uneven() -> Study:
    """Buyers rate every third of the basics a point and a half lower."""
    return vl.simulate("uneven", uneven=1.5, respondents=700, accounts=240, lower_elements=9, seed=4)


@pytest.fixture(scope="module")
def equal() -> Study:
    return vl.simulate("equal", respondents=400, accounts=140, lower_elements=9, seed=4)


def slack(study: Study, *, at: str = "offering", how: float = 0.0) -> Study:
    """The same study where one group's ratings of one item of a tier say nothing of the others."""
    data = study.data.copy()
    names = [one for one in data if one in {f"element.{key}" for key in study.elements.query("tier == @TIER").key}]
    group = data[at] == data[at].max()
    for name in names[:2]:
        data.loc[group, name] = data.loc[group, name].sample(frac=1.0, random_state=1).to_numpy() + how
    return dataclasses.replace(study, data=data, all_data=data)


def test_an_uneven_standard_is_found_and_told(uneven: Study) -> None:
    found = vl.comparability(uneven)
    told = found.to_frame().set_index("tier")
    assert told.loc[TIER, "level"] == "partial"
    assert -0.8 < told.loc[TIER, "estimate"] < -0.2  # two of six items, a point and a half lower
    assert set(told.loc[["individual", "inspirational"], "level"]) == {"scalar"}
    assert "stand apart" in found.sentences["comparability"]
    table = found.tables["comparability"].to_frame().set_index("Tier")
    planted = uneven.elements.query("tier in ('table_stakes', 'functional', @TIER)").name.to_list()[::3]
    named = str(table.loc["Ease of doing business", "Items used differently"])
    assert named
    assert all(one.casefold() in [name.casefold() for name in planted] for one in named.split(", "))


def test_the_card_tells_what_it_does_to_the_net_figure(uneven: Study) -> None:
    finding = vl.assess(uneven, "nps_60_points")
    warning = next(one for one in finding.warnings if one.code == "warning.basics_partly")
    assert TIER in str(warning.values["tier_keys"])
    moved, figure = float(str(warning.values["moved_effect"])), float(str(warning.values["figure_pts"]))
    assert moved < 0
    assert finding.link is not None
    assert figure == pytest.approx(moved * finding.link.slope)
    assert "another standard" in finding._repr_mimebundle_()["text/plain"]
    assert not [one for one in vl.assess(uneven, "nps_60_points", sensitivity=False).warnings if "basics_partly" in one.code]


def test_a_study_without_difference_warns_of_nothing(equal: Study) -> None:
    found = vl.comparability(equal)
    assert {*found.to_frame()["level"]} <= {"scalar", "not_testable"}
    assert "basics_" not in " ".join(one.code for one in vl.assess(equal, "nps_60_points").warnings)
    by = vl.estimate(equal, TIER, by="offering")
    assert by.notes == ()
    assert vl.compare(equal, TIER, by="offering")[f"{TIER}.difference"].value is not None


def test_means_that_do_not_compare_are_withheld(equal: Study) -> None:
    apart = slack(equal)
    told = vl.comparability(apart, by="offering").to_frame().set_index("tier")
    assert told.loc[TIER, "level"] in ("none", "configural", "metric")
    assert pd.isna(told.loc[TIER, "estimate"])
    difference = vl.compare(apart, TIER, by="offering")[f"{TIER}.difference"]
    assert difference.value is None
    assert difference.reason is not None
    assert difference.reason.code == "missing.tier_apart"
    by = vl.estimate(apart, TIER, by="offering")
    assert [note.code for note in by.notes] == ["missing.tier_apart"]
    assert "do not use the items alike" in by.to_frame().attrs["notes"][0]
    assert "do not use the items alike" in by._repr_mimebundle_()["text/plain"]
    assert vl.compare(apart, "nps", by="offering")["nps.difference"].value is not None
    warned = [one.code for one in vl.assess(apart, "nps_60_points").warnings]
    assert "warning.basics_apart" in warned


def test_value_is_not_compared_between_waves_that_rate_differently() -> None:
    made = vl.simulate("waves", waves=2, respondents=300, accounts=110, lower_elements=9, seed=6)
    assert vl.over_time(made).notes == ()
    data = made.all_data.copy()
    key = made.elements.query("tier == @TIER").key.to_list()
    last = data.wave == data.wave.max()
    for one in key[:3]:
        data.loc[last, f"element.{one}"] = data.loc[last, f"element.{one}"].sample(frac=1.0, random_state=2).to_numpy()
    apart = dataclasses.replace(made, all_data=data, data=data[last].reset_index(drop=True))
    found = vl.over_time(apart)
    assert [note.code for note in found.notes] == ["missing.waves_apart"]
    assert found["change.perceived_value"].value is None
    assert found["change.nps"].value is not None
    assert "not compared between waves" in found.tables["change"].note
    assert "missing.waves_apart" in [one.code for one in vl.assess(apart, "builds_over_time").warnings]


def test_small_groups_and_few_items_are_not_testable() -> None:
    small = vl.simulate("small", respondents=150, accounts=60, lower_elements=4, seed=2)
    found = vl.comparability(small)
    assert {*found.to_frame()["level"]} == {"not_testable"}
    assert {one.reason.code for one in found if one.reason} <= {"missing.comparable.few_groups", "missing.comparable.few_items"}
    assert found.figures["comparability"].charts[0].series[0].values.count(None) == len(found)
    bare = vl.simulate("bare", higher_elements=0, lower_elements=1, respondents=60, accounts=20)
    assert vl.comparability(bare.where("recommend >= 0")).to_frame()["level"].tolist() == ["not_testable"]


def test_a_column_by_its_levels_and_both_languages(equal: Study) -> None:
    column = next(one for one, source in equal.columns.items() if source.startswith("segment."))
    found = vl.comparability(equal, by=column)
    assert {*found.to_frame()["by"]} == {column}
    finnish = dataclasses.replace(equal, chosen_language="fi")
    assert "arviot tarkoittavat samaa" in vl.comparability(finnish, by="offering").sentences["comparability"]
    with pytest.raises(ParameterError, match="no column"):
        vl.comparability(equal, by="nothing_like_it")


def test_json_goes_both_ways(equal: Study) -> None:
    for one in vl.comparability(equal, by="offering"):
        assert isinstance(one, Estimate)
        assert from_json("estimate", one.to_json()) == one
