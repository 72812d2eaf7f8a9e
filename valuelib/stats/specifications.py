"""How do many regressions share one pass over the answers? Adjustment sets and outcomes are sub-matrices of the totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from valuelib.errors import ResultError
from valuelib.stats.adjust import ZERO, FittedMeans, estimate_fitted
from valuelib.stats.moments import Floats, Moments
from valuelib.stats.satterthwaite import Working, common_correlation, satterthwaite_df

GROUPS = 2  # comparison and baseline, in this order


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
        """Share of the working variance of a contrast that CR2 retains; below 1 a direction is told by one account only."""
        return self._form.kept(np.asarray(contrast, dtype=float))


def fit_respondents(moments: Moments, controls: Sequence[str], outcomes: Sequence[str]) -> tuple[Fit | FittedMeans, ...]:
    """Least squares on respondents for several outcomes of one design, the account as cluster: CR2, Satterthwaite df.

    Args:
        moments: totals of (comparison, baseline) with the columns `1`, every control and every outcome.
        controls: columns held equal; none gives the raw contrast.
        outcomes: columns explained; what depends on the design alone is computed once for all of them.
    Returns:
        One fit per outcome. Without weights the figures equal `estimate_fitted`'s by shorter arithmetic: (I - H)_gg^(-1/2) X_g is
        X_g L (I - T_g)^(-1/2) L^-1 with L L' = (X'X)^-1 and T_g = L' X_g'X_g L. With weights they are `estimate_fitted`'s own.
    Raises:
        ResultError: a group is empty, or controls and groups are linearly dependent.
    Notes:
        Source: Pustejovsky and Tipton (2018), JBES 36(4), 672-683.
    """
    if moments.weighted:
        first = estimate_fitted(_pick(moments, controls, outcomes[0]))
        return (first, *(estimate_fitted(_pick(moments, controls, outcome), like=first) for outcome in outcomes[1:]))
    form = _Clusters.of(moments, controls)
    return tuple(_fit_clusters(form, moments, controls, outcome) for outcome in outcomes)


def fit_accounts(moments: Moments, controls: Sequence[str], outcomes: Sequence[str]) -> tuple[Fit, ...]:
    """Least squares on account means, each account counted once: its share in the comparison group explains its mean.

    Args:
        moments, controls, outcomes: as for `fit_respondents`; with weights the account means are weighted.
    Returns:
        One fit per outcome: HC2, which is CR2 with one row a cluster, and Satterthwaite df.
    Raises:
        ResultError: a group is empty, or controls and groups are linearly dependent.
    Notes:
        Source: Bell and McCaffrey (2002), Survey Methodology 28(2), 169-181.
    """
    form = _Rows.of(moments, controls)
    return tuple(_fit_rows(form, moments, outcome) for outcome in outcomes)


def _pick(moments: Moments, controls: Sequence[str], outcome: str) -> Moments:
    names = ("1", *controls, outcome)
    where = [moments.columns.index(name) for name in names]
    return Moments(moments.accounts, moments.groups, (*names[:-1], "y"), moments.totals[:, where][:, :, where])


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


@dataclass(frozen=True, eq=False)
class _Clusters:
    """A design on respondents: cross-products by account and group, and the adjusted linear form of each fitted figure."""

    gram: Floats  # (groups, accounts, p, p)
    size: Floats  # (accounts,)
    n: NDArray[np.int64]
    n_accounts: NDArray[np.int64]
    bread: Floats
    at: Floats  # (groups, p): turns coefficients into fitted figures
    zeta: Floats  # (accounts, p, groups): A_g X_g bread at' = X_g zeta_g

    @classmethod
    def of(cls, moments: Moments, controls: Sequence[str]) -> _Clusters:
        where = [moments.columns.index(name) for name in ("1", *controls)]
        p = GROUPS + len(controls)
        counts = moments.totals[0, 0, 0]
        _check_groups(counts.sum(axis=1))
        gram = np.zeros((GROUPS, len(moments.accounts), p, p))
        for group in range(GROUPS):
            own = _own(group, p)
            block = moments.totals[0][np.ix_(where, where, [group])][:, :, 0]
            gram[np.ix_([group], range(len(moments.accounts)), own, own)] = block.transpose(2, 0, 1)
        whole = gram.sum(axis=0)
        total = whole.sum(axis=0)
        bread = _invert(total)
        means = total[:GROUPS, GROUPS:].sum(axis=0) / counts.sum()
        at = np.hstack([np.eye(GROUPS), np.tile(means, (GROUPS, 1))])
        zeta = _adjusted(whole, bread, at)
        return cls(gram, counts.sum(axis=0), moments.n, moments.n_accounts, bread, at, zeta)

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


def _adjusted(whole: Floats, bread: Floats, at: Floats) -> Floats:
    """L (I - T_g)^(-1/2) L' at' for every account; a direction that one account alone speaks of is dropped (pseudo-inverse)."""
    root = np.linalg.cholesky(bread)
    values, vectors = np.linalg.eigh(root.T @ whole @ root)
    left = 1.0 - values
    told = left > ZERO
    factor = told / np.sqrt(np.where(told, left, 1.0))
    basis = root @ vectors
    zeta: Floats = (basis * factor[:, None, :]) @ (basis.transpose(0, 2, 1) @ at.T)
    return zeta


def _fit_clusters(form: _Clusters, moments: Moments, controls: Sequence[str], outcome: str) -> Fit:
    y, p = moments.columns.index(outcome), GROUPS + len(controls)
    where = [moments.columns.index(name) for name in ("1", *controls)]
    zy = np.zeros((GROUPS, len(moments.accounts), p))
    for group in range(GROUPS):
        zy[group][:, _own(group, p)] = moments.totals[0, where, y, group].T
    beta = form.bread @ zy.sum(axis=(0, 1))
    fitted = form.gram @ beta
    score = zy - fitted
    squares = moments.totals[0, y, y] - (zy + score) @ beta
    variance = np.maximum(squares.sum(axis=1) / form.n, 0.0)
    sd = np.sqrt(variance)
    scale = np.where(sd > 0, sd, 1.0)[:, None]
    sums = np.stack([score[h, :, h] for h in range(GROUPS)])
    rho = common_correlation((sums / scale).sum(axis=0), (squares / scale**2).sum(axis=0), form.size)
    per_account = score.sum(axis=0)
    corrected = np.einsum("gpm,gp->gm", form.zeta, per_account)
    plain = per_account @ form.bread @ form.at.T
    clusters = len(moments.accounts)
    return Fit(
        values=form.at @ beta,
        variance=variance,
        n=form.n,
        n_accounts=form.n_accounts,
        cr2=corrected.T @ corrected,
        linearised=plain.T @ plain * (clusters / max(clusters - 1, 1)),
        _form=form,
        _sd=sd,
        _rho=rho,
    )


@dataclass(frozen=True, eq=False)
class _Rows:
    """A design on account means: one row an account that has answers."""

    x: Floats  # (rows, p): share in comparison, share in baseline, controls' means
    weight: Floats  # (accounts,)
    used: NDArray[np.bool_]
    n: NDArray[np.int64]
    n_accounts: NDArray[np.int64]
    bread: Floats
    at: Floats
    forms: Floats  # (rows, groups): each row's part in the fitted figures, divided by the root of what its own leverage leaves
    leverage: Floats

    @classmethod
    def of(cls, moments: Moments, controls: Sequence[str]) -> _Rows:
        where = [moments.columns.index(name) for name in controls]
        by_group = moments.totals[1, 0, 0]
        _check_groups(by_group.sum(axis=1))
        weight = by_group.sum(axis=0)
        used = weight > 0
        columns = [by_group[0], by_group[1], *moments.totals[1, 0, where].sum(axis=1)]
        x = np.stack(columns, axis=1)[used] / weight[used, None]
        bread = _invert(x.T @ x)
        at = np.hstack([np.eye(GROUPS), np.tile(x[:, GROUPS:].mean(axis=0), (GROUPS, 1))])
        leverage = np.einsum("ij,jk,ik->i", x, bread, x)
        told = 1.0 - leverage > ZERO
        root = told / np.sqrt(np.where(told, 1.0 - leverage, 1.0))
        forms = (x @ bread @ at.T) * root[:, None]
        return cls(x, weight, used, moments.n, moments.n_accounts, bread, at, forms, leverage)

    def kept(self, c: Floats) -> float:
        target = float(c @ self.at @ self.bread @ self.at.T @ c)
        return float(((self.forms @ c) ** 2 * (1.0 - self.leverage)).sum()) / target if target > 0 else 0.0

    def df(self, contrast: Floats, sd: Floats, rho: float) -> float:
        v = self.forms @ contrast
        a = self.x * v[:, None]
        return satterthwaite_df(v**2, a.T, (a @ self.bread).T, self.x.T @ self.x)


def _fit_rows(form: _Rows, moments: Moments, outcome: str) -> Fit:
    y = moments.totals[1, 0, moments.columns.index(outcome)].sum(axis=0)[form.used] / form.weight[form.used]
    beta = form.bread @ (form.x.T @ y)
    residual = y - form.x @ beta
    corrected = form.forms * residual[:, None]
    plain = (form.x @ form.bread @ form.at.T) * residual[:, None]
    share = form.x[:, :GROUPS]
    rows = len(y)
    return Fit(
        values=form.at @ beta,
        variance=(share * residual[:, None] ** 2).sum(axis=0) / share.sum(axis=0),
        n=form.n,
        n_accounts=form.n_accounts,
        cr2=corrected.T @ corrected,
        linearised=plain.T @ plain * (rows / max(rows - 1, 1)),
        _form=form,
        _sd=np.ones(GROUPS),
        _rho=0.0,
    )
