"""A report comes whole or not at all, and holds nothing of the machine it was made on."""

import getpass
import hashlib
import json
import re
import socket
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import pytest

from tests.output import made
from valuelib.errors import ParameterError, ResultError, RunError, StudyError
from valuelib.output.build import build_report
from valuelib.output.manifest import code_hash, file_hash
from valuelib.output.privacy import SHORTEST_NAME, open_file
from valuelib.output.results_json import full_document
from valuelib.output.verify import verify_study
from valuelib.show.localizer import in_language, local
from valuelib.study.load import load_study

SUMMARY = made.PARAMETERS + "\nresults = None"
TALKATIVE = "import os, sys, tempfile, warnings\nprint(study, os.getcwd(), sys.prefix, tempfile.gettempdir())\nwarnings.warn('hm')"
CLOCK = re.compile(r"\b(19|20)\d\d-\d\d-\d\d|\d\d:\d\d:\d\d|\b1[789]\d{8}\b")


def project(folder: Path, **study: str) -> list[Path]:
    made.write_study(folder / "data" / "small", **study)
    return [
        made.write(folder, "03_nps_claim", made.ESTIMATE, TALKATIVE, made.DONE),
        made.write(folder, "00_summary", "print(results)", made.DONE, parameters=SUMMARY),
    ]


def build(folder: Path, notebooks: list[Path], out: str = "out", **settings) -> Path:
    return build_report(folder / "data" / "small", out=folder / out, notebooks=notebooks, **settings)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("project").resolve()
    return build(folder, project(folder, client="Ääkkös <b> Oy"))


def test_a_report_has_its_files_and_nothing_else(finished):
    assert sorted(made.tree(finished)) == [
        "annex.pdf",
        "manifest.json",
        "notebooks/00_summary.ipynb",
        "notebooks/03_nps_claim.ipynb",
        "report.docx",
        "report.html",
        "report.pdf",
        "report.pptx",
        "results.json",
        "ro-crate-metadata.json",
        "tables.xlsx",
    ]
    assert sorted(path.name for path in finished.parent.iterdir()) == ["data", "notebooks", "out"]


def test_no_byte_tells_the_path_the_user_or_the_time(finished):
    # A short name of a machine, such as "vm", stands in the names of file formats.
    machine = [name for name in [socket.gethostname()] if len(name) > SHORTEST_NAME]
    parts = [part for name, content in made.tree(finished).items() for part in open_file(name, content)]
    for name, text in ((part.place, part.raw) for part in parts):
        for told in (str(finished.parent), str(Path.home()) + "/", tempfile.gettempdir() + "/", *machine):
            assert told not in text, (name, told)
        if getpass.getuser() != "root":
            assert not re.search(rf"\b{re.escape(getpass.getuser())}\b", text), name
        assert not re.search(r"ipykernel_\d|papermill|iopub", re.sub(r"papermill\n[\d.]+", "", text)), name
        if name.endswith((".json", ".ipynb")):
            assert not CLOCK.search(re.sub(r'"?[0-9a-f]{64}"?|20240131', "", text)), name
        assert str(datetime.now(UTC).date()) not in text, name


def test_the_manifest_names_every_input_and_output_by_its_hash(finished):
    manifest = json.loads((finished / "manifest.json").read_text())
    study = finished.parent / "data" / "small"
    assert manifest["inputs"] == {
        name: hashlib.sha256(content).hexdigest() for name, content in made.tree(study).items() if not name.startswith(".valuelib/")
    }
    outputs = {
        name: hashlib.sha256(content).hexdigest() for name, content in made.tree(finished).items() if name != "manifest.json"
    }
    assert manifest["outputs"] == outputs
    assert manifest["parameters"] == {"study": "data/small", "language": "en"}
    assert (manifest["seed"], manifest["study"]) == (7, "small")
    assert {"python", "pandas", "numpy", "scipy", "papermill", "statsmodels"} <= set(manifest["packages"])
    chapters = {path.name: file_hash(path) for path in (finished.parent / "notebooks").glob("*.ipynb")}
    assert (manifest["notebooks"], manifest["code"]) == (chapters, code_hash())
    about = {"inputs", "made_by", "outputs", "packages", "parameters", "seed", "study", "version"}
    assert set(manifest) == about | {"code", "notebooks"}


def test_notebooks_keep_what_was_shown_and_the_parameters_without_paths(finished):
    notebook = nbformat.read(finished / "notebooks" / "03_nps_claim.ipynb", as_version=4)
    nbformat.validate(notebook)
    injected = next(cell for cell in notebook.cells if "injected-parameters" in cell.metadata.get("tags", []))
    assert injected.source == "# Parameters\nstudy = 'data/small'\nlanguage = 'en'"
    assert [len(cell.outputs) for cell in notebook.cells[-3:]] == [1, 0, 1]  # what was printed stays with the analyst
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert all(set(cell.metadata) <= {"tags"} for cell in notebook.cells)
    summary = nbformat.read(finished / "notebooks" / "00_summary.ipynb", as_version=4)
    injected = next(cell for cell in summary.cells if "injected-parameters" in cell.metadata.get("tags", []))
    assert injected.source.endswith("results = 'records.json'")


def test_results_hold_what_the_notebooks_recorded(finished):
    results = json.loads((finished / "results.json").read_text(encoding="utf-8"))
    assert [estimate["name"] for estimate in results["estimates"]] == ["nps.all"]
    assert results["study"]["client"] == "Ääkkös <b> Oy"
    assert "Ääkkös &lt;b&gt; Oy" in (finished / "report.html").read_text(encoding="utf-8")


def test_the_same_inputs_give_the_same_bytes_elsewhere_too(finished, tmp_path):
    again = build(tmp_path, project(tmp_path, client="Ääkkös <b> Oy"), out="other/report")
    assert made.tree(again) == made.tree(finished)


def test_the_shipped_notebooks_record_what_full_results_tell(tmp_path):
    folder = made.write_study(tmp_path / "data" / "small")
    results = json.loads((build_report(folder, out=tmp_path / "out") / "results.json").read_text(encoding="utf-8"))
    full = json.loads((folder / ".valuelib" / "results-full.json").read_text(encoding="utf-8"))
    assert full_document(load_study(folder)) == full
    assert [one["name"] for one in full["estimates"]] == [one["name"] for one in results["estimates"]]
    assert [one["verdict"] for one in full["findings"]] == [one["verdict"] for one in results["findings"]]
    assert full != results
    with in_language("fi"):
        assert full_document(load_study(folder)) == full  # its reasons are in the study's language, whatever is spoken around


def test_a_full_report_says_so_in_its_manifest_and_in_the_notebooks_that_take_it(tmp_path):
    parameters = made.PARAMETERS + "\nfull = False"
    able = made.write(tmp_path, "01_able", made.DONE, parameters=parameters)
    other = made.write(tmp_path, "02_other", made.DONE)
    made.write_study(tmp_path / "data" / "small")
    out = build(tmp_path, [able, other], full=True)
    assert json.loads((out / "manifest.json").read_text())["parameters"]["full"] is True
    told = [(out / "notebooks" / f"{name}.ipynb").read_text() for name in ("01_able", "02_other")]
    assert "full = True" in told[0]
    assert "full" not in told[1]
    assert "full" not in json.loads((build(tmp_path, [able], out="quick") / "manifest.json").read_text())["parameters"]


def test_the_language_may_be_chosen(tmp_path):
    notebooks = [made.write(tmp_path, "01_a", 'open("language.txt", "w").write(language)', made.DONE)]
    made.write_study(tmp_path / "data" / "small")
    page = build(tmp_path, notebooks, language="fi") / "report.html"
    assert '<html lang="fi">' in page.read_text(encoding="utf-8")
    assert (tmp_path / "language.txt").read_text() == "fi"
    with pytest.raises(ParameterError, match="Language 'sv'"):
        build(tmp_path, notebooks, language="sv")


BAD = {
    "error": ["1 / 0", made.DONE],
    "killed": ["import os\nos.kill(os.getpid(), 9)", made.DONE],
    "no-done": [made.ESTIMATE],
    "other-number": [made.ESTIMATE.replace("31.25", "31.26"), made.DONE],
}


@pytest.mark.parametrize("cells", BAD.values(), ids=list(BAD))
def test_a_failed_run_leaves_the_earlier_report_untouched(tmp_path, cells):
    notebooks = project(tmp_path)
    out = build(tmp_path, notebooks[:1])
    before = made.tree(tmp_path / "out")
    bad = made.write(tmp_path, "04_bad", *cells)
    with pytest.raises((RunError, ResultError)):
        build(tmp_path, [notebooks[0], bad])
    assert made.tree(out) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "notebooks", "out"]


def test_a_failed_first_run_leaves_nothing(tmp_path):
    made.write_study(tmp_path / "data" / "small")
    with pytest.raises(RunError):
        build(tmp_path, [made.write(tmp_path, "04_bad", "1 / 0", made.DONE)])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "notebooks"]


def test_a_wrong_study_stops_before_any_kernel_and_writes_nothing(tmp_path):
    notebooks = [made.write(tmp_path, "01_a", 'open("ran.txt", "w").close()', made.DONE)]
    (made.write_study(tmp_path / "data" / "small") / "responses.csv").write_text("Id,Account\n1,2\n")
    with pytest.raises(StudyError) as refused:
        build(tmp_path, notebooks)
    assert len(refused.value.problems) > 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "notebooks"]


def test_a_new_report_replaces_the_earlier_one_whole(tmp_path):
    notebooks = project(tmp_path)
    out = build(tmp_path, notebooks)
    fewer = build(tmp_path, notebooks[:1])
    assert fewer == out
    assert "notebooks/00_summary.ipynb" not in made.tree(out)


def test_open_guesses_are_reported_only_where_they_are_accepted_and_the_report_says_so(tmp_path):
    notebooks = project(tmp_path)
    settings = tmp_path / "data" / "small" / "study.yaml"
    settings.write_text(f"guesses: open\n{settings.read_text(encoding='utf-8')}# CHECK: high\n# CHECK: low\n", encoding="utf-8")
    with pytest.raises(StudyError, match=r"2 lines are marked CHECK(.|\n)*--accept-guesses"):
        build(tmp_path, notebooks)
    assert not (tmp_path / "out").exists()
    accepted = build(tmp_path, notebooks, accept_guesses=True)
    with in_language(load_study(tmp_path / "data" / "small").language):
        said = local.text("report.guesses_open", lines_n=2)
    assert said in (accepted / "report.html").read_text(encoding="utf-8")
    assert verify_study(accepted, tmp_path / "data" / "small", notebooks=notebooks) == ()
    settings.write_text(settings.read_text(encoding="utf-8").replace("guesses: open\n", ""), encoding="utf-8")
    assert said not in (build(tmp_path, notebooks) / "report.html").read_text(encoding="utf-8")
