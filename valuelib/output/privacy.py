"""Nothing ships before it passes here: no output may tell who answered, what somebody wrote, or on whose machine it was made."""

from __future__ import annotations

import base64
import getpass
import html
import io
import json
import re
import socket
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from valuelib.errors import PrivacyError, Problem
from valuelib.show.localizer import catalogue_texts
from valuelib.stats.themes import EMAIL
from valuelib.study.model import Study
from valuelib.verdict.source import sample_sizes

TAG = re.compile(r"<[^<>]*>")
NO_TEXT = re.compile(r"<(style|script|path|defs)\b.*?(</\1>|/>)", re.DOTALL | re.IGNORECASE)
SAID_IN_TAGS = re.compile(r"""\b(?:alt|title|descr|name|aria-label|content|tooltip)=("[^"]*"|'[^']*')""", re.IGNORECASE)
DATA_ADDRESS = re.compile(r"data:([\w/+.-]+);base64,([A-Za-z0-9+/=]+)")
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Opened:
    """One readable part of a file: where it stands, its bytes as text, and what a reader sees (numbers of drawings left out)."""

    place: str
    raw: str
    seen: str


def open_file(name: str, content: bytes) -> Iterator[Opened]:
    """Everything that can be read in a file.

    Args:
        name: the file's name; members of packed files are named after it.
        content: its bytes.
    """
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for member in packed.infolist():
                yield Opened(f"{name}, {member.filename}", member.filename, member.filename)
                yield from open_file(f"{name}, {member.filename}", packed.read(member))
        return
    if content[:4] == b"%PDF":
        yield from _open_pdf(name, content)
        return
    text = content.decode("utf-8", errors="replace")
    if name.endswith((".json", ".ipynb")):
        yield from _open_json(name, text)
    elif text.lstrip()[:1] == "<":
        yield from _open_markup(name, text)
    else:
        yield Opened(name, text, text if text.isprintable() else "")


def _open_markup(name: str, text: str) -> Iterator[Opened]:
    """A page or an XML part: tags fall away, and pictures inside data addresses are opened too."""
    for found in DATA_ADDRESS.finditer(text):
        if found[1].startswith(("image/svg", "text/")):
            yield from _open_markup(f"{name}, picture", base64.b64decode(found[2]).decode("utf-8", errors="replace"))
    plain = DATA_ADDRESS.sub("", text)
    tags = " \n".join(one[1:-1] for one in SAID_IN_TAGS.findall(plain))
    yield Opened(name, html.unescape(plain), html.unescape(f"{TAG.sub(' ', NO_TEXT.sub(' ', plain))}\n{tags}"))


def _open_json(name: str, text: str) -> Iterator[Opened]:
    """Every text of a JSON document; markup inside it is opened as such."""
    try:
        document = json.loads(text)
    except ValueError:
        yield Opened(name, text, text)
        return
    said: list[str] = []
    for one in _strings(document):
        if one.lstrip().startswith("<"):
            yield from _open_markup(name, one)
        else:
            said.append(one)
    whole = "\n".join(said)
    yield Opened(name, whole, whole)


def _strings(value: Any) -> Iterator[str]:
    """Every text; lines of a notebook, which stand in lists, are put together again."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        yield "".join(value) if any(one.endswith("\n") for one in value) else "\n".join(value)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            yield str(key)
            yield from _strings(one)


def _open_pdf(name: str, content: bytes) -> Iterator[Opened]:
    """The document's own texts and its unpacked streams. Letters on pages are numbers of glyphs: the content is checked before."""
    plain = STREAM.sub(b"", content).decode("latin-1")
    yield Opened(name, plain, "\n".join(_pdf_texts(plain)))
    for place, found in enumerate(STREAM.findall(content)):
        try:
            unpacked = zlib.decompress(found)
        except zlib.error:
            unpacked = found
        yield Opened(f"{name}, stream {place}", unpacked.decode("latin-1"), "")


def _pdf_texts(plain: str) -> Iterator[str]:
    """Texts in brackets, and those of two bytes a letter, as titles and alternative texts are written."""
    for found in re.findall(r"\(((?:\\.|[^\\()])*)\)", plain):
        bare = re.sub(r"\\(.)", r"\1", found)
        yield bare.encode("latin-1").decode("utf-16-be", errors="replace") if bare.startswith("þÿ") else bare
    for found in re.findall(r"<(FEFF[0-9A-Fa-f]+)>", plain):
        yield bytes.fromhex(found[4:] + "0" * (len(found) % 2)).decode("utf-16-be", errors="replace")


WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
SHORTEST_NAME, MIN_DIGITS = 4, 5  # shorter ids would be met by chance in any report
COUNT = re.compile(r"[1-9][0-9]*")
SHINGLE = 6  # words in a row that two texts do not share by chance
NOBODY = frozenset({"root", "user", "admin", "runner", "jovyan"})  # user names that tell nothing
Tokens = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What is searched for.

    `names`: ids by their words in small letters -> what they are. `texts`: six words in a row of what somebody wrote -> what it
    is. `paths`: pieces of text that tell of the machine -> what they are.
    """

    names: Mapping[Tokens, str] = field(default_factory=dict)
    texts: Mapping[Tokens, str] = field(default_factory=dict)
    paths: Mapping[str, str] = field(default_factory=dict)

    @property
    def longest(self) -> int:
        """Words of the longest name."""
        return max((len(name) for name in self.names), default=0)


def secrets_of(study: Study, open_words: Iterable[str] = ()) -> Secrets:
    """The secrets of a study.

    Args:
        study: the study of the report.
        open_words: texts that the report says on purpose; an id that is nothing but such words is no secret.
    """
    free = {word for text in (*open_words, *_said_on_purpose(study)) for word in tokens(text)}
    n = len(study.all_data) if (sizes := sample_sizes(study)) is None else sizes[1]
    # Respondents may be numbered as they came; the number of an account is the client's own, and is looked for whatever it is.
    counted = {"a respondent's id": n}
    names = {name: kind for kind, value in _ids(study) if (name := tokens(value)) and _telling(name, free, counted.get(kind, 0))}
    # Folders, user and machine; short and common names would be met by chance.
    folders = {Path.home(), Path.cwd(), Path(tempfile.gettempdir()), study.folder.resolve()}
    found = {f"{folder}/": "a folder of this machine" for folder in folders if len(folder.parts) > 1}
    named = {getpass.getuser(): "the user's name", socket.gethostname(): "this machine's name"}
    return Secrets(
        names=names,
        texts=_written(study),
        paths={
            **found,
            **{name: kind for name, kind in named.items() if len(name) > SHORTEST_NAME and name.casefold() not in NOBODY},
        },
    )


def tokens(text: str) -> Tokens:
    """The words of a text in small letters."""
    return tuple(word.casefold() for word in WORD.findall(text))


def _telling(name: Tokens, free: Set[str], n: int) -> bool:
    """Whether an id can be told from the figures and words of any report: it has a part that is neither a short number, nor one
    that a count of the `n` answers may be, nor a word of the report itself, and it is long enough.
    """
    own = [
        word
        for word in name
        if word not in free and not (word.isdigit() and (len(word) < MIN_DIGITS or (COUNT.fullmatch(word) and int(word) <= n)))
    ]
    return bool(own) and sum(len(word) for word in name) >= SHORTEST_NAME


def _ids(study: Study) -> Iterator[tuple[str, str]]:
    named = (
        ("a respondent's id", study.all_data, "respondent"),
        ("an account", study.all_data, "account"),
        ("an account", study.provider, "account"),
        ("an account", study.interviews, "account"),
        ("an account", study.population, "account"),
        ("a reader of interviews", study.interviews, "coder"),
        ("a team", study.employees, "team"),
        ("a team", study.all_data, "team"),
        ("a cluster", study.all_data, "cluster"),
    )
    for kind, frame, column in named:
        if frame is not None and column in frame:
            yield from ((kind, str(value)) for value in pd.unique(frame[column].dropna()))


def ids_of(study: Study) -> dict[str, set[str]]:
    """All ids of a study by what they are."""
    found: dict[str, set[str]] = {}
    for kind, value in _ids(study):
        found.setdefault(kind, set()).add(value)
    return found


def _written(study: Study) -> dict[Tokens, str]:
    """Six words in a row of comments and of interviews that may not be printed; what may be printed is taken out."""
    comments = study.all_data["comment"].dropna().unique() if "comment" in study.all_data else ()
    told = [("a comment", str(text)) for text in comments]
    published: set[Tokens] = set()
    if study.interviews is not None:
        allowed = study.interviews["publish"].astype(bool)
        told += [("an interview", str(text)) for text in study.interviews.loc[~allowed, "text"]]
        published = {shingle for text in study.interviews.loc[allowed, "text"] for shingle in shingles(tokens(str(text)))}
    if study.codebook is not None:
        published |= {shingle for row in study.codebook.to_numpy() for cell in row for shingle in shingles(tokens(str(cell)))}
    return {shingle: kind for kind, text in told for shingle in shingles(tokens(text)) if shingle not in published}


def shingles(words: Tokens) -> Iterator[Tokens]:
    """Every six words in a row."""
    return (words[at : at + SHINGLE] for at in range(len(words) - SHINGLE + 1))


def _said_on_purpose(study: Study) -> Iterator[str]:
    """The report's own words, in every language, and those that study.yaml gives it to print."""
    yield from catalogue_texts()
    yield study.config.client
    yield study.config.study
    yield from (study.item_labels or {}).values()
    yield from (word for words in (study.level_labels or {}).values() for word in words.values())
    # A level that `names` lists may be printed, even where an account has its name (a city as a customer and as a region).
    yield from (level for words in study.config.names.values() for level in words.levels)


# A telephone number as people write it: international, or with the leading zero of an area, in groups.
PHONE = re.compile(r"(?<![\w.,])(?:\+\d{1,3}[ \-]?(?:\(0\)[ \-]?)?\d{1,4}|0\d{1,3})[ \-/]\d{2,4}(?:[ \-]?\d{2,4}){1,3}(?![\w.,])")
MOST_TOLD = 12


@dataclass(frozen=True, slots=True)
class Leak:
    """One thing that must not be told: what it is, where it stands, and its first and last letter."""

    kind: str
    place: str
    masked: str


def check_outputs(files: Mapping[str, bytes], study: Study, said: Mapping[str, str] | None = None) -> None:
    """Let the files pass, or say what in them tells too much.

    Args:
        files: every output by its name, before it is put in place.
        study: the study behind them.
        said: further texts by their place that go into an output whose letters cannot be read back, such as a PDF's.

    Raises:
        PrivacyError: something in an output tells who answered, what they wrote, or on whose machine it was made.
    """
    leaks = find_leaks(files, secrets_of(study), said)
    if leaks:
        raise PrivacyError(
            [
                Problem(
                    what=f"The report would tell {leak.kind}: {leak.masked}.",
                    where=leak.place,
                    expected="no names, ids, addresses, telephone numbers, unpublished texts or folders in an output.",
                    next_step=NEXT.get(leak.kind, "Rename it in the study's files or study.yaml, or leave the column out."),
                )
                for leak in leaks[:MOST_TOLD]
            ],
            more=max(0, len(leaks) - MOST_TOLD),
        )


def find_leaks(files: Mapping[str, bytes], secrets: Secrets, said: Mapping[str, str] | None = None) -> list[Leak]:
    """Every leak once a place, in the order of the files."""
    parts = (part for name in sorted(files) for part in (Opened(name, name, name), *open_file(name, files[name])))
    texts = (Opened(place, text, text) for place, text in (said or {}).items())
    longest = secrets.longest
    found = (leak for some in (parts, texts) for part in some for leak in _leaks_in(part, secrets, longest))
    return list(dict.fromkeys(found))


def leak_in(text: str, secrets: Secrets) -> Leak | None:
    """The first leak in a piece of text; None where there is none."""
    return next(_leaks_in(Opened("", text, text), secrets, secrets.longest), None)


def _leaks_in(part: Opened, secrets: Secrets, longest: int) -> Iterator[Leak]:
    for piece, kind in secrets.paths.items():
        if piece in part.raw:
            yield Leak(kind, part.place, mask(piece))
    yield from (Leak("an e-mail address", part.place, mask(found[0])) for found in EMAIL.finditer(part.seen))
    yield from (Leak("a telephone number", part.place, mask(found[0])) for found in PHONE.finditer(part.seen))
    words = tokens(part.seen)
    for length in range(1, longest + 1):
        for at in range(len(words) - length + 1):
            if kind := secrets.names.get(words[at : at + length], ""):
                yield Leak(kind, part.place, mask(" ".join(words[at : at + length])))
    yield from (Leak(secrets.texts[one], part.place, mask(" ".join(one))) for one in shingles(words) if one in secrets.texts)


def mask(secret: str) -> str:
    """First and last letter and the length: enough to find it in one's own file, too little to tell it on."""
    return f"{secret[:1]}…{secret[-1:]} ({len(secret)} letters)"


NEXT: Mapping[str, str] = {
    "a comment": "Leave the column out of `elements`, `segments` and the like: comments are not printed.",
    "an interview": "Set `publish` for the quotes that may be printed; others are not.",
    "a folder of this machine": "Name files in study.yaml by their way from the study's folder.",
}
