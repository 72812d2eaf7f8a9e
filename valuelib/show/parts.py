"""The parts of a claim about directions as rows: what each one is, its effect, and whether it holds."""

from __future__ import annotations

from collections.abc import Sequence

from valuelib.records import Finding, Part, Table
from valuelib.show.evidence import limits_of
from valuelib.show.labels import capital
from valuelib.show.language import NONE, Speech


def part_columns(finding: Finding, speech: Speech) -> tuple[str, ...]:
    """Headers of `part_rows`."""
    return (
        speech.text("parts.part_claim"),
        speech.text("common.effect"),
        speech.text("common.interval", level=finding.level),
        speech.text("parts.per_what"),
        speech.text("parts.as_claimed"),
    )


def part_rows(finding: Finding, speech: Speech) -> list[tuple[str, ...]]:
    """One row a part, in the claim's order."""
    return [
        (
            capital(speech.word(part.name)),
            speech.points(part.lift.value, 2),
            speech.interval(*limits_of(part.lift), decimals=2),
            speech.word(part.unit_key),
            speech.word(f"holds_{part.holds}"),
        )
        for part in finding.parts
    ]


def table_parts(finding: Finding, caption: str, speech: Speech) -> Table:
    """The parts as a table of their own, with how many answers and accounts carry each and what size would have shown."""
    columns = (
        *part_columns(finding, speech),
        speech.text("parts.would_show_from"),
        speech.text("common.answers"),
        speech.text("common.accounts"),
    )
    rows = zip(part_rows(finding, speech), finding.parts, strict=True)
    return Table(
        name=f"parts.{finding.claim}",
        caption=caption,
        columns=columns,
        rows=tuple((*row, *_carried(part, speech)) for row, part in rows),
        note=speech.text("parts.claim_several_parts_holds"),
    )


def say_shown_parts(parts: Sequence[Part], speech: Speech) -> str:
    """How many parts are shown: "2 of 3 parts shown"."""
    shown = sum(part.holds == "shown" for part in parts)
    return speech.text("parts.of_parts_shown", shown_n=shown, parts_n=len(parts))


def _carried(part: Part, speech: Speech) -> tuple[str, str, str]:
    detectable = NONE if part.detectable is None else speech.number(part.detectable, 2)
    return detectable, speech.count(part.n), speech.count(part.accounts)
