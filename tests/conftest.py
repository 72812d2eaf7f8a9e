"""What holds for every test."""

import sys
from collections.abc import Iterator

import pytest

from valuelib.threads import start_quickly

start_quickly()  # a test process imports everything, and keeps what many tests share


@pytest.fixture(autouse=True)
def close_figures() -> Iterator[None]:
    """Leave no figure open: matplotlib warns of the twenty-first, whichever test made the others."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture(autouse=True)
def speak_english_again() -> Iterator[None]:
    """Leave no language in force: `use_language` speaks for the whole process, as it shall for a notebook's."""
    yield
    if "valuelib.show.localizer" in sys.modules:
        sys.modules["valuelib.show.localizer"].use_language("en")
