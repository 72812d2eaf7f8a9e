"""What several studies say together, in sentences that can be repeated aloud, and what studies and claims are called."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from valuelib.explore.pooling import ClaimPools, Pool, Portfolio
from valuelib.languages import has_text
from valuelib.show.labels import UnitWord, capital, unit_of_outcome
from valuelib.show.localizer import local
from valuelib.stats.pooling import Pooled
from valuelib.theory.claims import claims

# Names of studies, claims and kinds of evidence, also where clients stay anonymous


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """Printed names: of studies by their own name, of claims by their id; `ids` of clients' own claims, for files."""

    studies: Mapping[str, str]
    claims: Mapping[str, str]
    ids: Mapping[str, str]


def name_portfolio(portfolio: Portfolio, *, anonymous: bool = False) -> Naming:
    """Names as they are, or "Study 1", "Study 2" by size; claims by their statement, clients' own by their id or a number."""
    names = [study.name for study in portfolio.studies]
    studies = {name: local.text("pooling.study", number=str(at)) for at, name in enumerate(names, start=1)}
    statements = {one.id: one.statement.say(local.language) for one in claims()}
    own = [one for one in dict.fromkeys(id for study in portfolio.studies for id in study.findings) if one not in statements]
    ids = {id: f"own_{at}" if anonymous else id for at, id in enumerate(sorted(own), start=1)}
    said = {id: local.text("pooling.own_claim", name=printed) for id, printed in ids.items()}
    return Naming(studies=studies if anonymous else {name: name for name in names}, claims={**statements, **said}, ids=ids)


def label_pool(pool: Pool) -> str:
    """The kind of evidence as the heading of a panel."""
    if pool.evidence_level != "descriptive":
        return capital(local.word(pool.evidence_level))
    code = f"pooling.raw.{pool.contrast}"
    return local.text(code if has_text(code) else "pooling.raw_comparison_what_slide")


# Sentences


def say_pool(pool: Pool, entry: ClaimPools, naming: Naming) -> str:
    """The mean with its interval, where a new client would lie, and where the claimed sizes lie; or that nothing was pooled."""
    if pool.pooled is None:
        return say_single(pool, naming)
    said = [_mean(pool, pool.pooled, entry), *_new(pool, pool.pooled)]
    if not pool.raw:
        said += _claimed(pool, pool.pooled, entry)
    return " ".join(said)


def say_panels(pools: Sequence[Pool], entry: ClaimPools) -> str:
    """The means at a glance: by each evidence that may decide, and beside them what the raw comparisons would say."""
    shown = (*(pool for pool in pools if not pool.raw), *[pool for pool in pools if pool.raw][:1])
    return f"{capital(name_outcome(entry))}: {'; '.join(_say_evidence(pool) for pool in shown)}"


def say_glance(portfolio: Portfolio) -> str:
    """How much lies behind the portfolio, its means in points at a glance, and what holds for all of it."""
    panels = [say_panels([one for one in entry.pools if one.scale == "points"], entry) for entry in portfolio.main]
    said = [say_studies(portfolio), *(f"{panel}." for panel in panels), *map(local.say, portfolio.notes)]
    return " ".join(said)


def say_single(pool: Pool, naming: Naming) -> str:
    """One study alone is no pool: its own figure."""
    one = pool.contributions[0]
    return local.text(
        "pooling.only_study_evidence_nothing",
        study=naming.studies[one.study],
        figure=say_figure(pool, one.value, one.low, one.high),
    )


def say_scatter(pool: Pool, entry: ClaimPools) -> str:
    """How much studies differ beyond chance; empty where nothing was pooled."""
    found = pool.pooled
    if found is None:
        return ""
    p = local.p_value(found.q_p)
    if found.tau == 0:
        return local.text("pooling.studies_differ_no_more", i2_share=0.0, p=p)
    decimals = 2 if pool.scale == "log_ratio" else 1
    return local.text(
        "pooling.client_client_logarithm_true" if pool.scale == "log_ratio" else "pooling.client_client_true_figure",
        tau=local.number(found.tau, decimals),
        unit=_unit(entry),
        interval=local.interval(found.tau_low, found.tau_high, decimals),
        i2_share=round(found.i2, 2),
        p=p,
    )


def say_studies(portfolio: Portfolio) -> str:
    """How much lies behind the portfolio."""
    n = len(portfolio.studies)
    return local.plural(
        "pooling.studies_respondents_accounts",
        n,
        respondents_n=sum(study.respondents for study in portfolio.studies),
        accounts_n=sum(study.accounts for study in portfolio.studies),
    )


def say_figure(pool: Pool, value: float, low: float, high: float) -> str:
    """A lift with its interval, in points or as a ratio."""
    if pool.scale == "log_ratio":
        return f"{local.ratio(math.exp(value))} {local.interval(math.exp(low), math.exp(high), 2)}"
    return f"{local.points(value)} {local.interval(low, high)}"


def name_outcome(entry: ClaimPools) -> str:
    """The outcome as the subject of a sentence."""
    code = f"finding.outcome.{entry.outcome}"
    return local.text(code) if has_text(code) else local.word(entry.outcome)


def claimed_sizes(pool: Pool, entry: ClaimPools) -> tuple[float, ...]:
    """The claimed sizes that can stand on a pool's scale: points on that of points, ratios of shares on that of logarithms."""
    metric = "ratio" if pool.scale == "log_ratio" else "points"
    sizes = sorted({size for kind, size in entry.sizes.values() if kind == metric})
    return tuple(math.log(size) if pool.scale == "log_ratio" else size for size in sizes)


def say_size(pool: Pool, size: float) -> str:
    """A size on a pool's scale: "+13.0", "1.22"."""
    return local.ratio(math.exp(size)) if pool.scale == "log_ratio" else local.points(size)


def _say_evidence(pool: Pool) -> str:
    value = pool.contributions[0].value if pool.pooled is None else pool.pooled.value
    return local.plural(
        "pooling.studies_figure_evidence",
        len(pool.contributions),
        figure=say_size(pool, value),
        evidence=local.word(pool.evidence_level),
    )


def _mean(pool: Pool, found: Pooled, entry: ClaimPools) -> str:
    common = {
        "over": local.text(f"pooling.over.{pool.evidence_level}", n=found.k),
        "outcome": name_outcome(entry),
        "unit": _unit(entry),
        "confidence": local.percent(found.level),
    }
    if pool.scale == "log_ratio":
        interval = local.interval(math.exp(found.low), math.exp(found.high), 2)
        return local.text("pooling.average_times_large_interval", **common, value_ratio=math.exp(found.value), interval=interval)
    interval = local.interval(found.low, found.high)
    if entry.metric not in ("ratio", "points"):
        return local.text("pooling.changes_average_step_step", **common, lift_pts=found.value, interval=interval)
    return local.text(
        "pooling.average_higher_higher_tier" if found.value >= 0 else "pooling.average_lower_higher_tier",
        **common,
        size=local.number(abs(found.value)),
        interval=interval,
    )


def _new(pool: Pool, found: Pooled) -> Iterable[str]:
    if found.new_low is None or found.new_high is None:
        return
    if pool.scale == "log_ratio":
        yield local.text("pooling.new_client_ratio", low_ratio=math.exp(found.new_low), high_ratio=math.exp(found.new_high))
    else:
        yield local.text("pooling.new_client_points", low_pts=found.new_low, high_pts=found.new_high)


def _claimed(pool: Pool, found: Pooled, entry: ClaimPools) -> Iterable[str]:
    for size in claimed_sizes(pool, entry):
        place = "above" if size > found.high else "below" if size < found.low else "inside"
        yield local.text(f"pooling.place.{place}", size=say_size(pool, size))


def _unit(entry: ClaimPools) -> str:
    unit: UnitWord = unit_of_outcome(entry.outcome)
    return local.word(unit)
