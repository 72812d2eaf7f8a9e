"""What a report says, as data: made once out of the executed notebooks; page, PDF, slides and workbook are all set from it.

The page shows the method too, folded away; otherwise no output says what another does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import valuelib
from valuelib.output.collect import DONE, MANY, MIME, Recorded, pick_estimates, pick_findings
from valuelib.output.notebooks import section_of
from valuelib.output.run import NotebookRun
from valuelib.results import Estimate, Figure, Finding, Table, from_json
from valuelib.show.card import CardWords, card_words
from valuelib.show.display import FOLDED, PLACE, Item, Passage, anchor, estimate_line, passage_text
from valuelib.show.labels import capital
from valuelib.show.localizer import local
from valuelib.show.quality import say_part
from valuelib.show.tables import table_lines, text_rows
from valuelib.study.model import Study
from valuelib.study.scaffold import count_checks
from valuelib.theory.claims import claims

if TYPE_CHECKING:  # an edition is made of a content
    from valuelib.output.edition import Edition

# In the order in which a reader meets them.
GLOSSARY = (
    *("nps", "interval", "percentage_point", "account", "higher_tiers", "basics", "halo"),
    *("raw_comparison", "held_equal", "evidence", "undecided", "exploratory", "facet_mean"),
)


@dataclass(frozen=True, slots=True)
class Card:
    """A finding, its card in words, and the number of its claim's source (0: none is listed)."""

    finding: Finding
    words: CardWords
    source: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyNumber(Passage):
    """One estimate on a line of its own; the passage's `lead` is that line."""

    estimate: Estimate


Block = Card | Figure | Table | Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One part of how a chapter's blocks came about, for whoever asks: the analyst's prose, code, or what a cell printed or drew.

    `text` is markdown, Python, plain text, or a PNG in base64; it stands before the block of number `before`.
    """

    kind: Literal["prose", "code", "output", "picture"]
    text: str
    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A chapter: its blocks in the order in which they are read; `missing` stands for all of it where data lack.

    `folded` gives the line that opens a block, by the block's number, for blocks that a screen folds away. `placed` are the numbers
    of blocks that an analyst put into the report itself, before its annex.
    """

    id: str
    title: str
    question: str = ""
    missing: str = ""
    blocks: tuple[Block, ...] = ()
    folded: Mapping[int, str] = field(default_factory=dict)
    placed: frozenset[int] = frozenset()
    method: tuple[Method, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a claim comes from: its footnote's number, statement, origin with caveat, and the sections with its card."""

    number: int
    claim: str
    statement: str
    origin: str
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A whole report in the reader's language: title, short facts below it, chapters (summary first), the words of its frame.

    `findings` and `estimates` are all that the chapters recorded, also those that stand in one table together; `sources` has one
    entry for each claim that has a finding; `edition` is what a client reads first (None for a page of its own).
    """

    client: str
    title: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    words: Mapping[str, str]
    language: str
    findings: tuple[Finding, ...] = ()
    estimates: tuple[Estimate, ...] = ()
    sources: tuple[Source, ...] = ()
    glossary: tuple[tuple[str, str], ...] = ()
    edition: Edition | None = None

    @property
    def shown(self) -> tuple[Section, ...]:
        """The chapters that have something to show."""
        return tuple(section for section in self.sections if not section.missing)

    @property
    def lacking(self) -> tuple[Section, ...]:
        """The chapters that the data could not carry, each with its one line."""
        return tuple(section for section in self.sections if section.missing)


def make_content(runs: Sequence[NotebookRun], study: Study) -> Content:
    """The content of a study's report, out of its executed notebooks; the summary (00) comes first although it ran last."""
    records = [record for run in runs for record in run.records]
    findings, words = pick_findings(records), page_words()
    own = (one.id for one in study.config.claims if not isinstance(one, str))
    found = {finding.claim.id: finding.claim for finding in findings}
    in_order = dict.fromkeys([*own, *(claim.id for claim in claims()), *found])
    numbers = {claim: number for number, claim in enumerate((claim for claim in in_order if claim in found), start=1)}
    facts = [(words["study"], study.config.study)]
    if study.config.fieldwork:
        facts.append((words["fieldwork"], local.month(study.config.fieldwork)))
    if study.config.guesses is not None:
        facts.append((local.text("report.mapping"), local.text("report.guesses_open", lines_n=count_checks(study.folder))))
    if study.part:
        facts.append((capital(local.text("common.exploratory")), f"{say_part(study)} {local.text('report.tests_no_claim')}"))
    sections = tuple(make_section(run, numbers) for run in sorted(runs, key=lambda run: run.name))
    shown = [
        (block.finding.claim.id, one.id) for one in sections if not one.missing for block in one.blocks if isinstance(block, Card)
    ]
    sources = [
        Source(
            number=number,
            claim=claim,
            statement=found[claim].statement.say(local.language),
            origin=f"{found[claim].origin.say(local.language)} {found[claim].caveat.say(local.language)}",
            places=tuple(dict.fromkeys(section for one, section in shown if one == claim)),
        )
        for claim, number in numbers.items()
    ]
    return Content(
        client=study.config.client,
        title=local.text("common.customer_value_claims_hold"),
        facts=tuple(facts),
        sections=sections,
        words=words,
        language=local.language,
        findings=findings,
        estimates=pick_estimates(records),
        sources=tuple(sources),
        glossary=tuple((local.text(f"glossary.{key}.term"), local.text(f"glossary.{key}.meaning")) for key in GLOSSARY),
    )


def make_section(run: NotebookRun, numbers: Mapping[str, int]) -> Section:
    """One executed notebook as a chapter: a block for each output that carries a record, and all else as its method.

    Args:
        run: the executed notebook and its records, which stand in the order of its outputs.
        numbers: the number of each claim's source.
    """
    heading = next((item.data for item in run.records if item.kind == "chapter"), {})
    records = iter([item for item in run.records if not item.inner])
    blocks: list[Block] = []
    folded: dict[int, str] = {}
    placed: set[int] = set()
    method: list[Method] = []
    for cell in run.notebook.cells:
        if cell.cell_type == "markdown" or (cell.cell_type == "code" and cell.source.strip()):
            kind: Literal["prose", "code"] = "prose" if cell.cell_type == "markdown" else "code"
            method.append(Method(kind=kind, text=cell.source, before=len(blocks)))
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if MIME not in data:  # printed or drawn beside the records; html is left out, since nothing vouches for it
                if output.output_type == "stream":
                    method.append(Method(kind="output", text=output.text, before=len(blocks)))
                elif "image/png" in data:
                    method.append(Method(kind="picture", text=data["image/png"].replace("\n", ""), before=len(blocks)))
                elif "text/plain" in data:
                    method.append(Method(kind="output", text=data["text/plain"], before=len(blocks)))
            elif (block := _block(item := next(records), numbers)) is not None:
                if item.data.get(FOLDED):
                    folded[len(blocks)] = str(item.data[FOLDED])
                if item.data.get(PLACE) == "report":
                    placed.add(len(blocks))
                blocks.append(block)
    return Section(
        id=anchor(run.name),
        title=str(heading.get("title") or section_of(run.notebook, 0) or run.name),
        question=str(heading.get("question") or ""),
        missing=next((str(item.data.get("missing") or "") for item in run.records if item.kind == DONE), ""),
        blocks=tuple(blocks),
        folded=folded,
        placed=frozenset(placed),
        method=tuple(method),
    )


def page_words() -> dict[str, str]:
    """The words of a report's frame in the reader's language."""
    return {
        "skip": local.text("report.skip_findings"),
        "contents": local.text("report.contents"),
        "show_method": local.text("report.show_the_method"),
        "method_hint": local.text("report.code_analysts_notes_english"),
        "study": local.text("common.study"),
        "fieldwork": local.text("report.fieldwork"),
        "source": local.text("report.source"),
        "sources": local.text("report.where_claims_come"),
        "glossary": local.text("report.words_report"),
        "back": local.text("report.back_to_claim"),
        "attribution": local.text("report.attribution"),
        "marks": local.text("report.elements_value_registered_trademark"),
        "made_with": local.text("report.made_with_valuelib", version=valuelib.__version__),
        "checkable": local.text("report.every_number_report_stands"),
    }


def content_text(content: Content) -> str:
    """Everything that the content says, line by line; for outputs whose letters cannot be read back."""
    lines = [content.client, content.title, *(said for fact in content.facts for said in fact)]
    for section in content.sections:
        lines += [section.title, section.question, section.missing, *map(_block_text, section.blocks)]
    if (edition := content.edition) is not None:
        lines += [*edition.said, *(_block_text(block) for page in edition.pages for block in page.blocks)]
    return "\n".join(lines)


def _block_text(block: Block) -> str:
    match block:
        case Card(words=words):
            cells = [cell for row in text_rows(words.columns, words.rows) for cell in row]
            heads = [column.label for column in words.columns]
            return "\n".join([words.statement, words.sentence, *words.settles, *words.behind, *heads, *cells])
        case Figure():
            return "\n".join([block.title, block.alt, block.caption])
        case Table():
            return "\n".join([block.caption, block.note, *(cell for row in table_lines(block) for cell in row)])
        case Passage():
            return passage_text(block)


def _block(item: Recorded, numbers: Mapping[str, int]) -> Block | None:
    """What a reader sees of a recorded output; None for a chapter's heading, its end and records of a foreign kind."""
    record = item.record
    if isinstance(record, Finding):
        return Card(record, card_words(record), numbers.get(record.claim.id, 0))
    if isinstance(record, Estimate):
        return KeyNumber(name=record.name, lead=(estimate_line(record),), estimate=record)
    if record is not None:
        return record
    if item.kind == MANY:
        table = from_json("table", item.data["table"])
        return table if isinstance(table, Table) else None
    if item.kind != "text":
        return None
    data = item.data
    return Passage(
        name=str(data.get("name", "")),
        title=str(data.get("title", "")),
        lead=tuple(data.get("lead", ())),
        items=tuple(Item(**one) for one in data.get("items", ())),
        note=str(data.get("note", "")),
        numbered=bool(data.get("numbered", False)),
    )
