"""A run that is ended at any moment, by any signal, leaves a whole report, earlier or new, and nothing after the next start."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.output import made
from valuelib.output.build import build_report
from valuelib.output.place import report_folder
from valuelib.output.scratch import scratch_folder
from valuelib.output.verify import verify_outputs

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows sends no such signals")

# The command, which sends itself a signal when a module is looked for, or before or after the n-th call of a function.
DRIVER = """
import importlib, itertools, os, sys
from pathlib import Path
moment, sign, notebooks, *arguments = sys.argv[1:]
def end():
    os.kill(os.getpid(), int(sign))
class Finder:
    def find_spec(self, name, path, target=None):
        if moment == f"import {name}":
            end()
if moment.startswith("import"):
    sys.meta_path.insert(0, Finder())
from valuelib import cli
from valuelib.output import build
build.find_notebooks = lambda: tuple(Path(name) for name in notebooks.split(","))
if not moment.startswith("import"):
    when, module, name, call = moment.split()
    home = importlib.import_module(module)
    do, calls = getattr(home, name), itertools.count(1)  # chapters run side by side
    def ending(*args, **more):
        number = next(calls)
        if number == int(call) and when == "before":
            end()
        done = do(*args, **more)
        if number == int(call) and when == "after":
            end()
        return done
    setattr(home, name, ending)
    for output, render in dict(build.OUTPUTS).items():
        if render is do:
            build.OUTPUTS = {**build.OUTPUTS, output: ending}
sys.argv = ["valuelib", *arguments]
cli.main()
"""
MODULES = ("pandas", "papermill", "typst", "valuelib.output.place")
CALLS = (
    "valuelib.output.build load_study 1",
    "valuelib.output.build plan_run 1",
    "valuelib.output.place check_target 1",
    "valuelib.output.scratch _locked_folder 1",
    "valuelib.output.scratch _locked_folder 2",
    "valuelib.output.run execute_notebook 1",
    "valuelib.output.run execute_notebook 2",
    "valuelib.output.run collect_records 1",
    "valuelib.output.build render_page 1",
    "valuelib.output.build render_pdf 1",
    "valuelib.output.build render_slides 1",
    "valuelib.output.build render_workbook 1",
    "valuelib.output.build check_outputs 1",
    "valuelib.output.build write_manifest 1",
    "valuelib.output.place keep_strangers 1",
    "valuelib.output.place exchange 1",
)
MOMENTS = (*(f"import {name}" for name in MODULES), *(f"{when} {call}" for call in CALLS for when in ("before", "after")))
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
SAMPLE = (
    ("import papermill", signal.SIGTERM),
    ("after valuelib.output.run execute_notebook 1", signal.SIGKILL),
    ("before valuelib.output.build check_outputs 1", signal.SIGINT),
    ("after valuelib.output.place exchange 1", signal.SIGKILL),
)
EVERY = tuple((moment, sign) for moment in MOMENTS for sign in SIGNALS)


def cases() -> Iterator[object]:
    for moment, sign in EVERY:
        marks = () if (moment, sign) in SAMPLE else (pytest.mark.long,)
        yield pytest.param(moment, sign, id=f"{moment.replace('valuelib.output.', '')} {sign.name}", marks=marks)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study with an earlier report, in which the user put a letter."""
    folder = tmp_path_factory.mktemp("killed").resolve()
    made.write_study(folder / "data" / "small")
    chapters = [made.write(folder, "01_a", made.ESTIMATE, made.DONE), made.write(folder, "02_b", "# More", made.DONE)]
    build_report(folder / "data" / "small", out=folder / "reports" / "small", notebooks=chapters)
    (folder / "reports" / "small" / "letter.txt").write_text("Dear client", encoding="utf-8")
    return folder


def test_there_are_a_hundred_of_them() -> None:
    assert len(EVERY) >= 100


@pytest.mark.parametrize(("moment", "sign"), [*cases()])
def test_a_killed_run_leaves_a_whole_report_and_nothing_after_the_next_start(
    project: Path, tmp_path: Path, moment: str, sign: signal.Signals
) -> None:
    shutil.copytree(project / "reports", tmp_path / "reports")
    scratch = tmp_path / "tmp"
    scratch.mkdir()
    target, before = tmp_path / "reports" / "small", made.tree(project / "reports" / "small")
    chapters = ",".join(map(str, sorted((project / "notebooks").glob("*.ipynb"))))
    study = project / "data" / "small"
    command = [sys.executable, "-c", DRIVER, moment, str(int(sign)), chapters, "report", str(study), "--out", str(target)]
    around = {**os.environ, "TMPDIR": str(scratch), "PYTHONPATH": str(Path(__file__).parents[2])}
    ended = subprocess.run([*command, "--language", "fi"], capture_output=True, text=True, check=False, env=around, timeout=300)
    assert ended.returncode != 0, ended.stderr  # the moment came
    if made.tree(target) != before:
        assert verify_outputs(target) == ()
        assert made.tree(target / "kept") == {"letter.txt": b"Dear client"}
    report_folder("small", target)
    time.sleep(1.5 if sign == signal.SIGKILL else 0)  # in which kernels see that their parent is gone
    with scratch_folder(scratch) as own:
        assert [path.name for path in scratch.iterdir() if path != own] == []
    assert [path.name for path in target.parent.iterdir()] == ["small"]
