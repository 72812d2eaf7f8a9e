"""The Finnish pages: in step with the English, with commands that exist, the report's own words, and printouts as they come."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_docs import commands
from tools import finnish_pages, spelling
from valuelib.results import Verdict

ROOT = Path(__file__).resolve().parents[1]
TEN_MINUTES = ROOT / "docs" / "fi" / "omat-tiedot-kymmenessa-minuutissa.md"
READ_A_VERDICT = ROOT / "docs" / "fi" / "nain-luet-tuloksen.md"
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE_COMMAND = re.compile(r"`(?:\.venv/bin/)?valuelib ([a-z]+)([^`]*)`")
OPTION = re.compile(r"`(--[a-z][\w-]*)`")
SAID = re.compile(r"(?<![*\w])\*(?!\*)([^*\n]+)\*(?![*\w])")
WIDE_ENOUGH = "100"  # columns of the terminal in which the page's printouts were made
MINUTES = ("report",)  # what takes longer than a test may

each_page = pytest.mark.parametrize("page", finnish_pages.PAGES, ids=lambda page: page.stem)


def same_blanks(text: str) -> str:
    return " ".join(text.split()).casefold()


@each_page
def test_each_page_names_the_english_page_that_it_follows(page: Path):
    followed = finnish_pages.FOLLOWS.findall(page.read_text(encoding="utf-8"))
    assert len(followed) == 1
    assert (ROOT / followed[0][0]).is_file()


def test_no_page_is_behind_its_english():
    """Where it is: `python tools/finnish_pages.py` names the page; say there what is new, then run it with --in-step."""
    assert [f"{page.name}: {followed} is {today} now" for page, followed, _, today in finnish_pages.behind()] == []


@pytest.mark.parametrize(
    ("change", "counts"),
    [
        (("## How to read", "## Reading"), True),
        (("valuelib check data/acme  ", "valuelib check data/beta  "), True),
        (("`valuelib plan nps_60`", "`valuelib plan nps_60 --size 13`"), True),
        (("a bold claim", "a claim"), False),
    ],
)
def test_the_mark_changes_with_headings_code_and_commands_only(change: tuple[str, str], counts: bool):
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    changed = page.replace(*change)
    assert changed != page
    assert (finnish_pages.mark(changed) != finnish_pages.mark(page)) is counts


def test_the_readme_has_the_code_of_the_english_one():
    def code(page: str) -> list[str]:
        blocks = FENCE.findall((ROOT / page).read_text(encoding="utf-8"))
        return [line.split("#")[0].rstrip() for _, block in blocks for line in block.splitlines()]

    assert code("README.fi.md") == code("README.md")


@each_page
def test_commands_and_options_in_text_exist(page: Path):
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    known = commands()
    for name, rest in INLINE_COMMAND.findall(text):
        assert name in known, name
        assert set(re.findall(r"(?<= )--?[a-z][\w-]*", rest)) <= known[name], name
    assert set(OPTION.findall(text)) <= set.union(*known.values())


@each_page
def test_words_in_italics_are_those_of_the_finnish_catalogue(page: Path):
    catalogue = [same_blanks(text) for text in spelling.finnish_texts().values()]
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    unknown = [words for words in SAID.findall(text) if not any(same_blanks(words) in said for said in catalogue)]
    assert unknown == []


@pytest.mark.parametrize("page", [ROOT / "README.fi.md", READ_A_VERDICT], ids=lambda page: page.stem)
def test_every_word_of_a_verdict_stands_in_the_table(page: Path):
    texts = spelling.finnish_texts()
    words = {texts[f"word.{verdict}"] for verdict in (*Verdict.__args__, "borne_out")}
    rows = {row.strip("*") for row in re.findall(r"^\| (\*+[^|]+\*+) \|", page.read_text(encoding="utf-8"), re.MULTILINE)}
    assert words <= rows


def test_the_ten_minutes_print_what_the_page_shows(tmp_path: Path):
    """Every command of the page in its order, the lines of its YAML blocks written into study.yaml where they stand."""
    env = {**os.environ, "COLUMNS": WIDE_ENOUGH, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    printed: dict[str, str] = {}
    last, shown = "", 0
    for kind, block in FENCE.findall(TEN_MINUTES.read_text(encoding="utf-8")):
        if kind == "sh":
            for line in block.splitlines():
                printed[line] = last = run(line, tmp_path, env)
        elif kind == "yaml":
            write_settings(tmp_path / "data" / "acme" / "study.yaml", block)
        else:
            assert_shown(block, last)
            shown += 1
    assert shown == 5
    (_, command), (_, block) = FENCE.findall(READ_A_VERDICT.read_text(encoding="utf-8"))
    assert_shown(block, printed[command.strip()])


def run(line: str, folder: Path, env: dict[str, str]) -> str:
    """What a line of the page prints, on both streams."""
    program, *words = shlex.split(line)
    if program == "cp":
        shutil.copyfile(folder / words[0], folder / words[1])
        return ""
    assert program == "valuelib"
    if words[0] in MINUTES:
        return ""
    done = subprocess.run(
        [sys.executable, "-m", "valuelib", *words],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode in (0, 2), done.stderr
    return done.stdout + done.stderr


def write_settings(path: Path, block: str) -> None:
    """Each line of a block in the place of the one with its key, and all marks taken away, as the page tells the reader."""
    text = path.read_text(encoding="utf-8")
    for line in block.splitlines():
        key = re.escape(line.split(":")[0].strip())
        text, found = re.subn(rf"^#? *{key}: .*$", line.replace("\\", r"\\"), text, flags=re.MULTILINE)
        assert found <= 1 if line == f"{key}:" else found == 1, line
    text = re.sub(r" *# CHECK.*", "", text)
    path.write_text(re.sub(r"^guesses: open.*\n", "", text, flags=re.MULTILINE), encoding="utf-8")


def assert_shown(block: str, printed: str) -> None:
    """The lines of a block follow each other in what was printed; `...` stands for lines that are left out."""
    lines = [line.replace("\N{NO-BREAK SPACE}", " ").rstrip() for line in printed.splitlines()]
    place, gap = 0, True
    for line in block.splitlines():
        if line == "...":
            gap = True
            continue
        assert line in lines[place:] if gap else lines[place : place + 1] == [line], f"not printed: {line}"
        place, gap = lines.index(line, place) + 1, False
