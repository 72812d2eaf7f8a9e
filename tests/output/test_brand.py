"""The brand: read once, checked before anything runs, and worn by the page, the paper, the slides and the workbook."""

import io
from pathlib import Path

import openpyxl
import pytest
from PIL import Image
from pptx import Presentation

from tests.languages import spoken
from tests.output import made
from tests.output.demo import demo_content
from valuelib.errors import ParameterError, StudyError
from valuelib.output.brand import HOUSE, LARGEST_LOGO, READABLE, Brand, find_brand, nearest_readable, read_brand
from valuelib.output.build import build_report
from valuelib.output.page import render_page
from valuelib.output.pdf import check_logo
from valuelib.output.slides.draw import render_slides
from valuelib.output.workbook import render_workbook
from valuelib.show.canvas import PAPER, contrast
from valuelib.show.localizer import Localizer

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40pt" height="30pt"><path d="M0 0H9V9z"/></svg>'
DEMO = Path(__file__).parents[2] / "data" / "demo"


def write(folder: Path, text: str) -> Path:
    (folder / "logo.svg").write_text(SVG, encoding="utf-8")
    path = folder / "brand.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(path: Path) -> list[str]:
    with pytest.raises(StudyError) as told:
        read_brand(path)
    return [str(one) for one in told.value.problems]


def test_a_whole_brand_is_read_with_paths_from_its_own_folder(tmp_path: Path) -> None:
    path = write(tmp_path, 'name: Northlight\nlogo: logo.svg\nink: "#202020"\naccent: "#7A1FA2"\nfooter: Confidential\n')
    brand = read_brand(path)
    assert brand == Brand(
        name="Northlight", logo=tmp_path / "logo.svg", ink="#202020", accent="#7A1FA2", footer="Confidential", file=path
    )
    assert brand.files == (path, tmp_path / "logo.svg")


def test_the_brand_beside_the_study_is_taken_unless_another_is_named(tmp_path: Path) -> None:
    study, other = tmp_path / "study", tmp_path / "other"
    study.mkdir()
    other.mkdir()
    assert find_brand(study) == HOUSE
    write(study, "name: Beside\n")
    write(other, "name: Named\n")
    assert find_brand(study).name == "Beside"
    assert find_brand(study, other).name == find_brand(study, other / "brand.yaml").name == "Named"


def test_every_problem_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "big.png").write_bytes(b"x" * (LARGEST_LOGO + 1))
    told = problems(
        write(tmp_path, 'name: [a]\nlogo: big.png\nink: blue\naccent: "#FFD400"\nfooter: "x"\nfonts: Arial\ntemplate: no.pptx\n')
    )
    assert len(told) == 6
    for start in ("brand.yaml, line 1", "brand.yaml, line 2", "brand.yaml, line 3", "brand.yaml, line 4", "brand.yaml, line 6"):
        assert any(one.startswith(start) for one in told), start
    assert all("Expected:" in one and "Next:" in one for one in told)


def test_a_colour_that_cannot_be_read_is_refused_with_the_nearest_that_can(tmp_path: Path) -> None:
    (told,) = problems(write(tmp_path, 'accent: "#FFD400"\n'))
    nearest = nearest_readable("#FFD400")
    assert nearest in told
    assert contrast(nearest, PAPER) >= READABLE > contrast("#FFD400", PAPER)
    write(tmp_path, f'accent: "{nearest}"\n')
    assert read_brand(tmp_path / "brand.yaml").accent == nearest


@pytest.mark.parametrize("colour", ["#000000", "#00558C", "#FF0000", "#FFFFFF", "#12AB9F"])
def test_the_nearest_colour_can_be_read_and_a_good_one_stays(colour: str) -> None:
    nearest = nearest_readable(colour)
    assert contrast(nearest, PAPER) >= READABLE
    assert (nearest == colour) == (contrast(colour, PAPER) >= READABLE)


@pytest.mark.parametrize("text", ["", "- a\n", "name: a\nname: b\n", "name: 'x\n"])
def test_a_broken_file_is_told_in_words(tmp_path: Path, text: str) -> None:
    assert problems(write(tmp_path, text))


DRAWN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" height="30">{}</svg>'
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


def picture(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("1", (width, height)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        (
            "a.svg",
            DRAWN.format('<image href="http://127.0.0.1:8999/a.png" width="9" height="9"/>'),
            "leads to 'http://127.0.0.1:8999/a.png'",
        ),
        (
            "a.svg",
            DRAWN.format('<image xlink:href="file:///etc/hostname" width="9" height="9"/>'),
            "leads to 'file:///etc/hostname'",
        ),
        ("a.svg", DRAWN.format('<use href="other.svg#x"/>'), "leads to 'other.svg#x'"),
        ("a.svg", DRAWN.format("<style>@import 'http://127.0.0.1/a.css';</style>"), "leads to"),
        ("a.svg", DRAWN.format('<path style="fill: url(http://127.0.0.1/a)" d="M0 0H9V9z"/>'), "leads to 'http://127.0.0.1/a'"),
        ("a.svg", DRAWN.format("<script>1</script>"), "holds <script>"),
        ("a.svg", DRAWN.format("<foreignObject/>"), "holds <foreignObject>"),
        ("a.svg", '<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + DRAWN.format("<text>&a;</text>"), "defines entities"),
        ("a.svg", "<svg", "is no whole SVG"),
        ("a.png", b"\x89PNG\r\n\x1a\n and no more", "cannot be read as PNG"),
        ("a.png", picture(90, 90)[:-20], "cannot be read as PNG"),
        ("a.png", picture(40_000, 40_000)[:LARGEST_LOGO], "cannot be read as PNG|40000 x 40000 pixels"),
        ("a.png", picture(5_000, 10), "5000 x 10 pixels"),
    ],
    ids=range(13),
)
def test_a_logo_that_is_not_whole_in_its_own_file_is_refused_before_anything_runs(
    tmp_path: Path, name: str, content: str | bytes, told: str
) -> None:
    path = write(tmp_path, f"logo: {name}\n")
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    (said,) = problems(path)
    assert any(one in said for one in told.split("|")), said


@pytest.mark.parametrize(
    "inside",
    [
        f'<image xlink:href="data:image/png;base64,{PIXEL}" width="9" height="9"/>',
        '<defs><linearGradient id="g"/></defs><path style="fill:url(#g)" d="M0 0H9V9z"/><a href="https://x.org"/>',
    ],
    ids=["a picture in it", "a gradient"],
)
def test_a_logo_that_is_whole_is_taken_and_drawn(tmp_path: Path, inside: str) -> None:
    path = write(tmp_path, "logo: logo.svg\n")
    (tmp_path / "logo.svg").write_text(DRAWN.format(inside), encoding="utf-8")
    check_logo(read_brand(path))


def test_a_logo_that_cannot_be_drawn_stops_a_report_before_its_notebooks(tmp_path: Path) -> None:
    study = made.write_study(tmp_path / "data" / "small")
    write(study, "logo: logo.svg\n")
    (study / "logo.svg").write_text('<html xmlns="http://www.w3.org/1999/xhtml"/>', encoding="utf-8")
    chapter = made.write(tmp_path, "01_a", 'open("ran.txt", "w")', made.DONE)
    with pytest.raises(ParameterError, match=r"The logo logo\.svg of brand\.yaml: it cannot be drawn"):
        build_report(study, out=tmp_path / "out", notebooks=[chapter])
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "ran.txt").exists()


def test_all_outputs_wear_it(tmp_path: Path) -> None:
    brand = read_brand(write(tmp_path, 'name: Northlight\nlogo: logo.svg\naccent: "#7A1FA2"\nfooter: Confidential to the client\n'))
    page = spoken(Localizer("fi"), render_page, demo_content(), brand).decode()
    assert "--brand-accent: #7A1FA2" in page
    assert 'class="logo" src="data:image/svg+xml;base64,' in page
    assert "Northlight · Confidential to the client" in page
    deck = Presentation(io.BytesIO(render_slides(demo_content(), brand)))
    feet = [shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame]
    assert feet.count("Confidential to the client") == len(deck.slides) - 1
    assert openpyxl.load_workbook(io.BytesIO(render_workbook(demo_content(), brand))).properties.creator == "Northlight"
    assert b"Northlight" not in spoken(Localizer("fi"), render_page, demo_content())
