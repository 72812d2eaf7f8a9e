"""The workers of a Dask cluster as jobs of a batch: studies are sent, reports come back, and each is put in place here."""

from __future__ import annotations

import json
import queue
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import suppress
from pathlib import Path
from typing import Any

from valuelib.errors import JobError, ParameterError, ValuelibError
from valuelib.output.beside import earlier_counts, keep_beside
from valuelib.output.clients import Client
from valuelib.output.job import Teller, tell_error
from valuelib.output.manifest import MANIFEST
from valuelib.output.parcel import Parcel, pack, refuse_changed
from valuelib.output.place import check_target, replacing
from valuelib.output.verify import verify_outputs
from valuelib.output.worker import make_sent, other_versions, versions

WAIT = 30  # seconds in which a scheduler answers, and a first worker is there
LOOK = 1  # seconds without news after which a look is taken whether the connection is there still
LEFT = "The cluster was left before it was finished, since its scheduler ended or let go of it"
AGAIN = "Nothing was put in place, and what was there before is as it was. Run it again with --skip-unchanged."
NOBODY = "The cluster has no worker. Nothing is lost, and it goes on with the next one (dask worker {}); Ctrl-C lets go of it."
# What a connection raises whose scheduler has ended: at once, on its way out, and once it is closed and knows no scheduler.
GONE = (OSError, RuntimeError, AttributeError)
LARGE = "distributed.admin.large-graph-warning-threshold"

Event = Mapping[str, Any]


class Cluster:
    """Workers that take the orders of a batch.

    What is sent waits with the scheduler until its report is back, so that a worker that dies loses nothing: the scheduler gives
    its reports to others, up to its `allowed-failures`.
    """

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client as Connection
        except ImportError as err:
            raise ParameterError(
                "--dask needs packages that are not installed. Install them with: pip install 'valuelib[cluster]'."
            ) from err
        try:
            self._connection = Connection(address, timeout=WAIT, set_as_default=False, name="valuelib-batch")
        except (OSError, ValueError) as err:
            raise ParameterError(
                f"--dask {address}: no scheduler answers there ({err}). Expected: its address, such as tcp://10.0.0.5:8786. Start "
                "one with: dask scheduler."
            ) from err
        self._versions, self._address = versions(), address
        try:
            self._connection.wait_for_workers(1, timeout=WAIT)
            self._refuse_others(address)
        except TimeoutError as err:
            self.close()
            raise ParameterError(
                f"--dask {address}: the scheduler has no worker after {WAIT} s. Start some with: dask worker {address}."
            ) from err
        except BaseException:
            self.close()
            raise
        self._topic = f"valuelib-{uuid.uuid4().hex}"
        self._heard: queue.Queue[tuple[str, Mapping[str, Any] | None]] = queue.Queue()
        self._connection.subscribe_topic(self._topic, lambda told: self._heard.put((told[1]["name"], told[1])))
        self._running: dict[str, Any] = {}

    def _refuse_others(self, address: str) -> None:
        """Refuse workers whose reports would be others than those that are made here."""
        other = []
        for worker, there in self._connection.run(versions, on_error="return").items():
            if isinstance(there, Exception):
                other.append(f"{worker}: valuelib cannot be loaded there ({there})")
            elif differs := other_versions(self._versions, there):
                other.append(f"{worker}: {differs}")
        if other:
            listed = "\n  ".join(other)
            raise ParameterError(
                f"--dask {address}: {len(other)} workers are of another version than this machine, so that their reports would be "
                f"others.\n  {listed}\nExpected: the same Python, packages and valuelib, such as one container image for all. "
                "Install the same everywhere, and start the workers anew."
            )

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(*GONE):
            if self._running and self._connection.status != "closed":
                self._connection.cancel(list(self._running.values()), force=True)
        self.close()

    def close(self) -> None:
        """Leave the cluster."""
        self._connection.close()

    @property
    def threads(self) -> int:
        """How many reports the workers make at once."""
        try:
            return sum(self._connection.nthreads().values())
        except GONE:  # each report that was sent tells it
            return 0

    def run(self, orders: Iterator[tuple[str, Mapping[str, Any]]], clients: Mapping[str, Client]) -> Iterator[tuple[str, Event]]:
        """What happens, by the name of the order, until all orders are done and their reports are in place."""
        sent: dict[str, Parcel] = {}
        asked: dict[str, Mapping[str, Any]] = {}
        seen: dict[str, tuple[str, int]] = {}
        threads, alone = self.threads, False
        while True:
            # One a thread: what waits with a worker that dies would be blamed for it, too.
            while len(sent) < max(threads, 1) and (following := next(orders, None)) is not None:
                name, order = following
                try:
                    sent[name], asked[name] = pack(order, clients[name]), order
                    self.submit(sent[name])
                except Exception as err:  # whatever it is, it is this client's, and the others go on
                    sent.pop(name, None)
                    yield name, failed(self._why(err))
            if not sent:
                return
            try:
                name, told = self._heard.get(timeout=LOOK)
            except queue.Empty:
                if self._connection.status == "closed":  # of what was sent while it closed, nothing is ever told
                    yield from ((name, failed(JobError(f"{LEFT}. {AGAIN}"))) for name in sent)
                    sent.clear()
                before, alone = alone, self._connection.status == "running" and not self.threads
                if alone and not before:
                    yield from ((name, {"event": "told", "message": NOBODY.format(self._address)}) for name in sent)
                continue
            if name not in sent:  # told late
                continue
            if told is None:
                made = self.result(name)
                yield from ((name, event) for event in made["events"][heard(name, made, seen) : -1])
                yield from ((name, event) for event in _placed(sent.pop(name), asked[name], made))
                threads = self.threads
            elif told["number"] == heard(name, told, seen) + 1 and told["event"]["event"] not in ("done", "failed"):
                seen[name] = told["attempt"], told["number"]
                yield name, told["event"]

    def submit(self, parcel: Parcel) -> None:
        """Send a parcel."""
        import dask

        with dask.config.set({LARGE: "1TB"}):
            future = self._connection.submit(
                make_sent, parcel, self._versions, self._topic, pure=False, key=f"valuelib-{parcel.name}-{uuid.uuid4().hex}"
            )
        self._running[parcel.name] = future
        future.add_done_callback(lambda _: self._heard.put((parcel.name, None)))

    def result(self, name: str) -> Mapping[str, Any]:
        """What a worker sent back; where all came to a bad end, that is the end."""
        from distributed import KilledWorker

        future = self._running.pop(name)
        try:
            found: Mapping[str, Any] = future.result()
        except KilledWorker as err:
            told = f"{err.allowed_failures + 1} workers died one after another while they made it, often for want of memory"
        except CancelledError:
            told = LEFT
        except Exception as err:  # whatever it is, it is this client's, and the others go on
            return {"attempt": "", "events": [failed(self._why(err))]}
        else:
            return found
        return {"attempt": "", "events": [failed(JobError(f"{told}. {AGAIN}"))]}

    def _why(self, err: Exception) -> Exception:
        """What an error comes from: of a connection that is closed, that it is."""
        return JobError(f"{LEFT}. {AGAIN}") if self._connection.status in ("closing", "closed") else err


def heard(name: str, told: Mapping[str, Any], seen: Mapping[str, tuple[str, int]]) -> int:
    """How many events of this attempt at a report were heard; another attempt is told from its beginning."""
    attempt, number = seen.get(name, ("", 0))
    return number if attempt == told["attempt"] else 0


def _placed(parcel: Parcel, order: Mapping[str, Any], made: Mapping[str, Any]) -> Iterator[Event]:
    """How a report comes to its end: one that is done is put in place by the rules of one that was made here."""
    end = made["events"][-1]
    if end["event"] == "done":
        try:
            yield from put_in_place(parcel, Path(order["out"]), made, replace_other=order["replace_other"])
        except (ValuelibError, OSError) as err:
            end = {**end, **failed(err)}
    yield end


def put_in_place(parcel: Parcel, target: Path, made: Mapping[str, Any], *, replace_other: bool) -> list[Event]:
    """Put a report that was sent back in its place, and its results with every digit beside its study; what is to be said of it.

    Raises:
        ParameterError: the place is taken by something that is not a report, or by another study's.
        ChangedError: what the report is made of was changed since.
        JobError: the files are not those that were made.
    """
    said: list[Event] = []
    manifest, study = json.loads(made["files"][MANIFEST]), Path(parcel.order["study"])
    check_target(target, manifest["study"], replace_other=replace_other)
    known = earlier_counts(study, manifest["study"], target, {})
    with replacing(target, Teller(said.append).kept) as folder:
        for name, data in made["files"].items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        if other := verify_outputs(folder):
            raise JobError(f"The report came back from its worker other than it was made: {'; '.join(other)}. Run it again.")
        refuse_changed(parcel, manifest["inputs"])
    said += [{"event": "told", "message": told} for told in keep_beside(study, json.loads(made["full"]), target, {}, known)]
    return said


def failed(err: Exception) -> dict[str, Any]:
    """The event of a report that came to a bad end."""
    return {"event": "failed", "error": tell_error(err)}
