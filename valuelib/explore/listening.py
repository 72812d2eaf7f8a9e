"""What was heard in interviews, how far the coding can be trusted, and whether it is associated with what accounts rate."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pandas as pd

from valuelib.explore.estimates import Named, called, make_estimate, no_estimate, of_chapter
from valuelib.results import Estimate, Estimates, Message
from valuelib.stats.agreement import SOURCE_ALPHA, SOURCE_KAPPA, CodeAgreement, estimate_agreement
from valuelib.stats.themes import (
    SOURCE_JOIN,
    SOURCE_THEMES,
    WORD,
    Commenting,
    Quotes,
    Suggestion,
    Term,
    count_commenting,
    count_themes,
    find_terms,
    heard_by_account,
    join_rating,
    likely_names,
    make_dictionary,
    pick_quotes,
    redactor,
    suggest,
)
from valuelib.study.model import Study
from valuelib.theory.facets import facets
from valuelib.theory.pyramid import elements
from valuelib.verdict.relations import facet_mean
from valuelib.worlds.people import rng_for


def estimate_listening(study: Study) -> Estimates:
    """What was heard in interviews, in figures: how far readers agree, and how many accounts spoke of each theme.

    Returns:
        `coding.all.alpha` and of every code `coding.<code>.alpha`, `.kappa`, `.raw` (per cent), `.prevalence` (per cent);
        `theme.<code>` (accounts in which it was heard, per cent) and `theme.<code>.rating` (their mean rating less that of the
        others, 0-10). No word that anybody said is in them. Empty without interviews.
    """
    if study.interviews is None:
        return of_chapter(study, "listening", ())
    coded, level = study.interviews, study.config.level
    agreement = estimate_agreement(coded, rng=rng_for(study.config.seed, "coding"), level=level)
    return of_chapter(study, "listening", (*(one for code in agreement for one in _of_code(study, code)), *_themes(study, coded)))


def _of_code(study: Study, one: CodeAgreement) -> Iterator[Estimate]:
    n, units = one.passages, one.units

    def name(what: str) -> Named:
        return called(f"label.coding.all.{what}") if one.code == "all" else called(f"label.coding.{what}", code=one.code)

    if one.alpha is None:
        yield no_estimate(study, name("alpha"), Message(code="missing.alpha_coding"), "coefficient")
    else:
        limits, method = (one.low, one.high), "Krippendorff's alpha, units drawn again"
        make = partial(make_estimate, counts=(n, units), method=method, source=SOURCE_ALPHA)
        yield make(study, name("alpha"), one.alpha, "coefficient", interval=limits)
    if one.kappa is not None:
        method, source = "Cohen's kappa", SOURCE_KAPPA
        yield make_estimate(study, name("kappa"), one.kappa, "coefficient", counts=(n, units), method=method, source=source)
    yield make_estimate(study, name("raw"), 100 * one.raw, "share", counts=(n, units), method="share of pairs that agree")
    if one.code != "all":
        share = 100 * one.prevalence
        yield make_estimate(study, name("prevalence"), share, "share", counts=(n, units), method="share of readings")


def _themes(study: Study, coded: pd.DataFrame) -> Iterator[Estimate]:
    """Themes by account; one heard in fewer accounts than may be shown has no figure."""
    heard, fewest = heard_by_account(coded), study.config.privacy.min_group
    for theme in count_themes(heard, level=study.config.level):
        name = called("label.theme", code=theme.code)
        if theme.heard < fewest:
            yield no_estimate(study, name, Message(code="missing.small_theme", values={"fewest_n": fewest}), "share")
            continue
        limits, about = (100 * theme.low, 100 * theme.high), {"method": "Wilson", "source": SOURCE_THEMES}
        counts = (theme.heard, theme.units)
        yield make_estimate(study, name, 100 * theme.share, "share", counts=counts, interval=limits, **about)
        name, rating = called("label.theme.rating", code=theme.code), rating_of(study, theme.code)
        if rating is None:
            yield no_estimate(study, name, Message(code="missing.theme_rating"), "score")
            continue
        found = join_rating(heard[theme.code], rating, fewest=fewest, level=study.config.level)
        if found is None:
            yield no_estimate(study, name, Message(code="missing.small_group"), "score")
            continue
        n, limits, method = found.with_theme + found.without, (found.low, found.high), "Welch t interval"
        about = {"method": method, "source": SOURCE_JOIN}
        yield make_estimate(study, name, found.difference, "score", counts=(n, n), interval=limits, **about)


def rating_of(study: Study, code: str) -> pd.Series | None:
    """By account, the mean rating of the facet or element that a code is called after; None where it is called after neither."""
    if code in {one.key for one in facets()}:
        values = facet_mean(study, (code,))
    elif code in {one.key for one in elements()} & set(study.element_keys):
        values = study.data[f"element.{code}"]
    else:
        values = None
    return None if values is None else values.groupby(study.data["account"]).mean()


def comment_terms(study: Study) -> tuple[tuple[Term, ...], Commenting]:
    """The words by which promoters' and detractors' comments differ most, and how often each group commented.

    Nothing where there are no comments or no NPS. Addresses, numbers, ids and whatever is written like a name are taken out first.
    """
    comments, nps = study.values("comment"), study.values("nps")
    if comments is None or nps is None:
        return (), Commenting((0, 0, 0), (0, 0, 0))
    hide = redactor(ids_of(study))
    redacted = comments.map(lambda text: hide(str(text)), na_action="ignore")
    names = likely_names(redacted.dropna())
    hidden = redacted.map(
        lambda text: WORD.sub(lambda word: "" if word[0].casefold() in names else word[0], text), na_action="ignore"
    )
    fewest = study.config.privacy.min_group
    terms = find_terms(nps, hidden, study.clusters, language=study.config.language, fewest=fewest, level=study.config.level)
    return terms, count_commenting(nps, comments)


def pick_all_quotes(study: Study) -> tuple[Quotes, ...]:
    """A quote and a counter-example of every theme, among those that may be published."""
    coded = study.interviews
    if coded is None:
        return ()
    names, fewest = ids_of(study), study.config.privacy.min_group
    return tuple(
        pick_quotes(coded, code, names=names, rating=rating_of(study, code), fewest=fewest) for code in sorted(set(coded["code"]))
    )


def suggest_all(study: Study, most: int = 8) -> tuple[tuple[str, tuple[Suggestion, ...]], ...]:
    """Publishable passages, redacted, with the codes that might fit them; those on which readers differ come first."""
    coded = study.interviews
    if coded is None or not coded["publish"].any():
        return ()
    dictionary, names = make_dictionary(study.codebook, study.config.language), ids_of(study)
    passages = coded[coded["publish"]].groupby("text")["code"].nunique().rename("codes").reset_index()
    chosen = passages.sort_values(["codes", "text"], ascending=[False, True])["text"].head(most)
    hide = redactor(names)
    return tuple((hide(text), suggest(text, dictionary, study.config.language)) for text in chosen)


def ids_of(study: Study) -> tuple[str, ...]:
    """Names of accounts, respondents and teams as the files write them, which no shown word may hold; row numbers are no names."""
    columns = study.config.columns
    mapped = {"account": columns.account, "respondent": columns.respondent, "team": study.config.employees}
    frames = [study.all_data[name] for name, there in mapped.items() if there is not None and name in study.all_data]
    found = {str(name) for column in frames for name in column.dropna().unique()}
    return tuple(sorted(found))
