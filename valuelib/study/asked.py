"""How a question was asked: the scale and the direction that the file's own labels and the question's text tell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

from valuelib.study.ladders import is_no_answer, runs_down
from valuelib.study.scores import Scale
from valuelib.study.wording import NUMBER, tidy, to_float

HIGHEST = 11.0  # of a scale whose points are labelled; codes above are no points
TOPS = "3|4|5|6|7|8|9|10|11|100"
# 0-10, 1 to 7, 1..5, also in words; what counts or measures something else has its unit beside it.
BETWEEN = re.compile(
    rf"(?<![\w.,/-])(?P<low>0|1)\s*(?:-|[\u2013\u2014\u2212]|\.{{2,3}}|\u2026|/|to|through|until|till|bis|à)\s*(?P<high>{TOPS})(?![\w/-]|[.,]\d)"
    r"(?!\s*(?:year|month|week|day|hour|minute|time|point|employee|people|person|supplier|provider|vuo|kuukau|kk\b|viikko|päiv|tun|min"
    r"|kert|henk|toimittaj|år|månad|veck|dag|tim|gång|person|jahr|monat|woche|tag|stunde|mal\b|%|€|\$))",
    re.IGNORECASE,
)
# (1 = poor, 10 = excellent)
ENDS = re.compile(
    rf"(?<![\w.,-])(?P<low>0|1)\s*(?:=|:|[\u2013\u2014-](?=\s*[^\W\d]))\s*[^\d=]{{2,60}}?[,;/|\u2026.\s-]+\s*(?P<high>{TOPS})\s*(?:=|:|[\u2013\u2014-])\s*[^\W\d]",
    re.IGNORECASE,
)


def scale_of_labels(texts: Mapping[float | str, str]) -> Scale | None:
    """The scale whose points a file labels: all of them, its ends, or its ends and middle; None where that cannot be told.

    Codes whose text says that there is no answer are no points.

    >>> scale_of_labels({1: "Poor", 2: "Fair", 3: "Good", 9: "Don't know"}), scale_of_labels({1: "Yes", 2: "No"})
    ((1.0, 3.0), None)
    """
    points = points_of_labels(texts)
    codes = sorted(points)
    if len(codes) < 2 or codes[-1] - codes[0] < 2:
        return None
    gaps = {later - code for code, later in pairwise(codes)}
    return (codes[0], codes[-1]) if gaps == {1.0} or (len(gaps) == 1 and len(codes) <= 3) else None


def points_of_labels(texts: Mapping[float | str, str]) -> Mapping[float, str]:
    """The labels of the points of a scale, by code; without codes for no answer and codes far from the others."""
    numbers = {code: to_float(str(code)) for code in texts if NUMBER.match(str(code))}
    if len(numbers) < len(texts):
        return {}
    kept = {number: texts[code] for code, number in numbers.items() if not is_no_answer(texts[code])}
    if any(code >= 0 for code in kept) and -min(kept) != max(kept):
        kept = {code: text for code, text in kept.items() if code >= 0}
    return {code: text for code, text in kept.items() if code <= HIGHEST}


def labels_run_down(texts: Mapping[float | str, str]) -> bool | None:
    """Whether the label at the low end is the better one; None where the labels do not tell."""
    points = points_of_labels(texts)
    if len(points) < 2:
        return None
    low, high = (re.sub(r"^\W*\d+\W*|\W*\d+\W*$", "", tidy(points[end(points)])) for end in (min, max))
    return runs_down(low, high)


def scale_in_text(text: str) -> Scale | None:
    """The scale that a question's text names; None where it names none, or several.

    >>> scale_in_text("How likely is it (0-10)?"), scale_in_text("Rate us (1 = poor, 10 = excellent)"), scale_in_text("1-5 years")
    ((0.0, 10.0), (1.0, 10.0), None)
    """
    found = {(float(one["low"]), float(one["high"])) for pattern in (BETWEEN, ENDS) for one in pattern.finditer(tidy(text))}
    return found.pop() if len(found) == 1 else None
