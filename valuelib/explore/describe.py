"""What the survey shows before any claim: NPS, repurchase, tiers and elements, each with its interval."""

from __future__ import annotations

import numpy as np
import pandas as pd

from valuelib.explore.estimates import UNITS, Named, called, coefficient_estimate, group_estimates, no_estimate, of_chapter
from valuelib.results import Estimate, Estimates, Message
from valuelib.stats.exposure import BASELINE, COMPARISON, NEITHER, mean_rating
from valuelib.stats.loyalty import Kind
from valuelib.stats.reliability import SOURCE_ALPHA, estimate_alpha
from valuelib.study.model import Study
from valuelib.theory.pyramid import tier, tiers
from valuelib.theory.reading import Reading
from valuelib.verdict.groups import element_ratings, group_answers

METHODS = {"nps": "adjusted Wald on n_eff, CR2", "rate": "adjusted Wald on n_eff, CR2", "mean": "CR2, Satterthwaite df"}


def estimate_basics(study: Study) -> tuple[Estimate, ...]:
    """Every descriptive estimate of a study, in the order of a report; a figure that cannot be had says why."""
    return (
        *estimate_loyalty(study),
        *estimate_segments(study),
        *estimate_tiers(study),
        *estimate_elements(study),
    )


def estimate_loyalty(study: Study) -> Estimates:
    """`nps.all` and `repurchase.all`; and `recommend.mean` where the item does not stand on 0-10."""
    other_scale = "recommend" in study.data and not study.has_nps
    no_nps = Message(code="missing.no_nps") if other_scale else Message(code="missing.outcome", values={"outcome_key": "recommend"})
    nothing = Message(code="missing.no_answers")
    found = [_of_values(study, called("label.nps.all"), study.values("nps"), "nps", no_nps)]
    if other_scale:
        found.append(_of_values(study, called("label.recommend.mean"), study.values("recommend"), "mean", nothing))
    if "repurchase_score" in study.data:
        found.append(_of_values(study, called("label.repurchase.mean"), study.values("repurchase_score"), "mean", nothing))
    no_rate = "missing.repurchase_not_yes_no" if "repurchase_score" in study.data else "missing.outcome"
    reason = Message(code=no_rate, values={"outcome_key": "repurchase"})
    found.append(_of_values(study, called("label.repurchase.all"), study.values("repurchase"), "rate", reason))
    return of_chapter(study, "loyalty", found)


def estimate_segments(study: Study) -> Estimates:
    """`nps.segment.<column>=<level>` for every mapped segment.

    Levels with fewer answers than `privacy.min_group` are withheld; where only one would be, the next smallest is withheld too,
    since the total would tell it.
    """
    fewest, found = study.config.privacy.min_group, []
    why = Message(code="missing.small_segment", values={"fewest_n": fewest})
    for source in [column for column in study.data.columns if column.startswith("segment.")] if study.has_nps else []:
        column, levels, answered = source.removeprefix("segment."), study.data[source], study.data["nps"].notna()
        counts = levels[answered].value_counts()
        hidden = withheld(counts, fewest, blank=int((answered & levels.isna()).sum()))
        for name in sorted(str(level) for level in counts.index):
            one = called("label.nps.segment", column=column, level=name)
            words = {"column": study.column_word(column), "level": study.level_word(column, name)}
            one = one._replace(label=Message(code=one.label.code, values={**one.label.values, **words}))
            found.append(
                _of_values(study, one, study.data["nps"], "nps", why, rows=levels == name)
                if name not in hidden
                else no_estimate(study, one, why, "points")
            )
    return of_chapter(study, "segments", found)


def estimate_tier(study: Study, tier_key: str) -> tuple[Estimate, Estimate]:
    """`tier.<key>.mean`, the mean of the respondents' tier scores, and `tier.<key>.alpha`; missing where no item is, never zero."""
    ratings = element_ratings(study, (tier_key,))
    items = len(ratings.columns)
    reason = Message(code="missing.tier_items", values={"tier_key": tier_key})
    values = mean_rating(ratings) if items else None
    mean = _of_values(study, called("label.tier.mean", tier_key=tier_key), values, "mean", reason)
    alpha = estimate_alpha(ratings, study.clusters, level=study.config.level) if items else None
    code = "missing.alpha_items" if items == 1 else "missing.tier_items" if not items else "missing.alpha_rows"
    why = Message(code=code, values={"tier_key": tier_key})
    method = f"Cronbach alpha, {items} items, complete rows, accounts as clusters"
    name, complete = called("label.tier.alpha", tier_key=tier_key), ratings.notna().all(axis=1)
    return mean, coefficient_estimate(study, name, alpha, why, method, SOURCE_ALPHA, complete)


def estimate_tiers(study: Study) -> tuple[Estimate, ...]:
    """Mean and alpha of every tier, from the base of the pyramid upwards."""
    return tuple(one for level in tiers() for one in estimate_tier(study, level.key))


def estimate_elements(study: Study) -> tuple[Estimate, ...]:
    """`element.<key>.mean` of the mapped elements in the pyramid's order."""
    mapped = set(study.element_keys)
    keys = [key for level in tiers() for key in tier(level.key).elements if key in mapped]
    nothing = Message(code="missing.no_answers")
    return tuple(
        _of_values(study, called("label.element.mean", element_key=key), study.values(f"element.{key}"), "mean", nothing)
        for key in keys
    )


def _of_values(
    study: Study, name: Named, values: pd.Series | None, kind: Kind, reason: Message, rows: pd.Series | None = None
) -> Estimate:
    used = np.zeros(len(study.data), bool) if values is None else values.notna().to_numpy()
    if rows is not None:
        used = used & rows.to_numpy(bool)
    fewest = study.config.privacy.min_group
    if 0 < used.sum() < fewest:
        reason = Message(code="missing.small_segment", values={"fewest_n": fewest})
    if values is None:
        return no_estimate(study, name, reason, UNITS[kind])
    codes = np.where(used, 0, NEITHER)
    return group_estimates(study, [name], codes, values, kind, method=METHODS[kind], why=reason, fewest_accounts=0)[0]


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
    if isinstance(grouping, Message) or not study.has_nps or "recommend" not in study.data:  # only the groups of the NPS are known
        return None
    scores = study.data["recommend"]
    passive = scores.round().clip(7, 8)
    whole = np.floor(scores).where((scores <= 6) | (scores >= 9), passive)
    counts = [
        np.bincount(whole[(grouping.codes == group) & whole.notna()].astype(int), minlength=11).tolist()
        for group in (COMPARISON, BASELINE)
    ]
    smallest = min(sum(counts[0]), sum(counts[1]))
    return (counts[0], counts[1]) if smallest >= study.config.privacy.min_group else None
