"""How far do the other files reach? Each count by hand, and the rows that a reader sees."""

from pathlib import Path

import pandas as pd

from tests.study.broken_others import EMPLOYEES, INTERVIEWS, PROVIDER, SAID, STAFF, VIEWS
from tests.study.studies import answers, settings, write_study
from valuelib.results import Column
from valuelib.show.quality import rows_of_other_files, table_quality
from valuelib.show.tables import cell_text
from valuelib.study.load import load_study
from valuelib.study.quality import Coverage, measure_coverage, measure_quality


def test_counts_of_every_file(tmp_path: Path) -> None:
    data = answers(Account=["A", "A", "B", "B", "C", None], Crew=["T1", "T1", "T2", "T2", "T9", "T1"])
    write_study(tmp_path, settings(provider_view=PROVIDER, employees=EMPLOYEES, interviews=INTERVIEWS), data)
    views = {"Account": ["A", "A", "Z"], "P1": [7, 8, 9], "P2": [5, 6, 7]}
    for name, columns in {"provider.csv": views, "employees.csv": STAFF, "interviews.csv": SAID}.items():
        pd.DataFrame(columns).to_csv(tmp_path / name, index=False)
    study = load_study(tmp_path)
    found = Coverage(
        accounts_n=3,
        rated_n=1,  # A; Z has no respondent
        staffed_n=2,  # A and B; nobody of T9 answered, and who names no account is none
        interviewed_n=2,
        people_n=3,
        teams_n=2,
        quotes_n=2,
        printable_n=1,
        coders_n=2,
        codes_n=2,
    )
    assert measure_coverage(study) == found
    assert [(what, cell_text(cell, Column("", "count"))) for what, cell in rows_of_other_files(found)] == [
        ("Accounts that the provider rated", "1 of 3"),
        ("Accounts whose team answered", "2 of 3"),
        ("Accounts that were interviewed", "2 of 3"),
        ("Quotes that may be printed", "1 of 2"),
        ("Employees who answered", "3"),
        ("Teams with answers", "2"),
        ("People who coded the interviews", "2"),
        ("Codes given to the interviews", "2"),
    ]
    shown = [row[0].value for row in table_quality(measure_quality(study)).rows]
    assert "Accounts that the provider rated" in shown


def test_a_study_without_other_files_has_no_rows(tmp_path: Path) -> None:
    study = load_study(write_study(tmp_path, settings(), answers()))
    assert measure_coverage(study) is None
    assert rows_of_other_files(None) == []


def test_only_the_files_that_are_there_have_rows(tmp_path: Path) -> None:
    write_study(tmp_path, settings(provider_view=PROVIDER), answers())
    pd.DataFrame(VIEWS).to_csv(tmp_path / "provider.csv", index=False)
    [(what, cell)] = rows_of_other_files(measure_coverage(load_study(tmp_path)))
    assert (what, cell.value, cell.of) == ("Accounts that the provider rated", 3, 3)


def test_the_headline_waves_are_counted(tmp_path: Path) -> None:
    write_study(
        tmp_path, settings(columns={"account": "Account", "wave": "W"}, provider_view=PROVIDER), answers(W=[1, 1, 1, 1, 2, 2])
    )
    pd.DataFrame(VIEWS).to_csv(tmp_path / "provider.csv", index=False)
    found = measure_coverage(load_study(tmp_path))
    assert found is not None
    assert (found.accounts_n, found.rated_n) == (1, 1)
