"""A pooled claim as a reader meets it: sentence first, then the forest, what to keep in mind, and the figures."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from valuelib.explore.pooling import ClaimPools, Left, Pool, Portfolio, Scale
from valuelib.languages import has_text
from valuelib.results import Cell, Figure, Table, Value
from valuelib.show import canvas
from valuelib.show.display import CellOutput, Passage, show, show_passage, text
from valuelib.show.labels import capital, name_outcome, say_among, unit_of_outcome
from valuelib.show.localizer import local
from valuelib.show.sentences import count_verdicts
from valuelib.show.tables import Heading, make_table
from valuelib.theory.claims import claims

# Names of studies, claims and kinds of evidence, also where clients stay anonymous


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """Printed names: of studies by their own name, of claims by their id; `ids` of clients' own claims, for files.

    `among` has both groups of a claim that compares two, as they stand in a sentence.
    """

    studies: Mapping[str, str]
    claims: Mapping[str, str]
    ids: Mapping[str, str]
    among: Mapping[str, tuple[str, str]]


def name_portfolio(portfolio: Portfolio, *, anonymous: bool = False) -> Naming:
    """Names as they are, or "Study 1", "Study 2" by size; claims by their statement, clients' own by their id or a number."""
    names = [study.name for study in portfolio.studies]
    studies = {name: local.text("pooling.study", number=str(at)) for at, name in enumerate(names, start=1)}
    statements = {one.id: one.statement.say(local.language) for one in claims()}
    own = [one for one in dict.fromkeys(id for study in portfolio.studies for id in study.findings) if one not in statements]
    ids = {id: f"own_{at}" if anonymous else id for at, id in enumerate(sorted(own), start=1)}
    said = {id: local.text("pooling.own_claim", name=printed) for id, printed in ids.items()}
    found = {id: one.claim for study in portfolio.studies for id, one in study.findings.items()}
    return Naming(
        studies=studies if anonymous else {name: name for name in names},
        claims={**statements, **said},
        ids=ids,
        among={id: say_among(claim) for id, claim in found.items() if claim.reading.sets_groups},
    )


def label_pool(pool: Pool) -> str:
    """The kind of evidence as the heading of a panel."""
    if pool.evidence_level != "descriptive":
        return capital(local.word(pool.evidence_level))
    code = f"pooling.raw.{pool.contrast}"
    return local.text(code if has_text(code) else "pooling.raw_comparison_what_slide")


# A pooled claim in the order in which a reader meets it


def show_pools(entry: ClaimPools, scale: Scale, naming: Naming) -> Iterator[CellOutput]:
    """A claim's pools on one scale as notebook outputs; none where it has no pool there."""
    pools = [pool for pool in entry.pools if pool.scale == scale]
    if not pools:
        return
    title = local.text(f"pooling.heading.{scale}", outcome=capital(name_outcome(entry.outcome)))
    yield show_passage(Passage(name="", title=title))
    for pool in [pool for pool in pools if not pool.raw] or pools:
        yield text(f"{say_pool(pool, entry, naming)} {say_scatter(pool, entry)}".strip())
    yield show(plot_forest(entry, scale, naming))
    if keep := say_notes(entry, scale):
        yield text(keep)
    yield show(table_pools(entry, scale, naming))


def say_notes(entry: ClaimPools, scale: Scale) -> str:
    """What to keep in mind of the pools on one scale; ratios do not repeat what points have said."""
    before = {note.code for pool in entry.pools if scale != "points" and pool.scale == "points" for note in pool.notes}
    shown = [pool for pool in entry.pools if pool.scale == scale and (not pool.raw or not entry.deciding)]
    said = dict.fromkeys(local.say(note) for pool in shown for note in pool.notes if note.code not in before)
    return " ".join([*([] if entry.deciding else [local.text("pooling.none_studies_evidence_may")]), *said])


def say_missing(portfolio: Portfolio) -> str:
    """Why there is nothing to show, or nothing."""
    return "" if portfolio.main else local.text("pooling.none_studies_figure_could")


def planned(portfolio: Portfolio) -> tuple[str, ...]:
    """Names of the forests and tables that a whole portfolio holds."""
    names = [(pool.scale, entry.claims[0]) for entry in portfolio.main for pool in entry.pools]
    forests = [f"{kind}.{scale}.{claim}" for scale, claim in names for kind in ("forest", "portfolio")]
    return ("portfolio.studies", *dict.fromkeys(forests))


# What several studies say together, in sentences that can be repeated aloud


def say_pool(pool: Pool, entry: ClaimPools, naming: Naming) -> str:
    """The mean with its interval, where a new client would lie, and where the claimed sizes lie; or that nothing was pooled."""
    found = pool.pooled
    if found is None:  # one study alone is no pool: its own figure
        one = pool.contributions[0]
        figure = say_figure(pool, one.value, one.low, one.high)
        return local.text("pooling.only_study_evidence_nothing", study=naming.studies[one.study], figure=figure)
    ratio = pool.scale == "log_ratio"
    values: dict[str, Value] = {
        "over": local.text(f"pooling.over.{pool.evidence_level}", n=found.k),
        "outcome": name_outcome(entry.outcome),
        "unit": local.word(unit_of_outcome(entry.outcome)),
        "confidence": local.percent(found.level),
        "interval": _interval(pool, found.low, found.high),
    }
    if ratio:
        said = [local.text("pooling.average_times_large_interval", **values, value_ratio=math.exp(found.value))]
    elif (groups := naming.among.get(entry.claims[0])) is not None:
        code = "pooling.average_higher" if found.value >= 0 else "pooling.average_lower"
        said = [local.text(code, **values, size=local.number(abs(found.value)), among=groups[0], others=groups[1])]
    else:
        said = [local.text("pooling.changes_average_step_step", **values, lift_pts=found.value)]
    if found.new_low is not None and found.new_high is not None:
        low, high = found.new_low, found.new_high
        if ratio:
            said.append(local.text("pooling.new_client_ratio", low_ratio=math.exp(low), high_ratio=math.exp(high)))
        else:
            said.append(local.text("pooling.new_client_points", low_pts=low, high_pts=high))
    for size in claimed_sizes(pool, entry) if not pool.raw else ():
        place = "above" if size > found.high else "below" if size < found.low else "inside"
        said.append(local.text(f"pooling.place.{place}", size=say_size(pool, size)))
    return " ".join(said)


def say_panels(pools: Sequence[Pool], entry: ClaimPools) -> str:
    """The means at a glance: by each evidence that may decide, and beside them what the raw comparisons would say."""
    said = []
    for pool in (*(pool for pool in pools if not pool.raw), *[pool for pool in pools if pool.raw][:1]):
        value = pool.contributions[0].value if pool.pooled is None else pool.pooled.value
        words = {"figure": say_size(pool, value), "evidence": local.word(pool.evidence_level)}
        said.append(local.plural("pooling.studies_figure_evidence", len(pool.contributions), **words))
    return f"{capital(name_outcome(entry.outcome))}: {'; '.join(said)}"


def say_glance(portfolio: Portfolio) -> str:
    """How much lies behind the portfolio, its means in points at a glance, and what holds for all of it."""
    panels = [say_panels([one for one in entry.pools if one.scale == "points"], entry) for entry in portfolio.main]
    return " ".join([say_studies(portfolio), *(f"{panel}." for panel in panels), *map(local.say, portfolio.notes)])


def say_scatter(pool: Pool, entry: ClaimPools) -> str:
    """How much studies differ beyond chance; empty where nothing was pooled."""
    found = pool.pooled
    if found is None:
        return ""
    p, ratio = local.p_value(found.q_p), pool.scale == "log_ratio"
    if found.tau == 0:
        return local.text("pooling.studies_differ_no_more", i2_share=0.0, p=p)
    return local.text(
        "pooling.client_client_logarithm_true" if ratio else "pooling.client_client_true_figure",
        tau=local.number(found.tau, 2 if ratio else 1),
        unit=local.word(unit_of_outcome(entry.outcome)),
        interval=local.interval(found.tau_low, found.tau_high, 2 if ratio else 1),
        i2_share=round(found.i2, 2),
        p=p,
    )


def say_studies(portfolio: Portfolio) -> str:
    """How much lies behind the portfolio."""
    studies = portfolio.studies
    respondents, accounts = sum(study.respondents for study in studies), sum(study.accounts for study in studies)
    return local.plural("pooling.studies_respondents_accounts", len(studies), respondents_n=respondents, accounts_n=accounts)


def say_figure(pool: Pool, value: float | None, low: float, high: float) -> str:
    """A lift with its interval, in points or as a ratio; the interval alone where there is no value."""
    interval = _interval(pool, low, high)
    return interval if value is None else f"{say_size(pool, value)} {interval}"


def _interval(pool: Pool, low: float, high: float) -> str:
    if pool.scale == "log_ratio":
        return local.interval(math.exp(low), math.exp(high), 2)
    return local.interval(low, high)


def say_size(pool: Pool, size: float) -> str:
    """A size on a pool's scale: "+13.0", "1.22"."""
    return local.ratio(math.exp(size)) if pool.scale == "log_ratio" else local.points(size)


def claimed_sizes(pool: Pool, entry: ClaimPools) -> tuple[float, ...]:
    """The claimed sizes that can stand on a pool's scale: points on that of points, ratios of shares on that of logarithms."""
    metric = "ratio" if pool.scale == "log_ratio" else "points"
    sizes = sorted({size for kind, size in entry.sizes.values() if kind == metric})
    return tuple(math.log(size) if pool.scale == "log_ratio" else size for size in sizes)


# Tables of a portfolio, and the studies that could not take part

DESIGN = "reason.design."
MOST_NAMED = 4  # claims in one cell; more are counted


def table_portfolio(portfolio: Portfolio, naming: Naming) -> Table:
    """The studies, the largest first."""
    columns: tuple[Heading, ...] = ("common.study", ("common.respondents", "count"), ("common.accounts", "count"))
    rows = ((naming.studies[study.name], study.respondents, study.accounts) for study in portfolio.studies)
    return make_table("portfolio.studies", local.text("pooling.studies_portfolio"), columns, rows)


def table_verdicts(portfolio: Portfolio, naming: Naming) -> Table:
    """How many studies gave each verdict on each of the main claims, in the order of the scoreboard."""
    rows = []
    for claim in (claim for entry in portfolio.main for claim in entry.claims):
        counts = count_verdicts(study.findings[claim] for study in portfolio.studies if claim in study.findings)
        rows.append((naming.claims[claim], ", ".join(f"{word}\N{NO-BREAK SPACE}{n}" for word, n in counts.items())))
    caption, note = local.text("pooling.verdicts_single_studies_number"), local.text("pooling.pooling_no_vote_single")
    return make_table("portfolio.verdicts", caption, ("common.claim", "pooling.verdicts"), rows, note)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a forest or of its table; numbers on the pool's own scale."""

    kind: Literal["head", "study", "mean", "new"]
    label: str
    raw: bool
    value: float | None = None
    low: float = 0.0
    high: float = 0.0
    weight: float | None = None


def _rows_of(pool: Pool, naming: Naming) -> list[Row]:
    """The studies of a pool, their mean, and the range for a new client."""
    found, contributions = pool.pooled, pool.contributions
    weights: Sequence[float | None] = [None] * len(contributions) if found is None else found.weights
    rows = [
        Row("study", naming.studies[one.study], pool.raw, one.value, one.low, one.high, weight)
        for one, weight in zip(contributions, weights, strict=True)
    ]
    if found is not None:
        rows.append(Row("mean", local.text("pooling.mean_studies"), pool.raw, found.value, found.low, found.high))
        if found.new_low is not None and found.new_high is not None:
            rows.append(Row("new", local.text("pooling.new_client_approx"), pool.raw, None, found.new_low, found.new_high))
    return rows


def _cell(pool: Pool, row: Row) -> Cell:
    """A lift with its interval, in points or as a ratio; of a new client its range alone."""
    value, low, high = (math.exp(x) if x is not None and pool.scale == "log_ratio" else x for x in (row.value, row.low, row.high))
    if row.kind != "new":
        return Cell(value, low, high)
    return Cell(low=low, high=high, kind="interval", decimals=2 if pool.scale == "log_ratio" else None)


def table_pools(entry: ClaimPools, scale: Scale, naming: Naming) -> Table:
    """Every lift behind a forest: the studies' own, their mean, and the range for a new client."""
    lift: Heading = ("common.ratio", "ratio") if scale == "log_ratio" else ("common.difference", "points")
    rows = [
        (row.label, capital(local.word(pool.evidence_level)), _cell(pool, row), row.weight)
        for pool in entry.pools
        if pool.scale == scale
        for row in _rows_of(pool, naming)
    ]
    return make_table(
        f"portfolio.{scale}.{entry.claims[0]}",
        local.text("pooling.figures_forest", outcome=capital(name_outcome(entry.outcome))),
        ("common.study", "common.evidence", lift, ("pooling.weight", "percent")),
        rows,
        local.text("pooling.single_studies_own_intervals"),
    )


def table_raw_only(portfolio: Portfolio, naming: Naming) -> Table | None:
    """Claims for which studies have nothing but raw comparisons of own ratings; None where there is no such claim."""
    rows = []
    for entry in portfolio.claims:
        for pool in entry.pools if entry not in portfolio.main else ():
            if pool.scale == "points":
                lines = {row.kind: row for row in reversed(_rows_of(pool, naming))}
                new = _cell(pool, lines["new"]) if "new" in lines else Cell()
                rows.append(
                    (naming.claims[entry.claims[0]], len(pool.contributions), _cell(pool, lines.get("mean") or lines["study"]), new)
                )
    return (
        make_table(
            "portfolio.raw_only",
            local.text("pooling.claims_raw_comparisons_only"),
            (
                "common.claim",
                ("pooling.studies", "count"),
                ("pooling.mean_raw_lifts", "points"),
                ("pooling.new_client_approx", "interval"),
            ),
            rows,
            local.text("pooling.good_impression_provider_alone"),
        )
        if rows
        else None
    )


def table_left(portfolio: Portfolio, naming: Naming) -> Table | None:
    """Which studies could not test which claim, and why; None where all could.

    One row for each reason and the studies that share it; claims that share both stand together, many of them as a count.
    """
    left: list[tuple[tuple[str, ...], Sequence[Left]]] = []
    for entry in portfolio.claims:
        # Claims with raw comparisons only stand in a table of their own, which says why; the others' refusals are all told.
        own = [one for one in entry.left if entry in portfolio.main or not one.reason.code.startswith(DESIGN)]
        left.append((entry.claims, own))
    left += [(entry.claims, pool.left) for entry in portfolio.claims for pool in entry.deciding if pool.scale == "points"]
    left += [((claim_id,), refusals) for claim_id, refusals in portfolio.untested.items()]
    everybody, rows = len(portfolio.studies), dict[tuple[str, str], list[str]]()
    for ids, refusals in left:
        by_reason: dict[str, dict[str, None]] = {}
        for one in refusals:
            by_reason.setdefault(local.say(one.reason), {})[naming.studies[one.study]] = None
        for reason, names in by_reason.items():
            studies = local.text("pooling.all", n=everybody) if len(names) == everybody > 1 else ", ".join(names)
            rows.setdefault((studies, reason), []).extend(naming.claims[one] for one in ids)
    told = [
        (" / ".join(said) if len(said) <= MOST_NAMED else local.text("pooling.further_claims", n=len(said)), *shared)
        for shared, said in rows.items()
    ]
    columns = ("common.claim", "pooling.studies", "common.why")
    return make_table("portfolio.left", local.text("pooling.studies_could_not_test"), columns, told) if told else None


# The forest: lifts of the studies beside each other, their mean, and where a new client would lie; one panel a kind of evidence

GROUND = "#F1F1F1"
FINE = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.75, 2.0)
COARSE = (0.1, 0.2, 0.33, 0.5, 0.7, 1.0, 1.4, 2.0, 3.0, 5.0, 10.0)
MOST_TICKS = 10
SMALLEST, LARGEST = 7.0, 15.0  # sides of the squares, by weight
WEIGHT_AT = 250  # points to the right of the axes where the column of weights ends


def plot_forest(entry: ClaimPools, scale: Scale, naming: Naming) -> Figure:
    """All pools of a claim on one scale, the deciding ones first.

    Args:
        entry: a claim's pools; at least one on this scale.
        scale: points, or the logarithm of a ratio of shares.
        naming: printed names of the studies.
    """
    pools = [pool for pool in entry.pools if pool.scale == scale]
    deciding, rows = [pool for pool in pools if not pool.raw], dict[float, tuple[Pool, Row]]()
    for pool in pools:
        start = max(rows) + 1.5 if rows else 0.0
        lines = [Row("head", label_pool(pool), pool.raw), *_rows_of(pool, naming)]
        rows |= {start + place: (pool, row) for place, row in enumerate(lines)}
    # Room for every study, every mean and the claimed sizes; what runs on past it ends in an arrow.
    lines = [row for _, row in rows.values()]
    reach = [size for pool in deciding for size in claimed_sizes(pool, entry)]
    reach += [end for row in lines if row.kind == "study" for end in (row.low, row.high)]
    reach += [row.value for row in lines if row.value is not None]
    low, high = min(0.0, *reach), max(0.0, *reach)
    limits = low - 0.05 * (high - low), high + 0.05 * (high - low)
    level = next((pool.pooled.level for pool in pools if pool.pooled is not None), 0.95)
    said = [local.text("pooling.squares_studies_larger_where", level=level)]
    if any(pool.raw for pool in pools):
        said.append(local.text("pooling.grey_hollow_raw_comparisons"))
    with canvas.drawing(14, 2.4 + 0.44 * (max(rows) + 1)) as figure:
        axes = figure.subplots()
        axes.set_xlim(*limits)
        end = max(rows) + 0.6
        axes.plot([0, 0], [-0.6, end], color=canvas.INK, linewidth=1.4, zorder=1)
        axes.text(0, -0.75, f" {local.text('pooling.no_difference')} ", ha="right", va="bottom", fontsize=canvas.SMALL_SIZE)
        decided_end = max((at for at, (_, row) in rows.items() if not row.raw), default=end) + 0.6
        for size in claimed_sizes(deciding[0], entry) if deciding else ():
            axes.plot([size, size], [-0.6, decided_end], color=canvas.INK, linewidth=1.4, linestyle=canvas.DASHES, zorder=1)
            text = local.text("common.claimed_value", value=say_size(deciding[0], size))
            axes.text(size, -0.75, f" {text} ", ha="left", va="bottom", fontsize=canvas.SMALL_SIZE)
        if raw := [at for at, (_, row) in rows.items() if row.raw]:
            axes.axhspan(min(raw) - 0.6, end, color=GROUND, zorder=0)
        for at, (pool, row) in rows.items():
            if row.kind != "head":
                _draw_row(axes, at, pool, row, limits)
        _dress_forest(axes, {at: row for at, (_, row) in rows.items()}, scale, entry)
        canvas.set_title(axes, say_panels(pools, entry))
        alt = " ".join(say_pool(pool, entry, naming) for pool in pools)
        return canvas.finish(figure, name=f"forest.{scale}.{entry.claims[0]}", alt=alt, caption=" ".join(said))


def _draw_row(axes: Axes, at: float, pool: Pool, row: Row, limits: tuple[float, float]) -> None:
    colour, ink, fill = (canvas.MUTED, canvas.MUTED, canvas.PAPER) if row.raw else (canvas.BLUE, canvas.INK, canvas.BLUE)
    low, high = max(row.low, limits[0]), min(row.high, limits[1])
    if row.kind == "mean" and row.value is not None:
        corners = [(low, at), (row.value, at - 0.32), (high, at), (row.value, at + 0.32)]
        axes.add_patch(Polygon(corners, closed=True, facecolor=fill, edgecolor=colour, linewidth=1.6, zorder=3))
    else:
        canvas.draw_bar(axes, low, high, at, colour, 2.2, linestyle=(0, (1.5, 1.5)) if row.kind == "new" else "-")
    # Arrows where an interval runs past the edge; bars at the ends of the range for a new client.
    for end, edge, arrow, past in (
        (row.low, limits[0], "<", row.low < limits[0]),
        (row.high, limits[1], ">", row.high > limits[1]),
    ):
        if past:
            axes.plot([edge], [at], arrow, markersize=9, color=colour, clip_on=False, zorder=3)
        elif row.kind == "new":
            axes.plot([end], [at], "|", markersize=12, markeredgewidth=2.2, color=colour, zorder=3)
    if row.kind == "study" and row.value is not None:
        side = SMALLEST + (LARGEST - SMALLEST) * math.sqrt(row.weight or 0.0)
        face, rim = (GROUND, colour) if row.raw else (colour, canvas.PAPER)
        axes.plot([row.value], [at], "s", markersize=side, color=face, markeredgecolor=rim, markeredgewidth=1.6, zorder=3)
    look = {"color": ink, "fontweight": "bold" if row.kind == "mean" and not row.raw else "normal"}
    canvas.write_beside(axes, say_figure(pool, row.value, row.low, row.high), at, 12, ha="left", **look)
    if row.weight is not None:
        canvas.write_beside(axes, local.percent(row.weight), at, WEIGHT_AT, ha="right", **look)


def _dress_forest(axes: Axes, rows: Mapping[float, Row], scale: Scale, entry: ClaimPools) -> None:
    axes.set_ylim(max(rows) + 0.6, -1.5)
    axes.set_yticks(list(rows), [canvas.wrap(row.label, 34) if row.kind == "head" else row.label for row in rows.values()])
    for tick, row in zip(axes.get_yticklabels(), rows.values(), strict=True):
        tick.set_fontweight("bold" if row.kind == "head" or (row.kind == "mean" and not row.raw) else "normal")
        tick.set_color(canvas.MUTED if row.raw else canvas.INK)
    axes.tick_params(axis="y", length=0, pad=8)
    canvas.grid(axes)
    canvas.write_beside(axes, local.text("word.weight"), -0.95, WEIGHT_AT, ha="right", color=canvas.MUTED, fontweight="normal")
    if scale == "log_ratio":
        low, high = axes.get_xlim()
        fine, coarse = ([math.log(tick) for tick in ticks if low <= math.log(tick) <= high] for ticks in (FINE, COARSE))
        axes.set_xticks(fine if len(fine) <= MOST_TICKS and high <= math.log(FINE[-1]) else coarse)
        axes.xaxis.set_major_formatter(lambda value, _: local.ratio(math.exp(value)))
        axes.set_xlabel(local.text("pooling.ratio_shares_logarithmic_scale"))
        return
    canvas.write_numbers(axes.xaxis)
    axes.set_xlabel(local.text("common.difference_unit", unit=local.word(unit_of_outcome(entry.outcome))))
