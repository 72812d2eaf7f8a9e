"""Write best-worst choices for the reference programs: two sizes of set, weights, accounts of unequal size, tastes shared in them.

Usage: python -m tests.reference.choices.make_cases
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
ITEMS, PEOPLE, ACCOUNTS, SETS = 6, 40, 14, 5


def make(seed: int) -> pd.DataFrame:
    """One row an item shown: account, person, set, weight, item, best, worst."""
    rng = np.random.default_rng(seed)
    felt, shared = np.linspace(-1, 1, ITEMS), rng.normal(0, 0.5, (ACCOUNTS, ITEMS))
    rows: list[tuple[str, int, int, float, int, int, int]] = []
    for person in range(PEOPLE):
        account = int(rng.integers(ACCOUNTS) ** 2 // ACCOUNTS)
        weight = float(rng.choice([0.5, 1.0, 2.0]))
        for task in range(SETS):
            shown = rng.permutation(ITEMS)[: 3 if task % 2 else 4]
            utility = (felt + shared[account])[shown]
            best = int(np.argmax(utility + rng.gumbel(size=len(shown))))
            down = -utility + rng.gumbel(size=len(shown))
            down[best] = -np.inf
            worst = int(np.argmax(down))
            number = person * SETS + task
            rows += [
                (f"A{account:02d}", person, number, weight, int(item), int(place == best), int(place == worst))
                for place, item in enumerate(shown)
            ]
    return pd.DataFrame(rows, columns=["account", "person", "set", "weight", "item", "best", "worst"])


if __name__ == "__main__":
    make(20261130).to_csv(HERE / "sets.csv", index=False)
