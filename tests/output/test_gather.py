"""The summary reads what the chapters recorded and computes only what they did not, to the same decisions."""

import json
from functools import cache
from pathlib import Path

import pytest

from valuelib.output import collect
from valuelib.output.collect import gather_estimates, gather_findings
from valuelib.results import Estimate, Finding, to_json
from valuelib.study.load import load_study
from valuelib.study.model import Study
from valuelib.verdict.assess import assess_all

DEMO = Path(__file__).parents[2] / "data" / "demo"
NPS = Estimate(name="nps.all", value=1.0, unit="points", n=10, accounts=3)


@cache
def demo() -> Study:
    return load_study(DEMO)


@cache
def everything() -> tuple[Finding, ...]:
    return assess_all(demo())


def records(folder: Path, *findings: Finding) -> str:
    """A file of records as the runner writes it."""
    file = folder / "records.json"
    items = [{"notebook": "03", "kind": "finding", "data": to_json(one)} for one in findings]
    estimate = {"notebook": "01", "kind": "estimate", "data": to_json(NPS)}
    file.write_text(json.dumps([*items, estimate]), encoding="utf-8")
    return str(file)


def test_with_all_findings_recorded_nothing_is_assessed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = records(tmp_path, *reversed(everything()))
    monkeypatch.setattr("valuelib.verdict.assess.gather_evidence", lambda *_: pytest.fail("a claim was assessed again"))
    assert [one.claim.id for one in gather_findings(demo(), file)] == [one.claim.id for one in everything()]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("confirmatory", [True, False])
def test_what_no_chapter_recorded_is_decided_with_the_same_family(
    confirmatory: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lacking = next(one for one in everything() if one.confirmatory is confirmatory)
    file = records(tmp_path, *(one for one in everything() if one is not lacking))
    found = gather_findings(demo(), file)
    assert found == everything()
    assert lacking.difference is not None
    assert lacking.claim.id in capsys.readouterr().out


def test_estimates_are_read_where_there_are_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collect, "needed_estimates", lambda _: pytest.fail("estimates were computed again"))
    assert gather_estimates(demo(), records(tmp_path)) == (NPS,)
