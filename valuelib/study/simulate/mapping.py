"""How is a made-up study written down in study.yaml?"""

from __future__ import annotations

import json

from valuelib.study.simulate.export import HEADERS, NO_ANSWER, PROMISE, YES_NO, header, headers, names_of
from valuelib.study.simulate.frames import OFFERINGS, Simulated

CLIENT = {"fi": "Havukka IT-palvelut Oy (simuloitu)", "en": "Havukka IT Services Ltd (simulated)"}


def write_mapping(simulated: Simulated, name: str) -> str:
    """The text of study.yaml: every mapped question, with comments for whoever learns from it."""
    language, names = simulated.truth.language, headers(simulated)
    return "\n".join(
        [
            "# A made-up study: the client and every answer are simulated (README.md tells what was planted).",
            f"study: {name}",
            f"client: {quoted(CLIENT[language])}",
            f"language: {language}",
            f'fieldwork: "{simulated.truth.year}-03"',
            "waves: latest                 # headline figures use the last round; chapter 11 uses all",
            f"missing: [{quoted(NO_ANSWER[language])}]     # besides blanks",
            "responses: {file: responses.csv}",
            *_columns(names, simulated),
            *_outcomes(names, language),
            *_rated(names),
            *_exposure(names, language),
            *_others(simulated, names),
            "# Written down before the answers were opened; every other claim of the register is assessed as exploratory.",
            "claims: [nps_60, nps_60_points, repurchase_22, repurchase_22_points]",
            "",
        ]
    )


def quoted(text: str) -> str:
    """A text in double quotes, as YAML reads it."""
    return json.dumps(text, ensure_ascii=False)


def _columns(names: dict[str, str], simulated: Simulated) -> list[str]:
    lines = [
        "columns:",
        f"  respondent: {quoted(names['respondent'])}",
        f"  account: {quoted(names['account'])}     # respondents of one account are not independent",
        f"  wave: {quoted(names['wave'])}",
        f"  segment: [{quoted(names['segment.industry'])}, {quoted(names['segment.size'])}]",
        f"  adjust_for: [{quoted(names['segment.industry'])}, {quoted(names['adjust.tenure'])}]",
        f"  marker: {quoted(names['marker'])}     # nothing that the provider does can move it",
        f"  comment: {quoted(names['comment'])}",
    ]
    return [*lines, f"  weight: {quoted(names['weight'])}"] if simulated.truth.weights else lines


def _outcomes(names: dict[str, str], language: str) -> list[str]:
    (yes, no), promise = map(quoted, YES_NO[language]), [quoted(word) for word in PROMISE[language]]
    both = ", ".join(quoted(names[f"value_enhancement_{place}"]) for place in (1, 2))
    return [
        "outcomes:",
        f"  recommend: {{column: {quoted(names['recommend'])}, scale: [0, 10]}}",
        "  # Whether the contract was renewed when it came due, after the survey; blank = not yet due.",
        f"  repurchase: {{column: {quoted(names['repurchase'])}, kind: renewed, yes: [{yes}], no: [{no}], measured: later}}",
        f"  effort: {{column: {quoted(names['effort'])}, scale: [0, 10], high_is: easy}}",
        f"  value_enhancement: {{columns: [{both}], scale: [0, 10]}}",
        f"  satisfaction: {{column: {quoted(names['satisfaction'])}, scale: [0, 10]}}",
        f"  promise: {{column: {quoted(names['promise'])}, below: [{promise[0]}], met: [{promise[1]}], exceeded: [{promise[2]}]}}",
        f"  share_of_purchases: {{column: {quoted(names['share_of_purchases'])}, scale: [0, 100]}}",
        f"  expansion: {{column: {quoted(names['expansion_score'])}, scale: [0, 10], kind: intention_topbox, top: 9}}",
        *_contract(names),
        f"  unaffected: {{column: {quoted(names['unaffected'])}, scale: [0, 10]}}     # negative control: value cannot move it",
    ]


def _contract(names: dict[str, str]) -> list[str]:
    if "contract.start" not in names:
        return []
    start, end, ended = (quoted(names[f"contract.{key}"]) for key in ("start", "end", "ended"))
    told = "  # From its first day to the last one known; the third column is blank while the contract runs."
    return [told, f"  contract: {{start: {start}, end: {end}, ended: {ended}}}"]


def _rated(names: dict[str, str]) -> list[str]:
    scale = "  scale: [0, 10]"
    return ["elements:", scale, *_block(names, "element."), "cocreation:", scale, *_block(names, "facet.")]


def _block(names: dict[str, str], kind: str) -> list[str]:
    keys = [column for column in names if column.startswith(kind)]
    return ["  columns:", *(f"    {column.removeprefix(kind)}: {quoted(names[column])}" for column in keys)]


def _exposure(names: dict[str, str], language: str) -> list[str]:
    higher = ", ".join(quoted(offering) for offering in OFFERINGS[language][1])
    return [
        "exposure:",
        "  rule: delivered             # the raw contrast, as the slide shows it: at least one higher-tier element rated 8 or more",
        "  threshold: 8",
        "  # What was bought is known from the contract, not from the respondent; it decides the verdict.",
        f"  column: {quoted(names['package'])}",
        f"  higher: [{higher}]",
    ]


def _others(simulated: Simulated, names: dict[str, str]) -> list[str]:
    """The provider's view, its people and the interviews, each in a file of its own."""
    language = simulated.truth.language
    rated = [column for column in names_of(simulated.provider) if "." in column]
    account, team = HEADERS["account"][language == "en"], ("Tiimi", "Team")[language == "en"]
    return [
        "provider_view:                # the client's own team answers the same statements for each account",
        "  file: provider.csv",
        f"  account: {quoted(account)}",
        "  scale: [0, 10]",
        "  columns:",
        *(f"    {column.partition('.')[2]}: {quoted(header(column, language))}" for column in rated),
        "employees:",
        "  file: employees.csv",
        f"  team: {quoted(team)}",
        f"  team_of_account: {quoted(names['team'])}",
        "  scale: [0, 10]",
        "  columns: {W1: W1, W2: W2}",
        "interviews:",
        "  file: interviews.csv",
        f"  unit: {quoted(account)}",
        *(f"  {key}: {quoted(word)}" for key, word in interview_headers(language).items()),
        "  codebook: codebook.csv",
    ]


def interview_headers(language: str) -> dict[str, str]:
    """Headers of the interview file."""
    if language == "en":
        return {"text": "Quote", "coder": "Coder", "code": "Theme", "publish": "MayPublish"}
    return {"text": "Sitaatti", "coder": "Koodaaja", "code": "Teema", "publish": "Julkaisulupa"}
