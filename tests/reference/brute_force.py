"""What do the formulas give when they are typed out literally, on full n x n matrices?

A referee: plain and slow, never imported by the package.

Every figure is a linear form c'b of a weighted least-squares fit (group means: the model without intercept, one indicator a group).
CR2 takes the identity as target: A_g = [(I - H)(I - H)']_gg^(-1/2). Degrees of freedom: (tr P)^2 / tr(P^2), P_gh = l_g' Sigma l_h,
where l_g' e is account g's share of c'(b - beta), and Sigma is a working covariance, either the identity or the exchangeable one.
Only `read_case` touches a file.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Labels = npt.NDArray[np.str_]
SINGULAR = 1e-12  # eigenvalues of a block below this count as zero, as in clubSandwich
LARGEST_RHO = 0.9


@dataclass(frozen=True, slots=True)
class Rows:
    """Columns of one case, shape (n,) each."""

    account: Labels
    y: Array
    group: Labels
    weight: Array
    x1: Array
    exposure: Array

    def inside(self) -> Rows:
        """Only the rows that are in one of the two groups."""
        keep = self.group != ""
        return Rows(self.account[keep], self.y[keep], self.group[keep], self.weight[keep], self.x1[keep], self.exposure[keep])


@dataclass(frozen=True, slots=True)
class Fit:
    """A weighted least-squares fit, with what the variances need; X is `design` (n, p), W is diag(weight)."""

    design: Array
    weight: Array
    account: Labels
    coef: Array
    residual: Array
    bread: Array  # (X'WX)^-1
    r2: float

    @property
    def accounts(self) -> list[str]:
        return sorted(set(self.account.tolist()))


@dataclass(frozen=True, slots=True)
class FiellerSet:
    """All r that the data do not exclude; `limits` are the roots, inside them (bounded) or outside them (exclusive)."""

    kind: Literal["bounded", "exclusive", "whole_line"]
    limits: tuple[float, float] | None


def read_case(path: Path) -> Rows:
    """One CSV of `cases/`."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    def numbers(column: str) -> Array:
        return np.array([float(row[column]) for row in rows])

    account, group = (np.array([row[column] for row in rows]) for column in ("account", "group"))
    return Rows(account, numbers("y"), group, numbers("weight"), numbers("x1"), numbers("exposure"))


def fit_groups(rows: Rows) -> Fit:
    """Means of high and low, in this order, from the rows that are in a group."""
    own = rows.inside()
    return fit(np.column_stack([own.group == "high", own.group == "low"]).astype(float), own.y, own.weight, own.account)


def fit_single(rows: Rows) -> Fit:
    """The mean of all rows."""
    return fit(np.ones((rows.y.size, 1)), rows.y, rows.weight, rows.account)


def fit_regression(rows: Rows) -> Fit:
    """Regression of y on intercept, exposure and x1, all rows."""
    return fit(np.column_stack([np.ones(rows.y.size), rows.exposure, rows.x1]), rows.y, rows.weight, rows.account)


def adjusted_forms(rows: Rows) -> Array:
    """The two linear forms of `fit_regression` that are its fitted values at exposure 1 and 0, averaged over the rows."""
    x1_mean = float(np.average(rows.x1, weights=rows.weight))
    return np.array([[1.0, 1.0, x1_mean], [1.0, 0.0, x1_mean]])


def fit(design: Array, y: Array, weight: Array, account: Labels) -> Fit:
    """Weighted least squares; R2 is the weighted one about the weighted mean."""
    bread = np.asarray(np.linalg.inv(design.T @ np.diag(weight) @ design), np.float64)
    coef = bread @ design.T @ np.diag(weight) @ y
    residual = y - design @ coef
    total = weight @ (y - np.average(y, weights=weight)) ** 2
    return Fit(design, weight, account, coef, residual, bread, float(1 - weight @ residual**2 / total))


def taylor(model: Fit, accounts: int) -> Array:
    """Linearised covariance (p, p) of the coefficients; `accounts` counts all of the study, also those without a row here."""
    scores = account_scores(model, np.eye(model.residual.size))
    return accounts / (accounts - 1) * scores.T @ scores


def cr2(model: Fit) -> Array:
    """CR2 covariance (p, p) of the coefficients, identity target."""
    scores = account_scores(model, adjustment(model))
    return scores.T @ scores


def account_scores(model: Fit, adjust: Array) -> Array:
    """Row g: (X'WX)^-1 X_g' W_g A_g e_g, shape (G, p)."""
    mapping = model.bread @ model.design.T @ np.diag(model.weight) @ adjust
    return np.array([mapping[:, model.account == name] @ model.residual[model.account == name] for name in model.accounts])


def hat(model: Fit) -> Array:
    """H = X (X'WX)^-1 X'W, not symmetric where weights differ."""
    return model.design @ model.bread @ model.design.T @ np.diag(model.weight)


def adjustment(model: Fit) -> Array:
    """A, block diagonal (n, n): the symmetric inverse root of each account's block of (I - H)(I - H)'."""
    miss = np.eye(model.residual.size) - hat(model)
    spread = miss @ miss.T
    result = np.zeros_like(spread)
    for name in model.accounts:
        own = np.ix_(model.account == name, model.account == name)
        result[own] = inverse_root(spread[own])
    return result


def inverse_root(block: Array) -> Array:
    """M^(-1/2) by eigen-decomposition; directions without spread get zero."""
    values, vectors = np.linalg.eigh(block)
    powers = np.array([value**-0.5 if value > SINGULAR else 0.0 for value in values])
    return np.asarray(vectors @ np.diag(powers) @ vectors.T)


def satterthwaite_df(model: Fit, form: Array, working: Array) -> float:
    """Degrees of freedom of the CR2 variance of form'b under the working covariance (n, n) of the errors."""
    forms = account_forms(model, form)
    p = forms @ working @ forms.T
    return float(np.trace(p) ** 2 / np.trace(p @ p))


def account_forms(model: Fit, form: Array) -> Array:
    """Row g: l_g' = c'(X'WX)^-1 X_g' W_g A_g (I - H)_g; the CR2 variance of c'b is the sum of (l_g' y)^2; shape (G, n)."""
    mapping = form @ model.bread @ model.design.T @ np.diag(model.weight) @ adjustment(model)
    miss = np.eye(model.residual.size) - hat(model)
    return np.array([mapping[model.account == name] @ miss[model.account == name] for name in model.accounts])


def working_iid(model: Fit) -> Array:
    """Sigma = I, as in clubSandwich for an lm."""
    return np.eye(model.residual.size)


def working_rho(model: Fit, strata: Sequence[str]) -> Array:
    """Sigma_ij = s_i s_j (rho + (1 - rho) [i = j]) inside an account, 0 between accounts; s by stratum, rho estimated."""
    s = stratum_sd(model, strata)
    rho = working_correlation(model, strata)
    same = model.account[:, None] == model.account[None, :]
    return np.asarray(np.outer(s, s) * same * (rho + (1 - rho) * np.eye(s.size)))


def stratum_sd(model: Fit, strata: Sequence[str]) -> Array:
    """For each row the weighted sd of the residuals in its stratum, sqrt(sum w e^2 / sum w), shape (n,)."""
    names = np.array(strata)
    squares = {name: np.average(model.residual[names == name] ** 2, weights=model.weight[names == name]) for name in set(strata)}
    return np.array([math.sqrt(squares[name]) for name in strata])


def working_correlation(model: Fit, strata: Sequence[str]) -> float:
    """Moment estimate of the correlation of two respondents of an account, unweighted over rows, clipped to 0..0.9."""
    e = model.residual / stratum_sd(model, strata)
    own = [e[model.account == name] for name in model.accounts]
    products = sum(float(part.sum() ** 2 - (part**2).sum()) for part in own)
    pairs = sum(part.size * (part.size - 1) for part in own)
    return 0.0 if pairs == 0 else float(np.clip(products / pairs / np.mean(e**2), 0, LARGEST_RHO))


def fieller(first: float, second: float, joint: Array, t: float) -> FiellerSet:
    """All r with (first - r second)^2 <= t^2 (V11 - 2 r V12 + r^2 V22)."""
    a = second**2 - t**2 * joint[1, 1]
    b = first * second - t**2 * joint[0, 1]
    c = first**2 - t**2 * joint[0, 0]
    if a <= 0 and b**2 <= a * c:
        return FiellerSet("whole_line", None)
    root = math.sqrt(b**2 - a * c)
    low, high = sorted([float((b - root) / a), float((b + root) / a)])
    return FiellerSet("bounded" if a > 0 else "exclusive", (low, high))


def joint_df(total: Fit, net: Fit, forms: tuple[Array, Array], kept: npt.NDArray[np.bool_], strata: Sequence[str]) -> float:
    """Degrees of freedom of forms[0]'b_total - forms[1]'b_net; `net` rests on the rows `kept` of `total`, in the same order.

    The errors of net are e, those of total e + f; `strata` names the stratum of each row of total.
    """
    strata_net = [name for name, keep in zip(strata, kept, strict=True) if keep]
    sd_net = dict(zip(strata_net, stratum_sd(net, strata_net), strict=True))
    e, both = np.array([sd_net[name] for name in strata]), stratum_sd(total, strata)
    rho_e, rho_both = working_correlation(net, strata_net), working_correlation(total, strata)
    same, one = total.account[:, None] == total.account[None, :], np.eye(e.size)
    sigma_e = np.outer(e, e) * same * (rho_e + (1 - rho_e) * one)
    shared = np.sqrt(np.maximum(rho_both * both**2 - rho_e * e**2, 0))
    sigma_f = np.outer(shared, shared) * same + np.diag(np.maximum((1 - rho_both) * both**2 - (1 - rho_e) * e**2, 0))
    working = np.block([[sigma_e + sigma_f, sigma_e[:, kept]], [sigma_e[kept], sigma_e[np.ix_(kept, kept)]]])
    by_net = np.zeros((len(total.accounts), int(kept.sum())))
    by_net[[total.accounts.index(name) for name in net.accounts]] = account_forms(net, forms[1])
    rows = np.hstack([account_forms(total, forms[0]), -by_net])
    p = rows @ working @ rows.T
    return float(np.trace(p) ** 2 / np.trace(p @ p))
