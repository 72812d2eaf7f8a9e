"""Which estimates do the chapters beyond single claims record, so that `assess --full` prints what results.json holds?"""

from __future__ import annotations

from collections.abc import Callable

from valuelib.explore.dose import estimate_dose
from valuelib.explore.drivers.find import estimate_drivers
from valuelib.explore.halo import estimate_halo
from valuelib.explore.partnership.effort import estimate_effort
from valuelib.explore.partnership.facets import estimate_cocreation
from valuelib.explore.partnership.listening import estimate_listening
from valuelib.explore.partnership.over_time import estimate_over_time
from valuelib.explore.partnership.people import estimate_people
from valuelib.explore.partnership.sides import estimate_sides
from valuelib.explore.reliability import estimate_reliability
from valuelib.explore.specifications.shares import estimate_specifications
from valuelib.explore.thresholds import estimate_thresholds
from valuelib.records import Estimate
from valuelib.study import Study

# One function a chapter, in the order of a report; each takes a study and returns its estimates.
CHAPTERS: tuple[Callable[[Study], tuple[Estimate, ...]], ...] = (
    estimate_reliability,
    estimate_halo,
    estimate_specifications,
    estimate_drivers,
    estimate_dose,
    estimate_thresholds,
    estimate_effort,
    estimate_cocreation,
    estimate_sides,
    estimate_over_time,
    estimate_people,
    estimate_listening,
)


def explore(study: Study) -> tuple[Estimate, ...]:
    """Every estimate of the chapters that ask beyond one claim."""
    return tuple(estimate for chapter in CHAPTERS for estimate in chapter(study))
