"""What was said in interviews, which themes were heard in it by whom, and what may be printed?"""

from __future__ import annotations

import pandas as pd

from valuelib.study.canonical.coded import read_date_or_flag
from valuelib.study.canonical.desk import Desk
from valuelib.study.canonical.identity import account_names, known_accounts, texts, without_emails
from valuelib.study.config import Interviews
from valuelib.study.others.joining import Named, join_names
from valuelib.study.others.opening import check_filled, miss
from valuelib.study.others.themes import read_codes

ONE_CODER = "1"
ROW = ["account", "text", "coder", "code"]


def read_interviews(desk: Desk, block: Interviews, answers: pd.DataFrame, codebook: pd.DataFrame | None) -> pd.DataFrame:
    """`account`, `text`, `coder`, `code` and `publish` (bool; False where it is not told), in the order of the file.

    Args:
        desk: the file.
        block: `interviews` of study.yaml.
        answers: the responses in canonical columns, for the accounts.
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
        told = keys.notna()
        desk.refuse(
            "The permission to publish is not a yes or a no.",
            column=block.publish,
            place="interviews.publish",
            rows=told & pd.Series([read_date_or_flag(keys[[place]]) is None for place in keys.index], index=keys.index),
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
