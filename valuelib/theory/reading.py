"""The grammar of a claim's reading: who is compared, on which outcome, by how much, and which evidence may decide it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from valuelib.theory.facets import facets
from valuelib.theory.files import Text, read_rows, text_of


class EvidenceLevel(StrEnum):
    """The evidence that a verdict is read from, strongest first; the values are the codes of results.json.

    A pilot whose accounts a lot has drawn; accounts before and after they took the higher offering, against those that had not yet;
    what was bought as the provider's records tell it; the view of another source (the provider's teams, its people); ratings of
    colleagues in the same account; own ratings, which tell a direction at most; a raw comparison.
    """

    ASSIGNED = "assigned"
    SWITCHED = "switched"
    PURCHASE_RECORD = "audited"
    OTHER_SOURCE = "other_rater"
    COLLEAGUE_RATED = "peers"
    DIRECTION = "direction"
    DESCRIPTIVE = "descriptive"


# These decide every contrast that leaves its groups to the study, whatever a claim lists: by one figure, with no rating in it.
DESIGNS = frozenset({EvidenceLevel.ASSIGNED, EvidenceLevel.SWITCHED})

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
    "within_teams",
    "correlate",
    "necessity",
]
Exposure = Literal[
    "study",
    "count",
    "higher_count",
    "individual_tier",
    "table_stakes",
    "effort",
    "value_enhancement",
    "promise",
    "insight",
    "upper_tiers",
    "perceived_value",
    "facets",
]
Outcome = Literal[
    "recommend",
    "repurchase",
    "expansion",
    "share_of_purchases",
    "perceived_value",
    "inimitability",
    "joint_result",
    "daring",
    "meaning",
]
Metric = Literal["ratio", "points", "trend", "positive", "negative"]
Count = Annotated[int, Field(strict=True, ge=0, le=40)]
Bounds = tuple[Count, Count | None]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Size = Annotated[Number, Field(gt=0)]
# A claimed ratio above this, or below one over it, is taken for a slip of the pen: "60" for 1.60, or per cent for a multiple.
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
        metrics=("ratio", "points", "positive", "negative"),
        outcomes=COUNTED,
        evidence=(EvidenceLevel.PURCHASE_RECORD, EvidenceLevel.COLLEAGUE_RATED),
    ),
    "dose": Rule(exposures=("higher_count",), metrics=("trend",), outcomes=(*COUNTED, "perceived_value")),
    "slope": Rule(exposures=("individual_tier",), outcomes=COUNTED),
    "penalty_reward": Rule(exposures=("table_stakes",), keys=("margin",)),
    "effort": Rule(exposures=("effort",), metrics=("points",), outcomes=COUNTED, evidence=(EvidenceLevel.COLLEAGUE_RATED,)),
    "mediation": Rule(exposures=("facets",), evidence=(EvidenceLevel.OTHER_SOURCE,), keys=("through",)),
    "facets": Rule(exposures=("facets",), evidence=(EvidenceLevel.OTHER_SOURCE,)),
    "response_surface": Rule(exposures=("facets",), evidence=(EvidenceLevel.OTHER_SOURCE,)),
    "growth": Rule(exposures=("facets",), evidence=(EvidenceLevel.OTHER_SOURCE, EvidenceLevel.COLLEAGUE_RATED)),
    "team_link": Rule(exposures=("facets",), evidence=(EvidenceLevel.OTHER_SOURCE,)),
    "within_teams": Rule(exposures=("facets",), outcomes=("meaning",)),
    "correlate": Rule(
        exposures=("facets", "value_enhancement", "promise", "insight", "upper_tiers", "perceived_value"),
        evidence=(EvidenceLevel.OTHER_SOURCE, EvidenceLevel.COLLEAGUE_RATED),
        joins=True,
    ),
    "necessity": Rule(exposures=("facets",), evidence=(EvidenceLevel.OTHER_SOURCE,)),
}
# What only respondents rate, so that only colleagues may decide it, and only on loyalty.
RATED: tuple[Exposure, ...] = ("value_enhancement", "promise", "insight", "upper_tiers")
WITH_PARTS: tuple[Kind, ...] = ("facets", "necessity")  # kinds that name the statements they speak of
EXPOSURE_NEEDS: Mapping[Exposure, str] = {
    "study": "exposure",
    "count": "elements",
    "higher_count": "higher_elements",
    "individual_tier": "individual_elements",
    "table_stakes": "table_stakes",
    "effort": "effort",
    "value_enhancement": "value_enhancement",
    "promise": "promise",
    "insight": "insight_elements",
    "upper_tiers": "elements",
    "perceived_value": "perceived_value",
    "facets": "cocreation",
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
    metric: Metric = Field(
        description="ratio (1.6 = 60 % more, 0.8 = 20 % less), points (13, -10), trend (step by step), positive or negative"
    )
    size: Number | None = Field(None, description="the claimed figure of a ratio or of points")
    margin: Size | None = Field(None, description="with penalty_reward: the points within which a reward counts as none")
    through: Outcome | None = Field(None, description="with mediation: what the effect is said to pass through")
    facets: tuple[str, ...] = Field((), description="facets of co-creation; empty = all seven predictors")
    needs: tuple[str, ...] = Field((), description="what a study must map for this reading, as keys of needs()")

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Every outcome the claim speaks of, the leading one first."""
        return (self.outcome, *self.and_outcomes)

    @property
    def sets_groups(self) -> bool:
        """Whether the claim is about the difference of two groups: of a size, or in a direction."""
        return self.kind in ("contrast", "effort")

    @property
    def says_lower(self) -> bool:
        """Whether the claim says that the comparison group is lower: by points below zero, a ratio below one, or as a direction."""
        if self.size is None:
            return self.metric == "negative"
        return self.size < (1 if self.metric == "ratio" else 0)

    @model_validator(mode="after")
    def check_sense(self) -> Self:
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
    loyal = all(outcome in LOYALTY for outcome in reading.outcomes)
    if reading.exposure in RATED:
        return (EvidenceLevel.COLLEAGUE_RATED,) if loyal else ()
    if reading.exposure == "perceived_value":
        return (EvidenceLevel.OTHER_SOURCE,)
    return tuple(one for one in RULES[reading.kind].evidence if one != "peers" or reading.kind != "correlate" or loyal)


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
    largest = 200 if reading.outcome == "recommend" else 100
    if reading.metric in ("trend", "positive", "negative"):
        if reading.size is not None:
            yield f"The metric {reading.metric} claims a direction and has no size; for a figure choose ratio or points."
    elif reading.size is None:
        yield f"The metric {reading.metric} needs a size, such as {1.6 if reading.metric == 'ratio' else 13}."
    elif reading.metric == "ratio" and (reading.size == 1 or not 1 / LARGEST_RATIO <= reading.size <= LARGEST_RATIO):
        yield (
            f"A ratio lies between {1 / LARGEST_RATIO:g} and {LARGEST_RATIO:g} and is not 1 "
            f"(60 % more is written 1.60, 20 % less 0.80); this one is {reading.size:g}."
        )
    elif reading.metric == "points" and abs(reading.size) > largest:
        yield f"A difference of {reading.size:g} points is more than the scale of {reading.outcome} holds."
    elif reading.metric == "points" and reading.size == 0:
        yield "A difference of 0 points claims nothing; for a direction alone choose the metric positive or negative."


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
