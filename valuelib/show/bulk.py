"""How do many results stand in one table, each of them recorded all the same, and how is a table folded away?"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from html import escape

from valuelib.records import Estimate, Finding, Table, to_json
from valuelib.show.display import Shown, table_html, table_text


def record_many(results: Sequence[Estimate] | Sequence[Finding], table: Table) -> Shown:
    """One table for the reader, all its results for the report: `results.json` gets each of them."""
    kinds = {type(result).__name__.lower() for result in results}
    items = [{"kind": kind, "data": to_json(result)} for kind in kinds for result in results]
    return Shown(
        kind="many",
        data={"name": table.name, "items": items, "table": to_json(table)},
        html=table_html(table),
        plain=table_text(table),
    )


def fold(title: str, shown: Shown) -> Shown:
    """The same output behind a line that opens it."""
    html = f'<details class="vl vl-fold"><summary>{escape(title)}</summary>{shown.html}</details>'
    return dataclasses.replace(shown, html=html, plain=f"{title}\n{shown.plain}")
