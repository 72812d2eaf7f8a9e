"""How do the answers to "would you recommend us?" spread over 0-10 in each group?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes

from valuelib.records import Chart, Figure, Series
from valuelib.show.figures.canvas import SMALL_SIZE, drawing, finish, nothing_to_show, set_title, wrap
from valuelib.show.language import Speech
from valuelib.show.palette import DETRACTORS, INK, MUTED, PASSIVES, PROMOTERS

BANDS = ((0, 6, DETRACTORS), (7, 8, PASSIVES), (9, 10, PROMOTERS))


def plot_scores(groups: Mapping[str, Sequence[int]], speech: Speech) -> Figure:
    """Bars for the answers 0-10, one row a group, with the shares of detractors, passives and promoters in words and colour.

    Args:
        groups: the group's name, in the reader's language -> how many answered 0, 1, ... 10 (eleven counts).
        speech: the reader's language.
    """
    filled = {label: counts for label, counts in groups.items() if sum(counts) > 0}
    if not filled:
        return nothing_to_show(name="scores", said=say_scores({}, speech), caption=_caption({}, speech))
    with drawing(13, 1.2 + 2.5 * len(filled)) as figure:
        rows = figure.subplots(len(filled), 1, squeeze=False, sharex=True, sharey=True)[:, 0]
        highest = max(max(counts) / sum(counts) for counts in filled.values())
        for axes, (label, counts) in zip(rows, filled.items(), strict=True):
            _draw_group(axes, label, counts, highest, speech)
        rows[-1].set_xlabel(speech.text("pyramid.answer_0_10"))
        set_title(rows[0], _title(filled, speech), 84)
        return finish(
            figure,
            name="scores",
            alt=say_scores(filled, speech),
            caption=_caption(filled, speech),
            charts=[_numbers(filled, speech)],
        )


def say_scores(groups: Mapping[str, Sequence[int]], speech: Speech) -> str:
    """The shares and the NPS of each group in words."""
    if not groups:
        return speech.text("pyramid.no_answers_show")
    return " ".join(f"{label}: {_say_shares(counts, speech)}." for label, counts in groups.items())


def _numbers(groups: Mapping[str, Sequence[int]], speech: Speech) -> Chart:
    """Per cent of each group by answer."""
    series = tuple(
        Series(name=label, values=tuple(100 * count / sum(counts) for count in counts)) for label, counts in groups.items()
    )
    title = speech.text("pyramid.answer_0_10")
    return Chart(kind="columns", title=title, categories=tuple(str(score) for score in range(11)), series=series, decimals=0)


def shares(counts: Sequence[int]) -> tuple[float, float, float]:
    """Shares of detractors, passives and promoters among eleven counts of the answers 0-10."""
    total = sum(counts)
    low, middle, high = (sum(counts[start : end + 1]) / total for start, end, _ in BANDS)
    return low, middle, high


def _draw_group(axes: Axes, label: str, counts: Sequence[int], highest: float, speech: Speech) -> None:
    total = sum(counts)
    for start, end, colour in BANDS:
        axes.bar(range(start, end + 1), [count / total for count in counts[start : end + 1]], width=0.86, color=colour)
        share = sum(counts[start : end + 1]) / total
        axes.text(
            (start + end) / 2, highest * 1.42, _band(start, speech), ha="center", va="bottom", fontsize=SMALL_SIZE, color=MUTED
        )
        axes.text(
            (start + end) / 2,
            highest * 1.41,
            speech.percent(share),
            ha="center",
            va="top",
            fontweight="bold",
            color=colour if start != 7 else INK,
        )
    for score, count in enumerate(counts):
        if count:
            axes.text(
                score,
                count / total + highest * 0.02,
                speech.percent(count / total),
                ha="center",
                va="bottom",
                fontsize=11,
                color=MUTED,
            )
    for border in (6.5, 8.5):
        axes.axvline(border, color=MUTED, linewidth=1, linestyle=":")
    _dress(axes, label, counts, highest, speech)


def _dress(axes: Axes, label: str, counts: Sequence[int], highest: float, speech: Speech) -> None:
    axes.set_xticks(range(11))
    axes.set_yticks([])
    axes.set_xlim(-0.6, 10.6)
    axes.set_ylim(0, highest * 1.62)
    answers = speech.plural("common.answers_n", sum(counts))
    nps = speech.text("pyramid.nps", value_pts=_nps(counts))
    axes.set_ylabel(f"{wrap(label, 20)}\n{nps}\n{answers}", rotation=0, ha="right", va="center", linespacing=1.35, color=INK)


def _band(start: int, speech: Speech) -> str:
    names = {
        0: speech.text("pyramid.detractors_0_6"),
        7: speech.text("pyramid.passives_7_8"),
        9: speech.text("pyramid.promoters_9_10"),
    }
    return names[start]


def _nps(counts: Sequence[int]) -> float:
    low, _, high = shares(counts)
    return 100 * (high - low)


def _say_shares(counts: Sequence[int], speech: Speech) -> str:
    low, middle, high = shares(counts)
    return speech.text(
        "pyramid.nps_promoters_passives_detractors",
        nps_pts=_nps(counts),
        high_share=round(high, 2),
        middle_share=round(middle, 2),
        low_share=round(low, 2),
        total_n=sum(counts),
    )


def _title(groups: Mapping[str, Sequence[int]], speech: Speech) -> str:
    said = [f"{label} {speech.points(_nps(counts))}" for label, counts in groups.items()]
    return speech.text("pyramid.nps_by_group", groups=", ".join(said))


def _caption(groups: Mapping[str, Sequence[int]], speech: Speech) -> str:
    return speech.text("pyramid.share_answers_0_10", total_n=sum(sum(counts) for counts in groups.values()))
