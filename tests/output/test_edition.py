"""The edition of studies that lack what the demo has: the demo's report with a study beside it that never asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.output.demo import DEMO, demo_content
from valuelib.output.edition import with_edition
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
