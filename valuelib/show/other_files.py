"""What do the provider's, the employees' and the interview files add? Rows for the table of the data's quality."""

from __future__ import annotations

from valuelib.show.language import Speech
from valuelib.study.others.coverage import Coverage


def rows_of_other_files(coverage: Coverage | None, speech: Speech) -> list[tuple[str, str]]:
    """What each file holds and how many of the accounts it reaches; no row for what a study lacks."""
    if coverage is None:
        return []
    reach = (
        (speech.text("Accounts that the other side rated"), coverage.rated_n, coverage.accounts_n),
        (speech.text("Accounts whose team answered"), coverage.staffed_n, coverage.accounts_n),
        (speech.text("Accounts that were interviewed"), coverage.interviewed_n, coverage.accounts_n),
        (speech.text("Quotes that may be printed"), coverage.printable_n, coverage.quotes_n),
    )
    counts = (
        (speech.text("Employees who answered"), coverage.people_n),
        (speech.text("Teams with answers"), coverage.teams_n),
        (speech.text("People who coded the interviews"), coverage.coders_n),
        (speech.text("Codes given to the interviews"), coverage.codes_n),
    )
    return [
        *(
            (what, speech.text("%(mapped)s of %(of)s", mapped=n, of=of))
            for what, n, of in reach
            if n is not None and of is not None
        ),
        *((what, speech.count(n)) for what, n in counts if n is not None),
    ]
