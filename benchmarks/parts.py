"""Which parts do the benchmarks have, and how is each measured and tabled?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from benchmarks import coverage
from benchmarks.agreement import compare, read_earlier
from benchmarks.choices import HALO_REPS, measure_choices, table_choices
from benchmarks.choices import REPS as CHOICE_REPS
from benchmarks.design import all_cells
from benchmarks.drivers import measure_drivers
from benchmarks.effort import measure_effort, table_effort_intervals, table_effort_verdicts
from benchmarks.few_clusters import REPS as FEW_REPS
from benchmarks.few_clusters import joint_cells, lift_cells, measure_joint, measure_lifts, table_joint, table_lifts
from benchmarks.invariance import REPS as INVARIANCE_REPS
from benchmarks.invariance import measure_invariance, table_invariance
from benchmarks.linear import measure_linear
from benchmarks.load import measure_load
from benchmarks.mapping.score import measure_mapping, table_mapping, table_totals
from benchmarks.page import machine
from benchmarks.planning import measure_planning
from benchmarks.pooling import REPS as POOLING_REPS
from benchmarks.pooling import measure_pooling, table_pooling
from benchmarks.privacy import measure_privacy
from benchmarks.reading import measure_reading
from benchmarks.registry import Options, Part, Tables, kept_in, read_kept, told, worker_seconds, write_kept
from benchmarks.reliability import REPS as RELIABILITY_REPS
from benchmarks.reliability import measure_reliability, table_reliability, table_reliability_below
from benchmarks.roll_out import REPS as ROLL_OUT_REPS
from benchmarks.roll_out import measure_roll_out, table_roll_out
from benchmarks.scale import measure_scale
from benchmarks.specifications import measure_specifications, table_specifications
from benchmarks.speed import measure_assess, measure_speed
from benchmarks.tables_coverage import (
    say_agreement,
    say_samples,
    table_agreement,
    table_below,
    table_coverage,
    table_rare,
    table_ratio_sets,
)
from benchmarks.tables_speed import say_replicates, table_speed, table_targets
from benchmarks.together.paths import (
    measure_long_run,
    measure_paths,
    measure_slopes,
    table_long_run,
    table_paths,
    table_potential_gains,
    table_slopes,
)
from benchmarks.together.quantities import measure_quantities, table_quantities
from benchmarks.together.readings import SAMPLES as NECESSITY_SAMPLES
from benchmarks.together.readings import STUDIES as READING_STUDIES
from benchmarks.together.readings import measure_necessity, measure_readings, table_necessity, table_readings
from benchmarks.together.verdicts import measure_verdicts, table_verdicts
from benchmarks.totals import SIZES, measure_totals, say_versions
from benchmarks.truth import judge
from benchmarks.truth.hidden import measure_hidden, table_hidden
from benchmarks.truth.scenarios import all_worlds
from benchmarks.truth.tables import say_studies, truth_tables
from benchmarks.truth.traps import catch_seeds, count_caught, trap_tables, trap_worlds

DEMO = Path(__file__).parents[1] / "data" / "demo"
CELLS, VERDICTS, HIDDEN, RELIABILITY = "coverage_cells.csv", "truth_verdicts.csv", "truth_hidden.csv", "reliability_cells.csv"
CAUGHT = "truth_traps.csv"
POOLING = "pooling_cells.csv"
EFFORT = "effort_cells.csv"
FEW, JOINT = "few_clusters_lifts.csv", "few_clusters_joint.csv"
QUANTITIES, TOGETHER = "together_quantities.csv", "together_verdicts.csv"
READINGS, NECESSITY = "readings_verdicts.csv", "readings_necessity.csv"
MAPPING = "mapping_rows.csv"
ROLL_OUT = "roll_out_cells.csv"
CHOICES = "choices_cells.csv"
INVARIANCE = "invariance_cells.csv"
PATHS, SLOPES, LONG_RUN = "cocreation_paths.csv", "cocreation_slopes.csv", "cocreation_long_run.csv"


def measure_reading_table(_: Options) -> Tables:
    """The table on large files."""
    print("reading: a minute or two on an idle machine", flush=True)
    return {"reading-run": machine(), "reading": measure_reading()}


def measure_totals_table(options: Options) -> Tables:
    """The table on answers that stay where they lie."""
    print("totals: some minutes, and a gigabyte of disk for every 50,000,000 answers", flush=True)
    sizes = SIZES if options.answers is None else (*SIZES, options.answers)
    return {"totals-run": f"{machine()} {say_versions()}", "totals": measure_totals(sizes)}


def measure_linear_table(_: Options) -> Tables:
    """The table on growth with the respondents."""
    print("linear: some half an hour, and memory for 200,000 answers", flush=True)
    return {"linear-run": f"{machine()} One thread.", "linear": measure_linear()}


def measure_load_table(options: Options) -> Tables:
    """The table on one wide study."""
    print("load: some twenty minutes, and memory for 200,000 answers to 400 questions", flush=True)
    return {"load-run": f"{machine()} One thread.", "load": measure_load(options.answers)}


def measure_speed_tables(_: Options) -> Tables:
    """The tables on speed."""
    print("speed: a minute or two on an idle machine", flush=True)
    timings, assess_seconds = measure_speed(), measure_assess(DEMO)
    return {
        "speed-run": f"{machine()} One thread. Replicates of the pandas loop run: {say_replicates()}.",
        "speed-targets": table_targets(timings, assess_seconds),
        "speed": table_speed(timings),
    }


def measure_specification_tables(_: Options) -> Tables:
    """The table on many specifications of one contrast."""
    print("specifications: about a minute on an idle machine", flush=True)
    return {"specifications-run": f"{machine()} One thread.", "specifications": table_specifications(measure_specifications())}


def measure_driver_tables(_: Options) -> Tables:
    """Coverage and speed of the shares of R2."""
    print("drivers: some ten minutes", flush=True)
    return measure_drivers()


def measure_planning_tables(_: Options) -> Tables:
    """Whether the planned power comes true."""
    print("planning: less than a minute", flush=True)
    return measure_planning()


def run_coverage(options: Options) -> Tables:
    """Count coverage in every cell (or those not counted yet), keep the counts, and say what was run."""
    before, file = worker_seconds(), kept_in(options, CELLS)
    kept = pd.read_csv(file) if options.missing and file.exists() else pd.DataFrame()
    cells = coverage.lacking(all_cells(), kept, reps=options.reps)

    def keep(found: pd.DataFrame) -> None:
        coverage.arrange(all_cells(), kept, found).to_csv(file, index=False, lineterminator="\n")

    coverage.measure_coverage(cells, reps=options.reps, workers=options.workers, progress=told, keep=keep)
    minutes = (worker_seconds() - before) / 60
    took = f"the last run took {minutes:.0f} minutes of processor time for {len(cells)} of them"
    return {"coverage-run": f"{machine()} {say_samples(pd.read_csv(file))}; {took}."}


def coverage_tables(measured: pd.DataFrame) -> Tables:
    """The tables on coverage, from the counts of every cell."""
    compared = compare(measured, read_earlier())
    return {
        "coverage": table_coverage(measured),
        "coverage-rare": table_rare(measured),
        "coverage-below": table_below(measured),
        "coverage-ratio": table_ratio_sets(measured),
        "coverage-agreement": f"{say_agreement(compared)}\n\n{table_agreement(compared)}",
    }


def run_truth(options: Options) -> Tables:
    """Assess every made-up client (or those of worlds not judged yet), keep the counts of verdicts, and say what was run."""
    before, file = worker_seconds(), kept_in(options, VERDICTS)
    kept = pd.read_csv(file) if options.missing and file.exists() else pd.DataFrame()
    worlds = judge.lacking(all_worlds(), kept, seeds=options.seeds)

    def keep(found: pd.DataFrame) -> None:
        judge.arrange(all_worlds(), kept, found).to_csv(file, index=False, lineterminator="\n")

    judge.judge_worlds(worlds, seeds=options.seeds, workers=options.workers, progress=told, keep=keep)
    hidden = measure_hidden(seeds=options.seeds, workers=options.workers)
    write_kept(options, HIDDEN, hidden)
    minutes = (worker_seconds() - before) / 60
    took = f"The last run took {minutes:.0f} minutes of processor time for {len(worlds)} of them."
    return {"truth-run": f"{machine()} {say_studies(pd.read_csv(file))} {took}"}


def run_traps(options: Options) -> Tables:
    """Lay every trap (or those not counted yet), keep the counts of verdicts, and say what was run."""
    before, file = worker_seconds(), kept_in(options, CAUGHT)
    kept = pd.read_csv(file) if options.missing and file.exists() else pd.DataFrame()
    worlds = judge.lacking(trap_worlds(), kept, seeds=options.seeds)

    def keep(found: pd.DataFrame) -> None:
        judge.arrange(trap_worlds(), kept, found).to_csv(file, index=False, lineterminator="\n")

    judge.judge_worlds(
        worlds,
        seeds=options.seeds,
        workers=options.workers,
        progress=told,
        keep=keep,
        judged_by=catch_seeds,
        counted_by=count_caught,
    )
    minutes = (worker_seconds() - before) / 60
    took = f"The last run took {minutes:.0f} minutes of processor time for {len(worlds)} of them."
    return {"traps-run": f"{machine()} {say_studies(pd.read_csv(file))} {took}"}


def run_reliability(options: Options) -> Tables:
    """Count the coverage of alpha, omega and HTMT, keep the counts, and say what was run."""
    before = worker_seconds()
    write_kept(options, RELIABILITY, measure_reliability(RELIABILITY_REPS, options.workers, told))
    minutes = (worker_seconds() - before) / 60
    return {"reliability-run": f"{machine()} {RELIABILITY_REPS:,} samples a cell; {minutes:.0f} minutes of processor time."}


def reliability_tables(measured: pd.DataFrame) -> Tables:
    """The tables on coefficients of reliability."""
    return {"reliability": table_reliability(measured), "reliability-below": table_reliability_below(measured)}


def run_pooling(options: Options) -> Tables:
    """Count how often the pooled intervals hold, keep the counts, and say what was run."""
    measured = measure_pooling()
    write_kept(options, POOLING, measured)
    return {"pooling-run": f"{machine()} {POOLING_REPS:,} samples in each of {len(measured)} cells."}


def run_together(options: Options) -> Tables:
    """Bias, coverage and verdicts of the claims about working together; the counts are kept."""
    told("together: some ten minutes")
    write_kept(options, QUANTITIES, measure_quantities())
    write_kept(options, TOGETHER, measure_verdicts(workers=options.workers))
    return {"together-run": machine()}


def together_tables(options: Options) -> Tables:
    """The tables on working together."""
    return {
        "quantities": table_quantities(read_kept(options, QUANTITIES)),
        "together": table_verdicts(read_kept(options, TOGETHER)),
    }


def run_readings(options: Options) -> Tables:
    """Verdicts on the theory's further statements, and what necessity alone is fooled by; the counts are kept."""
    told("readings: some fifteen minutes")
    write_kept(options, READINGS, measure_readings(workers=options.workers))
    write_kept(options, NECESSITY, measure_necessity())
    return {"readings-run": f"{machine()} {READING_STUDIES} studies a world, {NECESSITY_SAMPLES} samples a row of points."}


def readings_tables(options: Options) -> Tables:
    """The tables on the further readings."""
    return {
        "readings": table_readings(read_kept(options, READINGS)),
        "necessity": table_necessity(read_kept(options, NECESSITY)),
    }


def run_cocreation(options: Options) -> Tables:
    """The paths through value and the levers; the counts are kept."""
    told("cocreation: some eight minutes")
    write_kept(options, SLOPES, measure_slopes())
    write_kept(options, PATHS, measure_paths())
    write_kept(options, LONG_RUN, measure_long_run())
    return {"cocreation-run": machine()}


def cocreation_tables(options: Options) -> Tables:
    """The tables on the paths through value and on levers."""
    paths = read_kept(options, PATHS)
    return {
        "cocreation-paths": table_paths(paths),
        "cocreation-long-run": table_long_run(read_kept(options, LONG_RUN)),
        "cocreation-levers": table_potential_gains(paths),
        "cocreation-slopes": table_slopes(read_kept(options, SLOPES)),
    }


def run_effort(options: Options) -> Tables:
    """Bias, coverage and verdicts of the claims on effort, enhancement and being hard to copy; the counts are kept."""
    told("effort: some four minutes")
    write_kept(options, EFFORT, measure_effort())
    return {"effort-run": machine()}


def effort_tables(options: Options) -> Tables:
    """The tables on effort and enhancement."""
    measured = read_kept(options, EFFORT)
    return {"effort-intervals": table_effort_intervals(measured), "effort-verdicts": table_effort_verdicts(measured)}


def run_few_clusters(options: Options) -> Tables:
    """False lifts with few clusters, and false differences of total and net; the counts are kept."""
    told("few clusters: some fifteen minutes of processor time")
    write_kept(options, FEW, measure_lifts(lift_cells(), workers=options.workers, progress=told))
    write_kept(options, JOINT, measure_joint(joint_cells(), workers=options.workers, progress=told))
    return {"few-clusters-run": f"{machine()} {FEW_REPS:,} samples a cell."}


def few_clusters_tables(options: Options) -> Tables:
    """The tables on few clusters and on total minus net."""
    return {"few-clusters": table_lifts(read_kept(options, FEW)), "joint": table_joint(read_kept(options, JOINT))}


def run_roll_out(options: Options) -> Tables:
    """Bias and coverage of roll-outs and pilots by lot, and false lifts; the counts are kept."""
    told("roll-out: some five minutes")
    write_kept(options, ROLL_OUT, measure_roll_out(progress=told))
    return {"roll-out-run": f"{machine()} {ROLL_OUT_REPS:,} samples a row."}


def run_choices(options: Options) -> Tables:
    """Bias and coverage of shares of importance by choice, and differences where there are none; the counts are kept."""
    told("choices: some ten minutes")
    write_kept(options, CHOICES, measure_choices(progress=told))
    return {"choices-run": f"{machine()} {CHOICE_REPS:,} samples a row, {HALO_REPS:,} of halo alone."}


def run_invariance(options: Options) -> Tables:
    """False alarms and power of comparability, and the error of the shift that it tells; the counts are kept."""
    told("invariance: some eight minutes of processor time")
    write_kept(options, INVARIANCE, measure_invariance(progress=told))
    return {"invariance-run": f"{machine()} One thread; {INVARIANCE_REPS[4]} samples a row, {INVARIANCE_REPS[21]} of 21 items."}


def run_mapping(options: Options) -> Tables:
    """What `valuelib new` proposes for every export of the corpus, against the right mapping; each row is kept."""
    write_kept(options, MAPPING, measure_mapping())
    return {}


def mapping_tables(rows: pd.DataFrame) -> Tables:
    """The tables on guessed mappings."""
    return {"mapping-totals": table_totals(rows), "mapping": table_mapping(rows)}


PARTS: Mapping[str, Part] = {
    "speed": Part(measure=measure_speed_tables),
    "reading": Part(measure=measure_reading_table),
    "totals": Part(measure=measure_totals_table),
    "linear": Part(measure=measure_linear_table),
    "load": Part(measure=measure_load_table),
    "specifications": Part(measure=measure_specification_tables),
    "scale": Part(measure=measure_scale),
    "coverage": Part(measure=run_coverage, tables=lambda options: coverage_tables(read_kept(options, CELLS))),
    "truth": Part(
        page="truth-tests.md",
        measure=run_truth,
        tables=lambda options: {
            **truth_tables(read_kept(options, VERDICTS)),
            "truth-robustness": table_hidden(read_kept(options, HIDDEN)),
        },
    ),
    "traps": Part(page="truth-tests.md", measure=run_traps, tables=lambda options: trap_tables(read_kept(options, CAUGHT))),
    "reliability": Part(measure=run_reliability, tables=lambda options: reliability_tables(read_kept(options, RELIABILITY))),
    "pooling": Part(measure=run_pooling, tables=lambda options: {"pooling": table_pooling(read_kept(options, POOLING))}),
    "together": Part(page="together.md", measure=run_together, tables=together_tables),
    "readings": Part(page="readings.md", measure=run_readings, tables=readings_tables),
    "cocreation": Part(page="cocreation.md", measure=run_cocreation, tables=cocreation_tables),
    "effort": Part(page="effort.md", measure=run_effort, tables=effort_tables),
    "few-clusters": Part(page="../explanation/statistics.md", measure=run_few_clusters, tables=few_clusters_tables),
    "roll-out": Part(
        page="roll-out.md",
        measure=run_roll_out,
        tables=lambda options: {"roll-out": table_roll_out(read_kept(options, ROLL_OUT))},
    ),
    "choices": Part(
        page="choices.md",
        measure=run_choices,
        tables=lambda options: {"choices": table_choices(read_kept(options, CHOICES))},
    ),
    "invariance": Part(
        page="comparability.md",
        measure=run_invariance,
        tables=lambda options: {"invariance": table_invariance(read_kept(options, INVARIANCE))},
    ),
    "drivers": Part(measure=measure_driver_tables),
    "planning": Part(measure=measure_planning_tables),
    "privacy": Part(measure=measure_privacy),
    "mapping": Part(measure=run_mapping, tables=lambda options: mapping_tables(read_kept(options, MAPPING))),
}
