"""Co-creation in one picture: how the facets stand, and what each goes with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from valuelib.records import Estimate, Figure, Table
from valuelib.show.figures.dots import Chart, Dot, Panel, dot_of, plot_dots
from valuelib.show.labels import capital
from valuelib.show.language import NONE, Speech
from valuelib.stats.htmt import NOT_APART
from valuelib.theory import facets

NAME = "cocreation"


def plot_cocreation(estimates: Sequence[Estimate], speech: Speech) -> Figure:
    """Facet by facet: its mean, and beside it what it adds to value and to loyalty as the provider rates it."""
    found = {one.name: one for one in estimates if one.value is not None}
    keys = [one.key for one in facets() if f"facet.{one.key}.mean" in found]
    panels = [
        Panel(title=speech.text("cocreation.how_stands_mean_0"), rows=[_dots(found, f"facet.{key}.mean") for key in keys]),
        *_contribution_panels(found, keys, speech),
    ]
    chart = Chart(
        name=NAME,
        title=say_lever(estimates, speech),
        labels=[capital(speech.word(key)) for key in keys],
        panels=panels,
        alt=_alt(found, keys, speech),
        caption=speech.text("cocreation.means_respondents_own_ratings"),
    )
    return plot_dots(chart, speech)


def table_cocreation(estimates: Sequence[Estimate], speech: Speech) -> Table:
    """Facets in figures: mean, consistency, and both contributions."""
    found = {one.name: one for one in estimates}
    keys = [one.key for one in facets() if f"facet.{one.key}.mean" in found]
    levers = any(name.startswith("lever.") for name in found)
    columns = (
        speech.text("cocreation.facet"),
        speech.text("common.mean_0_10"),
        speech.text("cocreation.consistency"),
        speech.text("cocreation.adds_to_value"),
        speech.text("cocreation.adds_to_nps"),
        speech.text("cocreation.raised_to_ten"),
    )
    note = speech.text("cocreation.consistency_spearman_brown_two")
    if levers:
        note = f"{note} " + speech.text("cocreation.raised_ten_points_value")
    return Table(
        name="cocreation",
        caption=speech.text("cocreation.facets_co_creation_figures"),
        columns=columns if levers else columns[:-1],
        rows=tuple(_row(found, key, speech)[: None if levers else -1] for key in keys),
        note=note,
    )


def say_lever(estimates: Sequence[Estimate], speech: Speech) -> str:
    """The facet that would add most value if it rose to ten, told only where that is shown for all facets together."""
    levers = find_levers(estimates)
    if not any(one.name.startswith("lever.") for one in estimates):
        return speech.text("cocreation.facet_lever_cannot_told")
    if not levers:
        return speech.text("cocreation.no_single_facet_stands")
    (key, best), *rest = levers.items()
    values = {"gain": speech.points(best.value), "interval": speech.interval(best.ci_low, best.ci_high)}
    alike = [other for other, one in rest if (one.ci_high or 0.0) > (best.ci_low or 0.0)]
    if alike:
        return speech.text(
            "cocreation.levers_shown_stronger_not",
            facets=speech.listing([speech.word(one) for one in (key, *alike)]),
            facet_key=key,
            **values,
        )
    return speech.text("cocreation.strongest_lever_rated_ten", facet_key=key, **values)


def find_lever(estimates: Sequence[Estimate]) -> tuple[str, float] | None:
    """The facet with most to gain among those whose gain is shown above zero for all facets together; points of value."""
    return next(((key, one.value or 0.0) for key, one in find_levers(estimates).items()), None)


def find_levers(estimates: Sequence[Estimate]) -> dict[str, Estimate]:
    """Levers whose interval lies above zero, by facet, the largest first."""
    shown = [one for one in estimates if one.name.startswith("lever.") and one.ci_low is not None and one.ci_low > 0]
    return {one.name.removeprefix("lever."): one for one in sorted(shown, key=lambda one: -(one.value or 0.0))}


def say_apart(estimates: Sequence[Estimate], speech: Speech) -> str:
    """Whether the facets are told apart at all: where none is, the battery holds one general impression."""
    pairs = [one.value for one in estimates if one.name.startswith("htmt.") and one.value is not None]
    if not pairs:
        return ""
    close = sum(value > NOT_APART for value in pairs)
    if close == len(pairs):
        return speech.text("cocreation.facets_not_told_apart", limit=speech.number(NOT_APART, 2))
    if not close:
        return speech.text(
            "cocreation.all_pairs_facets_told",
            pairs=len(pairs),
            limit=speech.number(NOT_APART, 2),
            highest=speech.number(max(pairs), 2),
        )
    return speech.text(
        "cocreation.pairs_facets_not_told",
        close=close,
        pairs=len(pairs),
        limit=speech.number(NOT_APART, 2),
        highest=speech.number(max(pairs), 2),
    )


def _contribution_panels(found: Mapping[str, Estimate], keys: Sequence[str], speech: Speech) -> list[Panel]:
    axes = {"value": speech.text("cocreation.points_per_point"), "loyalty": speech.text("cocreation.nps_points_per_point")}
    return [
        Panel(
            title=speech.text(f"cocreation.goes_with.{name}{ending}"),
            axis=axes[name],
            rows=[_dots(found, f"contribution.{name}.{key}{ending}") for key in keys],
            zero=True,
            signed=True,
            decimals=2 if name == "value" else 1,
            hollow_open=True,
        )
        for name in axes
        if (ending := _ruler(found, name)) is not None
    ]


def _ruler(found: Mapping[str, Estimate], name: str) -> str | None:
    """Who rates the facets that loyalty or value is set against, as the ending of the estimates' names; None where nobody."""
    told = [one for one in found if one.startswith(f"contribution.{name}.")]
    return next((ending for ending in (".own", ".peers", "") if any(one.endswith(ending) for one in told)), None)


def _dots(found: Mapping[str, Estimate], name: str) -> list[Dot]:
    dot = dot_of(found[name]) if name in found else None
    return [] if dot is None else [dot]


def _alt(found: Mapping[str, Estimate], keys: Sequence[str], speech: Speech) -> str:
    said = []
    for key in keys:
        parts = [speech.text("cocreation.mean", mean=speech.number(found[f"facet.{key}.mean"].value))]
        for name, text in (("value", speech.text("cocreation.value")), ("loyalty", speech.text("word.recommend"))):
            one = _contribution(found, name, key)
            if one is not None:
                parts.append(f"{text} {speech.points(one.value, 2 if name == 'value' else 1)}")
        said.append(f"{capital(speech.word(key))}: {', '.join(parts)}.")
    return " ".join(said)


def _contribution(found: Mapping[str, Estimate], name: str, key: str) -> Estimate | None:
    return found.get(f"contribution.{name}.{key}{_ruler(found, name) or ''}")


def _row(found: Mapping[str, Estimate], key: str, speech: Speech) -> tuple[str, ...]:
    consistency = found.get(f"facet.{key}.spearman_brown") or found.get(f"facet.{key}.alpha")
    return (
        capital(speech.word(key)),
        _said(found.get(f"facet.{key}.mean"), speech, 1, signed=False),
        _said(consistency, speech, 2, signed=False),
        _said(_contribution(found, "value", key), speech, 2, signed=True),
        _said(_contribution(found, "loyalty", key), speech, 1, signed=True),
        _said(found.get(f"lever.{key}"), speech, 1, signed=True),
    )


def _said(estimate: Estimate | None, speech: Speech, decimals: int, *, signed: bool) -> str:
    if estimate is None or estimate.value is None:
        return NONE
    value = speech.points(estimate.value, decimals) if signed else speech.number(estimate.value, decimals)
    return f"{value} {speech.interval(estimate.ci_low, estimate.ci_high, decimals)}"
