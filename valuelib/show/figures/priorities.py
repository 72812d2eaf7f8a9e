"""Which elements go with recommending and are rated low, and which are rated high already? (importance-performance map)"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from valuelib.explore.drivers.find import Drivers, Share
from valuelib.records import Figure
from valuelib.show.figures.canvas import SMALL_SIZE, drawing, finish, set_title
from valuelib.show.labels import capital
from valuelib.show.language import Speech
from valuelib.show.palette import BLUE, INK, MUTED, PAPER, PASSIVES, VERMILION

MOST_LABELS, EXTREMES = 8, 1
BEHIND = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.0}  # words stay readable on a dotted line
NEAR, FAR = 9, 26  # points between a dot and its label
PLACES = [
    (x * reach, y * reach)
    for reach in (NEAR, FAR)
    for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
]


def plot_priorities(drivers: Drivers, speech: Speech) -> Figure:
    """Mean rating across, share of R2 upwards; large shares are told by colour, the extreme elements by name."""
    x_border, y_border = borders(drivers)
    with drawing(12.5, 8.2) as figure:
        axes = figure.subplots()
        axes.axvline(x_border, color=MUTED, linewidth=1, linestyle=":")
        axes.axhline(y_border, color=MUTED, linewidth=1, linestyle=":")
        for share in drivers.elements:
            colour, sign = _look(share, x_border, y_border)
            axes.plot(share.mean_score or 0.0, share.raw.value or 0.0, sign, color=colour, markersize=9)
        axes.set_xlabel(speech.text("common.mean_rating_0_10"))
        axes.set_ylabel(speech.text("drivers.share_what_ratings_explain"))
        axes.tick_params(labelsize=SMALL_SIZE)
        axes.xaxis.set_major_formatter(lambda x, _: speech.number(x, 1))
        axes.yaxis.set_major_formatter(lambda y, _: speech.number(y, 0 if y == round(y) else 1))
        axes.margins(0.12)
        _corner_words(axes, speech)
        set_title(axes, say_priorities(drivers, speech), 84)
        _place_labels(figure, axes, labelled(drivers), drivers.elements, speech)
        return finish(figure, name="priorities", alt=say_priorities(drivers, speech), caption=_caption(drivers, speech))


def borders(drivers: Drivers) -> tuple[float, float]:
    """Median mean rating, and the share that each element would have if all had the same."""
    return median(share.mean_score or 0.0 for share in drivers.elements), 100 / len(drivers.elements)


def open_priorities(drivers: Drivers) -> list[Share]:
    """Elements with more than an equal share that are rated below the median element, largest share first."""
    x_border, y_border = borders(drivers)
    found = [share for share in drivers.elements if (share.raw.value or 0) > y_border and (share.mean_score or 0) < x_border]
    return sorted(found, key=_size, reverse=True)


def labelled(drivers: Drivers) -> list[Share]:
    """The largest shares, then the lowest and the highest rating."""
    by_share = sorted(drivers.elements, key=_size, reverse=True)[:MOST_LABELS]
    by_score = sorted(drivers.elements, key=lambda share: share.mean_score or 0.0)
    return list({share.key: share for share in (*by_share, *by_score[:EXTREMES], *by_score[-EXTREMES:])}.values())


def say_priorities(drivers: Drivers, speech: Speech) -> str:
    """The elements that go with recommending and are rated low, in one sentence."""
    found = open_priorities(drivers)[:3]
    if not found:
        return speech.text("drivers.no_element_large_share")
    return speech.text("drivers.large_share_rated_below", elements=speech.listing([speech.word(share.key) for share in found]))


def _size(share: Share) -> float:
    return share.raw.value or 0.0


def _look(share: Share, x_border: float, y_border: float) -> tuple[str, str]:
    if (share.raw.value or 0.0) <= y_border:
        return PASSIVES, "o"
    return (VERMILION, "D") if (share.mean_score or 0.0) < x_border else (BLUE, "o")


def _corner_words(axes: Axes, speech: Speech) -> None:
    for x, side, colour, said in (
        (0.01, "left", VERMILION, speech.text("drivers.larger_share_lower_rating")),
        (0.99, "right", BLUE, speech.text("drivers.larger_share_higher_rating")),
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


def _place_labels(figure: Drawing, axes: Axes, named: Sequence[Share], every: Sequence[Share], speech: Speech) -> None:
    """Each name at the first place around its dot where it covers no dot and no other text."""
    figure.draw_without_rendering()
    points = axes.transData.transform([(share.mean_score or 0.0, share.raw.value or 0.0) for share in every])
    taken = [Bbox.from_bounds(x - 6, y - 6, 12, 12) for x, y in points]
    taken += [text.get_window_extent() for text in axes.texts]
    for share in named:
        taken.append(_place(axes, share, taken, capital(speech.word(share.key))))


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


def _caption(drivers: Drivers, speech: Speech) -> str:
    return speech.text("drivers.each_dot_elements_dotted", elements_n=len(drivers.elements))
