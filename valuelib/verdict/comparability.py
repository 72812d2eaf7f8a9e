"""Whether the ratings of a tier mean the same in the groups that are compared: by offering, by wave, by language, by any column.

Without equal loadings no slopes are compared across groups, without equal intercepts (of two items at least) no means. The net
figure of a contrast by what was bought holds the groups' means of the basics equal, so it needs both.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from valuelib.results import EvidenceLevel, Message, Value
from valuelib.stats.exposure import BASELINE, COMPARISON
from valuelib.stats.invariance import MIN_CLUSTERS, MIN_N, Invariance, NotTestable, estimate_invariance
from valuelib.study.model import Study
from valuelib.theory.pyramid import LOWER_TIERS, element, tiers
from valuelib.verdict.evidence import Evidence
from valuelib.verdict.groups import Grouping, element_ratings, group_by_offering
from valuelib.verdict.once import once

TIERS = tuple(tier.key for tier in tiers())
MAX_GROUPS = 6  # larger ones first
COMPARABLE = ("partial", "scalar")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The groups of one column, and how far each tier can be compared between them; the first group is the one compared with.

    `heading` and `groups` are words in the study's language of a column that the library has none for; `left_out` are groups with
    too few answers or accounts. `items` are the keys of the elements of each tier, in the order of its numbers.
    """

    by: str
    heading: str
    groups: tuple[str, ...]
    left_out: tuple[str, ...]
    tiers: Mapping[str, Invariance | NotTestable]
    items: Mapping[str, tuple[str, ...]]


def compare_offerings(study: Study, tiers: Sequence[str] = TIERS) -> Comparison | None:
    """Baseline and comparison by what was bought; None where the study does not tell it, or where all bought the same."""
    grouping = group_by_offering(study)
    if not isinstance(grouping, Grouping) or not {BASELINE, COMPARISON} <= {*grouping.codes}:
        return None
    codes = pd.Series(np.select([grouping.codes == BASELINE, grouping.codes == COMPARISON], ["baseline", "comparison"], ""))
    return compare_tiers(study, "offering", codes, ("baseline", "comparison"), tiers)


def compare_waves(study: Study, tiers: Sequence[str] = TIERS) -> Comparison | None:
    """All waves, the first being the one compared with; None where there is one alone."""
    if "wave" not in study.all_data or study.all_data["wave"].nunique() < 2:
        return None
    whole = dataclasses.replace(study, data=study.all_data.reset_index(drop=True))
    names = tuple(str(one) for one in whole.data["wave"].drop_duplicates())
    return compare_tiers(study, "wave", whole.data["wave"].astype(str), names, tiers, rows=whole)


def compare_tiers(
    study: Study,
    by: str,
    levels: pd.Series,
    names: Sequence[str],
    tiers: Sequence[str] = TIERS,
    *,
    heading: str = "",
    words: Mapping[str, str] | None = None,
    rows: Study | None = None,
) -> Comparison:
    """How far each tier can be compared between the levels of a column.

    Args:
        by: the column, by whose name what was found is kept for the study.
        levels: the level of each answer; whatever is not in `names` is in no group.
        names: the levels in order.
        heading, words: what the column and the levels are called.
        rows: the study with the answers that `levels` are of, where they are not its own.
    """
    rows = study if rows is None else rows
    found: dict[str, Invariance | NotTestable] = {}
    items: dict[str, tuple[str, ...]] = {}
    rated = element_ratings(rows, TIERS).notna().any(axis=1).to_numpy()
    placed = levels.to_numpy()
    n = {name: int((rated & (placed == name)).sum()) for name in names}
    accounts = {name: rows.clusters[rated & (placed == name)].nunique() for name in names}
    enough = [name for name in names if n[name] >= MIN_N and accounts[name] >= MIN_CLUSTERS]
    kept = [name for name in enough if name in sorted(enough, key=lambda one: -n[one])[:MAX_GROUPS]]
    codes = np.full(len(placed), -1)
    for place, name in enumerate(kept):
        codes[placed == name] = place
    for key in tiers:
        ratings = element_ratings(rows, (key,))
        if not len(ratings.columns):
            continue
        items[key] = tuple(str(column).removeprefix("element.") for column in ratings.columns)
        categories = [element(one).category_key for one in items[key]]
        find = partial(estimate_invariance, ratings, codes, rows.clusters, categories)
        found[key] = once(study, ("comparable", by, tuple(names), key), find)
    called = words or {}
    return Comparison(
        by=by,
        heading=heading,
        groups=tuple(called.get(name, name) for name in kept),
        left_out=tuple(called.get(name, name) for name in names if name not in kept),
        tiers=found,
        items=items,
    )


def moved_of(compared: Comparison) -> tuple[float, ...] | None:
    """By how much unequal intercepts move each group's mean over the items of all tiers compared; None where no tier has such."""
    parts = {key: one.moved for key, one in compared.tiers.items() if isinstance(one, Invariance) and one.moved is not None}
    if not any(any(moved) for moved in parts.values()):
        return None
    sums = np.array([np.array(moved) * len(compared.items[key]) for key, moved in parts.items()]).sum(axis=0)
    return tuple((sums / sum(map(len, compared.items.values()))).tolist())


def note_tier(key: str, found: Invariance | NotTestable | None) -> Message | None:
    """That the groups' means of a tier do not compare, or by how much unequal use of its items moves them; None where neither."""
    if not isinstance(found, Invariance) or found.level == "scalar":
        return None
    if found.moved is None:
        return Message(code="missing.tier_apart", values={"tier_key": key})
    return Message(code="note.tier_partly", values={"tier_key": key, "moved_effect": max(found.moved, key=abs)})


def apart_in(found: Mapping[str, Invariance | NotTestable]) -> list[str]:
    """The tiers whose means cannot be compared."""
    return [key for key, one in found.items() if isinstance(one, Invariance) and one.level not in COMPARABLE]


def partly_in(found: Mapping[str, Invariance | NotTestable]) -> list[str]:
    """The tiers some of whose items are used differently."""
    return [key for key, one in found.items() if isinstance(one, Invariance) and one.level == "partial"]


def note_waves(study: Study) -> Message | None:
    """That perceived value, where it is the mean of the elements, does not compare between waves, or by how much it is moved."""
    if study.config.outcomes.perceived_value is not None or "perceived_value" not in study.data:
        return None
    compared = compare_waves(study)
    if compared is None:
        return None
    if apart := apart_in(compared.tiers):
        return Message(code="missing.waves_apart", values={"tier_keys": ",".join(apart)})
    moved = moved_of(compared)
    values: dict[str, Value] = {"tier_keys": ",".join(partly_in(compared.tiers)), "moved_effect": moved[-1] if moved else 0.0}
    return Message(code="note.waves_partly", values=values) if moved else None


def warn_of_basics(study: Study, evidence: Evidence) -> Iterator[Message]:
    """That the buyers and the others do not use the items of the basics alike, and what that does to the net figure."""
    if evidence.evidence_level != EvidenceLevel.PURCHASE_RECORD or evidence.link is None:
        return
    compared = compare_offerings(study, LOWER_TIERS)
    if compared is None:
        return
    if apart := apart_in(compared.tiers):
        yield Message(code="warning.basics_apart", values={"tier_keys": ",".join(apart)})
    moved = moved_of(compared)
    if moved is not None:
        values: dict[str, Value] = {
            "tier_keys": ",".join(partly_in(compared.tiers)),
            "moved_effect": moved[1],
            "figure_pts": moved[1] * evidence.link.slope,
        }
        yield Message(code="warning.basics_partly", values=values)
