"""The brand: read once, checked before anything runs, and worn by the page, the paper, the slides and the workbook."""

import io
from pathlib import Path

import openpyxl
import pytest
from pptx import Presentation

from tests.languages import spoken
from tests.output.demo import demo_content
from valuelib.errors import StudyError
from valuelib.output.brand import HOUSE, LARGEST_LOGO, READABLE, Brand, find_brand, nearest_readable, read_brand
from valuelib.output.page import render_page
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
