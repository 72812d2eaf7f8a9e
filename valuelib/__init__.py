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
    from valuelib.explore.breakdown import compare, crosstab, estimate
    from valuelib.output.batch import batch
    from valuelib.output.build import report
    from valuelib.output.chapter import chapter
    from valuelib.output.explorer import explorer
    from valuelib.output.portfolio import pool
    from valuelib.results import Estimate, Estimates, Finding
    from valuelib.show.canvas import set_theme
    from valuelib.show.chapters import (
        both_sides,
        choices,
        cocreation,
        comparability,
        describe,
        drivers,
        effort,
        listening,
        over_time,
        people,
        plan,
        reliability,
        roll_out,
        sensitivity,
        specifications,
        thresholds,
    )
    from valuelib.study.load import load_study
    from valuelib.study.model import Study
    from valuelib.theory.claims import Claim, claim, claims
    from valuelib.verdict.assess import assess, assess_all
    from valuelib.worlds.made_up import simulate

__version__ = "0.1.0"
__all__ = [
    "Claim",
    "Estimate",
    "Estimates",
    "Finding",
    "Study",
    "assess",
    "assess_all",
    "batch",
    "both_sides",
    "chapter",
    "choices",
    "claim",
    "claims",
    "cocreation",
    "comparability",
    "compare",
    "crosstab",
    "describe",
    "drivers",
    "effort",
    "estimate",
    "explorer",
    "listening",
    "load_study",
    "over_time",
    "people",
    "plan",
    "pool",
    "reliability",
    "report",
    "roll_out",
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
    "Estimates": "results",
    "Finding": "results",
    "Study": "study.model",
    "assess": "verdict.assess",
    "assess_all": "verdict.assess",
    "batch": "output.batch",
    "both_sides": "show.chapters",
    "chapter": "output.chapter",
    "choices": "show.chapters",
    "claim": "theory.claims",
    "claims": "theory.claims",
    "cocreation": "show.chapters",
    "comparability": "show.chapters",
    "compare": "explore.breakdown",
    "crosstab": "explore.breakdown",
    "describe": "show.chapters",
    "drivers": "show.chapters",
    "effort": "show.chapters",
    "estimate": "explore.breakdown",
    "explorer": "output.explorer",
    "listening": "show.chapters",
    "load_study": "study.load",
    "over_time": "show.chapters",
    "people": "show.chapters",
    "plan": "show.chapters",
    "pool": "output.portfolio",
    "reliability": "show.chapters",
    "report": "output.build",
    "roll_out": "show.chapters",
    "sensitivity": "show.chapters",
    "set_theme": "show.canvas",
    "simulate": "worlds.made_up",
    "specifications": "show.chapters",
    "thresholds": "show.chapters",
}


def __getattr__(name: str) -> object:
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; its names are {', '.join(__all__)}")
    return getattr(import_module(f"{__name__}.{HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
