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
    from valuelib.output.build import report
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
    "chapter",
    "claim",
    "compare",
    "crosstab",
    "estimate",
    "load_study",
    "report",
    "set_theme",
    "simulate",
]

# Name -> the module that holds it.
HOMES = {
    "Claim": "theory.claims",
    "Estimate": "results",
    "Finding": "results",
    "Study": "study.model",
    "assess": "verdict.assess",
    "assess_all": "verdict.assess",
    "chapter": "show.chapter",
    "claim": "theory.claims",
    "compare": "explore.breakdown",
    "crosstab": "explore.breakdown",
    "estimate": "explore.breakdown",
    "load_study": "study.load",
    "report": "output.build",
    "set_theme": "show.canvas",
    "simulate": "worlds.made_up",
}


def __getattr__(name: str) -> object:
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; its names are {', '.join(__all__)}")
    return getattr(import_module(f"{__name__}.{HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
