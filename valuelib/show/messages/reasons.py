"""Why is a verdict what it is, and what would settle an undecided one?"""

from __future__ import annotations

from collections.abc import Mapping

from valuelib.show.mark import mark

REASONS: Mapping[str, str] = {
    "reason.consistent.points": mark(
        "A lift is shown, and the claimed size fits: %(lift_pts)s %(unit_key)s (%(low_pts)s to %(high_pts)s), claimed %(size_pts)s."
    ),
    "reason.consistent.ratio": mark(
        "A lift is shown, and the claimed size fits: × %(lift_ratio)s (%(low_ratio)s to %(high_ratio)s), claimed × %(size_ratio)s."
    ),
    "reason.design.below.points": mark(
        "The lift stays below the claimed size: %(lift_pts)s %(unit_key)s (%(low_pts)s to %(high_pts)s) against the "
        "claimed %(size_pts)s. Colleagues' ratings weaken effects, so that may be the measure's doing. What each customer"
        " bought would settle it."
    ),
    "reason.design.below.ratio": mark(
        "The lift stays below the claimed size: × %(lift_ratio)s (%(low_ratio)s to %(high_ratio)s) against the claimed × "
        "%(size_ratio)s. Colleagues' ratings weaken effects, so that may be the measure's doing. What each customer "
        "bought would settle it."
    ),
    "reason.design.count": mark(
        "This reading rests on own ratings, and no number of answers lets them decide: customers who like the provider "
        "rate everything high, and halo alone can show a lift such as this raw %(lift_pts)s %(unit_key)s. It describes; "
        "only claims tested on what was bought can decide."
    ),
    "reason.design.direction": mark(
        "Own ratings show a direction at most, however many answers there are: with own lower-tier ratings held equal the"
        " raw %(lift_pts)s %(unit_key)s become %(own_pts)s (%(own_low_pts)s to %(own_high_pts)s), and some halo is still "
        "in that. What each customer bought, or several respondents in each account, would settle it."
    ),
    "reason.design.direction_only": mark(
        "Own ratings show a direction at most, however many answers there are: with own lower-tier ratings held equal "
        "%(own_pts)s %(unit_key)s (%(own_low_pts)s to %(own_high_pts)s), and some halo is still in that. What each "
        "customer bought, or several respondents in each account, would settle it."
    ),
    "reason.design.dose": mark(
        "Loyalty changes by %(lift_pts)s %(unit_key)s for each further higher-tier element rated high (%(low_pts)s to "
        "%(high_pts)s), but own ratings cannot settle why: halo alone can show such a trend. What each customer bought would "
        "settle whether higher-tier value matters."
    ),
    "reason.design.not_separable": mark(
        "What was bought is known, but it cannot be compared at equal lower-tier ratings and covariates: a group is missing "
        "among complete answers, or the covariates tell who bought what. The raw %(lift_pts)s %(unit_key)s decide nothing. "
        "More complete answers, or fewer covariates under adjust_for, would settle it."
    ),
    "reason.design.offering": mark(
        "What was bought is known, but not how the buyers rate the lower tiers: better suppliers may sell more, and the "
        "raw %(lift_pts)s %(unit_key)s cannot be told from that. Ratings of lower-tier elements would settle it."
    ),
    "reason.design.own_ratings": mark(
        "Own ratings cannot settle this, however many answers there are: customers who like the provider rate everything "
        "high, and halo alone can show a lift such as this raw %(lift_pts)s %(unit_key)s. Data on what each customer "
        "bought would settle it."
    ),
    "reason.design.penalty_reward": mark(
        "From failing to meeting the table stakes: %(penalty_pts)s %(unit_key)s (%(penalty_low_pts)s to "
        "%(penalty_high_pts)s), %(penalty_key)s. From meeting to exceeding them: %(reward_pts)s (%(reward_low_pts)s to "
        "%(reward_high_pts)s), %(reward_key)s (margin %(margin_score)s either way). Own ratings cannot settle why: halo "
        "alone can show such steps. Records of what was delivered, such as failures of service, would settle it."
    ),
    "reason.design.slope": mark(
        "Loyalty changes by %(lift_pts)s %(unit_key)s for each further point of personal value (%(low_pts)s to "
        "%(high_pts)s), but own ratings cannot settle why: halo alone can show such a slope. What each customer bought would "
        "settle whether higher-tier value matters."
    ),
    "reason.rejected.points": mark(
        "The claimed size is excluded and no lift is shown: %(lift_pts)s %(unit_key)s (%(low_pts)s to %(high_pts)s) "
        "against the claimed %(size_pts)s. That is no proof that there is no effect at all."
    ),
    "reason.rejected.ratio": mark(
        "The claimed size is excluded and no lift is shown: × %(lift_ratio)s (%(low_ratio)s to %(high_ratio)s) against "
        "the claimed × %(size_ratio)s. That is no proof that there is no effect at all."
    ),
    "reason.rejected_opposite.points": mark(
        "The effect runs the other way: %(lift_pts)s %(unit_key)s (%(low_pts)s to %(high_pts)s) against the claimed %(size_pts)s."
    ),
    "reason.rejected_opposite.ratio": mark(
        "The effect runs the other way: × %(lift_ratio)s (%(low_ratio)s to %(high_ratio)s) against the claimed × %(size_ratio)s."
    ),
    "reason.smaller.points": mark(
        "A lift is shown, but the claimed size is excluded: %(lift_pts)s %(unit_key)s (%(low_pts)s to %(high_pts)s) stay "
        "below the claimed %(size_pts)s."
    ),
    "reason.smaller.ratio": mark(
        "A lift is shown, but the claimed size is excluded: × %(lift_ratio)s (%(low_ratio)s to %(high_ratio)s) stays "
        "below the claimed × %(size_ratio)s."
    ),
    "reason.supported.points": mark(
        "The lift is shown, and it is larger than claimed: %(lift_pts)s %(unit_key)s (%(low_pts)s to %(high_pts)s) "
        "against the claimed %(size_pts)s."
    ),
    "reason.supported.ratio": mark(
        "The lift is shown, and it is larger than claimed: × %(lift_ratio)s (%(low_ratio)s to %(high_ratio)s) against "
        "the claimed × %(size_ratio)s."
    ),
    "reason.thin.few_accounts": mark(
        "Too few accounts carry this comparison (%(accounts_n)s in the smaller group): a test would not keep its "
        "promise. More accounts, or fewer covariates, would settle it."
    ),
    "reason.thin.no_variation": mark(
        "Nothing varies in one of the groups, or every account balances out: no test can be built on these answers. "
        "Answers from more accounts would settle it."
    ),
    "reason.undecided.gate": mark(
        "A ratio is not defined well enough: the baseline is %(baseline_pts)s (%(baseline_low_pts)s to "
        "%(baseline_high_pts)s), too near zero or below it. The points claim of the same contrast answers instead."
    ),
    "reason.undecided.points": mark(
        "The answers fit both no effect and the claimed size: %(lift_pts)s %(unit_key)s (%(low_pts)s to %(high_pts)s), "
        "claimed %(size_pts)s. About %(needed_n)s answers in all would settle it if the true difference is what we see "
        "now."
    ),
    "reason.undecided.ratio": mark(
        "The answers fit both no effect and the claimed size: × %(lift_ratio)s (%(low_ratio)s to %(high_ratio)s), "
        "claimed × %(size_ratio)s. About %(needed_n)s answers in all would settle it if the true difference is what we "
        "see now."
    ),
    "reason.undecided_open.points": mark(
        "The answers fit both no effect and the claimed size: %(lift_pts)s %(unit_key)s (%(low_pts)s to %(high_pts)s), "
        "claimed %(size_pts)s."
    ),
    "reason.undecided_open.ratio": mark(
        "The answers fit both no effect and the claimed size: × %(lift_ratio)s (%(low_ratio)s to %(high_ratio)s), "
        "claimed × %(size_ratio)s."
    ),
}
