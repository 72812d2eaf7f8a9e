"""Does the register hold every reading, with the sizes that its published figures give?"""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from valuelib.errors import ParameterError, ValuelibError
from valuelib.theory import files
from valuelib.theory.claims import claim, claims, read_claims, register
from valuelib.theory.reading import Reading, needs, needs_of

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "claims.md"
# Each reading that the project promises: kind, leading outcome, metric and size.
PROMISED = {
    "nps_60": ("contrast", "recommend", "ratio", 1.60),
    "nps_60_points": ("contrast", "recommend", "points", 13),
    "repurchase_22": ("contrast", "repurchase", "ratio", 1.22),
    "repurchase_22_points": ("contrast", "repurchase", "points", 22),
    "many_elements_nps": ("contrast", "recommend", "ratio", 1.62),
    "many_elements_repurchase": ("contrast", "repurchase", "points", 22),
    "higher_is_better": ("dose", "recommend", "trend", None),
    "table_stakes_necessary": ("penalty_reward", "recommend", "positive", None),
    "effort_loyalty": ("effort", "repurchase", "points", 24),
    "value_enhancement": ("correlate", "repurchase", "positive", None),
    "cocreation_value": ("mediation", "recommend", "positive", None),
    "roles_tasks_teams": ("facets", "perceived_value", "positive", None),
    "mutual_commitment": ("response_surface", "recommend", "positive", None),
    "builds_over_time": ("growth", "perceived_value", "positive", None),
    "personal_value_nps": ("slope", "recommend", "positive", None),
    "hard_to_copy": ("correlate", "inimitability", "positive", None),
    "meaningful_work": ("team_link", "perceived_value", "positive", None),
    "exceeded_promise": ("correlate", "recommend", "positive", None),
    "upper_adds_beyond": ("correlate", "recommend", "positive", None),
    "dose_repurchase": ("dose", "repurchase", "trend", None),
    "dose_value": ("dose", "perceived_value", "trend", None),
    "inspiration_insight": ("correlate", "recommend", "positive", None),
    "own_part": ("facets", "perceived_value", "positive", None),
    "learns_from_others": ("facets", "perceived_value", "positive", None),
    "commitment_opens": ("facets", "daring", "positive", None),
    "value_makes_advantage": ("correlate", "inimitability", "positive", None),
    "uniqueness_grows": ("growth", "inimitability", "positive", None),
    "seeing_impact_gives_meaning": ("within_teams", "meaning", "positive", None),
    "trust_required": ("necessity", "joint_result", "positive", None),
    "openness_required": ("necessity", "joint_result", "positive", None),
    "reflexivity_required": ("necessity", "joint_result", "positive", None),
}
# The published exhibit: NPS and share intending to repurchase, by number of high-value elements.
EXHIBIT_NPS = {"none": 6, "one_to_five": 21, "six_or_more": 34}
EXHIBIT_REPURCHASE = {"none": 21, "one_to_five": 36, "six_or_more": 43}
# The published probability of staying, by how much effort a solution took.
STAYING = {"high_effort": 37, "low_effort": 61}
Spoil = Callable[[str, str], None]


@pytest.fixture
def spoil(monkeypatch: pytest.MonkeyPatch) -> Iterator[Spoil]:
    """Replace a text in the register, for the length of a test."""
    untouched = files.read_text

    def change(old: str, new: str) -> None:
        assert old in untouched("claims.yaml")
        module = sys.modules["valuelib.theory.claims"]  # the package's own name `claims` is the function
        monkeypatch.setattr(module, "read_text", lambda name: untouched(name).replace(old, new))
        read_claims.cache_clear()
        register.cache_clear()

    yield change
    monkeypatch.undo()
    read_claims.cache_clear()
    register.cache_clear()


def test_every_promised_reading_is_there_and_no_other() -> None:
    held = {one.id: (one.reading.kind, one.reading.outcome, one.reading.metric, one.reading.size) for one in claims()}
    assert held == PROMISED
    assert list(held) == list(PROMISED)


def test_sizes_follow_from_the_published_exhibit() -> None:
    many, few, none = (EXHIBIT_NPS[group] for group in ("six_or_more", "one_to_five", "none"))
    assert claim("many_elements_nps").reading.size == round(many / few, 2)
    assert claim("nps_60_points").reading.size == many - few
    assert none < few < many
    points = EXHIBIT_REPURCHASE["six_or_more"] - EXHIBIT_REPURCHASE["none"]
    assert claim("many_elements_repurchase").reading.size == claim("repurchase_22_points").reading.size == points
    assert claim("effort_loyalty").reading.size == STAYING["low_effort"] - STAYING["high_effort"]


def test_slide_figures_are_not_the_exhibits() -> None:
    assert claim("nps_60").reading.size != claim("many_elements_nps").reading.size
    ratios = {high / low for high in EXHIBIT_REPURCHASE.values() for low in EXHIBIT_REPURCHASE.values() if high > low}
    assert all(round(ratio, 2) != claim("repurchase_22").reading.size for ratio in ratios)


@pytest.mark.parametrize(
    ("id", "told"),
    [
        ("nps_60", ["does not contain “60%”", "34 / 21 = 1.62", "any of 36 elements rather than tiers", "unit is the vendor"]),
        (
            "repurchase_22",
            ["does not contain “22%”", "43 − 21", "43 / 21 = 2.05", "intention", "36 elements", "unit is the vendor"],
        ),
        ("nps_60_points", ["34 − 21 = 13", "nothing of tiers", "unit is the vendor"]),
        ("repurchase_22_points", ["43 − 21 = 22", "nothing of tiers", "intention", "unit is the vendor"]),
        ("many_elements_nps", ["6, 21 and 34", "34 / 21", "36 elements", "unit is the vendor", "fewer than 12"]),
        ("many_elements_repurchase", ["21%, 36% and 43%", "43 − 21", "36 elements", "intention", "unit is the vendor"]),
        ("effort_loyalty", ["37%", "61%", "61 − 37 = 24"]),
        ("table_stakes_necessary", ["within 5 points", "two parts"]),
    ],
)
def test_caveats_say_it_plainly(id: str, told: list[str]) -> None:
    caveat = claim(id).caveat
    assert [part for part in told if part not in caveat.en] == []
    digits = {"".join(one for one in part if one.isdigit()) for part in told} - {""}
    finnish = "".join(one for one in caveat.fi if one.isdigit())
    assert [one for one in digits if one not in finnish] == []


def test_ratios_told_in_caveats_are_right() -> None:
    assert f"{EXHIBIT_REPURCHASE['six_or_more'] / EXHIBIT_REPURCHASE['none']:.2f}" == "2.05"
    assert f"{EXHIBIT_NPS['six_or_more'] / EXHIBIT_NPS['one_to_five']:.2f}" == "1.62"


def test_groups_of_the_count() -> None:
    nps, repurchase = claim("many_elements_nps").reading, claim("many_elements_repurchase").reading
    assert (nps.comparison, nps.baseline) == ((6, None), (1, 5))
    assert (repurchase.comparison, repurchase.baseline) == ((6, None), (0, 0))


def test_table_stakes_claim_has_its_margin() -> None:
    assert claim("table_stakes_necessary").reading.margin == 5


def test_joint_claims_name_each_outcome() -> None:
    assert claim("value_enhancement").reading.outcomes == ("repurchase", "expansion", "recommend")
    assert claim("hard_to_copy").reading.outcomes == ("inimitability", "share_of_purchases")


def test_needs_cover_what_the_reading_speaks_of() -> None:
    for one in claims():
        assert set(one.reading.needs) <= set(needs()), one.id
        assert set(one.reading.outcomes) <= set(one.reading.needs), one.id
        if one.reading.kind in ("contrast", "dose", "slope", "penalty_reward", "effort"):
            assert one.reading.needs == needs_of(one.reading), one.id


def test_every_claim_says_its_source() -> None:
    assert [one.id for one in claims() if not (one.source and one.where)] == []
    assert "no published figure" in claim("cocreation_value").origin.en
    assert "Harvard Business Review, March-April 2018" in claim("many_elements_nps").where


def test_unknown_claim() -> None:
    with pytest.raises(ParameterError, match="Did you mean 'nps_60'"):
        claim("nps60")


def test_page_names_every_claim_and_no_other() -> None:
    page = PAGE.read_text(encoding="utf-8").partition("## The readings")[2].partition("\n## ")[0]
    rows = [line.split("`")[1] for line in page.splitlines() if line.startswith("| `")]
    assert rows == [one.id for one in claims()]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  - id: nps_60\n", "  - id: hard_to_copy\n", "Id hard_to_copy stands twice."),
        ("  - id: nps_60\n", "  - id: NPS 60\n", "claims.0.id: An id begins with a small letter"),
        ("source: slide\n", "source: slides\n", "nps_60: unknown source slides."),
        ("needs: [recommend, table_stakes]", "needs: []", "table_stakes_necessary: needs are missing."),
        ("needs: [recommend, table_stakes]", "needs: [recommend, price]", "Unknown need price; expected some of recommend,"),
        ("margin: 5", "margin: -5", "claims.7.reading.margin: Input should be greater than 0."),
        ("margin: 5", "marginal: 5", "claims.7.reading.marginal: Extra inputs are not permitted."),
        ("facets: [meaningful_work]", "facets: [work]", "Unknown facet work; expected some of trust_openness,"),
        ("and_outcomes: [share_of_purchases]", "and_outcomes: [inimitability]", "An outcome stands twice."),
        ("      through: perceived_value\n", "", "Kind mediation needs through."),
        ("size: 1.60", "size: 60", "this one is 60."),
        ("chapter: 12_people", "chapter: people", "claims.16.chapter: String should match pattern"),
        ("{tiers: [table_stakes]}", "{tiers: [basics]}", "Unknown tier basics; expected some of table_stakes, functional"),
        ("{facets: [meaningful_work]}", "{facets: [work]}", "claims.16.targets: Unknown facet work; expected some of"),
        ("{facets: [meaningful_work]}", "{facets: all, tiers: [individual]}", "tiers or at facets, not at both"),
        ("evidence: [other_rater, peers]", "evidence: [peers]", "builds_over_time: Such a reading is decided by the evidence"),
        ("partnership: provider", "partnership: supplier", "claims.11.partnership: Input should be 'listed', 'provider'"),
        ("statements: [O2]", "statements: [O9]", "Unknown statement O9; expected some of T1"),
        ("key: adds_tasks", "key: adds_team", "Part adds_team stands twice."),
        ("confirmatory: [nps_60,", "confirmatory: [nps_61,", "confirmatory: unknown claim nps_61."),
    ],
)
def test_slips_in_the_register_are_told(spoil: Spoil, old: str, new: str, said: str) -> None:
    spoil(old, new)
    with pytest.raises(ValuelibError) as caught:
        claims()
    assert said in str(caught.value)


def test_a_register_text_needs_both_languages(spoil: Spoil) -> None:
    spoil("      en: Good co-creation is associated with", "      sv: Good co-creation is associated with")
    with pytest.raises(ValuelibError, match=r"claims\.10\.statement: A text is written as en and fi\."):
        claims()


def test_the_page_tells_an_entry_that_can_be_added(spoil: Spoil) -> None:
    entry = (
        PAGE.read_text(encoding="utf-8").partition("## A further claim in the register")[2].split("```")[1].removeprefix("text\n")
    )
    spoil("\nclaims:\n", f"\nclaims:\n{entry}")
    assert (claim("nps_30").chapter, claim("nps_30").reading.size) == ("03_nps_claim", 1.3)
    assert claim("nps_30").evidence == claim("nps_60").evidence


def test_only_a_claim_of_facets_has_parts(spoil: Spoil) -> None:
    spoil("      kind: facets\n", "      kind: response_surface\n")
    with pytest.raises(ValuelibError, match="roles_tasks_teams: Kind response_surface has no parts"):
        claims()


def test_evidence_and_targets_are_those_of_the_kind_where_none_are_written(spoil: Spoil) -> None:
    written = {one.id: (one.evidence, one.targets.tiers, one.targets.facet_keys) for one in claims()}
    plain = re.sub(r"\n    (evidence|targets): .*", "", files.read_text("claims.yaml"))
    spoil(files.read_text("claims.yaml"), plain)
    assert {one.id: (one.evidence, one.targets.tiers, one.targets.facet_keys) for one in claims()} == written


def test_readings_are_frozen() -> None:
    reading, field = claim("nps_60").reading, "size"
    with pytest.raises(ValidationError, match="frozen"):
        setattr(reading, field, 2.0)
    assert reading == Reading.model_validate(reading.model_dump())


def test_import_reads_nothing() -> None:
    watch = """
import sys
import csv, difflib, importlib.resources, pydantic, yaml
opened = []
sys.addaudithook(lambda event, details: opened.append(str(details[0])) if event == "open" else None)
import valuelib.theory
data = [name for name in opened if name.endswith((".csv", ".yaml"))]
assert not data, data
valuelib.theory.claims()
assert any(name.endswith("claims.yaml") for name in opened), "the watch sees nothing"
"""
    done = subprocess.run([sys.executable, "-c", watch], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
