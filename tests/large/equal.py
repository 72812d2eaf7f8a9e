"""Made-up studies in files, and whether two ways to read them give the same findings."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from valuelib.results import Finding
from valuelib.study.model import Study
from valuelib.theory.claims import Claim, claims
from valuelib.verdict.assess import assess, named_claims

TOLD_OF_THE_SOURCE = {"note.summed_up", "note.of_sample"}
ITEMS = {
    "meeting_specifications": "Q1",
    "acceptable_price": "Q2",
    "regulatory_compliance": "Q3",
    "product_quality": "Q4",
    "responsiveness": "Q5",
    "expertise": "Q6",
    "vision": "Q7",
    "hope": "Q8",
    "reduced_anxiety": "Q9",
}
SETTINGS: dict[str, Any] = {
    "study": "large",
    "client": "Made-up client",
    "language": "en",
    "missing": [99],
    "responses": {"file": "answers.parquet"},
    "columns": {"respondent": "Id", "account": "Account"},
    "outcomes": {
        "recommend": {"column": "NPS", "scale": [0, 10]},
        "repurchase": {"column": "Renewed", "kind": "renewed", "yes": ["Yes"], "no": ["No"], "measured": "later"},
    },
    "elements": {"scale": [1, 7], "columns": ITEMS, "reversed": ["Q2"]},
    "exposure": {"rule": "offering", "column": "Package", "higher": ["Partner", "Growth"]},
    "claims": ["nps_60", "nps_60_points", "repurchase_22", "repurchase_22_points"],
}


def answers(n: int = 600, accounts: int = 60, seed: int = 1) -> pd.DataFrame:
    """Answers as an export has them: blanks, codes for no answer, texts, names in several spellings, background with gaps."""
    draw = np.random.default_rng(seed)
    account = draw.integers(accounts, size=n)
    liking = draw.normal(size=accounts)[account] + draw.normal(size=n)
    bought = draw.random(n) < 0.45
    rated = lambda shift: np.clip(np.round(4.6 + liking + shift + draw.normal(size=n)), 1, 7)  # noqa: E731
    frame = pd.DataFrame({"Id": np.arange(n) + 1000, "Account": [f"Customer {one:03d}" for one in account]})
    frame["Package"] = np.where(bought, draw.choice(["Partner", "growth"], n), draw.choice(["Basic", "Standard", " basic"], n))
    frame["NPS"] = np.clip(np.round(7.2 + 0.6 * bought + liking + draw.normal(size=n)), 0, 10)
    frame["Renewed"] = np.where(draw.random(n) < 1 / (1 + np.exp(-liking - 0.3 * bought - 0.5)), "Yes", "No")
    for name in ITEMS.values():
        frame[name] = rated(0.0)
    frame["Q2"] = 8 - frame["Q2"]
    frame["Q10"] = rated(0.2)
    frame["Weight"] = np.round(draw.uniform(0.4, 2.5, n), 3)
    frame["Round"] = draw.choice(["2024", "2025", "2026"], n, p=[0.2, 0.2, 0.6])
    frame["Team"] = [f"Team {one % 37}" for one in account]
    frame["Industry"] = draw.choice(["Trade", "trade", "Energy", "Services", "Fishing"], n, p=[0.3, 0.1, 0.35, 0.24, 0.01])
    frame["Years"] = np.round(draw.gamma(2, 3, n), 1)
    for name, share in {
        "NPS": 0.05,
        "Renewed": 0.1,
        "Package": 0.04,
        "Industry": 0.05,
        "Years": 0.06,
        **dict.fromkeys(ITEMS.values(), 0.1),
    }.items():
        frame[name] = frame[name].astype(object).where(draw.random(n) >= share, None)
    frame.loc[draw.random(n) < 0.03, "Q3"] = 99.0
    frame["Id"] = [f"R{one}" for one in frame["Id"]]
    numbers = ["NPS", *ITEMS.values(), "Years"]
    return frame.astype(dict.fromkeys(numbers, float))


def write_study(folder: Path, frame: pd.DataFrame | None, **settings: Any) -> Path:
    """A folder with a study of these answers; settings replace blocks of its study.yaml."""
    folder.mkdir(parents=True, exist_ok=True)
    if frame is not None:
        frame.to_parquet(folder / "answers.parquet", index=False)
    (folder / "study.yaml").write_text(yaml.safe_dump({**SETTINGS, **settings}, allow_unicode=True), encoding="utf-8")
    return folder


def contrasts(study: Study) -> list[Claim]:
    """The study's claims and the register's readings that compare two groups."""
    every = {one.id: one for one in (*named_claims(study), *claims())}.values()
    return [one for one in every if one.reading.kind == "contrast"]


def findings(study: Study, *, sensitivity: bool = False) -> dict[str, Finding]:
    """Every contrast, without what is told of the source."""
    found = {one.id: assess(study, one, sensitivity=sensitivity) for one in contrasts(study)}
    kept = {name: tuple(note for note in one.warnings if note.code not in TOLD_OF_THE_SOURCE) for name, one in found.items()}
    return {name: dataclasses.replace(one, warnings=kept[name]) for name, one in found.items()}


def differences(one: object, other: object, path: str = "") -> Iterator[tuple[str, object, object]]:
    """What differs between two results, numbers beyond 1e-10."""
    if isinstance(one, float) and isinstance(other, float):
        if not (math.isclose(one, other, rel_tol=1e-10, abs_tol=1e-10) or (math.isnan(one) and math.isnan(other))):
            yield path, one, other
    elif dataclasses.is_dataclass(one) and type(one) is type(other):
        for field in dataclasses.fields(one):
            yield from differences(getattr(one, field.name), getattr(other, field.name), f"{path}.{field.name}")
    elif isinstance(one, tuple | list) and isinstance(other, tuple | list) and len(one) == len(other):
        for place, pair in enumerate(zip(one, other, strict=True)):
            yield from differences(*pair, f"{path}[{place}]")
    elif isinstance(one, Mapping) and isinstance(other, Mapping) and one.keys() == other.keys():
        for key in one:
            yield from differences(one[key], other[key], f"{path}.{key}")
    elif one != other:
        yield path, one, other
