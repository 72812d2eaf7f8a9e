"""What was read and how good the answers are: the tables by which a reader judges the survey before its results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from valuelib.results import Cell, Column, Table
from valuelib.show.labels import label_column
from valuelib.show.lasting import with_looks
from valuelib.show.localizer import in_language, local
from valuelib.show.tables import Heading, cell_text, make_table
from valuelib.study.model import Source, Study
from valuelib.study.quality import Coverage, Quality, measure_coverage
from valuelib.theory.pyramid import elements

Row = tuple[str, Cell]


def rows_of_other_files(coverage: Coverage | None) -> list[Row]:
    """What each file holds and how many of the accounts it reaches; no row for what a study lacks."""
    if coverage is None:
        return []
    counts = (
        ("other_files.accounts_other_side_rated", coverage.rated_n, coverage.accounts_n),
        ("other_files.accounts_whose_team_answered", coverage.staffed_n, coverage.accounts_n),
        ("other_files.accounts_interviewed", coverage.interviewed_n, coverage.accounts_n),
        ("other_files.quotes_may_printed", coverage.printable_n, coverage.quotes_n),
        ("other_files.employees_who_answered", coverage.people_n, None),
        ("other_files.teams_with_answers", coverage.teams_n, None),
        ("other_files.people_who_coded_interviews", coverage.coders_n, None),
        ("other_files.codes_given_interviews", coverage.codes_n, None),
    )
    shares = [code for code, *_ in counts[:4]]
    return [(local.text(code), _count(n, of)) for code, n, of in counts if n is not None and (of is not None or code not in shares)]


HASH_LETTERS = 12
MOST_MISSING = 5


def _count(n: int, of: int | None = None) -> Cell:
    return Cell(n, of=of, kind="count")


def table_quality(quality: Quality) -> Table:
    """How good the answers are: who answered, what is missing, and what should make a reader careful."""
    mapped, of = (sum(counts) for counts in zip(*quality.items_mapped.values(), strict=True))
    accounts = _count(quality.accounts) if quality.has_accounts else Cell(local.text("quality.not_told"))
    rows: list[Row] = [
        (local.text("common.respondents"), _count(quality.respondents)),
        (local.text("quality.customer_companies_accounts"), accounts),
        (local.text("common.survey_waves"), _count(quality.waves)),
        (local.text("quality.elements_value_asked_about"), _count(mapped, of)),
        *_rows_of_answers(quality),
        *rows_of_other_files(quality.others),
    ]
    # The questions that most often lack an answer; those with every answer are left out.
    lacking = [(name, share) for name, share in quality.missing_share.items() if share > 0]
    for name, share in sorted(lacking, key=lambda pair: (-pair[1], pair[0]))[:MOST_MISSING]:
        rows.append((local.text("common.no_answer", column=label_column(name)), Cell(share, kind="percent")))
    note = ""
    if quality.unmapped_tiers:
        note = local.text("quality.tiers_survey_does_not", tiers=local.listing(list(map(local.word, quality.unmapped_tiers))))
    return make_table("quality", local.text("common.quality_answers"), ("common.what", ("common.value", "number")), rows, note)


def _rows_of_answers(quality: Quality) -> Iterator[Row]:
    """What the accounts and the answers are like, where there are such."""
    if quality.has_accounts:
        yield local.text("common.respondents_per_account_mean"), Cell(quality.respondents_per_account_mean)
        yield local.text("quality.respondents_per_account_most"), _count(quality.respondents_per_account_max)
        yield local.text("common.accounts_respondent"), Cell(quality.single_account_share, kind="percent")
    if quality.panel_share is not None:
        yield local.text("common.respondents_who_answered_several"), Cell(quality.panel_share, kind="percent")
    if quality.straight_share is not None:
        yield local.text("common.gave_every_element_same"), Cell(quality.straight_share, kind="percent", decimals=1)
    if quality.weight_max > quality.weight_min:
        yield local.text("common.design_effect_weights"), Cell(quality.weight_design_effect, decimals=2)
    if quality.groups_n:
        yield local.text("common.groups_too_small_shown"), _count(quality.small_groups_n, quality.groups_n)


def table_sources(sources: Sequence[Source]) -> Table:
    """The files that were read, with the beginning of their hashes and what was assumed about them.

    A file that is no table of answers, such as study.yaml, has no rows or columns to count.
    """
    counts: tuple[Heading, ...] = (("common.rows", "count"), ("common.columns", "count"))
    return make_table(
        "sources",
        local.text("common.what_was_read"),
        ("common.file", *counts, "quality.fingerprint_sha_256", "common.assumed"),
        (
            (
                source.file,
                *((source.rows, source.columns) if source.columns else (None, None)),
                source.sha256[:HASH_LETTERS],
                " ".join(local.say(message) for message in source.assumed) or None,
            )
            for source in sources
        ),
    )


def say_part(study: Study) -> str:
    """Of which part of the answers, and of which other groups than study.yaml sets, everything is; empty for a whole study."""
    told = [] if study.subset_words is None else [local.text("report.only_part", part=study.subset_words)]
    if study.regrouped:
        exposure = study.config.exposure
        told.append(local.text("report.other_groups", rule_key=exposure.rule, threshold_score=exposure.threshold))
    return " ".join(told)


# The short card by which a study shows itself in a notebook: who answered, what is mapped, what was assumed; never an answer
OUTCOMES = ("recommend", "repurchase", "effort", "value_enhancement", "satisfaction", "promise", "share_of_purchases", "expansion")


def study_card(study: Study) -> dict[str, str]:
    """The card as an output of a notebook, in the study's language."""
    with in_language(study.language):
        accounts, waves = study.data["account"].nunique(), study.all_data["wave"].nunique() if "wave" in study.all_data else 1
        held = {*study.data, *(["repurchase"] if "repurchase_score" in study.data else [])}
        mapped = local.text("common.mapped_of", value=len(study.element_keys), of=len(elements()))
        facts = {
            "common.respondents": local.count(study.data["respondent"].nunique()),
            "quality.customer_companies_accounts": local.count(accounts) if study.has_accounts else local.text("quality.not_told"),
            "common.survey_waves": local.count(waves),
            "quality.elements_value_asked_about": mapped,
            "quality.outcomes": ", ".join(local.word(key) for key in OUTCOMES if key in held),
        }
        rows = [(local.text(code), said) for code, said in facts.items()]
        rows += [(what, cell_text(cell, Column("", "count"))) for what, cell in rows_of_other_files(measure_coverage(study))]
        title = f"{study.config.client} ({study.config.study})"
        part = [local.text("quality.part_of_answers")] if study.subset is not None else []
        assumed = [local.say(one) for one in (*study.assumed, *(one for source in study.sources for one in source.assumed))]
        head = local.text("common.assumed")
    cells = "".join(f'<tr><th scope="row">{escape(what)}</th><td>{escape(value)}</td></tr>' for what, value in rows)
    notes = "".join(f"<p>{escape(one)}</p>" for one in part)
    listed = "".join(f"<li>{escape(one)}</li>" for one in assumed)
    folded = f"<details><summary>{escape(head)} ({len(assumed)})</summary><ul>{listed}</ul></details>" if assumed else ""
    table = f'<table class="vl-table"><caption>{escape(title)}</caption><tbody>{cells}</tbody></table>'
    html = f'<div class="vl">{table}{notes}{folded}</div>'
    width = max(len(what) for what, _ in rows)
    lines = [title, *(f"{what.ljust(width)}  {value}" for what, value in rows), *part]
    plain = "\n".join([*lines, *([f"{head}:", *(f"- {one}" for one in assumed)] if assumed else [])])
    return {"text/html": with_looks(html), "text/plain": plain}
