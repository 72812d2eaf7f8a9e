"""How much of a tier score is one common factor? McDonald's omega from a one-factor model of its items or its categories."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize

from valuelib.stats.coefficients import FEWEST_ROWS, Coefficient, below_one, complete_rows
from valuelib.stats.moments import Floats

SOURCE = "McDonald (1999), Test Theory; interval: delta method, accounts as clusters, on log(1 - omega)"
SOURCE_HIERARCHICAL = "McDonald (1999); Zinbarg et al. (2005), Psychometrika 70(1), 123-133; one factor over the category sums"
MIN_ITEMS = 3
MIN_UNIQUE = 0.005  # the smallest unique share of an item that the search may try; a solution there is improper (Heywood)
GRADIENT = 1e-4


class OneFactor(NamedTuple):
    """Loadings and unique variances in the items' own units, each shape (k,)."""

    loadings: Floats
    unique: Floats


@dataclass(frozen=True, slots=True)
class NoOmega:
    """Why there is no omega: `few_items`, `few_rows` or `improper` (an item that seems to hold no error at all)."""

    why: Literal["few_items", "few_rows", "improper"]


def estimate_omega(ratings: ArrayLike, accounts: ArrayLike, *, level: float = 0.95) -> Coefficient | NoOmega:
    """Omega total of a sum (or mean) of items that share one factor.

    Args:
        ratings: shape (n, k); rows with a missing rating are left out.
        accounts: shape (n,), the cluster of each row.
        level: confidence level of the interval.
    Returns:
        Coefficient, or NoOmega with fewer than three items, too few complete rows, or an improper solution.
    Notes:
        (sum of loadings)^2 / ((sum of loadings)^2 + sum of unique variances), maximum likelihood. The interval carries each
        answer's influence on the covariances through the model's information matrix. Checked: tests/reference/omega.R.
    """
    x, cluster = complete_rows(ratings, accounts)
    if x.shape[1] < MIN_ITEMS:
        return NoOmega("few_items")
    if len(x) < max(FEWEST_ROWS, 2 * x.shape[1] + 1) or not (x.std(axis=0) > 0).all():
        return NoOmega("few_rows")
    fitted = fit_one_factor(np.cov(x, rowvar=False, ddof=0))
    if fitted is None:
        return NoOmega("improper")
    common, unique = float(fitted.loadings.sum()) ** 2, float(fitted.unique.sum())
    gradient = np.full(2 * x.shape[1], -common) / (common + unique) ** 2
    gradient[: x.shape[1]] = 2 * fitted.loadings.sum() * unique / (common + unique) ** 2
    influence = _influence(x - x.mean(axis=0), fitted) @ gradient
    return below_one(common / (common + unique), influence, cluster, items=x.shape[1], level=level)


def estimate_omega_hierarchical(
    ratings: ArrayLike, categories: ArrayLike, accounts: ArrayLike, *, level: float = 0.95
) -> Coefficient | NoOmega:
    """Share of a tier score that is common to its categories: omega over the sums of each category's items.

    What is peculiar to a category counts as unique here, while omega over the single items takes it for common: it then overstates.

    Args:
        ratings: shape (n, k).
        categories: shape (k,), the category of each item; at least three must differ.
        accounts: shape (n,).
        level: confidence level of the interval.
    Returns:
        Coefficient with the number of categories as `items`, or NoOmega.
    """
    x, named = np.asarray(ratings, dtype=float), np.asarray(categories)
    sums = np.stack([x[:, named == one].sum(axis=1) for one in dict.fromkeys(named.tolist())], axis=1)
    return estimate_omega(sums, accounts, level=level)


def fit_one_factor(covariance: ArrayLike) -> OneFactor | None:
    """Maximum-likelihood one-factor model of a covariance matrix, shape (k, k), k >= 3.

    Returns:
        OneFactor with loadings that sum to a positive number, or None where an item's unique variance runs to zero or the search
        does not settle.
    Notes:
        The likelihood is concentrated on the unique variances: given them the loadings are the leading eigenvector of
        U^-1/2 R U^-1/2. Source: Lawley and Maxwell (1971), Factor Analysis as a Statistical Method, chapter 4.
    """
    s = np.asarray(covariance, dtype=float)
    sd = np.sqrt(s.diagonal())
    r = s / np.outer(sd, sd)
    k = len(r)
    found = optimize.minimize(
        _misfit,
        np.full(k, 0.5),
        args=(r,),
        jac=True,
        method="L-BFGS-B",
        bounds=[(MIN_UNIQUE, 1.0)] * k,
        options={"ftol": 1e-14, "gtol": 1e-9, "maxiter": 1000},
    )
    unique = np.asarray(found.x, dtype=float)
    slope = np.abs(np.asarray(found.jac))[unique < 1.0]
    if unique.min() < 1.01 * MIN_UNIQUE or slope.max(initial=0.0) > GRADIENT:
        return None
    loadings = _loadings(unique, r)
    return OneFactor(loadings * math.copysign(1.0, loadings.sum()) * sd, unique * sd**2)


def _misfit(unique: Floats, r: Floats) -> tuple[float, Floats]:
    """Discrepancy of the best one-factor model with these unique variances, and its gradient."""
    root = np.sqrt(unique)
    others = np.linalg.eigvalsh(r / np.outer(root, root))[:-1]
    value = float((others - np.log(np.maximum(others, 1e-300)) - 1.0).sum())
    loadings = _loadings(unique, r)
    gradient: Floats = (loadings**2 + unique - r.diagonal()) / unique**2
    return value, gradient


def _loadings(unique: Floats, r: Floats) -> Floats:
    root = np.sqrt(unique)
    values, vectors = np.linalg.eigh(r / np.outer(root, root))
    loadings: Floats = root * vectors[:, -1] * math.sqrt(max(values[-1] - 1.0, 0.0))
    return loadings


def _influence(e: Floats, fitted: OneFactor) -> Floats:
    """What each row adds to (loadings, unique variances): the score of its deviations times the inverse information, (n, 2k)."""
    loadings, unique = fitted
    inverse = np.linalg.inv(np.outer(loadings, loadings) + np.diag(unique))
    weight = inverse @ loadings
    y = e @ inverse
    score = np.hstack([y * (y @ loadings)[:, None], y**2 / 2])
    across = inverse * weight
    information = np.block([[inverse * (loadings @ weight) + np.outer(weight, weight), across], [across.T, inverse**2 / 2]])
    solved: Floats = np.linalg.solve(information, (score - score.mean(axis=0)).T).T
    return solved
