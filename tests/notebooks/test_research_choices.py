"""What the chapter on choices finds by a Cox model with one choice a stratum equals what the library says."""

import pytest

import valuelib as vl
from tests.notebooks.chapters import run_cells


@pytest.mark.parametrize("elements", [True, False])
def test_the_stacked_logit_is_the_library_s(elements: bool) -> None:
    study = vl.simulate("chosen", respondents=80, accounts=40, choices=1.0, seed=4)
    if not elements:  # nobody rated anything
        study.config.__dict__["elements"] = None
    names = run_cells("16_choices", study, skip=("ch.show", "ch.done", "made ="))
    beside = names["beside"]
    assert beside["statsmodels"].to_numpy() == pytest.approx(beside["valuelib"].to_numpy(), abs=1e-6)
    assert (beside["std_error_valuelib"] > beside["std_error"]).all()
    by_share = names["by_share"]
    assert by_share["by_hand"].to_numpy() == pytest.approx(by_share["estimate"].to_numpy(), abs=1e-4)
    assert names["counts"]["shown"].sum() == len(study.choices)
