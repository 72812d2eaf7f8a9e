"""Does the documentation say what the code does? Keys, defaults, fields, commands, examples, figures and links are compared."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
import typer
import yaml
from PIL import Image
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

import valuelib
from valuelib import results as records
from valuelib.cli import app
from valuelib.output.brand import read_brand
from valuelib.results import Finding
from valuelib.study.config import StudyConfig
from valuelib.study.config_file import read_settings
from valuelib.study.load import load_study
from valuelib.verdict.assess import assess_all

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
BUILT = DOCS / "_build"
PAGES = sorted(
    [
        *(page for page in DOCS.rglob("*.md") if BUILT not in page.parents),
        *(ROOT / name for name in ("README.md", "README.fi.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    ]
)
CODE = re.compile(r"`([^`]+)`")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
COMMAND = re.compile(r"(?:^|[\s;(|])(?:\.venv/bin/)?valuelib\s+(.*)")
MACHINE = re.compile(r"(?<![\w.])/(?:home|root|work|tmp|Users|private)/")
SEE_TEXT = {("exposure", "rule"), ("claims", "caveat")}  # defaults that are no plain value
LEAST = {"study": "a", "client": "b", "responses": {"file": "a.csv"}, "outcomes": {"recommend": {"column": "Q"}}}

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())


# ---------------------------------------------------------------------- reading pages


def sections(page: Path) -> dict[str, list[list[str]]]:
    """Rows of the tables below each heading, by each name that the heading holds in code marks."""
    found: dict[str, list[list[str]]] = {}
    rows: list[list[str]] = []
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            rows = []
            found |= dict.fromkeys(CODE.findall(line), rows)
        elif line.startswith("|"):
            rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return found


def cells(rows: list[list[str]]) -> dict[str, list[str]]:
    """The rows of a table by each name in their first cell."""
    return {name: row for row in rows for name in CODE.findall(row[0])}


def fences(language: str) -> list[Any]:
    found = [(page, text) for page in PAGES for kind, text in FENCE.findall(page.read_text(encoding="utf-8")) if kind == language]
    return [pytest.param(page, text, id=f"{page.stem}-{number}") for number, (page, text) in enumerate(found)]


def anchors(page: Path) -> set[str]:
    """Headings as links name them: small letters, blanks as hyphens, marks left out."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


# ---------------------------------------------------------------------- study.yaml


def blocks(model: type[BaseModel] = StudyConfig, path: str = "") -> Iterator[tuple[str, type[BaseModel]]]:
    """Every block of study.yaml with its dotted key."""
    yield path or "study.yaml", model
    for name, field in model.model_fields.items():
        for inner in models_in(field.annotation):
            yield from blocks(inner, f"{path}.{name}".removeprefix("."))


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models_in(part)


def shown(field: FieldInfo) -> str:
    """A default as the page writes it."""
    default = field.get_default(call_default_factory=True)
    if field.is_required():
        return "required"
    if default is None or default is PydanticUndefined or isinstance(default, BaseModel):
        return "none"
    if isinstance(default, tuple):
        return f"[{', '.join(plain(one) for one in default)}]"
    return plain(default)


def plain(value: object) -> str:
    return f"{value:.10g}" if isinstance(value, int | float) else str(value)


@pytest.mark.parametrize(("path", "model"), [pytest.param(path, model, id=path) for path, model in blocks()])
def test_every_key_of_study_yaml_is_told_with_its_default(path: str, model: type[BaseModel]):
    page = sections(DOCS / "reference" / "study-yaml.md")
    assert path in page, f"no section for {path}"
    told = cells(page[path])
    assert set(told) == {field.alias or name for name, field in model.model_fields.items()}
    for name, field in ((field.alias or name, field) for name, field in model.model_fields.items()):
        if (path, name) not in SEE_TEXT:
            assert told[name][2] == shown(field), f"{path}.{name}"


def test_the_page_tells_every_allowed_word():
    text = (DOCS / "reference" / "study-yaml.md").read_text(encoding="utf-8")
    for _, model in blocks():
        for name, field in model.model_fields.items():
            if name not in ("kind", "exposure", "outcome", "and_outcomes", "through"):  # the register's own words are not for users
                for word in words_in(field.annotation):
                    assert word in text, f"{name}: {word}"


def words_in(annotation: Any) -> Iterator[str]:
    for part in get_args(annotation):
        if isinstance(part, str):
            yield part
        elif not isinstance(part, FieldInfo):
            yield from words_in(part)


@pytest.mark.parametrize(("page", "text"), fences("yaml"))
def test_yaml_examples_are_valid_settings(page: Path, text: str, tmp_path: Path):
    if page.name == "brand.md":
        for name in re.findall(r"^(?:logo|template): (\S+)", text, re.MULTILINE):
            (tmp_path / name).touch()
        Image.new("RGB", (4, 3)).save(tmp_path / "logo.png")
        (tmp_path / "brand.yaml").write_text(text, encoding="utf-8")
        assert read_brand(tmp_path / "brand.yaml").name == "Northlight Oy"
        return
    rest = {key: value for key, value in LEAST.items() if not re.search(rf"^{key}:", text, re.MULTILINE)}
    (tmp_path / "study.yaml").write_text(f"{yaml.safe_dump(rest) if rest else ''}{text}", encoding="utf-8")
    assert read_settings(tmp_path / "study.yaml", page.name).problems == ()


# ---------------------------------------------------------------------- results.json


def definitions() -> Mapping[str, Mapping[str, Any]]:
    schema = json.loads((ROOT / "valuelib" / "output" / "results.schema.json").read_text(encoding="utf-8"))
    return {"results.json": schema, "study": schema["properties"]["study"], **schema["$defs"]}


@pytest.mark.parametrize("name", definitions())
def test_every_field_of_results_json_is_told(name: str):
    page = sections(DOCS / "reference" / "results-json.md")
    assert name in page, f"no section for {name}"
    assert set(cells(page[name])) == set(definitions()[name]["properties"])


@pytest.mark.parametrize("kind", [records.Verdict, records.Why, records.RatioSet, records.Unit])
def test_results_page_tells_every_word(kind: Any):
    text = (DOCS / "reference" / "results-json.md").read_text(encoding="utf-8")
    assert [word for word in get_args(kind) if word not in text] == []


@pytest.mark.parametrize("kind", [records.Verdict, records.Why, records.EvidenceLevel])
def test_verdicts_page_tells_every_word(kind: Any):
    text = (DOCS / "explanation" / "verdicts.md").read_text(encoding="utf-8")
    assert [word for word in get_args(kind) if f"`{word}`" not in text] == []


# ---------------------------------------------------------------------- commands


@cache
def commands() -> dict[str, set[str]]:
    """The options of each command of valuelib, by its name; those of a group bear the group's name before their own."""
    group: Any = typer.main.get_command(app)
    every = {
        f"{name} {inner}".strip(): one
        for name, command in group.commands.items()
        for inner, one in getattr(command, "commands", {"": command}).items()
    }
    options = {name: {word for param in command.params for word in param.opts} for name, command in every.items()}
    return {name: {word for word in words if word.startswith("-")} | {"--help"} for name, words in options.items()}


def targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


def test_every_command_and_option_is_told():
    text = (DOCS / "reference" / "commands.md").read_text(encoding="utf-8")
    parts = {name: text.split(f"### `valuelib {name} ", 1) for name in commands()}
    assert [name for name, part in parts.items() if len(part) == 1] == []
    for name, part in parts.items():
        told = set(re.findall(r"`(-[-a-z]+)`", re.split(r"^#", part[1], maxsplit=1, flags=re.MULTILINE)[0]))
        given = {word for word in commands()[name] if word.startswith("--")} - {"--help"}
        assert given <= told, name
        assert told <= commands()[name], name


def test_every_make_target_is_told():
    told = set(re.findall(r"`make ([a-z-]+)`", (DOCS / "reference" / "commands.md").read_text(encoding="utf-8")))
    assert told == targets()


@each_page
def test_commands_in_examples_exist(page: Path):
    for kind, text in FENCE.findall(page.read_text(encoding="utf-8")):
        for line in text.splitlines() if kind != "python" else ():
            if match := COMMAND.search(line.split("#")[0]):
                name, *rest = shlex.split(re.split(r"\|\||[|&>]|; ", match[1])[0])
                name = f"{name} {rest[0]}" if rest and f"{name} {rest[0]}" in commands() else name
                assert name in commands() or name == "--version", line
                assert {word for word in rest if word.startswith("-")} <= commands().get(name, set()), line


@each_page
def test_make_targets_in_text_exist(page: Path):
    text = page.read_text(encoding="utf-8")
    named = {*re.findall(r"`make ([a-z-]+)", text), *re.findall(r"^make ([a-z-]+)", text, re.MULTILINE)}
    assert named <= targets()


# ---------------------------------------------------------------------- pages


@each_page
def test_links_resolve(page: Path):
    for link in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        assert not anchor or target.suffix != ".md" or anchor in anchors(target), link


@each_page
def test_no_page_knows_a_machine(page: Path):
    assert MACHINE.search(page.read_text(encoding="utf-8")) is None


@each_page
def test_paths_in_code_marks_exist(page: Path):
    """What looks like a file of the project is one."""
    for name in CODE.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if re.fullmatch(r"(?:valuelib|tests|docs|benchmarks|requirements|notebooks)/[\w./-]+", name):
            assert (ROOT / name).exists() or name in ("benchmarks/coverage_cells.csv", "docs/_build/html"), name


def test_the_index_lists_every_page():
    listed = {(DOCS / link).resolve() for link in LINK.findall((DOCS / "README.md").read_text(encoding="utf-8"))}
    assert set(PAGES) - {DOCS / "README.md", DOCS / "index.md", ROOT / "README.md"} <= listed


@pytest.mark.parametrize("page", sorted((DOCS / "decisions").glob("*.md")), ids=lambda page: page.stem)
def test_decisions_say_their_four_things(page: Path):
    text = page.read_text(encoding="utf-8")
    number = page.name.partition("-")[0]
    assert text.startswith(f"# {number} ")
    said = re.findall(r"^\*\*(.+?)\.\*\*", text, re.MULTILINE)
    assert said == ["What", "Why", "What else was possible", "What would change our mind"]


def test_changelog_knows_this_version():
    assert f"## [{valuelib.__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


# ---------------------------------------------------------------------- figures of the demo


@pytest.fixture(scope="module")
def demo() -> dict[str, Finding]:
    return {finding.claim.id: finding for finding in assess_all(load_study(ROOT / "data" / "demo"))}


def tutorial_rows(start: str) -> list[list[str]]:
    lines = (DOCS / "tutorial" / "first-report.md").read_text(encoding="utf-8").split(start, 1)[1].splitlines()[2:]
    table = [line for line in lines[: lines.index("")] if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def test_tutorial_figures_are_those_of_the_demo(demo: dict[str, Finding]):
    found = demo["nps_60"]
    rows = tutorial_rows("| Comparison | Lower | Higher | Points | Ratio |")
    for row, shown_contrast in zip(rows, (found.raw, found.total, found.deciding), strict=True):
        baseline, comparison, lift, ratio = (
            shown_contrast.baseline,
            shown_contrast.comparison,
            shown_contrast.difference,
            shown_contrast.ratio,
        )
        said = [f"{baseline.value:.1f}", f"{comparison.value:.1f}", f"{lift.value:+.1f}", f"{ratio.value:.2f}"]
        assert row[1:] == said


def test_tutorial_verdicts_are_those_of_the_demo(demo: dict[str, Finding]):
    told = {row[0].strip("`"): row[1] for row in tutorial_rows("| Claim | Verdict |")}
    assert told == {claim: finding.verdict for claim, finding in demo.items() if finding.confirmatory}
