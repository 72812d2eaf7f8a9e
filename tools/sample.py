"""Renew the sample report and its picture: `make sample`.

The sample is the demo study's report in English, without the executed notebooks; the picture is its first screen.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from valuelib.output.build import OUTPUTS, build_report

ROOT = Path(__file__).resolve().parents[1]
SAMPLE, PICTURE = ROOT / "reports" / "sample", ROOT / "docs" / "images" / "report.png"
FILES = (*OUTPUTS, "results.json")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def main() -> int:
    """Build the report in a temporary folder, keep the two files, and take the picture."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("chromium is not installed; `make system-deps` installs it.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as scratch:
        report = build_report(ROOT / "data" / "demo", language="en", out=Path(scratch) / "demo")
        SAMPLE.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            shutil.copyfile(report / name, SAMPLE / name)
    take_picture(chromium)
    return 0


def take_picture(chromium: str) -> None:
    """The first screen of the sample as a laptop shows it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1240, "height": 1120})
        page.goto((SAMPLE / "report.html").as_uri())
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
