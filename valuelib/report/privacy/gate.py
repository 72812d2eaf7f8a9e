"""May these files leave the house? Every byte of every output is opened and searched; one hit, and nothing ships."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from valuelib.errors import PrivacyError, Problem
from valuelib.report.privacy.opened import Opened, open_file
from valuelib.report.privacy.secrets import Secrets, secrets_of, shingles, tokens
from valuelib.stats.coding.quotes import EMAIL
from valuelib.study import Study

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
        raise PrivacyError([_problem(leak) for leak in leaks[:MOST_TOLD]], more=max(0, len(leaks) - MOST_TOLD))


def find_leaks(files: Mapping[str, bytes], secrets: Secrets, said: Mapping[str, str] | None = None) -> list[Leak]:
    """Every leak once a place, in the order of the files."""
    parts = (part for name in sorted(files) for part in (Opened(name, name, name), *open_file(name, files[name])))
    texts = (Opened(place, text, text) for place, text in (said or {}).items())
    found = (leak for some in (parts, texts) for part in some for leak in _leaks_in(part, secrets))
    return list(dict.fromkeys(found))


def _leaks_in(part: Opened, secrets: Secrets) -> Iterator[Leak]:
    for piece, kind in secrets.paths.items():
        if piece in part.raw:
            yield Leak(kind, part.place, mask(piece))
    yield from (Leak("an e-mail address", part.place, mask(found[0])) for found in EMAIL.finditer(part.seen))
    yield from (Leak("a telephone number", part.place, mask(found[0])) for found in PHONE.finditer(part.seen))
    words = tokens(part.seen)
    for length in range(1, secrets.longest + 1):
        for at in range(len(words) - length + 1):
            if kind := secrets.names.get(words[at : at + length], ""):
                yield Leak(kind, part.place, mask(" ".join(words[at : at + length])))
    yield from (Leak(secrets.texts[one], part.place, mask(" ".join(one))) for one in shingles(words) if one in secrets.texts)


def mask(secret: str) -> str:
    """First and last letter and the length: enough to find it in one's own file, too little to tell it on."""
    return f"{secret[:1]}…{secret[-1:]} ({len(secret)} letters)"


def _problem(leak: Leak) -> Problem:
    return Problem(
        what=f"The report would tell {leak.kind}: {leak.masked}.",
        where=leak.place,
        expected="no names, ids, addresses, telephone numbers, unpublished texts or folders in an output.",
        next_step=NEXT.get(leak.kind, "Rename it in the study's files or study.yaml, or leave the column out."),
    )


NEXT: Mapping[str, str] = {
    "a comment": "Leave the column out of `elements`, `segments` and the like: comments are not printed.",
    "an interview": "Set `publish` for the quotes that may be printed; others are not.",
    "a folder of this machine": "Name files in study.yaml by their way from the study's folder.",
}
