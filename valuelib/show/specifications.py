"""What do many ways of calculating one figure say together? Tables and the sentence of the specification curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from valuelib.explore.specifications.curve import HALO_EXPOSED, Curve, Family, Specification
from valuelib.explore.specifications.permute import Permutation, Permuted
from valuelib.explore.specifications.shares import Shares, Verdicts, share_lifts
from valuelib.records import Table, Value, Verdict
from valuelib.show.labels import capital
from valuelib.show.language import Speech
from valuelib.theory import Claim

READ: tuple[Verdict, ...] = ("supported", "consistent", "smaller", "rejected", "undecided")


def say_specifications(curve: Curve, speech: Speech) -> str:
    """The curve in two or three sentences: how many ways, how many show a lift, where those that halo cannot make lie."""
    found = {one.family: one for one in share_lifts(curve)}
    whole = found[None]
    said = [
        speech.text(
            "specifications.defensible_ways_calculate_difference",
            all_n=whole.n,
            shown_share=_whole(whole.shown),
            low_pts=whole.low,
            high_pts=whole.high,
            unit=unit_of(curve, speech),
        ),
        *_say_deciding(curve, found, speech),
        *_say_primary(curve, speech),
    ]
    return " ".join(said)


def say_title(curve: Curve, speech: Speech) -> str:
    """The headline of the picture: lifts shown where halo cannot make them, and where it can."""
    safe, exposed = split_by_halo(curve)
    if safe and exposed:
        return speech.text(
            "specifications.lift_shown_ways_halo",
            safe_share=_whole(shown_share(safe, curve)),
            exposed_share=_whole(shown_share(exposed, curve)),
        )
    return speech.text("specifications.lift_shown_ways", shown_share=_whole(shown_share(curve.specifications, curve)))


def split_by_halo(curve: Curve) -> tuple[list[Specification], list[Specification]]:
    """Specifications whose exposure no respondent rated for himself, and those that own ratings expose to halo; both sorted."""
    safe = [one for one in curve.specifications if one.choices.family not in HALO_EXPOSED]
    return safe, [one for one in curve.specifications if one.choices.family in HALO_EXPOSED]


def shown_share(specifications: Sequence[Specification], curve: Curve) -> float:
    """Share (0..1) of specifications whose lift is significantly above zero."""
    return sum(one.p_no_lift <= curve.alpha for one in specifications) / len(specifications)


def unit_of(curve: Curve, speech: Speech) -> str:
    """The unit of the curve's common footing, as a word."""
    return speech.text(f"specifications.unit.{curve.outcome}")


def table_shares(curve: Curve, speech: Speech) -> Table:
    """One row a family: how many specifications, where their lifts lie, how many show a lift, and how many the opposite."""
    return Table(
        name=f"specifications.{curve.outcome}",
        caption=speech.text("specifications.lifts_kind_evidence", outcome=capital(speech.word(curve.outcome))),
        columns=tuple(
            speech.text(one)
            for one in (
                "common.evidence",
                "specifications.ways_heading",
                "specifications.median_lift",
                "specifications.nine_ten_between",
                "specifications.show_a_lift",
                "specifications.show_the_opposite",
            )
        ),
        rows=tuple(_share_row(one, speech) for one in share_lifts(curve)),
        note=speech.text(
            "specifications.lifts_further_ways_left", unit=unit_of(curve, speech), left_out=speech.count(curve.left_out)
        ),
    )


def table_verdicts(found: Sequence[Verdicts], claims: Sequence[Claim], curve: Curve, speech: Speech) -> Table:
    """One row a claim and family: the verdicts that its specifications would give, were each the only one."""
    sizes = {claim.id: _size(claim, speech) for claim in claims}
    return Table(
        name=f"specifications.{curve.outcome}.verdicts",
        caption=speech.text("specifications.what_each_way_alone", outcome=capital(speech.word(curve.outcome))),
        columns=(
            speech.text("common.claimed"),
            speech.text("common.evidence"),
            speech.text("specifications.ways_heading"),
            *(speech.word(one) for one in READ),
        ),
        rows=tuple(
            (
                sizes[one.claim],
                _family(one.family, speech),
                speech.count(one.n),
                *(speech.percent(one.counts.get(verdict, 0) / one.n) for verdict in READ),
            )
            for one in found
        ),
        note=speech.text("specifications.only_ways_measure_outcome", level=curve.level),
    )


def _size(claim: Claim, speech: Speech) -> str:
    """The claimed size, which tells claims on one outcome apart in few letters."""
    size = claim.reading.size
    return f"×\N{NO-BREAK SPACE}{speech.ratio(size)}" if claim.reading.metric == "ratio" else speech.points(size)


def table_permutation(found: Permutation, curve: Curve, speech: Speech) -> Table:
    """One row a family: its median lift and its share of shown lifts beside what exchanged exposures give."""
    return Table(
        name=f"specifications.{curve.outcome}.permutation",
        caption=speech.text("specifications.whole_curve_against_chance", outcome=capital(speech.word(curve.outcome))),
        columns=tuple(
            speech.text(one)
            for one in (
                "common.evidence",
                "specifications.ways_heading",
                "specifications.median_lift",
                "specifications.by_chance",
                "specifications.p_median_lift",
                "specifications.show_a_lift",
                "specifications.by_chance",
                "specifications.p_show_lift",
            )
        ),
        rows=tuple(_permuted_row(one, speech) for one in found.families),
        note=speech.text("specifications.times_accounts_equally_many", permutations_n=found.permutations),
    )


def say_no_permutation(speech: Speech) -> str:
    """Why the curve was not held against chance."""
    return speech.text("specifications.curve_not_held_against")


def _say_deciding(curve: Curve, found: Mapping[Family | None, Shares], speech: Speech) -> list[str]:
    if curve.deciding is None:
        return [speech.text("specifications.all_them_could_decide")]
    one = found[curve.deciding]
    return [
        speech.text(
            "specifications.ways_evidence_can_decide",
            deciding_n=one.n,
            family=_lower(_family(one.family, speech)),
            shown_share=_whole(one.shown),
            median_pts=one.median,
        )
    ]


def _say_primary(curve: Curve, speech: Speech) -> list[str]:
    if curve.primary is None:
        return []
    one = curve.specifications[curve.primary]
    values: dict[str, Value] = {"value_pts": one.value, "interval": speech.interval(one.low, one.high)}
    if one.choices.family in ("audited", "peers"):
        return [speech.text("specifications.way_gives_verdict_shows", **values)]
    return [speech.text("specifications.raw_comparison_report_shows", **values)]


def _share_row(one: Shares, speech: Speech) -> tuple[str, ...]:
    return (
        _family(one.family, speech),
        speech.count(one.n),
        speech.points(one.median),
        f"{speech.points(one.low)} … {speech.points(one.high)}",
        speech.percent(one.shown),
        speech.percent(one.opposite),
    )


def _permuted_row(one: Permuted, speech: Speech) -> tuple[str, ...]:
    return (
        _family(one.family, speech),
        speech.count(one.n),
        speech.points(one.median),
        speech.points(one.chance_median),
        _p(one.p_median, speech),
        speech.percent(one.shown),
        speech.percent(one.chance_shown),
        _p(one.p_shown, speech),
    )


def _p(p: float, speech: Speech) -> str:
    return speech.number(p, 3)


def _family(family: Family | None, speech: Speech) -> str:
    return speech.text("specifications.all_ways") if family is None else speech.text(f"specifications.family.{family}")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _whole(share: float) -> float:
    """A share rounded to whole per cent, but never to all or none while some differ."""
    return share if share in (0.0, 1.0) else min(max(round(share, 2), 0.01), 0.99)
