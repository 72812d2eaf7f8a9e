"""PostgreSQL: what a role that may only read gets, what it is told when it does not, and that no secret is told."""

from __future__ import annotations

import logging
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.study.databases.server import OWNER, PASSWORD, READER, Server, run
from tests.study.readers.tools import problems_of
from tests.study.studies import settings, write_study
from valuelib.errors import StudyError
from valuelib.output.manifest import changes, input_hashes
from valuelib.study.load import load_study
from valuelib.study.readers.database import read_database
from valuelib.study.readers.draft import RawTable

VARIABLE = "VALUELIB_TEST_PASSWORD"
ROOT = Path(__file__).parents[3]


@pytest.fixture
def base(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The server with six answers, of which the reader may read two columns of three; the variable holds its password."""
    monkeypatch.setenv(VARIABLE, PASSWORD)
    run(
        postgres,
        [
            "CREATE SCHEMA survey",
            'CREATE TABLE survey."Answers" ("Account" text, "Q12" integer, salary integer)',
            """INSERT INTO survey."Answers" VALUES ('A', 0, 1), ('A', 5, 1), ('B', 6, 1), ('B', 7, 1), ('C', 9, 1), ('C', 10, 1)""",
            f"GRANT USAGE ON SCHEMA survey TO {READER}",
            f'GRANT SELECT ("Account", "Q12") ON survey."Answers" TO {READER}',
        ],
    )
    yield postgres
    run(postgres, ["DROP SCHEMA survey CASCADE"])


def read(server: Server, query: str | None = None, url: str | None = None, **told: Any) -> RawTable:
    table = "survey.Answers" if query is None else None
    wanted = told.pop("wanted", ("Account", "Q12"))
    return read_database(url or server.address(), **{"table": table, "query": query, "name": "source", **told}, wanted=wanted)


def refused(server: Server, query: str | None = None, url: str | None = None, **told: Any) -> str:
    with pytest.raises(StudyError) as caught:
        read(server, query, url, **told)
    (problem,) = problems_of(caught)
    assert not [secret for secret in (PASSWORD, "s3cret", READER) if secret in str(problem)]
    return str(problem)


def test_a_right_to_the_mapped_columns_is_enough(base: Server) -> None:
    frame = read(base).frame
    assert frame["Account"].tolist() == ["A", "A", "B", "B", "C", "C"]
    assert frame["Q12"].tolist() == [0, 5, 6, 7, 9, 10]
    assert "may not read the table or one of the mapped columns" in refused(base, wanted=("Account", "salary"))


def test_a_query_of_what_may_be_read(base: Server) -> None:
    query = """SELECT "Account", "Q12"::int AS "Q12", 100 % 7 AS rest FROM survey."Answers" WHERE "Account" LIKE 'A%' -- ':a'; """
    assert read(base, query, wanted=("Q12", "rest")).frame.to_dict("list") == {"Q12": [0, 5], "rest": [2, 2]}


def test_values_of_every_kind_are_read_as_written(base: Server) -> None:
    cells: Mapping[str, tuple[str, object]] = {
        "code": ("62.10::numeric(10,2)", "62.10"),
        "big": ("9007199254740993::bigint", 2**53 + 1),
        "yes": ("true", "True"),
        "day": ("'2026-03-01'::date", "2026-03-01"),
        "moment": ("'2026-03-01 10:00:00'::timestamp", "2026-03-01 10:00:00"),
        "zoned": ("'2026-03-01 10:00:00+02'::timestamptz", "2026-03-01 08:00:00"),
        "open": ("'infinity'::date", "9999-12-31"),
        "open_moment": ("'infinity'::timestamptz", "9999-12-31"),
        "kind": ("'ok'::survey.mood", "ok"),
        "one": ("'00000000-0000-0000-0000-00000000000a'::uuid", "00000000-0000-0000-0000-00000000000a"),
        "padded": ("'007'::char(5)", "007"),
        "real": ("7.5::double precision", 7.5),
    }
    run(base, ["CREATE TYPE survey.mood AS ENUM ('sad', 'ok')"])
    query = "SELECT " + ", ".join(f'{sql} AS "{name}"' for name, (sql, _) in cells.items())
    frame = read(base, query, wanted=tuple(cells), names=("code", "padded")).frame
    assert frame.iloc[0].to_dict() == {name: cell for name, (_, cell) in cells.items()}


@pytest.mark.parametrize("sql", ["ARRAY[1, 2]", "'{\"a\": 1}'::jsonb", "'x'::bytea", "int4range(1, 3)", "'1 day'::interval"])
def test_cells_that_are_no_single_answer_are_refused(base: Server, sql: str) -> None:
    assert "lists, records or bytes, not single answers: 'many'" in refused(base, f"SELECT {sql} AS many", wanted=("many",))


@pytest.mark.parametrize(
    ("query", "what"),
    [
        ("SELECT * FROM survey.nowhere", "no table 'survey.nowhere'"),
        ("SELECT * FROM nowhere.answers", "no table"),
        ('SELECT nothing FROM survey."Answers"', 'column "nothing" does not exist'),
        ("SELEC 1", "does not accept the query"),
        ("SELECT 1 AS a, 2 AS a", "ambiguous"),
        ("SELECT 'x'::text::int AS \"Q12\"", "could not be read (InvalidTextRepresentation)"),
        ('DELETE FROM survey."Answers"', "does not accept the query"),
        ('SELECT survey.harvest() AS "Q12"', "session only reads"),
        ('WITH gone AS (DELETE FROM survey."Answers" RETURNING *) SELECT * FROM gone', "would change the database"),
        ('SELECT 1) AS a; DELETE FROM survey."Answers"; SELECT * FROM (SELECT 1', "more than one statement"),
    ],
)
def test_queries_that_are_refused(base: Server, query: str, what: str) -> None:
    run(
        base,
        [
            f'GRANT ALL ON survey."Answers" TO {READER}',
            "CREATE FUNCTION survey.harvest() RETURNS int LANGUAGE sql AS 'DELETE FROM survey.\"Answers\" RETURNING 1'",
        ],
    )
    assert what in refused(base, query, wanted=("a",) if "AS a," in query else ("Q12",))
    with base.connect() as connection:
        assert connection.execute('SELECT count(*) FROM survey."Answers"').fetchone() == (6,)


def test_tables_and_columns_that_are_not_there(base: Server) -> None:
    assert "no table 'survey.answers'" in refused(base, table="survey.answers")
    assert "There is no column 'Q13'. Expected: a column of the table or query; did you mean 'Q12'?" in refused(
        base, wanted=("Q13",)
    )
    hostile = 'Answers" ; DROP TABLE survey."Answers" ; --'
    assert "no table" in refused(base, table=f"survey.{hostile}", url=base.address(user=OWNER))
    assert len(read(base).frame) == 6


@pytest.mark.parametrize(
    ("told", "what"),
    [
        ({"password": "s3cret"}, "refuses the login"),
        ({"user": "s3cret-user"}, "refuses the login"),
        ({"base": "s3cret_base"}, "no such database"),
    ],
)
def test_logins_that_fail(base: Server, told: Mapping[str, str], what: str) -> None:
    assert what in refused(base, url=base.address(**told))


def test_a_server_that_is_not_there_or_never_answers(base: Server) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        address = f"postgresql://{READER}:s3cret@127.0.0.1:{silent.getsockname()[1]}/base"
        assert "cannot be reached" in refused(base, url=address)
        silent.listen()
        assert "took too long" in refused(base, url=f"{address}?connect_timeout=2")


def test_a_statement_that_takes_too_long(base: Server) -> None:
    run(base, [f"ALTER ROLE {READER} SET statement_timeout = '300ms'"])
    try:
        assert "took too long" in refused(base, 'SELECT pg_sleep(60)::text AS "Q12"', wanted=("Q12",))
    finally:
        run(base, [f"ALTER ROLE {READER} RESET statement_timeout"])


def test_a_connection_that_is_lost_while_rows_come(base: Server) -> None:
    query = (
        """SELECT n AS "Q12", CASE WHEN n > 20000 THEN pg_sleep(0.01)::text END AS slow FROM generate_series(1, 10000000) AS n"""
    )
    stopped = threading.Event()

    def stop() -> None:
        with base.connect() as connection:
            while not stopped.is_set():
                sleeping = "FROM pg_stat_activity WHERE usename = %s AND query LIKE 'FETCH%%' AND wait_event = 'PgSleep'"
                if connection.execute(f"SELECT pg_terminate_backend(pid) {sleeping}", [READER]).fetchall():
                    return
                time.sleep(0.05)

    other = threading.Thread(target=stop)
    other.start()
    try:
        assert "connection to the database was lost" in refused(base, query, wanted=("Q12", "slow"))
    finally:
        stopped.set()
        other.join()


def test_the_command_tells_a_wrong_login_in_one_sentence_and_no_secret(base: Server, tmp_path: Path) -> None:
    address = base.address(password="s3cret")
    folder = write_study(tmp_path, settings(responses={"database": address, "table": "survey.Answers"}))
    command = [sys.executable, "-m", "valuelib", "check", str(folder)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert ended.returncode == 2
    assert "refuses the login" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "s3cret" not in ended.stdout + ended.stderr


def test_nothing_that_is_kept_or_logged_holds_the_password(base: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    folder = write_study(tmp_path, settings(responses={"database": base.address(), "table": "survey.Answers"}))
    study = load_study(folder)
    assert study.data["recommend"].tolist() == [0, 5, 6, 7, 9, 10]
    assert [source.file for source in study.sources] == ["table survey.Answers", "study.yaml"]
    kept = repr(study) + repr(study.config) + repr(study.sources) + caplog.text
    assert not [secret for secret in (PASSWORD, "127.0.0.1", "s3cret") if secret in kept]


def test_the_manifest_holds_a_hash_of_the_cells_whatever_their_order(base: Server, tmp_path: Path) -> None:
    folder = write_study(tmp_path, settings(responses={"database": base.address(), "table": "survey.Answers"}))
    before = input_hashes(load_study(folder))
    assert before.keys() == {"table survey.Answers", "study.yaml"}
    moved = """UPDATE survey."Answers" SET salary = 2 WHERE "Q12" < 6"""  # PostgreSQL puts changed rows behind the others
    run(base, [moved])
    assert input_hashes(load_study(folder)) == before
    run(base, ["""UPDATE survey."Answers" SET "Q12" = 1 WHERE "Q12" = 0"""])
    assert [name for name, _, _ in changes(before, input_hashes(load_study(folder)))] == ["table survey.Answers"]


def test_a_written_password_is_warned_about(base: Server, tmp_path: Path) -> None:
    run(base, ["CREATE ROLE other LOGIN PASSWORD 'plainword'", "GRANT USAGE ON SCHEMA survey TO other"])
    run(base, ['GRANT SELECT ON survey."Answers" TO other'])
    try:
        address = base.address(user="other", password="plainword")
        folder = write_study(tmp_path, settings(responses={"database": address, "table": "survey.Answers"}))
        command = [sys.executable, "-m", "valuelib", "check", str(folder)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
        assert ended.returncode == 0
        assert "a password stands in study.yaml" in ended.stderr
        assert "plainword" not in ended.stdout + ended.stderr
    finally:
        run(base, ["DROP OWNED BY other", "DROP ROLE other"])


def test_the_role_of_the_how_to_reads_the_mapped_columns(base: Server) -> None:
    page = (ROOT / "docs" / "how-to" / "database.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    run(base, ['ALTER TABLE survey."Answers" RENAME TO answers', *filter(str.strip, block.split(";"))])
    try:
        address = base.address(user="valuelib_reader", password="choose-a-long-one")
        assert len(read(base, url=address, table="survey.answers").frame) == 6
    finally:
        run(base, ["DROP OWNED BY valuelib_reader", "DROP ROLE valuelib_reader"])


def test_the_tests_own_server_is_not_open_to_others(base: Server) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host="127.0.0.1", port=base.port, user=OWNER, dbname="postgres", password="")
