"""What do several studies say together, in sentences that a consultant can repeat aloud?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from valuelib.explore.portfolio.records import ClaimPools, Pool, Portfolio
from valuelib.records import Rung
from valuelib.show.evidence import UnitWord, unit_of_outcome
from valuelib.show.labels import UNITS, capital
from valuelib.show.language import Speech
from valuelib.show.mark import mark
from valuelib.show.portfolio.names import Naming
from valuelib.show.sentences import OUTCOMES
from valuelib.stats.pooling import Pooled

OVER: Mapping[Rung, str] = {
    "audited": mark("Over %(n)s studies that tell what was bought,"),
    "other_rater": mark("Over %(n)s studies that have another rater's view,"),
    "peers": mark("Over %(n)s studies judged by colleagues' ratings,"),
    "direction": mark("Over %(n)s studies judged by own ratings,"),
    "descriptive": mark("In the raw comparisons of %(n)s studies, which decide nothing,"),
}
HIGHER = mark(
    "%(over)s %(outcome)s is on average %(size)s %(unit)s higher with higher-tier value (%(confidence)s interval %(interval)s)."
)
LOWER = mark(
    "%(over)s %(outcome)s is on average %(size)s %(unit)s lower with higher-tier value (%(confidence)s interval %(interval)s)."
)
CHANGE = mark(
    "%(over)s %(outcome)s changes on average by %(lift_pts)s %(unit)s from step to step (%(confidence)s interval %(interval)s)."
)
RATIO = mark("%(over)s %(outcome)s is on average %(value_ratio)s times as large (%(confidence)s interval %(interval)s).")
NEW_POINTS = mark("For a new client like these it would lie approximately between %(low_pts)s and %(high_pts)s.")
NEW_RATIO = mark("For a new client like these it would lie approximately between %(low_ratio)s and %(high_ratio)s times.")
PLACES: Mapping[str, str] = {
    "inside": mark("The claimed %(size)s lies inside the interval of the mean."),
    "above": mark("The claimed %(size)s lies above the interval of the mean."),
    "below": mark("The claimed %(size)s lies below the interval of the mean."),
}
NO_SCATTER = mark(
    "The studies differ no more than chance of sampling would make them (I² %(i2_share)s, %(p)s); that does not prove them equal."
)
SCATTER = mark(
    "From client to client the true figure scatters around that mean with a standard deviation of about %(tau)s %(unit)s "
    "%(interval)s; %(i2_share)s of the differences between the studies (I²) is more than chance of sampling (%(p)s)."
)
SCATTER_RATIO = mark(
    "From client to client the logarithm of the true ratio scatters with a standard deviation of about %(tau)s %(interval)s; "
    "%(i2_share)s of the differences between the studies (I²) is more than chance of sampling (%(p)s)."
)


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
        "Only one study has this evidence (%(study)s: %(figure)s), so nothing is pooled.",
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
        return speech.text(NO_SCATTER, i2_share=0.0, p=p)
    decimals = 2 if pool.scale == "log_ratio" else 1
    return speech.text(
        SCATTER_RATIO if pool.scale == "log_ratio" else SCATTER,
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
        "%(n)s study with %(respondents_n)s respondents in %(accounts_n)s accounts.",
        "%(n)s studies with %(respondents_n)s respondents in %(accounts_n)s accounts.",
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
    return speech.text(OUTCOMES[entry.outcome]) if entry.outcome in OUTCOMES else speech.word(entry.outcome)


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
        "%(figure)s (%(evidence)s, %(n)s study)",
        "%(figure)s (%(evidence)s, %(n)s studies)",
        len(pool.contributions),
        figure=say_size(pool, value, speech),
        evidence=speech.word(pool.rung),
    )


def _mean(pool: Pool, found: Pooled, entry: ClaimPools, speech: Speech) -> str:
    common = {
        "over": speech.text(OVER[pool.rung], n=found.k),
        "outcome": name_outcome(entry, speech),
        "unit": _unit(entry, speech),
        "confidence": speech.percent(found.level),
    }
    if pool.scale == "log_ratio":
        interval = speech.interval(math.exp(found.low), math.exp(found.high), 2)
        return speech.text(RATIO, **common, value_ratio=math.exp(found.value), interval=interval)
    interval = speech.interval(found.low, found.high)
    if entry.metric not in ("ratio", "points"):
        return speech.text(CHANGE, **common, lift_pts=found.value, interval=interval)
    return speech.text(HIGHER if found.value >= 0 else LOWER, **common, size=speech.number(abs(found.value)), interval=interval)


def _new(pool: Pool, found: Pooled, speech: Speech) -> Iterable[str]:
    if found.new_low is None or found.new_high is None:
        return
    if pool.scale == "log_ratio":
        yield speech.text(NEW_RATIO, low_ratio=math.exp(found.new_low), high_ratio=math.exp(found.new_high))
    else:
        yield speech.text(NEW_POINTS, low_pts=found.new_low, high_pts=found.new_high)


def _claimed(pool: Pool, found: Pooled, entry: ClaimPools, speech: Speech) -> Iterable[str]:
    for size in claimed_sizes(pool, entry):
        place = "above" if size > found.high else "below" if size < found.low else "inside"
        yield speech.text(PLACES[place], size=say_size(pool, size, speech))


def _unit(entry: ClaimPools, speech: Speech) -> str:
    unit: UnitWord = unit_of_outcome(entry.outcome)
    return speech.text(UNITS[unit])
