"""What was heard: themes by account, agreement of the readers, words of promoters and detractors, quotes and suggestions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from valuelib.explore.estimates import find, keyed
from valuelib.results import Cell, Estimate, Figure, Table, pick
from valuelib.show.display import CellOutput, Item, Passage, show_passage
from valuelib.show.dots import Chart, Dot, Panel, dots_of, plot_dots
from valuelib.show.localizer import local
from valuelib.show.tables import column, estimate_cell, make_table
from valuelib.stats.themes import Commenting, Quotes, Suggestion, Term

ENOUGH, TENTATIVE = 0.8, 0.667  # the marks that Krippendorff (2019) gives for firm and for tentative conclusions


def name_codes(codebook: pd.DataFrame | None, codes: Sequence[str]) -> dict[str, str]:
    """What each code is called: by the codebook, used or not, else the code itself."""
    named = {} if codebook is None else dict(zip(map(str, codebook["code"]), map(str, codebook["name"]), strict=True))
    return {**{code: code for code in codes}, **named}


def table_codebook(codebook: pd.DataFrame) -> Table:
    """Each code with its definition, what belongs to it and what does not."""
    codes = ("code", "definition", "belongs_to_it", "does_not_belong", "example")
    return make_table(
        "codebook",
        local.text("listening.the_codebook"),
        [f"listening.{code}" for code in codes],
        (map(str, row) for row in codebook[["name", "definition", "include", "exclude", "example"]].to_numpy()),
    )


def plot_themes(estimates: Sequence[Estimate], names: Mapping[str, str]) -> Figure:
    """In how many accounts each theme was heard, and whether those accounts rate what it speaks of otherwise."""
    heard, ratings = keyed(estimates, "label.theme", "code"), keyed(estimates, "label.theme.rating", "code")
    codes = sorted(heard, key=lambda code: (-(heard[code].value or 0.0), code))
    rated = [dots_of(ratings.get(code)) for code in codes]
    said = {code: (names.get(code, code), _count(heard[code])) for code in codes}
    panels = [
        Panel(title=local.text("listening.heard_accounts_per_cent"), rows=[dots_of(heard[code]) for code in codes], decimals=0)
    ]
    if any(rated):
        title, axis = local.text("listening.rating_less_others"), local.text("listening.points_0_10")
        panels.append(Panel(title=title, axis=axis, rows=rated, zero=True, signed=True, hollow_open=True))
    alt = " ".join(local.text("listening.heard_in_accounts", theme=theme, count=count) for theme, count in said.values())
    chart = Chart(
        name="themes",
        title=say_themes(estimates, names),
        labels=[f"{theme} ({count})" for theme, count in said.values()],
        panels=panels,
        alt=alt or local.text("listening.no_theme_heard_enough_accounts"),
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

    def row(said: str, kind: str, **about: str) -> Iterator[Cell | str | float | None]:
        figures = (find(estimates, f"{kind}.{name}", **about) for name in ("alpha", "kappa", "raw", "prevalence"))
        alpha, kappa, raw, prevalence = figures
        yield said
        yield estimate_cell(alpha)
        yield None if kappa is None else kappa.value
        yield from (None if one is None or one.value is None else one.value / 100 for one in (raw, prevalence))
        yield None if raw is None else raw.n

    codes = [str(one.label.values["code"]) for one in pick(estimates, "label.coding.alpha") if one.label is not None]
    return make_table(
        "agreement",
        local.text("listening.how_far_readers_agree"),
        (
            "listening.code",
            ("listening.krippendorff_alpha", "number", 2),
            ("listening.cohen_kappa", "number", 2),
            ("listening.raw_agreement", "percent"),
            ("listening.readings_with_it", "percent"),
            ("listening.passages", "count"),
        ),
        [
            row(local.text("common.all_codes_together"), "label.coding.all"),
            *(row(names.get(code, code), "label.coding", code=code) for code in codes),
        ],
        say_agreement(estimates),
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
    shown = []  # each word with its use by promoters and by detractors
    for term in terms:
        promoters, detractors = term.by_group[2], term.by_group[0]
        if promoters is not None and detractors is not None and (promoters.share or detractors.share):
            shown.append((term.word, (promoters, detractors)))
    rows = [
        [Dot(value=100 * it.share, low=100 * it.low, high=100 * it.high, series=series) for series, it in enumerate(uses)]
        for _, uses in shown
    ]
    said = [
        local.text("listening.promoters_detractors_per_cent", word=word, one=one, two=two)
        for word, uses in shown
        for one, two in [[local.number(100 * it.share, 0) for it in uses]]
    ]
    chart = Chart(
        name="terms",
        title=say_commenting(commenting),
        labels=[word for word, _ in shown],
        panels=[Panel(title=local.text("listening.commenters_who_use_word"), rows=rows, decimals=0)],
        alt=" ".join(said) or local.text("listening.too_few_comments_each"),
        caption=local.text("listening.dictionary_forms_words_open"),
        series=(local.text("listening.promoters"), local.text("listening.detractors")),
    )
    return plot_dots(chart)


def say_commenting(commenting: Commenting) -> str:
    """Which group commented most often."""
    rates = dict(zip(("detractors", "passives", "promoters"), commenting.rates, strict=True))
    most = max(rates, key=rates.__getitem__)
    return local.text("listening.commented_most", group=local.text(f"listening.{most}"), rate_share=round(rates[most], 2))


def table_terms(terms: Sequence[Term]) -> Table:
    """The same words in figures: by group, and over all, with and without allowance for who comments."""
    shares = ("detractors", "passives", "promoters", "all_comments", "if_all_groups_commented")
    return make_table(
        "terms",
        local.text("listening.words_comments_per_cent"),
        ("listening.word", *(column(f"listening.{one}", "percent") for one in shares), ("listening.comments", "count")),
        (
            (
                term.word,
                *(Cell() if use is None else Cell(use.share, use.low, use.high) for use in term.by_group),
                *(term.commenters, term.everybody, term.texts),
            )
            for term in terms
        ),
        local.text("listening.last_share_but_weighs"),
    )


def list_quotes(quotes: Sequence[Quotes], names: Mapping[str, str]) -> CellOutput | None:
    """One quote and one counter-example a theme; None where nothing may be shown."""
    against = local.text("listening.but_also")
    items = tuple(
        Item(
            local.quote(one.example), names.get(one.code, one.code), f"{against}: {local.quote(one.counter)}" if one.counter else ""
        )
        for one in quotes
        if one.example
    )
    note = local.text("listening.quotes_stand_here_permission")
    return show_passage(Passage(name="quotes", title=local.text("listening.own_words"), items=items, note=note)) if items else None


def table_suggestions(suggested: Sequence[tuple[str, Sequence[Suggestion]]], names: Mapping[str, str]) -> Table | None:
    """Passages with the codes that might fit and the words that speak for them; None where there is nothing to suggest."""
    rows = []
    for passage, found in suggested:
        said = "; ".join(f"{names.get(one.code, one.code)} ({', '.join(one.hits)})" for one in found)
        rows.append((passage, said or local.text("listening.no_suggestion")))
    caption, note = local.text("listening.suggestions_reader_words_rest"), local.text("listening.suggestions_never_codes_reader")
    columns = ("listening.passage", "listening.might_be")
    return make_table("suggestions", caption, columns, rows, note) if rows else None


def _count(estimate: Estimate) -> str:
    return local.text("listening.heard_of_units", heard=estimate.n, units=estimate.accounts)
