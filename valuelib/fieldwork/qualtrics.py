"""The questionnaire as a Qualtrics survey file (QSF): import it as a survey, and its export tags are the codes of study.yaml.

Qualtrics does not document the form; it is that of files which Qualtrics itself wrote, as far as this questionnaire needs it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from valuelib.fieldwork.limesurvey import as_html, scale_options
from valuelib.fieldwork.model import FIRST_WAVE, Block, Option, Question, Questionnaire, dont_know, hidden_fields
from valuelib.fieldwork.wording import facts_of, lines_of, phrase

Json = dict[str, Any]
NEVER = "0000-00-00 00:00:00"
LONGEST = 100  # of a question's description


def render_qualtrics(questionnaire: Questionnaire) -> str:
    """The text of the .qsf file; equal questionnaires give equal text."""
    return json.dumps(_Survey(questionnaire).document(), ensure_ascii=False, indent=1) + "\n"


class _Survey:
    """A survey whose questions and blocks are counted as they are added."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire
        self.main, *self.others = questionnaire.languages
        self.id = self._id("SV", "survey")
        self.questions: list[Json] = []
        self.blocks: list[Json] = []
        self.flow_ids = 1

    def _id(self, kind: str, what: str) -> str:
        return f"{kind}_{hashlib.sha256(f'{self.questionnaire.name} {what}'.encode()).hexdigest()[:15]}"

    def document(self) -> Json:
        flow = [self._embedded()]
        opening = self._block("opening", [self._opening()])
        flow.append(self._flow_of(opening))
        drawn: list[str] = []
        for block in self.questionnaire.blocks:
            asked = [self._grid(block)] if block.grid else [self._single(question) for question in block.questions]
            made = self._block(block.code, asked)
            if block.drawn:
                drawn.append(made)
                continue
            if drawn:
                flow.append(self._drawn(drawn))
                drawn = []
            flow.append(self._flow_of(made))
        self.blocks.append({"Type": "Trash", "Description": "Trash / Unused Questions", "ID": self._id("BL", "trash")})
        return {"SurveyEntry": self._entry(), "SurveyElements": [*self._elements(flow), *self.questions]}

    # The parts of the file.

    def _entry(self) -> Json:
        return {
            "SurveyID": self.id,
            "SurveyName": self.questionnaire.name,
            "SurveyDescription": None,
            "SurveyOwnerID": self._id("UR", "owner"),
            "SurveyBrandID": "valuelib",
            "DivisionID": None,
            "SurveyLanguage": self.main.upper(),
            "SurveyActiveResponseSet": self._id("RS", "responses"),
            "SurveyStatus": "Inactive",
            "SurveyStartDate": NEVER,
            "SurveyExpirationDate": NEVER,
            "SurveyCreationDate": NEVER,
            "CreatorID": self._id("UR", "owner"),
            "LastModified": NEVER,
            "LastAccessed": NEVER,
            "LastActivated": NEVER,
            "Deleted": None,
        }

    def _elements(self, flow: Sequence[Json]) -> Iterator[Json]:
        title = phrase("title", self.main, **facts_of(self.questionnaire))
        options = {
            "BackButton": "true",
            "SaveAndContinue": "true",
            "SurveyProtection": "PublicSurvey",
            "BallotBoxStuffingPrevention": "false",
            "NoIndex": "Yes",
            "SecureResponseFiles": "true",
            "SurveyExpiration": "None",
            "SurveyTermination": "DefaultMessage",
            "Header": "",
            "Footer": "",
            "ProgressBarDisplay": "Text",
            "PartialData": "+1 week",
            "ValidationMessage": "",
            "PreviousButton": "",
            "NextButton": "",
            "SurveyTitle": title,
            "SurveyMetaDescription": title,
            "SkinLibrary": "Qualtrics",
            "SkinType": "component",
            "Skin": {"brandingId": None, "templateId": "*base", "overrides": None},
            "NewScoring": 1,
            "AnonymizeResponse": "Yes",
            "AvailableLanguages": {language.upper(): [] for language in self.questionnaire.languages},
        }
        scoring: Json = {
            "ScoringCategories": [],
            "ScoringCategoryGroups": [],
            "ScoringSummaryCategory": None,
            "ScoringSummaryAfterQuestions": 0,
            "ScoringSummaryAfterSurvey": 0,
            "DefaultScoringCategory": None,
            "AutoScoringCategory": None,
        }
        root = {"Type": "Root", "FlowID": "FL_1", "Flow": [*flow], "Properties": {"Count": self.flow_ids, "RemovedFieldsets": []}}
        yield self._element("BL", "Survey Blocks", self.blocks)
        yield self._element("FL", "Survey Flow", root)
        yield self._element("SO", "Survey Options", options)
        yield self._element("SCO", "Scoring", scoring)
        yield self._element("PROJ", "CORE", {"ProjectCategory": "CORE", "SchemaVersion": "1.1.0"}, third="1.1.0")
        yield self._element("STAT", "Survey Statistics", {"MobileCompatible": True, "ID": "Survey Statistics"})
        yield self._element("QC", "Survey Question Count", None, second=str(len(self.questions)))
        yield self._element("RS", self._id("RS", "responses"), None, second="Default Response Set")

    def _element(self, kind: str, first: str, payload: object, second: str | None = None, third: str | None = None) -> Json:
        return {
            "SurveyID": self.id,
            "Element": kind,
            "PrimaryAttribute": first,
            "SecondaryAttribute": second,
            "TertiaryAttribute": third,
            "Payload": payload,
        }

    def _flow_id(self) -> str:
        self.flow_ids += 1
        return f"FL_{self.flow_ids}"

    def _flow_of(self, block: str) -> Json:
        return {"Type": "Standard", "ID": block, "FlowID": self._flow_id(), "Autofill": []}

    def _drawn(self, blocks: Sequence[str]) -> Json:
        """All of these blocks, in an order drawn for each respondent."""
        return {
            "Type": "BlockRandomizer",
            "FlowID": self._flow_id(),
            "SubSet": len(blocks),
            "EvenPresentation": False,
            "Flow": [self._flow_of(block) for block in blocks],
        }

    def _embedded(self) -> Json:
        """The hidden fields, which come with the contact or the link; the wave is the same for all."""
        common = {"VariableType": "String", "DataVisibility": [], "AnalyzeText": False}
        fields: list[Json] = [{"Description": code, "Type": "Recipient", "Field": code, **common} for code in hidden_fields()]
        for one in fields:
            if one["Field"] == "wave":
                one |= {"Type": "Custom", "Value": FIRST_WAVE}
        return {"Type": "EmbeddedData", "FlowID": self._flow_id(), "EmbeddedData": fields}

    def _block(self, name: str, questions: Sequence[str]) -> str:
        made = self._id("BL", name)
        elements = [{"Type": "Question", "QuestionID": question} for question in questions]
        self.blocks.append({"Type": "Standard", "SubType": "", "Description": name, "ID": made, "BlockElements": elements})
        if len(self.blocks) == 1:
            self.blocks[0]["Type"] = "Default"
        return made

    # Questions.

    def _add(self, tag: str, said: Mapping[str, Json], payload: Json) -> str:
        """A question with its texts in every language; returns its id."""
        number = f"QID{len(self.questions) + 1}"
        text = str(said[self.main]["QuestionText"])
        full = {
            **said[self.main],
            "DataExportTag": tag,
            **payload,
            "QuestionDescription": text[:LONGEST],
            "DefaultChoices": False,
            "DataVisibility": {"Private": False, "Hidden": False},
            "GradingData": [],
            "Language": {language.upper(): said[language] for language in self.others} or [],
            "QuestionID": number,
        }
        full.setdefault("Configuration", {"QuestionDescriptionOption": "UseText"})
        full.setdefault("Validation", {"Settings": {"ForceResponse": "OFF", "ForceResponseType": "ON", "Type": "None"}})
        self.questions.append(self._element("SQ", number, full, second=text[:LONGEST]))
        return number

    def _opening(self) -> str:
        """What the survey is, and the privacy notice with its consent."""
        facts, said = facts_of(self.questionnaire), {}
        for language in self.questionnaire.languages:
            lines = [*lines_of("intro", language, **facts), *lines_of("agreed", language), *lines_of("privacy", language, **facts)]
            said[language] = {"QuestionText": as_html(lines)}
        validation = {"Settings": {"Type": "None"}}
        return self._add("opening", said, {"QuestionType": "DB", "Selector": "TB", "ChoiceOrder": [], "Validation": validation})

    def _grid(self, block: Block) -> str:
        """A page of statements as one matrix, its rows in an order drawn for each respondent where the page's order is."""
        options = [*scale_options(block.questions[0]), dont_know()]
        answers, order, codes = _numbered(options)
        rows = [str(place) for place, _ in enumerate(block.questions, start=1)]
        said = {
            language: {
                "QuestionText": f"<b>{_html(block.title.say(language))}</b><br>{_html(block.lead.say(language))}",
                "Choices": {
                    row: {"Display": _html(asked.text.say(language))} for row, asked in zip(rows, block.questions, strict=True)
                },
                "Answers": {key: {"Display": _html(option.text.say(language))} for key, option in answers.items()},
            }
            for language in self.questionnaire.languages
        }
        payload: Json = {
            "QuestionType": "Matrix",
            "Selector": "Likert",
            "SubSelector": "SingleAnswer",
            "Configuration": {
                "QuestionDescriptionOption": "UseText",
                "TextPosition": "inline",
                "ChoiceColumnWidth": 25,
                "RepeatHeaders": "none",
                "WhiteSpace": "OFF",
                "MobileFirst": True,
            },
            "ChoiceOrder": rows,
            "AnswerOrder": order,
            "RecodeValues": codes,
            "ChoiceDataExportTags": {row: question.code for row, question in zip(rows, block.questions, strict=True)},
            "NextChoiceId": len(rows) + 1,
            "NextAnswerId": len(order) + 1,
        }
        if block.drawn:
            payload["Randomization"] = {"Type": "All", "Advanced": None, "TotalRandSubset": ""}
        return self._add(block.code, said, payload)

    def _single(self, question: Question) -> str:
        texts = {language: _html(question.text.say(language)) for language in self.questionnaire.languages}
        said: dict[str, Json] = {language: {"QuestionText": text} for language, text in texts.items()}
        if question.kind in ("number", "open"):
            entry: Json = {"QuestionType": "TE", "Selector": "SL" if question.kind == "number" else "ESTB"}
            if question.limits is not None:
                low, high = question.limits
                content = {"Min": str(low), "Max": str(high), "NumDecimals": "0"}
                settings = {"ForceResponse": "OFF", "ForceResponseType": "ON", "Type": "ContentType", "ContentType": "ValidNumber"}
                entry["Validation"] = {"Settings": {**settings, "ValidNumber": content}}
            return self._add(question.code, said, entry)
        unsure = [dont_know()] if question.may_not_know else []
        choices, order, codes = _numbered([*question.options, *scale_options(question), *unsure])
        for language in self.questionnaire.languages:
            said[language]["Choices"] = {key: {"Display": _html(one.text.say(language))} for key, one in choices.items()}
        across = "SAHR" if question.kind == "scale" else "SAVR"
        payload = {
            "QuestionType": "MC",
            "Selector": across,
            "SubSelector": "TX",
            "ChoiceOrder": order,
            "RecodeValues": codes,
            "NextChoiceId": len(order) + 1,
            "NextAnswerId": 1,
        }
        if question.kind == "scale":
            payload["Configuration"] = {"QuestionDescriptionOption": "UseText", "LabelPosition": "BELOW"}
        return self._add(question.code, said, payload)


def _numbered(options: Sequence[Option]) -> tuple[dict[str, Option], list[str], dict[str, str]]:
    """Options by Qualtrics' own numbers from 1 up, these in order, and the code that each is exported as."""
    numbered = {str(place): option for place, option in enumerate(options, start=1)}
    return numbered, [*numbered], {key: str(option.code) for key, option in numbered.items()}


def _html(text: str) -> str:
    return escape(text, quote=False)
