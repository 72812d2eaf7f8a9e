"""A finding as one small card: verdict, sentence, evidence, and what would settle it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from valuelib.results import Cell, Column, Contrast, Finding
from valuelib.show.canvas import VERDICT_LOOKS
from valuelib.show.labels import deciding_of, evidence_contrasts, is_decided, is_widened, shown_as_ratio
from valuelib.show.localizer import local
from valuelib.show.sentences import (
    name_contrast,
    part_columns,
    part_rows,
    say_detectable,
    say_evidence_level,
    say_finding,
    say_robustness,
    say_verdict,
    say_why,
)
from valuelib.show.tables import column, interval_cell, text_rows

# Cautions that stand on the card itself: a verdict must not be read without them.
LOUD = frozenset(
    {
        "assumption.peers",
        "assumption.peers_rating",
        "warning.no_accounts",
        "warning.few_accounts",
        "warning.small_group",
        "warning.fallback_interval",
        "warning.claim_out_of_reach",
        "warning.weak_baseline",
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
    look, parts = VERDICT_LOOKS[finding.verdict], bool(finding.parts)
    deciding = (place for place, control in enumerate(evidence_contrasts(finding)) if _decides(control, finding))
    told = [local.text("card.evidence", rung_key=finding.evidence_level)] if finding.evidence_level is not None else []
    if count := len(_warnings(finding)):
        told.append(local.plural("card.things_keep_mind", count))
    tag = local.text("common.claim_under_test" if finding.confirmatory else "common.exploratory")
    return CardWords(
        verdict=say_verdict(finding.verdict),
        sign=look.sign,
        colour=look.colour,
        tag=tag if finding.subset is None else f"{tag}: {finding.subset}",
        statement=finding.claim.statement.say(local.language),
        sentence=say_finding(finding),
        evidence=local.text("card.figures_behind_verdict"),
        columns=part_columns(finding) if parts else _columns(finding),
        rows=tuple(part_rows(finding)) if parts else _evidence(finding),
        deciding=None if parts else next(deciding, None),
        settles=tuple(_settles(finding)),
        folded=" · ".join(told or [local.text("common.where_claim_comes")]),
        behind=tuple(_behind(finding)),
    )


def card_html(finding: Finding) -> str:
    """The card as html; the class names are those of style.css."""
    return words_html(card_words(finding))


def words_html(words: CardWords, footnote: str = "") -> str:
    """A card's words as html; `footnote` is html that follows the claim."""
    sign = f'<span class="vl-sign" aria-hidden="true">{words.sign}</span>'
    badge = f'<span class="vl-badge">{sign}{escape(words.verdict)}</span>'
    parts = [
        (f'<p>{badge}<span class="vl-tag">{escape(words.tag)}</span></p>'),
        f'<p class="vl-claim">{escape(words.statement)}{footnote}</p>',
        f"<p>{escape(words.sentence)}</p>",
        _evidence_html(words),
        *(f'<p class="vl-note">{escape(line)}</p>' for line in words.settles),
        _folded_html(words),
    ]
    label = escape(f"{words.statement} {words.verdict}.")
    opening = f'<article class="vl-card" aria-label="{label}" style="--vl-verdict: {words.colour}">'
    return f'<div class="vl">{opening}{"".join(parts)}</article></div>'


def card_text(finding: Finding) -> str:
    """The card as plain text, one line a part."""
    words = card_words(finding)
    rows = text_rows(words.columns, words.rows)
    evidence = ["; ".join(row) if finding.parts else "{}: {} {}".format(*row) for row in rows]
    return "\n".join(
        [words.statement, *([words.tag] if finding.subset else []), words.sentence, *evidence, *words.settles, *words.behind]
    )


def _columns(finding: Finding) -> tuple[Column, ...]:
    ratio = shown_as_ratio(finding)
    lift = column("common.ratio", "ratio") if ratio else column("common.difference", "points")
    return column("common.comparison"), lift, column("common.interval", "interval", 2 if ratio else None, level=finding.level)


def _evidence(finding: Finding) -> tuple[tuple[Cell, ...], ...]:
    rows = []
    for control in evidence_contrasts(finding):
        lift = control.ratio if shown_as_ratio(finding) else control.difference
        lift = None if lift is None or lift.value is None else lift
        name = name_contrast(control, deciding=_decides(control, finding))
        rows.append((Cell(name), Cell(None if lift is None else lift.value), interval_cell(lift)))
    return tuple(rows)


def _decides(control: Contrast, finding: Finding) -> bool:
    return is_decided(finding) and control.name == deciding_of(finding).name


def _evidence_html(words: CardWords) -> str:
    if not words.rows:
        return ""
    head = "".join(f'<th scope="col">{escape(one.label)}</th>' for one in words.columns)
    texts = text_rows(words.columns, words.rows)
    rows = "".join(_evidence_row(row, place == words.deciding) for place, row in enumerate(texts))
    caption = f"<caption>{escape(words.evidence)}</caption>"
    table = f'<table class="vl-evidence">{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    return f'<div class="vl-scroll">{table}</div>'


def _evidence_row(row: Sequence[str], deciding: bool) -> str:
    first, *rest = row
    cells = f'<th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in rest)}'
    return f'<tr class="vl-deciding">{cells}</tr>' if deciding else f"<tr>{cells}</tr>"


def _settles(finding: Finding) -> list[str]:
    """What a reader must not miss: thin data, why nothing is decided, what a rejection does not say, what could be shown."""
    lines = [local.say(warning) for warning in finding.warnings if warning.code in LOUD]
    if finding.undecided_why is not None:
        lines.append(say_why(finding))
    if finding.verdict == "rejected":
        lines.append(local.text("finding.claim_rejected_does_not"))
    lines.append(say_detectable(finding))
    return [line for line in dict.fromkeys(lines) if line]


def _behind(finding: Finding) -> list[str]:
    """What the verdict rests on, what to keep in mind, and where the claim comes from, for whoever opens it."""
    lines = [
        say_evidence_level(finding),
        say_robustness(finding),
        local.text("finding.interval_widened_holds_all") if is_widened(finding) else "",
        *_warnings(finding),
    ]
    origin = local.text(
        "card.the_claim",
        origin=finding.claim.origin.say(local.language).rstrip("."),
        caveat=finding.claim.caveat.say(local.language),
    )
    return [line for line in dict.fromkeys([*lines, origin]) if line]


def _warnings(finding: Finding) -> list[str]:
    """The warnings as sentences; what the rung assumes is left out, since its own line says it."""
    return [
        local.say(warning)
        for warning in finding.warnings
        if not warning.code.startswith("assumption.") and warning.code not in LOUD
    ]


def _folded_html(words: CardWords) -> str:
    if not words.behind:
        return ""
    items = "".join(f"<li>{escape(line)}</li>" for line in words.behind)
    return f"<details><summary>{escape(words.folded)}</summary><ul>{items}</ul></details>"
