"""Do the examples in the docstrings of the estimators give what they show?"""

from __future__ import annotations

import doctest
from importlib import import_module
from pkgutil import iter_modules

import pytest

from valuelib import stats

MODULES = sorted(found.name for found in iter_modules(stats.__path__, "valuelib.stats."))


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_show(name: str) -> None:
    found = doctest.testmod(import_module(name))
    assert found.failed == 0
    assert found.attempted > 0
