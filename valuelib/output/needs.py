"""What a chapter needs of a study, in the words of its notebook's metadata, and the sentence on what is lacking.

A notebook says `"valuelib": {"needs": ["nps"]}` in its metadata. A study that lacks one of them gets one sentence in place of the
chapter, so that no cell has to ask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from valuelib.explore.drivers import gather_drivers
from valuelib.explore.specification_choices import has_waves
from valuelib.results import Finding, Message
from valuelib.show import chapters
from valuelib.show.localizer import local
from valuelib.show.partnership import say_lacking
from valuelib.show.summary import say_no_elements, say_untestable
from valuelib.study.model import Study
from valuelib.verdict.assess import assess

Need = Callable[[Study], str]


def first_lacking(needs: Iterable[str], study: Study) -> str:
    """One sentence on the first need that a study does not meet, in the language in force; empty where it meets all.

    Args:
        needs: keys of `NEEDS`, or columns of `study.answers`.
        study: a checked study.
    """
    return next((said for need in needs if (said := NEEDS.get(need, _column(need))(study))), "")


def _column(name: str) -> Need:
    def said(study: Study) -> str:
        if name not in study.columns:
            return local.text("report.chapter_needs_column", column=name)
        alike = study.chosen and study.data[study.columns[name]].nunique() < 2  # chosen by this very column
        return local.text("report.chapter_needs_levels", column=name) if alike else ""

    return said


def _findings(study: Study, *claims: str) -> list[Finding]:
    return [assess(study, one, sensitivity=False) for one in claims]


def _claims(*claims: str) -> Need:
    """At least one of these claims can be tested."""
    return lambda study: say_untestable(_findings(study, *claims))


def _where(there: Callable[[Study], object], say: Need) -> Need:
    return lambda study: "" if there(study) else say(study)


def _together(topic: str, there: Callable[[Study], object], *claims: str) -> Need:
    """A chapter on working together has something to show; else the columns and files that would open it."""
    return _where(there, lambda study: say_lacking(topic, study, _findings(study, *claims)))


def _drivers(study: Study) -> str:
    found = gather_drivers(study)
    return local.say(found) if isinstance(found, Message) else ""


def _specifications(study: Study) -> str:
    """Where a contrast can be tested, there is a specification of it; elsewhere all are tried, which then is quick."""
    if not COMPARISON(study):
        return ""
    nps, renewal = (chapters.specifications(study, outcome).missing for outcome in ("recommend", "repurchase"))
    return nps if nps and renewal else ""


COMPARISON = _claims("nps_60_points", "repurchase_22_points")
# docs/how-to/add-a-chapter.md tells what each word means.
NEEDS: Mapping[str, Need] = {
    "nps": _where(lambda study: study.has_nps, _claims("nps_60", "nps_60_points", "many_elements_nps")),
    "repurchase": _where(
        lambda study: "repurchase" in study.columns,
        _claims("repurchase_22", "repurchase_22_points", "many_elements_repurchase"),
    ),
    "elements": _where(lambda study: study.element_keys, lambda _: say_no_elements()),
    "comparison": COMPARISON,
    "specifications": _specifications,
    "drivers": _drivers,
    "choices": lambda study: chapters.choices(study).missing,
    "thresholds": _claims("higher_is_better", "table_stakes_necessary"),
    "effort": _together("effort", chapters.effort, "effort_loyalty", "value_enhancement"),
    "facets": _together(
        "cocreation",
        lambda study: study.data.filter(like="facet.").columns.size or chapters.cocreation(study),
        "cocreation_value",
        "roles_tasks_teams",
        "hard_to_copy",
    ),
    "both sides": _together("sides", chapters.both_sides, "mutual_commitment"),
    "waves": _together("time", lambda study: has_waves(study) or chapters.over_time(study), "builds_over_time"),
    "comparability": lambda study: chapters.comparability(study).missing,
    "roll-out": lambda study: chapters.roll_out(study).missing,
    "people": _together("people", chapters.people, "meaningful_work"),
    "comments": lambda study: "" if study.interviews is not None else chapters.listening(study).missing,
}
