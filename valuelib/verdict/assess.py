"""A study and a claim -> a finding: evidence first, verdict last. Start reading the package here.

A claim has a source, a reading and a size. `gather_evidence` finds the raw contrast that a slide would show and, where the data
open it, one that the respondent's own liking cannot make: by what was bought, or by what colleagues report of the upper tiers. It
comes as two figures, the total and one net of lower-tier ratings, and a verdict takes both: three one-sided tests place them
against no effect and the claimed size, Holm's procedure keeps several claims honest, and one rule reads the verdict. Own ratings
alone never decide: customers who like a provider rate everything high. `with_sensitivity` adds checks by other exposures,
adjustments and models, which decide nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from valuelib.results import EvidenceLevel, Finding, Findings, Verdict, Why
from valuelib.stats.contrasts import FAMILIES, Decisions, decide, holm_thresholds, read_direction, read_verdict
from valuelib.study.model import Study
from valuelib.theory.claims import Claim, claim, claims
from valuelib.verdict import gather_evidence
from valuelib.verdict.evidence import Evidence
from valuelib.verdict.groups import told_only
from valuelib.verdict.numbers import Thresholds, number_evidence, ratio_undefined
from valuelib.verdict.once import once
from valuelib.verdict.reasons import give_reason, in_conflict, largest_lift
from valuelib.verdict.sensitivity import with_sensitivity
from valuelib.verdict.source import sample_of

# Measures that make effects look smaller than they are.
WEAKENS = frozenset({EvidenceLevel.COLLEAGUE_RATED, EvidenceLevel.OTHER_SOURCE})


def assess(study: Study, which: str | Claim, *, sensitivity: bool = True) -> Finding:
    """Assess one claim, together with the confirmatory claims that share its error rate.

    A claim that was changed, or that differs from the one of the same id in study.yaml, is exploratory: it neither shares the error
    rate of the confirmatory claims nor takes the place of one.

    Args:
        study: a checked study.
        which: a claim of the register by its id, a client's own from study.yaml, or a Claim.
        sensitivity: whether to add the sensitivity checks, which decide nothing and take most of the time.
    Returns:
        Finding with verdict, reason, raw and deciding contrast, warnings, and what would settle an undecided claim.
    Raises:
        ParameterError: neither the register nor the study has a claim of that id.

    Example:
        >>> import valuelib as vl
        >>> study = vl.load_study("data/demo")
        >>> finding = vl.assess(study, "nps_60")
        >>> finding
        <Finding nps_60: smaller by switched, difference 11.2 [2.4, 20]>
        >>> assess(study, "repurchase_22_points").reason_code  # total and net figure answer that claim differently
        'conflict'
        >>> vl.assess(study, finding.claim.with_(size=25, unit="points"), sensitivity=False).confirmatory
        False
    """
    wanted = which if isinstance(which, Claim) else find_claim(study, which)
    confirmatory = confirmatory_claims(study)
    gathered = [_evidence(study, one, checked=sensitivity and one == wanted) for one in dict.fromkeys((*confirmatory, wanted))]
    (found,) = _judge(study, gathered, confirmatory, [wanted])
    return found


def assess_all(study: Study, known: Sequence[Finding] = ()) -> Findings:
    """Assess the study's own claims and every reading of the register, confirmatory ones first.

    Args:
        study: a checked study.
        known: findings that `assess` or `assess_all` gave for this study; their claims are not assessed again. The others are
            decided as if all were: the confirmatory claims share their error rate, known or not.
    Returns:
        The findings, each with its claim; displayed as a scoreboard.

    Example:
        >>> import valuelib as vl
        >>> findings = vl.assess_all(vl.load_study("data/demo"))
        >>> [finding.claim.id for finding in findings if finding.confirmatory]
        ['nps_60', 'nps_60_points', 'repurchase_22', 'repurchase_22_points']
    """
    confirmatory = confirmatory_claims(study)
    everything = {one.id: one for one in (*named_claims(study), *claims())}
    found = {one.claim.id: one for one in known}
    named = {one.id for one in confirmatory}
    if lacking := everything.keys() - found.keys():
        asked = [one for one in everything.values() if one.id in named | lacking]
        gathered = [_evidence(study, one, checked=one.id in lacking) for one in asked]
        found = {one.claim.id: one for one in _judge(study, gathered, confirmatory)} | found
    items = tuple(found[claim_id] for claim_id in everything)
    return Findings(items=items, topic="all claims", language=study.language, subset=study.subset_words)


def confirmatory_claims(study: Study) -> tuple[Claim, ...]:
    """The claims under test: those named in study.yaml; none in a part of a study, which was chosen with the answers at hand.

    What people say that they will do is no repurchase: where it was asked with yes and no, claims of repurchase are explored only.
    """
    return () if study.exploratory else tuple(one for one in named_claims(study) if not told_only(study, one.reading.outcomes))


def named_claims(study: Study) -> tuple[Claim, ...]:
    """The claims named in study.yaml before results are seen."""
    return tuple(claim(one) if isinstance(one, str) else one.to_claim() for one in study.config.claims)


def find_claim(study: Study, claim_id: str) -> Claim:
    """A claim of the study or the register by its id.

    Raises:
        ParameterError: neither has a claim of that id.

    >>> from valuelib.study.load import load_study
    >>> find_claim(load_study("data/demo"), "nps_60_points").reading.size
    13.0
    """
    own = {one.id: one for one in named_claims(study)}
    return own[claim_id] if claim_id in own else claim(claim_id)


def _evidence(study: Study, one: Claim, *, checked: bool) -> Evidence:
    """The evidence for a claim, gathered once a study, with its sensitivity checks where they are asked for."""
    gathered = once(study, ("evidence", one), lambda: gather_evidence(study, one))
    return once(study, ("checked", one), lambda: with_sensitivity(sample_of(study), gathered)) if checked else gathered


def _judge(
    study: Study, gathered: Sequence[Evidence], confirmatory: Collection[Claim], asked: Collection[Claim] | None = None
) -> tuple[Finding, ...]:
    """Tests with Holm over the confirmatory claims, the others each at the plain level; then verdicts on those asked for or all."""
    alpha = (1 - study.config.level) / 2
    tested = [one for one in gathered if one.claim in confirmatory and one.tests is not None and one.too_few_clusters is None]
    together = _share_error(tested, alpha)
    hypotheses = {one.hypothesis_key for one in tested}

    def thresholds(evidence: Evidence) -> Thresholds:
        """An exploratory reading of a contrast under test keeps to the same wide interval: one contrast, one interval."""
        places = len(hypotheses) if evidence.hypothesis_key in hypotheses else 1
        return together.get(evidence.claim) or Thresholds(dict.fromkeys(FAMILIES, alpha / places), places=places)

    read = (one for one in gathered if asked is None or one.claim in asked)
    return tuple(_read(study, one, confirmatory=one.claim in confirmatory, at=thresholds(one)) for one in read)


def _share_error(gathered: Sequence[Evidence], alpha: float) -> Mapping[Claim, Thresholds]:
    """Thresholds of the confirmatory claims; only those that the data can decide take a place, which no p value has a say in."""
    tested = [(one, one.tests) for one in gathered if one.tests is not None]
    keys = [one.hypothesis_key for one, _ in tested]
    by_family = {family: holm_thresholds([getattr(tests, family) for _, tests in tested], keys, alpha=alpha) for family in FAMILIES}
    return {
        one.claim: Thresholds({family: by_family[family][index] for family in FAMILIES}, places=len(set(keys)))
        for index, (one, _) in enumerate(tested)
    }


def _read(study: Study, evidence: Evidence, *, confirmatory: bool, at: Thresholds) -> Finding:
    if evidence.missing is not None:
        return Finding(
            claim=evidence.claim,
            confirmatory=confirmatory,
            verdict="not_testable",
            reason=evidence.missing,
            language=study.language,
            subset=study.subset_words,
        )
    decisions = decide(evidence.tests, at.p) if evidence.tests is not None else None
    closed = ratio_undefined(evidence, at, study.config.level)
    by_figure = tuple(decide(tests, at.p) for tests in evidence.tests_by_figure)
    conflict = in_conflict(evidence, by_figure, study.config.level)
    weak = decisions is not None and not decisions.lift and bool(by_figure) and all(one.lift for one in by_figure)
    verdict, why, opposite = _verdict(evidence, decisions, closed=closed, conflict=conflict or weak)
    numbers, repurchase = number_evidence(study, evidence, decisions, at), study.config.outcomes.repurchase
    return Finding(
        claim=evidence.claim,
        confirmatory=confirmatory,
        verdict=verdict,
        undecided_why=why,
        opposite=opposite,
        reason=give_reason(evidence, numbers, verdict, why, opposite=opposite, conflict=conflict, weak=weak),
        evidence_level=evidence.evidence_level,
        later=evidence.later,
        decided_by=evidence.decided_by,
        exposure=evidence.exposure,
        outcome=evidence.claim.reading.outcome,
        outcome_kind=repurchase.kind if repurchase is not None and evidence.claim.reading.outcome == "repurchase" else None,
        metric=evidence.claim.reading.metric,
        size=evidence.claim.reading.size,
        level=study.config.level,
        interval_level=numbers.interval_level,
        raw=numbers.raw,
        total=numbers.total,
        link=evidence.link,
        claim_share=None if conflict or why == "out_of_reach" else numbers.claim_share,
        contrasts=numbers.contrasts,
        steps=evidence.steps,
        parts=numbers.parts,
        detectable_points=numbers.detectable_points,
        respondents_needed=numbers.respondents_needed if why == "precision" and evidence.too_few_clusters is None else None,
        robustness=evidence.robustness,
        warnings=evidence.warnings,
        language=study.language,
        subset=study.subset_words,
    )


def _verdict(evidence: Evidence, decisions: Decisions | None, *, closed: bool, conflict: bool) -> tuple[Verdict, Why | None, bool]:
    """What no number of answers can settle comes first: design, then thin data, a claim out of reach, the gate, and a conflict."""
    if decisions is None or evidence.blocked is not None:
        return "undecided", "design", False
    if evidence.too_few_clusters is not None:
        return "undecided", "precision", False
    if largest_lift(evidence) is not None:
        return "undecided", "out_of_reach", False
    if closed:
        return "undecided", "gate", False
    if conflict:
        return "undecided", "design", False
    sized = evidence.claim.reading.size is not None
    verdict, opposite = read_verdict(decisions) if sized else read_direction(decisions)
    if evidence.evidence_level in WEAKENS and sized and verdict in ("smaller", "rejected"):
        return "undecided", "design", False
    return verdict, ("precision" if verdict == "undecided" else None), opposite
