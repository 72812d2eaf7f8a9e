"""Processes that take orders side by side on this machine, each as `job.py` runs it."""

from __future__ import annotations

import json
import queue
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import valuelib
from valuelib.errors import JobError
from valuelib.output.job import PATIENCE, tell_error

START = "import sys; sys.path[0] = {root!r}; from valuelib.output import job; del sys.path[0]; job.main()"


class Jobs:
    """Processes that take orders side by side; each has a thread here that hears it."""

    def __init__(self, number: int) -> None:
        self._jobs: list[Job | None] = [None] * number
        self._events: queue.Queue[tuple[str, Mapping[str, Any]] | None] = queue.Queue()
        self._closing = threading.Event()

    def __enter__(self) -> Jobs:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        jobs = [job for job in self._jobs if job is not None]
        for job in jobs:
            job.let_go()
        for job in jobs:
            job.wait()

    def run(self, orders: Iterator[tuple[str, Mapping[str, Any]]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """What happens, by the name of the order, until all orders are done."""
        waiting = deque(orders)
        threads = [threading.Thread(target=self._work, args=(place, waiting), daemon=True) for place in range(len(self._jobs))]
        for thread in threads:
            thread.start()
        at_work = len(threads)
        while at_work:
            event = self._events.get()
            if event is None:
                at_work -= 1
            else:
                yield event

    def _work(self, place: int, waiting: deque[tuple[str, Mapping[str, Any]]]) -> None:
        try:
            while waiting and not self._closing.is_set():
                try:
                    name, order = waiting.popleft()
                except IndexError:  # another job took the last one
                    return
                try:
                    job = self._ready(place)
                except OSError as err:
                    failed = JobError(f"No process could be started for it: {err.strerror or err}. Run it again with fewer --jobs.")
                    self._events.put((name, {"event": "failed", "error": tell_error(failed)}))
                    continue
                for event in job.ask(order):
                    self._events.put((name, event))
        finally:
            self._events.put(None)

    def _ready(self, place: int) -> Job:
        """The process of this place, started where there is none that lives."""
        job = self._jobs[place]
        if job is not None and not job.lives:
            job.let_go()
            job.wait()
        if job is None or not job.lives:
            job = self._jobs[place] = Job()
            if self._closing.is_set():  # nobody else will
                job.let_go()
        return job


class Job:
    """A process that checks studies and makes reports."""

    def __init__(self) -> None:
        code = START.format(root=str(Path(valuelib.__file__).parents[1]))
        # In a session of its own: Ctrl-C is for the batch, which lets its jobs go.
        self._process = subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8", start_new_session=True
        )

    @property
    def lives(self) -> bool:
        return self._process.poll() is None

    def ask(self, order: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """What happens with an order, to its end; where the process ends before, that is the end."""
        begun = time.monotonic()
        yield {"event": "begun"}
        try:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(json.dumps(order, default=str) + "\n")
            self._process.stdin.flush()
            for line in self._process.stdout:
                event: Mapping[str, Any] = json.loads(line)
                yield event
                if event["event"] in ("done", "failed"):
                    return
        except (OSError, ValueError):  # it broke off in the middle of a line, or before it had read the order
            pass
        self.let_go()
        self.wait()
        code = self._process.returncode
        said = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
        told = (
            f"The process that made the report ended before it was finished ({said}), often for want of memory. Nothing was put in "
            "place, and what was there before is as it was. Run it again with --skip-unchanged, and with fewer --jobs if memory is "
            "short."
        )
        yield {"event": "failed", "error": tell_error(JobError(told)), "seconds": time.monotonic() - begun}

    def let_go(self) -> None:
        """Give no more orders, which ends the process and what it does."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.close()
        except OSError:  # it has ended
            return

    def wait(self) -> None:
        """Wait until it has taken its folders away and ended."""
        try:
            self._process.wait(PATIENCE + 5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
