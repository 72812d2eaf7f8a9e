"""Points for the referee of necessity: smooth, on whole numbers with ties and both ends of the scale, with one outlier, and few."""

from pathlib import Path

import numpy as np
import pandas as pd

FOLDER = Path(__file__).parent


def main() -> None:
    rng = np.random.default_rng(20261130)
    x, y = rng.standard_normal((2, 80))
    smooth = pd.DataFrame({"x": 6 + 1.5 * x, "y": 6 + 1.5 * (0.5 * x + 0.8 * y)})
    whole = pd.DataFrame({"x": np.clip(np.round(7 + 2.2 * x), 0, 10), "y": np.clip(np.round(7 + x + 2 * y), 0, 10)})
    outlier = pd.concat([whole, pd.DataFrame({"x": [2.0], "y": [10.0]})])
    needed = whole.assign(y=np.minimum(whole.y, 2 + 0.8 * whole.x))
    cases = {"smooth": smooth, "whole": whole, "outlier": outlier, "needed": needed, "few": smooth.head(6)}
    for name, frame in cases.items():
        frame.round(6).to_csv(FOLDER / f"{name}.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
