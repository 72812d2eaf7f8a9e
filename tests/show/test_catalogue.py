"""Does the catalogue hold what the code says, in Finnish, and is the compiled file the current one?"""

from __future__ import annotations

import gettext
import io
import json
import re

import pytest
from babel.messages.catalog import Message

from valuelib.show.catalogue import (
    PO,
    extract_code,
    extract_notebook,
    extract_texts,
    mo_bytes,
    po_bytes,
    read_catalogue,
    refresh_catalogue,
    untranslated,
)

ENTRIES = [entry for entry in read_catalogue() if entry.id]


def _forms(text: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())


def test_the_stored_catalogue_holds_exactly_the_texts_of_code_and_notebooks() -> None:
    assert PO.read_bytes() == po_bytes(refresh_catalogue(extract_texts())), "run: python -m valuelib.show.catalogue"


def test_every_text_has_finnish() -> None:
    assert len(ENTRIES) > 150
    assert untranslated(read_catalogue()) == []


def test_the_compiled_catalogue_is_current() -> None:
    with PO.with_suffix(".mo").open("rb") as file:
        stored = gettext.GNUTranslations(file)
    current = gettext.GNUTranslations(io.BytesIO(mo_bytes(read_catalogue())))
    for one, *more in (_forms(entry.id) for entry in ENTRIES):
        said = [
            (it.ngettext(one, more[0], 1), it.ngettext(one, more[0], 2)) if more else it.gettext(one) for it in (stored, current)
        ]
        assert said[0] == said[1], "run: python -m valuelib.show.catalogue"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: _forms(entry.id)[0][:40])
def test_finnish_has_the_same_places_for_values(entry: Message) -> None:
    wanted = set(re.findall(r"%\((\w+)\)s", " ".join(_forms(entry.id))))
    for form in _forms(entry.string):
        assert set(re.findall(r"%\((\w+)\)s", form)) == wanted
        assert not re.search(r"%(?![(%])", form), "a lone % breaks the filling in of values"
        assert not re.search(r"\d [%]|\)s (pistettä|vastausta|prosenttiyksikköä)", form), "a number parts from its unit"


def test_texts_inside_calls_and_f_strings_are_found() -> None:
    source = (
        'x = f"{speech.text(\'inside %(n)s\', n=1)}"\nmark("a " "b")\nspeech.plural("one", "many", 2)\nax.text(0, 1, "drawn")\n'
    )
    found = [text for _, _, text, _ in extract_code(io.BytesIO(source.encode()), {"text", "mark", "plural"}, (), {})]
    assert found == ["inside %(n)s", "a b", ("one", "many")]


def test_texts_in_code_cells_of_notebooks_are_found() -> None:
    cells = [
        {"cell_type": "markdown", "source": ['mark("no")']},
        {"cell_type": "code", "source": ["%time\n", 'speech.text("yes!")']},
    ]
    file = io.BytesIO(json.dumps({"cells": cells}).encode())
    assert [text for _, _, text, _ in extract_notebook(file, {"text", "mark"}, (), {})] == ["yes!"]


def test_a_missing_or_fuzzy_text_is_noticed() -> None:
    catalogue = read_catalogue()
    catalogue.add("brand new")
    catalogue.add("half", "puolikas", flags=("fuzzy",))
    catalogue.add(("one", "many"), ("yksi", ""))
    assert untranslated(catalogue) == ["brand new", "half", "one"]
