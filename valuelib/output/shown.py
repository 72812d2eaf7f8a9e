"""What an analyst's own frame, picture or text becomes in a report, and what is refused because it would tell of people.

A frame is a table of groups: its headings and levels are said in the client's words, its numbers by what their column is called.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Hashable, Iterator, Set
from numbers import Integral, Real
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from babel.dates import format_date
from matplotlib import pyplot as plt
from matplotlib.figure import Figure as Drawing
from matplotlib.text import Text

from valuelib.errors import ParameterError, ValuelibError
from valuelib.explore.breakdown import hide_cells
from valuelib.explore.describe import withheld
from valuelib.languages import locale_of
from valuelib.output.privacy import Secrets, ids_of, leak_in, mask
from valuelib.results import Cell, Column, Figure, Kind, Table
from valuelib.show.canvas import HOUSE, UNDATED, slim
from valuelib.show.labels import capital
from valuelib.show.localizer import local, theory_names
from valuelib.show.tables import make_table
from valuelib.study.frames import level_names
from valuelib.study.model import Study
from valuelib.theory.facets import facet_items

PEOPLE = frozenset({"respondent", "account", "cluster", "comment"})
COUNT = re.compile(
    r"(n|counts?|size|nobs|n_?obs|obs|respondents|answers|people|cases|freq|frequency|antal|lkm|vastaajia|vastauksia)"
    r"|.*_(n|count)|n_(?!clusters$|accounts$|elements$|items$|levels$|iter$|draws$).*"
)
PERCENT = re.compile(r".*(share|percent|pct|rate)s?|\D*%|repurchase|expansion")
SIGNED = re.compile(r".*(difference|diff|lift|change|gap)")
HEADS = {
    "recommend": "word.recommend_answer",
    **dict.fromkeys(("n", "count", "size", "nobs", "answers"), "common.answers"),
    **dict.fromkeys(("n_clusters", "accounts"), "common.accounts"),
    "respondents": "common.respondents",
    "estimate": "common.value",
    "difference": "common.difference",
    "mean": "report.mean",
    "median": "report.median",
    "share": "report.share",
    "tier": "common.tier",
}
SHORT_LIST, MOST_YEARS = 3, (1900, 2100)
SVG: Any = {key: HOUSE[key] for key in ("svg.fonttype", "svg.hashsalt", "text.parse_math")}


def frame_table(shown: pd.DataFrame | pd.Series, name: str, caption: str, study: Study | None, secrets: Secrets) -> Table:
    """A DataFrame or Series as a table: its index, unless it only numbers the rows, stands first.

    Columns are shown by name: counts; `share`, `percent`, `rate` as per cent; `difference`, `lift`, `change` with their sign;
    `estimate` with its `conf_low` and `conf_high` in one cell; days in the language's form. Columns of `study.answers`, their
    levels and keys of the theory are said in the client's words.

    Raises:
        ParameterError: there is no caption, or it tells of people: a column of ids or comments, an id among the cells, a group
            below `privacy.min_group`.
    """
    if not caption:
        raise ParameterError("ch.show: the DataFrame has no caption. Expected: caption='...', one line that says what it holds.")
    counted = isinstance(shown, pd.Series) and pd.api.types.is_integer_dtype(shown)
    crossed = counted or (isinstance(shown, pd.DataFrame) and any(shown.columns.names))
    frame = flat_frame(shown)
    check_people(frame, study, secrets)
    if study is not None:
        check_groups(frame, study.config.privacy.min_group, set(study.columns), crossed=crossed)
        check_levels(shown, study)
    limits = {"estimate", "conf_low", "conf_high"} <= set(frame)
    columns, cells = [], []
    for held in map(str, frame.drop(columns=["conf_low", "conf_high"] if limits else [])):
        values = frame[held]
        kind, decimals = kind_of(held, values)
        scale = 100 if kind == "percent" and values.abs().max() > 1 else 1
        columns.append(Column(_heading(held, study), kind, decimals))
        if limits and held == "estimate":
            parts = ([None if one != one else float(one) for one in frame[part]] for part in ("estimate", "conf_low", "conf_high"))
            cells.append([Cell(*one) for one in zip(*parts, strict=True)])
        else:
            words = _words(held, values, study)
            cells.append([Cell(_value(one, words, kind, scale)) for one in values])
    return make_table(name=name, caption=caption, columns=columns, rows=zip(*cells, strict=True))


def flat_frame(shown: pd.DataFrame | pd.Series) -> pd.DataFrame:
    """Plain columns under plain names: a Series by its name, groups of the index in front, two-storey headings in one line."""
    if isinstance(shown, pd.Series):
        whole = pd.api.types.is_integer_dtype(shown)
        shown = shown.to_frame(shown.name if shown.name is not None else "count" if whole else "estimate")
    index = shown.index
    numbering = isinstance(index, pd.RangeIndex) or (index.nlevels == 1 and index.name is None and index.inferred_type == "integer")
    names = [str(one) if one is not None else local.text("common.what") for one in index.names]
    front = [] if numbering else [pd.Series(index.get_level_values(level), name=one) for level, one in enumerate(names)]
    rest = [shown.iloc[:, place].reset_index(drop=True).rename(_plain(one)) for place, one in enumerate(shown.columns)]
    columns = [*front, *rest]
    doubled = {one.name for one in columns if [other.name for other in columns].count(one.name) > 1}
    if doubled:
        raise ParameterError(
            f"ch.show: the DataFrame has the column {sorted(map(str, doubled))[0]!r} twice, its index included. Expected: each "
            "name once. Next: rename one of them."
        )
    return pd.concat(columns, axis=1) if columns else pd.DataFrame()


def _plain(name: Hashable) -> str:
    return " ".join(str(part) for part in name if str(part)) if isinstance(name, tuple) else str(name)


def check_people(frame: pd.DataFrame, study: Study | None, secrets: Secrets) -> None:
    """Refuse a frame whose rows are people or companies, told by the names of its columns or by what stands in them.

    Raises:
        ParameterError: names the column and, masked, the first id.
    """
    # An id stays one with a hyphen in it, without its letters, or in other characters of the same look.
    plain = {"".join(name): kind for name, kind in secrets.names.items()}
    plain |= {digits: kind for name, kind in plain.items() if (digits := re.sub(r"\D", "", name)).startswith("0")}
    for column in frame.select_dtypes(exclude=["datetime", "datetimetz", "timedelta"]):
        texts = [str(value) for value in frame[column].dropna() if not isinstance(value, Real) or isinstance(value, Integral)]
        leak = next((found for text in (str(column), *texts) if (found := leak_in(text, secrets))), None)
        near = next((text for text in (str(column), *texts) if _bare(text) in plain), None)
        if column in PEOPLE:
            what = f"has the column {column!r}, so its rows are people or companies"
        elif leak is not None:
            what = f"tells {leak.kind} in its column {column!r}: {leak.masked}"
        elif near is not None:
            what = f"tells {plain[_bare(near)]} in its column {column!r}: {mask(near)}"
        elif study is not None and (kind := _listed(set(texts), len(texts), study)):
            what = f"lists {kind} in each row of its column {column!r}"
        elif study is not None and column == frame.columns[0] and _copied(frame, study):
            what = "has rows that are single answers, as they stand in study.answers"
        else:
            continue
        raise ParameterError(
            f"ch.show: the DataFrame {what}. Expected: figures of groups. Next: aggregate it, or look at it without ch.show, which "
            "leaves it with you."
        )


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()


def _copied(frame: pd.DataFrame, study: Study) -> bool:
    """Whether the rows are respondents: in four columns of the answers or more, two of them numbers, each row is one of theirs."""
    answers = study.all_answers
    columns = [name for name in frame if name in answers]
    numbers = [name for name in columns if pd.api.types.is_numeric_dtype(answers[name])]
    if len(columns) < 4 or len(numbers) < 2 or len(frame) < SHORT_LIST or any(map(_is_count, map(str, frame))):
        return False
    theirs = set(answers[columns].astype(str).itertuples(index=False, name=None))
    return all(row in theirs for row in frame[columns].astype(str).itertuples(index=False, name=None))


def _listed(values: set[str], rows: int, study: Study) -> str:
    """Which ids, too short to be told from any figure one by one, a column is a list of; empty where it is none.

    Numbers count only where the column goes through most of the ids, words where each of them is one.
    """
    if len(values) < max(SHORT_LIST, rows) or values <= {item.key for item in facet_items()}:
        return ""
    for kind, ids in ids_of(study).items():
        numbers = all(value.lstrip("-").isdigit() for value in values)
        if values <= ids and (not numbers or 2 * len(values) >= len(ids)):
            return kind
    return ""


def check_levels(shown: pd.DataFrame | pd.Series, study: Study) -> None:
    """Refuse figures of few respondents that are told by the levels of their group alone, without a count, or by what is left out.

    Groups are looked for in the index, in columns of words, and in the names of headings, as columns of `study.answers`. Of one or
    two such columns further groups must be left out where sums would tell the rest, as `vl.estimate` and `vl.crosstab` do.

    Raises:
        ParameterError: names the group.
    """
    frame = shown.to_frame("") if isinstance(shown, pd.Series) else shown
    answers = study.all_answers if "wave" in (*frame.index.names, *frame.columns.names, *frame.columns) else study.answers
    words = [name for name in frame if name in answers and not pd.api.types.is_numeric_dtype(frame[name])]
    down, across = ([name for name in axis.names if name in answers] for axis in (frame.index, frame.columns))
    keys = [str(name) for name in dict.fromkeys((*down, *words, *across))]
    if not keys or len(keys) > len({*down, *words}) + len({*across}):
        return
    levels = [answers[key].map(_level, na_action="ignore") for key in keys]
    known = pd.concat(levels, axis=1, keys=keys).dropna()
    counts, fewest = known.value_counts(), study.config.privacy.min_group
    hidden = {group for group, n in counts.items() if n < fewest}
    if len(keys) == 1:
        hidden |= {
            (one,)
            for one in withheld(
                pd.Series(counts.to_numpy(), index=[one for (one,) in counts.index]), fewest, blank=len(answers) - len(known)
            )
        }
    if len(keys) == 2:
        table = counts.unstack(fill_value=0)
        flags = hide_cells(table.to_numpy(), fewest)
        hidden |= {(table.index[row], table.columns[column]) for row, column in zip(*flags.nonzero(), strict=True)}
    held, told = frame.drop(columns=words), []
    for row, index in enumerate(frame.index):
        start = [_level(one) for name, one in zip(frame.index.names, _tuple(index), strict=True) if name in down]
        start += [_level(frame[word].iloc[row]) for word in words]
        for heading, there in zip(held.columns, held.iloc[row].notna(), strict=True):
            end = [_level(one) for name, one in zip(held.columns.names, _tuple(heading), strict=True) if name in across]
            told += [(int(counts.get((*start, *end), 0)), (*start, *end))] if there and (*start, *end) in hidden else []
    for n, group in sorted(one for one in told if one[0]):
        why = f"stands for {n} respondents" if n < fewest else "would tell, with the totals, a group that is too small"
        named = ", ".join(f"{key} = {level}" for key, level in zip(keys, group, strict=True))
        raise ParameterError(
            f"ch.show: in the DataFrame the group {named} {why}. Expected: at least {fewest}, as privacy.min_group of study.yaml "
            "asks. Next: join groups, or leave this one out, too; vl.crosstab and vl.estimate(..., by=...) do so by themselves."
        )


def _tuple(label: Hashable) -> tuple[Hashable, ...]:
    return label if isinstance(label, tuple) else (label,)


def _level(value: Any) -> str:
    """A level as it is compared: a number in any dress is the same one."""
    if isinstance(value, bool | np.bool_):
        return str(value)
    try:
        return f"{float(value):g}"
    except (TypeError, ValueError):
        return str(value)


def check_groups(frame: pd.DataFrame, fewest: int, asked: Set[str] = frozenset(), *, crossed: bool) -> None:
    """Refuse a frame with a row or cell for fewer respondents than may be shown; a count is told by its heading, not by its type.

    Args:
        frame: with plain columns.
        fewest: `privacy.min_group`.
        asked: columns of `study.answers`, which are no counts whatever they are called.
        crossed: whether it was a cross-table or a column of whole numbers, all of which are counts.

    Raises:
        ParameterError: names the row and its count.
    """
    numbers = {str(name): pd.to_numeric(frame[name].astype(object), errors="coerce").astype(float) for name in frame}
    labels = frame.iloc[:, 0].astype(str).map(_is_count) if len(frame.columns) else pd.Series(dtype=bool)
    for column, values in numbers.items():
        there = values.dropna()
        if column in asked or not len(there) or (there % 1 != 0).any() or (there < 0).any():
            continue
        rows = labels if not (_is_count(column) or crossed) else pd.Series(True, index=frame.index)
        small = frame[rows & values.between(0, fewest, inclusive="neither")]
        if len(small):
            told = dict.fromkeys((frame.columns[0], *frame.select_dtypes(exclude="number").columns))
            first = {one: small[one].iloc[0] for one in told if one != column}
            row = ", ".join(f"{one} = {f'{held:g}' if isinstance(held, Real) else held}" for one, held in first.items())
            what = f"the row {row or small.index[0] + 1} of the DataFrame stands for {values[small.index[0]]:g} respondents"
            raise ParameterError(
                f"ch.show: {what} (column {column!r}). Expected: at least {fewest}, as privacy.min_group of study.yaml asks. "
                "Next: join groups, or leave the row out together with one more where a total would tell it."
            )


def _is_count(heading: str) -> bool:
    return COUNT.fullmatch(heading.casefold().strip(" .:=()").rpartition(" ")[2]) is not None


def kind_of(name: str, values: pd.Series) -> tuple[Kind, int | None]:
    """What a column's numbers are by its name and values, and with how many decimals they are shown (None: as the kind has)."""
    last = name.casefold().rpartition(" ")[2]
    if pd.api.types.is_bool_dtype(values) or not pd.api.types.is_numeric_dtype(values):
        return "text", None
    if pd.api.types.is_integer_dtype(values):
        years = len(values) > 0 and values.dropna().between(*MOST_YEARS).all() and not COUNT.fullmatch(last)
        return ("text", None) if years else ("count", None)
    if COUNT.fullmatch(last) and (values.dropna() % 1 == 0).all():
        return "count", None
    if last in ("p", "p_value"):
        return "p", None
    if last.endswith("ratio"):
        return "ratio", None
    if SIGNED.fullmatch(last):
        return "points", None
    if PERCENT.fullmatch(last) and values.min() >= 0:
        return "percent", None
    return "number", 1 if values.abs().max() >= 10 else 2


def _heading(name: str, study: Study | None) -> str:
    source = study.columns.get(name, "") if study is not None else ""
    if study is not None and source.startswith(("segment.", "adjust.")):
        return study.column_word(source.partition(".")[2])
    if name in HEADS:
        return local.text(HEADS[name])
    try:
        return capital(local.word(name))
    except ValuelibError:  # a name of the analyst's own
        return name


def _words(name: str, values: pd.Series, study: Study | None) -> dict[str, str]:
    """Levels of a background column and keys of the theory in the client's words, by what stands in the frame."""
    source = study.columns.get(name, "") if study is not None else ""
    if study is not None and source.startswith(("segment.", "adjust.")) and not pd.api.types.is_numeric_dtype(values):
        codes = study.all_data[source].dropna().unique()
        return {
            public: study.level_word(source.partition(".")[2], code) for code, public in level_names(study, source, codes).items()
        }
    held = set(values.dropna().map(str))
    if held and (held <= set(theory_names()) or held <= {"detractor", "passive", "promoter"}):
        return {key: capital(local.word(key)) for key in held}
    return {}


def _value(value: Any, words: dict[str, str], kind: Kind, scale: float) -> float | str | None:
    if value is None or value is pd.NA or value != value:
        return None
    if isinstance(value, bool | np.bool_):
        return local.word("yes" if value else "no")
    if isinstance(value, pd.Timestamp):
        return format_date(value.date(), format="medium", locale=locale_of(local.language))
    if kind == "text" or not isinstance(value, Real):
        return words.get(str(value), str(value))
    return int(value) if isinstance(value, Integral) else float(value) / scale


def picture(drawing: Drawing, name: str, caption: str, alt: str, secrets: Secrets) -> Figure:
    """A matplotlib drawing as a figure of the report.

    Raises:
        ParameterError: there is no alt text, or a text in it tells of people.
    """
    if not alt:
        raise ParameterError(
            "ch.show: the picture has no alt text. Expected: alt='...', what it shows in a sentence, for whoever does not see it."
        )
    for text in (caption, alt, *_drawn(drawing)):
        check_text(text, "picture", secrets)
    file = io.StringIO()
    with mpl.rc_context(SVG):
        drawing.savefig(file, format="svg", metadata=UNDATED, bbox_inches="tight")
    plt.close(drawing)  # a notebook would show it a second time
    return Figure(name=name, svg=slim(file.getvalue()), alt=alt, caption=caption)


def _drawn(drawing: Drawing) -> Iterator[str]:
    drawing.canvas.draw()  # labels of ticks are made on drawing
    yield from (one.get_text() for one in drawing.findobj(Text) if isinstance(one, Text))


def check_text(text: str, what: str, secrets: Secrets) -> None:
    """Refuse a text that names a person, a company or what somebody wrote.

    Raises:
        ParameterError: tells what it names, masked.
    """
    if leak := leak_in(text, secrets):
        raise ParameterError(
            f"ch.show: the {what} tells {leak.kind}: {leak.masked}. Expected: figures and names of groups. Next: leave the "
            "name out, or look at it without ch.show, which leaves it with you."
        )
