"""JupyterLab and the web app on a study: whatever is explored is written into the study's own folder, never into the collection."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import nbformat

from valuelib.errors import ParameterError
from valuelib.output.notebooks import find_notebooks, read_notebook
from valuelib.study.load import load_study, packaged_folder, project_root

EXPLORE = "explore.ipynb"
NOTEBOOKS = "notebooks"
DRAFTS = "drafts"
# From a notebook in the study's folder `notebooks`, and from a draft one folder further down.
ABOVE = {NOTEBOOKS: "..", DRAFTS: "../.."}
INSTALL = 'pip install "valuelib[lab]"'
DEFAULTS = Path(__file__).with_name("jupyter")  # of JupyterLab's settings: no question about news; what the user chose goes before


def explore_notebook(folder: Path) -> Path:
    """The study's explore.ipynb, copied from the collection's where it is missing; an existing one stays as it is."""
    file = folder / NOTEBOOKS / EXPLORE
    if not file.exists():
        _copy(packaged_folder() / NOTEBOOKS / EXPLORE, file, ABOVE[NOTEBOOKS])
    return file


def draft_chapter(folder: Path, name: str) -> Path:
    """A copy of one of the collection's chapters in the study's notebooks/drafts, to change at will.

    A draft never runs in a report; moved up into `notebooks` under its chapter's name, it takes the chapter's place there.

    Args:
        folder: the study's folder.
        name: the chapter's name, such as "03_nps_claim", or its beginning, such as "03".
    Raises:
        ParameterError: no chapter, or more than one, is called so.
    """
    chapters = [path for path in find_notebooks() if path.stem.startswith(name)]
    exact = [path for path in chapters if path.stem == name]
    if len(exact or chapters) != 1:
        known = ", ".join(path.stem for path in chapters or find_notebooks())
        raise ParameterError(f"--chapter {name}: expected the name of one chapter, or its beginning. These are there: {known}.")
    source = (exact or chapters)[0]
    file = folder / NOTEBOOKS / DRAFTS / source.name
    if not file.exists():
        _copy(source, file, ABOVE[DRAFTS])
    return file


def _copy(source: Path, file: Path, study: str) -> None:
    """A notebook of the collection without outputs, set to the study that it is copied to."""
    notebook, docs = read_notebook(source), source.parent.parent / "docs"
    there = os.path.relpath(docs, file.parent).replace(os.sep, "/") if docs.is_dir() else ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and there:
            cell.source = cell.source.replace("](../docs/", f"]({there}/")
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            if "parameters" in cell.metadata.get("tags", []):
                cell.source = _set_study(cell.source, study)
    file.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, file)


def _set_study(source: str, study: str) -> str:
    """The parameters cell with this study, in its own language."""
    set_to = {
        "study": f'study = "{study}"  # the study\'s folder, from this notebook',
        "language": 'language = None  # "en" or "fi"; None takes the study\'s own',
    }
    return "\n".join(set_to.get(line.partition(" =")[0], line) for line in source.splitlines())


def open_explorer(
    study: str | Path, *, chapters: Sequence[str] = (), app: bool = False, browser: bool = True, port: int = 8888
) -> int:
    """Make the study's explore.ipynb and open it in JupyterLab, or as a web app; blocks until that is stopped.

    Args:
        study: the study's folder.
        chapters: chapters of the collection to copy into the study's notebooks/drafts.
        app: serve the explorer through Voila instead, without code or notebook.
        browser: open a browser.
        port: of this machine's own address only; the next free one where it is taken.
    Returns:
        The exit status of JupyterLab or Voila.
    Raises:
        StudyError: the study cannot be read.
        ParameterError: the extra `lab` is not installed, or there is no such chapter.
    """
    if missing := [name for name in ("jupyterlab", "ipywidgets", "ipylab", "voila") if find_spec(name) is None]:
        raise ParameterError(f"valuelib explore: {', '.join(missing)} not installed. Expected: the extra `lab`. Next: {INSTALL}")
    folder = load_study(study).folder
    file = explore_notebook(folder)
    for name in chapters:
        draft_chapter(folder, name)
    quiet = [] if browser else ["--no-browser"]
    if app:
        command = ["voila", str(file), f"--port={port}", *quiet]
    else:
        root = project_root(folder)
        root = root if root != folder else folder.parent
        command = [
            "jupyterlab",
            f"--ServerApp.root_dir={root}",
            f"--LabApp.default_url=/lab/tree/{file.relative_to(root).as_posix()}",
            f"--ServerApp.port={port}",
            "--FileContentsManager.pre_save_hook=valuelib.output.lab.keep_collection",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            *quiet,
        ]
    paths = [str(DEFAULTS), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    environment = os.environ | {"JUPYTER_CONFIG_PATH": os.pathsep.join(paths)}
    return subprocess.run([sys.executable, "-m", *command], check=False, env=environment).returncode


def keep_collection(path: str, model: Any, contents_manager: Any, **_: Any) -> None:
    """Refuse to save one of the collection's own notebooks: it would take a client's figures into files that others share.

    JupyterLab calls this before it saves a file.
    """
    from tornado.web import HTTPError

    file = Path(contents_manager.root_dir, path.strip("/"))
    if model["type"] == "notebook" and file.parent.name == NOTEBOOKS and (file.parent / "00_executive_summary.ipynb").exists():
        raise HTTPError(
            403,
            f"{file.name} belongs to the collection and is not changed here. To work on it, copy it into the study: "
            f"valuelib explore STUDY --chapter {file.stem}",
        )
