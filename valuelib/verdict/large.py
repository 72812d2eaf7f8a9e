"""The sums of a large study's contrasts, made where its answers lie: one grouped query gives what all rows together tell.

A contrast needs of each account and group no more than counts, sums and cross-products of the outcome and of what is adjusted for.
What cannot be had so (omega where alpha falls short, every sensitivity check) is taken from the sample that the study holds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial, reduce
from itertools import combinations_with_replacement
from operator import add, and_, mul, or_
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuelib.results import EvidenceLevel, Message
from valuelib.stats.exposure import ANSWERED, NEITHER, ROUNDING, Codes
from valuelib.stats.totals import POWERS, ClusterTotals, Floats
from valuelib.study.large import COUNT, LargeAnswers
from valuelib.study.model import Study
from valuelib.theory.pyramid import COUNTED_TIERS, HIGHER_TIERS, LOWER_TIERS, tier
from valuelib.theory.reading import Reading
from valuelib.verdict.adjusted import (
    ACCOUNTS_PER_CONTROL,
    GROUPS,
    INDEPENDENT,
    LOWER,
    MIN_IN_LEVEL,
    MOST_CONTROLS,
    PEERS_LOWER,
    Adjusted,
    Collected,
    adjust,
    note_left_out,
)
from valuelib.verdict.control import MIN_OMEGA, Control, alpha_of, judge_items, reliability_of
from valuelib.verdict.evidence import Role
from valuelib.verdict.groups import (
    COUNT_BASELINE,
    COUNT_COMPARISON,
    Grouping,
    Outcome,
    element_ratings,
    few_to_count,
    group_answers,
    group_by_count,
    group_by_offering,
    group_by_own,
    group_by_peers,
    note_few_counted,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

MIDDLE = 5.0  # of 0-10: ratings are summed up from here, so that squares lose no digits
TELLS = 1e-10  # the share of a column's variance from which it adds to those before it
MOST_ITEMS = 10  # whose covariances are asked for, which grow with their square; the reliability of more comes from the sample


class LargeCodes(NamedTuple):
    """The groups of answers as an expression (0 comparison, 1 baseline, null neither), its name, and the same of a study's rows."""

    key: str
    expression: ir.Value
    of_rows: Callable[[Study], Grouping | Message]


class Sums(NamedTuple):
    """Two records over the same accounts, as of `Collected`, before the controls have standard units."""

    everyone: ClusterTotals
    used: ClusterTotals
    lost: tuple[int, int]


class LargeSource:
    """The place where a large study's answers lie."""

    def __init__(self, study: Study, large: LargeAnswers) -> None:
        self.study, self.large = study, large

    # groups

    def group_answers(self, reading: Reading) -> Grouping | Message:
        rule, threshold = self.study.config.exposure.rule, self.study.config.exposure.threshold
        of_rows = partial(group_answers, reading=reading)
        if reading.exposure == "count" or rule == "count":
            return self._group_by_count(reading, threshold)
        if rule == "offering":
            return self.group_by_offering()
        if rule not in ("delivered", "relative"):
            return self._group_by_peers()
        higher, lower = self._ratings(HIGHER_TIERS), self._ratings(LOWER_TIERS)
        if not higher:
            return Message(code="missing.higher_items")
        if rule == "delivered":
            rated, met = (
                reduce(or_, each) for each in ([one.notnull() for one in higher], [_met(one, threshold) for one in higher])
            )
            return self._grouping(f"delivered {threshold}", of_rows, rated & met, rated & ~met)
        if not lower:
            return Message(code="missing.lower_items")
        ahead = mean_rating(higher) - mean_rating(lower)
        return self._grouping("relative", of_rows, ahead > 0, ahead <= 0)

    def group_level(self, level: EvidenceLevel | None, reading: Reading) -> Grouping | Message:
        if level == EvidenceLevel.PURCHASE_RECORD:
            return self.group_by_offering()
        if level == EvidenceLevel.COLLEAGUE_RATED:
            return self._group_by_peers()
        if self.study.config.exposure.rule in ("delivered", "relative"):
            return self.group_answers(reading)
        higher = self._ratings(HIGHER_TIERS)
        if not higher:
            return Message(code="missing.higher_items")
        return self._split("own_mean", partial(group_by_own, reading=reading), mean_rating(higher))

    def group_by_offering(self) -> Grouping | Message:
        bought = self.large.columns.get("offering")
        if bought is None:
            return Message(code="missing.offering")
        codes = LargeCodes("offering", (1 - bought).cast("int64"), group_by_offering)
        return Grouping("offering", cast("Codes", codes))

    def _group_by_count(self, reading: Reading, threshold: float) -> Grouping | Message:
        ratings = self._ratings(COUNTED_TIERS)
        if (few := few_to_count(len(ratings))) is not None:
            return few
        count = _enough(ratings, reduce(add, (_met(one, threshold).cast("int32") for one in ratings)))
        ranges = reading.comparison or COUNT_COMPARISON, reading.baseline or COUNT_BASELINE
        comparison, baseline = (count >= low if high is None else (count >= low) & (count <= high) for low, high in ranges)
        of_rows = partial(group_by_count, reading=reading)
        return self._grouping(f"count {threshold} {ranges}", of_rows, comparison, baseline, note_few_counted(len(ratings)))

    def _group_by_peers(self) -> Grouping | Message:
        if not self.study.has_accounts:
            return Message(code="missing.accounts")
        higher = self._ratings(HIGHER_TIERS)
        if not higher:
            return Message(code="missing.higher_items")
        peers = self._others_mean(mean_rating(higher))
        return self._split("peers", group_by_peers, peers, without=Message(code="missing.colleagues"))

    def _others_mean(self, values: ir.Value) -> ir.Value:
        """As `stats.exposure.others_mean` by account and wave, as an expression."""
        import ibis

        by = [self.large.accounts.account, *([self.large.columns["wave"]] if "wave" in self.large.columns else [])]
        window = ibis.window(group_by=by)
        n = values.count().over(window) - values.notnull().cast("int32")
        return (n > 0).ifelse((values.sum().over(window) - values.fill_null(0.0)) / n, ibis.null("float64"))

    def _split(
        self, rule: str, of_rows: Callable[[Study], Grouping | Message], values: ir.Value, without: Message | None = None
    ) -> Grouping | Message:
        """At or above the median against below it."""

        def middle() -> float:
            rows = self.large.answers.select(value=values)
            return float(self.large.fetch(rows.agg(value=rows["value"].median()))["value"].astype(float).iloc[0])

        at = self.large.once(("median", rule), middle)
        if without is not None and math.isnan(at):
            return without
        return self._grouping(rule, of_rows, values >= at - ROUNDING, values < at - ROUNDING)

    def _grouping(
        self,
        key: str,
        of_rows: Callable[[Study], Grouping | Message],
        comparison: ir.Value,
        baseline: ir.Value,
        warnings: tuple[Message, ...] = (),
    ) -> Grouping:
        import ibis

        codes = ibis.cases((comparison, ibis.literal(0, "int64")), (baseline, ibis.literal(1, "int64")))
        return Grouping(key.partition(" ")[0], cast("Codes", LargeCodes(key, codes, of_rows)), warnings)

    def _ratings(self, tiers: tuple[str, ...]) -> list[ir.Value]:
        return [self.large.columns[name] for name in self._elements(tiers)]

    # sums

    def plain(self, outcome: Outcome, codes: Codes) -> ClusterTotals:
        group = self._groups(codes)
        if group.key == "offering" and not self._adjusts and isinstance(control := self.control(outcome, codes), Control):
            return self._sums(outcome, group, self._required(control, colleagues=False)).everyone
        return self._sums(outcome, group, {}).everyone

    def total(self, outcome: Outcome, codes: Codes) -> ClusterTotals:
        if not self._adjusts:
            return self.plain(outcome, codes)
        covariates, _ = self._covariates(outcome, self._groups(codes), {}, keep_gaps=True)
        return standardise(self._sums(outcome, self._groups(codes), covariates).used)[0]

    def net(
        self, outcome: Outcome, codes: Codes, control: Control, *, colleagues: bool, name: str, role: Role
    ) -> Adjusted | Message:
        group, required = self._groups(codes), self._required(control, colleagues=colleagues)
        covariates, left_out = self._covariates(outcome, group, required, keep_gaps=False) if self._adjusts else ({}, [])
        sums = self._sums(outcome, group, {**required, **covariates})
        used, spreads, aliased = standardise(sums.used)
        notes = note_left_out(self.study, left_out, covariates, used.columns[1:-1])
        collected = Collected(sums.everyone, used, aliased, notes, spreads[LOWER], sums.lost)
        found = adjust(collected, required, self.study.config.privacy.min_group, name=name, role=role)
        return found if isinstance(found, Message) else found._replace(codes=codes)

    def _required(self, control: Control, *, colleagues: bool) -> dict[str, ir.Value]:
        own = self._mean(control.items)
        return {LOWER: own - MIDDLE, **({PEERS_LOWER: self._others_mean(own) - MIDDLE} if colleagues else {})}

    def _mean(self, items: Sequence[str]) -> ir.Value:
        """The mean of ratings; whole numbers of one scale are added as they are."""
        lines = [self.large.straight.get(name) for name in items]
        scales = {line[1:] if line else None for line in lines}
        if len(scales) > 1 or None in scales:
            return mean_rating([self.large.columns[name] for name in items])
        numbers = [line[0] for line in lines if line]
        ((slope, start),) = (line[1:] for line in lines[:1] if line)
        total = reduce(add, (one.fill_null(0) for one in numbers))
        mean = total.cast("float64") / reduce(add, (one.notnull().cast("int32") for one in numbers))
        return _enough(numbers, mean * slope + start)

    @property
    def _adjusts(self) -> bool:
        return any(name.startswith("adjust.") for name in self.large.columns)

    def _covariates(
        self, outcome: Outcome, group: LargeCodes, required: Mapping[str, ir.Value], *, keep_gaps: bool
    ) -> tuple[dict[str, ir.Value], list[str]]:
        """Every usable covariate by its columns, as `adjusted.gather_controls` has them, and the names of those left out."""
        columns = {name: one for name, one in self.large.columns.items() if name.startswith("adjust.")}
        rows = self.large.answers.select(
            **self.large.accounts.keys, y=self.large.columns[outcome.column], g=group.expression, **required, **columns
        )
        rows = rows.filter(reduce(and_, (rows[name].notnull() for name in ("y", "g", *required))))
        known = self.large.accounts
        there = set(known.names_of(self.large.fetch(rows.group_by([*known.keys]).agg(**{COUNT: rows.count()}))))
        clusters = len(there if known.clusters is None else {known.clusters[one] for one in there})
        most = min(max(clusters // ACCOUNTS_PER_CONTROL, len(required)), MOST_CONTROLS)
        found: dict[str, ir.Value] = {}
        left_out = []
        for name in (one for one in self.study.data.columns if one.startswith("adjust.")):
            encoded = self._encode(rows, name, columns[name], keep_gaps=keep_gaps) if name in columns else []
            if not encoded or len(required) + len(found) + len(encoded) > most:
                left_out.append(name.removeprefix("adjust."))
            else:
                found |= {f"{name}#{place}": column for place, column in enumerate(encoded)}
        return found, left_out

    def _encode(self, rows: ir.Table, name: str, column: ir.Value, *, keep_gaps: bool) -> list[ir.Value]:
        """As `adjusted._encode`, as expressions; numbers are counted from their mean, so that squares lose no digits."""
        values = rows[name]
        gap = column.isnull().cast("int32").cast("float64")
        if column.type().is_numeric():
            asked = {"low": values.min(), "high": values.max(), "mean": values.mean(), "gaps": values.isnull().sum()}
            told = self.large.fetch(rows.agg(**asked)).iloc[0].astype(float)
            if not told["low"] < told["high"]:
                return []
            centred = column - float(told["mean"])
            return [centred.fill_null(0.0), gap] if keep_gaps and told["gaps"] else [centred]
        counts = self.large.fetch(rows.group_by(name).agg(**{COUNT: rows.count()}))
        gaps, levels = counts[name].isna(), counts.dropna().set_index(name)[COUNT].astype(int).sort_index()
        if levels.empty:
            return []
        fill = keep_gaps and bool(gaps.any())
        commonest = str(levels.idxmax())
        full = column.fill_null(commonest) if fill else column
        if fill:
            levels = levels.add(pd.Series({commonest: int(counts.loc[gaps, COUNT].iloc[0])}), fill_value=0)
        common = levels[levels >= MIN_IN_LEVEL].sort_values(ascending=False, kind="stable").index[1:]
        return [*((full == level).cast("int32").cast("float64") for level in common), *([gap] if fill else [])]

    def control(self, outcome: Outcome, codes: Codes) -> Control | Message:
        items = self._elements(LOWER_TIERS)
        if not items:
            return Message(code="missing.lower_items")
        group, full = self._groups(codes), outcome.column in self.large.full

        def find() -> Control | Message:
            counts, covariance = self._item_sums(group, None if full else self.large.columns[outcome.column], items)
            shares = pd.DataFrame([row[1:] / row[0] for row in counts if row[0]], columns=items)

            def reliability(of: Sequence[str]) -> float:
                own = [place for place, name in enumerate(items) if name in of]
                alpha = 0.0 if covariance is None else alpha_of(covariance[np.ix_(own, own)])
                return alpha if alpha >= MIN_OMEGA else self._of_sample(outcome, group, of)

            return judge_items(shares, reliability)

        found: Control | Message = self.large.once(("control", group.key, "" if full else outcome.column), find)
        return found

    def _item_sums(self, group: LargeCodes, y: ir.Value | None, items: Sequence[str]) -> tuple[Floats, Floats | None]:
        """By group its raters and the answers of each item; and the items' covariances, pair by pair on the answers of both.

        Most answers are complete, and one sum a pair is enough for them; the others are asked for apart, with three more a pair.
        """
        lines = [self.large.straight.get(name) for name in items]
        values = [line[0] if line else self.large.columns[name] - MIDDLE for name, line in zip(items, lines, strict=True)]
        slopes = np.array([line[1] if line else 1.0 for line in lines])
        names = [f"i{place}" for place in range(len(items))]
        rows = self.large.answers.select(
            g=group.expression, **({} if y is None else {"y": y}), **dict(zip(names, values, strict=True))
        )
        rows = rows.filter(reduce(and_, (rows[name].notnull() for name in ("g", *([] if y is None else ["y"])))))
        there = [rows[name].notnull() for name in names]
        k, counts, sums = len(items), np.zeros((2, 1 + len(items))), np.zeros((4, len(items), len(items)))
        pairs = list(combinations_with_replacement(range(k), 2)) if k <= MOST_ITEMS else []
        for complete in (True, False):
            some = rows.filter(reduce(and_, there) if complete else reduce(or_, there) & ~reduce(and_, there))
            asked = {"n": some.count(), "n in 1": some["g"].sum()}  # codes are 0 and 1
            for i, name in enumerate(names):
                asked |= {f"sum {i}": some[name].sum()} if complete else {f"item {i}": some[name].count()}
                asked |= {} if complete else {f"item {i} in 1": (some[name] * 0 + some["g"]).sum()}
            for i, j in pairs:
                one, other = some[names[i]], some[names[j]]
                asked[f"product {i} {j}"] = (one * other).sum()
                if not complete:  # what has a blank is blank, and falls out of the sum
                    asked[f"both {i} {j}"] = (one * other).count()
                    asked |= {f"sum {i} {j}": (one + other * 0).sum(), f"sum {j} {i}": (other + one * 0).sum()}
            found = self.large.fetch(some.agg(**asked)).iloc[0]
            told = {name: 0.0 if one is None or one != one else float(one) for name, one in found.items()}
            in_second = [told["n in 1"], *(told["n in 1" if complete else f"item {i} in 1"] for i in range(k))]
            in_both = [told["n"], *(told["n" if complete else f"item {i}"] for i in range(k))]
            counts += np.array([np.subtract(in_both, in_second), in_second])
            for i, j in pairs:
                of_pair = ("n", f"sum {i}", f"sum {j}") if complete else (f"both {i} {j}", f"sum {i} {j}", f"sum {j} {i}")
                sums[:, i, j] += [told[one] for one in (*of_pair, f"product {i} {j}")]
        if not pairs:
            return counts, None
        with np.errstate(invalid="ignore", divide="ignore"):  # fewer than two answers of both have no covariance
            upper = (sums[3] - sums[1] * sums[2] / sums[0]) / (sums[0] - 1)
        covariance = np.where(np.tri(k, dtype=bool).T, upper, upper.T)
        return counts, covariance * np.outer(slopes, slopes)

    def _of_sample(self, outcome: Outcome, group: LargeCodes, items: Sequence[str]) -> float:
        """The reliability of the mean of these items in the sample."""
        data, grouping = self.study.data, group.of_rows(self.study)
        if isinstance(grouping, Message):
            return 0.0
        raters = data[outcome.column].notna() & element_ratings(self.study, LOWER_TIERS).notna().any(axis=1)
        return reliability_of(data.loc[raters & (grouping.codes != NEITHER), list(items)], self.study)

    def _sums(self, outcome: Outcome, group: LargeCodes, controls: Mapping[str, ir.Value]) -> Sums:
        """Sums by account and group, without and with these controls; of NPS and repurchase at once, which most claims ask for."""
        wanted = tuple(name for name in ("nps", "repurchase") if name in self.large.columns)
        outcomes = wanted if outcome.column in wanted and not self._adjusts else (outcome.column,)
        key = ("sums", group.key, outcomes, *((name, str(one)) for name, one in controls.items()))
        found = self.large.once(key, lambda: self._query(group, outcomes, controls))
        sums: Sums = found[outcome.column]
        return sums

    def _query(self, group: LargeCodes, outcomes: Sequence[str], controls: Mapping[str, ir.Value]) -> dict[str, Sums]:
        large, known = self.large, self.large.accounts
        weight = {} if large.weight is None else {"w": large.weight}
        outcomes_of = {f"y{place}": large.columns[name].cast("float64") for place, name in enumerate(outcomes)}
        names = {f"x{place}": one for place, one in enumerate(controls.values())}
        rows = large.answers.select(**known.keys, g=group.expression, **weight, **outcomes_of, **names)
        powers = range(POWERS if weight else 1)
        asked: dict[str, ir.Value] = {}
        parts = {"all": ("1", "y"), **({"used": ("1", *controls, "y")} if controls else {})}
        full = {y for name, y in zip(outcomes, outcomes_of, strict=True) if name in large.full}
        for y in outcomes_of:
            for part, columns in parts.items():
                every = ["1", *list(names)[: len(columns) - 2], y]
                for i, j in combinations_with_replacement(range(len(every)), 2):
                    for power in powers:
                        factors = [every[place] for place in (i, j) if every[place] != "1"]
                        weights = [rows["w"] for _ in range(power)]
                        # What has a blank is blank, and falls out of the sum; so nothing of the others is added to each product.
                        blank = [rows[one] for one in every[1:] if one not in {*factors, *full}]
                        nothing = reduce(add, blank) * 0.0 if blank else None
                        if not factors and not weights:
                            asked[f"{part} {y} {power} {i} {j}"] = rows.count() if nothing is None else nothing.count()
                            continue
                        product = reduce(mul, [*(rows[one] for one in factors), *weights])
                        asked[f"{part} {y} {power} {i} {j}"] = (product if nothing is None else product + nothing).sum()
        found = large.fetch(rows.group_by([*known.keys, "g"]).agg(**asked))
        return {name: self._records(found, y, powers, parts) for name, y in zip(outcomes, outcomes_of, strict=True)}

    def _records(self, found: pd.DataFrame, y: str, powers: range, parts: Mapping[str, tuple[str, ...]]) -> Sums:
        known = self.large.accounts
        accounts, place = np.unique(np.array(known.names_of(found), dtype=str), return_inverse=True)
        group = found["g"].fillna(-1).to_numpy(np.int64)
        cell = group * len(accounts) + place
        inside = group >= 0
        by_account: dict[str, Floats] = {}
        for part, columns in parts.items():
            q = len(columns)
            totals = np.zeros((len(powers), q, q, len(GROUPS) * len(accounts)))
            for i, j in combinations_with_replacement(range(q), 2):
                for power in powers:
                    sums = found[f"{part} {y} {power} {i} {j}"].fillna(0.0).to_numpy(float)
                    totals[power, i, j] = totals[power, j, i] = np.bincount(
                        cell[inside], weights=sums[inside], minlength=totals.shape[-1]
                    )
            by_account[part] = totals.reshape(len(powers), q, q, len(GROUPS), len(accounts))
        records = {part: self._record(accounts, parts[part], totals) for part, totals in by_account.items()}
        lost = (0, 0)
        if "used" in by_account:
            gone = (by_account["all"][0, 0, 0] - by_account["used"][0, 0, 0] > 0).sum(axis=1)
            lost = (int(gone[0]), int(gone[1]))
        return Sums(records["all"], records.get("used", records["all"]), lost)

    def _record(self, accounts: NDArray[np.str_], columns: tuple[str, ...], totals: Floats) -> ClusterTotals:
        """Totals by account as those of the clusters above them, where there are such."""
        clusters, members = self.large.accounts.clusters, None
        if clusters is not None:
            members = accounts, totals[0, 0, 0] > 0
            names, place = np.unique(np.array([clusters[one] for one in accounts.tolist()], dtype=str), return_inverse=True)
            above = np.zeros((*totals.shape[:-1], len(names)))
            np.add.at(np.moveaxis(above, -1, 0), place, np.moveaxis(totals, -1, 0))
            accounts, totals = names, above
        totals = np.broadcast_to(totals, (POWERS, *totals.shape[1:]))
        return ClusterTotals(accounts, GROUPS, columns, totals, members)

    def _elements(self, tiers: tuple[str, ...]) -> list[str]:
        """The mapped elements of these tiers."""
        keys = (f"element.{key}" for name in tiers for key in tier(name).elements)
        return [key for key in keys if key in self.large.columns]

    def _groups(self, codes: Codes) -> LargeCodes:
        return cast("LargeCodes", codes)


def mean_rating(ratings: Sequence[ir.Value]) -> ir.Value:
    """As `stats.exposure.mean_rating`, as an expression."""
    total = reduce(add, (one.fill_null(0.0) for one in ratings))
    return _enough(ratings, total / reduce(add, (one.notnull().cast("int32") for one in ratings)))


def _enough(ratings: Sequence[ir.Value], value: ir.Value) -> ir.Value:
    """A value where enough of the ratings are answered, else a blank."""
    import ibis

    answered = reduce(add, (one.notnull().cast("int32") for one in ratings))
    return (answered >= max(ANSWERED * len(ratings), 1)).ifelse(value.cast("float64"), ibis.null("float64"))


def _met(rating: ir.Value, threshold: float) -> ir.Value:
    """Whether a rating is at or above the threshold; a blank is not."""
    return (rating >= threshold).fill_null(False)


def standardise(totals: ClusterTotals) -> tuple[ClusterTotals, dict[str, float], bool]:
    """The record with its controls in standard units over all answers, each kept only if it adds to those before it.

    Returns:
        The record, the standard deviations by control, and whether the controls leave nothing of the groups.
    """
    names = totals.columns[1:-1]
    products = totals.totals[0].sum(axis=-1)  # (columns, columns, groups)
    n = products[0, 0].sum()
    mean = products[0].sum(axis=-1) / n
    covariance = products.sum(axis=-1) / n - np.outer(mean, mean)
    spread = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    share = products[0, 0, 0] / n
    with_group = products[:, 0, 0] / n - mean * share
    kept: list[int] = []
    for place in range(1, len(names) + 1):
        if spread[place] > INDEPENDENT * max(abs(mean[place]), 1.0) and _left(covariance, kept, place) > TELLS:
            kept.append(place)
    basis = np.linalg.lstsq(covariance[np.ix_(kept, kept)], with_group[kept], rcond=None)[0] if kept else np.zeros(0)
    left = share * (1 - share) - float(with_group[kept] @ basis)
    change = np.zeros((len(kept) + 2, len(names) + 2))
    change[0, 0] = change[-1, -1] = 1.0
    for row, place in enumerate(kept, start=1):
        change[row, place], change[row, 0] = 1 / spread[place], -mean[place] / spread[place]
    done = np.einsum("ai,bj,kijhg->kabhg", change, change, totals.totals[: 1 if totals.totals.strides[0] == 0 else POWERS])
    columns = ("1", *(names[place - 1] for place in kept), "y")
    record = ClusterTotals(
        totals.accounts, totals.groups, columns, np.broadcast_to(done, (POWERS, *done.shape[1:])), totals.members
    )
    return record, dict(zip(names, spread[1:-1].tolist(), strict=True)), bool(left <= TELLS * share * (1 - share))


def _left(covariance: Floats, kept: Sequence[int], place: int) -> float:
    """The share of a column's variance that those kept before it do not hold."""
    if not kept:
        return 1.0
    with_kept = covariance[place, kept]
    held = with_kept @ np.linalg.lstsq(covariance[np.ix_(kept, kept)], with_kept, rcond=None)[0]
    return float(1 - held / covariance[place, place])
