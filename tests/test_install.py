"""An installed copy finds its notebooks and its demo, and the page on installing does what it says."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hatchling.build import build_wheel

from valuelib.errors import StudyError
from valuelib.output.notebooks import find_notebooks, with_own
from valuelib.study.load import load_study

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "how-to" / "install.md"
INPUTS = """
from valuelib.output.build import plan_run
from valuelib.output.portfolio import find_notebook
plan = plan_run("demo")
print(plan.study.folder, plan.shown_parameters["study"], find_notebook().parent, *plan.notebooks, sep="\\n")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        return folder / build_wheel(str(folder))


@pytest.fixture
def installed(wheel: Path, tmp_path: Path) -> tuple[Path, Mapping[str, str]]:
    """The unpacked wheel, and surroundings in which Python finds it first."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    (tmp_path / "empty").mkdir()
    return tmp_path / "site", {**os.environ, "PYTHONPATH": str(tmp_path / "site")}


def python(*arguments: str, cwd: Path, env: Mapping[str, str]) -> str:
    done = subprocess.run([sys.executable, *arguments], cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_the_package_the_notebooks_and_the_demo_byte_for_byte(wheel: Path):
    listed = ["git", "ls-files", "-z", "valuelib", "notebooks", "data/demo"]
    tracked = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True, text=True).stdout.strip("\0").split("\0")
    with zipfile.ZipFile(wheel) as archive:
        held = {name: archive.read(name) for name in archive.namelist() if ".dist-info/" not in name}
    expected = {
        name if name.startswith("valuelib/") else f"valuelib/packaged/{name}": (ROOT / name).read_bytes() for name in tracked
    }
    assert {name for name in expected if held.get(name) != expected[name]} == set()
    assert {name.split("/")[0] for name in held} == {"valuelib"}
    assert {name.split("/")[3] for name in held if name.startswith("valuelib/packaged/data/")} == {"demo"}


def test_an_installed_copy_finds_a_reports_inputs_in_itself(installed: tuple[Path, Mapping[str, str]]):
    site, env = installed
    inside = site / "valuelib" / "packaged"
    folder, shown, portfolio, *notebooks = python("-c", INPUTS, cwd=site.parent / "empty", env=env).split("\n")[:-1]
    assert (folder, shown, portfolio) == (str(inside / "data" / "demo"), "data/demo", str(inside / "notebooks"))
    chapters = with_own(find_notebooks(ROOT / "notebooks"), ROOT / "data" / "demo")
    assert notebooks == [str(inside / path.relative_to(ROOT)) for path in chapters]


def test_an_installed_copy_checks_and_assesses_the_demo_from_an_empty_folder(installed: tuple[Path, Mapping[str, str]]):
    site, env = installed
    for command in (("check", "demo"), ("assess", "data/demo", "--json")):
        told = python("-m", "valuelib", *command, cwd=site.parent / "empty", env=env)
        assert told == python("-m", "valuelib", *command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert list((site.parent / "empty").iterdir()) == []


def test_a_users_own_folders_come_before_those_of_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    assert load_study("demo").folder == load_study("data/demo/study.yaml").folder == ROOT / "data" / "demo"
    shutil.copytree(ROOT / "data" / "demo", tmp_path / "data" / "demo")
    (tmp_path / "notebooks").mkdir()
    assert load_study("demo").folder == load_study("data/demo").folder == tmp_path / "data" / "demo"
    (tmp_path / "demo").mkdir()
    with pytest.raises(StudyError, match=r"no study\.yaml"):
        load_study("demo")


def test_chapters_are_the_projects_where_it_has_them_and_else_the_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "01_my_own.ipynb").touch()
    assert {path.parent for path in find_notebooks()} == {ROOT / "notebooks"}
    shutil.copy(ROOT / "notebooks" / "00_executive_summary.ipynb", tmp_path / "notebooks")
    assert [path.name for path in find_notebooks()] == ["01_my_own.ipynb", "00_executive_summary.ipynb"]
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert {path.parent for path in find_notebooks()} == {tmp_path / "notebooks"}


def block(language: str) -> str:
    """The first code block of the page in a language."""
    found = re.search(rf"^```{language}\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def test_the_commands_for_windows_are_those_for_other_systems():
    posix = block("sh").replace("python3 ", "py ").replace("valuelib-env/bin/", "valuelib-env/Scripts/").replace("/", "\\")
    assert posix == block("bat")


@pytest.mark.install
def test_the_page_on_installing_makes_the_demos_report(tmp_path: Path):
    source = tmp_path / "source"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(source)], check=True)
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(["sh", "-e", "-c", block("sh")], cwd=source, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (source / "reports" / "demo" / "report.html").is_file()
    assert "reports/demo/report.pdf" in done.stdout
