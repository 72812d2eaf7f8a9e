"""Do the figures say what they show, in numbers, whatever the language, and without texts running into one another?"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from matplotlib.colors import to_hex

from tests.languages import spoken
from tests.show.figures.looks import assert_figure, drawings, overlaps, texts
from tests.show.results import CLOSED, NPS, audited, closed, estimate, finding, not_testable, points, ratio, raw_only
from valuelib.results import Contrast, Estimate, Figure, Finding, Message
from valuelib.show.canvas import BLUE, MUTED, VERMILION
from valuelib.show.claims import plot_claim, plot_scores, shares
from valuelib.show.localizer import Localizer
from valuelib.show.pyramid import TierScore, plot_elements, plot_pyramid
from valuelib.show.summary import plot_scoreboard, scale_finding, scale_raw
from valuelib.theory.claims import claims
from valuelib.theory.files import Text
from valuelib.theory.pyramid import elements, tiers

EN, FI = Localizer("en"), Localizer("fi")
REJECTED = finding(verdict="rejected", opposite=True, contrasts=(audited(points(-12, -22, -2), ratio(0.6, 0.2, 0.95)),))
FAR = finding(verdict="supported", contrasts=(audited(points(70, 50, 90), ratio(4.0, 3.4, 4.6)),))
CLAIMS = claims()
SMALLEST = 11


def tier_scores(*, lacking: str = "inspirational") -> list[TierScore]:
    """Falling scores up the pyramid; one tier was not asked."""
    return [
        TierScore(
            tier_key=tier.key,
            estimate=None if tier.key == lacking else estimate(f"tier.{tier.key}.mean", 7.9 - 1.1 * tier.order),
            mapped=0 if tier.key == lacking else len(tier.elements) - 1,
            of=len(tier.elements),
        )
        for tier in tiers()
    ]


def element_means(step: int = 1) -> list[Estimate]:
    return [estimate(f"element.{one.key}.mean", 9.8 - 0.2 * i) for i, one in enumerate(elements()) if i % step == 0]


def board() -> list[Finding]:
    """Every claim of the register, each with another finding."""
    kinds = [finding(), finding(verdict="supported"), finding(verdict="consistent"), REJECTED, closed(), raw_only(), FAR]
    plain = finding(metric="positive", size=None, verdict="supported")
    made = [*kinds, plain, *([not_testable()] * len(CLAIMS))]
    return [dataclasses.replace(one, claim=claim) for one, claim in zip(made, CLAIMS, strict=False)]


COUNTS = {
    "Muut asiakkaat": [3, 1, 4, 6, 10, 12, 15, 30, 44, 30, 20],
    "Henkilökohtaista arvoa saavat": [0, 0, 1, 2, 3, 6, 9, 20, 40, 35, 34],
}
HALO = Contrast(name="halo_only_band", role="reference", difference=points(9.0, 2.0, 16.0), ratio=ratio(1.3, 1.1, 1.6))
SAME = Contrast(name="offering.same_rows", role="reference", difference=points(15.4, 5.1, 25.7), ratio=CLOSED)
FULL = finding(contrasts=(*finding().contrasts, SAME, HALO))

FIGURES: dict[str, Callable[[Localizer], Figure]] = {
    "pyramid": lambda speech: spoken(speech, plot_pyramid, tier_scores()),
    "pyramid, both views": lambda speech: spoken(speech, plot_pyramid, with_view()),
    "elements": lambda speech: spoken(speech, plot_elements, element_means()),
    "few elements": lambda speech: spoken(speech, plot_elements, element_means(6)),
    "no elements": lambda speech: spoken(speech, plot_elements, []),
    "scores": lambda speech: spoken(speech, plot_scores, COUNTS),
    "one group": lambda speech: spoken(speech, plot_scores, {"Kaikki": [0] * 10 + [5]}),
    "no scores": lambda speech: spoken(speech, plot_scores, {"Kaikki": [0] * 11}),
    "claim": lambda speech: spoken(speech, plot_claim, FULL),
    "claim, raw": lambda speech: spoken(speech, plot_claim, raw_only()),
    "claim, closed": lambda speech: spoken(speech, plot_claim, closed()),
    "claim, points": lambda speech: spoken(speech, plot_claim, finding(claim="nps_60_points", metric="points", size=13.0)),
    "claim, no size": lambda speech: spoken(speech, plot_claim, finding(metric="positive", size=None)),
    "claim, opposite": lambda speech: spoken(speech, plot_claim, REJECTED),
    "claim, nothing": lambda speech: spoken(speech, plot_claim, not_testable()),
    "scoreboard": lambda speech: spoken(speech, plot_scoreboard, board()),
    "empty scoreboard": lambda speech: spoken(speech, plot_scoreboard, []),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_repeats_byte_for_byte_and_leaves_settings_alone(name: str) -> None:
    assert_figure(lambda: FIGURES[name](FI))


@pytest.mark.parametrize("speech", [EN, FI], ids=["en", "fi"])
@pytest.mark.parametrize("name", FIGURES)
def test_texts_are_large_and_do_not_run_into_one_another(name: str, speech: Localizer, monkeypatch: pytest.MonkeyPatch) -> None:
    with drawings(monkeypatch) as seen:
        FIGURES[name](speech)
        assert [pair for drawing in seen for pair in overlaps(drawing)] == []
        assert all(text.get_fontsize() >= SMALLEST for drawing in seen for text in texts(drawing))


def test_an_unasked_tier_is_empty_and_never_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    with drawings(monkeypatch) as seen:
        figure = plot_pyramid(tier_scores())
        said = [text.get_text() for text in texts(seen[0])]
    assert said.count("no elements") == 2
    assert figure.alt.endswith("Individual value: 4.6 (4.3–4.9), 6 of 7 elements; Inspirational value: no elements.")
    assert "0.0" not in figure.alt
    assert "33 of the 40" in figure.caption.replace("\N{NO-BREAK SPACE}", " ")


def with_view() -> list[TierScore]:
    """The same tiers, two of them with the provider's own view."""
    views = {"table_stakes": 6.5, "functional": 8.0}
    return [
        dataclasses.replace(one, provider=estimate(f"side.provider.tier.{one.tier_key}", view))
        if (view := views.get(one.tier_key))
        else one
        for one in tier_scores()
    ]


def test_the_pyramid_shows_the_providers_view_and_the_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    with drawings(monkeypatch) as seen:
        figure = plot_pyramid(with_view())
        said = [text.get_text() for text in texts(seen[0])]
    scores = {one.tier_key: one for one in with_view()}
    gap = 8.0 - (scores["functional"].estimate.value if scores["functional"].estimate else 0.0)
    assert f"{gap:+.1f}".replace("-", "\N{MINUS SIGN}") in said
    assert "the provider 8.0" in figure.alt
    assert [one.name for one in figure.charts[0].series] == ["Customers", "The provider"]
    assert figure.charts[0].series[1].values.count(None) == len(scores) - 2


def test_a_tier_has_the_colour_of_its_side_of_the_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand: tiers of 4 (3.8–4.2), 6 (4.9–7.1) and 5.3 (5.2–5.4) have the mean 5.1."""
    means = {"table_stakes": (4.0, 3.8, 4.2), "functional": (6.0, 4.9, 7.1), "ease_of_doing_business": (5.3, 5.2, 5.4)}
    scores = [
        TierScore(
            tier_key=key,
            estimate=estimate(f"tier.{key}.mean", value, ci_low=low, ci_high=high),
            mapped=1,
            of=4,
        )
        for key, (value, low, high) in means.items()
    ]
    with drawings(monkeypatch) as seen:
        plot_pyramid(scores)
        fills = [to_hex(patch.get_facecolor()).upper() for patch in seen[0].axes[0].patches]
    assert fills == [VERMILION, MUTED, BLUE]


def test_the_elements_show_the_providers_view_beside_the_customers() -> None:
    means = element_means()
    view = estimate("side.provider.element.vision", 6.2)
    figure = plot_elements([*means, view])
    assert "Hollow dot" in figure.caption
    assert "Hollow dot" not in plot_elements(means).caption
    assert [one.name for one in figure.charts[0].series] == ["Customers", "The provider"]
    assert [value for chart in figure.charts for value in chart.series[1].values if value is not None] == [6.2]


def test_a_withheld_tier_is_told_from_an_unasked_one() -> None:
    withheld = TierScore(tier_key="individual", estimate=estimate("tier.individual.mean", None), mapped=3, of=7)
    assert plot_pyramid([withheld]).alt.endswith("Individual value: not shown.")


def test_the_pyramid_stands_on_table_stakes_in_any_order_given() -> None:
    assert plot_pyramid(tier_scores()[::-1]) == plot_pyramid(tier_scores())


def test_unmapped_elements_are_counted_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    with drawings(monkeypatch) as seen:
        figure = plot_elements(element_means(6))
        said = {text.get_text().replace("\n", " ") for text in texts(seen[0])}
    assert "The survey asked about 7 of the 40 elements." in figure.caption
    assert "Acceptable price" not in said
    assert "Meeting specifications" in said
    assert "not asked" not in plot_elements(element_means()).caption


def test_the_elements_in_words() -> None:
    assert plot_elements(element_means()).alt == (
        "Strongest: Meeting specifications 9.8, Acceptable price 9.6 and Regulatory compliance 9.4. "
        "Weakest: Social responsibility 2.0, Hope 2.2 and Vision 2.4."
    )


def test_scores_by_hand() -> None:
    assert shares([1, 0, 0, 0, 0, 0, 1, 1, 1, 2, 4]) == pytest.approx((0.2, 0.2, 0.6))
    figure = plot_scores({"All": [1, 0, 0, 0, 0, 0, 1, 1, 1, 2, 4]})
    assert figure.alt == "All: NPS +40.0, promoters 60%, passives 20%, detractors 20%, 10 answers."


def test_a_group_without_answers_is_left_out() -> None:
    assert "Tyhjä" not in spoken(FI, plot_scores, {**COUNTS, "Tyhjä": [0] * 11}).alt
    assert spoken(FI, plot_scores, {"Tyhjä": [0] * 11}).alt == "Esitettäviä vastauksia ei ole."


def test_a_claims_rows_and_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    with drawings(monkeypatch) as seen:
        drawn = plot_claim(finding(contrasts=FULL.contrasts, ratio=CLOSED))
        said = [text.get_text().strip() for text in texts(seen[0])]
    assert {"no effect 1.00", "claimed 1.60", "ratio not defined", "Expected from halo alone"} <= set(said)
    bold = [text.get_text() for text in texts(seen[0]) if text.get_fontweight() == "bold" and "1.23" in text.get_text()]
    assert "is 1.23 times as high" in drawn.title  # and not in points, over an axis of ratios
    (row,) = bold
    assert row.startswith("1.23 [")


def test_a_closed_gate_is_drawn_in_points_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with drawings(monkeypatch) as seen:
        figure = plot_claim(closed())
        said = [text.get_text().strip() for text in texts(seen[0])]
    assert {"no effect 0.0", "claimed +19.2"} <= set(said)
    assert "claim is converted into points" in figure.caption


def test_the_scale_of_the_scoreboard_by_hand() -> None:
    ratio_claim = scale_finding(finding())
    assert ratio_claim is not None
    assert (ratio_claim.value, ratio_claim.low, ratio_claim.high) == pytest.approx((0.23 / 0.6, 0.03 / 0.6, 0.52 / 0.6))
    points_claim = scale_finding(finding(metric="points", size=13.0))
    assert points_claim is not None
    assert (points_claim.value, points_claim.low) == pytest.approx((7.4 / 13, 1.1 / 13))
    assert [scale_finding(one) for one in (closed(), not_testable(), finding(metric="positive", size=None))] == [None] * 3


def test_the_raw_figure_stands_beside_a_deciding_one_only() -> None:
    assert finding().raw is not None
    raw = finding().raw.ratio
    assert raw is not None
    assert raw.value is not None
    scaled = scale_raw(finding())
    assert scaled is not None
    assert scaled.value == pytest.approx((raw.value - 1) / 0.6)
    shown = plot_scoreboard([finding()])
    assert "grey ring" in shown.caption
    assert f"raw comparison {(raw.value - 1) / 0.6:.2f}" in shown.alt
    assert scale_raw(raw_only()) is None
    assert "grey ring" not in plot_scoreboard([raw_only()]).caption


def test_the_scoreboard_shows_the_total_of_a_conflict() -> None:
    total = Contrast(name="audited.total", role="total", difference=points(16.0, 2.0, 30.0), ratio=ratio(1.54, 1.1, 2.2))
    conflict = finding(verdict="undecided", undecided_why="design", reason=Message(code="reason.conflict"), total=total)
    shown = plot_scoreboard([conflict])
    assert "thin line" in shown.caption
    assert "in total 0.90 [0.17,\N{NO-BREAK SPACE}2.00]" in shown.alt
    assert "in total" not in plot_scoreboard([finding(total=total)]).alt


def test_the_scoreboard_tells_a_claim_of_several_parts_from_one_that_cannot_be_tested() -> None:
    parts = finding(verdict="supported", metric="positive", size=None, raw=None, contrasts=(), decided_by=None)
    assert "several parts" in plot_scoreboard([parts]).alt
    assert "cannot be tested" in plot_scoreboard([not_testable()]).alt


def test_the_scoreboard_tells_raw_from_deciding() -> None:
    figure = plot_scoreboard(board())
    assert "hollow dot" in figure.caption
    assert figure.alt.count("(raw comparison)") == 1
    assert "hollow dot" not in plot_scoreboard([finding()]).caption


def test_the_scoreboard_says_a_clients_own_claim_in_its_words() -> None:
    own = dataclasses.replace(NPS, id="own", statement=Text(en="Premium pays", fi="Laatu maksaa"))
    assert "Premium pays" in plot_scoreboard([finding(claim=own)]).alt
    assert "Laatu maksaa" in spoken(FI, plot_scoreboard, [finding(claim=own)]).alt
