"""Figures of groups adjusted for controls: weighted least squares with CR2 covariance, from account totals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from hashlib import blake2b

import numpy as np
from numpy.typing import ArrayLike, NDArray

from valuelib.errors import ResultError
from valuelib.stats.means import LinearForm, Working, common_correlation, satterthwaite_df
from valuelib.stats.totals import ClusterTotals, Design, Floats

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
        Z = (X, wX), without weights Z = X, so B^(-1/2) = I + Z C Z' needs only Z'Z of each account.
        Source: Pustejovsky and Tipton (2018), JBES 36(4), 672-683. Checked: tests/reference (clubSandwich).

    >>> from valuelib.stats.totals import collect_totals
    >>> accounts, score, tenure = ["A", "A", "B", "C", "C", "D"], [1, 1, 0, -1, 0, 1], [2, 0, -1, -2, 1, 0]
    >>> totals = collect_totals(accounts, [0, 0, 0, 1, 1, 1], score, groups=("high", "low"), controls={"tenure": tenure})
    >>> fitted = estimate_fitted(totals)
    >>> [round(float(value), 3) for value in (*fitted.values, fitted.coefficients[-1])]
    [0.548, 0.119, 0.357]
    """
    design = Design(totals.totals[:, :-1, :-1], weighted=totals.weighted)
    groups, p, total = design.groups, design.p, design.over_accounts()
    xwx, indicators = total[:p, -p:], range(groups)
    if not (xwx[indicators, indicators] > 0).all():
        raise ResultError("A group of the contrast has no answers.")
    if like is None and np.linalg.matrix_rank(xwx, tol=ZERO * np.abs(xwx).max()) < p:
        raise ResultError("The controls and the groups are linearly dependent: the contrast cannot be told from the controls.")
    bread = np.asarray(np.linalg.inv(xwx), dtype=float) if like is None else like._forms.bread
    zy = design.gathered(totals.totals[: design.blocks, :-1, -1])
    beta = bread @ zy.sum(axis=1)[-p:]
    first = np.zeros(design.blocks * p)
    first[:p] = beta
    per_account = zy - design.times(np.broadcast_to(first[:, None], zy.shape))
    forms = like._forms if like else _forms_once(design, bread, total[-p:, -p:])
    scores = bread @ (per_account + design.times(forms.corrected(per_account)))[-p:]
    plain = bread @ per_account[-p:]
    # Rows that turn coefficients into fitted group figures: the group's indicator, and the controls' weighted means.
    means = xwx[:groups, groups:].sum(axis=0) / xwx[indicators, indicators].sum()
    at = np.hstack([np.eye(groups), np.tile(means, (groups, 1))])
    weight = totals.sum_of("1", "1", 1).sum(axis=1)
    # A residual of group h is (1, controls, y) times column h.
    residual = np.vstack([-beta[:groups], -np.repeat(beta[groups:, None], groups, axis=1), np.ones((1, groups))])
    sse = _squares(totals.totals[1], residual)
    variance = np.maximum(sse / weight, 0.0)
    clusters = len(totals.accounts)
    mean = totals.sum_of("1", "y", 1).sum() / weight.sum()
    linearised = plain @ plain.T * clusters / max(clusters - 1, 1)
    cr2 = scores @ scores.T
    return FittedMeans(
        values=at @ beta,
        variance=variance,
        n=totals.n,
        n_accounts=totals.n_accounts,
        accounts=totals.accounts,
        scores=at @ scores,
        n_clusters=totals.n_clusters,
        cr2=at @ cr2 @ at.T,
        linearised=at @ linearised @ at.T,
        rho=_rho(totals, residual, np.sqrt(variance)),
        coefficients=beta,
        coefficient_cr2=cr2,
        coefficient_linearised=linearised,
        r2=float(1.0 - sse.sum() / (totals.sum_of("y", "y", 1).sum() - weight.sum() * mean**2)),
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
        return LinearForm(forms.design, forms.vector(at), forms.bread, self.variance, self.rho)

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
    """What a fit's linear forms of the answers depend on: the design, and how CR2 changes each account's score."""

    design: Design
    bread: Floats  # (p, p): (X'WX)^-1
    weighted: Floats  # (p, p): X'W^2X
    correction: _Correction
    known: dict[tuple[bytes, bytes, float], float]  # degrees of freedom asked for before
    vectors: dict[bytes, Floats]  # and forms

    def corrected(self, v: Floats) -> Floats:
        """C v of each account, A = I + Z C Z'; v and the result (blocks * p, accounts)."""
        return self.correction.apply(self.design, v)

    def working_variance(self, contrast: Floats) -> float:
        """Expected CR2 variance of a contrast when answers have variance 1 and no correlation."""
        p, zeta = len(self.bread), self.vector(contrast)
        through = self.design.times(zeta)
        b = self.bread @ through[:p]
        own = (through * zeta).sum(axis=0) - 2.0 * (through[-p:] * b).sum(axis=0)
        return float((own + (b * (self.weighted @ b)).sum(axis=0)).sum())

    def vector(self, contrast: Floats) -> Floats:
        """zeta with v = A W X bread contrast = Z zeta, shape (blocks * p, accounts)."""
        key = contrast.tobytes()
        if key not in self.vectors:
            p, accounts = len(self.bread), self.design.products.shape[-1]
            eta = np.zeros((self.design.blocks * p, 1))
            eta[-p:, 0] = self.bread @ contrast
            zeta = self.corrected(self.design.times(np.broadcast_to(eta, (len(eta), accounts))))
            zeta += eta
            self.vectors[key] = zeta
        return self.vectors[key]

    def df(self, contrast: Floats, sd: Floats, rho: float) -> float:
        key = (contrast.tobytes(), sd.tobytes(), rho)
        if key not in self.known:
            self.known[key] = self._df(contrast, sd, rho)
        return self.known[key]

    def _df(self, contrast: Floats, sd: Floats, rho: float) -> float:
        p, zeta = len(self.bread), self.vector(contrast)
        ones, own = self.design.sums(sd), self.design.times(zeta, sd**2)
        shared = (ones * zeta).sum(axis=0)
        d = (1 - rho) * (own * zeta).sum(axis=0) + rho * shared**2
        a = (1 - rho) * own[-p:] + rho * ones[-p:] * shared
        b = self.bread @ self.design.times(zeta)[:p]
        omega = (1 - rho) * self.design.over_accounts(sd**2)[-p:, -p:] + rho * ones[-p:] @ ones[-p:].T
        return float(satterthwaite_df(d, a, b, omega))


_KEPT: dict[bytes, tuple[_Correction, dict[tuple[bytes, bytes, float], float], dict[bytes, Floats]]] = {}
_KEPT_BYTES = 1 << 28


def _forms_once(design: Design, bread: Floats, weighted: Floats) -> _Forms:
    """The forms of a fit; what is dear in them is kept while there is room: claims and their checks share rows and controls."""
    # A sum of each account's products, each times a number of its own: designs that agree in all of these are one.
    powers, width = 2 * design.blocks - 1, len(design.products[0])
    factors = np.sqrt(np.arange(2.0, 2.0 + powers * width * width)).reshape(powers, width, width)
    digest = blake2b()
    for part in (bread, weighted, np.einsum("kijhg,kij->hg", design.products[:powers], factors)):
        digest.update(np.ascontiguousarray(part).data)
    if (key := digest.digest()) not in _KEPT:
        correction = _Correction.of(design, bread, weighted)
        while _KEPT and sum(map(_size, _KEPT.values())) + correction.change.nbytes > _KEPT_BYTES:
            del _KEPT[next(iter(_KEPT))]
        _KEPT[key] = correction, {}, {}
    return _Forms(design, bread, weighted, *_KEPT[key])


def _size(kept: tuple[_Correction, dict[tuple[bytes, bytes, float], float], dict[bytes, Floats]]) -> int:
    return kept[0].change.nbytes + sum(one.nbytes for one in kept[2].values())


NEAR = 0.01  # an account that moves its own fitted values less than this: a few terms of the series give all digits
_AT_ONCE = 1 << 10  # few enough accounts to stay in the processor's own memory


@dataclass(frozen=True, slots=True, eq=False)
class _Correction:
    """C of B^(-1/2) = I + Z C Z' for B = (I - H)(I - H)'_gg = I + Z K Z', by account.

    C = phi(K Z'Z) K with phi(x) = ((1 + x)^(-1/2) - 1) / x: a series in K Z'Z where that is small, as in large studies it is
    of nearly every account, and from eigenvalues elsewhere.
    """

    kernel: Floats  # (blocks * p, blocks * p): K
    terms: int  # of the series
    far: NDArray[np.intp]  # the accounts whose C is formed
    change: Floats  # (far accounts, blocks * p, blocks * p): their C

    @classmethod
    def of(cls, design: Design, bread: Floats, weighted: Floats) -> _Correction:
        p = len(bread)
        if design.blocks == 1:
            kernel, reach = -bread, design.trace_with(bread, 0)
        else:
            twice = bread @ weighted @ bread
            kernel = np.block([[twice, -bread], [-bread, np.zeros((p, p))]])
            plain, squared = design.trace_with(bread, 0), design.trace_with(bread, 2)
            reach = 2.0 * np.sqrt(np.maximum(plain * squared, 0.0)) + design.trace_with(twice, 0)
        far = np.flatnonzero(reach > NEAR)
        most = float(reach[reach <= NEAR].max(initial=0.0))
        terms = 1 if most <= 0 else 1 + int(np.ceil(np.log(np.finfo(float).eps / 8) / np.log(most)))
        change = np.empty((len(far), *kernel.shape))
        find = partial(_change, bread=bread) if design.blocks == 1 else partial(_weighted_change, k=kernel)
        for start in range(0, len(far), _AT_ONCE):
            places = far[start : start + _AT_ONCE]
            change[start : start + _AT_ONCE] = find(design.at(places))
        return cls(kernel, terms, far, change)

    def apply(self, design: Design, v: Floats) -> Floats:
        """C v of each account; v and the result (blocks * p, accounts)."""
        found = np.zeros_like(v)
        if len(self.far) < v.shape[-1]:
            for start in range(0, v.shape[-1], _AT_ONCE):
                places = slice(start, start + _AT_ONCE)
                term, factor = self.kernel @ v[:, places], -0.5
                found[:, places] += factor * term
                for place in range(1, self.terms):
                    term = self.kernel @ design.times(term, places=places)
                    factor *= -(2 * place + 1) / (2 * place + 2)
                    found[:, places] += factor * term
        found[:, self.far] = np.einsum("gij,jg->ig", self.change, v[:, self.far])
        return found


def _change(gram: Floats, bread: Floats) -> Floats:
    """C without weights, where K = -(X'X)^-1 = -L L': of T = L'Z'Z L, C = L ((I - T)^(-1/2) - I) T^-1 L'."""
    root = np.linalg.cholesky(bread)
    inner, basis = np.linalg.eigh(root.T @ gram @ root)
    s = np.sqrt(np.maximum(1.0 - inner, 0.0))
    alone = s * s < ZERO  # a direction that only this account speaks of: pseudo-inverse
    psi = np.where(alone, -1.0, 1.0 / (np.where(alone, 1.0, s) * (1.0 + s)))
    right = root @ basis
    change: Floats = (right * psi[:, None, :]) @ right.transpose(0, 2, 1)
    return change


def _weighted_change(gram: Floats, k: Floats) -> Floats:
    """C with weights, C = phi(0) K + K R psi(R'K R) R'K for any R R' = Z'Z, with psi(x) = (phi(x) - phi(0)) / x.

    Only symmetric matrices are decomposed, and a rank-deficient Z'Z does no harm.
    """
    values, vectors = np.linalg.eigh(gram)
    root = vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :]
    inner, basis = np.linalg.eigh(root.transpose(0, 2, 1) @ k @ root)
    s = np.sqrt(np.maximum(1.0 + inner, 0.0))
    alone = s * s < ZERO  # as above
    psi = np.where(alone, -1.5, (s + 2.0) / (2.0 * np.where(alone, 1.0, s) * (1.0 + s) ** 2))
    right = k @ root @ basis
    change: Floats = -k / 2.0 + (right * psi[:, None, :]) @ right.transpose(0, 2, 1)
    return change


def _squares(products: Floats, residual: Floats) -> Floats:
    """Sum of squared residuals by group, of products (columns, columns, groups, accounts)."""
    squares: Floats = np.einsum("ijh,ih,jh->h", products.sum(axis=-1), residual, residual)
    return squares


def _rho(totals: ClusterTotals, residual: Floats, sd: Floats) -> float:
    """Correlation of two residuals of one account, standardised by group."""
    scale = np.where(sd > 0, sd, 1.0)
    sums = np.einsum("ihg,ih->g", totals.totals[0, 0], residual / scale)
    squares = _squares(totals.totals[0], residual) / scale**2
    return common_correlation(sums, squares, totals.sum_of("1", "1", 0).sum(axis=0))
