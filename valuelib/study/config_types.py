"""Which kinds of value does study.yaml hold: names, codes, scales, keys of the theory? A lone value may stand for a list of one."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, Strict, StringConstraints
from pydantic_core import PydanticCustomError

from valuelib.study.wording import clip, guess
from valuelib.theory import claims, elements, facet_items


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
