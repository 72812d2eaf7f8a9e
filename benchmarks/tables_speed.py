"""What does the speed benchmark say, in tables and ratios that hold on other machines?"""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.page import markdown_table
from benchmarks.speed import PANDAS_REPLICATES, REPLICATES, TARGET_SECONDS, Timing

STEPS = {
    "totals_from_rows": "account totals from respondent rows",
    "difference": "difference with interval, from totals",
    "ratio": "Fieller ratio, from totals",
    "both": "both of them",
    "fitted": "difference adjusted for one control, from totals",
    "totals_bootstrap": f"bootstrap on account totals, {REPLICATES:,} replicates",
    "pandas_bootstrap": f"pandas bootstrap loop, {REPLICATES:,} replicates",
}


def table_speed(timings: Sequence[Timing]) -> str:
    """Seconds by step, and the bootstraps as multiples of the difference that they replace."""
    header = ("Step", *(f"{one.respondents:,} respondents, {one.accounts:,} accounts" for one in timings))
    rows = [[said, *(_duration(getattr(one, step)) for one in timings)] for step, said in STEPS.items()]
    rows += [
        [f"**{said} / difference**", *(f"**{_rounded(getattr(one, step) / one.difference)}**" for one in timings)]
        for step, said in (("totals_bootstrap", "bootstrap on totals"), ("pandas_bootstrap", "pandas bootstrap loop"))
    ]
    return markdown_table(header, rows)


def table_targets(timings: Sequence[Timing], assess_seconds: float | None) -> str:
    """Each target, what was measured, and whether it was met."""
    header = ("Difference and Fieller ratio from totals", "target", "measured", "met")
    rows = [
        (
            f"{one.respondents:,} respondents",
            f"below {_duration(TARGET_SECONDS[one.respondents])}",
            _duration(one.both),
            _yes(one.met),
        )
        for one in timings
    ]
    assessed = "not measured: the demo study is not in this copy" if assess_seconds is None else _duration(assess_seconds)
    return f"{markdown_table(header, rows)}\n\nAll claims of the register on the demo study, after loading: {assessed}."


def say_replicates() -> str:
    """How many replicates of the loop were run."""
    return " and ".join(f"{count} at {n:,} respondents" for n, count in PANDAS_REPLICATES.items())


def _duration(seconds: float) -> str:
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if seconds * factor >= 1:
            return f"{_rounded(seconds * factor)} {unit}"
    return f"{_rounded(seconds * 1e9)} ns"


def _rounded(value: float) -> str:
    """Two significant digits, without an exponent."""
    rounded = float(f"{value:.2g}")
    return f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:.1f}"


def _yes(met: bool) -> str:
    return "yes" if met else "**no**"
