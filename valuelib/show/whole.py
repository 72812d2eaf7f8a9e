"""What the results of whole analyses are displayed as: the picture or the table that a chapter shows of them."""

from __future__ import annotations

from valuelib.explore.planning import Plan
from valuelib.explore.pooling import Portfolio
from valuelib.explore.sensitivity import Sensitivity
from valuelib.explore.specifications import Curve
from valuelib.results import Figure, Shown, Table
from valuelib.show.claims import table_ways
from valuelib.show.planning import table_answers
from valuelib.show.pooling import name_portfolio, table_portfolio, table_verdicts
from valuelib.show.specifications import plot_specifications


def view_of(result: Shown) -> Figure | Table | None:
    """A figure or a table in the language in force; None for what has no such view."""
    match result:
        case Curve():
            return plot_specifications(result)
        case Sensitivity():
            return table_ways(result.finding)
        case Plan():
            return table_answers(result)
        case Portfolio():
            naming = name_portfolio(result)
            return table_verdicts(result, naming) if result.main else table_portfolio(result, naming)
    return None
