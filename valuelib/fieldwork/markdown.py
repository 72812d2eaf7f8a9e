"""A paper as Markdown: for any tool that takes pasted text, and narrow enough for a phone."""

from __future__ import annotations

from collections.abc import Iterator

from valuelib.fieldwork.model import SCALE, Block, Question, dont_know
from valuelib.fieldwork.paper import Field, Paper
from valuelib.fieldwork.wording import Line


def render_markdown(paper: Paper) -> str:
    """The text of the document; each question has its code, and each answer its number."""
    chunks = [f"# {paper.title}"]
    for part in paper.parts:
        match part:
            case Line(kind="heading", text=text):
                chunks.append(f"## {text}")
            case Line(kind="item", text=text):
                chunks.append(f"- {text}")
            case Line(text=text):
                chunks.append(text)
            case Field(name=name, code=code):
                chunks.append(f"{name} (`{code}`): ____________________")
            case Block():
                chunks += _block(part, paper.language)
            case Question():
                chunks.append("  \n".join(_question(part, paper.language)))
    return "\n\n".join(chunks) + "\n"


def _block(block: Block, language: str) -> Iterator[str]:
    if title := block.title.say(language):
        yield f"## {title}"
    if lead := block.lead.say(language):
        yield lead
    if block.questions:
        yield _ends(block.questions[0], language)
    for question in block.questions:
        yield "  \n".join((f"**{question.text.say(language)}** (`{question.code}`)", _numbers(language)))


def _question(question: Question, language: str) -> Iterator[str]:
    yield f"**{question.text.say(language)}** (`{question.code}`)"
    match question.kind:
        case "scale":
            yield _ends(question, language)
            yield _numbers(language)
        case "choice":
            unsure = (dont_know(),) if question.may_not_know else ()
            yield from (f"{option.code} = {option.text.say(language)}" for option in (*question.options, *unsure))
        case "number":
            yield f"________ {question.unit.say(language) if question.unit else ''}"
        case "open":
            yield "________________________________________"


def _ends(question: Question, language: str) -> str:
    if question.low is None or question.high is None:
        return ""
    ends = {SCALE[0]: question.low, SCALE[1]: question.high, dont_know().code: dont_know().text}
    return ", ".join(f"{code} = {text.say(language)}" for code, text in ends.items())


def _numbers(language: str) -> str:
    low, high = SCALE
    return " · ".join([*map(str, range(low, high + 1)), dont_know().text.say(language)])
