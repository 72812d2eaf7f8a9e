"""The project's own files: one set of versions, locks without addresses, nothing that belongs elsewhere."""

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


def test_environment_has_the_versions_of_the_lock_and_every_direct_dependency() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    pip = next(entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict))
    pins = dict(entry.split("==") for entry in pip if "==" in entry)
    wanted = {bare(one) for one in PROJECT["project"]["dependencies"]} | {"jupyterlab", "nbval"}
    assert set(pins) == wanted
    assert set(pins) >= GIVEN
    lock = locked("dev.txt")
    assert {name: version for name, version in pins.items() if version not in lock[name]} == {}


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
