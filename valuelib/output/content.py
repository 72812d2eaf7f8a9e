"""What does a report say, before it is set as a page, a sheet of paper, a slide or a workbook?

Every output is made from this one content, which is made from the records of the executed notebooks: none says what another
does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from valuelib.output.collect import DONE, MANY, Recorded, pick_estimates, pick_findings
from valuelib.output.notebooks import section_of
from valuelib.output.page import page_words
from valuelib.output.run import NotebookRun
from valuelib.results import Estimate, Figure, Finding, Table, from_json
from valuelib.show.card import CardWords, card_words
from valuelib.show.display import Item, Passage, anchor, estimate_line, passage_text
from valuelib.show.localizer import local
from valuelib.show.tables import table_lines, text_rows
from valuelib.study.model import Study
from valuelib.theory.claims import Claim, claims
from valuelib.verdict.assess import confirmatory_claims


@dataclass(frozen=True, slots=True)
class Card:
    """A finding and its card in words."""

    finding: Finding
    words: CardWords


Block = Card | Figure | Table | Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A chapter: its blocks in the order in which they are read; `missing` stands for all of it where data lack."""

    id: str
    title: str
    question: str = ""
    missing: str = ""
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A whole report in the reader's language: title, short facts below it, chapters (summary first), the words of its frame.

    `findings` and `estimates` are all that the chapters recorded, also those that stand in one table together.
    """

    client: str
    title: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    words: Mapping[str, str]
    language: str
    findings: tuple[Finding, ...] = ()
    estimates: tuple[Estimate, ...] = ()
    claims: Mapping[str, Claim] = field(default_factory=dict)

    @property
    def shown(self) -> tuple[Section, ...]:
        """The chapters that have something to show."""
        return tuple(section for section in self.sections if not section.missing)

    @property
    def lacking(self) -> tuple[Section, ...]:
        """The chapters that the data could not carry, each with its one line."""
        return tuple(section for section in self.sections if section.missing)


def make_content(runs: Sequence[NotebookRun], study: Study) -> Content:
    """The content of a study's report out of its executed notebooks."""
    records = [record for run in runs for record in run.records]
    known = {claim.id: claim for claim in (*claims(), *confirmatory_claims(study))}
    return Content(
        client=study.config.client,
        title=page_words()["title"],
        facts=study_facts(study),
        sections=tuple(_section(run, known) for run in sorted(runs, key=lambda run: run.name)),
        words=page_words(),
        language=local.language,
        findings=pick_findings(records),
        estimates=pick_estimates(records),
        claims=known,
    )


def study_facts(study: Study) -> tuple[tuple[str, str], ...]:
    """The short lines below the title, each with its name."""
    words = page_words()
    facts = [(words["study"], study.config.study)]
    if study.config.fieldwork:
        facts.append((words["fieldwork"], local.month(study.config.fieldwork)))
    return tuple(facts)


def _section(run: NotebookRun, known: Mapping[str, Claim]) -> Section:
    heading = next((item.data for item in run.records if item.kind == "chapter"), {})
    return Section(
        id=anchor(run.name),
        title=str(heading.get("title") or section_of(run.notebook, 0) or run.name),
        question=str(heading.get("question") or ""),
        missing=next((str(item.data.get("missing") or "") for item in run.records if item.kind == DONE), ""),
        blocks=tuple(block for item in run.records if not item.inner and (block := _block(item, known)) is not None),
    )


def _block(item: Recorded, known: Mapping[str, Claim]) -> Block | None:
    record = item.record
    if isinstance(record, Finding):
        return Card(record, card_words(record, known[record.claim]))
    if isinstance(record, Estimate):
        return Passage(name=record.name, lead=(estimate_line(record),))
    if record is not None:
        return record
    if item.kind == MANY:
        table = from_json("table", item.data["table"])
        return table if isinstance(table, Table) else None
    return _passage(item.data) if item.kind == "text" else None


def _passage(data: Mapping[str, Any]) -> Passage:
    return Passage(
        name=str(data.get("name", "")),
        title=str(data.get("title", "")),
        lead=tuple(data.get("lead", ())),
        items=tuple(Item(**one) for one in data.get("items", ())),
        note=str(data.get("note", "")),
        numbered=bool(data.get("numbered", False)),
    )


def content_text(content: Content) -> str:
    """Everything that the content says, line by line; for outputs whose letters cannot be read back."""
    lines = [content.client, content.title, *(said for fact in content.facts for said in fact)]
    for section in content.sections:
        lines += [section.title, section.question, section.missing]
        lines += [line for block in section.blocks for line in _lines(block)]
    return "\n".join(lines)


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Card(words=words):
            yield from (words.statement, words.sentence, *words.settles, *words.behind)
            yield from (column.label for column in words.columns)
            yield from (cell for row in text_rows(words.columns, words.rows) for cell in row)
        case Figure():
            yield from (block.title, block.alt, block.caption)
        case Table():
            yield from (block.caption, block.note, *(cell for row in table_lines(block) for cell in row))
        case Passage():
            yield passage_text(block)
