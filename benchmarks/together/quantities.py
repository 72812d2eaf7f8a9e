"""Bias and coverage of the shipped estimators of working together, on populations of known truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.page import markdown_table
from valuelib.stats.adjust import estimate_fitted
from valuelib.stats.agreement import estimate_agreement
from valuelib.stats.curves import estimate_surface
from valuelib.stats.means import t_quantile
from valuelib.stats.mediation import estimate_indirect, make_path
from valuelib.stats.over_time import estimate_growth, estimate_paired
from valuelib.stats.totals import collect_totals
from valuelib.worlds.people import rng_for

REPS, SEED = 300, 20261125
BAND = (93.0, 97.0)
Draw = Callable[[np.random.Generator, int], tuple[float, float, float] | None]


@dataclass(frozen=True, slots=True)
class Quantity:
    """One estimate with its truth: `draw` gives estimate and limits of one sample of a size."""

    name: str
    truth: float
    unit: str
    sizes: tuple[int, ...]
    draw: Draw
    share: float = 1.0  # of the samples of a plain cell


def measure_quantities(reps: int = REPS) -> pd.DataFrame:
    """One row a quantity and size: mean and SD of the estimates, and how often the interval held the truth."""
    return pd.DataFrame([row for quantity in QUANTITIES for row in _rows(quantity, reps)])


def table_quantities(measured: pd.DataFrame) -> str:
    """Bias and coverage; coverage outside 93-97 % is bold."""
    header = ("Quantity", "truth", "size", "samples", "mean", "bias", "SD", "held, %")
    return markdown_table(header, [_line(row) for _, row in measured.iterrows()])


def _rows(quantity: Quantity, reps: int) -> Iterator[dict[str, object]]:
    for size in quantity.sizes:
        rng = rng_for(SEED, f"{quantity.name} {size}")
        found = [one for _ in range(round(reps * quantity.share)) if (one := quantity.draw(rng, size)) is not None]
        values = np.array(found)
        held = (values[:, 1] <= quantity.truth) & (quantity.truth <= values[:, 2])
        yield {
            "quantity": quantity.name,
            "truth": quantity.truth,
            "unit": quantity.unit,
            "size": size,
            "samples": len(values),
            "mean": round(float(values[:, 0].mean()), 4),
            "sd": round(float(values[:, 0].std(ddof=1)), 4),
            "held": int(held.sum()),
        }


def _line(row: pd.Series) -> list[str]:
    share = 100 * row["held"] / row["samples"]
    said = f"{share:.1f}" if BAND[0] <= share <= BAND[1] else f"**{share:.1f}**"
    size = f"{row['size']:.0f} {row['unit']}"
    bias = row["mean"] - row["truth"]
    return [
        row["quantity"],
        f"{row['truth']:g}",
        size,
        f"{row['samples']:.0f}",
        f"{row['mean']:.3f}",
        f"{bias:+.3f}",
        f"{row['sd']:.3f}",
        said,
    ]


def _surface(name: str, gap: float) -> Draw:
    """Both views of an account known, the customer's without error; z = 0.3 times the mean of both less gap times difference
    squared.
    """

    def draw(rng: np.random.Generator, dyads: int) -> tuple[float, float, float] | None:
        account = np.repeat(np.arange(dyads), rng.integers(1, 5, dyads))
        x, y = rng.normal(6.5, 1.2, dyads), rng.normal(6.8, 1.2, dyads)
        z = 0.3 * (x + y)[account] / 2 - gap * (x - y)[account] ** 2
        z = z + rng.normal(0, 0.7, dyads)[account] + rng.normal(0, 1, account.size)
        surface = estimate_surface(x[account], y[account], z, account, centre=6.5)
        if surface is None:
            return None
        found = surface.combine(name)
        reach = t_quantile(0.95, found.df) * found.se
        return found.value, found.value - reach, found.value + reach

    return draw


def _slope(effect: float, *, clusters_of: int, of_team: float) -> Draw:
    """An outcome of respondents on something that all of a cluster share; as many clusters as the size says."""

    def draw(rng: np.random.Generator, clusters: int) -> tuple[float, float, float] | None:
        code = np.repeat(np.arange(clusters), rng.poisson(clusters_of, clusters) + 2)
        x = rng.normal(0, 1, clusters)[code]
        y = effect * x + of_team * rng.normal(0, 1, clusters)[code] + rng.normal(0, 1, code.size)
        fitted = estimate_fitted(collect_totals(code, np.zeros(code.size, int), y, groups=("all",), controls={"x": x - x.mean()}))
        value, se = float(fitted.coefficients[1]), float(fitted.coefficient_cr2[1, 1]) ** 0.5
        reach = t_quantile(0.95, fitted.coefficient_df([0.0, 1.0])) * se
        return value, value - reach, value + reach

    return draw


def _growth(rng: np.random.Generator, accounts: int) -> tuple[float, float, float] | None:
    size = rng.integers(1, 4, (accounts, 3))
    account = np.repeat(np.repeat(np.arange(accounts), 3), size.ravel())
    wave = np.repeat(np.tile(np.arange(3), accounts), size.ravel())
    exposure = rng.normal(0, 1, accounts)
    pace = 0.15 + 0.1 * exposure + rng.normal(0, 0.1, accounts)
    y = rng.normal(0, 0.8, accounts)[account] + pace[account] * wave + rng.normal(0, 1, account.size)
    found = estimate_growth(y, wave, exposure[account], account)
    return None if found is None else (found.faster, found.faster - 1.96 * found.faster_se, found.faster + 1.96 * found.faster_se)


def _indirect(b: float) -> Draw:
    def draw(rng: np.random.Generator, accounts: int) -> tuple[float, float, float] | None:
        code = np.repeat(np.arange(accounts), rng.integers(1, 5, accounts))
        x = rng.normal(0, 1, accounts)[code]
        m = 0.4 * x + rng.normal(0, 0.5, accounts)[code] + rng.normal(0, 1, code.size)
        y = b * m + 0.2 * x + rng.normal(0, 0.5, accounts)[code] + rng.normal(0, 1, code.size)
        first, second = make_path(m, x, np.empty((code.size, 0)), code), make_path(y, m, x[:, None], code)
        found = estimate_indirect(first, second, rng=rng, draws=500)
        return None if found.low is None or found.high is None else (found.product, found.low, found.high)

    return draw


def _gap(rng: np.random.Generator, accounts: int) -> tuple[float, float, float] | None:
    customers = rng.normal(6.5, 1, accounts) + rng.normal(0, 1, accounts) / np.sqrt(rng.integers(1, 5, accounts))
    found = estimate_paired(customers, np.round(customers + 0.8 + rng.normal(0, 1.2, accounts)))
    return None if found is None or found.low is None or found.high is None else (found.value, found.low, found.high)


def _agreement(same: float) -> Draw:
    """Two readers of three passages an account; the second sees the first one's of four codes with this chance, else any."""

    def draw(rng: np.random.Generator, units: int) -> tuple[float, float, float] | None:
        rows = []
        for unit in range(units):
            for passage in range(3):
                first = int(rng.integers(0, 4))
                second = first if rng.random() < same else int(rng.integers(0, 4))
                rows += [
                    (f"u{unit:03d}", f"{unit}-{passage}", reader, f"k{seen}") for reader, seen in (("A", first), ("B", second))
                ]
        coded = pd.DataFrame(rows, columns=["account", "text", "coder", "code"])
        found = estimate_agreement(coded, rng=rng)[0]
        return None if found.alpha is None or found.low is None or found.high is None else (found.alpha, found.low, found.high)

    return draw


QUANTITIES: tuple[Quantity, ...] = (
    Quantity("surface, a1 (0.3)", 0.3 + 0.0, "dyads", (60, 100, 200, 350), _surface("a1", 0.1)),
    Quantity("surface, a4 (no gap effect)", 0.0, "dyads", (60, 100, 200, 350), _surface("a4", 0.0)),
    Quantity("surface, a4 (gap effect 0.1)", -0.4, "dyads", (60, 100, 200, 350), _surface("a4", 0.1)),
    Quantity("team link (none)", 0.0, "teams", (10, 15, 24, 40), _slope(0.0, clusters_of=40, of_team=0.2)),
    Quantity("team link (0.15)", 0.15, "teams", (10, 15, 24, 40), _slope(0.15, clusters_of=40, of_team=0.2)),
    Quantity("facet slope, as the provider rates (0.2)", 0.2, "accounts", (40, 100, 200), _slope(0.2, clusters_of=2, of_team=0.5)),
    Quantity("faster growth, mixed model (0.1)", 0.1, "accounts", (40, 100, 300), _growth, 0.3),
    Quantity("indirect, a x b (0)", 0.0, "accounts", (40, 100, 200), _indirect(0.0), 0.5),
    Quantity("indirect, a x b (0.2)", 0.2, "accounts", (40, 100, 200), _indirect(0.5), 0.5),
    Quantity("gap of the two views (0.8)", 0.8, "accounts", (20, 60, 200), _gap),
    Quantity("Krippendorff's alpha (0.85)", 0.85, "units", (12, 30, 100), _agreement(0.85), 0.3),
    Quantity("Krippendorff's alpha (0.6)", 0.6, "units", (12, 30, 100), _agreement(0.6), 0.3),
)
NAMES: Mapping[str, Quantity] = {quantity.name: quantity for quantity in QUANTITIES}
