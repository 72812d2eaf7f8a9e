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
        "Every part of the claim is shown (%(parts_n)s in all). The least certain one: %(part_key)s, %(effect)s %(unit_key)s "
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
    "reason.thin.dyads": mark(
        "Both views are known of %(dyads_n)s accounts; from about %(fewest_n)s on a surface over two views can be "
        "trusted. The provider's view of more accounts, and a second respondent in them, would settle it."
    ),
    "reason.thin.teams": mark(
        "Only %(teams_n)s account teams can be set against their customers; it takes %(fewest_n)s for a test, and below "
        "that the figures describe."
    ),
    "missing.employees": mark("This needs the account teams' own answers (`employees` in study.yaml)."),
    "missing.employee_items": mark("The employees' file has no statement on meaningful work (W1 or W2 under `employees.columns`)."),
    "missing.few_dyads": mark(
        "Both views are known of %(dyads_n)s accounts only; below %(fewest_n)s they are set side by side and not tested."
    ),
    "missing.few_stayers": mark(
        "Only %(accounts_n)s accounts answered both the first and the last survey; growth takes at least %(fewest_n)s."
    ),
    "missing.one_wave": mark("This needs at least two survey rounds (`columns.wave` in study.yaml)."),
    "missing.provider_view": mark("This needs the provider's own ratings of its accounts (`provider_view` in study.yaml)."),
    "missing.relation_dependent": mark(
        "The ratings compared move so closely together here that their shares cannot be told apart."
    ),
    "missing.relation_few": mark("Too few complete answers for this relation: %(n)s of %(accounts_n)s accounts."),
    "missing.small_teams": mark("No account team has as many as %(fewest_n)s people who answered; smaller ones are not shown."),
    "missing.alpha_coding": mark("Agreement cannot be measured: no passage was read twice, or the code never varies."),
    "missing.few_ends": mark("Too few contracts have ended, or too few accounts have dates, to tell what goes with ending."),
    "missing.growth_model": mark("The growth model cannot be fitted to these answers."),
    "missing.icc": mark("Too few teams with several people, or answers too alike, to tell how far a team's answers hang together."),
    "missing.small_group": mark("Too few answers or accounts stand behind this figure for it to be shown."),
    "missing.small_theme": mark("Heard in fewer than %(fewest_n)s accounts, so it is not shown."),
    "missing.theme_rating": mark("No rating in the survey is called like this code."),
    "missing.statements": mark(
        "Statements on co-creation are missing, such as “%(item_key)s” (`cocreation` and `provider_view` in study.yaml)."
    ),
    "missing.facets": mark("Statements on co-creation are missing (`cocreation` in study.yaml)."),
}
