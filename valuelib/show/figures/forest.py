"""How do the studies' lifts lie beside each other, where is their mean, where would a new client lie? One panel a kind of evidence.

Panels that may decide come first and in colour; raw comparisons follow on grey ground, hollow: the figure a slide would show.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from valuelib.explore.portfolio.records import ClaimPools, Contribution, Pool, Scale
from valuelib.records import Figure
from valuelib.show.evidence import unit_of_outcome
from valuelib.show.figures.canvas import SMALL_SIZE, drawing, finish, set_title, wrap
from valuelib.show.language import Speech
from valuelib.show.palette import BLUE, FAINT, INK, MUTED, PAPER
from valuelib.show.portfolio.names import Naming, label_pool
from valuelib.show.portfolio.sentences import claimed_sizes, say_figure, say_panels, say_pool, say_size
from valuelib.show.portfolio.tables import say_range_of

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


def plot_forest(entry: ClaimPools, scale: Scale, naming: Naming, speech: Speech) -> Figure:
    """All pools of a claim on one scale, the deciding ones first.

    Args:
        entry: a claim's pools; at least one on this scale.
        scale: points, or the logarithm of a ratio of shares.
        naming: printed names of the studies.
        speech: the reader's language.
    """
    pools = [pool for pool in entry.pools if pool.scale == scale]
    rows = _rows(pools, naming, speech)
    with drawing(14, 2.4 + 0.44 * (rows[-1].at + 1)) as figure:
        axes = figure.subplots()
        limits = _limits(rows, [size for pool in pools if not pool.raw for size in claimed_sizes(pool, entry)])
        axes.set_xlim(*limits)
        _draw_lines(axes, pools, rows, entry, speech)
        for row in rows:
            _draw_row(axes, row, limits, speech)
        _dress(axes, rows, scale, entry, speech)
        set_title(axes, say_panels(pools, entry, speech), 104)
        alt = " ".join(say_pool(pool, entry, naming, speech) for pool in pools)
        name = f"forest.{scale}.{entry.claims[0]}"
        return finish(figure, name=name, alt=alt, caption=_caption(pools, speech))


def _rows(pools: Sequence[Pool], naming: Naming, speech: Speech) -> list[Row]:
    rows: list[Row] = []
    for pool in pools:
        start = rows[-1].at + 1.5 if rows else 0.0
        rows.append(Row(kind="head", label=label_pool(pool, speech), raw=pool.raw, at=start))
        for row in _pool_rows(pool, naming, speech):
            rows.append(row(rows[-1].at + 1))
    return rows


def _pool_rows(pool: Pool, naming: Naming, speech: Speech) -> Iterable[_Maker]:
    found = pool.pooled
    for place, one in enumerate(pool.contributions):
        weight = None if found is None else found.weights[place]
        yield _Maker(pool, "study", naming.studies[one.study], one.value, one.low, one.high, _said(pool, one, speech), weight)
    if found is None:
        return
    printed = say_figure(pool, found.value, found.low, found.high, speech)
    yield _Maker(pool, "mean", speech.text("pooling.mean_studies"), found.value, found.low, found.high, printed)
    if found.new_low is not None and found.new_high is not None:
        printed = say_range_of(pool, found.new_low, found.new_high, speech)
        yield _Maker(pool, "new", speech.text("pooling.new_client_approx"), None, found.new_low, found.new_high, printed)


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


def _said(pool: Pool, one: Contribution, speech: Speech) -> str:
    return say_figure(pool, one.value, one.low, one.high, speech)


def _limits(rows: Sequence[Row], sizes: Sequence[float]) -> tuple[float, float]:
    """Room for every study, every mean and the claimed sizes; what runs on past it ends in an arrow."""
    studies = [end for row in rows if row.kind == "study" for end in (row.low, row.high) if end is not None]
    means = [row.value for row in rows if row.value is not None]
    low, high = min(0.0, *studies, *means, *sizes), max(0.0, *studies, *means, *sizes)
    room = 0.05 * (high - low)
    return low - room, high + room


def _draw_lines(axes: Axes, pools: Sequence[Pool], rows: Sequence[Row], entry: ClaimPools, speech: Speech) -> None:
    end = rows[-1].at + 0.6
    axes.plot([0, 0], [-0.6, end], color=INK, linewidth=1.4, zorder=1)
    axes.text(0, -0.75, f" {speech.text('pooling.no_difference')} ", ha="right", va="bottom", fontsize=SMALL_SIZE)
    deciding = [pool for pool in pools if not pool.raw]
    decided_end = max((row.at for row in rows if not row.raw), default=end) + 0.6
    for size in claimed_sizes(deciding[0], entry) if deciding else ():
        axes.plot([size, size], [-0.6, decided_end], color=INK, linewidth=1.4, linestyle=(0, (5, 3)), zorder=1)
        text = speech.text("common.claimed_value", value=say_size(deciding[0], size, speech))
        axes.text(size, -0.75, f" {text} ", ha="left", va="bottom", fontsize=SMALL_SIZE)
    raw = [row.at for row in rows if row.raw]
    if raw:
        axes.axhspan(min(raw) - 0.6, end, color=GROUND, zorder=0)


def _draw_row(axes: Axes, row: Row, limits: tuple[float, float], speech: Speech) -> None:
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
    _print(axes, row, speech)


def _draw_ends(axes: Axes, row: Row, limits: tuple[float, float], colour: str) -> None:
    """Arrows where an interval runs past the edge; bars at the ends of the range for a new client."""
    for end, edge, arrow in ((row.low, limits[0], "<"), (row.high, limits[1], ">")):
        if end is None:
            continue
        if (end < edge) if arrow == "<" else (end > edge):
            axes.plot([edge], [row.at], arrow, markersize=9, color=colour, clip_on=False, zorder=3)
        elif row.kind == "new":
            axes.plot([end], [row.at], "|", markersize=12, markeredgewidth=2.2, color=colour, zorder=3)


def _print(axes: Axes, row: Row, speech: Speech) -> None:
    ink = MUTED if row.raw else INK
    bold = "bold" if row.kind == "mean" and not row.raw else "normal"
    _beside(axes, row.at, row.printed, 12, "left", ink, bold)
    if row.weight is not None:
        _beside(axes, row.at, speech.percent(row.weight), WEIGHT_AT, "right", ink, bold)


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


def _dress(axes: Axes, rows: Sequence[Row], scale: Scale, entry: ClaimPools, speech: Speech) -> None:
    axes.set_ylim(rows[-1].at + 0.6, -1.5)
    axes.set_yticks([row.at for row in rows], [_label(row) for row in rows])
    for tick, row in zip(axes.get_yticklabels(), rows, strict=True):
        tick.set_fontweight("bold" if row.kind == "head" or (row.kind == "mean" and not row.raw) else "normal")
        tick.set_color(MUTED if row.raw else INK)
    axes.tick_params(axis="y", length=0, pad=8)
    axes.grid(axis="x", color=FAINT, linewidth=0.6)
    _beside(axes, -0.95, speech.text("word.weight"), WEIGHT_AT, "right", MUTED, "normal")
    if scale == "log_ratio":
        low, high = axes.get_xlim()
        fine, coarse = ([math.log(tick) for tick in ticks if low <= math.log(tick) <= high] for ticks in (FINE, COARSE))
        axes.set_xticks(fine if len(fine) <= MOST_TICKS and high <= math.log(FINE[-1]) else coarse)
        axes.xaxis.set_major_formatter(lambda value, _: speech.ratio(math.exp(value)))
        axes.set_xlabel(speech.text("pooling.ratio_shares_logarithmic_scale"))
        return
    axes.xaxis.set_major_formatter(lambda value, _: speech.number(value, 0))
    unit = speech.word(unit_of_outcome(entry.outcome))
    axes.set_xlabel(speech.text("common.difference_unit", unit=unit))


def _label(row: Row) -> str:
    return wrap(row.label, 34) if row.kind == "head" else row.label


def _caption(pools: Sequence[Pool], speech: Speech) -> str:
    level = next((pool.pooled.level for pool in pools if pool.pooled is not None), 0.95)
    said = [speech.text("pooling.squares_studies_larger_where", level=level)]
    if any(pool.raw for pool in pools):
        said.append(speech.text("pooling.grey_hollow_raw_comparisons"))
    return " ".join(said)
