"""Many clients' reports in one go: every study is checked first, jobs run side by side, and a client that fails harms no other."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from valuelib.errors import JobError, ParameterError, ValuelibError
from valuelib.output.clients import Client, find_clients
from valuelib.output.job import CHECK, REPORT, error_of
from valuelib.output.jobs import Jobs
from valuelib.output.place import sweep
from valuelib.output.scratch import sweep_temporary
from valuelib.output.standing import why_made
from valuelib.threads import processors

if TYPE_CHECKING:
    from valuelib.output.cluster import Cluster

State: TypeAlias = Literal["made", "unchanged", "failed", "refused", "not run"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientReport:
    """What became of one report of a batch.

    `state` is made, unchanged (it stood already), failed, refused (the study cannot be reported), or not run (since others were
    refused). `error` is that of a failed or refused one, as `report` would raise it; `why` tells why it was made. `seconds` and
    `cpu` are those of the run: None where there was none.
    """

    name: str
    study: Path
    folder: Path
    state: State
    language: str | None = None
    seconds: float | None = None
    cpu: float | None = None
    error: ValuelibError | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """The reports of a batch, in the order in which they were asked for."""

    reports: tuple[ClientReport, ...]

    def __iter__(self) -> Iterator[ClientReport]:
        return iter(self.reports)

    def __len__(self) -> int:
        return len(self.reports)

    def __getitem__(self, name: str) -> ClientReport:
        """The report of this name."""
        return {one.name: one for one in self.reports}[name]

    @property
    def errors(self) -> Mapping[str, ValuelibError]:
        """Errors of those that were refused or failed, by name; empty where all went well."""
        return {one.name: one.error for one in self.reports if one.error is not None}

    def __str__(self) -> str:
        """How many came to which end."""
        return ", ".join(f"{n} {state}" for state, n in Counter(one.state for one in self.reports).items())

    def __repr__(self) -> str:
        return f"<Batch: {self}>"


class BatchWatcher(Protocol):
    """What a batch tells while it goes on."""

    def begun(self, clients: int, jobs: int) -> None:
        """It starts, with so many reports to make."""

    def at(self, name: str, part: float) -> None:
        """This part of a report is done."""

    def told(self, name: str, text: str) -> None:
        """A sentence about a report that the user should read."""

    def ended(self, report: ClientReport) -> None:
        """A report is made, unchanged, failed or refused."""


def batch(
    clients: Sequence[str | Path | Mapping[str, Any]] | str | Path,
    out: str | Path = "reports",
    *,
    language: str | Sequence[str] | None = None,
    jobs: int | None = None,
    skip_unchanged: bool = False,
    keep_going: bool = False,
    log: str | Path | None = None,
    replace_other: bool = False,
    full: bool = False,
    brand: str | Path | None = None,
    template: str | Path | None = None,
    accept_guesses: bool = False,
    cell_timeout: int | None = 600,
    engine: str | None = None,
    dask: str | None = None,
    watcher: BatchWatcher | None = None,
) -> Batch:
    """Make the reports of many clients, each in its own folder.

    Every study is checked before any report is made. A report that fails leaves the earlier one as it is, and the others run.

    Args:
        clients: studies' folders, files such as clients.yaml, or entries of one: {"study": ..., "language": ["fi", "en"]}.
        out: folder of the reports, each in out/<study>; with several languages in out/<study>-fi, out/<study>-en.
        language: of all that name none, one or several; None is each study's own.
        jobs: how many reports are made at once; None is the number of processors.
        skip_unchanged: leave a report that stands where code, chapters, packages, inputs and parameters are those of its manifest.
        keep_going: make the others where a study is refused.
        log: a file to which each event is added as a line of JSON.
        replace_other: make a report although the folder holds that of another study.
        full: draw as many random numbers as a final report deserves.
        brand: a brand.yaml, or its folder, of all that name none.
        template: a .pptx or .potx, of all that name none.
        accept_guesses: make reports although `guesses: open` stands in study.yaml, of all that do not say.
        cell_timeout: seconds that one cell may take; None sets no limit.
        engine: how notebooks run; None is the warm engine where the system can fork.
        dask: address of a Dask scheduler, such as tcp://10.0.0.5:8786, whose workers make the reports; studies are checked here.
        watcher: told how the batch goes on.
    Returns:
        What became of each, with its error where there is one: nothing of a single client is raised.
    Raises:
        StudyError: the list of clients cannot be read.
        ParameterError: a parameter will not do, two reports would have one folder, or the cluster's workers are not there or are of
            another version; nothing has run.

    Example:
        >>> import valuelib as vl
        >>> done = vl.batch(["data/demo", "data/nobody"], out="reports")  # one is no study, so that nothing runs
        >>> done, list(done.errors)
        (<Batch: 1 not run, 1 refused>, ['nobody'])
    """
    spoken = [language] if isinstance(language, str) else list(language or ())
    look = {name: Path(file) for name, file in (("brand", brand), ("template", template)) if file is not None}
    found = find_clients(clients, spoken, accept_guesses=accept_guesses, **look)
    if jobs is not None and jobs < 1:
        raise ParameterError(f"jobs is {jobs}. Expected: 1 or more. Leave it out for as many as there are processors.")
    settings = {"replace_other": replace_other, "full": full, "cell_timeout": cell_timeout, "engine": engine}
    places = {client.name: Path(out).expanduser().resolve() / client.name for client in found}
    with ExitStack() as stack:
        cluster = None
        if dask is not None:
            from valuelib.output.cluster import Cluster  # no other batch needs what it imports

            cluster = stack.enter_context(Cluster(dask))
        run = _Run(found, places, settings, min(jobs or processors(), len(found)), cluster, log, watcher)
        stack.enter_context(run.logged())
        return run.make(skip_unchanged=skip_unchanged, keep_going=keep_going)


class _Run:
    """One batch from its first look to its last."""

    def __init__(
        self,
        clients: Sequence[Client],
        places: Mapping[str, Path],
        settings: Mapping[str, Any],
        jobs: int,
        cluster: Cluster | None,
        log: str | Path | None,
        watcher: BatchWatcher | None,
    ) -> None:
        self._clients = {client.name: client for client in clients}
        self._places, self._settings, self._jobs, self._cluster, self._watcher = places, settings, jobs, cluster, watcher
        self._at_once = jobs if cluster is None else cluster.threads
        self._workers: dict[str, str] = {}
        self._file = Path(log).expanduser() if log is not None else None
        self._log: Any = None
        self.reports = {
            client.name: ClientReport(
                name=client.name,
                study=client.study,
                folder=places[client.name],
                language=client.language,
                state="not run",
            )
            for client in clients
        }

    @contextmanager
    def logged(self) -> Iterator[None]:
        """The log open, with its first and its last line."""
        begun = time.monotonic()
        with ExitStack() as stack:
            if self._file is not None:
                try:
                    self._file.parent.mkdir(parents=True, exist_ok=True)
                    self._log = stack.enter_context(self._file.open("a", encoding="utf-8"))
                except OSError as err:
                    raise ParameterError(
                        f"The log {self._file} cannot be written: {err.strerror or err}. Name another file."
                    ) from err
            self.write("begun", message=f"{len(self.reports)} reports, {self._at_once} jobs")
            try:
                yield
            except KeyboardInterrupt:
                self.write("interrupted", seconds=time.monotonic() - begun)
                raise
            spent = sum(one.cpu or 0.0 for one in self.reports.values())
            self.write("ended", seconds=time.monotonic() - begun, cpu=spent, message=str(Batch(tuple(self.reports.values()))))

    def write(
        self,
        event: str,
        study: str | None = None,
        *,
        notebook: str | None = None,
        seconds: float | None = None,
        cpu: float | None = None,
        message: str | None = None,
    ) -> None:
        """Add a line to the log."""
        if self._log is None:
            return
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "event": event,
            "study": study,
            "worker": self._workers.get(study) if study else None,
            "notebook": notebook,
            "seconds": None if seconds is None else round(seconds, 3),
            "cpu": None if cpu is None else round(cpu, 3),
            "message": message,
        }
        self._log.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._log.flush()  # one line at once, so that the lines of two batches stay whole

    def make(self, *, skip_unchanged: bool, keep_going: bool) -> Batch:
        """Look what stands, check what does not, and make it."""
        sweep_temporary()
        wanted: list[str] = []
        for name, client in self._clients.items():
            sweep(self._places[name])
            begun = time.monotonic()
            why = why_made(client, self._places[name], full=self._settings["full"]) if skip_unchanged else "asked for"
            if why:
                wanted.append(name)
                self.reports[name] = replace(self.reports[name], why=why)
            else:
                self._end(name, "unchanged", {"seconds": time.monotonic() - begun})
        if self._watcher:
            self._watcher.begun(len(wanted), self._at_once)
        if wanted:
            with Jobs(min(self._jobs, len(wanted))) as jobs:
                for name, event in jobs.run(self._orders(CHECK, wanted)):
                    # Where the check itself came to a bad end, it is for the run to tell.
                    if event["event"] == "failed" and event["error"]["kind"] != JobError.__name__:
                        self._end(name, "refused", event)
                if keep_going or not any(one.state == "refused" for one in self.reports.values()):
                    able = self._orders(REPORT, [name for name in wanted if self.reports[name].state != "refused"])
                    for name, event in jobs.run(able) if self._cluster is None else self._cluster.run(able, self._clients):
                        self._hear(name, event)
            for name in wanted:  # what a job left that was killed
                sweep(self._places[name])
            sweep_temporary()
        return Batch(tuple(self.reports.values()))

    def _orders(self, do: str, names: Sequence[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for name in names:
            yield name, {"do": do, **asdict(self._clients[name]), "out": self._places[name], **self._settings}

    def _hear(self, name: str, event: Mapping[str, Any]) -> None:
        if "worker" in event:
            self._workers[name] = event["worker"]
        match event["event"]:
            case "begun":
                self.write("started", name, message=self.reports[name].why)
            case "at":
                if self._watcher:
                    self._watcher.at(name, event["part"])
            case "notebook":
                self.write("notebook", name, notebook=event["notebook"], seconds=event["seconds"], cpu=event["cpu"])
            case "told" | "kept" as kind:
                self.write(kind, name, message=event["message"])
                if self._watcher:
                    self._watcher.told(name, event["message"])
            case "done":
                self._end(name, "made", event)
            case _:
                self._end(name, "failed", event)

    def _end(self, name: str, state: State, event: Mapping[str, Any]) -> None:
        error = error_of(event["error"]) if "error" in event else None
        ended = replace(self.reports[name], state=state, seconds=event.get("seconds"), cpu=event.get("cpu"), error=error)
        self.reports[name] = ended
        self.write(state, name, seconds=ended.seconds, cpu=ended.cpu, message=str(error) if error else None)
        if self._watcher:
            self._watcher.ended(ended)
