"""By which rule does an interval become a verdict? The one table that a report prints; the rule itself is `stats.verdict`."""

from __future__ import annotations

from typing import get_args

from valuelib.records import Table, Verdict
from valuelib.show.language import Speech
from valuelib.show.sentences import say_verdict


def table_rule(speech: Speech) -> Table:
    """The rule, fixed before any data are opened."""
    return Table(
        name="rule",
        caption=speech.text("rule.how_interval_becomes_verdict"),
        columns=(speech.text("common.verdict"), speech.text("rule.where_interval_lies"), speech.text("rule.what_that_says")),
        rows=tuple(
            (say_verdict(word, speech), speech.text(f"rule.{word}.interval"), speech.text(f"rule.{word}.meaning"))
            for word in get_args(Verdict)
        ),
        note=speech.text("rule.interval_strongest_evidence_data"),
    )
