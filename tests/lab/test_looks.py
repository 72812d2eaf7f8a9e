"""A stored chapter as JupyterLab shows it before anybody trusts it, and after, in light and dark themes on either system theme."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import nbformat
import pytest
from nbformat.sign import NotebookNotary
from playwright.sync_api import Browser, Page, sync_playwright

from tests.show.results import estimate, finding
from tests.system import need_program
from valuelib.results import Estimates
from valuelib.show.canvas import AMBER
from valuelib.show.display import chapter, show

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
TOKEN, PATIENCE = "looks", 60
SECTION = Path("lab", "user-settings", "@jupyterlab")
# What the eye meets first: where labels and numbers stand, the badge, and the picture.
LOOK = """() => {
  const of = (name) => document.querySelector(name), picture = of('.vl-figure img');
  const style = (name) => getComputedStyle(of(name));
  return {
    label: style('.vl-table tbody th').textAlign, head: style('.vl-table thead th:first-child').textAlign,
    number: style('.vl-table td.vl-number').textAlign, row: style('.vl-evidence tbody th').textAlign,
    caption: style('.vl-table caption').textAlign, bold: style('.vl-table caption').fontWeight,
    badge: style('.vl-badge').backgroundColor, edge: style('.vl-card').borderLeftColor, width: style('.vl-card').borderLeftWidth,
    muted: style('.vl-note').opacity, drawn: picture.naturalWidth, seen: picture.clientWidth,
    paper: style('.vl-figure img').backgroundColor, filter: style('.vl-figure img').filter,
    sheets: document.querySelectorAll('.jp-OutputArea style').length,
    theme: document.body.dataset.jpThemeLight,
  };
}"""
LASTING = {
    **dict.fromkeys(("label", "head", "row", "caption"), "left"),
    "number": "right",
    "bold": "600",
    **dict.fromkeys(("badge", "edge"), "rgb({}, {}, {})".format(*bytes.fromhex(AMBER[1:]))),  # of the verdict "smaller"
    "width": "8px",
    "muted": "0.75",
    "paper": "rgb(255, 255, 255)",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One chapter stored twice, of which the second is trusted."""
    made = tmp_path_factory.mktemp("stored")
    one = finding(confirmatory=True)
    estimates = Estimates(items=(estimate("nps.all", 31.2, unit="points"), estimate("repurchase.all", 60.0)))
    picture = one.figures["claim"]
    assert picture is not None
    shown = [chapter("03_nps_claim", "Does it hold?", "By how much?"), show(estimates), show(one), show(picture)]
    outputs = [nbformat.v4.new_output("display_data", dict(each._repr_mimebundle_())) for each in shown]
    cells = [nbformat.v4.new_code_cell("ch.show(...)", outputs=[each], execution_count=1) for each in outputs]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    nbformat.write(notebook, made / "plain.ipynb")
    (made / "data").mkdir()
    notary = NotebookNotary(data_dir=str(made / "data"))
    cells[0].source += "  # so that the other one has another signature"
    nbformat.write(notebook, made / "trusted.ipynb")
    notary.sign(nbformat.read(made / "trusted.ipynb", as_version=4))
    notary.store.close()
    return made


@pytest.fixture(scope="module")
def lab(folder: Path) -> Iterator[str]:
    """JupyterLab on that folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = folder / "settings"
    (settings / SECTION / "apputils-extension").mkdir(parents=True)
    (settings / "jupyter_server_config.json").write_text(json.dumps({"ServerApp": {"allow_root": True}}), encoding="utf-8")
    environment = os.environ | {"JUPYTER_CONFIG_DIR": str(settings), "JUPYTER_DATA_DIR": str(folder / "data")}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", f"--port={port}", f"--ServerApp.root_dir={folder}"]
    address = f"http://127.0.0.1:{port}/lab/tree/{{}}.ipynb?token={TOKEN}&reset"
    with (
        (folder / "server.log").open("w") as told,
        subprocess.Popen([*command, f"--IdentityProvider.token={TOKEN}"], env=environment, stdout=told, stderr=told) as server,
    ):
        try:
            end = monotonic() + PATIENCE
            while not answers(address.format("plain")):
                assert server.poll() is None, (folder / "server.log").read_text()
                assert monotonic() < end, (folder / "server.log").read_text()
                sleep(0.3)
            yield address
        finally:
            server.terminate()


def answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=30):
            return True
    except (URLError, ConnectionError, TimeoutError):
        return False


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=need_program("chromium"), args=FLAGS)
        yield opened
        opened.close()


def look(browser: Browser, lab: str, folder: Path, name: str, theme: str, system: Any) -> dict[str, Any]:
    """How the stored chapter looks in a theme of JupyterLab, on a system with a theme of its own."""
    themes = folder / "settings" / SECTION / "apputils-extension" / "themes.jupyterlab-settings"
    themes.write_text(json.dumps({"theme": f"JupyterLab {theme}"}), encoding="utf-8")
    page: Page = browser.new_page(viewport={"width": 1300, "height": 2200}, color_scheme=system)
    page.goto(lab.format(name))
    page.wait_for_selector(".vl-figure img", timeout=1000 * PATIENCE)
    page.wait_for_function("document.querySelector('.vl-figure img').complete && document.body.dataset.jpThemeLight")
    found: dict[str, Any] = page.evaluate(LOOK)
    page.close()
    assert found.pop("theme") == str(theme == "Light").lower()
    assert found.pop("drawn") > 500
    assert found.pop("seen") > 300
    return found


@pytest.mark.parametrize(("theme", "system"), [("Light", "dark"), ("Dark", "light")])
def test_looks_outlive_a_notebook_that_nobody_trusts(browser: Browser, lab: str, folder: Path, theme: str, system: str) -> None:
    assert look(browser, lab, folder, "plain", theme, system) == {**LASTING, "sheets": 0, "filter": "none"}


@pytest.mark.parametrize(("theme", "system"), [("Light", "dark"), ("Dark", "light")])
def test_pictures_of_a_trusted_notebook_follow_its_theme(browser: Browser, lab: str, folder: Path, theme: str, system: str) -> None:
    turned = "none" if theme == "Light" else "invert(0.9) hue-rotate(180deg)"
    assert look(browser, lab, folder, "trusted", theme, system) == {**LASTING, "sheets": 1, "filter": turned}
