"""Which English sentence belongs to each message code? The Finnish stands in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping

from valuelib.errors import ValuelibError
from valuelib.show.mark import mark

MESSAGES: Mapping[str, str] = {
    "advice.collect": mark(
        "Before deciding on “%(claim)s”, gather about %(needed_n)s answers in all with the same mix of customers."
    ),
    "advice.complete": mark("%(why)s Complete this before “%(claim)s” is put to the test."),
    "advice.drop": mark("Leave “%(claim)s” out of sales material: these answers exclude a lift of that size."),
    "advice.record_offering": mark(
        "Record what each customer bought beside the answers: colleagues' ratings weaken effects, and only that can tell whether "
        "“%(claim)s” promises too much."
    ),
    "advice.record_purchases": mark(
        "Record what each customer bought beside the answers, and ask several people in each account: own ratings alone "
        "cannot tell value from general liking."
    ),
    "advice.repeat": mark(
        "Repeat the survey with the same questions, and connect the renewals of the coming year to these answers: "
        "behaviour after the rating is stronger evidence than intention."
    ),
    "advice.use": mark(
        "Speak of the figure, not of the slogan: %(outcome_key)s differs by %(lift_pts)s %(unit_key)s (%(low_pts)s to "
        "%(high_pts)s) between buyers and others at equal lower-tier ratings. The claim “%(claim)s” fits that."
    ),
    "advice.use_peers": mark(
        "Speak of the figure, not of the slogan: %(outcome_key)s differs by %(lift_pts)s %(unit_key)s (%(low_pts)s to "
        "%(high_pts)s) between customers whose colleagues rate the upper tiers high and others, at equal lower-tier ratings. "
        "The claim “%(claim)s” fits that."
    ),
    "advice.use_points": mark(
        "Speak of points rather than of per cents: the baseline is too near zero for “so many per cent more” to mean anything."
    ),
    "advice.use_smaller": mark(
        "Do not promise “%(claim)s”. On these answers %(outcome_key)s differs by %(lift_pts)s %(unit_key)s (%(low_pts)s "
        "to %(high_pts)s): use that figure."
    ),
    "assumption.audited": mark(
        "Assumes that ratings capture lower-tier quality as far as it drives loyalty; buyers were not assigned by lot."
    ),
    "assumption.peers": mark(
        "Assumes that colleagues do not share a liking that is specific to the upper tiers, and that what sets accounts apart in "
        "lower-tier ratings counts for loyalty as it does for ratings: otherwise a mere liking would pass for an effect. Colleagues' "
        "ratings weaken effects, so a size below the claim decides nothing."
    ),
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
    "missing.outcome": mark("The survey does not measure this outcome: %(outcome_key)s."),
    "missing.repurchase_not_yes_no": mark(
        "Repurchase is measured as a mean or a change, not as yes or no; this claim needs renewed, retained or a top-box intention."
    ),
    "missing.satisfaction": mark("The study maps no overall satisfaction (outcomes.satisfaction)."),
    "missing.small_segment": mark("Too few respondents to be shown; the limit is %(fewest_n)s."),
    "missing.specifications": mark("The survey cannot form any comparison of customers with more and less higher-tier value."),
    "missing.tier_items": mark("No item of this tier is mapped: %(tier_key)s."),
    "missing.weak_instrument": mark("Colleagues' ratings say nothing of the respondent's own beside the lower tiers."),
    "note.first_stage": mark("First-stage F %(f_score)s; a test at most, since it inflates sizes."),
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
    "readers.byte_order_mark": mark("%(file)s was read as %(encoding)s, as the mark at its start says."),
    "readers.decimal_comma": mark("In %(file)s the comma was read as the decimal mark. Columns: %(columns)s."),
    "readers.delimiter_bar": mark("The columns of %(file)s were taken to be separated by vertical bars."),
    "readers.delimiter_comma": mark("The columns of %(file)s were taken to be separated by commas."),
    "readers.delimiter_other": mark("The columns of %(file)s are separated by the character %(delimiter)s."),
    "readers.delimiter_semicolon": mark("The columns of %(file)s were taken to be separated by semicolons."),
    "readers.delimiter_tab": mark("The columns of %(file)s were taken to be separated by tabs."),
    "readers.empty_columns": mark("Columns without a name and without answers were left out of %(file)s. Count: %(columns_n)s."),
    "readers.encoding": mark("%(file)s does not name its encoding; it was read as %(encoding)s."),
    "readers.first_sheet": mark(
        "%(file)s has several sheets with content (%(sheets_n)s); the first of them, %(sheet)s, was read. Setting sheet "
        "in study.yaml chooses another."
    ),
    "readers.headers_qualtrics": mark("%(file)s is a Qualtrics export. Header rows above the answers: %(rows_n)s."),
    "readers.headers_qualtrics_legacy": mark(
        "%(file)s is a Qualtrics export of the older form. Header rows above the answers: %(rows_n)s."
    ),
    "readers.headers_surveymonkey": mark(
        "%(file)s is a SurveyMonkey export. Header rows: %(rows_n)s; question and option were joined into one column name."
    ),
    "readers.latin1": mark(
        "No single encoding fits %(file)s. It was read as Latin-1, and some letters may be wrong. Lines concerned: %(lines_n)s."
    ),
    "readers.no_answer_marks": mark("In %(file)s marks such as NA or #N/A among numbers were read as blank. Columns: %(columns)s."),
    "readers.personal_columns": mark(
        "Columns with personal data that the survey tool had added were left out of %(file)s: %(columns)s."
    ),
    "readers.preview_rows": mark("Previews and test answers were left out of %(file)s. Rows: %(rows_n)s."),
    "readers.thousands_unsure": mark(
        "In %(file)s it is not clear whether a comma or point before three digits separates thousands or decimals; these "
        "columns were kept as text: %(columns)s. Setting decimal in study.yaml settles it."
    ),
    "readers.unfinished": mark(
        "Qualtrics marks some answers of %(file)s as unfinished (Finished is False); they were kept. Rows: %(rows_n)s."
    ),
    "readers.unnamed_columns": mark("Some columns of %(file)s have answers but no name; they were called: %(columns)s."),
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
        "%(high_pts)s), but own ratings cannot settle why: halo alone can show such a trend."
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
        "alone can show such steps."
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
    "study.account_missing": mark("%(n)s answers name no account; each of these respondents stands for itself."),
    "study.fractional_nps": mark(
        "Column %(column)s: %(n)s scores are not whole numbers. 9 and above count as promoters, 6 and below as "
        "detractors, everything between as passives."
    ),
    "study.ids_hashed": mark(
        "Column %(column)s: %(n)s ids were e-mail addresses and were replaced by hashes when the file was read."
    ),
    "study.latest_wave": mark("Headline figures and claims use the latest wave, %(wave)s, of %(waves_n)s."),
    "study.no_nps": mark(
        "Column %(column)s was asked on %(low)s to %(high)s instead of 0 to 10: it has a mean but no net promoter score."
    ),
    "study.no_zero": mark(
        "%(name)s: the scale is given as 0 to 10, but none of the %(n)s answers is 0. If the question was asked on 1 to "
        "10, set scale: [1, 10] in study.yaml."
    ),
    "study.outcome_blank": mark("Nobody has an answer to this outcome: %(outcome_key)s."),
    "study.perceived_value_mean": mark("Perceived value is the mean of the %(elements_n)s mapped elements of value."),
    "study.respondent_missing": mark("Column %(column)s: %(n)s rows name no respondent; the row number stands in."),
    "study.rows_as_respondents": mark("No respondent column is mapped: each of the %(n)s rows counts as one respondent."),
    "study.rule_taken": mark("No exposure rule is given; this one was taken: %(rule_key)s."),
    "study.scale_taken": mark("No scale is given for %(name)s; the answers were taken to run from %(low)s to %(high)s."),
    "study.shifted": mark("Column %(column)s: the codes 1 to 11 were read as the answers 0 to 10."),
    "study.text_anchors": mark(
        "Column %(column)s: %(n)s answers carry a text beside the number, such as the label of a scale point; the number was read."
    ),
    "study.yes_absent": mark("Column %(column)s: none of the %(n)s answers carries a code listed under yes, so all count as no."),
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
    "warning.rows_dropped": mark("Answers left out because their lower-tier ratings or covariates are missing: %(dropped_n)s."),
    "warning.small_group": mark("A small group (%(group_key)s): %(n)s answers from %(accounts_n)s accounts."),
    "warning.tier_one_item": mark("This tier rests on a single item: %(tier_key)s."),
    "warning.tier_without_items": mark("No item of this tier was asked: %(tier_key)s. It is missing, not zero."),
    "warning.weak_baseline": mark(
        "The baseline stands only %(t_score)s standard errors above zero: read the ratio with care, the points first."
    ),
}


def text_of(code: str) -> str:
    """The English sentence of a code, with `%(name)s` where its values go.

    Raises:
        ValuelibError: no sentence has this code.
    """
    if code not in MESSAGES:
        raise ValuelibError(
            f"The message code {code!r} has no sentence in valuelib.show.messages; add it there and to the catalogue."
        )
    return MESSAGES[code]
