"""Many regressions from one pass over the answers, and their distribution where exposure and outcome are unrelated.

Adjustment sets and outcomes are sub-matrices of the totals. The permutation test exchanges the exposures of whole accounts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from valuelib.errors import ResultError
from valuelib.stats.adjust import ZERO, FittedMeans, estimate_fitted
from valuelib.stats.means import Working, common_correlation, satterthwaite_df, t_quantile
from valuelib.stats.totals import ClusterTotals, Floats

GROUPS = 2  # comparison and baseline, in this order
CELLS = 2_000_000  # numbers held at once in one array; more permutations go in turns
TINY = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Fitted figures of (comparison, baseline) at the controls' means, as `contrasts` takes them.

    Attributes:
        values, variance: shape (2,). cr2, linearised: shape (2, 2).
    """

    values: Floats
    variance: Floats
    n: NDArray[np.int64]
    n_accounts: NDArray[np.int64]
    n_clusters: NDArray[np.int64]
    cr2: Floats
    linearised: Floats
    _form: _Rows | _Clusters
    _sd: Floats
    _rho: float

    def df(self, contrast: ArrayLike, working: Working = "rho") -> float:
        """Satterthwaite degrees of freedom of a linear contrast of the two figures."""
        clustered = working == "rho"
        sd = self._sd if clustered else np.ones_like(self._sd)
        return self._form.df(np.asarray(contrast, dtype=float), sd, self._rho if clustered else 0.0)

    def kept(self, contrast: ArrayLike) -> float:
        """Share of the working variance of a contrast that CR2 retains; below 1 one account alone speaks of a direction."""
        return self._form.kept(np.asarray(contrast, dtype=float))


def fit_respondents(totals: ClusterTotals, controls: Sequence[str], outcomes: Sequence[str]) -> tuple[Fit | FittedMeans, ...]:
    """Least squares on respondents for several outcomes of one design, the account as cluster: CR2, Satterthwaite df.

    Args:
        totals: totals of (comparison, baseline) with the columns `1`, every control and every outcome.
        controls: columns adjusted for; none gives the raw contrast.
        outcomes: columns explained; what depends on the design alone is computed once for all of them.
    Returns:
        One fit per outcome. Without weights the figures equal `estimate_fitted`'s by shorter arithmetic: (I - H)_gg^(-1/2) X_g is
        X_g L (I - T_g)^(-1/2) L^-1 with L L' = (X'X)^-1 and T_g = L' X_g'X_g L. With weights they are `estimate_fitted`'s own.
    Raises:
        ResultError: a group is empty, or controls and groups are linearly dependent.
    Notes:
        Source: Pustejovsky and Tipton (2018), JBES 36(4), 672-683.

    >>> from valuelib.stats.totals import collect_totals
    >>> accounts, score, tenure = ["A", "A", "B", "C", "C", "D"], [1, 1, 0, -1, 0, 1], [2, 0, -1, -2, 1, 0]
    >>> totals = collect_totals(accounts, [0, 0, 0, 1, 1, 1], score, groups=("high", "low"), controls={"tenure": tenure})
    >>> [fit_respondents(totals, controls, ["y"])[0].values.round(3).tolist() for controls in ([], ["tenure"])]
    [[0.667, 0.0], [0.548, 0.119]]
    """
    if not totals.weighted:
        design = _Clusters.of(totals, controls)
        return tuple(design.fit(totals, controls, outcome) for outcome in outcomes)
    fits: list[FittedMeans] = []
    for outcome in outcomes:
        where = [totals.columns.index(name) for name in ("1", *controls, outcome)]
        picked = totals.totals[:, where][:, :, where]
        own = ClusterTotals(totals.accounts, totals.groups, ("1", *controls, "y"), picked, totals.members)
        fits.append(estimate_fitted(own, like=fits[0] if fits else None))
    return tuple(fits)


def fit_accounts(totals: ClusterTotals, controls: Sequence[str], outcomes: Sequence[str]) -> tuple[Fit, ...]:
    """Least squares on account means, each account counted once: its share in the comparison group explains its mean.

    Args:
        totals, controls, outcomes: as for `fit_respondents`; with weights the account means are weighted.
    Returns:
        One fit per outcome: HC2, which is CR2 with one row a cluster, and Satterthwaite df.
    Raises:
        ResultError: a group is empty, or controls and groups are linearly dependent.
    Notes:
        Source: Bell and McCaffrey (2002), Survey Methodology 28(2), 169-181.
    """
    design = _Rows.of(totals, controls)
    return tuple(design.fit(totals, outcome) for outcome in outcomes)


@dataclass(frozen=True, eq=False)
class _Clusters:
    """A design on respondents: cross-products by account and group, and the adjusted linear form of each fitted figure."""

    gram: Floats  # (groups, accounts, p, p)
    size: Floats  # (accounts,)
    n: NDArray[np.int64]
    n_accounts: NDArray[np.int64]
    n_clusters: NDArray[np.int64]
    bread: Floats
    at: Floats  # (groups, p): turns coefficients into fitted figures
    zeta: Floats  # (accounts, p, groups): A_g X_g bread at' = X_g zeta_g

    @classmethod
    def of(cls, totals: ClusterTotals, controls: Sequence[str]) -> _Clusters:
        where = [totals.columns.index(name) for name in ("1", *controls)]
        p = GROUPS + len(controls)
        counts = totals.totals[0, 0, 0]
        _check_groups(counts.sum(axis=1))
        gram = np.zeros((GROUPS, len(totals.accounts), p, p))
        for group in range(GROUPS):
            own = _own(group, p)
            block = totals.totals[0][np.ix_(where, where, [group])][:, :, 0]
            gram[np.ix_([group], range(len(totals.accounts)), own, own)] = block.transpose(2, 0, 1)
        whole = gram.sum(axis=0)
        total = whole.sum(axis=0)
        bread = _invert(total)
        means = total[:GROUPS, GROUPS:].sum(axis=0) / counts.sum()
        at = np.hstack([np.eye(GROUPS), np.tile(means, (GROUPS, 1))])
        # L (I - T_g)^(-1/2) L' at' for every account; a direction that one account alone speaks of is dropped (pseudo-inverse).
        root = np.linalg.cholesky(bread)
        values, vectors = np.linalg.eigh(root.T @ whole @ root)
        left = 1.0 - values
        several = left > ZERO
        factor = several / np.sqrt(np.where(several, left, 1.0))
        basis = root @ vectors
        zeta = (basis * factor[:, None, :]) @ (basis.transpose(0, 2, 1) @ at.T)
        return cls(gram, counts.sum(axis=0), totals.n, totals.n_accounts, totals.n_clusters, bread, at, zeta)

    def fit(self, totals: ClusterTotals, controls: Sequence[str], outcome: str) -> Fit:
        y, p = totals.columns.index(outcome), GROUPS + len(controls)
        where = [totals.columns.index(name) for name in ("1", *controls)]
        zy = np.zeros((GROUPS, len(totals.accounts), p))
        for group in range(GROUPS):
            zy[group][:, _own(group, p)] = totals.totals[0, where, y, group].T
        beta = self.bread @ zy.sum(axis=(0, 1))
        fitted = self.gram @ beta
        score = zy - fitted
        squares = totals.totals[0, y, y] - (zy + score) @ beta
        variance = np.maximum(squares.sum(axis=1) / self.n, 0.0)
        sd = np.sqrt(variance)
        scale = np.where(sd > 0, sd, 1.0)[:, None]
        sums = np.stack([score[h, :, h] for h in range(GROUPS)])
        rho = common_correlation((sums / scale).sum(axis=0), (squares / scale**2).sum(axis=0), self.size)
        per_account = score.sum(axis=0)
        corrected = np.einsum("gpm,gp->gm", self.zeta, per_account)
        plain = per_account @ self.bread @ self.at.T
        clusters = len(totals.accounts)
        return Fit(
            values=self.at @ beta,
            variance=variance,
            n=self.n,
            n_accounts=self.n_accounts,
            n_clusters=self.n_clusters,
            cr2=corrected.T @ corrected,
            linearised=plain.T @ plain * (clusters / max(clusters - 1, 1)),
            _form=self,
            _sd=sd,
            _rho=rho,
        )

    @cached_property
    def through(self) -> Floats:
        """X_g'X_g zeta_g by group, shape (groups, accounts, p, groups)."""
        return self.gram @ self.zeta

    @cached_property
    def off(self) -> Floats:
        """What the estimated coefficients take off each form, shape (accounts, p, groups)."""
        taken: Floats = self.bread @ self.through.sum(axis=0)
        return taken

    @cached_property
    def shared(self) -> Floats:
        """The plain sums of X by group, shape (groups, accounts, p)."""
        sums: Floats = np.stack([self.gram[h, :, h] for h in range(GROUPS)])
        return sums

    def kept(self, c: Floats) -> float:
        zeta, through, off = self.zeta @ c, self.through.sum(axis=0) @ c, self.off @ c
        target = float(c @ self.at @ self.bread @ self.at.T @ c)
        return float(((zeta - off) * through).sum()) / target if target > 0 else 0.0

    def df(self, contrast: Floats, sd: Floats, rho: float) -> float:
        zeta = self.zeta @ contrast
        own = np.tensordot(sd**2, self.through @ contrast, 1)
        ones = np.tensordot(sd, self.shared, 1)
        shared = (ones * zeta).sum(axis=1)
        d = (1 - rho) * (own * zeta).sum(axis=1) + rho * shared**2
        a = (1 - rho) * own + rho * ones * shared[:, None]
        omega = (1 - rho) * np.tensordot(sd**2, self.gram.sum(axis=1), 1) + rho * ones.T @ ones
        return satterthwaite_df(d, a.T, (self.off @ contrast).T, omega)


@dataclass(frozen=True, eq=False)
class _Rows:
    """A design on account means: one row an account that has answers."""

    x: Floats  # (rows, p): share in comparison, share in baseline, controls' means
    weight: Floats  # (accounts,)
    used: NDArray[np.bool_]
    n: NDArray[np.int64]
    n_accounts: NDArray[np.int64]
    n_clusters: NDArray[np.int64]
    bread: Floats
    at: Floats
    forms: Floats  # (rows, groups): each row's part in the fitted figures, divided by the root of what its own leverage leaves
    leverage: Floats

    @classmethod
    def of(cls, totals: ClusterTotals, controls: Sequence[str]) -> _Rows:
        where = [totals.columns.index(name) for name in controls]
        by_group = totals.totals[1, 0, 0]
        _check_groups(by_group.sum(axis=1))
        weight = by_group.sum(axis=0)
        used = weight > 0
        columns = [by_group[0], by_group[1], *totals.totals[1, 0, where].sum(axis=1)]
        x = np.stack(columns, axis=1)[used] / weight[used, None]
        bread = _invert(x.T @ x)
        at = np.hstack([np.eye(GROUPS), np.tile(x[:, GROUPS:].mean(axis=0), (GROUPS, 1))])
        leverage = np.einsum("ij,jk,ik->i", x, bread, x)
        several = 1.0 - leverage > ZERO
        root = several / np.sqrt(np.where(several, 1.0 - leverage, 1.0))
        forms = (x @ bread @ at.T) * root[:, None]
        return cls(x, weight, used, totals.n, totals.n_accounts, totals.n_clusters, bread, at, forms, leverage)

    def fit(self, totals: ClusterTotals, outcome: str) -> Fit:
        y = totals.totals[1, 0, totals.columns.index(outcome)].sum(axis=0)[self.used] / self.weight[self.used]
        beta = self.bread @ (self.x.T @ y)
        residual = y - self.x @ beta
        corrected = self.forms * residual[:, None]
        plain = (self.x @ self.bread @ self.at.T) * residual[:, None]
        share = self.x[:, :GROUPS]
        rows = len(y)
        return Fit(
            values=self.at @ beta,
            variance=(share * residual[:, None] ** 2).sum(axis=0) / share.sum(axis=0),
            n=self.n,
            n_accounts=self.n_accounts,
            n_clusters=self.n_clusters,
            cr2=corrected.T @ corrected,
            linearised=plain.T @ plain * (rows / max(rows - 1, 1)),
            _form=self,
            _sd=np.ones(GROUPS),
            _rho=0.0,
        )

    def kept(self, c: Floats) -> float:
        target = float(c @ self.at @ self.bread @ self.at.T @ c)
        return float(((self.forms @ c) ** 2 * (1.0 - self.leverage)).sum()) / target if target > 0 else 0.0

    def df(self, contrast: Floats, sd: Floats, rho: float) -> float:
        v = self.forms @ contrast
        a = self.x * v[:, None]
        return satterthwaite_df(v**2, a.T, (a @ self.bread).T, self.x.T @ self.x)


def _invert(total: Floats) -> Floats:
    if np.linalg.matrix_rank(total, tol=ZERO * np.abs(total).max()) < len(total):
        raise ResultError("The controls and the groups are linearly dependent: the contrast cannot be told from the controls.")
    return np.asarray(np.linalg.inv(total), dtype=np.float64)


def _check_groups(n: Floats) -> None:
    if not (n > 0).all():
        raise ResultError("A group of the contrast has no answers.")


def _own(group: int, p: int) -> list[int]:
    """Where 1 and the controls of an answer in this group stand in X = (comparison, baseline, controls)."""
    return [group, *range(GROUPS, p)]


# Permutation of accounts


@dataclass(frozen=True, slots=True, eq=False)
class Lifts:
    """Lifts and t values, shape (permutations, outcomes); both zero where an exchange leaves no contrast."""

    value: Floats
    t: Floats


def permuted_lifts(
    codes: NDArray[np.int64],
    drawn: NDArray[np.int64],
    outcomes: Floats,
    *,
    controls: Floats,
    known: NDArray[np.bool_],
    accounts: NDArray[np.int64],
    weights: Floats,
) -> Lifts:
    """Least-squares lift of every outcome under every exchange of exposures, with CR1 t values.

    Args:
        codes: shape (n,), 0 comparison, 1 baseline, -1 neither; they move with their accounts.
        drawn: shape (permutations, n), from `swap_blocks`.
        outcomes: shape (n, outcomes), complete.
        controls: shape (n, controls); they stay with the outcome.
        known: shape (n,), whether an answer has all controls.
        accounts: shape (n,), account number of each answer.
    Notes:
        By the theorem of Frisch, Waugh and Lovell the lift is a regression on what the controls leave of the exposure. CR1 and
        not CR2, for speed: the same statistic is taken for the observed exposure, so the test's level does not rest on it.
    """
    order = np.argsort(accounts, kind="stable")
    starts = np.unique(accounts[order], return_index=True)[1]
    turn = max(int(CELLS // max(len(codes), 1)), 1)
    parts = [
        _lifts_of(codes[rows].T[order], outcomes[order], controls[order], known[order], starts, weights[order])
        for rows in np.array_split(drawn, -(-len(drawn) // turn))
    ]
    return Lifts(np.concatenate([part.value for part in parts]), np.concatenate([part.t for part in parts]))


def swap_blocks(accounts: NDArray[np.int64], permutations: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Rows whose exposure each row gets: accounts of equal size exchange the exposures of all their answers.

    Args:
        accounts: shape (n,), account number of each answer.
        permutations: how many exchanges to draw.
    Returns:
        Shape (permutations + 1, n); the first is as observed. An account whose size no other has keeps its own.
    Notes:
        Exchangeable under the null: accounts of equal size, whole. Answers of one account resemble each other in exposure and
        outcome, so single answers are not.
    """
    order = np.argsort(accounts, kind="stable")
    _, start, size = np.unique(accounts[order], return_index=True, return_counts=True)
    drawn = np.tile(np.arange(len(accounts)), (permutations + 1, 1))
    for one in np.unique(size):
        rows = order[start[size == one][:, None] + np.arange(one)]
        places = np.argsort(rng.random((permutations, len(rows))), axis=1)
        drawn[1:, rows.ravel()] = rows[places].reshape(permutations, -1)
    return drawn


def share_movable(accounts: NDArray[np.int64]) -> float:
    """Share of accounts that have another of their size to exchange with."""
    _, size = np.unique(accounts, return_counts=True)
    kinds, count = np.unique(size, return_counts=True)
    return float(count[count > 1].sum() / count.sum()) if len(kinds) else 0.0


def critical_t(level: float, accounts: int) -> float:
    """Two-sided critical value of a CR1 t with accounts - 1 degrees of freedom."""
    return t_quantile(level, max(accounts - 1, 1))


def _lifts_of(
    codes: NDArray[np.int64],
    outcomes: Floats,
    controls: Floats,
    known: NDArray[np.bool_],
    starts: NDArray[np.int64],
    weights: Floats,
) -> Lifts:
    """The lifts of some exchanges: `codes` is (n, permutations), all rows in order of account; `starts` is each account's first."""
    exposed = (codes == 0).astype(float)
    weight = ((codes >= 0) & known[:, None]) * weights[:, None]
    ones = np.column_stack([np.ones(len(codes)), controls])
    q = ones.shape[1]
    gram = ((ones[:, :, None] * ones[:, None, :]).reshape(len(ones), q * q).T @ weight).T.reshape(-1, q, q)
    gram = gram + TINY * np.trace(gram, axis1=1, axis2=2)[:, None, None] * np.eye(q)
    weighted = weight * exposed
    left = exposed - ones @ np.linalg.solve(gram, (ones.T @ weighted).T[..., None])[..., 0].T
    form = weight * left
    size = (form * exposed).sum(axis=0)
    size = np.where(size > TINY * np.maximum(weighted.sum(axis=0), 1.0), size, np.nan)
    clusters = len(starts)
    values, ts = [], []
    for y in outcomes.T:
        rest = y[:, None] - ones @ np.linalg.solve(gram, (ones.T @ (weight * y[:, None])).T[..., None])[..., 0].T
        value = (form * rest).sum(axis=0) / size
        scores = np.add.reduceat(form * (rest - left * value), starts, axis=0)
        se = np.sqrt((scores**2).sum(axis=0) * clusters / max(clusters - 1, 1)) / size
        values.append(value)
        ts.append(np.divide(value, se, out=np.zeros_like(value), where=se > 0))
    return Lifts(np.nan_to_num(np.stack(values, axis=1)), np.nan_to_num(np.stack(ts, axis=1)))
