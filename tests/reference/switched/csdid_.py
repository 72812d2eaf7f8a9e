"""Group-time effects of `balanced.csv` by the Python package csdid, not-yet-treated comparisons; writes printout_csdid.json."""

import json
from importlib.metadata import version
from pathlib import Path

import pandas as pd
from csdid.att_gt import ATTgt

HERE = Path(__file__).resolve().parent
rows = pd.read_csv(HERE / "balanced.csv")
rows["time"], rows["id"] = rows["wave"] + 1, pd.factorize(rows["account"])[0] + 1
rows["cohort"] = (rows["switch"] + 1).where(rows["switch"] < 4, 0)  # csdid counts from 1; 0 never switches
fitted = ATTgt(
    yname="value", gname="cohort", idname="id", tname="time", data=rows, control_group=["notyettreated"], bstrap=False, cband=False
)
found = fitted.fit(est_method="reg", base_period="universal")
told = found.results
effects = {f"{int(g) - 1}-{int(t) - 1}": float(att) for g, t, att in zip(told["group"], told["year"], told["att"], strict=True)}
overall = found.aggte(typec="group").atte["overall_att"]
written = {
    "versions": {name: version(name) for name in ("csdid", "drdid", "pandas", "numpy")},
    "effects": effects,
    "by_group": float(overall),
}
(HERE / "printout_csdid.json").write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
