"""How far each tier can be compared between offerings, waves, languages, or the levels of any column."""

from __future__ import annotations

from collections.abc import Iterator

from valuelib.explore.breakdown import find_levels
from valuelib.explore.estimates import called, make_estimate, no_estimate, of_chapter
from valuelib.results import Estimate, Estimates, Message, Value
from valuelib.stats.invariance import MIN_CLUSTERS, MIN_INVARIANT, MIN_ITEMS, MIN_N, SOURCE, Invariance
from valuelib.study.model import Study
from valuelib.verdict.comparability import COMPARABLE, Comparison, compare_offerings, compare_tiers, compare_waves

METHOD = "one factor in several groups, maximum likelihood; scaled tests, accounts as clusters"
LANGUAGE = "language"  # of the respondent: a background column that `names` of study.yaml calls so


def find_comparisons(study: Study, by: str | None = None) -> tuple[Comparison, ...]:
    """The comparisons asked for: by one column, else by offering, wave and the respondent's language, as far as they are there.

    Raises:
        ParameterError: there is no such column, or it has no levels.
    """
    if by == "wave" or by is None:
        waves = compare_waves(study)
    if by is not None:
        found = waves if by == "wave" else compare_offerings(study) if by == "offering" else None
        return (by_column(study, by) if found is None else found,)
    language = by_column(study, LANGUAGE) if LANGUAGE in study.columns else None
    return tuple(one for one in (compare_offerings(study), waves, language) if one is not None and one.tiers)


def by_column(study: Study, by: str) -> Comparison:
    """The comparison of a column's levels."""
    levels = find_levels(study, by, f"comparability(study, by={by!r})")
    return compare_tiers(study, by, levels.values, [*levels.words], heading=levels.heading, words=levels.words, rows=levels.study)


def estimate_comparability(study: Study, found: tuple[Comparison, ...] | None = None) -> Estimates:
    """`comparable.<column>.<tier>`: by how many points unequal use of the items moves a group's mean, with its level in the label.

    Of several groups the one that is moved most stands against the first. Where means do not compare, or nothing can be tested,
    there is a reason instead of a value. By default of offering, wave and the respondent's language.
    """
    compared = find_comparisons(study) if found is None else found
    return of_chapter(study, "comparability", (one for comparison in compared for one in _of_comparison(study, comparison)))


def _of_comparison(study: Study, comparison: Comparison) -> Iterator[Estimate]:
    for key, found in comparison.tiers.items():
        level = found.level if isinstance(found, Invariance) else "not_testable"
        own = comparison.by in ("offering", "wave")
        code = f"label.comparable.{comparison.by if own else 'column'}"
        name = called(code, tier_key=key) if own else called(code, by=comparison.by, tier_key=key)
        name = name._replace(groups={"by": comparison.by, "tier": key, "level": level})
        if not isinstance(found, Invariance):
            yield no_estimate(study, name, say_untestable(found.why), "score")
            continue
        if found.level not in COMPARABLE or found.moved is None:
            yield no_estimate(study, name, Message(code=f"missing.comparable.{found.level}"), "score")
            continue
        moved = max(found.moved, key=abs)
        counts = (sum(found.n), found.accounts)
        yield make_estimate(study, name, moved, "score", counts=counts, method=METHOD, source=SOURCE)


def say_untestable(why: str) -> Message:
    """Why nothing can be said of a tier."""
    values: dict[str, Value] = {"items_n": MIN_ITEMS, "fewest_n": MIN_N, "accounts_n": MIN_CLUSTERS, "equal_n": MIN_INVARIANT}
    return Message(code=f"missing.comparable.{why}", values=values)
