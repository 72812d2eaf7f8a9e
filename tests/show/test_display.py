"""Does every output carry html, plain text and its record, with all text escaped?"""

from __future__ import annotations

import base64
import dataclasses
import json
import re
from html.parser import HTMLParser

import pytest

from tests.languages import spoken
from tests.show.results import estimate, finding, not_testable, raw_only
from tests.tables import table_of_words
from valuelib.errors import ResultError
from valuelib.results import Estimate, Figure, Finding, Record, from_json
from valuelib.show.canvas import VERDICT_LOOKS
from valuelib.show.display import (
    RECORD_MIME,
    CellOutput,
    chapter,
    collapsible,
    record_of,
    show,
    show_many,
    table_text,
    text,
    whole_items,
)
from valuelib.show.lasting import with_looks
from valuelib.show.localizer import Localizer
from valuelib.theory.claims import ClaimSpec, claim
from valuelib.theory.files import Text

EN, FI = Localizer("en"), Localizer("fi")
EVIL = "<script>alert('1 & 2')</script>\""
FIGURE = Figure(name="f", svg='<svg xmlns="http://www.w3.org/2000/svg" id="a"/>', alt=EVIL, caption=EVIL)
TABLE = table_of_words(EVIL, ("What", EVIL), (("a", EVIL), ("b", "2")), EVIL)
VOID = {"img", "br", "meta"}


class Balance(HTMLParser):
    """Every tag that opens closes again, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _tags(html: str) -> list[str]:
    parser = Balance()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    return parser.seen


OUTPUTS: list[Record] = [
    estimate("nps.all", 31.2, unit="points"),
    estimate("tier.individual.mean", None),
    finding(),
    raw_only(),
    not_testable(),
    FIGURE,
    TABLE,
]


@pytest.mark.parametrize("result", OUTPUTS, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("speech", [EN, FI])
def test_the_record_reads_back_and_the_html_is_whole(result: Record, speech: Localizer) -> None:
    bundle = spoken(speech, show, result)._repr_mimebundle_()
    stored = record_of(json.loads(json.dumps(bundle, allow_nan=False)))
    assert from_json(stored["kind"], stored["data"]) == result
    assert "script" not in _tags(bundle["text/html"])
    assert bundle["text/plain"].strip()


def test_a_figure_is_inlined_whole_with_its_alt_text() -> None:
    shown = show(FIGURE)
    found = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', shown.html)
    assert found is not None
    assert base64.b64decode(found[1]).decode() == FIGURE.svg
    assert shown.plain == FIGURE.alt
    assert 'id="a"' not in shown.html
    assert _tags(shown.html) == ["figure", "img", "figcaption"]


def test_a_notebook_holds_each_picture_once_and_says_so_where_it_was_taken_out() -> None:
    bundle = collapsible("More", show(FIGURE))._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain", RECORD_MIME}
    assert bundle["text/html"].count("base64") == 1
    assert "svg" not in bundle[RECORD_MIME]["data"]
    with pytest.raises(ResultError, match=r"figure f holds no picture. Next: run the notebook again."):
        record_of({**bundle, "text/html": "<p>cleared</p>"})


def test_estimates_of_one_table_are_recorded_by_what_differs_and_read_back_whole() -> None:
    first = estimate("nps.all", 31.2, unit="points")
    estimates = [first, dataclasses.replace(first, name="nps.segment.a", value=12.5), estimate("tier.individual.mean", None)]
    data = show_many(estimates, TABLE).data
    assert set(data["items"][1]["data"]) == {"name", "value"}
    assert [from_json(one["kind"], one["data"]) for one in whole_items(data["items"])] == estimates


def test_what_a_style_sheet_says_that_a_notebook_may_lose_stands_on_each_element() -> None:
    table = show(TABLE)._repr_mimebundle_()["text/html"]
    assert re.findall(r'<th scope="row" style="text-align:left;font-weight:400">', table) != []
    cells = '<table class="vl-table"><tr><td class="vl-number" data-value="1">1 &lt; 2</td></tr></table>'
    assert '<td class="vl-number" style="text-align:right">1 &lt; 2</td>' in with_looks(cells)
    card = show(finding())._repr_mimebundle_()["text/html"]
    badge = re.search(r'class="vl-badge" style="background-color:(#\w+);', card)
    assert badge is not None
    assert badge[1] == VERDICT_LOOKS[finding().verdict].colour
    assert "var(--" not in card
    assert _tags(card) == _tags(show(finding()).html)


@pytest.mark.parametrize(
    "html",
    [
        '<p class="vl-note" hidden>a &amp; b &#x27;</p><br>',
        "<style>.a > b {}</style><p>c</p>",
        '<i x="&quot;">1</i>',
    ],
)
def test_looks_change_nothing_else(html: str) -> None:
    assert re.sub(r' style="[^"]*"', "", with_looks(html)) == html


def test_a_table_has_a_caption_and_scoped_headers() -> None:
    html = show(TABLE).html
    assert html.count('scope="col"') == 2
    assert html.count('scope="row"') == 2
    assert "<caption>&lt;script&gt;" in html
    assert table_text(TABLE).splitlines()[-3:-1] == [f"a     {EVIL}", "b     2"]


def test_chapter_and_text_are_outputs_too() -> None:
    opened = spoken(FI, chapter, "03", EVIL, "Why?")
    assert _tags(opened.html) == ["style", "div", "p", "strong"]
    assert opened.data == {"name": "03", "title": EVIL, "question": "Why?", "language": "fi"}
    said = text(EVIL, name="advice")
    assert isinstance(said, CellOutput)
    assert said.html == '<div class="vl"><p>&lt;script&gt;alert(&#x27;1 &amp; 2&#x27;)&lt;/script&gt;&quot;</p></div>'
    assert (said.kind, said.data["name"]) == ("text", "advice")


def test_a_clients_own_claim_is_shown_with_its_own_words() -> None:
    reading = {"kind": "contrast", "exposure": "study", "outcome": "recommend", "metric": "points", "size": 10.0}
    own = ClaimSpec.model_validate({"id": "own", "statement": EVIL, "reading": reading}).to_claim()
    shown = show(finding(claim=own, metric="points", size=10.0))
    assert "&lt;script&gt;" in shown.html
    assert "<script>" not in shown.html
    assert shown.plain.startswith(EVIL)


@pytest.mark.parametrize(
    ("result", "wanted"),
    [
        (
            estimate("nps.all", 31.24, unit="points"),
            "NPS, kaikki vastaajat: 31,2 (95 %:n luottamusväli [30,9; 31,5]; 400 vastausta)",
        ),
        (estimate("element.vision.mean", 7.0, n=1), "Näkemys tulevasta: 7,0 (95 %:n luottamusväli [6,7; 7,3]; 1 vastaus)"),
        (estimate("nps.segment.Ala=IT & tele", None), "NPS, Ala: IT & tele: – Kysymykseen ei ole vastauksia."),
        (estimate("tier.individual.alpha", 0.8, unit="coefficient"), "luotettavuus (alfa): 0,80"),
        (estimate("recommend.mean", 8.0, ci_low=None, ci_high=None), "Suositteluhalukkuus, keskiarvo: 8,0 (400 vastausta)"),
        (estimate("repurchase.mean", 8.0), "Uusintaosto, keskiarvo: 8,0"),
        (estimate("driver.tier.individual", 40.0), "Henkilökohtainen arvo, osuus uskollisuuden selityksestä: 40,0"),
    ],
)
def test_an_estimate_reads_as_one_line(result: Estimate, wanted: str) -> None:
    assert wanted in spoken(FI, show, result).plain.replace("\N{NO-BREAK SPACE}", " ")


def test_a_finding_of_an_unchanged_claim_needs_no_claim() -> None:
    one: Finding = finding()
    statement: Text = claim("nps_60").statement
    assert spoken(FI, show, one).plain.startswith(statement.fi)
    assert spoken(FI, show, dataclasses.replace(one)).html == spoken(FI, show, one).html
