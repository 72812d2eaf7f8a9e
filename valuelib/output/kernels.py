"""The kernels that run notebooks: of this interpreter, reached by files of the user, in plain surroundings.

A kernel starts by itself, or warm: as a fork of a process that has imported everything (`valuelib.output.forks`).
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets.config import Config

from valuelib.output.scratch import scratch_folder
from valuelib.threads import ONE_THREAD

KERNEL = "python3"
SURROUNDINGS = {"PYTHONHASHSEED": "0", **ONE_THREAD}
# The history of commands would otherwise be written to the user's home, clients' names included; what a kernel has to say
# about its own plumbing is not for the reader, whose errors come as `RunError`.
KERNEL_ARGUMENTS = ("--HistoryManager.hist_file=:memory:", "--log-level=CRITICAL")
# The path of a socket may have 103 bytes on macOS and 107 on Linux; what stands below this folder takes the rest.
LONGEST_FOLDER = 103 - len("/valuelib_12345678/kernel-ipc-5")


class OwnKernel(AsyncKernelManager):
    """Starts kernels with the interpreter that runs valuelib, whatever kernels are registered on the machine.

    The manifest names the packages of one environment.
    """

    @property
    def kernel_spec(self) -> KernelSpec:
        return KernelSpec(**get_kernel_dict())


@contextmanager
def kernel_settings() -> Iterator[Config]:
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
def plain_surroundings() -> Iterator[None]:
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
