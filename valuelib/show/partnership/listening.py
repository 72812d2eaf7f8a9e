"""What was heard: themes by account, agreement of the readers, words of promoters and detractors, quotes and suggestions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from valuelib.records import Estimate, Figure, Table
from valuelib.show.display import Shown
from valuelib.show.figures.dots import Chart, Dot, Panel, dot_of, plot_dots
from valuelib.show.language import NONE, Speech
from valuelib.show.passage import Item, Passage, show_passage
from valuelib.stats.coding.quotes import Quotes
from valuelib.stats.coding.suggest import Suggestion
from valuelib.stats.coding.terms import Commenting, Term

ENOUGH, TENTATIVE = 0.8, 0.667  # the marks that Krippendorff (2019) gives for firm and for tentative conclusions


def name_codes(codebook: pd.DataFrame | None, codes: Sequence[str]) -> dict[str, str]:
    """What each code is called: by the codebook, used or not, else the code itself."""
    named = {} if codebook is None else dict(zip(map(str, codebook["code"]), map(str, codebook["name"]), strict=True))
    return {**{code: code for code in codes}, **named}


def table_codebook(codebook: pd.DataFrame, speech: Speech) -> Table:
    """Each code with its definition, what belongs to it and what does not."""
    return Table(
        name="codebook",
        caption=speech.text("listening.the_codebook"),
        columns=(
            speech.text("listening.code"),
            speech.text("listening.definition"),
            speech.text("listening.belongs_to_it"),
            speech.text("listening.does_not_belong"),
            speech.text("listening.example"),
        ),
        rows=tuple(tuple(map(str, row)) for row in codebook[["name", "definition", "include", "exclude", "example"]].to_numpy()),
    )


def plot_themes(estimates: Sequence[Estimate], names: Mapping[str, str], speech: Speech) -> Figure:
    """In how many accounts each theme was heard, and whether those accounts rate what it speaks of otherwise."""
    found = {one.name: one for one in estimates if one.value is not None}
    codes = [name.removeprefix("theme.") for name in found if name.startswith("theme.") and not name.endswith(".rating")]
    codes.sort(key=lambda code: (-(found[f"theme.{code}"].value or 0.0), code))
    rated = [[dot] if (one := found.get(f"theme.{code}.rating")) and (dot := dot_of(one)) else [] for code in codes]
    panels = [
        Panel(
            title=speech.text("listening.heard_accounts_per_cent"),
            rows=[_dots(found[f"theme.{code}"]) for code in codes],
            decimals=0,
        )
    ]
    if any(rated):
        panels.append(
            Panel(
                title=speech.text("listening.rating_less_others"),
                axis=speech.text("listening.points_0_10"),
                rows=rated,
                zero=True,
                signed=True,
                hollow_open=True,
            )
        )
    chart = Chart(
        name="themes",
        title=say_themes(estimates, names, speech),
        labels=[f"{names.get(code, code)} ({_count(found[f'theme.{code}'], speech)})" for code in codes],
        panels=panels,
        alt=" ".join(
            speech.text("listening.heard_in_accounts", theme=names.get(code, code), count=_count(found[f"theme.{code}"], speech))
            for code in codes
        )
        or speech.text("listening.no_theme_heard_enough_accounts"),
        caption=speech.text("listening.theme_counts_account_when"),
    )
    return plot_dots(chart, speech)


def say_themes(estimates: Sequence[Estimate], names: Mapping[str, str], speech: Speech) -> str:
    """The theme that was heard most."""
    themes = [
        one for one in estimates if one.name.startswith("theme.") and not one.name.endswith(".rating") and one.value is not None
    ]
    if not themes:
        return speech.text("listening.no_theme_heard_enough")
    most = max(themes, key=lambda one: one.value or 0.0)
    code = most.name.removeprefix("theme.")
    return speech.text("listening.heard_most_accounts", theme=names.get(code, code), count=_count(most, speech))


def table_agreement(estimates: Sequence[Estimate], names: Mapping[str, str], speech: Speech) -> Table:
    """How far the readers agree, on all codes together and on each."""
    found = {one.name: one for one in estimates}
    codes = [name.split(".")[1] for name in found if name.startswith("coding.") and name.endswith(".alpha")]
    labels = {"all": speech.text("common.all_codes_together"), **names}
    return Table(
        name="agreement",
        caption=speech.text("listening.how_far_readers_agree"),
        columns=(
            speech.text("listening.code"),
            speech.text("listening.krippendorff_alpha"),
            speech.text("listening.cohen_kappa"),
            speech.text("listening.raw_agreement"),
            speech.text("listening.readings_with_it"),
            speech.text("listening.passages"),
        ),
        rows=tuple((labels.get(code, code), *_agreement_cells(found, code, speech)) for code in codes),
        note=say_agreement(estimates, speech),
    )


def say_agreement(estimates: Sequence[Estimate], speech: Speech) -> str:
    """Whether the coding can carry conclusions."""
    alpha = next((one for one in estimates if one.name == "coding.all.alpha"), None)
    if alpha is None or alpha.value is None:
        return speech.text("listening.agreement_cannot_measured_no")
    value = speech.number(alpha.value, 2)
    if alpha.value >= ENOUGH:
        return speech.text("listening.readers_agree_well_alpha", alpha=value)
    if alpha.value >= TENTATIVE:
        return speech.text("listening.readers_agree_fairly_alpha", alpha=value)
    return speech.text("listening.readers_do_not_agree", alpha=value)


def plot_terms(terms: Sequence[Term], commenting: Commenting, speech: Speech) -> Figure:
    """The words by which promoters' and detractors' comments differ most: share of each group's commenters who use them."""
    both = [term for term in terms if term.by_group[0] is not None and term.by_group[2] is not None]
    shown = [term for term in both if _percent(term, 0) or _percent(term, 2)]
    rows = [[_use(term, 2, 0), _use(term, 0, 1)] for term in shown]
    chart = Chart(
        name="terms",
        title=say_commenting(commenting, speech),
        labels=[term.word for term in shown],
        panels=[Panel(title=speech.text("listening.commenters_who_use_word"), rows=rows, decimals=0)],
        alt=" ".join(
            speech.text(
                "listening.promoters_detractors_per_cent",
                word=term.word,
                one=speech.number(_percent(term, 2), 0),
                two=speech.number(_percent(term, 0), 0),
            )
            for term in shown
        )
        or speech.text("listening.too_few_comments_each"),
        caption=speech.text("listening.dictionary_forms_words_open"),
        series=(speech.text("listening.promoters"), speech.text("listening.detractors")),
    )
    return plot_dots(chart, speech)


def say_commenting(commenting: Commenting, speech: Speech) -> str:
    """How often each group commented."""
    detractors, passives, promoters = (round(rate, 2) for rate in commenting.rates)
    return speech.text(
        "listening.comment_written_detractors_passives",
        detractors_share=detractors,
        passives_share=passives,
        promoters_share=promoters,
    )


def table_terms(terms: Sequence[Term], speech: Speech) -> Table:
    """The same words in figures: by group, and over all, with and without allowance for who comments."""
    return Table(
        name="terms",
        caption=speech.text("listening.words_comments_per_cent"),
        columns=(
            speech.text("listening.word"),
            speech.text("listening.detractors"),
            speech.text("listening.passives"),
            speech.text("listening.promoters"),
            speech.text("listening.all_comments"),
            speech.text("listening.if_all_groups_commented"),
            speech.text("listening.comments"),
        ),
        rows=tuple(
            (
                term.word,
                *(_use_cell(term, place, speech) for place in range(3)),
                speech.percent(term.commenters),
                speech.percent(term.everybody),
                speech.count(term.texts),
            )
            for term in terms
        ),
        note=speech.text("listening.last_share_but_weighs"),
    )


def list_quotes(quotes: Sequence[Quotes], names: Mapping[str, str], speech: Speech) -> Shown | None:
    """One quote and one counter-example a theme; None where nothing may be shown."""
    shown = [one for one in quotes if one.example]
    if not shown:
        return None
    against = speech.text("listening.but_also")
    items = tuple(
        Item(
            speech.quote(one.example or ""),
            names.get(one.code, one.code),
            f"{against}: {speech.quote(one.counter)}" if one.counter else "",
        )
        for one in shown
    )
    note = speech.text("listening.quotes_stand_here_permission")
    return show_passage(Passage(name="quotes", title=speech.text("listening.own_words"), items=items, note=note))


def table_suggestions(
    suggested: Sequence[tuple[str, Sequence[Suggestion]]], names: Mapping[str, str], speech: Speech
) -> Table | None:
    """Passages with the codes that might fit and the words that speak for them; None where there is nothing to suggest."""
    rows = [
        (
            text,
            "; ".join(f"{names.get(one.code, one.code)} ({', '.join(one.hits)})" for one in found)
            or speech.text("listening.no_suggestion"),
        )
        for text, found in suggested
    ]
    if not rows:
        return None
    return Table(
        name="suggestions",
        caption=speech.text("listening.suggestions_reader_words_rest"),
        columns=(speech.text("listening.passage"), speech.text("listening.might_be")),
        rows=tuple(rows),
        note=speech.text("listening.suggestions_never_codes_reader"),
    )


def _dots(estimate: Estimate) -> list[Dot]:
    dot = dot_of(estimate)
    return [] if dot is None else [dot]


def _count(estimate: Estimate, speech: Speech) -> str:
    return speech.text("listening.heard_of_units", heard=estimate.n, units=estimate.accounts)


def _agreement_cells(found: Mapping[str, Estimate], code: str, speech: Speech) -> tuple[str, ...]:
    alpha, kappa, raw, prevalence = (found.get(f"coding.{code}.{name}") for name in ("alpha", "kappa", "raw", "prevalence"))
    first = NONE
    if alpha is not None and alpha.value is not None:
        first = f"{speech.number(alpha.value, 2)} {speech.interval(alpha.ci_low, alpha.ci_high, 2)}"
    return (
        first,
        NONE if kappa is None else speech.number(kappa.value, 2),
        NONE if raw is None or raw.value is None else speech.percent(raw.value / 100),
        NONE if prevalence is None or prevalence.value is None else speech.percent(prevalence.value / 100),
        NONE if raw is None else speech.count(raw.n),
    )


def _use(term: Term, place: int, series: int) -> Dot:
    use = term.by_group[place]
    if use is None:
        return Dot(value=0.0, series=series)
    return Dot(value=100 * use.share, low=100 * use.low, high=100 * use.high, series=series)


def _percent(term: Term, place: int) -> float:
    use = term.by_group[place]
    return 0.0 if use is None else 100 * use.share


def _use_cell(term: Term, place: int, speech: Speech) -> str:
    use = term.by_group[place]
    if use is None:
        return NONE
    return f"{speech.percent(use.share)} {speech.interval(100 * use.low, 100 * use.high, 0)}"
