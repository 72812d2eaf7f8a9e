"""What an analyst adds to a study reaches the client in all four outputs, or is refused with the reason."""

import io
import json
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import openpyxl
import pandas as pd
import pytest
from docx import Document
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from pptx import Presentation
from pptx.oxml.ns import qn

import valuelib as vl
from tests.output import made
from tests.system import need_program
from valuelib.errors import ParameterError, RunError
from valuelib.explore.breakdown import hide_cells
from valuelib.output.build import build_report
from valuelib.output.chapter import Chapter, chapter
from valuelib.output.collect import collect_records
from valuelib.output.notebooks import read_chapter, with_own
from valuelib.output.privacy import Secrets, secrets_of
from valuelib.output.shown import frame_table, kind_of
from valuelib.output.verify import verify_study
from valuelib.show.localizer import in_language
from valuelib.show.tables import table_lines
from valuelib.study.load import load_study

ROOT = Path(__file__).resolve().parents[2]
OPEN = """import seaborn as sns
import valuelib as vl

ch = vl.chapter("{name}", study=study, language=language)
answers = ch.study.answers
"""
SHOW = """half = answers.assign(side=answers.recommend.ge(5).map({True: "upper half", False: "lower half"}))
answers.head()
"""
CELLS = (
    "# Where does the harbour stand?\n\nWhat an analyst thinks.",
    "# code\n" + SHOW,
    '# code\nch.show(half.groupby("side").product_quality.agg(["mean", "size"]), caption="Quality by half")',
    '# code\nax = sns.barplot(half, x="side", y="product_quality", seed=1)\n'
    'ch.show(ax, caption="A bar a half", alt="The halves are alike.")',
    '# code\nch.show("The harbour is calm.")',
    "# code\nch.done()",
)


def write_own(study: Path, name: str, *cells: str, **about: object) -> Path:
    """A chapter in a study's own folder; a cell that starts with `# code` is code, any other is prose."""
    first, *rest = cells
    code = [OPEN.format(name=name), *rest]
    made_cells = [new_markdown_cell(first), new_code_cell(made.PARAMETERS, metadata={"tags": ["parameters"]})]
    made_cells += [new_code_cell(one.removeprefix("# code\n")) for one in code]
    path = study / "notebooks" / f"{name}.ipynb"
    path.parent.mkdir(exist_ok=True)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(new_notebook(cells=made_cells, metadata={"kernelspec": kernel, "valuelib": about}), path)
    return path


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Path]]:
    """A project with two shipped chapters and a study that adds one, replaces one, lacks the data of one, and has strays."""
    folder = tmp_path_factory.mktemp("project").resolve()
    study = made.write_study(folder / "data" / "small")
    shipped = [
        made.write(folder, "03_nps_claim", made.ESTIMATE, made.DONE),
        made.write(folder, "12_people", "raise SystemExit('replaced')"),
    ]
    write_own(study, "05_harbour", *CELLS)
    write_own(study, "12_people", "# Who is who?", '# code\nch.show("Replaced.")', "# code\nch.done()")
    write_own(study, "14_lacking", "# Is there a reef?", "# code\n1 / 0", needs=["reef"])
    write_own(study, "explore", "# Looking around", "# code\n1 / 0")
    shutil.copytree(study / "notebooks", study / "notebooks" / "drafts")
    return study, shipped


@pytest.fixture(scope="module")
def report(project: tuple[Path, list[Path]]) -> Path:
    study, shipped = project
    return build_report(study, out=study.parents[1] / "out", notebooks=shipped)


def test_a_frame_a_picture_and_a_text_are_in_all_outputs(report: Path) -> None:
    html = (report / "report.html").read_text(encoding="utf-8")
    command = [need_program("pdftotext"), "-layout", str(report / "report.pdf"), "-"]
    paper = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    slides = Presentation(str(report / "report.pptx"))
    shapes = [shape for slide in slides.slides for shape in slide.shapes]
    cells = [cell.text for shape in shapes if shape.has_table for cell in shape.table.iter_cells()]
    deck = "\n".join([*cells, *(shape.text_frame.text for shape in shapes if shape.has_text_frame)])
    book = openpyxl.load_workbook(report / "tables.xlsx")
    sheets = "\n".join(
        str(value) for sheet in book for row in sheet.iter_rows(values_only=True) for value in row if value is not None
    )
    document = Document(str(report / "report.docx"))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    words = "\n".join((*(paragraph.text for paragraph in document.paragraphs), *cells))
    for told in ("Quality by half", "upper half", "A bar a half", "The harbour is calm"):
        for output, text in (("html", html), ("pdf", paper), ("pptx", deck), ("xlsx", sheets), ("docx", words)):
            assert told in text, (told, output)
    assert 'alt="The halves are alike."' in html
    pictures = [shape for shape in shapes if shape._element.tag == qn("p:pic")]
    assert [one._element.nvPicPr.cNvPr.get("descr") for one in pictures] == ["The halves are alike."]
    with zipfile.ZipFile(report / "tables.xlsx") as packed:
        (drawn,) = (name for name in packed.namelist() if name.startswith("xl/media/"))
        assert plt.imread(io.BytesIO(packed.read(drawn))).ndim == 3


def test_chapters_stand_by_their_names_with_the_first_heading_as_title(report: Path) -> None:
    html = (report / "report.html").read_text(encoding="utf-8")
    places = [html.index(f'id="{name}"') for name in ("03-nps-claim", "05-harbour", "12-people")]
    assert 'id="14-lacking"' in html
    assert places == sorted(places)
    assert "Where does the harbour stand?" in html
    assert "Replaced." in html
    assert "Who is who?" not in html.replace('method-heading level-1">Who is who?', "")
    assert "This chapter needs answers to a question that is not in the data: “reef”" in html
    executed = sorted(path.name for path in (report / "notebooks").iterdir())
    assert executed == ["03_nps_claim.ipynb", "05_harbour.ipynb", "12_people.ipynb"]


def test_what_is_not_shown_stays_with_the_analyst(report: Path) -> None:
    notebook = nbformat.read(report / "notebooks" / "05_harbour.ipynb", as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert len(outputs) == 5
    assert all(made.MIME in output.data for output in outputs)
    places = {item.kind: item.data.get("place") for item in collect_records("05_harbour", notebook)}
    assert places == {"chapter": None, "table": "report", "figure": "report", "text": "report", "done": None}


def test_a_report_verifies_with_its_chapters_as_inputs(project: tuple[Path, list[Path]], report: Path) -> None:
    study, shipped = project
    assert verify_study(report, study, notebooks=shipped) == ()
    path = study / "notebooks" / "12_people.ipynb"
    before = path.read_text(encoding="utf-8")
    try:
        path.write_text(before.replace("Replaced.", "Replaced again."), encoding="utf-8")
        told = [str(one) for one in verify_study(report, study, notebooks=shipped)]
    finally:
        path.write_text(before, encoding="utf-8")
    assert "notebooks/12_people.ipynb: it is another than then" in told


def test_a_failing_chapter_names_notebook_cell_and_cause_in_a_paragraph(tmp_path: Path) -> None:
    study = made.write_study(tmp_path / "data" / "small")
    shipped = [made.write(tmp_path, "03_nps_claim", made.DONE)]
    write_own(study, "02_mine", "# Mine", '# code\nch.show(answers[["account", "nps"]], caption="All")')
    with pytest.raises(RunError) as failed:
        build_report(study, out=tmp_path / "out", notebooks=shipped)
    told = str(failed.value)
    assert told.startswith(
        "notebook 02_mine, section 'Mine', cell 4: ParameterError: ch.show: the DataFrame has the column 'account'"
    )
    assert "\n" not in told
    assert not (tmp_path / "out").exists()


def test_only_numbered_notebooks_of_a_study_are_chapters(project: tuple[Path, list[Path]]) -> None:
    study, shipped = project
    found = with_own(shipped, study)
    assert [path.name for path in found] == ["03_nps_claim.ipynb", "05_harbour.ipynb", "12_people.ipynb", "14_lacking.ipynb"]
    assert [path.parent == study / "notebooks" for path in found] == [False, True, True, True]


def test_plain_papermill_takes_a_study_and_a_language(tmp_path: Path) -> None:
    source, out = ROOT / "data" / "demo" / "notebooks" / "14_industry_and_tenure.ipynb", tmp_path / "out.ipynb"
    command = [sys.executable, "-m", "papermill", str(source), str(out), "-p", "study", "data/demo", "-p", "language", "fi"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=300)
    records = collect_records("own", nbformat.read(out, as_version=4))
    assert [one.kind for one in records] == ["chapter", "table", "text", "figure", "done"]
    assert records[0].data["title"] == "Suosittelevatko vanhat asiakkaat enemmän toimialoittain?"
    assert {"Kauppa", "alle 6 vuotta"} <= {cell["value"] for row in records[1].data["rows"] for cell in row}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Chapter:
    return chapter("look", made.write_study(tmp_path_factory.mktemp("gate") / "small"), "en")


def people(chosen: Chapter) -> pd.DataFrame:
    return chosen.study.answers


REFUSED = {
    "small": (
        lambda a: a.groupby("recommend").product_quality.agg(["mean", "size"]),
        "the row recommend = [0-9]+ .* stands for [34] respondents",
    ),
    "counts": (lambda a: a.recommend.value_counts(), "stands for [34] respondents .column .count"),
    "crossed": (lambda a: pd.crosstab(a.recommend, a.offering), "stands for [1-4] respondents"),
    "named": (lambda a: a.groupby("account").nps.mean(), "has the column 'account', so its rows are people or companies"),
    "renamed": (lambda a: a.groupby("account").nps.mean().rename_axis("firm"), "lists an account in each row of its column 'firm'"),
    "respondents": (lambda a: a.set_index("respondent")[["nps"]].rename_axis("who"), "lists a respondent's id in each row"),
    "mail": (
        lambda a: pd.DataFrame({"who": ["ann@example.com"], "nps": [10.0]}),
        "tells an e-mail address in its column 'who': a…m",
    ),
    "floats": (lambda a: a.groupby(["recommend", "offering"]).size().unstack(), "stands for [1-4] respondents"),
    "as text": (lambda a: a.groupby("recommend").nps.agg(["mean", "size"]).astype({"size": str}), "stands for [34] respondents"),
    "finnish": (lambda a: a.groupby("recommend").nps.agg(lkm="size", mean="mean"), "stands for [34] respondents .column .lkm"),
    "turned": (lambda a: a.groupby("recommend").nps.agg(mean="mean", n="size").T, "stands for [34] respondents"),
    "copied": (
        lambda a: a.head(6)[["recommend", "nps", "offering", "product_quality"]],
        "has rows that are single answers",
    ),
    "heading": (lambda a: pd.DataFrame({"ann@example.com": [1.0], "nps": [2.0]}), "tells an e-mail address in its column"),
    "means alone": (
        lambda a: a.groupby("recommend").product_quality.mean(),
        "the group recommend = [0-9]+ stands for [34] respondents",
    ),
    "pivoted": (
        lambda a: a.pivot_table(index="recommend", columns="offering", values="product_quality"),
        "stands for [1-4] respondents",
    ),
    "long": (
        lambda a: (
            a.groupby(["offering", "recommend"]).product_quality.mean().reset_index().astype({"offering": str, "recommend": str})
        ),
        "the group offering = .*, recommend = .* stands for [1-4] respondents",
    ),
    "twice": (lambda a: pd.DataFrame([[1.0, 2.0]], columns=["nps", "nps"]), "has the column 'nps' twice"),
}


@pytest.mark.parametrize(("make", "told"), REFUSED.values(), ids=list(REFUSED))
def test_a_frame_that_tells_of_people_is_refused(make: object, told: str, own: Chapter) -> None:
    assert callable(make)
    with pytest.raises(ParameterError, match=told) as refused:
        own.show(make(people(own)), caption="Figures")
    assert "Expected: " in str(refused.value)
    assert "Next: " in str(refused.value)


HARMLESS = {
    "elements": lambda a: pd.DataFrame({"n_elements": [3, 2], "effect_size": [0.3, 0.2], "nps": [10.0, 20.0]}),
    "coded": lambda a: a.assign(company_size=a.offering + 1).groupby("company_size").nps.agg(["mean", "size"]),
    "means": lambda a: a.groupby("offering")[["nps", "recommend", "product_quality"]].mean(),
}


@pytest.mark.parametrize("make", HARMLESS.values(), ids=list(HARMLESS))
def test_figures_of_groups_pass(make: object, own: Chapter) -> None:
    assert callable(make)
    own.show(make(people(own)), caption="Figures")


@pytest.fixture(scope="module")
def uneven(tmp_path_factory: pytest.TempPathFactory) -> Chapter:
    """A study of 60 answers of which three come from the smallest industry."""
    study = vl.simulate("uneven", respondents=60, accounts=30, seed=4, language="en", out=tmp_path_factory.mktemp("u") / "uneven")
    sizes = ["a"] * 30 + ["b"] * 20 + ["c"] * 7 + ["d"] * 3
    data = study.data.assign(**{"segment.Industry": sizes})
    return chapter("look", replace(study, data=data, all_data=data), "en")


def test_what_is_left_out_may_not_be_had_from_the_total(uneven: Chapter) -> None:
    means = uneven.study.answers.groupby("industry").nps.mean()
    for kept, told in ((means, "industry = d stands for 3"), (means.drop("d"), "industry = c would tell, with the totals")):
        with pytest.raises(ParameterError, match=told):
            uneven.show(kept, caption="By industry")
    uneven.show(means.drop(["c", "d"]), caption="By industry")


def test_crossings_blank_as_many_cells_as_a_cross_table_does(uneven: Chapter) -> None:
    answers = uneven.study.answers
    crossed = answers.pivot_table(index="industry", columns="offering", values="nps")
    counts = pd.crosstab(answers.industry, answers.offering).reindex_like(crossed)
    with pytest.raises(ParameterError, match=r"stands for \d respondents"):
        uneven.show(crossed, caption="Crossed")
    with pytest.raises(ParameterError, match="would tell, with the totals"):
        uneven.show(crossed.where(counts >= 5), caption="Crossed")
    uneven.show(crossed.mask(hide_cells(counts.to_numpy(), 5)), caption="Crossed")


@pytest.mark.parametrize("change", ["R-{}", "r {}", "R​{}"])
def test_an_id_stays_an_id_in_another_dress(change: str, tmp_path: Path) -> None:
    study = vl.simulate("dress", respondents=60, accounts=20, seed=2, out=tmp_path / "dress")
    ids = study.answers.respondent.head(3)
    frame = pd.DataFrame({"who": [change.format(one[1:]) for one in ids], "nps": [1.0, 2.0, 3.0]})
    with pytest.raises(ParameterError, match=r"(tells|lists) a respondent's id"):
        chapter("look", study, "en").show(frame, caption="Figures")


@pytest.mark.parametrize("content", ["[]", "null", '{"nbformat": 9, "cells": []}', "[" * 5000])
def test_a_file_that_is_no_notebook_is_told_in_a_paragraph(content: str, tmp_path: Path) -> None:
    file = tmp_path / "20_mine.ipynb"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ParameterError, match="20_mine"):
        read_chapter(file, own=True)


@pytest.mark.parametrize("about", [[], "text", {"needs": "nps"}, {"needs": [["nps"]]}, {"title": "Mine"}])
def test_metadata_that_cannot_be_read_are_told(about: object, tmp_path: Path) -> None:
    file = tmp_path / "20_mine.ipynb"
    file.write_text(json.dumps({"nbformat": 4, "cells": [], "metadata": {"valuelib": about or [1]}}), encoding="utf-8")
    with pytest.raises(ParameterError, match="its metadata cannot be read"):
        read_chapter(file, own=True)


def test_a_long_id_is_refused_in_a_text_and_in_a_picture(tmp_path: Path) -> None:
    study = made.write_study(tmp_path / "small")
    file = study / "responses.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(",a3,", ",Harbour Masters Oy,"), encoding="utf-8")
    open_chapter = chapter("look", study, "en")
    with pytest.raises(ParameterError, match=r"the text tells an account: h…y \(18 letters\)"):
        open_chapter.show("Best of all is Harbour Masters Oy.")
    figure, axes = plt.subplots()
    axes.set_yticks([0], ["Harbour Masters Oy"])
    with pytest.raises(ParameterError, match="the picture tells an account"):
        open_chapter.show(axes, caption="Who", alt="Somebody.")
    plt.close(figure)


def test_what_is_grouped_enough_passes(own: Chapter, capsys: pytest.CaptureFixture[str]) -> None:
    answers = people(own)
    own.show(answers.groupby("offering").recommend.agg(["mean", "size"]), caption="By offering")
    own.show(pd.crosstab(answers.offering, answers.recommend >= 5, normalize="index"), caption="Shares")
    assert "By offering" in capsys.readouterr().out


def test_columns_are_shown_by_what_they_are_called() -> None:
    study = load_study(ROOT / "data" / "demo", "fi")
    frame = pd.DataFrame(
        {
            "industry": ["trade", "logistics"],
            "tier": ["individual", "functional"],
            "size": [40, 50],
            "share": [0.25, np.nan],
            "pct": [25.0, 50.0],
            "lift": [3.26, -2.0],
            "estimate": [12.34, 5.0],
            "conf_low": [10.0, 1.0],
            "conf_high": [14.0, 9.0],
            "due": pd.to_datetime(["2026-03-01", None]),
            "year": [2024, 2025],
            "kept": [True, False],
            "my own": [0.123, 0.5],
        },
        index=[4, 2],
    )
    with in_language("fi"):
        heads, first, second = table_lines(frame_table(frame, "t", "Luvut", study, secrets_of(study)))
    assert heads[0] == "Toimiala"
    shown = dict(zip(heads, first, strict=True))
    assert first[0] == "Kauppa"
    assert first[2:] == ["40", "25\xa0%", "25\xa0%", "+3,3", "12,3 [10,0;\xa014,0]", "1.3.2026", "2024", "kyllä", "0,12"]
    assert second[3] == "–"
    assert shown["my own"] == "0,12"


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("n", [5.0, 7.0], ("count", None)),
        ("nps mean", [12.0, 40.0], ("number", 1)),
        ("p_value", [0.2], ("p", None)),
        ("risk_ratio", [1.2], ("ratio", None)),
        ("repurchase", [0.6], ("percent", None)),
        ("words", ["a"], ("text", None)),
    ],
)
def test_a_kind_is_read_from_name_and_values(name: str, values: list[object], kind: tuple[str, int | None]) -> None:
    assert kind_of(name, pd.Series(values)) == kind


def test_two_storeys_and_bare_indexes_become_plain_columns() -> None:
    frame = pd.DataFrame({"g": ["x", "y"], "v": [1.0, 2.0], "w": [3.0, 4.0]})
    wide = frame.groupby("g")[["v", "w"]].agg(["mean", "max"])
    with in_language("en"):
        heads, *_ = table_lines(frame_table(wide, "t", "Wide", None, Secrets()))
        bare, *_ = table_lines(frame_table(frame.set_index(pd.Index(["one", "two"])), "t", "Bare", None, Secrets()))
    assert heads == ["g", "v mean", "v max", "w mean", "w max"]
    assert bare == ["Figure", "g", "v", "w"]
