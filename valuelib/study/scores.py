"""Scores: a cell is one where it is a number or the label of a scale point, such as `10 - Extremely likely`; a sentence is none."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from valuelib.study.ladders import hints_no_answer
from valuelib.study.wording import NUMBER, text_key, tidy, to_float

GROUPED = re.compile(r"[-+]?\d{1,3}(?: \d{3})+(?:[.,]\d+)?\Z")
# A label whose number leads and is set apart; one whose number leads only; one whose number comes last.
APART = re.compile(r"(?:(?P<n>[-\u2212]?\d+)(?: ?[:=)\]]| [-–—]|[-–—] )|[(\[](?P<m>\d+)[)\]])(?P<text>.*)\Z")
LEADING = re.compile(r"(?P<n>[-\u2212]?\d+)\b(?P<text>.*)\Z")
TRAILING = re.compile(r"(?P<text>.*?)(?P<n>\d+)\W*\Z")
# Words that make a number another one, and names of months, which a spreadsheet program writes for 5/10.
HEDGES = re.compile(
    r"\W*(?:over|under|above|below|more|less|than|at least|at most|up to|about|approx\w*|around|almost|ca|circa|min|max|top|part"
    r"|page|question|or|and|tai|yli|alle|noin|vähintään|enintään|melkein|kohta|sivu|över|minst|högst|nästan|cirka|unter|über|etwa|mindestens"
    r"|höchstens"
    r"|jan(?:uar[yi]?)?|feb(?:ruar[yi]?)?|mar(?:ch|s)?|märz?|apr(?:il)?|ma[yij]|jun[ei]?|jul[yi]?|aug(?:ust|usti)?|sep(?:t|tember)?"
    r"|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?|(?:tammi|helmi|maalis|huhti|touko|kesä|heinä|elo"
    r"|syys|loka|marras|joulu)(?:kuu\w*)?|\W)*\Z",
    re.IGNORECASE,
)
LETTERS = 3
Scale = tuple[float, float]
Parsed = tuple[float, str]


def parse_scores(cells: Sequence[object], counts: Sequence[int], scale: Scale | None) -> list[Parsed]:
    """The number of each different cell of a column, and what it is: number, point, comma, label or unreadable (NaN).

    A number beside words is the label of a scale point where it leads and is set apart (`10 - Extremely likely`, `0 = never`).
    Other words with one whole number (`5 Fully agree`, `Likely (10)`) are labels only where each text goes with one number and each
    number with one text, the number never stands alone in the column, and either all answers are labels or those of the scale's
    ends and middle are. A label that means no answer is no score.

    Args:
        cells: the different cells, blanks left out.
        counts: how many answers each has.
        scale: the lowest and the highest answer, where the question has a scale.
    """
    parsed = [plain_number(cell) for cell in cells]
    bare = {number for number, kind in parsed if kind != "unreadable"}
    loose: dict[int, tuple[float, str, bool]] = {}
    for place, cell in enumerate(cells):
        if parsed[place][1] != "unreadable" or not isinstance(cell, str):
            continue
        text = " ".join(tidy(cell).split())
        if len(re.findall(r"\d+", text)) != 1 or hints_no_answer(text):
            continue
        if (found := APART.match(text)) is not None and not HEDGES.match(found["text"]):
            parsed[place] = (to_float(found["n"] or found["m"]), "label")
        elif (found := LEADING.match(text) or TRAILING.match(text)) is not None and _is_wording(found["text"]):
            loose[place] = (
                to_float(found["n"]),
                text_key(found["text"].strip(" -–—:=.()[]")) or "",
                LEADING.match(text) is not None,
            )
    numbers_of, texts_of = defaultdict(set), defaultdict(set)
    for number, words, _ in loose.values():
        numbers_of[words].add(number)
        texts_of[number].add(words)
    for place, (number, words, leads) in loose.items():
        if number in bare or len(numbers_of[words]) > 1 or len(texts_of[number]) > 1:
            continue
        # Among bare numbers only the scale's ends and middle carry labels, and not one answer alone.
        anchors = () if scale is None else (*scale, sum(scale) / 2) if leads else scale
        if not bare or (number in anchors and (counts[place] > 1 or len(loose) > 1)):
            parsed[place] = (number, "label")
    return parsed


def _is_wording(text: str) -> bool:
    """Whether a text beside a number can be the wording of a scale point: words, and none that make the number another one."""
    return len(re.findall(r"[^\W\d_]", text)) >= LETTERS and not HEDGES.match(text)


def plain_number(cell: object) -> Parsed:
    """A cell that is a number and nothing else; a percent sign and blanks between thousands are no matter."""
    if isinstance(cell, bool | int | float | np.number | np.bool_):
        return (float(cell), "number") if math.isfinite(cell) else (math.nan, "unreadable")
    text = " ".join(tidy(str(cell)).split()).removesuffix("%").rstrip()
    if GROUPED.match(text):
        text = text.replace(" ", "")
    if not NUMBER.match(text) or not math.isfinite(number := to_float(text)):
        return math.nan, "unreadable"
    return number, "comma" if "," in text else "point" if "." in text else "number"
