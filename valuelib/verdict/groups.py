"""The two groups of a claim's reading, and the column and kind of figure of its outcome."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pandas as pd

from valuelib.results import Message, Value
from valuelib.stats import exposure
from valuelib.stats.exposure import Codes
from valuelib.stats.loyalty import Kind
from valuelib.study.model import Study
from valuelib.theory.pyramid import COUNTED_TIERS, HIGHER_TIERS, LOWER_TIERS, tier
from valuelib.theory.reading import Reading
from valuelib.verdict.once import once

COUNT_COMPARISON, COUNT_BASELINE = (6, None), (1, 5)
MIN_FOR_COUNT, MIN_FOR_PUBLISHED_CUT = 6, 12


class Grouping(NamedTuple):
    """Each answer's group by one rule, and what a reader should know of the rule here."""

    rule: str
    codes: Codes
    warnings: tuple[Message, ...] = ()


def group_answers(study: Study, reading: Reading) -> Grouping | Message:
    """The raw contrast's groups, or the reason why the study cannot form them."""
    rule = "count" if reading.exposure == "count" else study.config.exposure.rule
    if rule == "offering":
        return group_by_offering(study)
    if rule == "count":
        return group_by_count(study, reading)
    if rule not in ("delivered", "relative"):
        return group_by_peers(study)
    higher, lower = element_ratings(study, HIGHER_TIERS), tier_mean(study, LOWER_TIERS)
    if not len(higher.columns):
        return Message(code="missing.higher_items")
    if rule == "delivered":
        return Grouping(rule, exposure.by_delivered(higher, threshold=study.config.exposure.threshold))
    if lower is None:
        return Message(code="missing.lower_items")
    return Grouping(rule, exposure.by_relative(exposure.mean_rating(higher), lower))


def group_by_offering(study: Study) -> Grouping | Message:
    """Groups by what was bought, wherever the study tells it."""
    offering = study.values("offering")
    return Message(code="missing.offering") if offering is None else Grouping("offering", exposure.by_offering(offering))


def group_by_count(study: Study, reading: Reading) -> Grouping | Message:
    """Groups by how many elements above the table stakes a respondent rates at or above the threshold."""
    ratings = element_ratings(study, COUNTED_TIERS)
    items = len(ratings.columns)
    if (few := few_to_count(items)) is not None:
        return few
    codes = exposure.by_count(
        ratings,
        threshold=study.config.exposure.threshold,
        comparison=reading.comparison or COUNT_COMPARISON,
        baseline=reading.baseline or COUNT_BASELINE,
    )
    return Grouping("count", codes, note_few_counted(items))


def few_to_count(items: int) -> Message | None:
    """That so few elements cannot be counted, or None."""
    few = Message(code="missing.few_elements", values={"items_n": items, "fewest_n": MIN_FOR_COUNT})
    return few if items < MIN_FOR_COUNT else None


def note_few_counted(items: int) -> tuple[Message, ...]:
    """That the published cut was made on more elements than these."""
    transfer = Message(code="warning.cut_does_not_transfer", values={"items_n": items})
    return (transfer,) if items < MIN_FOR_PUBLISHED_CUT else ()


def element_ratings(study: Study, tiers: tuple[str, ...]) -> pd.DataFrame:
    """Ratings 0-10 of the mapped elements in these tiers; no columns where none is mapped."""
    mapped = set(study.element_keys)
    return study.data[[f"element.{key}" for name in tiers for key in tier(name).elements if key in mapped]]


def tier_mean(study: Study, tiers: tuple[str, ...]) -> pd.Series | None:
    """The respondent's own mean rating of these tiers, or None where no such item is mapped."""

    def find() -> pd.Series | None:
        ratings = element_ratings(study, tiers)
        return exposure.mean_rating(ratings) if len(ratings.columns) else None

    return once(study, ("tier mean", tiers), find)


def lower_tier_mean(study: Study) -> pd.Series | None:
    """The respondent's own mean rating of the lower tiers, or None where no such item is mapped."""
    return tier_mean(study, LOWER_TIERS)


def colleagues_mean(study: Study, tiers: tuple[str, ...]) -> pd.Series | None:
    """What the *other* respondents of the account give these tiers, on average; missing where nobody else answered.

    Over several waves only colleagues of the same wave count: a respondent's own earlier answers are not another person's.
    """

    def find() -> pd.Series | None:
        own = tier_mean(study, tiers)
        return None if own is None else exposure.others_mean(own, account_waves(study.data))

    return once(study, ("colleagues' mean", tiers), find)


def account_waves(frame: pd.DataFrame) -> pd.Series:
    """The account of each answer, told apart by wave where there are several."""
    return frame["account"] + "\0" + frame["wave"].astype(str) if "wave" in frame else frame["account"]


def group_by_peers(study: Study) -> Grouping | Message:
    """Groups by the colleagues' higher-tier mean, split at its median among the respondents who have one."""
    if not study.has_accounts:
        return Message(code="missing.accounts")
    peers = colleagues_mean(study, HIGHER_TIERS)
    if peers is None:
        return Message(code="missing.higher_items")
    if not peers.notna().any():
        return Message(code="missing.colleagues")
    return Grouping("peers", exposure.by_split(peers, at=float(peers.median())))


def group_by_own(study: Study, reading: Reading) -> Grouping | Message:
    """Groups by own ratings of the higher tiers: by the study's rule where it is such a one, else a split of their mean."""
    if study.config.exposure.rule in ("delivered", "relative"):
        return group_answers(study, reading)
    own = tier_mean(study, HIGHER_TIERS)
    if own is None:
        return Message(code="missing.higher_items")
    return Grouping("own_mean", exposure.by_split(own, at=float(own.median())))


def warn_of_names(study: Study) -> Iterator[Message]:
    """Account names that may be one account: counted apart they make intervals too narrow. Names stay with the analyst."""
    if study.lookalikes:
        values: dict[str, Value] = {"n": sum(map(len, study.lookalikes)), "groups_n": len(study.lookalikes)}
        yield Message(code="warning.accounts_alike", values=values)


# ---------------------------------------------------------------------- outcomes


class Outcome(NamedTuple):
    """A canonical column and the kind of figure made of it."""

    column: str
    kind: Kind


COLUMNS: dict[str, Outcome] = {
    "recommend": Outcome("nps", "nps"),
    "repurchase": Outcome("repurchase", "rate"),
    "expansion": Outcome("expansion", "rate"),
}
STATEMENTS = {"inimitability": "H1", "joint_result": "H2", "daring": "T1"}  # outcomes that are one statement of the battery each
SCORES = ("satisfaction", "perceived_value", "effort", "value_enhancement", "share_of_purchases", "unaffected")


def find_outcome(study: Study, name: str) -> Outcome | Message:
    """The outcome's column and kind, or the reason why the study cannot give it."""
    column = f"facet.{STATEMENTS[name]}" if name in STATEMENTS else name
    outcome = COLUMNS.get(name) or (Outcome(column, "mean") if name in (*STATEMENTS, *SCORES) else None)
    if outcome is None:
        return Message(code="missing.estimator")
    if outcome.column in study.data and study.data[outcome.column].notna().any():
        return outcome
    if name == "recommend" and "recommend" in study.data:
        return Message(code="missing.no_nps")
    if name == "repurchase" and "repurchase_score" in study.data:
        return Message(code="missing.repurchase_not_yes_no")
    if name in STATEMENTS:
        return Message(code="missing.statements", values={"item_key": STATEMENTS[name]})
    return Message(code="missing.outcome", values={"outcome_key": name})


def is_later(study: Study, name: str) -> bool:
    """Whether the outcome is behaviour observed after the ratings; an intention is none, whenever it was asked."""
    repurchase = study.config.outcomes.repurchase
    behaviour = repurchase is not None and repurchase.kind in ("renewed", "retained", "spend_change")
    return name == "repurchase" and behaviour and repurchase is not None and repurchase.measured == "later"


def intention_notes(study: Study, names: Sequence[str]) -> tuple[Message, ...]:
    """Which of these outcomes are an intention; what people say they will do is kept apart from what they did."""
    return tuple(Message(code="note.intention", values={"outcome_key": name}) for name in names if is_intention(study, name))


def told_only(study: Study, names: Sequence[str]) -> tuple[Message, ...]:
    """The note on an intention where repurchase was asked with yes and no, which reads like a record of it."""
    repurchase = study.config.outcomes.repurchase
    asked = repurchase is not None and repurchase.kind == "intention"
    return intention_notes(study, [name for name in names if name == "repurchase"]) if asked else ()


INTENTIONS = ("intention", "intention_topbox", "intention_mean")


def is_intention(study: Study, name: str) -> bool:
    """Whether the outcome is something that respondents mean to do; buying more is never anything else."""
    repurchase = study.config.outcomes.repurchase
    if name == "repurchase":
        return repurchase is not None and repurchase.kind in INTENTIONS
    return name == "expansion"
