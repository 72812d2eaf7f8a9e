"""The notebooks of a report run one after another, each in a fresh kernel, with proof that it came to its end."""

from __future__ import annotations

import copy
import json
import logging
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import papermill
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text
from traitlets.config import Config

from valuelib.errors import ParameterError, RunError
from valuelib.output.collect import Recorded, collect_records, prove_done
from valuelib.output.notebooks import (
    Parameters,
    check_parameters,
    declared_parameters,
    first_line,
    read_notebook,
    running_order,
    section_of,
    working_folder,
)
from valuelib.output.scratch import scratch_folder
from valuelib.threads import ONE_THREAD

KERNEL = "python3"
SURROUNDINGS = {"PYTHONHASHSEED": "0", **ONE_THREAD}
# The history of commands would otherwise be written to the user's home, clients' names included; what a kernel has to say
# about its own plumbing is not for the reader, whose errors come as `RunError`.
KERNEL_ARGUMENTS = ("--HistoryManager.hist_file=:memory:", "--log-level=CRITICAL")
# The path of a socket may have 103 bytes on macOS and 107 on Linux; what stands below this folder takes the rest.
LONGEST_FOLDER = 103 - len("/valuelib_12345678/kernel-ipc-5")
OnCell = Callable[[int], None]


@dataclass(slots=True)
class Watch:
    """Sees which cell is being run; `cell` is None until the kernel has started."""

    on_cell: OnCell | None = None
    cell: int | None = field(default=None, init=False)

    def __call__(self, *, cell: NotebookNode, cell_index: int, **_: object) -> None:
        self.cell = cell_index
        if self.on_cell:
            self.on_cell(cell_index)


class OwnKernel(AsyncKernelManager):
    """Starts kernels with the interpreter that runs valuelib, whatever kernels are registered on the machine.

    The manifest names the packages of one environment.
    """

    @property
    def kernel_spec(self) -> KernelSpec:
        return KernelSpec(**get_kernel_dict())


def execute_notebook(
    name: str,
    notebook: NotebookNode,
    parameters: Parameters,
    *,
    folder: Path,
    engine: str | None = None,
    cell_timeout: int | None = None,
    on_cell: OnCell | None = None,
) -> NotebookNode:
    """Run a notebook in a fresh kernel and return it with its outputs; the one given is left as it is.

    Args:
        name: how messages call the notebook.
        notebook: with a cell tagged `parameters`.
        parameters: already checked against that cell.
        folder: working folder of the kernel.
        engine: name of a papermill engine; None is papermill's own.
        cell_timeout: seconds that one cell may take; None sets no limit.
        on_cell: told the place of each cell when it starts.

    Raises:
        RunError: the kernel did not start, a cell failed or took too long, or the kernel died.
        ParameterError: there is no such engine.
    """
    _check_engine(engine)
    for last_try in (False, True):
        watch = Watch(on_cell)
        try:
            with _plain_surroundings():
                return _papermill(copy.deepcopy(notebook), parameters, folder, engine, cell_timeout, watch)
        except PapermillExecutionError as err:
            place = _source_cell(notebook, parameters, err.cell_index)
            told = str(err.evalue).strip() if err.ename == "StudyError" else first_line(str(err.evalue))
            raise RunError(name, f"{err.ename}: {told}".rstrip(": "), section=section_of(notebook, place), cell=place + 1) from err
        except Exception as err:  # an engine may raise anything; whatever it is, the run has failed and must say where
            if watch.cell is not None or last_try:
                raise _run_error(name, notebook, parameters, watch, err) from err
    raise AssertionError("the second try either returns or raises")


def _papermill(
    notebook: NotebookNode, parameters: Parameters, folder: Path, engine: str | None, cell_timeout: int | None, watch: Watch
) -> NotebookNode:
    with _kernel_settings() as config:
        executed: NotebookNode = papermill.execute_notebook(
            notebook,
            None,
            parameters=dict(parameters),
            engine_name=engine,
            kernel_name=KERNEL,
            language="python",
            progress_bar=False,
            request_save_on_cell_execute=False,
            autosave_cell_every=0,
            cwd=folder,
            execution_timeout=cell_timeout,
            on_cell_start=watch,
            extra_arguments=list(KERNEL_ARGUMENTS),
            config=config,
        )
    return executed


@contextmanager
def _kernel_settings() -> Iterator[Config]:
    """The own kernel, reached by files of the user where the system has them: no open port, no race for one.

    The usual folder for temporary files may lie too deep for that; then it is /tmp, and a port where there is none.
    """
    settings = Config(NotebookClient=Config(kernel_manager_class=OwnKernel))
    folders = (tempfile.gettempdir(), "/tmp") if os.name != "nt" else ()
    short = next((one for one in folders if len(os.fsencode(one)) <= LONGEST_FOLDER and os.access(one, os.W_OK)), None)
    if short is None:
        yield settings
        return
    with scratch_folder(Path(short)) as sockets:
        settings.KernelManager = Config(transport="ipc", connection_file=str(sockets / "kernel.json"))
        yield settings


@contextmanager
def _plain_surroundings() -> Iterator[None]:
    """Fixed hashing in the kernel, so that sets of text keep their order from run to run, one thread, and no log lines."""
    logger, before = logging.getLogger("papermill"), {name: os.environ.get(name) for name in SURROUNDINGS}
    quiet = logging.NullHandler()
    logger.addHandler(quiet)
    os.environ.update(SURROUNDINGS)
    try:
        yield
    finally:
        logger.removeHandler(quiet)
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _check_engine(engine: str | None) -> None:
    try:
        papermill.engines.papermill_engines.get_engine(engine)
    except papermill.exceptions.PapermillException as err:
        raise ParameterError(f"There is no papermill engine named {engine!r}; leave it out to use papermill's own.") from err


def _source_cell(notebook: NotebookNode, parameters: Parameters, executed_index: int) -> int:
    """Place of a cell in the notebook as it is kept: papermill puts one cell with the parameters after the tagged one."""
    tagged = next((i for i, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", [])), -1)
    return executed_index - 1 if parameters and executed_index > tagged else executed_index


def _run_error(name: str, notebook: NotebookNode, parameters: Parameters, watch: Watch, err: Exception) -> RunError:
    cause = f"{type(err).__name__}: {first_line(str(err))}".rstrip(": ")
    if watch.cell is None:
        return RunError(name, f"the kernel did not start, twice ({cause})")
    place = _source_cell(notebook, parameters, watch.cell)
    return RunError(name, cause, section=section_of(notebook, place), cell=place + 1, tip=_tip(err))


def _tip(err: Exception) -> str:
    if isinstance(err, CellTimeoutError):
        return "Allow more seconds with --cell-timeout if the study is large."
    if isinstance(err, DeadKernelError):
        return "A kernel often dies for want of memory."
    return ""


class Watcher(Protocol):
    """What a run tells while it goes on; each notebook starts, passes its cells and ends."""

    def started(self, name: str, number: int, notebooks: int, cells: int) -> None:
        """A notebook starts: its name, its place among the notebooks, how many cells it has."""

    def at_cell(self, cell: int) -> None:
        """A cell starts, counted from 0."""

    def ended(self, name: str, seconds: float) -> None:
        """A notebook has run through."""

    def told(self, text: str) -> None:
        """A sentence that the user should read before the run."""

    def kept(self, folder: Path, names: tuple[str, ...]) -> None:
        """The finished folder had files of the user's in it, which are kept in it under these names."""


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

    def told(self, text: str) -> None:
        self._console.print(Text(text), soft_wrap=True, highlight=False)

    def kept(self, folder: Path, names: tuple[str, ...]) -> None:
        listed = "".join(f"\n  {name}" for name in names)
        self.told(f"Files in {folder} that the earlier report did not bring along, or that were edited since, are kept as:{listed}")

    def print_times(self) -> None:
        """A table of the time each notebook took."""
        table = Table(title="Time", title_justify="left", show_footer=True)
        table.add_column("Notebook")
        table.add_column("Seconds", justify="right", footer=f"{sum(self._seconds.values()):.1f}")
        for name, taken in self._seconds.items():
            table.add_row(name, f"{taken:.1f}")
        self._console.print(table)


CELL_TIMEOUT = 600
RESULTS, FULL = "results", "full"
RECORDS_FILE = "records.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotebookRun:
    """One notebook that ran to its end: its outputs, what it recorded, and the seconds it took.

    `missing` is the sentence on what the study lacks, where the notebook was left out for that; it then has no cells.
    """

    name: str
    notebook: NotebookNode
    parameters: Parameters
    records: tuple[Recorded, ...]
    seconds: float
    missing: str = ""


def run_notebooks(
    paths: Sequence[Path],
    parameters: Parameters,
    *,
    engine: str | None = None,
    cell_timeout: int | None = CELL_TIMEOUT,
    alone: bool = False,
    full: bool = False,
    folder: Path | None = None,
    watcher: Watcher | None = None,
) -> tuple[NotebookRun, ...]:
    """Run the notebooks one after another, each in a fresh kernel, the summary last.

    A notebook that declares the parameter `results` gets the path of a JSON file with all records so far: a list of
    `{"notebook", "kind", "data"}`. One that declares `full` is told where the long calculations are wanted.

    Args:
        paths: the notebooks.
        parameters: plain JSON values; each notebook must declare every one of them.
        engine: name of a papermill engine; None is papermill's own.
        cell_timeout: seconds that one cell may take; None sets no limit.
        alone: give no notebook the results of the others, as when a reader opens it.
        full: ask the notebooks that can for their long calculations.
        folder: in which the kernels work; None is the one above the folder of the first notebook.
        watcher: told how the run goes on.

    Raises:
        ParameterError: names or types do not fit; nothing has run.
        RunError: a notebook did not run to its end; the ones after it have not run.
    """
    notebooks, folder = read_notebooks(paths, parameters), folder or working_folder(paths)
    done: list[NotebookRun] = []
    with scratch_folder() as scratch:
        for number, (name, notebook) in enumerate(notebooks.items(), start=1):
            given = parameters if alone else _with_results(name, notebook, parameters, done, scratch / RECORDS_FILE)
            given = {**given, FULL: True} if full and FULL in declared_parameters(name, notebook) else given
            if watcher:
                watcher.started(name, number, len(notebooks), len(notebook.cells))
            run = _run_one(name, notebook, given, folder, engine, cell_timeout, watcher)
            done.append(run)
            if watcher:
                watcher.ended(name, run.seconds)
    return tuple(done)


def read_notebooks(paths: Sequence[Path], parameters: Parameters) -> Mapping[str, NotebookNode]:
    """The notebooks by name in running order, once it is sure that the parameters fit them all.

    Raises:
        ParameterError: names or types do not fit, or a file is no notebook.
    """
    notebooks = {path.stem: read_notebook(path) for path in sorted(paths, key=running_order)}
    check_parameters(notebooks, parameters)
    return notebooks


def _run_one(
    name: str,
    notebook: NotebookNode,
    parameters: Parameters,
    folder: Path,
    engine: str | None,
    cell_timeout: int | None,
    watcher: Watcher | None,
) -> NotebookRun:
    start = time.monotonic()
    on_cell = watcher.at_cell if watcher else None
    executed = execute_notebook(
        name, notebook, parameters, folder=folder, engine=engine, cell_timeout=cell_timeout, on_cell=on_cell
    )
    records = collect_records(name, executed)
    prove_done(name, executed, records)
    return NotebookRun(name=name, notebook=executed, parameters=parameters, records=records, seconds=time.monotonic() - start)


def _with_results(name: str, notebook: NotebookNode, parameters: Parameters, done: Sequence[NotebookRun], file: Path) -> Parameters:
    if RESULTS not in declared_parameters(name, notebook):
        return parameters
    records = [{"notebook": run.name, "kind": item.kind, "data": item.data} for run in done for item in run.records]
    file.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
    return {**parameters, RESULTS: str(file)}
