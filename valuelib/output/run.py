"""The notebooks of a report run, each in a fresh kernel and some side by side, with proof that each came to its end."""

from __future__ import annotations

import copy
import json
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, chdir, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import papermill
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from valuelib.errors import ParameterError, RunError
from valuelib.output.collect import Recorded, collect_records, prove_done
from valuelib.output.kernels import KERNEL, KERNEL_ARGUMENTS, kernel_settings, plain_surroundings
from valuelib.output.notebooks import (
    ANALYST,
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
from valuelib.output.warm import CAN_FORK, COLD, WARM, Line, register_engines, warm_home
from valuelib.threads import processors

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


def execute_notebook(
    name: str,
    notebook: NotebookNode,
    parameters: Parameters,
    *,
    folder: Path,
    engine: str | None = None,
    cell_timeout: int | None = None,
    analyst: bool = True,
    on_cell: OnCell | None = None,
    home: Line | None = None,
) -> NotebookNode:
    """Run a notebook in a fresh kernel and return it with its outputs; the one given is left as it is.

    Args:
        name: how messages call the notebook.
        notebook: with a cell tagged `parameters`.
        parameters: already checked against that cell.
        folder: working folder of the kernel.
        engine: name of a papermill engine; None is papermill's own.
        cell_timeout: seconds that one cell may take; None sets no limit.
        analyst: run the cells tagged `analyst`, too.
        on_cell: told the place of each cell when it starts.
        home: the warm process of the run, where the engine is the warm one; a kernel that does not start there starts by itself.

    Raises:
        RunError: the kernel did not start, a cell failed or took too long, or the kernel died.
        ParameterError: there is no such engine.
    """
    for last_try, tried in enumerate((engine, COLD if engine == WARM else engine)):
        watch = Watch(on_cell)
        try:
            return _papermill(copy.deepcopy(notebook), parameters, folder, tried, cell_timeout, analyst, watch, home)
        except PapermillExecutionError as err:
            place = _source_cell(notebook, parameters, err.cell_index)
            told = str(err.evalue).strip() if err.ename == "StudyError" else first_line(str(err.evalue))
            raise RunError(name, f"{err.ename}: {told}".rstrip(": "), section=section_of(notebook, place), cell=place + 1) from err
        except Exception as err:  # an engine may raise anything; whatever it is, the run has failed and must say where
            if watch.cell is not None or last_try or (home is not None and home.left):
                raise _run_error(name, notebook, parameters, watch, err) from err
    raise AssertionError("the second try either returns or raises")


def _papermill(
    notebook: NotebookNode,
    parameters: Parameters,
    folder: Path,
    engine: str | None,
    cell_timeout: int | None,
    analyst: bool,
    watch: Watch,
    home: Line | None,
) -> NotebookNode:
    with kernel_settings() as config:
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
            **({"home": home} if engine == WARM else {}),
            **({} if analyst else {"skip_cells_with_tag": ANALYST}),
        )
    return executed


def _check_engine(engine: str) -> None:
    register_engines()
    try:
        papermill.engines.papermill_engines.get_engine(engine)
    except papermill.exceptions.PapermillException as err:
        raise ParameterError(
            f"There is no papermill engine named {engine!r}. Expected: {WARM}, {COLD} or another that is installed."
        ) from err


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
    """What a run tells while it goes on; each notebook starts, passes its cells and ends.

    Notebooks may run side by side: what starts is told in threads, what ended in running order in the thread of the run.
    """

    def started(self, name: str, number: int, notebooks: int, cells: int) -> None:
        """A notebook starts: its name, its place among the notebooks, how many cells it has."""

    def at_cell(self, name: str, cell: int) -> None:
        """A cell of a notebook starts, counted from 0."""

    def ended(self, name: str, seconds: float) -> None:
        """A notebook has run through, and all before it."""

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
        self._notebooks = 1
        self._numbers: dict[str, int] = {}
        self._cells: dict[str, int] = {}
        self._passed: dict[str, float] = {}
        self._seconds: dict[str, float] = {}

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._bar.stop()

    def started(self, name: str, number: int, notebooks: int, cells: int) -> None:
        if number == 1:  # of a run that begins
            self._passed.clear()
        self._notebooks, self._numbers[name], self._cells[name] = notebooks, number, max(cells, 1)
        self.at_cell(name, 0)

    def at_cell(self, name: str, cell: int) -> None:
        self._passed[name] = cell / self._cells[name]
        self._draw()

    def ended(self, name: str, seconds: float) -> None:
        self._passed[name], self._seconds[name] = 1.0, seconds
        self._draw()
        if not self._console.is_terminal:
            self._console.print(f"{self._numbers[name]}/{self._notebooks} {name}  {seconds:.1f} s", highlight=False, markup=False)

    def _draw(self) -> None:
        passed = dict(self._passed)
        at_work = ", ".join(name for name, part in passed.items() if part < 1)
        told = f"{len(passed)}/{self._notebooks} {at_work}"
        self._bar.update(self._task, description=told, total=self._notebooks, completed=sum(passed.values()))

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
    analyst: bool = True,
    folder: Path | None = None,
    jobs: int | None = None,
    ready: bool = True,
    watcher: Watcher | None = None,
) -> tuple[NotebookRun, ...]:
    """Run the notebooks, each in a fresh kernel, the summary last.

    A notebook that declares the parameter `results` gets the path of a JSON file with all records so far: a list of
    `{"notebook", "kind", "data"}`. One that declares `full` is told where the long calculations are wanted.

    Args:
        paths: the notebooks.
        parameters: plain JSON values; each notebook must declare every one of them.
        engine: `warm` (each kernel a fork of a process that has imported everything), `kernel` (each from cold), or the name of
            another papermill engine; None is the warm one where the system can fork.
        cell_timeout: seconds that one cell may take; None sets no limit.
        alone: give no notebook the results of the others, as when a reader opens it.
        full: ask the notebooks that can for their long calculations.
        analyst: run the cells tagged `analyst` too, whose outputs are for whoever works in the notebook.
        folder: in which the kernels work; None is the one above the folder of the first notebook.
        jobs: how many warm kernels work at once, which changes no result; None is as many as there are processors, at most four.
            Other engines run one notebook after another, and so does what reads the records of those before it.
        ready: load and assess the study before warm kernels are forked; a waste where its answers stay in a database.
        watcher: told how the run goes on.

    Raises:
        ParameterError: names or types do not fit; nothing has run.
        RunError: a notebook did not run to its end; those that were running beside it have been stopped.
    """
    notebooks, folder = read_notebooks(paths, parameters), (folder or working_folder(paths)).resolve()
    engine = engine or (WARM if CAN_FORK else COLD)
    _check_engine(engine)
    done: list[NotebookRun] = []
    running: deque[Future[NotebookRun]] = deque()

    def finish() -> None:
        """Take in running order what has run; one that fails stops the others, also those before it."""
        waiting = set(running)
        while running:
            ended, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for one in (one for one in running if one in ended):
                one.result()
            while running and running[0].done():
                done.append(running.popleft().result())
                if watcher:
                    watcher.ended(done[-1].name, done[-1].seconds)

    with ExitStack() as stack:
        # Of the whole process, so that it is set once and not by each of the notebooks that run side by side.
        scratch = stack.enter_context(scratch_folder()).resolve()
        stack.enter_context(plain_surroundings())
        stack.enter_context(chdir(folder))
        home = stack.enter_context(_home(engine, notebooks, folder, parameters if ready else {}, watcher))
        kernels = stack.enter_context(_side_by_side(home, jobs))
        for number, (name, notebook) in enumerate(notebooks.items(), start=1):
            if kernels is None or RESULTS in declared_parameters(name, notebook):
                finish()
            given = parameters if alone else _with_results(name, notebook, parameters, done, scratch / RECORDS_FILE)
            given = {**given, FULL: True} if full and FULL in declared_parameters(name, notebook) else given
            chosen = COLD if engine == WARM and (home is None or _other_kernel(name, notebook, watcher)) else engine
            place = (number, len(notebooks))
            run = partial(_run_one, name, notebook, given, place, folder, chosen, cell_timeout, analyst, watcher, home)
            running.append(kernels.submit(_in_a_thread, run) if kernels is not None else _now(run))
        finish()
    return tuple(done)


MOST_JOBS = 4  # more kernels at once take memory, and wait for the longest of them


@contextmanager
def _side_by_side(home: Line | None, jobs: int | None) -> Iterator[Executor | None]:
    """Threads in which notebooks run at once; None where each is to run before the next begins.

    Where the run ends early, the kernels of those that are running end with their warm process.
    """
    jobs = jobs or min(processors(), MOST_JOBS)
    if home is None or jobs == 1:
        yield None
        return
    with ThreadPoolExecutor(jobs) as threads:
        try:
            yield threads
        except BaseException:
            home.leave()
            threads.shutdown(wait=False, cancel_futures=True)
            raise


def _in_a_thread(run: Callable[[], NotebookRun]) -> NotebookRun:
    """Run it, and close the event loop that talking to a kernel leaves in each thread."""
    try:
        return run()
    finally:
        ensure_event_loop().close()


def _now(run: Callable[[], NotebookRun]) -> Future[NotebookRun]:
    """What a thread would give for it, run in this one: an engine of somebody else's may want that, and so does Ctrl-C."""
    ended: Future[NotebookRun] = Future()
    ended.set_result(run())
    return ended


def read_notebooks(paths: Sequence[Path], parameters: Parameters) -> Mapping[str, NotebookNode]:
    """The notebooks by name in running order, once it is sure that the parameters fit them all.

    Raises:
        ParameterError: names or types do not fit, or a file is no notebook.
    """
    notebooks = {path.stem: read_notebook(path) for path in sorted(paths, key=running_order)}
    for cell in (cell for notebook in notebooks.values() for cell in notebook.cells if cell.cell_type == "code"):
        cell.outputs = []  # of an earlier run; papermill drops them too, but copies and checks them several times before
    check_parameters(notebooks, parameters)
    return notebooks


def _run_one(
    name: str,
    notebook: NotebookNode,
    parameters: Parameters,
    place: tuple[int, int],
    folder: Path,
    engine: str | None,
    cell_timeout: int | None,
    analyst: bool,
    watcher: Watcher | None,
    home: Line | None,
) -> NotebookRun:
    start = time.monotonic()
    if watcher:
        watcher.started(name, *place, len(notebook.cells))
    on_cell = partial(watcher.at_cell, name) if watcher else None
    executed = execute_notebook(
        name,
        notebook,
        parameters,
        folder=folder,
        engine=engine,
        cell_timeout=cell_timeout,
        analyst=analyst,
        on_cell=on_cell,
        home=home,
    )
    records = collect_records(name, executed)
    prove_done(name, executed, records)
    return NotebookRun(name=name, notebook=executed, parameters=parameters, records=records, seconds=time.monotonic() - start)


@contextmanager
def _home(
    engine: str, notebooks: Mapping[str, NotebookNode], folder: Path, parameters: Parameters, watcher: Watcher | None
) -> Iterator[Line | None]:
    """The warm process of a run, with the study that its chapters begin with; None for another engine, or where none starts."""
    with ExitStack() as stack:
        home = None
        if engine == WARM:
            try:
                home = stack.enter_context(warm_home(notebooks.values(), folder, parameters))
            except (RuntimeError, OSError) as err:
                if watcher:
                    watcher.told(f"The warm engine did not start, so that each chapter runs in a kernel from cold: {err}.")
        yield home


def _other_kernel(name: str, notebook: NotebookNode, watcher: Watcher | None) -> bool:
    """Whether a notebook asks for another kernel than Python's own, which is told."""
    wanted = notebook.metadata.get("kernelspec", {}).get("name", KERNEL)
    if wanted != KERNEL and watcher:
        watcher.told(f"{name} asks for the kernel {wanted!r}; it runs in a Python kernel from cold, not in the warm engine.")
    return bool(wanted != KERNEL)


def _with_results(name: str, notebook: NotebookNode, parameters: Parameters, done: Sequence[NotebookRun], file: Path) -> Parameters:
    if RESULTS not in declared_parameters(name, notebook):
        return parameters
    records = [{"notebook": run.name, "kind": item.kind, "data": item.data} for run in done for item in run.records]
    file.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
    return {**parameters, RESULTS: str(file)}
