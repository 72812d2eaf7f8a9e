"""How well do the two sides work together, are the facets told apart, and where would better work count most?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from valuelib.evidence.facets import facet_items, facet_mean, predictor_facets
from valuelib.explore.partnership.contributions import estimate_contributions
from valuelib.explore.partnership.figures import coefficient_figure, mean_figure
from valuelib.explore.partnership.paths import estimate_paths
from valuelib.records import Estimate, Message
from valuelib.stats.htmt import SOURCE as SOURCE_HTMT
from valuelib.stats.htmt import estimate_htmt
from valuelib.stats.reliability import SOURCE, SOURCE_TWO, estimate_alpha, estimate_spearman_brown
from valuelib.study import Study
from valuelib.theory import facets


def estimate_cocreation(study: Study) -> tuple[Estimate, ...]:
    """Everything of the chapter on co-creation; nothing where no statement is mapped.

    `facet.<key>.mean` (0-10), `facet.<key>.alpha` or `.spearman_brown`, `htmt.<facet>.<facet>`; contributions and levers
    (`contributions`), and the paths through value (`paths`).
    """
    if not any(column.startswith("facet.") for column in study.answers.columns):
        return ()
    return (*_scores(study), *_apart(study), *estimate_contributions(study), *estimate_paths(study))


def _scores(study: Study) -> Iterator[Estimate]:
    for one in facets():
        columns = facet_items((one.key,), list(study.answers.columns))
        mean = facet_mean(study, (one.key,))
        if mean is None:
            continue
        yield mean_figure(study, f"facet.{one.key}.mean", mean)
        if len(columns) < 2:
            continue
        items, accounts, level = study.answers[columns], study.answers["account"], study.config.level
        why = Message(code="missing.htmt")
        if len(columns) == 2:
            pair = estimate_spearman_brown(items, accounts, level=level)
            yield coefficient_figure(
                study, f"facet.{one.key}.spearman_brown", pair, why, "Spearman-Brown, complete rows", SOURCE_TWO
            )
        else:
            alpha = estimate_alpha(items, accounts, level=level)
            yield coefficient_figure(study, f"facet.{one.key}.alpha", alpha, why, "Cronbach's alpha, complete rows", SOURCE)


def _apart(study: Study) -> Iterator[Estimate]:
    """HTMT of every pair of facets that have two statements each."""
    named = {key: facet_items((key,), list(study.answers.columns)) for key in predictor_facets()}
    asked = [key for key, columns in named.items() if len(columns) >= 2]
    for one, other in combinations(asked, 2):
        left, right = study.answers[named[one]], study.answers[named[other]]
        found = estimate_htmt(left, right, study.answers["account"], level=study.config.level)
        method = "HTMT, pairwise correlations, accounts as clusters"
        yield coefficient_figure(study, f"htmt.{one}.{other}", found, Message(code="missing.htmt"), method, SOURCE_HTMT)
