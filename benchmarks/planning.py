"""Do a plan's respondents give the power it promises? Formula, planner, and two simulations that share no drawing code with it.

`independent_planning.csv` keeps the respondents for 80 % power (ICC 0.2) by an earlier program with own generator and estimator.
The power at the planner's number is counted on samples of `benchmarks.generator`, which draws respondents one by one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.design import Cell
from benchmarks.generator import draw_totals
from benchmarks.page import markdown_table
from valuelib.stats.contrasts import run_claim_tests
from valuelib.stats.loyalty import SCALE
from valuelib.stats.means import estimate_means
from valuelib.stats.planning import SIZE_SHARES, ClaimTest, Population, respondents_by_formula, settle, simulate_chances
from valuelib.worlds.people import rng_for

EARLIER = Path(__file__).with_name("independent_planning.csv")
SEED, REPS, BATCH = 20240131, 1000, 250
CHECKS = 2000
POWER, ALPHA, ICC = 0.8, 0.025, 0.2
WORDS = {"nps": "NPS", "rate": "rate"}
ASKED = {"effect": "show an effect", "claim": "exclude the claim"}


def measure_planning(reps: int = REPS, checks: int = CHECKS) -> dict[str, str]:
    """The table by the name of its markers."""
    rows = [_row({str(key): value for key, value in row.items()}, reps, checks) for row in pd.read_csv(EARLIER).to_dict("records")]
    header = ("Truth and question", "comparison group", "accounts", "formula", "planner", "earlier program", "power there, %")
    error = 100 * np.sqrt(POWER * (1 - POWER) / checks)
    said = f"Planner: {reps:,} studies a size. Power: {checks:,} studies, standard error {error:.1f} points where it is 80 %."
    return {"planning": f"{markdown_table(header, rows)}\n\n{said}"}


def _row(row: dict[str, Any], reps: int, checks: int) -> tuple[str, ...]:
    population = Population(
        outcome=row["outcome"],
        comparison=row["comparison"],
        baseline=row["baseline"],
        share=row["share"],
        icc=ICC,
        mixed=bool(row["mixed"]),
        sizes=tuple(float(one) for one in SIZE_SHARES),
    )
    test = ClaimTest(metric=row["metric"], size=row["size"], alpha=ALPHA)
    effect = row["question"] == "effect"
    edge = test.null if effect else test.size
    ratio, shift = (edge, 0.0) if test.metric == "ratio" else (1.0, edge / SCALE[population.outcome])
    formula = respondents_by_formula(population, ratio=ratio, shift=shift, alpha=ALPHA, power=POWER)

    def power_at(size: float) -> float:
        found = simulate_chances(population, test, n=round(size), reps=reps, seed=SEED)
        return found.lift_share if effect else found.excluded_share

    planner = round(settle(power_at, formula, alpha=ALPHA, power=POWER, reps=reps, within=(20, 20_000)))
    scale = SCALE[population.outcome]
    truth = f"{WORDS[row['outcome']]} {scale * row['comparison']:g} against {scale * row['baseline']:g}: {ASKED[row['question']]}"
    size = f" ({row['size']:g})" if test.metric == "ratio" else f" ({row['size']:+g} points)"
    accounts = "mixed" if population.mixed else "whole"
    power = _check(population, test, planner, effect, checks)
    figures = (f"{formula:,.0f}", f"{planner:,}", f"{row['n80']:,}", f"{100 * power:.1f}")
    return truth + size, f"{100 * population.share:.0f} %", accounts, *figures


def _check(population: Population, test: ClaimTest, n: int, effect: bool, checks: int) -> float:
    """Share of other samples of this size in which the test rejects."""
    cell = Cell(
        outcome=population.outcome,
        comparison=population.comparison,
        baseline=population.baseline,
        n=n,
        icc=population.icc,
        share=population.share,
        mixed=population.mixed,
    )
    rejected = 0
    for start in range(0, checks, BATCH):
        for sample in draw_totals(cell, min(BATCH, checks - start), rng_for(SEED, f"check {cell.name} {start}")):
            tests = run_claim_tests(estimate_means(sample), metric=test.metric, size=test.size, kind=population.outcome)
            rejected += (tests.p_no_lift if effect else tests.p_below_claim) <= ALPHA
    return rejected / checks
