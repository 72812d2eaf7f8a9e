"""Which verdicts do made-up clients get on the claims about working together, where something is planted and where nothing is?"""

from __future__ import annotations

import multiprocessing
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from benchmarks.page import markdown_table
from valuelib.study.config import StudyConfig
from valuelib.study.model import Study
from valuelib.theory.facets import facet_items
from valuelib.theory.pyramid import elements
from valuelib.verdict.assess import assess
from valuelib.worlds.frames import simulate_frames
from valuelib.worlds.truth import Truth

STUDIES, CHUNK = 200, 20
SHOWN = ("supported", "consistent", "smaller")
CLAIMS = (
    "effort_loyalty",
    "value_enhancement",
    "cocreation_value",
    "roles_tasks_teams",
    "hard_to_copy",
    "mutual_commitment",
    "builds_over_time",
    "meaningful_work",
)
BASE = Truth(
    respondents=900,
    accounts=260,
    waves=2,
    account_sizes=(0.1, 0.2, 0.25, 0.2, 0.15, 0.1, 0.0, 0.0),
    provider_sees=1.0,
    facet_own=0.5,
    icc=0.3,
    provider_share=0.9,
    cocreation_effect=0.0,
    team_effect=0.0,
)
# In "nothing" all that happy respondents share is halo and the quality of the basics; "much halo" has more, shared by colleagues.
WORLDS: dict[str, dict[str, float]] = {
    "nothing": {},
    "nothing, much halo": {"halo_loading_lower": 0.6, "halo_loading_higher": 0.6, "halo_shared": 0.5, "icc": 0.4},
    "planted": {
        "cocreation_effect": 0.25,
        "roles_effect": 0.2,
        "people_effect": 0.2,
        "team_effect": 0.3,
        "commitment_effect": 0.2,
        "gap_effect": 0.12,
        "effort_effect": 0.25,
        "enhancement_effect": 0.25,
        "growth": 0.2,
        "growth_cocreation": 0.15,
        "nps_lift": 20.0,
        "icc": 0.55,
    },
}


def measure_verdicts(studies: int = STUDIES, workers: int = 2) -> pd.DataFrame:
    """One row a world and claim: how many studies showed it, showed the opposite, were undecided or could not be tested."""
    rows = []
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for world in WORLDS:
            chunks = [
                pool.submit(judge, world, list(range(start, min(start + CHUNK, studies)))) for start in range(0, studies, CHUNK)
            ]
            found = [one for chunk in chunks for one in chunk.result()]
            rows += [_count(world, claim, [verdicts[claim] for verdicts in found]) for claim in CLAIMS]
    return pd.DataFrame(rows)


def judge(world: str, seeds: list[int]) -> list[dict[str, tuple[str, str | None]]]:
    """Verdict and rung of every claim in some studies of one world."""
    with threadpool_limits(1):
        return [_judge_one(world, seed) for seed in seeds]


def table_verdicts(measured: pd.DataFrame) -> str:
    """Shares of verdicts in per cent; a null that is shown in more than 5 % of the studies is bold."""
    header = ("Claim", "rung", *(f"{world}: {what}" for world in WORLDS for what in ("shown", "opposite")))
    rows = []
    for claim in CLAIMS:
        of_claim = measured[measured["claim"] == claim].set_index("world")
        cells = [_share(of_claim.loc[world], what, world) for world in WORLDS for what in ("shown", "opposite")]
        rows.append([f"`{claim}`", str(of_claim["rung"].iloc[0]), *cells])
    return markdown_table(header, rows)


def study_of(truth: Truth, seed: int) -> Study:
    """A made-up client in memory, with the provider's and its employees' answers."""
    simulated = simulate_frames(truth, seed)
    every = simulated.answers
    last = every[every["wave"] == every["wave"].iloc[-1]].reset_index(drop=True)
    settings = {
        "study": "made-up",
        "client": "Made-up",
        "language": "en",
        "responses": {"file": "responses.csv"},
        "columns": {"respondent": "Id", "account": "Account", "wave": "Wave"},
        "outcomes": {
            "recommend": {"column": "Q1", "scale": [0, 10]},
            "repurchase": {"column": "Renewed", "kind": "renewed", "yes": ["Yes"], "measured": "later"},
        },
        "elements": {"scale": [0, 10], "columns": {one.key: one.key for one in elements()}},
        "cocreation": {"scale": [0, 10], "columns": {one.key: one.key for one in facet_items()}},
        "provider_view": {"file": "provider.csv", "account": "Account", "columns": {one.key: one.key for one in facet_items()}},
        "employees": {"file": "employees.csv", "team": "Team", "team_of_account": "Crew", "columns": {"W1": "W1", "W2": "W2"}},
    }
    return Study(
        config=StudyConfig.model_validate(settings),
        folder=Path(),
        data=last,
        all_data=every,
        sources=(),
        provider=simulated.provider,
        employees=simulated.employees,
    )


def _judge_one(world: str, seed: int) -> dict[str, tuple[str, str | None]]:
    changes = {name: getattr(BASE, name) for name in BASE.__slots__} | WORLDS[world]
    study = study_of(Truth(**changes), seed)
    found = {claim: assess(study, claim, sensitivity=False) for claim in CLAIMS}
    return {claim: ("opposite" if one.opposite else one.verdict, one.evidence_level) for claim, one in found.items()}


def _count(world: str, claim: str, verdicts: list[tuple[str, str | None]]) -> dict[str, object]:
    words = Counter(word for word, _ in verdicts)
    evidence_levels = Counter(evidence_level for _, evidence_level in verdicts if evidence_level)
    shown = sum(words[word] for word in SHOWN)
    return {
        "world": world,
        "claim": claim,
        "rung": evidence_levels.most_common(1)[0][0] if evidence_levels else "none",
        "studies": len(verdicts),
        "shown": shown,
        "opposite": words["opposite"],
        "undecided": words["undecided"],
        "not_testable": words["not_testable"],
    }


def _share(row: pd.Series, what: str, world: str) -> str:
    share = 100 * row[what] / row["studies"]
    wrong = (world != "planted" and what == "shown") or what == "opposite"
    limit = 5 + 2 * np.sqrt(5 * 95 / row["studies"])
    return f"**{share:.1f}**" if wrong and share > limit else f"{share:.1f}"
