"""Every offering beside the others: a table of its side, answers and outcomes, and a picture of the outcomes by side."""

from __future__ import annotations

from collections.abc import Sequence

from valuelib.explore.offerings import OUTCOMES, OfferingFigures
from valuelib.languages import has_text
from valuelib.results import Cell, Figure, Table
from valuelib.show.dots import Chart, Dot, Panel, plot_dots
from valuelib.show.labels import capital
from valuelib.show.localizer import local
from valuelib.show.tables import Heading, make_table
from valuelib.verdict.offerings import SIDES


def _measured(found: Sequence[OfferingFigures]) -> list[str]:
    return [what for what in OUTCOMES if any(what in one.outcomes for one in found)]


def table_offerings(found: Sequence[OfferingFigures]) -> Table | None:
    """One row an offering; None where the study does not tell what was bought."""
    if not found:
        return None
    measured = _measured(found)
    heads: tuple[Heading, ...] = (
        "offerings.offering",
        "offerings.side",
        ("common.answers", "count"),
        ("common.accounts", "count"),
        *((f"offerings.{what}", "number") for what in measured),
    )
    rows = [
        (
            one.name,
            local.text(f"offerings.side.{one.side}"),
            one.n,
            one.accounts,
            *(Cell(one.outcomes[what].value, low=one.outcomes[what].ci_low, high=one.outcomes[what].ci_high) for what in measured),
        )
        for one in found
    ]
    note = local.text("offerings.too_small") if any(one.n is None for one in found) else ""
    return make_table("offerings", local.text("offerings.table"), heads, rows, note)


def _say_ends(shown: Sequence[OfferingFigures], measured: Sequence[str]) -> str:
    """Which offering has the highest figure and which the lowest, of NPS where it was asked; a bare topic for fewer than two."""
    for what in measured:
        known = sorted((value, one.name) for one in shown if (value := one.outcomes[what].value) is not None)
        if len(known) > 1:
            (low, lowest), (high, highest) = known[0], known[-1]
            values = {"high": local.number(high, 0), "low": local.number(low, 0)}
            return local.text(f"offerings.ends.{what}", highest=highest, lowest=lowest, **values)
    return local.text("offerings.title")


def plot_offerings(found: Sequence[OfferingFigures], kind: str | None = None) -> Figure | None:
    """NPS and repurchase of each offering with their intervals, in the colour of its side; None where none can be shown.

    `kind` tells how repurchase was measured, by which its panel is called as the claims call it.
    """
    measured = _measured(found)
    shown = [one for one in found if any(one.outcomes[what].value is not None for what in measured)]
    if not shown:
        return None
    panels = [
        Panel(
            title=local.text(f"offerings.{what}") if what == "nps" or kind is None else _name_repurchase(kind),
            rows=[
                [Dot(value=value, low=one.outcomes[what].ci_low, high=one.outcomes[what].ci_high, series=SIDES.index(one.side))]
                if (value := one.outcomes[what].value) is not None
                else []
                for one in shown
            ],
            zero=what == "nps",
            decimals=0,
        )
        for what in measured
    ]
    told = [
        local.text(
            "offerings.told",
            name=one.name,
            side=local.text(f"offerings.side.{one.side}"),
            figures=local.listing(
                [
                    f"{local.text(f'offerings.{what}')}: {local.number(value, 0)}"
                    for what in measured
                    if (value := one.outcomes[what].value) is not None
                ]
            ),
        )
        for one in shown
    ]
    chart = Chart(
        name="offerings",
        title=_say_ends(shown, measured),
        labels=[one.name for one in shown],
        panels=panels,
        alt=" ".join(told),
        caption=local.text("offerings.caption"),
        series=[
            local.text(f"offerings.legend.{side}") for side in SIDES if side != "left_out" or any(o.side == side for o in shown)
        ],
    )
    return plot_dots(chart)


def _name_repurchase(kind: str) -> str:
    word = f"repurchase_{kind}"
    return local.text("offerings.share_of", outcome=capital(local.word(word if has_text(f"word.{word}") else "repurchase")))
