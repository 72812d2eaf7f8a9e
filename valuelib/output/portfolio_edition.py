"""The edition of a portfolio: what holds over the clients, with figure and forest, and what to say, not to say and to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from valuelib.explore.pooling import ClaimPools, Pool, Portfolio
from valuelib.output.content import Content
from valuelib.output.edition import Edition, Page, evidence_of, number_annex
from valuelib.results import Figure
from valuelib.show.labels import capital, name_outcome, say_among, unit_of_outcome
from valuelib.show.localizer import in_language, local
from valuelib.show.pooling import Naming, claimed_sizes, say_notes, say_pool, say_scatter, say_studies
from valuelib.show.story import FINE, MOST_NUMBERS, Action, Number, say_range


def with_portfolio_edition(content: Content, portfolio: Portfolio, naming: Naming) -> Content:
    """A portfolio's content together with its edition; without one where nothing was pooled."""
    with in_language(content.language):
        leads = [(entry, pool) for entry in portfolio.main if (pool := lead_pool(entry)) is not None]
        if not leads or not content.shown:
            return content
        annex, (section, *_) = tuple(number_annex(content)), content.shown
        figures = {block.name: block for block in section.blocks if isinstance(block, Figure)}
        source = say_studies(portfolio)
        pages = []
        for entry, pool in leads:
            name = f"forest.points.{entry.claims[0]}"
            pages.append(
                Page(
                    key=f"pool.{entry.claims[0]}",
                    title=title_pool(entry, pool, portfolio),
                    claims=tuple(naming.claims[claim] for claim in entry.claims),
                    text=tuple(filter(None, (say_pool(pool, entry, naming), say_scatter(pool, entry), say_notes(entry, "points")))),
                    blocks=(figures[name],) if name in figures else (),
                    source=source,
                    evidence=evidence_of(section, annex),
                    section=section.id,
                )
            )
        edition = Edition(
            answer=tuple(page.title for page in pages),
            numbers=tuple(_number(entry, pool) for entry, pool in leads if is_shown(pool))[:MOST_NUMBERS],
            say=tuple(title_pool(entry, pool, portfolio) for entry, pool in leads if is_shown(pool)),
            avoid=tuple(pair for entry, pool in leads for pair in _avoided(entry, pool, portfolio, naming)),
            actions=tuple(_actions(portfolio)),
            board=(),
            stories=(),
            pages=tuple(pages),
            limits=tuple(local.text(f"pooling.limits.{key}") for key in ("selection", "alike", "new_client")),
            method=tuple(local.text(f"pooling.method.{key}") for key in ("like_with_like", "mean")),
            annex=annex,
            source=source,
        )
        return replace(content, edition=edition)


def lead_pool(entry: ClaimPools) -> Pool | None:
    """The pool that speaks for a claim: the strongest evidence in points of which several studies have a figure."""
    return next((pool for pool in entry.deciding if pool.scale == "points" and pool.pooled is not None), None)


def is_shown(pool: Pool) -> bool:
    """Whether the interval of the mean leaves out no difference."""
    return pool.pooled is not None and (pool.pooled.low > 0 or pool.pooled.high < 0)


def title_pool(entry: ClaimPools, pool: Pool, portfolio: Portfolio) -> str:
    """The mean over the studies with its interval; or that no difference was shown."""
    found = pool.pooled
    assert found is not None  # whoever asks has looked
    decimals = 0 if abs(found.value) >= FINE and is_shown(pool) else 1  # an end that is near zero must not look like zero
    claim = next(study.findings[entry.claims[0]].claim for study in portfolio.studies if entry.claims[0] in study.findings)
    outcome = capital(name_outcome(entry.outcome))
    if claim.reading.sets_groups:
        outcome = local.text("pooling.title.among", outcome=outcome, among=say_among(claim)[0])
    return local.text(
        "pooling.title.shown" if is_shown(pool) else "pooling.title.open",
        outcome=outcome,
        lift=local.points(found.value, decimals),
        unit=local.word(unit_of_outcome(entry.outcome)),
        interval=say_range(found.low, found.high, decimals),
        studies=local.plural("pooling.studies_n", found.k),
    )


def _number(entry: ClaimPools, pool: Pool) -> Number:
    found = pool.pooled
    assert found is not None  # a lead has been pooled
    sizes = claimed_sizes(pool, entry)
    return Number(
        outcome=capital(name_outcome(entry.outcome)),
        value=found.value,
        low=found.low,
        high=found.high,
        unit=local.word(unit_of_outcome(entry.outcome)),
        claimed=sizes,
        claimed_as=tuple(local.text("edition.mark.claimed", size=local.points(one, 0 if abs(one) >= FINE else 1)) for one in sizes),
    )


def _avoided(entry: ClaimPools, pool: Pool, portfolio: Portfolio, naming: Naming) -> Iterator[tuple[str, str]]:
    """The claims whose size lies outside the interval of the mean, each with what to say instead."""
    found = pool.pooled
    assert found is not None  # a lead has been pooled
    for claim, (metric, size) in entry.sizes.items():
        if metric == "points" and not found.low <= size <= found.high:
            yield naming.claims[claim], title_pool(entry, pool, portfolio)


def _actions(portfolio: Portfolio) -> Iterator[Action]:
    """What to tell the next client, to measure with it, and to complete in the studies that could not take part."""
    sure = local.text("pooling.action.sure", studies=local.plural("pooling.studies_n", len(portfolio.studies)))
    lacking = any(pool.left for entry in portfolio.main for pool in entry.deciding) or any(entry.left for entry in portfolio.main)
    for key in ("expect", "measure", *(["complete"] if lacking else [])):
        yield Action(
            what=local.text(f"pooling.action.{key}.what"),
            who=local.text("action.sales" if key == "expect" else "action.research"),
            when=local.text(f"pooling.action.{key}.when"),
            sure=sure if key == "expect" else local.text(f"pooling.action.{key}.sure"),
        )
