"""Public data sets that some tests try; they are not part of the repository, so those tests skip where the sets are absent."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def shared_data(name: str) -> Path:
    """Path of a public data set kept beside the project (`../shared/data`, or `VALUELIB_SHARED_DATA`), or a skip that says so."""
    folder = Path(os.environ.get("VALUELIB_SHARED_DATA", ROOT.parent / "shared" / "data"))
    path = folder / name
    if not path.exists():
        pytest.skip(f"The public data set {name} is not here; put it in ../shared/data or set VALUELIB_SHARED_DATA.")
    return path
