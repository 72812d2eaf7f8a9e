"""The commands that a user types, thin over the package; heavy libraries are loaded only by the command that needs them.

Exit status: 0 done, 1 a run failed, 2 the input is wrong, 130 interrupted. Expected errors are told without a traceback.
"""

from __future__ import annotations

import codecs
import errno
import io
import os
import shlex
import signal
import sys
import unicodedata
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import valuelib
from valuelib.errors import ParameterError, StudyError, ValuelibError
from valuelib.languages import languages
from valuelib.threads import start_quickly, use_one_thread

if TYPE_CHECKING:
    from rich.console import Console

    from valuelib.output.run import ConsoleProgress
    from valuelib.study.model import Study
SPOKEN = " or ".join(languages())


def argument(told: str, name: str | None = None) -> Any:
    """An argument of a command."""
    return typer.Argument(help=told, metavar=name)


def option(told: str, *names: str, **limits: Any) -> Any:
    """An option of a command."""
    return typer.Option(*names, help=told, **limits)


class Reading(Enum):
    """How a study's answers are read."""

    rows = "rows"
    sql = "sql"
    spark = "spark"


StudyPath = Annotated[Path, argument("Folder of the study: study.yaml and the data files beside it.")]
Name = Annotated[str, argument("Name of the study: letters, digits, - and _.")]
Language = Annotated[str | None, option(f"{SPOKEN}; without it the study's own.", "--language", "-l")]
StudyOut = Annotated[Path | None, option("The study folder itself; without it data/<name>.", "--out", "-o")]
CellTimeout = Annotated[int, option("Seconds that one notebook cell may take.", min=1)]
Engine = Annotated[
    str | None,
    option("How notebooks run: warm (forks of a process that has imported everything) or kernel (each from cold).", "--engine"),
]
Replace = Annotated[bool, option("Replace the report of another study that stands in the folder.", "--replace")]
Source = Annotated[
    Reading | None,
    option("How to read the answers: rows into memory, or sums by sql or spark where they lie; without it, by size.", "--source"),
]
Seed = Annotated[int, option("Same seed, same study.", min=0)]

# What stands for a sign that the terminal's or file's encoding lacks; a verdict's sign is told apart by its word as well.
PLAIN_SIGNS = {
    "−": "-", "–": "-", "—": "-", "…": "...", "•": "*", "·": "-", "×": "x", "±": "+/-", "≤": "<=", "≥": ">=", "²": "2",
    "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "→": "->", "✔": "+", "✓": "+", "≈": "~", "▼": "v", "✖": "x",
}  # fmt: skip

app = typer.Typer(
    help="Put customer-value claims to the test on a client's own survey data.",
    epilog="Start with:  valuelib new acme --from export.xlsx   then   valuelib check data/acme   and, its guesses reviewed,   "
    "valuelib report data/acme",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command line; every expected error becomes a readable message and an exit status."""
    use_one_thread()
    start_quickly()
    _stand_closed_streams()
    _print_in_any_encoding()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a run that is told to end is interrupted
    try:
        app()
    except (ValuelibError, OSError) as err:
        from valuelib.output.terminal import print_error

        print_error(err)
        sys.exit(2 if isinstance(err, StudyError | ParameterError) else 1)
    except SystemExit as end:
        if end.code == 130:
            typer.echo("Stopped. What was there before is as it was.", err=True)
        raise


@app.callback(invoke_without_command=True)
def root(version: Annotated[bool, typer.Option("--version", help="Show the version and leave.")] = False) -> None:
    """Put customer-value claims to the test on a client's own survey data."""
    if version:
        typer.echo(f"valuelib {valuelib.__version__}")
        raise typer.Exit


@app.command(epilog="Example:  valuelib report data/demo --language en --out /tmp/demo-report")
def report(
    study: StudyPath,
    language: Language = None,
    out: Annotated[Path | None, option("The report folder itself; without it reports/<study>.", "--out", "-o")] = None,
    where: Annotated[
        str | None,
        option("Only answers for which this holds, such as \"industry == 'trade'\"; exploratory.", "--where"),
    ] = None,
    cell_timeout: CellTimeout = 600,
    full: Annotated[bool, option("Draw as many random numbers as a final report deserves; takes longer.", "--full")] = False,
    brand: Annotated[
        Path | None, option("A brand.yaml (name, logo, colours, footer); else the one beside study.yaml.", "--brand")
    ] = None,
    template: Annotated[Path | None, option("A .pptx whose layouts the slides take.", "--template")] = None,
    accept_guesses: Annotated[
        bool, option("Report although `guesses: open` stands in study.yaml; the report says so.", "--accept-guesses")
    ] = False,
    replace: Replace = False,
    engine: Engine = None,
    source: Source = None,
    jobs: Annotated[int | None, option("How many chapters run at once; else up to four, of a very large study one.", min=1)] = None,
) -> None:
    """Run the notebooks on a study and write the client's report."""
    from valuelib.output.build import OUTPUTS, build_report

    with _progress() as bar:
        folder = build_report(
            study,
            language=language,
            out=out,
            part={"where": [where]} if where is not None else None,
            engine=engine,
            cell_timeout=cell_timeout,
            full=full,
            brand=brand,
            template=template,
            accept_guesses=accept_guesses,
            replace_other=replace,
            source=source.value if source is not None else None,
            jobs=jobs,
            watcher=bar,
        )
    bar.print_times()
    for file in OUTPUTS:
        typer.echo(_near(folder / file))


@app.command(epilog="Example:  valuelib batch clients.yaml --out reports --skip-unchanged --keep-going --log run.jsonl")
def batch(
    clients: Annotated[list[str], argument("Folders of studies, or files that list clients, such as clients.yaml.", "STUDY...")],
    out: Annotated[Path, option("Folder of the reports, each in a folder of its study's name.", "--out", "-o")] = Path("reports"),
    language: Annotated[
        list[str] | None,
        option(f"{SPOKEN}, of all that name none; given twice, a report in each.", "--language", "-l"),
    ] = None,
    jobs: Annotated[int | None, option("How many reports are made at once; else as many as there are processors.", min=1)] = None,
    skip_unchanged: Annotated[bool, option("Leave reports that stand as they would be made.", "--skip-unchanged")] = False,
    keep_going: Annotated[bool, option("Make the others where a study cannot be reported.", "--keep-going")] = False,
    log: Annotated[Path | None, option("Add each event to this file as a line of JSON.", "--log")] = None,
    replace: Replace = False,
    full: Annotated[bool, option("Draw as many random numbers as a final report deserves; takes longer.", "--full")] = False,
    brand: Annotated[Path | None, option("A brand.yaml, of all that name none.", "--brand")] = None,
    template: Annotated[Path | None, option("A .pptx, of all that name none.", "--template")] = None,
    accept_guesses: Annotated[
        bool, option("Report although `guesses: open` stands in study.yaml, of all that do not say.", "--accept-guesses")
    ] = False,
    cell_timeout: CellTimeout = 600,
    engine: Engine = None,
    dask: Annotated[
        str | None, option("Have the workers of a Dask cluster make them: the scheduler's address, such as tcp://10.0.0.5:8786.")
    ] = None,
) -> None:
    """Make the reports of many clients; every study is checked before any is made."""
    from valuelib.output.batch import batch as run_batch
    from valuelib.output.batch_terminal import BatchProgress, print_batch

    with BatchProgress(_console(stderr=True)) as bar:
        done = run_batch(
            clients,
            out,
            language=language,
            jobs=jobs,
            skip_unchanged=skip_unchanged,
            keep_going=keep_going,
            log=log,
            replace_other=replace,
            full=full,
            brand=brand,
            template=template,
            accept_guesses=accept_guesses,
            cell_timeout=cell_timeout,
            engine=engine,
            dask=dask,
            watcher=bar,
        )
    print_batch(_console(), _console(stderr=True), done)
    if done.errors:
        raise typer.Exit(2 if any(one.state == "refused" for one in done) and not keep_going else 1)


@app.command(epilog="Example:  valuelib assess data/demo --json --full > results.json")
def assess(
    study: StudyPath,
    as_json: Annotated[bool, option("Print the findings as JSON, in the form of results.json.", "--json")] = False,
    full: Annotated[bool, option("Print what results.json holds, with every digit: estimates and findings.", "--full")] = False,
    language: Language = None,
    source: Source = None,
) -> None:
    """Assess the claims: verdicts on the screen, without notebooks."""
    from valuelib.output.results_json import full_document, results_document
    from valuelib.output.terminal import print_findings
    from valuelib.verdict.assess import assess_all

    loaded = _load(study, language, source)
    if full:
        _print_json(full_document(loaded))
    elif as_json:
        _print_json(results_document(loaded, assess_all(loaded), ()))
    else:
        print_findings(_console(), assess_all(loaded))


@app.command(epilog="Example:  valuelib portfolio data/acme reports/globex --language en --anonymous")
def portfolio(
    studies: Annotated[
        list[Path], argument("Folders of studies that have a report, reports' folders, or results.json files.", "STUDY...")
    ],
    language: Annotated[str, option(f"{SPOKEN}.", "--language", "-l")] = "en",
    anonymous: Annotated[bool, option("Call the studies by number, for readers who may not know them.", "--anonymous")] = False,
    out: Annotated[Path | None, option("The folder itself; without it reports/portfolio.", "--out", "-o")] = None,
    cell_timeout: CellTimeout = 600,
    replace: Replace = False,
) -> None:
    """Pool the claims over many studies, from their reports' results.json only."""
    from valuelib.output.build import OUTPUTS
    from valuelib.output.portfolio import build_portfolio

    with _progress() as bar:
        folder = build_portfolio(
            studies,
            language=language,
            anonymous=anonymous,
            out=out,
            cell_timeout=cell_timeout,
            replace_other=replace,
            watcher=bar,
        )
    for file in OUTPUTS:
        typer.echo(_near(folder / file))


@app.command(epilog="Example:  valuelib check data/acme")
def check(study: StudyPath, language: Language = None) -> None:
    """Show what was read and assumed, how good the data are, and every problem at once."""
    from valuelib.output.terminal import print_check

    print_check(_console(), _load(study, language))


@app.command(epilog="Example:  valuelib new acme --from ~/Downloads/export.xlsx   makes data/acme with a study.yaml to fill in")
def new(
    name: Name,
    export: Annotated[Path, option("The survey export: a workbook, .csv, SPSS, Stata, SAS or .parquet.", "--from")],
    out: StudyOut = None,
) -> None:
    """Start a study from a survey export: a folder with the data and a study.yaml to fill in."""
    from valuelib.fieldwork.arrival import start_study
    from valuelib.study.scaffold import count_checks

    written = start_study(name, export, _study_folder(name, out))
    typer.echo(_near(written))
    typer.echo(f"Lines marked CHECK in {_near(written / 'study.yaml')}: {(checks := count_checks(written))}", err=True)
    if checks:
        typer.echo("A report waits for them to be reviewed and the line `guesses: open` to be taken away.", err=True)
    typer.echo(f"Next{', when you have looked at them' if checks else ''}:  valuelib check {shlex.quote(_near(written))}", err=True)


@app.command(
    epilog="Example:  valuelib questionnaire acme --language fi,en --for limesurvey --offerings offerings.csv --out acme-survey"
)
def questionnaire(
    name: Name,
    tools: Annotated[list[str], option("docx, xlsx, limesurvey, qsf, md, or several with commas.", "--for")],
    out: Annotated[Path, option("A new or empty folder.", "--out", "-o")],
    language: Annotated[str, option("fi, en or both; the first is the main one.", "--language", "-l")] = "fi,en",
    client: Annotated[str | None, option("The provider's name as respondents read it; else NAME.", "--client")] = None,
    elements: Annotated[str | None, option("all, core, or a file with one key a line (core; with --short all).")] = None,
    facets: Annotated[str, option("Co-creation: all, none, or keys with commas.", "--facets")] = "all",
    short: Annotated[int | None, option("Ask only so many elements: those that stand best for the others.", "--short")] = None,
    choices: Annotated[int | None, option("Ask, too, for best and worst among so many elements.", "--choices")] = None,
    pilot: Annotated[Path | None, option("A study whose answers help to choose them.", "--pilot")] = None,
    offerings: Annotated[Path | None, option("A .csv or .yaml file with offering and higher (yes or no).", "--offerings")] = None,
) -> None:
    """Make a questionnaire to field, its letters and forms, and the study.yaml that reads its answers."""
    from valuelib.fieldwork.folder import write_questionnaire
    from valuelib.fieldwork.wish import Wish, check_wish

    wish = Wish(
        name=name,
        tools=tools,
        languages=[language],
        client=client,
        elements=elements,
        facets=[facets],
        short=short,
        choices=choices,
        pilot=pilot,
        offerings=offerings,
        out=out,
    )
    asked = check_wish(wish)
    written = write_questionnaire(asked, out)
    for warning in asked.warnings:
        typer.echo(warning, err=True)
    typer.echo(_near(written))
    typer.echo(f"Questions: {len(asked.questionnaire.questions)}, about {asked.questionnaire.minutes} minutes.", err=True)
    typer.echo(f"Next steps: {_near(written / 'README.md')}", err=True)


@app.command(epilog="Example:  valuelib simulate workshop --truth nps_lift=15 --truth halo=0.7 --seed 7")
def simulate(
    name: Name,
    truth: Annotated[list[str] | None, option("What is true in it, as KEY=VALUE; may be given several times.", "--truth")] = None,
    seed: Seed = 20240131,
    out: StudyOut = None,
    withhold: Annotated[bool, option("Leave the truth out of the folder, for whoever is to look for it.", "--withhold")] = False,
) -> None:
    """Make a study up, with a known truth, for learning and for trying the method."""
    from valuelib.worlds.folder import simulate_study
    from valuelib.worlds.truth import parse_truth

    written = simulate_study(_study_folder(name, out), name, parse_truth(truth or []), seed, withhold=withhold)
    typer.echo(_near(written))


@app.command(
    epilog="Example:  valuelib plan nps_60 --baseline 30 --with repurchase_22   or   valuelib plan nps_60 --like data/acme"
)
def plan(
    claim: Annotated[str, argument("Claim of the register, such as nps_60 or repurchase_22.")],
    together: Annotated[
        list[str] | None, option("A further claim under test in the same study; may be given several times.", "--with")
    ] = None,
    size: Annotated[float | None, option("Another size, in the claim's metric (1.3 = 30 % more; 10 points).")] = None,
    baseline: Annotated[float | None, option("NPS or rate of the baseline group in points; else 30 or 60.")] = None,
    split: Annotated[float | None, option("Share of respondents in the comparison group (0.5).")] = None,
    per_account: Annotated[float | None, option("Mean respondents per account (2.9).")] = None,
    icc: Annotated[float | None, option("Correlation of the answers of two colleagues (0.2).")] = None,
    mixed: Annotated[bool | None, option("Both groups inside one account, or whole accounts (default).", "--mixed/--whole")] = None,
    power: Annotated[float | None, option("Wanted power of each test (0.8).")] = None,
    level: Annotated[float | None, option("Confidence level (0.95).")] = None,
    respondents: Annotated[int | None, option("The reverse: what would a study of so many be able to say?")] = None,
    roll_out: Annotated[bool, option("Tell, too, how many accounts suffice when asked before and after.", "--roll-out")] = False,
    like: Annotated[Path | None, option("Take baseline, split, account sizes and clustering from this study.")] = None,
    seed: Seed = 20240131,
    language: Annotated[str | None, option(f"{SPOKEN}; else that of --like, else en.", "--language", "-l")] = None,
    as_json: Annotated[bool, option("Print the plan as JSON.", "--json")] = False,
) -> None:
    """Plan a study: how many respondents and accounts test a claim, or what a study of a given size could say."""
    from dataclasses import asdict, replace

    from valuelib.explore.planning import Setting, Wish, make_plan, setting_like
    from valuelib.output.terminal import print_plan
    from valuelib.show.localizer import use_language

    loaded = _load(like) if like else None
    use_language(language or (loaded.language if loaded else "en"))
    wish = Wish(claim=claim, size=size, together=tuple(together or ()), respondents=respondents, roll_out=roll_out)
    wanted = {"baseline": baseline, "split": split, "per_account": per_account, "icc": icc, "mixed": mixed, "power": power}
    given: dict[str, Any] = {key: one for key, one in {**wanted, "level": level}.items() if one is not None}
    setting = replace(setting_like(loaded, claim) if loaded else Setting(), **given)
    made = make_plan(wish, setting, seed=seed)
    if as_json:
        _print_json(asdict(made))
    else:
        print_plan(_console(), made)


@app.command(epilog="Example:  valuelib explore data/acme   or, as a web app for the meeting,   valuelib explore data/acme --app")
def explore(
    study: StudyPath,
    chapter: Annotated[
        list[str] | None, option("Copy this chapter into the study's notebooks/drafts; may be given several times.", "--chapter")
    ] = None,
    as_app: Annotated[bool, option("Serve the explorer as a web app, without code.", "--app")] = False,
    browser: Annotated[bool, option("Open a browser.", "--browser/--no-browser")] = True,
    port: Annotated[int, option("Port on this machine.", min=1, max=65535)] = 8888,
) -> None:
    """Look around in a study: its explore.ipynb in JupyterLab, or as a web app."""
    from valuelib.output.lab import open_explorer

    raise typer.Exit(open_explorer(study, chapters=chapter or (), app=as_app, browser=browser, port=port))


workshop = typer.Typer(
    help="Hold a workshop: a made-up client for each participant, and the wall board of their verdicts.", no_args_is_help=True
)
app.add_typer(workshop, name="workshop")


@workshop.command("make", epilog="Example:  valuelib workshop make --participants 12 --seed 7 --language fi --out workshop")
def make_clients(
    out: Annotated[Path, option("A new or empty folder; participants/ in it is handed out, trainer/ is not.", "--out", "-o")],
    participants: Annotated[int, option("How many.", "--participants", "-n", min=1)] = 12,
    seed: Annotated[int, option("Same seed, same clients.", min=0)] = 20240131,
    language: Annotated[str, option(f"{SPOKEN}.", "--language", "-l")] = "en",
) -> None:
    """Write a folder a participant, with a client whose truth is withheld, and the trainer's with truths, notes and slides."""
    from valuelib.workshop.clients import make_workshop

    typer.echo(_near(make_workshop(out, participants=participants, seed=seed, language=language)))


@workshop.command("board", epilog="Example:  valuelib workshop board workshop --watch   and at the end of the day   --reveal")
def show_board(
    folder: Annotated[Path, argument("The folder that `workshop make` wrote.", "FOLDER")],
    reveal: Annotated[bool, option("Show what is true.", "--reveal")] = False,
    watch: Annotated[bool, option("Write the board anew every few seconds, until Ctrl-C.", "--watch")] = False,
) -> None:
    """Collect the participants' verdicts into a page that renews itself, and a picture."""
    import time

    from valuelib.workshop.board import NEXT_LOOK, write_board

    for file in write_board(folder, reveal=reveal):
        typer.echo(_near(file))
    while watch:
        time.sleep(NEXT_LOOK / 2)
        write_board(folder, reveal=reveal)


@app.command(epilog="Example:  valuelib verify reports/demo --study data/demo")
def verify(
    report: Annotated[Path, argument("A report folder, such as reports/acme.")],
    study: Annotated[Path | None, option("The study's folder: make the report again and compare every byte.", "--study")] = None,
    brand: Annotated[Path | None, option("The brand.yaml that was given then.", "--brand")] = None,
    template: Annotated[Path | None, option("The .pptx that was given then.", "--template")] = None,
) -> None:
    """Check a report's files against its manifest and, with its study, make it again and compare every byte."""
    from valuelib.output.verify import verify_outputs, verify_study

    found = verify_outputs(report)
    if study is not None:
        with _progress() as bar:
            found += verify_study(report, study, brand=brand, template=template, watcher=bar)
    for one in dict.fromkeys(found):
        typer.echo(one)
    if found:
        raise typer.Exit(1)
    typer.echo("Every file is as it was made." if study is None else "The study gives this report, byte for byte.")


@app.command(epilog="Example:  valuelib compare reports/demo-2025 reports/demo --out since.html")
def compare(
    old: Annotated[Path, argument("The earlier report folder.", "OLD")],
    new: Annotated[Path, argument("The later report folder.", "NEW")],
    out: Annotated[Path | None, option("Write a page for the client to this .html file.", "--out", "-o")] = None,
    language: Annotated[str | None, option(f"{SPOKEN}; without it that of the later report.", "--language", "-l")] = None,
    every: Annotated[bool, option("Every figure that changed, not only those whose change is shown.", "--all")] = False,
) -> None:
    """Tell which findings and figures have changed between two reports, and by how much."""
    from valuelib.output.beside import fewest_of, say_few
    from valuelib.output.compare import compare_page, compare_reports
    from valuelib.output.terminal import print_comparison
    from valuelib.show.localizer import use_language

    comparison = compare_reports(old, new)
    warning = say_few(comparison.few, fewest_of({"study": comparison.new})) if comparison.few else ""
    if warning:
        typer.echo(warning, err=True)
    use_language(language or comparison.language)
    print_comparison(_console(), comparison, every=every)
    if out is not None:
        if out.suffix.lower() != ".html":
            raise ParameterError(f"--out {out}: the page is html. Expected: a file name that ends in .html. Give it that ending.")
        out.write_bytes(compare_page(comparison))
        typer.echo(str(out))
    if warning:
        typer.echo(warning, err=True)


class _LastingFile(io.FileIO):
    """A stream whose reader may leave, as `head` does: what is written after that goes nowhere, and the work goes on."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except OSError as err:
            with Path(os.devnull).open("wb") as nowhere:
                os.dup2(nowhere.fileno(), self.fileno())
            if err.errno not in (errno.EPIPE, errno.EIO):  # that nobody reads any more is no error; a full disk is one, told once
                raise
            return len(data)


def _stand_closed_streams() -> None:
    """Let a run end well where standard streams are closed, or closed while it writes.

    A kernel gets the first free numbers of files for its own, which must not be those of the standard streams.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number
    for name, number in (("stdout", 1), ("stderr", 2)):
        stream = getattr(sys, name)
        if stream is None or (type(stream) is io.TextIOWrapper and stream is getattr(sys, f"__{name}__")):
            raw = _LastingFile(number, "wb", closefd=False)
            encoding, errors = (None, None) if stream is None else (stream.encoding, stream.errors)
            setattr(sys, name, io.TextIOWrapper(io.BufferedWriter(raw), encoding, errors, line_buffering=True))


def _print_in_any_encoding() -> None:
    """Let output keep its encoding, as in a file on Windows, and put plain signs where it has none for a letter: never an error."""
    codecs.register_error("valuelib.plain", _plain_signs)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="valuelib.plain")


def _plain_signs(error: UnicodeError) -> tuple[str, int]:
    """The letters that could not be encoded, without their accents or in plain signs, and a question mark for the others."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    plain = (PLAIN_SIGNS.get(one) or unicodedata.normalize("NFKD", one) for one in error.object[error.start : error.end])
    return "".join(sign.encode("ascii", "ignore").decode() or "?" for sign in plain), error.end


def _load(path: Path, language: str | None = None, source: Reading | None = None) -> Study:
    """The study, with its language (or the one given) in force from here on."""
    from valuelib.show.localizer import use_language
    from valuelib.study.load import load_study

    study = load_study(path, language, None if source is None else source.value)
    use_language(study.language)
    if study.config.responses.holds_password:
        typer.echo("Warning: a password stands in study.yaml. Write ${NAME} in its place, and set that variable.", err=True)
    return study


def _console(*, stderr: bool = False) -> Console:
    from rich.console import Console

    return Console(stderr=stderr)


def _progress() -> ConsoleProgress:
    """What tells on standard error how a run goes on."""
    from valuelib.output.run import ConsoleProgress

    return ConsoleProgress(_console(stderr=True))


def _study_folder(name: str, out: Path | None) -> Path:
    from valuelib.output.place import project_folder

    return out if out is not None else project_folder() / "data" / name


def _print_json(document: Any) -> None:
    from valuelib.output.results_json import as_text

    typer.echo(as_text(document).encode(), nl=False)


def _near(path: Path) -> str:
    """A path as the user would write it from here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
