"""Coded interviews and their codebook: passages, themes by coder, and what may be printed."""

from __future__ import annotations

import pandas as pd

from valuelib.study.codes import read_date_or_flag
from valuelib.study.config import Interviews
from valuelib.study.desk import Desk, Named, check_filled, join_names, texts, without_emails
from valuelib.study.identity import account_names, known_accounts
from valuelib.study.wording import clip, code_key, nearest

LONGEST_CODE = 30
MOST_WORDS = 3
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
    absent = [desk.lacks(column, f"interviews.{key}") for key, column in named.items() if column is not None]
    if any(absent):
        return pd.DataFrame()
    # The accounts that were talked with, as the responses spell them; without accounts there, units of their own.
    unit = Named(column=block.unit, place="interviews.unit", what="account", there="columns.account", stray="study.interview_stray")
    units = join_names(desk, account_names(desk, block.unit, block.missing), set(known_accounts(answers)), unit)
    quotes = check_filled(desk, texts(desk, block.text), block.text, "interviews.text", "quote")
    # Without a column of coders one person did it, and agreement cannot be measured.
    coders = pd.Series(ONE_CODER, index=desk.frame.index, dtype=object)
    if block.coder is not None:
        coders = check_filled(desk, texts(desk, block.coder), block.coder, "interviews.coder", "coder")
        coders = without_emails(desk, block.coder, coders)
    if coders.nunique() == 1:
        desk.say("study.one_coder")
    codes = _read_codes(desk, block, codebook)
    frame = pd.DataFrame({"account": units, "text": quotes, "coder": coders, "code": codes, "publish": _publish(desk, block)})
    twice = frame.dropna(subset=ROW).duplicated(subset=ROW, keep=False).reindex(frame.index, fill_value=False)
    if twice.any():
        desk.refuse(
            f"{int(twice.sum())} rows repeat a quote with the same coder and code.",
            desk.where(block.text, "interviews.text", twice),
            "each quote once for every coder and code.",
            "Take the repeated rows out.",
        )
    clash = frame.groupby(["account", "text"])["publish"].nunique().gt(1)
    if clash.any():
        torn = frame.set_index(["account", "text"]).index.isin(clash[clash].index)
        desk.refuse(
            f"{int(clash.sum())} quotes may be published on one row and not on another.",
            desk.where(block.publish or block.text, "interviews.publish", pd.Series(torn, index=frame.index)),
            "one permission a quote.",
            "Write the same answer on every row of the quote; in doubt, no.",
        )
    return frame.astype({**dict.fromkeys(ROW, "str"), "publish": bool})


def _read_codes(desk: Desk, block: Interviews, codebook: pd.DataFrame | None) -> pd.Series:
    """The code of each row as the codebook spells it, or as the first row does; 1, 1.0 or "1" and case make no difference.

    Problems name codes that look like codes; what could be a quote or a person is only counted.
    """
    place = "interviews.code"
    codes = check_filled(desk, texts(desk, block.code, block.missing), block.code, place, "code")
    known = [*codes.dropna().unique()][::-1] if codebook is None else [*codebook["code"]]
    spelled = {code_key(code): str(code) for code in known}
    found = codes.map(lambda code: spelled.get(code_key(code)), na_action="ignore")
    unknown = codes.notna() & found.isna()
    rows = int(unknown.sum())
    if rows and rows == int(codes.notna().sum()):
        desk.refuse(
            f"None of the {rows} codes stands in the codebook.",
            desk.where(block.code, place, unknown),
            "the codes of the codebook's column `code`.",
            "Name the column that holds the codes, or use the same codes in both files.",
        )
    elif rows:
        strays = sorted(set(codes[unknown]))
        shown = [code for code in strays if len(code) <= LONGEST_CODE and len(code.split()) <= MOST_WORDS and "@" not in code]
        listed = f": {clip(', '.join(shown), 60)}" if shown else ""
        near = next((one for code in shown if (one := nearest(code, spelled.values())) is not None), None)
        desk.refuse(
            f"{rows} rows carry codes that the codebook lacks{listed}.",
            desk.where(block.code, place, unknown),
            "codes of the codebook" + (f"; did you mean {clip(near, 40)!r}?" if near else "."),
            "Correct the codes, or add them to the codebook.",
        )
    return found


def _publish(desk: Desk, block: Interviews) -> pd.Series:
    """Whether a quote may be printed; what is not said is no."""
    none = pd.Series(False, index=desk.frame.index)
    if block.publish is None:
        desk.say("study.nothing_published")
        return none
    keys = desk.keys(block.publish, block.missing)
    flags = read_date_or_flag(keys)
    if flags is None:
        unclear = pd.Series([read_date_or_flag(keys[[place]]) is None for place in keys.index], index=keys.index)
        desk.refuse(
            "The permission to publish is not a yes or a no.",
            desk.where(block.publish, "interviews.publish", keys.notna() & unclear),
            "yes or no, kyllä or ei, 1 or 0; blank counts as no.",
            "Correct these rows: nothing is printed without a clear yes.",
        )
        return none
    return flags.eq(1.0)


# The codebook.

TEXTS = ("name", "definition", "include", "exclude", "example")


def read_codebook(desk: Desk, language: str) -> pd.DataFrame:
    """`code`, `name`, `definition`, `include`, `exclude` and `example`; blank where the book does not say.

    A text may stand in a column of its own name or in one for each language (`definition_fi`); the study's language comes first.
    """
    if desk.lacks("code", "interviews.codebook"):
        return pd.DataFrame()
    codes = texts(desk, "code")
    blank, twice = codes.isna(), codes.notna() & codes.map(code_key).duplicated(keep=False)
    for wrong, what in ((blank, "name no code"), (twice, "repeat a code")):
        if wrong.any():
            desk.refuse(
                f"{int(wrong.sum())} rows {what}.",
                desk.where("code", "interviews.codebook", wrong),
                "one row a code.",
                "Correct the codes, or take the rows out.",
            )
    frame = pd.DataFrame({"code": codes})
    for name in TEXTS:
        frame[name] = ""
        for column in dict.fromkeys((f"{name}_{language}", name, f"{name}_fi", f"{name}_en")):
            if desk.has(column):
                frame[name] = frame[name].where(frame[name].ne(""), texts(desk, column).fillna(""))
    frame["name"] = frame["name"].where(frame["name"].ne(""), frame["code"])
    return frame.astype("str")
