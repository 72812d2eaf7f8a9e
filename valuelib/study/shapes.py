"""What blocks of study.yaml are made of: kinds of value, codes, columns and scales, and what several blocks have in common."""

from __future__ import annotations

import keyword
import math
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    Strict,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from valuelib.study.wording import clip, guess
from valuelib.theory.claims import claims
from valuelib.theory.facets import facet_items
from valuelib.theory.pyramid import elements

# Kinds of value: names, codes, scales, keys of the theory. A lone value may stand for a list of one.


def fault(what: str, expected: str, next_step: str) -> PydanticCustomError:
    """A mistake that the models find, in the three parts that a problem needs besides its place."""
    return PydanticCustomError("study", "{what}", {"what": what, "expected": expected, "next_step": next_step})


def code_of(value: object) -> object:
    """A code as the file may hold it: a number, a text or true/false."""
    if isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise fault(
        "A code is not a number or a text.", "codes as they stand in the data, such as 1 or Yes.", "Write each code as it is."
    )


def upright(scale: tuple[float, float]) -> tuple[float, float]:
    """Refuse a scale whose first end is not the lower one."""
    if scale[0] < scale[1]:
        return scale
    raise fault(
        "The scale does not run from its lowest to its highest answer.",
        "two numbers, the lower one first, such as [0, 10].",
        "Swap them; where low is good, say so with `reversed` (elements) or `high_is: hard` (effort).",
    )


def one_of(kind: str, known: Callable[[], Sequence[str]]) -> Callable[[str], str]:
    """A check that a key belongs to the theory; the keys are read when the check runs, not on import."""

    def check(key: str) -> str:
        if key in known():
            return key
        raise fault(f"{clip(key)!r} is not the key of {kind}.", f"a key of the theory; {guess(key, known())}", "Correct the key.")

    return check


def identifier(name: str) -> str:
    """Refuse a name that Python, and so a query or a formula, cannot take."""
    if name.isidentifier() and not keyword.iskeyword(name):
        return name
    raise fault(f"{clip(name)!r} cannot name a column.", "letters, digits and _, such as industry.", "Choose another name.")


def text_of(value: object) -> object:
    """A whole number written where a name belongs is that name: a column may be called 2026."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def listed(value: object) -> object:
    """A lone value written where a list may stand is a list of one."""
    return value if isinstance(value, list | tuple | dict) else (value,)


def element_keys() -> list[str]:
    """Keys of the elements, in the pyramid's order."""
    return [element.key for element in elements()]


def facet_keys() -> list[str]:
    """Keys of the statements of the co-creation battery."""
    return [item.key for item in facet_items()]


def rated_keys() -> list[str]:
    """Keys of everything that both sides may rate."""
    return [*facet_keys(), *element_keys()]


def claim_ids() -> list[str]:
    """Ids of the shipped claims."""
    return [claim.id for claim in claims()]


Number: TypeAlias = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Whole: TypeAlias = Annotated[int, Strict()]
Text: TypeAlias = Annotated[str, BeforeValidator(text_of), StringConstraints(strip_whitespace=True, min_length=1)]
Column: TypeAlias = Text
Code: TypeAlias = Annotated[int | float | str | bool, PlainValidator(code_of)]
CodeList: TypeAlias = Annotated[tuple[Code, ...], BeforeValidator(listed)]
ColumnList: TypeAlias = Annotated[tuple[Column, ...], BeforeValidator(listed), Field(min_length=1)]
Scale: TypeAlias = Annotated[tuple[Number, Number], AfterValidator(upright)]
ElementKey: TypeAlias = Annotated[Text, AfterValidator(one_of("an element", element_keys))]
FacetKey: TypeAlias = Annotated[Text, AfterValidator(one_of("a co-creation statement", facet_keys))]
RatedKey: TypeAlias = Annotated[Text, AfterValidator(one_of("a statement or an element", rated_keys))]
ShippedClaim: TypeAlias = Annotated[Text, AfterValidator(one_of("a claim", claim_ids))]


# Shapes that blocks share.


class Block(BaseModel):
    """Any block of study.yaml: unknown keys are refused, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def leave_out_blanks(cls, data: Any) -> Any:
        """A known key with nothing after it counts as not written: its lines may all be commented out."""
        if not isinstance(data, dict):
            return data
        return {key: value for key, value in data.items() if value is not None or key not in cls.model_fields}


class Answered(Block):
    """A block of answers, which may have its own codes for "no answer" besides the study's."""

    missing: CodeList = ()


class Rated(Answered):
    """A block of answers on a scale; `labels` names what gives answers in words their numbers."""

    labels: Text | None = None


class Item(Rated):
    """A question answered on a scale from its lowest to its highest answer."""

    column: Column = Field(description="the name of a column of the responses")
    scale: Scale = (0.0, 10.0)


class FileFormat(Block):
    """How a data file is written; needed only where that is not found out from the file itself."""

    sheet: Text | Whole | None = None
    delimiter: str | None = None
    decimal: Literal[".", ","] | None = None
    encoding: Text | None = None
    header_row: Annotated[Whole, Field(ge=1)] | None = None
    hidden_rows: Literal["keep", "skip"] = "keep"


class LinkedFile(FileFormat, Answered):
    """A further data file, beside the responses."""

    file: Text = Field(description="the name of a data file in the study folder")
