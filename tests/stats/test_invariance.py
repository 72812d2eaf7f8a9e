"""Measurement invariance: against lavaan, by what must not matter, and planted differences are found, and only those."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import optimize

from tests.tolerances import ITERATED
from valuelib.stats import invariance
from valuelib.stats.invariance import (
    Invariance,
    NotTestable,
    Sample,
    alike_items,
    estimate_invariance,
    fit_baseline,
    fit_model,
    judge_fit,
    sample_moments,
    worst_item,
)

FOLDER = Path(__file__).resolve().parents[1] / "reference" / "invariance"
PRINTED = json.loads((FOLDER / "printout.json").read_text(encoding="utf-8"))
CATEGORIES = list("aabbcc")
BY_DIFFERENCES = 5e-4  # relative, of what the referee has from numerical derivatives
STEPS = {"configural": (), "metric": (), "scalar": (), "partial": (1,)}


def read_case(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    seen = pd.read_csv(FOLDER / f"{name}.csv")
    return seen.iloc[:, :6].to_numpy(float), seen["group"].to_numpy(), seen["account"].to_numpy()


def moments(name: str, *, each: bool = False) -> Sample:
    """The moments of a case in the items' own unit; `each` takes every answer for its own cluster."""
    x, group, account = read_case(name)
    return sample_moments(x, group, np.arange(len(x)) if each else account, alike_items(CATEGORIES))


def fit(sample: Sample, step: str) -> invariance.Model:
    found = fit_model(sample, "scalar" if step == "partial" else step, STEPS[step])
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["complete", "gaps"])
@pytest.mark.parametrize("step", STEPS)
def test_models_are_those_of_lavaan(name: str, step: str) -> None:
    printed, sample = PRINTED[name][step], moments(name)
    model = fit(sample, step)
    assert (model.df, model.chi2) == (printed["df"], pytest.approx(printed["chi2"], rel=ITERATED))
    p = model.parameters
    for group in (0, 1):
        assert p.loadings[group] == pytest.approx([*printed["loadings"].values()][group], abs=ITERATED)
        assert p.intercepts[group] == pytest.approx([*printed["intercepts"].values()][group], abs=ITERATED)
        assert p.means[group] == pytest.approx([*printed["means"].values()][group], abs=ITERATED)
        assert p.variances[group] == pytest.approx([*printed["variances"].values()][group], abs=ITERATED)
    judged = judge_fit(sample, fit_baseline(sample), model, None)
    assert judged.scale * judged.df == pytest.approx(printed["expected"], rel=ITERATED if name == "complete" else BY_DIFFERENCES)


def test_fit_and_scaled_differences_are_those_of_lavaan() -> None:
    """Without clusters, where lavaan divides by n and not by n - 1."""
    sample = moments("complete", each=True)
    sample = replace(sample, influence=sample.influence * np.sqrt(1 - 1 / sample.n.sum()))
    models, base, printed = {step: fit(sample, step) for step in STEPS}, fit_baseline(sample), PRINTED["complete"]
    for step, model in models.items():
        judged = judge_fit(sample, base, model, None)
        robust = printed["robust"][step]
        assert judged.scale == pytest.approx(robust["chisq.scaling.factor"], rel=ITERATED)
        assert judged.cfi == pytest.approx(robust["cfi.robust"], abs=ITERATED)
        assert judged.rmsea == pytest.approx(robust["rmsea.robust"], abs=ITERATED)
    for step, wider in (("metric", "configural"), ("scalar", "metric"), ("partial", "metric")):
        judged = judge_fit(sample, base, models[step], (models[wider], judge_fit(sample, base, models[wider], None)))
        assert judged.difference_df == printed["differences"][step]["df"]
        assert judged.difference == pytest.approx(printed["differences"][step]["difference"], rel=ITERATED)


def test_the_item_with_the_largest_score_is_that_of_lavaan() -> None:
    sample, score = moments("complete", each=True), PRINTED["complete"]["score"]
    of_intercepts = score["x2"][-6:]
    assert worst_item(sample, fit(sample, "scalar"), ()) == int(np.argmax(of_intercepts)) == 1


@pytest.mark.parametrize("step", STEPS)
def test_no_other_parameters_fit_better(step: str) -> None:
    sample = moments("gaps")
    model = fit(sample, step)
    flat = np.concatenate([np.column_stack(model.parameters[:3]), np.column_stack(model.parameters[3:5]), model.parameters[5]], 1)

    def misfit(values: np.ndarray) -> float:
        return invariance._misfit(sample, invariance._unpack(values, sample))[0]

    numbers = flat.ravel()
    slopes = optimize.approx_fprime(numbers, misfit, 1e-6)
    assert invariance._misfit(sample, invariance._unpack(numbers, sample))[1] == pytest.approx(slopes, abs=1e-4)
    assert np.abs(model.ties.T @ slopes).max() < 1e-4


def found_in(name: str = "gaps", **changed: np.ndarray) -> Invariance:
    x, group, account = read_case(name)
    given = {"ratings": x, "groups": group, "clusters": account} | changed
    found = estimate_invariance(given["ratings"], given["groups"], given["clusters"], CATEGORIES)
    assert isinstance(found, Invariance)
    return found


def test_what_must_not_matter_does_not() -> None:
    x, group, account = read_case("gaps")
    plain, order = found_in(), np.random.default_rng(1).permutation(len(x))
    shuffled = found_in(ratings=x[order], groups=group[order], clusters=np.array([f"C{one}" for one in account[order]]))
    doubled, swapped = found_in(ratings=2 * x + 3), found_in(groups=1 - group)
    assert [one.level for one in (plain, shuffled, doubled, swapped)] == ["partial"] * 4
    assert [one.item for one in plain.shifts] == [1]
    for one in (shuffled, doubled, swapped):
        assert [fit.chi2 for fit in one.fits] == pytest.approx([fit.chi2 for fit in plain.fits], rel=1e-5)
        assert [fit.scale for fit in one.fits] == pytest.approx([fit.scale for fit in plain.fits], rel=1e-4)
    assert plain.moved is not None
    assert doubled.moved == pytest.approx(2 * np.array(plain.moved), rel=1e-3)
    assert swapped.moved == pytest.approx(-np.array(plain.moved), rel=1e-3)
    assert doubled.shifts[0].dmacs == pytest.approx(plain.shifts[0].dmacs, rel=1e-3)


def test_a_shift_of_one_item_moves_the_mean_by_its_share() -> None:
    found = found_in("complete")
    assert found.moved == pytest.approx((0.0, found.shifts[0].points / 6))
    assert found.shifts[0].points == pytest.approx(-0.8, abs=0.25)  # as planted


def test_what_cannot_be_tested_says_why() -> None:
    x, group, account = read_case("complete")
    few = estimate_invariance(x[:, :2], group, account)
    small = estimate_invariance(x, np.where(np.arange(len(x)) < 150, group, -1), account)
    one_account = estimate_invariance(x, group, np.where(group == 1, 0, account))
    constant = estimate_invariance(np.column_stack([x[:, :3], np.full(len(x), 5.0)]), group, account)
    told = [one.why for one in (few, small, one_account, constant) if isinstance(one, NotTestable)]
    assert told == ["few_items", "few_groups", "few_groups", "improper"]


def drawn(seed: int, *, shift: float = 0.0, slack: float = 1.0, better: float = 0.0) -> Invariance:
    """Five items, 300 answers a group from accounts of three whose answers correlate by .3."""
    rng = np.random.default_rng(seed)
    account, group = np.repeat(np.arange(200), 3), np.repeat((0, 1), 300)
    parts = np.sqrt(0.3) * rng.normal(size=(200, 6))[account] + np.sqrt(0.7) * rng.normal(size=(600, 6))
    loadings = np.where(np.outer(group == 1, np.arange(5) == 2), slack, 1.0)
    x = 6 + loadings * (parts[:, :1] + better * (group == 1)[:, None]) + parts[:, 1:]
    x[:, 0] -= shift * group
    found = estimate_invariance(x, group, account)
    assert isinstance(found, Invariance)
    return found


def test_planted_differences_are_found_and_none_where_there_is_none() -> None:
    levels = [drawn(seed, better=0.5).level for seed in range(20)]
    assert levels.count("scalar") >= 18
    shifted = [drawn(seed, shift=0.8) for seed in range(8)]
    assert [one.level for one in shifted].count("partial") >= 7
    assert [{shift.item for shift in one.shifts} for one in shifted].count({0}) >= 7
    slack = [drawn(seed, slack=0.2).level for seed in range(8)]
    assert slack.count("configural") >= 7


def test_a_shift_of_all_items_looks_like_worse() -> None:
    x, group, _ = read_case("complete")
    plain, strict = found_in("complete"), found_in("complete", ratings=x - 1.0 * group[:, None])
    assert (strict.level, [one.item for one in strict.shifts]) == ("partial", [1])
    assert plain.latent is not None
    assert strict.latent is not None
    assert strict.latent[1] < plain.latent[1] - 0.5
