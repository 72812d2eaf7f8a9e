"""What stands in an SPSS file: codes, the texts of questions, and the texts of answers?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from valuelib.errors import Problem, StudyError
from valuelib.records import Message
from valuelib.study.readers.columnar import plain_columns
from valuelib.study.readers.draft import Draft, Options

_FALLBACK = "WINDOWS-1252"


def read_spss(path: Path, name: str, options: Options) -> Draft:
    """Numeric codes as stored, with variable and value labels; answers that the file declares missing are missing.

    Raises:
        StudyError: the file is damaged or is no SPSS file.
    """
    frame, meta, said = _read(path, name, options.encoding)
    labels = {column: " ".join(label.split()) for column, label in meta.column_names_to_labels.items() if label and label.strip()}
    value_labels: Mapping[str, Mapping[float | str, str]] = {
        column: dict(answers) for column, answers in meta.variable_value_labels.items() if answers
    }
    return Draft(name, plain_columns(frame), range(1, len(frame) + 1), labels, value_labels, said)


def _read(path: Path, name: str, encoding: str | None) -> tuple[pd.DataFrame, Any, tuple[Message, ...]]:
    """Try the encoding that the file names; where its texts do not fit that, the most usual one, and say so."""
    try:
        frame, meta = pyreadstat.read_sav(path, encoding=encoding)
    except (pyreadstat.ReadstatError, UnicodeDecodeError, ValueError) as first:
        if encoding is not None or not _is_about_encoding(first):
            raise StudyError([_damaged(name, encoding)]) from first
    else:
        return frame, meta, ()
    try:
        frame, meta = pyreadstat.read_sav(path, encoding=_FALLBACK)
    except (pyreadstat.ReadstatError, UnicodeDecodeError, ValueError) as err:
        raise StudyError([_damaged(name, encoding)]) from err
    return frame, meta, (Message(code="readers.encoding", values={"file": name, "encoding": "Windows-1252"}),)


def _is_about_encoding(err: Exception) -> bool:
    return isinstance(err, UnicodeDecodeError) or "encoding" in str(err)


def _damaged(name: str, encoding: str | None) -> Problem:
    return Problem(
        "The file could not be read as SPSS data" + (f" in the encoding {encoding!r}." if encoding else "."),
        name,
        "A .sav or .zsav file as SPSS or the survey tool writes it.",
        "Export the file again, or export the answers as .csv or .xlsx; check `encoding` in study.yaml if it is set.",
    )
