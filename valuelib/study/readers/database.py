"""Answers in a database: only the columns that the study maps, read in one session that may write nothing.

SQLAlchemy understands the address and quotes every name; DuckDB's rows come through its own driver. A query is SQL that the user
wrote and stands in the statement as it is: that it can do nothing but read is the database's own doing, which is told to write
nothing and takes one statement at a time. The address may hold a password, so no message repeats it.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
import re
import sqlite3
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote

import pandas as pd
from pandas.api.types import is_numeric_dtype

from valuelib.errors import Problem, StudyError
from valuelib.study.readers.draft import RawTable
from valuelib.study.readers.headers import finish, marking_columns
from valuelib.study.readers.typed import arrow_frame, nested_columns, typed_draft
from valuelib.study.wording import clip, guess, refusal, tidy

if TYPE_CHECKING:
    import sqlalchemy as sa

ADDRESS = "study.yaml, `responses.database`"
VARIABLE = re.compile(r"\$\{(\w+)\}")
CONNECT_S = 10
LONGEST_MS = 300_000
"""How long PostgreSQL may take over a statement where neither server nor role sets a limit: no lock holds a run for ever."""
BATCH = 10_000
DRIVERS = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg", "sqlite": "sqlite", "duckdb": "duckdb"}
"""The drivers of the databases that are told to write nothing, and take one statement at a time, whatever a query says."""
# To Python truth is a whole number, and a time stamp is a date.
SINGLE = (str, int, float, Decimal, dt.date, dt.time, uuid.UUID, ipaddress.IPv4Address, ipaddress.IPv6Address)

Fetch: TypeAlias = Callable[..., pd.DataFrame]


def read_database(
    url: str,
    *,
    table: str | None = None,
    query: str | None = None,
    name: str,
    wanted: Sequence[str],
    names: Collection[str] = (),
    questions: bool = False,
    folder: Path | None = None,
) -> RawTable:
    """Read the mapped columns of a table, a view or a query; rows stand in the order of their cells, for a database has none.

    Args:
        url: an address such as `postgresql://user@host/base`; each `${NAME}` in it is taken from the environment.
        table: the table's name, or `schema.table`.
        query: a SELECT, in place of the table.
        name: how the source is called in messages and problems.
        wanted: the columns that the study maps; beside them only those are fetched by which a survey tool marks its previews.
        names: columns that the study maps as names or codes, which keep their text as written.
        questions: whether columns may be missing because they are questions of answers that stand one a row.
        folder: where a database's file is looked for.
    Raises:
        StudyError: a variable, SQLAlchemy or a driver is missing, there is no connection, or the database refuses.
    """
    with open_base(url, name, folder or Path(), query=query) as base:
        source, fetch, quoted = base.source(table, query), base.fetch, base.quoted
        known = base.columns(source, named=query is None)
        if not known:
            raise _no_table(str(table), name)
        there = {" ".join(tidy(column).split()): column for column in known}
        columns = list(dict.fromkeys(one for one in (*wanted, *marking_columns(there)) if one in there))
        missing = [one for one in dict.fromkeys(wanted) if one not in there and not (questions and columns)]
        if missing:
            raise StudyError(
                [
                    Problem(
                        f"There is no column {clip(one)!r}.",
                        name,
                        f"a column of the table or query; {guess(one, list(there))}",
                        "Correct the column's name in study.yaml, or add the column to the query.",
                    )
                    for one in missing
                ]
            )
        frame = fetch(f"SELECT {', '.join(quoted(there[one]) for one in columns)} FROM {source}").set_axis(columns, axis="columns")
    # Who answered, for whom and when, where that tells all rows apart.
    told = columns if frame.duplicated(columns[:3]).any() else columns[:3]
    keys = {one: frame[one] if is_numeric_dtype(frame[one]) else frame[one].map(str, na_action="ignore") for one in told}
    order = pd.DataFrame(keys).sort_values(told, kind="stable").index
    draft = typed_draft(frame.loc[order].reset_index(drop=True), name)
    return finish(draft, decimal=None, keep=frozenset(wanted), names=frozenset(names))


@dataclass(frozen=True, slots=True)
class Base:
    """An open session: its dialect, what fetches a statement's rows and quotes a name, and whether each % is to be doubled."""

    dialect: str
    fetch: Fetch
    quoted: Callable[[str], str]
    doubled: bool

    def source(self, table: str | None, query: str | None) -> str:
        """What stands after FROM for a table, a view or a query."""
        if query is None:
            return ".".join(self.quoted(part) for part in (table or "").rpartition(".") if part not in {"", "."})
        text = query.strip().rstrip(";")
        return f"(\n{text.replace('%', '%%') if self.doubled else text}\n) AS answers"

    def columns(self, source: str, *, named: bool) -> list[str]:
        """The names of its columns; none where there is no such table. A table of PostgreSQL tells them to anybody."""
        if named and self.dialect == "postgresql":  # even to a user who may read only some of them
            statement = (
                "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%(source)s) AND attnum > 0 AND NOT attisdropped"
            )
            found: list[str] = self.fetch(statement, {"source": source.replace("%%", "%")})["attname"].tolist()
            return found
        return list(self.fetch(f"SELECT * FROM {source} WHERE 1 = 0").columns)


@contextmanager
def open_base(url: str, name: str, folder: Path, *, query: str | None) -> Iterator[Base]:
    """A session with a database that may write nothing.

    Raises:
        StudyError: a variable, SQLAlchemy or a driver is missing, there is no connection, or the database refuses.
    """
    if find_spec("sqlalchemy") is None:
        raise refusal(
            "Reading from a database needs SQLAlchemy, which is not installed.",
            name,
            "The extra `database` of valuelib.",
            "Install it with: pip install 'valuelib[database]'.",
        )
    address = _address(url, folder)
    if query is not None and address.drivername not in DRIVERS.values():
        raise refusal(
            "A query is sent to PostgreSQL, DuckDB and SQLite only: other databases are not told here to write nothing.",
            ADDRESS,
            "`table` with the name of a table or view.",
            "Make a view of the query in the database, and name the view under `table`.",
        )
    with (_duckdb if address.drivername == "duckdb" else _sqlalchemy)(address, name) as (fetch, quoted, doubled):
        yield Base(address.get_backend_name(), fetch, quoted, doubled)


# The address, and what of it comes from the environment.


def _address(url: str, folder: Path) -> sa.URL:
    """The address with its variables put in, its driver there and the path of a file made whole."""
    import sqlalchemy as sa  # only studies that use a database need it

    unset = [variable for variable in VARIABLE.findall(url) if not os.environ.get(variable)]
    if unset:
        raise StudyError(
            [
                Problem(
                    f"The environment variable {variable} is not set.",
                    ADDRESS,
                    "A variable that holds what the address needs, such as the password.",
                    f"Set it in the shell that starts valuelib: export {variable}=...",
                )
                for variable in dict.fromkeys(unset)
            ]
        )
    # A password may hold signs that mean something in an address; a variable that is the whole address has them as they belong.
    who, at, rest = url.rpartition("@")
    who = VARIABLE.sub(lambda found: quote(os.environ[found[1]], safe=""), who)
    try:
        address = sa.make_url(who + at + VARIABLE.sub(lambda found: os.environ[found[1]], rest))
        kind = address.drivername.partition("+")[0]
        address = address.set(drivername=DRIVERS.get(kind, address.drivername))
        if kind != "duckdb":
            address.get_dialect().import_dbapi()
        elif find_spec("duckdb") is None:
            raise ImportError
    except (ImportError, sa.exc.NoSuchModuleError):
        raise refusal(
            "The driver of this kind of database is not installed.",
            ADDRESS,
            "The drivers of PostgreSQL and DuckDB come with the extra `database` of valuelib.",
            "Install the driver, with pip install 'valuelib[database]' for these two.",
        ) from None  # here and below the cause may repeat the address, and with it a password
    except (sa.exc.ArgumentError, ValueError):
        raise refusal(
            "The database address cannot be understood.",
            ADDRESS,
            "An address such as postgresql://user:${PASSWORD}@host/base, sqlite:///answers.db or duckdb:///answers.duckdb.",
            "Correct `database` in study.yaml, or the variable that it names.",
        ) from None
    if kind not in {"sqlite", "duckdb"}:
        return address
    file = folder / (address.database or "")
    if not file.is_file():
        raise refusal(
            "The database's file does not exist.",
            ADDRESS,
            "An address whose path leads to a database file, as seen from the study folder.",
            "Correct `database` in study.yaml, or put the file there.",
        )
    return address.set(database=str(file.resolve()))


# One session: what fetches a statement's rows, what quotes a name, and whether each % of a statement has to be doubled.

Session: TypeAlias = tuple[Fetch, Callable[[str], str], bool]


@contextmanager
def _sqlalchemy(address: sa.URL, name: str) -> Iterator[Session]:
    """A session through SQLAlchemy; PostgreSQL shows one state of the data in it."""
    import sqlalchemy as sa

    kind = address.get_backend_name()
    options: dict[str, Any] = {}
    if kind == "sqlite":
        file = f"{Path(address.database or '').as_uri()}?mode=ro"
        options["creator"] = lambda: sqlite3.connect(file, uri=True, timeout=CONNECT_S)
    elif kind == "postgresql":
        if "connect_timeout" not in address.query:
            options["connect_args"] = {"connect_timeout": CONNECT_S}
        # Rows come by a cursor of the server's: memory stays small, and a statement that holds two is refused.
        options["execution_options"] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True, "stream_results": True}
    try:
        engine = sa.create_engine(address, poolclass=sa.NullPool, **options)
        if kind == "postgresql":
            sa.event.listen(engine, "connect", lambda opened, _: _read_open_ends(opened))
        with engine.connect() as connection:

            def fetch(statement: str, values: Mapping[str, str] = MappingProxyType({})) -> pd.DataFrame:
                found = connection.exec_driver_sql(statement, dict(values))
                labels = list(found.keys())
                columns: list[list[object]] = [[] for _ in labels]
                with closing(found.cursor) if found.cursor else nullcontext():  # a lost connection leaves it open
                    for rows in found.partitions(BATCH):
                        for cells, more in zip(columns, zip(*rows, strict=True), strict=True):
                            cells += more
                pairs = zip(labels, columns, strict=True)
                if odd := [label for label, cells in pairs if not all(cell is None or isinstance(cell, SINGLE) for cell in cells)]:
                    raise nested_columns(odd, name)
                return pd.DataFrame(dict(enumerate(map(_series, columns)))).set_axis(labels, axis="columns")

            if kind == "postgresql":
                fetch("SELECT set_config('TimeZone', 'UTC', true)")
                limit = "set_config('statement_timeout', %(limit)s, true)"
                fetch(f"SELECT {limit} WHERE current_setting('statement_timeout') = '0'", {"limit": str(LONGEST_MS)})
            preparer = engine.dialect.identifier_preparer
            yield fetch, preparer.quote_identifier, engine.dialect.paramstyle in {"format", "pyformat"}
    except sa.exc.DBAPIError as err:
        raise _refused(err.orig or err, name) from None  # the cause may repeat the address or an answer
    except sa.exc.SQLAlchemyError as err:
        raise _refused(err, name) from None


def _series(cells: list[object]) -> pd.Series:
    """A column as a Parquet file would hold it: whole numbers stay whole with blanks among them, time stamps are those of UTC."""
    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds == {int} and all(cell is None or abs(int(str(cell))) < 2**63 for cell in cells):
        return pd.Series(cells, dtype="Int64")
    if kinds == {float}:
        return pd.Series(cells, dtype="float64")
    if kinds == {dt.datetime}:
        stamps = [
            one.astimezone(dt.UTC).replace(tzinfo=None) if isinstance(one, dt.datetime) and one.tzinfo else one for one in cells
        ]
        return pd.Series(stamps, dtype="datetime64[us]")
    return pd.Series(cells, dtype=object)


def _read_open_ends(connection: Any) -> None:
    """Read PostgreSQL's `infinity`, which Python's dates lack, as the last day there is, which others write for open ends."""
    from psycopg.types.datetime import DateLoader, TimestampLoader, TimestamptzLoader

    def open_ended(loader: type[Any], last: dt.date) -> type[Any]:
        def load(self: Any, data: Any) -> Any:
            return last if bytes(data) == b"infinity" else loader.load(self, data)

        return type(loader.__name__, (loader,), {"load": load})

    connection.adapters.register_loader("date", open_ended(DateLoader, dt.date(9999, 12, 31)))
    for kind, loader in (("timestamp", TimestampLoader), ("timestamptz", TimestamptzLoader)):
        connection.adapters.register_loader(kind, open_ended(loader, dt.datetime(9999, 12, 31)))


@contextmanager
def _duckdb(address: sa.URL, name: str) -> Iterator[Session]:
    """A session with a DuckDB file, from which no way leads to other files or to the network."""
    import duckdb
    from sqlalchemy.engine.default import DefaultDialect

    shut: dict[str, Any] = {"enable_external_access": "false", "lock_configuration": "true"}
    try:
        with duckdb.connect(str(address.database), read_only=True, config=shut) as connection:

            def fetch(statement: str) -> pd.DataFrame:
                if len(connection.extract_statements(statement)) != 1:
                    raise refusal(SEVERAL, name, ONE_QUERY, "Keep one SELECT.")
                found = connection.sql(statement).to_arrow_table()
                frame = arrow_frame(found, name) if len(found) else pd.DataFrame(columns=found.column_names)
                zoned = frame.select_dtypes("datetimetz").columns
                return frame.assign(**{label: frame[label].dt.tz_convert("UTC") for label in zoned})

            yield fetch, DefaultDialect().identifier_preparer.quote_identifier, False
    except duckdb.Error as err:
        raise _refused(err, name) from None


# What a database says, in one sentence each; its own words are repeated where they can hold nothing but the query's.

SEVERAL = "The query holds more than one statement."
ONE_QUERY = "One SELECT that the database accepts."
USER = "The address of a database that answers, and a user who may read the answers."
SAID: Sequence[tuple[str, str, str]] = (
    (r"one statement at a time|multiple commands", SEVERAL, "Keep one SELECT."),
    (
        r"authentication failed|no password supplied|role \".*\" does not exist|no pg_hba|Invalid(Password|Authorization)",
        "The database refuses the login: user or password are wrong, or this machine may not connect.",
        "Check the user, the password's variable, and that the server lets this machine in.",
    ),
    (
        r"database \".*\" does not exist|InvalidCatalogName",
        "The server has no such database.",
        "Correct the name that ends the address.",
    ),
    (
        r"ConnectionTimeout|timeout expired|QueryCanceled|LockNotAvailable",
        "The database took too long to answer.",
        "Try again later, ask for less in the query, or set statement_timeout for the user.",
    ),
    (
        r"Shutdown|terminat|closed the connection|connection is (lost|closed)|consuming input failed|CannotConnectNow|IdleIn",
        "The connection to the database was lost.",
        "Run it again when the database answers; nothing was written.",
    ),
    (
        r"ReadOnlySql|readonly database|read-only mode|data-modifying|Cannot execute statement",
        "The query would change the database, and this session only reads.",
        "Write a SELECT that changes nothing.",
    ),
    (
        r"InsufficientPrivilege",
        "The user may not read the table or one of the mapped columns.",
        "Let the database's owner grant SELECT on them.",
    ),
    (r"PermissionException", "The query reaches for something outside the database's file.", "Read what is in the database only."),
    (
        r"database is locked|lock on file",
        "Another program keeps the database's file locked.",
        "Close that program, or take a copy.",
    ),
    (
        r"not a database|not a valid DuckDB|malformed",
        "The file is no database of this kind.",
        "Correct the address, or take a whole copy.",
    ),
    (
        r"refused|could not translate|resolve host|No such file|unreachable|unable to open",
        "The database cannot be reached.",
        "Check the host, the port and the network, and that the database runs.",
    ),
)
TABLE = re.compile(
    r"no such table: (\S+)|relation \"(.+?)\" does not exist|Table with name (.+?) does not exist|schema \"(.+?)\" does not"
)
SYNTAX = re.compile(r"no such \w+: |syntax error|(Catalog|Binder|Parser)Exception|unrecognized token|incomplete input")


def _refused(err: BaseException, name: str) -> StudyError:
    """What the database's error says, as a problem."""
    line = next(iter(str(err).splitlines()), "")
    seen = f"{type(err).__name__}: {line}"
    if found := TABLE.search(line):
        return _no_table(next(filter(None, found.groups())), name)
    for pattern, what, next_step in SAID:
        if re.search(pattern, seen):
            return refusal(what, name, USER, next_step)
    if SYNTAX.search(seen) or str(getattr(err, "sqlstate", "")).startswith("42"):
        return refusal(f"The database does not accept the query: {clip(line)}.", name, ONE_QUERY, "Correct `query` in study.yaml.")
    return refusal(
        f"The database could not be read ({type(err).__name__}).",
        name,
        USER,
        "Run the query in the database's own program, and check the address, the network and the user's rights.",
    )


def _no_table(table: str, name: str) -> StudyError:
    return refusal(
        f"The database has no table {clip(table)!r}, or does not show it to this user.",
        name,
        "The name of a table or view, or schema.table.",
        "Correct `table` or `query` in study.yaml, or let the user see the table.",
    )
