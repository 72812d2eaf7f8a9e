"""Coded interviews and their codebook: passages, themes by coder, and what may be printed."""

from __future__ import annotations

import pandas as pd

from valuelib.study.config import Interviews
from valuelib.study.harmonise_codes import read_date_or_flag
from valuelib.study.harmonise_identity import account_names, known_accounts, texts, without_emails
from valuelib.study.harmonise_ratings import Desk
from valuelib.study.linked_reading import Named, check_filled, join_names, miss
from valuelib.study.wording import clip, code_key, nearest

# Codes; what may be a quote stays out of every problem.

LONGEST_CODE = 30
MOST_WORDS = 3
PLACE = "interviews.code"


def read_codes(desk: Desk, block: Interviews, codebook: pd.DataFrame | None) -> pd.Series:
    """The code of each row as the codebook spells it; case and 1, 1.0 or "1" make no difference."""
    codes = texts(desk, block.code, block.missing)
    check_filled(desk, codes, column=block.code, place=PLACE, what="code")
    spelled = _one_spelling(codes) if codebook is None else {code_key(code): str(code) for code in codebook["code"]}
    found = codes.map(lambda code: spelled.get(code_key(code)), na_action="ignore")
    unknown = codes.notna() & found.isna()
    if unknown.any():
        rows = int(unknown.sum())
        if rows == int(codes.notna().sum()):
            what, expected = f"None of the {rows} codes stands in the codebook", "the codes of the codebook's column `code`."
            next_step = "Name the column that holds the codes, or use the same codes in both files."
        else:
            what, expected = (
                f"{rows} rows carry codes that the codebook lacks{_listed(codes[unknown])}",
                _expected(codes[unknown], [str(name) for name in spelled.values()]),
            )
            next_step = "Correct the codes, or add them to the codebook."
        desk.refuse(f"{what}.", column=block.code, place=PLACE, rows=unknown, expected=expected, next_step=next_step)
    return found


def _one_spelling(codes: pd.Series) -> dict[str | None, str]:
    """Without a codebook the first way in which a code is written stands for all."""
    spelled: dict[str | None, str] = {}
    for code in codes.dropna().unique():
        spelled.setdefault(code_key(code), str(code))
    return spelled


def _listed(strays: pd.Series) -> str:
    """The codes by name where they look like codes; what could be a quote or a person is only counted."""
    shown = [code for code in sorted(set(strays)) if _looks_like_a_code(code)]
    return f": {clip(', '.join(shown), 60)}" if shown else ""


def _expected(strays: pd.Series, known: list[str]) -> str:
    near = [found for code in sorted(set(strays)) if _looks_like_a_code(code) and (found := nearest(code, known)) is not None]
    return "codes of the codebook" + (f"; did you mean {clip(near[0], 40)!r}?" if near else ".")


def _looks_like_a_code(text: str) -> bool:
    return len(text) <= LONGEST_CODE and len(text.split()) <= MOST_WORDS and "@" not in text


# Interviews.

ONE_CODER = "1"
ROW = ["account", "text", "coder", "code"]


def read_interviews(desk: Desk, block: Interviews, answers: pd.DataFrame, codebook: pd.DataFrame | None) -> pd.DataFrame:
    """`account`, `text`, `coder`, `code` and `publish` (bool; False where it is not told), in the order of the file.

    Args:
        desk: the file.
        block: `interviews` of study.yaml.
        answers: the responses in harmonised columns, for the accounts.
        codebook: the codes that may stand in the file; None where there is no codebook.
    """
    named = {"unit": block.unit, "text": block.text, "code": block.code, "coder": block.coder, "publish": block.publish}
    absent = [miss(desk, column, f"interviews.{key}") for key, column in named.items() if column is not None]
    if any(absent):
        return pd.DataFrame()
    columns = {
        "account": _units(desk, block, answers),
        "text": _filled(desk, block.text, "interviews.text", "quote"),
        "coder": _coders(desk, block),
        "code": read_codes(desk, block, codebook),
        "publish": _publish(desk, block),
    }
    frame = pd.DataFrame(columns)
    _check_once(desk, block, frame)
    return frame.astype({**dict.fromkeys(ROW, "str"), "publish": bool})


def _units(desk: Desk, block: Interviews, answers: pd.DataFrame) -> pd.Series:
    """The accounts that were talked with, as the responses spell them; without accounts there, units of their own."""
    place = "interviews.unit"
    units = account_names(desk, block.unit, block.missing)
    check_filled(desk, units, column=block.unit, place=place, what="account")
    if desk.config.columns.account is None:
        return units
    named = Named(column=block.unit, place=place, what="account", there="columns.account", stray="study.interview_stray")
    return join_names(desk, units, set(known_accounts(answers)), named)


def _filled(desk: Desk, column: str, place: str, what: str) -> pd.Series:
    values = texts(desk, column)
    check_filled(desk, values, column=column, place=place, what=what)
    return values


def _coders(desk: Desk, block: Interviews) -> pd.Series:
    """Who coded each row; without such a column one person did, and agreement cannot be measured."""
    if block.coder is None:
        desk.say("study.one_coder")
        return pd.Series(ONE_CODER, index=desk.frame.index, dtype=object)
    coders = without_emails(desk, block.coder, _filled(desk, block.coder, "interviews.coder", "coder"))
    if coders.nunique() == 1:
        desk.say("study.one_coder")
    return coders


def _publish(desk: Desk, block: Interviews) -> pd.Series:
    """Whether a quote may be printed; what is not said is no."""
    if block.publish is None:
        desk.say("study.nothing_published")
        return pd.Series(False, index=desk.frame.index)
    keys = desk.keys(block.publish, block.missing)
    flags = read_date_or_flag(keys)
    if flags is None:
        given = keys.notna()
        desk.refuse(
            "The permission to publish is not a yes or a no.",
            column=block.publish,
            place="interviews.publish",
            rows=given & pd.Series([read_date_or_flag(keys[[place]]) is None for place in keys.index], index=keys.index),
            expected="yes or no, kyllä or ei, 1 or 0; blank counts as no.",
            next_step="Correct these rows: nothing is printed without a clear yes.",
        )
        return pd.Series(False, index=desk.frame.index)
    return flags.eq(1.0)


def _check_once(desk: Desk, block: Interviews, frame: pd.DataFrame) -> None:
    twice = frame.dropna(subset=ROW).duplicated(subset=ROW, keep=False).reindex(frame.index, fill_value=False)
    if twice.any():
        desk.refuse(
            f"{int(twice.sum())} rows repeat a quote with the same coder and code.",
            column=block.text,
            place="interviews.text",
            rows=twice,
            expected="each quote once for every coder and code.",
            next_step="Take the repeated rows out.",
        )
    clash = frame.groupby(["account", "text"])["publish"].nunique().gt(1)
    if clash.any():
        torn = frame.set_index(["account", "text"]).index.isin(clash[clash].index)
        desk.refuse(
            f"{int(clash.sum())} quotes may be published on one row and not on another.",
            column=block.publish or block.text,
            place="interviews.publish",
            rows=pd.Series(torn, index=frame.index),
            expected="one permission a quote.",
            next_step="Write the same answer on every row of the quote; in doubt, no.",
        )


# The codebook.

TEXTS = ("name", "definition", "include", "exclude", "example")
LANGUAGES = ("fi", "en")


def read_codebook(desk: Desk, language: str) -> pd.DataFrame:
    """`code`, `name`, `definition`, `include`, `exclude` and `example`; blank where the book does not say.

    A text may stand in a column of its own name or in one for each language (`definition_fi`); the study's language comes first.
    """
    if miss(desk, "code", "interviews.codebook"):
        return pd.DataFrame()
    codes = texts(desk, "code")
    columns = {name: _text(desk, name, language) for name in TEXTS}
    blank, twice = codes.isna(), codes.notna() & codes.map(code_key).duplicated(keep=False)
    for wrong, what in ((blank, "name no code"), (twice, "repeat a code")):
        if wrong.any():
            desk.refuse(
                f"{int(wrong.sum())} rows {what}.",
                column="code",
                place="interviews.codebook",
                rows=wrong,
                expected="one row a code.",
                next_step="Correct the codes, or take the rows out.",
            )
    frame = pd.DataFrame({"code": codes, **columns})
    frame["name"] = frame["name"].where(frame["name"].ne(""), frame["code"])
    return frame.astype("str")


def _text(desk: Desk, name: str, language: str) -> pd.Series:
    """The first of the columns that say it, in the study's language before the other one."""
    others = [other for other in LANGUAGES if other != language]
    notes = pd.Series("", index=desk.frame.index, dtype=object)
    for column in (f"{name}_{language}", name, *(f"{name}_{other}" for other in others)):
        if desk.has(column):
            notes = notes.where(notes.ne(""), texts(desk, column).fillna(""))
    return notes
