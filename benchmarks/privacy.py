"""How much do two reports tell that differ by one respondent? Ratings got back from means times answers, by how figures ship.

The reader has both reports, knows that one respondent is in the first only, and uses every figure together: value, middle of the
interval, means of tiers, and of the outcome also the segments. What is left of possible answers is told exactly where it is one.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.page import markdown_table
from benchmarks.registry import Options, Tables
from valuelib.explore.describe import estimate_basics
from valuelib.output.rounding import REACH, on_step, shipped, step_of
from valuelib.results import Estimate
from valuelib.study.load import load_study
from valuelib.study.model import Study
from valuelib.theory.pyramid import tier, tiers
from valuelib.worlds.folder import simulate_study
from valuelib.worlds.truth import Truth

DEMO = Path(__file__).parents[1] / "data" / "demo"
LEFT_OUT, SEED = 40, 20260401
SMALLER = (300, 60)
CODES = range(11)
SURE = 1e-6
Range = tuple[float, float]
Ship = Callable[[Estimate], tuple[Estimate, float]]  # an estimate as a reader has it, and half of the step that it stands on


def in_full(one: Estimate) -> tuple[Estimate, float]:
    """With every digit, as reports were before."""
    return one, 1e-9


def as_printed(one: Estimate) -> tuple[Estimate, float]:
    """With one decimal, as pages print it."""
    return _each(one, lambda value: round(value, 1)), 0.05


def as_shipped(one: Estimate) -> tuple[Estimate, float]:
    """As results.json and the workbook have it."""
    return shipped(one), float(step_of(REACH[one.unit], one.n)) / 2


def coarser(one: Estimate) -> tuple[Estimate, float]:
    """On the step for half as many answers."""
    step = step_of(2 * REACH[one.unit], one.n)
    return _each(one, lambda value: on_step(value, step)), float(step) / 2


def _each(one: Estimate, rounded: Callable[[float], float]) -> Estimate:
    value, low, high = (None if end is None else rounded(end) for end in (one.value, one.ci_low, one.ci_high))
    return replace(one, value=value, ci_low=low, ci_high=high)


WAYS: Mapping[str, Ship] = {
    "every digit (before)": in_full,
    "printed, one decimal": as_printed,
    "results.json, workbook: range / n": as_shipped,
    "twice that": coarser,
}


@dataclass(slots=True)
class Told:
    """What was got back: ratings told exactly, guessed right, and in all; the same of the two outcomes, exactly."""

    exact: int = 0
    guessed: int = 0
    usual: int = 0
    ratings: int = 0
    outcomes: int = 0
    outcomes_of: int = 0
    whole: int = 0


def measure_privacy(_: Options) -> Tables:
    """What is got back of 40 left-out respondents of the demo and of smaller studies."""
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        studies = [load_study(DEMO)]
        for n in SMALLER:
            truth = Truth(respondents=n, accounts=round(n / 3), language="en")
            studies.append(load_study(simulate_study(Path(scratch) / f"n{n}", f"n{n}", truth, SEED)))
        for study in studies:
            for way, told in attack(study).items():
                shares = (f"{told.exact} of {told.ratings}", str(told.whole), f"{told.guessed / told.ratings:.0%}")
                outcomes = f"{told.outcomes} of {told.outcomes_of}"
                rows.append((f"{len(study.data):,}", way, *shares, f"{told.usual / told.ratings:.0%}", outcomes))
    header = ("Answers", "Figures", "Ratings told", "People with all told", "Guessed right", "Without any report", "Outcomes told")
    return {"privacy": markdown_table(header, rows)}


def attack(study: Study, people: int = LEFT_OUT) -> dict[str, Told]:
    """What readers get back of respondents who are left out one at a time, by the way in which figures are shipped."""
    data, found = study.data, {way: Told() for way in WAYS}
    before = {one.name: one for one in estimate_basics(study)}
    for row in np.random.default_rng(SEED).choice(len(data), size=people, replace=False):
        rest = replace(study, data=data.drop(index=data.index[row]).reset_index(drop=True))
        after = {one.name: one for one in estimate_basics(rest)}
        for way, ship in WAYS.items():
            _count(found[way], data, data.iloc[row], ranges(before, after, ship))
    return found


def ranges(before: Mapping[str, Estimate], after: Mapping[str, Estimate], ship: Ship) -> dict[str, Range]:
    """Between which ends the left-out answer lies, by the name of the figure; nothing of figures that do not count it."""
    found: dict[str, Range] = {}
    for name, one in before.items():
        two = after.get(name)
        if two is None or one.value is None or two.value is None or one.n != two.n + 1 or name.endswith(".alpha"):
            continue
        (low, high), (low_after, high_after) = (_around(*ship(each)) for each in (one, two))
        found[name] = one.n * low - two.n * high_after, one.n * high - two.n * low_after
    return found


def _around(one: Estimate, half: float) -> Range:
    """Where a figure lies: around its value and, of a mean, around the middle of its interval."""
    value = float(one.value or 0.0)
    low, high = value - half, value + half
    if one.unit == "score" and one.ci_low is not None and one.ci_high is not None:
        middle = (one.ci_low + one.ci_high) / 2
        low, high = max(low, middle - half), min(high, middle + half)
    return low, high


def _count(told: Told, data: pd.DataFrame, person: pd.Series, of: Mapping[str, Range]) -> None:
    items = {name.split(".")[1]: ends for name, ends in of.items() if name.startswith("element.")}
    items = {key: (max(low, CODES[0]), min(high, CODES[-1])) for key, (low, high) in items.items()}
    for level in tiers():
        answered = [key for key in tier(level.key).elements if key in items]
        if (ends := of.get(f"tier.{level.key}.mean")) is None:
            continue
        for key in answered:  # the mean of the tier less the most, or the least, that the others can be
            others = [items[other] for other in answered if other != key]
            low = ends[0] * len(answered) - sum(high for _, high in others)
            high = ends[1] * len(answered) - sum(low for low, _ in others)
            items[key] = max(items[key][0], low), min(items[key][1], high)
    exact = 0
    for key, ends in items.items():
        truth, usual = person[f"element.{key}"], data[f"element.{key}"].value_counts(normalize=True)
        possible = [code for code in CODES if ends[0] - SURE <= code <= ends[1] + SURE]
        middle, half = sum(ends) / 2, max((ends[1] - ends[0]) / 2, SURE)
        weights = [usual.get(code, 0.0) * max(1 - abs(code - middle) / (half + 1), SURE) for code in possible]
        exact += len(possible) == 1 and possible[0] == truth
        told.guessed += bool(possible) and possible[int(np.argmax(weights))] == truth
        told.usual += usual.idxmax() == truth
        told.ratings += 1
    told.exact += exact
    told.whole += exact == len(items) > 0
    for outcome, kinds, mark in (("nps", (-100, 0, 100), "nps."), ("repurchase", (0, 100), "repurchase.")):
        known = list(_outcomes(of, mark))
        if known:
            low, high = max(low for low, _ in known), min(high for _, high in known)
            possible = [kind for kind in kinds if low - SURE <= kind <= high + SURE]
            told.outcomes += len(possible) == 1 and math.isclose(possible[0], 100 * person[outcome])
            told.outcomes_of += 1


def _outcomes(of: Mapping[str, Range], mark: str) -> Iterator[Range]:
    return (ends for name, ends in of.items() if name.startswith(mark))
