"""What the estimates of all chapters are called, and how a number becomes one of them: with its interval, or why there is none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuelib.results import Estimate, Estimates, Message, Unit, Value, pick
from valuelib.stats.exposure import NEITHER
from valuelib.stats.loyalty import SCALE, SOURCE_MEAN, SOURCE_NPS, SOURCE_RATE, Kind, group_limits
from valuelib.stats.means import GroupMeans, Means, estimate_means
from valuelib.stats.over_time import SOURCE_PAIRED, Paired
from valuelib.stats.reliability import SOURCE_HTMT, Coefficient, estimate_htmt
from valuelib.study.model import Study
from valuelib.theory.facets import facets
from valuelib.theory.pyramid import tiers
from valuelib.verdict.adjusted import study_totals
from valuelib.verdict.evidence import PartEstimate, lift_of

UNITS: dict[Kind, Unit] = {"nps": "points", "rate": "points", "mean": "score"}
SOURCES: dict[Kind, str] = {"nps": SOURCE_NPS, "rate": SOURCE_RATE, "mean": SOURCE_MEAN}
SMALL_GROUP = Message(code="missing.small_group")
SOURCE_SLOPE = "Pustejovsky and Tipton (2018), JBES 36(4), 672-683"


@dataclass(frozen=True, slots=True)
class Family:
    """Estimates of one kind: the form of their names, and what all of them speak of beside the values in the name."""

    name: str
    about: Mapping[str, str] = field(default_factory=dict)


class Named(NamedTuple):
    """What an estimate is called: its place in results.json, its label in no language yet, and of whom it is."""

    name: str
    label: Message
    groups: Mapping[str, str] = {}


_NPS, _REPURCHASE, _VALUE = {"outcome_key": "nps"}, {"outcome_key": "repurchase"}, {"outcome_key": "perceived_value"}
_RECOMMEND, _OWN, _PEERS, _OTHER = {"outcome_key": "recommend"}, {"rater": "own"}, {"rater": "peers"}, {"rater": "provider"}
_CUSTOMERS, _PROVIDER = {"side": "customers"}, {"side": "provider"}

# By code of the label: one line a kind of estimate. A name that fits several forms belongs to the first.
FAMILIES: Mapping[str, Family] = {
    "label.nps.all": Family("nps.all", _NPS),
    "label.repurchase.all": Family("repurchase.all", _REPURCHASE),
    "label.recommend.mean": Family("recommend.mean", _RECOMMEND),
    "label.repurchase.mean": Family("repurchase.mean", _REPURCHASE),
    "label.nps.segment": Family("nps.segment.{column}={level}", _NPS),
    "label.tier.mean": Family("tier.{tier_key}.mean"),
    "label.tier.alpha": Family("tier.{tier_key}.alpha"),
    "label.tier.omega": Family("tier.{tier_key}.omega"),
    "label.tier.omega_h": Family("tier.{tier_key}.omega_h"),
    "label.tier.spearman_brown": Family("tier.{tier_key}.spearman_brown"),
    "label.element.mean": Family("element.{element_key}.mean"),
    "label.htmt.tier": Family("htmt.{tier_key}.{other_key}"),
    "label.htmt.facet": Family("htmt.{facet_key}.{other_key}"),
    "label.halo.mean_r": Family("halo.mean_r"),
    "label.halo.r_tiers": Family("halo.r_tiers"),
    "label.halo.r_outcome": Family("halo.r_outcome"),
    "label.halo.pull": Family("halo.pull"),
    "label.specification.deciding_n": Family("specification.{claim}.deciding_n"),
    "label.specification.deciding_share_lift": Family("specification.{claim}.deciding_share_lift"),
    "label.specification.n": Family("specification.{claim}.n"),
    "label.specification.share_lift": Family("specification.{claim}.share_lift"),
    "label.driver.r2": Family("driver.r2"),
    "label.driver.r2_cv": Family("driver.r2_cv"),
    "label.driver.within.r2": Family("driver.within.r2"),
    "label.driver.tier": Family("driver.tier.{tier_key}"),
    "label.driver.category": Family("driver.category.{category_key}"),
    "label.driver.element": Family("driver.element.{element_key}"),
    "label.driver.slope": Family("driver.slope.{element_key}"),
    "label.driver.within.tier": Family("driver.within.tier.{tier_key}"),
    "label.driver.within.category": Family("driver.within.category.{category_key}"),
    "label.driver.within.element": Family("driver.within.element.{element_key}"),
    "label.driver.within.slope": Family("driver.within.slope.{element_key}"),
    "label.choice.share": Family("choice.share.{element_key}"),
    "label.choice.utility": Family("choice.utility.{element_key}"),
    "label.choice.count": Family("choice.count.{element_key}"),
    "label.choice.spread": Family("choice.spread"),
    "label.choice.alike": Family("choice.alike"),
    "label.choice.rank_r": Family("choice.rank_r"),
    "label.dose.isotonic": Family("dose.{elements_n}.isotonic"),
    "label.dose.spline": Family("dose.{elements_n}.spline"),
    "label.penalty": Family("penalty.{tier_key}"),
    "label.reward": Family("reward.{tier_key}"),
    "label.penalty.others_equal": Family("penalty.{tier_key}.others_equal"),
    "label.reward.others_equal": Family("reward.{tier_key}.others_equal"),
    "label.effort.easy.more": Family("effort.easy.more.{outcome_key}", {"effort": "easy", "enhancement": "more"}),
    "label.effort.easy.less": Family("effort.easy.less.{outcome_key}", {"effort": "easy", "enhancement": "less"}),
    "label.effort.hard.more": Family("effort.hard.more.{outcome_key}", {"effort": "hard", "enhancement": "more"}),
    "label.effort.hard.less": Family("effort.hard.less.{outcome_key}", {"effort": "hard", "enhancement": "less"}),
    "label.goes_with.own": Family("goes_with.own.{exposure_key}.{outcome_key}", _OWN),
    "label.goes_with.peers": Family("goes_with.peers.{exposure_key}.{outcome_key}", _PEERS),
    "label.facet.mean": Family("facet.{facet_key}.mean"),
    "label.facet.alpha": Family("facet.{facet_key}.alpha"),
    "label.facet.spearman_brown": Family("facet.{facet_key}.spearman_brown"),
    "label.contribution.value": Family("contribution.value.{facet_key}", _VALUE | _OTHER),
    "label.contribution.value.own": Family("contribution.value.{facet_key}.own", _VALUE | _OWN),
    "label.contribution.loyalty": Family("contribution.loyalty.{facet_key}", _RECOMMEND | _OTHER),
    "label.contribution.loyalty.own": Family("contribution.loyalty.{facet_key}.own", _RECOMMEND | _OWN),
    "label.contribution.loyalty.peers": Family("contribution.loyalty.{facet_key}.peers", _RECOMMEND | _PEERS),
    "label.lever": Family("lever.{facet_key}", _VALUE | _OTHER),
    "label.estimate.mediation.a": Family("mediation.a"),
    "label.estimate.mediation.b": Family("mediation.b"),
    "label.estimate.mediation.direct": Family("mediation.direct"),
    "label.estimate.mediation.total": Family("mediation.total"),
    "label.estimate.mediation.indirect": Family("mediation.indirect"),
    "label.estimate.mediation.a.earlier": Family("mediation.a.earlier"),
    "label.estimate.mediation.b.earlier": Family("mediation.b.earlier"),
    "label.side.customers.tier": Family("side.customers.tier.{tier_key}", _CUSTOMERS),
    "label.side.provider.tier": Family("side.provider.tier.{tier_key}", _PROVIDER),
    "label.side.provider.element": Family("side.provider.element.{element_key}", _PROVIDER),
    "label.gap.tier": Family("gap.tier.{tier_key}"),
    "label.side.customers.facet": Family("side.customers.{facet_key}", _CUSTOMERS),
    "label.side.provider.facet": Family("side.provider.{facet_key}", _PROVIDER),
    "label.gap.facet": Family("gap.{facet_key}"),
    "label.close.facet": Family("close.{facet_key}"),
    "label.side.customers.item": Family("side.customers.{item_key}", _CUSTOMERS),
    "label.side.provider.item": Family("side.provider.{item_key}", _PROVIDER),
    "label.gap.item": Family("gap.{item_key}"),
    "label.surface.a1": Family("surface.a1"),
    "label.surface.a2": Family("surface.a2"),
    "label.surface.a3": Family("surface.a3"),
    "label.surface.a4": Family("surface.a4"),
    "label.wave.recommend": Family("wave.recommend.{wave}", _RECOMMEND),
    "label.wave.perceived_value": Family("wave.perceived_value.{wave}", _VALUE),
    "label.path.not_yet": Family("path.not_yet.{outcome_key}.{wave}"),
    "label.path.switched": Family("path.switched.{outcome_key}.{cohort}.at.{wave}"),
    "label.comparable.offering": Family("comparable.offering.{tier_key}"),
    "label.comparable.wave": Family("comparable.wave.{tier_key}"),
    "label.comparable.column": Family("comparable.{by}.{tier_key}"),
    "label.estimate.change.nps": Family("change.nps", _NPS),
    "label.estimate.change.perceived_value": Family("change.perceived_value", _VALUE),
    "label.estimate.change.cocreation": Family("change.cocreation"),
    "label.estimate.stayed.all": Family("stayed.all", _NPS),
    "label.estimate.stayed.stayed": Family("stayed.stayed", _NPS),
    "label.estimate.stayed.left": Family("stayed.left", _NPS),
    "label.estimate.stayed.bound": Family("stayed.bound", _NPS),
    "label.estimate.growth.wave": Family("growth.wave", _VALUE),
    "label.estimate.growth.cocreation": Family("growth.cocreation", _VALUE),
    "label.estimate.renewal.hazard": Family("renewal.hazard"),
    "label.estimate.people.mean": Family("people.mean"),
    "label.estimate.people.icc1": Family("people.icc1"),
    "label.estimate.people.icc2": Family("people.icc2"),
    "label.estimate.people.rwg": Family("people.rwg"),
    "label.estimate.people.agreed": Family("people.agreed"),
    "label.estimate.people.customers_icc1": Family("people.customers_icc1"),
    "label.estimate.people.link": Family("people.link"),
    "label.estimate.people.link_corrected": Family("people.link_corrected"),
    "label.coding.all.alpha": Family("coding.all.alpha"),
    "label.coding.all.kappa": Family("coding.all.kappa"),
    "label.coding.all.raw": Family("coding.all.raw"),
    "label.coding.alpha": Family("coding.{code}.alpha"),
    "label.coding.kappa": Family("coding.{code}.kappa"),
    "label.coding.raw": Family("coding.{code}.raw"),
    "label.coding.prevalence": Family("coding.{code}.prevalence"),
    "label.theme.rating": Family("theme.{code}.rating"),
    "label.theme": Family("theme.{code}"),
}


def called(code: str, /, **values: Value) -> Named:
    """Name and label of an estimate.

    >>> called("label.tier.mean", tier_key="individual").name
    'tier.individual.mean'
    """
    family = FAMILIES[code]
    return Named(family.name.format(**values), Message(code=code, values={**family.about, **values}))


def read_label(name: str) -> Message | None:
    """The label of an estimate of which results.json keeps the name alone; None where no kind of estimate has such a name.

    >>> read_label("nps.segment.Size=a.b").values["level"]
    'a.b'
    """
    for code, form in _forms().items():
        if found := form.fullmatch(name):
            values = {key: int(value) if key.endswith("_n") else value for key, value in found.groupdict().items()}
            return called(code, **values).label
    return None


def keyed(estimates: Iterable[Estimate], code: str, key: str, /) -> dict[str, Estimate]:
    """The estimates of one kind that have a number, by one of the values that their labels speak of."""
    return {str(one.label.values[key]): one for one in pick(estimates, code) if one.label is not None and one.value is not None}


def find(estimates: Iterable[Estimate], code: str, /, **values: Value) -> Estimate | None:
    """The first estimate of one kind, with a number or with the reason why there is none; None where nothing is of that kind."""
    return next(iter(pick(estimates, code, **values)), None)


def of_chapter(study: Study, topic: str, found: Iterable[Estimate]) -> Estimates:
    """The estimates of a chapter, in the study's language; of a subset they are exploratory."""
    exploratory = study.exploratory
    return Estimates(items=tuple(found), topic=topic, language=study.language, exploratory=exploratory, subset=study.subset_words)


def make_estimate(
    study: Study,
    called: Named,
    value: float | None,
    unit: Unit,
    *,
    counts: tuple[int, int] = (0, 0),
    interval: tuple[float | None, float | None] = (None, None),
    **more: Any,
) -> Estimate:
    """A number with its answers and accounts and the interval that belongs to it, where it has one.

    `more` are further fields of an Estimate: `se`, `df`, `p_value`, `method`, `source`, `reason`.
    """
    return Estimate(
        name=called.name,
        label=called.label,
        groups=called.groups,
        value=value,
        ci_low=interval[0],
        ci_high=interval[1],
        level=study.config.level,
        unit=unit,
        n=counts[0],
        accounts=counts[1],
        language=study.language,
        **more,
    )


def no_estimate(study: Study, called: Named, why: Message, unit: Unit) -> Estimate:
    """A number that cannot be had, with its reason."""
    return make_estimate(study, called, None, unit, reason=why)


def found_estimate(
    study: Study, called: Named, found: Any, unit: Unit, *, counts: tuple[int, int], scale: float = 1.0, **more: Any
) -> Estimate:
    """What `stats` or `verdict` found, times `scale`: its value with its limits, `se` and `df`, where it has such.

    `more` are fields of an Estimate that stand instead of its own, or that it does not have.
    """
    ends = ("low", "high") if hasattr(found, "low") else ("ci_low", "ci_high")
    low, high, se = (None if (one := getattr(found, name, None)) is None else scale * one for name in (*ends, "se"))
    own = {"se": se, "df": getattr(found, "df", None), **more}
    return make_estimate(study, called, scale * found.value, unit, counts=counts, interval=(low, high), **own)


def group_estimate(study: Study, called: Named, means: Means, place: int, kind: Kind, method: str) -> Estimate:
    """The figure of one group of clustered means: an NPS or a rate in points, or a mean."""
    counts = (int(means.n[place]), int(means.n_accounts[place]))
    found = group_limits(means, place, kind=kind, level=study.config.level)
    return found_estimate(study, called, found, UNITS[kind], scale=SCALE[kind], counts=counts, method=method, source=SOURCES[kind])


def group_estimates(
    study: Study,
    groups: Sequence[Named],
    codes: NDArray[np.int64],
    values: pd.Series,
    kind: Kind,
    *,
    method: str = "accounts as clusters, CR2",
    why: Message = SMALL_GROUP,
    fewest_accounts: int = 2,
) -> list[Estimate]:
    """One estimate a group, each with its interval; a group below the minimum, or of too few accounts, has none.

    Args:
        groups: what the estimates are called, in the order of the codes 0, 1, ...
        codes: group of each row of `study.data`, -1 for none.
        values: the outcome in its own units, missing where not answered.
        method: how the interval is made, in words.
        why: the reason of a group that has none.
        fewest_accounts: a group of fewer has none.
    """
    accounts, fewest = study.data["account"], study.config.privacy.min_group
    used = np.where(values.notna(), codes, NEITHER)
    counts = [(int((used == place).sum()), int(accounts[used == place].nunique())) for place in range(len(groups))]
    shown = [place for place, (n, wide) in enumerate(counts) if n >= fewest and wide >= fewest_accounts]
    means = cluster_means(study, [used == place for place in shown], values) if shown else None
    return [
        no_estimate(study, one, why, UNITS[kind])
        if means is None or place not in shown
        else group_estimate(study, one, means, shown.index(place), kind, method)
        for place, one in enumerate(groups)
    ]


def cluster_means(study: Study, rows: Sequence[pd.Series | NDArray[np.bool_]], values: pd.Series) -> GroupMeans:
    """The means of groups that do not overlap, with their joint covariance, clustered as the study says."""
    codes = np.full(len(values), NEITHER)
    for place, chosen in enumerate(rows):
        codes[np.asarray(chosen, bool) & values.notna().to_numpy()] = place
    return estimate_means(study_totals(study, codes, values.astype(float), [str(place) for place in range(len(rows))]))


def slope_estimate(study: Study, called: Named, found: PartEstimate | Message, unit: Unit) -> Estimate:
    """A part of a claim, or another slope with a t interval, or why there is none."""
    if isinstance(found, Message):
        return no_estimate(study, called, found, unit)
    counts, lift = (found.n, found.accounts), lift_of(found, level=study.config.level)
    return found_estimate(study, called, lift, unit, counts=counts, method=found.method, source=SOURCE_SLOPE)


def coefficient_estimate(
    study: Study, called: Named, found: Coefficient | None, why: Message, method: str, source: str, rows: pd.Series
) -> Estimate:
    """A coefficient of reliability over these rows, or why there is none."""
    if found is None:
        return no_estimate(study, called, why, "coefficient")
    counts = (found.n, int(study.data["account"][rows].nunique()))
    return found_estimate(study, called, found, "coefficient", counts=counts, method=method, source=source)


def htmt_estimate(study: Study, called: Named, one: pd.DataFrame, other: pd.DataFrame) -> Estimate:
    """How far two scales are told apart, each by two items or more."""
    found = estimate_htmt(one, other, study.clusters, level=study.config.level)
    method = "HTMT, pairwise correlations, accounts as clusters"
    rated = one.notna().any(axis=1) | other.notna().any(axis=1)
    return coefficient_estimate(study, called, found, Message(code="missing.htmt"), method, SOURCE_HTMT, rated)


def paired_estimate(study: Study, called: Named, found: Paired | None, unit: Unit) -> Estimate:
    """A mean difference over accounts, each counting once; too few accounts have none."""
    if found is None or found.n < study.config.privacy.min_group:
        return no_estimate(study, called, SMALL_GROUP, unit)
    method = "paired by account, CR2" if study.has_clusters else "paired by account, t interval"
    return found_estimate(study, called, found, unit, counts=(found.n, found.n), method=method, source=SOURCE_PAIRED)


@cache
def _forms() -> dict[str, re.Pattern[str]]:
    """The names of each kind, with a group for each value; keys of tiers and facets tell kinds apart that are written alike."""
    known = {"tier_key": [one.key for one in tiers()], "facet_key": [one.key for one in facets()]}

    def group(place: re.Match[str]) -> str:
        key = place[1]
        values = (
            "|".join(known[key]) if key in known else r"\d+" if key.endswith("_n") else r"\w+" if key.endswith("_key") else ".+?"
        )
        return f"(?P<{key}>{values})"

    return {code: re.compile(re.sub(r"\\{(\w+)\\}", group, re.escape(family.name))) for code, family in FAMILIES.items()}
