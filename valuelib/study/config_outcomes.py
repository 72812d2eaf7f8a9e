"""What may a study measure at the customer? The blocks under `outcomes` in study.yaml."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, ValidationInfo, model_validator

from valuelib.study.codes import code_key
from valuelib.study.config_blocks import Answered, Block, Item
from valuelib.study.config_types import CodeList, Column, ColumnList, Number, Scale, fault
from valuelib.study.wording import clip

RepurchaseKind = Literal["renewed", "retained", "intention_topbox", "intention_mean", "spend_change"]


class Repurchase(Answered):
    """Whether customers buy again: what they did (`yes`, `no`), intend (`top`, `scale`), or how their spending changed."""

    column: Column = Field(description="the name of a column of the responses")
    kind: RepurchaseKind = Field(description="renewed, retained, intention_topbox, intention_mean or spend_change")
    yes: CodeList = (1, "Yes", "Kyllä")
    no: CodeList | None = None
    top: Number | None = None
    scale: Scale = (0.0, 10.0)
    measured: Literal["later", "same_time"] = "same_time"

    @model_validator(mode="after")
    def check_kind(self) -> Self:
        """Refuse a top box without its lowest answer, and a code that means both yes and no."""
        if self.kind == "intention_topbox":
            check_top(self.top, self.scale)
        check_apart({"yes": self.yes, "no": self.no or ()})
        return self


class Expansion(Item):
    """Whether customers intend to buy more: 1 for answers from `top` up."""

    kind: Literal["intention_topbox"] = "intention_topbox"
    top: Number = Field(description="the lowest answer that counts as intending")

    @model_validator(mode="after")
    def check_kind(self) -> Self:
        """Refuse a top box outside the scale."""
        check_top(self.top, self.scale)
        return self


class Effort(Item):
    """How easy the provider is to do business with."""

    scale: Scale = (1.0, 7.0)
    high_is: Literal["easy", "hard"] = "easy"


class ValueEnhancement(Answered):
    """Whether customers got more than they expected; several columns count with their mean."""

    columns: ColumnList = Field(description="one or more columns of the responses")
    scale: Scale = (1.0, 7.0)


class Promise(Answered):
    """Whether the provider kept its promise, by code."""

    column: Column = Field(description="the name of a column of the responses")
    below: CodeList = Field(description="the codes for less than promised")
    met: CodeList = Field(description="the codes for what was promised")
    exceeded: CodeList = Field(description="the codes for more than promised")

    @model_validator(mode="after")
    def check_codes(self) -> Self:
        """Refuse a code that means two things."""
        check_apart({"below": self.below, "met": self.met, "exceeded": self.exceeded})
        return self


class Share(Item):
    """The provider's share of what the customer buys, in per cent."""

    scale: Scale = (0.0, 100.0)


class Contract(Block):
    """Columns with the dates of a contract: its start, its end as agreed, and the day it ended or whether it did."""

    start: Column = Field(description="a column with the first day of each contract")
    end: Column = Field(description="a column with the last day of each contract, or of what is known of it")
    ended: Column = Field(description="a column with the day a contract ended, or with 1 where it did and 0 where it did not")


class Outcomes(Block):
    """What the study measures at the customer; at least one."""

    recommend: Item | None = None
    repurchase: Repurchase | None = None
    effort: Effort | None = None
    value_enhancement: ValueEnhancement | None = None
    satisfaction: Item | None = None
    perceived_value: Item | None = None
    promise: Promise | None = None
    share_of_purchases: Share | None = None
    expansion: Expansion | None = None
    unaffected: Item | None = None
    contract: Contract | None = None

    @model_validator(mode="after")
    def check_any(self, info: ValidationInfo) -> Self:
        """Refuse a study without an outcome, unless a faulty one was taken out to look for further problems."""
        if not self.model_fields_set and not (info.context or {}).get("repaired"):
            raise fault(
                "No outcome is mapped.", "at least one, such as recommend.", "Write recommend: {column: Q12} with your column."
            )
        return self


def check_top(top: float | None, scale: tuple[float, float]) -> None:
    """Refuse a top box without a lowest answer, or with one outside the scale."""
    if top is None or not scale[0] < top <= scale[1]:
        raise fault(
            "The top box has no lowest answer on the scale.",
            f"`top` above {scale[0]:g} and up to {scale[1]:g}, the ends of `scale`.",
            "Write `top`, such as top: 9; where the scale is another one, write `scale` too.",
        )


def check_apart(codes: dict[str, tuple[int | float | str | bool, ...]]) -> None:
    """Refuse a code that is listed under two keys."""
    seen: dict[str, str] = {}
    for key, listed in codes.items():
        for code in listed:
            name = code_key(code)
            if seen.setdefault(name or "", key) != key:
                raise fault(
                    f"The code {clip(code)!r} is listed both under `{seen[name or '']}` and under `{key}`.",
                    "each code under one key.",
                    "Take it out of one of them.",
                )
