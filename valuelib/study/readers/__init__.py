"""Export files as survey tools write them become one plain table: a small module a format, one way out."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from valuelib.errors import Problem, StudyError
from valuelib.study.readers.draft import Draft, Options, RawTable
from valuelib.study.readers.headers import finish
from valuelib.study.readers.rows import find_long, pivot_long, set_aside_copies, set_aside_empty
from valuelib.study.readers.text import read_delimited
from valuelib.study.readers.typed import read_database, read_parquet, read_spss
from valuelib.study.readers.workbook import read_workbook
from valuelib.study.wording import refusal

__all__ = ["SUFFIXES", "RawTable", "find_long", "pivot_long", "read_database", "read_table", "set_aside_copies", "set_aside_empty"]

_READERS: dict[str, Callable[[Path, str, Options], Draft]] = {
    ".csv": read_delimited,
    ".tsv": read_delimited,
    ".txt": read_delimited,
    ".xlsx": read_workbook,
    ".sav": read_spss,
    ".zsav": read_spss,
    ".parquet": read_parquet,
}
SUFFIXES = tuple(_READERS)


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
        next_step = "Export the answers from the survey tool in one of these formats."
        if suffix in {".xls", ".xlsb", ".ods"}:
            next_step = "Open it in a spreadsheet program and save it as .xlsx."
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
