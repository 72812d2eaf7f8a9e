"""What can be shown of findings beside their cards: pictures, tables and sentences by name."""

from __future__ import annotations

from functools import partial

from valuelib.results import Figure, Finding, Findings, Table
from valuelib.show.claims import plot_claim, table_groups, table_steps
from valuelib.show.partnership import pick_partnership, table_partnership
from valuelib.show.summary import plot_scoreboard, say_others, say_summary, say_untested, table_rule, table_untestable
from valuelib.show.thresholds import table_levels, table_penalty_reward
from valuelib.show.views import Views

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
            "rule": table_rule,
            "untestable": lambda: table_untestable(findings) if findings else None,
            "partnership": lambda: table_partnership(together) if together else None,
        },
    )


def sentences_of_all(findings: Findings) -> Views[str]:
    """How the verdicts fell: of claims under test `summary`, of `others`, and of those `untested`."""
    makers = {"summary": say_summary, "others": say_others, "untested": say_untested}
    return Views("sentence", findings.language, {name: partial(say, findings) for name, say in makers.items()})
