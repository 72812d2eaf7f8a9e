"""The pictures, tables and sentences on working together, in both languages, on the demo study."""

from pathlib import Path

import pandas as pd
import pytest

from tests.languages import spoken
from tests.show.figures.looks import assert_figure
from valuelib.explore.both_sides import estimate_both_sides, surface_square
from valuelib.explore.cocreation import estimate_cocreation
from valuelib.explore.effort import estimate_effort
from valuelib.explore.estimates import read_label
from valuelib.explore.listening import comment_terms, estimate_listening, pick_all_quotes, suggest_all
from valuelib.explore.over_time import estimate_over_time, renewal_curves
from valuelib.explore.people import estimate_people, team_points
from valuelib.results import Estimate, Finding
from valuelib.show.both_sides import (
    find_gap,
    plot_gaps,
    plot_surface,
    plot_teams,
    plot_tier_gaps,
    say_aggregation,
    table_gaps,
    table_people,
    table_surface,
)
from valuelib.show.cocreation import find_potential_gain, plot_cocreation, say_apart, say_path, table_cocreation
from valuelib.show.effort import plot_effort, seen_behaviour, table_effort
from valuelib.show.labels import label_estimate
from valuelib.show.listening import (
    list_quotes,
    name_codes,
    plot_terms,
    plot_themes,
    table_agreement,
    table_codebook,
    table_suggestions,
    table_terms,
)
from valuelib.show.localizer import Localizer
from valuelib.show.over_time import plot_renewal, plot_waves, say_survivors, table_change
from valuelib.show.partnership import advise_customer, advise_provider, list_partnership, pick_partnership, table_partnership
from valuelib.study.load import load_study
from valuelib.study.model import Study
from valuelib.verdict.assess import assess_all

ROOT = Path(__file__).parents[3]
EN, FI = Localizer("en"), Localizer("fi")


@pytest.fixture(scope="module")
def demo() -> Study:
    return load_study(ROOT / "data" / "demo")


@pytest.fixture(scope="module")
def findings(demo: Study) -> tuple[Finding, ...]:
    return assess_all(demo)


def number(name: str, value: float | None, low: float = 0.0, high: float = 0.0) -> Estimate:
    """An estimate of that name."""
    label = read_label(name)
    return Estimate(name=name, label=label, value=value, ci_low=low, ci_high=high, unit="score", n=50, accounts=20)


@pytest.mark.parametrize("speech", [EN, FI])
def test_effort(demo: Study, speech: Localizer) -> None:
    cells = estimate_effort(demo)
    figure = assert_figure(lambda: spoken(speech, plot_effort, cells, seen_behaviour(demo)))
    assert speech.text("effort.behaviour") in figure.alt
    assert len(spoken(speech, table_effort, cells, True).rows) == 4
    assert speech.text("effort.intention") in spoken(speech, plot_effort, cells, False).alt


@pytest.mark.parametrize("speech", [EN, FI])
def test_cocreation(demo: Study, speech: Localizer) -> None:
    facets = estimate_cocreation(demo)
    assert_figure(lambda: spoken(speech, plot_cocreation, facets))
    assert len(spoken(speech, table_cocreation, facets).rows) == 9
    assert spoken(speech, say_apart, facets)
    assert "%" in spoken(speech, say_path, facets)


def test_one_impression_is_told_as_such() -> None:
    pairs = ("roles_tasks.customer_team", "roles_tasks.reflexivity", "customer_team.reflexivity")
    alike = [number(f"htmt.{pair}", 0.95, 0.9, 1.0) for pair in pairs]
    assert "one overall impression" in say_apart(alike)
    mixed = [*alike[:2], number(f"htmt.{pairs[2]}", 0.5, 0.4, 0.6)]
    assert say_apart(mixed).startswith("2 of 3")


def test_a_lever_counts_only_where_it_is_shown() -> None:
    made = [
        number("lever.trust_openness", 0.5, 0.3, 0.7),
        number("lever.roles_tasks", 1.0, 0.5, 1.5),
        number("lever.customer_team", 8.1, -0.9, 17.1),
    ]
    assert find_potential_gain(made) == ("roles_tasks", pytest.approx(1.0))
    assert find_potential_gain(made[2:]) is None


@pytest.mark.parametrize("speech", [EN, FI])
def test_both_sides(demo: Study, speech: Localizer) -> None:
    sides = estimate_both_sides(demo)
    assert_figure(lambda: spoken(speech, plot_gaps, sides, "provider"))
    assert_figure(lambda: spoken(speech, plot_tier_gaps, sides, "partner"))
    surface, middle, reach, why = surface_square(demo)
    assert_figure(lambda: spoken(speech, plot_surface, surface, middle, reach, speech.say(why)))
    assert_figure(lambda: spoken(speech, plot_surface, None, 0, 0, "why"))
    assert len(spoken(speech, table_gaps, sides).rows) == 27
    assert len(spoken(speech, table_surface, sides).rows) == 4


def test_the_widest_gap_counts_only_where_zero_is_excluded() -> None:
    gaps = [number("gap.trust_openness", 2.0, -1, 5), number("gap.roles_tasks", -0.6, -0.9, -0.3), number("gap.T1", 5.0, 4, 6)]
    assert find_gap(gaps) == ("roles_tasks", -0.6)
    assert find_gap(gaps[:1]) is None


@pytest.mark.parametrize("speech", [EN, FI])
def test_time(demo: Study, speech: Localizer) -> None:
    change = estimate_over_time(demo)
    assert_figure(lambda: spoken(speech, plot_waves, change))
    curves = renewal_curves(demo, ("more", "less"))
    hazard = next(one for one in change if one.name == "renewal.hazard")
    assert_figure(lambda: spoken(speech, plot_renewal, curves, hazard))
    assert_figure(lambda: spoken(speech, plot_renewal, (), None))
    assert spoken(speech, say_survivors, change)
    assert spoken(speech, table_change, change).rows


@pytest.mark.parametrize("speech", [EN, FI])
def test_people(demo: Study, speech: Localizer) -> None:
    found = estimate_people(demo)
    assert_figure(lambda: spoken(speech, plot_teams, team_points(demo), found))
    assert_figure(lambda: spoken(speech, plot_teams, None, found))
    assert len(spoken(speech, table_people, found).rows) == 8


@pytest.mark.parametrize(
    ("icc2", "rwg", "said"), [(0.9, 0.9, "may be averaged"), (0.3, 0.9, "too alike"), (0.9, 0.3, "do not agree well")]
)
def test_whether_answers_may_be_averaged(icc2: float, rwg: float, said: str) -> None:
    assert said in say_aggregation([number("people.icc2", icc2, 0, 1), number("people.rwg", rwg, 0, 1)])


@pytest.mark.parametrize("speech", [EN, FI])
def test_listening(demo: Study, speech: Localizer) -> None:
    heard = estimate_listening(demo)
    assert demo.interviews is not None
    assert demo.codebook is not None
    names = name_codes(demo.codebook, sorted(set(demo.interviews["code"])))
    assert_figure(lambda: spoken(speech, plot_themes, heard, names))
    assert len(spoken(speech, table_agreement, heard, names).rows) == demo.interviews["code"].nunique() + 1
    assert set(names) == set(demo.codebook["code"].astype(str))
    assert len(spoken(speech, table_codebook, demo.codebook).rows) == len(demo.codebook)
    quotes = spoken(speech, list_quotes, pick_all_quotes(demo), names)
    assert quotes is not None
    assert quotes.kind == "text"
    assert spoken(speech, table_suggestions, suggest_all(demo), names) is not None
    terms, commenting = comment_terms(demo)
    assert_figure(lambda: spoken(speech, plot_terms, terms, commenting))
    assert spoken(speech, table_terms, terms).rows


def test_payloads_in_quotes_are_shown_as_text() -> None:
    from valuelib.stats.themes import Quotes

    shown = list_quotes([Quotes("x", "<script>alert(1)</script>", "<img src=x onerror=y>")], {"x": "<b>name"})
    assert shown is not None
    assert "<script>" not in shown.html
    assert "<img" not in shown.html
    assert "<b>" not in shown.html


@pytest.mark.parametrize("speech", [EN, FI])
def test_the_partnership_page(demo: Study, findings: tuple[Finding, ...], speech: Localizer) -> None:
    shown = pick_partnership(findings)
    table = spoken(speech, table_partnership, shown)
    assert len(table.rows) == 8
    page = spoken(speech, list_partnership, findings, (*estimate_cocreation(demo), *estimate_both_sides(demo)), "provider")
    assert page is not None
    assert page.plain.count("\n- ") == 2


def test_no_recommendation_rests_on_what_was_not_shown(findings: tuple[Finding, ...]) -> None:
    shown = pick_partnership(findings)
    assert advise_provider(shown, ()).code == "advice.provider.keep"
    open_ones = [one for one in shown if one.verdict == "undecided"]
    assert open_ones
    assert advise_provider(open_ones, ()).code == "advice.provider.ask"
    assert advise_customer(open_ones, ()).code == "advice.customer.two_desks"
    assert list_partnership((), (), "provider") is None


@pytest.mark.parametrize("speech", [EN, FI])
def test_every_estimate_of_these_chapters_has_a_name(demo: Study, speech: Localizer) -> None:
    chapters = (estimate_effort, estimate_cocreation, estimate_both_sides, estimate_over_time, estimate_people, estimate_listening)
    labels = [spoken(speech, label_estimate, one) for chapter in chapters for one in chapter(demo)]
    assert len(set(labels)) == len(labels)
    assert not any(
        "_" in label for label in labels if "trust_openness" not in label and "r_wg" not in label and "_" not in label.split(":")[0]
    )


def test_few_teams_draw_nothing() -> None:
    two = pd.DataFrame({"work": [5.0, 6.0], "value": [6.0, 7.0], "answers": [9, 9]})
    assert "few" in plot_teams(two, ()).alt
