"""A made-up study as a folder like a client's, with its truth beside it."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Mapping
from dataclasses import fields
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from valuelib.errors import ParameterError, Problem, StudyError
from valuelib.study.wording import quoted, yaml_word
from valuelib.theory.facets import facet_items
from valuelib.theory.pyramid import HIGHER_TIERS, element
from valuelib.worlds.answers import rated_elements
from valuelib.worlds.choices import chosen_elements, importance, simulate_choices
from valuelib.worlds.frames import COUNTRIES, INDUSTRIES, OFFERINGS, SIZES, Simulated, simulate_frames, simulate_interviews
from valuelib.worlds.truth import Truth, leavers_by_wave, meaning

# The responses as a survey tool exports them: question headers, and words where answers are words.

# Harmonised column -> header in Finnish and English, in the order of the form.
HEADERS: Mapping[str, tuple[str, str]] = {
    "respondent": ("VastaajaID", "RespondentID"),
    "account": ("Asiakasnumero", "CustomerNo"),
    "wave": ("Vuosi", "Year"),
    "weight": ("Paino", "Weight"),
    "segment.industry": ("Toimiala", "Industry"),
    "segment.size": ("Kokoluokka", "Size"),
    "segment.country": ("Maa", "Country"),
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
COLUMN_WORDS = {
    "segment.industry": ("Toimiala", "Industry"),
    "segment.size": ("Kokoluokka", "Size"),
    "segment.country": ("Maa", "Country"),
    "adjust.tenure": ("Asiakkuusvuodet", "Years as a customer"),
}
# Column, name in frames, levels as the export writes them, names of the levels in frames.
BACKGROUND: tuple[tuple[str, str, Mapping[str, tuple[str, ...]], tuple[str, ...]], ...] = (
    ("segment.industry", "industry", INDUSTRIES, ("manufacturing", "trade", "logistics", "construction", "services")),
    ("segment.size", "company_size", SIZES, ("small", "medium", "large")),
    ("segment.country", "country", COUNTRIES, ("finland", "sweden")),
    ("adjust.tenure", "tenure_years", {}, ()),
)
TEAM = ("Tiimi", "Team")
YES_NO = {"fi": ("Kyllä", "Ei"), "en": ("Yes", "No")}
PROMISE = {"fi": ("Alittui", "Täyttyi", "Ylittyi"), "en": ("Fell short", "Met", "Exceeded")}
NO_ANSWER = {"fi": "En osaa sanoa", "en": "Don't know"}


def header(column: str, language: str, numbered: Mapping[str, int] | None = None) -> str:
    """The export's header of a harmonised column; `numbered` gives the elements their question numbers."""
    if column in HEADERS:
        return HEADERS[column][language == "en"]
    kind, _, key = column.partition(".")
    name = key if kind == "facet" else element(key).name.say(language)
    if numbered is None:
        return name
    place = [item.key for item in facet_items()].index(key) + 1 if kind == "facet" else numbered[column]
    return f"{'K' if language == 'fi' else 'Q'}{6 if kind == 'facet' else 5}.{place} {name}"


def headers(simulated: Simulated) -> dict[str, str]:
    """Harmonised column -> header of the responses, for every column that the export has."""
    answers = simulated.answers
    rated = [column for column in names_of(answers) if column.startswith("element.")]
    numbered = {column: place for place, column in enumerate(rated, start=1)}
    facets = [column for column in names_of(answers) if column.startswith("facet.")]
    asked = [column for column in HEADERS if column in answers and (column != "weight" or simulated.truth.weights)]
    place = asked.index("promise") + 1
    order = [*asked[:place], *rated, *facets, *asked[place:]]
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
    names = {"account": HEADERS["account"][language == "en"], "team": TEAM[language == "en"]}
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


def whole(values: pd.Series) -> pd.Series:
    """Whole numbers as objects, blanks kept, so that words may stand between them."""
    return values.astype("Int64").astype(object)


# study.yaml.

CLIENT = {"fi": "Havukka IT-palvelut Oy (simuloitu)", "en": "Havukka IT Services Ltd (simulated)"}


def write_mapping(simulated: Simulated, name: str, *, withhold: bool = False) -> str:
    """The text of study.yaml: every mapped question, with comments for whoever learns from it."""
    told = "what is true in it is withheld" if withhold else "README.md tells what was planted"
    language, names = simulated.truth.language, headers(simulated)
    q = {column: quoted(header) for column, header in names.items()}
    yes, no = map(quoted, YES_NO[language])
    below, met, exceeded = map(quoted, PROMISE[language])
    account, team = map(quoted, (HEADERS["account"][language == "en"], TEAM[language == "en"]))
    rated = {column.partition(".")[2]: header(column, language) for column in names_of(simulated.provider) if "." in column}
    # What the background columns and their levels are called in frames and in reports of either language.
    words = []
    for column, called, levels, codes in (one for one in BACKGROUND if one[0] in q):
        finnish, english = map(quoted, COLUMN_WORDS[column])
        words += [f"  {q[column]}:", f"    as: {called}", f"    fi: {finnish}", f"    en: {english}"]
        if codes:
            pairs = zip(levels[language], codes, levels["fi"], levels["en"], strict=True)
            words.append("    levels:")
            words += [f"      {quoted(code)}: {{as: {one}, fi: {quoted(fi)}, en: {quoted(en)}}}" for code, one, fi, en in pairs]
    weight = f"  weight: {q['weight']}\n" if simulated.truth.weights else ""
    segments, adjusted = [q["segment.industry"], q["segment.size"]], [q["segment.industry"], q["adjust.tenure"]]
    if simulated.truth.countries:
        segments.append(q["segment.country"])
        adjusted += [q["segment.country"]] * simulated.truth.country_held
    cluster = f"  cluster: {q['team']}     # accounts of one team resemble each other\n" if simulated.truth.teams_named else ""
    rolled = simulated.truth.roll_out and simulated.truth.waves > 1
    by_wave = "\n  # Accounts took the higher offering between surveys, which lets each be compared with itself." if rolled else ""
    recorded = known_renewals(simulated.truth, " Known of the last {} only.")
    contract = ""
    if simulated.truth.contracts:
        contract = (
            "  # From its first day to the last one known; the third column is blank while the contract runs.\n"
            f"  contract: {{start: {q['contract.start']}, end: {q['contract.end']}, ended: {q['contract.ended']}}}\n"
        )
    linked = choice_block(simulated.truth) + _list_block(simulated)
    return f"""\
# A made-up study: the client and every answer are simulated ({told}).
study: {yaml_word(name)}
client: {quoted(CLIENT[language])}
language: {yaml_word(language)}
fieldwork: "{simulated.truth.year}-03"
waves: latest                 # headline figures use the last round; chapter 11 uses all
missing: [{quoted(NO_ANSWER[language])}]     # besides blanks
responses: {{file: responses.csv}}
columns:
  respondent: {q["respondent"]}
  account: {q["account"]}     # respondents of one account are not independent
{cluster}  wave: {q["wave"]}
  segment: [{", ".join(segments)}]
  adjust_for: [{", ".join(adjusted)}]
  marker: {q["marker"]}     # nothing that the provider does can move it
  comment: {q["comment"]}
{weight}outcomes:
  recommend: {{column: {q["recommend"]}, scale: [0, 10]}}
  # Whether the contract was renewed when it came due, after the survey; blank = not yet due.{recorded}
  repurchase: {{column: {q["repurchase"]}, kind: renewed, yes: [{yes}], no: [{no}], measured: later}}
  effort: {{column: {q["effort"]}, scale: [0, 10], high_is: easy}}
  value_enhancement: {{columns: [{q["value_enhancement_1"]}, {q["value_enhancement_2"]}], scale: [0, 10]}}
  satisfaction: {{column: {q["satisfaction"]}, scale: [0, 10]}}
  promise: {{column: {q["promise"]}, below: [{below}], met: [{met}], exceeded: [{exceeded}]}}
  share_of_purchases: {{column: {q["share_of_purchases"]}, scale: [0, 100]}}
  expansion: {{column: {q["expansion_score"]}, scale: [0, 10], kind: intention_topbox, top: 9}}
{contract}  unaffected: {{column: {q["unaffected"]}, scale: [0, 10]}}     # negative control: value cannot move it
elements:
  scale: [0, 10]
  columns:
{block({column.removeprefix("element."): header for column, header in names.items() if column.startswith("element.")})}
cocreation:
  scale: [0, 10]
  columns:
{block({column.removeprefix("facet."): header for column, header in names.items() if column.startswith("facet.")})}
exposure:
  rule: delivered             # the raw contrast, as the slide shows it: at least one higher-tier element rated 8 or more
  threshold: 8
  # What was bought is known from the contract, not from the respondent; it decides the verdict.{by_wave}
  column: {q["package"]}
  higher: [{", ".join(quoted(offering) for offering in OFFERINGS[language][1])}]
provider_view:                # the client's own team answers the same statements for each account
  file: provider.csv
  account: {account}
  scale: [0, 10]
  columns:
{block(rated)}
employees:
  file: employees.csv
  team: {team}
  team_of_account: {q["team"]}
  scale: [0, 10]
  columns: {{W1: W1, W2: W2}}
interviews:
  file: interviews.csv
  unit: {account}
{block(interview_headers(language), indent=2)}
  codebook: codebook.csv
{linked}names:                        # `as` in frames, queries and formulas; fi and en in reports
{chr(10).join(words)}
# Written down before the answers were opened; every other claim of the register is assessed as exploratory.
claims: [nps_60, nps_60_points, repurchase_22, repurchase_22_points]
"""


def _list_block(simulated: Simulated) -> str:
    """The mapping of the customer list, where there is one."""
    if simulated.customers is None:
        return ""
    account, industry, size = (quoted(header(column, simulated.truth.language)) for column in names_of(simulated.customers))
    told = "# the client's customer list: response rate and raked weights"
    return f"population: {{file: customers.csv, account: {account}, by: [{industry}, {size}]}}  {told}\n"


def block(named: Mapping[str, str], indent: int = 4) -> str:
    """Keys with their columns, a line each."""
    return "\n".join(f"{' ' * indent}{key}: {quoted(header)}" for key, header in named.items())


def choice_headers(truth: Truth) -> dict[str, str]:
    """Headers of the file of choices, by the columns of `simulate_choices`."""
    finnish = truth.language == "fi"
    words = ("Tehtävä", "Tärkein", "Vähiten tärkeä") if finnish else ("Task", "Most important", "Least important")
    shown = {f"shown_{place + 1}": chr(ord("A") + place) for place in range(truth.choice_shown)}
    return {"respondent": HEADERS["respondent"][not finnish], "set": words[0], **shown, "best": words[1], "worst": words[2]}


def choice_block(truth: Truth) -> str:
    """The block of study.yaml; nothing where nobody was asked to choose."""
    if not truth.choices:
        return ""
    names = choice_headers(truth)
    shown = ", ".join(quoted(name) for key, name in names.items() if key.startswith("shown_"))
    codes = [f"    {one.key}: {place}" for place, one in enumerate(chosen_elements(truth), start=1)]
    return f"""\
choices:                      # elements by choice: in each set of {truth.choice_shown} the most and the least important one
  file: choices.csv
  respondent: {quoted(names["respondent"])}
  task: {quoted(names["set"])}
  shown: [{shown}]
  best: {quoted(names["best"])}
  worst: {quoted(names["worst"])}
  items:                      # the code of each element
{chr(10).join(codes)}
"""


def interview_headers(language: str) -> dict[str, str]:
    """Headers of the interview file."""
    if language == "en":
        return {"text": "Quote", "coder": "Coder", "code": "Theme", "publish": "MayPublish"}
    return {"text": "Sitaatti", "coder": "Koodaaja", "code": "Teema", "publish": "Julkaisulupa"}


# README.md.

MIN_DRAWN = 30  # answers for which the lift as drawn is told
TYPICAL = 2.0  # points from what was planted within which a draw is called typical
FILES = """\
| file | what |
|---|---|
| `study.yaml` | the mapping that a consultant would write |
| `responses.csv` | answers, one row per respondent and wave; semicolons, UTF-8 with a byte-order mark |
| `provider.csv` | the provider's own view of its accounts |
| `employees.csv` | the provider's people on their work, by account team |
| `interviews.csv` | coded quotes, two coders |
| `codebook.csv` | what each code means |"""
CHOICES = "| `choices.csv` | the most and the least important of sets of elements, as some respondents chose them |"
LIST_ROW = "| `customers.csv` | the client's customers, those who did not answer among them |\n"
WITHHELD = """\
# {name}: a simulated study

All data in this folder are simulated: no such client exists, and nobody gave these answers. What is true in it is withheld.

{files}
"""


def choice_row(truth: Truth) -> str:
    """The row of the file of choices; nothing where nobody was asked to choose."""
    return f"{CHOICES}\n" if truth.choices else ""


def write_readme(simulated: Simulated, name: str) -> str:
    """What a person who opens the folder needs to know first: none of it is real."""
    truth = simulated.truth
    ratio = f" (x {1 + truth.nps_lift / truth.nps_baseline:.2f})" if truth.nps_baseline > 0 else ""
    rate = f" (x {1 + truth.repurchase_lift / truth.repurchase_baseline:.2f})"
    higher = " or ".join(OFFERINGS[truth.language][1])
    known = known_renewals(truth, " Renewals are known of the last {} only.")
    rows = [f"| `{key}` | {flow(value)} | {meaning(key)} |" for key, value in planted_of(truth).items()]
    return f"""# {name}: a simulated study

All data in this folder are simulated: no such client exists, and nobody gave these answers. They were drawn by
`valuelib.worlds` with seed {simulated.seed}; the same version, truth and seed give the same bytes.

What is true in it, of customers with the same lower-tier quality:

- NPS: {truth.nps_baseline:g} with a lower-tier offering, {truth.nps_lift:+g} points{ratio} with a higher-tier one ({higher});
- renewal: {truth.repurchase_baseline:g} % with a lower-tier offering, {truth.repurchase_lift:+g} points{rate} with a higher one.

Everything else that differs between happy and unhappy respondents is halo, true lower-tier quality, co-creation, the account or
chance. Renewal is that of the respondent's own contract, seen after the survey. The figures hold in the last wave; earlier waves
lie lower by `growth`.{known}
{_rolled_out(truth)}{_who_answered(truth)}{_together(simulated)}
{FILES}
{choice_row(truth)}{LIST_ROW if simulated.customers is not None else ""}| `truth.yaml` | the planted truth, for machines |

| setting | value | meaning |
|---|---|---|
{chr(10).join(rows)}
{_chosen(simulated)}"""


def known_renewals(truth: Truth, words: str) -> str:
    """The words with the survey rounds of which renewals are known; nothing where that is all of them."""
    rounds = "round" if truth.renewals_known == 1 else f"{truth.renewals_known} rounds"
    return words.format(rounds) if truth.renewals_known < truth.waves else ""


def _rolled_out(truth: Truth) -> str:
    """What is planted of accounts that took the higher offering between waves; nothing where none did."""
    if not truth.roll_out or truth.waves == 1:
        return ""
    many = "The" if truth.roll_out == 1 else f"{100 * truth.roll_out:.0f} % of the"
    stricter = f", less what a standard stricter by {truth.switch_standard:g} SD takes off" if truth.switch_standard else ""
    return f"""
{many} accounts with a higher offering in the last wave had a lower one in the first and took the higher between two waves.
The lift, and what the offering adds to ratings of higher tiers, follow that switch{stricter}.
"""


def _who_answered(truth: Truth) -> str:
    """What is planted of customers that did not answer; nothing without a customer list."""
    if not truth.list_rate:
        return ""
    small, medium, large = (100 * (truth.list_rate + step * truth.list_gap) for step in (-0.5, 0.0, 0.5))
    return f"""
Somebody answered for {small:.0f} % of the small customers, {medium:.0f} % of the medium-sized and {large:.0f} % of the large.
"""


def planted_of(truth: Truth) -> Mapping[str, object]:
    """All that was planted by name; a trap only where one was laid."""
    return {
        item.name: getattr(truth, item.name)
        for item in fields(truth)
        if not item.metadata["trap"] or getattr(truth, item.name) != item.default
    }


def flow(value: object) -> str:
    """A value on one line of YAML."""
    plain = list(value) if isinstance(value, tuple) else value
    return yaml.safe_dump(plain, default_flow_style=True, width=10_000).removesuffix("...\n").strip()


def _chosen(simulated: Simulated) -> str:
    """The planted importance of elements in choices, as shares; nothing where nobody was asked to choose."""
    truth = simulated.truth
    if not truth.choices:
        return ""
    felt = importance(truth, simulated.seed)
    total = sum(map(math.exp, felt.values()))
    shares = sorted(((math.exp(value) / total, key) for key, value in felt.items()), reverse=True)
    told = ", ".join(f"`{key}` {100 * share:.1f} %" for share, key in shares)
    return f"""
How often each element would be chosen as the most important of all, by what is planted (tastes that differ draw what is seen a
little towards each other): {told}.
"""


def _together(simulated: Simulated) -> str:
    """What is planted of working together, in plain words; nothing where facets have no parts of their own."""
    truth = simulated.truth
    if not truth.facet_own:
        return ""
    faster = ", faster where co-creation is good" if truth.growth_cocreation > 0 else ""
    notes = (
        (truth.cocreation_effect > 0, "co-creation raises loyalty and every rating of value a little"),
        (True, "each facet of co-creation has a part of its own beside what all of them share, so that they can be told apart"),
        (truth.roles_effect > 0 < truth.people_effect, "clear roles and the right team raise ratings further, other facets do not"),
        (
            truth.provider_sees > 0,
            "the provider sees an account as it truly is, brighter by `provider_gap`, without any customer's halo",
        ),
        (truth.commitment_effect > 0, "loyalty rises with the commitment that both sides share"),
        (truth.gap_effect > 0, "it falls the further the provider's commitment lies from the customer's, whichever is the higher"),
        (truth.effort_effect > 0, "customers for whom things are truly easy recommend and renew more"),
        (truth.enhancement_effect > 0, "so do those who truly get more out of what they bought, and they buy more"),
        (truth.growth > 0, f"value and loyalty grow from wave to wave{faster}"),
        (truth.team_effect > 0, "ratings of value rise with the meaningful work of the account's team"),
        (
            bool(leavers_by_wave(truth)),
            "accounts leave between the waves, the less loyal sooner, so that earlier waves hold more of them",
        ),
        (truth.contracts, "contracts last longer where the true quality of the basics is better; some still run when last seen"),
        (truth.theme_link > 0, "in interviews a facet is praised where its true level is higher, and blamed where it is lower"),
        (truth.comment_lean > 0, "detractors comment more often than promoters"),
    )
    lines = [f"- {text};" for is_planted, text in notes if is_planted]
    lines[-1] = lines[-1].removesuffix(";") + "."
    return "\n".join(["", "Of working together:", "", *lines, "", *_drawn(simulated)])


def _drawn(simulated: Simulated) -> list[str]:
    """What chance made of it: the two lifts as drawn in the last wave, at equal mean rating of the lower tiers."""
    answers, truth = simulated.answers, simulated.truth
    last = answers[answers["wave"] == str(truth.year)]
    held = last[[f"element.{one.key}" for one in rated_elements(truth) if one.tier_key not in HIGHER_TIERS]].mean(axis=1)
    lifts = []
    for outcome in ("nps", "repurchase"):
        given = last[outcome].notna() & held.notna()
        if given.sum() < MIN_DRAWN or last.loc[given, "offering"].nunique() < 2:
            return []
        design = np.column_stack([np.ones(given.sum()), last.loc[given, "offering"], held[given]])
        lifts.append(100 * float(np.linalg.lstsq(design, last.loc[given, outcome].to_numpy(float))[0][1]))
    near = max(abs(lifts[0] - truth.nps_lift), abs(lifts[1] - truth.repurchase_lift)) < TYPICAL
    typical = "This is a typical draw: with" if near else "With"
    made = f"{lifts[0]:+.1f} points of NPS and {lifts[1]:+.1f} points of renewal in the last wave."
    return [f"{typical} equal ratings of the lower tiers, the higher offering comes with", made, ""]


# The folder.


def simulate_study(folder: str | Path, name: str, truth: Truth, seed: int, *, withhold: bool = False) -> Path:
    """Write a complete made-up study: study.yaml, the data files it maps, truth.yaml and README.md.

    Args:
        folder: the folder to write; it must not exist yet, or be empty.
        name: the study's name: letters, digits, - and _, up to 64 characters.
        truth: what is planted.
        seed: 0 or above; the same name, truth and seed give the same bytes.
        withhold: leave truth.yaml out, and let README.md tell neither truth nor seed, so that somebody may look for it.
    Returns:
        The folder.
    Raises:
        ParameterError: the name or the seed cannot be used.
        StudyError: the folder holds something already; nothing is overwritten.
    """
    target = Path(folder)
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name):
        raise ParameterError(f"The name {name[:80]!r} cannot be used: expected letters, digits, - and _, up to 64 characters.")
    if seed < 0:
        raise ParameterError(f"seed is {seed}: expected 0 or above.")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        what = f"The folder {target.name!r} holds something already, and nothing is overwritten."
        raise StudyError([Problem(what, "the made-up study", "a new or empty folder.", "Choose another folder.")])
    contents = study_files(simulate_frames(truth, seed), name, withhold=withhold)
    target.mkdir(parents=True, exist_ok=True)
    for file, content in contents.items():
        (target / file).write_bytes(content)
    return target


def study_files(simulated: Simulated, name: str, *, withhold: bool = False) -> dict[str, bytes]:
    """Every file of the study folder with its bytes; without the truth where it is withheld."""
    language, customers = simulated.truth.language, simulated.customers
    interviews = simulate_interviews(simulated.truth, simulated.seed)
    named = export_table(interviews[["account"]], language)
    spoken = dict(zip((True, False), YES_NO[language], strict=True))
    for key, word in interview_headers(language).items():
        named[word] = interviews[key].map(spoken) if key == "publish" else interviews[key]
    listed = LIST_ROW if customers is not None else ""
    texts = {
        "study.yaml": write_mapping(simulated, name, withhold=withhold),
        "README.md": WITHHELD.format(name=name, files=f"{FILES}\n{choice_row(simulated.truth)}{listed}".rstrip())
        if withhold
        else write_readme(simulated, name),
        **({} if withhold else {"truth.yaml": write_truth(simulated)}),
    }
    return {
        "responses.csv": to_csv(export_responses(simulated)),
        **({} if customers is None else {"customers.csv": to_csv(customers.rename(columns=lambda one: header(one, language)))}),
        "provider.csv": to_csv(export_table(simulated.provider, language)),
        "employees.csv": to_csv(export_table(simulated.employees, language)),
        "interviews.csv": to_csv(named),
        **({"choices.csv": to_csv(export_choices(simulated))} if simulated.truth.choices else {}),
        "codebook.csv": (files(__package__) / "data").joinpath("codebook.csv").read_bytes(),
        **{file: text.encode("utf-8") for file, text in texts.items()},
    }


def export_choices(simulated: Simulated) -> pd.DataFrame:
    """The choices as a file of their own, elements by their codes."""
    return simulate_choices(simulated).rename(columns=choice_headers(simulated.truth))


def write_truth(simulated: Simulated) -> str:
    """The planted truth as YAML, each value with its meaning."""
    intro = "# The planted truth of this simulated study; no assessment reads this file."
    lines = [f"{key}: {flow(value)}  # {meaning(key)}" for key, value in planted_of(simulated.truth).items()]
    return "\n".join([intro, f"seed: {simulated.seed}", *lines, ""])
