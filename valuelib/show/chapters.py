"""One function a chapter: what it estimates for a study, with the pictures, tables and sentences that show it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

from valuelib.explore.both_sides import both_sides as estimate_sides
from valuelib.explore.both_sides import surface_square
from valuelib.explore.cocreation import cocreation as estimate_cocreation
from valuelib.explore.describe import count_scores, estimate_elements, estimate_loyalty, estimate_segments, estimate_tier
from valuelib.explore.drivers import Drivers, find_drivers
from valuelib.explore.effort import effort_cells as estimate_cells
from valuelib.explore.effort import enhancement_slopes as estimate_slopes
from valuelib.explore.listening import comment_terms, pick_all_quotes, suggest_all
from valuelib.explore.listening import listening as estimate_listening
from valuelib.explore.over_time import over_time as estimate_over_time
from valuelib.explore.over_time import renewal_curves
from valuelib.explore.people import people as estimate_people
from valuelib.explore.people import team_points
from valuelib.explore.planning import MOST, Setting, Wish, chances_over, detectable_over, make_plan, setting_like, sizes_around
from valuelib.explore.reliability import halo as estimate_halo
from valuelib.explore.reliability import reliability as estimate_reliability
from valuelib.explore.specifications import (
    Permutation,
    claims_of,
    count_permutations,
    fit_curve,
    permute_curve,
    share_verdicts,
    shares_of,
)
from valuelib.explore.thresholds import dose as estimate_dose
from valuelib.explore.thresholds import thresholds as estimate_thresholds
from valuelib.results import Estimate, Explored, Figure, Finding, Message, Table, pick
from valuelib.show.both_sides import plot_gaps, plot_surface, plot_teams, plot_tier_gaps, table_gaps, table_people, table_surface
from valuelib.show.by_name import Views
from valuelib.show.claims import plot_scores, plot_ways, table_estimates, table_hidden, table_tiers, table_ways
from valuelib.show.cocreation import plot_cocreation, plot_paths, say_apart, say_path, table_cocreation, table_paths
from valuelib.show.display import CellOutput, text
from valuelib.show.drivers import (
    plot_drivers,
    plot_priorities,
    say_checks,
    say_drivers,
    say_gaps,
    say_meaning,
    table_checks,
    table_drivers,
)
from valuelib.show.effort import plot_effort, seen_behaviour, table_effort, table_slopes
from valuelib.show.labels import label_estimate, label_groups
from valuelib.show.listening import (
    list_quotes,
    name_codes,
    plot_terms,
    plot_themes,
    table_agreement,
    table_codebook,
    table_suggestions,
    table_terms,
)
from valuelib.show.localizer import check_language, in_language, local
from valuelib.show.over_time import WAVES, plot_renewal, plot_waves, say_survivors, table_change
from valuelib.show.planning import plot_chances, plot_detectable, say_assumed, say_naive, say_plan, table_answers, table_chances
from valuelib.show.pyramid import TierScore, plot_elements, plot_htmt, plot_pyramid
from valuelib.show.quality import table_quality, table_sources
from valuelib.show.sentences import say_check, say_halo, say_robustness
from valuelib.show.specifications import (
    plot_specifications,
    say_no_permutation,
    say_specifications,
    table_permutation,
    table_shares,
    table_verdicts,
)
from valuelib.show.summary import list_assumed, say_grouping, say_no_elements, score_tiers
from valuelib.show.thresholds import apart_notes, plot_dose, plot_thresholds, table_reliability
from valuelib.study.load import load_study
from valuelib.study.model import Study
from valuelib.study.quality import measure_quality
from valuelib.theory.claims import Claim
from valuelib.theory.claims import claim as find_registered
from valuelib.theory.pyramid import tiers
from valuelib.verdict.assess import assess

T = TypeVar("T")
S = TypeVar("S")
Makers = Mapping[str, Callable[[], T | None]]


def describe(study: Study) -> Explored:
    """What the survey says before any claim: who answered, NPS and repurchase, segments, tiers and elements.

    Args:
        study: a checked study.
    Returns:
        Every descriptive estimate of the report. Parts `loyalty`, `segments`, `tiers` (means and alphas) and `elements`; figures
        `pyramid` and `elements`; tables `quality` and `sources` of what was read; the passage `assumed`.

    Example:
        >>> import valuelib as vl
        >>> found = vl.describe(vl.load_study("data/demo", language="en"))
        >>> found["tier.individual.mean"].n, found.figures
        (1200, <figures: pyramid, elements>)
    """
    segments, elements = estimate_segments(study), estimate_elements(study)
    parts: dict[str, Sequence[Estimate]] = {
        "loyalty": estimate_loyalty(study),
        "segments": segments,
        "tiers": [one for tier in tiers() for one in estimate_tier(study, tier.key)],
        "elements": elements,
    }
    there = bool(study.element_keys)

    def scores() -> list[TierScore]:
        return score_tiers(parts["tiers"], study.element_keys)

    def by_segment() -> Table | None:
        about = [
            (one, str(one.label.values["column"]), str(one.label.values["level"])) for one in segments if one.label is not None
        ]
        labels = [(f"{study.column_word(column)}: {study.level_word(column, level)}", one) for one, column, level in about]
        return table_estimates(labels, local.text("finding.nps_by_segment")) if segments else None

    def lowest() -> Table | None:
        named = [(str(one.label.values["element_key"]), one) for one in elements if one.label is not None]
        ordered = sorted(named, key=lambda pair: math.inf if pair[1].value is None else pair[1].value)
        caption = local.text("pyramid.mean_score_each_element")
        return table_estimates([(local.word(key), one) for key, one in ordered], caption) if elements else None

    tables: dict[str, Callable[[], Table | None]] = {
        "quality": lambda: table_quality(measure_quality(study)),
        "sources": lambda: table_sources(study.sources),
        "loyalty": lambda: None,
        "segments": by_segment,
        "tiers": lambda: table_tiers(scores()),
        "elements": lowest,
    }
    return _explored(
        study,
        "describe",
        [one for items in parts.values() for one in items],
        figures={
            "pyramid": lambda: plot_pyramid(scores()) if there else None,
            "elements": lambda: plot_elements(elements) if elements else None,
        },
        tables=tables,
        passages={"assumed": lambda: list_assumed(study)},
        parts={
            name: partial(_explored, study, name, items, tables={name: tables[name]}, shown_as=name)
            for name, items in parts.items()
        },
        missing="" if there else _said(study, say_no_elements),
    )


def reliability(study: Study) -> Explored:
    """How well the items of a tier or facet hang together, and whether respondents tell two of them apart.

    Args:
        study: a checked study.
    Returns:
        Omega, Spearman-Brown and HTMT, shown by the table `reliability` beside alpha; the figure `htmt`; the sentence `apart`, a
        warning where two tiers are not told apart; the part `halo`: the traces that a general impression leaves in the ratings.

    Example:
        >>> import valuelib as vl
        >>> vl.reliability(vl.load_study("data/demo"))["htmt.functional.individual"].unit
        'coefficient'
    """
    found, traces = estimate_reliability(study), estimate_halo(study)
    halo = _explored(study, "halo", traces, tables=_listed("halo", traces, "halo.traces_general_impression"), shown_as="halo")
    alphas = [one for tier in tiers() for one in estimate_tier(study, tier.key)]
    pairs = pick(found, "label.htmt.tier")
    return _explored(
        study,
        "reliability",
        found,
        figures={"htmt": lambda: plot_htmt(pairs) if pairs else None},
        tables={"reliability": lambda: table_reliability([*alphas, *found])},
        sentences={"apart": lambda: " ".join(apart_notes(pairs))},
        parts={"halo": lambda: halo},
        shown_as="reliability",
    )


def sensitivity(study: Study, which: str | Claim | Finding) -> Explored:
    """A claim asked in other ways: the raw contrast, the deciding one, and every other control that these data allow.

    Args:
        study: a checked study.
        which: a claim or its id, or a finding that `assess` gave, which is then not assessed again.
    Returns:
        The finding's contrasts, as frame, plot, figure and table `ways`; the table `hidden` of what something unmeasured
        would do; sentences `halo`, `check` and `robustness`, and `groups`: by which rule the raw groups are formed; the figure
        `scores`: how the two groups answered.

    Example:
        >>> import valuelib as vl
        >>> asked = vl.sensitivity(vl.load_study("data/demo", language="en"), "nps_60_points")
        >>> asked.tables["ways"].columns[0].label
        'Way of asking'
    """
    finding = which if isinstance(which, Finding) else assess(study, which)
    testable = finding.verdict != "not_testable"

    def scores() -> Figure | None:
        counts = count_scores(study, finding.claim.reading)
        return plot_scores(dict(zip(label_groups(finding.claim), counts, strict=True))) if counts else None

    return _explored(
        study,
        "sensitivity",
        (),
        figures={"ways": lambda: plot_ways(finding) if testable else None, "scores": scores},
        tables={"ways": lambda: table_ways(finding) if testable else None, "hidden": lambda: table_hidden(finding)},
        sentences={
            "groups": lambda: say_grouping(study, finding) if testable else None,
            "halo": lambda: say_halo(finding) if testable else None,
            "check": lambda: say_check(finding),
            "robustness": lambda: say_robustness(finding) if finding.robustness else None,
        },
        shown_as="ways",
        of=finding,
    )


def specifications(study: Study, outcome: str = "recommend", *, full: bool = False) -> Explored:
    """Every defensible way of analysing one contrast, sorted: the specification curve, and whether it is more than chance.

    Args:
        study: a checked study.
        outcome: "recommend" (the NPS) or "repurchase".
        full: draw 499 exchanges in the permutation test, which is made when its table is asked for; else as many up to 199 as take
            seconds.
    Returns:
        How many specifications there are and what share shows a lift, for each claim of this outcome; shown by the table
        `verdicts`. Figure `curve`, tables `shares` and `permutation`, sentences `curve` and `no_permutation`.

    Example:
        >>> import valuelib as vl
        >>> curve = vl.specifications(vl.load_study("data/demo"), "recommend")
        >>> curve["specification.nps_60.share_lift"].value > 50
        True
    """
    curve = fit_curve(study, outcome)
    if isinstance(curve, Message):
        nothing: Makers[Table] = dict.fromkeys(("verdicts", "shares", "permutation"), lambda: None)
        missing = _said(study, lambda: local.say(curve))
        silent = dict.fromkeys(("curve", "no_permutation"), lambda: None)
        return _explored(
            study, "specifications", (), figures={"curve": lambda: None}, tables=nothing, sentences=silent, missing=missing
        )
    asked = claims_of(study, outcome)
    verdicts = [one for each in asked for one in share_verdicts(curve, each)]

    @cache
    def chance() -> Permutation | None:
        return permute_curve(study, curve, count_permutations(curve, full=full))

    return _explored(
        study,
        "specifications",
        shares_of(study, curve, outcome),
        figures={"curve": lambda: plot_specifications(curve)},
        tables={
            "verdicts": lambda: table_verdicts(verdicts, asked, curve),
            "shares": lambda: table_shares(curve),
            "permutation": lambda: table_permutation(found, curve) if (found := chance()) is not None else None,
        },
        sentences={
            "curve": lambda: say_specifications(curve),
            "no_permutation": lambda: None if chance() is not None else say_no_permutation(),
        },
        shown_as="verdicts",
    )


def drivers(study: Study) -> Explored:
    """How the explained variance of recommending is shared among tiers, categories and elements, and what is rated low.

    Args:
        study: a checked study.
    Returns:
        Shares of R2 (Winter/Owen values) and slopes, with intervals over resampled accounts; shown by the table `drivers`. Figures
        `drivers` and `priorities`, the table `checks` of other ways of dividing, the passage
        `notes`, sentences `drivers`, `gaps`, `meaning`, `checks`,
        `notes`.

    Example:
        >>> import valuelib as vl
        >>> found = vl.drivers(vl.load_study("data/demo", language="en"))
        >>> found.figures
        <figures: drivers, priorities>
        >>> found["driver.tier.functional"].unit
        'share'
    """
    found = find_drivers(study)
    return _explored(
        study,
        "drivers",
        found.estimates if isinstance(found, Drivers) else (),
        figures=_if(found, Drivers, {"drivers": plot_drivers, "priorities": plot_priorities}),
        tables=_if(found, Drivers, {"drivers": table_drivers, "checks": table_checks}),
        sentences=_if(
            found,
            Drivers,
            {
                "drivers": say_drivers,
                "gaps": say_gaps,
                "meaning": lambda one: say_meaning(),
                "checks": say_checks,
            },
        ),
        passages=_if(found, Drivers, {"notes": lambda one: [text(local.say(note)) for note in one.notes]}),
        shown_as="drivers",
        missing=_said(study, lambda: local.say(found)) if isinstance(found, Message) else "",
    )


def thresholds(study: Study) -> Explored:
    """Whether more always helps: loyalty by the number of upper-tier elements, and penalty and reward of each tier.

    Args:
        study: a checked study.
    Returns:
        Penalties and rewards in points, shown by the table `thresholds`; figures `thresholds` and `dose`; the part `dose`, the
        curves.

    Example:
        >>> import valuelib as vl
        >>> vl.thresholds(vl.load_study("data/demo"))["penalty.table_stakes"].unit
        'points'
    """
    found, curves = estimate_thresholds(study), estimate_dose(study)
    margin = find_registered("table_stakes_necessary").reading.margin or 0.0
    dose = _explored(study, "dose", curves, tables=_listed("dose", curves, "thresholds.nps_number_higher_tier"), shown_as="dose")

    def rising() -> Figure | None:
        asked = assess(study, "higher_is_better", sensitivity=False)
        return plot_dose(asked, curves) if asked.steps else None

    return _explored(
        study,
        "thresholds",
        found,
        figures={
            "thresholds": lambda: plot_thresholds(found, margin) if any(one.value is not None for one in found) else None,
            "dose": rising,
        },
        tables=_listed("thresholds", found, "thresholds.penalty_reward_each_tier"),
        parts={"dose": lambda: dose},
        shown_as="thresholds",
    )


def effort(study: Study) -> Explored:
    """Loyalty by ease of doing business and value enhancement, and how each outcome is associated with enhancement.

    Args:
        study: a checked study.
    Returns:
        The four cells, then the slopes; parts `cells` and `slopes` with a table each; the figure `cells`.

    Example:
        >>> import valuelib as vl
        >>> vl.effort(vl.load_study("data/demo"))["effort.easy.more.recommend"].unit
        'points'
    """
    cells, slopes, behaviour = estimate_cells(study), estimate_slopes(study), seen_behaviour(study)
    tables: Makers[Table] = {
        "cells": lambda: table_effort(cells, behaviour) if cells else None,
        "slopes": lambda: table_slopes(slopes, behaviour) if slopes else None,
    }
    return _explored(
        study,
        "effort",
        (*cells, *slopes),
        figures={"cells": lambda: plot_effort(cells, behaviour) if cells else None},
        tables=tables,
        parts={
            "cells": lambda: _explored(study, "effort", cells, tables=tables, shown_as="cells"),
            "slopes": lambda: _explored(study, "effort", slopes, tables=tables, shown_as="slopes"),
        },
    )


def cocreation(study: Study) -> Explored:
    """The facets of co-creation: their level, what each is associated with by itself, and the path through perceived value.

    Args:
        study: a checked study.
    Returns:
        Means, reliability, contributions and the mediation's paths, shown by the table `facets`. Figures `facets` and `paths`,
        tables `paths` and `all`, sentences `apart` and `path`.

    Example:
        >>> import valuelib as vl
        >>> vl.cocreation(vl.load_study("data/demo"))["facet.trust_openness.mean"].unit
        'score'
    """
    found = estimate_cocreation(study)

    def paths() -> Figure | None:
        drawn = "mediation.a" in {one.name for one in found}
        return plot_paths(found, assess(study, "cocreation_value", sensitivity=False)) if drawn else None

    return _explored(
        study,
        "cocreation",
        found,
        figures={"facets": lambda: plot_cocreation(found) if found else None, "paths": paths},
        tables={
            "facets": lambda: table_cocreation(found) if found else None,
            "paths": lambda: table_paths(found),
            **_listed("all", found, "cocreation.how_far_facets_told"),
        },
        sentences={"apart": lambda: say_apart(found), "path": lambda: say_path(found)},
        shown_as="facets",
    )


def both_sides(study: Study) -> Explored:
    """Whether customers and the provider's team see the same relationship, and what agreement is associated with.

    Args:
        study: a checked study.
    Returns:
        Means of both sides and gaps by statement, facet and tier, shown by the table `gaps`; the response surface's features in
        the table `surface`. Figures `gaps`, `tiers` and `surface`.

    Example:
        >>> import valuelib as vl
        >>> vl.both_sides(vl.load_study("data/demo"))["gap.mutual_commitment"].unit
        'score'
    """
    found = estimate_sides(study)
    view = study.config.provider_view.view if study.config.provider_view else "provider"

    def surface() -> Figure | None:
        fitted, middle, reach, why = surface_square(study)
        return plot_surface(fitted, middle, reach, local.say(why)) if found and fitted else None

    return _explored(
        study,
        "both_sides",
        found,
        figures={
            "gaps": lambda: plot_gaps(found, view) if found else None,
            "tiers": lambda: plot_tier_gaps(found, view) if pick(found, "label.gap.tier") else None,
            "surface": surface,
        },
        tables={
            "gaps": lambda: table_gaps(found) if found else None,
            "surface": lambda: table_surface(found) if found else None,
        },
        shown_as="gaps",
    )


def over_time(study: Study) -> Explored:
    """Change from wave to wave of those who stayed, who left, growth, and how long contracts last.

    Args:
        study: a checked study.
    Returns:
        Levels by wave, paired changes, growth and the hazard ratio of contracts, shown by the table `change`. Figures `waves` and
        `renewal`, the sentence `survivors`.

    Example:
        >>> import valuelib as vl
        >>> vl.over_time(vl.load_study("data/demo"))["change.nps"].unit
        'points'
    """
    found = estimate_over_time(study)

    def renewal() -> Figure | None:
        labels = (local.text("over_time.more_value_seen_upper"), local.text("over_time.less_value_seen_lower"))
        curves = renewal_curves(study, labels)
        return plot_renewal(curves, next((one for one in found if one.name == "renewal.hazard"), None)) if curves else None

    return _explored(
        study,
        "over_time",
        found,
        figures={
            "waves": lambda: plot_waves(found) if pick(found, *(f"label.wave.{name}" for name in WAVES)) else None,
            "renewal": renewal,
        },
        tables={"change": lambda: table_change(found) if found else None},
        sentences={"survivors": lambda: say_survivors(found)},
        shown_as="change",
    )


def people(study: Study) -> Explored:
    """Whether account teams with meaningful work have customers who see more value.

    Args:
        study: a checked study.
    Returns:
        Agreement inside teams and the link to customers' value, shown by the table `people`; the figure `teams`. None where teams
        and customers cannot be linked.

    Example:
        >>> import valuelib as vl
        >>> vl.people(vl.load_study("data/demo"))["people.link"].unit
        'score'
    """
    found = estimate_people(study)
    linked = any(one.name == "people.link" for one in found)
    return _explored(
        study,
        "people",
        found if linked else (),
        figures={"teams": lambda: plot_teams(team_points(study), found) if linked else None},
        tables={"people": lambda: table_people(found) if linked else None},
        shown_as="people",
    )


def listening(study: Study) -> Explored:
    """What customers said: agreement of the coders, themes by account, quotes, and words of open comments.

    Args:
        study: a checked study.
    Returns:
        Agreement and themes, shown by the table `agreement`. Figures `themes` and `terms`, tables `codebook`, `suggestions` and
        `terms`, the passage `quotes`, redacted and only where it may be published.

    Example:
        >>> import valuelib as vl
        >>> vl.listening(vl.load_study("data/demo"))["coding.all.raw"].unit
        'share'
    """
    found = estimate_listening(study)
    terms, commenting = comment_terms(study)
    coded = study.interviews

    def names() -> dict[str, str]:
        return name_codes(study.codebook, sorted(set(coded["code"]))) if coded is not None else {}

    return _explored(
        study,
        "listening",
        found,
        figures={
            "themes": lambda: plot_themes(found, names()) if found else None,
            "terms": lambda: plot_terms(terms, commenting) if terms else None,
        },
        tables={
            "codebook": lambda: table_codebook(study.codebook) if study.codebook is not None else None,
            "agreement": lambda: table_agreement(found, names()) if found else None,
            "suggestions": lambda: table_suggestions(suggest_all(study), names()) if found else None,
            "terms": lambda: table_terms(terms) if terms else None,
        },
        passages={"quotes": lambda: list_quotes(pick_all_quotes(study), names()) if found else None},
        shown_as="agreement",
        missing="" if found or terms else _said(study, lambda: local.text("listening.interviews_interviews_open_comments")),
    )


def plan(
    claim: str = "nps_60",
    *,
    size: float | None = None,
    together: Sequence[str] = (),
    respondents: int | None = None,
    like: Study | str | Path | None = None,
    baseline: float | None = None,
    split: float = 0.5,
    per_account: float = 2.9,
    icc: float = 0.2,
    mixed: bool = False,
    power: float = 0.8,
    level: float = 0.95,
    language: str = "en",
) -> Explored:
    """How many customers must be asked to test a claim, or what a study of a given size could say.

    Args:
        claim: a sized claim of the register by its id.
        size: another size in the claim's metric; None takes the claim's own.
        together: further claims under test in the same study.
        respondents: the reverse: a size whose study is looked at.
        like: an earlier study, or its folder, whose baseline, split, account sizes, clustering and level replace those below.
        baseline: NPS or rate of the baseline group in points; None takes 30 for an NPS and 60 for a rate.
        split: share of the respondents in the comparison group, 0..1.
        per_account: mean respondents per account.
        icc: correlation of the answers of two colleagues, 0..1.
        mixed: whether both groups occur inside one account.
        power: wanted power of each test, 0..1.
        level: confidence level, 0..1.
        language: of everything made from the plan.
    Returns:
        Respondents (`estimate`) and accounts (`n_clusters`) needed to show an effect and to exclude the claim, by simulation of the
        verdict rule. Tables `answers` and `chances`, figures `chances` and `detectable`, sentences `naive`, `answer` and `assumed`.
    Raises:
        ParameterError: tells every problem of the claim and the setting.

    Example:
        >>> import valuelib as vl
        >>> planned = vl.plan("nps_60_points", baseline=40, power=0.8)
        >>> planned.tables
        <tables: answers, chances>
        >>> planned["plan.effect"].value > 100
        True
    """
    check_language(language)
    setting = Setting(baseline=baseline, split=split, per_account=per_account, icc=icc, mixed=mixed, power=power, level=level)
    if like is not None:
        setting = replace(setting_like(like if isinstance(like, Study) else load_study(like), claim), power=power)
    made = make_plan(Wish(claim=claim, size=size, together=tuple(together), respondents=respondents), setting)
    beyond = Message(code="note.plan_over", values={"most_n": MOST})
    items = [
        Estimate(
            name=f"plan.{one.question}",
            value=one.respondents,
            unit="count",
            n=one.respondents or 0,
            accounts=one.accounts or 0,
            level=level,
            method="simulation of the verdict rule",
            reason=beyond if one.respondents is None else None,
            label=Message(code=f"planning.question.{one.question}"),
            language=language,
        )
        for one in made.answers
    ]
    few, many = sizes_around(made, 8), sizes_around(made, 60)
    return Explored(
        items=tuple(items),
        topic="plan",
        language=language,
        figures=Views(
            "figure",
            language,
            {
                "chances": lambda: plot_chances(made, chances_over(made, few, reps=400)),
                "detectable": lambda: plot_detectable(made, many, detectable_over(made, many)),
            },
        ),
        tables=Views("table", language, {"answers": lambda: table_answers(made), "chances": lambda: table_chances(made)}),
        sentences=Views(
            "sentence",
            language,
            {"naive": lambda: say_naive(made), "answer": lambda: say_plan(made), "assumed": lambda: say_assumed(made)},
        ),
        shown_as="answers",
    )


def _explored(
    study: Study,
    topic: str,
    items: Sequence[Estimate],
    *,
    figures: Makers[Figure] | None = None,
    tables: Makers[Table] | None = None,
    sentences: Makers[str] | None = None,
    passages: Makers[CellOutput] | Makers[list[CellOutput]] | None = None,
    parts: Makers[Explored] | None = None,
    shown_as: str = "",
    missing: str = "",
    of: Finding | None = None,
) -> Explored:
    language = study.language
    return Explored(
        items=tuple(items),
        topic=topic,
        language=language,
        exploratory=study.subset is not None,
        figures=Views("figure", language, figures or {}),
        tables=Views("table", language, tables or {}),
        sentences=Views("sentence", language, sentences or {}),
        passages=Views("passage", language, passages or {}),
        parts=Views("part", language, parts or {}),
        shown_as=shown_as,
        missing=missing,
        of=of,
    )


def _listed(name: str, found: Sequence[Estimate], caption: str) -> Makers[Table]:
    """A plain table of estimates under their labels; None where there are none."""
    return {name: lambda: table_estimates([(label_estimate(one), one) for one in found], local.text(caption)) if found else None}


def _if(found: object, kind: type[S], makers: Mapping[str, Callable[[S], T]]) -> Makers[T]:
    """Views of a thing where it is there, else names whose views are None."""
    return {name: partial(make, found) if isinstance(found, kind) else lambda: None for name, make in makers.items()}


def _said(study: Study, say: Callable[[], str]) -> str:
    with in_language(study.language):
        return say()
