"""What goes with recommending, in words and tables."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from statistics import median

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from valuelib.explore.drivers import Drivers, Share
from valuelib.results import Cell, Chart, Column, Estimate, Figure, Table
from valuelib.show.canvas import (
    AMBER,
    BLUE,
    FAINT,
    INK,
    MUTED,
    PAPER,
    PASSIVES,
    SMALL_SIZE,
    VERMILION,
    drawing,
    finish,
    series_of,
    set_title,
    wrap,
)
from valuelib.show.labels import capital
from valuelib.show.localizer import local
from valuelib.show.tables import column, estimate_cell, make_table
from valuelib.theory.pyramid import element

# What goes with recommending, in words and tables.


def say_drivers(drivers: Drivers) -> str:
    """How much the ratings explain, here and on accounts that the fit has not seen."""
    return local.text(
        "drivers.together_ratings_elements_go",
        elements_n=len(drivers.elements),
        fit_share=_share(drivers.r2),
        new_share=max(_share(drivers.r2_cv), 0.0),
        left_share=_share(drivers.r2_within),
    )


def say_meaning() -> str:
    """What importance does not mean."""
    return local.text("drivers.share_tells_what_goes")


def say_gaps(drivers: Drivers) -> str:
    """What was done about missing ratings."""
    if drivers.complete_n == drivers.n:
        return local.text("drivers.every_answers_rates_every", answers_n=drivers.n)
    said = local.text(
        "drivers.ratings_missing_each_correlation",
        gap_share=round(drivers.missing_share, 3),
        pairs_n=drivers.fewest_pairs,
        answers_n=drivers.n,
        complete_n=drivers.complete_n,
    )
    if not drivers.repaired:
        return said
    return f"{said} " + local.text("drivers.taken_together_correlations_contradicted")


def say_checks(drivers: Drivers) -> str:
    """How far other ways of dividing agree, element by element."""
    return " ".join(local.text(f"drivers.agreement.{name}", rank_ratio=value) for name, value in drivers.agreement.items())


def table_drivers(drivers: Drivers) -> Table:
    """Every element with its shares, slopes, rank and mean rating; the largest share first."""
    slope = "drivers.nps_points_per_rating" if drivers.outcome == "nps" else "drivers.scale_points_per_rating"
    ranked = sorted(drivers.elements, key=lambda share: share.raw.value or 0.0, reverse=True)
    return make_table(
        name="drivers",
        caption=local.text("drivers.elements_and_recommending"),
        columns=(
            column("drivers.element"),
            column("common.tier"),
            column("drivers.share_per_cent", "number"),
            column("drivers.share_equal_general_rating", "number"),
            column(slope, "number"),
            Column(capital(local.text("drivers.same_equal_general_rating")), "number"),
            column("drivers.rank", "count"),
            column("common.mean_0_10", "number"),
        ),
        rows=(
            (
                capital(local.word(share.key)),
                local.word(element(share.key).tier_key),
                *(
                    "" if figure is None else estimate_cell(figure)
                    for figure in (share.raw, share.within, share.slope, share.slope_within)
                ),
                Cell(low=share.rank_low, high=share.rank_high),
                share.mean_score,
            )
            for share in ranked
        ),
        note=local.text("drivers.figures_brackets_intervals_accounts", level=drivers.r2.level),
    )


def table_checks(drivers: Drivers) -> Table:
    """The categories' shares by three ways of dividing."""
    return make_table(
        name="driver_checks",
        caption=local.text("drivers.same_divided_other_ways"),
        columns=(
            column("drivers.category"),
            column("drivers.along_the_pyramid", "number"),
            column("drivers.all_categories_alike", "number"),
            column("drivers.johnson_relative_weights", "number"),
        ),
        rows=((capital(local.word(one.key)), one.pyramid, one.flat, one.johnson) for one in drivers.checks),
        note=local.text("drivers.along_pyramid_every_tier"),
    )


def _share(figure: Estimate) -> float:
    return round((figure.value or 0.0) / 100, 2)


# Shares of tiers and elements, as rated and at equal general rating

MOST_ELEMENTS = 10
WORDS_WIDE = 26


def plot_drivers(drivers: Drivers) -> Figure:
    """Shares of tiers above and of the leading elements below; as rated on the left, at equal general rating on the right."""
    rows = (list(reversed(drivers.tiers)), leading(drivers))
    heights = [len(one) + 0.6 for one in rows]
    with drawing(13.5, 1.6 + 0.52 * sum(heights)) as figure:
        grid = figure.subplots(2, 2, sharex="all", gridspec_kw={"height_ratios": heights})
        for shares, (left, right) in zip(rows, grid, strict=True):
            _draw(left, shares, [share.raw for share in shares], BLUE, "o")
            _draw(right, shares, [share.within for share in shares], AMBER, "s")
            right.set_yticklabels([])
        grid[0, 0].set_xlim(
            0, (1.03 * max(figure.ci_high or 0.0 for share in [*drivers.tiers, *rows[1]] for figure in (share.raw, share.within)))
        )
        for axes, title in zip(grid[0], _titles(), strict=True):
            axes.set_title(wrap(title, 44), loc="left", fontsize=15, color=INK, pad=10)
        for axes in grid[1]:
            axes.set_xlabel(local.text("drivers.share_what_ratings_explain"))
        largest = max(drivers.tiers, key=attrgetter("raw.value"))
        set_title(
            grid[0, 0],
            local.text(
                "drivers.largest_tier_what_ratings", tier_key=largest.key, part_share=round((largest.raw.value or 0.0) / 100, 2)
            ),
            84,
        )
        alt, caption = say_shares(drivers), _caption(drivers)
        return finish(figure, name="drivers", alt=alt, caption=caption, charts=[_numbers(rows[0]), _numbers(rows[1])])


def leading(drivers: Drivers) -> list[Share]:
    """The elements with the largest shares, largest first."""
    return sorted(drivers.elements, key=_size, reverse=True)[:MOST_ELEMENTS]


def say_shares(drivers: Drivers) -> str:
    """Tiers and the first three elements in words."""
    tiers = [f"{local.word(share.key)} {_percent(share.raw)}" for share in sorted(drivers.tiers, key=_size, reverse=True)]
    first = [f"{local.word(share.key)} {_percent(share.raw)}" for share in leading(drivers)[:3]]
    return local.text("drivers.shares_what_ratings_explain", tiers=local.listing(tiers), elements=local.listing(first))


def _size(share: Share) -> float:
    return share.raw.value or 0.0


def _numbers(shares: Sequence[Share]) -> Chart:
    """Shares in per cent, as rated and at equal general rating."""
    raw, within = _titles()
    return Chart(
        kind="dots",
        title=local.text("drivers.share_what_ratings_explain"),
        categories=tuple(capital(local.word(share.key)) for share in shares),
        series=(series_of(raw, [share.raw for share in shares]), series_of(within, [share.within for share in shares])),
    )


def _titles() -> tuple[str, str]:
    return local.text("drivers.as_rated"), local.text("drivers.equal_general_rating")


def _draw(axes: Axes, shares: Sequence[Share], figures: Sequence[Estimate], colour: str, sign: str) -> None:
    for row, figure in enumerate(figures):
        axes.plot([figure.ci_low or 0.0, figure.ci_high or 0.0], [row, row], color=colour, linewidth=3, solid_capstyle="butt")
        axes.plot([figure.value or 0.0], [row], sign, color=colour, markersize=9)
    axes.set_yticks(range(len(shares)), [capital(local.word(share.key)) for share in shares], fontsize=14)
    axes.set_ylim(len(shares) - 0.4, -0.6)
    axes.grid(axis="x", color=FAINT, linewidth=1)
    axes.set_axisbelow(True)
    axes.tick_params(axis="x", labelsize=SMALL_SIZE, colors=MUTED)


def _percent(figure: Estimate) -> str:
    return local.percent((figure.value or 0.0) / 100)


def _caption(drivers: Drivers) -> str:
    return local.text(
        "drivers.shares_r2_along_pyramid",
        level=drivers.tiers[0].raw.level,
        shown_n=min(MOST_ELEMENTS, len(drivers.elements)),
        elements_n=len(drivers.elements),
        answers_n=drivers.n,
    )


# Which elements go with recommending and are rated low, and which are rated high already? (importance-performance map)

MOST_LABELS, EXTREMES = 8, 1
BEHIND = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.0}  # words stay readable on a dotted line
NEAR, FAR = 9, 26  # points between a dot and its label
PLACES = [
    (x * reach, y * reach)
    for reach in (NEAR, FAR)
    for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
]


def plot_priorities(drivers: Drivers) -> Figure:
    """Mean rating across, share of R2 upwards; large shares are told by colour, the extreme elements by name."""
    x_border, y_border = borders(drivers)
    with drawing(12.5, 8.2) as figure:
        axes = figure.subplots()
        axes.axvline(x_border, color=MUTED, linewidth=1, linestyle=":")
        axes.axhline(y_border, color=MUTED, linewidth=1, linestyle=":")
        for share in drivers.elements:
            colour, sign = _look(share, x_border, y_border)
            axes.plot(share.mean_score or 0.0, share.raw.value or 0.0, sign, color=colour, markersize=9)
        axes.set_xlabel(local.text("common.mean_rating_0_10"))
        axes.set_ylabel(local.text("drivers.share_what_ratings_explain"))
        axes.tick_params(labelsize=SMALL_SIZE)
        axes.xaxis.set_major_formatter(lambda x, _: local.number(x, 1))
        axes.yaxis.set_major_formatter(lambda y, _: local.number(y, 0 if y == round(y) else 1))
        axes.margins(0.12)
        _corner_words(axes)
        set_title(axes, say_priorities(drivers), 84)
        _place_labels(figure, axes, labelled(drivers), drivers.elements)
        return finish(
            figure,
            name="priorities",
            alt=say_priorities(drivers),
            caption=local.text("drivers.each_dot_elements_dotted", elements_n=len(drivers.elements)),
        )


def borders(drivers: Drivers) -> tuple[float, float]:
    """Median mean rating, and the share that each element would have if all had the same."""
    return median(share.mean_score or 0.0 for share in drivers.elements), 100 / len(drivers.elements)


def open_priorities(drivers: Drivers) -> list[Share]:
    """Elements with more than an equal share that are rated below the median element, largest share first."""
    x_border, y_border = borders(drivers)
    found = [share for share in drivers.elements if (share.raw.value or 0) > y_border and (share.mean_score or 0) < x_border]
    return sorted(found, key=_size_priorities, reverse=True)


def labelled(drivers: Drivers) -> list[Share]:
    """The largest shares, then the lowest and the highest rating."""
    by_share = sorted(drivers.elements, key=_size_priorities, reverse=True)[:MOST_LABELS]
    by_score = sorted(drivers.elements, key=lambda share: share.mean_score or 0.0)
    return list({share.key: share for share in (*by_share, *by_score[:EXTREMES], *by_score[-EXTREMES:])}.values())


def say_priorities(drivers: Drivers) -> str:
    """The elements that go with recommending and are rated low, in one sentence."""
    found = open_priorities(drivers)[:3]
    if not found:
        return local.text("drivers.no_element_large_share")
    return local.text("drivers.large_share_rated_below", elements=local.listing([local.word(share.key) for share in found]))


def _size_priorities(share: Share) -> float:
    return share.raw.value or 0.0


def _look(share: Share, x_border: float, y_border: float) -> tuple[str, str]:
    if (share.raw.value or 0.0) <= y_border:
        return PASSIVES, "o"
    return (VERMILION, "D") if (share.mean_score or 0.0) < x_border else (BLUE, "o")


def _corner_words(axes: Axes) -> None:
    for x, side, colour, said in (
        (0.01, "left", VERMILION, local.text("drivers.larger_share_lower_rating")),
        (0.99, "right", BLUE, local.text("drivers.larger_share_higher_rating")),
    ):
        axes.text(
            x,
            0.985,
            said,
            transform=axes.transAxes,
            ha=side,
            va="top",
            color=colour,
            fontsize=SMALL_SIZE,
            fontweight="bold",
            bbox=BEHIND,
        )


def _place_labels(figure: Drawing, axes: Axes, named: Sequence[Share], every: Sequence[Share]) -> None:
    """Each name at the first place around its dot where it covers no dot and no other text."""
    figure.draw_without_rendering()
    points = axes.transData.transform([(share.mean_score or 0.0, share.raw.value or 0.0) for share in every])
    taken = [Bbox.from_bounds(x - 6, y - 6, 12, 12) for x, y in points]
    taken += [text.get_window_extent() for text in axes.texts]
    for share in named:
        taken.append(_place(axes, share, taken, capital(local.word(share.key))))


def _place(axes: Axes, share: Share, taken: Sequence[Bbox], said: str) -> Bbox:
    at = (share.mean_score or 0.0, share.raw.value or 0.0)
    box = axes.get_window_extent()
    for x, y in PLACES:
        label = axes.annotate(
            said,
            at,
            xytext=(x, y),
            textcoords="offset points",
            ha="left" if x > 0 else "right" if x < 0 else "center",
            va="bottom" if y > 0 else "top" if y < 0 else "center",
            fontsize=SMALL_SIZE,
            color=INK,
            bbox=BEHIND,
            arrowprops={"arrowstyle": "-", "color": MUTED, "linewidth": 0.8} if max(abs(x), abs(y)) > NEAR else None,
        )
        label.get_window_extent()  # puts it in its place
        words = Text.get_window_extent(label)  # without the line that leads to it
        inside = box.x0 <= words.x0 and words.x1 <= box.x1 and box.y0 <= words.y0 and words.y1 <= box.y1
        if inside and not any(words.overlaps(other) for other in taken if not _is_own(other, axes, at)):
            return words
        label.remove()
    return Bbox.null()


def _is_own(box: Bbox, axes: Axes, at: tuple[float, float]) -> bool:
    x, y = axes.transData.transform(at)
    return bool(abs((box.x0 + box.x1) / 2 - x) < 0.01 and abs((box.y0 + box.y1) / 2 - y) < 0.01)
