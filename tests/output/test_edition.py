"""The edition of studies that lack what the demo has: the demo's report with a study beside it that never asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.output.demo import DEMO, demo_content
from valuelib.output.edition import is_uneven, with_edition
from valuelib.show.story import Number
from valuelib.study.load import load_study

LACKING: dict[str, dict[str, Any]] = {
    "accounts": {"account": None},
    "segments": {"segment": ()},
    "waves": {"wave": None},
    "a marker": {"marker": None},
}


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("lacking", LACKING)
def test_a_study_without_it_has_an_edition_as_well(lacking: str, language: str) -> None:
    study = load_study(DEMO)
    config = study.config.model_copy(update={"columns": study.config.columns.model_copy(update=LACKING[lacking])})
    edition = with_edition(replace(demo_content(), language=language), replace(study, config=config)).edition
    assert edition is not None
    companies = {"en": "customer companies", "fi": "asiakasyrityksestä"}[language]
    assert (companies in edition.source) is (lacking != "accounts")


def test_a_reason_that_claims_share_is_told_with_the_last_of_them() -> None:
    study = load_study(DEMO, "en")
    edition = with_edition(replace(demo_content(), language="en"), study).edition
    assert edition is not None
    shared = replace(edition, avoid=(("a", "why"), ("b", "why"), ("c", "else")))
    assert shared.avoid_once == (("a", ""), ("b", "why"), ("c", "else"))
    assert replace(edition, avoid=()).avoid_once == ()


@pytest.mark.parametrize(("groups", "told"), [((71.6, 60.4), True), ((71.6, 60.6), False), (None, False)])
def test_figures_that_do_not_add_up_when_rounded_are_said_to_be_rounded(groups: tuple[float, float] | None, told: bool) -> None:
    edition = with_edition(replace(demo_content(), language="en"), load_study(DEMO)).edition
    assert edition is not None
    number = replace(edition.numbers[0], value=11.2, groups=groups)
    assert is_uneven(number) is told


def test_a_difference_below_two_points_has_a_decimal_and_needs_no_remark() -> None:
    assert not is_uneven(Number(outcome="NPS", value=1.4, low=0.2, high=2.6, unit="points", groups=(50.4, 49.0)))
