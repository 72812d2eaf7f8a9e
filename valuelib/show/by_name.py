"""Named views of a result, such as its figures, each made when it is asked for; and those of findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TypeVar

from valuelib.errors import ParameterError
from valuelib.results import Figure, Finding, Findings, Table
from valuelib.show.claims import plot_claim, table_groups, table_steps
from valuelib.show.localizer import in_language
from valuelib.show.partnership import pick_partnership, table_partnership
from valuelib.show.summary import plot_scoreboard, say_others, say_summary, say_untested, table_rule, table_untestable
from valuelib.show.thresholds import table_levels, table_penalty_reward
from valuelib.study.wording import guess
from valuelib.theory.reading import DESIGNS

T = TypeVar("T")


class Views(Mapping[str, T | None]):
    """By name what can be shown of a result, in the language of its study; None where the study has no data for it.

    >>> figures = Views("figure", "en", {"shares": lambda: "a picture", "gaps": lambda: None})
    >>> figures
    <figures: shares, gaps>
    >>> figures["gaps"] is None
    True

    Raises:
        ParameterError: on a name that is none of these.
    """

    def __init__(self, kind: str, language: str | None, makers: Mapping[str, Callable[[], T | None]]) -> None:
        self._kind, self._language, self._makers = kind, language, makers

    def __getitem__(self, name: str) -> T | None:
        if name not in self._makers:
            hint = guess(name, [*self._makers])
            raise ParameterError(f"There is no {self._kind} {name!r} of this result. Expected: {hint} Next: correct the name.")
        with in_language(self._language):
            return self._makers[name]() or None

    def __contains__(self, name: object) -> bool:
        return name in self._makers

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)

    def __repr__(self) -> str:
        return f"<{self._kind}s: {', '.join(self._makers) or 'none'}>"


# Views of findings beside their cards

PENALTY = "penalty_reward"


def figures_of(finding: Finding) -> Views[Figure]:
    """`claim`: the groups and the lift, with the claimed size."""
    testable = finding.verdict != "not_testable"
    return Views("figure", finding.language, {"claim": lambda: plot_claim(finding) if testable else None})


def tables_of(finding: Finding) -> Views[Table]:
    """`groups`, and of a claim about steps `steps`, `levels` and `penalty_reward`."""
    steps, kind = finding.steps, finding.claim.reading.kind
    return Views(
        "table",
        finding.language,
        {
            "groups": lambda: table_groups(finding) if finding.evidence_level is not None else None,
            "steps": lambda: table_steps(finding) if steps else None,
            "levels": lambda: table_levels(finding) if steps and kind == PENALTY else None,
            "penalty_reward": lambda: table_penalty_reward(finding) if steps and kind == PENALTY else None,
        },
    )


def figures_of_all(findings: Findings) -> Views[Figure]:
    """`scoreboard`: each claim on one scale."""
    return Views("figure", findings.language, {"scoreboard": lambda: plot_scoreboard(findings) if findings else None})


def tables_of_all(findings: Findings) -> Views[Table]:
    """`rule` of the verdicts, `untestable` claims with what is missing, `partnership`: the claims on working together."""
    together = pick_partnership(findings)
    return Views(
        "table",
        findings.language,
        {
            "rule": lambda: table_rule(by_design=any(one.evidence_level in DESIGNS for one in findings)),
            "untestable": lambda: table_untestable(findings) if findings else None,
            "partnership": lambda: table_partnership(together) if together else None,
        },
    )


def sentences_of_all(findings: Findings) -> Views[str]:
    """How the verdicts fell: of claims under test `summary`, of `others`, and of those `untested`."""
    makers = {"summary": say_summary, "others": say_others, "untested": say_untested}
    return Views("sentence", findings.language, {name: partial(say, findings) for name, say in makers.items()})
