"""Where the next effort should go: by the written rule, never from a claim that was not shown."""

import dataclasses
from pathlib import Path

import pytest

from tests.show.results import finding
from valuelib.explore.estimates import read_label
from valuelib.explore.recommend import may_be_acted_on, needed_estimates, recommend
from valuelib.results import Estimate, EvidenceLevel, Finding, Message, Verdict
from valuelib.study.load import load_study
from valuelib.theory.claims import Claim, ClaimSpec

DEMO = Path(__file__).parents[2] / "data" / "demo"


def estimate(name: str, value: float, low: float | None = None, high: float | None = None) -> Estimate:
    label = read_label(name)
    return Estimate(name=name, label=label, value=value, unit="score", n=400, accounts=120, ci_low=low, ci_high=high)


def shown(
    claim: str | Claim = "nps_60_points",
    verdict: Verdict = "supported",
    evidence_level: EvidenceLevel = EvidenceLevel.PURCHASE_RECORD,
) -> Finding:
    return finding(verdict=verdict, claim=claim, evidence_level=evidence_level)


PRICE = estimate("element.acceptable_price.mean", 3.0)
ELEMENTS = [
    estimate("element.vision.mean", 5.0),
    estimate("element.hope.mean", 4.0),
    estimate("element.product_quality.mean", 2.0),
    estimate("driver.element.vision", 50.0),
    estimate("driver.element.hope", 40.0),
    estimate("driver.element.product_quality", 80.0),
    *(estimate(f"driver.element.{key}", 1.0) for key in ("reach", "variety", "stability", "expertise")),
]


def test_priority_is_importance_times_room_times_gap_by_hand() -> None:
    (one,) = recommend([shown()], ELEMENTS)
    # hope: 40/50 x (10 - 4)/10 = 0.48; vision: 50/50 x (10 - 5)/10 = 0.50. product_quality is no higher-tier element.
    assert (one.kind, one.target, one.gap_score) == ("element", "vision", None)
    assert one.priority == pytest.approx(0.50)
    (one,) = recommend([shown()], [*ELEMENTS, estimate("gap.tier.inspirational", 2.0)])
    assert one.priority == pytest.approx(1.2 * 0.5)
    (one,) = recommend([shown()], [*ELEMENTS, estimate("gap.tier.inspirational", -2.0)])
    assert one.priority == pytest.approx(0.5)


def test_claims_under_test_come_before_exploratory_findings() -> None:
    table_stakes = shown("table_stakes_necessary", evidence_level=EvidenceLevel.COLLEAGUE_RATED)
    loose = dataclasses.replace(shown(), confirmatory=False)
    first, second = recommend([loose, table_stakes], [*ELEMENTS, estimate("driver.element.acceptable_price", 60.0), PRICE])
    assert (first.confirmatory, first.claim) == (True, "table_stakes_necessary")
    assert (second.confirmatory, second.evidence_level) == (False, EvidenceLevel.PURCHASE_RECORD)


def test_a_claim_that_says_lower_recommends_nothing() -> None:
    lower = ClaimSpec.model_validate(
        {
            "id": "less",
            "statement": "Customers of X have a lower NPS.",
            "reading": {"kind": "contrast", "exposure": "study", "outcome": "recommend", "metric": "points", "size": -5},
        }
    ).to_claim()
    assert recommend([shown(lower)], ELEMENTS) == ()


def test_a_lower_rating_or_a_larger_share_never_lowers_the_priority() -> None:
    before = recommend([shown()], ELEMENTS)[0]
    lower = [dataclasses.replace(one, value=3.0) if one.name == "element.vision.mean" else one for one in ELEMENTS]
    larger = [dataclasses.replace(one, value=90.0) if one.name == "driver.element.vision" else one for one in ELEMENTS]
    assert recommend([shown()], lower)[0].priority > before.priority
    assert recommend([shown()], larger)[0].priority >= before.priority


@pytest.mark.parametrize("verdict", ["rejected", "undecided", "not_testable"])
def test_a_claim_that_was_not_shown_gives_nothing(verdict: Verdict) -> None:
    why = "precision" if verdict == "undecided" else None
    unshown = dataclasses.replace(finding(verdict="supported"), verdict=verdict, undecided_why=why)
    assert not may_be_acted_on(unshown)
    assert recommend([unshown], ELEMENTS) == ()


@pytest.mark.parametrize("evidence_level", [EvidenceLevel.DIRECTION, EvidenceLevel.DESCRIPTIVE])
def test_own_ratings_alone_give_nothing(evidence_level: EvidenceLevel) -> None:
    assert recommend([shown(evidence_level=evidence_level)], ELEMENTS) == ()


def test_an_element_with_no_more_than_an_equal_share_is_no_target() -> None:
    even = [dataclasses.replace(one, value=10.0) if one.name.startswith("driver.") else one for one in ELEMENTS]
    assert recommend([shown()], even) == ()


def test_a_facet_needs_a_slope_that_is_shown() -> None:
    facets = [estimate("facet.customer_team.mean", 6.0), estimate("facet.roles_tasks.mean", 2.0)]
    sure = estimate("contribution.value.customer_team", 0.2, 0.1, 0.3)
    unsure = estimate("contribution.value.roles_tasks", 0.9, -0.1, 1.9)
    claim = shown("roles_tasks_teams", evidence_level=EvidenceLevel.OTHER_SOURCE)
    assert [one.target for one in recommend([claim], [*facets, sure, unsure])] == ["customer_team"]
    assert recommend([claim], [*facets, unsure]) == ()


def test_stronger_evidence_comes_first_and_a_target_once() -> None:
    facets = [estimate("facet.customer_team.mean", 1.0), estimate("contribution.value.customer_team", 0.2, 0.1, 0.3)]
    team, copy = (shown(one, evidence_level=EvidenceLevel.OTHER_SOURCE) for one in ("roles_tasks_teams", "hard_to_copy"))
    smaller = shown("nps_60", verdict="smaller")
    found = recommend([team, copy, smaller, shown()], [*ELEMENTS, *facets])
    assert [(one.claim, one.target) for one in found] == [("nps_60_points", "vision"), ("roles_tasks_teams", "customer_team")]


def test_an_own_claim_has_the_targets_of_its_reading() -> None:
    reading = {"kind": "contrast", "exposure": "study", "outcome": "repurchase", "metric": "points", "size": 10}
    own = ClaimSpec.model_validate({"id": "premium_renews", "statement": "More renew.", "reading": reading}).to_claim()
    assert [one.target for one in recommend([shown(own)], ELEMENTS)] == ["vision"]
    assert recommend([shown("premium_renews")], ELEMENTS) == ()  # known by its id only


def test_an_estimate_that_could_not_be_had_is_no_ground() -> None:
    reason = Message(code="missing.statements")
    without = [
        dataclasses.replace(one, value=None, reason=reason) if one.name == "element.vision.mean" else one for one in ELEMENTS
    ]
    assert [one.target for one in recommend([shown()], without)] == ["hope"]


def test_the_estimates_of_a_study_are_those_of_its_chapters() -> None:
    names = [one.name for one in needed_estimates(load_study(DEMO))]
    assert len(names) == len(set(names))
    assert {"element.vision.mean", "driver.element.vision", "contribution.value.customer_team", "gap.tier.individual"} <= set(names)
