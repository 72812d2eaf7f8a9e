"""Small studies for the tests of reading: a folder with settings and answers, each written as a user would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

MINIMAL: Mapping[str, Any] = {
    "study": "small",
    "client": "Client Oy",
    "responses": {"file": "responses.csv"},
    "columns": {"account": "Account"},
    "outcomes": {"recommend": {"column": "Q12", "scale": [0, 10]}},
}


def answers(**columns: Sequence[object]) -> pd.DataFrame:
    """Six respondents of three accounts; further columns, or other ones, as given."""
    base: dict[str, Sequence[object]] = {"Account": ["A", "A", "B", "B", "C", "C"], "Q12": [0, 5, 6, 7, 9, 10]}
    return pd.DataFrame({**base, **columns})


def settings(**blocks: Any) -> dict[str, Any]:
    """The least that a study.yaml says, with blocks put in or replaced; a block of None is left out."""
    return {key: value for key, value in {**MINIMAL, **blocks}.items() if value is not None}


def write_study(folder: Path, config: Mapping[str, Any] | str, data: pd.DataFrame | str | bytes | None = None) -> Path:
    """A study folder with settings (as a mapping, or as the user's own text) and `responses.csv` (likewise; None: none)."""
    folder.mkdir(parents=True, exist_ok=True)
    text = config if isinstance(config, str) else yaml.safe_dump(dict(config), allow_unicode=True, sort_keys=False)
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    if isinstance(data, pd.DataFrame):
        data.to_csv(folder / "responses.csv", index=False)
    elif data is not None:
        (folder / "responses.csv").write_bytes(data if isinstance(data, bytes) else data.encode())
    return folder
