"""What the checks on missing answers and on the control's error show in worlds of known truth: writes worlds.csv.

python -m tests.reference.missing.worlds [studies a world]   (from the root; about half an hour for 200 on one core)
"""

import csv
import sys
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.clients import study_of
from valuelib.results import Contrast
from valuelib.study.model import Study
from valuelib.theory.claims import claim
from valuelib.theory.pyramid import LOWER_TIERS, tier
from valuelib.verdict.contrast import gather_contrast
from valuelib.verdict.evidence import Evidence
from valuelib.verdict.groups import COLUMNS as OUTCOMES
from valuelib.verdict.missing import CORRECTED, DROPPED, IMPUTED, MISSING_CHECKS, WEIGHTED
from valuelib.verdict.numbers import contrast_figures
from valuelib.verdict.question import Question

LOWER = [f"element.{key}" for name in LOWER_TIERS for key in tier(name).elements]
CHECKS = dict(MISSING_CHECKS)
COLUMNS = ("world", "studies", "way", "n", "bias_pts", "sd_pts", "covers_percent", "lift_percent")


def answers(
    rng: np.random.Generator, *, lift: float = 0.0, goes_with: float = 0.0, items: int = 30, halo: float = 0.5, noise: float = 1.5
) -> tuple[pd.DataFrame, float]:
    """Accounts that buy as one, the more so the better served (`goes_with`), and the lift in NPS that buying makes among them."""
    size = rng.integers(1, 6, 136)
    account = np.repeat(np.arange(136), size)
    n = len(account)
    quality = rng.standard_normal(136)
    wish = goes_with * quality + np.sqrt(1 - goes_with**2) * rng.standard_normal(136)
    bought = (wish > np.median(wish))[account]
    liking = np.sqrt(0.3) * rng.standard_normal(136)[account] + np.sqrt(0.7) * rng.standard_normal(n)
    rest = np.sqrt(0.15) * rng.standard_normal(136)[account] + np.sqrt(0.85 - halo**2 - 0.35**2) * rng.standard_normal(n)
    latent = halo * liking + 0.35 * quality[account] + rest
    said = [np.clip(np.round(8.2 + 2.0 * (latent + lift * there)), 0, 10) for there in (bought, 0, 1)]
    scores = [np.where(one >= 9, 1.0, np.where(one <= 6, -1.0, 0.0)) for one in said]
    frame = pd.DataFrame({"respondent": [f"R{k}" for k in range(n)], "account": [f"A{k}" for k in account], "weight": 1.0})
    frame["recommend"], frame["nps"], frame["offering"] = said[0], scores[0], bought.astype(float)
    for column in LOWER[:items]:
        rated = 6.5 + 2.0 * halo * liking + quality[account] + noise * rng.standard_normal(n)
        frame[column] = np.clip(np.round(rated), 0, 10)
    return frame, float(100 * (scores[2] - scores[1]).mean())


def skip(frame: pd.DataFrame, who: Any, rng: np.random.Generator, chance: float = 0.5) -> pd.DataFrame:
    """Half of these leave the page with the ratings empty."""
    left = np.asarray(who) & (rng.random(len(frame)) < chance)
    return frame.assign(**{column: frame[column].mask(left) for column in LOWER if column in frame})


World = Callable[[np.random.Generator], tuple[pd.DataFrame, float]]


def unhappy(rng: np.random.Generator, **planted: Any) -> tuple[pd.DataFrame, float]:
    frame, truth = answers(rng, **planted)
    return skip(frame, (frame["offering"] == 1) & (frame["nps"] < 0), rng), truth


def low_raters(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    frame, truth = answers(rng)
    mean = frame[LOWER].mean(axis=1)
    return skip(frame, (frame["offering"] == 1) & (mean < mean.median()), rng), truth


def by_chance(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    frame, truth = answers(rng)
    return skip(frame, frame["offering"] == 1, rng), truth


GAPS = (DROPPED, WEIGHTED, IMPUTED)
WORLDS: dict[str, tuple[World, tuple[str, ...]]] = {
    "half of the unhappy buyers skip the ratings": (unhappy, GAPS),
    "the same, with a real lift": (partial(unhappy, lift=0.3), GAPS),
    "half of all buyers skip the ratings": (by_chance, GAPS),
    "half of the buyers who would rate low skip the ratings": (low_raters, GAPS),
    **{
        f"quality goes with buying, {items} items, {'halo' if halo else 'no halo'}": (
            partial(answers, goes_with=0.5, items=items, halo=halo, noise=2.0),
            (CORRECTED,),
        )
        for halo in (0.0, 0.5)
        for items in (3, 6)
    },
}


def ways(study: Study, wanted: tuple[str, ...]) -> Iterator[tuple[str, Contrast]]:
    """The total, the net figure, and the checks, each with a figure."""
    asked = claim("nps_60_points")
    outcome = OUTCOMES["recommend"]
    evidence = gather_contrast(study, asked, outcome)
    assert isinstance(evidence, Evidence)
    assert evidence.raw is not None
    assert evidence.deciding is not None
    for name, one in (("total", evidence.raw), ("net", evidence.deciding)):
        yield name, contrast_figures(one, kind="nps", level=0.95)
    question = Question(study=study, outcome=outcome, reading=asked.reading, evidence=evidence)
    for name in wanted:
        if isinstance(found := CHECKS[name](question), Contrast):
            yield name, found


def main(studies: int) -> None:
    rows = []
    for world, (make, wanted) in WORLDS.items():
        seen: dict[str, list[tuple[float, bool, bool]]] = {}
        for seed in range(studies):
            frame, truth = make(np.random.default_rng([zlib.crc32(world.encode()), seed]))
            items = {one.removeprefix("element."): one for one in LOWER if one in frame}
            study = study_of(frame, elements={"scale": [0, 10], "columns": items})
            for name, found in ways(study, wanted):
                lift = found.difference
                assert lift is not None
                seen.setdefault(name, []).append((lift.value - truth, lift.ci_low <= truth <= lift.ci_high, lift.ci_low > 0))
        for name, each in seen.items():
            off, covers, above = (np.array(column, dtype=float) for column in zip(*each, strict=True))
            figures = (off.mean(), off.std(), 100 * covers.mean(), 100 * above.mean())
            rows.append((world, studies, name, len(each), *(round(float(one), 1) for one in figures)))
            print(rows[-1], flush=True)
    with Path(__file__).with_name("worlds.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([COLUMNS, *rows])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
