"""Which sources do the claims of a page have, and what do its words mean?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from valuelib.records import Finding
from valuelib.report.chapters import Chapter
from valuelib.report.collect import Recorded
from valuelib.show.language import Speech
from valuelib.show.mark import mark
from valuelib.theory import Claim


class Source(NamedTuple):
    """Where a claim comes from: its id, statement, origin with what must be kept in mind, and the place that leads here first."""

    id: str
    statement: str
    origin: str
    back: str = ""


# Term and meaning, in the order in which a reader meets them.
GLOSSARY: tuple[tuple[str, str], ...] = (
    (
        mark("NPS"),
        mark(
            "Share of those who answer 9 or 10 to “would you recommend us?” less the share of those who answer 0 to 6; "
            "from −100 to 100."
        ),
    ),
    (
        mark("Interval"),
        mark("The range of sizes that these answers leave possible; drawn so that it misses the truth in one study of twenty."),
    ),
    (
        mark("Account"),
        mark("A customer company. People of one company resemble each other, so intervals count companies, not single answers."),
    ),
    (
        mark("Higher tiers"),
        mark(
            "The two upper tiers of the value pyramid: what the service gives to people themselves, and to their vision of "
            "the future."
        ),
    ),
    (
        mark("General liking (halo)"),
        mark("Whoever likes a provider rates everything higher. It alone can make a raw comparison look large."),
    ),
    (
        mark("Raw comparison"),
        mark("Groups compared as they are; the figure that a slide would show. It decides nothing."),
    ),
    (
        mark("Held equal"),
        mark("Compared among customers who are alike in what is named, for instance in their ratings of the lower tiers."),
    ),
    (
        mark("Evidence"),
        mark(
            "What tells the groups apart: what was bought, another rater, colleagues in the same company, or only the "
            "respondent's own ratings."
        ),
    ),
    (
        mark("Undecided"),
        mark("The answers exclude neither the claim nor its opposite; the report says what would settle it. It is not a no."),
    ),
    (
        mark("Mean of a facet"),
        mark("Mean of the statements on one side of working together, such as trust or roles, on a scale of 0 to 10."),
    ),
)


def list_glossary(speech: Speech) -> list[tuple[str, str]]:
    """The terms with their meanings in the reader's language."""
    return [(speech.text(term), speech.text(meaning)) for term, meaning in GLOSSARY]


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
