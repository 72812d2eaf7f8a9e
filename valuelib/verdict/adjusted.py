"""Two groups compared, raw or adjusted for ratings and covariates: figures from account totals, or why they cannot be formed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from valuelib.errors import ResultError
from valuelib.results import Message
from valuelib.stats.adjust import estimate_fitted
from valuelib.stats.exposure import BASELINE, COMPARISON, NEITHER, Codes
from valuelib.stats.means import estimate_means
from valuelib.stats.totals import ClusterTotals, collect_totals
from valuelib.study.model import Study
from valuelib.theory.pyramid import LOWER_TIERS
from valuelib.verdict.evidence import ContrastMeans, Role
from valuelib.verdict.groups import Outcome, colleagues_mean, lower_tier_mean
from valuelib.verdict.once import cluster_labels, member_labels

LOWER, PEERS_LOWER = "lower_tiers", "colleagues_lower_tiers"
MOST_CONTROLS = 20  # time and memory grow with their square
ACCOUNTS_PER_CONTROL = 10  # fewer accounts than this for each control leave CR2 too little to stand on
MIN_IN_LEVEL = 5  # rarer levels of a covariate are counted together
INDEPENDENT = 1e-8
ALIKE = 1e-12  # the share of a sum of squares below which outcomes do not differ


def lower_tiers(study: Study, *, colleagues: bool = False) -> dict[str, pd.Series]:
    """What keeps a liking apart: the respondents' own lower-tier means, and colleagues' too; empty where no such item is mapped."""
    own, theirs = lower_tier_mean(study), colleagues_mean(study, LOWER_TIERS) if colleagues else None
    return {name: mean for name, mean in ((LOWER, own), (PEERS_LOWER, theirs)) if mean is not None}


class Controls(NamedTuple):
    """Standardised columns by name, the rows that have all of them, and what was left out.

    `aliased`: the columns determine who stands in which group, so that no contrast is left.
    """

    columns: dict[str, NDArray[np.float64]]
    complete: NDArray[np.bool_]
    aliased: bool
    notes: tuple[Message, ...] = ()


def gather_controls(
    study: Study,
    required: Mapping[str, pd.Series],
    wanted: NDArray[np.bool_],
    codes: NDArray[np.int64],
    *,
    keep_gaps: bool = False,
) -> Controls:
    """The required columns and every usable covariate of `adjust_for`, on the rows that a contrast could use.

    Columns that do not vary there, repeat others, or come in more levels than the accounts can carry are left out and named.

    Args:
        study: the study.
        required: ratings to adjust for, by name, such as the respondents' own lower-tier means.
        wanted: rows with an outcome and a group.
        codes: group of each row.
        keep_gaps: whether a row that lacks a covariate stays, with an indicator in its place, instead of dropping out.
    """
    found: dict[str, NDArray[np.float64]] = {name: column.to_numpy(float) for name, column in required.items()}
    rows = wanted & np.logical_and.reduce([np.isfinite(column) for column in found.values()], initial=True)
    clusters = len(np.unique(cluster_labels(study).places[rows]))
    most = min(max(clusters // ACCOUNTS_PER_CONTROL, len(required)), MOST_CONTROLS)
    left_out: list[str] = []
    for name in (column for column in study.data.columns if column.startswith("adjust.")):
        encoded = _encode(study.data[name], rows, keep_gaps=keep_gaps)
        if not encoded or len(found) + len(encoded) > most:
            left_out.append(name.removeprefix("adjust."))
        else:
            found |= {f"{name}#{place}": column for place, column in enumerate(encoded)}
    complete = wanted & np.logical_and.reduce([np.isfinite(column) for column in found.values()], initial=True)
    kept, aliased = _independent(found, complete, codes)
    return Controls(kept, complete, aliased, note_left_out(study, left_out, found.keys() - required.keys(), kept))


def note_left_out(study: Study, left_out: Iterable[str], tried: Iterable[str], kept: Iterable[str]) -> tuple[Message, ...]:
    """The note on covariates that are not adjusted for: never tried, or tried and none of their columns, one a level, kept."""
    covariates, held = ({name.partition("#")[0].removeprefix("adjust.") for name in one} for one in (tried, kept))
    every = dict.fromkeys([*left_out, *sorted(covariates - held)])
    names = ", ".join(study.column_word(name) for name in every)
    return (Message(code="note.left_out", values={"columns": names}),) if every else ()


def _encode(column: pd.Series, rows: NDArray[np.bool_], *, keep_gaps: bool) -> list[NDArray[np.float64]]:
    """A number as it is, text as one indicator per level but the commonest and the rare ones; nothing without variation.

    With `keep_gaps` a gap is a level of its own, and a number's gaps stand at its mean.
    """
    number = pd.api.types.is_numeric_dtype(column)
    if number:
        column = column.astype(float).replace([np.inf, -np.inf], np.nan)
    gaps = column.isna().to_numpy()
    if keep_gaps and gaps[rows].any() and not gaps[rows].all():
        full = column.fillna(column[rows].mean() if number else column[rows].mode().iloc[0])
        return [*_encode(full, rows, keep_gaps=False), gaps.astype(float)]
    if number:
        return [column.to_numpy()] if column[rows].nunique() > 1 else []
    counts = column[rows].value_counts()
    common = [level for level in counts.index if counts[level] >= MIN_IN_LEVEL]
    return [np.where(gaps, np.nan, (column == level).to_numpy(float)) for level in common[1:]]


def _independent(
    columns: dict[str, NDArray[np.float64]], complete: NDArray[np.bool_], codes: NDArray[np.int64]
) -> tuple[dict[str, NDArray[np.float64]], bool]:
    """Standardised columns, each kept only if it adds to those before it; and whether they leave nothing of the groups."""
    n = int(complete.sum())
    basis = [np.full(n, n**-0.5)] if n else []
    kept: dict[str, NDArray[np.float64]] = {}
    for name, column in columns.items():
        used = column[complete]
        spread = float(used.std()) if n else 0.0
        if spread <= INDEPENDENT * max(float(np.abs(used).max(initial=0.0)), 1.0):
            continue
        standard = (column - used.mean()) / spread
        if _extend(basis, standard[complete]):
            kept[name] = standard
    return kept, not _extend(basis, (codes[complete] == 0).astype(float))


def _extend(basis: list[NDArray[np.float64]], column: NDArray[np.float64]) -> bool:
    """Add what is new of a column to an orthonormal basis; False where nothing is."""
    left = column.astype(float)
    for _ in range(2):  # twice is enough for full accuracy
        for direction in basis:
            left = left - (direction @ left) * direction
    size = float(np.linalg.norm(left))
    if size <= INDEPENDENT * max(float(np.linalg.norm(column)), 1.0):
        return False
    basis.append(left / size)
    return True


# ---------------------------------------------------------------------- contrasts

GROUPS = ("comparison", "baseline")
FITTED, PLAIN = "least squares, CR2, Satterthwaite df", "group means, CR2, Satterthwaite df"


class Collected(NamedTuple):
    """The sums that an adjusted contrast rests on, wherever they were made.

    Attributes:
        everyone: of all answers with the outcome and a group, nothing adjusted for.
        used: of those that have what is adjusted for, with the controls in standard units.
        aliased: the controls determine who stands in which group.
        notes: what was left out.
        spread: standard deviation of the respondents' own lower-tier mean in `used`; None where that is not adjusted for.
        lost: accounts, by group, with an answer that is not in `used`.
    """

    everyone: ClusterTotals
    used: ClusterTotals
    aliased: bool
    notes: tuple[Message, ...]
    spread: float | None
    lost: tuple[int, int]


class Adjusted(NamedTuple):
    """A fitted contrast, the plain one on the same rows where it may be shown, and what was left out on the way.

    `codes` are the groups of all answers with the outcome, whether or not they have what is adjusted for, and `complete` are those
    that have it; both are empty where there are no rows to point at. `reliability` is that of the respondents' lower-tier means.
    """

    fitted: ContrastMeans
    same_rows: ContrastMeans | None
    collected: Collected
    notes: tuple[Message, ...]
    codes: Codes
    complete: NDArray[np.bool_]
    reliability: float = 1.0

    @property
    def contrasts(self) -> tuple[ContrastMeans, ...]:
        """The fitted contrast, and the plain one on the same rows beside it."""
        return (self.fitted,) if self.same_rows is None else (self.fitted, self.same_rows)


def fit_adjusted(
    study: Study, outcome: Outcome, codes: Codes, required: Mapping[str, pd.Series], *, name: str, role: Role
) -> Adjusted | Message:
    """Two groups at equal values of the required columns and the study's covariates.

    Args:
        codes: group of each answer, 0 comparison, 1 baseline, -1 neither.
        required: what must be adjusted for; the contrast is not formed without it.
        name, role: of the fitted contrast; the plain one is called after its exposure.
    """
    y = study.data[outcome.column].astype(float)
    wanted = y.notna().to_numpy() & (codes != NEITHER)
    controls = gather_controls(study, required, wanted, codes)
    complete, own = controls.complete, required.get(LOWER)
    lost = [study.data["account"][wanted & ~complete & (codes == code)].nunique() for code in (COMPARISON, BASELINE)]
    collected = Collected(
        everyone=study_totals(study, np.where(wanted, codes, NEITHER), y, GROUPS),
        used=study_totals(study, np.where(complete, codes, NEITHER), y, GROUPS, controls.columns),
        aliased=controls.aliased,
        notes=controls.notes,
        spread=None if own is None else float(np.std(own[complete].to_numpy(float))),
        lost=(lost[COMPARISON], lost[BASELINE]),
    )
    found = adjust(collected, required, study.config.privacy.min_group, name=name, role=role)
    return found if isinstance(found, Message) else found._replace(codes=np.where(wanted, codes, NEITHER), complete=complete)


NO_CODES, NO_ROWS = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool)


def adjust(collected: Collected, required: Collection[str], min_group: int, *, name: str, role: Role) -> Adjusted | Message:
    """The contrast of what was collected, or why there is none; arguments as of `fit_adjusted`."""
    plain = collected.used.regress((), "y")
    if why_not(plain, min_group) is not None:
        return Message(code="warning.not_formed")
    if collected.aliased or not set(required) <= set(collected.used.columns):
        return Message(code="warning.controls_dependent")
    try:
        fitted = estimate_fitted(collected.used)
    except ResultError:
        return Message(code="warning.controls_dependent")
    contrast = ContrastMeans(name=name, role=role, means=fitted, method=FITTED, totals=collected.used)
    by_group = collected.everyone.n - collected.used.n
    dropped = int(by_group.sum())
    lost = (Message(code="warning.rows_dropped", values={"dropped_n": dropped}),) if dropped else ()
    same = None
    if not any(0 < few < min_group for few in by_group):  # less the raw one it would disclose the few
        exposure = "offering" if name.startswith("audited") else name.partition(".")[0]
        same = means_contrast(f"{exposure}.same_rows", "reference", plain)
    return Adjusted(contrast, same, collected, (*collected.notes, *lost), NO_CODES, NO_ROWS)


def plain_contrast(study: Study, outcome: Outcome, codes: Codes) -> ContrastMeans | Message:
    """The raw contrast, adjusted for nothing."""
    return raw_contrast(collect_plain(study, outcome, codes), study.config.privacy.min_group)


def collect_plain(study: Study, outcome: Outcome, codes: Codes) -> ClusterTotals:
    """Sums of the outcome by group, without controls."""
    y = study.data[outcome.column].astype(float)
    return study_totals(study, np.where(y.notna(), codes, NEITHER), y, GROUPS)


def raw_contrast(totals: ClusterTotals, min_group: int) -> ContrastMeans | Message:
    """The raw contrast of these sums, or why there is none."""
    return why_not(totals, min_group) or means_contrast("raw", "raw", totals)


def means_contrast(name: str, role: Role, totals: ClusterTotals) -> ContrastMeans:
    """Group means as they stand."""
    return ContrastMeans(name=name, role=role, means=estimate_means(totals), method=PLAIN, totals=totals)


def why_not(totals: ClusterTotals, min_group: int) -> Message | None:
    """What keeps two groups from being compared at all."""
    for group, n, accounts in zip(GROUPS, totals.n, totals.n_accounts, strict=True):
        if not n:
            return Message(code=f"missing.no_{group}")
        if n < min_group:
            return Message(code="missing.group_below_minimum", values={"group_key": group, "fewest_n": min_group})
        if accounts < 2:
            return Message(code="missing.one_account", values={"group_key": group})
    n, y, square = (float(totals.sum_of(*pair, 0).sum()) for pair in (("1", "1"), ("1", "y"), ("y", "y")))
    if n * square - y**2 <= ALIKE * n * square:
        return Message(code="missing.no_variation")
    return None


def study_totals(
    study: Study, codes: Codes, y: pd.Series, groups: Sequence[str], controls: Mapping[str, ArrayLike] | None = None
) -> ClusterTotals:
    """A study's answers summed up by cluster and group, weighted as the study says; -1 is no group."""
    weights, own = study.data["weight"].astype(float), dict(controls or {})
    clusters, members = cluster_labels(study), member_labels(study)
    return collect_totals(clusters, codes, y, groups=groups, controls=own, weights=weights, members=members)
