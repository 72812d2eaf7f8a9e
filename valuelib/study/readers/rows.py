"""Rows of an export that are no answers: titles above the names, totals, footers, exact copies; and files of one row an answer."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from valuelib.results import Message, Value
from valuelib.study.ladders import is_known_word
from valuelib.study.readers.draft import Draft, RawTable, is_blank, read_numbers, some
from valuelib.study.scores import plain_number
from valuelib.study.wording import NUMBER, clip, refusal, tidy

Mask = npt.NDArray[np.bool_]

# Titles above the names of the columns.

SAMPLE = 200
PAIR = 5  # columns from which a row of two cells, `Exported: | 2026-03-01`, is no header


def count_titles(cells: Sequence[Sequence[object]]) -> int:
    """How many rows stand above the names of the columns: titles, and pairs such as `Exported:` beside a date."""
    filled = [[place for place, cell in enumerate(row) if not is_blank(cell)] for row in cells[:SAMPLE]]
    typical = Counter(len(one) for one in filled).most_common(1)[0][0]
    typical = max(typical, max((len(one) for one in filled[1:6]), default=0))
    lead = 0
    while lead < len(filled) and typical > 2 and (len(filled[lead]) == 1 or (len(filled[lead]) == 2 and typical >= PAIR)):
        lead += 1
    if typical == 2 and filled[0] == [0] and all(len(one) == 2 for one in filled[1:4]):
        lead = 1
    if not 0 < lead < len(filled) - 1 or 2 * len(filled[lead]) < typical:
        return 0
    header = [str(cells[lead][place]).strip() for place in filled[lead]]
    return lead if not any(map(NUMBER.match, header)) and len(set(header)) > len(header) / 2 else 0


# Totals, averages and footers.

SURE = (
    r"(?:grand |overall |sub-?|kaikki |koko )?(?:totals?|averages?|avg\.?|mean|median|std\.? ?dev\w*|standard deviation"
    r"|yhteensä|yht\.?|välisumma|keskiarvot?|k\.?a\.?|keskihajonta|mediaani|medelvärde|genomsnitt|totalt|mittelwert|durchschnitt|gesamt|insgesamt|summe|moyenne|promedio|gemiddelde|totaal"
    r"|gjennomsnitt|gennemsnit)"
)
WEAK = (
    r"(?:sum|summa|suma|somme|count|n|base|min\w*|max\w*|maks\w*|lukumäärä|lkm|kpl|hajonta|vaihteluväli|antal|anzahl|medel|media"
    r"|total g[eé]n[eé]ral)"
)
AFTER = (
    r"(?:[\s:=/|,()%.\d-]|\b(?:scores?|ratings?|responses?|answers?|respondents?|values?|of|all|n|and|ja|vastauks\w*|vastaaj\w*|kpl|st|"
    rf"arvosan\w*|{SURE}|{WEAK}))*"
)
LABEL = re.compile(rf"\W*{SURE}{AFTER}\Z", re.IGNORECASE)
LABEL_WEAK = re.compile(rf"(?:\W*{WEAK}{AFTER}|.*\s{SURE}\W*|{SURE}\s.*)\Z", re.IGNORECASE)
# What a lone last row holds that is called after a figure; elsewhere it may be a kind of survey, or anybody.
FIGURE = re.compile(
    rf"\W*(?:e?nps|net promoter score|suosittelu(?:indeksi|luku)|csat|ces|response rate|vastausprosentti|vastausaste"
    rf"|svarsfrekvens|rücklaufquote)(?:[\s-](?:luku|arvo|indeksi|index|värde|wert|tulos))?{AFTER}\Z",
    re.IGNORECASE,
)
ENDS = {False: re.compile(r"\W*min", re.IGNORECASE), True: re.compile(r"\W*ma(?:x|ks)", re.IGNORECASE)}
COUNTED = re.compile(
    r"\W*(?:n|base|antal svar|responses|answers|respondents|vastauks\w*|vastaaj\w*|rivejä|rows)\s*[=:]\s*\d+\W*\Z", re.IGNORECASE
)
NOTE = re.compile(
    r"\W*(?:(?:note|source|exported|export|generated|created|printed|report|page|confidential|copyright|data from|filters?|end of"
    r"|survey (?:tool|closed)|huom|lähde|tulostettu|viety|raportti|sivu|luottamuksellinen|aineisto|suodat\w*|källa|exporterad|sida"
    r"|quelle|exportiert|seite)\b|©|\*)",
    re.IGNORECASE,
)
LONG_NOTE = 4  # words
LONGEST_LABEL = 80
LABELLED = 3  # first columns where the word for a total may be enough
NAMED = 0.95  # share of rows that fill a column which tells whose answer a row is
RATED = 11.0
LEAST = 4
MOST_WORDS = 1_000  # different cells of a column of answers in words


def is_footer(cells: Sequence[object]) -> bool:
    """Whether a row shorter than the header is a footer or a total by its own words."""
    filled = [str(cell).strip() for cell in cells if not is_blank(cell)]
    if not filled or NUMBER.match(filled[0]):
        return False
    if LABEL.match(filled[0]) or COUNTED.match(filled[0]):
        return True
    plain = not any(map(NUMBER.match, filled))
    return plain and (NOTE.match(filled[0]) is not None or (len(filled) == 1 and len(filled[0].split()) >= LONG_NOTE))


def leave_out_totals(draft: Draft) -> Draft:
    """The table without rows that are totals, averages or footers, which is told with their numbers.

    A word for a total is enough on the first or last rows, and on a row with hardly anything else; elsewhere, and for doubtful
    words, the numbers must look like one, too.
    A last row without a name is left out where its numbers tell: fractions, or sums, among whole answers; so are last rows Min
    and Max that hold the least and the largest of every column, and one called after a figure (`NPS`) as no other row is.
    """
    frame, n = draft.frame, len(draft.frame)
    if n < LEAST or frame.shape[1] < 2:
        return draft
    label, weak, figure = _labels(frame)
    candidates = label | weak
    bottom, top = n - 1, 0
    judged = _Judge(draft, ~candidates)
    out = np.zeros(n, dtype=bool)
    while top < n and label[top] and judged.labelled(top):
        out[top] = True
        top += 1
    while bottom > max(top, LEAST - 2):
        named = (label[bottom] and judged.labelled(bottom)) or judged.is_note(bottom) or judged.unnamed(bottom)
        above = bottom - 1  # `Average, Min, Max`: a doubtful word is one of a block that opens with a sure one
        while above > 0 and candidates[above] and not label[above]:
            above -= 1
        in_block = label[above] and judged.labelled(above)
        block = bottom
        while block > 0 and (candidates | figure)[block - 1]:
            block -= 1
        called = figure[bottom] and not figure[: max(block, LEAST)].any() and judged.labelled(bottom)
        ends = weak[bottom] and any(
            weak[other] and judged.are_ends(bottom, other) for other in {bottom - 1, min(bottom + 1, n - 1)}
        )
        if not named and not called and not (candidates[bottom] and (in_block or ends or judged.summarises(bottom))):
            break
        out[bottom] = True
        bottom -= 1
    for place in np.flatnonzero(candidates & ~out).tolist():
        out[place] = judged.summarises(place) or (label[place] and judged.is_bare(place))
    doubtful = np.zeros(n, dtype=bool)
    while bottom > 0 and weak[bottom] and len(judged.same(bottom)) == 1:  # `Min, Max` that no number gives away
        doubtful[bottom] = True
        bottom -= 1
    doubtful &= doubtful.sum() > 1
    return replace(
        draft,
        frame=frame[~out].reset_index(drop=True) if out.any() else frame,
        rows=[row for row, gone in zip(draft.rows, out, strict=True) if not gone],
        assumed=(
            *draft.assumed,
            *_of_rows(draft, out, code="readers.summary_rows"),
            *_of_rows(draft, doubtful, code="readers.doubtful_rows"),
        ),
    )


def _of_rows(table: Draft | RawTable, which: Mask, *, code: str) -> list[Message]:
    """The message on some rows, with their numbers; none without rows."""
    rows = [row for row, one in zip(table.rows, which, strict=True) if one]
    return [Message(code=code, values={"file": table.file, "rows": some(rows), "rows_n": len(rows)})] if rows else []


def _labels(frame: pd.DataFrame) -> tuple[Mask, Mask, Mask]:
    """Rows whose first filled cell is a word for a total for sure; may be one, as it is far from the left; names a figure."""
    sure, weak, figure, settled = (np.zeros(len(frame), dtype=bool) for _ in range(4))
    for place in range(frame.shape[1]):
        if settled.all():
            break
        codes, found = pd.factorize(frame.iloc[:, place].astype(object))
        texts = [cell.strip() if isinstance(cell, str) and len(cell) <= LONGEST_LABEL else "" for cell in found]
        blank = np.array([*(is_blank(cell) for cell in found), True])[codes]
        known = np.array([*(bool(LABEL.match(one) or COUNTED.match(one)) for one in texts), False])[codes]
        maybe = np.array([*(bool(one and LABEL_WEAK.match(one)) for one in texts), False])[codes]
        name = np.array([*(bool(one and FIGURE.match(one)) for one in texts), False])[codes]
        in_words = len(texts) <= MOST_WORDS and any(is_known_word(one) and not LABEL.match(one) for one in texts)
        if in_words:  # answers such as poor, average, good
            known, maybe = known & False, maybe & False
        if place >= LABELLED:
            known, maybe, name = known & False, maybe | known, name & False
        sure |= known & ~settled
        weak |= maybe & ~known & ~settled
        figure |= name & ~known & ~maybe & ~settled
        settled |= ~blank
    return sure, weak, figure


class _Judge:
    """What the numbers of a row say beside those of the rows that are answers for sure."""

    def __init__(self, draft: Draft, plain: Mask) -> None:
        self.draft, self.plain = draft, plain
        self._columns: dict[int, tuple[npt.NDArray[np.float64], Mask]] = {}
        self.few = draft.frame.shape[1] // 3  # cells that a row fills which is no answer, whatever its numbers are

    def cells(self, row: int) -> list[object]:
        """The cells of a row."""
        return [None if is_blank(cell) or pd.isna(cell) else cell for cell in self.draft.frame.iloc[row].tolist()]

    def filled(self, row: int) -> list[object]:
        """The cells of a row that hold something."""
        return [cell for cell in self.cells(row) if cell is not None]

    def column(self, place: int) -> tuple[npt.NDArray[np.float64], Mask]:
        """A column as numbers (NaN elsewhere), and where it is filled."""
        if place not in self._columns:
            codes, found = pd.factorize(self.draft.frame.iloc[:, place].astype(object))
            numbers = np.array([*(plain_number(cell)[0] for cell in found), math.nan])[codes]
            self._columns[place] = numbers, np.array([*(not is_blank(cell) for cell in found), False])[codes]
        return self._columns[place]

    def numbers(self, row: int) -> dict[int, float]:
        """The numbers of a row by the places of their columns."""
        found = {place: plain_number(cell)[0] for place, cell in enumerate(self.cells(row)) if cell is not None}
        return {place: number for place, number in found.items() if not math.isnan(number)}

    def same(self, row: int) -> npt.NDArray[np.intp]:
        """The rows that bear the name of this one, its first filled cell."""
        cells = self.cells(row)
        place = next(place for place, cell in enumerate(cells) if cell is not None)
        return np.flatnonzero([str(cell).strip() == str(cells[place]).strip() for cell in self.draft.frame.iloc[:, place]])

    def labelled(self, row: int) -> bool:
        """A row that a word calls a total, unless the word is a name that other rows bear, too."""
        return len(self.same(row)) == 1 or self.summarises(row)

    def is_bare(self, row: int) -> bool:
        """Whether a row, and every other that bears its name, holds hardly anything besides."""
        return all(len(self.filled(place)) <= self.few for place in self.same(row).tolist())

    def is_note(self, row: int) -> bool:
        """A lone text in the first column that reads like a note, or stands apart below a blank row."""
        cells = self.cells(row)
        filled = [place for place, cell in enumerate(cells) if cell is not None]
        if filled != [0] or not isinstance(cells[0], str) or NUMBER.match(cells[0].strip()):
            return False
        if len(cells) < LABELLED:  # beside a name there may be no score
            return NOTE.match(cells[0]) is not None and (":" in cells[0] or "©" in cells[0])
        rows = self.draft.rows
        others = [str(cell).split() for cell in self.draft.frame.iloc[: min(row, SAMPLE), 0] if not is_blank(cell)]
        wordy = len(others) > 0 and np.mean([len(one) for one in others]) >= LONG_NOTE - 1
        return NOTE.match(cells[0]) is not None or rows[row] > rows[row - 1] + 1 or (is_footer(cells) and not wordy)

    def are_ends(self, one: int, other: int) -> bool:
        """Whether of two rows one is called min, the other max, and their numbers are the ends of each column."""
        for low, high in ((one, other), (other, one)):
            named = [next(str(cell) for cell in self.filled(row)) for row in (low, high)]
            if all(ENDS[top].match(name) for top, name in zip((False, True), named, strict=True)):
                least, most = self.numbers(low), self.numbers(high)
                ends = {place: self.column(place)[0][self.plain] for place in least}
                alike = least.keys() == most.keys() and bool(least)
                return alike and all(least[at] == np.nanmin(rest) and most[at] == np.nanmax(rest) for at, rest in ends.items())
        return False

    def summarises(self, row: int) -> bool:
        """Whether a number of the row can be no answer: a fraction among whole ones, a sum, or a count outside the scale."""
        return any(self._marks(row))

    def unnamed(self, row: int) -> bool:
        """A row that says of nobody whose answers it holds, with fractions or sums of the answers above."""
        marks = self._marks(row)
        cells = self.cells(row)
        if not any(marks):
            return False
        if any(
            cell is not None and math.isnan(plain_number(cell)[0]) for cell in cells
        ):  # a word that is not known: the means must be exact
            given = sum(cell is not None and not math.isnan(plain_number(cell)[0]) for cell in cells)
            return sum(marks) == given and all(self._is_mean(row, place) for place, mark in enumerate(marks) if mark)
        named = [cell is None and bool(self.column(place)[1][:row].mean() >= NAMED) for place, cell in enumerate(cells)]
        given = sum(cell is not None for cell in cells)
        return any(named) or (given > 1 and sum(marks) == given)

    def _is_mean(self, row: int, place: int) -> bool:
        numbers = self.column(place)[0]
        shown = str(self.draft.frame.iloc[row, place]).replace(",", ".").partition(".")[2]
        return bool(abs(np.nanmean(numbers[:row]) - numbers[row]) <= 0.51 * 10.0 ** -min(len(shown), 9))

    def _marks(self, row: int) -> list[bool]:
        marks = [False] * self.draft.frame.shape[1]
        for place, value in self.numbers(row).items():
            numbers, filled = self.column(place)
            rest = numbers[self.plain & (np.arange(len(numbers)) != row)]
            given = filled[self.plain].sum()
            rest = rest[~np.isnan(rest)]
            if rest.size < LEAST - 1 or rest.size < given / 2:
                continue
            whole = bool((rest % 1 == 0).all())
            fraction = value % 1 != 0 and whole and rest.min() <= value <= rest.max() and rest.max() <= 100
            total = abs(value - rest.sum()) < 0.5 and (value > RATED or rest.max() <= 1)
            beyond = value > rest.max() and (total or (rest.max() <= RATED < value and value >= rest.size - 1))
            marks[place] = bool(fraction or beyond)
        return marks


# Rows that tell nothing, and exact copies of rows.


def set_aside_empty(table: RawTable, mapped: Collection[str], who: Collection[str | None]) -> RawTable:
    """The table without rows in which no mapped column holds anything, which is told: notes and sources beside the answers.

    Args:
        table: as read.
        mapped: every column that study.yaml names.
        who: those of them that say whose answer a row is; where there are none, any row may be somebody's.
    """
    wanted = {tidy(name) for name in mapped}
    there = [name for name in table.frame if tidy(str(name)) in wanted]
    if not {tidy(name) for name in who if name} & {tidy(str(name)) for name in there}:
        return table
    broken = {row for rows in table.errors.values() for row in rows}
    empty = table.frame[there].isna().all(axis=1).to_numpy() & ~np.isin(table.rows, list(broken))
    if not empty.any():
        return table
    return replace(
        table,
        frame=table.frame[~empty].reset_index(drop=True),
        rows=[row for row, one in zip(table.rows, empty, strict=True) if not one],
        assumed=(*table.assumed, *_of_rows(table, empty, code="readers.empty_rows")),
    )


UNIQUE = 0.8  # share of different values from which a column tells respondents apart
RARE = 0.02  # chance of two respondents alike in the other columns, from which a column that is no id by its name is enough
SEVERAL = 8
BY_NAME = re.compile(
    r"(?<![^\W_])(?:respondent|response|vastaaja|vastaus|survey|antwort|svars?)?[\s_.-]?(?:id|nro|no|nr|number|token|key|guid|uuid)(?![^\W_])|respondent"
    r"|vastaaja|timestamp|aikaleima|(?:start|end|submit|recorded|completion)[\s_-]?(?:ted)?[\s_-]?(?:date|time)|lähetetty|submitted|valmistumisaika|e-?mail",
    re.IGNORECASE,
)
OF_ACCOUNT = re.compile(r"account|customer|client|company|organi|asiakas|yritys|kunde|kund\b|team|tiimi", re.IGNORECASE)


def set_aside_copies(table: RawTable, respondent: str | None = None) -> RawTable:
    """The table without exact copies of earlier rows, which is told.

    Where no column tells respondents apart, equal rows may be two people who answered alike: they stay, and that is told.

    Args:
        table: as read.
        respondent: the column that study.yaml maps as who answered.
    """
    frame = table.frame
    copies = frame.duplicated().to_numpy()
    if not copies.any():
        return table
    ids = _ids(frame[~copies], respondent)
    sure = copies & frame[ids].notna().all(axis=1).to_numpy() if ids else copies & False
    notes = [*_of_rows(table, sure, code="readers.copies"), *_of_rows(table, copies & ~sure, code="readers.copies_kept")]
    kept = [row for row, copy in zip(table.rows, sure, strict=True) if not copy]
    return replace(table, frame=frame[~sure].reset_index(drop=True), rows=kept, assumed=(*table.assumed, *notes))


PASTED = 5  # rows that are hardly found elsewhere
FOUND = 4  # times, at most
BY_CHANCE = 0.01


def tell_pasted(table: RawTable, mapped: Collection[str], respondent: str | None) -> RawTable:
    """The table, with what is told of blocks of rows that repeat earlier ones in the same order under other numbers.

    Such rows are alike in every mapped column but that of the respondent, and in most others; they stay, as they may be answers.
    A block counts where it has several rows that are rare in the file, so that chance would hardly make it; equal rows below
    each other are one.

    Args:
        table: as read.
        mapped: every column that study.yaml names.
        respondent: the column that it maps as who answered.
    """
    frame, n, wanted = table.frame, len(table.frame), {tidy(name) for name in mapped if name != respondent}
    there = [name for name in frame if tidy(str(name)) in wanted]
    others = [name for name in frame if name not in there and name != respondent]
    if n < 2 * PASTED or not there:
        return table
    row = np.zeros(n, dtype=np.uint64)
    for name in there:
        row = row * np.uint64(0x9E3779B97F4A7C15) + (pd.factorize(frame[name])[0] + 2).astype(np.uint64)
        row ^= row >> np.uint64(29)
    block = row[: n - PASTED + 1].copy()
    for place in range(1, PASTED):
        block = block * np.uint64(0x100000001B3) + row[place : n - PASTED + 1 + place]
    codes, found = pd.factorize(block)
    if len(found) == len(block):
        return table
    first = np.full(len(found), n)
    np.minimum.at(first, codes, np.arange(len(block)))
    apart = np.arange(len(block)) - first[codes]
    row_codes, _ = pd.factorize(row)
    times = np.bincount(row_codes)[row_codes]
    notes, place = [], 0
    for start in np.flatnonzero((apart >= PASTED) & (times[: len(block)] <= FOUND)).tolist():
        if start < place:
            continue
        shift = int(apart[start])
        while start > max(place, shift) and row[start - 1] == row[start - 1 - shift]:  # it may open with a common row
            start -= 1
        reach = min(n - start, shift)  # a block never repeats itself
        differs = np.flatnonzero(row[start : start + reach] != row[start - shift : start - shift + reach])
        end = start + (int(differs[0]) if differs.size else reach)
        fresh = start + np.flatnonzero(np.r_[True, row[start + 1 : end] != row[start : end - 1]])
        place = end
        rare = times[fresh][times[fresh] <= FOUND]
        if len(rare) < PASTED or 2 * np.log(n) + np.log(rare / n).sum() > np.log(BY_CHANCE):
            continue
        pairs = [(frame[name].iloc[start:end], frame[name].iloc[start - shift : end - shift]) for name in others]
        alike = [one.reset_index(drop=True).equals(other.reset_index(drop=True)) for one, other in pairs]
        if 2 * sum(alike) < len(alike) - 1:  # one column of them may be the running number
            continue
        rows = table.rows
        values: dict[str, Value] = {
            "file": table.file,
            "rows": f"{rows[start]}–{rows[end - 1]}",
            "earlier": f"{rows[start - shift]}–{rows[end - 1 - shift]}",
            "rows_n": end - start,
        }
        notes.append(Message(code="readers.pasted", values=values))
    return replace(table, assumed=(*table.assumed, *notes))


def _ids(frame: pd.DataFrame, respondent: str | None) -> list[str]:
    """The column, or the column and a second one such as the wave, that says whose answer a row is; none where that is not sure."""
    n, different = len(frame), frame.nunique()
    rated = {
        name for name in frame.columns if pd.api.types.is_numeric_dtype(frame[name]) and bool(frame[name].dropna().le(RATED).all())
    }
    for name in map(str, frame.columns):
        called = name == respondent or (BY_NAME.search(name) is not None and not OF_ACCOUNT.search(name))
        if different[name] < UNIQUE * frame[name].notna().sum() or not different[name]:
            continue
        if called:
            return [name]
        if name not in rated and n >= SEVERAL:
            # The chance that two respondents are alike in everything else, were the answers of one no guide to each other.
            rest = [other for other in frame.columns if other != name and different[other] > 1]
            shares = frame[rest].astype("str").value_counts(normalize=True) if rest else pd.Series([1.0])
            alike = [float((frame[other].value_counts(normalize=True) ** 2).sum()) for other in rest]
            if max(float((shares**2).sum()) - 1 / n, float(np.prod(alike))) < RARE:
                return [name]
    named = [
        name for name in map(str, frame.columns) if name == respondent or (BY_NAME.search(name) and not OF_ACCOUNT.search(name))
    ]
    few = [str(name) for name in frame.columns if name not in rated and 1 < different[name] <= max(2, n / 5)]
    pairs = ([one, other] for one in named for other in few if one != other and different[one] > 1)
    return next((pair for pair in pairs if not frame.dropna(subset=pair).duplicated(pair).any()), [])


# One row an answer.

QUESTION = re.compile(
    r"\W*(?:question|item|kysymys|väittämä|mittari|variable|muuttuja|attribute|metric|frage|fråga|statement|indicator)",
    re.IGNORECASE,
)
ANSWER = re.compile(
    r"\W*(?:answer|value|response|score|rating|vastaus|arvo|arvosana|antwort|wert|svar|värde|result)", re.IGNORECASE
)
MOST_QUESTIONS = 200
DAY_OR_ROUND = re.compile(r"\W*\d|.*\b(?:19|20)\d\d\b|[QHWqhw]\d\b")
NARROW = 12  # columns
FEWEST_IDS, FEWEST_QUESTIONS = 5, 3


def find_long(frame: pd.DataFrame) -> tuple[str, str, str] | None:
    """The columns with who answered, the question and the answer, where each row holds one answer; else None.

    Told by the names of the columns, else by their structure: see `_find_crossed`.
    """
    names = [str(name) for name in frame.columns]
    answers = [name for name in names if ANSWER.match(name)]
    for question in (name for name in names if QUESTION.match(name)):
        levels = frame[question].dropna()
        if not 2 <= levels.nunique() <= MOST_QUESTIONS or levels.nunique() * 2 > len(levels):
            continue
        for respondent in names:
            ids = frame[respondent].nunique()
            told = frame[[respondent, question]].dropna()
            if respondent in (question, *answers) or ids < 2 or ids * 2 > len(told) or told.duplicated().mean() > 0.05:
                continue
            varying = [name for name in names if name not in (respondent, question)]
            per_id = frame.groupby(respondent)[varying].nunique().max()
            answer = next((name for name in varying if name in answers and per_id[name] > 1), None)
            if answer is not None:
                return respondent, question, answer
    return _find_crossed(frame)


def _find_crossed(frame: pd.DataFrame) -> tuple[str, str, str] | None:
    """The same by structure: everybody has one row for each of several named things, among which one column differs."""
    n, names = len(frame), [str(name) for name in frame.columns]
    if n <= FEWEST_QUESTIONS or len(names) > NARROW:
        return None
    different = {name: frame[name].nunique() for name in names}
    for question in (name for name in names if FEWEST_QUESTIONS <= different[name] <= MOST_QUESTIONS):
        if not all(isinstance(one, str) and not DAY_OR_ROUND.match(one) for one in frame[question].dropna().unique()):
            continue
        for respondent in names:
            pairs = different[respondent] * different[question]
            crossed = respondent != question and different[respondent] >= FEWEST_IDS and n <= pairs <= 1.1 * n
            if not crossed or frame.duplicated([respondent, question]).any():
                continue
            others = [name for name in names if name not in (respondent, question) and 1 < different[name] < n]
            varying = [name for name in others if frame.groupby([respondent])[[name]].nunique().to_numpy().max() > 1]
            if len(varying) == 1:
                return respondent, question, varying[0]
    return None


def pivot_long(
    table: RawTable,
    respondent: str,
    question: str,
    answer: str,
    wave: str | None,
    decimal: str | None,
    names: Collection[str] = (),
) -> RawTable:
    """One row a respondent (and wave) from one row an answer; the questions become the names of columns, which is told.

    Columns that differ within a respondent belong to single answers and are left out; `names` keep their text as written.

    Raises:
        StudyError: a column is not there, or someone answers a question twice in different ways.
    """
    for key, name in (("respondent", respondent), ("question", question), ("answer", answer)):
        if name not in table.frame:
            raise refusal(
                f"There is no column {clip(name)!r}.",
                f"{table.file} (responses.long.{key})",
                f"a column of the file, such as {some([repr(clip(str(one), 20)) for one in table.frame.columns])}.",
                "Correct the column's name in study.yaml.",
            )
    keys = [respondent, *([wave] if wave is not None and wave in table.frame else [])]
    frame = table.frame.reset_index(drop=True)
    broken = pd.Series(table.rows).isin(table.errors.get(answer, frozenset()))
    frame[answer] = frame[answer].astype(object).mask(broken, "#N/A")  # an error stays one in the column of its question
    asked = frame.dropna(subset=[respondent, question])
    asked = asked[~asked.duplicated([*keys, question, answer])]
    twice = asked[asked[answer].notna()].duplicated([*keys, question], keep=False)
    if twice.any():
        rows = [table.rows[int(place)] for place in twice.index[twice]]
        raise refusal(
            f"{int(twice.sum())} rows answer a question that the same respondent answers on another row, too.",
            f"{table.file}, column {question!r} (responses.long), rows {some(rows)}",
            "one answer to each question from each respondent" + (" and wave." if len(keys) > 1 else "."),
            "Correct the rows" + ("." if len(keys) > 1 else ", or map columns.wave where respondents answered several times."),
        )
    groups = asked.groupby(keys, sort=False)
    others = [name for name in frame.columns if name not in (*keys, question, answer)]
    varying = [name for name in others if groups[name].nunique().gt(1).any()]
    wide = groups[[name for name in others if name not in varying]].first().reset_index()
    firsts = groups.head(1).index
    answers = asked.astype({answer: object}).drop_duplicates([*keys, question]).pivot(index=keys, columns=question, values=answer)
    order = list(dict.fromkeys(asked[question]))
    joined = wide.merge(answers[order].reset_index(), on=keys, how="left", suffixes=("", " (answer)"))
    values: dict[str, Value] = {"file": table.file, "rows_n": len(frame), "n": len(joined), "columns_n": len(order)}
    notes = [Message(code="readers.long", values=values)]
    if varying:
        notes.append(
            Message(code="readers.long_left_out", values={"file": table.file, "columns": some(varying), "columns_n": len(varying)})
        )
    joined.columns = pd.Index([" ".join(tidy(str(name)).split()) for name in joined.columns])
    plain = joined.map(lambda cell: None if cell is None or cell is pd.NA or cell != cell else cell).astype(object)
    draft = read_numbers(Draft(table.file, plain, [table.rows[int(place)] for place in firsts]), decimal, names)
    return RawTable(
        file=table.file,
        frame=draft.frame,
        labels={name: label for name, label in table.labels.items() if name in draft.frame},
        value_labels={name: texts for name, texts in table.value_labels.items() if name in draft.frame},
        first_row=draft.rows[0],
        assumed=(*table.assumed, *notes, *draft.assumed),
        rows=draft.rows,
        names=names,
        errors=draft.errors,
    )
