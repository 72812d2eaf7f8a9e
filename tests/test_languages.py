"""Every word of a report comes from a catalogue, so a language needs a catalogue and nothing else.

A pseudo language marks each text of the catalogues: whatever letters of a finished report stand outside the marks, and are not the
client's own, were written into the code.
"""

import base64
import io
import os
import re
import subprocess
import sys
import zipfile
from calendar import month_name
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from lxml import html as markup

from tests.system import need_program
from valuelib import languages
from valuelib.results import Message
from valuelib.show.catalogue import english, main, new_catalogue, write_catalogue
from valuelib.show.localizer import Localizer
from valuelib.stats.themes import lemma
from valuelib.study.load import load_study
from valuelib.theory.claims import claims, theory_texts
from valuelib.worlds.folder import simulate_study
from valuelib.worlds.truth import Truth

ROOT = Path(__file__).resolve().parents[1]
PSEUDO, OPEN, CLOSE = "qps", "⟦", "⟧"
SWEDISH = {
    "chapter.00_executive_summary.title": "I korthet",
    "report.contents": "Innehåll",
    "word.supported": "Stöds",
    "word.undecided": "Oavgjort",
    "word.rejected": "Förkastas",
    "report.show_the_method": "Visa metoden",
    "common.interval": "%(level)s konfidensintervall",
    "word.points": "poäng",
    "theory.claim.nps_60.statement": "Ett påstående på svenska.",
}
# Hashes of files, names that were too long, and the names by which results.json knows its figures.
HASH = re.compile(r"\b[0-9a-f]{12,64}\b|\S*(?:\.\.\.|…)\S*|\b[a-z_]+\.[\w.=]+")
MONTHS = set(month_name)  # written by the rules of the language, as Babel has them
WORD = re.compile(r"[^\W\d_]{3,}")
# Names that are the same in every language: marks, formats, statistics named after people, and the package's own files.
NAMES = {
    "nps",
    "valuelib",
    "results",
    "json",
    "study",
    "yaml",
    "sha",
    "icc",
    "htmt",
    "cfi",
    "csv",
    "utf",
    "xlsx",
    "rwg",
    "aipw",
    "sls",
}


def marked(text: str) -> str:
    return f"{OPEN}{text}{CLOSE}"


def pseudo() -> Catalog:
    catalogue, texts = new_catalogue("sv"), english("sv")
    for entry in catalogue:
        if entry.id:
            forms = tuple(marked(text) for text in texts[entry.id if isinstance(entry.id, str) else entry.id[0]])
            entry.string = forms[0] if len(forms) == 1 else forms
    return catalogue


def outside(text: str) -> str:
    """What of a text stands outside the marks, however deep these lie in each other."""
    depth, kept = 0, []
    for sign in text:
        depth += (sign == OPEN) - (sign == CLOSE)
        kept.append(sign if depth <= 0 and sign != CLOSE else " ")
        depth = max(depth, 0)
    return "".join(kept)


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, set[str]]:
    """A report in the pseudo language, and the words that are the client's own."""
    folder = tmp_path_factory.mktemp("pseudo")
    catalogue = pseudo()
    place = write_catalogue(catalogue, folder / "locale").parents[1]
    place.rename(place.with_name(PSEUDO))
    study = simulate_study(folder / "study", "pseudo", Truth(respondents=320, accounts=100, waves=2), 11)
    own = {word.casefold() for file in study.glob("*.csv") for word in WORD.findall(file.read_text(encoding="utf-8-sig"))}
    own |= {"pseudo", *(word.casefold() for word in WORD.findall(load_study(study).config.client))}
    named = load_study(study).config.names.values()
    words = [words for column in named for words in (column, *column.levels.values())]
    own |= {word.casefold() for one in words for said in (one.fi, one.en) if said for word in WORD.findall(said)}
    own |= {lemma(word, "fi") for word in own}  # comments are counted by dictionary forms
    command = [sys.executable, "-m", "valuelib", "report", str(study), "--language", PSEUDO, "--out", str(folder / "report")]
    environment = {**os.environ, languages.FOLDER: str(folder / "locale")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, done.stderr[-3000:]
    return folder / "report", own


def leaks(texts: Iterator[str], own: set[str]) -> list[str]:
    words = {word for text in texts for word in WORD.findall(HASH.sub("", outside(text)))}
    return sorted(word for word in words if word.casefold() not in own | NAMES and word not in MONTHS)


def test_the_page_says_nothing_of_its_own(spoken: tuple[Path, set[str]]) -> None:
    report, own = spoken
    page = markup.fromstring((report / "report.html").read_bytes())
    for hidden in page.xpath("//*[contains(@class, 'method') and not(self::label)] | //style | //script | //*[@class='hint']"):
        hidden.drop_tree()
    said = [*page.itertext(), *(value for name in ("alt", "aria-label", "title") for value in page.xpath(f"//@{name}"))]
    assert leaks(iter([" ".join(said)]), own) == []
    assert page.get("lang") == PSEUDO
    assert "".join(said).count(OPEN) > 500


def test_pictures_say_nothing_of_their_own(spoken: tuple[Path, set[str]]) -> None:
    report, own = spoken
    addresses = re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", (report / "report.html").read_text(encoding="utf-8"))
    # Letters are drawn as outlines; what they spell stands in a comment beside each line of text.
    lines = [" ".join(re.findall(r"<!-- (.*?) -->", base64.b64decode(one).decode(), re.DOTALL)) for one in addresses]
    assert len(lines) > 20
    assert "".join(lines).count(OPEN) > 200
    assert leaks(iter(lines), own) == []


def test_the_paper_says_nothing_of_its_own(spoken: tuple[Path, set[str]]) -> None:
    report, _ = spoken
    papers = [[need_program("pdftotext"), "-raw", str(report / name), "-"] for name in ("report.pdf", "annex.pdf")]
    told = "".join(subprocess.run(command, capture_output=True, check=True, text=True).stdout for command in papers)
    assert told.count("[") + told.count(OPEN) > 300
    seen = set(WORD.findall(told))
    assert {"valuelib"} <= {word.casefold() for word in seen}
    template = (ROOT / "valuelib" / "output" / "template" / "annex.typ").read_text(encoding="utf-8")
    in_brackets = re.findall(r"(?<![\w.)\]#])\[([^\[\]#]*[A-Za-z]{3,}[^\[\]#]*)\]", re.sub(r"//.*", "", template))
    assert in_brackets == []


@pytest.mark.parametrize("name", ["report.pptx", "tables.xlsx"])
def test_slides_and_workbook_say_nothing_of_their_own(spoken: tuple[Path, set[str]], name: str) -> None:
    report, own = spoken
    assert leaks(_shown_in(report / name), own) == []


def _shown_in(file: Path) -> Iterator[str]:
    """Texts that a reader of slides or sheets sees: paragraphs, notes, chart names, cells, tabs and alternative texts."""
    with zipfile.ZipFile(file) as packed:
        for name in packed.namelist():
            shown = name.startswith(("ppt/slides/", "ppt/notesSlides/", "ppt/charts/", "xl/sharedStrings", "xl/workbook"))
            if not shown or not name.endswith(".xml"):
                continue
            part = markup.etree.parse(io.BytesIO(packed.read(name)))
            # A label of a chart may stand on several lines, each a paragraph of its own.
            whole = "//*[local-name()='p' and not(ancestor::*[local-name()='rich'])] | //*[local-name()='rich']"
            for paragraph in part.xpath(f"{whole} | //*[local-name()='si' or local-name()='tx' or local-name()='cat']"):
                yield " ".join(paragraph.xpath(".//*[local-name()='t' or local-name()='v']/text()"))
            yield from part.xpath("//@descr")
            yield from (tab.split(" ", 1)[-1] for tab in part.xpath("//*[local-name()='sheet']/@name") if OPEN not in tab)


def test_a_partial_swedish_catalogue_speaks_and_the_rest_is_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = new_catalogue("sv")
    for code, text in SWEDISH.items():
        catalogue[code].string = text
    write_catalogue(catalogue, tmp_path)
    monkeypatch.setenv(languages.FOLDER, str(tmp_path))
    languages.catalogue.cache_clear()
    assert set(languages.languages()) == {"en", "fi", "sv"}
    speech = Localizer("sv")
    assert speech.word("supported") == "Stöds"
    assert speech.text("common.interval", level=0.95) == "95\N{NO-BREAK SPACE}% konfidensintervall"
    assert speech.number(-1234.5) == "\N{MINUS SIGN}1\N{NO-BREAK SPACE}234,5"
    assert speech.month("2026-03") == "mars 2026"
    assert claims()[0].statement.say("sv") == "Ett påstående på svenska."
    assert claims()[1].statement.say("sv") == claims()[1].statement.en
    assert speech.say(Message(code="advice.repeat")) == Localizer("en").say(Message(code="advice.repeat"))
    languages.catalogue.cache_clear()


def test_a_new_catalogue_holds_every_text_of_code_notebooks_and_theory(tmp_path: Path) -> None:
    assert main(["--new", "sv", str(tmp_path)]) == 0
    made = tmp_path / "sv" / "LC_MESSAGES" / "valuelib.po"
    text = made.read_text(encoding="utf-8")
    assert made.with_suffix(".mo").is_file()
    ids = {entry.id if isinstance(entry.id, str) else entry.id[0] for entry in new_catalogue("sv") if entry.id}
    assert {*english(), *theory_texts()} == ids
    assert "#. en: Exceeds the claim\n" in text
    made.write_text(text.replace('msgid "word.supported"\nmsgstr ""', 'msgid "word.supported"\nmsgstr "Stöds"'), encoding="utf-8")
    assert main(["--compile", str(made)]) == 0
    assert "Stöds".encode() in made.with_suffix(".mo").read_bytes()


def test_what_stands_outside_the_marks_is_found() -> None:
    assert outside(f"{OPEN}a {OPEN}b{CLOSE} c{CLOSE}HARD{OPEN}d{CLOSE}").split() == ["HARD"]
    assert leaks(iter([f"{OPEN}fine{CLOSE} leaked 12", "client"]), {"client"}) == ["leaked"]
