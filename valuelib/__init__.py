"""Customer-value claims put to the test on a client's own survey data.

    import valuelib as vl

    study = vl.load_study("data/demo", language="en")
    vl.assess(study, "nps_60")

Each name is loaded when it is first used. Whoever reads the code starts at `valuelib.verdict.assess`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from valuelib.explore.both_sides import both_sides
    from valuelib.explore.breakdown import compare, crosstab, estimate
    from valuelib.explore.cocreation import cocreation
    from valuelib.explore.drivers import drivers
    from valuelib.explore.effort import effort
    from valuelib.explore.listening import listening
    from valuelib.explore.over_time import over_time
    from valuelib.explore.people import people
    from valuelib.explore.planning import plan
    from valuelib.explore.reliability import reliability
    from valuelib.explore.sensitivity import sensitivity
    from valuelib.explore.specifications import specifications
    from valuelib.explore.thresholds import thresholds
    from valuelib.output.build import report
    from valuelib.output.portfolio import pool
    from valuelib.results import Estimate, Finding
    from valuelib.show.canvas import set_theme
    from valuelib.show.chapter import chapter
    from valuelib.study.load import load_study
    from valuelib.study.model import Study
    from valuelib.theory.claims import Claim, claim
    from valuelib.verdict.assess import assess, assess_all
    from valuelib.worlds.made_up import simulate

__version__ = "0.1.0"
__all__ = [
    "Claim",
    "Estimate",
    "Finding",
    "Study",
    "assess",
    "assess_all",
    "both_sides",
    "chapter",
    "claim",
    "cocreation",
    "compare",
    "crosstab",
    "drivers",
    "effort",
    "estimate",
    "listening",
    "load_study",
    "over_time",
    "people",
    "plan",
    "pool",
    "reliability",
    "report",
    "sensitivity",
    "set_theme",
    "simulate",
    "specifications",
    "thresholds",
]

# Name -> the module that holds it.
HOMES = {
    "Claim": "theory.claims",
    "Estimate": "results",
    "Finding": "results",
    "Study": "study.model",
    "assess": "verdict.assess",
    "assess_all": "verdict.assess",
    "both_sides": "explore.both_sides",
    "chapter": "show.chapter",
    "claim": "theory.claims",
    "cocreation": "explore.cocreation",
    "compare": "explore.breakdown",
    "crosstab": "explore.breakdown",
    "drivers": "explore.drivers",
    "effort": "explore.effort",
    "estimate": "explore.breakdown",
    "listening": "explore.listening",
    "load_study": "study.load",
    "over_time": "explore.over_time",
    "people": "explore.people",
    "plan": "explore.planning",
    "pool": "output.portfolio",
    "reliability": "explore.reliability",
    "report": "output.build",
    "sensitivity": "explore.sensitivity",
    "set_theme": "show.canvas",
    "simulate": "worlds.made_up",
    "specifications": "explore.specifications",
    "thresholds": "explore.thresholds",
}


def __getattr__(name: str) -> object:
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; its names are {', '.join(__all__)}")
    return getattr(import_module(f"{__name__}.{HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
