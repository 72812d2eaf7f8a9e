"""Mapped columns, and who answered: respondent, account, wave and weight."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from valuelib.study.config import StudyConfig, Wave
from valuelib.study.dates import Days, periods, read_days
from valuelib.study.desk import Desk, read_numbers, texts, without_emails
from valuelib.study.readers import find_long
from valuelib.study.spellings import as_read, kept_names
from valuelib.study.wording import (
    FILE,
    NUMBER,
    clip,
    clip_apart,
    code_key,
    code_keys,
    first_rows,
    guess,
    keys_of,
    map_distinct,
    nearest,
)

# Purposes that may look at the same column: a breakdown may also be a confounder, what was bought, or the wave.
SHARED = (
    {"columns.segment", "columns.adjust_for"},
    {"columns.segment", "exposure.column"},
    {"columns.segment", "columns.wave"},
    {"columns.adjust_for", "columns.wave"},
    {"columns.segment", "employees.team_of_account"},
    {"columns.adjust_for", "employees.team_of_account"},
    {"columns.cluster", "employees.team_of_account"},
    {"columns.cluster", "columns.segment"},
    {"columns.cluster", "columns.adjust_for"},
    {"outcomes.repurchase.column", "outcomes.contract.ended"},
)


@dataclass(frozen=True, slots=True)
class Mapped:
    """A column of the responses and the key of study.yaml that names it."""

    column: str
    place: str


def mapped_columns(config: StudyConfig) -> Iterator[Mapped]:
    """Every column of the responses that study.yaml names, in the order of the file."""
    columns, outcomes = config.columns, config.outcomes
    marker, wave = (one if one is None or isinstance(one, str) else one.column for one in (columns.marker, columns.wave))
    named: list[tuple[str, object]] = [
        *((f"columns.{key}", getattr(columns, key)) for key in ("respondent", "account", "cluster", "weight", "comment")),
        ("columns.wave", wave),
        ("columns.segment", columns.segment),
        ("columns.adjust_for", columns.adjust_for),
        ("columns.marker", marker),
        *(
            (f"outcomes.{name}.{key}", getattr(getattr(outcomes, name), key, None))
            for name in type(outcomes).model_fields
            for key in ("column", "columns", "start", "end", "ended")
        ),
        *((f"elements.columns.{key}", listed) for key, listed in (config.elements.columns if config.elements else {}).items()),
        *((f"cocreation.columns.{key}", one) for key, one in (config.cocreation.columns if config.cocreation else {}).items()),
        ("exposure.column", config.exposure.column),
        *((f"exposure.columns.{name}", column) for name, column in config.exposure.columns.items()),
        ("exposure.switched", config.exposure.switched),
        ("employees.team_of_account", config.employees.team_of_account if config.employees else None),
        *(config.choices.columns_of_responses() if config.choices else ()),
    ]
    for place, given in named:
        yield from (
            Mapped(str(column), place) for column in (given if isinstance(given, tuple) else (given,)) if column is not None
        )


# Columns of names and codes, by the key that maps them; their cells stay as written.
NAMED = re.compile(
    r"columns\.(?:respondent|account|cluster|wave|segment|adjust_for|comment)|exposure\.(?:columns?\b.*|switched)|employees\.team_of_account"
    r"|outcomes\.(?:promise|contract|repurchase)\..*|choices\..*"
)


CODED = re.compile(r"columns\.(?:respondent|account|cluster|segment|adjust_for)|exposure\.column|employees\.team_of_account")
MONTHS = (
    "jan|feb|mar|apr|may|mai|maj|jun|jul|aug|sep|o[ck]t|nov|de[cz]"
    "|tammi|helmi|maalis|huhti|touko|kesä|heinä|elo|syys|loka|marras|joulu"
)
# What a spreadsheet program makes of codes such as 1-2, MAR1 or 5/12.
DATE_LIKE = re.compile(
    r"\d{4}-\d{2}-\d{2}(?: 00:00:00)?|\d{1,2}\.\d{1,2}\.\d{4}|\d{1,2}/\d{1,2}/\d{4}"
    rf"|\d{{1,4}}[-. ]{{1,2}}(?:{MONTHS})[a-zäé]{{0,6}}|(?:{MONTHS})[a-zäé]{{0,6}}[-. ]{{1,2}}\d{{1,4}}",
    re.IGNORECASE,
)


def name_columns(config: StudyConfig) -> frozenset[str]:
    """Columns of the responses that hold names, codes, dates or words, not quantities."""
    block = config.outcomes.repurchase
    numeric = block.column if block is not None and block.kind in ("intention_topbox", "intention_mean", "spend_change") else None
    return frozenset(one.column for one in mapped_columns(config) if NAMED.fullmatch(one.place) and one.column != numeric)


def check_codes(desk: Desk) -> None:
    """Say where codes are dates, or one number in several spellings; refuse a number of study.yaml that may be either code."""
    config = desk.config
    coded = {one.column for one in mapped_columns(config) if CODED.fullmatch(one.place) and desk.has(one.column)}
    for column in sorted(coded):
        alike = [cell for cell in desk.frame[column].dropna().unique() if DATE_LIKE.fullmatch(str(cell))]
        dates = desk.frame[column].isin(alike)
        if dates.any():
            rows = first_rows([desk.row(int(place)) for place in np.flatnonzero(dates)])
            desk.say("study.codes_as_dates", column=column, n=int(dates.sum()), rows=rows.partition(" ")[2])
    for column in sorted(name for name in name_columns(config) if desk.has(name) and name != config.columns.comment):
        apart = desk.spellings(column)
        if apart:
            shown = ", ".join(clip(" / ".join(sorted(alike)), 40) for alike in list(apart.values())[:3])
            desk.say("study.codes_apart", column=column, n=len(apart), shown=shown)
    outcomes = config.outcomes
    bought = config.exposure
    listed: list[tuple[str, str | None, tuple[object, ...]]] = [
        ("exposure.higher", bought.column, bought.higher),
        ("exposure.contains", bought.column, bought.contains),
        ("exposure.baseline", bought.column, bought.baseline),
    ]
    if outcomes.repurchase is not None:
        listed.append(
            ("outcomes.repurchase", outcomes.repurchase.column, (*outcomes.repurchase.yes, *(outcomes.repurchase.no or ())))
        )
    if outcomes.promise is not None:
        promise = outcomes.promise
        listed.append(("outcomes.promise", promise.column, (*promise.below, *promise.met, *promise.exceeded)))
    for place, named, codes in listed:
        apart = desk.spellings(named) if named is not None and desk.has(named) else {}
        for code in codes if named is not None else ():
            if isinstance(code, float) and code_key(code) in apart:
                meant = " or ".join(repr(one) for one in sorted(apart[code_key(code) or ""])[:3])
                desk.refuse(
                    f"The number {code:g} may mean {meant}, which are different codes of the column.",
                    desk.where(named or "", place),
                    "the code as the file writes it, in quotation marks.",
                    "Write it as a text in study.yaml, in quotation marks.",
                )


def check_columns(desk: Desk) -> None:
    """Note every mapped column that the table lacks or has twice, and every one that is mapped to two things."""
    places: dict[str, list[str]] = {}
    for one in mapped_columns(desk.config):
        places.setdefault(one.column, []).append(one.place)
    _check_long(desk, places)
    known = [str(name) for name in desk.frame.columns]
    for column, named in places.items():
        clash = next(((first, second) for first, second in combinations(named, 2) if {first, second} not in SHARED), None)
        if column in desk.table.repeated:
            same = [name for name in known if re.fullmatch(rf"{re.escape(column)} \(\d+\)", name)]
            desk.refuse(
                f"{len(same)} columns are called {clip(column)!r} and hold different answers.",
                f"{clip(desk.table.file, FILE)} ({clip(named[0], 60)})",
                f"one of them by its number, from the left: {', '.join(repr(clip(name, 40)) for name in same[:3])}.",
                "Write that name in study.yaml, or rename the columns in the file.",
            )
        elif not desk.has(column):
            others = f" and {len(named) - 1} more" if named[1:] else ""
            near = nearest(column, known)
            desk.refuse(
                f"There is no column {clip_apart(column, near) if near is not None else clip(column)!r}.",
                f"{clip(desk.table.file, FILE)} ({clip(named[0], 60)}{others})",
                f"a column of the file; {guess(column, known)}",
                "Correct the column's name in study.yaml, or export the column.",
            )
        elif clash:
            desk.refuse(
                f"The column is mapped to two things: {clash[0]} and {clash[1]}.",
                desk.where(column, clash[0]),
                "one meaning a column.",
                f"Correct the column of {clash[0]} or of {clash[1]}.",
            )


def _check_long(desk: Desk, places: Mapping[str, list[str]]) -> None:
    """Refuse answers that stand one a row, since each question would count every answer."""
    block = desk.config.responses
    found = find_long(desk.frame) if block.long is None else None
    if found is None or found[1] in places or not any(one.startswith(RATED) for one in places.get(found[2], ())):
        return
    respondent, question, answer = (clip(name, 30) for name in found)
    desk.refuse(
        f"The file holds one row an answer: {respondent!r} repeats, {question!r} names the question, {answer!r} holds the answer.",
        desk.where(found[2], places[found[2]][0]),
        "one row a respondent, one column a question.",
        f"Add long: {{respondent: {respondent}, question: {question}, answer: {answer}}} to responses, and map the questions; map"
        f" {question} as columns.wave where its names are survey rounds.",
    )


# Identity.

RATED = ("outcomes.", "elements.", "cocreation.", "columns.marker", "exposure.")
ISO_LIKE = re.compile(r"\d{4}(?:[-/ ]?(?:\d{2}(?:-\d{2})?|[QHWqhw]\d{1,2}))?\Z")
OWN = "respondent "  # begins the account of a respondent who names none
NUMBERED = re.compile(r"(?P<name>\D*)(?P<number>\d+)\Z")


def identity_columns(desk: Desk) -> dict[str, pd.Series]:
    """`respondent`, `account` and `weight`, always there, and `wave` where it is mapped."""
    wave = read_waves(desk)
    named = desk.config.columns.respondent
    respondent = pd.Series([*map(str, desk.table.rows or range(desk.table.first_row, desk.table.first_row + desk.n))], dtype=object)
    if named is None:
        desk.say("study.rows_as_respondents", n=desk.n)
    elif desk.has(named):
        ids = without_emails(desk, named, texts(desk, named))
        if (blank := ids.isna()).any():
            desk.say("study.respondent_missing", n=int(blank.sum()), column=named)
        respondent = ids.where(~blank, "row " + respondent)
    people = pd.DataFrame({"respondent": respondent} if wave is None else {"respondent": respondent, "wave": wave})
    twice = people.duplicated(keep=False)
    if named is not None and twice.any():
        within = "" if wave is None else " within one wave"
        names = int(people[twice].drop_duplicates().shape[0])
        desk.refuse(
            f"Respondents that stand more than once{within}: {names}, on {int(twice.sum())} rows.",
            desk.where(named, "columns.respondent", twice),
            "each respondent once a wave.",
            "Remove the repeated rows" + (", or map columns.wave where these are survey waves." if wave is None else "."),
        )
    # The account, or the respondent's own cluster where there is none, named so that no account can have the same name.
    account = OWN + respondent
    if (column := desk.config.columns.account) is not None and desk.has(column):
        accounts = account_names(desk, column)
        check_spellings(desk, column)
        blank = accounts.isna()
        if blank.any():
            desk.say("study.account_missing", n=int(blank.sum()))
        account = accounts.where(~blank, account)
    columns = {"respondent": respondent, "account": account}
    if (above := desk.config.columns.cluster) is not None and desk.has(above):
        columns["cluster"] = read_clusters(desk, above, account)
    columns["weight"] = read_weights(desk)
    return columns if wave is None else {**columns, "wave": wave}


def read_clusters(desk: Desk, column: str, account: pd.Series) -> pd.Series:
    """The cluster that a column names; where blank, that of the account's other answers, else the account itself."""
    named = without_emails(desk, column, texts(desk, column, ()))
    if (blank := named.isna()).any():
        named = named.where(~blank, account.map(named.groupby(account).first()))
        desk.say("study.cluster_missing", n=int(blank.sum()), column=column, alone_n=int(account[named.isna()].nunique()))
    return named.where(named.notna(), account)


def join_clusters(answers: pd.DataFrame) -> pd.DataFrame:
    """Harmonised answers whose clusters hold whole accounts: clusters that share an account are one, named after the first of them.

    Answers of one account resemble each other, and so do those of one cluster; only groups that share neither are independent.
    """
    if "cluster" not in answers or answers.groupby("account")["cluster"].nunique().max() < 2:
        return answers
    account, cluster = (pd.factorize(answers[name]) for name in ("account", "cluster"))
    shape = (len(account[1]), len(cluster[1]))
    links = coo_array((np.ones(len(answers)), (account[0], shape[0] + cluster[0])), shape=(sum(shape), sum(shape)))
    part = connected_components(links.tocsr(), directed=False)[1][shape[0] :]
    first = pd.Series(cluster[1]).groupby(part).transform("min").to_numpy()
    return answers.assign(cluster=pd.Series(first[cluster[0]], index=answers.index, dtype=answers["cluster"].dtype))


def check_clusters(desk: Desk, answers: pd.DataFrame) -> None:
    """Say where clusters do not hold whole accounts and so are joined; refuse where that leaves a single one.

    Args:
        answers: the harmonised answers that headline figures use.
    """
    column = desk.config.columns.cluster
    if column is None or "cluster" not in answers:
        return
    named = answers["cluster"].nunique()
    torn = answers.groupby("account")["cluster"].nunique().gt(1)
    if not torn.any():
        return
    left = join_clusters(answers)["cluster"].nunique()
    if left < 2:
        desk.refuse(
            f"{int(torn.sum())} of {len(torn)} accounts stand in several of the {named} clusters, which so hang together as one.",
            desk.where(column, "columns.cluster"),
            "clusters that hold whole accounts: a level above the account, such as its team.",
            "Map the column of the account's own team or group, or take columns.cluster out.",
        )
    desk.say("study.clusters_joined", accounts_n=int(torn.sum()), column=column, named_n=int(named), left_n=int(left))


def account_names(desk: Desk, column: str, missing: Iterable[object] = ()) -> pd.Series:
    """The accounts that a column names, addresses hashed; None where blank. `missing` adds to the study's codes for "no answer".

    A customer may well be number 99: only codes that no list of customers uses count as "no answer" here.
    """
    codes = {key for key in keys_of((*desk.config.missing, *missing)) if key.startswith("-") or not NUMBER.match(key)}
    accounts = texts(desk, column)
    blank = accounts.isna() | desk.carries(code_keys(accounts), column, frozenset(codes))
    named = without_emails(desk, column, accounts.where(~blank, None))
    kept = kept_names(desk.config.accounts)
    return map_distinct(named, lambda name: kept.get(name, name)) if kept else named


def check_spellings(desk: Desk, column: str) -> None:
    """Say how many spellings were merged; refuse names under `accounts` that never occur.

    Where another file names accounts too, only one name of each list under `same` must stand in the responses.
    """
    block, found = desk.config.accounts, map_distinct(texts(desk, column), as_read)
    there, elsewhere = set(found.dropna()), desk.config.provider_view is not None or desk.config.interviews is not None
    absent = [
        (kind, name)
        for kind, lists in (("same", block.same), ("distinct", block.distinct))
        for names in lists
        for name in names
        if as_read(name) not in there and not (kind == "same" and elsewhere and there & {as_read(one) for one in names})
    ]
    if absent:
        kind, name = absent[0]
        more = f", and {len(absent) - 1} more." if absent[1:] else "."
        desk.refuse(
            f"The account {clip(name)!r} under `{kind}` never occurs{more}",
            desk.where(column, f"accounts.{kind}"),
            f"names as they stand in the column; {guess(name, sorted(there))}",
            "Correct the name, or take it out.",
        )
    kept = kept_names(block)
    changed = map_distinct(found, lambda name: kept.get(name, name) != name).eq(True)
    if changed.any():
        merged = found[changed]
        desk.say("study.accounts_merged", n=len(merged), names_n=int(merged.nunique()), accounts_n=int(merged.map(kept).nunique()))


def known_accounts(answers: pd.DataFrame) -> pd.Series:
    """Each answer's account, without those of respondents who name none and so stand for themselves."""
    named: pd.Series = answers.loc[answers["account"] != OWN + answers["respondent"], "account"]
    return named


def wave_order(waves: Iterable[str]) -> Mapping[str, tuple[float, str]] | None:
    """What each wave sorts by: a number, a date as ISO text, or the number after a common name; None where time cannot be told."""
    names = sorted(set(waves))
    if all(NUMBER.match(name) for name in names):
        return {name: (float(name.replace(",", ".")), "") for name in names}
    if all(ISO_LIKE.match(name) for name in names):
        return {name: (0.0, name) for name in names}
    matches = {name: NUMBERED.match(name) for name in names}
    if len({match["name"] for match in matches.values() if match}) == 1 and all(matches.values()):
        return {name: (float(match["number"]), "") for name, match in matches.items() if match}
    return {names[0]: (0.0, "")} if len(names) == 1 else None


def read_waves(desk: Desk) -> pd.Series | None:
    """The wave of each row as text, or None where waves are not mapped."""
    named = desk.config.columns.wave
    column, by = (named.column, named.by) if isinstance(named, Wave) else (named, None)
    if column is None or not desk.has(column):
        return None
    waves = _grouped_by_date(desk, column, texts(desk, column), by)
    blank = waves.isna()
    if blank.any():
        desk.refuse(
            f"{int(blank.sum())} of {desk.n} rows name no wave.",
            desk.where(column, "columns.wave", blank),
            "a wave on every row.",
            "Fill in the wave, or take columns.wave out where there is one wave only.",
        )
    if wave_order(waves.dropna()) is None and not any("columns.wave" in one.where for one in desk.problems):
        desk.refuse(
            f"The order in time of the {waves.nunique()} waves cannot be told from their names.",
            desk.where(column, "columns.wave"),
            "numbers such as 2026, or dates such as 2026-03 or 2026-Q1.",
            "Rename the waves in the file.",
        )
    return waves


MOST_DATES, FEWEST_EACH = 12, 5


def _grouped_by_date(desk: Desk, column: str, waves: pd.Series, by: str | None) -> pd.Series:
    """Waves that are dates by month, quarter, half or year, as told; without that, days of answer are refused, a few dates stay."""
    found = read_days(waves)
    if by is not None:
        check_days(desk, column, "columns.wave", found)
        grouped = periods(found.days, by)
        counts = grouped.value_counts().sort_index()
        if len(counts):
            shown = ", ".join(f"{wave} ({n})" for wave, n in counts.items())
            desk.say("study.waves_grouped", column=column, days_n=int(found.days.nunique()), waves_n=len(counts), waves=shown)
        return grouped.where(waves.notna(), None)
    if (found.wrong & ~found.unsure).any() or waves.notna().sum() == 0:
        return waves
    n, answered = (waves if found.unsure else found.days).nunique(), desk.count(waves.notna())
    if n > MOST_DATES or (n > 2 and answered < FEWEST_EACH * n) or (found.timed.any() and waves.nunique() > 1):
        desk.refuse(
            f"These look like days of answer, not survey rounds: {n} for {answered} answers.",
            desk.where(column, "columns.wave"),
            "a few rounds, each with many answers.",
            f"Group the dates: wave: {{column: {clip(column, 40)}, by: quarter}} (or month, half, year).",
        )
    return (
        waves
        if found.wrong.any() or found.numbers.any()
        else found.days.dt.strftime("%Y-%m-%d").astype(object).where(waves.notna(), None)
    )


def check_days(desk: Desk, column: str, place: str, found: Days) -> None:
    """Refuse cells that are no dates; say which were Excel day numbers."""
    if found.wrong.any():
        given = int((found.wrong | found.open | found.days.notna()).sum())
        what = "may have the day or the month first" if found.unsure else "are not dates"
        desk.refuse(
            f"{int(found.wrong.sum())} of {given} cells {what}.",
            desk.where(column, place, found.wrong),
            "dates such as 2026-03-31 or 31.3.2026, or Excel day numbers such as 46112.",
            "Export the column as dates, or correct these cells.",
        )
    if found.numbers.any():
        first = int(np.flatnonzero(found.numbers)[0])
        values = {"number": str(desk.frame[column].iloc[first]), "date": f"{found.days.iloc[first]:%Y-%m-%d}"}
        desk.say("study.day_numbers", column=column, n=int(found.numbers.sum()), **values)


def read_weights(desk: Desk) -> pd.Series:
    """The weight of each row; one where none is mapped."""
    column = desk.config.columns.weight
    if column is None or not desk.has(column):
        return pd.Series(1.0, index=range(desk.n), dtype=float)
    # Weights are no answers: one of 9 is a weight, whatever 9 means in the questions.
    blank = desk.keys(column, None).isna()
    weights = read_numbers(desk, column, "columns.weight", missing=None)
    wrong = (weights <= 0) | blank
    if wrong.any():
        desk.refuse(
            f"{int(blank.sum())} weights are missing and {int((weights <= 0).sum())} are zero or negative, of {desk.n}.",
            desk.where(column, "columns.weight", wrong),
            "a number above zero on every row.",
            "Correct the weights, or leave out respondents who should not count.",
        )
    return weights
