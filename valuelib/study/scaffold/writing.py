"""The text of a proposed study.yaml, with each guess marked and what else could be mapped in comments."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence

from valuelib.study.scaffold.guesses import Beside, Guess, Proposal, guess_higher, guess_yes, name_of
from valuelib.study.scaffold.profile import MissingCodes, Profile, guess_scale
from valuelib.study.scaffold.wording import Match
from valuelib.study.wording import clip
from valuelib.theory.pyramid import elements, tiers

# What could still be mapped by hand, as comments.

MOST_COLUMNS = 60
LONGEST_LABEL = 160
NOT_ACTIVE = ("satisfaction", "effort", "share_of_purchases")  # they stand in comments, so their columns are still free


def open_choices(proposal: Proposal, language: str) -> list[str]:
    """Comment lines for the block `elements`: each begins with `# `, and an element's line works once that is taken away."""
    return [*_elements({match.key for match in proposal.elements}, language), *_columns_choices(proposal)]


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
        lines += (
            [f"#     {tier.name.say(language)}:", *(f"#     {one.key}: ...     # {one.name.say(language)}" for one in named)]
            if named
            else []
        )
    return lines


def _columns_choices(proposal: Proposal) -> list[str]:
    free = free_ratings(proposal)
    if not free:
        return ["#     No other column looks like a rating."]
    more = f", the first {MOST_COLUMNS} of {len(free)}" if len(free) > MOST_COLUMNS else ""
    return [f"#     Columns that look like ratings and are not mapped{more}:", *(_listed(one) for one in free[:MOST_COLUMNS])]


def _listed(one: Profile) -> str:
    label = one.label if len(one.label) <= LONGEST_LABEL else f"{one.label[: LONGEST_LABEL - 1]}…"
    return f"#       {quoted(one.name)}{f' - {label}' if label and label != one.name else ''}"


# Files beside the export, as blocks in comments that work once the marks are taken away.

LOOKS = {
    "provider_view": "the provider's own answers about the accounts",
    "employees": "the answers of the account teams' people",
    "interviews": "coded interviews",
}
OPEN = {
    "provider_view": "# provider_view: {file: provider.csv, account: ..., scale: [0, 10], columns: {T1: ...}}",
    "employees": "# employees: {file: employees.csv, team: ..., team_of_account: ..., scale: [0, 10], columns: {W1: ...}}",
    "interviews": "# interviews: {file: interviews.csv, unit: ..., text: ..., code: ..., coder: ..., codebook: codebook.csv}",
}


def propose_blocks(beside: Sequence[Beside], proposal: Proposal) -> list[str]:
    """Comment lines for every other file: the guess where one lies beside the export, else what could be written."""
    found = {one.block: one for one in beside}
    return [line for block, hint in OPEN.items() for line in (_block(found[block], proposal) if block in found else [hint])]


def _block(one: Beside, proposal: Proposal) -> list[str]:
    named = " and ".join(filter(None, (one.file, one.codebook)))
    what = "teams" if one.block == "employees" else "accounts"
    return [
        f"# Beside the export: {named}; could be {LOOKS[one.block]}.",
        "# If so, copy it into this folder and take the first two characters of the lines below away.",
        f"# {one.block}:  # CHECK: fair ({one.shared} of its {one.names} {what} stand in the export)",
        f"#   file: {quoted(one.file)}",
        *(f"#   {key}: {quoted(column)}" for key, column in one.columns.items()),
        *([f"#   codebook: {quoted(one.codebook)}"] if one.codebook is not None else []),
        *(
            [f"#   missing: [{', '.join(quoted(code) if isinstance(code, str) else str(code) for code in one.missing)}]"]
            if one.missing
            else []
        ),
        *_ratings(one, proposal),
    ]


def _ratings(one: Beside, proposal: Proposal) -> list[str]:
    if not one.rated:
        return []
    scale, sure, why = _scale(one, proposal)
    columns = (f"#     {match.key}: {quoted(match.column)}  # CHECK: {match.match:.0f}/100" for match in one.rated)
    return [f"#   scale: {list(scale)}  # CHECK: {sure} ({why})", "#   columns:", *columns]


def _scale(one: Beside, proposal: Proposal) -> tuple[tuple[int, int], str, str]:
    """The scale of the same statements in the export where the answers fit it: few raters may never use its ends."""
    asked = [proposal.by_name(match.column) for match in proposal.facets]
    if asked:
        low, high = guess_scale(asked)[0]
        if all(low <= rating.numbers.min() and rating.numbers.max() <= high for rating in one.ratings):
            return (low, high), "fair", "as for the statements in the export"
    return guess_scale(one.ratings)


# The whole file.

CHECK = "# CHECK:"
TOP_BOX = {(0, 10): 9, (1, 10): 9, (1, 7): 6, (1, 5): 5}


def write_study(
    name: str, file: str, language: str, proposal: Proposal, missing: MissingCodes, beside: Sequence[Beside] = ()
) -> str:
    """The text of study.yaml: active lines for what was found, each guess with CHECK; the rest in comments."""
    lines = [
        "# Proposed from the export; nothing was asked of you. Look at every line with CHECK, correct it, and take the mark away.",
        "# How sure a guess is: high, fair or low; for elements, how alike the words are, out of 100, and low where one word told.",
        f"study: {name}",
        f"client: {quoted(name)}  # CHECK: the name that the report shows",
        f"language: {language}  # CHECK: fi or en, the language of the report",
        '# fieldwork: "2026-03"     # the only date that a report shows',
        "# waves: latest            # latest or all",
        *_missing(missing),
        f"responses: {{file: {quoted(file)}}}",
        *_columns(proposal),
        *_outcomes(proposal),
        *_rated("elements", proposal.elements, proposal),
        *open_choices(proposal, language),
        *_rated("cocreation", proposal.facets, proposal),
        *_exposure(proposal),
        *propose_blocks(beside, proposal),
        *LATER,
    ]
    return "\n".join([*lines, ""])


def check(guess: Guess, more: str = "") -> str:
    """The mark of a guess: how sure it is, and why."""
    return f"  # CHECK: {guess.sure} ({'; '.join(filter(None, (guess.why, more)))})"


def _missing(missing: MissingCodes) -> list[str]:
    if not missing.codes:
        return ['# missing: [-99, "En osaa sanoa"]     # codes for "no answer", besides blanks']
    codes = ", ".join(quoted(code) if isinstance(code, str) else str(code) for code in missing.codes)
    return [f'missing: [{codes}]  # CHECK: fair (codes for "no answer", besides blanks; met in up to {missing.columns} columns)']


def _columns(proposal: Proposal) -> list[str]:
    hints = {
        "respondent": "who answered; a repeated id within a wave is an error",
        "account": "the customer company; respondents of one account are not independent",
        "wave": "the survey round",
        "weight": "survey weight",
        "comment": "free text",
    }
    active = proposal.roles.keys() & {"account", "wave", "weight", *([] if proposal.repeated else ["respondent"])}
    lines = ["columns:" if active else "# columns:"]
    for role, hint in hints.items():
        guess = proposal.roles.get(role)
        if guess is None:
            lines.append(f"#   {role}: ...     # {hint}")
        elif role == "respondent" and proposal.repeated:
            lines.append(
                f"#   {role}: {quoted(guess.profile.name)}     # {proposal.repeated} answers repeat an id, which is an error"
            )
        else:
            lines.append(f"{'#  ' if role == 'comment' else ' '} {role}: {quoted(guess.profile.name)}{check(guess)}")
    segments = ", ".join(quoted(guess.profile.name) for guess in proposal.segments) or "..."
    return [*lines, f"#   segment: [{segments}]     # breakdowns", "#   adjust_for: [...]     # confounders for adjusted estimates"]


def _outcomes(proposal: Proposal) -> list[str]:
    lines = ["outcomes:"]
    roles = proposal.roles
    if "recommend" in roles:
        lines.append(_on_scale("recommend", roles["recommend"]))
    if "repurchase" in roles:
        lines.append(_repurchase(roles["repurchase"]))
    if len(lines) == 1:
        rated = ", ".join(clip(profile.name) for profile in free_ratings(proposal))[:200]
        lines += [
            "  # No column says by its name that it asks for recommending or repurchase; name yours here.",
            f"  # Columns that could be ratings: {rated or 'none'}",
            '  recommend: {column: "WRITE THE COLUMN HERE", scale: [0, 10]}  # CHECK: not found',
        ]
    else:
        lines += [_absent(role) for role in ("recommend", "repurchase") if role not in roles]
    others = [role for role in ("satisfaction", "effort", "share_of_purchases") if role in roles]
    return [*lines, *(_on_scale(role, roles[role]).replace("  ", "#   ", 1) for role in others)]


def _absent(role: str) -> str:
    options = "kind: renewed, yes: [1], measured: later" if role == "repurchase" else "scale: [0, 10]"
    return f"#   {role}: {{column: ..., {options}}}     # not found"


def _on_scale(role: str, guess: Guess) -> str:
    scale, sure, why = guess_scale([guess.profile])
    more = ", high_is: easy" if role == "effort" else ""
    return f"  {role}: {{column: {quoted(guess.profile.name)}, scale: {list(scale)}{more}}}{check(guess, f'scale {sure}: {why}')}"


def _repurchase(guess: Guess) -> str:
    column = quoted(guess.profile.name)
    if guess.profile.distinct == 2:
        yes = ", ".join(quoted(level) for level in guess_yes(guess.profile))
        later = "add `measured: later` if it was seen after the survey"
        return f"  repurchase: {{column: {column}, kind: renewed, yes: [{yes}]}}{check(guess, later)}"
    scale, sure, why = guess_scale([guess.profile])
    kind = f"intention_topbox, top: {TOP_BOX[scale]}" if scale in TOP_BOX else "intention_mean"
    return f"  repurchase: {{column: {column}, kind: {kind}, scale: {list(scale)}}}{check(guess, f'scale {sure}: {why}')}"


def _rated(block: str, matches: Sequence[Match], proposal: Proposal) -> list[str]:
    what = "the 40 elements of value by key" if block == "elements" else "the co-creation statements by key"
    if not matches:
        return [
            f"# {block}:     # {what}; none was recognised",
            "#   scale: [0, 10]",
            f"#   columns:{'' if block == 'elements' else ' {...}'}",
        ]
    scale, sure, why = guess_scale([proposal.by_name(match.column) for match in matches])
    return [
        f"{block}:  # {what}; what is not asked stays out",
        f"  scale: {list(scale)}  # CHECK: {sure} ({why})",
        "  columns:",
        *(f"    {match.key}: {quoted(match.column)}  # CHECK: {'low, ' * match.low}{match.match:.0f}/100" for match in matches),
    ]


def _exposure(proposal: Proposal) -> list[str]:
    guess = proposal.roles.get("package")
    intro = "# Who counts as receiving higher-tier value. Decide this before you see results; what was bought is the best evidence."
    if guess is None:
        return [intro, "# exposure: {rule: offering, column: ..., higher: [...]}"]
    levels = ", ".join(_level(guess.profile, level) for level in guess.profile.levels)
    higher = guess_higher(guess.profile)
    column, offered = quoted(guess.profile.name), f"# Offerings in the export: {levels}"
    if not higher:
        codes = ", ".join(quoted(level) for level in guess.profile.levels) if guess.profile.level_names else "..."
        keep = "     # keep the codes of the higher-tier offerings only" if guess.profile.level_names else ""
        return [intro, offered, f"# exposure: {{rule: offering, column: {column}, higher: [{codes}]}}{keep}"]
    named = ", ".join(quoted(level) for level in higher)
    line = f"exposure: {{rule: offering, column: {column}, higher: [{named}]}}"
    given = f": {', '.join(_level(guess.profile, level) for level in higher)}" if guess.profile.level_names else ""
    return [intro, offered, f"{line}  # CHECK: low (by the offerings' names only{given})"]


def _level(profile: Profile, level: str) -> str:
    """A code as it stands in the data, with its text where the file has one."""
    text = " ".join(name_of(profile, level).split())
    return quoted(level) if text == level else f"{quoted(level)} = {text}"


LATER: Iterable[str] = (
    "# claims: [nps_60, repurchase_22]     # the confirmatory ones, chosen before results are seen",
    "# level: 0.95",
    "# privacy: {min_group: 5}",
)
