"""A participant's verdict, written where the wall board finds it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from valuelib.show.localizer import local
from valuelib.workshop.answers import Form, is_empty, read_answer
from valuelib.workshop.checking import Checked, opened_folder

HANDED_IN = "hand_in.json"
FORMS: Mapping[str, Form] = {"believed": "word", "raw": "number", "interval": "interval", "verdict": "word"}


def hand_in(believed: object, raw: object, interval: object, verdict: object) -> Checked:
    """Write down what you found out about your client, for the wall board; what was handed in before gives way.

    Args:
        believed: whether you believed the claim when you had seen the slide's figure only: yes or no, in either language.
        raw: the difference in NPS points between those who rate high and the others.
        interval: (low, high) of the difference in NPS points that you would defend.
        verdict: of the claim "an NPS 60 % higher", such as "smaller" or "ei ratkennut".
    Returns:
        What is still missing, or that it is on the wall.
    Raises:
        ParameterError: no client is open.
    """
    given = {"believed": believed, "raw": raw, "interval": interval, "verdict": verdict}
    read = {name: None if is_empty(given[name]) else read_answer(given[name], form, {}) for name, form in FORMS.items()}
    if missing := [name for name, one in read.items() if one is None]:
        return Checked(False, local.text("workshop.hand_in.missing", names=local.listing(missing)), "empty")
    document = {name: one.words or one.numbers for name, one in read.items() if one is not None}
    plain = {name: values[0] if len(values) == 1 else list(values) for name, values in document.items()}
    (opened_folder().parent / HANDED_IN).write_text(json.dumps(plain, indent=1) + "\n", encoding="utf-8")
    return Checked(True, local.text("workshop.hand_in.done", file=HANDED_IN))
