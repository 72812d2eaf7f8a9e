"""Claims about directions: parts, their tests, and the verdict that a whole claim gets from them."""

import dataclasses

import numpy as np
import pytest
from scipy import stats

from tests.clients import client
from tests.languages import spoken
from valuelib.output.results_json import finding_entry
from valuelib.results import EvidenceLevel, Finding, from_json, to_json
from valuelib.show.card import card_text
from valuelib.show.localizer import Localizer
from valuelib.theory.claims import claim
from valuelib.verdict.assess import _judge
from valuelib.verdict.evidence import Evidence, PartEstimate, combine, number_part, p_claimed, p_opposite, read_parts
from valuelib.worlds.people import rng_for
from valuelib.worlds.truth import Truth

CLAIM = claim("hard_to_copy")
STUDY = client(Truth(respondents=60, accounts=20), seed=1)


def measured(value: float, se: float = 1.0, *, side: str = "above", df: float = 30.0) -> PartEstimate:
    """A part with round figures."""
    return PartEstimate(
        name="goes_with_recommend",
        value=value,
        se=se,
        df=df,
        unit_key="points_per_point",
        n=200,
        accounts=60,
        side="below" if side == "below" else "above",
    )


def judged(
    parts: tuple[PartEstimate, ...], evidence_level: EvidenceLevel = EvidenceLevel.COLLEAGUE_RATED, *, confirmatory: bool = False
) -> Finding:
    """The finding that these parts give at this rung."""
    evidence = read_parts(
        Evidence(claim=CLAIM, evidence_level=evidence_level, exposure=f"{evidence_level}.cocreation", parts=parts)
    )
    return _judge(STUDY, [evidence], [CLAIM] if confirmatory else [])[0]


def test_one_sided_p_values_by_hand() -> None:
    # t = 2.0 on 30 df: upper tail 0.027312522...
    assert p_claimed(measured(2.0)) == pytest.approx(0.0273125, abs=1e-7)
    assert p_claimed(measured(-2.0, side="below")) == pytest.approx(0.0273125, abs=1e-7)
    assert p_opposite(measured(2.0)) == pytest.approx(1 - 0.0273125, abs=1e-7)


def test_a_claim_is_as_uncertain_as_its_weakest_part_and_its_opposite_is_held_to_the_level() -> None:
    tests = combine((measured(3.0), measured(1.0), measured(-2.5)))
    assert tests.p_no_lift == pytest.approx(float(stats.t.sf(-2.5, 30)))
    assert tests.p_opposite == pytest.approx(3 * float(stats.t.sf(2.5, 30)))


@pytest.mark.parametrize(
    ("parts", "verdict", "opposite", "holds"),
    [
        ((measured(3.0), measured(4.0)), "supported", False, ["shown", "shown"]),
        ((measured(3.0), measured(1.0)), "undecided", False, ["shown", "open"]),
        ((measured(3.0), measured(-4.0)), "rejected", True, ["shown", "opposite"]),
        ((measured(3.0), measured(-4.0, side="below")), "supported", False, ["shown", "shown"]),
    ],
)
def test_the_verdict_follows_from_the_parts(
    parts: tuple[PartEstimate, ...], verdict: str, opposite: bool, holds: list[str]
) -> None:
    found = judged(parts)
    assert (found.verdict, found.opposite) == (verdict, opposite)
    assert [part.holds for part in found.parts] == holds
    assert found.decided_by == "peers.cocreation"


@pytest.mark.parametrize("evidence_level", ["direction", "descriptive"])
def test_own_ratings_show_their_parts_and_decide_nothing(evidence_level: EvidenceLevel) -> None:
    found = judged((measured(9.0), measured(8.0)), evidence_level)
    assert (found.verdict, found.undecided_why, found.decided_by) == ("undecided", "design", None)
    assert [part.lift.value for part in found.parts] == [9.0, 8.0]


def test_hardly_any_degrees_of_freedom_decide_nothing() -> None:
    found = judged((measured(9.0), measured(9.0, df=2.0)))
    assert (found.verdict, found.undecided_why) == ("undecided", "precision")
    assert found.reason.code == "reason.thin.parts"


def test_accounts_needed_by_hand_and_none_where_the_part_leans_the_other_way() -> None:
    plain = {"level": 0.95, "simultaneous": 0.95, "parts": 1}
    reach = float(stats.t.ppf(0.975, 30) + stats.t.ppf(0.8, 30))
    part = number_part(measured(1.0), **plain)
    assert part.detectable == pytest.approx(reach)
    assert part.accounts_needed == int(np.ceil(60 * reach**2))
    assert number_part(measured(-1.0), **plain).accounts_needed is None
    assert number_part(measured(3.0), **plain).accounts_needed is None


def test_a_claim_under_test_beside_others_is_held_to_the_wider_interval() -> None:
    parts = (measured(2.2), measured(2.2))
    one = read_parts(Evidence(claim=CLAIM, evidence_level=EvidenceLevel.COLLEAGUE_RATED, exposure="peers.cocreation", parts=parts))
    other = dataclasses.replace(one, claim=claim("cocreation_value"))
    alone = _judge(STUDY, [one], [CLAIM])[0]
    beside = _judge(STUDY, [one, other], [CLAIM, other.claim])[0]
    assert (alone.verdict, beside.verdict) == ("supported", "undecided")
    assert beside.parts[0].holds == "open"


def test_two_parts_without_any_effect_are_seldom_shown_together_and_seldom_opposite() -> None:
    draws = rng_for(1, "parts").standard_normal((4000, 2))
    tests = [combine((measured(a, df=1e6), measured(b, df=1e6))) for a, b in draws]
    assert np.mean([one.p_no_lift <= 0.025 for one in tests]) < 0.005
    # Bonferroni: at most 2.5 %, four standard errors allowed
    assert np.mean([one.p_opposite <= 0.025 for one in tests]) < 0.025 + 4 * np.sqrt(0.025 * 0.975 / 4000)


@pytest.mark.parametrize("language", ["en", "fi"])
def test_a_finding_with_parts_goes_to_json_and_is_said(language: str) -> None:
    found = judged((measured(3.0), measured(1.0)))
    assert from_json("finding", to_json(found)) == found
    entry = spoken(Localizer(language), finding_entry, found)
    assert len(entry["parts"]) == 2
    told = spoken(Localizer(language), card_text, found)
    assert Localizer(language).word("goes_with_recommend") in told.lower()
