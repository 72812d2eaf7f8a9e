"""The questionnaire as LimeSurvey's tab-separated survey structure: import it as a survey, and its codes are those of study.yaml.

The form follows LimeSurvey's manual, "Tab Separated Value survey structure", and what its own export writes: rows of settings (S),
then of each language its texts (SL), and, the main language first, groups (G), questions (Q), subquestions (SQ) and answers (A).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from html import escape

from valuelib.fieldwork.model import FIRST_WAVE, SCALE, Block, Option, Question, Questionnaire, dont_know, hidden_fields
from valuelib.fieldwork.wording import Line, facts_of, lines_of, phrase
from valuelib.theory.files import Text

COLUMNS = (
    *("id", "related_id", "class", "type/scale", "name", "relevance", "text", "help", "language", "validation"),
    *("mandatory", "other", "default", "same_default"),
    *("hidden", "random_group", "random_order", "subquestion_order"),
    *("min_num_value_n", "max_num_value_n", "suffix", "answer_width"),
)
TYPES = {"scale": "L", "choice": "L", "number": "N", "open": "T"}  # list, list, number, long text
ARRAY, SHORT_TEXT = "F", "S"
RANDOM_GROUP = "statements"
Row = dict[str, object]


def render_limesurvey(questionnaire: Questionnaire) -> str:
    """The text of the .txt file, to be written in UTF-8 with a byte-order mark."""
    made = io.StringIO()
    writer = csv.DictWriter(made, COLUMNS, restval="", delimiter="\t", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(_rows(questionnaire))
    return made.getvalue()


def _rows(questionnaire: Questionnaire) -> Iterator[Row]:
    main, *others = questionnaire.languages
    settings = {
        "language": main,
        "additional_languages": " ".join(others),
        "format": "G",
        "anonymized": "N",
        "datestamp": "Y",
        "allowprev": "Y",
        "questionindex": "0",
        "showprogress": "Y",
        "showwelcome": "Y",
        "shownoanswer": "N",
        "showxquestions": "N",
        "showgroupinfo": "B",
        "showqnumcode": "X",
        "ipaddr": "N",
        "refurl": "N",
        "showsurveypolicynotice": "2",
    }
    for name, value in settings.items():
        yield {"class": "S", "name": name, "text": value}
    for language in questionnaire.languages:
        for name, value in _texts(questionnaire, language):
            yield {"class": "SL", "name": name, "text": value, "language": language}
    for language in questionnaire.languages:
        yield from _content(questionnaire, language)


def _texts(questionnaire: Questionnaire, language: str) -> Iterator[tuple[str, str]]:
    """Title, welcome, thanks, privacy notice with its consent, invitation and reminder."""
    facts = facts_of(questionnaire)
    yield "surveyls_title", phrase("title", language, **facts)
    yield "surveyls_welcometext", as_html(lines_of("intro", language, **facts))
    yield "surveyls_endtext", as_html(lines_of("thanks", language))
    yield "surveyls_policy_notice", as_html(lines_of("privacy", language, **facts))
    yield "surveyls_policy_notice_label", phrase("agreed", language)
    for key, place in (("invite", "invitation"), ("remind", "reminder")):
        subject, *body = lines_of(place, language, **facts)
        yield f"surveyls_email_{key}_subj", subject.text.partition(": ")[2]
        yield f"surveyls_email_{key}", as_html(body).replace(phrase("link", language), "{SURVEYURL}")


def _content(questionnaire: Questionnaire, language: str) -> Iterator[Row]:
    """Groups and questions in one language; every row has the same id as in the others."""
    ids = iter(range(1, 10_000))
    for place, block in enumerate(questionnaire.blocks, start=1):
        group = RANDOM_GROUP if block.drawn else ""
        lead = "" if block.grid else block.lead.say(language)
        yield {
            **{"id": place, "class": "G", "type/scale": place, "name": block.title.say(language), "relevance": 1, "text": lead},
            **{"language": language, "random_group": group},
        }
        for question in (_array(block),) if block.grid else block.questions:
            yield from _question(question, block, language, ids)
    for attribute, (code, name) in enumerate(hidden_fields().items(), start=1):
        default = FIRST_WAVE if code == "wave" else f"{{TOKEN:ATTRIBUTE_{attribute}}}"
        asked = _asked(code, SHORT_TEXT, phrase("sheet.hidden", language, name=name.say(language)), language, next(ids))
        yield {**asked, "hidden": 1, "default": default}


def _array(block: Block) -> Question:
    """A page of statements as one question, whose text is the page's lead."""
    return Question(code=block.code, kind="scale", text=block.lead)


def _question(question: Question, block: Block, language: str, ids: Iterator[int]) -> Iterator[Row]:
    kind = ARRAY if block.grid else TYPES[question.kind]
    row = _asked(question.code, kind, question.text.say(language), language, next(ids))
    if block.grid:
        row |= {"random_order": 1, "subquestion_order": "random", "answer_width": 40} if block.drawn else {"answer_width": 40}
    if question.kind == "number" and question.limits is not None and question.unit is not None:
        low, high = question.limits
        row |= {"min_num_value_n": low, "max_num_value_n": high, "suffix": question.unit.say(language)}
    yield row
    for statement in block.questions if block.grid else ():
        yield {
            **{"id": next(ids), "class": "SQ", "type/scale": 0, "name": statement.code, "relevance": 1},
            **{"text": statement.text.say(language), "language": language},
        }
    for option in _options(block.questions[0] if block.grid else question):
        yield {
            **{"id": row["id"], "class": "A", "type/scale": 0, "name": option.code},
            **{"text": option.text.say(language), "language": language},
        }


def _asked(code: str, kind: str, text: str, language: str, number: int) -> Row:
    return {
        **{"id": number, "class": "Q", "type/scale": kind, "name": code, "relevance": 1, "text": escape(text, quote=False)},
        **{"language": language, "mandatory": "N", "other": "N", "same_default": 1},
    }


def _options(question: Question) -> Iterator[Option]:
    """The answers to choose from: codes are the numbers of the scale, whose ends carry their words."""
    yield from question.options
    yield from scale_options(question)
    if question.may_not_know:
        yield dont_know()


def scale_options(question: Question) -> Iterator[Option]:
    """The points of a question's scale, the ends with their words."""
    if question.low is None or question.high is None:
        return
    low, high = SCALE
    for number in range(low, high + 1):
        end = question.low if number == low else question.high if number == high else None
        yield Option(
            code=number,
            text=Text(
                en=f"{number} – {end.en}" if end else str(number),
                fi=f"{number} – {end.fi}" if end else str(number),
            ),
        )


def as_html(lines: Iterator[Line] | list[Line]) -> str:
    """Lines as HTML in one row, as a cell of the structure must be."""
    tags = {"heading": "h3", "paragraph": "p", "item": "li"}
    html, listing = [], False
    for line in lines:
        if (line.kind == "item") != listing:
            html.append("</ul>" if listing else "<ul>")
            listing = not listing
        html.append(f"<{tags[line.kind]}>{escape(line.text, quote=False)}</{tags[line.kind]}>")
    return "".join([*html, "</ul>" * listing])
