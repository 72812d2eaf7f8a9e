"""A claim that says lower is read as one that says higher of the exchanged groups; a claim without a size by its direction."""

import dataclasses

import pytest

from tests.clients import client
from valuelib.results import Difference, Finding
from valuelib.study.model import Study
from valuelib.theory.claims import Claim, claim
from valuelib.verdict.assess import assess
from valuelib.worlds.truth import Truth

TRUTHS = {
    "large": Truth(respondents=1200, accounts=400, nps_lift=25.0, nps_baseline=40.0),
    "none": Truth(respondents=1200, accounts=400, nps_lift=0.0, nps_baseline=40.0),
    "thin": Truth(respondents=90, accounts=40, nps_lift=8.0, nps_baseline=40.0),
}
# Every metric with either sign, and what it turns into where the groups are exchanged.
CLAIMS = [("points", 13.0), ("points", -13.0), ("ratio", 1.3), ("ratio", 1 / 1.3), ("positive", None), ("negative", None)]
TURNED = {"positive": "negative", "negative": "positive"}


def exchanged(study: Study) -> Study:
    """The same answers with the offering of the comparison group as that of the baseline."""
    return dataclasses.replace(study, data=study.data.assign(offering=1 - study.data["offering"]))


def made(metric: str, size: float | None) -> Claim:
    return claim("nps_60").with_(metric=metric, **({} if size is None else {"size": size}))


def turned(metric: str, size: float | None) -> Claim:
    return made(TURNED.get(metric, metric), None if size is None else 1 / size if metric == "ratio" else -size)


def lift_of(finding: Finding) -> Difference:
    assert finding.difference is not None
    return finding.difference


@pytest.mark.parametrize("world", TRUTHS)
@pytest.mark.parametrize(("metric", "size"), CLAIMS)
def test_exchanging_groups_and_claim_gives_the_same_verdict(world: str, metric: str, size: float | None) -> None:
    study = client(TRUTHS[world])
    here = assess(study, made(metric, size), sensitivity=False)
    there = assess(exchanged(study), turned(metric, size), sensitivity=False)
    assert (there.verdict, there.undecided_why, there.opposite) == (here.verdict, here.undecided_why, here.opposite)
    assert there.reason.code == here.reason.code
    assert there.respondents_needed == here.respondents_needed
    low, high = lift_of(here).interval
    assert lift_of(there).interval == pytest.approx((-high, -low))
    for name in ("p_no_lift", "p_below_claim", "p_above_claim"):
        assert getattr(lift_of(there), name) == (None if (p := getattr(lift_of(here), name)) is None else pytest.approx(p))


def test_words_of_a_claim_that_says_lower() -> None:
    study = exchanged(client(TRUTHS["large"]))
    words = {size: assess(study, made("points", size), sensitivity=False) for size in (-5.0, -25.0, -60.0, 13.0)}
    assert [one.verdict for one in words.values()] == ["supported", "consistent", "smaller", "rejected"]
    assert [one.opposite for one in words.values()] == [False, False, False, True]


def test_a_direction_without_a_size_is_borne_out_opposite_or_open() -> None:
    large, none = client(TRUTHS["large"]), client(TRUTHS["none"])
    found = [assess(one, made(metric, None), sensitivity=False) for one in (large, none) for metric in ("positive", "negative")]
    assert [(one.verdict, one.opposite) for one in found[:2]] == [("supported", False), ("rejected", True)]
    # Better suppliers sell more in this world: the total shows an effect, and the net figure does not.
    assert (found[2].undecided_why, found[2].reason_code) == ("design", "conflict")
    assert found[0].size is None
    assert lift_of(found[0]).p_below_claim is None
