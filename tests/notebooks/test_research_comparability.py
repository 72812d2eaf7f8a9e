"""What the chapter on comparability fits by hand equals the library's model on the same rows, where nobody left an item open."""

import numpy as np
import pytest

from tests.notebooks.chapters import run_cells
from tests.tolerances import ITERATED
from valuelib.stats.invariance import Invariance, estimate_invariance


def test_the_plain_model_is_that_of_the_library() -> None:
    names = run_cells("15_comparability", skip=("ch.show", "ch.done", "vl.comparability", "vl.simulate", "pd.concat(told)"))
    answers, items = names["answers"], names["items"]
    complete = answers[answers[items].notna().all(axis=1)]
    assert names["n"] == len(complete)
    found = estimate_invariance(complete[items], complete["second"].astype(int), np.arange(len(complete)))
    assert isinstance(found, Invariance)
    assert names["steps"]["chi2"].to_list() == pytest.approx([fit.chi2 for fit in found.fits[:3]], rel=ITERATED)
