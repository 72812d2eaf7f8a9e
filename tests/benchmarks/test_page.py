"""Are tables put between their markers, once, and nothing else of the page touched? Are the speed tables true to their timings?"""

from __future__ import annotations

import re
from argparse import Namespace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.__main__ import DOCS, KEPT
from benchmarks.generator import PAIR
from benchmarks.page import markdown_table, replace_table
from benchmarks.parts import PARTS
from benchmarks.speed import Timing, bootstrap_pandas, bootstrap_totals, measure_assess
from benchmarks.tables_speed import table_speed, table_targets
from valuelib.stats.contrasts import estimate_difference
from valuelib.stats.means import estimate_means
from valuelib.stats.totals import collect_totals

TEXT = "Before.\n\n<!-- bench:a -->\nold\n<!-- end:a -->\n\nBetween.\n<!-- bench:b -->\n<!-- end:b -->\nAfter.\n"
KEPT_COUNTS = Namespace(kept=KEPT)
PAGES = sorted({part.page for part in PARTS.values()})


def timing(both: float) -> Timing:
    return Timing(
        respondents=2_000,
        accounts=680,
        difference=0.0004,
        ratio=0.0003,
        both=both,
        fitted=0.0012,
        totals_from_rows=0.0008,
        pandas_bootstrap=60.0,
        totals_bootstrap=0.02,
    )


def test_tables_are_replaced_and_the_second_time_changes_nothing() -> None:
    once = replace_table(TEXT, "a", "new\n")
    assert once == TEXT.replace("old", "new")
    assert replace_table(once, "a", "new") == once
    assert replace_table(replace_table(TEXT, "b", "| x |"), "b", "") == replace_table(TEXT, "b", "")


@pytest.mark.parametrize("text", ["nothing", TEXT + TEXT, "<!-- end:a -->\n<!-- bench:a -->", TEXT.replace("<!-- end:a -->", "")])
def test_markers_missing_doubled_or_turned_round_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="exactly once"):
        replace_table(text, "a", "new")


@pytest.mark.parametrize("page", PAGES)
def test_every_marker_stands_once_and_every_table_is_filled(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    names = re.findall(r"<!-- bench:([a-z0-9-]+) -->", text)
    assert len(names) == len(set(names)) > 0
    for name in names:
        assert replace_table(text, name, "x").count("bench:") == len(names)
        assert text.split(f"<!-- bench:{name} -->")[1].split(f"<!-- end:{name} -->")[0].strip(), name


@pytest.mark.parametrize("name", [name for name, part in PARTS.items() if part.tables])
def test_the_tables_are_those_of_the_kept_counts(name: str) -> None:
    part = PARTS[name]
    assert part.tables is not None
    text = (DOCS / part.page).read_text(encoding="utf-8")
    for marker, table in part.tables(KEPT_COUNTS).items():
        assert replace_table(text, marker, table) == text


def test_markdown_table() -> None:
    assert markdown_table(("a", "b"), [("x", "1")]) == "| a | b |\n| --- | ---: |\n| x | 1 |"


def test_targets_are_met_or_not_by_the_measurement() -> None:
    assert "| 2,000 respondents | below 2.0 ms | 1.9 ms | yes |" in table_targets([timing(0.0019)], 0.5)
    assert "| 2,000 respondents | below 2.0 ms | 2.1 ms | **no** |" in table_targets([timing(0.0021)], 0.5)
    assert "620 ms" in table_targets([timing(0.0019)], 0.62)
    assert "not measured" in table_targets([timing(0.0019)], None)


def test_ratios_are_those_of_the_timings() -> None:
    table = table_speed([timing(0.001)])
    assert "| **pandas bootstrap loop / difference** | **150,000** |" in table
    assert "| **bootstrap on totals / difference** | **50** |" in table


def test_a_folder_without_a_study_is_not_measured(tmp_path: Path) -> None:
    assert measure_assess(tmp_path) is None


def test_both_bootstraps_scatter_as_the_closed_form_says() -> None:
    rng = np.random.default_rng(4)
    account = np.repeat(np.arange(150), 2)
    group, score = rng.integers(0, 2, 300), rng.choice([-1, 0, 1], 300)
    totals = collect_totals(account, group, score, groups=PAIR)
    rows = pd.DataFrame({"account": account, "group": np.array(PAIR)[group], "recommend": np.array([3, 8, 10])[score + 1]})
    lift = estimate_difference(estimate_means(totals), kind="nps")
    for drawn in (bootstrap_pandas(rows, 60, rng)[0], bootstrap_totals(totals, 400, rng)):
        error = lift.se / np.sqrt(len(drawn))
        assert np.mean(drawn) == pytest.approx(lift.value, abs=4.5 * error)
        assert np.std(drawn) == pytest.approx(lift.se, rel=4.5 / np.sqrt(2 * len(drawn)))
