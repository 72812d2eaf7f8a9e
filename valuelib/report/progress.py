"""How does the person at the terminal see a run go on? A bar where there is a terminal, plain lines elsewhere."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table


class Watcher(Protocol):
    """What a run tells while it goes on; each notebook starts, passes its cells and ends."""

    def started(self, name: str, number: int, notebooks: int, cells: int) -> None:
        """A notebook starts: its name, its place among the notebooks, how many cells it has."""

    def at_cell(self, cell: int) -> None:
        """A cell starts, counted from 0."""

    def ended(self, name: str, seconds: float) -> None:
        """A notebook has run through."""


class ConsoleProgress:
    """A progress bar with the notebook's name and the time so far, or a plain line a notebook; at the end a table of times."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=None)
        self._notebooks = self._cells = 1
        self._number = 0
        self._seconds: dict[str, float] = {}

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._bar.stop()

    def started(self, name: str, number: int, notebooks: int, cells: int) -> None:
        self._number, self._notebooks, self._cells = number, notebooks, max(cells, 1)
        self._bar.update(self._task, description=f"{number}/{notebooks} {name}", total=notebooks, completed=number - 1)

    def at_cell(self, cell: int) -> None:
        self._bar.update(self._task, completed=self._number - 1 + cell / self._cells)

    def ended(self, name: str, seconds: float) -> None:
        self._bar.update(self._task, completed=self._number)
        if not self._console.is_terminal:
            self._console.print(f"{self._number}/{self._notebooks} {name}  {seconds:.1f} s", highlight=False, markup=False)
        self._seconds[name] = seconds

    def print_times(self) -> None:
        """A table of the time each notebook took."""
        table = Table(title="Time", title_justify="left", show_footer=True)
        table.add_column("Notebook")
        table.add_column("Seconds", justify="right", footer=f"{sum(self._seconds.values()):.1f}")
        for name, taken in self._seconds.items():
            table.add_row(name, f"{taken:.1f}")
        self._console.print(table)
