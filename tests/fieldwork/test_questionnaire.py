"""The questionnaire itself: what is asked, in which words, in which order, and how long it takes."""

import re

import pytest

from valuelib.fieldwork.model import (
    LEAST_PAGE,
    MOST_PAGE,
    build_questionnaire,
    dont_know,
    element_codes,
    fixed_blocks,
    words,
)
from valuelib.fieldwork.paper import in_order
from valuelib.fieldwork.wording import facts_of, lines_of, phrase, texts
from valuelib.study.config import Outcomes
from valuelib.theory.facets import facets
from valuelib.theory.pyramid import LOWER_TIERS, categories, elements, tiers

EVERY = [element.key for element in elements()]
FACETS = [facet.key for facet in facets()]


def questionnaire(element_keys=EVERY, facet_keys=FACETS):
    return build_questionnaire("acme", client="Acme Oy", element_keys=element_keys, facet_keys=facet_keys)


def test_every_element_and_statement_is_asked_once_in_the_words_of_the_theory():
    asked = [question for question in questionnaire().questions if question.key]
    assert sorted(question.key for question in asked) == sorted([*EVERY, *(item for facet in facets() for item in facet.items)])
    by_key = {question.key: question for question in asked}
    for element in elements():
        assert by_key[element.key].text == element.item
        assert by_key[element.key].code == element_codes()[element.key]


def test_codes_are_unique_stay_the_same_and_suit_every_tool():
    """LimeSurvey takes letters and digits only, with a letter first; answer codes of at most five signs."""
    full, short = questionnaire(), questionnaire(words()["core"], [])
    codes = [block.code for block in full.blocks] + [question.code for question in full.questions]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-zA-Z][a-zA-Z0-9]{0,19}", code) for code in codes)
    own = {question.key: question.code for question in full.questions if question.key}
    assert all(own[question.key] == question.code for question in short.questions if question.key)
    assert len(str(dont_know().code)) <= 5


def test_outcomes_and_negative_control_come_first_and_pages_of_elements_are_left_to_chance():
    blocks = questionnaire().blocks
    order = [block.code.rstrip("0123456789") for block in blocks]
    assert list(dict.fromkeys(order)) == ["outcomes", "expectations", "statements", "together", "background"]
    assert "unaffected" in [question.code for question in blocks[0].questions]
    assert {block.code.rstrip("0123456789") for block in blocks if block.drawn} == {"statements"}


def test_form_b_turns_the_pages_of_elements_and_nothing_else():
    full = questionnaire()
    turned = in_order(full, turned=True)
    assert in_order(full, turned=False) == full.blocks
    there, back = (
        [question.code for block in blocks if block.drawn for question in block.questions] for blocks in (full.blocks, turned)
    )
    assert back == there[::-1]
    fixed = [block for block in full.blocks if not block.drawn]
    assert [block for block in turned if not block.drawn] == fixed


@pytest.mark.parametrize("keys", [EVERY, words()["core"], EVERY[::5], EVERY[:5]], ids=["all", "core", "every fifth", "five"])
def test_pages_are_neither_empty_nor_long(keys):
    pages = [block for block in questionnaire(keys).blocks if block.drawn]
    assert all(1 <= len(block.questions) <= MOST_PAGE for block in pages)
    assert sum(len(block.questions) for block in pages) == len(keys)
    assert sum(len(block.questions) < LEAST_PAGE for block in pages) <= 1


def test_every_outcome_of_a_survey_is_asked():
    """The contract is known from records; everything else that study.yaml knows as an outcome is a question."""
    asked = {question.code for block in fixed_blocks()[0] for question in block.questions}
    told = {"perceived_value": "value", "share_of_purchases": "share", "value_enhancement": "more1"}
    assert {told.get(key, key) for key in Outcomes.model_fields} - {"contract"} <= asked


def test_core_keeps_its_rule():
    """As docs/how-to/field-a-survey.md tells it."""
    core = set(words()["core"])
    assert core <= set(EVERY)
    assert all(set(tier.elements) <= core for tier in tiers() if tier.higher or tier.key == "table_stakes")
    assert all(len(set(tier.elements) & core) >= 3 for tier in tiers() if tier.key in LOWER_TIERS)
    assert all(set(category.elements) & core for category in categories())
    assert len(core) == len(words()["core"]) == 23


def test_minutes_grow_with_what_is_asked():
    """By hand for the shortest: 45 to begin, 3 pages of 5, 11 questions of 11, 3 statements of 8, a comment of 60: 265 seconds."""
    assert questionnaire([], []).minutes == 5
    assert questionnaire(words()["core"], []).minutes < questionnaire(EVERY, []).minutes < questionnaire().minutes


@pytest.mark.parametrize("language", ["fi", "en"])
def test_texts_have_their_facts_and_no_stray_braces(language):
    facts = facts_of(questionnaire())
    for place in ("title", "intro", "privacy", "invitation", "reminder", "provider", "employees", "interview"):
        said = phrase(place, language, **facts)
        assert said
        assert "{" not in said
    assert any(line.kind == "item" for line in lines_of("interview", language))
    assert "Acme Oy" in phrase("privacy", language, **facts)


def placeholders(text):
    return len(re.findall(r"\[[A-ZÅÄÖ][^\[\]a-zåäö]+\]", text))


def test_both_languages_say_as_much():
    """Each text has both languages, with as many placeholders, headings and items."""

    def pairs(node):
        if isinstance(node, dict):
            if {"en", "fi"} <= node.keys():
                yield node["en"], node["fi"]
            else:
                for one in node.values():
                    yield from pairs(one)

    for english, finnish in pairs({key: node for key, node in texts().items() if key != "sheet"}):
        assert english.strip()
        assert finnish.strip()
        assert placeholders(english) == placeholders(finnish), english
        assert len(english.splitlines()) == len(finnish.splitlines()), english
    assert set(texts()["privacy"]) == {"title", "en", "fi"}
    assert texts()["privacy"]["en"].count("# ") == texts()["privacy"]["fi"].count("# ")


def test_finnish_addresses_one_reader_formally():
    """Questions say te, as the theory's statements do not speak to the reader at all."""
    asked = " ".join(question.text.fi for question in questionnaire().questions)
    assert not re.search(r"\b(sinä|sinun|sinulla|voit|kerro|valitse)\b", asked, re.IGNORECASE)
