"""Ways in which a study can be broken, and the words by which its user must be able to find the mistake."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from tests.study.broken_others import CREWS, EMPLOYEES, OTHERS, QUOTE, writes
from tests.study.studies import answers, settings

SECRET = "Secret answer of Matti"  # stands in many cells below, and in no message
NPS = {"recommend": {"column": "Q12", "scale": [0, 10]}}
RENEWED = {"column": "R", "kind": "renewed", "yes": ["Yes"]}


@dataclass(frozen=True)
class Case:
    """A broken study, and words that some one of its problems must hold; `never` holds answers that no problem may tell."""

    name: str
    says: tuple[str, ...]
    config: dict[str, Any] | str = field(default_factory=settings)
    data: pd.DataFrame | str | bytes | None = field(default_factory=answers)
    never: tuple[str, ...] = (SECRET,)
    prepare: Callable[[Path], None] = lambda folder: None


def with_elements(**block: Any) -> dict[str, Any]:
    return settings(elements={"scale": [0, 10], "columns": {"vision": "E1", "hope": "E2"}, **block})


def ten(**columns: list[object]) -> pd.DataFrame:
    return answers(E1=[1, 2, 3, 4, 5, 6], E2=[1, 2, 3, 4, 5, 6], **columns)


def named(names: dict[str, Any]) -> dict[str, Any]:
    return settings(columns={"account": "Account", "segment": ["Sector", "Size"]}, names=names)


CASES = [
    Case(
        "wrong column",
        ("'Q21'", "responses.csv", "outcomes.recommend", "'Q12'"),
        settings(outcomes={"recommend": {"column": "Q21"}}),
    ),
    Case(
        "column like a longer one",
        ("'Custmer'", "columns.account", "did you mean 'CustomerNumber'"),
        settings(columns={"account": "Custmer"}),
        answers(CustomerNumber=range(6)),
    ),
    Case("unknown key", ("`recomend`", "line 8", "'recommend'"), settings(outcomes={"recomend": {"column": "Q12"}})),
    Case("key in the wrong block", ("`threshold`", "under `exposure`"), settings(threshold=8)),
    Case("wrong type", ("`privacy.min_group`", "whole number"), settings(privacy={"min_group": "five"})),
    Case("yes is not a number", ("`seed`", "whole number"), settings(seed=True)),
    Case("level out of range", ("`level`", "less than 1"), settings(level=95)),
    Case("study name", ("`study`", "letters, digits, - and _"), settings(study="Nordic IT / 2026")),
    Case("missing client", ("`client` is missing",), settings(client=None)),
    Case(
        "words for a column that is no background",
        ("`names` calls 'Secter'", "did you mean 'Sector'"),
        named({"Secter": {"en": "x"}}),
    ),
    Case("a name no formula can take", ("'my sector' cannot name a column", "line"), named({"Sector": {"as": "my sector"}})),
    Case("a name that is taken", ("'nps' is taken", "names.Sector.as"), named({"Sector": {"as": "nps"}})),
    Case("one name for two columns", ("'a' is taken", "that of 'Sector'"), named({"Sector": {"as": "a"}, "Size": {"as": "a"}})),
    Case(
        "one name for two levels",
        ("Two levels have the name 'x'", "'1'", "'2'"),
        named({"Sector": {"levels": {"1": {"as": "x"}, "2": {"as": "x"}}}}),
    ),
    Case("words in an unknown language", ("`fin` is not a language", "'fi'"), named({"Sector": {"fin": "Toimiala"}})),
    Case("no outcome", ("No outcome is mapped", "recommend"), settings(outcomes={})),
    Case(
        "scale upside down",
        ("lowest to its highest", "`outcomes.recommend.scale`"),
        settings(outcomes={"recommend": {"column": "Q12", "scale": [10, 0]}}),
    ),
    Case("unknown element", ("'visoin'", "did you mean 'vision'"), settings(elements={"columns": {"visoin": "E1"}}), ten()),
    Case("unknown facet", ("'T9'", "co-creation"), settings(cocreation={"columns": {"T9": "E1"}}), ten()),
    Case("unknown claim", ("'nps60'", "did you mean 'nps_60'"), settings(claims=["nps60"])),
    Case(
        "own claim without a size",
        ("needs a size", "`claims[1].reading`"),
        settings(
            claims=[
                {
                    "id": "own",
                    "statement": "a",
                    "reading": {"kind": "contrast", "exposure": "study", "outcome": "recommend", "metric": "points"},
                }
            ]
        ),
    ),
    Case("claim twice", ("'nps_60'", "twice"), settings(claims=["nps_60", "nps_60"])),
    Case("offering without column", ("`column`", "`higher`", "`exposure`"), settings(exposure={"rule": "offering"})),
    Case("column without higher", ("`higher`",), settings(exposure={"rule": "delivered", "column": "P"}), answers(P=["x"] * 6)),
    Case("peers without account", ("peers", "columns.account"), settings(columns=None, exposure={"rule": "peers"})),
    Case(
        "top box above the scale",
        ("`top`", "up to 7"),
        settings(outcomes={"expansion": {"column": "Q12", "scale": [1, 7], "top": 9}}),
    ),
    Case("top box without top", ("`top`",), settings(outcomes={"repurchase": {"column": "Q12", "kind": "intention_topbox"}})),
    Case("reversed but not mapped", ("`reversed`", "'trust'"), with_elements(reversed=["trust"]), ten()),
    Case(
        "codes 1 to 11 on 0 to 10",
        ("'Q12'", "2 of 6", "rows 3, 7", "scale: [1, 11]"),
        settings(),
        answers(Q12=[1, 11, 5, 7, 9, 11]),
    ),
    Case("-99 left in", ("'Q12'", "1 of 6", "row 4", "`missing`"), settings(), answers(Q12=[0, 5, -99, 7, 9, 10]), ("-99",)),
    Case("element out of range", ("'E1'", "elements.columns.vision", "2 of 6", "rows 6, 7"), with_elements(scale=[1, 4]), ten()),
    Case(
        "text instead of numbers",
        ("'Q12'", "2 of 6", "rows 3, 5", "not numbers"),
        settings(),
        answers(Q12=[1, SECRET, 5, SECRET, 9, 11]),
    ),
    Case("two integers in a text", ("not numbers", "row 2"), settings(), answers(Q12=["5 of 10", 5, 6, 7, 8, 9]), ("5 of 10",)),
    Case(
        "mixed decimal marks",
        ("'Q12'", "comma", "point"),
        settings(),
        answers(Q12=["8,5", "7.5", "6,5", "5.5", "4", "3"]),
        ("8,5", "7.5"),
    ),
    Case(
        "mixed marks beside words",
        ("'Q12'", "decimal comma"),
        settings(missing=["ei"]),
        answers(Q12=["8,5", "7.5", "ei", "ei", "ei", "ei"]),
        ("8,5", "7.5"),
    ),
    Case("empty file", ("responses.csv", "empty"), settings(), ""),
    Case("header only", ("responses.csv", "no answers"), settings(), "Account,Q12\n"),
    Case(
        "respondent twice",
        ("'Id'", "more than once: 1, on 2 rows", "rows 2, 7"),
        settings(columns={"respondent": "Id"}),
        answers(Id=["a", "b", "c", "d", "e", "a"]),
    ),
    Case(
        "respondent twice in one wave",
        ("'Id'", "within one wave", "rows 3, 4"),
        settings(columns={"respondent": "Id", "wave": "W"}),
        answers(Id=["a", "b", "b", "a", "b", "c"], W=[1, 1, 1, 2, 2, 2]),
    ),
    Case(
        "addresses twice",
        ("'Id'", "rows 2, 3"),
        settings(columns={"respondent": "Id"}),
        answers(Id=["a@b.fi", "A@B.fi", "c", "d", "e", "f"]),
        ("a@b.fi", "A@B.fi"),
    ),
    Case(
        "unknown yes/no codes",
        ("'R'", "3 of 6", "2 different codes", "rows 3, 4, 5", "`no:`"),
        settings(outcomes={"repurchase": RENEWED}),
        answers(R=["Yes", "Perhaps", SECRET, SECRET, "Yes", "Yes"]),
        (SECRET, "Perhaps"),
    ),
    Case(
        "code neither yes nor no",
        ("'R'", "1 of 6", "row 4"),
        settings(outcomes={"repurchase": {**RENEWED, "no": ["No"]}}),
        answers(R=["Yes", "No", SECRET, "No", "Yes", "Yes"]),
    ),
    Case(
        "code both yes and no",
        ("'1'", "`yes`", "`no`"),
        settings(outcomes={"repurchase": {**RENEWED, "yes": [1], "no": ["1"]}}),
        answers(R=[1, 0, 1, 0, 1, 0]),
    ),
    Case(
        "unknown promise code",
        ("'P'", "1 of 6", "row 7", "`exceeded`"),
        settings(outcomes={"promise": {"column": "P", "below": 1, "met": 2, "exceeded": 3}}),
        answers(P=[1, 2, 3, 1, 2, 4]),
    ),
    Case(
        "higher code never occurs",
        ("'Partnr'", "exposure.higher", "did you mean 'Partner'"),
        settings(exposure={"column": "P", "higher": ["Partnr"]}),
        answers(P=["Basic", "Partner"] * 3),
    ),
    Case(
        "negative weight",
        ("'W'", "1 are zero or negative", "row 4"),
        settings(columns={"weight": "W"}),
        answers(W=[1, 2, -0.5, 1, 1, 1]),
        ("-0.5",),
    ),
    Case(
        "missing weight",
        ("'W'", "2 weights are missing", "rows 3, 7"),
        settings(columns={"weight": "W"}),
        answers(W=[1, None, 1, 1, 1, None]),
    ),
    Case("wave missing", ("'V'", "1 of 6", "row 2"), settings(columns={"wave": "V"}), answers(V=[None, 1, 1, 2, 2, 2])),
    Case("waves without order", ("'V'", "2 waves", "2026-03"), settings(columns={"wave": "V"}), answers(V=["kevät", "syksy"] * 3)),
    Case(
        "invalid date",
        ("'To'", "outcomes.contract.end", "1 of 6", "row 3"),
        settings(outcomes={"contract": {"start": "From", "end": "To", "ended": "E"}}),
        answers(From=["2024-01-01"] * 6, To=["2025-01-01", "31.2.2025", *["2025-01-01"] * 4], E=[0] * 6),
        ("31.2.2025",),
    ),
    Case(
        "end before start",
        ("'To'", "6 of 6 contracts end before"),
        settings(outcomes={"contract": {"start": "From", "end": "To", "ended": "E"}}),
        answers(From=["2026-01-01"] * 6, To=["2025-01-01"] * 6, E=[0] * 6),
    ),
    Case(
        "column for two things",
        ("'Q12'", "outcomes.recommend", "outcomes.satisfaction"),
        settings(outcomes={**NPS, "satisfaction": {"column": "Q12"}}),
    ),
    Case(
        "elements share a column",
        ("'E1'", "elements.columns.vision", "elements.columns.hope"),
        settings(elements={"columns": {"vision": "E1", "hope": "E1"}}),
        ten(),
    ),
    Case("yaml syntax", ("study.yaml, line 4", "not YAML"), "study: a\nclient: b\nresponses: {file: x\noutcomes: 1\n"),
    Case("tab in yaml", ("line 3", "tab"), "study: a\noutcomes:\n\trecommend: 1\n"),
    Case(
        "key twice",
        ("`client` stands twice", "line 3"),
        "study: a\nclient: b\nclient: c\nresponses: {file: responses.csv}\noutcomes: {recommend: {column: Q12}}\n",
    ),
    Case("settings without keys", ("study.yaml", "no keys"), "- a\n- b\n"),
    Case("settings empty", ("study.yaml", "no keys"), ""),
    Case("missing study.yaml", ("study.yaml", "valuelib new"), prepare=lambda folder: (folder / "study.yaml").unlink()),
    Case(
        "study.yml", ("study.yml", "Rename"), prepare=lambda folder: (folder / "study.yaml").rename(folder / "study.yml") and None
    ),
    Case("missing data file", ("'responses.csv'", "responses.file", "not in the study folder"), data=None),
    Case("data file outside", ("'../other.csv'", "outside"), settings(responses={"file": "../other.csv"})),
    Case("file and database", ("`responses`", "not clear"), settings(responses={"file": "a.csv", "database": "sqlite://"})),
    Case(
        "provider file missing",
        ("'provider.csv'", "provider_view.file"),
        settings(provider_view={"file": "provider.csv", "account": "A", "columns": {"T1": "P1"}}),
    ),
    Case(
        "unreadable workbook",
        ("responses.xlsx",),
        settings(responses={"file": "responses.xlsx"}),
        prepare=lambda folder: (folder / "responses.xlsx").write_bytes(b"PK\x03\x04 broken") and None,
    ),
    Case(
        "settings not in UTF-8",
        ("UTF-8", "study.yaml"),
        prepare=lambda folder: (folder / "study.yaml").write_bytes("client: Yhtiö".encode("cp1252")) and None,
    ),
    Case(
        "account with two teams",
        ("responses.csv", "'Crew'", "more than one team among their respondents: 1, on 2 rows", "rows 2, 3"),
        settings(employees=EMPLOYEES),
        answers(Crew=["T2", *CREWS[1:]]),
        prepare=writes(),
    ),
    *(
        Case(name, says, config, answers(Crew=CREWS), never=(QUOTE, "It works"), prepare=prepare)
        for name, says, config, prepare in OTHERS
    ),
]
