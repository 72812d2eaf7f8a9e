"""The notebooks of a report: their order, their working folder, and whether parameters fit their own `parameters` cells."""

from __future__ import annotations

import ast
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from valuelib.errors import ParameterError
from valuelib.study.load import packaged_folder, project_root

if TYPE_CHECKING:
    from nbformat import NotebookNode

NBFORMAT = 4
NUMBERED = re.compile(r"\d\d_\w+\.ipynb")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*\s*$", re.MULTILINE)
SUMMARY = "00_"
FIRST = "00_executive_summary.ipynb"
INJECTED = "injected-parameters"
ANALYST = "analyst"  # tag of cells whose outputs are for whoever works in the notebook, and from which nothing comes that is shown
ABOUT = "valuelib"  # key of a notebook's metadata: what it needs, and its title by language
OPENS = re.compile(r"\bchapter\(")


def find_notebooks(folder: Path | None = None) -> tuple[Path, ...]:
    """The chapters' notebooks in the order they run: by number, the summary (00) last because it reads the others' results.

    Args:
        folder: where they are; None takes the first of `notebook_folders` that holds the executive summary, since a project of
            the user's own may have a folder of that name, too.

    Raises:
        ParameterError: there are none.
    """
    places = (folder,) if folder else tuple(place for place in notebook_folders() if (place / FIRST).is_file())
    for place in places:
        found = [path for path in place.glob("*.ipynb") if NUMBERED.fullmatch(path.name)] if place.is_dir() else []
        if found:
            return tuple(sorted(found, key=running_order))
    looked = " and ".join(map(str, places or notebook_folders()))
    raise ParameterError(
        f"No notebooks named like 03_nps_claim.ipynb in {looked}. They come with the package: install it again, or work in a clone."
    )


def notebook_folders() -> tuple[Path, ...]:
    """Where notebooks are looked for: in the working folder, in the project, and among those that come with the package."""
    starts = dict.fromkeys((Path.cwd(), project_root(Path.cwd()), packaged_folder()))
    return tuple(start / "notebooks" for start in starts)


def own_notebooks(study: Path) -> tuple[Path, ...]:
    """The chapters that a client's study brings along: numbered notebooks in the folder `notebooks` of the study's own."""
    return tuple(sorted(path for path in (study / "notebooks").glob("*.ipynb") if NUMBERED.fullmatch(path.name)))


def with_own(shipped: Sequence[Path], study: Path) -> tuple[Path, ...]:
    """The chapters of a study's report in running order: its own beside the shipped ones, in place of those of the same name."""
    by_name = {path.name: path for path in (*shipped, *own_notebooks(study))}
    return tuple(sorted(by_name.values(), key=running_order))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChapterFile:
    """What a notebook's file tells of its chapter: needs, first heading, titles by language, code after the chapter is opened.

    `own` where it stands in the study's folder.
    """

    path: Path
    own: bool
    needs: tuple[str, ...]
    heading: str
    titles: Mapping[str, str]
    later: frozenset[str]


def find_chapter(name: str, study: Path | None) -> ChapterFile | None:
    """The notebook of a chapter by its name: the study's own, else the first of the working folder and `notebook_folders`."""
    own = study / "notebooks" if study is not None else None
    for folder in (*(() if own is None else (own,)), Path.cwd(), *notebook_folders()):
        if (path := folder / f"{name}.ipynb").is_file():
            return read_chapter(path, own=folder == own)
    return None


def read_chapter(path: Path, *, own: bool) -> ChapterFile:
    """What a notebook's file tells of its chapter, read as plain JSON: nbformat takes longer than most chapters have.

    Raises:
        ParameterError: the file is not a notebook.
    """
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = [(cell["cell_type"], "".join(cell["source"])) for cell in notebook["cells"]]
        about = notebook.get("metadata", {}).get(ABOUT) or {}
        needs, titles = (about.get("needs") or (), about.get("title") or {}) if isinstance(about, dict) else (about, {})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as err:
        raise ParameterError(f"{path.name}: could not read it as a notebook: {first_line(str(err))}") from err
    if notebook.get("nbformat") != NBFORMAT:
        raise ParameterError(
            f"{path.name}: its format is {notebook.get('nbformat')!r}. Expected: a notebook of format {NBFORMAT}. "
            "Save it anew in JupyterLab."
        )
    texts = (*needs, *titles.values()) if isinstance(needs, list | tuple) and isinstance(titles, dict) else (None,)
    if not all(isinstance(one, str) for one in texts):
        raise ParameterError(
            f'{path.name}: its metadata cannot be read. Expected: {{"{ABOUT}": {{"needs": ["nps"], "title": {{"en": "..."}}}}}}, '
            "needs and title as far as there are any."
        )
    code = [source.strip() for kind, source in cells if kind == "code"]
    opened = next((place for place, source in enumerate(code) if OPENS.search(source)), len(code))
    headings = (found[1] for kind, source in cells if kind == "markdown" and (found := HEADING.search(source)))
    return ChapterFile(
        path=path,
        own=own,
        needs=tuple(needs),
        heading=next(headings, ""),
        titles=titles,
        later=frozenset(code[opened + 1 :]),
    )


def running_order(path: Path) -> tuple[bool, str]:
    """Sort key: numbered order with the summary last."""
    return path.name.startswith(SUMMARY), path.name


def working_folder(notebooks: Sequence[Path]) -> Path:
    """The kernels' working folder: the project, which is the folder that holds the notebooks' folder."""
    return notebooks[0].resolve().parent.parent


def shown_folder(study: Path, project: Path) -> str:
    """The study's folder as it may be told to anybody: its way from the project, or its bare name where it lies elsewhere."""
    return study.relative_to(project).as_posix() if study.is_relative_to(project) else study.name


def read_notebook(path: Path) -> NotebookNode:
    """A notebook in the current format.

    Raises:
        ParameterError: the file is not a notebook.
    """
    import nbformat

    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, UnicodeDecodeError) as err:
        raise ParameterError(f"{path.name}: could not read it as a notebook: {first_line(str(err))}") from err
    return notebook


def section_of(notebook: NotebookNode, cell: int) -> str:
    """The nearest heading above a cell, or an empty text where there is none."""
    for above in reversed(notebook.cells[: cell + 1]):
        if above.cell_type == "markdown" and (headings := HEADING.findall(above.source)):
            return str(headings[-1])
    return ""


def cell_number(notebook: NotebookNode, cell: int) -> int:
    """A cell's number as a reader counts, from 1; the cell that papermill puts in for the parameters is not counted."""
    return sum(INJECTED not in above.metadata.get("tags", []) for above in notebook.cells[: cell + 1])


def first_line(text: str, limit: int = 300) -> str:
    """The first line of a message that says something, cut where it runs on."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= limit else line[: limit - 1] + "…"


Parameters = Mapping[str, Any]
PLAIN = (str, int, float, bool, type(None))


@dataclass(frozen=True, slots=True)
class Declared:
    """One line of a `parameters` cell: its default, and which types a value may have."""

    default: object
    types: tuple[type, ...]

    def takes(self, value: object) -> bool:
        """Whether a value has one of the types; a whole number also passes where a decimal one is expected."""
        return type(value) in self.types or (type(value) is int and float in self.types)

    @property
    def expected(self) -> str:
        """The types in words."""
        return " or ".join("None" if kind is type(None) else kind.__name__ for kind in self.types)


def check_parameters(notebooks: Mapping[str, NotebookNode], given: Parameters) -> None:
    """Refuse parameters that any of the notebooks does not declare, or declares with another type.

    Raises:
        ParameterError: tells every problem of every notebook.
    """
    problems = [problem for name, notebook in notebooks.items() for problem in _problems(name, notebook, given)]
    if problems:
        raise ParameterError("\n".join(problems))


def declared_parameters(name: str, notebook: NotebookNode) -> dict[str, Declared]:
    """What a notebook's `parameters` cell declares: one JSON literal a line.

    Raises:
        ParameterError: there is no such cell, or it holds something else than names set to literals.
    """
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and "parameters" in cell.metadata.get("tags", [])]
    if len(cells) != 1:
        raise ParameterError(f"{name}: {len(cells)} cells are tagged `parameters`; a notebook has exactly one.")
    try:
        return dict(_declared(statement) for statement in ast.parse(cells[0].source).body)
    except (SyntaxError, ValueError, TypeError) as err:
        expected = "lines like `seed = 1`, one literal each"
        raise ParameterError(f"{name}: the cell tagged `parameters` must hold {expected} ({err}).") from err


def _declared(statement: ast.stmt) -> tuple[str, Declared]:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            default = ast.literal_eval(value)  # None stands for "take the study's own", which a text may replace
            return name, Declared(default, (str, type(None)) if default is None else (type(default),))
        case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=ast.expr() as value):
            known: dict[str, type] = {"None": type(None), **{kind.__name__: kind for kind in (str, int, float, bool, list, dict)}}
            names = [part.strip() for part in ast.unparse(annotation).split("|")]
            if unknown := [part for part in names if part not in known]:
                raise ValueError(f"the type {unknown[0]} is not one of {', '.join(known)}")
            return name, Declared(ast.literal_eval(value), tuple(known[part] for part in names))
    raise ValueError(f"line {statement.lineno} sets no plain name")


def _problems(name: str, notebook: NotebookNode, given: Parameters) -> Iterable[str]:
    declared = declared_parameters(name, notebook)
    for key, value in given.items():
        kind = type(value).__name__
        if key not in declared:
            near = "".join(f" Did you mean {one}?" for one in get_close_matches(key, list(declared), n=1))
            yield f"{name}: unknown parameter {key!r}; it has {', '.join(sorted(declared))}.{near}"
        elif not is_json(value):
            yield f"{name}: parameter {key!r} is a {kind}; only plain JSON values can be passed."
        # A part of a study is a mapping of its folder and what was chosen, and stands wherever the folder may.
        elif not declared[key].takes(value["folder"] if key == "study" and kind == "dict" and "folder" in value else value):
            yield f"{name}: parameter {key!r} is a {kind}; expected {declared[key].expected}."


def is_json(value: object) -> bool:
    """Whether a value is a JSON literal as it stands: no subclass, no tuple, no undefined number."""
    if type(value) is list:
        return all(is_json(item) for item in value)
    if type(value) is dict:
        return all(type(key) is str and is_json(item) for key, item in value.items())
    return type(value) in PLAIN and not (type(value) is float and not math.isfinite(value))
