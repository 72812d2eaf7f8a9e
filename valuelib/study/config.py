"""What may a user write in study.yaml? Every key of the file, with its default, is here and in the blocks this file imports."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Discriminator, Field, StringConstraints, Tag, model_validator

from valuelib.study.config_blocks import Answered, Block, FileFormat, Item, OtherFile, shape
from valuelib.study.config_outcomes import Outcomes
from valuelib.study.config_types import (
    CodeList,
    Column,
    ColumnList,
    ElementKey,
    FacetKey,
    Number,
    RatedKey,
    Scale,
    ShippedClaim,
    Text,
    Whole,
    fault,
)
from valuelib.study.wording import clip
from valuelib.theory import ClaimSpec, default_claims

Rule = Literal["offering", "delivered", "relative", "peers", "count"]


class Responses(FileFormat):
    """Where the answers are: a file of the study folder, or a table of a database."""

    file: Text | None = None
    database: Text | None = None
    table: Text | None = None

    @model_validator(mode="after")
    def check_source(self) -> Self:
        """Refuse no source, two sources, and half a database."""
        if (self.file is None) == (self.database is None) or (self.database is None) != (self.table is None):
            raise fault(
                "The source of the answers is not clear.",
                "either `file`, or `database` and `table`.",
                "Write {file: responses.csv} with your file's name.",
            )
        return self


class Columns(Block):
    """Who answered, when, and about what else; the marker is an item that value cannot influence."""

    respondent: Column | None = None
    account: Column | None = None
    wave: Column | None = None
    weight: Column | None = None
    segment: ColumnList = ()
    adjust_for: ColumnList = ()
    marker: Annotated[Annotated[Column, Tag("word")] | Annotated[Item, Tag("block")], Discriminator(shape)] | None = None
    comment: Column | None = None


class Elements(Answered):
    """The elements of value that the survey asks about; `reversed` names elements, or single columns, where low is good."""

    scale: Scale = (1.0, 7.0)
    reversed: ColumnList | tuple[()] = ()
    columns: dict[ElementKey, ColumnList] = Field(description="one line an element: its key and its column")

    @model_validator(mode="after")
    def check_reversed(self) -> Self:
        """Refuse to reverse what is not mapped."""
        known = {*self.columns, *(column for columns in self.columns.values() for column in columns)}
        stray = [name for name in self.reversed if name not in known]
        if stray:
            raise fault(
                f"`reversed` names {clip(stray[0])!r}, which is not mapped"
                + (f", and {len(stray) - 1} more." if stray[1:] else "."),
                "keys or columns that stand under elements.columns.",
                "Correct the name, or take it out of `reversed`.",
            )
        return self


class Cocreation(Answered):
    """The co-creation statements that the survey asks about."""

    scale: Scale = (0.0, 10.0)
    columns: dict[FacetKey, Column] = Field(description="one line a statement: its key and its column")


def rule_of(exposure: dict[str, Any]) -> Rule:
    """The rule where none is written: what was bought where that is known, else what respondents say they get."""
    return "offering" if exposure.get("column") else "delivered"


class Exposure(Answered):
    """Who counts as receiving higher-tier value; fixed before results are seen."""

    column: Column | None = None
    higher: CodeList = ()
    rule: Rule = Field(default_factory=rule_of)
    threshold: Number = Field(default=8.0, ge=0.0, le=10.0)

    @model_validator(mode="after")
    def check_offering(self) -> Self:
        """Refuse half of what tells the offerings apart."""
        if (self.rule == "offering" and self.column is None) or (self.column is None) != (not self.higher):
            raise fault(
                "The exposure does not tell what was bought.",
                "`column` (what was bought) and `higher` (its higher-tier codes) together; the rule offering needs both.",
                "Add the missing one, or choose another rule: delivered, relative, peers or count.",
            )
        return self


class ProviderView(OtherFile):
    """The other side's answers to the same statements."""

    account: Column = Field(description="the column that names the account")
    scale: Scale = (0.0, 10.0)
    columns: dict[RatedKey, Column] = Field(description="one line a statement: its key and its column")
    view: Literal["provider", "partner"] = "provider"


class Employees(OtherFile):
    """The account teams' own answers."""

    team: Column = Field(description="the column that names the team")
    team_of_account: Column = Field(description="the column of the responses that names the account's team")
    scale: Scale = (0.0, 10.0)
    columns: dict[FacetKey, Column] = Field(description="one line a statement: its key and its column")


class Interviews(OtherFile):
    """Coded interviews; a quote is shown only where `publish` says yes."""

    unit: Column = Field(description="the column that names the account or unit")
    text: Column = Field(description="the column with the quotes")
    code: Column = Field(description="the column with the themes")
    coder: Column | None = None
    publish: Column | None = None
    codebook: Text | None = Field(None, description="the name of a file with a row for each code")


class Privacy(Block):
    """What protects the people who answered: groups under `min_group` are not shown."""

    min_group: Annotated[Whole, Field(ge=1)] = 5


ClaimEntry = Annotated[Annotated[ShippedClaim, Tag("word")] | Annotated[ClaimSpec, Tag("block")], Discriminator(shape)]


def once(claims: tuple[str | ClaimSpec, ...]) -> tuple[str | ClaimSpec, ...]:
    """Refuse a claim that is listed twice."""
    ids = [claim if isinstance(claim, str) else claim.id for claim in claims]
    twice = next((id for id in ids if ids.count(id) > 1), None)
    if twice is not None:
        raise fault(f"The claim {clip(twice)!r} is listed twice.", "each claim once.", "Take one of the two out.")
    return claims


class StudyConfig(Block):
    """The whole of study.yaml."""

    study: Annotated[Text, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")] = Field(
        description="a name of letters, digits, - and _, up to 64 characters"
    )
    client: Text = Field(description="the client's name as the report shows it")
    language: Literal["fi", "en"] = "fi"
    fieldwork: Text | None = None
    waves: Literal["latest", "all"] = "latest"
    missing: CodeList = ()
    responses: Responses = Field(description="{file: responses.csv} with your file's name")
    columns: Columns = Columns()
    outcomes: Outcomes = Field(description="at least one outcome, such as recommend: {column: Q12}")
    elements: Elements | None = None
    cocreation: Cocreation | None = None
    exposure: Exposure = Field(default_factory=Exposure)
    provider_view: ProviderView | None = None
    employees: Employees | None = None
    interviews: Interviews | None = None
    claims: Annotated[tuple[ClaimEntry, ...], AfterValidator(once)] = Field(default_factory=default_claims)
    level: Annotated[Number, Field(gt=0.0, lt=1.0)] = 0.95
    privacy: Privacy = Privacy()
    seed: Annotated[Whole, Field(ge=0)] = 20240131
