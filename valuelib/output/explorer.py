"""The explorer: questions to a study by controls, each answered at once beside the line of Python that asks the same.

The controls make a piece of code over the public face; that code is run, shown, and is what *Keep this* appends to the notebook, so
that what was seen and what is kept cannot differ. Every look is counted: whoever looks often enough sees something.
"""

from __future__ import annotations

import base64
import io
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import numpy as np
import numpy.typing as npt
import pandas as pd
from IPython import get_ipython
from matplotlib import pyplot as plt
from nbformat import v4

import valuelib
from valuelib.errors import ParameterError, ValuelibError
from valuelib.explore.breakdown import grouping_columns, level_words, measures
from valuelib.results import Estimates, Explored, Finding, Message, Shown
from valuelib.show.display import show, style
from valuelib.show.drivers import plot_leading
from valuelib.show.localizer import in_language, local
from valuelib.stats.exposure import BASELINE, COMPARISON
from valuelib.study.load import load_study
from valuelib.study.model import Study
from valuelib.theory.claims import claims
from valuelib.verdict.groups import group_answers

if TYPE_CHECKING:
    import ipywidgets

Flags = npt.NDArray[np.bool_]
INSTALL = 'pip install "valuelib[lab]"'
ALARM = 0.05  # what all looks together may show by chance alone
FIRST_NUMBER = 20  # of a chapter of one's own: behind those of the collection
ALL = ""  # the choice of no filter and of no breakdown; a drop-down shows a value of None as nothing
FIRST_CLAIM = "nps_60"
DRAWS = 39  # the fewest whose smallest and largest figure are a 95 % interval; a look must be quick
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
# Which controls a view has, beside the filter; in the order in which they stand.
VIEWS: Mapping[str, Sequence[str]] = {
    "claim": ("claim", "size", "rule", "threshold"),
    "outcome": ("what", "by"),
    "compare": ("what", "groups_of", "first", "second"),
    "element": ("element",),
    "crosstab": ("rows", "columns"),
    "drivers": (),
}


@dataclass(frozen=True, slots=True)
class Look:
    """One question and its answer: the code, and its result or why there is none."""

    code: str
    result: Shown | None = None
    refused: str = ""


@dataclass(slots=True)
class Looker:
    """Answers code about one study, and counts the different questions that got an answer.

    A question whose groups differ by fewer than `privacy.min_group` respondents from groups that were looked at before is refused:
    the two answers would tell what these few said.

    >>> import valuelib as vl
    >>> looker = Looker(vl.load_study("data/demo", language="en"))
    >>> looker.look('vl.estimate(survey, "nps")').result[0]
    <Estimate nps.all: 61.8 [57, 66.1] points, n=1200, 350 accounts>
    >>> again = looker.look('vl.estimate(survey, "nps")')
    >>> looker.count
    1
    """

    survey: Study
    seen: dict[str, Look] = field(default_factory=dict)
    groups: dict[bytes, Flags] = field(default_factory=dict)  # of respondents, as they were looked at

    @property
    def count(self) -> int:
        """How many different questions got an answer."""
        return sum(look.result is not None for look in self.seen.values())

    def look(self, code: str) -> Look:
        """The answer to a piece of code over `vl` and `survey`, whose last line is an expression."""
        if code not in self.seen:
            *before, last = code.splitlines()
            names: dict[str, Any] = {"vl": valuelib, "survey": self.survey}
            try:
                exec("\n".join(before), names)  # made by `code_of`, every value through repr
                result = eval(last, names)
                self._remember(names.get("part", self.survey), result)
                self.seen[code] = Look(code, result)
            except ValuelibError as err:
                self.seen[code] = Look(code, refused=str(err))
        return self.seen[code]

    def _remember(self, part: Study, result: Shown) -> None:
        """Note the groups that an answer is about.

        Raises:
            ParameterError: one of them differs from an earlier one by too few respondents.
        """
        fewest, everybody = self.survey.config.privacy.min_group, np.ones(len(self.survey.data), bool)
        fresh = {flags.tobytes(): flags for flags in (everybody, *groups_of(self.survey, part, result))}
        known = [(flags, int(flags.sum())) for flags in (self.groups | fresh).values()]
        for one in fresh.values():
            near = (other for other, n in known if abs(n - int(one.sum())) < fewest)  # others differ by more anyway
            if few := next((n for other in near if 0 < (n := int((one != other).sum())) < fewest), 0):
                raise ParameterError(
                    f"This look and an earlier one, or two groups of this one, differ by {few} respondents, whose answers the two "
                    f"would tell. Expected: none, or at least {fewest} (`privacy.min_group` of study.yaml). Choose another group."
                )
        self.groups |= fresh

    def caution(self) -> str:
        """How much evidence the next look needs after so many, by Bonferroni: together they err as often as one would."""
        return local.plural("explorer.looks", max(self.count, 1), alarm=local.number(ALARM / max(self.count, 1), 4))


def groups_of(survey: Study, part: Study, result: Shown) -> Iterator[Flags]:
    """The respondents of a part of a study, and of each group in it that a result shows, as flags of the rows of `survey.data`."""
    keys = [name for name in ("respondent", "wave") if name in survey.data]
    places = pd.MultiIndex.from_frame(survey.data[keys]).get_indexer(pd.MultiIndex.from_frame(part.data[keys]))

    def flags(rows: Flags) -> Flags:
        found = np.zeros(len(survey.data), bool)
        found[places[rows]] = True
        return found

    yield flags(np.ones(len(part.data), bool))
    if isinstance(result, Finding) and not isinstance(grouping := group_answers(part, result.claim.reading), Message):
        yield from (flags(grouping.codes == side) for side in (COMPARISON, BASELINE) if (grouping.codes == side).any())
    if isinstance(result, Estimates):
        answers = part.answers
        for one in result:
            if one.value is not None and one.groups and {*one.groups} <= {*answers}:
                rows = np.logical_and.reduce(
                    [(answers[name].astype(str) == level).to_numpy() for name, level in one.groups.items()]
                )
                if rows.any():
                    yield flags(rows)


def code_of(view: str, at: Mapping[str, Any]) -> str:
    """The code that asks what the controls say.

    Args:
        view: a key of `VIEWS`.
        at: values of the controls: `column` and `level` of the filter (None for all answers), and those of the view.

    >>> print(code_of("outcome", {"column": "industry", "level": "trade", "what": "nps", "by": "company_size"}))
    part = survey.where(industry='trade')
    vl.estimate(part, 'nps', by='company_size')
    """
    part = f".where({at['column']}={at['level']!r})" if at.get("column") else ""
    if view == "claim" and (changed := _arguments({name: at[name] for name in ("rule", "threshold") if at.get(name) is not None})):
        part += f".with_exposure({changed})"
    of = "part" if part else "survey"
    match view:
        case "claim":
            claim = repr(at["claim"])
            if at.get("size") is not None:
                claim = f"vl.claim({claim}).with_(size={at['size']!r})"
            asked = f"vl.assess({of}, {claim}, sensitivity=False)"
        case "outcome":
            asked = f"vl.estimate({of}, {at['what']!r}" + (f", by={at['by']!r})" if at.get("by") else ")")
        case "compare":
            groups = (at["first"], at["second"])
            asked = f"vl.compare({of}, {at['what']!r}, by={at['groups_of']!r}, groups={groups!r})"
        case "element":
            asked = f"vl.crosstab({of}, rows=None, columns={at['element']!r})"
        case "crosstab":
            asked = f"vl.crosstab({of}, rows={at['rows']!r}, columns={at['columns']!r})"
        case _:
            asked = f"vl.drivers({of}, draws={DRAWS})"
    return f"part = survey{part}\n{asked}" if part else asked


def _arguments(values: Mapping[str, object]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in values.items())


def answer_html(look: Look) -> tuple[str, str]:
    """The answer as html: the card or table, and the picture; a refusal instead of the first."""
    if look.result is None:
        return f'<div class="vl"><p class="vl-note">{escape(look.refused)}</p></div>', ""
    card = show(look.result).html
    if not isinstance(look.result, Finding | Estimates) or not _has_figures(look.result):
        return card, ""
    drivers = look.result if isinstance(look.result, Explored) else None
    axes, file = look.result.plot() if drivers is None else plot_leading(drivers), io.BytesIO()
    drawn: Any = axes.get_figure(root=True)
    if drivers is not None:  # they take the longest; nothing sticks out of their picture, so it is laid out and drawn once
        drawn.get_layout_engine().execute(drawn)
        drawn.set_layout_engine(None)
    drawn.savefig(file, format="png", dpi=100, bbox_inches="tight" if drivers is None else None)
    plt.close(drawn)
    alt = look.result.sentence if isinstance(look.result, Finding) else axes.get_title(loc="left").replace("\n", " ") or look.code
    address = base64.b64encode(file.getvalue()).decode()
    return card, f'<figure class="vl vl-figure"><img alt="{escape(alt)}" src="data:image/png;base64,{address}"></figure>'


def _has_figures(result: Finding | Estimates) -> bool:
    if isinstance(result, Finding):
        return result.verdict != "not_testable"
    return any(one.value is not None for one in result)


def explorer(study: Study | str | Path, language: str | None = None) -> ipywidgets.Widget:
    """Controls for looking around in a study: claims, outcomes, groups, elements, cross-tables and drivers, of any part of it.

    Args:
        study: a study or its folder.
        language: of the controls and results, such as "en" or "fi"; None takes the study's.
    Returns:
        A widget for a notebook's cell. Each change of a control answers at once, beside the code that asks the same. *Keep this*
        appends that code to the notebook; *Write as a chapter* makes it a chapter of the client's report.
    Raises:
        ParameterError: the extra `lab` is not installed, or there are no texts in this language.
        StudyError: the study cannot be read.

    Example:
        >>> import valuelib as vl
        >>> type(vl.explorer("data/demo")).__name__
        'VBox'
    """
    try:
        import ipywidgets
    except ImportError as err:
        raise ParameterError(f"vl.explorer: ipywidgets is not installed. Expected: the extra `lab`. Next: {INSTALL}") from err
    survey = (
        study
        if isinstance(study, Study) and language is None
        else load_study(study.folder if isinstance(study, Study) else study, language)
    )
    import_module("valuelib.show.chapters")  # `vl.drivers` loads it on use, and the first look at drivers would wait for it
    with in_language(survey.language):
        widget: ipywidgets.Widget = _Controls(ipywidgets, survey).box
    return widget


class _Controls:
    """The controls and what they show; one change of any of them is one look."""

    def __init__(self, w: Any, survey: Study) -> None:
        self.survey, self.looker, self.quiet = survey, Looker(survey), False
        self.columns = grouping_columns(survey)
        everything = [(local.text("explorer.all"), ALL)]
        by_column = [(survey_word, key) for key, survey_word in self.columns.items()]
        outcomes = [(name, key) for key, name in measures(survey).items()]
        said = [(f"{one.id}: {one.statement.say(survey.language)}"[:90], one.id) for one in claims()]
        first_size = valuelib.claim(FIRST_CLAIM).reading.size
        own = survey.config.exposure

        def pick(name: str, options: Sequence[tuple[str, Any]], value: Any = None) -> Any:
            first = value if value is not None else (options[0][1] if options else None)
            return w.Dropdown(options=options, value=first, description=local.text(f"explorer.{name}"), style=wide, layout=full)

        wide, full = {"description_width": "6.5rem"}, w.Layout(width="20rem")
        elements = [(local.word(key), key) for key in survey.element_keys]
        rules = [(local.text(f"explorer.rule_{rule}"), rule) for rule in survey.exposure_rules]
        self.control: dict[str, Any] = {
            "view": pick("view", [(local.text(f"explorer.view_{view}"), view) for view in VIEWS if view != "element" or elements]),
            "column": pick("column", everything + by_column),
            "level": pick("level", everything),
            "claim": pick("claim", said, FIRST_CLAIM),
            "size": w.BoundedFloatText(
                value=first_size, min=0, max=200, step=0.1,
                description=local.text("explorer.size"), style=wide, layout=full,
            ),
            "rule": pick("rule", rules, own.rule if own else None),
            "threshold": w.FloatSlider(
                value=own.threshold if own else 8.0, min=0, max=10, step=0.5, readout_format=".1f", continuous_update=False,
                description=local.text("explorer.threshold"), style=wide, layout=full,
            ),
            "what": pick("what", outcomes),
            "by": pick("by", everything + by_column),
            "groups_of": pick("groups_of", by_column),
            "first": pick("first", []),
            "second": pick("second", []),
            "element": pick("element", elements),
            "rows": pick("rows", by_column),
            "columns": pick("columns", by_column, "promoter" if "promoter" in self.columns else None),
        }  # fmt: skip
        self.status, self.card, self.picture, self.code = w.HTML(), w.HTML(), w.HTML(), w.HTML()
        self.title = w.Text(description=local.text("explorer.title"), style=wide, layout=full)
        keep = w.Button(description=local.text("explorer.keep"), icon="plus", layout=w.Layout(width="auto"))
        write = w.Button(description=local.text("explorer.write"), icon="file-text-o", layout=w.Layout(width="auto"))
        keep.on_click(lambda _: self._keep())
        write.on_click(lambda _: self._write())
        self.said = w.HTML()
        self.lab = _lab()
        row = {"flex_flow": "row wrap", "align_items": "center"}
        self.choices = w.HBox(layout=w.Layout(**row))
        beside = w.Layout(flex="1 1 28rem", min_width="0")
        self.card.layout = self.picture.layout = beside
        self.box = w.VBox(
            [
                w.HTML(f"<style>{style()}</style>"),
                self.choices,
                self.status,
                w.HBox([self.card, self.picture], layout=w.Layout(flex_flow="row wrap", align_items="flex-start")),
                self.code,
                w.HBox([keep, self.title, write, self.said], layout=w.Layout(**row)),
            ]
        )
        self._fill("level", "column", everything)
        self._fill("first", "groups_of", [])
        self._fill("second", "groups_of", [])
        for control in self.control.values():
            control.observe(self._changed, names="value")
        self._answer()

    def at(self) -> dict[str, Any]:
        """The values of the controls; a size, rule or threshold that is the study's own is None."""
        at = {name: control.value for name, control in self.control.items()}
        own = self.survey.config.exposure
        claim = valuelib.claim(at["claim"])
        at["size"] = at["size"] if at["size"] and at["size"] != claim.reading.size else None
        at["rule"] = at["rule"] if own is None or at["rule"] != own.rule else None
        at["threshold"] = at["threshold"] if own is None or at["threshold"] != own.threshold else None
        return at if at["level"] else at | {"column": ALL}

    def _fill(self, name: str, column: str, before: Sequence[tuple[str, Any]]) -> None:
        """Offer the levels of the chosen column."""
        chosen = self.control[column].value
        options = [*before, *((word, level) for level, word in (level_words(self.survey, chosen) if chosen else {}).items())]
        self.control[name].options = options
        place = 1 if name == "second" and len(options) > 1 else 0
        self.control[name].value = options[place][1] if options else None

    def _changed(self, change: Mapping[str, Any]) -> None:
        if self.quiet:
            return
        self.quiet = True  # what follows from one change is no further look
        owner = change["owner"]
        with in_language(self.survey.language):
            if owner is self.control["column"]:
                self._fill("level", "column", [(local.text("explorer.all"), ALL)])
            if owner is self.control["claim"]:
                self.control["size"].value = valuelib.claim(change["new"]).reading.size or 0.0
            if owner is self.control["groups_of"]:
                self._fill("first", "groups_of", [])
                self._fill("second", "groups_of", [])
            self.quiet = False
            self._answer()

    def _answer(self) -> None:
        view = self.control["view"].value
        shown = ("view", "column", *(("level",) if self.control["column"].value else ()), *VIEWS[view])
        self.choices.children = [self.control[name] for name in shown]
        look = self.look = self.looker.look(code_of(view, self.at()))
        self.card.value, self.picture.value = answer_html(look)
        mark = escape(local.text("explorer.exploratory"))
        caution = escape(self.looker.caution())
        self.status.value = f'<div class="vl"><p class="vl-note"><strong>{mark}</strong> {caution}</p></div>'
        asks = local.text("explorer.in_python")
        self.code.value = f'<div class="vl"><p class="vl-note">{asks}</p><pre>{escape(look.code)}</pre></div>'

    def _keep(self) -> None:
        if self.lab is None:
            file = append_cell(self.survey, self.look.code)
            self.said.value = escape(local.text("explorer.kept_in", file_name=file.name))
            return
        run = self.lab.commands.execute
        run("notebook:extend-marked-cells-bottom")
        run("notebook:insert-cell-below")
        run("notebook:replace-selection", {"text": self.look.code})
        self.said.value = escape(local.text("explorer.kept"))

    def _write(self) -> None:
        with in_language(self.survey.language):
            try:
                file = write_chapter(self.survey, self.look.code, self.title.value.strip() or self._usual_title())
                self.said.value = escape(local.text("explorer.written", file_name=f"notebooks/{file.name}"))
            except ValuelibError as err:
                self.said.value = escape(str(err))

    def _usual_title(self) -> str:
        return local.text(f"explorer.view_{self.control['view'].value}")


def _lab() -> Any:
    """JupyterLab, to which the explorer sends its commands; None where no notebook is seen: in the app, or without a kernel."""
    shell = get_ipython()
    if getattr(shell, "kernel", None) is None or os.environ.get("SERVER_SOFTWARE", "").startswith("voila"):
        return None
    from ipylab import JupyterFrontEnd

    return JupyterFrontEnd()


def append_cell(survey: Study, code: str) -> Path:
    """Add a cell to the study's explore.ipynb, which is made where it is missing; gives back the file."""
    from valuelib.output.lab import explore_notebook

    file = explore_notebook(survey.folder)
    notebook = nbformat.read(file, as_version=4)
    notebook.cells.append(v4.new_code_cell(code))
    nbformat.write(notebook, file)
    return file


def write_chapter(survey: Study, code: str, title: str) -> Path:
    """A chapter of the client's report that shows one look, in the study's folder `notebooks`; gives back the file.

    Its number is the first free one from 20; a caption and the alt text come from the result itself.
    """
    folder = survey.folder / "notebooks"
    folder.mkdir(exist_ok=True)
    taken = {path.name[:2] for path in folder.glob("[0-9][0-9]_*.ipynb")}
    number = next(str(one) for one in range(FIRST_NUMBER, 100) if str(one) not in taken)
    letters = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    name = f"{number}_{re.sub(r'[^a-z0-9]+', '_', letters).strip('_')[:40] or 'chapter'}"
    *before, last = code.splitlines()
    picture = (
        'rows = result.to_frame().dropna(subset="estimate").itertuples()\n'
        'alt = "; ".join(f"{row.label}: {row.estimate:.1f}" for row in rows)\n'
        f"ch.show(result.plot(), caption={title!r}, alt=alt)"
    )
    if last.startswith("vl.assess"):
        picture = "ch.show(result.plot(), caption=result.sentence, alt=result.sentence)"
    if last.startswith("vl.drivers"):
        picture = 'ch.show(result.figures["drivers"])'
    cells = [
        v4.new_markdown_cell(f"# {title}"),
        v4.new_code_cell('study = ".."  # folder of the study\nlanguage = None  # "en" or "fi"', metadata={"tags": ["parameters"]}),
        v4.new_code_cell(f"import valuelib as vl\n\nch = vl.chapter({name!r}, study=study, language=language)\nsurvey = ch.study"),
        v4.new_code_cell("\n".join([*before, f"result = {last}", "ch.show(result)"])),
        v4.new_code_cell(picture),
        v4.new_code_cell("ch.done()"),
    ]
    file = folder / f"{name}.ipynb"
    notebook = v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    for place, cell in enumerate(notebook.cells):
        cell["id"] = f"{number}-{place}"
    nbformat.write(notebook, file)
    return file
