"""The files to copy under examples/: each asks for what there is, and the one for cron makes reports, once at a time."""

from __future__ import annotations

import fcntl
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from tests.output import made
from tests.output.test_batch import write_client
from valuelib import cli
from valuelib.output.verify import verify_outputs

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"


def read(name: str) -> Any:
    return yaml.safe_load((EXAMPLES / name).read_text(encoding="utf-8"))


def commands() -> dict[str, list[str]]:
    """The command that each example runs, by its file."""
    (pod,) = read("kubernetes-job.yaml")["spec"]["template"]["spec"]["containers"]
    (task,) = read("databricks.yml")["resources"]["jobs"]["client_reports"]["tasks"]
    steps = read("github-actions.yml")["jobs"]["reports"]["steps"]
    (workflow,) = [step["run"] for step in steps if "valuelib" in step.get("run", "")]
    (cron,) = re.findall(r'^"\$\{VALUELIB[^ ]* (.*?) >', (EXAMPLES / "cron.sh").read_text(encoding="utf-8"), re.M)
    wheel = task["python_wheel_task"]
    assert wheel["package_name"] == wheel["entry_point"] == pod["command"][0] == "valuelib"
    return {
        "cron.sh": shlex.split(cron),
        "github-actions.yml": shlex.split(workflow)[1:],
        "kubernetes-job.yaml": pod["command"][1:],
        "databricks.yml": wheel["parameters"],
    }


@pytest.mark.parametrize("name", commands())
def test_each_example_asks_for_what_the_command_takes(name: str) -> None:
    asked = commands()[name]
    (EXAMPLES / name).read_text(encoding="utf-8").encode("ascii")
    group: Any = typer.main.get_command(cli.app)
    _, command, rest = group.resolve_command(typer.Context(group), asked)
    context = command.make_context(asked[0], rest)
    assert command.name == "batch"
    assert context.params["skip_unchanged"] is context.params["keep_going"] is True
    assert len(context.params["clients"]) == 1


def test_pods_share_the_work_and_start_again() -> None:
    job = read("kubernetes-job.yaml")
    assert (job["apiVersion"], job["kind"], job["spec"]["completionMode"]) == ("batch/v1", "Job", "Indexed")
    spec = job["spec"]["template"]["spec"]
    (pod,) = spec["containers"]
    assert "$(JOB_COMPLETION_INDEX)" in pod["command"][2]
    assert spec["restartPolicy"] == "Never"  # backoffLimitPerIndex asks for it
    assert [one["name"] for one in pod["volumeMounts"]] == [one["name"] for one in spec["volumes"]]


def test_every_example_stands_in_the_list() -> None:
    listed = re.findall(r"\]\(([\w.-]+)\)", (EXAMPLES / "README.md").read_text(encoding="utf-8"))
    assert sorted([*listed, "README.md"]) == sorted(path.name for path in EXAMPLES.iterdir() if not path.name.startswith("__"))


def test_what_the_container_file_copies_is_there_and_stays_in_the_image() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    copied = [part for line in lines if line.startswith("COPY") for part in line.split()[1:-1] if not part.startswith("--")]
    assert copied == ["requirements", "."]
    assert all((ROOT / name).exists() for name in copied)
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    needed = ("pyproject.toml", "README.md", "LICENSE", "valuelib", "notebooks", "requirements", "data/demo")
    assert all((ROOT / name).exists() and name not in ignored for name in needed)
    locked = (ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8")
    assert all(re.search(rf"^{name}==", locked, re.M) for name in ("jupyterlab", "hatchling", "editables"))  # --no-build-isolation


@pytest.mark.skipif(os.name == "nt", reason="Windows has no cron")
def test_the_script_of_cron_makes_what_does_not_stand_one_run_at_a_time(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    made.write(tmp_path, "00_executive_summary", made.ESTIMATE, made.DONE)
    write_client(tmp_path / "data", "aa")
    (tmp_path / "clients.yaml").write_text("clients:\n- study: data/aa\n", encoding="utf-8")
    command = tmp_path / "valuelib"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m valuelib "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    around = {**os.environ, "VALUELIB": str(command), "PYTHONPATH": str(ROOT)}

    def run() -> tuple[int, str]:
        script = ["sh", str(EXAMPLES / "cron.sh"), str(tmp_path)]
        ended = subprocess.run(script, env=around, capture_output=True, text=True, check=False)
        assert ended.stderr == ""
        return ended.returncode, ended.stdout

    assert run() == (0, "")
    assert verify_outputs(tmp_path / "reports" / "aa") == ()
    log = (tmp_path / "run.jsonl").read_text(encoding="utf-8")
    with (tmp_path / ".batch.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert run() == (0, "")
    assert (tmp_path / "run.jsonl").read_text(encoding="utf-8") == log
    (tmp_path / "clients.yaml").write_text("clients:\n- study: data/aa\n- study: data/nobody\n", encoding="utf-8")
    status, told = run()
    assert (status, "1 unchanged, 1 refused" in told) == (1, True)
