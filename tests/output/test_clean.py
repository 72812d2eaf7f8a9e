"""What leaves the machine: outputs stay, places and process numbers go."""

import time

import pytest

from tests.output import made
from valuelib.output.clean import clean_notebook, machine_folders

FOLDERS = {"/home/maija/work/acme": "data/acme", "/home/maija/work": ".", "/home/maija": "~", "/tmp": "[temporary]"}


def printed(text: str) -> str:
    notebook = made.notebook("x")
    notebook.cells[-1].outputs = [made.stream_output(text)]
    return clean_notebook(notebook, FOLDERS).cells[-1].outputs[0].text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("read /home/maija/work/acme/responses.csv", "read data/acme/responses.csv"),
        ("'/home/maija/work/acme'.", "'data/acme'."),
        ("/home/maija/work/acme2", "./acme2"),
        ("/home/maija2/x", "/home/maija2/x"),
        ("file:///home/maija/notes", "file://~/notes"),
        ("/tmp/ipykernel_4711/123.py:3: UserWarning: hm", "[cell]:3: UserWarning: hm"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("12 / 40 answers", "12 / 40 answers"),
    ],
)
def test_folders_and_processes_are_replaced(text, clean):
    assert printed(text) == clean


def test_nested_data_is_cleaned_and_pictures_are_not():
    notebook = made.notebook("x")
    data = {
        "text/html": "<p>/home/maija/work/a.csv</p>",
        made.MIME: {"data": {"file": ["/home/maija/b"]}},
        "image/png": "/home/maija",
    }
    notebook.cells[-1].outputs = [made.display_output(data)]
    clean = clean_notebook(notebook, FOLDERS).cells[-1].outputs[0].data
    assert clean == {"text/html": "<p>./a.csv</p>", made.MIME: {"data": {"file": ["~/b"]}}, "image/png": "/home/maija"}


def test_the_notebook_given_is_left_as_it_is():
    notebook = made.notebook("x")
    notebook.metadata.papermill = {"duration": 1.0}
    notebook.cells[-1].metadata = {"execution": {"iopub.status.busy": "2026"}, "tags": ["keep"]}
    clean = clean_notebook(notebook, FOLDERS)
    assert "papermill" in notebook.metadata
    assert "papermill" not in clean.metadata
    assert clean.cells[-1].metadata == {"tags": ["keep"]}


def test_a_long_picture_in_the_text_costs_no_time():
    start = time.perf_counter()
    printed("ipykernel_ " + "Ab/9" * 500_000)
    assert time.perf_counter() - start < 5


def test_folders_are_named_longest_first_and_the_root_is_left_out():
    folders = list(machine_folders({"/": "root", "/srv": "a", "/srv/acme": "b"}))
    assert folders.index("/srv/acme") < folders.index("/srv")
    assert "/" not in folders
