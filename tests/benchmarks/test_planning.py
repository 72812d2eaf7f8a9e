"""Does the planning benchmark hold formula, planner and earlier program against each other, row by row?"""

from benchmarks.planning import EARLIER, measure_planning


def test_every_kept_row_is_measured_and_the_formula_is_near() -> None:
    table = measure_planning(reps=20, checks=20)["planning"]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines() if line.startswith("| ")][2:]
    assert len(rows) == len(EARLIER.read_text(encoding="utf-8").splitlines()) - 1
    for _, _, _, formula, planner, earlier, power in rows:
        assert 0.85 < int(formula.replace(",", "")) / int(earlier.replace(",", "")) < 1.1
        assert int(planner.replace(",", "")) >= 20
        assert 0 <= float(power) <= 100
