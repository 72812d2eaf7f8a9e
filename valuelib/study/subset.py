"""A part of a study's answers, chosen by the columns and levels of `study.answers`."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from valuelib.errors import ParameterError
from valuelib.study.frames import public_columns, public_frame
from valuelib.study.wording import clip, guess

if TYPE_CHECKING:
    from valuelib.study.model import Study

MAX_DESCRIPTION = 160
PEOPLE = ("respondent", "account", "team")
Mask = npt.NDArray[np.bool_]


def choose(study: Study, query: str | None, equals: Mapping[str, object]) -> Study:
    """The study with the answers for which the query holds and each column has its value; see `Study.where`."""
    if query is None and not equals:
        raise ParameterError("Nothing was chosen. Expected: a query or a column, such as where(\"industry == 'trade'\").")
    columns = [*public_columns(study)]
    for name in equals:
        if name not in columns:
            raise ParameterError(_unknown(name, columns))
    kept = _mask(study, study.data, query, equals)
    fewest = study.config.privacy.min_group
    notes = " and ".join([*([query] if query else []), *(f"{name} == {value!r}" for name, value in equals.items())])
    if not kept.any():
        raise ParameterError(f"No answer is left where {clip(notes)}.{_levels(study, equals)}")
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
        wanted = list(value) if isinstance(value, list | tuple | set | frozenset) else [value]
        levels = [f"{one:g}" if isinstance(one, int | float) else str(one) for one in wanted]
        if kind in ("segment", "adjust"):
            codes = {one: study.data.loc[frame[name] == one, sources[name]] for one in wanted}
            levels = [study.level_word(column, str(codes[one].iloc[0])) if len(codes[one]) else str(one) for one in wanted]
            name = study.column_word(column)
        words.append(f"{name}: {'...' if name in PEOPLE else ', '.join(levels)}")
    return words


def _mask(study: Study, data: pd.DataFrame, query: str | None, equals: Mapping[str, object]) -> Mask:
    frame = public_frame(study, data)
    kept = np.ones(len(frame), bool) if query is None else _evaluate(frame, query)
    for name, value in equals.items():
        wanted = list(value) if isinstance(value, list | tuple | set | frozenset) else [value]
        kept = kept & frame[name].isin(wanted).to_numpy(bool)
    return kept


def _evaluate(frame: pd.DataFrame, query: str) -> Mask:
    columns = [str(name) for name in frame.columns]
    form = "Expected: a comparison such as industry == 'trade' and recommend >= 9."
    try:
        found = frame.eval(query, engine="python", local_dict={}, global_dict={})
    except pd.errors.UndefinedVariableError as err:
        raise ParameterError(_unknown(str(err).partition("'")[2].partition("'")[0], columns)) from err
    except (SyntaxError, ValueError, TypeError, KeyError, AttributeError, NotImplementedError) as err:
        raise ParameterError(f"The query {clip(query)!r} cannot be read ({type(err).__name__}). {form}") from err
    if not isinstance(found, pd.Series) or not pd.api.types.is_bool_dtype(found) or len(found) != len(frame):
        raise ParameterError(f"The query {clip(query)!r} does not say yes or no for each answer. {form}")
    return found.fillna(False).to_numpy(bool)


def _linked(frame: pd.DataFrame | None, key: str, kept: set[str]) -> pd.DataFrame | None:
    return None if frame is None else frame[frame[key].isin(kept)].reset_index(drop=True)


def _unknown(name: str, columns: list[str]) -> str:
    return f"There is no column {clip(name)!r} in study.answers; {guess(name, columns)} Correct the name in the query."


def _levels(study: Study, equals: Mapping[str, object]) -> str:
    """The levels of a background column of which none was meant; other columns hold answers or people, which are not told."""
    sources = public_columns(study)
    for name, value in equals.items():
        if sources[name].startswith("segment.") and isinstance(value, str):
            known = sorted(public_frame(study, study.data)[name].dropna().unique())
            if value not in known:
                return f" {clip(value)!r} is no level of {name}; {guess(value, known)} Correct it."
    return " Choose a larger group."
