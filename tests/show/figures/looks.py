"""Ways to look at a drawing from a test: its texts, and whether any of them overlap or leave the paper."""

from __future__ import annotations

import importlib
import itertools
import pkgutil
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import matplotlib as mpl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Drawing
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from valuelib import show as figures
from valuelib.results import Chart, Figure
from valuelib.show import canvas


@contextmanager
def drawings(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Drawing]]:
    """The drawings behind the figures that are finished inside."""
    seen: list[Drawing] = []
    finish = canvas.finish

    def keep(figure: Drawing, *, name: str, alt: str, caption: str, charts: Sequence[Chart] = ()) -> Figure:
        FigureCanvasAgg(figure).draw()
        seen.append(figure)
        return finish(figure, name=name, alt=alt, caption=caption, charts=charts)

    for found in pkgutil.iter_modules(figures.__path__):
        module = importlib.import_module(f"valuelib.show.{found.name}")
        if hasattr(module, "finish"):
            monkeypatch.setattr(module, "finish", keep)
    yield seen


def texts(drawing: Drawing) -> list[Text]:
    """Every text that is drawn, tick labels too."""
    found = [text for text in drawing.findobj(Text) if isinstance(text, Text) and text.get_text().strip() and text.get_visible()]
    shown = []
    for text in found:
        box = text.get_window_extent()
        if box.width > 0 and (text.axes is None or text.axes.axison or text in text.axes.texts):
            shown.append(text)
    return shown


def overlaps(drawing: Drawing) -> list[tuple[str, str]]:
    """Pairs of texts whose boxes, without the lines that lead to them, share more than a sliver."""
    boxes = [(text.get_text(), Text.get_window_extent(text)) for text in _in_range(texts(drawing))]
    return [(one, other) for (one, a), (other, b) in itertools.combinations(boxes, 2) if _share(a, b)]


def assert_figure(make: Callable[[], Figure]) -> Figure:
    """The figure, after proof that it is well-formed, repeats byte for byte and leaves the settings alone."""
    before = dict(mpl.rcParams)
    with mpl.rc_context({"font.size": 3, "svg.hashsalt": "other", "axes.grid": True}):
        figure = make()
    assert figure.svg == make().svg
    assert dict(mpl.rcParams) == before
    ET.fromstring(figure.svg)
    assert "<dc:date>" not in figure.svg
    assert "font-family" not in figure.svg
    assert figure.alt
    assert figure.caption
    return figure


def _in_range(shown: list[Text]) -> list[Text]:
    """Without the tick labels that lie outside their axis."""
    kept = []
    for text in shown:
        axis_texts = [] if text.axes is None else [*text.axes.get_xticklabels(), *text.axes.get_yticklabels()]
        if text not in axis_texts or _near(text):
            kept.append(text)
    return kept


def _near(text: Text) -> bool:
    frame = text.axes.get_window_extent() if text.axes is not None else None
    box = text.get_window_extent()
    return frame is None or (box.x0 < frame.x1 + 5 and box.y0 < frame.y1 + 5 and box.y1 > frame.y0 - 60)


def _share(one: Bbox, other: Bbox) -> bool:
    shared = Bbox.intersection(one, other)
    return shared is not None and shared.width > 3 and shared.height > 3
