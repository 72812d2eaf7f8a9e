"""No figure of a group below the minimum stands among the results, of which every output is made: a small study, all mapped."""

from collections.abc import Iterator
from typing import Any

import pytest

from valuelib.output.results_json import full_document
from valuelib.study.load import load_study
from valuelib.worlds.folder import simulate_study
from valuelib.worlds.truth import Truth

MINIMUM = 12


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = simulate_study(tmp_path_factory.mktemp("small") / "study", "small", Truth(respondents=90, accounts=36, waves=2), 5)
    settings = folder / "study.yaml"
    text = "\n".join(line for line in settings.read_text(encoding="utf-8").splitlines() if not line.startswith("privacy:"))
    settings.write_text(f"{text}\nprivacy: {{min_group: {MINIMUM}}}\n", encoding="utf-8")
    study = load_study(folder)
    assert study.config.privacy.min_group == MINIMUM
    return full_document(study)


def figures(part: Any, place: str = "") -> Iterator[tuple[str, int, float]]:
    """Every value that stands beside the number of people behind it."""
    if isinstance(part, dict):
        if isinstance(part.get("n"), int) and isinstance(part.get("value"), float):
            yield str(part.get("name", place)), part["n"], part["value"]
        for key, inner in part.items():
            yield from figures(inner, f"{place}/{key}")
    elif isinstance(part, list):
        for at, inner in enumerate(part):
            yield from figures(inner, f"{place}/{at}")


def test_no_figure_rests_on_fewer_people_than_the_minimum(document: dict[str, Any]) -> None:
    found = list(figures(document))
    assert len(found) > 200
    assert [(name, n) for name, n, _ in found if n < MINIMUM] == []


def test_what_is_hidden_says_why(document: dict[str, Any]) -> None:
    hidden = [one for one in document["estimates"] if one["value"] is None]
    assert hidden
    assert all(one["reason"] for one in hidden)
    assert "missing.small_group" in {one["reason_code"] for one in hidden}
