"""Counts and shares that describe how good the answers of a study are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from valuelib.study.identity import known_accounts
from valuelib.study.model import Study
from valuelib.theory.pyramid import tiers

_FRAME_COLUMNS = {"respondent", "account", "cluster", "weight", "wave", "nps", "offering_name"}
"""Columns that are no answers: they are always there, or repeat another one."""
_STRAIGHT_FROM = 6
"""Fewer answered elements than this may well be equal by chance."""
_TOP_OF_TEN = ("satisfaction", "perceived_value", "unaffected", "value_enhancement", "effort", "marker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What a reader should know about the answers; counts and shares only, so that no person or small group can be told.

    - `respondents`, `accounts`: of the waves that headline figures use; without an account column each respondent is its own
    - `missing_share`: per harmonised column, 0..1
    - `straight_share`: of those who answered at least six elements, who gave the same answer to all; None where nobody did
    - `panel_share`: of all respondents in any wave, who answered in several; None with one wave
    - `items_mapped`: per tier, how many of the catalogue's elements the study asks about, and how many there are
    - `ceiling_share`: per item, answers at the top of its scale, 0..1
    - `weight_design_effect`: n * sum w^2 / (sum w)^2, by how much weighting inflates variances
    - `small_groups_n`: segment levels with fewer respondents than may be shown, of `groups_n`
    - `others`: what the provider's, the employees' and the interview files hold; None where there are none
    """

    respondents: int
    accounts: int
    has_accounts: bool
    respondents_per_account_mean: float
    respondents_per_account_max: int
    single_account_share: float
    missing_share: Mapping[str, float]
    straight_share: float | None
    straight_base_n: int
    waves: int
    panel_share: float | None
    items_mapped: Mapping[str, tuple[int, int]]
    unmapped_tiers: tuple[str, ...]
    ceiling_share: Mapping[str, float]
    weight_min: float
    weight_max: float
    weight_design_effect: float
    groups_n: int
    small_groups_n: int
    others: Coverage | None = None


def measure_quality(study: Study) -> Quality:
    """Measure the answers of the waves that headline figures use; only the panel share looks at every wave."""
    answers = study.data
    sizes = answers.groupby("account")["respondent"].nunique()
    keys = set(study.element_keys)
    # Equal answers as they were given: items where low is good, by their key or by each of their columns, are turned back first.
    block, items = study.config.elements, answers[[f"element.{key}" for key in study.element_keys]]
    turned = set(block.reversed) if block is not None else set()
    back = [key for key in study.element_keys if block and (key in turned or turned >= set(block.columns.get(key, (key,))))]
    given = items.assign(**{f"element.{key}": 10 - items[f"element.{key}"] for key in back}).round(6)
    enough = given[given.notna().sum(axis="columns") >= _STRAIGHT_FROM]
    every = study.all_data
    waves = int(every["wave"].nunique()) if "wave" in every else 1
    mapped = {tier.key: (len(keys & set(tier.elements)), len(tier.elements)) for tier in tiers()}
    # Respondents in each level of each segment.
    columns = [name for name in answers.columns if str(name).startswith("segment.")]
    groups = [int(size) for name in columns for size in answers.groupby(name)["respondent"].nunique()]
    weights = answers["weight"]
    # The best answer that each mapped item allows, on its harmonised scale; an item without answers has no share.
    shares = {}
    names = [str(name) for name in answers.columns]
    tops = {name: 10.0 for name in names if name in _TOP_OF_TEN or name.startswith(("element.", "facet."))}
    recommend = study.config.outcomes.recommend
    if "recommend" in names and recommend is not None:
        tops["recommend"] = 10.0 if study.has_nps else float(recommend.scale[1])
    if "share_of_purchases" in names:
        tops["share_of_purchases"] = 100.0
    for name, top in tops.items():
        scores = answers[name].dropna()
        if len(scores):
            shares[name] = float((scores >= top - 1e-9).mean())
    return Quality(
        respondents=int(answers["respondent"].nunique()),
        accounts=len(sizes),
        has_accounts=study.has_accounts,
        respondents_per_account_mean=float(sizes.mean()),
        respondents_per_account_max=int(sizes.max()),
        single_account_share=float((sizes == 1).mean()),
        missing_share={
            str(name): float(share) for name, share in answers.drop(columns=_FRAME_COLUMNS, errors="ignore").isna().mean().items()
        },
        straight_share=None if enough.empty else float((enough.min(axis="columns") == enough.max(axis="columns")).mean()),
        straight_base_n=len(enough),
        waves=waves,
        panel_share=None if waves < 2 else float((every.groupby("respondent")["wave"].nunique() > 1).mean()),
        items_mapped=mapped,
        unmapped_tiers=tuple(key for key, (count, _) in mapped.items() if count == 0),
        ceiling_share=shares,
        weight_min=float(weights.min()),
        weight_max=float(weights.max()),
        weight_design_effect=float(len(weights) * (weights**2).sum() / weights.sum() ** 2),
        groups_n=len(groups),
        small_groups_n=sum(size < study.config.privacy.min_group for size in groups),
        others=measure_coverage(study),
    )


# Linked files; counts only, so that no account or person can be known from them.


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Reach of the provider's, the employees' and the interview files over the accounts that headline figures use.

    None where a study has no such file, and for accounts where it names none:

    - `rated_n`, `staffed_n`, `interviewed_n`: accounts that the other side rated, whose team has answers, that were interviewed
    - `accounts_n`: the accounts of the respondents who name one
    - `people_n`, `teams_n`: employees who answered, and their teams
    - `quotes_n`, `printable_n`: different passages, and those that may be printed
    - `coders_n`: people who coded; `codes_n`: different codes given
    """

    accounts_n: int
    rated_n: int | None = None
    staffed_n: int | None = None
    interviewed_n: int | None = None
    people_n: int | None = None
    teams_n: int | None = None
    quotes_n: int | None = None
    printable_n: int | None = None
    coders_n: int | None = None
    codes_n: int | None = None


def measure_coverage(study: Study) -> Coverage | None:
    """Count what the other files hold; None where there are none."""
    if study.provider is None and study.employees is None and study.interviews is None:
        return None
    accounts = set(known_accounts(study.data))
    counts: dict[str, int] = {"accounts_n": len(accounts)}
    if (views := study.provider) is not None:
        counts["rated_n"] = len(accounts & set(views["account"]))
    if (people := study.employees) is not None:
        teams = set(people["team"])
        counts |= {"people_n": len(people), "teams_n": len(teams)}
        if study.has_accounts and "team" in study.data:
            counts["staffed_n"] = int(known_accounts(study.data[study.data["team"].isin(teams)]).nunique())
    if (talks := study.interviews) is not None:
        quotes = talks.drop_duplicates(["account", "text"])
        counts |= {"quotes_n": len(quotes), "printable_n": int(quotes["publish"].sum())}
        counts |= {"coders_n": int(talks["coder"].nunique()), "codes_n": int(talks["code"].nunique())}
        if accounts:
            counts["interviewed_n"] = len(accounts & set(talks["account"]))
    return Coverage(**counts)
