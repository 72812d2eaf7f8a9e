"""What stands in portfolio.json: every pooled figure, unrounded, under the names that the page prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from valuelib.explore.portfolio.records import ClaimPools, Left, Pool, Portfolio
from valuelib.records import Message
from valuelib.report.results import Document
from valuelib.show.language import Speech
from valuelib.show.portfolio.names import Naming

SCHEMA = 1


def portfolio_document(portfolio: Portfolio, naming: Naming, speech: Speech) -> Document:
    """The content of portfolio.json. Figures on the scale `log_ratio` are natural logarithms of ratios of shares."""
    return {
        "schema": SCHEMA,
        "level": portfolio.level,
        "studies": [
            {"name": naming.studies[study.name], "respondents": study.respondents, "accounts": study.accounts}
            for study in portfolio.studies
        ],
        "claims": [_claim(entry, naming, speech) for entry in portfolio.claims],
        "untested": {_id_of(one, naming): _left(refusals, naming, speech) for one, refusals in portfolio.untested.items()},
        "notes": [speech.say(note) for note in portfolio.notes],
    }


def _claim(entry: ClaimPools, naming: Naming, speech: Speech) -> Document:
    return {
        "claims": [_id_of(one, naming) for one in entry.claims],
        "outcome": entry.outcome,
        "metric": entry.metric,
        "sizes": {_id_of(one, naming): {"metric": metric, "size": size} for one, (metric, size) in entry.sizes.items()},
        "confirmatory": entry.confirmatory,
        "pools": [_pool(pool, naming, speech) for pool in entry.pools],
        "left": _left(entry.left, naming, speech),
    }


def _pool(pool: Pool, naming: Naming, speech: Speech) -> Document:
    return {
        "rung": pool.rung,
        "contrast": pool.contrast,
        "scale": pool.scale,
        "raw": pool.raw,
        "studies": [{**asdict(one), "study": naming.studies[one.study]} for one in pool.contributions],
        "pooled": None if pool.pooled is None else {**asdict(pool.pooled), "weights": list(pool.pooled.weights)},
        "left": _left(pool.left, naming, speech),
        "notes": [speech.say(note) for note in pool.notes],
    }


def _left(left: Sequence[Left], naming: Naming, speech: Speech) -> list[Mapping[str, Any]]:
    return [{"study": naming.studies[one.study], **_reason(one.reason, speech)} for one in left]


def _reason(reason: Message, speech: Speech) -> Mapping[str, Any]:
    return {"reason": speech.say(reason), "reason_code": reason.code}


def _id_of(claim_id: str, naming: Naming) -> str:
    """The register's ids as they are; a client's own claim by its printed name."""
    return naming.ids.get(claim_id, claim_id)
