"""What would customers answer if colleagues resembled each other by a known amount? A population whose true figures are exact.

A respondent's latent satisfaction is the group's mean plus an account effect plus an own effect, both normal; two cuts turn it into
detractor, passive and promoter (-1, 0, +1), one cut into yes or no. Account effects and group membership are independent, so the
true figures follow from the normal distribution.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

from valuelib.stats.moments import Floats

Outcome = Literal["nps", "rate"]

SIZE_SHARES = np.array([0.30, 0.22, 0.16, 0.11, 0.08, 0.06, 0.04, 0.03])  # accounts with 1, 2, .. 8 respondents: 2.94 on average
PASSIVES = 0.35  # share of passives at an NPS of zero
CUT = float(norm.ppf((1 + PASSIVES) / 2))
REFERENCE: dict[Outcome, float] = {"nps": 0.20, "rate": 0.60}  # figures at which a population's ICC holds
MIXED_CORRELATION = 0.2  # of the latent group membership of two respondents of one account, where groups are mixed
FIRST, LAST = 1e-4, 0.97  # latent correlations between which the wanted one is sought
NODES, NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(120)


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Two groups of customers; figures on the scores' own scale (-1..1 or 0..1).

    Attributes:
        comparison, baseline: true figures of the two groups.
        share: probability that a respondent belongs to the comparison group.
        icc: correlation of two scores of one account, at the reference figure.
        mixed: whether both groups occur inside one account; else whole accounts belong to one group.
        sizes: shares of accounts with 1, 2, .. respondents.
    """

    outcome: Outcome
    comparison: float
    baseline: float
    share: float
    icc: float
    mixed: bool
    sizes: tuple[float, ...]

    @property
    def per_account(self) -> float:
        """Mean respondents per account."""
        return float(np.arange(1, len(self.sizes) + 1) @ np.array(self.sizes))

    @property
    def colleagues(self) -> float:
        """Mean number of colleagues that a respondent has in the study: sum m^2 / sum m - 1."""
        m = np.arange(1, len(self.sizes) + 1)
        return float(m**2 @ np.array(self.sizes)) / self.per_account - 1.0


def account_sizes(per_account: float) -> tuple[float, ...]:
    """Shares of accounts with 1, 2, .. respondents that have this mean, and the usual spread around it.

    Stretches the usual sizes 1..8 (mean 2.94) to 1 + (size - 1) * factor; a size between two whole numbers is shared between them.
    """
    usual = np.arange(1, len(SIZE_SHARES) + 1)
    stretched = 1.0 + (usual - 1.0) * (per_account - 1.0) / (float(usual @ SIZE_SHARES) - 1.0)
    below = np.floor(stretched + 1e-9).astype(int)
    shares = np.zeros(int(below.max()) + 2)
    part = np.maximum(stretched - below, 0.0)
    np.add.at(shares, below - 1, SIZE_SHARES * (1.0 - part))
    np.add.at(shares, below, SIZE_SHARES * part)
    return tuple(float(one) for one in np.trim_zeros(shares, "b"))


def cuts(outcome: Outcome) -> tuple[float, ...]:
    """Latent values at which the score rises by one."""
    return (0.0,) if outcome == "rate" else (-CUT, CUT)


def outcome_shares(outcome: Outcome, figure: float) -> list[float]:
    """True shares of detractors, passives and promoters, or of no and yes."""
    above = [1.0, *(float(norm.cdf(latent_mean(outcome, figure) - cut)) for cut in cuts(outcome)), 0.0]
    return [upper - lower for upper, lower in pairwise(above)]


def score_variance(outcome: Outcome, figure: float) -> float:
    """True variance of one score where the figure is `figure`."""
    if outcome == "rate":
        return figure * (1.0 - figure)
    detractors, _, promoters = outcome_shares(outcome, figure)
    return promoters + detractors - figure**2


def latent_mean(outcome: Outcome, figure: float) -> float:
    """The latent mean at which the true NPS (-1..1) or rate (0..1) is `figure`."""
    offset = 0.0 if outcome == "rate" else 1.0
    return float(brentq(lambda mean: sum(norm.cdf(mean - cut) for cut in cuts(outcome)) - offset - figure, -6.0, 6.0))


@cache
def latent_icc(outcome: Outcome, icc: float) -> float:
    """The latent correlation inside an account at which scores correlate by `icc`, at the reference figure."""
    mean = latent_mean(outcome, REFERENCE[outcome])
    return float(brentq(lambda latent: score_icc(outcome, mean, latent) - icc, FIRST, LAST)) if icc > 0 else 0.0


def score_icc(outcome: Outcome, mean: float, latent: float) -> float:
    """Correlation of two scores of one account: variance of the account's expected score over the variance of a score."""
    weights = NODE_WEIGHTS / NODE_WEIGHTS.sum()
    above = [norm.cdf((mean - cut + np.sqrt(latent) * NODES) / np.sqrt(1 - latent)) for cut in cuts(outcome)]
    expected: Floats = np.sum(above, axis=0)
    shares = [float(norm.cdf(mean - cut)) for cut in cuts(outcome)]  # of scores above the first cut, above the second
    first, second = sum(shares), sum((2 * k + 1) * share for k, share in enumerate(shares))
    return float((weights @ expected**2 - first**2) / (second - first**2))


def both_in_comparison(population: Population) -> float:
    """Probability that two colleagues both belong to the comparison group."""
    if not population.mixed:
        return population.share
    weights, edge = NODE_WEIGHTS / NODE_WEIGHTS.sum(), norm.ppf(1 - population.share)
    rho = MIXED_CORRELATION
    return float(weights @ norm.cdf((np.sqrt(rho) * NODES - edge) / np.sqrt(1 - rho)) ** 2)
