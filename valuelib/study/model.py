"""One checked client survey: what everything after reading works on."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from valuelib.results import Message
from valuelib.study.config import StudyConfig

# One checked client survey: what everything after reading works on.


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One input file as it was read: its name in the study folder, its hash, and what was assumed about its format."""

    file: str
    sha256: str
    rows: int
    columns: int
    assumed: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Study:
    """A client's survey with canonical columns; treat the frames as read-only.

    `answers` has one row per respondent and wave, of the waves that headline figures use (`waves: latest` or `all`);
    `all_answers` has every wave. Columns, present only when the study maps them (except the first three, always there):

    - `respondent` str, unique within a wave; `account` str (the respondent's own where none is told); `weight` float > 0
    - `wave` str, in sorted order of time; `segment.<column>` str; `adjust.<column>` as mapped (float or str)
    - `recommend` float on `recommend_scale`; `nps` float, one of -1, 0, +1 (only where the item stands on 0-10)
    - `repurchase` float 0/1 for the kinds renewed, retained, intention_topbox
    - `repurchase_score` float as asked for the kinds intention_mean, spend_change
    - `effort` float 0-10, high is easy; `value_enhancement`, `satisfaction`, `perceived_value`, `unaffected`, `share_of_purchases`
      float 0-10 (share 0-100); `expansion` float 0/1; `promise` float -1 below, 0 met, +1 exceeded
    - `element.<key>` float 0-10, low reversed where so mapped; `facet.<item key>` float 0-10
    - `offering` float: 1 bought a higher-tier offering, 0 another one, missing where not told (only with `exposure.column`)
    - `contract.start`, `contract.end`, `contract.ended` datetime; `ended` is blank while the contract runs
    - `marker` float 0-10; `comment` str; `team` str, the provider's team of the account (only with `employees`)

    The other files, None where they are not mapped:

    - `provider`: one row per account that the provider (or partner) rated: `account`, `facet.<item key>`, `element.<key>` (0-10)
    - `employees`: one row per person of the provider's teams: `team`, `facet.<item key>` (0-10)
    - `interviews`: one row per account, text, coder and code: `account`, `text`, `coder`, `code`, `publish` (bool)
    - `codebook`: one row per code: `code`, `name`, `definition`, `include`, `exclude`, `example`

    Missing answers are NaN. `item_labels` holds the file's own question texts by canonical column, `level_labels` its words for
    the codes of a breakdown (`segment.<column>` -> code -> word); the columns keep the codes, so that every format gives one study.
    """

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

    @property
    def language(self) -> str:
        """The study's own language, `fi` or `en`."""
        return self.config.language

    @property
    def has_accounts(self) -> bool:
        """Whether an account column is mapped; without one each respondent stands for itself."""
        return self.config.columns.account is not None

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
        """A canonical column of `answers`, or None where the study does not map it."""
        found: pd.Series | None = self.data.get(column)
        return found


# Which names must not travel further than this computer? E-mail-like ids become short hashes as soon as they are read.

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
