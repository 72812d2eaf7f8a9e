"""What does the survey say before any claim is asked: NPS, repurchase, tiers and elements, each with its interval."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from valuelib.results import Estimate, Message, Unit
from valuelib.stats.exposure import BASELINE, COMPARISON, NEITHER, mean_rating
from valuelib.stats.loyalty import SOURCE_MEAN, SOURCE_NPS, SOURCE_RATE, Kind, estimate_group
from valuelib.stats.means import estimate_means
from valuelib.stats.reliability import SOURCE as SOURCE_ALPHA
from valuelib.stats.reliability import estimate_alpha
from valuelib.stats.totals import collect_totals
from valuelib.study.model import Study
from valuelib.theory.pyramid import tier, tiers
from valuelib.theory.reading import Reading
from valuelib.verdict.groups import element_ratings, group_answers

UNITS: dict[Kind, Unit] = {"nps": "points", "rate": "points", "mean": "score"}
METHODS = {"nps": "adjusted Wald on n_eff, CR2", "rate": "adjusted Wald on n_eff, CR2", "mean": "CR2, Satterthwaite df"}
SOURCES = {"nps": SOURCE_NPS, "rate": SOURCE_RATE, "mean": SOURCE_MEAN}


def describe(study: Study) -> tuple[Estimate, ...]:
    """Every descriptive estimate of a study, in the order of a report; a figure that cannot be had says why."""
    return (
        *estimate_loyalty(study),
        *estimate_segments(study),
        *(estimate for name in tiers() for estimate in estimate_tier(study, name.key)),
        *estimate_elements(study),
    )


def estimate_loyalty(study: Study) -> tuple[Estimate, ...]:
    """`nps.all` and `repurchase.all`; and `recommend.mean` where the item does not stand on 0-10."""
    found = [_figure(study, "nps.all", "nps", "nps", _why_no_nps(study))]
    if not study.has_nps and "recommend" in study.answers:
        found.append(_figure(study, "recommend.mean", "recommend", "mean", Message(code="missing.no_answers")))
    if "repurchase_score" in study.answers:
        found.append(_figure(study, "repurchase.mean", "repurchase_score", "mean", Message(code="missing.no_answers")))
    no_rate = "missing.repurchase_not_yes_no" if "repurchase_score" in study.answers else "missing.outcome"
    reason = Message(code=no_rate, values={"outcome_key": "repurchase"})
    return (*found, _figure(study, "repurchase.all", "repurchase", "rate", reason))


def estimate_segments(study: Study) -> tuple[Estimate, ...]:
    """`nps.segment.<column>=<level>` for every mapped segment.

    Levels with fewer answers than `privacy.min_group` are withheld; where only one would be, the next smallest is withheld too,
    since the total would tell it.
    """
    if not study.has_nps:
        return ()
    return tuple(
        estimate
        for column in study.answers.columns
        if column.startswith("segment.")
        for estimate in _levels(study, column.removeprefix("segment."), study.answers[column])
    )


def estimate_tier(study: Study, tier_key: str) -> tuple[Estimate, Estimate]:
    """`tier.<key>.mean`, the mean of the respondents' tier scores, and `tier.<key>.alpha`; missing where no item is, never zero."""
    ratings = element_ratings(study, (tier_key,))
    names = f"tier.{tier_key}.mean", f"tier.{tier_key}.alpha"
    items = len(ratings.columns)
    reason = Message(code="missing.tier_items", values={"tier_key": tier_key})
    mean = _of_values(study, names[0], mean_rating(ratings) if items else None, "mean", reason)
    alpha = estimate_alpha(ratings, study.answers["account"], level=study.config.level) if items else None
    if alpha is None:
        code = "missing.alpha_items" if items == 1 else "missing.tier_items" if not items else "missing.alpha_rows"
        why = Message(code=code, values={"tier_key": tier_key})
        return mean, Estimate(name=names[1], value=None, unit="coefficient", n=0, accounts=0, level=study.config.level, reason=why)
    return mean, Estimate(
        name=names[1],
        value=alpha.value,
        ci_low=alpha.low,
        ci_high=alpha.high,
        level=study.config.level,
        unit="coefficient",
        n=alpha.n,
        accounts=alpha.accounts,
        method=f"Cronbach alpha, {alpha.items} items, complete rows, accounts as clusters",
        source=SOURCE_ALPHA,
    )


def estimate_elements(study: Study) -> tuple[Estimate, ...]:
    """`element.<key>.mean` of the mapped elements in the pyramid's order."""
    mapped = set(study.elements)
    keys = [key for level in tiers() for key in tier(level.key).elements if key in mapped]
    nothing = Message(code="missing.no_answers")
    return tuple(_figure(study, f"element.{key}.mean", f"element.{key}", "mean", nothing) for key in keys)


def _figure(study: Study, name: str, column: str, kind: Kind, reason: Message) -> Estimate:
    return _of_values(study, name, study.values(column), kind, reason)


def _of_values(
    study: Study, name: str, values: pd.Series | None, kind: Kind, reason: Message, rows: pd.Series | None = None
) -> Estimate:
    used = np.zeros(len(study.answers), bool) if values is None else values.notna().to_numpy()
    if rows is not None:
        used = used & rows.to_numpy(bool)
    fewest = study.config.privacy.min_group
    if 0 < used.sum() < fewest:
        reason = Message(code="missing.small_segment", values={"fewest_n": fewest})
    if values is None or used.sum() < fewest:
        return Estimate(name=name, value=None, unit=UNITS[kind], n=0, accounts=0, level=study.config.level, reason=reason)
    codes, weights = np.where(used, 0, NEITHER), study.answers["weight"].astype(float)
    totals = collect_totals(study.answers["account"], codes, values.astype(float), groups=("all",), weights=weights)
    group = estimate_group(estimate_means(totals), 0, kind=kind, level=study.config.level)
    return Estimate(
        name=name,
        value=group.value,
        ci_low=group.ci_low,
        ci_high=group.ci_high,
        level=study.config.level,
        se=group.se,
        unit=UNITS[kind],
        n=group.n,
        accounts=group.accounts,
        method=METHODS[kind],
        source=SOURCES[kind],
    )


def _why_no_nps(study: Study) -> Message:
    mapped = "recommend" in study.answers and not study.has_nps
    return Message(code="missing.no_nps") if mapped else Message(code="missing.outcome", values={"outcome_key": "recommend"})


def _levels(study: Study, column: str, levels: pd.Series) -> Iterator[Estimate]:
    counts = levels[study.answers["nps"].notna()].value_counts()
    blank = int((study.answers["nps"].notna() & levels.isna()).sum())
    hidden = withheld(counts, study.config.privacy.min_group, blank=blank)
    why = Message(code="missing.small_segment", values={"fewest_n": study.config.privacy.min_group})
    for name in sorted(str(level) for level in counts.index):
        estimate_name = f"nps.segment.{column}={name}"
        if name in hidden:
            yield Estimate(name=estimate_name, value=None, unit="points", n=0, accounts=0, level=study.config.level, reason=why)
        else:
            yield _of_values(study, estimate_name, study.answers["nps"], "nps", why, rows=levels == name)


def withheld(counts: pd.Series, min_group: int, *, blank: int = 0) -> set[str]:
    """Levels whose figure must not be shown: those below `min_group`, and further ones while the total would give the rest away.

    What is not shown (small levels and answers without a level) can be had as the total less what is shown, so it must reach
    `min_group` together.
    """
    ordered = counts.sort_values()
    hidden = int((ordered < min_group).sum())
    while 0 < int(ordered.iloc[:hidden].sum()) + blank < min_group and hidden < len(ordered):
        hidden += 1
    return {str(level) for level in ordered.index[:hidden]}


def count_scores(study: Study, reading: Reading) -> tuple[list[int], list[int]] | None:
    """Recommend scores 0..10 counted in the comparison and the baseline of a reading; None where either is missing or too small.

    A fractional score stands with the class it belongs to: up to 6 detractors, from 9 promoters, the rest 7 or 8.
    """
    grouping = group_answers(study, reading)
    if isinstance(grouping, Message) or not study.has_nps:
        return None
    scores = study.answers["recommend"]
    passive = scores.round().clip(7, 8)
    whole = np.floor(scores).where((scores <= 6) | (scores >= 9), passive)
    counts = [
        np.bincount(whole[(grouping.codes == group) & whole.notna()].astype(int), minlength=11).tolist()
        for group in (COMPARISON, BASELINE)
    ]
    smallest = min(sum(counts[0]), sum(counts[1]))
    return (counts[0], counts[1]) if smallest >= study.config.privacy.min_group else None
