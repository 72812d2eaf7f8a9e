"""The frames that a user of a study sees, under names that queries and formulas can take, and a part of the answers by them."""

from __future__ import annotations

import dataclasses
import keyword
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from valuelib.errors import ParameterError
from valuelib.study.wording import clip, code_key, guess
from valuelib.theory.pyramid import element

if TYPE_CHECKING:
    from valuelib.study.model import Study

LOYALTY = ("detractor", "passive", "promoter")  # by -1, 0 and +1 of the harmonised `nps`
FIXED = (
    "respondent",
    "account",
    "cluster",
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
    "switched",
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


# A part of the answers, chosen by the columns and levels of `study.answers`.

MAX_DESCRIPTION = 160
PEOPLE = ("respondent", "account", "cluster", "team")
Mask = npt.NDArray[np.bool_]


def choose(study: Study, query: str | None, equals: Mapping[str, object]) -> Study:
    """The study with the answers for which the query holds and each column has its value; see `Study.where`."""
    if query is None and not equals:
        raise ParameterError("Nothing was chosen. Expected: a query or a column, such as where(\"industry == 'trade'\").")
    columns = [*public_columns(study)]
    for name in equals:
        if name not in columns:
            raise ParameterError(_unknown(name, columns))
    equals = {name: _plain(value) for name, value in equals.items()}
    kept = _mask(study, study.data, query, equals)
    fewest = study.config.privacy.min_group
    notes = " and ".join([*([query] if query else []), *(f"{name} == {value!r}" for name, value in equals.items())])
    if not kept.any():
        advice, sources = "Choose a larger group.", public_columns(study)
        # The levels of a background column of which none was meant; other columns hold answers or people, which are not told.
        for name, value in equals.items():
            if sources[name].startswith("segment.") and isinstance(value, str) and advice.startswith("Choose"):
                known = sorted(public_frame(study, study.data)[name].dropna().unique())
                if value not in known:
                    advice = f"{clip(value)!r} is no level of {name}; {guess(value, known)} Correct it."
        raise ParameterError(f"No answer is left where {clip(notes)}. {advice}")
    if kept.sum() < fewest:
        raise ParameterError(
            f"Only {int(kept.sum())} answers are left where {clip(notes)}. Expected: at least {fewest} (`privacy.min_group` of "
            "study.yaml), so that nobody can be told. Choose a larger group."
        )
    words = ", ".join([*([] if study.subset_words is None else [study.subset_words]), *_in_words(study, query, equals)])
    every = study.all_data
    whole = kept if len(every) == len(study.data) else np.zeros(len(every), bool)
    if whole is not kept:
        # Wave by wave, so that a query with a mean or a quantile means the same in the last wave as it does in `data`.
        for wave in every["wave"].unique():
            rows = (every["wave"] == wave).to_numpy()
            whole[rows] = _mask(study, every[rows], query, equals)
    all_data = every[whole].reset_index(drop=True)
    accounts = set(all_data["account"])
    return dataclasses.replace(
        study,
        data=study.data[kept].reset_index(drop=True),
        all_data=all_data,
        subset=clip(notes if study.subset is None else f"{study.subset} and {notes}", MAX_DESCRIPTION),
        subset_words=clip(words, MAX_DESCRIPTION),
        chosen=(*study.chosen, {**({"query": query} if query else {}), **equals}),
        provider=_linked(study.provider, "account", accounts),
        interviews=_linked(study.interviews, "account", accounts),
        employees=_linked(study.employees, "team", set(all_data["team"].dropna())) if "team" in all_data else study.employees,
    )


def _in_words(study: Study, query: str | None, equals: Mapping[str, object]) -> list[str]:
    """What was chosen, background in the study's words; ids and names of people and companies are left out."""
    names_people = query is not None and re.search(rf"\b({'|'.join(PEOPLE)})\b", query) is not None
    words = [] if query is None else [re.sub(r"""'[^']*'|"[^"]*\"""", "'...'", query) if names_people else query]
    frame, sources = public_frame(study, study.data), public_columns(study)
    for name, value in equals.items():
        kind, _, column = sources[name].partition(".")
        wanted = value if isinstance(value, list) else [value]
        levels = [f"{one:g}" if isinstance(one, int | float) else str(one) for one in wanted]
        if kind in ("segment", "adjust"):
            codes = {one: study.data.loc[frame[name] == one, sources[name]] for one in wanted}
            levels = [study.level_word(column, str(codes[one].iloc[0])) if len(codes[one]) else str(one) for one in wanted]
            name = study.column_word(column)
        words.append(f"{name}: {'...' if name in PEOPLE else ', '.join(levels)}")
    return words


def _plain(value: object) -> object:
    """A wanted value, or a list of them, as plain values; those of a set in a fixed order."""
    if isinstance(value, set | frozenset):
        return sorted(map(_plain, value), key=str)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.item() if isinstance(value, np.generic) else value


def _mask(study: Study, data: pd.DataFrame, query: str | None, equals: Mapping[str, object]) -> Mask:
    frame = public_frame(study, data)
    kept = np.ones(len(frame), bool)
    if query is not None:
        form = "Expected: a comparison such as industry == 'trade' and recommend >= 9."
        try:
            found = frame.eval(query, engine="python", local_dict={}, global_dict={})
        except pd.errors.UndefinedVariableError as err:
            raise ParameterError(_unknown(str(err).partition("'")[2].partition("'")[0], map(str, frame.columns))) from err
        except (SyntaxError, ValueError, TypeError, KeyError, AttributeError, NotImplementedError) as err:
            raise ParameterError(f"The query {clip(query)!r} cannot be read ({type(err).__name__}). {form}") from err
        if not isinstance(found, pd.Series) or not pd.api.types.is_bool_dtype(found) or len(found) != len(frame):
            raise ParameterError(f"The query {clip(query)!r} does not say yes or no for each answer. {form}")
        kept = found.fillna(False).to_numpy(bool)
    for name, value in equals.items():
        wanted = value if isinstance(value, list) else [value]
        kept = kept & frame[name].isin(wanted).to_numpy(bool)
    return kept


def _linked(frame: pd.DataFrame | None, key: str, kept: set[str]) -> pd.DataFrame | None:
    """The rows of a linked file that are left; None where there are none, as without the file."""
    rows = None if frame is None else frame[frame[key].isin(kept)].reset_index(drop=True)
    return None if rows is None or rows.empty else rows


def _unknown(name: str, columns: Iterable[str]) -> str:
    return f"There is no column {clip(name)!r} in study.answers; {guess(name, [*columns])} Correct the name in the query."
