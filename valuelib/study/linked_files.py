"""The linked files of a study: the provider's view, the employees' answers, coded interviews, best-worst choices.

Each file is read like the responses, with the same codes for "no answer" and the same names of accounts, so that the files join;
every problem of every file comes in one error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from valuelib.errors import Problem, StudyError
from valuelib.languages import languages
from valuelib.results import Message
from valuelib.study.choices import DESIGN, read_choice_design, read_choice_file
from valuelib.study.choices import PLACE as CHOICES
from valuelib.study.config import Employees, Interviews, ProviderView, StudyConfig
from valuelib.study.desk import Desk, Named, check_filled, join_names, read_statements, texts, without_emails
from valuelib.study.harmonise import group_names, read_date_or_flag
from valuelib.study.identity import account_names, known_accounts
from valuelib.study.readers import read_table
from valuelib.study.shapes import FileFormat
from valuelib.study.wording import clip, code_key, nearest


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """One file as it was read: its table (None with problems), rows and columns, and what was assumed of its format and content."""

    table: pd.DataFrame | None = None
    size: tuple[int, int] = (0, 0)
    problems: tuple[Problem, ...] = ()
    reading: tuple[Message, ...] = ()
    assumed: tuple[Message, ...] = ()


VIEW, PEOPLE, TALKS, BOOK = "provider_view.file", "employees.file", "interviews.file", "interviews.codebook"
TABLES = {VIEW: "provider", PEOPLE: "employees", TALKS: "interviews", BOOK: "codebook", DESIGN: "design", CHOICES: "choices"}


def other_files(config: StudyConfig) -> dict[str, str]:
    """Every other data file that study.yaml names, by the key that names it."""
    blocks = {VIEW: config.provider_view, PEOPLE: config.employees, TALKS: config.interviews}
    named = {place: block.file for place, block in blocks.items() if block is not None}
    if config.interviews is not None and config.interviews.codebook is not None:
        named[BOOK] = config.interviews.codebook
    if (chosen := config.choices) is not None:
        named |= {DESIGN: chosen.design.file} if chosen.design is not None else {}
        named |= {CHOICES: chosen.file} if chosen.file is not None else {}
    return named


def read_linked_files(paths: Mapping[str, Path], config: StudyConfig, answers: pd.DataFrame) -> dict[str, Found]:
    """Read and check the other files, by their place in study.yaml.

    Args:
        paths: place in study.yaml -> file, of the files that are there.
        config: what study.yaml says.
        answers: the responses in harmonised columns, for the accounts and teams that the files should share with them.
    """
    found: dict[str, Found] = {}

    def read(place: str, block: FileFormat, reader: Callable[[Desk], pd.DataFrame]) -> None:
        if place in paths:
            found[place] = _open(paths[place], other_files(config)[place], block, config, reader, plain=place == BOOK)

    if (view := config.provider_view) is not None:
        read(VIEW, view, lambda desk: read_provider(desk, view, answers))
    if (people := config.employees) is not None:
        read(PEOPLE, people, lambda desk: read_employees(desk, people, answers))
    if (talks := config.interviews) is not None:
        # Codes that the codebook does not hold are a problem of the interviews.
        read(BOOK, talks, lambda desk: read_codebook(desk, config.language))
        book = found[BOOK].table if BOOK in found else None
        read(TALKS, talks, lambda desk: read_interviews(desk, talks, answers, book))
    if (choices := config.choices) is not None:
        if (design := choices.design) is not None:
            read(DESIGN, design, lambda desk: read_choice_design(desk, design, choices))
        shown = found[DESIGN].table if DESIGN in found else None
        read(CHOICES, choices, lambda desk: read_choice_file(desk, choices, answers, shown))
    return found


def _open(
    path: Path, name: str, block: FileFormat, config: StudyConfig, read: Callable[[Desk], pd.DataFrame], *, plain: bool
) -> Found:
    """Read a file, called by its name in study.yaml; `plain` leaves the block's format options to the main file of the block."""
    written = FileFormat() if plain else block
    # Every column that the block names stays although it may look like personal data.
    values = (value if isinstance(value, tuple) else (value,) for value in block.model_dump().values())
    named = [one for several in values for one in several if isinstance(one, str)]
    try:
        rated = {*getattr(block, "columns", {}).values()}
        book = ("code", *TEXTS, *(f"{text}_{key}" for text in TEXTS for key in languages())) if plain else ()
        names, form = {*named, *book} - rated, written.model_dump(include=set(FileFormat.model_fields))
        raw = read_table(path, name=name, keep={*named, *rated}, names=names, **form)
    except StudyError as err:
        return Found(problems=err.problems)
    desk = Desk(table=raw, config=config)
    table = read(desk)
    rows, columns = raw.frame.shape
    return Found(
        table=None if desk.problems else table,
        size=(rows, columns),
        problems=tuple(desk.problems),
        reading=raw.assumed,
        assumed=tuple(desk.assumed),
    )


def read_provider(desk: Desk, block: ProviderView, answers: pd.DataFrame) -> pd.DataFrame:
    """The view of the provider or a partner, several raters averaged: `account`, `element.<key>`, `facet.<item key>` (0-10).

    Args:
        desk: the file.
        block: `provider_view` of study.yaml.
        answers: the responses in harmonised columns, every wave.
    """
    place = "provider_view.account"
    if desk.config.columns.account is None:
        desk.refuse(
            "The responses have no account to join the provider's view to.",
            desk.where(block.account, place),
            "columns.account in study.yaml.",
            "Map the account of the respondents, or take provider_view out.",
        )
    ratings = read_statements(desk, block, "provider_view", linked=True)
    if desk.lacks(block.account, place):
        return pd.DataFrame()
    known = known_accounts(answers)
    named = Named(column=block.account, place=place, what="account", there="columns.account", stray="study.provider_stray")
    accounts = join_names(desk, account_names(desk, block.account, block.missing), set(known), named)
    frame = pd.DataFrame({"account": accounts.astype("str"), **ratings})[accounts.notna()]
    # How many accounts were rated more than once, and how many of the respondents' accounts not at all.
    rated = frame["account"]
    raters = rated.value_counts()
    if (several := int((raters > 1).sum())) > 0:
        desk.say("study.provider_averaged", accounts_n=several, most_n=int(raters.max()))
    if silent := int(known[~known.isin(rated)].nunique()):
        desk.say("study.provider_silent", accounts_n=silent, of_n=int(known.nunique()))
    return frame.groupby("account", as_index=False).mean()


def read_employees(desk: Desk, block: Employees, answers: pd.DataFrame) -> pd.DataFrame:
    """The people of the provider's account teams: `team` and `facet.<item key>` (0-10), in the order of the file.

    Args:
        desk: the file.
        block: `employees` of study.yaml.
        answers: the responses in harmonised columns, every wave, with `team`.
    """
    ratings = read_statements(desk, block, "employees", linked=True)
    place = "employees.team"
    if desk.lacks(block.team, place):
        return pd.DataFrame()
    known = set(answers["team"].dropna()) if "team" in answers else set()
    named = Named(
        column=block.team, place=place, what="team", there="employees.team_of_account", stray="study.team_without_accounts"
    )
    teams = join_names(desk, group_names(desk, block.team, block.missing), known, named)
    # How many teams have no employees here, and how many accounts no team.
    heard = known & set(teams.dropna())
    if heard and heard != known:
        desk.say("study.team_silent", teams_n=len(known - heard), of_n=len(known))
    if "team" in answers:
        accounts = known_accounts(answers)
        without = set(accounts) - set(accounts[answers["team"].reindex(accounts.index).notna()])
        if without:
            desk.say("study.accounts_without_team", accounts_n=len(without), of_n=int(accounts.nunique()))
    return pd.DataFrame({"team": teams.astype("str"), **ratings})[teams.notna()].reset_index(drop=True)


# Coded interviews: passages, themes by coder, and what may be printed.

LONGEST_CODE = 30
MOST_WORDS = 3
ONE_CODER = "1"
ROW = ["account", "text", "coder", "code"]


def read_interviews(desk: Desk, block: Interviews, answers: pd.DataFrame, codebook: pd.DataFrame | None) -> pd.DataFrame:
    """`account`, `text`, `coder`, `code` and `publish` (bool; False where it is not told), in the order of the file.

    Args:
        desk: the file.
        block: `interviews` of study.yaml.
        answers: the responses in harmonised columns, for the accounts.
        codebook: the codes that may stand in the file; None where there is no codebook.
    """
    named = {"unit": block.unit, "text": block.text, "code": block.code, "coder": block.coder, "publish": block.publish}
    absent = [desk.lacks(column, f"interviews.{key}") for key, column in named.items() if column is not None]
    if any(absent):
        return pd.DataFrame()
    # The accounts that were talked with, as the responses spell them; without accounts there, units of their own.
    unit = Named(column=block.unit, place="interviews.unit", what="account", there="columns.account", stray="study.interview_stray")
    units = join_names(desk, account_names(desk, block.unit, block.missing), set(known_accounts(answers)), unit)
    quotes = check_filled(desk, texts(desk, block.text), block.text, "interviews.text", "quote")
    # Without a column of coders one person did it, and agreement cannot be measured.
    coders = pd.Series(ONE_CODER, index=desk.frame.index, dtype=object)
    if block.coder is not None:
        coders = check_filled(desk, texts(desk, block.coder), block.coder, "interviews.coder", "coder")
        coders = without_emails(desk, block.coder, coders)
    if coders.nunique() == 1:
        desk.say("study.one_coder")
    codes = _read_codes(desk, block, codebook)
    frame = pd.DataFrame({"account": units, "text": quotes, "coder": coders, "code": codes, "publish": _publish(desk, block)})
    twice = frame.dropna(subset=ROW).duplicated(subset=ROW, keep=False).reindex(frame.index, fill_value=False)
    if twice.any():
        desk.refuse(
            f"{int(twice.sum())} rows repeat a quote with the same coder and code.",
            desk.where(block.text, "interviews.text", twice),
            "each quote once for every coder and code.",
            "Take the repeated rows out.",
        )
    clash = frame.groupby(["account", "text"])["publish"].nunique().gt(1)
    if clash.any():
        torn = frame.set_index(["account", "text"]).index.isin(clash[clash].index)
        desk.refuse(
            f"{int(clash.sum())} quotes may be published on one row and not on another.",
            desk.where(block.publish or block.text, "interviews.publish", pd.Series(torn, index=frame.index)),
            "one permission a quote.",
            "Write the same answer on every row of the quote; in doubt, no.",
        )
    return frame.astype({**dict.fromkeys(ROW, "str"), "publish": bool})


def _read_codes(desk: Desk, block: Interviews, codebook: pd.DataFrame | None) -> pd.Series:
    """The code of each row as the codebook spells it, or as the first row does; 1, 1.0 or "1" and case make no difference.

    Problems name codes that look like codes; what could be a quote or a person is only counted.
    """
    place = "interviews.code"
    codes = check_filled(desk, texts(desk, block.code, block.missing), block.code, place, "code")
    known = [*codes.dropna().unique()][::-1] if codebook is None else [*codebook["code"]]
    spelled = {code_key(code): str(code) for code in known}
    found = codes.map(lambda code: spelled.get(code_key(code)), na_action="ignore")
    unknown = codes.notna() & found.isna()
    rows = int(unknown.sum())
    if rows and rows == int(codes.notna().sum()):
        desk.refuse(
            f"None of the {rows} codes stands in the codebook.",
            desk.where(block.code, place, unknown),
            "the codes of the codebook's column `code`.",
            "Name the column that holds the codes, or use the same codes in both files.",
        )
    elif rows:
        strays = sorted(set(codes[unknown]))
        shown = [code for code in strays if len(code) <= LONGEST_CODE and len(code.split()) <= MOST_WORDS and "@" not in code]
        listed = f": {clip(', '.join(shown), 60)}" if shown else ""
        near = next((one for code in shown if (one := nearest(code, spelled.values())) is not None), None)
        desk.refuse(
            f"{rows} rows carry codes that the codebook lacks{listed}.",
            desk.where(block.code, place, unknown),
            "codes of the codebook" + (f"; did you mean {clip(near, 40)!r}?" if near else "."),
            "Correct the codes, or add them to the codebook.",
        )
    return found


def _publish(desk: Desk, block: Interviews) -> pd.Series:
    """Whether a quote may be printed; what is not said is no."""
    none = pd.Series(False, index=desk.frame.index)
    if block.publish is None:
        desk.say("study.nothing_published")
        return none
    keys = desk.keys(block.publish, block.missing)
    flags = read_date_or_flag(keys)
    if flags is None:
        unclear = pd.Series([read_date_or_flag(keys[[place]]) is None for place in keys.index], index=keys.index)
        desk.refuse(
            "The permission to publish is not a yes or a no.",
            desk.where(block.publish, "interviews.publish", keys.notna() & unclear),
            "yes or no, kyllä or ei, 1 or 0; blank counts as no.",
            "Correct these rows: nothing is printed without a clear yes.",
        )
        return none
    return flags.eq(1.0)


# The codebook.

TEXTS = ("name", "definition", "include", "exclude", "example")


def read_codebook(desk: Desk, language: str) -> pd.DataFrame:
    """`code`, `name`, `definition`, `include`, `exclude` and `example`; blank where the book does not say.

    A text may stand in a column of its own name or in one for each language (`definition_fi`); the study's language comes first.
    """
    if desk.lacks("code", "interviews.codebook"):
        return pd.DataFrame()
    codes = texts(desk, "code")
    blank, twice = codes.isna(), codes.notna() & codes.map(code_key).duplicated(keep=False)
    for wrong, what in ((blank, "name no code"), (twice, "repeat a code")):
        if wrong.any():
            desk.refuse(
                f"{int(wrong.sum())} rows {what}.",
                desk.where("code", "interviews.codebook", wrong),
                "one row a code.",
                "Correct the codes, or take the rows out.",
            )
    frame = pd.DataFrame({"code": codes})
    for name in TEXTS:
        frame[name] = ""
        for column in dict.fromkeys((f"{name}_{language}", name, f"{name}_fi", f"{name}_en")):
            if desk.has(column):
                frame[name] = frame[name].where(frame[name].ne(""), texts(desk, column).fillna(""))
    frame["name"] = frame["name"].where(frame["name"].ne(""), frame["code"])
    return frame.astype("str")
