"""What is a key of the library called in plain words?"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from valuelib.errors import ValuelibError
from valuelib.records import Rung, Verdict
from valuelib.show.mark import mark
from valuelib.show.words_parts import ALL as PARTS
from valuelib.theory import Text, categories, claims, elements, facet_items, facets, needs, tiers

VERDICTS: Mapping[Verdict, str] = {
    "supported": mark("Supported"),
    "consistent": mark("Consistent with the claim"),
    "smaller": mark("Smaller than claimed"),
    "rejected": mark("Rejected"),
    "undecided": mark("Undecided"),
    "not_testable": mark("Not testable"),
}
RUNGS: Mapping[Rung, str] = {
    "audited": mark("what was bought"),
    "other_rater": mark("another rater's view"),
    "peers": mark("colleagues' ratings"),
    "direction": mark("own ratings, direction only"),
    "descriptive": mark("raw comparison"),
}
OUTCOMES: Mapping[str, str] = {
    "recommend": mark("NPS"),
    "nps": mark("NPS"),
    "repurchase": mark("repurchase share"),
    "effort": mark("ease of doing business with the provider"),
    "value_enhancement": mark("value enhancement"),
    "satisfaction": mark("satisfaction"),
    "perceived_value": mark("perceived value"),
    "promise": mark("promise kept"),
    "share_of_purchases": mark("share of purchases"),
    "expansion": mark("share intending to buy more"),
    "unaffected": mark("outcome that value cannot move"),
    "inimitability": mark("how hard the cooperation is to copy"),
    "joint_result": mark("joint result"),
    "loyalty": mark("loyalty"),
}
LEVELS: Mapping[str, str] = {
    "curve_isotonic": mark("never falling"),
    "curve_spline": mark("smooth curve"),
    "level_low": mark("below what is needed"),
    "level_middle": mark("met"),
    "level_high": mark("exceeded"),
    "penalty_shown": mark("so failing is shown to go with less"),
    "penalty_open": mark("so it is open whether failing goes with less"),
    "penalty_reversed": mark("so failing even goes with more"),
    "reward_inside": mark("so exceeding is shown to go with no difference that counts"),
    "reward_beyond": mark("so exceeding is shown to go with more than the margin"),
    "reward_reversed": mark("so exceeding even goes with less"),
    "reward_open": mark("so it is open whether exceeding goes with more"),
}
EXPOSURES: Mapping[str, str] = {
    "offering": mark("offering bought"),
    "delivered": mark("delivered higher-tier value"),
    "count": mark("number of high-value elements"),
    "relative": mark("higher tiers relative to lower ones"),
    "individual_tier": mark("individual tier"),
    "higher_tiers": mark("higher tiers"),
    "lower_tiers": mark("lower tiers"),
    "colleagues_lower_tiers": mark("colleagues' lower tiers"),
    "own_mean": mark("own mean rating of the higher tiers"),
    "study": mark("the study's rule"),
    "cocreation": mark("co-creation"),
    "provider_view": mark("provider's view"),
    "employees": mark("account teams' answers"),
    "wave": mark("survey wave"),
    "account": mark("account"),
    "segment": mark("segment"),
    "marker": mark("marker item"),
    "comment": mark("open comments"),
    "contract": mark("contract dates"),
    "interviews": mark("interviews"),
    "weight": mark("weight"),
    "elements": mark("elements"),
    "adjust_for": mark("confounders"),
    "comparison": mark("comparison group"),
    "baseline": mark("baseline group"),
}
UNITS: Mapping[str, str] = {
    "points": mark("points"),
    "percentage_points": mark("percentage points"),
    "scale_points": mark("points on the 0–10 scale"),
}
KINDS_OF_REPURCHASE: Mapping[str, str] = {
    "renewed": mark("contract renewed"),
    "retained": mark("still a customer"),
    "intention_topbox": mark("intention, top answers"),
    "intention_mean": mark("intention, mean"),
    "spend_change": mark("change in spending"),
}


def word_of(key: str) -> str | Text:
    """The English text of a key (the catalogue holds its Finnish), or the theory's own text in both languages.

    Raises:
        ValuelibError: nothing is called by that key.
    """
    if key in _words():
        return _words()[key]
    if key in _theory_names():
        return _theory_names()[key]
    raise ValuelibError(f"The key {key!r} has no word in valuelib.show.words; add it there and to the Finnish catalogue.")


@cache
def _words() -> Mapping[str, str]:
    groups: tuple[Mapping[str, str], ...] = (
        dict(VERDICTS.items()),
        dict(RUNGS.items()),
        OUTCOMES,
        EXPOSURES,
        LEVELS,
        UNITS,
        KINDS_OF_REPURCHASE,
        PARTS,
    )
    return {key: word for group in groups for key, word in group.items()}


@cache
def _theory_names() -> Mapping[str, Text]:
    """Names of the theory; where a tier and its only category share a key, they share the name that counts, the tier's."""
    names = {**needs(), **{part.key: part.name for one in claims() for part in one.parts}}
    names.update({item.key: item.item for item in facet_items()})
    names.update({facet.key: facet.name for facet in facets()})
    names.update({element.key: element.name for element in elements()})
    names.update({category.key: category.name for category in categories()})
    names.update({tier.key: tier.name for tier in tiers()})
    return names
