"""What is one part of the benchmarks? Something to measure, the page its tables stand on, and the counts that a run keeps."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

PAGE = "benchmarks.md"
WORKERS = 2

Tables = Mapping[str, str]  # by the name of their markers
Options = argparse.Namespace


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing to measure: `measure` runs it and gives tables, `tables` sets others from the counts that a run has kept."""

    measure: Callable[[Options], Tables]
    tables: Callable[[Options], Tables] | None = None
    page: str = PAGE


def kept_in(options: Options, name: str) -> Path:
    """The file of counts of that name in the folder a run keeps them in."""
    folder: Path = options.kept
    return folder / name


def read_kept(options: Options, name: str) -> pd.DataFrame:
    """The counts that an earlier run has kept."""
    return pd.read_csv(kept_in(options, name))


def write_kept(options: Options, name: str, counts: pd.DataFrame) -> None:
    """Keep the counts of a run, the same bytes on every system."""
    counts.to_csv(kept_in(options, name), index=False, lineterminator="\n")


def told(progress: str) -> None:
    """A line of progress, at once."""
    print(progress, flush=True)


def worker_seconds() -> float:
    """Processor time of the processes that have ended."""
    times = os.times()
    return times.children_user + times.children_system
