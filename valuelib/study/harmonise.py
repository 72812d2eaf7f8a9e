"""A raw table becomes the harmonised columns of a Study, in one pass that collects every problem."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from valuelib.errors import Problem
from valuelib.results import Message
from valuelib.study.config import Contract, Effort, Promise, Repurchase, StudyConfig
from valuelib.study.dates import read_days
from valuelib.study.desk import (
    NPS_SCALE,
    Desk,
    check_direction,
    mean_of_answered,
    note_no_zero,
    read_numbers,
    read_on_scale,
    read_rating,
    read_statements,
    stretch,
    texts,
    without_emails,
)
from valuelib.study.identity import (
    check_clusters,
    check_codes,
    check_columns,
    check_days,
    identity_columns,
    known_accounts,
    wave_order,
)
from valuelib.study.ladders import is_no_answer, ladder_kinds, nps_groups
from valuelib.study.offering import offering_columns
from valuelib.study.readers.draft import RawTable
from valuelib.study.shapes import Item, Rated
from valuelib.study.spellings import Lookalikes, find_lookalikes
from valuelib.study.switches import switch_column
from valuelib.study.wording import NUMBER, clip, code_key, guess, keys_of, to_float
from valuelib.theory.pyramid import elements


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Harmonised:
    """The harmonised columns, or with problems what could be made of them, and the file's own labels by harmonised column."""

    frame: pd.DataFrame
    problems: tuple[Problem, ...]
    assumed: tuple[Message, ...]
    item_labels: Mapping[str, str]
    level_labels: Mapping[str, Mapping[str, str]]
    lookalikes: Lookalikes = ()


def harmonise(table: RawTable, config: StudyConfig) -> Harmonised:
    """Map a raw table to harmonised columns, rows in the order of waves and, within a wave, of the file.

    Args:
        table: as read; it is not changed.
        config: what study.yaml says.
    Returns:
        The columns that `Study` describes, with every problem found and everything that was assumed.
    """
    desk = Desk(table=table, config=config)
    check_columns(desk)
    check_codes(desk)
    check_labels(desk)
    columns = identity_columns(desk) | background_columns(desk) | outcome_columns(desk)
    check_one_team(desk, columns)
    check_level_names(desk, columns)
    columns |= rated_columns(desk)
    columns |= switch_column(desk, columns)
    frame = pd.DataFrame({name: (values.astype("str") if values.dtype == object else values) for name, values in columns.items()})
    order = wave_order(frame["wave"].dropna()) if "wave" in frame else None
    if order is not None:
        ranks = {wave: rank for rank, wave in enumerate(sorted(order, key=lambda name: order[name]))}
        frame = frame.iloc[frame["wave"].map(ranks).argsort(kind="stable")].reset_index(drop=True)
    check_clusters(desk, latest_wave(frame) if config.waves == "latest" else frame)
    lookalikes = find_lookalikes(known_accounts(frame), config.accounts) if config.columns.account is not None else ()
    if lookalikes:
        desk.say("study.accounts_alike", n=sum(map(len, lookalikes)), groups_n=len(lookalikes))
    # The file's own text of each element's and statement's first column, and its words for the codes of each breakdown:
    # the columns keep the codes, so that every format gives one study.
    firsts = {f"element.{key}": columns[0] for key, columns in (config.elements.columns if config.elements else {}).items()}
    firsts |= {f"facet.{key}": column for key, column in (config.cocreation.columns if config.cocreation else {}).items()}
    words = {f"segment.{name}": desk.answer_texts(name) for name in config.columns.segment if desk.has(name)}
    return Harmonised(
        frame=frame,
        problems=tuple(desk.problems),
        assumed=tuple(desk.assumed),
        item_labels={name: table.labels[column] for name, column in firsts.items() if table.labels.get(column)},
        level_labels={name: levels for name, levels in words.items() if levels},
        lookalikes=lookalikes,
    )


def latest_wave(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of the last wave; all rows where there are no waves."""
    if "wave" not in frame:
        return frame
    last: pd.DataFrame = frame.loc[frame["wave"] == frame["wave"].iloc[-1]]
    return last.reset_index(drop=True)


def check_labels(desk: Desk) -> None:
    """Refuse `labels` that no block uses, that a block uses and nobody gave, or that do not fit its scale."""
    config, used = desk.config, set()
    blocks: dict[str, object] = {f"outcomes.{name}": getattr(config.outcomes, name) for name in type(config.outcomes).model_fields}
    blocks |= {name: getattr(config, name) for name in ("elements", "cocreation", "provider_view", "employees")}
    blocks |= {"columns.marker": config.columns.marker}
    for place, block in blocks.items():
        if not isinstance(block, Rated) or block.labels is None:
            continue
        used.add(block.labels)
        given, (low, high) = config.labels.get(block.labels), getattr(block, "scale", (0.0, 10.0))
        where, ends = f"study.yaml, `{place}.labels`", f"{low:g} to {high:g}"
        if given is None and block.labels not in ladder_kinds():
            desk.refuse(
                f"There are no labels {clip(block.labels)!r}.",
                where,
                f"a name under `labels`, or a usual ladder; {guess(block.labels, [*config.labels, *ladder_kinds()])}",
                "Write the words under `labels`, from the scale's low end to its high end.",
            )
        elif isinstance(given, tuple) and len(given) != high - low + 1:
            desk.refuse(
                f"The labels {clip(block.labels)!r} are {len(given)} words, and the scale from {ends} has {high - low + 1:g}.",
                where,
                "one word for each answer of the scale, from its low end to its high end.",
                "Correct `scale` or the list; where words are missing on purpose, write a map such as {Agree: 4}.",
            )
        elif isinstance(given, dict) and (stray := [word for word, number in given.items() if not low <= number <= high]):
            desk.refuse(
                f"The labels {clip(block.labels)!r} give {clip(stray[0], 40)!r} a number outside the scale from {ends}.",
                where,
                f"numbers from {ends}.",
                "Correct the number or `scale`; words for no answer stand under `missing`.",
            )
    if unused := [name for name in config.labels if name not in used]:
        desk.refuse(
            f"No block uses the labels {clip(unused[0])!r}" + (f", and {len(unused) - 1} more." if unused[1:] else "."),
            f"study.yaml, `labels.{clip(unused[0], 40)}`",
            "labels named by a block with a scale.",
            f"Write labels: {clip(unused[0], 40)} beside the `scale` of the block, or take them out.",
        )


# Outcomes.

ONE_TOO_HIGH = (1.0, 11.0)
PROMOTER, DETRACTOR = 9.0, 6.0
ON_SCALE = ("intention_topbox", "intention_mean", "spend_change")


def outcome_columns(desk: Desk) -> dict[str, pd.Series]:
    """Every mapped outcome under its harmonised name; a column that is not there has its own problem."""
    outcomes = desk.config.outcomes
    columns: dict[str, pd.Series] = {}
    if (recommend := outcomes.recommend) and desk.has(recommend.column):
        columns |= _recommend(desk, recommend)
    if (repurchase := outcomes.repurchase) and desk.has(repurchase.column):
        columns |= _repurchase(desk, repurchase)
    if (effort := outcomes.effort) and desk.has(effort.column):
        ease = _rating(desk, "effort", effort)
        columns["effort"] = ease if effort.high_is == "easy" else 10.0 - ease
    if enhancement := outcomes.value_enhancement:
        found = [column for column in enhancement.columns if desk.has(column)]
        answers = [read_rating(desk, column, "outcomes.value_enhancement", enhancement) for column in found]
        columns |= {"value_enhancement": mean_of_answered(answers)} if answers else {}
    for name in ("satisfaction", "perceived_value", "unaffected"):
        block: Item | None = getattr(outcomes, name)
        if block and desk.has(block.column):
            columns[name] = _rating(desk, name, block)
    if (promise := outcomes.promise) and desk.has(promise.column):
        columns["promise"] = read_promise(desk, promise)
    if (share := outcomes.share_of_purchases) and desk.has(share.column):
        values = read_on_scale(desk, share.column, "outcomes.share_of_purchases", share)
        columns["share_of_purchases"] = stretch(values, share.scale, top=100.0)
    if (expansion := outcomes.expansion) and desk.has(expansion.column):
        columns["expansion"] = _top_box(read_on_scale(desk, expansion.column, "outcomes.expansion", expansion), expansion.top)
    if outcomes.contract:
        columns |= contract_columns(desk, outcomes.contract)
    for name, values in columns.items():
        if values.isna().all() and name != "contract.ended":
            desk.say("study.outcome_blank", outcome_key=name)
    return columns


GROUPS = re.compile(
    r"(?<![^\W_])nps[\W_]*(?:group|gruppe?|cat|kat|class|klass|segment|type|ryhm|luok|tyypp)|promoter.{0,20}detractor",
    re.IGNORECASE,
)
FEW_GROUPS = 3


def _recommend(desk: Desk, block: Item) -> dict[str, pd.Series]:
    if (groups := _nps_groups(desk, block)) is not None:
        return {"nps": groups}
    scores = read_on_scale(desk, block.column, "outcomes.recommend", block)
    check_direction(desk, block.column, low_is_good=False)
    # One point more or less moves people between promoters and detractors, so here the question is asked without a 1 too.
    note_no_zero(desk, [scores], block.column, block.scale, ones=0)
    if block.scale not in (NPS_SCALE, ONE_TOO_HIGH):
        desk.say("study.no_nps", column=block.column, low=f"{block.scale[0]:g}", high=f"{block.scale[1]:g}")
        return {"recommend": scores}
    if block.scale == ONE_TOO_HIGH:
        desk.say("study.shifted", column=block.column)
    scores = scores - block.scale[0]
    fractional = int((scores.dropna() % 1 != 0).sum())
    if fractional:
        desk.say("study.fractional_nps", column=block.column, n=fractional)
    return {"recommend": scores, "nps": nps_of(scores)}


def _nps_groups(desk: Desk, block: Item) -> pd.Series | None:
    """+1, 0 and -1 where a column, or its labels, names the groups of the NPS instead of scores; None where it holds scores.

    Codes of groups that no label explains are refused.
    """
    keys, column = desk.keys(block.column, block.missing), block.column
    known = desk.answer_texts(column)
    words = keys.map(lambda key: known.get(key, key), na_action="ignore")
    words = words.mask(words.map(is_no_answer, na_action="ignore").eq(True))
    groups = nps_groups(words.dropna().unique())
    if groups is not None:
        shown = ", ".join(f"{clip(word, 40)} = {value:g}" for word, value in sorted(groups.items(), key=lambda one: one[1]))
        desk.say("study.nps_groups", column=column, n=int(words.notna().sum()), shown=shown)
        return words.map(groups).astype(float)
    if GROUPS.search(column) and 0 < words.nunique() <= FEW_GROUPS:
        desk.refuse(
            f"The column's name speaks of the groups of the NPS, and it holds {words.nunique()} codes whose meaning is not known.",
            desk.where(column, "outcomes.recommend"),
            "the scores from 0 to 10, or the words Promoter, Passive and Detractor.",
            "Map the column with the scores, which stands beside it in most exports, or export the groups as words.",
        )
    return None


def nps_of(scores: pd.Series) -> pd.Series:
    """+1 for 9 and above, -1 for 6 and below, 0 between, NaN where there is no score; fractional scores are cut the same way."""
    parts = (scores >= PROMOTER).astype(float) - (scores <= DETRACTOR).astype(float)
    return parts.where(scores.notna())


def _repurchase(desk: Desk, block: Repurchase) -> dict[str, pd.Series]:
    place = "outcomes.repurchase"
    # Codes for yes and no mean nothing for a question on a scale; whoever wrote them expects that they count.
    unused = [f"`{key}`" for key in ("yes", "no") if key in block.model_fields_set]
    if unused and block.kind in ON_SCALE:
        reads = "`top` and `scale`" if block.kind == "intention_topbox" else "the answers as numbers"
        desk.refuse(
            f"{' and '.join(unused)} would not count: the kind {block.kind} goes by {reads}.",
            desk.where(block.column, place),
            "answers on a scale, and `yes` and `no` with the kinds renewed, retained and intention only.",
            f"Take {' and '.join(unused)} out, or write kind: intention if the question was answered with yes or no.",
        )
    match block.kind:
        case "retained" if block.blank is not None:
            return {"repurchase": read_leavers(desk, block, place)}
        case "renewed" | "retained" | "intention":
            return {"repurchase": read_yes_no(desk, block, place)}
        case "intention_topbox":
            return {"repurchase": _top_box(read_on_scale(desk, block.column, place, block), block.top or 0.0)}
        case "intention_mean":
            return {"repurchase_score": read_on_scale(desk, block.column, place, block)}
        case "spend_change":
            return {"repurchase_score": read_numbers(desk, block.column, place, missing=block.missing)}


def _top_box(values: pd.Series, top: float) -> pd.Series:
    return (values >= top).astype(float).where(values.notna())


def _rating(desk: Desk, name: str, block: Item) -> pd.Series:
    scores = read_on_scale(desk, block.column, f"outcomes.{name}", block)
    check_direction(desk, block.column, low_is_good=isinstance(block, Effort) and block.high_is == "hard")
    note_no_zero(desk, [scores], block.column, block.scale)
    return stretch(scores, block.scale)


# Codes of answers.


def read_yes_no(desk: Desk, block: Repurchase, place: str) -> pd.Series:
    """1 for a code under `yes`, 0 for one under `no` (or for the one other code there is), NaN where there is no answer."""
    keys = desk.keys(block.column, block.missing)
    yes = desk.carries(keys, block.column, desk.codes(block.column, block.yes))
    answered = keys.notna()
    found = read_days(texts(desk, block.column, block.missing)) if answered.any() and not yes.any() else None
    if found is not None and found.days.notna().any() and (found.days.notna() | found.open)[answered].all():
        desk.refuse(
            f"The {int(answered.sum())} answers are dates, not codes for yes and no.",
            desk.where(block.column, place, answered),
            "codes; or, where a date means that the customer left, blank: retained.",
            "For a date of leaving write kind: retained and blank: retained.",
        )
        return _where({1.0: yes})
    others = keys.notna() & ~yes
    count = f"of {int(answered.sum())} answers carry"
    if block.no is None:
        unknown = others if keys[others].nunique() > 1 else others & False
        what = f"{count} {keys[unknown].nunique()} different codes besides those under `yes`, and `no` is not listed."
    else:
        unknown = others & ~desk.carries(keys, block.column, desk.codes(block.column, block.no))
        what = f"{count} codes ({keys[unknown].nunique()} different) that stand neither under `yes` nor under `no`."
    if unknown.any():
        desk.refuse(
            f"{int(unknown.sum())} {what}",
            desk.where(block.column, place, unknown),
            "codes that are known to mean yes or no.",
            "List those that mean no under `no:`, e.g. no: [0, 2]; those without an answer under `missing:`.",
        )
    blank = desk.keys(block.column, None).isna()
    unnamed = others & ~unknown & ~keys.isin(NO)
    if block.kind == "retained" and block.no is None and unnamed.any() and blank.any() and not yes.any():
        desk.refuse(
            f"{int(unnamed.sum())} answers carry one code, which is not under `yes`, and {int(blank.sum())} are blank: who stayed?",
            desk.where(block.column, place, unnamed),
            "a code for those who stayed; or, where the code marks those who left and a blank who stayed, blank: retained.",
            "Write blank: retained if a blank means that the customer stayed; else list the code under `yes` or `no`.",
        )
    elif answered.any() and not yes.any():
        desk.say("study.yes_absent", column=block.column, n=int(answered.sum()))
    return _where({1.0: yes, 0.0: others & ~unknown})


def read_leavers(desk: Desk, block: Repurchase, place: str) -> pd.Series:
    """1 where a column of those who left is blank or its date open, 0 where it has a date or a code, NaN for codes of no answer."""
    keys = desk.keys(block.column, block.missing)
    told = desk.keys(block.column, None).notna() | desk.broken(block.column)
    left = keys.notna() & ~read_days(texts(desk, block.column, block.missing)).open
    no = keys.isin(NO)
    if no.any():
        desk.refuse(
            f"{int(no.sum())} of {int(told.sum())} cells say no, and `blank: retained` takes every code for gone.",
            desk.where(block.column, place, no),
            "a date or a code where the customer left, and blanks.",
            "Take `blank` out and list the codes under `yes` and `no`.",
        )
    values = _where({1.0: ~told | (keys.notna() & ~left), 0.0: left})
    desk.say("study.blank_retained", column=block.column, stayed_n=int(values.eq(1.0).sum()), left_n=int(left.sum()))
    return values


def read_promise(desk: Desk, block: Promise) -> pd.Series:
    """-1 below, 0 met, +1 exceeded, NaN where there is no answer."""
    keys = desk.keys(block.column, block.missing)
    kinds = ((-1.0, block.below), (0.0, block.met), (1.0, block.exceeded))
    masks = {value: desk.carries(keys, block.column, desk.codes(block.column, codes)) for value, codes in kinds}
    unknown = keys.notna() & ~np.logical_or.reduce(list(masks.values()))
    if unknown.any():
        count = f"{int(unknown.sum())} of {int(keys.notna().sum())} answers"
        desk.refuse(
            f"{count} carry codes ({keys[unknown].nunique()} different) that are not listed.",
            desk.where(block.column, "outcomes.promise", unknown),
            "every code under `below`, `met` or `exceeded`.",
            "List each code there, or under `missing` where it means no answer.",
        )
    return _where(masks)


YES, NO = keys_of((1, "yes", "y", "kyllä", "k")), keys_of((0, "no", "n", "ei", "e"))


def read_date_or_flag(keys: pd.Series) -> pd.Series | None:
    """1 or 0 where a column answers yes or no in the usual words, None where it holds something else, such as dates."""
    return _where({1.0: keys.isin(YES), 0.0: keys.isin(NO)}) if keys.dropna().isin(YES | NO).all() else None


def _where(masks: dict[float, pd.Series]) -> pd.Series:
    values = pd.Series(np.nan, index=next(iter(masks.values())).index, dtype=float)
    for value, mask in masks.items():
        values = values.mask(mask, value)
    return values


# Contracts: their dates, of which some stand for "no end" and some lie after everything that is known.


FAR_YEARS = 15
"""How long after the last start an end is told: a day such as 2050-12-31 may stand for none."""


def contract_columns(desk: Desk, block: Contract) -> dict[str, pd.Series]:
    """`contract.start`, `contract.end` and `contract.ended` as days; `ended` is blank while the contract runs.

    Where the file only says whether a contract ended, the day is that of `contract.end`. An open end (9999-12-31) is the last day
    known of any contract; contracts that start after all that is known of the others are set aside.
    """
    columns = {f"contract.{key}": getattr(block, key) for key in ("start", "end", "ended")}
    if not all(desk.has(column) for column in columns.values()):
        return {}
    flag = read_date_or_flag(desk.keys(block.ended))
    found = {
        name: read_days(texts(desk, column, ())) for name, column in columns.items() if name != "contract.ended" or flag is None
    }
    for name, read in found.items():
        check_days(desk, columns[name], f"outcomes.{name}", read)
        if read.open.any():
            desk.say("study.open_dates", column=columns[name], n=int(read.open.sum()))
    days = {name: read.days for name, read in found.items()}
    start, end = days["contract.start"], days["contract.end"]
    ended = end.where(flag.eq(1.0)) if flag is not None else days["contract.ended"]
    both = found["contract.end"].open & flag.eq(1.0) if flag is not None else found["contract.end"].open & False
    if both.any():
        desk.refuse(
            f"{int(both.sum())} contracts have ended, and their end is open.",
            desk.where(columns["contract.end"], "outcomes.contract.end", both),
            "the day of the end where `ended` says that the contract ended.",
            "Correct the dates, or map the column with the day a contract ended under `ended`.",
        )
    late = _late(start, ended.fillna(end))
    for name, given in (("contract.end", end), ("contract.ended", ended)):
        far = given > start[~late].max() + pd.DateOffset(years=FAR_YEARS)
        if far.any() and name in found:
            desk.say("study.ends_far", column=columns[name], n=int(far.sum()), first=f"{given[far].min():%Y-%m-%d}")
        early = (given < start) & ~late
        if early.any() and name in found:
            desk.refuse(
                f"{int(early.sum())} of {desk.n} contracts end before they start.",
                desk.where(columns[name], f"outcomes.{name}", early),
                "an end on or after the start.",
                "Correct the dates, or the columns of outcomes.contract.",
            )
    if late.any():
        desk.say("study.contracts_late", column=block.start, n=int(late.sum()), first=f"{start[late].min():%Y-%m-%d}")
    known = ended.fillna(end)[~late].max()
    end = end.mask(found["contract.end"].open, known)
    return {"contract.start": start.mask(late), "contract.end": end.mask(late), "contract.ended": ended.mask(late)}


def _late(start: pd.Series, seen: pd.Series) -> pd.Series:
    """Contracts, fewer than half, that start after the last day on which any of the others was seen."""
    by_start = seen.groupby(start)
    before = by_start.max().cummax().ffill().shift()
    later = by_start.size()[::-1].cumsum()[::-1]
    apart = before.index[(before.index > before) & (later < later.max() / 2)]
    return start >= apart[0] if len(apart) else start.isna() & False


# Background: breakdowns, confounders, teams, comments.


def background_columns(desk: Desk) -> dict[str, pd.Series]:
    """`segment.<column>`, `adjust.<column>`, `team` and `comment`, where they are mapped."""
    config = desk.config
    # A breakdown's levels are named in reports, so an address among them is hashed like an id.
    columns = {f"segment.{name}": group_names(desk, name) for name in config.columns.segment if desk.has(name)}
    columns |= {f"adjust.{name}": _confounder(desk, name) for name in config.columns.adjust_for if desk.has(name)}
    if config.employees is not None and desk.has(config.employees.team_of_account):
        columns["team"] = group_names(desk, config.employees.team_of_account)
    if config.columns.comment is not None and desk.has(config.columns.comment):
        columns["comment"] = texts(desk, config.columns.comment, ())
    return columns


def group_names(desk: Desk, column: str, missing: Iterable[object] = ()) -> pd.Series:
    """The teams or other groups that a column names, addresses hashed; None where blank."""
    return one_case(desk, column, without_emails(desk, column, texts(desk, column, missing)))


def one_case(desk: Desk, column: str, names: pd.Series) -> pd.Series:
    """Names that differ in case only as one, in the commonest spelling, which is said; codes ignore case everywhere."""
    counts = desk.tally(names)
    spelled: dict[str, str] = {}
    for name in counts.index:
        spelled.setdefault(name.casefold(), name)
    if len(spelled) == len(counts):
        return names
    joined = names.map(lambda name: spelled[name.casefold()], na_action="ignore")
    changed = joined.notna() & joined.ne(names)
    if not any(note.code == "study.levels_joined" and note.values["column"] == column for note in desk.assumed):
        desk.say("study.levels_joined", column=column, n=int(changed.sum()), levels_n=int(joined[changed].nunique()))
    return joined


def _confounder(desk: Desk, column: str) -> pd.Series:
    """Numbers where the whole column holds nothing but quantities, else text: 007, or 62.10 beside 62.1, are codes."""
    words = one_case(desk, column, texts(desk, column, ()))
    given = pd.Series(words.dropna().unique(), dtype=object)
    plain = given.map(lambda word: NUMBER.match(word) is not None and re.match(r"[-+]?0\d", word) is None)
    commas = given[given.str.contains(",")]
    unsure = len(commas) > 0 and (given.str.contains(".", regex=False).any() or commas.str.fullmatch(r"[1-9]\d{0,2},\d{3}").all())
    if given.empty or not plain.all() or unsure or desk.spellings(column):
        return words
    return words.map(to_float, na_action="ignore").astype(float)


def check_one_team(desk: Desk, columns: Mapping[str, pd.Series]) -> None:
    """An account that changes its team between waves is fine; two teams in one wave cannot both be its team."""
    block = desk.config.employees
    if block is None or "team" not in columns:
        return
    keys = [name for name in ("account", "wave") if name in columns]
    given = pd.DataFrame({name: columns[name] for name in (*keys, "team")}).dropna()
    torn = given.groupby(keys)["team"].transform("nunique").gt(1).reindex(range(desk.n), fill_value=False)
    if torn.any():
        accounts = int(columns["account"][torn].nunique())
        desk.refuse(
            f"Accounts with more than one team among their respondents: {accounts}, on {int(torn.sum())} rows.",
            desk.where(block.team_of_account, "employees.team_of_account", torn),
            "one team an account (and wave).",
            "Correct the team in the responses, or map the column that names the account's own team.",
        )


def check_level_names(desk: Desk, columns: Mapping[str, pd.Series]) -> None:
    """Note levels that `names` calls and no answer has, as a word spelt another way would go unnoticed, and names of accounts."""
    for column, called in desk.config.names.items():
        values = columns.get(f"segment.{column}", columns.get(f"adjust.{column}"))
        if values is not None:
            there = keys_of(values.dropna().unique())
            absent = [level for level in called.levels if code_key(level) not in there]
            if absent:
                desk.say("study.levels_absent", column=column, levels=", ".join(clip(level, 30) for level in absent[:5]))
    # A report never prints the name of an account, so it would stop at a level that has one.
    accounts = keys_of(known_accounts(pd.DataFrame({name: columns[name] for name in ("respondent", "account")})).unique())
    for column in desk.config.columns.segment if desk.config.columns.account is not None else ():
        if desk.has(column) and column != desk.config.columns.account:
            words = desk.config.names.get(column)
            free = keys_of([*(words.levels if words is not None else ()), *desk.answer_texts(column).values()])
            levels = keys_of(columns[f"segment.{column}"].dropna().unique()) & accounts - free
            if shared := [level for level in levels if not NUMBER.match(level)]:
                desk.say("study.levels_are_accounts", column=column, n=len(shared), account=desk.config.columns.account)


# Elements, co-creation statements, what was bought, and the marker item.


def rated_columns(desk: Desk) -> dict[str, pd.Series]:
    """`perceived_value` where it was not asked, `element.<key>`, `facet.<item key>`, `offering` (`_name`) and `marker`, if mapped.

    Elements stand in the pyramid's order, statements in the battery's, all on 0-10. For studies that did not ask for value as a
    whole it is the mean of the mapped elements; that it was taken is said.
    """
    config, rated = desk.config, {}
    if block := config.elements:
        for key in [one.key for one in elements() if one.key in block.columns]:
            found = [name for name in block.columns[key] if desk.has(name)]
            answers = [read_rating(desk, name, f"elements.columns.{key}", block) for name in found]
            turned = [(key in block.reversed) != (name in block.reversed) for name in found]
            for name, low_is_good in zip(found, turned, strict=True):
                check_direction(desk, name, low_is_good=low_is_good)
            if found:
                good = [10.0 - values if low_is_good else values for values, low_is_good in zip(answers, turned, strict=True)]
                rated[f"element.{key}"] = mean_of_answered(good)
        note_no_zero(desk, rated.values(), "elements", block.scale)
    columns: dict[str, pd.Series] = {}
    if rated and config.outcomes.perceived_value is None:
        desk.say("study.perceived_value_mean", elements_n=len(rated))
        columns["perceived_value"] = mean_of_answered(list(rated.values()))
    columns |= rated
    if config.cocreation:
        facets = read_statements(desk, config.cocreation, "cocreation")
        note_no_zero(desk, facets.values(), "cocreation", config.cocreation.scale)
        columns |= facets
    columns |= offering_columns(desk)
    marker = config.columns.marker
    if isinstance(marker, str):  # without a scale of its own it was asked on that of the elements
        asked = config.elements
        marker = (
            Item(column=marker, scale=asked.scale, missing=asked.missing, labels=asked.labels) if asked else Item(column=marker)
        )
    if marker and desk.has(marker.column):
        columns["marker"] = read_rating(desk, marker.column, "columns.marker", marker)
    return columns
