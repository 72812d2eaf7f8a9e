"""How does a plan look in a terminal?"""

from __future__ import annotations

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from valuelib.explore.planning.plan import Plan
from valuelib.records import Table
from valuelib.show.language import Speech
from valuelib.show.planning import say_assumed, say_naive, say_plan, table_answers, table_chances


def print_plan(console: Console, plan: Plan, speech: Speech) -> None:
    """The answer in sentences, the numbers, the chance of each verdict, and what it all rests on."""
    console.print(Text(say_plan(plan, speech), style="bold"))
    for table in (table_answers(plan, speech), table_chances(plan, speech)):
        if table is not None:
            console.print()
            console.print(_grid(table))
    console.print()
    console.print(Text(f"{say_naive(plan, speech)} {say_assumed(plan, speech)}"))


def _grid(table: Table) -> Grid:
    grid = Grid(title=Text(table.caption, style="bold"), title_justify="left", caption=Text(table.note), caption_justify="left")
    for number, column in enumerate(table.columns):
        grid.add_column(column, justify="right" if number else "left", overflow="fold")
    for row in table.rows:
        grid.add_row(*(Text(cell) for cell in row))
    return grid
