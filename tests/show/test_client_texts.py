"""What the texts that a client reads may not say, and that the words which need explaining are explained."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from tests.show.test_catalogue import FINNISH
from valuelib.output.content import GLOSSARY
from valuelib.show.catalogue import english, forms_of, read_catalogue
from valuelib.show.localizer import Localizer

# Of the study's files and settings: an analyst's texts, which stand in the terminal, the lab and the annex's page on the data.
ANALYSTS = ("study.", "readers.", "terminal.", "explorer.", "crate.", "workshop.")
# Tables of numbers for whoever calculates further name their file.
FILES = {"pooling.every_number_page_stands", "report.every_number_report_stands", "workbook.name_results_json"}
KEY = re.compile(r"`|study\.yaml|\b[a-z]+_[a-z_]+\b|\b[a-z]{2,}\.[a-z]{2,}\b")
NOTATION = {"r_wg"}

# Words that a reader would stumble over, and what stands in their place.
NEVER_EN = r"\bgo(es|ing)? with\b|told apart|other side's|'|\bslide\b|general liking|hang together|drawn again"
NEVER_FI = r"pettä(ä|mi|ne)|ryppä|toi(nen|sen) osapuol|sädekehä|kalvo|mieltymy|kulk(ee|evat) yhd|\bluen(ta|not|toj)|ostojaan j"

# Where a term of the edition is explained: its stem in each language, and the entry of the glossary.
TERMS: Mapping[str, Mapping[str, str]] = {
    "en": {
        r"[Cc]onfidence interval": "interval",
        r"\bhalo\b|overall impression": "halo",
        r"ratings of the basics": "basics",
        r"held equal|equal ratings": "held_equal",
        r"\bevidence\b": "evidence",
        r"undecided": "undecided",
        r"percentage point": "percentage_point",
        r"higher-tier": "higher_tiers",
        r"[Ee]xploratory": "exploratory",
    },
    "fi": {
        r"[Ll]uottamusväl": "interval",
        r"[Yy]leisvaikutelm|haloefekt": "halo",
        r"perusasioiden": "basics",
        r"vakio(i|im)": "held_equal",
        r"[Nn]äyttö": "evidence",
        r"ratkeamatta|ei ratkennut": "undecided",
        r"%-yks|prosenttiyksik": "percentage_point",
        r"ylempien tasojen": "higher_tiers",
        r"asiakasyrity": "account",
    },
}
EDITION = ("edition.", "story.", "action.", "ladder.")


def texts(language: str) -> Mapping[str, str]:
    """Every text by its code; the places for values taken out."""
    said = (
        english()
        if language == "en"
        else {forms_of(entry.id)[0]: forms_of(entry.string) for entry in read_catalogue(FINNISH) if entry.id}
    )
    return {code: re.sub(r"%\(\w+\)s", "…", " | ".join(forms)) for code, forms in said.items()}


@pytest.mark.parametrize("language", ["en", "fi"])
def test_no_text_for_a_client_names_a_key_or_a_file(language: str) -> None:
    found = {
        code: keys
        for code, said in texts(language).items()
        if not code.startswith(ANALYSTS) and code not in FILES and (keys := set(KEY.findall(said)) - NOTATION)
    }
    assert found == {}


@pytest.mark.parametrize(("language", "never"), [("en", NEVER_EN), ("fi", NEVER_FI)])
def test_no_text_falls_back_to_a_word_that_was_put_right(language: str, never: str) -> None:
    found = {code: said for code, said in texts(language).items() if not code.startswith(ANALYSTS) and re.search(never, said)}
    assert found == {}


@pytest.mark.parametrize(("language", "term", "entry"), [(one, *pair) for one, terms in TERMS.items() for pair in terms.items()])
def test_a_term_of_the_edition_stands_in_the_glossary(language: str, term: str, entry: str) -> None:
    speech = Localizer(language)
    assert any(code.startswith(EDITION) and re.search(term, said) for code, said in texts(language).items()), "the edition says it"
    assert entry in GLOSSARY
    assert speech.text(f"glossary.{entry}.term")
    assert speech.text(f"glossary.{entry}.meaning")
