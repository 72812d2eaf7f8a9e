"""Which columns and files would open a chapter on working together, where a study lacks them? All of them, in one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from valuelib.records import Finding
from valuelib.show.language import Speech
from valuelib.show.mark import mark
from valuelib.show.summary import say_untestable
from valuelib.study import Study

Need = tuple[Callable[[Study], bool], str]


def _measured(column: str) -> Callable[[Study], bool]:
    return lambda study: study.values(column) is not None


def _has_facets(study: Study) -> bool:
    return any(str(column).startswith("facet.") for column in study.answers)


def _has_waves(study: Study) -> bool:
    return "wave" in study.all_answers and study.all_answers["wave"].nunique() > 1


STATEMENTS: Need = (_has_facets, mark("statements on co-creation (`cocreation`)"))
VALUE: Need = (_measured("perceived_value"), mark("perceived value (`outcomes.perceived_value`)"))
NEEDS: Mapping[str, Sequence[Need]] = {
    "effort": (
        (_measured("effort"), mark("ease or effort (`outcomes.effort`)")),
        (_measured("value_enhancement"), mark("whether customers get more than expected (`outcomes.value_enhancement`)")),
        (_measured("repurchase"), mark("staying (`outcomes.repurchase`)")),
    ),
    "cocreation": (
        STATEMENTS,
        VALUE,
        (lambda study: study.provider is not None, mark("the provider's ratings of its accounts (a file: `provider_view`)")),
    ),
    "sides": (
        STATEMENTS,
        (lambda study: study.provider is not None, mark("the provider's or a partner's view (a file: `provider_view`)")),
    ),
    "time": ((_has_waves, mark("two surveys or more (`columns.wave`)")), VALUE, STATEMENTS),
    "people": (
        (lambda study: study.employees is not None, mark("the account teams' own answers (a file: `employees`)")),
        (_measured("team"), mark("each account's team (`employees.team_of_account`)")),
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
    return speech.text("To open this chapter, add to study.yaml: %(needs)s.", needs=speech.listing(lacking))
