"""Findings, checks, plans and problems as they are printed in a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from valuelib import results
from valuelib.errors import RunError, StudyError
from valuelib.explore.offerings import OUTCOMES, estimate_offerings
from valuelib.explore.planning import Plan
from valuelib.results import Finding, Message
from valuelib.show.localizer import local
from valuelib.show.offerings import table_offerings
from valuelib.show.planning import say_assumed, say_naive, say_plan, table_answers, table_chances
from valuelib.show.quality import rows_of_other_files
from valuelib.show.sentences import look_of, say_finding, say_verdict
from valuelib.show.tables import cell_text, table_lines, text_rows
from valuelib.study.model import Study
from valuelib.study.quality import Quality, measure_quality
from valuelib.study.scaffold import count_checks
from valuelib.theory.pyramid import tiers
from valuelib.verdict.contrast import limits_of, openings_of
from valuelib.verdict.offerings import warn_of_offerings

if TYPE_CHECKING:
    from valuelib.output.compare import Comparison

MOST_MISSING = 10  # columns with the largest share without an answer; chapter 1 of the report shows all


# Which keys of study.yaml a message is about: an analyst wants to know, and no client.
WHERE: Mapping[str, str] = {
    "missing.accounts": "columns.account",
    "missing.employee_items": "employees.columns",
    "missing.employees": "employees",
    "missing.facets": "cocreation",
    "missing.marker": "columns.marker",
    "missing.offering": "exposure.column, exposure.higher",
    "missing.one_wave": "columns.wave",
    "missing.outcome": "outcomes",
    "missing.outcomes": "outcomes, cocreation",
    "missing.choices": "choices",
    "missing.provider_view": "provider_view",
    "missing.satisfaction": "outcomes.satisfaction",
    "missing.statements": "cocreation, provider_view",
    "reason.design.not_separable": "adjust_for",
    "warning.accounts_alike": "accounts",
    "warning.baseline_beats.mean": "exposure.baseline",
    "warning.baseline_beats.nps": "exposure.baseline",
    "warning.baseline_beats.rate": "exposure.baseline",
    "warning.no_accounts": "columns.account",
    "warning.only_colleagues": "exposure.column, exposure.higher",
}


def say_where(messages: Iterable[Message]) -> str:
    """Where in study.yaml to write what the messages ask for, as it stands behind them; empty where nothing is to be written."""
    keys = dict.fromkeys(WHERE[one.code] for one in messages if one.code in WHERE)
    return f" (study.yaml: {', '.join(keys)})" if keys else ""


def print_findings(console: Console, findings: Sequence[Finding]) -> None:
    """A table of verdicts: the confirmatory claims first, then the other readings, then what could not be tested."""
    tested = [finding for finding in findings if finding.verdict != "not_testable"]
    groups = {
        local.text("terminal.claims_under_test"): [finding for finding in tested if finding.confirmatory],
        local.text("terminal.other_readings_exploratory"): [finding for finding in tested if not finding.confirmatory],
        local.text("terminal.could_not_tested"): [finding for finding in findings if finding.verdict == "not_testable"],
    }
    for title, group in groups.items():
        if group:
            table = _grid(title)
            table.add_column(local.text("common.claim"), no_wrap=True)
            table.add_column(local.text("common.verdict"), no_wrap=True)
            table.add_column(local.text("terminal.finding"), overflow="fold")
            for one in group:
                verdict = f"{look_of(one).sign} {say_verdict(one)}"
                said = f"{say_finding(one)}{say_where([one.reason])}"
                table.add_row(Text(one.claim.id), Text(verdict, style="bold"), Text(said))
            console.print(table)


def print_check(console: Console, study: Study) -> None:
    """Tables of what was read and assumed, the quality of the data, and the items of each tier."""
    from valuelib.output.letters import letters_lacking  # with the fonts comes matplotlib, which an error need not wait for

    def points(messages: Iterable[Message]) -> None:
        for message in messages:
            console.print(Padding(Text(f"• {local.say(message)}{say_where([message])}"), (0, 0, 0, 1)))

    quality = measure_quality(study)
    table = _grid(local.text("common.what_was_read"))
    table.add_column(local.text("common.file"))
    table.add_column(local.text("common.rows"), justify="right")
    table.add_column(local.text("common.columns"), justify="right")
    table.add_column(local.text("common.assumed"), overflow="fold")
    for source in study.sources:
        assumed = "\n".join(local.say(message) for message in source.assumed)
        size = (local.count(source.rows), local.count(source.columns)) if source.columns else ("", "")
        table.add_row(Text(source.file), *size, Text(assumed))
    console.print(table)
    if study.config.guesses is not None:
        console.print(Text(local.text("terminal.guesses_open", lines_n=count_checks(study.folder)), style="bold"))
    points((*study.assumed, *letters_lacking(study)))
    table = _grid(local.text("common.quality_answers"))
    table.add_column(local.text("common.what"), overflow="fold")
    table.add_column(local.text("common.value"), justify="right")
    for what, value in _quality_rows(quality):
        table.add_row(Text(what), Text(value))
    console.print(table)
    table = _grid(local.text("terminal.elements_value_survey_asks"))
    table.add_column(local.text("common.tier"))
    table.add_column(local.text("terminal.mapped"), justify="right")
    table.add_column(local.text("terminal.in_the_pyramid"), justify="right")
    for tier in tiers():
        table.add_row(tier.name.say(local.language), *map(local.count, quality.items_mapped[tier.key]))
    console.print(table)
    offerings = estimate_offerings(study)
    if (listed := table_offerings(offerings)) is not None:
        grid = _grid(listed.caption, caption=Text(listed.note), caption_justify="left")
        for column in listed.columns:
            grid.add_column(column.label, justify="left" if column.kind == "text" else "right", overflow="fold")
        for row in text_rows(listed.columns, listed.rows):
            grid.add_row(*map(Text, row))
        console.print(grid)
        points(message for outcome in OUTCOMES.values() for message in warn_of_offerings(study, outcome))
    if study.lookalikes:
        console.print(Text(local.text("terminal.accounts_look_alike"), style="bold"))
        for names in study.lookalikes:
            names_of = json.dumps([name for name, _ in names], ensure_ascii=False)
            console.print(
                Text(f" • {names_of}: {local.text('terminal.answers_of_each', counts=' + '.join(str(n) for _, n in names))}")
            )
        console.print(Text(local.text("terminal.decide_accounts")))
    if openings := [*openings_of(study)]:
        console.print(Text(local.text("terminal.what_the_design_opens"), style="bold"))
        points(one for place, one in enumerate(openings) if one not in openings[:place])
    if limits := limits_of(study):
        console.print(Text(local.text("terminal.what_keeps_claims_being"), style="bold"))
        points(limits)


def _quality_rows(quality: Quality) -> Iterator[tuple[str, str]]:
    yield local.text("common.respondents"), local.count(quality.respondents)
    if quality.has_accounts:
        yield local.text("common.accounts"), local.count(quality.accounts)
        yield local.text("common.respondents_per_account_mean"), local.number(quality.respondents_per_account_mean)
        yield local.text("common.accounts_respondent"), local.percent(quality.single_account_share)
    yield local.text("common.survey_waves"), local.count(quality.waves)
    if quality.panel_share is not None:
        yield local.text("common.respondents_who_answered_several"), local.percent(quality.panel_share)
    if quality.straight_share is not None:
        yield local.text("common.gave_every_element_same"), local.percent(quality.straight_share)
    yield local.text("common.design_effect_weights"), local.number(quality.weight_design_effect, 2)
    yield local.text("common.groups_too_small_shown"), f"{local.count(quality.small_groups_n)} / {local.count(quality.groups_n)}"
    yield from ((what, cell_text(cell, results.Column("", "count"))) for what, cell in rows_of_other_files(quality.others))
    most = sorted(quality.missing_share.items(), key=lambda item: (-item[1], item[0]))[:MOST_MISSING]
    for column, share in most:
        if share > 0:
            yield local.text("common.no_answer", column=column), local.percent(share, 1)


def print_comparison(console: Console, comparison: Comparison, *, every: bool) -> None:
    """How many findings and figures have changed, which ones and by how much, and what else differs."""
    from valuelib.output.compare import compare_tables, say_comparison  # takes longer to load than a check or an error to print

    console.print(say_comparison(comparison), markup=False, highlight=False)
    for table in compare_tables(comparison, every=every):
        heads, *rows = table_lines(table)
        grid = Table(title=Text(table.caption), title_justify="left")
        for head in heads:
            grid.add_column(Text(head))
        for row in rows:
            grid.add_row(*map(Text, row))
        if table.rows:
            console.print(grid)
    for setting in comparison.settings:
        console.print(f"! {setting}", markup=False, highlight=False)


def print_plan(console: Console, plan: Plan) -> None:
    """The answer in sentences, the numbers, the chance of each verdict, and what it all rests on."""
    console.print(Text(say_plan(plan), style="bold"))
    for table in (table_answers(plan), table_chances(plan)):
        if table is not None:
            console.print()
            grid = _grid(table.caption, caption=Text(table.note), caption_justify="left")
            for column in table.columns:
                grid.add_column(column.label, justify="left" if column.kind == "text" else "right", overflow="fold")
            for row in text_rows(table.columns, table.rows):
                grid.add_row(*map(Text, row))
            console.print(grid)
    console.print()
    console.print(Text(f"{say_naive(plan)} {say_assumed(plan)}"))


def print_error(error: Exception, console: Console | None = None) -> None:
    """An expected error on standard error; a study's problems as a numbered list."""
    console = console or Console(stderr=True)
    if not isinstance(error, StudyError):
        lead = "The run failed: " if isinstance(error, RunError) else ""
        console.print(Text(f"{lead}{error}"), soft_wrap=True)
        return
    count = len(error.problems)
    console.print(Text(f"The study cannot be read: {count} problem{'s' if count != 1 else ''}.", style="bold"), soft_wrap=True)
    for number, problem in enumerate(error.problems, start=1):
        console.print(Text(f"{number}. {problem.where}: {problem.what}"), soft_wrap=True)
        console.print(Text(f"   Expected: {problem.expected}\n   Next: {problem.next_step}"), soft_wrap=True)


def _grid(title: str, **more: Any) -> Table:
    return Table(title=Text(title, style="bold"), title_justify="left", **more)
