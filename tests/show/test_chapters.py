"""Where the evidence of each claim stands: a chapter that exists, and that shows every claim that names it."""

import dataclasses
from pathlib import Path

import nbformat
import pytest

from valuelib.errors import ValuelibError
from valuelib.output.collect import collect_records
from valuelib.show.display import chapter_of, further_claims
from valuelib.theory.claims import ClaimSpec, claim, claims

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.mark.parametrize("chapter", sorted({one.chapter for one in claims()}))
def test_a_chapter_records_every_claim_that_names_it(chapter: str) -> None:
    notebook = nbformat.read(NOTEBOOKS / f"{chapter}.ipynb", as_version=4)
    assert f'vl.chapter("{chapter}"' in "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    records = collect_records(chapter, notebook)
    ids = [one.id for one in claims() if one.chapter == chapter]
    assert set(ids) <= {one.name for one in records if one.kind == "finding"}
    assert set(ids) <= set(records[-1].data["planned"])
    assert [one.id for one in further_claims(chapter)] == ids
    assert further_claims(chapter, *ids[1:]) == (claim(ids[0]),)


def test_an_own_claim_stands_in_the_summary() -> None:
    reading = {"kind": "slope", "exposure": "individual_tier", "outcome": "recommend", "metric": "positive"}
    own = ClaimSpec.model_validate({"id": "own_one", "statement": "More.", "reading": reading}).to_claim()
    assert chapter_of(own) == "00_executive_summary"


def test_a_chapter_that_does_not_exist_is_told() -> None:
    astray = dataclasses.replace(claim("nps_60"), chapter="99_nowhere")
    with pytest.raises(ValuelibError, match=r"nps_60 names the chapter '99_nowhere'; expected one of 00_executive_summary"):
        chapter_of(astray)
