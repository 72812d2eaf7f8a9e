"""Names and types of parameters are those of the notebooks' own cells."""

import math
from pathlib import Path

import numpy as np
import papermill
import pytest

from tests.output import made
from valuelib.errors import ParameterError
from valuelib.output.notebooks import check_parameters, declared_parameters, is_json

CELL = "\n".join(
    [
        'study = "data/demo"  # folder of the study',
        "language = None",
        "seed = 20240131",
        "level = 0.95",
        "folded = True",
        "tags: list = []",
        "limit: int | None = None",
    ]
)


def check(**given: object) -> None:
    check_parameters({"03_nps_claim": made.notebook(parameters=CELL)}, given)


@pytest.mark.parametrize(
    "given",
    [
        {"study": "x"},
        {"language": "fi"},
        {"language": None},
        {"seed": 1},
        {"level": 0.9},
        {"level": 1},
        {"folded": False},
        {"tags": ["a", 1, {"b": None}]},
        {"limit": 3},
        {"limit": None},
    ],
)
def test_values_of_the_declared_type_pass(given):
    check(**given)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"studdy": "x"}, "Did you mean study?"),
        ({"study": None}, "expected str"),
        ({"study": Path("x")}, "only plain JSON values"),
        ({"seed": "1"}, "expected int"),
        ({"seed": True}, "is a bool; expected int"),
        ({"seed": 1.0}, "expected int"),
        ({"level": math.nan}, "only plain JSON values"),
        ({"level": np.float64(0.9)}, "only plain JSON values"),
        ({"folded": 1}, "expected bool"),
        ({"tags": ("a",)}, "only plain JSON values"),
        ({"tags": [{1: "a"}]}, "only plain JSON values"),
        ({"language": 3}, "expected str or None"),
        ({"limit": "3"}, "expected int or None"),
    ],
)
def test_wrong_names_and_types_are_refused(given, told):
    with pytest.raises(ParameterError, match="03_nps_claim: ") as refused:
        check(**given)
    assert told in str(refused.value)


def test_every_problem_is_told_at_once():
    with pytest.raises(ParameterError) as refused:
        check(seed="1", studdy="x")
    assert len(str(refused.value).splitlines()) == 2


def test_the_same_names_as_papermill_reads(tmp_path):
    path = made.write(tmp_path, "01_question")
    assert set(declared_parameters("01_question", made.notebook())) == set(papermill.inspect_notebook(path))


@pytest.mark.parametrize("cell", ["study = 'a' + 'b'", "import os", "a, b = 1, 2", "study: Path = 'a'", "study ="])
def test_a_parameters_cell_holds_only_literals(cell):
    with pytest.raises(ParameterError, match="one literal each"):
        declared_parameters("01_question", made.notebook(parameters=cell))


def test_a_notebook_without_a_parameters_cell_is_refused():
    notebook = made.notebook()
    notebook.cells.pop(1)
    with pytest.raises(ParameterError, match="0 cells are tagged"):
        declared_parameters("01_question", notebook)


def test_json_has_no_undefined_numbers():
    assert is_json({"a": [1, 2.5, None, True, "x"]})
    assert not is_json([math.inf])
