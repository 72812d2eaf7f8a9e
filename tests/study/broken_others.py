"""Ways in which the provider's, the employees' and the interview files can be broken, in the form of the other broken studies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from tests.study.studies import settings

Columns = Mapping[str, Sequence[object]]

QUOTE = "Matti of Nokia said it to me"  # stands in cells below, and in no message
PROVIDER = {"file": "provider.csv", "account": "Account", "columns": {"C1": "P1", "vision": "P2"}}
EMPLOYEES = {"file": "employees.csv", "team": "Team", "team_of_account": "Crew", "columns": {"W1": "E1"}}
INTERVIEWS = {"file": "interviews.csv", "unit": "Account", "text": "Quote", "code": "Theme", "coder": "Who", "publish": "May"}
CODED = {**INTERVIEWS, "codebook": "book.csv"}
VIEWS: Columns = {"Account": ["A", "B", "C"], "P1": [7, 8, 9], "P2": [5, 6, 7]}
STAFF: Columns = {"Team": ["T1", "T1", "T2"], "E1": [8, 6, 7]}
CREWS = ["T1", "T1", "T2", "T2", "T1", "T1"]
SAID: Columns = {
    "Account": ["A", "A", "B"],
    "Quote": ["It works.", "It works.", QUOTE],
    "Theme": ["trust", "roles", "trust"],
    "Who": ["x", "y", "x"],
    "May": ["yes", "yes", "no"],
}
BOOK: Columns = {"code": ["trust", "roles"], "name_en": ["Trust", "Roles"]}
WHOLE: Mapping[str, Columns] = {"provider.csv": VIEWS, "employees.csv": STAFF, "interviews.csv": SAID, "book.csv": BOOK}


def whole(**blocks: Any) -> dict[str, Any]:
    """Settings that map every other file, with blocks put in or replaced."""
    return settings(**{"provider_view": PROVIDER, "employees": EMPLOYEES, "interviews": CODED, **blocks})


def writes(**changed: Columns | str | bytes) -> Callable[[Path], None]:
    """What puts the other files into the folder: sound ones, but for those named (`provider` for provider.csv) with new columns."""

    def prepare(folder: Path) -> None:
        for name, columns in WHOLE.items():
            new = changed.get(name.removesuffix(".csv"), {})
            if isinstance(new, str | bytes):
                (folder / name).write_bytes(new.encode() if isinstance(new, str) else new)
            else:
                pd.DataFrame({**columns, **new}).to_csv(folder / name, index=False)

    return prepare


def without_book(folder: Path) -> None:
    """Every other file but the codebook."""
    writes()(folder)
    (folder / "book.csv").unlink()


Broken = tuple[str, tuple[str, ...], dict[str, Any], Callable[[Path], None]]
OTHERS: tuple[Broken, ...] = (
    (
        "provider's account column missing",
        ("'Acount'", "provider.csv", "provider_view.account", "did you mean 'Account'"),
        whole(provider_view={**PROVIDER, "account": "Acount"}),
        writes(),
    ),
    (
        "provider's rating column missing",
        ("'P9'", "provider_view.columns.C1", "P1"),
        whole(provider_view={**PROVIDER, "columns": {"C1": "P9"}}),
        writes(),
    ),
    ("provider off the scale", ("provider.csv", "'P1'", "1 of 3", "row 4"), whole(), writes(provider={"P1": [7, 8, 11]})),
    (
        "provider's -99 left in",
        ("provider.csv", "'P1'", "row 3", "`missing`"),
        whole(),
        writes(provider={"P1": [7, -99, 9]}),
    ),
    ("provider's words for numbers", ("'P2'", "not numbers", "row 2"), whole(), writes(provider={"P2": [QUOTE, 6, 7]})),
    (
        "provider's accounts unknown",
        ("None of the 3 accounts", "provider_view.account", "columns.account"),
        whole(),
        writes(provider={"Account": [QUOTE, "Y", "Z"]}),
    ),
    (
        "accounts in another column",
        ("None of the 3 accounts", "Column 'Customer'"),
        whole(),
        writes(provider={"Account": [QUOTE, "Y", "Z"], "Customer": ["A", "b", "C"]}),
    ),
    (
        "provider's blank account",
        ("provider.csv", "1 of 3 rows have no account", "row 3"),
        whole(),
        writes(provider={"Account": ["A", None, "C"]}),
    ),
    (
        "provider's account with a code for no answer",
        ("1 of 3 rows have no account", "row 4"),
        whole(missing=["EOS"]),
        writes(provider={"Account": ["A", "B", "EOS"]}),
    ),
    ("provider without accounts in the responses", ("no account to join",), whole(columns=None), writes()),
    ("provider's file without rows", ("provider.csv", "no answers"), whole(), writes(provider="Account,P1,P2\n")),
    ("provider's file empty", ("provider.csv", "empty"), whole(), writes(provider="")),
    ("employees' team column missing", ("'Teem'", "'Team'"), whole(employees={**EMPLOYEES, "team": "Teem"}), writes()),
    (
        "responses' team column missing",
        ("'Krew'", "responses.csv", "did you mean 'Crew'"),
        whole(employees={**EMPLOYEES, "team_of_account": "Krew"}),
        writes(),
    ),
    (
        "employees' teams unknown",
        ("None of the 2 teams", "employees.team"),
        whole(),
        writes(employees={"Team": ["U1", "U1", QUOTE]}),
    ),
    ("employees' blank team", ("employees.csv", "have no team", "row 3"), whole(), writes(employees={"Team": ["T1", None, "T2"]})),
    ("employees off the scale", ("employees.columns.W1", "1 of 3", "row 4"), whole(), writes(employees={"E1": [8, 6, -1]})),
    ("interview column missing", ("'Quot'", "interviews.text", "'Quote'"), whole(interviews={**CODED, "text": "Quot"}), writes()),
    (
        "interview without a code",
        ("have no code", "interviews.csv", "row 3"),
        whole(),
        writes(interviews={"Theme": ["trust", None, "roles"]}),
    ),
    ("interview without a coder", ("have no coder", "row 2"), whole(), writes(interviews={"Who": [None, "y", "x"]})),
    (
        "code that the codebook lacks",
        ("1 rows", "codebook lacks: rolls", "did you mean 'roles'", "row 3"),
        whole(),
        writes(interviews={"Theme": ["trust", "rolls", "trust"]}),
    ),
    (
        "quote in the column of codes",
        ("1 rows carry codes that the codebook lacks.", "row 4"),
        whole(),
        writes(interviews={"Theme": ["trust", "roles", QUOTE]}),
    ),
    (
        "column of quotes taken for codes",
        ("None of the 3 codes stands in the codebook", "interviews.code"),
        whole(interviews={**CODED, "code": "Quote", "text": "Theme"}),
        writes(),
    ),
    (
        "interview row twice",
        ("2 rows repeat a quote", "rows 2, 3"),
        whole(),
        writes(interviews={"Theme": ["trust"] * 3, "Who": ["x"] * 3}),
    ),
    ("permission neither yes nor no", ("not a yes or a no", "row 4"), whole(), writes(interviews={"May": ["yes", "yes", QUOTE]})),
    ("permission torn", ("on one row and not on another", "rows 2, 3"), whole(), writes(interviews={"May": ["yes", "no", "no"]})),
    (
        "interviewed accounts unknown",
        ("None of the 2 accounts", "interviews.unit"),
        whole(),
        writes(interviews={"Account": [QUOTE, QUOTE, "Y"]}),
    ),
    (
        "codebook missing",
        ("'book.csv'", "interviews.codebook"),
        whole(),
        without_book,
    ),
    ("codebook without codes", ("'code'", "book.csv", "interviews.codebook"), whole(), writes(book="key,name\ntrust,Trust\n")),
    ("code twice in the codebook", ("2 rows repeat a code", "rows 2, 3"), whole(), writes(book={"code": ["trust", "Trust"]})),
    ("code twice as a number", ("2 rows repeat a code", "rows 2, 3"), whole(), writes(book="code,name\n1,One\n1.0,Again\nx,X\n")),
    ("codebook row without a code", ("book.csv", "name no code", "row 3"), whole(), writes(book={"code": ["trust", None]})),
)
