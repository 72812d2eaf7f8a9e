"""What is kept beside a study, and the warning where two reports differ by few people."""

import json
import shutil
import stat
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.output import made
from valuelib import cli
from valuelib.output.beside import BESIDE, FULL_RESULTS, REPORTS, earlier_counts, few_changed, full_results, keep_results
from valuelib.output.build import build_report
from valuelib.output.compare import compare_reports
from valuelib.output.portfolio import find_results
from valuelib.output.results_json import RESULTS
from valuelib.output.verify import verify_study

FINDING = """
from valuelib import assess
from valuelib.results import to_json
from valuelib.study import load_study
survey = load_study(study)
record("finding", to_json(assess(survey, "nps_60_points")), "<p>found</p>")
mean = float(survey.data["element.product_quality"].mean())
record("estimate", {"name": "element.product_quality.mean", "value": mean, "unit": "score", "n": len(survey.data), "accounts": 10})
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, list[Path]]:
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.chdir(tmp_path)
    return made.write_study(tmp_path / "data" / "small"), [made.write(tmp_path, "03_nps_claim", FINDING, made.DONE)]


def without(study: Path, *lines: int) -> None:
    file = study / "responses.csv"
    rows = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join(row for at, row in enumerate(rows) if at not in lines) + "\n", encoding="utf-8")


def value(file: Path) -> float:
    document = json.loads(file.read_text(encoding="utf-8"))
    return next(float(one["value"]) for one in document["estimates"] if one["name"] == "element.product_quality.mean")


def test_every_digit_stays_beside_the_study_and_never_in_the_report(project: tuple[Path, list[Path]]) -> None:
    study, notebooks = project
    out = build_report(study, out=Path("reports/small"), notebooks=notebooks)
    kept = study / BESIDE / FULL_RESULTS
    assert value(kept) == pytest.approx(sum((i * 3) % 11 for i in range(40)) / 40, abs=1e-12)
    assert value(out / "results.json") == 5.0  # 10 / 40 asks for steps of a half
    assert not any(BESIDE in name or "full" in name for name in made.tree(out))
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert sorted(path.name for path in kept.parent.iterdir()) == [REPORTS, FULL_RESULTS]


def test_portfolio_and_compare_take_every_digit_where_it_belongs_to_the_report(project: tuple[Path, list[Path]]) -> None:
    study, notebooks = project
    out = build_report(study, out=Path("reports/small"), notebooks=notebooks)
    full = study / BESIDE / FULL_RESULTS
    assert find_results("data/small") == find_results(out) == full_results(out / "results.json") == full.resolve()
    earlier = shutil.copytree(out, "reports/earlier")
    without(study, *range(1, 11))
    again = build_report(study, out=Path("reports/small"), notebooks=notebooks)
    assert full_results(Path(earlier) / "results.json") == Path(earlier) / "results.json"
    assert full_results(again / "results.json") == full.resolve()
    (moved,) = [one for one in compare_reports(Path(earlier), again).figures if one.name == "element.product_quality.mean"]
    assert (moved.before, moved.after) == (5.0, value(full))
    assert verify_study(again, study, notebooks=notebooks) == ()


def test_verifying_leaves_what_is_kept_alone(project: tuple[Path, list[Path]]) -> None:
    study, notebooks = project
    out = build_report(study, out=Path("reports/small"), notebooks=notebooks)
    before = made.tree(study)
    assert verify_study(out, study, notebooks=notebooks) == ()
    assert made.tree(study) == before


def test_where_the_study_cannot_be_written_that_is_said(
    project: tuple[Path, list[Path]], capsys: pytest.CaptureFixture[str]
) -> None:
    study, notebooks = project
    (study / BESIDE).write_text("a file in the way", encoding="utf-8")
    out = build_report(study, out=Path("reports/small"), notebooks=notebooks)
    assert "could not be written there" in capsys.readouterr().err
    assert full_results(out / "results.json") == out / "results.json"


def test_history_that_is_none_of_ours_is_no_history(tmp_path: Path) -> None:
    (tmp_path / BESIDE).mkdir()
    for text in ("", "{", "[1, 2]", '{"a": 1}', "[" * 100_000):
        (tmp_path / BESIDE / REPORTS).write_text(text, encoding="utf-8")
        assert earlier_counts(tmp_path, "small", tmp_path / "none", {}) == []


@pytest.mark.parametrize(
    ("before", "after", "few"),
    [
        ((40, 40), (40, 40), 0),
        ((40, 40), (39, 39), 1),
        ((40, 40), (44, 44), 4),
        ((40, 40), (45, 45), 0),
        ((40, 39), (40, 40), 1),
        ((40, 20), (40, 30), 0),
        ((40, 40), (90, 41), 0),
    ],
)
def test_few_are_fewer_than_a_group_but_somebody(before: tuple[int, int], after: tuple[int, int], few: int) -> None:
    one, two = ({"respondents": respondents, "n": {"nps.all": n}} for respondents, n in (before, after))
    assert few_changed(one, two, 5) == few


def warned(told: str) -> Iterator[str]:
    return (line for line in told.splitlines() if "fewer than privacy.min_group" in line)


def test_a_report_that_differs_by_one_respondent_is_told_before_and_after(
    project: tuple[Path, list[Path]], capsys: pytest.CaptureFixture[str]
) -> None:
    study, notebooks = project
    build_report(study, out=Path("reports/small"), notebooks=notebooks)
    build_report(study, out=Path("reports/small"), notebooks=notebooks)
    assert list(warned(capsys.readouterr().err)) == []
    without(study, 7)
    build_report(study, out=Path("reports/small"), notebooks=notebooks)
    lines = list(warned(capsys.readouterr().err))
    assert len(lines) == 2
    assert all("differs by one respondent, fewer than privacy.min_group (5)" in line for line in lines)


def test_the_folder_that_is_replaced_and_the_history_each_tell(
    project: tuple[Path, list[Path]], capsys: pytest.CaptureFixture[str]
) -> None:
    study, notebooks = project
    build_report(study, out=Path("reports/small"), notebooks=notebooks)
    without(study, 7, 8)
    build_report(study, out=Path("reports/elsewhere"), notebooks=notebooks)  # the history tells
    assert "differs by 2 respondents" in capsys.readouterr().err
    shutil.rmtree(study / BESIDE)
    build_report(study, out=Path("reports/small"), notebooks=notebooks)  # the folder tells
    assert "differs by 2 respondents" in capsys.readouterr().err


def test_compare_tells_it_before_and_after(
    project: tuple[Path, list[Path]], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    study, notebooks = project
    one = build_report(study, out=Path("reports/one"), notebooks=notebooks)
    without(study, 7, 8, 9)
    two = build_report(study, out=Path("reports/two"), notebooks=notebooks)
    capsys.readouterr()
    monkeypatch.setattr(sys, "argv", ["valuelib", "compare", str(one), str(two)])
    with pytest.raises(SystemExit):
        cli.main()
    lines = list(warned(capsys.readouterr().err))
    assert len(lines) == 2
    assert "differs by 3 respondents" in lines[0]


def test_counts_of_so_many_reports_are_remembered(tmp_path: Path) -> None:
    document: dict[str, Any] = {"study": {"respondents": 40}, "estimates": []}
    for number in range(50):
        (tmp_path / "results.json").write_text(str(number), encoding="utf-8")
        assert keep_results(tmp_path, document, tmp_path / "results.json", {}) == ""
    assert len(earlier_counts(tmp_path, "small", tmp_path / "none", {})) == 40
    assert [path for path in (tmp_path / BESIDE).iterdir() if path.name.startswith(".")] == []


def test_reports_that_end_at_the_same_moment_are_all_remembered(tmp_path: Path) -> None:
    document: dict[str, Any] = {"study": {"respondents": 40}, "estimates": []}
    study, each = tmp_path / "small", 12
    study.mkdir()

    def keep(mine: int) -> None:
        for number in range(each):
            shipped = tmp_path / f"{mine}-{number}.json"
            shipped.write_text(shipped.name, encoding="utf-8")
            assert keep_results(study, document, shipped, {}) == ""

    with ThreadPoolExecutor() as both:
        for done in [both.submit(keep, mine) for mine in range(3)]:
            done.result()
    assert len(json.loads((study / BESIDE / REPORTS).read_text(encoding="utf-8"))) == 3 * each


@pytest.mark.parametrize("respondents", ["many", None, [], {}])
def test_an_earlier_report_whose_counts_are_no_numbers_is_no_earlier_report(tmp_path: Path, respondents: object) -> None:
    document = {"study": {"name": "acme", "respondents": respondents}, "estimates": []}
    (tmp_path / RESULTS).write_text(json.dumps(document), encoding="utf-8")
    assert earlier_counts(tmp_path, "acme", tmp_path, {}) == []
    document["study"] = {"name": "acme", "respondents": 40}
    (tmp_path / RESULTS).write_text(json.dumps(document), encoding="utf-8")
    assert [one["respondents"] for one in earlier_counts(tmp_path, "acme", tmp_path, {})] == [40]
