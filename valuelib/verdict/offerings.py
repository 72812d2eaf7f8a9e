"""Each offering of a study on its own: the side on which it stands, and whether the baseline mixes strong and weak."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from valuelib.results import Message, Value
from valuelib.stats.contrasts import contrast, has_variation
from valuelib.stats.exposure import NEITHER
from valuelib.stats.loyalty import SCALE
from valuelib.stats.means import PickedMeans, estimate_means
from valuelib.study.model import Study
from valuelib.verdict.adjusted import study_totals
from valuelib.verdict.groups import find_outcome

Side = Literal["comparison", "baseline", "left_out"]
SIDES: tuple[Side, ...] = ("comparison", "baseline", "left_out")
NOISE = 1.0  # standard errors: a warning to look at the groups, and no test


class Offering(NamedTuple):
    """An offering by its name, and the side on which it stands."""

    name: str
    side: Side


def list_offerings(study: Study) -> tuple[Offering, ...]:
    """Every offering that an answer names: the comparison's first, then the baseline's, those left out last, each by name."""
    names, codes = study.values("offering_name"), study.values("offering")
    if names is None or codes is None:
        return ()
    sides: dict[float, Side] = {1.0: "comparison", 0.0: "baseline"}
    pairs = pd.DataFrame({"name": names, "code": codes}).drop_duplicates().itertuples(index=False)
    found = {Offering(name, sides.get(code, "left_out")) for name, code in pairs if isinstance(name, str)}
    return tuple(sorted(found, key=lambda one: (SIDES.index(one.side), one.name)))


def warn_of_offerings(study: Study, outcome_name: str) -> Iterator[Message]:
    """Offerings of the baseline whose figure lies above the comparison's by more than noise: then the baseline is a mixture.

    A baseline of one offering is none. Offerings below `privacy.min_group` are not spoken of.
    """
    baseline = [one.name for one in list_offerings(study) if one.side == "baseline"]
    outcome = find_outcome(study, outcome_name)
    if len(baseline) < 2 or isinstance(outcome, Message):
        return
    y, names, fewest = study.data[outcome.column].astype(float), study.data["offering_name"], study.config.privacy.min_group
    groups = [(study.data["offering"] == 1).to_numpy(), *((names == name).to_numpy() for name in baseline)]
    rows = [group & y.notna().to_numpy() for group in groups]
    shown = [place for place, group in enumerate(rows) if place == 0 or group.sum() >= fewest]
    if len(shown) < len(rows):  # what is not told could be had as the rest: the next smallest is not told either
        shown.remove(min(shown[1:], key=lambda place: rows[place].sum(), default=0))
    if 0 not in shown or rows[0].sum() < fewest:
        return
    codes = np.full(len(y), NEITHER)
    for place, index in enumerate(shown):
        codes[rows[index]] = place
    means = estimate_means(study_totals(study, codes, y, [str(place) for place in shown]))
    scale = SCALE[outcome.kind] if outcome.kind == "nps" else 1.0
    unit = {"nps": "pts", "rate": "share", "mean": "score"}[outcome.kind]
    for place, index in enumerate(shown[1:], start=1):
        pair = PickedMeans(means, (place, 0))
        lead, se, _ = contrast(pair, 1.0)
        if has_variation(pair) and lead > NOISE * se:
            own, theirs = (float(scale * value) for value in pair.values)
            values: dict[str, Value] = {
                "outcome_key": outcome_name,
                "offering": baseline[index - 1],
                f"own_{unit}": own,
                f"comparison_{unit}": theirs,
            }
            yield Message(code=f"warning.baseline_beats.{outcome.kind}", values=values)
