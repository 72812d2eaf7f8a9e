"""Difference between two estimates of one lift, such as the total and the one net of controls, from stacked equations."""

from __future__ import annotations

import numpy as np

from valuelib.errors import ResultError
from valuelib.stats.means import JointMeans, LinearForm, satterthwaite_df

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
    if total.design.weighted != net.design.weighted:  # all weights are one on the answers of one of them only
        total, net = total.as_weighted(), net.as_weighted()
    groups, blocks, p = len(net.variance), net.design.blocks, len(net.bread)
    n_total, n_net = (form.design.products[0, 0, 0] for form in (total, net))
    if n_total.shape != n_net.shape or (n_net > n_total + NOTHING).any():
        raise ResultError("The net lift rests on answers that the total does not have; give both one grouping, net on some rows.")
    own_e, shared_e = (1.0 - net.rho) * net.variance, net.rho * net.variance
    own_f = np.maximum((1.0 - total.rho) * total.variance - own_e, 0.0)
    shared_f = np.maximum(total.rho * total.variance - shared_e, 0.0)
    # Columns of the total's Z among those of the net's: the indicators, with weights w times the indicators too.
    among = [block * p + group for block in range(blocks) for group in range(groups)]
    ones_total, ones_net = total.design.sums(np.sqrt(shared_e)), net.design.sums(np.sqrt(shared_e))
    ones_f = total.design.sums(np.sqrt(shared_f))

    # The forms' own errors, and what answers of one account share, of the stack (total, net).
    both = -net.zeta
    both[among] += total.zeta
    shared = (ones_total * total.zeta).sum(axis=0) - (ones_net * net.zeta).sum(axis=0)
    spread_net = net.design.times(both, own_e) + ones_net * shared
    spread_total = (
        total.design.times(total.zeta, own_e + own_f)
        - net.design.times(net.zeta, own_e)[among]
        + ones_total * shared
        + ones_f * (ones_f * total.zeta).sum(axis=0)
    )
    taken = [form.bread @ form.design.times(form.zeta)[: len(form.bread)] * sign for form, sign in ((total, 1.0), (net, -1.0))]
    last, last_net = slice(-groups, None), slice(-p, None)
    whole = net.design.over_accounts(own_e)[last_net, last_net]
    of_total = total.design.over_accounts(own_e + own_f)[last, last]
    omega = np.block([[of_total, whole[:groups]], [whole[:, :groups], whole]])
    ones, own_ones = np.concatenate([ones_total[last], ones_net[last_net]]), ones_f[last]
    omega += ones @ ones.T
    omega[:groups, :groups] += own_ones @ own_ones.T
    d = (spread_total * total.zeta).sum(axis=0) - (spread_net * net.zeta).sum(axis=0)
    return float(satterthwaite_df(d, np.concatenate([spread_total[last], spread_net[last_net]]), np.concatenate(taken), omega))
