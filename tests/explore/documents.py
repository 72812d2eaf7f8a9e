"""Made-up results.json documents for the tests of pooling: one lift a study, in whatever reading, rung and shape a test needs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scipy import stats

from valuelib.output.results_json import Document, check_document, finding_entry
from valuelib.results import Contrast, Difference, Finding, Group, Message, Ratio
from valuelib.theory.claims import stand_in
from valuelib.theory.reading import EvidenceLevel

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "data" / "portfolio"
NAMES = tuple(sorted(path.parent.name for path in FOLDER.glob("*/results.json")))
AUDITED = "audited.lower_tiers"


def made_up() -> dict[str, Document]:
    """The committed made-up clients by name."""
    return {name: json.loads((FOLDER / name / "results.json").read_text(encoding="utf-8")) for name in NAMES}


def document(name: str, *findings: Finding, client: str | None = None, respondents: int = 400) -> Document:
    """A document as a report writes it."""
    about = {"name": name, "client": client or f"{name} Oy", "respondents": respondents, "accounts": respondents // 3}
    entries = [finding_entry(finding) for finding in findings]
    made = {"schema": 1, "study": about, "estimates": [], "findings": entries}
    check_document(made)
    return json.loads(json.dumps(made))


def points(value: float, se: float, df: float = 80.0) -> Difference:
    reach = float(stats.t.ppf(0.975, df)) * se
    return Difference(value=value, se=se, df=df, ci_low=value - reach, ci_high=value + reach)


def group(value: float, se: float = 3.0) -> Group:
    return Group(n=150, accounts=60, value=value, se=se, ci_low=value - 2 * se, ci_high=value + 2 * se)


def decided(value: float, se: float = 5.0, *, df: float = 80.0, baseline: float = 50.0, **changes: Any) -> Finding:
    """A claim whose deciding lift is this, with a raw one of 40 beside it."""
    name = changes.get("decided_by", AUDITED)
    sides = {"comparison": group(baseline + value), "baseline": group(baseline)}
    control = Contrast(name=name, role="deciding", difference=points(value, se, df), **sides)
    return finding(**{"decided_by": name, "evidence_level": "audited", "contrasts": (control,), **changes})


def raw_only(value: float, se: float = 6.0, **changes: Any) -> Finding:
    """A claim for which there is nothing but a raw comparison."""
    why = Message(
        code="reason.design.own_ratings", values={"lift_pts": value, "low_pts": 1.0, "high_pts": 2.0, "unit_key": "points"}
    )
    plain = {
        "verdict": "undecided",
        "undecided_why": "design",
        "reason": why,
        "evidence_level": "descriptive",
        "difference": points(value, se),
    }
    return finding(**{**plain, **changes})


def untested(claim: str = "nps_60", code: str = "missing.no_nps") -> Finding:
    reason = Message(code=code, values={"outcome_key": "repurchase"} if code == "missing.outcome" else {})
    return Finding(claim=stand_in(claim, None, None, None), confirmatory=True, verdict="not_testable", reason=reason)


def finding(**changes: Any) -> Finding:
    plain: dict[str, Any] = {
        "claim": "nps_60_points",
        "confirmatory": True,
        "verdict": "consistent",
        "reason": Message(code="missing.no_variation"),
        "exposure": "delivered",
        "outcome": "recommend",
        "metric": "points",
        "size": 13.0,
        "comparison": group(70.0),
        "baseline": group(30.0),
        "difference": points(40.0, 6.0),
        "ratio": Ratio(value=None, ci_low=None, ci_high=None, set="exclusive"),
    }
    values = {**plain, **changes}
    raw = {name: values.pop(name) for name in ("comparison", "baseline", "difference", "ratio")}
    if values.get("evidence_level") is not None:
        values["evidence_level"] = EvidenceLevel(values["evidence_level"])
    values["claim"] = stand_in(values["claim"], values["outcome"], values["metric"], values["size"])
    return Finding(**values, raw=Contrast(name="raw", role="reference" if values.get("decided_by") else "deciding", **raw))
