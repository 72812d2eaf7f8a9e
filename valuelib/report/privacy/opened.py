"""What can be read in a file of a report? Every text in it, however it is packed: zip members, data addresses, PDF streams."""

from __future__ import annotations

import base64
import html
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

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
