"""Missing answers beside a verdict: bounds by hand, weights and imputation in a world of known truth, and figures out of range."""

import dataclasses
import re
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from tests.clients import SETTINGS, client, study_of
from tests.reference.missing.worlds import LOWER, answers, skip, unhappy, ways
from tests.tolerances import SAME_ARITHMETIC
from valuelib.explore.specifications import Curve, fit_curve
from valuelib.results import Contrast, Finding
from valuelib.stats.missing import response_weights
from valuelib.study.model import Study
from valuelib.theory.claims import claim
from valuelib.verdict.assess import assess
from valuelib.verdict.contrast import gather_contrast
from valuelib.verdict.evidence import Evidence
from valuelib.verdict.groups import Outcome
from valuelib.verdict.missing import CORRECTED, DROPPED, IMPUTED, MISSING_CHECKS, PLAUSIBLE, WEIGHTED, WORST
from valuelib.verdict.question import Question
from valuelib.worlds.truth import Truth

NAMES = [name for name, _ in MISSING_CHECKS]


def study(frame: pd.DataFrame, **settings: object) -> Study:
    items = {one.removeprefix("element."): one for one in LOWER if one in frame}
    return study_of(frame, elements={"scale": [0, 10], "columns": items}, **settings)


def checks(finding: Finding) -> dict[str, Contrast]:
    return {one.name: one for one in finding.contrasts if one.name in NAMES}


def said(found: Contrast) -> str | None:
    return None if found.note is None else found.note.code


def without_outcome() -> pd.DataFrame:
    """Of 20 buyers 10 promote, 5 are passive, 5 say nothing; of 20 others 5 promote, 5 are passive, 5 detract, 5 say nothing."""
    rng = np.random.default_rng(2)
    scores = [1.0] * 10 + [0.0] * 5 + [np.nan] * 5 + [1.0] * 5 + [0.0] * 5 + [-1.0] * 5 + [np.nan] * 5
    frame = pd.DataFrame({"respondent": [f"R{k}" for k in range(40)], "account": [f"A{k // 2}" for k in range(40)], "weight": 1.0})
    frame["nps"], frame["offering"] = scores, [1.0] * 20 + [0.0] * 20
    frame["recommend"] = frame["nps"].map({1.0: 10.0, 0.0: 8.0, -1.0: 3.0})
    liked = rng.integers(3, 10, 40)
    return frame.assign(**{column: (liked + rng.integers(-1, 2, 40)).astype(float) for column in LOWER[:4]})


def test_bounds_by_hand() -> None:
    """15 answered in each group, means 2/3 and 0; a quarter of each is silent, so the worst moves each mean by a quarter."""
    found = checks(assess(study(without_outcome()), "nps_60_points"))
    worst, plausible = found[WORST], found[PLAUSIBLE]
    assert worst.note is not None
    assert plausible.note is not None
    assert worst.note.values == pytest.approx({"low_pts": 0.0, "high_pts": 100.0})  # (10 - 5) / 20 - 5 / 20, (10 + 5) / 20 + 5 / 20
    shift = 0.25 * 0.5 * ((2 / 9) ** 0.5 + (2 / 3) ** 0.5)
    assert plausible.note.values == pytest.approx({"low_pts": 100 * (2 / 3 - shift), "high_pts": 100 * (2 / 3 + shift)})
    for one in (worst, plausible):
        assert one.difference is not None
        assert one.difference.value == pytest.approx(200 / 3)
        assert one.difference.ci_low < one.note.values["low_pts"]
        assert one.note.values["high_pts"] < one.difference.ci_high <= 200
    assert {said(found[name]) for name in (DROPPED, WEIGHTED, IMPUTED)} == {"note.nothing_to_correct"}


def test_every_check_is_listed_with_a_figure_or_the_reason_for_none() -> None:
    frame, _ = unhappy(np.random.default_rng(1))
    found = checks(assess(study(frame), "nps_60_points"))
    assert list(found) == NAMES
    assert [said(found[name]) for name in (WORST, PLAUSIBLE)] == ["note.nothing_to_correct"] * 2
    assert all(found[name].difference is not None for name in (DROPPED, WEIGHTED, IMPUTED, CORRECTED))
    whole = client(Truth(respondents=200, accounts=70))
    alone = whole.data.drop(columns="offering").assign(account=whole.data["respondent"])
    nobody = checks(assess(study_of(alone, columns={"respondent": "Id"}), "nps_60_points"))
    assert {said(nobody[name]) for name in NAMES if name != CORRECTED} == {"missing.nothing_decides"}
    assert said(nobody[CORRECTED]) == "missing.offering"
    few = checks(assess(study(frame.drop(columns=LOWER[2:])), "nps_60_points"))
    assert said(few[CORRECTED]) == "warning.weak_control"  # two items are none


def test_fewer_gaps_than_the_smallest_group_are_told_of_nowhere() -> None:
    frame, _ = answers(np.random.default_rng(3))
    frame.loc[:3, LOWER] = np.nan  # four rows
    assert {said(checks(assess(study(frame), "nps_60_points"))[name]) for name in (DROPPED, WEIGHTED, IMPUTED)} == {
        "note.nothing_to_correct"
    }


def test_colleagues_rates_scores_covariates_and_weights_are_served_too() -> None:
    rng = np.random.default_rng(6)
    whole = client(Truth(respondents=600, accounts=150))
    gone = rng.random(len(whole.data)) < 0.2
    data = whole.data.assign(**{column: whole.data[column].mask(gone) for column in whole.data if column.startswith("element.")})
    data["repurchase"] = data["repurchase"].mask(rng.random(len(data)) < 0.2)
    data["weight"] = rng.uniform(0.5, 2.0, len(data))
    data["adjust.size"] = np.where(rng.random(len(data)) < 0.1, np.nan, rng.normal(size=len(data)))
    columns = {**SETTINGS["columns"], "adjust_for": ["size"]}
    audited = study_of(data, columns=columns)
    found = checks(assess(audited, "repurchase_22"))
    assert [name for name in NAMES if found[name].difference is None] == []
    peers = checks(assess(study_of(data.drop(columns="offering"), columns=columns), "nps_60_points"))
    assert [said(peers[name]) for name in (DROPPED, WEIGHTED, IMPUTED)] == ["note.bounds", "note.by_chance", "note.by_chance"]


def test_scores_are_bounded_by_the_lowest_and_the_highest_that_anybody_gave() -> None:
    """A quarter of each group is silent and could be at 2 or at 10, so that a quarter of 8 points comes off or on."""
    frame = without_outcome()
    frame["satisfaction"] = frame["nps"].map({1.0: 10.0, 0.0: 7.0, -1.0: 2.0})
    asked, outcome = claim("nps_60_points"), Outcome("satisfaction", "mean")
    evidence = gather_contrast(study(frame), asked, outcome)
    assert isinstance(evidence, Evidence)
    question = Question(study=study(frame), outcome=outcome, reading=asked.reading, evidence=evidence)
    found = dict(MISSING_CHECKS)[WORST](question)
    assert isinstance(found, Contrast)
    assert found.note is not None
    means = [(10 * 10 + 5 * 7) / 15, (5 * 10 + 5 * 7 + 5 * 2) / 15]
    low, high = (0.75 * (means[0] - means[1]) + 0.25 * one for one in (2.0 - 10.0, 10.0 - 2.0))
    assert found.note.values == pytest.approx({"low_pts": low, "high_pts": high})
    rated = frame.assign(**{LOWER[k]: frame[LOWER[k]].mask(np.arange(40) % 3 == 0) for k in range(4)})
    question = dataclasses.replace(question, study=study(rated))
    for name in (DROPPED, WEIGHTED, IMPUTED):
        assert isinstance(dict(MISSING_CHECKS)[name](question), Contrast), name


def test_the_weighted_figure_is_that_of_weighted_least_squares() -> None:
    frame, _ = unhappy(np.random.default_rng(8))
    found = checks(assess(study(frame), "nps_60_points"))[WEIGHTED]
    rated = frame[LOWER].notna().all(axis=1).to_numpy()
    bought, y = frame["offering"].to_numpy(), frame["nps"].to_numpy()
    known = np.column_stack([bought, *(inside * (y == one) for inside in (bought, 1 - bought) for one in (0, 1))])
    weights = response_weights(rated, 1 - bought.astype(int), known)[rated]
    model = sm.WLS(y[rated], sm.add_constant(np.column_stack([bought, frame[LOWER].mean(axis=1)])[rated]), weights=weights).fit()
    assert found.difference is not None
    assert found.difference.value == pytest.approx(100 * model.params[1], abs=SAME_ARITHMETIC * 1e3)


def test_the_same_seed_gives_the_same_imputations_and_another_seed_others() -> None:
    frame, _ = unhappy(np.random.default_rng(4))
    first, again, other = (checks(assess(study(frame, seed=seed), "nps_60_points"))[IMPUTED] for seed in (1, 1, 2))
    assert first == again
    assert first.difference is not None
    assert other.difference is not None
    assert first.difference.value != other.difference.value
    assert first.difference.value == pytest.approx(other.difference.value, abs=4.0)


def test_weights_and_imputation_bring_the_net_figure_back_where_the_unhappy_skip_the_ratings() -> None:
    off: dict[str, list[float]] = {}
    for seed in range(10):
        frame, truth = unhappy(np.random.default_rng([9, seed]))
        for name, found in ways(study(frame), (DROPPED, WEIGHTED, IMPUTED)):
            assert found.difference is not None
            off.setdefault(name, []).append(found.difference.value - truth)
    total = np.mean(off["total"])
    assert np.mean(off["net"]) - total > 6
    for name in (WEIGHTED, IMPUTED):
        assert abs(np.mean(off[name]) - total) < 0.5 * (np.mean(off["net"]) - total), name


def nearly_told(seed: int = 5) -> Study:
    """Ratings that tell the groups but for a hair, which goes with recommending: the line is drawn far beyond the answers."""
    frame, _ = answers(np.random.default_rng(seed))
    rng = np.random.default_rng(seed + 1)
    hair = np.clip(frame["nps"] + rng.integers(-1, 2, len(frame)), -1, 1)
    ratings = dict.fromkeys(LOWER[1:4], 4.0 + 3.0 * frame["offering"])
    return study(frame.drop(columns=LOWER).assign(**{LOWER[0]: 4.0 + 3.0 * frame["offering"] + hair}, **ratings))


def test_a_figure_out_of_range_decides_nothing_and_is_said_to_be_so() -> None:
    found = assess(nearly_told(), "nps_60_points")
    assert (found.verdict, found.undecided_why) == ("undecided", "precision")
    assert found.reason.code == "reason.thin.out_of_range"
    for one in found.contrasts:
        if one.role == "sensitivity" and one.difference is not None:
            assert abs(one.difference.value) <= 200, one.name
    curve = fit_curve(nearly_told(), "recommend")
    assert isinstance(curve, Curve)
    assert max(abs(one.value) for one in curve.specifications if one.kind != "mean") <= 200


def test_no_correction_where_what_was_bought_leaves_hardly_anything_of_the_ratings_but_error() -> None:
    told = set()
    for seed in range(4):
        rng = np.random.default_rng(seed)
        frame, _ = answers(rng, items=3, halo=0.0)
        for column in LOWER[:3]:  # reliable over all, since buyers rate three points higher; error alone within each group
            frame[column] = np.clip(np.round(5.0 + 3.0 * frame["offering"] + 1.5 * rng.standard_normal(len(frame))), 0, 10)
        told.add(said(checks(assess(study(frame), "nps_60_points"))[CORRECTED]))
    assert "missing.stretched" in told


@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_nobody_or_everybody_of_the_buyers_skips(chance: float) -> None:
    frame, _ = answers(np.random.default_rng(12))
    whole = partial(skip, frame, frame["offering"] == 1, np.random.default_rng(0), chance)
    found = checks(assess(study(whole()), "nps_60_points"))
    expected = "note.nothing_to_correct" if chance == 0 else "missing.nothing_decides"
    assert {said(found[name]) for name in (DROPPED, WEIGHTED, IMPUTED)} == {expected}


def test_the_tables_of_the_documentation_are_those_of_the_worlds() -> None:
    root = Path(__file__).parents[2]
    worlds = pd.read_csv(root / "tests/reference/missing/worlds.csv", dtype=str)
    ways_shown = {"total": "total", "net": "net", DROPPED: "bounds of the net", WEIGHTED: "weighted", IMPUTED: "imputed"}
    found = {
        (ways_shown.get(row.way, "corrected"), row.covers_percent, row.lift_percent): float(row.bias_pts)
        for row in worlds.itertuples()
    }
    page = (root / "docs/explanation/statistics.md").read_text(encoding="utf-8")
    told = re.findall(r"\| (total|net|bounds of the net|weighted|imputed|corrected) \|(.*)\| ([\d.]+) % \| ([\d.]+) % \|", page)
    assert len(told) == 23
    for way, bias, covers, lift in told:
        assert (way, covers, lift) in found
        said_bias = bias.rpartition("|")[2].strip().replace("\N{MINUS SIGN}", "-")
        assert not said_bias or abs(float(said_bias) - found[way, covers, lift]) < 1e-9
