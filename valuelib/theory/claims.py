"""Which claims are told of customer value, who tells them, and how can each be read? The register, and a client's own claims."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Self

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from valuelib.errors import ValuelibError
from valuelib.theory.files import Text, read_text, unknown_key
from valuelib.theory.reading import Kind, Reading, needs_of

OWN_KINDS: tuple[Kind, ...] = ("contrast", "dose", "slope")
OWN_SOURCE = Text(en="The client's own claim", fi="Asiakkaan oma väite")
OWN_CAVEAT = Text(
    en="The client's own claim: no published figure stands behind it.",
    fi="Asiakkaan oma väite: sen takana ei ole julkaistua lukua.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claim in one reading.

    `source` (who says it) and `where` (the publication) are for the method pages; `origin` says both to the report's reader.
    """

    id: str
    statement: Text
    source: str
    where: str
    origin: Text
    reading: Reading
    caveat: Text


@cache
def claims() -> tuple[Claim, ...]:
    """Every reading of the register, in the order in which a report lists them.

    Raises:
        ValuelibError: the register does not follow its grammar; all slips are named.
    """
    try:
        register = _Register.model_validate(yaml.safe_load(read_text("claims.yaml")))
    except ValidationError as err:
        raise ValuelibError(f"claims.yaml: {said(err)}") from err
    return tuple(entry.to_claim(register.sources[entry.source]) for entry in register.claims)


def claim(id: str) -> Claim:
    """The reading of that id.

    Raises:
        ParameterError: the register has no such id.

    >>> claim("nps_60").reading.size
    1.6
    """
    found = next((one for one in claims() if one.id == id), None)
    if found is None:
        raise unknown_key("claim", id, (one.id for one in claims()))
    return found


def said(err: ValidationError) -> str:
    """Every slip of a pydantic error with its place, in one line."""
    places = ((".".join(map(str, slip["loc"])), slip["msg"].rstrip(".")) for slip in err.errors(include_url=False))
    return " ".join(f"{place}: {message}." if place else f"{message}." for place, message in places)


def one_or_two_languages(value: object) -> object:
    """A text given as one string, or in one language only, stands for both."""
    if isinstance(value, str):
        return two_languages({"en": value, "fi": value})
    if isinstance(value, Mapping) and len(value) == 1 and set(value) <= {"en", "fi"}:
        return two_languages(dict.fromkeys(("en", "fi"), next(iter(value.values()))))
    return two_languages(value)


def two_languages(value: object) -> object:
    """A text given as `en` and `fi`, neither of them blank."""
    if isinstance(value, Text):
        return value
    if not isinstance(value, Mapping) or set(value) != {"en", "fi"}:
        raise PydanticCustomError("text", "A text is written as en and fi.")
    texts = [value["en"], value["fi"]]
    if not all(isinstance(text, str) and text.strip() for text in texts):
        raise PydanticCustomError("text", "A text in en or fi is blank or is not text.")
    return Text(*(str(text).strip() for text in texts))


def plain_id(value: str) -> str:
    """An id that can stand in a file name, a link and a parameter."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", value):
        raise PydanticCustomError(
            "id", "An id begins with a small letter and has only small letters a-z, digits and _, 64 at most."
        )
    return value


def unbroken(text: Text) -> Text:
    """The text with its numbers and their units kept on one line, as Finnish typography asks."""
    return Text(en=text.en, fi=re.sub(r"(?<=\d) (?=%|pistettä|prosenttiyksikköä)", "\N{NO-BREAK SPACE}", text.fi))


Both = Annotated[Text, BeforeValidator(two_languages), AfterValidator(unbroken)]
Either = Annotated[Text, BeforeValidator(one_or_two_languages), AfterValidator(unbroken)]
Id = Annotated[str, AfterValidator(plain_id)]
Filled = Annotated[str, Field(min_length=1, pattern=r"^\S(.*\S)?$")]


class ClaimSpec(BaseModel):
    """A client's own claim as it stands in study.yaml, in the grammar of the register.

    Kinds open to it are contrast, dose and slope; `statement` and `caveat` may be given in one language, which then serves both.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Id = Field(description="a short name of the claim, such as premium_renews")
    statement: Either = Field(description="the claim in words, one text or en and fi")
    source: Filled | None = Field(None, description="who says it")
    where: Filled | None = Field(None, description="where it is published")
    reading: Reading = Field(description="the claim's reading: kind, exposure, outcome, metric and size")
    caveat: Either = Field(OWN_CAVEAT, description="what to keep in mind, one text or en and fi")

    @model_validator(mode="after")
    def _be_own(self) -> Self:
        if self.id in {one.id for one in claims()}:
            message = (
                "The register already has a claim {id}. Choose another id, or list the plain id to use the register's reading."
            )
            raise PydanticCustomError("claim_id", message, {"id": self.id})
        if self.reading.kind not in OWN_KINDS:
            message = "An own claim is of kind {kinds}; kind {kind} is the register's alone."
            raise PydanticCustomError("claim_kind", message, {"kinds": ", ".join(OWN_KINDS), "kind": self.reading.kind})
        return self

    def to_claim(self) -> Claim:
        """The claim as `assess` takes it, its needs filled in."""
        return Claim(
            id=self.id,
            statement=self.statement,
            source=self.source or OWN_SOURCE.en,
            where=self.where or "",
            origin=Text(self.source, self.source) if self.source else OWN_SOURCE,
            reading=self.reading.model_copy(update={"needs": needs_of(self.reading)}),
            caveat=self.caveat,
        )


class _Source(BaseModel):
    """Who says a claim and where: once for all the claims that share it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Filled
    where: Filled
    origin: Both


class _Entry(BaseModel):
    """One reading as it stands in claims.yaml; `source` is a key of the register's sources."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Id
    statement: Both
    source: str
    reading: Reading
    caveat: Both

    def to_claim(self, source: _Source) -> Claim:
        return Claim(
            id=self.id,
            statement=self.statement,
            source=source.source,
            where=source.where,
            origin=source.origin,
            reading=self.reading,
            caveat=self.caveat,
        )


class _Register(BaseModel):
    """The whole of claims.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sources: dict[str, _Source]
    claims: tuple[_Entry, ...]

    @model_validator(mode="after")
    def _agree(self) -> Self:
        ids = [entry.id for entry in self.claims]
        wrong: list[str] = [f"Id {id} stands twice." for id in sorted({id for id in ids if ids.count(id) > 1})]
        wrong += [f"{entry.id}: unknown source {entry.source}." for entry in self.claims if entry.source not in self.sources]
        wrong += [f"{entry.id}: needs are missing." for entry in self.claims if not entry.reading.needs]
        if wrong:
            raise PydanticCustomError("register", "{slips}", {"slips": " ".join(wrong)})
        return self
