"""Each tool's file: the form that its program expects, both languages, codes and order."""

import csv
import io
import json

import openpyxl
import pytest
from docx import Document
from docx.oxml.ns import qn

from valuelib.fieldwork.limesurvey import COLUMNS, render_limesurvey
from valuelib.fieldwork.mapping import ANSWERS_SHEET, column_names
from valuelib.fieldwork.markdown import render_markdown
from valuelib.fieldwork.model import Offering, build_questionnaire, dont_know, hidden_fields, words
from valuelib.fieldwork.paper import forms, interview_guide, letters, questionnaire_paper
from valuelib.fieldwork.qualtrics import render_qualtrics
from valuelib.fieldwork.word import render_word
from valuelib.fieldwork.workbook import ROWS, render_workbook
from valuelib.theory.facets import facets

QUESTIONNAIRE = build_questionnaire(
    "acme",
    client='Acme "Nordic" Oy & Co',
    element_keys=words()["core"],
    facet_keys=[facet.key for facet in facets()],
    offerings=[Offering(name="Partner", higher=True), Offering(name="Basic", higher=False)],
)
SCALE_CODES = [*map(str, range(11)), str(dont_know().code)]


# LimeSurvey


def limesurvey_rows():
    return list(csv.DictReader(io.StringIO(render_limesurvey(QUESTIONNAIRE)), delimiter="\t"))


def test_limesurvey_has_the_documented_columns_and_classes():
    text = render_limesurvey(QUESTIONNAIRE)
    assert text.splitlines()[0].split("\t") == [*COLUMNS]
    assert {"class", "type/scale", "name", "relevance", "text", "help", "language", "validation", "mandatory"} <= {*COLUMNS}
    rows = limesurvey_rows()
    assert [*dict.fromkeys(row["class"] for row in rows)] == ["S", "SL", "G", "Q", "A", "SQ"]
    assert {row["type/scale"] for row in rows if row["class"] == "Q"} == {"L", "N", "T", "F", "S"}
    settings = {row["name"]: row["text"] for row in rows if row["class"] == "S"}
    assert (settings["language"], settings["additional_languages"]) == ("fi", "en")


def test_limesurvey_repeats_every_row_in_each_language_with_the_same_ids():
    """The importer joins the languages by the ids and by the order of rows."""
    content = {
        language: [row for row in limesurvey_rows() if row["class"] in ("G", "Q", "SQ", "A") and row["language"] == language]
        for language in ("fi", "en")
    }
    same = ("id", "class", "type/scale", "name", "relevance", "random_group", "default", "hidden")
    codes = {
        language: [[row[key] for key in same if row["class"] != "G" or key != "name"] for row in rows]
        for language, rows in content.items()
    }
    assert codes["fi"] == codes["en"]
    assert all(row["text"] for rows in content.values() for row in rows if row["class"] != "G")
    rows = limesurvey_rows()
    assert rows.index(content["fi"][-1]) < rows.index(content["en"][0])


def test_limesurvey_exports_the_columns_of_study_yaml():
    """A heading is the question's code, with a subquestion's in brackets: read off the structure as LimeSurvey does."""
    exported, question = [], {}
    for row in limesurvey_rows():
        if row["language"] != "fi":
            continue
        if row["class"] == "Q":
            question = row
            exported += [row["name"]] if row["type/scale"] != "F" else []
        elif row["class"] == "SQ":
            exported.append(f"{question['name']}[{row['name']}]")
    names = column_names(QUESTIONNAIRE, "limesurvey")
    assert names.pop("respondent") == "id"
    assert sorted(exported) == sorted(names.values())


def test_limesurvey_answers_have_their_codes_and_pages_their_chance():
    rows = [row for row in limesurvey_rows() if row["language"] == "fi"]
    answers: dict[str, list[str]] = {}
    for row in rows:
        if row["class"] == "Q":
            question = row["name"]
        elif row["class"] == "A":
            answers.setdefault(question, []).append(row["name"])
    assert answers["recommend"] == answers["statements1"] == SCALE_CODES
    assert answers["promise"] == ["1", "2", "3"]
    drawn = [row for row in rows if row["class"] == "G" and row["random_group"]]
    assert len(drawn) == sum(block.drawn for block in QUESTIONNAIRE.blocks) > 1
    assert {row["name"] for row in rows if row["random_order"]} == {block.code for block in QUESTIONNAIRE.blocks if block.drawn}
    hidden = [row["name"] for row in rows if row["class"] == "Q" and row["hidden"] == "1"]
    assert hidden == [*hidden_fields()]


# Qualtrics


def qualtrics():
    return json.loads(render_qualtrics(QUESTIONNAIRE))


def elements_of(kind):
    return [element for element in qualtrics()["SurveyElements"] if element["Element"] == kind]


def test_qualtrics_has_every_part_of_a_survey_file():
    survey = qualtrics()
    assert {"SurveyID", "SurveyName", "SurveyLanguage", "SurveyStatus"} <= survey["SurveyEntry"].keys()
    parts = {"SurveyID", "Element", "PrimaryAttribute", "SecondaryAttribute", "TertiaryAttribute", "Payload"}
    assert all(element.keys() == parts for element in survey["SurveyElements"])
    assert {element["SurveyID"] for element in survey["SurveyElements"]} == {survey["SurveyEntry"]["SurveyID"]}
    assert {element["Element"] for element in survey["SurveyElements"]} == {
        "BL",
        "FL",
        "SO",
        "SCO",
        "PROJ",
        "STAT",
        "QC",
        "RS",
        "SQ",
    }
    assert elements_of("QC")[0]["SecondaryAttribute"] == str(len(elements_of("SQ")))


def test_qualtrics_flow_reaches_every_block_once_and_every_question_stands_in_one():
    blocks = elements_of("BL")[0]["Payload"]
    assert [block["Type"] for block in blocks].count("Default") == [block["Type"] for block in blocks].count("Trash") == 1

    def walk(flow):
        for node in flow:
            yield node
            yield from walk(node.get("Flow", ()))

    root = elements_of("FL")[0]["Payload"]
    nodes = [*walk(root["Flow"])]
    reached = [node["ID"] for node in nodes if node["Type"] == "Standard"]
    assert sorted(reached) == sorted(block["ID"] for block in blocks if block["Type"] != "Trash")
    ids = [node["FlowID"] for node in nodes]
    assert len({*ids, root["FlowID"]}) == len(ids) + 1 == root["Properties"]["Count"]
    placed = [entry["QuestionID"] for block in blocks for entry in block.get("BlockElements", ())]
    assert sorted(placed) == sorted(question["PrimaryAttribute"] for question in elements_of("SQ"))
    drawn = next(node for node in nodes if node["Type"] == "BlockRandomizer")
    assert drawn["SubSet"] == len(drawn["Flow"]) == sum(block.drawn for block in QUESTIONNAIRE.blocks)
    fields = next(node for node in nodes if node["Type"] == "EmbeddedData")
    assert [field["Field"] for field in fields["EmbeddedData"]] == [*hidden_fields()]


def test_qualtrics_exports_the_columns_and_codes_of_study_yaml():
    tags, codes = [], {}
    for question in (element["Payload"] for element in elements_of("SQ")):
        if question["QuestionType"] == "DB":
            continue
        if question["QuestionType"] == "Matrix":
            assert question["ChoiceOrder"] == [*question["Choices"]] == [*question["ChoiceDataExportTags"]]
            tags += question["ChoiceDataExportTags"].values()
            assert question["AnswerOrder"] == [*question["Answers"]] == [*question["RecodeValues"]]
            assert [*question["RecodeValues"].values()] == SCALE_CODES
        else:
            tags.append(question["DataExportTag"])
            codes[question["DataExportTag"]] = [*question.get("RecodeValues", {}).values()]
    assert sorted(tags) == sorted(question.code for question in QUESTIONNAIRE.questions)
    assert codes["recommend"] == SCALE_CODES
    assert codes["promise"] == ["1", "2", "3"]


def test_qualtrics_has_the_second_language_text_by_text():
    survey = qualtrics()
    assert survey["SurveyEntry"]["SurveyLanguage"] == "FI"
    assert elements_of("SO")[0]["Payload"]["AvailableLanguages"].keys() == {"FI", "EN"}
    for question in (element["Payload"] for element in elements_of("SQ")):
        other = question["Language"]["EN"]
        assert other["QuestionText"] != question["QuestionText"]
        for part in ("Choices", "Answers"):
            assert question.get(part, {}).keys() == other.get(part, {}).keys()
    assert 'Acme "Nordic" Oy &amp; Co' in elements_of("SQ")[0]["Payload"]["QuestionText"]


# Workbook


def test_answer_sheet_has_the_codes_and_checks_what_is_typed():
    book = openpyxl.load_workbook(io.BytesIO(render_workbook(QUESTIONNAIRE)))
    assert book.sheetnames == [ANSWERS_SHEET, "Kysymykset", "Questions"]
    sheet = book[ANSWERS_SHEET]
    header = [cell.value for cell in sheet[1]]
    assert header == [*column_names(QUESTIONNAIRE, "xlsx").values()]
    checked = {str(one.sqref): one for one in sheet.data_validations.dataValidation}
    closed = [question for question in QUESTIONNAIRE.questions if question.kind != "open"]
    assert len(checked) == len(closed)
    for question in closed:
        letter = openpyxl.utils.get_column_letter(header.index(question.code) + 1)
        rule = checked[f"{letter}2:{letter}{ROWS}"]
        assert rule.type == {"scale": "custom", "choice": "list", "number": "decimal"}[question.kind]
        assert rule.error
        assert len(rule.error) <= 225  # of Excel
        assert ("999" in rule.formula1) == question.may_not_know
    listed = {row[0].value for row in book["Kysymykset"].iter_rows(min_row=2)}
    assert listed == {question.code for question in QUESTIONNAIRE.questions} | {*hidden_fields()}


# Word and Markdown


def everything(language):
    guide = {"interviews": interview_guide(language)}
    return {
        "questionnaire": questionnaire_paper(QUESTIONNAIRE, language),
        **letters(QUESTIONNAIRE, language),
        **forms(QUESTIONNAIRE, language),
        **guide,
    }


@pytest.mark.parametrize("language", ["fi", "en"])
def test_word_documents_can_be_read_by_a_screen_reader(language):
    """A language, a title, headings, and tables whose first row is a header that repeats."""
    for name, paper in everything(language).items():
        document = Document(io.BytesIO(render_word(paper)))
        assert document.core_properties.title == paper.title
        assert document.paragraphs[0].style.name == "Title"
        spoken = document.styles["Normal"].element.rPr.find(qn("w:lang")).get(qn("w:val"))
        assert spoken == {"fi": "fi-FI", "en": "en-GB"}[language]
        grids = [table for table in document.tables if len(table.rows) > 1]
        assert all(table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for table in grids), name
        assert bool(grids) == (name in ("questionnaire", "provider", "employees"))


@pytest.mark.parametrize("language", ["fi", "en"])
def test_paper_asks_every_question_with_its_code(language):
    paper = questionnaire_paper(QUESTIONNAIRE, language)
    document = Document(io.BytesIO(render_word(paper)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    said = "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    marked = render_markdown(paper)
    for question in QUESTIONNAIRE.questions:
        assert f"{question.text.say(language)}  {question.code}" in said
        assert f"**{question.text.say(language)}** (`{question.code}`)" in marked
    for code in ("respondent", *hidden_fields()):
        assert code in said
        assert f"(`{code}`)" in marked


def test_what_the_sender_must_fill_in_stands_out():
    document = Document(io.BytesIO(render_word(letters(QUESTIONNAIRE, "fi")["privacy"])))
    marked = [run.text for paragraph in document.paragraphs for run in paragraph.runs if run.font.highlight_color is not None]
    assert len(marked) >= 10
    assert all(text.startswith("[") and text.endswith("]") for text in marked)
    rest = "".join(run.text for paragraph in document.paragraphs for run in paragraph.runs if run.font.highlight_color is None)
    assert "[" not in rest


def test_equal_questionnaires_give_equal_bytes():
    paper = questionnaire_paper(QUESTIONNAIRE, "fi")
    assert render_word(paper) == render_word(paper)
    assert render_workbook(QUESTIONNAIRE) == render_workbook(QUESTIONNAIRE)
    assert render_qualtrics(QUESTIONNAIRE) == render_qualtrics(QUESTIONNAIRE)
