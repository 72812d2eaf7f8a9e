"""The notebooks as consultants use them: plain papermill, any working folder, their form, and thin studies."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import yaml
from IPython.core.interactiveshell import InteractiveShell

from valuelib.explore.planning import setting_like
from valuelib.output.chapter import chapter, skip_cells
from valuelib.output.notebooks import find_chapter
from valuelib.study.load import load_study
from valuelib.theory.claims import claims

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
MIME = "application/vnd.valuelib.record+json"


def run_papermill(source: Path, out: Path, folder: Path, *parameters: str) -> nbformat.NotebookNode:
    environment = {**os.environ, "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    command = [sys.executable, "-m", "papermill", str(source), str(out), *parameters]
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True, timeout=300)
    return nbformat.read(out, as_version=4)


def records(notebook: nbformat.NotebookNode) -> list[dict[str, object]]:
    return [output.data[MIME] for cell in notebook.cells for output in cell.get("outputs", []) if MIME in output.get("data", {})]


@pytest.mark.parametrize("folder", ["", "notebooks"])
def test_plain_papermill_works_from_the_project_and_from_the_notebooks_folder(folder: str, tmp_path: Path) -> None:
    done = run_papermill(ROOT / "notebooks" / "03_nps_claim.ipynb", tmp_path / "out.ipynb", ROOT / folder, "-p", "language", "en")
    kinds = [record["kind"] for record in records(done)]
    assert kinds[0] == "chapter"
    assert kinds[-1] == "done"
    assert kinds.count("finding") == sum(claim.chapter == "03_nps_claim" for claim in claims())


def test_the_summary_alone_assesses_every_claim_itself(tmp_path: Path) -> None:
    done = run_papermill(
        ROOT / "notebooks" / "00_executive_summary.ipynb", tmp_path / "out.ipynb", ROOT, "-p", "study", "data/demo"
    )
    told = json.dumps(records(done))
    for claim in ("nps_60", "repurchase_22", "many_elements_nps", "builds_over_time"):
        assert f'"{claim}"' in told


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_form_of_each_notebook(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    first, second = notebook.cells[:2]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")
    assert "**Asked by**" in first.source
    assert "answer is" in first.source
    assert second.metadata.tags == ["parameters"]
    assert 'study = "data/demo"' in second.source
    headings = [line for cell in notebook.cells if cell.cell_type == "markdown" for line in cell.source.splitlines()]
    assert {"## When it breaks", "## Key ideas"} <= set(headings) or path.stem.startswith("00")
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert len(cell.source.splitlines()) <= 18, cell.source
            assert cell.execution_count is not None or not cell.source
    assert notebook.metadata.kernelspec.name == "python3"


def test_stored_outputs_speak_the_demo_study_and_hold_no_path(tmp_path: Path) -> None:
    for path in NOTEBOOKS:
        text = path.read_text(encoding="utf-8")
        assert str(ROOT) not in text
        assert "papermill" not in json.loads(text)["metadata"]


def test_a_study_that_lacks_the_data_ends_a_chapter_cleanly_with_one_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "thin"
    folder.mkdir()
    rows = "\n".join(f"A{row % 30};{row % 11};{'Yes' if row % 3 else 'No'}" for row in range(120))
    (folder / "responses.csv").write_text("Account;Q;Renewed\n" + rows, encoding="utf-8")
    settings = {
        "study": "thin",
        "client": "Thin Oy",
        "language": "en",
        "responses": {"file": "responses.csv"},
        "columns": {"account": "Account"},
        "outcomes": {"recommend": {"column": "Q", "scale": [0, 10]}},
    }
    (folder / "study.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    for name in ("02_value_pyramid", "06_specifications"):
        given = ("-p", "study", str(folder), "-p", "language", "en")
        done = run_papermill(ROOT / "notebooks" / f"{name}.ipynb", tmp_path / f"{name}.ipynb", ROOT, *given)
        first, last = records(done)
        assert (first["kind"], last["kind"]) == ("chapter", "done")
        assert isinstance(last["data"], dict)
        assert last["data"]["missing"]
        (opener,) = (cell for cell in done.cells if cell.get("outputs"))
        assert opener.outputs[-1].data["text/plain"] == last["data"]["missing"]
        assert all(cell.execution_count for cell in done.cells if cell.cell_type == "code")


def test_cells_come_back_with_a_study_that_has_the_data(tmp_path: Path) -> None:
    shell, file = InteractiveShell.instance(), find_chapter("02_value_pyramid", None)
    assert file is not None
    assert file.needs == ("elements",)
    skipped = sorted(file.later)[0]
    try:
        skip_cells(file.later)
        assert shell.transform_cell(skipped) == ""
        assert shell.transform_cell("1 + 1") == "1 + 1\n"
        chapter("02_value_pyramid", "data/demo")
        assert shell.transform_cell(skipped).strip() == skipped
    finally:
        skip_cells(())
        InteractiveShell.clear_instance()


def test_a_study_is_planned_from_an_earlier_one_in_finnish(tmp_path: Path) -> None:
    given = ("-p", "claim", "repurchase_22_points", "-p", "like", "data/demo", "-p", "language", "fi", "-p", "respondents", "150")
    done = run_papermill(ROOT / "notebooks" / "plan_a_study.ipynb", tmp_path / "out.ipynb", ROOT, *given)
    told = json.dumps(records(done), ensure_ascii=False)
    baseline = setting_like(load_study(ROOT / "data" / "demo"), "repurchase_22_points").baseline
    assert f"vertailutaso {baseline:.0f}," in told
    assert [record["kind"] for record in records(done)].count("figure") == 2
    assert records(done)[-1]["kind"] == "done"
