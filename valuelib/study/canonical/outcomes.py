"""What did the study measure at the customer, on the scales that everything after reading works with?"""

from __future__ import annotations

import pandas as pd

from valuelib.study.canonical.coded import read_promise, read_yes_no
from valuelib.study.canonical.dates import contract_columns
from valuelib.study.canonical.desk import Desk
from valuelib.study.canonical.ratings import ask_about_zero, mean_of_answered, read_numbers, read_on_scale, read_rating, stretch
from valuelib.study.config_blocks import Item
from valuelib.study.config_outcomes import Repurchase

NPS_SCALE = (0.0, 10.0)
ONE_TOO_HIGH = (1.0, 11.0)
PROMOTER, DETRACTOR = 9.0, 6.0
ON_SCALE = ("intention_topbox", "intention_mean", "spend_change")


def outcome_columns(desk: Desk) -> dict[str, pd.Series]:
    """Every mapped outcome under its canonical name."""
    outcomes = desk.config.outcomes
    columns = {**_recommend(desk), **_repurchase(desk), **_effort(desk), **_value_enhancement(desk)}
    for name in ("satisfaction", "perceived_value", "unaffected"):
        columns |= _rating(desk, name, getattr(outcomes, name))
    if outcomes.promise is not None and desk.has(outcomes.promise.column):
        columns["promise"] = read_promise(desk, outcomes.promise)
    columns |= {**_share(desk), **_expansion(desk)}
    if outcomes.contract is not None:
        columns |= contract_columns(desk, outcomes.contract)
    for name, values in columns.items():
        if values.isna().all() and name != "contract.ended":
            desk.say("study.outcome_blank", outcome_key=name)
    return columns


def nps_of(scores: pd.Series) -> pd.Series:
    """+1 for 9 and above, -1 for 6 and below, 0 between, NaN where there is no score; fractional scores are cut the same way."""
    parts = (scores >= PROMOTER).astype(float) - (scores <= DETRACTOR).astype(float)
    return parts.where(scores.notna())


def _recommend(desk: Desk) -> dict[str, pd.Series]:
    block = desk.config.outcomes.recommend
    if block is None or not desk.has(block.column):
        return {}
    scores = read_on_scale(desk, block.column, "outcomes.recommend", scale=block.scale, missing=block.missing)
    # One point more or less moves people between promoters and detractors, so here the question is asked without a 1 too.
    ask_about_zero(desk, scores, block.column, block.scale, ones=0)
    if block.scale not in (NPS_SCALE, ONE_TOO_HIGH):
        desk.say("study.no_nps", column=block.column, low=f"{block.scale[0]:g}", high=f"{block.scale[1]:g}")
        return {"recommend": scores}
    if block.scale == ONE_TOO_HIGH:
        desk.say("study.shifted", column=block.column)
    scores = scores - block.scale[0]
    fractional = int((scores.dropna() % 1 != 0).sum())
    if fractional:
        desk.say("study.fractional_nps", column=block.column, n=fractional)
    return {"recommend": scores, "nps": nps_of(scores)}


def _repurchase(desk: Desk) -> dict[str, pd.Series]:
    block, place = desk.config.outcomes.repurchase, "outcomes.repurchase"
    if block is None or not desk.has(block.column):
        return {}
    _refuse_unused(desk, block, place)
    match block.kind:
        case "renewed" | "retained":
            return {"repurchase": read_yes_no(desk, block, place)}
        case "intention_topbox":
            return {"repurchase": _top_box(_intention(desk, block), block.top or 0.0)}
        case "intention_mean":
            return {"repurchase_score": _intention(desk, block)}
        case "spend_change":
            return {"repurchase_score": read_numbers(desk, block.column, place, missing=block.missing)}


def _refuse_unused(desk: Desk, block: Repurchase, place: str) -> None:
    """Codes for yes and no mean nothing for a question on a scale; whoever wrote them expects that they count."""
    unused = [f"`{key}`" for key in ("yes", "no") if key in block.model_fields_set]
    if unused and block.kind in ON_SCALE:
        reads = "`top` and `scale`" if block.kind == "intention_topbox" else "the answers as numbers"
        desk.refuse(
            f"{' and '.join(unused)} would not count: the kind {block.kind} goes by {reads}.",
            column=block.column,
            place=place,
            expected="answers as numbers, and `yes` and `no` with the kinds renewed and retained only.",
            next_step=f"Take {' and '.join(unused)} out; if the answers are texts, export their codes (5 for Very likely).",
        )


def _intention(desk: Desk, block: Repurchase) -> pd.Series:
    return read_on_scale(desk, block.column, "outcomes.repurchase", scale=block.scale, missing=block.missing)


def _top_box(values: pd.Series, top: float) -> pd.Series:
    return (values >= top).astype(float).where(values.notna())


def _expansion(desk: Desk) -> dict[str, pd.Series]:
    block = desk.config.outcomes.expansion
    if block is None or not desk.has(block.column):
        return {}
    values = read_on_scale(desk, block.column, "outcomes.expansion", scale=block.scale, missing=block.missing)
    return {"expansion": _top_box(values, block.top)}


def _effort(desk: Desk) -> dict[str, pd.Series]:
    block = desk.config.outcomes.effort
    columns = _rating(desk, "effort", block)
    if block is None or block.high_is == "easy":
        return columns
    return {name: 10.0 - values for name, values in columns.items()}


def _value_enhancement(desk: Desk) -> dict[str, pd.Series]:
    block = desk.config.outcomes.value_enhancement
    found = [column for column in block.columns if desk.has(column)] if block is not None else []
    if block is None or not found:
        return {}
    place = "outcomes.value_enhancement"
    answers = [read_rating(desk, column, place, scale=block.scale, missing=block.missing) for column in found]
    return {"value_enhancement": mean_of_answered(answers)}


def _rating(desk: Desk, name: str, block: Item | None) -> dict[str, pd.Series]:
    if block is None or not desk.has(block.column):
        return {}
    scores = read_on_scale(desk, block.column, f"outcomes.{name}", scale=block.scale, missing=block.missing)
    ask_about_zero(desk, scores, block.column, block.scale)
    return {name: stretch(scores, block.scale)}


def _share(desk: Desk) -> dict[str, pd.Series]:
    block = desk.config.outcomes.share_of_purchases
    if block is None or not desk.has(block.column):
        return {}
    values = read_on_scale(desk, block.column, "outcomes.share_of_purchases", scale=block.scale, missing=block.missing)
    return {"share_of_purchases": stretch(values, block.scale, top=100.0)}
