"""The report of a large study: verdicts on all answers, everything else on a sample, and each page says which."""

from __future__ import annotations

import contextlib
import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.large.equal import SETTINGS, answers, write_study
from tests.output import made
from valuelib.errors import ChangedError, RunError
from valuelib.output import build
from valuelib.output.build import build_report
from valuelib.output.unchanged import watch_study
from valuelib.output.verify import verify_study
from valuelib.study.load import load_study

OPEN = 'import valuelib as vl\nch = vl.chapter("{name}", study=study, language=language)'
SAMPLED = re.compile(r"From a sample of ([\d,]+) of ([\d,]+) answers, drawn by lot")
VERDICTS = re.compile(r"Claims that compare two groups rest on all ([\d,]+) answers; .* on a sample of ([\d,]+)")
METHOD = re.compile(
    r"claims that compare two groups rest on all ([\d,]+) of them. Everything else is from a sample of ([\d,]+) answers"
)


def number_of(said: str) -> int:
    return int(said.replace(",", ""))


def read(report: Path, name: str) -> Any:
    return json.loads((report / name).read_text(encoding="utf-8"))


def test_each_page_says_whether_it_rests_on_all_answers_or_on_a_sample(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    study = write_study(tmp_path / "data" / "large", answers(24_000, accounts=400), claims=["nps_60_points"])
    chapters = [
        made.write(tmp_path, "02_value_pyramid", OPEN.format(name="02_value_pyramid"), "ch.show('Ratings.')\nch.done()"),
        made.write(
            tmp_path,
            "03_nps_claim",
            OPEN.format(name="03_nps_claim"),
            "ch.show(vl.assess(ch.study, 'nps_60_points'))\nch.done()",
        ),
    ]
    with contextlib.chdir(tmp_path):
        rows, sums = (build_report(study, out=tmp_path / kind, notebooks=chapters, source=kind) for kind in ("rows", "sql"))
        assert verify_study(sums, study, notebooks=chapters) == ()
        watched = watch_study(load_study(study, source="sql"), {}, source="sql")
        watched()
        (study / "answers.parquet").write_bytes((study / "answers.parquet").read_bytes())
    with pytest.raises(ChangedError, match=r"answers\.parquet"):
        watched()
    n, all_n = len(load_study(study, source="sql").data), 24_000
    assert n < all_n
    page, plain = ((report / "report.html").read_text(encoding="utf-8") for report in (sums, rows))
    ((few, every),) = SAMPLED.findall(page)
    assert (number_of(few), number_of(every)) == (n, all_n)
    for said in (VERDICTS, METHOD):
        ((every, few),) = said.findall(page)
        assert (number_of(few), number_of(every)) == (n, all_n)
    assert f"n = {all_n:,} answers" in page
    assert not any(said.search(plain) for said in (SAMPLED, VERDICTS, METHOD))

    told = {report: read(report, "results.json") for report in (rows, sums)}
    assert told[sums]["study"]["sample_of"] == all_n
    assert "sample_of" not in told[rows]["study"]
    assert read(sums, "manifest.json")["parameters"] == {"study": "data/large", "source": "sql", "language": SETTINGS["language"]}
    (one,), (other,) = (
        [found for found in told[report]["findings"] if found["claim"] == "nps_60_points"] for report in (rows, sums)
    )
    for name in ("verdict", "decided_by", "total", "link", "comparison", "baseline", "lift_points", "lift_ratio"):
        assert one[name] == other[name], name


def test_what_is_large_is_not_got_ready_for_forks_and_not_run_side_by_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database's threads forbid forks of what has read it, and chapters on big tables would share the memory."""
    study = write_study(tmp_path / "data" / "large", answers(24_000, accounts=400))
    chapters, told = [made.write(tmp_path, "01_one", made.DONE)], []

    def stop(*_: object, ready: bool, jobs: int | None, **__: object) -> None:
        told.append((ready, jobs))
        raise RunError("01_one", "stopped")

    monkeypatch.setattr(build, "run_notebooks", stop)
    for kind, bytes_, jobs in (
        ("rows", build.IN_TURN, None),
        ("sql", build.IN_TURN, None),
        ("rows", 1000, None),
        ("rows", 1000, 3),
    ):
        monkeypatch.setattr(build, "IN_TURN", bytes_)
        with pytest.raises(RunError, match="stopped"):
            build_report(study, out=tmp_path / "out", notebooks=chapters, source=kind, jobs=jobs)
    assert told == [(True, None), (False, None), (True, 1), (True, 3)]


@pytest.mark.parametrize("lies", ["answers/*.parquet", "answers/*.csv", "duckdb:///answers.duckdb"])
def test_wherever_the_answers_lie_a_report_is_made_of_their_sample(tmp_path: Path, lies: str) -> None:
    place: dict[str, str] = {"database": lies, "table": "answers"} if ":" in lies else {"file": lies}
    study = write_study(tmp_path / "data" / "large", None, responses=place, claims=["nps_60_points"])
    frame = answers(22_000, accounts=300)
    (study / "answers").mkdir()
    if ":" in lies:
        with duckdb.connect(study / "answers.duckdb") as base:
            base.sql("create table answers as select * from frame")
    for number, (_, part) in enumerate(frame.groupby(frame.index % 2) if ":" not in lies else ()):
        if lies.endswith("csv"):
            part.to_csv(study / "answers" / f"{number}.csv", index=False)
        else:
            part.to_parquet(study / "answers" / f"{number}.parquet", index=False)
    chapter = made.write(tmp_path, "02_value_pyramid", OPEN.format(name="02_value_pyramid"), "ch.show('Ratings.')\nch.done()")
    with contextlib.chdir(tmp_path):
        report = build_report(study, out=tmp_path / "out", notebooks=[chapter], source="sql")
        assert verify_study(report, study, notebooks=[chapter]) == ()
    ((few, every),) = SAMPLED.findall((report / "report.html").read_text(encoding="utf-8"))
    assert number_of(few) < number_of(every) == len(frame)
