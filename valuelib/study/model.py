"""One checked client survey: what everything after reading works on."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from inspect import Signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pandas as pd

from valuelib.errors import ParameterError
from valuelib.results import Message
from valuelib.study.config import Rule, StudyConfig
from valuelib.study.frames import account_frame, choose, element_frame, public_columns, public_frame
from valuelib.study.wording import code_key

if TYPE_CHECKING:
    from valuelib.study.large import LargeAnswers


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One input file as it was read: its name in the study folder, its hash, and what was assumed about its format."""

    file: str
    sha256: str
    rows: int
    columns: int
    assumed: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False, weakref_slot=True)
class Study:
    """A client's survey, read and checked; everything else takes it.

    `answers` is a tidy pandas frame, a new copy each time: one row per respondent and wave that headline figures use (`waves`
    of study.yaml); `all_answers` has every wave. Of these columns it has those that the study maps, and always the first three:

    - `respondent`, `account`, `weight`: text, text (a respondent without an account is its own), number above 0
    - `cluster`: text: what stands above accounts, the highest level at which answers resemble each other
    - `wave`: text; waves stand in order of time
    - `recommend`, `nps`, `promoter`: 0-10; 100 promoter, 0 passive, -100 detractor (its mean is the NPS); these three in words
    - `repurchase`, `expansion`: 1 yes, 0 no
    - `repurchase_score`: an intention or a change of spending, as asked
    - `effort`: 0-10, high is easy
    - `value_enhancement`, `satisfaction`, `perceived_value`, `unaffected`, `marker`: 0-10
    - `promise`: -1 below, 0 met, 1 exceeded
    - `share_of_purchases`: 0-100
    - `offering`: 1 bought a higher-tier offering, 0 one of the baseline
    - `switched`: 1 answered after the account took the higher offering (`exposure.switched`), 0 before or without that
    - `team`: text: the provider's team of the account
    - `contract_start`, `contract_end`, `contract_ended`: days; `contract_ended` is missing while the contract runs
    - `industry`, ...: background (`columns.segment`, `columns.adjust_for`): column and levels as `names` of study.yaml call
      them
    - `vision`, ... and `T1`, ...: elements of value and co-creation statements by their keys, 0-10, high is good

    Missing answers are missing values. Background without `names` has its own column's name as an identifier (`Henkilöstö, koko` is
    `henkilosto_koko`, with `segment_` or `adjust_` before it where that is taken). Comments are only in `study.data["comment"]`.

    `elements` has one row a mapped element (`key, name, tier, category, n, question`), `accounts` one row an account
    (`respondents`, `weight`, then weighted means and shared levels, in the columns of `answers`). Changing a frame never changes
    a result.

    Attributes:
        config: what study.yaml says.
        folder: where it stands.
        sources: the files as they were read.
        assumed: what was taken for granted.
        data: the harmonised answers that the library works with (`answers` shows them), to be read only; columns as above but
            `segment.<column>` and `adjust.<column>` by the file's own names and codes, `element.<key>`, `facet.<key>`,
            `contract.start` (`end`, `ended`), `nps` as -1, 0, 1, `offering_name` and `comment`.
        all_data: the same of every wave.
        item_labels: the file's own question texts by column of `data`.
        level_labels: the file's words for the codes of a breakdown, by column of `data`.
        provider: one row per account that the provider or partner rated: `account`, `facet.<key>`, `element.<key>` (0-10); or None.
        employees: one row per person of the provider's teams: `team`, `facet.<key>` (0-10); or None.
        interviews: one row per account, text, coder and code: `account`, `text`, `coder`, `code`, `publish` (bool); or None.
        codebook: one row per code: `code`, `name`, `definition`, `include`, `exclude`, `example`; or None.
        choices: best-worst answers, one row per item shown: `respondent`, `wave` (where there are rounds), `set`, `item` (the key
            of an element), `best`, `worst` (bool); or None.
        subset: None, or which part of the answers `where` left; whatever is assessed on a part is exploratory.
        regrouped: whether `with_exposure` formed other groups than study.yaml; what is assessed on them is exploratory, too.
        lookalikes: groups of account names that may be one account, each with its answers; for the analyst only, never shipped.
        subset_words: the same as results and pictures say it, without ids or names.
        chosen: what each call of `where` was given, in their order.
        large: all answers where they lie, where `data` holds a sample of them; else None.

    Example:
        >>> import valuelib as vl
        >>> study = vl.load_study("data/demo", language="en")
        >>> study
        <Study demo: 1200 respondents, 350 accounts, 3 waves, 40 elements, en>
        >>> study.answers.groupby("industry").nps.mean().round().head(2)
        industry
        construction    57.0
        logistics       58.0
        Name: nps, dtype: float64
        >>> trade = study.where(industry="trade")
        >>> len(trade.answers), trade.subset, trade.subset_words
        (267, "industry == 'trade'", 'Industry: Retail')
    """

    __signature__ = Signature()  # a study is loaded: help() opens with what it gives, not with all its fields

    config: StudyConfig
    folder: Path
    data: pd.DataFrame
    all_data: pd.DataFrame
    sources: tuple[Source, ...]
    assumed: tuple[Message, ...] = ()
    item_labels: Mapping[str, str] | None = None
    level_labels: Mapping[str, Mapping[str, str]] | None = None
    provider: pd.DataFrame | None = None
    employees: pd.DataFrame | None = None
    interviews: pd.DataFrame | None = None
    codebook: pd.DataFrame | None = None
    choices: pd.DataFrame | None = None
    chosen_language: str | None = None
    subset: str | None = None
    subset_words: str | None = None
    chosen: tuple[Mapping[str, Any], ...] = ()
    regrouped: bool = False
    lookalikes: tuple[tuple[tuple[str, int], ...], ...] = ()
    large: LargeAnswers | None = None

    @property
    def exploratory(self) -> bool:
        """Whether whatever is assessed here is exploratory: on a part of the answers, or on groups formed by another rule."""
        return self.subset is not None or self.regrouped

    @property
    def part(self) -> dict[str, Any]:
        """What made this of the whole study, as `load_study` takes it beside `folder`: `where`, `exposure`; empty for the whole."""
        part: dict[str, Any] = {}
        if self.chosen:
            part["where"] = [one["query"] if [*one] == ["query"] else dict(one) for one in self.chosen]
        if self.regrouped:
            part["exposure"] = {"rule": self.config.exposure.rule, "threshold": self.config.exposure.threshold}
        return part

    @property
    def exposure_rules(self) -> tuple[str, ...]:
        """The rules of `exposure` that this study has the columns for; the rule offering needs what was bought."""
        return tuple(rule for rule in get_args(Rule) if rule != "offering" or self.config.exposure.tells_bought)

    @property
    def language(self) -> str:
        """The language of everything made from the study: that given to `load_study`, else study.yaml's."""
        return self.chosen_language or self.config.language

    @property
    def answers(self) -> pd.DataFrame:
        """The answers that headline figures use, one row per respondent and wave; columns as the class tells."""
        return public_frame(self, self.data)

    @property
    def all_answers(self) -> pd.DataFrame:
        """The answers of every wave, in the columns of `answers`."""
        return public_frame(self, self.all_data)

    @property
    def elements(self) -> pd.DataFrame:
        """The mapped elements in the pyramid's order.

        Columns: `key`, `name` in the study's language, `tier` and `category` by their keys, `n` answers, and the `question` as the
        file asks it.
        """
        return element_frame(self)

    @property
    def accounts(self) -> pd.DataFrame:
        """The accounts: `respondents`, summed `weight`, weighted means of numbers and levels that all respondents of it share."""
        return account_frame(self)

    @property
    def columns(self) -> Mapping[str, str]:
        """Each column of `answers` with the column of `data` that it shows."""
        return public_columns(self)

    def where(self, query: str | None = None, **equals: object) -> Study:
        """The part of the answers for which a query holds; whatever is assessed on it is exploratory, whatever study.yaml says.

        Args:
            query: a comparison of columns of `answers`, as pandas' `DataFrame.query` takes it. It is asked of each wave by itself.
            equals: columns with the value that they shall have, or a list of values; each must hold.
        Returns:
            A study of these answers. Other files keep the accounts and teams that still have an answer in any wave.
        Raises:
            ParameterError: a column is not known, the query is no comparison, or fewer than `privacy.min_group` answers are left.

        >>> import valuelib as vl
        >>> study = vl.load_study("data/demo")
        >>> len(study.where("industry == 'trade' and recommend >= 9").answers)
        187
        """
        return choose(self, query, equals)

    def with_exposure(self, *, rule: str | None = None, threshold: float | None = None) -> Study:
        """The same answers with other groups: who counts as receiving higher-tier value, whatever study.yaml says.

        Args:
            rule: of `exposure.rule` in study.yaml: "offering", "delivered", "relative", "peers" or "count"; None keeps it.
            threshold: the rating 0-10 from which an element counts as delivered; None keeps it.
        Returns:
            A study on which whatever is assessed is exploratory.
        Raises:
            ParameterError: the rule is not one of `exposure_rules`, or the threshold lies outside 0-10.

        >>> import valuelib as vl
        >>> vl.load_study("data/demo").with_exposure(threshold=7).exploratory
        True
        """
        own = self.config.exposure
        wanted_rule, wanted = own.rule if rule is None else rule, own.threshold if threshold is None else threshold
        if wanted_rule not in self.exposure_rules:
            raise ParameterError(
                f"There is no exposure rule {wanted_rule!r} here. Expected one of: {', '.join(self.exposure_rules)}."
            )
        if not 0 <= wanted <= 10:
            raise ParameterError(f"The threshold {wanted:g} is no rating. Expected: 0 to 10.")
        exposure = own.model_copy(update={"rule": wanted_rule, "threshold": float(wanted)})
        return replace(self, config=self.config.model_copy(update={"exposure": exposure}), regrouped=True)

    def column_word(self, column: str) -> str:
        """What a report calls a background column, given by the file's name for it: its words in `names`, else that name."""
        called = self.config.names.get(column)
        return (called.word(self.language) if called is not None else None) or column

    def level_word(self, column: str, level: str) -> str:
        """What a report calls a level of a background column: its words in `names`, else the file's for a code, else the code."""
        called, key = self.config.names.get(column), code_key(level)
        words = next((one for code, one in called.levels.items() if code_key(code) == key), None) if called is not None else None
        of_file = (self.level_labels or {}).get(f"segment.{column}", {}).get(key or "")
        return (words.word(self.language) if words is not None else None) or of_file or level

    def __repr__(self) -> str:
        accounts = f", {self.data['account'].nunique()} accounts" if self.has_accounts else ""
        waves = self.all_data["wave"].nunique() if "wave" in self.all_data else 1
        rounds = f", {waves} waves" if waves > 1 else ""
        part = ", a part of the answers" if self.subset is not None else ""
        return (
            f"<Study {self.config.study}: {self.data['respondent'].nunique()} respondents{accounts}{rounds}, "
            f"{len(self.element_keys)} elements, {self.language}{part}>"
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from valuelib.show.quality import study_card

        return study_card(self)

    @property
    def has_accounts(self) -> bool:
        """Whether an account column is mapped; without one each respondent stands for itself."""
        return self.config.columns.account is not None

    @property
    def has_clusters(self) -> bool:
        """Whether `columns.cluster` is mapped, so that clusters stand above accounts."""
        return "cluster" in self.data

    @property
    def clusters(self) -> pd.Series:
        """The cluster of each row of `data`, which every interval goes by: `columns.cluster` where mapped, else the account."""
        found: pd.Series = self.data["cluster" if self.has_clusters else "account"]
        return found

    @property
    def members(self) -> pd.Series | None:
        """The account of each row of `data` where clusters stand above accounts, which are then counted apart; else None."""
        return self.data["account"] if self.has_clusters else None

    def clusters_of(self, accounts: Iterable[str]) -> pd.Series | None:
        """The cluster of each of these accounts; None where each account is its own."""
        if not self.has_clusters:
            return None
        of = self.all_data.drop_duplicates("account").set_index("account")["cluster"]
        return of.reindex(pd.Index(accounts)).reset_index(drop=True)

    @property
    def recommend_scale(self) -> tuple[float, float] | None:
        """The scale of `recommend`: 0-10 for codes 0-10 and, shifted, 1-11; else as asked. None where it is not mapped."""
        block = self.config.outcomes.recommend
        if block is None:
            return None
        return (0.0, 10.0) if block.scale == (1.0, 11.0) else block.scale

    @property
    def has_nps(self) -> bool:
        """Whether the recommend item stands on 0-10, so that a net promoter score exists."""
        return "nps" in self.data

    @property
    def element_keys(self) -> tuple[str, ...]:
        """Keys of the mapped elements, in the pyramid's order."""
        return tuple(column.removeprefix("element.") for column in self.data.columns if column.startswith("element."))

    def values(self, column: str) -> pd.Series | None:
        """A harmonised column of `data`, or None where the study does not map it."""
        found: pd.Series | None = self.data.get(column)
        return found


# E-mail-like ids become short hashes as soon as they are read.

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
DIGITS = 12


def is_email(name: str) -> bool:
    """Whether an id is, or holds, an e-mail address.

    >>> is_email("Matti.Virtanen@example.fi"), is_email("C-1007")
    (True, False)
    """
    return EMAIL.search(name) is not None


def hashed(name: str) -> str:
    """A short name that is the same for the same address, in whatever case it was typed.

    No key goes in, so that a respondent has the same id in every wave and file; who knows an address can find its hash, which is
    why ids stay out of everything that is shipped.
    """
    return hashlib.sha256(name.strip().casefold().encode()).hexdigest()[:DIGITS]
