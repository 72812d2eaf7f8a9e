"""In which worlds is a claim assessed? Halos of ten kinds, and the truths that a client's study may hold.

The halo scenarios S0 to S9 are those by which the method was chosen; `independent_halo.csv` keeps what the earlier program found in
them. Q stands apart: a world that no rating shows.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal

from valuelib.worlds.truth import PRESETS, Truth

SEEDS = 1000
SIZES = (60, 150, 400, 2000)
SIZE, LARGE = 400, 2000
OTHERS = 0.3  # share of the seeds that a world gets which no promise rests on
ACCOUNTS_EACH = 0.34  # accounts for each respondent: 136 for 400
Lift = Literal["no effect", "claimed", "as named"]
# NPS with a lower-tier offering, and points that the higher one adds: a ratio of 1.6, or nothing at the mean of that world.
PLANTED: dict[Lift, tuple[float, float]] = {"no effect": (39.0, 0.0), "claimed": (30.0, 18.0)}
LINE_BUYING = 0.5  # share of the inclination to buy that belongs to the product line


@dataclass(frozen=True, slots=True, kw_only=True)
class Halo:
    """How liking gets into the answers of a world; shares are of the variance of the halo or of a rating.

    Attributes:
        recommend: correlation of the halo with recommending.
        lower, higher: share of a lower- and a higher-tier rating that is halo.
        by_account, by_line: share of the halo that colleagues, and customers of one product line, have in common.
        quality: correlation of real lower-tier quality with recommending; `bought` its correlation with the inclination to buy,
            `seen` the SD by which a lower-tier rating rises with one SD of it.
        affect: correlation with recommending of a second halo, which only colours higher-tier ratings; `affect_higher` its share of
            them, `affect_by_account` the share of it that colleagues have in common.
        items: lower- and higher-tier elements asked.
    """

    words: str
    recommend: float = 0.5
    lower: float = 0.4
    higher: float = 0.4
    by_account: float = 0.3
    by_line: float = 0.0
    quality: float = 0.0
    bought: float = 0.0
    seen: float = 0.0
    affect: float = 0.0
    affect_higher: float = 0.0
    affect_by_account: float = 0.0
    items: tuple[int, int] = (30, 10)


AFFECT = {"recommend": 0.35, "lower": 0.3, "higher": 0.3, "affect": 0.35, "affect_higher": 0.3}
GOOD = {"quality": 0.35, "bought": 0.5}
SEEN = 0.5
HALOS: dict[str, Halo] = {
    "S0": Halo(words="no halo", recommend=0.0, lower=0.0, higher=0.0, by_account=0.0),
    "S1": Halo(words="halo of each respondent", by_account=0.0),
    "S2": Halo(words="30 % of the halo shared by colleagues"),
    "S3": Halo(words="as S2, and 15 % shared by a product line", by_line=0.15),
    "S4": Halo(words="as S2, heavier on the upper tiers", lower=0.3, higher=0.55),
    "S5": Halo(words="as S2, and real quality that goes with buying", seen=SEEN, **GOOD),
    "S6": Halo(words="weak halo, shared by colleagues", recommend=0.25, lower=0.2, higher=0.2),
    "S7": Halo(words="second halo on the upper tiers, of each respondent", by_account=0.0, **AFFECT),
    "S8": Halo(words="second halo on the upper tiers, shared by colleagues", affect_by_account=0.3, **AFFECT),
    "S9": Halo(words="as S2, short form of 6 and 3 elements", items=(6, 3)),
    "Q": Halo(words="as S5, but ratings hardly show the quality", seen=0.1, **GOOD),
    "R": Halo(words="as S2, and ratings show a quality that loyalty does not follow", seen=SEEN),
}
APART = ("Q", "R")
LARGE_HALOS = ("S2", "S4", "S5", "S8", *APART)  # also drawn at 2,000: a bias that stays becomes a certain error

_AS_SIZE = {"confounding": 0.0, "size_buying": 0.4, "icc": 0.3}
TRUTHS: dict[str, tuple[str, Truth]] = {
    "no_effect": ("no effect, no halo", PRESETS["no_effect"]),
    "halo_only": ("halo only", PRESETS["halo_only"]),
    "half": ("half of the claimed lift", PRESETS["half"]),
    "claimed": ("the claimed size", PRESETS["claimed"]),
    "double": ("twice the claimed lift", PRESETS["double"]),
    "reversed": ("the opposite of the claim", PRESETS["reversed"]),
    "size_null": ("no effect; large accounts buy more and are more loyal", replace(Truth(), size_effect=0.25, **_AS_SIZE)),
    "size_claimed": (
        "the claimed size; large accounts buy more and are less loyal",
        replace(PRESETS["claimed"], size_effect=-0.25, **_AS_SIZE),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One planted truth at one sample size, and whether the study tells (and holds equal) the size of the account."""

    name: str
    lift: Lift
    truth: Truth
    size_held: bool = False

    @property
    def first_seed(self) -> int:
        """Where the world's seeds begin: worlds draw independent studies, and holding the size equal draws no others."""
        return zlib.crc32(f"{self.name} {self.lift} {self.n}".encode())

    def studies(self, seeds: int) -> int:
        """How many studies to draw where halo only at the usual size, and the claim at the large one, get `seeds`."""
        asked = (self.lift, self.n) == ("no effect", SIZE) or (self.name, self.lift, self.n) == ("S2", "claimed", LARGE)
        return seeds if asked else round(OTHERS * seeds)

    @property
    def n(self) -> int:
        """Respondents."""
        return self.truth.respondents


def halo_world(name: str, lift: Lift, n: int = SIZE) -> World:
    """A halo scenario with no effect or the claimed one."""
    return World(name=name, lift=lift, truth=halo_truth(HALOS[name], *PLANTED[lift], n=n))


def halo_truth(halo: Halo, baseline: float, lift: float, *, n: int) -> Truth:
    """What the simulator has to plant for a halo scenario; nothing else than the halo tells respondents apart but chance."""
    own_of_account = 0.10 if halo.quality else 0.15
    shared = halo.recommend**2 * (halo.by_account + halo.by_line) + halo.affect**2 * halo.affect_by_account + halo.quality**2
    return _sized(
        Truth(
            nps_baseline=baseline,
            nps_lift=lift,
            icc=own_of_account + shared,
            halo=halo.recommend,
            halo_loading_lower=halo.lower,
            halo_loading_higher=halo.higher,
            halo_shared=halo.by_account,
            line_halo=halo.by_line,
            line_buying=LINE_BUYING,
            quality_effect=halo.quality,
            confounding=halo.bought,
            quality_in_ratings=halo.seen,
            affect=halo.affect,
            affect_loading=halo.affect_higher,
            affect_shared=halo.affect_by_account,
            lower_elements=halo.items[0],
            higher_elements=halo.items[1],
            rating_lower=6.5,
            rating_higher=6.5,
            cocreation_effect=0.0,
            team_effect=0.0,
            missing_share=0.0,
        ),
        n,
    )


def all_worlds() -> list[World]:
    """Every world of the truth tests, the large ones first so that two workers end at about the same time."""
    halos = [halo_world(name, lift) for lift, name in product(PLANTED, HALOS)]
    halos += [halo_world(name, lift, LARGE) for lift, name in product(PLANTED, LARGE_HALOS)]
    truths = [
        World(name=name, lift="as named", truth=_sized(truth, n), size_held=held)
        for n, (name, (_, truth)) in product(SIZES, TRUTHS.items())
        for held in ((False, True) if truth.size_buying else (False,))
    ]
    return sorted(halos + truths, key=lambda world: -world.n)


def _sized(truth: Truth, n: int) -> Truth:
    """The same truth with `n` respondents; what no verdict is read from is left out, for speed."""
    return replace(truth, respondents=n, accounts=round(ACCOUNTS_EACH * n), comment_share=0.0, provider_share=0.0, language="en")
