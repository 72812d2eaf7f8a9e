"""Where a report may go, and how it gets there."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.output import made
from valuelib.errors import ParameterError
from valuelib.output import place
from valuelib.output.manifest import output_hashes, strangers
from valuelib.output.place import exchange, replacing, report_folder
from valuelib.output.scratch import LOCK, scratch_folder

ROOT = Path(__file__).parents[2]


def fill(folder: Path, made_by: str = "valuelib", study: str = "acme") -> Path:
    folder.mkdir(parents=True)
    (folder / "report.html").write_text("earlier")
    manifest = {"made_by": made_by, "study": study, "outputs": dict(output_hashes(folder))}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def test_without_out_it_is_reports_in_the_project(tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    assert report_folder("acme") == tmp_path.resolve() / "reports" / "acme"


def test_out_is_the_folder_itself(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    assert report_folder("acme", Path("new/deep")) == tmp_path.resolve() / "new" / "deep"
    assert report_folder("acme", Path("empty")) == tmp_path.resolve() / "empty"
    assert report_folder("acme", fill(tmp_path / "report")) == (tmp_path / "report").resolve()


def test_what_is_not_a_report_is_never_replaced(tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "one.jpg").touch()
    (tmp_path / "file").touch()
    for out, told in [
        (tmp_path / "photos", "the folder is not empty"),
        (tmp_path / "file", "there is a file of that name"),
        (fill(tmp_path / "app", made_by="a web app"), "the folder is not empty"),
    ]:
        with pytest.raises(ParameterError, match=told):
            report_folder("acme", out)


def test_the_earlier_report_stays_until_the_new_one_is_whole(tmp_path):
    target = fill(tmp_path / "report")
    with replacing(target) as fresh:
        (fresh / "report.html").write_text("new")
        assert (target / "report.html").read_text() == "earlier"
    assert made.tree(tmp_path) == {"report/report.html": b"new"}
    (tmp_path / "plain").mkdir()
    assert target.stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize("stop", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_whatever_stops_a_run_leaves_the_earlier_report(tmp_path, stop):
    target = fill(tmp_path / "report")
    before = made.tree(tmp_path)

    def run() -> None:
        with replacing(target) as fresh:
            (fresh / "report.html").write_text("half")
            raise stop

    with pytest.raises(stop):
        run()
    assert made.tree(tmp_path) == before


@pytest.fixture
def two_moves(monkeypatch):
    """A system that cannot exchange two names in one step."""
    monkeypatch.setattr(place, "exchange", lambda one, two: False)


def test_a_stop_between_the_two_moves_brings_the_earlier_report_back(tmp_path, monkeypatch, two_moves):
    target = fill(tmp_path / "report")
    before = made.tree(tmp_path)
    move = Path.rename

    def moves_but_the_new_one(self: Path, to: Path) -> Path:
        if self.name == "new":
            raise KeyboardInterrupt
        return move(self, to)

    monkeypatch.setattr(Path, "rename", moves_but_the_new_one)
    with pytest.raises(KeyboardInterrupt), replacing(target):
        pass
    assert made.tree(tmp_path) == before


def test_two_folders_change_their_names_in_one_step(tmp_path):
    (tmp_path / "one" / "x").mkdir(parents=True)
    (tmp_path / "two").mkdir()
    assert exchange(tmp_path / "one", tmp_path / "two") == (sys.platform == "linux")
    assert (tmp_path / "two" / "x").is_dir() == (sys.platform == "linux")
    assert not exchange(tmp_path / "one", tmp_path / "missing")


# ---------------------------------------------------------------------- what is the user's


def replace_all(target: Path) -> list[tuple[str, ...]]:
    """A new report with one page, and what was told of files that were kept."""
    told: list[tuple[str, ...]] = []
    with replacing(target, lambda folder, names: told.append(names)) as fresh:
        (fresh / "report.html").write_text("new")
        (fresh / "manifest.json").write_text(json.dumps({"made_by": "valuelib", "study": "acme", "outputs": output_hashes(fresh)}))
    return told


@pytest.mark.parametrize("moves", ["one step", "two moves"])
def test_what_the_report_did_not_bring_along_is_kept_and_told_and_nothing_is_overwritten(tmp_path, moves, request):
    if moves == "two moves":
        request.getfixturevalue("two_moves")
    target = fill(tmp_path / "report")
    (target / "letter.docx").write_text("Dear client")
    (target / "figures").mkdir()
    (target / "figures" / "own.svg").write_text("<svg/>")
    (target / "report.html").write_text("edited")
    (target / "link").symlink_to("letter.docx")
    assert replace_all(target) == [("kept/figures/own.svg", "kept/letter.docx", "kept/link", "kept/report.html")]
    assert (target / "report.html").read_text() == "new"
    assert (target / "kept" / "link").is_symlink()
    # The same names once more: the first stay as they are, the others get a number; a file where a folder is wanted as well.
    (target / "letter.docx").write_text("Dear client, again")
    (target / "report.html").write_text("edited again")
    (target / "kept" / "figures" / "own.svg").unlink()
    (target / "kept" / "figures").rmdir()
    (target / "kept" / "figures").write_text("a file now")
    (target / "figures").mkdir()
    (target / "figures" / "own.svg").write_text("<svg>2</svg>")
    assert replace_all(target) == [("kept/figures-2/own.svg", "kept/letter-2.docx", "kept/report-2.html")]
    assert replace_all(target) == []
    kept = made.tree(target / "kept")
    assert kept == {
        "figures": b"a file now",
        "figures-2/own.svg": b"<svg>2</svg>",
        "letter-2.docx": b"Dear client, again",
        "letter.docx": b"Dear client",
        "link": b"Dear client",
        "report-2.html": b"edited again",
        "report.html": b"edited",
    }
    assert strangers(target) == ()
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


@pytest.mark.parametrize("kind", ["file", "link"])
def test_a_file_or_link_called_kept_is_kept_too(tmp_path, kind):
    target = fill(tmp_path / "report")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x").write_text("outside")
    if kind == "file":
        (target / "kept").write_text("a file")
    else:
        (target / "kept").symlink_to(tmp_path / "elsewhere")
    assert replace_all(target) == [("kept/kept",)]
    assert (target / "kept" / "kept").is_symlink() == (kind == "link")
    assert made.tree(tmp_path / "elsewhere") == {"x": b"outside"}


def test_a_manifest_that_tells_no_outputs_lets_every_file_be_kept(tmp_path):
    target = fill(tmp_path / "report")
    (target / "manifest.json").write_text('{"made_by": "valuelib", "study": "acme", "outputs": 5}')
    assert replace_all(target) == [("kept/report.html",)]


def test_the_report_of_another_study_is_refused_unless_it_may_be_replaced(tmp_path):
    target = fill(tmp_path / "report", study="globex")
    with pytest.raises(ParameterError, match=r"holds the report of another study \(globex\).*--replace"):
        report_folder("acme", target)
    assert report_folder("acme", target, replace_other=True) == target
    with pytest.raises(ParameterError, match="another study"):
        report_folder("portfolio", target)


# ---------------------------------------------------------------------- what killed runs leave

DIES = """
import os, sys
from pathlib import Path
from valuelib.output import place
target, moment = Path(sys.argv[1]), sys.argv[2]
if moment != "exchanged":
    place.exchange = lambda one, two: False
rename = Path.rename
def dying(self, to):
    if (moment, self.name) == ("between", "new"):
        os._exit(9)
    return rename(self, to)
Path.rename = dying
with place.replacing(target) as fresh:
    (fresh / "report.html").write_text("new")
    if moment == "filling":
        os._exit(9)
    place.remove = lambda folder: os._exit(9)
    import valuelib.output.scratch as scratch
    scratch.remove = lambda folder: os._exit(9)
"""


@pytest.mark.parametrize(
    ("moment", "stands"), [("filling", "earlier"), ("between", "earlier"), ("moved", "new"), ("exchanged", "new")]
)
def test_the_next_start_takes_away_what_a_killed_run_left_and_puts_the_report_back(tmp_path, moment, stands):
    target = fill(tmp_path / "report")
    died = subprocess.run([sys.executable, "-c", DIES, str(target), moment], check=False, cwd=ROOT)
    assert died.returncode == 9
    left = [path for path in tmp_path.iterdir() if path.name.startswith(".report-")]
    assert len(left) == 1
    assert target.exists() == (moment != "between")
    (target if target.exists() else left[0] / "earlier").joinpath("manifest.json").write_text(
        '{"made_by": "valuelib", "study": "acme"}'
    )
    assert report_folder("acme", target) == target
    assert [path.name for path in tmp_path.iterdir()] == ["report"]
    assert (target / "report.html").read_text() == stands


def test_folders_of_living_runs_and_of_others_are_left_alone(tmp_path):
    (tmp_path / "valuelib_12345678").mkdir()  # killed before it had its lock
    (tmp_path / "valuelib_abcdefgh").mkdir()
    (tmp_path / "valuelib_abcdefgh" / "thesis.txt").write_text("somebody's")
    (tmp_path / "valuelib_87654321").mkdir()
    (tmp_path / "valuelib_87654321" / LOCK).touch()  # its process is dead
    (tmp_path / "valuelib_87654321" / "records.json").touch()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / LOCK).touch()
    (tmp_path / "valuelib_linklink").symlink_to(tmp_path / "elsewhere")
    with scratch_folder(tmp_path) as living:
        with scratch_folder(tmp_path) as second:
            names = {path.name for path in tmp_path.iterdir()}
            assert names == {"valuelib_abcdefgh", "valuelib_linklink", "elsewhere", living.name, second.name}
        assert living.is_dir()
    assert {path.name for path in tmp_path.iterdir()} == {"valuelib_abcdefgh", "valuelib_linklink", "elsewhere"}
    assert (tmp_path / "elsewhere" / LOCK).exists()
