"""Which elements to ask when only a few fit, and what is lost: by coverage, and where there is a pilot by its answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from valuelib.errors import ParameterError
from valuelib.explore.drivers import find_drivers
from valuelib.fieldwork.model import words
from valuelib.results import Message
from valuelib.stats.reliability import Coefficient, estimate_omega
from valuelib.study.load import load_study
from valuelib.study.model import Study
from valuelib.theory.pyramid import HIGHER_TIERS, LOWER_TIERS, categories, element, tier, tiers
from valuelib.verdict.groups import element_ratings

SOUND = 3  # statements of a group that a mean and its omega need
DRIVER_WEIGHT = 0.05  # of the chosen elements' mean share of R2 (0..1, the largest being 1), beside a mean correlation
LEAST_GAIN = 1e-6  # of an exchange
LIKENESS_ROWS = 30
GROUPS = {"lower": LOWER_TIERS, **{key: (key,) for key in HIGHER_TIERS}}  # whose means decide: the control, and the higher tiers


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What a short form keeps of one tier, or of all lower tiers together.

    Attributes:
        key: a tier, or `lower`.
        asked, all: statements on the short form, and on the full one.
        omega_short, omega_all: reliability of the mean; None where it cannot be had.
        correlation: of the mean of what is asked with the mean of all, over the pilot's respondents; None without a pilot.
    """

    key: str
    asked: int
    all: int
    omega_short: float | None = None
    omega_all: float | None = None
    correlation: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Short:
    """The chosen elements, in the pyramid's order, and what is lost by asking no others; `pilot` says whether answers chose."""

    keys: tuple[str, ...]
    losses: tuple[Loss, ...]
    uncovered: tuple[str, ...]
    pilot: bool


def fewest() -> int:
    """The smallest number of elements: one of each tier."""
    return len(tiers())


def choose_short(count: int, *, among: Sequence[str], pilot: Path | None = None) -> Short:
    """The elements to ask where only so many fit.

    One after the other, the element that adds most: first one of each tier, then three lower-tier ones and three of each higher
    tier as far as there are, then categories that nothing stands for; what is left goes, without a pilot, to the core, and with one
    to whatever brings the means of what is asked nearest to those of all. With a pilot elements are then exchanged for others of
    their tier, without loss of coverage, as long as that brings the means nearer.

    Args:
        count: how many.
        among: which elements may be asked.
        pilot: a study that asked them.
    Raises:
        ParameterError: the pilot asked fewer than `count` of these elements.
        StudyError: the pilot cannot be read.
    """
    study = load_study(pilot) if pilot is not None else None
    answers = _ratings(study) if study is not None else None
    if answers is not None:
        among = [key for key in among if key in answers.columns]
        if len(among) < count:
            raise ParameterError(f"--pilot {pilot}: it asked {len(among)} of these elements; expected {count} or more.")
    worth = _worth(study)
    chosen: list[str] = []
    while len(chosen) < count:
        left = [key for key in among if key not in chosen]
        chosen.append(max(left, key=lambda key: (*_coverage(key, chosen, among), *_likeness(key, chosen, among, answers, worth))))
    if answers is not None:
        chosen = _exchanged(chosen, among, answers, worth)
    keys = tuple(key for key in among if key in chosen)
    covered = {element(key).category_key for key in keys}
    accounts = study.clusters if study is not None else None
    return Short(
        keys=keys,
        losses=tuple(_loss(key, group, keys, among, answers, accounts) for key, group in _groups().items()),
        uncovered=tuple(one.key for one in categories() if one.key not in covered and set(one.elements) & set(among)),
        pilot=answers is not None,
    )


def _groups() -> dict[str, tuple[str, ...]]:
    return {"lower": LOWER_TIERS, **{one.key: (one.key,) for one in tiers()}}


def _of(group: Sequence[str], keys: Sequence[str]) -> list[str]:
    return [key for key in keys if element(key).tier_key in group]


def _coverage(key: str, chosen: Sequence[str], among: Sequence[str]) -> tuple[float, ...]:
    """What an element adds to the coverage, the more important first."""
    own = element(key)
    group = next(group for group in GROUPS.values() if own.tier_key in group)
    tier_open = not _of((own.tier_key,), chosen)
    wanted = min(SOUND, len(_of(group, among)))
    category_open = own.category_key not in {element(one).category_key for one in chosen}
    short_of_wanted = max(0, wanted - len(_of(group, chosen)))
    return float(tier_open), float(short_of_wanted > 0), float(category_open), float(short_of_wanted)


def _likeness(
    key: str, chosen: Sequence[str], among: Sequence[str], answers: pd.DataFrame | None, worth: Mapping[str, float]
) -> tuple[float, ...]:
    """With a pilot how well the chosen then stand for all, and how much the element goes with recommending; else the core first."""
    if answers is None:
        place = words()["core"].index(key) if key in words()["core"] else len(words()["core"])
        group = _of((element(key).tier_key,), among)
        return float(key in words()["core"]), -len(_of((element(key).tier_key,), chosen)) / len(group), -float(place)
    return (_standing([*chosen, key], among, answers, worth),)


def _standing(keys: Sequence[str], among: Sequence[str], answers: pd.DataFrame, worth: Mapping[str, float]) -> float:
    """How well elements stand for all: the mean correlation of their groups' means with the full ones, and what goes with NPS."""
    near = [_correlation(answers, _of(group, keys), _of(group, among)) for group in GROUPS.values() if _of(group, among)]
    return float(np.mean([one or 0.0 for one in near]) + DRIVER_WEIGHT * np.mean([worth.get(key, 0.0) for key in keys]))


def _exchanged(chosen: Sequence[str], among: Sequence[str], answers: pd.DataFrame, worth: Mapping[str, float]) -> list[str]:
    """The elements after every exchange inside a tier that makes them stand better and leaves as many categories covered."""
    best, standing = [*chosen], _standing(chosen, among, answers, worth)
    better = True
    while better:
        better = False
        for old in [*best]:
            for new in _of((element(old).tier_key,), among):
                now = [key for key in best if key != old] + [new]
                if (
                    new not in best
                    and _covered(now) >= _covered(best)
                    and _standing(now, among, answers, worth) > standing + LEAST_GAIN
                ):
                    best, standing, better = now, _standing(now, among, answers, worth), True
                    break
    return best


def _covered(keys: Sequence[str]) -> int:
    """How many categories are asked about."""
    return len({element(key).category_key for key in keys})


def _worth(study: Study | None) -> dict[str, float]:
    """Element -> its share of R2 at equal general rating, as a share of the largest; empty where drivers cannot be had."""
    drivers = find_drivers(study, draws=2) if study is not None else None
    if drivers is None or isinstance(drivers, Message):
        return {}
    shares = {one.key: max(one.within.value or 0.0, 0.0) for one in drivers.elements}
    largest = max(shares.values(), default=0.0)
    return {key: share / largest for key, share in shares.items()} if largest > 0 else {}


def _ratings(study: Study) -> pd.DataFrame:
    rated = element_ratings(study, tuple(one.key for one in tiers()))
    return rated.rename(columns=lambda name: str(name).removeprefix("element."))


def _correlation(answers: pd.DataFrame, asked: Sequence[str], all_keys: Sequence[str]) -> float | None:
    """Of the mean of some ratings with that of all, over respondents who gave both."""
    if not asked:
        return None
    pair = pd.DataFrame({"asked": answers[[*asked]].mean(axis=1), "all": answers[[*all_keys]].mean(axis=1)}).dropna()
    if len(pair) < LIKENESS_ROWS or (pair.std() == 0).any():
        return None
    return float(pair["asked"].corr(pair["all"]))


def _loss(
    key: str, group: Sequence[str], keys: Sequence[str], among: Sequence[str], answers: pd.DataFrame | None, accounts: object
) -> Loss:
    asked, every = _of(group, keys), _of(group, among)
    plain = Loss(key=key, asked=len(asked), all=len(every))
    if answers is None or accounts is None:
        return plain
    return Loss(
        key=key,
        asked=len(asked),
        all=len(every),
        omega_short=_omega(answers, asked, accounts),
        omega_all=_omega(answers, every, accounts),
        correlation=_correlation(answers, asked, every),
    )


def _omega(answers: pd.DataFrame, keys: Sequence[str], accounts: object) -> float | None:
    found = estimate_omega(answers[[*keys]], np.asarray(accounts)) if keys else None
    return found.value if isinstance(found, Coefficient) else None


def group_name(key: str, language: str) -> str:
    """What a tier, or all lower tiers together, is called."""
    together = {"fi": "alemmat tasot yhdessä", "en": "lower tiers together"}
    return together[language] if key == "lower" else tier(key).name.say(language)
