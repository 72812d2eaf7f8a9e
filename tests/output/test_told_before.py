"""What can be known before the notebooks run is told before: names that would be refused, letters that would be boxes."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.output import made
from tests.study.studies import answers, settings, write_study
from valuelib import cli
from valuelib.errors import StudyError
from valuelib.output.brand import Brand
from valuelib.output.build import build_report
from valuelib.output.letters import lacking_in, letters_lacking
from valuelib.study.load import load_study

TOWNS = {"Account": ["Espoo", "Espoo", "Turku", "Turku", "Oulu", "Oulu"], "Town": ["Espoo"] * 3 + ["Turku"] * 3}


def towns(folder: Path, fewest: int = 2, **blocks: object) -> Path:
    config = settings(columns={"account": "Account", "segment": ["Town"]}, privacy={"min_group": fewest}, language="en", **blocks)
    return write_study(folder / "towns", config, answers(**TOWNS))


def test_levels_named_like_accounts_stop_a_report_before_its_notebooks(tmp_path: Path) -> None:
    chapter = made.write(tmp_path, "01_a", "raise SystemExit", made.DONE)
    with pytest.raises(StudyError, match=r"2 levels of 'Town' have the name of an account.*names: \{Town:"):
        build_report(towns(tmp_path), out=tmp_path / "out", notebooks=[chapter])
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("way", ["listed under names", "too few to be printed"])
def test_levels_that_may_be_printed_or_never_are_stop_nothing(tmp_path: Path, way: str) -> None:
    listed = {"names": {"Town": {"levels": {"Espoo": {}, "Turku": {}}}}} if way == "listed under names" else {}
    study = towns(tmp_path, 2 if listed else 5, **listed)
    chapter = made.write(tmp_path, "01_a", made.ESTIMATE, made.DONE)
    assert (build_report(study, out=tmp_path / "out", notebooks=[chapter]) / "report.pdf").is_file()


def test_letters_that_the_paper_lacks_are_told_with_their_place(tmp_path: Path) -> None:
    data = answers(Sector=["株式会社", "Metalli−≤ Ωλ Ж", "x\u200d\u00ad", "ÅÄÖ ßñ", "株式", "\U00010380"])
    columns = {"account": "Account", "segment": ["Sector"], "adjust_for": ["Sector"]}
    study = load_study(write_study(tmp_path, settings(client="日 Oy", columns=columns), data))
    told = {one.values["place"]: one.values for one in letters_lacking(study, Brand(footer="機密"))}
    assert told == {
        "client": {"place": "client", "letters": "日", "letters_n": 1},
        "brand": {"place": "brand", "letters": "密 機", "letters_n": 2},
        "Sector": {"place": "Sector", "letters": "会 式 株 社 \U00010380", "letters_n": 5},
    }
    assert lacking_in(["plain", "ääkköset − ≤ Ω"]) == []


def test_check_and_report_tell_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study = made.write_study(tmp_path / "data" / "small", client="株式会社 Oy")
    chapter = made.write(tmp_path, "01_a", made.ESTIMATE, made.DONE)
    monkeypatch.setattr("valuelib.output.build.find_notebooks", lambda: (chapter,))
    said = "client: 4 letters that the fonts of the PDF lack"
    assert said in CliRunner().invoke(cli.app, ["check", str(study)]).output
    made_ = CliRunner().invoke(cli.app, ["report", str(study), "--out", str(tmp_path / "out")])
    assert made_.exit_code == 0, made_.exception
    assert said in made_.stderr
