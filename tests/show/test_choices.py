"""Importance by choice as the client sees it, and what is said where there is none; a world of halo alone stays quiet."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

import valuelib as vl
from valuelib.explore.choices import estimate_choices, gather_choices, rank_beside
from valuelib.explore.estimates import read_label
from valuelib.results import Estimates, Message, from_json, to_json
from valuelib.study.model import Study
from valuelib.worlds.choices import importance
from valuelib.worlds.truth import Truth


def made(**settings: Any) -> Study:
    return vl.simulate("chosen", **{"respondents": 220, "accounts": 80, "choices": 1.0, "seed": 11, **settings})


@pytest.fixture(scope="module")
def study() -> Study:
    return made(choice_taste=0.0, choice_spread=0.9)


def shares(found: Estimates) -> dict[str, float]:
    return {one.name.rpartition(".")[2]: one.value or 0.0 for one in found if one.name.startswith("choice.share.")}


def test_planted_importance_comes_back_within_its_intervals(study: Study) -> None:
    truth: Truth = study.truth  # type: ignore[attr-defined]
    felt = np.exp(pd.Series(importance(truth, 11)))
    planted = 100 * felt / felt.sum()
    found = vl.choices(study)
    held = [found[f"choice.share.{key}"].ci_low <= share <= found[f"choice.share.{key}"].ci_high for key, share in planted.items()]
    assert sum(held) >= len(held) - 2
    assert sum(shares(found).values()) == pytest.approx(100)
    assert pd.Series(shares(found)).corr(planted) > 0.97
    assert found["choice.spread"].p_value < 1e-6


def test_counts_are_the_plain_ones(study: Study) -> None:
    rows = study.choices
    assert rows is not None
    plain = 100 * (rows["best"].astype(int) - rows["worst"].astype(int)).groupby(rows["item"]).mean()
    found = vl.choices(study)
    for key, score in plain.items():
        assert found[f"choice.count.{key}"].value == pytest.approx(score)
        assert read_label(f"choice.count.{key}") == found[f"choice.count.{key}"].label


def test_a_halo_alone_moves_no_choice() -> None:
    """The choices of a world are the same whatever the halo in its ratings: their draws see no rating."""
    quiet, loud = (made(halo_only=True, halo=halo, choice_spread=0.0).choices for halo in (0.1, 0.6))
    assert quiet is not None
    assert loud is not None
    pd.testing.assert_frame_equal(quiet, loud)
    study = made(halo_only=True, halo=0.6, choice_spread=0.0)
    found = vl.choices(study)
    assert found["choice.spread"].p_value > 0.05
    assert found.sentences["choices"] == "The choices show no difference in importance between the elements"
    assert vl.assess(study, "nps_60", sensitivity=False).raw.difference.ci_low > 0


def test_answers_at_random_agree_with_themselves_by_half() -> None:
    found = vl.choices(made(choice_careless=1.0))
    alike = found["choice.alike"]
    assert alike.ci_low < 50 < alike.ci_high
    steady = vl.choices(made(choice_spread=2.5, choice_taste=0.0))["choice.alike"]
    assert steady.ci_low > 75


@pytest.mark.parametrize("language", ["en", "fi"])
def test_picture_table_and_sentences_say_the_same(study: Study, language: str) -> None:
    told = dataclasses.replace(study, chosen_language=language)
    found = vl.choices(told)
    figure, table = found.figures["choices"], found.tables["choices"]
    assert figure is not None
    assert table is not None
    ordered = sorted(shares(found), key=lambda key: -shares(found)[key])
    ranks = rank_beside(told, estimate_choices(told))
    assert [one.key for one in ranks] == ordered
    assert sorted(one.rated for one in ranks) == [*range(1, len(ranks) + 1)]
    assert f"{len(ordered)}\N{NO-BREAK SPACE}elementtiä" in figure.caption or f"{len(ordered)} elements" in figure.caption
    assert len(table.rows) == len(ordered)
    assert [row[4].value for row in table.rows] == [*range(1, len(ordered) + 1)]
    assert found.sentences["choices"] in figure.alt
    assert found.sentences["beside"] in figure.alt


def test_it_goes_through_json_and_back(study: Study) -> None:
    found = vl.choices(study)
    assert [from_json("estimate", one) for one in json.loads(json.dumps(found.to_json()))] == list(found)
    for record in (found.figures["choices"], found.tables["choices"]):
        assert record is not None
        assert from_json(type(record).__name__.lower(), json.loads(json.dumps(to_json(record)))) == record


def test_a_part_of_the_answers_has_its_own_choices(study: Study) -> None:
    part = study.where("nps == 100")
    data = gather_choices(part)
    assert not isinstance(data, Message)
    assert data.respondents == len(part.answers)
    assert vl.choices(part).exploratory


def test_without_choices_and_with_few_one_sentence_says_why(study: Study) -> None:
    none = vl.choices(dataclasses.replace(study, choices=None))
    assert not none.items
    assert "did not ask" in none.missing
    few = vl.choices(study.where(account=[*study.data["account"].unique()[:6]]))
    assert not few.items
    assert "Too few" in few.missing


def test_elements_always_preferred_have_counts_and_no_shares(study: Study) -> None:
    rows = study.choices
    assert rows is not None
    first = rows["item"].iloc[0]
    there = rows.groupby(["respondent", "set"])["item"].transform(lambda items: (items == first).any())
    always = rows.assign(best=np.where(there, rows["item"] == first, rows["best"]))
    twice = always["best"] & always["worst"]
    always = always[~(twice.groupby([always["respondent"], always["set"]]).transform("any"))]
    found = vl.choices(dataclasses.replace(study, choices=always))
    assert found[f"choice.share.{first}"].reason.code == "missing.choices_apart"
    assert found[f"choice.count.{first}"].value > 90
    assert found.tables["choices"] is not None
