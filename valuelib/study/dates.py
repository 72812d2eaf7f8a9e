"""Days as files write them: ISO, 31.3.2026, 31/3/2026 or 3/31/2026, timestamps, names of months, Excel day numbers."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from valuelib.study.wording import tidy

TIME = r"(?:(?:[T ,]| klo ) ?(?P<time>\d{1,2}[:.]\d{2}.*))?"
YEAR_FIRST = re.compile(rf"(?P<y>\d{{4}})[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}}){TIME}\Z")
COMPACT = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})\Z")
DOTTED = re.compile(rf"(?P<d>\d{{1,2}})\. ?(?P<m>\d{{1,2}})\. ?(?P<y>\d{{4}}|\d{{2}}){TIME}\Z")
EITHER = re.compile(rf"(?P<d>\d{{1,2}})(?P<mark>[-/])(?P<m>\d{{1,2}})(?P=mark)(?P<y>\d{{4}}|\d{{2}}){TIME}\Z")
NAMED = re.compile(
    r"(?P<d>\d{1,2})[-. ]*(?P<word>[a-zäé]{3,12})[-., ]*(?P<y>\d{4})\Z|(?P<word2>[a-zé]{3,9}) (?P<d2>\d{1,2}),? (?P<y2>\d{4})\Z"
)
MONTHS = [
    ("jan", "tammi"),
    ("feb", "helmi"),
    ("mar", "mär", "maalis"),
    ("apr", "huhti"),
    ("may", "mai", "maj", "touko"),
    ("jun", "kesä"),
    ("jul", "heinä"),
    ("aug", "elo"),
    ("sep", "syys"),
    ("oct", "okt", "loka"),
    ("nov", "marras"),
    ("dec", "dez", "joulu"),
]
NUMBER = re.compile(r"(?P<day>\d{5}|2958465|2958466)(?:[.,](?P<part>\d+))?\Z")
NONE = re.compile(r"0000-00-00.*|00[./]00[./]0000|0{1,8}\Z")
EPOCH = dt.date(1899, 12, 30)
FIRST_NUMBER, LAST_NUMBER = 20_000, 80_000  # 1954 to 2119
FIRST_YEAR, OPEN_YEAR = 1902, 2070
"""Outside these years a date stands for none: 1900-01-01, 2099-12-31, 9999-12-31 and their like."""


@dataclass(frozen=True, slots=True, eq=False)
class Days:
    """Cells as days, NaT where there is none; masks tell why, and what was recognised.

    - `open`: dates that stand for "no end", as 9999-12-31 does
    - `wrong`: cells that are no dates
    - `numbers`: Excel day numbers
    - `timed`: cells with a time of day
    - `unsure`: whether day and month could be either way round, with other days each way; then all such cells are wrong
    """

    days: pd.Series
    open: pd.Series
    wrong: pd.Series
    numbers: pd.Series
    timed: pd.Series
    unsure: bool


def read_days(cells: pd.Series) -> Days:
    """Read a column of texts, None where blank, as days; a time zone is left as it is written."""
    places, distinct = pd.factorize(cells)
    texts = [" ".join(tidy(str(cell)).split()).casefold().replace("t", "T") for cell in distinct]
    either = [found for text in texts if (found := EITHER.match(text)) is not None]
    day_first, month_first = ([_day(one["y"], *order(one)) for one in either] for order in (_as_given, _turned))
    turned = None in day_first and None not in month_first
    unsure = None not in (*day_first, *month_first) and day_first != month_first
    parsed = [_parse(text, turned=turned, unsure=unsure) for text in texts]
    kinds = np.array([*("wrong" if day is None else _kind(day, text) for day, text in zip(parsed, texts, strict=True)), "blank"])[
        places
    ]
    days = [None if day is None or _is_open(day) else day for day in parsed]
    timed = [any((found := form.match(text)) and found["time"] for form in (YEAR_FIRST, DOTTED, EITHER)) for text in texts]
    masks = {kind: pd.Series(kinds == kind, index=cells.index) for kind in ("open", "wrong", "number")}
    return Days(
        days=pd.Series(
            pd.to_datetime(pd.Series([*days, None], dtype=object)).to_numpy("datetime64[us]")[places], index=cells.index
        ),
        open=masks["open"],
        wrong=masks["wrong"],
        numbers=masks["number"],
        timed=pd.Series(np.array([*timed, False])[places], index=cells.index),
        unsure=unsure,
    )


def _parse(text: str, *, turned: bool, unsure: bool) -> dt.date | None:
    if NONE.match(text):
        return dt.date.max
    if (number := NUMBER.match(text)) is not None:
        day = int(number["day"])
        return EPOCH + dt.timedelta(days=min(day, 2958465)) if FIRST_NUMBER <= day <= LAST_NUMBER or day > 10**6 else None
    for form in (YEAR_FIRST, COMPACT, DOTTED):
        if (found := form.match(text)) is not None:
            return _day(found["y"], found["m"], found["d"])
    if (found := EITHER.match(text)) is not None:
        return None if unsure else _day(found["y"], *(_turned if turned else _as_given)(found))
    if (found := NAMED.match(text.casefold())) is not None:
        word = found["word"] or found["word2"]
        month = next((place for place, starts in enumerate(MONTHS, start=1) if word.startswith(starts)), 0)
        return _day(found["y"] or found["y2"], str(month), found["d"] or found["d2"])
    return None


def _as_given(found: re.Match[str]) -> tuple[str, str]:
    return found["m"], found["d"]


def _turned(found: re.Match[str]) -> tuple[str, str]:
    return found["d"], found["m"]


def _day(year: str, month: str, day: str) -> dt.date | None:
    century = 0 if len(year) == 4 else 2000 if int(year) < 70 else 1900
    try:
        return dt.date(century + int(year), int(month), int(day))
    except ValueError:
        return None


def _is_open(day: dt.date) -> bool:
    return not FIRST_YEAR <= day.year < OPEN_YEAR


def _kind(day: dt.date, text: str) -> str:
    return "open" if _is_open(day) else "number" if NUMBER.match(text) else "date"


PERIODS = {
    "month": lambda day: f"{day:%Y-%m}",
    "quarter": lambda day: f"{day:%Y}-Q{(day.month + 2) // 3}",
    "half": lambda day: f"{day:%Y}-H{1 if day.month < 7 else 2}",
    "year": lambda day: f"{day:%Y}",
}


def periods(days: pd.Series, by: str) -> pd.Series:
    """The month, quarter, half or year of each day, named so that names stand in order of time."""
    return days.map(PERIODS[by], na_action="ignore").astype(object)
