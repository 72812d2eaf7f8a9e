"""Many clients' reports in one go: what is refused before any runs, what is left, what fails alone, and what a kill leaves."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

import valuelib as vl
from tests.output import made
from valuelib import cli
from valuelib.errors import JobError, ParameterError, PrivacyError, Problem, RunError, StudyError
from valuelib.output.batch import ClientReport
from valuelib.output.clients import Client, find_clients
from valuelib.output.job import error_of, tell_error
from valuelib.output.manifest import MANIFEST
from valuelib.output.scratch import scratch_folder
from valuelib.output.standing import why_made
from valuelib.output.verify import verify_outputs

ROOT = Path(__file__).parents[2]
FIELDS = {"time", "event", "study", "worker", "notebook", "seconds", "cpu", "message"}
NAMES = ("aa-fi", "aa-en", "bb")
needs_proc = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="only Linux tells which processes are whose")


def write_client(folder: Path, name: str, **settings: object) -> Path:
    """A small study of this name, with further settings."""
    study = made.write_study(folder / name)
    told = yaml.safe_load((study / "study.yaml").read_text(encoding="utf-8"))
    (study / "study.yaml").write_text(yaml.safe_dump({**told, "study": name, **settings}), encoding="utf-8")
    return study


def write_project(folder: Path) -> Path:
    """A project with two chapters and a list of two clients, one of them in both languages."""
    (folder / "pyproject.toml").touch()
    made.write(folder, "00_executive_summary", made.DONE)
    made.write(folder, "01_a", made.ESTIMATE, made.DONE)
    write_client(folder / "data", "aa")
    write_client(folder / "data", "bb")
    (folder / "clients.yaml").write_text("clients:\n- {study: data/aa, language: [fi, en]}\n- study: data/bb\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The project with its reports made, as working folder."""
    folder = write_project(tmp_path_factory.mktemp("clients").resolve())
    with contextlib.chdir(folder):
        done = vl.batch("clients.yaml", jobs=1, log="run.jsonl")
        assert [(one.name, one.state) for one in done] == [(name, "made") for name in NAMES], done.errors
        yield folder


def lines(log: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def test_each_report_is_whole_in_its_folder_and_told_in_the_log(project: Path) -> None:
    for name in NAMES:
        assert verify_outputs(project / "reports" / name) == ()
    assert sorted(path.name for path in (project / "reports").iterdir()) == sorted(NAMES)
    told = lines(project / "run.jsonl")
    assert all(set(line) == FIELDS for line in told)
    each = ["started", "notebook", "notebook", "made"]
    assert [line["event"] for line in told] == ["begun", *each, *each, *each, "ended"]
    assert [line["study"] for line in told if line["event"] == "made"] == [*NAMES]
    assert [line["notebook"] for line in told[2:4]] == ["01_a", "00_executive_summary"]
    for line in told:
        if line["event"] in ("notebook", "made", "ended"):
            assert isinstance(line["seconds"], float)
            assert line["seconds"] > 0
        if line["event"] == "made" and Path("/proc/self/stat").exists():
            assert isinstance(line["cpu"], float)
            assert line["cpu"] > 0.1


def test_what_stands_is_left_and_costs_little(project: Path) -> None:
    before = {name: made.tree(project / "reports" / name) for name in NAMES}
    done = vl.batch("clients.yaml", skip_unchanged=True)
    assert [one.state for one in done] == ["unchanged"] * 3
    assert repr(done) == "<Batch: 3 unchanged>"
    assert done.errors == {}
    spent = time.process_time()
    why_made(Client(study=project / "data" / "bb", name="bb"), project / "reports" / "bb")
    assert time.process_time() - spent < 0.2
    assert {name: made.tree(project / "reports" / name) for name in NAMES} == before


CHANGES = {
    "an answer": ("data/bb/responses.csv", "r0,a0,0", "r0,a0,9", "responses.csv"),
    "a setting": ("data/bb/study.yaml", "seed: 7", "seed: 8", "study.yaml"),
    "a chapter": ("notebooks/01_a.ipynb", "The question", "Another question", "notebooks"),
    "an output": ("reports/bb/report.html", "<", "<<", "the report's own files"),
    "the code": ("reports/bb/manifest.json", '"code": "', '"code": "0', "code"),
    "a package": ("reports/bb/manifest.json", '"numpy": "', '"numpy": "0', "packages"),
    "its name": ("reports/bb/manifest.json", '"study": "bb"', '"study": "cc"', "study"),
    "the study's place": ("reports/bb/manifest.json", '"study": "data/bb"', '"study": "bb"', "parameters"),
}


@pytest.mark.parametrize(("file", "was", "now", "told"), CHANGES.values(), ids=CHANGES)
def test_a_report_is_made_anew_when_anything_it_rests_on_is_another(
    project: Path, file: str, was: str, now: str, told: str
) -> None:
    client, place = Client(study=Path("data/bb")), project / "reports" / "bb"
    text = (project / file).read_text(encoding="utf-8")
    assert was in text
    assert why_made(client, place) == ""
    try:
        (project / file).write_text(text.replace(was, now, 1), encoding="utf-8")
        assert told in why_made(client, place)
    finally:
        (project / file).write_text(text, encoding="utf-8")


def test_so_it_is_for_other_options_and_new_files(project: Path) -> None:
    study, place = project / "data" / "bb", project / "reports" / "bb"
    assert why_made(Client(study=study, language="en"), place) == ""
    assert why_made(Client(study=study, language="fi"), place) == "changed: parameters"
    assert why_made(Client(study=study), place, full=True) == "changed: parameters"
    assert why_made(Client(study=study), project / "reports" / "nowhere") == "there is no report"
    (project / "look.yaml").write_text("name: Northlight", encoding="utf-8")
    assert why_made(Client(study=study, brand=project / "look.yaml"), place) == "changed: brand"
    (project / "look.yaml").rename(study / "brand.yaml")
    assert why_made(Client(study=study), place) == "changed: brand"
    (study / "brand.yaml").unlink()
    own = made.write(study, "05_own", made.DONE)
    assert why_made(Client(study=study), place) == "changed: notebooks/05_own.ipynb"
    own.unlink()


def test_one_that_fails_or_is_refused_leaves_its_report_and_the_others(project: Path) -> None:
    own = made.write(project / "data" / "bb", "05_own", "1 / 0", made.DONE)
    broken = write_client(project / "data", "broken", language="de", seed="seven")
    before, log = made.tree(project / "reports" / "bb"), project / "failed.jsonl"
    try:
        asked = ["clients.yaml", broken, "data/nowhere"]
        done = vl.batch(asked, skip_unchanged=True, keep_going=True, jobs=1, log=log)
    finally:
        own.unlink()
    assert [one.state for one in done] == ["unchanged", "unchanged", "failed", "refused", "refused"]
    problems, failed = done["broken"].error, done["bb"].error
    assert isinstance(problems, StudyError)
    assert len(problems.problems) == 2
    assert "There is no such folder" in str(done.errors["nowhere"])
    assert isinstance(failed, RunError)
    assert (failed.notebook, failed.cause) == ("05_own", "ZeroDivisionError: division by zero")
    assert [line["study"] for line in lines(log) if line["event"] == "refused"] == ["broken", "nowhere"]
    assert "division by zero" in next(str(line["message"]) for line in lines(log) if line["event"] == "failed")
    assert made.tree(project / "reports" / "bb") == before
    assert sorted(path.name for path in (project / "reports").iterdir()) == sorted(NAMES)


def test_the_command_tells_all_problems_and_one_table(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*arguments: str) -> tuple[object, str, str]:
        monkeypatch.setattr(sys, "argv", ["valuelib", "batch", *arguments])
        with pytest.raises(SystemExit) as end:
            cli.main()
        return end.value.code, *capsys.readouterr()

    term = signal.getsignal(signal.SIGTERM)
    try:
        status, told, said = run("clients.yaml", "--skip-unchanged")
        assert (status, said) == (0, "")
        assert [f"reports/{name} " in told for name in NAMES] == [True] * 3
        assert "3 unchanged" in told
        write_client(project / "data", "broken", language="de", seed="seven")
        status, told, said = run("data/aa", "data/broken", "data/nowhere", "--out", "none", "--jobs", "1")
        assert status == 2
        assert "1 not run, 2 refused" in told
        assert all(one in said for one in ("1. study.yaml", "2. study.yaml", "There is no such folder", "Next: "))
        assert not (project / "none").exists()
        assert run("data/aa", "data/aa")[0] == 2
        status, told, _ = run("clients.yaml", "data/nowhere", "--skip-unchanged", "--keep-going")
        assert (status, "3 unchanged, 1 refused" in told) == (1, True)
    finally:
        signal.signal(signal.SIGTERM, term)


def test_errors_come_from_another_process_as_they_are() -> None:
    problems = [Problem("What.", "where", "that.", "Do it.")]
    for error in (
        RunError("03_a", "it broke", section="One", cell=4),
        StudyError(problems),
        PrivacyError(problems, 3),
        ParameterError("no"),
    ):
        same = error_of(json.loads(json.dumps(tell_error(error))))
        assert (type(same), str(same), vars(same)) == (type(error), str(error), vars(error))
    assert repr(error_of(tell_error(KeyError("x")))) == repr(JobError("KeyError: 'x'"))


def test_names_are_refused_before_any_run_where_two_would_be_one(tmp_path: Path) -> None:
    one, two = write_client(tmp_path / "one", "same"), write_client(tmp_path / "two", "Same")
    for asked in ([one, two], [one, one], [{"study": one, "language": ["fi", "en"]}, write_client(tmp_path, "same-fi")]):
        with pytest.raises(ParameterError, match="Several reports would have one folder"):
            vl.batch(asked, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_every_problem_of_a_list_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "clients.yaml"
    file.write_text(
        "clients:\n- {study: a, language: xx}\n- language: fi\n- {study: b, brnad: c}\n- {study: '', accept_guesses: 1}\nmore: 1\n",
        encoding="utf-8",
    )
    with pytest.raises(StudyError) as err:
        find_clients([file])
    told = [f"{one.where}: {one.what}" for one in err.value.problems]
    assert told == [
        "clients.yaml: The key 'more' is not known.",
        "clients.yaml, line 2: The language 'xx' is not known, or stands twice.",
        "clients.yaml, line 3: The entry names no study.",
        "clients.yaml, line 4: The key 'brnad' is not known.",
        "clients.yaml, line 5: study names nothing.",
        "clients.yaml, line 5: accept_guesses is no yes or no.",
    ]
    for asked, said in (([], "There are no clients"), ([tmp_path / "no.yaml"], "cannot be opened")):
        with pytest.raises((ParameterError, StudyError), match=said):
            find_clients(asked)
    with pytest.raises(ParameterError, match="jobs is 0"):
        vl.batch([write_client(tmp_path, "aa")], jobs=0)
    with pytest.raises(ParameterError, match="cannot be written"):
        vl.batch([write_client(tmp_path, "aa")], log=tmp_path)


def test_an_entry_says_more_than_the_whole_batch_and_its_paths_run_from_the_list(tmp_path: Path) -> None:
    write_client(tmp_path / "data", "aa")
    write_client(tmp_path / "data", "bb")
    entries = "- {study: data/aa, language: fi, brand: look.yaml, accept_guesses: false}\n- {study: data/bb}"
    (tmp_path / "list.yml").write_text(f"clients:\n{entries}\n", encoding="utf-8")
    brand = tmp_path / "ours.yaml"
    one, two, three = find_clients([tmp_path / "list.yml"], ["en", "fi"], brand=brand, accept_guesses=True)
    assert one == Client(study=tmp_path / "data/aa", name="aa", language="fi", brand=tmp_path / "look.yaml")
    assert (two.name, two.language, three.name, two.brand, two.accept_guesses) == ("bb-en", "en", "bb-fi", brand, True)


def command(log: Path, out: Path) -> list[str]:
    more = ["--out", str(out), "--jobs", "1", "--skip-unchanged", "--keep-going", "--log", str(log)]
    return [sys.executable, "-m", "valuelib", "batch", "clients.yaml", *more]


def children(pid: int) -> list[int]:
    """Processes that a process has started and that live."""
    with contextlib.suppress(OSError):
        return [int(one) for task in Path(f"/proc/{pid}/task").iterdir() for one in (task / "children").read_text().split()]
    return []


def descendants(pid: int) -> list[int]:
    return [one for child in children(pid) for one in (child, *descendants(child))]


def until(holds: Callable[[], bool], seconds: float = 120) -> None:
    """Wait until it holds."""
    start = time.monotonic()
    while not holds():
        assert time.monotonic() - start < seconds
        time.sleep(0.05)


def alive(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    return False


def check_whole(project: Path, out: Path, scratch: Path) -> None:
    """The reports are those of a batch that nobody disturbed, and nothing else is left."""
    assert {name: made.tree(out / name) for name in NAMES} == {name: made.tree(project / "reports" / name) for name in NAMES}
    assert sorted(path.name for path in out.iterdir()) == sorted(NAMES)
    with scratch_folder(scratch) as own:
        assert [path.name for path in scratch.iterdir() if path != own] == []


@pytest.fixture
def around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files of this test alone."""
    scratch = tmp_path / "tmp"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return scratch


class Killer:
    """Kills the process that makes a report when that is under way, once."""

    def __init__(self) -> None:
        self.others, self.killed = {*children(os.getpid())}, 0

    def begun(self, clients: int, jobs: int) -> None:
        assert (clients, jobs) == (2, 1)

    def at(self, name: str, part: float) -> None:
        if not self.killed:
            (self.killed,) = {*children(os.getpid())} - self.others
            os.kill(self.killed, signal.SIGKILL)

    def told(self, name: str, text: str) -> None:
        raise AssertionError(f"{name}: {text}")

    def ended(self, report: ClientReport) -> None:
        assert report.state in ("unchanged", "made", "failed")


@needs_proc
def test_a_batch_that_is_killed_goes_on_where_it_was_and_two_at_once_harm_no_report(
    project: Path, tmp_path: Path, around: Path
) -> None:
    out, log = tmp_path / "out", tmp_path / "run.jsonl"
    batch = subprocess.Popen(command(log, out), cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until(lambda: log.is_file() and any(line["event"] == "notebook" and line["study"] == "aa-en" for line in lines(log)))
    every = descendants(batch.pid)
    assert len(every) >= 2
    batch.kill()
    batch.wait()
    until(lambda: not any(map(alive, every)))
    assert [path.name for path in out.iterdir() if not path.name.startswith(".")] == ["aa-fi"]
    assert verify_outputs(out / "aa-fi") == ()

    done = vl.batch("clients.yaml", out=out, jobs=1, skip_unchanged=True, watcher=Killer())
    assert [one.state for one in done] == ["unchanged", "failed", "made"]
    assert isinstance(done["aa-en"].error, JobError)
    assert "SIGKILL" in str(done["aa-en"].error)

    with ThreadPoolExecutor() as both:
        runs = [both.submit(vl.batch, "clients.yaml", out=out, jobs=1, skip_unchanged=True) for _ in range(2)]
    assert [run.result()["aa-en"].state for run in runs] == ["made", "made"]
    check_whole(project, out, around)


@pytest.mark.long
@needs_proc
def test_kills_at_random_moments_leave_nothing_that_a_rerun_does_not_mend(project: Path, tmp_path: Path, around: Path) -> None:
    dice, kills = random.Random(20240131), int(os.environ.get("VALUELIB_KILLS", "100"))
    for number in range(kills):
        out, log = tmp_path / f"out-{number // 5}", tmp_path / "run.jsonl"
        batch = subprocess.Popen(command(log, out), cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            batch.wait(dice.uniform(0.5, 25))
        every = descendants(batch.pid)
        victim = dice.choice([batch.pid, *every])
        with contextlib.suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
        batch.wait()
        until(lambda: not any(map(alive, every)))  # noqa: B023  called before the next turn
        for report in (one for one in out.glob("[!.]*") if one.is_dir()):
            assert (report / MANIFEST).is_file()
            assert verify_outputs(report) == ()
        if number % 5 == 4:
            ended = subprocess.run(command(log, out), cwd=project, capture_output=True, text=True, check=False)
            assert ended.returncode == 0, ended.stderr
            check_whole(project, out, around)


@needs_proc
def test_ctrl_c_ends_it_all_and_leaves_nothing(project: Path, tmp_path: Path, around: Path) -> None:
    out, log = tmp_path / "out", tmp_path / "run.jsonl"
    batch = subprocess.Popen(command(log, out), cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    until(lambda: log.is_file() and any(line["event"] == "started" for line in lines(log)))
    until(lambda: any(path.name.startswith(".aa-fi-") for path in out.glob(".*")))
    every = descendants(batch.pid)
    batch.send_signal(signal.SIGINT)
    _, told = batch.communicate(timeout=60)
    assert (batch.returncode, "Traceback" in told) == (130, False), told
    assert not any(map(alive, every))
    assert [*out.iterdir()] == []
    with scratch_folder(around) as own:
        assert [path.name for path in around.iterdir() if path != own] == []
    assert [line["event"] for line in lines(log)][-1] == "interrupted"
