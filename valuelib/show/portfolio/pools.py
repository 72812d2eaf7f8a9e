"""In which order does a reader meet a pooled claim? Sentence first, then the forest, what to keep in mind, and the figures."""

from __future__ import annotations

from collections.abc import Iterator

from valuelib.explore.portfolio.records import ClaimPools, Portfolio, Scale
from valuelib.show.display import Shown, record, text
from valuelib.show.figures.forest import plot_forest
from valuelib.show.labels import capital
from valuelib.show.language import Speech
from valuelib.show.passage import Passage, show_passage
from valuelib.show.portfolio.names import Naming
from valuelib.show.portfolio.sentences import name_outcome, say_pool, say_scatter
from valuelib.show.portfolio.tables import table_pools


def show_pools(entry: ClaimPools, scale: Scale, naming: Naming, speech: Speech) -> Iterator[Shown]:
    """A claim's pools on one scale as notebook outputs; none where it has no pool there."""
    pools = [pool for pool in entry.pools if pool.scale == scale]
    if not pools:
        return
    deciding = [pool for pool in pools if not pool.raw]
    yield heading(speech.text(f"pooling.heading.{scale}", outcome=capital(name_outcome(entry, speech))))
    for pool in deciding or pools:
        yield text(f"{say_pool(pool, entry, naming, speech)} {say_scatter(pool, entry, speech)}".strip())
    yield record(plot_forest(entry, scale, naming, speech), speech)
    if keep := say_notes(entry, scale, speech):
        yield text(keep)
    yield record(table_pools(entry, scale, naming, speech), speech)


def say_notes(entry: ClaimPools, scale: Scale, speech: Speech) -> str:
    """What to keep in mind of the pools on one scale; ratios do not repeat what points have said."""
    before = {note.code for pool in entry.pools if scale != "points" and pool.scale == "points" for note in pool.notes}
    shown = [pool for pool in entry.pools if pool.scale == scale and (not pool.raw or not entry.deciding)]
    said = dict.fromkeys(speech.say(note) for pool in shown for note in pool.notes if note.code not in before)
    return " ".join([*([] if entry.deciding else [speech.text("pooling.none_studies_evidence_may")]), *said])


def say_missing(portfolio: Portfolio, speech: Speech) -> str:
    """Why there is nothing to show, or nothing."""
    return "" if portfolio.main else speech.text("pooling.none_studies_figure_could")


def planned(portfolio: Portfolio) -> tuple[str, ...]:
    """Names of the forests and tables that a whole portfolio holds."""
    names = [(pool.scale, entry.claims[0]) for entry in portfolio.main for pool in entry.pools]
    forests = [f"{kind}.{scale}.{claim}" for scale, claim in names for kind in ("forest", "portfolio")]
    return ("portfolio.studies", *dict.fromkeys(forests))


def heading(title: str) -> Shown:
    """A heading below that of the chapter."""
    return show_passage(Passage(name="", title=title))
