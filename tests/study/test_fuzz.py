"""A file that was edited or damaged is read as a plain reader would read it, or refused with what to do next; nothing crashes."""

from __future__ import annotations

import copy
import csv
import io
import os
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from tests.study.studies import write_study
from valuelib.errors import StudyError
from valuelib.study.load import load_study

HEADER = ["Id", "Account", "Q12", "Package", "Reliable", "Comment"]
NAMES = [f"Länsirannan Kiinteistö {n} Oy" for n in range(1, 11)]
PACKAGES = ["Perus", "Kumppani", "Kehitys"]
CONFIG: dict[str, Any] = {
    "study": "fuzz",
    "client": "Client Oy",
    "language": "en",
    "responses": {"file": "responses.csv"},
    "columns": {"respondent": "Id", "account": "Account"},
    "outcomes": {"recommend": {"column": "Q12", "scale": [0, 10]}},
    "exposure": {"column": "Package", "higher": ["Kumppani", "Kehitys"]},
    "elements": {"scale": [1, 7], "columns": {"product_quality": "Reliable"}},
}


@dataclass
class Table:
    """Cells as a file has them, beside what a plain reader makes of each row: its account and its score, None for no answer."""

    rows: list[list[str]]
    truth: list[tuple[str, float | None]]
    header: list[str] = field(default_factory=lambda: list(HEADER))
    extra: list[tuple[int, list[str]]] = field(default_factory=list)  # rows that are no answers, by the place they stand at

    def cells(self) -> list[list[str]]:
        body = [list(row) for row in self.rows]
        for place, row in sorted(self.extra, key=lambda one: -one[0]):
            body.insert(place, row)
        return [self.header, *body]


def whole() -> Table:
    scores = [(7 * n * n + 3 * n) % 11 for n in range(40)]
    rows = [
        [
            f"R{n:03}",
            NAMES[(3 * n) % 10],
            str(scores[n]),
            PACKAGES[n % 3],
            str(1 + n % 7),
            ["", "Hyvä palvelu, kiitos", "Ok; jatkoon"][n % 3],
        ]
        for n in range(40)
    ]
    return Table(rows, [(row[1], float(score)) for row, score in zip(rows, scores, strict=True)])


SAME = [" {} ", "{}.0", "{},0", "\u00a0{}", "{}\u200b", "+{}", "0{}", "\uff10{}"]
NOTHING = [
    "",
    "   ",
    "#N/A",
    "#PUUTTUU!",
    "#ARVO!",
    "#REF!",
    "#DIV/0!",
    "n/a",
    "NULL",
    "nan",
    "-",
    "–",
    "en osaa sanoa",
    "Don't know",
    "EOS",
    "weiß nicht",
]
NEITHER = ["yhdeksän", "9 or 10", "7 months", "99", "-1", "10.5", "4/10", "9?", "inf", "=5+5", "9.5.2026", "ei", "9 9", "VIII", "½"]
SPELLINGS: list[Callable[[str], str]] = [
    lambda name: f" {name}  ",
    lambda name: unicodedata.normalize("NFD", name),
    lambda name: name[:5] + "\u200b" + name[5:],
    lambda name: name[:4] + "\u00ad" + name[4:],
    lambda name: name.replace(" ", "\u00a0"),
    lambda name: name.replace(" ", "  "),
    lambda name: "\ufeff" + name,
]
NO_ANSWERS = [
    [],
    ["", "", "", "", "", ""],
    ["Yhteensä", "", "212", "", "160", ""],
    ["", "Keskiarvo", "5,3", "", "4,0", ""],
    ["Total", "40", "", "", "", ""],
    ["N = 40", "", "", "", "", ""],
    ["", "", "", "", "", "Lähde: kysely 2026"],
    HEADER,
]


def rewrite_score(table: Table, draw: Any) -> None:
    row, how = draw(st.integers(0, 39)), draw(st.sampled_from(SAME))
    _account, score = table.truth[row]
    if score is not None:
        table.rows[row][2] = how.format(int(score))


def blank_score(table: Table, draw: Any) -> None:
    row = draw(st.integers(0, 39))
    table.rows[row][2] = draw(st.sampled_from(NOTHING))
    table.truth[row] = (table.truth[row][0], None)


def spoil_score(table: Table, draw: Any) -> None:
    """What is no answer on the scale may be refused or left out, and never counts as a number."""
    row = draw(st.integers(0, 39))
    table.rows[row][2] = draw(st.sampled_from(NEITHER))
    table.truth[row] = (table.truth[row][0], None)


def respell_account(table: Table, draw: Any) -> None:
    row = draw(st.integers(0, 39))
    table.rows[row][1] = draw(st.sampled_from(SPELLINGS))(table.truth[row][0])


def add_row(table: Table, draw: Any) -> None:
    table.extra.append((draw(st.sampled_from([0, 20, 40])), list(draw(st.sampled_from(NO_ANSWERS)))))


def add_column(table: Table, draw: Any) -> None:
    place = draw(st.integers(0, len(table.header)))
    name = draw(st.sampled_from(["", "Comment", "Duration (in seconds)", "Q12_other", "=1+1", "x" * 300]))
    table.header.insert(place, name)
    cell = draw(st.sampled_from(["", "12", "kyllä", '"', "a;b,c\td", "rivi\ntoinen"]))
    for row in table.rows:
        row.insert(place, cell)
    for _, row in table.extra:
        if row:
            row.insert(place, "")


def rename_header(table: Table, draw: Any) -> None:
    place = draw(st.integers(0, len(table.header) - 1))
    how = draw(st.sampled_from([" {}", "{} ", "\ufeff{}", "{}\u200b", "\u00a0{}", "{}\n"]))
    table.header[place] = how.format(table.header[place])


def respell_package(table: Table, draw: Any) -> None:
    row, how = draw(st.integers(0, 39)), draw(st.sampled_from(["{} ", "{}\u200b", "\u00a0{}"]))
    table.rows[row] = [how.format(cell) if cell in PACKAGES else cell for cell in table.rows[row]]


# Cells of rows are addressed by their first places, so what moves columns comes last.
EDITS = [rewrite_score, blank_score, spoil_score, respell_account, respell_package, add_row, rename_header]


@st.composite
def tables(draw: Any) -> Table:
    table = whole()
    for edit in draw(st.lists(st.sampled_from(EDITS), max_size=5)):
        edit(table, draw)
    for _ in range(draw(st.integers(0, 2))):
        add_column(table, draw)
    return table


def as_text(table: Table, delimiter: str, ending: str, quoting: int) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=ending, quoting=quoting).writerows(table.cells())
    return out.getvalue()


def as_workbook(table: Table, path: Path, *, numbers: bool) -> None:
    book = Workbook()
    sheet = book.active
    for row in table.cells():
        sheet.append([int(cell) if numbers and cell.isascii() and cell.isdigit() else cell or None for cell in row])
    book.save(path)


def figures(truth: list[tuple[str, float | None]]) -> tuple[int, int, float | None]:
    scores = [score for _, score in truth if score is not None]
    promoters, detractors = sum(score >= 9 for score in scores), sum(score <= 6 for score in scores)
    return len(truth), len({account for account, _ in truth}), 100.0 * (promoters - detractors) / len(scores)


def read(folder: Path) -> tuple[int, int, float | None] | str:
    """Answers, accounts and NPS; the words of the refusal where the study is refused."""
    try:
        study = load_study(folder)
    except StudyError as err:
        return str(err)
    return len(study.data), study.data["account"].nunique(), 100.0 * float(study.data["nps"].mean())


def agrees(folder: Path, truth: list[tuple[str, float | None]]) -> None:
    found = read(folder)
    if isinstance(found, str):
        assert len(found) > 20
        return
    assert found == pytest.approx(figures(truth))


def test_the_file_as_it_was_is_read(tmp_path: Path) -> None:
    assert read(write_study(tmp_path, CONFIG, as_text(whole(), ",", "\n", csv.QUOTE_MINIMAL))) == pytest.approx(
        figures(whole().truth)
    )


# The same examples at each run; FUZZ=5000 in the environment draws as many new ones.
FUZZ = int(os.environ.get("FUZZ", "0"))
QUICK = settings(
    max_examples=FUZZ or 150, derandomize=not FUZZ, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@QUICK
@given(
    table=tables(),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    ending=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_an_edited_text_file(tmp_path: Path, table: Table, delimiter: str, ending: str, encoding: str, quoting: int) -> None:
    agrees(write_study(tmp_path, CONFIG, as_text(table, delimiter, ending, quoting).encode(encoding)), table.truth)


@settings(QUICK, max_examples=FUZZ or 60)
@given(table=tables(), numbers=st.booleans())
def test_an_edited_workbook(tmp_path: Path, table: Table, numbers: bool) -> None:
    folder = write_study(tmp_path, {**CONFIG, "responses": {"file": "responses.xlsx"}})
    as_workbook(table, folder / "responses.xlsx", numbers=numbers)
    agrees(folder, table.truth)


@QUICK
@given(place=st.floats(0, 1), how=st.sampled_from(["cut", "flip", "nul", "quote", "repeat", "swap"]), byte=st.integers(0, 255))
def test_a_damaged_text_file_is_read_or_refused(tmp_path: Path, place: float, how: str, byte: int) -> None:
    data = as_text(whole(), ",", "\n", csv.QUOTE_MINIMAL).encode()
    at = int(place * (len(data) - 1))
    damaged = {
        "cut": data[:at],
        "flip": data[:at] + bytes([byte]) + data[at + 1 :],
        "nul": data[:at] + b"\0" + data[at:],
        "quote": data[:at] + b'"' + data[at:],
        "repeat": data[:at] + data,
        "swap": data[at:] + data[:at],
    }[how]
    assert read(write_study(tmp_path, CONFIG, damaged))


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(path for key, one in inner for path in paths(one, (*at, key)))]


VALUES = [
    None,
    "",
    "x",
    0,
    -1,
    2.5,
    True,
    [],
    {},
    [1],
    {"x": 1},
    "Q12",
    "Id",
    "../../etc",
    "2026-01-01",
    float("nan"),
    10**400,
    "😀",
    [[]],
    {"": ""},
]


@QUICK
@given(
    edits=st.lists(
        st.tuples(st.floats(0, 1), st.sampled_from(["drop", "replace", "add"]), st.sampled_from(VALUES)), min_size=1, max_size=3
    )
)
def test_edited_settings_are_read_or_refused(tmp_path: Path, edits: list[tuple[float, str, Any]]) -> None:
    config = yaml.safe_load(yaml.safe_dump(CONFIG))
    for place, how, value in edits:
        there = [path for path in paths(config) if path]
        if not there:
            break
        *outer, key = there[int(place * (len(there) - 1))]
        inside = config
        for one in outer:
            inside = inside[one]
        if how == "drop":
            del inside[key]
        elif how == "replace":
            inside[key] = copy.deepcopy(value)
        elif isinstance(inside, dict):
            inside[f"{key}_too"] = copy.deepcopy(value)
        else:
            inside.append(copy.deepcopy(value))
    text = yaml.safe_dump(config, allow_unicode=True, sort_keys=False)
    data = as_text(whole(), ",", "\n", csv.QUOTE_MINIMAL)
    assert read(write_study(tmp_path, text, data))


@QUICK
@given(
    place=st.floats(0, 1),
    how=st.sampled_from(["cut", "insert", "repeat"]),
    text=st.sampled_from([*list("\t:-&*!|>{}[]'\"#%@`\x00\x07"), "\u2028", "\ufeff", "<<: *a", "? "]),
)
def test_damaged_settings_are_read_or_refused(tmp_path: Path, place: float, how: str, text: str) -> None:
    whole_text = yaml.safe_dump(CONFIG, allow_unicode=True, sort_keys=False)
    at = int(place * len(whole_text))
    damaged = {"cut": whole_text[:at], "insert": whole_text[:at] + text + whole_text[at:], "repeat": whole_text[:at] + whole_text}[
        how
    ]
    assert read(write_study(tmp_path, damaged, as_text(whole(), ",", "\n", csv.QUOTE_MINIMAL)))
