"""How far do the other files reach the accounts of the respondents? Counts only, so that no account or person can be told."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from valuelib.study.canonical.identity import known_accounts
from valuelib.study.model import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Reach of the provider's, the employees' and the interview files over the accounts that headline figures use.

    None where a study has no such file, and for accounts where it tells none:

    - `rated_n`, `staffed_n`, `interviewed_n`: accounts that the other side rated, whose team has answers, that were interviewed
    - `accounts_n`: the accounts of the respondents who name one
    - `people_n`, `teams_n`: employees who answered, and their teams
    - `quotes_n`, `printable_n`: different passages, and those that may be printed
    - `coders_n`: people who coded; `codes_n`: different codes given
    """

    accounts_n: int
    rated_n: int | None = None
    staffed_n: int | None = None
    interviewed_n: int | None = None
    people_n: int | None = None
    teams_n: int | None = None
    quotes_n: int | None = None
    printable_n: int | None = None
    coders_n: int | None = None
    codes_n: int | None = None


def measure_coverage(study: Study) -> Coverage | None:
    """Count what the other files hold; None where there are none."""
    if study.provider is None and study.employees is None and study.interviews is None:
        return None
    accounts = set(known_accounts(study.answers))
    return Coverage(
        accounts_n=len(accounts),
        rated_n=None if study.provider is None else len(accounts & set(study.provider["account"])),
        interviewed_n=None if study.interviews is None or not accounts else len(accounts & set(study.interviews["account"])),
        **_people(study.employees, study),
        **_talks(study.interviews),
    )


def _people(employees: pd.DataFrame | None, study: Study) -> dict[str, int | None]:
    if employees is None:
        return {}
    teams = set(employees["team"])
    counts: dict[str, int | None] = {"people_n": len(employees), "teams_n": len(teams)}
    if study.has_accounts and "team" in study.answers:
        answered = study.answers["team"].isin(teams)
        counts["staffed_n"] = int(known_accounts(study.answers[answered]).nunique())
    return counts


def _talks(interviews: pd.DataFrame | None) -> dict[str, int | None]:
    if interviews is None:
        return {}
    quotes = interviews.drop_duplicates(["account", "text"])
    return {
        "quotes_n": len(quotes),
        "printable_n": int(quotes["publish"].sum()),
        "coders_n": int(interviews["coder"].nunique()),
        "codes_n": int(interviews["code"].nunique()),
    }
