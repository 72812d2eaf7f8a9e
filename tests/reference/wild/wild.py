"""What does wildboottest say about the cases? Writes printout.json beside it; needs wildboottest, which the package does not.

Usage: python tests/reference/wild/wild.py
Weighted least squares is asked for as least squares on sqrt(w) y and sqrt(w) X, since wildboottest leaves weights aside.
"""

import csv
import json
import platform
from importlib.metadata import version
from pathlib import Path

import numpy as np
from wildboottest.wildboottest import WildboottestCL

HERE = Path(__file__).resolve().parent
ENUMERATED = ("nps_few", "nps_few_weighted")  # 12 accounts, 4,096 sign vectors
WEBB = ("nps_few_weighted", "reg_whole", "reg_mixed_weighted")
KEPT, DRAWS, SEED, TIE = 40, 99_999, 20260310, 1e-9
POINTS = np.sort(np.sqrt([1.5, 1.0, 0.5, 0.5, 1.0, 1.5]) * [-1, -1, -1, 1, 1, 1])


def main() -> None:
    found = {case: {str(controls): _case(case, controls) for controls in (False, True)} for case in sorted({*ENUMERATED, *WEBB})}
    packages = {"python": platform.python_version()} | {name: version(name) for name in ("wildboottest", "numba", "numpy")}
    text = json.dumps({"versions": packages, "cases": found}, indent=1)
    (HERE / "printout.json").write_text(text + "\n", encoding="utf-8")


def _case(case: str, controls: bool) -> dict[str, object]:
    with (HERE.parent / "cases" / f"{case}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    y, weight, x1, exposure = (np.array([float(row[name]) for row in rows]) for name in ("y", "weight", "x1", "exposure"))
    design = np.column_stack([np.ones(y.size), exposure, *([x1] if controls else [])]) * np.sqrt(weight)[:, None]
    accounts = np.array([row["account"] for row in rows])
    told: dict[str, object] = {}
    if case in ENUMERATED:
        told["rademacher"] = _run(design, y * np.sqrt(weight), accounts, "rademacher", draws=9_999)
    if case in WEBB:
        told["webb"] = _run(design, y * np.sqrt(weight), accounts, "webb", draws=DRAWS)
    return told


def _run(design: np.ndarray, y: np.ndarray, accounts: np.ndarray, weights: str, *, draws: int) -> dict[str, object]:
    form = np.eye(design.shape[1])[1]
    test = WildboottestCL(X=design, Y=y, cluster=accounts, R=form, B=draws, seed=SEED, parallel=False)
    test.get_scores(bootstrap_type="11", impose_null=True, adj=False, cluster_adj=False)
    test.get_weights(weights_type=weights)
    for step in (test.get_numer, test.get_denom, test.get_tboot, test.get_vcov, test.get_tstat):
        step()
    p = {}
    for kind in (">", "<"):
        test.get_pvalue(pval_type=kind)
        p[kind] = float(test.pvalue)
    t = float(np.squeeze(test.t_stat))
    told = {"t": t, "p": p, "draws": int(test.B)}
    if weights == "rademacher":
        slack = TIE * max(1.0, abs(t))
        return told | {"at_least": int((test.t_boot >= t - slack).sum()), "at_most": int((test.t_boot <= t + slack).sum())}
    # Each kept draw as digits, one a cluster: which of the six points, in ascending order.
    digits = np.abs(test.v.T[:KEPT, :, None] - POINTS).argmin(axis=2)
    return told | {"multipliers": ["".join(map(str, row)) for row in digits], "t_boot": test.t_boot[:KEPT].tolist()}


if __name__ == "__main__":
    main()
