"""The content of the demo's report, from the outputs that are stored in the notebooks: nothing is run."""

from functools import cache
from pathlib import Path

import nbformat

from tests.languages import spoken
from valuelib.output.collect import collect_records
from valuelib.output.content import Content, make_content
from valuelib.output.edition import with_edition
from valuelib.output.notebooks import find_notebooks
from valuelib.output.run import NotebookRun
from valuelib.show.localizer import Localizer
from valuelib.study.load import load_study

DEMO = Path(__file__).parents[2] / "data" / "demo"


@cache
def demo_runs() -> tuple[NotebookRun, ...]:
    """The chapters as they were run last, in English."""
    books = {path.stem: nbformat.read(path, as_version=4) for path in find_notebooks()}
    return tuple(
        NotebookRun(name=name, notebook=book, parameters={}, records=collect_records(name, book), seconds=0.0)
        for name, book in books.items()
    )


@cache
def demo_content() -> Content:
    """Their content."""
    return spoken(Localizer("fi"), make_content, demo_runs(), load_study(DEMO))


@cache
def demo_edition() -> Content:
    """The content together with the edition that is made of it."""
    return with_edition(demo_content(), load_study(DEMO))
