"""A plan in words, tables and pictures: how many to ask, what they could show, what was assumed, what lies out of reach."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import fields

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from valuelib.explore.planning import MOST, Plan, naive_respondents
from valuelib.results import Cell, Column, Figure, Table, Value
from valuelib.show import canvas
from valuelib.show.display import fold_html, table_html, table_text
from valuelib.show.lasting import with_looks
from valuelib.show.localizer import local
from valuelib.show.sentences import name_verdict
from valuelib.show.tables import ANSWER_COLUMNS, make_table
from valuelib.stats.planning import STAYS, WORDS, Chances
from valuelib.theory.claims import claim
from valuelib.worlds.truth import Truth, meaning


def say_plan(plan: Plan) -> str:
    """The answer in one or two sentences that a client can repeat."""
    beyond = any(one.respondents is None for one in plan.answers)
    said = [local.text("planning.no_study_up_respondents", most_n=MOST)] if beyond else []
    if plan.respondents is not None and plan.accounts is not None:
        asked = not beyond and plan.respondents in [one.respondents for one in plan.answers]
        code = "planning.ask_about_respondents_accounts" if asked else "planning.study_respondents_accounts_would"
        said.append(local.text(code, respondents_n=plan.respondents, accounts_n=plan.accounts))
    if plan.detectable_points is not None:
        values: dict[str, Value] = {"size": local.number(plan.detectable_points), "unit": _unit(plan)}
        said.append(local.text("planning.respondents_true_difference_more", power_share=plan.setting.power, **values))
    if plan.roll_out_accounts is not None:
        switched = math.ceil(plan.roll_out_accounts * plan.setting.split)
        said.append(local.text("planning.roll_out_accounts", accounts_n=plan.roll_out_accounts, switched_n=switched))
    if plan.metric == "ratio" and plan.points_claim and beyond:
        values = {"baseline": local.number(plan.setting.baseline, 0), "gate_n": plan.gate_respondents}
        said.append(local.text("planning.baseline_ratio_can_read", claim=plan.points_claim, **values))
    elif plan.metric == "ratio" and plan.points_claim and plan.outcome == "nps":
        said.append(local.text("planning.where_baseline_may_turn", claim=plan.points_claim))
    return " ".join(said)


def say_assumed(plan: Plan) -> str:
    """What the plan rests on."""
    setting = plan.setting
    values: dict[str, Value] = {
        "baseline": local.number(setting.baseline, 0),
        "split_share": round(setting.split, 2),
        "size": local.number(setting.per_account),
        "icc": local.number(setting.icc, 2),
        "power_share": setting.power,
        "level": setting.level,
    }
    said = [
        local.text("planning.assumed_baseline_respondents_comparison", **values),
        local.text("planning.both_groups_occur_inside" if setting.mixed else "planning.account_belongs_group_whole"),
    ]
    if plan.roll_out_accounts is not None:
        said.append(local.text("planning.roll_out_assumed", stays_share=STAYS))
    if plan.places > 1:
        more = round(plan.more_share, 2)
        said.append(local.text("planning.questions_under_test_share", places_n=plan.places, more_share=more))
    return " ".join([*said, *map(local.text, ("planning.plan_comparison_what_bought", "planning.answers_received_not_people"))])


def _unit(plan: Plan) -> str:
    return local.word("points" if plan.outcome == "nps" else "percentage_points")


def say_naive(plan: Plan) -> str:
    """What an ordinary sample size calculator would have said."""
    return local.text("planning.calculator_takes_every_answer", naive_n=naive_respondents(plan))


def table_answers(plan: Plan) -> Table:
    """Respondents and accounts for each question that the study shall be able to answer."""
    found, over = claim(plan.claim), local.text("planning.over", most_n=MOST)
    if plan.size == found.reading.size:
        caption = local.text("planning.respondents_needed", claim=found.statement.say(local.language))
    else:
        size = local.ratio(plan.size) if plan.metric == "ratio" else local.points(plan.size)
        caption = local.text("planning.respondents_needed_own_size", claim=plan.claim, size=size)
    return make_table(
        "plan.answers",
        caption,
        ("planning.question", ("common.respondents", "count"), ANSWER_COLUMNS[1]),
        (
            (
                local.text(f"planning.question.{one.question}"),
                *((over, None) if one.respondents is None else (one.respondents, one.accounts)),
            )
            for one in plan.answers
        ),
        local.text("planning.numbers_found_simulating_test", reps_n=plan.reps, error_share=0.02 * (1000 / plan.reps) ** 0.5),
    )


def table_chances(plan: Plan) -> Table | None:
    """The chance of each verdict at the planned size; None where there is no such size."""
    if plan.if_true is None or plan.if_nothing is None:
        return None
    true, nothing = plan.if_true.words, plan.if_nothing.words
    return make_table(
        "plan.chances",
        local.text("planning.what_study_respondents_would", n=local.count(plan.respondents)),
        ("common.verdict", ("planning.if_claim_true", "percent"), ("planning.if_no_effect", "percent")),
        ((name_verdict(word), true[word], nothing[word]) for word in WORDS),
        local.text("planning.chances_simulated_studies_rule", reps_n=plan.reps),
    )


ROOM = 0.07  # share of the height that a word needs
LETTER = 0.018  # share of the width that one letter needs


def plot_chances(plan: Plan, found: Sequence[tuple[Chances, Chances]]) -> Figure:
    """The chance of each verdict over the number of respondents: left if the claim is true, right if nothing is there.

    Args:
        plan: marks the number of respondents it looked at.
        found: chances at growing sizes, from `chances_over`.
    """
    sides = ("planning.if_claim_true", "planning.if_no_effect")
    if plan.respondents is None or len(found) < 2:
        return canvas.nothing_to_show(name="plan.chances_over", said=say_plan(plan), caption=local.text(sides[0]))
    said = [say_plan(plan)]
    for title, chances in zip(sides, (plan.if_true, plan.if_nothing), strict=True):
        if chances is not None:
            words = [f"{name_verdict(word)} {local.percent(chances.words[word])}" for word in WORDS]
            said.append(f"{local.text(title)}: {', '.join(words)}.")
    with canvas.drawing(13, 6.2) as figure:
        left, right = figure.subplots(1, 2, sharey=True)
        for axes, title, bands in zip((left, right), sides, zip(*found, strict=True), strict=True):
            _draw_bands(axes, bands, plan.respondents)
            axes.axvline(plan.respondents, color=canvas.INK, linewidth=2, linestyle=canvas.DASHES)
            look = {"ha": "center", "fontsize": canvas.SMALL_SIZE, "color": canvas.MUTED, "fontweight": "bold"}
            above = axes.get_xaxis_transform()
            canvas.write_near(axes, local.count(plan.respondents), (plan.respondents, 1), (0, 4), xycoords=above, **look)
            canvas.title_panel(axes, local.text(title), fontsize=15, pad=26)
        signs = [Patch(color=canvas.VERDICT_LOOKS[word].colour, label=name_verdict(word)) for word in WORDS]
        figure.legend(handles=signs, loc="outside lower center", ncols=len(WORDS), frameon=False, fontsize=canvas.SMALL_SIZE)
        left.set_ylabel(local.text("planning.chance_each_verdict"))
        left.yaxis.set_major_formatter(lambda value, _: local.percent(value))
        canvas.set_title(left, local.text("planning.what_will_study_able"))
        caption = local.text("planning.height_band_chance_verdict", n=local.count(plan.respondents))
        return canvas.finish(figure, name="plan.chances_over", alt=" ".join(said), caption=caption)


def plot_detectable(plan: Plan, sizes: Sequence[int], lifts: Sequence[float | None]) -> Figure:
    """The smallest true difference that studies of these sizes show, with the plan's own marked."""
    unit = _unit(plan)
    kept = [(n, lift) for n, lift in zip(sizes, lifts, strict=True) if lift is not None]
    if plan.respondents is None or plan.detectable_points is None or len(kept) < 2:
        return canvas.nothing_to_show(name="plan.detectable", said=say_plan(plan), caption="")
    (few, large), (many, small) = kept[0], kept[-1]
    size, claimed = local.number(plan.detectable_points), plan.comparison - (plan.setting.baseline or 0.0)
    with canvas.drawing(13, 5.4) as figure:
        axes = figure.subplots()
        axes.plot(*zip(*kept, strict=True), color=canvas.VERDICT_LOOKS["supported"].colour, linewidth=3)
        axes.plot([plan.respondents], [plan.detectable_points], "D", color=canvas.INK, markersize=11, markeredgecolor=canvas.PAPER)
        at = (plan.respondents, plan.detectable_points)
        own = local.text("planning.respondents", n=local.count(plan.respondents), size=size)
        canvas.write_near(axes, own, at, (10, 12), fontweight="bold")
        axes.axhline(claimed, color=canvas.INK, linewidth=1.6, linestyle=canvas.DASHES)
        text = local.text("common.claimed_value", value=local.points(claimed))
        canvas.write_near(axes, text, (1, claimed), (-4, 5), xycoords=axes.get_yaxis_transform(), ha="right")
        axes.set_ylim(0, max(large, claimed) * 1.12)
        axes.set_xlim(few, many)
        canvas.grid(axes, "both")
        axes.set_xlabel(local.text("common.respondents"))
        axes.set_ylabel(local.text("common.difference_unit", unit=unit))
        canvas.write_numbers(axes.xaxis)
        canvas.write_numbers(axes.yaxis)
        planned = {"size": size, "unit": unit}
        canvas.set_title(axes, local.text("planning.smallest_detectable", **planned, respondents_n=plan.respondents))
        values: dict[str, Value] = {"large": local.number(large), "small": local.number(small), **planned}
        counts = {"few_n": few, "many_n": many, "respondents_n": plan.respondents}
        alt = local.text("planning.smallest_difference_shown_falls", **values, **counts)
        caption = local.text("planning.smallest_true_difference_shown", power_share=plan.setting.power)
        return canvas.finish(figure, name="plan.detectable", alt=alt, caption=caption)


def _draw_bands(axes: Axes, chances: Sequence[Chances], planned: int) -> None:
    """Chances as bands, each with its verdict where it has most room over the word's width, off the planned size."""
    x = np.array([one.n for one in chances])
    heights = np.array([[one.words[word] for one in chances] for word in WORDS])
    axes.stackplot(x, heights, colors=[canvas.VERDICT_LOOKS[word].colour for word in WORDS], edgecolor=canvas.PAPER, linewidth=1.2)
    floors = np.vstack([np.zeros(len(x)), np.cumsum(heights, axis=0)])
    places = np.linspace(0, 1, 201)
    at = x[0] + places * (x[-1] - x[0])
    for row, word in enumerate(WORDS):
        said = name_verdict(word)
        half = LETTER * len(said) / 2
        low, top = np.interp(at, x, floors[row]), np.interp(at, x, floors[row] + heights[row])
        room, middle = np.full(len(places), -np.inf), np.zeros(len(places))
        for i, place in enumerate(places):
            near = abs(places - place) <= half
            if half + 0.03 <= place <= 0.97 - half and abs(at[i] - planned) > half * (x[-1] - x[0]):
                room[i] = top[near].min() - low[near].max()
                middle[i] = (top[near].min() + low[near].max()) / 2
        best = int(np.argmax(room))
        if room[best] >= ROOM:  # no word in a band that is thin
            axes.text(at[best], middle[best], said, color=canvas.PAPER, ha="center", va="center")
    axes.set_xlim(x[0], x[-1])
    axes.set_ylim(0, 1)
    axes.set_xlabel(local.text("common.respondents"))
    canvas.write_numbers(axes.xaxis)
    axes.tick_params(axis="y", length=0)


def show_truth(truth: Truth) -> dict[str, str]:
    """What is planted in a made-up study, as an output of a notebook: what is not as usual, and folded away all the rest."""
    columns = (Column("Name"), Column("Planted", "number", 2), Column("Meaning"))

    def listed(caption: str, *, usual: bool) -> Table:
        held = {
            item.name: getattr(truth, item.name) for item in fields(truth) if (getattr(truth, item.name) == item.default) is usual
        }
        plain = {name: value if type(value) in (int, float) else str(value) for name, value in held.items()}
        rows = ((name, Cell(value, decimals=0 if isinstance(value, int) else None), meaning(name)) for name, value in plain.items())
        return make_table("truth", caption, columns, rows)

    planted, rest = listed("Planted in this study", usual=False), listed("As in every simulated study", usual=True)
    html = table_html(planted) + fold_html(rest.caption, table_html(rest))
    return {"text/html": with_looks(html), "text/plain": f"{table_text(planted)}\n\n{table_text(rest)}"}
