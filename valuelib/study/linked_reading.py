"""Reading of one linked file, and joining of its accounts or teams to those of the responses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from valuelib.errors import Problem, StudyError
from valuelib.results import Message
from valuelib.study.config import FileFormat, LinkedFile, StudyConfig
from valuelib.study.harmonise_ratings import Desk, Scale, read_rating
from valuelib.study.readers import read_table
from valuelib.study.wording import FILE, clip, code_key, guess, problem
from valuelib.theory.facets import facet_items
from valuelib.theory.pyramid import elements

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


def open_file(path: Path, name: str, block: LinkedFile, config: StudyConfig, read: Reader, *, plain: bool = False) -> Found:
    """Read a file, called by its name in study.yaml; `plain` leaves the block's format options to the main file of the block."""
    written = FileFormat() if plain else block
    try:
        # Every column that the block names, which stays although it may look like personal data.
        named = [value for value in block.model_dump().values() if isinstance(value, str)]
        columns = getattr(block, "columns", {})
        raw = read_table(
            path,
            name=name,
            sheet=written.sheet,
            delimiter=written.delimiter,
            decimal=written.decimal,
            encoding=written.encoding,
            keep={*named, *columns.values()},
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


# Joining.


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A column that names accounts or teams, its place in study.yaml, and the place that names those of the responses."""

    column: str
    place: str
    what: str
    there: str
    stray: str  # code of the message that counts the names which the responses lack


def join_names(desk: Desk, ids: pd.Series, known: Collection[str], named: Named) -> pd.Series:
    """The names as the responses spell them; those that the responses lack stay as they are.

    1, 1.0 and "1" are one name, and so are names that differ in case or blanks only, unless the responses tell such names apart.
    A column of which no name is known is refused; a few stray names are counted, never named.
    """
    if not known:  # the responses name none, which is a problem of theirs
        return ids
    spelled: dict[str | None, list[str]] = defaultdict(list)
    for name in known:
        spelled[code_key(name)].append(name)
    exact = set(known)
    meant = {name: alike[0] for name in ids.dropna().unique() if name not in exact and len(alike := spelled[code_key(name)]) == 1}
    joined = ids.map(lambda name: meant.get(name, name), na_action="ignore")
    given = joined.dropna()
    stray = given[~given.isin(known)]
    if len(given) and len(stray) == len(given):
        better = _column_with(desk, known)
        hint = f" Column {clip(better, 40)!r} holds names that they have." if better is not None else ""
        desk.refuse(
            f"None of the {int(given.nunique())} {named.what}s stands in the responses.{hint}",
            column=named.column,
            place=named.place,
            expected=f"the same names as in {named.there}.",
            next_step="Name the column that holds them, or use the same codes in both files.",
        )
        return joined
    if len(stray):
        desk.say(named.stray, names_n=int(stray.nunique()), rows_n=len(stray), file=desk.table.file)
    respelled = joined.notna() & joined.ne(ids)
    if respelled.any():
        desk.say("study.names_alike", file=desk.table.file, column=named.column, rows_n=int(respelled.sum()))
    return joined


def _column_with(desk: Desk, known: Collection[str]) -> str | None:
    """The column with most names of the responses, if it is no rating: half its filled rows at least must be known."""
    keys = {code_key(name) for name in known}
    if all(key is None or key.isdigit() for key in keys):  # a rating of 7 is not customer 7
        return None
    shares = {
        str(name): float(desk.keys(name, None).dropna().isin(keys).mean())
        for name in desk.frame.columns
        if desk.keys(name).notna().any()
    }
    best = max(shares, key=lambda name: shares[name], default=None)
    return best if best is not None and shares[best] >= 0.5 else None
