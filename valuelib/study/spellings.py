"""Account names that look alike: found by one rule, merged only where study.yaml says so."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping

import pandas as pd

from valuelib.study.config import Accounts
from valuelib.study.model import hashed, is_email

# Forms of companies by their letters alone, and those that may stand before the name.
FORMS = frozenset(
    re.findall(
        r"\w+",
        "oy oyj ab abp ky tmi hb kb publ as asa aps ivs ks is ltd limited llc llp inc incorporated corp corporation co company plc "
        "pty pte gmbh mbh ag kg kgaa ohg ug eg se sa sas sasu sarl sl slu sau spa srl srls snc bv nv vof lda ltda zoo spzoo sro "
        "kft zrt nyrt doo ou uab sia",
    )
)
BEFORE = frozenset(["oy", "ab", "kb", "hb", "ou", "uab", "sia"])
AND = frozenset(["and", "ja", "och", "og", "und", "et", "+"])
LETTERS = {"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ł": "l", "ð": "d", "þ": "th"}  # those that do not decompose
INITIALS = re.compile(r"(?<![^\W_])(?:[^\W\d_][./]\s?){1,4}[^\W\d_]\b\.?")  # A/S, S.p.A., z o.o.: one word
OPAQUE = re.compile(r"(?=(?:.*\d){4})[\w-]{12,}\Z")
Lookalikes = tuple[tuple[tuple[str, int], ...], ...]


def spelling_key(name: str) -> str | None:
    """What spellings of one company's name have in common; None for ids, which are never near-duplicates of each other.

    Case, blanks, punctuation, Unicode forms, accents, company forms at either end, and the word for "and" are left out.

    >>> spelling_key("Äyräs & Pojat Oy"), spelling_key("AYRAS JA POJAT OYJ"), spelling_key("1007"), spelling_key("0015g00000Gv7qJ")
    ('ayras+pojat', 'ayras+pojat', None, None)
    """
    if OPAQUE.match(name.strip()) or is_email(name):
        return None
    plain = unicodedata.normalize("NFKC", name).casefold()
    plain = "".join(LETTERS.get(one, one) for one in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(one))
    plain = INITIALS.sub(lambda found: re.sub(r"[./\s]", "", found[0]) + " ", plain).replace("&", " + ")
    words = ["+" if word in AND else word for word in re.sub(r"[^\w+]|_", " ", re.sub(r"['’`´]", "", plain)).split()]
    kept = words
    while kept and (kept[-1] in FORMS or kept[-1] == "+" or kept[-2:] == ["z", "oo"] or (kept[-1] == "sp" and kept != words)):
        kept = kept[: -2 if kept[-2:] == ["z", "oo"] else -1]
    while len(kept) > 1 and kept[0] in BEFORE:
        kept = kept[1:]
    key = re.sub(r"(?<!\d) | (?!\d)", "", " ".join(kept or words))  # a blank counts between numbers only
    return key if re.search(r"[^\W\d_]", key) else None


def kept_names(block: Accounts) -> Mapping[str, str]:
    """Each name under `same` with the first of its list, which is kept; addresses are hashed, as on reading."""
    return {as_read(name): as_read(names[0]) for names in block.same for name in names}


def as_read(name: str) -> str:
    """A name of study.yaml as reading leaves it: its blanks evened out, an address hashed."""
    return hashed(name) if is_email(name) else " ".join(name.split())


def find_lookalikes(accounts: pd.Series, block: Accounts) -> Lookalikes:
    """Names that may be one account and are not decided, each with its number of answers, the commonest first.

    Args:
        accounts: the account of each answer, `same` names merged.
        block: what is decided.
    """
    kept = kept_names(block)
    decided = [{kept.get(name := as_read(one), name) for one in names} for names in block.distinct]
    groups: dict[str, list[tuple[str, int]]] = defaultdict(list)
    counts = accounts.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    for spelled, n in counts.items():
        if (key := spelling_key(str(spelled))) is not None:
            groups[key].append((str(spelled), int(n)))
    alike = (tuple(names) for _, names in sorted(groups.items()) if len(names) > 1)
    return tuple(names for names in alike if not any({name for name, _ in names} <= one for one in decided))
