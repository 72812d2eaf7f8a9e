"""How does a notebook say that it has recorded all it planned? Its last cell shows `done(...)`; without it the run has failed."""

from __future__ import annotations

from valuelib.show.display import Shown


def done(*planned: str, missing: str = "") -> Shown:
    """The last output of a notebook.

    Args:
        planned: names that must have been recorded by now: an estimate's, figure's or table's name, a claim's id.
        missing: one sentence in the reader's language on what this study lacks; the chapter is then that one line.
    """
    return Shown(kind="done", data={"planned": sorted(planned), "missing": missing}, html="", plain="done")
