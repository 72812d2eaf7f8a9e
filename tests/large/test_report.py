"""The report of a large study: verdicts on all answers, everything else on a sample, and each page says which."""

from __future__ import annotations

import contextlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.large.equal import SETTINGS, answers, write_study
from tests.output import made
from valuelib.errors import ChangedError
from valuelib.output.build import build_report
from valuelib.output.unchanged import watch_study
from valuelib.output.verify import verify_study
from valuelib.study.load import load_study

OPEN = 'import valuelib as vl\nch = vl.chapter("{name}", study=study, language=language)'
SAMPLED = re.compile(r"From a sample of ([\d,]+) of ([\d,]+) answers, drawn by lot")
VERDICTS = re.compile(r"Verdicts and their figures rest on all ([\d,]+) answers; .* on a sample of ([\d,]+)")
METHOD = re.compile(r"verdicts rest on all ([\d,]+) of them. Every other page is from a sample of ([\d,]+) answers")


def number(said: str) -> int:
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
    assert (number(few), number(every)) == (n, all_n)
    for said in (VERDICTS, METHOD):
        ((every, few),) = said.findall(page)
        assert (number(few), number(every)) == (n, all_n)
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
