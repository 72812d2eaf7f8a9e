"""What every table goes through after reading: header rows, personal data and previews left out, numbers, problems."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from valuelib.errors import Problem, StudyError
from valuelib.results import Message
from valuelib.study.readers.draft import Draft, Grid, RawTable, is_blank, read_numbers, some

# Header rows; survey tools write one, two or three.

_ALONE = {"response", "open-ended response", "vastaus", "avoin vastaus"}
"""What SurveyMonkey writes under a question that has a single column: no option, so the question's text is enough."""


@dataclass(frozen=True, slots=True)
class _Header:
    names: list[str]
    labels: list[str]
    height: int
    code: str | None = None


def take_headers(grid: Grid, *, plain_names: bool = False) -> Draft:
    """Split a grid into header and answers, and name the columns.

    Args:
        grid: at least one row; all rows of one length.
        plain_names: refuse letters beyond ASCII in the names, because the encoding is in doubt.
    Raises:
        StudyError: there are no answers below the header, or a title stands above it.
    """
    title = title_problem(grid.cells, grid.rows, grid.file)
    if title:
        raise StudyError([title])
    header = _find_header(grid.cells)
    if len(grid.cells) <= header.height:
        raise StudyError([no_answers_problem(grid.file)])
    if plain_names and not all(name.isascii() for name in header.names):
        raise StudyError(
            [
                Problem(
                    "No single encoding fits the file, and column names hold letters that depend on it.",
                    f"{grid.file}, header",
                    "UTF-8 text, or column names in plain letters a-z.",
                    "Save the file as UTF-8, or set `encoding` in study.yaml.",
                )
            ]
        )
    return _draft(grid, header)


def title_problem(cells: Sequence[Sequence[object]], rows: Sequence[int], file: str) -> Problem | None:
    """A lone title above the header, as report-like exports have it, or None."""
    below = [sum(not is_blank(cell) for cell in row) for row in cells[1:6]]
    if sum(not is_blank(cell) for cell in cells[0]) != 1 or not below or max(below) < 3:
        return None
    return Problem(
        "The first row holds a single text, not the names of the columns.",
        f"{file}, row {rows[0]}",
        "The column names on the first row.",
        "Delete the title rows above the column names and save the file.",
    )


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


def _find_header(cells: Sequence[Sequence[object]]) -> _Header:
    for find in (_qualtrics, _qualtrics_legacy, _surveymonkey):
        header = find(cells)
        if header is not None:
            return header
    return _Header(_texts(cells[0]), [""] * len(cells[0]), 1)


def _qualtrics(cells: Sequence[Sequence[object]]) -> _Header | None:
    """Names, question texts, then JSON such as {"ImportId":"QID1"}; the texts may have been left out."""
    for height in (3, 2):
        if len(cells) >= height and all(is_blank(cell) or '"ImportId"' in str(cell) for cell in cells[height - 1]):
            labels = _texts(cells[1]) if height == 3 else [""] * len(cells[0])
            return _Header(_texts(cells[0]), labels, height, "readers.headers_qualtrics")
    return None


def _qualtrics_legacy(cells: Sequence[Sequence[object]]) -> _Header | None:
    """Names V1, V2, ... above ResponseID, ResponseSet, ...: two rows."""
    if len(cells) < 2 or _texts(cells[0])[:2] != ["V1", "V2"] or "ResponseID" not in _texts(cells[1]):
        return None
    return _Header(_texts(cells[0]), _texts(cells[1]), 2, "readers.headers_qualtrics_legacy")


def _surveymonkey(cells: Sequence[Sequence[object]]) -> _Header | None:
    """The question above the first of its columns, the options on the second row, blank below what describes the respondent."""
    if len(cells) < 2:
        return None
    above, below = _texts(cells[0]), _texts(cells[1])
    spans = any(
        not question and option and not (re.fullmatch(r"[-+]?\d+([.,]\d+)?", option) is not None)
        for question, option in zip(above, below, strict=True)
    )
    alone = any(option.lower() in _ALONE for option in below)
    if not above[0] or any(below[:2]) or not (spans or alone):
        return None
    names, question = [], ""
    for text, option in zip(above, below, strict=True):
        question = text or (question if option else "")
        names.append(question if not option or option.lower() in _ALONE else f"{question} - {option}")
    return _Header(
        names, [name if option else "" for name, option in zip(names, below, strict=True)], 2, "readers.headers_surveymonkey"
    )


def _draft(grid: Grid, header: _Header) -> Draft:
    answers, rows = grid.cells[header.height :], grid.rows[header.height :]
    columns = list(zip(*answers, strict=True))
    used = [place for place, name in enumerate(header.names) if name or not all(is_blank(cell) for cell in columns[place])]
    unnamed = [place for place in used if not header.names[place]]
    names = {place: header.names[place] or f"column {place + 1}" for place in used}
    unique = _numbered(list(names.values()))
    frame = pd.DataFrame({name: pd.Series(columns[place], dtype=object) for name, place in zip(unique, used, strict=True)})
    assumed = [
        *grid.assumed,
        *_notes(grid.file, header, dropped=len(columns) - len(used), unnamed=[names[place] for place in unnamed]),
    ]
    return Draft(
        file=grid.file,
        frame=frame,
        rows=rows,
        labels={name: header.labels[place] for name, place in zip(unique, used, strict=True) if header.labels[place]},
        assumed=tuple(assumed),
        problems=tuple(duplicate_problems(list(names.values()), grid.file)),
    )


def _notes(file: str, header: _Header, *, dropped: int, unnamed: Sequence[str]) -> list[Message]:
    notes = []
    if header.code:
        notes.append(Message(code=header.code, values={"file": file, "rows_n": header.height}))
    if dropped:
        notes.append(Message(code="readers.empty_columns", values={"file": file, "columns_n": dropped}))
    if unnamed:
        notes.append(Message(code="readers.unnamed_columns", values={"file": file, "columns": some(unnamed)}))
    return notes


def duplicate_problems(names: Sequence[str], file: str) -> list[Problem]:
    """A problem where several columns share a name."""
    repeated = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if not repeated:
        return []
    return [
        Problem(
            f"Several columns have the same name: {some([repr(_short(name)) for name in repeated])}.",
            f"{file}, header",
            "A name of its own for every column.",
            "Rename the columns in the file, so that study.yaml can tell them apart.",
        )
    ]


def _texts(row: Sequence[object]) -> list[str]:
    """Header cells as one-line texts."""
    return ["" if cell is None else " ".join(str(cell).split()) for cell in row]


def _numbered(names: Sequence[str]) -> list[str]:
    """Names made unique, only so that the other problems of the file can still be found and told together."""
    return [name if name not in names[:place] else f"{name} #{place + 1}" for place, name in enumerate(names)]


def _short(name: str) -> str:
    return name if len(name) <= 40 else f"{name[:39]}…"


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
_PREVIEW_STATUS = {"1", "2", "9", "17", "surveypreview", "surveytest", "spamsurveypreview", "offlinesurveypreview"}
_PREVIEW_CHANNEL = {"preview", "surveypreview", "test"}
_UNFINISHED = {"0", "false"}


def drop_personal(draft: Draft, keep: Collection[str]) -> Draft:
    """Leave out the columns by which the tool knows a person, but for those that the study maps; say which."""
    known = _known_names(draft)
    personal = _PERSONAL | _PERSONAL_OF_TOOL.get(_tool(known.values()) or "", set())
    dropped = [column for column, name in known.items() if name in personal and column not in keep]
    if not dropped:
        return draft
    shown = [_shown(column, draft.labels) for column in dropped]
    notes = Message(
        code="readers.personal_columns", values={"file": draft.file, "columns": ", ".join(shown), "columns_n": len(dropped)}
    )
    return replace(
        draft,
        frame=draft.frame.drop(columns=dropped),
        labels={column: label for column, label in draft.labels.items() if column not in dropped},
        value_labels={column: labels for column, labels in draft.value_labels.items() if column not in dropped},
        assumed=(*draft.assumed, notes),
    )


def drop_previews(draft: Draft) -> Draft:
    """Leave out the rows that Qualtrics marks as previews or tests of the questionnaire; say how many."""
    known = _known_names(draft)
    if _tool(known.values()) not in {"qualtrics", "qualtrics_legacy"}:
        return draft
    preview = pd.Series(data=False, index=draft.frame.index)
    for column, name in known.items():
        marks = {"status": _PREVIEW_STATUS, "distributionchannel": _PREVIEW_CHANNEL}.get(name)
        if marks is not None:
            preview |= draft.frame[column].map(_code).isin(marks)
    if not preview.any():
        return draft
    notes = Message(code="readers.preview_rows", values={"file": draft.file, "rows_n": int(preview.sum())})
    kept = [row for row, dropped in zip(draft.rows, preview, strict=True) if not dropped]
    return replace(draft, frame=draft.frame[~preview].reset_index(drop=True), rows=kept, assumed=(*draft.assumed, notes))


def note_unfinished(draft: Draft) -> Draft:
    """Say how many answers Qualtrics marks as unfinished; they stay, since what was answered counts."""
    known = _known_names(draft)
    marks = [column for column, name in known.items() if name == "finished"]
    if not marks or _tool(known.values()) not in {"qualtrics", "qualtrics_legacy"}:
        return draft
    unfinished = int(draft.frame[marks[0]].map(_code).isin(_UNFINISHED).sum())
    if not unfinished:
        return draft
    notes = Message(code="readers.unfinished", values={"file": draft.file, "rows_n": unfinished})
    return replace(draft, assumed=(*draft.assumed, notes))


def _known_names(draft: Draft) -> dict[str, str]:
    """Each column's name as the tool knows it; Qualtrics' old exports call it V1, V2, ... and tell it on the second row."""
    return {column: _plain(_shown(column, draft.labels)) for column in draft.frame.columns}


def _shown(column: str, labels: Mapping[str, str]) -> str:
    return labels.get(column, column) if re.fullmatch(r"V\d+", column) else column


def _tool(names: Collection[str]) -> str | None:
    found = set(names)
    if {"responseid", "responseset"} <= found:
        return "qualtrics_legacy"
    if "responseid" in found and found & {"recordeddate", "distributionchannel", "ipaddress"}:
        return "qualtrics"
    if {"starttime", "completiontime"} <= found or {"aloitusaika", "valmistumisaika"} <= found:
        return "forms"
    return "surveymonkey" if {"respondentid", "collectorid"} <= found else None


def _code(cell: object) -> str:
    """A cell as a code: 1, 1.0 and "1" are the same."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else _plain(str(cell))


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).lower()


# The way out.


def finish(draft: Draft, *, decimal: str | None, keep: Collection[str]) -> RawTable:
    """The table that the study works on.

    Raises:
        StudyError: no answers are left, or what the reader found so far does not hold; all problems at once.
    """
    draft = read_numbers(drop_personal(note_unfinished(drop_previews(draft)), keep), decimal)
    problems = [*draft.problems, *([] if len(draft.frame) else [no_answers_problem(draft.file)])]
    if problems:
        raise StudyError(problems)
    return RawTable(
        file=draft.file,
        frame=draft.frame,
        labels=draft.labels,
        value_labels=draft.value_labels,
        first_row=draft.rows[0],
        assumed=draft.assumed,
        rows=draft.rows,
    )
