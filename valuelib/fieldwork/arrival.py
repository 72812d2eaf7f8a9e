"""A study from an export: where its columns are those of a questionnaire made here, nothing is left to guess."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from valuelib.fieldwork.choices import MOST_SETS, codes_of_set
from valuelib.fieldwork.mapping import ANSWERS_SHEET, MARK, RESPONDENT, write_mapping
from valuelib.fieldwork.model import (
    LANGUAGES,
    Offering,
    build_questionnaire,
    element_codes,
    facet_codes,
    fixed_blocks,
    hidden_fields,
)
from valuelib.study.readers import read_table
from valuelib.study.scaffold import check_new, scaffold_study
from valuelib.study.scaffold.beside import names_in
from valuelib.study.wording import quoted
from valuelib.theory.facets import facets

IN_GRID = re.compile(r"\w+\[(\w+)\]")  # LimeSurvey's name for a statement of an array


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a questionnaire's own study.yaml beside an export tells besides columns."""

    client: str | None = None
    language: str = LANGUAGES[0]
    offerings: tuple[Offering, ...] = ()
    choice_sets: tuple[tuple[str, ...], ...] = ()


def start_study(name: str, export: str | Path, folder: str | Path) -> Path:
    """Make a new study folder with a copy of the export and its study.yaml.

    An export of a questionnaire made here is recognised by its codes and mapped without a guess; the client, the language and the
    offerings come from the questionnaire's study.yaml where it lies beside the export, or in a folder beside it. Of any other
    export `scaffold_study` makes a proposal.

    Args:
        name: the study's name: letters, digits, - and _, up to 64 characters.
        export: the survey tool's file, in any format that can be read.
        folder: the study folder to make; it must not exist yet.
    Raises:
        ParameterError: the name cannot be used.
        StudyError: the folder exists already (nothing is overwritten), or the export cannot be read (nothing is written).
    """
    source, target = Path(export), Path(folder)
    check_new(name, export, target)
    if codes_of(names_in(source) or []) is None:  # told by the head of the file: a large export is read once
        return scaffold_study(name, export, folder)
    table = read_table(source, name=source.name)
    columns = codes_of([str(column) for column in table.frame.columns])
    if columns is None:
        return scaffold_study(name, export, folder)
    known = _beside(source)
    sheet = f", sheet: {ANSWERS_SHEET}" if source.suffix.lower() in (".xlsx", ".xlsm", ".ods") else ""
    questionnaire = build_questionnaire(
        name,
        client=known.client or name,
        languages=(known.language,),
        element_keys=[key for key, code in element_codes().items() if code in columns],
        facet_keys=[facet.key for facet in facets() if set(facet.items) & columns.keys()],
        offerings=known.offerings,
        choice_sets=known.choice_sets,
    )
    text = write_mapping(questionnaire, columns, f"{{file: {quoted(source.name)}{sheet}}}")
    target.mkdir(parents=True)
    shutil.copyfile(source, target / source.name)
    (target / "study.yaml").write_text(text, encoding="utf-8", newline="\n")
    return target


def codes_of(columns: list[str]) -> dict[str, str] | None:
    """Code -> column, where the columns are those of a questionnaire made here: every question that all of them have is there."""
    before, after = fixed_blocks()
    fixed = {question.code for block in (*before, *after) for question in block.questions}
    chosen = {code for place in range(1, MOST_SETS + 1) for code in codes_of_set(place)}
    known = fixed | chosen | {*element_codes().values(), *facet_codes(), *hidden_fields()}
    named = {(IN_GRID.fullmatch(column) or [column, column])[1]: column for column in columns}
    found = {code: column for code, column in named.items() if code in known}
    if not fixed <= found.keys():
        return None
    respondent = next((name for name in (*RESPONDENT.values(), "respondent") if name in columns), None)
    return found if respondent is None else {"respondent": respondent, **found}


def _beside(export: Path) -> Known:
    """What the study.yaml of the questionnaire tells, the nearest first."""
    for path in (export.parent / "study.yaml", *sorted(export.parent.glob("study*/study.yaml"))):
        if path.is_file() and (text := path.read_text(encoding="utf-8")).startswith(MARK):
            return _told(yaml.safe_load(text))
    return Known()


def _told(settings: Mapping[str, Any]) -> Known:
    exposure = settings.get("exposure") or {}
    offerings = [Offering(name=str(one), higher=key == "higher") for key in ("higher", "baseline") for one in exposure.get(key, ())]
    return Known(
        client=str(settings.get("client", "")) or None,
        language=settings.get("language", LANGUAGES[0]),
        offerings=tuple(offerings),
        choice_sets=tuple(tuple(one.get("items", ())) for one in (settings.get("choices") or {}).get("sets", ())),
    )
