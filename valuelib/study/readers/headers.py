"""What every table goes through after reading: header rows, personal data and previews left out, numbers, problems."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from valuelib.errors import Problem, StudyError
from valuelib.results import Message, Value
from valuelib.study.readers.draft import Columns, Draft, Grid, RawTable, is_blank, read_numbers, some
from valuelib.study.readers.rows import count_titles, leave_out_totals
from valuelib.study.wording import refusal, tidy

# Header rows; survey tools write one, two or three.

_ALONE = {"response", "open-ended response", "vastaus", "avoin vastaus"}
"""What SurveyMonkey writes under a question that has a single column: no option, so the question's text is enough."""


@dataclass(frozen=True, slots=True)
class _Header:
    names: list[str]
    labels: list[str]
    height: int
    code: str = ""


def cut_above(
    cells: Sequence[Sequence[object]], rows: Sequence[int], file: str, header_row: int | None
) -> tuple[int, tuple[Message, ...]]:
    """How many rows stand above the names of the columns; titles found there are told.

    Args:
        rows: the file's own number of each row of cells.
        header_row: the number of the row with the names, where study.yaml tells it.
    Raises:
        StudyError: the row that study.yaml names is blank or beyond the end.
    """
    if header_row is not None:
        if header_row not in rows:
            raise refusal(
                f"Row {header_row} is blank, so it does not hold the names of the columns.",
                f"{file}, row {header_row}",
                "the number of the row with the column names, as a spreadsheet program counts rows.",
                "Correct `header_row` in study.yaml, or leave it out to have the row found.",
            )
        return rows.index(header_row), ()
    lead = count_titles(cells)
    values: dict[str, Value] = {"file": file, "rows_n": lead, "row": str(rows[lead])}
    return lead, (Message(code="readers.title_rows", values=values),) if lead else ()


def take_headers(grid: Grid, *, plain_names: bool = False) -> Draft:
    """Split a grid into header and answers, and name the columns.

    Args:
        grid: at least one row; all rows of one length.
        plain_names: refuse letters beyond ASCII in the names, because the encoding is in doubt.
    Raises:
        StudyError: there are no answers below the header, or its names are in doubt.
    """
    header = _find_header(grid.cells)
    if len(grid.cells) <= header.height:
        raise StudyError([no_answers_problem(grid.file)])
    if plain_names and not all(name.isascii() for name in header.names):
        raise refusal(
            "No single encoding fits the file, and column names hold letters that depend on it.",
            f"{grid.file}, header",
            "UTF-8 text, or column names in plain letters a-z.",
            "Save the file as UTF-8, or set `encoding` in study.yaml.",
        )
    below = grid.cells[header.height :]
    columns = (
        [below.frame[name] for name in below.frame]
        if isinstance(below, Columns)
        else [pd.Series(cells, dtype=object) for cells in zip(*below, strict=True)]
    )
    used = [place for place, name in enumerate(header.names) if name or not all(is_blank(cell) for cell in columns[place])]
    names = [header.names[place] or f"column {place + 1}" for place in used]
    unique, repeated = number_repeated(names, [columns[place] for place in used])
    unnamed = [name for name, place in zip(names, used, strict=True) if not header.names[place]]
    found: dict[str, dict[str, Value]] = {
        header.code: {"rows_n": header.height},
        "readers.empty_columns": {"columns_n": len(columns) - len(used)},
        "readers.unnamed_columns": {"columns": some(unnamed)},
    }
    notes = [Message(code=code, values={"file": grid.file, **told}) for code, told in found.items() if code and any(told.values())]
    notes += note_repeated(grid.file, names)
    titles = [message.values["row"] for message in grid.assumed if message.code == "readers.title_rows"]
    return Draft(
        file=grid.file,
        frame=pd.DataFrame({name: columns[place] for name, place in zip(unique, used, strict=True)}),
        rows=grid.rows[header.height :],
        labels={name: header.labels[place] for name, place in zip(unique, used, strict=True) if header.labels[place]},
        assumed=(*grid.assumed, *notes),
        repeated=repeated,
        header_row=int(str(titles[0])) if titles else None,
        import_ids=_import_ids(grid.cells[header.height - 1], used, unique) if header.code == "readers.headers_qualtrics" else {},
    )


def _import_ids(cells: Sequence[object], used: Sequence[int], names: Sequence[str]) -> dict[str, str]:
    """The id in Qualtrics' third row, such as {"ImportId":"QID1"}, of each column that has one."""
    found = (re.search(r'"ImportId"\s*:\s*"([^"]+)"', str(cells[place])) for place in used)
    return {name: match[1] for name, match in zip(names, found, strict=True) if match is not None}


def _find_header(cells: Sequence[Sequence[object]]) -> _Header:
    # Qualtrics: names, question texts, then JSON such as {"ImportId":"QID1"}; the texts may have been left out.
    above, below = _texts(cells[0]), _texts(cells[1]) if len(cells) > 1 else []
    blank = [""] * len(above)
    for height in (3, 2):
        if len(cells) >= height and all(is_blank(cell) or '"ImportId"' in str(cell) for cell in cells[height - 1]):
            return _Header(above, below if height == 3 else blank, height, "readers.headers_qualtrics")
    # Its old exports: names V1, V2, ... above ResponseID, ResponseSet, ...: two rows.
    if above[:2] == ["V1", "V2"] and "ResponseID" in below:
        return _Header(above, below, 2, "readers.headers_qualtrics_legacy")
    # SurveyMonkey: the question above the first of its columns, the options on the second row, blank below what describes the
    # respondent.
    pairs = list(zip(above, below, strict=False))
    spans = any(not question and option and not re.fullmatch(r"[-+]?\d+([.,]\d+)?", option) for question, option in pairs)
    alone = any(option.lower() in _ALONE for option in below)
    if not above[0] or any(below[:2]) or not (spans or alone):
        return _Header(above, blank, 1)
    names, question = [], ""
    for text, option in pairs:
        question = text or (question if option else "")
        names.append(question if not option or option.lower() in _ALONE else f"{question} - {option}")
    labels = [name if option else "" for name, option in zip(names, below, strict=True)]
    return _Header(names, labels, 2, "readers.headers_surveymonkey")


def empty_problem(file: str) -> Problem:
    """Nothing at all in the file."""
    return Problem("The file is empty.", file, "A row of column names and answers below it.", "Export the answers again.")


def no_answers_problem(file: str) -> Problem:
    """A header, and nothing below it."""
    return Problem(
        "The file has column names but no answers.",
        file,
        "At least one row of answers below the column names.",
        "Check the filter and the dates of the export, and export the answers again.",
    )


def number_repeated(names: Sequence[str], columns: Sequence[Sequence[object] | pd.Series]) -> tuple[list[str], frozenset[str]]:
    """Names of columns, each once, and those that several different columns bear.

    Columns of one name are numbered, `NPS (1)`, `NPS (2)`; where all their cells are equal the first keeps the plain name.
    """
    places: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        places.setdefault(name, []).append(place)
    unique, taken = list(names), set(names)
    repeated = set()
    for name, same in places.items():
        cells = [pd.Series(columns[one], dtype=object) for one in (same if same[1:] else ())]
        differ = any(not one.equals(cells[0]) for one in cells[1:])
        repeated |= {name} if differ else set()
        numbers = iter(range(1 if differ else 2, len(names) + len(taken) + 2))
        for one in same if differ else same[1:]:
            unique[one] = next(called for number in numbers if (called := f"{name} ({number})") not in taken)
    return unique, frozenset(repeated)


def note_repeated(file: str, names: Sequence[str]) -> list[Message]:
    """What is told of columns that share a name."""
    shared = [name if len(name) <= 40 else f"{name[:39]}…" for name in dict.fromkeys(names) if names.count(name) > 1]
    values: dict[str, Value] = {"file": file, "columns": some(shared), "columns_n": len(shared)}
    return [Message(code="readers.repeated_names", values=values)] if shared else []


def _texts(row: Sequence[object]) -> list[str]:
    """Header cells as one-line texts."""
    return ["" if cell is None else " ".join(tidy(str(cell)).split()) for cell in row]


# What the survey tool added that is no answer: personal data, previews, unfinished answers.

# Names are compared in lower case and without spaces and marks, so that `IP Address` and `IPAddress` are one.
_PERSONAL = {
    "ipaddress",
    "recipientlastname",
    "recipientfirstname",
    "recipientemail",
    "locationlatitude",
    "locationlongitude",
    "locationaccuracy",
}
"""Unmistakable wherever they stand; names such as `Name` or `Location` may be a client's own and need the tool to be known."""
_PERSONAL_OF_TOOL = {
    "qualtrics": {"emailaddress", "recipientphone"},
    "qualtrics_legacy": {"name", "emailaddress"},
    "forms": {"email", "name", "sähköposti", "sähköpostiosoite", "nimi"},
    "surveymonkey": {"emailaddress", "firstname", "lastname"},
}
_TOOLS = (
    ("qualtrics_legacy", {"responseid", "responseset"}),
    *(("qualtrics", {"responseid", mark}) for mark in ("recordeddate", "distributionchannel", "ipaddress")),
    *(("forms", marks) for marks in ({"starttime", "completiontime"}, {"aloitusaika", "valmistumisaika"})),
    ("surveymonkey", {"respondentid", "collectorid"}),
)
"""Columns by which a tool's export is known."""
_PREVIEW_MARKS = {
    "status": {"1", "2", "9", "17", "surveypreview", "surveytest", "spamsurveypreview", "offlinesurveypreview"},
    "distributionchannel": {"preview", "surveypreview", "test"},
}
_UNFINISHED = {"0", "false"}


def marking_columns(names: Collection[str]) -> list[str]:
    """Those columns of a survey tool's table by which `leave_out_added` knows the tool and its previews; no personal data."""
    known = {_plain(name): name for name in names}
    marks = [("responseid", "recordeddate"), ("responseid", "distributionchannel")]
    tool = [mark for mark in marks if known.keys() >= set(mark)][:1]
    return [known[name] for mark in tool for name in (*mark, *_PREVIEW_MARKS, "finished") if name in known]


def leave_out_added(draft: Draft, keep: Collection[str]) -> Draft:
    """The table without rows that Qualtrics marks as previews or tests, and without columns by which the tool knows a person.

    Personal columns that the study maps, `keep`, stay, and so do unfinished answers, since what was answered counts. All of it is
    said.
    """
    # Each column's name as the tool knows it; Qualtrics' old exports call it V1, V2, ... and tell it on the second row.
    shown = {one: draft.labels.get(one, one) if re.fullmatch(r"V\d+", one) else one for one in draft.frame.columns}
    known = {column: _plain(name) for column, name in shown.items()}
    tool = next((name for name, marks in _TOOLS if marks <= set(known.values())), "")
    frame, rows, notes = draft.frame, draft.rows, []

    def note(code: str, **values: Value) -> None:
        notes.append(Message(code=code, values={"file": draft.file, **values}))

    if tool in {"qualtrics", "qualtrics_legacy"}:
        marks = [(column, _PREVIEW_MARKS[name]) for column, name in known.items() if name in _PREVIEW_MARKS]
        preview = pd.Series(data=False, index=frame.index)
        for column, codes in marks:
            preview |= frame[column].map(_code).isin(codes)
        if preview.any():
            note("readers.preview_rows", rows_n=int(preview.sum()))
            rows = [row for row, dropped in zip(rows, preview, strict=True) if not dropped]
            frame = frame[~preview].reset_index(drop=True)
        finished = [column for column, name in known.items() if name == "finished"][:1]
        unfinished = int(frame[finished].map(_code).isin(_UNFINISHED).to_numpy().sum())
        if unfinished:
            note("readers.unfinished", rows_n=unfinished)
    personal = _PERSONAL | _PERSONAL_OF_TOOL.get(tool, set())
    dropped = [column for column, name in known.items() if name in personal and column not in keep]
    if dropped:
        note("readers.personal_columns", columns=", ".join(shown[column] for column in dropped), columns_n=len(dropped))
    return replace(
        draft,
        frame=frame.drop(columns=dropped),
        rows=rows,
        labels={column: label for column, label in draft.labels.items() if column not in dropped},
        value_labels={column: labels for column, labels in draft.value_labels.items() if column not in dropped},
        assumed=(*draft.assumed, *notes),
    )


def _code(cell: object) -> str:
    """A cell as a code: 1, 1.0 and "1" are the same."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else _plain(str(cell))


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).lower()


# The way out.


def finish(draft: Draft, *, decimal: str | None, keep: Collection[str], names: Collection[str]) -> RawTable:
    """The table that the study works on, its own texts for columns and codes tidy like its cells.

    Raises:
        StudyError: no answers are left, or what the reader found so far does not hold; all problems at once.
    """
    draft = read_numbers(leave_out_totals(leave_out_added(draft, keep)), decimal, names)
    problems = [*draft.problems, *([] if len(draft.frame) else [no_answers_problem(draft.file)])]
    if problems:
        raise StudyError(problems)
    return RawTable(
        file=draft.file,
        frame=draft.frame,
        labels={column: tidy(label) for column, label in draft.labels.items()},
        value_labels={
            column: {tidy(code) if isinstance(code, str) else code: tidy(str(text)) for code, text in labels.items()}
            for column, labels in draft.value_labels.items()
        },
        first_row=draft.rows[0],
        assumed=draft.assumed,
        rows=draft.rows,
        names=names,
        repeated=draft.repeated,
        header_row=draft.header_row,
        errors=draft.errors,
        import_ids=draft.import_ids,
    )
