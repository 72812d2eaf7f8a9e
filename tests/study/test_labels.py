"""Labels decide: scales, directions and codes for no answer; words by usual ladders and by `labels`; NPS by its groups."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from tests.study.studies import answers, settings, write_study
from valuelib.errors import StudyError
from valuelib.study.load import load_study
from valuelib.study.model import Study
from valuelib.verdict.assess import confirmatory_claims

AGREE5 = ["Strongly disagree", "Disagree", "Neutral", "Agree", "Strongly agree"]
SCALE5 = {"scale": [1, 5], "columns": {"product_quality": "Q5"}}
WORDS = ["Agree", "Strongly agree", "Neutral", "Agree", "Disagree", "Strongly disagree"]


def loaded(folder: Path, data: pd.DataFrame, **blocks: Any) -> Study:
    return load_study(write_study(folder, settings(**blocks), data))


def labelled(folder: Path, texts: Mapping[str, Mapping[float, str]], data: pd.DataFrame, **blocks: Any) -> Study:
    """A study of an SPSS file whose codes have these texts."""
    write_study(folder, settings(**{"responses": {"file": "answers.sav"}, **blocks}))
    pyreadstat.write_sav(data, folder / "answers.sav", variable_value_labels=dict(texts))
    return load_study(folder)


def told(study: Study, code: str) -> list[dict[str, object]]:
    return [dict(one.values) for one in study.assumed if one.code == f"study.{code}"]


def refused(call: Any, *given: Any, **more: Any) -> str:
    with pytest.raises(StudyError) as caught:
        call(*given, **more)
    return "\n".join(map(str, caught.value.problems))


# Words by the usual ladders.


@pytest.mark.parametrize(
    "words",
    [
        WORDS,
        ["agree ", "STRONGLY AGREE", "Neither agree nor disagree.", *WORDS[3:]],
        ["Samaa mieltä", "Täysin samaa mieltä", "Ei samaa eikä eri mieltä", "samaa  mieltä", "Eri mieltä", "Täysin eri mieltä"],
        ["Instämmer", "Instämmer helt", "Varken eller", "Instämmer", "Instämmer inte", "Instämmer inte alls"],
        ["Stimme zu", "Stimme voll und ganz zu", "Teils/teils", "Stimme zu", "Stimme nicht zu", "Stimme überhaupt nicht zu"],
        ["Satisfied", "Very satisfied", "Neutral", "Satisfied", "Dissatisfied", "Very dissatisfied"],
        ["Good", "Excellent", "Average", "Good", "Poor", "Very poor"],
    ],
)
def test_words_of_a_usual_ladder_are_read_where_the_scale_is_written(tmp_path: Path, words: list[str]):
    study = loaded(tmp_path, answers(Q5=words), elements=SCALE5)
    assert study.data["element.product_quality"].tolist() == [7.5, 10, 5, 7.5, 2.5, 0]
    (said,) = told(study, "words_read")
    assert (said["low"], said["high"], said["columns"]) == ("1", "5", "Q5")


def test_words_without_a_written_scale_are_refused_with_the_scale(tmp_path: Path):
    text = refused(loaded, tmp_path, answers(Q5=WORDS), elements={"columns": {"product_quality": "Q5"}})
    assert "ladder of 5 steps" in text
    assert "scale: [1, 5]" in text


def test_a_shorter_ladder_than_the_scale_is_refused(tmp_path: Path):
    words = ["Disagree", "Neutral", "Agree", "Strongly agree", "Strongly disagree", "Agree"]
    text = refused(loaded, tmp_path, answers(Q5=words), elements={**SCALE5, "scale": [1, 7]})
    assert "5 steps" in text
    assert "the scale has 7" in text


@pytest.mark.parametrize(
    "words",
    [
        [*WORDS[:5], "It depends"],
        [*WORDS[:5], 4],
        ["Agree", "Somewhat agree", "Tend to agree", *WORDS[:3]],
        [*WORDS[:5], "Neutral / don't know"],
        ["A1", "A2", "A3", "A4", "A5", "A5"],
        ["++", "+", "0", "-", "--", "+"],
    ],
)
def test_words_that_no_ladder_holds_are_refused_with_the_way_out(tmp_path: Path, words: list[object]):
    assert "`labels`" in refused(loaded, tmp_path, answers(Q5=words), elements=SCALE5)


def test_a_shorter_ladder_is_settled_by_another_column_or_by_its_name(tmp_path: Path):
    few = ["Agree", "Neutral", "Disagree"] * 2
    block = {"scale": [1, 5], "columns": {"product_quality": "Q5", "responsiveness": "Q6"}}
    assert "3 steps" in refused(loaded, tmp_path, answers(Q5=few, Q6=few), elements=block)
    for words, named in ((WORDS, {}), (few, {"labels": "agreement"})):
        study = loaded(tmp_path, answers(Q5=few, Q6=words), elements={**block, **named})
        assert study.data["element.product_quality"].tolist() == [7.5, 5, 2.5] * 2


def test_words_for_no_answer_beside_a_ladder_are_none(tmp_path: Path):
    words = ["Agree", "Don’t know", "Neutral", "N/A", "Disagree", "Strongly disagree"]
    study = loaded(tmp_path, answers(Q5=words), elements=SCALE5)
    assert study.data["element.product_quality"].fillna(-1).tolist() == [7.5, -1, 5, -1, 2.5, 0]
    assert told(study, "no_answer_words")[0]["n"] == 2


def test_several_columns_are_told_together(tmp_path: Path):
    block = {"scale": [1, 5], "columns": {"product_quality": "Q5", "responsiveness": "Q6"}}
    study = loaded(tmp_path, answers(Q5=WORDS, Q6=["Agree"] * 6), elements=block)
    assert [one["columns"] for one in told(study, "words_read")] == ["Q5, Q6"]


# Words by `labels`.

MARKS = ["++", "+", "0", "-", "--", "+"]


@pytest.mark.parametrize(
    ("cells", "given"),
    [
        (MARKS, ["--", "-", "0", "+", "++"]),
        (MARKS, {"--": 1, "-": 2, "0": 3, "+": 4, "++": 5}),
        (["A5", "A4", "A3", "A2", "A1", "A4"], ["A1", "A2", "A3", "A4", "A5"]),
        (["A1", "A2", "A3", "A4", "A5", "A2"], {"A1": 5, "A2": 4, "A3": 3, "A4": 2, "A5": 1}),
        (["Loistava!", "hyvä", "OK", "Huono ", "Surkea", "Hyvä"], ["Surkea", "Huono", "Ok", "Hyvä", "Loistava"]),
        ([1, 2, 3, 4, 5, 2], {"1": 5, "2": 4, "3": 3, "4": 2, "5": 1}),
        (["★★★★★", "★★★★", "★★★", "★★", "★", "★★★★"], ["★", "★★", "★★★", "★★★★", "★★★★★"]),
        (["C++", "B", "0 points", "C", "A--", "B"], {"C++": 5, "B": 4, "0 points": 3, "C": 2, "A--": 1}),
    ],
)
def test_labels_give_words_their_numbers(tmp_path: Path, cells: list[object], given: object):
    study = loaded(tmp_path, answers(Q5=cells), labels={"mine": given}, elements={**SCALE5, "labels": "mine"})
    assert study.data["element.product_quality"].tolist() == [10, 7.5, 5, 2.5, 0, 7.5]


def test_labels_of_the_ends_stand_among_numbers(tmp_path: Path):
    data = answers(Q12=["Not at all likely", 5, 6, 7, 9, "Extremely likely"])
    ends = {"Not at all likely": 0, "Extremely likely": 10}
    study = loaded(tmp_path, data, labels={"likely": ends}, outcomes={"recommend": {"column": "Q12", "labels": "likely"}})
    assert study.data["recommend"].tolist() == [0, 5, 6, 7, 9, 10]


def test_a_usual_ladder_may_be_named(tmp_path: Path):
    words = ["Good", "Fair", "Very poor", "Good", "Good", "Fair"]
    for name, fits in (("quality", True), ("agreement", False)):
        block = {**SCALE5, "labels": name}
        if fits:
            assert loaded(tmp_path, answers(Q5=words), elements=block).data["element.product_quality"].tolist()[:3] == [7.5, 5, 0]
        else:
            assert "not numbers" in refused(loaded, tmp_path, answers(Q5=words), elements=block)


@pytest.mark.parametrize(
    ("labels", "named", "said"),
    [
        ({"agree": AGREE5[:4]}, "agree", "are 4 words"),
        ({"agree": AGREE5}, "agre", "did you mean 'agree'"),
        ({"agree": {"Agree": 6}}, "agree", "outside the scale"),
        ({"agree": AGREE5, "other": AGREE5}, "agree", "No block uses the labels 'other'"),
        ({"agree": ["Yes", "yes ", "No", "Maybe", "Never"]}, "agree", "stands twice"),
        ({"agree": ["Only one"]}, "agree", "labels"),
    ],
)
def test_labels_that_do_not_fit_are_refused(tmp_path: Path, labels: dict[str, object], named: str, said: str):
    assert said in refused(loaded, tmp_path, answers(Q5=WORDS), labels=labels, elements={**SCALE5, "labels": named})


def test_labels_reach_other_files_too(tmp_path: Path):
    view = {"file": "own.csv", "account": "Account", "scale": [1, 5], "labels": "agree", "columns": {"T1": "P1"}}
    folder = write_study(tmp_path, settings(labels={"agree": AGREE5}, provider_view=view), answers())
    pd.DataFrame({"Account": ["A", "B", "C"], "P1": ["Agree", "strongly disagree", "Neutral"]}).to_csv(folder / "own.csv")
    provider = load_study(folder).provider
    assert provider is not None
    assert provider["facet.T1"].tolist() == [7.5, 0, 5]


# Labels of a file.

RATED = {1.0: "Poor", 2.0: "Fair", 3.0: "Average", 4.0: "Good", 5.0: "Excellent"}
CODES = pd.DataFrame({"Account": ["A", "A", "B", "B", "C", "C"], "Q12": [0.0, 5, 6, 7, 9, 10], "Q5": [2.0, 3, 4, 2, 3, 4]})


def test_a_written_scale_that_contradicts_the_labels_is_told(tmp_path: Path):
    study = labelled(tmp_path, {"Q5": RATED}, CODES, elements={**SCALE5, "scale": [1, 4]})
    (said,) = told(study, "scale_contradicts_labels")
    assert (said["asked_low"], said["asked_high"], said["high"], said["columns"]) == ("1", "5", "4", "Q5")
    assert told(labelled(tmp_path, {"Q5": RATED}, CODES, elements=SCALE5), "scale_contradicts_labels") == []


@pytest.mark.parametrize("texts", [RATED, {1.0: "Poor", 5.0: "Excellent"}, {1.0: "Low", 3.0: "Middle", 5.0: "High", 99.0: "EOS"}])
def test_labels_that_contradict_a_scale_nobody_wrote_are_refused(tmp_path: Path, texts: dict[float, str]):
    text = refused(labelled, tmp_path, {"Q5": texts}, CODES, elements={"columns": {"product_quality": "Q5"}})
    assert "scale: [1, 5]" in text


def test_nps_codes_one_too_high_are_known_by_their_labels(tmp_path: Path):
    texts = {"Q12": {float(code): str(code - 1) for code in range(1, 12)}}
    data = CODES.assign(Q12=[1.0, 6, 7, 8, 9, 10])
    outcomes: dict[str, Any] = {"recommend": {"column": "Q12"}}
    assert "scale: [1, 11]" in refused(labelled, tmp_path, texts, data, outcomes=outcomes)
    outcomes["recommend"]["scale"] = [1, 11]
    assert labelled(tmp_path, texts, data, outcomes=outcomes).data["recommend"].tolist() == [0, 5, 6, 7, 8, 9]


@pytest.mark.parametrize("text", ["Don't know", "En osaa sanoa / ei koske minua", "5 = vet ej", "No opinion", "Keine Angabe"])
def test_codes_labelled_as_no_answer_are_none_inside_the_scale_too(tmp_path: Path, text: str):
    texts = {"Q12": {0.0: text, 10.0: "Extremely likely"}}
    study = labelled(tmp_path, texts, CODES, outcomes={"recommend": {"column": "Q12", "scale": [0, 10]}})
    assert study.data["recommend"].fillna(-1).tolist() == [-1, 5, 6, 7, 9, 10]
    assert told(study, "no_answer_words")[0]["n"] == 1


SATISFIED = {1.0: "very satisfied", 2.0: "satisfied", 3.0: "neutral", 4.0: "dissatisfied", 5.0: "very dissatisfied"}


def test_a_direction_that_contradicts_the_labels_is_told(tmp_path: Path):
    study = labelled(tmp_path, {"Q5": SATISFIED}, CODES, elements=SCALE5)
    assert told(study, "labels_run_down")[0]["low"] == "1 = very satisfied"
    study = labelled(tmp_path, {"Q5": SATISFIED}, CODES, elements={**SCALE5, "reversed": ["product_quality"]})
    assert told(study, "labels_run_down") == told(study, "labels_run_up") == []
    assert study.data["element.product_quality"].tolist() == [7.5, 5, 2.5, 7.5, 5, 2.5]
    study = labelled(tmp_path, {"Q5": RATED}, CODES, elements={**SCALE5, "reversed": ["product_quality"]})
    assert told(study, "labels_run_up")[0]["columns"] == "Q5"


def test_a_direction_is_told_of_statements_too(tmp_path: Path):
    texts = {"Q5": {1.0: "Strongly agree", 5.0: "Strongly disagree"}}
    study = labelled(tmp_path, texts, CODES, cocreation={"scale": [1, 5], "columns": {"T1": "Q5"}})
    assert told(study, "labels_run_down")[0]["columns"] == "Q5"


def test_labels_beside_numbers_tell_the_direction_too(tmp_path: Path):
    cells = ["1 - Strongly agree", "5 - Strongly disagree", "2 - Agree", "3 - Neutral", "4 - Disagree", "1 - Strongly agree"]
    study = loaded(tmp_path, answers(Q5=cells), elements=SCALE5)
    assert told(study, "labels_run_down")[0]["columns"] == "Q5"
    turned = loaded(tmp_path, answers(Q5=cells), elements={**SCALE5, "reversed": ["product_quality"]})
    assert told(turned, "labels_run_down") == []


def test_codes_that_are_texts_have_labels_too(tmp_path: Path):
    data = CODES.assign(Q5=["2", "3", "4", "2", "9", "4"])
    texts: dict[Any, str] = {"1": "Poor", "2": "Fair", "3": "Average", "4": "Good", "5": "Excellent", "9": "Vet ej"}
    study = labelled(tmp_path, {"Q5": texts}, data, elements=SCALE5)
    assert study.data["element.product_quality"].fillna(-1).tolist() == [2.5, 5, 7.5, 2.5, -1, 7.5]


def test_categories_of_parquet_are_words(tmp_path: Path):
    folder = write_study(tmp_path, settings(responses={"file": "a.parquet"}, elements=SCALE5))
    answers(Q5=pd.Categorical(WORDS, categories=AGREE5, ordered=True)).to_parquet(folder / "a.parquet")
    assert load_study(folder).data["element.product_quality"].tolist() == [7.5, 10, 5, 7.5, 2.5, 0]


def test_a_weight_of_no_answer_is_refused(tmp_path: Path):
    columns = {"account": "Account", "weight": "W"}
    assert "not numbers" in refused(loaded, tmp_path, answers(W=[1, 1, 2, 1, 1, "Don't know"]), columns=columns)


def test_outcomes_are_turned_round_by_labels(tmp_path: Path):
    outcomes = {"recommend": {"column": "Q12"}, "satisfaction": {"column": "Q5", "scale": [1, 5]}}
    assert told(labelled(tmp_path, {"Q5": SATISFIED}, CODES, outcomes=outcomes), "labels_run_down")
    words = ["Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied"]
    turned = {**outcomes, "satisfaction": {**outcomes["satisfaction"], "labels": "way"}}
    study = labelled(tmp_path, {"Q5": SATISFIED}, CODES, labels={"way": words}, outcomes=turned)
    assert study.data["satisfaction"].tolist() == [7.5, 5, 2.5, 7.5, 5, 2.5]
    ends = {"Q5": {1.0: "very satisfied", 5.0: "very dissatisfied"}}
    data = CODES.assign(Q5=[1.0, 3, 4, 2, 5, 4])
    assert "other codes of the column have no label" in refused(
        labelled, tmp_path, ends, data, labels={"way": words}, outcomes=turned
    )


# The question's text.


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("On a scale of 1 to 10, how likely are you to recommend us?", ("1", "10")),
        ("Recommend us (1 = never, 5 = always)", ("1", "5")),
        ("Suosittelu (asteikko 1–7)", ("1", "7")),
        ("How likely are you to recommend us? (0-10)", None),
        ("Recommend us within 1-3 years", None),
        ("Q1-5", None),
    ],
)
def test_a_scale_in_the_question_is_compared(tmp_path: Path, name: str, asked: tuple[str, str] | None):
    data = answers().drop(columns="Q12").assign(**{name: [1, 5, 4, 3, 2, 1]})
    said = told(loaded(tmp_path, data, outcomes={"recommend": {"column": name, "scale": [0, 10]}}), "scale_contradicts_question")
    assert [(one["asked_low"], one["asked_high"]) for one in said] == ([asked] if asked else [])
    if asked is not None:
        text = refused(loaded, tmp_path, data, outcomes={"recommend": {"column": name}})
        assert f"scale: [{asked[0]}, {asked[1]}]" in text


# The groups of the NPS.


@pytest.mark.parametrize(
    "words",
    [
        ["Detractor", "Detractor", "Detractor", "Passive", "Promoter", "Promoter"],
        ["detractors", "Detractor (0-6)", "DETRACTOR ", "Neutral", "Promoter (9–10)", "promoters"],
        ["Arvostelija", "Arvostelija", "Kriitikko", "Neutraali", "Suosittelija", "Suosittelija"],
        ["Kritiker", "Kritiker", "Kritiker", "Passiv", "Ambassadör", "Ambassadör"],
        ["Détracteur", "Détracteurs", "Détracteur (0-6)", "Passif", "Promoteur", "Promoteurs"],
        ["Detractores", "Detractor", "Detractor", "Pasivo", "Promotor", "Promotores"],
    ],
)
def test_nps_from_its_groups_has_no_mean(tmp_path: Path, words: list[str]):
    study = loaded(tmp_path, answers(Q12=words), outcomes={"recommend": {"column": "Q12"}})
    assert study.data["nps"].tolist() == [-1, -1, -1, 0, 1, 1]
    assert "recommend" not in study.data
    assert told(study, "nps_groups")[0]["n"] == 6


def test_nps_groups_by_labels_of_codes_and_with_blanks(tmp_path: Path):
    data = CODES.assign(Q12=[1.0, 3, 2, None, 1, 9])
    texts = {"Q12": {1.0: "Detractor", 2.0: "Passive", 3.0: "Promoter", 9.0: "Don't know"}}
    study = labelled(tmp_path, texts, data, outcomes={"recommend": {"column": "Q12"}})
    assert study.data["nps"].fillna(9).tolist() == [-1, 1, 0, 9, -1, 9]


def test_codes_of_groups_that_nothing_explains_are_refused(tmp_path: Path):
    data = answers().drop(columns="Q12").assign(Q12_NPS_GROUP=[1, 1, 2, 3, 3, 3])
    text = refused(loaded, tmp_path, data, outcomes={"recommend": {"column": "Q12_NPS_GROUP"}})
    assert "groups of the NPS" in text
    mixed = answers(Q12=["Promoter", "Passive", 3, 4, 5, 6])
    assert "not numbers" in refused(loaded, tmp_path, mixed, outcomes={"recommend": {"column": "Q12"}})


# An intention, answered with yes or no.


def test_an_intention_is_yes_or_no_and_explores_claims_only(tmp_path: Path):
    block = {"column": "Again", "kind": "intention", "yes": ["Yes"], "no": ["No", "Not sure"]}
    data = answers(Again=["Yes", "No", "Not sure", "Yes", None, "Yes"])
    outcomes: dict[str, Any] = {"recommend": {"column": "Q12"}, "repurchase": block}
    study = loaded(tmp_path, data, outcomes=outcomes)
    assert study.data["repurchase"].fillna(-1).tolist() == [1, 0, 0, 1, -1, 1]
    assert {one.reading.outcome for one in confirmatory_claims(study)} == {"recommend"}
    outcomes["repurchase"] = {**block, "kind": "renewed"}
    assert "repurchase" in {one.reading.outcome for one in confirmatory_claims(loaded(tmp_path, data, outcomes=outcomes))}


# Names that several columns bear.


def test_columns_of_one_name_are_refused_only_where_they_are_mapped(tmp_path: Path):
    lines = ["Account,NPS,Comment,NPS,Comment", *(f"{name},{n},,{10 - n},x" for n, name in enumerate("ABCABC"))]
    text = "\n".join(lines)
    for column, fits in (("NPS (2)", True), ("NPS", False)):
        config = settings(outcomes={"recommend": {"column": column}})
        if fits:
            assert load_study(write_study(tmp_path, config, text)).data["recommend"].tolist() == [10, 9, 8, 7, 6, 5]
        else:
            assert "2 columns are called 'NPS'" in refused(load_study, write_study(tmp_path, config, text))
