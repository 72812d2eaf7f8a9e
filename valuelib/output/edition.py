"""The client edition as data: the answer, what to say and to do, one message a page, and everything else as numbered evidence.

Page, paper, slides, workbook and document are set from it; what it says comes from `show.story`, what it shows from the chapters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from valuelib.explore.recommend import TOP, Recommendation, recommend
from valuelib.output.content import Block, Card, Content, Section
from valuelib.results import Estimate, EvidenceLevel, Figure, Finding
from valuelib.show.display import Passage, anchor
from valuelib.show.labels import capital, deciding_of, find_control, name_outcome, say_level, statement_of
from valuelib.show.ladder import plot_ladder
from valuelib.show.localizer import in_language, local
from valuelib.show.story import (
    FINE,
    MOST_NUMBERS,
    Action,
    BoardRow,
    Number,
    Story,
    board_rows,
    list_actions,
    say_halo_title,
    tell_stories,
)
from valuelib.study.model import Study
from valuelib.study.quality import measure_quality
from valuelib.theory.reading import DESIGNS
from valuelib.verdict.offerings import list_offerings
from valuelib.verdict.source import sample_sizes

SUMMARY = anchor("00_executive_summary")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One numbered piece of the annex: its id ("A7"), the chapter that it stands in, and its place among the chapter's blocks."""

    id: str
    section: str
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One message of the edition: its finding as title, the claims below it, a few sentences, what shows it, and where more stands.

    `key` tells the page from the others (`who`, `claim.nps_60_points`, `value`, ...); `source` is the line on who answered;
    `evidence` names the annex pieces of the chapter.
    """

    key: str
    title: str
    claims: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    source: str = ""
    evidence: tuple[str, ...] = ()
    section: str = ""


MOST_ON_PAPER = 14  # rows of the board; it is sorted, so that undecided readings and untested ones are left out


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What a client reads: the answer on two pages, then one message a page, then what the survey does not show.

    `answer` is one sentence a claim under test; `annex` numbers every block of the report's content that stands behind; `source` is
    the line on who answered, `reading` how the figures of the answer are to be read.
    """

    answer: tuple[str, ...]
    numbers: tuple[Number, ...]
    say: tuple[str, ...]
    avoid: tuple[tuple[str, str], ...]
    actions: tuple[Action, ...]
    board: tuple[BoardRow, ...]
    stories: tuple[Story, ...]
    pages: tuple[Page, ...]
    limits: tuple[str, ...]
    method: tuple[str, ...]
    annex: tuple[Evidence, ...]
    source: str = ""
    reading: str = ""

    @property
    def title(self) -> str:
        """The answer to the first claim under test, as the title of the whole."""
        return self.answer[0]

    @property
    def on_paper(self) -> tuple[BoardRow, ...]:
        """The board as far as a page of paper carries it: what was tested and what was found; the rest stands in the annex."""
        return self.board[:MOST_ON_PAPER]

    @property
    def avoid_once(self) -> tuple[tuple[str, str], ...]:
        """Each claim that may not be said; what stands instead only with the last of those that share it."""
        following = [*self.avoid[1:], ("", "")]
        return tuple(
            (claim, "" if instead == after else instead)
            for (claim, instead), (_, after) in zip(self.avoid, following, strict=False)  # one more where nothing is to be avoided
        )

    @property
    def said(self) -> list[str]:
        """Everything that the edition says beside what its blocks do, line by line."""
        lines = [*self.answer, *self.say, *(said for pair in self.avoid for said in pair), *self.limits, *self.method]
        lines += [self.source, self.reading]
        lines += [said for one in self.actions for said in (one.what, one.who, one.when, one.sure)]
        lines += [said for row in self.board for said in (row.statement, row.verdict, row.figure)]
        lines += [said for story in self.stories for said in (story.title, *story.sentences, *story.claims)]
        for page in self.pages:
            lines += [page.title, *page.claims, *page.text, page.source]
        return lines

    @property
    def sentences(self) -> tuple[str, ...]:
        """The answer in sentences, with their figures; of an edition without stories what its title leaves to say."""
        told = tuple(said for story in self.stories if story.lead.confirmatory for said in story.sentences[:2])
        return told or self.answer[1:]


@dataclass(frozen=True, slots=True)
class Topic:
    """A page that no claim under test leads: the chapter it comes from and the figures that show it, the best first.

    Its title is that of the first figure found, which states a finding; `most` figures stand on it, `passages` beside them.
    """

    key: str
    chapter: str
    figures: tuple[str, ...]
    most: int = 1
    passages: tuple[str, ...] = ()
    answers: bool = True  # whether it shows the answers that headline figures use, which the line below names


APART = {f"missing.comparable.{level}" for level in ("none", "configural", "metric")}  # why a tier's means are not compared
TOPICS = (
    Topic("value", "02_value_pyramid", ("elements",)),
    Topic("ease", "08_effort_and_enhancement", ("effort",)),
    Topic("invest", "07_drivers", ("priorities", "drivers")),
    Topic("choices", "16_choices", ("choices",), answers=False),
    Topic("together", "10_both_sides", ("gaps", "tier_gaps"), answers=False),
    Topic("time", "11_over_time", ("waves", "renewal"), most=2, answers=False),
    Topic("roll_out", "14_roll_out", ("paths",), answers=False),
    Topic("voices", "13_listening", ("themes",), passages=("quotes",), answers=False),
)


def with_edition(content: Content, study: Study) -> Content:
    """A report's content together with the edition that is made of it."""
    with in_language(content.language):
        findings = content.findings
        stories = tell_stories(findings, study)
        tested = [story for story in stories if story.lead.confirmatory]
        annex = tuple(number_annex(content))
        recommendations = recommend(findings, content.estimates)
        source, board = say_source(study), say_source(study, everyone=True)
        pages = (
            *_overview(content, annex),
            _who(content, study, annex),
            *(_of_story(story, content, annex, board if _is_contrast(story) else source) for story in tested),
            *_halo(tested, content, annex, source),
            *(page for topic in TOPICS if (page := _of_topic(topic, content, annex, source, recommendations)) is not None),
            *_own(content, annex, source),
        )
        edition = Edition(
            answer=tuple(story.title for story in tested) or (local.text("edition.answer.none"),),
            numbers=tuple(story.number for story in tested if story.number is not None)[:MOST_NUMBERS],
            say=tuple(said for story in tested for said in story.say),
            avoid=tuple(pair for story in tested for pair in story.avoid),
            actions=list_actions(stories, recommendations, findings),
            board=board_rows(findings),
            stories=stories,
            pages=pages,
            limits=tuple(_limits(stories, content.estimates)),
            method=_method(study, findings),
            annex=annex,
            source=board,
            reading=_say_reading(tested, study),
        )
        return replace(content, edition=edition)


def say_source(study: Study, *, everyone: bool = False) -> str:
    """Who answered, in the line that stands at the foot of a picture; of a large study its sample, or everyone where so."""
    return _say_people("source", study, everyone=everyone)


def _is_contrast(story: Story) -> bool:
    """Whether a story's figures rest on all answers of a large study."""
    return story.lead.claim.reading.kind == "contrast"


def _say_reading(tested: Sequence[Story], study: Study) -> str:
    """What the brackets are, what the two figures of a contrast compare, and which services the first group bought."""
    shown = [story.lead for story in tested if story.number is not None]
    if not shown:
        return ""
    said = [local.text("edition.reading.brackets", level=say_level(shown[0]))]
    if any(story.number is not None and story.number.raw is not None for story in tested):
        said.append(local.text("edition.reading.own_ratings"))
    rolled = [one for one in shown if one.evidence_level == EvidenceLevel.SWITCHED]
    equal = [one for one in shown if one.total is not None and "lower_tiers" in deciding_of(one).name]
    if rolled:
        said.append(local.text("edition.reading.switched", outcomes=capital(_list_outcomes(rolled))))
    if equal:
        of = {"outcomes": capital(_list_outcomes(equal))} if rolled else {}
        said.append(local.text("edition.reading.basics_of" if rolled else "edition.reading.basics", **of))
    if any(is_uneven(story.number) for story in tested if story.number is not None):
        said.append(local.text("edition.reading.rounded"))
    bought = [one.name for one in list_offerings(study) if one.side == "comparison"]
    if bought and any(one.claim.reading.exposure == "study" for one in shown):
        said.append(local.text("edition.reading.offerings", offerings=local.listing(bought)))
    return " ".join(said)


def is_uneven(number: Number) -> bool:
    """Whether both groups as they are printed differ by another figure than the printed difference."""
    if number.groups is None or abs(number.value) < FINE:
        return False
    return round(number.groups[0]) - round(number.groups[1]) != round(number.value)


def _list_outcomes(findings: Sequence[Finding]) -> str:
    return local.listing([name_outcome(one.outcome or "", one.outcome_kind) for one in findings])


def _say_people(place: str, study: Study, *, everyone: bool = False) -> str:
    if (sizes := sample_sizes(study)) is not None:
        code = "edition.people.source_all" if everyone else f"edition.people.{place}_sample"
        return local.text(code, n=sizes[0], all_n=sizes[1])
    quality = measure_quality(study)
    n = local.count(quality.respondents)
    if not quality.has_accounts:
        return local.text(f"edition.people.{place}", n=n)
    return local.text(f"edition.people.{place}_of_accounts", n=n, accounts=local.count(quality.accounts))


def number_annex(content: Content) -> Iterator[Evidence]:
    """Every block behind the edition, numbered as the annex is read: the chapters, then what the summary gathered from them."""
    chapters = [section for section in content.shown if section.id != SUMMARY]
    rest = [section for section in content.shown if section.id == SUMMARY]
    number = 0
    told = {block.finding.claim.id for section in chapters for block in section.blocks if isinstance(block, Card)}
    for section in (*chapters, *rest):
        for place, block in enumerate(section.blocks):
            if section.id == SUMMARY and isinstance(block, Card) and block.finding.claim.id in told:
                continue  # its chapter has the card
            number += 1
            yield Evidence(id=local.text("edition.annex_id", n=str(number)), section=section.id, place=place)


def _overview(content: Content, annex: Sequence[Evidence]) -> Iterator[Page]:
    """The picture of all value on one page, beside the board of the claims."""
    section = find_section(content, "02_value_pyramid")
    for figure in () if section is None else _figures(section, ("pyramid",), 1):
        yield Page(key="overview", title=figure.title, blocks=(figure,), evidence=evidence_of(section, annex))


def _who(content: Content, study: Study, annex: Sequence[Evidence]) -> Page:
    section = find_section(content, "01_data_quality")
    title = _say_people("title", study)
    blocks = () if section is None else tuple(_figures(section, ("offerings",), 1))
    return Page(key="who", title=title, blocks=blocks, evidence=evidence_of(section, annex), section=section.id if section else "")


def _of_story(story: Story, content: Content, annex: Sequence[Evidence], source: str) -> Page:
    """The page of claims under test, with the picture of their contrast; the chapter with their cards stands behind it."""
    ids = [one.claim.id for one in story.findings]
    section = next((one for one in content.shown if one.id != SUMMARY and _has_card(one, ids)), None)
    drawn = plot_ladder(story)
    return Page(
        key=f"claim.{story.lead.claim.id}",
        title=story.title,
        claims=story.claims,
        text=story.sentences,
        blocks=() if drawn is None else (drawn,),
        source=source,
        evidence=evidence_of(section, annex),
        section=section.id if section else "",
    )


def _halo(tested: Sequence[Story], content: Content, annex: Sequence[Evidence], source: str) -> Iterator[Page]:
    """One page on what own ratings would have said, for the first claim under test that something else decides."""
    section = find_section(content, "05_halo")
    for story in tested:
        if (
            section is None
            or story.shape in ("ratings", "unsettled", "untested", "parts")
            or find_control(story.lead, "halo_only_band") is None
        ):
            continue
        title = say_halo_title(story.lead)
        figures = tuple(_figures(section, tuple(f"ways.{one.claim.id}" for one in story.findings), 1))
        if title and figures:
            yield Page(
                key="halo", title=title, blocks=figures, source=source, evidence=evidence_of(section, annex), section=section.id
            )
            return


def _of_topic(
    topic: Topic, content: Content, annex: Sequence[Evidence], source: str, recommendations: Sequence[Recommendation]
) -> Page | None:
    section = find_section(content, topic.chapter)
    if section is None:
        return None
    figures = tuple(_figures(section, topic.figures, topic.most))
    if not figures:
        return None
    passages = tuple(block for block in section.blocks if isinstance(block, Passage) and block.name in topic.passages)
    return Page(
        key=topic.key,
        title=figures[0].title,
        text=tuple(_say_first(recommendations)) if topic.key == "invest" else (),
        blocks=(*figures, *passages),
        source=source if topic.answers else "",
        evidence=evidence_of(section, annex),
        section=section.id,
    )


def _say_first(recommendations: Sequence[Recommendation]) -> Iterator[str]:
    """Why the element that is to be raised first comes first."""
    for one in recommendations[:1]:
        if one.kind == "element":
            yield local.text(
                "edition.invest.first",
                target=capital(local.word(one.target)),
                share=local.percent(one.importance / 100, 1),
                mean=local.number(one.mean_score, 1),
                room=local.number(round(TOP - one.mean_score, 1), 1),
            )


def _own(content: Content, annex: Sequence[Evidence], source: str) -> Iterator[Page]:
    """What an analyst put into the report itself: one page a chapter, with everything that was placed there."""
    for section in content.shown:
        blocks = tuple(section.blocks[place] for place in sorted(section.placed))
        if blocks:
            title = _title_of(blocks) or section.title
            said = (f"{title}.", title)
            yield Page(
                key=f"own.{section.id}",
                title=title,
                claims=tuple(_claims_of(blocks)),
                blocks=tuple(one for one in blocks if not (isinstance(one, Passage) and "".join(_words_of(one)) in said)),
                source=source,
                evidence=evidence_of(section, annex),
                section=section.id,
            )


def _title_of(blocks: Sequence[Block]) -> str:
    """What an analyst's chapter says by itself: the title of a figure, else its first sentence; empty where it says nothing."""
    titles = [block.title for block in blocks if isinstance(block, Figure) and block.title]
    said = [text for block in blocks if isinstance(block, Passage) for text in _words_of(block)]
    return next(iter((*titles, *said)), "").removesuffix(".")


def _words_of(passage: Passage) -> Iterator[str]:
    """All that a passage says, in its order."""
    yield from filter(None, (passage.title, *passage.lead, *(item.said for item in passage.items), passage.note))


def _claims_of(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Card):
            verdict = block.words.verdict
            yield local.text("story.claim", claim=statement_of(block.finding), verdict=verdict[:1].lower() + verdict[1:])


def find_section(content: Content, chapter: str) -> Section | None:
    """The chapter of that notebook where it has something to show, else None."""
    return next((section for section in content.shown if section.id == anchor(chapter)), None)


def _has_card(section: Section, claims: Sequence[str]) -> bool:
    return any(isinstance(block, Card) and block.finding.claim.id in claims for block in section.blocks)


def _figures(section: Section, names: Sequence[str], most: int) -> Iterator[Figure]:
    """The first of the named figures that the chapter has, the best named first."""
    found = {block.name: block for block in section.blocks if isinstance(block, Figure)}
    yield from [found[name] for name in names if name in found][:most]


def evidence_of(section: Section | None, annex: Sequence[Evidence]) -> tuple[str, ...]:
    """The ids of the annex pieces of a chapter."""
    return () if section is None else tuple(one.id for one in annex if one.section == section.id)


def _limits(stories: Sequence[Story], estimates: Sequence[Estimate]) -> Iterator[str]:
    """What the survey does not show, by what its findings rest on."""
    findings = [one for story in stories for one in story.findings]
    yield local.text("edition.limits.association")
    if any(story.shape == "ratings" for story in stories):
        yield local.text("edition.limits.ratings")
    if any(one.reason_code == "conflict" for one in findings):
        yield local.text("edition.limits.conflict")
    if any(one.evidence_level == EvidenceLevel.SWITCHED for one in findings):
        yield local.text("edition.limits.switched")
    if any(not one.confirmatory for one in findings):
        yield local.text("edition.limits.exploratory")
    compared = [one for one in estimates if one.name.startswith("comparable.")]
    apart = dict.fromkeys(one.name.rpartition(".")[2] for one in compared if one.reason is not None and one.reason.code in APART)
    if apart:
        yield local.text("edition.limits.apart", tier_keys=",".join(apart))
    elif any(one.value is not None for one in compared):
        yield local.text("edition.limits.alike")
    yield local.text("edition.limits.who")


def _method(study: Study, findings: Sequence[Finding]) -> tuple[str, ...]:
    design = next((one.evidence_level for one in findings if one.evidence_level in DESIGNS), None)
    sizes = sample_sizes(study)
    code = "edition.method.intervals_no_accounts" if study.config.columns.account is None else "edition.method.intervals"
    bought = design is None or any(one.evidence_level == EvidenceLevel.PURCHASE_RECORD for one in findings)
    return (
        *([] if design is None else [local.text(f"edition.method.groups_{design}")]),
        *([local.text("edition.method.groups" if design is None else "edition.method.groups_others")] if bought else []),
        local.text(code, level=local.percent(study.config.level)),
        local.text("edition.method.rule"),
        *([] if sizes is None else [local.text("edition.method.sample", n=sizes[0], all_n=sizes[1])]),
    )
