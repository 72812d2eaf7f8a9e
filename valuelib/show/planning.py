"""How is a plan told: how many to ask, what they would be able to say, what was assumed, and what lies out of reach?"""

from __future__ import annotations

from collections.abc import Iterator

from valuelib.explore.planning.plan import MOST, Answer, Plan, naive_respondents
from valuelib.records import Table
from valuelib.show.language import NONE, Speech
from valuelib.show.sentences import say_verdict
from valuelib.stats.planning.chances import WORDS
from valuelib.theory import claim


def say_plan(plan: Plan, speech: Speech) -> str:
    """The answer in one or two sentences that a client can repeat."""
    said = [speech.text("planning.no_study_up_respondents", most_n=MOST)] if _beyond(plan) else []
    if plan.respondents is not None and plan.accounts is not None:
        asked = not _beyond(plan) and plan.respondents in [one.respondents for one in plan.answers]
        code = "planning.ask_about_respondents_accounts" if asked else "planning.study_respondents_accounts_would"
        said.append(speech.text(code, respondents_n=plan.respondents, accounts_n=plan.accounts))
    if plan.detectable_points is not None:
        size = speech.number(plan.detectable_points)
        said.append(
            speech.text(
                "planning.respondents_true_difference_more", size=size, unit=_unit(plan, speech), power_share=plan.setting.power
            )
        )
    return " ".join([*said, *_say_points(plan, speech)])


def say_assumed(plan: Plan, speech: Speech) -> str:
    """What the plan rests on."""
    return " ".join(_assumptions(plan, speech))


def say_naive(plan: Plan, speech: Speech) -> str:
    """What an ordinary sample size calculator would have said."""
    return speech.text("planning.calculator_takes_every_answer", naive_n=naive_respondents(plan))


def table_answers(plan: Plan, speech: Speech) -> Table:
    """Respondents and accounts for each question that the study shall be able to answer."""
    columns = (speech.text("planning.question"), speech.text("common.respondents"), speech.text("common.accounts"))
    return Table(
        name="plan.answers",
        caption=_caption(plan, speech),
        columns=columns,
        rows=tuple(_answer_row(answer, speech) for answer in plan.answers),
        note=speech.text("planning.numbers_found_simulating_test", reps_n=plan.reps, error_share=0.02 * (1000 / plan.reps) ** 0.5),
    )


def table_chances(plan: Plan, speech: Speech) -> Table | None:
    """The chance of each verdict at the planned size; None where there is no such size."""
    if plan.if_true is None or plan.if_nothing is None:
        return None
    true, nothing = plan.if_true.words, plan.if_nothing.words
    return Table(
        name="plan.chances",
        caption=speech.text("planning.what_study_respondents_would", n=speech.count(plan.respondents)),
        columns=(speech.text("common.verdict"), speech.text("planning.if_claim_true"), speech.text("planning.if_no_effect")),
        rows=tuple((say_verdict(word, speech), speech.percent(true[word]), speech.percent(nothing[word])) for word in WORDS),
        note=speech.text("planning.chances_simulated_studies_rule", reps_n=plan.reps),
    )


def _caption(plan: Plan, speech: Speech) -> str:
    found = claim(plan.claim)
    if plan.size == found.reading.size:
        return speech.text("planning.respondents_needed", claim=found.statement.say(speech.language))
    size = speech.ratio(plan.size) if plan.metric == "ratio" else speech.points(plan.size)
    return speech.text("planning.respondents_needed_own_size", claim=plan.claim, size=size)


def _beyond(plan: Plan) -> bool:
    return any(one.respondents is None for one in plan.answers)


def _say_points(plan: Plan, speech: Speech) -> Iterator[str]:
    if plan.metric == "ratio" and plan.points_claim and _beyond(plan):
        baseline = speech.number(plan.setting.baseline, 0)
        yield speech.text(
            "planning.baseline_ratio_can_read", baseline=baseline, gate_n=plan.gate_respondents, claim=plan.points_claim
        )
    elif plan.metric == "ratio" and plan.points_claim and plan.outcome == "nps":
        yield speech.text("planning.where_baseline_may_turn", claim=plan.points_claim)


def _assumptions(plan: Plan, speech: Speech) -> Iterator[str]:
    setting = plan.setting
    yield speech.text(
        "planning.assumed_baseline_respondents_comparison",
        baseline=speech.number(setting.baseline, 0),
        split_share=round(setting.split, 2),
        size=speech.number(setting.per_account),
        icc=speech.number(setting.icc, 2),
        power_share=setting.power,
        level=setting.level,
    )
    yield speech.text("planning.both_groups_occur_inside" if setting.mixed else "planning.account_belongs_group_whole")
    if plan.places > 1:
        yield speech.text("planning.questions_under_test_share", places_n=plan.places, more_share=round(plan.more_share, 2))
    yield speech.text("planning.plan_comparison_what_bought")
    yield speech.text("planning.answers_received_not_people")


def _answer_row(answer: Answer, speech: Speech) -> tuple[str, str, str]:
    question = speech.text(f"planning.question.{answer.question}")
    if answer.respondents is None:
        return question, speech.text("planning.over", most_n=MOST), NONE
    return question, speech.count(answer.respondents), speech.count(answer.accounts)


def _unit(plan: Plan, speech: Speech) -> str:
    return speech.word("points" if plan.outcome == "nps" else "percentage_points")
