"""A report can be checked, made again, and held against an earlier one; a changed byte is found and named."""

import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from rocrate.rocrate import ROCrate
from typer.testing import CliRunner

from tests.languages import spoken
from tests.output import made
from tests.tables import printed
from valuelib import cli
from valuelib.errors import ParameterError
from valuelib.output.build import build_report
from valuelib.output.compare import compare_page, compare_reports, compare_tables, say_comparison
from valuelib.output.manifest import MANIFEST, output_hashes
from valuelib.output.verify import first_difference, verify_outputs, verify_study
from valuelib.show.localizer import Localizer, in_language

FINDING = """
from valuelib.verdict.assess import assess
from valuelib.results import to_json
from valuelib.study import load_study
survey = load_study(study)
record("finding", to_json(assess(survey, "nps_60_points")), "<p>found</p>")
"""
EN, FI = Localizer("en"), Localizer("fi")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Path]]:
    folder = tmp_path_factory.mktemp("project").resolve()
    made.write_study(folder / "data" / "small")
    notebooks = [made.write(folder, "03_nps_claim", made.ESTIMATE, FINDING, made.DONE)]
    build_report(folder / "data" / "small", out=folder / "out", notebooks=notebooks)
    return folder, notebooks


@pytest.fixture
def report(project: tuple[Path, list[Path]], tmp_path: Path) -> Path:
    shutil.copytree(project[0] / "out", tmp_path / "report")
    return tmp_path / "report"


def edit(report: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """Another report with changed results, whose manifest is right."""
    file = report / "results.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    change(document)
    file.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
    manifest = json.loads((report / MANIFEST).read_text(encoding="utf-8"))
    manifest["outputs"] = output_hashes(report)
    (report / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    return report


# ---------------------------------------------------------------------- verify


def test_a_report_as_it_was_made_differs_in_nothing(report: Path) -> None:
    assert verify_outputs(report) == ()


def test_a_tampered_a_missing_and_a_foreign_file_are_found(report: Path) -> None:
    page = report / "report.html"
    page.write_bytes(page.read_bytes().replace(b"NPS", b"NPZ", 1))
    (report / "report.pdf").unlink()
    (report / "extra.txt").write_text("x", encoding="utf-8")
    assert [str(one) for one in verify_outputs(report)] == [
        "extra.txt: it is new here",
        "report.html: it was changed after it was made",
        "report.pdf: it is missing",
    ]


def test_the_study_gives_the_report_again_byte_for_byte(project: tuple[Path, list[Path]], report: Path) -> None:
    assert verify_study(report, project[0] / "data" / "small", notebooks=project[1]) == ()


def test_another_answer_is_found_and_the_first_difference_named(
    project: tuple[Path, list[Path]], report: Path, tmp_path: Path
) -> None:
    study = tmp_path / "data" / "small"
    shutil.copytree(project[0] / "data" / "small", study)
    answers = study / "responses.csv"
    answers.write_text(answers.read_text(encoding="utf-8").replace("r0,a0,0", "r0,a0,9"), encoding="utf-8")
    notebooks = [made.write(tmp_path, "03_nps_claim", made.ESTIMATE, FINDING, made.DONE)]
    told = [str(one) for one in verify_study(report, study, notebooks=notebooks)]
    assert told[0] == "responses.csv: it is another than then"
    (results,) = [one for one in told if one.startswith("results.json")]
    assert re.search(r"findings\.nps_60_points\.\S+ is .+ instead of ", results)


def test_a_folder_without_a_report_and_a_broken_manifest_are_refused(report: Path, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="this is no report"):
        verify_outputs(tmp_path)
    (report / MANIFEST).write_text('{"made_by": "valuelib"}', encoding="utf-8")
    with pytest.raises(ParameterError, match="it does not tell outputs, inputs, parameters, packages"):
        verify_outputs(report)


def test_other_package_versions_are_told_first(project: tuple[Path, list[Path]], report: Path) -> None:
    manifest = json.loads((report / MANIFEST).read_text(encoding="utf-8"))
    manifest["packages"]["numpy"] = "1.0"
    (report / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    told = verify_study(report, project[0] / "data" / "small", notebooks=project[1])
    assert str(told[0]).startswith("manifest.json: made with numpy 1.0, here is numpy ")
    assert len(told) == 1


def test_the_command_says_what_it_found_and_its_status(report: Path) -> None:
    runner = CliRunner()
    good = runner.invoke(cli.app, ["verify", str(report)])
    assert (good.exit_code, good.output.strip()) == (0, "Every file is as it was made.")
    (report / "tables.xlsx").write_bytes(b"PK")
    bad = runner.invoke(cli.app, ["verify", str(report)])
    assert bad.exit_code == 1
    assert "tables.xlsx: it was changed after it was made" in bad.output


# ---------------------------------------------------------------------- the first difference


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return file.getvalue()


def workbook(value: int) -> bytes:
    book, file = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    book.active["A1"] = value
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        (
            "a.json",
            b'{"a": [{"name": "nps.all", "value": 1}]}',
            b'{"a": [{"name": "nps.all", "value": 2}]}',
            "a.nps.all.value is 2 instead of 1",
        ),
        ("a.json", b'{"a": 1}', b'{"a": 1, "b": 2}', "b is new"),
        ("a.json", b'{"a": [1, 2]}', b'{"a": [1]}', "a has 1 entries instead of 2"),
        ("a.json", b'{"a":1}', b'{"a": 1}', "written in another way"),
        ("a.html", b"one\ntwo\n", b"one\ntwa\n", 'line 2 has "twa" instead of "two"'),
        ("a.html", b"one\n", b"one\ntwo\n", "it has 2 lines instead of 1"),
        ("a.pdf", b"%PDF-1", b"%PDF-2", "the bytes part at 5 of 6"),
        ("a.pptx", zipped(x=b"1", y=b"2"), zipped(x=b"1", y=b"3"), "its part y: the bytes part at 0"),
        ("a.pptx", zipped(x=b"1"), zipped(x=b"1", y=b"3"), "its part y is new"),
        ("a.xlsx", workbook(1), workbook(2), "its part xl/worksheets/sheet1.xml"),
    ],
)
def test_the_first_difference_is_told_in_words(name: str, before: bytes, after: bytes, said: str) -> None:
    assert said in first_difference(name, before, after)


# ---------------------------------------------------------------------- compare


def test_the_same_report_has_not_changed(report: Path) -> None:
    found = compare_reports(report, report)
    assert not any(one.changed for one in found.claims)
    assert {one.kind for one in found.figures} == {"same"}
    assert found.settings == ()


def test_a_change_is_shown_only_beyond_its_interval(report: Path, tmp_path: Path) -> None:
    gone = ("repurchase.all", 1.0, 1.0)
    earlier = (("nps.all", 40.0, 4.0), ("tier.functional.mean", 5.0, 4.0), ("tier.individual.mean", 2.0, None), gone)
    later = (("nps.all", 60.0, 3.0), ("tier.functional.mean", 6.0, 3.0), ("tier.individual.mean", 1.0, None))

    def figures_of(rows: Sequence[tuple[str, float, float | None]], document: dict[str, Any]) -> list[dict[str, Any]]:
        return [{**document["estimates"][0], "name": name, "value": value, "se": se} for name, value, se in rows]

    def start(document: dict[str, Any]) -> None:
        document["estimates"] = figures_of(earlier, document)

    def change(document: dict[str, Any]) -> None:
        document["estimates"] = figures_of(later, document)
        document["findings"][0]["verdict"] = "rejected"
        document["findings"][0]["undecided_why"] = None

    shutil.copytree(report, tmp_path / "later")
    old, new = edit(report, start), edit(tmp_path / "later", change)
    found = compare_reports(old, new)
    kinds = {one.name: one.kind for one in found.figures}
    assert kinds == {"nps.all": "shown", "tier.functional.mean": "moved", "tier.individual.mean": "moved", "repurchase.all": "gone"}
    nps = next(one for one in found.figures if one.name == "nps.all")
    assert nps.low is not None
    assert nps.change == 20
    assert nps.low == pytest.approx(20 - 1.959964 * 5)
    assert [one.changed for one in found.claims] == [True]
    with in_language("en"):  # whatever language an earlier test has left in force
        claims, figures = compare_tables(found)
        assert printed(claims)[0][1:3] == ("Undecided", "Claim does not hold")
        assert [row[3] for row in printed(figures)] == ["+20.0 [10.2, 29.8]"]
        assert len(compare_tables(found, every=True)[1].rows) == 4
        assert "Changed verdicts: 1 of 1." in say_comparison(found)
    page = spoken(FI, compare_page, found).decode()
    assert '<html lang="fi">' in page
    assert "Edellisen raportin jälkeen" in page
    assert "+20,0" in page


def test_the_command_writes_the_page_and_says_what_differs_besides(report: Path, tmp_path: Path) -> None:
    shutil.copytree(report, tmp_path / "later")
    manifest = json.loads((tmp_path / "later" / MANIFEST).read_text(encoding="utf-8"))
    manifest["seed"] = 8
    (tmp_path / "later" / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    done = CliRunner().invoke(cli.app, ["compare", str(report), str(tmp_path / "later"), "--out", str(tmp_path / "since.html")])
    assert done.exit_code == 0, done.output
    assert "! seed: 7 -> 8" in done.output
    assert "Since the last report" in (tmp_path / "since.html").read_text(encoding="utf-8")
    with pytest.raises(ParameterError, match="the page is html"):
        CliRunner().invoke(cli.app, ["compare", str(report), str(report), "--out", "x.pdf"], catch_exceptions=False)


# ---------------------------------------------------------------------- for archives


def test_an_archive_can_read_what_the_folder_holds(report: Path) -> None:
    crate = ROCrate(str(report))
    held = {entity.id for entity in crate.data_entities if not entity.id.endswith("/")}
    assert held == {name for name in made.tree(report) if name not in (MANIFEST, "ro-crate-metadata.json")}
    formats = {entity.id: entity["encodingFormat"] for entity in crate.data_entities if "encodingFormat" in entity}
    assert formats["report.pdf"] == "application/pdf"
    assert crate.root_dataset["datePublished"] == "2026-03"
    metadata = json.loads((report / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    inputs = {entity["name"]: entity["identifier"] for entity in metadata["@graph"] if entity["@id"].startswith("#input-")}
    wanted = json.loads((report / MANIFEST).read_text(encoding="utf-8"))["inputs"]
    assert inputs == {name: f"sha256:{digest}" for name, digest in wanted.items()}
