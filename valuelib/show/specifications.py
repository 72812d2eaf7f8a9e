"""Many ways of calculating one figure: the picture, the tables and the sentence of the specification curve."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from valuelib.explore.specification_choices import COLLEAGUES, COVARIATES, OFFERING, OWN, PEERS, TIERS
from valuelib.explore.specifications import (
    FAMILIES,
    HALO_EXPOSED,
    Choices,
    Curve,
    Family,
    Permutation,
    Shares,
    Specification,
    Verdicts,
    share_lifts,
)
from valuelib.results import Cell, Column, Figure, Table, Value, Verdict
from valuelib.show.canvas import AMBER, BLUE, FAINT, GREEN, INK, PAPER, SKY, SMALL_SIZE, VERMILION, drawing, finish, set_title, wrap
from valuelib.show.labels import capital
from valuelib.show.localizer import local
from valuelib.show.tables import column, make_table
from valuelib.theory.claims import Claim
from valuelib.theory.reading import Reading

# What do many ways of calculating one figure say together? Tables and the sentence of the specification curve.

READ: tuple[Verdict, ...] = ("supported", "consistent", "smaller", "rejected", "undecided")


def say_specifications(curve: Curve) -> str:
    """The curve in two or three sentences: how many ways, how many show a lift, where those that halo cannot make lie."""
    found = {one.family: one for one in share_lifts(curve)}
    whole = found[None]
    said = [
        local.text(
            "specifications.defensible_ways_calculate_difference",
            all_n=whole.n,
            shown_share=_whole(whole.shown),
            low_pts=whole.low,
            high_pts=whole.high,
            unit=unit_of(curve),
        ),
        *_say_deciding(curve, found),
        *_say_primary(curve),
    ]
    return " ".join(said)


def say_title(curve: Curve) -> str:
    """The headline of the picture: lifts shown where halo cannot make them, and where it can."""
    safe, exposed = split_by_halo(curve)
    if safe and exposed:
        return local.text(
            "specifications.lift_shown_ways_halo",
            safe_share=_whole(shown_share(safe, curve)),
            exposed_share=_whole(shown_share(exposed, curve)),
        )
    return local.text("specifications.lift_shown_ways", shown_share=_whole(shown_share(curve.specifications, curve)))


def split_by_halo(curve: Curve) -> tuple[list[Specification], list[Specification]]:
    """Specifications whose exposure no respondent rated for himself, and those that own ratings expose to halo; both sorted."""
    safe = [one for one in curve.specifications if one.choices.family not in HALO_EXPOSED]
    return safe, [one for one in curve.specifications if one.choices.family in HALO_EXPOSED]


def shown_share(specifications: Sequence[Specification], curve: Curve) -> float:
    """Share (0..1) of specifications whose lift is significantly above zero."""
    return sum(one.p_no_lift <= curve.alpha for one in specifications) / len(specifications)


def unit_of(curve: Curve) -> str:
    """The unit of the curve's common footing, as a word."""
    return local.text(f"specifications.unit.{curve.outcome}")


def table_shares(curve: Curve) -> Table:
    """One row a family: how many specifications, where their lifts lie, how many show a lift, and how many the opposite."""
    return make_table(
        name=f"specifications.{curve.outcome}",
        caption=local.text("specifications.lifts_kind_evidence", outcome=capital(local.word(curve.outcome))),
        columns=(
            column("common.evidence"),
            column("specifications.ways_heading", "count"),
            column("specifications.median_lift", "points"),
            column("specifications.nine_ten_between", "points"),
            column("specifications.show_a_lift", "percent"),
            column("specifications.show_the_opposite", "percent"),
        ),
        rows=(
            (_family(one.family), one.n, one.median, Cell(low=one.low, high=one.high), one.shown, one.opposite)
            for one in share_lifts(curve)
        ),
        note=local.text("specifications.lifts_further_ways_left", unit=unit_of(curve), left_out=local.count(curve.left_out)),
    )


def table_verdicts(found: Sequence[Verdicts], claims: Sequence[Claim], curve: Curve) -> Table:
    """One row a claim and family: the verdicts that its specifications would give, were each the only one."""
    readings = {claim.id: claim.reading for claim in claims}
    return make_table(
        name=f"specifications.{curve.outcome}.verdicts",
        caption=local.text("specifications.what_each_way_alone", outcome=capital(local.word(curve.outcome))),
        columns=(
            column("common.claimed", "points"),
            column("common.evidence"),
            column("specifications.ways_heading", "count"),
            *(Column(local.word(one), "percent") for one in READ),
        ),
        rows=(
            (
                _size(readings[one.claim]),
                _family(one.family),
                one.n,
                *(one.counts.get(verdict, 0) / one.n for verdict in READ),
            )
            for one in found
        ),
        note=local.text("specifications.only_ways_measure_outcome", level=curve.level),
    )


def _size(reading: Reading) -> Cell:
    """The claimed size, which tells claims on one outcome apart in few letters."""
    if reading.metric == "ratio":
        return Cell(reading.size, kind="ratio", words="specifications.claimed_times")
    return Cell(reading.size)


def table_permutation(found: Permutation, curve: Curve) -> Table:
    """One row a family: its median lift and its share of shown lifts beside what exchanged exposures give."""
    return make_table(
        name=f"specifications.{curve.outcome}.permutation",
        caption=local.text("specifications.whole_curve_against_chance", outcome=capital(local.word(curve.outcome))),
        columns=(
            column("common.evidence"),
            column("specifications.ways_heading", "count"),
            column("specifications.median_lift", "points"),
            column("specifications.by_chance", "points"),
            column("specifications.p_median_lift", "p"),
            column("specifications.show_a_lift", "percent"),
            column("specifications.by_chance", "percent"),
            column("specifications.p_show_lift", "p"),
        ),
        rows=(
            (
                _family(one.family),
                one.n,
                one.median,
                one.chance_median,
                one.p_median,
                one.shown,
                one.chance_shown,
                one.p_shown,
            )
            for one in found.families
        ),
        note=local.text("specifications.times_accounts_equally_many", permutations_n=found.permutations),
    )


def say_no_permutation() -> str:
    """Why the curve was not held against chance."""
    return local.text("specifications.curve_not_held_against")


def _say_deciding(curve: Curve, found: Mapping[Family | None, Shares]) -> list[str]:
    if curve.deciding is None:
        return [local.text("specifications.all_them_could_decide")]
    one = found[curve.deciding]
    text = _family(one.family)
    return [
        local.text(
            "specifications.ways_evidence_can_decide",
            deciding_n=one.n,
            family=text[:1].lower() + text[1:],
            shown_share=_whole(one.shown),
            median_pts=one.median,
        )
    ]


def _say_primary(curve: Curve) -> list[str]:
    if curve.primary is None:
        return []
    one = curve.specifications[curve.primary]
    values: dict[str, Value] = {"value_pts": one.value, "interval": local.interval(one.low, one.high)}
    if one.choices.family in ("audited", "peers"):
        return [local.text("specifications.way_gives_verdict_shows", **values)]
    return [local.text("specifications.raw_comparison_report_shows", **values)]


def _family(family: Family | None) -> str:
    return local.text("specifications.all_ways") if family is None else local.text(f"specifications.family.{family}")


def _whole(share: float) -> float:
    """A share rounded to whole per cent, but never to all or none while some differ."""
    return share if share in (0.0, 1.0) else min(max(round(share, 2), 0.01), 0.99)


# The picture: all lifts that careful analysts could have reported, and the choices behind them

COLOURS: Mapping[Family, str] = {"audited": BLUE, "peers": GREEN, "bought": SKY, "direction": AMBER, "descriptive": VERMILION}
SHADES = ("#E3E3E3", "#B4B4B4", "#7D7D7D", "#3A3A3A")  # up to a quarter, a half, three quarters, all of a bin's specifications
BINS, MOST_ALONE = 110, 200  # a place of its own for each specification, up to this many
# Digits of coordinates that nobody sees, and thousands of strokes carry; scales of letters stand in other attributes.
FINE, PATH = re.compile(r"(\d+\.\d)\d+"), re.compile(r' d="[^"]*"')
BELOW = 0.16  # room under the lowest interval for the words of the primary one, as a share of the height
PANELS = ("specifications.halo_cannot_make", "specifications.halo_can_make")
Row = tuple[str, Callable[[Choices], bool]]


def plot_specifications(curve: Curve) -> Figure:
    """Every specification with its interval, sorted, apart by whether halo can make it; below, which choices stand where.

    The primary specification is marked by a diamond. Shades tell how many of the specifications at a place made the row's choice.
    """
    parts = [(label, part) for label, part in zip(PANELS, split_by_halo(curve), strict=True) if part]
    # The choices worth a row: those that some specifications made and others did not.
    choices = [one.choices for one in curve.specifications]
    found = [(local.text(label), chosen) for label, chosen in ROWS]
    rows = [(label, chosen) for label, chosen in found if 0 < sum(chosen(one) for one in choices) < len(choices)]
    name = f"specifications.{curve.outcome}"
    with drawing(14, 6.8 + 0.3 * len(rows)) as figure:
        widths = [max(len(part), 0.62 * max(len(other) for _, other in parts)) for _, part in parts]
        grid = figure.subplots(
            2, len(parts), squeeze=False, sharex="col", sharey="row", width_ratios=widths, height_ratios=[4.6, 0.3 * len(rows)]
        )
        for place, (label, part) in enumerate(parts):
            ways = local.plural("specifications.ways", len(part))
            _draw_curve(grid[0, place], part, curve, (f"{local.text(label)}\n({ways})"))
            _draw_choices(grid[1, place], part, rows)
        low, high = (pick(pick(one.low, one.high) for one in curve.specifications) for pick in (min, max))
        grid[0, 0].set_ylim(low - BELOW * (high - low), high + 0.02 * (high - low))
        grid[0, 0].set_ylabel(local.text("specifications.lift", unit=unit_of(curve)))
        ticks = [tick for tick in grid[0, 0].get_yticks() if low <= tick <= high]
        grid[0, 0].set_yticks(ticks, [local.points(tick, 0) for tick in ticks])
        grid[1, 0].set_yticks(range(len(rows)), [label for label, _ in rows], fontsize=SMALL_SIZE)
        grid[1, 0].set_ylim(len(rows) - 0.4, -0.6)
        set_title(grid[0, 0], say_title(curve), 92)
        drawn = finish(figure, name=name, alt=say_specifications(curve), caption=_caption(curve))
    return dataclasses.replace(drawn, svg=PATH.sub(lambda path: FINE.sub(r"\1", path.group()), drawn.svg))


def _draw_curve(axes: Axes, part: Sequence[Specification], curve: Curve, panel: str) -> None:
    rank = np.arange(len(part), dtype=float)
    axes.axhline(0.0, color=INK, linewidth=1.4, zorder=1)
    # Line width in points at which neighbours just do not touch, held within what can be seen and printed.
    wide = float(np.clip(420.0 / len(part), 0.6, 6.0))
    handles = []
    for family in FAMILIES:
        where = np.array([one.choices.family == family for one in part])
        if not where.any():
            continue
        values, low, high = (np.array([getattr(one, name) for one in part])[where] for name in ("value", "low", "high"))
        at, gap = rank[where], np.full(int(where.sum()), np.nan)
        axes.plot(_joined(at, at, gap), _joined(low, high, gap), color=COLOURS[family], linewidth=wide, alpha=0.35, zorder=2)
        flat = _joined(at - 0.5, at + 0.5, gap), _joined(values, values, gap)
        axes.plot(*flat, color=COLOURS[family], linewidth=3.2, solid_capstyle="butt", zorder=3)
        handles.append(
            Line2D([], [], color=COLOURS[family], linewidth=5, label=wrap(local.text(f"specifications.family.{family}"), 32))
        )
    _mark_primary(axes, part, curve)
    legend = axes.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(-0.02, 1.0),
        fontsize=SMALL_SIZE - 1,
        frameon=False,
        handlelength=1.2,
        title=panel,
        title_fontproperties={"size": SMALL_SIZE + 1, "weight": "bold"},
        alignment="left",
    )
    legend.get_title().set_color(INK)
    axes.grid(axis="y", color=FAINT, linewidth=0.6)
    axes.set_xlim(-0.02 * len(part) - 0.6, 1.02 * len(part) - 0.4)
    axes.tick_params(axis="x", length=0, labelbottom=False)
    axes.spines["bottom"].set_visible(False)


def _joined(first: np.ndarray, second: np.ndarray, gap: np.ndarray) -> np.ndarray:
    """Many short strokes as one line with gaps: one path in the picture instead of hundreds."""
    return np.stack([first, second, gap], axis=1).ravel()


def _mark_primary(axes: Axes, part: Sequence[Specification], curve: Curve) -> None:
    primary = None if curve.primary is None else curve.specifications[curve.primary]
    if primary is None or primary not in part:
        return
    place, colour = list(part).index(primary), COLOURS[primary.choices.family]
    axes.plot([place, place], [primary.low, primary.high], color=colour, linewidth=4, solid_capstyle="butt", zorder=4)
    axes.plot(
        [place], [primary.value], marker="D", markersize=13, color=colour, markeredgecolor=PAPER, markeredgewidth=1.5, zorder=5
    )
    said = (
        local.text("ways.part.decides")
        if primary.choices.family == "audited"
        else local.text("specifications.report_raw_comparison")
    )
    third = min(3 * place // len(part), 2)
    axes.annotate(
        f"{said}\n{local.points(primary.value)} {local.interval(primary.low, primary.high)}",
        (place, primary.low),
        xytext=(place, 0.01),
        textcoords=axes.get_xaxis_transform(),
        ha=("left", "center", "right")[third],
        va="bottom",
        fontsize=SMALL_SIZE,
        fontweight="bold",
        color=colour,
        arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 1.2, "relpos": (third / 2, 1.0)},
        zorder=6,
    )


def _draw_choices(axes: Axes, part: Sequence[Specification], rows: Sequence[Row]) -> None:
    """A row a choice: the darker, the more of the specifications at this place made it."""
    bins = np.array_split(np.arange(len(part)), len(part) if len(part) <= MOST_ALONE else BINS)
    edges = np.array([bins[0][0], *(one[-1] + 1 for one in bins)], dtype=float) - 0.5
    for place, (_, chosen) in enumerate(rows):
        made = np.array([chosen(one.choices) for one in part], dtype=float)
        shade = np.ceil(np.array([made[one].mean() for one in bins]) * len(SHADES)).astype(int)
        for level, colour in enumerate(SHADES, start=1):
            where = shade == level
            if where.any():
                left, right, gap = edges[:-1][where], edges[1:][where], np.full(int(where.sum()), np.nan)
                height = np.full(int(where.sum()), float(place))
                axes.plot(
                    _joined(left, right, gap), _joined(height, height, gap), color=colour, linewidth=11, solid_capstyle="butt"
                )
    axes.set_xticks([])
    axes.tick_params(axis="y", length=0)
    axes.spines[:].set_visible(False)


def _is(name: str, value: object) -> Callable[[Choices], bool]:
    return lambda choices: getattr(choices, name) == value


def _holds(block: str) -> Callable[[Choices], bool]:
    return lambda choices: block in choices.adjustment


ROWS: tuple[Row, ...] = (
    ("specifications.groups_what_bought", _is("rule", OFFERING)),
    ("specifications.groups_colleagues_higher_tier", _is("rule", PEERS)),
    ("specifications.groups_higher_tier_element", _is("rule", "delivered")),
    ("specifications.groups_number_elements_rated", _is("rule", "count")),
    ("specifications.groups_own_higher_tiers", _is("rule", "relative")),
    ("specifications.groups_own_higher_tier", _is("rule", "own_mean")),
    ("specifications.outcome_nps", _is("coding", "nps")),
    ("specifications.outcome_mean_0_10", _is("coding", "score")),
    ("specifications.outcome_share_promoters", _is("coding", "promoters")),
    ("specifications.outcome_share_without_detractors", _is("coding", "no_detractors")),
    ("specifications.held_equal_no_ratings", lambda choices: not {OWN, TIERS, COLLEAGUES} & set(choices.adjustment)),
    ("specifications.held_equal_own_lower", _holds(OWN)),
    ("specifications.held_equal_each_lower", _holds(TIERS)),
    ("specifications.held_equal_colleagues_lower", _holds(COLLEAGUES)),
    ("specifications.held_equal_background_adjust", _holds(COVARIATES)),
    ("specifications.each_account_counted_once", _is("level", "accounts")),
    ("specifications.without_weights", _is("weighted", False)),
    ("specifications.all_survey_waves", _is("waves", "all")),
)


def _caption(curve: Curve) -> str:
    said = local.text("specifications.each_line_way_calculate", level=curve.level)
    if curve.outcome != "recommend":
        return said
    return f"{said} {local.text('specifications.other_codings_than_nps')}"
