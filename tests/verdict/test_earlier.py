"""What others said one survey before: by hand, without the one who answers, and only where half of the answers have it."""

import dataclasses
from pathlib import Path

import pandas as pd
import pytest

from valuelib.study.load import load_study
from valuelib.study.model import Study
from valuelib.verdict.assess import assess
from valuelib.verdict.groups import Outcome
from valuelib.verdict.over_time import NAME, earlier_exposure, fit_earlier, others_before
from valuelib.verdict.relations import facet_mean, predictor_facets

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def demo() -> Study:
    return load_study(ROOT / "data" / "demo")


def made(demo: Study) -> tuple[Study, pd.Series]:
    """Three waves of account a (people 1, 2, 9) and one of b; the last wave is the headline one."""
    every = pd.DataFrame(
        {
            "account": ["a", "a", "a", "a", "b", "a", "a", "b"],
            "respondent": ["1", "2", "1", "2", "3", "1", "9", "3"],
            "wave": ["1", "1", "2", "2", "2", "3", "3", "3"],
        }
    )
    ratings = pd.Series([9.0, 9.0, 2.0, 6.0, 5.0, 1.0, 1.0, 1.0])
    last = every[every["wave"] == "3"].reset_index(drop=True)
    return dataclasses.replace(demo, data=last, all_data=every), ratings


def test_others_one_survey_before_by_hand(demo: Study) -> None:
    study, ratings = made(demo)
    # 1: person 2 said 6; 9, who is new: both said 2 and 6; 3 was alone
    assert others_before(study, ratings).fillna(-1).tolist() == [6.0, 4.0, -1.0]


def test_with_all_waves_each_answer_looks_one_back(demo: Study) -> None:
    study, ratings = made(demo)
    whole = dataclasses.replace(study, data=study.all_data)
    assert others_before(whole, ratings).fillna(-1).tolist() == [-1, -1, 9.0, 9.0, -1, 6.0, 4.0, -1]


def test_without_a_survey_before_there_is_none(demo: Study) -> None:
    latest = dataclasses.replace(demo, all_data=demo.data)
    assert earlier_exposure(latest, predictor_facets()) is None
    unwaved = dataclasses.replace(latest, all_data=demo.data.drop(columns="wave"))
    own = facet_mean(unwaved, predictor_facets(), unwaved.all_data)
    assert own is not None
    assert others_before(unwaved, own).isna().all()


def test_fewer_than_half_are_a_group_of_their_own(demo: Study) -> None:
    assert earlier_exposure(demo, predictor_facets()) is not None
    waves = list(dict.fromkeys(demo.all_data["wave"]))
    known = set(demo.data["account"].drop_duplicates()[::4])
    gone = (demo.all_data["wave"] == waves[-2]) & ~demo.all_data["account"].isin(known)
    few = dataclasses.replace(demo, all_data=demo.all_data[~gone].reset_index(drop=True))
    assert earlier_exposure(few, predictor_facets()) is None


def test_it_stands_beside_and_never_decides(demo: Study) -> None:
    found = assess(demo, "cocreation_value", sensitivity=False)
    assert {f"{NAME}.path_value", f"{NAME}.path_loyalty"} <= {one.name for one in found.contrasts}
    assert found.decided_by == "other_rater.cocreation"
    assert not found.later
    alone = assess(dataclasses.replace(demo, provider=None), "cocreation_value", sensitivity=False)
    assert (alone.verdict, alone.undecided_why, alone.evidence_level) == ("undecided", "design", "direction")
    assert fit_earlier(demo, predictor_facets(), Outcome("perceived_value", "mean"), Outcome("nps", "nps")) is not None
