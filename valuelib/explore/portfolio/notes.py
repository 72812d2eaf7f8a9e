"""What must a reader keep in mind of a pool? How few studies it has, how they agree, and what pooling takes for known."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from valuelib.explore.portfolio.records import Pool
from valuelib.explore.portfolio.studies import StudyResults
from valuelib.records import Message
from valuelib.stats.pooling import Pooled

FEW_STUDIES = 5  # below it the scatter between studies is hardly known
FEW_DF = 10  # a standard error on fewer degrees of freedom is itself uncertain


def note_pool(pool: Pool) -> tuple[Message, ...]:
    """The notes of one pool, the gravest first."""
    return tuple(_notes(pool))


def note_studies(studies: Sequence[StudyResults]) -> tuple[Message, ...]:
    """What holds for the whole portfolio: clients with more than one study."""
    twice = sum(count > 1 for count in Counter(study.client for study in studies).values())
    return (Message(code="portfolio.same_client"),) if twice else ()


def _notes(pool: Pool) -> Iterable[Message]:
    found = pool.pooled
    if found is None:
        return
    if found.k == 2:
        yield Message(code="portfolio.two")
    elif found.k < FEW_STUDIES:
        yield Message(code="portfolio.few", values={"studies_n": found.k})
    if found.tau == 0 and found.low_modified < found.low:
        yield _agreeing(pool, found)
    if found.new_low is not None:
        yield Message(code="portfolio.approximate")
    if found.method == "DL":
        yield Message(code="portfolio.dersimonian_laird")
    if uncertain := sum(one.df < FEW_DF for one in pool.contributions):
        yield Message(code="portfolio.few_df", values={"uncertain_n": uncertain, "studies_n": found.k})
    later = sum(one.later for one in pool.contributions)
    if 0 < later < found.k:
        yield Message(code="portfolio.later_mixed", values={"later_n": later, "studies_n": found.k})


def _agreeing(pool: Pool, found: Pooled) -> Message:
    """Hartung-Knapp is narrower than chance of sampling alone would allow: the wider interval is told beside it."""
    if pool.scale == "log_ratio":
        values = {"low_ratio": math.exp(found.low_modified), "high_ratio": math.exp(found.high_modified)}
        return Message(code="portfolio.agree.ratio", values=values)
    return Message(code="portfolio.agree.points", values={"low_pts": found.low_modified, "high_pts": found.high_modified})
