"""What are the estimates of the chapters on working together called in words?"""

from __future__ import annotations

from collections.abc import Mapping

from valuelib.show.language import Speech
from valuelib.show.mark import mark

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
CELLS: Mapping[str, str] = {
    "easy.more": mark("Easy, and more than expected"),
    "easy.less": mark("Easy, but no more than expected"),
    "hard.more": mark("Hard, but more than expected"),
    "hard.less": mark("Hard, and no more than expected"),
}
GOES_WITH: Mapping[str, str] = {
    "peers": mark("Change of %(outcome)s per point of %(what)s, as colleagues rate it"),
    "own": mark("Change of %(outcome)s per point of %(what)s, as respondents rate it themselves"),
}
PEOPLE: Mapping[str, str] = {
    "people.mean": mark("Meaningful work, mean of all people (0–10)"),
    "people.icc1": mark("Share of the differences that lies between teams, ICC(1)"),
    "people.icc2": mark("Reliability of a team's mean, ICC(2)"),
    "people.rwg": mark("Agreement inside teams, r_wg (median)"),
    "people.agreed": mark("Teams that agree well enough (r_wg 0.7 or more), per cent"),
    "people.customers_icc1": mark("Share of the differences in customers' value that lies between teams, ICC(1)"),
    "people.link": mark("Points of customers' value per point of the team's meaningful work"),
    "people.link_corrected": mark("The same, corrected for noise in the team means"),
}
SLOPES: Mapping[str, str] = {
    "a1": mark("a1: slope where both agree (low to high)"),
    "a2": mark("a2: bend where both agree"),
    "a3": mark("a3: slope across disagreement (towards the customer's being higher)"),
    "a4": mark("a4: bend across disagreement"),
}
WHOLE: Mapping[str, str] = {
    "mediation.a": mark("Perceived value per point of co-creation"),
    "mediation.b": mark("NPS points per point of perceived value, at equal co-creation"),
    "mediation.direct": mark("NPS points per point of co-creation, at equal perceived value"),
    "mediation.total": mark("NPS points per point of co-creation, in all"),
    "mediation.indirect": mark("NPS points through perceived value, per point of co-creation"),
    "mediation.a.earlier": mark("Perceived value per point of earlier co-creation"),
    "mediation.b.earlier": mark("NPS points per point of earlier perceived value, at equal co-creation"),
    "change.nps": mark("NPS, change from the first survey to the last"),
    "change.perceived_value": mark("Perceived value, change from the first survey to the last"),
    "change.cocreation": mark("Co-creation, change from the first survey to the last"),
    "stayed.all": mark("NPS at the first survey, all"),
    "stayed.stayed": mark("NPS at the first survey, accounts that stayed"),
    "stayed.left": mark("NPS at the first survey, accounts that later left"),
    "stayed.bound": mark("NPS at the last survey, had those who left answered as before"),
    "growth.wave": mark("Growth of perceived value from survey to survey (mixed model)"),
    "growth.cocreation": mark("Faster growth per point of co-creation (mixed model)"),
    "renewal.hazard": mark("Risk of a contract's end per point of value seen earlier, as a ratio"),
}
SIDES: Mapping[str, str] = {
    "side.customers": mark("%(what)s, customers' view"),
    "side.provider": mark("%(what)s, the other side's view"),
    "gap": mark("%(what)s, gap between the views"),
    "close": mark("%(what)s, accounts whose views lie within one point, per cent"),
    "contribution.value": mark("%(what)s, what it adds to value"),
    "contribution.loyalty": mark("%(what)s, what it adds to NPS"),
    "lever": mark("%(what)s, value gained if the provider rated it ten"),
}
RATERS: Mapping[str, str] = {
    "own": mark("%(label)s (own ratings, direction only)"),
    "peers": mark("%(label)s (colleagues' ratings)"),
}
CODING: Mapping[str, str] = {
    "alpha": mark("%(what)s, Krippendorff's alpha"),
    "kappa": mark("%(what)s, Cohen's kappa"),
    "raw": mark("%(what)s, raw agreement, per cent"),
    "prevalence": mark("%(what)s, share of readings with the code, per cent"),
}
FACET: Mapping[str, str] = {
    "mean": mark("%(what)s, mean"),
    "alpha": mark("%(what)s, internal consistency (alpha)"),
    "spearman_brown": mark("%(what)s, internal consistency of two items (Spearman-Brown)"),
}


def label_partnership(name: str, speech: Speech) -> str | None:
    """The label of an estimate of these chapters; None for any other."""
    head, _, rest = name.partition(".")
    if head not in HEADS:
        return None
    if name in WHOLE or name in PEOPLE:
        return speech.text(WHOLE.get(name) or PEOPLE[name])
    if head == "surface":
        return speech.text(SLOPES[rest])
    if head == "effort":
        cell, _, outcome = rest.rpartition(".")
        return f"{speech.text(CELLS[cell])}: {speech.word(outcome)}"
    if head == "goes_with":
        way, what, outcome = rest.split(".")
        return speech.text(GOES_WITH[way], outcome=speech.word(outcome), what=speech.word(what))
    if head == "wave":
        what, _, wave = rest.partition(".")
        return f"{_capital(speech.word(what))}, {wave}"
    if head == "facet":
        key, _, statistic = rest.rpartition(".")
        return speech.text(FACET[statistic], what=_capital(speech.word(key)))
    return _pairs(name, head, rest, speech) if head not in ("coding", "theme") else _coded(head, rest, speech)


def _pairs(name: str, head: str, rest: str, speech: Speech) -> str:
    told, _, rater = rest.rpartition(".")
    if head == "contribution" and rater in RATERS:
        return speech.text(RATERS[rater], label=_pairs(name, head, told, speech))
    kind, key = (head, rest) if head in SIDES else (f"{head}.{rest.partition('.')[0]}", rest.partition(".")[2])
    return speech.text(SIDES[kind], what=_capital(speech.word(key.removeprefix("tier."))))


def _coded(head: str, rest: str, speech: Speech) -> str:
    """Codes are the study's own names, so they stand as they are."""
    code, _, what = rest.partition(".")
    if head == "coding":
        return speech.text(CODING[what], what=speech.text("All codes together") if code == "all" else code)
    if what == "rating":
        return speech.text("%(code)s: rating of accounts where it was heard, less that of the others", code=code)
    return speech.text("%(code)s: accounts where it was heard, per cent", code=code)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
