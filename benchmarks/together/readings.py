"""Which verdicts do made-up clients get on the readings of the theory's further statements, planted and null?

The worlds are those of `verdicts`: with nothing planted all that happy customers share is halo and the quality of the basics, with
much halo more of it is shared by colleagues. In both, what is good in a cooperation is good in all its facets: conditions rise with
the result, and none is needed. Where facets stand apart, commitment and daring have nothing in common either; where the provider
repeats what its customers answer, their liking is in its view, too.
"""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from benchmarks.page import markdown_table
from benchmarks.together.verdicts import BASE, SHOWN, WORLDS, study_of
from valuelib.stats.necessity import CEILINGS, SMALLEST_EFFECT, estimate_necessity, rising_together
from valuelib.verdict.assess import assess
from valuelib.worlds.people import rng_for
from valuelib.worlds.truth import Truth

STUDIES, CHUNK, FIRST_SEED = 100, 10, 30_000
CLAIMS = (
    "exceeded_promise",
    "upper_adds_beyond",
    "dose_repurchase",
    "dose_value",
    "inspiration_insight",
    "own_part",
    "learns_from_others",
    "commitment_opens",
    "value_makes_advantage",
    "uniqueness_grows",
    "seeing_impact_gives_meaning",
    "trust_required",
    "openness_required",
    "reflexivity_required",
)
READING_WORLDS: Mapping[str, Mapping[str, float]] = {
    "nothing": WORLDS["nothing"],
    "nothing, much halo": WORLDS["nothing, much halo"],
    "much halo, facets apart": {**WORLDS["nothing, much halo"], "facet_own": 1.0},
    "much halo, provider repeats it": {**WORLDS["nothing, much halo"], "provider_sees": 0.0},
    "planted": {
        "own_part_effect": 0.2,
        "learning_effect": 0.2,
        "daring_effect": 0.3,
        "advantage_effect": 0.3,
        "promise_effect": 0.3,
        "meaning_effect": 0.5,
        "trust_needed": 2.5,
        "growth": 0.2,
        "growth_cocreation": 0.15,
        "nps_lift": 40.0,
        "repurchase_lift": 20.0,
        "icc": 0.5,
    },
}
# Never planted: nothing but trust and openness is needed, and the reflexivity of an account rises with both.
NEVER = ("reflexivity_required",)


def measure_readings(studies: int = STUDIES, workers: int = 2) -> pd.DataFrame:
    """One row a world and reading: how many studies showed it or the opposite, and how many could not decide by design."""
    rows = []
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for world in READING_WORLDS:
            starts = range(FIRST_SEED, FIRST_SEED + studies, CHUNK)
            ends = [min(start + CHUNK, FIRST_SEED + studies) for start in starts]
            chunks = [pool.submit(judge, world, list(range(*one))) for one in zip(starts, ends, strict=True)]
            found = [one for chunk in chunks for one in chunk.result()]
            rows += [_count(world, claim, [verdicts[claim] for verdicts in found]) for claim in CLAIMS]
    return pd.DataFrame(rows)


def judge(world: str, seeds: list[int]) -> list[dict[str, tuple[str, str | None, str | None]]]:
    """Verdict, why undecided, and evidence level of every reading in some studies of one world."""
    with threadpool_limits(1):
        return [_judge_one(world, seed) for seed in seeds]


def _judge_one(world: str, seed: int) -> dict[str, tuple[str, str | None, str | None]]:
    truth = Truth(**{name: getattr(BASE, name) for name in BASE.__slots__} | dict(READING_WORLDS[world]))
    study = study_of(truth, seed)
    found = {claim: assess(study, claim, sensitivity=False) for claim in CLAIMS}
    return {
        claim: ("opposite" if one.opposite else one.verdict, one.undecided_why, one.evidence_level) for claim, one in found.items()
    }


def _count(world: str, claim: str, verdicts: list[tuple[str, str | None, str | None]]) -> dict[str, object]:
    words = Counter(word for word, _, _ in verdicts)
    levels = Counter(level for _, _, level in verdicts if level)
    return {
        "world": world,
        "claim": claim,
        "level": levels.most_common(1)[0][0] if levels else "none",
        "studies": len(verdicts),
        "shown": sum(words[word] for word in SHOWN),
        "opposite": words["opposite"],
        "undecided": words["undecided"],
        "by_design": sum(why == "design" for _, why, _ in verdicts),
        "not_testable": words["not_testable"],
    }


def table_readings(measured: pd.DataFrame) -> str:
    """Shares of verdicts in per cent; what is not there and shown in more than 5 % of the studies is bold."""
    header = ("Claim", "level", *(f"{world}: {what}" for world in READING_WORLDS for what in ("shown", "opposite")))
    rows = []
    for claim in CLAIMS:
        of_claim = measured[measured["claim"] == claim].set_index("world")
        cells = [_share(of_claim.loc[world], what, world, claim) for world in READING_WORLDS for what in ("shown", "opposite")]
        by_design = (of_claim["by_design"] == of_claim["studies"]).all()
        rows.append([f"`{claim}`", "by design undecided" if by_design else str(of_claim["level"].iloc[0]), *cells])
    return markdown_table(header, rows)


def _share(row: pd.Series, what: str, world: str, claim: str) -> str:
    share = 100 * row[what] / row["studies"]
    wrong = what == "opposite" or world != "planted" or claim in NEVER
    limit = 5 + 2 * np.sqrt(5 * 95 / row["studies"])
    return f"**{share:.1f}**" if wrong and share > limit else f"{share:.1f}"


# ---------------------------------------------------------------------- necessity alone, on points of known making

SAMPLES, SEED = 300, 20261130
SIZES = (60, 200)
MADE = (
    "unrelated",
    "unrelated, half at the top",
    "unrelated, one outlier",
    "rise together (r = .5)",
    "liking on both axes",
    "needed",
)


def measure_necessity(samples: int = SAMPLES) -> pd.DataFrame:
    """One row a way of making points, size and ceiling: mean d and how often d, its test, and what the verdict asks are passed."""
    rows: list[dict[str, object]] = []
    for made in MADE:
        for n in SIZES:
            seen = []
            rng = rng_for(SEED, f"necessity {made} {n}")
            for sample in range(samples):
                x, y = make_points(made, n, rng)
                found = estimate_necessity(x, y, seed=sample, permutations=400)
                if found is None:
                    raise AssertionError("made-up points vary on both axes")
                merely = rising_together(x, y, seed=sample, draws=400)
                beyond = [one.effect > np.quantile(other, 0.975) for one, other in zip(found, merely, strict=True)]
                seen.append([(one.effect, one.p_value <= 0.025, extra) for one, extra in zip(found, beyond, strict=True)])
            for place, ceiling in enumerate(CEILINGS):
                effect, sure, beyond = np.array([one[place] for one in seen], dtype=float).T
                large = effect >= SMALLEST_EFFECT
                rows.append(
                    {
                        "made": made,
                        "accounts": n,
                        "ceiling": ceiling,
                        "samples": samples,
                        "effect": round(float(effect.mean()), 3),
                        "large": int(large.sum()),
                        "sure": int(sure.sum()),
                        "usual": int((large & (sure > 0)).sum()),
                        "shipped": int((large & (sure > 0) & (beyond > 0)).sum()),
                    }
                )
    return pd.DataFrame(rows)


def make_points(made: str, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Condition and outcome of `n` accounts, 0-10 in steps of a half."""
    x, y, liking = rng.standard_normal((3, n))
    if made == "rise together (r = .5)":
        y = 0.5 * x + np.sqrt(0.75) * y
    elif made == "liking on both axes":
        x, y = 0.6 * x + 0.8 * liking, 0.6 * y + 0.8 * liking
    points = [np.clip(np.round(2 * (6.5 + 1.8 * one)) / 2, 0, 10) for one in (x, y)]
    if made == "unrelated, half at the top":
        points = [np.where(rng.random(n) < 0.5, 10.0, one) for one in points]
    elif made == "unrelated, one outlier":
        points[0][0], points[1][0] = 0.0, 10.0
    elif made == "needed":
        points[1] = np.minimum(points[1], 3.0 + 0.8 * points[0])
    return points[0], points[1]


def table_necessity(measured: pd.DataFrame) -> str:
    """How often a condition would be called needed, in per cent, by the usual rule and by the one that the verdict keeps to."""
    rows = [
        [
            str(row["made"]),
            f"{row['accounts']}",
            {"ce_fdh": "CE-FDH", "cr_fdh": "CR-FDH"}[str(row["ceiling"])],
            f"{row['effect']:.2f}",
            *(f"{100 * row[what] / row['samples']:.1f}" for what in ("large", "sure", "usual", "shipped")),
        ]
        for _, row in measured.iterrows()
    ]
    header = (
        "Points",
        "accounts",
        "ceiling",
        "mean d",
        "d at least 0.1, %",
        "p up to 0.025, %",
        "both, %",
        "and beyond rising together, %",
    )
    return markdown_table(header, rows)
