"""Which tiers are told apart by those who answer?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from valuelib.records import Estimate, Figure
from valuelib.show.figures.canvas import SMALL_SIZE, drawing, finish, nothing_to_show, set_title, wrap
from valuelib.show.language import Speech
from valuelib.show.palette import FAINT, MUTED, PAPER, VERMILION, ink_on, score_colour
from valuelib.stats.htmt import NOT_APART
from valuelib.theory import tiers

NAME = "htmt"


def plot_htmt(estimates: Sequence[Estimate], speech: Speech) -> Figure:
    """A triangle of tiles, one a pair of tiers: the deeper, the less they are told apart; above 0.90 in red.

    Args:
        estimates: named `htmt.<tier>.<tier>`; others are left aside.
        speech: the reader's language.
    """
    found = pairs_of(estimates)
    keys = [tier.key for tier in tiers() if any(tier.key in pair for pair in found)]
    if len(keys) < 2:
        return nothing_to_show(name=NAME, said=say_htmt(estimates, speech), caption=_caption(speech))
    with drawing(11, 1.7 + 0.85 * (len(keys) - 1)) as figure:
        axes = figure.subplots()
        for row, upper in enumerate(keys[1:]):
            for column, lower in enumerate(keys[:-1][: row + 1]):
                _draw_tile(axes, row, column, found.get((lower, upper)), speech)
        _dress(axes, keys, speech)
        set_title(axes, _title(found, speech), 74)
        return finish(figure, name=NAME, alt=say_htmt(estimates, speech), caption=_caption(speech))


def pairs_of(estimates: Sequence[Estimate]) -> dict[tuple[str, str], Estimate]:
    """The pairs of tiers with a figure, in the pyramid's order."""
    named = [(one.name.split("."), one) for one in estimates if one.name.startswith("htmt.") and one.value is not None]
    return {(parts[1], parts[2]): one for parts, one in named}


def say_htmt(estimates: Sequence[Estimate], speech: Speech) -> str:
    """The figure in words: every pair with its figure, the closest first."""
    found = pairs_of(estimates)
    if not found:
        return speech.text("thresholds.too_few_tiers_two")
    ranked = sorted(found.items(), key=lambda pair: -(pair[1].value or 0.0))
    return " ".join(
        f"{speech.word(lower)} – {speech.word(upper)}: {speech.number(one.value, 2)}." for (lower, upper), one in ranked
    )


def _draw_tile(axes: Axes, row: int, column: int, estimate: Estimate | None, speech: Speech) -> None:
    value = estimate.value if estimate is not None else None
    colour = PAPER if value is None else VERMILION if value > NOT_APART else score_colour(10 * value)
    ink = MUTED if value is None else ink_on(colour)
    axes.add_patch(Rectangle((column + 0.02, row + 0.03), 0.96, 0.94, facecolor=colour, edgecolor=FAINT))
    axes.text(column + 0.5, row + 0.38, speech.number(value, 2), ha="center", va="center", color=ink, fontweight="bold")
    if estimate is not None:
        interval = speech.interval(estimate.ci_low, estimate.ci_high, 2)
        axes.text(column + 0.5, row + 0.74, interval, ha="center", va="center", color=ink, fontsize=11)


def _dress(axes: Axes, keys: Sequence[str], speech: Speech) -> None:
    size = len(keys) - 1
    axes.set_xlim(0, size)
    axes.set_ylim(size, 0)
    axes.set_yticks([row + 0.5 for row in range(size)], [wrap(speech.word(key), 22) for key in keys[1:]])
    axes.set_xticks([column + 0.5 for column in range(size)], [wrap(speech.word(key), 16) for key in keys[:-1]])
    axes.tick_params(axis="both", length=0, labelsize=SMALL_SIZE)
    axes.spines["bottom"].set_visible(False)


def _title(found: Mapping[tuple[str, str], Estimate], speech: Speech) -> str:
    close = [pair for pair, one in found.items() if one.value is not None and one.value > NOT_APART]
    if not close:
        return speech.text("thresholds.all_pairs_tiers_told")
    pairs = [f"{speech.word(lower)} – {speech.word(upper)}" for lower, upper in close]
    return speech.text("thresholds.hardly_told_apart", pairs=speech.listing(pairs))


def _caption(speech: Speech) -> str:
    return speech.text("thresholds.htmt_how_strongly_answers")
