"""How far tiers can be compared between groups: in a picture, in a table of the steps, and in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from valuelib.languages import has_text
from valuelib.results import Cell, Chart, Column, Figure, Message, Series, Table
from valuelib.show import canvas
from valuelib.show.labels import capital
from valuelib.show.localizer import local
from valuelib.show.tables import make_table
from valuelib.stats.invariance import MAX_CFI_LOSS, MAX_RMSEA_GAIN, MIN_CLUSTERS, MIN_ITEMS, MIN_N, Invariance, NotTestable
from valuelib.verdict.comparability import Comparison

# How far a tier can be compared, from not at all; what cannot be tested stands apart.
LEVELS = {"none": 0, "configural": 0, "metric": 1, "partial": 2, "scalar": 3}
STEPS = ("apart", "slopes", "partly", "alike")
INKS = (canvas.VERMILION, canvas.AMBER, canvas.SKY, canvas.GREEN)


def plot_comparability(found: Sequence[Comparison]) -> Figure:
    """A panel for each column, a row for each tier: how far it can be compared; hollow where nothing can be tested."""
    said = say_comparability(found)
    with canvas.drawing(13, 2.2 + 0.75 * max(len(one.tiers) for one in found)) as figure:
        panels = figure.subplots(1, len(found), squeeze=False)[0]
        for axes, one in zip(panels, found, strict=True):
            for row, tested in enumerate(one.tiers.values()):
                axes.axhline(row, color=canvas.FAINT, linewidth=1.2, zorder=0)
                if isinstance(tested, NotTestable):
                    axes.plot(
                        [0], [row], marker="o", color=canvas.MUTED, markerfacecolor=canvas.PAPER, markersize=11, linestyle="none"
                    )
                    canvas.write_near(axes, local.text("comparability.step.untested"), (0, row), (12, 4), color=canvas.MUTED)
                    continue
                at = LEVELS[tested.level]
                canvas.draw_mark(axes, at, row, INKS[at], size=14)
            canvas.title_panel(axes, capital(_column(one)))
            axes.set_xticks(range(4), [canvas.wrap(local.text(f"comparability.step.{step}"), 14) for step in STEPS])
            axes.set_xlim(-0.5, 3.5)
            labels = [canvas.wrap(capital(local.word(key)), 20) for key in one.tiers]
            canvas.dress_rows(axes, labels if one is found[0] else [""] * len(labels))
            canvas.grid(axes)
        canvas.set_title(panels[0], _title(found))
        return canvas.finish(
            figure, name="comparability", alt=said, caption=local.text("comparability.caption"), charts=[*map(_chart, found)]
        )


def table_comparability(found: Sequence[Comparison]) -> Table:
    """The steps: fit of the same items, loss of fit with equal loadings and intercepts, and the items that stand out."""
    return make_table(
        "comparability",
        local.text("comparability.table"),
        (
            "comparability.tier",
            "comparability.column",
            "comparability.verdict",
            Column("CFI", "number", 3),
            ("comparability.loadings", "effect", 3),
            ("comparability.p", "p"),
            ("comparability.intercepts", "effect", 3),
            ("comparability.p", "p"),
            ("comparability.items", "text"),
            ("comparability.moved", "effect"),
        ),
        _rows(found),
        local.text(
            "comparability.note",
            cfi=local.number(MAX_CFI_LOSS, 2),
            rmsea=local.number(MAX_RMSEA_GAIN, 3),
            fewest_n=MIN_N,
            accounts_n=MIN_CLUSTERS,
            items_n=MIN_ITEMS,
        ),
    )


def _rows(found: Sequence[Comparison]) -> Iterator[tuple[Cell | float | str | None, ...]]:
    for one in found:
        for key, tested in one.tiers.items():
            opening = (capital(local.word(key)), capital(_column(one)))
            if isinstance(tested, NotTestable):
                yield *opening, say_untested(tested), *[Cell("")] * 7
                continue
            by_step = {
                fit.step: fit for fit in reversed(tested.fits)
            }  # the full scalar step, before items were freed, is the first
            same, metric, scalar = (by_step.get(step) for step in ("configural", "metric", "scalar"))
            yield (
                *opening,
                local.text(f"comparability.step.{STEPS[LEVELS[tested.level]]}"),
                same.cfi if same else None,
                metric.cfi - same.cfi if metric and same else None,
                metric.p_value if metric else None,
                scalar.cfi - metric.cfi if scalar and metric else None,
                scalar.p_value if scalar else None,
                ", ".join(dict.fromkeys(local.word(one.items[key][shift.item]) for shift in tested.shifts)),
                max(tested.moved, key=abs) if tested.moved else Cell(""),
            )


def say_comparability(found: Sequence[Comparison]) -> str:
    """What can be compared between whom, a sentence or two for each column."""
    return " ".join(sentence for one in found for sentence in _sentences(one))


def _sentences(one: Comparison) -> Iterator[str]:
    between = _between(one)
    by_step: dict[str, list[str]] = {}
    for key, tested in one.tiers.items():
        step = STEPS[LEVELS[tested.level]] if isinstance(tested, Invariance) else "untested"
        by_step.setdefault(step, []).append(key)
    for step in reversed(STEPS):
        if keys := by_step.get(step):
            everything = len(keys) == len(one.tiers)
            name = local.text("comparability.all_tiers") if everything else local.listing([local.word(key) for key in keys])
            yield local.text(f"comparability.say.{step}", between=between, tiers=name)
            if step == "partly":
                yield from (_say_items(one, key) for key in keys)
    if keys := by_step.get("untested"):
        tested = one.tiers[keys[0]]
        why = say_untested(tested) if isinstance(tested, NotTestable) else ""
        yield local.text("comparability.say.untested", between=between, tier_keys=",".join(keys), why=why)
    if one.left_out:
        yield local.text("comparability.say.left_out", groups=local.listing(one.left_out), fewest_n=MIN_N, accounts_n=MIN_CLUSTERS)


def _say_items(one: Comparison, key: str) -> str:
    """Which items of a tier stand out, and by how much that moves the tier's mean."""
    tested = one.tiers[key]
    if not isinstance(tested, Invariance) or tested.moved is None:
        return ""
    items = local.listing([*dict.fromkeys(local.word(one.items[key][shift.item]) for shift in tested.shifts)])
    return local.text("comparability.say.items", tier_key=key, items=items, moved_effect=max(tested.moved, key=abs))


def say_untested(found: NotTestable) -> str:
    """Why a tier cannot be tested."""
    values = {"items_n": MIN_ITEMS, "fewest_n": MIN_N, "accounts_n": MIN_CLUSTERS}
    return local.say(Message(code=f"missing.comparable.{found.why}", values=values))


def _column(one: Comparison) -> str:
    return local.word(one.by) if has_text(f"word.{one.by}") else one.heading or one.by


def _between(one: Comparison) -> str:
    if one.by in ("offering", "wave"):
        return local.text(f"comparability.between.{one.by}")
    return local.text("comparability.between.column", groups=local.listing(one.groups) or _column(one))


def _title(found: Sequence[Comparison]) -> str:
    """The weakest that is true of any tier that could be tested."""
    levels = [LEVELS[one.level] for each in found for one in each.tiers.values() if isinstance(one, Invariance)]
    return local.text(f"comparability.title.{STEPS[min(levels)] if levels else 'untested'}")


def _chart(one: Comparison) -> Chart:
    values = tuple(LEVELS[tested.level] if isinstance(tested, Invariance) else None for tested in one.tiers.values())
    return Chart(
        kind="dots",
        title=capital(_column(one)),
        categories=tuple(capital(local.word(key)) for key in one.tiers),
        series=(Series(name=local.text("comparability.verdict"), values=values),),
        decimals=0,
        limits=(0.0, 3.0),
    )
