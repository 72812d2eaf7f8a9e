"""A cell is a score where it is a number or the label of a scale point; a sentence is refused with its row."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from valuelib.study.scores import parse_scores

NPS = (0.0, 10.0)
BARE = [3, 4, 5, 6, 7, 8, 9, 2]


def read(cells: list[object], scale: tuple[float, float] | None = NPS) -> list[float | None]:
    counts = pd.Series(cells, dtype=object).value_counts(sort=False)
    parsed = parse_scores(list(counts.index), counts.tolist(), scale)
    known = {cell: None if math.isnan(number) else number for cell, (number, _) in zip(counts.index, parsed, strict=True)}
    return [known[cell] for cell in cells]


@pytest.mark.parametrize(
    ("labels", "numbers"),
    [
        (["10 - Extremely likely", "0 - Not at all likely"], [10, 0]),
        (["10 – Erittäin todennäköisesti", "10", "10 - Extremely likely"], [10, 10, 10]),
        (["0=ei lainkaan", "10: varmasti"], [0, 10]),
        (["0) Never", "(10) Always"], [0, 10]),
        (["10 Täysin samaa mieltä", "0 Täysin eri mieltä"], [10, 0]),
        (["Extremely likely (10)", "Not at all likely (0)"], [10, 0]),
        (["Erittäin todennäköisesti 10", "Erittäin todennäköisesti 10"], [10, 10]),
    ],
)
def test_labels_of_the_ends_among_bare_numbers(labels: list[object], numbers: list[float]):
    assert read([*BARE, *labels])[len(BARE) :] == numbers


def test_a_scale_of_labels_only():
    labels = [
        "1 Täysin eri mieltä",
        "2 Jokseenkin eri mieltä",
        "3 En osaa valita",
        "4 Jokseenkin samaa mieltä",
        "5 Täysin samaa mieltä",
    ]
    assert read([*labels, *labels[::-1]], (1.0, 5.0)) == [1, 2, 3, 4, 5, 5, 4, 3, 2, 1]
    assert read(["Poor 1", "Fair 2", "Good 3"], (1.0, 3.0)) == [1, 2, 3]


@pytest.mark.parametrize(
    "sentence",
    [
        "ks. kohta 3",
        "Vastasin jo 2",
        "2 vuotta",
        "En osaa sanoa (0)",
        "0 - Don't know",
        "10 = vet ej",
        "see question 10",
        "Asked 1 time",
        "7 as last year, I think",
        "about 8",
        "3-vuotinen sopimus",
        "5. kerran",
        "8 out of ten",
        "Top 10",
        "between 6 and 7",
        "n. 9",
    ],
)
@pytest.mark.parametrize("scale", [NPS, (1.0, 10.0), None])
def test_sentences_are_no_scores(sentence: str, scale: tuple[float, float] | None):
    assert read([*BARE, sentence], scale)[-1] is None
    assert read([*BARE, 0, 1, 10, sentence, sentence], scale)[-1] is None


@pytest.mark.parametrize(
    "cell",
    [
        "<5",
        ">=5",
        "~5",
        "5*",
        "5+",
        "5?",
        "#5",
        "5 €",
        "Oct-05",
        "5-Oct",
        "5 - Oct",
        "July 8",
        "8. heinäkuuta",
        "maaliskuu 3",
        "a5",
        "yli 5",
        "Under 5",
        "5²",
        "⁵",
        "½",
        "max 10",
        "10 tai yli",
    ],
)
@pytest.mark.parametrize("beside", [[], BARE, [0, 1, 2, 3, 4, 6, 7, 9]])
def test_a_number_with_marks_months_or_hedges_is_no_score(cell: str, beside: list[object]):
    for scale in (NPS, (1.0, 5.0), None):
        assert read([*beside, cell, cell], scale)[-1] is None


def test_wordings_like_months_and_hedges_are_labels():
    assert read(["Maybe 3", "Decent 4", "Marvellous 5", "Party 2"], (1.0, 5.0)) == [3, 4, 5, 2]


def test_one_text_with_several_numbers_is_no_label():
    assert read(["8 points", "9 points", "10 points"]) == [None, None, None]


def test_one_number_with_several_texts_is_no_label():
    assert read(["10 Very likely", "0 Never", "Have seen 10"]) == [None, 0, None]
