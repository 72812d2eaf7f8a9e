"""What a function shows in the reader's language of a localizer."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from valuelib.show.localizer import Localizer, in_language

P = ParamSpec("P")
R = TypeVar("R")


def spoken(localizer: Localizer, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """What a function gives while the localizer's language is in force."""
    with in_language(localizer.language):
        return function(*args, **kwargs)
