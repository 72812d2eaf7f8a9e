"""Best-worst answers in any of their usual exports, as one table: a row for each item shown, and which were best and worst."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from valuelib.results import Message
from valuelib.study.choice_block import FEWEST_SHOWN, ChoiceDesign, Choices
from valuelib.study.config import StudyConfig
from valuelib.study.desk import Desk, Named, join_names, texts, without_emails
from valuelib.study.identity import identity_columns
from valuelib.study.readers.draft import RawTable
from valuelib.study.wording import clip, code_key, guess
from valuelib.theory.pyramid import elements

PLACE, DESIGN = "choices.file", "choices.design.file"
COLUMNS = ("respondent", "set", "item", "best", "worst")
SEPARATORS = r"[;,|]"
FEW = 3  # unknown items that are told by name


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """Sets that stand in the same columns of a file; every series has the file's rows.

    Attributes:
        place: the key of study.yaml that names the columns.
        who: the respondent; None on rows that are left out.
        wave: the survey round, or None where there are no rounds.
        label: the number of the set.
        shown: a column for each item shown, as codes.
        columns: names of the columns of `shown`, or of what stands for them.
        best: name of the column with the best item.
        worst: name of the column with the worst item.
    """

    place: str
    who: pd.Series
    wave: pd.Series | None
    label: pd.Series
    shown: pd.DataFrame
    columns: Sequence[str]
    best: str
    worst: str


def read_choice_design(desk: Desk, block: ChoiceDesign, choices: Choices) -> pd.DataFrame:
    """`version`, `task` and a column 0, 1, ... for each item shown, as codes."""
    named = {"task": block.task, **({"version": block.version} if block.version is not None else {})}
    if any([*(desk.lacks(column, f"choices.design.{key}") for key, column in named.items()), *_lacking(desk, block.shown)]):
        return pd.DataFrame()
    shown = _shown(desk, block.shown, choices)
    version = desk.keys(block.version) if block.version is not None else pd.Series("", index=shown.index)
    frame = pd.DataFrame({"version": version, "task": desk.keys(block.task)}).join(shown)
    twice = frame.duplicated(subset=["version", "task"], keep=False)
    if twice.any():
        desk.refuse(
            f"{int(twice.sum())} rows of the design tell of a set that stands on another row, too.",
            desk.where(block.task, "choices.design.task", twice),
            "each set once" + (" a version." if block.version is not None else "; or the column of the versions."),
            "Take repeated rows out, or name the column that tells the versions apart as `version`.",
        )
    return frame


def read_choice_file(desk: Desk, block: Choices, answers: pd.DataFrame, design: pd.DataFrame | None) -> pd.DataFrame:
    """The choices of a file with a row for each set of each respondent; of respondents of the responses only.

    Args:
        desk: the file.
        block: `choices` of study.yaml.
        answers: the responses in harmonised columns, every wave, in the order of waves.
        design: what `read_choice_design` gave, where the design stands in a file.
    """
    named = {key: str(getattr(block, key)) for key in ("respondent", "task", "best", "worst")}
    named |= {"version": block.version} if block.version is not None else {}
    if any([*(desk.lacks(column, f"choices.{key}") for key, column in named.items()), *_lacking(desk, block.shown)]):
        return pd.DataFrame()
    place = "choices.respondent"
    if desk.config.columns.respondent is None:
        desk.refuse(
            "The responses have no respondent to join the choices to.",
            desk.where(named["respondent"], place),
            "columns.respondent in study.yaml.",
            "Map the respondent, or take the choices from columns of the responses (`sets`).",
        )
        return pd.DataFrame()
    there = Named(
        column=named["respondent"], place=place, what="respondent", there="columns.respondent", stray="study.choices_stray"
    )
    known = answers.drop_duplicates("respondent", keep="last").set_index("respondent")
    ids = without_emails(desk, named["respondent"], texts(desk, named["respondent"], block.missing))
    who = join_names(desk, ids, set(known.index), there)
    if "wave" in known and answers["wave"].nunique() > 1:
        desk.say("study.choices_wave")
    label = desk.keys(named["task"])
    if (blank := label.isna()).any():
        desk.refuse(
            f"{int(blank.sum())} rows do not tell which set they are.",
            desk.where(named["task"], "choices.task", blank),
            "the number of the set on every row.",
            "Fill it in, or take the rows out.",
        )
    part = Part(
        place="choices",
        who=who.where(who.isin(known.index)),
        wave=who.map(known["wave"]) if "wave" in known else None,
        label=label,
        shown=_shown_to(desk, block, block.shown, label, design),
        columns=block.shown or (named["task"],),
        best=named["best"],
        worst=named["worst"],
    )
    return _one_table(desk, block, [part])


def read_choice_columns(table: RawTable, config: StudyConfig, design: pd.DataFrame | None) -> tuple[pd.DataFrame | None, Desk]:
    """The choices in columns of the responses, None where there are none, and the desk with their problems.

    Columns that are not there are a problem of the responses.
    """
    desk, block = Desk(table=table, config=config), config.choices
    wanted = [] if block is None else [column for _, column in block.columns_of_responses()]
    if block is None or block.file is not None or not all(desk.has(column) for column in wanted):
        return None, desk
    people = identity_columns(Desk(table=table, config=config))  # whose problems the responses have told
    parts = []
    for place, one in enumerate(block.sets, start=1):
        label = pd.Series(code_key(one.task) if one.task is not None else str(place), index=desk.frame.index, dtype=object)
        parts.append(
            Part(
                place=f"choices.sets.{place}",
                who=people["respondent"],
                wave=people.get("wave"),
                label=label,
                shown=_same_for_all(desk, one.items) if one.items else _shown_to(desk, block, one.shown, label, design),
                columns=one.shown or (one.best,),
                best=one.best,
                worst=one.worst,
            )
        )
    return _one_table(desk, block, parts), desk


def _lacking(desk: Desk, columns: Sequence[str]) -> list[bool]:
    return [desk.lacks(column, "choices.shown") for column in columns]


def _shown(desk: Desk, columns: Sequence[str], block: Choices) -> pd.DataFrame:
    """A column for each item shown, as codes; a single column holds all of them, separated."""
    if len(columns) > 1:
        return pd.DataFrame({place: desk.keys(column, block.missing) for place, column in enumerate(columns)})
    apart = texts(desk, columns[0], block.missing).str.split(SEPARATORS, regex=True, expand=True)
    coded = {place: apart[place].map(code_key, na_action="ignore") for place in apart}
    return pd.DataFrame({place: one.astype(object).where(one.notna(), None) for place, one in coded.items()})


def _same_for_all(desk: Desk, items: Sequence[str]) -> pd.DataFrame:
    """The same items on every row, by their keys."""
    return pd.DataFrame({place: pd.Series(key, index=desk.frame.index, dtype=object) for place, key in enumerate(items)})


def _shown_to(desk: Desk, block: Choices, columns: Sequence[str], label: pd.Series, design: pd.DataFrame | None) -> pd.DataFrame:
    """What each row's set showed: from its own columns, or from the design by version and set."""
    if columns:
        return _shown(desk, columns, block)
    if design is None or design.empty:  # whose problems are told
        return pd.DataFrame(index=desk.frame.index)
    version = desk.keys(block.version, block.missing) if block.version is not None else pd.Series("", index=desk.frame.index)
    asked = pd.DataFrame({"version": version, "task": label})
    found = asked.merge(design, on=["version", "task"], how="left", indicator=True)
    lost = found["_merge"].eq("left_only") & asked["version"].notna() & asked["task"].notna()
    if lost.any():
        column = block.version or block.task or block.sets[0].best
        desk.refuse(
            f"{int(lost.sum())} rows are of a set that the design does not have.",
            desk.where(column, "choices.version" if block.version is not None else "choices.task", lost),
            "versions and sets as the design numbers them.",
            "Correct the numbers, or add the sets to the design.",
        )
    return found.drop(columns=["version", "task", "_merge"])


@cache
def _named_elements() -> Mapping[str, str]:
    """Key, and name in either language, of every element."""
    found = {code_key(word) or "": one.key for one in elements() for word in (one.name.fi, one.name.en)}
    return found | {one.key: one.key for one in elements()}


def _item_codes(block: Choices) -> Mapping[str, str]:
    """What stands for an element in the cells: the listed codes and the keys of these elements, or every key and name."""
    if not block.items:
        return _named_elements()
    return {key: key for key in block.items} | {code_key(code) or "": key for key, codes in block.items.items() for code in codes}


def _one_table(desk: Desk, block: Choices, parts: Sequence[Part]) -> pd.DataFrame:
    """All answered sets as `respondent`, `wave` (where there are rounds), `set`, `item`, `best` and `worst`."""
    codes, strays, found = _item_codes(block), [], []
    for part in parts:
        frame, stray = _one_part(desk, block, part, codes)
        strays += stray
        found.append(frame)
    if strays:
        names = [*dict.fromkeys(clip(code, 30) for code, *_ in strays)]
        more = f" and {len(names) - FEW} more" if len(names) > FEW else ""
        desk.refuse(
            f"Items that are not known: {', '.join(map(repr, names[:FEW]))}{more}.",
            strays[0][1],
            f"keys or names of elements, or codes listed under `items`; {guess(str(strays[0][0]), [*codes])}",
            "Write items: {product_quality: 1} and so on, an element with the code that stands for it.",
        )
    table = pd.concat(found, ignore_index=True)
    sets = [name for name in ("respondent", "wave", "set") if name in table]
    whole = table.drop_duplicates([*sets, "row"])
    twice = whole.duplicated(sets, keep=False)
    if twice.any():
        again = pd.Series(desk.frame.index.isin(whole.loc[twice, "row"]), index=desk.frame.index)
        desk.refuse(
            f"{int(whole[twice].drop_duplicates(sets).shape[0])} sets are answered more than once by the same respondent.",
            desk.where(block.task or parts[0].best, "choices.task", again),
            "each set once a respondent.",
            "Take the repeated rows out; sets of several survey rounds belong in columns of the responses.",
        )
    return table.drop(columns="row").astype({"respondent": "str", "set": "str", "item": "str", "best": bool, "worst": bool})


def _one_part(desk: Desk, block: Choices, part: Part, codes: Mapping[str, str]) -> tuple[pd.DataFrame, list[tuple[str, str]]]:
    """The answered sets of one part with the `row` of each, and codes that stand for no item with the place of the first."""
    shown = part.shown.reindex(columns=range(max(part.shown.shape[1], 1)))
    ends = {key: desk.keys(column, block.missing) for key, column in (("best", part.best), ("worst", part.worst))}
    given = {key: keys.notna() for key, keys in ends.items()}
    asked = part.who.notna() & part.label.notna() & shown.notna().any(axis=1)
    half = asked & (given["best"] != given["worst"])
    if half.any():
        desk.say("study.choices_half", n=int(half.sum()), column=part.best)
    answered = asked & given["best"] & given["worst"]
    if block.answer == "position":
        ends = {key: _at_position(desk, part, key, keys, shown, answered) for key, keys in ends.items()}
    strays: list[tuple[str, str]] = []

    def items(keys: pd.Series, column: str, key: str) -> pd.Series:
        """Elements for codes, or for the file's own words for codes."""
        words = {code: code_key(text) or "" for code, text in desk.answer_texts(column).items()} if desk.has(column) else {}
        meant = keys.map(lambda code: codes.get(code, codes.get(words.get(code, ""))), na_action="ignore")
        unknown = answered & keys.notna() & meant.isna()
        where = desk.where(column, f"{part.place}.{key}", unknown)
        strays.extend((str(code), where) for code in keys[unknown].unique())
        return meant

    columns = [*part.columns] if len(part.columns) == shown.shape[1] else [part.columns[0]] * shown.shape[1]
    offered = pd.DataFrame({at: items(shown[at], column, "shown") for at, column in zip(shown, columns, strict=True)})
    best, worst = (items(ends[key], getattr(part, key), key) for key in ("best", "worst"))
    known = answered & best.notna() & worst.notna() & (offered.notna() == shown.notna()).all(axis=1)
    for column, key, wrong, what, expected, step in _faults(part, offered, best, worst):
        if (wrong := wrong & known).any():
            desk.refuse(f"{int(wrong.sum())} {what}.", desk.where(column, f"{part.place}.{key}", wrong), expected, step)
    rows = np.flatnonzero(known)
    about = {"row": rows, "respondent": part.who.to_numpy()[rows], "set": part.label.to_numpy()[rows]}
    if part.wave is not None:
        about["wave"] = part.wave.to_numpy()[rows]
    about |= {"first": best.to_numpy()[rows], "last": worst.to_numpy()[rows]}
    wide = pd.concat([pd.DataFrame(about), offered.iloc[rows].reset_index(drop=True)], axis=1)
    long = wide.melt(id_vars=[*about], value_name="item").dropna(subset=["item"]).sort_values("row", kind="stable")
    long["best"], long["worst"] = long["item"] == long["first"], long["item"] == long["last"]
    names = ["row", *(name for name in ("respondent", "wave") if name in long), *COLUMNS[1:]]
    return long[names], strays


def _at_position(desk: Desk, part: Part, key: str, keys: pd.Series, shown: pd.DataFrame, answered: pd.Series) -> pd.Series:
    """The code of the item at a position, 1 for the first shown."""
    position = pd.to_numeric(keys, errors="coerce")
    inside = position.isin(range(1, shown.shape[1] + 1))
    outside = answered & ~inside
    if outside.any():
        desk.refuse(
            f"{int(outside.sum())} answers are no position among the items shown.",
            desk.where(getattr(part, key), f"{part.place}.{key}", outside),
            f"whole numbers from 1 to {shown.shape[1]}.",
            "Correct them; where cells hold the item itself, write answer: item.",
        )
    rows = np.flatnonzero(inside & answered)
    found = np.full(len(keys), None, dtype=object)
    found[rows] = shown.to_numpy(dtype=object)[rows, position.to_numpy()[rows].astype(int) - 1]
    return pd.Series(found, index=keys.index).where(lambda one: one.notna(), None)


def _faults(
    part: Part, offered: pd.DataFrame, best: pd.Series, worst: pd.Series
) -> Iterator[tuple[str, str, pd.Series, str, str, str]]:
    """What may be wrong with sets: column and key that name it, the rows, and the three parts of the problem."""
    few = offered.notna().sum(axis=1) < FEWEST_SHOWN
    places = np.sort(pd.factorize(offered.to_numpy(dtype=object).ravel())[0].reshape(offered.shape), axis=1)
    again = pd.Series(((places[:, 1:] == places[:, :-1]) & (places[:, 1:] >= 0)).any(axis=1), index=offered.index)
    correct = "Correct the answers or the items shown; a set that cannot be mended is left out by making both blank."
    yield (
        part.columns[0],
        "shown",
        few,
        f"sets show fewer than {FEWEST_SHOWN} items",
        f"{FEWEST_SHOWN} items or more.",
        "Name every column of the items shown, or take these sets out.",
    )
    yield part.columns[0], "shown", again, "sets show an item twice", "each item once a set.", correct
    yield part.worst, "worst", best == worst, "sets have one item as best and as worst", "two different items.", correct
    for column, key, chosen in ((part.best, "best", best), (part.worst, "worst", worst)):
        stray = ~offered.eq(chosen, axis=0).any(axis=1) & chosen.notna()
        yield column, key, stray, f"sets have a {key} item that they did not show", "one of the items shown.", correct


def say_of_choices(table: pd.DataFrame) -> Message:
    """How much was read."""
    sets = table.drop_duplicates([name for name in ("respondent", "wave", "set") if name in table])
    values = {"n": len(sets), "respondents_n": int(sets["respondent"].nunique()), "items_n": int(table["item"].nunique())}
    return Message(code="study.choices_read", values=values)
