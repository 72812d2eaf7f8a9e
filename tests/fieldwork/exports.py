"""Simulated answers to a questionnaire, and the files in which each tool exports them."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd

from valuelib.fieldwork.mapping import ANSWERS_SHEET, Tool, answers_file, column_names
from valuelib.fieldwork.model import Questionnaire, dont_know, element_codes
from valuelib.worlds import Truth, rng_for, simulate_frames

PEOPLE = 120
OUTCOMES = {  # code -> column of the simulator
    "recommend": "recommend",
    "repurchase": "satisfaction",
    "expansion": "expansion_score",
    "satisfaction": "satisfaction",
    "effort": "effort",
    "share": "share_of_purchases",
    "unaffected": "unaffected",
    "more1": "value_enhancement_1",
    "more2": "value_enhancement_2",
    "marker": "marker",
}


def simulated_answers(questionnaire: Questionnaire, seed: int = 7) -> pd.DataFrame:
    """A row a person, a column a code, as text: codes of the answers, "don't know" among them, and blanks."""
    world = simulate_frames(Truth(respondents=PEOPLE, accounts=40, language=questionnaire.languages[0]), seed).answers
    draw = rng_for(seed, "fieldwork")
    columns: dict[str, pd.Series] = {}
    for question in questionnaire.questions:
        code = question.code
        if question.key is not None:
            kind = "element" if question.key in element_codes() else "facet"
            values = world[f"{kind}.{question.key}"]
        elif code == "promise":
            values = world["promise"] + 2
        elif code == "value":
            values = world["perceived_value"].round()
        elif code in ("role", "years"):
            values = pd.Series(draw.integers(1, 5, len(world)).astype(float))
        elif code.startswith(("best", "worst")):  # the two of a set by one drawn order
            codes = np.tile([one.code for one in question.options], (len(world), 1))
            order = rng_for(seed, f"set {code[-2:]}").permuted(codes, axis=1)
            values = pd.Series(order[:, code.startswith("worst") * 1].astype(float))
        elif code == "comment":
            columns[code] = world["comment"].fillna("").astype(str)
            continue
        else:
            values = world[OUTCOMES[code]]
        said = pd.Series(["" if np.isnan(value) else str(int(value)) for value in values])
        if question.may_not_know:
            said = said.mask(draw.random(len(said)) < 0.03, str(dont_know().code))
        columns[code] = said
    offering = [questionnaire.offerings[0 if one else -1].name if questionnaire.offerings else "" for one in world["offering"] == 1]
    hidden = {"account": world["account"], "offering": offering, "team": "T1", "wave": "1"}
    return pd.DataFrame({**columns, **hidden})


def write_export(tool: Tool, questionnaire: Questionnaire, answers: pd.DataFrame, study: Path) -> Path:
    """The answers as the tool exports them, in the study folder."""
    path = study / answers_file(questionnaire, tool)
    match tool:
        case "limesurvey":
            path.write_bytes(limesurvey_csv(questionnaire, answers))
        case "qsf":
            path.write_bytes(qualtrics_csv(questionnaire, answers))
        case "xlsx":
            type_in(path, answers)
        case _:
            type_on(path, answers)
    return path


def quoted_csv(rows: list[list[str]]) -> bytes:
    made = io.StringIO()
    csv.writer(made, quoting=csv.QUOTE_ALL).writerows(rows)
    return made.getvalue().encode("utf-8-sig")


def limesurvey_csv(questionnaire: Questionnaire, answers: pd.DataFrame) -> bytes:
    """CSV with question codes as headings and answer codes as answers; statements of an array have theirs in brackets."""
    names = column_names(questionnaire, "limesurvey")
    own = ["id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp"]
    moment = "2026-03-02 09:30:11"
    rows = [[*own, *(names[code] for code in answers.columns)]]
    for number, row in enumerate(answers.itertuples(index=False), start=1):
        rows.append([str(number), moment, "12", questionnaire.languages[0], str(1000 + number), moment, moment, *row])
    return quoted_csv(rows)


def qualtrics_csv(questionnaire: Questionnaire, answers: pd.DataFrame) -> bytes:
    """CSV with three header rows (tags, texts, ImportId) and numeric values; the first row is a preview, which is no answer."""
    before = ["StartDate", "EndDate", "Status", "Progress", "Duration (in seconds)", "Finished", "RecordedDate", "ResponseId"]
    before += ["DistributionChannel", "UserLanguage"]
    texts = {question.code: question.text.say(questionnaire.languages[0]) for question in questionnaire.questions}
    codes = [str(code) for code in answers.columns]
    ids = ["startDate", "endDate", "status", "progress", "duration", "finished", "recordedDate", "_recordId"]
    ids += ["distributionChannel", "userLanguage", *(f"QID{place}" for place, _ in enumerate(codes, start=2))]
    rows = [[*before, *codes], [*before, *(texts.get(code, code) for code in codes)]]
    rows.append([json.dumps({"ImportId": one}) for one in ids])
    for number, row in enumerate([answers.iloc[0], *(answers.iloc[place] for place in range(len(answers)))]):
        status, moment = "1" if number == 0 else "0", "2026-03-02 09:30:11"
        told = [
            moment,
            moment,
            status,
            "100",
            "412",
            "1",
            moment,
            f"R_{number:015}",
            "anonymous",
            questionnaire.languages[0].upper(),
        ]
        rows.append([*told, *row])
    return quoted_csv(rows)


def type_in(path: Path, answers: pd.DataFrame) -> None:
    """Typed into the answer sheet, as numbers where they are numbers."""
    book = openpyxl.load_workbook(path)
    sheet = book[ANSWERS_SHEET]
    places = {cell.value: cell.column for cell in sheet[1]}
    for number, (_, row) in enumerate(answers.iterrows(), start=2):
        for code, value in {"respondent": number - 1, **row}.items():
            text = str(value)
            if text:
                sheet.cell(row=number, column=places[code], value=int(text) if text.isdigit() else text)
    book.save(path)


def type_on(path: Path, answers: pd.DataFrame) -> None:
    """Typed under the header of the empty file, as a Finnish spreadsheet program saves it."""
    header = path.read_text(encoding="utf-8-sig").strip().split(";")
    full = answers.assign(respondent=[str(place) for place in range(1, len(answers) + 1)])
    path.write_bytes(full[header].to_csv(index=False, sep=";").encode("utf-8-sig"))
