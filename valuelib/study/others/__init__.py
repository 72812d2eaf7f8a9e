"""What do the other files of a study hold: the provider's view, the employees' answers, coded interviews?

Each file is read like the responses, with the same codes for "no answer" and the same names of accounts, so that the files join;
every problem of every file is told at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from valuelib.errors import Problem
from valuelib.records import Message
from valuelib.study.config import Interviews, StudyConfig
from valuelib.study.others.codebook import read_codebook
from valuelib.study.others.employees import read_employees
from valuelib.study.others.interviews import read_interviews
from valuelib.study.others.opening import Found, open_file
from valuelib.study.others.provider import read_provider

__all__ = ["Found", "Others", "other_files", "read_others"]

VIEW, PEOPLE, TALKS, BOOK = "provider_view.file", "employees.file", "interviews.file", "interviews.codebook"
TABLES = {VIEW: "provider", PEOPLE: "employees", TALKS: "interviews", BOOK: "codebook"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Others:
    """The other files as tables (None where not mapped), each file as read by its place, and what was found or assumed."""

    tables: Mapping[str, pd.DataFrame | None]
    files: Mapping[str, Found]
    problems: tuple[Problem, ...]
    assumed: tuple[Message, ...]


def other_files(config: StudyConfig) -> tuple[tuple[str, str], ...]:
    """Every other data file that study.yaml names, with the key that names it."""
    blocks = (("provider_view", config.provider_view), ("employees", config.employees), ("interviews", config.interviews))
    named = [(f"{key}.file", block.file) for key, block in blocks if block is not None]
    if config.interviews is not None and config.interviews.codebook is not None:
        named.append((BOOK, config.interviews.codebook))
    return tuple(named)


def read_others(paths: Mapping[str, Path], config: StudyConfig, answers: pd.DataFrame) -> Others:
    """Read and check the other files.

    Args:
        paths: place in study.yaml -> file, of the files that are there.
        config: what study.yaml says.
        answers: the responses in canonical columns, for the accounts and teams that the files should share with them.
    """
    found: dict[str, Found] = {}
    if (view := config.provider_view) is not None and (path := paths.get(VIEW)):
        found[VIEW] = open_file(path, view.file, view, config, lambda desk: read_provider(desk, view, answers))
    if (people := config.employees) is not None and (path := paths.get(PEOPLE)):
        found[PEOPLE] = open_file(path, people.file, people, config, lambda desk: read_employees(desk, people, answers))
    if config.interviews is not None:
        found |= _interviews(paths, config, config.interviews, answers)
    return Others(
        tables={TABLES[place]: one.table for place, one in found.items()},
        files=found,
        problems=tuple(problem for one in found.values() for problem in one.problems),
        assumed=tuple(message for one in found.values() for message in one.assumed),
    )


def _interviews(paths: Mapping[str, Path], config: StudyConfig, block: Interviews, answers: pd.DataFrame) -> dict[str, Found]:
    """The interviews and their codebook; codes that the codebook does not hold are a problem of the interviews."""
    found: dict[str, Found] = {}
    if block.codebook is not None and (path := paths.get(BOOK)):
        found[BOOK] = open_file(path, block.codebook, block, config, lambda desk: read_codebook(desk, config.language), plain=True)
    if path := paths.get(TALKS):
        book = found[BOOK].table if BOOK in found else None
        found[TALKS] = open_file(path, block.file, block, config, lambda desk: read_interviews(desk, block, answers, book))
    return found
