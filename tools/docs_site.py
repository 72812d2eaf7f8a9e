"""The documentation's site: pages gathered for Sphinx, and the finished site checked. `make docs` does both.

    python tools/docs_site.py gather docs/_build/source     # every page at its place in the site, links rewritten
    python tools/docs_site.py check docs/_build/html        # every link and picture, and that nothing comes from the network

Pages in the repository are plain Markdown whose links work on a git host. What a site needs besides is made here: an opening page
for each section of docs/README.md, cards for the notebooks, and the public names of the package grouped by purpose.
"""

from __future__ import annotations

import base64
import importlib
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from valuelib.show.display import PICTURE

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
NOTEBOOKS = ROOT / "notebooks"
# Pages that stand outside docs/, or are taken apart.
ELSEWHERE = {
    "README.md": "index.md",
    "docs/README.md": "index.md",
    "README.fi.md": "fi/lue-tama.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "CHANGELOG.md": "project/changelog.md",
    "data/README.md": "project/data.md",
    "tests/reference/README.md": "project/reference-printouts.md",
}
API_GROUPS = {
    "Read a study": ("load_study", "Study"),
    "Test a claim": ("assess", "assess_all", "claim", "Claim", "sensitivity", "specifications"),
    "Estimate and compare": ("estimate", "compare", "crosstab"),
    "Explore what value does": ("describe", "reliability", "comparability", "drivers", "choices", "thresholds", "effort"),
    "Look at working together": ("cocreation", "both_sides", "over_time", "roll_out", "people", "listening"),
    "Plan, simulate and pool": ("plan", "simulate", "pool"),
    "Write a report": ("report", "batch", "chapter", "set_theme"),
    "What comes back": ("Finding", "Estimate", "Estimates"),
}
# Of an output, the first form that it has is shown.
FORMS = ("text/html", "image/png", "text/markdown", "text/plain")
LINK = re.compile(r"\]\(([^)\s#:]+)(#[^)\s]*)?\)")
CHAPTER = re.compile(r'href="#([\w-]+)"')
LOADED = {"img": "src", "script": "src", "link": "href", "source": "src", "iframe": "src", "object": "data"}


def gather(out: Path, module: str = "valuelib") -> None:
    """Fill a folder, emptied before, with all pages of the site; the API pages are those of `module.__all__`."""
    shutil.rmtree(out, ignore_errors=True)
    places = site_places()
    parts = {DOCS / "index.md": "index.md", ROOT / "README.md": "readme.md"}  # the landing page includes parts of README.md
    for origin, page in {**{origin: page for origin, page in places.items() if page != "index.md"}, **parts}.items():
        target = out / page
        target.parent.mkdir(parents=True, exist_ok=True)
        if origin.suffix in (".md", ".ipynb"):
            text = readable(origin) if origin.suffix == ".ipynb" else origin.read_text(encoding="utf-8")
            target.write_text(relinked(text, origin, target, places, out), encoding="utf-8")
        else:
            shutil.copyfile(origin, target)
    for title, body in sections().items():
        write_section(out, title, body, places)
    write_gallery(out / "notebooks")
    (out / "api").mkdir()
    (out / "api" / "index.rst").write_text(api_index(module), encoding="utf-8")


def site_places() -> dict[Path, str]:
    """Every file that has a place in the site, with that place."""
    pages = [path for path in DOCS.rglob("*") if path.suffix in (".md", ".png", ".svg") and "_build" not in path.parts]
    return {
        **{path: path.relative_to(DOCS).as_posix() for path in sorted(pages)},
        **{path: f"notebooks/{path.name}" for path in sorted(NOTEBOOKS.glob("*.ipynb"))},
        **{ROOT / name: page for name, page in ELSEWHERE.items()},
    }


def relinked(text: str, origin: Path, target: Path, places: Mapping[Path, str], out: Path) -> str:
    """A page's text, its relative links leading to where their targets stand in the site, or else to the file in the repository."""

    def link(match: re.Match[str]) -> str:
        file = (origin.parent / match[1]).resolve()
        if file not in places and not file.is_file():
            return match[0]
        place = out / places[file] if file in places else file
        return f"]({Path(os.path.relpath(place, target.parent)).as_posix()}{match[2] or ''})"

    return LINK.sub(link, text)


def readable(notebook: Path) -> str:
    """A notebook for the site: outputs in the form that is shown, links between chapters, wide tables in reach of the keyboard."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    stems = {path.stem.replace("_", "-"): path.stem for path in NOTEBOOKS.glob("*.ipynb")}
    for cell in content["cells"]:
        for output in cell.get("outputs", ()):
            if "data" in output:
                form = next(mime for mime in FORMS if mime in output["data"])
                text = "".join(output["data"][form]).replace('<div class="vl-scroll">', '<div class="vl-scroll" tabindex="0">')
                text = CHAPTER.sub(lambda link: f'href="{stems[link[1]]}.html"' if link[1] in stems else link[0], text)
                output["data"] = {form: text}
                if form.startswith("image/"):
                    cell["metadata"].setdefault("mystnb", {"image": {"alt": "The figure that the code above draws"}})
    return json.dumps(content, ensure_ascii=False)


def sections() -> dict[str, str]:
    """The sections of docs/README.md by their headings."""
    _, *parts = re.split(r"^## (.+)\n", (DOCS / "README.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def write_section(out: Path, title: str, body: str, places: Mapping[Path, str]) -> None:
    """The opening page of a section: its part of docs/README.md, in whose order the pages follow each other."""
    pages = [Path(places[(DOCS / match[1]).resolve()]) for match in LINK.finditer(body)]
    target = out / pages[0].with_name("index.md")
    text = relinked(body, DOCS / "README.md", target, places, out).strip()
    target.write_text(f"# {title}\n\n{text}\n\n{toctree(page.stem for page in pages)}", encoding="utf-8")


def write_gallery(folder: Path) -> None:
    """The opening page of the notebooks: one card a question, with who asks it and the notebook's first picture."""
    (folder / "pictures").mkdir()
    notebooks = sorted(NOTEBOOKS.glob("*.ipynb"))
    cards = []
    for path in notebooks:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        title, _, text = "".join(cells[0]["source"]).partition("\n")
        asked = re.split(r"[.?:](?:\s|$)", text.strip().replace("*", ""))[0].replace("\n", " ")
        options = f":link: {path.stem}\n:link-type: doc\n"
        if picture := next(pictures(cells), None):
            (folder / "pictures" / f"{path.stem}.svg").write_text(picture, encoding="utf-8")
            options += f":img-top: pictures/{path.stem}.svg\n:img-alt:\n"
        cards.append(f":::{{grid-item-card}} {title.removeprefix('# ')}\n{options}\n{asked}.\n:::\n")
    lines = [
        "# Notebooks\n",
        "One question each, in the order in which a report reads; the outputs are those of the demo study.",
        "`make lab` opens the notebooks in JupyterLab.\n",
        "::::{grid} 1 2 2 3\n:gutter: 3\n",
        *cards,
        "::::\n",
        toctree(path.stem for path in notebooks),
    ]
    (folder / "index.md").write_text("\n".join(lines), encoding="utf-8")


def pictures(cells: list[dict[str, Any]]) -> Iterator[str]:
    """The pictures among the stored outputs of a notebook's cells, as svg."""
    for cell in cells:
        for output in cell.get("outputs", ()):
            if found := PICTURE.search("".join(output.get("data", {}).get("text/html", ""))):
                yield base64.b64decode(found[1]).decode()


def toctree(names: Iterator[str]) -> str:
    """The pages that follow, named for the navigation only."""
    return "\n".join(["```{toctree}", ":hidden:", "", *names, "```", ""])


def api_index(module: str) -> str:
    """The opening page of the API: the public names of a module, grouped by purpose; names without a group stand last."""
    names = list(getattr(importlib.import_module(module), "__all__", ()))
    groups = {title: [name for name in members if name in names] for title, members in API_GROUPS.items()}
    groups["Further names"] = [name for name in names if not any(name in members for members in groups.values())]
    lines = ["Python API", "=" * 10, "", f"The public names of ``{module}``, usually imported as ``import valuelib as vl``.", ""]
    for title, members in groups.items():
        if members:
            lines += [title, "-" * len(title), "", f".. currentmodule:: {module}", "", ".. autosummary::", "   :toctree:", ""]
            lines += [*(f"   {name}" for name in members), ""]
    return "\n".join(lines)


# ---------------------------------------------------------------------- the finished site


class Page(HTMLParser):
    """Of a page of the site: what can be linked to (`ids`), where it leads (`links`), and what it loads (`loaded`)."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value for name, value in attrs if value is not None}
        self.ids |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if LOADED.get(tag) in given:
            self.loaded.append(given[LOADED[tag]])


def check(site: Path) -> list[str]:
    """What is wrong with a finished site: links that lead nowhere, and whatever would be loaded from the network."""
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html")) if path.parent.name != "_static"}
    problems = []
    for path, page in pages.items():
        name = path.relative_to(site).as_posix()
        problems += [f"{name}: loads {address}" for address in page.loaded if re.match(r"(?:https?:)?//", address)]
        for address in (*page.links, *page.loaded):
            if re.match(r"[a-z]+:|//", address):
                continue
            file, _, anchor = address.partition("#")
            target = (path.parent / unquote(file.partition("?")[0])).resolve() if file else path
            if not target.is_file():
                problems.append(f"{name}: no file for {address}")
            elif anchor and target in pages and unquote(anchor) not in pages[target].ids:
                problems.append(f"{name}: no heading for {address}")
    for style in sorted(site.rglob("*.css")):
        remote = re.findall(r"(?:url\(|@import )[\"']?((?:https?:)?//[^\"')\s]+)", style.read_text(encoding="utf-8"))
        problems += [f"{style.relative_to(site).as_posix()}: loads {address}" for address in remote]
    return problems


def main(task: str, folder: str, *module: str) -> int:
    """Gather pages into a folder, or check the site in it."""
    if task == "gather":
        gather(Path(folder).resolve(), *module)
        return 0
    problems = check(Path(folder).resolve())
    print("\n".join(problems), end="\n" if problems else "", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
