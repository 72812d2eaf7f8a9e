"""How does an outcome change with ratings, other things equal? Slopes with accounts as clusters, as parts of a claim."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuelib.errors import ResultError
from valuelib.evidence.controls import gather_controls
from valuelib.evidence.parts import SLOPE_UNITS
from valuelib.evidence.record import Measured
from valuelib.records import Message
from valuelib.stats.adjust import FittedMeans, estimate_fitted
from valuelib.stats.loyalty import SCALE, Kind
from valuelib.stats.moments import collect_moments
from valuelib.study import Study

METHOD = "least squares, CR2, Satterthwaite df"
FEWEST_ROWS, FEWEST_ACCOUNTS = 20, 5


class Design(NamedTuple):
    """The columns of a fit by name, ratings (centred) first, then what is held equal (standardised); and the rows that have all."""

    columns: dict[str, NDArray[np.float64]]
    used: NDArray[np.bool_]
    n: int
    accounts: int
    notes: tuple[Message, ...] = ()


class Relation(NamedTuple):
    """A fit of an outcome on one or several ratings (first, in the order given) and whatever is held equal."""

    fitted: FittedMeans
    names: tuple[str, ...]
    kind: Kind
    n: int
    accounts: int
    notes: tuple[Message, ...] = ()

    def part(self, rating: str, name: str, *, unit_key: str | None = None) -> Measured:
        """The slope on one of the ratings as a part of a claim that says it lies above zero, in report units."""
        place = 1 + self.names.index(rating)
        weights = [float(one == place) for one in range(len(self.fitted.coefficients))]
        scale = SCALE[self.kind]
        return Measured(
            name=name,
            value=scale * float(self.fitted.coefficients[place]),
            se=scale * max(float(self.fitted.coefficient_cr2[place, place]), 0.0) ** 0.5,
            df=float(self.fitted.coefficient_df(weights)),
            unit_key=unit_key or SLOPE_UNITS[self.kind],
            n=self.n,
            accounts=self.accounts,
            method=METHOD,
        )


def fit_relation(
    study: Study, outcome: pd.Series, kind: Kind, ratings: Mapping[str, pd.Series], equal: Mapping[str, pd.Series]
) -> Relation | Message:
    """Least squares of an outcome on ratings, the required columns and the study's covariates; or why it cannot be fitted.

    Args:
        study: its `answers` are the rows.
        outcome: one value a row in its own units (-1..1 for an NPS, 0..1 for a rate).
        kind: what kind of figure the outcome is.
        ratings: whose slopes are asked for, by name, on 0-10.
        equal: what must be held equal, by name.
    """
    design = find_design(study, outcome, ratings, equal)
    if isinstance(design, Message):
        return design
    accounts, weights = study.answers["account"], study.answers["weight"].astype(float)
    codes, y = np.where(design.used, 0, -1), outcome.astype(float)
    moments = collect_moments(accounts, codes, y, groups=("all",), controls=dict(design.columns), weights=weights)
    try:
        fitted = estimate_fitted(moments)
    except ResultError:
        return Message(code="missing.relation_dependent")
    return Relation(fitted, tuple(ratings), kind, design.n, design.accounts, design.notes)


def find_design(
    study: Study, outcome: pd.Series, ratings: Mapping[str, pd.Series], equal: Mapping[str, pd.Series]
) -> Design | Message:
    """The rows and columns of that fit, for whoever fits the same in another way; or why it cannot be fitted."""
    y = outcome.astype(float)
    controls = gather_controls(study, {**ratings, **equal}, y.notna().to_numpy(), np.zeros(len(y), dtype=np.int64))
    used, accounts = controls.complete, study.answers["account"]
    n, clusters = int(used.sum()), int(accounts[used].nunique())
    if n < FEWEST_ROWS or clusters < FEWEST_ACCOUNTS or y[used].nunique() < 2:
        return Message(code="missing.relation_few", values={"n": n, "accounts_n": clusters})
    if any(name not in controls.columns for name in ratings):
        return Message(code="missing.relation_dependent")
    columns = {name: (values - values[used].mean()).to_numpy(float) for name, values in ratings.items()}
    columns |= {name: column for name, column in controls.columns.items() if name not in ratings}
    return Design(columns, used, n, clusters, controls.notes)
