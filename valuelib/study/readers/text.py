"""Text files whose columns are separated by a comma, semicolon, tab or bar, in any usual encoding."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from pyarrow import compute as pc
from pyarrow import csv as arrow_csv

from valuelib.errors import StudyError
from valuelib.results import Message, Value
from valuelib.study.readers.draft import Columns, Draft, Grid, Options, is_blank, some
from valuelib.study.readers.headers import cut_above, empty_problem, take_headers
from valuelib.study.readers.rows import is_footer
from valuelib.study.wording import NUMBER, refusal

# Encodings.

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
    """Text of a file: by the encoding given, else by its byte order mark, UTF-8, Windows-1252, or at last Latin-1, in doubt.

    Raises:
        StudyError: the encoding given is unknown or does not fit, or the file is no text at all.
    """
    if encoding is not None:
        return Decoded(_decoded_as(data, name, encoding))
    for mark, marked in _MARKS:
        if data.startswith(mark):
            return Decoded(
                _decoded_as(data, name, marked), (_encoding_note("readers.byte_order_mark", name, marked.removesuffix("-sig")),)
            )
    if b"\x00" in data[:4096]:
        # UTF-16 without its mark: plain letters have a zero byte on one side, and the side tells the order of bytes.
        head = data[:4096]
        odd, even = head[1::2].count(0), head[0::2].count(0)
        if min(odd, even) * 4 > max(odd, even) or max(odd, even) * 8 < len(head):
            raise refusal(
                "The file is not text: it holds zero bytes.",
                name,
                "A text file with one row a line.",
                "Export the answers again as CSV, or give the file the ending of its true format.",
            )
        return Decoded(
            _decoded_as(data, name, "utf-16-le" if odd > even else "utf-16-be"),
            (_encoding_note("readers.encoding", name, "UTF-16"),),
        )
    try:
        return Decoded(data.decode("utf-8"))
    except UnicodeDecodeError:
        foreign = [line for line in data.splitlines() if not line.isascii()]
    # Where lines of two encodings stand in one file, Windows-1252 would garble some.
    if not any(_is_utf8(line) for line in foreign):
        try:
            return Decoded(data.decode("cp1252"), (_encoding_note("readers.encoding", name, "Windows-1252"),))
        except UnicodeDecodeError:
            pass  # bytes that Windows-1252 leaves undefined: only Latin-1 gives every byte a letter
    notes = Message(code="readers.latin1", values={"file": name, "lines_n": len(foreign)})
    return Decoded(data.decode("latin-1"), (notes,), in_doubt=True)


def _decoded_as(data: bytes, name: str, encoding: str) -> str:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except LookupError as err:
        raise refusal(
            f"The encoding {encoding!r} is not known.",
            name,
            "A name such as utf-8, cp1252 or utf-16.",
            "Correct `encoding` in study.yaml, or leave it out to have it found.",
        ) from err
    except UnicodeDecodeError as err:
        line = data.count(b"\n", 0, err.start) + 1
        raise refusal(
            f"The text is not {encoding}: it breaks off on line {line}.",
            name,
            f"Every line readable as {encoding}.",
            "Leave `encoding` out of study.yaml to have it found, or save the file as UTF-8.",
        ) from err


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _encoding_note(code: str, name: str, encoding: str) -> Message:
    return Message(code=code, values={"file": name, "encoding": encoding.upper() if encoding.startswith("utf") else encoding})


# Delimited text.

_NAMES = {"\t": "tab", ";": "semicolon", ",": "comma", "|": "bar"}
_SAMPLE_CHARACTERS = 200_000
_SAMPLE_RECORDS = 200
_MOSTLY = 0.9
BREAK = re.compile(r"[\r\n]")
_BLOCK = 1 << 24
_SMALL = 1 << 22  # bytes of a file that any parser cuts in an instant
"""Bytes that are cut at once; no row is longer."""


def read_delimited(path: Path, name: str, options: Options) -> Draft:
    """Cells of a .csv, .tsv or .txt file under its header.

    Raises:
        StudyError: the file is empty or no text, or its rows differ in length.
    """
    data = path.read_bytes()
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise refusal(
            "The file is a workbook or an archive, not text.",
            name,
            "Text with one row a line.",
            "Give the file the ending .xlsx if it is a workbook, or export the answers as CSV.",
        )
    decoded = decode(data, name, options.encoding)
    # Spreadsheet programs may write `sep=;` above the header: the text below it, and the delimiter.
    first, newline, rest = decoded.text.partition("\n")
    first = first.strip().strip('"')
    text, given = (rest, first[4]) if newline and len(first) == 5 and first.lower().startswith("sep=") else (decoded.text, None)
    delimiter = options.delimiter or given or _sniff(text)
    cut = _cut_into_columns(text, delimiter)
    reader = csv.reader(io.StringIO(text if cut is None else "", newline=""), delimiter=delimiter)
    try:
        records = list(reader)
    except csv.Error as err:
        raise refusal(
            f"The text cannot be cut into cells near line {reader.line_num}: {err}.",
            name,
            "Cells of ordinary length, with every quotation mark closed.",
            "Look at that line for a quotation mark without its pair, or export the answers as .xlsx.",
        ) from err
    # An unclosed quotation mark swallows all lines after it: an odd count of marks, and a last row of several lines.
    if text.count('"') % 2 and records and any("\n" in cell or "\r" in cell for cell in records[-1]):
        raise refusal(
            "A quotation mark is opened and not closed, so that the rest of the file would be one answer.",
            f"{name}, row {len(records)}",
            "Every quotation mark in a text cell doubled or closed.",
            "Correct that row in a text editor, or export the answers as .xlsx.",
        )
    first_row = 2 if given else 1
    swallowed = [row + first_row - 1 for row in _find_swallowed(records, delimiter)]
    if swallowed:
        raise refusal(
            f"A cell on {len(swallowed)} rows spans lines that read like rows of answers: marks of quotation hide them.",
            f"{name}, rows {some(swallowed)}",
            "Every quotation mark in a text cell doubled, and every cell closed on its own row.",
            "Take the quotation marks out there in a text editor, or export the answers as .xlsx.",
        )
    cells: Sequence[Sequence[object]]
    rows: Sequence[int]
    if cut is not None:
        places = np.flatnonzero(~_blank_rows(cut))
        cells, rows = Columns(cut.iloc[places] if len(places) < len(cut) else cut), (places + first_row).tolist()
    else:
        filled = [
            (number, record) for number, record in enumerate(records, start=first_row) if any(cell.strip() for cell in record)
        ]
        rows, cells = [number for number, _ in filled], [list(record) for _, record in filled]
    if not rows:
        raise StudyError([empty_problem(name)])
    lead, assumed = cut_above(cells, rows, name, options.header_row)
    rows, cells, assumed = rows[lead:], cells[lead:], (*decoded.assumed, *assumed)
    # Rows longer or shorter than the header; blank cells after its end are no matter (a delimiter ends each row).
    width, ragged = len(cells[0]), []
    if cut is None:
        last = len(cells)
        while last > 2 and len(cells[last - 1]) < width and is_footer(cells[last - 1]):
            last -= 1
        if last < len(cells):
            told: dict[str, Value] = {"file": name, "rows": some(rows[last:]), "rows_n": len(cells) - last}
            assumed = (*assumed, Message(code="readers.summary_rows", values=told))
            rows, cells = rows[:last], cells[:last]
        pairs = zip(rows, cells, strict=True)
        ragged = [row for row, record in pairs if len(record) < width or not all(is_blank(cell) for cell in record[width:])]
    if ragged:
        raise refusal(
            f"{len(ragged)} of {len(rows)} rows have more or fewer cells than the header, which has {width}.",
            f"{name}, rows {some(ragged)}",
            "The same number of cells on every row.",
            "Look there for a line break, delimiter or quotation mark inside an answer, or set `delimiter` in study.yaml.",
        )
    if delimiter != {".csv": ",", ".tsv": "\t"}.get(path.suffix.lower()):  # not the one that the file's ending promises
        code = f"readers.delimiter_{_NAMES.get(delimiter, 'other')}"
        values: dict[str, Value] = {"file": name} if delimiter in _NAMES else {"file": name, "delimiter": delimiter}
        assumed = (*assumed, Message(code=code, values=values))
    return take_headers(
        Grid(name, cells if cut is not None else [record[:width] for record in cells], rows, assumed), plain_names=decoded.in_doubt
    )


def _cut_into_columns(text: str, delimiter: str) -> pd.DataFrame | None:
    """The cells of every row, cut by a parser that makes no object of each; None where a row is not plain, for a closer look.

    Plain is a file whose rows are as long as the first, each on one line, with quotation marks at the edges of cells or doubled
    inside quoted ones: there every parser cuts alike.
    """
    data = text.encode()
    try:
        width = len(next(csv.reader(io.StringIO(text[:_SAMPLE_CHARACTERS], newline=""), delimiter=delimiter), ()))
    except csv.Error:
        return None
    lines = data.count(b"\n") + (not data.endswith(b"\n"))
    if not (width and delimiter.isascii() and data.count(b"\r") == data.count(b"\r\n") and _quotes_are_plain(data, delimiter)):
        return None
    names = [str(place) for place in range(width)]
    if len(data) <= _SMALL:
        return _cut_by_row(text, delimiter, names, lines)
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(data),
            arrow_csv.ReadOptions(column_names=names, block_size=_BLOCK),
            arrow_csv.ParseOptions(delimiter=delimiter, ignore_empty_lines=False, newlines_in_values=b'"' in data),
            arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid:  # a row that is longer or shorter
        return None
    longest = max((pc.max(pc.binary_length(column)).as_py() or 0 for column in table.columns), default=0)
    return table.to_pandas() if table.num_rows == lines and longest <= csv.field_size_limit() else None


def _cut_by_row(text: str, delimiter: str, names: Sequence[str], lines: int) -> pd.DataFrame | None:
    """The same of a small file, without the threads of the faster parser: they stay, and what has threads cannot be forked."""
    try:
        rows = [row or [""] * len(names) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error:  # a cell that is too long
        return None
    if len(rows) != lines or any(len(row) != len(names) for row in rows):
        return None
    return pd.DataFrame(rows, columns=pd.Index(names), dtype="str")


def _quotes_are_plain(data: bytes, delimiter: str) -> bool:
    """Whether every quotation mark opens a cell, closes one, or is half of a doubled one, and none is left open."""
    edge = np.zeros(256, dtype=bool)
    edge[[ord(delimiter), *b'\r\n"']] = True
    bytes_, opened = np.frombuffer(b"\n" + data + b"\n", dtype=np.uint8), 0
    for start in range(0, len(bytes_), _BLOCK):  # in parts, since a place takes eight times the room of its mark
        places = np.flatnonzero(bytes_[start : start + _BLOCK] == ord('"')) + start
        if not (edge[bytes_[places[opened::2] - 1]].all() and edge[bytes_[places[1 - opened :: 2] + 1]].all()):
            return False
        opened = (opened + len(places)) % 2
    return not opened


def _blank_rows(cells: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Which rows hold nothing that can be seen; a column is looked at only while rows may still be blank."""
    blank = np.ones(len(cells), dtype=bool)
    for name in cells:
        if blank.any():
            codes, found = pd.factorize(cells[name][blank])
            blank[blank] = np.array([not cell.strip() for cell in found], dtype=bool)[codes]
    return blank


def _find_swallowed(records: Sequence[Sequence[str]], delimiter: str) -> list[int]:
    """Places of records with a cell that holds the rest of its row, whole rows, and the beginning of the row that closes it.

    Cut at its line breaks and delimiters such a cell has as many parts as rows need, and numbers where columns have numbers.
    """
    width = Counter(map(len, records)).most_common(1)[0][0] if records else 0
    numeric = _number_columns(records, width)

    def swallows(place: int, cell: str) -> bool:
        parts = [line.split(delimiter) for line in cell.splitlines()]
        if [len(part) for part in parts] != [width - place, *[width] * (len(parts) - 2), place + 1]:
            return False
        starts = [place, *[0] * (len(parts) - 1)]
        numbers = [
            text.strip(' "')
            for start, part in zip(starts, parts, strict=True)
            for column, text in enumerate(part, start)
            if column in numeric
        ]
        return all(not text or NUMBER.match(text) for text in numbers) and (any(numbers) or len(parts) > 2)

    return [
        row
        for row, record in enumerate(records)
        if width > 1 and any(BREAK.search(cell) and place < width and swallows(place, cell) for place, cell in enumerate(record))
    ]


def _number_columns(records: Sequence[Sequence[str]], width: int) -> set[int]:
    """Columns of a text file whose filled cells are nearly all numbers."""
    sample = [record for record in records[1:_SAMPLE_RECORDS] if len(record) == width]
    columns = enumerate(zip(*sample, strict=True)) if sample else ()
    filled = {place: [cell.strip() for cell in cells if cell.strip()] for place, cells in columns}
    return {place for place, cells in filled.items() if cells and sum(map(bool, map(NUMBER.match, cells))) >= _MOSTLY * len(cells)}


def _sniff(text: str) -> str:
    """The delimiter that cuts most rows into as many cells as the header; `csv.Sniffer` may take a letter or a decimal comma."""
    sample = text[:_SAMPLE_CHARACTERS]
    widths: dict[str, list[int]] = {}
    for delimiter in _NAMES:
        records = islice(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter), _SAMPLE_RECORDS)
        try:
            found = [len(record) for record in records if any(cell.strip() for cell in record)]
        except csv.Error:  # a cell larger than the csv module allows: this delimiter cuts nothing
            continue
        if found:
            widths[delimiter] = found
    scores = {delimiter: _agreement(found, found[0]) for delimiter, found in widths.items()}
    if max(scores.values(), default=0.0) < 0.5:  # titles above the header have cells of their own: then most rows decide
        scores = {delimiter: _agreement(found, Counter(found).most_common(1)[0][0]) for delimiter, found in widths.items()}
    best = max(scores, key=lambda delimiter: scores[delimiter], default=",")
    return best if scores.get(best) else ","


def _agreement(widths: Sequence[int], width: int) -> float:
    """Share of rows as wide as the header, times the cuts it has: many columns with a few broken rows beat two that always fit."""
    return sum(found == width for found in widths) / len(widths) * (width - 1)
