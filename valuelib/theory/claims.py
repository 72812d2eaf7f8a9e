"""The register of claims as data: who says a claim, how it is read, which chapter holds its evidence, and what may be built on it.

A `Reading` says who is compared, on which outcome, and by how much; a `Claim` carries it with everything else that stands in
claims.yaml. `Claim.with_` gives a changed claim, `ClaimSpec` reads a client's own from study.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Literal, Self, get_args

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from valuelib.errors import ParameterError, ValuelibError
from valuelib.theory.facets import facet_items, facets
from valuelib.theory.files import Text, read_rows, read_text, text_of, unknown_key
from valuelib.theory.pyramid import HIGHER_TIERS, LOWER_TIERS, categories, elements, tiers


class EvidenceLevel(StrEnum):
    """The evidence that a verdict is read from, strongest first; the values are the codes of results.json.

    What was bought as the provider's records tell it; the view of another source (the provider's teams, its people); ratings of
    colleagues in the same account; own ratings, which tell a direction at most; a raw comparison.
    """

    PURCHASE_RECORD = "audited"
    OTHER_SOURCE = "other_rater"
    COLLEAGUE_RATED = "peers"
    DIRECTION = "direction"
    DESCRIPTIVE = "descriptive"


Kind = Literal[
    "contrast",
    "dose",
    "slope",
    "penalty_reward",
    "effort",
    "mediation",
    "facets",
    "response_surface",
    "growth",
    "team_link",
    "correlate",
]
Exposure = Literal[
    "study",
    "count",
    "higher_count",
    "individual_tier",
    "table_stakes",
    "effort",
    "value_enhancement",
    "facets",
]
Outcome = Literal["recommend", "repurchase", "expansion", "share_of_purchases", "perceived_value", "inimitability"]
Metric = Literal["ratio", "points", "trend", "positive"]
Count = Annotated[int, Field(strict=True, ge=0, le=40)]
Bounds = tuple[Count, Count | None]
Size = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]
# A claimed ratio above this is taken for a slip of the pen: "60" for 1.60, or per cent for a multiple.
LARGEST_RATIO = 10.0
# Outcomes on which colleagues' ratings of the cooperation may decide (docs/decisions/0014-who-rates-cocreation.md).
LOYALTY: tuple[Outcome, ...] = ("recommend", "repurchase", "expansion", "share_of_purchases")
# What can be counted as a net promoter score or a share, and so stand in points.
COUNTED: tuple[Outcome, ...] = ("recommend", "repurchase", "expansion")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What goes with one kind of reading: exposures, metrics and outcomes, the evidence that may decide, further keys it needs."""

    exposures: tuple[Exposure, ...]
    metrics: tuple[Metric, ...] = ("positive",)
    outcomes: tuple[Outcome, ...] = get_args(Outcome)
    evidence: tuple[EvidenceLevel, ...] = ()
    keys: tuple[str, ...] = ()
    joins: bool = False


RULES: Mapping[Kind, Rule] = {
    "contrast": Rule(
        exposures=("study", "count"),
        metrics=("ratio", "points"),
        outcomes=COUNTED,
        evidence=(EvidenceLevel.PURCHASE_RECORD, EvidenceLevel.COLLEAGUE_RATED),
    ),
    "dose": Rule(exposures=("higher_count",), metrics=("trend",), outcomes=COUNTED),
    "slope": Rule(exposures=("individual_tier",), outcomes=COUNTED),
    "penalty_reward": Rule(exposures=("table_stakes",), keys=("margin",)),
    "effort": Rule(exposures=("effort",), metrics=("points",), outcomes=COUNTED, evidence=(EvidenceLevel.COLLEAGUE_RATED,)),
    "mediation": Rule(exposures=("facets",), evidence=(EvidenceLevel.OTHER_SOURCE,), keys=("through",)),
    "facets": Rule(exposures=("facets",), evidence=(EvidenceLevel.OTHER_SOURCE,)),
    "response_surface": Rule(exposures=("facets",), evidence=(EvidenceLevel.OTHER_SOURCE,)),
    "growth": Rule(exposures=("facets",), evidence=(EvidenceLevel.OTHER_SOURCE, EvidenceLevel.COLLEAGUE_RATED)),
    "team_link": Rule(exposures=("facets",), evidence=(EvidenceLevel.OTHER_SOURCE,)),
    "correlate": Rule(
        exposures=("facets", "value_enhancement"), evidence=(EvidenceLevel.OTHER_SOURCE, EvidenceLevel.COLLEAGUE_RATED), joins=True
    ),
}
EXPOSURE_NEEDS: Mapping[Exposure, str] = {
    "study": "exposure",
    "count": "elements",
    "higher_count": "higher_elements",
    "individual_tier": "individual_elements",
    "table_stakes": "table_stakes",
    "effort": "effort",
    "value_enhancement": "value_enhancement",
    "facets": "cocreation",
}
TIERS_OF: Mapping[Exposure, tuple[str, ...]] = {
    "study": HIGHER_TIERS,
    "individual_tier": ("individual",),
    "table_stakes": ("table_stakes",),
    "effort": ("ease_of_doing_business",),
}


class Reading(BaseModel):
    """One way to take a claim by its word; each field's description says what it holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind = Field(description="the shape of the question, such as contrast (two groups) or dose (step after step)")
    exposure: Exposure = Field(description="what sets people apart; study is whatever rule study.yaml sets")
    comparison: Bounds | None = Field(
        None, description="with count: how many high-value elements, both ends included; null = no upper end"
    )
    baseline: Bounds | None = Field(None, description="with count: the same for the group it is compared with")
    outcome: Outcome = Field(description="what should differ, such as recommend (read as NPS) or repurchase")
    and_outcomes: tuple[Outcome, ...] = Field((), description="outcomes joined by 'and': the claim holds only if each part does")
    metric: Metric = Field(description="ratio (1.6 = 60 % more), points (13), trend (step by step) or positive (above zero)")
    size: Size | None = Field(None, description="the claimed figure of a ratio or of points")
    margin: Size | None = Field(None, description="with penalty_reward: the points within which a reward counts as none")
    through: Outcome | None = Field(None, description="with mediation: what the effect is said to pass through")
    facets: tuple[str, ...] = Field((), description="facets of co-creation; empty = all seven predictors")
    needs: tuple[str, ...] = Field((), description="what a study must map for this reading, as keys of needs()")

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Every outcome the claim speaks of, the leading one first."""
        return (self.outcome, *self.and_outcomes)

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        wrong = [*kind_slips(self), *group_slips(self), *size_slips(self), *key_slips(self)]
        if wrong:
            raise PydanticCustomError("reading", "{slips}", {"slips": " ".join(wrong)})
        return self


@cache
def needs() -> Mapping[str, Text]:
    """What a reading can ask of a study, and how that is called before a client.

    Raises:
        ValuelibError: the data file is not as expected.
    """
    return {row["key"]: text_of(row, "name", "need") for row in read_rows("needs.csv", ("key", "name_en", "name_fi"))}


def needs_of(reading: Reading) -> tuple[str, ...]:
    """What a contrast, dose or slope asks of a study: its outcomes and its exposure, then whatever the reading adds."""
    return tuple(dict.fromkeys((*reading.outcomes, EXPOSURE_NEEDS[reading.exposure], *reading.needs)))


def deciding_evidence(reading: Reading) -> tuple[EvidenceLevel, ...]:
    """The levels of evidence that may give a verdict on such a reading, strongest first; none where only own ratings speak."""
    if reading.exposure == "count":
        return ()
    if reading.exposure == "value_enhancement":
        return (EvidenceLevel.COLLEAGUE_RATED,)
    loyal = all(outcome in LOYALTY for outcome in reading.outcomes)
    return tuple(one for one in RULES[reading.kind].evidence if one != "peers" or reading.kind != "correlate" or loyal)


def usual_targets(reading: Reading) -> Targets:
    """What a shown claim of such a reading lets one work on; a count of any elements points at none."""
    if reading.exposure == "facets":
        return Targets(facets=reading.facets or "all")
    return Targets(tiers=TIERS_OF.get(reading.exposure, ()))


def kind_slips(reading: Reading) -> Iterator[str]:
    """What does not go with the reading's kind."""
    rule = RULES[reading.kind]
    if reading.exposure not in rule.exposures:
        yield f"Kind {reading.kind} takes the exposure {' or '.join(rule.exposures)}, not {reading.exposure}."
    if reading.metric not in rule.metrics:
        yield f"Kind {reading.kind} takes the metric {' or '.join(rule.metrics)}, not {reading.metric}."
    astray = [outcome for outcome in reading.outcomes if outcome not in rule.outcomes]
    if astray:
        yield f"Kind {reading.kind} takes the outcome {' or '.join(rule.outcomes)}, not {' or '.join(astray)}."
    if reading.and_outcomes and not rule.joins:
        yield f"Kind {reading.kind} takes one outcome; write a claim of its own for each further one."
    for key, value in (("margin", reading.margin), ("through", reading.through)):
        if (value is not None) != (key in rule.keys):
            yield f"Kind {reading.kind} needs {key}." if key in rule.keys else f"Kind {reading.kind} has no {key}."


def group_slips(reading: Reading) -> Iterator[str]:
    """What is wrong with the two groups of a count of elements."""
    if reading.exposure != "count":
        if reading.comparison is not None or reading.baseline is not None:
            yield "Only the exposure count has comparison and baseline; elsewhere study.yaml sets the groups."
        return
    if reading.comparison is None or reading.baseline is None:
        yield "The exposure count needs comparison and baseline, such as comparison: [6, null] and baseline: [1, 5]."
        return
    for name, (low, high) in (("comparison", reading.comparison), ("baseline", reading.baseline)):
        if high is not None and high < low:
            yield f"The {name} runs from {low} to {high}; the lower count comes first."
    top = reading.baseline[1]
    if top is None or top >= reading.comparison[0]:
        yield "The baseline must end below the first count of the comparison."


def size_slips(reading: Reading) -> Iterator[str]:
    """What is wrong with the claimed figure."""
    if reading.metric in ("trend", "positive"):
        if reading.size is not None:
            yield f"The metric {reading.metric} claims a direction and has no size; for a figure choose ratio or points."
    elif reading.size is None:
        yield f"The metric {reading.metric} needs a size, such as {1.6 if reading.metric == 'ratio' else 13}."
    elif reading.metric == "ratio" and not 1 < reading.size <= LARGEST_RATIO:
        yield f"A ratio lies above 1 and up to {LARGEST_RATIO:g} (60 % more is written 1.60); this one is {reading.size:g}."
    elif reading.metric == "points" and reading.size > (200 if reading.outcome == "recommend" else 100):
        yield f"A difference of {reading.size:g} points is more than the scale of {reading.outcome} holds."


def key_slips(reading: Reading) -> Iterator[str]:
    """Names of facets, needs and outcomes that do not exist or stand twice."""
    if reading.facets and reading.exposure != "facets":
        yield "Only the exposure facets names facets."
    for word, given, known in (("facet", reading.facets, [one.key for one in facets()]), ("need", reading.needs, list(needs()))):
        unknown = [key for key in given if key not in known]
        if unknown:
            yield f"Unknown {word} {', '.join(unknown)}; expected some of {', '.join(known)}."
    if len(set(reading.outcomes)) < len(reading.outcomes):
        yield "An outcome stands twice."


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


class Targets(BaseModel):
    """What a recommendation that rests on the claim may name: elements of these tiers, or these facets of co-creation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tiers: tuple[str, ...] = ()
    facets: tuple[str, ...] | Literal["all"] = ()

    @property
    def facet_keys(self) -> tuple[str, ...]:
        """The facets by name; `all` stands for every predictor."""
        return tuple(one.key for one in facets() if one.role == "predictor") if self.facets == "all" else self.facets

    @model_validator(mode="after")
    def _exist(self) -> Self:
        named = () if self.facets == "all" else self.facets
        for word, given, known in (
            ("tier", self.tiers, (*LOWER_TIERS, *HIGHER_TIERS)),
            ("facet", named, tuple(one.key for one in facets()) if named else ()),
        ):
            unknown = [key for key in given if key not in known]
            if unknown:
                values = {"word": word, "unknown": ", ".join(unknown), "known": ", ".join(known)}
                raise PydanticCustomError("target", "Unknown {word} {unknown}; expected some of {known}.", values)
        if self.tiers and self.facets:
            raise PydanticCustomError("target", "A claim points at tiers or at facets, not at both.")
        return self


NO_TARGETS = Targets()


class ClaimPart(BaseModel):
    """One part of a claim of kind facets: the statements of the battery that it speaks of, and what it is called."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Id
    name: Both
    statements: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _exist(self) -> Self:
        known = [one.key for one in facet_items()]
        unknown = [key for key in self.statements if key not in known]
        if unknown:
            values = {"unknown": ", ".join(unknown), "known": ", ".join(known)}
            raise PydanticCustomError("part", "Unknown statement {unknown}; expected some of {known}.", values)
        return self


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
            size: claimed figure, in the unit of the claim or the one given beside it.
            unit: "points" or "ratio" (`metric` is the same); another unit needs a size in it.
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
        return _change(self, changes)


Partnership = Literal["listed", "provider", "customer"]


@cache
def claims() -> tuple[Claim, ...]:
    """Every reading of the register, in the order in which a report lists them.

    Raises:
        ValuelibError: the register does not follow its grammar; all slips are named.
    """
    return tuple(entry.to_claim(register().sources[entry.source]) for entry in register().claims)


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
    found = next((one for one in claims() if one.id == id), None)
    if found is None:
        raise unknown_key("claim", id, (one.id for one in claims()))
    return found


def default_claims() -> tuple[str, ...]:
    """Ids of the claims under test where study.yaml names none."""
    return register().confirmatory


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
    chapter: Annotated[str, Field(pattern=r"^\d\d_[a-z_]+$")]
    evidence: tuple[EvidenceLevel, ...] | None = None
    targets: Targets | None = None
    partnership: Partnership | None = None
    parts: tuple[ClaimPart, ...] = ()

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        may = deciding_evidence(self.reading)
        wrong = []
        if self.evidence is not None and self.evidence != may:
            wrong.append(f"Such a reading is decided by the evidence [{', '.join(may)}], in this order.")
        if bool(self.parts) != (self.reading.kind == "facets"):
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


class _ChangedWords(BaseModel):
    """How a claim made by `with_` tells what was changed; `value` and `changes` are filled in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    note: Both
    origin: Both
    caveat: Both
    size_points: Both
    size_percentage_points: Both
    size_ratio: Both
    outcome: Both
    exposure: Both
    comparison: Both
    baseline: Both
    margin: Both
    at_least: Both


class _Register(BaseModel):
    """The whole of claims.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    confirmatory: tuple[str, ...]
    changed: _ChangedWords
    sources: dict[str, _Source]
    claims: tuple[_Entry, ...]

    @model_validator(mode="after")
    def _agree(self) -> Self:
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


# Fields that `with_` can change, as its caller names them; those of the reading have the same name there, save for the unit.
READING_FIELDS = ("size", "unit", "outcome", "exposure", "comparison", "baseline", "margin")
FIELDS = (*READING_FIELDS, "metric", "threshold", "id", "statement")


def _change(given: Claim, wanted: Mapping[str, Any]) -> Claim:
    """`given` with these fields changed; the claim it was changed from where nothing differs from that any more."""
    for name in wanted:
        if name not in FIELDS:
            raise unknown_key("field of a claim", name, FIELDS)
    start, words = given.changed_from or given, register().changed
    try:
        reading = _changed_reading(given.reading, wanted)
        statement = TypeAdapter(Either).validate_python(wanted["statement"]) if "statement" in wanted else None
        id = TypeAdapter(Id).validate_python(wanted["id"]) if "id" in wanted else None
    except ValidationError as err:
        raise ParameterError(f"The claim {start.id} cannot be changed so. {said(err)}") from err
    if id in {one.id for one in claims()} - {start.id}:
        raise ParameterError(f"The register already has a claim {id}; choose another id for the changed {start.id}.")
    values, told = _changed_values(start.reading, reading), _tell_changes(start.reading, reading)
    if reading == given.reading:
        statement, id = statement or given.statement, id or given.id
    elif told:
        statement = statement or _joined([start.statement, _fill(words.note, changes=_joined(told))], " ")
    if not told and statement in (None, start.statement) and id in (None, start.id):
        return start
    return replace(
        start,
        id=id if id not in (None, start.id) else f"{start.id}~{','.join(values) or 'statement'}",
        statement=statement or start.statement,
        reading=reading,
        origin=_fill(words.origin, value=start.origin),
        caveat=_joined([words.caveat, start.caveat], " ") if told else start.caveat,
        evidence=deciding_evidence(reading),
        targets=start.targets if reading.exposure == start.reading.exposure else usual_targets(reading),
        partnership=None,
        changed_from=start,
    )


def _changed_reading(reading: Reading, wanted: Mapping[str, Any]) -> Reading:
    """The reading with these fields, checked by the grammar; its needs follow its outcomes and exposure."""
    fields = {name: wanted[name] for name in READING_FIELDS if name in wanted and name != "unit"}
    fields |= _threshold_fields(reading, wanted)
    units = {wanted[name] for name in ("unit", "metric") if name in wanted}
    if len(units) > 1:
        raise ParameterError(f"unit and metric are two names for one thing; they are given as {' and '.join(sorted(units))}.")
    if units:
        (fields["metric"],) = units
        if fields["metric"] != reading.metric and reading.size is not None and "size" not in wanted:
            raise ParameterError(
                f"The size {reading.size:g} is in the unit {reading.metric}; give a size in {fields['metric']} too."
            )
    changed = Reading.model_validate({**reading.model_dump(), **fields})
    own = {*reading.outcomes, EXPOSURE_NEEDS[reading.exposure]}
    needed = (*changed.outcomes, EXPOSURE_NEEDS[changed.exposure], *(one for one in reading.needs if one not in own))
    return changed if set(needed) == set(reading.needs) else changed.model_copy(update={"needs": tuple(dict.fromkeys(needed))})


def _threshold_fields(reading: Reading, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What a threshold means for this reading: the margin, or where the two groups of a count of elements meet."""
    if "threshold" not in wanted:
        return {}
    if reading.kind == "penalty_reward" and "margin" not in wanted:
        return {"margin": wanted["threshold"]}
    if reading.comparison is None or reading.baseline is None:
        raise ParameterError("This claim has no threshold of its own: its groups follow exposure.threshold of study.yaml.")
    if {"comparison", "baseline"} & set(wanted):
        raise ParameterError("A threshold sets comparison and baseline; give either it or them.")
    first = TypeAdapter(Count).validate_python(wanted["threshold"])
    (start, end), (low, top) = reading.comparison, reading.baseline
    return {"comparison": (first, end), "baseline": (low, first - 1) if top == start - 1 else (low, top)}


def _changed_values(before: Reading, after: Reading) -> list[str]:
    """What differs, as it stands in the id of a changed claim."""
    names = {"metric" if name == "unit" else name: name for name in READING_FIELDS}
    changed = {word: getattr(after, name) for name, word in names.items() if getattr(after, name) != getattr(before, name)}
    return [f"{word}={_plain(value)}" for word, value in changed.items()]


def _tell_changes(before: Reading, after: Reading) -> list[Text]:
    """What differs, in words; a size is told with its unit."""
    words, told = register().changed, []
    if (after.size, after.metric) != (before.size, before.metric) and after.size is not None:
        points = words.size_points if after.outcome == "recommend" else words.size_percentage_points
        told.append(_fill(words.size_ratio if after.metric == "ratio" else points, value=_in_words(after.size, "size")))
    names = [name for name in READING_FIELDS if name not in ("size", "unit") and getattr(after, name) != getattr(before, name)]
    told += [_fill(getattr(words, name), value=_in_words(getattr(after, name), name)) for name in names]
    return [unbroken(one) for one in told]


def _in_words(value: Any, name: str) -> Text:
    if name in ("outcome", "exposure"):
        return needs()[EXPOSURE_NEEDS[value] if name == "exposure" else value]
    if isinstance(value, tuple) and value[1] is None:
        return _fill(register().changed.at_least, value=Text(str(value[0]), str(value[0])))
    return Text(_plain(value), _plain(value).replace(".", ","))


def _plain(value: Any) -> str:
    """A value as it stands in an id: 25, 1.3, 6+, 1-5."""
    if isinstance(value, tuple):
        low, high = value
        return f"{low}+" if high is None else f"{low}-{high}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _fill(frame: Text, **values: Text) -> Text:
    return Text(
        en=frame.en.format(**{name: one.en for name, one in values.items()}),
        fi=frame.fi.format(**{name: one.fi for name, one in values.items()}),
    )


def _joined(texts: list[Text], by: str = ", ") -> Text:
    return Text(en=by.join(one.en for one in texts), fi=by.join(one.fi for one in texts))


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
