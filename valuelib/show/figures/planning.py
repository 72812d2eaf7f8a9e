"""What will studies of different sizes be able to say, and how small an effect do they see?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from valuelib.explore.planning.plan import Plan
from valuelib.records import Figure, Verdict
from valuelib.show.figures.canvas import SMALL_SIZE, drawing, finish, nothing_to_show, set_title
from valuelib.show.language import Speech
from valuelib.show.palette import FAINT, INK, MUTED, PAPER, VERDICT_LOOKS
from valuelib.show.planning import say_plan
from valuelib.show.sentences import say_verdict
from valuelib.stats.moments import Floats
from valuelib.stats.planning.chances import WORDS, Chances

ROOM = 0.07  # share of the height that a word needs
LETTER = 0.018  # share of the width that one letter needs


def plot_chances(plan: Plan, found: Sequence[tuple[Chances, Chances]], speech: Speech) -> Figure:
    """The chance of each verdict over the number of respondents: left if the claim is true, right if nothing is there.

    Args:
        plan: marks the number of respondents it looked at.
        found: chances at growing sizes, from `chances_over`.
    """
    caption = speech.text("planning.height_band_chance_verdict", n=speech.count(plan.respondents))
    if plan.respondents is None or len(found) < 2:
        return nothing_to_show(name="plan.chances_over", said=say_plan(plan, speech), caption=speech.text("planning.if_claim_true"))
    with drawing(13, 6.2) as figure:
        left, right = figure.subplots(1, 2, sharey=True)
        for axes, title, side in ((left, "planning.if_claim_true", 0), (right, "planning.if_no_effect", 1)):
            _draw_bands(axes, [pair[side] for pair in found], plan.respondents, speech)
            _mark_size(axes, plan.respondents, speech)
            axes.set_title(speech.text(title), loc="left", fontsize=15, pad=26)
        signs = [Patch(color=VERDICT_LOOKS[word].colour, label=say_verdict(word, speech)) for word in WORDS]
        figure.legend(handles=signs, loc="outside lower center", ncols=len(WORDS), frameon=False, fontsize=SMALL_SIZE)
        left.set_ylabel(speech.text("planning.chance_each_verdict"))
        left.yaxis.set_major_formatter(lambda value, _: speech.percent(value))
        set_title(left, speech.text("planning.what_will_study_able"), 86)
        return finish(figure, name="plan.chances_over", alt=say_chances(plan, speech), caption=caption)


def plot_detectable(plan: Plan, sizes: Sequence[int], lifts: Sequence[float | None], speech: Speech) -> Figure:
    """The smallest true difference that studies of these sizes show, with the plan's own marked."""
    unit = speech.word("points" if plan.outcome == "nps" else "percentage_points")
    kept = [(n, lift) for n, lift in zip(sizes, lifts, strict=True) if lift is not None]
    if plan.respondents is None or plan.detectable_points is None or len(kept) < 2:
        return nothing_to_show(name="plan.detectable", said=say_plan(plan, speech), caption="")
    claimed = plan.comparison - (plan.setting.baseline or 0.0)
    with drawing(13, 5.4) as figure:
        axes = figure.subplots()
        axes.plot(*zip(*kept, strict=True), color=VERDICT_LOOKS["supported"].colour, linewidth=3)
        axes.plot([plan.respondents], [plan.detectable_points], "D", color=INK, markersize=11, markeredgecolor=PAPER)
        axes.annotate(
            speech.text("planning.respondents", n=speech.count(plan.respondents), size=speech.number(plan.detectable_points)),
            (plan.respondents, plan.detectable_points),
            xytext=(10, 12),
            textcoords="offset points",
            fontweight="bold",
        )
        axes.axhline(claimed, color=INK, linewidth=1.6, linestyle=(0, (5, 3)))
        text = speech.text("common.claimed_value", value=speech.points(claimed))
        axes.annotate(
            text, (1, claimed), xycoords=axes.get_yaxis_transform(), xytext=(-4, 5), textcoords="offset points", ha="right"
        )
        axes.set_ylim(0, max(kept[0][1], claimed) * 1.12)
        axes.set_xlim(kept[0][0], kept[-1][0])
        axes.grid(color=FAINT, linewidth=0.6)
        axes.set_xlabel(speech.text("common.respondents"))
        axes.set_ylabel(speech.text("common.difference_unit", unit=unit))
        axes.xaxis.set_major_formatter(lambda value, _: speech.count(value))
        axes.yaxis.set_major_formatter(lambda value, _: speech.number(value, 0))
        set_title(axes, speech.text("planning.how_small_difference_will"), 86)
        caption = speech.text("planning.smallest_true_difference_shown", power_share=plan.setting.power)
        return finish(figure, name="plan.detectable", alt=_say_detectable(plan, kept, unit, speech), caption=caption)


def say_chances(plan: Plan, speech: Speech) -> str:
    """The figure in words: the chances at the planned size."""
    if plan.if_true is None or plan.if_nothing is None:
        return say_plan(plan, speech)
    parts = [say_plan(plan, speech)]
    for title, chances in (("planning.if_claim_true", plan.if_true), ("planning.if_no_effect", plan.if_nothing)):
        words = [f"{say_verdict(word, speech)} {speech.percent(chances.words[word])}" for word in WORDS]
        parts.append(f"{speech.text(title)}: {', '.join(words)}.")
    return " ".join(parts)


def _say_detectable(plan: Plan, kept: Sequence[tuple[int, float]], unit: str, speech: Speech) -> str:
    (few, large), (many, small) = kept[0], kept[-1]
    return speech.text(
        "planning.smallest_difference_shown_falls",
        large=speech.number(large),
        small=speech.number(small),
        few_n=few,
        many_n=many,
        respondents_n=plan.respondents,
        size=speech.number(plan.detectable_points),
        unit=unit,
    )


def _draw_bands(axes: Axes, chances: Sequence[Chances], planned: int, speech: Speech) -> None:
    x = np.array([one.n for one in chances])
    heights = np.array([[one.words[word] for one in chances] for word in WORDS])
    axes.stackplot(x, heights, colors=[VERDICT_LOOKS[word].colour for word in WORDS], edgecolor=PAPER, linewidth=1.2)
    floors = np.vstack([np.zeros(len(x)), np.cumsum(heights, axis=0)])
    for row, word in enumerate(WORDS):
        _write_word(axes, x, floors[row], heights[row], word, planned, speech)
    axes.set_xlim(x[0], x[-1])
    axes.set_ylim(0, 1)
    axes.set_xlabel(speech.text("common.respondents"))
    axes.xaxis.set_major_formatter(lambda value, _: speech.count(value))
    axes.tick_params(axis="y", length=0)


def _write_word(axes: Axes, x: Floats, floor: Floats, height: Floats, word: Verdict, planned: int, speech: Speech) -> None:
    """The verdict's word where its band has most room over the word's width, off the planned size; none where it is thin."""
    said = say_verdict(word, speech)
    half = LETTER * len(said) / 2
    places = np.linspace(0, 1, 201)
    at = x[0] + places * (x[-1] - x[0])
    low, top = np.interp(at, x, floor), np.interp(at, x, floor + height)
    room = np.full(len(places), -np.inf)
    for i, place in enumerate(places):
        near = abs(places - place) <= half
        if half + 0.03 <= place <= 0.97 - half and abs(at[i] - planned) > half * (x[-1] - x[0]):
            room[i] = top[near].min() - low[near].max()
    best = int(np.argmax(room))
    if room[best] >= ROOM:
        near = abs(places - places[best]) <= half
        middle = (top[near].min() + low[near].max()) / 2
        axes.text(at[best], middle, said, color=PAPER, ha="center", va="center")


def _mark_size(axes: Axes, n: int, speech: Speech) -> None:
    axes.axvline(n, color=INK, linewidth=2, linestyle=(0, (5, 3)))
    axes.annotate(
        speech.count(n),
        (n, 1),
        xycoords=axes.get_xaxis_transform(),
        xytext=(0, 4),
        textcoords="offset points",
        ha="center",
        fontsize=SMALL_SIZE,
        color=MUTED,
        fontweight="bold",
    )
