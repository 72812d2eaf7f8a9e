"""What a client edition says of the claims: each contrast told once, in a sentence that goes no further than its evidence.

The rules stand in docs/explanation/edition.md. A title says that something is higher or lower only where a difference was shown;
else that it was not, or what the data lack. The claims follow behind, each with the word of its verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from valuelib.explore.recommend import Recommendation
from valuelib.results import Difference, EvidenceLevel, Finding
from valuelib.show import labels
from valuelib.show.canvas import VERDICT_LOOKS
from valuelib.show.localizer import local
from valuelib.show.sentences import PER_STEP, look_of, say_detectable, say_finding, say_headline, say_outcome, say_verdict, say_why
from valuelib.study.model import Study
from valuelib.theory.claims import Claim
from valuelib.verdict.offerings import SIDES, list_offerings

Shape = Literal["higher", "lower", "open", "unsettled", "ratings", "parts", "other", "untested"]
SHOWN = ("supported", "consistent", "smaller")
MOST_NAMES, LONGEST_NAMES = (
    3,
    40,
)  # offerings that a title can bear, and their letters
FINE = 2.0  # below this a difference is told with a decimal
GRADES: dict[EvidenceLevel | None, int] = {
    EvidenceLevel.ASSIGNED: 3,
    EvidenceLevel.SWITCHED: 3,
    EvidenceLevel.PURCHASE_RECORD: 3,
    EvidenceLevel.OTHER_SOURCE: 2,
    EvidenceLevel.COLLEAGUE_RATED: 2,
    EvidenceLevel.DIRECTION: 1,
    EvidenceLevel.DESCRIPTIVE: 1,
}
MOST_ACTIONS, MOST_NUMBERS = 3, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A figure that is drawn large: a difference with its interval, and the marks that it is read against, all in its own unit.

    `claimed` are the sizes of its claims in points, `claimed_as` what stands at their marks, `raw` what a comparison of own ratings
    would show; `groups` are the figures of the comparison and the baseline behind it.
    """

    outcome: str
    value: float
    low: float
    high: float
    unit: str
    claimed: tuple[float, ...] = ()
    claimed_as: tuple[str, ...] = ()
    raw: float | None = None
    groups: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The claims that one contrast answers, told together.

    `title` is the finding, `sentences` the same with its figures, `claims` a line for each claim with its verdict, `say` what
    may be said in front of others (empty where nothing may), `avoid` each claim that may not be said with what to say instead.
    """

    findings: tuple[Finding, ...]
    shape: Shape
    title: str
    sentences: tuple[str, ...]
    claims: tuple[str, ...]
    say: tuple[str, ...] = ()
    avoid: tuple[tuple[str, str], ...] = ()
    number: Number | None = None

    @property
    def lead(self) -> Finding:
        """The finding whose contrast the story tells: that in points where there are several."""
        return self.findings[0]

    @property
    def grade(self) -> int:
        """How strong the evidence is, of three: 3 a design or what was bought, 2 another's ratings, 1 own ratings, 0 none."""
        return GRADES.get(self.lead.evidence_level, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing to do: what, by whom, when, and how sure it is."""

    what: str
    who: str
    when: str
    sure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """A claim on the board of all claims: its words, verdict as word, sign and colour, its one figure, its evidence of three."""

    finding: Finding
    statement: str
    verdict: str
    sign: str
    colour: str
    figure: str
    grade: int


def tell_stories(findings: Sequence[Finding], study: Study) -> tuple[Story, ...]:
    """Every finding in one story: those about one contrast and outcome together, claims under test first."""
    groups: dict[object, list[Finding]] = {}
    for finding in sorted(findings, key=lambda one: not one.confirmatory):
        reading = finding.claim.reading
        same = (reading.kind, reading.exposure, reading.comparison, reading.baseline, finding.outcome, finding.confirmatory)
        groups.setdefault(same if reading.sets_groups and finding.raw is not None else finding.claim.id, []).append(finding)
    return tuple(_tell(sorted(group, key=lambda one: one.metric == "ratio"), study) for group in groups.values())


def shape_of(findings: Sequence[Finding]) -> Shape:
    """What kind of sentence the findings of one contrast allow."""
    lead = findings[0]
    if all(one.verdict == "not_testable" for one in findings):
        return "untested"
    if lead.parts:
        return "parts"
    deciding = labels.deciding_of(lead)
    if deciding.difference is None:
        return "untested"
    if not labels.is_decided(lead) or lead.evidence_level in (EvidenceLevel.DIRECTION, EvidenceLevel.DESCRIPTIVE):
        # Groups by what was bought are no ratings: something else, such as a control that is too weak, leaves them open.
        return "unsettled" if lead.exposure == "offering" and lead.claim.reading.sets_groups else "ratings"
    if deciding.comparison is None or deciding.baseline is None:
        return "other"
    side = side_shown(findings)
    return "open" if side == 0 else "higher" if side > 0 else "lower"


def side_shown(findings: Iterable[Finding]) -> Literal[-1, 0, 1]:
    """On which side of no difference the findings of one contrast show one: 1 above, -1 below, 0 where none is shown.

    Readings of one contrast share its interval, so that one which is open for a reason of its own (its ratio is not defined, its
    size is out of reach) takes nothing from another that shows the difference.
    """
    sides = {_side_of(one) for one in findings} - {0}
    return 0 if len(sides) != 1 else 1 if 1 in sides else -1


def _side_of(finding: Finding) -> Literal[-1, 0, 1]:
    lift = labels.deciding_of(finding).difference
    if lift is None:
        return 0
    if finding.verdict in SHOWN or (finding.verdict == "rejected" and finding.opposite):
        return 1 if lift.value > 0 else -1
    # These are open on the size alone: both figures must still exclude no difference on one side.
    if finding.reason_code == "conflict" or finding.undecided_why in ("gate", "out_of_reach"):
        total = finding.total.difference if finding.total is not None and labels.decides(finding.total, finding) else None
        limits = [one.interval for one in (lift, total) if one is not None]
        if all(low is not None and low > 0 for low, _ in limits):
            return 1
        if all(high is not None and high < 0 for _, high in limits):
            return -1
    return 0


def name_groups(claim: Claim, study: Study, *, bought: bool = True) -> tuple[str, str]:
    """Both groups as they stand in a sentence: by their offerings where these were compared and are few, else by their kind."""
    if claim.reading.kind != "contrast" or claim.reading.exposure != "study" or not bought:
        return labels.say_among(claim)
    sides = {side: [one.name for one in list_offerings(study) if one.side == side] for side in SIDES}
    comparison = name_offerings(sides["comparison"]) or local.text("story.buyers")
    if not sides["left_out"]:
        return comparison, local.text("story.others")
    return comparison, name_offerings(sides["baseline"]) or local.text("story.baseline_buyers")


def name_offerings(names: Sequence[str], *, taken: bool = False) -> str:
    """The customers of some offerings, or these as what accounts switched to, as they stand in a sentence.

    Empty where the names are too many or too long for a title.
    """
    if not names or len(names) > MOST_NAMES or sum(map(len, names)) > LONGEST_NAMES:
        return ""
    *firsts, last = (("spaced" if " " in name else "plain", name) for name in names)
    joined = [local.text(f"story.offering.first_{kind}", name=name) for kind, name in firsts]
    told = local.listing([*joined, local.text(f"story.offering.{'taken' if taken else 'last'}_{last[0]}", name=last[1])])
    return local.text("story.switched_to" if taken else "story.customers_of", offerings=told)


def name_claimed(finding: Finding) -> str:
    """The size a claim names, as a reader would say it: "60%", "13 points"; empty where it names none."""
    size = finding.claim.reading.size
    if size is None:
        return ""
    if finding.claim.reading.metric == "ratio":
        return local.text(
            "story.claimed.ratio_more" if size >= 1 else "story.claimed.ratio_less", size=local.percent(abs(size - 1))
        )
    return local.text(f"story.claimed.{labels.unit_of(finding)}", size=_plain(abs(size)))


def say_mark(finding: Finding) -> str:
    """What stands at a claim's mark on a scale of points: "claim +13", and of a ratio "claim 60% more = +33"."""
    size = labels.claimed_points(finding) or 0.0
    points = local.points(size, _decimals(size))
    if finding.claim.reading.metric != "ratio":
        return local.text("edition.mark.claimed", size=points)
    return local.text("edition.mark.claimed_ratio", claim=name_claimed(finding), size=points)


def say_range(low: float | None, high: float | None, decimals: int) -> str:
    """An interval as it stands in a text: "4–22", and where an end lies below zero "−5 to +9"."""
    if low is None or high is None:
        return local.number(None)
    if low < 0 or high < 0:
        return local.text("story.range_signed", low=local.points(low, decimals), high=local.points(high, decimals))
    return f"{local.number(low, decimals)}–{local.number(high, decimals)}"


def _tell(findings: Sequence[Finding], study: Study) -> Story:
    lead, shape = findings[0], shape_of(findings)
    claims = tuple(
        local.text("story.claim", claim=labels.statement_of(one), verdict=say_verdict(one)[:1].lower() + say_verdict(one)[1:])
        for one in findings
    )
    if shape == "untested":
        # A claim that could not be put to the test may not be said either: nothing stands behind it here.
        reason = local.say(lead.reason)
        title, sentences = local.text("story.untested", reason=reason), (reason,)
        return Story(findings=tuple(findings), shape=shape, title=title, sentences=sentences, claims=claims)
    if shape == "parts":
        return _tell_parts(findings, claims)
    lift = labels.deciding_of(lead).difference
    assert lift is not None  # shape_of calls a finding without one untested
    if shape == "other":
        return Story(findings=tuple(findings), shape=shape, title=say_headline(lead), sentences=(say_finding(lead),), claims=claims)
    if shape in ("ratings", "unsettled"):
        return _tell_ratings(findings, claims, study, bought=shape == "unsettled")
    return _tell_difference(findings, shape, claims, lift, study)


def _tell_difference(findings: Sequence[Finding], shape: Shape, claims: tuple[str, ...], lift: Difference, study: Study) -> Story:
    lead = findings[0]
    deciding = labels.deciding_of(lead)
    rolled, by_purchase = lead.evidence_level == EvidenceLevel.SWITCHED, (EvidenceLevel.ASSIGNED, EvidenceLevel.PURCHASE_RECORD)
    comparison, baseline = name_groups(lead.claim, study, bought=lead.evidence_level in by_purchase)
    decimals = _decimals(lift.value)
    low, high = labels.limits_of(lift)
    first = None if deciding.comparison is None else deciding.comparison.value
    second = None if deciding.baseline is None else deciding.baseline.value
    values = {
        "outcome": labels.capital(labels.name_outcome(lead.outcome or "", lead.outcome_kind)),
        "size": local.number(abs(lift.value), decimals),
        "lift": local.points(lift.value, decimals),
        "unit": local.word(labels.unit_of(lead)),
        "among": comparison,
        "others": baseline,
        "to": name_offerings([one.name for one in list_offerings(study) if one.side == "comparison"], taken=True) if rolled else "",
        "equal": local.text("story.equal_basics") if "lower_tiers" in deciding.name else "",
        "first": _figure(first, lead, decimals),
        "second": _figure(second, lead, decimals),
        "interval": say_range(low, high, decimals) if shape != "lower" else say_range(*_turned(low, high), decimals),
        "signed": local.text("story.range_signed", low=local.points(low, decimals), high=local.points(high, decimals)),
    }
    side = "lower" if shape == "open" and lead.claim.reading.says_lower else "higher" if shape == "open" else shape
    code = f"story.not_shown_{side}" if shape == "open" else f"story.{side}"
    if rolled:
        code = f"story.switched_not_shown_{side}" if shape == "open" else f"story.switched_{side}"
    fates = _say_fates(findings)
    title = local.text(f"{code}.title", **values)
    title = f"{title}: {fates}" if fates else title
    alone = low is not None and high is not None and (low > 0 or high < 0)  # this figure shows one, and the total does not
    open_code = "story.not_shown.unconfirmed" if alone else "story.not_shown.sentence"
    open_code = "story.switched_not_shown.sentence" if rolled else open_code
    sentences = [local.text(open_code if shape == "open" else f"{code}.sentence", **values)]
    total = None if lead.total is None else lead.total.difference
    conflict = any(one.reason_code == "conflict" for one in findings)
    if total is not None and total.value != lift.value:
        plain = [None if one is None else one.value for one in (lead.total.comparison, lead.total.baseline)] if lead.total else []
        sentences.append(
            local.text(
                "story.in_total_switched" if rolled else "story.in_total",
                **dict(zip(("first", "second"), (_figure(one, lead, decimals) for one in plain), strict=True)),
                lift=f"{local.points(total.value, decimals)} {values['unit']}",
                interval=say_range(*labels.limits_of(total), decimals),
            )
        )
    if not conflict and (why := next((say_why(one) for one in findings if one.undecided_why is not None), "")):
        sentences.append(why)
    if shape == "open" and (needed := next((say_detectable(one) for one in findings if one.respondents_needed), "")):
        sentences.append(needed)
    said = local.text(f"{code}.say", **values) if shape != "open" else ""
    instead = said or local.text("story.not_shown.say", **values)
    return Story(
        findings=tuple(findings),
        shape=shape,
        title=title,
        sentences=tuple(sentences),
        claims=claims,
        say=tuple(_may_say(findings, said)) if said else (),
        avoid=tuple(_avoided(findings, instead)),
        number=_number(findings, lift, first, second),
    )


def _may_say(findings: Sequence[Finding], said: str) -> Iterator[str]:
    """The difference that was found, and the other claims under test of it that hold."""
    held = [name_claimed(one) for one in findings[1:] if one.confirmatory and one.verdict in ("supported", "consistent")]
    yield said
    if named := local.listing([one for one in held if one]):
        yield local.text("story.say_holds", claimed=named, outcome=say_outcome(findings[0]))


def _avoided(findings: Sequence[Finding], instead: str) -> Iterator[tuple[str, str]]:
    """The claims under test that must not be said, each with what stands in its place."""
    for one in findings:
        if one.confirmatory and one.verdict in ("smaller", "rejected"):
            yield labels.statement_of(one), instead
        elif one.confirmatory and one.verdict == "undecided":
            conflict = one.reason_code == "conflict"
            yield labels.statement_of(one), local.text("story.not_yet_conflict") if conflict else say_why(one)


def _number(findings: Sequence[Finding], lift: Difference, first: float | None, second: float | None) -> Number | None:
    lead = findings[0]
    low, high = labels.limits_of(lift)
    if low is None or high is None:
        return None
    # By what was bought, the raw comparison is no figure of own ratings: it is the total, but for covariates.
    raw = None if lead.exposure == "offering" else labels.raw_of(lead).difference
    return Number(
        outcome=labels.capital(say_outcome(lead)),
        value=lift.value,
        low=low,
        high=high,
        unit=local.word(labels.unit_of(lead)),
        claimed=tuple(size for one in findings if (size := labels.claimed_points(one)) is not None),
        claimed_as=tuple(say_mark(one) for one in findings if labels.claimed_points(one) is not None),
        raw=None if raw is None or raw.value == lift.value else raw.value,
        groups=None if first is None or second is None else (first, second),
    )


def _say_fates(findings: Sequence[Finding]) -> str:
    """What became of each claim, in the fewest words: "claim of 13 points holds, 60% is not settled"."""
    said = [
        local.text(f"story.fate.{one.verdict}", claimed=name_claimed(one) or local.text("story.direction"))
        for one in findings
        if one.verdict != "not_testable"
    ]
    return local.text("story.fates", fates=", ".join(said)) if any(map(name_claimed, findings)) else ""


def _tell_ratings(findings: Sequence[Finding], claims: tuple[str, ...], study: Study, *, bought: bool) -> Story:
    """Claims that nothing decides, since only own ratings speak of them or the control is too weak: the title says which."""
    lead = findings[0]
    lift = labels.raw_of(lead).difference
    if bought and lift is not None:
        title = local.text(
            "story.unsettled",
            outcome=labels.name_outcome(lead.outcome or "", lead.outcome_kind),
            among=name_groups(lead.claim, study)[0],
            lift=local.points(lift.value, _decimals(lift.value)),
            unit=local.word(labels.unit_of(lead)),
        )
    else:
        title = say_halo_title(lead) or _say_open(lead, lift, study)
    why = say_why(lead)
    return Story(
        findings=tuple(findings),
        shape="unsettled" if bought else "ratings",
        title=title,
        sentences=(why,),
        claims=claims,
        avoid=tuple((labels.statement_of(one), why) for one in findings if one.confirmatory),
    )


def _say_open(finding: Finding, lift: Difference | None, study: Study) -> str:
    """What own ratings alone leave open, with the difference that they show."""
    outcome = labels.name_outcome(finding.outcome or "", finding.outcome_kind)
    if lift is None:
        return local.text("story.ratings", outcome=labels.capital(outcome))
    kind, side = finding.claim.reading.kind, "lower" if finding.claim.reading.says_lower else "higher"
    return local.text(
        f"story.ratings_step.{kind}" if kind in PER_STEP else f"story.ratings_{side}",
        outcome=outcome,
        among=name_groups(finding.claim, study, bought=False)[0],
        lift=local.points(lift.value, _decimals(lift.value)),
        unit=local.word(labels.unit_of(finding)),
    )


def say_halo_title(finding: Finding) -> str:
    """That own ratings prove nothing of an outcome, with what halo alone would show; empty where either is not known."""
    lift, band = labels.raw_of(finding).difference, labels.find_control(finding, labels.HALO_BAND)
    if lift is None or band is None or band.difference is None or not 0 <= lift.value <= band.difference.ci_high:
        return ""  # beyond what halo alone can make, or below none: then it explains nothing here
    decimals, unit = _decimals(lift.value), local.word(labels.unit_of(finding))
    raw, halo = (local.points(one.value, decimals) for one in (lift, band.difference))
    outcome = labels.name_outcome(finding.outcome or "", finding.outcome_kind)
    return local.text("story.ratings_and_halo", outcome=outcome, raw=raw, halo=halo, unit=unit)


def _tell_parts(findings: Sequence[Finding], claims: tuple[str, ...]) -> Story:
    """A claim of several directions: which of them were shown, which are open, which run the other way."""
    lead = findings[0]
    named = {
        holds: [local.word(part.name) for part in lead.parts if part.holds == holds] for holds in ("shown", "opposite", "open")
    }
    said = [labels.capital(local.text(f"story.parts.{holds}", parts="; ".join(parts))) for holds, parts in named.items() if parts]
    avoid = () if lead.verdict == "supported" or not lead.confirmatory else ((labels.statement_of(lead), say_why(lead)),)
    return Story(
        findings=tuple(findings),
        shape="parts",
        title=". ".join(said),
        sentences=(say_finding(lead),),
        claims=claims,
        say=(labels.statement_of(lead),) if lead.verdict == "supported" and lead.confirmatory else (),
        avoid=avoid,
    )


def _turned(low: float | None, high: float | None) -> tuple[float | None, float | None]:
    """The limits of a difference below zero as its size."""
    return (None if high is None else -high), (None if low is None else -low)


def _figure(value: float | None, finding: Finding, decimals: int) -> str:
    """The figure of one group: a share as per cent, an NPS or a mean as a number."""
    if labels.unit_of(finding) == "percentage_points" and value is not None:
        return local.percent(value / 100, decimals)
    return local.number(value, decimals)


def _decimals(value: float) -> int:
    return 0 if abs(value) >= FINE else 1


def _plain(size: float) -> str:
    return local.number(size, 0 if float(size).is_integer() else 1)


# What to do, and all claims on one board


def list_actions(
    stories: Sequence[Story], recommendations: Sequence[Recommendation], findings: Sequence[Finding]
) -> tuple[Action, ...]:
    """At most three things to do: what to say, where to put the next effort, and what would settle what is open."""
    found = [*_say_actions(stories), *_effort_actions(recommendations, findings), *_open_actions(stories)]
    repeat = Action(
        what=local.text("action.repeat.what"),
        who=local.text("action.research"),
        when=local.text("action.repeat.when"),
        sure=local.text("action.repeat.sure"),
    )
    return tuple([*found, repeat][:MOST_ACTIONS])


def _say_actions(stories: Sequence[Story]) -> Iterator[Action]:
    """What sales and marketing may say: the first figure under test that was shown, or that a claim must go."""
    tested = [story for story in stories if story.lead.confirmatory]
    shown = next((story for story in tested if story.say), None)
    wrong = [claim for story in tested for claim, _ in story.avoid]
    who, when = local.text("action.sales"), local.text("action.now")
    if shown is not None:
        what = local.text("action.say.what", said=shown.say[0])
        yield Action(what=what, who=who, when=when, sure=_say_grade(shown.lead))
    elif wrong:
        yield Action(what=local.text("action.drop.what", claim=wrong[0]), who=who, when=when, sure=_say_grade(tested[0].lead))


def _effort_actions(recommendations: Sequence[Recommendation], findings: Sequence[Finding]) -> Iterator[Action]:
    by_claim = {finding.claim.id: finding for finding in findings}
    for one in recommendations[:1]:
        finding = by_claim[one.claim]
        code = "action.effort.sure_tested" if finding.confirmatory else "action.effort.sure_exploratory"
        yield Action(
            what=local.text(
                "action.effort.what", target=labels.capital(local.word(one.target)), mean=local.number(one.mean_score, 1)
            ),
            who=local.text("action.effort.who_element" if one.kind == "element" else "action.effort.who_facet"),
            when=local.text("action.effort.when"),
            sure=local.text(code, rung_key=one.evidence_level),
        )


def _open_actions(stories: Sequence[Story]) -> Iterator[Action]:
    """What would settle the first claim under test that is open."""
    for story in stories:
        for one in story.findings:
            if not one.confirmatory or one.verdict not in ("undecided", "not_testable"):
                continue
            if one.reason_code == "conflict" and "warning.switched_one_wave" in {warning.code for warning in one.warnings}:
                outcome = labels.capital(labels.name_outcome(one.outcome or "", one.outcome_kind))
                what = local.text("action.settle.conflict_one_wave", outcome=outcome)
            elif one.reason_code == "conflict":
                what = local.text("action.settle.conflict")
            elif one.respondents_needed is not None:
                what = local.text("action.settle.precision", needed_n=round_up(one.respondents_needed))
            elif one.verdict == "not_testable":
                what = local.text("action.settle.missing", why=local.say(one.reason))
            elif story.shape == "ratings":
                what = local.text("action.settle.ratings")
            else:
                continue
            sure = local.text("action.settle.sure")
            yield Action(what=what, who=local.text("action.research"), when=local.text("action.settle.when"), sure=sure)
            return


def round_up(n: int) -> int:
    """A number of answers with two figures, rounded up: what is asked for is an estimate itself."""
    step: int = 10 ** max(len(str(n)) - 2, 0)
    return -(-n // step) * step


def _say_grade(finding: Finding) -> str:
    if finding.evidence_level is None:
        return local.text("action.sure_none")
    return local.text("action.sure", verdict=say_verdict(finding), rung_key=finding.evidence_level)


def board_rows(findings: Sequence[Finding]) -> tuple[BoardRow, ...]:
    """Every claim with its verdict, one figure and the strength of its evidence; claims under test first, then by verdict."""
    order = list(VERDICT_LOOKS)
    return tuple(
        BoardRow(
            finding=one,
            statement=labels.statement_of(one),
            verdict=say_verdict(one),
            sign=look_of(one).sign,
            colour=look_of(one).colour,
            figure=_board_figure(one),
            grade=0 if one.verdict == "not_testable" else GRADES.get(one.evidence_level, 0),
        )
        for one in sorted(
            findings, key=lambda one: (not one.confirmatory, order.index(one.verdict), -GRADES.get(one.evidence_level, 0))
        )
    )


def _board_figure(finding: Finding) -> str:
    """The one figure of a claim: its deciding difference or ratio with its interval, or how many of its parts were shown."""
    if finding.verdict == "not_testable":
        return local.number(None)
    if len(finding.parts) == 1:
        return local.text(f"story.part.{finding.parts[0].holds}")
    if finding.parts:
        shown = sum(part.holds == "shown" for part in finding.parts)
        return local.text("story.parts_of", shown_n=shown, all_n=len(finding.parts))
    deciding = labels.deciding_of(finding)
    if labels.shown_as_ratio(finding) and deciding.ratio is not None:
        low, high = labels.limits_of(deciding.ratio)
        return f"× {local.number(deciding.ratio.value, 2)} ({say_range(low, high, 2)})"
    if (lift := deciding.difference) is None:
        return local.number(None)
    decimals = _decimals(lift.value)
    unit = local.text(f"story.unit.{labels.unit_of(finding)}")
    return f"{local.points(lift.value, decimals)} {unit} ({say_range(*labels.limits_of(lift), decimals)})"
