"""A raw table becomes the harmonised columns of a Study, in one pass that collects every problem."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from valuelib.errors import Problem
from valuelib.results import Message
from valuelib.study.config import Item, Repurchase, StudyConfig
from valuelib.study.harmonise_codes import contract_columns, read_offering, read_promise, read_yes_no
from valuelib.study.harmonise_identity import check_columns, identity_columns, texts, wave_order, without_emails
from valuelib.study.harmonise_ratings import (
    Desk,
    element_columns,
    facet_columns,
    marker_column,
    mean_of_answered,
    note_no_zero,
    perceived_value,
    read_numbers,
    read_on_scale,
    read_rating,
    stretch,
)
from valuelib.study.readers.draft import RawTable
from valuelib.study.wording import clip, code_key, keys_of

# Outcomes.

NPS_SCALE = (0.0, 10.0)
ONE_TOO_HIGH = (1.0, 11.0)
PROMOTER, DETRACTOR = 9.0, 6.0
ON_SCALE = ("intention_topbox", "intention_mean", "spend_change")


def outcome_columns(desk: Desk) -> dict[str, pd.Series]:
    """Every mapped outcome under its harmonised name."""
    outcomes = desk.config.outcomes
    columns = {**_recommend(desk), **_repurchase(desk), **_effort(desk), **_value_enhancement(desk)}
    for name in ("satisfaction", "perceived_value", "unaffected"):
        columns |= _rating(desk, name, getattr(outcomes, name))
    if outcomes.promise is not None and desk.has(outcomes.promise.column):
        columns["promise"] = read_promise(desk, outcomes.promise)
    columns |= {**_share(desk), **_expansion(desk)}
    if outcomes.contract is not None:
        columns |= contract_columns(desk, outcomes.contract)
    for name, values in columns.items():
        if values.isna().all() and name != "contract.ended":
            desk.say("study.outcome_blank", outcome_key=name)
    return columns


def nps_of(scores: pd.Series) -> pd.Series:
    """+1 for 9 and above, -1 for 6 and below, 0 between, NaN where there is no score; fractional scores are cut the same way."""
    parts = (scores >= PROMOTER).astype(float) - (scores <= DETRACTOR).astype(float)
    return parts.where(scores.notna())


def _recommend(desk: Desk) -> dict[str, pd.Series]:
    block = desk.config.outcomes.recommend
    if block is None or not desk.has(block.column):
        return {}
    scores = read_on_scale(desk, block.column, "outcomes.recommend", scale=block.scale, missing=block.missing)
    # One point more or less moves people between promoters and detractors, so here the question is asked without a 1 too.
    note_no_zero(desk, scores, block.column, block.scale, ones=0)
    if block.scale not in (NPS_SCALE, ONE_TOO_HIGH):
        desk.say("study.no_nps", column=block.column, low=f"{block.scale[0]:g}", high=f"{block.scale[1]:g}")
        return {"recommend": scores}
    if block.scale == ONE_TOO_HIGH:
        desk.say("study.shifted", column=block.column)
    scores = scores - block.scale[0]
    fractional = int((scores.dropna() % 1 != 0).sum())
    if fractional:
        desk.say("study.fractional_nps", column=block.column, n=fractional)
    return {"recommend": scores, "nps": nps_of(scores)}


def _repurchase(desk: Desk) -> dict[str, pd.Series]:
    block, place = desk.config.outcomes.repurchase, "outcomes.repurchase"
    if block is None or not desk.has(block.column):
        return {}
    # Codes for yes and no mean nothing for a question on a scale; whoever wrote them expects that they count.
    unused = [f"`{key}`" for key in ("yes", "no") if key in block.model_fields_set]
    if unused and block.kind in ON_SCALE:
        reads = "`top` and `scale`" if block.kind == "intention_topbox" else "the answers as numbers"
        desk.refuse(
            f"{' and '.join(unused)} would not count: the kind {block.kind} goes by {reads}.",
            column=block.column,
            place=place,
            expected="answers as numbers, and `yes` and `no` with the kinds renewed and retained only.",
            next_step=f"Take {' and '.join(unused)} out; if the answers are texts, export their codes (5 for Very likely).",
        )
    match block.kind:
        case "renewed" | "retained":
            return {"repurchase": read_yes_no(desk, block, place)}
        case "intention_topbox":
            return {"repurchase": _top_box(_intention(desk, block), block.top or 0.0)}
        case "intention_mean":
            return {"repurchase_score": _intention(desk, block)}
        case "spend_change":
            return {"repurchase_score": read_numbers(desk, block.column, place, missing=block.missing)}


def _intention(desk: Desk, block: Repurchase) -> pd.Series:
    return read_on_scale(desk, block.column, "outcomes.repurchase", scale=block.scale, missing=block.missing)


def _top_box(values: pd.Series, top: float) -> pd.Series:
    return (values >= top).astype(float).where(values.notna())


def _expansion(desk: Desk) -> dict[str, pd.Series]:
    block = desk.config.outcomes.expansion
    if block is None or not desk.has(block.column):
        return {}
    values = read_on_scale(desk, block.column, "outcomes.expansion", scale=block.scale, missing=block.missing)
    return {"expansion": _top_box(values, block.top)}


def _effort(desk: Desk) -> dict[str, pd.Series]:
    block = desk.config.outcomes.effort
    columns = _rating(desk, "effort", block)
    if block is None or block.high_is == "easy":
        return columns
    return {name: 10.0 - values for name, values in columns.items()}


def _value_enhancement(desk: Desk) -> dict[str, pd.Series]:
    block = desk.config.outcomes.value_enhancement
    found = [column for column in block.columns if desk.has(column)] if block is not None else []
    if block is None or not found:
        return {}
    place = "outcomes.value_enhancement"
    answers = [read_rating(desk, column, place, scale=block.scale, missing=block.missing) for column in found]
    return {"value_enhancement": mean_of_answered(answers)}


def _rating(desk: Desk, name: str, block: Item | None) -> dict[str, pd.Series]:
    if block is None or not desk.has(block.column):
        return {}
    scores = read_on_scale(desk, block.column, f"outcomes.{name}", scale=block.scale, missing=block.missing)
    note_no_zero(desk, scores, block.column, block.scale)
    return {name: stretch(scores, block.scale)}


def _share(desk: Desk) -> dict[str, pd.Series]:
    block = desk.config.outcomes.share_of_purchases
    if block is None or not desk.has(block.column):
        return {}
    values = read_on_scale(desk, block.column, "outcomes.share_of_purchases", scale=block.scale, missing=block.missing)
    return {"share_of_purchases": stretch(values, block.scale, top=100.0)}


# Background: breakdowns, confounders, teams, offerings, comments.


def background_columns(desk: Desk) -> dict[str, pd.Series]:
    """`segment.<column>`, `adjust.<column>`, `team` and `comment`, where they are mapped."""
    config = desk.config
    # A breakdown's levels are named in reports, so an address among them is hashed like an id.
    columns = {
        f"segment.{name}": without_emails(desk, name, texts(desk, name, ())) for name in config.columns.segment if desk.has(name)
    }
    columns |= {f"adjust.{name}": _confounder(desk, name) for name in config.columns.adjust_for if desk.has(name)}
    if config.employees is not None and desk.has(config.employees.team_of_account):
        columns["team"] = team_names(desk, config.employees.team_of_account)
    if config.columns.comment is not None and desk.has(config.columns.comment):
        columns["comment"] = texts(desk, config.columns.comment, ())
    return columns


def team_names(desk: Desk, column: str, missing: Iterable[object] = ()) -> pd.Series:
    """The teams that a column names, addresses hashed; None where blank."""
    return without_emails(desk, column, texts(desk, column, missing))


def check_one_team(desk: Desk, columns: Mapping[str, pd.Series]) -> None:
    """An account that changes its team between waves is fine; two teams in one wave cannot both be its team."""
    block = desk.config.employees
    if block is None or "team" not in columns:
        return
    keys = [name for name in ("account", "wave") if name in columns]
    given = pd.DataFrame({name: columns[name] for name in (*keys, "team")}).dropna()
    torn = given.groupby(keys)["team"].transform("nunique").gt(1).reindex(range(desk.n), fill_value=False)
    if torn.any():
        accounts = int(columns["account"][torn].nunique())
        desk.refuse(
            f"Accounts with more than one team among their respondents: {accounts}, on {int(torn.sum())} rows.",
            column=block.team_of_account,
            place="employees.team_of_account",
            rows=torn,
            expected="one team an account (and wave).",
            next_step="Correct the team in the responses, or map the column that names the account's own team.",
        )


def check_level_names(desk: Desk, columns: Mapping[str, pd.Series]) -> None:
    """Note levels that `names` calls and no answer has: a word spelt in another way would go unnoticed."""
    for column, called in desk.config.names.items():
        values = columns.get(f"segment.{column}", columns.get(f"adjust.{column}"))
        if values is not None:
            there = keys_of(values.dropna().unique())
            absent = [level for level in called.levels if code_key(level) not in there]
            if absent:
                desk.say("study.levels_absent", column=column, levels=", ".join(clip(level, 30) for level in absent[:5]))


def offering_column(desk: Desk) -> dict[str, pd.Series]:
    """`offering` where study.yaml tells what was bought."""
    block = desk.config.exposure
    return {"offering": read_offering(desk, block, block.column)} if block.column is not None and desk.has(block.column) else {}


def level_labels(desk: Desk) -> Mapping[str, Mapping[str, str]]:
    """The file's own words for the codes of each breakdown; the columns keep the codes, so that every format gives one study."""
    named = {f"segment.{name}": desk.answer_texts(name) for name in desk.config.columns.segment if desk.has(name)}
    return {name: words for name, words in named.items() if words}


def _confounder(desk: Desk, column: str) -> pd.Series:
    """Numbers where the whole column is numeric, else text."""
    given = desk.keys(column).notna()
    raw = desk.frame[column]
    if pd.api.types.is_numeric_dtype(raw) and not pd.api.types.is_bool_dtype(raw):
        return pd.Series(raw.to_numpy(dtype=float, na_value=float("nan"))).where(given)
    numbers = pd.to_numeric(raw.where(given), errors="coerce")
    if not (numbers.isna() & given).any() and given.any():
        return pd.Series(numbers.to_numpy(dtype=float, na_value=float("nan")))
    return texts(desk, column, ())


# The whole table.


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Harmonised:
    """The harmonised columns, or with problems what could be made of them, and the file's own labels by harmonised column."""

    frame: pd.DataFrame
    problems: tuple[Problem, ...]
    assumed: tuple[Message, ...]
    item_labels: Mapping[str, str]
    level_labels: Mapping[str, Mapping[str, str]]


def harmonise(table: RawTable, config: StudyConfig) -> Harmonised:
    """Map a raw table to harmonised columns, rows in the order of waves and, within a wave, of the file.

    Args:
        table: as read; it is not changed.
        config: what study.yaml says.
    Returns:
        The columns that `Study` describes, with every problem found and everything that was assumed.
    """
    desk = Desk(table=table, config=config)
    check_columns(desk)
    columns = identity_columns(desk) | background_columns(desk) | outcome_columns(desk)
    check_one_team(desk, columns)
    check_level_names(desk, columns)
    elements = element_columns(desk)
    if elements and config.outcomes.perceived_value is None:
        columns["perceived_value"] = perceived_value(elements, desk)
    columns |= elements | facet_columns(desk) | offering_column(desk) | marker_column(desk)
    return Harmonised(
        frame=_in_time(
            pd.DataFrame({name: (values.astype("str") if values.dtype == object else values) for name, values in columns.items()})
        ),
        problems=tuple(desk.problems),
        assumed=tuple(desk.assumed),
        item_labels=_item_labels(desk),
        level_labels=level_labels(desk),
    )


def latest_wave(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of the last wave; all rows where there are no waves."""
    if "wave" not in frame:
        return frame
    last: pd.DataFrame = frame.loc[frame["wave"] == frame["wave"].iloc[-1]]
    return last.reset_index(drop=True)


def _in_time(frame: pd.DataFrame) -> pd.DataFrame:
    order = wave_order(frame["wave"].dropna()) if "wave" in frame else None
    if order is None:
        return frame
    ranks = {wave: rank for rank, wave in enumerate(sorted(order, key=lambda name: order[name]))}
    return frame.iloc[frame["wave"].map(ranks).argsort(kind="stable")].reset_index(drop=True)


def _item_labels(desk: Desk) -> dict[str, str]:
    """The file's own text of each element's and statement's first column."""
    labels = desk.table.labels
    config = desk.config
    firsts = {f"element.{key}": columns[0] for key, columns in (config.elements.columns if config.elements else {}).items()}
    firsts |= {f"facet.{key}": column for key, column in (config.cocreation.columns if config.cocreation else {}).items()}
    return {name: labels[column] for name, column in firsts.items() if labels.get(column)}
