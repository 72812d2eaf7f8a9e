"""A report of a part of a study, or on other groups: it says so everywhere, stands apart, and can be made again."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

import valuelib as vl
from tests.languages import spoken
from tests.output import made
from valuelib import cli
from valuelib.errors import ParameterError
from valuelib.output.build import build_report, part_name
from valuelib.output.compare import compare_reports
from valuelib.output.needs import first_lacking
from valuelib.output.privacy import open_file
from valuelib.output.verify import verify_study
from valuelib.show.localizer import Localizer

SHOWN = """
import valuelib as vl
ch = vl.chapter("03_nps_claim", study=study, language=language)
ch.show(vl.assess(ch.study, "nps_60"), vl.estimate(ch.study, "nps")[0])
ch.done()
"""
PART = "Only a part of the answers: recommend >= 3."
OSA = "Vain osa vastauksista: recommend >= 3."


def chapters(folder: Path) -> list[Path]:
    """One chapter that opens its study as every chapter does."""
    made.write_study(folder / "data" / "small")
    path = made.write(folder, "03_nps_claim")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [*notebook.cells[:2], nbformat.v4.new_code_cell(SHOWN.strip(), id="cell-2")]
    nbformat.write(notebook, path)
    return [path]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Path]]:
    folder = tmp_path_factory.mktemp("project").resolve()
    notebooks = chapters(folder)
    for out, part in (("whole", None), ("part", {"where": ["recommend >= 3"]})):
        build_report(folder / "data" / "small", out=folder / out, notebooks=notebooks, part=part)
    return folder, notebooks


def test_every_output_says_on_its_first_page_what_it_is_of(project: tuple[Path, list[Path]]) -> None:
    folder, _ = project
    for name in ("report.html", "report.pptx", "tables.xlsx", "ro-crate-metadata.json"):
        parts = [one.seen for one in open_file(name, (folder / "part" / name).read_bytes())]
        assert any(PART in seen for seen in parts), name
    parts = open_file("report.pptx", (folder / "part" / "report.pptx").read_bytes())
    texts = [one for one in parts if re.search(r"slides/slide\d+\.xml$", one.place) and one.seen != one.raw]
    slides = [slide for slide in texts if "<p:sld" in slide.raw]
    assert len(slides) > 2
    assert all("Exploratory" in slide.seen for slide in slides)  # also one that is taken out of the deck
    first = next(one.seen for one in slides if one.place.endswith("slides/slide1.xml"))
    page = (folder / "part" / "report.html").read_text(encoding="utf-8")
    for said in (first, page[: page.index("</header>")]):
        assert "Exploratory" in said
        assert "nothing here tests a claim" in said
    assert "exploratory: recommend &gt;= 3" in page  # on the card and beside the figure
    assert page.count("exploratory: recommend &gt;= 3") >= 2
    whole = (folder / "whole" / "report.html").read_text(encoding="utf-8")
    assert "nothing here tests a claim" not in whole
    assert "exploratory: recommend" not in whole


def test_results_and_manifest_tell_the_part_and_those_of_a_whole_study_nothing(project: tuple[Path, list[Path]]) -> None:
    folder, _ = project
    whole, part = (json.loads((folder / out / "results.json").read_text(encoding="utf-8")) for out in ("whole", "part"))
    assert part["study"].pop("part") == {"words": PART, "where": ["recommend >= 3"]}
    assert set(part["study"]) == set(whole["study"])
    assert part["study"]["respondents"] < whole["study"]["respondents"]
    assert not any(one["confirmatory"] for one in part["findings"])
    assert any(one["confirmatory"] for one in whole["findings"])
    told = json.loads((folder / "part" / "manifest.json").read_text(encoding="utf-8"))["parameters"]
    assert told == {"study": "data/small", "language": "en", "where": ["recommend >= 3"]}
    notebook = nbformat.read(folder / "part" / "notebooks" / "03_nps_claim.ipynb", as_version=4)
    injected = next(cell for cell in notebook.cells if "injected-parameters" in cell.metadata.get("tags", []))
    assert injected.source.splitlines()[1] == "study = {'folder': 'data/small', 'where': ['recommend >= 3']}"


def test_it_is_verified_byte_for_byte_and_compared_by_name(project: tuple[Path, list[Path]]) -> None:
    folder, notebooks = project
    assert verify_study(folder / "part", folder / "data" / "small", notebooks=notebooks) == ()
    assert "where: None -> ['recommend >= 3']" in compare_reports(folder / "whole", folder / "part").settings


def test_each_part_has_a_folder_of_its_own(project: tuple[Path, list[Path]]) -> None:
    study = vl.load_study(project[0] / "data" / "small")
    parts = (study.where("recommend >= 3"), study.where("recommend < 3"), study.with_exposure(threshold=7))
    assert part_name(study) == "small"
    assert len({part_name(one) for one in parts}) == len(parts)
    assert re.fullmatch(r"small-recommend-3-[0-9a-f]{6}", part_name(parts[0]))
    assert part_name(parts[0]) == part_name(study.where("recommend >= 3"))
    assert re.fullmatch(r"small-exposure-rule-offering-threshold-7-0-[0-9a-f]{6}", part_name(parts[2]))


def test_other_groups_and_the_other_language(tmp_path: Path) -> None:
    notebooks = chapters(tmp_path)
    study = vl.load_study(tmp_path / "data" / "small", language="fi").where("recommend >= 3").with_exposure(threshold=7)
    out = build_report(study.folder, language="fi", out=tmp_path / "out", part=study.part, notebooks=notebooks)
    page = (out / "report.html").read_text(encoding="utf-8").replace("&gt;", ">")
    head = page[: page.index("</header>")]
    assert OSA in head
    assert "Muut ryhmät kuin tutkimuksen asetuksissa: ostettu palvelu, arviot 7,0 alkaen." in head
    assert "täydentävä tarkastelu: recommend >= 3" in page
    document = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert document["study"]["part"]["exposure"] == {"rule": "offering", "threshold": 7.0}


def test_a_part_travels_as_a_mapping(tmp_path: Path) -> None:
    study = vl.load_study(made.write_study(tmp_path / "data" / "small"))
    part = study.where(offering={1.0}).where("recommend >= 2").with_exposure(threshold=7)
    assert part.part == {
        "where": [{"offering": [1.0]}, "recommend >= 2"],
        "exposure": {"rule": "offering", "threshold": 7.0},
    }
    again = vl.load_study({"folder": str(study.folder), **json.loads(json.dumps(part.part))})
    assert again.data.equals(part.data)
    assert (again.subset, again.config, again.part, again.exploratory) == (part.subset, part.config, part.part, True)
    with pytest.raises(ParameterError, match="the keys where and exposure, not query"):
        vl.load_study({"folder": str(study.folder), "query": "recommend > 2"})
    with pytest.raises(ParameterError, match="the key folder"):
        vl.load_study({"where": ["recommend > 2"]})


@pytest.mark.parametrize(
    ("part", "says"),
    [
        ({"where": ["account != 'a1'"]}, "chosen by account, and a report says"),
        ({"where": [{"respondent": ["r1", "r2", "r3", "r4", "r5", "r6"]}]}, "chosen by respondent"),
        ({"where": [{"offering": [1, float("inf")]}]}, "cannot be written down"),
        ({"where": ["recommend >= 1"]}, "leaves out 4 of 40 answers"),
        ({"where": ["recommend > 9 and product_quality > 9"]}, "Only|No answer is left"),
        ({"where": ["recomend > 3"]}, "did you mean 'recommend'"),
        ({"exposure": {"threshold": 11}}, "no rating"),
    ],
)
def test_a_part_that_cannot_be_reported_stops_before_anything_runs(part: dict[str, object], says: str, tmp_path: Path) -> None:
    notebooks = chapters(tmp_path)
    with pytest.raises(ParameterError, match=says):
        build_report(tmp_path / "data" / "small", out=tmp_path / "out", part=part, notebooks=notebooks)
    assert not (tmp_path / "out").exists()


def test_a_chapter_on_the_column_that_was_chosen_by_is_left_out() -> None:
    study = vl.load_study("data/demo", language="en")
    assert spoken(Localizer("en"), first_lacking, ["nps", "industry"], study.where(industry=["trade", "logistics"])) == ""
    said = spoken(Localizer("en"), first_lacking, ["nps", "industry"], study.where(industry="trade"))
    assert said == "This chapter compares groups by industry, of which this part of the answers has only one."


def test_a_day_cannot_be_written_down(tmp_path: Path) -> None:
    study = vl.load_study("data/demo")
    days = study.answers.contract_start.value_counts().index[:40]
    with pytest.raises(ParameterError, match="Next: choose it by a query, such as contract_start"):
        vl.report(study.where(contract_start=list(days)), out=tmp_path / "out")


def test_the_command_line_takes_a_query_and_names_what_is_wrong_with_it(tmp_path: Path) -> None:
    study = made.write_study(tmp_path / "data" / "small")
    told = CliRunner().invoke(cli.app, ["report", str(study), "--where", "account == 'a1'", "--out", str(tmp_path / "out")])
    assert isinstance(told.exception, ParameterError)
    assert "chosen by account" in str(told.exception) or "Only 4" in str(told.exception)


def test_the_shipped_chapters_make_a_report_of_a_thin_part(tmp_path: Path) -> None:
    study = vl.load_study(made.write_study(tmp_path / "data" / "small")).where(offering=1)
    out = vl.report(study, out=tmp_path / "out")
    document = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert document["study"]["respondents"] == 20
    assert {one["confirmatory"] for one in document["findings"]} == {False}
    assert {one["verdict"] for one in document["findings"]} <= {"not_testable", "undecided"}
