"""The texts around the questions, in one language: notices, letters, forms and instructions, with their facts filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Literal, NamedTuple

from valuelib.fieldwork.model import Questionnaire, read_data
from valuelib.study.config import Privacy

LETTERS = ("privacy", "invitation", "reminder")
PLACEHOLDER = re.compile(r"\[[^\[\]a-zåäö]{4,}\]")  # what the sender fills in


class Line(NamedTuple):
    """A paragraph of a text, a heading in it, or an item of a list."""

    kind: Literal["heading", "paragraph", "item"]
    text: str


@cache
def texts() -> Mapping[str, Any]:
    """The texts of `data/texts.yaml`."""
    return read_data("texts.yaml")


def phrase(place: str, language: str, **facts: object) -> str:
    """The text at a place such as `paper.choose`, with its facts."""
    found: Any = texts()
    for key in place.split("."):
        found = found[key]
    return str(found[language]).format(**facts).strip()


def facts_of(questionnaire: Questionnaire) -> dict[str, object]:
    """What texts say of the questionnaire."""
    return {
        "provider": questionnaire.client,
        "minutes": questionnaire.minutes,
        "min_group": Privacy().min_group,
        "name": questionnaire.name,
        "questions": len(questionnaire.questions),
    }


def lines_of(place: str, language: str, **facts: object) -> Iterator[Line]:
    """A text of several lines, as headings, paragraphs and items."""
    for line in phrase(place, language, **facts).splitlines():
        if line.startswith("# "):
            yield Line("heading", line[2:])
        elif line.startswith("- "):
            yield Line("item", line[2:])
        else:
            yield Line("paragraph", line)
