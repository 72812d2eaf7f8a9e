"""The project's own files: one set of versions, locks without addresses, nothing that belongs elsewhere."""

import os
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests import system

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
GIVEN = {"jupyterlab", "pandas", "statsmodels", "seaborn", "matplotlib", "scikit-learn", "papermill", "nbval"}
PIN = re.compile(r"^([a-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)


def tracked() -> Iterator[tuple[str, str]]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        try:
            yield name, (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue


def locked(name: str) -> dict[str, set[str]]:
    pins: dict[str, set[str]] = {}
    for package, version in PIN.findall((ROOT / "requirements" / name).read_text(encoding="utf-8")):
        pins.setdefault(package, set()).add(version)
    return pins


def bare(requirement: str) -> str:
    return re.split(r"[<>=!~\[; ]", requirement)[0]


# On conda-forge, the package without the extras that a report has no use for.
CONDA_NAMES = {
    "matplotlib-base": "matplotlib",
    "seaborn-base": "seaborn",
    "nbconvert-core": "nbconvert",
    "ibis-framework-core": "ibis-framework",
    "python-duckdb": "duckdb",
}


def test_environment_has_the_versions_of_the_lock_and_every_direct_dependency() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    pip = dict(entry.split("==") for entry in environment[-1]["pip"] if "==" in entry)
    conda = dict(entry.split("=") for entry in environment[:-1] if "=" in entry)
    conda = {CONDA_NAMES.get(name, name): version for name, version in conda.items() if name != "python"}
    wanted = {bare(one) for one in PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["lab"]}
    assert conda.keys() | pip.keys() == wanted | {"nbval"}
    assert conda.keys() & pip.keys() == set()
    assert conda.keys() >= GIVEN  # the stack itself comes from conda-forge
    lock = locked("dev.txt")
    assert {name: version for name, version in pip.items() if version not in lock[name]} == {}
    series = {name: {".".join(one.split(".")[: version.count(".") + 1]) for one in lock[name]} for name, version in conda.items()}
    assert {name: version for name, version in conda.items() if version not in series[name]} == {}


def test_the_container_copies_no_client_and_installs_from_the_lock() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {"data/*", "!data/demo", "!data/portfolio", "reports/*", ".git", ".venv"} <= set(ignored)
    container = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    named = re.findall(r"requirements/\w+\.txt", container)
    assert named
    assert all((ROOT / name).exists() for name in named)
    assert "--require-hashes" in container
    assert re.search(r"^ARG BASE=\S+:(?!latest)\S+$", container, re.M), "a base without a fixed tag changes under the user's feet"


@pytest.mark.parametrize("variable", ["VIRTUAL_ENV", "CONDA_PREFIX"])
def test_a_report_is_made_in_the_activated_environment_if_it_has_valuelib(tmp_path: Path, variable: str) -> None:
    def planned() -> str:
        activated = {"PATH": os.environ["PATH"], variable: str(tmp_path)}
        command = ["make", "--dry-run", "report"]
        return subprocess.run(command, cwd=ROOT, env=activated, capture_output=True, text=True, check=True).stdout

    assert "\n.venv/bin/valuelib report" in "\n" + planned()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "valuelib").touch()
    assert f"{tmp_path}/bin/valuelib report data/demo" in planned()


def test_locks_agree_and_carry_hashes_but_no_address() -> None:
    runtime, dev, docs = locked("runtime.txt"), locked("dev.txt"), locked("docs.txt")
    assert {name for name in runtime if runtime[name] != dev.get(name)} == set()
    assert {name for name in docs if name in dev and docs[name] != dev[name]} == set()
    for name in ("setup.txt", "runtime.txt", "dev.txt", "docs.txt"):
        text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
        assert "://" not in text
        assert text.count("--hash=sha256:") >= len(PIN.findall(text)) > 0


def test_nothing_tracked_names_a_package_registry_or_a_machine_path() -> None:
    hosts = [".".join(parts) for parts in (("pypi", "org"), ("npmjs", "org"), ("deb", "debian"), ("conda", "anaconda", "org"))]
    hosts.append("python" + "hosted")
    paths = [f"/{folder}/" for folder in ("work", "root")]
    found = [
        (name, word)
        for name, text in tracked()
        for word in (*hosts, *paths)
        if re.search(r"(^|[^A-Za-z0-9_.])" + re.escape(word) if word.startswith("/") else re.escape(word), text)
    ]
    assert found == []


def test_client_folders_and_reports_stay_out_of_the_repository() -> None:
    names = [name for name, _ in tracked()]
    assert {name.split("/")[1] for name in names if name.startswith("data/")} <= {"demo", "portfolio", "README.md"}
    assert {name.split("/")[1] for name in names if name.startswith("reports/")} <= {"sample", "README.md"}


def test_a_missing_program_skips_with_its_remedy_and_fails_under_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="make system-deps"):
        system.need_program("no-such-program")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="make system-deps"):
        system.need_program("no-such-program")
