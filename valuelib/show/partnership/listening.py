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
        caption=speech.text("The codebook"),
        columns=(
            speech.text("Code"),
            speech.text("Definition"),
            speech.text("Belongs to it"),
            speech.text("Does not belong"),
            speech.text("Example"),
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
        Panel(title=speech.text("Heard in accounts, per cent"), rows=[_dots(found[f"theme.{code}"]) for code in codes], decimals=0)
    ]
    if any(rated):
        panels.append(
            Panel(
                title=speech.text("Their rating of it, less that of the others"),
                axis=speech.text("points on 0–10"),
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
            speech.text(
                "%(theme)s: heard in %(count)s accounts.", theme=names.get(code, code), count=_count(found[f"theme.{code}"], speech)
            )
            for code in codes
        )
        or speech.text("No theme was heard in enough accounts to be shown."),
        caption=speech.text(
            "A theme counts for an account when more than half of the readers of some passage gave it that code. Wilson intervals; "
            "themes heard in fewer accounts than the minimum are not shown. A theme may be praise or complaint."
        ),
    )
    return plot_dots(chart, speech)


def say_themes(estimates: Sequence[Estimate], names: Mapping[str, str], speech: Speech) -> str:
    """The theme that was heard most."""
    themes = [
        one for one in estimates if one.name.startswith("theme.") and not one.name.endswith(".rating") and one.value is not None
    ]
    if not themes:
        return speech.text("No theme was heard in enough accounts to be shown")
    most = max(themes, key=lambda one: one.value or 0.0)
    code = most.name.removeprefix("theme.")
    return speech.text("Heard most: %(theme)s, in %(count)s accounts", theme=names.get(code, code), count=_count(most, speech))


def table_agreement(estimates: Sequence[Estimate], names: Mapping[str, str], speech: Speech) -> Table:
    """How far the readers agree, on all codes together and on each."""
    found = {one.name: one for one in estimates}
    codes = [name.split(".")[1] for name in found if name.startswith("coding.") and name.endswith(".alpha")]
    labels = {"all": speech.text("All codes together"), **names}
    return Table(
        name="agreement",
        caption=speech.text("How far the readers agree"),
        columns=(
            speech.text("Code"),
            speech.text("Krippendorff's alpha"),
            speech.text("Cohen's kappa"),
            speech.text("Raw agreement"),
            speech.text("Readings with it"),
            speech.text("Passages"),
        ),
        rows=tuple((labels.get(code, code), *_agreement_cells(found, code, speech)) for code in codes),
        note=say_agreement(estimates, speech),
    )


def say_agreement(estimates: Sequence[Estimate], speech: Speech) -> str:
    """Whether the coding can carry conclusions."""
    alpha = next((one for one in estimates if one.name == "coding.all.alpha"), None)
    if alpha is None or alpha.value is None:
        return speech.text("Agreement cannot be measured: no passage was read by two people, or their codes never vary.")
    value = speech.number(alpha.value, 2)
    if alpha.value >= ENOUGH:
        return speech.text("The readers agree well (alpha %(alpha)s): the coding can carry conclusions.", alpha=value)
    if alpha.value >= TENTATIVE:
        return speech.text("The readers agree fairly (alpha %(alpha)s): conclusions are tentative.", alpha=value)
    return speech.text("The readers do not agree well enough (alpha %(alpha)s): sharpen the codebook and code anew.", alpha=value)


def plot_terms(terms: Sequence[Term], commenting: Commenting, speech: Speech) -> Figure:
    """The words by which promoters' and detractors' comments differ most: share of each group's commenters who use them."""
    both = [term for term in terms if term.by_group[0] is not None and term.by_group[2] is not None]
    shown = [term for term in both if _percent(term, 0) or _percent(term, 2)]
    rows = [[_use(term, 2, 0), _use(term, 0, 1)] for term in shown]
    chart = Chart(
        name="terms",
        title=say_commenting(commenting, speech),
        labels=[term.word for term in shown],
        panels=[Panel(title=speech.text("Commenters who use the word, per cent"), rows=rows, decimals=0)],
        alt=" ".join(
            speech.text(
                "%(word)s: promoters %(one)s, detractors %(two)s per cent.",
                word=term.word,
                one=speech.number(_percent(term, 2), 0),
                two=speech.number(_percent(term, 0), 0),
            )
            for term in shown
        )
        or speech.text("Too few comments in each group to compare words."),
        caption=speech.text(
            "Dictionary forms of the words in open comments, with intervals that take accounts for clusters. Shares are of those "
            "who "
            "commented in each group, so that a group that comments more does not weigh more."
        ),
        series=(speech.text("Promoters"), speech.text("Detractors")),
    )
    return plot_dots(chart, speech)


def say_commenting(commenting: Commenting, speech: Speech) -> str:
    """How often each group commented."""
    detractors, passives, promoters = (round(rate, 2) for rate in commenting.rates)
    return speech.text(
        "A comment was written by %(detractors_share)s of detractors, %(passives_share)s of passives and %(promoters_share)s of "
        "promoters",
        detractors_share=detractors,
        passives_share=passives,
        promoters_share=promoters,
    )


def table_terms(terms: Sequence[Term], speech: Speech) -> Table:
    """The same words in figures: by group, and over all, with and without allowance for who comments."""
    return Table(
        name="terms",
        caption=speech.text("Words in comments, per cent of those who commented"),
        columns=(
            speech.text("Word"),
            speech.text("Detractors"),
            speech.text("Passives"),
            speech.text("Promoters"),
            speech.text("All comments"),
            speech.text("As if all groups commented alike often"),
            speech.text("Comments"),
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
        note=speech.text(
            "The last share but one weighs each group by its number among all respondents, so that eager groups do not count more."
        ),
    )


def list_quotes(quotes: Sequence[Quotes], names: Mapping[str, str], speech: Speech) -> Shown | None:
    """One quote and one counter-example a theme; None where nothing may be shown."""
    shown = [one for one in quotes if one.example]
    if not shown:
        return None
    against = speech.text("But also")
    items = tuple(
        Item(
            speech.quote(one.example or ""),
            names.get(one.code, one.code),
            f"{against}: {speech.quote(one.counter)}" if one.counter else "",
        )
        for one in shown
    )
    note = speech.text("Quotes stand here with the permission recorded for them; names, addresses and numbers are left out.")
    return show_passage(Passage(name="quotes", title=speech.text("In their own words"), items=items, note=note))


def table_suggestions(
    suggested: Sequence[tuple[str, Sequence[Suggestion]]], names: Mapping[str, str], speech: Speech
) -> Table | None:
    """Passages with the codes that might fit and the words that speak for them; None where there is nothing to suggest."""
    rows = [
        (
            text,
            "; ".join(f"{names.get(one.code, one.code)} ({', '.join(one.hits)})" for one in found) or speech.text("no suggestion"),
        )
        for text, found in suggested
    ]
    if not rows:
        return None
    return Table(
        name="suggestions",
        caption=speech.text("Suggestions for a reader, with the words they rest on"),
        columns=(speech.text("Passage"), speech.text("Might be")),
        rows=tuple(rows),
        note=speech.text("Suggestions are never codes: a reader decides, and only what readers wrote down is counted."),
    )


def _dots(estimate: Estimate) -> list[Dot]:
    dot = dot_of(estimate)
    return [] if dot is None else [dot]


def _count(estimate: Estimate, speech: Speech) -> str:
    return speech.text("%(heard)s of %(units)s", heard=estimate.n, units=estimate.accounts)


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
