"""Which columns does study.yaml name, are they all there, and is each named for one purpose only?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from valuelib.study.canonical.desk import Desk
from valuelib.study.config import StudyConfig
from valuelib.study.wording import FILE, clip, clip_apart, guess, nearest, problem

# Purposes that may look at the same column: a breakdown may also be a confounder, what was bought, or the wave.
SHARED = (
    {"columns.segment", "columns.adjust_for"},
    {"columns.segment", "exposure.column"},
    {"columns.segment", "columns.wave"},
    {"columns.adjust_for", "columns.wave"},
    {"columns.segment", "employees.team_of_account"},
    {"columns.adjust_for", "employees.team_of_account"},
    {"outcomes.repurchase.column", "outcomes.contract.ended"},
)


@dataclass(frozen=True, slots=True)
class Mapped:
    """A column of the responses and the key of study.yaml that names it."""

    column: str
    place: str


def mapped_columns(config: StudyConfig) -> tuple[Mapped, ...]:
    """Every column of the responses that study.yaml names, in the order of the file."""
    return tuple(Mapped(column, place) for column, place in _named(config))


def check_columns(desk: Desk) -> None:
    """Note every mapped column that the table lacks, and every one that is mapped to two things."""
    places: dict[str, list[str]] = {}
    for one in mapped_columns(desk.config):
        places.setdefault(one.column, []).append(one.place)
    for column, named in places.items():
        if not desk.has(column):
            _miss(desk, column, named)
        elif clash := _clash(named):
            desk.refuse(
                f"The column is mapped to two things: {clash[0]} and {clash[1]}.",
                column=column,
                place=clash[0],
                expected="one meaning a column.",
                next_step=f"Correct the column of {clash[0]} or of {clash[1]}.",
            )


def _named(config: StudyConfig) -> Iterator[tuple[str, str]]:
    columns = config.columns
    for key in ("respondent", "account", "wave", "weight", "comment"):
        if (column := getattr(columns, key)) is not None:
            yield column, f"columns.{key}"
    yield from ((column, "columns.segment") for column in columns.segment)
    yield from ((column, "columns.adjust_for") for column in columns.adjust_for)
    if columns.marker is not None:
        yield (columns.marker if isinstance(columns.marker, str) else columns.marker.column), "columns.marker"
    yield from _named_outcomes(config)
    if config.elements is not None:
        yield from ((column, f"elements.columns.{key}") for key, listed in config.elements.columns.items() for column in listed)
    if config.cocreation is not None:
        yield from ((column, f"cocreation.columns.{key}") for key, column in config.cocreation.columns.items())
    if config.exposure.column is not None:
        yield config.exposure.column, "exposure.column"
    if config.employees is not None:
        yield config.employees.team_of_account, "employees.team_of_account"


def _named_outcomes(config: StudyConfig) -> Iterator[tuple[str, str]]:
    for name in type(config.outcomes).model_fields:
        block = getattr(config.outcomes, name)
        for key in ("column", "columns", "start", "end", "ended"):
            named = getattr(block, key, None) or ()
            yield from ((column, f"outcomes.{name}.{key}") for column in ([named] if isinstance(named, str) else named))


def _miss(desk: Desk, column: str, named: list[str]) -> None:
    others = f" and {len(named) - 1} more" if named[1:] else ""
    known = [str(name) for name in desk.frame.columns]
    desk.problems.append(
        problem(
            f"There is no column {_missed(column, known)!r}.",
            f"{clip(desk.table.file, FILE)} ({clip(named[0], 60)}{others})",
            f"a column of the file; {guess(column, known)}",
            "Correct the column's name in study.yaml, or export the column.",
        )
    )


def _missed(column: str, known: list[str]) -> str:
    near = nearest(column, known)
    return clip_apart(column, near) if near is not None else clip(column)


def _clash(named: list[str]) -> tuple[str, str] | None:
    pairs = ((first, second) for place, first in enumerate(named) for second in named[place + 1 :])
    return next(((first, second) for first, second in pairs if {first, second} not in SHARED), None)
