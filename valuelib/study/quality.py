"""Counts and shares that describe how good the answers of a study are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from valuelib.study.linked_files import Coverage, measure_coverage
from valuelib.study.model import Study
from valuelib.theory.pyramid import tiers

_FRAME_COLUMNS = {"respondent", "account", "weight", "wave", "nps"}
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
    straight, base = _straight_lining(study)
    keys = set(study.element_keys)
    mapped = {tier.key: (len(keys & set(tier.elements)), len(tier.elements)) for tier in tiers()}
    # Respondents in each level of each segment.
    columns = [name for name in answers.columns if str(name).startswith("segment.")]
    groups = [int(size) for name in columns for size in answers.groupby(name)["respondent"].nunique()]
    weights = answers["weight"]
    # The best answer that each mapped item allows, on its harmonised scale; an item without answers has no share.
    shares = {}
    names = [str(name) for name in study.data.columns]
    tops = {name: 10.0 for name in names if name in _TOP_OF_TEN or name.startswith(("element.", "facet."))}
    recommend = study.config.outcomes.recommend
    if "recommend" in names and recommend is not None:
        tops["recommend"] = 10.0 if study.has_nps else float(recommend.scale[1])
    if "share_of_purchases" in names:
        tops["share_of_purchases"] = 100.0
    for name, top in tops.items():
        given = study.data[name].dropna()
        if len(given):
            shares[name] = float((given >= top - 1e-9).mean())
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
        straight_share=straight,
        straight_base_n=base,
        waves=_waves(study),
        panel_share=_panel_share(study),
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


def _straight_lining(study: Study) -> tuple[float | None, int]:
    """Share of equal answers as they were given: items where low is good are turned back first."""
    items = study.data[[f"element.{key}" for key in study.element_keys]]
    given = items.assign(**{name: 10 - items[name] for name in _reversed_columns(study)}).round(6)
    enough = given[given.notna().sum(axis="columns") >= _STRAIGHT_FROM]
    if enough.empty:
        return None, 0
    return float((enough.nunique(axis="columns") == 1).mean()), len(enough)


def _reversed_columns(study: Study) -> list[str]:
    """Harmonised columns of the elements that are reversed as a whole, by their key or by each of their columns."""
    config = study.config.elements
    if config is None:
        return []
    turned = set(config.reversed)
    return [f"element.{key}" for key in study.element_keys if key in turned or turned >= set(config.columns.get(key, (key,)))]


def _waves(study: Study) -> int:
    return int(study.all_data["wave"].nunique()) if "wave" in study.all_data else 1


def _panel_share(study: Study) -> float | None:
    if _waves(study) < 2:
        return None
    rounds = study.all_data.groupby("respondent")["wave"].nunique()
    return float((rounds > 1).mean())
