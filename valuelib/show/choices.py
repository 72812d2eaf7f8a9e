"""Importance by choice in a picture, a table and sentences, beside the importance that ratings give."""

from __future__ import annotations

from collections.abc import Sequence

from valuelib.explore.choices import Beside, differ
from valuelib.explore.estimates import find, keyed
from valuelib.results import Cell, Estimate, Figure, Table
from valuelib.show.dots import Chart, Dot, Panel, dots_of, plot_dots
from valuelib.show.labels import capital
from valuelib.show.localizer import local
from valuelib.show.tables import ANSWER_COLUMNS, column, estimate_cell, make_table

FAR = 3  # places by which two ranks of an element are told to be apart
NAMED = 3  # elements named in a sentence


def ordered(estimates: Sequence[Estimate]) -> dict[str, Estimate]:
    """The shares by element, the largest first; by counts where there are no shares."""
    found = keyed(estimates, "label.choice.share", "element_key") or keyed(estimates, "label.choice.count", "element_key")
    return dict(sorted(found.items(), key=lambda pair: -(pair[1].value or 0.0)))


def plot_choices(estimates: Sequence[Estimate], ranks: Sequence[Beside]) -> Figure:
    """Shares of importance with their intervals, and beside them both ranks."""
    shares = ordered(estimates)
    known = {one.key: one for one in ranks}
    title = say_choices(estimates)
    labels = [capital(local.word(key)) for key in shares]
    by_share = bool(keyed(estimates, "label.choice.share", "element_key"))
    first = local.text("choices.share_axis") if by_share else local.text("choices.count_axis")
    panels = [Panel(title=first, rows=[dots_of(one) for one in shares.values()], decimals=0, zero=not by_share)]
    said = [f"{label} {local.number(one.value, 0)}" for label, one in zip(labels, shares.values(), strict=True)]
    series: tuple[str, ...] = ()
    if known:
        rows = [[Dot(value=known[key].chosen), Dot(value=known[key].rated, series=1)] if key in known else [] for key in shares]
        panels.append(Panel(title=local.text("choices.rank_axis"), rows=rows, decimals=0, joined=True, whole=True))
        series = (local.text("choices.by_choice"), local.text("choices.by_rating"))
    chart = Chart(
        name="choices",
        title=title,
        labels=labels,
        panels=panels,
        alt=" ".join([f"{title}. {first}: {'; '.join(said)}.", *([say_beside(estimates, ranks)] if known else [])]),
        caption=local.text("choices.caption", level=next(iter(shares.values())).level, elements_n=len(shares)),
        series=series,
    )
    return plot_dots(chart)


def table_choices(estimates: Sequence[Estimate], ranks: Sequence[Beside]) -> Table:
    """A row an element: its share and count with their intervals, and its place by choice and by rating."""
    shares, known = ordered(estimates), {one.key: one for one in ranks}
    counts = keyed(estimates, "label.choice.count", "element_key")
    utilities = keyed(estimates, "label.choice.utility", "element_key")
    return make_table(
        "choices",
        local.text("choices.table"),
        (
            "choices.element",
            column("choices.share", "number", 1),
            column("choices.count", "number", 0),
            column("choices.utility", "number", 2),
            column("choices.by_choice", "count"),
            column("choices.by_rating", "count"),
            ANSWER_COLUMNS[0],
        ),
        (
            (
                capital(local.word(key)),
                estimate_cell(one if one.name.startswith("choice.share") else None, 1),
                estimate_cell(counts.get(key), 0),
                estimate_cell(utilities.get(key), 2),
                Cell(known[key].chosen) if key in known else Cell(),
                Cell(known[key].rated) if key in known else Cell(),
                Cell(one.n),
            )
            for key, one in shares.items()
        ),
        local.text("choices.table_note", level=next(iter(shares.values())).level),
    )


def say_choices(estimates: Sequence[Estimate]) -> str:
    """What is chosen most, or that no difference is shown."""
    shares = ordered(estimates)
    names = [local.word(key) for key in shares]
    first = next(iter(shares.values()))
    if not differ(estimates, first.level):
        return local.text("choices.title_even")
    return local.text("choices.title", names=local.listing(names[:NAMED]), last=names[-1])


def say_beside(estimates: Sequence[Estimate], ranks: Sequence[Beside]) -> str:
    """How far choices and ratings rank alike, and the element on which they differ most."""
    rank = find(estimates, "label.choice.rank_r")
    if rank is None or rank.value is None or not ranks:
        return local.text("choices.no_ratings")
    most = max(ranks, key=lambda one: abs(one.apart))
    told = local.text("choices.beside", r=local.number(rank.value, 2), elements_n=len(ranks))
    if abs(most.apart) < FAR:
        return told
    way = "lower" if most.apart > 0 else "higher"
    name = capital(local.word(most.key))
    return f"{told} {local.text(f'choices.rated.{way}', name=name, chosen_n=most.chosen, rated_n=most.rated)}"


def say_alike(estimates: Sequence[Estimate]) -> str:
    """How far respondents agree with themselves."""
    alike = find(estimates, "label.choice.alike")
    if alike is None or alike.value is None:
        return local.text("choices.alike_unknown")
    return local.text("choices.alike", alike_share=alike.value / 100)


def say_meaning() -> str:
    """What a choice takes out of importance, and what it leaves in."""
    return local.text("choices.meaning")
