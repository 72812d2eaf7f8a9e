"""Co-creation in one picture: how the facets stand, and what each goes with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from valuelib.explore.estimates import find, keyed
from valuelib.results import Cell, Estimate, Figure, Finding, Table, pick
from valuelib.show.canvas import BLUE, FAINT, INK, MUTED, PAPER, SMALL_SIZE, drawing, finish, nothing_to_show, set_title, wrap
from valuelib.show.dots import Chart, Dot, Panel, dot_of, plot_dots
from valuelib.show.labels import capital, label_estimate
from valuelib.show.localizer import local
from valuelib.show.tables import column, estimate_cell, estimate_cells, make_table
from valuelib.stats.reliability import NOT_APART
from valuelib.theory.facets import facets

# Co-creation in one picture: how the facets stand, and what each goes with.

NAME = "cocreation"
RATERS = (".own", ".peers", "")  # endings of the codes of contributions, by who rates the facets
CONTRIBUTIONS = tuple(f"label.contribution.{name}{ending}" for name in ("value", "loyalty") for ending in RATERS)


def plot_cocreation(estimates: Sequence[Estimate]) -> Figure:
    """Facet by facet: its mean, and beside it what it adds to value and to loyalty as the provider rates it."""
    means = keyed(estimates, "label.facet.mean", "facet_key")
    keys = [one.key for one in facets() if one.key in means]
    panels = [
        Panel(title=local.text("cocreation.how_stands_mean_0"), rows=[_dots(means.get(key)) for key in keys]),
        *_contribution_panels(estimates, keys),
    ]
    chart = Chart(
        name=NAME,
        title=say_potential_gain(estimates),
        labels=[capital(local.word(key)) for key in keys],
        panels=panels,
        alt=_alt(estimates, keys),
        caption=local.text("cocreation.means_respondents_own_ratings"),
    )
    return plot_dots(chart)


def table_cocreation(estimates: Sequence[Estimate]) -> Table:
    """Facets in figures: mean, consistency, and both contributions."""
    keys = [one.key for one in facets() if find(estimates, "label.facet.mean", facet_key=one.key)]
    potential_gains = bool(pick(estimates, "label.lever"))
    columns = (
        column("cocreation.facet"),
        column("common.mean_0_10", "number"),
        column("cocreation.consistency", "number", 2),
        column("cocreation.adds_to_value", "points", 2),
        column("cocreation.adds_to_nps", "points"),
        column("cocreation.raised_to_ten", "points"),
    )
    note = local.text("cocreation.consistency_spearman_brown_two")
    if potential_gains:
        note = f"{note} " + local.text("cocreation.raised_ten_points_value")
    return make_table(
        name="cocreation",
        caption=local.text("cocreation.facets_co_creation_figures"),
        columns=columns if potential_gains else columns[:-1],
        rows=(_row(estimates, key)[: None if potential_gains else -1] for key in keys),
        note=note,
    )


def say_potential_gain(estimates: Sequence[Estimate]) -> str:
    """The facet that would add most value if it rose to ten, told only where that is shown for all facets together."""
    potential_gains = find_potential_gains(estimates)
    if not pick(estimates, "label.lever"):
        return local.text("cocreation.facet_lever_cannot_told")
    if not potential_gains:
        return local.text("cocreation.no_single_facet_stands")
    (key, best), *rest = potential_gains.items()
    values = {"gain": local.points(best.value), "interval": local.interval(best.ci_low, best.ci_high)}
    alike = [other for other, one in rest if (one.ci_high or 0.0) > (best.ci_low or 0.0)]
    if alike:
        return local.text(
            "cocreation.levers_shown_stronger_not",
            facets=local.listing([local.word(one) for one in (key, *alike)]),
            facet_key=key,
            **values,
        )
    return local.text("cocreation.strongest_lever_rated_ten", facet_key=key, **values)


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
    close = sum(value > NOT_APART for value in pairs)
    if close == len(pairs):
        return local.text("cocreation.facets_not_told_apart", limit=local.number(NOT_APART, 2))
    if not close:
        return local.text(
            "cocreation.all_pairs_facets_told",
            pairs=len(pairs),
            limit=local.number(NOT_APART, 2),
            highest=local.number(max(pairs), 2),
        )
    return local.text(
        "cocreation.pairs_facets_not_told",
        close=close,
        pairs=len(pairs),
        limit=local.number(NOT_APART, 2),
        highest=local.number(max(pairs), 2),
    )


def _contribution_panels(estimates: Sequence[Estimate], keys: Sequence[str]) -> list[Panel]:
    axes = {"value": local.text("cocreation.points_per_point"), "loyalty": local.text("cocreation.nps_points_per_point")}
    return [
        Panel(
            title=local.text(f"cocreation.goes_with.{name}{ending}"),
            axis=axes[name],
            rows=[_dots(contributions.get(key)) for key in keys],
            zero=True,
            signed=True,
            decimals=2 if name == "value" else 1,
            hollow_open=True,
        )
        for name in axes
        for ending, contributions in [_contributions(estimates, name)]
        if contributions
    ]


def _contributions(estimates: Sequence[Estimate], name: str) -> tuple[str, dict[str, Estimate]]:
    """What each facet adds to loyalty or value, with the ending that tells who rates the facets."""
    found = {ending: keyed(estimates, f"label.contribution.{name}{ending}", "facet_key") for ending in RATERS}
    return next(((ending, by_facet) for ending, by_facet in found.items() if by_facet), ("", {}))


def _dots(estimate: Estimate | None) -> list[Dot]:
    dot = None if estimate is None else dot_of(estimate)
    return [] if dot is None else [dot]


def _alt(estimates: Sequence[Estimate], keys: Sequence[str]) -> str:
    means = keyed(estimates, "label.facet.mean", "facet_key")
    words = {"value": local.text("cocreation.value"), "loyalty": local.text("word.recommend")}
    adds = {name: _contributions(estimates, name)[1] for name in words}
    said = []
    for key in keys:
        parts = [local.text("cocreation.mean", mean=local.number(means[key].value))]
        parts += [
            f"{text} {local.points(adds[name][key].value, 2 if name == 'value' else 1)}"
            for name, text in words.items()
            if key in adds[name]
        ]
        said.append(f"{capital(local.word(key))}: {', '.join(parts)}.")
    return " ".join(said)


def _row(estimates: Sequence[Estimate], key: str) -> tuple[Cell | str, ...]:
    mean, pair, alpha = (find(estimates, f"label.facet.{what}", facet_key=key) for what in ("mean", "spearman_brown", "alpha"))
    adds = (_contributions(estimates, name)[1].get(key) for name in ("value", "loyalty"))
    shown = (mean, pair or alpha, *adds, find(estimates, "label.lever", facet_key=key))
    return capital(local.word(key)), *map(estimate_cell, shown)


# Which way do the paths run, and how wide is each one's interval? Three boxes and the arrows between them.

Place = tuple[float, float]
WIDTH, HEIGHT = 2.9, 1.25  # of a box, in inches as is everything here
CENTRES: tuple[Place, Place, Place] = ((1.6, 1.0), (6.0, 3.35), (10.4, 1.0))  # from, through, to


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """What stands at an arrow: its figure, what that is counted in, and whether its interval leaves zero out."""

    figure: str
    unit: str
    shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Triangle:
    """The names of the three boxes (from, through, to), the arrows in the order first, second, straight, and lines below."""

    name: str
    title: str
    boxes: Sequence[str]
    arrows: Sequence[Arrow]
    below: Sequence[str]
    alt: str
    caption: str


def plot_triangle(triangle: Triangle) -> Figure:
    """From, through and to as boxes; a full line where an arrow's interval leaves zero out, a broken one where it does not."""
    with drawing(12, 5.6) as figure:
        axes = figure.subplots()
        axes.set_axis_off()
        axes.set_xlim(0, 12)
        axes.set_ylim(-0.9, 4.1)
        for name, centre in zip(triangle.boxes, CENTRES, strict=True):
            _box(axes, name, centre)
        start, middle, end = CENTRES
        first, second, straight = triangle.arrows
        _arrow_paths(axes, first, (start[0], start[1] + HEIGHT / 2), (middle[0] - WIDTH / 2, middle[1]), (2.95, 2.8), "right")
        _arrow_paths(axes, second, (middle[0] + WIDTH / 2, middle[1]), (end[0], end[1] + HEIGHT / 2), (9.05, 2.8), "left")
        _arrow_paths(axes, straight, (start[0] + WIDTH / 2, start[1]), (end[0] - WIDTH / 2, end[1]), (6.0, 1.45), "center")
        axes.text(
            6.0,
            -0.45,
            "\n".join(wrap(line, 92) for line in triangle.below),
            ha="center",
            va="center",
            color=INK,
            fontsize=SMALL_SIZE + 1,
        )
        set_title(axes, triangle.title, 88)
        return finish(figure, name=triangle.name, alt=triangle.alt, caption=triangle.caption)


def _box(axes: Axes, name: str, centre: Place) -> None:
    corner = (centre[0] - WIDTH / 2, centre[1] - HEIGHT / 2)
    axes.add_patch(
        FancyBboxPatch(
            corner, WIDTH, HEIGHT, boxstyle="round,pad=0,rounding_size=0.12", facecolor=PAPER, edgecolor=INK, linewidth=1.6
        )
    )
    axes.text(*centre, wrap(name, 22), ha="center", va="center", color=INK)


def _arrow_paths(axes: Axes, arrow: Arrow, start: Place, end: Place, words: Place, side: str) -> None:
    ink = BLUE if arrow.shown else MUTED
    axes.annotate(
        "",
        end,
        start,
        arrowprops={
            "arrowstyle": "-|>,head_width=0.35,head_length=0.7",
            "linewidth": 3 if arrow.shown else 2,
            "linestyle": "-" if arrow.shown else (0, (4, 3)),
            "color": ink,
            "shrinkA": 2,
            "shrinkB": 2,
        },
    )
    box = {"facecolor": PAPER, "edgecolor": FAINT, "boxstyle": "round,pad=0.25", "linewidth": 0.0}
    said = f"{arrow.figure}\n{wrap(arrow.unit, 32)}"
    axes.text(words[0], words[1], said, color=ink, bbox=box, ha=side, va="center", fontsize=SMALL_SIZE)


# Through value to loyalty: both paths as a picture, as a table, and as a sentence that claims no more than they show.

NAME_PATHS = "cocreation.paths"
ROWS = ("a", "b", "indirect", "direct", "total", "a.earlier", "b.earlier")
STRAIGHT = ("a", "b", "direct")
TITLES: Mapping[tuple[bool, bool], str] = {
    (True, True): "cocreation.both_paths_shown_line",
    (True, False): "cocreation.co_creation_goes_perceived",
    (False, True): "cocreation.perceived_value_goes_loyalty",
    (False, False): "cocreation.neither_two_paths_shown",
}


def plot_paths(estimates: Sequence[Estimate], finding: Finding) -> Figure:
    """Co-creation, perceived value and loyalty as boxes; a full arrow where the claim's part is shown."""
    found = _found(estimates)
    caption = local.text("cocreation.effects_per_point_intervals")
    if not all(name in found for name in STRAIGHT):
        return nothing_to_show(name=NAME_PATHS, said=local.text("cocreation.two_paths_cannot_fitted"), caption=caption)
    title = _title(finding)
    return plot_triangle(
        Triangle(
            name=NAME_PATHS,
            title=title,
            boxes=_boxes(finding),
            arrows=[_arrow(found, name, finding) for name in STRAIGHT],
            below=_below(found),
            alt=f"{title}. {_alt_paths(found)}",
            caption=caption,
        )
    )


def table_paths(estimates: Sequence[Estimate]) -> Table | None:
    """Every path in figures, and the same with what lies before it in time; None where there is none."""
    found = _found(estimates)
    if not found:
        return None
    note = local.text("cocreation.first_path_about_respondent")
    if "a.earlier" in found:
        note = f"{note} " + local.text("cocreation.earlier_what_account_other")
    return make_table(
        name="cocreation.paths",
        caption=local.text("cocreation.paths_through_value_figures"),
        columns=(
            column("cocreation.path"),
            column("common.effect", "points"),
            column("common.interval_heading", "interval"),
            column("common.answers", "count"),
            column("common.accounts", "count"),
        ),
        rows=((label_estimate(one), *estimate_cells(one, _decimals_of(one))) for one in found.values()),
        note=note,
    )


def say_path(estimates: Sequence[Estimate]) -> str:
    """What goes along through value to loyalty, worded as no more than that."""
    found = find(estimates, "label.estimate.mediation.indirect")
    if found is None:
        return ""
    if found.value is None:
        return local.say(found.reason) if found.reason else ""
    if found.ci_low is None:
        return local.text("cocreation.path_without_interval", points=local.points(found.value))
    return local.text(
        "cocreation.path_with_interval",
        points=local.points(found.value),
        level=found.level,
        interval=local.interval(found.ci_low, found.ci_high),
    )


def _title(finding: Finding) -> str:
    if finding.decided_by is None:
        return local.text("cocreation.own_ratings_tell_direction")
    return local.text(TITLES[_shown(finding, 0), _shown(finding, 1)])


def _shown(finding: Finding, place: int) -> bool:
    """Whether the claim's own reading shows this path; own ratings never do."""
    decides = finding.decided_by is not None and place < len(finding.parts)
    return decides and finding.parts[place].holds == "shown"


def _boxes(finding: Finding) -> tuple[str, str, str]:
    through = local.text("cocreation.perceived_value")
    if finding.evidence_level != "direction":
        through = local.text("cocreation.perceived_value_own_then")
    who = local.word(finding.evidence_level or "direction")
    return local.text("cocreation.co_creation", who=who), through, local.text("cocreation.recommending_own")


def _arrow(found: Mapping[str, Estimate], name: str, finding: Finding) -> Arrow:
    one = found[name]
    away = one.ci_low is not None and one.ci_high is not None and not one.ci_low <= 0 <= one.ci_high
    shown = away and finding.decided_by is not None if name == "direct" else _shown(finding, STRAIGHT.index(name))
    units = {
        "a": local.text("cocreation.points_value_per_point"),
        "b": local.text("cocreation.nps_points_per_point_value"),
        "direct": local.text("cocreation.nps_points_per_point_equal"),
    }
    return Arrow(figure=_figure(one), unit=units[name], shown=shown)


def _decimals_of(one: Estimate) -> int:
    return 2 if one.unit == "score" else 1


def _figure(one: Estimate) -> str:
    decimals = _decimals_of(one)
    said = local.points(one.value, decimals)
    return said if one.ci_low is None else f"{said} {local.interval(one.ci_low, one.ci_high, decimals)}"


def _below(found: Mapping[str, Estimate]) -> list[str]:
    said = []
    if "indirect" in found:
        figure = _figure(found["indirect"])
        said.append(local.text("cocreation.through_value_nps_points", figure=figure))
    if "total" in found:
        said.append(local.text("cocreation.in_all", figure=_figure(found["total"])))
    return said


def _alt_paths(found: Mapping[str, Estimate]) -> str:
    listed = [found[name] for name in ROWS[:5] if name in found]
    return " ".join(f"{label_estimate(one)}: {_figure(one)}." for one in listed)


def _found(estimates: Sequence[Estimate]) -> dict[str, Estimate]:
    """The paths that have a figure."""
    found = {name: find(estimates, f"label.estimate.mediation.{name}") for name in ROWS}
    return {name: one for name, one in found.items() if one is not None and one.value is not None}
