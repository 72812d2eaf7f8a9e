"""Mapped columns, and who answered: respondent, account, wave and weight."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from valuelib.study.config import StudyConfig
from valuelib.study.harmonise_ratings import Desk, read_numbers
from valuelib.study.model import hashed, is_email
from valuelib.study.wording import FILE, NUMBER, clip, clip_apart, code_key, guess, keys_of, nearest, problem

# Purposes that may look at the same column: a breakdown may also be a confounder, what was bought, or the wave.
SHARED = (
    {"columns.segment", "columns.adjust_for"},
    {"columns.segment", "exposure.column"},
    {"columns.segment", "columns.wave"},
    {"columns.adjust_for", "columns.wave"},
    {"columns.segment", "employees.team_of_account"},
    {"columns.adjust_for", "employees.team_of_account"},
    {"outcomes.repurchase.column", "outcomes.contract.ended"},
)


@dataclass(frozen=True, slots=True)
class Mapped:
    """A column of the responses and the key of study.yaml that names it."""

    column: str
    place: str


def mapped_columns(config: StudyConfig) -> tuple[Mapped, ...]:
    """Every column of the responses that study.yaml names, in the order of the file."""
    return tuple(Mapped(column, place) for column, place in _named(config))


def check_columns(desk: Desk) -> None:
    """Note every mapped column that the table lacks, and every one that is mapped to two things."""
    places: dict[str, list[str]] = {}
    for one in mapped_columns(desk.config):
        places.setdefault(one.column, []).append(one.place)
    for column, named in places.items():
        if not desk.has(column):
            others = f" and {len(named) - 1} more" if named[1:] else ""
            known = [str(name) for name in desk.frame.columns]
            desk.problems.append(
                problem(
                    f"There is no column {_missed(column, known)!r}.",
                    f"{clip(desk.table.file, FILE)} ({clip(named[0], 60)}{others})",
                    f"a column of the file; {guess(column, known)}",
                    "Correct the column's name in study.yaml, or export the column.",
                )
            )
        elif clash := _clash(named):
            desk.refuse(
                f"The column is mapped to two things: {clash[0]} and {clash[1]}.",
                column=column,
                place=clash[0],
                expected="one meaning a column.",
                next_step=f"Correct the column of {clash[0]} or of {clash[1]}.",
            )


def _named(config: StudyConfig) -> Iterator[tuple[str, str]]:
    columns = config.columns
    for key in ("respondent", "account", "wave", "weight", "comment"):
        if (column := getattr(columns, key)) is not None:
            yield column, f"columns.{key}"
    yield from ((column, "columns.segment") for column in columns.segment)
    yield from ((column, "columns.adjust_for") for column in columns.adjust_for)
    if columns.marker is not None:
        yield (columns.marker if isinstance(columns.marker, str) else columns.marker.column), "columns.marker"
    yield from _named_outcomes(config)
    if config.elements is not None:
        yield from ((column, f"elements.columns.{key}") for key, listed in config.elements.columns.items() for column in listed)
    if config.cocreation is not None:
        yield from ((column, f"cocreation.columns.{key}") for key, column in config.cocreation.columns.items())
    if config.exposure.column is not None:
        yield config.exposure.column, "exposure.column"
    if config.employees is not None:
        yield config.employees.team_of_account, "employees.team_of_account"


def _named_outcomes(config: StudyConfig) -> Iterator[tuple[str, str]]:
    for name in type(config.outcomes).model_fields:
        block = getattr(config.outcomes, name)
        for key in ("column", "columns", "start", "end", "ended"):
            named = getattr(block, key, None) or ()
            yield from ((column, f"outcomes.{name}.{key}") for column in ([named] if isinstance(named, str) else named))


def _missed(column: str, known: list[str]) -> str:
    near = nearest(column, known)
    return clip_apart(column, near) if near is not None else clip(column)


def _clash(named: list[str]) -> tuple[str, str] | None:
    pairs = ((first, second) for place, first in enumerate(named) for second in named[place + 1 :])
    return next(((first, second) for first, second in pairs if {first, second} not in SHARED), None)


# Identity.

ISO_LIKE = re.compile(r"\d{4}(?:[-/ ]?(?:\d{2}(?:-\d{2})?|[QHWqhw]\d{1,2}))?\Z")
OWN = "respondent "  # begins the account of a respondent who names none
NUMBERED = re.compile(r"(?P<name>\D*)(?P<number>\d+)\Z")


def identity_columns(desk: Desk) -> dict[str, pd.Series]:
    """`respondent`, `account` and `weight`, always there, and `wave` where it is mapped."""
    wave = _waves(desk)
    respondent = _respondents(desk)
    if wave is not None:
        _check_once(desk, pd.DataFrame({"respondent": respondent, "wave": wave}))
    else:
        _check_once(desk, pd.DataFrame({"respondent": respondent}))
    columns = {"respondent": respondent, "account": _accounts(desk, respondent), "weight": _weights(desk)}
    return columns if wave is None else {**columns, "wave": wave}


def texts(desk: Desk, column: str, missing: Iterable[object] | None = None) -> pd.Series:
    """A column as text, None where blank; whole numbers without decimals. `missing` None keeps every code."""
    raw = desk.frame[column].where(desk.keys(column, missing).notna())
    places, distinct = pd.factorize(raw)
    words = np.array([*(_text(value) for value in distinct), None], dtype=object)
    return pd.Series(words[places], dtype=object)


def wave_order(waves: Iterable[str]) -> Mapping[str, tuple[float, str]] | None:
    """What each wave sorts by: a number, a date as ISO text, or the number after a common name; None where time cannot be told."""
    names = sorted(set(waves))
    if all(NUMBER.match(name) for name in names):
        return {name: (float(name.replace(",", ".")), "") for name in names}
    if all(ISO_LIKE.match(name) for name in names):
        return {name: (0.0, name) for name in names}
    matches = {name: NUMBERED.match(name) for name in names}
    if len({match["name"] for match in matches.values() if match}) == 1 and all(matches.values()):
        return {name: (float(match["number"]), "") for name, match in matches.items() if match}
    return {names[0]: (0.0, "")} if len(names) == 1 else None


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return " ".join(value.split()) or None
    return code_key(value)


def _respondents(desk: Desk) -> pd.Series:
    column = desk.config.columns.respondent
    rows = pd.Series([str(desk.row(place)) for place in range(desk.n)], dtype=object)
    if column is None:
        desk.say("study.rows_as_respondents", n=desk.n)
    if column is None or not desk.has(column):
        return rows
    ids = without_emails(desk, column, texts(desk, column))
    blank = ids.isna()
    if blank.any():
        desk.say("study.respondent_missing", n=int(blank.sum()), column=column)
    return ids.where(~blank, "row " + rows)


def _accounts(desk: Desk, respondent: pd.Series) -> pd.Series:
    """The account, or the respondent's own cluster where there is none, named so that no account can have the same name."""
    column = desk.config.columns.account
    own = OWN + respondent
    if column is None or not desk.has(column):
        return own
    accounts = account_names(desk, column)
    blank = accounts.isna()
    if blank.any():
        desk.say("study.account_missing", n=int(blank.sum()))
    return accounts.where(~blank, own)


def account_names(desk: Desk, column: str, missing: Iterable[object] = ()) -> pd.Series:
    """The accounts that a column names, addresses hashed; None where blank. `missing` adds to the study's codes for "no answer".

    A customer may well be number 99: only codes that no list of customers uses count as "no answer" here.
    """
    codes = keys_of(code for code in (*desk.config.missing, *missing) if not _is_plain_number(code))
    accounts = texts(desk, column)
    blank = accounts.isna() | desk.carries(accounts.map(code_key), column, codes)
    return without_emails(desk, column, accounts.where(~blank, None))


def known_accounts(answers: pd.DataFrame) -> pd.Series:
    """Each answer's account, without those of respondents who name none and so stand for themselves."""
    own = answers["account"] == OWN + answers["respondent"]
    named: pd.Series = answers.loc[~own, "account"]
    return named


def _is_plain_number(code: object) -> bool:
    key = code_key(code)
    return key is not None and NUMBER.match(key) is not None and not key.startswith("-")


def without_emails(desk: Desk, column: str, ids: pd.Series) -> pd.Series:
    """The ids with e-mail addresses replaced by hashes, which is said."""
    emails = ids.map(lambda name: isinstance(name, str) and is_email(name)).astype(bool)
    if not emails.any():
        return ids
    desk.say("study.ids_hashed", column=column, n=int(emails.sum()))
    return ids.where(~emails, ids[emails].map(hashed).reindex(ids.index))


def _check_once(desk: Desk, people: pd.DataFrame) -> None:
    twice = people.duplicated(keep=False)
    column = desk.config.columns.respondent
    if column is None or not twice.any():
        return
    names = int(people[twice].drop_duplicates().shape[0])
    wave = " within one wave" if "wave" in people else ""
    desk.refuse(
        f"Respondents that stand more than once{wave}: {names}, on {int(twice.sum())} rows.",
        column=column,
        place="columns.respondent",
        rows=twice,
        expected="each respondent once a wave.",
        next_step="Remove the repeated rows" + ("." if wave else ", or map columns.wave where these are survey waves."),
    )


def _waves(desk: Desk) -> pd.Series | None:
    column = desk.config.columns.wave
    if column is None or not desk.has(column):
        return None
    waves = texts(desk, column)
    blank = waves.isna()
    if blank.any():
        desk.refuse(
            f"{int(blank.sum())} of {desk.n} rows name no wave.",
            column=column,
            place="columns.wave",
            rows=blank,
            expected="a wave on every row.",
            next_step="Fill in the wave, or take columns.wave out where there is one wave only.",
        )
    if wave_order(waves.dropna()) is None:
        desk.refuse(
            f"The order in time of the {waves.nunique()} waves cannot be told from their names.",
            column=column,
            place="columns.wave",
            expected="numbers such as 2026, or dates such as 2026-03 or 2026-Q1.",
            next_step="Rename the waves in the file.",
        )
    return waves


def _weights(desk: Desk) -> pd.Series:
    column = desk.config.columns.weight
    if column is None or not desk.has(column):
        return pd.Series(1.0, index=range(desk.n), dtype=float)
    # Weights are no answers: one of 9 is a weight, whatever 9 means in the questions.
    blank = desk.keys(column, None).isna()
    weights = read_numbers(desk, column, "columns.weight", missing=None)
    wrong = (weights <= 0) | blank
    if wrong.any():
        desk.refuse(
            f"{int(blank.sum())} weights are missing and {int((weights <= 0).sum())} are zero or negative, of {desk.n}.",
            column=column,
            place="columns.weight",
            rows=wrong,
            expected="a number above zero on every row.",
            next_step="Correct the weights, or leave out respondents who should not count.",
        )
    return weights
