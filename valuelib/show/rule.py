"""By which rule does an interval become a verdict? The one table that a report prints; the rule itself is `stats.verdict`."""

from __future__ import annotations

from valuelib.records import Table, Verdict
from valuelib.show.language import Speech
from valuelib.show.mark import mark
from valuelib.show.sentences import say_verdict

ROWS: tuple[tuple[Verdict, str, str], ...] = (
    ("supported", mark("wholly above the claimed size"), mark("A difference is shown, and it is larger than claimed.")),
    (
        "consistent",
        mark("wholly above no effect, with the claimed size inside"),
        mark("A difference is shown, and the claim fits it."),
    ),
    ("smaller", mark("between no effect and the claimed size"), mark("A difference is shown, but less than claimed.")),
    (
        "rejected",
        mark("below the claimed size, with no effect inside or above"),
        mark("The claimed size is excluded and no lift is shown."),
    ),
    (
        "undecided",
        mark("both no effect and the claimed size inside, or no interval that may decide"),
        mark("The report says what would settle it."),
    ),
    ("not_testable", mark("none"), mark("Columns or groups are missing.")),
)


def table_rule(speech: Speech) -> Table:
    """The rule, fixed before any data are opened."""
    return Table(
        name="rule",
        caption=speech.text("How an interval becomes a verdict"),
        columns=(speech.text("Verdict"), speech.text("Where the interval lies"), speech.text("What that says")),
        rows=tuple((say_verdict(word, speech), speech.text(where), speech.text(says)) for word, where, says in ROWS),
        note=speech.text(
            "The interval is that of the strongest evidence the data allow: what was bought, else colleagues' ratings, each with "
            "lower-tier ratings held equal. With colleagues' ratings, which weaken effects, a size below the claim stays "
            "undecided. Own ratings alone decide nothing. Claims under test share one error rate (Holm), and a ratio is read only "
            "on a baseline clearly above zero."
        ),
    )
