"""Are scales, roles and kinds guessed from what a file says, and is what only looks like a rating left alone?"""

from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from valuelib.study.config_file import read_yaml
from valuelib.study.load import load_study
from valuelib.study.scaffold import scaffold_study
from valuelib.study.scaffold.words import guess_language

N = 60


def ratings(low: int, high: int) -> list[int]:
    """Answers that never use the whole scale where it is wider than these."""
    return [low + place % (high - low + 1) for place in range(N)]


def proposed(tmp_path: Path, columns: dict[str, list[object]], name: str = "export.csv", **spss: object) -> tuple[str, dict]:
    """The text and the values of the study.yaml that is proposed for these columns."""
    frame, path = pd.DataFrame(columns), tmp_path / name
    if name.endswith(".sav"):
        pyreadstat.write_sav(frame, path, **spss)
    else:
        frame.to_csv(path, index=False)
    folder = scaffold_study("new", path, tmp_path / f"new-{path.stem}")
    return (folder / "study.yaml").read_text(encoding="utf-8"), read_yaml(folder / "study.yaml", "study.yaml").data


def test_labels_tell_the_scale_its_direction_and_its_codes_for_no_answer(tmp_path):
    good_first = {1: "Very good", 7: "Very poor", 8: "Don't know"}
    asked = {"rec": ratings(2, 8), "a": ratings(2, 5), "b": [*ratings(3, 6)[:-3], 8, 8, 8]}
    text, found = proposed(
        tmp_path,
        asked,
        "labels.sav",
        column_labels={"rec": "How likely are you to recommend us?", "a": "Product quality", "b": "Expertise"},
        variable_value_labels={"rec": {0: "Not at all likely", 10: "Extremely likely"}, "a": good_first, "b": good_first},
    )
    assert found["outcomes"]["recommend"] == {"column": "rec", "scale": [0, 10]}
    assert found["elements"]["scale"] == [1, 7]
    assert found["elements"]["missing"] == [8]  # of the block only: eight is an answer to `rec`
    assert "missing" not in found
    assert found["elements"]["reversed"] == ["product_quality", "expertise"]
    assert "value labels 1..7" in text


@pytest.mark.parametrize(
    ("question", "answers", "scale"),
    [
        ("On a scale of 0 to 10, would you recommend us?", ratings(5, 9), [0, 10]),
        ("Suosittelisitko meitä? Asteikko 1–7", ratings(3, 5), [1, 7]),
        ("Would you recommend us (1 = certainly not, 10 = certainly)?", ratings(4, 6), [1, 10]),
        ("NPS", ratings(5, 9), [0, 10]),
        ("Would you recommend us to firms of 1-5 people?", ratings(6, 9), [0, 10]),  # the answers deny that range
    ],
)
def test_the_question_tells_the_scale_before_the_answers_do(tmp_path, question, answers, scale):
    assert proposed(tmp_path, {question: answers})[1]["outcomes"]["recommend"]["scale"] == scale


def test_a_rating_is_never_an_account_or_an_offering(tmp_path):
    columns = {"NPS": ratings(0, 10), "This company": ratings(1, 5), "Customer": ratings(1, 7), "Product": ratings(1, 5)}
    steps = dict(enumerate(("Strongly disagree", "Disagree", "Neutral", "Agree", "Strongly agree"), 1))
    texts = {"NPS": "NPS", "a": "The company listens", "b": "Our package is right"}
    for text, found in (
        proposed(tmp_path, columns),
        proposed(
            tmp_path,
            {"NPS": ratings(0, 10), "a": ratings(1, 5), "b": ratings(2, 4)},
            "agree.sav",
            column_labels=texts,
            variable_value_labels={"a": steps, "b": steps},
        ),
    ):
        assert "account" not in (found.get("columns") or {})
        assert "exposure" not in found
        assert "Offerings in the export" not in text


@pytest.mark.parametrize(
    ("question", "answers", "expected"),
    [
        ("Would you buy from us again?", ["Yes", "No", "Not sure"], 'kind: intention, yes: ["Yes"], no: ["No", "Not sure"]'),
        ("Aiotteko jatkaa asiakkaanamme?", ["Kyllä", "Ehkä", "Ei"], 'kind: intention, yes: ["Kyllä"], no: ["Ehkä", "Ei"]'),
        ("Will you renew?", ["Yes", "No", "Don't know"], 'kind: intention, yes: ["Yes"], missing: ["Don\'t know"]'),
        ("Has the contract been renewed?", ["Yes", "No"], 'kind: renewed, yes: ["Yes"]'),
        ("How likely are you to purchase again?", [1, 2, 3, 4, 5], "kind: intention_topbox, top: 5, scale: [1, 5]"),
    ],
)
def test_what_customers_would_do_is_told_from_what_they_did(tmp_path, question, answers, expected):
    text, _ = proposed(tmp_path, {"NPS": ratings(0, 10), question: [answers[place % len(answers)] for place in range(N)]})
    assert f'repurchase: {{column: "{question}", {expected}}}' in text


def test_answers_in_words_are_ratings_by_the_usual_ladders(tmp_path):
    steps = ["Täysin eri mieltä", "Jokseenkin eri mieltä", "Jokseenkin samaa mieltä", "Täysin samaa mieltä", "En osaa sanoa"]
    text, found = proposed(
        tmp_path,
        {
            "Suosittelisitko meitä?": ["10 - Erittäin todennäköisesti" if one == 10 else str(one) for one in ratings(4, 10)],
            "Asiantuntemus": [steps[place % 5] for place in range(N)],
            "Laatu": [f"{place % 4 + 2} {'abcd'[place % 4]}" for place in range(N)],
        },
    )
    assert found["outcomes"]["recommend"]["scale"] == [0, 10]
    assert found["elements"]["columns"] == {"expertise": "Asiantuntemus"}  # the other's numbers run 2..5, on no scale of four
    assert found["missing"] == ["En osaa sanoa"]
    assert "answers in words, " in text


@pytest.mark.parametrize(
    "item",
    [
        "Did the respondent decide alone?",
        "The price is too high",
        "How important is price to you?",
        "Tärkeys: laatu",
        "Hinnoittelu on läpinäkyvää",  # points to two elements
        "We hear of innovations from our own people before anybody else",
    ],
)
def test_a_telling_word_is_no_element_where_the_text_asks_something_else(tmp_path, item):
    text, found = proposed(tmp_path, {"NPS": ratings(0, 10), item: ratings(1, 5)})
    assert "elements" not in found
    assert f'#       "{item}"' in text


def test_what_is_left_is_listed_with_what_it_could_be(tmp_path):
    item = "They respond to our questions before we have even asked them properly"
    text, _ = proposed(tmp_path, {"NPS": ratings(0, 10), item: ratings(1, 5)})
    (line,) = [line for line in text.splitlines() if item in line and "could be" in line]
    assert "responsiveness" in line.partition("could be: ")[2]


def test_elements_on_another_scale_than_most_are_left_for_a_decision(tmp_path):
    columns = {f"{item} (1-7)": ratings(1, 7) for item in ("Expertise", "Flexibility", "Product quality")}
    _, found = proposed(tmp_path, {"NPS": ratings(0, 10), **columns, "Innovation (0-10)": ratings(0, 10)})
    assert found["elements"]["scale"] == [1, 7]
    assert {*found["elements"]["columns"]} == {"product_quality", "flexibility", "expertise"}


def test_groups_of_the_nps_serve_only_where_there_is_no_score(tmp_path):
    groups = [("Promoter", "Passive", "Detractor")[place % 3] for place in range(N)]
    assert proposed(tmp_path, {"NPS group": groups}, "groups.csv")[1]["outcomes"]["recommend"] == {"column": "NPS group"}
    both = proposed(tmp_path, {"NPS group": groups, "NPS": ratings(0, 10)}, "both.csv")[1]
    assert both["outcomes"]["recommend"]["column"] == "NPS"


@pytest.mark.parametrize(
    ("texts", "language"),
    [
        (["Wie zufrieden sind Sie mit uns?", "Würden Sie uns empfehlen?"], "de"),
        (["Hur nöjd är du med oss?", "Företag"], "sv"),
        (["Kuinka tyytyväinen olet?", "Yritys"], "fi"),
        (["How satisfied are you?", "Company"], "en"),
        (["x1", "x2"], "en"),
    ],
)
def test_other_languages_are_not_taken_for_finnish(texts, language):
    assert guess_language(texts) == language


def test_german_is_said_and_the_report_stays_english(tmp_path):
    text, found = proposed(
        tmp_path, {"Wie wahrscheinlich würden Sie uns weiterempfehlen?": ratings(0, 10), "Wünsche an uns": ["x"] * N}
    )
    assert found["language"] == "en"
    assert "the questions look German" in text


def test_timers_ticks_people_and_import_ids_are_told_apart(tmp_path):
    rows = [
        ["ResponseId", "Q1", "Q1_First Click", "Q2_1", "Q2_2", "Q3"],
        ["Response ID", "How likely are you to recommend us?", "Timing", "Bought? - Basic", "Bought? - Partner", "Gender"],
        ['{"ImportId":"_recordId"}', *(f'{{"ImportId":"QID{place}"}}' for place in range(1, 6))],
        *([f"R_{k}", k % 11, 1.5 + k, "Basic" if k % 2 else "", "Partner" if k % 3 else "", "fm"[k % 2]] for k in range(N)),
    ]
    pd.DataFrame(rows).to_csv(tmp_path / "export.csv", index=False, header=False)
    folder = scaffold_study("new", tmp_path / "export.csv", tmp_path / "new")
    text = (folder / "study.yaml").read_text(encoding="utf-8")
    assert '# Page timers and click counts, which measure no answer: "Q1_First Click"' in text
    assert '# The person who answered; map under columns.segment only where groups are meant: "Q3"' in text
    assert 'exposure: {rule: offering, columns: {"Basic": "Q2_1", "Partner": "Q2_2"}, higher: [...]}' in text
    assert '#   "Q1": "QID1"' in text
    assert len(load_study(folder).data) == N


def test_files_beside_the_export_are_read_only_where_their_header_could_link_them(tmp_path):
    accounts = [f"A{place % 20}" for place in range(N)]
    pd.DataFrame({"Invoice": range(N), "Total": range(N)}).to_csv(tmp_path / "invoices.csv", index=False)
    pd.DataFrame({"Invoice": range(N)}).to_excel(tmp_path / "invoices.xlsx", index=False)
    pd.DataFrame({"x": np.arange(N)}).to_parquet(tmp_path / "x.parquet")
    pyreadstat.write_sav(pd.DataFrame({"x": np.arange(N)}), tmp_path / "x.sav")
    (tmp_path / "broken.xlsx").write_bytes(b"PK")
    pd.DataFrame({"Account": accounts, "T1": ratings(0, 10), "T2": ratings(0, 10)}).to_csv(tmp_path / "seen.csv", index=False)
    text, _ = proposed(tmp_path, {"NPS": ratings(0, 10), "Account": accounts})
    assert "# Other files beside the export, looked at by their headers: 6; read, for a column that fits: 2." in text
    assert '#   file: "seen.csv"' in text


def test_pasted_copies_of_rows_leave_the_respondent_mapped(tmp_path):
    ids = [place // 4 for place in range(N)]
    columns = {"respondent_id": ids, "NPS": [one % 11 for one in ids], "Company": [f"C{one % 6}" for one in ids]}
    _, found = proposed(tmp_path, columns)
    assert found["columns"]["respondent"] == "respondent_id"


@pytest.mark.parametrize("header", ["#", "[", "Q1.", "Satisfied?", ": -", "1"])
def test_headers_without_words_are_no_trouble(tmp_path, header):
    text, _ = proposed(tmp_path, {"NPS": ratings(0, 10), header: ratings(1, 5)})
    assert "guesses: open" in text
