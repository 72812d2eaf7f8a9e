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
from valuelib.study.asked import labels_run_down, points_of_labels, scale_in_text, scale_of_labels
from valuelib.study.config import Cocreation, Elements, Employees, ProviderView, Repurchase, StudyConfig, ValueEnhancement
from valuelib.study.ladders import exhausts_other, fit_ladder, is_no_answer, plain_word, smallest_fit
from valuelib.study.model import hashed, is_email
from valuelib.study.readers.draft import RawTable, count_places, some
from valuelib.study.scores import Parsed, Scale, parse_scores
from valuelib.study.shapes import Item
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
    anchors: dict[str, Mapping[float | str, str]] = field(default_factory=dict)
    _spellings: dict[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    _said_of: dict[object, tuple[int, list[str], dict[str, float]]] = field(default_factory=dict)
    _distinct: dict[str, tuple[npt.NDArray[np.intp], pd.Index]] = field(default_factory=dict)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The raw columns, rows numbered from zero."""
        return self.table.frame.reset_index(drop=True)

    @property
    def n(self) -> int:
        """How many rows the table has."""
        return len(self.frame)

    def count(self, rows: pd.Series) -> int:
        """How many answers the marked rows are."""
        return int(rows.sum()) if not len(self.table.copies) else int(np.asarray(self.table.copies)[rows.to_numpy(bool)].sum())

    def tally(self, values: pd.Series) -> pd.Series:
        """How many answers have each value, the commonest first."""
        if not len(self.table.copies):
            return values.value_counts()
        copies = pd.Series(self.table.copies, index=values.index)
        return copies.groupby(values, sort=False).sum().sort_values(ascending=False, kind="stable")

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

    def say_of(self, code: str, column: str, words: Mapping[str, float], **values: Value) -> None:
        """Note what was assumed of a column; columns of which the same is to be told are told together, with their `words`."""
        key = (code, *sorted(values.items()))
        place, columns, known = self._said_of.setdefault(key, (len(self.assumed), [], {}))
        columns.append(clip(column, 40))
        known |= words
        shown = ", ".join(f"{clip(word, 40)} = {number:g}" for word, number in sorted(known.items(), key=lambda one: one[1]))
        told: dict[str, Value] = {"columns": some(columns), "columns_n": len(columns), **({"shown": shown} if known else {})}
        self.assumed[place : place + 1] = [Message(code=code, values={**values, **told})]

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

    def labels(self, block: Scaled | None) -> Mapping[str, float]:
        """The numbers that study.yaml gives to words of this block; none where it names a usual ladder or nothing."""
        given = self.config.labels.get(block.labels or "", {}) if block is not None else {}
        if isinstance(given, tuple):
            given = {word: block.scale[0] + place for place, word in enumerate(given)} if block is not None else {}
        return {text_key(word) or "": number for word, number in given.items()}

    def broken(self, column: str) -> pd.Series:
        """The rows where a spreadsheet program wrote an error into the column."""
        rows = self.table.errors.get(column, frozenset())
        return pd.Series([self.row(place) in rows for place in range(self.n)] if rows else False, index=range(self.n), dtype=bool)

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
    desk: Desk, column: str, place: str, *, missing: Iterable[object] | None = (), block: Scaled | None = None
) -> pd.Series:
    """A column as floats; NaN where there is no answer, and where an answer is no number, which is noted as a problem.

    The scale of the `block` tells which numbers may carry the label of a scale point (see `parse_scores`), and what the words of a
    usual ladder stand for; its `labels` give words their numbers. A text, or the file's text for a code, that says that there is no
    answer is none.
    """
    scale = block.scale if block is not None else None
    places, cells = desk.answered(column, missing)
    counts = count_places(places, len(cells), desk.table.copies)
    known = desk.answer_texts(column)
    said = [known.get(code_key(cell) or "", cell) for cell in cells]
    numbers = desk.labels(block)
    silent = [
        missing is not None and isinstance(text, str) and is_no_answer(text) and number_of(text, numbers) is None for text in said
    ]
    parsed = parse_scores(cells, counts, scale)
    parsed = [(math.nan, "blank") if no_answer else one for no_answer, one in zip(silent, parsed, strict=True)]
    parsed = _read_words(desk, column, place, block, [*zip(cells, said, parsed, strict=True)])
    if any(silent):
        n = sum(count for count, no_answer in zip(counts, silent, strict=True) if no_answer)
        texts_of = [str(text) for text, no_answer in zip(said, silent, strict=True) if no_answer]
        desk.say("study.no_answer_words", column=column, n=n, shown=some([clip(text, 40) for text in texts_of]))
    values = pd.Series(np.array([*(number for number, _ in parsed), math.nan], dtype=float)[places], dtype=float)
    kinds = np.array([*(kind for _, kind in parsed), "blank"])
    unreadable, comma, point, label = (pd.Series((kinds == kind)[places]) for kind in ("unreadable", "comma", "point", "label"))
    if unreadable.any():
        desk.refuse(
            f"{int(unreadable.sum())} of {int((kinds != 'blank')[places].sum())} answers are not numbers.",
            desk.where(column, place, unreadable),
            "numbers, or labels of scale points such as 5 - Fully agree.",
            "Give words their numbers under `labels`, named beside `scale`; codes for no answer go under `missing`.",
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
        desk.anchors[column] = {number: str(cell) for cell, (number, kind) in zip(cells, parsed, strict=True) if kind == "label"}
    return values


def ends_of(scale: Scale) -> dict[str, str]:
    """The ends of a scale as messages show them."""
    return {"low": f"{scale[0]:g}", "high": f"{scale[1]:g}"}


Read: TypeAlias = tuple[object, object, Parsed]  # a cell, the file's text for it, and what it is as a number


def number_of(text: object, numbers: Mapping[str, float]) -> float | None:
    """The number that `labels` give to a text: by the text itself, else where marks alone tell it from one of them."""
    exact = text_key(text) or ""
    if exact in numbers:
        return numbers[exact]
    alike = {number for word, number in numbers.items() if plain_word(word) and plain_word(word) == plain_word(exact)}
    return alike.pop() if len(alike) == 1 else None


def _read_words(desk: Desk, column: str, place: str, block: Scaled | None, read: Sequence[Read]) -> list[Parsed]:
    """Words as numbers: by the `labels` of the block, else where all answers are words of one usual ladder as long as the scale."""
    parsed = [one for _, _, one in read]
    if block is None:
        return parsed
    if numbers := desk.labels(block):
        own = [number_of(cell, numbers) for cell, _, _ in read]
        told = [number_of(text, numbers) if by_cell is None else by_cell for by_cell, (_, text, _) in zip(own, read, strict=True)]
        turned = [
            kind != "blank" and by_cell is None and number is not None and number != code
            for by_cell, number, (code, kind) in zip(own, told, parsed, strict=True)
        ]
        bare = [number is None and kind not in ("blank", "unreadable") for number, (_, kind) in zip(told, parsed, strict=True)]
        if any(turned) and any(bare):
            desk.refuse(
                "`labels` give codes other numbers than they have, and other codes of the column have no label.",
                desk.where(column, place),
                "either every code with a label, or labels that agree with the codes.",
                "Give every code its number under `labels`, or take `labels` out.",
            )
            return parsed
        words = {str(text): number for number, (_, text, _) in zip(told, read, strict=True) if number is not None}
        if words:
            desk.say_of("study.words_read", column, words, **ends_of(block.scale))
        return [one if number is None else (number, "word") for number, one in zip(told, parsed, strict=True)]
    texts_of = {str(cell): plain_word(cell) for cell, _, (_, kind) in read if kind == "unreadable" and isinstance(cell, str)}
    low, high = block.scale
    if not texts_of or any(kind not in ("unreadable", "blank") for _, kind in parsed) or (high - low) % 1:
        return parsed
    held, steps = set(texts_of.values()), int(high - low) + 1
    fit, written = fit_ladder(held, steps, block.labels), "scale" in block.model_fields_set
    shorter = exhausts_other(held, steps) if block.labels is None and written else None
    if shorter is not None:  # unless other columns of the block have words that only the longer ladder holds
        shorter = exhausts_other(held | _words_of(desk, block), steps)
    usual = smallest_fit(held)
    fewer = shorter if written else usual.steps if usual is not None else None
    if fewer is not None:
        desk.refuse(
            f"The answers are words of a ladder of {fewer} steps; "
            + (f"the scale has {steps}." if written else "the scale is not written."),
            desk.where(column, place),
            f"the scale that the words stand for, such as scale: [1, {fewer}].",
            f"Write scale: [1, {fewer}] if that is right; else give each word its number by a list under `labels`.",
        )
        return [(math.nan, "refused") if kind == "unreadable" else (number, kind) for number, kind in parsed]
    if fit is None or not written:
        return parsed
    read_as = {text: low + fit.rungs[word] for text, word in texts_of.items()}
    desk.say_of("study.words_read", column, read_as, **ends_of(block.scale))
    return [(read_as[str(cell)], "word") if kind == "unreadable" else (number, kind) for cell, _, (number, kind) in read]


def _words_of(desk: Desk, block: Scaled) -> set[str]:
    """The words in all columns of a block, without those that say that there is no answer."""
    given = block.column if isinstance(block, Item | Repurchase) else block.columns
    named = [given] if isinstance(given, str) else list(given.values()) if isinstance(given, Mapping) else list(given)
    columns = [column for one in named for column in ([one] if isinstance(one, str) else one) if desk.has(column)]
    cells = {cell for column in columns for cell in desk.frame[column].dropna().unique() if isinstance(cell, str)}
    return {plain_word(cell) for cell in cells if not is_no_answer(cell)}


def _compare_scales(desk: Desk, column: str, place: str, block: Scaled) -> None:
    """Tell where the file's labels or the question's text name another scale than is mapped; refuse where none is written."""
    asked = {
        "labels": scale_of_labels(desk.table.value_labels.get(column, {})),
        "question": scale_in_text(f"{column} {desk.table.labels.get(column, '')}"),
    }
    given = {source: scale for source, scale in asked.items() if scale is not None}
    if desk.labels(block) or not given:
        return
    source, found = next(iter(given.items()))
    same = found == block.scale or (source == "question" and found[1] - found[0] == block.scale[1] - block.scale[0])
    if same:
        return
    if "scale" in block.model_fields_set:
        asked_ends = {f"asked_{end}": number for end, number in ends_of(found).items()}
        code = "study.scale_contradicts_labels" if source == "labels" else "study.scale_contradicts_question"
        desk.say_of(code, column, {}, **ends_of(block.scale), **asked_ends)
    else:
        where = "value labels run" if source == "labels" else "question's text says"
        desk.refuse(
            "The scale is not written, and {low} to {high} would be taken; ".format_map(ends_of(block.scale))
            + f"the {where} {found[0]:g} to {found[1]:g}.",
            desk.where(column, place),
            "the scale on which the question was asked.",
            f"Write scale: [{found[0]:g}, {found[1]:g}] if it is right, else the right one.",
        )


def check_direction(desk: Desk, column: str, *, low_is_good: bool) -> None:
    """Tell where the labels of the file, or beside the numbers of a column that was read, call the end good that counts as bad."""
    texts_of = desk.table.value_labels.get(column) or desk.anchors.get(column, {})
    down = labels_run_down(texts_of)
    if down is None or down == low_is_good:
        return
    points = points_of_labels(texts_of)
    low, high = (f"{end:g} = {clip(points[end], 40)}" for end in (min(points), max(points)))
    desk.say_of("study.labels_run_down" if down else "study.labels_run_up", column, {}, low=low, high=high)


def read_on_scale(desk: Desk, column: str, place: str, block: Scaled) -> pd.Series:
    """A column as floats on the scale of its block; answers outside it are noted as a problem and left out."""
    scale = block.scale
    values = read_numbers(desk, column, place, missing=block.missing, block=block)
    _compare_scales(desk, column, place, block)
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
    found = {
        key: read_rating(desk, mapped[key], f"{place}.columns.{key}", block)
        for key in names
        if key in mapped and not (desk.lacks(mapped[key], f"{place}.columns.{key}") if linked else not desk.has(mapped[key]))
    }
    for key in found:
        check_direction(desk, mapped[key], low_is_good=False)
    return {names[key]: values for key, values in found.items()}


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
