"""How often do the intervals of alpha, omega, Spearman-Brown and HTMT hold the true value under clustering?

Items are answers 0-10, skewed, rounded from normal numbers with known loadings; the account has a share (the ICC) in each common
factor and each error alike. What rounding does to a covariance is a series in the latent correlation, so that the true coefficients
follow from the model; no "truth" is simulated. Feldt's interval, which takes answers for independent, is counted beside ours.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from itertools import product
from math import factorial
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.polynomial.hermite_e import hermeval
from scipy import stats
from threadpoolctl import threadpool_limits

from benchmarks.generator import SIZE_SHARES
from benchmarks.page import markdown_table
from valuelib.stats.reliability import (
    Coefficient,
    NoOmega,
    estimate_alpha,
    estimate_htmt,
    estimate_omega,
    estimate_omega_hierarchical,
    estimate_spearman_brown,
    fit_one_factor,
)
from valuelib.stats.totals import Floats
from valuelib.worlds.people import rng_for

SEED, REPS, BATCH = 20240131, 4_000, 100
SIZES, ICCS = (60, 150, 400, 2_000), (0.1, 0.4)
MEAN, SD = 6.5, 2.2
CUTS = (np.arange(0.5, 10.0) - MEAN) / SD  # where the latent number passes from one answer 0-10 to the next
TERMS = 60
BAND = (94.0, 96.0)


def _categories() -> Floats:
    """Nine items: one factor for all, one for each three of them."""
    loadings = np.zeros((9, 4))
    loadings[:, 0] = 0.6
    for category in range(3):
        loadings[3 * category : 3 * category + 3, category + 1] = 0.4
    return loadings


def _two_tiers() -> Floats:
    """Four and four items whose tiers share a general factor (correlation .7)."""
    loadings = np.zeros((8, 3))
    loadings[:, 0] = 0.65 * 0.7**0.5
    loadings[:4, 1] = loadings[4:, 2] = 0.65 * 0.3**0.5
    return loadings


STRUCTURES: dict[str, Floats] = {
    "2 items": np.full((2, 1), 0.7),
    "3 items": np.full((3, 1), 0.65),
    "4 items, unequal": np.array([[0.4], [0.6], [0.75], [0.85]]),
    "7 items, unequal": np.linspace(0.4, 0.85, 7)[:, None],
    "9 items in 3 categories": _categories(),
    "two tiers of 4 items": _two_tiers(),
}
FIRST_TIER = 4
NAMED = np.repeat(["a", "b", "c"], 3)


@dataclass(frozen=True, slots=True)
class Cell:
    """One structure of items, sample size and likeness of colleagues."""

    structure: str
    n: int
    icc: float


class Hit(NamedTuple):
    """What one interval did in one sample; `given` is false where no figure could be had."""

    quantity: str
    given: bool
    covered: bool


def all_cells() -> list[Cell]:
    """Every combination, the quick ones first."""
    return [Cell(structure, n, icc) for n, icc, structure in product(SIZES, ICCS, STRUCTURES)]


def measure_reliability(reps: int, workers: int, progress: Callable[[str], None]) -> pd.DataFrame:
    """One row per cell and quantity: samples `drawn`, those with a figure `given`, and how many of them `covered` the truth."""
    rows: list[dict[str, object]] = []
    cells = all_cells()
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for done, found in enumerate(pool.map(partial(measure_cell, reps=reps), cells), start=1):
            rows += found
            progress(f"reliability: cell {done} of {len(cells)}")
    return pd.DataFrame(rows)


def measure_cell(cell: Cell, *, reps: int) -> list[dict[str, object]]:
    """The rows of one cell; its chance is named after the cell and the batch."""
    hits: list[Hit] = []
    with threadpool_limits(1):
        for start in range(0, reps, BATCH):
            rng = rng_for(SEED, f"reliability {cell.structure} n={cell.n} icc={cell.icc} {start}")
            for _ in range(min(BATCH, reps - start)):
                hits += try_intervals(cell.structure, *draw(cell, rng))
    return [
        {
            "structure": cell.structure,
            "n": cell.n,
            "icc": cell.icc,
            "quantity": quantity,
            "drawn": reps,
            "given": int(own["given"].sum()),
            "covered": int(own["covered"].sum()),
        }
        for quantity, own in pd.DataFrame(hits).groupby("quantity", sort=False)
    ]


def draw(cell: Cell, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Answers, shape (n, items), and the account of each respondent."""
    account = np.repeat(np.arange(cell.n), rng.choice(len(SIZE_SHARES), size=cell.n, p=SIZE_SHARES) + 1)[: cell.n]
    loadings = STRUCTURES[cell.structure]
    items, factors = loadings.shape
    columns = items + factors
    shared, own = rng.standard_normal((cell.n, columns))[account], rng.standard_normal((cell.n, columns))
    value = np.sqrt(cell.icc) * shared + np.sqrt(1 - cell.icc) * own
    latent = value[:, :factors] @ loadings.T + value[:, factors:] * np.sqrt(1 - (loadings**2).sum(axis=1))
    return np.searchsorted(CUTS, latent).astype(float), account.astype(float)


def try_intervals(structure: str, x: Floats, account: Floats) -> Iterator[Hit]:
    """Every interval that a report would take from this sample, held against the truth."""
    truth = true_coefficients(structure)
    if "HTMT" in truth:
        yield _hit("HTMT", estimate_htmt(x[:, :FIRST_TIER], x[:, FIRST_TIER:], account), truth)
        return
    alpha = estimate_alpha(x, account)
    yield _hit("alpha", alpha, truth)
    if alpha is not None:
        low, high = feldt(alpha.value, *x.shape)
        yield Hit("alpha, Feldt's interval", True, low <= truth["alpha"] <= high)
    if "Spearman-Brown" in truth:
        yield _hit("Spearman-Brown", estimate_spearman_brown(x, account), truth)
    if "omega" in truth:
        yield _hit("omega", estimate_omega(x, account), truth)
    if "omega-hierarchical" in truth:
        yield _hit("omega-hierarchical", estimate_omega_hierarchical(x, NAMED, account), truth)


@cache
def true_coefficients(structure: str) -> dict[str, float]:
    """What each coefficient is in the whole population, from the covariances of the rounded answers."""
    loadings = STRUCTURES[structure]
    latent = loadings @ loadings.T
    np.fill_diagonal(latent, 1.0)
    s = rounded_covariance(latent)
    k = len(s)
    if structure == "two tiers of 4 items":
        r = s / s[0, 0]
        a, b = r[:FIRST_TIER, :FIRST_TIER], r[FIRST_TIER:, FIRST_TIER:]
        inside = [one[np.triu_indices(FIRST_TIER, 1)].mean() for one in (a, b)]
        return {"HTMT": float(r[:FIRST_TIER, FIRST_TIER:].mean() / (inside[0] * inside[1]) ** 0.5)}
    truth = {"alpha": float(k / (k - 1) * (1 - np.trace(s) / s.sum()))}
    if k == 2:
        return {**truth, "Spearman-Brown": float(2 * s[0, 1] / (s[0, 0] + s[0, 1]))}
    if structure == "9 items in 3 categories":
        sums = (NAMED[:, None] == np.unique(NAMED)).astype(float)
        return {**truth, "omega-hierarchical": _omega(sums.T @ s @ sums)}
    return {**truth, "omega": _omega(s)}


def rounded_covariance(latent: Floats) -> Floats:
    """Covariances of the answers 0-10 from the correlations of the latent numbers.

    Notes:
        An answer is a sum of steps 1[z > cut], whose Hermite coefficients are phi(cut) He_{j-1}(cut); products of He_j correlate
        as j! r^j. On the diagonal the variance is summed directly, where the series converges slowly.
    """
    density = stats.norm.pdf(CUTS)
    steps = [float((density * hermeval(CUTS, np.eye(TERMS)[j - 1])).sum()) for j in range(1, TERMS + 1)]
    covariance = np.zeros_like(latent)
    for j, step in enumerate(steps, start=1):
        covariance += step * step / factorial(j) * latent**j
    chances = np.diff(stats.norm.cdf(np.concatenate([[-np.inf], CUTS, [np.inf]])))
    answers = np.arange(11)
    np.fill_diagonal(covariance, float(chances @ answers**2 - (chances @ answers) ** 2))
    return covariance


def feldt(alpha: float, n: int, k: int, level: float = 0.95) -> tuple[float, float]:
    """Feldt's interval of alpha for independent rows. Source: Feldt (1965), Psychometrika 30(3), 357-370."""
    low, high = (float(stats.f.ppf(q, n - 1, (n - 1) * (k - 1))) for q in ((1 + level) / 2, (1 - level) / 2))
    return 1 - (1 - alpha) * low, 1 - (1 - alpha) * high


def table_reliability(measured: pd.DataFrame) -> str:
    """Coverage by quantity and number of respondents: the range over structures and ICCs."""
    rows = []
    for (quantity, n), own in measured.groupby(["quantity", "n"], sort=False):
        covered, given = 100 * own["covered"] / own["given"], own["given"] / own["drawn"]
        error = float((covered * (100 - covered) / own["given"]).max() ** 0.5)
        below, above = int((covered < BAND[0]).sum()), int((covered > BAND[1]).sum())
        counts = f"{below} / {len(own) - below - above} / {above}"
        none = 100 * (1 - given.min())
        rows.append((str(quantity), f"{n:,}", f"{covered.min():.1f}–{covered.max():.1f}", counts, f"{error:.2f}", f"{none:.1f}"))
    order = ["alpha", "alpha, Feldt's interval", "omega", "omega-hierarchical", "Spearman-Brown", "HTMT"]
    rows.sort(key=lambda row: (order.index(row[0]), int(row[1].replace(",", ""))))
    header = ("Coefficient", "n", "coverage, %", "cells below / in / above 94–96", "MC SE, at most", "no figure, at most %")
    return markdown_table(header, rows)


def table_reliability_below(measured: pd.DataFrame) -> str:
    """The cells of our own intervals that lie below the band."""
    covered = 100 * measured["covered"] / measured["given"]
    low = measured.assign(coverage=covered)[(covered < BAND[0]) & ~measured["quantity"].str.contains("Feldt")]
    header = ("Coefficient", "items", "n", "ICC", "coverage, %")
    cells = [
        (str(row["quantity"]), str(row["structure"]), f"{row['n']:,}", str(row["icc"]), f"{row['coverage']:.1f}")
        for row in low.sort_values("coverage").to_dict("records")
    ]
    return markdown_table(header, cells) if cells else "None."


def _hit(quantity: str, found: Coefficient | NoOmega | None, truth: dict[str, float]) -> Hit:
    if not isinstance(found, Coefficient) or found.low is None or found.high is None:
        return Hit(quantity, False, False)
    return Hit(quantity, True, found.low <= truth[quantity] <= found.high)


def _omega(covariance: Floats) -> float:
    fitted = fit_one_factor(covariance)
    if fitted is None:
        raise ValueError("The population's one-factor model is improper; choose other loadings.")
    common = float(fitted.loadings.sum()) ** 2
    return common / (common + float(fitted.unique.sum()))
