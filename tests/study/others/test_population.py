"""The customer list: joined to the answers, with every stratum on both sides or a refusal that names those of one."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from tests.study.others.test_others import Columns, problems_of, study_with
from tests.study.studies import answers
from valuelib.explore.population import estimate_population, find_who_answered
from valuelib.output.terminal import print_check
from valuelib.show.localizer import in_language
from valuelib.show.population import table_who_answered
from valuelib.stats.raking import design_effect
from valuelib.study.load import load_study

LISTED: Columns = {
    "Account": ["A", "B", "C", "D", "E", "F", "G", "H"],
    "Branch": ["Trade", "trade", "Works", "Works", "Works", "Trade", "Works", "Works"],
}
BLOCK = {"file": "customers.csv", "account": "Account", "by": ["Branch"]}
BRANCHES = ["Trade", "Trade", "Trade", "Trade", "Works", "Works"]


def listed(folder: Path, columns: Columns = LISTED, **blocks: Any) -> Path:
    mapped = {"account": "Account", "segment": ["Branch"]}
    return study_with(
        folder,
        {"customers.csv": columns},
        answers(Branch=BRANCHES),
        **{"columns": mapped, "population": BLOCK, "privacy": {"min_group": 1}, **blocks},
    )


def test_the_list_tells_response_rates_and_weights(tmp_path: Path) -> None:
    """Three of eight answered: two of three in trade, one of five in works, so that those weigh 9/16 and 15/8."""
    study = load_study(listed(tmp_path))
    assert study.population is not None
    assert set(study.population["segment.Branch"]) == {"Trade", "Works"}  # as the responses spell them
    assert {one.code: one.values for one in study.assumed}["study.population_silent"]["names_n"] == 5
    who = find_who_answered(study)
    assert who is not None
    assert [(one.level, one.customers, one.answered) for one in who.strata] == [("Trade", 3, 2), ("Works", 5, 1)]
    assert [one.rate for one in who.strata] == pytest.approx([2 / 3, 1 / 5])
    assert [one.weight for one in who.strata] == pytest.approx([9 / 16, 15 / 8])
    assert who.raked.design_effect == pytest.approx(design_effect([9 / 16, 9 / 16, 15 / 8]))
    with in_language("en"):
        table = table_who_answered(who)
    assert table is not None
    assert "The list has 8 customers; somebody answered for 3 of them (37.5%)" in table.note
    console = Console(file=io.StringIO(), width=300)
    with in_language("en"):
        print_check(console, study)
    assert table.note in console.file.getvalue()  # type: ignore[attr-defined]


def test_the_figure_stands_with_and_without_the_weights(tmp_path: Path) -> None:
    study = load_study(listed(tmp_path))
    found = {one.name: one.value for one in estimate_population(study)}
    weight = study.data["account"].map({"A": 9 / 16, "B": 9 / 16, "C": 15 / 8})
    assert found["population.answered.recommend"] == pytest.approx(100 * study.data["nps"].mean())
    assert found["population.raked.recommend"] == pytest.approx(100 * np.average(study.data["nps"], weights=weight))


def test_a_part_of_the_answers_and_a_study_without_a_list_have_no_rates(tmp_path: Path) -> None:
    study = load_study(listed(tmp_path / "whole"))
    assert find_who_answered(study.where("branch == 'Trade'")) is None
    assert len(estimate_population(load_study(listed(tmp_path / "none", population=None)))) == 0


def test_strata_of_one_side_only_are_all_named_at_once(tmp_path: Path) -> None:
    wrong = {**LISTED, "Branch": ["Trade", "Trade", "Health", "Health", "Farms", "Trade", "Health", "Health"]}
    said = "\n".join(problems_of(listed(tmp_path, wrong)))
    assert "1 strata of 'Branch' stand in the answers and not in the customer list: Works." in said
    assert "2 strata of 'Branch' stand in the customer list and not in the answers: Farms, Health." in said


@pytest.mark.parametrize(
    ("columns", "block", "words"),
    [
        ({**LISTED, "Account": ["A", "A", "C", "D", "E", "F", "G", "H"]}, BLOCK, "1 accounts stand on several rows"),
        (LISTED, {**BLOCK, "by": ["Size"]}, "'Size' is no background column of the responses"),
        (LISTED, {**BLOCK, "account": "Customer"}, "There is no column 'Customer'"),
        ({**LISTED, "Branch": ["Trade", None, "Works", "Works", "Works", "Trade", "Works", "Works"]}, BLOCK, "have no stratum"),
        ({**LISTED, "Account": ["Z1", "Z2", "Z3", "Z4", "Z5", "Z6", "Z7", "Z8"]}, BLOCK, "None of the 8 accounts"),
    ],
)
def test_what_cannot_be_a_customer_list_is_refused(tmp_path: Path, columns: Columns, block: dict[str, Any], words: str) -> None:
    assert any(words in problem for problem in problems_of(listed(tmp_path, columns, population=block)))


def test_the_demo_tells_who_did_not_answer() -> None:
    """Planted: 40 % of the small customers, 60 % of the medium-sized and 80 % of the large."""
    study = load_study(Path(__file__).parents[3] / "data" / "demo", language="en")
    who = find_who_answered(study)
    assert who is not None
    rates = {one.level: one.rate for one in who.strata if one.column == "Size"}
    assert rates == pytest.approx({"Small": 0.4, "Medium": 0.6, "Large": 0.8}, abs=0.005)
    shares = pd.Series(who.raked.weight, index=who.accounts)
    assert study.population is not None
    sizes = study.population.set_index("account")["segment.Kokoluokka"]
    held = shares.groupby(sizes.reindex(shares.index)).sum() / shares.sum()
    assert held.to_dict() == pytest.approx(sizes.value_counts(normalize=True).to_dict())
