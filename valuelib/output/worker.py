"""What a worker of a Dask cluster does for a batch: a report made in a process of its own, from what was sent, and sent back."""

from __future__ import annotations

import json
import uuid
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from valuelib.errors import JobError
from valuelib.output.beside import BESIDE, FULL_RESULTS
from valuelib.output.job import tell_error
from valuelib.output.jobs import Job
from valuelib.output.manifest import code_hash, package_versions
from valuelib.output.parcel import Parcel, unpack
from valuelib.output.place import read_files
from valuelib.output.scratch import scratch_folder

IDLE: deque[Job] = deque()  # of this worker: each has imported everything, and ends with it
STOPPED = ("cancelled", "released", "forgotten")  # states of a task that nobody waits for any more


def versions() -> Mapping[str, str]:
    """What else the bytes of a report depend on: this package's code, Python, and the packages."""
    return {"the code of valuelib": code_hash(), **package_versions()}


def other_versions(here: Mapping[str, str], there: Mapping[str, str]) -> str:
    """What differs between two machines, in words; nothing where they are alike."""
    both = [(name, there.get(name, "none"), here.get(name, "none")) for name in sorted({*here, *there})]
    return ", ".join(f"{name} {one[:12]} (here {two[:12]})" for name, one, two in both if one != two)


def make_sent(parcel: Parcel, wanted: Mapping[str, str], topic: str) -> dict[str, Any]:
    """Make the report of a parcel.

    Args:
        parcel: what it is made of.
        wanted: versions of the machine that asks.
        topic: under which the cluster passes on what happens, as it happens.

    Returns:
        Every event by its number, so that none that was lost on the way is missed; of a report that is done also its files by their
        names, and its results with every digit.
    """
    from distributed import get_worker

    worker = get_worker()
    attempt, events = uuid.uuid4().hex, list[Mapping[str, Any]]()

    def tell(event: Mapping[str, Any]) -> None:
        events.append({**event, "worker": str(worker.name)})
        worker.log_event(topic, {"name": parcel.name, "attempt": attempt, "number": len(events), "event": events[-1]})

    if other := other_versions(wanted, versions()):
        told = f"The worker {worker.name} is of another version, so that its report would be another: {other}."
        tell({"event": "failed", "error": tell_error(JobError(f"{told} Install the same there, and run it again."))})
        return {"attempt": attempt, "events": events}
    task = worker.get_current_task()
    with scratch_folder() as scratch:
        root = scratch / "sent"
        order = {**unpack(parcel, root), "out": scratch / "report", "beside": scratch}
        job = ready()
        for event in job.ask(order):
            tell(from_home(event, root))
            state = worker.state.tasks.get(task)
            if state is None or state.state in STOPPED:
                job.let_go()
                job.wait()
                break
        else:
            IDLE.append(job)
        done: dict[str, Any] = {"attempt": attempt, "events": events}
        if events[-1]["event"] == "done":
            done["files"] = read_files(scratch / "report")
            done["full"] = (scratch / BESIDE / FULL_RESULTS).read_text(encoding="utf-8")
        return done


def ready() -> Job:
    """A process of this worker that waits for orders, started where there is none."""
    while IDLE:
        try:
            job = IDLE.pop()
        except IndexError:  # another thread took it
            break
        if job.lives:
            return job
        job.let_go()
        job.wait()
    return Job()


def from_home(event: Mapping[str, Any], root: Path) -> Mapping[str, Any]:
    """An event that calls files by their places on the machine that sent them."""
    here = json.dumps(str(root))[1:-1]
    told: Mapping[str, Any] = json.loads(json.dumps(event).replace(here, ""))
    return told
