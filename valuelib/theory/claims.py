"""The register of claims as data: who says a claim, how it is read, which chapter holds its evidence, and what may be built on it.

A `Claim` carries its `Reading` with everything else that stands in claims.yaml. `Claim.with_` gives a changed claim, `ClaimSpec`
reads a client's own from study.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from valuelib.errors import ValuelibError
from valuelib.theory.facets import facet_items, facets
from valuelib.theory.files import Text, find_key, read_text
from valuelib.theory.pyramid import HIGHER_TIERS, LOWER_TIERS, categories, elements, tiers
from valuelib.theory.reading import WITH_PARTS, EvidenceLevel, Exposure, Kind, Outcome, Reading, deciding_evidence, needs, needs_of

if TYPE_CHECKING:
    import pandas as pd

OWN_KINDS: tuple[Kind, ...] = ("contrast", "dose", "slope")
OWN_SOURCE = Text(en="The client's own claim", fi="Asiakkaan oma väite", code="theory.own.source")
OWN_CAVEAT = Text(
    en="The client's own claim: no published figure stands behind it.",
    fi="Asiakkaan oma väite: sen takana ei ole julkaistua lukua.",
    code="theory.own.caveat",
)
OWN_CHAPTER = "00_executive_summary"


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
    return replace(text, fi=re.sub(r"(?<=\d) (?=%|pistettä|prosenttiyksikköä)", "\N{NO-BREAK SPACE}", text.fi))


WRITTEN = PlainSerializer(lambda text: {"en": text.en, "fi": text.fi})
Both = Annotated[Text, BeforeValidator(two_languages), AfterValidator(unbroken), WRITTEN]
Either = Annotated[Text, BeforeValidator(one_or_two_languages), AfterValidator(unbroken), WRITTEN]
Id = Annotated[str, AfterValidator(plain_id)]
Filled = Annotated[str, Field(min_length=1, pattern=r"^\S(.*\S)?$")]


TIERS_OF: Mapping[Exposure, tuple[str, ...]] = {
    "study": HIGHER_TIERS,
    "individual_tier": ("individual",),
    "table_stakes": ("table_stakes",),
    "effort": ("ease_of_doing_business",),
}


def check_keys(word: str, given: Sequence[str], known: Sequence[str]) -> None:
    """Refuse keys that the theory does not have."""
    unknown = [key for key in given if key not in known]
    if unknown:
        values = {"word": word, "unknown": ", ".join(unknown), "known": ", ".join(known)}
        raise PydanticCustomError("key", "Unknown {word} {unknown}; expected some of {known}.", values)


class Strict(BaseModel):
    """A block of the register or of a client's claim: unknown keys are refused, and nothing changes after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Targets(Strict):
    """What a recommendation that rests on the claim may name: elements of these tiers, or these facets of co-creation."""

    tiers: tuple[str, ...] = ()
    facets: tuple[str, ...] | Literal["all"] = ()

    @property
    def facet_keys(self) -> tuple[str, ...]:
        """The facets by name; `all` stands for every predictor."""
        return tuple(one.key for one in facets() if one.role == "predictor") if self.facets == "all" else self.facets

    @model_validator(mode="after")
    def check_existing(self) -> Self:
        check_keys("tier", self.tiers, (*LOWER_TIERS, *HIGHER_TIERS))
        if self.facets and self.facets != "all":
            check_keys("facet", self.facets, [one.key for one in facets()])
        if self.tiers and self.facets:
            raise PydanticCustomError("target", "A claim points at tiers or at facets, not at both.")
        return self


NO_TARGETS = Targets()


class ClaimPart(Strict):
    """One part of a claim that names its statements: those of the battery that it speaks of, and what it is called."""

    key: Id
    name: Both
    statements: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def check_existing(self) -> Self:
        check_keys("statement", self.statements, [one.key for one in facet_items()])
        return self


def usual_targets(reading: Reading) -> Targets:
    """What a shown claim of such a reading lets one work on; a count of any elements points at none."""
    if reading.exposure == "facets":
        return Targets(facets=reading.facets or "all")
    return Targets(tiers=TIERS_OF.get(reading.exposure, ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claim in one reading, with all that is known of it before any data are opened.

    `source` (who says it) and `where` (the publication) are for the method pages; `origin` says both to the report's reader.
    `chapter` holds its evidence, `evidence` names the levels that may decide it (codes of results.json, strongest first),
    `targets` what a recommendation resting on it may name, `partnership` its place on the partnership page: `listed`, or the side
    whose advice rests on it. `changed_from` is the claim that `with_` started from.

    Example:
        >>> import valuelib as vl
        >>> vl.claim("nps_60").with_(size=25, unit="points").reading.size
        25.0
    """

    id: str
    statement: Text
    source: str
    where: str
    origin: Text
    reading: Reading
    caveat: Text
    chapter: str = OWN_CHAPTER
    evidence: tuple[EvidenceLevel, ...] = ()
    targets: Targets = NO_TARGETS
    partnership: Partnership | None = None
    parts: tuple[ClaimPart, ...] = ()
    changed_from: Claim | None = None

    def __repr__(self) -> str:
        return f"<Claim {self.id}: {self.statement.en}>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from valuelib.show.claims import claim_card  # on use: the register needs no words

        return claim_card(self)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Every outcome the claim speaks of, the leading one first."""
        return self.reading.outcomes

    @property
    def changed(self) -> bool:
        """Whether the claim was changed by `with_`, so that it can be explored and never be confirmatory."""
        return self.changed_from is not None

    def with_(self, **changes: Any) -> Claim:
        """The claim with another size, unit, outcome ...; it has an id of its own, and its statement says what was changed.

        Args:
            size: claimed figure, in the unit of the claim or the one given beside it; points below 0 and a ratio below 1 say lower.
            unit: "points" or "ratio", which need a size in them; "positive" or "negative" for a direction without one (`metric` is
                the same).
            threshold: first count of the comparison group where elements are counted, or the margin within which a reward counts
                as none.
            outcome, exposure, comparison, baseline: as in claims.yaml.
            id, statement: instead of those that the change would give.
        Returns:
            The changed claim, checked by the grammar of the register; the claim itself where nothing differs.
        Raises:
            ParameterError: a field is unknown, or the values contradict each other or the claim's kind.

        >>> claim("nps_60").with_(size=25, unit="points").id
        'nps_60~size=25,unit=points'
        """
        from valuelib.theory.changes import change_claim  # there, since a changed claim is made of the register

        return change_claim(self, changes)


Partnership = Literal["listed", "provider", "customer"]


class Claims(tuple[Claim, ...]):
    """Claims as a tuple, from which plain Python picks; a notebook shows them as a table, and `to_frame` gives them as data."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<Claims: {len(self)}>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from valuelib.show.claims import claims_overview  # on use: the register needs no words

        return claims_overview(self)

    def to_frame(self) -> pd.DataFrame:
        """One row a claim: id, statement in both languages, who says it, reading, evidence that may decide it, chapter."""
        import pandas as pd  # on use: `import valuelib` loads nothing heavy

        rows = [
            {
                "claim": one.id,
                "statement_en": one.statement.en,
                "statement_fi": one.statement.fi,
                "source": one.source,
                "kind": one.reading.kind,
                "exposure": one.reading.exposure,
                "outcomes": ", ".join(one.outcomes),
                "metric": one.reading.metric,
                "size": one.reading.size,
                "evidence": ", ".join(one.evidence),
                "chapter": one.chapter,
            }
            for one in self
        ]
        return pd.DataFrame(rows).astype({"size": float})


def claims() -> Claims:
    """The register of claims: every reading that the library knows, in the order in which a report lists them.

    Returns:
        The claims, a tuple to pick from by plain Python; displayed as a table, `to_frame()` as data.
    Raises:
        ValuelibError: the register does not follow its grammar; all slips are named.

    Example:
        >>> import valuelib as vl
        >>> len(vl.claims())
        31
        >>> [one.id for one in vl.claims() if one.reading.outcome == "repurchase" and one.evidence]
        ['repurchase_22', 'repurchase_22_points', 'effort_loyalty', 'value_enhancement']
    """
    return read_claims()


@cache
def read_claims() -> Claims:
    """The register's entries as claims, made once."""
    return Claims(entry.to_claim(register().sources[entry.source]) for entry in register().claims)


def claim(id: str) -> Claim:
    """A claim of the register in one reading.

    Args:
        id: such as "nps_60"; the docs list them, and a wrong one is told with its nearest.
    Returns:
        The claim, with its statement, source, reading and caveat.
    Raises:
        ParameterError: the register has no such id.

    Example:
        >>> import valuelib as vl
        >>> vl.claim("nps_60").reading.size
        1.6
    """
    return find_key("claim", id, claims(), named="id")


def default_claims() -> tuple[str, ...]:
    """Ids of the claims under test where study.yaml names none."""
    return register().confirmatory


class ClaimSpec(Strict):
    """A client's own claim as it stands in study.yaml, in the grammar of the register.

    Kinds open to it are contrast, dose and slope; `statement` and `caveat` may be given in one language, which then serves both.
    """

    id: Id = Field(description="a short name of the claim, such as premium_renews")
    statement: Either = Field(description="the claim in words, one text or en and fi")
    source: Filled | None = Field(None, description="who says it")
    where: Filled | None = Field(None, description="where it is published")
    reading: Reading = Field(description="the claim's reading: kind, exposure, outcome, metric and size")
    caveat: Either = Field(OWN_CAVEAT, description="what to keep in mind, one text or en and fi")

    @model_validator(mode="after")
    def check_own(self) -> Self:
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
        """The claim as `assess` takes it: its needs filled in, evidence and targets those of its kind of reading."""
        return Claim(
            id=self.id,
            statement=self.statement,
            source=self.source or OWN_SOURCE.en,
            where=self.where or "",
            origin=Text(self.source, self.source) if self.source else OWN_SOURCE,
            reading=self.reading.model_copy(update={"needs": needs_of(self.reading)}),
            caveat=self.caveat,
            evidence=deciding_evidence(self.reading),
            targets=usual_targets(self.reading),
        )


class _Source(Strict):
    """Who says a claim and where: once for all the claims that share it."""

    source: Filled
    where: Filled
    origin: Both


class _Entry(Strict):
    """One reading as it stands in claims.yaml; `source` is a key of the register's sources."""

    id: Id
    statement: Both
    source: str
    reading: Reading
    caveat: Both
    chapter: Annotated[str, Field(pattern=r"^\d\d_[a-z_]+$")]
    evidence: tuple[EvidenceLevel, ...] | None = None
    targets: Targets | None = None
    partnership: Partnership | None = None
    parts: tuple[ClaimPart, ...] = ()

    @model_validator(mode="after")
    def check_sense(self) -> Self:
        may = deciding_evidence(self.reading)
        wrong = []
        if self.evidence is not None and self.evidence != may:
            wrong.append(f"Such a reading is decided by the evidence [{', '.join(may)}], in this order.")
        if bool(self.parts) != (self.reading.kind in WITH_PARTS):
            wrong.append(f"Kind {self.reading.kind} {'has no' if self.parts else 'needs'} parts.")
        if wrong:
            raise PydanticCustomError("entry", "{id}: {slips}", {"id": self.id, "slips": " ".join(wrong)})
        return self

    def to_claim(self, source: _Source) -> Claim:
        code = f"theory.claim.{self.id}"
        named = (part.model_copy(update={"name": replace(part.name, code=f"{code}.{part.key}")}) for part in self.parts)
        return Claim(
            id=self.id,
            statement=replace(self.statement, code=f"{code}.statement"),
            source=source.source,
            where=source.where,
            origin=replace(source.origin, code=f"theory.source.{self.source}.origin"),
            reading=self.reading,
            caveat=replace(self.caveat, code=f"{code}.caveat"),
            chapter=self.chapter,
            evidence=deciding_evidence(self.reading) if self.evidence is None else self.evidence,
            targets=usual_targets(self.reading) if self.targets is None else self.targets,
            partnership=self.partnership,
            parts=tuple(named),
        )


class _ChangedWords(Strict):
    """How a claim made by `with_` tells what was changed; `value` and `changes` are filled in."""

    note: Both
    origin: Both
    caveat: Both
    size_points: Both
    size_percentage_points: Both
    size_ratio: Both
    direction_higher: Both
    direction_lower: Both
    outcome: Both
    exposure: Both
    comparison: Both
    baseline: Both
    margin: Both
    at_least: Both


class _Register(Strict):
    """The whole of claims.yaml."""

    confirmatory: tuple[str, ...]
    changed: _ChangedWords
    sources: dict[str, _Source]
    claims: tuple[_Entry, ...]

    @model_validator(mode="after")
    def check_agreement(self) -> Self:
        ids = [entry.id for entry in self.claims]
        parts = [part.key for entry in self.claims for part in entry.parts]
        wrong: list[str] = [f"Id {id} stands twice." for id in sorted({id for id in ids if ids.count(id) > 1})]
        wrong += [f"Part {key} stands twice." for key in sorted({key for key in parts if parts.count(key) > 1})]
        wrong += [f"{entry.id}: unknown source {entry.source}." for entry in self.claims if entry.source not in self.sources]
        wrong += [f"{entry.id}: needs are missing." for entry in self.claims if not entry.reading.needs]
        wrong += [f"confirmatory: unknown claim {id}." for id in self.confirmatory if id not in ids]
        if wrong:
            raise PydanticCustomError("register", "{slips}", {"slips": " ".join(wrong)})
        return self


@cache
def register() -> _Register:
    """The content of claims.yaml, checked."""
    try:
        return _Register.model_validate(yaml.safe_load(read_text("claims.yaml")))
    except ValidationError as err:
        raise ValuelibError(f"claims.yaml: {said(err)}") from err


@cache
def theory_texts() -> Mapping[str, Text]:
    """Every text of the theory by its code, as the catalogues of further languages hold it."""
    named: tuple[Any, ...] = (*tiers(), *categories(), *elements(), *facets(), *facet_items(), *claims())
    named += tuple(part for one in claims() for part in one.parts)
    held = (getattr(one, name) for one in named for name in type(one).__annotations__)
    texts = (OWN_SOURCE, OWN_CAVEAT, *needs().values(), *held)
    return {text.code: text for text in texts if isinstance(text, Text)}


def stand_in(id: str, outcome: str | None, metric: str | None, size: float | None) -> Claim:
    """The register's claim of that id; one that is known by id and figures only where the register does not have it.

    A results.json names a client's own claims and does not define them.
    """
    found = next((one for one in claims() if one.id == id), None)
    if found is not None:
        return found
    reading = Reading.model_construct(
        kind="contrast", exposure="study", outcome=outcome or "recommend", metric=metric or "points", size=size
    )
    return Claim(id=id, statement=Text(en=id, fi=id), source="", where="", origin=OWN_SOURCE, reading=reading, caveat=OWN_CAVEAT)
