"""Two whole runs of one study, in two folders and at two moments: every byte is the same, and none of them tells a person.

The study is made up, with a canary in every text that a client's files may hold. The second run, its kernels included, thinks that
it is more than a year later and in another time zone.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.output.made import tree
from tests.system import need_program
from valuelib.output.privacy import open_file
from valuelib.worlds.folder import simulate_study
from valuelib.worlds.truth import Truth

ROOT = Path(__file__).resolve().parents[1]
SEED = 41
SET = ("report.html", "report.pdf", "annex.pdf", "report.pptx", "tables.xlsx", "report.docx")
OUTPUTS = (*SET, "results.json", "manifest.json", "ro-crate-metadata.json")
# Python imports this at its start: the module `time`, from which packages take their stamps, tells a moment 400 days later.
MOVED_CLOCK = """
import time
SHIFT = 400 * 86400.0
_time, _localtime, _gmtime = time.time, time.localtime, time.gmtime
time.time = lambda: _time() + SHIFT
time.time_ns = lambda: int((_time() + SHIFT) * 1e9)
time.localtime = lambda secs=None: _localtime(_time() + SHIFT if secs is None else secs)
time.gmtime = lambda secs=None: _gmtime(_time() + SHIFT if secs is None else secs)
"""
# What must be nowhere, in any letter case: pieces of names, addresses, numbers, ids, folders and texts.
CANARIES = ("kanaria", "salainen.example", "765 4321", "7654321", "kan-0", "lintukoto", "/home/", "tähän ei saa vastata")
COMMENT = (
    "{} Terveisin Kaino Kanaria, kaino.kanaria@salainen.example, +358 40 765 4321, /home/kkanaria/muistio.txt, "
    "tähän ei saa vastata."
)
# A quote may be printed, so only what is always taken out stands in it.
QUOTE = "{} Soitelkaa numeroon +358 40 765 4321 tai kirjoittakaa: kaino.kanaria@salainen.example, tunnus Kanaria-A0001."


def canary_study(folder: Path) -> Path:
    """A small study whose every free text, id and name sings."""
    truth = Truth(respondents=300, accounts=90, waves=2, roll_out=0.6, choices=0.6)
    study = simulate_study(folder, "canary", truth, SEED)
    for name in ("responses.csv", "provider.csv", "interviews.csv"):
        rewrite(study / name, lambda text: re.sub(r"(?m)(^|;)A(\d{4})(?=;)", r"\1Kanaria-A\2", text))
    for name in ("responses.csv", "choices.csv"):
        rewrite(study / name, lambda text: re.sub(r"(?m)^R(\d+)", r"KAN-0\1", text))
    for name in ("responses.csv", "employees.csv"):
        rewrite(study / name, lambda text: re.sub(r"(?m)(^|;)T(\d\d)(?=;)", r"\1Lintukoto-T\2", text))
    plant(study / "responses.csv", "Avoin palaute", COMMENT)
    plant(study / "interviews.csv", "Sitaatti", QUOTE)
    rewrite(study / "interviews.csv", lambda text: re.sub(r";([AB]);", r";Kanaria \1;", text))
    return study


def rewrite(file: Path, change) -> None:
    before = file.read_text(encoding="utf-8-sig")
    after = change(before)
    assert after != before, f"nothing was planted in {file.name}"
    file.write_text(after, encoding="utf-8-sig")


def plant(file: Path, column: str, pattern: str) -> None:
    """Put the pattern around every text of a column that has one."""
    import pandas as pd

    frame = pd.read_csv(file, sep=";", dtype=str, encoding="utf-8-sig")
    filled = frame[column].notna()
    assert filled.any()
    frame.loc[filled, column] = [pattern.format(text) for text in frame.loc[filled, column]]
    frame.to_csv(file, sep=";", index=False, encoding="utf-8-sig")


def moved(folder: Path) -> dict[str, str]:
    """The environment of a run that thinks it is later, somewhere else."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(MOVED_CLOCK, encoding="utf-8")
    return {**os.environ, "PYTHONPATH": str(folder), "TZ": "Pacific/Auckland"}


def run(study: Path, out: Path, environment: dict[str, str]) -> Path:
    command = [sys.executable, "-m", "valuelib", "report", str(study), "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, done.stderr[-2000:]
    return out


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return moved(tmp_path_factory.mktemp("clock") / "site")


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory, later: dict[str, str]) -> Iterator[tuple[Path, Path]]:
    here, there = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("two") / "deeper" / "still"
    studies = [canary_study(folder / "canary") for folder in (here, there)]
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(run, studies[0], here / "report", dict(os.environ))
        second = pool.submit(run, studies[1], there / "report", later)
        yield first.result(), second.result()


def test_the_clock_of_the_second_run_is_moved(later: dict[str, str]) -> None:
    asked = "import time; print(time.time(), time.mktime(time.localtime()), time.tzname[0])"
    told = subprocess.run([sys.executable, "-c", asked], env=later, capture_output=True, text=True, check=True).stdout.split()
    assert all(float(one) > time.time() + 300 * 86_400 for one in told[:2])
    assert told[2] == "NZST"


def test_every_file_has_the_same_bytes(twice: tuple[Path, Path]) -> None:
    one, two = (tree(folder) for folder in twice)
    assert set(OUTPUTS) <= set(one)
    chapters = {f"notebooks/{file.name}" for file in (ROOT / "notebooks").glob("[0-9]*.ipynb")}
    assert {name for name in one if name.startswith("notebooks/")} == chapters
    assert set(one) == set(two)
    assert [name for name in one if one[name] != two[name]] == []


def test_no_byte_of_any_output_sings(twice: tuple[Path, Path]) -> None:
    for name, content in tree(twice[0]).items():
        for part in open_file(name, content):
            for canary in CANARIES:
                assert canary not in part.raw.casefold(), (part.place, canary)
                assert canary not in part.seen.casefold(), (part.place, canary)
        assert b"Kanaria" not in content


def test_the_paper_sings_neither(twice: tuple[Path, Path]) -> None:
    told = subprocess.run(
        [need_program("pdftotext"), str(twice[0] / "report.pdf"), "-"], capture_output=True, check=True, text=True
    )
    bare = re.sub(r"\s", "", told.stdout).casefold()
    assert len(bare) > 10_000
    for canary in CANARIES:
        assert re.sub(r"\s", "", canary) not in bare


def test_what_may_be_printed_is_printed_without_names(twice: tuple[Path, Path]) -> None:
    page = (twice[0] / "report.html").read_text(encoding="utf-8")
    assert "Soitelkaa numeroon […]" in page
