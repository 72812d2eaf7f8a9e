"""The questionnaire as a workbook: its questions and codes, and a sheet for typing answers in that takes valid codes only."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from valuelib.fieldwork.mapping import ANSWERS_SHEET, column_names
from valuelib.fieldwork.model import SCALE, Question, Questionnaire, dont_know, hidden_fields
from valuelib.fieldwork.wording import phrase, texts
from valuelib.output.slides.template import without_clock

ROWS = 2000  # of the answer sheet that are checked while typing
WIDE, NARROW = 60, 13  # columns, in characters
LINE = 15  # points
BOLD = Font(name="Calibri", bold=True)
HEAD = PatternFill("solid", fgColor="D9E2EC")


def render_workbook(questionnaire: Questionnaire) -> bytes:
    """The workbook: a sheet of questions in each language, and the sheet for answers with codes as its header."""
    book = Workbook()
    answers: Any = book.active
    _write_answers(answers, questionnaire)
    for language in questionnaire.languages:
        _write_questions(book.create_sheet(phrase("sheet.questions", language)), questionnaire, language)
    book.properties.creator = ""
    book.properties.title = phrase("title", questionnaire.languages[0], provider=questionnaire.client)
    made = io.BytesIO()
    book.save(made)
    return without_clock(made.getvalue())


def _write_answers(sheet: Any, questionnaire: Questionnaire) -> None:
    language, asked = questionnaire.languages[0], {question.code: question for question in questionnaire.questions}
    sheet.title = ANSWERS_SHEET
    for place, (code, name) in enumerate(column_names(questionnaire, "xlsx").items(), start=1):
        head = sheet.cell(row=1, column=place, value=name)
        head.font, head.fill = BOLD, HEAD
        head.comment = Comment(_hint(code, asked.get(code), language), "")
        head.comment.width, head.comment.height = 320, 120
        sheet.column_dimensions[get_column_letter(place)].width = NARROW
        if (question := asked.get(code)) is not None and question.kind != "open":
            check = _validation(question, get_column_letter(place), language)
            sheet.add_data_validation(check)
            check.add(f"{get_column_letter(place)}2:{get_column_letter(place)}{ROWS}")
    sheet.freeze_panes = "B2"


def _hint(code: str, question: Question | None, language: str) -> str:
    if question is not None:
        return f"{question.text.say(language)}\n{'; '.join(answers_of(question, language))}"
    name = hidden_fields()[code].say(language) if code in hidden_fields() else phrase("paper.respondent", language)
    return phrase("sheet.hidden", language, name=name)


def _validation(question: Question, letter: str, language: str) -> DataValidation:
    """What a cell takes: numbers of the scale, codes of the options, and the code for "don't know" where it is an answer."""
    cell, (low, high) = f"{letter}2", question.limits or SCALE
    unsure = dont_know().code
    if question.kind == "choice":
        codes = [option.code for option in question.options] + [unsure] * question.may_not_know
        check = DataValidation(type="list", formula1=f'"{",".join(map(str, codes))}"', allow_blank=True)
        check.error = "; ".join(answers_of(question, language))[:220]
    elif question.kind == "number":
        check = DataValidation(type="decimal", operator="between", formula1=str(low), formula2=str(high), allow_blank=True)
        check.error = phrase("sheet.number", language, low=low, high=high)
    else:
        whole = f"AND(ISNUMBER({cell}),OR({cell}={unsure},AND({cell}>={low},{cell}<={high},{cell}=INT({cell}))))"
        check = DataValidation(type="custom", formula1=whole, allow_blank=True)
        check.error = phrase("sheet.whole", language, low=low, high=high, dont_know=unsure)
    check.errorTitle, check.showErrorMessage = question.code, True
    return check


def answers_of(question: Question, language: str) -> Iterator[str]:
    """The answers that a question takes, each with its code."""
    low, high = SCALE
    match question.kind:
        case "scale":
            yield from (f"{code} = {end.say(language)}" for code, end in ((low, question.low), (high, question.high)) if end)
        case "choice":
            yield from (f"{option.code} = {option.text.say(language)}" for option in question.options)
        case "number":
            least, most = question.limits or SCALE
            yield f"{least}–{most} {question.unit.say(language) if question.unit else ''}"
        case "open":
            yield phrase("sheet.open", language)
    if question.may_not_know:
        yield f"{dont_know().code} = {dont_know().text.say(language)}"


def _write_questions(sheet: Any, questionnaire: Questionnaire, language: str) -> None:
    sheet.append(texts()["sheet"]["headers"][language])
    for block in questionnaire.blocks:
        for question in block.questions:
            answers = "\n".join(answers_of(question, language))
            sheet.append([question.code, block.title.say(language), question.text.say(language), answers])
    for code, name in hidden_fields().items():
        sheet.append([code, "", phrase("sheet.hidden", language, name=name.say(language)), ""])
    for cell in sheet[1]:
        cell.font, cell.fill = BOLD, HEAD
    for letter, width in zip("ABCD", (NARROW, WIDE // 2, WIDE, WIDE * 2 // 3), strict=True):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        lines = max(str(row[3].value).count("\n") + 1, math.ceil(len(row[2].value) / (WIDE - 5)))
        sheet.row_dimensions[row[0].row].height = LINE * lines  # no program finds the height of wrapped text for certain
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
