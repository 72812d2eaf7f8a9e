"""Do the claims on effort, enhancement and being hard to copy hold their level, and do their intervals hold the truth?

Populations of this file's own, apart from the library's simulator, in which being hard to copy is never a null. The truth of an
interval is the same least squares on some four million answers by numpy: noise in colleagues' answers weakens that figure too, so
it is what the estimator aims at and not the planted effect.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.page import markdown_table
from valuelib.results import Finding
from valuelib.study.config import StudyConfig
from valuelib.study.model import Study
from valuelib.theory.facets import facets
from valuelib.verdict.assess import assess
from valuelib.verdict.thresholds import EASY_FROM, HARD_BELOW
from valuelib.worlds.people import rng_for

REPS, SEED = 150, 20261125
LARGE, DRAWS = 300_000, 4  # accounts of a population that the truth is taken from, and how many of them
SIZES = (80, 200, 400)
CLAIMS = ("effort_loyalty", "value_enhancement", "hard_to_copy")
SHOWN = ("supported", "consistent", "smaller")
BAND = (91.5, 98.5)  # two standard errors around 95 % with 150 samples
LOWER = ("product_quality", "acceptable_price", "meeting_specifications", "responsiveness", "expertise")
PREDICTORS = tuple(item for one in facets() if one.role == "predictor" for item in one.items)
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class World:
    """Effects in SD of a latent outcome; `shared` is the share of the halo that colleagues have in common."""

    effort: float = 0.0
    more: float = 0.0
    told: float = 0.0  # of enhancement, on recommending alone
    copied: float = 0.0
    purchases: float = 0.0
    shared: float = 0.3


WORLDS: Mapping[str, World] = {
    "nothing": World(),
    "nothing, shared halo": World(shared=0.7),
    "one part": World(told=0.5, copied=0.4),
    "planted": World(effort=0.5, more=0.5, copied=0.4, purchases=0.4),
}


def measure_effort(reps: int = REPS) -> pd.DataFrame:
    """One row a world, size and figure: truth, mean, SD, how often the interval held, and verdicts of the claim."""
    return pd.DataFrame([row for world in WORLDS for row in _of_world(world, reps)])


def table_effort_intervals(measured: pd.DataFrame) -> str:
    """Bias and coverage of each figure; coverage outside two standard errors of 95 % is bold."""
    header = ("Figure", "world", "accounts", "aims at", "mean", "bias", "SD", "held, %")
    return markdown_table(header, [_interval_line(row) for _, row in measured.iterrows() if row["world"] != "one part"])


def table_effort_verdicts(measured: pd.DataFrame) -> str:
    """How often each claim is shown, and shown the other way, in per cent of the studies."""
    header = ("Claim", "accounts", *(f"{world}: {what}" for world in WORLDS for what in ("shown", "opposite")))
    first = measured.drop_duplicates(["claim", "accounts", "world"]).set_index(["claim", "accounts", "world"])
    rows = []
    for claim in CLAIMS:
        for size in SIZES:
            of = [first.loc[(claim, size, world)] for world in WORLDS]
            cells = [f"{100 * row[what] / row['studies']:.1f}" for row in of for what in ("shown", "opposite")]
            rows.append([f"`{claim}`", str(size), *cells])
    return markdown_table(header, rows)


def draw_answers(world: World, accounts: int, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Respondents' answers and the provider's, in canonical columns; accounts of 2 to 5 respondents."""
    account = np.repeat(np.arange(accounts), rng.integers(2, 6, accounts))
    n = account.size
    ease, more, work, quality, liking, own = rng.standard_normal((6, accounts))
    halo = np.sqrt(world.shared) * liking[account] + np.sqrt(1 - world.shared) * rng.standard_normal(n)
    base = 0.35 * quality[account] + 0.5 * halo + 0.3 * own[account]

    def rated(true: Floats) -> Floats:
        return _scale(6.3 + 2.2 * (0.6 * true[account] + 0.35 * quality[account] + 0.4 * halo + 0.6 * rng.standard_normal(n)))

    def loyal(told: float = 0.0) -> Floats:
        pull: Floats = base + world.effort * ease[account] + (world.more + told) * more[account] + rng.standard_normal(n)
        return pull

    frame = {"effort": rated(ease), "value_enhancement": rated(more)}
    frame |= {f"element.{key}": _scale(6.8 + 2 * (0.6 * quality[account] + 0.6 * halo + rng.standard_normal(n))) for key in LOWER}
    frame |= {"repurchase": 1.0 * (loyal() > -0.3), "expansion": 1.0 * (loyal() > 0.6)}
    frame |= {"nps": np.digitize(loyal(world.told), (-0.6, 0.5)) - 1.0}
    frame |= {"facet.H1": _scale(6 + 2 * (base + world.copied * work[account] + rng.standard_normal(n)))}
    bought = 50 + 18 * (base + world.purchases * work[account] + rng.standard_normal(n))
    frame |= {"share_of_purchases": np.clip(bought, 0, 100)}
    frame |= {f"facet.{item}": _scale(6.5 + 2 * (0.6 * work[account] + 0.4 * halo + rng.standard_normal(n))) for item in PREDICTORS}
    names = {"respondent": [f"r{one}" for one in range(n)], "account": [f"a{one}" for one in account], "weight": np.ones(n)}
    provider = {f"facet.{item}": _scale(7 + 1.8 * (0.8 * work + 0.6 * rng.standard_normal(accounts))) for item in PREDICTORS}
    return pd.DataFrame({**names, **frame}), pd.DataFrame({"account": [f"a{one}" for one in range(accounts)], **provider})


def study_of(answers: pd.DataFrame, provider: pd.DataFrame) -> Study:
    """The answers as a study; only the claim asked for is assessed."""
    same = {"scale": [0, 10]}
    settings = {
        "study": "effort",
        "client": "Made-up",
        "language": "en",
        "responses": {"file": "responses.csv"},
        "columns": {"respondent": "Id", "account": "Account"},
        "outcomes": {
            "recommend": {"column": "Q1", **same},
            "repurchase": {"column": "Renewed", "kind": "renewed", "yes": ["Yes"], "measured": "later"},
            "effort": {"column": "Q2", **same, "high_is": "easy"},
            "value_enhancement": {"columns": ["Q3"], **same},
            "expansion": {"column": "Q4", **same, "kind": "intention_topbox", "top": 9},
            "share_of_purchases": {"column": "Q5", "scale": [0, 100]},
        },
        "elements": {**same, "columns": {key: key for key in LOWER}},
        "cocreation": {**same, "columns": {item: item for item in (*PREDICTORS, "H1")}},
        "provider_view": {"file": "p.csv", "account": "Account", **same, "columns": {item: item for item in PREDICTORS}},
        "claims": ["effort_loyalty"],
    }
    config = StudyConfig.model_validate(settings)
    return Study(config=config, folder=Path(), data=answers, all_data=answers, sources=(), provider=provider)


def find_truths(world: World, rng: np.random.Generator, accounts: int = LARGE) -> dict[str, float]:
    """What each figure aims at, by numpy on a population; nothing of the library's estimators is used."""
    frame, provider = draw_answers(world, accounts, rng)
    code = frame["account"].str.slice(1).astype(int).to_numpy()
    size = np.bincount(code)[code] - 1

    def others(values: Floats) -> Floats:
        mean: Floats = (np.bincount(code, values)[code] - values) / size
        return mean

    lower = frame[[f"element.{key}" for key in LOWER]].mean(axis=1).to_numpy()
    equal, ease = [lower, others(lower)], others(frame["effort"].to_numpy())
    split = (ease >= EASY_FROM) | (ease < HARD_BELOW)
    seen = provider[[f"facet.{item}" for item in PREDICTORS]].mean(axis=1).to_numpy()[code]
    more = others(frame["value_enhancement"].to_numpy())
    found = {"effort": 100 * _slope(frame["repurchase"], 1.0 * (ease >= EASY_FROM), equal, split)}
    for name, column in (("repurchase", "repurchase"), ("expansion", "expansion"), ("recommend", "nps")):
        found[f"goes_with_{name}"] = 100 * _slope(frame[column], more, equal)
    found["goes_with_inimitability"] = _slope(frame["facet.H1"], seen, [])
    found["goes_with_share_of_purchases"] = _slope(frame["share_of_purchases"], seen, [])
    return found


def _of_world(name: str, reps: int) -> Iterator[dict[str, object]]:
    world = WORLDS[name]
    drawn = [find_truths(world, rng_for(SEED, f"effort {name} truth {draw}")) for draw in range(DRAWS)]
    truths = {figure: float(np.mean([one[figure] for one in drawn])) for figure in drawn[0]}
    for size in SIZES:
        rng = rng_for(SEED, f"effort {name} {size}")
        studies = [study_of(*draw_answers(world, size, rng)) for _ in range(reps)]
        for claim in CLAIMS:
            found = [assess(study, claim, sensitivity=False) for study in studies]
            counts: dict[str, object] = {
                "studies": reps,
                "shown": sum(one.verdict in SHOWN for one in found),
                "opposite": sum(one.opposite for one in found),
                "rung": found[0].evidence_level,
            }
            for figure, values in _figures(found).items():
                yield {
                    "claim": claim,
                    "figure": figure,
                    "world": name,
                    "accounts": size,
                    **_summary(values, truths[figure]),
                    **counts,
                }


def _figures(found: list[Finding]) -> dict[str, Floats]:
    """(samples, 3) value and limits by figure: the deciding contrast, or each part."""
    rows: dict[str, list[tuple[float, float, float]]] = {}
    for one in found:
        lifts = {part.name: part.lift for part in one.parts}
        if one.deciding is not None and one.deciding.difference is not None:
            lifts["effort"] = one.deciding.difference
        for name, lift in lifts.items():
            rows.setdefault(name, []).append((lift.value, lift.ci_low, lift.ci_high))
    return {name: np.array(values) for name, values in rows.items()}


def _summary(values: Floats, truth: float) -> dict[str, object]:
    held = (values[:, 1] <= truth) & (truth <= values[:, 2])
    return {
        "truth": round(truth, 3),
        "samples": len(values),
        "mean": round(float(values[:, 0].mean()), 3),
        "sd": round(float(values[:, 0].std(ddof=1)), 3),
        "held": int(held.sum()),
    }


def _interval_line(row: pd.Series) -> list[str]:
    share = 100 * row["held"] / row["samples"]
    said = f"{share:.1f}" if BAND[0] <= share <= BAND[1] else f"**{share:.1f}**"
    size, bias = str(row["accounts"]), row["mean"] - row["truth"]
    return [
        f"`{row['figure']}`",
        row["world"],
        size,
        f"{row['truth']:.2f}",
        f"{row['mean']:.2f}",
        f"{bias:+.2f}",
        f"{row['sd']:.2f}",
        said,
    ]


def _slope(y: pd.Series, x: Floats, equal: list[Floats], used: NDArray[np.bool_] | None = None) -> float:
    rows = np.ones(len(y), bool) if used is None else used
    design = np.column_stack([np.ones(int(rows.sum())), x[rows], *(one[rows] for one in equal)])
    return float(np.linalg.lstsq(design, y.to_numpy(float)[rows], rcond=None)[0][1])


def _scale(scores: Floats) -> Floats:
    return np.clip(np.round(scores), 0, 10)
