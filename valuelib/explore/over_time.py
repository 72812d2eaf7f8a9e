"""What has changed between surveys, who has left meanwhile, and whether value seen earlier is associated with staying later."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from valuelib.explore.estimates import called, group_estimates, make_estimate, no_estimate, of_chapter, paired_estimate
from valuelib.results import Estimate, Estimates, Message
from valuelib.stats.loyalty import Kind
from valuelib.stats.over_time import (
    DAYS_A_MONTH,
    SOURCE_COX,
    SOURCE_GROWTH,
    Curve,
    Growth,
    estimate_curve,
    estimate_growth,
    estimate_hazard,
    estimate_paired,
)
from valuelib.study.model import Study
from valuelib.verdict.comparability import note_waves
from valuelib.verdict.over_time import find_starts, stayers
from valuelib.verdict.relations import facet_mean, predictor_facets

Z = 1.96


def estimate_over_time(study: Study) -> Estimates:
    """What has changed between the surveys, who has left meanwhile, and whether value seen earlier is associated with staying.

    Returns:
        `wave.<recommend|perceived_value>.<wave>` of every wave (NPS, 0-10); `change.<nps|perceived_value|cocreation>` from the
        first wave to the last among accounts in both; `stayed.all`, `stayed.stayed`, `stayed.left` (NPS at the first wave) and
        `stayed.bound` (NPS of the last wave had those who left kept their score); `growth.wave`, `growth.cocreation` by a mixed
        model; `renewal.hazard`, a hazard ratio. With one wave, only what contract dates tell.
    """
    if len(waves_of(study)) < 2:
        return of_chapter(study, "over_time", _hazard(study))
    note = note_waves(study)
    apart = note if note is not None and note.code.startswith("missing.") else None
    found = (*_by_wave(study, apart), *_changes(study, apart), *_stayed(study), *_growth(study, apart), *_hazard(study))
    return dataclasses.replace(of_chapter(study, "over_time", found), notes=() if note is None else (note,))


def waves_of(study: Study) -> list[str]:
    """Names of the waves in time."""
    return [] if "wave" not in study.all_data else [str(wave) for wave in study.all_data["wave"].drop_duplicates()]


def _by_wave(study: Study, apart: Message | None) -> Iterator[Estimate]:
    whole, names = dataclasses.replace(study, data=study.all_data), waves_of(study)
    places = {name: place for place, name in enumerate(names)}
    codes = np.array([places[wave] for wave in whole.data["wave"]], dtype=np.int64)
    kinds: tuple[tuple[str, str, Kind], ...] = (("recommend", "nps", "nps"), ("perceived_value", "perceived_value", "mean"))
    for name, column, kind in kinds:
        if column in whole.data:
            groups = [called(f"label.wave.{name}", wave=wave) for wave in names]
            if name == "perceived_value" and apart is not None:
                yield from (no_estimate(whole, one, apart, "score") for one in groups)
                continue
            yield from group_estimates(whole, groups, codes, whole.data[column], kind)


def _changes(study: Study, apart: Message | None) -> Iterator[Estimate]:
    if not study.has_accounts:
        return
    frame, names = study.all_data, waves_of(study)
    cocreation = facet_mean(study, predictor_facets(), frame)
    told = {
        "nps": (frame.get("nps"), 100.0),
        "perceived_value": (frame.get("perceived_value"), 1.0),
        "cocreation": (cocreation, 1.0),
    }
    for name, (values, scale) in told.items():
        if values is None:
            continue
        if name == "perceived_value" and apart is not None:
            yield no_estimate(study, called(f"label.estimate.change.{name}"), apart, "score")
            continue
        means = (values.astype(float) * scale).groupby([frame["wave"], frame["account"]]).mean()
        both = pd.DataFrame({"first": means.loc[names[0]], "last": means.loc[names[-1]]}).dropna()
        change = estimate_paired(both["first"], both["last"], level=study.config.level, clusters=study.clusters_of(both.index))
        yield paired_estimate(study, called(f"label.estimate.change.{name}"), change, "points" if name == "nps" else "score")


def _stayed(study: Study) -> Iterator[Estimate]:
    """NPS at the first wave of those whose account is there at the last one and of those whose is not, and a bound on the last
    NPS.
    """
    frame, names = study.all_data, waves_of(study)
    if "nps" not in frame or not study.has_accounts:
        return
    first = frame[frame["wave"] == names[0]].reset_index(drop=True)
    last = frame[frame["wave"] == names[-1]]
    early = dataclasses.replace(study, data=first)
    left = ~first["account"].isin(set(last["account"]))
    codes = np.where(left, 1, 0)
    everybody = np.zeros(len(first), dtype=np.int64)
    everyone, stayed, leavers, bound = (called(f"label.estimate.stayed.{name}") for name in ("all", "stayed", "left", "bound"))
    yield from group_estimates(early, [everyone], everybody, first["nps"], "nps")
    yield from group_estimates(early, [stayed, leavers], codes.astype(np.int64), first["nps"], "nps")
    gone = first.loc[left, "nps"].dropna()
    if len(gone) < study.config.privacy.min_group:
        yield no_estimate(study, bound, Message(code="missing.small_group"), "points")
        return
    together = pd.concat([last["nps"].dropna(), gone])
    n, accounts = len(together), int(last["account"].nunique() + first.loc[left, "account"].nunique())
    method = "last wave, with the earlier answers of those who left"
    yield make_estimate(study, bound, 100 * float(together.mean()), "points", counts=(n, accounts), method=method)


def _growth(study: Study, apart: Message | None) -> Iterator[Estimate]:
    found = mixed_growth(study) if apart is None else apart
    for name in ("wave", "cocreation"):
        if isinstance(found, Message):
            yield no_estimate(study, called(f"label.estimate.growth.{name}"), found, "score")
            continue
        value, se = (found.wave, found.wave_se) if name == "wave" else (found.faster, found.faster_se)
        counts = (found.n, found.accounts)
        limits, about = (value - Z * se, value + Z * se), {"method": "mixed model, REML", "source": SOURCE_GROWTH}
        yield make_estimate(study, called(f"label.estimate.growth.{name}"), value, "score", counts=counts, interval=limits, **about)


def mixed_growth(study: Study) -> Growth | Message:
    """The mixed model of perceived value on the wave and on co-creation, among accounts that stayed.

    The provider's view comes first here: the model sets each account against itself, so that first-wave ratings of co-creation
    would seem to slow growth: they share that wave's mood with the first ratings of value.
    """
    panel = stayers(study)
    if isinstance(panel, Message):
        return panel
    starts = sorted(find_starts(panel, predictor_facets()), key=lambda start: start.evidence_level != "other_rater")
    if not starts or "perceived_value" not in panel.data:
        return Message(code="missing.facets")
    order = {name: place for place, name in enumerate(waves_of(study))}
    wave = panel.data["wave"].map(order)
    found = estimate_growth(panel.data["perceived_value"], wave, starts[0].values, panel.data["account"])
    return Message(code="missing.growth_model") if found is None else found


def contract_times(study: Study) -> pd.DataFrame | None:
    """One row an account: `months` until the end or the last day known, whether it `ended`, and the `value` seen before (0-10).

    The survey's day is not in the data: time runs from the day on which the last-starting contract began, or from the earliest end,
    whichever is later to be seen by all; contracts that had ended before are left out.
    """
    needed = {"contract.start", "contract.end", "contract.ended", "perceived_value"}
    answers = study.data
    if not needed <= set(answers.columns) or not study.has_accounts:
        return None
    by_account = answers.groupby("account")
    dates = by_account[["contract.start", "contract.end", "contract.ended"]].first()
    value = by_account["perceived_value"].mean()
    end = dates["contract.ended"].fillna(dates["contract.end"])
    origin = max(dates["contract.start"].max(), end.min())
    months = (end - origin).dt.days / DAYS_A_MONTH
    frame = pd.DataFrame({"months": months, "ended": dates["contract.ended"].notna(), "value": value}).dropna()
    return frame[frame["months"] >= 0].reset_index()


def renewal_curves(study: Study, labels: Sequence[str]) -> tuple[Curve, ...]:
    """Contracts that still run, by month: accounts that saw much value (their half from the median up), and those that saw less."""
    frame = contract_times(study)
    if frame is None or len(frame) < 2 * study.config.privacy.min_group:
        return ()
    high = frame["value"] >= frame["value"].median()
    halves = ((labels[0], frame[high]), (labels[1], frame[~high]))
    found = [estimate_curve(label, half["months"], half["ended"], level=study.config.level) for label, half in halves]
    return tuple(curve for curve in found if curve is not None)


def _hazard(study: Study) -> Iterator[Estimate]:
    frame = contract_times(study)
    if frame is None:
        return
    above = study.clusters_of(frame["account"])
    clusters = frame["account"] if above is None else above
    found = estimate_hazard(frame["months"], frame["ended"], frame["value"], clusters, level=study.config.level)
    name = called("label.estimate.renewal.hazard")
    if found is None:
        yield no_estimate(study, name, Message(code="missing.few_ends"), "ratio")
        return
    counts, limits = (found.n, found.n), (found.low, found.high)
    about = {"method": "Cox regression, robust by account", "source": SOURCE_COX}
    yield make_estimate(study, name, found.ratio, "ratio", counts=counts, interval=limits, **about)
