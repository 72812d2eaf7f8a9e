"""What the chapter on listening works out by hand equals what the library says; studies with only one source run through."""

import dataclasses
from typing import Any

import matplotlib.pyplot as plt
import pytest

import valuelib as vl
from tests.notebooks.chapters import NOTEBOOKS, run_cells
from tests.notebooks.test_research import run
from tests.tolerances import SAME_ARITHMETIC
from valuelib.study.model import Study


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return run_cells("13_listening")


def test_themes_and_their_intervals_are_the_librarys(told: dict[str, Any]) -> None:
    plain = told["themes"]
    ours = told["ours"].loc["theme." + plain.index]
    assert len(plain) == 6
    for name in plain:
        assert plain[name].to_numpy(float) == pytest.approx(ours[name].to_numpy(float), rel=SAME_ARITHMETIC)


def test_alpha_and_kappa_are_the_librarys(told: dict[str, Any]) -> None:
    by_hand, library = told["by_hand"], told["library"].astype(float)
    assert len(by_hand) == 7
    assert by_hand.to_numpy() == pytest.approx(library.to_numpy(), rel=SAME_ARITHMETIC)


def test_ratings_by_theme_are_the_librarys_with_narrower_intervals(told: dict[str, Any]) -> None:
    linked = told["linked"]
    ours = told["ours"].loc[[f"theme.{code}.rating" for code in linked.index]].set_axis(linked.index)
    assert linked.estimate.to_numpy() == pytest.approx(ours.estimate.to_numpy(float), rel=SAME_ARITHMETIC)
    assert ((ours.conf_low < linked.conf_low) & (linked.conf_high < ours.conf_high)).all()


def test_words_by_group_are_the_librarys(told: dict[str, Any]) -> None:
    terms, by_group = told["terms"], told["by_group"]
    assert len(terms) == 12
    plain = terms.index.intersection(by_group.index)  # the library reads the stem after a Finnish "no" as a verb's, too
    assert len(plain) >= 11
    ours = terms.loc[plain, by_group.columns].astype(float)
    assert by_group.loc[plain].to_numpy() == pytest.approx(ours.to_numpy(), rel=SAME_ARITHMETIC)
    assert told["mark"] > 10  # luck alone makes wide differences
    assert abs(told["alpha"](told["by_lot"])) < 0.1


def one_source() -> dict[str, Study]:
    made = vl.simulate("made-up", seed=2, respondents=150, accounts=50)
    silent = made.data.drop(columns="comment")
    one_reader = made.interviews[made.interviews.coder == "A"] if made.interviews is not None else None
    return {
        "no interviews": dataclasses.replace(made, interviews=None, codebook=None),
        "no comments": dataclasses.replace(made, data=silent, all_data=silent),
        "one reader": dataclasses.replace(made, interviews=one_reader),
        "few answers": vl.simulate("made-up", seed=2, respondents=30, accounts=12, interviews=6),
    }


@pytest.mark.parametrize("about", ["no interviews", "no comments", "one reader", "few answers"])
def test_a_study_with_less_stops_no_cell_and_shows_no_small_group(about: str) -> None:
    plt.switch_backend("agg")
    names = run("13_listening", one_source()[about])
    assert (names["mentions"].accounts >= names["smallest"]).all()
    assert (names["counts"] >= names["smallest"]).all()
    assert (names["used"] >= names["smallest"]).all()
    assert (names["most"].comments >= names["smallest"]).all()


def test_no_stored_output_holds_a_comment_or_a_passage_that_may_not_be_printed() -> None:
    survey = vl.load_study(NOTEBOOKS.parent / "data" / "demo")
    coded = survey.interviews
    assert coded is not None
    hidden = {*coded.text[~coded.publish]} - {*coded.text[coded.publish]}
    stored = (NOTEBOOKS / "13_listening.ipynb").read_text(encoding="utf-8")
    assert hidden
    assert not [text for text in {*hidden, *survey.data["comment"].dropna()} if text in stored]
