"""Which elements of value do customers receive, and which not?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from valuelib.records import Estimate, Figure
from valuelib.show.figures.canvas import SMALL_SIZE, drawing, finish, nothing_to_show, set_title, wrap
from valuelib.show.language import NONE, Speech
from valuelib.show.palette import FAINT, INK, MUTED, PAPER, ink_on, score_colour
from valuelib.theory import Category, categories, elements

LEAST_COLUMNS, LABELS = 3, 1.55
PAD = 0.03
ELEMENT_SIZE = 12.5


def plot_elements(means: Sequence[Estimate], speech: Speech) -> Figure:
    """The asked elements as tiles, one row a category and inspirational value at the top; each tile has its name and mean score.

    Args:
        means: estimates named `element.<key>.mean`, on 0-10; elements without one were not asked and are only counted.
        speech: the reader's language.
    """
    scores = {estimate.name.split(".")[1]: estimate for estimate in means}
    if not scores:
        return nothing_to_show(name="elements", said=say_elements(means, speech), caption=_caption(scores, speech))
    rows = [category for category in reversed(categories()) if _keys(category, scores)]
    columns = max([LEAST_COLUMNS, *(len(_keys(category, scores)) for category in rows)])
    with drawing(3.3 + 2.15 * columns, 1.0 + 1.0 * len(rows)) as figure:
        axes = figure.subplots()
        for row, category in enumerate(rows):
            _draw_row(axes, row, category, scores, speech)
            if row and rows[row - 1].tier_key != category.tier_key:
                axes.plot([-LABELS, columns], [row, row], color=INK, linewidth=1.2)
        _dress(axes, len(rows), columns)
        set_title(axes, _title(scores, speech), 17 * columns)
        return finish(figure, name="elements", alt=say_elements(means, speech), caption=_caption(scores, speech))


def say_elements(means: Sequence[Estimate], speech: Speech) -> str:
    """The elements in words: the three strongest, the three weakest, and how many were asked."""
    ranked = _ranked({estimate.name.split(".")[1]: estimate for estimate in means})
    if not ranked:
        return speech.text("pyramid.no_element_score_show")
    said = [f"{speech.word(key)} {speech.number(value)}" for value, key in ranked]
    if len(said) < 6:
        return speech.text("pyramid.mean_scores_0_10", all=speech.listing(said))
    return speech.text("pyramid.strongest_weakest", best=speech.listing(said[:3]), worst=speech.listing(said[:-4:-1]))


def _keys(category: Category, scores: Mapping[str, Estimate]) -> list[str]:
    return [element.key for element in elements() if element.category_key == category.key and element.key in scores]


def _ranked(scores: Mapping[str, Estimate]) -> list[tuple[float, str]]:
    found = [(estimate.value, key) for key, estimate in scores.items() if estimate.value is not None]
    return sorted(found, key=lambda pair: (-pair[0], pair[1]))


def _draw_row(axes: Axes, row: int, category: Category, scores: Mapping[str, Estimate], speech: Speech) -> None:
    tier, name = speech.word(category.tier_key), category.name.say(speech.language)
    axes.text(-0.06, row + 0.36, wrap(name, 20), ha="right", va="center", fontweight="bold", fontsize=SMALL_SIZE, linespacing=1.0)
    if tier != name:
        axes.text(-0.06, row + 0.8, tier, ha="right", va="center", color=MUTED, fontsize=ELEMENT_SIZE - 1)
    for column, key in enumerate(_keys(category, scores)):
        _draw_tile(axes, column, row, key, scores[key], speech)


def _draw_tile(axes: Axes, column: int, row: int, key: str, estimate: Estimate, speech: Speech) -> None:
    value = estimate.value
    colour = PAPER if value is None else score_colour(value)
    ink = MUTED if value is None else ink_on(colour)
    corner, size = (column + PAD, row + PAD), 1 - 2 * PAD
    axes.add_patch(Rectangle(corner, size, size, facecolor=colour, edgecolor=FAINT, hatch="//" if value is None else None))
    score = NONE if value is None else speech.number(value)
    label = wrap(speech.word(key), 18)
    axes.text(column + 0.08, row + 0.12, label, ha="left", va="top", color=ink, fontsize=ELEMENT_SIZE, linespacing=1.1)
    axes.text(column + 0.92, row + 0.9, score, ha="right", va="bottom", color=ink, fontsize=16, fontweight="bold")


def _dress(axes: Axes, rows: int, columns: int) -> None:
    axes.set_xlim(-LABELS, columns)
    axes.set_ylim(rows, 0)
    axes.set_axis_off()


def _title(scores: Mapping[str, Estimate], speech: Speech) -> str:
    ranked = _ranked(scores)
    if len(ranked) < 2:
        return speech.text("pyramid.elements_of_value")
    (high, best), (low, worst) = ranked[0], ranked[-1]
    return speech.text("pyramid.strongest_element_weakest", best_key=best, high_score=high, worst_key=worst, low_score=low)


def _caption(scores: Mapping[str, Estimate], speech: Speech) -> str:
    absent = len(elements()) - len(scores)
    asked = speech.text("pyramid.mean_scores_scale_0")
    if absent == 0:
        return asked
    unasked = speech.plural("pyramid.elements_pyramid_not_asked", absent)
    return f"{asked} {unasked}"
