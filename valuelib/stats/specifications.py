"""Many regressions from one pass over the answers, and their distribution where exposure and outcome are unrelated.

Adjustment sets and outcomes are sub-matrices of the totals. The permutation test exchanges the exposures of whole accounts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.polynomial import Chebyshev, Polynomial
from numpy.typing import ArrayLike, NDArray

from valuelib.errors import ResultError
from valuelib.stats.adjust import ZERO, FittedMeans, estimate_fitted
from valuelib.stats.means import Working, common_correlation, satterthwaite_df, t_quantile
from valuelib.stats.totals import ClusterTotals, Floats

GROUPS = 2  # comparison and baseline, in this order
CELLS = 2_000_000  # numbers held at once in one array; more permutations go in turns
TINY = 1e-12
NEAR = 0.2  # an account that moves its own fitted values less than this needs no eigenvalues


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
    _forms: _Rows | _ClusterForms
    _place: int = 0  # of the outcome in the forms

    def df(self, contrast: ArrayLike, working: Working = "rho") -> float:
        """Satterthwaite degrees of freedom of a linear contrast of the two figures."""
        return self._forms.df(self._place, np.asarray(contrast, dtype=float), working)

    def kept(self, contrast: ArrayLike) -> float:
        """Share of the working variance of a contrast that CR2 retains; below 1 one account alone speaks of a direction."""
        return self._forms.kept(np.asarray(contrast, dtype=float))


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
        return tuple(_Clusters.of(totals, controls).fit(totals, controls, outcomes))
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

    products: Floats  # (1 + controls, 1 + controls, groups, accounts), of the constant and the controls
    whole: Floats  # (groups, p, p): X'X over the answers of a group
    bread: Floats
    at: Floats  # (groups, p): turns coefficients into fitted figures
    gram: Floats  # (p, p, accounts): X_g'X_g
    zeta: Floats  # (p, groups, accounts): A_g X_g bread at' = X_g zeta_g

    @classmethod
    def of(cls, totals: ClusterTotals, controls: Sequence[str]) -> _Clusters:
        where = [totals.columns.index(name) for name in ("1", *controls)]
        products = totals.totals[0][np.ix_(where, where)]
        _check_groups(products[0, 0].sum(axis=1))
        p = GROUPS + len(controls)
        whole, gram = np.zeros((GROUPS, p, p)), np.empty((p, p, products.shape[-1]))
        for group, own in enumerate(products.sum(axis=-1).transpose(2, 0, 1)):
            whole[np.ix_([group], _own(group, p), _own(group, p))] = own
            gram[group, :GROUPS] = 0.0
            gram[group, group] = products[0, 0, group]
            gram[group, GROUPS:] = gram[GROUPS:, group] = products[0, 1:, group]
        gram[GROUPS:, GROUPS:] = products[1:, 1:].sum(axis=2)
        total = whole.sum(axis=0)
        bread = _invert(total)
        at = np.hstack([np.eye(GROUPS), np.tile(total[:GROUPS, GROUPS:].sum(axis=0) / products[0, 0].sum(), (GROUPS, 1))])
        return cls(products, whole, bread, at, gram, _half_inverse(gram, bread, bread @ at.T))

    def fit(self, totals: ClusterTotals, controls: Sequence[str], outcomes: Sequence[str]) -> Iterator[Fit]:
        """One fit per outcome; all of them are computed at once."""
        where, of = ([totals.columns.index(name) for name in names] for names in (("1", *controls), outcomes))
        along = totals.totals[0][np.ix_(of, where)]  # (outcomes, 1 + controls, groups, accounts)
        scores = np.concatenate([along[:, 0], along[:, 1:].sum(axis=2)], axis=1)  # (outcomes, p, accounts)
        beta = scores.sum(axis=-1) @ self.bread
        scores -= (beta @ self.gram.reshape(len(self.gram), -1)).reshape(scores.shape)
        fitted = np.stack([beta[:, _own(h, len(self.gram))] for h in range(GROUPS)], axis=-1)  # (outcomes, 1 + controls, groups)
        squares = totals.totals[0, of, of].sum(axis=-1) - 2.0 * (fitted * along.sum(axis=-1)).sum(axis=1)
        squares += np.einsum("mih,ijh,mjh->mh", fitted, self.products.sum(axis=-1), fitted)
        variance = np.maximum(squares / totals.n, 0.0)
        scale = np.where(variance > 0, np.sqrt(variance), 1.0)
        sums = ((along[:, 0] - np.einsum("mih,ihg->mhg", fitted, self.products[0])) / scale[..., None]).sum(axis=1)
        size = self.products[0, 0].sum(axis=0)
        rho = [common_correlation(one, square, size) for one, square in zip(sums, squares / scale**2, strict=True)]
        corrected = np.einsum("mpg,phg->mhg", scores, self.zeta)
        plain = self.at @ self.bread @ scores
        many = plain.shape[-1] / max(plain.shape[-1] - 1, 1)
        cr2, linearised = corrected @ corrected.transpose(0, 2, 1), plain @ plain.transpose(0, 2, 1) * many
        forms = _ClusterForms(self, np.sqrt(variance), np.array(rho))
        n, n_accounts, n_clusters = totals.n, totals.n_accounts, totals.n_clusters
        for place, values in enumerate(beta @ self.at.T):
            yield Fit(values, variance[place], n, n_accounts, n_clusters, cr2[place], linearised[place], forms, place)


@dataclass(frozen=True, eq=False)
class _ClusterForms:
    """The linear forms of several outcomes of one design, whose degrees of freedom are found together."""

    design: _Clusters
    sd: Floats  # (outcomes, groups)
    rho: Floats  # (outcomes,)
    known: dict[tuple[bytes, Working], Floats] = field(default_factory=dict)

    def kept(self, c: Floats) -> float:
        design, zeta = self.design, self._zeta(c)
        through = np.einsum("ijg,jg->ig", design.gram, zeta)
        target = float(c @ design.at @ design.bread @ design.at.T @ c)
        return float(((zeta - design.bread @ through) * through).sum()) / target if target > 0 else 0.0

    def df(self, place: int, contrast: Floats, working: Working) -> float:
        key = contrast.tobytes(), working
        if key not in self.known:
            clustered = working == "rho"
            sd, rho = (self.sd, self.rho) if clustered else (np.ones_like(self.sd), np.zeros_like(self.rho))
            self.known[key] = self._dfs(self._zeta(contrast), sd, rho[:, None])
        return float(self.known[key][place])

    def _zeta(self, contrast: Floats) -> Floats:
        found: Floats = np.einsum("phg,h->pg", self.design.zeta, contrast)
        return found

    def _dfs(self, zeta: Floats, sd: Floats, rho: Floats) -> Floats:
        """Of each outcome: what the working model has of a group is weighed by the outcome's own variance there."""
        design, (p, accounts) = self.design, zeta.shape
        ones, own = np.zeros((GROUPS, p, accounts)), np.zeros((GROUPS, p, accounts))  # by group: sums of X, and X'X zeta
        for h in range(GROUPS):
            places = _own(h, p)
            ones[h, places] = design.products[0, :, h]
            own[h, places] = np.einsum("ijg,jg->ig", design.products[:, :, h], zeta[places])
        off, squares = design.bread @ own.sum(axis=0), (1.0 - rho) * sd**2
        shared = sd @ (ones * zeta).sum(axis=1)
        d = squares @ (own * zeta).sum(axis=1) + rho * shared**2
        sums = (sd @ ones.reshape(GROUPS, -1)).reshape(-1, p, accounts)
        a = (squares @ own.reshape(GROUPS, -1)).reshape(-1, p, accounts) + sums * (rho * shared)[:, None]
        omega = np.tensordot(squares, design.whole, 1) + rho[..., None] * (sums @ sums.transpose(0, 2, 1))
        return satterthwaite_df(d, a, off, omega)


@cache
def _inverse_root(most: float) -> Floats:
    """Coefficients of a polynomial, lowest first, that is (1 - x)^(-1/2) to all digits for x in 0..most."""
    ends = 2.0 / most - 1.0
    degree = int(np.ceil(-np.log(np.finfo(float).eps) / np.log(ends + np.sqrt(ends**2 - 1.0))))
    series = Chebyshev.interpolate(lambda x: 1.0 / np.sqrt(1.0 - x), degree, domain=[0.0, most])
    return np.asarray(series.convert(kind=Polynomial).coef, dtype=np.float64)


def _half_inverse(gram: Floats, bread: Floats, v: Floats) -> Floats:
    """L (I - L'X_g'X_g L)^(-1/2) L^-1 v of each account with L L' = bread, shape (p, columns of v, accounts).

    The same is (I - bread X_g'X_g)^(-1/2) v: a polynomial that has all digits on the eigenvalues that occur, for the accounts that
    move their own fitted values little. Of the others the eigenvalues are found; a direction that one account alone speaks of is
    dropped (pseudo-inverse).
    """
    found = np.empty((*v.shape, gram.shape[-1]))
    reach = np.tensordot(bread, gram, 2)  # the trace, which no eigenvalue exceeds
    near, far = reach <= NEAR, np.flatnonzero(reach > NEAR)
    own = gram if near.all() else gram[..., near]
    halvings = int(np.log2(NEAR / max(float(reach[near].max(initial=0.0)), TINY)))
    *factors, first = _inverse_root(NEAR / 2**halvings)
    term = np.broadcast_to((first * v)[..., None], (*v.shape, own.shape[-1]))
    for factor in reversed(factors):  # Horner's rule
        term = np.tensordot(bread, np.einsum("ijg,jkg->ikg", own, term), 1)
        term += (factor * v)[..., None]
    found[..., near] = term
    if len(far):
        root = np.linalg.cholesky(bread)
        values, vectors = np.linalg.eigh(root.T @ gram[..., far].transpose(2, 0, 1) @ root)
        several = 1.0 - values > ZERO
        factor = several / np.sqrt(np.where(several, 1.0 - values, 1.0))
        turned = vectors.transpose(0, 2, 1) @ np.linalg.solve(root, v)
        found[..., far] = (root @ (vectors * factor[:, None]) @ turned).transpose(1, 2, 0)
    return found


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
            _forms=self,
        )

    def kept(self, c: Floats) -> float:
        target = float(c @ self.at @ self.bread @ self.at.T @ c)
        return float(((self.forms @ c) ** 2 * (1.0 - self.leverage)).sum()) / target if target > 0 else 0.0

    def df(self, _: int, contrast: Floats, _working: Working) -> float:
        v = self.forms @ contrast
        a = self.x * v[:, None]
        return float(satterthwaite_df(v**2, a.T, (a @ self.bread).T, self.x.T @ self.x))


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
    small = codes.astype(np.int8)
    turn = max(int(CELLS // max(len(codes), 1)), 1)
    parts = [
        _lifts_of(small[rows[:, order]].T, outcomes[order], controls[order], known[order], starts, weights[order])
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
    codes: NDArray[np.int8],
    outcomes: Floats,
    controls: Floats,
    known: NDArray[np.bool_],
    starts: NDArray[np.int64],
    weights: Floats,
) -> Lifts:
    """The lifts of some exchanges: `codes` is (n, permutations), all rows in order of account; `starts` is each account's first."""
    exposed = (codes == 0).astype(float)
    weight = ((codes >= 0) & known[:, None]) * weights[:, None]
    if (weight == weight[:, :1]).all():  # every answer is in a group, whoever's exposure it gets
        weight = weight[:, :1]
    ones = np.column_stack([np.ones(len(codes)), controls])
    q = ones.shape[1]
    gram = ((ones[:, :, None] * ones[:, None, :]).reshape(len(ones), q * q).T @ weight).T.reshape(-1, q, q)
    gram = gram + TINY * np.trace(gram, axis1=1, axis2=2)[:, None, None] * np.eye(q)
    weighted = weight * exposed
    left = exposed - ones @ np.linalg.solve(gram, (ones.T @ weighted).T[..., None])[..., 0].T
    form = weight * left
    size = (form * exposed).sum(axis=0)
    size = np.where(size > TINY * np.maximum(weighted.sum(axis=0), 1.0), size, np.nan)
    clusters, own = len(starts), np.add.reduceat(form * left, starts, axis=0)
    values, ts = [], []
    for y in outcomes.T:
        rest = y[:, None] - ones @ np.linalg.solve(gram, (ones.T @ (weight * y[:, None])).T[..., None])[..., 0].T
        pull = np.add.reduceat(form * rest, starts, axis=0)
        value = pull.sum(axis=0) / size
        se = np.sqrt(((pull - own * value) ** 2).sum(axis=0) * clusters / max(clusters - 1, 1)) / size
        values.append(value)
        ts.append(np.divide(value, se, out=np.zeros_like(value), where=se > 0))
    return Lifts(np.nan_to_num(np.stack(values, axis=1)), np.nan_to_num(np.stack(ts, axis=1)))
