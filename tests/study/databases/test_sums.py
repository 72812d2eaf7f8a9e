"""Sums made by PostgreSQL and DuckDB give the findings of the rows that are read from them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from tests.large.equal import SETTINGS, answers, differences, findings, write_study
from tests.study.databases.server import PASSWORD, READER, Server
from valuelib.errors import StudyError
from valuelib.study.load import load_study

COLUMNS = {**SETTINGS["columns"], "adjust_for": ["Industry", "Years"], "weight": "Weight", "cluster": "Team", "wave": "Round"}


def put(folder: Path, frame: pd.DataFrame, engine: str, postgres: Server) -> dict[str, str]:
    """The answers as a table with columns of several types, and where study.yaml finds them."""
    kinds = {"Weight": "numeric", "Years": "double precision", **dict.fromkeys(("NPS", "Q1", "Q2", "Q3"), "smallint")}
    kinds = {
        name: kinds.get(name, "text" if frame[name].dtype.kind in "OU" or frame[name].dtype == "str" else "integer")
        for name in frame
    }
    made = ", ".join(f'"{name}" {kind}' for name, kind in kinds.items())
    cells = [[None if cell != cell or cell is None else cell for cell in frame[name].tolist()] for name in frame]
    if engine == "duckdb":
        with duckdb.connect(folder / "answers.duckdb") as connection:
            connection.execute(f"CREATE TABLE answers ({made})")
            connection.execute("INSERT INTO answers SELECT * FROM frame")
        return {"database": "duckdb:///answers.duckdb", "table": "answers"}
    with postgres.connect() as connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS answers")
        cursor.execute(f"CREATE TABLE answers ({made}, secret text)")
        marks = ", ".join(["%s"] * len(kinds))
        names = ", ".join(f'"{name}"' for name in kinds)
        cursor.executemany(f"INSERT INTO answers ({names}) VALUES ({marks})", list(zip(*cells, strict=True)))
        cursor.execute(f"GRANT SELECT ({names}) ON answers TO {READER}")
    return {"database": postgres.address(), "table": "public.answers"}


@pytest.mark.parametrize("rule", ["offering", "peers", "delivered"])
@pytest.mark.parametrize("engine", ["postgresql", "duckdb"])
def test_sums_of_a_database_are_those_of_its_rows(
    engine: str, rule: str, postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VALUELIB_TEST_PASSWORD", PASSWORD)
    exposure = {**SETTINGS["exposure"], "rule": rule, "threshold": 7}
    folder = write_study(
        tmp_path, None, responses=put(tmp_path, answers(), engine, postgres), columns=COLUMNS, exposure=exposure, waves="latest"
    )
    rows, large = (load_study(folder, source=source) for source in ("rows", "sql"))
    assert rows.large is None
    assert large.large is not None
    assert list(differences(findings(rows), findings(large))) == []


def test_a_database_whose_columns_have_no_types_is_refused(tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / "answers.db") as base:
        answers().to_sql("answers", base, index=False)
    base.close()
    folder = write_study(tmp_path, None, responses={"database": "sqlite:///answers.db", "table": "answers"})
    assert findings(load_study(folder, source="rows"))
    with pytest.raises(StudyError, match="Sums are not taken from sqlite"):
        load_study(folder, source="sql")
