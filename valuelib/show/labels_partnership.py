"""What are the estimates of the chapters on working together called in words?"""

from __future__ import annotations

from valuelib.languages import has_text
from valuelib.show.language import Speech

HEADS = (
    "effort",
    "goes_with",
    "facet",
    "contribution",
    "lever",
    "mediation",
    "side",
    "gap",
    "close",
    "surface",
    "wave",
    "change",
    "stayed",
    "growth",
    "renewal",
    "people",
    "coding",
    "theme",
)
CELLS = ("easy.more", "easy.less", "hard.more", "hard.less")
SLOPES = ("a1", "a2", "a3", "a4")


def label_partnership(name: str, speech: Speech) -> str | None:
    """The label of an estimate of these chapters; None for any other."""
    head, _, rest = name.partition(".")
    if head not in HEADS:
        return None
    if has_text(code := f"label.estimate.{name}"):
        return speech.text(code)
    if head == "surface":
        return speech.text(f"label.surface.{rest}")
    if head == "effort":
        cell, _, outcome = rest.rpartition(".")
        return f"{speech.text(f'label.cell.{cell}')}: {speech.word(outcome)}"
    if head == "goes_with":
        way, what, outcome = rest.split(".")
        return speech.text(f"label.goes_with.{way}", outcome=speech.word(outcome), what=speech.word(what))
    if head == "wave":
        what, _, wave = rest.partition(".")
        return f"{_capital(speech.word(what))}, {wave}"
    if head == "facet":
        key, _, statistic = rest.rpartition(".")
        code = "label.mean" if statistic == "mean" else f"label.consistency.{statistic}"
        return speech.text(code, what=_capital(speech.word(key)))
    return _pairs(name, head, rest, speech) if head not in ("coding", "theme") else _coded(head, rest, speech)


def _pairs(name: str, head: str, rest: str, speech: Speech) -> str:
    told, _, rater = rest.rpartition(".")
    if head == "contribution" and rater in ("own", "peers"):
        return speech.text(f"label.rater.{rater}", label=_pairs(name, head, told, speech))
    kind, key = (head, rest) if has_text(f"label.pair.{head}") else (f"{head}.{rest.partition('.')[0]}", rest.partition(".")[2])
    return speech.text(f"label.pair.{kind}", what=_capital(speech.word(key.removeprefix("tier."))))


def _coded(head: str, rest: str, speech: Speech) -> str:
    """Codes are the study's own names, so they stand as they are."""
    code, _, what = rest.partition(".")
    if head == "coding":
        return speech.text(f"label.coding.{what}", what=speech.text("common.all_codes_together") if code == "all" else code)
    if what == "rating":
        return speech.text("label.rating_accounts_where_heard", code=code)
    return speech.text("label.accounts_where_heard_per", code=code)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
