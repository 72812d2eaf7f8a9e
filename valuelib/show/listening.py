"""What was heard: themes by account, agreement of the readers, words of promoters and detractors, quotes and suggestions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from valuelib.explore.estimates import find, keyed
from valuelib.results import Cell, Estimate, Figure, Table, pick
from valuelib.show.display import CellOutput, Item, Passage, show_passage
from valuelib.show.dots import Chart, Dot, Panel, dot_of, plot_dots
from valuelib.show.localizer import local
from valuelib.show.tables import column, estimate_cell, make_table
from valuelib.stats.themes import Commenting, Quotes, Suggestion, Term

# What was heard: themes by account, agreement of the readers, words of promoters and detractors, quotes and suggestions.

ENOUGH, TENTATIVE = 0.8, 0.667  # the marks that Krippendorff (2019) gives for firm and for tentative conclusions


def name_codes(codebook: pd.DataFrame | None, codes: Sequence[str]) -> dict[str, str]:
    """What each code is called: by the codebook, used or not, else the code itself."""
    named = {} if codebook is None else dict(zip(map(str, codebook["code"]), map(str, codebook["name"]), strict=True))
    return {**{code: code for code in codes}, **named}


def table_codebook(codebook: pd.DataFrame) -> Table:
    """Each code with its definition, what belongs to it and what does not."""
    return make_table(
        name="codebook",
        caption=local.text("listening.the_codebook"),
        columns=(
            column("listening.code"),
            column("listening.definition"),
            column("listening.belongs_to_it"),
            column("listening.does_not_belong"),
            column("listening.example"),
        ),
        rows=(map(str, row) for row in codebook[["name", "definition", "include", "exclude", "example"]].to_numpy()),
    )


def plot_themes(estimates: Sequence[Estimate], names: Mapping[str, str]) -> Figure:
    """In how many accounts each theme was heard, and whether those accounts rate what it speaks of otherwise."""
    heard, ratings = keyed(estimates, "label.theme", "code"), keyed(estimates, "label.theme.rating", "code")
    codes = sorted(heard, key=lambda code: (-(heard[code].value or 0.0), code))
    rated = [[dot] if code in ratings and (dot := dot_of(ratings[code])) else [] for code in codes]
    panels = [
        Panel(
            title=local.text("listening.heard_accounts_per_cent"),
            rows=[_dots(heard[code]) for code in codes],
            decimals=0,
        )
    ]
    if any(rated):
        panels.append(
            Panel(
                title=local.text("listening.rating_less_others"),
                axis=local.text("listening.points_0_10"),
                rows=rated,
                zero=True,
                signed=True,
                hollow_open=True,
            )
        )
    chart = Chart(
        name="themes",
        title=say_themes(estimates, names),
        labels=[f"{names.get(code, code)} ({_count(heard[code])})" for code in codes],
        panels=panels,
        alt=" ".join(
            local.text("listening.heard_in_accounts", theme=names.get(code, code), count=_count(heard[code])) for code in codes
        )
        or local.text("listening.no_theme_heard_enough_accounts"),
        caption=local.text("listening.theme_counts_account_when"),
    )
    return plot_dots(chart)


def say_themes(estimates: Sequence[Estimate], names: Mapping[str, str]) -> str:
    """The theme that was heard most."""
    heard = keyed(estimates, "label.theme", "code")
    if not heard:
        return local.text("listening.no_theme_heard_enough")
    code, most = max(heard.items(), key=lambda pair: pair[1].value or 0.0)
    return local.text("listening.heard_most_accounts", theme=names.get(code, code), count=_count(most))


def table_agreement(estimates: Sequence[Estimate], names: Mapping[str, str]) -> Table:
    """How far the readers agree, on all codes together and on each."""
    codes = [str(one.label.values["code"]) for one in pick(estimates, "label.coding.alpha") if one.label is not None]
    of_codes = (_agreement_row(names.get(code, code), estimates, "label.coding", code=code) for code in codes)
    return make_table(
        name="agreement",
        caption=local.text("listening.how_far_readers_agree"),
        columns=(
            column("listening.code"),
            column("listening.krippendorff_alpha", "number", 2),
            column("listening.cohen_kappa", "number", 2),
            column("listening.raw_agreement", "percent"),
            column("listening.readings_with_it", "percent"),
            column("listening.passages", "count"),
        ),
        rows=(_agreement_row(local.text("common.all_codes_together"), estimates, "label.coding.all"), *of_codes),
        note=say_agreement(estimates),
    )


def say_agreement(estimates: Sequence[Estimate]) -> str:
    """Whether the coding can carry conclusions."""
    alpha = find(estimates, "label.coding.all.alpha")
    if alpha is None or alpha.value is None:
        return local.text("listening.agreement_cannot_measured_no")
    value = local.number(alpha.value, 2)
    if alpha.value >= ENOUGH:
        return local.text("listening.readers_agree_well_alpha", alpha=value)
    if alpha.value >= TENTATIVE:
        return local.text("listening.readers_agree_fairly_alpha", alpha=value)
    return local.text("listening.readers_do_not_agree", alpha=value)


def plot_terms(terms: Sequence[Term], commenting: Commenting) -> Figure:
    """The words by which promoters' and detractors' comments differ most: share of each group's commenters who use them."""
    both = [term for term in terms if term.by_group[0] is not None and term.by_group[2] is not None]
    shown = [term for term in both if _percent(term, 0) or _percent(term, 2)]
    rows = [[_use(term, 2, 0), _use(term, 0, 1)] for term in shown]
    chart = Chart(
        name="terms",
        title=say_commenting(commenting),
        labels=[term.word for term in shown],
        panels=[Panel(title=local.text("listening.commenters_who_use_word"), rows=rows, decimals=0)],
        alt=" ".join(
            local.text(
                "listening.promoters_detractors_per_cent",
                word=term.word,
                one=local.number(_percent(term, 2), 0),
                two=local.number(_percent(term, 0), 0),
            )
            for term in shown
        )
        or local.text("listening.too_few_comments_each"),
        caption=local.text("listening.dictionary_forms_words_open"),
        series=(local.text("listening.promoters"), local.text("listening.detractors")),
    )
    return plot_dots(chart)


def say_commenting(commenting: Commenting) -> str:
    """How often each group commented."""
    detractors, passives, promoters = (round(rate, 2) for rate in commenting.rates)
    return local.text(
        "listening.comment_written_detractors_passives",
        detractors_share=detractors,
        passives_share=passives,
        promoters_share=promoters,
    )


def table_terms(terms: Sequence[Term]) -> Table:
    """The same words in figures: by group, and over all, with and without allowance for who comments."""
    return make_table(
        name="terms",
        caption=local.text("listening.words_comments_per_cent"),
        columns=(
            column("listening.word"),
            column("listening.detractors", "percent"),
            column("listening.passives", "percent"),
            column("listening.promoters", "percent"),
            column("listening.all_comments", "percent"),
            column("listening.if_all_groups_commented", "percent"),
            column("listening.comments", "count"),
        ),
        rows=(
            (
                term.word,
                *(Cell() if use is None else Cell(use.share, use.low, use.high) for use in term.by_group),
                term.commenters,
                term.everybody,
                term.texts,
            )
            for term in terms
        ),
        note=local.text("listening.last_share_but_weighs"),
    )


def list_quotes(quotes: Sequence[Quotes], names: Mapping[str, str]) -> CellOutput | None:
    """One quote and one counter-example a theme; None where nothing may be shown."""
    shown = [one for one in quotes if one.example]
    if not shown:
        return None
    against = local.text("listening.but_also")
    items = tuple(
        Item(
            local.quote(one.example or ""),
            names.get(one.code, one.code),
            f"{against}: {local.quote(one.counter)}" if one.counter else "",
        )
        for one in shown
    )
    note = local.text("listening.quotes_stand_here_permission")
    return show_passage(Passage(name="quotes", title=local.text("listening.own_words"), items=items, note=note))


def table_suggestions(suggested: Sequence[tuple[str, Sequence[Suggestion]]], names: Mapping[str, str]) -> Table | None:
    """Passages with the codes that might fit and the words that speak for them; None where there is nothing to suggest."""
    rows = [
        (
            text,
            "; ".join(f"{names.get(one.code, one.code)} ({', '.join(one.hits)})" for one in found)
            or local.text("listening.no_suggestion"),
        )
        for text, found in suggested
    ]
    if not rows:
        return None
    return make_table(
        name="suggestions",
        caption=local.text("listening.suggestions_reader_words_rest"),
        columns=(column("listening.passage"), column("listening.might_be")),
        rows=rows,
        note=local.text("listening.suggestions_never_codes_reader"),
    )


def _dots(estimate: Estimate) -> list[Dot]:
    dot = dot_of(estimate)
    return [] if dot is None else [dot]


def _count(estimate: Estimate) -> str:
    return local.text("listening.heard_of_units", heard=estimate.n, units=estimate.accounts)


def _agreement_row(said: str, estimates: Sequence[Estimate], kind: str, **about: str) -> Iterator[Cell]:
    figures = (find(estimates, f"{kind}.{name}", **about) for name in ("alpha", "kappa", "raw", "prevalence"))
    alpha, kappa, raw, prevalence = figures
    yield Cell(said)
    yield estimate_cell(alpha)
    yield Cell(None if kappa is None else kappa.value)
    yield from (Cell(None if one is None or one.value is None else one.value / 100) for one in (raw, prevalence))
    yield Cell(None if raw is None else raw.n)


def _use(term: Term, place: int, series: int) -> Dot:
    use = term.by_group[place]
    if use is None:
        return Dot(value=0.0, series=series)
    return Dot(value=100 * use.share, low=100 * use.low, high=100 * use.high, series=series)


def _percent(term: Term, place: int) -> float:
    use = term.by_group[place]
    return 0.0 if use is None else 100 * use.share


# The exercise of the chapter on listening: does a reader's coding agree with a second one's? For workshops, in English.

SECOND_READER = ("trust_openness", "customer_team", "roles_tasks", "mutual_commitment", "ecosystem_learning")
ENOUGH_EXERCISE = 4


def check_coding(codes: Sequence[str]) -> str:
    """What to tell whoever coded the five passages; only agreement on at least four of them passes.

    >>> check_coding([])
    'Not yet: five codes are expected, one a passage, in the order a to e; 0 are given.'
    """
    if len(codes) != len(SECOND_READER):
        return f"Not yet: five codes are expected, one a passage, in the order a to e; {len(codes)} are given."
    unknown = sorted(set(codes) - {*SECOND_READER, "reflexivity", "meaningful_work"})
    if unknown:
        return f"Not yet: {', '.join(unknown)} is not in the codebook."
    agreed = [one == other for one, other in zip(codes, SECOND_READER, strict=True)]
    where = ", ".join(letter for letter, same in zip("abcde", agreed, strict=True) if not same)
    if sum(agreed) >= ENOUGH_EXERCISE:
        return f"Passed: you agree on {sum(agreed)} of 5 with the second reader." + (f" Talk about {where}." if where else "")
    return f"Not yet: you agree on {sum(agreed)} of 5. Read the definition and the exclusions again for {where}."
