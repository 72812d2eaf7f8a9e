"""Many studies in one page: their results.json files are read, pooled and shown; nobody's answers are needed."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
from pydantic import ValidationError

from valuelib.errors import ParameterError, Problem, ResultError, StudyError, ValuelibError
from valuelib.explore.pooling import ClaimPools, Left, Pool, Portfolio, Scale, explore_portfolio, read_results
from valuelib.languages import has_text
from valuelib.output.build import project_folder, replacing, report_folder
from valuelib.output.clean import clean_notebook, machine_folders
from valuelib.output.content import Content, make_section, page_words
from valuelib.output.manifest import file_hash, write_manifest_about
from valuelib.output.notebooks import Parameters, notebook_folders, working_folder
from valuelib.output.page import render_page
from valuelib.output.results_json import SCHEMA as RESULTS_SCHEMA
from valuelib.output.results_json import Document, as_text, check_document
from valuelib.output.run import CELL_TIMEOUT, NotebookRun, Watcher, read_notebooks, run_notebooks
from valuelib.results import Estimate, Explored, Message, Table
from valuelib.show.by_name import Views
from valuelib.show.display import CellOutput
from valuelib.show.localizer import check_language, in_language, local
from valuelib.show.pooling import (
    Naming,
    label_pool,
    name_portfolio,
    say_glance,
    say_missing,
    show_pools,
    table_left,
    table_portfolio,
    table_raw_only,
    table_verdicts,
)
from valuelib.stats.pooling import Pooled
from valuelib.study.config_file import read_yaml
from valuelib.study.load import study_places
from valuelib.study.wording import clip, problem

SCHEMA = 1


def portfolio_document(portfolio: Portfolio, naming: Naming) -> Document:
    """The content of portfolio.json, under the names that the page prints.

    Figures are unrounded; those on the scale `log_ratio` are natural logarithms of ratios of shares.
    """
    return {
        "schema": SCHEMA,
        "level": portfolio.level,
        "studies": [
            {"name": naming.studies[study.name], "respondents": study.respondents, "accounts": study.accounts}
            for study in portfolio.studies
        ],
        "claims": [_claim(entry, naming) for entry in portfolio.claims],
        "untested": {_id_of(one, naming): _left(refusals, naming) for one, refusals in portfolio.untested.items()},
        "notes": [local.say(note) for note in portfolio.notes],
    }


def _claim(entry: ClaimPools, naming: Naming) -> Document:
    return {
        "claims": [_id_of(one, naming) for one in entry.claims],
        "outcome": entry.outcome,
        "metric": entry.metric,
        "sizes": {_id_of(one, naming): {"metric": metric, "size": size} for one, (metric, size) in entry.sizes.items()},
        "confirmatory": entry.confirmatory,
        "pools": [_pool(pool, naming) for pool in entry.pools],
        "left": _left(entry.left, naming),
    }


def _pool(pool: Pool, naming: Naming) -> Document:
    return {
        "rung": pool.evidence_level,
        "contrast": pool.contrast,
        "scale": pool.scale,
        "raw": pool.raw,
        "studies": [{**asdict(one), "study": naming.studies[one.study]} for one in pool.contributions],
        "pooled": None if pool.pooled is None else {**asdict(pool.pooled), "weights": list(pool.pooled.weights)},
        "left": _left(pool.left, naming),
        "notes": [local.say(note) for note in pool.notes],
    }


def _left(left: Sequence[Left], naming: Naming) -> list[Mapping[str, Any]]:
    return [{"study": naming.studies[one.study], "reason": local.say(one.reason), "reason_code": one.reason.code} for one in left]


def _id_of(claim_id: str, naming: Naming) -> str:
    """The register's ids as they are; a client's own claim by its printed name."""
    return naming.ids.get(claim_id, claim_id)


RESULTS, SETTINGS = "results.json", "study.yaml"
EXPECTED = "a study's folder, its report's folder, or a results.json."


def read_portfolio(paths: Sequence[str | Path]) -> tuple[Document, ...]:
    """The content of each study's results.json, checked.

    Args:
        paths: each a study's folder (its report in reports/<study> is taken), a report's folder, or a results.json; looked for
            from the working folder, then from the project root.
    Raises:
        StudyError: a file is missing, is none of ours or of another version, or two of them are one study; all at once.
    """
    return tuple(document for _, document in read_files(paths))


def read_files(paths: Sequence[str | Path]) -> tuple[tuple[Path, Document], ...]:
    """Like `read_portfolio`, each document with the file it came from."""
    found = [(str(path), find_results(path)) for path in paths]
    problems = [place for _, place in found if isinstance(place, Problem)]
    read: list[tuple[str, Path, Document]] = []
    for named, place in found:
        if isinstance(place, Path):
            document = _read(place, named)
            problems += [document] if isinstance(document, Problem) else []
            read += [] if isinstance(document, Problem) else [(named, place, document)]
    problems += _doubled([(named, document) for named, _, document in read])
    if problems or not read:
        raise StudyError(problems or [problem("No study is named.", "the portfolio", EXPECTED, "Name one or more studies.")])
    return tuple((place, document) for _, place, document in read)


def find_results(path: str | Path) -> Path | Problem:
    """The results.json that a path stands for, or why there is none."""
    for place in dict.fromkeys(study_places(Path(path))):
        if place.is_file():
            return place
        if (place / RESULTS).is_file():
            return place / RESULTS
        if (place / SETTINGS).is_file():
            return _of_study(place, str(path))
        if place.is_dir():
            return problem(
                f"The folder has neither {RESULTS} nor {SETTINGS}.", clip(path, 80), EXPECTED, "Name a folder that has one of them."
            )
    return problem("There is no such file or folder.", clip(path, 80), EXPECTED, "Check the path.")


def _of_study(folder: Path, named: str) -> Path | Problem:
    """The report of a study's folder; the study says its own name."""
    try:
        name = str(read_yaml(folder / SETTINGS, SETTINGS).data.get("study") or folder.name)
    except StudyError as err:
        return err.problems[0]
    report = project_folder() / "reports" / name / RESULTS
    if report.is_file():
        return report
    return problem(
        "The study has no report yet.",
        clip(named, 80),
        f"{RESULTS} in reports/{name}.",
        f"Make it first: valuelib report {clip(named, 80)}",
    )


def _read(file: Path, named: str) -> Document | Problem:
    """The document, or the first thing that keeps it from being pooled."""
    where = clip(named, 80)
    try:
        document: Any = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return problem("It could not be read as JSON.", where, f"a {RESULTS} of a report.", "Make the report again.")
    if not isinstance(document, dict) or "schema" not in document:
        return problem(f"It is not a {RESULTS} of this package.", where, f"a {RESULTS} of a report.", "Name another file.")
    if document["schema"] != RESULTS_SCHEMA:
        what = f"Its form is {clip(document['schema'], 20)}, which this version does not read."
        return problem(what, where, f"form {RESULTS_SCHEMA}.", "Make the report again with this version.")
    try:
        check_document(document)
        reasons = {found.reason.code for found in read_results(document).findings.values()}
        if unknown := sorted(code for code in reasons if not has_text(code)):
            raise ResultError(f"No catalogue has a text for {', '.join(unknown)}.")
    except (ResultError, ValidationError, ValuelibError) as err:
        what = f"Its content does not hold together: {clip(str(err), 160)}"
        return problem(what, where, f"a {RESULTS} as this version writes it.", "Make the report again with this version.")
    return document


def _doubled(read: Sequence[tuple[str, Document]]) -> Iterator[Problem]:
    """A study that comes in twice, by its name or, under another name, by its very results."""
    names: dict[str, str] = {}
    contents: dict[str, str] = {}
    for named, document in read:
        name = document["study"]["name"]
        content = json.dumps([document["study"]["respondents"], document["findings"]], sort_keys=True)
        if name in names:
            what = f"The study {clip(name)!r} is already there, from {clip(names[name], 80)}."
            yield problem(what, clip(named, 80), "each study once.", "Leave one of the two out.")
        elif content in contents:
            what = f"It has the very same results as {clip(contents[content], 80)}."
            yield problem(what, clip(named, 80), "different studies.", "Leave one of the two out.")
        names.setdefault(name, named)
        contents.setdefault(content, named)


NAME = "portfolio"
PAGE, DOCUMENT, NOTEBOOKS = "portfolio.html", "portfolio.json", "notebooks"
LANGUAGE = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything about a run that is known, and checked, before a kernel starts."""

    portfolio: Portfolio
    naming: Naming
    language: str
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
    with in_language(language):
        plan = plan_portfolio(paths, language=language, anonymous=anonymous, notebook=notebook)
    target = report_folder(NAME, Path(out) if out is not None else None)
    with replacing(target) as folder, in_language(language):
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
    check_language(language)
    files = read_files(paths)
    portfolio = explore_portfolio([document for _, document in files])
    with in_language(language):
        naming = name_portfolio(portfolio, anonymous=anonymous)
    place = notebook if notebook is not None else find_notebook()
    parameters = {"studies": [str(file.resolve()) for file, _ in files], "language": language, "anonymous": anonymous}
    read_notebooks([place], parameters)
    inputs = {naming.studies[document["study"]["name"]]: file_hash(file) for file, document in files}
    return Plan(
        portfolio=portfolio,
        naming=naming,
        language=language,
        notebook=place,
        parameters=parameters,
        shown_parameters={**parameters, "studies": [naming.studies[study.name] for study in portfolio.studies]},
        inputs=inputs,
    )


def find_notebook() -> Path:
    """The portfolio notebook of the project, or the one that comes with the package.

    Raises:
        ParameterError: there is none.
    """
    found = next((place for folder in notebook_folders() if (place := folder / f"{NAME}.ipynb").is_file()), None)
    if found is None:
        looked = " and ".join(map(str, notebook_folders()))
        raise ParameterError(
            f"There is no {NAME}.ipynb in {looked}. It comes with the package: install it again, or work in a clone."
        )
    return found


def write_portfolio(folder: Path, plan: Plan, run: NotebookRun) -> None:
    """Write every file of a portfolio into an empty folder, the manifest last."""
    folders = machine_folders({str(working_folder([plan.notebook])): "."})
    # The notebook without the studies it would read by default: in another folder these may be the very ones not to be named.
    notebook = clean_notebook(run.notebook, folders, plan.shown_parameters)
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            cell.source = 'studies = []\nlanguage = "en"\nanonymous = False'
    cleaned = replace(run, notebook=notebook)
    (folder / PAGE).write_bytes(render_portfolio(cleaned, plan))
    document = portfolio_document(plan.portfolio, plan.naming)
    (folder / DOCUMENT).write_text(as_text(document), encoding="utf-8")
    (folder / NOTEBOOKS).mkdir()
    nbformat.write(cleaned.notebook, folder / NOTEBOOKS / f"{NAME}.ipynb")
    write_manifest_about(folder, {"portfolio": plan.shown_parameters["studies"], "inputs": plan.inputs}, plan.shown_parameters)


def render_portfolio(run: NotebookRun, plan: Plan) -> bytes:
    """The portfolio as one page."""
    content = Content(
        client=local.text("pooling.portfolio_client_studies"),
        title=local.text("pooling.what_do_studies_say"),
        facts=((local.text("pooling.studies"), local.count(len(plan.portfolio.studies))),),
        sections=(make_section(run, {}),),
        words={**page_words(), "checkable": local.text("pooling.every_number_page_stands")},
        language=local.language,
    )
    return render_page(content)


def pool(studies: Sequence[str | Path], *, anonymous: bool = False, language: str = LANGUAGE) -> Explored:
    """What many studies say together: the mean lift of each claim, how much clients differ, and where a new client would lie.

    Args:
        studies: each a study's folder (its report in reports/<study> is taken), a report's folder, or a results.json.
        anonymous: call the studies by number.
        language: of everything made from the pool.
    Returns:
        Each pool's mean with its Hartung-Knapp interval, in points or as a ratio of shares; figures by study in `passages`,
        `points` and `log_ratio`; tables `portfolio`, `verdicts`, `raw_only` and `left`; the sentence `glance`.
    Raises:
        StudyError: studies cannot be read or pooled; all problems at once.

    Example:
        >>> import valuelib as vl
        >>> pooled = vl.pool(["data/portfolio/kaarna", "data/portfolio/louhi", "data/portfolio/saukko"])
        >>> pooled.tables
        <tables: portfolio, verdicts, raw_only, left>
    """
    check_language(language)
    with in_language(language):
        found = explore_portfolio(read_portfolio(studies))
        naming = name_portfolio(found, anonymous=anonymous)
        pools = [(entry, one, one.pooled) for entry in found.claims for one in entry.pools if one.pooled is not None]
        items = [_estimate(entry, one, pooled, naming) for entry, one, pooled in pools]
        missing = say_missing(found)

    def outputs(scale: Scale) -> list[CellOutput]:
        return [shown for entry in found.main for shown in show_pools(entry, scale, naming)]

    tables: dict[str, Callable[[], Table | None]] = {
        "portfolio": lambda: table_portfolio(found, naming),
        "verdicts": lambda: table_verdicts(found, naming) if found.main else None,
        "raw_only": lambda: table_raw_only(found, naming),
        "left": lambda: table_left(found, naming),
    }
    return Explored(
        items=tuple(items),
        topic="pool",
        language=language,
        tables=Views("table", language, tables),
        sentences=Views("sentence", language, {"glance": lambda: say_glance(found)}),
        passages=Views("passage", language, {"points": lambda: outputs("points"), "log_ratio": lambda: outputs("log_ratio")}),
        missing=missing,
    )


def _estimate(entry: ClaimPools, one: Pool, pooled: Pooled, naming: Naming) -> Estimate:
    ratio, claim = one.scale == "log_ratio", entry.claims[0]
    value, low, high = (math.exp(x) if ratio else x for x in (pooled.value, pooled.low, pooled.high))
    words = {"claim": naming.claims[claim], "evidence": label_pool(one)}
    return Estimate(
        name=f"pool.{one.scale}.{_id_of(claim, naming)}.{one.evidence_level.value}.{one.contrast}",
        value=value,
        ci_low=low,
        ci_high=high,
        level=pooled.level,
        se=None if ratio else pooled.se,
        df=pooled.df,
        unit="ratio" if ratio else "points",
        n=pooled.k,
        accounts=pooled.k,
        method="random effects over studies, REML, Hartung-Knapp",
        label=Message(code="label.pool", values=words),
        language=local.language,
    )
