"""What goes with recommending, in words and tables."""

from __future__ import annotations

from valuelib.explore.drivers.find import Drivers, Share
from valuelib.records import Estimate, Table
from valuelib.show.labels import capital
from valuelib.show.language import Speech
from valuelib.theory import element

HEADINGS = (
    "drivers.element",
    "common.tier",
    "drivers.share_per_cent",
    "drivers.share_equal_general_rating",
    "drivers.rank",
    "common.mean_0_10",
)


def say_drivers(drivers: Drivers, speech: Speech) -> str:
    """How much the ratings explain, here and on accounts that the fit has not seen."""
    return speech.text(
        "drivers.together_ratings_elements_go",
        elements_n=len(drivers.elements),
        fit_share=_share(drivers.r2),
        new_share=max(_share(drivers.r2_cv), 0.0),
        left_share=_share(drivers.r2_within),
    )


def say_meaning(speech: Speech) -> str:
    """What importance does not mean."""
    return speech.text("drivers.share_tells_what_goes")


def say_gaps(drivers: Drivers, speech: Speech) -> str:
    """What was done about missing ratings."""
    if drivers.complete_n == drivers.n:
        return speech.text("drivers.every_answers_rates_every", answers_n=drivers.n)
    said = speech.text(
        "drivers.ratings_missing_each_correlation",
        gap_share=round(drivers.missing_share, 3),
        pairs_n=drivers.fewest_pairs,
        answers_n=drivers.n,
        complete_n=drivers.complete_n,
    )
    if not drivers.repaired:
        return said
    return f"{said} " + speech.text("drivers.taken_together_correlations_contradicted")


def say_checks(drivers: Drivers, speech: Speech) -> str:
    """How far other ways of dividing agree, element by element."""
    return " ".join(speech.text(f"drivers.agreement.{name}", rank_ratio=value) for name, value in drivers.agreement.items())


def table_drivers(drivers: Drivers, speech: Speech) -> Table:
    """Every element with its shares, slopes, rank and mean rating; the largest share first."""
    slope = (
        speech.text("drivers.nps_points_per_rating") if drivers.outcome == "nps" else speech.text("drivers.scale_points_per_rating")
    )
    equal = speech.text("drivers.same_equal_general_rating")
    columns = [speech.text(one) for one in HEADINGS]
    ranked = sorted(drivers.elements, key=lambda share: share.raw.value or 0.0, reverse=True)
    return Table(
        name="drivers",
        caption=speech.text("drivers.elements_and_recommending"),
        columns=(*columns[:4], slope, capital(equal), *columns[4:]),
        rows=tuple(_row(share, speech) for share in ranked),
        note=speech.text("drivers.figures_brackets_intervals_accounts", level=drivers.r2.level),
    )


def table_checks(drivers: Drivers, speech: Speech) -> Table:
    """The categories' shares by three ways of dividing."""
    return Table(
        name="driver_checks",
        caption=speech.text("drivers.same_divided_other_ways"),
        columns=(
            speech.text("drivers.category"),
            speech.text("drivers.along_the_pyramid"),
            speech.text("drivers.all_categories_alike"),
            speech.text("drivers.johnson_relative_weights"),
        ),
        rows=tuple(
            (capital(speech.word(one.key)), *(speech.number(part) for part in (one.pyramid, one.flat, one.johnson)))
            for one in drivers.checks
        ),
        note=speech.text("drivers.along_pyramid_every_tier"),
    )


def _row(share: Share, speech: Speech) -> tuple[str, ...]:
    low, high = share.rank_low, share.rank_high
    return (
        capital(speech.word(share.key)),
        speech.word(element(share.key).tier_key),
        _with_interval(share.raw, speech),
        _with_interval(share.within, speech),
        _with_interval(share.slope, speech),
        _with_interval(share.slope_within, speech),
        str(low) if low == high else f"{low}–{high}",
        speech.number(share.mean_score),
    )


def _with_interval(figure: Estimate | None, speech: Speech) -> str:
    if figure is None:
        return ""
    return f"{speech.number(figure.value)} {speech.interval(figure.ci_low, figure.ci_high)}"


def _share(figure: Estimate) -> float:
    return round((figure.value or 0.0) / 100, 2)
