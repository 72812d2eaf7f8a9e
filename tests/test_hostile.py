"""A study whose texts attack whoever opens an output: nothing runs, nothing is fetched, nothing outside is read, nobody is told.

Markup, formulas, entities, SQL and paths stand in the client's name, levels, accounts and ids; every output there is is opened.
"""

import ast
import io
import json
import re
import zipfile
from pathlib import Path

import nbformat
import openpyxl
import pandas as pd
import pytest
import yaml
from lxml import etree

import valuelib as vl
from tests.output import made
from valuelib.errors import ParameterError, StudyError, ValuelibError
from valuelib.output.build import build_report
from valuelib.output.compare import compare_page, compare_reports
from valuelib.output.explorer import code_of, write_chapter
from valuelib.output.portfolio import build_portfolio
from valuelib.output.privacy import open_file
from valuelib.study.load import load_study

SCRIPT = "<script>alert(1)</script>"
CLIENT = f"=cmd|' /C calc'!A0 {SCRIPT} &xxe; %s {{x}}"
LEVELS = (
    f"{SCRIPT}<img src=x onerror=alert(2)>",
    '=HYPERLINK("http://evil.example";"x")',
    "'; DROP TABLE answers; --",
    "../../etc/passwd",
)
CANARIES = ("kanarialintu", "kanaria-r", "salainen.example", "/etc/hostname")
SHOWN = """
import valuelib as vl
ch = vl.chapter("03_nps_claim", study=study, language=language)
ch.show(vl.estimate(ch.study, "nps", by="segment"), vl.crosstab(ch.study, rows="segment", columns="promoter"))
ch.show(ch.study.answers.groupby("segment").nps.agg(["mean", "size"]), caption="Own")
ch.show(vl.estimate(ch.study, "nps", by="segment").where("label.group"))
ch.done()
"""


def hostile_study(folder: Path, leave: int = 0) -> Path:
    """120 answers in four levels, from 30 accounts, half of them higher; ids are e-mail addresses."""
    folder.mkdir(parents=True)
    rows = [
        {
            "Id": f"kanaria-r{at}@salainen.example",
            "Account": f"Kanarialintu {at % 30} {SCRIPT}",
            "Rec": (at * 7) % 11,
            "Q1": (at * 3) % 11,
            "Package": "Partner" if at % 30 < 15 else "Basic",
            "Segment": LEVELS[at % 4],
        }
        for at in range(leave, 120)
    ]
    pd.DataFrame(rows).to_csv(folder / "responses.csv", index=False)
    settings = {
        "study": "hostile",
        "client": CLIENT,
        "language": "en",
        "responses": {"file": "responses.csv"},
        "columns": {"respondent": "Id", "account": "Account", "segment": ["Segment"]},
        "outcomes": {"recommend": {"column": "Rec", "scale": [0, 10]}},
        "elements": {"scale": [0, 10], "columns": {"product_quality": "Q1"}},
        "exposure": {"column": "Package", "higher": ["Partner"]},
        "names": {"Segment": {"as": "segment", "levels": {level: {"en": level} for level in LEVELS}}},
    }
    (folder / "study.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Every file of a report, of the page that compares two, and of a portfolio."""
    folder = tmp_path_factory.mktemp("hostile")
    notebook = made.notebook(SHOWN)
    notebook.cells.pop(2)  # the helpers of other tests
    (folder / "notebooks").mkdir()
    file = folder / "notebooks" / "03_nps_claim.ipynb"
    nbformat.write(notebook, file)
    one, two = (
        build_report(hostile_study(folder / name, leave), out=folder / "reports" / name, notebooks=[file])
        for name, leave in (("one", 0), ("two", 20))
    )
    found = {f"report/{name}": content for name, content in made.tree(two).items()}
    found["since.html"] = compare_page(compare_reports(one, two))
    results = json.loads((two / "results.json").read_text(encoding="utf-8"))
    document = {**results, "study": {**results["study"], "name": f"{SCRIPT}"}, "findings": results["findings"][:3]}
    for name in ("a", "b"):
        (folder / f"{name}.json").write_text(
            json.dumps({**document, "study": {**document["study"], "name": f"{name} {SCRIPT}", "respondents": 90 + ord(name)}}),
            encoding="utf-8",
        )
    pooled = build_portfolio([folder / "a.json", folder / "b.json"], out=folder / "pooled")
    return found | {f"portfolio/{name}": content for name, content in made.tree(pooled).items()}


def test_no_markup_of_a_text_is_markup_of_a_page(outputs: dict[str, bytes]) -> None:
    pages = [name for name in outputs if name.endswith(".html")]
    assert len(pages) == 3
    for name in pages:
        page = outputs[name].decode()
        assert "alert(1)" in page, name
        assert SCRIPT not in page, name
        assert not re.search(r"<[^>]*\sonerror\s*=", page), name


def test_no_markup_of_a_text_is_markup_of_a_notebook(outputs: dict[str, bytes]) -> None:
    for name in (one for one in outputs if one.endswith(".ipynb")):
        for cell in nbformat.reads(outputs[name].decode(), as_version=4).cells:
            for output in cell.get("outputs", ()):
                html = output.get("data", {}).get("text/html", "")
                assert SCRIPT not in html, name
                assert not re.search(r"<[^>]*\sonerror\s*=", html), name


def test_every_xml_part_is_sound_and_declares_no_entity(outputs: dict[str, bytes]) -> None:
    parts = 0
    for name in ("report/report.pptx", "report/tables.xlsx"):
        with zipfile.ZipFile(io.BytesIO(outputs[name])) as packed:
            for member in packed.namelist():
                assert ".." not in member
                assert not member.startswith("/")
                if member.endswith((".xml", ".rels")):
                    parts += 1
                    content = packed.read(member)
                    etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
                    assert b"<!ENTITY" not in content
                    assert b"evil.example" not in content or not member.endswith(".rels")
    assert parts > 20


def test_no_cell_is_a_formula_or_a_link_to_elsewhere(outputs: dict[str, bytes]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(outputs["report/tables.xlsx"]))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert any(str(cell.value).startswith("=HYPERLINK") and cell.quotePrefix for cell in cells)
    assert all(cell.hyperlink is None or cell.hyperlink.target is None for cell in cells)


def test_nobody_is_told_in_any_byte_of_any_output(outputs: dict[str, bytes]) -> None:
    assert len(outputs) > 12
    ids = re.compile(r"\b[0-9a-f]{12}\b")
    hashes = {str(one) for one in load_study_ids()}
    for name, content in outputs.items():
        for part in open_file(name, content):
            for canary in CANARIES:
                assert canary not in part.raw.casefold(), (part.place, canary)
                assert canary not in part.seen.casefold(), (part.place, canary)
            assert not hashes & set(ids.findall(part.seen)), part.place


def load_study_ids() -> list[str]:
    from valuelib.study.model import hashed

    return [hashed(f"kanaria-r{at}@salainen.example") for at in range(120)]


ENTITY = b'<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY xxe SYSTEM "file:///etc/hostname">]>\n'


@pytest.mark.parametrize("member", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_a_workbook_with_an_outside_entity_reads_nothing_from_outside(member: str, tmp_path: Path) -> None:
    study = hostile_study(tmp_path / "xxe")
    frame, file = pd.read_csv(study / "responses.csv"), io.BytesIO()
    frame.to_excel(file, index=False)
    with zipfile.ZipFile(file) as plain, zipfile.ZipFile(study / "responses.xlsx", "w") as evil:
        for name in plain.namelist():
            content = plain.read(name)
            if name == member:
                body = re.sub(rb"^<\?xml[^>]*\?>\s*", b"", content).replace(b"Partner", b"&xxe;")
                content = ENTITY + body
            evil.writestr(name, content)
    settings = study / "study.yaml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("responses.csv", "responses.xlsx"), encoding="utf-8")
    host = Path("/etc/hostname").read_text(encoding="utf-8").strip() if Path("/etc/hostname").is_file() else "no such"
    assert host not in told_of(study)


def told_of(study: Path) -> str:
    """What reading a study tells: its answers, or why it is refused."""
    try:
        return load_study(study).all_data.to_csv()
    except StudyError as err:
        return str(err)


@pytest.mark.parametrize("level", LEVELS)
def test_code_that_the_explorer_writes_holds_texts_as_texts(level: str, tmp_path: Path) -> None:
    study = load_study(hostile_study(tmp_path / "written"))
    code = code_of("outcome", {"column": "segment", "level": level, "what": "nps", "by": ""})
    strings = [node.value for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Constant)]
    assert level in strings
    title = f'{level}"); import os; os.system("touch {tmp_path}/hit") #'
    file = write_chapter(study, code, title)
    assert file.parent == study.folder / "notebooks"
    for cell in nbformat.read(file, as_version=4).cells:
        if cell.cell_type == "code":
            assert "os" not in [node.id for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Name)]


@pytest.mark.parametrize("query", ["__import__('os').system('id')", "@vl", "segment.str.len() > 1; import os", "1 == 1 or `x`"])
def test_a_query_is_a_comparison_of_columns_and_nothing_else(query: str, tmp_path: Path) -> None:
    study = load_study(hostile_study(tmp_path / "query"))
    with pytest.raises(ParameterError):
        study.where(query)
    with pytest.raises(ValuelibError):
        vl.report(study, out=tmp_path / "query" / "study.yaml")
