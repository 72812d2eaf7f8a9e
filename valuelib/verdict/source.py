"""Where a contrast's sums come from: the study's rows in memory, or the place where the answers of a large study lie."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from valuelib.results import EvidenceLevel, Message
from valuelib.stats.exposure import Codes
from valuelib.stats.totals import ClusterTotals
from valuelib.study.model import Study
from valuelib.theory.reading import Reading
from valuelib.verdict.adjusted import Adjusted, collect_plain, fit_adjusted
from valuelib.verdict.control import Control, find_control
from valuelib.verdict.evidence import Role
from valuelib.verdict.groups import (
    Grouping,
    Outcome,
    group_answers,
    group_by_offering,
    group_by_own,
    group_by_peers,
)
from valuelib.verdict.once import once
from valuelib.verdict.total import collect_total


class TotalsSource(Protocol):
    """What a contrast asks of a study's answers.

    `codes` are the source's own: what `group_answers` or `group_level` gave. Other parts of the library never look into them.
    """

    def group_by_offering(self) -> Grouping | Message:
        """Groups by what was bought, or why they cannot be formed."""

    def group_answers(self, reading: Reading) -> Grouping | Message:
        """The raw contrast's groups, or why they cannot be formed."""

    def group_level(self, level: EvidenceLevel | None, reading: Reading) -> Grouping | Message:
        """The groups of a level of evidence, or why they cannot be formed."""

    def plain(self, outcome: Outcome, codes: Codes) -> ClusterTotals:
        """Sums of the outcome by group."""

    def total(self, outcome: Outcome, codes: Codes) -> ClusterTotals:
        """The same with the study's covariates, whose gaps have indicators."""

    def control(self, outcome: Outcome, codes: Codes) -> Control | Message:
        """The lower-tier mean that both groups can be adjusted for, or why there is none."""

    def net(
        self, outcome: Outcome, codes: Codes, control: Control, *, colleagues: bool, name: str, role: Role
    ) -> Adjusted | Message:
        """The contrast at equal values of that control, colleagues' too where wanted, and of the covariates."""


@dataclass(frozen=True, slots=True)
class RowsSource:
    """The answers that the study holds in memory."""

    study: Study

    def group_by_offering(self) -> Grouping | Message:
        return group_by_offering(self.study)

    def group_answers(self, reading: Reading) -> Grouping | Message:
        return group_answers(self.study, reading)

    def group_level(self, level: EvidenceLevel | None, reading: Reading) -> Grouping | Message:
        groups = {EvidenceLevel.PURCHASE_RECORD: group_by_offering, EvidenceLevel.COLLEAGUE_RATED: group_by_peers}
        return groups[level](self.study) if level in groups else group_by_own(self.study, reading)

    def plain(self, outcome: Outcome, codes: Codes) -> ClusterTotals:
        return collect_plain(self.study, outcome, codes)

    def total(self, outcome: Outcome, codes: Codes) -> ClusterTotals:
        return collect_total(self.study, outcome, codes)

    def control(self, outcome: Outcome, codes: Codes) -> Control | Message:
        return find_control(self.study, codes, self.study.data[outcome.column].notna().to_numpy())

    def net(
        self, outcome: Outcome, codes: Codes, control: Control, *, colleagues: bool, name: str, role: Role
    ) -> Adjusted | Message:
        return fit_adjusted(self.study, outcome, codes, control.columns(self.study, colleagues=colleagues), name=name, role=role)


def source_of(study: Study) -> TotalsSource:
    """The source that the study's contrasts take: rows wherever the answers are not those that were loaded."""
    large = study.large
    if large is None or large.found.get("sample") is not study.data:
        return RowsSource(study)
    from valuelib.verdict.large import LargeSource  # only large studies need it

    return LargeSource(study, large)


def sample_sizes(study: Study) -> tuple[int, int] | None:
    """The answers of a large study's sample and of all; None of a study whose answers are all in memory."""
    if study.large is None or "sample" not in study.large.found:
        return None
    n, all_n = len(study.large.found["sample"]), study.large.accounts.n
    return (n, all_n) if n < all_n else None


def sample_of(study: Study) -> Study:
    """The study itself, or that of a large study's sample, whose rows are all that it knows of."""
    return study if study.large is None else once(study, "sample", lambda: replace(study, large=None))
