"""Do the catalogues hold what the code says, are they compiled, and does a change of English reach the other languages?"""

from __future__ import annotations

import io
import json
import re
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from valuelib import languages
from valuelib.languages import LOCALES
from valuelib.show.catalogue import (
    english,
    english_path,
    forms_of,
    fuzzy,
    main,
    missing,
    mo_bytes,
    new_catalogue,
    po_bytes,
    project_sources,
    read_catalogue,
    refresh_catalogue,
    refresh_english,
    used_codes,
    write_catalogue,
)
from valuelib.show.localizer import Localizer

FINNISH = LOCALES / "fi" / "LC_MESSAGES" / "valuelib.po"
ENGLISH = english()
ENTRIES = [entry for entry in read_catalogue(FINNISH) if entry.id]
CODE = "common.no_effect"


def _code(entry: Message) -> str:
    return forms_of(entry.id)[0]


def _stored(catalogue: Catalog) -> Catalog:
    """The catalogue written and read again."""
    return read_po(io.BytesIO(po_bytes(catalogue)), locale=str(catalogue.locale_identifier))


def _said(catalogue: Catalog) -> GNUTranslations:
    return GNUTranslations(io.BytesIO(mo_bytes(catalogue)))


def test_the_stored_catalogues_are_whole_current_and_compiled(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0, capsys.readouterr().out


@pytest.mark.parametrize("entry", ENTRIES, ids=_code)
def test_finnish_has_the_same_places_for_values(entry: Message) -> None:
    wanted = set(re.findall(r"%\((\w+)\)s", " ".join(ENGLISH[_code(entry)])))
    for form in forms_of(entry.string):
        assert set(re.findall(r"%\((\w+)\)s", form)) == wanted
        assert not re.search(r"%(?!\()", form.replace("%%", "")), "a lone % breaks the filling in of values"
        assert not re.search(r"\d [%]|\)s (pistettä|vastausta|prosenttiyksikköä)", form), "a number parts from its unit"


def test_a_text_never_equals_its_code() -> None:
    assert [code for code, forms in ENGLISH.items() if code in forms] == []


def test_codes_are_found_wherever_they_are_said() -> None:
    source = """
x = f"{speech.text('a.inside', n=1)}"
speech.plural("a.counted", 2)
speech.text("a.one" if x else f"a.many.{x}.{y}")
TABLE = {"key": "a.listed"}
code = f"b.{x}" if x else "b.none"
ax.text(0, 1, "drawn")
f"c.{x}"
"""
    used = used_codes([source])
    assert used.said == {"a.inside", "a.counted", "a.one", "b.none"}
    assert used.plurals == {"a.counted"}
    assert [used.holds(code) for code in ("a.listed", "a.many.1.2", "b.x", "c.x", "a.other")] == [True, True, True, False, False]


def test_code_cells_of_notebooks_are_read(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": ['speech.text("a.no")']},
        {"cell_type": "code", "source": ["%time\n", 'speech.text("a.yes")']},
    ]
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "one.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    assert used_codes(project_sources(tmp_path)).said == {"a.yes"}


def test_english_gets_new_codes_empty_and_loses_those_that_nothing_says() -> None:
    used = used_codes(['speech.text("a.new"), speech.plural("a.counted", 3), speech.text(f"word.{key}")'])
    catalogue = refresh_english(read_catalogue(english_path()), used)
    assert missing(catalogue) == ["a.counted", "a.new"]
    assert {_code(entry).partition(".")[0] for entry in catalogue if entry.id} == {"a", "word"}


def test_editing_one_english_text_marks_just_that_finnish_and_keeps_it() -> None:
    before = read_catalogue(FINNISH)
    edited = _stored(refresh_catalogue(before, {**ENGLISH, CODE: ("no effect at all",)}))
    assert fuzzy(edited) == [CODE]
    assert edited[CODE].string == before[CODE].string
    assert " ".join(edited[CODE].auto_comments) == "en: no effect at all en before: no effect"
    assert _said(edited).gettext(CODE) == before[CODE].string, "the older Finnish is said, not English"


def test_a_fuzzy_text_stays_so_until_it_is_looked_at_or_the_english_comes_back() -> None:
    once = _stored(refresh_catalogue(read_catalogue(FINNISH), {**ENGLISH, CODE: ("no effect at all",)}))
    twice = _stored(refresh_catalogue(once, {**ENGLISH, CODE: ("no effect whatever",)}))
    assert fuzzy(twice) == [CODE]
    assert "en before: no effect" in twice[CODE].auto_comments
    twice[CODE].flags.discard("fuzzy")  # what an editor of catalogues does
    assert fuzzy(_stored(refresh_catalogue(twice, {**ENGLISH, CODE: ("no effect whatever",)}))) == []
    assert po_bytes(refresh_catalogue(once, ENGLISH)) == FINNISH.read_bytes()


def test_long_english_comes_back_from_its_comment() -> None:
    longest = max(ENGLISH, key=lambda code: len(ENGLISH[code][0]))
    assert len(read_catalogue(FINNISH)[longest].auto_comments) > 2
    edited = refresh_catalogue(read_catalogue(FINNISH), {**ENGLISH, longest: (ENGLISH[longest][0] + " More.",)})
    assert fuzzy(edited) == [longest]


def test_what_is_missing_is_noticed_and_said_in_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = new_catalogue("sv")
    assert len(missing(catalogue)) == len([entry for entry in catalogue if entry.id])
    catalogue[CODE].string = "ingen effekt"
    catalogue["common.answers_n"].string = ("%(n)s svar", "")
    assert {CODE} == {_code(entry) for entry in catalogue if entry.id} - set(missing(catalogue))
    write_catalogue(catalogue, tmp_path)
    monkeypatch.setenv(languages.FOLDER, str(tmp_path))
    languages.catalogue.cache_clear()
    assert Localizer("sv").text(CODE) == "ingen effekt"
    assert Localizer("sv").plural("common.answers_n", 2) == "2 answers"
    languages.catalogue.cache_clear()


def test_a_check_names_what_is_fuzzy_missing_or_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue = new_catalogue("sv")
    for entry in catalogue:
        if entry.id:
            entry.string = ENGLISH.get(_code(entry), ("theory",)) if len(forms_of(entry.id)) > 1 else "text"
    catalogue["common.yes"].string = ""
    catalogue[CODE].auto_comments = ["en: something else"]
    po = write_catalogue(catalogue, tmp_path)
    monkeypatch.setenv(languages.FOLDER, str(tmp_path))
    assert main(["--check"]) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[:2] == [f"sv: fuzzy, the English has changed: {CODE}", "sv: missing: common.yes"]
    assert told[2:] == [f"sv: not up to date, run python -m valuelib.show.catalogue: {po}"]


def test_an_argument_that_is_not_known_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--nwe"]) == 2
    assert "--new LANGUAGE FOLDER" in capsys.readouterr().err
