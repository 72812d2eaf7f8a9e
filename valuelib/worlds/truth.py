"""What is true in a made-up study: every planted quantity with its unit, range and meaning."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import pairwise
from typing import Any

from pydantic import TypeAdapter, ValidationError

from valuelib.errors import ParameterError

WITHIN_CATEGORY = 0.15  # share of a rating's variance that items of one category have in common beyond the halo
COCREATION_OF_ACCOUNT = 0.5  # share of the variance of co-creation that an account's respondents have in common


def planted(default: Any, low: float, high: float, meaning: str, trap: bool = False) -> Any:
    """A field of the truth that carries its own range and meaning, so that every message and file says the same."""
    return field(default=default, metadata={"low": low, "high": high, "meaning": meaning, "trap": trap})


def trap(default: Any, low: float, high: float, meaning: str) -> Any:
    """Something that ordinary studies are taken not to have; it is told of a study only where it was planted."""
    return planted(default, low, high, meaning, trap=True)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Truth:
    """All that is planted in a made-up study; `meaning(name)` says what a field is and in which unit.

    Loyalty is a latent of unit variance at either offering: halo, true lower-tier quality, co-creation, an effect of the account
    and noise (and the traps, where planted), cut at two points into detractor, passive and promoter. The level at each offering is
    set so that the NPS, were everybody given the lower offering, is `nps_baseline` in expectation, and with the higher one
    `nps_baseline + nps_lift`. Figures hold in the last wave; earlier waves lie lower by `growth`. With `size_effect` and
    `country_style` they hold nearly: sizes and countries are not normal.

    Raises:
        ParameterError: a value lies outside its range, or the values cannot stand together; all problems at once.
    """

    respondents: int = planted(400, 2, 1_000_000, "respondents in each wave")
    accounts: int = planted(136, 2, 1_000_000, "customer companies")
    account_sizes: tuple[float, ...] = planted(
        (0.30, 0.22, 0.16, 0.11, 0.08, 0.06, 0.04, 0.03), 0, 1, "shares of accounts with 1, 2, ... 8 respondents, then fitted"
    )
    waves: int = planted(1, 1, 20, "survey rounds, one a year")
    year: int = planted(2026, 1990, 2100, "year of the last wave")
    returning: float = planted(0.7, 0, 1, "share of respondents who answer the next wave too")
    nps_baseline: float = planted(30.0, -90, 90, "NPS, points, if everybody had the lower offering")
    nps_lift: float = planted(0.0, -120, 120, "NPS points that the higher offering adds")
    repurchase_baseline: float = planted(60.0, 2, 98, "share renewed, per cent, if everybody had the lower offering")
    repurchase_lift: float = planted(0.0, -90, 90, "percentage points of renewal that the higher offering adds")
    exposure_share: float = planted(0.5, 0.02, 0.98, "share that bought the higher offering")
    exposure_clustering: float = planted(1.0, 0, 1, "1: an account buys for all its units; 0: each for itself")
    confounding: float = planted(0.3, -0.95, 0.95, "correlation of true lower-tier quality with the inclination to buy")
    quality_effect: float = planted(0.35, 0, 0.8, "correlation of true lower-tier quality with loyalty")
    halo: float = planted(0.5, 0, 0.9, "correlation of the halo (a liking that colours every rating) with recommending")
    halo_loading_lower: float = planted(0.4, 0, 0.8, "share of the variance of lower-tier ratings that is halo")
    halo_loading_higher: float = planted(0.4, 0, 0.8, "share of the variance of higher-tier ratings that is halo")
    halo_shared: float = planted(0.3, 0, 1, "share of the halo that colleagues of one account have in common")
    repurchase_link: float = planted(0.6, 0, 1, "how strongly halo and quality move renewal, relative to recommending")
    element_effect: float = planted(0.8, -3, 3, "SD by which the higher offering raises higher-tier ratings")
    cocreation_effect: float = planted(0.15, 0, 0.6, "correlation of co-creation with loyalty, and SD by which it raises ratings")
    team_effect: float = planted(0.15, 0, 1, "SD by which ratings rise with one SD of meaningful work in the provider's team")
    teams: int = planted(24, 2, 1000, "the provider's account teams")
    icc: float = planted(0.25, 0, 0.9, "correlation of two colleagues' loyalty (latent) at the same offering")
    rating_lower: float = planted(6.8, 0, 10, "mean rating of lower-tier elements, 0-10")
    rating_higher: float = planted(5.2, 0, 10, "mean rating of higher-tier elements, 0-10")
    lower_elements: int = planted(30, 1, 30, "lower-tier elements asked (fewer: a short form)")
    higher_elements: int = planted(10, 0, 10, "higher-tier elements asked")
    missing_share: float = planted(0.02, 0, 0.9, "share of the answers to elements and co-creation statements left open")
    renewal_share: float = planted(1.0, 0.02, 1, "share of contracts that came due, so that renewal is known")
    comment_share: float = planted(0.3, 0, 1, "share of respondents who left a comment")
    growth: float = planted(0.0, -1, 1, "SD by which ratings and loyalty rise from wave to wave")
    growth_cocreation: float = planted(0.0, -1, 1, "SD by which that growth is faster for one SD more of the account's co-creation")
    provider_gap: float = planted(1.0, -5, 5, "points (0-10) by which the provider rates above its customers")
    provider_share: float = planted(0.6, 0, 1, "share of accounts for which the provider gave its view")
    staff_per_team: int = planted(7, 2, 1000, "people in each of the provider's account teams")
    staff_icc: float = trap(1.69 / 3.13, 0, 1, "correlation of two answers on meaningful work from the same team of the provider")
    interviews: int = planted(14, 1, 100_000, "accounts interviewed")
    coder_agreement: float = planted(0.85, 0, 1, "how often the second coder sees the theme that the first one saw")
    theme_link: float = trap(
        0.0, 0, 1.5, "SD by which a facet's true level is higher in accounts that praise it in interviews than in others"
    )
    choices: float = trap(0.0, 0, 1, "share of the last wave's respondents who choose best and worst elements")
    choice_elements: int = trap(12, 4, 40, "elements of value to choose among")
    choice_sets: int = trap(9, 1, 100, "sets in which each of them chooses")
    choice_shown: int = trap(4, 3, 12, "elements shown in a set")
    choice_spread: float = trap(0.8, 0, 3, "SD of the elements' importance (logit) in choices; no halo is in it")
    choice_taste: float = trap(0.5, 0, 3, "SD (logit) by which what matters to a respondent differs from that, element by element")
    choice_shared: float = trap(0.4, 0, 1, "share of the variance of tastes that colleagues have in common")
    choice_careless: float = trap(0.0, 0, 1, "share of those who choose at random")
    facet_own: float = trap(
        0.0, 0, 1, "share of a co-creation facet's true variance that is its own, beyond co-creation in general"
    )
    roles_effect: float = trap(0.0, -0.6, 0.6, "SD by which ratings rise with one SD of the own part of roles and tasks")
    people_effect: float = trap(0.0, -0.6, 0.6, "SD by which ratings rise with one SD of the own part of the customer team")
    provider_sees: float = trap(
        0.0, 0, 1, "1: the provider sees what is true of an account; 0: it repeats what its customers answer"
    )
    gap_spread: float = trap(0.0, 0, 3, "points by which that gap differs from facet to facet and from tier to tier, as an SD")
    commitment_effect: float = trap(
        0.0, -0.6, 0.6, "SD of loyalty by which one SD more of mutual commitment on both sides raises it"
    )
    gap_effect: float = trap(0.0, -0.3, 0.3, "SD of loyalty lost for each squared SD by which the two sides' commitment differs")
    commitment_gap: float = trap(0.8, 0, 3, "SD of the difference between the two sides' true commitment")
    effort_effect: float = trap(0.0, -0.6, 0.6, "SD of loyalty by which one SD more of true ease raises it")
    enhancement_effect: float = trap(0.0, -0.6, 0.6, "SD of loyalty by which one SD more of true enhancement raises it")
    leaving: float = trap(
        0.0, 0, 0.5, "share of a wave's accounts that leave before the next; `accounts` are those of the last wave"
    )
    leaving_loyalty: float = trap(0.6, 0, 1, "how much of leaving is low loyalty, as a correlation")
    renewals_known: int = trap(20, 1, 20, "survey rounds, counted from the last, of which renewals are known")
    contracts: bool = trap(False, 0, 1, "whether the dates of contracts are told")
    hazard_effect: float = trap(0.5, -2, 2, "log hazard ratio of a contract's end for one SD less of an account's true quality")
    comment_lean: float = trap(
        0.0, 0, 3, "how many times more often detractors than promoters comment, less one (passives half way)"
    )
    quality_in_ratings: float = trap(0.5, 0, 1, "SD by which a lower-tier rating rises with one SD of true lower-tier quality")
    affect: float = trap(0.0, 0, 0.9, "correlation of a second halo, which colours higher-tier ratings only, with recommending")
    affect_loading: float = trap(0.0, 0, 0.8, "share of the variance of higher-tier ratings that is this second halo")
    affect_shared: float = trap(0.0, 0, 1, "share of this second halo that colleagues have in common")
    lines: int = trap(20, 1, 1000, "product lines; an account buys from one of them")
    line_halo: float = trap(0.0, 0, 1, "share of the halo that all customers of a product line have in common")
    line_buying: float = trap(0.0, 0, 1, "share of the inclination to buy that is the product line's")
    size_buying: float = trap(0.0, -0.9, 0.9, "correlation of an account's size (its respondents) with the inclination to buy")
    size_effect: float = trap(0.0, -0.6, 0.6, "correlation of the account's size with loyalty")
    strictness: float = trap(0.0, -3, 3, "points (0-10) by which buyers of the higher offering rate equal basics lower")
    uneven: float = trap(
        0.0,
        -3,
        3,
        "points (0-10) by which buyers of the higher offering rate every third of the basics lower, the others as all do",
    )
    spill_over: float = trap(
        0.0, -3, 3, "points by which the higher offering truly lifts the basics and their ratings; nps_lift holds its whole effect"
    )
    skipping: float = trap(0.0, 0, 1, "share of detractors among buyers of the higher offering who leave the page of ratings blank")
    routed_share: float = trap(0.0, 0, 0.9, "share of the lower-tier elements that only buyers of the higher offering are asked")
    routed_drop: float = trap(1.5, -3, 3, "points by which the elements asked of buyers only are rated lower than the others")
    halo_gap: float = trap(0.0, 0, 0.9, "share by which the halo weighs more in the ratings of buyers, and less in those of others")
    team_buying: float = trap(0.0, 0, 1, "share of the inclination to buy that the provider's account team has in common")
    team_loyalty: float = trap(0.0, 0, 0.5, "share of the variance of loyalty that all customers of an account team have in common")
    teams_named: bool = trap(False, 0, 1, "whether study.yaml names the team as the level at which answers resemble each other")
    dominant_share: float = trap(0.0, 0, 0.9, "share of all respondents that one account holds, however large the others may be")
    country_style: float = trap(
        0.0, -3, 3, "points (0-10) by which customers in one of two countries answer every question higher, recommending among them"
    )
    country_buying: float = trap(0.0, -0.9, 0.9, "correlation of that country with the inclination to buy")
    country_held: bool = trap(False, 0, 1, "whether study.yaml holds the country equal, under adjust_for")
    roll_out: float = trap(0.0, 0, 1, "share of the buying accounts that took the higher offering between two waves, not before")
    switch_standard: float = trap(
        0.0, -2, 2, "SD of loyalty by which such an account judges stricter from its switch on, with nothing else behind it"
    )
    own_part_effect: float = trap(0.0, -0.6, 0.6, "SD by which ratings rise with one SD of the own part of mutual commitment")
    learning_effect: float = trap(0.0, -0.6, 0.6, "SD by which ratings rise with one SD of the own part of ecosystem learning")
    daring_effect: float = trap(
        0.0, -0.6, 0.6, "SD by which daring to raise difficult matters rises with one SD of the own part of mutual commitment"
    )
    advantage_effect: float = trap(0.0, -0.6, 0.6, "SD by which being hard to copy rises with one SD of true lower-tier quality")
    meaning_effect: float = trap(
        0.0, -0.9, 0.9, "correlation, within a team of the provider, of seeing what one's work achieves with its meaning"
    )
    promise_effect: float = trap(0.0, -0.6, 0.6, "SD of loyalty by which one SD more of an account's truly kept promises raises it")
    trust_needed: float = trap(
        0.0, 0, 3, "points of the joint result that one SD more of an account's true trust allows; 0: it needs none"
    )
    weights: bool = planted(False, 0, 1, "whether answers carry unequal weights")
    language: str = planted("fi", 0, 0, "language of headers and comments: fi or en")

    def __post_init__(self) -> None:
        problems = []
        for item in fields(self):
            value, low, high = getattr(self, item.name), item.metadata["low"], item.metadata["high"]
            numbers = value if isinstance(value, tuple) else () if isinstance(value, str) else (value,)
            if not all(low <= number <= high for number in numbers):
                problems.append(f"{item.name} is {value}: expected {low}..{high} ({item.metadata['meaning']}).")
        problems += _joint_problems(self)
        if problems:
            raise ParameterError("\n".join(problems))

    @property
    def account_effect(self) -> float:
        """Variance of loyalty that belongs to the account beyond halo, quality and co-creation."""
        return self.icc - _shared_variance(self)

    def __repr__(self) -> str:
        own = {item.name: getattr(self, item.name) for item in fields(self) if getattr(self, item.name) != item.default}
        return f"<Truth: {', '.join(f'{name}={value}' for name, value in own.items()) or 'nothing but the usual'}>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        from valuelib.show.planning import show_truth  # on use: a simulation needs no words

        return show_truth(self)

    @property
    def noise(self) -> float:
        """Variance of loyalty that is the respondent's own chance."""
        given = (self.halo, self.quality_effect, self.cocreation_effect, self.affect, self.size_effect)
        return 1 - self.account_effect - sum(effect**2 for effect in given) - self.team_loyalty - _cooperation_variance(self)

    @property
    def others(self) -> int:
        """Respondents in each wave outside the dominant account; all of them where there is none."""
        return self.respondents - round(self.dominant_share * self.respondents)

    @property
    def countries(self) -> bool:
        """Whether customers are told apart by country."""
        return bool(self.country_style or self.country_buying or self.country_held)


def meaning(name: str) -> str:
    """What a field of the truth is, with its unit."""
    return next(str(item.metadata["meaning"]) for item in fields(Truth) if item.name == name)


def leavers_by_wave(truth: Truth) -> tuple[int, ...]:
    """How many accounts leave after each wave but the last, so that `accounts` are there at the last; empty where nobody leaves."""
    if not truth.leaving or truth.waves == 1:
        return ()
    there = [round(truth.accounts / (1 - truth.leaving) ** (truth.waves - 1 - wave)) for wave in range(truth.waves)]
    return tuple(now - later for now, later in pairwise(there))


def _shared_variance(truth: Truth) -> float:
    """Variance of loyalty that colleagues share through what is planted by name."""
    return (
        truth.halo**2 * (truth.halo_shared + truth.line_halo)
        + truth.quality_effect**2
        + truth.cocreation_effect**2 * COCREATION_OF_ACCOUNT
        + truth.affect**2 * truth.affect_shared
        + truth.size_effect**2
        + truth.team_loyalty
        + _cooperation_variance(truth)
    )


def _cooperation_variance(truth: Truth) -> float:
    """Variance of loyalty from both sides' commitment, their difference, ease and enhancement, which all belong to the account."""
    level = truth.commitment_effect**2 * (1 + truth.commitment_gap**2 / 4)
    apart = 2 * truth.gap_effect**2 * truth.commitment_gap**4
    return level + apart + truth.effort_effect**2 + truth.enhancement_effect**2 + truth.promise_effect**2


# What works through a facet's own part.
THROUGH_OWN_PARTS = (
    "roles_effect",
    "people_effect",
    "commitment_effect",
    "gap_effect",
    "own_part_effect",
    "learning_effect",
    "daring_effect",
)


def _joint_problems(truth: Truth) -> list[str]:
    least, sizes = _shared_variance(truth), len(truth.account_sizes)
    small = truth.accounts - bool(truth.dominant_share)  # accounts whose size is drawn
    nps, renewed = truth.nps_baseline + truth.nps_lift, truth.repurchase_baseline + truth.repurchase_lift
    room = small <= truth.others <= small * sizes and (not truth.dominant_share or truth.others < truth.respondents)
    bought_by = truth.line_buying + truth.team_buying + truth.size_buying**2 + truth.country_buying**2
    checks = (
        (room, f"respondents is {truth.others}: {small} accounts of 1..{sizes} cannot hold as many; change either."),
        (sum(truth.account_sizes) > 0, "account_sizes needs one share above zero."),
        (abs(nps) <= 95, f"nps_baseline + nps_lift is {nps:g}: expected -95..95."),
        (1 <= renewed <= 99, f"repurchase_baseline + repurchase_lift is {renewed:g}: expected 1..99."),
        (truth.halo_shared + truth.line_halo <= 1, "halo_shared and line_halo share out more than all of the halo; lower one."),
        (
            bought_by <= 1,
            "line_buying, team_buying, size_buying and country_buying explain more than all of buying; lower one.",
        ),
        (
            not (truth.dominant_share and truth.leaving),
            "dominant_share and leaving cannot stand together: the leavers would have a dominant account of their own; drop one.",
        ),
        (
            WITHIN_CATEGORY + truth.halo_loading_higher + truth.affect_loading <= 1,
            "halo_loading_higher and affect_loading make up more than all of a higher-tier rating; lower one.",
        ),
        (
            truth.icc >= least - 1e-9,
            f"icc is {truth.icc:g}: halo, quality, co-creation and cooperation make {least:.3f}; raise it or lower them.",
        ),
        (truth.noise >= 0.02, "icc, halo and the effects explain more than all of loyalty; lower one."),
        (
            max(leavers_by_wave(truth), default=0) <= truth.accounts / 2,
            f"leaving is {truth.leaving:g} over {truth.waves} waves: more accounts leave at once than half of the last; lower it.",
        ),
        (
            truth.facet_own > 0 or not any(getattr(truth, name) for name in THROUGH_OWN_PARTS),
            "facet_own is 0, so no facet has a part of its own for roles, people or commitment to work through; raise it.",
        ),
        (
            not truth.choices or truth.choice_shown <= truth.choice_elements <= truth.lower_elements + truth.higher_elements,
            "choice_elements lies below choice_shown, or above the elements asked about; change either.",
        ),
        (truth.language in ("fi", "en"), f"language is {truth.language!r}: expected fi or en."),
    )
    return [problem for holds, problem in checks if not holds]


# Truths as users write them: the name of a preset, settings such as `nps_lift=8`, or both.

# Baselines of the presets: NPS 30 and 60 % renewed, so that the claims "x 1.60" and "x 1.22" are +18 and +13.2 points.
PRESETS: Mapping[str, Truth] = {
    "no_effect": Truth(halo=0.0, confounding=0.0),
    "halo_only": Truth(confounding=0.0),
    "half": Truth(nps_lift=9.0, repurchase_lift=6.6),
    "claimed": Truth(nps_lift=18.0, repurchase_lift=13.2),
    "double": Truth(nps_lift=36.0, repurchase_lift=26.4),
    "reversed": Truth(nps_lift=-18.0, repurchase_lift=-13.2),
    # No effect, and one thing each that may pass for one: docs/reference/truth-tests.md tells how often it does.
    "stricter_buyers": Truth(confounding=0.0, strictness=1.0),
    "skipped_ratings": Truth(confounding=0.0, skipping=0.5),
    "routed_items": Truth(confounding=0.0, routed_share=0.25),
    "few_teams": Truth(confounding=0.0, teams=8, team_buying=0.7, team_loyalty=0.1, icc=0.35),
    "big_account": Truth(confounding=0.0, dominant_share=0.4),
    "two_countries": Truth(confounding=0.0, country_style=1.5, country_buying=0.6),
    # Chosen so that each decision is clear in three of four seeds or more; data/README.md tells how.
    "demo": Truth(
        respondents=1200,
        accounts=350,
        account_sizes=(0.1, 0.2, 0.25, 0.2, 0.15, 0.1, 0.0, 0.0),
        waves=3,
        nps_baseline=54.0,
        nps_lift=13.0,
        repurchase_baseline=58.0,
        repurchase_lift=11.0,
        confounding=0.2,
        halo=0.55,
        halo_shared=0.2,
        icc=0.3,
        renewal_share=0.96,
        growth=0.1,
        growth_cocreation=0.1,
        facet_own=0.5,
        roles_effect=0.1,
        people_effect=0.1,
        provider_sees=1.0,
        gap_spread=0.5,
        commitment_effect=0.2,
        gap_effect=0.1,
        effort_effect=0.15,
        enhancement_effect=0.15,
        leaving=0.05,
        contracts=True,
        interviews=24,
        choices=0.15,
        theme_link=0.8,
        comment_lean=1.0,
        roll_out=1.0,
        renewals_known=1,
    ),
}


def parse_truth(settings: Iterable[str]) -> Truth:
    """The truth that a user asked for.

    Args:
        settings: at most one preset's name, and any number of `name=value`; tuples are written with commas.
    Returns:
        The preset (without one: the defaults, which plant no lift) with the settings put in.
    Raises:
        ParameterError: unknown preset or name (with the nearest known one), wrong type, or a value out of range; all at once.

    >>> parse_truth(["claimed", "halo=0.2"]).nps_lift
    18.0
    """
    given = [text.strip() for text in settings]
    names = [text for text in given if "=" not in text]
    pairs = [text.partition("=") for text in given if "=" in text]
    plain = (None, *PLAIN.values())
    settings = {name.strip(): written.strip() for name, _, written in pairs}
    return plant(names, {name: text if KINDS.get(name) in plain else text.split(",") for name, text in settings.items()})


def plant(presets: Sequence[str], settings: Mapping[str, object]) -> Truth:
    """The truth of a preset with settings put in, checked.

    Args:
        presets: at most one preset's name; without one the defaults, which plant no lift.
        settings: values by the names of `Truth`.
    Raises:
        ParameterError: unknown preset or name (with the nearest known one), wrong type, or a value out of range; all at once.
    """
    problems = [f"Unknown preset {name!r}.{nearest(name, PRESETS)}" for name in presets if name not in PRESETS]
    if len(presets) > 1:
        problems.append(f"One preset at a time; given were {', '.join(presets)}.")
    values: dict[str, Any] = {}
    for name, value in settings.items():
        if name not in KINDS:
            problems.append(f"Unknown setting {name!r}.{nearest(name, KINDS)}")
            continue
        try:
            values[name] = TypeAdapter(KINDS[name]).validate_python(value)
        except ValidationError as err:
            told = ",".join(value) if isinstance(value, list) else value
            problems.append(f"{name} is {told!r}: {err.errors()[0]['msg']}.")
    if problems:
        raise ParameterError("\n".join(problems))
    return dataclasses.replace(PRESETS[presets[0]] if presets else Truth(), **values)


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint at the known name that was probably meant, or at all of them."""
    options = list(known)
    close = difflib.get_close_matches(name, options, n=1, cutoff=0.6)
    return f" Did you mean {close[0]!r}?" if close else f" Known are: {', '.join(options)}."


PLAIN: Mapping[str, Any] = {"int": int, "float": float, "bool": bool, "str": str}
KINDS: Mapping[str, Any] = {item.name: PLAIN.get(str(item.type), tuple[float, ...]) for item in dataclasses.fields(Truth)}
