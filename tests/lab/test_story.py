"""A consultant's afternoon in the browser: a study from an export, a look around, a look kept, and nothing left behind.

JupyterLab and the web app run on a project of the test's own: the collection's notebooks under version control, and one client.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import urlopen

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pptx import Presentation

import valuelib as vl
from tests.system import need_program
from valuelib.output.build import build_report

ROOT = Path(__file__).resolve().parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
TOKEN = "story"
PATIENCE = 90_000  # milliseconds: a busy machine starts a kernel slowly
TITLE = "NPS by size"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of what matters, with a client's study made from an export."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    shutil.copy(ROOT / ".gitignore", folder)
    git = ["git", "-c", "user.name=Somebody", "-c", "user.email=somebody@example.com"]
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "Collection"]):
        subprocess.run([*git, *command], cwd=folder, check=True)
    made = vl.simulate("acme", respondents=240, accounts=80, nps_lift=12.0, seed=5, out=folder / "export")
    export = made.folder / "responses.csv"
    subprocess.run([sys.executable, "-m", "valuelib", "new", "acme", "--from", str(export)], cwd=folder, check=True)
    shutil.copy(made.folder / "study.yaml", folder / "data" / "acme" / "study.yaml")  # the mapping, looked through and filled in
    for other in made.folder.iterdir():
        if other.is_file() and not (folder / "data" / "acme" / other.name).exists():
            shutil.copy(other, folder / "data" / "acme")
    shutil.rmtree(folder / "export")
    assert untracked(folder) == ""
    return folder


def untracked(folder: Path) -> str:
    return subprocess.run(["git", "status", "--porcelain"], cwd=folder, check=True, capture_output=True, text=True).stdout


@contextmanager
def served(project: Path, *options: str) -> Iterator[int]:
    """`valuelib explore` on the client, until the block is left; gives the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = project.parent / "settings"
    settings.mkdir(exist_ok=True)
    (settings / "jupyter_server_config.json").write_text(json.dumps({"ServerApp": {"allow_root": True}}), encoding="utf-8")
    environment = os.environ | {"JUPYTER_TOKEN": TOKEN, "JUPYTER_CONFIG_DIR": str(settings)}
    command = [sys.executable, "-m", "valuelib", "explore", "data/acme", "--no-browser", "--port", str(port), *options]
    log = project.parent / f"server-{port}.log"
    with log.open("w") as told, subprocess.Popen(command, cwd=project, env=environment, stdout=told, stderr=told) as server:
        try:
            end = monotonic() + PATIENCE / 1000
            while not answers(port):
                assert server.poll() is None, log.read_text()
                assert monotonic() < end, log.read_text()
                sleep(0.3)
            yield port
        finally:
            server.terminate()


def answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/?token={TOKEN}", timeout=60):
            return True
    except (URLError, ConnectionError, TimeoutError):
        return False


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=need_program("chromium"), args=FLAGS)
        yield opened
        opened.close()


def choose(page: Page, label: str, option: str | int) -> None:
    which = {"index": option} if isinstance(option, int) else {"label": option}
    page.locator(".widget-dropdown", has=page.get_by_text(label, exact=True)).locator("select").select_option(**which)


def code_shown(page: Page, pattern: str) -> None:
    expect(page.locator(".vl pre").last).to_have_text(re.compile(pattern), timeout=PATIENCE)


def run_all(page: Page) -> None:
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


def save(page: Page) -> None:
    page.get_by_role("menuitem", name="File", exact=True).click()
    page.locator('.lm-Menu [data-command="docmanager:save"]').click()


def test_from_an_export_to_a_chapter_of_the_report(project: Path, browser: Browser, tmp_path: Path) -> None:
    acme = project / "data" / "acme"
    with served(project) as port:
        page = browser.new_page(viewport={"width": 1500, "height": 1000}, accept_downloads=True)
        page.goto(f"http://127.0.0.1:{port}/lab/tree/data/acme/notebooks/explore.ipynb?token={TOKEN}")
        page.locator(".jp-Notebook").wait_for(timeout=PATIENCE)
        page.get_by_text("| Idle").wait_for(timeout=PATIENCE)
        run_all(page)
        page.locator(".widget-dropdown").first.wait_for(timeout=PATIENCE)
        expect(page.get_by_text("official Jupyter news")).to_have_count(0)  # a fresh JupyterLab asks
        code_shown(page, "nps_60")
        choose(page, "Look at", "An outcome, tier or element")
        code_shown(page, r"vl.estimate\(survey, 'nps'\)")
        choose(page, "By", 1)
        code_shown(page, r"by='\w+'")
        expect(page.get_by_text("Exploratory.")).to_be_visible()
        page.get_by_role("button", name="Keep this").click()
        expect(page.locator(".jp-CodeCell .cm-content").last).to_have_text(re.compile(r"vl.estimate\(survey, 'nps', by="))
        page.get_by_label("Title").fill(TITLE)
        page.get_by_role("button", name="Write as a chapter").click()
        expect(page.get_by_text("20_nps_by_size.ipynb").first).to_be_visible(timeout=PATIENCE)
        save(page)
        expect(page.locator(".jp-mod-dirty")).to_have_count(0, timeout=PATIENCE)
        export = f"http://127.0.0.1:{port}/nbconvert/html/data/acme/notebooks/explore.ipynb?download=true&token={TOKEN}"
        assert "vl.explorer" in re.sub("<[^>]+>", "", page.context.request.get(export, timeout=PATIENCE).text())
        kept = json.loads((acme / "notebooks" / "explore.ipynb").read_text(encoding="utf-8"))["cells"][-1]["source"]
        assert "vl.estimate(survey, 'nps'" in "".join(kept)
        page.close()
    assert untracked(project) == ""
    report = build_report(acme, language="en", notebooks=[ROOT / "notebooks" / "01_data_quality.ipynb"], out=tmp_path / "report")
    assert TITLE in (report / "report.html").read_text(encoding="utf-8")
    text = subprocess.run(
        [need_program("pdftotext"), report / "report.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    assert TITLE in text
    slides = Presentation(str(report / "report.pptx"))
    assert any(TITLE in shape.text_frame.text for slide in slides.slides for shape in slide.shapes if shape.has_text_frame)
    cells = [str(cell) for sheet in openpyxl.load_workbook(report / "tables.xlsx") for row in sheet.values for cell in row]
    assert any(TITLE in cell for cell in cells) or any("20_nps" in cell for cell in cells)


def test_the_collections_own_notebooks_are_not_saved_over(project: Path, browser: Browser) -> None:
    with served(project, "--chapter", "03_nps_claim") as port:
        page = browser.new_page(viewport={"width": 1500, "height": 1000})
        page.goto(f"http://127.0.0.1:{port}/lab/workspaces/other/tree/notebooks/03_nps_claim.ipynb?token={TOKEN}&reset")
        page.locator(".jp-Notebook").wait_for(timeout=PATIENCE)
        page.get_by_text("| Idle").wait_for(timeout=PATIENCE)
        page.locator(".jp-CodeCell .cm-content").first.click()
        page.keyboard.type("# the client's own\n")
        save(page)
        expect(page.get_by_text("belongs to the collection")).to_be_visible(timeout=PATIENCE)
        page.close()
    assert untracked(project) == ""
    draft = json.loads((project / "data" / "acme" / "notebooks" / "drafts" / "03_nps_claim.ipynb").read_text(encoding="utf-8"))
    assert 'study = "../.."' in "".join("".join(cell["source"]) for cell in draft["cells"])
    assert not any(cell.get("outputs") for cell in draft["cells"])


def test_the_app_answers_each_change_by_keyboard_alone(project: Path, browser: Browser) -> None:
    with served(project, "--app") as port:
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.goto(f"http://127.0.0.1:{port}/", timeout=PATIENCE)
        page.locator(".widget-dropdown select").first.wait_for(timeout=PATIENCE)
        code_shown(page, "nps_60")
        page.locator(".widget-dropdown select").first.focus()
        page.keyboard.press("ArrowDown")
        code_shown(page, r"vl.estimate\(survey, 'nps'\)")
        assert page.locator(".jp-CodeCell .cm-content").count() == 0  # no code but that of the look
        page.get_by_role("button", name="Keep this").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("explore.ipynb")).to_be_visible(timeout=PATIENCE)
        page.close()
    kept = json.loads((project / "data" / "acme" / "notebooks" / "explore.ipynb").read_text(encoding="utf-8"))["cells"][-1][
        "source"
    ]
    assert "vl.estimate(survey, 'nps')" in "".join(kept)
    assert untracked(project) == ""
