"""How is a finding shown as one small card: verdict, sentence, evidence, and what would settle it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from valuelib.results import Contrast, Finding
from valuelib.show.canvas import VERDICT_LOOKS
from valuelib.show.labels import deciding_of, evidence_contrasts, is_decided, is_widened, label_contrast, limits_of, shown_as_ratio
from valuelib.show.localizer import NONE, local
from valuelib.show.sentences import (
    part_columns,
    part_rows,
    say_detectable,
    say_evidence_level,
    say_finding,
    say_robustness,
    say_verdict,
    say_why,
)
from valuelib.theory.files import Text

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
    """Everything that a card says, in words, so that a page, a sheet of paper and a slide set the same card.

    `columns` and `rows` are the figures behind the verdict (first cell: the row's name), `deciding` the row that gives it.
    `settles` are lines that a verdict must not be read without; `behind` is for whoever asks what it rests on, under `folded`.
    """

    verdict: str
    sign: str
    colour: str
    tag: str
    statement: str
    sentence: str
    evidence: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    deciding: int | None
    settles: tuple[str, ...]
    folded: str
    behind: tuple[str, ...]


def card_words(finding: Finding) -> CardWords:
    """The card's words in the reader's language."""
    look, rows = VERDICT_LOOKS[finding.verdict], _evidence(finding)
    parts = bool(finding.parts)
    return CardWords(
        verdict=say_verdict(finding.verdict),
        sign=look.sign,
        colour=look.colour,
        tag=local.text("common.claim_under_test") if finding.confirmatory else local.text("common.exploratory"),
        statement=finding.claim.statement.say(local.language),
        sentence=say_finding(finding),
        evidence=local.text("card.figures_behind_verdict"),
        columns=tuple(part_columns(finding)) if parts else _columns(finding),
        rows=tuple(tuple(row) for row in part_rows(finding)) if parts else tuple(row[:3] for row in rows),
        deciding=None if parts else next((place for place, row in enumerate(rows) if row[3]), None),
        settles=tuple(_settles(finding)),
        folded=_folded(finding),
        behind=tuple(_behind(finding)),
    )


def card_html(finding: Finding) -> str:
    """The card as html; the class names are those of style.css."""
    return words_html(card_words(finding))


def words_html(words: CardWords, footnote: str = "") -> str:
    """A card's words as html; `footnote` is html that follows the claim."""
    parts = [
        _badge(words),
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
    if finding.parts:
        evidence = ["; ".join(row) for row in words.rows]
    else:
        evidence = [f"{name}: {lift} {interval}" for name, lift, interval in words.rows]
    return "\n".join([words.statement, words.sentence, *evidence, *words.settles, *words.behind])


def _badge(words: CardWords) -> str:
    sign = f'<span class="vl-sign" aria-hidden="true">{words.sign}</span>'
    badge = f'<span class="vl-badge">{sign}{escape(words.verdict)}</span>'
    return f'<p>{badge}<span class="vl-tag">{escape(words.tag)}</span></p>'


def _columns(finding: Finding) -> tuple[str, ...]:
    lift = local.text("common.ratio") if shown_as_ratio(finding) else local.text("common.difference")
    return (local.text("common.comparison"), lift, local.text("common.interval", level=finding.level))


def _evidence(finding: Finding) -> list[tuple[str, str, str, bool]]:
    rows = []
    for control in evidence_contrasts(finding):
        name = label_contrast(control)
        deciding = is_decided(finding) and control.name == deciding_of(finding).name
        if deciding:
            name = local.text("common.gives_the_verdict", contrast=name)
        rows.append((name, *_numbers(control, finding), deciding))
    return rows


def _numbers(control: Contrast, finding: Finding) -> tuple[str, str]:
    ratio, points = control.ratio, control.difference
    if shown_as_ratio(finding):
        if ratio is None or ratio.value is None:
            return NONE, ""
        return local.ratio(ratio.value), local.interval(*limits_of(ratio), decimals=2)
    if points is None:
        return local.points(None), ""
    return local.points(points.value), local.interval(*limits_of(points))


def _evidence_html(words: CardWords) -> str:
    if not words.rows:
        return ""
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in words.columns)
    rows = "".join(_evidence_row(row, place == words.deciding) for place, row in enumerate(words.rows))
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
    origin = local.text("card.the_claim", origin=_said(finding.claim.origin), caveat=finding.claim.caveat.say(local.language))
    return [line for line in dict.fromkeys([*lines, origin]) if line]


def _said(text: Text) -> str:
    return text.say(local.language).rstrip(".")


def _warnings(finding: Finding) -> list[str]:
    """The warnings as sentences; what the rung assumes is left out, since its own line says it."""
    return [
        local.say(warning)
        for warning in finding.warnings
        if not warning.code.startswith("assumption.") and warning.code not in LOUD
    ]


def _folded(finding: Finding) -> str:
    told = [local.text("card.evidence", rung_key=finding.evidence_level)] if finding.evidence_level is not None else []
    if count := len(_warnings(finding)):
        told.append(local.plural("card.things_keep_mind", count))
    return " · ".join(told or [local.text("common.where_claim_comes")])


def _folded_html(words: CardWords) -> str:
    if not words.behind:
        return ""
    items = "".join(f"<li>{escape(line)}</li>" for line in words.behind)
    return f"<details><summary>{escape(words.folded)}</summary><ul>{items}</ul></details>"
