"""A batch as a terminal shows it: a bar with the time left, a line a report where there is no terminal, one table at the end."""

from __future__ import annotations

import time
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from valuelib.errors import StudyError
from valuelib.output.batch import Batch, ClientReport


class BatchProgress:
    """Tells how a batch goes on, and how long it still takes if the rest goes as what is done."""

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
        self._task = self._bar.add_task("checking the studies", total=None)
        self._parts: dict[str, float] = {}
        self._wanted, self._ended, self._start = 0, 0, 0.0

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._bar.stop()

    def begun(self, clients: int, jobs: int) -> None:
        self._wanted = clients
        self._bar.update(self._task, total=max(clients, 1))
        if clients:
            self.told("", f"{clients} reports to make, {jobs} at once; the studies are checked first.")

    def at(self, name: str, part: float) -> None:
        self._start = self._start or time.monotonic()
        self._parts[name] = part
        running = ", ".join(one for one, done in self._parts.items() if done < 1)
        told = f"{self._ended}/{self._wanted} {running}  {self.time_left()}"
        self._bar.update(self._task, description=told, completed=sum(self._parts.values()))

    def told(self, name: str, text: str) -> None:
        self._console.print(Text(f"{name}: {text}" if name else text), soft_wrap=True, highlight=False)

    def ended(self, report: ClientReport) -> None:
        if report.state == "unchanged":
            return
        self._ended += 1
        self.at(report.name, 1.0)
        took = f"  {report.seconds:.1f} s" if report.seconds is not None else ""
        self.told("", f"{self._ended}/{self._wanted} {report.name}  {report.state}{took}  {self.time_left()}".rstrip())

    def time_left(self) -> str:
        """How long the rest takes, in words; nothing while nobody knows."""
        done = sum(self._parts.values())
        if not self._wanted or done <= 0 or done >= self._wanted:
            return ""
        left = (time.monotonic() - self._start) * (self._wanted - done) / done
        return f"about {left / 60:.0f} min left" if left > 90 else f"about {left:.0f} s left"


def print_batch(console: Console, errors: Console, done: Batch) -> None:
    """One table of all reports, after every problem of every study that has any."""
    for one in done:
        if isinstance(one.error, StudyError):
            errors.print(Text(f"{one.name} ({one.study}):", style="bold"), soft_wrap=True)
            for number, problem in enumerate(one.error.problems, start=1):
                errors.print(Text(f"{number}. {problem.where}: {problem.what}"), soft_wrap=True)
                errors.print(Text(f"   Expected: {problem.expected}\n   Next: {problem.next_step}"), soft_wrap=True)
        elif one.error is not None:
            errors.print(Text(f"{one.name}: {one.error}"), soft_wrap=True)
    table = Table(title=str(done), title_justify="left")
    table.add_column("Report", overflow="fold")
    table.add_column("State")
    table.add_column("Seconds", justify="right")
    table.add_column("CPU seconds", justify="right")
    table.add_column("Folder", overflow="fold")
    for one in done:
        seconds, cpu = ("" if value is None else f"{value:.1f}" for value in (one.seconds, one.cpu))
        here = one.folder.relative_to(Path.cwd()) if one.folder.is_relative_to(Path.cwd()) else one.folder
        table.add_row(Text(one.name), one.state, seconds, cpu, Text(str(here)))
    console.print(table)
