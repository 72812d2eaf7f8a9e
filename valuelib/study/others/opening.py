"""How is another file of the study opened, and how are its accounts and ratings read like those of the responses?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from valuelib.errors import Problem, StudyError
from valuelib.records import Message
from valuelib.study.canonical.desk import Desk
from valuelib.study.canonical.ratings import Scale, read_rating
from valuelib.study.config import StudyConfig
from valuelib.study.config_blocks import FileFormat, OtherFile
from valuelib.study.readers import read_table
from valuelib.study.wording import FILE, clip, guess, problem
from valuelib.theory import elements, facet_items

JOINED = ("account", "team")
LONGEST_NAME = 20
Reader = Callable[[Desk], pd.DataFrame]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """One file as it was read: its table (None with problems), rows and columns, and what was assumed of its format and content."""

    table: pd.DataFrame | None = None
    size: tuple[int, int] = (0, 0)
    problems: tuple[Problem, ...] = ()
    reading: tuple[Message, ...] = ()
    assumed: tuple[Message, ...] = ()


def open_file(path: Path, name: str, block: OtherFile, config: StudyConfig, read: Reader, *, plain: bool = False) -> Found:
    """Read a file, called by its name in study.yaml; `plain` leaves the block's format options to the main file of the block."""
    written = FileFormat() if plain else block
    try:
        raw = read_table(
            path,
            name=name,
            sheet=written.sheet,
            delimiter=written.delimiter,
            decimal=written.decimal,
            encoding=written.encoding,
            keep=_columns_of(block),
        )
    except StudyError as err:
        return Found(problems=err.problems)
    desk = Desk(table=raw, config=config)
    table = read(desk)
    rows, columns = raw.frame.shape
    return Found(
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
    if place.startswith("interviews"):  # without a header the first row, with its quote, would be taken for names
        known = [name for name in known if len(name) <= LONGEST_NAME]
    desk.problems.append(
        problem(
            f"There is no column {clip(column)!r}.",
            f"{clip(desk.table.file, FILE)} ({place})",
            f"a column of the file; {guess(column, known)}",
            "Correct the column's name in study.yaml, or export the column.",
        )
    )
    return True


def check_filled(desk: Desk, values: pd.Series, *, column: str, place: str, what: str) -> None:
    """Refuse rows without an account, team, quote, coder or code, since they would belong to nobody."""
    blank = values.isna()
    if blank.any():
        desk.refuse(
            f"{int(blank.sum())} of {desk.n} rows have no {what}.",
            column=column,
            place=place,
            rows=blank,
            expected=f"the {what} on every row{', spelled as in the responses' if what in JOINED else ''}.",
            next_step=f"Fill in the {what}, or take the rows out.",
        )


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


def _columns_of(block: OtherFile) -> set[str]:
    """Every column that the block names, which stays although it may look like personal data."""
    named = [value for value in block.model_dump().values() if isinstance(value, str)]
    columns = getattr(block, "columns", {})
    return {*named, *columns.values()}
