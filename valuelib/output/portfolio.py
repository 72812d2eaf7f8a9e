"""Many studies in one report: their results.json files are read, pooled and shown; nobody's answers are needed."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import nbformat
from pydantic import ValidationError

from valuelib.errors import ParameterError, Problem, ResultError, StudyError, ValuelibError
from valuelib.explore.pooling import ClaimPools, Left, Pool, Portfolio, Scale, explore_portfolio, read_results
from valuelib.languages import has_text
from valuelib.output.beside import full_results
from valuelib.output.brand import HOUSE
from valuelib.output.build import render_outputs
from valuelib.output.clean import clean_notebook, machine_folders
from valuelib.output.content import Content, make_section, page_words
from valuelib.output.manifest import file_hash, write_manifest_about
from valuelib.output.notebooks import notebook_folders, working_folder
from valuelib.output.place import project_folder, replacing, report_folder
from valuelib.output.portfolio_edition import with_portfolio_edition
from valuelib.output.results_json import RESULTS, Document, as_text, read_document, unsound
from valuelib.output.rounding import ship_notebook, ship_pool
from valuelib.output.run import CELL_TIMEOUT, Watcher, read_notebooks, run_notebooks
from valuelib.output.unchanged import watch
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

NAME, SCHEMA = "portfolio", 1
DOCUMENT, NOTEBOOKS = "portfolio.json", "notebooks"
SETTINGS = "study.yaml"
EXPECTED = "a study's folder, its report's folder, or a results.json."
LANGUAGE = "en"


def build_portfolio(
    paths: Sequence[str | Path],
    *,
    language: str = LANGUAGE,
    anonymous: bool = False,
    out: str | Path | None = None,
    notebook: Path | None = None,
    cell_timeout: int | None = CELL_TIMEOUT,
    replace_other: bool = False,
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
        replace_other: make it although the folder holds a report of one study.
        watcher: told how the run goes on.

    Returns:
        The folder.

    Raises:
        StudyError: studies cannot be read or pooled; nothing has run and nothing is written.
        ParameterError: the language, the notebook or `out` will not do; nothing has run and nothing is written.
        RunError: the notebook did not run to its end; the earlier portfolio is as it was.
        ChangedError: a results.json was changed meanwhile; the earlier portfolio is as it was.
    """
    with in_language(language):
        files = read_files(paths)
        portfolio = explore_portfolio([document for _, document in files])
        naming = name_portfolio(portfolio, anonymous=anonymous)
        place = notebook if notebook is not None else find_notebook()
        parameters = {"studies": [str(file.resolve()) for file, _ in files], "language": language, "anonymous": anonymous}
        shown = {**parameters, "studies": [naming.studies[study.name] for study in portfolio.studies]}
        read_notebooks([place], parameters)
        check_unchanged = watch({naming.studies[document["study"]["name"]]: file for file, document in files}, {}, {})
        target = report_folder(NAME, Path(out) if out is not None else None, replace_other=replace_other)
        with replacing(target, watcher.kept if watcher else None) as folder:
            (run,) = run_notebooks([place], parameters, cell_timeout=cell_timeout, alone=True, watcher=watcher)
            cleaned = clean_notebook(run.notebook, machine_folders({str(working_folder([place])): "."}), shown)
            # Without the studies that it would read by default: in another folder these may be the very ones not to be named.
            for cell in cleaned.cells:
                if "parameters" in cell.metadata.get("tags", []):
                    cell.source = 'studies = []\nlanguage = "en"\nanonymous = False'
            content = Content(
                client=local.text("pooling.portfolio_client_studies"),
                title=local.text("pooling.what_do_studies_say"),
                facts=((local.text("pooling.studies"), local.count(len(portfolio.studies))),),
                sections=(make_section(replace(run, notebook=cleaned), {}),),
                words={**page_words(), "checkable": local.text("pooling.every_number_page_stands")},
                language=language,
            )
            for output, made in render_outputs(with_portfolio_edition(content, portfolio, naming), HOUSE).items():
                (folder / output).write_bytes(made)
            (folder / DOCUMENT).write_text(as_text(portfolio_document(portfolio, naming)), encoding="utf-8")
            (folder / NOTEBOOKS).mkdir()
            nbformat.write(ship_notebook(cleaned), folder / NOTEBOOKS / f"{NAME}.ipynb")
            inputs = {naming.studies[document["study"]["name"]]: file_hash(file) for file, document in files}
            write_manifest_about(folder, {"portfolio": shown["studies"], "inputs": inputs}, shown)
            check_unchanged()
    return target


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
    problems: list[Problem] = []
    read: list[tuple[Path, Document]] = []
    names: dict[str, str] = {}
    contents: dict[str, str] = {}
    for path in paths:
        named = clip(path, 80)
        try:
            file = find_results(path)
            document = read_document(file, named)
            codes = {found.reason.code for found in read_results(document).findings.values()}
            if unknown := sorted(code for code in codes if not has_text(code)):
                raise ResultError(f"No catalogue has a text for {', '.join(unknown)}.")
        except StudyError as err:
            problems += err.problems
            continue
        except (ValidationError, ValuelibError) as err:
            problems.append(unsound(err, named))
            continue
        read.append((file, document))
        # A study may come in twice: by its name or, under another name, by its very results.
        name = document["study"]["name"]
        content = json.dumps([document["study"]["respondents"], document["findings"]], sort_keys=True)
        if name in names:
            what = f"The study {clip(name)!r} is already there, from {names[name]}."
            problems.append(problem(what, named, "each study once.", "Leave one of the two out."))
        elif content in contents:
            what = f"It has the very same results as {contents[content]}."
            problems.append(problem(what, named, "different studies.", "Leave one of the two out."))
        names.setdefault(name, named)
        contents.setdefault(content, named)
    if problems or not read:
        raise StudyError(problems or [problem("No study is named.", "the portfolio", EXPECTED, "Name one or more studies.")])
    return tuple(read)


def find_results(path: str | Path) -> Path:
    """The results.json that a path stands for, or the file with every digit that is kept beside the study and belongs to it.

    Raises:
        StudyError: there is none.
    """
    named, expected = clip(path, 80), EXPECTED
    place = next((one for one in study_places(Path(path)) if one.exists()), None)
    if place is None:
        what, next_step = "There is no such file or folder.", "Check the path."
    elif place.is_file():
        return full_results(place)
    elif (place / RESULTS).is_file():
        return full_results(place / RESULTS)
    elif (place / SETTINGS).is_file():  # the study says its own name, and so where its report is
        name = str(read_yaml(place / SETTINGS, SETTINGS).data.get("study") or place.name)
        report = project_folder() / "reports" / name / RESULTS
        if report.is_file():
            return full_results(report, place)
        what, expected = "The study has no report yet.", f"{RESULTS} in reports/{name}."
        next_step = f"Make it first: valuelib report {named}"
    else:
        what, next_step = f"The folder has neither {RESULTS} nor {SETTINGS}.", "Name a folder that has one of them."
    raise StudyError([problem(what, named, expected, next_step)])


def portfolio_document(portfolio: Portfolio, naming: Naming) -> Document:
    """The content of portfolio.json, under the names that the page prints: claims by id, a client's own by their printed names.

    Figures stand on the steps of what is shipped; those on the scale `log_ratio` are natural logarithms of ratios of shares.
    """

    def left(refusals: Sequence[Left]) -> list[Document]:
        reasons = [(naming.studies[one.study], one.reason) for one in refusals]
        return [{"study": name, "reason": local.say(reason), "reason_code": reason.code} for name, reason in reasons]

    def pool_entry(pool: Pool) -> Document:
        mean = None if pool.pooled is None else {**asdict(pool.pooled), "weights": list(pool.pooled.weights)}
        studies, mean = ship_pool([asdict(one) for one in pool.contributions], mean, 200 if pool.scale == "points" else 2)
        return {
            "rung": pool.evidence_level,
            "contrast": pool.contrast,
            "scale": pool.scale,
            "raw": pool.raw,
            "studies": [{**one, "study": naming.studies[one["study"]]} for one in studies],
            "pooled": mean,
            "left": left(pool.left),
            "notes": [local.say(note) for note in pool.notes],
        }

    return {
        "schema": SCHEMA,
        "level": portfolio.level,
        "studies": [
            {"name": naming.studies[study.name], "respondents": study.respondents, "accounts": study.accounts}
            for study in portfolio.studies
        ],
        "claims": [
            {
                "claims": [naming.ids.get(one, one) for one in entry.claims],
                "outcome": entry.outcome,
                "metric": entry.metric,
                "sizes": {
                    naming.ids.get(one, one): {"metric": metric, "size": size} for one, (metric, size) in entry.sizes.items()
                },
                "confirmatory": entry.confirmatory,
                "pools": [pool_entry(pool) for pool in entry.pools],
                "left": left(entry.left),
            }
            for entry in portfolio.claims
        ],
        "untested": {naming.ids.get(one, one): left(refusals) for one, refusals in portfolio.untested.items()},
        "notes": [local.say(note) for note in portfolio.notes],
    }


def pool(studies: Sequence[str | Path], *, anonymous: bool = False, language: str = LANGUAGE) -> Explored:
    """What many studies say together: the mean lift of each claim, how much clients differ, and where a new client would lie.

    Args:
        studies: each a study's folder (its report in reports/<study> is taken), a report's folder, or a results.json.
        anonymous: call the studies by number.
        language: of everything made from the pool.
    Returns:
        Each pool's mean with its Hartung-Knapp interval, in points or as a ratio of shares; figures by study in `passages`,
        `points` and `log_ratio`; tables `portfolio`, `verdicts`, `raw_only` and `left`; the sentence `glance`; in `of` the content
        of each results.json, in the order of the table `portfolio`.
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
        documents = {document["study"]["name"]: document for document in read_portfolio(studies)}
        found = explore_portfolio([*documents.values()])
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
        of=tuple(documents[study.name] for study in found.studies),
    )


def _estimate(entry: ClaimPools, one: Pool, pooled: Pooled, naming: Naming) -> Estimate:
    ratio, claim = one.scale == "log_ratio", entry.claims[0]
    value, low, high = (math.exp(x) if ratio else x for x in (pooled.value, pooled.low, pooled.high))
    words = {"claim": naming.claims[claim], "evidence": label_pool(one)}
    return Estimate(
        name=f"pool.{one.scale}.{naming.ids.get(claim, claim)}.{one.evidence_level.value}.{one.contrast}",
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
