"""A small made-up study for the sensitivity estimators: writes case.csv, the same bytes every time."""

import csv
from pathlib import Path

import numpy as np

ROWS, ACCOUNTS = 240, 70


def main() -> None:
    """Liking colours six items and the outcome; the instrument moves the exposure."""
    rng = np.random.default_rng(311)
    account = np.sort(rng.integers(0, ACCOUNTS, ROWS))
    liking, shared = rng.normal(size=ROWS), rng.normal(size=ACCOUNTS)[account]
    z = 0.6 * shared + rng.normal(size=ROWS)
    x1 = 0.5 * liking + rng.normal(size=ROWS)
    level = np.array(["a", "b", "c"])[rng.integers(0, 3, ROWS)]
    d = (0.7 * z + 0.5 * liking + 0.4 * x1 + rng.normal(size=ROWS) > 0).astype(int)
    y = 6 + 0.8 * d + 0.9 * liking + 0.5 * x1 + 0.4 * (level == "b") + 0.6 * shared + rng.normal(size=ROWS)
    items = np.array([0.8, 0.7, 0.6, 0.6, 0.5, 0.4]) * liking[:, None] + 0.6 * rng.normal(size=(ROWS, 6))
    with Path(__file__).with_name("case.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["account", "y", "d", "z", "x1", "level", *(f"item{k}" for k in range(1, 7))])
        for row in range(ROWS):
            numbers = [round(float(one), 3) for one in (y[row], z[row], x1[row], *items[row])]
            writer.writerow([f"A{account[row]:02d}", numbers[0], int(d[row]), *numbers[1:3], level[row], *numbers[3:]])


if __name__ == "__main__":
    main()
