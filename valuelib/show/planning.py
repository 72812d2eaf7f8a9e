"""How is a plan told: how many to ask, what they would be able to say, what was assumed, and what lies out of reach?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from valuelib.explore.planning.plan import MOST, Answer, Plan, Question, naive_respondents
from valuelib.records import Table
from valuelib.show.labels import UNITS
from valuelib.show.language import NONE, Speech
from valuelib.show.mark import mark
from valuelib.show.sentences import say_verdict
from valuelib.stats.planning.chances import WORDS
from valuelib.theory import claim

QUESTIONS: Mapping[Question, str] = {
    "effect": mark("Show that there is an effect, if the claim is true"),
    "claim": mark("Exclude the claimed size, if there is no effect"),
}
TRUE, NOTHING = mark("If the claim is true"), mark("If there is no effect")
ASK = mark("Ask about %(respondents_n)s respondents in %(accounts_n)s accounts to put the claim to the test.")
WITH = mark("A study of %(respondents_n)s respondents in %(accounts_n)s accounts would speak as follows.")
BEYOND = mark("No study of up to %(most_n)s respondents puts this claim to the test with the wanted power.")
NEAR_ZERO = mark(
    "On a baseline of %(baseline)s a ratio can be read only from about %(gate_n)s respondents on, and tested only far beyond. "
    "Test the claim in points instead: %(claim)s."
)
FINER = mark("Where the baseline may turn out lower than assumed, the claim in points is the safer one: %(claim)s.")
DETECTABLE = mark(
    "With these respondents a true difference of %(size)s %(unit)s or more would be shown to be above zero (power %(power_share)s)."
)
NAIVE = mark(
    "A calculator that takes every answer for independent and asks only whether there is any effect would say %(naive_n)s "
    "respondents."
)
ASSUMED = mark(
    "Assumed: baseline %(baseline)s, %(split_share)s of the respondents in the comparison group, %(size)s respondents per account, "
    "correlation of colleagues' answers %(icc)s, power %(power_share)s, level %(level)s."
)
WHOLE, MIXED = mark("An account belongs to one group as a whole."), mark("Both groups occur inside one account.")
TOGETHER = mark("%(places_n)s questions under test share the error rate, which costs about %(more_share)s more respondents.")
CAUTIOUS = mark(
    "The plan is for a comparison by what was bought. Holding the lower-tier ratings equal is not part of it: that usually "
    "sharpens the comparison, but costs precision where buyers and others differ much in those ratings."
)
REPLIES = mark("These are answers received, not people asked.")


def say_plan(plan: Plan, speech: Speech) -> str:
    """The answer in one or two sentences that a client can repeat."""
    said = [speech.text(BEYOND, most_n=MOST)] if _beyond(plan) else []
    if plan.respondents is not None and plan.accounts is not None:
        text = WITH if _beyond(plan) or plan.respondents not in [one.respondents for one in plan.answers] else ASK
        said.append(speech.text(text, respondents_n=plan.respondents, accounts_n=plan.accounts))
    if plan.detectable_points is not None:
        size = speech.number(plan.detectable_points)
        said.append(speech.text(DETECTABLE, size=size, unit=_unit(plan, speech), power_share=plan.setting.power))
    return " ".join([*said, *_say_points(plan, speech)])


def say_assumed(plan: Plan, speech: Speech) -> str:
    """What the plan rests on."""
    return " ".join(_assumptions(plan, speech))


def say_naive(plan: Plan, speech: Speech) -> str:
    """What an ordinary sample size calculator would have said."""
    return speech.text(NAIVE, naive_n=naive_respondents(plan))


def table_answers(plan: Plan, speech: Speech) -> Table:
    """Respondents and accounts for each question that the study shall be able to answer."""
    columns = (speech.text("Question"), speech.text("Respondents"), speech.text("Accounts"))
    return Table(
        name="plan.answers",
        caption=_caption(plan, speech),
        columns=columns,
        rows=tuple(_answer_row(answer, speech) for answer in plan.answers),
        note=speech.text(
            "Numbers are found by simulating the test %(reps_n)s times at each size; they are known to about %(error_share)s.",
            reps_n=plan.reps,
            error_share=0.02 * (1000 / plan.reps) ** 0.5,
        ),
    )


def table_chances(plan: Plan, speech: Speech) -> Table | None:
    """The chance of each verdict at the planned size; None where there is no such size."""
    if plan.if_true is None or plan.if_nothing is None:
        return None
    true, nothing = plan.if_true.words, plan.if_nothing.words
    return Table(
        name="plan.chances",
        caption=speech.text("What a study of %(n)s respondents would say", n=speech.count(plan.respondents)),
        columns=(speech.text("Verdict"), speech.text(TRUE), speech.text(NOTHING)),
        rows=tuple((say_verdict(word, speech), speech.percent(true[word]), speech.percent(nothing[word])) for word in WORDS),
        note=speech.text("Chances from %(reps_n)s simulated studies, by the rule that gives the verdicts.", reps_n=plan.reps),
    )


def _caption(plan: Plan, speech: Speech) -> str:
    found = claim(plan.claim)
    if plan.size == found.reading.size:
        return speech.text("Respondents needed: %(claim)s", claim=found.statement.say(speech.language))
    size = speech.ratio(plan.size) if plan.metric == "ratio" else speech.points(plan.size)
    return speech.text("Respondents needed: %(claim)s with the own size %(size)s", claim=plan.claim, size=size)


def _beyond(plan: Plan) -> bool:
    return any(one.respondents is None for one in plan.answers)


def _say_points(plan: Plan, speech: Speech) -> Iterator[str]:
    if plan.metric == "ratio" and plan.points_claim and _beyond(plan):
        baseline = speech.number(plan.setting.baseline, 0)
        yield speech.text(NEAR_ZERO, baseline=baseline, gate_n=plan.gate_respondents, claim=plan.points_claim)
    elif plan.metric == "ratio" and plan.points_claim and plan.outcome == "nps":
        yield speech.text(FINER, claim=plan.points_claim)


def _assumptions(plan: Plan, speech: Speech) -> Iterator[str]:
    setting = plan.setting
    yield speech.text(
        ASSUMED,
        baseline=speech.number(setting.baseline, 0),
        split_share=round(setting.split, 2),
        size=speech.number(setting.per_account),
        icc=speech.number(setting.icc, 2),
        power_share=setting.power,
        level=setting.level,
    )
    yield speech.text(MIXED if setting.mixed else WHOLE)
    if plan.places > 1:
        yield speech.text(TOGETHER, places_n=plan.places, more_share=round(plan.more_share, 2))
    yield speech.text(CAUTIOUS)
    yield speech.text(REPLIES)


def _answer_row(answer: Answer, speech: Speech) -> tuple[str, str, str]:
    question = speech.text(QUESTIONS[answer.question])
    if answer.respondents is None:
        return question, speech.text("over %(most_n)s", most_n=MOST), NONE
    return question, speech.count(answer.respondents), speech.count(answer.accounts)


def _unit(plan: Plan, speech: Speech) -> str:
    return speech.text(UNITS["points" if plan.outcome == "nps" else "percentage_points"])
