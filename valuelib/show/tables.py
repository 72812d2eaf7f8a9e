"""Typed tables: what builders put into cells, and the text of a cell where a table is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from valuelib.results import Cell, Column, Difference, Estimate, Group, Kind, Ratio, Table, Value
from valuelib.show.labels import limits_of
from valuelib.show.localizer import local

Heading = Column | str | tuple[str, Kind] | tuple[str, Kind, int]
# How an estimate stands in four columns, after the one that names it.
VALUE_COLUMNS: tuple[Heading, ...] = (("common.value", "number"), ("common.interval_heading", "interval"))
ANSWER_COLUMNS: tuple[Heading, ...] = (("common.answers", "count"), ("common.accounts", "count"))


def cell_text(cell: Cell, column: Column) -> str:
    r"""A cell as it is printed: its words, or its value, interval and answers; a dash where there is nothing.

    >>> cell_text(Cell(0.62, 0.4, 0.84, n=218), Column("Difference", "points"))
    '+0.6 [0.4,\xa00.8], 218 answers'
    """
    if isinstance(cell.value, str):
        return cell.value
    kind, decimals = column.form_of(cell)
    said = []
    if cell.value is not None or cell.low is None:
        if kind in ("points", "effect"):
            said.append(local.points(cell.value, decimals))
        else:
            said.append(local.percent(cell.value, decimals) if kind == "percent" else local.number(cell.value, decimals))
    if cell.low is not None and cell.high is not None:
        ends, alone = (cell.low, cell.high), cell.value is None
        if alone and kind == "count":
            said.append("–".join(dict.fromkeys(local.number(end, decimals) for end in ends)))
        elif alone and kind == "points":
            said.append(" … ".join(local.points(end, decimals) for end in ends))
        else:
            low, high = ((100 * end if kind == "percent" else end) for end in ends)
            said.append(local.interval(low, high, decimals))
    text = " ".join(said)
    if cell.n is not None:
        text = f"{text}, {local.plural('common.answers_n', cell.n)}"
    if cell.words or cell.of is not None:
        return local.text(cell.words or "common.mapped_of", value=text, of=local.count(cell.of))
    return text


def text_rows(columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> list[list[str]]:
    """Every row's cells as they are printed."""
    return [[cell_text(cell, column) for cell, column in zip(row, columns, strict=True)] for row in rows]


def table_lines(table: Table) -> list[list[str]]:
    """The headings and every row of a table as they are printed."""
    return [[column.label for column in table.columns], *text_rows(table.columns, table.rows)]


def holds_number(cell: Cell, column: Column) -> bool:
    """Whether a cell stands at the right as numbers do: in a column of numbers, and not as words."""
    return column.form_of(cell)[0] != "text" and not isinstance(cell.value, str)


# What builders of tables share: headings by their code, and estimates, differences and groups as cells.


def column(code: str, kind: Kind = "text", decimals: int | None = None, **values: Value) -> Column:
    """A column headed by the text of a code."""
    return Column(local.text(code, **values), kind, decimals)


def make_table(
    name: str, caption: str, columns: Iterable[Heading], rows: Iterable[Iterable[Cell | float | str | None]], note: str = ""
) -> Table:
    """A table in the language in force.

    Args:
        name: in the record and the workbook.
        caption: a line above the table, as said.
        columns: each a column, or the code of its heading, with its kind and decimals where it does not hold text.
        rows: what is no cell yet becomes the value of one.
        note: below the table, as said.
    """
    headed = (one if isinstance(one, Column) else column(one) if isinstance(one, str) else column(*one) for one in columns)
    cells = (tuple(held if isinstance(held, Cell) else Cell(held) for held in row) for row in rows)
    return Table(name=name, caption=caption, columns=tuple(headed), rows=tuple(cells), note=note, language=local.language)


def estimate_cell(estimate: Estimate | None, decimals: int | None = None, *, with_n: bool = False, words: str = "") -> Cell:
    """An estimate with its interval, and where it is asked for the number of answers; an empty cell where there is none."""
    if estimate is None or estimate.value is None:
        return Cell()
    n = estimate.n if with_n else None
    return Cell(estimate.value, estimate.ci_low, estimate.ci_high, n, decimals=decimals, words=words)


def estimate_cells(estimate: Estimate, decimals: int | None = None) -> Iterator[Cell]:
    """An estimate over four columns: value, interval, answers, accounts."""
    yield Cell(estimate.value, decimals=decimals)
    yield Cell(low=estimate.ci_low, high=estimate.ci_high, decimals=decimals)
    yield Cell(estimate.n)
    yield Cell(estimate.accounts)


def list_estimates(name: str, caption: str, what: Heading, estimates: Iterable[tuple[str, Estimate]], note: str = "") -> Table:
    """Estimates under the labels given: value, interval, answers and accounts; two decimals where the unit is small."""
    return make_table(
        name,
        caption,
        (what, *VALUE_COLUMNS, *ANSWER_COLUMNS),
        ((label, *estimate_cells(one, 2 if one.unit in ("ratio", "coefficient") else 1)) for label, one in estimates),
        note,
    )


def lift_cell(lift: Difference | Ratio | None) -> Cell:
    """A difference or a ratio with the interval that is shown."""
    return Cell() if lift is None else Cell(lift.value, *limits_of(lift))


def interval_cell(lift: Difference | Ratio | None) -> Cell:
    """Only the interval that is shown; blank where there is nothing that could have one."""
    if lift is None:
        return Cell("")
    low, high = limits_of(lift)
    return Cell(low=low, high=high)


def group_cell(group: Group | None, *, with_n: bool = False) -> Cell:
    """A group's figure with its interval, and where it is asked for the number of answers."""
    return Cell() if group is None else Cell(group.value, group.ci_low, group.ci_high, group.n if with_n else None)
