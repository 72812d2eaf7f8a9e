"""What should be done next? The English of each piece of advice."""

from __future__ import annotations

from collections.abc import Mapping

from valuelib.show.mark import mark

ADVICE: Mapping[str, str] = {
    "advice.collect": mark(
        "Before deciding on “%(claim)s”, gather about %(needed_n)s answers in all with the same mix of customers."
    ),
    "advice.complete": mark("%(why)s Complete this before “%(claim)s” is put to the test."),
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
