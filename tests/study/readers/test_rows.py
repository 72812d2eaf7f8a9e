"""Rows that are no answers: totals, averages, footers, hidden rows, exact copies, and one row an answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from tests.study.readers.tools import codes, read_text, said
from tests.study.studies import settings, write_study
from valuelib.errors import StudyError
from valuelib.study.load import load_study
from valuelib.study.model import Study
from valuelib.study.readers import read_table
from valuelib.study.readers.rows import find_long, set_aside_copies
from valuelib.study.scaffold import scaffold_study

SCORES = [9, 3, 10, 7, 8, 6, 9, 2, 10, 5]
BODY = "".join(f"Firm {'abcdefghij'[place]},{score},{score // 2}\n" for place, score in enumerate(SCORES))
MEANS = f"{sum(SCORES) / 10:.1f},{sum(one // 2 for one in SCORES) / 10:.1f}"
STUDY = settings(columns={"account": "Client"}, outcomes={"recommend": {"column": "NPS"}})


@pytest.mark.parametrize(
    ("below", "left_out"),
    [
        (f"Yhteensä,{MEANS}\n", "12"),
        ("Total (n = 10),69,31\n", "12"),
        (f"Keskiarvo:,{MEANS}\nn = 10,,\n", "12, 13"),
        (f"Durchschnitt,{MEANS}\nGesamt,69,31\n", "12, 13"),
        (f"Medelvärde,{MEANS}\n", "12"),
        (f"Média,{MEANS}\n", "12"),
        (f",{MEANS}\n", "12"),
        ("\nLuottamuksellinen,,\n", "13"),
        ("Source: customer panel of the group,,\n", "12"),
        (f"Avg,{MEANS}\n", "12"),
        (f"Gjennomsnitt,{MEANS}\n", "12"),
        ("Kaikki yhteensä,7,3\n", "12"),
        (f"Average,{MEANS}\nMin,2,1\nMax,10,5\n", "12, 13, 14"),
        (f"Keskiarvo,{MEANS}\nKeskihajonta,2.7,1.4\nMinimi,2,1\nMaksimi,10,5\n", "12, 13, 14, 15"),
        ("Min,2,1\nMax,10,5\n", "12, 13"),
        ("Maksimi,10,\nMinimi,2,\n", "12, 13"),
        ("NPS,4,\n", "12"),
        ("NPS-luku,4,\nCSAT,80,\n", "12, 13"),
        (f"Average,{MEANS}\nStd. dev.,2.7,1.4\nMedian,7.5,3.5\nMax,10,5\n\nExported by the tool\n", "17"),
    ],
)
def test_totals_and_footers_are_left_out_and_told(tmp_path: Path, below: str, left_out: str) -> None:
    table = read_text(tmp_path, f"Client,NPS,Sat\n{BODY}{below}")
    told = [str(message.values["rows"]) for message in table.assumed if message.code == "readers.summary_rows"]
    assert (table.frame["NPS"].tolist(), str(table.frame["NPS"].dtype)) == (SCORES, "Int64")
    assert left_out in told


@pytest.mark.parametrize("row", ["Total,,,10,,\n", "N = 10,,,,,\n", ",,,,,Source: customer panel\n"])
@pytest.mark.parametrize("place", [0, 5, 10])
def test_rows_that_hold_hardly_anything_are_no_answers_wherever_they_stand(tmp_path: Path, row: str, place: int) -> None:
    lines = [f"R{place},Firm {'abcdefghij'[place]},{score},{place},{score},\n" for place, score in enumerate(SCORES)]
    lines.insert(place, row)
    config = settings(columns={"account": "Client", "respondent": "Id"}, outcomes={"recommend": {"column": "NPS"}})
    study = load_study(write_study(tmp_path, config, "Id,Client,NPS,Order,Q1,Remark\n" + "".join(lines)))
    assert len(study.data) == 10
    told = [one for one in study.sources[0].assumed if one.code in {"readers.empty_rows", "readers.summary_rows"}]
    assert [one.values["rows"] for one in told] == [str(place + 2)]


def test_a_row_without_a_name_is_an_answer_where_nobody_is_named(tmp_path: Path) -> None:
    config = settings(columns={}, outcomes={"recommend": {"column": "NPS"}})
    assert len(load_study(write_study(tmp_path, config, "NPS,Remark\n9,\n,late\n3,\n8,\n9,\n")).data) == 5


def test_subtotals_between_the_answers(tmp_path: Path) -> None:
    table = read_text(
        tmp_path, f"Client,NPS,Sat\n{BODY}North Yhteensä,6.9,3.1\n{BODY}South Yhteensä,6.9,3.1\nGrand average,6.9,3.1\n"
    )
    assert (len(table.frame), said(table, "summary_rows")["rows"]) == (20, "12, 23, 24")


@pytest.mark.parametrize(
    "rows",
    [
        "Total Energies,7,3\n",  # a customer
        "Median Oy,7,3\n",
        "Firm k,,\n",  # who answered nothing
        ",10,5\n",  # who names no account
        "Firm k,98,98\n",  # codes for no answer
        "Total,9,4\nFirm k,3,2\nTotal,8,4\n",  # a customer with two respondents
        "NPS,9,4\nNPS,8,4\n",  # a customer with two respondents
        "Firm k,10,5\nMax,10,5\n",
        "Total,9,4\nTotal,8,4\nMax,7,3\n",  # two customers, one with two respondents
    ],
)
def test_answers_that_look_like_totals_stay(tmp_path: Path, rows: str) -> None:
    table = read_text(tmp_path, f"Client,NPS,Sat\n{BODY}{rows}")
    assert (len(table.frame), codes(table)) == (10 + rows.count("\n"), [])


def test_last_rows_called_min_and_max_are_asked_about_where_they_are_not_the_ends(tmp_path: Path) -> None:
    table = read_text(tmp_path, f"Client,NPS,Sat\n{BODY}Min,3,1\nMax,10,5\n")
    assert (len(table.frame), said(table, "doubtful_rows")["rows"]) == (12, "12, 13")


def test_a_kind_of_survey_in_the_first_column_is_no_footer(tmp_path: Path) -> None:
    table = read_text(tmp_path, "Survey,Score\n" + "CSAT,7\nCES,4\n" * 4 + "NPS,9\n")
    assert (len(table.frame), codes(table)) == (9, [])


@pytest.mark.parametrize("note", ["Source: customer panel", "© 2026 The panel", "Lähde: asiakaspaneeli"])
def test_a_note_below_two_columns_is_no_respondent(tmp_path: Path, note: str) -> None:
    answers = "".join(f"Firm {place},{score}\n" for place, score in enumerate(SCORES))
    study = load_study(write_study(tmp_path, STUDY, f"Client,NPS\n{answers}{note},\n"))
    assert study.data["account"].nunique() == 10
    table = read_text(tmp_path, f"Client,NPS\n{answers}Source Oy,\n")
    assert len(table.frame) == 11  # a customer who answered nothing


def test_the_word_average_as_an_answer_stays(tmp_path: Path) -> None:
    words = ["Good", "Poor", "Good", "Very good", "Poor", "Average"]
    assert len(read_text(tmp_path, "Quality,NPS\n" + "".join(f"{word},7\n" for word in words)).frame) == 6


def test_a_short_last_row_is_still_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="more or fewer cells"):
        read_text(tmp_path, f"Client,NPS,Sat\n{BODY}Firm k,9\n")


NUMBERED = settings(columns={"respondent": "No", "account": "Client"}, outcomes={"recommend": {"column": "NPS"}})


def numbered(rows: Sequence[str], first: int = 1) -> str:
    return "".join(f"{first + place},{row}\n" for place, row in enumerate(rows))


def test_rows_pasted_again_under_new_numbers_are_asked_about(tmp_path: Path) -> None:
    rows = [f"Firm {place // 2},{(7 * place) % 11},Remark {place % 5}" for place in range(24)]
    study = load_study(write_study(tmp_path, NUMBERED, "No,Client,NPS,Remark\n" + numbered([*rows, *rows])))
    told = [dict(one.values) for one in study.sources[0].assumed if one.code == "readers.pasted"]
    assert told == [{"file": "responses.csv", "rows": "26–49", "earlier": "2–25", "rows_n": 24}]
    assert len(study.data) == 48
    # A part of them, in the middle, beside a serial number that no one maps.
    some = [f"{row},S{place}" for place, row in enumerate([*rows[:12], *rows[3:10], *rows[12:]])]
    study = load_study(write_study(tmp_path, NUMBERED, "No,Client,NPS,Remark,Serial\n" + numbered(some)))
    told = [dict(one.values) for one in study.sources[0].assumed if one.code == "readers.pasted"]
    assert [(one["rows"], one["earlier"]) for one in told] == [("14–20", "5–11")]


def test_answers_that_are_alike_by_chance_or_by_order_are_not_asked_about(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    by_chance = [f"Firm {place % 3},{score}," for place, score in enumerate(rng.choice([9, 10], 600))]
    in_order = [f"Firm {place // 12},{9 + (place % 12) // 6}," for place in range(120)]
    four = [f"Firm {place},{(3 * place) % 11}," for place in range(40)]
    another = [f"Firm {place},{(3 * place) % 11},Round {turn} {place}" for turn in range(2) for place in range(40)]
    for rows in (by_chance, in_order, [*four, *four[5:9]], another):
        config = {**NUMBERED, "columns": {**NUMBERED["columns"], "comment": "Remark"}}
        study = load_study(write_study(tmp_path, config, "No,Client,NPS,Remark\n" + numbered(rows)))
        assert "readers.pasted" not in [one.code for one in study.sources[0].assumed]


def test_a_total_is_no_respondent_of_the_study(tmp_path: Path) -> None:
    study = load_study(write_study(tmp_path, STUDY, f"Client,NPS,Sat\n{BODY}Keskiarvo,{MEANS}\n"))
    assert (len(study.data), study.data["account"].nunique(), study.data["recommend"].mean()) == (10, 10, 6.9)


# Hidden rows and cells in per cent.


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Client", "NPS", "Share"])
    for place, score in enumerate(SCORES):
        sheet.append([f"Firm {place}", score, score / 10])
        sheet.cell(place + 2, 3).number_format = "0 %"
    sheet.row_dimensions[3].hidden = True
    sheet.row_dimensions[8].hidden = True
    sheet.row_dimensions[30].hidden = True  # a blank row
    book.save(tmp_path / "answers.xlsx")
    return tmp_path / "answers.xlsx"


def test_hidden_rows_are_told_and_left_out_on_request(workbook: Path) -> None:
    kept = read_table(workbook, name="answers.xlsx")
    assert (len(kept.frame), said(kept, "hidden_rows")) == (10, {"file": "answers.xlsx", "rows": "3, 8", "rows_n": 2})
    skipped = read_table(workbook, name="answers.xlsx", hidden_rows="skip")
    assert skipped.frame["NPS"].tolist() == [9, 10, 7, 8, 6, 2, 10, 5]
    assert (skipped.rows[1], said(skipped, "hidden_rows_skipped")["rows_n"]) == (4, 2)


def test_filtered_and_grouped_rows_are_hidden_too(workbook: Path) -> None:
    book = openpyxl.load_workbook(workbook)
    sheet = book.worksheets[0]
    sheet.auto_filter.ref = "A1:C11"
    sheet.row_dimensions.group(9, 10, hidden=True)
    book.save(workbook)
    assert said(read_table(workbook, name="answers.xlsx"), "hidden_rows")["rows"] == "3, 8, 9, 10"


def test_cells_in_per_cent_are_per_cent(workbook: Path) -> None:
    table = read_table(workbook, name="answers.xlsx")
    assert (table.frame["Share"].tolist(), said(table, "percent_cells")["columns"]) == ([10 * one for one in SCORES], "C")


# Exact copies.

PASTED = [f"{1000 + place},{score},{'AB'[place % 2]}\n" for place, score in enumerate(SCORES)]


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("respondent_id,NPS,Team", PASTED),
        ("Vastaajan nro,NPS,Tiimi", PASTED),
        ("x,NPS,Team,Comment", [f"k{place},{score},A,Text number {place}\n" for place, score in enumerate(SCORES)]),
        ("Timestamp,NPS,Team", [f"2026-03-01 10:{place:02d},{score},A\n" for place, score in enumerate(SCORES)]),
        ("Id,NPS,Year", [f"{place % 5},{score},{2020 + place // 5}\n" for place, score in enumerate(SCORES)]),
    ],
)
def test_copies_are_set_aside_once_and_told(tmp_path: Path, header: str, rows: Sequence[str]) -> None:
    table = set_aside_copies(read_text(tmp_path, header + "\n" + "".join([*rows, *rows[:3]])))
    assert (len(table.frame), said(table, "copies")["rows"]) == (10, "12, 13, 14")


def test_equal_answers_of_nobody_in_particular_stay(tmp_path: Path) -> None:
    rows = "".join(f"Firm {place % 8},{place % 3}\n" for place in range(40))
    table = set_aside_copies(read_text(tmp_path, "Client,NPS\n" + rows))
    assert (len(table.frame), said(table, "copies_kept")["rows_n"]) == (40, 16)


def test_a_respondent_who_answers_twice_is_still_refused(tmp_path: Path) -> None:
    config = settings(columns={"respondent": "Id"}, outcomes={"recommend": {"column": "NPS"}})
    with pytest.raises(StudyError, match="more than once"):
        load_study(
            write_study(
                tmp_path, config, "Id,NPS\n" + "".join(f"r{place},{score}\n" for place, score in enumerate(SCORES)) + "r0,4\n"
            )
        )


# One row an answer.


def long_text(who: str, question: str, answer: str, *, waves: Sequence[str] = ("",)) -> str:
    lines = [
        f"{wave}{one},Firm {one // 3},{asked},{given}\n"
        for wave in waves
        for one in range(9)
        for asked, given in (("Recommend?", one), ("Renewed", "yes" if one % 2 else "no"), ("Comment", f"text {one}"))
    ]
    wave = "Year," if waves != ("",) else ""
    return f"{wave}{who},Client,{question},{answer}\n" + "".join(lines)


@pytest.mark.parametrize(
    "names",
    [("id", "question", "answer"), ("Vastaaja", "Kysymys", "Vastaus"), ("Fall", "Frage", "Antwort"), ("Case", "Item", "Score")],
)
def test_one_row_an_answer_is_named_and_refused(tmp_path: Path, names: tuple[str, str, str]) -> None:
    config = settings(columns={"account": "Client"}, outcomes={"recommend": {"column": names[2]}})
    with pytest.raises(StudyError, match="one row an answer") as caught:
        load_study(write_study(tmp_path, config, long_text(*names)))
    assert f"long: {{respondent: {names[0]}" in caught.value.problems[0].next_step


def pivoted(folder: Path, text: str, **columns: str) -> Study:
    long = {"respondent": "Who", "question": "Question", "answer": "Answer"}
    config = settings(
        responses={"file": "responses.csv", "long": long},
        columns={"account": "Client", **columns},
        outcomes={"recommend": {"column": "Recommend?"}, "repurchase": {"column": "Renewed", "kind": "renewed"}},
    )
    return load_study(write_study(folder, config, text))


def test_one_row_an_answer_is_pivoted_on_request(tmp_path: Path) -> None:
    study = pivoted(tmp_path, long_text("Who", "Question", "Answer"))
    assert study.data["recommend"].tolist() == list(range(9))
    assert (study.data["repurchase"].sum(), study.data["account"].nunique()) == (4, 3)
    assert [dict(one.values)["n"] for one in study.sources[0].assumed if one.code == "readers.long"] == [9]
    waves = pivoted(
        tmp_path / "waves", long_text("Who", "Question", "Answer", waves=("2025,", "2026,")), wave="Year", respondent="Who"
    )
    assert (len(waves.all_data), len(waves.data)) == (18, 9)


def test_two_answers_to_one_question_are_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="answer a question that the same respondent answers on another row"):
        pivoted(tmp_path, long_text("Who", "Question", "Answer") + "3,Firm 1,Recommend?,9\n")
    with pytest.raises(StudyError, match="no column 'Question'"):
        pivoted(tmp_path / "named", long_text("Who", "Asked", "Answer"))


def test_survey_rounds_and_roles_are_not_one_row_an_answer() -> None:
    rounds = pd.DataFrame({"Id": [1, 1, 2, 2, 3, 3], "Year": [2025, 2026] * 3, "NPS": [9, 8, 7, 6, 5, 4]})
    assert find_long(rounds) is None
    assert find_long(rounds.rename(columns={"Year": "Role", "NPS": "Score"})) is None


@pytest.mark.parametrize("firms", ["", "cust,"])
def test_one_row_an_answer_is_told_by_its_structure_alone(tmp_path: Path, firms: str) -> None:
    asked = ["Would you recommend us?", "How easy is it to work with us?", "Kokonaistyytyväisyys"]
    rows = [
        f"{who},{f'Firm {who % 3},' if firms else ''}{what},{(who * 3 + place) % 11}\n"
        for who in range(8)
        for place, what in enumerate(asked)
    ]
    text = f"rid,{firms}q,a\n{''.join(rows)}"
    columns = {"account": "cust"} if firms else {}
    config = settings(columns=columns, outcomes={"recommend": {"column": "a"}})
    with pytest.raises(StudyError, match="one row an answer: 'rid' repeats, 'q' names the question, 'a' holds the answer"):
        load_study(write_study(tmp_path, config, text))


def test_rounds_offerings_and_full_tables_are_not_one_row_an_answer() -> None:
    ids = [who for who in range(8) for _ in range(3)]
    scores = [(7 * place) % 11 for place in range(24)]
    for rounds in (["2024", "2025", "2026"], ["Spring 2025", "Autumn 2025", "Spring 2026"], ["Q1", "Q2", "Q3"]):
        assert find_long(pd.DataFrame({"who": ids, "when": rounds * 8, "NPS": scores})) is None
    two = pd.DataFrame({"who": ids, "role": ["Buyer", "User", "Boss"] * 8, "NPS": scores, "Sat": scores[::-1]})
    assert find_long(two) is None  # two answers a row


def test_new_proposes_header_row_and_long(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"Report\n\nClient,NPS,Sat\n{BODY}", encoding="utf-8")
    text = (scaffold_study("a", tmp_path / "a.csv", tmp_path / "a") / "study.yaml").read_text(encoding="utf-8")
    assert 'responses: {file: "a.csv", header_row: 3}' in text
    (tmp_path / "b.csv").write_text(long_text("id", "question", "answer"), encoding="utf-8")
    text = (scaffold_study("b", tmp_path / "b.csv", tmp_path / "b") / "study.yaml").read_text(encoding="utf-8")
    assert 'long: {respondent: "id", question: "question", answer: "answer"}' in text
    assert 'recommend: {column: "Recommend?"' in text


# Columns of one name.


def test_a_name_of_several_columns_is_refused_only_where_it_is_mapped(tmp_path: Path) -> None:
    data = "Id,NPS,Note,NPS,Note\n" + "".join(f"{place},{score},a,{10 - score},b\n" for place, score in enumerate(SCORES))
    with pytest.raises(StudyError, match=r"2 columns are called 'NPS'.*'NPS \(1\)', 'NPS \(2\)'"):
        load_study(write_study(tmp_path, settings(columns={}, outcomes={"recommend": {"column": "NPS"}}), data))
    study = load_study(write_study(tmp_path, settings(columns={}, outcomes={"recommend": {"column": "NPS (2)"}}), data))
    assert study.data["recommend"].tolist() == [10 - score for score in SCORES]


def test_columns_that_are_equal_in_all_are_one(tmp_path: Path) -> None:
    data = "Id,NPS,NPS\n" + "".join(f"{place},{score},{score}\n" for place, score in enumerate(SCORES))
    study = load_study(write_study(tmp_path, settings(columns={}, outcomes={"recommend": {"column": "NPS"}}), data))
    assert study.data["recommend"].tolist() == SCORES
