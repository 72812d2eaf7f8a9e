"""Which slides a report has, and what stands on each: the client edition first, then a section with a slide for each claim.

One thought a slide, under its finding; the rest goes to the notes, and all evidence stands in the annex on paper.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from valuelib.output.brand import Brand
from valuelib.output.content import Block, Card, Content, Section
from valuelib.output.edition import Edition, Page
from valuelib.output.pdf import say_evidence
from valuelib.output.slides.charts import can_draw
from valuelib.output.slides.template import BODY, LAYOUTS, VERDICTS, needed_height
from valuelib.results import Chart, Figure, Finding, Mark, Series, Table
from valuelib.show.claims import claim_numbers, ways_numbers
from valuelib.show.display import Passage, item_text
from valuelib.show.localizer import local
from valuelib.show.sentences import key_of_verdict, look_of, say_headline
from valuelib.show.story import FINE, Number, Story, name_claimed, say_range
from valuelib.show.summary import say_summary
from valuelib.show.tables import table_lines, text_rows

LEAST, ROWS_A_SLIDE = 12.0, 11  # points of a list's letters below which it goes over to the next slide; rows of a table
READING_LINE = 160  # letters that the line below a picture holds
# So many main slides at most, four of which are cover, answer, wording and actions. Where a study has more to tell, the kinds of
# page named first stay and the others go to the appendix, as an overview always does.
MOST_MAIN, FRAMING = 12, 4
LONGEST_TITLE = 150  # letters of a sentence that can be a title
RANKS = ("claim", "pool", "own", "who", "halo", "value", "ease", "together", "time", "invest", "voices")


@dataclass(frozen=True, slots=True)
class Run:
    """Some words in a theme colour of their own (empty: that of their place)."""

    text: str
    colour: str = ""
    bold: bool = False


Paragraph = str | tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """A chart of numbers: its alt text, the colour of what is strong, whether rows are named at the left and told at the right."""

    chart: Chart
    alt: str
    ink: str = "accent1"
    named: bool = True
    told: bool = True


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure that is no chart."""

    svg: str
    alt: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table, its head in the first row; `shares` of the width by column, where they are not a matter of the cells."""

    rows: Sequence[Sequence[str]]
    alt: str
    shares: Sequence[float] = ()
    first_bold: bool = False


Part = tuple[Paragraph, ...] | Plot | Picture | Grid


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide: the layout, its title, what its slots hold, the section of the deck, notes, and the claim that it is about.

    `other_titles` are what it may be called where another slide has its title.
    """

    layout: str
    title: str
    parts: Mapping[str, Part]
    section: str
    notes: tuple[str, ...] = ()
    claim: str = ""
    other_titles: tuple[str, ...] = ()


def plan_slides(content: Content, brand: Brand) -> tuple[Slide, ...]:
    """The slides of a report in their order; those of a content without an edition are its blocks, one after another."""
    plan = Plan(content, brand)
    slides = plan.blocks() if content.edition is None else (*plan.main(content.edition), *plan.annex(content.edition))
    return tuple(_told_apart(slides))


def main_pages(edition: Edition) -> tuple[Page, ...]:
    """The pages that have a main slide, in the order in which the edition is read.

    A claim that could not be put to the test has none: the answer says so, and the appendix lists it with its reason.
    """
    kinds = [(page.key.partition(".")[0], page) for page in edition.pages if _tells(page, edition)]
    ranked = sorted((one for one in kinds if one[0] in RANKS), key=lambda one: RANKS.index(one[0]))
    kept = [page for _, page in ranked[: MOST_MAIN - FRAMING]]
    return tuple(page for page in edition.pages if page in kept)


def _tells(page: Page, edition: Edition) -> bool:
    """Whether a page has more than its title for a slide."""
    untested = [f"claim.{story.lead.claim.id}" for story in edition.stories if story.shape == "untested"]
    return page.key not in untested and bool(page.blocks or page.text or page.claims)


class Plan:
    """A report's slides."""

    def __init__(self, content: Content, brand: Brand) -> None:
        self.content, self.brand = content, brand
        self.report, self.behind = local.text("edition.slide.report"), local.text("edition.slide.annex")
        self.later: list[Slide] = []  # what a page of the report had no room for
        self.titles = {section.id: section.title for section in content.sections}

    def blocks(self) -> Iterator[Slide]:
        """Cover and every block, for a content that no edition was made of."""
        yield self._cover(self.content.title, [f"{name}: {said}" for name, said in self.content.facts])
        for section in self.content.shown:
            for block in section.blocks:
                yield from self._of_block(block, section, self.report, "")
        yield from self._lacking(self.report)
        yield from self._small_print(self.report)

    def main(self, edition: Edition) -> Iterator[Slide]:
        """Cover, answer, what to say, the edition's pages, and what to do."""
        facts = [f"{name}: {said}" for name, said in self.content.facts if name != self.content.words["study"]]
        yield self._cover(edition.title, [*facts, edition.source])
        if edition.numbers or len(edition.answer) > 1 or any(row.finding.confirmatory for row in edition.board):
            yield self._answer(edition)
        if edition.say or edition.avoid:
            yield self._say(edition)
        main = main_pages(edition)
        for page in edition.pages:
            story = next((one for one in edition.stories if page.key == f"claim.{one.lead.claim.id}"), None)
            if not _tells(page, edition):
                continue
            first, *rest = self._page(_with_ways(page, edition)) if story is None else [self._story(page, story)]
            if page in main:
                yield first
            else:
                rest = [first, *rest]
            self.later += [replace(one, section=self.behind, parts={**one.parts, "tracker": (self.behind,)}) for one in rest]
        yield self._actions(edition)

    def annex(self, edition: Edition) -> Iterator[Slide]:
        """A slide for each claim that could be tested, those that could not in one list, method, glossary, marks and sources."""
        yield Slide("section", self.behind, {"body": (local.text("edition.slide.annex_about"),)}, self.behind)
        yield from self.later
        numbers = {(one.section, one.place): one.id for one in edition.annex}
        cards: dict[str, tuple[Card, str]] = {}  # of each claim, with its number in the annex
        for section in self.content.shown:
            for place, block in enumerate(section.blocks):
                if isinstance(block, Card) and (number := numbers.get((section.id, place))) is not None:
                    cards[block.finding.claim.id] = block, number
        for story in edition.stories:
            for finding, claim in zip(story.findings, story.claims, strict=True):
                if finding.verdict != "not_testable":
                    yield self._card(story, finding, claim, cards.get(finding.claim.id), edition.source)
        yield from self._untested(edition)
        yield from self._lacking(self.behind)
        yield Slide(
            "columns",
            local.text("edition.slide.method"),
            {
                "left_head": (local.text("edition.words.method"),),
                "left": edition.method,
                "right_head": (local.text("edition.words.limits"),),
                "right": edition.limits,
            },
            self.behind,
        )
        terms = [(Run(f"{term}: ", bold=True), Run(meaning)) for term, meaning in self.content.glossary]
        yield from self._list(self.content.words["glossary"], terms, self.behind)
        yield from self._small_print(self.behind)

    # The edition's slides

    def _cover(self, title: str, facts: Sequence[str]) -> Slide:
        said = tuple(one for one in facts if one)
        parts: dict[str, Part] = {"client": (self.content.client,), "facts": said}
        if self.brand.name:
            parts["author"] = (self.brand.name,)
        return Slide("cover", title, parts, self.report)

    def _answer(self, edition: Edition) -> Slide:
        tested = [finding for story in edition.stories for finding in story.findings if finding.confirmatory]
        title = say_summary(tested).removesuffix(".") if tested else edition.title
        tracker = (local.text("edition.words.answer"),)
        told = [page for page in edition.pages if page.key.startswith(("claim.", "pool."))]
        notes = (*edition.say, *(_join(page.title, say_evidence(page.evidence)) for page in told))
        if not edition.numbers:
            parts: dict[str, Part] = {"tracker": tracker, "body": edition.answer, "source": (edition.source,)}
            rows = [[one.statement, one.verdict, one.figure] for one in edition.board if one.finding.confirmatory]
            if rows:
                heads = [local.text(f"common.{key}") for key in ("claim", "verdict", "difference")]
                parts |= {"body": Grid([heads, *rows], title), "text": edition.answer}
            return Slide("chart_text" if rows else "content", title, parts, self.report, notes)
        parts = {"tracker": tracker}
        for place, number in enumerate(edition.numbers, start=1):
            parts |= _big_number(number, str(place))
        parts |= {
            "body": tuple(edition.answer),
            "read": (_say_reading(_strip(edition.numbers[0])),),
            "source": (edition.source,),
        }
        layout = "numbers3" if len(edition.numbers) > 2 else "numbers"
        return Slide(layout, title, parts, self.report, notes)

    def _say(self, edition: Edition) -> Slide:
        can = local.plural("edition.slide.can_say", len(edition.say)) if edition.say else ""
        cannot = ""
        if edition.avoid:
            n = len(edition.avoid)
            cannot = local.plural("edition.slide.cannot_say", n) if can else local.plural("edition.slide.only_cannot", n)
        title = ", ".join(filter(None, (can, cannot))) or local.text("edition.words.nothing_to_say").removesuffix(".")
        reasons: dict[str, list[str]] = {}
        for claim, instead in edition.avoid:  # a reason that several claims share is said once
            reasons.setdefault(instead, []).append(f"{claim.rstrip('.')}.")
        wrong = tuple((Run("\n".join(claims) + "\n", bold=True), Run(instead)) for instead, claims in reasons.items())
        parts: dict[str, Part] = {
            "tracker": (local.text("edition.slide.wording"),),
            "left_head": (local.text("edition.words.say"),),
            "left": edition.say or (local.text("edition.words.nothing_to_say"),),
            "right_head": (local.text("edition.words.avoid"),),
            "right": wrong or (local.text("edition.words.nothing_to_avoid"),),
            "source": (edition.source,),
        }
        return Slide("columns", title, parts, self.report, edition.say)

    def _story(self, page: Page, story: Story) -> Slide:
        """A claim under test: its contrast in points against no effect and every claim, and what it says in words."""
        figure = next((block for block in page.blocks if isinstance(block, Figure)), None)
        chart = story_numbers(story)
        parts: dict[str, Part] = {**self._frame(page, chart), "claims": _claim_lines(story.findings, story.claims)}
        notes = (*story.sentences, *(() if figure is None else (figure.alt, figure.caption)))
        # The cover has the first finding as its title, too: there the slide that shows it says it with both groups' figures.
        said = story.sentences[0].removesuffix(".")
        fits = story.shape in ("higher", "lower") and len(said) <= LONGEST_TITLE
        others = (*([said] if fits else []), story.title.partition(": ")[0], _headline(story.lead))
        layout = "content" if chart is None else "chart_text"
        if chart is None:
            parts["body"] = story.sentences
        else:
            plot = Plot(chart, story.title if figure is None else figure.alt, _role(story.lead))
            parts |= {"body": plot, "text": story.sentences}
        return Slide(layout, page.title, parts, self.report, notes, story.lead.claim.id, others)

    def _page(self, page: Page) -> Iterator[Slide]:
        """A page of the edition: what it shows on one slide where there is room, and what is left on further ones."""
        shown = _joined([block for block in page.blocks if isinstance(block, (Figure, Table, Card))])
        texts = [line for block in page.blocks if isinstance(block, Passage) for line in _passage_lines(block)]
        place, later = self.report, list[Slide]()
        frame = {name: part for name, part in self._frame(page, None).items() if name in ("tracker", "source")}
        if not shown:
            yield Slide("content", page.title, {**frame, "body": (*page.text, *texts)}, place)
            return
        chapter = next((one for one in self.content.sections if one.id == page.section), None)
        slides = [
            slide for at, block in enumerate(shown) for slide in self._of_block(block, chapter, place, "" if at else page.title)
        ]
        # A picture needs the whole width, or its letters are too small.
        if len(slides) == 2 and all(slide.layout == "chart" and not isinstance(slide.parts["body"], Picture) for slide in slides):
            one, other = slides
            parts = {**one.parts, "body2": other.parts["body"]}
            told = dict.fromkeys(title for title in (*_texts_of(one, "claims"), other.title) if title not in ("", page.title))
            if told:
                parts["claims"] = (_join(*told),)
            if reading := dict.fromkeys((*_texts_of(one, "read"), *_texts_of(other, "read"))):
                parts["read"] = (" ".join(reading),)
            slides = [replace(one, layout="charts2", parts=parts, notes=(*one.notes, *other.notes))]
        first = {**slides[0].parts, **({"claims": (*page.claims, *_texts_of(slides[0], "claims"))} if page.claims else {})}
        if texts and slides[0].layout == "chart":
            slides[0] = replace(slides[0], layout="chart_text", parts={**first, "text": tuple(texts)})
        elif texts and len(read := " ".join(dict.fromkeys((*_texts_of(slides[0], "read"), *map(_plain, texts))))) <= READING_LINE:
            slides[0] = replace(slides[0], parts={**first, "read": (read,)})
        else:
            slides[0] = replace(slides[0], parts=first)
            title = next((block.title for block in page.blocks if isinstance(block, Passage) and block.title), page.title)
            later = list(self._list(title, texts, place))
        yield from (replace(slide, parts={**slide.parts, **frame}) for slide in (*slides, *later))

    def _actions(self, edition: Edition) -> Slide:
        heads = [local.text(f"edition.head.{key}") for key in ("what", "who", "when", "sure")]
        rows = [heads, *([one.what, one.who, one.when, one.sure] for one in edition.actions)]
        title = local.plural("edition.slide.actions", len(edition.actions))
        grid = Grid(rows, title, (5.2, 2.1, 2.0, 2.8), first_bold=True)
        return Slide(
            "chart",
            title,
            {"tracker": (local.text("edition.words.actions"),), "body": grid, "source": (edition.source,)},
            self.report,
            tuple(f"{one.what} {one.who}: {one.when}." for one in edition.actions),
        )

    def _card(self, story: Story, finding: Finding, claim: str, found: tuple[Card, str] | None, source: str) -> Slide:
        """One claim: its story's finding as title, the claim below, its own figures, and what to know with them."""
        card, evidence = found or (None, "")
        words = () if card is None else (card.words.statement, card.words.sentence, *card.words.settles, *card.words.behind)
        notes = (*story.sentences, *words)
        others = tuple(_other_titles(story, finding))
        chart = alone(claim_numbers(finding))
        parts: dict[str, Part] = {
            "tracker": (self.behind,),
            "claims": _claim_lines((finding,), (claim,)),
            "source": (_join(source, say_evidence([evidence] if evidence else [])),),
            "text": story.sentences,
        }
        if finding.parts and card is not None:
            heads = [column.label for column in card.words.columns]
            parts["body"] = Grid([heads, *text_rows(card.words.columns, card.words.rows)], card.words.evidence, first_bold=True)
        elif chart.categories:
            parts["body"] = Plot(chart, "" if card is None else card.words.sentence, _role(finding))
            parts["read"] = (_say_reading(chart),)
        else:
            parts["body"] = parts.pop("text")
            return Slide("content", story.title, parts, self.behind, notes, finding.claim.id, others)
        return Slide("chart_text", story.title, parts, self.behind, notes, finding.claim.id, others)

    def _untested(self, edition: Edition) -> Iterator[Slide]:
        """The claims that the data could not carry, each with its reason."""
        rows = [
            (Run(f"{row.statement}: ", bold=True), Run(local.say(row.finding.reason)))
            for row in edition.board
            if row.finding.verdict == "not_testable"
        ]
        if rows:
            yield from self._list(local.plural("summary.claims_not_tested", len(rows)).rstrip(".:"), rows, self.behind)

    # Blocks of any content

    def _of_block(self, block: Block, section: Section | None, place: str, title: str) -> Iterator[Slide]:
        tracker: dict[str, Part] = {} if section is None else {"tracker": (section.title,)}
        own = "" if section is None else section.title
        match block:
            case Figure():
                notes = tuple(dict.fromkeys(filter(None, (block.alt, block.caption))))
                yield Slide(_layout_of(block), title or block.title or own, {**tracker, **_figure_parts(block)}, place, notes)
            case Table():
                head, *rows = table_lines(block)
                for start in range(0, max(len(rows), 1), ROWS_A_SLIDE):
                    grid = Grid([head, *rows[start : start + ROWS_A_SLIDE]], block.caption)
                    parts: dict[str, Part] = {**tracker, "body": grid}
                    if title and block.caption and block.caption != title:
                        parts["claims"] = (block.caption,)
                    if block.note:
                        parts["read"] = (block.note,)
                    yield Slide("chart", title or block.caption or own, parts, place)
            case Card(words=words):
                text = (words.sentence, *words.settles)
                claims = (
                    (
                        Run(f"{words.sign} ", _role(block.finding), bold=True),
                        Run(f"{words.statement} – {words.verdict}"),
                    ),
                )
                chart = alone(claim_numbers(block.finding))
                notes = (words.statement, *text, *words.behind)
                parts = {**tracker, "claims": claims, "text": text}
                if chart.categories:
                    parts |= {"body": Plot(chart, words.sentence, _role(block.finding)), "read": (_say_reading(chart),)}
                    yield Slide("chart_text", title or words.verdict, parts, place, notes, block.finding.claim.id)
                else:
                    parts = {**tracker, "claims": claims, "body": text}
                    yield Slide("content", title or words.verdict, parts, place, notes, block.finding.claim.id)
            case Passage():
                yield from self._list(title or block.title or own, _passage_lines(block), place, tracker)

    def _list(
        self, title: str, lines: Sequence[Paragraph], section: str, more: Mapping[str, Part] | None = None
    ) -> Iterator[Slide]:
        """A list over as many slides as it needs to be read, about as many lines on each."""
        needed = needed_height([*map(_plain, lines)], BODY.width - 0.3, LEAST)
        each = -(-len(lines) // max(math.ceil(needed / BODY.height), 1))
        for start in range(0, len(lines), max(each, 1)):
            yield Slide("content", title, {**(more or {}), "body": tuple(lines[start : start + each])}, section)

    def _lacking(self, section: str) -> Iterator[Slide]:
        rows = [(Run(f"{one.title.rstrip('?')}: ", bold=True), Run(one.missing)) for one in self.content.lacking]
        yield from self._list(local.text("common.what_data_could_not"), rows, section)

    def _small_print(self, section: str) -> Iterator[Slide]:
        words = self.content.words
        yield from self._list(words["attribution"], [words[key] for key in ("marks", "made_with")], section)

    def _frame(self, page: Page, chart: Chart | None) -> dict[str, Part]:
        """What stands around a page's picture: the chapter, how to read it, who answered and where the evidence is."""
        parts: dict[str, Part] = {"tracker": (self.titles.get(page.section) or self.content.client,)}
        if chart is not None:
            parts["read"] = (_say_reading(chart),)
        if said := _join(page.source, say_evidence(page.evidence)):
            parts["source"] = (said,)
        return parts


def _with_ways(page: Page, edition: Edition) -> Page:
    """The page on halo with the numbers of its claim, read against no effect, the claim, and what halo alone would show."""
    ways = {f"ways.{one.claim.id}": one for story in edition.stories for one in story.findings}
    blocks = (
        replace(one, charts=(ways_numbers(ways[one.name]),)) if isinstance(one, Figure) and one.name in ways else one
        for one in page.blocks
    )
    return replace(page, blocks=tuple(blocks)) if page.key == "halo" else page


def story_numbers(story: Story) -> Chart | None:
    """The rows of a story's contrast in points, against no difference and every claim; None where it has no row."""
    lead = story.lead
    chart = alone(claim_numbers(lead))
    if not chart.categories:
        return None
    if story.number is None or not chart.signed:
        return chart
    claimed = [Mark(value=size, label=said, dashed=True) for size, said in sorted(_claims_of(story.number).items())]
    none = [mark for mark in chart.marks if not mark.dashed]
    return replace(chart, decimals=0 if abs(story.number.value) >= FINE else 1, marks=(*none, *claimed))


def alone(chart: Chart) -> Chart:
    """A chart that stands by itself: what it plots is said along its scale, not above it."""
    return replace(chart, title="", axis=chart.axis or chart.title) if chart.kind == "dots" else chart


def _claims_of(number: Number) -> dict[float, str]:
    """What stands at each claimed size."""
    return dict(zip(number.claimed, number.claimed_as, strict=True))


def _strip(number: Number) -> Chart:
    """A difference on its own scale: no effect, what was claimed, what own ratings would show."""
    decimals = 0 if abs(number.value) >= FINE else 1
    marks = [Mark(value=0.0, label=local.text("common.no_effect"))]
    marks += [Mark(value=size, label=said, dashed=True) for size, said in _claims_of(number).items()]
    return Chart(
        kind="dots",
        title="",
        categories=(number.outcome,),
        series=(Series(name="", values=(number.value,), low=(number.low,), high=(number.high,)),),
        decimals=decimals,
        marks=tuple(marks),
        strong=(0,),
        signed=True,
    )


def _big_number(number: Number, place: str) -> dict[str, Part]:
    decimals = 0 if abs(number.value) >= FINE else 1
    first, second = number.groups or (None, None)
    groups = "" if first is None else local.text("edition.groups", first=local.number(first, 0), second=local.number(second, 0))
    value, interval = local.points(number.value, decimals), say_range(number.low, number.high, decimals)
    alt = f"{number.outcome}: {value} {number.unit} ({interval})"
    return {
        f"name{place}": (number.outcome,),
        f"figure{place}": (value,),
        f"about{place}": (_join(f"{number.unit} ({interval})", groups),),
        f"strip{place}": Plot(_strip(number), alt, named=False, told=False),
    }


def _role(finding: Finding) -> str:
    """The colour of the theme that stands for a finding's verdict."""
    return VERDICTS[key_of_verdict(finding.verdict, sized=finding.claim.reading.size is not None)]


def _claim_lines(findings: Sequence[Finding], claims: Sequence[str]) -> tuple[Paragraph, ...]:
    return tuple(
        (Run(f"{look_of(one).sign} ", _role(one), bold=True), Run(claim)) for one, claim in zip(findings, claims, strict=True)
    )


def _texts_of(slide: Slide, slot: str) -> tuple[str, ...]:
    """The lines that stand in a slot of a slide."""
    part = slide.parts.get(slot, ())
    return tuple(map(_plain, part)) if isinstance(part, tuple) else ()


def _joined(blocks: Sequence[Figure | Table | Card]) -> list[Figure | Table | Card]:
    """The blocks; figures that are all lines as one where they fit beside each other."""
    figures = [block for block in blocks if isinstance(block, Figure)]
    charts = tuple(chart for figure in figures for chart in figure.charts)
    if len(figures) < 2 or len(figures) < len(blocks) or not can_draw(charts) or any(chart.kind != "lines" for chart in charts):
        return list(blocks)
    alt, caption = (" ".join(dict.fromkeys(getattr(figure, name) for figure in figures)) for name in ("alt", "caption"))
    return [replace(figures[0], charts=charts, alt=alt, caption=caption)]


def _layout_of(figure: Figure) -> str:
    """The layout that a figure stands on."""
    return "chart" if not can_draw(figure.charts) or len(figure.charts) == 1 else f"charts{len(figure.charts)}"


def _figure_parts(figure: Figure) -> dict[str, Part]:
    if not can_draw(figure.charts):
        caption: dict[str, Part] = {"read": (figure.caption,)} if 0 < len(figure.caption) <= READING_LINE else {}
        return {"body": Picture(figure.svg, figure.alt), **caption}
    charts = figure.charts if len(figure.charts) > 1 else tuple(map(alone, figure.charts))
    shared = len({chart.categories for chart in charts}) == 1
    parts: dict[str, Part] = {}
    for at, chart in enumerate(charts):
        said = figure.alt if at == 0 else chart.title
        parts["body" if at == 0 else f"body{at + 1}"] = Plot(chart, said, named=at == 0 or not shared)
    return {**parts, "read": (_say_reading(charts[0]),)}


def _say_reading(chart: Chart) -> str:
    """How to read a chart, in one line."""
    intervals = any(one is not None for series in chart.series for one in series.low)
    kind = "joined" if chart.joined else "dots" if chart.kind == "dots" and intervals else chart.kind
    said = [local.text(f"edition.read.{'values' if kind == 'dots' and not intervals else kind}")]
    if chart.strong and chart.kind == "dots" and len(chart.categories) > 1:
        said.append(local.text("edition.read.strong"))
    if any(mark.dashed and not mark.label for mark in chart.marks) and chart.kind == "dots":  # names need no explanation
        said.append(local.text("edition.read.claim"))
    if any(mark.until is not None and not mark.label for mark in chart.marks):
        said.append(local.text("edition.read.band"))
    return " ".join(said)


def _passage_lines(passage: Passage) -> list[Paragraph]:
    lines: list[Paragraph] = list(passage.lead) if not passage.items else []
    for number, item in enumerate(passage.items, start=1):
        head = f"{number}. " if passage.numbered else ""
        lines.append((Run(head), Run(item_text(item))) if head else item_text(item))
    return lines


def _headline(finding: Finding) -> str:
    return say_headline(finding, as_ratio=finding.metric == "ratio").rstrip(".")


def _other_titles(story: Story, finding: Finding) -> Iterator[str]:
    """What else the slide of a claim may be called: the story's finding with what became of this claim, or the claim's own."""
    if (claimed := name_claimed(finding)) and story.number is not None:
        fate = local.text("story.fates", fates=local.text(f"story.fate.{finding.verdict}", claimed=claimed))
        yield f"{story.title.partition(': ')[0]}: {fate}"
    yield _headline(finding)


def _told_apart(slides: Iterable[Slide]) -> Iterator[Slide]:
    """The slides with a title of their own each, and with notes that open with it and end with who answered and the evidence."""
    titles: set[str] = set()
    for slide in slides:
        again = (f"{slide.title} ({number})" for number in itertools.count(2))
        title = next(one for one in itertools.chain((slide.title, *slide.other_titles), again) if one not in titles)
        titles.add(title)
        notes = () if not LAYOUTS[slide.layout].framed else tuple(dict.fromkeys((title, *slide.notes, *_texts_of(slide, "source"))))
        parts = dict(slide.parts)
        if isinstance(text := parts.get("text"), tuple):  # what the title says need not stand beside it once more
            parts["text"] = tuple(line for line in text if _plain(line).rstrip(".") != title) or text
        yield replace(slide, title=title, parts=parts, notes=tuple(filter(None, notes)))


def _join(*said: str) -> str:
    """Short texts on one line."""
    return "  ·  ".join(filter(None, said))


def _plain(line: Paragraph) -> str:
    return line if isinstance(line, str) else "".join(run.text for run in line)
