"""A notebook's outputs with their looks on each element, so that these last where no style sheet does (lasting.css tells why)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

SHEET = Path(__file__).with_name("lasting.css")
COMMENT, RULE = re.compile(r"/\*.*?\*/", re.DOTALL), re.compile(r"([^{}]+)\{([^{}]*)\}")
PART = re.compile(r"(?P<tag>\w*)(?P<kinds>(?:\.[\w-]+)*)(?P<first>:first-child)?")
COLOUR = re.compile(r"--vl-verdict:\s*(#\w+)")
VOID = frozenset({"br", "hr", "img", "input", "meta", "wbr"})


class Element(NamedTuple):
    """An open element: its tag, its classes, and whether it is the first of its parent."""

    tag: str
    kinds: frozenset[str]
    first: bool


@cache
def lasting_rules() -> tuple[tuple[tuple[re.Match[str], ...], dict[str, str]], ...]:
    """Each selector of lasting.css, as its parts from the outermost to the element itself, with what it sets."""
    rules = RULE.findall(COMMENT.sub("", SHEET.read_text(encoding="utf-8")))
    return tuple(
        (tuple(found for part in selector.split() if (found := PART.fullmatch(part))), _looks(looks))
        for selectors, looks in rules
        for selector in selectors.split(",")
    )


def with_looks(html: str) -> str:
    """The same html with a style attribute on each element that lasting.css speaks of."""
    dresser = _Dresser()
    dresser.feed(html)
    dresser.close()
    return "".join(dresser.done)


class _Dresser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.done: list[str] = []
        self.path: list[Element] = []
        self.children = [0]
        self.colour = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value for name, value in attrs if name != "data-value"}  # only a report's page sorts
        self.children[-1] += 1
        here = Element(tag, frozenset((given.get("class") or "").split()), self.children[-1] == 1)
        path, own = [*self.path, here], given.get("style") or ""
        if found := COLOUR.search(own):
            self.colour = found[1]
        looks: dict[str, str] = {}
        for parts, more in lasting_rules():
            if _fits(parts, path):
                looks |= more
        whole = self.get_starttag_text() or ""
        if looks:
            said = ";".join(f"{name}:{value}" for name, value in (_looks(own) | looks).items())
            given["style"] = said.replace("var(--vl-verdict)", self.colour)
            said = "".join(f' {name}="{escape(value)}"' if value is not None else f" {name}" for name, value in given.items())
            whole = f"<{tag}{said}>"
        self.done.append(whole)
        if tag not in VOID:
            self.path.append(here)
            self.children.append(0)

    def handle_endtag(self, tag: str) -> None:
        self.done.append(f"</{tag}>")
        self.path.pop()
        self.children.pop()

    def handle_data(self, data: str) -> None:
        self.done.append(data)

    def handle_entityref(self, name: str) -> None:
        self.done.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.done.append(f"&#{name};")


def _looks(declared: str) -> dict[str, str]:
    pairs = (one.split(":", 1) for one in declared.split(";") if one.strip())
    return {name.strip(): value.strip() for name, value in pairs}


def _fits(parts: Sequence[re.Match[str]], path: Sequence[Element]) -> bool:
    """Whether a selector's last part is the last element of the path and the others stand above it in their order."""
    if not _is(path[-1], parts[-1]):
        return False
    above = iter(path[-2::-1])
    return all(any(_is(element, part) for element in above) for part in parts[-2::-1])


def _is(element: Element, part: re.Match[str]) -> bool:
    kinds = {kind for kind in part["kinds"].split(".") if kind}
    return part["tag"] in ("", element.tag) and kinds <= element.kinds and (element.first or not part["first"])
