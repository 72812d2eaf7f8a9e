"""A study's folder made into a finished report in its place, or nothing at all."""

from __future__ import annotations

import copy
import hashlib
import json
import re
import sys
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_notebook

from valuelib.errors import ParameterError
from valuelib.output.beside import earlier_counts, few_changed, keep_beside, say_few
from valuelib.output.brand import HOUSE, Brand, find_brand
from valuelib.output.chapter import open_chapter
from valuelib.output.clean import clean_notebook, machine_folders
from valuelib.output.collect import MIME, Recorded, collect_records, pick_estimates, pick_findings
from valuelib.output.content import Content, content_text, make_content
from valuelib.output.edition import with_edition
from valuelib.output.letters import letters_lacking
from valuelib.output.manifest import CRATE, code_hash, crate_text, write_manifest
from valuelib.output.needs import first_lacking
from valuelib.output.notebooks import Parameters, find_notebooks, is_json, read_chapter, shown_folder, with_own, working_folder
from valuelib.output.page import render_page
from valuelib.output.pdf import check_logo, render_annex, render_pdf
from valuelib.output.place import read_files, replacing, report_folder
from valuelib.output.privacy import check_outputs, secrets_of, tokens
from valuelib.output.results_json import Document, as_text, describe_all, results_document
from valuelib.output.rounding import ship_content, ship_notebook, shipped
from valuelib.output.run import CELL_TIMEOUT, FULL, RECORDS_FILE, RESULTS, NotebookRun, Watcher, read_notebooks, run_notebooks
from valuelib.output.slides.draw import render_slides
from valuelib.output.slides.template import open_template
from valuelib.output.unchanged import watch_study
from valuelib.output.word import render_word
from valuelib.output.workbook import render_workbook
from valuelib.results import to_json
from valuelib.show.display import done
from valuelib.show.labels import capital, say_mark
from valuelib.show.localizer import check_language, in_language, local
from valuelib.study.frames import PEOPLE
from valuelib.study.load import SETTINGS, find_folder, load_study, take_part
from valuelib.study.model import Study
from valuelib.study.places import Kind
from valuelib.study.scaffold import count_checks
from valuelib.study.stamps import stamps_below
from valuelib.study.wording import clip, refusal
from valuelib.verdict.source import sample_sizes

TABLES = "tables.xlsx"
# Name of the file -> how its bytes are made; equal content gives equal bytes.
OUTPUTS: Mapping[str, Callable[[Content, Brand], bytes]] = {
    "report.html": render_page,
    "report.pdf": render_pdf,
    "annex.pdf": render_annex,
    "report.pptx": render_slides,
    TABLES: render_workbook,
    "report.docx": render_word,
}


def render_outputs(content: Content, brand: Brand) -> dict[str, bytes]:
    """Every output by its file name, with no more digits than are shipped."""
    plain, stepped = (ship_content(content, stepped=stepped) for stepped in (False, True))
    return {name: render(stepped if name == TABLES else plain, brand) for name, render in OUTPUTS.items()}


def part_name(study: Study) -> str:
    """What the folder of a report is called: the study's name; of a part also what was chosen, and letters that differ by it."""
    if not study.part:
        return study.config.study
    told = json.dumps(study.part, ensure_ascii=False, sort_keys=True)
    plain = unicodedata.normalize("NFKD", told.casefold()).encode("ascii", "ignore").decode()
    words = [word for word in re.findall(r"[a-z0-9]+", plain) if word not in ("where", "query")]
    return f"{study.config.study}-{'-'.join(words)[:MAX_NAME].strip('-')}-{hashlib.sha256(told.encode()).hexdigest()[:6]}"


MAX_NAME, MAX_FOOTER = 40, 80  # letters that tell a part of a study in the name of its report's folder, and at the foot of a page
SHARED = "study.levels_are_accounts"
IN_TURN = 500_000_000  # bytes of answers from which chapters run one after another: each of them makes several copies of its own
RESULTS_FILE, NOTEBOOKS, PAPERS = "results.json", "notebooks", ("report.pdf", "annex.pdf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything about a run that is known, and checked, before a kernel starts.

    `whole` is the study of which `study` may be a part; its people and companies are nowhere told, whatever the part is.
    """

    study: Study
    whole: Study
    language: str
    notebooks: tuple[Path, ...]
    folder: Path
    parameters: Parameters
    shown_parameters: Parameters
    full: bool = False
    brand: Brand = HOUSE

    @property
    def shipped(self) -> tuple[Path, ...]:
        """The chapters beside the study's own."""
        return tuple(path for path in self.notebooks if path.parent != self.study.folder / NOTEBOOKS)


def report(
    study: Study | str | Path,
    out: str | Path | None = None,
    *,
    language: str | None = None,
    full: bool = False,
    brand: Path | None = None,
    template: Path | None = None,
    accept_guesses: bool = False,
    replace_other: bool = False,
    source: Kind | None = None,
    jobs: int | None = None,
) -> Path:
    """Make a study's report: the page, the paper, the slides, the tables and results.json, in a folder.

    Args:
        study: a study, or its folder. Its files are read again, so that the report rests on them and on nothing else. Of a part
            (`study.where`), and of other groups (`study.with_exposure`), the report says on its first page that it is exploratory.
        out: the report folder itself; None is reports/<study>, and a folder of its own for each part.
        language: of the report, such as "en" or "fi"; None takes the study's.
        full: draw as many random numbers as a final report deserves; figures, intervals and verdicts stay the same.
        brand: a brand.yaml, or its folder; None takes the one beside study.yaml where there is one.
        template: a .pptx or .potx whose layouts the slides take.
        accept_guesses: make the report although `guesses: open` stands in study.yaml; its first page says so.
        replace_other: make it although the folder holds the report of another study.
        source: "sql" or "spark" has the verdicts summed up where the answers lie, and shows a sample in all else; "rows" reads
            every answer; None chooses by size.
        jobs: how many chapters run at once, which changes no figure; None is as many as there are processors, at most four, and
            one where the answers take half a gigabyte of memory.
    Returns:
        The report folder. An earlier report there stays as it is until the new one is finished; files that it did not bring along,
        or that were edited since, move to its folder `kept`.
    Raises:
        StudyError: the study cannot be read, or its mapping is a guess that nobody has reviewed.
        ParameterError: a parameter will not do, or the part tells of people, or leaves out so few that they could be told.
        RunError: a chapter did not run to its end.

    Example:
        >>> import valuelib as vl
        >>> study = vl.load_study("data/demo")
        >>> vl.report(study.where("account != ''"))  # a report tells nobody, its parameters included
        Traceback (most recent call last):
        ...
        valuelib.errors.ParameterError: The part "account != ''" is chosen by account, ... Expected: ...
    """
    folder, spoken, part = (study.folder, study.language, study.part) if isinstance(study, Study) else (study, None, None)
    return build_report(
        folder,
        language=language or spoken,
        out=out,
        part=part,
        full=full,
        brand=brand,
        template=template,
        accept_guesses=accept_guesses,
        replace_other=replace_other,
        source=source,
        jobs=jobs,
    )


def build_report(
    study_path: str | Path,
    *,
    language: str | None = None,
    out: str | Path | None = None,
    part: Mapping[str, Any] | None = None,
    notebooks: Sequence[Path] | None = None,
    engine: str | None = None,
    cell_timeout: int | None = CELL_TIMEOUT,
    full: bool = False,
    brand: Path | None = None,
    template: Path | None = None,
    accept_guesses: bool = False,
    beside: Path | None = None,
    replace_other: bool = False,
    source: Kind | None = None,
    jobs: int | None = None,
    watcher: Watcher | None = None,
) -> Path:
    """Check a study, run its notebooks, and put the finished report folder in place.

    Args:
        study_path: the study's folder.
        language: `fi` or `en`; None takes the study's own.
        out: the report folder itself; None is reports/<study>, and a folder of its own for each part.
        part: of the study, as `Study.part` tells it; None is the whole.
        notebooks: the chapters beside those in the study's own folder `notebooks`; None takes the project's.
        engine: how notebooks run, as `run_notebooks` takes it; None is the warm engine where the system can fork.
        cell_timeout: seconds that one cell may take; None sets no limit.
        full: draw as many random numbers as a final report deserves; figures, intervals and verdicts stay the same.
        brand: a brand.yaml, or its folder; None takes the one beside study.yaml where there is one.
        template: a .pptx or .potx whose layouts the slides take, instead of the brand's.
        accept_guesses: run although `guesses: open` stands in study.yaml.
        beside: where the results with every digit are kept; None is the study's folder, and then it is said where an earlier report
            differs by few respondents.
        replace_other: run although the folder holds the report of another study.
        source: how the answers are read, as `load_study` takes it; None chooses by size.
        jobs: how many notebooks run at once, as `run_notebooks` takes it; the report is the same. None is one where the answers
            take half a gigabyte of memory.
        watcher: told how the run goes on.

    Returns:
        The report folder.

    Raises:
        StudyError: the study cannot be read, or its guesses are open; nothing has run and nothing is written.
        ParameterError: a parameter or `out` will not do; nothing has run and nothing is written.
        RunError: a notebook did not run to its end; the earlier report is as it was.
        ChangedError: what the run reads was changed while it ran; the earlier report is as it was.
    """
    seen = stamps_below(find_folder(study_path))
    code_hash()  # of the code that runs, not of what an editor makes of it by the end
    plan = plan_run(
        study_path,
        language=language,
        part=part,
        notebooks=notebooks,
        full=full,
        brand=brand,
        template=template,
        source=source,
    )
    check_unchanged = watch_study(plan.whole, seen, (*plan.brand.files, *plan.shipped), source)
    target = check_plan(plan, out, accept_guesses=accept_guesses, replace_other=replace_other)
    if watcher:
        with in_language(plan.language):
            for message in letters_lacking(plan.study, plan.brand):
                watcher.told(local.say(message))
    jobs = jobs or (1 if plan.study.all_data.memory_usage().sum() > IN_TURN else None)
    left_out = leave_out(plan)
    known = earlier_counts(plan.study.folder, plan.study.config.study, target, plan.study.part) if beside is None else []
    expected, fewest = {"respondents": int(plan.study.data["respondent"].nunique())}, plan.study.config.privacy.min_group
    if few := next(filter(None, (few_changed(one, expected, fewest) for one in known)), 0):
        print(say_few(few, fewest), file=sys.stderr)
    with replacing(target, watcher.kept if watcher else None) as folder:
        runs = run_notebooks(
            [path for path in plan.notebooks if path.stem not in left_out],
            plan.parameters,
            engine=engine,
            cell_timeout=cell_timeout,
            full=full,
            analyst=False,
            folder=plan.folder,
            jobs=jobs,
            ready=sample_sizes(plan.study) is None,  # else its database has threads, and nothing is forked from what has read it
            watcher=watcher,
        )
        every = (*runs, *_with_figures(tuple(left_out.values()), runs, plan.study))
        write_report(folder, plan, every)
        check_unchanged()
    with in_language(plan.language):
        full_results = document_of(plan, every)
    for said in keep_beside(beside or plan.study.folder, full_results, target, plan.study.part, known):
        print(said, file=sys.stderr)
    return target


def check_plan(plan: Plan, out: str | Path | None, *, accept_guesses: bool = False, replace_other: bool = False) -> Path:
    """Where the report of a plan goes, once it is sure that it may be made; a study's own `report_folder` where none is named.

    Raises:
        StudyError: its guesses are open, or levels that would be printed have the names of accounts.
        ParameterError: the folder is taken.
    """
    if not accept_guesses:
        refuse_guesses(plan.study)
    place = Path(out) if out is not None else None
    target = report_folder(plan.study.config.study, place, name=part_name(plan.study), replace_other=replace_other)
    refuse_shared_names(plan.whole)
    return target


def leave_out(plan: Plan) -> dict[str, NotebookRun]:
    """The chapters that the study lacks the data for, by name: each is its heading and one sentence, and none is run."""
    found: dict[str, NotebookRun] = {}
    with in_language(plan.language):
        for path in plan.notebooks:
            file = read_chapter(path, own=path.parent == plan.study.folder / NOTEBOOKS)
            if missing := first_lacking(file.needs, plan.study):
                shown = (open_chapter(path.stem, file), done(missing=missing))
                records = tuple(Recorded(one.kind, one.data, None) for one in shown)
                found[path.stem] = NotebookRun(
                    name=path.stem, notebook=new_notebook(), parameters={}, records=records, seconds=0.0, missing=missing
                )
    return found


def _with_figures(left_out: tuple[NotebookRun, ...], runs: Sequence[NotebookRun], study: Study) -> tuple[NotebookRun, ...]:
    """Chapters that were left out with their figures that can be had, or that results.json tells as null with a reason."""
    if not left_out:
        return ()
    known = {item.name for run in runs for item in run.records}
    figures = (one for one in describe_all(study) if one.name not in known)
    first, *rest = left_out
    beside = tuple(Recorded("estimate", to_json(one), one, inner=True) for one in figures)
    return (replace(first, records=(*first.records, *beside)), *rest)


def plan_run(
    study_path: str | Path,
    *,
    language: str | None = None,
    part: Mapping[str, Any] | None = None,
    notebooks: Sequence[Path] | None = None,
    full: bool = False,
    brand: Path | None = None,
    template: Path | None = None,
    source: Kind | None = None,
) -> Plan:
    """Read the study and the brand, and check the notebooks' parameters.

    Raises:
        StudyError: the study or the brand cannot be read.
        ParameterError: the language is unknown, the part or the template will not do, or the notebooks do not take the parameters.
    """
    whole = load_study(study_path, language, source)
    study = take_part(whole, part or {})
    check_part(whole, study)
    language = language or study.language
    check_language(language)
    shipped = tuple(notebooks) if notebooks is not None else find_notebooks()
    paths, project = with_own(shipped, study.folder), working_folder(shipped)
    folder = str(study.folder.resolve())
    part_read = {**study.part, **({"source": source} if source else {})}
    parameters = {"study": {"folder": folder, **part_read} if part_read else folder, "language": language}
    chosen = find_brand(study.folder, brand)
    chosen = replace(chosen, template=template) if template is not None else chosen
    open_template(chosen.template)
    check_logo(chosen)
    read_notebooks(paths, parameters)
    return Plan(
        study=study,
        whole=whole,
        language=language,
        notebooks=paths,
        folder=project,
        parameters=parameters,
        shown_parameters={**parameters, "study": shown_folder(study.folder.resolve(), project), **part_read},
        full=full,
        brand=chosen,
    )


def refuse_guesses(study: Study) -> None:
    """Refuse a mapping that `valuelib new` guessed and nobody has reviewed.

    Raises:
        StudyError: `guesses: open` stands in study.yaml.
    """
    if study.config.guesses is not None:
        n = count_checks(study.folder)
        raise refusal(
            f"The mapping is a guess that nobody has reviewed: `guesses: open` stands there, and {n} lines are marked CHECK.",
            f"{SETTINGS}, `guesses`",
            "a mapping that somebody who knows the survey has looked at.",
            "Review the marked lines, take the marks and the line `guesses: open` away. To report the guesses as they are, and to "
            "have the report say so: --accept-guesses (in Python accept_guesses=True).",
        )


def refuse_shared_names(study: Study) -> None:
    """Refuse levels that have the name of an account and would be printed: the privacy gate would stop the report at its end.

    Raises:
        StudyError: tells the column and how to say that they may be printed.
    """
    if not any(message.code == SHARED for message in study.assumed):
        return
    names, fewest = secrets_of(study).names, study.config.privacy.min_group
    for column in study.config.columns.segment:
        counts = study.data[f"segment.{column}"].value_counts()
        shared = sum(n >= fewest and names.get(tokens(str(level))) == "an account" for level, n in counts.items())
        if shared:
            raise refusal(
                f"{shared} levels of {clip(column, 60)!r} have the name of an account, and a report prints no account.",
                f"{SETTINGS}, `columns.segment`",
                "levels that name no account, or leave to print them.",
                f"If they may be printed (cities as customers and as regions), list them: names: {{{clip(column, 60)}: {{levels: "
                "{Level: {}}}}. Else take the column out of columns.segment.",
            )


def check_part(whole: Study, part: Study) -> None:
    """Refuse a report of a part that its own parameters, or the report of the whole beside it, would tell people by.

    Raises:
        ParameterError: it is chosen by ids, by values that cannot be written down, or leaves out fewer than may be shown.
    """
    told = f'The part "{part.subset}"'
    for chosen in part.chosen:
        query = str(chosen.get("query", ""))
        if people := [name for name in PEOPLE if name in chosen or re.search(rf"\b{name}\b", query)]:
            raise ParameterError(
                f"{told} is chosen by {people[0]}, and a report says what it was chosen by. Expected: columns that tell no person "
                "or company. Next: give these answers a column of their own, map it in columns.segment, and choose by that."
            )
        if not is_json(dict(chosen)):
            raise ParameterError(
                f"{told} is chosen by what cannot be written down. Expected: texts, numbers, true, false or lists of these. "
                "Next: choose it by a query, such as contract_start >= '2024-01-01'."
            )
    left, fewest = len(whole.data) - len(part.data), whole.config.privacy.min_group
    if 0 < left < fewest:
        raise ParameterError(
            f"{told} leaves out {left} of {len(whole.data)} answers, whom a reader of both reports could tell. Expected: none, or "
            f"at least {fewest} (`privacy.min_group` of study.yaml). Next: choose a smaller part, or report the whole study."
        )


def write_report(folder: Path, plan: Plan, runs: Sequence[NotebookRun]) -> None:
    """Write every file of a report into an empty folder, the manifest last."""
    with in_language(plan.language):
        cleaned = [clean_run(run, plan) for run in runs]
        content = with_edition(make_content(cleaned, plan.study), plan.study)
        brand = plan.brand
        if plan.study.exploratory:  # a page or slide that is taken out of the report still says so
            mark = clip(capital(say_mark(plan.study.subset_words)), MAX_FOOTER)
            brand = replace(brand, footer=" · ".join(filter(None, (brand.footer or brand.name, mark))))
        for name, output in render_outputs(content, brand).items():
            (folder / name).write_bytes(output)
        (folder / RESULTS_FILE).write_text(as_text(document_of(plan, runs, shipped)), encoding="utf-8")
        (folder / NOTEBOOKS).mkdir()
        for run in (one for one in cleaned if not one.missing):
            nbformat.write(ship_notebook(copy.deepcopy(run.notebook)), folder / NOTEBOOKS / f"{run.name}.ipynb")
        (folder / CRATE).write_text(crate_text(folder, plan.study), encoding="utf-8")
        check_outputs(read_files(folder), plan.whole, dict.fromkeys(PAPERS, content_text(content)))
        parameters = {**plan.shown_parameters, **({FULL: True} if plan.full else {})}
        write_manifest(folder, plan.study, parameters, plan.brand.files, plan.shipped)


def document_of(plan: Plan, runs: Sequence[NotebookRun], kept: Callable[[Any], Any] = lambda record: record) -> Document:
    """The content of results.json for a run, of its records as `kept` gives them; by itself with every digit."""
    records: list[Recorded] = [record for run in runs for record in run.records]
    return results_document(plan.study, map(kept, pick_findings(records)), map(kept, pick_estimates(records)))


def clean_run(run: NotebookRun, plan: Plan) -> NotebookRun:
    """A run whose notebook and records may be shipped: without clocks and paths, and without what only the analyst looked at."""
    if run.missing:
        return run
    folder = plan.shown_parameters["study"]
    given = run.parameters["study"]
    shown = {"study": {**given, "folder": folder} if isinstance(given, dict) else folder, "language": plan.language}
    named = {str(plan.folder): ".", str(plan.study.folder.resolve()): folder}
    if FULL in run.parameters:
        shown[FULL] = run.parameters[FULL]
    if RESULTS in run.parameters:
        shown[RESULTS] = named[run.parameters[RESULTS]] = RECORDS_FILE
    notebook = clean_notebook(run.notebook, machine_folders(named), shown)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if MIME in output.get("data", {})]
    return replace(run, notebook=notebook, records=collect_records(run.name, notebook))
