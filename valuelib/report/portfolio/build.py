"""How do many studies' results become a finished portfolio in its place, or nothing at all?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
from nbformat import NotebookNode

import valuelib
from valuelib.errors import ParameterError
from valuelib.explore.portfolio.pool import explore_portfolio
from valuelib.explore.portfolio.records import Portfolio
from valuelib.report.chapters import make_chapter
from valuelib.report.clean import clean_notebook, machine_folders
from valuelib.report.folder import replacing, report_folder
from valuelib.report.manifest import file_hash, write_manifest_about
from valuelib.report.notebooks import working_folder
from valuelib.report.parameters import Parameters
from valuelib.report.portfolio.document import portfolio_document
from valuelib.report.portfolio.read import read_files
from valuelib.report.progress import Watcher
from valuelib.report.render import fill_page, page_words
from valuelib.report.results import as_text
from valuelib.report.run import CELL_TIMEOUT, NotebookRun, read_notebooks, run_notebooks
from valuelib.show.language import Speech
from valuelib.show.portfolio.names import Naming, name_portfolio

NAME = "portfolio"
PAGE, DOCUMENT, NOTEBOOKS = "portfolio.html", "portfolio.json", "notebooks"
LANGUAGE = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything about a run that is known, and checked, before a kernel starts."""

    portfolio: Portfolio
    naming: Naming
    speech: Speech
    notebook: Path
    parameters: Parameters
    shown_parameters: Parameters
    inputs: Mapping[str, str]


def build_portfolio(
    paths: Sequence[str | Path],
    *,
    language: str = LANGUAGE,
    anonymous: bool = False,
    out: str | Path | None = None,
    notebook: Path | None = None,
    cell_timeout: int | None = CELL_TIMEOUT,
    watcher: Watcher | None = None,
) -> Path:
    """Read every study's results, run the notebook, and put the finished folder in place.

    Args:
        paths: studies, each as `read_portfolio` takes it.
        language: `fi` or `en`.
        anonymous: studies are called by number, in every file that is written.
        out: the folder itself; None is reports/portfolio.
        notebook: None takes the project's portfolio.ipynb.
        cell_timeout: seconds that one cell may take; None sets no limit.
        watcher: told how the run goes on.

    Returns:
        The folder.

    Raises:
        StudyError: studies cannot be read or pooled; nothing has run and nothing is written.
        ParameterError: the language, the notebook or `out` will not do; nothing has run and nothing is written.
        RunError: the notebook did not run to its end; the earlier portfolio is as it was.
    """
    plan = plan_portfolio(paths, language=language, anonymous=anonymous, notebook=notebook)
    target = report_folder(NAME, Path(out) if out is not None else None)
    with replacing(target) as folder:
        (run,) = run_notebooks([plan.notebook], plan.parameters, cell_timeout=cell_timeout, alone=True, watcher=watcher)
        write_portfolio(folder, plan, run)
    return target


def plan_portfolio(
    paths: Sequence[str | Path], *, language: str = LANGUAGE, anonymous: bool = False, notebook: Path | None = None
) -> Plan:
    """Read the studies and check the notebook's parameters.

    Raises:
        StudyError: studies cannot be read or pooled.
        ParameterError: the language is unknown, or there is no such notebook.
    """
    speech = Speech(language)
    files = read_files(paths)
    portfolio = explore_portfolio([document for _, document in files])
    naming = name_portfolio(portfolio, speech, anonymous=anonymous)
    place = notebook if notebook is not None else find_notebook()
    parameters = {"studies": [str(file.resolve()) for file, _ in files], "language": language, "anonymous": anonymous}
    read_notebooks([place], parameters)
    inputs = {naming.studies[document["study"]["name"]]: file_hash(file) for file, document in files}
    return Plan(
        portfolio=portfolio,
        naming=naming,
        speech=speech,
        notebook=place,
        parameters=parameters,
        shown_parameters={**parameters, "studies": [naming.studies[study.name] for study in portfolio.studies]},
        inputs=inputs,
    )


def find_notebook() -> Path:
    """The project's portfolio notebook, beside the package (an editable install) or in the working folder.

    Raises:
        ParameterError: there is none.
    """
    places = [folder / "notebooks" / f"{NAME}.ipynb" for folder in (Path(valuelib.__file__).parents[1], Path.cwd())]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise ParameterError(
            f"There is no {NAME}.ipynb among the notebooks. Work in the project's folder, or install the package from a clone "
            "with `pip install --editable .`, since the notebooks are kept beside it."
        )
    return found


def write_portfolio(folder: Path, plan: Plan, run: NotebookRun) -> None:
    """Write every file of a portfolio into an empty folder, the manifest last."""
    folders = machine_folders({str(working_folder([plan.notebook])): "."})
    cleaned = replace(run, notebook=_without_defaults(clean_notebook(run.notebook, folders, plan.shown_parameters)))
    (folder / PAGE).write_text(render_portfolio(cleaned, plan), encoding="utf-8")
    document = portfolio_document(plan.portfolio, plan.naming, plan.speech)
    (folder / DOCUMENT).write_text(as_text(document), encoding="utf-8")
    (folder / NOTEBOOKS).mkdir()
    nbformat.write(cleaned.notebook, folder / NOTEBOOKS / f"{NAME}.ipynb")
    write_manifest_about(folder, {"portfolio": plan.shown_parameters["studies"], "inputs": plan.inputs}, plan.shown_parameters)


def _without_defaults(notebook: NotebookNode) -> NotebookNode:
    """The notebook without the studies it would read by default: in another folder these may be the very ones not to be named."""
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            cell.source = 'studies = []\nlanguage = "en"\nanonymous = False'
    return notebook


def render_portfolio(run: NotebookRun, plan: Plan) -> str:
    """The portfolio as one page."""
    speech = plan.speech
    words = {
        **page_words(speech),
        "title": speech.text("pooling.what_do_studies_say"),
        "checkable": speech.text("pooling.every_number_page_stands"),
    }
    facts = [(speech.text("pooling.studies"), speech.count(len(plan.portfolio.studies)))]
    chapter = make_chapter(run.name, run.notebook, run.records)
    return fill_page([chapter], client=speech.text("pooling.portfolio_client_studies"), facts=facts, words=words, speech=speech)
