"""Which small made-up studies do the referees and the package both compute? Writes them to `cases/`, the same bytes every time.

Columns: account; y (-1/0/1, 0/1 or 0..10); group (high, low, or empty: in the study but in neither group); weight; x1, a continuous
control; exposure, 1 for those in the high group before some rows lost their group. `alpha_items.csv` has five items with gaps.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

CASES = Path(__file__).parent / "cases"
SIZES = (0.18, 0.16, 0.15, 0.13, 0.12, 0.10, 0.09, 0.07)  # share of accounts with 1, 2, ... 8 respondents


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One study: how its accounts, groups, weights and scores are drawn."""

    seed: int
    score: Literal["nps", "rate", "score"] = "nps"
    accounts: int = 60
    whole: bool = False  # all respondents of an account are in one group
    weighted: bool = False
    neither: bool = False  # every fifth account, and some rows of the others, are in neither group
    one_each: bool = False  # one respondent per account
    level: float = 0.4  # latent mean of the low group; about zero makes the NPS ratio hopeless
    lift: float = 0.5


ALL = {
    "nps_mixed": Case(seed=101),
    "nps_whole": Case(seed=102, whole=True),
    "nps_weighted": Case(seed=103, weighted=True),
    "nps_whole_weighted": Case(seed=104, whole=True, weighted=True),
    "rate_mixed": Case(seed=105, score="rate"),
    "rate_weighted": Case(seed=106, score="rate", weighted=True),
    "nps_neither": Case(seed=107, neither=True),
    "nps_neither_weighted": Case(seed=108, neither=True, weighted=True),
    "nps_few": Case(seed=109, accounts=12),
    "nps_few_weighted": Case(seed=110, accounts=12, weighted=True),
    "nps_one_each": Case(seed=111, one_each=True),
    "nps_one_each_weighted": Case(seed=112, one_each=True, weighted=True),
    "nps_low_baseline": Case(seed=113, level=0.15, lift=0.9),
    "nps_no_ratio": Case(seed=114, level=0.0, lift=0.0, accounts=30),
    "reg_whole": Case(seed=115, score="score", whole=True),
    "reg_mixed": Case(seed=116, score="score"),
    "reg_whole_weighted": Case(seed=117, score="score", whole=True, weighted=True),
    "reg_mixed_weighted": Case(seed=118, score="score", weighted=True),
}


def write_cases(folder: Path = CASES) -> None:
    """Write every case and the items for Cronbach's alpha as CSV files."""
    folder.mkdir(exist_ok=True)
    for name, case in ALL.items():
        write_csv(folder / f"{name}.csv", ("account", "y", "group", "weight", "x1", "exposure"), rows_of(case))
    write_csv(folder / "alpha_items.csv", ("item1", "item2", "item3", "item4", "item5"), item_rows(seed=201))


def rows_of(case: Case) -> list[tuple[object, ...]]:
    """The rows of one case, account after account."""
    rng = np.random.default_rng(case.seed)
    sizes = np.ones(case.accounts, int) if case.one_each else rng.choice(np.arange(1, 9), size=case.accounts, p=SIZES)
    account = np.repeat(np.arange(case.accounts), sizes)
    warmth = rng.normal(0, 0.6, case.accounts)[account]
    leaning = rng.normal(size=case.accounts)[account]
    high = (leaning if case.whole else 0.4 * leaning + rng.normal(size=account.size)) > 0.1
    x1 = np.round(0.5 * warmth + 0.4 * high + rng.normal(size=account.size), 3)
    y = scored(case.score, case.level + case.lift * high + 0.3 * x1 + warmth + rng.normal(size=account.size))
    weight = np.round(np.clip(np.exp(rng.normal(0.1 * y, 0.8)), 0.2, 4), 3) if case.weighted else np.ones(account.size, int)
    apart = (account % 5 == 0) | (rng.random(account.size) < 0.15) if case.neither else np.zeros(account.size, bool)
    group = np.where(apart, "", np.where(high, "high", "low"))
    names = [f"A{number + 1:02d}" for number in account]
    return list(zip(names, y.tolist(), group.tolist(), weight.tolist(), x1.tolist(), high.astype(int).tolist(), strict=True))


def scored(kind: str, latent: np.ndarray) -> np.ndarray:
    """The answer that a latent liking gives on the scale of the case."""
    if kind == "nps":
        return np.where(latent > 0.45, 1, np.where(latent < -0.45, -1, 0))
    if kind == "rate":
        return (latent > 0).astype(int)
    return np.clip(np.round(6 + 2 * latent), 0, 10).astype(int)


def item_rows(seed: int, rows: int = 120) -> list[tuple[object, ...]]:
    """Five items 0..10 that share a factor; about one answer in twenty is missing."""
    rng = np.random.default_rng(seed)
    factor = rng.normal(size=(rows, 1))
    latent = np.array([0.9, 0.8, 0.7, 0.5, 0.3]) * factor + 0.7 * rng.normal(size=(rows, 5))
    answers = np.clip(np.round(6 + 2 * latent), 0, 10).astype(int).astype(str)
    missing = rng.random((rows, 5)) < 0.05
    return [tuple(row) for row in np.where(missing, "", answers).tolist()]


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write plain UTF-8 with Unix line ends, so that the bytes are the same on every system."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    write_cases()
