"""The paths of a roll-out: their figures, picture and table; and where there is none."""

import dataclasses
import re

import pandas as pd
import pytest

import valuelib as vl
from tests.verdict.roll_outs import World, answers, roll_out
from valuelib.explore.estimates import read_label
from valuelib.show.localizer import in_language
from valuelib.study.model import Study


@pytest.fixture(scope="module")
def study() -> Study:
    return roll_out(World(accounts=160, lift=0.6), seed=3)


def test_each_path_holds_the_plain_means(study: Study) -> None:
    rows = answers(World(accounts=160, lift=0.6), seed=3)
    rows["since"] = rows["switched_from"].fillna("never")
    plain = rows.groupby(["since", "wave"])["nps"].mean() * 100
    found = vl.roll_out(study)
    for (since, wave), mean in plain.items():
        name = f"path.not_yet.recommend.{wave}" if since == "never" else f"path.switched.recommend.{since}.at.{wave}"
        assert found[name].value == pytest.approx(mean)
        assert read_label(name) == found[name].label


def test_the_title_takes_every_round_of_switching_by_its_answers(study: Study) -> None:
    rows = answers(World(accounts=160, lift=0.6), seed=3)
    rows["since"], waves = rows["switched_from"].fillna("never"), sorted(rows["wave"].unique())
    means, sizes = (rows.groupby(["since", "wave"])["nps"].agg(how) for how in ("mean", "size"))
    rounds = [since for since in waves if since in means.index]
    weight = {since: sizes[since, since] / sum(sizes[one, one] for one in rounds) for since in rounds}
    before = {since: waves[waves.index(since) - 1] for since in rounds}
    four = [
        sum(weight[since] * means[group or since, wave(since)] for since in rounds) * 100
        for group in (None, "never")
        for wave in (before.get, lambda since: since)
    ]
    said = vl.roll_out(dataclasses.replace(study, chosen_language="en")).sentences["paths"]
    assert [int(one) for one in re.findall(r"-?\d+", said.replace("\N{MINUS SIGN}", "-"))] == [round(one) for one in four]


@pytest.mark.parametrize(("language", "words"), [("en", "of those that had not from"), ("fi", "siirtymättömillä")])
def test_the_picture_says_what_it_shows(study: Study, language: str, words: str) -> None:
    with in_language(language):
        found = vl.roll_out(dataclasses.replace(study, chosen_language=language))
        figure, table = found.figures["paths"], found.tables["paths"]
    assert figure is not None
    assert words in figure.alt
    assert found.sentences["paths"] in figure.alt
    assert [chart.kind for chart in figure.charts] == ["lines", "lines"]
    assert [len(chart.series) for chart in figure.charts] == [3, 3]  # two waves of switching, and those that had not
    assert table is not None
    assert len(table.rows) == 2 * 3 * 3


def test_groups_below_the_minimum_are_on_no_picture() -> None:
    every = roll_out(World(accounts=160, lift=0.6), seed=3)
    config = every.config.model_copy(update={"privacy": every.config.privacy.model_copy(update={"min_group": 100})})
    small = type(every)(config=config, folder=every.folder, data=every.data, all_data=every.all_data, sources=())
    found = vl.roll_out(small)
    withheld = [one for one in found if one.value is None]
    assert withheld
    assert {one.reason.code for one in withheld if one.reason is not None} == {"missing.small_group"}
    shown = pd.DataFrame(found.tables["paths"].rows)
    assert len(shown) == len(found.items) - len(withheld)


def test_without_a_roll_out_one_sentence_says_what_it_takes() -> None:
    found = vl.roll_out(roll_out(World(accounts=24)))
    assert not found.items
    assert "at least 15 accounts" in found.missing
    assert found.figures["paths"] is None
