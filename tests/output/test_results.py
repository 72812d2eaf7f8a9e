"""results.json: the form others read, in a fixed order, with reasons in words and in codes."""

import json
import random
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.languages import spoken
from tests.output import made
from valuelib.errors import ResultError
from valuelib.output.results_json import as_text, check_document, finding_entry, results_document
from valuelib.results import BESIDE, Difference, Estimate, Group, Message, Ratio
from valuelib.show.localizer import Localizer
from valuelib.study.load import load_study
from valuelib.theory.claims import claims
from valuelib.verdict.assess import assess_all

SCHEMA = Path(__file__).parents[2] / "valuelib" / "output" / "results.schema.json"


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return load_study(made.write_study(tmp_path_factory.mktemp("study") / "small"))


@pytest.fixture(scope="module")
def findings(study):
    return assess_all(study)


def estimate(name="nps.all", value=1 / 3, **more):
    return Estimate(name=name, value=value, unit="points", n=40, accounts=10, **more)


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_a_study_and_its_findings_keep_the_documented_form(study, findings):
    document = results_document(study, findings, [estimate(ci_low=-1.0, ci_high=2.0, se=0.1)])
    assert list(document) == ["schema", "study", "estimates", "findings"]
    assert document["study"] == {"name": "small", "client": "Test Oy", "respondents": 40, "accounts": 10, "min_group": 5}
    assert document["estimates"][0]["value"] == 1 / 3
    assert {"claim", "confirmatory", "verdict", "undecided_why", "opposite", "rung", "later", "decided_by"} <= set(
        document["findings"][0]
    )
    assert json.loads(as_text(document)) == document


def test_findings_stand_in_the_registers_order_whatever_the_order_given(study, findings):
    shuffled = random.Random(3).sample(findings, len(findings))
    numbers = [estimate("tier.individual.mean"), estimate("nps.all"), estimate("driver.tier.individual")]
    one = results_document(study, findings, numbers)
    two = results_document(study, shuffled, numbers[::-1])
    assert as_text(one) == as_text(two)
    assert [finding["claim"] for finding in one["findings"]] == [claim.id for claim in claims()]
    assert [number["name"] for number in one["estimates"]] == sorted(number.name for number in numbers)


@pytest.mark.parametrize("language", ["en", "fi"])
def test_reasons_and_warnings_are_sentences_beside_their_codes(study, findings, language):
    speech = Localizer(language)
    document = spoken(speech, results_document, study, findings, [])
    by_claim = {finding.claim.id: finding for finding in findings}
    for entry in document["findings"]:
        finding = by_claim[entry["claim"]]
        assert entry["reason"] == speech.say(finding.reason)
        assert entry["reason_code"] == finding.reason_code
        assert entry["reason_values"] == dict(finding.reason.values)
        assert entry["warnings"] == [speech.say(warning) for warning in finding.warnings]
        assert entry["warning_codes"] == [warning.code for warning in finding.warnings]


def test_a_number_that_cannot_be_had_is_null_with_a_reason(study, findings):
    reason = next(finding.reason for finding in findings if finding.verdict == "not_testable")
    (entry,) = spoken(Localizer("fi"), results_document, study, [], [estimate(value=None, reason=reason)])["estimates"]
    assert entry["value"] is None
    assert entry["reason"] == Localizer("fi").say(reason)
    assert entry["reason_code"] == reason.code


def test_a_document_that_breaks_the_form_is_refused(study, findings):
    document = results_document(study, findings, [estimate()])
    for broken, told in [
        ({**document, "schema": 2}, "schema: 1 was expected"),
        ({**document, "extra": 1}, "extra"),
        ({**document, "estimates": [{**document["estimates"][0], "value": None}]}, "estimates/0/reason"),
        ({**document, "findings": [{**document["findings"][0], "verdict": "maybe"}]}, "findings/0/verdict"),
        ({**document, "findings": [{**document["findings"][0], "verdict": "undecided", "undecided_why": None}]}, "undecided_why"),
    ]:
        with pytest.raises(ResultError, match="would break its schema") as refused:
            check_document(broken)
        assert told in str(refused.value)


def test_undefined_numbers_are_never_written(study):
    with pytest.raises(ValueError, match="not JSON compliant"):
        as_text({"value": float("nan")})


def test_every_field_of_the_records_has_its_place_in_the_schema(findings):
    defs = json.loads(SCHEMA.read_text(encoding="utf-8"))["$defs"]
    for kind, name in [(Group, "group"), (Difference, "lift_points"), (Ratio, "lift_ratio")]:
        assert set(kind.__dataclass_fields__) == set(defs[name]["properties"])
    estimate, finding = set(Estimate.__dataclass_fields__) - set(BESIDE), set(finding_entry(findings[0]))
    assert estimate | {"reason_code", "reason_values"} == set(defs["estimate"]["properties"])
    assert finding == set(defs["finding"]["properties"])
    assert not set(BESIDE) & (finding | set(defs["estimate"]["properties"]))
    assert set(Message.__dataclass_fields__) == {"code", "values"}
