"""One function a chapter: what it estimates for a study, with the pictures, tables and sentences that show it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

from valuelib.explore.both_sides import estimate_both_sides, estimate_provider_view, surface_square
from valuelib.explore.choices import estimate_choices, gather_choices, rank_beside
from valuelib.explore.cocreation import estimate_cocreation
from valuelib.explore.comparability import estimate_comparability, find_comparisons
from valuelib.explore.describe import count_scores, estimate_elements, estimate_loyalty, estimate_segments, estimate_tiers
from valuelib.explore.drivers import REPLICATES, Drivers, find_drivers
from valuelib.explore.effort import estimate_effort_cells, estimate_enhancement
from valuelib.explore.listening import comment_terms, estimate_listening, pick_all_quotes, suggest_all
from valuelib.explore.offerings import estimate_offerings
from valuelib.explore.over_time import estimate_over_time, renewal_curves
from valuelib.explore.people import estimate_people, team_points
from valuelib.explore.planning import (
    Setting,
    Wish,
    chances_over,
    detectable_over,
    estimate_plan,
    make_plan,
    setting_like,
    sizes_around,
)
from valuelib.explore.population import estimate_population, find_who_answered
from valuelib.explore.reliability import estimate_halo, estimate_reliability
from valuelib.explore.roll_out import estimate_roll_out
from valuelib.explore.specifications import (
    Curve,
    Permutation,
    claims_of,
    count_permutations,
    fit_curve,
    permute_curve,
    share_verdicts,
    shares_of,
)
from valuelib.explore.thresholds import estimate_dose, estimate_thresholds
from valuelib.results import Estimate, Estimates, Explored, Figure, Finding, Message, Table, pick
from valuelib.show.both_sides import plot_gaps, plot_surface, plot_teams, plot_tier_gaps, table_gaps, table_people, table_surface
from valuelib.show.by_name import Views
from valuelib.show.choices import plot_choices, say_alike, say_beside, say_choices, table_choices
from valuelib.show.choices import say_meaning as say_choice
from valuelib.show.claims import plot_scores, plot_ways, table_estimates, table_hidden, table_tiers, table_ways
from valuelib.show.cocreation import plot_cocreation, plot_paths, say_apart, say_path, table_cocreation, table_paths
from valuelib.show.comparability import plot_comparability, say_comparability, table_comparability
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
from valuelib.show.labels import capital, label_estimate, label_groups
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
from valuelib.show.offerings import plot_offerings, table_offerings
from valuelib.show.over_time import WAVES, plot_renewal, plot_waves, say_change, say_survivors, table_change
from valuelib.show.planning import plot_chances, plot_detectable, say_assumed, say_naive, say_plan, table_answers, table_chances
from valuelib.show.population import table_who_answered
from valuelib.show.pyramid import plot_elements, plot_htmt, plot_pyramid
from valuelib.show.quality import table_quality, table_sources
from valuelib.show.roll_out import plot_roll_out, say_roll_out, table_roll_out
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
from valuelib.theory.claims import claim as find_claim
from valuelib.verdict.assess import assess

T = TypeVar("T")
S = TypeVar("S")
Makers = Mapping[str, Callable[[S], T | None]]


def describe(study: Study) -> Explored:
    """What the survey says before any claim: who answered, NPS and repurchase, segments, tiers and elements.

    Args:
        study: a checked study.
    Returns:
        Every descriptive estimate of the report. Parts `loyalty`, `segments`, `tiers` (means and alphas), `elements` and
        `population` (figures with and without a customer list's weights); figures `pyramid`, `elements` and `offerings` (what was
        bought); tables `offerings`, `quality`, `sources` of what was read and `who_answered` of the list; the passage `assumed`.

    Example:
        >>> import valuelib as vl
        >>> found = vl.describe(vl.load_study("data/demo", language="en"))
        >>> found["tier.individual.mean"].n, found.figures
        (1200, <figures: pyramid, elements, offerings>)
    """
    segments, of_tiers, view = estimate_segments(study), estimate_tiers(study), estimate_provider_view(study)
    elements = (*estimate_elements(study), *pick(view, "label.side.provider.element"))
    there = bool(study.element_keys)
    scores = cache(lambda: score_tiers([*of_tiers, *view], study.element_keys))

    def by_segment(found: Sequence[Estimate]) -> Table:
        words = [one.label.values if one.label is not None else {} for one in found]
        labels = [f"{about['column']}: {about['level']}" for about in words]
        return table_estimates([*zip(labels, found, strict=True)], local.text("finding.nps_by_segment"))

    def lowest(found: Sequence[Estimate]) -> Table:
        means = pick(found, "label.element.mean")
        named = [(str(one.label.values["element_key"]), one) for one in means if one.label is not None]
        ordered = sorted(named, key=lambda pair: math.inf if pair[1].value is None else pair[1].value)
        return table_estimates([(local.word(key), one) for key, one in ordered], local.text("pyramid.mean_score_each_element"))

    def part(name: str, found: Sequence[Estimate], table: Callable[[Sequence[Estimate]], Table | None]) -> Explored:
        return _explored(study, found, found, topic=name, tables={name: table}, shown_as=name)

    offerings = cache(lambda: estimate_offerings(study))
    parts = {
        "loyalty": part("loyalty", estimate_loyalty(study), lambda _: None),
        "segments": part("segments", segments, by_segment),
        "tiers": part("tiers", of_tiers, lambda _: table_tiers(scores())),
        "elements": part("elements", elements, lowest),
        "population": part(
            "population", estimate_population(study), lambda found: _listed("population.figures")(found) if found else None
        ),
    }

    def own_table(name: str) -> Callable[[Study], Table | None]:
        return lambda _: parts[name].tables[name]

    repurchase = study.config.outcomes.repurchase
    return _explored(
        study,
        study,
        [one for found in parts.values() for one in found],
        topic="describe",
        figures={
            "pyramid": lambda _: plot_pyramid(scores()) if there else None,
            "elements": lambda _: plot_elements(elements) if elements else None,
            "offerings": lambda _: plot_offerings(offerings(), None if repurchase is None else repurchase.kind),
        },
        tables={
            "quality": lambda _: table_quality(measure_quality(study)),
            "sources": lambda _: table_sources(study.sources),
            "offerings": lambda _: table_offerings(offerings()),
            "who_answered": lambda _: table_who_answered(find_who_answered(study)),
            **{name: own_table(name) for name in parts},
        },
        passages={"assumed": list_assumed},
        parts={name: _always(one) for name, one in parts.items()},
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
    pairs = pick(found, "label.htmt.tier")
    halo = _explored(study, traces, tables={"halo": _listed("halo.traces_general_impression")}, shown_as="halo")
    return _explored(
        study,
        found,
        figures={"htmt": lambda _: plot_htmt(pairs) if pairs else None},
        tables={"reliability": lambda found: table_reliability([*estimate_tiers(study), *found])},
        sentences={"apart": lambda _: " ".join(apart_notes(pairs))},
        parts={"halo": _always(halo)},
        shown_as="reliability",
    )


def comparability(study: Study, by: str | None = None) -> Explored:
    """Whether the ratings of each tier mean the same in the groups that are compared (measurement invariance).

    Args:
        study: a checked study.
        by: a column of `study.answers` with levels, as `estimate` takes it; None takes what was bought, the waves, and a background
            column that `names` of study.yaml calls `language`, as far as the study has them.
    Returns:
        `comparable.<column>.<tier>`: by how many points unequal use of some items moves a group's mean, 0 where all are used alike;
        a reason where means do not compare or nothing can be tested. `to_frame()` says how far each tier goes: `scalar` means
        compare, `partial` once some items are set aside, `metric` slopes alone, `configural` and `none` neither. Figure and table
        `comparability`, the sentence `comparability`. A shift that is the same in all items of a tier cannot be seen.
    Raises:
        ParameterError: there is no such column, or it has no levels.

    Example:
        >>> import valuelib as vl
        >>> found = vl.comparability(vl.load_study("data/demo", language="en"), by="offering")
        >>> found["comparable.offering.functional"].value, found.to_frame()["level"].unique().tolist()
        (0.0, ['scalar'])
    """
    found = find_comparisons(study, by)
    return _explored(
        study,
        found,
        estimate_comparability(study, found),
        topic="comparability",
        figures={"comparability": plot_comparability},
        tables={"comparability": table_comparability},
        sentences={"comparability": say_comparability},
        shown_as="comparability",
        missing="" if found else _said(study, lambda: local.text("missing.comparability")),
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
        'Method'
    """
    finding = which if isinstance(which, Finding) else assess(study, which)
    tested = finding if finding.verdict != "not_testable" else None

    def scores(finding: Finding) -> Figure | None:
        counts = count_scores(study, finding.claim.reading)
        return plot_scores(dict(zip(label_groups(finding.claim), counts, strict=True))) if counts else None

    return _explored(
        study,
        finding,
        topic="sensitivity",
        figures={"ways": lambda _: plot_ways(tested) if tested else None, "scores": scores},
        tables={"ways": lambda _: table_ways(tested) if tested else None, "hidden": table_hidden},
        sentences={
            "groups": lambda _: say_grouping(study, tested) if tested else None,
            "halo": lambda _: say_halo(tested) if tested else None,
            "check": say_check,
            "robustness": lambda finding: say_robustness(finding) if finding.robustness else None,
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
        >>> curve["specification.nps_60.share_lift"].value < 50
        True
    """
    found = fit_curve(study, outcome)
    curve = found if isinstance(found, Curve) else None
    asked = claims_of(study, outcome)

    @cache
    def chance() -> Permutation | None:
        return permute_curve(study, curve, count_permutations(curve, full=full)) if curve else None

    return _explored(
        study,
        found,
        shares_of(study, curve, outcome) if curve else (),
        topic="specifications",
        figures={"curve": plot_specifications},
        tables={
            "verdicts": lambda curve: table_verdicts([one for each in asked for one in share_verdicts(curve, each)], asked, curve),
            "shares": table_shares,
            "permutation": lambda curve: table_permutation(made, curve) if (made := chance()) else None,
        },
        sentences={
            "curve": say_specifications,
            "no_permutation": lambda _: None if chance() is not None else say_no_permutation(),
        },
        shown_as="verdicts",
        of=curve,
    )


def drivers(study: Study, *, draws: int = REPLICATES) -> Explored:
    """How the explained variance of recommending is shared among tiers, categories and elements, and what is rated low.

    Args:
        study: a checked study.
        draws: how often the accounts are drawn again for the intervals; fewer are quicker and rougher.
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
    found = find_drivers(study, draws)
    return _explored(
        study,
        found,
        found.estimates if isinstance(found, Drivers) else (),
        topic="drivers",
        figures={"drivers": plot_drivers, "priorities": plot_priorities},
        tables={"drivers": table_drivers, "checks": table_checks},
        sentences={"drivers": say_drivers, "gaps": say_gaps, "meaning": lambda _: say_meaning(), "checks": say_checks},
        passages={"notes": lambda found: [text(local.say(note)) for note in found.notes]},
        shown_as="drivers",
    )


def choices(study: Study) -> Explored:
    """What matters most by best-worst choices (`choices` of study.yaml), and how far ratings rank the elements alike.

    Choosing between elements takes out a liking that lifts all of them, and how a scale is used; not what is liked about one.

    Args:
        study: a checked study.
    Returns:
        Shares of importance (per cent, together 100), utilities on the logit scale and counts, with intervals that take colleagues
        of one account for alike; shown by the table `choices`. The figure `choices`; sentences `choices`, `beside` (ranks by choice
        and by rating), `alike` (how far respondents agree with themselves) and `meaning`. Nothing where the study has no choices.

    Example:
        >>> import valuelib as vl
        >>> found = vl.choices(vl.load_study("data/demo", language="en"))
        >>> round(sum(one.value for one in found if one.name.startswith("choice.share")))
        100
        >>> found["choice.share.hope"].unit
        'share'
    """
    found, lacking = estimate_choices(study), gather_choices(study)
    beside = cache(lambda: rank_beside(study, found))
    return _explored(
        study,
        found,
        figures={"choices": lambda found: plot_choices(found, beside())},
        tables={"choices": lambda found: table_choices(found, beside())},
        sentences={
            "choices": say_choices,
            "beside": lambda found: say_beside(found, beside()),
            "alike": say_alike,
            "meaning": lambda _: say_choice(),
        },
        shown_as="choices",
        missing=_said(study, lambda: local.say(lacking)) if isinstance(lacking, Message) else "",
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
    margin = find_claim("table_stakes_necessary").reading.margin or 0.0
    dose = _explored(study, curves, tables={"dose": _listed("thresholds.nps_number_higher_tier")}, shown_as="dose")

    def rising(_: object) -> Figure | None:
        asked = assess(study, "higher_is_better", sensitivity=False)
        return plot_dose(asked, curves) if asked.steps else None

    return _explored(
        study,
        found,
        figures={
            "thresholds": lambda found: plot_thresholds(found, margin) if any(one.value is not None for one in found) else None,
            "dose": rising,
        },
        tables={"thresholds": _listed("thresholds.penalty_reward_each_tier")},
        parts={"dose": _always(dose)},
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
    cells, slopes, behaviour = estimate_effort_cells(study), estimate_enhancement(study), seen_behaviour(study)
    of_cells, of_slopes = (
        _explored(study, found, tables={name: partial(table, behaviour=behaviour)}, shown_as=name)
        for name, found, table in (("cells", cells, table_effort), ("slopes", slopes, table_slopes))
    )
    return _explored(
        study,
        study,
        (*cells, *slopes),
        topic="effort",
        figures={"cells": lambda _: plot_effort(cells, behaviour) if cells else None},
        tables={"cells": lambda _: of_cells.tables["cells"], "slopes": lambda _: of_slopes.tables["slopes"]},
        parts={"cells": _always(of_cells), "slopes": _always(of_slopes)},
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

    def paths(found: Sequence[Estimate]) -> Figure | None:
        drawn = "mediation.a" in {one.name for one in found}
        return plot_paths(found, assess(study, "cocreation_value", sensitivity=False)) if drawn else None

    return _explored(
        study,
        estimate_cocreation(study),
        figures={"facets": plot_cocreation, "paths": paths},
        tables={"facets": table_cocreation, "paths": table_paths, "all": _listed("cocreation.how_far_facets_told")},
        sentences={"apart": say_apart, "path": say_path},
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
    view = study.config.provider_view.view if study.config.provider_view else "provider"

    def surface(_: object) -> Figure | None:
        fitted, middle, reach, why = surface_square(study)
        return plot_surface(fitted, middle, reach, local.say(why)) if fitted else None

    return _explored(
        study,
        estimate_both_sides(study),
        figures={
            "gaps": partial(plot_gaps, view=view),
            "tiers": lambda found: plot_tier_gaps(found, view) if pick(found, "label.gap.tier") else None,
            "surface": surface,
        },
        tables={"gaps": table_gaps, "surface": table_surface},
        shown_as="gaps",
    )


def over_time(study: Study) -> Explored:
    """Change from wave to wave of those who stayed, who left, growth, and how long contracts last.

    Args:
        study: a checked study.
    Returns:
        Levels by wave, paired changes, growth and the hazard ratio of contracts, shown by the table `change`. Figures `waves` and
        `renewal`, sentences `change` and `survivors`.

    Example:
        >>> import valuelib as vl
        >>> vl.over_time(vl.load_study("data/demo"))["change.nps"].unit
        'points'
    """

    def renewal(found: Sequence[Estimate]) -> Figure | None:
        labels = (local.text("over_time.more_value_seen_upper"), local.text("over_time.less_value_seen_lower"))
        curves = renewal_curves(study, labels)
        return plot_renewal(curves, next((one for one in found if one.name == "renewal.hazard"), None)) if curves else None

    return _explored(
        study,
        estimate_over_time(study),
        figures={
            "waves": lambda found: plot_waves(found) if pick(found, *(f"label.wave.{name}" for name in WAVES)) else None,
            "renewal": renewal,
        },
        tables={"change": table_change},
        sentences={"change": say_change, "survivors": say_survivors},
        shown_as="change",
    )


def roll_out(study: Study) -> Explored:
    """From wave to wave, accounts that took the higher offering, and those that had not: the paths behind the rung `switched`.

    Args:
        study: a checked study.
    Returns:
        NPS and repurchase by wave and by the wave of the switch, shown by the table `paths`; the figure `paths`, the sentence
        `paths`. None where fewer than 15 accounts switched, or had not yet, with answers before and after.

    Example:
        >>> import valuelib as vl
        >>> made = vl.simulate("steps", roll_out=0.7, waves=3, respondents=500, accounts=200, nps_lift=20, seed=5)
        >>> vl.roll_out(made)["path.not_yet.recommend.2026"].unit, vl.assess(made, "nps_60").evidence_level.name
        ('points', 'SWITCHED')
    """
    found = estimate_roll_out(study)
    return _explored(
        study,
        found,
        figures={"paths": plot_roll_out},
        tables={"paths": table_roll_out},
        sentences={"paths": say_roll_out},
        shown_as="paths",
        missing="" if len(found) else _said(study, lambda: local.text("missing.roll_out")),
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
    linked = found if any(one.name == "people.link" for one in found) else found[:0]
    return _explored(
        study,
        linked,
        figures={"teams": lambda found: plot_teams(team_points(study), found)},
        tables={"people": table_people},
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
    found, (terms, commenting) = estimate_listening(study), comment_terms(study)
    coded = study.interviews

    def names() -> dict[str, str]:
        return name_codes(study.codebook, sorted(set(coded["code"]))) if coded is not None else {}

    return _explored(
        study,
        study,
        found,
        topic="listening",
        figures={
            "themes": lambda _: plot_themes(found, names()) if found else None,
            "terms": lambda _: plot_terms(terms, commenting) if terms else None,
        },
        tables={
            "codebook": lambda _: table_codebook(study.codebook) if study.codebook is not None else None,
            "agreement": lambda _: table_agreement(found, names()) if found else None,
            "suggestions": lambda _: table_suggestions(suggest_all(study), names()) if found else None,
            "terms": lambda _: table_terms(terms) if terms else None,
        },
        passages={"quotes": lambda _: list_quotes(pick_all_quotes(study), names()) if found else None},
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
    roll_out: bool = False,
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
        roll_out: whether to tell, too, how many accounts suffice when they are asked before and after a roll-out.
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
    made = make_plan(Wish(claim=claim, size=size, together=tuple(together), respondents=respondents, roll_out=roll_out), setting)
    few, many = sizes_around(made, 8), sizes_around(made, 60)
    return _explored(
        language,
        made,
        estimate_plan(made, language=language),
        topic="plan",
        figures={
            "chances": lambda made: plot_chances(made, chances_over(made, few, reps=400)),
            "detectable": lambda made: plot_detectable(made, many, detectable_over(made, many)),
        },
        tables={"answers": table_answers, "chances": table_chances},
        sentences={"naive": say_naive, "answer": say_plan, "assumed": say_assumed},
        shown_as="answers",
    )


def _explored(
    study: Study | str,
    subject: S | Message,
    items: Sequence[Estimate] | None = None,
    *,
    topic: str = "",
    figures: Makers[S, Figure] | None = None,
    tables: Makers[S, Table] | None = None,
    sentences: Makers[S, str] | None = None,
    passages: Makers[S, CellOutput | list[CellOutput]] | None = None,
    parts: Makers[S, Explored] | None = None,
    shown_as: str = "",
    missing: str = "",
    of: Finding | Curve | None = None,
) -> Explored:
    """The estimates with all that can be made of a subject, by default of themselves; where there is none, every view is None.

    `study` is the language alone for what no study was made from; a message instead of a subject tells what the study lacks.
    """
    language, exploratory, subset = (
        (study, False, None) if isinstance(study, str) else (study.language, study.exploratory, study.subset_words)
    )

    def views(kind: str, makers: Makers[S, T] | None) -> Views[T]:
        def made(make: Callable[[S], T | None]) -> T | None:
            return None if isinstance(subject, Message) or not subject else make(subject)

        return Views(kind, language, {name: partial(made, make) for name, make in (makers or {}).items()})

    if isinstance(subject, Estimates):
        items, topic = subject.items, topic or subject.topic
    return Explored(
        items=tuple(items or ()),
        topic=topic,
        language=language,
        exploratory=exploratory,
        subset=subset,
        notes=subject.notes if isinstance(subject, Estimates) else (),
        figures=views("figure", figures),
        tables=views("table", tables),
        sentences=views("sentence", sentences),
        passages=views("passage", passages),
        parts=views("part", parts),
        shown_as=shown_as,
        missing=_said(study, lambda: local.say(subject)) if isinstance(subject, Message) else missing,
        of=of,
    )


def _always(part: Explored) -> Callable[[object], Explored]:
    return lambda _: part


def _listed(caption: str) -> Callable[[Sequence[Estimate]], Table]:
    """A plain table of estimates under their labels."""
    return lambda found: table_estimates([(capital(label_estimate(one)), one) for one in found], local.text(caption))


def _said(study: Study | str, say: Callable[[], str]) -> str:
    with in_language(study if isinstance(study, str) else study.language):
        return say()
