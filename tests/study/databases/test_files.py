"""Databases that are one file, sqlite and DuckDB: what is read, and what is refused in one sentence."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.study.readers.tools import codes, problems_of
from valuelib.errors import StudyError
from valuelib.study.config import Responses
from valuelib.study.readers import database
from valuelib.study.readers.database import read_database
from valuelib.study.readers.draft import RawTable

ROWS = """CREATE TABLE answers ("id" TEXT, "q, %" INTEGER, "IPAddress" TEXT);
INSERT INTO answers VALUES ('b', NULL, '1'), ('a', 7, '2')"""
ENGINES = ("sqlite", "duckdb")


def make(folder: Path, engine: str, script: str = ROWS) -> str:
    """A database file with some rows, and its address as study.yaml has it."""
    file = folder / f"answers.{engine}"
    if engine == "sqlite":
        base = sqlite3.connect(file)
        base.executescript(script)
        base.commit()
        base.close()
    else:
        with duckdb.connect(file) as connection:
            connection.execute(script)
    return f"{engine}:///{file.name}"


def read(folder: Path, url: str, query: str | None = None, wanted: tuple[str, ...] = ("id", "q, %")) -> RawTable:
    table = "answers" if query is None else None
    return read_database(url, table=table, query=query, name="source", wanted=wanted, names=("id",), folder=folder)


def refused(folder: Path, url: str, query: str | None = None, wanted: tuple[str, ...] = ("id", "q, %")) -> str:
    """What the one problem says; it never holds a secret."""
    with pytest.raises(StudyError) as caught:
        read(folder, url, query, wanted)
    (problem,) = problems_of(caught)
    assert "s3cret" not in str(problem)
    return str(problem)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("query", [None, "SELECT * FROM answers;", 'SELECT "id", "q, %" FROM answers WHERE \'a:b %\' <> id -- all'])
def test_the_mapped_columns_of_a_file(tmp_path: Path, engine: str, query: str | None) -> None:
    table = read(tmp_path, make(tmp_path, engine), query)
    assert (table.file, list(table.frame.columns), codes(table)) == ("source", ["id", "q, %"], [])
    assert table.frame["id"].tolist() == ["a", "b"]
    assert table.frame["q, %"].isna().tolist() == [False, True]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("query", "what"),
    [
        ("SELECT * FROM nowhere", "no table 'nowhere'"),
        ("SELECT nothing FROM answers", "does not accept the query"),
        ("SELEC 1", "does not accept the query"),
        ("SELECT 1 AS id", "There is no column 'q, %'."),
        ("DELETE FROM answers", "does not accept the query"),
        ("SELECT 1) AS a; DELETE FROM answers; SELECT * FROM (SELECT 1", "more than one statement|does not accept the query"),
    ],
)
def test_queries_that_are_refused(tmp_path: Path, engine: str, query: str, what: str) -> None:
    url = make(tmp_path, engine)
    said = refused(tmp_path, url, query)
    assert any(one in said for one in what.split("|")), said
    assert len(read(tmp_path, url).frame) == 2


def test_duckdb_reads_no_other_file(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("id\n1\n", encoding="utf-8")
    query = f"SELECT * FROM read_csv('{tmp_path / 'other.csv'}')"
    assert "outside the database's file" in refused(tmp_path, make(tmp_path, "duckdb"), query)


@pytest.mark.parametrize("engine", ENGINES)
def test_files_that_are_not_there_or_no_database(tmp_path: Path, engine: str) -> None:
    assert "does not exist" in refused(tmp_path, f"{engine}:///other.db")
    assert "does not exist" in refused(tmp_path, f"{engine}://")
    assert not (tmp_path / "other.db").exists()
    (tmp_path / "text.db").write_text("id;q\n" * 1000, encoding="utf-8")
    assert "no database of this kind" in refused(tmp_path, f"{engine}:///text.db")


def test_a_file_that_another_program_keeps_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = make(tmp_path, "duckdb")
    held = "import duckdb, sys; base = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", held, str(tmp_path / "answers.duckdb")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        assert "keeps the database's file locked" in refused(tmp_path, url)
        other.communicate("")
    url = make(tmp_path, "sqlite")
    monkeypatch.setattr(database, "CONNECT_S", 0.1)
    base = sqlite3.connect(tmp_path / "answers.sqlite")
    base.execute("BEGIN EXCLUSIVE")
    assert "keeps the database's file locked" in refused(tmp_path, url)
    base.close()


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("nonsense-s3cret", "cannot be understood"),
        ("postgresql://me:s3cret@host:port/base", "cannot be understood"),
        ("klingon://me:s3cret@host/base", "driver"),
        ("${VALUELIB_UNSET}://me:s3cret@host", "VALUELIB_UNSET is not set"),
        ("mysql+pymysql://me:s3cret@host/base", "driver"),
    ],
)
def test_addresses_that_are_refused(tmp_path: Path, url: str, what: str) -> None:
    assert what in refused(tmp_path, url)


def test_every_variable_that_is_not_set_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VALUELIB_EMPTY", "")
    with pytest.raises(StudyError) as caught:
        read(tmp_path, "postgresql://${VALUELIB_UNSET}:${VALUELIB_EMPTY}@host/${VALUELIB_UNSET}")
    assert [one.what.split()[3] for one in problems_of(caught)] == ["VALUELIB_UNSET", "VALUELIB_EMPTY"]


@pytest.mark.parametrize("url", ["${VALUELIB_DB}", "sqlite:///${VALUELIB_FILE}"])
def test_an_address_from_the_environment(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "sqlite")
    monkeypatch.setenv("VALUELIB_DB", "sqlite:///answers.sqlite")
    monkeypatch.setenv("VALUELIB_FILE", str(tmp_path / "answers.sqlite"))
    assert len(read(tmp_path, url).frame) == 2


@pytest.mark.parametrize(
    ("url", "holds"),
    [
        ("postgresql://me:word@host/base", True),
        ("postgresql://me:${WORD}x@host/base", True),
        ("postgresql://host/base?user=me&password=word", True),
        ("postgresql://me:${WORD}@host/base", False),
        ("postgresql://host/base?password=${WORD}", False),
        ("postgresql://me@host:5432/base", False),
        ("sqlite:///folder/a@b:c.db", False),
        ("${WHOLE}", False),
    ],
)
def test_a_password_in_an_address_is_seen(url: str, holds: bool) -> None:
    assert Responses(database=url, table="answers").holds_password is holds


def test_other_databases_take_no_query(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A driver that is there, of a database that is not told to write nothing: SQLAlchemy's for Oracle."""
    import sqlalchemy as sa

    address = sa.make_url("oracle+oracledb://host/base")
    monkeypatch.setattr(database, "_address", lambda url, folder: address)
    assert "A query is sent to PostgreSQL, DuckDB and SQLite only" in refused(tmp_path, "oracle://host/base", "SELECT 1")


@pytest.mark.parametrize("engine", ENGINES)
def test_answers_that_stand_one_a_row_have_their_questions_as_columns(tmp_path: Path, engine: str) -> None:
    url = make(tmp_path, engine, "CREATE TABLE answers (id TEXT, q TEXT, a INT); INSERT INTO answers VALUES ('a', 'Q1', 1)")
    told = {"table": "answers", "name": "source", "folder": tmp_path}
    assert list(read_database(url, wanted=("id", "q", "a", "Q1"), questions=True, **told).frame) == ["id", "q", "a"]


@pytest.mark.parametrize("engine", ENGINES)
def test_previews_of_a_survey_tool_are_left_out(tmp_path: Path, engine: str) -> None:
    script = """CREATE TABLE answers ("ResponseId" TEXT, "RecordedDate" TEXT, "Status" TEXT, "IPAddress" TEXT, "Q1" INTEGER);
    INSERT INTO answers VALUES ('R_1', '2026', 'Survey Preview', '1.2.3.4', 1), ('R_2', '2026', 'IP Address', '1.2.3.4', 9)"""
    table = read(tmp_path, make(tmp_path, engine, script), wanted=("Q1",))
    assert table.frame["Q1"].tolist() == [9]
    assert codes(table) == ["preview_rows"]


def test_duckdb_types_are_read_as_written(tmp_path: Path) -> None:
    script = """CREATE TYPE mood AS ENUM ('sad', 'ok');
    CREATE TABLE answers (id DECIMAL(10,2), big BIGINT, yes BOOLEAN, day DATE, "at" TIMESTAMP, zoned TIMESTAMPTZ, kind mood,
        one UUID, many INTEGER[], bytes BLOB);
    INSERT INTO answers VALUES (62.10, 9007199254740993, true, '2026-03-01', '2026-03-01 10:00:00', '2026-03-01 10:00:00+02', 'ok',
        '00000000-0000-0000-0000-000000000001', [1], 'x')"""
    url = make(tmp_path, "duckdb", script)
    frame = read(tmp_path, url, wanted=("id", "big", "yes", "day", "at", "zoned", "kind", "one")).frame
    expected = ["62.10", 2**53 + 1, "True", "2026-03-01", "2026-03-01 10:00:00", "2026-03-01 08:00:00", "ok"]
    assert frame.iloc[0].tolist() == [*expected, "00000000-0000-0000-0000-000000000001"]
    for column in ("many", "bytes"):
        assert f"1 columns hold lists, records or bytes, not single answers: '{column}'" in refused(tmp_path, url, wanted=(column,))


def test_bytes_of_sqlite_are_no_answers(tmp_path: Path) -> None:
    url = make(tmp_path, "sqlite", "CREATE TABLE answers (id); INSERT INTO answers VALUES (x'ff')")
    assert "lists, records or bytes" in refused(tmp_path, url, wanted=("id",))


def test_without_sqlalchemy_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "find_spec", lambda name: None)
    assert "valuelib[database]" in refused(tmp_path, "sqlite://")


def test_a_query_that_writes_in_passing_is_refused(tmp_path: Path) -> None:
    url = make(tmp_path, "duckdb", f"{ROWS}; CREATE SEQUENCE counted")
    query = "SELECT *, nextval('counted') FROM answers"
    assert "would change the database" in refused(tmp_path, url, query)


def test_sqlite_takes_no_file_apart(tmp_path: Path) -> None:
    """What another program has written but not yet put in its place stays where it is."""
    made = tmp_path / "made"
    made.mkdir()
    base = sqlite3.connect(made / "answers.db")
    base.execute("PRAGMA journal_mode = WAL")
    base.executescript(ROWS)
    base.commit()
    for name in ("answers.db", "answers.db-wal"):
        (tmp_path / name).write_bytes((made / name).read_bytes())
    base.close()
    assert len(read(tmp_path, "sqlite:///answers.db").frame) == 2
    assert (tmp_path / "answers.db-wal").stat().st_size > 0
