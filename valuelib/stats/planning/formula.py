"""How many respondents would a test need, by formula? A start for the simulation, and the shape of the curves drawn from it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

from valuelib.stats.planning.population import Population, both_in_comparison, score_variance

EDGE = 1e-3  # a figure this close to the end of its scale has no variance to plan with


def variance_of_one(population: Population, ratio: float) -> float:
    """Variance of comparison - ratio * baseline times the number of respondents.

    s_c^2 D_c / pi + r^2 s_b^2 D_b / (1 - pi) - 2 r C, where D = 1 + (expected colleagues in the same group) ICC and
    C = ICC s_c s_b (expected colleagues in the other group) / (1 - pi); with whole accounts in one group C is zero and
    D = 1 + (m - 1) ICC, m = sum of squared account sizes over their sum.
    """
    pi, r, icc, colleagues = population.share, ratio, population.icc, population.colleagues
    s_c, s_b = (math.sqrt(score_variance(population.outcome, figure)) for figure in (population.comparison, population.baseline))
    d_c, d_b = design_effects(population)
    both = both_in_comparison(population)
    covariance = icc * s_c * s_b * colleagues * (pi - both) / (pi * (1 - pi))
    return s_c * s_c * d_c / pi + r * r * s_b * s_b * d_b / (1 - pi) - 2 * r * covariance


def design_effects(population: Population) -> tuple[float, float]:
    """By how much colleagues in the same group inflate the variance of the comparison's and the baseline's figure."""
    pi, both = population.share, both_in_comparison(population)
    same = (both / pi, (1 - 2 * pi + both) / (1 - pi))
    return 1 + population.colleagues * population.icc * same[0], 1 + population.colleagues * population.icc * same[1]


def respondents_for_gate(population: Population, *, alpha: float, power: float) -> float:
    """Respondents at which the baseline alone is told from zero, without which no ratio to it can be read."""
    variance = score_variance(population.outcome, population.baseline) * design_effects(population)[1] / (1 - population.share)
    return float(norm.ppf(1 - alpha) + norm.ppf(power)) ** 2 * variance / population.baseline**2


def respondents_by_formula(population: Population, *, ratio: float, shift: float, alpha: float, power: float) -> float:
    """Respondents at which comparison - ratio * baseline is told from `shift` with the given power.

    (z_alpha + z_power)^2 * `variance_of_one` / (comparison - ratio * baseline - shift)^2; infinite where truth and edge coincide.

    Notes:
        Source: the usual two-group formula, e.g. Chow, Shao, Wang and Lokhnytska (2017), Sample Size Calculations in Clinical
        Research; design effect of clusters of unequal size: Eldridge, Ashby and Kerry (2006), IJE 35(5), 1292-1300.
    """
    distance = population.comparison - ratio * population.baseline - shift
    reach = float(norm.ppf(1 - alpha) + norm.ppf(power))
    return reach**2 * variance_of_one(population, ratio) / distance**2 if abs(distance) > 1e-12 else np.inf


def detectable_by_formula(population: Population, n: float, *, alpha: float, power: float) -> float | None:
    """The smallest lift above the population's baseline that n respondents show to be above zero, in the scores' own units.

    Returns:
        The lift, or None where even the end of the scale is too near.
    """

    def lacking(lift: float) -> float:
        at = replace(population, comparison=population.baseline + lift)
        return respondents_by_formula(at, ratio=1.0, shift=0.0, alpha=alpha, power=power) - n

    largest = 1.0 - EDGE - population.baseline
    if largest <= EDGE or lacking(largest) > 0:
        return None
    return float(brentq(lacking, EDGE / 10, largest)) if lacking(EDGE / 10) > 0 else EDGE / 10
