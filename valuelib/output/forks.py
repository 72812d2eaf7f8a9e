"""The warm side of a run: a process that has imported what chapters use, and forks itself once for each of them.

A fork becomes an IPython kernel like any other, with its own session, folder, environment and standard streams; only its start is
short. What forks has one thread: where getting a study ready has left another, that is told and nothing is forked from it.
"""

from __future__ import annotations

import array
import atexit
import gc
import importlib
import importlib.util
import json
import os
import signal
import socket
import struct
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from valuelib.threads import start_quickly

Message: TypeAlias = Mapping[str, Any]
SIZE = struct.Struct("!Q")
STREAMS = 3
LAUNCHER = "ipykernel_launcher"
# Libraries that start no thread and open nothing when they are imported; others are left to the chapter that imports them.
SAFE = frozenset(
    {"IPython", "lifelines", "matplotlib", "numpy", "pandas", "scipy", "seaborn", "sklearn", "statsmodels", "valuelib"}
)
# What a kernel imports before its first cell, or as it ends.
OF_KERNELS = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "ipykernel.iostream",
    "ipykernel.displayhook",
    "IPython.core.interactiveshell",
)


def send(to: socket.socket, message: Message, files: Iterable[int] = ()) -> None:
    """Send a message, and open files with it."""
    body, handles = json.dumps(message).encode(), array.array("i", files)
    to.sendmsg([SIZE.pack(len(body))], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, handles)] if handles else [])
    to.sendall(body)


def receive(of: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """The next message and the files that came with it.

    Raises:
        EOFError: nobody is at the other end any more.
    """
    head, passed, *_ = of.recvmsg(SIZE.size, socket.CMSG_SPACE(STREAMS * array.array("i").itemsize))
    files = array.array("i")
    for _, _, data in passed:
        files.frombytes(data)
    (size,) = SIZE.unpack(_read(of, SIZE.size, head))
    message: dict[str, Any] = json.loads(_read(of, size))
    return message, files.tolist()


def _read(of: socket.socket, size: int, start: bytes = b"") -> bytes:
    found = bytearray(start)
    while len(found) < size:
        more = of.recv(size - len(found))
        if not more:
            raise EOFError("nobody is at the other end any more")
        found += more
    return bytes(found)


def main(number: int) -> NoReturn:
    """Serve whoever has the other end of an open socket until it is closed, and end; a fork ends here, too."""
    start_quickly()
    for name in OF_KERNELS:
        importlib.import_module(name)
    code = 1
    try:
        arguments = Home(socket.socket(fileno=number)).serve()
        if arguments is not None:
            from ipykernel.kernelapp import IPKernelApp

            IPKernelApp.launch_instance(arguments)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()  # what comes next would otherwise end the process without a word
    finally:
        # What is left is a warm heap, which the system takes away at once and Python object by object.
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)


class Home:
    """A warm process as its forks' parent; what it is asked for are messages with the key `do`."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.kernels: set[int] = set()
        self.homes: set[int] = set()
        self.ended: dict[int, int] = {}

    def serve(self) -> list[str] | None:
        """Answer until the other end is closed; in a fork that is to be a kernel, this gives the kernel's arguments."""
        while True:
            try:
                asked, files = receive(self.control)
            except (EOFError, ConnectionError):
                self._end()
                return None
            self._reap()
            answer: dict[str, Any]
            match asked["do"]:
                case "import":
                    answer = {"imported": _import(asked["modules"])}
                case "home":
                    answer = self._fork_home(asked, files)
                case "kernel":
                    found = self._fork_kernel(asked, files)
                    if isinstance(found, list):
                        return found
                    answer = {"pid": found}
                case _:
                    answer = {"code": self.ended.get(asked["pid"])}
            if answer:
                send(self.control, answer)

    def _fork_home(self, asked: Message, files: list[int]) -> dict[str, Any]:
        """A fork that serves at the socket it is given, with a study that it has got ready; it answers there."""
        gc.collect()
        gc.freeze()  # pages of what is here now stay shared with all forks
        pid = os.fork()
        if pid:
            self.homes.add(pid)
            os.close(files[0])
            return {"pid": pid}
        self._become(socket.socket(fileno=files[0]))
        _surround(asked)
        if asked["ready"] is not None:
            get_ready(**asked["ready"])
        gc.freeze()
        return {"threads": _threads(), "pid": os.getpid()}

    def _fork_kernel(self, asked: Message, files: list[int]) -> int | list[str]:
        """The number of the new process; in the fork, its arguments."""
        ready, told = os.pipe()
        parent, pid = os.getpid(), os.fork()
        if pid:
            self.kernels.add(pid)
            for number in (told, *files):
                os.close(number)
            os.read(ready, 1)  # it leads its own group of processes by then, or is dead
            os.close(ready)
            return pid
        os.setsid()
        for number in (ready, told):
            os.close(number)
        for place, number in enumerate(files):
            os.dup2(number, place)
            os.close(number)
        self._become(None)
        _surround(asked)
        if "pandas" in sys.modules:
            # Imported without a kernel, pandas takes frames to be for a terminal and cuts them; a kernel's have 20 columns.
            sys.modules["pandas"].set_option("display.max_columns", 20)
        origin = importlib.util.find_spec(LAUNCHER)
        sys.argv = [str(origin.origin) if origin else LAUNCHER, *asked["arguments"]]  # as a chapter sees it in any kernel
        return [*asked["arguments"], f"--IPKernelApp.parent_handle={parent}"]

    def _become(self, control: socket.socket | None) -> None:
        """In a fork: nothing of the parent's any more."""
        self.control.close()
        if control is not None:
            self.control = control
        self.kernels, self.homes, self.ended = set(), set(), {}

    def _reap(self, flags: int = os.WNOHANG) -> None:
        for pid in [*self.kernels, *self.homes]:
            found, status = os.waitpid(pid, flags)
            if found:
                self.kernels.discard(pid)
                self.homes.discard(pid)
                self.ended[pid] = os.waitstatus_to_exitcode(status)

    def _end(self) -> None:
        """Whoever asked is gone: so are its kernels, and their own processes with them."""
        for pid in self.kernels:
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
        self._reap(0)


def _import(modules: Iterable[str]) -> list[str]:
    """Import what is safe of these; an error is left to the chapter that imports it, too."""
    found = [name for name in modules if name.partition(".")[0] in SAFE]
    for name in found:
        with suppress(ImportError):
            importlib.import_module(name)
    return found


def _surround(asked: Message) -> None:
    """Environment and working folder as asked for, and random numbers of its own."""
    os.environ.clear()
    os.environ.update(asked["environment"])
    if hasattr(time, "tzset"):
        time.tzset()
    os.chdir(asked["folder"])
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()  # `random` of the standard library does so by itself


def get_ready(study: str | Mapping[str, Any], language: str | None) -> None:
    """Load and assess a study, for the chapters of a run to begin with.

    Nothing is told and nothing fails here: a chapter that reads the study meets the same, and says so.
    """
    from valuelib.study.load import make_ready
    from valuelib.verdict.assess import assess_all

    with warnings.catch_warnings(), suppress(Exception):  # on leaving, what has warned here may warn again
        told: Mapping[str, Any] = {"folder": study} if isinstance(study, str) else study
        assess_all(make_ready(told["folder"], language, told.get("source")))


def _threads() -> int:
    """How many threads this process has, those of libraries among them where the system tells."""
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.is_dir() else threading.active_count()
