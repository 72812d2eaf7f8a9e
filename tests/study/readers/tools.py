"""Small helpers of the readers' tests: write a file, read it, name what was said."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from valuelib.errors import Problem, StudyError
from valuelib.study.readers import read_table
from valuelib.study.readers.draft import RawTable


def read_text(folder: Path, text: str | bytes, name: str = "answers.csv", **options: Any) -> RawTable:
    """Write text (as UTF-8, line ends untouched) or bytes, and read the file."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_table(path, name=name, **options)


def write_workbook(folder: Path, sheets: dict[str, list[list[object]]], name: str = "answers.xlsx") -> Path:
    """A workbook with one sheet a key, its rows as given."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(folder / name)
    return folder / name


def codes(table: RawTable) -> list[str]:
    """Codes of what was assumed, in order, without the part's name."""
    return [message.code.removeprefix("readers.") for message in table.assumed]


def said(table: RawTable, code: str) -> dict[str, object]:
    """The values of the one message with this code."""
    (message,) = [message for message in table.assumed if message.code == f"readers.{code}"]
    return dict(message.values)


def problems_of(caught: pytest.ExceptionInfo[StudyError]) -> tuple[Problem, ...]:
    """The problems that were told, each checked for its four parts and its length."""
    for problem in caught.value.problems:
        assert all([problem.what, problem.where, problem.expected, problem.next_step])
        assert len(str(problem)) < 400
    return caught.value.problems


def refusal(folder: Path, text: str | bytes, name: str = "answers.csv", **options: Any) -> Problem:
    """The only problem of a file."""
    with pytest.raises(StudyError) as caught:
        read_text(folder, text, name, **options)
    (problem,) = problems_of(caught)
    return problem
