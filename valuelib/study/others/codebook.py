"""What does each code of the interviews mean, and what belongs to it and what does not?"""

from __future__ import annotations

import pandas as pd

from valuelib.study.canonical.desk import Desk
from valuelib.study.canonical.identity import texts
from valuelib.study.codes import code_key
from valuelib.study.others.opening import miss

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
    said = pd.Series("", index=desk.frame.index, dtype=object)
    for column in (f"{name}_{language}", name, *(f"{name}_{other}" for other in others)):
        if desk.has(column):
            said = said.where(said.ne(""), texts(desk, column).fillna(""))
    return said
