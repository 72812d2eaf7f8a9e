"""The block `choices` of study.yaml: best-worst answers, in a file of their own or in columns of the responses."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from valuelib.study.shapes import Answered, Block, CodeList, Column, ColumnList, ElementKey, FileFormat, Text, fault
from valuelib.study.wording import clip, code_key

FEWEST_SHOWN = 3  # items in a set: of two, the best tells the worst
SHOWN = "one column with all items of a set, or one column for each of three or more"


class ChoiceDesign(FileFormat):
    """A file that tells which items each set showed: a row for each set, or for each set of each version."""

    file: Text = Field(description="the name of a data file in the study folder")
    task: Column = Field(description="the column that numbers the sets")
    version: Column | None = None
    shown: ColumnList = Field(description=SHOWN)


class ChoiceSet(Block):
    """One set in columns of the responses: columns with the items shown, or the `items` that everybody was shown.

    `task` is its number in the design, else its place in the list.
    """

    best: Column = Field(description="the column with the best item")
    worst: Column = Field(description="the column with the worst item")
    shown: ColumnList | tuple[()] = ()
    items: tuple[ElementKey, ...] = ()
    task: Text | None = None


class Choices(FileFormat, Answered):
    """Elements by choice: in each set of items the best and the worst one.

    A `file` has a row for each set of each respondent; without one, `sets` names columns of the responses. `items` gives the codes
    that stand for an element; without it cells hold keys or names of elements. `answer` says whether best and worst are told by the
    item or by its position among those shown.
    """

    file: Text | None = Field(None, description="the name of a data file in the study folder")
    respondent: Column | None = None
    task: Column | None = None
    version: Column | None = None
    shown: ColumnList | tuple[()] = ()
    best: Column | None = None
    worst: Column | None = None
    sets: tuple[ChoiceSet, ...] = ()
    design: ChoiceDesign | None = None
    items: dict[ElementKey, CodeList] = Field(default_factory=dict)
    answer: Literal["item", "position"] = "item"

    @model_validator(mode="after")
    def check_form(self) -> Self:
        """Refuse a form that is half told, or told in two ways."""
        own = {key: getattr(self, key) for key in ("respondent", "task", "best", "worst")}
        absent = [key for key, column in own.items() if column is None]
        if (self.file is None) == (not self.sets) or (self.file is not None and absent) or (self.sets and len(absent) < len(own)):
            lacking = f"; `{absent[0]}` is missing" if self.file is not None and absent else ""
            raise fault(
                f"It is not told where the choices stand{lacking}.",
                "either `file` with `respondent`, `task`, `best` and `worst`, or `sets` with columns of the responses.",
                "Write the keys of one of the two forms, and take those of the other out.",
            )
        of_sets = [one.shown for one in self.sets]
        told = [bool(self.shown), self.design is not None, any(of_sets), any(one.items for one in self.sets)]
        if sum(told) != 1 or (any(told[2:]) and not all(one.shown or one.items for one in self.sets)):
            raise fault(
                "It is not told, or told in two ways, which items each set showed.",
                f"`shown` ({SHOWN}), `items` of every set, or `design` with a file of them.",
                "Write `shown` (or `items`, under each of the `sets` where there are such), or `design`, and only one of them.",
            )
        shown = (self.shown, *of_sets, self.design.shown if self.design is not None else ())
        fixed = [one.items for one in self.sets if one.items]
        if any(1 < len(columns) < FEWEST_SHOWN for columns in shown) or any(len(items) < FEWEST_SHOWN for items in fixed):
            raise fault("One or two items make no set of best and worst.", f"{SHOWN}.", "Name every item shown, or its column.")
        if (self.version is not None) != (self.design is not None and self.design.version is not None):
            raise fault(
                "The version of the design is told on one side only.",
                "`version` in `choices` and in `design`, or in neither.",
                "Write the other one, or take it out.",
            )
        keys = [(code_key(code), element) for element, codes in self.items.items() for code in codes]
        twice = next((code for place, (code, _) in enumerate(keys) if code in {one for one, _ in keys[:place]}), None)
        if twice is not None:
            raise fault(f"The code {clip(twice)!r} stands for two items.", "each code once.", "Correct `items`.")
        return self

    def columns_of_responses(self) -> list[tuple[str, str]]:
        """Place in study.yaml and name of every column of the responses that the block names."""
        if self.file is not None:
            return []
        named = [("choices.version", self.version)] if self.version is not None else []
        for place, one in enumerate(self.sets, start=1):
            at = f"choices.sets.{place}"
            named += [*((f"{at}.shown", column) for column in one.shown), (f"{at}.best", one.best), (f"{at}.worst", one.worst)]
        return named
