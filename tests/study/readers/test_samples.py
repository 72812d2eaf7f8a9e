"""Real files: three flavours of one data set agree, and known traits of public samples are found."""

import pandas as pd
import pytest

from tests.shared_data import shared_data
from tests.study.readers.tools import codes, said
from valuelib.study.readers import read_table
from valuelib.study.readers.draft import RawTable


def read_shared(name: str) -> RawTable:
    path = shared_data(name)
    return read_table(path, name=path.name)


@pytest.mark.parametrize("flavour", ["HBAT_x6_x18_decimal_comma.csv", "HBAT_x6_x18_semicolon.csv", "HBAT.sav"])
def test_the_flavours_of_one_data_set_agree(flavour: str) -> None:
    plain = read_shared("hbat/HBAT.csv").frame
    other = read_shared(f"hbat/{flavour}").frame.rename(columns=str.lower)
    assert len(other.columns) == (24 if flavour.endswith("sav") else 14)
    pd.testing.assert_frame_equal(other, plain[other.columns])


def test_spss_texts_of_a_file_in_windows_letters() -> None:
    table = read_shared("hbat/HBAT.sav")
    assert table.labels["x1"] == "X1 - Customer Type"
    assert table.value_labels["x1"][1.0] == "Less than 1 year"


def test_holes_and_weights() -> None:
    frame = read_shared("bank_key_drivers/bank_tidied.sav").frame
    missing = {
        "ID": 42,
        "Overall": 134,
        "Fees": 44,
        "Interest": 49,
        "Phone": 43,
        "Branch": 494,
        "Online": 45,
        "ATM": 47,
        "weight": 89,
    }
    assert (len(frame), frame.isna().sum().to_dict()) == (896, missing)
    complete = read_shared("bank_key_drivers/satisfaction_complete.sav")
    assert complete.value_labels["Overall"] == {1.0: "Very dissatisfied", 7.0: "Delighted"}


def test_a_real_qualtrics_export() -> None:
    table = read_shared("survey_export_sample/qualtrics_sample.csv")
    assert (len(table.frame), table.first_row, said(table, "headers_qualtrics")["rows_n"]) == (1, 4, 3)
    assert table.labels["Q1"] == "This is a multiple choice question."
    assert said(table, "personal_columns")["columns_n"] == 6
    assert not {"IPAddress", "RecipientEmail", "LocationLatitude"} & set(table.frame.columns)


def test_a_real_qualtrics_export_of_the_old_form() -> None:
    table = read_shared("survey_export_sample/qualtrics_sample_legacy.csv")
    assert codes(table) == ["byte_order_mark", "headers_qualtrics_legacy", "empty_columns", "personal_columns"]
    assert list(table.frame.columns) == ["V1", "V2", "V4", "V7", "V8", "V9", "V10", "Q1", "Q2"]
    assert table.first_row == 3


def test_verbatims_keep_their_rows() -> None:
    frame = read_shared("nps_verbatims_telecom/nps_verbatims.csv").frame
    assert (len(frame), int(frame["NPS_SCORE"].isna().sum())) == (2385, 32)
    assert (int((frame["NPS_SCORE"] == 0).sum()), int((frame["NPS_SCORE"] == 10).sum())) == (764, 528)


def test_a_real_workbook() -> None:
    frame = read_shared("telco_satisfaction_churn/Telco_customer_churn_status.xlsx").frame
    assert len(frame) == 7043
    assert frame["Customer Status"].value_counts().to_dict() == {"Stayed": 4720, "Churned": 1869, "Joined": 454}


def test_a_plain_file_needs_no_assumptions() -> None:
    table = read_shared("mobi/mobi.csv")
    assert (table.frame.shape, codes(table), set(table.frame.dtypes.astype(str))) == ((250, 24), [], {"Int64"})
