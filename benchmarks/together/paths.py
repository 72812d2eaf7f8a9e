"""How often are the paths through value and the levers shown, where they are planted and where nothing or only one of them is?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from benchmarks.page import markdown_table
from benchmarks.together.verdicts import BASE, study_of
from valuelib.explore.cocreation import estimate_contributions
from valuelib.results import Message
from valuelib.stats.adjust import estimate_fitted
from valuelib.stats.means import t_quantile
from valuelib.stats.totals import collect_totals
from valuelib.study.model import Study
from valuelib.theory.claims import claim
from valuelib.verdict.cocreation import PEERS_FACETS, fit_named, fit_paths, reported_value
from valuelib.verdict.evidence import PartEstimate, p_claimed
from valuelib.verdict.groups import Outcome, find_outcome
from valuelib.verdict.over_time import fit_earlier
from valuelib.verdict.relations import Exposure, find_exposures, fit_relation, predictor_facets
from valuelib.worlds.people import rng_for
from valuelib.worlds.truth import Truth

STUDIES, FIRST_SEED = 140, 9_000
SAMPLES, SEED = 300, 20261126
LONG_RUN, LONG_RUN_SEED, LONG_RUN_WORLDS = 1_000, 60_000, ("nothing", "only co-creation and value")
ALPHA = 0.025  # one-sided, as the verdict of one claim
A, B, DIRECT = 0.4, 0.5, 0.2
WORLDS: Mapping[str, Mapping[str, float]] = {
    "nothing": {},
    "nothing, much halo": {"halo_loading_lower": 0.6, "halo_loading_higher": 0.6, "halo_shared": 0.5, "icc": 0.4},
    "only value and loyalty": {"nps_lift": 40.0, "icc": 0.5},
    "only co-creation and value": {"cocreation_effect": 0.25, "icc": 0.4},
    "both planted": {"cocreation_effect": 0.25, "nps_lift": 40.0, "icc": 0.55},
    "both, and roles and team": {
        "cocreation_effect": 0.25,
        "roles_effect": 0.3,
        "people_effect": 0.3,
        "nps_lift": 40.0,
        "icc": 0.6,
    },
}
NULL: Mapping[
    str, tuple[str, ...]
] = {  # what is not there in a world, so that it must be shown in no more than 2.5 % of the studies
    "nothing": ("a", "b", "both", "lever"),
    "nothing, much halo": ("a", "b", "both", "lever"),
    "only value and loyalty": ("a", "both", "lever"),
    "only co-creation and value": ("b", "both"),
    "both planted": (),
    "both, and roles and team": (),
}
WHO = {
    "other_rater.cocreation": "provider (shipped)",
    "unheld": "provider, colleagues' view not held equal",
    "peers.cocreation": "colleagues",
    "earlier.cocreation": "colleagues, a survey before",
    "own.cocreation": "own",
}


def measure_paths(studies: int = STUDIES) -> pd.DataFrame:
    """One row a world and way of asking: how many studies show path a, path b, both; and the same of levers and named parts."""
    rows: list[dict[str, object]] = []
    for world in WORLDS:
        seen: dict[tuple[str, str], list[bool]] = {}
        for seed in range(FIRST_SEED, FIRST_SEED + studies):
            for way, what, shown in _judge(study_of(_truth(world), seed)):
                seen.setdefault((way, what), []).append(shown)
        rows += [
            {"world": world, "way": way, "what": what, "studies": len(one), "shown": sum(one)} for (way, what), one in seen.items()
        ]
    return pd.DataFrame(rows)


def measure_long_run(studies: int = LONG_RUN) -> pd.DataFrame:
    """One row a null of path b and a way to fit it: mean of b, its error and SD, and how often b and the claim are shown."""
    rows: list[dict[str, object]] = []
    for world in LONG_RUN_WORLDS:
        seen: dict[str, list[tuple[float, bool, bool]]] = {"unheld": [], "other_rater.cocreation": []}
        for seed in range(LONG_RUN_SEED, LONG_RUN_SEED + studies):
            for way, found in _both_ways(study_of(_truth(world), seed)):
                first, second = (p_claimed(part) <= ALPHA for part in found)
                seen[way].append((found[1].value, second, first and second))
        for way, listed in seen.items():
            values = np.array(listed, dtype=float)
            mean, sd = float(values[:, 0].mean()), float(values[:, 0].std(ddof=1))
            figures = {"mean": round(mean, 3), "error": round(sd / len(values) ** 0.5, 3), "sd": round(sd, 3)}
            shown = {"b": int(values[:, 1].sum()), "both": int(values[:, 2].sum())}
            rows.append({"world": world, "way": way, "studies": len(values), **figures, **shown})
    return pd.DataFrame(rows)


def table_long_run(measured: pd.DataFrame) -> str:
    """Bias of path b where there is none, and how often it and the claim are shown, in per cent."""
    rows = [
        [
            str(row["world"]),
            WHO[str(row["way"])],
            f"{row['studies']}",
            f"{row['mean']:+.2f}",
            f"{row['error']:.2f}",
            f"{row['sd']:.2f}",
            f"{100 * row['b'] / row['studies']:.1f}",
            f"{100 * row['both'] / row['studies']:.1f}",
        ]
        for _, row in measured.iterrows()
    ]
    return markdown_table(("World", "path b", "studies", "mean of b", "its error", "SD", "b shown", "both shown"), rows)


def measure_slopes(samples: int = SAMPLES) -> pd.DataFrame:
    """One row a path and number of accounts: mean and SD of the slopes, and how often the CR2 interval held the truth."""
    rows: list[dict[str, object]] = []
    for accounts in (40, 100, 200):
        rng = rng_for(SEED, f"paths {accounts}")
        found = np.array([_slopes(rng, accounts) for _ in range(samples)])
        for place, (name, truth) in enumerate((("a", A), ("b", B), ("direct", DIRECT))):
            value, reach = found[:, place, 0], found[:, place, 1]
            held = int((np.abs(value - truth) <= reach).sum())
            mean, sd = round(float(value.mean()), 4), round(float(value.std(ddof=1)), 4)
            rows.append(
                {"path": name, "truth": truth, "accounts": accounts, "samples": samples, "mean": mean, "sd": sd, "held": held}
            )
    return pd.DataFrame(rows)


def table_paths(measured: pd.DataFrame) -> str:
    """Shares of studies in which a path is shown, in per cent; bold where it is not there and shown too often."""
    paths = measured[measured["what"].isin(["a", "b", "both"])]
    rows = []
    for (world, way), group in paths.groupby(["world", "way"], sort=False):
        shown = group.set_index("what")
        rows.append([str(world), WHO[str(way)], *(_share(shown.loc[what], str(world)) for what in ("a", "b", "both"))])
    return markdown_table(("World", "co-creation as told by", "a shown", "b shown", "both shown"), rows)


def table_potential_gains(measured: pd.DataFrame) -> str:
    """Shares of studies that name a lever, at plain and at joint intervals, and that show the three named parts, in per cent."""
    kinds = ("lever, plain", "lever", *(part.key for part in claim("roles_tasks_teams").parts), "all three")
    potential_gains = measured[measured["what"].isin(kinds)].set_index(["world", "what"])
    rows = [[world, *(_share(potential_gains.loc[(world, what)], world) for what in kinds)] for world in WORLDS]
    header = ("World", "a lever, plain intervals", "a lever (shipped)", "roles", "tasks", "team", "all three")
    return markdown_table(header, rows)


def table_slopes(measured: pd.DataFrame) -> str:
    """Bias and coverage of the slopes; coverage outside 93-97 % is bold."""
    rows = []
    for _, row in measured.iterrows():
        share = 100 * row["held"] / row["samples"]
        held = f"{share:.1f}" if 93 <= share <= 97 else f"**{share:.1f}**"
        bias = row["mean"] - row["truth"]
        figures = [f"{row['mean']:.3f}", f"{bias:+.3f}", f"{row['sd']:.3f}", held]
        rows.append([row["path"], f"{row['truth']:g}", f"{row['accounts']}", f"{row['samples']}", *figures])
    return markdown_table(("Path", "truth", "accounts", "samples", "mean", "bias", "SD", "held, %"), rows)


def _truth(world: str) -> Truth:
    return Truth(**{**{name: getattr(BASE, name) for name in BASE.__slots__}, **WORLDS[world]})


def _both_ways(study: Study) -> Iterator[tuple[str, tuple[PartEstimate, ...]]]:
    """Both paths on the provider's view, with the colleagues' view of co-creation held equal in the second one and without."""
    value, loyalty = find_outcome(study, "perceived_value"), find_outcome(study, "recommend")
    exposures = find_exposures(study, predictor_facets(), peers_may_decide=False)
    if isinstance(value, Message) or isinstance(loyalty, Message) or isinstance(exposures, Message):
        raise AssertionError("a made-up study has value, loyalty and co-creation")
    own_value = study.data[value.column].astype(float)
    unheld = _unheld(study, exposures[0], own_value, value, loyalty)
    shipped = fit_paths(study, exposures[0], value, loyalty)
    if isinstance(unheld, Message) or isinstance(shipped, Message):
        raise AssertionError("both paths can be fitted in a made-up study")
    yield from (("unheld", unheld), (exposures[0].name, shipped))


def _judge(study: Study) -> Iterator[tuple[str, str, bool]]:
    value, loyalty = find_outcome(study, "perceived_value"), find_outcome(study, "recommend")
    exposures = find_exposures(study, predictor_facets(), peers_may_decide=True)
    if isinstance(value, Message) or isinstance(loyalty, Message) or isinstance(exposures, Message):
        raise AssertionError("a made-up study has value, loyalty and co-creation")
    first, own_value = exposures[0], study.data[value.column].astype(float)
    yield from _paths("unheld", _unheld(study, first, own_value, value, loyalty))
    for exposure in exposures:
        yield from _paths(exposure.name, fit_paths(study, exposure, value, loyalty))
    yield from _paths("earlier.cocreation", fit_earlier(study, predictor_facets(), value, loyalty))
    yield from _potential_gains(study, first, value)


def _unheld(
    study: Study, exposure: Exposure, own_value: pd.Series, value: Outcome, loyalty: Outcome
) -> tuple[PartEstimate, ...] | Message:
    """Both paths as they would be if the second one did not hold the colleagues' view of co-creation equal."""
    shipped, told = fit_paths(study, exposure, value, loyalty), reported_value(study, own_value, exposure)
    if isinstance(shipped, Message) or isinstance(told, Message):
        return Message(code="missing.colleagues")
    values, equal = told
    held = {name: column for name, column in equal.items() if name != PEERS_FACETS}
    second = fit_relation(study, study.data[loyalty.column], loyalty.kind, {"value": values}, held)
    return second if isinstance(second, Message) else (shipped[0], second.part("value", "path_loyalty"))


def _paths(way: str, found: tuple[PartEstimate, ...] | Message | None) -> Iterator[tuple[str, str, bool]]:
    if found is None or isinstance(found, Message):
        return
    first, second = (p_claimed(part) <= ALPHA for part in found)
    yield from ((way, "a", first), (way, "b", second), (way, "both", first and second))


def _potential_gains(study: Study, exposure: Exposure, value: Outcome) -> Iterator[tuple[str, str, bool]]:
    found = estimate_contributions(study)
    plain = [one for one in found if one.name.startswith("contribution.value.")]
    joint = [one for one in found if one.name.startswith("lever.")]
    yield exposure.name, "lever, plain", any((one.ci_low or 0.0) > 0 for one in plain)
    yield exposure.name, "lever", any((one.ci_low or 0.0) > 0 for one in joint)
    parts = fit_named(study, exposure, value, claim("roles_tasks_teams").parts)
    if isinstance(parts, Message):
        return
    shown = [p_claimed(part) <= ALPHA for part in parts]
    yield from ((exposure.name, name, one) for name, one in zip((part.name for part in parts), shown, strict=True))
    yield exposure.name, "all three", all(shown)


def _share(row: pd.Series, world: str) -> str:
    share = 100 * row["shown"] / row["studies"]
    what = str(row.name if isinstance(row.name, str) else row.name[1])
    limit = 100 * (ALPHA + 2 * np.sqrt(ALPHA * (1 - ALPHA) / row["studies"]))
    wrong = what.removesuffix(", plain") in NULL[world]
    return f"**{share:.1f}**" if wrong and share > limit else f"{share:.1f}"


def _slopes(rng: np.random.Generator, accounts: int) -> list[tuple[float, float]]:
    """Value and reach of the interval of a, b and the straight path, on accounts of 1 to 4 that resemble each other."""
    code = np.repeat(np.arange(accounts), rng.integers(1, 5, accounts))
    x = rng.normal(0, 1, accounts)[code]
    m = A * x + rng.normal(0, 0.5, accounts)[code] + rng.normal(0, 1, code.size)
    y = B * m + DIRECT * x + rng.normal(0, 0.5, accounts)[code] + rng.normal(0, 1, code.size)
    return [_slope(code, m, {"x": x}, 1), _slope(code, y, {"m": m, "x": x}, 1), _slope(code, y, {"m": m, "x": x}, 2)]


def _slope(code: np.ndarray, y: np.ndarray, columns: dict[str, np.ndarray], place: int) -> tuple[float, float]:
    centred = {name: column - column.mean() for name, column in columns.items()}
    fitted = estimate_fitted(collect_totals(code, np.zeros(code.size, int), y, groups=("all",), controls=centred))
    df = fitted.coefficient_df([float(one == place) for one in range(len(fitted.coefficients))])
    return float(fitted.coefficients[place]), t_quantile(0.95, df) * float(fitted.coefficient_cr2[place, place]) ** 0.5
