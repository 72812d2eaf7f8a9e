"""How is the change since the last report told: as tables in a terminal, and as a page for the client?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import get_args

from valuelib.records import Table, Verdict
from valuelib.report.again.compare import Comparison, Moved, Turned
from valuelib.report.chapters import Chapter
from valuelib.report.render import fill_page, page_words
from valuelib.show.display import table_html
from valuelib.show.labels import label_estimate
from valuelib.show.language import NONE, Speech
from valuelib.show.passage import Item, Passage, passage_html
from valuelib.show.sentences import say_verdict
from valuelib.theory import claims

KINDS = ("shown", "moved", "new", "gone")


def compare_tables(comparison: Comparison, speech: Speech, *, every: bool = False) -> tuple[Table, ...]:
    """Claims whose verdict or figure has changed, and figures whose change is shown (all that changed, where `every`)."""
    kinds = KINDS if every else KINDS[:1]
    turned = [one for one in comparison.claims if one.changed or (one.lift is not None and one.lift.kind != "same")]
    moved = [one for one in comparison.figures if one.kind in kinds]
    return (_claims_table(turned, speech), _figures_table(moved, speech, every=every))


def say_comparison(comparison: Comparison, speech: Speech) -> str:
    """How many verdicts and figures have changed, in one sentence."""
    turned = sum(one.changed for one in comparison.claims)
    counts = {kind: sum(one.kind == kind for one in comparison.figures) for kind in (*KINDS, "same")}
    return speech.text(
        "changes.verdicts_others_now_figures",
        turned_n=turned,
        claims_n=len(comparison.claims),
        shown_n=counts["shown"],
        moved_n=counts["moved"],
        same_n=counts["same"],
        new_n=counts["new"],
        gone_n=counts["gone"],
    )


def compare_page(comparison: Comparison, speech: Speech) -> str:
    """The page for the client, in the look of the report."""
    lead = passage_html(Passage(name="since", lead=(say_comparison(comparison, speech),), note=_how_to_read(speech)))
    claims_table, figures_table = compare_tables(comparison, speech)
    others = [
        speech.text("changes.settings_differ_between_two"),
        *comparison.settings,
    ]
    settings = Passage(name="settings", lead=(others[0],), items=tuple(Item(one) for one in others[1:]))
    chapters = [
        Chapter(
            id="since",
            title=speech.text("changes.since_last_report"),
            question=speech.text("changes.claims_stand_otherwise_figures"),
            html=lead + table_html(claims_table) + table_html(figures_table),
        ),
        *(
            [Chapter(id="settings", title=speech.text("changes.what_else_different"), question="", html=passage_html(settings))]
            if comparison.settings
            else []
        ),
    ]
    facts = [
        (speech.text("changes.before"), _study(comparison.old, speech)),
        (speech.text("changes.now"), _study(comparison.new, speech)),
    ]
    words = {**page_words(speech), "title": speech.text("changes.customer_value_what_changed")}
    return fill_page(chapters, client=str(comparison.new["client"]), facts=facts, words=words, speech=speech)


def _study(study: object, speech: Speech) -> str:
    about = study if isinstance(study, dict) else {}
    return speech.text(
        "changes.respondents_in_accounts",
        name=str(about.get("name", "")),
        respondents_n=int(about.get("respondents", 0)),
        accounts_n=int(about.get("accounts", 0)),
    )


def _how_to_read(speech: Speech) -> str:
    return speech.text("changes.change_called_shown_where", level=0.95)


def _claims_table(turned: Sequence[Turned], speech: Speech) -> Table:
    statements = {claim.id: claim.statement.say(speech.language) for claim in claims()}
    return Table(
        name="since.claims",
        caption=speech.text("changes.claims"),
        columns=(
            speech.text("common.claim"),
            speech.text("changes.before"),
            speech.text("changes.now"),
            speech.text("changes.change_deciding_difference"),
        ),
        rows=tuple(
            (
                statements.get(one.claim, one.claim),
                _verdict(one.before, speech),
                _verdict(one.after, speech),
                _change(one.lift, speech),
            )
            for one in turned
        ),
    )


def _figures_table(moved: Iterable[Moved], speech: Speech, *, every: bool) -> Table:
    columns = (
        speech.text("common.what_it_is"),
        speech.text("changes.before"),
        speech.text("changes.now"),
        speech.text("changes.change"),
    )
    rows = tuple(
        (label_estimate(one.name, speech), _number(one, one.before, speech), _number(one, one.after, speech), _change(one, speech))
        for one in moved
    )
    caption = speech.text("changes.figures_that_changed") if every else speech.text("changes.figures_whose_change_shown")
    return Table(name="since.figures", caption=caption, columns=columns, rows=rows)


def _verdict(verdict: str | None, speech: Speech) -> str:
    return next((say_verdict(word, speech) for word in get_args(Verdict) if word == verdict), NONE)


def _decimals(one: Moved) -> int:
    return 2 if one.unit in ("ratio", "coefficient") else 0 if one.unit == "count" else 1


def _number(one: Moved, value: float | None, speech: Speech) -> str:
    return NONE if value is None else speech.number(value, _decimals(one))


def _change(one: Moved | None, speech: Speech) -> str:
    if one is None or one.change is None:
        return NONE
    said = speech.points(one.change, _decimals(one))
    return said if one.low is None else f"{said} {speech.interval(one.low, one.high, _decimals(one))}"
