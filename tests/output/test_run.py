"""A run passes only on positive proof: whatever stops a notebook must read "failed", with its place and cause."""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

import pytest
from papermill.engines import NBClientEngine, papermill_engines

from tests.output import made
from valuelib.errors import ParameterError, RunError
from valuelib.output.notebooks import find_notebooks
from valuelib.output.run import run_notebooks
from valuelib.results import Estimate

GIVEN = {"study": "data/demo"}
PROBLEM = 'from valuelib.errors import Problem, StudyError\nraise StudyError([Problem("no column Q1.", "a.csv", "Q1.", "Map it."), '
PROBLEM += 'Problem("no column Q2.", "b.csv", "Q2.", "Map it.")])'


class CompletesWithoutRunning(NBClientEngine):
    """Says completed and has run nothing, as papermill may with a kernel that died."""

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, **kwargs):
        return None


class StopsHalfway(NBClientEngine):
    """Runs the notebook, then loses the last output, as when a kernel dies while it closes."""

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, **kwargs):
        super().execute_managed_notebook(nb_man, kernel_name, **kwargs)
        nb_man.nb.cells[-1].outputs = []


class StartsAtSecondTry(NBClientEngine):
    """Loses the race for a port once."""

    tries = 0

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, **kwargs):
        cls.tries += 1
        if cls.tries == 1:
            raise RuntimeError("Kernel died before replying to kernel_info")
        return super().execute_managed_notebook(nb_man, kernel_name, **kwargs)


class NeverStarts(StartsAtSecondTry):
    """Loses it each time."""

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, **kwargs):
        cls.tries += 1
        raise RuntimeError("Kernel died before replying to kernel_info")


@pytest.fixture
def engine(monkeypatch, request):
    monkeypatch.setitem(papermill_engines._engines, "test", request.param)
    monkeypatch.setattr(request.param, "tries", 0, raising=False)
    return request.param


def run(folder: Path, *cells: str, **settings: object):
    return run_notebooks([made.write(folder, "01_question", *cells)], GIVEN, **settings)


def test_a_run_pass_returns_typed_records_and_outputs(tmp_path):
    (done,) = run(tmp_path, made.ESTIMATE, 'done("nps.all")')
    assert [item.kind for item in done.records] == ["estimate", "done"]
    estimate = done.records[0].record
    assert isinstance(estimate, Estimate)
    assert (estimate.value, estimate.ci_low, estimate.ci_high) == (31.25, 20.0, 42.5)
    assert done.notebook.cells[-1].execution_count == 5


FAILURES = {
    "error": (["## Lifts", "1 / 0", made.DONE], "section 'Lifts', cell 5: ZeroDivisionError: division by zero"),
    "error-no-text": (["## Lifts", "raise ValueError", made.DONE], "section 'Lifts', cell 5: ValueError"),
    "first-line": (["## Lifts", 'raise ValueError("one\\ntwo")', made.DONE], "cell 5: ValueError: one"),
    "study-error": ([PROBLEM, made.DONE], "StudyError: a.csv: no column Q1. Expected: Q1. Next: Map it.\nb.csv: no column Q2."),
    "killed-kernel": (
        ["## Big", "import os\nos.kill(os.getpid(), 9)", made.DONE],
        "section 'Big', cell 5: DeadKernelError: Kernel died",
    ),
    "polite-exit": (["import sys\nsys.exit(0)", made.DONE], "SystemExit"),
    "no-done": ([made.ESTIMATE], "it never said that it was done"),
    "done-not-last": ([made.DONE, made.ESTIMATE], "it never said that it was done"),
    "not-planned": ([made.ESTIMATE, 'done("nps.all", "repurchase.all")'], "not recorded: repurchase.all."),
    "miscounted": ([made.ESTIMATE, "count = 2\ndone()"], "it recorded 2 results but 1 are stored"),
    "no-record": (["## Tell\n\nText", 'record("estimate", {"name": "x"})', made.DONE], "section 'Tell', cell 5: a record does not"),
}


@pytest.mark.parametrize(("cells", "told"), FAILURES.values(), ids=list(FAILURES))
def test_a_run_fail_names_the_place_and_the_cause(tmp_path, cells, told):
    with pytest.raises(RunError, match="notebook 01_question") as failed:
        run(tmp_path, *cells)
    assert told in str(failed.value)
    assert "\ntwo" not in str(failed.value)


def test_a_run_fail_when_a_cell_takes_too_long(tmp_path):
    start = time.monotonic()
    with pytest.raises(RunError, match=r"section 'Slow', cell 5: CellTimeoutError: .* after 1 seconds"):
        run(tmp_path, "## Slow", "import time\ntime.sleep(60)", made.DONE, cell_timeout=1)
    assert time.monotonic() - start < 30


def test_a_run_fail_when_an_error_is_expected_by_a_tag(tmp_path):
    path = made.write(tmp_path, "01_question", "1 / 0", made.DONE)
    path.write_text(
        path.read_text().replace(
            '"id": "cell-3",\n   "metadata": {}', '"id": "cell-3",\n   "metadata": {"tags": ["raises-exception"]}'
        )
    )
    assert "raises-exception" in path.read_text()
    with pytest.raises(RunError, match="ZeroDivisionError"):
        run_notebooks([path], GIVEN)


@pytest.mark.parametrize("engine", [CompletesWithoutRunning], indirect=True)
def test_a_run_fail_when_the_engine_says_completed_but_nothing_ran(tmp_path, engine):
    with pytest.raises(RunError, match="this cell was never run, although"):
        run(tmp_path, made.ESTIMATE, made.DONE, engine="test")


@pytest.mark.parametrize("engine", [StopsHalfway], indirect=True)
def test_a_run_fail_when_the_last_output_is_lost(tmp_path, engine):
    with pytest.raises(RunError, match="never said that it was done"):
        run(tmp_path, made.ESTIMATE, made.DONE, engine="test")


@pytest.mark.parametrize("engine", [StartsAtSecondTry], indirect=True)
def test_only_the_start_of_a_kernel_is_tried_again(tmp_path, engine):
    (done,) = run(tmp_path, made.DONE, engine="test")
    assert (engine.tries, len(done.records)) == (2, 1)


@pytest.mark.parametrize("engine", [NeverStarts], indirect=True)
def test_a_kernel_that_never_starts_is_tried_twice(tmp_path, engine):
    with pytest.raises(RunError, match="the kernel did not start, twice"):
        run(tmp_path, made.DONE, engine="test")
    assert engine.tries == 2


def test_a_cell_that_fails_is_not_run_again(tmp_path):
    with pytest.raises(RunError):
        run(tmp_path, 'open("runs.txt", "a").write("x")\n1 / 0', made.DONE)
    assert (tmp_path / "runs.txt").read_text() == "x"


def test_an_unknown_engine_is_refused(tmp_path):
    with pytest.raises(ParameterError, match="no papermill engine named 'warp'"):
        run(tmp_path, made.DONE, engine="warp")


def test_wrong_parameters_stop_before_any_notebook_runs(tmp_path):
    first = made.write(tmp_path, "01_first", 'open("ran.txt", "w").close()', made.DONE)
    second = made.write(tmp_path, "02_second", made.DONE, parameters="other = 1")
    with pytest.raises(ParameterError, match="02_second: unknown parameter 'study'"):
        run_notebooks([first, second], GIVEN)
    assert not (tmp_path / "ran.txt").exists()


def test_the_summary_runs_last_and_reads_the_others_results(tmp_path):
    parameters = made.PARAMETERS + "\nresults = None"
    read = 'import json, pathlib\npathlib.Path("seen.json").write_text(pathlib.Path(results).read_text())'
    summary = made.write(tmp_path, "00_summary", read, made.DONE, parameters=parameters)
    chapter = made.write(tmp_path, "03_nps_claim", made.ESTIMATE, made.DONE)
    runs = run_notebooks([summary, chapter], GIVEN)
    assert [done.name for done in runs] == ["03_nps_claim", "00_summary"]
    seen = json.loads((tmp_path / "seen.json").read_text())
    assert [(item["notebook"], item["kind"]) for item in seen] == [("03_nps_claim", "estimate"), ("03_nps_claim", "done")]
    assert seen[0]["data"]["value"] == 31.25


def test_only_notebooks_that_declare_it_are_asked_for_long_calculations(tmp_path):
    able = made.write(
        tmp_path, "01_able", 'open("able.txt", "w").write(str(full))', made.DONE, parameters=made.PARAMETERS + "\nfull = False"
    )
    other = made.write(tmp_path, "02_other", made.DONE)
    runs = run_notebooks([able, other], GIVEN, full=True)
    assert (tmp_path / "able.txt").read_text() == "True"
    assert [done.parameters.get("full") for done in runs] == [True, None]
    run_notebooks([able], GIVEN)
    assert (tmp_path / "able.txt").read_text() == "False"


def test_cells_for_the_analyst_are_run_unless_they_are_left_out(tmp_path):
    path = made.write(tmp_path, "01_question", 'open("made.txt", "w").write("made")', made.DONE)
    notebook = json.loads(path.read_text())
    notebook["cells"][-2]["metadata"]["tags"] = ["analyst"]
    path.write_text(json.dumps(notebook))
    (left_out,) = run_notebooks([path], GIVEN, analyst=False)
    cell = left_out.notebook.cells[-2]
    assert not (tmp_path / "made.txt").exists()
    assert (cell.execution_count, cell.outputs) == (None, [])
    assert cell.source == 'open("made.txt", "w").write("made")'
    (done,) = run_notebooks([path], GIVEN)
    assert (tmp_path / "made.txt").read_text() == "made"
    assert done.notebook.cells[-2].execution_count is not None


def test_kernels_work_in_the_project_folder_each_afresh(tmp_path):
    one = made.write(tmp_path, "01_one", 'import os\nleft = 1\nopen("one.txt", "w").write(os.getcwd())', made.DONE)
    two = made.write(tmp_path, "02_two", 'open("two.txt", "w").write(str("left" in globals()))', made.DONE)
    run_notebooks([one, two], GIVEN)
    assert (tmp_path / "one.txt").read_text() == str(tmp_path)
    assert (tmp_path / "two.txt").read_text() == "False"


def test_kernels_are_of_this_interpreter_whatever_kernels_are_registered(tmp_path, monkeypatch):
    kernel = {"argv": ["/nonexistent/python", "-f", "{connection_file}"], "display_name": "old", "language": "python"}
    (tmp_path / "kernels" / "python3").mkdir(parents=True)
    (tmp_path / "kernels" / "python3" / "kernel.json").write_text(json.dumps(kernel))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    run(tmp_path, 'import sys\nopen("ran.txt", "w").write(sys.executable)', made.DONE)
    assert (tmp_path / "ran.txt").read_text() == sys.executable


@pytest.mark.parametrize("short", [True, False], ids=["sockets", "ports"])
def test_a_long_way_to_the_temporary_folder_stops_no_kernel(tmp_path, monkeypatch, short):
    long = tmp_path / ("t" * (120 - len(str(tmp_path)) - 1))
    long.mkdir()
    assert len(str(long)) == 120
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    if not short:
        monkeypatch.setattr(os, "access", lambda *_: False)
    transport = 'import ipykernel.kernelapp\nopen("ran.txt", "w").write(ipykernel.kernelapp.IPKernelApp.instance().transport)'
    run(tmp_path, transport, made.DONE)
    assert (tmp_path / "ran.txt").read_text() == ("ipc" if short else "tcp")


def test_notebooks_are_found_in_their_order(tmp_path, monkeypatch):
    for name in ("03_nps_claim", "00_executive_summary", "01_data_quality"):
        made.write(tmp_path, name)
    (tmp_path / "notebooks" / "scratch.ipynb").write_text("{}")
    assert [path.name[:2] for path in find_notebooks(tmp_path / "notebooks")] == ["01", "03", "00"]
    with pytest.raises(ParameterError, match="No notebooks named like"):
        find_notebooks(tmp_path)


def test_what_is_not_a_notebook_is_refused(tmp_path):
    path = made.write(tmp_path, "01_question")
    path.write_text("not json")
    with pytest.raises(ParameterError, match=r"01_question\.ipynb: could not read it as a notebook"):
        run_notebooks([path], GIVEN)
