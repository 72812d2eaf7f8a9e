"""A made-up study of known truth as a study that everything else takes."""

from __future__ import annotations

import atexit
import tempfile
from dataclasses import dataclass, fields
from pathlib import Path

from valuelib.study.load import load_study
from valuelib.study.model import Study
from valuelib.worlds.folder import simulate_study
from valuelib.worlds.truth import PRESETS, Truth, plant

SEED = 20240131


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class MadeUpStudy(Study):
    """A study whose answers were drawn from a known truth.

    Attributes:
        truth: all that was planted, by name and with its unit (`valuelib.worlds.meaning(name)`); no estimate reads it.
        seed: of the random numbers.
    """

    truth: Truth
    seed: int


def simulate(
    name: str, *, seed: int = SEED, out: str | Path | None = None, language: str = "en", **settings: object
) -> MadeUpStudy:
    """Make a study up, with a known truth, for learning and for trying a method.

    Args:
        name: the study's name: letters, digits, - and _.
        seed: same name, truth and seed, same study.
        out: a new or empty folder to keep it in; None takes a temporary one that goes when Python ends.
        language: of its headers, its comments and everything made from it, "en" or "fi".
        settings: what is true in it, such as `nps_lift=15` or `halo=0.7`, and at most one preset as `preset=True`: `no_effect`,
            `halo_only`, `half`, `claimed`, `double`, `reversed`, `demo`, or a trap without any effect: `stricter_buyers`,
            `skipped_ratings`, `routed_items`, `few_teams`, `big_account`, `two_countries`. Without one, nothing is planted but a
            halo.
    Returns:
        A study like any other, with the planted `truth` beside it.
    Raises:
        ParameterError: an unknown preset or setting, a wrong type, or values out of range or that cannot stand together.
        StudyError: the folder holds something already.

    Example:
        >>> import valuelib as vl
        >>> made = vl.simulate("halo", halo_only=True, respondents=300, accounts=100, seed=7)
        >>> made.truth.nps_lift
        0.0
        >>> vl.assess(made, "nps_60").raw.difference.value > 10  # nothing is true but a liking that colours every rating
        True
    """
    presets = [key for key, value in settings.items() if key in PRESETS and value is True]
    truth = plant(presets, {"language": language, **{key: value for key, value in settings.items() if key not in presets}})
    if out is None:
        temporary = tempfile.TemporaryDirectory(prefix="valuelib-")
        atexit.register(temporary.cleanup)
    folder = Path(temporary.name) / name if out is None else Path(out)
    study = load_study(simulate_study(folder, name, truth, seed), language=language)
    return MadeUpStudy(**{part.name: getattr(study, part.name) for part in fields(study)}, truth=truth, seed=seed)
