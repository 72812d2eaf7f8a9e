"""Are the right files read, all problems told, and does the page come whole, the same every time, without names where asked?"""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from docx import Document

from tests.explore.documents import FOLDER, NAMES, decided, document
from tests.output import made
from tests.system import need_program
from valuelib import cli
from valuelib.errors import ParameterError, StudyError
from valuelib.output import portfolio as build
from valuelib.output.build import OUTPUTS
from valuelib.output.portfolio import build_portfolio, read_portfolio
from valuelib.output.privacy import open_file
from valuelib.output.rounding import on_step, step_of

SECRET = {name: f"zq{at}client" for at, name in enumerate(NAMES)}


def put(folder: Path, name: str, content: object) -> Path:
    file = folder / name / "results.json"
    file.parent.mkdir(parents=True)
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return file


def renamed(folder: Path) -> list[Path]:
    """The made-up clients under names that stand nowhere in the project."""
    paths = []
    for name in NAMES:
        content = json.loads((FOLDER / name / "results.json").read_text(encoding="utf-8"))
        content["study"] |= {"name": SECRET[name], "client": f"{SECRET[name]} Oy"}
        paths.append(put(folder, SECRET[name], content))
    return paths


def problems(*paths: Path) -> list[str]:
    with pytest.raises(StudyError) as told:
        read_portfolio(paths)
    return [str(problem) for problem in told.value.problems]


# ---------------------------------------------------------------------- reading


def test_a_file_a_report_folder_and_a_study_folder_are_all_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.chdir(tmp_path)
    put(tmp_path / "reports", "small", document("small", decided(3)))
    made.write_study(tmp_path / "data" / "folder_of_small")
    file = put(tmp_path, "first", document("first", decided(1)))
    put(tmp_path, "second", document("second", decided(2)))
    found = read_portfolio([file, "second", "data/folder_of_small"])
    assert [one["study"]["name"] for one in found] == ["first", "second", "small"]


def test_paths_are_looked_for_from_the_project_too(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(FOLDER)
    assert len(read_portfolio(["data/portfolio/kaarna"])) == 1


def test_every_problem_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.chdir(tmp_path)
    made.write_study(tmp_path / "unreported")
    (tmp_path / "empty").mkdir()
    good = put(tmp_path, "good", document("good", decided(9)))
    other_form = put(tmp_path, "other_form", {**document("x", decided(9)), "schema": 2})
    incomplete = document("y", decided(9))
    del incomplete["findings"][0]["verdict"]
    unknown = document("z", decided(9))
    unknown["findings"][0]["reason_code"] = "reason.of.another.edition"
    twin = document("twin", decided(9))
    told = problems(
        tmp_path / "nowhere",
        tmp_path / "empty",
        tmp_path / "unreported",
        put(tmp_path, "broken", "{"),
        put(tmp_path, "foreign", [1]),
        other_form,
        put(tmp_path, "incomplete", incomplete),
        put(tmp_path, "unknown", unknown),
        good,
        put(tmp_path, "again", document("good", decided(10))),
        put(tmp_path, "twin", twin),
    )
    for number, words in enumerate(
        (
            "no such file or folder",
            "neither results.json nor study.yaml",
            "valuelib report",
            "could not be read as JSON",
            "not a results.json of this package",
            "Its form is",
            "verdict",
            "reason.of.another.edition",
            "'good' is already there",
            "the very same results",
        )
    ):
        assert words in told[number]
    assert len(told) == 10


def test_no_study_at_all_is_refused():
    assert "No study is named" in problems()[0]


# ---------------------------------------------------------------------- the page


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Path]]:
    folder = tmp_path_factory.mktemp("portfolio").resolve()
    paths = renamed(folder / "studies")
    return build_portfolio(paths, language="fi", anonymous=True, out=folder / "out"), paths


def test_a_portfolio_has_its_files_and_nothing_else(finished: tuple[Path, list[Path]]):
    folder, _ = finished
    assert sorted(made.tree(folder)) == sorted(["manifest.json", "notebooks/portfolio.ipynb", "portfolio.json", *OUTPUTS])
    assert sorted(path.name for path in folder.parent.iterdir()) == ["out", "studies"]


def test_an_anonymous_portfolio_names_no_client_in_any_byte(finished: tuple[Path, list[Path]]):
    folder, _ = finished
    for name, content in made.tree(folder).items():
        for part in open_file(name, content):
            assert not any(secret in told for secret in SECRET.values() for told in (part.raw, part.seen)), part.place
            assert str(folder.parent) not in part.raw, part.place
    assert "Tutkimus 7" in made.tree(folder)["report.html"].decode()
    command = [need_program("pdftotext"), str(folder / "annex.pdf"), "-"]
    paper = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    assert "Tutkimus 7" in paper
    assert "zq" not in paper


def test_every_output_says_what_holds_over_the_studies(finished: tuple[Path, list[Path]]):
    folder, _ = finished
    content = json.loads((folder / "portfolio.json").read_text(encoding="utf-8"))
    pool = content["claims"][0]["pools"][0]["pooled"]
    title = f"NPS ylempien tasojen arvoa saavilla asiakkailla: keskimäärin +{pool['value']:.0f}"
    command = [need_program("pdftotext"), "-raw", str(folder / "report.pdf"), "-"]
    paper = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    document = Document(str(folder / "report.docx"))
    book = openpyxl.load_workbook(folder / "tables.xlsx")
    cells = "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    page = (folder / "report.html").read_text(encoding="utf-8")
    for said in (page, paper, document.paragraphs[0].text, cells):
        assert title in " ".join(said.split())
    assert book.sheetnames[:3] == ["Sisällys", "Vastaus", "Tutkimukset yhdessä"]
    assert "eroa ei osoitettu" in page  # the pools whose interval holds no difference say so
    assert page.count('class="strip"') == sum(
        one["pools"][0]["pooled"]["low"] > 0 for one in content["claims"] if one["pools"] and not one["pools"][0]["raw"]
    )


def test_the_manifest_names_inputs_and_outputs_by_hash(finished: tuple[Path, list[Path]]):
    folder, paths = finished
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["inputs"].values()) == {hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
    assert set(manifest["inputs"]) == set(manifest["portfolio"]) == {f"Tutkimus {at}" for at in range(1, 8)}
    outputs = {name: hashlib.sha256(content).hexdigest() for name, content in made.tree(folder).items() if name != "manifest.json"}
    assert manifest["outputs"] == outputs


def test_the_page_is_whole_and_loads_nothing(finished: tuple[Path, list[Path]]):
    page = made.tree(finished[0])["report.html"].decode()
    content = json.loads((finished[0] / "portfolio.json").read_text(encoding="utf-8"))
    decided = [entry for entry in content["claims"] if not all(pool["raw"] for pool in entry["pools"])]
    forests = {(entry["claims"][0], pool["scale"]) for entry in decided for pool in entry["pools"]}
    assert '<html lang="fi">' in page
    annex = page.partition('id="the-annex"')[2]
    assert annex.count("<figure") == len(forests) >= 3
    assert page.count("<h1") == 1
    assert "default-src &#39;none&#39;" in page
    for told in ("Asiakastutkimusten kokoelma", "Tutkimusten keskiarvo", "kaikki 7"):
        assert told in page


def test_portfolio_json_holds_figures_on_their_steps(finished: tuple[Path, list[Path]]):
    content = json.loads((finished[0] / "portfolio.json").read_text(encoding="utf-8"))
    pool = content["claims"][0]["pools"][0]
    assert (pool["rung"], pool["pooled"]["k"], pool["pooled"]["method"]) == ("audited", 6, "REML")
    assert sum(pool["pooled"]["weights"]) == pytest.approx(1, abs=0.02)
    for one in (*pool["studies"], {**pool["pooled"], "n": sum(study["n"] for study in pool["studies"])}):
        assert one["value"] == on_step(one["value"], step_of(200, one["n"]))
        assert len(str(one["se"])) <= 4
    assert [study["name"] for study in content["studies"]] == [f"Tutkimus {at}" for at in range(1, 8)]


def test_the_same_studies_in_another_order_give_the_same_bytes(finished: tuple[Path, list[Path]], tmp_path: Path):
    folder, paths = finished
    again = build_portfolio(paths[::-1], language="fi", anonymous=True, out=tmp_path / "again")
    assert made.tree(again) == made.tree(folder)


def test_wrong_input_runs_and_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(build, "run_notebooks", lambda *_, **__: pytest.fail("a notebook ran"))
    with pytest.raises(ParameterError, match="sv"):
        build_portfolio([FOLDER / "kaarna"], language="sv", out=tmp_path / "out")
    with pytest.raises(StudyError):
        build_portfolio([tmp_path / "nowhere"], out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_command_line_tells_problems_and_leaves_with_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    shutil.copytree(FOLDER / "kaarna", tmp_path / "copy")
    monkeypatch.setattr(sys, "argv", ["valuelib", "portfolio", str(FOLDER / "kaarna"), str(tmp_path / "copy"), "nowhere"])
    with pytest.raises(SystemExit) as end:
        cli.main()
    told = " ".join(capsys.readouterr().err.split())
    assert end.value.code == 2
    assert "already there" in told
    assert "no such file" in told
