"""Any outcome, tier, element or facet: of everybody, by the levels of a column, of two groups compared, and as a cross-table.

Intervals take the account as the cluster, as everywhere. Whoever looks long enough finds two groups that differ, so comparisons and
cross-tables are marked exploratory. Groups below `privacy.min_group` are withheld, and further ones while the rest would tell them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from valuelib.errors import ParameterError
from valuelib.explore.describe import METHODS, withheld
from valuelib.explore.estimates import (
    SOURCES,
    UNITS,
    Named,
    cluster_means,
    found_estimate,
    group_estimate,
    group_estimates,
    no_estimate,
    of_chapter,
)
from valuelib.languages import catalogue, has_text
from valuelib.results import Crosstab, Estimate, Estimates, Message
from valuelib.stats.contrasts import estimate_difference, estimate_ratio, has_variation
from valuelib.stats.exposure import NEITHER, mean_rating
from valuelib.stats.loyalty import Kind
from valuelib.study.model import Study
from valuelib.study.wording import clip, guess, nearest, problem
from valuelib.theory.facets import facet_items, facets
from valuelib.theory.pyramid import elements, tiers
from valuelib.verdict.comparability import TIERS, compare_tiers, note_tier
from valuelib.verdict.groups import element_ratings

PEOPLE = ("respondent", "account")
RATES = ("repurchase", "expansion", "offering")
SCORES = (
    "recommend",
    "repurchase_score",
    "effort",
    "value_enhancement",
    "satisfaction",
    "perceived_value",
    "promise",
    "share_of_purchases",
    "unaffected",
    "marker",
)
PROMISE = {"-1": "promise_below", "0": "promise_met", "1": "promise_exceeded"}
MAX_LEVELS = 30
MAX_NUMBERS = 11  # distinct values of a column of numbers: an item on 0-10 may be broken down by, an age may not
Flags = npt.NDArray[np.bool_]


def estimate(study: Study, what: str, by: str | None = None) -> Estimates:
    """An outcome, a tier, an element or a facet: of everybody, or by the levels of a column; exploratory on a subset.

    Args:
        study: a checked study.
        what: one of these by its key, as far as the study maps it:
            an outcome: "nps", "repurchase", "expansion", "offering" (shares), "recommend", "repurchase_score", "effort",
            "value_enhancement", "satisfaction", "perceived_value", "promise", "share_of_purchases", "unaffected", "marker";
            a tier of the pyramid, such as "individual"; an element, such as "vision" (`study.elements` lists them);
            a facet of co-creation, such as "mutual_commitment", or one of its statements, such as "C1".
        by: a column of `study.answers` with levels: a background column under its name there, such as "industry", "wave",
            "promoter", "promise", "offering" (by name), "team", or an answer of up to 11 distinct numbers; None takes all.
    Returns:
        One estimate a level, in order; NPS and shares in points, all else as a mean. A level that must not be shown has a reason
        instead of a value. `to_frame()` has a column named as `by`. `notes` tell where the means of a tier do not compare between
        the levels (`vl.comparability`).
    Raises:
        ParameterError: there is no such outcome or column in this study, or the column has no levels.

    Example:
        >>> import valuelib as vl
        >>> study = vl.load_study("data/demo", language="en")
        >>> vl.estimate(study, "nps", by="industry").to_frame()[["industry", "estimate", "n"]].round(1).head(2)
               industry  estimate    n
        0  construction      56.9  297
        1     logistics      58.0  193
    """
    here, notes = f"estimate(study, {what!r}" + (")" if by is None else f", by={by!r})"), list[Message]()
    if by is None:
        outcome = _outcome(study, what, here)
        label = Message(code="label.of_all", values={"what_key": _called(what)})
        found = _by_group(study, outcome, [(Named(f"{what}.all", label), np.ones(len(study.data), bool))])
    else:
        levels = find_levels(study, by, here)
        outcome = _outcome(levels.study, what, here)
        hidden = _withheld(levels, outcome.values)
        groups = [(levels.named(what, name), None if name in hidden else levels.of(name)) for name in levels.words]
        found = _by_group(levels.study, outcome, groups)
        notes = [one for one in (_note(study, what, by, levels, [*levels.words]),) if one is not None]
    return dataclasses.replace(of_chapter(study, "estimate", found), notes=tuple(notes))


def compare(study: Study, what: str, by: str, groups: Sequence[object] | None = None) -> Estimates:
    """Two groups and their difference, first less second; exploratory, since the groups were picked with the answers at hand.

    Args:
        study: a checked study.
        what, by: an outcome, tier, element, facet or statement, and a column with levels, as `estimate` takes them.
        groups: two of its levels, by their key ("trade") or their word ("Retail"); None where it has just two. Of
            "offering" None is the comparison and the baseline, its 1 and 0.
    Returns:
        The two groups, the difference with its CR2 standard error, Satterthwaite degrees of freedom and two-sided p value (that
        of a `Finding` is one-sided: it tests "no lift"), and their ratio with Fieller's interval where it is defined: of shares
        and NPS whose second group is clearly above zero. Of a tier whose items the two do not use alike the difference has a
        reason instead of a value (`vl.comparability`).
    Raises:
        ParameterError: an unknown outcome, column or level, not two groups, or a group that must not be shown.

    Example:
        >>> import valuelib as vl
        >>> study = vl.load_study("data/demo", language="en")
        >>> vl.compare(study, "repurchase", by="industry", groups=("trade", "logistics"))["repurchase.difference"].unit
        'points'
    """
    here = f"compare(study, {what!r}, by={by!r})"
    sides = groups is None or {str(one) for one in groups} == {"0", "1"}  # of offerings: comparison and baseline, as in `answers`
    levels = find_levels(study, by, here, named=not sides)
    outcome = _outcome(levels.study, what, here)
    first, second = _two_groups(levels, groups, _withheld(levels, outcome.values), here)
    means = cluster_means(levels.study, [levels.of(first), levels.of(second)], outcome.values)
    found = [
        group_estimate(study, levels.named(what, name), means, place, outcome.kind, METHODS[outcome.kind])
        for place, name in enumerate((first, second))
    ]
    lift = estimate_difference(means, kind=outcome.kind, level=study.config.level)
    rows = levels.values.isin((first, second)) & outcome.values.notna()
    counts = (int(rows.sum()), int(levels.study.data["account"][rows].nunique()))
    words = {"what_key": _called(what), "first": levels.words[first], "second": levels.words[second]}
    p_value = 2 * float(stats.t.sf(abs(lift.value / lift.se), lift.df)) if has_variation(means) else None
    name = Named(f"{what}.difference", Message(code="label.difference", values=words), {by: f"{first} - {second}"})
    method, source = "CR2, Satterthwaite df", SOURCES["mean"]
    note = _note(study, what, by, levels, (second, first))
    if note is not None and note.code.startswith("missing."):
        found.append(no_estimate(study, name, note, UNITS[outcome.kind]))
    else:
        found.append(
            found_estimate(study, name, lift, UNITS[outcome.kind], counts=counts, p_value=p_value, method=method, source=source)
        )
    ratio = estimate_ratio(means, kind=outcome.kind, level=study.config.level)
    if outcome.kind != "mean" and ratio.value is not None:
        name = Named(f"{what}.ratio", Message(code="label.ratio", values=words), {by: f"{first} / {second}"})
        source = "Fieller (1954), JRSS B 16(2), 175-185"
        found.append(found_estimate(study, name, ratio, "ratio", counts=counts, method="Fieller, CR2", source=source))
    return dataclasses.replace(of_chapter(study, "compare", found), exploratory=True, notes=() if note is None else (note,))


def crosstab(study: Study, rows: str | None, columns: str) -> Crosstab:
    """Shares of the levels of one column within each level of another, or of everybody; exploratory.

    Args:
        study: a checked study.
        rows, columns: two columns of `study.answers` with levels, such as "industry" and "promoter", as `by` of `estimate`; the
            points of a rating are told on the scale on which it was asked. `rows=None` takes everybody: how the answers spread.
    Returns:
        One share a cell, in per cent of its row, with an interval that takes the account as the cluster. A cell that must not be
        shown has a reason instead of a value; so have further ones while a row's or a column's sum would tell it. `to_frame()`
        is long, with a column named as each of the two; the display is wide.
    Raises:
        ParameterError: there is no such column, or it has no levels.

    Example:
        >>> import valuelib as vl
        >>> study = vl.load_study("data/demo", language="en")
        >>> vl.crosstab(study, rows="company_size", columns="promoter").to_frame().columns[2:5].tolist()
        ['company_size', 'promoter', 'estimate']
    """
    here = f"crosstab(study, rows={rows!r}, columns={columns!r})"
    if rows == columns:
        raise _refusal("Rows and columns are the same.", here, "two different columns.", "Choose another column.")
    waves = "wave" in (rows, columns)
    across = find_levels(study, columns, here, waves=waves)
    everybody = Levels(across.study, "", "", pd.Series("all", index=across.values.index), {"all": _word(study, "everybody")})
    down = everybody if rows is None else find_levels(study, rows, here, waves=waves)
    both = down.values.notna() & across.values.notna()
    counts = pd.crosstab(down.values[both], across.values[both]).reindex(index=[*down.words], columns=[*across.words], fill_value=0)
    hidden = hide_cells(counts.to_numpy(), study.config.privacy.min_group)
    found = []
    for i, row in enumerate(down.words):
        for j, column in enumerate(across.words):
            share = Outcome("share", across.of(column).astype(float).where(both), "rate")
            label = Message(code="label.cell", values={"row": down.said(row), "column": across.said(column)})
            groups = {columns: column} if rows is None else {rows: row, columns: column}
            name = Named(".".join(["share", *(f"{one}={level}" for one, level in groups.items())]), label, groups)
            found += _by_group(down.study, share, [(name, None if hidden[i, j] else down.of(row))])
    return Crosstab(
        items=tuple(dataclasses.replace(one, unit="share") for one in found),
        topic="crosstab",
        language=study.language,
        exploratory=True,
        subset=study.subset_words,
        rows=rows or "",
        columns=columns,
        row_words=down.words,
        column_words=across.words,
    )


def hide_cells(counts: npt.NDArray[np.int64], min_group: int) -> Flags:
    """Which cells of a table of counts must not be shown.

    Args:
        counts: shape (rows, columns).
        min_group: the fewest answers that may be shown.
    Returns:
        Shape (rows, columns). Cells of 1 to `min_group` - 1 answers, whole rows of fewer, and, where a line's sum would tell what
        is hidden in it (a single cell, or fewer than `min_group` answers), its next smallest cells.

    >>> hide_cells(np.array([[40, 30, 2], [35, 25, 9]]), 5).astype(int)
    array([[0, 1, 1],
           [0, 1, 1]])
    """
    hidden: Flags = ((counts > 0) & (counts < min_group)) | (counts.sum(axis=1, keepdims=True) < min_group)
    changed = True
    while changed:
        changed = False
        for line, flags in [*zip(counts, hidden, strict=True), *zip(counts.T, hidden.T, strict=True)]:
            while flags.any() and not flags.all() and (flags.sum() < 2 or line[flags].sum() < min_group):
                left = np.where(
                    flags, np.inf, np.where(line > 0, line, line.max() + 1.0)
                )  # an empty cell hides nothing: it goes last
                flags[int(left.argmin())] = changed = True
    return hidden


class Outcome(NamedTuple):
    """What is estimated: its key, a value for each answer, and what kind of figure it makes."""

    key: str
    values: pd.Series
    kind: Kind


@dataclass(frozen=True, slots=True)
class Levels:
    """A column with levels: the study whose rows it has, its heading, each answer's level, and the levels' words in order."""

    study: Study
    column: str
    heading: str
    values: pd.Series
    words: Mapping[str, str]

    def of(self, name: str) -> pd.Series:
        """Which answers have this level."""
        return self.values == name

    def said(self, name: str) -> str:
        """A level with its column, in words; promoters, say, need no column."""
        return f"{self.heading}: {self.words[name]}" if self.heading else self.words[name]

    def named(self, what: str, name: str) -> Named:
        """What an outcome of this level is called."""
        label = Message(code="label.of_level", values={"what_key": _called(what), "level": self.said(name)})
        return Named(f"{what}.{self.column}={name}", label, {self.column: name})


def _by_group(study: Study, outcome: Outcome, groups: Sequence[tuple[Named, pd.Series | Flags | None]]) -> list[Estimate]:
    """An estimate for each group of rows; one that is hidden (None), empty or below the minimum has a reason instead of a value."""
    codes = np.full(len(outcome.values), NEITHER)
    for place, (_, rows) in enumerate(groups):
        if rows is not None:
            codes[np.asarray(rows, bool)] = place
    why = Message(code="missing.small_segment", values={"fewest_n": study.config.privacy.min_group})
    names, method = [name for name, _ in groups], METHODS[outcome.kind]
    return group_estimates(study, names, codes, outcome.values, outcome.kind, method=method, why=why, fewest_accounts=0)


def _outcome(study: Study, what: str, here: str) -> Outcome:
    """The values behind a key: an outcome, a tier, an element, a facet or a statement that the study maps."""
    if not isinstance(what, str):
        raise _not_one("what", what, here, 'one key as text, such as "nps".')
    if what == "nps" and study.has_nps:
        return Outcome(what, study.data["nps"], "nps")
    if what in RATES + SCORES and what in study.data:
        return Outcome(what, study.data[what], "rate" if what in RATES else "mean")
    for column in (f"element.{what}", f"facet.{what}"):
        if column in study.data:
            return Outcome(what, study.data[column], "mean")
    facet_columns = {
        one.key: found for one in facets() if (found := [f"facet.{item}" for item in one.items if f"facet.{item}" in study.data])
    }
    if what in facet_columns:
        return Outcome(what, mean_rating(study.data[facet_columns[what]]), "mean")
    mapped_tiers = [one.key for one in tiers() if {f"element.{key}" for key in one.elements} & {*study.data.columns}]
    if what in mapped_tiers:
        return Outcome(what, mean_rating(element_ratings(study, (what,))), "mean")
    outcomes = [name for name in study.columns if name in (*RATES, *SCORES, "nps")]
    rated = [one.partition(".")[2] for one in study.data.columns if one.startswith(("element.", "facet."))]
    near = nearest(what, [*outcomes, *mapped_tiers, *facet_columns, *rated])
    kinds = {"outcomes": outcomes[:6], "tiers": mapped_tiers, "facets": [*facet_columns][:4], "elements": rated[:1]}
    listed = "; ".join(f"{kind} {', '.join(keys)}" for kind, keys in kinds.items() if keys) + ", ..."
    expected = f"{f'did you mean {near!r}? ' if near else ''}{listed}"
    theory = (one.key for part in (tiers(), elements(), facets(), facet_items()) for one in part)
    if what in {"nps", *RATES, *SCORES, *theory}:
        raise _refusal(f"The study does not map {what!r}.", here, listed, "Map it in study.yaml.")
    raise _refusal(f"There is no outcome, tier, element or facet {clip(what)!r}.", here, expected, "Correct the name.")


def find_levels(study: Study, by: str, here: str, *, waves: bool = False, named: bool = True) -> Levels:
    """A column's levels under the names of `study.answers`; by waves, of every wave; `named` offerings by their own names."""
    if not isinstance(by, str):
        raise _not_one("by", by, here, 'one column as text, such as "wave"; `crosstab` takes two.')
    columns = study.columns
    if by not in columns:
        grouped: list[str] = []
        rated: list[str] = []
        for name, values in study.all_answers.items():
            numeric = pd.api.types.is_numeric_dtype(values)
            few = 2 <= values.nunique() <= (MAX_NUMBERS if numeric else MAX_LEVELS)
            if few and name not in PEOPLE and not pd.api.types.is_datetime64_any_dtype(values):
                (rated if numeric and name not in (*RATES, "promise") else grouped).append(str(name))
        near = get_close_matches(by, [*grouped, *rated], 1, 0.7)
        expected = f"{f'did you mean {near[0]!r}? ' if near else ''}Columns with levels are {', '.join(grouped) or 'none'}."
        raise _refusal(f"There is no column {clip(by)!r} in study.answers.", here, expected, "Correct the name.")
    if by in PEOPLE:
        raise _refusal(
            f"The levels of {by!r} are people or companies.", here, "a column of groups.", "Choose a segment, or a wave."
        )
    if by == "wave" or waves:
        study = dataclasses.replace(study, data=study.all_data)
    named = named and by == "offering" and "offering_name" in study.data
    answers, source = study.data["offering_name"] if named else study.answers[by], columns[by]
    numeric, distinct = pd.api.types.is_numeric_dtype(answers), answers.nunique()
    if pd.api.types.is_datetime64_any_dtype(answers) or distinct > (MAX_NUMBERS if numeric else MAX_LEVELS):
        kind = "distinct numbers" if numeric else "levels"
        raise _refusal(
            f"The column {by!r} has {distinct} {kind}, too many to be groups.",
            here,
            f"a column with up to {MAX_LEVELS} levels or {MAX_NUMBERS} distinct numbers.",
            "Choose another column, or cut it into few levels under columns.segment of study.yaml.",
        )
    if distinct < 2:
        raise _refusal(
            f"Every answer has the same level of {by!r}." if distinct else f"No answer has a level of {by!r}.",
            here,
            "two levels or more.",
            "Choose another column; after study.where(...) the whole study may have more levels.",
        )
    names = answers.map("{:g}".format, na_action="ignore") if numeric else answers.astype(object)
    in_order = answers.cat.categories if isinstance(answers.dtype, pd.CategoricalDtype) else sorted(answers.dropna().unique())
    ordered = [f"{one:g}" if numeric else str(one) for one in in_order]
    kind, _, column = source.partition(".")
    if kind in ("segment", "adjust"):
        codes = dict(zip(names, study.data[source], strict=True))
        heading = study.column_word(column)
        words = {name: name if numeric else study.level_word(column, codes[name]) for name in ordered if name in codes}
    else:
        heading = "" if by == "promoter" else _word(study, _called(by))
        keys = {"1": "yes", "0": "no"} if by in RATES else PROMISE if by == "promise" else {}
        words = {name: name if named else _word(study, keys.get(name, name)) for name in ordered if (names == name).any()}
        if kind == "element" and study.config.elements is not None:
            low, high = study.config.elements.scale  # read as 0-10, told as it was asked
            words = {name: f"{low + float(name) / 10 * (high - low):g}" for name in words}
    return Levels(study, by, heading, names, words)


def _note(study: Study, what: str, by: str, levels: Levels, names: Sequence[str]) -> Message | None:
    """Why the means of a tier do not compare between these levels, or by how much they are moved; of all else nothing is said."""
    if what not in TIERS:
        return None
    found = compare_tiers(study, by, levels.values, names, (what,), words=levels.words, rows=levels.study)
    return note_tier(what, found.tiers.get(what))


def _withheld(levels: Levels, values: pd.Series) -> set[str]:
    """Levels that must not be shown for this outcome."""
    there = values.notna()
    counts = levels.values[there].value_counts().reindex([*levels.words], fill_value=0)
    return withheld(counts, levels.study.config.privacy.min_group, blank=int((there & levels.values.isna()).sum()))


def _two_groups(levels: Levels, groups: Sequence[object] | None, hidden: set[str], here: str) -> tuple[str, str]:
    known = [*levels.words]
    named = known if groups is None else [f"{one:g}" if isinstance(one, int | float) else str(one) for one in groups]
    keys = {word.casefold(): name for name, word in levels.words.items()}
    named = [name if name in known else keys.get(name.casefold(), name) for name in named]
    for name in named:
        if name not in known:
            raise _refusal(f"There is no level {clip(name)!r}.", here, guess(name, known), "Correct the level.")
    if len({*named}) != 2 or len(named) != 2:
        what = f"The column has {len(known)} levels." if groups is None else f"{len({*named})} different groups are named."
        raise _refusal(what, here, f"two groups of {', '.join(known[:8])}.", "Name two: groups=(one, other).")
    fewest = levels.study.config.privacy.min_group
    for name in named:
        if name in hidden:
            raise _refusal(
                f"The group {clip(name)!r} must not be shown: it, or the rest that the total would tell, has fewer than {fewest}.",
                here,
                f"groups of at least {fewest} answers (`privacy.min_group` of study.yaml).",
                "Choose larger groups.",
            )
    return named[0], named[1]


def _word(study: Study, key: str) -> str:
    """A key of the library or of the theory in the study's language; any other text, such as a wave's, as it is."""
    if has_text(code := f"word.{key}"):
        return catalogue(study.language).gettext(code)
    named = {**{one.key: one.name for one in elements()}, **{one.key: one.item for one in facet_items()}}
    return named[key].say(study.language) if key in named else key


def _called(what: str) -> str:
    """The key of an outcome's word: the question behind the NPS is told apart from the score."""
    return "recommend_answer" if what == "recommend" else what


def _not_one(name: str, given: object, here: str, expected: str) -> ParameterError:
    return _refusal(f"`{name}` is a {type(given).__name__}.", here, expected, "Ask for one at a time.")


def _refusal(what: str, where: str, expected: str, next_step: str) -> ParameterError:
    return ParameterError(str(problem(what, where, expected, next_step)))


def measures(study: Study) -> dict[str, str]:
    """What `estimate` can estimate for this study: each key with its word in the study's language."""
    own = [name for name in ("nps", *RATES, *SCORES) if name in study.columns]
    rated = {one.partition(".")[2] for one in study.data.columns if one.startswith(("element.", "facet."))}
    mapped_tiers = [one.key for one in tiers() if rated & {*one.elements}]
    mapped_facets = [one.key for one in facets() if rated & {*one.items}]
    keys = [*own, *mapped_tiers, *study.element_keys, *mapped_facets, *(one.key for one in facet_items() if one.key in rated)]
    return {key: _word(study, _called(key)) for key in keys}


def grouping_columns(study: Study) -> dict[str, str]:
    """The columns of `study.answers` with levels, by which answers can be broken down, each with its word: ratings come last."""
    found: dict[bool, dict[str, str]] = {False: {}, True: {}}
    answers = study.all_answers
    for name in study.columns:
        try:
            levels = find_levels(study, name, "")
        except ParameterError:
            continue
        rated = pd.api.types.is_numeric_dtype(answers[name]) and name not in (*RATES, "promise")
        found[rated][name] = levels.heading or _word(study, name)
    return found[False] | found[True]


def level_words(study: Study, column: str) -> Mapping[str, str]:
    """The levels of such a column in order: each with its word."""
    return find_levels(study, column, f"level_words(study, {column!r})").words
