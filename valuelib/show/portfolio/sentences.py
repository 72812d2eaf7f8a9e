"""What do several studies say together, in sentences that a consultant can repeat aloud?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from valuelib.explore.portfolio.records import ClaimPools, Pool, Portfolio
from valuelib.languages import has_text
from valuelib.show.evidence import UnitWord, unit_of_outcome
from valuelib.show.labels import capital
from valuelib.show.language import Speech
from valuelib.show.portfolio.names import Naming
from valuelib.stats.pooling import Pooled


def say_pool(pool: Pool, entry: ClaimPools, naming: Naming, speech: Speech) -> str:
    """The mean with its interval, where a new client would lie, and where the claimed sizes lie; or that nothing was pooled."""
    if pool.pooled is None:
        return say_single(pool, naming, speech)
    said = [_mean(pool, pool.pooled, entry, speech), *_new(pool, pool.pooled, speech)]
    if not pool.raw:
        said += _claimed(pool, pool.pooled, entry, speech)
    return " ".join(said)


def say_panels(pools: Sequence[Pool], entry: ClaimPools, speech: Speech) -> str:
    """The means at a glance: by each evidence that may decide, and beside them what the raw comparisons would say."""
    shown = (*(pool for pool in pools if not pool.raw), *[pool for pool in pools if pool.raw][:1])
    return f"{capital(name_outcome(entry, speech))}: {'; '.join(_say_evidence(pool, speech) for pool in shown)}"


def say_glance(portfolio: Portfolio, speech: Speech) -> str:
    """How much lies behind the portfolio, its means in points at a glance, and what holds for all of it."""
    panels = [say_panels([one for one in entry.pools if one.scale == "points"], entry, speech) for entry in portfolio.main]
    said = [say_studies(portfolio, speech), *(f"{panel}." for panel in panels), *map(speech.say, portfolio.notes)]
    return " ".join(said)


def say_single(pool: Pool, naming: Naming, speech: Speech) -> str:
    """One study alone is no pool: its own figure."""
    one = pool.contributions[0]
    return speech.text(
        "pooling.only_study_evidence_nothing",
        study=naming.studies[one.study],
        figure=say_figure(pool, one.value, one.low, one.high, speech),
    )


def say_scatter(pool: Pool, entry: ClaimPools, speech: Speech) -> str:
    """How much studies differ beyond chance; empty where nothing was pooled."""
    found = pool.pooled
    if found is None:
        return ""
    p = speech.p_value(found.q_p)
    if found.tau == 0:
        return speech.text("pooling.studies_differ_no_more", i2_share=0.0, p=p)
    decimals = 2 if pool.scale == "log_ratio" else 1
    return speech.text(
        "pooling.client_client_logarithm_true" if pool.scale == "log_ratio" else "pooling.client_client_true_figure",
        tau=speech.number(found.tau, decimals),
        unit=_unit(entry, speech),
        interval=speech.interval(found.tau_low, found.tau_high, decimals),
        i2_share=round(found.i2, 2),
        p=p,
    )


def say_studies(portfolio: Portfolio, speech: Speech) -> str:
    """How much lies behind the portfolio."""
    n = len(portfolio.studies)
    return speech.plural(
        "pooling.studies_respondents_accounts",
        n,
        respondents_n=sum(study.respondents for study in portfolio.studies),
        accounts_n=sum(study.accounts for study in portfolio.studies),
    )


def say_figure(pool: Pool, value: float, low: float, high: float, speech: Speech) -> str:
    """A lift with its interval, in points or as a ratio."""
    if pool.scale == "log_ratio":
        return f"{speech.ratio(math.exp(value))} {speech.interval(math.exp(low), math.exp(high), 2)}"
    return f"{speech.points(value)} {speech.interval(low, high)}"


def name_outcome(entry: ClaimPools, speech: Speech) -> str:
    """The outcome as the subject of a sentence."""
    code = f"finding.outcome.{entry.outcome}"
    return speech.text(code) if has_text(code) else speech.word(entry.outcome)


def claimed_sizes(pool: Pool, entry: ClaimPools) -> tuple[float, ...]:
    """The claimed sizes that can stand on a pool's scale: points on that of points, ratios of shares on that of logarithms."""
    metric = "ratio" if pool.scale == "log_ratio" else "points"
    sizes = sorted({size for kind, size in entry.sizes.values() if kind == metric})
    return tuple(math.log(size) if pool.scale == "log_ratio" else size for size in sizes)


def say_size(pool: Pool, size: float, speech: Speech) -> str:
    """A size on a pool's scale: "+13.0", "1.22"."""
    return speech.ratio(math.exp(size)) if pool.scale == "log_ratio" else speech.points(size)


def _say_evidence(pool: Pool, speech: Speech) -> str:
    value = pool.contributions[0].value if pool.pooled is None else pool.pooled.value
    return speech.plural(
        "pooling.studies_figure_evidence",
        len(pool.contributions),
        figure=say_size(pool, value, speech),
        evidence=speech.word(pool.rung),
    )


def _mean(pool: Pool, found: Pooled, entry: ClaimPools, speech: Speech) -> str:
    common = {
        "over": speech.text(f"pooling.over.{pool.rung}", n=found.k),
        "outcome": name_outcome(entry, speech),
        "unit": _unit(entry, speech),
        "confidence": speech.percent(found.level),
    }
    if pool.scale == "log_ratio":
        interval = speech.interval(math.exp(found.low), math.exp(found.high), 2)
        return speech.text("pooling.average_times_large_interval", **common, value_ratio=math.exp(found.value), interval=interval)
    interval = speech.interval(found.low, found.high)
    if entry.metric not in ("ratio", "points"):
        return speech.text("pooling.changes_average_step_step", **common, lift_pts=found.value, interval=interval)
    return speech.text(
        "pooling.average_higher_higher_tier" if found.value >= 0 else "pooling.average_lower_higher_tier",
        **common,
        size=speech.number(abs(found.value)),
        interval=interval,
    )


def _new(pool: Pool, found: Pooled, speech: Speech) -> Iterable[str]:
    if found.new_low is None or found.new_high is None:
        return
    if pool.scale == "log_ratio":
        yield speech.text("pooling.new_client_ratio", low_ratio=math.exp(found.new_low), high_ratio=math.exp(found.new_high))
    else:
        yield speech.text("pooling.new_client_points", low_pts=found.new_low, high_pts=found.new_high)


def _claimed(pool: Pool, found: Pooled, entry: ClaimPools, speech: Speech) -> Iterable[str]:
    for size in claimed_sizes(pool, entry):
        place = "above" if size > found.high else "below" if size < found.low else "inside"
        yield speech.text(f"pooling.place.{place}", size=say_size(pool, size, speech))


def _unit(entry: ClaimPools, speech: Speech) -> str:
    unit: UnitWord = unit_of_outcome(entry.outcome)
    return speech.word(unit)
