"""What do the provider's, the employees' and the interview files add? Rows for the table of the data's quality."""

from __future__ import annotations

from valuelib.show.language import Speech
from valuelib.study.others.coverage import Coverage


def rows_of_other_files(coverage: Coverage | None, speech: Speech) -> list[tuple[str, str]]:
    """What each file holds and how many of the accounts it reaches; no row for what a study lacks."""
    if coverage is None:
        return []
    reach = (
        (speech.text("other_files.accounts_other_side_rated"), coverage.rated_n, coverage.accounts_n),
        (speech.text("other_files.accounts_whose_team_answered"), coverage.staffed_n, coverage.accounts_n),
        (speech.text("other_files.accounts_interviewed"), coverage.interviewed_n, coverage.accounts_n),
        (speech.text("other_files.quotes_may_printed"), coverage.printable_n, coverage.quotes_n),
    )
    counts = (
        (speech.text("other_files.employees_who_answered"), coverage.people_n),
        (speech.text("other_files.teams_with_answers"), coverage.teams_n),
        (speech.text("other_files.people_who_coded_interviews"), coverage.coders_n),
        (speech.text("other_files.codes_given_interviews"), coverage.codes_n),
    )
    return [
        *((what, speech.text("common.mapped_of", mapped=n, of=of)) for what, n, of in reach if n is not None and of is not None),
        *((what, speech.count(n)) for what, n in counts if n is not None),
    ]
