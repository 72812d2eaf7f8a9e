"""Quality of the answers, each figure by hand."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from valuelib.study.config import StudyConfig
from valuelib.study.model import Study
from valuelib.study.quality import Quality, measure_quality

ITEMS = ("product_quality", "scalability", "innovation", "cost_reduction", "improved_top_line", "acceptable_price")


def quality(canonical: dict[str, Any], *, every: dict[str, Any] | None = None, **written: Any) -> Quality:
    """Quality of a study with these canonical columns; ids, accounts and weights are filled in where not given."""
    n = len(next(iter(canonical.values())))
    own = [f"r{i}" for i in range(n)]
    answers = pd.DataFrame({"respondent": own, "account": own, "weight": [1.0] * n, **canonical})
    config = {
        "study": "s",
        "client": "C",
        "responses": {"file": "a.csv"},
        "outcomes": {"recommend": {"column": "Q"}},
        **written,
    }
    everything = answers if every is None else pd.DataFrame(every)
    return measure_quality(
        Study(config=StudyConfig.model_validate(config), folder=Path(), data=answers, all_data=everything, sources=())
    )


def elements(rows: Sequence[Sequence[float]]) -> dict[str, Any]:
    """Canonical columns of six elements, one list a respondent."""
    return {f"element.{key}": list(values) for key, values in zip(ITEMS, zip(*rows, strict=True), strict=True)}


def test_respondents_and_accounts() -> None:
    found = quality({"account": ["a", "a", "a", "b", "c"], "recommend": [1.0] * 5}, columns={"account": "A"})
    assert (found.respondents, found.accounts, found.has_accounts) == (5, 3, True)
    assert found.respondents_per_account_mean == pytest.approx(5 / 3)
    assert found.respondents_per_account_max == 3
    assert found.single_account_share == pytest.approx(2 / 3)
    assert not quality({"recommend": [1.0]}).has_accounts


def test_a_respondent_of_several_waves_counts_once() -> None:
    rows = {"respondent": ["x", "x", "y"], "account": ["a", "a", "a"], "wave": ["1", "2", "2"], "recommend": [1.0, 2.0, 3.0]}
    found = quality(rows, waves="all")
    assert (found.respondents, found.respondents_per_account_max) == (2, 2)


def test_missing_share_of_what_was_asked() -> None:
    found = quality({"recommend": [9.0, np.nan, 7.0, np.nan], "nps": [1.0, np.nan, 0.0, np.nan], "comment": ["a", None, "b", "c"]})
    assert found.missing_share == {"recommend": 0.5, "comment": 0.25}


def test_straight_lining_needs_six_answers() -> None:
    rows = [[5.0] * 6, [5.0, 5.0, 5.0, 5.0, 5.0, 6.0], [7.0] * 6, [5.0, 5.0, 5.0, 5.0, 5.0, float("nan")]]
    found = quality(elements(rows))
    assert found.straight_share == pytest.approx(2 / 3)
    assert found.straight_base_n == 3
    assert quality(elements([[1, 1, 1, 1, 1, np.nan]])).straight_share is None
    assert quality({"recommend": [1.0]}).straight_share is None


@pytest.mark.parametrize("name", ["acceptable_price", "P1"])
def test_straight_lining_is_judged_on_the_answers_as_given(name: str) -> None:
    mapping = {"columns": {**{key: key for key in ITEMS}, "acceptable_price": "P1"}, "reversed": [name]}
    rows = [[10 / 6 * k] * 5 + [10 - 10 / 6 * k] for k in range(1, 7)] + [[7.0] * 6]
    found = quality(elements(rows), elements=mapping)
    assert found.straight_share == pytest.approx(6 / 7)


def test_the_panel_looks_at_every_wave() -> None:
    every = {"respondent": ["x", "y", "x", "z"], "wave": ["2025", "2025", "2026", "2026"]}
    found = quality({"recommend": [1.0, 2.0], "wave": ["2026", "2026"]}, every=every)
    assert found.waves == 2
    assert found.panel_share == pytest.approx(1 / 3)
    alone = quality({"recommend": [1.0]})
    assert (alone.waves, alone.panel_share) == (1, None)


def test_items_of_the_catalogue() -> None:
    found = quality(elements([[1.0] * 6]))
    assert found.items_mapped == {
        "table_stakes": (1, 4),
        "functional": (5, 5),
        "ease_of_doing_business": (0, 21),
        "individual": (0, 7),
        "inspirational": (0, 3),
    }
    assert found.unmapped_tiers == ("ease_of_doing_business", "individual", "inspirational")


def test_ceilings_of_answers_given() -> None:
    answers = {
        "recommend": [10.0, 9.0, np.nan, 10.0],
        "nps": [1.0, 1.0, np.nan, 1.0],
        "share_of_purchases": [100.0, 10.0, 10.0, 10.0],
        "element.vision": [10.0, 10.0, np.nan, np.nan],
        "facet.T1": [np.nan] * 4,
    }
    assert quality(answers).ceiling_share == {"recommend": pytest.approx(2 / 3), "share_of_purchases": 0.25, "element.vision": 1.0}


def test_the_top_of_another_scale() -> None:
    found = quality({"recommend": [7.0, 5.0]}, outcomes={"recommend": {"column": "Q", "scale": [1, 7]}})
    assert found.ceiling_share == {"recommend": 0.5}
    shifted = quality({"recommend": [10.0, 5.0], "nps": [1.0, -1.0]}, outcomes={"recommend": {"column": "Q", "scale": [1, 11]}})
    assert shifted.ceiling_share == {"recommend": 0.5}


def test_weights_and_their_design_effect() -> None:
    found = quality({"recommend": [1.0, 2.0, 3.0], "weight": [1.0, 1.0, 4.0]})
    assert (found.weight_min, found.weight_max) == (1.0, 4.0)
    assert found.weight_design_effect == pytest.approx(3 * 18 / 36)
    assert quality({"recommend": [1.0, 2.0], "weight": [2.0, 2.0]}).weight_design_effect == pytest.approx(1.0)


def test_small_groups_are_counted_and_not_named() -> None:
    answers = {"recommend": [1.0] * 8, "segment.Size": ["big"] * 6 + ["secret"] * 2, "segment.Land": ["fi"] * 5 + [None] * 3}
    found = quality(answers)
    assert (found.groups_n, found.small_groups_n) == (3, 1)
    assert "secret" not in str(found)
    assert quality(answers, privacy={"min_group": 6}).small_groups_n == 2
