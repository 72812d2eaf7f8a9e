"""A profile of each column of an export: its words, numbers, levels and likely scale."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuelib.study.ladders import Fit, exhausts_other, fit_ladder, is_no_answer, runs_down, smallest_fit
from valuelib.study.readers.draft import RawTable
from valuelib.study.scaffold.words import (
    COUNTS,
    DEMOGRAPHICS,
    NO_ANSWER_NUMBERS,
    TIMERS,
    bare,
    holds,
    own_words,
    speaks_of,
)
from valuelib.study.scores import parse_scores
from valuelib.study.wording import NUMBER, code_key, code_keys, tidy, to_float

MOST_LEVELS = 12
SHORT_NAME = 3  # words
RATING_TOP = 11  # rating scales end here; 0-100 scales are told apart by their numbers
BATTERY = 3  # columns with the same value labels, which are then a scale rather than names of groups
Scale = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A scale that the file states, and by what: value labels, answers in words, or the question's text."""

    scale: Scale
    why: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profile:
    """One column: its header and label in plain small words, and its numbers where all answers are numbers or points of a scale.

    `texts` are header and label in full, `items` what each asks of its own in a grid, `label` the question as the file writes it.
    `silent` are codes that mean no answer in this column by their labels, `ends` the labels of the scale's ends.
    """

    name: str
    texts: tuple[str, ...]
    items: tuple[str, ...]
    label: str
    filled: int
    distinct: int
    numbers: NDArray[np.float64]
    levels: tuple[str, ...]
    level_names: Mapping[str, str]
    length: float
    stated: Stated | None = None
    named: bool = False
    silent: tuple[int | str, ...] = ()
    ends: tuple[str, str] | None = None
    import_id: str = ""

    @property
    def numeric(self) -> bool:
        """Whether the answers are numbers."""
        return self.numbers.size > 0

    @property
    def rating(self) -> bool:
        """Whether the answers could be ratings: 0 or 1 up to 11 at most, on more than two steps; no weights, counts or groups."""
        return (
            self.numeric
            and not (self.weighs or self.named or self.counts or self.times)
            and self.numbers.min() >= 0
            and self.numbers.max() <= RATING_TOP
            and (self.distinct > 2 or (self.stated is not None and self.stated.scale[1] - self.stated.scale[0] > 1))
        )

    @property
    def weighs(self) -> bool:
        """Whether the column is called a weight; a whole question may well speak of weight."""
        return speaks_of("weight", tuple(text for text in self.texts if len(text.split()) <= SHORT_NAME))

    @property
    def counts(self) -> bool:
        """Whether the column counts something, such as years or employees."""
        return holds(COUNTS, self.texts) and self.stated is None

    @property
    def times(self) -> bool:
        """Whether the survey tool measured how long a page took, or how often it was clicked."""
        return holds(TIMERS, self.texts)

    @property
    def demographic(self) -> bool:
        """Whether the column tells of the person who answered: age, gender, role."""
        return holds(DEMOGRAPHICS, self.texts) and not self.rating

    @property
    def ticked(self) -> bool:
        """Whether the column is one of a multiple-response set: one text or 1 where ticked, else blank or 0."""
        codes = {code_key(level) for level in self.levels}
        return len(codes) == 1 or (codes == {"0", "1"} and bool(self.level_names))

    @property
    def coded(self) -> bool:
        """Whether the answers are codes of a scale, such as A1 to A7, on more than a few steps."""
        return len(self.levels) > SHORT_NAME and all(re.fullmatch(r"A\d{1,2}", level) for level in self.levels)

    @property
    def grouping(self) -> bool:
        """Whether the column divides the answers into a few groups that have names."""
        return self.few_levels and (not self.numeric or bool(self.level_names)) and not self.rating

    @property
    def few_levels(self) -> bool:
        """Whether the column divides the answers into a few groups."""
        return 2 <= self.distinct <= MOST_LEVELS


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingCodes:
    """Codes for "no answer" met in the export, as they stand there, and in how many columns."""

    codes: tuple[int | str, ...]
    columns: int


def profile_columns(table: RawTable) -> tuple[tuple[Profile, ...], MissingCodes]:
    """Every column's profile, with codes for "no answer" found and set aside."""
    missing = find_missing(table)
    codes = {code_key(code) for code in missing.codes}
    names = [str(name) for name in table.frame.columns]
    labels = [" ".join(table.labels.get(name, "").split()) for name in names]
    level_names = {
        name: {key: tidy(str(text)) for code, text in table.value_labels.get(name, {}).items() if (key := code_key(code))}
        for name in names
    }
    spoken = _spoken(table.frame)
    alike = Counter(tuple(sorted(one.items())) for one in level_names.values())
    found = []
    for name, label, of_name, of_label in zip(names, labels, own_words(names), own_words(labels), strict=True):
        called = level_names[name]
        silent = {key for key, text in called.items() if is_no_answer(text)}
        values = table.frame[name].dropna()
        keys = code_keys(values)
        kept, keys = values[~keys.isin(codes | silent)], keys[~keys.isin(codes | silent)]
        points, stated, ends = _on_scale(kept, keys, {key: text for key, text in called.items() if key not in silent}, spoken)
        different = keys.unique()
        texts = tuple(dict.fromkeys(text for text in (bare(name), bare(label)) if text))
        battery = alike[tuple(sorted(called.items()))] >= BATTERY and len(called) > BATTERY
        profile = Profile(
            name=name,
            texts=texts,
            items=tuple(text for text in dict.fromkeys((*of_name, *of_label)) if text),
            label=label,
            filled=len(kept),
            distinct=len(different),
            numbers=points,
            levels=tuple(sorted({str(value).strip() for value in kept})) if len(different) <= MOST_LEVELS else (),
            level_names=called,
            length=float(kept.astype("str").str.len().mean()) if len(kept) else 0.0,
            stated=stated or _in_question((name, label), points),
            named=bool(called) and ends is None and not battery and set(different) <= set(called),
            silent=tuple(sorted(int(key) if NUMBER.match(key) else key for key in silent & {*code_keys(values)} - codes)),
            ends=ends,
            import_id=table.import_ids.get(name, ""),
        )
        found.append(profile)
    return tuple(found), missing


def _on_scale(
    kept: pd.Series, keys: pd.Series, called: Mapping[str, str], spoken: Mapping[str, set[str]]
) -> tuple[NDArray[np.float64], Stated | None, tuple[str, str] | None]:
    """A column's answers as numbers (none where some are words off any scale), the scale that its labels state, and their ends."""
    different = keys.unique()
    if len(different) and all(NUMBER.match(key) for key in different):
        points = {key: to_float(key) for key in different}
        said = {int(to_float(key)): text for key, text in called.items() if NUMBER.match(key) and to_float(key) % 1 == 0}
        stated, ends = _by_labels(said, set(points.values()), "value labels")
        return keys.map(points).to_numpy(dtype=float), stated, ends
    # Points of a scale with their labels in the cells: "10 - Extremely likely", "5 Strongly agree".
    cells = [cell for cell in dict.fromkeys(kept) if isinstance(cell, str)]
    if 0 < len(cells) <= 2 * MOST_LEVELS and len(cells) == kept.nunique():
        tally = kept.value_counts()
        for scale in (None, (0.0, 10.0), (1.0, 5.0), (1.0, 7.0)):
            parsed = parse_scores(cells, [int(tally[cell]) for cell in cells], scale)
            if all(kind != "unreadable" for _, kind in parsed):
                worth = {cell: number for cell, (number, _) in zip(cells, parsed, strict=True)}
                said = {int(number): cell for cell, number in worth.items() if re.search(r"[^\W\d_]", cell)}
                stated, ends = _by_labels(said, set(worth.values()), "labels in the answers")
                return np.asarray(kept.map(worth), dtype=np.float64), stated, ends
    # Words of a usual ladder.
    words = [cell for cell in cells if not is_no_answer(cell)]
    fit = _ladder(words, spoken)
    if fit is not None and fit.steps > 2:
        rungs = kept[~kept.isin([cell for cell in cells if is_no_answer(cell)])].map(fit.rungs)
        low, high = min(words, key=fit.rungs.__getitem__), max(words, key=fit.rungs.__getitem__)
        why = f"answers in words, {fit.steps} steps from {low!r} to {high!r}"
        return np.asarray(rungs, dtype=np.float64) + 1, Stated(scale=(1, fit.steps), why=why), None
    return np.array([]), None, None


def _ladder(words: Sequence[str], spoken: Mapping[str, set[str]]) -> Fit | None:
    """The usual ladder of these words; a shorter one where all its rungs occur and no column of its kind goes beyond it."""
    fit = smallest_fit(words) if 1 < len(words) <= MOST_LEVELS else None
    fewer = exhausts_other(words, fit.steps) if fit is not None else None
    if fit is None or fewer is None or fit_ladder(spoken.get(fit.kind, {*words}), fewer) is None:
        return fit
    return fit_ladder(words, fewer)


def _spoken(frame: pd.DataFrame) -> Mapping[str, set[str]]:
    """All words that answers use, by what their ladders ask about."""
    found: dict[str, set[str]] = {}
    for name in frame.columns:
        if not pd.api.types.is_numeric_dtype(frame[name]):
            words = [word for word in map(str, frame[name].dropna().unique()[: 2 * MOST_LEVELS]) if not is_no_answer(word)]
            if 1 < len(words) <= MOST_LEVELS and (fit := smallest_fit(words)) is not None:
                found.setdefault(fit.kind, set()).update(words)
    return found


def _by_labels(said: Mapping[int, str], numbers: set[float], why: str) -> tuple[Stated | None, tuple[str, str] | None]:
    """The scale whose points have these labels, and the labels of its ends; nothing where they are names of groups."""
    if len(said) < 2 or max(said) > RATING_TOP or min(said) < 0:
        return None, None
    low, high = min(said), max(said)
    plain = {code: re.sub(r"^\W*\d+\W*|\W*\d+\W*$", "", text) or text for code, text in said.items()}
    fit = smallest_fit([*plain.values()])
    if fit is not None:  # every point of the ladder is on the scale, whether it has a label or not
        rungs = {code: fit.rungs[text] for code, text in plain.items()}
        upward = {code - rung for code, rung in rungs.items()}
        downward = {code + rung - (fit.steps - 1) for code, rung in rungs.items()}
        for first in (upward, downward):
            if len(first) == 1:
                low = first.pop()
                high = low + fit.steps - 1
                break
    some = {number for number in numbers if number not in said}
    scaled = fit is not None or bool(some) or runs_down(plain[min(said)], plain[max(said)]) is not None
    scaled = scaled or (all(NUMBER.match(text) for text in [*said.values()][1:-1]) and len(said) > 2)
    if not scaled or high - low < 2 or not all(low <= number <= high for number in numbers):
        return None, None
    return Stated(scale=(low, high), why=f"{why} {low}..{high}"), (plain[min(said)], plain[max(said)])


_RANGE = re.compile(r"(?<![\d.,])(0|1|4)\s*(?:-|–|—|\.\.+|…|\bto\b|\bbis\b|\btill\b)\s*(4|5|6|7|9|10|11|100)(?!\d|[.,]\d| ?[%+])")
_ENDS = re.compile(r"(?<![\d.,])(0|1|4)\s*[=:–—-]\s*[^\W\d_][^=]*?(?<![\d.,])(4|5|6|7|9|10|11|100)\s*[=:–—-]\s*[^\W\d_]")


def _in_question(texts: Iterable[str], numbers: NDArray[np.float64]) -> Stated | None:
    """The scale that the question's text tells, such as `0-10` or `1 = poor, 7 = excellent`, where the answers lie on it."""
    for text in texts:
        if numbers.size and (found := _ENDS.search(text) or _RANGE.search(text)) is not None:
            low, high = int(found[1]), int(found[2])
            if low <= numbers.min() and numbers.max() <= high:
                return Stated(scale=(low, high), why="the question says so")
    return None


def find_missing(table: RawTable) -> MissingCodes:
    """Texts that say "no answer", and numbers such as -99 or 99 that stand outside an otherwise short scale."""
    found: Counter[int | str] = Counter()
    for name in table.frame.columns:
        values = table.frame[name].dropna()
        if pd.api.types.is_numeric_dtype(values):
            distinct = np.unique(values.to_numpy(dtype=float))
            odd = {int(number) for number in distinct if number in NO_ANSWER_NUMBERS}
            rest = distinct[~np.isin(distinct, list(odd))]
            if rest.size > 1 and rest.min() >= 0 and rest.max() <= RATING_TOP:
                found.update(odd)
        else:  # only where the other answers are points of a scale: elsewhere "don't know" may be an answer like any other
            silent = {str(value).strip() for value in values.unique() if is_no_answer(value)}
            others = values[~values.astype("str").str.strip().isin(silent)]
            if silent and len(others) and others.nunique() <= MOST_LEVELS and _on_scale(others, code_keys(others), {}, {})[0].size:
                found.update(silent)
    codes = tuple(sorted(found, key=lambda code: (-found[code], str(code))))
    return MissingCodes(codes=codes, columns=max(found.values(), default=0))


# Scales.

MANY = 100  # answers after which an end of the scale that nobody chose is probably not on the scale
SCALES = ((1, 4), (1, 5), (1, 6), (1, 7), (1, 9), (1, 10))
NPS = r"\bnps\b|promoter"


def guess_scale(profiles: Sequence[Profile]) -> tuple[Scale, str, str]:
    """Scale of questions asked alike, how sure that is (high, fair, low), and why.

    Labels come first, then the question's text, then the word NPS, then the answers.
    """
    numbers = np.concatenate([profile.numbers for profile in profiles])
    low, high = float(numbers.min()), float(numbers.max())
    seen = f"answers run {low:g}..{high:g}"
    stated = Counter(profile.stated.scale for profile in profiles if profile.stated is not None)
    for scale, count in stated.most_common(1):
        if scale[0] <= low and high <= scale[1]:
            why = next(profile.stated.why for profile in profiles if profile.stated is not None and profile.stated.scale == scale)
            return scale, "high" if count > len(profiles) / 2 else "fair", why
    if 7 < high <= 10 and any(holds(NPS, profile.texts) for profile in profiles):
        return (0, 10), "fair", f"the word NPS; {seen}"
    if high > 11:
        return (0, 100), "fair", seen
    if high > 10:
        return (1, 11), "low", f"{seen}; 1-11 is often 0-10 coded one too high"
    if low < 1:
        return ((0, 10), "high", seen) if high > 5 else ((0, 5), "low", seen)
    if low == 4 and high == 10 and numbers.size >= MANY:
        return (4, 10), "low", f"{seen}; a school mark, or 0-10?"
    fits = next(scale for scale in SCALES if high <= scale[1])
    if fits == (1, 10) or (fits == (1, 9) and low > 1):
        return ((0, 10) if numbers.size < MANY or low > 1 else fits), "low", f"{seen}; 0-10 or 1-10?"
    sure = "high" if numbers.size >= MANY and low == fits[0] and high == fits[1] else "low"
    return fits, sure, seen


def is_reversed(profile: Profile) -> bool:
    """Whether the labels say that the low end of the scale is the better one."""
    return profile.ends is not None and runs_down(*profile.ends) is True
