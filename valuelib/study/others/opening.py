"""How is another file of the study opened, and how are its accounts and ratings read like those of the responses?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from valuelib.errors import Problem, StudyError
from valuelib.records import Message
from valuelib.study.canonical.desk import Desk
from valuelib.study.canonical.identity import texts, without_emails
from valuelib.study.canonical.ratings import Scale, read_rating
from valuelib.study.config import StudyConfig
from valuelib.study.config_blocks import FileFormat, OtherFile
from valuelib.study.readers import read_table
from valuelib.study.wording import FILE, clip, guess, problem
from valuelib.theory import elements, facet_items

Reader = Callable[[Desk], pd.DataFrame]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """One file as it was read: its table (None with problems), rows and columns, and what was assumed of its format and content."""

    file: str
    table: pd.DataFrame | None = None
    size: tuple[int, int] = (0, 0)
    problems: tuple[Problem, ...] = ()
    reading: tuple[Message, ...] = ()
    assumed: tuple[Message, ...] = ()


def open_file(path: Path, block: OtherFile, config: StudyConfig, read: Reader, *, plain: bool = False) -> Found:
    """Read a file and make a table of it; `plain` leaves the block's format options to the main file of the block."""
    written = FileFormat() if plain else block
    try:
        raw = read_table(
            path,
            name=path.name,
            sheet=written.sheet,
            delimiter=written.delimiter,
            decimal=written.decimal,
            encoding=written.encoding,
            keep=_columns_of(block),
        )
    except StudyError as err:
        return Found(file=path.name, problems=err.problems)
    desk = Desk(table=raw, config=config)
    table = read(desk)
    rows, columns = raw.frame.shape
    return Found(
        file=path.name,
        table=None if desk.problems else table,
        size=(rows, columns),
        problems=tuple(desk.problems),
        reading=raw.assumed,
        assumed=tuple(desk.assumed),
    )


def miss(desk: Desk, column: str, place: str) -> bool:
    """Whether a mapped column is not in the file, which is noted as a problem."""
    if desk.has(column):
        return False
    known = [str(name) for name in desk.frame.columns]
    desk.problems.append(
        problem(
            f"There is no column {clip(column)!r}.",
            f"{clip(desk.table.file, FILE)} ({place})",
            f"a column of the file; {guess(column, known)}",
            "Correct the column's name in study.yaml, or export the column.",
        )
    )
    return True


def read_ids(desk: Desk, column: str, place: str, what: str) -> pd.Series:
    """Names of accounts or teams as the responses have them; blank ones are noted as a problem."""
    ids = without_emails(desk, column, texts(desk, column))
    blank = ids.isna()
    if blank.any():
        desk.refuse(
            f"{int(blank.sum())} of {desk.n} rows name no {what}.",
            column=column,
            place=place,
            rows=blank,
            expected=f"the {what} on every row, spelled as in the responses.",
            next_step=f"Fill in the {what}, or take the rows out.",
        )
    return ids


def read_statements(
    desk: Desk, columns: Mapping[str, str], place: str, *, scale: Scale, missing: tuple[object, ...]
) -> dict[str, pd.Series]:
    """`facet.<item>` and `element.<key>` on 0-10 for the mapped columns that are there, elements first."""
    names = {one.key: f"element.{one.key}" for one in elements()} | {one.key: f"facet.{one.key}" for one in facet_items()}
    return {
        name: read_rating(desk, columns[key], f"{place}.columns.{key}", scale=scale, missing=missing)
        for key, name in names.items()
        if key in columns and not miss(desk, columns[key], f"{place}.columns.{key}")
    }


def check_known(
    desk: Desk, ids: pd.Series, known: set[str], *, column: str, place: str, what: str, stray_code: str, there: str
) -> None:
    """Refuse a column of which no name is known to the responses; a few stray ones are only told, as a count."""
    told = ids.dropna()
    stray = told[~told.isin(known)]
    if len(told) and len(stray) == len(told):
        desk.refuse(
            f"None of the {told.nunique()} {what}s stands in the responses.",
            column=column,
            place=place,
            expected=f"the same names as in {there}.",
            next_step="Name the column that holds them, or use the same codes in both files.",
        )
    elif len(stray):
        desk.say(stray_code, names_n=int(stray.nunique()), rows_n=len(stray), file=desk.table.file)


def _columns_of(block: OtherFile) -> set[str]:
    """Every column that the block names, which stays although it may look like personal data."""
    named = [value for value in block.model_dump().values() if isinstance(value, str)]
    columns = getattr(block, "columns", {})
    return {*named, *columns.values()}
