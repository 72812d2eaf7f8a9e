"""The paths of a roll-out in a picture and a table: accounts by the wave of their switch, and those that had not switched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes

from valuelib.results import Chart, Estimate, Figure, Table, pick
from valuelib.show import canvas
from valuelib.show.labels import capital
from valuelib.show.localizer import local
from valuelib.show.tables import ANSWER_COLUMNS, VALUE_COLUMNS, estimate_cells, make_table

INKS = (canvas.BLUE, canvas.VERMILION, canvas.GREEN, canvas.AMBER, canvas.SKY)
APART = 0.05  # waves by which paths stand apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """One group's figures from wave to wave; `switch` is the wave in which it had switched, None for those that had not."""

    switch: str | None
    waves: Mapping[str, Estimate]

    @property
    def name(self) -> str:
        """What the group is called."""
        return local.text("roll_out.not_yet") if self.switch is None else local.text("roll_out.switched", wave=self.switch)


def paths_of(estimates: Sequence[Estimate]) -> dict[str, list[Path]]:
    """The paths with a figure, by outcome: those that switched in the order of time, then those that had not."""
    found: dict[str, dict[str | None, dict[str, Estimate]]] = {}
    for one in pick(estimates, "label.path.switched", "label.path.not_yet"):
        if one.label is None:
            continue
        values = one.label.values
        switch = str(values["cohort"]) if "cohort" in values else None
        found.setdefault(str(values["outcome_key"]), {}).setdefault(switch, {})[str(values["wave"])] = one
    told = {name: [Path(switch=switch, waves=waves) for switch, waves in groups.items()] for name, groups in found.items()}
    return {name: kept for name, of in told.items() if (kept := [one for one in of if any(_values(one))])}


def plot_roll_out(estimates: Sequence[Estimate]) -> Figure:
    """Every path with its intervals, hollow before the switch and filled from it on; a panel an outcome."""
    paths = paths_of(estimates)
    with canvas.drawing(13, 5.6) as figure:
        panels = figure.subplots(1, len(paths), squeeze=False)[0]
        charts, said = [], []
        for axes, (outcome, of) in zip(panels, paths.items(), strict=True):
            waves, title = [*of[0].waves], capital(local.word(outcome))
            for place, (ink, one) in enumerate(zip(INKS * len(of), of, strict=False)):
                _draw_path(axes, one, canvas.MUTED if one.switch is None else ink, APART * (place - (len(of) - 1) / 2))
            axes.set_xticks(range(len(waves)), waves)
            axes.set_xlim(-0.3, len(waves) - 0.7)
            canvas.title_panel(axes, title)
            canvas.write_numbers(axes.yaxis)
            canvas.grid(axes, "y")
            canvas.keep_ticks_inside(axes.yaxis)
            axes.margins(y=0.15)
            axes.legend(loc="best", framealpha=1.0, edgecolor="none", fontsize=canvas.SMALL_SIZE)
            series = tuple(canvas.series_of(one.name, [one.waves[wave] for wave in waves]) for one in of)
            charts.append(Chart(kind="lines", title=title, categories=tuple(waves), series=series, decimals=0))
            said += [f"{title}, {one.name}: {'; '.join(_told(one))}." for one in of]
        title = say_roll_out(estimates)
        canvas.set_title(panels[0], title)
        return canvas.finish(figure, name="paths", alt=" ".join([f"{title}.", *said]), caption=_caption(estimates), charts=charts)


def say_roll_out(estimates: Sequence[Estimate]) -> str:
    """What the accounts that switched, and those that had not, showed before a switch and after it, over all rounds of switching.

    Each round counts by the answers of the accounts that had switched in it: one round alone would be a choice of ours.
    """
    outcome, paths = next(iter(paths_of(estimates).items()))
    other, steps = next((one for one in paths if one.switch is None), None), []
    for path in paths:
        if path.switch is None or other is None:
            continue
        waves = [*path.waves]
        then = waves[waves.index(path.switch) - 1]
        four = [of.waves[wave] for of in (path, other) for wave in (then, path.switch)]
        if all(one.value is not None for one in four):
            steps.append((four[1].n, [one.value or 0.0 for one in four]))
    name = capital(local.word(outcome))
    if not steps:
        return local.text("roll_out.title_plain", outcome=name)
    whole = sum(n for n, _ in steps)
    means = [sum(n * values[place] for n, values in steps) / whole for place in range(4)]
    told = zip(("before", "after", "other_before", "other_after"), (local.number(one, 0) for one in means), strict=True)
    return local.text("roll_out.title", outcome=name, **dict(told))


def table_roll_out(estimates: Sequence[Estimate]) -> Table:
    """A row for each group and wave; groups too small to be shown have none."""

    def rows() -> Iterator[tuple[Any, ...]]:
        for outcome, paths in paths_of(estimates).items():
            for path in paths:
                for wave, one in path.waves.items():
                    if one.value is not None:
                        yield capital(local.word(outcome)), path.name, wave, *estimate_cells(one, 1)

    return make_table(
        "paths",
        local.text("roll_out.table"),
        ("common.what", "roll_out.group", "roll_out.wave", *VALUE_COLUMNS, *ANSWER_COLUMNS),
        rows(),
        _caption(estimates),
    )


def _caption(estimates: Sequence[Estimate]) -> str:
    return local.text("roll_out.caption", level=estimates[0].level)


def _values(path: Path) -> list[Estimate]:
    return [one for one in path.waves.values() if one.value is not None]


def _told(path: Path) -> Iterator[str]:
    for wave, one in path.waves.items():
        if one.value is not None:
            yield f"{wave} {local.number(one.value, 0)}"


def _draw_path(axes: Axes, path: Path, ink: str, aside: float) -> None:
    """A path, a little aside of the waves' own places, so that intervals do not hide each other."""
    waves = [*path.waves]
    first = len(waves) if path.switch is None else waves.index(path.switch)
    known = [(at, one) for at, one in enumerate(path.waves.values()) if one.value is not None]
    places, values = [at + aside for at, _ in known], [one.value or 0.0 for _, one in known]
    axes.plot(places, values, color=ink, linewidth=2, linestyle=canvas.DASHES if path.switch is None else "-", label=path.name)
    for at, one in known:
        if one.ci_low is not None and one.ci_high is not None:
            axes.plot([at + aside] * 2, [one.ci_low, one.ci_high], color=ink, linewidth=2, alpha=0.45, solid_capstyle="butt")
        face = ink if at >= first else canvas.PAPER
        axes.plot([at + aside], [one.value or 0.0], marker="o", color=ink, markerfacecolor=face, markeredgecolor=ink, markersize=10)
    if path.switch is not None:
        axes.axvline(first - 0.5, color=ink, linewidth=1.2, linestyle=":")
