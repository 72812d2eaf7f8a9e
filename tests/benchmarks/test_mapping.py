"""Is the corpus of exports what the page says, and does its score tell a right mapping from a wrong one?"""

from pathlib import Path

import pandas as pd
import pytest

from benchmarks.__main__ import KEPT
from benchmarks.mapping.corpus import PARTS, TOOLS, Export, make_export, read_corpus
from benchmarks.mapping.score import MOST, Proposed, read_proposal, score_export, summarise
from benchmarks.parts import MAPPING
from valuelib.study.load import load_study
from valuelib.study.readers import read_table
from valuelib.study.scaffold import scaffold_study

CORPUS = {part: read_corpus(part) for part in PARTS}


def test_the_corpus_is_large_enough_and_has_every_tool_in_both_parts():
    names = [export.name for exports in CORPUS.values() for export in exports]
    assert len(names) == len(set(names)) >= 40
    assert len(CORPUS["held out"]) >= len(names) / 4
    for exports in CORPUS.values():
        assert {export.tool for export in exports} == {*TOOLS}


def test_what_was_measured_meets_what_is_wanted():
    rows = pd.read_csv(KEPT / MAPPING, keep_default_na=False)
    assert rows["export"].nunique() == sum(map(len, CORPUS.values()))
    for part in PARTS:
        shares = summarise(rows[rows["part"] == part])
        assert shares["right"] >= MOST["right"], part
        assert shares["wrong"] <= MOST["wrong"], part


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("place", [0, 7, 14])
def test_scored_again_an_export_gives_the_rows_that_are_kept(part, place):
    kept = pd.read_csv(KEPT / MAPPING, keep_default_na=False)
    export = CORPUS[part][place]
    same = kept[kept["export"] == export.name].drop(columns="part").reset_index(drop=True)
    pd.testing.assert_frame_equal(pd.DataFrame(score_export(export)), same)


@pytest.mark.parametrize("place", [0, 5, 12])
def test_columns_of_an_export_are_read_under_the_names_of_the_corpus(tmp_path: Path, place: int) -> None:
    path, truth, _ = make_export(CORPUS["tuned on"][place], tmp_path)
    assert set(read_table(path, name=path.name).frame.columns) <= {*truth}


@pytest.mark.parametrize("export", CORPUS["tuned on"][::5], ids=lambda export: export.name)
def test_what_is_proposed_can_be_read(tmp_path: Path, export: Export) -> None:
    path, _, _ = make_export(export, tmp_path)
    assert len(load_study(scaffold_study("new", path, tmp_path / "new")).data) > 0


def test_a_proposal_is_read_from_active_lines_and_from_comments():
    text = """\
study: x
columns:
  account: "Company"
#   comment: "Why"  # CHECK: fair (name and answers fit)
#   segment: ["Size", "Sector"]     # breakdowns
outcomes:
  repurchase: {column: "Renewed", kind: renewed, yes: ["Y"]}  # CHECK: high
#   effort: {column: "CES", scale: [1, 7], high_is: easy}  # CHECK: fair
elements:
  scale: [1, 5]
  columns:
    expertise: "Know-how"
# exposure: {rule: offering, column: "Plan", higher: [...]}
"""
    assert [*read_proposal(text)] == [
        Proposed("account", "Company", True),
        Proposed("repurchase", "Renewed", True, "renewed Y scale 0-10"),
        Proposed("element expertise", "Know-how", True, "scale 1-5"),
        Proposed("comment", "Why", False),
        Proposed("segment", "Size", False),
        Proposed("segment", "Sector", False),
        Proposed("effort", "CES", False, "scale 1-7"),
        Proposed("package", "Plan", False),
    ]


def test_shares_are_of_columns_and_of_active_lines():
    rows = pd.DataFrame(
        [("account", "right", True), ("recommend", "missed", False), ("element", "wrong", True), ("scale", "right", True)],
        columns=["kind", "result", "active"],
    )
    assert summarise(rows) == pytest.approx({"right": 100 / 3, "missed": 100 / 3, "wrong": 100 / 3})
