"""A claim changed in one call: checked as any other, with an id of its own, and not to be taken for the register's."""

from typing import Any

import pytest

from valuelib.errors import ParameterError
from valuelib.theory.claims import claim, claims
from valuelib.theory.files import Text


def test_a_size_in_points_in_one_call() -> None:
    made = claim("nps_60").with_(size=25, unit="points")
    assert (made.reading.metric, made.reading.size) == ("points", 25)
    assert made.id == "nps_60~size=25,unit=points"
    assert claim("nps_60_points").with_(size=25, unit="points").id == "nps_60_points~size=25"
    assert made.changed
    assert made.changed_from is claim("nps_60")
    assert not any(one.changed for one in claims())


def test_no_reader_takes_it_for_the_registers() -> None:
    start, made = claim("repurchase_22"), claim("repurchase_22").with_(size=1.3)
    assert made.statement.en == f"{start.statement.en} Changed here: size × 1.3."
    assert made.statement.fi == f"{start.statement.fi} Tässä muutettuna: koko × 1,3."
    assert "percentage points" in start.with_(size=9, unit="points").statement.en
    assert made.origin.en.startswith("Changed for this analysis; before: ")
    assert made.caveat.fi.endswith(start.caveat.fi)
    assert made.caveat.fi != start.caveat.fi
    assert made.statement.code == ""  # no text of the register, so none that a catalogue holds
    assert made.partnership is None


@pytest.mark.parametrize(
    ("id", "threshold", "comparison", "baseline"),
    [
        ("many_elements_nps", 4, (4, None), (1, 3)),  # the groups touch, and go on touching
        ("many_elements_nps", 9, (9, None), (1, 8)),
        ("many_elements_repurchase", 4, (4, None), (0, 0)),  # against none, whatever the threshold
    ],
)
def test_a_threshold_moves_the_groups(id: str, threshold: int, comparison: object, baseline: object) -> None:
    reading = claim(id).with_(threshold=threshold).reading
    assert (reading.comparison, reading.baseline) == (comparison, baseline)


def test_a_threshold_is_the_margin_of_table_stakes() -> None:
    made = claim("table_stakes_necessary").with_(threshold=8)
    assert (made.reading.margin, made.id) == (8, "table_stakes_necessary~margin=8")


def test_needs_and_targets_follow_outcome_and_exposure() -> None:
    made = claim("repurchase_22").with_(outcome="expansion")
    assert made.reading.needs == ("expansion", "exposure")
    counted = claim("nps_60").with_(exposure="count", comparison=[6, None], baseline=[0, 0])
    assert counted.reading.needs == ("recommend", "elements")
    assert (counted.evidence, counted.targets.tiers) == ((), ())


def test_changes_add_up_and_can_be_taken_back() -> None:
    first = claim("nps_60").with_(size=25, unit="points")
    assert first.with_(size=20).id == "nps_60~size=20,unit=points"
    assert first.with_(size=20).changed_from is claim("nps_60")
    assert "25" not in first.with_(size=20).statement.en
    assert first.with_(size=1.6, unit="ratio") is claim("nps_60")
    assert claim("nps_60").with_(size=1.6) is claim("nps_60")
    assert claim("nps_60").with_() is claim("nps_60")


@pytest.mark.parametrize(
    ("changes", "id", "told"),
    [
        ({"size": -10, "unit": "points"}, "size=-10,unit=points", "size \N{MINUS SIGN}10 points."),
        ({"size": 0.8}, "size=0.8", "size × 0.8."),
        ({"metric": "negative"}, "unit=negative", "lower, without a size."),
        ({"unit": "positive"}, "unit=positive", "higher, without a size."),
    ],
)
def test_a_claim_turned_round_or_without_its_size(changes: dict[str, Any], id: str, told: str) -> None:
    made = claim("nps_60").with_(**changes)
    assert made.id == f"nps_60~{id}"
    assert made.statement.en.endswith(told)
    assert made.reading.size == changes.get("size")
    assert made.with_(size=1.6, unit="ratio") is claim("nps_60")


def test_own_words_and_an_own_id() -> None:
    made = claim("nps_60").with_(size=1.3, id="nps_30", statement="NPS is 30% higher.")
    assert (made.id, made.statement) == ("nps_30", Text("NPS is 30% higher.", "NPS is 30% higher."))
    assert made.changed
    assert made.with_(size=1.4).statement.en.endswith("size × 1.4.")  # words that no longer fit do not stay
    reworded = claim("nps_60").with_(statement={"en": "More NPS.", "fi": "Lisää suosittelua."})
    assert (reworded.id, reworded.changed, reworded.caveat) == ("nps_60~statement", True, claim("nps_60").caveat)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sise": 3}, "Unknown field of a claim 'sise'. Did you mean 'size'?"),
        ({"kind": "dose"}, "Unknown field of a claim 'kind'"),
        ({"unit": "points"}, "The size 1.6 is in the unit ratio; give a size in points too."),
        ({"size": 60}, "this one is 60."),
        ({"size": "large"}, "size: Input should be a valid number"),
        ({"size": 3, "unit": "points", "metric": "ratio"}, "two names for one thing"),
        ({"unit": "percent", "size": 3}, "Input should be 'ratio', 'points', 'trend', 'positive' or 'negative'"),
        ({"threshold": 4}, "exposure.threshold of study.yaml"),
        ({"outcome": "perceived_value"}, "not perceived_value"),
        ({"exposure": "effort"}, "takes the exposure study or count, not effort"),
        ({"comparison": [4, None]}, "Only the exposure count has comparison and baseline"),
        ({"id": "repurchase_22"}, "The register already has a claim repurchase_22"),
        ({"id": "NPS 30"}, "An id begins with a small letter"),
        ({"statement": " "}, "blank"),
    ],
)
def test_slips_are_told(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ParameterError) as caught:
        claim("nps_60").with_(**changes)
    assert said in str(caught.value)


def test_a_threshold_is_checked_too() -> None:
    for changes, said in (
        ({"threshold": "six"}, "valid integer"),
        ({"threshold": 1}, "runs from 1 to 0"),
        ({"threshold": 4, "baseline": [0, 0]}, "either it or them"),
    ):
        with pytest.raises(ParameterError, match=said):
            claim("many_elements_nps").with_(**changes)
