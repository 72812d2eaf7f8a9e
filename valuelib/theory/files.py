"""The theory on file: small tables and texts in two languages, read once and checked as they are read."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import TypeVar

from valuelib.errors import ParameterError, ValuelibError
from valuelib.languages import catalogue, languages

Row = Mapping[str, str]
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Text:
    """One text in the two languages of a report; `code` names it for catalogues, such as theory.claim.nps_60.statement."""

    en: str
    fi: str
    code: str = field(default="", compare=False)

    def say(self, language: str) -> str:
        """The text in `language`: English or Finnish as it stands here, another one by its catalogue, else English.

        Raises:
            ParameterError: the language has no catalogue.
        """
        if language in ("en", "fi"):
            return self.en if language == "en" else self.fi
        if language not in languages():
            raise ParameterError(f"Unknown language {language!r}; expected one of {', '.join(languages())}.")
        translated = catalogue(language).gettext(self.code) if self.code else ""
        return translated if translated not in ("", self.code) else self.en


def read_text(name: str) -> str:
    """The content of a data file of the theory, as text."""
    return (resources.files("valuelib.theory") / "data" / name).read_text(encoding="utf-8")


def read_rows(name: str, columns: Sequence[str]) -> tuple[Row, ...]:
    """The rows of a data table of the theory, in file order.

    Raises:
        ValuelibError: the header is another one, a row is short or long, a cell is blank or padded, a key stands twice, or an
            `order` column does not count 0, 1, 2, ... down the file.
    """
    reader = csv.DictReader(read_text(name).splitlines())
    if reader.fieldnames is None or list(reader.fieldnames) != list(columns):
        raise ValuelibError(f"{name}: the columns are {reader.fieldnames}; expected {list(columns)}.")
    rows = tuple(reader)
    for line, row in enumerate(rows, start=2):
        if set(row) != set(columns) or any(cell is None for cell in row.values()):
            wanted = f"the row needs {len(columns)} cells; a text with a comma stands in quotation marks."
            raise ValuelibError(f"{name}, line {line}: {wanted}")
        wrong = [column for column in columns if not row[column] or row[column] != row[column].strip()]
        if wrong:
            raise ValuelibError(f"{name}, line {line}: blank or padded with blanks: {', '.join(wrong)}.")
    keys = [row["key"] for row in rows]
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        raise ValuelibError(f"{name}: these keys stand more than once: {', '.join(twice)}.")
    if "order" in columns and [row["order"] for row in rows] != [str(place) for place in range(len(rows))]:
        raise ValuelibError(f"{name}: the column order should count 0, 1, 2, ... down the file.")
    return rows


def check_known(name: str, column: str, values: Iterable[str], known: Iterable[str]) -> None:
    """Refuse a reference to a key that the table it points to does not have."""
    expected = tuple(known)
    unknown = sorted(set(values) - set(expected))
    if unknown:
        raise ValuelibError(f"{name}: unknown {column}: {', '.join(unknown)}; expected one of {', '.join(expected)}.")


def check_members(name: str, keys: Iterable[str], used: Iterable[str]) -> None:
    """Refuse a group that nothing belongs to."""
    empty = sorted(set(keys) - set(used))
    if empty:
        raise ValuelibError(f"{name}: nothing belongs to: {', '.join(empty)}.")


def text_of(row: Row, stem: str, kind: str) -> Text:
    """The text that stands in the columns `<stem>_en` and `<stem>_fi`, coded as theory.<kind>.<key>.<stem>."""
    return Text(en=row[f"{stem}_en"], fi=row[f"{stem}_fi"], code=f"theory.{kind}.{row['key']}.{stem}")


def find_key(kind: str, key: str, known: Iterable[Found], named: str = "key") -> Found:
    """What has this key, which stands under the name `named`.

    Raises:
        ParameterError: nothing has; the nearest key that exists is named.
    """
    by_key = {str(getattr(one, named)): one for one in known}
    if key not in by_key:
        raise unknown_key(kind, key, by_key)
    return by_key[key]


def unknown_key(kind: str, key: str, known: Iterable[str]) -> ParameterError:
    """The error for a key that does not exist, with the nearest one that does."""
    names = tuple(known)
    near = difflib.get_close_matches(key, names, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else f"Expected one of {', '.join(names)}."
    return ParameterError(f"Unknown {kind} {key!r}. {hint}")
