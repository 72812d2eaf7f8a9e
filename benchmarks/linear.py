"""How do time and memory of every chapter grow with the respondents? Beside each other at three sizes, with the slopes.

A chapter is its function of the face with all that it shows. Each runs in a process of its own, forked where the study is read.
"""

from __future__ import annotations

import math
import os
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import valuelib as vl
from benchmarks.page import markdown_table
from benchmarks.registry import told
from valuelib.results import Explored
from valuelib.study.model import Study
from valuelib.worlds.folder import simulate_study
from valuelib.worlds.truth import Truth

SEED = 20240131
RESPONDENTS = (2_000, 20_000, 200_000)
WAVES = 2
PER_ACCOUNT = 4  # in a wave
LINEAR = 1.15  # a slope above this is told

CHAPTERS: Mapping[str, Callable[[Study], object]] = {
    "the claims (`assess_all`)": vl.assess_all,
    "quality and pyramid (`describe`)": vl.describe,
    "reliability": vl.reliability,
    "halo and checks (`sensitivity`)": lambda study: vl.sensitivity(study, "nps_60"),
    "specifications": vl.specifications,
    "drivers": vl.drivers,
    "thresholds": vl.thresholds,
    "effort": vl.effort,
    "co-creation": vl.cocreation,
    "both sides": vl.both_sides,
    "over time": vl.over_time,
    "people": vl.people,
    "listening": vl.listening,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """Seconds of CPU, and the most memory held at once beyond that of the study, in GB."""

    seconds: float
    gigabytes: float


def made_up(respondents: int) -> Truth:
    """A study of so many answers in two waves, with all that a chapter may ask for; interviews are as many as people can hold."""
    in_wave = respondents // WAVES
    accounts = in_wave // PER_ACCOUNT
    return Truth(respondents=in_wave, accounts=accounts, waves=WAVES, teams=min(max(accounts // 20, 8), 1_000), interviews=24)


def show_all(found: object) -> None:
    """Make every figure, table, sentence and passage of a chapter."""
    if isinstance(found, Explored):
        for views in (found.figures, found.tables, found.sentences, found.passages):
            list(views.values())
        for part in found.parts.values():
            show_all(part)


def run_apart(work: Callable[[], object]) -> Took:
    """What a piece of work takes in a process forked from this one.

    Raises:
        RuntimeError: it failed there.
    """
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        done = 1
        try:
            os.write(write, str(_held()).encode())  # pages of files that the parent had in memory do not come along
            work()
            done = 0
        except Exception:
            traceback.print_exc()  # what comes next would otherwise end the process without a word
        finally:
            os._exit(done)
    os.close(write)
    before = float(os.read(read, 64) or 0.0)
    os.close(read)
    _, status, used = os.wait4(child, 0)
    if status:
        raise RuntimeError("A chapter failed; its traceback stands above.")
    return Took(seconds=used.ru_utime + used.ru_stime, gigabytes=max(used.ru_maxrss / 2**20 - before, 0.0))


def _held() -> float:
    """Memory that this process holds now, in GB."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**30


def slope(sizes: Sequence[int], values: Sequence[float]) -> float | None:
    """Log-log slope between the last two sizes, where start-up weighs least; None where there is next to nothing to measure."""
    (one, other), (first, last) = sizes[-2:], values[-2:]
    return math.log(last / first) / math.log(other / one) if first > 0 and last > 0 else None


def measure_linear(sizes: Sequence[int] = RESPONDENTS, chapters: Sequence[str] = tuple(CHAPTERS)) -> str:
    """The table: reading and each chapter, time and memory at each size, and the slopes."""
    return table_growth(sizes, lambda n: _measure(n, chapters))


def table_growth(sizes: Sequence[int], measure: Callable[[int], Iterable[tuple[str, Took]]]) -> str:
    """What each piece of work took at each size, with the slopes."""
    times: dict[str, list[float]] = {}
    memory: dict[str, list[float]] = {}
    for n in sizes:
        for name, took in measure(n):
            told(f"{n:,}: {name} {took.seconds:.2f} s, {took.gigabytes:.2f} GB")
            times.setdefault(name, []).append(took.seconds)
            memory.setdefault(name, []).append(took.gigabytes)
    lines = [
        (
            name,
            *(f"{one:.1f} s" for one in times[name]),
            _told_slope(slope(sizes, times[name])),
            *(f"{one:.2f} GB" for one in memory[name]),
            _told_slope(slope(sizes, memory[name])),
        )
        for name in times
    ]
    head = [f"{n:,}" for n in sizes]
    return markdown_table(("What, at so many answers", *head, "slope", *head, "slope"), lines)


def _told_slope(found: float | None) -> str:
    return "" if found is None else f"**{found:.2f}**" if found > LINEAR else f"{found:.2f}"


def _measure(n: int, chapters: Sequence[str]) -> Iterator[tuple[str, Took]]:
    with TemporaryDirectory() as scratch:
        folder = simulate_study(Path(scratch) / "made-up", "made-up", made_up(n), SEED)
        yield "reading (`load_study`)", run_apart(lambda: vl.load_study(folder))
        study = vl.load_study(folder, language="en")
        for name in chapters:
            yield name, run_apart(lambda name=name: show_all(CHAPTERS[name](study)))  # type: ignore[misc]
