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
        speech.text("Claims under test"): [finding for finding in tested if finding.confirmatory],
        speech.text("Other readings (exploratory)"): [finding for finding in tested if not finding.confirmatory],
        speech.text("Could not be tested"): [finding for finding in findings if finding.verdict == "not_testable"],
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
        console.print(Text(speech.text("What keeps claims from being decided"), style="bold"))
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
    table.add_column(speech.text("Claim"), no_wrap=True)
    table.add_column(speech.text("Verdict"), no_wrap=True)
    table.add_column(speech.text("Finding"), overflow="fold")
    for finding in findings:
        look = VERDICT_LOOKS[finding.verdict]
        said = say_finding(finding, find_claim(study, finding.claim), speech)
        table.add_row(Text(finding.claim), Text(f"{look.sign} {say_verdict(finding.verdict, speech)}", style="bold"), Text(said))
    return table


def _sources_table(study: Study, speech: Speech) -> Table:
    table = _table(speech.text("What was read"))
    table.add_column(speech.text("File"))
    table.add_column(speech.text("Rows"), justify="right")
    table.add_column(speech.text("Columns"), justify="right")
    table.add_column(speech.text("Assumed"), overflow="fold")
    for source in study.sources:
        assumed = "\n".join(speech.say(message) for message in source.assumed)
        size = (speech.count(source.rows), speech.count(source.columns)) if source.columns else ("", "")
        table.add_row(Text(source.file), *size, Text(assumed))
    return table


def _quality_table(quality: Quality, speech: Speech) -> Table:
    table = _table(speech.text("Quality of the answers"))
    table.add_column(speech.text("What"), overflow="fold")
    table.add_column(speech.text("Value"), justify="right")
    for what, value in _quality_rows(quality, speech):
        table.add_row(what, value)
    return table


def _quality_rows(quality: Quality, speech: Speech) -> Iterator[tuple[str, str]]:
    yield speech.text("Respondents"), speech.count(quality.respondents)
    if quality.has_accounts:
        yield speech.text("Accounts"), speech.count(quality.accounts)
        yield speech.text("Respondents per account, mean"), speech.number(quality.respondents_per_account_mean)
        yield speech.text("Accounts with one respondent"), speech.percent(quality.single_account_share)
    yield speech.text("Survey waves"), speech.count(quality.waves)
    if quality.panel_share is not None:
        yield speech.text("Respondents who answered in several waves"), speech.percent(quality.panel_share)
    if quality.straight_share is not None:
        yield speech.text("Gave every element the same answer"), speech.percent(quality.straight_share)
    yield speech.text("Design effect of the weights"), speech.number(quality.weight_design_effect, 2)
    yield speech.text("Groups too small to be shown"), f"{speech.count(quality.small_groups_n)} / {speech.count(quality.groups_n)}"
    yield from rows_of_other_files(quality.others, speech)
    most = sorted(quality.missing_share.items(), key=lambda item: (-item[1], item[0]))[:MOST_MISSING]
    for column, share in most:
        if share > 0:
            yield speech.text("No answer: %(column)s", column=column), speech.percent(share, 1)


def _tiers_table(quality: Quality, speech: Speech) -> Table:
    table = _table(speech.text("Elements of value that the survey asks about"))
    table.add_column(speech.text("Tier"))
    table.add_column(speech.text("Mapped"), justify="right")
    table.add_column(speech.text("In the pyramid"), justify="right")
    for tier in tiers():
        mapped, known = quality.items_mapped[tier.key]
        table.add_row(tier.name.say(speech.language), speech.count(mapped), speech.count(known))
    return table


def _table(title: str) -> Table:
    return Table(title=Text(title, style="bold"), title_justify="left", expand=False)
