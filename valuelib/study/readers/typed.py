"""Sources whose columns have types already: Parquet files, and those of SPSS, Stata and SAS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from valuelib.errors import StudyError
from valuelib.results import Message
from valuelib.study.readers.draft import Draft, Options, iso_text, some
from valuelib.study.readers.headers import empty_problem, note_repeated, number_repeated
from valuelib.study.wording import refusal, tidy

_WHOLE = {pa.int64(): pd.Int64Dtype(), pa.uint64(): pd.UInt64Dtype()}


def read_parquet(path: Path, name: str, options: Options) -> Draft:
    """Columns of a Parquet file; an index that pandas stored under a name is a column too.

    Raises:
        StudyError: the file is damaged or is no Parquet file.
    """
    if path.stat().st_size == 0:
        raise StudyError([empty_problem(name)])
    try:
        frame = arrow_frame(parquet.read_table(path), name)
    except StudyError:
        raise
    except (ValueError, OSError, NotImplementedError) as err:  # all that pyarrow raises for what it cannot decode
        raise refusal(
            "The file could not be read as Parquet data.",
            name,
            "A file in the Parquet format.",
            "Write the file again, or export the answers as .csv or .xlsx.",
        ) from err
    return typed_draft(frame, name)


def arrow_frame(table: pa.Table, name: str) -> pd.DataFrame:
    """The columns of an Arrow table; whole numbers with blanks stay whole: as floats, ids of many digits would lose the last ones.

    Raises:
        StudyError: cells hold more than one answer.
    """
    if nested := [column.name for column in table.schema if pa.types.is_nested(column.type) or pa.types.is_binary(column.type)]:
        raise nested_columns(nested, name)
    frame: pd.DataFrame = table.to_pandas(types_mapper=_WHOLE.get)
    return frame


def nested_columns(columns: Sequence[str], name: str) -> StudyError:
    """The refusal of columns whose cells are no single answers."""
    return refusal(
        f"{len(columns)} columns hold lists, records or bytes, not single answers: {some([repr(column) for column in columns])}.",
        name,
        "One number, text or date a cell.",
        "Write each as text, or as one column an option, or leave these columns out of the file.",
    )


def typed_draft(frame: pd.DataFrame, name: str) -> Draft:
    """A draft from a frame whose columns have types already."""
    named = [level for level in frame.index.names if level is not None]
    frame = frame.reset_index(level=named) if named else frame
    names = [" ".join(tidy(str(column)).split()) for column in frame.columns]
    unique, repeated = number_repeated(names, [frame.iloc[:, place] for place in range(len(names))])
    plain = plain_columns(frame.set_axis(unique, axis="columns"))
    return Draft(name, plain, range(1, len(frame) + 1), assumed=tuple(note_repeated(name, names)), repeated=repeated)


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
    cells: pd.Series = values.astype(object).map(iso_text, na_action="ignore")
    return cells


# Programs for statistics.

_PROGRAMS: Mapping[str, tuple[str, str]] = {
    ".sav": ("SPSS", "read_sav"),
    ".zsav": ("SPSS", "read_sav"),
    ".por": ("SPSS", "read_por"),
    ".dta": ("Stata", "read_dta"),
    ".sas7bdat": ("SAS", "read_sas7bdat"),
    ".xpt": ("SAS", "read_xport"),
}
STATISTICS = tuple(_PROGRAMS)


def read_statistics(path: Path, name: str, options: Options) -> Draft:
    """Numeric codes as stored, with variable and value labels; answers that the file declares missing are missing.

    Raises:
        StudyError: the file is damaged or is none of its program's.
    """
    import pyreadstat  # on use: most answers come from elsewhere

    suffix, given = path.suffix.lower(), options.encoding
    program, function = _PROGRAMS[suffix]
    read = getattr(pyreadstat, function)
    encoding = {} if suffix == ".por" else {"encoding": given}  # a portable file has letters of its own
    notes: tuple[Message, ...] = ()
    meta: Any
    try:
        try:
            frame, meta = read(path, **encoding)
        except (pyreadstat.ReadstatError, UnicodeDecodeError, ValueError) as err:
            # Where the texts do not fit the encoding that the file names: the most usual one, and that is said.
            if given is not None or not encoding or not (isinstance(err, UnicodeDecodeError) or "encoding" in str(err)):
                raise
            frame, meta = read(path, encoding="WINDOWS-1252")
            notes = (Message(code="readers.encoding", values={"file": name, "encoding": "Windows-1252"}),)
    except (pyreadstat.ReadstatError, UnicodeDecodeError, ValueError) as err:
        raise refusal(
            f"The file could not be read as {program} data" + (f" in the encoding {given!r}." if given else "."),
            name,
            f"A {suffix} file as {program} or the survey tool writes it.",
            "Export the file again, or export the answers as .csv or .xlsx; check `encoding` in study.yaml if it is set.",
        ) from err
    called = {column: " ".join(tidy(column).split()) for column in meta.column_names}
    labels = {
        called[column]: " ".join(label.split()) for column, label in meta.column_names_to_labels.items() if label and label.strip()
    }
    value_labels: Mapping[str, Mapping[float | str, str]] = {
        called[column]: dict(answers) for column, answers in meta.variable_value_labels.items() if answers
    }
    typed = typed_draft(frame, name)
    return replace(typed, labels=labels, value_labels=value_labels, assumed=(*notes, *typed.assumed))
