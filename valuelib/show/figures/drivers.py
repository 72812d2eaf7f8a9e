"""What goes with recommending: how much of it belongs to each tier and element, as rated and at equal general rating?"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from matplotlib.axes import Axes

from valuelib.explore.drivers.find import Drivers, Share
from valuelib.records import Chart, Estimate, Figure
from valuelib.show.figures.canvas import SMALL_SIZE, drawing, finish, set_title, wrap
from valuelib.show.figures.numbers import series_of
from valuelib.show.labels import capital
from valuelib.show.language import Speech
from valuelib.show.palette import AMBER, BLUE, FAINT, INK, MUTED

MOST_ELEMENTS = 10
WORDS_WIDE = 26


def plot_drivers(drivers: Drivers, speech: Speech) -> Figure:
    """Shares of tiers above and of the leading elements below; as rated on the left, at equal general rating on the right."""
    rows = (list(reversed(drivers.tiers)), leading(drivers))
    heights = [len(one) + 0.6 for one in rows]
    with drawing(13.5, 1.6 + 0.52 * sum(heights)) as figure:
        grid = figure.subplots(2, 2, sharex="all", gridspec_kw={"height_ratios": heights})
        for shares, (left, right) in zip(rows, grid, strict=True):
            _draw(left, shares, [share.raw for share in shares], BLUE, "o", speech)
            _draw(right, shares, [share.within for share in shares], AMBER, "s", speech)
            right.set_yticklabels([])
        grid[0, 0].set_xlim(0, _reach([*drivers.tiers, *rows[1]]))
        for axes, title in zip(grid[0], _titles(speech), strict=True):
            axes.set_title(wrap(title, 44), loc="left", fontsize=15, color=INK, pad=10)
        for axes in grid[1]:
            axes.set_xlabel(speech.text("drivers.share_what_ratings_explain"))
        set_title(grid[0, 0], _headline(drivers, speech), 84)
        alt, caption = say_shares(drivers, speech), _caption(drivers, speech)
        return finish(
            figure, name="drivers", alt=alt, caption=caption, charts=[_numbers(rows[0], speech), _numbers(rows[1], speech)]
        )


def leading(drivers: Drivers) -> list[Share]:
    """The elements with the largest shares, largest first."""
    return sorted(drivers.elements, key=_size, reverse=True)[:MOST_ELEMENTS]


def say_shares(drivers: Drivers, speech: Speech) -> str:
    """Tiers and the first three elements in words."""
    tiers = [f"{speech.word(share.key)} {_percent(share.raw, speech)}" for share in sorted(drivers.tiers, key=_size, reverse=True)]
    first = [f"{speech.word(share.key)} {_percent(share.raw, speech)}" for share in leading(drivers)[:3]]
    return speech.text("drivers.shares_what_ratings_explain", tiers=speech.listing(tiers), elements=speech.listing(first))


def _reach(shares: Sequence[Share]) -> float:
    return 1.03 * max(figure.ci_high or 0.0 for share in shares for figure in (share.raw, share.within))


def _size(share: Share) -> float:
    return share.raw.value or 0.0


def _numbers(shares: Sequence[Share], speech: Speech) -> Chart:
    """Shares in per cent, as rated and at equal general rating."""
    raw, within = _titles(speech)
    return Chart(
        kind="dots",
        title=speech.text("drivers.share_what_ratings_explain"),
        categories=tuple(capital(speech.word(share.key)) for share in shares),
        series=(series_of(raw, [share.raw for share in shares]), series_of(within, [share.within for share in shares])),
    )


def _titles(speech: Speech) -> tuple[str, str]:
    return speech.text("drivers.as_rated"), speech.text("drivers.equal_general_rating")


def _headline(drivers: Drivers, speech: Speech) -> str:
    largest = max(drivers.tiers, key=attrgetter("raw.value"))
    return speech.text(
        "drivers.largest_tier_what_ratings", tier_key=largest.key, part_share=round((largest.raw.value or 0.0) / 100, 2)
    )


def _draw(axes: Axes, shares: Sequence[Share], figures: Sequence[Estimate], colour: str, sign: str, speech: Speech) -> None:
    for row, figure in enumerate(figures):
        axes.plot([figure.ci_low or 0.0, figure.ci_high or 0.0], [row, row], color=colour, linewidth=3, solid_capstyle="butt")
        axes.plot([figure.value or 0.0], [row], sign, color=colour, markersize=9)
    axes.set_yticks(range(len(shares)), [capital(speech.word(share.key)) for share in shares], fontsize=14)
    axes.set_ylim(len(shares) - 0.4, -0.6)
    axes.grid(axis="x", color=FAINT, linewidth=1)
    axes.set_axisbelow(True)
    axes.tick_params(axis="x", labelsize=SMALL_SIZE, colors=MUTED)


def _percent(figure: Estimate, speech: Speech) -> str:
    return speech.percent((figure.value or 0.0) / 100)


def _caption(drivers: Drivers, speech: Speech) -> str:
    return speech.text(
        "drivers.shares_r2_along_pyramid",
        level=drivers.tiers[0].raw.level,
        shown_n=min(MOST_ELEMENTS, len(drivers.elements)),
        elements_n=len(drivers.elements),
        answers_n=drivers.n,
    )
