"""Is an answer understood in every form in which a learner may give it, and nothing else taken for one?"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from valuelib.errors import ParameterError
from valuelib.show.localizer import use_language
from valuelib.study.load import load_study
from valuelib.verdict.assess import assess
from valuelib.workshop import check, checking, open_client
from valuelib.workshop.answers import Form, is_empty, read_answer, right_answer, word_key
from valuelib.workshop.episode import Episode, Exercise, Mistake

CHOICES = {"below": ["below", "alapuolella"], "inside": ["inside", "sisällä"]}


@pytest.mark.parametrize(
    "given",
    [
        12.5,
        np.float64(12.5),
        np.array(12.5),
        np.array([[12.5]]),
        pd.Series([12.5]),
        pd.DataFrame({"nps": [12.5]}),
        "12.5",
        "12,5",
        " 12,5 %",
        "12.5 points",
        "12,5 pistettä",
        "+12.5",
        "12,5 prosenttiyksikköä.",
        [12.5],
        {"nps": 12.5},
    ],
    ids=repr,
)
def test_a_number_in_any_form(given: object):
    read = read_answer(given, "number", {})
    assert read is not None
    assert read.numbers == (12.5,)


@pytest.mark.parametrize(
    ("given", "number"), [(np.int64(-4), -4), ("−4", -4), ("1 234,5", 1234.5), ("1\N{NO-BREAK SPACE}234", 1234)]
)
def test_numbers_as_people_write_them(given: object, number: float):
    read = read_answer(given, "number", {})
    assert read is not None
    assert read.numbers == (number,)


@pytest.mark.parametrize(
    "given",
    [
        (5.4, 21),
        [21.0, 5.4],
        np.array([5.4, 21.0]),
        pd.Series({0: 5.4, 1: 21.0}),
        pd.DataFrame({0: [5.4], 1: [21.0]}),
        pd.DataFrame({"estimate": [13.2], "conf_low": [5.4], "conf_high": [21.0]}),
        "5,4..21",
        "[5.4, 21.0]",
        "[5,4; 21,0]",
        "5,4 – 21 pistettä",
        "5.4 to 21.0",
        "5,4 - 21,0",
        ("5,4", "21"),
        {"low": 5.4, "high": 21.0},
    ],
    ids=repr,
)
def test_an_interval_in_any_form_and_order(given: object):
    read = read_answer(given, "interval", {})
    assert read is not None
    assert read.numbers == (5.4, 21.0)


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ("below", "below"),
        ("Alapuolella.", "below"),
        ("alapuolela", "below"),
        ("SISÄLLÄ", "inside"),
        (pd.Series(["inside"]), "inside"),
        ("somewhere", None),
        (3, None),
    ],
    ids=repr,
)
def test_a_word_of_the_choices_in_either_language(given: object, key: str | None):
    read = read_answer(given, "word", CHOICES)
    assert (read and read.words) == (key and (key,))


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("undecided", "undecided"),
        ("Ei ratkennut", "undecided"),
        ("In line with the claim", "consistent"),
        ("pienempi kuin väitetty", "smaller"),
        ("not_testable", "not_testable"),
        ("kyllä", "yes"),
        ("Henkilökohtainen arvo", "individual"),
        ("ease of doing business", "ease_of_doing_business"),
        ("perhaps", None),
    ],
)
def test_words_that_every_exercise_knows(written: str, key: str | None):
    assert word_key(written, {}) == key


def test_yes_and_no_may_be_said_by_python():
    assert read_answer(np.True_, "word", {}) == right_answer("yes", {})
    assert read_answer(False, "word", {}) == right_answer("no", {})


ORDER = ["individual", "functional", "table_stakes"]


@pytest.mark.parametrize(
    "given",
    [
        ORDER,
        tuple(ORDER),
        np.array(ORDER),
        pd.Index(ORDER),
        pd.Series(ORDER),
        pd.Series([3.0, 2.0, 1.0], index=ORDER),
        pd.DataFrame({"mean": [3.0, 2.0, 1.0]}, index=ORDER),
        "individual, functional, table stakes",
        "Henkilökohtainen arvo > Toiminnallinen arvo > Perusedellytykset",
        {"individual": 3.0, "functional": 2.0, "table_stakes": 1.0},
    ],
    ids=repr,
)
def test_an_order_in_any_form(given: object):
    assert read_answer(given, "order", {}) == right_answer(ORDER, {}, tolerance=0)


@pytest.mark.parametrize(
    "given", [..., None, "", "  ", "...", "?", [], {}, (..., ...), pd.Series(dtype=float), np.array([])], ids=repr
)
def test_what_counts_as_no_answer(given: object):
    assert is_empty(given)


@pytest.mark.parametrize("given", [0, 0.0, False, math.nan, "0", [0], pd.Series([0])], ids=repr)
def test_a_zero_is_an_answer(given: object):
    assert not is_empty(given)


@pytest.mark.parametrize(
    ("given", "form"),
    [
        (math.nan, "number"),
        (True, "number"),
        ("high", "number"),
        ((1, 2), "number"),
        (7, "interval"),
        ((1, 2, 3), "interval"),
        (7, "order"),
    ],
)
def test_what_is_no_answer_of_the_form(given: object, form: Form):
    assert read_answer(given, form, {}) is None


def test_a_finding_answers_for_itself():
    finding = assess(load_study("data/demo", "en"), "nps_60_points")
    change = finding.difference
    assert change is not None
    for form, right in (("number", change.value), ("interval", (change.ci_low, change.ci_high)), ("word", finding.verdict)):
        read = read_answer(finding, form, {})  # type: ignore[arg-type]
        assert read is not None
        assert right_answer(right, {}).distance(read) == 0


@pytest.mark.parametrize(("right", "near", "off"), [(35.6, 36, 36.2), (4.73, 4.7, 4.8), (-0.381, -0.38, -0.39), (352, 357, 358)])
def test_two_digits_must_be_right(right: float, near: float, off: float):
    wanted = right_answer(right, {})
    for given, good in ((near, True), (off, False)):
        read = read_answer(given, "number", {})
        assert read is not None
        assert (wanted.distance(read) <= 1) is good


def test_an_exercise_that_computes_something_else_is_found_out():
    with pytest.raises(ParameterError, match="computed"):
        right_answer(None, {})


# What is said of an answer: an exercise made for the purpose, on the demo.


@pytest.fixture
def exercise(monkeypatch: pytest.MonkeyPatch) -> Exercise:
    made = Exercise(
        "00.1", 5, expected="answer = 0.384", mistakes=[Mistake("near", "answer = 0.392", {"en": "Near.", "fi": "Lähellä."})]
    )
    both = {"en": "x", "fi": "y"}
    lists: Any = {"en": [], "fi": []}
    episode = Episode(
        number="00", name="00_x", title=both, teaching=5, questions=lists, objectives=lists, key_points=lists, parts=(made,)
    )
    monkeypatch.setattr(checking, "load_episode", lambda number: episode)
    checking._setup.cache_clear()
    checking.computed_for.cache_clear()
    open_client("data/demo", "en")
    return made


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (0.384, ""),
        ("0,38", ""),
        ("38 %", ""),
        ("38,4 %", ""),
        (0.386, ""),
        (0.39, "near"),  # within the tolerance of both, and nearer to the mistake
        (0.392, "near"),
        (38, "factor"),
        (-0.384, "sign"),
        (0.7, "unknown"),
        ("many", "form"),
        (None, "empty"),
    ],
)
def test_the_nearest_of_right_and_wrong_counts(exercise: Exercise, answer: object, what: str):
    told = check("00.1", answer)
    assert (bool(told), told.mistake) == (not what, what)
    assert repr(told) in told._repr_markdown_()


def test_it_speaks_the_learners_language(exercise: Exercise):
    open_client("data/demo", "fi")
    assert check("00.1", 0.392).said == "Lähellä."
    assert check("00.1", 0.384).said == "Oikein."
    use_language("en")
