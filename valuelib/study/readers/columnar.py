"""Parquet and SPSS files, and how columns that have types already become plain ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat

from valuelib.errors import Problem, StudyError
from valuelib.results import Message
from valuelib.study.readers.draft import Draft, Options
from valuelib.study.readers.headers import duplicate_problems, empty_problem


def read_parquet(path: Path, name: str, options: Options) -> Draft:
    """Columns of a Parquet file; an index that pandas stored under a name is a column too.

    Raises:
        StudyError: the file is damaged or is no Parquet file.
    """
    if path.stat().st_size == 0:
        raise StudyError([empty_problem(name)])
    try:
        frame = pd.read_parquet(path)
    except (ValueError, OSError, NotImplementedError) as err:  # all that pyarrow raises for what it cannot decode
        problem = Problem(
            "The file could not be read as Parquet data.",
            name,
            "A file in the Parquet format.",
            "Write the file again, or export the answers as .csv or .xlsx.",
        )
        raise StudyError([problem]) from err
    return typed_draft(frame, name)


def typed_draft(frame: pd.DataFrame, name: str) -> Draft:
    """A draft from a frame whose columns have types already.

    Raises:
        StudyError: columns share a name.
    """
    named = [level for level in frame.index.names if level is not None]
    frame = frame.reset_index(level=named) if named else frame
    names = [" ".join(str(column).split()) for column in frame.columns]
    problems = duplicate_problems(names, name)
    if problems:
        raise StudyError(problems)
    return Draft(name, plain_columns(frame.set_axis(names, axis="columns")), range(1, len(frame) + 1))


def plain_columns(frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers stay; dates become ISO text without a time of day where no row has one; everything else becomes text or None."""
    return pd.DataFrame({column: _plain(values) for column, values in frame.reset_index(drop=True).items()})


def _plain(values: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return values
    if isinstance(values.dtype, pd.CategoricalDtype):
        return _plain(values.astype(values.cat.categories.dtype))
    if pd.api.types.is_datetime64_any_dtype(values):
        pattern = "%Y-%m-%d" if (values.dropna() == values.dropna().dt.normalize()).all() else "%Y-%m-%d %H:%M:%S"
        dates: pd.Series = values.dt.strftime(pattern).astype(object)
        return dates
    cells: pd.Series = values.astype(object).map(_cell, na_action="ignore")
    return cells


def _cell(cell: object) -> object:
    if isinstance(cell, bool | np.bool_):
        return str(cell)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return cell


# SPSS.

_FALLBACK = "WINDOWS-1252"


def read_spss(path: Path, name: str, options: Options) -> Draft:
    """Numeric codes as stored, with variable and value labels; answers that the file declares missing are missing.

    Raises:
        StudyError: the file is damaged or is no SPSS file.
    """
    frame, meta, notes = _read(path, name, options.encoding)
    labels = {column: " ".join(label.split()) for column, label in meta.column_names_to_labels.items() if label and label.strip()}
    value_labels: Mapping[str, Mapping[float | str, str]] = {
        column: dict(answers) for column, answers in meta.variable_value_labels.items() if answers
    }
    return Draft(name, plain_columns(frame), range(1, len(frame) + 1), labels, value_labels, notes)


def _read(path: Path, name: str, encoding: str | None) -> tuple[pd.DataFrame, Any, tuple[Message, ...]]:
    """Try the encoding that the file names; where its texts do not fit that, the most usual one, and say so."""
    try:
        frame, meta = pyreadstat.read_sav(path, encoding=encoding)
    except (pyreadstat.ReadstatError, UnicodeDecodeError, ValueError) as first:
        if encoding is not None or not (isinstance(first, UnicodeDecodeError) or "encoding" in str(first)):
            raise StudyError([_damaged(name, encoding)]) from first
    else:
        return frame, meta, ()
    try:
        frame, meta = pyreadstat.read_sav(path, encoding=_FALLBACK)
    except (pyreadstat.ReadstatError, UnicodeDecodeError, ValueError) as err:
        raise StudyError([_damaged(name, encoding)]) from err
    return frame, meta, (Message(code="readers.encoding", values={"file": name, "encoding": "Windows-1252"}),)


def _damaged(name: str, encoding: str | None) -> Problem:
    return Problem(
        "The file could not be read as SPSS data" + (f" in the encoding {encoding!r}." if encoding else "."),
        name,
        "A .sav or .zsav file as SPSS or the survey tool writes it.",
        "Export the file again, or export the answers as .csv or .xlsx; check `encoding` in study.yaml if it is set.",
    )
