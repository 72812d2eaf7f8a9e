"""Writes two made-up panels: `balanced.csv`, where every account answers alike in every wave, and `gaps.csv`, where none does."""

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).resolve().parent
WAVES = 4


def panel(accounts: int, *, gaps: bool, seed: int) -> pd.DataFrame:
    """One row an account and wave; accounts switch in wave 1, 2 or 3, or never (9)."""
    rng = np.random.default_rng(seed)
    switch = rng.choice([1, 2, 3, 9], accounts, p=[0.2, 0.2, 0.15, 0.45])
    level = rng.normal(0.4 * (switch < WAVES), 0.6)
    rows = pd.DataFrame({"account": np.repeat(np.arange(accounts), WAVES), "wave": np.tile(np.arange(WAVES), accounts)})
    rows["switch"] = switch[rows["account"]]
    since = rows["wave"] - rows["switch"]
    value = level[rows["account"]] + 0.15 * rows["wave"] ** 1.5 + np.where(since >= 0, 0.3 + 0.1 * since, 0.0)
    rows["value"] = (value + rng.normal(0, 0.4, len(rows))).round(6)
    rows["weight"] = rng.integers(1, 7, len(rows)).astype(float) if gaps else 1.0
    rows["account"] = [f"A{place:02d}" for place in rows["account"]]
    return rows[rng.random(len(rows)) > 0.2] if gaps else rows


if __name__ == "__main__":
    for name, gaps, seed in (("balanced", False, 5), ("gaps", True, 6)):
        panel(60, gaps=gaps, seed=seed).to_csv(HERE / f"{name}.csv", index=False, lineterminator="\n")
