"""A chapter of a report as its notebook writes it: opened with a study, filled with what the client is shown, and closed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

import IPython.display
import pandas as pd
from matplotlib.figure import Figure as Drawing

from valuelib.errors import ParameterError
from valuelib.explore.recommend import recommend
from valuelib.languages import has_text
from valuelib.output.collect import MANY, gather_estimates, gather_findings
from valuelib.output.needs import first_lacking
from valuelib.output.notebooks import ChapterFile, find_chapter
from valuelib.output.privacy import Secrets, secrets_of
from valuelib.output.shown import check_text, frame_table, picture
from valuelib.results import Estimate, Explored, Findings, Message, Results, Shown
from valuelib.show import display as outputs
from valuelib.show.advice import list_advice, list_recommendations
from valuelib.show.by_name import Views
from valuelib.show.display import CellOutput, collapsible, further_claims
from valuelib.show.localizer import check_language, local, use_language
from valuelib.show.partnership import list_partnership
from valuelib.study.load import load_study
from valuelib.study.model import Study
from valuelib.verdict.assess import assess
from valuelib.verdict.source import RowsSource, sample_sizes, source_of

Place = Literal["annex", "report"]


class Chapter:
    """What `vl.chapter` opens: `study`, `show` for whatever the client is to see, `done` at the end.

    What is not shown stays with the analyst. Use `ch.study` as the study of every call in the chapter. `missing` is empty, or the
    sentence on what the study lacks for this chapter: then nothing is shown, and the cells that follow do nothing.
    """

    def __init__(
        self, name: str, study: Study | None, results: str | None = None, missing: str = "", place: Place = "annex"
    ) -> None:
        self.name, self.missing, self._study, self._results, self._place = name, missing, study, results, place
        self._shown: list[str] = []

    @property
    def study(self) -> Study:
        """The study of the chapter.

        Raises:
            ParameterError: the chapter was opened without one.
        """
        if self._study is None:
            raise ParameterError(
                f"The chapter {self.name} has no study. Expected: one. Next: vl.chapter({self.name!r}, study=...)."
            )
        return self._study

    @cached_property
    def findings(self) -> Findings:
        """Every claim of the study and of the register: as the chapters before recorded it, else assessed here."""
        return gather_findings(self.study, self._results)

    @cached_property
    def advice(self) -> Mapping[str, CellOutput | None]:
        """What to do, as passages: `claims` on the claims under test, `recommendations`, and `partnership` for either side."""
        study, findings = self.study, self.findings
        view = study.config.provider_view.view if study.config.provider_view else "provider"

        @cache
        def estimates() -> tuple[Estimate, ...]:
            return gather_estimates(study, self._results)

        return Views(
            "passage",
            study.language,
            {
                "claims": lambda: list_advice(findings),
                "recommendations": lambda: list_recommendations(recommend(findings, estimates()), findings),
                "partnership": lambda: list_partnership(findings, estimates(), view),
            },
        )

    @cached_property
    def _secrets(self) -> Secrets:
        return secrets_of(self._study) if self._study is not None else Secrets()

    def show(
        self,
        *things: object,
        caption: str = "",
        alt: str = "",
        name: str = "",
        fold: bool = False,
        place: Place | None = None,
    ) -> None:
        """Put something before the client: it stands in the notebook and in every form of the report.

        Nothing of people passes: no ids, no names, no row for fewer respondents than `privacy.min_group`.

        Args:
            things: results, tables and figures of the library, a message, text, a DataFrame, a matplotlib figure or axes, a
                seaborn grid, a Series; None is nothing, so that a figure which this study has no data for needs no question.
            caption: of a DataFrame or a picture of your own.
            alt: what a picture of your own shows, for whoever does not see it: its finding in a sentence.
            name: by which later runs know a text, a DataFrame or a picture of your own.
            fold: behind a line that opens it; in the appendix of the printed forms.
            place: "annex", which is for whoever asks, or "report", which everybody reads; None is "report" in a client's own
                chapter and "annex" in the others.
        Raises:
            ParameterError: a picture without `alt`, a DataFrame without `caption`, anything that tells of people, or another
                thing.
        """
        for thing in (one for each in things for one in (each if isinstance(each, list) else [each])):
            if self.missing or _is_nothing(thing):
                continue
            shown = self._output(thing, caption, alt, name or f"{self.name}.{len(self._shown) + 1}", bool(name))
            if (place or self._place) == "report":
                shown = replace(shown, data={**shown.data, outputs.PLACE: "report"})
            self._keep(shown)
            put(collapsible(_title(shown, caption), shown) if fold else shown)

    def done(self) -> None:
        """Say that the chapter is complete: all that was planned must then be in its outputs, or the run has failed.

        Planned are the register's claims of this chapter, of which those that no cell has shown are assessed and shown here, and
        everything else that was shown.
        """
        if self.missing:
            return
        if rest := further_claims(self.name, *self._shown):
            self.show(*(assess(self.study, one) for one in rest))
        put(outputs.done(*self._shown))

    def __repr__(self) -> str:
        return f"<Chapter {self.name}: {len(self._shown)} results shown>"

    def _output(self, thing: object, caption: str, alt: str, name: str, named: bool) -> CellOutput:
        match thing:
            case CellOutput():
                return thing
            case Shown():
                return outputs.show(thing)
            case Message():
                return outputs.text(local.say(thing), name=name if named else "")
            case str():
                check_text(thing, "text", self._secrets)
                return outputs.text(thing, name=name if named else "")
            case pd.DataFrame() | pd.Series():
                check_text(caption, "caption", self._secrets)
                return outputs.show(frame_table(thing, name, caption, self._study, self._secrets))
        drawing = getattr(thing, "figure", thing)  # of axes, and of a seaborn grid
        if isinstance(drawing, Drawing):
            return outputs.show(picture(drawing, name, caption, alt, self._secrets))
        raise ParameterError(
            f"ch.show: a {type(thing).__name__} cannot be shown. Expected: a result, a text, a DataFrame, or a picture by "
            "matplotlib or seaborn. Next: turn it into one of these."
        )

    def _keep(self, shown: CellOutput) -> None:
        inner = [item["data"] for item in shown.data["items"]] if shown.kind == MANY else []
        names = [data.get("claim") or data.get("name") for data in (shown.data, *inner)]
        self._shown += [str(one) for one in names if one]


def chapter(
    name: str,
    study: Study | str | Path | Mapping[str, Any] | None = None,
    language: str | None = None,
    results: str | None = None,
) -> Chapter:
    """Open a chapter: reads the study, sets the language of everything that is shown, and shows the heading.

    Args:
        name: the notebook's name without its ending, such as "03_nps_claim". The notebook's metadata say what it needs of a study;
            one that lacks it gets one sentence on that, and the cells that follow do nothing.
        study: a study, or what `load_study` takes: its folder, or a mapping that tells a part of one; None for a chapter that
            needs none.
        language: such as "en" or "fi"; None takes the study's, or English without one.
        results: the file of what earlier chapters of a run recorded, which the last chapter is given.
    Returns:
        The chapter, with `study`, `show` and `done`.
    Raises:
        StudyError: the study cannot be read.
        ParameterError: there are no texts in this language.

    Example:
        >>> import valuelib as vl
        >>> ch = vl.chapter("look_around", study="data/demo", language="en")
        look around
        >>> ch.show("Everybody is asked once a year.", vl.drivers(ch.study).sentences["checks"])
        Everybody is asked once a year.
        Johnson’s relative weights rank ...
        >>> ch.done()
        done
    """
    opened = study if isinstance(study, Study) or study is None else load_study(study, language)
    spoken = language or (opened.language if opened is not None else "en")
    check_language(spoken)
    use_language(spoken)
    file = find_chapter(name, opened.folder if opened is not None else None)
    put(open_chapter(name, file))
    if opened is not None and (said := say_sample(name, opened)):
        put(outputs.text(said))
    missing = first_lacking(file.needs, opened) if file is not None and opened is not None else ""
    skip_cells(file.later if file is not None and missing else frozenset())
    if missing:
        put(outputs.done(missing=missing))
    own = file is not None and file.own and not has_text(f"chapter.{name}.title")
    return Chapter(name, opened, results, missing, "report" if own else "annex")


def open_chapter(name: str, file: ChapterFile | None) -> CellOutput:
    """The heading of a chapter in the language in force: a shipped one's title and question, an own one's first heading.

    An own chapter in place of a shipped one keeps the shipped texts until it has a title of its own in its metadata.
    """
    title, question = re.sub(r"^\d+_", "", name).replace("_", " "), ""
    if file is not None and file.own and local.language in file.titles:
        title = file.titles[local.language]
    elif has_text(f"chapter.{name}.title"):
        title, question = local.text(f"chapter.{name}.title"), local.text(f"chapter.{name}.question")
    elif file is not None and file.heading:
        title = file.heading
    return outputs.chapter(name, title, question)


SUMMED_UP = ("00_executive_summary", "03_nps_claim", "04_repurchase_claim")  # chapters of claims that compare groups


def say_sample(name: str, study: Study) -> str:
    """Of a large study, whether a chapter rests on all answers or on the sample of them; empty of any other study."""
    sizes = sample_sizes(study)
    if sizes is None:
        return ""
    everyone = name in SUMMED_UP and not isinstance(source_of(study), RowsSource)
    return local.text("sample.verdicts" if everyone else "sample.chapter", n=sizes[0], all_n=sizes[1])


class Skipped:
    """Makes cells of a notebook do nothing: an input transformer of IPython that blanks the code it is told to."""

    def __init__(self) -> None:
        self.sources: Collection[str] = ()

    def __call__(self, lines: list[str]) -> list[str]:
        return [] if "".join(lines).strip() in self.sources else lines


SKIPPED = Skipped()


def skip_cells(sources: Collection[str]) -> None:
    """Let cells of this code, and of no other, do nothing from now on; without effect outside a notebook.

    Cells before the one that opens the chapter are not among them, so that another study in the parameters and a run of all cells
    bring the chapter back.
    """
    SKIPPED.sources = sources
    shell = IPython.get_ipython()
    if shell is not None and SKIPPED not in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.insert(0, SKIPPED)


def put(shown: CellOutput) -> None:
    """Display an output here and now, so that a loop shows each of its results; outside a notebook it is printed."""
    display: Callable[[CellOutput], None] = IPython.display.display
    display(shown)


def _is_nothing(thing: object) -> bool:
    """What this study has no data for: no result of its kind, an empty text, or none of several results."""
    if isinstance(thing, Explored):
        return not thing.items and (not thing.shown_as or thing.tables[thing.shown_as] is None)
    return thing is None or (isinstance(thing, str | Results) and len(thing) == 0)


def _title(shown: CellOutput, caption: str) -> str:
    table = shown.data.get("table", shown.data)
    return str(caption or table.get("caption") or table.get("title") or "")
