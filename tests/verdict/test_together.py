"""Claims about working together: which rung opens, what decides, and what each study lacks."""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from benchmarks.together.verdicts import BASE, study_of
from valuelib.study.load import load_study
from valuelib.study.model import Study
from valuelib.theory.claims import claim
from valuelib.verdict import gather_evidence
from valuelib.verdict.assess import assess
from valuelib.verdict.over_time import others_at_start
from valuelib.verdict.relations import MIN_ACCOUNTS_FACETS as MIN_ACCOUNTS
from valuelib.verdict.relations import find_exposures, predictor_facets, provider_facets
from valuelib.worlds.truth import Truth

ROOT = Path(__file__).parents[2]
CLAIMS = (
    "effort_loyalty",
    "value_enhancement",
    "cocreation_value",
    "roles_tasks_teams",
    "hard_to_copy",
    "mutual_commitment",
    "builds_over_time",
    "meaningful_work",
)


@pytest.fixture(scope="module")
def demo() -> Study:
    return load_study(ROOT / "data" / "demo")


@pytest.mark.parametrize("name", CLAIMS)
def test_the_demo_tests_every_claim_beyond_own_ratings(demo: Study, name: str) -> None:
    found = assess(demo, name, sensitivity=False)
    assert found.evidence_level in ("peers", "other_rater")
    assert found.decided_by is not None


@pytest.mark.parametrize("name", [one for one in CLAIMS if one not in ("mutual_commitment", "meaningful_work", "builds_over_time")])
def test_without_accounts_and_other_files_own_ratings_show_a_direction_only(demo: Study, name: str) -> None:
    columns = demo.config.columns.model_copy(update={"account": None})
    lonely = demo.data.assign(account="respondent " + demo.data["respondent"])
    alone = dataclasses.replace(
        demo, config=demo.config.model_copy(update={"columns": columns}), data=lonely, provider=None, employees=None
    )
    found = assess(alone, name, sensitivity=False)
    assert (found.verdict, found.undecided_why, found.evidence_level) == ("undecided", "design", "direction")
    assert found.decided_by is None


@pytest.mark.parametrize(
    ("name", "lacking", "code"),
    [
        ("mutual_commitment", {"provider": None}, "missing.provider_view"),
        ("meaningful_work", {"employees": None}, "missing.employees"),
        ("builds_over_time", {"all_data": "last wave"}, "missing.one_wave"),
    ],
)
def test_what_is_missing_is_named(demo: Study, name: str, lacking: dict[str, object], code: str) -> None:
    files = {key: demo.data if value == "last wave" else value for key, value in lacking.items()}
    found = assess(dataclasses.replace(demo, **files), name, sensitivity=False)
    assert (found.verdict, found.reason.code) == ("not_testable", code)


@pytest.mark.parametrize(
    ("dyads", "verdict", "code"), [(25, "not_testable", "missing.few_dyads"), (80, "undecided", "reason.thin.dyads")]
)
def test_few_dyads_are_described_or_shown_but_not_decided(demo: Study, dyads: int, verdict: str, code: str) -> None:
    assert demo.provider is not None
    several = demo.data["account"].value_counts()
    pairs = [name for name in demo.provider["account"] if several.get(name, 0) >= 3][:dyads]
    few = dataclasses.replace(demo, provider=demo.provider[demo.provider["account"].isin(pairs)])
    found = assess(few, "mutual_commitment", sensitivity=False)
    assert (found.verdict, found.reason.code) == (verdict, code)


def test_few_teams_decide_nothing_and_small_teams_are_left_out(demo: Study) -> None:
    assert demo.employees is not None
    teams = sorted(set(demo.employees["team"]))
    few = dataclasses.replace(demo, employees=demo.employees[demo.employees["team"].isin(teams[:9])])
    assert assess(few, "meaningful_work").reason.code == "reason.thin.teams"
    small = dataclasses.replace(demo, employees=demo.employees.groupby("team").head(4).reset_index(drop=True))
    assert assess(small, "meaningful_work").reason.code == "missing.small_teams"


def test_colleagues_may_decide_on_loyalty_only(demo: Study) -> None:
    without = dataclasses.replace(demo, provider=None)
    loyal, value = (find_exposures(without, predictor_facets(), peers_may_decide=may) for may in (True, False))
    assert [one.evidence_level for one in loyal] == ["peers", "direction"]  # type: ignore[union-attr]
    assert [one.evidence_level for one in value] == ["direction"]  # type: ignore[union-attr]


def test_a_provider_that_rated_hardly_anybody_is_passed_over(demo: Study) -> None:
    assert demo.provider is not None
    few = dataclasses.replace(demo, provider=demo.provider.head(MIN_ACCOUNTS - 1))
    found = find_exposures(few, predictor_facets(), peers_may_decide=True)
    assert found[0].evidence_level == "peers"  # type: ignore[union-attr]


def test_the_link_of_facets_and_share_of_purchases_is_that_of_ordinary_least_squares(demo: Study) -> None:
    """The slope by statsmodels on the same rows; the standard errors are held to R elsewhere."""
    adjusted = [name for name in demo.data.columns if name.startswith("adjust.")]
    plain = dataclasses.replace(demo, data=demo.data.drop(columns=adjusted))
    evidence = gather_evidence(plain, claim("hard_to_copy"))
    x = provider_facets(plain, predictor_facets())
    y = plain.data["share_of_purchases"]
    assert x is not None
    used = x.notna() & y.notna()
    fitted = sm.OLS(y[used].to_numpy(), sm.add_constant(x[used].to_numpy())).fit()
    assert evidence.parts[1].value == pytest.approx(float(fitted.params[1]), abs=1e-9)
    assert evidence.parts[1].n == int(used.sum())


@pytest.mark.parametrize("name", CLAIMS)
def test_order_of_rows_and_scale_of_weights_change_nothing(demo: Study, name: str) -> None:
    order = np.random.default_rng(1).permutation(len(demo.data))
    shuffled = demo.data.iloc[order].reset_index(drop=True)
    shuffled["weight"] = 7.5
    every = demo.all_data.assign(weight=7.5)
    other = dataclasses.replace(demo, data=shuffled, all_data=every)
    one, two = (assess(study, name, sensitivity=False) for study in (demo, other))
    assert one.verdict == two.verdict
    for left, right in zip(one.parts, two.parts, strict=True):
        assert (left.lift.value, left.lift.se) == pytest.approx((right.lift.value, right.lift.se), rel=1e-6)


def test_the_respondent_is_left_out_of_what_others_said_at_the_start() -> None:
    answers = pd.DataFrame(
        {
            "account": ["a", "a", "b", "a", "a"],
            "respondent": ["1", "2", "3", "1", "9"],
            "wave": ["1", "1", "1", "2", "2"],
        }
    )
    own = pd.Series([2.0, 6.0, 5.0, 9.0, 9.0])
    assert others_at_start(answers, own).fillna(-1).tolist() == [6.0, 2.0, -1.0, 6.0, 4.0]


@pytest.mark.parametrize("seed", [3, 4])
def test_planted_work_together_is_found_and_pure_halo_is_not(seed: int) -> None:
    """End to end: from a planted truth to the verdict, on claims that a study of this size can decide."""
    shared = {name: getattr(BASE, name) for name in BASE.__slots__}
    null = study_of(Truth(**{**shared, "halo_loading_lower": 0.6, "halo_loading_higher": 0.6}), seed)
    full = study_of(Truth(**{**shared, "team_effect": 0.4, "growth": 0.2, "growth_cocreation": 0.15, "icc": 0.5}), seed)
    for name in ("meaningful_work", "builds_over_time", "cocreation_value", "roles_tasks_teams", "mutual_commitment"):
        assert assess(null, name, sensitivity=False).verdict != "supported", name
    for name in ("meaningful_work", "builds_over_time"):
        assert assess(full, name, sensitivity=False).verdict == "supported", name


def test_own_ratings_would_have_been_fooled_by_pure_halo() -> None:
    """Why they never decide: on pure halo the respondents' own paths look shown."""
    study = study_of(BASE, 3)
    found = assess(study, "cocreation_value", sensitivity=False)
    own = next(one for one in found.contrasts if one.name == "own.cocreation.path_value")
    assert own.difference is not None
    assert own.difference.ci_low > 0
    assert found.verdict == "undecided"
