"""Pictures of notebooks as JupyterLab shows them before anybody runs or trusts them, in its light and its dark theme.

    .venv/bin/python tools/lab_pictures.py OUT [NOTEBOOK ...]

Without notebooks: all of the collection's. Each gives OUT/<name>_<theme>_<part>.png, parts of 2,000 pixels from the top. Settings
and workspaces are OUT's own; needs Chromium (`make system-deps`) and the extra `lab`.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from time import sleep
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PORT, TOKEN, WIDTH, PART = 8731, "pictures", 1250, 2000
# A notebook's cells are drawn as they come into view, unless they all are.
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}
PANEL = ".jp-WindowedPanel-outer"


def write_settings(folder: Path, theme: str) -> None:
    """What JupyterLab reads of its user's wishes when a page is opened."""
    chosen = {**SETTINGS, "apputils-extension/themes": {"theme": f"JupyterLab {theme}"}}
    for plugin, wishes in chosen.items():
        file = folder / "lab" / "user-settings" / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(wishes), encoding="utf-8")


def take(browser: Browser, notebook: Path, out: Path, theme: str) -> int:
    """Pictures of one notebook from top to end; gives how many."""
    page = browser.new_page(viewport={"width": WIDTH, "height": PART + 100}, color_scheme="light")
    page.goto(f"http://127.0.0.1:{PORT}/doc/tree/{notebook.relative_to(ROOT).as_posix()}?token={TOKEN}&reset")
    page.locator(".jp-Notebook .jp-Cell").last.wait_for(timeout=90_000)
    page.wait_for_function("[...document.images].every((one) => one.complete)")
    page.wait_for_function("[...document.querySelectorAll('.jp-MarkdownOutput')].every((one) => one.textContent.trim())")
    sleep(1)
    panel, parts = page.locator(PANEL), 0
    while parts * PART < panel.evaluate("one => one.scrollHeight"):
        panel.evaluate(f"one => one.scrollTo(0, {parts * PART})")
        sleep(0.3)
        panel.screenshot(path=out / f"{notebook.stem}_{theme.lower()}_{parts}.png")
        parts += 1
    page.close()
    return parts


def main(out: Path, notebooks: list[Path]) -> None:
    """Start JupyterLab on the project, take the pictures, and stop it."""
    settings = out / "settings"
    write_settings(settings, "Light")
    (settings / "jupyter_server_config.json").write_text(json.dumps({"ServerApp": {"allow_root": True}}), encoding="utf-8")
    environment = os.environ | {"JUPYTER_CONFIG_DIR": str(settings), "JUPYTER_DATA_DIR": str(settings / "data")}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", f"--port={PORT}", f"--ServerApp.root_dir={ROOT}"]
    with (
        (out / "server.log").open("w") as told,
        subprocess.Popen([*command, f"--IdentityProvider.token={TOKEN}"], env=environment, stdout=told, stderr=told) as server,
        sync_playwright() as playwright,
    ):
        try:
            for _ in range(120):
                try:
                    urlopen(f"http://127.0.0.1:{PORT}/lab?token={TOKEN}", timeout=30).close()
                    break
                except (URLError, ConnectionError, TimeoutError):
                    sleep(1)
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
            for theme in ("Light", "Dark"):
                write_settings(settings, theme)
                for notebook in notebooks:
                    print(f"{notebook.stem}, {theme.lower()}: {take(browser, notebook, out, theme)} pictures")
            browser.close()
        finally:
            server.terminate()


if __name__ == "__main__":
    given = [Path(name).resolve() for name in sys.argv[2:]] or sorted((ROOT / "notebooks").glob("*.ipynb"))
    folder = Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    main(folder, given)
