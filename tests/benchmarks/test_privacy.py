"""The attack on two reports works where every digit ships, and fails on figures as they are shipped."""

from pathlib import Path

from benchmarks.privacy import WAYS, attack
from valuelib.study.load import load_study
from valuelib.worlds.folder import simulate_study
from valuelib.worlds.truth import Truth


def test_every_digit_tells_all_and_what_ships_tells_no_rating(tmp_path: Path) -> None:
    study = load_study(simulate_study(tmp_path / "small", "small", Truth(respondents=90, accounts=30, language="en"), 3))
    every, _, ships, _ = (attack(study, people=6)[way] for way in WAYS)
    assert every.exact == every.guessed == every.ratings > 200
    assert every.whole == 6
    assert every.outcomes == every.outcomes_of >= 11
    assert ships.exact == ships.whole == 0
    assert ships.guessed < 0.5 * ships.ratings
    assert ships.outcomes < every.outcomes
