"""Export files as survey tools write them become one plain table: a small module a format, one way out."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from pathlib import Path

from valuelib.errors import Problem, StudyError
from valuelib.study.readers.database import read_database
from valuelib.study.readers.draft import Draft, Options, RawTable
from valuelib.study.readers.headers import finish
from valuelib.study.readers.rows import find_long, pivot_long, set_aside_copies, set_aside_empty, tell_pasted
from valuelib.study.readers.text import read_delimited
from valuelib.study.readers.typed import STATISTICS, read_parquet, read_statistics
from valuelib.study.readers.workbook import WORKBOOKS, read_workbook
from valuelib.study.wording import refusal

__all__ = [
    "SUFFIXES",
    "RawTable",
    "address_problem",
    "find_long",
    "pivot_long",
    "read_database",
    "read_table",
    "set_aside_copies",
    "set_aside_empty",
    "tell_pasted",
]

_READERS: dict[str, Callable[[Path, str, Options], Draft]] = {
    ".csv": read_delimited,
    ".tsv": read_delimited,
    ".txt": read_delimited,
    **dict.fromkeys(WORKBOOKS, read_workbook),
    **dict.fromkeys(STATISTICS, read_statistics),
    ".parquet": read_parquet,
}
SUFFIXES = tuple(_READERS)
_SAVE_AS = "Open it in {} and save it as .xlsx or .csv."
_UNREAD = {
    ".rds": 'In R, haven::write_sav(answers, "answers.sav") keeps the labels.',
    ".rdata": 'In R, haven::write_sav(answers, "answers.sav") keeps the labels.',
    ".sas7bcat": "This holds labels alone: give the .sas7bdat file.",
    ".zip": "Unpack it and give the file inside.",
    ".gsheet": "Open it in Google Sheets and take File > Download > Microsoft Excel (.xlsx).",
    ".numbers": _SAVE_AS.format("Numbers"),
    **dict.fromkeys((".html", ".htm", ".xml", ".fods", ".xlt", ".xltx"), _SAVE_AS.format("a spreadsheet program")),
}
"""What to do with files that people have and that are not read."""


def address_problem(given: object, where: str) -> Problem | None:
    """What to do about a web address where a file belongs, or None where none was given; `Path` leaves it a single slash."""
    if not re.match(r"https?:[/\\]+", str(given), re.IGNORECASE):
        return None
    google = re.search(r"docs\.google\.|drive\.google\.", str(given))
    return Problem(
        "This is a link to Google Sheets, not a file." if google else "This is a web address, not a file.",
        where,
        "A file: what is read must stay the same and be there without a network.",
        "Open the sheet and take File > Download > Microsoft Excel (.xlsx) or Comma-separated values (.csv), and name that file."
        if google
        else "Open it in a browser, download the answers as .xlsx or .csv, and name that file.",
    )


def read_table(
    path: Path,
    *,
    name: str,
    sheet: str | int | None = None,
    delimiter: str | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
    header_row: int | None = None,
    hidden_rows: str = "keep",
    keep: Collection[str] = (),
    names: Collection[str] = (),
) -> RawTable:
    """Read an export file as it comes; its format is told by the name's ending.

    Args:
        path: the file.
        name: how the file is called in messages and problems; never an absolute path.
        sheet: name or number (1 = first) of a workbook's sheet; None takes the first that holds anything.
        delimiter: one character, or `tab`; None finds it out.
        decimal: `,` or `.`; None finds it out column by column.
        encoding: a Python encoding name; None finds it out.
        header_row: the row of a text file or workbook with the names of the columns; None finds it out.
        hidden_rows: whether rows that a workbook hides are answers: `keep` (which is told) or `skip`.
        keep: columns that stay although they look like personal data, because the study maps them.
        names: columns that the study maps as names or codes: they keep their text as written, whatever number it looks like.
    Returns:
        The table, with everything that was assumed on the way.
    Raises:
        StudyError: the file cannot be read for certain; carries every problem that was found.
    """
    delimiter = "\t" if delimiter in {"tab", "\\t"} else delimiter
    options = Options(sheet, delimiter, decimal, encoding, header_row, hidden_rows)
    problems = []
    if options.delimiter is not None and (len(options.delimiter) != 1 or options.delimiter in '"\r\n'):
        problems.append(
            Problem(
                f"The delimiter {options.delimiter!r} cannot separate columns.",
                name,
                "One character, such as , or ; or |, or the word tab.",
                "Correct `delimiter` in study.yaml, or leave it out to have it found.",
            )
        )
    if options.decimal not in {None, ",", "."}:
        problems.append(
            Problem(
                f"The decimal mark {options.decimal!r} is not known.",
                name,
                "A comma or a point.",
                "Correct `decimal` in study.yaml, or leave it out to have it found.",
            )
        )
    suffix = path.suffix.lower()
    if not path.exists():
        what, expected = "The file does not exist.", "A data file at this place, beside study.yaml."
        problems.append(Problem(what, name, expected, "Correct the file's name in study.yaml, or put the file there."))
    elif path.is_dir():
        problems.append(Problem("This is a folder.", name, "One data file.", "Name the file inside the folder in study.yaml."))
    elif suffix not in _READERS:
        what = f"Files ending in {suffix} are not read." if suffix else "The file's name has no ending that tells its format."
        next_step = _UNREAD.get(suffix, "Export or save the answers in one of these formats, best as .xlsx or .csv.")
        problems.append(Problem(what, name, f"One of {', '.join(SUFFIXES)}.", next_step))
    elif header_row is not None and _READERS[suffix] not in {read_delimited, read_workbook}:
        what, expected = (
            f"Files ending in {suffix} have no header row: they name their columns.",
            "`header_row` for text and workbooks only.",
        )
        problems.append(Problem(what, name, expected, "Take `header_row` out of study.yaml."))
    if problems:
        raise StudyError(problems)
    try:
        draft = _READERS[suffix](path, name, options)
    except OSError as err:
        raise refusal(
            f"The file could not be opened ({err.strerror or type(err).__name__}).",
            name,
            "A file that you may read and that no other program keeps locked.",
            "Close the file in other programs, check its permissions and try again.",
        ) from err
    return finish(draft, decimal=decimal, keep=frozenset(keep), names=frozenset(names))
