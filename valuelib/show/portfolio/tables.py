"""Which figures stand behind a portfolio, and which studies could not take part, as tables in the reader's language?"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import get_args

from valuelib.explore.portfolio.records import ClaimPools, Left, Pool, Portfolio, Scale
from valuelib.records import Table, Verdict
from valuelib.show.labels import capital
from valuelib.show.language import NONE, Speech
from valuelib.show.portfolio.names import Naming
from valuelib.show.portfolio.sentences import name_outcome, say_figure
from valuelib.show.sentences import say_verdict

DESIGN = "reason.design."
MOST_NAMED = 4  # claims in one cell; more are counted


def table_portfolio(portfolio: Portfolio, naming: Naming, speech: Speech) -> Table:
    """The studies, the largest first."""
    return Table(
        name="portfolio.studies",
        caption=speech.text("pooling.studies_portfolio"),
        columns=(speech.text("common.study"), speech.text("common.respondents"), speech.text("common.accounts")),
        rows=tuple(
            (naming.studies[study.name], speech.count(study.respondents), speech.count(study.accounts))
            for study in portfolio.studies
        ),
    )


def table_verdicts(portfolio: Portfolio, naming: Naming, speech: Speech) -> Table:
    """How many studies gave each verdict on each of the main claims."""
    ids = [claim_id for entry in portfolio.main for claim_id in entry.claims]
    return Table(
        name="portfolio.verdicts",
        caption=speech.text("pooling.verdicts_single_studies_number"),
        columns=(speech.text("common.claim"), speech.text("pooling.verdicts")),
        rows=tuple((naming.claims[one], _count_verdicts(one, portfolio, speech)) for one in ids),
        note=speech.text("pooling.pooling_no_vote_single"),
    )


def table_pools(entry: ClaimPools, scale: Scale, naming: Naming, speech: Speech) -> Table:
    """Every lift behind a forest: the studies' own, their mean, and the range for a new client."""
    pools = [pool for pool in entry.pools if pool.scale == scale]
    lift = speech.text("common.ratio") if scale == "log_ratio" else speech.text("common.difference")
    return Table(
        name=f"portfolio.{scale}.{entry.claims[0]}",
        caption=speech.text("pooling.figures_forest", outcome=capital(name_outcome(entry, speech))),
        columns=(speech.text("common.study"), speech.text("common.evidence"), lift, speech.text("pooling.weight")),
        rows=tuple(row for pool in pools for row in _pool_rows(pool, naming, speech)),
        note=speech.text("pooling.single_studies_own_intervals"),
    )


def table_raw_only(portfolio: Portfolio, naming: Naming, speech: Speech) -> Table | None:
    """Claims for which studies have nothing but raw comparisons of own ratings; None where there is no such claim."""
    only = [entry for entry in portfolio.claims if entry not in portfolio.main]
    rows = [_raw_row(entry, pool, naming, speech) for entry in only for pool in entry.pools if pool.scale == "points"]
    if not rows:
        return None
    return Table(
        name="portfolio.raw_only",
        caption=speech.text("pooling.claims_raw_comparisons_only"),
        columns=(
            speech.text("common.claim"),
            speech.text("pooling.studies"),
            speech.text("pooling.mean_raw_lifts"),
            speech.text("pooling.new_client_approx"),
        ),
        rows=tuple(rows),
        note=speech.text("pooling.good_impression_provider_alone"),
    )


def table_left(portfolio: Portfolio, naming: Naming, speech: Speech) -> Table | None:
    """Which studies could not test which claim, and why; None where all could."""
    left = [(entry.claims, _beyond_raw(entry, portfolio)) for entry in portfolio.claims]
    left += [(entry.claims, pool.left) for entry in portfolio.claims for pool in entry.deciding if pool.scale == "points"]
    left += [((claim_id,), refusals) for claim_id, refusals in portfolio.untested.items()]
    rows = _left_rows(left, len(portfolio.studies), naming, speech)
    if not rows:
        return None
    return Table(
        name="portfolio.left",
        caption=speech.text("pooling.studies_could_not_test"),
        columns=(speech.text("common.claim"), speech.text("pooling.studies"), speech.text("common.why")),
        rows=tuple(rows),
    )


def _count_verdicts(claim_id: str, portfolio: Portfolio, speech: Speech) -> str:
    """The verdicts that occur, each with the number of studies, in the order of the scoreboard."""
    counts = Counter(study.findings[claim_id].verdict for study in portfolio.studies if claim_id in study.findings)
    return ", ".join(f"{say_verdict(one, speech)}\N{NO-BREAK SPACE}{counts[one]}" for one in get_args(Verdict) if counts[one])


def _beyond_raw(entry: ClaimPools, portfolio: Portfolio) -> tuple[Left, ...]:
    """Claims that have raw comparisons only stand in a table of their own, which says why; the others' refusals are all told."""
    if entry in portfolio.main:
        return entry.left
    return tuple(one for one in entry.left if not one.reason.code.startswith(DESIGN))


def _pool_rows(pool: Pool, naming: Naming, speech: Speech) -> Iterable[tuple[str, ...]]:
    evidence, found = capital(speech.word(pool.rung)), pool.pooled
    for at, one in enumerate(pool.contributions):
        weight = NONE if found is None else speech.percent(found.weights[at])
        yield naming.studies[one.study], evidence, say_figure(pool, one.value, one.low, one.high, speech), weight
    if found is not None:
        yield speech.text("pooling.mean_studies"), evidence, say_figure(pool, found.value, found.low, found.high, speech), NONE
    if found is not None and found.new_low is not None and found.new_high is not None:
        yield speech.text("pooling.new_client_approx"), evidence, say_range_of(pool, found.new_low, found.new_high, speech), NONE


def say_range_of(pool: Pool, low: float, high: float, speech: Speech) -> str:
    """The range for a new client, on the pool's scale."""
    if pool.scale == "log_ratio":
        return speech.interval(math.exp(low), math.exp(high), 2)
    return speech.interval(low, high)


def _raw_row(entry: ClaimPools, pool: Pool, naming: Naming, speech: Speech) -> tuple[str, ...]:
    found, one = pool.pooled, pool.contributions[0]
    claim, count = naming.claims[entry.claims[0]], speech.count(len(pool.contributions))
    if found is None:
        return claim, count, say_figure(pool, one.value, one.low, one.high, speech), NONE
    new = NONE if found.new_low is None or found.new_high is None else say_range_of(pool, found.new_low, found.new_high, speech)
    return claim, count, say_figure(pool, found.value, found.low, found.high, speech), new


def _left_rows(
    left: Sequence[tuple[tuple[str, ...], Sequence[Left]]], everybody: int, naming: Naming, speech: Speech
) -> tuple[tuple[str, ...], ...]:
    """One row for each reason and the studies that share it; claims that share both stand together, many of them as a count."""
    rows: dict[tuple[str, str], list[str]] = {}
    for ids, refusals in left:
        by_reason: dict[str, list[str]] = {}
        for one in refusals:
            by_reason.setdefault(speech.say(one.reason), []).append(naming.studies[one.study])
        for reason, names in by_reason.items():
            studies = (
                speech.text("pooling.all", n=everybody) if len(set(names)) == everybody > 1 else ", ".join(dict.fromkeys(names))
            )
            rows.setdefault((studies, reason), []).extend(naming.claims[one] for one in ids)
    return tuple((_say_claims(said, speech), studies, reason) for (studies, reason), said in rows.items())


def _say_claims(said: Sequence[str], speech: Speech) -> str:
    return " / ".join(said) if len(said) <= MOST_NAMED else speech.text("pooling.further_claims", n=len(said))
