"""A large study's answers where they lie: each harmonised column as an expression, from the readers' own reading of its codes.

Nobody reads 10^8 cells one by one, and nobody has to: a column has few different cells. These are fetched with their counts, the
readers make of each what they make of it in any file, and what came out is put back into the query as a rule. So don't-know codes,
labels, words of a ladder, decimal commas and codes for yes and no count here as they do in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import add, and_
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from valuelib.errors import Problem, StudyError
from valuelib.study.config import StudyConfig, Wave
from valuelib.study.desk import Desk, texts, without_emails
from valuelib.study.harmonise import background_columns, outcome_columns, rated_columns
from valuelib.study.identity import (
    OWN,
    account_names,
    join_clusters,
    name_columns,
    read_clusters,
    read_waves,
    read_weights,
    wave_order,
)
from valuelib.study.places import Place, columns_of
from valuelib.study.readers.draft import RawTable, read_numbers
from valuelib.study.readers.typed import typed_draft
from valuelib.study.wording import clip, guess, refusal

if TYPE_CHECKING:
    import ibis.expr.types as ir

MOST_CODES = 10_000
"""Different cells of one column that are read one by one."""
SAMPLE = 20_000
"""Answers of the sample, which is of whole accounts, so that colleagues stay together and copies of a row are seen."""
STRAIGHT = 1e-12
COUNT, KEY = "n", "key of "

Unit = tuple[str, ...]  # columns that are read together


@dataclass(frozen=True, kw_only=True, eq=False)
class LargeAnswers:
    """All answers of a large study as expressions on one table.

    Attributes:
        place: where they lie.
        config: what study.yaml says.
        columns: expression by harmonised column, as `Study.data` has them; blanks are null.
        answers: the rows that headline figures use.
        full: harmonised columns without a blank in any row.
        straight: of ratings that are whole numbers on a straight scale, those numbers, and the slope and start of their scale.
    """

    place: Place
    config: StudyConfig
    columns: Mapping[str, ir.Value]
    answers: ir.Table
    full: frozenset[str]
    straight: Mapping[str, tuple[ir.Value, float, float]]
    found: dict[object, Any] = field(default_factory=dict)

    @property
    def weight(self) -> ir.Value | None:
        """The weight of each answer; None where all count alike."""
        return self.columns.get("weight")

    @property
    def accounts(self) -> Accounts:
        """Every account of these answers."""
        found: Accounts = self.once("accounts", lambda: _read_accounts(self))
        return found

    def once(self, key: object, find: Callable[[], Any]) -> Any:
        """What `find` gives, kept under this key: the answers lie still."""
        if key not in self.found:
            self.found[key] = find()
        return self.found[key]

    def fetch(self, wanted: ir.Table) -> pd.DataFrame:
        """The rows of an expression on `answers`."""
        return self.place.fetch(wanted)

    def sample(self, mapped: Collection[str], size: int = SAMPLE) -> pd.DataFrame:
        """The mapped columns of about `size` answers: those of whole accounts, drawn by lot with the study's seed."""
        known, wanted = self.accounts, self.place.table
        if known.n > size:
            order = np.random.default_rng(self.config.seed).permutation(len(known.raw))
            drawn = order[: int(np.searchsorted(known.counts[order].cumsum(), size)) + 1]
            wanted = wanted.filter(_raw(self.place, known.column).isin([known.raw[place] for place in drawn.tolist()]))
        return every_row(self.place, mapped, wanted)


def every_row(place: Place, mapped: Collection[str], rows: ir.Table | None = None) -> pd.DataFrame:
    """The mapped columns of all rows, or of some of them, in the order of their first cells: tables have none of their own."""
    there, wanted = columns_of(place), place.table if rows is None else rows
    frame = place.fetch(wanted.select(**{name: wanted[there[name]] for name in mapped if name in there}))
    return frame.sort_values([*frame.columns[:3]], kind="stable", key=_sortable).reset_index(drop=True)


@dataclass(frozen=True, kw_only=True, eq=False)
class Accounts:
    """The accounts of a large study.

    Attributes:
        column: that names them in the source; where there is none, that of the respondents.
        raw: its different cells that name an account, in their order.
        counts: answers of each.
        n: answers of all, those without an account too.
        keys: what answers are grouped by, so that each group is of one account: the cell; where that names none, the respondent.
        account: an expression that is one value for each account.
        names: of the account, by the values of the keys.
        clusters: what stands above the account, by its name; None where each is its own.
    """

    column: str
    raw: list[Any]
    counts: np.ndarray[Any, Any]
    n: int
    keys: Mapping[str, ir.Value]
    account: ir.Value
    names: Mapping[tuple[Any, ...], str]
    clusters: Mapping[str, str] | None

    def names_of(self, found: pd.DataFrame) -> list[str]:
        """The account of each row that was grouped by the keys."""
        return [self.names[one] for one in zip(*(_cells(found[key]) for key in self.keys), strict=True)]


def _read_accounts(large: LargeAnswers) -> Accounts:
    columns, place = large.config.columns, large.place
    column = columns.account or columns.respondent
    if column is None:
        raise refusal(
            "Nothing tells whose answer a row is.",
            place.name,
            "`columns.account`, or at least `columns.respondent`.",
            "Map one of them, or read the study in memory with --source rows.",
        )
    own = columns.account is None
    keys = {"account": _raw(place, column)}

    def grouped(keys: Mapping[str, ir.Value]) -> pd.DataFrame:
        return large.fetch(large.answers.select(**keys).group_by([*keys]).agg(**{COUNT: ibis_count()}))

    found = grouped(keys)
    desk = _names_desk(large, {column: found["account"]})
    named = (without_emails(desk, column, texts(desk, column)) if own else account_names(desk, column)).tolist()
    cells, counts = _cells(found["account"]), found[COUNT].to_numpy(np.int64)
    nameless = [cell for cell, name in zip(cells, named, strict=True) if name is None]
    there = [place for place, name in enumerate(named) if name is not None]
    names: dict[tuple[Any, ...], str] = {}
    if nameless:
        if own or columns.respondent is None:
            raise refusal(
                f"{int(sum(counts)) - int(sum(counts[there]))} answers name nobody.",
                f"{place.name}, column {clip(column)!r}",
                "a respondent on every row, or an account.",
                "Map columns.respondent, or fill in the names.",
            )
        alone = keys["account"].isnull() | keys["account"].isin([cell for cell in nameless if cell is not None])
        keys["respondent"] = alone.ifelse(_raw(place, columns.respondent).cast("string"), ibis_null("string"))
        pairs = grouped(keys)
        by_cell = dict(zip(cells, named, strict=True))
        for cell, who in zip(_cells(pairs["account"]), _cells(pairs["respondent"]), strict=True):
            names[cell, who] = by_cell[cell] or f"{OWN}{who}"
    else:
        names = {(cell,): f"{OWN}{name}" if own else str(name) for cell, name in zip(cells, named, strict=True)}
    ordered = sorted(there, key=lambda place: str(cells[place]))
    accounts = Accounts(
        column=column,
        raw=[cells[place] for place in ordered],
        counts=counts[ordered],
        n=int(counts.sum()),
        keys=keys,
        account=_one_account(keys, names),
        names=names,
        clusters=None,
    )
    if columns.cluster is None:
        return accounts
    pairs = grouped({**keys, "cluster": _raw(place, columns.cluster)})
    desk, account = _names_desk(large, {columns.cluster: pairs["cluster"]}), pd.Series(accounts.names_of(pairs), dtype=object)
    above = join_clusters(pd.DataFrame({"account": account, "cluster": read_clusters(desk, columns.cluster, account)}))
    if above["cluster"].nunique() < 2:
        raise refusal(
            "All accounts hang together as one cluster.",
            f"{place.name}, column {clip(columns.cluster)!r}",
            "clusters that hold whole accounts: a level above the account, such as its team.",
            "Map the column of the account's own team or group, or take columns.cluster out.",
        )
    return replace(accounts, clusters=dict(zip(above["account"], above["cluster"], strict=True)))


def _one_account(keys: Mapping[str, ir.Value], names: Mapping[tuple[Any, ...], str]) -> ir.Value:
    """The account as text: its cell, or the first cell of several that are one account; the respondent where none is named."""
    import ibis

    cells: dict[str, list[Any]] = {}
    for (cell, *who), name in names.items():
        if not who or who[0] is None:
            cells.setdefault(name, []).append(cell)
    cell = keys["account"]
    again = [(cell.isin(same[1:]), ibis.literal(str(same[0]))) for same in cells.values() if len(same) > 1]
    found = ibis.cases(*again, else_=cell.cast("string")) if again else cell.cast("string")
    return (ibis.literal(OWN) + keys["respondent"]).fill_null(found) if "respondent" in keys else found


def _names_desk(large: LargeAnswers, columns: Mapping[str, pd.Series]) -> Desk:
    """A desk with names as the readers see them, one row for each of these cells."""
    names = name_columns(large.config)
    draft = read_numbers(typed_draft(pd.DataFrame(columns), large.place.name), large.config.responses.decimal, names)
    return Desk(table=RawTable(draft.file, draft.frame, {}, {}, 1, (), draft.rows, names), config=large.config)


# What of the source makes which harmonised column.


def feeding(config: StudyConfig) -> dict[str, Unit]:
    """The columns of the source behind each harmonised column; several of a rating are averaged."""
    outcomes = config.outcomes
    fed: dict[str, Unit] = {}
    single = ("recommend", "repurchase", "effort", "satisfaction", "perceived_value", "unaffected", "promise")
    for name in (*single, "share_of_purchases", "expansion"):
        if (block := getattr(outcomes, name)) is not None:
            fed[name] = (block.column,)
    if "recommend" in fed:
        fed["nps"] = fed["recommend"]
    if "repurchase" in fed:
        fed["repurchase_score"] = fed["repurchase"]
    if outcomes.value_enhancement is not None:
        fed["value_enhancement"] = tuple(outcomes.value_enhancement.columns)
    fed |= {f"element.{key}": tuple(listed) for key, listed in (config.elements.columns if config.elements else {}).items()}
    fed |= {f"facet.{key}": (one,) for key, one in (config.cocreation.columns if config.cocreation else {}).items()}
    exposure = config.exposure
    if exposure.tells_bought:
        bought = tuple(exposure.columns.values()) or (str(exposure.column),)
        fed |= {"offering": bought, "offering_name": bought}
    return fed | {f"adjust.{name}": (name,) for name in config.columns.adjust_for}


ALONE = ("repurchase", "repurchase_score", "promise", "offering", "offering_name")
"""Read without the other columns: whether a blank or a code occurs at all matters to them."""


def read_large(place: Place, config: StudyConfig) -> LargeAnswers:
    """Read the codes of the mapped columns, and make of each harmonised column an expression.

    Raises:
        StudyError: a column is not there, has too many different cells, or its codes do not fit what study.yaml says of them.
    """
    there, columns = columns_of(place), config.columns
    fed, wave = feeding(config), columns.wave.column if isinstance(columns.wave, Wave) else columns.wave
    named = [one for one in (columns.respondent, columns.account, columns.cluster, columns.weight, wave) if one is not None]
    if absent := [one for one in dict.fromkeys([*named, *(one for unit in fed.values() for one in unit)]) if one not in there]:
        raise StudyError([_no_column(one, place.name, list(there)) for one in absent])
    # Numbers with many values go as they are.
    numeric = {name for name in fed if name.startswith("adjust.") and _raw(place, fed[name][0]).type().is_numeric()}
    weighed = columns.weight is not None and not _raw(place, columns.weight).type().is_numeric()
    alone = {name: unit for name, unit in fed.items() if name in ALONE or (name.startswith("adjust.") and name not in numeric)}
    rated = {name: unit for name, unit in fed.items() if name not in {*alone, *numeric}}
    together: list[Unit] = [(column,) for column in dict.fromkeys(column for unit in rated.values() for column in unit)]
    single = [(one,) for one in (wave, columns.weight if weighed else None) if one is not None]
    book = _Book(
        place, config, list(dict.fromkeys([*together, *alone.values(), *single])), counted={(one,) for one in (wave,) if one}
    )
    found: dict[str, ir.Value] = {}
    full = {"weight", "wave"}
    straight: dict[str, tuple[ir.Value, float, float]] = {}
    read: list[tuple[list[Unit], dict[str, Unit]]] = [(together, rated), *(([unit], {name: unit}) for name, unit in alone.items())]
    for units, names in read:
        desk = book.desk(units)
        made = background_columns(desk) | outcome_columns(desk) | rated_columns(desk)
        if desk.problems:
            raise StudyError(desk.problems)
        for name, unit in names.items():
            if name in made:
                parts = [unit] if name in alone else [(column,) for column in unit]
                found[name] = _mean_of_answered([book.rule(units, part, made[name]) for part in parts])
                if len(parts) == 1 and (line := book.line(units, unit, made[name])) is not None:
                    straight[name] = line
                full |= {name} if any(None not in book.given(units, part, made[name]) for part in parts) else set()
    if "perceived_value" not in found and (values := [one for name, one in found.items() if name.startswith("element.")]):
        found["perceived_value"] = _mean_of_answered(values)
    for name in numeric:
        silent = [code for code in config.missing if isinstance(code, int | float)]
        found[name] = _without(_raw(place, fed[name][0]), silent).cast("float64")
    if columns.weight is not None:
        found["weight"] = _weight(place, book, columns.weight, read=weighed)
    answers = place.table
    if wave is not None:
        desk = book.desk([(wave,)])
        waves = read_waves(desk)
        if desk.problems or waves is None:
            raise StudyError(desk.problems)
        found["wave"] = book.rule([(wave,)], (wave,), waves)
        order = wave_order(waves.dropna()) or {}
        if config.waves == "latest":
            answers = answers.filter(found["wave"] == max(order, key=lambda name: order[name]))
    return LargeAnswers(place=place, config=config, columns=found, answers=answers, full=frozenset(full), straight=straight)


def _weight(place: Place, book: _Book, column: str, *, read: bool) -> ir.Value:
    """The weight, which stands on every row and is above zero."""
    if read:
        desk = book.desk([(column,)])
        weights = read_weights(desk)
        if desk.problems:
            raise StudyError(desk.problems)
        return book.rule([(column,)], (column,), weights)
    weight = _raw(place, column).cast("float64")
    told = place.fetch(place.table.agg(least=weight.min(), blank=weight.isnull().sum()))
    if told["blank"].iloc[0] or not told["least"].iloc[0] > 0:
        raise refusal(
            f"{int(told['blank'].iloc[0])} weights are missing, and the smallest is {told['least'].iloc[0]:g}.",
            f"{place.name}, column {clip(column)!r} (columns.weight)",
            "a number above zero on every row.",
            "Correct the weights, or leave out respondents who should not count.",
        )
    return weight


def _no_column(name: str, file: str, known: Sequence[str]) -> Problem:
    return Problem(
        f"There is no column {clip(name)!r}.",
        clip(file),
        f"a column of the answers; {guess(name, known)}",
        "Correct the column's name in study.yaml, or add the column to the answers.",
    )


@dataclass(eq=False)
class _Book:
    """The different cells of each unit of columns, one below the other in one table, each row standing for its count."""

    place: Place
    config: StudyConfig
    units: Sequence[Unit]
    counted: Collection[Unit]

    def __post_init__(self) -> None:
        found = {unit: self._fetch(unit) for unit in self.units}
        self.rows: dict[Unit, range] = {}
        start = 0
        for unit, one in found.items():
            self.rows[unit] = range(start, start + len(one))
            one.index = pd.RangeIndex(start, start + len(one))
            start += len(one)
        self.found = found
        every: dict[str, list[pd.Series]] = {}
        for unit, one in found.items():
            for place, column in enumerate(unit):
                every.setdefault(column, []).append(one[f"c{place}"])
        frame = pd.DataFrame({column: pd.concat(parts).reindex(range(start)) for column, parts in every.items()})
        self.copies = np.concatenate([one[COUNT].to_numpy(np.int64) for one in found.values()]) if found else np.zeros(0, np.int64)
        self.names = name_columns(self.config)
        draft = replace(typed_draft(frame, f"{self.place.name} (different cells)"), copies=self.copies.tolist())
        self.draft = read_numbers(draft, self.config.responses.decimal, self.names)
        if self.draft.problems:
            raise StudyError(self.draft.problems)

    def _fetch(self, unit: Unit) -> pd.DataFrame:
        own = {f"c{place}": self.place.table[columns_of(self.place)[column]] for place, column in enumerate(unit)}
        raw = {f"{KEY}{place}": _raw(self.place, column) for place, column in enumerate(unit)}
        changed = {name: one for (name, one), cell in zip(raw.items(), own.values(), strict=True) if not one.equals(cell)}
        table = self.place.table.select(**own, **changed)
        # How often a number occurs tells the readers nothing, unless it is a round; and counting takes as long as looking.
        plain = unit not in self.counted and all(one.type().is_numeric() for one in raw.values())
        cells = table.distinct() if plain else table.group_by([*own, *changed]).agg(**{COUNT: table.count()})
        found = self.place.fetch(cells.limit(MOST_CODES + 1))
        found = found.assign(**{COUNT: 1}) if plain else found
        found = found.assign(**{name: found[cell] for name, cell in zip(raw, own, strict=True) if name not in changed})
        if len(found) > MOST_CODES:
            raise refusal(
                f"The column holds more than {MOST_CODES} different answers.",
                f"{self.place.name}, column {clip(unit[0])!r}",
                "answers on a scale, or codes.",
                "Correct the mapping, or read the study in memory with --source rows.",
            )
        return found.sort_values([*raw], kind="stable", key=_sortable).reset_index(drop=True)

    def desk(self, units: Sequence[Unit]) -> Desk:
        """A desk with the cells of these units only, one unit below the other."""
        rows = [row for unit in units for row in self.rows[unit]]
        columns = list(dict.fromkeys(column for unit in units for column in unit))
        table = RawTable(
            file=self.draft.file,
            frame=self.draft.frame.loc[rows, columns].reset_index(drop=True),
            labels={},
            value_labels={},
            first_row=1,
            assumed=(),
            rows=[self.draft.rows[row] for row in rows],
            names=self.names,
            errors=self.draft.errors,
            copies=self.copies[rows].tolist(),
        )
        return Desk(table=table, config=self.config)

    def given(self, units: Sequence[Unit], unit: Unit, values: pd.Series) -> list[Any]:
        """What a unit's cells became, of the values that a desk with these units gave its rows."""
        start = sum(len(self.rows[one]) for one in units[: units.index(unit)])
        return _cells(values.iloc[start : start + len(self.rows[unit])])

    def line(self, units: Sequence[Unit], unit: Unit, values: pd.Series) -> tuple[ir.Value, float, float] | None:
        """The whole numbers of a column, codes for no answer blank, and slope and start of the line through what they became."""
        raw, given = _raw(self.place, unit[0]), self.given(units, unit, values)
        keys = _cells(self.found[unit][f"{KEY}0"])
        if len(unit) > 1 or not raw.type().is_integer() or not pd.api.types.is_numeric_dtype(values):
            return None
        pairs = sorted((float(key), float(value)) for key, value in zip(keys, given, strict=True) if None not in (key, value))
        line, gone = _line(pairs), [key for key, value in zip(keys, given, strict=True) if key is not None and value is None]
        if line is None or any(key is None and value is not None for key, value in zip(keys, given, strict=True)):
            return None
        return _without(raw, gone).cast("int32"), line.slope, line.start

    def rule(self, units: Sequence[Unit], unit: Unit, values: pd.Series) -> ir.Value:
        """What a unit's cells become, from the values that a desk with these units gave its rows."""
        given = self.given(units, unit, values)
        keys = [_cells(self.found[unit][f"{KEY}{place}"]) for place in range(len(unit))]
        raw = [_raw(self.place, column) for column in unit]
        kind = "float64" if pd.api.types.is_numeric_dtype(values) else "string"
        if len(unit) > 1:
            return _rule_of_several(raw, list(zip(*keys, strict=True)), given, kind)
        return _rule(raw[0], keys[0], given, kind)


# Rules: what a cell becomes, in the source's own language.


def _raw(place: Place, column: str) -> ir.Value:
    """A column as cells are told apart in rules: numbers, truth and texts as they are, NaN as a blank, all else as text."""
    cell = place.table[columns_of(place)[column]]
    kind = cell.type()
    if kind.is_integer() or kind.is_boolean() or kind.is_string():
        return cell
    if kind.is_floating():
        return cell.isnan().ifelse(ibis_null(str(kind.copy(nullable=True))), cell)
    return cell.cast("float64" if kind.is_decimal() else "string")


def _rule(raw: ir.Value, keys: Sequence[Any], values: Sequence[Any], kind: str) -> ir.Value:
    import ibis

    blank = next((value for key, value in zip(keys, values, strict=True) if key is None), None)
    pairs = sorted(((key, value) for key, value in zip(keys, values, strict=True) if key is not None), key=lambda one: one[0])
    gone = [key for key, value in pairs if value is None]
    known = (
        [(float(key), float(value)) for key, value in pairs if value is not None] if kind == "float64" and _is_number(raw) else []
    )
    found: ir.Value
    if (line := _line(known)) is not None:
        found = line.steps(_without(raw, gone).cast("float64"))
    elif known:  # steps: the keys are all that there are
        steps = [
            (raw <= key, _literal(value, kind))
            for (key, value), after in zip(pairs, [*pairs[1:], None], strict=True)
            if after is None or after[1] != value
        ]
        found = ibis.cases(*steps, else_=ibis_null(kind))
    else:
        by_value: dict[Any, list[Any]] = {}
        for key, value in pairs:
            by_value.setdefault(value, []).append(key)
        cases = [(raw.isin(same), _literal(value, kind)) for value, same in by_value.items() if value is not None]
        found = ibis.cases(*cases, else_=ibis_null(kind)) if cases else ibis_null(kind)
    return found if blank is None else raw.isnull().ifelse(_literal(blank, kind), found)


def _rule_of_several(raw: Sequence[ir.Value], keys: Sequence[tuple[Any, ...]], values: Sequence[Any], kind: str) -> ir.Value:
    import ibis

    cases = [
        (
            reduce(and_, (one.isnull() if cell is None else one == cell for one, cell in zip(raw, cells, strict=True))),
            _literal(value, kind),
        )
        for cells, value in zip(keys, values, strict=True)
        if value is not None
    ]
    return ibis.cases(*cases, else_=ibis_null(kind)) if cases else ibis_null(kind)


class _Line(NamedTuple):
    """A straight line, and the steps by which a number is put on it."""

    slope: float
    start: float
    steps: Callable[[Any], Any]


def _line(known: Sequence[tuple[float, float]]) -> _Line | None:
    """The straight line through these points, of which there are two at least; None where they leave it.

    A stretched scale is stretched by the very steps of `desk.stretch`, so that equal answers are equal to the last digit.
    """
    if len(known) < 2:
        return None
    (low, first), (high, last) = known[0], known[-1]
    slope = (last - first) / (high - low)
    if slope == 0:
        return None
    start = first - slope * low
    bottom = round(-start / slope, 9)
    top = round(bottom + 10.0 / slope, 9)
    ways: tuple[Callable[[Any], Any], ...] = (
        lambda x: x,
        lambda x: (x - bottom) * 10.0 / (top - bottom),
        lambda x: 10.0 - (x - top) * 10.0 / (bottom - top),
    )
    exact = next((way for way in ways if all(way(x) == y for x, y in known)), None)
    if exact is None and any(abs(slope * x + start - y) > STRAIGHT * max(1.0, abs(y)) for x, y in known):
        return None
    return _Line(slope, start, exact or (lambda x: x * slope + start))


def _without(raw: ir.Value, gone: Sequence[Any]) -> ir.Value:
    """A column with these cells as blanks."""
    return raw.isin(list(gone)).ifelse(ibis_null(str(raw.type().copy(nullable=True))), raw) if gone else raw


def _mean_of_answered(columns: Sequence[ir.Value]) -> ir.Value:
    """Row by row the mean of the columns that have an answer."""
    if len(columns) == 1:
        return columns[0]
    answered = reduce(add, (one.notnull().cast("int32") for one in columns))
    total = reduce(add, (one.fill_null(0.0) for one in columns))
    return (answered > 0).ifelse(total / answered, ibis_null("float64"))


def _is_number(raw: ir.Value) -> bool:
    return bool(raw.type().is_numeric())


def _literal(value: Any, kind: str) -> ir.Value:
    import ibis

    return ibis.literal(float(value) if kind == "float64" else str(value), type=kind)


def ibis_null(kind: str) -> ir.Value:
    """A blank of this type."""
    import ibis

    found: ir.Value = ibis.null(kind)
    return found


def ibis_count() -> Any:
    """How many rows a group has."""
    import ibis

    return ibis._.count()


def _cells(values: pd.Series) -> list[Any]:
    """Cells as Python has them, None for a blank."""
    return [None if one is None or one is pd.NA or one != one else one for one in values.tolist()]


def _sortable(values: pd.Series) -> pd.Series:
    return values if pd.api.types.is_numeric_dtype(values) else values.map(str, na_action="ignore")
