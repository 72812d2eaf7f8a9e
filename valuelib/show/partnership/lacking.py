"""Which columns and files would open a chapter on working together, where a study lacks them? All of them, in one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from valuelib.records import Finding
from valuelib.show.language import Speech
from valuelib.show.summary import say_untestable
from valuelib.study import Study

Need = tuple[Callable[[Study], bool], str]


def _measured(column: str) -> Callable[[Study], bool]:
    return lambda study: study.values(column) is not None


def _has_facets(study: Study) -> bool:
    return any(str(column).startswith("facet.") for column in study.answers)


def _has_waves(study: Study) -> bool:
    return "wave" in study.all_answers and study.all_answers["wave"].nunique() > 1


STATEMENTS: Need = (_has_facets, "together.statements_co_creation_cocreation")
VALUE: Need = (_measured("perceived_value"), "together.perceived_value_outcomes_perceived")
NEEDS: Mapping[str, Sequence[Need]] = {
    "effort": (
        (_measured("effort"), "together.ease_effort_outcomes_effort"),
        (_measured("value_enhancement"), "together.whether_customers_get_more"),
        (_measured("repurchase"), "together.staying_outcomes_repurchase"),
    ),
    "cocreation": (
        STATEMENTS,
        VALUE,
        (lambda study: study.provider is not None, "together.provider_ratings_accounts_file"),
    ),
    "sides": (
        STATEMENTS,
        (lambda study: study.provider is not None, "together.provider_partner_view_file"),
    ),
    "time": ((_has_waves, "together.two_surveys_more_columns"), VALUE, STATEMENTS),
    "people": (
        (lambda study: study.employees is not None, "together.account_teams_own_answers"),
        (_measured("team"), "together.each_account_team_employees"),
        VALUE,
    ),
}


def say_lacking(chapter: str, study: Study, findings: Sequence[Finding], speech: Speech) -> str:
    """One line for a chapter without anything to show.

    Args:
        chapter: a key of `NEEDS`.
        study: the study that lacks something.
        findings: the chapter's claims, whose reasons are told where every column is there and the answers are too few.
        speech: the reader's language.
    """
    lacking = [speech.text(said) for has, said in NEEDS[chapter] if not has(study)]
    if not lacking:
        return say_untestable(findings, speech)
    return speech.text("together.open_chapter_add_study", needs=speech.listing(lacking))
