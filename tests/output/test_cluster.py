"""Reports that the workers of a Dask cluster make: as those made here, whatever dies, and from what was sent alone."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from distributed import LocalCluster

import valuelib as vl
from tests.output import made
from tests.output.test_batch import FIELDS, NAMES, ROOT, alive, descendants, lines, needs_proc, until, write_client, write_project
from valuelib.errors import ChangedError, JobError, ParameterError, RunError
from valuelib.output import cluster, parcel
from valuelib.output.clients import Client
from valuelib.output.manifest import MANIFEST
from valuelib.output.scratch import scratch_folder
from valuelib.output.worker import other_versions


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The project of `test_batch` with reports that were made without a cluster, as working folder."""
    folder = write_project(tmp_path_factory.mktemp("clients").resolve())
    with contextlib.chdir(folder):
        done = vl.batch("clients.yaml", jobs=1)
        assert [(one.name, one.state) for one in done] == [(name, "made") for name in NAMES], done.errors
        yield folder


@pytest.fixture(scope="module")
def two(project: Path) -> Iterator[str]:
    """The address of two workers, each a process."""
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0") as there:
        yield there.scheduler_address


def reports(folder: Path) -> dict[str, dict[str, bytes]]:
    return {path.name: made.tree(path) for path in folder.iterdir()}


def test_reports_of_a_cluster_are_those_made_here(project: Path, two: str, tmp_path: Path) -> None:
    out, log = tmp_path / "out", tmp_path / "run.jsonl"
    (out / "bb").mkdir(parents=True)
    shutil.copytree(project / "reports" / "bb", out / "bb", dirs_exist_ok=True)
    (out / "bb" / "letter.txt").write_text("Dear client", encoding="utf-8")
    done = vl.batch("clients.yaml", out=out, jobs=1, dask=two, log=log)
    assert [(one.name, one.state) for one in done] == [(name, "made") for name in NAMES], done.errors
    assert made.tree(out / "bb" / "kept") == {"letter.txt": b"Dear client"}
    shutil.rmtree(out / "bb" / "kept")
    assert reports(out) == reports(project / "reports")
    beside = project / "data" / "aa" / ".valuelib"
    history = json.loads((beside / "reports.json").read_text(encoding="utf-8"))
    assert {one["results"] for one in history} >= {parcel.file_hash(out / name / "results.json") for name in ("aa-fi", "aa-en")}
    told = lines(log)
    assert all(set(line) == FIELDS for line in told)
    assert {line["worker"] for line in told if line["event"] == "started"} == {"0", "1"}
    for name in NAMES:
        mine = [(line["event"], line["notebook"], line["worker"]) for line in told if line["study"] == name]
        worker = mine[0][2]
        each = [("started", None), ("notebook", "01_a"), ("notebook", "00_executive_summary"), ("made", None)]
        assert [one for one in mine if one[0] != "kept"] == [(*one, worker) for one in each]
    assert [one.state for one in vl.batch("clients.yaml", out=out, dask=two, skip_unchanged=True)] == ["unchanged"] * 3


def test_errors_are_those_of_a_report_made_here(project: Path, two: str, tmp_path: Path) -> None:
    study = write_client(project / "data", "fails")
    own = made.write(study, "05_own", "open(study + '/nothing.csv')", made.DONE)
    asked = [study, "data/bb"]
    (tmp_path / "bb").mkdir()
    (tmp_path / "bb" / "mine.txt").touch()
    here, there = (vl.batch(asked, out=tmp_path, jobs=1, dask=dask, keep_going=True) for dask in (None, two))
    assert [one.state for one in there] == [one.state for one in here] == ["failed", "refused"]
    assert isinstance(there["fails"].error, RunError)
    assert str(study / "nothing.csv") in str(there["fails"].error)
    assert [str(one.error) for one in there] == [str(one.error) for one in here]
    own.unlink()


def test_a_worker_needs_nothing_but_what_is_sent(project: Path, two: str) -> None:
    order = {"do": "report", "language": None, "brand": None, "template": None, "accept_guesses": False, "replace_other": False}
    order |= {"full": False, "cell_timeout": 600, "engine": None, "out": project / "reports" / "bb"}
    sent = parcel.pack(order, Client(study=Path("data/bb"), name="bb"))
    assert not any(".valuelib" in place for place in sent.files)
    away = project.with_name("away")
    with cluster.Cluster(two) as there:
        project.rename(away)
        try:
            there.submit(sent)
            found = there.result("bb")
        finally:
            away.rename(project)
    assert found["events"][-1]["event"] == "done", found["events"]
    assert found["files"] == made.tree(project / "reports" / "bb")


def test_what_was_changed_meanwhile_or_on_the_way_is_not_put_in_place(project: Path, tmp_path: Path) -> None:
    sent = parcel.pack({"brand": None, "template": None}, Client(study=Path("data/bb"), name="bb"))
    back: dict[str, Any] = {"files": made.tree(project / "reports" / "bb"), "full": "{}"}
    answers, chapter = project / "data" / "bb" / "responses.csv", project / "notebooks" / "01_a.ipynb"
    for file in (answers, chapter):
        text = file.read_text(encoding="utf-8")
        try:
            file.write_text(text + "\n", encoding="utf-8")
            with pytest.raises(ChangedError, match=file.name):
                cluster.put_in_place(sent, tmp_path / "bb", back, replace_other=False)
        finally:
            file.write_text(text, encoding="utf-8")
    back["files"] |= {"report.html": b"<"}
    with pytest.raises(JobError, match=r"other than it was made: report\.html"):
        cluster.put_in_place(sent, tmp_path / "bb", back, replace_other=False)
    back["files"] |= {MANIFEST: back["files"][MANIFEST].replace(b'"study": "bb"', b'"study": "cc"')}
    with pytest.raises(ParameterError, match="another study"):
        cluster.put_in_place(sent, project / "reports" / "bb", back, replace_other=False)
    assert [*tmp_path.iterdir()] == []


def test_more_than_a_scheduler_should_hold_is_not_sent(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parcel, "MOST_SENT", 100)
    with pytest.raises(JobError, match="at most 0 MB of a study are sent"):
        parcel.pack({}, Client(study=Path("data/bb"), name="bb"))


def test_where_no_cluster_is_nothing_runs(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "WAIT", 1)
    with pytest.raises(ParameterError, match="no scheduler answers there"):
        vl.batch("clients.yaml", out=tmp_path / "out", dask="tcp://127.0.0.1:9")
    with (
        LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0") as there,
        pytest.raises(ParameterError, match="has no worker after 1 s"),
    ):
        vl.batch("clients.yaml", out=tmp_path / "out", dask=there.scheduler_address)
    assert not (tmp_path / "out").exists()


def test_a_scheduler_that_ends_fails_what_it_held_and_lets_go(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "WAIT", 3)  # so long a connection looks for its scheduler
    order = {"do": "report", "brand": None, "template": None}
    clients = {name: Client(study=Path("data/bb"), name=name) for name in ("bb", "cc")}
    there = LocalCluster(n_workers=1, processes=False, dashboard_address="127.0.0.1:0")
    with cluster.Cluster(there.scheduler_address) as joined:
        there.close()
        told = [*joined.run(((name, order) for name in clients), clients)]
        assert joined.threads == 0
    assert [name for name, _ in told] == ["bb", "cc"]
    assert all("its scheduler ended" in event["error"]["said"] for _, event in told), told


def test_a_cluster_without_workers_says_so_and_goes_on_with_the_next_one(project: Path, tmp_path: Path) -> None:
    order = {"do": "report", "language": None, "brand": None, "template": None, "accept_guesses": False, "replace_other": False}
    order |= {"full": False, "cell_timeout": 600, "engine": None, "out": tmp_path / "bb"}
    told = []
    with (
        LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address="127.0.0.1:0") as there,
        cluster.Cluster(there.scheduler_address) as joined,
    ):
        there.scale(0)
        until(lambda: joined.threads == 0)
        for _, event in joined.run(iter([("bb", order)]), {"bb": Client(study=Path("data/bb"), name="bb")}):
            told.append(event["event"])
            if event["event"] == "told":
                assert there.scheduler_address in event["message"]
                there.scale(1)
    assert told[:2] == ["told", "begun"]
    assert (told.count("told"), told[-1]) == (1, "done")
    assert made.tree(tmp_path / "bb") == made.tree(project / "reports" / "bb")


def test_versions_are_told_by_what_differs() -> None:
    here = {"python": "3.11.7", "numpy": "2.4.1", "the code of valuelib": "a" * 64}
    assert other_versions(here, dict(here)) == ""
    there = {"python": "3.12.1", "the code of valuelib": "b" * 64}
    told = "numpy none (here 2.4.1), python 3.12.1 (here 3.11.7), the code of valuelib bbbbbbbbbbbb (here aaaaaaaaaaaa)"
    assert other_versions(here, there) == told


class Machines:
    """A scheduler and workers, each a process with folders of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._running, self.address = folder, dict[str, subprocess.Popen[bytes]](), ""
        file = folder / "scheduler.json"
        self.start("scheduler", ROOT, "scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
        until(lambda: file.is_file() and bool(file.read_text(encoding="utf-8").strip().endswith("}")), 500)
        self.address = json.loads(file.read_text(encoding="utf-8"))["address"]

    def start(self, name: str, root: Path, *command: str) -> subprocess.Popen[bytes]:
        """Start a process of Dask that imports valuelib from a root."""
        place = self._folder / name
        (place / "tmp").mkdir(parents=True)
        around = {**os.environ, "TMPDIR": str(place / "tmp"), "HOME": str(place), "PYTHONPATH": str(root)}
        with (place / "said").open("wb") as said:
            self._running[name] = subprocess.Popen(
                [sys.executable, "-m", "dask", *command, "--host", "127.0.0.1"], cwd=place, env=around, stdout=said, stderr=said
            )
        return self._running[name]

    def worker(self, name: str, root: Path = ROOT) -> subprocess.Popen[bytes]:
        """Start a worker that makes one report at once."""
        more = ["--no-nanny", "--nthreads", "1", "--name", name, "--no-dashboard", "--local-directory", str(self._folder / name)]
        return self.start(name, root, "worker", self.address, *more)

    def stop(self) -> None:
        """End them all; Dask's own way out waits for those that have ended before."""
        for process in self._running.values():
            process.kill()
            process.wait()


@needs_proc
def test_a_killed_worker_loses_nothing_and_another_version_is_refused(project: Path, tmp_path: Path) -> None:
    out, log = tmp_path / "out", tmp_path / "run.jsonl"
    machines = Machines(tmp_path / "machines")
    try:
        east = machines.worker("east")
        machines.worker("west")
        with ThreadPoolExecutor(1) as beside:
            run = beside.submit(vl.batch, "clients.yaml", out=out, jobs=1, dask=machines.address, log=log)
            until(lambda: run.done() or any(line["worker"] == "east" for line in (lines(log) if log.is_file() else ())), 500)
            every = descendants(east.pid)
            os.kill(east.pid, signal.SIGKILL)
            east.wait()
            done = run.result()
        (lost,) = [line["study"] for line in lines(log) if (line["event"], line["worker"]) == ("started", "east")]
        assert every
        until(lambda: not any(map(alive, every)))
        assert [(one.name, one.state) for one in done] == [(name, "made") for name in NAMES], done.errors
        assert {line["worker"] for line in lines(log) if line["event"] == "made"} == {"west"}
        mine = [(line["event"], line["worker"]) for line in lines(log) if line["study"] == lost]
        assert mine[-4:] == [("started", "west"), ("notebook", "west"), ("notebook", "west"), ("made", "west")]
        assert reports(out) == reports(project / "reports")
        for name in ("east", "west"):
            place = tmp_path / "machines" / name / "tmp"
            with scratch_folder(place) as own:
                assert [path.name for path in place.iterdir() if path.name.startswith("valuelib") and path != own] == []

        other = shutil.copytree(ROOT / "valuelib", tmp_path / "other" / "valuelib", ignore=shutil.ignore_patterns("__pycache__"))
        with (other / "languages.py").open("a", encoding="utf-8") as file:
            file.write("# Another version.\n")
        machines.worker("north", other.parent)
        said = tmp_path / "machines" / "north" / "said"
        until(lambda: b"Registered to" in said.read_bytes(), 500)
        with pytest.raises(ParameterError, match=r"(?s)1 workers are of another version.*the code of valuelib \w{12} \(here"):
            vl.batch("clients.yaml", out=tmp_path / "none", dask=machines.address)
        assert not (tmp_path / "none").exists()
    finally:
        machines.stop()
