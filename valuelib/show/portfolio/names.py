"""What are the studies, claims and kinds of evidence of a portfolio called, also where nobody may learn which clients they are?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from valuelib.explore.portfolio.records import Pool, Portfolio
from valuelib.languages import has_text
from valuelib.show.labels import capital
from valuelib.show.language import Speech
from valuelib.theory import claims


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """Printed names: of studies by their own name, of claims by their id; `ids` of clients' own claims, for files."""

    studies: Mapping[str, str]
    claims: Mapping[str, str]
    ids: Mapping[str, str]


def name_portfolio(portfolio: Portfolio, speech: Speech, *, anonymous: bool = False) -> Naming:
    """Names as they are, or "Study 1", "Study 2" by size; claims by their statement, clients' own by their id or a number."""
    names = [study.name for study in portfolio.studies]
    studies = {name: speech.text("pooling.study", number=str(at)) for at, name in enumerate(names, start=1)}
    statements = {one.id: one.statement.say(speech.language) for one in claims()}
    own = [one for one in dict.fromkeys(id for study in portfolio.studies for id in study.findings) if one not in statements]
    ids = {id: f"own_{at}" if anonymous else id for at, id in enumerate(sorted(own), start=1)}
    said = {id: speech.text("pooling.own_claim", name=printed) for id, printed in ids.items()}
    return Naming(studies=studies if anonymous else {name: name for name in names}, claims={**statements, **said}, ids=ids)


def label_pool(pool: Pool, speech: Speech) -> str:
    """The kind of evidence as the heading of a panel."""
    if pool.rung != "descriptive":
        return capital(speech.word(pool.rung))
    code = f"pooling.raw.{pool.contrast}"
    return speech.text(code if has_text(code) else "pooling.raw_comparison_what_slide")
