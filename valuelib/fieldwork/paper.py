"""What is printed or pasted, as parts that Word and Markdown set alike: the questionnaire, the letters, the forms, the guide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from valuelib.fieldwork.model import Block, Question, Questionnaire, hidden_fields
from valuelib.fieldwork.wording import LETTERS, Line, facts_of, lines_of, phrase
from valuelib.theory.files import Text
from valuelib.theory.pyramid import elements
from valuelib.worlds.answers import read_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A line to write on, such as the form's number."""

    name: str
    code: str


Part = Line | Block | Question | Field


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document in one language: its title and its parts."""

    title: str
    language: str
    parts: tuple[Part, ...]


def questionnaire_paper(questionnaire: Questionnaire, language: str, *, turned: bool = False) -> Paper:
    """The questionnaire for paper; `turned` sets the drawn pages in the opposite order, for the second half of the forms."""
    facts = facts_of(questionnaire)
    parts: list[Part] = [*lines_of("intro", language, **facts), *lines_of("agreed", language)]
    for block in in_order(questionnaire, turned=turned):
        parts += [block] if block.grid else [replace(block, questions=()), *block.questions]
    parts += [*lines_of("thanks", language), Line("heading", phrase("paper.office", language))]
    parts.append(Field(name=phrase("paper.respondent", language), code="respondent"))
    parts += [Field(name=name.say(language), code=code) for code, name in hidden_fields().items()]
    return Paper(title=phrase("title", language, **facts), language=language, parts=tuple(parts))


def in_order(questionnaire: Questionnaire, *, turned: bool) -> tuple[Block, ...]:
    """The blocks; turned, those whose order is left to chance stand the other way round, and their questions too."""
    drawn = [replace(block, questions=block.questions[::-1]) for block in questionnaire.blocks if block.drawn]
    return tuple(drawn.pop() if turned and block.drawn else block for block in questionnaire.blocks)


def letters(questionnaire: Questionnaire, language: str) -> dict[str, Paper]:
    """File name without its ending -> privacy notice, invitation and reminder."""
    facts = facts_of(questionnaire)
    return {
        key: Paper(title=phrase(f"{key}.title", language), language=language, parts=tuple(lines_of(key, language, **facts)))
        for key in LETTERS
    }


def forms(questionnaire: Questionnaire, language: str) -> dict[str, Paper]:
    """The provider's and the employees' forms, as far as their statements are asked of customers, too."""
    known = {element.key for element in elements()}
    asked = [question for question in questionnaire.questions if question.key and question.key not in known]
    split = {
        "provider": tuple(question for question in asked if not question.code.startswith("W")),
        "employees": tuple(question for question in asked if question.code.startswith("W")),
    }
    return {key: _form(questionnaire, language, key, questions) for key, questions in split.items() if questions}


def _form(questionnaire: Questionnaire, language: str, key: str, questions: tuple[Question, ...]) -> Paper:
    code = "account" if key == "provider" else "team"
    nothing = Text(en="", fi="")
    grid = Block(code=key, title=nothing, lead=nothing, questions=questions, grid=True)
    field = Field(name=hidden_fields()[code].say(language), code=code)
    said = lines_of(key, language, **facts_of(questionnaire))
    return Paper(title=phrase(f"{key}.title", language), language=language, parts=(*said, field, grid))


def interview_guide(language: str) -> Paper:
    """The interview guide, with the codebook by which passages are coded."""
    return Paper(
        title=phrase("interview.title", language),
        language=language,
        parts=(*lines_of("interview", language), *_codebook(language)),
    )


def _codebook(language: str) -> Iterator[Line]:
    for row in read_words("codebook"):
        yield Line("item", f"{row['code']}: {row[f'name_{language}']}. {row[f'definition_{language}']}")
        told = (f"{phrase(f'codebook.{key}', language)} {row[f'{key}_{language}']}" for key in ("include", "exclude", "example"))
        yield Line("paragraph", " ".join(told))
