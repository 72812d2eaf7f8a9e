"""How is one notebook run in a fresh kernel, and where did it stop if it did not run through?

papermill does the running; its engine can be exchanged by name. Whatever goes wrong becomes a `RunError` that names the
notebook, the section, the cell and the cause. Only a kernel that did not start is tried once more (two that start at the
same moment may race for a port); a cell is never run twice.
"""

from __future__ import annotations

import copy
import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from valuelib.errors import ParameterError, RunError
from valuelib.report.notebooks import first_line, section_of
from valuelib.report.parameters import Parameters
from valuelib.threads import ONE_THREAD

KERNEL = "python3"
SURROUNDINGS = {"PYTHONHASHSEED": "0", **ONE_THREAD}
# The history of commands would otherwise be written to the user's home, clients' names included; what a kernel has to say
# about its own plumbing is not for the reader, whose errors come as `RunError`.
KERNEL_ARGUMENTS = ("--HistoryManager.hist_file=:memory:", "--log-level=CRITICAL")
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
            raise _cell_error(name, notebook, parameters, err) from err
        except Exception as err:  # an engine may raise anything; whatever it is, the run has failed and must say where
            if watch.cell is not None or last_try:
                raise _run_error(name, notebook, parameters, watch, err) from err
    raise AssertionError("the second try either returns or raises")


def _papermill(
    notebook: NotebookNode, parameters: Parameters, folder: Path, engine: str | None, cell_timeout: int | None, watch: Watch
) -> NotebookNode:
    with tempfile.TemporaryDirectory(prefix="valuelib-") as sockets:
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
            config=_transport(Path(sockets)),
        )
    return executed


def _transport(sockets: Path) -> Config:
    """Files of the user as the way to the kernel, where the system has them: no open port, no race for one."""
    if os.name == "nt":
        return Config()
    return Config(KernelManager=Config(transport="ipc", connection_file=str(sockets / "kernel.json")))


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


def _cell_error(name: str, notebook: NotebookNode, parameters: Parameters, err: Any) -> RunError:
    place = _source_cell(notebook, parameters, err.cell_index)
    told = str(err.evalue).strip() if err.ename == "StudyError" else first_line(str(err.evalue))
    return RunError(name, f"{err.ename}: {told}".rstrip(": "), section=section_of(notebook, place), cell=place + 1)


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
