"""Which answers can tell what goes with recommending, and are they enough?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from valuelib.records import Message
from valuelib.stats.drivers.correlations import Answers, gather_answers
from valuelib.study import Study
from valuelib.theory import categories, tiers

FEWEST_ELEMENTS = 3
FEWEST_ACCOUNTS = 30
ROWS_BEYOND_ELEMENTS = 30  # with fewer, R2 is mostly noise whatever the answers
FEWEST_RATINGS = 30  # an element rated by fewer is left out and named
FEWEST_PAIRS = 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DriverData:
    """Answers of the used elements, in the order of `keys`, with the outcome last.

    `tree` nests the columns as tiers of categories; `tier_keys` and `category_keys` name its branches in the same order.
    """

    outcome: str
    answers: Answers
    keys: tuple[str, ...]
    tier_keys: tuple[str, ...]
    category_keys: tuple[str, ...]
    tree: tuple[tuple[tuple[int, ...], ...], ...]
    left_out: tuple[str, ...]

    @property
    def category_columns(self) -> list[list[int]]:
        """Columns of each category."""
        return [list(columns) for tier in self.tree for columns in tier]

    @property
    def tier_columns(self) -> list[list[int]]:
        """Columns of each tier."""
        return [[at for columns in tier for at in columns] for tier in self.tree]


def gather_drivers(study: Study) -> DriverData | Message:
    """The answers to decompose, or the reason why they do not suffice.

    The outcome is the class -1 / 0 / +1 whose mean is the NPS, so that shares and slopes speak of the figure that the client
    tracks; where the item does not stand on 0-10 it is the score as asked.
    """
    outcome = "nps" if study.has_nps else "recommend"
    score = study.values(outcome)
    if score is None or not score.notna().any():
        return Message(code="missing.outcome", values={"outcome_key": "recommend"})
    rows = study.answers[score.notna()]
    usable = [key for key in study.elements if _usable(rows[f"element.{key}"].to_numpy(float))]
    if len(usable) < FEWEST_ELEMENTS:
        return Message(code="missing.driver_elements", values={"items_n": len(usable), "fewest_n": FEWEST_ELEMENTS})
    rated = rows[rows[[f"element.{key}" for key in usable]].notna().any(axis=1)]
    enough = len(usable) + ROWS_BEYOND_ELEMENTS
    if len(rated) < enough:
        return Message(code="missing.driver_rows", values={"n": len(rated), "items_n": len(usable), "fewest_n": enough})
    if rated["account"].nunique() < FEWEST_ACCOUNTS:
        return Message(
            code="missing.driver_accounts", values={"accounts_n": rated["account"].nunique(), "fewest_n": FEWEST_ACCOUNTS}
        )
    if rated[outcome].nunique() < 2:
        return Message(code="missing.no_variation")
    return _nest(study, outcome, usable)


def _usable(ratings: np.ndarray) -> bool:
    told = ratings[np.isfinite(ratings)]
    return len(told) >= FEWEST_RATINGS and float(np.ptp(told)) > 0


def _nest(study: Study, outcome: str, usable: list[str]) -> DriverData | Message:
    branches = [(tier.key, [one for one in categories() if one.tier_key == tier.key]) for tier in tiers()]
    nested = [(name, [(one.key, [key for key in one.elements if key in usable]) for one in inside]) for name, inside in branches]
    nested = [(name, [(key, members) for key, members in inside if members]) for name, inside in nested]
    nested = [(name, inside) for name, inside in nested if inside]
    keys = [key for _, inside in nested for _, members in inside for key in members]
    place = {key: at for at, key in enumerate(keys)}
    answers = gather_answers(
        study.answers[[f"element.{key}" for key in keys]].to_numpy(float),
        study.answers[outcome].to_numpy(float),
        study.answers["weight"].to_numpy(float),
        study.answers["account"],
    )
    fewest = int(answers.pair_counts.min())
    if fewest < FEWEST_PAIRS:
        return Message(code="missing.driver_pairs", values={"n": fewest, "fewest_n": FEWEST_PAIRS})
    return DriverData(
        outcome=outcome,
        answers=answers,
        keys=tuple(keys),
        tier_keys=tuple(name for name, _ in nested),
        category_keys=tuple(key for _, inside in nested for key, _ in inside),
        tree=tuple(tuple(tuple(place[key] for key in members) for _, members in inside) for _, inside in nested),
        left_out=tuple(key for key in study.elements if key not in place),
    )
