"""A questionnaire before any tool: its blocks of questions in each language, with codes, scales and what each answer measures."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any, Literal

import yaml

from valuelib.fieldwork.choices import codes_of_set, element_place
from valuelib.theory.facets import facet, facet_items
from valuelib.theory.files import Text
from valuelib.theory.pyramid import category, elements

Kind = Literal["scale", "choice", "number", "open"]
LANGUAGES = ("fi", "en")  # in which the questions are worded
SCALE = (0, 10)
LEAST_PAGE = 3  # statements, below which a page is joined to the next one
MOST_PAGE = 9
FIRST_WAVE = "1"  # the hidden field wave holds it until the sender writes that of a later round


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer to choose: its code and its words."""

    code: int
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question; `code` names its column, `key` is the element or statement that it measures, if it is one of these.

    `low` and `high` are the words at the ends of a scale; `unit` and `limits` belong to a number.
    """

    code: str
    kind: Kind
    text: Text
    low: Text | None = None
    high: Text | None = None
    options: tuple[Option, ...] = ()
    unit: Text | None = None
    limits: tuple[int, int] | None = None
    key: str | None = None

    @property
    def may_not_know(self) -> bool:
        """Whether "don't know" is among the answers."""
        return self.kind == "scale" or self.code == "years"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Questions on one page; `grid` where all share one scale, `drawn` where the order of pages and questions is left to chance."""

    code: str
    title: Text
    lead: Text
    questions: tuple[Question, ...]
    grid: bool = False
    drawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering:
    """What a customer can have bought, and whether it belongs to those that are said to carry higher-tier value."""

    name: str
    higher: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """Everything that is asked, in order; `offerings` tells how the hidden field of that name is read.

    `choice_sets` are the elements of each set of which the most and the least important is asked.
    """

    name: str
    client: str
    languages: tuple[str, ...]
    blocks: tuple[Block, ...]
    offerings: tuple[Offering, ...] = ()
    choice_sets: tuple[tuple[str, ...], ...] = ()

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question, block by block."""
        return tuple(question for block in self.blocks for question in block.questions)

    @property
    def asks_together(self) -> bool:
        """Whether statements on the cooperation are asked."""
        return any(question.key in facet_codes() for question in self.questions)

    @property
    def minutes(self) -> int:
        """Minutes that it takes to answer, rounded up."""
        seconds: Mapping[str, int] = words()["seconds"]
        total = seconds["start"] + seconds["page"] * len(self.blocks)
        for block in self.blocks:
            for question in block.questions:
                kind = "open" if question.kind == "open" else "statement" if block.grid else "question"
                total += seconds[kind]
        return math.ceil(total / 60)


@cache
def words() -> Mapping[str, Any]:
    """The questions and rules of `data/questions.yaml`."""
    return read_data("questions.yaml")


def read_data(name: str) -> Mapping[str, Any]:
    """A file of this room's data."""
    loaded: Mapping[str, Any] = yaml.safe_load((resources.files("valuelib.fieldwork") / "data" / name).read_text(encoding="utf-8"))
    return loaded


def text_in(given: Mapping[str, Any]) -> Text:
    """A text that stands in both languages."""
    return Text(en=given["en"], fi=given["fi"])


def dont_know() -> Option:
    """The answer of those who do not know, on every scale."""
    given = words()["dont_know"]
    return Option(code=given["code"], text=text_in(given))


@cache
def hidden_fields() -> Mapping[str, Text]:
    """The fields that the sender fills in, with their names in words."""
    return {key: text_in(given) for key, given in words()["hidden"].items()}


@cache
def element_codes() -> Mapping[str, str]:
    """Element key -> code: its place in the pyramid, whichever elements are asked."""
    return {element.key: f"V{place:02}" for place, element in enumerate(elements(), start=1)}


@cache
def facet_codes() -> frozenset[str]:
    """Codes of the statements on co-creation, which are their keys."""
    return frozenset(item.key for item in facet_items())


@cache
def fixed_blocks() -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """The blocks that every questionnaire has, before and after the elements."""
    return (_fixed("outcomes"), _fixed("enhancement", grid=True)), (_fixed("background"),)


def _fixed(key: str, *, grid: bool = False) -> Block:
    given = words()[key]
    questions = tuple(_question(one) for one in given["questions"])
    return Block(code=given["code"], title=text_in(given["title"]), lead=text_in(given["lead"]), questions=questions, grid=grid)


def _question(given: Mapping[str, Any]) -> Question:
    kind: Kind = "open" if "open" in given else "number" if "range" in given else "choice" if "options" in given else "scale"
    plain = Question(code=given["code"], kind=kind, text=text_in(given))
    if kind == "number":
        low, high = given["range"]
        return replace(plain, unit=text_in(given["unit"]), limits=(low, high))
    if kind == "choice":
        return replace(plain, options=tuple(Option(code=code, text=text_in(one)) for code, one in given["options"].items()))
    if kind == "scale":
        ends = given if "low" in given else words()["agree"]
        return replace(plain, low=text_in(ends["low"]), high=text_in(ends["high"]))
    return plain


def build_questionnaire(
    name: str,
    *,
    client: str,
    languages: Sequence[str] = LANGUAGES,
    element_keys: Sequence[str],
    facet_keys: Sequence[str],
    offerings: Sequence[Offering] = (),
    choice_sets: Sequence[Sequence[str]] = (),
) -> Questionnaire:
    """The questionnaire: outcomes and the negative control, elements, facets, an open comment and the background.

    Args:
        name: the study's name.
        client: the provider whom the customers are asked about.
        languages: of "fi" and "en", the first one being the main one.
        element_keys: which elements are asked, in any order.
        facet_keys: which facets of co-creation are asked.
        offerings: what customers can have bought.
        choice_sets: the elements of each best-worst set, asked before the elements are rated.
    """
    before, after = fixed_blocks()
    rated = {one.key: _statement(element_codes()[one.key], one.item, one.key) for one in elements() if one.key in element_keys}
    pages = [
        (text_in(given), tuple(rated[key] for group in given["categories"] for key in category(group).elements if key in rated))
        for given in words()["elements"]
    ]
    items = {one.key: _statement(one.key, one.item, one.key) for one in facet_items() if one.facet_key in facet_keys}
    together = [
        (text_in(given), tuple(items[key] for group in given["facets"] for key in facet(group).items if key in items))
        for given in words()["facets"]
    ]
    return Questionnaire(
        name=name,
        client=client,
        languages=tuple(languages),
        blocks=(
            *before,
            *_choices(choice_sets),
            *_pages("statements", "elements", pages, drawn=True),
            *_pages("together", "facets", together),
            *after,
        ),
        offerings=tuple(offerings),
        choice_sets=tuple(map(tuple, choice_sets)),
    )


def _choices(sets: Sequence[Sequence[str]]) -> Iterator[Block]:
    """A page a set, with the same elements to choose the most and the least important one from."""
    given, items = words()["choices"], {one.key: one.item for one in elements()}
    for place, keys in enumerate(sets, start=1):
        options = tuple(Option(code=element_place(key), text=items[key]) for key in keys)
        asked = zip(codes_of_set(place), (given["best"], given["worst"]), strict=True)
        questions = tuple(Question(code=code, kind="choice", text=text_in(text), options=options) for code, text in asked)
        yield Block(code=f"choices{place}", title=text_in(given["title"]), lead=text_in(given["lead"]), questions=questions)


def _statement(code: str, text: Text, key: str) -> Question:
    ends = words()["agree"]
    return Question(code=code, kind="scale", text=text, low=text_in(ends["low"]), high=text_in(ends["high"]), key=key)


def _pages(code: str, key: str, pages: Sequence[tuple[Text, tuple[Question, ...]]], *, drawn: bool = False) -> Iterator[Block]:
    """The pages that ask something; one with few statements is joined to the one before, under a title that fits both."""
    joined: list[tuple[Text, tuple[Question, ...]]] = []
    for title, asked in pages:
        before = len(joined[-1][1]) if joined else 0
        if before and asked and min(before, len(asked)) < LEAST_PAGE and before + len(asked) <= MOST_PAGE:
            joined[-1] = (text_in(words()[f"{key}_joined"]), joined[-1][1] + asked)
        elif asked:
            joined.append((title, asked))
    lead = text_in(words()[f"{key}_lead"])
    for place, (title, asked) in enumerate(joined, start=1):
        yield Block(code=f"{code}{place}", title=title, lead=lead, questions=asked, grid=True, drawn=drawn)
