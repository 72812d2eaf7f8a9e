"""Has every message code a sentence in both languages, with no place left open?"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import valuelib
from valuelib.errors import ValuelibError
from valuelib.results import Message, Value
from valuelib.show.catalogue import english, project_sources, used_codes
from valuelib.show.localizer import Localizer

SAMPLES: dict[str, Value] = {
    "pts": 12.3,
    "ratio": 1.5,
    "share": 0.25,
    "level": 0.95,
    "score": 2.5,
    "n": 12,
    "key": "individual",
    "keys": "individual,functional",
}
PACKAGE = Path(valuelib.__file__).parent
# Topics of codes that results.json may hold; each of their texts is a sentence of its own.
TOPICS = ("advice", "assumption", "missing", "note", "portfolio", "readers", "reason", "study", "warning")
ENGLISH = english()
MESSAGES = {code: forms[0] for code, forms in ENGLISH.items() if code.partition(".")[0] in TOPICS}


def _samples(text: str) -> dict[str, Value]:
    names = re.findall(r"%\((\w+)\)s", text)
    return {name: SAMPLES.get(name.rpartition("_")[2], "text") for name in names}


@pytest.mark.parametrize("code", sorted(MESSAGES))
@pytest.mark.parametrize("language", ["en", "fi"])
def test_each_code_is_said(code: str, language: str) -> None:
    said = Localizer(language).say(Message(code=code, values=_samples(MESSAGES[code])))
    assert "%" not in said.replace("\N{NO-BREAK SPACE}%", "").replace("5%", "")
    assert said[0].isupper() or said[0].isdigit() or said.startswith("text")
    assert said.endswith(".")
    assert "  " not in said


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_finnish_is_not_the_english(code: str) -> None:
    message = Message(code=code, values=_samples(MESSAGES[code]))
    assert Localizer("fi").say(message) != Localizer("en").say(message)


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(ValuelibError, match=r"no\.such"):
        Localizer("fi").say(Message(code="no.such"))


def test_every_code_that_the_package_says_has_english() -> None:
    used = used_codes(project_sources())
    assert len(used.said) > 600
    assert used.said - set(ENGLISH) == set()
    lonely = [family for family in used.families if not any(re.fullmatch(family, code) for code in ENGLISH)]
    assert lonely == [], "families of codes of which the English catalogue holds none"


def test_every_message_that_the_package_makes_belongs_to_a_topic_of_messages() -> None:
    made = {code for path in PACKAGE.rglob("*.py") for code in _codes_made(path)}
    assert len(made) > 30
    labels = {code for code in made if code.startswith("label.")}  # what an estimate is called is no sentence
    assert labels - set(ENGLISH) == set()
    assert made - labels - set(MESSAGES) == set()


def _codes_made(path: Path) -> set[str]:
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    made = [call for call in calls if getattr(call.func, "id", "") == "Message"]
    values = [keyword.value for call in made for keyword in call.keywords if keyword.arg == "code"]
    return {value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)}
