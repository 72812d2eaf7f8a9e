"""The desk where problems and assumptions of a table gather, and the reading of one column: numbers, ratings, texts, names."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from valuelib.errors import Problem
from valuelib.results import Message, Value
from valuelib.study.config import Cocreation, Elements, Employees, Item, ProviderView, Repurchase, StudyConfig, ValueEnhancement
from valuelib.study.model import hashed, is_email
from valuelib.study.readers.draft import RawTable
from valuelib.study.scores import Scale, parse_scores
from valuelib.study.wording import FILE, NUMBER, clip, code_key, first_rows, guess, keys_of, map_distinct, problem, text_key
from valuelib.theory.facets import facet_items
from valuelib.theory.pyramid import elements

LONGEST_NAME = 20
Scaled: TypeAlias = Cocreation | Elements | Employees | Item | ProviderView | Repurchase | ValueEnhancement


@dataclass(kw_only=True)
class Desk:
    """One raw table on its way to harmonised columns; problems are collected, not raised, so that all are told at once."""

    table: RawTable
    config: StudyConfig
    problems: list[Problem] = field(default_factory=list)
    assumed: list[Message] = field(default_factory=list)
    _spellings: dict[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    _distinct: dict[str, tuple[npt.NDArray[np.intp], pd.Index]] = field(default_factory=dict)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The raw columns, rows numbered from zero."""
        return self.table.frame.reset_index(drop=True)

    @property
    def n(self) -> int:
        """How many rows the table has."""
        return len(self.frame)

    def has(self, column: str | None) -> bool:
        """Whether a column is mapped and there; one that is mapped and not there has its own problem."""
        return column is not None and column in self.frame

    def lacks(self, column: str, place: str) -> bool:
        """Whether a column of a linked file is not there, which is noted as a problem."""
        if self.has(column):
            return False
        known = [str(name) for name in self.frame.columns]
        if place.startswith("interviews"):  # without a header the first row, with its quote, would be taken for names
            known = [name for name in known if len(name) <= LONGEST_NAME]
        self.refuse(
            f"There is no column {clip(column)!r}.",
            f"{clip(self.table.file, FILE)} ({place})",
            f"a column of the file; {guess(column, known)}",
            "Correct the column's name in study.yaml, or export the column.",
        )
        return True

    def row(self, place: int) -> int:
        """The number of a row in the file."""
        return self.table.rows[place] if self.table.rows else self.table.first_row + place

    def where(self, column: str, place: str, rows: pd.Series | None = None) -> str:
        """The file, the column with its key in study.yaml, and the first of the rows that are marked, as the file numbers them."""
        places = np.flatnonzero(rows.to_numpy(dtype=bool)) if rows is not None else ()
        seen = f", {first_rows([self.row(int(one)) for one in places])}" if len(places) else ""
        return f"{clip(self.table.file, FILE)}, column {clip(column)!r} ({place}){seen}"

    def refuse(self, what: str, where: str, expected: str, next_step: str) -> None:
        """Note a problem."""
        self.problems.append(problem(what, where, expected, next_step))

    def say(self, code: str, **values: Value) -> None:
        """Note something that was assumed."""
        self.assumed.append(Message(code=code, values=values))

    def keys(self, column: str, missing: Iterable[object] | None = ()) -> pd.Series:
        """The column as codes, None where there is no answer: blanks, and the study's and the block's own codes for it.

        With `missing` None only blanks are none.
        """
        places, distinct = self.distinct(column)
        keys = self._distinct_keys(column, distinct, missing)
        return pd.Series(np.array([*keys, None], dtype=object)[places], index=self.frame.index, dtype=object)

    def distinct(self, column: str) -> tuple[npt.NDArray[np.intp], pd.Index]:
        """The place of each row's cell among the different cells of a column, -1 for a blank, and those in the order they come in.

        What is asked of a cell is asked of each of these once, however many rows there are.
        """
        if column not in self._distinct:
            places, found = pd.factorize(self.frame[column])
            self._distinct[column] = places, pd.Index(found, dtype=object)
        return self._distinct[column]

    def answered(self, column: str, missing: Iterable[object] | None = ()) -> tuple[npt.NDArray[np.intp], list[Any]]:
        """`distinct` without the cells that are no answer."""
        places, found = self.distinct(column)
        given = self._distinct_keys(column, found, missing).notna().to_numpy()
        renumbered = np.append(np.where(given, np.cumsum(given) - 1, -1), -1)
        return renumbered[places], list(found[given])

    def _distinct_keys(self, column: str, found: pd.Index, missing: Iterable[object] | None) -> pd.Series:
        keys = pd.Series([*map(text_key if self.spellings(column) else code_key, found)], dtype=object)
        if missing is None:
            return keys
        return keys.where(~self.carries(keys, column, self.codes(column, [*self.config.missing, *missing])), None)

    def spellings(self, column: str) -> Mapping[str, frozenset[str]]:
        """Texts of a column of names or codes that are one number in several spellings, by that number.

        Such texts, as 62.10 and 62.1, are different codes. Where there are none, 1, 1.0 and "1" are one code, in whatever way
        study.yaml or another file writes it.
        """
        if column not in self._spellings:
            alike: dict[str, set[str]] = defaultdict(set)
            if column in self.table.names:
                for cell in self.distinct(column)[1]:
                    if (text := text_key(cell)) is not None and NUMBER.match(text):
                        alike[code_key(text) or ""].add(text)
            self._spellings[column] = {key: frozenset(texts) for key, texts in alike.items() if len(texts) > 1}
        return self._spellings[column]

    def codes(self, column: str, listed: Iterable[object]) -> frozenset[str]:
        """Codes that a user listed for a column, in the form of its keys."""
        if not self.spellings(column):
            return keys_of(listed)
        written = ((code_key(code) if not isinstance(code, str) else text_key(code)) for code in listed)
        return frozenset(key for key in written if key is not None)

    def carries(self, keys: pd.Series, column: str, wanted: frozenset[str]) -> pd.Series:
        """Where a code, or the words that an SPSS file gives to it, are among those wanted.

        A number as the text of a code is no word: the codes 1 to 11 may well be labelled 0 to 10.
        """
        words = {key: code_key(text) for key, text in self.answer_texts(column).items()}
        return keys.isin(wanted | {key for key, word in words.items() if word in wanted and not NUMBER.match(word)})

    def answer_texts(self, column: str) -> Mapping[str, str]:
        """The texts of a column's codes, where the file has them."""
        texts = self.table.value_labels.get(column, {})
        return {key: str(text) for code, text in texts.items() for key in self.codes(column, [code])}


# Numbers.

SHOWN = 11  # numbers read from labels that are told one by one
ENOUGH_FOR_ZERO = 50
ENOUGH_ONES = 3
NPS_SCALE = (0.0, 10.0)
FEW_CODES = 2


def read_numbers(
    desk: Desk, column: str, place: str, *, missing: Iterable[object] | None = (), scale: Scale | None = None
) -> pd.Series:
    """A column as floats; NaN where there is no answer, and where an answer is no number, which is noted as a problem.

    `scale` tells which numbers may carry the label of a scale point; see `parse_scores`.
    """
    places, distinct = desk.answered(column, missing)
    parsed = parse_scores(distinct, np.bincount(places[places >= 0], minlength=len(distinct)).tolist(), scale)
    values = pd.Series(np.array([*(number for number, _ in parsed), math.nan], dtype=float)[places], dtype=float)
    kinds = np.array([*(kind for _, kind in parsed), "blank"])
    unreadable, comma, point, label = (pd.Series((kinds == kind)[places]) for kind in ("unreadable", "comma", "point", "label"))
    if unreadable.any():
        desk.refuse(
            f"{int(unreadable.sum())} of {int((places >= 0).sum())} answers are not numbers.",
            desk.where(column, place, unreadable),
            "numbers, or labels of scale points such as 5 - Fully agree.",
            "Export codes instead of texts, and correct sentences; if these are codes for no answer, list them under `missing`.",
        )
    if comma.any() and point.any():
        desk.refuse(
            f"{int(comma.sum())} answers have a decimal comma and {int(point.sum())} a decimal point.",
            desk.where(column, place, comma if comma.sum() <= point.sum() else point),
            "one decimal mark in the whole column.",
            "Export the column anew, or write its numbers in one way.",
        )
    if label.any():
        shown = ", ".join(f"{number:g}" for number in sorted(values[label].unique())[:SHOWN])
        desk.say("study.text_anchors", column=column, n=int(label.sum()), numbers=shown)
    return values


def read_on_scale(desk: Desk, column: str, place: str, block: Scaled) -> pd.Series:
    """A column as floats on the scale of its block; answers outside it are noted as a problem and left out."""
    scale = block.scale
    values = read_numbers(desk, column, place, missing=block.missing, scale=scale)
    outside = (values < scale[0]) | (values > scale[1])
    if outside.any():
        # What most likely went wrong, told without the answers themselves.
        stray = values[outside].to_numpy(dtype=float)
        away = (stray < min(scale[0], 0.0)) | (stray > 2 * scale[1] - scale[0])
        if scale == NPS_SCALE and (stray == NPS_SCALE[1] + 1).all() and not (values == 0).any():
            advice = "The codes look one too high (1 to 11): set scale: [1, 11]."
        elif away.all() and len(np.unique(stray)) <= FEW_CODES:
            advice = "If these are codes for no answer, list them under `missing`; if the question had another scale, set `scale`."
        else:
            advice = "If the question had another scale, set `scale`; if these are codes for no answer, list them under `missing`."
        desk.refuse(
            f"{int(outside.sum())} of {int(values.notna().sum())} answers lie outside {scale[0]:g} to {scale[1]:g}.",
            desk.where(column, place, outside),
            f"answers from {scale[0]:g} to {scale[1]:g}, as `scale` says.",
            advice,
        )
    return values.mask(outside)


def read_rating(desk: Desk, column: str, place: str, block: Scaled) -> pd.Series:
    """A column stretched from the scale of its block to 0-10."""
    return stretch(read_on_scale(desk, column, place, block), block.scale)


def read_statements(
    desk: Desk, block: Cocreation | Employees | ProviderView, place: str, *, linked: bool = False
) -> dict[str, pd.Series]:
    """`facet.<item>` and `element.<key>` on 0-10 for the mapped columns that are there, elements first.

    Columns that a linked file lacks are noted as problems; those of the responses have been checked.
    """
    names = {one.key: f"element.{one.key}" for one in elements()} | {one.key: f"facet.{one.key}" for one in facet_items()}
    mapped: Mapping[str, str] = block.columns
    return {
        name: read_rating(desk, mapped[key], f"{place}.columns.{key}", block)
        for key, name in names.items()
        if key in mapped and not (desk.lacks(mapped[key], f"{place}.columns.{key}") if linked else not desk.has(mapped[key]))
    }


def stretch(values: pd.Series, scale: Scale, top: float = 10.0) -> pd.Series:
    """Answers moved linearly from their scale to 0..top."""
    return values if scale == (0.0, top) else (values - scale[0]) * top / (scale[1] - scale[0])


def mean_of_answered(columns: Sequence[pd.Series]) -> pd.Series:
    """Row by row the mean of the columns that have an answer."""
    return columns[0] if len(columns) == 1 else pd.concat(columns, axis=1).mean(axis=1)


def note_no_zero(desk: Desk, columns: Collection[pd.Series], name: str, scale: Scale, *, ones: int = ENOUGH_ONES) -> None:
    """Ask whether questions on 0-10 were really 1-10, where many whole answers hold no zero although some, `ones`, are 1."""
    if not columns or scale != NPS_SCALE:
        return
    given = pd.concat(list(columns)).dropna()
    if len(given) >= ENOUGH_FOR_ZERO and given.min() > 0 and (given % 1 == 0).all() and (given == 1).sum() >= ones:
        desk.say("study.no_zero", name=name, n=len(given))


# Texts and names.


def texts(desk: Desk, column: str, missing: Iterable[object] | None = None) -> pd.Series:
    """A column as text, None where blank; whole numbers without decimals. `missing` None keeps every code."""
    places, distinct = desk.answered(column, missing)
    words = [" ".join(value.split()) or None if isinstance(value, str) else code_key(value) for value in distinct]
    return pd.Series(np.array([*words, None], dtype=object)[places], dtype=object)


def without_emails(desk: Desk, column: str, ids: pd.Series) -> pd.Series:
    """The ids with e-mail addresses replaced by hashes, which is said."""
    emails = map_distinct(ids, is_email).eq(True)
    if not emails.any():
        return ids
    desk.say("study.ids_hashed", column=column, n=int(emails.sum()))
    return ids.where(~emails, map_distinct(ids[emails], hashed).reindex(ids.index))


def check_filled(desk: Desk, values: pd.Series, column: str, place: str, what: str) -> pd.Series:
    """The values, with rows refused that have no account, team, quote, coder or code, since they would belong to nobody."""
    blank = values.isna()
    if blank.any():
        desk.refuse(
            f"{int(blank.sum())} of {desk.n} rows have no {what}.",
            desk.where(column, place, blank),
            f"the {what} on every row{', spelled as in the responses' if what in ('account', 'team') else ''}.",
            f"Fill in the {what}, or take the rows out.",
        )
    return values


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A column that names accounts or teams, its place in study.yaml, and the place that names those of the responses."""

    column: str
    place: str
    what: str
    there: str
    stray: str  # code of the message that counts the names which the responses lack


def join_names(desk: Desk, ids: pd.Series, known: Collection[str], named: Named) -> pd.Series:
    """The names as the responses spell them; those that the responses lack stay as they are, and blank ones are refused.

    1, 1.0 and "1" are one name, and so are names that differ in case or blanks only, unless the responses tell such names apart.
    A column of which no name is known is refused; a few stray names are counted, never named.
    """
    check_filled(desk, ids, named.column, named.place, named.what)
    if not known:  # the responses name none, which is a problem of theirs
        return ids
    spelled: dict[str | None, list[str]] = defaultdict(list)
    for name in known:
        spelled[code_key(name)].append(name)
    exact = set(known)
    # Numbers that this file itself writes in two ways are two names here.
    apart = {text for texts in desk.spellings(named.column).values() for text in texts}
    meant = {
        name: alike[0]
        for name in ids.dropna().unique()
        if name not in exact and text_key(name) not in apart and len(alike := spelled[code_key(name)]) == 1
    }
    joined = map_distinct(ids, lambda name: meant.get(name, name))
    given = joined.dropna()
    stray = given[~given.isin(known)]
    if len(given) and len(stray) == len(given):
        # The column with most names of the responses: half its filled rows at least; a rating of 7 is not customer 7.
        keys = {code_key(name) for name in known}
        shares = {
            str(name): float(desk.keys(name, None).dropna().isin(keys).mean())
            for name in desk.frame.columns
            if not all(key is None or key.isdigit() for key in keys) and desk.keys(name).notna().any()
        }
        best = max(shares, key=lambda name: shares[name], default="")
        hint = f" Column {clip(best, 40)!r} holds names that they have." if shares.get(best, 0.0) >= 0.5 else ""
        desk.refuse(
            f"None of the {int(given.nunique())} {named.what}s stands in the responses.{hint}",
            desk.where(named.column, named.place),
            f"the same names as in {named.there}.",
            "Name the column that holds them, or use the same codes in both files.",
        )
        return joined
    if len(stray):
        desk.say(named.stray, names_n=int(stray.nunique()), rows_n=len(stray), file=desk.table.file)
    respelled = joined.notna() & joined.ne(ids)
    if respelled.any():
        desk.say("study.names_alike", file=desk.table.file, column=named.column, rows_n=int(respelled.sum()))
    return joined
