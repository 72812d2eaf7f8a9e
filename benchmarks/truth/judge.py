"""What does `assess` say of a made-up client, by how much the study tells? Counted over many seeds."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from benchmarks.truth.scenarios import SIZE, World
from valuelib.study.config import StudyConfig
from valuelib.study.model import Study
from valuelib.theory.pyramid import HIGHER_TIERS, elements
from valuelib.verdict.assess import assess
from valuelib.worlds.frames import Simulated, simulate_frames

CLAIM = "nps_60"
RATIO = 1.6
CHUNK = 50  # seeds of one world that a process takes at a time
VERDICTS = ("supported", "consistent", "smaller", "rejected", "undecided", "not_testable")
FOOLED = VERDICTS[:3]  # each of them says that a lift is shown

Known = Literal["offering", "peers", "own"]
KNOWN: tuple[Known, ...] = ("offering", "peers", "own")
EVIDENCE_LEVELS: dict[Known, str] = {"offering": "audited", "peers": "peers", "own": "direction"}


class Judged(NamedTuple):
    """One study's outcome: the deciding lift in points with its interval's hit, and the slide's figure from own ratings."""

    known: Known
    verdict: str
    why: str | None
    evidence_level: str | None
    lift: float
    covered: bool
    naive: float
    naive_ratio: float


def judge_worlds(
    worlds: list[World],
    *,
    seeds: int,
    workers: int,
    progress: Callable[[str], None],
    keep: Callable[[pd.DataFrame], None] | None = None,
    judged_by: Callable[[World, range], list[Any]] | None = None,
    counted_by: Callable[[World, list[Any]], list[dict[str, object]]] | None = None,
) -> pd.DataFrame:
    """Verdicts counted by world and by what the study tells.

    Args:
        seeds: studies drawn of the worlds that promises rest on; the others get a share of them.
        workers: processes; their number changes nothing but the time.
        progress: told after each world.
        keep: given all rows so far after each world, so that a run that was stopped can be taken up.
        judged_by, counted_by: other than `judge_seeds` and `count`, for tests of another kind.
    Returns:
        One row per world and kind of knowledge: counts of each verdict, of `gate` and `precision` among undecided ones, of studies
        decided at the rung meant; mean and SD of the deciding lift and how often its interval `covered` the planted lift; mean and
        SD of the naive difference (own higher-tier mean split at its median) and how often its ratio is at least 1.6.
    """
    rows: list[dict[str, object]] = []
    judge_some, count_all = judged_by or judge_seeds, counted_by or count
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        runs = [[pool.submit(judge_some, world, chunk) for chunk in _chunks(world.studies(seeds))] for world in worlds]
        for world, chunks in zip(worlds, runs, strict=True):
            rows += count_all(world, [judged for chunk in chunks for judged in chunk.result()])
            if keep:
                keep(pd.DataFrame(rows))
            progress(f"truth: {world.name} {world.lift} n = {world.n}")
    return pd.DataFrame(rows)


def lacking(worlds: list[World], kept: pd.DataFrame, *, seeds: int) -> list[World]:
    """The worlds of which `kept`, rows of an earlier run, holds no counts, or counts of fewer studies."""
    known = dict(zip(_names(kept), kept["seeds"], strict=True)) if len(kept) else {}
    return [world for world in worlds if known.get(_name(world), 0) < world.studies(seeds)]


def arrange(worlds: list[World], kept: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Rows of an earlier run and of this one, which replace the earlier rows of the same world, in the order of the worlds."""
    again = set(_names(found))
    rows = pd.concat([kept[[name not in again for name in _names(kept)]], found], ignore_index=True) if len(kept) else found
    place = {_name(world): number for number, world in enumerate(worlds)}
    order = sorted(range(len(rows)), key=[place.get(name, len(place)) for name in _names(rows)].__getitem__)
    return rows.iloc[order].reset_index(drop=True)


def _name(world: World) -> tuple[object, ...]:
    return world.name, world.lift, world.n, world.size_held


def _names(rows: pd.DataFrame) -> list[tuple[object, ...]]:
    return list(rows[["world", "lift", "n", "size_held"]].itertuples(index=False, name=None)) if len(rows) else []


def judge_seeds(world: World, seeds: range) -> list[Judged]:
    """Every study of these seeds of a world, judged by every kind of knowledge."""
    with threadpool_limits(1):
        return [judged for seed in seeds for judged in judge(world, world.first_seed + seed)]


def judge(world: World, seed: int) -> Iterator[Judged]:
    """One made-up client through `assess`: with its offerings told, without them, and with own ratings alone."""
    simulated = simulate_frames(world.truth, seed)
    naive, naive_ratio = split_at_median(simulated)
    for known in kinds_of_knowledge(world):
        finding = assess(study_of(simulated, known, size_held=world.size_held), CLAIM, sensitivity=False)
        lift = finding.deciding.difference if finding.deciding else None
        yield Judged(
            known=known,
            verdict=finding.verdict,
            why=finding.undecided_why,
            evidence_level=finding.evidence_level,
            lift=lift.value if lift else np.nan,
            covered=lift is not None and lift.ci_low <= world.truth.nps_lift <= lift.ci_high,
            naive=naive,
            naive_ratio=naive_ratio,
        )


def kinds_of_knowledge(world: World) -> tuple[Known, ...]:
    """Own ratings alone, which decide nothing at any size, are tried at the usual one."""
    return KNOWN if world.n == SIZE else KNOWN[:2]


def study_of(simulated: Simulated, known: Known, *, size_held: bool = False) -> Study:
    """A checked study of simulated answers that tells what was bought, or only accounts, or neither.

    The country and the team are told where the truth says that study.yaml does.
    """
    drawn, truth = simulated.answers, simulated.truth
    answers = drawn.drop(columns=[name for name in drawn if name.startswith(("adjust.", "facet.", "segment."))])
    if known != "offering":
        answers = answers.drop(columns=["offering", "package"])
    if known == "own":
        answers = answers.assign(account=answers["respondent"])
    held: dict[str, pd.Series] = {}
    if size_held:
        held["contacts"] = answers.groupby("account")["account"].transform("size").astype(float)
    if truth.country_held:
        held["country"] = drawn["segment.country"]
    answers = answers.assign(**{f"adjust.{name}": values for name, values in held.items()})
    if truth.teams_named:
        answers = answers.assign(cluster=answers["team"])
    asked = tuple(name.removeprefix("element.") for name in answers if name.startswith("element."))
    return Study(
        config=_config(known, asked, tuple(held), truth.teams_named), folder=Path(), data=answers, all_data=answers, sources=()
    )


def split_at_median(simulated: Simulated) -> tuple[float, float]:
    """What a slide would show: NPS of respondents whose own higher-tier mean is at least the median, against the others."""
    higher = [f"element.{element.key}" for element in elements() if element.tier_key in HIGHER_TIERS]
    own = simulated.answers[[name for name in higher if name in simulated.answers]].mean(axis=1)
    high, score = own >= own.median(), 100 * simulated.answers["nps"]
    comparison, baseline = float(score[high].mean()), float(score[~high].mean())
    return comparison - baseline, comparison / baseline if baseline > 0 else np.inf


def count(world: World, judged: list[Judged]) -> list[dict[str, object]]:
    """The rows of one world."""
    table = pd.DataFrame(judged)
    return [
        {**named(world), "known": known, **_count(known, table[table["known"] == known])} for known in kinds_of_knowledge(world)
    ]


def named(world: World) -> dict[str, object]:
    """What tells a world's rows apart, and what is planted in it."""
    return dict(zip(("world", "lift", "n", "size_held"), _name(world), strict=True)) | {"planted": world.truth.nps_lift}


def _chunks(studies: int) -> list[range]:
    return [range(start, min(start + CHUNK, studies)) for start in range(0, studies, CHUNK)]


def _count(known: Known, own: pd.DataFrame) -> dict[str, object]:
    lift, naive = own["lift"].to_numpy(float), own["naive"].to_numpy(float)
    decided = np.isfinite(lift)
    return {
        "seeds": len(own),
        **{verdict: int((own["verdict"] == verdict).sum()) for verdict in VERDICTS},
        **{why: int((own["why"] == why).sum()) for why in ("precision", "design", "gate")},
        "at_rung": int((own["evidence_level"] == EVIDENCE_LEVELS[known]).sum()),
        "decided": int(decided.sum()),
        "covered": int(own["covered"].sum()),
        "lift_mean": _rounded(lift[decided].mean() if decided.any() else np.nan),
        "lift_sd": _rounded(lift[decided].std(ddof=1) if decided.sum() > 1 else np.nan),
        "naive_mean": _rounded(naive.mean()),
        "naive_sd": _rounded(naive.std(ddof=1)),
        "naive_60": int((own["naive_ratio"] >= RATIO).sum()),
    }


def _rounded(value: float) -> float:
    return round(float(value), 4)


@cache
def _config(known: Known, asked: tuple[str, ...], held: tuple[str, ...], clustered: bool) -> StudyConfig:
    columns: dict[str, Any] = {"respondent": "Id"}
    if known != "own":
        columns["account"] = "Account"
    if held:
        columns["adjust_for"] = list(held)
    if clustered:
        columns["cluster"] = "Team"
    blocks: dict[str, Any] = {
        "study": "made-up",
        "client": "Made-up client",
        "language": "en",
        "responses": {"file": "responses.csv"},
        "columns": columns,
        "outcomes": {"recommend": {"column": "Q1", "scale": [0, 10]}},
        "elements": {"scale": [0, 10], "columns": {key: key for key in asked}},
        "claims": [CLAIM],
    }
    if known == "offering":
        blocks["exposure"] = {"rule": "offering", "column": "Package", "higher": ["Partner"]}
    return StudyConfig.model_validate(blocks)
