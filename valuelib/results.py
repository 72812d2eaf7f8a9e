"""Results: frozen records that carry what a reader needs, show themselves, and go to frames, pictures and JSON and back.

Every number or sentence of a report comes from one of these. A short `repr` holds no answer, id or name; the rich display of a
notebook speaks the language of the study that the result was made from.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from inspect import Signature
from numbers import Integral, Real
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, Self, TypeVar, overload

from pydantic import Field, TypeAdapter

from valuelib.errors import ParameterError, ResultError
from valuelib.theory.claims import Claim, stand_in
from valuelib.theory.reading import EvidenceLevel

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["EvidenceLevel"]  # re-exported beside what is defined here


Verdict = Literal["supported", "consistent", "smaller", "rejected", "undecided", "not_testable"]
Why = Literal["precision", "design", "gate", "out_of_reach"]
RatioSet = Literal["bounded", "exclusive", "whole_line"]
Unit = Literal["points", "ratio", "score", "coefficient", "share", "count"]
Value = float | int | str | bool | None
# Cases of an undecided verdict that have a short name in results.json (`reason_code`); their texts are `reason.<case>`.
CASES = frozenset({"conflict", "weak_control", "dominant_account", "few_clusters", "out_of_reach"})
RAW, HALO_BAND = "raw", "halo_only_band"  # names of contrasts that have a property of their own


class Shown:
    """What every result can do: show itself in a notebook, and tell itself in a line."""

    __slots__ = ()
    __signature__ = Signature()  # nobody makes results by hand: help() opens with what they give, not with all their fields

    def __repr__(self) -> str:
        line = self._line()
        return line if len(line) < 200 else f"{line[:195]}...>"

    def _line(self) -> str:
        return f"<{type(self).__name__}>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        from valuelib.show.display import show  # on use: numbers need no words
        from valuelib.show.localizer import in_language

        with in_language(getattr(self, "language", None)):
            bundle: dict[str, Any] = show(self)._repr_mimebundle_(include, exclude)
        return bundle


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A sentence not yet said in any language: its code in the catalogue of `show` and the values it speaks of.

    The ending of a value's name tells how it is printed: `_pts` points, `_ratio` times, `_share` 0..1 as per cent, `_level` a level
    0..1 as per cent, `_score` 0..10 with one decimal, `_effect` a signed effect with two decimals, `_n` or
    `n` a count, `_key` a word that has its own translation, `_keys` several of them joined by commas, else text.
    """

    code: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Estimate(Shown):
    """One number that a report may show, with what a reader needs in order to trust it.

    `value` is None where the number cannot be had; `reason` then says why. Points run -100..100, shares 0..100 in points too.
    `name` is its place in results.json, `label` what it is called, in no language yet; `groups` says of whom it is, as columns of
    `study.answers` with a level each. `df` are the degrees of freedom of its t interval and `p_value` the two-sided one of no
    difference, where there are such. `language` is the study's. `exploratory` where a look at the data made it, `subset` of which
    part of the answers it is.

    Example:
        >>> import valuelib as vl
        >>> vl.estimate(vl.load_study("data/demo"), "nps")[0]
        <Estimate nps.all: 61.8 [57, 66.1] points, n=1200, 350 accounts>
    """

    name: str
    value: float | None
    unit: Unit
    n: int
    accounts: int
    ci_low: float | None = None
    ci_high: float | None = None
    level: float = 0.95
    se: float | None = None
    method: str = ""
    source: str = ""
    reason: Message | None = None
    label: Message | None = None
    groups: Mapping[str, str] = field(default_factory=dict)
    df: float | None = None
    p_value: float | None = None
    language: str | None = None
    exploratory: bool = False
    subset: str | None = None

    def __post_init__(self) -> None:
        if self.value is None and self.reason is None:
            raise ResultError(f"{self.name}: a number that cannot be had needs a reason.")
        check_interval(self.name, self.ci_low, self.ci_high)

    @property
    def interval(self) -> tuple[float | None, float | None]:
        """Lower and upper limit, or None twice."""
        return self.ci_low, self.ci_high

    def to_frame(self) -> pd.DataFrame:
        """One row with the columns of `Estimates.to_frame`."""
        return self._alone().to_frame()

    def plot(self, ax: Axes | None = None) -> Axes:
        """Dot and interval on matplotlib axes."""
        return self._alone().plot(ax)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; numbers stay unrounded."""
        return to_json(self)

    def _line(self) -> str:
        mark = self._alone()._mark()
        if self.value is None:
            return f"<Estimate {self.name}: none ({self.reason.code if self.reason else ''}){mark}>"
        figure = f"{_short(self.value)}{_limits(self.interval)} {self.unit}"
        return f"<Estimate {self.name}: {figure}, n={self.n}, {self.accounts} accounts{mark}>"

    def _alone(self) -> Estimates:
        return Estimates(items=(self,), language=self.language, exploratory=self.exploratory, subset=self.subset)


Item = TypeVar("Item", "Estimate", "Finding")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Results(Shown, Sequence[Item]):
    """An immutable sequence of results of one kind: for which topic, in which language, of which subset of a study."""

    items: tuple[Item, ...]
    topic: str = ""
    language: str | None = None
    subset: str | None = None

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)

    @overload
    def __getitem__(self, place: int | str) -> Item: ...
    @overload
    def __getitem__(self, place: slice) -> Self: ...
    def __getitem__(self, place: int | str | slice) -> Item | Self:
        """By place, by name (an estimate's name, a claim's id), or several by a slice."""
        if isinstance(place, slice):
            return replace(self, items=self.items[place])
        if isinstance(place, int):
            return self.items[place]
        found = next((one for one in self.items if _name_of(one) == place), None)
        if found is None:
            names = ", ".join(_name_of(one) for one in self.items[:8])
            raise ParameterError(f"There is no result {place!r} here. Expected one of: {names}{' ...' if len(self) > 8 else ''}.")
        return found

    def to_json(self) -> list[dict[str, Any]]:
        """Each result as plain JSON values."""
        return [to_json(one) for one in self.items]

    def _line(self) -> str:
        names = ", ".join(_name_of(one) for one in self.items[:4])
        about = f" of {self.topic}" if self.topic else ""
        kind = "findings" if isinstance(self, Findings) else "estimates"
        return f"<{len(self)} {kind}{about}: {names}{', ...' if len(self) > 4 else ''}{self._mark()}>"

    def _mark(self) -> str:
        return "" if self.subset is None else f"; exploratory: {self.subset}"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Estimates(Results["Estimate"]):
    """Estimates that belong together, such as those of a chapter; `exploratory` where a look at the data made them.

    >>> from valuelib.results import Estimate, Estimates
    >>> nps = Estimate(name="nps.all", value=31.2, ci_low=24.0, ci_high=38.1, unit="points", n=412, accounts=120)
    >>> Estimates(items=(nps,))["nps.all"].interval
    (24.0, 38.1)

    `notes` are what a reader must know of all of them.
    """

    exploratory: bool = False
    notes: tuple[Message, ...] = ()

    def __post_init__(self) -> None:
        if self.exploratory:  # each of them says so, also when it is taken out
            marked = (replace(one, exploratory=True, subset=one.subset or self.subset) for one in self.items)
            object.__setattr__(self, "items", tuple(marked))

    def where(self, *codes: str, **values: Value) -> Self:
        """Those whose label has one of these codes (any, where none is given) and speaks of all these values.

        >>> import valuelib as vl
        >>> vl.reliability(vl.load_study("data/demo")).where("label.htmt.tier", tier_key="functional", other_key="individual")
        <1 estimates of reliability: htmt.functional.individual>
        """
        return replace(self, items=pick(self.items, *codes, **values))

    def to_frame(self) -> pd.DataFrame:
        """One row an estimate, in tidy long form.

        Returns:
            Columns `term` (its name), `label` (in words), of whom or of what it is (such as `industry` or `tier`), `estimate`,
            `std_error`, `df`, `conf_low`, `conf_high`, `p_value` where there is one, `n`, `n_clusters`, `unit`.
        """
        from valuelib.show.frames import estimates_frame

        return estimates_frame(self)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Dots and intervals, one row an estimate in the unit of the first, on matplotlib axes (new ones where none are given)."""
        from valuelib.show.frames import plot_estimates

        return plot_estimates(self, ax)

    def _mark(self) -> str:
        return Results._mark(self) or ("; exploratory" if self.exploratory else "")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Crosstab(Estimates):
    """Shares of each level of a column (`columns`) within each level of another one (`rows`), in per cent.

    `row_words` and `column_words` are the levels in order, each with its word in the study's language.
    """

    rows: str
    columns: str
    row_words: Mapping[str, str]
    column_words: Mapping[str, str]

    def _line(self) -> str:
        return f"<Crosstab of {self.rows} by {self.columns}: {len(self)} shares{self._mark()}>"


def pick(estimates: Iterable[Estimate], /, *codes: str, **values: Value) -> tuple[Estimate, ...]:
    """Those of any estimates whose label has one of these codes and speaks of all these values, as `Estimates.where`."""
    return tuple(
        one
        for one in estimates
        if one.label is not None
        and (not codes or one.label.code in codes)
        and all(one.label.values.get(key) == value for key, value in values.items())
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One side of a contrast: NPS or share in points, mean score or fitted value; `value` None where the group is empty."""

    n: int
    accounts: int
    value: float | None
    se: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None

    def __repr__(self) -> str:
        figure = "none" if self.value is None else f"{_short(self.value)}{_limits((self.ci_low, self.ci_high))}"
        return f"<Group {figure}, n={self.n}, {self.accounts} accounts>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Comparison minus baseline in points, its interval, and the three one-sided tests of the claim.

    `p_no_lift` tests H0 lift <= 0, `p_below_claim` H0 lift >= claim, `p_above_claim` H0 lift <= claim, lifts counted in the claimed
    direction; of a ratio claim the tests are those of the contrast comparison - r * baseline. `ci_*_adjusted` hold simultaneously
    over the confirmatory claims.
    `se` is the CR2 one, `se_linearised` the plain Taylor linearisation, for reference only.
    """

    value: float
    se: float
    df: float
    ci_low: float
    ci_high: float
    se_linearised: float | None = None
    p_no_lift: float | None = None
    p_below_claim: float | None = None
    p_above_claim: float | None = None
    ci_low_adjusted: float | None = None
    ci_high_adjusted: float | None = None

    def __post_init__(self) -> None:
        check_interval("lift in points", self.ci_low, self.ci_high)

    @property
    def interval(self) -> tuple[float, float]:
        """The limits to show: those that hold for all confirmatory claims together where there are such, as verdicts do."""
        if self.ci_low_adjusted is not None and self.ci_high_adjusted is not None:
            return self.ci_low_adjusted, self.ci_high_adjusted
        return self.ci_low, self.ci_high

    def __repr__(self) -> str:
        return f"<Difference {_short(self.value)}{_limits(self.interval)}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """Comparison over baseline (1.5 = 50 % more). Value and limits are None while the gate is closed; `set` is always told.

    `ci_low`, `ci_high` with `set` exclusive would be the two roots outside which the ratio lies; they are shown in `roots`.
    """

    value: float | None
    ci_low: float | None
    ci_high: float | None
    set: RatioSet
    ci_low_adjusted: float | None = None
    ci_high_adjusted: float | None = None
    roots: tuple[float, float] | None = None

    @property
    def interval(self) -> tuple[float | None, float | None]:
        """The limits to show, chosen as those of a difference; None twice where the ratio is not defined."""
        if self.ci_low_adjusted is not None and self.ci_high_adjusted is not None:
            return self.ci_low_adjusted, self.ci_high_adjusted
        return self.ci_low, self.ci_high

    def __repr__(self) -> str:
        return f"<Ratio {'none' if self.value is None else _short(self.value)}{_limits(self.interval)}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareOfClaim:
    """A lift as a share of the claimed one: 1 is the claim in full, 0.5 half of it, and below zero the other way.

    `chance_full` and `chance_half`: probability that the true lift is at least the claim, or half of it, by the t distribution of
    the estimate with a flat prior, which is no knowledge beforehand.
    """

    value: float
    ci_low: float
    ci_high: float
    chance_full: float
    chance_half: float

    def __post_init__(self) -> None:
        check_interval("share of the claim", self.ci_low, self.ci_high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """Comparison against baseline, in one way of asking: the raw one, the deciding one, the total that a verdict takes beside it, a
    reference or a sensitivity check.

    `note` says why there is no figure, or what must be known of it, such as another unit. `clusters` counts the accounts of both
    groups, each once: an account may stand in both. JSON calls the difference `lift_points` and the ratio `lift_ratio`.
    """

    name: str
    role: Literal["deciding", "total", "sensitivity", "reference"]
    comparison: Group | None = None
    baseline: Group | None = None
    difference: Annotated[Difference | None, Field(alias="lift_points")] = None
    ratio: Annotated[Ratio | None, Field(alias="lift_ratio")] = None
    method: str = ""
    note: Message | None = None
    clusters: int | None = None

    def __repr__(self) -> str:
        return f"<Contrast {self.name}: {self.difference if self.note is None or self.difference is not None else self.note.code}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """Answers with the outcome that lack the ratings to adjust for, by group; a figure of few of them is withheld."""

    comparison: Group
    baseline: Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Why the total and the net figure differ: what the groups give the basics, and who dropped out for want of ratings.

    Attributes:
        basics_difference: comparison minus baseline of the control's own lower-tier mean, points of 0-10.
        slope: outcome points for each point of that mean, at the same offering.
        moved: points by which adjusting moved the figure on the same answers; with one control it is the product of both.
        left: points of better (or worse) basics that the error of the ratings may have left in the net figure: moved times
            (1 - reliability) / reliability.
        gap: total minus net, points, with the joint standard error of both.
        dropped: answers that the total counts and the net figure lacks.
    """

    basics_difference: Difference
    slope: float
    moved: float
    left: float
    gap: Difference
    dropped: Dropped


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimShares:
    """The share of the claim by the total and by the net figure."""

    total: ShareOfClaim | None = None
    net: ShareOfClaim | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """What something unmeasured would do, if it were as strong as one control that was held equal.

    `exposure_share`, `outcome_share`: share of what is left of exposure and outcome that it would explain, 0..1; `left_pts`: the
    lift that would then be left.
    """

    name: str
    exposure_share: float
    outcome_share: float
    left_pts: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Robustness:
    """How strong something unmeasured would have to be to overturn the deciding lift.

    `value_share`: share of what is left of both exposure and outcome that it must explain to bring the lift to zero, 0..1;
    `limit_share`: the same for the near end of the interval, 0 where that reaches zero already. `e_value`: the risk ratio it must
    have with both; `e_value_limit` for the near end.
    """

    value_share: float
    limit_share: float
    e_value: float | None = None
    e_value_limit: float | None = None
    hidden: tuple[Hidden, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One level of a dose: its group, and the change from the level before it."""

    label: str
    group: Group
    change: Difference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a claim about a direction, with its own figure; a claim of several parts holds only if each does.

    `side` is the side of zero that the claim names, and `lift.p_no_lift` the one-sided p value of the other side. `holds`: *shown*
    on the claimed side, *opposite* on the other one, else *open*. `detectable`: the size that would show in four studies of
    five; `accounts_needed`: accounts like these that would show it, were the true size what is seen now. `unit_key` names the
    unit of the effect (`show.words`).
    """

    name: str
    lift: Difference
    unit_key: str
    n: int
    accounts: int
    side: Literal["above", "below"] = "above"
    holds: Literal["shown", "opposite", "open"] = "open"
    detectable: float | None = None
    accounts_needed: int | None = None
    method: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Finding(Shown):
    """One assessed claim: evidence first, verdict last.

    `raw` is the contrast of the claim's own reading with nothing adjusted for; the others stand in `contrasts`, and `decided_by`
    names the net one, adjusted for lower-tier ratings, whose figures `difference` and `ratio` are. `total` is the contrast of the
    same groups on everybody with the outcome, nothing rated adjusted for: a lift is shown, and a claimed size excluded, only by
    both, and `link` says why they differ. `interval_level` is the level of the interval that is shown, above `level` where it was
    widened to hold for several claims under test. `outcome_kind` tells how repurchase was measured, by which it is called. A claim
    about directions has its figures in `parts` instead, and `decided_by` then names the exposure that they rest on.

    >>> import valuelib as vl
    >>> finding = vl.assess(vl.load_study("data/demo", language="en"), "nps_60")
    >>> finding.verdict, finding.reason_code, finding.evidence_level.name
    ('smaller', 'reason.smaller.ratio', 'SWITCHED')
    """

    claim: Claim
    confirmatory: bool
    verdict: Verdict
    reason: Message
    undecided_why: Why | None = None
    opposite: bool = False
    evidence_level: Annotated[EvidenceLevel | None, Field(alias="rung")] = None
    later: bool = False
    decided_by: str | None = None
    exposure: str | None = None
    outcome: str | None = None
    outcome_kind: str | None = None
    metric: Literal["ratio", "points", "trend", "positive", "negative"] | None = None
    size: float | None = None
    level: float = 0.95
    interval_level: float | None = None
    raw: Contrast | None = None
    total: Contrast | None = None
    link: Link | None = None
    claim_share: ClaimShares | None = None
    contrasts: Annotated[tuple[Contrast, ...], Field(alias="controls")] = ()
    steps: tuple[Step, ...] = ()
    parts: tuple[Part, ...] = ()
    detectable_points: float | None = None
    respondents_needed: int | None = None
    robustness: Robustness | None = None
    warnings: tuple[Message, ...] = ()
    language: str | None = None
    subset: str | None = None

    def __post_init__(self) -> None:
        if (self.verdict == "undecided") != (self.undecided_why is not None):
            raise ResultError(f"{self.claim.id}: an undecided verdict says why, and no other does.")

    @property
    def deciding(self) -> Contrast | None:
        """The contrast whose interval gave the verdict, or None where the raw one stands alone."""
        return next((contrast for contrast in self.contrasts if contrast.name == self.decided_by), None)

    @property
    def difference(self) -> Difference | None:
        """Comparison minus baseline of the deciding contrast, in the outcome's units; of the raw one where that stands alone."""
        found = self.deciding or self.raw
        return found.difference if found is not None else None

    @property
    def ratio(self) -> Ratio | None:
        """Comparison over baseline of the deciding contrast; of the raw one where that stands alone."""
        found = self.deciding or self.raw
        return found.ratio if found is not None else None

    @property
    def reason_code(self) -> str:
        """The case that the reason speaks of: one of `CASES`, such as `conflict`, or the code of the reason's text."""
        case = self.reason.code.removeprefix("reason.").removesuffix(".left")
        return case if case in CASES else self.reason.code

    @property
    def halo_band(self) -> Contrast | None:
        """What a mere liking of the provider would show in the raw contrast of this file, with no element doing anything."""
        return self._named(HALO_BAND)

    @property
    def sentence(self) -> str:
        """The finding in one plain sentence, in the study's language; an exploratory one says so, and of which subset it is."""
        from valuelib.show.frames import say_exploratory
        from valuelib.show.localizer import in_language
        from valuelib.show.sentences import say_finding

        with in_language(self.language):
            return f"{say_exploratory(self)}: {say_finding(self)}" if not self.confirmatory else say_finding(self)

    @property
    def figures(self) -> Mapping[str, Figure | None]:
        """Pictures by name: `claim`; None where the claim could not be tested."""
        from valuelib.show.by_name import figures_of

        return figures_of(self)

    @property
    def tables(self) -> Mapping[str, Table | None]:
        """Tables by name: `groups`, `steps`, `levels`, `penalty_reward`; None where the claim has none."""
        from valuelib.show.by_name import tables_of

        return tables_of(self)

    def to_frame(self) -> pd.DataFrame:
        """One row a contrast (or part of a claim about directions), the deciding one marked.

        Returns:
            Columns `claim, term, label, role, decides, estimate, std_error, df, conf_low, conf_high, p_value, ratio, ratio_low,
            ratio_high, n, n_clusters, unit`; `label` says the term in words, limits are those that the verdict was read from,
            `p_value` is one-sided: of no lift (that of `compare` is two-sided). `attrs` says where all of it is exploratory, and
            of which subset.
        """
        from valuelib.show.frames import findings_frame

        return findings_frame([self])

    def plot(self, ax: Axes | None = None) -> Axes:
        """The contrasts as dots with intervals, with the line of no effect and that of the claim, on matplotlib axes."""
        from valuelib.show.frames import plot_finding

        return plot_finding(self, ax)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, with the keys of results.json; numbers stay unrounded."""
        return to_json(self)

    def _named(self, name: str) -> Contrast | None:
        return next((contrast for contrast in self.contrasts if contrast.name == name), None)

    def _line(self) -> str:
        level = "" if self.evidence_level is None else f" by {self.evidence_level.name.lower()}"
        figure = (
            "" if self.difference is None else f", difference {_short(self.difference.value)}{_limits(self.difference.interval)}"
        )
        mark = "" if self.confirmatory else f", exploratory{'' if self.subset is None else f': {self.subset}'}"
        return f"<Finding {self.claim.id}: {self.verdict}{level}{figure}{mark}>"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Findings(Results["Finding"]):
    """Assessed claims, those under test first."""

    @property
    def confirmatory(self) -> Findings:
        """The claims that were under test before the answers were seen."""
        return replace(self, items=tuple(one for one in self if one.confirmatory))

    @property
    def exploratory(self) -> Findings:
        """The other claims that could be tested."""
        return replace(self, items=tuple(one for one in self if not one.confirmatory and one.verdict != "not_testable"))

    @property
    def untested(self) -> Findings:
        """The claims that this study cannot test."""
        return replace(self, items=tuple(one for one in self if one.verdict == "not_testable"))

    @property
    def figures(self) -> Mapping[str, Figure | None]:
        """Pictures by name: `scoreboard`."""
        from valuelib.show.by_name import figures_of_all

        return figures_of_all(self)

    @property
    def tables(self) -> Mapping[str, Table | None]:
        """Tables by name: `rule`, `untestable`, `partnership`."""
        from valuelib.show.by_name import tables_of_all

        return tables_of_all(self)

    @property
    def sentences(self) -> Mapping[str, str | None]:
        """How the verdicts fell: `summary`, `others`, `untested`."""
        from valuelib.show.by_name import sentences_of_all

        return sentences_of_all(self)

    def to_frame(self) -> pd.DataFrame:
        """One row a contrast of each claim, with the columns of `Finding.to_frame`."""
        from valuelib.show.frames import findings_frame

        return findings_frame(self)

    def plot(self, ax: Axes | None = None) -> Axes:
        """The deciding difference of each claim as a dot with its interval, on matplotlib axes."""
        from valuelib.show.frames import plot_findings

        return plot_findings(self, ax)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One row of marks of a chart: a value for each category (None: nothing to show), and its interval where there is one."""

    name: str
    values: tuple[float | None, ...]
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A place on a chart's scale that its values are read against: a line with its name, or a band that goes on `until`.

    `upright` is False for a line across the chart of a kind *points*.
    """

    value: float
    label: str = ""
    until: float | None = None
    dashed: bool = False
    upright: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What a picture plots, as plain numbers, so that a slide or a workbook can hold a chart that its reader may edit.

    `kind`: *dots* with intervals and *bars* have a category a row; *columns* and *lines* have them along the bottom; *points* lie
    by their first series across and by the others upwards. `strong` are the numbers of the categories that matter most: the row
    that gives a verdict, the points that are named. `signed` values are differences; those of two series that are `joined` stand
    on one row. `limits` are the ends of the scale where they are no matter of the values.
    """

    kind: Literal["dots", "bars", "columns", "lines", "points"]
    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    axis: str = ""
    decimals: int = 1
    marks: tuple[Mark, ...] = ()
    strong: tuple[int, ...] = ()
    signed: bool = False
    joined: bool = False
    limits: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        for one in self.series:
            if any(len(part) not in (0, len(self.categories)) for part in (one.values, one.low, one.high)):
                raise ResultError(f"{self.title}, {one.name}: expected {len(self.categories)} values.")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Figure(Shown):
    """A picture as SVG text, with alt text that states the finding rather than the kind of chart.

    `title` is the sentence that is printed above it; `charts` what it plots as numbers, where it is a chart.
    """

    name: str
    svg: str
    alt: str
    caption: str
    charts: tuple[Chart, ...] = ()
    title: str = ""

    def _line(self) -> str:
        return f"<Figure {self.name}>"


Kind = Literal["text", "count", "number", "percent", "points", "ratio", "effect", "interval", "p"]
PartOfCell = Literal["value", "conf_low", "conf_high", "n", "of", "note"]
DECIMALS: Mapping[Kind, int] = {
    "text": 0,
    "count": 0,
    "number": 1,
    "percent": 0,
    "points": 1,
    "ratio": 2,
    "effect": 2,
    "interval": 1,
    "p": 3,
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, what its cells are, and how many decimals they are shown with (None: as the kind has).

    Kinds: *points* and *effect* are shown with their sign, *percent* holds shares 0..1, *interval* has limits and no value.
    """

    label: str
    kind: Kind = "text"
    decimals: int | None = None

    def form_of(self, cell: Cell) -> tuple[Kind, int]:
        """The kind and the decimals of a cell: its own, else the column's, else those of the kind."""
        kind = cell.kind or self.kind
        decimals = self.decimals if cell.decimals is None and kind == self.kind else cell.decimals
        return kind, DECIMALS[kind] if decimals is None else decimals


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: a number with what belongs to it, or words, which may stand in a column of numbers too.

    `value` None means that there is none. `low`, `high` are the ends of its interval, `n` the answers behind it, `of` the number of
    which it counts a part ("3 of 4"). `kind` and `decimals` where they are not the column's. `words` is the code of a text that the
    printed figure stands in, as `%(value)s` and `%(of)s`.

    Raises:
        ResultError: a number is not finite, or an interval lacks an end or is upside down.
    """

    value: float | int | str | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    of: int | None = None
    kind: Kind | None = None
    decimals: int | None = None
    words: str = ""

    def __post_init__(self) -> None:
        for name in ("value", "low", "high", "n", "of"):
            held = getattr(self, name)
            if isinstance(held, Real):
                if not math.isfinite(held):
                    raise ResultError(f"A cell holds {name} = {held}; expected a finite number, or None where there is none.")
                object.__setattr__(self, name, int(held) if isinstance(held, Integral) else float(held))
        check_interval("a cell", self.low, self.high)

    @property
    def number(self) -> float | int | None:
        """The value where it is a number."""
        return None if isinstance(self.value, str) else self.value


class PlainColumn(NamedTuple):
    """One part of the cells of a column: a column of a data frame or of a workbook, every cell with nothing but a value."""

    part: PartOfCell
    column: Column
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Table(Shown):
    """A table: typed columns and cells, words already in the reader's language; the first column names the row.

    Numbers stay numbers here; whoever shows the table makes text of them (`show.tables`).

    Raises:
        ResultError: a row has too few or too many cells, or a number stands in a column of text.

    Example:
        >>> columns, rows = (Column("Group"), Column("NPS", "number")), ((Cell("All"), Cell(31.2, low=24.0, high=38.4)),)
        >>> list(Table(name="nps", caption="NPS", columns=columns, rows=rows).to_frame())
        ['Group', 'NPS', 'conf_low', 'conf_high']
    """

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    language: str = ""

    def __post_init__(self) -> None:
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise ResultError(f"{self.name}, row {number}: expected {len(self.columns)} cells, one a column; got {len(row)}.")
            for column, cell in zip(self.columns, row, strict=True):
                if column.form_of(cell)[0] == "text" and (cell.number is not None or cell.low is not None):
                    raise ResultError(f"{self.name}, row {number}, {column.label}: a number in a column of text; give a kind.")

    def __repr__(self) -> str:
        return f"Table({self.name!r}, {len(self.rows)} rows x {len(self.columns)} columns)"

    def split(self) -> Iterator[PlainColumn]:
        """The table with one thing a cell: limits, counts and words among numbers get columns of their own, after their value's."""
        for place, column in enumerate(self.columns):
            cells = tuple(row[place] for row in self.rows)
            if column.kind == "text" and all(cell.number is None for cell in cells):
                yield PlainColumn("value", column, cells)
                continue
            parts = list(_parts(column, cells))
            filled = [one for one in parts if any(cell.value is not None for cell in one.cells)]
            yield from filled or parts[:1]

    def to_frame(self) -> pd.DataFrame:
        """The table as a data frame: a column of numbers is numeric, NaN where a cell has none.

        What belongs to a value stands beside it: `conf_low`, `conf_high`, `n` (answers behind it), `of` (what it is a part of) and
        `note` (words that stand instead of a number), with the column's heading in brackets where several columns have them.
        Shares are 0..1.
        """
        import pandas as pd

        plain = list(self.split())
        times = Counter(one.part for one in plain)
        held: dict[str, Any] = {}
        for part, column, cells in plain:
            name = column.label if part == "value" else part if times[part] == 1 else f"{part} ({column.label})"
            while name in held:
                name += "'"
            values = [cell.value for cell in cells]
            text = part == "note" or column.kind == "text"
            whole = not text and all(isinstance(value, int) for value in values)
            held[name] = pd.Series(values, dtype=object if text else int if whole else float)
        return pd.DataFrame(held)


def _parts(column: Column, cells: Sequence[Cell]) -> Iterator[PlainColumn]:
    forms = [column.form_of(cell) for cell in cells]
    pairs = list(zip(cells, forms, strict=True))
    yield PlainColumn("value", column, tuple(Cell(cell.number, kind=kind, decimals=digits) for cell, (kind, digits) in pairs))
    limit_forms: list[tuple[Kind, int]] = [("percent" if kind == "percent" else "number", digits) for kind, digits in forms]
    ends: dict[PartOfCell, list[float | None]] = {"conf_low": [one.low for one in cells], "conf_high": [one.high for one in cells]}
    for part, limits in ends.items():
        held = (Cell(limit, kind=kind, decimals=digits) for limit, (kind, digits) in zip(limits, limit_forms, strict=True))
        yield PlainColumn(part, Column(column.label, "number"), tuple(held))
    yield PlainColumn("n", Column(column.label, "count"), tuple(Cell(cell.n) for cell in cells))
    yield PlainColumn("of", Column(column.label, "count"), tuple(Cell(cell.of) for cell in cells))
    words = tuple(Cell(cell.value if isinstance(cell.value, str) and cell.value else None) for cell in cells)
    yield PlainColumn("note", Column(column.label), words)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Explored(Estimates):
    """What a question to a study gives: estimates, and by name what can be shown of them.

    Attributes:
        figures, tables: pictures and tables; None where this study has no data for one of them.
        sentences: what the figures say; None likewise.
        passages: titled lists of sentences, such as quotes.
        parts: some of the estimates, with the table that shows them.
        shown_as: which of the tables shows these estimates; empty for a plain one.
        of: what was looked at: a finding or a curve of specifications, with a `to_frame()` of its own; of a pool the content of
            each results.json; or None.
        missing: one sentence on what the study lacks for this question; empty where it has an answer.
    """

    figures: Mapping[str, Figure | None] = field(default_factory=dict)
    tables: Mapping[str, Table | None] = field(default_factory=dict)
    sentences: Mapping[str, str | None] = field(default_factory=dict)
    passages: Mapping[str, Any] = field(default_factory=dict)
    parts: Mapping[str, Explored | None] = field(default_factory=dict)
    shown_as: str = ""
    missing: str = ""
    of: Any = None

    def to_frame(self) -> pd.DataFrame:
        """One row an estimate, with the columns of `Estimates.to_frame`; the frame of the finding where one was looked at."""
        return self.of.to_frame() if isinstance(self.of, Finding) else Estimates.to_frame(self)

    def plot(self, ax: Axes | None = None) -> Axes:
        """The estimates, or the finding that was looked at, as dots with intervals on matplotlib axes."""
        return self.of.plot(ax) if isinstance(self.of, Finding) else Estimates.plot(self, ax)


Record = Estimate | Finding | Figure | Table
KINDS: Mapping[str, type[Any]] = {"estimate": Estimate, "finding": Finding, "figure": Figure, "table": Table}
# Keys that go with a record and have no place in results.json.
BESIDE = ("label", "groups", "df", "p_value", "language", "exploratory", "subset", "definition", "clusters", "outcome_kind")
RAW_FIGURES = ("comparison", "baseline", "lift_points", "lift_ratio", "clusters")  # of a finding's JSON, at its top level


def to_json(record: Record, *, lean: bool = False) -> dict[str, Any]:
    """A record as plain JSON values; numbers stay unrounded, and cells of a table hold only what they have.

    A finding has the raw contrast's figures at its top level, its claim by id, and the whole claim under `definition` where the
    register does not hold it.

    Args:
        record: to write.
        lean: leave out what `from_json` fills in by itself.
    """
    dumped: dict[str, Any] = adapter(type(record).__name__.lower()).dump_python(
        record, mode="json", by_alias=True, exclude_defaults=lean or isinstance(record, Table)
    )
    for mark in ("exploratory", "subset", "outcome_kind"):  # only where there is something to tell
        if not dumped.get(mark, True):
            del dumped[mark]
    if not isinstance(record, Finding):
        return dumped
    raw, defined = dumped.pop("raw", None) or {}, dumped.pop("claim")
    figures = {name: raw.get(name) for name in RAW_FIGURES if name in raw or not lean}
    flat: dict[str, Any] = {"claim": record.claim.id}
    for key, value in dumped.items():
        if key == "controls":
            flat |= figures
        flat[key] = value
    known = record.claim == stand_in(record.claim.id, record.outcome, record.metric, record.size)
    return {**flat, **figures, **({} if known else {"definition": defined})}


def from_json(kind: str, data: Mapping[str, Any]) -> Record:
    """The record that `to_json` wrote, checked again.

    Raises:
        ResultError: the kind is unknown.
    """
    if kind not in KINDS:
        raise ResultError(f"Unknown kind of result {kind!r}; expected one of {', '.join(KINDS)}.")
    values = dict(data)
    if kind == "finding":
        figures = {name: values.pop(name, None) for name in RAW_FIGURES}
        role = "reference" if values.get("decided_by") and not values.get("parts") else "deciding"
        values["raw"] = {"name": RAW, "role": role, **figures} if any(figures.values()) else None
        defined = values.pop("definition", None)
        about = (values.get("outcome"), values.get("metric"), values.get("size"))
        values["claim"] = stand_in(values["claim"], *about) if defined is None else adapter("claim").validate_python(defined)
    record: Record = adapter(kind).validate_python(values)
    return record


def _name_of(result: Estimate | Finding) -> str:
    return result.claim.id if isinstance(result, Finding) else result.name


def _short(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


def _limits(interval: tuple[float | None, float | None]) -> str:
    low, high = interval
    return "" if low is None or high is None else f" [{_short(low)}, {_short(high)}]"


@cache
def adapter(kind: str) -> TypeAdapter[Any]:
    """What reads and writes records of a kind; built once, which takes longer than reading all the records of a chapter."""
    return TypeAdapter({**KINDS, "claim": Claim, "contrast": Contrast}[kind])


def check_interval(name: str, low: float | None, high: float | None) -> None:
    """Refuse an interval with one end missing, undefined, or upside down."""
    if (low is None) != (high is None):
        raise ResultError(f"{name}: an interval has two ends or none.")
    if low is not None and high is not None and not (math.isfinite(low) and math.isfinite(high) and low <= high):
        raise ResultError(f"{name}: interval {low}..{high} is upside down or undefined.")
