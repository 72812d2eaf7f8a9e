"""What does the coverage benchmark say, in tables a statistician can check?"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.agreement import FIELDS, coverage_percent
from benchmarks.design import Cell, Outcome
from benchmarks.page import markdown_table
from valuelib.stats.planning import SIZE_SHARES, outcome_shares
from valuelib.verdict.contrast import FEW_ACCOUNTS, FEW_IN_GROUP, SMALL_GROUP

BAND = (94.0, 96.0)
MEAN_SIZE = float(SIZE_SHARES @ np.arange(1, len(SIZE_SHARES) + 1))
MIN_ANSWERS, MIN_ACCOUNTS = 6, 10  # expected, in the rarest outcome and the smaller group
LABELS = {
    "figure": "one {}",
    "subgroup": "{} of a 20 % group",
    "difference": "{} difference",
    "ratio": "{} ratio",
    "adjusted difference": "{} difference, adjusted",
    "adjusted ratio": "{} ratio, adjusted",
}
WORDS = {"nps": "NPS", "rate": "rate"}
SAMPLES = {"varying": "with variation", "used": "all"}


def table_coverage(measured: pd.DataFrame) -> str:
    """Per quantity and sample size: range over cells, how many cells lie in the band, and how sure that is."""
    header = (
        "Quantity",
        "n",
        "cells",
        "coverage, %",
        "cells below / in / above 94–96",
        "MC SE, at most",
        "fallback used, %",
        "refused, %",
    )
    rows = []
    for (outcome, quantity, n), cells in _groups(measured, ["outcome", "quantity", "n"]):
        used = coverage_percent(cells, "used")
        fallback, refused = 100 * (1 - cells["varying"] / cells["used"]), 100 * cells["refused"] / cells["drawn"]
        error = np.sqrt(used * (100 - used) / cells["used"]).max()
        rows.append(
            (
                _label(outcome, quantity),
                str(n),
                str(len(cells)),
                _range(used),
                _in_band(used),
                f"{error:.2f}",
                _range(fallback),
                _range(refused),
            )
        )
    return markdown_table(header, rows)


def say_samples(measured: pd.DataFrame) -> str:
    """How many samples were drawn in how many cells."""
    cells = measured.drop_duplicates([item.name for item in fields(Cell)])["drawn"].value_counts().sort_index(ascending=False)
    return " and ".join(f"{int(str(drawn)):,} samples in each of {number} cells" for drawn, number in cells.items())


def table_ratio_sets(measured: pd.DataFrame) -> str:
    """Per pair and sample size: how often the set of a ratio is an interval, and what those intervals are worth."""
    header = (
        "Baseline and comparison",
        "n",
        "set covers, %",
        "set bounded, %",
        "covers if bounded, %",
        "ratio printed, %",
        "printed and wrong, %",
    )
    rows = []
    ratios = measured[measured["quantity"] == "ratio"]
    for (outcome, baseline, comparison, n), cells in _groups(ratios, ["outcome", "baseline", "comparison", "n"]):
        wrong = 100 * (cells["printed"] - cells["covered_printed"]) / cells["used"]
        rows.append(
            (
                f"{WORDS[outcome]} {_pair(baseline, comparison)}",
                str(n),
                _range(coverage_percent(cells, "used")),
                _range(100 * cells["bounded"] / cells["used"]),
                _range(coverage_percent(cells, "bounded")),
                _range(100 * cells["printed"] / cells["used"]),
                _range(wrong),
            )
        )
    return markdown_table(header, rows)


def table_rare(measured: pd.DataFrame) -> str:
    """Contrasts where each group can be expected to hold enough of the rarest outcome, against those where it cannot."""
    header = ("Quantity", "expected in each group", "cells", "coverage, %", "cells below / in / above 94–96")
    contrasts = measured[measured["quantity"].isin(["difference", "ratio"])]
    columns = (contrasts[name] for name in ("outcome", "n", "share", "comparison", "baseline"))
    enough = [_enough(*row) for row in zip(*columns, strict=True)]
    said = np.where(enough, f"≥ {MIN_ANSWERS} answers of the rarest kind, ≥ {MIN_ACCOUNTS} accounts", "fewer")
    rows = [
        (
            _label(outcome, quantity),
            expected,
            str(len(cells)),
            _range(coverage_percent(cells, "used")),
            _in_band(coverage_percent(cells, "used")),
        )
        for (outcome, quantity, expected), cells in _groups(contrasts.assign(expected=said), ["outcome", "quantity", "expected"])
    ]
    return markdown_table(header, rows)


def table_agreement(compared: pd.DataFrame) -> str:
    """Both simulations side by side; `allowed` is the largest difference that chance explains, over the rows compared."""
    header = ("Quantity", "samples", "n", "earlier, %", "here, %", "allowed, at most", "rows that agree")
    rows = [
        (
            _label(outcome, quantity),
            SAMPLES[samples],
            str(n),
            f"{rows['low'].min():.1f}–{rows['high'].max():.1f}",
            f"{rows['our_low'].min():.1f}–{rows['our_high'].max():.1f}",
            f"{rows['allowed'].max():.2f}",
            f"{int(rows['agree'].sum())} of {len(rows)}",
        )
        for (outcome, quantity, samples, n), rows in _groups(compared, ["outcome", "quantity", "samples", "n"])
    ]
    return markdown_table(header, rows)


def say_agreement(compared: pd.DataFrame) -> str:
    """How many comparisons agree, and a line for each that does not."""
    failed = compared[~compared["agree"]].to_dict("records")
    lines = [f"{len(compared) - len(failed)} of {len(compared)} rows agree within simulation error{'; not:' if failed else '.'}"]
    for row in failed:
        where = "".join(f", {field} {row[field]:g}" for field in FIELDS if pd.notna(row[field]))
        lines.append(
            f"- {_label(row['outcome'], row['quantity'])}{where}, n = {row['n']}, samples {SAMPLES[row['samples']]}: {row['low']}–"
            f"{row['high']} earlier, {row['our_low']:.2f}–{row['our_high']:.2f} here, allowed difference {row['allowed']:.2f}"
        )
    return "\n\n".join((lines[0], "\n".join(lines[1:]))).strip()


def table_below(measured: pd.DataFrame) -> str:
    """Each cell that covers less often than the band, lowest first, and whether a report warns of such a sample."""
    header = ("Quantity", "baseline and comparison", "n", "ICC", "comparison group", "groups", "coverage, %", "MC SE", "warned")
    covered = coverage_percent(measured, "used")
    low = measured.assign(covered=covered)[covered < BAND[0]].sort_values("covered")
    rows = [
        (
            _label(row["outcome"], row["quantity"]),
            _pair(row["baseline"], row["comparison"]),
            str(row["n"]),
            f"{row['icc']:g}",
            f"{100 * row['share']:.0f} %",
            "mixed inside accounts" if row["mixed"] else "whole accounts",
            f"{row['covered']:.2f}",
            f"{np.sqrt(row['covered'] * (100 - row['covered']) / row['used']):.2f}",
            "yes" if _warned(row["quantity"], row["n"], row["share"], row["baseline"]) else "no",
        )
        for row in low.to_dict("records")
    ]
    return markdown_table(header, rows) if rows else f"No cell lies below {BAND[0]:.0f} %."


def _groups(rows: pd.DataFrame, by: list[str]) -> list[tuple[tuple[Any, ...], pd.DataFrame]]:
    """Groups in the order NPS, rate; figure, subgroup, difference, ratio; sample size last."""
    order = {name: place for place, name in enumerate((*WORDS, *LABELS))}
    return sorted(rows.groupby(by), key=lambda group: [order.get(part, part) for part in group[0]])


def _enough(outcome: Outcome, n: int, share: float, comparison: float, baseline: float) -> bool:
    """Whether both groups can be expected to hold enough answers of their rarest kind, and enough accounts."""
    groups = ((comparison, n * share), (baseline, n * (1 - share)))
    return all(
        size * min(outcome_shares(outcome, figure)) >= MIN_ANSWERS and size / MEAN_SIZE >= MIN_ACCOUNTS for figure, size in groups
    )


def _warned(quantity: str, n: int, share: float, baseline: float) -> bool:
    """Whether a report warns of a sample of the expected size: small groups, few accounts, a ratio without a positive baseline."""
    sizes = [n * part for part in (share, 1 - share) if part > 0]
    small = min(sizes) < SMALL_GROUP or min(sizes) / MEAN_SIZE < FEW_IN_GROUP or n / MEAN_SIZE < FEW_ACCOUNTS
    return small or (quantity.endswith("ratio") and baseline <= 0)


def _pair(baseline: float, comparison: float) -> str:
    return f"{100 * comparison:.3g}" if pd.isna(baseline) else f"{100 * baseline:.3g} and {100 * comparison:.3g}"


def _label(outcome: str, quantity: str) -> str:
    said = LABELS[quantity].format(WORDS[outcome])
    return said[0].upper() + said[1:]


def _range(values: pd.Series) -> str:
    known = values.dropna()
    if known.empty:
        return "none"
    low, high = f"{known.min():.1f}", f"{known.max():.1f}"
    return low if low == high else f"{low}–{high}"


def _in_band(covered: pd.Series) -> str:
    low, high = BAND
    return f"{(covered < low).sum()} / {covered.between(low, high).sum()} / {(covered > high).sum()}"
