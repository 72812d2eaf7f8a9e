"""What was heard in interviews, how far can the coding be trusted, and does it go with what the accounts rate?"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from valuelib.evidence.facets import facet_mean
from valuelib.explore.partnership.figures import none_of, plain_figure
from valuelib.records import Estimate, Message
from valuelib.stats.coding.agreement import SOURCE_ALPHA, SOURCE_KAPPA, CodeAgreement, estimate_agreement
from valuelib.stats.coding.themes import SOURCE, SOURCE_JOIN, count_themes, heard_by_account, join_rating
from valuelib.study import Study
from valuelib.study.simulate.chance import rng_for
from valuelib.theory import elements, facets


def estimate_listening(study: Study) -> tuple[Estimate, ...]:
    """Everything that interviews tell in figures; nothing without them. No word that anybody said is in them.

    `coding.all.alpha` and of every code `coding.<code>.alpha`, `.kappa`, `.raw` (per cent), `.prevalence` (per cent);
    `theme.<code>` (accounts in which it was heard, per cent) and `theme.<code>.rating` (their mean rating less that of the others).
    """
    if study.interviews is None:
        return ()
    return (*_agreement(study), *_themes(study))


def _agreement(study: Study) -> Iterator[Estimate]:
    if study.interviews is None:
        return
    found = estimate_agreement(study.interviews, rng=rng_for(study.config.seed, "coding"), level=study.config.level)
    for one in found:
        yield from _of_code(study, one)


def _of_code(study: Study, one: CodeAgreement) -> Iterator[Estimate]:
    name, n, units = f"coding.{one.code}", one.passages, one.units
    if one.alpha is None:
        yield none_of(study, f"{name}.alpha", Message(code="missing.alpha_coding"), "coefficient")
    else:
        yield plain_figure(
            study,
            f"{name}.alpha",
            one.alpha,
            "coefficient",
            n=n,
            accounts=units,
            low=one.low,
            high=one.high,
            method="Krippendorff's alpha, units drawn again",
            source=SOURCE_ALPHA,
        )
    if one.kappa is not None:
        method, source = "Cohen's kappa", SOURCE_KAPPA
        yield plain_figure(study, f"{name}.kappa", one.kappa, "coefficient", n=n, accounts=units, method=method, source=source)
    yield plain_figure(study, f"{name}.raw", 100 * one.raw, "share", n=n, accounts=units, method="share of pairs that agree")
    if one.code != "all":
        share = 100 * one.prevalence
        yield plain_figure(study, f"{name}.prevalence", share, "share", n=n, accounts=units, method="share of readings")


def _themes(study: Study) -> Iterator[Estimate]:
    """Themes by account; one heard in fewer accounts than may be shown has no figure."""
    if study.interviews is None:
        return
    heard, fewest = heard_by_account(study.interviews), study.config.privacy.min_group
    for theme in count_themes(heard, level=study.config.level):
        name = f"theme.{theme.code}"
        if theme.heard < fewest:
            yield none_of(study, name, Message(code="missing.small_theme", values={"fewest_n": fewest}), "share")
            continue
        yield plain_figure(
            study,
            name,
            100 * theme.share,
            "share",
            n=theme.heard,
            accounts=theme.units,
            low=100 * theme.low,
            high=100 * theme.high,
            method="Wilson",
            source=SOURCE,
        )
        yield _joined(study, heard[theme.code], theme.code)


def _joined(study: Study, heard: pd.Series, code: str) -> Estimate:
    name, rating = f"theme.{code}.rating", rating_of(study, code)
    if rating is None:
        return none_of(study, name, Message(code="missing.theme_rating"), "score")
    found = join_rating(heard, rating, fewest=study.config.privacy.min_group, level=study.config.level)
    if found is None:
        return none_of(study, name, Message(code="missing.small_group"), "score")
    n = found.with_theme + found.without
    return plain_figure(
        study,
        name,
        found.difference,
        "score",
        n=n,
        accounts=n,
        low=found.low,
        high=found.high,
        method="Welch t interval",
        source=SOURCE_JOIN,
    )


def rating_of(study: Study, code: str) -> pd.Series | None:
    """By account, the mean rating of the facet or element that a code is called after; None where it is called after neither."""
    if code in {one.key for one in facets()}:
        values = facet_mean(study, (code,))
    elif code in {one.key for one in elements()} & set(study.elements):
        values = study.answers[f"element.{code}"]
    else:
        values = None
    return None if values is None else values.groupby(study.answers["account"]).mean()
