"""Figures of groups adjusted for controls: weighted least squares with CR2 covariance, from account totals."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import ArrayLike, NDArray

from valuelib.errors import ResultError
from valuelib.stats.means import LinearForm, Working, common_correlation, satterthwaite_df
from valuelib.stats.totals import ClusterTotals, Floats

ZERO = 1e-10


def estimate_fitted(totals: ClusterTotals, *, like: FittedMeans | None = None) -> FittedMeans:
    """Group figures adjusted for the controls in `totals` by weighted least squares.

    Args:
        totals: totals with one column per control; every group must hold answers.
        like: a fit of another outcome on the same answers, weights and controls; what depends on these alone is taken from it.
    Returns:
        FittedMeans at the weighted means of the controls over all rows in the groups, taken as known.
    Raises:
        ResultError: a group is empty, or the controls and groups are linearly dependent.
    Notes:
        CR2 with identity target (clubSandwich `inverse_var = FALSE`): B = (I - H)(I - H)'_gg is the identity plus Z K Z' with
        Z = (X, wX), so B^(-1/2) = I + Z C Z' needs only Z'Z of each account.
        Source: Pustejovsky and Tipton (2018), JBES 36(4), 672-683. Checked: tests/reference (clubSandwich).

    >>> from valuelib.stats.totals import collect_totals
    >>> accounts, score, tenure = ["A", "A", "B", "C", "C", "D"], [1, 1, 0, -1, 0, 1], [2, 0, -1, -2, 1, 0]
    >>> totals = collect_totals(accounts, [0, 0, 0, 1, 1, 1], score, groups=("high", "low"), controls={"tenure": tenure})
    >>> fitted = estimate_fitted(totals)
    >>> [round(float(value), 3) for value in (*fitted.values, fitted.coefficients[-1])]
    [0.548, 0.119, 0.357]
    """
    gram, zy, yy, wyy = _design(totals)
    groups, p = len(totals.groups), gram.shape[-1] // 2
    total = gram.sum(axis=(0, 1))
    xwx = total[:p, p:]
    if like is None and np.linalg.matrix_rank(xwx, tol=ZERO * np.abs(xwx).max()) < p:
        raise ResultError("The controls and the groups are linearly dependent: the contrast cannot be told from the controls.")
    bread = np.linalg.inv(xwx) if like is None else like._forms.bread
    beta = bread @ zy.sum(axis=(0, 1))[p:]
    per_account = (zy - gram[..., :p] @ beta).sum(axis=1)
    forms = like._forms if like else _forms_once(gram, bread, total[p:, p:])
    scores = np.einsum("gim,gi->gm", forms.vectors(np.eye(p)), per_account)
    plain = per_account[:, p:] @ bread
    # Rows that turn coefficients into fitted group figures: the group's indicator, and the controls' weighted means.
    means = total[:groups, p + groups :].sum(axis=0) / total[:groups, p : p + groups].diagonal().sum()
    at = np.hstack([np.eye(groups), np.tile(means, (groups, 1))])
    weight = totals.sum_of("1", "1", 1).sum(axis=1)
    sse = _squares(wyy, zy[..., p:], gram[..., :p, p:], beta)
    variance = np.maximum(sse.sum(axis=0) / weight, 0.0)
    clusters = len(totals.accounts)
    mean = totals.sum_of("1", "y", 1).sum() / weight.sum()
    linearised = plain.T @ plain * clusters / max(clusters - 1, 1)
    cr2 = scores.T @ scores
    return FittedMeans(
        values=at @ beta,
        variance=variance,
        n=totals.n,
        n_accounts=totals.n_accounts,
        accounts=totals.accounts,
        scores=at @ scores.T,
        n_clusters=totals.n_clusters,
        cr2=at @ cr2 @ at.T,
        linearised=at @ linearised @ at.T,
        rho=_rho(totals, gram, zy, yy, beta, np.sqrt(variance)),
        coefficients=beta,
        coefficient_cr2=cr2,
        coefficient_linearised=linearised,
        r2=float(1.0 - sse.sum() / (wyy.sum() - weight.sum() * mean**2)),
        _at=at,
        _forms=forms,
    )


@dataclass(frozen=True, slots=True, eq=False)
class FittedMeans:
    """Fitted values of each group at the controls' means over the rows used, with their joint covariance.

    Attributes:
        values: shape (groups,). variance: residual variance by group. cr2, linearised: shape (groups, groups).
        scores: shape (groups, accounts), what each account adds to the error of each figure; `cr2` is scores @ scores.T.
        coefficients: shape (groups + controls,): group levels first, then the controls' slopes.
        coefficient_cr2, coefficient_linearised: their covariance.
        r2: share of the outcome's weighted variance that the model explains, 0..1.
    """

    values: Floats
    variance: Floats
    n: NDArray[np.int64]
    n_accounts: NDArray[np.int64]
    accounts: NDArray[np.str_]
    scores: Floats
    n_clusters: NDArray[np.int64]
    cr2: Floats
    linearised: Floats
    rho: float
    coefficients: Floats
    coefficient_cr2: Floats
    coefficient_linearised: Floats
    r2: float
    _at: Floats
    _forms: _Forms

    def df(self, contrast: ArrayLike, working: Working = "rho") -> float:
        """Satterthwaite degrees of freedom of a linear contrast of the fitted means, shape (groups,)."""
        return self.coefficient_df(np.asarray(contrast, dtype=float) @ self._at, working)

    def form(self, contrast: ArrayLike) -> LinearForm:
        """A linear contrast of the fitted means, shape (groups,), as linear forms of the answers."""
        forms, at = self._forms, np.asarray(contrast, dtype=float) @ self._at
        return LinearForm(forms.gram, forms.vectors(at[:, None])[:, :, 0], forms.bread, self.variance, self.rho)

    def kept(self, contrast: ArrayLike) -> float:
        """Share of the working variance of a contrast that CR2 retains, 1 if several accounts speak of every direction.

        Less means that the pseudo-inverse has dropped a direction that a single account alone speaks of; the variance is then too
        small and no test can be built on it.
        """
        form = np.asarray(contrast, dtype=float) @ self._at
        target = float(form @ self._forms.bread @ self._forms.weighted @ self._forms.bread @ form)
        return self._forms.working_variance(form) / target if target > 0 else 0.0

    def coefficient_df(self, contrast: ArrayLike, working: Working = "rho") -> float:
        """Satterthwaite degrees of freedom of a linear contrast of the coefficients, shape (groups + controls,)."""
        clustered = working == "rho"
        sd = np.sqrt(self.variance) if clustered else np.ones_like(self.variance)
        return self._forms.df(np.asarray(contrast, dtype=float), sd, self.rho if clustered else 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Forms:
    """Per account: cross-products of Z = (X, wX), by group, and the change that CR2 makes to the score."""

    gram: Floats  # (accounts, groups, 2p, 2p)
    change: Floats  # (accounts, 2p, 2p): A = I + Z change Z'
    bread: Floats  # (p, p): (X'WX)^-1
    weighted: Floats  # (p, p): X'W^2X
    whole: Floats  # (accounts, 2p, 2p): gram of both groups
    known: dict[tuple[bytes, bytes, float], float]  # degrees of freedom asked for before

    def working_variance(self, contrast: Floats) -> float:
        """Expected CR2 variance of a contrast when answers have variance 1 and no correlation."""
        p = len(self.bread)
        zeta = self.vectors(contrast[:, None])[:, :, 0]
        through = np.einsum("gij,gj->gi", self.whole, zeta)
        b = through[:, :p] @ self.bread
        own = np.einsum("gi,gi->g", through, zeta) - 2.0 * np.einsum("gi,gi->g", through[:, p:], b)
        return float((own + np.einsum("gi,ij,gj->g", b, self.weighted, b)).sum())

    def vectors(self, contrasts: Floats) -> Floats:
        """zeta with v = A W X bread contrast = Z zeta; contrasts (p, m), result (accounts, 2p, m)."""
        p = len(self.bread)
        eta = self.bread @ contrasts
        zeta: Floats = self.change @ (self.whole[:, :, p:] @ eta)
        zeta[:, p:] += eta
        return zeta

    def df(self, contrast: Floats, sd: Floats, rho: float) -> float:
        key = (contrast.tobytes(), sd.tobytes(), rho)
        if key not in self.known:
            self.known[key] = self._df(contrast, sd, rho)
        return self.known[key]

    def _df(self, contrast: Floats, sd: Floats, rho: float) -> float:
        p = len(self.bread)
        zeta = self.vectors(contrast[:, None])[:, :, 0]
        scaled = np.einsum("ghij,h->gij", self.gram, sd**2)
        # X begins with the group indicators, so row h of X'Z in group h is the plain sum of that group's Z.
        ones = np.einsum("ghhi,h->gi", self.gram[:, :, : len(sd)], sd)
        own = np.einsum("gij,gj->gi", scaled, zeta)
        shared = np.einsum("gi,gi->g", ones, zeta)
        d = (1 - rho) * np.einsum("gi,gi->g", own, zeta) + rho * shared**2
        a = (1 - rho) * own[:, p:] + rho * ones[:, p:] * shared[:, None]
        b = np.einsum("gij,gj->gi", self.whole[:, :p, :], zeta) @ self.bread
        omega = (1 - rho) * scaled[:, p:, p:].sum(axis=0) + rho * ones[:, p:].T @ ones[:, p:]
        return satterthwaite_df(d, a.T, b.T, omega)


def _design(totals: ClusterTotals) -> tuple[Floats, Floats, Floats, Floats]:
    """Cross-products of Z = (X, wX) with itself and with y, X = (group indicators, controls); all (accounts, groups, ...)."""
    _, q, _, groups, accounts = totals.totals.shape
    k, p = q - 2, groups + q - 2
    gram, zy = np.zeros((accounts, groups, 2 * p, 2 * p)), np.zeros((accounts, groups, 2 * p))
    for h in range(groups):
        own = [h, *range(groups, p)]  # where 1 and the controls of an answer in group h stand in X
        for left in range(2):
            rows = [left * p + i for i in own]
            zy[:, h, rows] = totals.totals[left, : k + 1, -1, h].T
            for right in range(2):
                block = totals.totals[left + right, : k + 1, : k + 1, h].transpose(2, 0, 1)
                gram[np.ix_(range(accounts), [h], rows, [right * p + i for i in own])] = block[:, None]
    if not (gram[:, :, :groups, p : p + groups].sum(axis=(0, 1)).diagonal() > 0).all():
        raise ResultError("A group of the contrast has no answers.")
    return gram, zy, totals.sum_of("y", "y", 0).T, totals.sum_of("y", "y", 1).T


_KEPT: dict[bytes, tuple[Floats, dict[tuple[bytes, bytes, float], float]]] = {}
_KEPT_BYTES = 1 << 28
_AT_ONCE = 1 << 10


def _forms_once(gram: Floats, bread: Floats, weighted: Floats) -> _Forms:
    """The forms of a fit; what is dear in them is kept while there is room: claims and their checks share rows and controls."""
    digest = blake2b()
    for part in (gram, bread, weighted):
        digest.update(np.ascontiguousarray(part).data)
    key, whole = digest.digest(), gram.sum(axis=1)
    if key not in _KEPT:
        change = np.empty_like(whole)
        for start in range(0, len(whole), _AT_ONCE):  # few enough accounts to stay in the processor's own memory
            change[start : start + _AT_ONCE] = _change(whole[start : start + _AT_ONCE], bread, weighted)
        while _KEPT and sum(one.nbytes for one, _ in _KEPT.values()) + change.nbytes > _KEPT_BYTES:
            del _KEPT[next(iter(_KEPT))]
        _KEPT[key] = change, {}
    change, known = _KEPT[key]
    return _Forms(gram, change, bread, weighted, whole, known)


def _change(gram: Floats, bread: Floats, xwwx: Floats) -> Floats:
    """C of B^(-1/2) = I + Z C Z' for B = I + Z K Z', with phi(x) = ((1 + x)^(-1/2) - 1) / x.

    C = phi(K Z'Z) K = phi(0) K + K R psi(R'K R) R'K for any R R' = Z'Z, with psi(x) = (phi(x) - phi(0)) / x: only symmetric
    matrices are decomposed, and a rank-deficient Z'Z does no harm.
    """
    p = len(bread)
    k = np.block([[bread @ xwwx @ bread, -bread], [-bread, np.zeros((p, p))]])
    values, vectors = np.linalg.eigh(gram)
    root = vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :]
    inner, basis = np.linalg.eigh(root.transpose(0, 2, 1) @ k @ root)
    s = np.sqrt(np.maximum(1.0 + inner, 0.0))
    alone = s * s < ZERO  # a direction that only this account speaks of: pseudo-inverse
    psi = np.where(alone, -1.5, (s + 2.0) / (2.0 * np.where(alone, 1.0, s) * (1.0 + s) ** 2))
    right = k @ root @ basis
    change: Floats = -k / 2.0 + (right * psi[:, None, :]) @ right.transpose(0, 2, 1)
    return change


def _squares(yy: Floats, xy: Floats, xx: Floats, beta: Floats) -> Floats:
    """Sum of squared residuals by account and group from cross-products."""
    squares: Floats = yy - 2.0 * xy @ beta + np.einsum("ghij,i,j->gh", xx, beta, beta)
    return squares


def _rho(totals: ClusterTotals, gram: Floats, zy: Floats, yy: Floats, beta: Floats, sd: Floats) -> float:
    """Correlation of two residuals of one account, standardised by group."""
    p = len(beta)
    scale = np.where(sd > 0, sd, 1.0)
    plain = _squares(yy, zy[..., :p], gram[..., :p, :p], beta)
    sums = np.stack([zy[:, h, h] - gram[:, h, h, :p] @ beta for h in range(len(sd))], axis=1)
    size = totals.sum_of("1", "1", 0).sum(axis=0)
    return common_correlation((sums / scale).sum(axis=1), (plain / scale**2).sum(axis=1), size)
