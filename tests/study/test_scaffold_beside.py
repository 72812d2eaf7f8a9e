"""Are the provider's, the employees' and the interview file recognised beside an export, and is no other file proposed?"""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests.shared_data import ROOT
from tests.study.studies import answers
from valuelib.study.config_file import read_yaml
from valuelib.study.load import load_study
from valuelib.study.scaffold import scaffold_study
from valuelib.theory.facets import facet_items

DEMO = ROOT / "data" / "demo"
BLOCKS = ("provider_view", "employees", "interviews")


def taken_in(text: str) -> str:
    """What a consultant gets who takes the first two characters of every proposed block's lines away."""
    lines, inside = [], False
    for line in text.splitlines():
        inside = bool(re.match(rf"# ({'|'.join(BLOCKS)}):  # CHECK", line)) or (inside and line.startswith("#   "))
        lines.append(line[2:] if inside else line)
    return "\n".join([*lines, ""])


def proposed(folder: Path) -> str:
    """The proposed study.yaml for export.csv in a folder."""
    return (scaffold_study("new", folder / "export.csv", folder / "new") / "study.yaml").read_text(encoding="utf-8")


def export(folder: Path, **columns: list[object]) -> None:
    answers(**columns).rename(columns={"Q12": "NPS"}).to_csv(folder / "export.csv", index=False)


def test_the_demo_is_recognised_in_full(tmp_path: Path) -> None:
    folder = scaffold_study("new", DEMO / "responses.csv", tmp_path / "new")
    assert [path.name for path in sorted(folder.iterdir())] == ["responses.csv", "study.yaml"]  # nothing else is copied
    text = (folder / "study.yaml").read_text(encoding="utf-8")
    assert not set(BLOCKS) & set(read_yaml(folder / "study.yaml", "study.yaml").data)
    (folder / "study.yaml").write_text(taken_in(text), encoding="utf-8")
    for name in ("provider.csv", "employees.csv", "interviews.csv", "codebook.csv"):
        shutil.copyfile(DEMO / name, folder / name)
    found, known = read_yaml(folder / "study.yaml", "study.yaml").data, read_yaml(DEMO / "study.yaml", "study.yaml").data
    for block in BLOCKS:
        assert {**known[block], "view": None} == {**found[block], "view": None}
    study, demo = load_study(folder), load_study(DEMO)
    for name in ("provider", "employees", "interviews", "codebook"):
        pd.testing.assert_frame_equal(getattr(study, name), getattr(demo, name))


def test_without_such_files_the_blocks_are_offered_empty(tmp_path: Path) -> None:
    export(tmp_path)
    text = proposed(tmp_path)
    assert "Beside the export" not in text
    for block in BLOCKS:
        assert f"# {block}: {{file: " in text


@pytest.mark.parametrize(
    ("file", "columns"),
    [
        ("strangers.csv", {"Account": ["X", "Y", "A"], "C1": [1, 2, 3], "C2": [4, 5, 6]}),
        ("one_statement.csv", {"Account": ["A", "B", "C"], "C1": [1, 2, 3], "Other": ["a", "b", "c"]}),
        ("last_year.csv", {"Account": ["A", "B", "C"], "C1": [1, 2, 3], "C2": [4, 5, 6], "NPS": [8, 9, 10]}),
        ("no_codes.csv", {"Account": ["A", "B", "C"], "Quote": ["A long enough text to be a quote."] * 3}),
        ("teams.csv", {"Team": ["T8", "T9", "T1"], "W1": [1, 2, 3], "W2": [4, 5, 6]}),
    ],
)
def test_what_fits_only_in_part_is_not_proposed(file: str, columns: dict[str, list[object]], tmp_path: Path) -> None:
    export(tmp_path, Team=["T1", "T1", "T2", "T2", "T3", "T3"])
    pd.DataFrame(columns).to_csv(tmp_path / file, index=False)
    assert "Beside the export" not in proposed(tmp_path)


def test_the_fuller_file_is_proposed_and_what_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    export(tmp_path)
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 broken")
    (tmp_path / "empty.csv").write_text("", encoding="utf-8")
    wordings = {item.item.en: [1, 2, 7] for item in facet_items()[:3]}
    pd.DataFrame({"Account": ["a", "b", "c"], "C1": [1, 2, 7], "C2": [1, 2, 7]}).to_csv(tmp_path / "few.csv", index=False)
    pd.DataFrame({"Account": ["A", "B", "C"], "X": [1, -99, 5], **wordings}).to_csv(tmp_path / "many.csv", index=False)
    text = proposed(tmp_path)
    assert "# Beside the export: many.csv; could be the provider's own answers about the accounts." in text
    assert "few.csv" not in text
    assert "#   missing: [-99]" in text
    assert "#   scale: [1, 7]" in text


def test_no_name_of_an_account_and_no_quote_goes_into_the_proposal(tmp_path: Path) -> None:
    export(tmp_path, Account=["Nokia", "Nokia", "Kone", "Kone", "Outotec", "Outotec"])
    talks = {
        "Account": ["Nokia", "Kone"],
        "Customer code": [1, 2],
        "Quote": ["They never told us that it would be late.", "Fine all in all, no complaints."],
        "Theme": ["late", "fine"],
    }
    pd.DataFrame(talks).to_csv(tmp_path / "talks.csv", index=False)
    text = proposed(tmp_path)
    assert '#   code: "Theme"' in text
    assert "talks.csv" in text
    assert not any(word in text for word in ("Nokia", "Kone", "never told"))
