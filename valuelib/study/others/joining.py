"""Which accounts or teams of another file are those of the responses, and what is told of names that the responses lack?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from valuelib.study.canonical.desk import Desk
from valuelib.study.codes import code_key
from valuelib.study.wording import clip


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
    A column of which no name is known is refused; a few stray names are told as a count, never by name.
    """
    if not known:  # the responses name none, which is told there
        return ids
    joined = _as_there(ids, known)
    told = joined.dropna()
    stray = told[~told.isin(known)]
    if len(told) and len(stray) == len(told):
        _refuse_all(desk, int(told.nunique()), known, named)
        return joined
    if len(stray):
        desk.say(named.stray, names_n=int(stray.nunique()), rows_n=len(stray), file=desk.table.file)
    respelled = joined.notna() & joined.ne(ids)
    if respelled.any():
        desk.say("study.names_alike", file=desk.table.file, column=named.column, rows_n=int(respelled.sum()))
    return joined


def _as_there(ids: pd.Series, known: Collection[str]) -> pd.Series:
    spelled: dict[str | None, list[str]] = defaultdict(list)
    for name in known:
        spelled[code_key(name)].append(name)
    exact = set(known)
    respelled = {
        name: alike[0] for name in ids.dropna().unique() if name not in exact and len(alike := spelled[code_key(name)]) == 1
    }
    return ids.map(lambda name: respelled.get(name, name), na_action="ignore")


def _refuse_all(desk: Desk, names: int, known: Collection[str], named: Named) -> None:
    better = _column_with(desk, known)
    hint = f" Column {clip(better, 40)!r} holds names that they have." if better is not None else ""
    desk.refuse(
        f"None of the {names} {named.what}s stands in the responses.{hint}",
        column=named.column,
        place=named.place,
        expected=f"the same names as in {named.there}.",
        next_step="Name the column that holds them, or use the same codes in both files.",
    )


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
