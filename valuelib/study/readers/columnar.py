"""What stands in a Parquet file, and how do typed columns become plain ones?"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd

from valuelib.errors import Problem, StudyError
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
