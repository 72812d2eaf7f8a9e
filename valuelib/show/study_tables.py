"""What was read, and how good are the answers? The tables that let a reader judge the survey before its results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from valuelib.records import Table
from valuelib.show.labels import label_column
from valuelib.show.language import NONE, Speech
from valuelib.show.other_files import rows_of_other_files
from valuelib.study.model import Source
from valuelib.study.quality import Quality

HASH_LETTERS = 12
MOST_MISSING = 5
SOURCE_COLUMNS = ("common.file", "common.rows", "common.columns", "quality.fingerprint_sha_256", "common.assumed")


def table_quality(quality: Quality, speech: Speech) -> Table:
    """How good the answers are: who answered, what is missing, and what should make a reader careful."""
    accounts = speech.count(quality.accounts) if quality.has_accounts else speech.text("quality.not_told")
    rows = [
        (speech.text("common.respondents"), speech.count(quality.respondents)),
        (speech.text("quality.customer_companies_accounts"), accounts),
        (speech.text("common.survey_waves"), speech.count(quality.waves)),
        (speech.text("quality.elements_value_asked_about"), _mapped(quality, speech)),
        *_account_rows(quality, speech),
        *_answer_rows(quality, speech),
        *rows_of_other_files(quality.others, speech),
        *(
            (speech.text("common.no_answer", column=label_column(name, speech)), speech.percent(share))
            for name, share in _most_missing(quality.missing_share)
        ),
    ]
    return Table(
        name="quality",
        caption=speech.text("common.quality_answers"),
        columns=(speech.text("common.what"), speech.text("common.value")),
        rows=tuple(rows),
        note=_tiers_without_items(quality, speech),
    )


def table_sources(sources: Sequence[Source], speech: Speech) -> Table:
    """The files that were read, with the beginning of their hashes and what was assumed about them."""
    return Table(
        name="sources",
        caption=speech.text("common.what_was_read"),
        columns=tuple(speech.text(one) for one in SOURCE_COLUMNS),
        rows=tuple(_source_row(source, speech) for source in sources),
    )


def _account_rows(quality: Quality, speech: Speech) -> list[tuple[str, str]]:
    rows = []
    if quality.has_accounts:
        rows.append((speech.text("common.respondents_per_account_mean"), speech.number(quality.respondents_per_account_mean)))
        rows.append((speech.text("quality.respondents_per_account_most"), speech.count(quality.respondents_per_account_max)))
        rows.append((speech.text("common.accounts_respondent"), speech.percent(quality.single_account_share)))
    if quality.panel_share is not None:
        rows.append((speech.text("common.respondents_who_answered_several"), speech.percent(quality.panel_share)))
    return rows


def _answer_rows(quality: Quality, speech: Speech) -> list[tuple[str, str]]:
    rows = []
    if quality.straight_share is not None:
        rows.append((speech.text("common.gave_every_element_same"), speech.percent(quality.straight_share, 1)))
    if quality.weight_max > quality.weight_min:
        rows.append((speech.text("common.design_effect_weights"), speech.number(quality.weight_design_effect, 2)))
    if quality.groups_n:
        few = speech.text("quality.small_of_all", small_n=quality.small_groups_n, all_n=quality.groups_n)
        rows.append((speech.text("common.groups_too_small_shown"), few))
    return rows


def _most_missing(shares: Mapping[str, float]) -> list[tuple[str, float]]:
    """The questions that most often lack an answer; those with every answer are left out."""
    ranked = sorted(((name, share) for name, share in shares.items() if share > 0), key=lambda pair: (-pair[1], pair[0]))
    return ranked[:MOST_MISSING]


def _mapped(quality: Quality, speech: Speech) -> str:
    counts = quality.items_mapped.values()
    mapped, of = sum(count for count, _ in counts), sum(whole for _, whole in counts)
    return speech.text("common.mapped_of", mapped=mapped, of=of)


def _tiers_without_items(quality: Quality, speech: Speech) -> str:
    if not quality.unmapped_tiers:
        return ""
    names = speech.listing([speech.word(key) for key in quality.unmapped_tiers])
    return speech.text("quality.tiers_survey_does_not", tiers=names)


def _source_row(source: Source, speech: Speech) -> tuple[str, ...]:
    """A file that is no table of answers, such as study.yaml, has no rows or columns to count."""
    assumed = " ".join(speech.say(message) for message in source.assumed)
    fingerprint = source.sha256[:HASH_LETTERS]
    rows, columns = (speech.count(count) if source.columns else NONE for count in (source.rows, source.columns))
    return source.file, rows, columns, fingerprint, assumed or NONE
