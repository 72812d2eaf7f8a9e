"""In which encoding was a text file written?"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from valuelib.errors import Problem, StudyError
from valuelib.records import Message

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is the first half of this one
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, what was assumed about its encoding, and whether that encoding fits only in part."""

    text: str
    assumed: tuple[Message, ...] = ()
    in_doubt: bool = False


def decode(data: bytes, name: str, encoding: str | None = None) -> Decoded:
    """Text of a file: by the encoding told, else by its byte order mark, UTF-8, Windows-1252, or at last Latin-1, in doubt.

    Raises:
        StudyError: the encoding told is unknown or does not fit, or the file is no text at all.
    """
    if encoding is not None:
        return Decoded(_as_told(data, name, encoding))
    for mark, marked in _MARKS:
        if data.startswith(mark):
            return Decoded(_as_told(data, name, marked), (_said("readers.byte_order_mark", name, marked.removesuffix("-sig")),))
    if b"\x00" in data[:4096]:
        return Decoded(_wide(data, name), (_said("readers.encoding", name, "UTF-16"),))
    return _unmarked(data, name)


def _as_told(data: bytes, name: str, encoding: str) -> str:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except LookupError as err:
        problem = Problem(
            f"The encoding {encoding!r} is not known.",
            name,
            "A name such as utf-8, cp1252 or utf-16.",
            "Correct `encoding` in study.yaml, or leave it out to have it found.",
        )
        raise StudyError([problem]) from err
    except UnicodeDecodeError as err:
        line = data.count(b"\n", 0, err.start) + 1
        problem = Problem(
            f"The text is not {encoding}: it breaks off on line {line}.",
            name,
            f"Every line readable as {encoding}.",
            "Leave `encoding` out of study.yaml to have it found, or save the file as UTF-8.",
        )
        raise StudyError([problem]) from err


def _wide(data: bytes, name: str) -> str:
    """UTF-16 without its mark: plain letters have a zero byte on one side, and the side tells the order of bytes."""
    head = data[:4096]
    odd, even = head[1::2].count(0), head[0::2].count(0)
    if min(odd, even) * 4 > max(odd, even) or max(odd, even) * 8 < len(head):
        problem = Problem(
            "The file is not text: it holds zero bytes.",
            name,
            "A text file with one row a line.",
            "Export the answers again as CSV, or give the file the ending of its true format.",
        )
        raise StudyError([problem])
    return _as_told(data, name, "utf-16-le" if odd > even else "utf-16-be")


def _unmarked(data: bytes, name: str) -> Decoded:
    try:
        return Decoded(data.decode("utf-8"))
    except UnicodeDecodeError:
        foreign = [line for line in data.splitlines() if not line.isascii()]
    if not any(
        _is_utf8(line) for line in foreign
    ):  # else lines of two encodings stand in one file, and Windows-1252 would garble some
        try:
            return Decoded(data.decode("cp1252"), (_said("readers.encoding", name, "Windows-1252"),))
        except UnicodeDecodeError:
            pass  # bytes that Windows-1252 leaves undefined: only Latin-1 gives every byte a letter
    said = Message(code="readers.latin1", values={"file": name, "lines_n": len(foreign)})
    return Decoded(data.decode("latin-1"), (said,), in_doubt=True)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _said(code: str, name: str, encoding: str) -> Message:
    return Message(code=code, values={"file": name, "encoding": encoding.upper() if encoding.startswith("utf") else encoding})
