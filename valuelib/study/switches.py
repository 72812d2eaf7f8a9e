"""When accounts took the higher offering: a date, or a wave, an account, and whether each answer came after it."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from valuelib.study.config import Wave
from valuelib.study.dates import read_days
from valuelib.study.desk import Desk, texts
from valuelib.study.identity import check_days, wave_order
from valuelib.study.wording import clip

PLACE = "exposure.switched"
PERIOD = re.compile(
    r"(?P<y>(?:19|20)\d\d)(?:[-/ ]?(?:(?P<m>\d\d)(?:-(?P<d>\d\d))?|(?P<kind>[QHW])(?P<part>\d{1,2})))?\Z", re.IGNORECASE
)
MONTHS_IN = {"Q": 3, "H": 6}


def switch_column(desk: Desk, columns: Mapping[str, pd.Series]) -> dict[str, pd.Series]:
    """`switched`: 1 for an answer after its account's switch, 0 before it or without one, NaN where that cannot be told; if mapped.

    With it `switched_from`, the first wave that lies wholly after it, whether or not the account answered there. An account that
    has its date on some rows only has it everywhere. A date inside the very period of a wave does not tell which of the wave's
    answers came after it.

    Args:
        desk: the study on the desk.
        columns: the harmonised ones, of which `account` and `wave` are looked at.
    """
    column = desk.config.exposure.switched
    if column is None or not desk.has(column) or "wave" not in columns:
        return {}
    cells, waves = texts(desk, column, ()), columns["wave"]
    order = wave_order(waves.dropna())
    by_wave = order is not None and cells.dropna().isin(order).all()
    if by_wave and order is not None:
        rank = {name: place for place, name in enumerate(sorted(order, key=lambda one: order[one]))}
        when, first = cells.map(rank), waves.map(rank)
        last, begins = first, pd.Series(rank)
    else:
        found = read_days(cells)
        check_days(desk, column, PLACE, found)
        when = found.days
        first, last, begins = _days_of_waves(desk, waves, column)
    when = _one_an_account(desk, when, columns["account"], column)
    within = (when > first) & (when <= last)
    if within.any():
        desk.say("study.switched_within", column=column, n=int(within.sum()))
    begins = begins.sort_values(kind="stable")
    places = np.searchsorted(begins.to_numpy(), when.to_numpy()) if len(begins) else np.zeros(len(when), dtype=int)
    names = np.array([*begins.index, None], dtype=object)[np.where(when.isna(), len(begins), places)]
    return {"switched": (when <= first).astype(float).mask(within), "switched_from": pd.Series(names, dtype=object)}


def _days_of_waves(desk: Desk, waves: pd.Series, column: str) -> tuple[pd.Series, pd.Series, pd.Series]:
    """The first and the last day on which each answer may have been given, and the day on which each wave begins.

    An answer's own day tells it where that is known, else its wave.
    """
    ends = {name: days_of(name) for name in waves.dropna().unique()}
    if unknown := [name for name, days in ends.items() if days is None]:
        desk.refuse(
            f"A date cannot be placed among waves that tell no time, such as {clip(unknown[0], 40)!r}.",
            desk.where(column, PLACE),
            "waves such as 2026, 2026-03 or 2026-Q1; or, in this column, the first wave in which the account had switched.",
            "Name the waves by their time, or write waves into the column.",
        )
    starts, stops = ({name: pd.Timestamp(days[at]) for name, days in ends.items() if days is not None} for at in (0, 1))
    named, begins = desk.config.columns.wave, pd.Series(starts, dtype="datetime64[us]")
    if isinstance(named, Wave) and named.by is not None:
        days = read_days(texts(desk, named.column)).days
        return days, days, begins
    return pd.to_datetime(waves.map(starts)), pd.to_datetime(waves.map(stops)), begins


def days_of(wave: str) -> tuple[dt.date, dt.date] | None:
    """The first and last day of a wave that is named by its time, or None.

    >>> [str(day) for day in days_of("2026-Q1") or ()], days_of("Wave 2")
    (['2026-01-01', '2026-03-31'], None)
    """
    told = PERIOD.match(wave)
    if told is None:
        return None
    year, kind = int(told["y"]), (told["kind"] or "").upper()
    try:
        if told["d"]:
            day = dt.date(year, int(told["m"]), int(told["d"]))
            return day, day
        if kind == "W":
            return dt.date.fromisocalendar(year, int(told["part"]), 1), dt.date.fromisocalendar(year, int(told["part"]), 7)
        months = MONTHS_IN.get(kind, 1 if told["m"] else 12)
        month = int(told["m"] or (int(told["part"] or 1) - 1) * months + 1)
        end = month + months - 1
        return dt.date(year, month, 1), dt.date(year, end, calendar.monthrange(year, end)[1])
    except ValueError:  # a thirteenth month, a fifth quarter
        return None


def _one_an_account(desk: Desk, when: pd.Series, accounts: pd.Series, column: str) -> pd.Series:
    """Each answer's switch as its account has it; accounts with several are refused."""
    by_account = when.groupby(accounts.to_numpy())
    several = by_account.transform("nunique").to_numpy() > 1
    if several.any():
        desk.refuse(
            f"{accounts[several].nunique()} accounts have switched on several dates.",
            desk.where(column, PLACE, pd.Series(several)),
            "one date (or wave) an account, the day from which it had the higher offering; blank where it never has.",
            "Correct the dates; for an account that went back and forth keep the first, and leave out its later answers.",
        )
    first: pd.Series = by_account.transform("min")
    return first
