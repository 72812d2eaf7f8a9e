"""A pooled claim as a reader meets it: sentence first, then the forest, what to keep in mind, and the figures."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from valuelib.explore.pooling import ClaimPools, Contribution, Left, Pool, Portfolio, Scale
from valuelib.results import Cell, Figure, Table, Verdict
from valuelib.show.canvas import BLUE, FAINT, INK, MUTED, PAPER, SMALL_SIZE, drawing, finish, set_title, wrap
from valuelib.show.display import CellOutput, Passage, show, show_passage, text
from valuelib.show.labels import capital, unit_of_outcome
from valuelib.show.localizer import local
from valuelib.show.pooling_words import (
    Naming,
    claimed_sizes,
    label_pool,
    name_outcome,
    say_figure,
    say_panels,
    say_pool,
    say_scatter,
    say_size,
)
from valuelib.show.sentences import say_verdict
from valuelib.show.tables import column, make_table
from valuelib.stats.pooling import Pooled

# Tables of a portfolio, and the studies that could not take part

DESIGN = "reason.design."
MOST_NAMED = 4  # claims in one cell; more are counted


def table_portfolio(portfolio: Portfolio, naming: Naming) -> Table:
    """The studies, the largest first."""
    return make_table(
        name="portfolio.studies",
        caption=local.text("pooling.studies_portfolio"),
        columns=(column("common.study"), column("common.respondents", "count"), column("common.accounts", "count")),
        rows=((naming.studies[study.name], study.respondents, study.accounts) for study in portfolio.studies),
    )


def table_verdicts(portfolio: Portfolio, naming: Naming) -> Table:
    """How many studies gave each verdict on each of the main claims."""
    ids = [claim_id for entry in portfolio.main for claim_id in entry.claims]
    return make_table(
        name="portfolio.verdicts",
        caption=local.text("pooling.verdicts_single_studies_number"),
        columns=(column("common.claim"), column("pooling.verdicts")),
        rows=((naming.claims[one], _count_verdicts(one, portfolio)) for one in ids),
        note=local.text("pooling.pooling_no_vote_single"),
    )


def table_pools(entry: ClaimPools, scale: Scale, naming: Naming) -> Table:
    """Every lift behind a forest: the studies' own, their mean, and the range for a new client."""
    pools = [pool for pool in entry.pools if pool.scale == scale]
    lift = column("common.ratio", "ratio") if scale == "log_ratio" else column("common.difference", "points")
    return make_table(
        name=f"portfolio.{scale}.{entry.claims[0]}",
        caption=local.text("pooling.figures_forest", outcome=capital(name_outcome(entry))),
        columns=(column("common.study"), column("common.evidence"), lift, column("pooling.weight", "percent")),
        rows=(row for pool in pools for row in _pool_rows(pool, naming)),
        note=local.text("pooling.single_studies_own_intervals"),
    )


def table_raw_only(portfolio: Portfolio, naming: Naming) -> Table | None:
    """Claims for which studies have nothing but raw comparisons of own ratings; None where there is no such claim."""
    only = [entry for entry in portfolio.claims if entry not in portfolio.main]
    rows = [_raw_row(entry, pool, naming) for entry in only for pool in entry.pools if pool.scale == "points"]
    if not rows:
        return None
    return make_table(
        name="portfolio.raw_only",
        caption=local.text("pooling.claims_raw_comparisons_only"),
        columns=(
            column("common.claim"),
            column("pooling.studies", "count"),
            column("pooling.mean_raw_lifts", "points"),
            column("pooling.new_client_approx", "interval"),
        ),
        rows=rows,
        note=local.text("pooling.good_impression_provider_alone"),
    )


def table_left(portfolio: Portfolio, naming: Naming) -> Table | None:
    """Which studies could not test which claim, and why; None where all could."""
    left = [(entry.claims, _beyond_raw(entry, portfolio)) for entry in portfolio.claims]
    left += [(entry.claims, pool.left) for entry in portfolio.claims for pool in entry.deciding if pool.scale == "points"]
    left += [((claim_id,), refusals) for claim_id, refusals in portfolio.untested.items()]
    rows = _left_rows(left, len(portfolio.studies), naming)
    if not rows:
        return None
    return make_table(
        name="portfolio.left",
        caption=local.text("pooling.studies_could_not_test"),
        columns=(column("common.claim"), column("pooling.studies"), column("common.why")),
        rows=rows,
    )


def _count_verdicts(claim_id: str, portfolio: Portfolio) -> str:
    """The verdicts that occur, each with the number of studies, in the order of the scoreboard."""
    counts = Counter(study.findings[claim_id].verdict for study in portfolio.studies if claim_id in study.findings)
    return ", ".join(f"{say_verdict(one)}\N{NO-BREAK SPACE}{counts[one]}" for one in get_args(Verdict) if counts[one])


def _beyond_raw(entry: ClaimPools, portfolio: Portfolio) -> tuple[Left, ...]:
    """Claims that have raw comparisons only stand in a table of their own, which says why; the others' refusals are all told."""
    if entry in portfolio.main:
        return entry.left
    return tuple(one for one in entry.left if not one.reason.code.startswith(DESIGN))


def _pool_rows(pool: Pool, naming: Naming) -> Iterable[tuple[Cell | str | float | None, ...]]:
    evidence, found = capital(local.word(pool.evidence_level)), pool.pooled
    for at, one in enumerate(pool.contributions):
        weight = None if found is None else found.weights[at]
        yield naming.studies[one.study], evidence, _lift_cell(pool, one), weight
    if found is not None:
        yield local.text("pooling.mean_studies"), evidence, _lift_cell(pool, found), None
        if found.new_low is not None:
            yield local.text("pooling.new_client_approx"), evidence, _range_cell(pool, found), None


def _lift_cell(pool: Pool, one: Contribution | Pooled) -> Cell:
    """A lift with its interval, in points or as a ratio."""
    value, low, high = (math.exp(x) if pool.scale == "log_ratio" else x for x in (one.value, one.low, one.high))
    return Cell(value, low, high)


def _range_cell(pool: Pool, found: Pooled) -> Cell:
    """The range for a new client, on the pool's scale; an empty cell where there is none."""
    low, high = found.new_low, found.new_high
    if low is None or high is None:
        return Cell()
    if pool.scale == "log_ratio":
        return Cell(low=math.exp(low), high=math.exp(high), kind="interval", decimals=2)
    return Cell(low=low, high=high, kind="interval")


def say_range_of(pool: Pool, low: float, high: float) -> str:
    """The range for a new client, on the pool's scale."""
    if pool.scale == "log_ratio":
        return local.interval(math.exp(low), math.exp(high), 2)
    return local.interval(low, high)


def _raw_row(entry: ClaimPools, pool: Pool, naming: Naming) -> tuple[Cell | str | int, ...]:
    found, claim, count = pool.pooled, naming.claims[entry.claims[0]], len(pool.contributions)
    if found is None:
        return claim, count, _lift_cell(pool, pool.contributions[0]), Cell()
    return claim, count, _lift_cell(pool, found), _range_cell(pool, found)


def _left_rows(
    left: Sequence[tuple[tuple[str, ...], Sequence[Left]]], everybody: int, naming: Naming
) -> tuple[tuple[str, ...], ...]:
    """One row for each reason and the studies that share it; claims that share both stand together, many of them as a count."""
    rows: dict[tuple[str, str], list[str]] = {}
    for ids, refusals in left:
        by_reason: dict[str, list[str]] = {}
        for one in refusals:
            by_reason.setdefault(local.say(one.reason), []).append(naming.studies[one.study])
        for reason, names in by_reason.items():
            studies = (
                local.text("pooling.all", n=everybody) if len(set(names)) == everybody > 1 else ", ".join(dict.fromkeys(names))
            )
            rows.setdefault((studies, reason), []).extend(naming.claims[one] for one in ids)
    return tuple(
        ((" / ".join(said) if len(said) <= MOST_NAMED else local.text("pooling.further_claims", n=len(said))), studies, reason)
        for (studies, reason), said in rows.items()
    )


# How do the studies' lifts lie beside each other, where is their mean, where would a new client lie? One panel a kind of evidence.

Kind = Literal["head", "study", "mean", "new"]
GROUND = "#F1F1F1"
FINE = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.75, 2.0)
COARSE = (0.1, 0.2, 0.33, 0.5, 0.7, 1.0, 1.4, 2.0, 3.0, 5.0, 10.0)
MOST_TICKS = 10
SMALLEST, LARGEST = 7.0, 15.0  # sides of the squares, by weight
WEIGHT_AT = 250  # points to the right of the axes where the column of weights ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a forest; numbers on the pool's own scale."""

    kind: Kind
    label: str
    raw: bool
    at: float
    value: float | None = None
    low: float | None = None
    high: float | None = None
    printed: str = ""
    weight: float | None = None


def plot_forest(entry: ClaimPools, scale: Scale, naming: Naming) -> Figure:
    """All pools of a claim on one scale, the deciding ones first.

    Args:
        entry: a claim's pools; at least one on this scale.
        scale: points, or the logarithm of a ratio of shares.
        naming: printed names of the studies.
    """
    pools = [pool for pool in entry.pools if pool.scale == scale]
    rows = _rows(pools, naming)
    with drawing(14, 2.4 + 0.44 * (rows[-1].at + 1)) as figure:
        axes = figure.subplots()
        # Room for every study, every mean and the claimed sizes; what runs on past it ends in an arrow.
        sizes = [size for pool in pools if not pool.raw for size in claimed_sizes(pool, entry)]
        studies = [end for row in rows if row.kind == "study" for end in (row.low, row.high) if end is not None]
        means = [row.value for row in rows if row.value is not None]
        low, high = min(0.0, *studies, *means, *sizes), max(0.0, *studies, *means, *sizes)
        room = 0.05 * (high - low)
        limits = low - room, high + room
        axes.set_xlim(*limits)
        _draw_lines(axes, pools, rows, entry)
        for row in rows:
            _draw_row(axes, row, limits)
        _dress(axes, rows, scale, entry)
        set_title(axes, say_panels(pools, entry), 104)
        alt = " ".join(say_pool(pool, entry, naming) for pool in pools)
        name = f"forest.{scale}.{entry.claims[0]}"
        level = next((pool.pooled.level for pool in pools if pool.pooled is not None), 0.95)
        said = [local.text("pooling.squares_studies_larger_where", level=level)]
        if any(pool.raw for pool in pools):
            said.append(local.text("pooling.grey_hollow_raw_comparisons"))
        return finish(figure, name=name, alt=alt, caption=" ".join(said))


def _rows(pools: Sequence[Pool], naming: Naming) -> list[Row]:
    rows: list[Row] = []
    for pool in pools:
        start = rows[-1].at + 1.5 if rows else 0.0
        rows.append(Row(kind="head", label=label_pool(pool), raw=pool.raw, at=start))
        for row in _pool_rows_forest(pool, naming):
            rows.append(row(rows[-1].at + 1))
    return rows


def _pool_rows_forest(pool: Pool, naming: Naming) -> Iterable[_Maker]:
    found = pool.pooled
    for place, one in enumerate(pool.contributions):
        weight = None if found is None else found.weights[place]
        yield _Maker(
            pool,
            "study",
            naming.studies[one.study],
            one.value,
            one.low,
            one.high,
            say_figure(pool, one.value, one.low, one.high),
            weight,
        )
    if found is None:
        return
    printed = say_figure(pool, found.value, found.low, found.high)
    yield _Maker(pool, "mean", local.text("pooling.mean_studies"), found.value, found.low, found.high, printed)
    if found.new_low is not None and found.new_high is not None:
        printed = say_range_of(pool, found.new_low, found.new_high)
        yield _Maker(pool, "new", local.text("pooling.new_client_approx"), None, found.new_low, found.new_high, printed)


@dataclass(frozen=True, slots=True)
class _Maker:
    """A row that does not know its place yet."""

    pool: Pool
    kind: Kind
    label: str
    value: float | None
    low: float
    high: float
    printed: str
    weight: float | None = None

    def __call__(self, at: float) -> Row:
        return Row(
            kind=self.kind,
            label=self.label,
            raw=self.pool.raw,
            at=at,
            value=self.value,
            low=self.low,
            high=self.high,
            printed=self.printed,
            weight=self.weight,
        )


def _draw_lines(axes: Axes, pools: Sequence[Pool], rows: Sequence[Row], entry: ClaimPools) -> None:
    end = rows[-1].at + 0.6
    axes.plot([0, 0], [-0.6, end], color=INK, linewidth=1.4, zorder=1)
    axes.text(0, -0.75, f" {local.text('pooling.no_difference')} ", ha="right", va="bottom", fontsize=SMALL_SIZE)
    deciding = [pool for pool in pools if not pool.raw]
    decided_end = max((row.at for row in rows if not row.raw), default=end) + 0.6
    for size in claimed_sizes(deciding[0], entry) if deciding else ():
        axes.plot([size, size], [-0.6, decided_end], color=INK, linewidth=1.4, linestyle=(0, (5, 3)), zorder=1)
        text = local.text("common.claimed_value", value=say_size(deciding[0], size))
        axes.text(size, -0.75, f" {text} ", ha="left", va="bottom", fontsize=SMALL_SIZE)
    raw = [row.at for row in rows if row.raw]
    if raw:
        axes.axhspan(min(raw) - 0.6, end, color=GROUND, zorder=0)


def _draw_row(axes: Axes, row: Row, limits: tuple[float, float]) -> None:
    colour = MUTED if row.raw else BLUE
    if row.kind == "head" or row.low is None or row.high is None:
        return
    low, high = max(row.low, limits[0]), min(row.high, limits[1])
    if row.kind == "mean" and row.value is not None:
        corners = [(low, row.at), (row.value, row.at - 0.32), (high, row.at), (row.value, row.at + 0.32)]
        face = PAPER if row.raw else colour
        axes.add_patch(Polygon(corners, closed=True, facecolor=face, edgecolor=colour, linewidth=1.6, zorder=3))
    else:
        dashes = (0, (1.5, 1.5)) if row.kind == "new" else "-"
        axes.plot([low, high], [row.at, row.at], color=colour, linewidth=2.2, linestyle=dashes, solid_capstyle="butt", zorder=2)
    _draw_ends(axes, row, limits, colour)
    if row.kind == "study" and row.value is not None:
        side = SMALLEST + (LARGEST - SMALLEST) * math.sqrt(row.weight or 0.0)
        face, edge = (GROUND, colour) if row.raw else (colour, PAPER)
        axes.plot([row.value], [row.at], "s", markersize=side, color=face, markeredgecolor=edge, markeredgewidth=1.6, zorder=3)
    ink = MUTED if row.raw else INK
    bold = "bold" if row.kind == "mean" and not row.raw else "normal"
    _beside(axes, row.at, row.printed, 12, "left", ink, bold)
    if row.weight is not None:
        _beside(axes, row.at, local.percent(row.weight), WEIGHT_AT, "right", ink, bold)


def _draw_ends(axes: Axes, row: Row, limits: tuple[float, float], colour: str) -> None:
    """Arrows where an interval runs past the edge; bars at the ends of the range for a new client."""
    for end, edge, arrow in ((row.low, limits[0], "<"), (row.high, limits[1], ">")):
        if end is None:
            continue
        if (end < edge) if arrow == "<" else (end > edge):
            axes.plot([edge], [row.at], arrow, markersize=9, color=colour, clip_on=False, zorder=3)
        elif row.kind == "new":
            axes.plot([end], [row.at], "|", markersize=12, markeredgewidth=2.2, color=colour, zorder=3)


def _beside(axes: Axes, at: float, text: str, right: float, side: Literal["left", "right"], ink: str, bold: str) -> None:
    axes.annotate(
        text,
        (1.0, at),
        xycoords=axes.get_yaxis_transform(),
        xytext=(right, 0),
        textcoords="offset points",
        ha=side,
        va="center",
        color=ink,
        fontweight=bold,
    )


def _dress(axes: Axes, rows: Sequence[Row], scale: Scale, entry: ClaimPools) -> None:
    axes.set_ylim(rows[-1].at + 0.6, -1.5)
    axes.set_yticks([row.at for row in rows], [(wrap(row.label, 34) if row.kind == "head" else row.label) for row in rows])
    for tick, row in zip(axes.get_yticklabels(), rows, strict=True):
        tick.set_fontweight("bold" if row.kind == "head" or (row.kind == "mean" and not row.raw) else "normal")
        tick.set_color(MUTED if row.raw else INK)
    axes.tick_params(axis="y", length=0, pad=8)
    axes.grid(axis="x", color=FAINT, linewidth=0.6)
    _beside(axes, -0.95, local.text("word.weight"), WEIGHT_AT, "right", MUTED, "normal")
    if scale == "log_ratio":
        low, high = axes.get_xlim()
        fine, coarse = ([math.log(tick) for tick in ticks if low <= math.log(tick) <= high] for ticks in (FINE, COARSE))
        axes.set_xticks(fine if len(fine) <= MOST_TICKS and high <= math.log(FINE[-1]) else coarse)
        axes.xaxis.set_major_formatter(lambda value, _: local.ratio(math.exp(value)))
        axes.set_xlabel(local.text("pooling.ratio_shares_logarithmic_scale"))
        return
    axes.xaxis.set_major_formatter(lambda value, _: local.number(value, 0))
    unit = local.word(unit_of_outcome(entry.outcome))
    axes.set_xlabel(local.text("common.difference_unit", unit=unit))


# In which order does a reader meet a pooled claim? Sentence first, then the forest, what to keep in mind, and the figures.


def show_pools(entry: ClaimPools, scale: Scale, naming: Naming) -> Iterator[CellOutput]:
    """A claim's pools on one scale as notebook outputs; none where it has no pool there."""
    pools = [pool for pool in entry.pools if pool.scale == scale]
    if not pools:
        return
    deciding = [pool for pool in pools if not pool.raw]
    yield heading(local.text(f"pooling.heading.{scale}", outcome=capital(name_outcome(entry))))
    for pool in deciding or pools:
        yield text(f"{say_pool(pool, entry, naming)} {say_scatter(pool, entry)}".strip())
    yield show(plot_forest(entry, scale, naming))
    if keep := say_notes(entry, scale):
        yield text(keep)
    yield show(table_pools(entry, scale, naming))


def say_notes(entry: ClaimPools, scale: Scale) -> str:
    """What to keep in mind of the pools on one scale; ratios do not repeat what points have said."""
    before = {note.code for pool in entry.pools if scale != "points" and pool.scale == "points" for note in pool.notes}
    shown = [pool for pool in entry.pools if pool.scale == scale and (not pool.raw or not entry.deciding)]
    said = dict.fromkeys(local.say(note) for pool in shown for note in pool.notes if note.code not in before)
    return " ".join([*([] if entry.deciding else [local.text("pooling.none_studies_evidence_may")]), *said])


def say_missing(portfolio: Portfolio) -> str:
    """Why there is nothing to show, or nothing."""
    return "" if portfolio.main else local.text("pooling.none_studies_figure_could")


def planned(portfolio: Portfolio) -> tuple[str, ...]:
    """Names of the forests and tables that a whole portfolio holds."""
    names = [(pool.scale, entry.claims[0]) for entry in portfolio.main for pool in entry.pools]
    forests = [f"{kind}.{scale}.{claim}" for scale, claim in names for kind in ("forest", "portfolio")]
    return ("portfolio.studies", *dict.fromkeys(forests))


def heading(title: str) -> CellOutput:
    """A heading below that of the chapter."""
    return show_passage(Passage(name="", title=title))
