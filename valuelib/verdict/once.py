"""What several claims of one study need, found once: claims of one contrast differ in their size only."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from valuelib.stats.totals import Labels, number_labels
from valuelib.study.model import Study

Found = TypeVar("Found")
_FOUND: WeakKeyDictionary[Study, dict[Hashable, Any]] = WeakKeyDictionary()


def once(study: Study, key: Hashable, find: Callable[[], Found]) -> Found:
    """What `find` gives, kept under this key for as long as the study is there; a study never changes."""
    kept = _FOUND.setdefault(study, {})
    if key not in kept:
        kept[key] = find()
    found: Found = kept[key]
    return found


def cluster_labels(study: Study) -> Labels:
    """The study's clusters and the place of each answer's among them."""
    return once(study, "clusters", lambda: number_labels(study.clusters))


def member_labels(study: Study) -> Labels | None:
    """The same of accounts where clusters stand above them, else None."""
    members = study.members
    return None if members is None else once(study, "members", lambda: number_labels(members))
