"""Made-up clients in memory: a planted truth as a checked study, without files, so that many can be assessed."""

from pathlib import Path
from typing import Any

import pandas as pd

from valuelib.study.config import StudyConfig
from valuelib.study.model import Study
from valuelib.theory.pyramid import elements
from valuelib.worlds.frames import simulate_frames
from valuelib.worlds.truth import Truth

SETTINGS: dict[str, Any] = {
    "study": "made-up",
    "client": "Made-up client",
    "language": "en",
    "responses": {"file": "responses.csv"},
    "columns": {"respondent": "Id", "account": "Account"},
    "outcomes": {
        "recommend": {"column": "Q1", "scale": [0, 10]},
        "repurchase": {"column": "Renewed", "kind": "renewed", "yes": ["Yes"], "measured": "later"},
    },
    "elements": {"scale": [0, 10], "columns": {element.key: element.key for element in elements()}},
    "exposure": {"rule": "offering", "column": "Package", "higher": ["Partner"]},
}


def client(truth: Truth, seed: int = 1, **settings: Any) -> Study:
    """A study with that truth; settings replace blocks of its study.yaml, None leaves a block out."""
    return study_of(simulate_frames(truth, seed).answers, **settings)


def study_of(answers: pd.DataFrame, **settings: Any) -> Study:
    """A study of canonical answers."""
    blocks = {key: block for key, block in {**SETTINGS, **settings}.items() if block is not None}
    config = StudyConfig.model_validate(blocks)
    return Study(config=config, folder=Path(), data=answers, all_data=answers, sources=())
