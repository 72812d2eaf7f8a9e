"""Which English sentence belongs to each message code? The Finnish stands in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping

from valuelib.errors import ValuelibError
from valuelib.show.messages.advice import ADVICE
from valuelib.show.messages.cautions import CAUTIONS
from valuelib.show.messages.effort import EFFORT
from valuelib.show.messages.missing import MISSING
from valuelib.show.messages.parts import PARTS
from valuelib.show.messages.reading import READING
from valuelib.show.messages.reasons import REASONS

__all__ = ["MESSAGES", "text_of"]

MESSAGES: Mapping[str, str] = {**ADVICE, **CAUTIONS, **EFFORT, **MISSING, **PARTS, **READING, **REASONS}


def text_of(code: str) -> str:
    """The English sentence of a code, with `%(name)s` where its values go.

    Raises:
        ValuelibError: no sentence has this code.
    """
    if code not in MESSAGES:
        raise ValuelibError(
            f"The message code {code!r} has no sentence in valuelib.show.messages; add it there and to the catalogue."
        )
    return MESSAGES[code]
