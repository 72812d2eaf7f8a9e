"""What the chapters on working together estimate: names, privacy, and nothing where nothing is mapped."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.clients import client
from valuelib.explore.both_sides import estimate_both_sides, pair_views, surface_square
from valuelib.explore.cocreation import estimate_cocreation
from valuelib.explore.effort import estimate_effort
from valuelib.explore.listening import comment_terms, estimate_listening, ids_of, pick_all_quotes, suggest_all
from valuelib.explore.over_time import contract_times, estimate_over_time, mixed_growth, renewal_curves
from valuelib.explore.people import estimate_people, team_points
from valuelib.results import Estimate, to_json
from valuelib.stats.over_time import Growth
from valuelib.study.load import load_study
from valuelib.study.model import Study
from valuelib.worlds.truth import Truth

ROOT = Path(__file__).parents[3]
CHAPTERS = (estimate_effort, estimate_cocreation, estimate_both_sides, estimate_over_time, estimate_people, estimate_listening)


@pytest.fixture(scope="module")
def demo() -> Study:
    return load_study(ROOT / "data" / "demo")


def named(estimates: tuple[Estimate, ...]) -> dict[str, Estimate]:
    return {one.name: one for one in estimates}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_names_are_unique_and_nothing_of_anybody_is_told(demo: Study, chapter) -> None:  # type: ignore[no-untyped-def]
    found = chapter(demo)
    assert found
    assert len({one.name for one in found}) == len(found)
    text = json.dumps([to_json(one) for one in found])
    assert not any(f'"{name}"' in text for name in ids_of(demo))
    assert demo.interviews is not None
    assert not any(quote in text for quote in demo.interviews["text"])


@pytest.mark.parametrize("chapter", [one for one in CHAPTERS if one is not estimate_cocreation])
def test_a_study_of_nps_and_elements_has_none_of_it(chapter) -> None:  # type: ignore[no-untyped-def]
    plain = client(Truth(respondents=60, accounts=20))
    columns = [
        name
        for name in plain.data.columns
        if name.startswith("element.") or name in ("respondent", "account", "weight", "nps", "recommend")
    ]
    bare = dataclasses.replace(plain, data=plain.data[columns], all_data=plain.data[columns])
    assert not chapter(bare)
    assert not estimate_cocreation(bare)


def test_the_four_cells_by_hand(demo: Study) -> None:
    found = named(estimate_effort(demo))
    rows = demo.data[(demo.data["effort"] >= 7) & (demo.data["value_enhancement"] < 7)]
    one = found["effort.easy.less.expansion"]
    assert one.value == pytest.approx(100 * rows["expansion"].mean())
    assert one.n == int(rows["expansion"].notna().sum())


def test_cells_below_the_minimum_are_hidden(demo: Study) -> None:
    few = demo.data.assign(effort=demo.data["effort"].where(demo.data["effort"] >= 7).where(lambda one: one.index != 0, 1.0))
    found = named(estimate_effort(dataclasses.replace(demo, data=few)))
    hidden = [one for name, one in found.items() if name.startswith("effort.hard.")]
    assert hidden
    assert all(one.value is None for one in hidden)


def test_gaps_are_those_of_account_means(demo: Study) -> None:
    assert demo.provider is not None
    found = named(estimate_both_sides(demo))
    customers = demo.data.groupby("account")["facet.T1"].mean()
    both = demo.provider.set_index("account")["facet.T1"].to_frame("provider").join(customers.rename("customers")).dropna()
    assert found["gap.T1"].value == pytest.approx((both["provider"] - both["customers"]).mean())
    assert found["gap.T1"].accounts == len(both) == len(pair_views(demo)["T1"])


def test_the_planted_gap_and_its_lever_come_back(demo: Study) -> None:
    found = named(estimate_both_sides(demo))
    facets = [one.value for name, one in found.items() if name.startswith("gap.") and len(name) > 8 and "tier" not in name]
    assert np.mean(facets) == pytest.approx(1.0, abs=0.5)  # type: ignore[arg-type]  # planted: 1.0, spread 0.5 over facets
    contributions = named(estimate_cocreation(demo))
    shown = {name for name, one in contributions.items() if name.startswith("contribution.value.") and (one.ci_low or 0) > 0}
    assert shown <= {"contribution.value.customer_team", "contribution.value.roles_tasks"}
    assert shown


def test_the_square_of_the_surface_lies_on_the_scale(demo: Study) -> None:
    surface, middle, reach, _ = surface_square(demo)
    assert surface is not None
    assert 0 <= middle - reach < middle + reach <= 10


def test_stayers_and_the_bound_by_hand(demo: Study) -> None:
    found = named(estimate_over_time(demo))
    every = demo.all_data
    first, last = every[every["wave"] == "2024"], every[every["wave"] == "2026"]
    left = ~first["account"].isin(set(last["account"]))
    assert found["stayed.left"].value == pytest.approx(100 * first.loc[left, "nps"].mean())
    assert found["stayed.bound"].value == pytest.approx(100 * pd.concat([last["nps"], first.loc[left, "nps"]]).mean())


def test_growth_and_contracts_are_told_where_they_can_be(demo: Study) -> None:
    assert isinstance(mixed_growth(demo), Growth)
    frame = contract_times(demo)
    assert frame is not None
    assert (frame["months"] >= 0).all()
    assert frame["account"].is_unique
    assert [curve.label for curve in renewal_curves(demo, ("more", "less"))] == ["more", "less"]
    without = dataclasses.replace(demo, data=demo.data.drop(columns=["contract.ended"]))
    assert contract_times(without) is None


def test_teams_stand_unnamed_and_in_order(demo: Study) -> None:
    points = team_points(demo)
    assert points is not None
    assert list(points.columns) == ["work", "value", "answers"]
    assert points["work"].is_monotonic_increasing
    assert (points["answers"] >= demo.config.privacy.min_group).all()


def test_words_and_quotes_hold_no_name_of_the_files(demo: Study) -> None:
    comment = demo.data["comment"].where(demo.data["comment"].isna(), "Soita A0017 tai matti@firma.fi, palvelu pelaa")
    spoiled = dataclasses.replace(demo, data=demo.data.assign(comment=comment))
    terms, commenting = comment_terms(spoiled)
    assert commenting.commented == tuple(int(((demo.data["nps"] == code) & comment.notna()).sum()) for code in (-1, 0, 1))
    assert {term.word for term in terms} <= {"soittaa", "palvelu", "pelata", "soita", "pelaa"}
    assert demo.interviews is not None
    named_quote = demo.interviews.assign(text="A0017 sanoi: " + demo.interviews["text"])
    told = dataclasses.replace(demo, interviews=named_quote)
    said = [*(one.example for one in pick_all_quotes(told)), *(text for text, _ in suggest_all(told))]
    assert any(said)
    assert not any("A0017" in one for one in said if one)


def test_nothing_is_quoted_without_permission(demo: Study) -> None:
    assert demo.interviews is not None
    closed = dataclasses.replace(demo, interviews=demo.interviews.assign(publish=False))
    assert all(one.example is None and one.counter is None for one in pick_all_quotes(closed))
    assert not suggest_all(closed)
