"""What goes with recommending, in words and tables."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from statistics import median
from typing import Any

from matplotlib.axes import Axes
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from valuelib.explore.drivers import TOP, Drivers, Share
from valuelib.results import Cell, Chart, Column, Estimates, Figure, Table
from valuelib.show import canvas
from valuelib.show.frames import Mark, plot_intervals
from valuelib.show.labels import capital
from valuelib.show.localizer import local
from valuelib.show.numbers import priority_numbers
from valuelib.show.tables import column, estimate_cell, make_table
from valuelib.theory.pyramid import element


def say_drivers(drivers: Drivers) -> str:
    """How much the ratings explain, here and on accounts that the fit has not seen."""
    shares = {"fit_share": drivers.r2, "new_share": drivers.r2_cv, "left_share": drivers.r2_within}
    said = {name: round((one.value or 0.0) / 100, 2) for name, one in shares.items()}
    said["new_share"] = max(said["new_share"], 0.0)
    return local.text("drivers.together_ratings_elements_go", elements_n=len(drivers.elements), **said)


def say_meaning() -> str:
    """What importance does not mean."""
    return local.text("drivers.share_tells_what_goes")


def say_gaps(drivers: Drivers) -> str:
    """What was done about missing ratings."""
    if drivers.complete_n == drivers.n:
        return local.text("drivers.every_answers_rates_every", answers_n=drivers.n)
    counts = {"pairs_n": drivers.fewest_pairs, "answers_n": drivers.n, "complete_n": drivers.complete_n}
    said = local.text("drivers.ratings_missing_each_correlation", gap_share=round(drivers.missing_share, 3), **counts)
    return f"{said} {local.text('drivers.taken_together_correlations_contradicted')}" if drivers.repaired else said


def say_checks(drivers: Drivers) -> str:
    """How far other ways of dividing agree, element by element."""
    return " ".join(local.text(f"drivers.agreement.{name}", rank_ratio=value) for name, value in drivers.agreement.items())


def table_drivers(drivers: Drivers) -> Table:
    """Every element with its shares, slopes, rank and mean rating; the largest share first."""
    slope = "drivers.nps_points_per_rating" if drivers.outcome == "nps" else "drivers.scale_points_per_rating"
    return make_table(
        "drivers",
        local.text("drivers.elements_and_recommending"),
        (
            "drivers.element",
            "common.tier",
            ("drivers.share_per_cent", "number"),
            ("drivers.share_equal_general_rating", "number"),
            (slope, "number"),
            Column(capital(local.text("drivers.same_equal_general_rating")), "number"),
            ("drivers.rank", "count"),
            ("common.mean_0_10", "number"),
        ),
        (
            (
                capital(local.word(one.key)),
                local.word(element(one.key).tier_key),
                *("" if it is None else estimate_cell(it) for it in (one.raw, one.within, one.slope, one.slope_within)),
                Cell(low=one.rank_low, high=one.rank_high),
                one.mean_score,
            )
            for one in _ranked(drivers.elements)
        ),
        local.text("drivers.figures_brackets_intervals_accounts", level=drivers.r2.level),
    )


def table_checks(drivers: Drivers) -> Table:
    """The categories' shares by three ways of dividing."""
    ways = ("drivers.along_the_pyramid", "drivers.all_categories_alike", "drivers.johnson_relative_weights")
    return make_table(
        "driver_checks",
        local.text("drivers.same_divided_other_ways"),
        ("drivers.category", *(column(way, "number") for way in ways)),
        ((capital(local.word(one.key)), one.pyramid, one.flat, one.johnson) for one in drivers.checks),
        local.text("drivers.along_pyramid_every_tier"),
    )


def _ranked(shares: Sequence[Share]) -> list[Share]:
    """The largest shares of R2 first."""
    return sorted(shares, key=lambda one: one.raw.value or 0.0, reverse=True)


MAX_ELEMENTS = 10
SIDES = (("raw", "drivers.as_rated", canvas.BLUE, "o"), ("within", "drivers.equal_general_rating", canvas.AMBER, "s"))

# Shares of tiers and elements, as rated and at equal general rating


def plot_drivers(drivers: Drivers) -> Figure:
    """Shares of tiers above and of the leading elements below; as rated on the left, at equal general rating on the right."""
    first, explained = leading(drivers), local.text("drivers.share_what_ratings_explain")
    rows = (list(reversed(drivers.tiers)), first)
    heights = [len(one) + 0.6 for one in rows]
    said = [
        local.listing([f"{local.word(one.key)} {local.percent((one.raw.value or 0.0) / 100)}" for one in ranked])
        for ranked in (_ranked(drivers.tiers), first[:3])
    ]
    with canvas.drawing(13.5, 1.6 + 0.52 * sum(heights)) as figure:
        panels = figure.subplots(2, 2, sharex="all", gridspec_kw={"height_ratios": heights})
        for shares, pair in zip(rows, panels, strict=True):
            labels = [capital(local.word(one.key)) for one in shares]
            for axes, (name, _, ink, sign) in zip(pair, SIDES, strict=True):
                for row, one in enumerate(getattr(share, name) for share in shares):
                    ends = [one.ci_low or 0.0, one.ci_high or 0.0]
                    axes.plot(ends, [row, row], color=ink, linewidth=3, solid_capstyle="butt")
                    axes.plot([one.value or 0.0], [row], sign, color=ink, markersize=9)
                axes.set_yticks(range(len(shares)), labels, fontsize=14)
                axes.set_ylim(len(shares) - 0.4, -0.6)
                axes.grid(axis="x", color=canvas.FAINT, linewidth=1)
                axes.set_axisbelow(True)
                axes.tick_params(axis="x", labelsize=canvas.SMALL_SIZE, colors=canvas.MUTED)
            pair[1].set_yticklabels([])
        highest = max(one.ci_high or 0.0 for share in [*drivers.tiers, *first] for one in (share.raw, share.within))
        panels[0, 0].set_xlim(0, 1.03 * highest)
        for axes, (_, title, _, _) in zip(panels[0], SIDES, strict=True):
            canvas.title_panel(axes, canvas.wrap(local.text(title), 44), fontsize=15, color=canvas.INK, pad=10)
        for axes in panels[1]:
            axes.set_xlabel(explained)
        largest = max(drivers.tiers, key=attrgetter("raw.value"))
        part = round((largest.raw.value or 0.0) / 100, 2)
        canvas.set_title(panels[0, 0], local.text("drivers.largest_tier_what_ratings", tier_key=largest.key, part_share=part))
        numbers = [
            Chart(
                kind="dots",
                title=explained,
                categories=tuple(capital(local.word(one.key)) for one in shares),
                series=tuple(
                    canvas.series_of(local.text(title), [getattr(one, name) for one in shares]) for name, title, _, _ in SIDES
                ),
            )
            for shares in rows
        ]
        counts = {"shown_n": len(first), "elements_n": len(drivers.elements), "answers_n": drivers.n}
        caption = local.text("drivers.shares_r2_along_pyramid", level=drivers.tiers[0].raw.level, **counts)
        alt = local.text("drivers.shares_what_ratings_explain", tiers=said[0], elements=said[1])
        return canvas.finish(figure, name="drivers", alt=alt, caption=caption, charts=numbers)


def leading(drivers: Drivers) -> list[Share]:
    """The elements with the largest shares, largest first."""
    return _ranked(drivers.elements)[:MAX_ELEMENTS]


def plot_leading(found: Estimates) -> Axes:
    """Shares of the tiers and below them of the leading elements, as rated, on one pair of axes."""
    tiers, elements = (found.where(f"label.driver.{kind}") for kind in ("tier", "element"))
    first = sorted(elements, key=lambda one: one.value or 0.0, reverse=True)[:TOP]
    inks = [canvas.BLUE] * len(tiers) + [canvas.MUTED] * len(first)
    marks = [
        Mark(capital(local.word(one.name.rpartition(".")[2])), one.value, one.ci_low, one.ci_high, ink, ink == canvas.BLUE)
        for one, ink in zip((*tiers, *first), inks, strict=True)
    ]
    largest = max(tiers, key=lambda one: one.value or 0.0)
    tier, part = largest.name.rpartition(".")[2], round((largest.value or 0.0) / 100, 2)
    title = local.text("drivers.largest_tier_what_ratings", tier_key=tier, part_share=part)
    return plot_intervals(marks, None, axis=local.text("drivers.share_what_ratings_explain"), title=title)


MAX_LABELS, EXTREMES = 8, 1
BEHIND = {"facecolor": canvas.PAPER, "edgecolor": "none", "pad": 1.0}  # words stay readable on a dotted line
NEAR, FAR = 9, 26  # points between a dot and its label
AROUND = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
PLACES = [(x * reach, y * reach) for reach in (NEAR, FAR) for x, y in AROUND]

# Which elements go with recommending and are rated low, and which are rated high already? (importance-performance map)


def plot_priorities(drivers: Drivers) -> Figure:
    """Mean rating across, share of R2 upwards; large shares are told by colour, the extreme elements by name."""
    x_border, y_border = borders(drivers)
    names = [local.word(one.key) for one in open_priorities(drivers)[:3]]
    title = local.text("drivers.no_element_large_share")
    if names:
        title = local.text("drivers.large_share_rated_below", elements=local.listing(names))
    with canvas.drawing(12.5, 8.2) as figure:
        axes = figure.subplots()
        axes.axvline(x_border, color=canvas.MUTED, linewidth=1, linestyle=":")
        axes.axhline(y_border, color=canvas.MUTED, linewidth=1, linestyle=":")
        for one in drivers.elements:
            x, y = _at(one)
            colour, sign = (
                (canvas.PASSIVES, "o") if y <= y_border else (canvas.VERMILION, "D") if x < x_border else (canvas.BLUE, "o")
            )
            axes.plot(x, y, sign, color=colour, markersize=9)
        axes.set_xlabel(local.text("common.mean_rating_0_10"))
        axes.set_ylabel(local.text("drivers.share_what_ratings_explain"))
        axes.tick_params(labelsize=canvas.SMALL_SIZE)
        canvas.write_numbers(axes.xaxis)
        canvas.write_numbers(axes.yaxis)
        axes.margins(0.12)
        for left, side, colour, code in (
            (0.01, "left", canvas.VERMILION, "drivers.larger_share_lower_rating"),
            (0.99, "right", canvas.BLUE, "drivers.larger_share_higher_rating"),
        ):
            look: Any = {
                "ha": side,
                "va": "top",
                "color": colour,
                "fontsize": canvas.SMALL_SIZE,
                "fontweight": "bold",
                "bbox": BEHIND,
            }
            axes.text(left, 0.985, local.text(code), transform=axes.transAxes, **look)
        canvas.set_title(axes, title)
        # Each name at the first place around its dot where it covers no dot and no other text.
        figure.draw_without_rendering()
        points = axes.transData.transform([_at(one) for one in drivers.elements])
        taken = [Bbox.from_bounds(x - 6, y - 6, 12, 12) for x, y in points]
        taken += [text.get_window_extent() for text in axes.texts]
        for one in labelled(drivers):
            taken.append(_place_label(axes, _at(one), taken, capital(local.word(one.key))))
        caption = local.text("drivers.each_dot_elements_dotted", elements_n=len(drivers.elements))
        numbers = priority_numbers(drivers.elements, labelled(drivers), open_priorities(drivers), (x_border, y_border))
        return canvas.finish(figure, name="priorities", alt=title, caption=caption, charts=[numbers])


def borders(drivers: Drivers) -> tuple[float, float]:
    """Median mean rating, and the share that each element would have if all had the same."""
    return median(share.mean_score or 0.0 for share in drivers.elements), 100 / len(drivers.elements)


def open_priorities(drivers: Drivers) -> list[Share]:
    """Elements with more than an equal share that are rated below the median element, largest share first."""
    x_border, y_border = borders(drivers)
    return _ranked([one for one in drivers.elements if (one.raw.value or 0) > y_border and (one.mean_score or 0) < x_border])


def labelled(drivers: Drivers) -> list[Share]:
    """Every large share that is rated low, then the largest shares, then the lowest and the highest rating."""
    by_share = _ranked(drivers.elements)[:MAX_LABELS]
    by_score = sorted(drivers.elements, key=lambda share: share.mean_score or 0.0)
    named = (*open_priorities(drivers), *by_share, *by_score[:EXTREMES], *by_score[-EXTREMES:])
    return list({share.key: share for share in named}.values())


def _at(share: Share) -> tuple[float, float]:
    return share.mean_score or 0.0, share.raw.value or 0.0


def _place_label(axes: Axes, at: tuple[float, float], taken: Sequence[Bbox], said: str) -> Bbox:
    """The label in its place, as the box that it takes; no label where every place is taken."""
    box, (own_x, own_y) = axes.get_window_extent(), axes.transData.transform(at)
    others = [one for one in taken if abs((one.x0 + one.x1) / 2 - own_x) >= 0.01 or abs((one.y0 + one.y1) / 2 - own_y) >= 0.01]
    for x, y in PLACES:
        label = axes.annotate(
            said,
            at,
            xytext=(x, y),
            textcoords="offset points",
            ha="left" if x > 0 else "right" if x < 0 else "center",
            va="bottom" if y > 0 else "top" if y < 0 else "center",
            fontsize=canvas.SMALL_SIZE,
            color=canvas.INK,
            bbox=BEHIND,
            arrowprops={"arrowstyle": "-", "color": canvas.MUTED, "linewidth": 0.8} if max(abs(x), abs(y)) > NEAR else None,
        )
        label.get_window_extent()  # puts it in its place
        words = Text.get_window_extent(label)  # without the line that leads to it
        inside = box.x0 <= words.x0 and words.x1 <= box.x1 and box.y0 <= words.y0 and words.y1 <= box.y1
        if inside and not any(words.overlaps(other) for other in others):
            return words
        label.remove()
    return Bbox.null()
