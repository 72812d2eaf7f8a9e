"""Slopes of an outcome on ratings, adjusted for other ratings, with accounts as clusters: as parts of a claim."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuelib.errors import ResultError
from valuelib.results import EvidenceLevel, Message
from valuelib.stats.adjust import FittedMeans, estimate_fitted
from valuelib.stats.exposure import mean_rating, others_mean
from valuelib.stats.loyalty import SCALE, Kind
from valuelib.study.model import Study
from valuelib.theory.facets import facet, facets
from valuelib.verdict.adjusted import FITTED, gather_controls, lower_tiers, study_totals
from valuelib.verdict.evidence import REST, SLOPE_UNITS, PartEstimate, p_opposite
from valuelib.verdict.groups import Outcome, account_waves
from valuelib.verdict.once import once

MIN_ROWS, MIN_ACCOUNTS = 20, 5


class Design(NamedTuple):
    """The columns of a fit by name, ratings (centred), then what is adjusted for (standardised); and the rows that have all."""

    columns: dict[str, NDArray[np.float64]]
    used: NDArray[np.bool_]
    n: int
    accounts: int
    notes: tuple[Message, ...] = ()


class Relation(NamedTuple):
    """A fit of an outcome on one or several ratings (first, in the order given) and whatever is adjusted for."""

    fitted: FittedMeans
    names: tuple[str, ...]
    kind: Kind
    n: int
    accounts: int
    notes: tuple[Message, ...] = ()

    def part(self, rating: str, name: str, *, unit_key: str | None = None) -> PartEstimate:
        """The slope on one of the ratings as a part of a claim that says it lies above zero, in report units."""
        return self.along({rating: 1.0}, name, unit_key=unit_key)

    def along(self, weights: Mapping[str, float], name: str, *, unit_key: str | None = None) -> PartEstimate:
        """The same of a weighted sum of the slopes on the ratings, the weights by rating."""
        form = np.zeros(len(self.fitted.coefficients))
        form[[1 + self.names.index(rating) for rating in weights]] = list(weights.values())
        scale = SCALE[self.kind]
        return PartEstimate(
            name=name,
            value=scale * float(form @ self.fitted.coefficients),
            se=scale * max(float(form @ self.fitted.coefficient_cr2 @ form), 0.0) ** 0.5,
            df=float(self.fitted.coefficient_df(form)),
            unit_key=unit_key or SLOPE_UNITS[self.kind],
            n=self.n,
            accounts=self.accounts,
            method=FITTED,
        )

    def slope(self, rating: str) -> float:
        """The slope on one of the ratings, in the outcome's own units."""
        return float(self.fitted.coefficients[1 + self.names.index(rating)])


def fit_relation(
    study: Study, outcome: pd.Series, kind: Kind, ratings: Mapping[str, pd.Series], adjust_for: Mapping[str, pd.Series]
) -> Relation | Message:
    """Least squares of an outcome on ratings, the required columns and the study's covariates; or why it cannot be fitted.

    Args:
        study: its `data` are the rows.
        outcome: one value a row in its own units (-1..1 for an NPS, 0..1 for a rate).
        kind: what kind of figure the outcome is.
        ratings: whose slopes are asked for, by name, on 0-10.
        adjust_for: what must be adjusted for, by name.
    """
    design = find_design(study, outcome, ratings, adjust_for)
    if isinstance(design, Message):
        return design
    totals = study_totals(study, np.where(design.used, 0, -1), outcome.astype(float), ("all",), design.columns)
    try:
        fitted = estimate_fitted(totals)
    except ResultError:
        return Message(code="missing.relation_dependent")
    return Relation(fitted, tuple(ratings), kind, design.n, design.accounts, design.notes)


def fit_parts(
    study: Study,
    outcome: Outcome,
    ratings: Mapping[str, pd.Series],
    adjust_for: Mapping[str, pd.Series],
    *,
    units: Mapping[str, str] | None = None,
) -> tuple[PartEstimate, ...] | Message:
    """The slope of an outcome on each rating, named as the rating is; `units` where they are others than points for a point."""
    relation = fit_relation(study, study.data[outcome.column], outcome.kind, ratings, adjust_for)
    if isinstance(relation, Message):
        return relation
    return tuple(relation.part(name, name, unit_key=(units or {}).get(name)) for name in ratings)


LARGE, METHOD_APART = "at large", f"two-stage least squares, {FITTED}"


def fit_apart(
    study: Study, outcome: Outcome, ratings: Mapping[str, pd.Series], large: Sequence[tuple[pd.Series, pd.Series]]
) -> tuple[PartEstimate, ...] | Message:
    """The slope of an outcome on each rating by another source, apart from co-creation at large.

    A good cooperation is good in every way, and whoever likes it finds it so. Adjusting for ratings of the rest takes too little of
    that away, as each is imprecise. Here the respondent's rating of one facet stands for it, with the other source's rating of the
    other facets as its instrument: neither liking nor imprecision is in both. All facets are stacked, with one slope.

    What some of the rest does for the outcome by itself is laid to co-creation at large, so that the slopes err downwards: an
    opposite must show with nothing adjusted for, too.

    Args:
        study: its `data` are the rows.
        outcome: whose slopes are asked for.
        ratings: by the other source, by name, on 0-10.
        large: by facet, the respondent's own rating of it and the other source's of the others, on 0-10.
    Notes:
        Source: Bollen (1996), Psychometrika 61(1), 109-121: other items of a factor as instruments.
    """
    plain = fit_relation(study, study.data[outcome.column], outcome.kind, ratings, {})
    if isinstance(plain, Message):
        return plain

    def stack(columns: Iterable[pd.Series]) -> pd.Series:
        return pd.concat(columns, ignore_index=True).astype(float)

    def again(column: pd.Series) -> pd.Series:
        return stack([column] * len(large))

    needed = [name for name in study.data if name in ("account", "cluster", "weight") or str(name).startswith("adjust.")]
    stacked = dataclasses.replace(study, data=pd.concat([study.data[needed]] * len(large), ignore_index=True))
    y, own = again(study.data[outcome.column]), stack(own for own, _ in large)
    y, own = y.where(own.notna()), own.where(y.notna())
    both = {**{name: again(values) for name, values in ratings.items()}, LARGE: stack(theirs for _, theirs in large)}
    reduced, first = (fit_relation(stacked, one, outcome.kind, both, {}) for one in (y, own))
    if isinstance(reduced, Message):
        return reduced
    if isinstance(first, Message):
        return first
    if not first.slope(LARGE):
        return Message(code=REST)
    # Just identified: what is left of the outcome has no slope on the instrument; the first stage tells which sums are the slopes.
    left = fit_relation(stacked, y - reduced.slope(LARGE) / first.slope(LARGE) * own, outcome.kind, both, {})
    if isinstance(left, Message):
        return left
    found = {name: left.along({name: 1.0, LARGE: -first.slope(name) / first.slope(LARGE)}, name) for name in ratings}
    return tuple(
        dataclasses.replace(part, n=plain.n, method=METHOD_APART, against=p_opposite(plain.part(name, name)))
        for name, part in found.items()
    )


def find_design(
    study: Study, outcome: pd.Series, ratings: Mapping[str, pd.Series], adjust_for: Mapping[str, pd.Series]
) -> Design | Message:
    """The rows and columns of that fit, for whoever fits the same by another model; or why it cannot be fitted."""
    y = outcome.astype(float)
    controls = gather_controls(study, {**ratings, **adjust_for}, y.notna().to_numpy(), np.zeros(len(y), dtype=np.int64))
    used, accounts = controls.complete, study.data["account"]
    n, found = int(used.sum()), int(accounts[used].nunique())
    if n < MIN_ROWS or study.clusters[used].nunique() < MIN_ACCOUNTS or y[used].nunique() < 2:
        return Message(code="missing.relation_few", values={"n": n, "accounts_n": found})
    if any(name not in controls.columns for name in ratings):
        return Message(code="missing.relation_dependent")
    columns = {name: (values - values[used].mean()).to_numpy(float) for name, values in ratings.items()}
    columns |= {name: column for name, column in controls.columns.items() if name not in ratings}
    return Design(columns, used, n, found, controls.notes)


# ---------------------------------------------------------------------- co-creation and other ratings as exposures

MIN_ACCOUNTS_FACETS = 10  # fewer accounts with an exposure of this kind, and the next kind is used


class Exposure(NamedTuple):
    """One way to measure co-creation for each answer (0-10), and what must be adjusted for beside it."""

    evidence_level: EvidenceLevel
    name: str
    values: pd.Series
    adjust_for: Mapping[str, pd.Series]


def predictor_facets() -> tuple[str, ...]:
    """Keys of the facets that describe how the sides work together."""
    return tuple(one.key for one in facets() if one.role == "predictor")


def facet_items(keys: Sequence[str], columns: Sequence[str]) -> list[str]:
    """Canonical columns of these facets' statements among the given columns."""
    known = set(columns)
    return [f"facet.{item}" for key in keys for item in facet(key).items if f"facet.{item}" in known]


def facet_mean(study: Study, keys: Sequence[str], answers: pd.DataFrame | None = None) -> pd.Series | None:
    """The respondent's own mean over the mapped statements of these facets, 0-10; None where none is mapped."""
    frame = study.data if answers is None else answers
    columns = facet_items(keys, list(frame.columns))
    return mean_rating(frame[columns]) if columns else None


def colleagues_facets(study: Study, keys: Sequence[str]) -> pd.Series | None:
    """What the *other* respondents of the account say of these facets in the same wave; missing where nobody else answered."""
    own = facet_mean(study, keys)
    return None if own is None or not study.has_accounts else colleagues_of(study, own)


def colleagues_of(study: Study, values: pd.Series) -> pd.Series:
    """Mean of a rating over the *other* respondents of the account in the same wave."""
    return others_mean(values, account_waves(study.data))


def provider_facets(study: Study, keys: Sequence[str]) -> pd.Series | None:
    """What the provider (or partner) says of these facets in the respondent's account; missing where it rated none."""
    columns = [] if study.provider is None else facet_items(keys, list(study.provider.columns))
    if study.provider is None or not columns:
        return None
    table = study.provider

    def find() -> pd.Series:
        by_account = mean_rating(table[columns]).set_axis(table["account"])
        return study.data["account"].map(by_account).astype(float)

    return once(study, ("provider's facets", *columns), find)


def find_exposures(study: Study, keys: Sequence[str], *, peers_may_decide: bool) -> tuple[Exposure, ...] | Message:
    """Every way to measure these facets that the study opens, the one that gives the verdict first.

    The provider's own view comes first: nobody who answers for the outcome has rated it. Colleagues' ratings come next, and may
    decide only on loyalty: beside the respondent's own lower-tier mean they still carry a liking, which loyalty shares with that
    mean but another rating of the same respondent does not (docs/decisions/0014-who-rates-cocreation.md).

    Args:
        study: the study.
        keys: facets of co-creation.
        peers_may_decide: whether the outcome is loyalty.
    """
    own, provider, found = facet_mean(study, keys), provider_facets(study, keys), []
    if provider is not None and enough_accounts(study, provider):
        # Nothing of the respondent is adjusted for: the provider's view holds no liking, and lower-tier ratings carry effects too.
        found.append(Exposure(EvidenceLevel.OTHER_SOURCE, "other_rater.cocreation", provider, {}))
    found += rated_exposures(study, "cocreation", own, colleagues_facets(study, keys) if peers_may_decide else None)
    return tuple(found) or Message(code="missing.facets")


def rating_exposures(study: Study, column: str) -> tuple[Exposure, ...] | Message:
    """The same for any other rating of the respondents, such as effort, that nobody else gives: colleagues first, then own."""
    own = study.values(column)
    colleagues = None if own is None or not study.has_accounts else colleagues_of(study, own)
    return tuple(rated_exposures(study, column, own, colleagues)) or Message(code="missing.outcome", values={"outcome_key": column})


def rated_exposures(study: Study, what: str, own: pd.Series | None, colleagues: pd.Series | None) -> Iterator[Exposure]:
    """A rating by colleagues, where lower tiers can be held equal and enough accounts have it; then by the respondents."""
    theirs = lower_tiers(study, colleagues=True)
    if colleagues is not None and theirs and enough_accounts(study, colleagues):
        yield Exposure(EvidenceLevel.COLLEAGUE_RATED, f"peers.{what}", colleagues, theirs)
    if own is not None and own.notna().any():
        yield Exposure(EvidenceLevel.DIRECTION, f"own.{what}", own, lower_tiers(study))


def enough_accounts(study: Study, values: pd.Series) -> bool:
    """Whether enough accounts have such a rating for it to set them apart."""
    return study.data["account"][values.notna()].nunique() >= MIN_ACCOUNTS_FACETS


# "Our own organisation" and "the other party": what the customer says of itself, the provider says of the other party.
MIRRORED = {"C1": "C2", "C2": "C1"}


def statement_means(study: Study, evidence_level: EvidenceLevel, named: Mapping[str, Sequence[str]]) -> dict[str, pd.Series]:
    """Means of single statements of the battery by name, as the provider (*other_rater*) or the respondents rate them.

    Statements are named as the customer answers them; of the provider's they are those about the same side.
    """
    frame, mirrored = (study.provider, MIRRORED) if evidence_level == "other_rater" else (study.data, {})
    if frame is None:
        return {}
    found = {}
    for name, items in named.items():
        wanted = [f"facet.{mirrored.get(item, item)}" for item in items]
        columns = [one for one in wanted if one in frame]
        if columns:
            means = mean_rating(frame[columns])
            if evidence_level == "other_rater":
                means = study.data["account"].map(means.set_axis(frame["account"])).astype(float)
            found[name] = means
    return found


def rate_at_large(study: Study, taken: Collection[str] = ()) -> list[tuple[pd.Series, pd.Series]]:
    """For `fit_apart`, by facet of co-creation: the respondent's rating of it, and the provider's of the others.

    A facet of which a statement is taken is left out; there is none where the two sides do not rate two facets between them.
    """
    items = {one.key: one.items for one in facets() if one.role == "predictor" and not set(taken) & set(one.items)}
    own = statement_means(study, EvidenceLevel.DIRECTION, items)
    others = {key: [item for other in items if other != key for item in items[other]] for key in own}
    theirs = statement_means(study, EvidenceLevel.OTHER_SOURCE, others)
    return [(own[key], theirs[key]) for key in own if key in theirs]
