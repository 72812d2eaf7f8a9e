"""A finding as one small card: verdict, sentence, evidence, and what would settle it."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from valuelib.results import Cell, Column, Finding
from valuelib.show.labels import decides, evidence_contrasts, say_mark, shown_as_ratio
from valuelib.show.localizer import local
from valuelib.show.sentences import (
    interval_column,
    look_of,
    name_contrast,
    part_columns,
    part_rows,
    say_claim_share,
    say_detectable,
    say_evidence_level,
    say_finding,
    say_link,
    say_robustness,
    say_verdict,
    say_why,
    say_widened,
)
from valuelib.show.tables import column, interval_cell, text_rows

# Cautions that stand on the card itself: a verdict must not be read without them.
LOUD = frozenset(
    {
        "assumption.switched",
        "note.switched_kept",
        "note.switched_lost",
        "warning.losses_reach_zero",
        "warning.placebo_moves",
        "warning.basics_apart",
        "warning.basics_partly",
        "assumption.peers",
        "assumption.peers_rating",
        "warning.no_accounts",
        "warning.few_accounts",
        "warning.small_group",
        "warning.fallback_interval",
        "warning.claim_out_of_reach",
        "warning.weak_baseline",
        "warning.large_account",
        "note.routed_items",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardWords:
    """Everything that a card says, so that a page, a sheet of paper and a slide set the same card.

    `columns` and `rows` are the figures behind the verdict, `deciding` the row that gives it.
    `settles` are lines that a verdict must not be read without; `behind` is for whoever asks what it rests on, under `folded`.
    """

    verdict: str
    sign: str
    colour: str
    tag: str
    statement: str
    sentence: str
    evidence: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    deciding: int | None
    settles: tuple[str, ...]
    folded: str
    behind: tuple[str, ...]


def card_words(finding: Finding) -> CardWords:
    """The card's words in the reader's language."""
    look, parts, as_ratio = look_of(finding), bool(finding.parts), shown_as_ratio(finding)
    shown = () if parts else evidence_contrasts(finding)
    columns, rows = part_columns(finding), part_rows(finding)
    if not parts:
        lift_column = column("common.ratio", "ratio") if as_ratio else column("common.difference", "points")
        columns = (column("common.comparison"), lift_column, interval_column(finding, 2 if as_ratio else None))
    for control in shown:
        lift = control.ratio if as_ratio else control.difference
        lift = None if lift is None or lift.value is None else lift
        rows.append((Cell(name_contrast(control, finding)), Cell(None if lift is None else lift.value), interval_cell(lift)))
    # What a reader must not miss: thin data, why nothing is decided, what a rejection does not say, what could be shown.
    settles = [local.say(warning) for warning in finding.warnings if warning.code in LOUD]
    settles += [say_why(finding)] if finding.undecided_why is not None else []
    settles += [local.text("finding.claim_rejected_does_not")] if finding.verdict == "rejected" else []
    # What the verdict rests on, what to keep in mind, and where the claim comes from; what the evidence assumes has its own line.
    warnings = [local.say(it) for it in finding.warnings if not it.code.startswith("assumption.") and it.code not in LOUD]
    origin, caveat = (one.say(local.language) for one in (finding.claim.origin, finding.claim.caveat))
    behind = [say_evidence_level(finding), say_robustness(finding), say_widened(finding), *warnings]
    behind.append(local.text("card.the_claim", origin=origin.rstrip("."), caveat=caveat))
    told = [] if finding.evidence_level is None else [local.text("card.evidence", rung_key=finding.evidence_level)]
    told += [local.plural("card.things_keep_mind", len(warnings))] if warnings else []
    return CardWords(
        verdict=say_verdict(finding),
        sign=look.sign,
        colour=look.colour,
        tag=local.text("common.claim_under_test") if finding.confirmatory else say_mark(finding.subset),
        statement=finding.claim.statement.say(local.language),
        sentence=say_finding(finding),
        evidence=local.text("card.figures_behind_verdict"),
        columns=columns,
        rows=tuple(rows),
        deciding=next((place for place, control in enumerate(shown) if decides(control, finding)), None),
        settles=tuple(
            line for line in dict.fromkeys([say_link(finding), *settles, say_claim_share(finding), say_detectable(finding)]) if line
        ),
        folded=" · ".join(told or [local.text("common.where_claim_comes")]),
        behind=tuple(line for line in dict.fromkeys(behind) if line),
    )


def card_html(finding: Finding) -> str:
    """The card as html; the class names are those of style.css."""
    return words_html(card_words(finding))


def words_html(words: CardWords, footnote: str = "") -> str:
    """A card's words as html; `footnote` is html that follows the claim."""
    table = folded = ""
    if words.rows:
        head = "".join(f'<th scope="col">{escape(one.label)}</th>' for one in words.columns)
        rows = []
        for place, (name, *texts) in enumerate(text_rows(words.columns, words.rows)):
            cells = f'<th scope="row">{escape(name)}</th>{"".join(f"<td>{escape(text)}</td>" for text in texts)}'
            rows.append(f'<tr class="vl-deciding">{cells}</tr>' if place == words.deciding else f"<tr>{cells}</tr>")
        inner = f"<caption>{escape(words.evidence)}</caption><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody>"
        table = f'<div class="vl-scroll"><table class="vl-evidence">{inner}</table></div>'
    if words.behind:
        items = "".join(f"<li>{escape(line)}</li>" for line in words.behind)
        folded = f"<details><summary>{escape(words.folded)}</summary><ul>{items}</ul></details>"
    sign = f'<span class="vl-sign" aria-hidden="true">{words.sign}</span>'
    badge = f'<span class="vl-badge">{sign}{escape(words.verdict)}</span>'
    parts = [
        (f'<p>{badge}<span class="vl-tag">{escape(words.tag)}</span></p>'),
        f'<p class="vl-claim">{escape(words.statement)}{footnote}</p>',
        f"<p>{escape(words.sentence)}</p>",
        table,
        *(f'<p class="vl-note">{escape(line)}</p>' for line in words.settles),
        folded,
    ]
    label = escape(f"{words.statement} {words.verdict}.")
    opening = f'<article class="vl-card" aria-label="{label}" style="--vl-verdict: {words.colour}">'
    return f'<div class="vl">{opening}{"".join(parts)}</article></div>'


def card_text(finding: Finding) -> str:
    """The card as plain text, one line a part."""
    words = card_words(finding)
    rows = text_rows(words.columns, words.rows)
    evidence = ["; ".join(row) if finding.parts else "{}: {} {}".format(*row) for row in rows]
    tag = [words.tag] if finding.subset else []
    return "\n".join([words.statement, *tag, words.sentence, *evidence, *words.settles, *words.behind])
