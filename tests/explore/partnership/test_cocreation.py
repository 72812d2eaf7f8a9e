"""Paths, contributions and levers: by hand, equal to the claim's own parts, and silent where only own ratings speak."""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from benchmarks.together.paths import WORLDS
from benchmarks.together.verdicts import BASE, study_of
from valuelib.explore.cocreation import estimate_contributions, estimate_paths
from valuelib.results import Estimate
from valuelib.study.load import load_study
from valuelib.study.model import Study
from valuelib.theory.pyramid import LOWER_TIERS
from valuelib.verdict.assess import assess
from valuelib.verdict.groups import colleagues_mean, lower_tier_mean
from valuelib.verdict.relations import colleagues_facets, colleagues_of, predictor_facets, provider_facets
from valuelib.worlds.truth import Truth

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def demo() -> Study:
    return load_study(ROOT / "data" / "demo")


def named(estimates: tuple[Estimate, ...]) -> dict[str, Estimate]:
    return {one.name: one for one in estimates}


def world(name: str, seed: int) -> Study:
    return study_of(Truth(**{**{key: getattr(BASE, key) for key in BASE.__slots__}, **WORLDS[name]}), seed)


def test_the_paths_are_the_parts_of_the_claim_and_the_product_is_theirs(demo: Study) -> None:
    """The demo's covariates and weights are held equal in all of them alike."""
    found, parts = named(estimate_paths(demo)), assess(demo, "cocreation_value", sensitivity=False).parts
    a, b = found["mediation.a"], found["mediation.b"]
    assert (a.value, b.value) == (parts[0].lift.value, parts[1].lift.value)
    assert a.value is not None
    assert b.value is not None
    assert found["mediation.indirect"].value == pytest.approx(a.value * b.value, rel=1e-9)
    assert (a.n, b.n) == (parts[0].n, parts[1].n)


def test_the_whole_by_ordinary_least_squares(demo: Study) -> None:
    plain = dataclasses.replace(demo, data=demo.data[[c for c in demo.data if not c.startswith("adjust.")]])
    x, y = provider_facets(plain, predictor_facets()), plain.data["nps"]
    assert x is not None
    used = x.notna() & y.notna()
    fitted = sm.OLS(y[used].to_numpy(), sm.add_constant(x[used].to_numpy())).fit()
    assert named(estimate_paths(plain))["mediation.total"].value == pytest.approx(100 * float(fitted.params[1]), abs=1e-8)


def test_the_second_path_and_the_straight_one_by_ordinary_least_squares(demo: Study) -> None:
    """The colleagues' view of co-creation is held equal in the second path and left in the straight one."""
    plain = dataclasses.replace(demo, data=demo.data[[c for c in demo.data if not c.startswith("adjust.")]])
    answers, keys = plain.data, predictor_facets()
    columns = {
        "value": colleagues_of(plain, answers["perceived_value"]),
        "facets": provider_facets(plain, keys),
        "lower": lower_tier_mean(plain),
        "colleagues_lower": colleagues_mean(plain, LOWER_TIERS),
        "colleagues_facets": colleagues_facets(plain, keys),
    }

    def slopes(*names: str) -> dict[str, float]:
        x = pd.DataFrame({name: columns[name] for name in names})
        used = x.notna().all(axis=1) & answers["nps"].notna()
        fitted = sm.OLS(answers["nps"][used].to_numpy(), sm.add_constant(x[used].to_numpy())).fit()
        return dict(zip(names, 100 * fitted.params[1:], strict=True))

    found = named(estimate_paths(plain))
    second, straight = slopes(*columns), slopes("facets", "value", "lower", "colleagues_lower")
    assert found["mediation.b"].value == pytest.approx(second["value"], abs=1e-8)
    assert found["mediation.direct"].value == pytest.approx(straight["facets"], abs=1e-8)


def test_the_same_study_gives_the_same_interval(demo: Study) -> None:
    order = np.random.default_rng(5).permutation(len(demo.data))
    shuffled = dataclasses.replace(demo, data=demo.data.iloc[order].reset_index(drop=True))
    one, other = (named(estimate_paths(study))["mediation.indirect"] for study in (demo, shuffled))
    assert (one.ci_low, one.ci_high) == pytest.approx((other.ci_low, other.ci_high), rel=1e-6)


def test_a_lever_is_room_times_slope_and_its_interval_is_that_of_all_facets(demo: Study) -> None:
    found, rated = named(estimate_contributions(demo)), provider_facets(demo, ("customer_team",))
    assert rated is not None
    room = 10 - rated.groupby(demo.data["account"]).first().mean()
    slope, potential_gain = found["contribution.value.customer_team"], found["lever.customer_team"]
    assert slope.value is not None
    assert slope.ci_high is not None
    assert potential_gain.value == pytest.approx(room * slope.value)
    assert potential_gain.ci_high is not None
    wider = (potential_gain.ci_high / room - slope.value) / (slope.ci_high - slope.value)
    normal = stats.norm.ppf(1 - 0.025 / 7) / stats.norm.ppf(0.975)
    assert normal < wider < 1.15 * normal  # a t at some 50 degrees of freedom lies a little wider


def test_without_another_rater_contributions_say_so_and_no_lever_is_told(demo: Study) -> None:
    without = dataclasses.replace(demo, provider=None)
    found = named(estimate_contributions(without))
    assert {name.rpartition(".")[2] for name in found if name.startswith("contribution.value.")} == {"own"}
    assert {name.rpartition(".")[2] for name in found if name.startswith("contribution.loyalty.")} == {"peers"}
    assert not any(name.startswith("lever.") for name in found)
    columns = demo.config.columns.model_copy(update={"account": None})
    lonely = demo.data.assign(account="respondent " + demo.data["respondent"])
    alone = dataclasses.replace(without, config=demo.config.model_copy(update={"columns": columns}), data=lonely)
    assert {name.rpartition(".")[2] for name in named(estimate_contributions(alone))} == {"own"}


def test_a_study_without_value_has_no_paths(demo: Study) -> None:
    assert estimate_paths(dataclasses.replace(demo, data=demo.data.drop(columns="perceived_value"))) == ()


@pytest.mark.parametrize("seed", [11, 12])
def test_planted_paths_and_parts_are_found(seed: int) -> None:
    """End to end: from a planted truth to the verdict. The team is shown in every made-up study, all three parts in a quarter."""
    assert assess(world("both planted", seed), "cocreation_value", sensitivity=False).verdict == "supported"
    study = world("both, and roles and team", seed)
    found = assess(study, "roles_tasks_teams", sensitivity=False)
    assert {part.name for part in found.parts if part.holds == "shown"} >= {"adds_team"}
    shown = {one.name for one in estimate_contributions(study) if one.name.startswith("lever.") and (one.ci_low or 0) > 0}
    assert shown
    assert shown <= {"lever.roles_tasks", "lever.customer_team"}


@pytest.mark.parametrize("seed", [11, 12])
def test_value_that_goes_with_loyalty_is_no_proof_of_cocreation(seed: int) -> None:
    """Colleagues' ratings would have shown both paths here; the provider's view does not."""
    found = assess(world("only value and loyalty", seed), "cocreation_value", sensitivity=False)
    assert found.verdict != "supported"
    assert [part.holds for part in found.parts] == ["open", "shown"]
