"""How does a user write down a truth? As the name of a preset, settings such as `nps_lift=8`, or both."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from valuelib.errors import ParameterError
from valuelib.study.simulate.truth import Truth

# Baselines of the presets: NPS 30 and 60 % renewed, so that the claims "x 1.60" and "x 1.22" are +18 and +13.2 points.
PRESETS: Mapping[str, Truth] = {
    "no_effect": Truth(halo=0.0, confounding=0.0),
    "halo_only": Truth(confounding=0.0),
    "half": Truth(nps_lift=9.0, repurchase_lift=6.6),
    "claimed": Truth(nps_lift=18.0, repurchase_lift=13.2),
    "double": Truth(nps_lift=36.0, repurchase_lift=26.4),
    "reversed": Truth(nps_lift=-18.0, repurchase_lift=-13.2),
    # Chosen so that each decision is clear in three of four seeds or more; data/README.md tells how.
    "demo": Truth(
        respondents=1200,
        accounts=350,
        account_sizes=(0.1, 0.2, 0.25, 0.2, 0.15, 0.1, 0.0, 0.0),
        waves=3,
        nps_baseline=54.0,
        nps_lift=13.0,
        repurchase_baseline=58.0,
        repurchase_lift=11.0,
        confounding=0.2,
        halo=0.55,
        halo_shared=0.2,
        icc=0.3,
        renewal_share=0.96,
        growth=0.1,
        growth_cocreation=0.1,
        facet_own=0.5,
        roles_effect=0.1,
        people_effect=0.1,
        provider_sees=1.0,
        gap_spread=0.5,
        commitment_effect=0.2,
        gap_effect=0.1,
        effort_effect=0.15,
        enhancement_effect=0.15,
        leaving=0.05,
        contracts=True,
        interviews=24,
        theme_link=0.8,
        comment_lean=1.0,
    ),
}


def parse_truth(settings: Iterable[str]) -> Truth:
    """The truth that a user asked for.

    Args:
        settings: at most one preset's name, and any number of `name=value`; tuples are written with commas.
    Returns:
        The preset (without one: the defaults, which plant no lift) with the settings put in.
    Raises:
        ParameterError: unknown preset or name (with the nearest known one), wrong type, or a value out of range; all at once.

    >>> parse_truth(["claimed", "halo=0.2"]).nps_lift
    18.0
    """
    given = [text.strip() for text in settings]
    names = [text for text in given if "=" not in text]
    problems = [f"Unknown preset {name!r}.{nearest(name, PRESETS)}" for name in names if name not in PRESETS]
    if len(names) > 1:
        problems.append(f"One preset at a time; given were {', '.join(names)}.")
    values: dict[str, Any] = {}
    for text in (text for text in given if "=" in text):
        _put(text, values, problems)
    if problems:
        raise ParameterError("\n".join(problems))
    return dataclasses.replace(PRESETS[names[0]] if names else Truth(), **values)


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint at the known name that was probably meant, or at all of them."""
    options = list(known)
    close = difflib.get_close_matches(name, options, n=1, cutoff=0.6)
    return f" Did you mean {close[0]!r}?" if close else f" Known are: {', '.join(options)}."


def _put(text: str, values: dict[str, Any], problems: list[str]) -> None:
    name, _, written = (part.strip() for part in text.partition("="))
    if name not in KINDS:
        problems.append(f"Unknown setting {name!r}.{nearest(name, KINDS)}")
        return
    try:
        values[name] = TypeAdapter(KINDS[name]).validate_python(written if KINDS[name] in PLAIN.values() else written.split(","))
    except ValidationError as err:
        problems.append(f"{name} is {written!r}: {err.errors()[0]['msg']}.")


PLAIN: Mapping[str, Any] = {"int": int, "float": float, "bool": bool, "str": str}
KINDS: Mapping[str, Any] = {item.name: PLAIN.get(str(item.type), tuple[float, ...]) for item in dataclasses.fields(Truth)}
