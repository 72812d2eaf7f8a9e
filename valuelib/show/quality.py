"""What was read, and how good are the answers? The tables that let a reader judge the survey before its results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from valuelib.results import Table
from valuelib.show.labels import label_column
from valuelib.show.localizer import NONE, local
from valuelib.study.linked_files import Coverage
from valuelib.study.model import Source
from valuelib.study.quality import Quality

# What do the provider's, the employees' and the interview files add? Rows for the table of the data's quality.


def rows_of_other_files(coverage: Coverage | None) -> list[tuple[str, str]]:
    """What each file holds and how many of the accounts it reaches; no row for what a study lacks."""
    if coverage is None:
        return []
    reach = (
        (local.text("other_files.accounts_other_side_rated"), coverage.rated_n, coverage.accounts_n),
        (local.text("other_files.accounts_whose_team_answered"), coverage.staffed_n, coverage.accounts_n),
        (local.text("other_files.accounts_interviewed"), coverage.interviewed_n, coverage.accounts_n),
        (local.text("other_files.quotes_may_printed"), coverage.printable_n, coverage.quotes_n),
    )
    counts = (
        (local.text("other_files.employees_who_answered"), coverage.people_n),
        (local.text("other_files.teams_with_answers"), coverage.teams_n),
        (local.text("other_files.people_who_coded_interviews"), coverage.coders_n),
        (local.text("other_files.codes_given_interviews"), coverage.codes_n),
    )
    return [
        *((what, local.text("common.mapped_of", mapped=n, of=of)) for what, n, of in reach if n is not None and of is not None),
        *((what, local.count(n)) for what, n in counts if n is not None),
    ]


# What was read, and how good are the answers? The tables that let a reader judge the survey before its results.

HASH_LETTERS = 12
MOST_MISSING = 5
SOURCE_COLUMNS = ("common.file", "common.rows", "common.columns", "quality.fingerprint_sha_256", "common.assumed")


def table_quality(quality: Quality) -> Table:
    """How good the answers are: who answered, what is missing, and what should make a reader careful."""
    accounts = local.count(quality.accounts) if quality.has_accounts else local.text("quality.not_told")
    rows = [
        (local.text("common.respondents"), local.count(quality.respondents)),
        (local.text("quality.customer_companies_accounts"), accounts),
        (local.text("common.survey_waves"), local.count(quality.waves)),
        (local.text("quality.elements_value_asked_about"), _mapped(quality)),
        *_account_rows(quality),
        *_answer_rows(quality),
        *rows_of_other_files(quality.others),
        *(
            (local.text("common.no_answer", column=label_column(name)), local.percent(share))
            for name, share in _most_missing(quality.missing_share)
        ),
    ]
    return Table(
        name="quality",
        caption=local.text("common.quality_answers"),
        columns=(local.text("common.what"), local.text("common.value")),
        rows=tuple(rows),
        note=_tiers_without_items(quality),
    )


def table_sources(sources: Sequence[Source]) -> Table:
    """The files that were read, with the beginning of their hashes and what was assumed about them."""
    return Table(
        name="sources",
        caption=local.text("common.what_was_read"),
        columns=tuple(local.text(one) for one in SOURCE_COLUMNS),
        rows=tuple(_source_row(source) for source in sources),
    )


def _account_rows(quality: Quality) -> list[tuple[str, str]]:
    rows = []
    if quality.has_accounts:
        rows.append((local.text("common.respondents_per_account_mean"), local.number(quality.respondents_per_account_mean)))
        rows.append((local.text("quality.respondents_per_account_most"), local.count(quality.respondents_per_account_max)))
        rows.append((local.text("common.accounts_respondent"), local.percent(quality.single_account_share)))
    if quality.panel_share is not None:
        rows.append((local.text("common.respondents_who_answered_several"), local.percent(quality.panel_share)))
    return rows


def _answer_rows(quality: Quality) -> list[tuple[str, str]]:
    rows = []
    if quality.straight_share is not None:
        rows.append((local.text("common.gave_every_element_same"), local.percent(quality.straight_share, 1)))
    if quality.weight_max > quality.weight_min:
        rows.append((local.text("common.design_effect_weights"), local.number(quality.weight_design_effect, 2)))
    if quality.groups_n:
        few = local.text("quality.small_of_all", small_n=quality.small_groups_n, all_n=quality.groups_n)
        rows.append((local.text("common.groups_too_small_shown"), few))
    return rows


def _most_missing(shares: Mapping[str, float]) -> list[tuple[str, float]]:
    """The questions that most often lack an answer; those with every answer are left out."""
    ranked = sorted(((name, share) for name, share in shares.items() if share > 0), key=lambda pair: (-pair[1], pair[0]))
    return ranked[:MOST_MISSING]


def _mapped(quality: Quality) -> str:
    counts = quality.items_mapped.values()
    mapped, of = sum(count for count, _ in counts), sum(whole for _, whole in counts)
    return local.text("common.mapped_of", mapped=mapped, of=of)


def _tiers_without_items(quality: Quality) -> str:
    if not quality.unmapped_tiers:
        return ""
    names = local.listing([local.word(key) for key in quality.unmapped_tiers])
    return local.text("quality.tiers_survey_does_not", tiers=names)


def _source_row(source: Source) -> tuple[str, ...]:
    """A file that is no table of answers, such as study.yaml, has no rows or columns to count."""
    assumed = " ".join(local.say(message) for message in source.assumed)
    fingerprint = source.sha256[:HASH_LETTERS]
    rows, columns = (local.count(count) if source.columns else NONE for count in (source.rows, source.columns))
    return source.file, rows, columns, fingerprint, assumed or NONE
