"""A table of a database; SQLAlchemy, an optional extra, makes the connection."""

from __future__ import annotations

from collections.abc import Collection
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from valuelib.errors import Problem, StudyError
from valuelib.study.readers.columnar import typed_draft
from valuelib.study.readers.draft import RawTable
from valuelib.study.readers.headers import finish

if TYPE_CHECKING:
    pass


def read_database(url: str, table: str, *, name: str, keep: Collection[str] = ()) -> RawTable:
    """Read a whole table or view.

    Args:
        url: a SQLAlchemy address; it may hold a password, so no message repeats it.
        table: the table's name, or `schema.table`.
        name: how the source is called in messages and problems.
        keep: columns that stay although they look like personal data, because the study maps them.
    Raises:
        StudyError: SQLAlchemy or the database's driver is missing, there is no connection, or no such table.
    """
    if find_spec("sqlalchemy") is None:
        raise StudyError(
            [
                Problem(
                    "Reading from a database needs SQLAlchemy, which is not installed.",
                    name,
                    "The extra `database` of valuelib, and the driver of your database.",
                    "Install it with: pip install 'valuelib[database]'.",
                )
            ]
        )
    return finish(typed_draft(_frame(url, table, name), name), decimal=None, keep=frozenset(keep))


def _frame(url: str, table: str, name: str) -> pd.DataFrame:
    import sqlalchemy as sa  # only studies that use a database need it

    schema, _, bare = table.rpartition(".")
    try:
        address = sa.make_url(url)
        # SQLite makes a new, empty file where there is none; reading must not write.
        file = address.database
        if address.get_backend_name() == "sqlite" and file and file != ":memory:" and not Path(file).exists():
            problem = Problem(
                "The SQLite file does not exist.",
                name,
                "An address whose path leads to a database file.",
                "Correct `database` in study.yaml.",
            )
            raise StudyError([problem])
        engine = sa.create_engine(address)
    except (sa.exc.ArgumentError, ImportError, ValueError) as err:
        if isinstance(err, StudyError):
            raise
        driver = isinstance(err, ImportError) or "plugin" in str(err).lower()
        raise StudyError(
            [
                Problem(
                    "The driver of this kind of database is not installed."
                    if driver
                    else "The database address cannot be understood.",
                    name,
                    "An address such as postgresql+psycopg://user@host/base, and its driver installed.",
                    "Install the driver, or correct `database` in study.yaml.",
                )
            ]
        ) from None  # the cause may repeat the address, and with it a password
    try:
        return pd.read_sql_table(bare, engine, schema=schema or None)
    except ValueError as err:  # how pandas says that the table is not there
        raise StudyError(
            [
                Problem(
                    f"The database has no table {table!r}.",
                    name,
                    "The name of a table or view, or schema.table.",
                    "Correct `table` in study.yaml.",
                )
            ]
        ) from err
    except sa.exc.SQLAlchemyError as err:
        raise StudyError(
            [
                Problem(
                    f"The database could not be read ({type(err).__name__}).",
                    name,
                    "A database that answers, and a user who may read the table.",
                    "Check the address, the network and the user's rights, then try again.",
                )
            ]
        ) from None
    finally:
        engine.dispose()
