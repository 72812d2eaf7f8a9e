"""Per-cluster totals, the sufficient statistics of every estimator; a cluster is an account, or what stands above it.

Totals of two sets of answers are merged by adding them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from valuelib.errors import ResultError

Floats = NDArray[np.float64]
ALL = slice(None)
Members = tuple[NDArray[np.str_], NDArray[np.bool_]]
POWERS = 3  # cross-products are kept under the weights w^0, w^1 and w^2: the last two are what weighted CR2 variances need


@dataclass(frozen=True, slots=True, eq=False)
class ClusterTotals:
    """Per-cluster totals of a set of answers, by group; without a mapped cluster each account is one.

    `totals[k, i, j, h, g]` is the sum of w^k * column_i * column_j over the answers of account g in group h. Column 0 is the
    constant 1 and the last column the outcome; controls stand between. Accounts without an answer in any group stay in the
    record with zeros, because the number of clusters in the study is part of the variance.

    `accounts` holds the clusters' names. `members`, where clusters stand above accounts, holds the accounts' own names and which
    of them have an answer in which group, shape (groups, accounts), so that accounts are still counted as accounts.
    """

    accounts: NDArray[np.str_]
    groups: tuple[str, ...]
    columns: tuple[str, ...]
    totals: Floats
    members: Members | None = None

    def sum_of(self, left: str, right: str, power: int) -> Floats:
        """Totals of one product, shape (groups, accounts)."""
        i, j = self.columns.index(left), self.columns.index(right)
        total: Floats = self.totals[power, i, j]
        return total

    @property
    def n(self) -> NDArray[np.int64]:
        """Answers by group, shape (groups,)."""
        counts: NDArray[np.int64] = np.rint(self.totals[0, 0, 0].sum(axis=1)).astype(np.int64)
        return counts

    @property
    def n_accounts(self) -> NDArray[np.int64]:
        """Accounts with at least one answer, by group."""
        return self.n_clusters if self.members is None else self.members[1].sum(axis=1).astype(np.int64)

    @property
    def n_clusters(self) -> NDArray[np.int64]:
        """Clusters with at least one answer, by group."""
        present: NDArray[np.int64] = np.count_nonzero(self.totals[0, 0, 0], axis=1).astype(np.int64)
        return present

    @property
    def n_together(self) -> int:
        """Clusters with an answer in any group, each counted once."""
        return int(self.totals[0, 0, 0].any(axis=0).sum())

    @property
    def largest_share(self) -> float:
        """The largest cluster's share of the weight of all groups together, 0..1."""
        weight = self.totals[1, 0, 0].sum(axis=0)
        return float(weight.max() / weight.sum()) if weight.sum() > 0 else 0.0

    @property
    def weighted(self) -> bool:
        """Whether any answer's weight differs from one."""
        return self.totals.strides[0] != 0 and not np.array_equal(self.totals[0, 0, 0], self.totals[2, 0, 0])

    def merge(self, other: ClusterTotals) -> ClusterTotals:
        """The totals of both sets of answers: those of the same account are added.

        Raises:
            ResultError: the two records differ in their groups or columns, or only one of them has clusters above accounts.
        """
        if (self.groups, self.columns) != (other.groups, other.columns):
            raise ResultError(f"Totals of {self.groups} x {self.columns} cannot be added to {other.groups} x {other.columns}.")
        names, where = np.unique(np.concatenate([self.accounts, other.accounts]), return_inverse=True)
        both = np.concatenate([self.totals, other.totals], axis=4)
        totals = np.zeros((*both.shape[:4], len(names)))
        by_account = np.moveaxis(totals, -1, 0)
        np.add.at(by_account, where, np.moveaxis(both, -1, 0))
        return ClusterTotals(names, self.groups, self.columns, totals, _all_members(self.members, other.members))

    def regress(self, controls: Sequence[str], outcome: str) -> ClusterTotals:
        """The record with these controls only, and another of its columns in the outcome's place."""
        where = [self.columns.index(column) for column in ("1", *controls, outcome)]
        return ClusterTotals(
            self.accounts,
            self.groups,
            ("1", *controls, "y"),
            _each_power(self.totals, lambda of: of[:, where][:, :, where]),
            self.members,
        )

    def pick(self, groups: Sequence[str]) -> ClusterTotals:
        """The record of these groups only, in this order; every account stays, without answers where it has none in them."""
        where = [self.groups.index(group) for group in groups]
        members = None if self.members is None else (self.members[0], self.members[1][where])
        return ClusterTotals(
            self.accounts, tuple(groups), self.columns, _each_power(self.totals, lambda of: of[:, :, :, where]), members
        )


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Cross-products of Z with itself, account by account; without weights Z = X, with them Z = (X, wX).

    X holds the group indicators and the controls, p columns in all. Vectors by account have the shape (blocks * p, accounts), and
    no matrix of an account is formed unless it is asked for.

    Attributes:
        products: shape (powers, 1 + controls, 1 + controls, groups, accounts), of the constant and the controls, as in totals.
        weighted: whether any weight differs from one.
    """

    products: Floats
    weighted: bool

    @property
    def groups(self) -> int:
        return int(self.products.shape[3])

    @property
    def p(self) -> int:
        """Columns of X."""
        return self.groups + int(self.products.shape[1]) - 1

    @property
    def blocks(self) -> int:
        """How often X stands in Z."""
        return 2 if self.weighted else 1

    def times(self, v: Floats, factor: Floats | None = None, places: slice = ALL) -> Floats:
        """Z'Z v of each account in `places`, whose v is given; answers of each group count times its factor."""
        p, groups = self.p, self.groups
        found = np.zeros(v.shape)
        for right in range(self.blocks):
            own = v[right * p : (right + 1) * p]
            spread = np.empty((self.products.shape[2], groups, v.shape[-1]))
            spread[0], spread[1:] = own[:groups], own[groups:, None]
            if factor is not None:
                spread *= factor[:, None]
            for left in range(self.blocks):
                part = np.einsum("ijhg,jhg->ihg", self.products[left + right, ..., places], spread)
                found[left * p : left * p + groups] += part[0]
                found[left * p + groups : (left + 1) * p] += part[1:].sum(axis=1)
        return found

    def gathered(self, sums: Floats) -> Floats:
        """Sums of Z's columns by account, from those of constant and controls (blocks, 1 + controls, groups, accounts)."""
        return np.concatenate([part for block in sums for part in (block[0], block[1:].sum(axis=1))])

    def sums(self, factor: Floats) -> Floats:
        """Z'1 of each account; answers of each group count times its factor."""
        return self.gathered(self.products[: self.blocks, :, 0] * factor[:, None])

    def over_accounts(self, factor: Floats | None = None) -> Floats:
        """Z'Z of all accounts together; answers of each group count times its factor."""
        whole: Floats = self.products[: 2 * self.blocks - 1].sum(axis=-1)[..., None]
        together = Design(whole if factor is None else whole * factor[:, None], self.weighted).at(np.zeros(1, dtype=np.intp))
        found: Floats = together[0]
        return found

    def at(self, places: NDArray[np.intp]) -> Floats:
        """Z'Z of these accounts, shape (accounts, blocks * p, blocks * p)."""
        p, groups = self.p, self.groups
        gram = np.zeros((len(places), self.blocks * p, self.blocks * p))
        for left in range(self.blocks):
            for right in range(self.blocks):
                own = self.products[left + right][..., places].transpose(3, 0, 1, 2)  # (accounts, columns, columns, groups)
                block = gram[:, left * p : (left + 1) * p, right * p : (right + 1) * p]
                for h in range(groups):
                    block[:, h, h], block[:, h, groups:], block[:, groups:, h] = own[:, 0, 0, h], own[:, 0, 1:, h], own[:, 1:, 0, h]
                block[:, groups:, groups:] = own[:, 1:, 1:].sum(axis=3)
        return gram

    def trace_with(self, matrix: Floats, power: int) -> Floats:
        """tr(matrix X'W^power X) of each account, matrix (p, p), shape (accounts,)."""
        groups, trace = self.groups, np.zeros(self.products.shape[-1])
        for h in range(groups):
            own = np.ix_([h, *range(groups, self.p)], [h, *range(groups, self.p)])
            trace += np.einsum("ijg,ij->g", self.products[power, :, :, h], matrix[own])
        return trace

    def as_weighted(self) -> Design:
        """The same as if weights differed, so that it may stand beside one where they do."""
        return Design(self.products, weighted=True)


class Labels(NamedTuple):
    """Names in their order as text, and the place of each answer's among them."""

    names: NDArray[np.str_]
    places: NDArray[np.int64]

    def of(self, rows: NDArray[np.bool_]) -> Labels:
        """The labels of some answers, without the names that none of them has."""
        present, places = np.unique(self.places[rows], return_inverse=True)
        return Labels(self.names[present], places)


def number_labels(labels: ArrayLike | Labels) -> Labels:
    """Labels of any kind, each name once."""
    return labels if isinstance(labels, Labels) else Labels(*np.unique(np.asarray(labels).astype(str), return_inverse=True))


def collect_totals(
    accounts: ArrayLike | Labels,
    group: ArrayLike,
    outcome: ArrayLike,
    *,
    groups: Sequence[str],
    controls: Mapping[str, ArrayLike] | None = None,
    weights: ArrayLike | None = None,
    members: ArrayLike | Labels | None = None,
) -> ClusterTotals:
    """Sum the answers up to one record per cluster and group.

    Args:
        accounts: shape (n,), the cluster of each answer: its account, or what stands above it.
        group: shape (n,), index into `groups`; -1 for an answer in none of them, whose account still counts.
        outcome: shape (n,), any scale; missing where `group` is -1 is allowed.
        controls: covariates by name, each shape (n,); centre them for numerical safety.
        members: shape (n,), the account of each answer where clusters stand above accounts; they are only counted.
    Returns:
        ClusterTotals with one entry per distinct cluster.
    Raises:
        ResultError: a used answer, control or weight is missing or not finite, or a control has a name that totals keep for
        themselves.

    >>> totals = collect_totals(["A", "A", "B"], [0, 1, 1], [1, -1, 1], groups=("comparison", "baseline"))
    >>> totals.n.tolist(), totals.sum_of("1", "y", 0).tolist()
    ([1, 2], [[1.0, 0.0], [-1.0, 1.0]])
    """
    if taken := sorted({"1", "y"} & set(controls or {})):
        raise ResultError(f"Totals keep the names 1 and y for the constant and the outcome; rename the control {', '.join(taken)}.")
    names, account_of = number_labels(accounts)
    code = np.asarray(group, dtype=np.int64)
    used = code >= 0
    values = [np.asarray(column, dtype=float)[used] for column in (*(controls or {}).values(), outcome)]
    w = np.ones(int(used.sum())) if weights is None else np.asarray(weights, dtype=float)[used]
    if not all(np.isfinite(column).all() for column in (*values, w)):
        raise ResultError("Totals need complete answers; leave incomplete rows out by giving them group -1.")
    columns, cell = [np.ones_like(w), *values], code[used] * len(names) + account_of[used]
    q, cells = len(columns), len(groups) * len(names)
    powers = POWERS if (w != 1.0).any() else 1  # without weights all powers are one
    totals = np.zeros((powers, q, q, cells))
    for i in range(q):
        for j in range(i, q):
            product = columns[i] * columns[j] if i else columns[j]
            for power in range(powers):
                totals[power, i, j] = totals[power, j, i] = np.bincount(cell, weights=product, minlength=cells)
                if power + 1 < powers:
                    product = product * w
    totals = np.broadcast_to(totals.reshape(powers, q, q, len(groups), len(names)), (POWERS, q, q, len(groups), len(names)))
    nested = None
    if members is not None:
        own, place = number_labels(members)
        nested = own, np.zeros((len(groups), len(own)), dtype=bool)
        nested[1][code[used], place[used]] = True
    return ClusterTotals(names, tuple(groups), ("1", *(controls or {}), "y"), totals, nested)


def _each_power(totals: Floats, change: Callable[[Floats], Floats]) -> Floats:
    """The totals with something done to those of each power; where all powers are one, it is done once."""
    done = change(totals[:1] if totals.strides[0] == 0 else totals)
    return np.broadcast_to(done, (POWERS, *done.shape[1:]))


def _all_members(one: Members | None, other: Members | None) -> Members | None:
    """The accounts of two records together."""
    if one is None or other is None:
        if one is not other:
            raise ResultError("Totals by account cannot be added to totals by clusters that stand above accounts.")
        return None
    names, where = np.unique(np.concatenate([one[0], other[0]]), return_inverse=True)
    present = np.zeros((len(one[1]), len(names)), dtype=bool)
    group, place = np.nonzero(np.concatenate([one[1], other[1]], axis=1))
    present[group, where[place]] = True
    return names, present
