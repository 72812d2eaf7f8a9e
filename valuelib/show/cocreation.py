"""Co-creation in one picture: how the facets stand, and what each goes with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from valuelib.explore.estimates import find, keyed
from valuelib.results import Estimate, Figure, Finding, Table, Value, pick
from valuelib.show.canvas import BLUE, FAINT, INK, MUTED, PAPER, SMALL_SIZE, drawing, finish, nothing_to_show, set_title, wrap
from valuelib.show.dots import Chart, Panel, dots_of, plot_dots
from valuelib.show.labels import capital, label_estimate
from valuelib.show.localizer import local
from valuelib.show.story import say_range
from valuelib.show.tables import ANSWER_COLUMNS, VALUE_COLUMNS, Heading, estimate_cell, estimate_cells, make_table
from valuelib.stats.reliability import NOT_APART
from valuelib.theory.facets import facets

RATERS = (".own", ".peers", "")  # endings of the codes of contributions, by who rates the facets
CONTRIBUTIONS = tuple(f"label.contribution.{name}{ending}" for name in ("value", "loyalty") for ending in RATERS)


def plot_cocreation(estimates: Sequence[Estimate]) -> Figure:
    """Facet by facet: its mean, and beside it what it adds to value and to loyalty as the provider rates it."""
    means = keyed(estimates, "label.facet.mean", "facet_key")
    keys = [one.key for one in facets() if one.key in means]
    panels = [Panel(title=local.text("cocreation.how_stands_mean_0"), rows=[dots_of(means[key]) for key in keys])]
    said = {key: [local.text("cocreation.mean", mean=local.number(means[key].value))] for key in keys}
    for name, decimals, axis, word in (
        ("value", 2, "cocreation.points_per_point", "cocreation.value"),
        ("loyalty", 1, "cocreation.nps_points_per_point", "word.recommend"),
    ):
        ending, found = _contributions(estimates, name)
        if found:
            title = local.text(f"cocreation.goes_with.{name}{ending}")
            rows, look = [dots_of(found.get(key)) for key in keys], {"axis": local.text(axis), "decimals": decimals}
            effects: Any = {"zero": True, "signed": True, "hollow_open": True, **look}
            panels.append(Panel(title=title, rows=rows, **effects))
        for key in keys:
            said[key] += [f"{local.text(word)} {local.points(found[key].value, decimals)}"] if key in found else []
    chart = Chart(
        name="cocreation",
        title=say_potential_gain(estimates),
        labels=[capital(local.word(key)) for key in keys],
        panels=panels,
        alt=" ".join(f"{capital(local.word(key))}: {', '.join(parts)}." for key, parts in said.items()),
        caption=local.text("cocreation.means_respondents_own_ratings"),
    )
    return plot_dots(chart)


def table_cocreation(estimates: Sequence[Estimate]) -> Table:
    """Facets in figures: mean, consistency, and both contributions."""
    with_gains = bool(pick(estimates, "label.lever"))
    note = local.text("cocreation.consistency_spearman_brown_two")
    columns: list[Heading] = [
        "cocreation.facet",
        ("common.mean_0_10", "number"),
        ("cocreation.consistency", "number", 2),
        ("cocreation.adds_to_value", "points", 2),
        ("cocreation.adds_to_nps", "points"),
    ]
    if with_gains:
        columns.append(("cocreation.raised_to_ten", "points"))
        note = f"{note} " + local.text("cocreation.raised_ten_points_value")

    def figures(key: str) -> Iterator[Estimate | None]:
        mean, pair, alpha = (find(estimates, f"label.facet.{what}", facet_key=key) for what in ("mean", "spearman_brown", "alpha"))
        yield from (mean, pair or alpha)
        yield from (_contributions(estimates, name)[1].get(key) for name in ("value", "loyalty"))
        if with_gains:
            yield find(estimates, "label.lever", facet_key=key)

    keys = [one.key for one in facets() if find(estimates, "label.facet.mean", facet_key=one.key)]
    return make_table(
        "cocreation",
        local.text("cocreation.facets_co_creation_figures"),
        columns,
        ((capital(local.word(key)), *map(estimate_cell, figures(key))) for key in keys),
        note,
    )


def say_potential_gain(estimates: Sequence[Estimate]) -> str:
    """The facet that would add most value if it rose to ten, told only where that is shown for all facets together."""
    potential_gains = find_potential_gains(estimates)
    if not pick(estimates, "label.lever"):
        return local.text("cocreation.facet_lever_cannot_told")
    if not potential_gains:
        return _say_shown(estimates)
    (key, best), *rest = potential_gains.items()
    values = {"facet_key": key, "gain": local.number(best.value), "interval": say_range(best.ci_low, best.ci_high, 1)}
    alike = [local.word(other) for other, one in rest if (one.ci_high or 0.0) > (best.ci_low or 0.0)]
    if not alike:
        return local.text("cocreation.strongest_lever_rated_ten", **values)
    return local.text("cocreation.levers_shown_stronger_not", facets=local.listing([local.word(key), *alike]), **values)


def _say_shown(estimates: Sequence[Estimate]) -> str:
    """The facets whose mark in the picture lies clear of zero, for value and for NPS; else that none stands out."""
    said = []
    for name in ("value", "loyalty"):
        shown = [local.word(key) for key, one in _contributions(estimates, name)[1].items() if _excludes_zero(one)]
        said += [local.text(f"cocreation.shown_with.{name}", facets=local.listing(shown))] if shown else []
    return "; ".join(said) if said else local.text("cocreation.no_single_facet_stands")


def find_potential_gain(estimates: Sequence[Estimate]) -> tuple[str, float] | None:
    """The facet with most to gain among those whose gain is shown above zero for all facets together; points of value."""
    return next(((key, one.value or 0.0) for key, one in find_potential_gains(estimates).items()), None)


def find_potential_gains(estimates: Sequence[Estimate]) -> dict[str, Estimate]:
    """Levers whose interval lies above zero, by facet, the largest first."""
    shown = [(key, one) for key, one in keyed(estimates, "label.lever", "facet_key").items() if (one.ci_low or 0.0) > 0]
    return dict(sorted(shown, key=lambda pair: -(pair[1].value or 0.0)))


def say_apart(estimates: Sequence[Estimate]) -> str:
    """Whether the facets are told apart at all: where none is, the battery holds one general impression."""
    pairs = [one.value for one in pick(estimates, "label.htmt.facet") if one.value is not None]
    if not pairs:
        return ""
    close, limit = sum(value > NOT_APART for value in pairs), local.number(NOT_APART, 2)
    if close == len(pairs):
        return local.text("cocreation.facets_not_told_apart", limit=limit)
    values: dict[str, Value] = {"pairs": len(pairs), "limit": limit, "highest": local.number(max(pairs), 2)}
    if not close:
        return local.text("cocreation.all_pairs_facets_told", **values)
    return local.text("cocreation.pairs_facets_not_told", close=close, **values)


def _excludes_zero(one: Estimate) -> bool:
    return one.ci_low is not None and one.ci_high is not None and not one.ci_low <= 0 <= one.ci_high


def _contributions(estimates: Sequence[Estimate], name: str) -> tuple[str, dict[str, Estimate]]:
    """What each facet adds to loyalty or value, with the ending that tells who rates the facets."""
    found = {ending: keyed(estimates, f"label.contribution.{name}{ending}", "facet_key") for ending in RATERS}
    return next(((ending, by_facet) for ending, by_facet in found.items() if by_facet), ("", {}))


# Through value to loyalty: boxes with the arrows between them; everything in inches

Place = tuple[float, float]
WIDTH, HEIGHT = 2.9, 1.25
CENTRES: tuple[Place, Place, Place] = ((1.6, 1.0), (6.0, 3.35), (10.4, 1.0))
# Each arrow of the picture: where it starts and ends, where its figure stands and to which side, and in what that is counted.
ARROWS: Mapping[str, tuple[Place, Place, Place, str, str]] = {
    "a": ((1.6, 1.0 + HEIGHT / 2), (6.0 - WIDTH / 2, 3.35), (2.95, 2.8), "right", "cocreation.points_value_per_point"),
    "b": ((6.0 + WIDTH / 2, 3.35), (10.4, 1.0 + HEIGHT / 2), (9.05, 2.8), "left", "cocreation.nps_points_per_point_value"),
    "direct": ((1.6 + WIDTH / 2, 1.0), (10.4 - WIDTH / 2, 1.0), (6.0, 1.45), "center", "cocreation.nps_points_per_point_equal"),
}
PATHS = ("a", "b", "indirect", "direct", "total", "a.earlier", "b.earlier")
TITLES: Mapping[tuple[bool, bool], str] = {
    (True, True): "cocreation.both_paths_shown_line",
    (True, False): "cocreation.co_creation_goes_perceived",
    (False, True): "cocreation.perceived_value_goes_loyalty",
    (False, False): "cocreation.neither_two_paths_shown",
}


def plot_paths(estimates: Sequence[Estimate], finding: Finding) -> Figure:
    """Co-creation, perceived value and loyalty as boxes; a full arrow where the claim's part is shown, a broken one where not."""
    found, caption = _found(estimates), local.text("cocreation.effects_per_point_intervals")
    if not all(name in found for name in ARROWS):
        return nothing_to_show(name="cocreation.paths", said=local.text("cocreation.two_paths_cannot_fitted"), caption=caption)
    decides, straight = finding.decided_by is not None, found["direct"]
    # Only the claim's own reading shows a path; own ratings never do.
    shown = {name: decides and part.holds == "shown" for name, part in zip(("a", "b"), finding.parts, strict=False)}
    shown["direct"] = _excludes_zero(straight) and decides
    title = local.text("cocreation.own_ratings_tell_direction")
    if decides:
        title = local.text(TITLES[shown.get("a", False), shown.get("b", False)])
    boxes = (
        local.text("cocreation.co_creation", who=local.word(finding.evidence_level or "direction")),
        local.text(
            "cocreation.perceived_value" if finding.evidence_level == "direction" else "cocreation.perceived_value_own_then"
        ),
        local.text("cocreation.recommending_own"),
    )
    below = [
        local.text(code, figure=_figure(found[name]))
        for name, code in (("indirect", "cocreation.through_value_nps_points"), ("total", "cocreation.in_all"))
        if name in found
    ]
    alt = " ".join(f"{label_estimate(found[name])}: {_figure(found[name])}." for name in PATHS[:5] if name in found)
    with drawing(12, 5.6) as figure:
        axes = figure.subplots()
        axes.set_axis_off()
        axes.set_xlim(0, 12)
        axes.set_ylim(-0.9, 4.1)
        for name, (x, y) in zip(boxes, CENTRES, strict=True):
            corner: Any = {"boxstyle": "round,pad=0,rounding_size=0.12", "facecolor": PAPER, "edgecolor": INK, "linewidth": 1.6}
            axes.add_patch(FancyBboxPatch((x - WIDTH / 2, y - HEIGHT / 2), WIDTH, HEIGHT, **corner))
            axes.text(x, y, wrap(name, 22), ha="center", va="center", color=INK)
        for name in ARROWS:
            _draw_arrow(axes, name, _figure(found[name]), shown=shown.get(name, False))
        said = "\n".join(wrap(line, 92) for line in below)
        axes.text(6.0, -0.45, said, ha="center", va="center", color=INK, fontsize=SMALL_SIZE + 1)
        set_title(axes, title)
        return finish(figure, name="cocreation.paths", alt=f"{title}. {alt}", caption=caption)


def _draw_arrow(axes: Axes, name: str, figure: str, *, shown: bool) -> None:
    start, end, words, side, unit = ARROWS[name]
    ink, width, style = (BLUE, 3, "-") if shown else (MUTED, 2, (0, (4, 3)))
    look: Any = {"linewidth": width, "linestyle": style, "color": ink, "shrinkA": 2, "shrinkB": 2}
    axes.annotate("", end, start, arrowprops={"arrowstyle": "-|>,head_width=0.35,head_length=0.7", **look})
    box = {"facecolor": PAPER, "edgecolor": FAINT, "boxstyle": "round,pad=0.25", "linewidth": 0.0}
    said = f"{figure}\n{wrap(local.text(unit), 32)}"
    axes.text(*words, said, color=ink, bbox=box, ha=side, va="center", fontsize=SMALL_SIZE)


def table_paths(estimates: Sequence[Estimate]) -> Table | None:
    """Every path in figures, and the same with what lies before it in time; None where there is none."""
    found = _found(estimates)
    note = local.text("cocreation.first_path_about_respondent")
    if "a.earlier" in found:
        note = f"{note} " + local.text("cocreation.earlier_what_account_other")
    return (
        make_table(
            "cocreation.paths",
            local.text("cocreation.paths_through_value_figures"),
            ("cocreation.path", ("common.effect", "points"), VALUE_COLUMNS[1], *ANSWER_COLUMNS),
            ((label_estimate(one), *estimate_cells(one, 2 if one.unit == "score" else 1)) for one in found.values()),
            note,
        )
        if found
        else None
    )


def say_path(estimates: Sequence[Estimate]) -> str:
    """What goes along through value to loyalty, worded as no more than that."""
    found = find(estimates, "label.estimate.mediation.indirect")
    if found is None or found.value is None:
        return local.say(found.reason) if found is not None and found.reason else ""
    points = local.points(found.value)
    if found.ci_low is None:
        return local.text("cocreation.path_without_interval", points=points)
    interval = local.interval(found.ci_low, found.ci_high)
    return local.text("cocreation.path_with_interval", points=points, level=found.level, interval=interval)


def _figure(one: Estimate) -> str:
    decimals = 2 if one.unit == "score" else 1
    if one.ci_low is None:
        return local.points(one.value, decimals)
    return local.ranged(one.value, one.ci_low, one.ci_high, decimals)


def _found(estimates: Sequence[Estimate]) -> dict[str, Estimate]:
    """The paths that have a figure."""
    found = {name: find(estimates, f"label.estimate.mediation.{name}") for name in PATHS}
    return {name: one for name, one in found.items() if one is not None and one.value is not None}
