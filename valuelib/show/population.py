"""Who answered of the client's customers, as a table of strata and a sentence on the weights."""

from __future__ import annotations

from valuelib.explore.population import WhoAnswered
from valuelib.results import Cell, Table
from valuelib.show.localizer import local
from valuelib.show.tables import Heading, make_table

LITTLE = 0.001  # of a share: what rounding hides


def table_who_answered(who: WhoAnswered | None) -> Table | None:
    """One row a stratum; None without a customer list."""
    if who is None:
        return None
    heads: tuple[Heading, ...] = (
        "population.stratum",
        ("population.customers", "count"),
        ("population.answered", "count"),
        ("population.rate", "percent"),
        ("population.weight", "number"),
    )
    rows = [
        (
            f"{one.column}: {one.level}",
            one.customers,
            Cell(one.answered),
            Cell(one.rate, kind="percent"),
            Cell(one.weight, decimals=2),
        )
        for one in who.strata
    ]
    return make_table("who_answered", local.text("population.table"), heads, rows, say_weights(who))


def say_weights(who: WhoAnswered | None) -> str:
    """How many of the customers answered, and what the weights cost."""
    if who is None:
        return ""
    answered = len(who.accounts)
    said = [
        local.text("population.rate_of_all", answered_n=answered, customers_n=who.customers, rate_share=answered / who.customers),
        local.text("population.design_effect", effect=local.number(who.raked.design_effect, 2)),
    ]
    if who.raked.trimmed:
        said.append(local.plural("population.trimmed", who.raked.trimmed))
    if who.raked.off > LITTLE:
        said.append(local.text("population.off", off_share=who.raked.off))
    return " ".join([*said, local.text("population.silent_may_differ")])
