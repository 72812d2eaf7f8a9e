"""Tier by tier: what does failing cost and what does exceeding earn, as it stands and with the other tiers held equal?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from valuelib.evidence.groups import tier_mean
from valuelib.evidence.outcomes import Outcome, find_outcome
from valuelib.evidence.thresholds import Levels, fit_levels, level_means, other_tiers, usable_levels
from valuelib.records import Estimate, Message
from valuelib.stats.contrasts import estimate_lift_points
from valuelib.stats.levels import PENALTY, REWARD, SOURCE, PickedMeans, by_levels
from valuelib.study import Study
from valuelib.theory import tiers

PAIRS = {"penalty": PENALTY, "reward": REWARD}
METHODS = {"": "three levels, CR2, Satterthwaite df", ".others_equal": "least squares on three levels, CR2, Satterthwaite df"}


def estimate_thresholds(study: Study) -> tuple[Estimate, ...]:
    """`penalty.<tier>` and `reward.<tier>` in NPS points for every tier, and the same with `.others_equal`.

    A tier is failed below the middle of the scale, exceeded from `exposure.threshold` on. Own ratings: halo is in all of them.
    """
    outcome = find_outcome(study, "recommend")
    return tuple(one for tier in tiers() for one in _of_tier(study, tier.key, outcome))


def _of_tier(study: Study, key: str, outcome: Outcome | Message) -> Iterator[Estimate]:
    mean = tier_mean(study, (key,))
    if isinstance(outcome, Message) or mean is None:
        why = outcome if isinstance(outcome, Message) else Message(code="missing.tier_items", values={"tier_key": key})
        yield from (_missing(study, f"{name}.{key}{ending}", why) for ending in METHODS for name in PAIRS)
        return
    codes = usable_levels(study, outcome, by_levels(mean, exceeds_at=study.config.exposure.threshold))
    if isinstance(codes, Message):
        yield from (_missing(study, f"{name}.{key}{ending}", codes) for ending in METHODS for name in PAIRS)
        return
    yield from _steps(study, key, "", outcome, level_means(study, outcome, codes))
    fitted = fit_levels(study, outcome, codes, other_tiers(study, key))
    yield from _steps(study, key, ".others_equal", outcome, fitted)


def _steps(study: Study, key: str, ending: str, outcome: Outcome, levels: Levels | None) -> Iterator[Estimate]:
    for name, pair in PAIRS.items():
        if levels is None:
            yield _missing(study, f"{name}.{key}{ending}", Message(code="missing.others_equal"))
            continue
        picked = PickedMeans(levels.means, pair)
        lift = estimate_lift_points(picked, kind=outcome.kind, level=study.config.level)
        yield Estimate(
            name=f"{name}.{key}{ending}",
            value=lift.value,
            ci_low=lift.ci_low,
            ci_high=lift.ci_high,
            level=study.config.level,
            se=lift.se,
            unit="points",
            n=int(picked.n.sum()),
            accounts=int(study.answers["account"][np.isin(levels.codes, pair)].nunique()),
            method=METHODS[ending],
            source=SOURCE,
        )


def _missing(study: Study, name: str, why: Message) -> Estimate:
    return Estimate(name=name, value=None, unit="points", n=0, accounts=0, level=study.config.level, reason=why)
