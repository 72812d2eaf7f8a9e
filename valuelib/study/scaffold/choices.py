"""What could still be mapped by hand? The elements without a column, and the columns that look like ratings, as comments."""

from __future__ import annotations

import json
from collections.abc import Collection

from valuelib.study.scaffold.guesses import Proposal
from valuelib.study.scaffold.profile import Profile
from valuelib.theory import Element, elements, tiers

MOST_COLUMNS = 60
LONGEST_LABEL = 160
NOT_ACTIVE = ("satisfaction", "effort", "share_of_purchases")  # they stand in comments, so their columns are still free


def open_choices(proposal: Proposal, language: str) -> list[str]:
    """Comment lines for the block `elements`: each begins with `# `, and an element's line works once that is taken away."""
    return [*_elements({match.key for match in proposal.elements}, language), *_columns(proposal)]


def quoted(text: str) -> str:
    """A text in double quotes, as YAML reads it."""
    return json.dumps(text, ensure_ascii=False)


def free_ratings(proposal: Proposal) -> list[Profile]:
    """Columns that look like ratings and are not mapped."""
    mapped = {match.column for match in (*proposal.elements, *proposal.facets)}
    mapped |= {guess.profile.name for role, guess in proposal.roles.items() if role not in NOT_ACTIVE}
    mapped |= {guess.profile.name for guess in proposal.segments}
    return [profile for profile in proposal.profiles if profile.rating and profile.name not in mapped]


def _elements(mapped: Collection[str], language: str) -> list[str]:
    left = {tier: [one for one in elements() if one.tier_key == tier.key and one.key not in mapped] for tier in tiers()}
    if not any(left.values()):
        return []
    lines = ["#     Elements without a column. To map one, write the column and take the first two characters of the line away."]
    for tier, named in left.items():
        lines += [f"#     {tier.name.say(language)}:", *(_offered(one, language) for one in named)] if named else []
    return lines


def _offered(one: Element, language: str) -> str:
    return f"#     {one.key}: ...     # {one.name.say(language)}"


def _columns(proposal: Proposal) -> list[str]:
    free = free_ratings(proposal)
    if not free:
        return ["#     No other column looks like a rating."]
    more = f", the first {MOST_COLUMNS} of {len(free)}" if len(free) > MOST_COLUMNS else ""
    return [f"#     Columns that look like ratings and are not mapped{more}:", *(_listed(one) for one in free[:MOST_COLUMNS])]


def _listed(one: Profile) -> str:
    label = one.label if len(one.label) <= LONGEST_LABEL else f"{one.label[: LONGEST_LABEL - 1]}…"
    return f"#       {quoted(one.name)}{f' - {label}' if label and label != one.name else ''}"
