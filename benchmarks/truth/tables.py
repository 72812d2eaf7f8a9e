"""What do the counts of the truth tests say, in tables that show every failure?"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.page import markdown_table
from benchmarks.truth.judge import FOOLED, VERDICTS
from benchmarks.truth.scenarios import APART, HALOS, LARGE, SIZE, TRUTHS

EARLIER = Path(__file__).with_name("independent_halo.csv")
STANDARD_ERRORS = 4.0  # two simulations with other chance may differ by so many joint standard errors of their means
ROUNDING = 0.1  # points: the earlier figures have one decimal, and are medians
MOST_FOOLED, LEAST_FOUND = 0.05, 0.90
HELD = ("S1", "S2", "S3", "S4", "S5", "S6", "S7", "S9")  # where a halo must fool no rung; S8 is known to fool `peers`
TOLD = {"offering": "what was bought (`audited`)", "peers": "accounts only (`peers`)", "own": "own ratings alone"}


def truth_tables(counts: pd.DataFrame) -> dict[str, str]:
    """Every table of the page on truth tests, by the name of its markers."""
    return {
        "truth-targets": table_targets(counts),
        "truth-halo": table_halo(counts),
        "truth-audited": table_truths(counts, "offering"),
        "truth-peers": table_truths(counts, "peers"),
        "truth-planted": table_planted(counts),
        "truth-quality": table_quality(counts),
        "truth-agreement": table_agreement(counts),
    }


def table_targets(counts: pd.DataFrame) -> str:
    """What the verdict promises, and whether it holds in these studies."""
    lines = [_halo_target(counts, known) for known in ("offering", "peers")]
    own = _where(counts, known="own")
    lifts = int(own[list(FOOLED)].to_numpy().sum())
    said = f"{lifts:,} of {int(own['seeds'].sum()):,} studies"
    lines.append((f"{TOLD['own']}: all studies of {SIZE} respondents", "a lift", "never", said, _yes(lifts == 0)))
    large = _where(counts, world="S2", lift="claimed", n=LARGE, known="offering").iloc[0]
    found = (large["supported"] + large["consistent"]) / large["seeds"]
    what = f"{TOLD['offering']}: S2 with ratio 1.6 planted, {LARGE:,} respondents"
    lines.append((what, "supported or consistent", "at least 90 %", _percent(found), _yes(found >= LEAST_FOUND)))
    return markdown_table(("Studies", "verdict", "target", "measured", "met"), lines)


def _halo_target(counts: pd.DataFrame, known: str) -> tuple[str, ...]:
    rows = _where(counts, lift="no effect", n=SIZE, known=known)
    rows = rows[rows["world"].isin(HELD)]
    fooled = _fooled(rows)
    said = f"{_percent(fooled.max())} ({rows.loc[fooled.idxmax(), 'world']})"
    what = f"{TOLD[known]}: halo without effect, worst of {', '.join(HELD)}, {SIZE} respondents"
    return what, "a lift", "at most 5 %", said, _yes(fooled.max() <= MOST_FOOLED)


def table_halo(counts: pd.DataFrame) -> str:
    """No effect: what a slide would show, and how often a verdict says that there is a lift."""
    header = (
        "Scenario, no effect",
        "slide: difference",
        "slide: ratio ≥ 1.6, %",
        *(f"{TOLD[known]}, %" for known in TOLD),
        "MC SE",
    )
    null = _where(counts, lift="no effect", n=SIZE)
    rows = []
    for name in (name for name in HALOS if name not in APART):
        own = _where(null, world=name)
        first = own.iloc[0]
        said = [_fooled(_where(own, known=known)).iloc[0] for known in TOLD]
        rows.append(
            (
                f"{name} {HALOS[name].words}",
                f"{first['naive_mean']:+.1f}",
                f"{100 * first['naive_60'] / first['seeds']:.0f}",
                *(f"**{100 * share:.1f}**" if share > MOST_FOOLED else f"{100 * share:.1f}" for share in said),
                f"{100 * np.sqrt(max(share * (1 - share) for share in said) / first['seeds']):.1f}",
            )
        )
    return markdown_table(header, rows)


def table_planted(counts: pd.DataFrame) -> str:
    """Halo scenarios with and without the claimed effect: verdicts, and the deciding contrast against what was planted."""
    rows = counts[counts["lift"].ne("as named") & counts["known"].isin(["offering", "peers"]) & ~counts["world"].isin(APART)]
    return _planted([row for _, row in rows.sort_values(["n", "lift", "known", "world"], kind="stable").iterrows()])


def table_quality(counts: pd.DataFrame) -> str:
    """The worlds in which ratings hardly show a quality that matters, or show one that does not."""
    rows = counts[counts["world"].isin(APART) & counts["known"].ne("own")]
    return _planted([row for _, row in rows.sort_values(["world", "n", "lift", "known"]).iterrows()])


def table_truths(counts: pd.DataFrame, known: str) -> str:
    """Verdicts by truth and number of respondents, per cent."""
    header = ("Truth", "n", *(_word(verdict) for verdict in VERDICTS[:5]), "deciding lift", "planted")
    rows = []
    for name, (words, truth) in TRUTHS.items():
        for held in (False, True) if truth.size_buying else (False,):
            said = f"{words}; size held equal" if held else words
            own = _where(counts, world=name, lift="as named", known=known, size_held=held).sort_values("n")
            rows += [(said, f"{row['n']:,}", *_shares(row), _lift(row), f"{row['planted']:+.0f}") for _, row in own.iterrows()]
    return markdown_table(header, rows)


def table_agreement(counts: pd.DataFrame) -> str:
    """The same figures of an earlier program beside these: bias of the slide's figure and of the deciding contrasts, points."""
    header = ("Figure", "planted", "n", "scenarios", "bias earlier", "bias here", "largest difference", "allowed", "agree")
    beside = compare_earlier(counts)
    rows = []
    for (figure, lift, n), own in beside.groupby(["figure", "lift", "n"], sort=False):
        apart = (own["here"] - own["bias"]).abs()
        rows.append(
            (
                "own ratings, split at the median" if figure == "naive" else TOLD[str(figure)],
                str(lift),
                f"{n:,}",
                str(len(own)),
                _range(own["bias"]),
                _range(own["here"]),
                f"{apart.max():.1f} ({own.loc[apart.idxmax(), 'world']})",
                f"{own['allowed'].max():.1f}",
                f"{int(own['agree'].sum())} of {len(own)}",
            )
        )
    return markdown_table(header, rows)


def compare_earlier(counts: pd.DataFrame) -> pd.DataFrame:
    """Each kept figure of the earlier program with ours, the difference that chance allows, and whether they agree."""
    found = []
    for row in pd.read_csv(EARLIER).to_dict("records"):
        known = "offering" if row["figure"] == "naive" else row["figure"]
        ours = _where(counts, world=row["world"], lift=row["lift"], n=row["n"], known=known).iloc[0]
        mean, sd = ("naive_mean", "naive_sd") if row["figure"] == "naive" else ("lift_mean", "lift_sd")
        studies = ours["seeds" if row["figure"] == "naive" else "decided"]
        if not studies:  # nothing could be decided in this world, so there is no figure to compare
            continue
        here = float(ours[mean] - ours["planted"])
        allowed = STANDARD_ERRORS * float(ours[sd]) * (1 / studies + 1 / row["samples"]) ** 0.5 + ROUNDING
        found.append({**row, "here": here, "allowed": allowed, "agree": abs(here - row["bias"]) <= allowed})
    return pd.DataFrame(found)


def say_studies(counts: pd.DataFrame) -> str:
    """How many studies were drawn and judged."""
    drawn = counts.drop_duplicates(["world", "lift", "n"])
    most, fewest = int(drawn["seeds"].max()), int(drawn["seeds"].min())
    judged = int(counts["seeds"].sum())
    return f"{int(drawn['seeds'].sum()):,} studies of {len(drawn)} worlds, {fewest:,} to {most:,} each; {judged:,} verdicts."


def _planted(rows: Iterable[pd.Series]) -> str:
    header = (
        "World",
        "study tells",
        "n",
        "planted",
        *(_word(verdict) for verdict in VERDICTS[:5]),
        "deciding lift",
        "95 % interval covers, %",
    )
    lines = [
        (
            row["world"],
            TOLD[row["known"]],
            f"{row['n']:,}",
            f"{row['planted']:+.0f}",
            *_shares(row),
            _lift(row),
            f"{100 * row['covered'] / row['decided']:.1f}" if row["decided"] else "none",
        )
        for row in rows
    ]
    return markdown_table(header, lines)


def _where(counts: pd.DataFrame, **wanted: object) -> pd.DataFrame:
    chosen = counts
    for name, value in wanted.items():
        chosen = chosen[chosen[name] == value]
    if chosen.empty:
        raise ValueError(f"The counts hold no studies with {wanted}.")
    return chosen


def _fooled(rows: pd.DataFrame) -> pd.Series:
    """Share of studies whose verdict says that a lift is shown."""
    shares: pd.Series = rows[list(FOOLED)].sum(axis=1) / rows["seeds"]
    return shares


def _shares(row: pd.Series) -> list[str]:
    return [f"{100 * row[verdict] / row['seeds']:.1f}" for verdict in VERDICTS[:5]]


def _lift(row: pd.Series) -> str:
    return f"{row['lift_mean']:+.1f}" if row["decided"] else "none"


def _word(verdict: str) -> str:
    return f"{verdict}, %"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _yes(holds: bool) -> str:
    return "yes" if holds else "**no**"


def _range(values: pd.Series) -> str:
    return f"{values.min():+.1f} … {values.max():+.1f}"
