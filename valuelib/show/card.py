"""How is a finding shown as one small card: verdict, sentence, evidence, and what would settle it?"""

from __future__ import annotations

from html import escape

from valuelib.records import Control, Finding
from valuelib.show.evidence import deciding_of, evidence_contrasts, is_decided, is_widened, limits_of, shown_as_ratio
from valuelib.show.labels import label_contrast
from valuelib.show.language import NONE, Speech
from valuelib.show.palette import VERDICT_LOOKS
from valuelib.show.parts import part_columns, part_rows
from valuelib.show.sentences import NO_PROOF, WIDENED, say_detectable, say_finding, say_robustness, say_rung, say_verdict, say_why
from valuelib.theory import Claim, Text

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


def card_html(finding: Finding, claim: Claim, speech: Speech) -> str:
    """The card as html; the class names are those of style.css."""
    statement = claim.statement.say(speech.language)
    parts = [
        _badge(finding, speech),
        f'<p class="vl-claim">{escape(statement)}</p>',
        f"<p>{escape(say_finding(finding, claim, speech))}</p>",
        _evidence_html(finding, speech),
        *(f'<p class="vl-note">{escape(line)}</p>' for line in _settles(finding, speech)),
        _folded_html(finding, claim, speech),
    ]
    colour = VERDICT_LOOKS[finding.verdict].colour
    label = escape(f"{statement} {say_verdict(finding.verdict, speech)}.")
    opening = f'<article class="vl-card" aria-label="{label}" style="--vl-verdict: {colour}">'
    return f'<div class="vl">{opening}{"".join(parts)}</article></div>'


def card_text(finding: Finding, claim: Claim, speech: Speech) -> str:
    """The card as plain text, one line a part."""
    evidence = [f"{name}: {lift} {interval}" for name, lift, interval, _ in _evidence(finding, speech)]
    lines = [
        claim.statement.say(speech.language),
        say_finding(finding, claim, speech),
        *evidence,
        *("; ".join(row) for row in part_rows(finding, speech)),
        *_settles(finding, speech),
        *_behind(finding, claim, speech),
    ]
    return "\n".join(lines)


def _badge(finding: Finding, speech: Speech) -> str:
    sign = VERDICT_LOOKS[finding.verdict].sign
    kind = speech.text("claim under test") if finding.confirmatory else speech.text("exploratory")
    word = escape(say_verdict(finding.verdict, speech))
    badge = f'<span class="vl-badge"><span class="vl-sign" aria-hidden="true">{sign}</span>{word}</span>'
    return f'<p>{badge}<span class="vl-tag">{escape(kind)}</span></p>'


def _evidence(finding: Finding, speech: Speech) -> list[tuple[str, str, str, bool]]:
    rows = []
    for control in evidence_contrasts(finding):
        name = label_contrast(control, speech)
        deciding = is_decided(finding) and control.name == deciding_of(finding).name
        if deciding:
            name = speech.text("%(contrast)s (gives the verdict)", contrast=name)
        rows.append((name, *_numbers(control, finding, speech), deciding))
    return rows


def _numbers(control: Control, finding: Finding, speech: Speech) -> tuple[str, str]:
    ratio, points = control.lift_ratio, control.lift_points
    if shown_as_ratio(finding):
        if ratio is None or ratio.value is None:
            return NONE, ""
        return speech.ratio(ratio.value), speech.interval(*limits_of(ratio), decimals=2)
    if points is None:
        return speech.points(None), ""
    return speech.points(points.value), speech.interval(*limits_of(points))


def _evidence_html(finding: Finding, speech: Speech) -> str:
    if finding.parts:
        return _parts_html(finding, speech)
    rows = "".join(_evidence_row(*row) for row in _evidence(finding, speech))
    if not rows:
        return ""
    lift = speech.text("Ratio") if shown_as_ratio(finding) else speech.text("Difference")
    interval = speech.text("%(level)s interval", level=finding.level)
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in (speech.text("Comparison"), lift, interval))
    caption = f"<caption>{escape(speech.text('The figures behind the verdict'))}</caption>"
    table = f'<table class="vl-evidence">{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    return f'<div class="vl-scroll">{table}</div>'


def _parts_html(finding: Finding, speech: Speech) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in part_columns(finding, speech))
    rows = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in rest)}</tr>'
        for first, *rest in part_rows(finding, speech)
    )
    caption = f"<caption>{escape(speech.text('The figures behind the verdict'))}</caption>"
    table = f'<table class="vl-evidence">{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    return f'<div class="vl-scroll">{table}</div>'


def _evidence_row(name: str, lift: str, interval: str, deciding: bool) -> str:
    cells = f'<th scope="row">{escape(name)}</th><td>{escape(lift)}</td><td>{escape(interval)}</td>'
    return f'<tr class="vl-deciding">{cells}</tr>' if deciding else f"<tr>{cells}</tr>"


def _settles(finding: Finding, speech: Speech) -> list[str]:
    """What a reader must not miss: thin data, why nothing is decided, what a rejection does not say, what could be shown."""
    lines = [speech.say(warning) for warning in finding.warnings if warning.code in LOUD]
    if finding.undecided_why is not None:
        lines.append(say_why(finding, speech))
    if finding.verdict == "rejected":
        lines.append(speech.text(NO_PROOF))
    lines.append(say_detectable(finding, speech))
    return [line for line in dict.fromkeys(lines) if line]


def _behind(finding: Finding, claim: Claim, speech: Speech) -> list[str]:
    """What the verdict rests on, what to keep in mind, and where the claim comes from, for whoever opens it."""
    lines = [
        say_rung(finding, speech),
        say_robustness(finding, speech),
        speech.text(WIDENED) if is_widened(finding) else "",
        *_warnings(finding, speech),
    ]
    origin = speech.text(
        "The claim: %(origin)s. %(caveat)s", origin=_said(claim.origin, speech), caveat=claim.caveat.say(speech.language)
    )
    return [line for line in dict.fromkeys([*lines, origin]) if line]


def _said(text: Text, speech: Speech) -> str:
    return text.say(speech.language).rstrip(".")


def _warnings(finding: Finding, speech: Speech) -> list[str]:
    """The warnings as sentences; what the rung assumes is left out, since its own line says it."""
    return [
        speech.say(warning)
        for warning in finding.warnings
        if not warning.code.startswith("assumption.") and warning.code not in LOUD
    ]


def _folded_html(finding: Finding, claim: Claim, speech: Speech) -> str:
    lines = _behind(finding, claim, speech)
    if not lines:
        return ""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    told = [speech.text("Evidence: %(rung_key)s", rung_key=finding.rung)] if finding.rung is not None else []
    if count := len(_warnings(finding, speech)):
        told.append(speech.plural("%(n)s thing to keep in mind", "%(n)s things to keep in mind", count))
    told = told or [speech.text("Where the claim comes from")]
    return f"<details><summary>{escape(' · '.join(told))}</summary><ul>{items}</ul></details>"
