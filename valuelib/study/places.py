"""Where the answers of a large study lie: files and databases, each of which answers ibis expressions on one table.

An expression becomes SQL in the dialect of the place. What may be read, and that nothing is written, is the business of the readers
(`readers/database.py`).
"""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

import pandas as pd
from pyarrow import parquet

from valuelib.study.config import Responses, StudyConfig
from valuelib.study.identity import mapped_columns
from valuelib.study.readers.database import Base, open_base
from valuelib.study.readers.typed import arrow_frame
from valuelib.study.wording import clip, refusal, tidy

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir

ANSWERS = "answers"
Kind = Literal["rows", "sql", "spark"]
LARGE, LARGE_BYTES = 2_000_000, 500_000_000
"""Answers in Parquet files, and bytes of CSV files, from which they are left where they lie."""
PARQUET, CSV = ".parquet", (".csv", ".tsv", ".txt")


class Place(Protocol):
    """One table of answers, wherever it lies; `table` has the columns under the source's own names."""

    @property
    def name(self) -> str: ...
    @property
    def table(self) -> ir.Table: ...

    def fetch(self, wanted: ir.Table) -> pd.DataFrame:
        """The rows of an expression on `table`."""


def columns_of(place: Place) -> Mapping[str, str]:
    """The columns' own names by those that study.yaml uses, with blanks and signs made tidy."""
    return {" ".join(tidy(column).split()): column for column in place.table.columns}


class FilePlace:
    """Parquet or CSV files read by DuckDB, several as one table; cells of CSV files stay texts, so that the readers decide."""

    def __init__(self, paths: Sequence[Path], name: str, *, delimiter: str | None = None, encoding: str | None = None) -> None:
        """Open the files.

        Raises:
            StudyError: DuckDB cannot read them as one table.
        """
        import ibis
        from ibis.backends.sql.datatypes import DuckDBType

        self.name, self._paths = name, [str(path) for path in paths]
        given = {"sep": "\t" if delimiter in {"tab", "\\t"} else delimiter, "encoding": encoding}
        self._told: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
        self._connections: dict[int, duckdb.DuckDBPyConnection] = {}
        described = self._connection.sql(f"SELECT * FROM {ANSWERS} LIMIT 0")
        types = zip(described.columns, described.types, strict=True)
        self.table: ir.Table = ibis.table({column: DuckDBType.from_string(str(kind)) for column, kind in types}, name=ANSWERS)

    def fetch(self, wanted: ir.Table) -> pd.DataFrame:
        import ibis

        return arrow_frame(self._connection.sql(str(ibis.to_sql(wanted, dialect="duckdb"))).to_arrow_table(), self.name)

    @property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        """The connection of this process: one that was made before a fork has no threads after it."""
        here = os.getpid()
        if here not in self._connections:
            self._connections = {here: self._connect()}
        return self._connections[here]

    def _connect(self) -> duckdb.DuckDBPyConnection:
        import duckdb

        folder = tempfile.mkdtemp(prefix="valuelib-")  # of what does not fit into memory, and of texts once they are read
        settings: dict[str, Any] = {"preserve_insertion_order": "false", "temp_directory": folder}
        typed = Path(self._paths[0]).suffix.lower() == PARQUET
        connection = duckdb.connect(":memory:" if typed else f"{folder}/answers.duckdb", config=settings)
        connection.execute("SET enable_progress_bar = false")
        weakref.finalize(self, _close, connection, folder, os.getpid())
        try:
            if typed:
                connection.read_parquet(self._paths, union_by_name=True).create_view(ANSWERS)
            else:
                connection.read_csv(self._paths, all_varchar=True, header=True, union_by_name=True, **self._told).create(ANSWERS)
        except duckdb.Error as err:
            raise refusal(
                "DuckDB cannot read the answers as one table.",
                self.name,
                "Parquet files, or CSV files with names in the first row and answers below, all with the same columns.",
                "Export the answers as Parquet, or read them in memory with --source rows.",
            ) from err
        return connection


def _close(connection: duckdb.DuckDBPyConnection, folder: str, process: int) -> None:
    """Close what this process opened; a child leaves what its parent still needs."""
    if os.getpid() == process:
        connection.close()
        shutil.rmtree(folder)


DIALECTS: Mapping[str, tuple[str, str]] = {"postgresql": ("postgres", "pg_typeof({})::text"), "duckdb": ("duckdb", "typeof({})")}
"""What ibis calls the dialect of a database, and how the database tells the type of a column."""


class BasePlace:
    """A table or a query of PostgreSQL or DuckDB; each expression is one statement in a session that may write nothing."""

    def __init__(self, block: Responses, wanted: Iterable[str], folder: Path) -> None:
        """Look at the columns.

        Args:
            block: `responses` of study.yaml.
            wanted: the columns that the study maps.
            folder: of the study.
        Raises:
            StudyError: there is no connection, or the database is of another kind.
        """
        import ibis
        from ibis.backends.sql import datatypes

        self.name = "query" if block.table is None else f"table {block.table}"
        self._block, self._folder = block, folder
        with self._open() as (base, source):
            if base.dialect not in DIALECTS:
                raise refusal(
                    f"Sums are not taken from {base.dialect}: its columns have no types to rely on.",
                    "study.yaml, `responses.database`",
                    "PostgreSQL or DuckDB.",
                    "Read the answers in memory with --source rows.",
                )
            kinds = {"postgres": datatypes.PostgresType, "duckdb": datatypes.DuckDBType}
            dialect, asked = DIALECTS[base.dialect]
            mapped = set(wanted)
            columns = [one for one in base.columns(source, named=block.query is None) if " ".join(tidy(one).split()) in mapped]
            listed = ", ".join(f"{asked.format(base.quoted(one))} AS c{place}" for place, one in enumerate(columns))
            told = base.fetch(f"SELECT {listed} FROM {source} LIMIT 1") if columns else pd.DataFrame()
        types = {one: kinds[dialect].from_string(str(told.iloc[0, place])) for place, one in enumerate(columns) if len(told)}
        self.table: ir.Table = ibis.table(types, name=ANSWERS)

    @contextmanager
    def _open(self) -> Iterator[tuple[Base, str]]:
        with open_base(str(self._block.database), self.name, self._folder, query=self._block.query) as base:
            yield base, base.source(self._block.table, self._block.query)

    def fetch(self, wanted: ir.Table) -> pd.DataFrame:
        import ibis

        with self._open() as (base, source):
            statement = str(ibis.to_sql(wanted, dialect=DIALECTS[base.dialect][0]))
            statement = statement.replace("%", "%%") if base.doubled else statement
            listed = ", ".join(base.quoted(column) for column in self.table.columns)
            answers = f"WITH {ANSWERS} AS NOT MATERIALIZED (SELECT {listed} FROM {source})"
            return base.fetch(f"{answers} SELECT * FROM (\n{statement}\n) AS found")


class SparkPlace:
    """Parquet or CSV files read by Spark, in the session that is there or one of its own."""

    def __init__(self, paths: Sequence[Path], name: str, *, delimiter: str | None = None, encoding: str | None = None) -> None:
        """Open the files.

        Raises:
            StudyError: Spark is not installed.
        """
        if find_spec("pyspark") is None:
            raise refusal(
                "Spark is not installed.",
                "--source spark",
                "The extra `spark` of valuelib, and Java.",
                "Install it with pip install 'valuelib[spark]', or leave --source out.",
            )
        import ibis
        from pyspark.sql import SparkSession

        self.name, files = name, [str(path) for path in paths]
        spark = SparkSession.builder.getOrCreate()
        if paths[0].suffix.lower() == PARQUET:
            found = spark.read.option("mergeSchema", "true").parquet(*files)
        else:
            sep = "\t" if delimiter in {"tab", "\\t"} else delimiter or ","
            found = spark.read.csv(files, header=True, sep=sep, encoding=encoding or "UTF-8", multiLine=True, escape='"')
        view = f"{ANSWERS}_{id(self)}"
        found.createOrReplaceTempView(view)
        self._spark, self._ibis = spark, ibis.pyspark.connect(spark)
        self.table: ir.Table = self._ibis.table(view)

    def fetch(self, wanted: ir.Table) -> pd.DataFrame:
        return arrow_frame(self._spark.sql(str(self._ibis.compile(wanted))).toArrow(), self.name)


def is_several(name: str, folder: Path) -> bool:
    """Whether a name in study.yaml stands for several files: it is a pattern such as answers/*.parquet, or a folder."""
    return any(sign in name for sign in "*?[") or (folder / name).is_dir()


def answer_files(folder: Path, name: str) -> list[Path]:
    """The files that a pattern or the name of a folder stands for, in the order of their names.

    Raises:
        StudyError: there is none, they lie outside the study folder, or they are of several kinds.
    """
    where = "study.yaml, `responses.file`"
    listed = (folder / name).glob("**/*") if (folder / name).is_dir() else folder.glob(name)
    found = sorted(path.resolve() for path in listed if path.is_file() and not path.name.startswith((".", "_")))
    kinds = {path.suffix.lower() for path in found}
    if not found or not all(path.is_relative_to(folder) for path in found) or len(kinds) > 1 or not kinds <= {PARQUET, *CSV}:
        what = "match no file" if not found else f"match {len(found)} files, not all of one kind inside the study folder"
        raise refusal(
            f"The files {clip(name)!r} {what}.",
            where,
            "Parquet files, or CSV files, in the study folder, such as answers/*.parquet.",
            "Put them there, or correct the pattern.",
        )
    return found


def open_place(folder: Path, config: StudyConfig, kind: Kind | None) -> tuple[Place | None, bool]:
    """Where the answers lie, if that is not one file or table for the ordinary readers; and whether they are left there.

    Args:
        folder: of the study.
        config: what study.yaml says.
        kind: how to read them; None goes by their size.
    Raises:
        StudyError: the answers cannot be left where they lie, or the files cannot be read as one table.
    """
    block = config.responses
    if block.file is None:
        if kind not in ("sql", "spark") or block.long is not None:
            return None, False
        return BasePlace(block, {one.column for one in mapped_columns(config)}, folder), True
    several = is_several(block.file, folder)
    paths = answer_files(folder, block.file) if several else [folder / block.file]
    plain = block.long is None and block.sheet is None and block.header_row is None and paths[0].suffix.lower() in {PARQUET, *CSV}
    large = kind in ("sql", "spark") or (kind is None and plain and _is_large(paths))
    if not several and not large:
        return None, False
    if not plain:
        raise refusal(
            "These answers cannot be left where they lie.",
            f"study.yaml, `responses.file` ({clip(block.file)})",
            "Parquet files, or CSV files with names in the first row and one row a respondent.",
            "Export the answers as Parquet, or read them in memory with --source rows.",
        )
    opened = SparkPlace if kind == "spark" else FilePlace
    return opened(paths, block.file, delimiter=block.delimiter, encoding=block.encoding), large


def _is_large(paths: Iterable[Path]) -> bool:
    """Whether the files hold more than is read into memory without being asked to."""
    there = [path for path in paths if path.is_file()]
    if there and there[0].suffix.lower() == PARQUET:
        return sum(_rows_of(path) for path in there) > LARGE
    return sum(path.stat().st_size for path in there) > LARGE_BYTES


def _rows_of(path: Path) -> int:
    """The rows of a Parquet file by its own word; none where it is damaged, which its reader tells."""
    try:
        return int(parquet.read_metadata(path).num_rows)
    except (ValueError, OSError):
        return 0
