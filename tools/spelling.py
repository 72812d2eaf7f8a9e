"""Spelling of our Finnish: every word of catalogue, workshop and Finnish pages, by libvoikko with our own words beside.

    python -m tools.spelling

Needs libvoikko with its Finnish dictionary (`make system-deps`); where it is not there, the check says so and passes.
Words that a dictionary cannot know (terms, names, abbreviations) stand in words_fi.txt, one a line.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import yaml

from tools import finnish_pages
from valuelib.languages import folders
from valuelib.show.catalogue import DOMAIN, forms_of, read_catalogue
from valuelib.theory.claims import theory_texts

EPISODES = sorted((Path(__file__).resolve().parents[1] / "notebooks" / "workshop" / "source").glob("*.md"))
OWN_WORDS = Path(__file__).with_name("words_fi.txt")
# What is filled in, code, links and the client's own names are no words of ours.
NOT_WORDS = re.compile(r"%\(\w+\)s\S*|%%\S*|`[^`]*`|--[\w-]+|\w+[._]\w[\w.]*|\S*\d\S*|\{[^}]*\}")
WORD = re.compile(r"[^\W\d_]+(?:[-–’:][^\W\d_]+)*")
NOT_PROSE = re.compile(
    r"^```\w*\n.*?^```|<!--.*?-->|`[^`]*`|\]\([^)]*\)|[\w/.-]*[\w-]+\.md\b|(?<!\w)\.\w+", re.MULTILINE | re.DOTALL
)
FINNISH = b"fi"


def speller() -> Callable[[str], bool] | None:
    """Whether a word is spelled rightly, as libvoikko says; None where it or its dictionary is not installed."""
    found = ctypes.util.find_library("voikko")
    if found is None:
        return None
    library = ctypes.CDLL(found)
    library.voikkoInit.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_char_p, ctypes.c_char_p]
    library.voikkoInit.restype = ctypes.c_void_p
    library.voikkoSpellCstr.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
    handle = library.voikkoInit(ctypes.byref(ctypes.c_char_p()), FINNISH, None)
    if handle is None:
        return None
    return lambda word: bool(library.voikkoSpellCstr(handle, word.encode()) == 1)


def finnish_texts() -> Mapping[str, str]:
    """Every Finnish text of the package by its code, those of the theory too."""
    entries = read_catalogue(folders()[-1] / "fi" / "LC_MESSAGES" / f"{DOMAIN}.po")
    said = {forms_of(entry.id)[0]: " ".join(forms_of(entry.string)) for entry in entries if entry.id}
    return said | {code: text.fi for code, text in theory_texts().items()}


def episode_texts() -> Mapping[str, str]:
    """The Finnish of each episode of the workshop by the episode's name and the text's place in it."""
    return {
        f"{path.name}, {place}": text for path in EPISODES for place, text in enumerate(spoken(path.read_text(encoding="utf-8")))
    }


def spoken(source: str) -> Iterator[str]:
    """The Finnish of an episode of the workshop: its front matter's and its blocks'."""
    _, front, body = source.split("---\n", 2)
    yield from (str(part.get("fi", "")) for part in yaml.safe_load(front).values() if isinstance(part, dict))
    yield from re.findall(r"^%% \w+ fi\n(.*?)(?=^%% |\Z)", body, re.MULTILINE | re.DOTALL)


def page_texts() -> Mapping[str, str]:
    """The text of each Finnish page by the page's name, without code, comments and where links lead."""
    pages = {page.relative_to(finnish_pages.ROOT).as_posix(): page.read_text(encoding="utf-8") for page in finnish_pages.PAGES}
    return {name: NOT_PROSE.sub(" ", text) for name, text in pages.items()}


def misspelled(texts: Mapping[str, str], right: Callable[[str], bool], own: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Each code with a word of its text that neither the dictionary nor our own list has."""
    for code, text in texts.items():
        for word in dict.fromkeys(WORD.findall(NOT_WORDS.sub(" ", text))):
            if word not in own and word.lower() not in own and not right(word):
                yield code, word


def own_words() -> frozenset[str]:
    """The words of words_fi.txt."""
    return frozenset(OWN_WORDS.read_text(encoding="utf-8").split())


def main() -> int:
    """Print each misspelled word with the code of its text, or its page; exit status 1 where there is one."""
    right = speller()
    if right is None:
        print("Finnish spelling was not checked: libvoikko is not installed (make system-deps).")
        return 0
    found = list(misspelled({**finnish_texts(), **episode_texts(), **page_texts()}, right, own_words()))
    for code, word in found:
        print(f"{code}: {word}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
