"""What does a verdict on very many answers cost, beside DuckDB's own query for the same sums over the same columns?

Each step runs in a process of its own, so that its peak of memory is its own: `python -m benchmarks.totals STEP FOLDER`.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from importlib.metadata import version
from importlib.util import find_spec
from itertools import combinations_with_replacement
from pathlib import Path
from time import perf_counter, process_time

import duckdb
import yaml

from benchmarks.page import markdown_table
from benchmarks.registry import told

SIZES = (10**6, 10**7)
PER_ACCOUNT, MOST_ACCOUNTS = 400, 100_000
LOWER = tuple(f"Q_{number:02d}" for number in range(1, 7))
HIGHER = tuple(f"Q_{number:02d}" for number in range(7, 11))
KEYS = (
    "meeting_specifications",
    "acceptable_price",
    "regulatory_compliance",
    "ethical_standards",
    "product_quality",
    "responsiveness",
    "vision",
    "hope",
    "reduced_anxiety",
    "fun_perks",
)
SETTINGS = {
    "study": "many",
    "client": "Made-up client",
    "language": "en",
    "responses": {"file": "answers.parquet"},
    "columns": {"respondent": "respondent", "account": "account"},
    "outcomes": {
        "recommend": {"column": "recommend", "scale": [0, 10]},
        "repurchase": {"column": "status", "kind": "renewed", "yes": ["renewed"], "no": ["ended"], "measured": "later"},
    },
    "elements": {"scale": [1, 7], "columns": dict(zip(KEYS, (*LOWER, *HIGHER), strict=True))},
    "exposure": {"rule": "offering", "column": "offering", "higher": ["Premium"]},
    "claims": ["nps_60", "nps_60_points", "repurchase_22", "repurchase_22_points"],
}


def write_answers(folder: Path, n: int) -> None:
    """Made-up answers, written by DuckDB itself: accounts and people differ in liking, every fiftieth rating is blank."""
    accounts = min(MOST_ACCOUNTS, max(2_000, n // PER_ACCOUNT))

    def rating(place: int, name: str) -> str:
        noise = f"(hash(i * {101 + 2 * place} + {place}) % 1000) / 1000.0 - 0.5"
        given = f"cast(greatest(1, least(7, round(5 + 0.7 * liking + 3 * ({noise})))) as tinyint)"
        return f"case when hash(i * {31 + 2 * place} + {place}) % 50 > 0 then {given} end {name}"

    ratings = ", ".join(rating(place, name) for place, name in enumerate((*LOWER, *HIGHER)))
    with duckdb.connect(config={"preserve_insertion_order": "false"}) as connection:
        connection.sql(
            f"""
            copy (
                with people as (
                    select i, hash(i) % {accounts} as number, (hash(hash(i) % {accounts} * 13 + i % 2) % 100) < 45 as bought,
                        2 * ((hash(hash(i) % {accounts} * 7 + 1) % 1000) / 1000.0 - 0.5)
                            + 3 * ((hash(i * 3 + 11) % 1000) / 1000.0 - 0.5) as liking
                    from range({n}) as numbers(i)
                )
                select 'C-' || lpad(number::varchar, 6, '0') as account, i as respondent,
                    case when bought then 'Premium' when hash(i * 5 + 3) % 4 = 0 then 'Basic' else 'Standard' end as offering,
                    cast(greatest(0, least(10, round(
                        7.4 + 0.5 * bought::int + liking + 4 * ((hash(i * 17 + 2) % 1000) / 1000.0 - 0.5)
                    ))) as tinyint) as recommend,
                    case when (hash(i * 23 + 9) % 1000) / 1000.0 < 0.55 + 0.05 * bought::int + 0.08 * liking
                        then 'renewed' else 'ended' end as status, {ratings}
                from people
            ) to '{folder / "answers.parquet"}' (format parquet)
            """
        )
    (folder / "study.yaml").write_text(yaml.safe_dump(SETTINGS), encoding="utf-8")


def sums_by_hand(folder: Path) -> object:
    """The sums of both outcomes and their control by account and offering, and the items' covariances, in plain SQL."""
    answered = " + ".join(f"({name} is not null)::int" for name in LOWER)
    total = " + ".join(f"coalesce({name}, 0)" for name in LOWER)
    columns = {"y": "case when recommend >= 9 then 1.0::double when recommend <= 6 then -1.0 else 0.0 end"}
    columns["z"] = "case status when 'renewed' then 1.0::double when 'ended' then 0.0 end"
    columns["x"] = f"case when 2 * ({answered}) >= {len(LOWER)} then ({total})::double / ({answered}) end"
    every = ", ".join(
        f"count({y}), sum({y}), sum({y} * {y}), count(x * {y}), sum(x), sum(x * x), sum({y}) filter (x is not null),"
        f" sum({y} * {y}) filter (x is not null), sum(x * {y})"
        for y in ("y", "z")
    )
    made = ", ".join(f"{expression} as {name}" for name, expression in columns.items())
    pairs = ", ".join(f"covar_samp({one}::double, {other}::double)" for one, other in combinations_with_replacement(LOWER, 2))
    with duckdb.connect() as connection:
        connection.read_parquet(str(folder / "answers.parquet")).create_view("answers")
        sums = connection.sql(
            f"with made as (select account, offering = 'Premium' as bought, {made} from answers) select account, bought, {every}"
            " from made group by all"
        ).to_arrow_table()
        counted = ", ".join(f"count({name})" for name in LOWER)
        groups = connection.sql(f"select offering = 'Premium', count(*), {counted} from answers group by all").to_arrow_table()
        connection.sql(f"select {pairs} from answers").to_arrow_table()
        return len(sums), len(groups)


def group_by(folder: Path) -> object:
    """A plain count, and the sum of each numeric column, by account and offering: fewer sums than any variance needs."""
    columns = ", ".join(f"sum({name})" for name in ("recommend", *LOWER))
    with duckdb.connect() as connection:
        connection.read_parquet(str(folder / "answers.parquet")).create_view("answers")
        return len(
            connection.sql(
                f"select account, offering, count(*), count(*) filter (status = 'renewed'), {columns} from answers group by all"
            ).to_arrow_table()
        )


def verdict(folder: Path, source: str = "sql") -> object:
    """The study from its files, and the verdict on a claim under test with three others."""
    from valuelib.study.load import load_study
    from valuelib.verdict.assess import assess

    finding = assess(load_study(folder, source=source), "nps_60_points", sensitivity=False)  # type: ignore[arg-type]
    assert finding.raw is not None
    figures = [one.difference for one in (finding.raw, finding.total, *finding.contrasts) if one is not None]
    assert finding.link is not None
    numbers = [number for one in figures if one is not None for number in (one.value, one.se, one.df, one.ci_low, one.ci_high)]
    return finding.verdict, [*numbers, finding.link.slope, finding.link.left, finding.link.gap.se]


def by_spark(folder: Path) -> object:
    """The same by Spark."""
    from pyspark.sql import SparkSession

    SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    return verdict(folder, "spark")


STEPS: Mapping[str, Callable[[Path], object]] = {
    "group by": group_by,
    "by hand": sums_by_hand,
    "verdict": verdict,
    "rows": lambda folder: verdict(folder, "rows"),
    "spark": by_spark,
}


def run(step: str, folder: Path) -> dict[str, object]:
    """A step in a process of its own: seconds after its imports, and its peak of memory."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.totals", step, str(folder)], check=True, capture_output=True, text=True
    )
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    told(f"totals: {step}: {found['cpu']:.1f} s CPU, {found['wall']:.1f} s, {found['mb']:.0f} MB")
    return found


def measure_totals(sizes: tuple[int, ...] = SIZES) -> str:
    """The table; where Spark is there, or the rows fit into memory, the verdict must be theirs, too."""
    rows = []
    for n in sizes:
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            write_answers(folder, n)
            steps = {step: run(step, folder) for step in ("group by", "by hand", "verdict")}
            others = [*(["rows"] if n <= min(SIZES) else []), *(["spark"] if find_spec("pyspark") and n <= min(SIZES) else [])]
            for step in others:
                check_equal(steps["verdict"]["found"], run(step, folder)["found"])
        cpu = {step: float(str(found["cpu"])) for step, found in steps.items()}
        rows.append(
            [
                f"{n:,}",
                *(f"{cpu[step]:.1f}" for step in steps),
                f"{cpu['verdict'] / cpu['by hand']:.2f}",
                f"{cpu['verdict'] / cpu['group by']:.1f}",
                f"{float(str(steps['verdict']['wall'])):.1f}",
                f"{float(str(steps['verdict']['mb'])):,.0f}",
                ", ".join(others) or "–",
            ]
        )
    header = ["Answers", "Group-by, CPU s", "Same sums by hand, CPU s", "Verdict, CPU s", "Verdict / by hand", "Verdict / group-by"]
    return markdown_table([*header, "Verdict, s passed", "Peak, MB", "Equal to 1e-10"], rows)


def say_versions() -> str:
    """Which DuckDB and ibis did the work."""
    return f"DuckDB {version('duckdb')}, ibis {version('ibis-framework')}."


def peak_mb() -> float:
    """The most memory that this process has held; `ru_maxrss` would count that of the parent before it, too."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text(encoding="utf-8").partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def check_equal(one: object, other: object) -> None:
    """Stop where two verdicts or their figures differ."""
    (verdict_one, numbers), (verdict_other, others) = one, other  # type: ignore[misc]
    far = [abs(a - b) for a, b in zip(numbers, others, strict=True) if abs(a - b) > 1e-10 * max(1.0, abs(b))]
    if verdict_one != verdict_other or far:
        raise AssertionError(f"The sources differ: {verdict_one} and {verdict_other}, by {far}.")


if __name__ == "__main__":
    import valuelib.verdict.assess  # noqa: F401

    start, cpu = perf_counter(), process_time()
    found = STEPS[sys.argv[1]](Path(sys.argv[2]))
    used = {"wall": perf_counter() - start, "cpu": process_time() - cpu}
    print(json.dumps({**used, "mb": peak_mb(), "found": found}))
