"""The look of a report: name, logo, colours and footer of the consultancy that hands it over.

`brand.yaml` stands beside study.yaml or is named by `--brand`; all four outputs wear it. Colours are checked before anything runs:
a text that nobody can read is no brand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from PIL import Image

from valuelib.errors import Problem, StudyError
from valuelib.show.canvas import BLUE, INK, PAPER, contrast
from valuelib.study.config_file import YamlText, read_yaml
from valuelib.study.wording import clip, problem

BRAND_FILE = "brand.yaml"
KEYS = ("name", "logo", "ink", "accent", "footer", "template")
COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
READABLE = 4.5  # WCAG 2.2, success criterion 1.4.3: text against its ground
LOGOS = (".png", ".svg")
LARGEST_LOGO = 300_000  # bytes; the logo is carried by every page
WIDEST_LOGO = 4_000  # pixels; a picture of few bytes may unpack to many
OUTSIDE = re.compile(r"(?:url\(|@import)\s*([^);]*)")  # what a style names
LONGEST = {"name": 80, "footer": 160}  # letters that a footer line holds
NEXT = {"name": "Shorten it.", "footer": "Shorten it; longer notes belong to the cover letter."}


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """The look that all outputs share. Colours are #RRGGBB; a report without a brand carries the house's own."""

    name: str = ""
    logo: Path | None = None
    ink: str = INK
    accent: str = BLUE
    footer: str = ""
    template: Path | None = None
    file: Path | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that the look is made of."""
        return tuple(path for path in (self.file, self.logo, self.template) if path is not None)


HOUSE = Brand()


def find_brand(study: Path, named: Path | None = None) -> Brand:
    """The brand of a report: the file that was named, else brand.yaml in the study's folder, else the house's own look.

    Raises:
        StudyError: the file cannot be read or will not do; every problem at once.
    """
    if named is not None:
        return read_brand(named / BRAND_FILE if named.is_dir() else named)
    beside = study / BRAND_FILE
    return read_brand(beside) if beside.is_file() else HOUSE


def read_brand(path: Path) -> Brand:
    """Read a brand file; its paths run from its own folder.

    Raises:
        StudyError: the file cannot be read or will not do; every problem at once.
    """
    read = read_yaml(path, path.name)
    if problems := list(_problems(read, path)):
        raise StudyError(problems)
    data = read.data
    places = {key: path.parent / str(data[key]) for key in ("logo", "template") if data.get(key)}
    texts = {key: str(data[key]) for key in ("name", "ink", "accent", "footer") if data.get(key)}
    return Brand(file=path, logo=places.get("logo"), template=places.get("template"), **texts)


def nearest_readable(colour: str, ground: str = PAPER) -> str:
    """The colour darkened in small steps until text in it can be read on the ground (and white text on it)."""
    channels = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    for step in range(100, -1, -1):
        darker = "#" + "".join(f"{channel * step // 100:02X}" for channel in channels)
        if contrast(darker, ground) >= READABLE:
            return darker
    return INK


def _problems(read: YamlText, path: Path) -> Iterator[Problem]:
    def refused(key: str, said: str, expected: str, next_step: str) -> Problem:
        line = read.line_of((key,))
        return problem(said, path.name if line is None else f"{path.name}, line {line}", expected, next_step)

    data = {key: value for key, value in read.data.items() if value is not None}
    for key in read.data:
        if key not in KEYS:
            yield refused(
                key, f"There is no key {clip(key)!r}.", f"one of {', '.join(KEYS)}.", "Remove it or correct its spelling."
            )
    for place in read.twice:
        yield problem(f"The key {clip(place[-1])!r} stands twice.", path.name, "each key once.", "Keep one of them.")
    for key, longest in LONGEST.items():
        value = data.get(key, "")
        if not isinstance(value, str):
            yield refused(key, f"{key} is no text.", "a text.", "Put it in quotation marks.")
        elif len(value) > longest or "\n" in value:
            said = f"{key} has {len(value)} letters or several lines."
            yield refused(key, said, f"one line of at most {longest} letters.", NEXT[key])
    for key in ("ink", "accent"):
        value = data.get(key, INK)
        if not isinstance(value, str) or not COLOUR.fullmatch(value):
            said = f"{key} is {clip(value)!r}, which is no colour."
            yield refused(key, said, 'six hexadecimal digits, as in "#00558C".', "Write it so, in quotation marks.")
        elif (ratio := contrast(value, PAPER)) < READABLE:
            said = f"{key} {value} has a contrast of {ratio:.1f} to white, too little to be read."
            nearest = f"Take a darker one; the nearest that will do is {nearest_readable(value)}."
            yield refused(key, said, f"{READABLE} or more (WCAG 2.2, AA).", nearest)
    for key, kinds in (("logo", LOGOS), ("template", (".pptx", ".potx"))):
        if not data.get(key):
            continue
        file = path.parent / str(data[key])
        if not file.is_file():
            said = f"There is no file {clip(data[key])!r}."
            yield refused(key, said, f"a file in the folder of {path.name}.", "Check its name and place.")
        elif file.suffix.lower() not in kinds:
            said = f"The {key} is a {file.suffix or 'file without ending'}."
            yield refused(key, said, f"{' or '.join(kinds)}.", "Save it in that form.")
        elif key == "logo" and file.stat().st_size > LARGEST_LOGO:
            said = f"The logo has {file.stat().st_size // 1000} kB."
            yield refused(key, said, f"at most {LARGEST_LOGO // 1000} kB.", "Save it smaller; 400 pixels of width are enough.")
        elif key == "logo" and (said := say_what_is_wrong(file)):
            yield refused(key, said, "a drawing that is whole in its own file.", "Export it anew as a plain .svg or .png.")


def say_what_is_wrong(logo: Path) -> str:
    """Why a logo cannot be carried by a report, in a sentence; an empty text where it can."""
    if logo.suffix.lower() == ".png":
        try:
            with Image.open(logo, formats=("PNG",)) as picture:
                width, height = picture.size
                if max(width, height) <= WIDEST_LOGO:
                    picture.load()
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as err:
            return f"The logo cannot be read as PNG ({type(err).__name__})."
        wide = max(width, height) > WIDEST_LOGO
        return f"The logo has {width} x {height} pixels; at most {WIDEST_LOGO} can be drawn." if wide else ""
    text = logo.read_bytes()
    if b"<!ENTITY" in text:
        return "The logo defines entities."
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError, LookupError) as err:
        return f"The logo is no whole SVG: {clip(err, 60)}."
    for one in root.iter():
        tag = str(one.tag).rpartition("}")[2]
        if tag in ("script", "foreignObject"):
            return f"The logo holds <{tag}>, which is no drawing."
        for name, value in (*one.attrib.items(), ("", one.text or "") if tag == "style" else ("", "")):
            leads = [value] if name.rpartition("}")[2] == "href" and tag != "a" else OUTSIDE.findall(value)
            if outside := next((way for way in leads if not way.strip("'\" ").startswith(("#", "data:image/"))), None):
                return f"The logo's <{tag}> leads to {clip(outside, 40)!r}, outside its own file."
    return ""
