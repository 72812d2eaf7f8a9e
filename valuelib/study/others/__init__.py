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
from valuelib.study.config import StudyConfig
from valuelib.study.others.codebook import read_codebook
from valuelib.study.others.employees import read_employees
from valuelib.study.others.interviews import read_interviews
from valuelib.study.others.opening import Found, open_file
from valuelib.study.others.provider import read_provider

__all__ = ["Found", "Others", "other_files", "read_others"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Others:
    """The other files as tables (None where not mapped), each file as it was read by its name, and what was found or assumed."""

    tables: Mapping[str, pd.DataFrame | None]
    files: Mapping[str, Found]
    problems: tuple[Problem, ...]
    assumed: tuple[Message, ...]


def other_files(config: StudyConfig) -> tuple[tuple[str, str], ...]:
    """Every other data file that study.yaml names, with the key that names it."""
    blocks = (("provider_view", config.provider_view), ("employees", config.employees), ("interviews", config.interviews))
    named = [(f"{key}.file", block.file) for key, block in blocks if block is not None]
    if config.interviews is not None and config.interviews.codebook is not None:
        named.append(("interviews.codebook", config.interviews.codebook))
    return tuple(named)


def read_others(paths: Mapping[str, Path], config: StudyConfig, answers: pd.DataFrame) -> Others:
    """Read and check the other files.

    Args:
        paths: place in study.yaml -> file, of the files that are there.
        config: what study.yaml says.
        answers: the responses in canonical columns, for the accounts and teams that the files should share with them.
    """
    found: dict[str, Found] = {}
    if config.provider_view is not None and "provider_view.file" in paths:
        block = config.provider_view
        found["provider"] = open_file(paths["provider_view.file"], block, config, lambda desk: read_provider(desk, block, answers))
    if config.employees is not None and "employees.file" in paths:
        people = config.employees
        found["employees"] = open_file(paths["employees.file"], people, config, lambda desk: read_employees(desk, people, answers))
    if config.interviews is not None:
        found |= _interviews(paths, config, answers)
    return Others(
        tables={name: one.table for name, one in found.items()},
        files={one.file: one for one in found.values()},
        problems=tuple(problem for one in found.values() for problem in one.problems),
        assumed=tuple(message for one in found.values() for message in one.assumed),
    )


def _interviews(paths: Mapping[str, Path], config: StudyConfig, answers: pd.DataFrame) -> dict[str, Found]:
    """The interviews and their codebook; codes that the codebook does not hold are a problem of the interviews."""
    found: dict[str, Found] = {}
    block, book = config.interviews, None
    if block is None:
        return found
    if "interviews.codebook" in paths:
        path = paths["interviews.codebook"]
        found["codebook"] = open_file(path, block, config, lambda desk: read_codebook(desk, config.language), plain=True)
        book = found["codebook"].table
    if "interviews.file" in paths:
        path = paths["interviews.file"]
        found["interviews"] = open_file(path, block, config, lambda desk: read_interviews(desk, block, answers, book))
    return found
