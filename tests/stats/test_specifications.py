"""Many regressions from shared totals: equal to the one-at-a-time estimator, to a full matrix, and to exchanges done by hand."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.tolerances import SAME_ARITHMETIC
from valuelib.errors import ResultError
from valuelib.stats import specifications
from valuelib.stats.adjust import estimate_fitted
from valuelib.stats.means import estimate_means
from valuelib.stats.specifications import critical_t, fit_accounts, fit_respondents, permuted_lifts, share_movable, swap_blocks
from valuelib.stats.totals import ClusterTotals, collect_totals
from valuelib.worlds.people import rng_for

PAIR = ("comparison", "baseline")


class Rows:
    """Answers of 60 accounts; two controls, two outcomes."""

    def __init__(self, seed: int = 1, n: int = 200, accounts: int = 60, *, weighted: bool = False) -> None:
        rng = rng_for(seed, "specification rows")
        self.account = rng.integers(0, accounts, n)
        self.group = rng.integers(0, 2, n)
        self.a, self.b = rng.normal(size=(2, n))
        self.b += 0.5 * self.a + 0.3 * self.group
        own = rng.normal(size=accounts)[self.account]
        self.y = 0.5 * (self.group == 0) + 0.4 * self.a + own + rng.normal(size=n)
        self.z = np.sign(self.y)
        self.weight = rng.uniform(0.5, 2, n) if weighted else np.ones(n)

    def totals(self, names: tuple[str, ...], last: str) -> ClusterTotals:
        found = collect_totals(
            self.account,
            self.group,
            getattr(self, last),
            groups=PAIR,
            controls={f"control {place}": getattr(self, name) for place, name in enumerate(names)},
            weights=self.weight,
        )
        return ClusterTotals(found.accounts, found.groups, ("1", *names, last), found.totals)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("controls", [(), ("a",), ("a", "b")])
def test_shared_totals_give_what_each_regression_alone_gives(controls: tuple[str, ...], weighted: bool) -> None:
    rows = Rows(weighted=weighted)
    shared = fit_respondents(rows.totals(("a", "b", "y"), "z"), controls, ("y", "z"))
    for name, fit in zip(("y", "z"), shared, strict=True):
        totals = collect_totals(
            rows.account,
            rows.group,
            getattr(rows, name),
            groups=PAIR,
            controls={one: getattr(rows, one) for one in controls},
            weights=rows.weight,
        )
        alone = estimate_fitted(totals)
        assert fit.values == pytest.approx(alone.values, abs=SAME_ARITHMETIC)
        assert fit.cr2 == pytest.approx(alone.cr2, abs=SAME_ARITHMETIC)
        assert fit.linearised == pytest.approx(alone.linearised, abs=SAME_ARITHMETIC)
        assert fit.variance == pytest.approx(alone.variance, abs=SAME_ARITHMETIC)
        for contrast in ([1.0, -1.0], [1.0, -1.6]):
            for working in ("rho", "iid"):
                assert fit.df(contrast, working) == pytest.approx(alone.df(contrast, working), rel=SAME_ARITHMETIC)
            assert fit.kept(contrast) == pytest.approx(alone.kept(contrast), abs=SAME_ARITHMETIC)
        if not controls:
            raw = estimate_means(totals)
            assert fit.cr2 == pytest.approx(raw.cr2, abs=SAME_ARITHMETIC)
            assert fit.df([1, -1]) == pytest.approx(raw.df([1, -1]), rel=SAME_ARITHMETIC)


def test_a_direction_of_one_account_is_dropped_as_everywhere() -> None:
    rows = Rows()
    rows.b = (rows.account == 3).astype(float)
    (fit,) = fit_respondents(rows.totals(("b",), "y"), ("b",), ("y",))
    alone = estimate_fitted(collect_totals(rows.account, rows.group, rows.y, groups=PAIR, controls={"b": rows.b}))
    assert fit.cr2 == pytest.approx(alone.cr2, abs=SAME_ARITHMETIC)
    assert fit.kept([1, -1]) == pytest.approx(alone.kept([1, -1]), abs=SAME_ARITHMETIC)


def test_account_means_by_full_matrices() -> None:
    rows = Rows(weighted=True)
    (fit,) = fit_accounts(rows.totals(("a",), "y"), ("a",), ("y",))
    names = np.unique(rows.account)
    mean = {
        name: np.array([np.average(column[rows.account == one], weights=rows.weight[rows.account == one]) for one in names])
        for name, column in {"d": (rows.group == 0).astype(float), "a": rows.a, "y": rows.y}.items()
    }
    x = np.column_stack([mean["d"], 1 - mean["d"], mean["a"]])
    hat = x @ np.linalg.inv(x.T @ x) @ x.T
    left = np.eye(len(x)) - hat
    c = np.array([1.0, -1.0, 0.0])
    part = (c @ np.linalg.inv(x.T @ x) @ x.T) / np.sqrt(1 - np.diag(hat))
    residual = left @ mean["y"]
    spread = left @ np.diag(part)
    p = spread.T @ spread
    assert np.array([1, -1]) @ fit.values == pytest.approx(c @ np.linalg.lstsq(x, mean["y"])[0], abs=SAME_ARITHMETIC)
    assert np.array([1, -1]) @ fit.cr2 @ [1, -1] == pytest.approx(((part * residual) ** 2).sum(), abs=SAME_ARITHMETIC)
    assert fit.df([1, -1]) == pytest.approx(np.trace(p) ** 2 / np.trace(p @ p), rel=SAME_ARITHMETIC)


def test_dependent_controls_and_empty_groups_are_refused() -> None:
    rows = Rows()
    rows.b = 2 * rows.a
    for fit in (fit_respondents, fit_accounts):
        with pytest.raises(ResultError, match="dependent"):
            fit(rows.totals(("a", "b"), "y"), ("a", "b"), ("y",))
    rows.group[:] = 0
    for fit in (fit_respondents, fit_accounts):
        with pytest.raises(ResultError, match="no answers"):
            fit(rows.totals(("a",), "y"), ("a",), ("y",))


def test_whole_accounts_of_equal_size_exchange() -> None:
    account = np.array([0, 1, 1, 0, 2, 3, 3, 3, 4])
    drawn = swap_blocks(account, 50, rng_for(1, "swap"))
    assert (drawn[0] == np.arange(9)).all()
    assert (np.sort(drawn, axis=1) == np.arange(9)).all()
    assert (drawn[:, 5:8] == [5, 6, 7]).all()  # nobody else has three answers
    pairs = {tuple(row[[0, 3, 1, 2]]) for row in drawn}
    assert pairs == {(0, 3, 1, 2), (1, 2, 0, 3)}
    assert share_movable(account) == pytest.approx(4 / 5)


def test_exchanges_by_hand() -> None:
    rows = Rows(weighted=True)
    codes = np.where(rows.a > 1.5, -1, rows.group)
    known = rows.b < 1.5
    drawn = swap_blocks(rows.account, 3, rng_for(2, "swap"))
    lifts = permuted_lifts(
        codes,
        drawn,
        np.column_stack([rows.y, rows.z]),
        controls=rows.b[:, None],
        known=known,
        accounts=rows.account,
        weights=rows.weight,
    )
    for place, order in enumerate(drawn):
        value, t = least_squares(codes[order], rows, known)
        assert (lifts.value[place, 0], lifts.t[place, 0]) == pytest.approx((value, t), abs=1e-7)


def least_squares(codes: NDArray[np.int64], rows: Rows, known: NDArray[np.bool_]) -> tuple[float, float]:
    used = (codes >= 0) & known
    x = np.column_stack([codes == 0, np.ones(len(codes)), rows.b]).astype(float)[used]
    w, y, account = rows.weight[used], rows.y[used], rows.account[used]
    bread = np.linalg.inv(x.T @ (x * w[:, None]))
    beta = bread @ x.T @ (w * y)
    score = x * (w * (y - x @ beta))[:, None]
    sums = np.array([score[account == one].sum(axis=0) for one in np.unique(account)])
    clusters = len(np.unique(rows.account))
    variance = bread @ sums.T @ sums @ bread * clusters / (clusters - 1)
    return float(beta[0]), float(beta[0] / variance[0, 0] ** 0.5)


def test_p_is_uniform_where_nothing_goes_with_anything() -> None:
    """120 studies without any effect: the exchange's p of a clustered exposure is spread evenly over 0..1."""
    p = []
    for seed in range(120):
        rng = rng_for(seed, "null curve")
        account = np.sort(rng.integers(0, 30, 90))
        codes = rng.integers(0, 2, 30)[account]
        y = rng.normal(size=30)[account] + rng.normal(size=90)
        drawn = swap_blocks(account, 59, rng)
        t = permuted_lifts(
            codes, drawn, y[:, None], controls=np.empty((90, 0)), known=np.ones(90, bool), accounts=account, weights=np.ones(90)
        ).t[:, 0]
        p.append((t >= t[0]).mean())
    assert abs(np.mean(p) - 0.5) < 4 * np.sqrt(1 / 12 / 120)
    assert abs(np.mean(np.array(p) <= 0.2) - 0.2) < 4 * np.sqrt(0.2 * 0.8 / 120)


def test_an_exchange_that_leaves_no_contrast_counts_as_none() -> None:
    account = np.arange(4)
    known = np.array([True, True, False, False])
    drawn = np.array([[0, 1, 2, 3], [0, 2, 1, 3]])
    lifts = permuted_lifts(
        np.array([0, 1, 0, 1]),
        drawn,
        np.array([[1.0], [0.0], [3.0], [4.0]]),
        controls=np.empty((4, 0)),
        known=known,
        accounts=account,
        weights=np.ones(4),
    )
    assert lifts.value[:, 0] == pytest.approx([1.0, 0.0])
    assert np.isfinite(lifts.t).all()
    assert critical_t(0.95, 1_000_000) == pytest.approx(1.96, abs=0.001)


@pytest.mark.parametrize("near", [1e-9, 0.02, 0.2, 0.9])
def test_the_polynomial_and_the_eigenvalues_agree(near: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the share of accounts that are held to move their own fitted values little, CR2 and its df stay the same."""
    rows = Rows(seed=5, n=300)
    totals = rows.totals(("a", "b"), "y")
    one = estimate_fitted(totals)
    monkeypatch.setattr(specifications, "NEAR", near)
    (fit,) = fit_respondents(totals, ("a", "b"), ("y",))
    np.testing.assert_allclose(fit.cr2, one.cr2, rtol=1e-11)
    for contrast in ([1.0, -1.0], [1.0, -1.6]):
        assert fit.df(contrast) == pytest.approx(one.df(contrast), rel=1e-10)
        assert fit.df(contrast, "iid") == pytest.approx(one.df(contrast, "iid"), rel=1e-10)
