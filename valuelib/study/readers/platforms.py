"""What did the survey tool itself add to an export that is no answer: personal data, previews, unfinished answers?"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

import pandas as pd

from valuelib.records import Message
from valuelib.study.readers.draft import Draft

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
    said = Message(
        code="readers.personal_columns", values={"file": draft.file, "columns": ", ".join(shown), "columns_n": len(dropped)}
    )
    return replace(
        draft,
        frame=draft.frame.drop(columns=dropped),
        labels={column: label for column, label in draft.labels.items() if column not in dropped},
        value_labels={column: labels for column, labels in draft.value_labels.items() if column not in dropped},
        assumed=(*draft.assumed, said),
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
    said = Message(code="readers.preview_rows", values={"file": draft.file, "rows_n": int(preview.sum())})
    kept = [row for row, dropped in zip(draft.rows, preview, strict=True) if not dropped]
    return replace(draft, frame=draft.frame[~preview].reset_index(drop=True), rows=kept, assumed=(*draft.assumed, said))


def tell_unfinished(draft: Draft) -> Draft:
    """Say how many answers Qualtrics marks as unfinished; they stay, since what was answered counts."""
    known = _known_names(draft)
    marks = [column for column, name in known.items() if name == "finished"]
    if not marks or _tool(known.values()) not in {"qualtrics", "qualtrics_legacy"}:
        return draft
    unfinished = int(draft.frame[marks[0]].map(_code).isin(_UNFINISHED).sum())
    if not unfinished:
        return draft
    said = Message(code="readers.unfinished", values={"file": draft.file, "rows_n": unfinished})
    return replace(draft, assumed=(*draft.assumed, said))


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
