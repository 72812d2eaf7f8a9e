"""What the summary works out by hand from recorded findings equals what the library says, and nothing is assessed twice."""

from typing import Any

import pytest

import valuelib as vl
from tests.notebooks.chapters import run_cells
from tests.notebooks.test_research import run, thin_studies
from tests.tolerances import SAME_ARITHMETIC

SHOWN = {"supported", "consistent", "smaller"}


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return run_cells("00_executive_summary", skip=("ch.advice", "ch.done"))


def test_holm_by_hand_is_that_of_statsmodels_and_of_the_verdicts(told: dict[str, Any]) -> None:
    questions, verdicts = told["questions"], told["verdicts"]
    conflicts = {finding.claim.id for finding in told["tested"] if finding.reason_code == "conflict"}
    assert len(questions) == 2
    assert list(questions.shown) == list(told["holm"])
    for claims, shown in zip(questions.claims, questions.shown, strict=True):
        settled = [one for one in claims.split(", ") if one not in conflicts]  # more than the net figure's test has a say in those
        assert settled
        assert all((verdicts[one] in SHOWN) == shown for one in settled)


def test_limits_that_share_the_error_rate_are_the_recorded_ones(told: dict[str, Any]) -> None:
    limits = told["limits"]
    recorded = limits["recorded"].to_numpy()
    assert limits["sharing the error rate"].to_numpy() == pytest.approx(recorded, abs=SAME_ARITHMETIC)
    assert (limits["alone"].conf_low.to_numpy() > recorded[:, 0]).all()


def test_the_naive_interval_is_the_plain_one_of_the_raw_contrast(told: dict[str, Any]) -> None:
    naive = told["naive"]
    for finding in told["tested"]:
        row = naive.loc[finding.claim.id]
        limits = finding.raw.difference.ci_low, finding.raw.difference.ci_high
        assert (row.conf_low, row.conf_high) == pytest.approx(limits, abs=SAME_ARITHMETIC)


def test_holm_keeps_the_level_where_nothing_is(told: dict[str, Any]) -> None:
    alarms = told["alarms"]
    assert alarms.Holm.max() < 0.035
    assert alarms["each for itself"].is_monotonic_increasing


@pytest.mark.parametrize("about", ["no offering, marker or segment", "no elements", "only NPS", "no NPS", "twelve answers"])
def test_a_thin_study_stops_no_cell(about: str) -> None:
    names = run("00_executive_summary", thin_studies()[about])
    assert len(names["tested"]) >= len(names["questions"])


def test_a_world_without_effect_shows_nothing() -> None:
    names = run("00_executive_summary", vl.simulate("empty", no_effect=True))
    assert not names["questions"].shown.any()
