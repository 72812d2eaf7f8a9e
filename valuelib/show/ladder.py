"""The picture of one contrast under test: the two groups side by side, then the ladder from the raw figure to what decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes

from valuelib.results import Chart, Contrast, Figure, Finding, Group, Series
from valuelib.show import canvas, labels
from valuelib.show.localizer import local
from valuelib.show.sentences import say_outcome
from valuelib.show.story import Story, name_claimed, say_range

ROW = 0.86  # inches


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One row of the ladder: what it compares, its difference with interval, whether it decides, whether it is the halo's range."""

    label: str
    value: float
    low: float | None
    high: float | None
    decides: bool
    halo: bool


def plot_ladder(story: Story) -> Figure | None:
    """Both groups' figures, and the difference by every kind of evidence against no effect and each claimed size.

    All claims of the story stand on one scale, in points of the outcome; None for a story that no contrast decides.
    """
    lead = story.lead
    deciding = labels.deciding_of(lead)
    if story.number is None or deciding.comparison is None or deciding.baseline is None:
        return None
    steps = list(list_steps(lead))
    groups = list(zip(labels.label_groups(lead.claim, lead.evidence_level), (deciding.comparison, deciding.baseline), strict=True))
    colour = canvas.VERDICT_LOOKS[lead.verdict].colour
    unit, outcome = local.word(labels.unit_of(lead)), labels.capital(say_outcome(lead))
    with canvas.drawing(13, 1.7 + ROW * max(len(steps), 2)) as figure:
        left, right = figure.subplots(1, 2, width_ratios=(1.0, 1.7))
        _draw_groups(left, groups, len(steps), colour)
        canvas.title_panel(left, canvas.wrap(local.text("ladder.groups", outcome=outcome), 36), color=canvas.INK)
        canvas.draw_line(right, 0.0, local.text("common.no_effect"), "right", -0.62)
        for place, (size, said) in enumerate(claim_lines(story)):
            canvas.draw_line(right, size, said, "left" if size >= 0 else "right", -0.62 - 0.3 * (place % 2), dashed=True)
        for place, step in enumerate(steps):
            _draw_step(right, place, step, colour)
        wrapped = [canvas.wrap(step.label, 30) for step in steps]
        canvas.dress_rows(right, wrapped, -1.35, [step.decides for step in steps])
        right.tick_params(axis="y", labelsize=canvas.SMALL_SIZE)
        canvas.write_numbers(right.xaxis, signed=True)
        right.margins(x=0.1)
        canvas.grid(right)
        canvas.keep_ticks_inside(right.xaxis)
        right.set_xlabel(local.text("common.difference_unit", unit=unit))
        canvas.set_title(right, story.title)
        told = [f"{step.label}: {_say_step(step)}." for step in steps]
        caption = local.text("ladder.caption", level=labels.say_level(lead), questions=labels.say_questions(lead))
        return canvas.finish(
            figure,
            name=f"ladder.{lead.claim.id}",
            alt=" ".join([*story.sentences, *told]),
            caption=caption,
            charts=(_group_chart(groups, outcome), _ladder_chart(steps, unit)),
        )


def list_steps(finding: Finding) -> Iterator[Step]:
    """What decides first, then the total, the raw comparison, and the range that halo alone would make."""
    chosen: list[tuple[Contrast, bool]] = [(labels.deciding_of(finding), True)]
    chosen += [(one, False) for one in finding.contrasts if one.name in labels.BESIDE_ROLL_OUT]
    total = finding.total
    chosen += [] if total is None or total.name == chosen[0][0].name else [(total, labels.decides(total, finding))]
    raw = labels.raw_of(finding)
    if finding.raw is not None and all(one.difference != raw.difference for one, _ in chosen):
        chosen.append((raw, False))
    band = labels.find_control(finding, labels.HALO_BAND)
    if band is not None:
        chosen.append((band, False))
    for contrast, decides in chosen:
        if (lift := contrast.difference) is None:
            continue
        low, high = labels.limits_of(lift)
        halo = contrast.name == labels.HALO_BAND
        label = labels.label_contrast(contrast)
        yield Step(label=label, value=lift.value, low=low, high=high, decides=decides, halo=halo)


def claim_lines(story: Story) -> Iterator[tuple[float, str]]:
    """Every claimed size of the story in points of the outcome, with what stands at its line."""
    for one in story.findings:
        if (size := labels.claimed_points(one)) is not None:
            yield size, local.text("ladder.claimed", size=name_claimed(one))


def _draw_groups(axes: Axes, groups: list[tuple[str, Group]], rows: int, colour: str) -> None:
    for place, (_, group) in enumerate(groups):
        if group.value is None:
            continue
        ink = colour if place == 0 else canvas.MUTED
        canvas.draw_bar(axes, group.ci_low, group.ci_high, place, ink, 5)
        canvas.draw_mark(axes, group.value, place, ink, size=13)
        look: Any = {"ha": "center", "va": "bottom", "fontweight": "bold", "color": ink}
        canvas.write_near(axes, local.number(group.value, 0), (group.value, place), (0, 10), **look)
    canvas.dress_rows(axes, [canvas.wrap(label, 20) for label, _ in groups], -1.35)
    axes.set_ylim(max(rows, len(groups)) - 0.4, -1.35)
    axes.tick_params(axis="y", labelsize=canvas.SMALL_SIZE)
    canvas.write_numbers(axes.xaxis)
    axes.margins(x=0.2)
    canvas.grid(axes)
    canvas.keep_ticks_inside(axes.xaxis)


def _draw_step(axes: Axes, place: int, step: Step, colour: str) -> None:
    if step.halo and step.low is not None and step.high is not None:
        look: Any = {"height": 0.42, "color": canvas.PAPER, "edgecolor": canvas.MUTED, "hatch": "///", "zorder": 2}
        axes.barh(place, step.high - step.low, left=step.low, **look)
    else:
        ink = colour if step.decides else canvas.MUTED
        canvas.draw_bar(axes, step.low, step.high, place, ink, 6 if step.decides else 3)
        canvas.draw_mark(axes, step.value, place, ink, "D" if step.decides else "o", 12 if step.decides else 9)
    look = {"ha": "left", "fontsize": canvas.SMALL_SIZE, "fontweight": "bold" if step.decides else "normal"}
    canvas.write_beside(axes, _say_step(step), place, **look)


def _say_step(step: Step) -> str:
    return f"{local.points(step.value, 0)} ({say_range(step.low, step.high, 0)})"


def _group_chart(groups: list[tuple[str, Group]], outcome: str) -> Chart:
    values, low, high = zip(*((group.value, group.ci_low, group.ci_high) for _, group in groups), strict=True)
    series = Series(name=outcome, values=values, low=low, high=high)
    title = local.text("ladder.groups", outcome=outcome)
    return Chart(kind="dots", title=title, categories=tuple(label for label, _ in groups), series=(series,), decimals=0)


def _ladder_chart(steps: list[Step], unit: str) -> Chart:
    values, low, high = zip(*((step.value, step.low, step.high) for step in steps), strict=True)
    title = local.text("common.difference_unit", unit=unit)
    series = Series(name=title, values=values, low=low, high=high)
    return Chart(kind="dots", title=title, categories=tuple(step.label for step in steps), series=(series,), decimals=0)
