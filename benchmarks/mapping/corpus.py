"""Small exports in the manner of survey tools and hand-kept workbooks, made by code from a list of columns with the right mapping.

`exports.txt` is what the words and rules of `valuelib/study/scaffold/` may be tuned on; `held_out.txt` was written before any
tuning and is only ever scored. A line is `header | label | answers | what it should be mapped as`; ~ stands before what may be
mapped so but need not be, - for what must not be mapped.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
from openpyxl import Workbook

HERE = Path(__file__).parent
PARTS = {"tuned on": "exports.txt", "held out": "held_out.txt"}

LADDERS: Mapping[str, tuple[str, ...]] = {
    "agree5": ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree"),
    "agree7": (
        "Strongly disagree", "Disagree", "Somewhat disagree", "Neither agree nor disagree", "Somewhat agree", "Agree",
        "Strongly agree",
    ),
    "satisfied5": ("Very dissatisfied", "Dissatisfied", "Neither satisfied nor dissatisfied", "Satisfied", "Very satisfied"),
    "likely5": ("Very unlikely", "Unlikely", "Neutral", "Likely", "Very likely"),
    "quality5": ("Very poor", "Poor", "Fair", "Good", "Very good"),
    "samaa5": (
        "Täysin eri mieltä", "Jokseenkin eri mieltä", "Ei samaa eikä eri mieltä", "Jokseenkin samaa mieltä", "Täysin samaa mieltä",
    ),
    "tyyt5": ("Erittäin tyytymätön", "Tyytymätön", "Neutraali", "Tyytyväinen", "Erittäin tyytyväinen"),
}  # fmt: skip
WORDS = (
    "They answer quickly but the invoices are hard to follow.",
    "Good people, and the reporting could be clearer.",
    "We would like to hear more about new services.",
    "Palvelu on toiminut hyvin, mutta laskut ovat epäselviä.",
    "Nothing to add, keep going like this.",
)
SILENT = ("Don't know", "En osaa sanoa")  # options that are no answer
LEADING = 0.7  # share of the answers that lie in the upper half of a scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A column of an export: its header, its label, its answers by the word of the list, and the right mapping."""

    header: str
    label: str
    kind: str
    truth: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """An export to be made: in which tool's manner, its language, how many answers, and its columns."""

    name: str
    tool: str
    language: str
    rows: int
    questions: tuple[Question, ...]


def read_corpus(part: str) -> tuple[Export, ...]:
    """The exports of one part: `tuned on` or `held out`."""
    exports = []
    for block in re.split(r"^== ", (HERE / PARTS[part]).read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        head, *lines = [line for line in block.splitlines() if line.strip()]
        name, tool, language, rows = head.split(" | ")
        fields = [line.split(" | ") for line in lines]
        questions = tuple(
            Question(header=header, label="" if label == "-" else label, kind=kind, truth=truth)
            for header, label, kind, truth in fields
        )
        exports.append(Export(name=name, tool=tool, language=language, rows=int(rows), questions=questions))
    return tuple(exports)


# Answers.


@dataclass(frozen=True, slots=True)
class Answers:
    """The cells of a column, the value labels that an SPSS file has for them, and the code for "no answer" among them."""

    cells: list[object]
    labels: Mapping[int | float, str]
    missing: object = None


_SCALE = re.compile(r"(\d+)-(\d+)(?:\{(.*)\}|\[(.*)\])?(?::(\d+)\.\.(\d+))?(?:/(\d+)(?:=(.*))?|/(.*))?")


def draw(kind: str, rows: int, rng: np.random.Generator) -> Answers:
    """Answers of a kind, as `exports.txt` writes it: `1-7`, `1-7:2..6/9=Don't know`, `words:agree5`, `of: A; B`, `companies` ..."""
    name, _, rest = kind.partition(":")
    rest = rest.strip()
    if name in ("of", "of#", "waves") or kind.startswith("waves "):
        levels = [one.strip() for one in (kind.removeprefix("waves ") if kind.startswith("waves ") else rest).split(";")]
        chosen = rng.integers(0, len(levels), rows)
        if name == "of#":
            return Answers([int(one) + 1 for one in chosen], dict(enumerate(levels, 1)))
        silent = next((level for level in levels if level in SILENT), None)
        return Answers([int(levels[one]) if levels[one].isdigit() else levels[one] for one in chosen], {}, silent)
    if name in ("words", "numbered"):
        ladder, _, silent = rest.partition("/")
        steps = LADDERS[ladder]
        cells = [steps[one] if name == "words" else f"{one + 1} {steps[one]}" for one in _skewed(0, len(steps) - 1, rows, rng)]
        return Answers(_with_silent(cells, silent, rng), {}, silent or None)
    if name == "A":
        low, high = map(int, rest.split("-"))
        return Answers([f"A{one - low + 1}" for one in _skewed(low, high, rows, rng)], {})
    if (scale := _SCALE.fullmatch(kind)) is not None:
        return _on_scale(scale, rows, rng)
    made: Mapping[str, Callable[[], list[object]]] = {
        "id": lambda: [*range(1, rows + 1)],
        "companies": lambda: [f"{stem} {end}" for stem, end in (_company(one) for one in rng.integers(0, max(rows // 3, 5), rows))],
        "numbers": lambda: [int(20_000 + 37 * one) for one in rng.integers(0, int(kind.split()[1]), rows)],
        "codes": lambda: [f"AC-{1_000 + 3 * one}" for one in rng.integers(0, int(kind.split()[1]), rows)],
        "text": lambda: [str(rng.choice(WORDS)) if rng.random() < LEADING else None for _ in range(rows)],
        "names": lambda: [f"Person {one}" for one in rng.integers(1, 9, rows)],
        "seconds": lambda: [round(float(one), 3) for one in rng.lognormal(3, 1, rows)],
        "clicks": lambda: [int(one) for one in rng.integers(0, 7, rows)],
        "weight": lambda: [round(float(one), 3) for one in rng.uniform(0.4, 2.1, rows)],
        "percent": lambda: [int(one) for one in rng.integers(1, 21, rows) * 5],
        "euros": lambda: [int(one) for one in rng.integers(900, 90_000, rows)],
        "count": lambda: [int(one) for one in rng.integers(2, 900, rows)],
        "years": lambda: [int(one) for one in rng.integers(1, 11, rows)],
        "age": lambda: [int(one) for one in rng.integers(24, 66, rows)],
        "birthyear": lambda: [int(one) for one in rng.integers(1958, 2001, rows)],
        "phone": lambda: [f"+358 40 555 {one:04d}" for one in rng.integers(0, 9_999, rows)],
        "dates": lambda: [f"2026-{one % 3 + 1:02d}-{one % 28 + 1:02d}" for one in rng.integers(0, 900, rows)],
        "somedate": lambda: [f"2026-0{rng.integers(1, 9)}-11" if rng.random() < 1 - LEADING else None for _ in range(rows)],
        "tick": lambda: [kind.removeprefix("tick ") if rng.random() < 0.5 else None for _ in range(rows)],
        "const": lambda: [rest] * rows,
    }
    return Answers(made[kind.split()[0].rstrip(":")](), {})


def _on_scale(scale: re.Match[str], rows: int, rng: np.random.Generator) -> Answers:
    low, high = sorted((int(scale[1]), int(scale[2])))
    used = (int(scale[5]), int(scale[6])) if scale[5] else (low, high)
    cells: list[object] = [int(one) for one in _skewed(*used, rows, rng)]
    labels: dict[int | float, str] = {}
    if scale[3] in LADDERS:
        labels = dict(enumerate(LADDERS[scale[3]], low))
    elif scale[3]:
        labels = {int(code): text for code, text in (pair.split("=") for pair in scale[3].split(";"))}
    if scale[4]:  # texts of the ends stand in the cells
        ends: dict[object, str] = {int(text.split()[0]): text for text in scale[4].split(";")}
        cells = [ends.get(cell, cell) for cell in cells]
    silent: object = int(scale[7]) if scale[7] else scale[9]
    if scale[8]:
        labels[int(scale[7])] = scale[8]
    return Answers(_with_silent(cells, silent, rng), labels, silent)


def _skewed(low: int, high: int, rows: int, rng: np.random.Generator) -> list[int]:
    """Answers of satisfied customers; every one of the steps occurs where there are answers enough."""
    steps = np.arange(low, high + 1)
    weights = np.where(steps > (low + high) / 2, LEADING, 1 - LEADING)
    drawn = rng.choice(steps, rows, p=weights / weights.sum())
    drawn[: len(steps)] = steps[:rows]
    return [int(one) for one in rng.permutation(drawn)]


def _with_silent(cells: Sequence[object], silent: object, rng: np.random.Generator) -> list[object]:
    return [*cells] if not silent else [silent if rng.random() < 0.08 else cell for cell in cells]


def _company(number: int) -> tuple[str, str]:
    return f"Yritys {number}", ("Oy", "Ltd", "AB")[number % 3]


# The manners of the tools: columns that a tool adds, header rows, formats.

Column = tuple[str, str, Answers, str]  # header, label, answers, truth


def make_export(export: Export, folder: Path) -> tuple[Path, Mapping[str, str], frozenset[str]]:
    """Write the file of an export.

    Returns:
        Its path, the right mapping of each column under the name by which valuelib reads it, and the codes for "no answer".
    """
    rng = np.random.default_rng(zlib.crc32(export.name.encode()))
    columns = [*TOOLS[export.tool][0](export, rng)]
    columns += [(one.header, one.label, draw(one.kind, export.rows, rng), one.truth) for one in export.questions]
    path = TOOLS[export.tool][1](export, columns, folder)
    missing = frozenset(str(one.missing) for _, _, one, truth in columns if one.missing and truth != "-")
    return path, {header: truth for header, _, _, truth in columns}, missing


def _stamps(rows: int, start: str = "2026-03-02 08:00:00") -> Answers:
    return Answers([f"{one:%Y-%m-%d %H:%M:%S}" for one in pd.date_range(start, periods=rows, freq="97min")], {})


def _same(value: object, rows: int) -> Answers:
    return Answers([value] * rows, {})


def _numbered(rows: int, text: str = "{}") -> Answers:
    return Answers([int(one) if text == "{}" else text.format(one) for one in range(1, rows + 1)], {})


def _qualtrics(export: Export, rng: np.random.Generator) -> list[Column]:
    n = export.rows
    return [
        ("StartDate", "Start Date", _stamps(n), "-"),
        ("EndDate", "End Date", _stamps(n, "2026-03-02 08:07:00"), "-"),
        ("Status", "Response Type", _same("IP Address", n), "-"),
        ("Progress", "Progress", _same(100, n), "-"),
        ("Duration (in seconds)", "Duration (in seconds)", draw("count", n, rng), "-"),
        ("Finished", "Finished", _same("True", n), "-"),
        ("RecordedDate", "Recorded Date", _stamps(n), "-"),
        ("ResponseId", "Response ID", _numbered(n, "R_{:05d}x"), "respondent"),
        ("ExternalReference", "External Data Reference", _same(None, n), "-"),
        ("DistributionChannel", "Distribution Channel", _same("email", n), "-"),
        ("UserLanguage", "User Language", _same(export.language.upper(), n), "-"),
    ]


def _surveymonkey(export: Export, rng: np.random.Generator) -> list[Column]:
    n = export.rows
    return [
        ("Respondent ID", "", Answers([118_000_000 + 17 * one for one in range(n)], {}), "respondent"),
        ("Collector ID", "", _same(455_001, n), "-"),
        ("Start Date", "", _stamps(n), "-"),
        ("End Date", "", _stamps(n, "2026-03-02 08:07:00"), "-"),
        ("Custom Data 1", "", _same(None, n), "-"),
    ]


def _limesurvey(export: Export, rng: np.random.Generator) -> list[Column]:
    n = export.rows
    return [
        ("id. Response ID", "", _numbered(n), "respondent"),
        ("submitdate. Date submitted", "", _stamps(n), "-"),
        ("lastpage. Last page", "", _same(3, n), "-"),
        ("startlanguage. Start language", "", _same(export.language, n), "-"),
        ("seed. Seed", "", Answers([int(one) for one in rng.integers(10**7, 10**9, n)], {}), "-"),
    ]


def _msforms(export: Export, rng: np.random.Generator) -> list[Column]:
    n, fi = export.rows, export.language == "fi"
    return [
        ("ID", "", _numbered(n), "respondent"),
        ("Aloitusaika" if fi else "Start time", "", _stamps(n), "-"),
        ("Valmistumisaika" if fi else "Completion time", "", _stamps(n, "2026-03-02 08:07:00"), "-"),
    ]


def _gforms(export: Export, rng: np.random.Generator) -> list[Column]:
    return [("Aikaleima" if export.language == "fi" else "Timestamp", "", _stamps(export.rows), "-")]


def _typeform(export: Export, rng: np.random.Generator) -> list[Column]:
    ids = Answers([f"{int(one):x}{place:03x}" for place, one in enumerate(rng.integers(16**7, 16**8, export.rows))], {})
    return [("#", "", ids, "~respondent")]


def _delighted(export: Export, rng: np.random.Generator) -> list[Column]:
    n = export.rows
    return [
        ("Response ID", "", Answers([90_000_000 + 13 * one for one in range(n)], {}), "respondent"),
        ("Created At", "", _stamps(n), "~wave"),
        ("Permalink", "", _numbered(n, "https://app.example.com/r/{:06d}"), "-"),
    ]


def _none(export: Export, rng: np.random.Generator) -> list[Column]:
    return []


def _csv(path: Path, heads: list[list[str]], columns: list[Column], separator: str = ",") -> Path:
    rows = zip(*(one.cells for _, _, one, _ in columns), strict=True)
    frame = pd.DataFrame([*heads, *([("" if cell is None else cell) for cell in row] for row in rows)])
    frame.to_csv(path, index=False, header=False, sep=separator, encoding="utf-8", lineterminator="\n")
    return path


def _xlsx(path: Path, heads: list[list[str]], columns: list[Column]) -> Path:
    book = Workbook()
    sheet = book.active
    for row in (*heads, *zip(*(one.cells for _, _, one, _ in columns), strict=True)):
        sheet.append([*row])
    book.save(path)
    return path


def _plain(export: Export, columns: list[Column], folder: Path) -> Path:
    heads = [[name for name, *_ in columns]]
    if export.tool in ("msforms", "webropol", "workbook"):
        return _xlsx(folder / f"{export.name}.xlsx", heads, columns)
    return _csv(folder / f"{export.name}.csv", heads, columns)


def _three_rows(export: Export, columns: list[Column], folder: Path) -> Path:
    ids = [json.dumps({"ImportId": name.replace("Q", "QID").replace(" ", "_")}) for name, *_ in columns]
    heads = [[name for name, *_ in columns], [label or name for name, label, *_ in columns], ids]
    return _csv(folder / f"{export.name}.csv", heads, columns)


def _two_rows(export: Export, columns: list[Column], folder: Path) -> Path:
    """The question above the first of its columns, and options below it."""
    pairs = [name.split(" - ", 1) if " - " in name else [name, ""] for name, *_ in columns]
    alone = {"text": "Open-Ended Response"}
    kinds = {one.header: one.kind for one in export.questions}
    above = [question if place == 0 or question != pairs[place - 1][0] else "" for place, (question, _) in enumerate(pairs)]
    said = [alone.get(kinds[name], "Response") if name in kinds else "" for name, *_ in columns]
    below = [option or other for (_, option), other in zip(pairs, said, strict=True)]
    return _xlsx(folder / f"{export.name}.xlsx", [above, below], columns)


def _sav(export: Export, columns: list[Column], folder: Path) -> Path:
    path = folder / f"{export.name}.sav"
    frame = pd.DataFrame({name.replace(" ", "_"): one.cells for name, _, one, _ in columns})
    pyreadstat.write_sav(
        frame,
        path,
        column_labels={name.replace(" ", "_"): label for name, label, *_ in columns},
        variable_value_labels={name.replace(" ", "_"): dict(one.labels) for name, _, one, _ in columns if one.labels},
    )
    return path


TOOLS: Mapping[str, tuple[Callable[[Export, np.random.Generator], list[Column]], Callable[[Export, list[Column], Path], Path]]] = {
    "qualtrics": (_qualtrics, _three_rows),
    "surveymonkey": (_surveymonkey, _two_rows),
    "gforms": (_gforms, _plain),
    "msforms": (_msforms, _plain),
    "typeform": (_typeform, _plain),
    "limesurvey": (_limesurvey, _plain),
    "webropol": (_none, _plain),
    "spss": (_none, _sav),
    "delighted": (_delighted, _plain),
    "workbook": (_none, _plain),
}
