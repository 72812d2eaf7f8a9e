"""Every key of study.yaml, with its default and the rules that a single value or block must keep."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    ValidationInfo,
    model_validator,
)

from valuelib.languages import languages
from valuelib.study.choice_block import Choices
from valuelib.study.shapes import (
    Answered,
    Block,
    CodeList,
    Column,
    ColumnList,
    ElementKey,
    FacetKey,
    FileFormat,
    Item,
    LinkedFile,
    Number,
    Rated,
    RatedKey,
    Scale,
    ShippedClaim,
    Text,
    Whole,
    fault,
    identifier,
)
from valuelib.study.wording import clip, code_key, guess, text_key
from valuelib.theory.claims import ClaimSpec, default_claims


def apart(words: tuple[str, ...] | dict[str, float]) -> tuple[str, ...] | dict[str, float]:
    """Refuse words that are one answer in two spellings."""
    seen: set[str | None] = set()
    for word in words:
        if (key := text_key(word)) in seen:
            raise fault(f"{clip(word)!r} stands twice, as case and blanks make no difference.", "each word once.", "Take one out.")
        seen.add(key)
    return words


def shape(value: Any) -> str:
    """Whether a value was written as a block of keys or as one word."""
    return "block" if isinstance(value, dict | BaseModel) else "word"


# The blocks under `outcomes`.

RepurchaseKind = Literal["renewed", "retained", "intention", "intention_topbox", "intention_mean", "spend_change"]


class Repurchase(Rated):
    """Whether customers buy again: what they did or mean to do (`yes`, `no`; `top`, `scale`), or how their spending changed."""

    column: Column = Field(description="the name of a column of the responses")
    kind: RepurchaseKind = Field(description="renewed, retained, intention, intention_topbox, intention_mean or spend_change")
    yes: CodeList = (1, "Yes", "Kyllä")
    no: CodeList | None = None
    top: Number | None = None
    scale: Scale = (0.0, 10.0)
    blank: Literal["retained"] | None = None
    measured: Literal["later", "same_time"] = "same_time"

    @model_validator(mode="after")
    def check_kind(self) -> Self:
        """Refuse a top box without its lowest answer, `blank` beside codes, and a code that means both yes and no."""
        if self.kind == "intention_topbox":
            check_top(self.top, self.scale)
        if self.blank is not None and (self.kind != "retained" or {"yes", "no"} & self.model_fields_set):
            raise fault(
                "`blank: retained` does not go with these keys.",
                "`kind: retained` without `yes` and `no`: a date or a code means gone, a blank means stayed.",
                "Take `blank` out, or the other keys.",
            )
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


class ValueEnhancement(Rated):
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
    """Refuse a code that is listed under two keys; 1.0 and 1.00, both in quotation marks, may be two codes."""
    seen: dict[str, str] = {}
    for key, listed in codes.items():
        for code in listed:
            name = text_key(code) if isinstance(code, str) else code_key(code)
            if seen.setdefault(name or "", key) != key:
                raise fault(
                    f"The code {clip(code)!r} is listed both under `{seen[name or '']}` and under `{key}`.",
                    "each code under one key.",
                    "Take it out of one of them.",
                )


# The other blocks, and the whole file.

Rule = Literal["offering", "delivered", "relative", "peers", "count"]


class Long(Block):
    """Where a row holds one answer: the columns with who answered, the question, and the answer."""

    respondent: Column = Field(description="the column that names who answered")
    question: Column = Field(description="the column that names the question")
    answer: Column = Field(description="the column with the answer")


class Responses(FileFormat):
    """Where the answers are: a file of the study folder, or a table or query of a database."""

    file: Text | None = None
    database: Text | None = Field(default=None, repr=False)  # it may hold a password
    table: Text | None = None
    query: Text | None = None
    long: Long | None = None

    @model_validator(mode="after")
    def check_source(self) -> Self:
        """Refuse no source, two sources, half a database, and settings of files beside one."""
        asked = sum(one is not None for one in (self.table, self.query))
        if (self.file is None) == (self.database is None) or asked != (self.database is not None):
            raise fault(
                "The source of the answers is not clear.",
                "either `file`, or `database` with one of `table` and `query`.",
                "Write {file: responses.csv} with your file's name.",
            )
        return self

    @property
    def holds_password(self) -> bool:
        """Whether a password is written where a variable of the environment belongs."""
        password = re.match(r"[^/?#]*://[^/?#@:]*:([^@]*)@", self.database or "")
        named = re.findall(r"[?&]\w*passw\w*=([^&#]*)", self.database or "", re.IGNORECASE)
        return any(re.sub(r"\$\{\w+\}", "", one) for one in (*named, *(password.groups() if password else ())))


class Wave(Block):
    """A column of dates, grouped into survey rounds."""

    column: Column = Field(description="the name of a column with dates")
    by: Literal["month", "quarter", "half", "year"] = Field(description="month, quarter, half or year")


class Columns(Block):
    """Who answered, when, and about what else; the marker is an item that value cannot influence.

    `cluster` is the highest level at which answers resemble each other, such as the provider's team, and stands above accounts.
    """

    respondent: Column | None = None
    account: Column | None = None
    cluster: Column | None = None
    wave: Annotated[Annotated[Column, Tag("word")] | Annotated[Wave, Tag("block")], Discriminator(shape)] | None = None
    weight: Column | None = None
    segment: ColumnList = ()
    adjust_for: ColumnList = ()
    marker: Annotated[Annotated[Column, Tag("word")] | Annotated[Item, Tag("block")], Discriminator(shape)] | None = None
    comment: Column | None = None


NameList: TypeAlias = Annotated[tuple[Text, ...], Field(min_length=2)]


class Accounts(Block):
    """Names of accounts that look alike, decided: `same` are one account, called by the first name; `distinct` are several."""

    same: tuple[NameList, ...] = ()
    distinct: tuple[NameList, ...] = ()

    @model_validator(mode="after")
    def check_decided(self) -> Self:
        """Refuse a name in two lists of `same`, and names that are both the same and distinct."""
        where: dict[str, int] = {}
        for place, names in enumerate(self.same):
            for name in names:
                if where.setdefault(name, place) != place:
                    raise fault(f"{clip(name)!r} stands in two lists of `same`.", "each name in one list.", "Join the two lists.")
        for names in self.distinct:
            one = next(
                (name for name in names for other in names if name != other and where.get(name, -1) == where.get(other)), None
            )
            if one is not None:
                raise fault(
                    f"{clip(one)!r} is both the same as and distinct from another name.",
                    "each pair of names under `same` or under `distinct`.",
                    "Take it out of one of the two.",
                )
        return self


class Elements(Rated):
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


class Cocreation(Rated):
    """The co-creation statements that the survey asks about."""

    scale: Scale = (0.0, 10.0)
    columns: dict[FacetKey, Column] = Field(description="one line a statement: its key and its column")


def rule_of(exposure: dict[str, Any]) -> Rule:
    """The rule where none is written: what was bought where that is known, else what respondents say they get."""
    return "offering" if exposure.get("column") or exposure.get("columns") else "delivered"


class Exposure(Answered):
    """Who counts as receiving higher-tier value; fixed before results are seen.

    Offerings that are not under `higher` are the baseline; where `baseline` names some, the others are left out. `contains` takes
    the place of `higher` where a cell holds several offerings; `columns` that of `column` where each offering has its own.
    `assigned` says that a lot drew who was given which; `switched` names the column with the date, or the first wave, from which an
    account had the higher offering.
    """

    column: Column | None = None
    columns: dict[Text, Column] = Field(default_factory=dict)
    higher: CodeList = ()
    contains: CodeList = ()
    blank: Literal["baseline"] | None = None
    baseline: CodeList = ()
    rule: Rule = Field(default_factory=rule_of)
    threshold: Number = Field(default=8.0, ge=0.0, le=10.0)
    assigned: Literal["by_lot"] | None = None
    switched: Column | None = None

    @model_validator(mode="after")
    def check_offering(self) -> Self:
        """Refuse half of what tells the offerings apart, and two ways of telling them."""
        if (self.rule == "offering" and not self.tells_bought) or self.tells_bought == (not self.higher and not self.contains):
            raise fault(
                "The exposure does not tell what was bought.",
                "`column` (what was bought) and `higher` (its higher-tier codes) together; the rule offering needs both.",
                "Add the missing one, or choose another rule: delivered, relative, peers or count.",
            )
        clashes = {
            "`column` and `columns`": self.column is not None and bool(self.columns),
            "`higher` and `contains`": bool(self.higher) and bool(self.contains),
            "`columns` and `contains`": bool(self.columns) and bool(self.contains),
        }
        clash = next((keys for keys, both in clashes.items() if both), None)
        if clash is not None:
            raise fault(
                f"{clash} say in two ways what was bought.",
                "`column` with `higher`; `column` with `contains` where a cell holds several; or `columns` with `higher`.",
                "Take one of the two out.",
            )
        if self.assigned is not None and not self.tells_bought:
            raise fault(
                "`assigned` says that offerings were drawn by lot, and no column tells them.",
                "`column` and `higher` (or `columns`) with what each account was given.",
                "Write the column, or take `assigned` out.",
            )
        if self.baseline and not self.tells_bought:
            raise fault(
                "`baseline` names offerings, and no column tells what was bought.",
                "`column`, `higher` and `baseline` together.",
                "Write the column, or take `baseline` out.",
            )
        known = {code_key(name) for name in self.columns}
        stray = [code for code in (*self.higher, *self.baseline) if self.columns and code_key(code) not in known]
        if stray:
            raise fault(
                f"{clip(stray[0])!r} is no offering of `columns`.",
                f"names that stand under exposure.columns; {guess(str(stray[0]), [*self.columns])}",
                "Correct the name, or give the offering its column.",
            )
        check_apart({"higher": (*self.higher, *self.contains), "baseline": self.baseline})
        return self

    @property
    def tells_bought(self) -> bool:
        """Whether a column, or one an offering, tells what was bought."""
        return self.column is not None or bool(self.columns)


class ProviderView(LinkedFile, Rated):
    """The other side's answers to the same statements."""

    account: Column = Field(description="the column that names the account")
    scale: Scale = (0.0, 10.0)
    columns: dict[RatedKey, Column] = Field(description="one line a statement: its key and its column")
    view: Literal["provider", "partner"] = "provider"


class Employees(LinkedFile, Rated):
    """The account teams' own answers."""

    team: Column = Field(description="the column that names the team")
    team_of_account: Column = Field(description="the column of the responses that names the account's team")
    scale: Scale = (0.0, 10.0)
    columns: dict[FacetKey, Column] = Field(description="one line a statement: its key and its column")


class Interviews(LinkedFile):
    """Coded interviews; a quote is shown only where `publish` says yes."""

    unit: Column = Field(description="the column that names the account or unit")
    text: Column = Field(description="the column with the quotes")
    code: Column = Field(description="the column with the themes")
    coder: Column | None = None
    publish: Column | None = None
    codebook: Text | None = Field(None, description="the name of a file with a row for each code")


WordList: TypeAlias = Annotated[tuple[Text, ...], Field(min_length=2)]
WordMap: TypeAlias = Annotated[dict[Text, Number], Field(min_length=1)]
Labelling: TypeAlias = Annotated[
    Annotated[WordList, Tag("word")] | Annotated[WordMap, Tag("block")], Discriminator(shape), AfterValidator(apart)
]


class Words(Block):
    """What something is called: in frames (`as`), and in reports of each language, whose codes are the further keys."""

    model_config = ConfigDict(extra="allow", frozen=True)

    fi: Text | None = None
    en: Text | None = None

    @model_validator(mode="after")
    def check_languages(self) -> Self:
        """Refuse a further key that is no language, and words that are no text."""
        for key, word in (self.model_extra or {}).items():
            if key not in languages():
                known = [*(field.alias or name for name, field in type(self).model_fields.items()), *languages()]
                raise fault(f"`{clip(key)}` is not a language.", f"a key of this block; {guess(key, known)}", "Correct the key.")
            if not isinstance(word, str) or not word.strip():
                raise fault(f"The words of the language {key} are no text.", "text that is not blank.", "Correct it.")
        return self

    def word(self, language: str) -> str | None:
        """The words in this language, else in English, else in Finnish; None where none are written."""
        return (self.model_extra or {}).get(language) or getattr(self, language, None) or self.en or self.fi


class LevelWords(Words):
    """What a level of a column is called."""

    as_: Text | None = Field(None, alias="as")


class ColumnWords(Words):
    """What a column of the responses is called, and its levels, by their codes."""

    as_: Annotated[Text, AfterValidator(identifier)] | None = Field(None, alias="as")
    levels: dict[Text, LevelWords] = Field(default_factory=dict)


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
    guesses: Literal["open"] | None = None
    client: Text = Field(description="the client's name as the report shows it")
    language: Literal["fi", "en"] = "fi"
    fieldwork: Text | None = None
    waves: Literal["latest", "all"] = "latest"
    missing: CodeList = ()
    responses: Responses = Field(description="{file: responses.csv} with your file's name")
    columns: Columns = Columns()
    accounts: Accounts = Accounts()
    outcomes: Outcomes = Field(description="at least one outcome, such as recommend: {column: Q12}")
    labels: dict[Text, Labelling] = Field(default_factory=dict)
    elements: Elements | None = None
    cocreation: Cocreation | None = None
    exposure: Exposure = Field(default_factory=Exposure)
    provider_view: ProviderView | None = None
    employees: Employees | None = None
    interviews: Interviews | None = None
    choices: Choices | None = None
    names: dict[Column, ColumnWords] = Field(default_factory=dict)
    claims: Annotated[tuple[ClaimEntry, ...], AfterValidator(once)] = Field(default_factory=default_claims)
    level: Annotated[Number, Field(gt=0.0, lt=1.0)] = 0.95
    privacy: Privacy = Privacy()
    seed: Annotated[Whole, Field(ge=0, lt=2**63)] = 20240131
