"""Best-worst answers in each of their usual exports read alike, and everything wrong with them is told at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.study.studies import settings, write_study
from valuelib.errors import StudyError
from valuelib.study.load import load_study
from valuelib.study.model import Study

PEOPLE = pd.DataFrame({"Id": ["r1", "r2", "r3"], "Account": ["A", "A", "B"], "Q12": [9, 8, 3]})
CODES = {"vision": 1, "hope": 2, "innovation": 3, "transparency": 4, "stability": 5}
# Respondent, set, shown, best, worst.
SETS = [
    ("r1", 1, ("vision", "hope", "innovation"), "hope", "vision"),
    ("r1", 2, ("transparency", "stability", "hope"), "stability", "transparency"),
    ("r2", 1, ("vision", "hope", "innovation"), "vision", "innovation"),
    ("r2", 2, ("transparency", "stability", "hope"), "hope", "stability"),
]
WANTED = {(person, str(task), item, item == best, item == worst) for person, task, shown, best, worst in SETS for item in shown}
LONG = {"file": "choices.csv", "respondent": "Id", "task": "Set", "shown": ["A", "B", "C"], "best": "Best", "worst": "Worst"}


def long_rows(code: Any) -> pd.DataFrame:
    rows = [(person, task, *map(code, (*shown, best, worst))) for person, task, shown, best, worst in SETS]
    return pd.DataFrame(rows, columns=["Id", "Set", "A", "B", "C", "Best", "Worst"])


def read(folder: Path, block: dict[str, Any], responses: pd.DataFrame | None = None, **files: pd.DataFrame) -> Study:
    data = (
        pd.DataFrame({"Id": ["r1", "r2", "r3"], "Account": ["A", "A", "B"], "Q12": [9, 8, 3]}) if responses is None else responses
    )
    write_study(folder, settings(columns={"respondent": "Id", "account": "Account"}, choices=block), data)
    for name, frame in files.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    return load_study(folder, language="en")


def rows_of(study: Study) -> set[tuple[Any, ...]]:
    assert study.choices is not None
    return {*study.choices[["respondent", "set", "item", "best", "worst"]].itertuples(index=False, name=None)}


def problems(folder: Path, block: dict[str, Any], **files: pd.DataFrame) -> str:
    with pytest.raises(StudyError) as caught:
        read(folder, block, **files)
    return str(caught.value)


def test_a_file_of_keys_of_names_and_of_codes_reads_alike(tmp_path: Path) -> None:
    assert rows_of(read(tmp_path / "keys", LONG, choices=long_rows(str))) == WANTED
    names = {**{key: key for key in CODES}, "vision": "Vision", "hope": "HOPE", "transparency": " Läpinäkyvyys"}
    assert rows_of(read(tmp_path / "names", LONG, choices=long_rows(names.__getitem__))) == WANTED
    coded = LONG | {"items": {key: [code, f"Item {code}"] for key, code in CODES.items()}}
    assert rows_of(read(tmp_path / "codes", coded, choices=long_rows(CODES.__getitem__))) == WANTED
    assert rows_of(read(tmp_path / "words", coded, choices=long_rows(lambda key: f"item {CODES[key]}"))) == WANTED


def test_one_cell_may_hold_all_items_shown_and_best_its_position(tmp_path: Path) -> None:
    rows = long_rows(str)
    told = rows.assign(
        Best=[row[2:5].index(row[5]) + 1 for row in rows.itertuples(index=False, name=None)],
        Worst=[row[2:5].index(row[6]) + 1 for row in rows.itertuples(index=False, name=None)],
        A=rows["A"] + "; " + rows["B"] + ";" + rows["C"],
    )
    block = LONG | {"shown": "A", "answer": "position"}
    assert rows_of(read(tmp_path, block, choices=told.drop(columns=["B", "C"]))) == WANTED


def wide(answer: pd.DataFrame, **more: Any) -> pd.DataFrame:
    base = PEOPLE
    for task, rows in answer.groupby("Set"):
        own = rows.set_index("Id").drop(columns="Set").add_suffix(str(task))
        base = base.join(own, on="Id")
    return base.assign(**more)


def test_columns_of_the_responses_read_as_a_file_does(tmp_path: Path) -> None:
    block = {
        "sets": [{"shown": [f"{one}{task}" for one in "ABC"], "best": f"Best{task}", "worst": f"Worst{task}"} for task in (1, 2)]
    }
    study = read(tmp_path, block, wide(long_rows(str)))
    assert rows_of(study) == WANTED
    (said,) = (one for one in study.assumed if one.code == "study.choices_read")
    assert said.values == {"n": 4, "respondents_n": 2, "items_n": 5}


def test_sets_may_name_what_everybody_was_shown(tmp_path: Path) -> None:
    shown = {task: [*items] for _, task, items, *_ in SETS}
    sets = [{"items": shown[task], "best": f"Best{task}", "worst": f"Worst{task}"} for task in (1, 2)]
    answers = wide(long_rows(CODES.__getitem__)[["Id", "Set", "Best", "Worst"]])
    assert rows_of(read(tmp_path, {"sets": sets, "items": CODES}, answers)) == WANTED


def test_a_design_with_versions_tells_what_was_shown(tmp_path: Path) -> None:
    rows = long_rows(CODES.__getitem__)
    design = pd.DataFrame(
        [(1, 1, 1, 2, 3), (1, 2, 4, 5, 2), (2, 1, 5, 4, 3), (2, 2, 5, 4, 1)], columns=["Version", "Task", "I1", "I2", "I3"]
    )
    codes = {"items": CODES, "version": "V"}
    block = {
        "design": {"file": "design.csv", "version": "Version", "task": "Task", "shown": ["I1", "I2", "I3"]},
        "sets": [{"best": f"Best{task}", "worst": f"Worst{task}"} for task in (1, 2)],
    }
    answers = wide(rows[["Id", "Set", "Best", "Worst"]], V=[1, 1, 2])
    assert rows_of(read(tmp_path / "wide", block | codes, answers, design=design)) == WANTED
    filed = {key: LONG[key] for key in ("file", "respondent", "task", "best", "worst")} | {"design": block["design"]}
    choices = rows[["Id", "Set", "Best", "Worst"]].assign(V=1)
    assert rows_of(read(tmp_path / "long", filed | codes, design=design, choices=choices)) == WANTED
    told = problems(tmp_path / "unknown", filed | codes, design=design, choices=choices.assign(V=[1, 1, 7, 7]))
    assert "2 rows are of a set that the design does not have" in told


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    wrong = [
        ("r3", 1, "vision", "hope", "innovation", "hope", "hope"),
        ("r3", 2, "vision", "hope", "innovation", "stability", "hope"),
        ("r3", 3, "vision", "hope", "innovation", "hope", "stability"),
        ("r3", 4, "vision", "vision", "innovation", "vision", "innovation"),
        ("r3", 5, "vision", "hope", None, "hope", "vision"),
        ("r3", 6, "vision", "hope", "speed of light", "hope", "vision"),
    ]
    rows = pd.concat([long_rows(str), long_rows(str).head(1), pd.DataFrame(wrong, columns=long_rows(str).columns)])
    told = problems(tmp_path, LONG, choices=rows)
    for part in (
        "'speed of light'",
        "1 sets have one item as best and as worst",
        "1 sets have a best item that they did not show",
        "1 sets have a worst item that they did not show",
        "1 sets show an item twice",
        "1 sets show fewer than 3 items",
        "1 sets are answered more than once by the same respondent",
    ):
        assert part in told, part


def test_half_sets_blank_sets_and_strangers_are_left_out_and_told(tmp_path: Path) -> None:
    rows = long_rows(str)
    more = [
        ("r3", 1, "vision", "hope", "innovation", "hope", None),
        ("r3", 2, "vision", "hope", "innovation", None, None),
        ("r9", 1, "vision", "hope", "innovation", "hope", "vision"),
    ]
    study = read(tmp_path, LONG, choices=pd.concat([rows, pd.DataFrame(more, columns=rows.columns)]))
    assert rows_of(study) == WANTED
    said = {one.code: one.values for one in study.assumed}
    assert said["study.choices_half"]["n"] == 1
    assert said["study.choices_stray"]["names_n"] == 1


def test_respondents_none_of_whom_answered_are_a_problem(tmp_path: Path) -> None:
    told = problems(tmp_path, LONG, choices=long_rows(str).assign(Id="nobody"))
    assert "None of the 1 respondents stands in the responses" in told


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ({"file": "choices.csv"}, "`respondent` is missing"),
        (LONG | {"sets": [{"best": "B", "worst": "W"}]}, "where the choices stand"),
        (LONG | {"shown": None}, "which items each set showed"),
        (LONG | {"shown": ["A", "B"]}, "two items make no set"),
        (LONG | {"version": "V"}, "version of the design"),
        (LONG | {"items": {"vision": 1, "hope": 1}}, "stands for two items"),
        (LONG | {"items": {"visionn": 1}}, "did you mean 'vision'"),
    ],
)
def test_a_form_half_told_or_told_twice_is_refused(tmp_path: Path, block: dict[str, Any], said: str) -> None:
    block = {key: value for key, value in block.items() if value is not None}
    assert said in problems(tmp_path, block, choices=long_rows(str))


def test_a_column_that_is_not_there_is_told_with_its_neighbour(tmp_path: Path) -> None:
    told = problems(tmp_path, LONG | {"best": "Besst"}, choices=long_rows(str))
    assert "There is no column 'Besst'" in told
    assert "'Best'" in told
