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
        Panel(title=speech.text("How it stands (mean 0–10)"), rows=[_dots(found, f"facet.{key}.mean") for key in keys]),
        *_contribution_panels(found, keys, speech),
    ]
    chart = Chart(
        name=NAME,
        title=say_lever(estimates, speech),
        labels=[capital(speech.word(key)) for key in keys],
        panels=panels,
        alt=_alt(found, keys, speech),
        caption=speech.text(
            "Means are the respondents' own ratings with intervals, accounts as clusters. What a facet goes with rests on the "
            "provider's ratings of the account, the mean of the other facets held equal; a hollow mark means that zero lies "
            "inside the "
            "interval. An association is not a cause."
        ),
    )
    return plot_dots(chart, speech)


def table_cocreation(estimates: Sequence[Estimate], speech: Speech) -> Table:
    """Facets in figures: mean, consistency, and both contributions."""
    found = {one.name: one for one in estimates}
    keys = [one.key for one in facets() if f"facet.{one.key}.mean" in found]
    return Table(
        name="cocreation",
        caption=speech.text("The facets of co-creation in figures"),
        columns=(
            speech.text("Facet"),
            speech.text("Mean 0–10"),
            speech.text("Consistency"),
            speech.text("Adds to value"),
            speech.text("Adds to NPS"),
        ),
        rows=tuple(_row(found, key, speech) for key in keys),
        note=speech.text(
            "Consistency: Spearman-Brown for two statements, alpha for more; a single statement has none. Contributions are per "
            "point of "
            "the facet as the provider rates it, the other facets held equal."
        ),
    )


def say_lever(estimates: Sequence[Estimate], speech: Speech) -> str:
    """The facet that would add most value if it rose to ten, told only where its contribution is shown."""
    lever = find_lever(estimates)
    if lever is None:
        return speech.text("No single facet stands out: their own contributions to value cannot be told from zero")
    key, gain = lever
    return speech.text(
        "The strongest lever is %(facet_key)s: raised to ten, it would go with %(gain)s points more of perceived value",
        facet_key=key,
        gain=speech.number(gain, 1),
    )


def find_lever(estimates: Sequence[Estimate]) -> tuple[str, float] | None:
    """The facet with most room times slope among those whose slope on value is shown above zero; points of value."""
    found = {one.name: one for one in estimates if one.value is not None}
    gains = {}
    for one in facets():
        slope, mean = found.get(f"contribution.value.{one.key}"), found.get(f"facet.{one.key}.mean")
        if slope is not None and mean is not None and slope.ci_low is not None and slope.ci_low > 0:
            gains[one.key] = (slope.value or 0.0) * (10 - (mean.value or 0.0))
    return max(gains.items(), key=lambda item: item[1]) if gains else None


def say_apart(estimates: Sequence[Estimate], speech: Speech) -> str:
    """Whether the facets are told apart at all: where none is, the battery holds one general impression."""
    pairs = [one.value for one in estimates if one.name.startswith("htmt.") and one.value is not None]
    if not pairs:
        return ""
    close = sum(value > NOT_APART for value in pairs)
    if close == len(pairs):
        return speech.text(
            "The facets are not told apart: every pair correlates above %(limit)s once error is allowed for (HTMT). There is one "
            "general "
            "impression here, and no facet should be singled out.",
            limit=speech.number(NOT_APART, 2),
        )
    return speech.text(
        "%(close)s of %(pairs)s pairs of facets are not told apart (HTMT above %(limit)s); the highest is %(highest)s.",
        close=close,
        pairs=len(pairs),
        limit=speech.number(NOT_APART, 2),
        highest=speech.number(max(pairs), 2),
    )


def say_path(estimates: Sequence[Estimate], speech: Speech) -> str:
    """What goes along through value to loyalty, worded as no more than that."""
    found = next((one for one in estimates if one.name == "mediation.indirect"), None)
    if found is None:
        return ""
    if found.value is None:
        return speech.say(found.reason) if found.reason else ""
    return speech.text(
        "One point more of co-creation goes, through perceived value, with %(points)s points of NPS (%(level)s interval "
        "%(interval)s). "
        "Answers of one moment can be in line with such a path; they cannot prove it.",
        points=speech.points(found.value),
        level=found.level,
        interval=speech.interval(found.ci_low, found.ci_high),
    )


def _contribution_panels(found: Mapping[str, Estimate], keys: Sequence[str], speech: Speech) -> list[Panel]:
    titles = {"value": speech.text("Goes with perceived value"), "loyalty": speech.text("Goes with NPS")}
    axes = {"value": speech.text("points per point"), "loyalty": speech.text("NPS points per point")}
    return [
        Panel(
            title=titles[name],
            axis=axes[name],
            rows=[_dots(found, f"contribution.{name}.{key}") for key in keys],
            zero=True,
            signed=True,
            decimals=2 if name == "value" else 1,
            hollow_open=True,
        )
        for name in titles
        if any(f"contribution.{name}.{key}" in found for key in keys)
    ]


def _dots(found: Mapping[str, Estimate], name: str) -> list[Dot]:
    dot = dot_of(found[name]) if name in found else None
    return [] if dot is None else [dot]


def _alt(found: Mapping[str, Estimate], keys: Sequence[str], speech: Speech) -> str:
    said = []
    for key in keys:
        parts = [speech.text("mean %(mean)s", mean=speech.number(found[f"facet.{key}.mean"].value))]
        for name, text in (("value", speech.text("value")), ("loyalty", speech.text("NPS"))):
            one = found.get(f"contribution.{name}.{key}")
            if one is not None:
                parts.append(f"{text} {speech.points(one.value, 2 if name == 'value' else 1)}")
        said.append(f"{capital(speech.word(key))}: {', '.join(parts)}.")
    return " ".join(said)


def _row(found: Mapping[str, Estimate], key: str, speech: Speech) -> tuple[str, ...]:
    consistency = found.get(f"facet.{key}.spearman_brown") or found.get(f"facet.{key}.alpha")
    return (
        capital(speech.word(key)),
        _said(found.get(f"facet.{key}.mean"), speech, 1, signed=False),
        _said(consistency, speech, 2, signed=False),
        _said(found.get(f"contribution.value.{key}"), speech, 2, signed=True),
        _said(found.get(f"contribution.loyalty.{key}"), speech, 1, signed=True),
    )


def _said(estimate: Estimate | None, speech: Speech, decimals: int, *, signed: bool) -> str:
    if estimate is None or estimate.value is None:
        return NONE
    value = speech.points(estimate.value, decimals) if signed else speech.number(estimate.value, decimals)
    return f"{value} {speech.interval(estimate.ci_low, estimate.ci_high, decimals)}"
