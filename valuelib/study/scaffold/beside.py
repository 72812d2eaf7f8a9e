"""The files beside an export: headers propose the provider's, the employees' and the interview file, shared names confirm."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
from pyarrow import parquet

from valuelib.errors import StudyError
from valuelib.study.readers import SUFFIXES, read_table
from valuelib.study.scaffold.guesses import LONG_TEXT, Proposal
from valuelib.study.scaffold.matches import Match, in_order, match_elements, match_facets
from valuelib.study.scaffold.profile import Profile, profile_columns
from valuelib.study.scaffold.words import bare, speaks_of
from valuelib.study.wording import code_keys
from valuelib.theory.facets import facet_items

MOST_FILES = 20
LARGEST = 20_000_000  # bytes; the other files are small
LEAST_SHARED = 0.5
MIN_STATEMENTS = 2
HEADER_ROWS = 3
BOOK = ("name", "definition", "include", "exclude", "example")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A file that could be mapped: its block of study.yaml, columns by key, rated statements and elements, and names it shares."""

    block: str
    file: str
    columns: dict[str, str]
    shared: int
    names: int
    rated: tuple[Match, ...] = ()
    ratings: tuple[Profile, ...] = ()
    missing: tuple[int | str, ...] = ()
    codebook: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sheet:
    """A file beside the export, as far as it can be read."""

    file: str
    frame: pd.DataFrame
    profiles: tuple[Profile, ...]
    missing: tuple[int | str, ...]

    def named(self, role: str, *, also: str | None = None) -> list[Profile]:
        """Columns that speak of a role, and the one that is called like a column of the export."""
        return [one for one in self.profiles if one.name == also or speaks_of(role, one.texts)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The files beside an export: those that could be mapped, how many were looked at by their headers, and how many were read."""

    found: tuple[Beside, ...] = ()
    looked: int = 0
    read: int = 0


def look_around(export: Path, responses: pd.DataFrame, proposal: Proposal) -> Surroundings:
    """The likeliest file for each of `provider_view`, `employees` and `interviews`, in this order; those without one are absent.

    A file is read only if its header names accounts, teams or codes, or has the name of the export's account column. It counts only
    if at least half of its accounts or teams stand in the export, so that a stranger's file is never proposed.
    """
    # What lies beside the export and can be read; what cannot is none of our business.
    around = sorted(one for one in export.parent.iterdir() if one.suffix.lower() in SUFFIXES and one.name != export.name)
    account = proposal.roles.get("account")
    sheets, looked, read = [], 0, 0
    for path in around[:MOST_FILES]:
        if path.is_file() and path.stat().st_size <= LARGEST:
            looked += 1
            names = names_in(path)
            if names is not None and not any(_could_link(name) or (account and name == account.profile.name) for name in names):
                continue
            read += 1
            try:
                table = read_table(path, name=path.name)
            except StudyError:
                continue
            profiles, missing = profile_columns(table)
            sheets.append(Sheet(file=path.name, frame=table.frame, profiles=profiles, missing=missing.codes))
    found: list[Beside] = []
    for kind in (_provider, _employees, _interviews):
        likely = [one for sheet in sheets if (one := kind(sheet, responses, proposal))]
        found += [max(likely, key=lambda one: (len(one.rated), one.shared))] if likely else []
    if found and found[-1].block == "interviews":
        found[-1] = replace(found[-1], codebook=_codebook(found[-1], sheets))
    return Surroundings(found=tuple(found), looked=looked, read=read)


def _codebook(interviews: Beside, sheets: Sequence[Sheet]) -> str | None:
    """The file whose column `code` holds the codes that were given."""
    codes = next(sheet.frame[interviews.columns["code"]] for sheet in sheets if sheet.file == interviews.file)
    for sheet in sheets:
        names = {str(name).removesuffix("_fi").removesuffix("_en") for name in sheet.frame.columns}
        if "code" in sheet.frame.columns and names & set(BOOK) and _enough(*_shared(codes, sheet.frame["code"])):
            return sheet.file
    return None


HEAD = 65_536  # bytes of a text or workbook that hold its header


def names_in(path: Path) -> list[str] | None:
    """The column names and labels of a file, and whatever stands near them, from its head; None where they are not told."""
    import pyreadstat  # on use: only a new study looks around

    suffix = path.suffix.lower()
    try:
        if suffix in (".sav", ".zsav"):
            _, meta = pyreadstat.read_sav(path, metadataonly=True)
            return [*meta.column_names, *filter(None, meta.column_labels)]
        if suffix == ".parquet":
            return [str(name) for name in parquet.read_schema(path).names]
        if suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                parts = [name for name in book.namelist() if name.endswith("sharedStrings.xml") or "/worksheets/sheet" in name]
                heads = [book.open(name).read(HEAD).decode("utf-8", "replace") for name in parts]
            return [html.unescape(text) for head in heads for text in re.findall(r"<(?:\w+:)?t[^>]*>([^<]*)<", head)]
        if suffix in (".csv", ".tsv", ".txt"):
            with path.open("rb") as file:
                head = file.read(HEAD)
            lines = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "replace").splitlines()
            return [name.strip(' "') for line in lines[:HEADER_ROWS] for name in re.split(r"[,;\t|]", line)]
    except (OSError, ValueError, zipfile.BadZipFile, pyreadstat.ReadstatError):
        return None  # whoever reads it in full will say what is wrong with it
    return None


def _could_link(name: str) -> bool:
    """Whether a column of this name could tell which account, team or theme a row is about."""
    texts = (bare(name),)
    return any(speaks_of(role, texts) for role in ("account", "team", "code"))


def _provider(sheet: Sheet, responses: pd.DataFrame, proposal: Proposal) -> Beside | None:
    """Accounts of the export with rated statements or elements; who is asked to recommend is a customer."""
    account = _account(sheet, responses, proposal)
    rated = _rated(sheet)
    if account is None or len(rated) < MIN_STATEMENTS or sheet.named("recommend"):
        return None
    return _beside(sheet, "provider_view", {"account": account[0]}, account[1:], rated)


def _employees(sheet: Sheet, responses: pd.DataFrame, proposal: Proposal) -> Beside | None:
    """Teams that a column of the export names too, with rated statements."""
    rated = [match for match in _rated(sheet) if match.key in {item.key for item in facet_items()}]
    pairs = [
        (one.name, other.name, *_shared(sheet.frame[one.name], responses[other.name]))
        for one in sheet.named("team")
        for other in proposal.profiles
        if speaks_of("team", other.texts)
    ]
    best = max((pair for pair in pairs if pair[2] >= LEAST_SHARED * pair[3] > 0), key=lambda pair: pair[2], default=None)
    if best is None or len(rated) < MIN_STATEMENTS or sheet.named("recommend"):
        return None
    return _beside(sheet, "employees", {"team": best[0], "team_of_account": best[1]}, best[2:], rated)


def _interviews(sheet: Sheet, responses: pd.DataFrame, proposal: Proposal) -> Beside | None:
    """Accounts of the export, passages of text, and the codes given to them."""
    account = _account(sheet, responses, proposal)
    quotes = [one for one in sheet.profiles if not one.numeric and one.length >= LONG_TEXT]
    if account is None or not quotes:
        return None
    fitting = [one for one in sheet.named("code") if one not in quotes and one.name != account[0]]
    codes = sorted(fitting, key=lambda one: one.numeric)  # words before numbers: a customer's code is no theme
    if not codes:
        return None
    columns = {"unit": account[0], "text": max(quotes, key=lambda one: one.length).name, "code": codes[0].name}
    more = {role: found[0].name for role in ("coder", "publish") if (found := sheet.named(role))}
    return _beside(sheet, "interviews", {**columns, **more}, account[1:], ())


def _account(sheet: Sheet, responses: pd.DataFrame, proposal: Proposal) -> tuple[str, int, int] | None:
    """The column with most of the export's accounts, how many of its names they are, and how many it has."""
    guess = proposal.roles.get("account")
    if guess is None:
        return None
    known = responses[guess.profile.name]
    found = [(one.name, *_shared(sheet.frame[one.name], known)) for one in sheet.named("account", also=guess.profile.name)]
    return max((one for one in found if _enough(*one[1:])), key=lambda one: one[1], default=None)


def _shared(names: pd.Series, known: pd.Series) -> tuple[int, int]:
    """How many of the different names are known, of how many."""
    own, there = set(code_keys(names).dropna()), set(code_keys(known).dropna())
    return len(own & there), len(own)


def _enough(shared: int, names: int) -> bool:
    return shared > 0 and shared >= LEAST_SHARED * names


def _rated(sheet: Sheet) -> tuple[Match, ...]:
    """Statements by their key as the whole header or by wording, and elements; as in the theory, elements first."""
    ratings = [one for one in sheet.profiles if one.rating]
    keys = {item.key for item in facet_items()}
    facets = tuple(Match(key=one.name.upper(), column=one.name, match=100.0) for one in ratings if one.name.upper() in keys)
    facets = facets if len(facets) >= MIN_STATEMENTS else match_facets(ratings)
    taken = {match.column for match in facets}
    elements = in_order(match_elements([one for one in ratings if one.name not in taken]))
    return (*elements, *facets)


def _beside(sheet: Sheet, block: str, columns: dict[str, str], shared: tuple[int, int], rated: Sequence[Match]) -> Beside:
    mapped = {match.column for match in rated}
    return Beside(
        block=block,
        file=sheet.file,
        columns=columns,
        shared=shared[0],
        names=shared[1],
        rated=tuple(rated),
        ratings=tuple(one for one in sheet.profiles if one.name in mapped),
        missing=sheet.missing,
    )
