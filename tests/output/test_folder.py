"""Where a report may go, and how it gets there."""

import json
from pathlib import Path

import pytest

from tests.output import made
from valuelib.errors import ParameterError
from valuelib.output.build import replacing, report_folder


def fill(folder: Path, made_by: str = "valuelib") -> Path:
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"made_by": made_by}))
    (folder / "report.html").write_text("earlier")
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


def test_a_stop_between_the_two_moves_brings_the_earlier_report_back(tmp_path, monkeypatch):
    target = fill(tmp_path / "report")
    before = made.tree(tmp_path)
    move = Path.replace

    def moves_but_the_new_one(self: Path, to: Path) -> Path:
        if self.name == "new":
            raise KeyboardInterrupt
        return move(self, to)

    monkeypatch.setattr(Path, "replace", moves_but_the_new_one)
    with pytest.raises(KeyboardInterrupt), replacing(target):
        pass
    assert made.tree(tmp_path) == before
