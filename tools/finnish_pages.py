"""The Finnish pages of the documentation, and whether each still follows the English page that it was written from.

    python tools/finnish_pages.py              # which Finnish pages are behind, and what of the English has to be looked at
    python tools/finnish_pages.py --in-step    # when they say it again: write the marks anew

Each Finnish page names in a comment the English page that it follows, with a mark: a hash of that page's headings, code blocks and
the commands in its text. Sentences may be polished on either side; a heading, a command or an option cannot change on one alone.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = (ROOT / "README.fi.md", *sorted((ROOT / "docs" / "fi").glob("*.md")))
FOLLOWS = re.compile(r"^<!-- follows: (\S+) ([0-9a-f]{12}) -->$", re.MULTILINE)
FENCE = re.compile(r"^```\w*\n.*?^```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ .+$", re.MULTILINE)
COMMAND = re.compile(r"`(?:(?:valuelib|make|python) [^`]+|--[a-z][^`]*)`")


def frame(page: str) -> list[str]:
    """Of a page what a translation has to follow: its headings, its code blocks, and the commands and options in its text."""
    text = FENCE.sub("", page)
    return [*HEADING.findall(text), *FENCE.findall(page), *COMMAND.findall(text)]


def mark(page: str) -> str:
    """A short hash of a page's frame."""
    return hashlib.sha256("\n".join(frame(page)).encode()).hexdigest()[:12]


def behind() -> Iterator[tuple[Path, str, str, str]]:
    """Finnish pages whose English has changed: the page, the English one's name, the mark that stands there, and that of today."""
    for page in PAGES:
        for followed, written in FOLLOWS.findall(page.read_text(encoding="utf-8")):
            today = mark((ROOT / followed).read_text(encoding="utf-8"))
            if written != today:
                yield page, followed, written, today


def main(*options: str) -> int:
    """Tell the pages that are behind, or write their marks anew; exit status 1 where pages are left behind."""
    found = list(behind())
    for page, followed, written, today in found:
        if "--in-step" in options:
            page.write_text(
                page.read_text(encoding="utf-8").replace(f"{followed} {written}", f"{followed} {today}"), encoding="utf-8"
            )
        else:
            name = page.relative_to(ROOT).as_posix()
            print(f"{name} follows {followed}, whose headings, code or commands have changed: git log -p -- {followed}")
    return 1 if found and "--in-step" not in options else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
