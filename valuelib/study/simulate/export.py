"""How does a made-up study look as a survey tool exports it? With question headers, and words where answers are words."""

from __future__ import annotations

import io
from collections.abc import Mapping

import numpy as np
import pandas as pd

from valuelib.study.simulate.frames import Simulated
from valuelib.theory import element, facet_items

# Canonical column -> header in Finnish and English, in the order of the form.
HEADERS: Mapping[str, tuple[str, str]] = {
    "respondent": ("VastaajaID", "RespondentID"),
    "account": ("Asiakasnumero", "CustomerNo"),
    "wave": ("Vuosi", "Year"),
    "weight": ("Paino", "Weight"),
    "segment.industry": ("Toimiala", "Industry"),
    "segment.size": ("Kokoluokka", "Size"),
    "adjust.tenure": ("Asiakkuusvuodet", "TenureYears"),
    "package": ("Palvelupaketti", "Package"),
    "team": ("Vastuutiimi", "AccountTeam"),
    "recommend": ("K1 Suosittelu", "Q1 Recommend"),
    "satisfaction": ("K2 Tyytyväisyys", "Q2 Satisfaction"),
    "effort": ("K3 Asioinnin helppous", "Q3 Ease"),
    "promise": ("K4 Lupaus", "Q4 Promise"),
    "value_enhancement_1": ("K7.1 Saimme enemmän kuin odotimme", "Q7.1 More than expected"),
    "value_enhancement_2": ("K7.2 Löysimme uusia hyötyjä", "Q7.2 New benefits found"),
    "share_of_purchases": ("K8 Osuus IT-ostoista, %", "Q8 Share of IT purchases, %"),
    "unaffected": ("K9 Näkymät Suomen taloudessa", "Q9 Outlook of the economy"),
    "marker": ("K10 Oman toimiston viihtyisyys", "Q10 Own office premises"),
    "expansion_score": ("K11 Aikomus laajentaa yhteistyötä", "Q11 Intention to expand"),
    "repurchase": ("Sopimus uusittu", "Contract renewed"),
    "contract.start": ("Sopimus alkoi", "Contract from"),
    "contract.end": ("Sopimus tiedossa asti", "Contract known until"),
    "contract.ended": ("Sopimus päättyi", "Contract ended"),
    "comment": ("Avoin palaute", "Open comment"),
}
YES_NO = {"fi": ("Kyllä", "Ei"), "en": ("Yes", "No")}
PROMISE = {"fi": ("Alittui", "Täyttyi", "Ylittyi"), "en": ("Fell short", "Met", "Exceeded")}
NO_ANSWER = {"fi": "En osaa sanoa", "en": "Don't know"}


def header(column: str, language: str, numbered: Mapping[str, int] | None = None) -> str:
    """The export's header of a canonical column; `numbered` gives the elements their question numbers."""
    if column in HEADERS:
        return HEADERS[column][language == "en"]
    kind, _, key = column.partition(".")
    if kind == "facet":
        return f"{_letter(language)}6.{facet_number(key)} {key}" if numbered is not None else key
    name = element(key).name.say(language)
    return f"{_letter(language)}5.{numbered[column]} {name}" if numbered is not None else name


def headers(simulated: Simulated) -> dict[str, str]:
    """Canonical column -> header of the responses, for every column that the export has."""
    answers = simulated.answers
    rated = [column for column in names_of(answers) if column.startswith("element.")]
    numbered = {column: place for place, column in enumerate(rated, start=1)}
    front = [column for column in list(HEADERS)[:13] if column != "weight" or simulated.truth.weights]
    facets = [column for column in names_of(answers) if column.startswith("facet.")]
    back = [column for column in list(HEADERS)[13:] if not column.startswith("contract.") or simulated.truth.contracts]
    order = [*front, *rated, *facets, *back]
    return {column: header(column, simulated.truth.language, numbered) for column in order}


def export_responses(simulated: Simulated) -> pd.DataFrame:
    """The answers as the export holds them: whole numbers, words for yes and no, and words for "no answer"."""
    language = simulated.truth.language
    shown = {}
    for column, name in headers(simulated).items():
        values = simulated.answers[column]
        if column == "repurchase":
            values = values.map({1.0: YES_NO[language][0], 0.0: YES_NO[language][1]})
        elif column == "promise":
            values = values.map(dict(zip((-1.0, 0.0, 1.0), PROMISE[language], strict=True)))
        elif column.startswith("contract."):
            values = values.dt.strftime("%Y-%m-%d")
        elif column.startswith(("element.", "facet.")):
            values = whole(values).fillna(NO_ANSWER[language])
        elif column != "weight" and pd.api.types.is_float_dtype(values):
            values = whole(values)
        shown[name] = values
    return pd.DataFrame(shown)


def export_table(frame: pd.DataFrame, language: str) -> pd.DataFrame:
    """The provider's or the employees' answers as a file of their own."""
    names = {"account": HEADERS["account"][language == "en"], "team": ("Tiimi", "Team")[language == "en"]}
    return pd.DataFrame(
        {
            names.get(column) or header(column, language): whole(frame[column]) if "." in column else frame[column]
            for column in frame.columns
        }
    )


def to_csv(frame: pd.DataFrame) -> bytes:
    """The table as a Finnish spreadsheet saves it: semicolons, UTF-8 with a byte-order mark."""
    buffer = io.StringIO()
    frame.to_csv(buffer, index=False, sep=";", lineterminator="\n")
    return buffer.getvalue().encode("utf-8-sig")


def names_of(frame: pd.DataFrame) -> list[str]:
    """The frame's column names."""
    return [str(column) for column in frame.columns]


def facet_number(key: str) -> int:
    """Place of a statement in the co-creation battery, from 1."""
    return [item.key for item in facet_items()].index(key) + 1


def whole(values: pd.Series) -> pd.Series:
    """Whole numbers as text, blanks kept."""
    return pd.Series([None if np.isnan(value) else str(int(value)) for value in values], index=values.index, dtype=object)


def _letter(language: str) -> str:
    return "K" if language == "fi" else "Q"
