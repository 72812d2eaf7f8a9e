"""What must be kept in mind: assumptions, notes and warnings, and what holds over several studies?"""

from __future__ import annotations

from collections.abc import Mapping

from valuelib.show.mark import mark

CAUTIONS: Mapping[str, str] = {
    "assumption.audited": mark(
        "Assumes that ratings capture lower-tier quality as far as it drives loyalty; buyers were not assigned by lot."
    ),
    "assumption.peers": mark(
        "Who receives higher-tier value is told by the colleagues in the same account. This assumes that colleagues do not share a "
        "liking of the upper tiers alone, and that accounts with better-rated lower tiers are also more loyal for it: otherwise a "
        "mere liking would pass for an effect. The measure weakens effects, so a size below the claim decides nothing."
    ),
    "assumption.peers_rating": mark(
        "What sets accounts apart is told by the colleagues in the same account. This assumes that colleagues share no liking "
        "beyond "
        "what their lower-tier ratings show. The measure weakens effects, so a size below the claim decides nothing."
    ),
    "note.first_stage": mark("First-stage F %(f_score)s; a test at most, since it inflates sizes."),
    "note.held_equal_too": mark("Held equal as far as the accounts can carry it: %(columns)s."),
    "note.held_equal": mark("Held equal besides the lower tiers: %(columns)s."),
    "note.left_out": mark(
        "Left out of the covariates, since they do not vary, repeat others, or have too many levels for these accounts: "
        "%(columns)s."
    ),
    "note.no_colleagues": mark("Left out because no colleague rated the upper tiers: %(alone_n)s answers."),
    "note.omega_overstates": mark(
        "Omega and alpha overstate a tier of several categories, since what is peculiar to a category counts as common "
        "there. What all its categories share is the figure to trust: %(tier_key)s %(omega_ratio)s instead of "
        "%(total_ratio)s."
    ),
    "note.other_outcome": mark("Another outcome, in points of its own scale: %(outcome_key)s."),
    "note.other_outcome_moves": mark(
        "Another outcome, in points of its own scale (%(outcome_key)s). It moves although value cannot move it: the groups differ "
        "in something else, or this is one of the five in a hundred that chance alone makes."
    ),
    "note.step_falls": mark(
        "One step clearly falls: loyalty is lower at %(step)s elements than at the level before. That speaks against “the"
        " more, the better”."
    ),
    "note.tiers_not_apart": mark(
        "These tiers are hardly told apart (HTMT above 0.90): %(pairs)s. Their scores carry one general impression more "
        "than two kinds of value, so do not play them off against each other."
    ),
    "portfolio.agree.points": mark(
        "These studies agree more closely than chance alone would make them, perhaps by luck; an interval that does not count "
        "on it runs from %(low_pts)s to %(high_pts)s."
    ),
    "portfolio.agree.ratio": mark(
        "These studies agree more closely than chance alone would make them, perhaps by luck; an interval that does not count "
        "on it runs from %(low_ratio)s to %(high_ratio)s."
    ),
    "portfolio.approximate": mark(
        "Intervals over a few studies are approximate, the range for a new client most of all: where clients truly differ, it "
        "holds a new client's lift somewhat less often than it promises."
    ),
    "portfolio.dersimonian_laird": mark(
        "The scatter between studies was estimated by the method of DerSimonian and Laird, since the search by REML did not end."
    ),
    "portfolio.few": mark(
        "Only %(studies_n)s studies: how much clients differ is hardly known, so the intervals are wide and approximate."
    ),
    "portfolio.few_df": mark(
        "In %(uncertain_n)s of %(studies_n)s studies the standard error rests on few accounts and is itself uncertain; pooling "
        "takes it as known."
    ),
    "portfolio.later_mixed": mark(
        "In %(later_n)s of %(studies_n)s studies the outcome is behaviour seen after the ratings, in the others it is not. Part of "
        "the differences between studies may come from that."
    ),
    "portfolio.no_ratio": mark("A share of zero, or one without a standard error, has no ratio that could be pooled."),
    "portfolio.parts": mark(
        "A claim about directions has no single figure to pool; this study shows %(shown_n)s of its %(parts_n)s parts, which its "
        "own "
        "report tells."
    ),
    "portfolio.no_se": mark("This study's lift has no standard error by which it could be weighed."),
    "portfolio.other_reading": mark("This study reads the claim otherwise (%(outcome_key)s), so it is kept apart."),
    "portfolio.other_reading.pts": mark(
        "This study reads the claim otherwise (%(outcome_key)s, %(size_pts)s), so it is kept apart."
    ),
    "portfolio.other_reading.ratio": mark(
        "This study reads the claim otherwise (%(outcome_key)s, %(size_ratio)s times), so it is kept apart."
    ),
    "portfolio.same_client": mark(
        "Some of these studies are of one and the same client. They are counted as if they were of different ones, which makes the "
        "intervals too narrow."
    ),
    "portfolio.two": mark(
        "Only two studies: an interval that knows how little that is says almost nothing, and nothing can be said of a new client."
    ),
    "warning.audited_not_formed": mark(
        "The contrast of what was bought could not be formed with the lower tiers held equal: a group is missing or too "
        "small among the answers that have all ratings."
    ),
    "warning.claim_out_of_reach": mark(
        "From a baseline of %(baseline_share)s, %(size_ratio)s times as many would be more than everybody: no study of "
        "these customers could reach the claimed size."
    ),
    "warning.controls_dependent": mark("The controls tell exactly who bought what, so the adjusted contrast cannot be formed."),
    "warning.cut_does_not_transfer": mark(
        "Only %(items_n)s elements are mapped: the published cut of six elements does not transfer to so short a list."
    ),
    "warning.driver_left_out": mark("Elements left out since too few rated them or all ratings are alike: %(items_n)s."),
    "warning.driver_little": mark(
        "For accounts that the fit has not seen the ratings explain next to nothing: read the shares as a description of these "
        "answers only."
    ),
    "warning.driver_noise": mark(
        "For so many elements the answers are few: chance alone would explain about %(chance_share)s, of %(r2_share)s in all. "
        "Shares lean towards equal ones, and their intervals hold less often than they promise."
    ),
    "warning.driver_small": mark(
        "%(n)s answers are few for dividing shares: below %(fewest_n)s the intervals hold less often than they promise, and "
        "shares lean towards equal ones."
    ),
    "warning.driver_within_noise": mark(
        "At equal general rating little is left to divide: %(r2_share)s, of which chance alone would give about "
        "%(chance_share)s. Those shares are hints at most, and their intervals hold less often than they promise."
    ),
    "warning.fallback_interval": mark(
        "One group has no variation at all; its interval comes from adjusted limits in which each account counts once."
    ),
    "warning.few_accounts": mark("Only %(accounts_n)s accounts: the intervals are approximate below 20."),
    "warning.htmt_narrow": mark("With fewer than %(rows_n)s respondents the intervals of HTMT are somewhat too narrow."),
    "warning.no_accounts": mark(
        "No account column is mapped: answers of one customer company are treated as independent, and the intervals are "
        "likely too narrow."
    ),
    "warning.no_lower_items": mark("No lower-tier item is mapped, so what was bought cannot be told from better basic quality."),
    "warning.no_ratio": mark("The baseline is not clearly above zero, so a ratio is not estimable; the points answer instead."),
    "warning.not_formed": mark(
        "This comparison could not be formed with its controls held equal: a group is missing or too small among complete answers."
    ),
    "warning.reliability_small": mark(
        "Alpha and omega rest on few answers here (fewer than %(rows_n)s, or fewer than %(accounts_n)s accounts): their "
        "intervals are approximate."
    ),
    "warning.only_colleagues": mark(
        "The study does not say what each customer bought (exposure.column and exposure.higher); colleagues' ratings stand in "
        "for it, and since they weaken effects, they can show a lift but never that it is smaller than claimed."
    ),
    "warning.rows_dropped": mark("Answers left out because their lower-tier ratings or covariates are missing: %(dropped_n)s."),
    "warning.small_group": mark("A small group (%(group_key)s): %(n)s answers from %(accounts_n)s accounts."),
    "warning.tier_one_item": mark("This tier rests on a single item: %(tier_key)s."),
    "warning.tier_without_items": mark("No item of this tier was asked: %(tier_key)s. It is missing, not zero."),
    "warning.weak_baseline": mark(
        "The baseline stands only %(t_score)s standard errors above zero: read the ratio with care, the points first."
    ),
}
