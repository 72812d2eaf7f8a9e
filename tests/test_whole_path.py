"""The main job on real input: the command line makes a report, and a browser shows what a client would see."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Page, sync_playwright

from tests.shared_data import shared_data
from tests.system import need_program
from tests.tolerances import SAME_ARITHMETIC

ROOT = Path(__file__).resolve().parents[1]
BROWSER = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
HBAT: dict[str, Any] = {
    "study": "hbat",
    "client": "HBAT",
    "language": "en",
    "columns": {"respondent": "id", "segment": ["x2", "x3"]},
    "outcomes": {
        "recommend": {"column": "x20", "scale": [0, 10]},
        "repurchase": {"column": "x21", "kind": "intention_topbox", "top": 8, "scale": [0, 10]},
    },
    # x13 (competitive pricing) stays unmapped: it runs against x6, and reversed it would cancel x17.
    "elements": {
        "scale": [0, 10],
        "columns": {
            "acceptable_price": "x17",
            "product_quality": "x6",
            "innovation": "x15",
            "connection": "x7",
            "expertise": "x8",
            "responsiveness": "x9",
            "variety": "x11",
            "commitment": "x12",
            "risk_reduction": "x14",
            "reduced_effort": "x16",
            "time_savings": "x18",
            "reputational_assurance": "x10",
        },
    },
    "exposure": {"rule": "count", "threshold": 6},
}


def valuelib(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "valuelib", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=True)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report") / "demo"
    valuelib("report", "data/demo", "--language", "en", "--out", str(folder))
    return folder


@pytest.fixture(scope="module")
def page(demo: Path) -> Iterator[Page]:
    chromium = need_program("chromium", "chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=BROWSER)
        page = browser.new_context(viewport={"width": 1280, "height": 1000}).new_page()
        page.goto((demo / "report.html").as_uri())
        yield page
        browser.close()


def results(folder: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    return loaded


def test_the_page_answers_first_and_has_every_claim_under_test(demo: Path, page: Page) -> None:
    first = page.locator("main section").first
    assert first.locator("h2").inner_text().startswith("The answer")
    confirmatory = [finding for finding in results(demo)["findings"] if finding["confirmatory"]]
    assert len(confirmatory) == 4
    said = first.inner_text()
    for finding in confirmatory:
        deciding = next(control for control in finding["controls"] if control["name"] == finding["decided_by"])
        assert f"{deciding['comparison']['value']:.0f}" in said
        assert f"{deciding['baseline']['value']:.0f}" in said
        assert page.locator(f"[id='{finding['claim']}']").count() == 1


def test_the_demo_teaches_raw_far_above_audited_and_three_verdicts_or_more(demo: Path) -> None:
    findings = {finding["claim"]: finding for finding in results(demo)["findings"]}
    nps = findings["nps_60"]
    deciding = next(control for control in nps["controls"] if control["name"] == nps["decided_by"])
    assert nps["lift_points"]["value"] > 2 * deciding["lift_points"]["value"]
    assert len({finding["verdict"] for finding in findings.values() if finding["confirmatory"] or finding["rung"]}) >= 3
    truth = yaml.safe_load((ROOT / "data" / "demo" / "truth.yaml").read_text(encoding="utf-8"))
    assert deciding["lift_points"]["ci_low"] < truth["nps_lift"] < deciding["lift_points"]["ci_high"]
    # Planted: 13 points on a baseline of 54 are a quarter more, not 60 %. The total, 22 points, does not
    # exclude it; the accounts that took the higher offering between two waves do.
    assert nps["decided_by"] == "switched.after"
    assert (nps["verdict"], nps["reason_code"]) == ("smaller", "reason.smaller.ratio")


def test_every_reading_of_the_register_is_in_the_results(demo: Path) -> None:
    from valuelib.theory.claims import claims

    assert {finding["claim"] for finding in results(demo)["findings"]} == {claim.id for claim in claims()}


def test_code_is_hidden_until_asked_for(page: Page) -> None:
    method = page.locator("pre.method, .method pre").first
    assert not method.is_visible()
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")  # the annex is folded
    assert not method.is_visible()
    page.get_by_label("Show the method").check()
    assert method.is_visible()
    page.get_by_label("Show the method").uncheck()


def test_contents_lead_to_every_chapter(page: Page) -> None:
    for link in page.locator("nav a").all():
        target = link.get_attribute("href")
        assert target is not None
        assert page.locator(f'[id="{target.removeprefix("#")}"]').count() == 1


def test_the_page_works_on_a_phone_without_sideways_scrolling(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.set_viewport_size({"width": 1280, "height": 1000})


def test_nothing_is_requested_from_anywhere(demo: Path, page: Page) -> None:
    fresh, asked = page.context.new_page(), []
    fresh.on("request", lambda request: asked.append(request.url))
    fresh.goto((demo / "report.html").as_uri())
    fresh.wait_for_timeout(300)
    fresh.close()
    assert [url for url in asked if not url.startswith("data:")] == [(demo / "report.html").as_uri()]


def test_assess_full_is_exactly_what_is_kept_beside_the_study(demo: Path) -> None:
    printed = json.loads(valuelib("assess", "data/demo", "--language", "en", "--json", "--full").stdout)
    assert printed == json.loads((ROOT / "data" / "demo" / ".valuelib" / "results-full.json").read_text(encoding="utf-8"))
    shipped = results(demo)
    assert [one["name"] for one in printed["estimates"]] == [one["name"] for one in shipped["estimates"]]
    for full, one in zip(printed["estimates"], shipped["estimates"], strict=True):
        assert (one["value"] is None) == (full["value"] is None)
        assert one["value"] is None or one["value"] == pytest.approx(full["value"], rel=0.02, abs=200 / max(one["n"], 1)), one[
            "name"
        ]


def test_hbat_gives_equal_figures_from_csv_and_sav(tmp_path: Path) -> None:
    found = []
    for name in ("HBAT.csv", "HBAT.sav"):
        source = shared_data(f"hbat/{name}")
        folder = tmp_path / name.replace(".", "-")
        folder.mkdir()
        (folder / name).write_bytes(source.read_bytes())
        settings = {**HBAT, "responses": {"file": name}}
        (folder / "study.yaml").write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")
        found.append(json.loads(valuelib("assess", str(folder), "--json", "--full").stdout))
    csv, sav = found
    valuelib("report", str(folder), "--out", str(folder / "report"))
    html = (folder / "report" / "report.html").read_text(encoding="utf-8")
    assert "Tiers that the survey does not ask about: Inspirational value." in html
    assert "The survey asked about 12 of the 40 elements" in html
    shipped = results(folder / "report")
    assert [one["name"] for one in shipped["estimates"]] == [one["name"] for one in sav["estimates"]]
    assert [(one["claim"], one["verdict"]) for one in shipped["findings"]] == [
        (one["claim"], one["verdict"]) for one in sav["findings"]
    ]
    assert csv["study"] == sav["study"]
    same(csv["findings"], sav["findings"])
    same(csv["estimates"], sav["estimates"])
    inspirational = next(one for one in csv["estimates"] if one["name"] == "tier.inspirational.mean")
    assert inspirational["value"] is None
    assert inspirational["reason"]


def same(one: Any, other: Any) -> None:
    """Equal in every word, and in every number up to the order of additions."""
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        for key in one:
            same(one[key], other[key])
    elif isinstance(one, list):
        assert len(one) == len(other)
        for left, right in zip(one, other, strict=True):
            same(left, right)
    elif isinstance(one, float) and not isinstance(one, bool):
        assert other == pytest.approx(one, rel=SAME_ARITHMETIC, abs=SAME_ARITHMETIC)
    else:
        assert one == other
