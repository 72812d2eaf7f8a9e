"""Tables of words for a test, and any table as its reader sees it."""

from __future__ import annotations

from collections.abc import Sequence

from valuelib.results import Column, Table
from valuelib.show.localizer import in_language
from valuelib.show.tables import make_table, table_lines


def table_of_words(caption: str, columns: Sequence[str], rows: Sequence[Sequence[str]], note: str = "") -> Table:
    """A table without any number."""
    return make_table("t", caption, map(Column, columns), rows, note)


def heads(table: Table) -> list[str]:
    """The headings."""
    return [column.label for column in table.columns]


def printed(table: Table) -> list[tuple[str, ...]]:
    """Every row in the table's own language, with plain spaces."""
    with in_language(table.language):
        return [tuple(cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row) for row in table_lines(table)[1:]]
