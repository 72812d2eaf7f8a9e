"""Sums made by Spark are those of the rows."""

from __future__ import annotations

import pickle
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.large.equal import SETTINGS, answers, differences, findings, write_study
from valuelib.study.load import load_study

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(
    find_spec("pyspark") is None or shutil.which("java") is None,
    reason="Spark is not here: it needs the extra `spark` of valuelib, and Java.",
)
@pytest.mark.parametrize("rule", ["offering", "peers"])
def test_sums_of_spark_are_those_of_the_rows(rule: str, tmp_path: Path) -> None:
    columns = {**SETTINGS["columns"], "adjust_for": ["Industry", "Years"], "weight": "Weight", "wave": "Round"}
    exposure = {**SETTINGS["exposure"], "rule": rule}
    folder = write_study(tmp_path / "study", answers(), columns=columns, exposure=exposure, waves="latest")
    command = [sys.executable, "-m", "tests.large.by_spark", str(folder), str(tmp_path / "found")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found = pickle.loads((tmp_path / "found").read_bytes())
    assert list(differences(findings(load_study(folder, source="rows")), found)) == []
