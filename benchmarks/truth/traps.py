"""What fools the net figure or the total, and does the verdict that takes both withstand it? Traps with and without an effect."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from benchmarks.page import markdown_table
from benchmarks.truth.judge import CLAIM, FOOLED, RATIO, VERDICTS, named, study_of
from benchmarks.truth.scenarios import ACCOUNTS_EACH, LARGE, PLANTED, SIZE, Lift, World
from valuelib.results import Verdict
from valuelib.stats.adjust import estimate_fitted
from valuelib.stats.contrasts import FAMILIES, decide, estimate_ratio, has_variation, read_verdict, run_claim_tests
from valuelib.stats.exposure import mean_rating
from valuelib.stats.means import Means, estimate_means
from valuelib.stats.totals import collect_totals
from valuelib.theory.pyramid import LOWER_TIERS, elements
from valuelib.verdict.assess import assess
from valuelib.worlds.frames import Simulated, simulate_frames
from valuelib.worlds.truth import PRESETS

GROUPS = ("comparison", "baseline")
ALPHA = 0.025
TARGET = 0.05  # of studies without effect, at most, may be told of a lift
FOUND = ("supported", "consistent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """One thing that may make a lift or hide one; `left` says why nothing in such a study can tell it from an effect."""

    words: str
    settings: dict[str, object] = field(default_factory=dict)
    left: str = ""


_TEAMS: dict[str, object] = {"team_buying": 0.7, "team_loyalty": 0.1, "icc": 0.35}
_STYLE: dict[str, object] = {"country_style": 1.5, "country_buying": 0.6}
_BETTER: dict[str, object] = {"confounding": 0.5}
_NOT_NAMED, _NOT_HELD, _NOT_RATED = "teams not named", "country not held equal", "quality that no rating shows"
TRAPS: dict[str, Trap] = {
    "none": Trap(words="no trap"),
    "strict_05": Trap(words="buyers rate the basics half a point stricter", settings={"strictness": 0.5}),
    "strict_1": Trap(words="buyers rate the basics a point stricter", settings={"strictness": 1.0}),
    "spill_05": Trap(words="the higher offering lifts the basics by half a point", settings={"spill_over": 0.5}),
    "spill_1": Trap(words="the higher offering lifts the basics by a point", settings={"spill_over": 1.0}),
    "skip_25": Trap(words="a quarter of unhappy buyers skip the ratings", settings={"skipping": 0.25}),
    "skip_50": Trap(words="half of unhappy buyers skip the ratings", settings={"skipping": 0.5}),
    "routed": Trap(words="a quarter of the basics, the hard ones, asked of buyers only", settings={"routed_share": 0.25}),
    "halo_gap": Trap(words="the halo weighs 1.4 in buyers' ratings and 0.6 in others'", settings={"halo_gap": 0.4}),
    "control_30": Trap(words="better basics go with buying, 30 items of them asked", settings=_BETTER),
    "control_6": Trap(words="better basics go with buying, 6 items asked", settings=_BETTER | {"lower_elements": 6}),
    "control_3": Trap(words="better basics go with buying, 3 items asked", settings=_BETTER | {"lower_elements": 3}),
    "control_2": Trap(words="better basics go with buying, 2 items asked", settings=_BETTER | {"lower_elements": 2}),
    "control_1": Trap(words="better basics go with buying, one item asked", settings=_BETTER | {"lower_elements": 1}),
    "unrated": Trap(
        words="better basics go with buying, and ratings hardly show it",
        settings=_BETTER | {"quality_in_ratings": 0.1},
        left=_NOT_RATED,
    ),
    "teams_24_named": Trap(words="customers share 24 teams, named", settings=_TEAMS | {"teams": 24, "teams_named": True}),
    "teams_8_named": Trap(words="customers share 8 teams, named", settings=_TEAMS | {"teams": 8, "teams_named": True}),
    "teams_24": Trap(words="customers share 24 teams, not named", settings=_TEAMS | {"teams": 24}, left=_NOT_NAMED),
    "teams_8": Trap(words="customers share 8 teams, not named", settings=_TEAMS | {"teams": 8}, left=_NOT_NAMED),
    "big_40": Trap(words="one account holds 40 % of the answers", settings={"dominant_share": 0.4}),
    "big_60": Trap(words="one account holds 60 % of the answers", settings={"dominant_share": 0.6}),
    "style_held": Trap(
        words="one country answers 1.5 points higher and buys more, held equal", settings=_STYLE | {"country_held": True}
    ),
    "style": Trap(words="one country answers 1.5 points higher and buys more, not held equal", settings=_STYLE, left=_NOT_HELD),
}


class Caught(NamedTuple):
    """One study: what the net figure alone says, as the first edition did, what the total alone says, and the verdict of both."""

    net: Verdict
    total: Verdict
    verdict: Verdict
    level: str
    reason: str
    net_lift: float
    total_lift: float


def trap_worlds() -> list[World]:
    """Every trap with and without the claimed effect, large studies first so that two workers end at about the same time."""
    return [trap_world(name, lift, n) for n in (LARGE, SIZE) for lift in PLANTED for name in TRAPS]


def trap_world(name: str, lift: Lift, n: int) -> World:
    """Halo without confounding and one trap; the shares of the claims that come with a ratio of 1.6, or no effect at their mean."""
    baseline, planted = PLANTED[lift]
    trap = TRAPS[name].settings
    # Accounts beside a dominant one hold as many respondents each as they do elsewhere.
    others = n - round(float(trap.get("dominant_share", 0.0)) * n)
    accounts = round(ACCOUNTS_EACH * others) + bool(trap.get("dominant_share"))
    plain = replace(PRESETS["halo_only"], comment_share=0.0, provider_share=0.0, language="en", nps_baseline=baseline)
    return World(name=name, lift=lift, truth=replace(plain, nps_lift=planted, respondents=n, accounts=accounts, **trap))


def catch_seeds(world: World, seeds: range) -> list[Caught]:
    """Every study of these seeds of a world."""
    with threadpool_limits(1):
        return [catch(simulate_frames(world.truth, world.first_seed + seed)) for seed in seeds]


def catch(simulated: Simulated) -> Caught:
    """One made-up client whose offerings are told."""
    finding = assess(study_of(simulated, "offering"), CLAIM, sensitivity=False)
    net, total = net_of_the_basics(simulated), total_of_all(simulated)
    return Caught(
        net=said_by(net),
        total=said_by(total),
        verdict=finding.verdict,
        level=str(finding.evidence_level),
        reason=finding.reason.code,
        net_lift=100 * float(net.values[0] - net.values[1]),
        total_lift=100 * float(total.values[0] - total.values[1]),
    )


def net_of_the_basics(simulated: Simulated) -> Means:
    """The first edition's only figure: at equal means of whatever lower-tier items were rated, respondents without one left out."""
    keys = [f"element.{one.key}" for one in elements() if one.tier_key in LOWER_TIERS]
    own = mean_rating(simulated.answers[[key for key in keys if key in simulated.answers]])
    return _figure(simulated, {"lower": own})


def total_of_all(simulated: Simulated) -> Means:
    """Everybody with the outcome, nothing rated held equal."""
    return _figure(simulated, {})


def _figure(simulated: Simulated, controls: dict[str, pd.Series]) -> Means:
    answers = simulated.answers
    if simulated.truth.country_held:
        controls = controls | {"country": pd.Series(pd.factorize(answers["segment.country"], sort=True)[0].astype(float))}
    rated = np.logical_and.reduce([column.notna() for column in controls.values()], initial=True) & np.ones(
        len(answers), dtype=bool
    )
    centred = {name: column - column.mean() for name, column in controls.items()}
    codes = np.where(rated, np.where(answers["offering"] == 1, 0, 1), -1)
    totals = collect_totals(answers["account"], codes, answers["nps"], groups=GROUPS, controls=centred)
    return estimate_fitted(totals) if controls else estimate_means(totals)


def said_by(means: Means) -> Verdict:
    """The verdict of one figure alone, by the rule of the first edition."""
    if not has_variation(means) or estimate_ratio(means, kind="nps").value is None:
        return "undecided"
    tests = run_claim_tests(means, metric="ratio", size=RATIO, kind="nps")
    return read_verdict(decide(tests, dict.fromkeys(FAMILIES, ALPHA)))[0]


def count_caught(world: World, caught: list[Caught]) -> list[dict[str, object]]:
    """The row of one world."""
    table = pd.DataFrame(caught)
    shown = {who: int(table[column].isin(FOOLED).sum()) for who, column in _WHO.items()}
    found = {who: int(table[column].isin(FOUND).sum()) for who, column in _WHO.items()}
    return [
        {
            **named(world),
            "seeds": len(table),
            **{f"{who}_shown": n for who, n in shown.items()},
            **{f"{who}_found": n for who, n in found.items()},
            **{verdict: int((table["verdict"] == verdict).sum()) for verdict in VERDICTS},
            **{reason: int((table["reason"] == f"reason.{reason}").sum()) for reason in REASONS},
            "audited": int((table["level"] == "audited").sum()),
            "net_mean": round(float(table["net_lift"].mean()), 4),
            "total_mean": round(float(table["total_lift"].mean()), 4),
        }
    ]


_WHO = {"net": "net", "total": "total", "both": "verdict"}
REASONS = ("conflict", "dominant_account", "few_clusters", "weak_control")


def trap_tables(counts: pd.DataFrame) -> dict[str, str]:
    """The tables of the page on truth tests that this part fills, by the name of their markers."""
    return {"traps-null": table_null(counts), "traps-power": table_power(counts), "traps-left": table_left(counts)}


def table_null(counts: pd.DataFrame) -> str:
    """No effect: how often a lift is said to be shown by the net figure alone, by the total alone, and by the verdict."""
    header = ("Trap, no effect", "n", "net figure", "total", "net alone, %", "total alone, %", "verdict, %", "MC SE", "conflict, %")
    return markdown_table(header, [_null(row) for row in _rows(counts, "no effect", left=False)])


def table_left(counts: pd.DataFrame) -> str:
    """The traps that no rule could tell from an effect, and why."""
    header = (
        "Trap, no effect",
        "n",
        "net figure",
        "total",
        "net alone, %",
        "total alone, %",
        "verdict, %",
        "MC SE",
        "conflict, %",
        "why",
    )
    return markdown_table(header, [(*_null(row), TRAPS[str(row["world"])].left) for row in _rows(counts, "no effect", left=True)])


def table_power(counts: pd.DataFrame) -> str:
    """A ratio of 1.6 planted: how often the verdict is supported or consistent, beside the net figure alone."""
    header = (
        "Trap, ratio 1.6 planted",
        "n",
        "net alone, %",
        "total alone, %",
        "verdict, %",
        "conflict, %",
        "undecided otherwise, %",
    )
    lines = []
    for left in (False, True):
        for row in _rows(counts, "claimed", left=left):
            shares = [_percent(row[f"{who}_found"], row) for who in _WHO]
            rest = row["undecided"] - row["conflict"]
            lines.append((*_head(row), *shares, _percent(row["conflict"], row), _percent(rest, row)))
    return markdown_table(header, lines)


def false_shown(counts: pd.DataFrame) -> pd.Series:
    """Share of studies without effect that are told of a lift, by world and n, where a rule could have known."""
    rows = pd.DataFrame(_rows(counts, "no effect", left=False)).set_index(["world", "n"])
    shares: pd.Series = rows["both_shown"] / rows["seeds"]
    return shares


def _rows(counts: pd.DataFrame, lift: str, *, left: bool) -> list[pd.Series]:
    """The rows of one lift in the order of the traps, small studies first."""
    names = [name for name, trap in TRAPS.items() if bool(trap.left) is left]
    own = counts[counts["lift"].eq(lift) & counts["world"].isin(names)]
    return [
        row for _, row in own.sort_values(["n", "world"], key=lambda c: c.map(names.index) if c.name == "world" else c).iterrows()
    ]


def _head(row: pd.Series) -> tuple[str, str]:
    return TRAPS[str(row["world"])].words, f"{row['n']:,}"


def _null(row: pd.Series) -> tuple[str, ...]:
    shares = [row[f"{who}_shown"] / row["seeds"] for who in _WHO]
    bold = [f"**{100 * share:.1f}**" if share > TARGET else f"{100 * share:.1f}" for share in shares]
    error = f"{100 * np.sqrt(shares[2] * (1 - shares[2]) / row['seeds']):.1f}"
    return (*_head(row), f"{row['net_mean']:+.1f}", f"{row['total_mean']:+.1f}", *bold, error, _percent(row["conflict"], row))


def _percent(number: float, row: pd.Series) -> str:
    return f"{100 * number / row['seeds']:.1f}"
