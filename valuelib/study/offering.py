"""What was bought: one code a respondent, several options in a cell, or one ticked-or-blank column an offering."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd
from rapidfuzz import fuzz

from valuelib.study.config import Exposure
from valuelib.study.desk import Desk, texts
from valuelib.study.ladders import is_no_answer
from valuelib.study.wording import NUMBER, clip, code_key, keys_of, nearest, text_key

Bought: TypeAlias = tuple[str, ...] | None  # keys of the options of one answer; none of them; or None where that is not told

ERROR = re.compile(
    r"#\S{1,14}[!?]|#n/a|#n/d|#nv|#i/t|#div/0|#####*|[(<]?null[)>]?|\\n|undefined|\.|\((?:blank|tyhjä|tom|leer)\)|nan|n/?a|<na>|err(?:or)?:?\d*",
    re.IGNORECASE,
)
JOINED = re.compile(r"\s*[/+&]\s*|\s+(?:and|ja|sekä|och|und)\s+", re.IGNORECASE)
"""What stands between two offerings of one cell besides the marks at which `contains` splits."""
SPLIT = re.compile(r"[,;|\n\r]+")
NEAR = 80.0
SHORTEST = 4
NONE = "–"  # what the answers without any option are called
NOTHING = keys_of(
    ["-", "--", "–", "—", "?", "none", "nothing", "ei mitään", "ei mikään", "ei ole", "puuttuu", "ingen", "inget", "kein", "nichts"]
)
"""What may stand for "bought nothing" or for "not known who bought what"."""
TICKED = keys_of(
    [
        "1",
        "yes",
        "y",
        "x",
        "true",
        "checked",
        "selected",
        "mentioned",
        "quoted",
        "on",
        "ok",
        "✓",
        "✔",
        "☑",
        "kyllä",
        "k",
        "valittu",
        "mainittu",
        "ja",
        "j",
        "vald",
        "markerad",
        "gewählt",
        "genannt",
    ]
)
UNTICKED = keys_of(
    [
        "0",
        "no",
        "n",
        "false",
        "unchecked",
        "not checked",
        "unselected",
        "not selected",
        "not mentioned",
        "not quoted",
        "off",
        "☐",
        "-",
        "ei",
        "e",
        "ei valittu",
        "ei mainittu",
        "nej",
        "inte vald",
        "nein",
        "nicht gewählt",
        "nicht genannt",
    ]
)


def offering_columns(desk: Desk) -> dict[str, pd.Series]:
    """`offering`: 1 a higher-tier one, 0 the baseline, NaN where it is left out or not told; and `offering_name`; where mapped."""
    block = desk.config.exposure
    if block.columns and all(desk.has(column) for column in block.columns.values()):
        return _sides(desk, block, _ticked(desk, block), {str(code_key(name)): name for name in block.columns}, "exposure.columns")
    if block.column is None or not desk.has(block.column):
        return {}
    called = _called(desk, block)
    bought = _split(desk, block) if block.contains else _whole(desk, block)
    _check_codes(desk, block, bought, called)
    return _sides(desk, block, bought, called, "exposure.column")


def _whole(desk: Desk, block: Exposure) -> list[Bought]:
    """Each cell as one code."""
    return [None if key is None else (key,) for key in _keys(desk, str(block.column), block)]


def _split(desk: Desk, block: Exposure) -> list[Bought]:
    """Each cell as its options; one that is listed in study.yaml may hold the marks at which cells are split."""
    words = desk.answer_texts(str(block.column))
    listed = [parts for code in (*block.contains, *block.baseline) if len(parts := _parts(str(code))) > 1]
    cells = desk.frame[str(block.column)].tolist()
    bought: list[Bought] = []
    for cell, key in zip(cells, _keys(desk, str(block.column), block), strict=True):
        options: Bought = None if key is None else _parts(words.get(key, str(cell) if isinstance(cell, str) else key))
        for whole in listed if options else ():
            for start in range(len(options or ()) - len(whole) + 1):
                if options is not None and options[start : start + len(whole)] == whole:
                    options = (*options[:start], ", ".join(whole), *options[start + len(whole) :])
        bought.append(options)
    return bought


def _parts(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for part in SPLIT.split(text) if (key := text_key(part)) is not None))


def _key(desk: Desk, code: object, block: Exposure) -> str:
    """The key of a code of study.yaml, as options of cells have it."""
    if block.contains:
        return ", ".join(_parts(code if isinstance(code, str) else str(code_key(code))))
    return next(iter(desk.codes(block.column, [code]) if block.column is not None else keys_of([code])), "")


def _keys(desk: Desk, column: str, block: Exposure) -> pd.Series:
    """The column's codes; marks of an error and "Don't know" are no answer, which is told, unless study.yaml lists them."""
    keys = desk.keys(column, block.missing)
    listed = desk.codes(column, (*block.higher, *block.contains, *block.baseline))
    broken = keys.map(lambda key: key not in listed and ERROR.fullmatch(key) is not None, na_action="ignore").eq(True)
    broken |= desk.broken(column)
    if broken.any():
        desk.say("study.offering_errors", column=column, n=int(broken.sum()))
    words = desk.answer_texts(column)
    silent = keys.map(lambda key: key not in listed and is_no_answer(words.get(key, key)), na_action="ignore").eq(True) & ~broken
    if silent.any():
        shown = ", ".join(sorted({words.get(key, key) for key in keys[silent]}))
        desk.say("study.no_answer_words", column=column, n=int(silent.sum()), shown=clip(shown))
    return keys.where(~broken & ~silent, None)


def _ticked(desk: Desk, block: Exposure) -> list[Bought]:
    """The ticked options of each answer, from one column an option."""
    ticks: dict[str, pd.Series] = {}
    unknown = pd.Series(data=False, index=range(desk.n))
    for name, column in block.columns.items():
        keys = _keys(desk, column, block)
        unknown |= (desk.keys(column, None).notna() & keys.isna()) | desk.broken(column)  # an error, or a code for no answer
        words = {key: str(code_key(text)) for key, text in desk.answer_texts(column).items()}
        read = keys.map(lambda key, words=words: words.get(key, code_key(key)), na_action="ignore")
        own = keys_of([name, column, desk.table.labels.get(column, ""), re.split(r"\s[-–—|]\s|[:\[]", column)[-1].strip(" ]")])
        odd = read[read.notna() & ~read.isin(TICKED | UNTICKED | own)]
        single = odd.nunique() == 1 and not read.isin(TICKED | own).any()  # the option's own code or text
        if len(odd) and not single:
            desk.refuse(
                f"{len(odd)} cells hold codes ({odd.nunique()} different) that are neither ticked nor blank.",
                desk.where(column, f"exposure.columns.{name}", read.isin(odd)),
                "one mark where the offering was bought, such as 1, X or its name; and blank, 0 or no elsewhere.",
                "Map the column that is ticked or blank, or list codes for no answer under `missing`.",
            )
        ticks[str(code_key(name))] = read.isin(TICKED | own | (set(odd) if single else set()))
    table = pd.DataFrame(ticks)
    rows = [tuple(name for name, tick in zip(table.columns, row, strict=True) if tick) for row in table.to_numpy(dtype=bool)]
    higher = {str(code_key(code)) for code in block.higher}
    empty = sum(not row and not doubt for row, doubt in zip(rows, unknown, strict=True))
    if empty:
        desk.say("study.none_ticked", n=empty)
    return [None if doubt and not higher & set(row) else row for row, doubt in zip(rows, unknown, strict=True)]


def _called(desk: Desk, block: Exposure) -> Mapping[str, str]:
    """What each option is called: the file's word for its code, else its commonest spelling; never two by one name."""
    column = str(block.column)
    spelled, words = texts(desk, column), desk.answer_texts(column)
    if block.contains:
        codes, found = desk.keys(column, None), desk.frame[column]
        cells = pd.Series(
            [words.get(key, str(cell)) for key, cell in zip(codes, found, strict=True) if key is not None], dtype=object
        )
        listed = pd.Series([", ".join(SPLIT.split(str(code))) for code in (*block.contains, *block.baseline)], dtype=object)
        spelled = pd.concat([cells.map(SPLIT.split).explode().str.strip(), listed])
        words = {}
    keys = spelled.map(text_key) if block.contains else desk.keys(column, None)
    called = {str(key): words.get(str(key)) or str(own.value_counts().index[0]) for key, own in spelled.groupby(keys)}
    twice = {name for name in called.values() if [*called.values()].count(name) > 1}
    return {key: f"{name} ({key})" if name in twice else name for key, name in called.items()}


def _check_codes(desk: Desk, block: Exposure, bought: Sequence[Bought], called: Mapping[str, str]) -> None:
    """Refuse codes that never occur, and cells that hold a higher-tier offering among others; ask about near ones."""
    column = str(block.column)
    keys = pd.Series([None if row is None else row[0] if row else None for row in bought], dtype=object)
    there = {key for row in bought for key in row or ()}
    words = {key: str(code_key(text)) for key, text in desk.answer_texts(column).items() if key in there}
    known = there | set(words.values())
    listed = {"higher": block.higher, "contains": block.contains, "baseline": block.baseline}
    for place, codes in listed.items():
        for code in codes if there else ():
            if _key(desk, code, block) not in known:
                spelled = [] if block.contains else [*map(str, desk.frame[column].dropna().unique())]
                near = nearest(str(code), [*spelled, *(name for key, name in called.items() if key in there)])
                desk.refuse(
                    f"The code {clip(code)!r} under `{place}` never occurs.",
                    desk.where(column, f"exposure.{place}"),
                    "codes as they stand in the column" + (f"; did you mean {clip(near)!r}?" if near is not None else "."),
                    f"Correct the code, or take it out of `{place}`.",
                )
    wanted = {_key(desk, code, block) for codes in listed.values() for code in codes}
    if not block.contains:
        texts_of, higher = desk.answer_texts(column), {text_key(str(code)) for code in block.higher}
        inside = {key for key in there - wanted if len(parts := _parts(texts_of.get(key, key))) > 1 and higher & set(parts)}
        several = keys.isin(inside - {key for key, word in words.items() if word in wanted})
        if several.any():
            desk.refuse(
                f"{int(several.sum())} cells hold an offering under `higher` among others, and would count as another one.",
                desk.where(column, "exposure.higher", several),
                "one offering in a cell, or `contains` in the place of `higher`, which looks into the cells.",
                "Write `contains` with the higher-tier offerings; a cell that is one offering stands under `higher` or `baseline`.",
            )
    meant = [called.get(key, key) for key in sorted(wanted & there)]
    for key in sorted(there - wanted - {key for key, word in words.items() if word in wanted}):
        n = sum(key in (row or ()) for row in bought)
        if {key, text_key(called.get(key, key))} & NOTHING and not (block.contains or block.baseline):
            desk.say("study.offering_nothing", column=column, offering=called.get(key, key), n=n)
            continue
        held = {text_key(part.strip("[]\"' ")) for part in re.split(rf"{SPLIT.pattern}|{JOINED.pattern}", called.get(key, key))}
        near = next((name for name in meant if text_key(name) in held or _alike(called.get(key, key), name)), None)
        if near is not None:
            desk.say("study.offering_near", column=column, offering=called.get(key, key), near=near, n=n)


def _alike(one: str, other: str) -> bool:
    """Whether two offerings may be one misspelt; those that differ in a number are two."""
    first, second = one.casefold(), other.casefold()
    if min(len(first), len(second)) < SHORTEST or NUMBER.match(first) or re.findall(r"\d+", first) != re.findall(r"\d+", second):
        return False
    return fuzz.ratio(first, second) >= NEAR


def _sides(desk: Desk, block: Exposure, bought: Sequence[Bought], called: Mapping[str, str], place: str) -> dict[str, pd.Series]:
    """The side of each answer, and what its offering is called."""
    column = block.column or next(iter(block.columns.values()))
    words = {} if block.columns or block.contains else {key: str(code_key(text)) for key, text in desk.answer_texts(column).items()}

    def holds(codes: Iterable[object]) -> pd.Series:
        wanted = {_key(desk, code, block) for code in codes}
        wanted |= {key for key, word in words.items() if word in wanted and not NUMBER.match(word)}
        return pd.Series([not wanted.isdisjoint(row or ()) for row in bought], dtype=bool)

    told = pd.Series([row is not None for row in bought], dtype=bool)
    blank = pd.Series(data=False, index=range(desk.n))
    if block.column is not None:
        blank = desk.keys(block.column, None).isna() & ~desk.broken(block.column)
        if block.blank == "baseline" and blank.any():
            desk.say("study.blank_baseline", column=column, n=int(blank.sum()))
    higher = holds((*block.higher, *block.contains))
    baseline = (told & holds(block.baseline)) if block.baseline else told
    baseline = (baseline | (blank if block.blank == "baseline" else blank & False)) & ~higher
    left_out = told & ~higher & ~baseline
    if left_out.any():
        offerings = {row for row, out in zip(bought, left_out, strict=True) if out}
        desk.say("study.offerings_left_out", n=int(left_out.sum()), offerings_n=len(offerings))
    if higher.any() and not baseline.any():
        if not told.all():
            desk.refuse(
                f"All {int(told.sum())} answers (of {desk.n}) that tell an offering have one under `higher`: there is no baseline.",
                desk.where(column, place),
                "other offerings too; where blank means not bought, `blank: baseline`, or `columns` with one column an offering.",
                "Add `blank: baseline` to exposure if a blank means not bought; else map a column that holds the others too.",
            )
        else:
            desk.say("study.no_baseline", n=int(told.sum()))
    names = [
        " + ".join(called.get(key, key) for key in row) or NONE if row is not None else NONE if base else None
        for row, base in zip(bought, baseline, strict=True)
    ]
    values = np.select([higher.to_numpy(), baseline.to_numpy()], [1.0, 0.0], np.nan)
    return {"offering": pd.Series(values, dtype=float), "offering_name": pd.Series(names, dtype=object)}
