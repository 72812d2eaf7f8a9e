"""The finished study.yaml of a questionnaire: the columns as the tool exports them, and nothing left to guess."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, get_args

from valuelib.fieldwork.choices import choice_lines
from valuelib.fieldwork.model import SCALE, Question, Questionnaire, dont_know, hidden_fields
from valuelib.study.wording import quoted, yaml_word
from valuelib.theory.facets import facet_items
from valuelib.theory.pyramid import elements

Tool = Literal["docx", "xlsx", "limesurvey", "qsf", "md"]
TOOLS: tuple[Tool, ...] = get_args(Tool)
MARK = "# Written with its questionnaire; every column below is one of that questionnaire."
RESPONDENT: Mapping[Tool, str] = {"limesurvey": "id", "qsf": "ResponseId"}
ANSWERS_SHEET = "Answers"
TOP = 9
BACKGROUND = {"role": "role", "years": "customer_years"}
BACKGROUND_NAMES = {"role": ("Rooli", "Role"), "years": ("Asiakkuuden kesto", "Length of the customer relationship")}


def column_names(questionnaire: Questionnaire, tool: Tool) -> dict[str, str]:
    """Code -> column of the answers, as the tool exports it; the hidden fields and the respondent among them."""
    names = {"respondent": RESPONDENT.get(tool, "respondent"), **{key: key for key in hidden_fields()}}
    for block in questionnaire.blocks:
        for question in block.questions:
            in_grid = tool == "limesurvey" and block.grid
            names[question.code] = f"{block.code}[{question.code}]" if in_grid else question.code
    return names


def answers_file(questionnaire: Questionnaire, tool: Tool) -> str:
    """The file in the study folder that holds the answers."""
    return f"{questionnaire.name}.xlsx" if tool == "xlsx" else "responses.csv"


def write_study(questionnaire: Questionnaire, tool: Tool) -> str:
    """The text of study.yaml for answers that come from this tool."""
    file = answers_file(questionnaire, tool)
    sheet = f", sheet: {ANSWERS_SHEET}" if tool == "xlsx" else ""
    return write_mapping(questionnaire, column_names(questionnaire, tool), f"{{file: {quoted(file)}{sheet}}}")


def write_mapping(questionnaire: Questionnaire, columns: Mapping[str, str], responses: str) -> str:
    """The text of study.yaml.

    Args:
        questionnaire: what was asked.
        columns: code -> column, for every question and for the hidden fields that the answers have.
        responses: the value of `responses`, as YAML.
    """
    asked = {question.code: question for question in questionnaire.questions if question.code in columns}
    q = {code: quoted(column) for code, column in columns.items()}
    lines = [
        MARK,
        f"study: {yaml_word(questionnaire.name)}",
        f"client: {quoted(questionnaire.client)}",
        f"language: {questionnaire.languages[0]}",
        '# fieldwork: "2026-03"     # the only date that a report shows',
        f"missing: [{dont_know().code}]     # the code of those who do not know, besides blanks",
        f"responses: {responses}",
        "columns:",
        *(f"  {role}: {q[role]}" for role in ("respondent", "account", "wave") if role in q),
        *(f"  {key}: [{q[code]}]" for key, code in (("segment", "role"), ("adjust_for", "years")) if code in asked),
        *(f"  {role}: {entry}" for role, entry in _others(asked, q)),
        "outcomes:",
        *(f"  {key}: {{{entry}}}" for key, entry in _outcomes(asked, q)),
    ]
    low, high = SCALE
    for block, keys in (
        ("elements", [element.key for element in elements()]),
        ("cocreation", [item.key for item in facet_items()]),
    ):
        rated = {question.key: code for code, question in asked.items() if question.key in keys}
        if rated:
            lines += [f"{block}:", f"  scale: [{low}, {high}]", "  columns:"]
            lines += [f"    {key}: {q[rated[key]]}" for key in keys if key in rated]
    lines += choice_lines(questionnaire.choice_sets, {code: q[code] for code in asked})
    lines += [*_exposure(questionnaire, q), *_linked(asked, q), *_names(asked, q)]
    lines += ["# The confirmatory claims, chosen before answers are seen; take the mark away to name other ones.", CLAIMS]
    return "\n".join([*lines, ""])


CLAIMS = "# claims: [nps_60, repurchase_22]"


def _others(asked: Mapping[str, Question], q: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if "marker" in asked:
        yield "marker", f"{{column: {q['marker']}, scale: {list(SCALE)}}}"
    if "comment" in asked:
        yield "comment", q["comment"]


def _outcomes(asked: Mapping[str, Question], q: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Every outcome that was asked, by its key in study.yaml."""
    scale, top = f"scale: {list(SCALE)}", f"kind: intention_topbox, top: {TOP}"
    more = ", ".join(q[code] for code in ("more1", "more2") if code in asked)
    entries = {
        "recommend": ("recommend", scale),
        "repurchase": ("repurchase", f"{top}, {scale}"),
        "effort": ("effort", f"{scale}, high_is: easy"),
        "satisfaction": ("satisfaction", scale),
        "perceived_value": ("value", scale),
        "promise": ("promise", "below: [1], met: [2], exceeded: [3]"),
        "share_of_purchases": ("share", "scale: [0, 100]"),
        "expansion": ("expansion", f"{scale}, {top}"),
        "unaffected": ("unaffected", scale),
    }
    for key, (code, entry) in entries.items():
        if code in asked:
            yield key, f"column: {q[code]}, {entry}"
        if key == "effort" and more:
            yield "value_enhancement", f"columns: [{more}], {scale}"


def _exposure(questionnaire: Questionnaire, q: Mapping[str, str]) -> list[str]:
    """What was bought, as far as the offerings were named."""
    intro = "# Who counts as receiving higher-tier value; what was bought is the best evidence. Decide it before you see results."
    higher = [quoted(one.name) for one in questionnaire.offerings if one.higher]
    baseline = [quoted(one.name) for one in questionnaire.offerings if not one.higher]
    column = q.get("offering", '"offering"')
    if not higher:
        return [intro, f"# exposure: {{rule: offering, column: {column}, higher: [...], baseline: [...]}}"]
    named = f"higher: [{', '.join(higher)}], baseline: [{', '.join(baseline)}]"
    return [intro, f"exposure: {{rule: offering, column: {column}, {named}}}"]


def _linked(asked: Mapping[str, Question], q: Mapping[str, str]) -> list[str]:
    """The provider's and the employees' forms and the interviews, in comments until their files hold answers."""
    scale = f"scale: {list(SCALE)}, missing: [{dont_know().code}]"
    statements = [item.key for item in facet_items() if item.key in asked]
    lines = ["# As soon as one of these files holds answers, take the first two characters of its line away."]
    both = ", ".join(f"{key}: {key}" for key in statements if not key.startswith("W"))
    own = ", ".join(f"{key}: {key}" for key in statements if key.startswith("W"))
    if both:
        lines.append(f"# provider_view: {{file: provider.csv, account: account, {scale}, columns: {{{both}}}}}")
    if own and "team" in q:
        lines.append(f"# employees: {{file: employees.csv, team: team, team_of_account: {q['team']}, {scale}, columns: {{{own}}}}}")
    return [*lines, f"# interviews: {INTERVIEWS}"]


INTERVIEWS = (
    "{file: interviews.csv, unit: account, text: quote, coder: coder, code: code, publish: publish, codebook: codebook.csv}"
)


def _names(asked: Mapping[str, Question], q: Mapping[str, str]) -> list[str]:
    """What the background and its levels are called, in frames and in reports."""
    lines: list[str] = []
    for code, called in BACKGROUND.items():
        if code in asked:
            finnish, english = map(quoted, BACKGROUND_NAMES[code])
            lines += [f"  {q[code]}:", f"    as: {called}", f"    fi: {finnish}", f"    en: {english}", "    levels:"]
            for option in asked[code].options:
                fi, en = (quoted(text.rstrip(".")) for text in (option.text.fi, option.text.en))
                lines.append(f'      "{option.code}": {{fi: {fi}, en: {en}}}')
    return ["names:", *lines] if lines else []
