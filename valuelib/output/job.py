"""One process of a batch: it checks studies and makes reports as it is asked, one after another, with one warm engine for all.

Orders come as lines of JSON on standard input, and what happens goes as lines of JSON to standard output. When nobody is at the
other end any more, however that came to be, the process stops, and nothing of an unfinished report stays.
"""

from __future__ import annotations

import dataclasses
import io
import json
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, suppress
from pathlib import Path
from typing import Any, TypeAlias

from valuelib import errors
from valuelib.errors import JobError, Problem, ValuelibError
from valuelib.threads import start_quickly, use_one_thread

Event: TypeAlias = Mapping[str, Any]
Send: TypeAlias = Callable[[Event], None]
PATIENCE = 20  # seconds in which a job that is told to stop takes its folders away
CHECK, REPORT = "check", "report"
TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def tell_error(err: Exception) -> dict[str, Any]:
    """An error as plain values, which `error_of` makes an error of again."""
    if not isinstance(err, ValuelibError):
        said = next((line.strip() for line in str(err).splitlines() if line.strip()), "")
        return {
            "kind": JobError.__name__,
            "said": said if isinstance(err, OSError) else f"{type(err).__name__}: {said}",
            "about": {},
        }
    about = {name: value for name, value in vars(err).items() if not name.startswith("_")}
    return {"kind": type(err).__name__, "said": str(err), "about": {**about, **_plain(about)}}


def _plain(about: Mapping[str, Any]) -> dict[str, Any]:
    return {"problems": [dataclasses.asdict(one) for one in about["problems"]]} if "problems" in about else {}


def error_of(told: Mapping[str, Any]) -> ValuelibError:
    """The error of another process, of its own class and with all that it carries."""
    kind = getattr(errors, told["kind"])
    made: ValuelibError = kind.__new__(kind, told["said"])
    about = dict(told["about"])
    if "problems" in about:
        about["problems"] = tuple(Problem(**one) for one in about["problems"])
    vars(made).update({name: tuple(value) if isinstance(value, list) else value for name, value in about.items()})
    return made


class Teller:
    """Tells how a run goes on, as a `Watcher` sees it."""

    def __init__(self, send: Send) -> None:
        self._send, self._begun = send, cpu_seconds()
        self._number = self._notebooks = self._cells = 1

    def started(self, name: str, number: int, notebooks: int, cells: int) -> None:
        self._number, self._notebooks, self._cells = number, notebooks, max(cells, 1)

    def at_cell(self, name: str, cell: int) -> None:
        self._send({"event": "at", "part": (self._number - 1 + cell / self._cells) / self._notebooks})

    def ended(self, name: str, seconds: float) -> None:
        now = cpu_seconds()
        self._send({"event": "notebook", "notebook": name, "seconds": seconds, "cpu": now - self._begun})
        self._begun = now

    def told(self, text: str) -> None:
        self._send({"event": "told", "message": text})

    def kept(self, folder: Path, names: tuple[str, ...]) -> None:
        self._send({"event": "kept", "message": f"Kept in {folder}: {', '.join(names)}"})


def main() -> None:
    """Serve the batch that started this process until it closes standard input."""
    for sign in (signal.SIGINT, signal.SIGTERM):  # also where the batch was started with them ignored
        signal.signal(sign, signal.default_int_handler)
    use_one_thread()
    start_quickly()
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    with Path(os.devnull).open("wb") as nothing:
        os.dup2(nothing.fileno(), 1)  # what a chapter's own processes print there is no event

    def send(event: Event) -> None:
        out.write(json.dumps(event, default=str) + "\n")
        out.flush()

    orders: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
    busy = threading.Event()
    threading.Thread(target=_listen, args=(orders, busy), daemon=True).start()
    try:
        while (order := orders.get()) is not None:
            busy.set()
            send(_do(order, send))
            busy.clear()
    except (KeyboardInterrupt, BrokenPipeError):  # the batch has ended
        sys.exit(130)


def _listen(orders: queue.SimpleQueue[dict[str, Any] | None], busy: threading.Event) -> None:
    """Pass the orders on; where nobody gives any more, end what is being done."""
    with os.fdopen(os.dup(0), encoding="utf-8") as given:
        for line in given:
            orders.put(json.loads(line))
    orders.put(None)
    if busy.is_set() and hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    time.sleep(PATIENCE)
    os._exit(1)


def cpu_seconds() -> float:
    """Seconds of processor that this process has used, with its kernels and their parents where the system tells of them."""
    stats: dict[int, tuple[int, int]] = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has just ended
            told = file.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            stats[int(file.parent.name)] = int(told[1]), sum(map(int, told[11:15]))  # parent; its time and its dead children's
    mine = {os.getpid()}
    while more := {pid for pid, (parent, _) in stats.items() if parent in mine} - mine:
        mine |= more
    return sum(os.times()[:4]) + sum(stats[pid][1] for pid in mine - {os.getpid()}) / TICKS


def _do(order: Mapping[str, Any], send: Send) -> Event:
    """Check a study or make its report, and how that ended."""
    begun, spent, said = time.monotonic(), cpu_seconds(), io.StringIO()
    end: dict[str, Any]
    try:
        from valuelib.output.build import build_report, check_plan, plan_run

        with redirect_stderr(said):
            if order["do"] == CHECK:
                plan = plan_run(order["study"], **_look(order))
                check_plan(plan, order["out"], accept_guesses=order["accept_guesses"], replace_other=order["replace_other"])
            else:
                more = {name: order[name] for name in ("out", "engine", "cell_timeout", "full", "accept_guesses", "replace_other")}
                if "notebooks" in order:  # of a study that was sent here, and that nothing is kept beside
                    more |= {"notebooks": [Path(name) for name in order["notebooks"]], "beside": Path(order["beside"])}
                # Reports are made side by side, and the chapters of each in turn.
                build_report(order["study"], **_look(order), **more, jobs=1, watcher=Teller(send))
        end = {"event": "done"}
    except Exception as err:  # whatever it is, it is this client's, and the others go on
        end = {"event": "failed", "error": tell_error(err)}
    for line in said.getvalue().splitlines():
        send({"event": "told", "message": line})
    return {**end, "seconds": time.monotonic() - begun, "cpu": cpu_seconds() - spent}


def _look(order: Mapping[str, Any]) -> dict[str, Any]:
    files = {name: Path(order[name]) if order[name] is not None else None for name in ("brand", "template")}
    return {"language": order["language"], **files}
