"""Where does a column come from while a table is made canonical, and where do problems and assumptions go? All to one desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from valuelib.errors import Problem
from valuelib.records import Message, Value
from valuelib.study.codes import NUMBER, code_key, code_keys, keys_of
from valuelib.study.config import StudyConfig
from valuelib.study.readers import RawTable
from valuelib.study.wording import FILE, clip, problem, say_rows


@dataclass(kw_only=True)
class Desk:
    """One raw table on its way to canonical columns; problems are collected, not raised, so that all are told at once."""

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
        return say_rows([self.row(int(place)) for place in places])

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
