"""What goes with recommending: a planted element is found, halo alone leaves nothing to single elements, and refusals say why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.languages import spoken
from tests.study.studies import settings, write_study
from valuelib.explore import drivers as module
from valuelib.explore.drivers import Drivers, estimate_drivers, find_drivers
from valuelib.output.results_json import explore
from valuelib.results import Message
from valuelib.show.drivers import (
    labelled,
    open_priorities,
    plot_drivers,
    plot_priorities,
    say_checks,
    say_drivers,
    say_gaps,
    say_meaning,
    table_checks,
    table_drivers,
)
from valuelib.show.labels import label_estimate
from valuelib.show.localizer import Localizer
from valuelib.study.load import load_study
from valuelib.study.model import Study

ELEMENTS = ("acceptable_price", "product_quality", "innovation", "time_savings", "responsiveness", "vision")


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REPLICATES", 60)


def made(folder: Path, *, n: int = 600, effect: float = 0.0, gaps: float = 0.0, elements: tuple[str, ...] = ELEMENTS) -> Study:
    """Ratings that share a liking which also makes people recommend; `effect` is what product quality does beyond it."""
    rng = np.random.default_rng(11)
    liking, own = rng.standard_normal(n), rng.standard_normal((n, len(elements)))
    ratings = np.clip(np.round(6 + 1.3 * liking[:, None] + 1.3 * own), 0, 10)
    ratings[rng.random(ratings.shape) < gaps] = np.nan
    latent = 7 + 1.5 * liking + effect * own[:, 1] + rng.standard_normal(n)
    data = pd.DataFrame({"Account": [f"A{row // 3}" for row in range(n)], "Q12": np.clip(np.round(latent), 0, 10).astype(int)})
    columns = {key: f"Q5_{at}" for at, key in enumerate(elements)}
    for at, name in enumerate(columns.values()):
        data[name] = ratings[:, at]
    config: dict[str, Any] = settings(language="en", elements={"scale": [0, 10], "columns": columns} if columns else None)
    return load_study(write_study(folder, config, data))


def found(study: Study) -> Drivers:
    drivers = find_drivers(study)
    assert isinstance(drivers, Drivers)
    return drivers


def why(study: Study) -> str:
    refused = find_drivers(study)
    assert isinstance(refused, Message)
    assert Localizer("fi").say(refused) != Localizer("en").say(refused)
    return refused.code


def test_a_planted_element_is_found_in_both_twins(tmp_path: Path) -> None:
    drivers = found(made(tmp_path, effect=1.5))
    for twin in ("raw", "within"):
        largest = max(drivers.elements, key=lambda share: getattr(share, twin).value)
        assert largest.key == "product_quality"
    quality = next(share for share in drivers.elements if share.key == "product_quality")
    assert (quality.rank_low, quality.rank_high, quality.top_share) == (1, 1, 1.0)
    assert quality.slope_within is not None
    assert quality.slope_within.ci_low is not None
    assert quality.slope_within.ci_low > 5


def test_halo_alone_fills_the_raw_shares_and_leaves_nothing_at_equal_general_rating(tmp_path: Path) -> None:
    drivers = found(made(tmp_path))
    assert drivers.r2.value is not None
    assert drivers.r2.value > 25
    assert drivers.r2_within.value is not None
    assert drivers.r2_within.value < 2
    assert "warning.driver_within_noise" in {note.code for note in drivers.notes}
    assert all(share.slope is not None and (share.slope.value or 0) > 5 for share in drivers.elements)


def test_shares_add_up_and_carry_their_interval(tmp_path: Path) -> None:
    drivers = found(made(tmp_path, effect=0.5))
    for level in (drivers.tiers, drivers.categories, drivers.elements):
        for twin in ("raw", "within"):
            assert sum(getattr(share, twin).value for share in level) == pytest.approx(100)
    names = {estimate.name: estimate for estimate in drivers.estimates}
    assert {"driver.tier.functional", "driver.element.vision", "driver.within.element.vision", "driver.r2", "driver.r2_cv"} <= set(
        names
    )
    assert len(names) == len(drivers.estimates)
    for estimate in drivers.estimates:
        assert spoken(Localizer("fi"), label_estimate, estimate) != label_estimate(estimate)
        if estimate.ci_low is not None and estimate.ci_high is not None:
            assert estimate.ci_low < estimate.ci_high
    assert (names["driver.r2_cv"].value or 0) < (names["driver.r2"].value or 0)


def test_the_same_study_gives_the_same_figures_and_assess_full_has_them(tmp_path: Path) -> None:
    study = made(tmp_path, n=200)
    assert estimate_drivers(study) == estimate_drivers(study)
    explored = explore(study)
    assert all(one in explored for one in estimate_drivers(study))


def test_gaps_are_said_and_do_not_empty_the_file(tmp_path: Path) -> None:
    drivers = found(made(tmp_path, effect=1.5, gaps=0.3))
    assert drivers.missing_share == pytest.approx(0.3, abs=0.03)
    assert drivers.complete_n < 120 < drivers.fewest_pairs < drivers.n
    assert max(drivers.elements, key=lambda share: share.raw.value or 0).key == "product_quality"
    for language in ("en", "fi"):
        assert str(drivers.complete_n) in spoken(Localizer(language), say_gaps, drivers)


def test_few_answers_are_warned_about(tmp_path: Path) -> None:
    assert "warning.driver_small" in {note.code for note in found(made(tmp_path, n=180)).notes}


def test_refusals_say_why(tmp_path: Path) -> None:
    assert why(made(tmp_path / "a", n=33, elements=ELEMENTS)) == "missing.driver_rows"
    assert why(made(tmp_path / "b", n=75)) == "missing.driver_accounts"
    assert why(made(tmp_path / "c", elements=ELEMENTS[:2])) == "missing.driver_elements"
    config = settings(outcomes={"satisfaction": {"column": "Q12", "scale": [0, 10]}})
    data = pd.DataFrame({"Account": ["A", "B", "C"], "Q12": [1, 2, 3]})
    assert why(load_study(write_study(tmp_path / "d", config, data))) == "missing.outcome"
    assert not estimate_drivers(load_study(tmp_path / "d"))


@pytest.mark.parametrize("language", ["en", "fi"])
def test_it_is_said_and_drawn(language: str, tmp_path: Path) -> None:
    drivers, speech = found(made(tmp_path, effect=1.5)), Localizer(language)
    assert len(spoken(speech, table_drivers, drivers).rows) == len(ELEMENTS)
    assert len(spoken(speech, table_checks, drivers).rows) == len(drivers.categories)
    assert spoken(speech, plot_drivers, drivers).svg == spoken(speech, plot_drivers, drivers).svg
    assert spoken(speech, plot_priorities, drivers).alt
    for said in (spoken(speech, say_drivers, drivers), spoken(speech, say_checks, drivers), spoken(speech, say_meaning)):
        assert said.endswith(".")
    for note in drivers.notes:
        assert speech.say(note)


def test_priorities_are_large_shares_rated_below_the_median(tmp_path: Path) -> None:
    drivers = found(made(tmp_path, effect=1.5))
    median = np.median([share.mean_score for share in drivers.elements])
    for share in open_priorities(drivers):
        assert (share.mean_score or 0) < median
        assert (share.raw.value or 0) > 100 / len(ELEMENTS)
    assert "product_quality" in {share.key for share in labelled(drivers)}
