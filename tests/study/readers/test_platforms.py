"""What survey tools add: personal data and previews go, a client's own columns of like names stay."""

from pathlib import Path

import pytest

from tests.study.readers.tools import codes, read_text, refusal, said

QUALTRICS = "Status,IPAddress,ResponseId,RecipientEmail,RecipientLastName,LocationLatitude,DistributionChannel,Location,Name,Q1\n"


def test_personal_columns_of_qualtrics_are_dropped_and_said(tmp_path: Path) -> None:
    table = read_text(tmp_path, QUALTRICS + "0,1.2.3.4,R_1,a@b.fi,Aho,60.1,email,Oulu,Yhtiö,9\n")
    assert list(table.frame.columns) == ["Status", "ResponseId", "DistributionChannel", "Location", "Name", "Q1"]
    assert said(table, "personal_columns") == {
        "file": "answers.csv",
        "columns": "IPAddress, RecipientEmail, RecipientLastName, LocationLatitude",
        "columns_n": 4,
    }


def test_a_column_that_the_study_maps_stays(tmp_path: Path) -> None:
    table = read_text(tmp_path, QUALTRICS + "0,1.2.3.4,R_1,a@b.fi,Aho,60.1,email,Oulu,Yhtiö,9\n", keep={"RecipientEmail"})
    assert table.frame["RecipientEmail"].tolist() == ["a@b.fi"]
    assert said(table, "personal_columns")["columns_n"] == 3


@pytest.mark.parametrize(
    "header",
    ["Id,Start time,Completion time,Email,Name,Score", "Tunnus,Aloitusaika,Valmistumisaika,Sähköposti,Nimi,Score"],
)
def test_forms_names_its_respondents(tmp_path: Path, header: str) -> None:
    table = read_text(tmp_path, f"{header}\n1,2026-03-01,2026-03-01,a@b.fi,Aino Aho,9\n")
    assert [*table.frame.columns[3:]] == ["Score"]


def test_old_qualtrics_tells_names_on_its_second_row(tmp_path: Path) -> None:
    text = "V1,V2,V3,V5,V6,Q1\nResponseID,ResponseSet,Name,EmailAddress,IPAddress,How likely?\nR_1,Default,Aino,a@b.fi,1.2.3.4,9\n"
    table = read_text(tmp_path, text)
    assert list(table.frame.columns) == ["V1", "V2", "Q1"]
    assert said(table, "personal_columns")["columns"] == "Name, EmailAddress, IPAddress"
    assert set(table.labels) == {"V1", "V2", "Q1"}


def test_a_clients_own_columns_of_like_names_stay(tmp_path: Path) -> None:
    table = read_text(tmp_path, "Name,Location,Email,Status,Score\nAcme,Oulu,a@b.fi,1,9\n")
    assert list(table.frame.columns) == ["Name", "Location", "Email", "Status", "Score"]
    assert (len(table.frame), codes(table)) == (1, [])


@pytest.mark.parametrize(
    ("status", "channel"), [("1", "email"), ("Survey Preview", "email"), ("0", "preview"), ("2", "email"), ("Survey Test", "test")]
)
def test_previews_are_dropped_counted_and_leave_a_gap(tmp_path: Path, status: str, channel: str) -> None:
    rows = f"0,R_1,email,9\n{status},R_2,{channel},1\n0,R_3,anonymous,8\n"
    table = read_text(tmp_path, "Status,ResponseId,DistributionChannel,Q1\n" + rows)
    assert (table.frame["Q1"].tolist(), table.frame.index.tolist(), list(table.rows)) == ([9, 8], [0, 1], [2, 4])
    assert said(table, "preview_rows") == {"file": "answers.csv", "rows_n": 1}


def test_labels_of_ordinary_answers_are_no_previews(tmp_path: Path) -> None:
    table = read_text(tmp_path, "Status,ResponseId,DistributionChannel,Q1\nIP Address,R_1,email,9\n")
    assert len(table.frame) == 1


def test_nothing_but_previews_is_refused(tmp_path: Path) -> None:
    problem = refusal(tmp_path, "Status,ResponseId,DistributionChannel,Q1\n1,R_1,preview,9\n")
    assert "no answers" in problem.what


@pytest.mark.parametrize(("no", "yes"), [("False", "True"), ("0", "1")])
def test_unfinished_answers_stay_and_are_counted(tmp_path: Path, no: str, yes: str) -> None:
    rows = f"R_1,email,{yes},9\nR_2,email,{no},1\nR_3,email,{no},8\n"
    table = read_text(tmp_path, "ResponseId,DistributionChannel,Finished,Q1\n" + rows)
    assert table.frame["Q1"].tolist() == [9, 1, 8]
    assert said(table, "unfinished") == {"file": "answers.csv", "rows_n": 2}


def test_finished_is_asked_of_qualtrics_only_and_said_only_where_something_is_unfinished(tmp_path: Path) -> None:
    assert codes(read_text(tmp_path, "Finished,Q1\nFalse,9\n")) == []
    assert codes(read_text(tmp_path, "ResponseId,DistributionChannel,Finished,Q1\nR_1,email,True,9\n")) == []
