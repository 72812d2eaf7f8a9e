"""How do findings, checks and problems look in a terminal?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from valuelib.assess import find_claim
from valuelib.errors import RunError, StudyError
from valuelib.evidence.warn import limits_of
from valuelib.records import Finding
from valuelib.show.language import Speech
from valuelib.show.other_files import rows_of_other_files
from valuelib.show.palette import VERDICT_LOOKS
from valuelib.show.sentences import say_finding, say_verdict
from valuelib.study import Study
from valuelib.study.quality import Quality, measure_quality
from valuelib.theory import tiers

MOST_MISSING = 10  # columns with the largest share without an answer; chapter 1 of the report tells all


def print_findings(console: Console, study: Study, findings: Sequence[Finding], speech: Speech) -> None:
    """A table of verdicts: the confirmatory claims first, then the other readings, then what could not be tested."""
    tested = [finding for finding in findings if finding.verdict != "not_testable"]
    groups = {
        speech.text("terminal.claims_under_test"): [finding for finding in tested if finding.confirmatory],
        speech.text("terminal.other_readings_exploratory"): [finding for finding in tested if not finding.confirmatory],
        speech.text("terminal.could_not_tested"): [finding for finding in findings if finding.verdict == "not_testable"],
    }
    for title, group in groups.items():
        if group:
            console.print(_findings_table(title, study, group, speech))


def print_check(console: Console, study: Study, speech: Speech) -> None:
    """Tables of what was read and assumed, the quality of the data, and the items of each tier."""
    quality = measure_quality(study)
    console.print(_sources_table(study, speech))
    for message in study.assumed:
        console.print(Padding(Text(f"• {speech.say(message)}"), (0, 0, 0, 1)))
    console.print(_quality_table(quality, speech))
    console.print(_tiers_table(quality, speech))
    if limits := limits_of(study):
        console.print(Text(speech.text("terminal.what_keeps_claims_being"), style="bold"))
        for message in limits:
            console.print(Padding(Text(f"• {speech.say(message)}"), (0, 0, 0, 1)))


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


def _findings_table(title: str, study: Study, findings: Sequence[Finding], speech: Speech) -> Table:
    table = _table(title)
    table.add_column(speech.text("common.claim"), no_wrap=True)
    table.add_column(speech.text("common.verdict"), no_wrap=True)
    table.add_column(speech.text("terminal.finding"), overflow="fold")
    for finding in findings:
        look = VERDICT_LOOKS[finding.verdict]
        said = say_finding(finding, find_claim(study, finding.claim), speech)
        table.add_row(Text(finding.claim), Text(f"{look.sign} {say_verdict(finding.verdict, speech)}", style="bold"), Text(said))
    return table


def _sources_table(study: Study, speech: Speech) -> Table:
    table = _table(speech.text("common.what_was_read"))
    table.add_column(speech.text("common.file"))
    table.add_column(speech.text("common.rows"), justify="right")
    table.add_column(speech.text("common.columns"), justify="right")
    table.add_column(speech.text("common.assumed"), overflow="fold")
    for source in study.sources:
        assumed = "\n".join(speech.say(message) for message in source.assumed)
        size = (speech.count(source.rows), speech.count(source.columns)) if source.columns else ("", "")
        table.add_row(Text(source.file), *size, Text(assumed))
    return table


def _quality_table(quality: Quality, speech: Speech) -> Table:
    table = _table(speech.text("common.quality_answers"))
    table.add_column(speech.text("common.what"), overflow="fold")
    table.add_column(speech.text("common.value"), justify="right")
    for what, value in _quality_rows(quality, speech):
        table.add_row(what, value)
    return table


def _quality_rows(quality: Quality, speech: Speech) -> Iterator[tuple[str, str]]:
    yield speech.text("common.respondents"), speech.count(quality.respondents)
    if quality.has_accounts:
        yield speech.text("common.accounts"), speech.count(quality.accounts)
        yield speech.text("common.respondents_per_account_mean"), speech.number(quality.respondents_per_account_mean)
        yield speech.text("common.accounts_respondent"), speech.percent(quality.single_account_share)
    yield speech.text("common.survey_waves"), speech.count(quality.waves)
    if quality.panel_share is not None:
        yield speech.text("common.respondents_who_answered_several"), speech.percent(quality.panel_share)
    if quality.straight_share is not None:
        yield speech.text("common.gave_every_element_same"), speech.percent(quality.straight_share)
    yield speech.text("common.design_effect_weights"), speech.number(quality.weight_design_effect, 2)
    yield speech.text("common.groups_too_small_shown"), f"{speech.count(quality.small_groups_n)} / {speech.count(quality.groups_n)}"
    yield from rows_of_other_files(quality.others, speech)
    most = sorted(quality.missing_share.items(), key=lambda item: (-item[1], item[0]))[:MOST_MISSING]
    for column, share in most:
        if share > 0:
            yield speech.text("common.no_answer", column=column), speech.percent(share, 1)


def _tiers_table(quality: Quality, speech: Speech) -> Table:
    table = _table(speech.text("terminal.elements_value_survey_asks"))
    table.add_column(speech.text("common.tier"))
    table.add_column(speech.text("terminal.mapped"), justify="right")
    table.add_column(speech.text("terminal.in_the_pyramid"), justify="right")
    for tier in tiers():
        mapped, known = quality.items_mapped[tier.key]
        table.add_row(tier.name.say(speech.language), speech.count(mapped), speech.count(known))
    return table


def _table(title: str) -> Table:
    return Table(title=Text(title, style="bold"), title_justify="left", expand=False)
