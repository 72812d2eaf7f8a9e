"""A lift as a share of the claim: by hand, mirrored, and with chances that are right as often as they say; claims out of reach."""

import numpy as np
import pytest
from scipy import stats

from valuelib.stats.contrasts import (
    Metric,
    carrying_accounts,
    contrast,
    estimate_difference,
    estimate_ratio,
    out_of_reach,
    run_claim_tests,
    share_of_claim,
)
from valuelib.stats.loyalty import Kind
from valuelib.stats.means import GroupMeans, estimate_means
from valuelib.stats.totals import collect_totals

ANSWERS = 6  # of each account
rng = np.random.default_rng(20240131)


def means_of(comparison: np.ndarray, baseline: np.ndarray) -> GroupMeans:
    codes = np.repeat([0, 1], [len(comparison), len(baseline)])
    return estimate_means(
        collect_totals(range(len(codes)), codes, np.concatenate([comparison, baseline]), groups=("comparison", "baseline"))
    )


def drawn(comparison: float = 0.45, baseline: float = 0.28, n: int = 500) -> GroupMeans:
    one, other = (rng.choice([-1.0, 0.0, 1.0], n, p=[(0.7 - mean) / 2, 0.3, (0.7 + mean) / 2]) for mean in (comparison, baseline))
    return means_of(one, other)


def test_two_claims_that_one_interval_holds_differ_in_their_share() -> None:
    """+10 and +20 may both lie inside the interval; the share of the claim tells them apart, as 0.7 to 2.7 and 0.35 to 1.35 do."""
    means = drawn()
    lift = estimate_difference(means, kind="nps")
    for size in (10.0, 20.0):
        share = share_of_claim(means, metric="points", size=size, kind="nps", level=0.95)
        assert share is not None
        assert (share.value, share.ci_low, share.ci_high) == pytest.approx(
            (lift.value / size, lift.ci_low / size, lift.ci_high / size)
        )


def test_chances_by_hand() -> None:
    means = drawn()
    value, se, df = contrast(means, 1.0)
    share = share_of_claim(means, metric="points", size=20.0, kind="nps", level=0.95)
    assert share is not None
    assert share.chance_full == pytest.approx(stats.t.sf((0.2 - value) / se, df))
    assert share.chance_half == pytest.approx(stats.t.sf((0.1 - value) / se, df))


def test_half_of_a_ratio_is_half_of_what_it_adds() -> None:
    means = drawn(n=2000)
    ratio = estimate_ratio(means, kind="nps")
    share = share_of_claim(means, metric="ratio", size=1.6, kind="nps", level=0.95)
    assert share is not None
    assert ratio.value is not None
    assert ratio.ci_low is not None
    assert ratio.ci_high is not None
    shares = [(one - 1) / 0.6 for one in (ratio.value, ratio.ci_low, ratio.ci_high)]
    assert (share.value, share.ci_low, share.ci_high) == pytest.approx(shares)
    assert share.chance_half == run_claim_tests(means, metric="ratio", size=1.3, kind="nps").p_below_claim


def test_a_claim_that_says_lower_has_the_share_of_its_mirror_image() -> None:
    means = drawn()
    turned = means_of(*(np.repeat([-1.0, 0.0, 1.0], counts) for counts in ((240, 150, 110), (150, 150, 200))))
    back = means_of(*(np.repeat([1.0, 0.0, -1.0], counts) for counts in ((240, 150, 110), (150, 150, 200))))
    assert share_of_claim(turned, metric="points", size=-20.0, kind="nps", level=0.9) == share_of_claim(
        back, metric="points", size=20.0, kind="nps", level=0.9
    )
    away = share_of_claim(means, metric="points", size=-20.0, kind="nps", level=0.95)
    assert away is not None
    assert away.ci_low < away.value < 0
    assert away.chance_full < away.chance_half < 0.5


def test_no_share_without_a_bounded_ratio_or_variation() -> None:
    near_zero = drawn(comparison=0.1, baseline=0.01, n=60)
    assert share_of_claim(near_zero, metric="ratio", size=1.6, kind="nps", level=0.95) is None
    alike = means_of(np.ones(15), np.array([1.0, 0.0, 1.0] * 6))
    assert share_of_claim(alike, metric="points", size=10.0, kind="rate", level=0.95) is None


@pytest.mark.parametrize(("metric", "size", "lift"), [("points", 15.0, 0.15), ("points", -15.0, -0.15), ("ratio", 1.4, 0.12)])
def test_chances_are_right_as_often_as_they_say(metric: Metric, size: float, lift: float) -> None:
    """Where the claim holds exactly, the chance of "at least the claim" is below any share p in p of many studies."""
    chances = []
    for _ in range(1200):
        one, other = rng.normal(0.3 + lift, 0.7, 60), rng.normal(0.3, 0.7, 90)
        share = share_of_claim(means_of(one, other), metric=metric, size=size, kind="nps", level=0.95)
        if share is not None:
            chances.append(share.chance_full)
    assert len(chances) > (1000 if metric == "points" else 700)
    if metric == "points":  # of a ratio, studies without a bounded set are left out, which are not just any
        assert stats.kstest(chances, "uniform").pvalue > 0.001
    for level in (0.025, 0.975):
        assert np.mean(np.array(chances) <= level) == pytest.approx(level, abs=0.015)


@pytest.mark.parametrize(
    ("baseline", "metric", "size", "kind", "largest"),
    [
        (0.9, "ratio", 1.6, "nps", 1 / 0.9),
        (0.9, "points", 13.0, "nps", 10.0),
        (0.978, "points", 22.0, "rate", 2.2),
        (0.978, "ratio", 1.22, "rate", 1 / 0.978),
        (0.9, "points", 10.0, "nps", None),  # just within reach
        (0.2, "ratio", 1.6, "nps", None),
        (-0.95, "points", -10.0, "nps", -5.0),
        (0.05, "points", -10.0, "rate", -5.0),
        (0.05, "ratio", 0.8, "rate", None),
        (-0.3, "ratio", 1.6, "nps", None),  # no ratio at all: the gate tells it
        (9.0, "points", 5.0, "mean", None),  # a scale of its own has no end here
    ],
)
def test_claims_that_no_score_could_meet(baseline: float, metric: Metric, size: float, kind: Kind, largest: float | None) -> None:
    found = out_of_reach(baseline, metric=metric, size=size, kind=kind)
    assert found == (None if largest is None else pytest.approx(largest))


def test_every_account_carries_its_part_where_nothing_is_held_equal() -> None:
    """Of forty accounts alike 36 carry 90 %; three against 37 carry 37 / 40 by themselves."""
    codes, y = np.repeat([0, 1], [20, 20]), rng.normal(size=40)
    assert carrying_accounts(collect_totals(range(40), codes, y, groups=("comparison", "baseline"))) == 36
    codes = np.repeat([0, 1], [3, 37])
    assert carrying_accounts(collect_totals(range(40), codes, y, groups=("comparison", "baseline"))) == 3


def test_few_accounts_carry_a_contrast_that_a_covariate_nearly_tells() -> None:
    """Thirty accounts a country, and only two in each bought otherwise than their country does."""
    country, bought = np.repeat([0.0, 1.0], 30), np.repeat([0, 1], 30)
    bought[[0, 1, 30, 31]] = 1 - bought[[0, 1, 30, 31]]
    accounts, y = np.repeat(np.arange(60), ANSWERS), rng.normal(size=60 * ANSWERS)
    rows = {"accounts": accounts, "codes": np.repeat(bought, ANSWERS), "y": y}
    plain = collect_totals(*rows.values(), groups=("comparison", "baseline"))
    adjusted = collect_totals(
        *rows.values(), groups=("comparison", "baseline"), controls={"country": np.repeat(country - 0.5, ANSWERS)}
    )
    assert carrying_accounts(plain) == 54
    assert carrying_accounts(adjusted) == 4
    weighted = collect_totals(
        *rows.values(), groups=("comparison", "baseline"), weights=np.where(np.repeat(np.arange(60) < 3, ANSWERS), 500.0, 1.0)
    )
    assert carrying_accounts(weighted) == 3
