"""Every offering with the side on which it stands, its answers and its outcomes: who is compared with whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from valuelib.explore.describe import METHODS, withheld
from valuelib.explore.estimates import Named, group_estimates
from valuelib.results import Estimate, Message
from valuelib.study.model import Study
from valuelib.verdict.groups import find_outcome
from valuelib.verdict.offerings import Side, list_offerings

OUTCOMES = {"nps": "recommend", "repurchase": "repurchase"}  # estimates by what they are called, each with its outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferingFigures:
    """An offering, its answers and accounts (None where it is too small to be shown), and an estimate of each mapped outcome."""

    name: str
    side: Side
    n: int | None
    accounts: int | None
    outcomes: dict[str, Estimate]


def estimate_offerings(study: Study) -> tuple[OfferingFigures, ...]:
    """Every offering, the comparison's first; `nps.offering=<name>` and `repurchase.offering=<name>`, as `vl.estimate` calls them.

    Offerings below `privacy.min_group` are withheld, and further ones while the rest would tell them.
    """
    listed, names, fewest = list_offerings(study), study.values("offering_name"), study.config.privacy.min_group
    if names is None:
        return ()
    found: dict[str, list[Estimate]] = {}
    why = Message(code="missing.small_segment", values={"fewest_n": fewest})
    for what, key in OUTCOMES.items():
        outcome = find_outcome(study, key)
        if isinstance(outcome, Message):
            continue
        y = study.data[outcome.column]
        counts = names[y.notna()].value_counts().reindex([one.name for one in listed], fill_value=0)
        hidden = withheld(counts, fewest, blank=int((y.notna() & names.isna()).sum()))
        codes = names.map({one.name: place for place, one in enumerate(listed) if one.name not in hidden}).fillna(-1)
        called = [
            Named(
                f"{what}.offering={one.name}",
                Message(code="label.of_level", values={"what_key": what, "level": one.name}),
                {"offering": one.name},
            )
            for one in listed
        ]
        found[what] = group_estimates(
            study,
            called,
            np.asarray(codes, dtype=np.int64),
            y,
            outcome.kind,
            method=METHODS[outcome.kind],
            why=why,
            fewest_accounts=0,
        )
    counts = names.value_counts()
    hidden = withheld(counts, fewest, blank=int(names.isna().sum()))
    accounts = study.data.groupby("offering_name")["account"].nunique()
    return tuple(
        OfferingFigures(
            name=one.name,
            side=one.side,
            n=None if one.name in hidden else int(counts[one.name]),
            accounts=None if one.name in hidden else int(accounts[one.name]),
            outcomes={what: estimates[place] for what, estimates in found.items()},
        )
        for place, one in enumerate(listed)
    )
