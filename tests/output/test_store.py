"""Storing outputs in place: the same bytes each time, and a notebook that fails stays as it was."""

import nbformat

from tests.output import made
from valuelib.output.clean import main


def test_outputs_are_stored_without_clock_or_path_and_twice_alike(tmp_path, capsys):
    path = made.write(tmp_path, "01_a", made.ESTIMATE, "import os\nprint(study, os.getcwd())", made.DONE)
    assert main([str(path)]) == 0
    first = path.read_bytes()
    notebook = nbformat.read(path, as_version=4)
    assert [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"] == [1, 2, 3, 4, 5]
    assert [cell.id for cell in notebook.cells] == [f"cell-{i}" for i in range(6)]
    assert notebook.cells[4].outputs[0].text == "data/demo .\n"
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert str(tmp_path).encode() not in first
    assert main([str(path)]) == 0
    assert path.read_bytes() == first
    assert "0 of 1 notebooks changed" in capsys.readouterr().err
    assert [file.name for file in path.parent.iterdir()] == ["01_a.ipynb"]


def test_the_summary_is_stored_as_when_run_alone(tmp_path):
    path = made.write(tmp_path, "00_a", "print(results)", made.DONE, parameters=made.PARAMETERS + "\nresults = None")
    assert main([str(path)]) == 0
    assert nbformat.read(path, as_version=4).cells[3].outputs[0].text == "None\n"


def test_a_notebook_that_fails_stays_as_it_was(tmp_path, capsys):
    path = made.write(tmp_path, "01_a", "## Lifts", "1 / 0", made.DONE)
    before = path.read_bytes()
    assert main([str(path)]) == 1
    assert "section 'Lifts', cell 5: ZeroDivisionError" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_a_wrong_name_is_told(tmp_path, capsys):
    assert main([str(tmp_path / "none.ipynb")]) == 2
    assert "There is no file" in capsys.readouterr().err
    assert main([]) == 2
