"""Difference between two estimates of one lift, such as the total and the one net of controls, from stacked equations."""

from __future__ import annotations

import numpy as np

from valuelib.errors import ResultError
from valuelib.stats.means import JointMeans, LinearForm, satterthwaite_df
from valuelib.stats.totals import Floats

NOTHING = 1e-10  # a standard error below this share of its parts is rounding


def joint_difference(total: JointMeans, net: JointMeans) -> tuple[float, float, float]:
    """Lift of `total` minus lift of `net`, its CR2 standard error and its degrees of freedom.

    Args:
        total: groups in the order (comparison, baseline), on all answers; controls are those that `net` has, too.
        net: the same groups with the same weights, usually with controls, on these answers or on some of them.
    Returns:
        Value and standard error in the outcome's own units; df at least 1. The standard error is 0 where both are one estimate.
    Raises:
        ResultError: the two do not rest on the same list of accounts, or `net` has answers that `total` lacks.
    Notes:
        Both equations are stacked, [y; y] on blockdiag(X_total, X_net) with the account as cluster: (I - H)(I - H)' has no
        entries between equations, so the CR2 adjustment of the stack is each equation's own, and
        V = sum_g (u_total,g - u_net,g)^2 with u the accounts' CR2 scores of the two lifts.
        df by Satterthwaite on the stacked forms: what the controls leave, e, is the error of both equations; that of `total` has in
        addition f, unrelated to e: what the controls explain. Each has an sd per group and one correlation inside accounts, f such
        that e + f has the variance and covariance found in `total` (zero where that would be negative). Where `total` has controls
        of its own, the smaller df of the two lifts, which is on the safe side.
        Source: Weesie (1999), Stata Technical Bulletin 52 (stacked scores); Pustejovsky and Tipton (2018), JBES 36(4), 672-683.

    >>> from valuelib.stats.adjust import estimate_fitted
    >>> from valuelib.stats.means import estimate_means
    >>> from valuelib.stats.totals import collect_totals
    >>> accounts, group, score, tenure = list("AABCCD"), [0, 0, 0, 1, 1, 1], [1, 1, 0, -1, 0, 1], [2, 0, -1, -2, 1, 0]
    >>> total = estimate_means(collect_totals(accounts, group, score, groups=("high", "low")))
    >>> net = estimate_fitted(collect_totals(accounts, group, score, groups=("high", "low"), controls={"tenure": tenure}))
    >>> [round(figure, 3) for figure in joint_difference(total, net)]
    [0.238, 0.317, 1.939]
    """
    if not np.array_equal(total.accounts, net.accounts):
        raise ResultError(
            f"The two lifts rest on {len(total.accounts)} and {len(net.accounts)} accounts that are not one list; collect both "
            "totals from all rows of the study and give rows left out group -1."
        )
    lift = [np.eye(len(means.values))[0] - np.eye(len(means.values))[1] for means in (total, net)]
    value = float(lift[0] @ total.values - lift[1] @ net.values)
    parts = [contrast @ means.scores for contrast, means in zip(lift, (total, net), strict=True)]
    se = float(np.linalg.norm(parts[0] - parts[1]))
    forms = total.form(lift[0]), net.form(lift[1])
    df = _stacked_df(*forms) if len(forms[0].bread) == len(lift[0]) else min(total.df(lift[0]), net.df(lift[1]))
    if se <= NOTHING * float(np.linalg.norm(parts)):
        return (0.0 if abs(value) <= NOTHING else value), 0.0, df
    return value, se, df


def _stacked_df(total: LinearForm, net: LinearForm) -> float:
    groups = len(net.variance)
    p_total, p_net = len(total.bread), len(net.bread)
    n_total, n_net = (np.einsum("ghhh->hg", form.gram[:, :, :groups, :groups]) for form in (total, net))
    if n_total.shape != n_net.shape or (n_net > n_total + NOTHING).any():
        raise ResultError("The net lift rests on answers that the total does not have; give both one grouping, net on some rows.")
    own_e, shared_e = (1.0 - net.rho) * net.variance, net.rho * net.variance
    own_f = np.maximum((1.0 - total.rho) * total.variance - own_e, 0.0)
    shared_f = np.maximum(total.rho * total.variance - shared_e, 0.0)
    # Columns of the total's Z among those of the net's: the indicators, and w times the indicators.
    among = [*range(groups), *range(p_net, p_net + groups)]
    own_total, own_net = _by_group(total.gram, own_e + own_f), _by_group(net.gram, own_e)
    ones_total, ones_net = _sums(total, np.sqrt(shared_e)), _sums(net, np.sqrt(shared_e))
    ones_f = _sums(total, np.sqrt(shared_f))
    own = np.block([[own_total, own_net[:, among]], [own_net[:, :, among], own_net]])
    ones = np.concatenate([ones_total, ones_net], axis=1)
    working = own + ones[:, :, None] * ones[:, None, :]
    working[:, : 2 * p_total, : 2 * p_total] += ones_f[:, :, None] * ones_f[:, None, :]

    zeta = np.concatenate([total.zeta, -net.zeta], axis=1)
    weighted = [*range(p_total, 2 * p_total), *range(2 * p_total + p_net, 2 * (p_total + p_net))]
    spread = np.einsum("gij,gj->gi", working, zeta)
    taken = [
        np.einsum("gij,gj->gi", form.gram.sum(axis=1)[:, : len(form.bread)], sign * form.zeta) @ form.bread
        for form, sign in ((total, 1.0), (net, -1.0))
    ]
    omega = working[:, weighted][:, :, weighted].sum(axis=0)
    return satterthwaite_df(np.einsum("gi,gi->g", spread, zeta), spread[:, weighted].T, np.concatenate(taken, axis=1).T, omega)


def _by_group(gram: Floats, factor: Floats) -> Floats:
    """Z'Z of each account, the answers of each group times its factor."""
    scaled: Floats = np.einsum("ghij,h->gij", gram, factor)
    return scaled


def _sums(form: LinearForm, factor: Floats) -> Floats:
    """Sum of the rows of Z of each account, those of each group times its factor."""
    sums: Floats = np.einsum("ghhi,h->gi", form.gram[:, :, : len(factor)], factor)
    return sums
