"""Many ways of calculating one figure: the picture, the tables and the sentence of the specification curve."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any

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
    Specification,
    Verdicts,
    share_lifts,
)
from valuelib.results import Cell, Column, Figure, Table, Verdict
from valuelib.show import canvas
from valuelib.show.labels import capital
from valuelib.show.localizer import local
from valuelib.show.tables import Heading, make_table
from valuelib.theory.claims import Claim
from valuelib.theory.reading import Reading

READ: tuple[Verdict, ...] = ("supported", "consistent", "smaller", "rejected", "undecided")
FAMILY_COLUMNS: tuple[Heading, ...] = ("common.evidence", ("specifications.ways_heading", "count"))


def say_specifications(curve: Curve) -> str:
    """The curve in a few sentences: how many ways, on what sample, how many show a lift, where those that halo cannot make lie."""
    found = {one.family: one for one in share_lifts(curve)}
    whole, unit = found[None], unit_of(curve)
    values = {"all_n": whole.n, "shown_share": _whole(whole.shown), "low_pts": whole.low, "high_pts": whole.high}
    said = [local.text("specifications.defensible_ways_calculate_difference", unit=unit, **values)]
    if curve.drawn_from is not None:
        said.append(local.text("specifications.sampled_accounts", n=curve.n, all_n=curve.drawn_from))
    if curve.deciding is None:
        said.append(local.text("specifications.all_them_could_decide"))
    else:
        one, family = found[curve.deciding], _family(curve.deciding)
        values = {"deciding_n": one.n, "shown_share": _whole(one.shown), "median_pts": one.median}
        family = family[:1].lower() + family[1:]
        said.append(local.text("specifications.ways_evidence_can_decide", family=family, **values))
    if curve.primary is not None:
        primary = curve.specifications[curve.primary]
        decides = primary.choices.family in ("audited", "peers")
        code = "specifications.way_gives_verdict_shows" if decides else "specifications.raw_comparison_report_shows"
        said.append(local.text(code, value_pts=primary.value, interval=local.interval(primary.low, primary.high)))
    return " ".join(said)


def say_title(curve: Curve) -> str:
    """The headline of the picture: lifts shown where halo cannot make them, and where it can."""
    safe, exposed = (_whole(shown_share(part, curve)) if part else None for part in split_by_halo(curve))
    if safe is not None and exposed is not None:
        return local.text("specifications.lift_shown_ways_halo", safe_share=safe, exposed_share=exposed)
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
        f"specifications.{curve.outcome}",
        local.text("specifications.lifts_kind_evidence", outcome=capital(local.word(curve.outcome))),
        (
            *FAMILY_COLUMNS,
            ("specifications.median_lift", "points"),
            ("specifications.nine_ten_between", "points"),
            ("specifications.show_a_lift", "percent"),
            ("specifications.show_the_opposite", "percent"),
        ),
        (
            (_family(one.family), one.n, one.median, Cell(low=one.low, high=one.high), one.shown, one.opposite)
            for one in share_lifts(curve)
        ),
        local.text("specifications.lifts_further_ways_left", unit=unit_of(curve), left_out=local.count(curve.left_out)),
    )


def table_verdicts(found: Sequence[Verdicts], claims: Sequence[Claim], curve: Curve) -> Table:
    """One row a claim and family: the verdicts that its specifications would give, were each the only one."""
    readings = {claim.id: claim.reading for claim in claims}

    def size(reading: Reading) -> Cell:  # tells claims on one outcome apart in few letters
        as_ratio = reading.metric == "ratio"
        return Cell(reading.size, kind="ratio", words="specifications.claimed_times") if as_ratio else Cell(reading.size)

    return make_table(
        f"specifications.{curve.outcome}.verdicts",
        local.text("specifications.what_each_way_alone", outcome=capital(local.word(curve.outcome))),
        (("common.claimed", "points"), *FAMILY_COLUMNS, *(Column(local.word(one), "percent") for one in READ)),
        (
            (size(readings[one.claim]), _family(one.family), one.n, *(one.counts.get(verdict, 0) / one.n for verdict in READ))
            for one in found
        ),
        local.text("specifications.only_ways_measure_outcome", level=curve.level),
    )


def table_permutation(found: Permutation, curve: Curve) -> Table:
    """One row a family: its median lift and its share of shown lifts beside what exchanged exposures give."""
    figures = attrgetter("n", "median", "chance_median", "p_median", "shown", "chance_shown", "p_shown")
    return make_table(
        f"specifications.{curve.outcome}.permutation",
        local.text("specifications.whole_curve_against_chance", outcome=capital(local.word(curve.outcome))),
        (
            *FAMILY_COLUMNS,
            ("specifications.median_lift", "points"),
            ("specifications.by_chance", "points"),
            ("specifications.p_median_lift", "p"),
            ("specifications.show_a_lift", "percent"),
            ("specifications.by_chance", "percent"),
            ("specifications.p_show_lift", "p"),
        ),
        ((_family(one.family), *figures(one)) for one in found.families),
        local.text("specifications.times_accounts_equally_many", permutations_n=found.permutations),
    )


def say_no_permutation() -> str:
    """Why the curve was not held against chance."""
    return local.text("specifications.curve_not_held_against")


def _family(family: Family | None) -> str:
    return local.text("specifications.all_ways") if family is None else local.text(f"specifications.family.{family}")


def _whole(share: float) -> float:
    """A share rounded to whole per cent, but never to all or none while some differ."""
    return share if share in (0.0, 1.0) else min(max(round(share, 2), 0.01), 0.99)


Row = tuple[str, Callable[[Choices], bool]]


def _chose(name: str, value: object) -> Callable[[Choices], bool]:
    """Whether a specification has this value of a choice, or among its several values."""

    def chosen(choices: Choices) -> bool:
        made = getattr(choices, name)
        return value in made if isinstance(made, tuple) else made == value

    return chosen


# The picture: all lifts that careful analysts could have reported, and the choices behind them

COLOURS: Mapping[Family, str] = {
    "audited": canvas.BLUE,
    "peers": canvas.GREEN,
    "bought": canvas.SKY,
    "direction": canvas.AMBER,
    "descriptive": canvas.VERMILION,
}
SHADES = ("#E3E3E3", "#B4B4B4", "#7D7D7D", "#3A3A3A")  # up to a quarter, a half, three quarters, all of a bin's specifications
BINS, MOST_ALONE = 110, 200  # a place of its own for each specification, up to this many
# Digits of coordinates that nobody sees, and thousands of strokes carry; scales of letters stand in other attributes.
FINE, PATH = re.compile(r"(\d+\.\d)\d+"), re.compile(r' d="[^"]*"')
BELOW = 0.16  # room under the lowest interval for the words of the primary one, as a share of the height
PANELS = ("specifications.halo_cannot_make", "specifications.halo_can_make")
ROWS: tuple[Row, ...] = (
    ("specifications.groups_what_bought", _chose("rule", OFFERING)),
    ("specifications.groups_colleagues_higher_tier", _chose("rule", PEERS)),
    ("specifications.groups_higher_tier_element", _chose("rule", "delivered")),
    ("specifications.groups_number_elements_rated", _chose("rule", "count")),
    ("specifications.groups_own_higher_tiers", _chose("rule", "relative")),
    ("specifications.groups_own_higher_tier", _chose("rule", "own_mean")),
    ("specifications.outcome_nps", _chose("coding", "nps")),
    ("specifications.outcome_mean_0_10", _chose("coding", "score")),
    ("specifications.outcome_share_promoters", _chose("coding", "promoters")),
    ("specifications.outcome_share_without_detractors", _chose("coding", "no_detractors")),
    ("specifications.held_equal_no_ratings", lambda choices: not {OWN, TIERS, COLLEAGUES} & set(choices.adjustment)),
    ("specifications.held_equal_own_lower", _chose("adjustment", OWN)),
    ("specifications.held_equal_each_lower", _chose("adjustment", TIERS)),
    ("specifications.held_equal_colleagues_lower", _chose("adjustment", COLLEAGUES)),
    ("specifications.held_equal_background_adjust", _chose("adjustment", COVARIATES)),
    ("specifications.each_account_counted_once", _chose("level", "accounts")),
    ("specifications.without_weights", _chose("weighted", False)),
    ("specifications.all_survey_waves", _chose("waves", "all")),
)


def plot_specifications(curve: Curve) -> Figure:
    """Every specification with its interval, sorted, apart by whether halo can make it; below, which choices stand where.

    The primary specification is marked by a diamond. Shades tell how many of the specifications at a place made the row's choice.
    """
    parts = [(label, part) for label, part in zip(PANELS, split_by_halo(curve), strict=True) if part]
    # The choices worth a row: those that some specifications made and others did not.
    choices = [one.choices for one in curve.specifications]
    rows = [(local.text(label), made) for label, made in ROWS if 0 < sum(made(one) for one in choices) < len(choices)]
    caption = local.text("specifications.each_line_way_calculate", level=curve.level)
    if curve.outcome == "recommend":
        caption = f"{caption} {local.text('specifications.other_codings_than_nps')}"
    with canvas.drawing(14, 6.8 + 0.3 * len(rows)) as figure:
        widths = [max(len(part), 0.62 * max(len(other) for _, other in parts)) for _, part in parts]
        shape: Any = {"width_ratios": widths, "height_ratios": [4.6, 0.3 * len(rows)]}
        panels = figure.subplots(2, len(parts), squeeze=False, sharex="col", sharey="row", **shape)
        for place, (label, part) in enumerate(parts):
            ways = local.plural("specifications.ways", len(part))
            _draw_curve(panels[0, place], part, curve, f"{local.text(label)}\n({ways})")
            _draw_choices(panels[1, place], part, rows)
        low, high = (best(best(one.low, one.high) for one in curve.specifications) for best in (min, max))
        lifts, below = panels[0, 0], panels[1, 0]
        lifts.set_ylim(low - BELOW * (high - low), high + 0.02 * (high - low))
        lifts.set_ylabel(local.text("specifications.lift", unit=unit_of(curve)))
        ticks = [tick for tick in lifts.get_yticks() if low <= tick <= high]
        lifts.set_yticks(ticks, [local.points(tick, 0) for tick in ticks])
        below.set_yticks(range(len(rows)), [label for label, _ in rows], fontsize=canvas.SMALL_SIZE)
        below.set_ylim(len(rows) - 0.4, -0.6)
        canvas.set_title(lifts, say_title(curve))
        drawn = canvas.finish(figure, name=f"specifications.{curve.outcome}", alt=say_specifications(curve), caption=caption)
    return dataclasses.replace(drawn, svg=PATH.sub(lambda path: FINE.sub(r"\1", path.group()), drawn.svg))


def _draw_strokes(axes: Axes, first: tuple[np.ndarray, np.ndarray], last: tuple[np.ndarray, np.ndarray], **look: Any) -> None:
    """Many short strokes as one line with gaps: one path in the picture instead of hundreds."""
    gap = np.full(len(first[0]), np.nan)
    axes.plot(*(np.stack([start, end, gap], axis=1).ravel() for start, end in zip(first, last, strict=True)), **look)


def _draw_curve(axes: Axes, part: Sequence[Specification], curve: Curve, panel: str) -> None:
    rank = np.arange(len(part), dtype=float)
    axes.axhline(0.0, color=canvas.INK, linewidth=1.4, zorder=1)
    # Line width in points at which neighbours just do not touch, held within what can be seen and printed.
    wide = float(np.clip(420.0 / len(part), 0.6, 6.0))
    handles = []
    for family in FAMILIES:
        where = np.array([one.choices.family == family for one in part])
        if not where.any():
            continue
        values, low, high = (np.array([getattr(one, name) for one in part])[where] for name in ("value", "low", "high"))
        at, colour = rank[where], COLOURS[family]
        _draw_strokes(axes, (at, low), (at, high), color=colour, linewidth=wide, alpha=0.35, zorder=2)
        flat: Any = {"linewidth": 3.2, "solid_capstyle": "butt", "zorder": 3}
        _draw_strokes(axes, (at - 0.5, values), (at + 0.5, values), color=colour, **flat)
        handles.append(Line2D([], [], color=colour, linewidth=5, label=canvas.wrap(_family(family), 32)))
    if curve.primary is not None and (primary := curve.specifications[curve.primary]) in part:
        _mark_primary(axes, primary, list(part).index(primary), len(part))
    where_legend: Any = {"loc": "lower left", "bbox_to_anchor": (-0.02, 1.0), "alignment": "left", "frameon": False}
    title: Any = {"title": panel, "title_fontproperties": {"size": canvas.SMALL_SIZE + 1, "weight": "bold"}}
    legend = axes.legend(handles=handles, fontsize=canvas.SMALL_SIZE - 1, handlelength=1.2, **where_legend, **title)
    legend.get_title().set_color(canvas.INK)
    canvas.grid(axes, "y")
    axes.set_xlim(-0.02 * len(part) - 0.6, 1.02 * len(part) - 0.4)
    axes.tick_params(axis="x", length=0, labelbottom=False)
    axes.spines["bottom"].set_visible(False)


def _mark_primary(axes: Axes, primary: Specification, place: int, ways: int) -> None:
    """A diamond on the specification that the report shows, and its figure below all intervals."""
    colour, third = COLOURS[primary.choices.family], min(3 * place // ways, 2)
    axes.plot([place, place], [primary.low, primary.high], color=colour, linewidth=4, solid_capstyle="butt", zorder=4)
    canvas.draw_mark(axes, place, primary.value, colour, "D", 13, markeredgewidth=1.5, zorder=5)
    decides = primary.choices.family == "audited"
    said = local.text("ways.part.decides" if decides else "specifications.report_raw_comparison")
    axes.annotate(
        f"{said}\n{local.ranged(primary.value, primary.low, primary.high)}",
        (place, primary.low),
        xytext=(place, 0.01),
        textcoords=axes.get_xaxis_transform(),
        ha=("left", "center", "right")[third],
        va="bottom",
        fontsize=canvas.SMALL_SIZE,
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
                height, look = np.full(int(where.sum()), float(place)), {"linewidth": 11, "solid_capstyle": "butt"}
                _draw_strokes(axes, (edges[:-1][where], height), (edges[1:][where], height), color=colour, **look)
    axes.set_xticks([])
    axes.tick_params(axis="y", length=0)
    axes.spines[:].set_visible(False)
