"""The picture of the paths, what is said of the lever, and what changes where only own ratings speak."""

import dataclasses
from pathlib import Path

import pytest

from tests.languages import spoken
from tests.show.figures.looks import assert_figure
from valuelib.explore.cocreation import estimate_cocreation
from valuelib.explore.estimates import read_label
from valuelib.results import Estimate, Finding
from valuelib.show.cocreation import (
    TITLES,
    find_potential_gains,
    plot_cocreation,
    plot_paths,
    say_apart,
    say_path,
    say_potential_gain,
    table_cocreation,
    table_paths,
)
from valuelib.show.labels import label_estimate
from valuelib.show.localizer import Localizer
from valuelib.study.load import load_study
from valuelib.study.model import Study
from valuelib.verdict.assess import assess

ROOT = Path(__file__).parents[3]
EN, FI = Localizer("en"), Localizer("fi")


@pytest.fixture(scope="module")
def demo() -> Study:
    return load_study(ROOT / "data" / "demo")


@pytest.fixture(scope="module")
def own(demo: Study) -> Study:
    """The demo with nobody but the respondents."""
    columns = demo.config.columns.model_copy(update={"account": None})
    lonely = demo.data.assign(account="respondent " + demo.data["respondent"])
    config = demo.config.model_copy(update={"columns": columns})
    return dataclasses.replace(demo, config=config, data=lonely, provider=None)


def number(name: str, value: float | None, low: float = 0.0, high: float = 0.0) -> Estimate:
    label = read_label(name)
    return Estimate(name=name, label=label, value=value, ci_low=low, ci_high=high, unit="score", n=50, accounts=20)


def through(study: Study) -> Finding:
    return assess(study, "cocreation_value", sensitivity=False)


@pytest.mark.parametrize("speech", [EN, FI])
def test_the_paths_as_picture_and_table(demo: Study, speech: Localizer) -> None:
    estimates, finding = estimate_cocreation(demo), through(demo)
    figure = assert_figure(lambda: spoken(speech, plot_paths, estimates, finding))
    by_name = {one.name: one for one in estimates}
    assert speech.points(by_name["mediation.a"].value, 2) in figure.alt
    table = spoken(speech, table_paths, estimates)
    assert table is not None
    assert len(table.rows) == 7
    assert table.rows[0][0].value == spoken(speech, label_estimate, by_name["mediation.a"])


def test_the_title_says_which_path_is_shown(demo: Study) -> None:
    estimates, finding = estimate_cocreation(demo), through(demo)
    for (first, second), title in TITLES.items():
        holds = ("shown" if first else "open", "shown" if second else "opposite")
        parts = tuple(dataclasses.replace(part, holds=one) for part, one in zip(finding.parts, holds, strict=True))
        figure = plot_paths(estimates, dataclasses.replace(finding, parts=parts))
        assert figure.alt.startswith(EN.text(title))


def test_own_ratings_never_show_a_path(own: Study) -> None:
    estimates, finding = estimate_cocreation(own), through(own)
    assert finding.evidence_level == "direction"
    assert plot_paths(estimates, finding).alt.startswith("Own ratings show a direction only")
    assert say_potential_gain(estimates).startswith("Which facet matters most cannot be told")
    assert table_cocreation(estimates).columns[-1].label == "Association with NPS"
    picture = plot_cocreation(estimates)
    assert "Customer team: mean" in picture.alt
    assert all(label_estimate(one) for one in estimates)
    labels = [label_estimate(one) for one in estimates if one.name.endswith(".own")]
    assert labels
    assert all("direction only" in label for label in labels)


def test_without_paths_nothing_is_drawn_or_said(demo: Study) -> None:
    finding = through(demo)
    assert "cannot be fitted" in plot_paths((), finding).alt
    assert table_paths(()) is None
    assert say_path(()) == ""


def test_too_few_accounts_have_no_interval_to_tell() -> None:
    one = dataclasses.replace(number("mediation.indirect", 2.0), ci_low=None, ci_high=None)
    assert "too few accounts" in say_path([one])


def test_only_shown_levers_count_and_the_largest_comes_first() -> None:
    made = [
        number("lever.trust_openness", 0.3, 0.1, 0.5),
        number("lever.customer_team", 2.0, -0.1, 4.1),
        number("lever.roles_tasks", 1.0, 0.6, 1.4),
    ]
    assert list(find_potential_gains(made)) == ["roles_tasks", "trust_openness"]
    assert say_potential_gain(made).startswith("Roles and tasks matters most")
    overlapping = [*made[:2], number("lever.roles_tasks", 1.0, 0.2, 1.8)]
    assert "their order is not certain" in say_potential_gain(overlapping)
    assert say_potential_gain(made[1:2]).startswith("No facet stands out")


def test_a_title_says_which_marks_lie_clear_of_zero() -> None:
    open_lever = number("lever.customer_team", 2.0, -0.1, 4.1)
    shown, not_shown = (
        number(f"contribution.value.{key}", 0.15, low, 0.28) for key, low in (("customer_team", 0.02), ("roles_tasks", -0.1))
    )
    assert say_potential_gain([open_lever, shown, not_shown]) == "shown to be associated with value: Customer team"
    assert say_potential_gain([open_lever, not_shown]).startswith("No facet stands out")


def test_facets_that_are_all_told_apart_are_told_so() -> None:
    pairs = [number(f"htmt.roles_tasks.{other}", 0.6, 0.5, 0.7) for other in ("customer_team", "trust_openness")]
    assert say_apart(pairs).startswith("All pairs of facets are distinguishable")
