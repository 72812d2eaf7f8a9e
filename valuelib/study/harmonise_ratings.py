"""Numbers and ratings on their scales, and the desk where problems and assumptions of a table gather."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from valuelib.errors import Problem
from valuelib.results import Message, Value
from valuelib.study.config import Elements, StudyConfig
from valuelib.study.readers.draft import RawTable
from valuelib.study.wording import FILE, NUMBER, clip, code_key, code_keys, first_rows, keys_of, problem, to_float
from valuelib.theory.facets import facet_items
from valuelib.theory.pyramid import elements


@dataclass(kw_only=True)
class Desk:
    """One raw table on its way to harmonised columns; problems are collected, not raised, so that all are told at once."""

    table: RawTable
    config: StudyConfig
    problems: list[Problem] = field(default_factory=list)
    assumed: list[Message] = field(default_factory=list)

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

    def rows(self, mask: pd.Series) -> str:
        """The first rows that a mask marks, as the file numbers them."""
        places = np.flatnonzero(mask.to_numpy(dtype=bool))
        return first_rows([self.row(int(place)) for place in places])

    def row(self, place: int) -> int:
        """The number of a row in the file."""
        return self.table.rows[place] if self.table.rows else self.table.first_row + place

    def refuse(self, what: str, *, column: str, place: str, expected: str, next_step: str, rows: pd.Series | None = None) -> None:
        """Note a problem of one column; `rows` marks where it is seen."""
        seen = f", {self.rows(rows)}" if rows is not None and rows.any() else ""
        where = f"{clip(self.table.file, FILE)}, column {clip(column)!r} ({place}){seen}"
        self.problems.append(problem(what, where, expected, next_step))

    def say(self, code: str, **values: Value) -> None:
        """Note something that was assumed."""
        self.assumed.append(Message(code=code, values=values))

    def missing_keys(self, missing: Iterable[object] = ()) -> frozenset[str]:
        """Keys of the codes for "no answer": the study's and the block's own."""
        return keys_of([*self.config.missing, *missing])

    def keys(self, column: str, missing: Iterable[object] | None = ()) -> pd.Series:
        """The column as codes, None where there is no answer; with `missing` None only blanks are none."""
        keys = code_keys(self.frame[column])
        return keys if missing is None else keys.where(~self.carries(keys, column, self.missing_keys(missing)), None)

    def carries(self, keys: pd.Series, column: str, wanted: frozenset[str]) -> pd.Series:
        """Where a code, or the words that an SPSS file gives to it, are among those wanted.

        A number as the text of a code is no word: the codes 1 to 11 may well be labelled 0 to 10.
        """
        words = {key: code_key(text) for key, text in self.answer_texts(column).items()}
        return keys.isin(wanted | {key for key, word in words.items() if word in wanted and not NUMBER.match(word)})

    def answer_texts(self, column: str) -> Mapping[str, str]:
        """The texts of a column's codes, where the file has them."""
        texts = self.table.value_labels.get(column, {})
        return {key: str(text) for code, text in texts.items() if (key := code_key(code)) is not None}


# Numbers.

GROUPED = re.compile(r"[-+]?\d{1,3}(?: \d{3})+(?:[.,]\d+)?\Z")
ENOUGH_FOR_ZERO = 50
ENOUGH_ONES = 3
NPS_SCALE = (0.0, 10.0)
FEW_CODES = 2
Scale = tuple[float, float]


def read_numbers(desk: Desk, column: str, place: str, *, missing: Iterable[object] | None = ()) -> pd.Series:
    """A column as floats; NaN where there is no answer, and where an answer is no number, which is noted as a problem."""
    raw = desk.frame[column].where(desk.keys(column, missing).notna())
    places, distinct = pd.factorize(raw)
    parsed = [_parse(value) for value in distinct]
    values = np.array([*(number for number, _ in parsed), math.nan], dtype=float)[places]
    kinds = np.array([*(kind for _, kind in parsed), "blank"], dtype=object)[places]
    _check_kinds(desk, column, place, pd.Series(kinds, dtype=object))
    return pd.Series(values, dtype=float)


def read_on_scale(desk: Desk, column: str, place: str, *, scale: Scale, missing: Iterable[object] = ()) -> pd.Series:
    """A column as floats on its own scale; answers outside it are noted as a problem and left out."""
    values = read_numbers(desk, column, place, missing=missing)
    outside = (values < scale[0]) | (values > scale[1])
    if outside.any():
        desk.refuse(
            f"{int(outside.sum())} of {int(values.notna().sum())} answers lie outside {scale[0]:g} to {scale[1]:g}.",
            column=column,
            place=place,
            rows=outside,
            expected=f"answers from {scale[0]:g} to {scale[1]:g}, as `scale` says.",
            next_step=_advice(values, outside, scale),
        )
    return values.mask(outside)


def read_rating(desk: Desk, column: str, place: str, *, scale: Scale, missing: Iterable[object] = ()) -> pd.Series:
    """A column stretched from its own scale to 0-10."""
    return stretch(read_on_scale(desk, column, place, scale=scale, missing=missing), scale)


def stretch(values: pd.Series, scale: Scale, top: float = 10.0) -> pd.Series:
    """Answers moved linearly from their scale to 0..top."""
    return values if scale == (0.0, top) else (values - scale[0]) * top / (scale[1] - scale[0])


def mean_of_answered(columns: Sequence[pd.Series]) -> pd.Series:
    """Row by row the mean of the columns that have an answer."""
    return columns[0] if len(columns) == 1 else pd.concat(columns, axis=1).mean(axis=1)


def note_no_zero(desk: Desk, values: pd.Series, name: str, scale: Scale, *, ones: int = ENOUGH_ONES) -> None:
    """Ask whether a question on 0-10 was really 1-10, where many whole answers hold no zero although some, `ones`, are 1."""
    given = values.dropna()
    if scale != NPS_SCALE or len(given) < ENOUGH_FOR_ZERO or given.min() <= 0 or (given % 1 != 0).any():
        return
    if (given == 1).sum() >= ones:
        desk.say("study.no_zero", name=name, n=len(given))


def _parse(value: object) -> tuple[float, str]:
    """A cell's number, and how it was written: number, point, comma, anchor (with a text beside it), or unreadable."""
    if isinstance(value, bool | int | float | np.number | np.bool_):
        return (float(value), "number") if math.isfinite(value) else (math.nan, "unreadable")
    text = " ".join(str(value).split()).removesuffix("%").rstrip()
    if GROUPED.match(text):
        text = text.replace(" ", "")
    if NUMBER.match(text):
        number = to_float(text)
        kind = "comma" if "," in text else "point" if "." in text else "number"
        return (number, kind) if math.isfinite(number) else (math.nan, "unreadable")
    # The one whole number at the start or the end of a text such as `10 - Extremely likely`.
    found = re.findall(r"\d+", text)
    if len(found) == 1 and (re.match(r"-?\d", text) or re.search(r"\d\W*\Z", text)):
        return float(f"-{found[0]}" if text.startswith(f"-{found[0]}") else found[0]), "anchor"
    return math.nan, "unreadable"


def _check_kinds(desk: Desk, column: str, place: str, kinds: pd.Series) -> None:
    unreadable, comma, point, anchor = (kinds == kind for kind in ("unreadable", "comma", "point", "anchor"))
    if unreadable.any():
        desk.refuse(
            f"{int(unreadable.sum())} of {int((kinds != 'blank').sum())} answers are not numbers.",
            column=column,
            place=place,
            rows=unreadable,
            expected="numbers, or texts with one whole number at the start or the end.",
            next_step="Export codes instead of texts; if these are codes for no answer, list them under `missing`.",
        )
    if comma.any() and point.any():
        desk.refuse(
            f"{int(comma.sum())} answers have a decimal comma and {int(point.sum())} a decimal point.",
            column=column,
            place=place,
            rows=comma if comma.sum() <= point.sum() else point,
            expected="one decimal mark in the whole column.",
            next_step="Export the column anew, or write its numbers in one way.",
        )
    if anchor.any():
        desk.say("study.text_anchors", column=column, n=int(anchor.sum()))


def _advice(values: pd.Series, outside: pd.Series, scale: Scale) -> str:
    """What most likely went wrong, told without the answers themselves."""
    stray = values[outside].to_numpy(dtype=float)
    if scale == NPS_SCALE and (stray == NPS_SCALE[1] + 1).all() and not (values == 0).any():
        return "The codes look one too high (1 to 11): set scale: [1, 11]."
    # Few different whole numbers, well away from the scale.
    width = scale[1] - scale[0]
    away = (stray < min(scale[0], 0.0)) | (stray > scale[1] + width)
    if bool(away.all()) and len(np.unique(stray)) <= FEW_CODES:
        return "If these are codes for no answer, list them under `missing`; if the question had another scale, set `scale`."
    return "If the question had another scale, set `scale`; if these are codes for no answer, list them under `missing`."


# Elements, co-creation statements and the marker item, all on 0-10.


def element_columns(desk: Desk) -> dict[str, pd.Series]:
    """`element.<key>` for each mapped element, in the pyramid's order."""
    block = desk.config.elements
    if block is None:
        return {}
    mapped = [one.key for one in elements() if one.key in block.columns]
    read = {f"element.{key}": _element(desk, block, key) for key in mapped}
    columns = {name: values for name, values in read.items() if values is not None}
    _ask(desk, columns, "elements", block.scale)
    return columns


def facet_columns(desk: Desk) -> dict[str, pd.Series]:
    """`facet.<item key>` for each mapped co-creation statement, in the battery's order."""
    block = desk.config.cocreation
    if block is None:
        return {}
    mapped = {one.key: block.columns[one.key] for one in facet_items() if one.key in block.columns}
    columns = {
        f"facet.{key}": read_rating(desk, column, f"cocreation.columns.{key}", scale=block.scale, missing=block.missing)
        for key, column in mapped.items()
        if desk.has(column)
    }
    _ask(desk, columns, "cocreation", block.scale)
    return columns


def marker_column(desk: Desk) -> dict[str, pd.Series]:
    """`marker` on 0-10; without a scale of its own it was asked on that of the elements."""
    marker = desk.config.columns.marker
    if marker is None:
        return {}
    if isinstance(marker, str):
        scale = desk.config.elements.scale if desk.config.elements is not None else (0.0, 10.0)
        column, missing = marker, desk.config.elements.missing if desk.config.elements is not None else ()
    else:
        column, scale, missing = marker.column, marker.scale, marker.missing
    return {"marker": read_rating(desk, column, "columns.marker", scale=scale, missing=missing)} if desk.has(column) else {}


def perceived_value(columns: dict[str, pd.Series], desk: Desk) -> pd.Series:
    """The mean of the mapped elements, for studies that did not ask for value as a whole; that it was taken is said."""
    desk.say("study.perceived_value_mean", elements_n=len(columns))
    return mean_of_answered(list(columns.values()))


def _element(desk: Desk, block: Elements, key: str) -> pd.Series | None:
    answers = [
        _turned(
            read_rating(desk, column, f"elements.columns.{key}", scale=block.scale, missing=block.missing),
            (key in block.reversed) != (column in block.reversed),
        )
        for column in block.columns[key]
        if desk.has(column)
    ]
    return mean_of_answered(answers) if answers else None


def _turned(values: pd.Series, low_is_good: bool) -> pd.Series:
    return 10.0 - values if low_is_good else values


def _ask(desk: Desk, columns: dict[str, pd.Series], name: str, scale: tuple[float, float]) -> None:
    """Ask once for the whole block, whose items were answered on one scale."""
    if columns:
        note_no_zero(desk, pd.concat(list(columns.values())), name, scale)
