"""What stands above accounts: `columns.cluster` read, joined where it does not hold whole accounts, and used by every interval."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.clients import client
from tests.study.studies import answers, settings, write_study
from valuelib.errors import ResultError, StudyError
from valuelib.explore.describe import estimate_basics
from valuelib.explore.drivers import Drivers, find_drivers
from valuelib.explore.reliability import estimate_reliability
from valuelib.explore.thresholds import estimate_dose
from valuelib.results import Estimate
from valuelib.stats.over_time import estimate_paired
from valuelib.stats.totals import collect_totals
from valuelib.study.load import load_study
from valuelib.study.model import Study
from valuelib.verdict.assess import assess
from valuelib.worlds.truth import Truth

COLUMNS = {"account": "Account", "cluster": "Team"}


def read(folder: Path, team: list[Any], account: list[str] | None = None, **blocks: Any) -> Study:
    """Six answers with a team each; of accounts A, B and C unless others are given."""
    own = answers(Team=team, **({"Account": account} if account else {}))
    return load_study(write_study(folder, settings(columns=COLUMNS, **blocks), own), language="en")


def test_without_the_key_the_account_is_the_cluster(tmp_path: Path):
    study = load_study(write_study(tmp_path, settings(), answers(Team=list("XXXYYY"))))
    assert not study.has_clusters
    assert study.members is None
    assert study.clusters_of(["A"]) is None
    assert study.clusters.tolist() == list("AABBCC")
    assert "cluster" not in study.answers


def test_a_mapped_cluster_is_read_and_shown(tmp_path: Path):
    study = read(tmp_path, list("XXXXYY"))
    assert study.has_clusters
    assert study.clusters.tolist() == list("XXXXYY")
    assert study.answers["cluster"].tolist() == list("XXXXYY")
    assert study.members is not None
    assert study.members.tolist() == list("AABBCC")
    above = study.clusters_of(["C", "A"])
    assert above is not None
    assert above.tolist() == ["Y", "X"]
    assert not {"study.cluster_missing", "study.clusters_joined"} & {one.code for one in study.assumed}


def test_a_blank_takes_the_cluster_of_its_account_or_stands_alone(tmp_path: Path):
    study = read(tmp_path, ["X", None, None, None, "Y", "Y"])
    assert study.clusters.tolist() == ["X", "X", "B", "B", "Y", "Y"]
    (said,) = (one for one in study.assumed if one.code == "study.cluster_missing")
    assert (said.values["n"], said.values["alone_n"]) == (3, 1)


def test_clusters_that_share_an_account_are_one_and_that_is_said(tmp_path: Path):
    account = ["A", "A", "B", "B", "C", "D"]
    study = read(tmp_path, ["X", "W", "W", "W", "Y", "Z"], account)
    assert study.clusters.tolist() == ["W", "W", "W", "W", "Y", "Z"]
    (said,) = (one for one in study.assumed if one.code == "study.clusters_joined")
    assert (said.values["accounts_n"], said.values["named_n"], said.values["left_n"]) == (1, 4, 3)


def test_clusters_that_hang_together_as_one_are_refused(tmp_path: Path):
    with pytest.raises(StudyError) as caught:
        read(tmp_path, ["X", "Y", "X", "Y", "X", "Y"])
    (problem,) = caught.value.problems
    assert "3 of 3 accounts" in problem.what
    assert "columns.cluster" in problem.where


def test_an_account_may_change_its_team_between_waves(tmp_path: Path):
    columns, own = {**COLUMNS, "wave": "W"}, answers(Team=["X", "Y", "X", "X", "Y", "Y"], W=[1, 2, 1, 2, 1, 2])
    latest = load_study(write_study(tmp_path, settings(columns=columns, waves="latest"), own))
    assert latest.clusters.tolist() == ["Y", "X", "Y"]
    assert set(latest.all_data["cluster"]) == {"X"}  # over both waves the teams share an account


def test_an_address_as_a_cluster_is_hashed(tmp_path: Path):
    study = read(tmp_path, ["a.b@example.com"] * 4 + ["Y"] * 2)
    assert "@" not in "".join(study.clusters)


def test_a_cluster_may_be_a_background_column_but_not_the_account(tmp_path: Path):
    both = settings(columns={**COLUMNS, "segment": ["Team"]})
    assert load_study(write_study(tmp_path / "a", both, answers(Team=list("XXXXYY")))).has_clusters
    with pytest.raises(StudyError, match="mapped to two things"):
        load_study(write_study(tmp_path / "b", settings(columns={"account": "Account", "cluster": "Account"}), answers()))


# ---------------------------------------------------------------------- counts and intervals


def test_totals_count_accounts_as_accounts_and_clusters_as_clusters():
    team, account, group = list("XXXXYY"), list("AABBCC"), [0, 0, 0, 1, 1, -1]
    totals = collect_totals(team, group, [1, 2, 3, 4, 5, np.nan], groups=("one", "other"), members=account)
    assert totals.n_accounts.tolist() == [2, 2]
    assert totals.n_clusters.tolist() == [1, 2]
    assert totals.n_together == 2
    assert totals.pick(["other"]).n_accounts.tolist() == [2]
    halves = [
        collect_totals(team[part], group[part], [1, 2, 3, 4, 5, np.nan][part], groups=("one", "other"), members=account[part])
        for part in (slice(0, 3), slice(3, 6))
    ]
    merged = halves[0].merge(halves[1])
    assert merged.n_accounts.tolist() == [2, 2]
    assert np.array_equal(merged.totals, totals.totals)
    with pytest.raises(ResultError, match="stand above accounts"):
        merged.merge(collect_totals(team, group, [1, 2, 3, 4, 5, 6], groups=("one", "other")))


def test_the_largest_share_is_of_the_weight_of_both_groups():
    totals = collect_totals(list("AABC"), [0, 1, 1, -1], [1, 1, 0, 0], groups=("one", "other"), weights=[2, 1, 1, 9])
    assert totals.largest_share == pytest.approx(0.75)
    assert collect_totals(["A"], [-1], [0], groups=("one",)).largest_share == 0.0


@pytest.fixture(scope="module")
def plain() -> Study:
    """A made-up client of many accounts."""
    return client(Truth(accounts=90), seed=3)


def above(study: Study) -> pd.Series:
    """Thirty teams, each of whole accounts."""
    codes = pd.factorize(study.data["account"])[0]
    return pd.Series([f"team {code % 30}" for code in codes], index=study.data.index, dtype="str")


@pytest.fixture(scope="module")
def teamed(plain: Study) -> Study:
    data = plain.data.assign(cluster=above(plain))
    return dataclasses.replace(plain, data=data, all_data=data)


@pytest.fixture(scope="module")
def as_accounts(plain: Study) -> Study:
    """The same with the teams in place of the accounts: what every interval of `teamed` must be."""
    data = plain.data.assign(account=above(plain))
    return dataclasses.replace(plain, data=data, all_data=data)


def test_the_verdict_rests_on_clusters_and_shows_accounts(plain: Study, teamed: Study, as_accounts: Study):
    one, other, naive = (assess(study, "nps_60", sensitivity=True) for study in (teamed, as_accounts, plain))
    assert one.difference == other.difference != naive.difference
    assert one.raw is not None
    assert naive.raw is not None
    assert one.raw.comparison is not None
    assert naive.raw.comparison is not None
    assert one.raw.comparison.accounts == naive.raw.comparison.accounts
    assert one.raw.clusters == 30
    assert naive.raw.clusters == 90
    for name in ("own.aipw", "halo_only_band"):
        found = [next(check for check in finding.contrasts if check.name == name) for finding in (one, other)]
        assert found[0].difference == found[1].difference
        assert found[0].clusters == found[1].clusters == 30


def test_every_estimate_takes_the_cluster(plain: Study, teamed: Study, as_accounts: Study):
    for what in (estimate_basics, estimate_reliability, drivers, estimate_dose):
        one, other, naive = (list(what(study)) for study in (teamed, as_accounts, plain))
        assert [(e.name, e.value, e.ci_low, e.ci_high) for e in one] == [(e.name, e.value, e.ci_low, e.ci_high) for e in other]
        assert [e.accounts for e in one] == [e.accounts for e in naive]
        assert any(e.ci_low != plainly.ci_low for e, plainly in zip(one, naive, strict=True))


def drivers(study: Study) -> Sequence[Estimate]:
    """Shares of the tiers, from few draws."""
    found = find_drivers(study, draws=50)
    assert isinstance(found, Drivers)
    return [one.raw for one in found.tiers]


def test_pairs_of_accounts_are_clustered_too():
    first, second, above = [5, 6, 7, 8, 5, 6], [6, 8, 8, 8, 8, 7], list("AABBCC")
    alone, together = estimate_paired(first, second), estimate_paired(first, second, clusters=above)
    assert alone is not None
    assert together is not None
    assert together.value == alone.value
    assert together.n == alone.n == 6
    assert alone.df == 5
    assert together.df == pytest.approx(2.0)
    # By hand: gaps 1 2 1 0 3 1, mean 4/3; sums of residuals 1/3, -5/3, 4/3; CR2 factor 1 / (1 - 1/3) for each.
    assert together.se == pytest.approx(((1 / 9 + 25 / 9 + 16 / 9) / 36 / (2 / 3)) ** 0.5)
    few = estimate_paired(first, second, clusters=list("AAABBB"))
    assert few is not None
    assert few.se is None
    assert few.low is None
