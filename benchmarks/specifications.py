"""How long do 1,000 specifications take from shared totals, and how long with one statsmodels fit for each?

Processor time on one thread. Both start from the same arrays and end with a cluster-robust interval of every lift; the totals are
counted in. statsmodels gives CR1 with a normal quantile, which costs far less than CR2 with Satterthwaite df. It is measured twice:
on bare arrays, the leanest way to call it, and by a formula on a data frame, the usual one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from time import process_time

import numpy as np
import pandas as pd
import statsmodels.api as sm
import statsmodels.formula.api as smf
from threadpoolctl import threadpool_limits

from benchmarks.design import Cell
from benchmarks.generator import draw_answers
from benchmarks.page import markdown_table
from valuelib.stats.contrasts import estimate_difference
from valuelib.stats.specifications import fit_respondents
from valuelib.stats.totals import ClusterTotals, Floats, collect_totals
from valuelib.worlds.people import rng_for

SEED, RESPONDENTS = 20240131, 2_000
EXPOSURES, OUTCOMES = 25, 4
CONTROLS = ("own", "tier 1", "tier 2", "tier 3", "colleagues", "size", "years")
ADJUSTMENTS: tuple[tuple[str, ...], ...] = ((), ("own",), ("tier 1", "tier 2", "tier 3"), ("colleagues",), ("own", "colleagues"))
SETS = (*ADJUSTMENTS, *((*one, "size", "years") for one in ADJUSTMENTS))
SPECIFICATIONS = EXPOSURES * OUTCOMES * len(SETS)
EVERY = 20  # each so-manieth specification is also fitted by statsmodels, and its time told for all
TARGET_SECONDS, RUNS = 0.4, 3


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Generated answers: accounts, exposures (0 comparison, 1 baseline), controls and outcomes by name."""

    account: np.ndarray
    exposures: tuple[np.ndarray, ...]
    controls: dict[str, Floats]
    outcomes: dict[str, Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Seconds for all specifications, by both ways, and how far their lifts differ at most."""

    accounts: int
    ours: float
    arrays: float
    formula: float
    fitted_by_statsmodels: int
    largest_difference: float


def measure_specifications() -> Compared:
    """Both ways on one generated study, on one thread; the median of three runs of ours."""
    rows = draw_rows()
    with threadpool_limits(1):
        times = []
        for _ in range(RUNS):
            start = process_time()
            lifts = fit_shared(rows)
            times.append(process_time() - start)
        start = process_time()
        chosen = list(fit_each(rows, EVERY))
        arrays = (process_time() - start) / len(chosen)
        frame = pd.DataFrame({**rows.outcomes, **{name.replace(" ", "_"): column for name, column in rows.controls.items()}})
        start = process_time()
        again = list(fit_formulas(rows, frame, EVERY))
        formula = (process_time() - start) / len(again)
    differences = [abs(lifts[place] - lift) for place, lift in (*chosen, *again)]
    return Compared(
        accounts=len(np.unique(rows.account)),
        ours=float(np.median(times)),
        arrays=arrays * SPECIFICATIONS,
        formula=formula * SPECIFICATIONS,
        fitted_by_statsmodels=len(chosen),
        largest_difference=max(differences),
    )


def draw_rows() -> Rows:
    """2,000 respondents in accounts of 1 to 8; exposures are cuts of one score, as thresholds of ratings are."""
    cell = Cell(outcome="nps", comparison=0.64, baseline=0.40, n=RESPONDENTS, icc=0.1, share=0.5)
    drawn, rng = draw_answers(cell, 1, rng_for(SEED, "specifications")), rng_for(SEED, "specification columns")
    score = drawn.score[0]
    liking = score + rng.standard_normal(RESPONDENTS)
    controls = {name: 0.5 * liking + rng.standard_normal(RESPONDENTS) for name in CONTROLS}
    cuts = np.quantile(liking, np.linspace(0.25, 0.75, EXPOSURES))
    outcomes = {"nps": score, "score": liking, "promoters": (score > 0) * 1.0, "no_detractors": (score >= 0) * 1.0}
    return Rows(drawn.account[0], tuple((liking + rng.standard_normal(RESPONDENTS) < cut) * 1 for cut in cuts), controls, outcomes)


def fit_shared(rows: Rows) -> list[float]:
    """Every lift with its CR2 interval, from one pass over the answers for each exposure."""
    names, lifts = tuple(rows.outcomes), []
    for group in rows.exposures:
        totals = _collect(rows, group, names)
        for controls in SETS:
            fits = fit_respondents(totals, controls, names)
            lifts.extend(estimate_difference(fit, kind="mean").value for fit in fits)
    return lifts


def fit_each(rows: Rows, every: int) -> Iterator[tuple[int, float]]:
    """Place and lift of each so-manieth specification, with the interval that statsmodels clusters by account."""
    for place, (group, controls, outcome) in enumerate(product(rows.exposures, SETS, rows.outcomes)):
        if place % every == 0:
            x = np.column_stack([np.ones(RESPONDENTS), group == 0, *(rows.controls[name] for name in controls)])
            fit = sm.OLS(rows.outcomes[outcome], x).fit(cov_type="cluster", cov_kwds={"groups": rows.account})
            fit.conf_int()
            yield place, float(fit.params[1])


def fit_formulas(rows: Rows, frame: pd.DataFrame, every: int) -> Iterator[tuple[int, float]]:
    """The same by formulas on a data frame."""
    for place, (group, controls, outcome) in enumerate(product(rows.exposures, SETS, rows.outcomes)):
        if place % every == 0:
            formula = " + ".join([f"{outcome} ~ exposed", *(name.replace(" ", "_") for name in controls)])
            data = frame.assign(exposed=(group == 0) * 1)
            fit = smf.ols(formula, data).fit(cov_type="cluster", cov_kwds={"groups": rows.account})
            fit.conf_int()
            yield place, float(fit.params["exposed"])


def table_specifications(found: Compared) -> str:
    """Seconds, target and ratio as a table."""
    rows = [
        ("shared account totals, CR2 and Satterthwaite df", f"{found.ours:.2f} s"),
        ("one statsmodels OLS fit each on bare arrays, CR1", f"{found.arrays:.2f} s"),
        ("one statsmodels OLS fit each by formula, CR1", f"{found.formula:.2f} s"),
        ("**statsmodels on arrays / shared totals**", f"**{found.arrays / found.ours:.1f}**"),
        ("**statsmodels by formula / shared totals**", f"**{found.formula / found.ours:.1f}**"),
    ]
    met = "yes" if found.ours <= TARGET_SECONDS else "no"
    said = (
        f"Target: at most {TARGET_SECONDS} s; met: {met}. statsmodels fitted {found.fitted_by_statsmodels} of them each way, and "
        f"its time is told for all; the lifts differ by at most {found.largest_difference:.0e}."
    )
    header = (f"{SPECIFICATIONS:,} specifications, {RESPONDENTS:,} respondents, {found.accounts:,} accounts", "time")
    return f"{markdown_table(header, rows)}\n\n{said}"


def _collect(rows: Rows, group: np.ndarray, names: Sequence[str]) -> ClusterTotals:
    columns = {**rows.controls, **rows.outcomes}
    last = columns.pop(names[-1])
    found = collect_totals(rows.account, group, last, groups=("comparison", "baseline"), controls=dict(columns))
    return ClusterTotals(found.accounts, found.groups, (*found.columns[:-1], names[-1]), found.totals)
