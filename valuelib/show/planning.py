"""A plan in words, tables and pictures: how many to ask, what they could show, what was assumed, what lies out of reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from valuelib.explore.planning import MOST, Answer, Plan, naive_respondents
from valuelib.results import Figure, Table, Verdict
from valuelib.show.canvas import FAINT, INK, MUTED, PAPER, SMALL_SIZE, VERDICT_LOOKS, drawing, finish, nothing_to_show, set_title
from valuelib.show.localizer import local
from valuelib.show.sentences import say_verdict
from valuelib.show.tables import column, make_table
from valuelib.stats.planning import WORDS, Chances
from valuelib.stats.totals import Floats
from valuelib.theory.claims import claim

# Words and tables


def say_plan(plan: Plan) -> str:
    """The answer in one or two sentences that a client can repeat."""
    said = [local.text("planning.no_study_up_respondents", most_n=MOST)] if _beyond(plan) else []
    if plan.respondents is not None and plan.accounts is not None:
        asked = not _beyond(plan) and plan.respondents in [one.respondents for one in plan.answers]
        code = "planning.ask_about_respondents_accounts" if asked else "planning.study_respondents_accounts_would"
        said.append(local.text(code, respondents_n=plan.respondents, accounts_n=plan.accounts))
    if plan.detectable_points is not None:
        size = local.number(plan.detectable_points)
        said.append(
            local.text(
                "planning.respondents_true_difference_more",
                size=size,
                unit=local.word("points" if plan.outcome == "nps" else "percentage_points"),
                power_share=plan.setting.power,
            )
        )
    return " ".join([*said, *_say_points(plan)])


def say_assumed(plan: Plan) -> str:
    """What the plan rests on."""
    return " ".join(_assumptions(plan))


def say_naive(plan: Plan) -> str:
    """What an ordinary sample size calculator would have said."""
    return local.text("planning.calculator_takes_every_answer", naive_n=naive_respondents(plan))


def table_answers(plan: Plan) -> Table:
    """Respondents and accounts for each question that the study shall be able to answer."""
    return make_table(
        name="plan.answers",
        caption=_caption(plan),
        columns=(column("planning.question"), column("common.respondents", "count"), column("common.accounts", "count")),
        rows=(_answer_row(answer) for answer in plan.answers),
        note=local.text("planning.numbers_found_simulating_test", reps_n=plan.reps, error_share=0.02 * (1000 / plan.reps) ** 0.5),
    )


def table_chances(plan: Plan) -> Table | None:
    """The chance of each verdict at the planned size; None where there is no such size."""
    if plan.if_true is None or plan.if_nothing is None:
        return None
    true, nothing = plan.if_true.words, plan.if_nothing.words
    return make_table(
        name="plan.chances",
        caption=local.text("planning.what_study_respondents_would", n=local.count(plan.respondents)),
        columns=(
            column("common.verdict"),
            column("planning.if_claim_true", "percent"),
            column("planning.if_no_effect", "percent"),
        ),
        rows=((say_verdict(word), true[word], nothing[word]) for word in WORDS),
        note=local.text("planning.chances_simulated_studies_rule", reps_n=plan.reps),
    )


def _caption(plan: Plan) -> str:
    found = claim(plan.claim)
    if plan.size == found.reading.size:
        return local.text("planning.respondents_needed", claim=found.statement.say(local.language))
    size = local.ratio(plan.size) if plan.metric == "ratio" else local.points(plan.size)
    return local.text("planning.respondents_needed_own_size", claim=plan.claim, size=size)


def _beyond(plan: Plan) -> bool:
    return any(one.respondents is None for one in plan.answers)


def _say_points(plan: Plan) -> Iterator[str]:
    if plan.metric == "ratio" and plan.points_claim and _beyond(plan):
        baseline = local.number(plan.setting.baseline, 0)
        yield local.text(
            "planning.baseline_ratio_can_read", baseline=baseline, gate_n=plan.gate_respondents, claim=plan.points_claim
        )
    elif plan.metric == "ratio" and plan.points_claim and plan.outcome == "nps":
        yield local.text("planning.where_baseline_may_turn", claim=plan.points_claim)


def _assumptions(plan: Plan) -> Iterator[str]:
    setting = plan.setting
    yield local.text(
        "planning.assumed_baseline_respondents_comparison",
        baseline=local.number(setting.baseline, 0),
        split_share=round(setting.split, 2),
        size=local.number(setting.per_account),
        icc=local.number(setting.icc, 2),
        power_share=setting.power,
        level=setting.level,
    )
    yield local.text("planning.both_groups_occur_inside" if setting.mixed else "planning.account_belongs_group_whole")
    if plan.places > 1:
        yield local.text("planning.questions_under_test_share", places_n=plan.places, more_share=round(plan.more_share, 2))
    yield local.text("planning.plan_comparison_what_bought")
    yield local.text("planning.answers_received_not_people")


def _answer_row(answer: Answer) -> tuple[str | int | None, ...]:
    question = local.text(f"planning.question.{answer.question}")
    if answer.respondents is None:
        return question, local.text("planning.over", most_n=MOST), None
    return question, answer.respondents, answer.accounts


# Pictures over the size of a study

ROOM = 0.07  # share of the height that a word needs
LETTER = 0.018  # share of the width that one letter needs


def plot_chances(plan: Plan, found: Sequence[tuple[Chances, Chances]]) -> Figure:
    """The chance of each verdict over the number of respondents: left if the claim is true, right if nothing is there.

    Args:
        plan: marks the number of respondents it looked at.
        found: chances at growing sizes, from `chances_over`.
    """
    caption = local.text("planning.height_band_chance_verdict", n=local.count(plan.respondents))
    if plan.respondents is None or len(found) < 2:
        return nothing_to_show(name="plan.chances_over", said=say_plan(plan), caption=local.text("planning.if_claim_true"))
    with drawing(13, 6.2) as figure:
        left, right = figure.subplots(1, 2, sharey=True)
        for axes, title, side in ((left, "planning.if_claim_true", 0), (right, "planning.if_no_effect", 1)):
            _draw_bands(axes, [pair[side] for pair in found], plan.respondents)
            _mark_size(axes, plan.respondents)
            axes.set_title(local.text(title), loc="left", fontsize=15, pad=26)
        signs = [Patch(color=VERDICT_LOOKS[word].colour, label=say_verdict(word)) for word in WORDS]
        figure.legend(handles=signs, loc="outside lower center", ncols=len(WORDS), frameon=False, fontsize=SMALL_SIZE)
        left.set_ylabel(local.text("planning.chance_each_verdict"))
        left.yaxis.set_major_formatter(lambda value, _: local.percent(value))
        set_title(left, local.text("planning.what_will_study_able"), 86)
        return finish(figure, name="plan.chances_over", alt=say_chances(plan), caption=caption)


def plot_detectable(plan: Plan, sizes: Sequence[int], lifts: Sequence[float | None]) -> Figure:
    """The smallest true difference that studies of these sizes show, with the plan's own marked."""
    unit = local.word("points" if plan.outcome == "nps" else "percentage_points")
    kept = [(n, lift) for n, lift in zip(sizes, lifts, strict=True) if lift is not None]
    if plan.respondents is None or plan.detectable_points is None or len(kept) < 2:
        return nothing_to_show(name="plan.detectable", said=say_plan(plan), caption="")
    claimed = plan.comparison - (plan.setting.baseline or 0.0)
    with drawing(13, 5.4) as figure:
        axes = figure.subplots()
        axes.plot(*zip(*kept, strict=True), color=VERDICT_LOOKS["supported"].colour, linewidth=3)
        axes.plot([plan.respondents], [plan.detectable_points], "D", color=INK, markersize=11, markeredgecolor=PAPER)
        axes.annotate(
            local.text("planning.respondents", n=local.count(plan.respondents), size=local.number(plan.detectable_points)),
            (plan.respondents, plan.detectable_points),
            xytext=(10, 12),
            textcoords="offset points",
            fontweight="bold",
        )
        axes.axhline(claimed, color=INK, linewidth=1.6, linestyle=(0, (5, 3)))
        text = local.text("common.claimed_value", value=local.points(claimed))
        axes.annotate(
            text, (1, claimed), xycoords=axes.get_yaxis_transform(), xytext=(-4, 5), textcoords="offset points", ha="right"
        )
        axes.set_ylim(0, max(kept[0][1], claimed) * 1.12)
        axes.set_xlim(kept[0][0], kept[-1][0])
        axes.grid(color=FAINT, linewidth=0.6)
        axes.set_xlabel(local.text("common.respondents"))
        axes.set_ylabel(local.text("common.difference_unit", unit=unit))
        axes.xaxis.set_major_formatter(lambda value, _: local.count(value))
        axes.yaxis.set_major_formatter(lambda value, _: local.number(value, 0))
        set_title(axes, local.text("planning.how_small_difference_will"), 86)
        caption = local.text("planning.smallest_true_difference_shown", power_share=plan.setting.power)
        return finish(figure, name="plan.detectable", alt=_say_detectable(plan, kept, unit), caption=caption)


def say_chances(plan: Plan) -> str:
    """The figure in words: the chances at the planned size."""
    if plan.if_true is None or plan.if_nothing is None:
        return say_plan(plan)
    parts = [say_plan(plan)]
    for title, chances in (("planning.if_claim_true", plan.if_true), ("planning.if_no_effect", plan.if_nothing)):
        words = [f"{say_verdict(word)} {local.percent(chances.words[word])}" for word in WORDS]
        parts.append(f"{local.text(title)}: {', '.join(words)}.")
    return " ".join(parts)


def _say_detectable(plan: Plan, kept: Sequence[tuple[int, float]], unit: str) -> str:
    (few, large), (many, small) = kept[0], kept[-1]
    return local.text(
        "planning.smallest_difference_shown_falls",
        large=local.number(large),
        small=local.number(small),
        few_n=few,
        many_n=many,
        respondents_n=plan.respondents,
        size=local.number(plan.detectable_points),
        unit=unit,
    )


def _draw_bands(axes: Axes, chances: Sequence[Chances], planned: int) -> None:
    x = np.array([one.n for one in chances])
    heights = np.array([[one.words[word] for one in chances] for word in WORDS])
    axes.stackplot(x, heights, colors=[VERDICT_LOOKS[word].colour for word in WORDS], edgecolor=PAPER, linewidth=1.2)
    floors = np.vstack([np.zeros(len(x)), np.cumsum(heights, axis=0)])
    for row, word in enumerate(WORDS):
        _write_word(axes, x, floors[row], heights[row], word, planned)
    axes.set_xlim(x[0], x[-1])
    axes.set_ylim(0, 1)
    axes.set_xlabel(local.text("common.respondents"))
    axes.xaxis.set_major_formatter(lambda value, _: local.count(value))
    axes.tick_params(axis="y", length=0)


def _write_word(axes: Axes, x: Floats, floor: Floats, height: Floats, word: Verdict, planned: int) -> None:
    """The verdict's word where its band has most room over the word's width, off the planned size; none where it is thin."""
    said = say_verdict(word)
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


def _mark_size(axes: Axes, n: int) -> None:
    axes.axvline(n, color=INK, linewidth=2, linestyle=(0, (5, 3)))
    axes.annotate(
        local.count(n),
        (n, 1),
        xycoords=axes.get_xaxis_transform(),
        xytext=(0, 4),
        textcoords="offset points",
        ha="center",
        fontsize=SMALL_SIZE,
        color=MUTED,
        fontweight="bold",
    )
