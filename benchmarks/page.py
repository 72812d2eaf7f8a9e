"""Where do measured tables go? Between the markers of a page whose sentences are written by hand."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version

LIBRARIES = ("numpy", "scipy", "pandas")


def replace_table(text: str, name: str, table: str) -> str:
    """The page with what stands between the markers `<!-- bench:name -->` and `<!-- end:name -->` replaced.

    Raises:
        ValueError: the page does not hold this pair of markers exactly once, in this order.
    """
    start, end = f"<!-- bench:{name} -->", f"<!-- end:{name} -->"
    if text.count(start) != 1 or text.count(end) != 1 or text.index(start) > text.index(end):
        raise ValueError(f"The page needs {start} and {end} exactly once, in this order.")
    before, rest = text.split(start)
    return f"{before}{start}\n{table.strip()}\n{end}{rest.split(end)[1]}"


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the first column is left-aligned, the others right."""
    rule = ["---", *["---:"] * (len(header) - 1)]
    return "\n".join("| " + " | ".join(line) + " |" for line in (header, rule, *rows))


def machine() -> str:
    """Where a run took place, as a sentence."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return f"Run on {os.cpu_count()} CPUs ({platform.machine()}), Python {platform.python_version()}, {libraries}."
