"""The theory's further statements: who may decide each, what is planted comes back, and what is not there is not shown."""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from benchmarks.together.readings import CLAIMS, READING_WORLDS
from benchmarks.together.verdicts import BASE, study_of
from valuelib.results import EvidenceLevel
from valuelib.study.load import load_study
from valuelib.study.model import Study
from valuelib.theory.claims import claim
from valuelib.theory.pyramid import LOWER_TIERS
from valuelib.verdict import gather_evidence
from valuelib.verdict.assess import assess
from valuelib.verdict.correlate import INSIGHT, find_ways
from valuelib.verdict.evidence import PartEstimate, number_part, p_claimed, p_opposite
from valuelib.verdict.groups import tier_mean
from valuelib.verdict.relations import rate_at_large, statement_means
from valuelib.worlds.frames import simulate_frames
from valuelib.worlds.truth import Truth

ROOT = Path(__file__).parents[2]
BY_DESIGN = ("dose_repurchase", "dose_value", "seeing_impact_gives_meaning")
PEERS = ("exceeded_promise", "upper_adds_beyond", "inspiration_insight")


@pytest.fixture(scope="module")
def demo() -> Study:
    return load_study(ROOT / "data" / "demo", language="en")


def world(name: str, seed: int, **changes: float) -> Study:
    return study_of(Truth(**{one: getattr(BASE, one) for one in BASE.__slots__} | dict(READING_WORLDS[name]) | changes), seed)


@pytest.mark.parametrize("name", CLAIMS)
def test_the_demo_answers_each(demo: Study, name: str) -> None:
    found = assess(demo, name, sensitivity=False)
    assert found.verdict != "not_testable"
    assert not found.confirmatory
    assert (found.undecided_why == "design") == (name in BY_DESIGN)
    assert found.decided_by is None or found.evidence_level in claim(name).evidence
    for language in ("en", "fi"):
        shown = dataclasses.replace(found, language=language)._repr_mimebundle_()
        assert claim(name).statement.say(language) in shown["text/plain"]


@pytest.mark.parametrize("name", [one for one in CLAIMS if one != "uniqueness_grows"])
def test_own_ratings_alone_decide_nothing(demo: Study, name: str) -> None:
    columns = demo.config.columns.model_copy(update={"account": None})
    lonely = demo.data.assign(account="respondent " + demo.data["respondent"])
    alone = dataclasses.replace(demo, config=demo.config.model_copy(update={"columns": columns}), data=lonely, provider=None)
    found = assess(alone, name, sensitivity=False)
    assert found.decided_by is None
    if name.endswith("_required"):
        assert (found.verdict, found.reason.code) == ("not_testable", "missing.accounts")
    else:
        assert (found.verdict, found.undecided_why) == ("undecided", "design")


@pytest.mark.parametrize("name", [one for one in CLAIMS if one.endswith("_required")])
def test_the_customers_own_view_of_a_condition_shows_a_direction_at_most(demo: Study, name: str) -> None:
    found = assess(dataclasses.replace(demo, provider=None), name, sensitivity=False)
    assert (found.verdict, found.undecided_why, found.evidence_level) == ("undecided", "design", "direction")


@pytest.mark.parametrize("seed", [30_001, 30_002])
def test_planted_effects_come_back_and_nothing_comes_of_halo(seed: int) -> None:
    planted, halo = world("planted", seed), world("much halo, facets apart", seed)
    for name in (*PEERS, "commitment_opens", "value_makes_advantage"):
        assert assess(planted, name, sensitivity=False).verdict == "supported", name
    assert [name for name in CLAIMS if assess(halo, name, sensitivity=False).verdict == "supported"] == []


def test_people_of_a_team_tell_what_was_planted() -> None:
    planted = world("planted", 1, staff_per_team=60, teams=40)
    (part,) = gather_evidence(planted, claim("seeing_impact_gives_meaning")).parts
    assert abs(part.value - 0.5) < 4 * part.se  # the correlation within teams, of two answers that differ alike
    (none,) = gather_evidence(world("nothing", 1, staff_per_team=60, teams=40), claim("seeing_impact_gives_meaning")).parts
    assert abs(none.value) < 4 * none.se
    frame = planted.employees
    assert frame is not None
    held = frame.rename(columns={"facet.W1": "meaning", "facet.W2": "seen"})
    fitted = smf.ols("meaning ~ seen + C(team)", held).fit()
    assert part.value == pytest.approx(fitted.params["seen"], abs=1e-9)


def test_the_promise_is_exceeded_against_kept_and_nothing_else(demo: Study) -> None:
    """By own answers: the difference of two NPS adjusted for the lower-tier mean, as ordinary least squares has it."""
    bare = demo.data.drop(columns=[name for name in demo.data if str(name).startswith("adjust.")])
    alone = dataclasses.replace(demo, data=bare)
    evidence = gather_evidence(alone, claim("exceeded_promise"))
    own = next(part for part in evidence.other_parts if part.name.startswith("own."))
    frame = pd.DataFrame({"nps": 100 * bare["nps"], "promise": bare["promise"], "lower": tier_mean(alone, LOWER_TIERS)})
    fitted = smf.ols("nps ~ I(promise == 1) + lower", frame[frame["promise"] >= 0].dropna()).fit()
    assert own.value == pytest.approx(fitted.params["I(promise == 1)[T.True]"], abs=1e-8)
    assert own.unit_key == "points"


def test_the_gain_of_the_upper_tiers_is_that_of_two_regressions(demo: Study) -> None:
    bare = demo.data.drop(columns=[name for name in demo.data if str(name).startswith("adjust.")])
    alone = dataclasses.replace(demo, data=bare.assign(account="r " + bare["respondent"]), provider=None)
    evidence = gather_evidence(alone, claim("upper_adds_beyond"))
    assert evidence.evidence_level == "direction"
    told = next(one.values for one in evidence.warnings if one.code == "note.upper_gain")
    tiers = {
        "upper": ("individual", "inspirational"),
        "basic": ("table_stakes",),
        "use": ("functional",),
        "ease": ("ease_of_doing_business",),
    }
    frame = pd.DataFrame({name: tier_mean(alone, keys) for name, keys in tiers.items()}).assign(nps=bare["nps"]).dropna()
    without, both = (smf.ols(f"nps ~ basic + use + ease{more}", frame).fit().rsquared for more in ("", " + upper"))
    assert told["without_share"] == pytest.approx(without, abs=1e-9)
    assert told["gain_share"] == pytest.approx(both - without, abs=1e-9)


def test_the_customers_own_part_is_the_other_party_to_the_provider(demo: Study) -> None:
    assert demo.provider is not None
    theirs = statement_means(demo, EvidenceLevel.OTHER_SOURCE, {"own": ("C1",)})["own"]
    told = demo.data["account"].map(demo.provider.set_index("account")["facet.C2"])
    assert theirs.equals(told.astype(float))


@pytest.mark.parametrize("name", ["commitment_opens", "own_part", "learns_from_others", "value_makes_advantage"])
def test_slopes_apart_solve_the_moments_of_two_stage_least_squares(demo: Study, name: str) -> None:
    bare = demo.data.drop(columns=[one for one in demo.data if str(one).startswith("adjust.")])
    study = dataclasses.replace(demo, data=bare)
    (part,) = gather_evidence(study, claim(name)).parts
    taken = {"commitment_opens": ("C1", "C2", "T1"), "own_part": ("C1",), "learns_from_others": ("E1",)}.get(name, ())
    outcome = {"commitment_opens": "facet.T1", "value_makes_advantage": "facet.H1"}.get(name, "perceived_value")
    if name == "value_makes_advantage":
        (exposure, *_) = find_ways(study, claim(name).reading, peers_may_decide=False)
        rating = exposure.values
    else:
        rating = statement_means(study, EvidenceLevel.OTHER_SOURCE, {"x": claim(name).parts[0].statements})["x"]
    columns = {"y": bare[outcome], "x": rating, "weight": bare["weight"], "account": bare["account"]}
    stacked = pd.concat([pd.DataFrame({**columns, "own": own, "theirs": theirs}) for own, theirs in rate_at_large(study, taken)])
    stacked = stacked.dropna()
    one = np.ones(len(stacked))
    instruments = np.column_stack([one, stacked["x"], stacked["theirs"]]) * stacked["weight"].to_numpy(float)[:, None]
    regressors = np.column_stack([one, stacked["x"], stacked["own"]])
    bread = np.linalg.inv(instruments.T @ regressors)
    solved = bread @ (instruments.T @ stacked["y"].to_numpy(float))
    assert part.value == pytest.approx(solved[1], abs=1e-9)
    left = stacked["y"].to_numpy(float) - regressors @ solved
    scores = pd.DataFrame(instruments * left[:, None]).groupby(stacked["account"].to_numpy()).sum().to_numpy()
    plain = float(np.sqrt((bread @ scores.T @ scores @ bread.T)[1, 1]))
    assert plain < part.se < 1.25 * plain  # CR2 against CR0


@pytest.mark.parametrize("seed", [30_001, 30_002])
def test_a_provider_that_repeats_its_customers_liking_shows_nothing(seed: int) -> None:
    halo = world("much halo, provider repeats it", seed)
    assert [name for name in CLAIMS if assess(halo, name, sensitivity=False).verdict == "supported"] == []


@pytest.mark.parametrize("name", ["commitment_opens", "value_makes_advantage"])
def test_without_further_facets_the_providers_view_decides_nothing_and_the_card_says_so(demo: Study, name: str) -> None:
    assert demo.provider is not None
    kept = ("facet.C1", "facet.C2") if name == "commitment_opens" else ()
    rest = [one for one in demo.provider if str(one).startswith("facet.") and one not in kept]
    found = assess(dataclasses.replace(demo, provider=demo.provider.drop(columns=rest)), name, sensitivity=False)
    assert (found.verdict, found.undecided_why, found.evidence_level) == ("undecided", "design", "direction")
    assert "missing.rest" in {one.code for one in found.warnings}
    for language, words in (("en", "two further facets"), ("fi", "kahta muuta")):
        assert words in dataclasses.replace(found, language=language)._repr_mimebundle_()["text/plain"].replace("\n", " ")


def test_an_opposite_must_be_shown_by_both_figures() -> None:
    below = PartEstimate(
        name="opens_commitment", value=-1.0, se=0.2, df=90.0, unit_key="scale_points_per_point", n=300, accounts=91
    )
    assert p_opposite(below) < 0.001
    assert p_opposite(dataclasses.replace(below, against=0.3)) == 0.3


def test_counted_elements_are_not_in_the_value_that_they_are_set_against(demo: Study) -> None:
    inside = gather_evidence(demo, claim("dose_value"))
    assert "note.value_of_the_rest" in {one.code for one in inside.warnings}
    asked = demo.config.outcomes.model_copy(update={"perceived_value": demo.config.outcomes.satisfaction})
    apart = dataclasses.replace(demo, config=demo.config.model_copy(update={"outcomes": asked}))
    assert "note.value_of_the_rest" not in {one.code for one in gather_evidence(apart, claim("dose_value")).warnings}


def test_insight_is_eleven_elements_of_the_pyramid(demo: Study) -> None:
    assert len(INSIGHT) == len(set(INSIGHT)) == 11
    assert {f"element.{key}" for key in INSIGHT} <= set(demo.data)


def test_few_accounts_are_no_corner(demo: Study) -> None:
    assert demo.provider is not None
    few = dataclasses.replace(
        demo, provider=demo.provider.head(25), data=demo.data[demo.data["account"].isin(demo.provider["account"].head(25))]
    )
    found = assess(few, "trust_required", sensitivity=False)
    assert (found.verdict, found.reason.code) == ("not_testable", "missing.few_points")


def permuted(value: float, *, counts: bool = True) -> PartEstimate:
    chance = tuple(np.linspace(-0.1, 0.1, 199).tolist())
    return PartEstimate(
        name="requires_trust",
        value=value,
        se=0.05,
        df=90.0,
        unit_key="share_of_scope",
        n=300,
        accounts=91,
        chance=chance,
        counts=counts,
    )


def test_a_permuted_effect_has_the_p_value_and_the_limits_of_its_permutations() -> None:
    assert p_claimed(permuted(0.2)) == 1 / 200
    assert p_claimed(permuted(0.0)) == pytest.approx(0.5, abs=0.01)
    assert p_claimed(permuted(0.2, counts=False)) == p_opposite(permuted(-0.2)) == 1.0
    part = number_part(permuted(0.2), level=0.95, simultaneous=0.95, parts=1)
    assert part.holds == "shown"
    assert part.lift.interval == pytest.approx((0.2 - 0.095, 0.2 + 0.095), abs=1e-3)
    assert number_part(permuted(0.01), level=0.95, simultaneous=0.95, parts=1).accounts_needed is None


@pytest.mark.parametrize("name", ["exceeded_promise", "own_part", "trust_required"])
def test_the_order_of_rows_changes_nothing(demo: Study, name: str) -> None:
    order = np.random.default_rng(2).permutation(len(demo.data))
    other = dataclasses.replace(demo, data=demo.data.iloc[order].reset_index(drop=True))
    one, two = (gather_evidence(study, claim(name)) for study in (demo, other))
    for left, right in zip(one.parts, two.parts, strict=True):
        assert (left.value, left.se, p_claimed(left)) == pytest.approx((right.value, right.se, p_claimed(right)), rel=1e-9)


def test_new_settings_leave_every_earlier_study_as_it_was() -> None:
    """What is planted for the readings moves the answers it is about, and no others."""
    plain = simulate_frames(Truth(), 5)
    for changes, moved in (
        ({"advantage_effect": 0.3}, {"facet.H1"}),
        ({"trust_needed": 2.0}, {"facet.H2"}),
        ({"daring_effect": 0.3, "facet_own": 0.5}, {"facet.T1"}),
    ):
        base = plain if "facet_own" not in changes else simulate_frames(Truth(facet_own=0.5), 5)
        other = simulate_frames(Truth(**changes), 5)  # type: ignore[arg-type]
        changed = {name for name in base.answers if not base.answers[name].equals(other.answers[name])}
        assert changed == moved
    staff = simulate_frames(Truth(meaning_effect=0.5), 5)
    assert staff.answers.equals(plain.answers)
    assert staff.employees["facet.W2"].equals(plain.employees["facet.W2"])
    assert not staff.employees["facet.W1"].equals(plain.employees["facet.W1"])
