"""The folder that goes to the field: questionnaire, letters and forms in each language, the study folder, and the next steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

from valuelib.errors import ParameterError
from valuelib.explore.planning import Plan, Setting, Wish, make_plan
from valuelib.fieldwork.limesurvey import render_limesurvey
from valuelib.fieldwork.mapping import Tool, answers_file, column_names, write_study
from valuelib.fieldwork.markdown import render_markdown
from valuelib.fieldwork.model import FIRST_WAVE, Questionnaire, dont_know
from valuelib.fieldwork.paper import Paper, forms, interview_guide, letters, questionnaire_paper
from valuelib.fieldwork.qualtrics import render_qualtrics
from valuelib.fieldwork.short import Short, group_name
from valuelib.fieldwork.wish import Asked, holds_something, refusal
from valuelib.fieldwork.word import render_word
from valuelib.fieldwork.wording import facts_of, phrase
from valuelib.fieldwork.workbook import render_workbook
from valuelib.show.localizer import in_language, local
from valuelib.show.planning import say_plan
from valuelib.theory.pyramid import category

CLAIMS = ("nps_60", "repurchase_22")  # for which the sample size is told
FORM_COLUMNS = {"provider": "account", "employees": "team"}
INTERVIEW_COLUMNS = ("account", "quote", "coder", "code", "publish")


def write_questionnaire(asked: Asked, folder: str | Path) -> Path:
    """Write everything that a survey needs, from the questionnaire to the study.yaml that reads its answers.

    Args:
        asked: the checked questionnaire and its tools.
        folder: a new or empty folder.
    Returns:
        The folder.
    Raises:
        ParameterError: the folder holds something already (nothing is overwritten).
    """
    target = Path(folder)
    if holds_something(target):
        raise ParameterError(refusal(target))
    contents = {**dict(_contents(asked)), "README.md": _readme(asked).encode()}
    for name, content in contents.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return target


def _contents(asked: Asked) -> Iterator[tuple[str, bytes]]:
    """File by file, the README left out."""
    questionnaire = asked.questionnaire
    for tool in asked.tools:
        yield from _instruments(questionnaire, tool)
        study = study_folder(asked, tool)
        yield f"{study}/study.yaml", write_study(questionnaire, tool).encode()
        if tool == "xlsx":
            yield f"{study}/{answers_file(questionnaire, tool)}", render_workbook(questionnaire)
        if tool in ("docx", "md"):
            yield f"{study}/{answers_file(questionnaire, tool)}", _header(column_names(questionnaire, tool).values())
        for key, form in forms(questionnaire, questionnaire.languages[0]).items():
            codes = [question.code for part in form.parts for question in getattr(part, "questions", ())]
            yield f"{study}/{key}.csv", _header((FORM_COLUMNS[key], *codes))
        yield f"{study}/interviews.csv", _header(INTERVIEW_COLUMNS)
        yield f"{study}/codebook.csv", (files("valuelib.worlds") / "data" / "codebook.csv").read_bytes()
    for language in questionnaire.languages:
        named = {**letters(questionnaire, language), **forms(questionnaire, language), "interviews": interview_guide(language)}
        for key, paper in named.items():
            yield from _papers(f"{language}/{key}", paper, asked.tools)


def study_folder(asked: Asked, tool: Tool) -> str:
    """The study folder for the answers of a tool; with several tools each has its own."""
    return "study" if len(asked.tools) == 1 else f"study-{tool}"


def _instruments(questionnaire: Questionnaire, tool: Tool) -> Iterator[tuple[str, bytes]]:
    """The questionnaire as the tool takes it; on paper form B has the drawn pages in the opposite order."""
    name = questionnaire.name
    match tool:
        case "limesurvey":
            yield f"{name}.txt", render_limesurvey(questionnaire).encode("utf-8-sig")
        case "qsf":
            yield f"{name}.qsf", render_qualtrics(questionnaire).encode()
        case "docx":
            for language in questionnaire.languages:
                for form, turned in (("A", False), ("B", True)):
                    yield f"{name}-{language}-{form}.docx", render_word(questionnaire_paper(questionnaire, language, turned=turned))
        case "md":
            for language in questionnaire.languages:
                yield f"{name}-{language}.md", render_markdown(questionnaire_paper(questionnaire, language)).encode()


def _papers(name: str, paper: Paper, tools: Iterable[Tool]) -> Iterator[tuple[str, bytes]]:
    """A letter or form in Word, which mail programs take too; as Markdown for those who asked for that."""
    if set(tools) != {"md"}:
        yield f"{name}.docx", render_word(paper)
    if "md" in tools:
        yield f"{name}.md", render_markdown(paper).encode()


def _header(columns: Iterable[str]) -> bytes:
    """A file with a header and no row yet, as spreadsheet programs in Finland read it."""
    return (";".join(columns) + "\n").encode("utf-8-sig")


# The next steps.


def _readme(asked: Asked) -> str:
    questionnaire = asked.questionnaire
    language = questionnaire.languages[0]
    tool = asked.tools[0]
    study = study_folder(asked, tool)
    offerings = ", ".join(f"{one.name}" for one in questionnaire.offerings)
    known = "offerings_known" if offerings else "offerings_unknown"
    with in_language(language):
        size = phrase("size", language, plan=say_plan(_plan()))
        lost = [*_lost(asked.short, language)] if asked.short is not None else []
    paths = {one: f"{study_folder(asked, one)}/{answers_file(questionnaire, one)}" for one in asked.tools}
    steps = [phrase(f"tools.{one}", language, answers=path, dont_know=dont_know().code) for one, path in paths.items()]
    text = phrase(
        "readme",
        language,
        **facts_of(questionnaire),
        files="\n".join(_listed(asked, language)),
        tool_step=steps[0] if len(steps) == 1 else "".join(f"\n   - {step}" for step in steps),
        offering_step=phrase(known, language, offerings=offerings),
        wave=FIRST_WAVE,
        size_step=size,
        answers=paths[tool],
        study=study,
    )
    return "\n".join(_spaced([*text.splitlines(), *lost])) + "\n"


def _spaced(lines: Iterable[str]) -> Iterator[str]:
    """Lines of Markdown with a blank one around headings and paragraphs."""
    before = ""
    for line in lines:
        if before and not {before.strip()[0], line.strip()[:1]} <= {*"-|123456789"}:
            yield ""
        yield line
        before = line


def _listed(asked: Asked, language: str) -> Iterator[str]:
    names = sorted({name for tool in asked.tools for name, _ in _instruments(asked.questionnaire, tool)})
    if names:
        yield f"- {', '.join(f'`{name}`' for name in names)}: {phrase('files.questionnaire', language)}"
    yield f"- {', '.join(f'`{one}/`' for one in asked.questionnaire.languages)}: {phrase('files.letters', language)}"
    yield f"- {', '.join(f'`{study_folder(asked, tool)}/`' for tool in asked.tools)}: {phrase('files.study', language)}"


@cache
def _plan() -> Plan:
    first, *others = CLAIMS
    return make_plan(Wish(claim=first, together=tuple(others)), Setting())


def _lost(short: Short, language: str) -> Iterator[str]:
    """What the short form loses, as a table."""
    yield phrase("short.title", language)
    yield phrase("short.chosen_by_pilot" if short.pilot else "short.chosen_by_coverage", language)
    if short.uncovered:
        named = ", ".join(category(key).name.say(language) for key in short.uncovered)
        yield phrase("short.uncovered", language, categories=named)
    yield phrase("short.header_pilot" if short.pilot else "short.header", language)
    yield "|---|---|---|---|---|" if short.pilot else "|---|---|"
    for loss in short.losses:
        cells = [group_name(loss.key, language), f"{loss.asked}/{loss.all}"]
        if short.pilot:
            cells += [local.number(one, 2) for one in (loss.omega_short, loss.omega_all, loss.correlation)]
        yield f"| {' | '.join(cells)} |"
