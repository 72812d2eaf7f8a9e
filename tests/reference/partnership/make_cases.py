"""Made-up cases for the statistics of working together; the same bytes every time. Run: python
tests/reference/partnership/make_cases.py
"""

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
RNG = np.random.default_rng(20261125)


def dyads() -> pd.DataFrame:
    """70 accounts of 1-4 respondents with both views, a surface with a1 = 0.5 and a4 = -0.4, and a mediator."""
    size = RNG.integers(1, 5, 70)
    account = np.repeat(np.arange(70), size)
    customer = RNG.normal(6.5, 1.2, 70)
    provider = (0.4 * (customer - 6.5) + 6.8 + RNG.normal(0, 1.1, 70)).round(1)
    x = np.clip(customer[account] + RNG.normal(0, 0.8, account.size), 0, 10).round(1)
    y, control = provider[account], RNG.normal(0, 1, account.size).round(2)
    z = 0.25 * (x + y - 13) - 0.1 * (x - y) ** 2 + 0.3 * control + RNG.normal(0, 0.6, 70)[account] + RNG.normal(0, 1, account.size)
    m = 0.5 * x + 0.2 * control + RNG.normal(0, 1, account.size)
    return pd.DataFrame({"account": account, "x": x, "y": y, "control": control, "m": m.round(2), "z": z.round(3)})


def teams() -> pd.DataFrame:
    """18 teams of 3-9 people with two items on 1-7."""
    size = RNG.integers(3, 10, 18)
    team = np.repeat(np.arange(18), size)
    level = RNG.normal(4.6, 0.7, 18)[team]
    items = {name: np.clip(np.round(level + RNG.normal(0, 0.8, team.size)), 1, 7) for name in ("w1", "w2")}
    return pd.DataFrame({"team": team, **items}).astype(int)


def waves() -> pd.DataFrame:
    """120 accounts of 1-3 respondents over 4 waves, with a pace of their own."""
    account = np.repeat(np.arange(120), 4)
    wave = np.tile(np.arange(4), 120)
    size = RNG.integers(1, 4, account.size)
    exposure = RNG.normal(6.5, 1.0, 120).round(1)
    level, pace = RNG.normal(0, 1.0, 120), RNG.normal(0, 0.25, 120)
    rows = np.repeat(np.arange(account.size), size)
    a, t = account[rows], wave[rows]
    y = 6 + level[a] + (0.15 + pace[a]) * t + 0.1 * t * (exposure[a] - 6.5) + RNG.normal(0, 0.8, rows.size)
    return pd.DataFrame({"account": a, "wave": t, "exposure": exposure[a], "y": y.round(3)})


def contracts() -> pd.DataFrame:
    """150 accounts with a contract each, ended or censored at 18 months."""
    value = RNG.normal(6.5, 1.1, 150).round(2)
    months = RNG.exponential(1 / (0.03 * np.exp(-0.35 * (value - 6.5))))
    return pd.DataFrame(
        {"account": np.arange(150), "value": value, "months": np.minimum(months, 18).round(3), "ended": (months < 18).astype(int)}
    )


def coding() -> pd.DataFrame:
    """40 passages of 15 accounts, three readers (some passages are read by two only), four codes."""
    rows = []
    for passage in range(40):
        true = int(RNG.integers(0, 4))
        for reader in "ABC":
            if reader == "C" and RNG.random() < 0.3:
                continue
            seen = true if RNG.random() < 0.8 else int(RNG.integers(0, 4))
            rows.append((f"u{passage % 15:02d}", f"passage {passage:02d}", reader, f"k{seen}"))
    return pd.DataFrame(rows, columns=["account", "text", "coder", "code"])


if __name__ == "__main__":
    for case in (dyads, teams, waves, contracts, coding):
        case().to_csv(HERE / f"{case.__name__}.csv", index=False, lineterminator="\n")
