"""Which sources do the claims of a page have, and what do its words mean?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from valuelib.records import Finding
from valuelib.report.chapters import Chapter
from valuelib.report.collect import Recorded
from valuelib.show.language import Speech
from valuelib.theory import Claim


class Source(NamedTuple):
    """Where a claim comes from: its id, statement, origin with what must be kept in mind, and the place that leads here first."""

    id: str
    statement: str
    origin: str
    back: str = ""


# In the order in which a reader meets them.
GLOSSARY = (
    "nps",
    "interval",
    "account",
    "higher_tiers",
    "halo",
    "raw_comparison",
    "held_equal",
    "evidence",
    "undecided",
    "facet_mean",
)


def list_glossary(speech: Speech) -> list[tuple[str, str]]:
    """The terms with their meanings in the reader's language."""
    return [(speech.text(f"glossary.{key}.term"), speech.text(f"glossary.{key}.meaning")) for key in GLOSSARY]


def list_sources(records: Sequence[Recorded], claims: Mapping[str, Claim], speech: Speech) -> list[Source]:
    """The sources of every claim that the page has a finding for, in the order of the register."""
    found = {item.record.claim for item in records if isinstance(item.record, Finding)}
    return [
        Source(
            name,
            claim.statement.say(speech.language),
            f"{claim.origin.say(speech.language)} {claim.caveat.say(speech.language)}",
        )
        for name, claim in claims.items()
        if name in found
    ]


def with_places(sources: Sequence[Source], chapters: Sequence[Chapter]) -> list[Source]:
    """The sources with the first card that leads to each, so that a reader gets back."""
    shown = [one for one in chapters if not one.missing]
    places = {
        source.id: next((name for one in shown if f'id="{(name := f"{one.id}-{source.id}")}"' in one.html), "")
        for source in sources
    }
    return [source._replace(back=places[source.id]) for source in sources]
