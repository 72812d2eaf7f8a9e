"""Can a client write a claim of its own, and is each slip in it told?"""

from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from valuelib.theory.claims import OWN_CAVEAT, ClaimSpec, claim, said
from valuelib.theory.files import Text
from valuelib.theory.pyramid import HIGHER_TIERS

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
WRITTEN = """
id: premium_renews
statement: {fi: Premium-asiakkaista 10 % useampi uusii sopimuksensa., en: Ten per cent more of our Premium customers renew.}
reading: {kind: contrast, exposure: study, outcome: repurchase, metric: ratio, size: 1.1}
"""


def own(reading: dict[str, Any] | None = None, **changed: Any) -> dict[str, Any]:
    """The claim above, changed."""
    spec: dict[str, Any] = yaml.safe_load(WRITTEN)
    return {**spec, **changed, "reading": {**spec["reading"], **(reading or {})}}


def refusal(spec: dict[str, Any]) -> str:
    """What is said of a claim that does not follow the grammar."""
    with pytest.raises(ValidationError) as caught:
        ClaimSpec.model_validate(spec)
    return said(caught.value)


def test_round_trip() -> None:
    spec = ClaimSpec.model_validate(own())
    assert ClaimSpec.model_validate(spec.model_dump(mode="json")) == spec
    assert ClaimSpec.model_validate_json(spec.model_dump_json()) == spec


def test_own_claim_becomes_a_claim() -> None:
    made = ClaimSpec.model_validate(own()).to_claim()
    assert made.id == "premium_renews"
    assert made.statement.en == "Ten per cent more of our Premium customers renew."
    assert made.statement.fi == f"Premium-asiakkaista 10{NO_BREAK_SPACE}% useampi uusii sopimuksensa."
    assert (made.source, made.where, made.origin.fi) == ("The client's own claim", "", "Asiakkaan oma väite")
    assert made.caveat == OWN_CAVEAT
    assert (made.reading.kind, made.reading.size, made.reading.needs) == ("contrast", 1.1, ("repurchase", "exposure"))


def test_an_own_claim_has_the_evidence_and_targets_of_its_reading() -> None:
    made = ClaimSpec.model_validate(own()).to_claim()
    assert (made.chapter, made.evidence, made.partnership) == ("00_executive_summary", ("audited", "peers"), None)
    assert made.targets.tiers == HIGHER_TIERS
    dose = {"kind": "dose", "exposure": "higher_count", "outcome": "recommend", "metric": "trend", "size": None}
    assert ClaimSpec.model_validate(own(reading=dose)).to_claim().targets.tiers == ()


def test_source_and_caveat_are_kept() -> None:
    made = ClaimSpec.model_validate(own(source="Sales manual", where="Edition 3", caveat="Only large accounts.")).to_claim()
    assert (made.source, made.where, made.origin) == ("Sales manual", "Edition 3", Text("Sales manual", "Sales manual"))
    assert made.caveat == Text("Only large accounts.", "Only large accounts.")


@pytest.mark.parametrize("statement", ["Premium uusii.", {"fi": "Premium uusii."}, {"en": " Premium uusii. "}])
def test_one_language_serves_both(statement: object) -> None:
    assert ClaimSpec.model_validate(own(statement=statement)).statement == Text("Premium uusii.", "Premium uusii.")


@pytest.mark.parametrize(
    ("id", "reading", "needs"),
    [
        ("many_elements_nps", {}, ("recommend", "elements")),
        ("higher_is_better", {"outcome": "expansion"}, ("expansion", "higher_elements")),
        ("personal_value_nps", {"outcome": "repurchase"}, ("repurchase", "individual_elements")),
    ],
)
def test_grammar_is_that_of_the_register(id: str, reading: dict[str, Any], needs: tuple[str, ...]) -> None:
    borrowed = claim(id).reading.model_dump(exclude={"needs"})
    spec = ClaimSpec.model_validate({**own(), "reading": {**borrowed, **reading}})
    assert spec.to_claim().reading.needs == needs


@pytest.mark.parametrize(
    ("reading", "lower"),
    [
        ({"metric": "points", "size": -10}, True),
        ({"metric": "points", "size": 10}, False),
        ({"metric": "ratio", "size": 0.8}, True),
        ({"metric": "ratio", "size": 1.1}, False),
        ({"metric": "positive", "size": None}, False),
        ({"metric": "negative", "size": None}, True),
    ],
)
def test_a_claim_may_say_lower_or_a_direction_alone(reading: dict[str, Any], lower: bool) -> None:
    made = ClaimSpec.model_validate(own(reading)).to_claim()
    assert made.reading.says_lower is lower
    assert made.evidence == ("audited", "peers")


@pytest.mark.parametrize(
    ("reading", "told"),
    [
        (
            {"size": 60},
            "reading: A ratio lies between 0.1 and 10 and is not 1 (60 % more is written 1.60, 20 % less 0.80); this one is 60.",
        ),
        ({"size": 1}, "this one is 1."),
        ({"size": 0.05}, "this one is 0.05."),
        ({"size": -0.2}, "this one is -0.2."),
        (
            {"metric": "points", "size": 0},
            "A difference of 0 points claims nothing; for a direction alone choose the metric positive",
        ),
        ({"metric": "points", "size": -120}, "A difference of -120 points is more than the scale of repurchase holds."),
        ({"metric": "negative"}, "The metric negative claims a direction and has no size; for a figure choose ratio or points."),
        ({"size": None}, "The metric ratio needs a size, such as 1.6."),
        ({"size": "1.1"}, "reading.size: Input should be a valid number."),
        ({"size": float("nan")}, "reading.size:"),
        ({"metric": "points", "size": 120}, "A difference of 120 points is more than the scale of repurchase holds."),
        ({"metric": "trend", "size": None}, "Kind contrast takes the metric ratio or points or positive or negative, not trend."),
        ({"exposure": "individual_tier"}, "Kind contrast takes the exposure study or count, not individual_tier."),
        ({"exposure": "price"}, "reading.exposure: Input should be 'study', 'count'"),
        ({"outcome": "perceived_value"}, "takes the outcome recommend or repurchase or expansion, not perceived_value."),
        ({"and_outcomes": ["recommend"]}, "Kind contrast takes one outcome; write a claim of its own for each further one."),
        ({"margin": 5}, "Kind contrast has no margin."),
        ({"facets": ["roles_tasks"]}, "Only the exposure facets names facets."),
        ({"needs": ["price"]}, "Unknown need price; expected some of recommend,"),
        ({"comparison": [6, None]}, "Only the exposure count has comparison and baseline; elsewhere study.yaml sets the groups."),
        ({"exposure": "count"}, "such as comparison: [6, null] and baseline: [1, 5]."),
        (
            {"exposure": "count", "comparison": [6, None], "baseline": [5, 1]},
            "The baseline runs from 5 to 1; the lower count comes first.",
        ),
        ({"exposure": "count", "comparison": [6, None], "baseline": [1, 6]}, "must end below the first count of the comparison."),
        (
            {"exposure": "count", "comparison": [6, None], "baseline": [1, None]},
            "must end below the first count of the comparison.",
        ),
        ({"exposure": "count", "comparison": [6, 41], "baseline": [1, 5]}, "less than or equal to 40."),
        ({"kind": "dose", "exposure": "higher_count", "metric": "trend"}, "The metric trend claims a direction and has no size;"),
        (
            {"kind": "effort", "exposure": "effort", "metric": "points"},
            "An own claim is of kind contrast, dose, slope; kind effort is",
        ),
        ({"kind": "mediation", "exposure": "facets", "metric": "positive", "size": None}, "Kind mediation needs through."),
        ({"kind": "guess"}, "reading.kind: Input should be 'contrast', 'dose'"),
        ({"threshold": 8}, "reading.threshold: Extra inputs are not permitted."),
    ],
)
def test_slips_in_a_reading(reading: dict[str, Any], told: str) -> None:
    assert told in refusal(own(reading))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"id": "nps_60"}, "The register already has a claim nps_60. Choose another id,"),
        (
            {"id": "Premium renews"},
            "id: An id begins with a small letter and has only small letters a-z, digits and _, 64 at most.",
        ),
        ({"id": "a" * 65}, "64 at most."),
        ({"statement": "  "}, "statement: A text in en or fi is blank or is not text."),
        ({"statement": {"fi": 5}}, "statement: A text in en or fi is blank or is not text."),
        ({"statement": {"sv": "Premium"}}, "statement: A text is written as en and fi."),
        ({"statement": 5}, "statement: A text is written as en and fi."),
        ({"source": ""}, "source: "),
        ({"client": "Acme"}, "client: Extra inputs are not permitted."),
    ],
)
def test_slips_around_a_reading(changed: dict[str, Any], told: str) -> None:
    assert told in refusal(own(**changed))


def test_all_slips_of_a_claim_are_told_at_once() -> None:
    told = refusal(own({"metric": "points", "size": 120, "margin": 5}, statement=""))
    assert "statement: " in told
    assert "Kind contrast has no margin." in told
    assert "A difference of 120 points" in told


def test_nps_has_a_longer_scale_than_a_share() -> None:
    made = ClaimSpec.model_validate(own({"outcome": "recommend", "metric": "points", "size": 120}))
    assert made.reading.size == 120
