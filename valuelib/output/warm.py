"""The warm engine: each notebook in a fork of one process that has imported what notebooks use, instead of a kernel from cold.

papermill, its client and the kernel are the same as ever, so that outputs, errors, time limits and interrupts are, too; all that
differs is how the kernel's process comes to be.
"""

from __future__ import annotations

import ast
import atexit
import os
import signal
import socket
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from nbformat import NotebookNode
from traitlets.config import Config

import valuelib
from valuelib.output.forks import LAUNCHER, Message, receive, send
from valuelib.output.kernels import KERNEL, OwnKernel

WARM, COLD = "warm", "kernel"  # names of papermill engines
CAN_FORK = hasattr(os, "fork") and hasattr(socket, "send_fds")
# What a library reads as it is imported: a process that has imported serves only those who have the same.
READ_EARLY = ("PYTHON", "MPL", "XDG_", "LC_", "LD_", "DYLD_", "OMP_", "OPENBLAS_", "MKL_", "NUMEXPR_", "VECLIB_")
READ_EARLY_TOO = frozenset({"HOME", "LANG", "LANGUAGE", "PATH", "TMPDIR", "TZ", "USER", "VIRTUAL_ENV"})
START = "import sys; sys.path[0] = {root!r}; from valuelib.output import forks; del sys.path[0]; forks.main({number})"


class Line:
    """A conversation with a warm process; whoever lets go ends the process, and its kernels with it."""

    def __init__(self, end: socket.socket) -> None:
        self.end, self._one_at_a_time = end, threading.Lock()
        self.left = False

    def ask(self, asked: Message, files: Iterable[int] = ()) -> dict[str, Any]:
        """The answer to a message.

        Raises:
            RuntimeError: the process has ended.
        """
        with self._one_at_a_time:
            try:
                send(self.end, asked, files)
            except OSError as err:
                raise RuntimeError(f"the warm process has ended: {err}") from err
            return self.hear()

    def hear(self) -> dict[str, Any]:
        """What it says next.

        Raises:
            RuntimeError: it has ended.
        """
        try:
            return receive(self.end)[0]
        except (EOFError, OSError) as err:
            raise RuntimeError(f"the warm process has ended: {err}") from err

    def leave(self) -> None:
        """Let go for good, also while another thread waits for an answer."""
        self.left = True
        with suppress(OSError):  # it has ended
            self.end.shutdown(socket.SHUT_RDWR)


class Server(Line):
    """The process that has imported; it serves this process until either ends."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        super().__init__(ours)
        self.owner, self.early = os.getpid(), early_environment()
        code = START.format(root=str(Path(valuelib.__file__).parents[1]), number=theirs.fileno())
        backend = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}  # a kernel's, unless the user has another
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-c", code],
                env={**backend, **os.environ},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )

    @property
    def serves(self) -> bool:
        """Whether it can be asked from here: by the process that started it, with the environment that it was started in."""
        return self.owner == os.getpid() and self.early == early_environment() and self.process.poll() is None

    def close(self) -> None:
        self.end.close()
        if self.owner == os.getpid():
            self.process.wait()


def early_environment() -> dict[str, str]:
    """What libraries read of the environment as they are imported."""
    return {name: value for name, value in os.environ.items() if name in READ_EARLY_TOO or name.startswith(READ_EARLY)}


_SERVERS: list[Server] = []  # one at most


def _let_go() -> None:
    """In a fork of this process: the server is none of its own, and must see when this process ends."""
    for one in _SERVERS:
        one.end.close()


if CAN_FORK:
    os.register_at_fork(after_in_child=_let_go)


def server() -> Server:
    """The process that has imported, started when it is first needed."""
    if not _SERVERS or not _SERVERS[0].serves:
        close_server()
        _SERVERS.append(Server())
    return _SERVERS[0]


@atexit.register
def close_server() -> None:
    """End the process that has imported, if there is one."""
    while _SERVERS:
        _SERVERS.pop().close()


@contextmanager
def warm_home(notebooks: Iterable[NotebookNode], folder: Path, parameters: Mapping[str, Any] | None = None) -> Iterator[Line]:
    """A warm process for the kernels of one run.

    Args:
        notebooks: whose imports are made beforehand.
        folder: in which the kernels work.
        parameters: of the run; where they name a study and the notebooks use valuelib, it is loaded and assessed beforehand.
    """
    imports = sorted({name for notebook in notebooks for name in imported_by(notebook)})
    study, language = ((parameters or {}).get(name) for name in ("study", "language"))
    ready = {"study": study, "language": language} if "valuelib" in imports and isinstance(study, str | dict) else None
    server().ask({"do": "import", "modules": imports})
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            surroundings = {"environment": dict(os.environ), "folder": str(folder)}
            server().ask({"do": "home", "ready": ready, **surroundings}, [theirs.fileno()])
        home = Line(ours)
        if home.hear()["threads"] == 1:
            yield home
            return
    # What a thread holds while its process forks is lost for good: each chapter then loads the study by itself.
    with warm_home(notebooks, folder) as home:
        yield home


def imported_by(notebook: NotebookNode) -> Iterator[str]:
    """The modules that a notebook's cells import; names in them that may be modules, too."""
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        try:
            tree = ast.parse(cell.source)
        except SyntaxError:  # a magic of IPython, or an error that the cell will tell
            continue
        for node in ast.walk(tree):
            match node:
                case ast.Import(names=names):
                    yield from (one.name for one in names)
                case ast.ImportFrom(module=str(module), names=names, level=0):
                    yield from (module, *(f"{module}.{one.name}" for one in names))
                case ast.Attribute(attr=name) if name in valuelib.HOMES:
                    yield f"valuelib.{valuelib.HOMES[name]}"


class Fork:
    """A kernel's process, as `subprocess.Popen` would tell of it; its standard streams are those of this process."""

    stdin = stdout = stderr = None

    def __init__(self, home: Line, command: list[str], environment: Mapping[str, str]) -> None:
        arguments = command[command.index(LAUNCHER) + 1 :]
        told = {"environment": {**environment, "JPY_PARENT_PID": str(os.getpid())}, "folder": str(Path.cwd())}
        with Path(os.devnull).open("rb") as nothing:
            asked = {"do": "kernel", "arguments": arguments, **told}
            self.pid: int = home.ask(asked, (nothing.fileno(), 1, 2))["pid"]
        self._home = home
        self._code: int | None = None

    def poll(self) -> int | None:
        if self._code is None:
            try:
                self._code = self._home.ask({"do": "code", "pid": self.pid})["code"]
            except RuntimeError:  # its parent is gone, and so will it be
                self._code = -signal.SIGKILL
        return self._code

    wait = poll  # is called once it has ended

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Forked(LocalProvisioner):
    """Kernels as forks of a warm process; all else is as with other kernels of this machine."""

    home: Line

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        process: Any = Fork(self.home, cmd, kwargs["env"])
        self.process = process
        self.pid = self.pgid = process.pid
        self.cwd = Path.cwd()
        return self.connection_info


class WarmKernel(OwnKernel):
    """Starts kernels in a warm process."""

    home: ClassVar[Line]

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.kernel_id = str(uuid.uuid4())
        self.provisioner = Forked(kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self)
        self.provisioner.home = self.home


class WarmEngine:
    """papermill's own engine with kernels that start warm.

    papermill is imported on use only, since papermill in turn imports this where the package's entry points are read.
    """

    @classmethod
    def execute_notebook(
        cls, nb: NotebookNode, kernel_name: str, *, home: Line | None = None, config: Config | None = None, **settings: Any
    ) -> NotebookNode:
        """Run a notebook; `home` is the warm process of the run it belongs to, and None starts one for it alone."""
        from papermill.engines import NBClientEngine

        if home is None:
            with warm_home([nb], Path.cwd()) as home:
                return cls.execute_notebook(nb, kernel_name, home=home, config=config, **settings)
        warm = Config(config or {})
        warm.NotebookClient.kernel_manager_class = type("WarmKernelHere", (WarmKernel,), {"home": home})
        executed: NotebookNode = NBClientEngine.execute_notebook(nb, kernel_name, config=warm, **settings)
        return executed

    @classmethod
    def nb_kernel_name(cls, nb: NotebookNode, name: str | None = None) -> str:
        return name or KERNEL

    @classmethod
    def nb_language(cls, nb: NotebookNode, language: str | None = None) -> str:
        return language or "python"


def register_engines() -> None:
    """Let papermill know the engines by their names, whether or not the package's entry points have been read."""
    from papermill.engines import NBClientEngine, papermill_engines

    papermill_engines.register(COLD, NBClientEngine)
    if CAN_FORK:
        papermill_engines.register(WARM, WarmEngine)
