"""What should be done next? The English of each piece of advice."""

from __future__ import annotations

from collections.abc import Mapping

from valuelib.show.mark import mark

ADVICE: Mapping[str, str] = {
    "advice.collect": mark(
        "Before deciding on “%(claim)s”, gather about %(needed_n)s answers in all with the same mix of customers."
    ),
    "advice.complete": mark("%(why)s Complete this before “%(claim)s” is put to the test."),
    "advice.collect_parts": mark(
        "Widen the survey to about %(needed_n)s accounts like these before speaking of “%(claim)s”: its least certain part would "
        "then "
        "be settled, if its true size is what we see now."
    ),
    "advice.customer.commit": mark(
        "Say aloud what your own organisation will do for the cooperation, and agree on it for the year."
    ),
    "advice.customer.gap": mark(
        "Show the provider with examples where %(facet_key)s falls short: it sees %(gap_score)s points more of it than you do."
    ),
    "advice.customer.gap_own": mark(
        "Ask the provider why it sees %(gap_score)s points less of %(facet_key)s than you do: it may know of trouble ahead."
    ),
    "advice.customer.two_desks": mark(
        "Answer the next survey from two desks or more, so that one person's mood is not the account's."
    ),
    "advice.provider.ask": mark(
        "Ask a second person in every account, and let the account teams rate each account: both can settle what is open."
    ),
    "advice.provider.keep": mark(
        "Keep up what is shown on this page, and put the next euro into what is still open only after it is settled."
    ),
    "advice.provider.lever": mark(
        "Put the next effort into %(facet_key)s: raised to ten it would go with %(gain_score)s points more of perceived value, "
        "more than "
        "any other facet that is shown to count."
    ),
    "advice.provider.rate": mark(
        "Let the account teams rate each account by the same statements before the next survey: own ratings alone cannot tell "
        "what builds "
        "value."
    ),
    "advice.drop": mark("Leave “%(claim)s” out of sales material: these answers exclude a lift of that size."),
    "advice.record_offering": mark(
        "First find out what each customer bought, for instance from the contracts: it decides with fewer answers than colleagues' "
        "ratings, which weaken effects, and it alone can tell whether a claim promises too much."
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
    "advice.use_direction": mark(
        "Say that it goes so with these customers: “%(claim)s”. It is an association, and no figure was claimed."
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
}
