"""Catalogues of texts by code: English beside every other language, kept in step with what the code and the notebooks say.

`python -m valuelib.show.catalogue` brings them up to date. English gets an empty entry for each new code and loses those that are
no longer used; it is written by hand in `locale/en/LC_MESSAGES/valuelib.po`. A further language follows English: each entry carries
the English that it was made from in a comment, and is marked fuzzy when that English has changed.
"""

from __future__ import annotations

import ast
import io
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from valuelib.languages import DOMAIN, FALLBACK, folders
from valuelib.theory.claims import theory_texts

ROOT = Path(__file__).parents[2]

PLACE = f"LC_MESSAGES/{DOMAIN}.po"  # of a catalogue below the folder of its language
# The header of a catalogue has dates; one that never changes keeps the clock out of the bytes.
NO_CLOCK = datetime(2000, 1, 1, tzinfo=UTC)
CODE = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+")
SAYING = {"text", "plural", "say", "has_text", "column"}
IN_THEORY = ("en", "fi")  # languages in which the theory's own texts stand in its data
MADE_FROM, MADE_FROM_BEFORE = "en: ", "en before: "
Forms = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Used:
    """Codes that modules or notebooks say: by name, with those said in the plural, or as a family made by an f-string."""

    said: frozenset[str]
    plurals: frozenset[str]
    mentioned: frozenset[str]
    families: frozenset[str]

    def holds(self, code: str) -> bool:
        """Whether anything says this code."""
        return code in self.mentioned or any(re.fullmatch(family, code) for family in self.families)


def used_codes(sources: Iterable[str]) -> Used:
    """What pieces of Python source say: first arguments of what stands in `SAYING`, and whatever is named `code` or `words`."""
    said, plurals, mentioned, families = set[str](), set[str](), set[str](), set[str]()

    def codes(tree: ast.AST) -> set[str]:
        pieces = {piece for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for piece in node.values}
        whole = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and node not in pieces)
        return {text for text in whole if isinstance(text, str) and CODE.fullmatch(text)}

    for tree in map(ast.parse, sources):
        mentioned |= codes(tree)
        for place, plural in _places(tree):
            said |= codes(place)
            plurals |= codes(place) if plural else set()
            # An f-string as a pattern: what is filled in may be anything.
            families |= {
                "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in node.values)
                for node in ast.walk(place)
                if isinstance(node, ast.JoinedStr)
            }
    families = {family for family in families if re.match(r"[a-z0-9_]+\\\.", family)}
    return Used(frozenset(said), frozenset(plurals), frozenset(mentioned), frozenset(families))


def _places(tree: ast.AST) -> Iterator[tuple[ast.expr, bool]]:
    """Expressions that give a code, and whether it is said in the plural."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in SAYING and node.args:
                yield node.args[0], name == "plural"
            yield from ((keyword.value, False) for keyword in node.keywords if keyword.arg in ("code", "words"))
        elif isinstance(node, ast.Assign | ast.NamedExpr):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(getattr(target, "id", "") == "code" for target in targets):
                yield node.value, False


def project_sources(root: Path = ROOT) -> Iterator[str]:
    """The source of every module of the package and of the code cells of every notebook; the theory brings its own texts."""
    for module in sorted((root / "valuelib").rglob("*.py")):
        if module.parent.name != "theory":
            yield module.read_text(encoding="utf-8")
    for notebook in sorted((root / "notebooks").glob("*.ipynb")):
        for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                yield "".join(line for line in cell["source"] if not line.startswith(("%", "!")))


def read_catalogue(po: Path) -> Catalog:
    """The catalogue as it is stored."""
    with po.open("rb") as file:
        return _without_clock(read_po(file, locale=po.parents[1].name, domain=DOMAIN))


def english_path() -> Path:
    """Where the English catalogue of the package lies."""
    return folders()[-1] / FALLBACK / PLACE


def english(language: str = FALLBACK) -> dict[str, Forms]:
    """The English of each code that a catalogue of this language holds, singular first where there is a plural."""
    texts = {code: forms_of(entry.string) for code, entry in _entries(read_catalogue(english_path())).items()}
    return texts if language in IN_THEORY else {**texts, **{code: (text.en,) for code, text in theory_texts().items()}}


def refresh_english(catalogue: Catalog, used: Used) -> Catalog:
    """English with exactly the codes in use: texts kept, new codes empty."""
    kept = {code: entry for code, entry in _entries(catalogue).items() if used.holds(code)}
    fresh = _empty(FALLBACK, catalogue.header_comment)
    for code in sorted({*kept, *used.said}):
        text = _text(kept[code]) if code in kept else None
        plural = code in used.plurals or isinstance(text, tuple)  # one of a family may be said in the plural too
        fresh.add((code, code) if plural else code, text)
    return fresh


def refresh_catalogue(catalogue: Catalog, texts: Mapping[str, Forms]) -> Catalog:
    """A further language with exactly these codes: translations kept, fuzzy where their English has changed; new codes empty."""
    kept, fresh = _entries(catalogue), _empty(str(catalogue.locale_identifier), catalogue.header_comment)
    for code, forms in texts.items():
        entry, now = kept.get(code), " ".join(" | ".join(forms).split())  # English on one line, as a comment can hold it
        was = _made_from(entry) if entry else None
        stale = entry is not None and was is not None and was != now and any(forms_of(entry.string))
        fresh.add(
            (code, code) if len(forms) > 1 else code,
            _text(entry) if entry else None,
            flags=("fuzzy",) if stale else (),
            auto_comments=[MADE_FROM + now, *([MADE_FROM_BEFORE + str(was)] if stale else [])],
            user_comments=entry.user_comments if entry else (),
        )
    return fresh


def _made_from(entry: Message) -> str | None:
    """The English that an entry was made from; that of a text which is still marked fuzzy is the earlier one."""
    comments: list[str] = []
    for line in entry.auto_comments:
        if line.startswith((MADE_FROM, MADE_FROM_BEFORE)) or not comments:
            comments.append(line)
        else:
            comments[-1] += f" {line}"  # a long comment stands on several lines
    wanted = MADE_FROM_BEFORE if entry.fuzzy else MADE_FROM
    return next((" ".join(one.removeprefix(wanted).split()) for one in comments if one.startswith(wanted)), None)


def missing(catalogue: Catalog) -> list[str]:
    """Codes without a text, or with an incomplete plural."""
    return [code for code, entry in _entries(catalogue).items() if not _complete(entry)]


def fuzzy(catalogue: Catalog) -> list[str]:
    """Codes whose text was made from an earlier English."""
    return [code for code, entry in _entries(catalogue).items() if entry.fuzzy]


def po_bytes(catalogue: Catalog) -> bytes:
    """The catalogue as a .po file without tool versions, so that only texts change it."""
    file = io.BytesIO()
    write_po(file, catalogue, width=132, omit_header=False)
    return b"".join(line for line in file.getvalue().splitlines(keepends=True) if not line.startswith(b'"Generated-By:'))


def mo_bytes(catalogue: Catalog) -> bytes:
    """The catalogue compiled for gettext: fuzzy texts too, since an older text serves a reader better than English."""
    whole = _empty(str(catalogue.locale_identifier))
    for entry in catalogue:
        if entry.id and _complete(entry):
            whole.add(entry.id, entry.string)
    file = io.BytesIO()
    write_mo(file, whole)
    return file.getvalue()


def new_catalogue(language: str) -> Catalog:
    """An empty catalogue of a further language: every code with its English as a comment, those of the theory too."""
    return refresh_catalogue(_empty(language), english(language))


def write_catalogue(catalogue: Catalog, folder: Path) -> Path:
    """Write a catalogue as .po and .mo where gettext looks for them below a folder; returns the .po."""
    po = folder / str(catalogue.locale_identifier) / PLACE
    po.parent.mkdir(parents=True, exist_ok=True)
    po.write_bytes(po_bytes(catalogue))
    po.with_suffix(".mo").write_bytes(mo_bytes(catalogue))
    return po


def refreshed() -> Iterator[tuple[Path, Catalog]]:
    """Every catalogue in reach as it should be stored, English first."""
    own = english_path()
    yield own, refresh_english(read_catalogue(own), used_codes(project_sources()))
    for po in (po for folder in folders() for po in sorted(folder.glob(f"*/{PLACE}")) if po != own):
        yield po, refresh_catalogue(read_catalogue(po), english(po.parents[1].name))


def main(arguments: Sequence[str] = ()) -> int:
    """Bring every .po and .mo up to date and list what is missing or fuzzy; exit status 1 while a text is missing.

    `--check` writes nothing, and fails as well where a stored file is not up to date. `--new sv FOLDER` writes an empty Swedish
    catalogue below a folder, `--compile FILE.po` makes the .mo beside a filled one.
    """
    match list(arguments):
        case ["--new", language, folder]:
            print(write_catalogue(new_catalogue(language), Path(folder)))
            return 0
        case ["--compile", file]:
            Path(file).with_suffix(".mo").write_bytes(mo_bytes(read_catalogue(Path(file))))
            return 0
        case []:
            for po, catalogue in refreshed():
                for code in sorted(set(_entries(read_catalogue(po))) - set(_entries(catalogue))):
                    print(f"{po.parents[1].name}: left out, since nothing says it: {code}")
                write_catalogue(catalogue, po.parents[2])
        case ["--check"]:
            pass
        case _:
            print("expected no argument, --check, --new LANGUAGE FOLDER or --compile FILE.po", file=sys.stderr)
            return 2
    faults = []
    for po, catalogue in refreshed():
        language, mo = po.parents[1].name, po.with_suffix(".mo")
        for code in fuzzy(catalogue):
            print(f"{language}: fuzzy, the English has changed: {code}")
        told = [f"{language}: missing: {code}" for code in missing(catalogue)]
        if (po.read_bytes(), mo.read_bytes() if mo.is_file() else b"") != (po_bytes(catalogue), mo_bytes(catalogue)):
            told.append(f"{language}: not up to date, run python -m valuelib.show.catalogue: {po}")
        for one in told:
            print(one)
        faults += told
    return 1 if faults else 0


def forms_of(text: str | Iterable[str] | None) -> Forms:
    """The text of an entry as a tuple, singular first where there is a plural."""
    return (text,) if isinstance(text, str) else tuple(text or ())


def _text(entry: Message) -> str | Forms:
    """The text of an entry in the shape that a catalogue adds."""
    found = forms_of(entry.string)
    return found if len(found) > 1 else "".join(found)


def _entries(catalogue: Catalog) -> dict[str, Message]:
    """The entries by their codes, without the header."""
    return {forms_of(entry.id)[0]: entry for entry in catalogue if entry.id}


def _complete(entry: Message) -> bool:
    return bool(entry.string) and all(forms_of(entry.string))


def _empty(language: str, comment: str | None = None) -> Catalog:
    catalogue = Catalog(locale=language, domain=DOMAIN, charset="utf-8", fuzzy=False)
    if comment:
        catalogue.header_comment = comment
    return _without_clock(catalogue)


def _without_clock(catalogue: Catalog) -> Catalog:
    catalogue.creation_date = catalogue.revision_date = NO_CLOCK
    catalogue.project, catalogue.version = "valuelib", str(catalogue.locale_identifier)
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = ""
    return catalogue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
