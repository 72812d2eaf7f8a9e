"""Which shapes do the blocks of study.yaml share? A block of keys, a block of answers, a question on a scale, a data file."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from valuelib.study.config_types import CodeList, Column, Scale, Text, Whole


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


class Item(Answered):
    """A question answered on a scale from its lowest to its highest answer."""

    column: Column = Field(description="the name of a column of the responses")
    scale: Scale = (0.0, 10.0)


class FileFormat(Block):
    """How a data file is written; needed only where that is not found out from the file itself."""

    sheet: Text | Whole | None = None
    delimiter: str | None = None
    decimal: Literal[".", ","] | None = None
    encoding: Text | None = None


class OtherFile(FileFormat, Answered):
    """A further data file, beside the responses."""

    file: Text = Field(description="the name of a data file in the study folder")


def shape(value: Any) -> str:
    """Whether a value was written as a block of keys or as one word."""
    return "block" if isinstance(value, dict | BaseModel) else "word"
