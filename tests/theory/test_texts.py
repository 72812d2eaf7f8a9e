"""Can every text of the theory be shown to a client, in both languages?"""

import re
from collections import Counter

import pytest

from tests.theory.texts import NO_BREAK_SPACE, Named, blemishes, every_text, named, rated
from valuelib.errors import ParameterError
from valuelib.theory.claims import claims
from valuelib.theory.facets import facets
from valuelib.theory.files import Text, read_text
from valuelib.theory.pyramid import categories, elements, tiers

TABLES = ("elements.csv", "categories.csv", "tiers.csv", "facets.csv", "facet_items.csv", "needs.csv")


@pytest.mark.parametrize("language", ["en", "fi"])
def test_every_text_is_clean(language: str) -> None:
    found = {name: blemishes(text.say(language)) for name, text in every_text().items()}
    assert {name: what for name, what in found.items() if what} == {}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "blank"),
        (" a", "blanks at an end"),
        (f"a{NO_BREAK_SPACE}", "blanks at an end"),
        ("a  b", "two blanks"),
        ("a\N{THIN SPACE}b", "THIN SPACE"),
        ("a\N{ZERO WIDTH SPACE}b", "ZERO WIDTH SPACE"),
        ("a\N{COMBINING DIAERESIS}", "letters made of two signs"),
    ],
)
def test_blemishes_are_seen(text: str, what: str) -> None:
    assert what in blemishes(text)


def test_every_text_has_a_code_of_its_own() -> None:
    codes = {name: text.code for name, text in every_text().items()}
    assert codes["claim nps_60 statement"] == "theory.claim.nps_60.statement"
    assert codes["Element vision"] == "theory.element.vision.name"
    assert codes["part adds_team"] == "theory.claim.roles_tasks_teams.adds_team"
    shared = {name for name in codes if name.endswith(" origin")}  # claims of one source share its text
    own = [code for name, code in codes.items() if name not in shared]
    assert len(set(own)) == len(own)
    assert all(code.startswith("theory.") for code in codes.values())


def test_the_two_languages_are_two_texts() -> None:
    assert [name for name, text in every_text().items() if text.en == text.fi] == []


def test_no_english_is_left_in_the_finnish() -> None:
    english = re.compile(r"\b(the|and|of|with|customers?|provider|value)\b", re.IGNORECASE)
    quoted = re.compile("”[^”]*”|Harvard Business Review")
    assert {name for name, text in every_text().items() if english.search(quoted.sub("", text.fi))} == set()


def test_items_are_statements_and_names_are_not() -> None:
    items = [one.item.say(language) for one in rated() for language in ("en", "fi")]
    names = [one.name.say(language) for one in named() for language in ("en", "fi")]
    assert [item for item in items if not item.endswith(".") or not item[0].isupper()] == []
    assert [name for name in names if name.endswith(".") or not name[0].isupper()] == []


def test_statements_and_caveats_are_sentences() -> None:
    told = [part.say(language) for one in claims() for part in (one.statement, one.caveat) for language in ("en", "fi")]
    assert [text for text in told if not text.endswith(".") or not text[0].isupper()] == []


@pytest.mark.parametrize("language", ["en", "fi"])
def test_names_and_items_can_be_told_apart(language: str) -> None:
    groups: list[list[Named]] = [[*elements()], [*categories()], [*tiers()], [*facets()]]
    for group in groups:
        assert [name for name, times in Counter(one.name.say(language) for one in group).items() if times > 1] == []
    items = Counter(one.item.say(language) for one in rated())
    assert [item for item, times in items.items() if times > 1] == []


def test_finnish_numbers_stay_beside_their_units() -> None:
    parted = re.compile(r"\d (%|pistettä|prosenttiyksikköä)")
    assert [name for name, text in every_text().items() if parted.search(text.fi)] == []
    assert f"60{NO_BREAK_SPACE}%" in next(one for one in claims() if one.id == "nps_60").statement.fi


def test_english_writes_per_cent_without_a_space() -> None:
    assert [name for name, text in every_text().items() if re.search(r"\d\s%", text.en)] == []


@pytest.mark.parametrize("table", [*TABLES, "claims.yaml"])
def test_files_hold_no_invisible_signs(table: str) -> None:
    content = read_text(table)
    assert not re.search("[\N{NO-BREAK SPACE}\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NO-BREAK SPACE}\t\r]", content)
    assert content.endswith("\n")


def test_say_refuses_a_third_language() -> None:
    text = Text(en="Value", fi="Arvo")
    assert (text.say("en"), text.say("fi")) == ("Value", "Arvo")
    with pytest.raises(ParameterError, match="'sv'"):
        text.say("sv")
