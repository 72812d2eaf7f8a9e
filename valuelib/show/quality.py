"""What was read and how good the answers are: the tables by which a reader judges the survey before its results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from valuelib.results import Cell, Table
from valuelib.show.labels import label_column
from valuelib.show.localizer import local
from valuelib.show.tables import column, make_table
from valuelib.study.model import Source
from valuelib.study.quality import Coverage, Quality

Row = tuple[str, Cell]

# What do the provider's, the employees' and the interview files add? Rows for the table of the data's quality.


def rows_of_other_files(coverage: Coverage | None) -> list[Row]:
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
        *((what, _count(n, of)) for what, n, of in reach if n is not None and of is not None),
        *((what, _count(n)) for what, n in counts if n is not None),
    ]


# What was read, and how good are the answers? The tables that let a reader judge the survey before its results.

HASH_LETTERS = 12
MOST_MISSING = 5


def table_quality(quality: Quality) -> Table:
    """How good the answers are: who answered, what is missing, and what should make a reader careful."""
    mapped, of = (sum(counts) for counts in zip(*quality.items_mapped.values(), strict=True))
    rows: list[Row] = [
        (local.text("common.respondents"), _count(quality.respondents)),
        (
            local.text("quality.customer_companies_accounts"),
            _count(quality.accounts) if quality.has_accounts else Cell(local.text("quality.not_told")),
        ),
        (local.text("common.survey_waves"), _count(quality.waves)),
        (local.text("quality.elements_value_asked_about"), _count(mapped, of)),
        *_account_rows(quality),
        *_answer_rows(quality),
        *rows_of_other_files(quality.others),
        *(
            (local.text("common.no_answer", column=label_column(name)), Cell(share, kind="percent"))
            for name, share in _most_missing(quality.missing_share)
        ),
    ]
    return make_table(
        name="quality",
        caption=local.text("common.quality_answers"),
        columns=(column("common.what"), column("common.value", "number")),
        rows=rows,
        note=_tiers_without_items(quality),
    )


def table_sources(sources: Sequence[Source]) -> Table:
    """The files that were read, with the beginning of their hashes and what was assumed about them.

    A file that is no table of answers, such as study.yaml, has no rows or columns to count.
    """
    return make_table(
        name="sources",
        caption=local.text("common.what_was_read"),
        columns=(
            column("common.file"),
            column("common.rows", "count"),
            column("common.columns", "count"),
            column("quality.fingerprint_sha_256"),
            column("common.assumed"),
        ),
        rows=(
            (
                source.file,
                *(count if source.columns else None for count in (source.rows, source.columns)),
                source.sha256[:HASH_LETTERS],
                " ".join(local.say(message) for message in source.assumed) or None,
            )
            for source in sources
        ),
    )


def _count(n: int, of: int | None = None) -> Cell:
    return Cell(n, of=of, kind="count")


def _account_rows(quality: Quality) -> Iterator[Row]:
    if quality.has_accounts:
        yield local.text("common.respondents_per_account_mean"), Cell(quality.respondents_per_account_mean)
        yield local.text("quality.respondents_per_account_most"), _count(quality.respondents_per_account_max)
        yield local.text("common.accounts_respondent"), Cell(quality.single_account_share, kind="percent")
    if quality.panel_share is not None:
        yield local.text("common.respondents_who_answered_several"), Cell(quality.panel_share, kind="percent")


def _answer_rows(quality: Quality) -> Iterator[Row]:
    if quality.straight_share is not None:
        yield local.text("common.gave_every_element_same"), Cell(quality.straight_share, kind="percent", decimals=1)
    if quality.weight_max > quality.weight_min:
        yield local.text("common.design_effect_weights"), Cell(quality.weight_design_effect, decimals=2)
    if quality.groups_n:
        yield local.text("common.groups_too_small_shown"), _count(quality.small_groups_n, quality.groups_n)


def _most_missing(shares: Mapping[str, float]) -> list[tuple[str, float]]:
    """The questions that most often lack an answer; those with every answer are left out."""
    ranked = sorted(((name, share) for name, share in shares.items() if share > 0), key=lambda pair: (-pair[1], pair[0]))
    return ranked[:MOST_MISSING]


def _tiers_without_items(quality: Quality) -> str:
    if not quality.unmapped_tiers:
        return ""
    names = local.listing([local.word(key) for key in quality.unmapped_tiers])
    return local.text("quality.tiers_survey_does_not", tiers=names)
