"""Named views of a result, such as its figures, each made when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from valuelib.errors import ParameterError
from valuelib.show.localizer import in_language
from valuelib.study.wording import guess

T = TypeVar("T")


class Views(Mapping[str, T | None]):
    """By name what can be shown of a result, in the language of its study; None where the study has no data for it.

    >>> figures = Views("figure", "en", {"shares": lambda: "a picture", "gaps": lambda: None})
    >>> figures
    <figures: shares, gaps>
    >>> figures["gaps"] is None
    True

    Raises:
        ParameterError: on a name that is none of these.
    """

    def __init__(self, kind: str, language: str | None, makers: Mapping[str, Callable[[], T | None]]) -> None:
        self._kind, self._language, self._makers = kind, language, makers

    def __getitem__(self, name: str) -> T | None:
        if name not in self._makers:
            hint = guess(name, [*self._makers])
            raise ParameterError(f"There is no {self._kind} {name!r} of this result. Expected: {hint} Next: correct the name.")
        with in_language(self._language):
            return self._makers[name]() or None

    def __contains__(self, name: object) -> bool:
        return name in self._makers

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)

    def __repr__(self) -> str:
        return f"<{self._kind}s: {', '.join(self._makers)}>"
