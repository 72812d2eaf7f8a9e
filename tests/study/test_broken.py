"""Does every way of breaking a study end in problems that say what, where, what was expected and what to do next?"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.study.broken import CASES, Case
from tests.study.studies import answers, settings, write_study
from valuelib.errors import Problem, StudyError
from valuelib.study.config_file import read_yaml
from valuelib.study.load import load_study


def problems_of(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(StudyError) as caught:
        load_study(folder)
    return caught.value.problems


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_broken_studies(tmp_path: Path, case: Case):
    folder = write_study(tmp_path / "broken", case.config, case.data)
    case.prepare(folder)
    before = sorted(path.name for path in tmp_path.rglob("*"))
    problems = problems_of(folder)
    assert any(all(word in str(problem) for word in case.says) for problem in problems), "\n".join(map(str, problems))
    for problem in problems:
        assert all((problem.what, problem.where, problem.expected, problem.next_step))
        assert len(str(problem)) < 400
        assert not any(answer in str(problem) for answer in case.never)
        assert str(tmp_path) not in str(problem) or case.name in ("missing study.yaml", "study.yml")
    assert sorted(path.name for path in tmp_path.rglob("*")) == before  # nothing is written


def test_one_mistake_is_one_problem(tmp_path: Path):
    folder = write_study(tmp_path, settings(), answers(Q12=[0, 5, -99, 7, 9, 10]))
    assert len(problems_of(folder)) == 1


def test_everything_wrong_is_told_at_once(tmp_path: Path):
    config = settings(
        study="a b",
        columns={"respondent": "Id", "weight": "W", "segment": ["Nowhere"]},
        outcomes={"recommend": {"column": "Q12", "scale": [0, 10]}, "repurchase": {"column": "R", "kind": "renewed", "yess": [1]}},
        elements={"scale": [1, 7], "columns": {"vision": "E1", "hopee": "E2"}},
        level="high",
    )
    data = answers(
        Id=list("aabcde"), W=[0, 1, 1, 1, 1, 1], Q12=[11, 1, 2, 3, 4, 5], R=[1, 2, 3, 4, 1, 1], E1=[9, 1, 2, 3, 4, 5], E2=[1] * 6
    )
    text = "\n".join(str(problem) for problem in problems_of(write_study(tmp_path, config, data)))
    for word in (
        "`study`",
        "`yess`",
        "'hopee'",
        "`level`",
        "'Nowhere'",
        "rows 2, 3",
        "'W'",
        "[1, 11]",
        "3 different codes",
        "elements.columns.vision",
    ):
        assert word in text


def test_a_mistake_in_the_settings_raises_no_false_alarm_in_the_data(tmp_path: Path):
    config = settings(missng=[-99], elements={"scal": [0, 100], "columns": {"vision": "E1"}})
    problems = problems_of(write_study(tmp_path, config, answers(Q12=[-99, 1, 2, 3, 4, 5], E1=[0, 20, 40, 60, 80, 100])))
    assert [problem.what.split("`")[1] for problem in problems] == ["scal", "missng"]


def test_settings_and_an_unreadable_file_are_told_together(tmp_path: Path):
    problems = problems_of(write_study(tmp_path, settings(level=2), "Account,Q12\n"))
    assert len(problems) == 2
    assert {"study.yaml", "responses.csv"} == {problem.where.split(",")[0] for problem in problems}


@pytest.mark.parametrize("length", [30, 300])
def test_long_names_keep_problems_short(tmp_path: Path, length: int):
    name = "Kuinka todennäköisesti " * (length // 20)
    config = settings(
        columns={"account": name, "segment": [name + "a", name + "b"]}, outcomes={"recommend": {"column": name + "c"}}
    )
    for problem in problems_of(write_study(tmp_path, config, answers(**{name + "d": range(6)}))):
        assert len(str(problem)) < (400 if length == 30 else 500)


def test_names_of_up_to_90_characters_are_told_in_full(tmp_path: Path):
    known = "How well does our service do the following in your daily work? - Price is acceptable"
    wrong = known.replace("Price", "The price")
    config = settings(outcomes={"recommend": {"column": wrong}})
    (problem,) = problems_of(write_study(tmp_path, config, answers(**{known: range(6)})))
    assert f"There is no column {wrong!r}." in str(problem)
    assert f"did you mean {known!r}?" in str(problem)
    assert len(str(problem)) < 500


@pytest.mark.parametrize("after", [" acceptable", " acceptable" + " to those who decide what is bought" * 5])
def test_a_longer_name_and_its_suggestion_look_different(tmp_path: Path, after: str):
    start = "How well does our service do the following in your daily work as you see it yourself, all in all? - "
    config = settings(outcomes={"recommend": {"column": f"{start}Price is{after}"}})
    (problem,) = problems_of(write_study(tmp_path, config, answers(**{f"{start}Prices are{after}": range(6)})))
    missed, meant = str(problem).split("no column ")[1].split("did you mean ")
    assert "Price is" in missed
    assert "Prices are" in meant
    assert len(str(problem)) < 500


@pytest.mark.parametrize(("kind", "more"), [("intention_topbox", {"top": 9}), ("intention_mean", {}), ("spend_change", {})])
def test_codes_for_yes_and_no_are_not_ignored_silently(tmp_path: Path, kind: str, more: dict[str, int]):
    block = {"column": "Q13", "kind": kind, "yes": ["Very likely"], **more}
    data = answers(Q12=range(6), Q13=range(4, 10))
    problems = problems_of(write_study(tmp_path, settings(outcomes={"recommend": {"column": "Q12"}, "repurchase": block}), data))
    assert len(problems) == 1
    assert "`yes` would not count" in str(problems[0])
    assert "outcomes.repurchase" in problems[0].where
    assert "kind: intention" in problems[0].next_step


@pytest.mark.parametrize(
    "text",
    ["a: &a [*a]", "a: " + "[" * 60 + "]" * 60, "a: " + "[" * 6000, "a: !!python/object:os.system x", "\x00", "? [1, 2]\n: 3"],
)
def test_hostile_yaml_is_refused(tmp_path: Path, text: str):
    assert problems_of(write_study(tmp_path, text + "\n", answers()))


def test_yaml_that_a_user_wrote_and_pyyaml_would_bend(tmp_path: Path):
    """`yes:` as a key, 12:30 as a number in base 60, 010 as an octal: all stay what they look like."""
    path = tmp_path / "a.yaml"
    path.write_text("{yes: [yes, on, 12:30, 010, 1_000, 2026-03-01, true, 1.5, -99, ~]}", encoding="utf-8")
    assert read_yaml(path, "a.yaml").data == {"yes": ["yes", "on", "12:30", "010", "1_000", "2026-03-01", True, 1.5, -99, None]}
    assert yaml.safe_load(path.read_text(encoding="utf-8")) != read_yaml(path, "a.yaml").data


def test_a_merged_block_may_be_overridden_without_standing_twice(tmp_path: Path):
    path = tmp_path / "a.yaml"
    path.write_text("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\n", encoding="utf-8")
    read = read_yaml(path, "a.yaml")
    assert read.data["b"] == {"x": 1, "y": 3}
    assert read.twice == ()
