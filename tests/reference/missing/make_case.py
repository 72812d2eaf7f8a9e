"""A small made-up study with answers that are missing: writes case.csv, the same bytes every time."""

import csv
from pathlib import Path

import numpy as np

ROWS, ACCOUNTS = 220, 60


def main() -> None:
    """A control rated with error; the unhappy of the comparison (d = 1) leave it out most often, nobody happy of the baseline."""
    rng = np.random.default_rng(127)
    account = np.sort(rng.integers(0, ACCOUNTS, ROWS))
    quality = rng.normal(size=ACCOUNTS)[account]
    d = ((0.5 * quality + rng.normal(size=ACCOUNTS)[account]) > 0).astype(int)
    z = 0.4 * quality + rng.normal(size=ROWS)
    liking = 0.6 * quality + 0.3 * d + 0.3 * z + rng.normal(size=ROWS)
    y = np.where(liking > 0.5, 1, np.where(liking < -0.5, -1, 0))
    control = 6 + quality + 0.8 * rng.normal(size=ROWS)
    chance = np.where(y == 1, np.where(d == 1, 0.1, 0.0), np.where((y == -1) & (d == 1), 0.5, 0.15))
    answered = rng.random(ROWS) >= chance
    weight = np.exp(0.4 * rng.normal(size=ROWS))
    with Path(__file__).with_name("case.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["account", "d", "y", "control", "z", "answered", "weight"])
        for row in range(ROWS):
            numbers = [round(float(one[row]), 3) for one in (control, z)]
            writer.writerow([f"A{account[row]:02d}", d[row], y[row], *numbers, int(answered[row]), round(float(weight[row]), 3)])


if __name__ == "__main__":
    main()
