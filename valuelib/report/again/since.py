"""How is the change since the last report told: as tables in a terminal, and as a page for the client?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from valuelib.records import Table
from valuelib.report.again.compare import Comparison, Moved, Turned
from valuelib.report.chapters import Chapter
from valuelib.report.render import fill_page, page_words
from valuelib.show.display import table_html
from valuelib.show.labels import label_estimate
from valuelib.show.language import NONE, Speech
from valuelib.show.passage import Item, Passage, passage_html
from valuelib.show.sentences import say_verdict
from valuelib.show.words import VERDICTS
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
        "Verdicts that are others now: %(turned_n)s of %(claims_n)s. Figures whose change is shown: %(shown_n)s; moved by no more "
        "than chance: %(moved_n)s; the same: %(same_n)s; new: %(new_n)s; gone: %(gone_n)s.",
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
        speech.text("These settings differ between the two reports, so not every change is the customers'."),
        *comparison.settings,
    ]
    settings = Passage(name="settings", lead=(others[0],), items=tuple(Item(one) for one in others[1:]))
    chapters = [
        Chapter(
            id="since",
            title=speech.text("Since the last report"),
            question=speech.text("Which claims stand otherwise, and which figures have moved by more than chance?"),
            html=lead + table_html(claims_table) + table_html(figures_table),
        ),
        *(
            [Chapter(id="settings", title=speech.text("What else is different"), question="", html=passage_html(settings))]
            if comparison.settings
            else []
        ),
    ]
    facts = [(speech.text("Before"), _study(comparison.old, speech)), (speech.text("Now"), _study(comparison.new, speech))]
    words = {**page_words(speech), "title": speech.text("Customer value: what has changed")}
    return fill_page(chapters, client=str(comparison.new["client"]), facts=facts, words=words, speech=speech)


def _study(study: object, speech: Speech) -> str:
    about = study if isinstance(study, dict) else {}
    return speech.text(
        "%(name)s, %(respondents_n)s respondents in %(accounts_n)s accounts",
        name=str(about.get("name", "")),
        respondents_n=int(about.get("respondents", 0)),
        accounts_n=int(about.get("accounts", 0)),
    )


def _how_to_read(speech: Speech) -> str:
    return speech.text(
        "A change is called shown where its interval (%(level)s) leaves out zero. The interval takes the two surveys for "
        "independent; where the same accounts answered both times it is wider than it need be. Of many figures, one in twenty "
        "moves that far by chance.",
        level=0.95,
    )


def _claims_table(turned: Sequence[Turned], speech: Speech) -> Table:
    statements = {claim.id: claim.statement.say(speech.language) for claim in claims()}
    return Table(
        name="since.claims",
        caption=speech.text("Claims"),
        columns=(speech.text("Claim"), speech.text("Before"), speech.text("Now"), speech.text("Change of the deciding difference")),
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
    columns = (speech.text("What it is"), speech.text("Before"), speech.text("Now"), speech.text("Change"))
    rows = tuple(
        (label_estimate(one.name, speech), _number(one, one.before, speech), _number(one, one.after, speech), _change(one, speech))
        for one in moved
    )
    caption = speech.text("Figures that changed") if every else speech.text("Figures whose change is shown")
    return Table(name="since.figures", caption=caption, columns=columns, rows=rows)


def _verdict(verdict: str | None, speech: Speech) -> str:
    return next((say_verdict(word, speech) for word in VERDICTS if word == verdict), NONE)


def _decimals(one: Moved) -> int:
    return 2 if one.unit in ("ratio", "coefficient") else 0 if one.unit == "count" else 1


def _number(one: Moved, value: float | None, speech: Speech) -> str:
    return NONE if value is None else speech.number(value, _decimals(one))


def _change(one: Moved | None, speech: Speech) -> str:
    if one is None or one.change is None:
        return NONE
    said = speech.points(one.change, _decimals(one))
    return said if one.low is None else f"{said} {speech.interval(one.low, one.high, _decimals(one))}"
