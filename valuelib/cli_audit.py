"""What does a user type to check a report, and to hold it against an earlier one?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from valuelib.languages import languages

SPOKEN = " or ".join(languages())
ReportFolder = Annotated[Path, typer.Argument(help="A report folder, such as reports/acme.", show_default=False)]
OldReport = Annotated[Path, typer.Argument(metavar="OLD", help="The earlier report folder.", show_default=False)]
NewReport = Annotated[Path, typer.Argument(metavar="NEW", help="The later report folder.", show_default=False)]
BehindIt = Annotated[
    Path | None,
    typer.Option("--study", help="The study's folder: make the report again and compare every byte.", show_default=False),
]
SameBrand = Annotated[Path | None, typer.Option("--brand", help="The brand.yaml that was given then.", show_default=False)]
SameTemplate = Annotated[Path | None, typer.Option("--template", help="The .pptx that was given then.", show_default=False)]
Page = Annotated[
    Path | None, typer.Option("--out", "-o", help="Write a page for the client to this .html file.", show_default=False)
]
Every = Annotated[bool, typer.Option("--all", help="Every figure that changed, not only those whose change is shown.")]
PageLanguage = Annotated[
    str | None, typer.Option("--language", "-l", help=f"{SPOKEN}; without it that of the later report.", show_default=False)
]


def verify(report: ReportFolder, study: BehindIt = None, brand: SameBrand = None, template: SameTemplate = None) -> None:
    """Check a report's files against its manifest and, with its study, make it again and compare every byte."""
    from rich.console import Console

    from valuelib.output.run import ConsoleProgress
    from valuelib.output.verify import verify_outputs, verify_study

    found = verify_outputs(report)
    if study is not None:
        with ConsoleProgress(Console(stderr=True)) as progress:
            found += verify_study(report, study, brand=brand, template=template, watcher=progress)
    for one in dict.fromkeys(map(str, found)):
        typer.echo(one)
    if found:
        raise typer.Exit(1)
    typer.echo("Every file is as it was made." if study is None else "The study gives this report, byte for byte.")


def compare(old: OldReport, new: NewReport, out: Page = None, language: PageLanguage = None, every: Every = False) -> None:
    """Tell which findings and figures have changed between two reports, and by how much."""
    from rich.console import Console
    from rich.table import Table

    from valuelib.errors import ParameterError
    from valuelib.output.compare import compare_page, compare_reports, compare_tables, say_comparison
    from valuelib.output.verify import read_manifest
    from valuelib.show.localizer import use_language
    from valuelib.show.tables import table_lines

    comparison = compare_reports(old, new)
    use_language(language or str(read_manifest(new)["parameters"].get("language", "en")))
    console = Console()
    console.print(say_comparison(comparison), markup=False, highlight=False)
    for table in compare_tables(comparison, every=every):
        heads, *rows = table_lines(table)
        shown = Table(*heads, title=table.caption, title_justify="left")
        for row in rows:
            shown.add_row(*row)
        if table.rows:
            console.print(shown)
    for setting in comparison.settings:
        console.print(f"! {setting}", markup=False, highlight=False)
    if out is not None:
        if out.suffix.lower() != ".html":
            raise ParameterError(f"--out {out}: the page is html. Expected: a file name that ends in .html. Give it that ending.")
        out.write_text(compare_page(comparison), encoding="utf-8")
        typer.echo(str(out))
