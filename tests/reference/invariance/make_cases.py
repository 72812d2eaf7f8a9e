"""Two groups' ratings of six items in three categories, accounts mixed over groups; once complete, once with gaps. Writes *.csv."""

from pathlib import Path

import numpy as np
import pandas as pd

FOLDER = Path(__file__).parent
N, ACCOUNTS = 560, 120


def make_case(seed: int, gaps: float) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    account = np.sort(rng.integers(0, ACCOUNTS, N))
    group = np.where(rng.random(N) < 0.5, (account % 2), rng.integers(0, 2, N))
    scale = np.sqrt(0.3) * rng.standard_normal(ACCOUNTS)[account] + np.sqrt(0.7) * rng.standard_normal(N) + 0.3 * group
    category = np.repeat(rng.standard_normal((N, 3)), 2, axis=1)
    own = np.sqrt(0.3) * rng.standard_normal((ACCOUNTS, 6))[account] + np.sqrt(0.7) * rng.standard_normal((N, 6))
    ratings = 6 + scale[:, None] * np.linspace(1.0, 1.6, 6) + 0.9 * category + 1.2 * own
    ratings[:, 1] -= 0.8 * group  # an intercept of its own
    ratings = np.clip(np.round(ratings), 0, 10)
    seen = pd.DataFrame(ratings, columns=[f"x{i}" for i in range(1, 7)])
    if gaps:  # likelier where the first item, which is always given, was rated low
        low = np.where(ratings[:, 0] < 6, 2 * gaps, gaps)
        seen.iloc[:, 1:] = seen.iloc[:, 1:].mask(rng.random((N, 5)) < low[:, None])
    return seen.assign(group=group, account=account)


if __name__ == "__main__":
    make_case(11, 0.0).to_csv(FOLDER / "complete.csv", index=False)
    make_case(12, 0.08).to_csv(FOLDER / "gaps.csv", index=False)
