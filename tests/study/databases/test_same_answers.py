"""The same answers in a file and in three kinds of database: equal studies, equal findings."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from tests.study.databases.server import PASSWORD, READER, Server
from valuelib.output.results_json import results_document
from valuelib.study.load import load_study
from valuelib.study.model import Study
from valuelib.verdict.assess import assess_all
from valuelib.worlds.folder import simulate_study
from valuelib.worlds.truth import Truth

ENGINES = ("postgresql", "duckdb", "sqlite")


def typed(column: pd.Series) -> tuple[str, list[object]]:
    """The type that a database would give a column of a file, and its cells."""
    if column.str.fullmatch(r"\d*").all():
        return "bigint", [int(cell) if cell else None for cell in column]
    return "text", [None if cell == "" else cell for cell in column]


def put(folder: Path, engine: str, postgres: Server) -> dict[str, str]:
    """The answers of a study as a table of a database, rows in another order than in the file, and where study.yaml finds them."""
    answers = pd.read_csv(folder / "responses.csv", sep=";", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    answers = answers.sample(frac=1, random_state=3)
    columns = {name: typed(answers[name]) for name in answers}
    assert {kind for kind, _ in columns.values()} == {"bigint", "text"}
    kept = {**columns, "Salary of the respondent": ("bigint", [1] * len(answers))}
    names = ", ".join('"{}" {}'.format(name.replace('"', '""'), kind) for name, (kind, _) in kept.items())
    rows = list(zip(*(cells for _, cells in kept.values()), strict=True))
    made, filled = f"CREATE TABLE answers ({names})", "INSERT INTO answers VALUES ({})"
    if engine == "postgresql":
        with postgres.connect() as connection, connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS answers")
            cursor.execute(made)
            cursor.executemany(filled.format(", ".join(["%s"] * len(kept))), rows)
            cursor.execute(f"GRANT SELECT ON answers TO {READER}")
        return {"database": postgres.address(), "table": "public.answers"}
    marks = filled.format(", ".join(["?"] * len(kept)))
    if engine == "duckdb":
        with duckdb.connect(folder / "answers.duckdb") as connection:
            connection.execute(made)
            frame = pd.DataFrame({name: pd.Series(cells, dtype=object) for name, (_, cells) in kept.items()})
            connection.register("frame", frame)
            connection.execute("INSERT INTO answers SELECT * FROM frame")
        return {"database": "duckdb:///answers.duckdb", "query": "SELECT * FROM answers -- all of them;"}
    with sqlite3.connect(folder / "answers.db") as base:
        base.execute(made)
        base.executemany(marks, rows)
    base.close()
    return {"database": "sqlite:///answers.db", "table": "answers"}


@pytest.fixture(scope="module")
def of_file(tmp_path_factory: pytest.TempPathFactory) -> Study:
    truth = Truth(respondents=90, accounts=36, waves=2)
    folder = simulate_study(tmp_path_factory.mktemp("same") / "study", "same", truth, 5)
    # A database has no order of rows, so they are read in that of their cells: the file's lines stand in it, too.
    header, *lines = (folder / "responses.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "responses.csv").write_text("".join([header, *sorted(lines)]), encoding="utf-8")
    return load_study(folder)


@pytest.fixture(scope="module")
def findings(of_file: Study) -> object:
    return results_document(of_file, assess_all(of_file), ())


@pytest.fixture(scope="module", params=ENGINES)
def of_database(
    request: pytest.FixtureRequest, of_file: Study, tmp_path_factory: pytest.TempPathFactory, postgres: Server
) -> Iterator[Study]:
    folder = tmp_path_factory.mktemp("base") / "study"
    shutil.copytree(of_file.folder, folder)
    written = (folder / "study.yaml").read_text(encoding="utf-8")
    found = json.dumps(put(folder, request.param, postgres))
    assert "responses: {file: responses.csv}" in written
    changed = written.replace("responses: {file: responses.csv}", f"responses: {found}")
    (folder / "study.yaml").write_text(changed, encoding="utf-8")
    (folder / "responses.csv").unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VALUELIB_TEST_PASSWORD", PASSWORD)
        yield load_study(folder)


def test_the_study_is_that_of_the_file(of_file: Study, of_database: Study) -> None:
    for part in ("data", "all_data"):
        pd.testing.assert_frame_equal(getattr(of_file, part), getattr(of_database, part))
    assert of_file.item_labels == of_database.item_labels
    assert "Salary" not in str(of_database.sources)
    assert (of_database.sources[0].rows, of_database.sources[0].columns) == (of_file.sources[0].rows, of_file.sources[0].columns)


def test_the_findings_are_those_of_the_file(findings: object, of_database: Study) -> None:
    assert results_document(of_database, assess_all(of_database), ()) == findings


def test_the_hash_is_that_of_the_rows_whatever_their_order(of_database: Study) -> None:
    assert load_study(of_database.folder).sources[0] == of_database.sources[0]
