"""What goes with recommending, in words and tables."""

from __future__ import annotations

from valuelib.explore.drivers.find import Drivers, Share
from valuelib.records import Estimate, Table
from valuelib.show.labels import capital
from valuelib.show.language import Speech
from valuelib.show.mark import mark
from valuelib.theory import element

HEADINGS = (
    mark("Element"),
    mark("Tier"),
    mark("Share, per cent"),
    mark("Share at equal general rating, per cent"),
    mark("Rank"),
    mark("Mean 0–10"),
)
AGREEMENT = {
    "johnson": mark("Johnson's relative weights rank the elements with a correlation of %(rank_ratio)s to the pyramid's shares."),
    "lmg": mark("Shares without any pyramid (LMG) rank the elements with a correlation of %(rank_ratio)s to the pyramid's shares."),
}


def say_drivers(drivers: Drivers, speech: Speech) -> str:
    """How much the ratings explain, here and on accounts that the fit has not seen."""
    return speech.text(
        "Together the ratings of %(elements_n)s elements go with %(fit_share)s of the differences in recommending; for accounts "
        "that the fit has not seen it is %(new_share)s. At equal general rating of the respondent %(left_share)s are left to "
        "single elements.",
        elements_n=len(drivers.elements),
        fit_share=_share(drivers.r2),
        new_share=max(_share(drivers.r2_cv), 0.0),
        left_share=_share(drivers.r2_within),
    )


def say_meaning(speech: Speech) -> str:
    """What importance does not mean."""
    return speech.text(
        "A share tells what goes with recommending, not what raising a rating would bring: customers who like the provider rate "
        "everything high, and that moves the figures as much as the elements do. Holding the respondent's mean rating equal takes "
        "away liking that touches all ratings alike, and real quality with it; liking that touches only some tiers stays."
    )


def say_gaps(drivers: Drivers, speech: Speech) -> str:
    """What was done about missing ratings."""
    if drivers.complete_n == drivers.n:
        return speech.text("Every one of the %(answers_n)s answers rates every element.", answers_n=drivers.n)
    said = speech.text(
        "%(gap_share)s of the ratings are missing. Each correlation uses everybody who gave both answers (at least %(pairs_n)s "
        "of %(answers_n)s); leaving out every answer with a gap would have kept only %(complete_n)s.",
        gap_share=round(drivers.missing_share, 3),
        pairs_n=drivers.fewest_pairs,
        answers_n=drivers.n,
        complete_n=drivers.complete_n,
    )
    if not drivers.repaired:
        return said
    return f"{said} " + speech.text("Taken together these correlations contradicted each other a little and were adjusted.")


def say_checks(drivers: Drivers, speech: Speech) -> str:
    """How far other ways of dividing agree, element by element."""
    return " ".join(speech.text(AGREEMENT[name], rank_ratio=value) for name, value in drivers.agreement.items())


def table_drivers(drivers: Drivers, speech: Speech) -> Table:
    """Every element with its shares, slopes, rank and mean rating; the largest share first."""
    slope = speech.text("NPS points per rating point") if drivers.outcome == "nps" else speech.text("Scale points per rating point")
    equal = speech.text("the same at equal general rating")
    columns = [speech.text(one) for one in HEADINGS]
    ranked = sorted(drivers.elements, key=lambda share: share.raw.value or 0.0, reverse=True)
    return Table(
        name="drivers",
        caption=speech.text("Elements and recommending"),
        columns=(*columns[:4], slope, capital(equal), *columns[4:]),
        rows=tuple(_row(share, speech) for share in ranked),
        note=speech.text(
            "Figures in brackets are %(level)s intervals from accounts drawn again. The rank is where that share stood in the "
            "middle %(level)s of the draws. Points per rating point: how much higher recommending stands among those who "
            "rate the element one point higher.",
            level=drivers.r2.level,
        ),
    )


def table_checks(drivers: Drivers, speech: Speech) -> Table:
    """The categories' shares by three ways of dividing."""
    return Table(
        name="driver_checks",
        caption=speech.text("The same divided in other ways, per cent"),
        columns=(
            speech.text("Category"),
            speech.text("Along the pyramid"),
            speech.text("All categories alike"),
            speech.text("Johnson's relative weights"),
        ),
        rows=tuple(
            (capital(speech.word(one.key)), *(speech.number(part) for part in (one.pyramid, one.flat, one.johnson)))
            for one in drivers.checks
        ),
        note=speech.text(
            "Along the pyramid every tier is one player, however many elements it has. The other two let a tier weigh more, the "
            "more categories or elements it has: another question, not a better answer."
        ),
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
