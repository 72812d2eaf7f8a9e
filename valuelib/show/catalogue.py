"""Does the Finnish catalogue hold every text of the code and the notebooks?

`python -m valuelib.show.catalogue` brings it up to date: it extracts every text marked by `mark(...)` or said by `.text(...)` and
`.plural(...)` (babel.cfg lists where), merges them into `locale/fi/LC_MESSAGES/valuelib.po` without touching what is translated,
compiles the `.mo` and names what is left to do.
"""

from __future__ import annotations

import ast
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from valuelib.languages import LOCALES
from valuelib.theory import Text, categories, claims, elements, facet_items, facets, tiers

KEYWORDS: dict[str, tuple[int, ...] | None] = {"mark": None, "text": None, "plural": (1, 2)}
ROOT = Path(__file__).parents[2]
MAPPING = Path(__file__).with_name("babel.cfg")
PO = LOCALES / "fi" / "LC_MESSAGES" / "valuelib.po"
# The header of a catalogue has dates; one that never changes keeps the clock out of the bytes.
NO_CLOCK = datetime(2000, 1, 1, tzinfo=UTC)
Found = tuple[int, str, str | tuple[str, ...], list[str]]
_PARSE: Callable[[IO[str]], tuple[Any, Any]] = parse_mapping_cfg


def extract_texts(root: Path = ROOT) -> Catalog:
    """Every text that the code and the notebooks under the project folder say, in the order of the files."""
    with MAPPING.open(encoding="utf-8") as mapping:
        methods, options = _PARSE(mapping)
    catalogue = Catalog(project="valuelib", charset="utf-8")
    found = extract_from_dir(root, methods, options, keywords=KEYWORDS, directory_filter=_is_ours)
    for file, line, text, comments, context in sorted(found, key=lambda row: (row[0], row[1])):
        catalogue.add(text, None, [(file, line)], auto_comments=comments, context=context)
    return catalogue


def refresh_catalogue(texts: Catalog, po: Path = PO) -> Catalog:
    """The Finnish catalogue with exactly these texts: translations kept, new ones empty, texts no longer said left out."""
    catalogue = read_catalogue(po)
    catalogue.update(texts, no_fuzzy_matching=True, update_header_comment=False, update_creation_date=False)
    catalogue.obsolete.clear()
    return catalogue


def read_catalogue(po: Path = PO) -> Catalog:
    """The catalogue as it is stored."""
    with po.open("rb") as file:
        catalogue = read_po(file, locale="fi", domain="valuelib")
    catalogue.creation_date = catalogue.revision_date = NO_CLOCK
    catalogue.project, catalogue.version = "valuelib", "fi"
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = ""
    return catalogue


def untranslated(catalogue: Catalog) -> list[str]:
    """Texts without Finnish, or whose Finnish is marked fuzzy."""
    return [_one(entry.id) for entry in catalogue if entry.id and (entry.fuzzy or not _complete(entry.string))]


def po_bytes(catalogue: Catalog) -> bytes:
    """The catalogue as a .po file without line numbers or tool versions, so that only texts change it."""
    file = io.BytesIO()
    write_po(file, catalogue, width=132, include_lineno=False, sort_by_file=False, omit_header=False)
    return b"".join(line for line in file.getvalue().splitlines(keepends=True) if not line.startswith(b'"Generated-By:'))


def mo_bytes(catalogue: Catalog) -> bytes:
    """The catalogue compiled for gettext."""
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def extract_code(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Found]:
    """Texts said in a module, calls inside f-strings too, which babel's own reader misses; babel.cfg names this function."""
    return _texts_in(file.read().decode(), keywords)


def extract_notebook(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Found]:
    """Texts said in the code cells of a notebook."""
    cells = [cell for cell in json.load(file)["cells"] if cell["cell_type"] == "code"]
    for cell in cells:
        yield from _texts_in("".join(line for line in _lines(cell) if not line.startswith(("%", "!"))), keywords)


def theory_texts() -> tuple[str, ...]:
    """The English of tiers, elements, facets and claims; Finnish stands beside it in the theory's files, other languages here."""
    parts: tuple[Any, ...] = (*tiers(), *categories(), *elements(), *facets(), *facet_items(), *claims())
    parts += tuple(part for one in claims() for part in one.parts)
    said = [getattr(part, name) for part in parts for name in part.__annotations__]
    return tuple(dict.fromkeys(text.en for text in said if isinstance(text, Text) and text.en))


def new_catalogue(language: str) -> Catalog:
    """An empty catalogue of a further language: every text of the code, the notebooks and the theory, still to be said."""
    catalogue = Catalog(locale=language, domain="valuelib", project="valuelib", charset="utf-8", fuzzy=False)
    catalogue.creation_date = catalogue.revision_date = NO_CLOCK
    for entry in extract_texts():
        if entry.id:
            catalogue.add(entry.id)
    for text in theory_texts():
        catalogue.add(text)
    return catalogue


def write_catalogue(catalogue: Catalog, folder: Path) -> Path:
    """Write a catalogue as .po and .mo where gettext looks for them below a folder; returns the .po."""
    po = folder / str(catalogue.locale_identifier) / "LC_MESSAGES" / "valuelib.po"
    po.parent.mkdir(parents=True, exist_ok=True)
    po.write_bytes(po_bytes(catalogue))
    po.with_suffix(".mo").write_bytes(mo_bytes(catalogue))
    return po


def main(arguments: Sequence[str] = ()) -> int:
    """Bring the Finnish .po and .mo up to date; exit status 1 while a text has no Finnish.

    `--new sv FOLDER` writes an empty Swedish catalogue below a folder, `--compile FILE.po` makes the .mo beside a filled one.
    """
    match list(arguments):
        case ["--new", language, folder]:
            print(write_catalogue(new_catalogue(language), Path(folder)))
            return 0
        case ["--compile", file]:
            with Path(file).open("rb") as stream:
                Path(file).with_suffix(".mo").write_bytes(mo_bytes(read_po(stream)))
            return 0
    catalogue = refresh_catalogue(extract_texts())
    PO.write_bytes(po_bytes(catalogue))
    PO.with_suffix(".mo").write_bytes(mo_bytes(catalogue))
    left = untranslated(catalogue)
    for text in left:
        print(f"no Finnish: {text}")
    return 1 if left else 0


def _lines(cell: dict[str, Any]) -> list[str]:
    return "".join(cell["source"]).splitlines(keepends=True)


def _texts_in(source: str, keywords: Any) -> Iterator[Found]:
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = _name_of(call)
        texts = tuple(_literals(call))[: 2 if name == "plural" else 1]
        if name in keywords and texts:
            yield call.lineno, name, texts if len(texts) > 1 else texts[0], []


def _name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _literals(call: ast.Call) -> Iterator[str]:
    """The leading arguments that are plain texts."""
    for argument in call.args:
        if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
            return
        yield argument.value


def _is_ours(folder: str | Path) -> bool:
    return not Path(folder).name.startswith((".", "_")) and Path(folder).name not in {"tests", "reports", "data", "docs"}


def _one(text: str | Iterable[str]) -> str:
    return text if isinstance(text, str) else next(iter(text))


def _complete(text: str | Iterable[str] | None) -> bool:
    return bool(text) if text is None or isinstance(text, str) else all(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
