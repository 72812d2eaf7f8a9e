"""Which names must not travel further than this computer? E-mail-like ids become short hashes as soon as they are read."""

from __future__ import annotations

import hashlib
import re

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
