"""What do the chapters on working together have in common when a number becomes an estimate?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from valuelib.evidence.parts import lift_of
from valuelib.evidence.record import Measured
from valuelib.records import Estimate, Message, Unit
from valuelib.stats.coefficients import Coefficient
from valuelib.stats.loyalty import SOURCE_MEAN, SOURCE_NPS, SOURCE_RATE, Kind, estimate_group
from valuelib.stats.means import estimate_means
from valuelib.stats.moments import collect_moments
from valuelib.stats.paired import SOURCE as SOURCE_PAIRED
from valuelib.stats.paired import Paired
from valuelib.study import Study

UNITS: dict[Kind, Unit] = {"nps": "points", "rate": "points", "mean": "score"}
SOURCES: dict[Kind, str] = {"nps": SOURCE_NPS, "rate": SOURCE_RATE, "mean": SOURCE_MEAN}
SOURCE_SLOPE = "Pustejovsky and Tipton (2018), JBES 36(4), 672-683"


def group_figures(
    study: Study, names: Sequence[str], codes: np.typing.NDArray[np.int64], values: pd.Series, kind: Kind
) -> list[Estimate]:
    """One figure a group, each with its interval; a group below the minimum, or of one account, has none.

    Args:
        names: of the estimates, in the order of the codes 0, 1, ... codes: group of each row of `study.answers`, -1 for none.
        values: the outcome in its own units, missing where not answered.
    """
    y, accounts = values.astype(float), study.answers["account"]
    used = np.where(y.notna(), codes, -1)
    sizes = [int((used == place).sum()) for place in range(len(names))]
    wide = [int(accounts[used == place].nunique()) for place in range(len(names))]
    fit = [place for place in range(len(names)) if sizes[place] >= study.config.privacy.min_group and wide[place] >= 2]
    if not fit:
        return [none_of(study, name, Message(code="missing.small_group"), UNITS[kind]) for name in names]
    recoded = np.full(len(used), -1)
    for new, old in enumerate(fit):
        recoded[used == old] = new
    weights = study.answers["weight"].astype(float)
    means = estimate_means(collect_moments(accounts, recoded, y, groups=[names[old] for old in fit], weights=weights))
    found = {names[old]: estimate_group(means, new, kind=kind, level=study.config.level) for new, old in enumerate(fit)}
    return [
        Estimate(
            name=name,
            value=found[name].value,
            ci_low=found[name].ci_low,
            ci_high=found[name].ci_high,
            se=found[name].se,
            level=study.config.level,
            unit=UNITS[kind],
            n=found[name].n,
            accounts=found[name].accounts,
            method="accounts as clusters, CR2",
            source=SOURCES[kind],
        )
        if name in found
        else none_of(study, name, Message(code="missing.small_group"), UNITS[kind])
        for name in names
    ]


def mean_figure(study: Study, name: str, values: pd.Series, kind: Kind = "mean") -> Estimate:
    """The figure of all answers of the study."""
    return group_figures(study, [name], np.zeros(len(values), dtype=np.int64), values, kind)[0]


def slope_figure(study: Study, name: str, found: Measured | Message, unit: Unit) -> Estimate:
    """A part of a claim, or another slope, under a name of its own."""
    if isinstance(found, Message):
        return none_of(study, name, found, unit)
    lift = lift_of(found, level=study.config.level)
    return Estimate(
        name=name,
        value=lift.value,
        ci_low=lift.ci_low,
        ci_high=lift.ci_high,
        se=lift.se,
        level=study.config.level,
        unit=unit,
        n=found.n,
        accounts=found.accounts,
        method=found.method,
        source=SOURCE_SLOPE,
    )


def coefficient_figure(study: Study, name: str, found: Coefficient | None, why: Message, method: str, source: str) -> Estimate:
    """A coefficient of consistency, or why there is none."""
    if found is None:
        return none_of(study, name, why, "coefficient")
    return Estimate(
        name=name,
        value=found.value,
        ci_low=found.low,
        ci_high=found.high,
        level=study.config.level,
        unit="coefficient",
        n=found.n,
        accounts=found.accounts,
        method=method,
        source=source,
    )


def paired_figure(study: Study, name: str, found: Paired | None, unit: Unit, *, n: int | None = None) -> Estimate:
    """A mean difference over accounts; too few accounts have none."""
    if found is None or found.n < study.config.privacy.min_group:
        return none_of(study, name, Message(code="missing.small_group"), unit)
    return Estimate(
        name=name,
        value=found.value,
        ci_low=found.low,
        ci_high=found.high,
        se=found.se,
        level=study.config.level,
        unit=unit,
        n=found.n if n is None else n,
        accounts=found.n,
        method="paired by account, t interval",
        source=SOURCE_PAIRED,
    )


def plain_figure(
    study: Study,
    name: str,
    value: float,
    unit: Unit,
    *,
    n: int,
    accounts: int,
    low: float | None = None,
    high: float | None = None,
    method: str = "",
    source: str = "",
) -> Estimate:
    """A number whose interval comes from elsewhere, or that has none."""
    return Estimate(
        name=name,
        value=value,
        ci_low=low,
        ci_high=high,
        level=study.config.level,
        unit=unit,
        n=n,
        accounts=accounts,
        method=method,
        source=source,
    )


def none_of(study: Study, name: str, why: Message, unit: Unit) -> Estimate:
    """A number that cannot be had, with its reason."""
    return Estimate(name=name, value=None, unit=unit, n=0, accounts=0, level=study.config.level, reason=why)
