"""How much can one study hold? 400 columns and a segment of 100 levels, at 20,000 and 200,000 respondents; one size more if asked.

The answers lie in one Parquet file of fewer rows than are left where they lie, so that all of them are read into memory. Chapters
are run and measured as in `benchmarks/linear.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

import valuelib as vl
from benchmarks.linear import CHAPTERS, Took, run_apart, show_all, table_growth
from valuelib.worlds.folder import simulate_study
from valuelib.worlds.people import rng_for
from valuelib.worlds.truth import Truth

SEED = 20240131
RESPONDENTS = (20_000, 200_000)
ACCOUNTS, PER_ACCOUNT = 40_000, 5  # at most, and on average in studies of fewer accounts
COLUMNS, BRANCHES = 400, 100
ANSWERS = "responses.parquet"


def measure_load(more: int | None = None) -> str:
    """The table: reading and each chapter, time and memory at each size, and the slopes."""
    return table_growth(RESPONDENTS if more is None else (*RESPONDENTS, more), _measure)


def write_wide(folder: Path, respondents: int) -> Path:
    """A made-up study of so many respondents with everything that a chapter may ask for, and questions that nothing maps."""
    accounts = min(respondents // PER_ACCOUNT, ACCOUNTS)
    truth = Truth(respondents=respondents, accounts=accounts, teams=min(max(accounts // 20, 8), 1_000), interviews=24)
    study = simulate_study(folder, "made-up", truth, SEED)
    answers = pd.read_csv(study / "responses.csv", sep=";")
    rng, fill = rng_for(SEED, "load"), COLUMNS - len(answers.columns) - 1
    beside = pd.DataFrame(rng.integers(0, 11, (respondents, fill), dtype=np.int8), columns=[f"Q{n}" for n in range(1, fill + 1)])
    branch = pd.Series(rng.integers(0, BRANCHES, respondents)).map("Branch {:03d}".format)
    answers.assign(Branch=branch).join(beside).to_parquet(study / ANSWERS)
    settings = (study / "study.yaml").read_text(encoding="utf-8")
    settings = settings.replace("responses.csv", ANSWERS).replace("segment: [", 'segment: ["Branch", ')
    (study / "study.yaml").write_text(settings, encoding="utf-8")
    return study


def _measure(n: int) -> Iterator[tuple[str, Took]]:
    with TemporaryDirectory() as scratch:
        folder = write_wide(Path(scratch) / "made-up", n)
        yield "reading (`load_study`)", run_apart(lambda: vl.load_study(folder))
        study = vl.load_study(folder, language="en")
        for name, chapter in CHAPTERS.items():
            yield name, run_apart(lambda chapter=chapter: show_all(chapter(study)))  # type: ignore[misc]
