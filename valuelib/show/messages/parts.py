"""Why does a claim about directions stand as it does?"""

from __future__ import annotations

from collections.abc import Mapping

from valuelib.show.mark import mark

PARTS: Mapping[str, str] = {
    "reason.supported.part": mark(
        "The direction is shown: %(part_key)s, %(effect)s %(unit_key)s (%(low_effect)s to %(high_effect)s), is "
        "%(side_key)s as claimed."
    ),
    "reason.supported.parts": mark(
        "All %(parts_n)s parts of the claim are shown. The least certain one: %(part_key)s, %(effect)s %(unit_key)s "
        "(%(low_effect)s to %(high_effect)s), is %(side_key)s as claimed."
    ),
    "reason.rejected_opposite.parts": mark(
        "The relation runs the other way: %(part_key)s, %(effect)s %(unit_key)s (%(low_effect)s to %(high_effect)s), "
        "where the claim says %(side_key)s."
    ),
    "reason.undecided.part": mark(
        "The answers fit both directions: %(part_key)s, %(effect)s %(unit_key)s (%(low_effect)s to %(high_effect)s). "
        "About %(needed_n)s accounts like these would settle it if the true size is what we see now."
    ),
    "reason.undecided_open.part": mark(
        "The answers fit both directions: %(part_key)s, %(effect)s %(unit_key)s (%(low_effect)s to %(high_effect)s)."
    ),
    "reason.undecided.parts": mark(
        "%(shown_n)s of the claim's %(parts_n)s parts are shown, and it holds only if each is. Least certain: "
        "%(part_key)s, %(effect)s %(unit_key)s (%(low_effect)s to %(high_effect)s). About %(needed_n)s accounts like "
        "these would settle that part if the true size is what we see now."
    ),
    "reason.undecided_open.parts": mark(
        "%(shown_n)s of the claim's %(parts_n)s parts are shown, and it holds only if each is. Least certain: "
        "%(part_key)s, %(effect)s %(unit_key)s (%(low_effect)s to %(high_effect)s)."
    ),
    "reason.design.parts": mark(
        "Own ratings show a direction at most, however many answers there are: who likes the provider rates everything "
        "high. Seen here: %(part_key)s, %(effect)s %(unit_key)s (%(low_effect)s to %(high_effect)s). Several respondents "
        "in each account, or the provider's own ratings of its accounts, would settle it."
    ),
    "reason.thin.parts": mark(
        "Too few accounts carry this relation (%(accounts_n)s; %(df_score)s degrees of freedom): a test would not keep "
        "its promise. More accounts would settle it."
    ),
    "missing.facets": mark("Statements on co-creation are missing (`cocreation` in study.yaml)."),
}
