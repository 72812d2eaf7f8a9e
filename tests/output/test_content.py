"""The content of a report: every output is set from it, so nothing that a reader sees may be missing in it."""

from tests.output.demo import demo_content, demo_runs
from valuelib.output.content import Card
from valuelib.results import Figure, Table
from valuelib.show.display import Item, Passage, item_text, passage_html, passage_text


def test_every_output_that_a_reader_sees_is_a_block_and_no_other() -> None:
    seen = {
        run.name.replace("_", "-"): sum(1 for item in run.records if not item.inner and item.kind not in ("chapter", "done"))
        for run in demo_runs()
    }
    assert {section.id: len(section.blocks) for section in demo_content().sections} == seen
    assert sum(seen.values()) > 80


def test_results_that_stand_in_one_table_are_recorded_but_not_shown_one_by_one() -> None:
    inner = [item for run in demo_runs() for item in run.records if item.inner]
    assert len(inner) > 100
    many = [item for run in demo_runs() for item in run.records if item.kind == "many"]
    tables = [block for section in demo_content().sections for block in section.blocks if isinstance(block, Table)]
    assert {item.name for item in many} <= {table.name for table in tables}


def test_the_summary_comes_first_and_its_cards_name_the_row_that_decides() -> None:
    first = demo_content().sections[0]
    assert first.id == "00-executive-summary"
    cards = [block for block in first.blocks if isinstance(block, Card)]
    assert len(cards) == 4
    for card in cards:
        assert card.words.deciding is not None
        assert "ratkaisee" in str(card.words.rows[card.words.deciding][0].value)
        assert card.finding.claim in ("nps_60", "nps_points", "repurchase_22", "repurchase_points") or card.finding.confirmatory


def test_advice_keeps_its_parts_in_the_record() -> None:
    blocks = [block for block in demo_content().sections[0].blocks if isinstance(block, Passage)]
    advice = next(block for block in blocks if block.name == "advice")
    assert advice.numbered
    assert len(advice.items) == 3
    sides = next(block for block in blocks if block.name == "partnership.advice")
    assert [item.about for item in sides.items] == ["For the provider", "For the customer"]
    assert all(item.rests_on.startswith("(") for item in sides.items)


def test_dots_give_their_numbers_to_charts() -> None:
    figures = [block for section in demo_content().sections for block in section.blocks if isinstance(block, Figure)]
    effort = next(figure for figure in figures if figure.name == "effort")
    stays = effort.charts[0]
    assert stays.categories[0] == "Easy, benefit beyond expectations"
    assert stays.series[0].low[0] < stays.series[0].values[0] < stays.series[0].high[0]
    assert f"{stays.series[0].values[0]:.0f}" in effort.alt


def test_a_passage_escapes_what_it_says() -> None:
    passage = Passage(name="x", title="<b>", lead=("a & b",), items=(Item("<i>said</i>", "who", "(why)"), Item("=1+1")), note="<n>")
    html = passage_html(passage)
    assert "<i>said" not in html
    assert "<strong>who:</strong> &lt;i&gt;said&lt;/i&gt; <em>(why)</em>" in html
    assert passage_text(passage) == "<b>\na & b\n- who: <i>said</i> (why)\n- =1+1\n<n>"
    assert item_text(Item("said")) == "said"


def test_every_footnote_leads_to_its_source_and_back() -> None:
    content = demo_content()
    sources = {source.number: source for source in content.sources}
    assert list(sources) == list(range(1, len(content.findings) + 1))
    assert {source.claim for source in content.sources} == {one.claim.id for one in content.findings}
    cards = [(section.id, block) for section in content.shown for block in section.blocks if isinstance(block, Card)]
    assert len(cards) > 10
    for place, card in cards:
        assert sources[card.source].claim == card.finding.claim.id
        assert place in sources[card.source].places


def test_the_method_stands_between_the_blocks_it_led_to() -> None:
    last = {run.name.replace("_", "-"): run.notebook.cells[-1].outputs for run in demo_runs()}
    for section in demo_content().sections:
        befores = [method.before for method in section.method]
        *readings, done = last[section.id]  # the last cell shows the readings that no cell before it did
        assert befores == sorted(befores)
        assert {method.kind for method in section.method} == {"prose", "code", "output", "picture"}
        assert done.data["text/plain"] == "done"
        assert befores[-1] == len(section.blocks) - len(readings)


def test_what_the_notebooks_fold_away_is_folded() -> None:
    folded = {(section.id, line) for section in demo_content().sections for line in section.folded.values()}
    assert len(folded) == 11
    for section in demo_content().sections:
        assert set(section.folded) <= set(range(len(section.blocks)))
