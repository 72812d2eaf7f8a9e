"""The pictures, tables and sentences on working together, in both languages, on the demo study."""

from pathlib import Path

import pandas as pd
import pytest

from tests.show.figures.looks import assert_figure
from valuelib.assess import assess_all, find_claim
from valuelib.explore.partnership.effort import estimate_effort
from valuelib.explore.partnership.facets import estimate_cocreation
from valuelib.explore.partnership.listening import comment_terms, estimate_listening, pick_all_quotes, suggest_all
from valuelib.explore.partnership.over_time import estimate_over_time, renewal_curves
from valuelib.explore.partnership.people import estimate_people, team_points
from valuelib.explore.partnership.sides import estimate_sides, surface_square
from valuelib.records import Estimate, Finding
from valuelib.show.labels import label_estimate
from valuelib.show.language import Speech
from valuelib.show.partnership.effort import plot_effort, seen_behaviour, table_effort
from valuelib.show.partnership.exercise import SECOND_READER, check_coding
from valuelib.show.partnership.facets import find_lever, plot_cocreation, say_apart, table_cocreation
from valuelib.show.partnership.listening import (
    list_quotes,
    name_codes,
    plot_terms,
    plot_themes,
    table_agreement,
    table_codebook,
    table_suggestions,
    table_terms,
)
from valuelib.show.partnership.page import advise_customer, advise_provider, list_partnership, pick_partnership, table_partnership
from valuelib.show.partnership.paths import say_path
from valuelib.show.partnership.people import plot_teams, say_aggregation, table_people
from valuelib.show.partnership.sides import find_gap, plot_gaps, plot_surface, plot_tier_gaps, table_gaps, table_surface
from valuelib.show.partnership.time import plot_renewal, plot_waves, say_survivors, table_change
from valuelib.study import Study, load_study

ROOT = Path(__file__).parents[3]
EN, FI = Speech("en"), Speech("fi")


@pytest.fixture(scope="module")
def demo() -> Study:
    return load_study(ROOT / "data" / "demo")


@pytest.fixture(scope="module")
def findings(demo: Study) -> tuple[Finding, ...]:
    return assess_all(demo)


def number(name: str, value: float | None, low: float = 0.0, high: float = 0.0) -> Estimate:
    """An estimate of that name."""
    return Estimate(name=name, value=value, ci_low=low, ci_high=high, unit="score", n=50, accounts=20)


@pytest.mark.parametrize("speech", [EN, FI])
def test_effort(demo: Study, speech: Speech) -> None:
    cells = estimate_effort(demo)
    figure = assert_figure(lambda: plot_effort(cells, seen_behaviour(demo), speech))
    assert speech.text("effort.behaviour") in figure.alt
    assert len(table_effort(cells, True, speech).rows) == 4
    assert speech.text("effort.intention") in plot_effort(cells, False, speech).alt


@pytest.mark.parametrize("speech", [EN, FI])
def test_cocreation(demo: Study, speech: Speech) -> None:
    facets = estimate_cocreation(demo)
    assert_figure(lambda: plot_cocreation(facets, speech))
    assert len(table_cocreation(facets, speech).rows) == 9
    assert say_apart(facets, speech)
    assert "%" in say_path(facets, speech)


def test_one_impression_is_told_as_such() -> None:
    alike = [number(f"htmt.{pair}", 0.95, 0.9, 1.0) for pair in ("a.b", "a.c", "b.c")]
    assert "one general impression" in say_apart(alike, EN)
    mixed = [*alike[:2], number("htmt.b.c", 0.5, 0.4, 0.6)]
    assert say_apart(mixed, EN).startswith("2 of 3")


def test_a_lever_counts_only_where_it_is_shown() -> None:
    made = [
        number("lever.trust_openness", 0.5, 0.3, 0.7),
        number("lever.roles_tasks", 1.0, 0.5, 1.5),
        number("lever.customer_team", 8.1, -0.9, 17.1),
    ]
    assert find_lever(made) == ("roles_tasks", pytest.approx(1.0))
    assert find_lever(made[2:]) is None


@pytest.mark.parametrize("speech", [EN, FI])
def test_both_sides(demo: Study, speech: Speech) -> None:
    sides = estimate_sides(demo)
    assert_figure(lambda: plot_gaps(sides, "provider", speech))
    assert_figure(lambda: plot_tier_gaps(sides, "partner", speech))
    surface, middle, reach, why = surface_square(demo)
    assert_figure(lambda: plot_surface(surface, middle, reach, speech.say(why), speech))
    assert_figure(lambda: plot_surface(None, 0, 0, "why", speech))
    assert len(table_gaps(sides, speech).rows) == 27
    assert len(table_surface(sides, speech).rows) == 4


def test_the_widest_gap_counts_only_where_zero_is_excluded() -> None:
    gaps = [number("gap.trust_openness", 2.0, -1, 5), number("gap.roles_tasks", -0.6, -0.9, -0.3), number("gap.T1", 5.0, 4, 6)]
    assert find_gap(gaps) == ("roles_tasks", -0.6)
    assert find_gap(gaps[:1]) is None


@pytest.mark.parametrize("speech", [EN, FI])
def test_time(demo: Study, speech: Speech) -> None:
    change = estimate_over_time(demo)
    assert_figure(lambda: plot_waves(change, speech))
    curves = renewal_curves(demo, ("more", "less"))
    hazard = next(one for one in change if one.name == "renewal.hazard")
    assert_figure(lambda: plot_renewal(curves, hazard, speech))
    assert_figure(lambda: plot_renewal((), None, speech))
    assert say_survivors(change, speech)
    assert table_change(change, speech).rows


@pytest.mark.parametrize("speech", [EN, FI])
def test_people(demo: Study, speech: Speech) -> None:
    people = estimate_people(demo)
    assert_figure(lambda: plot_teams(team_points(demo), people, speech))
    assert_figure(lambda: plot_teams(None, people, speech))
    assert len(table_people(people, speech).rows) == 8


@pytest.mark.parametrize(
    ("icc2", "rwg", "said"), [(0.9, 0.9, "may be averaged"), (0.3, 0.9, "too alike"), (0.9, 0.3, "do not agree well")]
)
def test_whether_answers_may_be_averaged(icc2: float, rwg: float, said: str) -> None:
    assert said in say_aggregation([number("people.icc2", icc2, 0, 1), number("people.rwg", rwg, 0, 1)], EN)


@pytest.mark.parametrize("speech", [EN, FI])
def test_listening(demo: Study, speech: Speech) -> None:
    heard = estimate_listening(demo)
    assert demo.interviews is not None
    assert demo.codebook is not None
    names = name_codes(demo.codebook, sorted(set(demo.interviews["code"])))
    assert_figure(lambda: plot_themes(heard, names, speech))
    assert len(table_agreement(heard, names, speech).rows) == demo.interviews["code"].nunique() + 1
    assert set(names) == set(demo.codebook["code"].astype(str))
    assert len(table_codebook(demo.codebook, speech).rows) == len(demo.codebook)
    quotes = list_quotes(pick_all_quotes(demo), names, speech)
    assert quotes is not None
    assert quotes.kind == "text"
    assert table_suggestions(suggest_all(demo), names, speech) is not None
    terms, commenting = comment_terms(demo)
    assert_figure(lambda: plot_terms(terms, commenting, speech))
    assert table_terms(terms, speech).rows


def test_payloads_in_quotes_are_shown_as_text() -> None:
    from valuelib.stats.coding.quotes import Quotes

    shown = list_quotes([Quotes("x", "<script>alert(1)</script>", "<img src=x onerror=y>")], {"x": "<b>name"}, EN)
    assert shown is not None
    assert "<script>" not in shown.html
    assert "<img" not in shown.html
    assert "<b>" not in shown.html


@pytest.mark.parametrize("speech", [EN, FI])
def test_the_partnership_page(demo: Study, findings: tuple[Finding, ...], speech: Speech) -> None:
    shown = pick_partnership(findings)
    claims = [find_claim(demo, one.claim) for one in findings]
    table = table_partnership(shown, claims, speech)
    assert len(table.rows) == 8
    page = list_partnership(findings, (*estimate_cocreation(demo), *estimate_sides(demo)), claims, "provider", speech)
    assert page is not None
    assert page.plain.count("\n- ") == 2


def test_no_recommendation_rests_on_what_was_not_shown(findings: tuple[Finding, ...]) -> None:
    shown = pick_partnership(findings)
    assert advise_provider(shown, ()).code == "advice.provider.keep"
    open_ones = [one for one in shown if one.verdict == "undecided"]
    assert open_ones
    assert advise_provider(open_ones, ()).code == "advice.provider.ask"
    assert advise_customer(open_ones, ()).code == "advice.customer.two_desks"
    assert list_partnership((), (), (), "provider", EN) is None


@pytest.mark.parametrize("speech", [EN, FI])
def test_every_estimate_of_these_chapters_has_a_name(demo: Study, speech: Speech) -> None:
    chapters = (estimate_effort, estimate_cocreation, estimate_sides, estimate_over_time, estimate_people, estimate_listening)
    labels = [label_estimate(one.name, speech) for chapter in chapters for one in chapter(demo)]
    assert len(set(labels)) == len(labels)
    assert not any(
        "_" in label for label in labels if "trust_openness" not in label and "r_wg" not in label and "_" not in label.split(":")[0]
    )


def test_the_exercise_fails_the_empty_answer_and_passes_the_model_answer() -> None:
    assert check_coding([]).startswith("Not yet")
    assert check_coding(SECOND_READER).startswith("Passed")
    assert check_coding(["reflexivity"] * 5).startswith("Not yet")
    assert "is not in the codebook" in check_coding(["trust"] * 5)
    assert check_coding([*SECOND_READER[:4], "reflexivity"]).startswith("Passed")


def test_few_teams_draw_nothing() -> None:
    two = pd.DataFrame({"work": [5.0, 6.0], "value": [6.0, 7.0], "answers": [9, 9]})
    assert "few" in plot_teams(two, (), EN).alt
