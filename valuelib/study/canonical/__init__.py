"""How does a raw table become the columns that everything after reading works with? One pass that collects every problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from valuelib.errors import Problem
from valuelib.records import Message
from valuelib.study.canonical.background import background_columns, check_one_team, level_labels, offering_column
from valuelib.study.canonical.desk import Desk
from valuelib.study.canonical.elements import element_columns, facet_columns, marker_column, perceived_value
from valuelib.study.canonical.identity import identity_columns, wave_order
from valuelib.study.canonical.mapped import check_columns, mapped_columns
from valuelib.study.canonical.outcomes import outcome_columns
from valuelib.study.config import StudyConfig
from valuelib.study.readers import RawTable

__all__ = ["Canonical", "canonical_table", "latest_wave", "mapped_columns"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Canonical:
    """The canonical columns, or with problems what could be made of them; the labels are those of the file, by canonical column."""

    frame: pd.DataFrame
    problems: tuple[Problem, ...]
    assumed: tuple[Message, ...]
    item_labels: Mapping[str, str]
    level_labels: Mapping[str, Mapping[str, str]]


def canonical_table(table: RawTable, config: StudyConfig) -> Canonical:
    """Map a raw table to canonical columns, rows in the order of waves and, within a wave, of the file.

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
    elements = element_columns(desk)
    if elements and config.outcomes.perceived_value is None:
        columns["perceived_value"] = perceived_value(elements, desk)
    columns |= elements | facet_columns(desk) | offering_column(desk) | marker_column(desk)
    return Canonical(
        frame=_in_time(pd.DataFrame({name: _typed(values) for name, values in columns.items()})),
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


def _typed(values: pd.Series) -> pd.Series:
    return values.astype("str") if values.dtype == object else values


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
