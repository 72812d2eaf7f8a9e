"""Which theme does each row of the interviews carry, and does the codebook hold it? What may be a quote is never told."""

from __future__ import annotations

import pandas as pd

from valuelib.study.canonical.desk import Desk
from valuelib.study.canonical.identity import texts
from valuelib.study.codes import code_key
from valuelib.study.config import Interviews
from valuelib.study.others.opening import check_filled
from valuelib.study.wording import clip, nearest

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
        _refuse(desk, block, codes, unknown, [str(name) for name in spelled.values()])
    return found


def _one_spelling(codes: pd.Series) -> dict[str | None, str]:
    """Without a codebook the first way in which a code is written stands for all."""
    spelled: dict[str | None, str] = {}
    for code in codes.dropna().unique():
        spelled.setdefault(code_key(code), str(code))
    return spelled


def _refuse(desk: Desk, block: Interviews, codes: pd.Series, unknown: pd.Series, known: list[str]) -> None:
    rows = int(unknown.sum())
    if rows == int(codes.notna().sum()):
        what, expected = f"None of the {rows} codes stands in the codebook", "the codes of the codebook's column `code`."
        next_step = "Name the column that holds the codes, or use the same codes in both files."
    else:
        what, expected = (
            f"{rows} rows carry codes that the codebook lacks{_listed(codes[unknown])}",
            _expected(codes[unknown], known),
        )
        next_step = "Correct the codes, or add them to the codebook."
    desk.refuse(f"{what}.", column=block.code, place=PLACE, rows=unknown, expected=expected, next_step=next_step)


def _listed(strays: pd.Series) -> str:
    """The codes by name where they look like codes; what could be a quote or a person is only counted."""
    shown = [code for code in sorted(set(strays)) if _looks_like_a_code(code)]
    return f": {clip(', '.join(shown), 60)}" if shown else ""


def _expected(strays: pd.Series, known: list[str]) -> str:
    near = [found for code in sorted(set(strays)) if _looks_like_a_code(code) and (found := nearest(code, known)) is not None]
    return "codes of the codebook" + (f"; did you mean {clip(near[0], 40)!r}?" if near else ".")


def _looks_like_a_code(text: str) -> bool:
    return len(text) <= LONGEST_CODE and len(text.split()) <= MOST_WORDS and "@" not in text
