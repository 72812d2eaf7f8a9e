"""The page in a real browser: no violation of accessibility rules, keys instead of a mouse, and text that stays text."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.languages import spoken
from tests.output.demo import demo_content, demo_edition
from tests.system import need_program
from tests.tables import table_of_words
from valuelib.output.content import Content, Section, page_words
from valuelib.output.page import render_page
from valuelib.results import Figure
from valuelib.show.display import Item, Passage
from valuelib.show.localizer import Localizer

ROOT = Path(__file__).resolve().parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
EN = Localizer("en")
PHONE = (390, 844)
VIOLATIONS = {"resultTypes": ["violations"]}  # not every element that passes
SCRIPTS = [
    f"<{tag} {event}=hit()>"
    for tag in ("img src=x", "svg", "body", "input autofocus", "video src=x", "details open", "iframe src=x", "marquee")
    for event in ("onerror", "onload", "onfocus", "onmouseover", "ontoggle", "onstart")
]
AROUND = [
    ("", ""),
    ('">', ""),
    ("'>", ""),
    ("</title>", ""),
    ("</style>", ""),
    ("</script>", ""),
    ("--></p>", ""),
    ("&lt;b&gt;", "]]>"),
]
CODES = ["<script>hit()</script>", "<img src=x onerror=hit()>", "<svg/onload=hit()>", "<a href='javascript:hit()'>x</a>"]
WRAPPED = [before + code + after for code in CODES for before, after in AROUND]
OTHERS = [
    "[x](javascript:hit())",
    "![x](x onerror=hit())",
    "**bold** `code` <b>b</b>",
    '=HYPERLINK("javascript:hit()";"x")',
    "+cmd|' /C calc'!A0",
    "@SUM(1+1)*hit()",
    "-2+3+hit()",
    "{{ hit() }}",
    "{% include 'x' %}",
    "${hit()}",
    "<%= hit() %>",
    "&#60;script&#62;hit()&#60;/script&#62;",
    "\\u003cscript\\u003ehit()\\u003c/script\\u003e",
    "%3Cscript%3Ehit()%3C/script%3E",
    "<scr<script>ipt>hit()</scr</script>ipt>",
    "<math><mi xlink:href=javascript:hit()>x</mi></math>",
    "<style>@import'javascript:hit()'</style>",
    "<meta http-equiv=refresh content='0;url=javascript:hit()'>",
    "<base href=javascript:hit()//>",
    "<form action=javascript:hit()><button>x</button></form>",
    "<object data=javascript:hit()>",
    "<embed src=javascript:hit()>",
    "<template><script>hit()</script></template>",
]
PAYLOADS = [*SCRIPTS, *WRAPPED, *OTHERS]


@cache
def finnish() -> str:
    return spoken(Localizer("fi"), render_page, demo_content()).decode()


@cache
def edition() -> str:
    return render_page(demo_edition()).decode()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = need_program("chromium", "chromium-browser")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def finnish_page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    (tmp_path / "report.html").write_text(finnish(), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto((tmp_path / "report.html").as_uri())
    yield page
    page.close()


@pytest.fixture
def edition_page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    (tmp_path / "report.html").write_text(edition(), encoding="utf-8")
    page = browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]})
    page.goto((tmp_path / "report.html").as_uri())
    yield page
    page.close()


def test_a_phone_reads_the_edition_in_under_thirty_screens_and_slides_no_picture(edition_page: Page) -> None:
    page = edition_page
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert page.locator("#the-annex").bounding_box()["y"] < 30 * PHONE[1]
    pictures = page.locator(".part .vl-figure")
    assert pictures.count() > 5
    assert pictures.evaluate_all("boxes => boxes.filter(box => box.scrollWidth > box.clientWidth)") == []
    claims = page.locator(".message:has(.target) .plots")
    assert claims.count() == 2
    assert claims.first.is_visible()
    assert not page.locator(".picture.wide").first.is_visible()
    assert page.locator(".plot-values").first.evaluate("one => parseFloat(getComputedStyle(one).fontSize)") >= 12


def test_a_wide_picture_without_numbers_stands_upright_on_a_phone_and_is_readable(browser: Browser, tmp_path: Path) -> None:
    """An own picture of 6.6 x 4.3 inches with letters of 10 points: as wide as the screen these would be 7 pixels high."""
    content = demo_edition()
    assert content.edition is not None
    drawn = '<svg xmlns="http://www.w3.org/2000/svg" width="475pt" height="310pt"><path d="M0 0H9V9z"/></svg>'
    page = replace(content.edition.pages[0], key="own.x", blocks=(Figure(name="own", svg=drawn, alt="a", caption="c", title="t"),))
    edited = replace(content, edition=replace(content.edition, pages=(*content.edition.pages, page)))
    (tmp_path / "report.html").write_bytes(render_page(edited))
    opened = browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]})
    opened.goto((tmp_path / "report.html").as_uri())
    picture = opened.locator("#page-own-x .turned img")
    box = picture.bounding_box()
    assert box is not None
    assert box["height"] > 1.4 * box["width"]
    assert 10 * box["height"] / 475 > 10  # pixels of a letter
    caption = opened.locator("#page-own-x figcaption").bounding_box()
    assert caption is not None
    assert caption["y"] >= box["y"] + box["height"] - 1
    assert opened.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    opened.set_viewport_size({"width": 1280, "height": 900})
    wide = picture.bounding_box()
    assert wide is not None
    assert wide["width"] > wide["height"]
    opened.close()


def test_every_finding_has_a_link_and_a_link_opens_what_is_folded_away(edition_page: Page) -> None:
    page = edition_page
    for finding in demo_edition().findings:
        assert page.locator(f"[id='{finding.claim.id}']").count() == 1
    card = page.locator(".board .grade a").first
    piece = page.locator(card.get_attribute("href") or "")
    assert not piece.is_visible()
    card.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#the-annex > details")).to_have_attribute("open", "")
    assert piece.is_visible()
    lost = "links => links.filter(link => !document.getElementById(decodeURIComponent(link.hash.slice(1)))).map(link => link.hash)"
    assert page.locator("a[href^='#']").evaluate_all(lost) == []
    numbers = page.locator(".piece").evaluate_all("pieces => pieces.map(piece => piece.id)")
    annex = demo_edition().edition
    assert annex is not None
    assert numbers == [one.id for one in annex.annex]


def test_search_finds_by_keys_alone(edition_page: Page) -> None:
    page = edition_page
    page.locator("#find").focus()
    page.keyboard.type("zzzz")
    assert page.locator("#finds a").count() == 0
    assert page.locator("#found").inner_text() == "Ei osumia"
    page.keyboard.press("Escape")
    page.keyboard.type("halo")  # the chapters of the stored notebooks are in English
    assert page.locator("#finds a").count() > 0
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(f"[id='{page.evaluate('location.hash')[1:]}']")).to_be_visible()


def test_paper_gets_the_edition_and_the_annex_only_where_it_is_open(edition_page: Page) -> None:
    page = edition_page
    page.emulate_media(media="print")
    assert not page.locator("#the-annex").is_visible()
    assert not page.locator("search").is_visible()
    page.evaluate("document.querySelector('#the-annex > details').open = true")
    assert page.locator("#the-annex").is_visible()


@pytest.mark.parametrize(("scheme", "width", "unfolded"), [("light", 1280, True), ("light", 390, False), ("dark", 390, False)])
def test_axe_finds_nothing_in_the_edition(edition_page: Page, scheme: Any, width: int, unfolded: bool) -> None:
    edition_page.set_viewport_size({"width": width, "height": 900})
    edition_page.emulate_media(color_scheme=scheme)
    if unfolded:
        edition_page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
    found = Axe().run(edition_page, options=VIOLATIONS).response["violations"]
    assert [(one["id"], len(one["nodes"]), one["nodes"][0]["target"], one["nodes"][0]["html"][:160]) for one in found] == []


@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [
        ("fi", 1280, "light"),
        ("en", 1280, "dark"),
        ("fi", 360, "dark"),
        pytest.param("fi", 1280, "dark", marks=pytest.mark.long),
        pytest.param("en", 1280, "light", marks=pytest.mark.long),
        pytest.param("fi", 360, "light", marks=pytest.mark.long),
    ],
)
def test_axe_finds_nothing(browser: Browser, tmp_path: Path, scheme: Any, language: str, width: int) -> None:
    sample = ROOT / "reports" / "sample" / "report.html"
    content = finnish() if language == "fi" else sample.read_text(encoding="utf-8")
    (tmp_path / "report.html").write_text(content, encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto((tmp_path / "report.html").as_uri())
    found = Axe().run(page, options=VIOLATIONS).response["violations"]
    page.close()
    assert [(one["id"], len(one["nodes"]), one["nodes"][0]["target"], one["nodes"][0]["html"][:160]) for one in found] == []


def test_axe_would_find_something(browser: Browser, tmp_path: Path) -> None:
    broken = finnish().replace('<html lang="fi">', "<html>").replace('alt="', 'data-alt="')
    looked_for = {"html-has-lang", "image-alt"}
    (tmp_path / "report.html").write_text(broken, encoding="utf-8")
    page = browser.new_page()
    page.goto((tmp_path / "report.html").as_uri())
    found = {one["id"] for one in Axe().run(page, options={**VIOLATIONS, "runOnly": [*looked_for]}).response["violations"]}
    page.close()
    assert found == looked_for


def test_a_phone_never_scrolls_sideways(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(finnish(), encoding="utf-8")
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto((tmp_path / "report.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.close()


def test_contents_switch_and_sorting_work_without_a_mouse(finnish_page: Page) -> None:
    page = finnish_page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "show-method"
    assert not page.locator(".method").first.is_visible()
    page.keyboard.press("Space")
    assert page.locator(".method").first.is_visible()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.hash") == "#00-executive-summary"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#00-executive-summary"


def test_a_table_sorts_numbers_and_says_how(finnish_page: Page) -> None:
    page = finnish_page
    head = page.locator("#\\30 9-cocreation .vl-table thead th", has_text="Mean").first
    cells = "rows => rows.map(row => parseFloat(row.cells[1].textContent.replace(',', '.')))"
    rows = head.locator("xpath=ancestor::table/tbody/tr")
    before = rows.evaluate_all(cells)
    head.locator("button").focus()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    assert rows.evaluate_all(cells) == sorted(before)
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert rows.evaluate_all(cells) == sorted(before, reverse=True)


def test_the_chapter_that_is_read_is_marked_in_the_contents(finnish_page: Page) -> None:
    page = finnish_page
    page.evaluate("document.getElementById('10-both-sides').scrollIntoView({behavior: 'instant'})")
    expect(page.locator(".contents a[aria-current]")).to_have_attribute("href", "#10-both-sides")


def test_the_page_loads_nothing_and_stays_small(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(finnish(), encoding="utf-8")
    assert (tmp_path / "report.html").stat().st_size < 5_000_000
    page, asked = browser.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((tmp_path / "report.html").as_uri())
    page.wait_for_load_state("networkidle")
    page.close()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def test_links_lead_somewhere(finnish_page: Page) -> None:
    lost = "links => links.filter(link => !document.getElementById(decodeURIComponent(link.hash.slice(1)))).map(link => link.hash)"
    assert finnish_page.locator("a[href^='#']").evaluate_all(lost) == []
    assert finnish_page.locator("#glossary dt").count() >= 10
    claims = {one.claim for one in demo_content().findings}
    assert finnish_page.locator("#sources li").count() == len(claims)
    notes = finnish_page.locator(".footnote a")
    assert notes.count() >= len(claims) - 2  # readings without a card stand in a table
    first = notes.first
    first.focus()
    finnish_page.keyboard.press("Enter")
    assert finnish_page.evaluate("location.hash").startswith("#source-")
    assert len(set(notes.evaluate_all("links => links.map(link => link.id)"))) == notes.count()


def test_more_than_a_hundred_payloads_are_shown_as_text_and_never_run(browser: Browser, tmp_path: Path) -> None:
    assert len(set(PAYLOADS)) > 100
    html = render_page(
        Content(
            client=PAYLOADS[0],
            title=PAYLOADS[1],
            facts=tuple((one, one) for one in PAYLOADS[:20]),
            sections=tuple(_section(place, payload) for place, payload in enumerate(PAYLOADS)),
            words=page_words(),
            language="en",
        )
    ).decode()
    # The policy of the page stops scripts of others; here it is taken out, so that escaping alone has to do.
    loose = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)
    assert loose != html
    (tmp_path / "report.html").write_text(loose, encoding="utf-8")
    page, dialogs, errors = browser.new_page(), [], []
    page.add_init_script("window.hits = 0; window.hit = () => { window.hits += 1; };")
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((tmp_path / "report.html").as_uri())
    page.locator("body").hover()
    page.keyboard.press("Tab")
    assert page.evaluate("window.hits") == 0
    assert dialogs == errors == []
    shown = " ".join(page.locator("main").inner_text().split())
    for payload in PAYLOADS:
        assert " ".join(payload.split()) in shown, payload
    assert (
        page.evaluate(
            "document.querySelectorAll('main script, main iframe, main object, main embed, main form, main video').length"
        )
        == 0
    )
    page.close()


def test_the_payloads_would_run_unescaped(browser: Browser) -> None:
    page = browser.new_page()
    page.add_init_script("window.hits = 0; window.hit = () => { window.hits += 1; };")
    page.goto("about:blank")
    page.set_content("".join(PAYLOADS[:60]))
    page.wait_for_timeout(300)
    assert page.evaluate("window.hits") > 0
    page.close()


def _section(place: int, payload: str) -> Section:
    passage = Passage(name="p", title=payload, lead=(payload,), items=(Item(payload, payload, payload, payload),), note=payload)
    table = table_of_words(payload, (payload, payload), ((payload, payload),) * 3, payload)
    figure = Figure(name="f", svg="<svg/>", alt=payload, caption=payload)
    missing = payload if place % 10 == 9 else ""
    blocks = (passage, table, figure)
    return Section(id=f"c{place}", title=payload, question=payload, blocks=blocks, folded={1: payload}, missing=missing)
