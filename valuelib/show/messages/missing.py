"""Why can a figure or a claim not be had?"""

from __future__ import annotations

from collections.abc import Mapping

from valuelib.show.mark import mark

MISSING: Mapping[str, str] = {
    "missing.accounts": mark("No account column is mapped, so nobody's colleagues are known."),
    "missing.alpha_items": mark("Internal consistency cannot be had from a single item: %(tier_key)s."),
    "missing.alpha_rows": mark("Too few answered every item of this tier for its internal consistency: %(tier_key)s."),
    "missing.colleagues": mark(
        "No account has a second respondent who rated the higher tiers, so there are no colleagues' ratings."
    ),
    "missing.driver_accounts": mark(
        "What goes with recommending cannot be told from %(accounts_n)s accounts; it takes at least %(fewest_n)s."
    ),
    "missing.driver_elements": mark(
        "What goes with recommending cannot be divided among %(items_n)s rated elements; it takes at least %(fewest_n)s."
    ),
    "missing.driver_pairs": mark(
        "Some two questions were answered together by only %(n)s respondents, so how elements go together cannot be told; "
        "it takes at least %(fewest_n)s."
    ),
    "missing.driver_rows": mark(
        "%(n)s answers are too few to divide recommending among %(items_n)s elements; it takes at least %(fewest_n)s."
    ),
    "missing.estimator": mark("This edition does not assess this reading yet."),
    "missing.few_elements": mark("Only %(items_n)s elements are mapped; counting them takes at least %(fewest_n)s."),
    "missing.few_for_crossfit": mark("Too few accounts or answers to predict each account from the others."),
    "missing.few_for_halo": mark("Too few items or answers to tell what the ratings have in common."),
    "missing.few_higher_items": mark(
        "The dose needs at least %(fewest_n)s elements of the higher tiers (individual, inspirational); mapped: %(items_n)s."
    ),
    "missing.group_below_minimum": mark(
        "One of the groups (%(group_key)s) has fewer than %(fewest_n)s answers; so small a group is neither tested nor shown."
    ),
    "missing.higher_items": mark(
        "No item of the higher tiers (individual, inspirational) is mapped, so nobody can be said to receive that value."
    ),
    "missing.htmt": mark("Too few items or answers, or answers too alike, to say whether these tiers are told apart."),
    "missing.level": mark(
        "Too few respondents stand at one of the three levels (%(level_key)s); it takes %(fewest_n)s of them from at "
        "least two accounts."
    ),
    "missing.lower_items": mark("No item of the lower tiers is mapped, so higher tiers cannot be set against them."),
    "missing.marker": mark("The study maps no marker item (columns.marker), an item that value cannot influence."),
    "missing.no_answers": mark("There are no answers to this question."),
    "missing.no_baseline": mark("Nobody falls into the baseline group."),
    "missing.no_comparison": mark("Nobody falls into the comparison group."),
    "missing.no_nps": mark("The recommend question was not asked on a 0–10 scale, so there is no NPS; its mean is shown instead."),
    "missing.no_variation": mark("All answers are alike, or too few, so there is nothing to compare."),
    "missing.offering": mark("The study does not say what each customer bought (exposure.column and exposure.higher)."),
    "missing.omega_improper": mark(
        "The one-factor model does not fit the items of this tier, as if one of them held no error: %(tier_key)s. Alpha "
        "stands alone."
    ),
    "missing.omega_items": mark("Omega takes at least three items: %(tier_key)s."),
    "missing.one_account": mark(
        "One of the groups (%(group_key)s) holds a single account or answer, so nothing tells how accounts differ."
    ),
    "missing.others_equal": mark("The other tiers are not rated by enough respondents at each level to be held equal."),
    "missing.outcome": mark("The survey does not measure this outcome: %(outcome_key)s (`outcomes` in study.yaml)."),
    "missing.repurchase_not_yes_no": mark(
        "Repurchase is measured as a mean or a change, not as yes or no; this claim needs renewed, retained or a top-box intention."
    ),
    "missing.satisfaction": mark("The study maps no overall satisfaction (outcomes.satisfaction)."),
    "missing.small_segment": mark("Too few respondents to be shown; the limit is %(fewest_n)s."),
    "missing.specifications": mark("The survey cannot form any comparison of customers with more and less higher-tier value."),
    "missing.tier_items": mark("No item of this tier is mapped: %(tier_key)s."),
    "missing.weak_instrument": mark("Colleagues' ratings say nothing of the respondent's own beside the lower tiers."),
}
