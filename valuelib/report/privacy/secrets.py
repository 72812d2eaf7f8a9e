"""What must no output of a study tell? Names and numbers of those who answered, what they wrote, and the machine it was made on."""

from __future__ import annotations

import getpass
import re
import socket
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from valuelib.show.language import catalogue_texts
from valuelib.study import Study

WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
SHORTEST_NAME, FEWEST_DIGITS = 4, 5  # shorter ids would be met by chance in any report
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
    names = {name: kind for kind, value in _ids(study) if (name := tokens(value)) and _telling(name, free)}
    return Secrets(names=names, texts=_written(study), paths=_machine(study))


def tokens(text: str) -> Tokens:
    """The words of a text in small letters."""
    return tuple(word.casefold() for word in WORD.findall(text))


def _telling(name: Tokens, free: Set[str]) -> bool:
    """Whether an id can be told from the figures and words of any report: it has a part that is neither a short number nor a word
    of the report itself, and it is long enough.
    """
    own = [word for word in name if word not in free and not (word.isdigit() and len(word) < FEWEST_DIGITS)]
    return bool(own) and sum(len(word) for word in name) >= SHORTEST_NAME


def _ids(study: Study) -> Iterator[tuple[str, str]]:
    named = (
        ("a respondent's id", study.all_answers, "respondent"),
        ("an account", study.all_answers, "account"),
        ("an account", study.provider, "account"),
        ("an account", study.interviews, "account"),
        ("a reader of interviews", study.interviews, "coder"),
        ("a team", study.employees, "team"),
        ("a team", study.all_answers, "team"),
    )
    for kind, frame, column in named:
        if frame is not None and column in frame:
            yield from ((kind, str(value)) for value in pd.unique(frame[column].dropna()))


def _written(study: Study) -> dict[Tokens, str]:
    """Six words in a row of comments and of interviews that may not be printed; what may be printed is taken out."""
    told = [("a comment", str(text)) for text in _texts(study.all_answers, "comment")]
    published: set[Tokens] = set()
    if study.interviews is not None:
        allowed = study.interviews["publish"].astype(bool)
        told += [("an interview", str(text)) for text in study.interviews.loc[~allowed, "text"]]
        published = {shingle for text in study.interviews.loc[allowed, "text"] for shingle in shingles(tokens(str(text)))}
    if study.codebook is not None:
        published |= {shingle for row in study.codebook.to_numpy() for cell in row for shingle in shingles(tokens(str(cell)))}
    return {shingle: kind for kind, text in told for shingle in shingles(tokens(text)) if shingle not in published}


def _texts(frame: pd.DataFrame, column: str) -> Iterable[object]:
    return pd.unique(frame[column].dropna()) if column in frame else ()


def shingles(words: Tokens) -> Iterator[Tokens]:
    """Every six words in a row."""
    return (words[at : at + SHINGLE] for at in range(len(words) - SHINGLE + 1))


def _machine(study: Study) -> dict[str, str]:
    """Folders, user and machine; short and common names would be met by chance."""
    folders = {Path.home(), Path.cwd(), Path(tempfile.gettempdir()), study.folder.resolve()}
    found = {f"{folder}/": "a folder of this machine" for folder in folders if len(folder.parts) > 1}
    named = {getpass.getuser(): "the user's name", socket.gethostname(): "this machine's name"}
    return {**found, **{name: kind for name, kind in named.items() if len(name) > SHORTEST_NAME and name.casefold() not in NOBODY}}


def _said_on_purpose(study: Study) -> Iterator[str]:
    """The report's own words, in every language, and those that study.yaml gives it to print."""
    yield from catalogue_texts()
    yield study.config.client
    yield study.config.study
    yield from (study.item_labels or {}).values()
    yield from (word for words in (study.level_labels or {}).values() for word in words.values())
