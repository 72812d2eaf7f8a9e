"""What a notebook shows of an object that a cell ends with, and of an error: sentences and tables, never a dump of fields."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache

import pytest
from IPython.core.interactiveshell import InteractiveShell

import valuelib as vl
from tests.languages import spoken
from tests.show.results import finding
from valuelib.show.by_name import Views
from valuelib.show.localizer import Localizer
from valuelib.theory.claims import claims
from valuelib.worlds.truth import Truth

DUMP = re.compile(r"\w+\((\w+=|')")
FI = Localizer("fi")


@cache
def shell() -> InteractiveShell:
    """A shell of its own, which the library does not take for the one it runs in."""
    return InteractiveShell()


def shown(thing: object, kind: str = "text/html") -> str:
    """What a notebook's cell shows of it."""
    data, _ = shell().display_formatter.format(thing)
    return str(data.get(kind, data["text/plain"]))


@pytest.mark.parametrize("one", claims(), ids=lambda one: one.id)
def test_a_claim_is_its_statement_and_its_reading(one: vl.Claim) -> None:
    html, plain = shown(one), shown(one, "text/plain")
    assert plain.startswith(one.statement.en)
    assert one.caveat.en in plain
    assert 'class="vl-claim" style=' in html
    assert not DUMP.search(plain)
    assert str(one) == f"<Claim {one.id}: {one.statement.en}>"


def test_a_claim_says_its_groups_and_its_size_in_the_language_in_force() -> None:
    assert "Comparison: Higher-tier value – Other customers\nClaimed: 1.60 times\n" in shown(vl.claim("nps_60"), "text/plain")
    changed = shown(vl.claim("nps_60").with_(size=25, unit="points"), "text/plain")
    assert "Claimed: +25.0 points" in changed
    assert spoken(FI, shown, vl.claim("nps_60"), "text/plain").startswith(vl.claim("nps_60").statement.fi)


def test_the_truth_of_a_made_up_study_tells_first_what_is_not_as_usual() -> None:
    html = shown(Truth(nps_lift=12.0, halo=0.6))
    planted, _, usual = html.partition("<details")
    assert re.findall(r'scope="row"[^>]*>(\w+)<', planted) == ["nps_lift", "halo"]
    assert "NPS points that the higher offering adds" in planted
    assert re.search(r">respondents</th><td[^>]*>400</td>", usual)
    assert repr(Truth(nps_lift=12.0)) == "<Truth: nps_lift=12.0>"


def test_parts_of_a_finding_are_told_in_a_line() -> None:
    one = finding()
    assert one.raw is not None
    for part in (one.raw, one.raw.difference, one.raw.ratio, one.raw.baseline):
        assert re.fullmatch(r"<(Contrast|Difference|Ratio|Group) .{3,80}>", repr(part))
    assert repr(Views("figure", "en", {})) == "<figures: none>"


def run_cell(code: str, capsys: pytest.CaptureFixture[str]) -> str:
    shell().run_cell(code)
    return capsys.readouterr().out.strip()


def test_an_error_is_one_paragraph_in_a_notebook(capsys: pytest.CaptureFixture[str]) -> None:
    said = run_cell("import valuelib as vl\nfound = 1\nvl.claim('nps_6')", capsys)
    assert said == "ParameterError: Unknown claim 'nps_6'. Did you mean 'nps_60'? (line 3 of the cell: vl.claim('nps_6'))"


def test_an_error_of_somebody_else_keeps_its_stack(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Traceback" in run_cell("1 / 0", capsys)


def test_an_error_keeps_its_stack_in_a_script() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import valuelib as vl; vl.claim('nps_6')"], capture_output=True, text=True, check=False
    )
    assert done.stderr.startswith("Traceback")
    assert "Did you mean 'nps_60'?" in done.stderr.splitlines()[-1]
