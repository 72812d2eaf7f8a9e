"""The frames that a user of a study sees: answers, elements and accounts under names that queries and formulas can take."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from valuelib.study.wording import code_key
from valuelib.theory.pyramid import element

if TYPE_CHECKING:
    from valuelib.study.model import Study

LOYALTY = ("detractor", "passive", "promoter")  # by -1, 0 and +1 of the harmonised `nps`
FIXED = (
    "respondent",
    "account",
    "weight",
    "wave",
    "recommend",
    "nps",
    "promoter",
    "repurchase",
    "repurchase_score",
    "effort",
    "value_enhancement",
    "satisfaction",
    "perceived_value",
    "promise",
    "share_of_purchases",
    "expansion",
    "unaffected",
    "offering",
    "marker",
    "team",
    "contract_start",
    "contract_end",
    "contract_ended",
)
"""Columns that have one name in every study, in the order of a frame; a study has those that it maps."""


def public_columns(study: Study) -> dict[str, str]:
    """Each column of `study.answers`, in its order, with the column of `study.data` that it shows."""
    there = [str(name) for name in study.data.columns]
    # The column of `study.data` behind a fixed name.
    found = {
        name: source
        for name in FIXED
        if (source := ("nps" if name == "promoter" else name.replace("contract_", "contract."))) in there
    }
    found |= {name.partition(".")[2]: name for name in there if name.startswith(("element.", "facet."))}
    given = {*FIXED, *(one.as_ for one in study.config.names.values() if one.as_)}
    background = [name for name in there if name.startswith(("segment.", "adjust."))]
    front = {name: source for name, source in found.items() if name in FIXED}
    for source in background:
        kind, _, column = source.partition(".")
        if kind == "segment" or f"segment.{column}" not in background:
            called = study.config.names.get(column)
            front[called.as_ if called is not None and called.as_ else free_name(column, kind, {*given, *found, *front})] = source
    return front | found


def public_frame(study: Study, data: pd.DataFrame) -> pd.DataFrame:
    """A copy of harmonised answers under public names and with public words for levels."""
    columns = public_columns(study)
    frame = data[list(columns.values())].set_axis(list(columns), axis="columns").copy()
    if "nps" in frame:
        named = frame["nps"].map(dict(zip((-1.0, 0.0, 1.0), LOYALTY, strict=True)))
        frame["promoter"] = pd.Categorical(named, categories=LOYALTY, ordered=True)
        frame["nps"] = 100.0 * frame["nps"]
    for name, source in columns.items():
        if source.startswith(("segment.", "adjust.")) and not pd.api.types.is_numeric_dtype(frame[name]):
            frame[name] = frame[name].map(level_names(study, source, frame[name].dropna().unique()), na_action="ignore")
    return frame


def level_names(study: Study, source: str, levels: Iterable[str]) -> dict[str, str]:
    """What `study.answers` calls each level of a column: `as` of names, else the file's word for a code, else the code."""
    called = study.config.names.get(source.partition(".")[2])
    by_code = {code_key(code): one.as_ for code, one in called.levels.items() if one.as_} if called is not None else {}
    words = (study.level_labels or {}).get(source, {})
    names = {level: by_code.get(code_key(level)) or words.get(code_key(level) or "") or level for level in levels}
    shared = [name for name in names.values() if list(names.values()).count(name) > 1]
    return {level: level if name in shared else name for level, name in names.items()}  # two levels never become one


def element_frame(study: Study) -> pd.DataFrame:
    """One row a mapped element, in the pyramid's order; `question` as the file asks it, else the names of its columns."""
    block, labels = study.config.elements, study.item_labels or {}
    rows = []
    for key in study.element_keys:
        theory, answers = element(key), study.data[f"element.{key}"]
        asked = labels.get(f"element.{key}") or ", ".join(block.columns.get(key, ()) if block is not None else ())
        rows.append((key, theory.name.say(study.language), theory.tier_key, theory.category_key, int(answers.notna().sum()), asked))
    return pd.DataFrame(rows, columns=["key", "name", "tier", "category", "n", "question"])


def account_frame(study: Study) -> pd.DataFrame:
    """One row an account: respondents, summed weight, weighted means of what is a number, and levels that all of it share."""
    answers = public_frame(study, study.data)
    by_account = answers.groupby("account", sort=True)
    found = {"respondents": by_account["respondent"].nunique(), "weight": by_account["weight"].sum()}
    for name in answers.columns.drop(["respondent", "account", "weight", "promoter"], errors="ignore"):
        values = answers[name]
        if pd.api.types.is_numeric_dtype(values):
            weights = answers["weight"].where(values.notna())
            sums = pd.DataFrame({"sum": values * weights, "weight": weights}).groupby(answers["account"]).sum(min_count=1)
            found[name] = sums["sum"] / sums["weight"]
        elif not pd.api.types.is_datetime64_any_dtype(values):
            found[name] = by_account[name].first().where(by_account[name].nunique() == 1)
    return pd.DataFrame(found).reset_index()


def free_name(column: str, kind: str, taken: Iterable[str]) -> str:
    """A column's own name as an identifier, with its kind before it where the name is taken or none is left.

    >>> free_name("Henkilöstö, koko", "segment", ()), free_name("NPS", "segment", ("nps",)), free_name("2026", "adjust", ())
    ('henkilosto_koko', 'segment_nps', 'adjust_2026')
    """
    plain = unicodedata.normalize("NFKD", column.casefold()).encode("ascii", "ignore").decode()
    slug, used = re.sub(r"[^a-z0-9]+", "_", plain).strip("_"), set(taken)
    name = slug if slug.isidentifier() and not keyword.iskeyword(slug) and slug not in used else f"{kind}_{slug}".rstrip("_")
    return next(one for one in (name, *(f"{name}_{n}" for n in range(2, len(used) + 3))) if one not in used)
