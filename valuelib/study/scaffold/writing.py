"""The text of a proposed study.yaml, with each guess marked and what else could be mapped in comments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from valuelib.study.ladders import is_no_answer
from valuelib.study.scaffold.beside import Surroundings
from valuelib.study.scaffold.guesses import Guess, Proposal, guess_higher, guess_no, guess_yes, is_intention, name_of
from valuelib.study.scaffold.matches import Match, suggest
from valuelib.study.scaffold.profile import MissingCodes, Profile, guess_scale, is_reversed
from valuelib.study.scaffold.words import LANGUAGE_NAMES
from valuelib.study.wording import clip, quoted, yaml_word
from valuelib.theory.pyramid import elements, tiers

# What could still be mapped by hand, as comments.

MOST_COLUMNS = 60
LONGEST_LABEL = 160
NOT_ACTIVE = ("satisfaction", "effort", "share_of_purchases")  # they stand in comments, so their columns are still free


def open_choices(proposal: Proposal, language: str) -> list[str]:
    """Comment lines for the block `elements`: each begins with `# `, and an element's line works once that is taken away."""
    mapped = {match.key for match in proposal.elements}
    lines = []
    for tier in tiers():
        left = [one for one in elements() if one.tier_key == tier.key and one.key not in mapped]
        lines += [f"#     {tier.name.say(language)}:"] if left else []
        lines += [f"#     {one.key}: ...     # {one.name.say(language)}" for one in left]
    if lines:
        hint = "#     Elements without a column. To map one, write the column and take the first two characters of the line away."
        lines.insert(0, hint)
    free = free_ratings(proposal)
    if not free:
        return [*lines, "#     No other column looks like a rating."]
    more = f", the first {MOST_COLUMNS} of {len(free)}" if len(free) > MOST_COLUMNS else ""
    lines.append(f"#     Columns that look like ratings and are not mapped{more}:")
    for one in free[:MOST_COLUMNS]:
        label = one.label if len(one.label) <= LONGEST_LABEL else f"{one.label[: LONGEST_LABEL - 1]}…"
        told = f" - {label}" if label and label != one.name else ""
        lines.append(f"#       {quoted(one.name)}{told}{_hints(one, proposal)}")
    return lines


def _hints(profile: Profile, proposal: Proposal) -> str:
    """The elements that an unmapped column could be about, as the end of its comment."""
    hints = ", ".join(f"{match.key} {match.match:.0f} %" for match in suggest(profile, proposal.elements))
    return f"     # could be: {hints}" if hints else ""


def listed(values: Iterable[object]) -> str:
    """Texts and numbers as the inside of a YAML list."""
    return ", ".join(quoted(value) for value in values)


def free_ratings(proposal: Proposal) -> list[Profile]:
    """Columns that look like ratings and are not mapped."""
    mapped = mapped_columns(proposal)
    return [profile for profile in proposal.profiles if profile.rating and profile.name not in mapped]


# Columns that are told apart and not mapped.

LEAST_SET = 2  # columns of one multiple-response set
MOST_NAMED = 12


def set_aside(proposal: Proposal) -> list[str]:
    """Comment lines on columns that look like something else, and on Qualtrics' own names of what is mapped."""
    used = mapped_columns(proposal)
    left = [one for one in proposal.profiles if one.name not in used and one.filled]
    coded = [one for one in left if one.coded]
    kinds = {
        "Page timers and click counts, which measure no answer": [one for one in left if one.times],
        "The person who answered; map under columns.segment only where groups are meant": [one for one in left if one.demographic],
        "Answers are codes of a scale (A1, A2, ...); `labels` gives them numbers, from the scale's low end": coded,
    }
    lines = [f"# {what}: {_some(found)}" for what, found in kinds.items() if found]
    hinted = [(one, _hints(one, proposal)) for one in coded]
    lines += [f"#   {quoted(one.name)}{hints}" for one, hints in hinted if hints]
    for ticked in ticked_sets(left):
        names = {one.label or one.name: one.name for one in ticked}
        columns = ", ".join(f"{quoted(_option(name, [*names]))}: {quoted(column)}" for name, column in names.items())
        offered = f"exposure: {{rule: offering, columns: {{{columns}}}, higher: [...]}}"
        lines.append(f"# One question, each option ticked or blank; if it tells what was bought: {offered}")
    ids = {one.name: one.import_id for one in proposal.profiles if one.import_id and one.name in used}
    if ids:
        lines.append("# Qualtrics' own names of the mapped columns (ImportId), which stay the same from wave to wave:")
        lines += [f"#   {quoted(name)}: {quoted(own)}" for name, own in ids.items()]
    return lines


def _some(profiles: Sequence[Profile]) -> str:
    more = f", and {len(profiles) - MOST_NAMED} more" if len(profiles) > MOST_NAMED else ""
    return listed(one.name for one in profiles[:MOST_NAMED]) + more


def ticked_sets(profiles: Sequence[Profile]) -> list[list[Profile]]:
    """Neighbouring columns of one multiple-response question: each ticked or blank, and their names begin alike."""
    sets: list[list[Profile]] = []
    for one in profiles:
        if not one.ticked or not one.levels:
            continue
        before = sets[-1][-1] if sets else None
        begins = re.match(r"[^\W_]+", one.name)
        if before is not None and begins is not None and before.name.startswith(begins[0]):
            sets[-1].append(one)
        else:
            sets.append([one])
    return [one for one in sets if len(one) >= LEAST_SET]


def _option(name: str, names: Sequence[str]) -> str:
    """What a name says beyond the beginning that all of them share."""
    shared = next((place for place, letters in enumerate(zip(*names, strict=False)) if len(set(letters)) > 1), 0)
    return name[shared:].strip() or name


def mapped_columns(proposal: Proposal) -> set[str]:
    """Columns that the proposal maps in active lines."""
    mapped = {match.column for match in (*proposal.elements, *proposal.facets)}
    mapped |= {guess.profile.name for role, guess in proposal.roles.items() if role not in NOT_ACTIVE}
    return mapped | {guess.profile.name for guess in proposal.segments}


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
    "choices": "# choices: {file: maxdiff.csv, respondent: ..., task: ..., shown: [..., ..., ...], best: ..., worst: ...}",
}


def propose_blocks(around: Surroundings, proposal: Proposal) -> list[str]:
    """Comment lines for every other file: the guess where one lies beside the export, else what could be written."""
    lines, found = [], {one.block: one for one in around.found}
    if around.looked:
        read = f"read, for a column that fits: {around.read}"
        lines.append(f"# Other files beside the export, looked at by their headers: {around.looked}; {read}.")
    for block, hint in OPEN.items():
        one = found.get(block)
        if one is None:
            lines.append(hint)
            continue
        named = " and ".join(filter(None, (one.file, one.codebook)))
        what = "teams" if block == "employees" else "accounts"
        columns = {"file": one.file, **one.columns, **({"codebook": one.codebook} if one.codebook is not None else {})}
        lines += [
            f"# Beside the export: {named}; could be {LOOKS[block]}.",
            "# If so, copy it into this folder and take the first two characters of the lines below away.",
            f"# {block}:  # CHECK: fair ({one.shared} of its {one.names} {what} stand in the export)",
            *(f"#   {key}: {quoted(column)}" for key, column in columns.items()),
        ]
        lines += [f"#   missing: [{listed(one.missing)}]"] if one.missing else []
        if one.rated:
            scale, sure, why = guess_scale(one.ratings)
            # The scale of the same statements in the export where the answers fit it: few raters may never use its ends.
            asked = [proposal.by_name(match.column) for match in proposal.facets]
            low, high = guess_scale(asked)[0] if asked else scale
            if asked and all(low <= rating.numbers.min() and rating.numbers.max() <= high for rating in one.ratings):
                scale, sure, why = (low, high), "fair", "as for the statements in the export"
            lines += [f"#   scale: {list(scale)}  # CHECK: {sure} ({why})", "#   columns:"]
            lines += [f"#     {match.key}: {quoted(match.column)}  # CHECK: {match.match:.0f}/100" for match in one.rated]
    return lines


# The whole file.

CHECK = "# CHECK:"
TOP_BOX = {(0, 10): 9, (1, 10): 9, (1, 7): 6, (1, 5): 5}


def write_study(
    name: str,
    responses: Sequence[str],
    language: str,
    proposal: Proposal,
    missing: MissingCodes,
    around: Surroundings,
) -> str:
    """The text of study.yaml: active lines for what was found, each guess with CHECK; the rest in comments."""
    codes = '# missing: [-99, "En osaa sanoa"]     # codes for "no answer", besides blanks'
    if missing.codes:
        met = f"met in up to {missing.columns} columns"
        codes = f'missing: [{listed(missing.codes)}]  # CHECK: fair (codes for "no answer", besides blanks; {met})'
    kinds = {
        "header_row": "titles stand above the names of the columns",
        "long": "each row holds one answer; the questions become columns",
    }
    why = [told for key, told in kinds.items() if any(one.startswith(key) for one in responses)]
    found = f"  {CHECK} fair ({'; '.join(why)})" if why else ""
    looks = "" if language in ("fi", "en") else f"; the questions look {LANGUAGE_NAMES[language]}"
    language = language if language in ("fi", "en") else "en"
    lines = [
        "# Proposed from the export; nothing was asked of you. Look at every line with CHECK, correct it, and take the mark away.",
        "# How sure a guess is: high, fair or low; for elements, how alike the words are, out of 100, and low where one word told.",
        f"study: {yaml_word(name)}",
        "guesses: open  # take this line away when the lines marked CHECK are reviewed; until then a report wants --accept-guesses",
        f"client: {quoted(name)}  # CHECK: the name that the report shows",
        f"language: {yaml_word(language)}  # CHECK: fi or en, the language of the report{looks}",
        '# fieldwork: "2026-03"     # the only date that a report shows',
        "# waves: latest            # latest or all",
        codes,
        f"responses: {{{', '.join(responses)}}}" + found,
        *_columns(proposal),
        *_outcomes(proposal),
        *_rated("elements", proposal.elements, proposal),
        *open_choices(proposal, language),
        *_rated("cocreation", proposal.facets, proposal),
        *_exposure(proposal),
        *set_aside(proposal),
        *propose_blocks(around, proposal),
        *LATER,
    ]
    return "\n".join([*lines, ""])


def check(guess: Guess, more: str = "") -> str:
    """The mark of a guess: how sure it is, and why."""
    return f"  # CHECK: {guess.sure} ({'; '.join(filter(None, (guess.why, more)))})"


def _columns(proposal: Proposal) -> list[str]:
    hints = {
        "respondent": "who answered; a repeated id within a wave is an error",
        "account": "the customer company; respondents of one account are not independent",
        "cluster": "the highest level at which answers resemble each other, above the account, such as the provider's team",
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
        elif role == "account" and guess.sure == "low":
            lines.append(f"#   {role}: {quoted(guess.profile.name)}     # {guess.sure}: {guess.why}")
        else:
            lines.append(f"{'#  ' if role == 'comment' else ' '} {role}: {quoted(guess.profile.name)}{check(guess)}")
    segments = listed(guess.profile.name for guess in proposal.segments) or "..."
    return [*lines, f"#   segment: [{segments}]     # breakdowns", "#   adjust_for: [...]     # confounders for adjusted estimates"]


def _outcomes(proposal: Proposal) -> list[str]:
    roles = proposal.roles
    lines = [_on_scale("recommend", roles["recommend"])] if "recommend" in roles else []
    if (renewal := roles.get("repurchase")) is not None:
        lines.append(_renewal(renewal) if guess_yes(renewal.profile) else _on_scale("repurchase", renewal))
    if not any(line.startswith(" ") for line in lines):
        rated = ", ".join(clip(profile.name) for profile in free_ratings(proposal))[:200]
        lines += [
            "  # No column says by its name that it asks for recommending or repurchase; name yours here.",
            f"  # Columns that could be ratings: {rated or 'none'}",
            '  recommend: {column: "WRITE THE COLUMN HERE", scale: [0, 10]}  # CHECK: not found',
        ]
    else:
        options = {"recommend": "scale: [0, 10]", "repurchase": "kind: renewed, yes: [1], measured: later"}
        absent = [role for role in options if role not in roles]
        lines += [f"#   {role}: {{column: ..., {options[role]}}}     # not found" for role in absent]
    others = [role for role in NOT_ACTIVE if role in roles]
    return ["outcomes:", *lines, *(_on_scale(role, roles[role]).replace("  ", "#   ", 1) for role in others)]


def _renewal(guess: Guess) -> str:
    """A renewal by yes and no; a question for what the customer would do is an intention."""
    profile = guess.profile
    codes = f"yes: [{listed(guess_yes(profile))}]"
    if (no := guess_no(profile)) and len(no) > 1:
        codes += f", no: [{listed(no)}]"
    silent = [level for level in profile.levels if is_no_answer(name_of(profile, level))]
    codes += f", missing: [{listed(silent)}]" if silent else ""
    if not is_intention(profile):
        later = check(guess, "add `measured: later` if it was seen after the survey")
        return f"  repurchase: {{column: {quoted(profile.name)}, kind: renewed, {codes}}}{later}"
    asked = check(guess, "what they would do, not what they did")
    return f"  repurchase: {{column: {quoted(profile.name)}, kind: intention, {codes}}}{asked}"


def _on_scale(role: str, guess: Guess) -> str:
    column = quoted(guess.profile.name)
    if not guess.profile.numeric:
        return f"  {role}: {{column: {column}}}{check(guess, 'groups of the NPS instead of scores: there is an NPS and no mean')}"
    scale, sure, why = guess_scale([guess.profile])
    kind = f"kind: intention_topbox, top: {TOP_BOX[scale]}, " if scale in TOP_BOX else "kind: intention_mean, "
    options = f"{kind if role == 'repurchase' else ''}scale: {list(scale)}"
    turned = is_reversed(guess.profile)
    if role == "effort":
        options += f", high_is: {'hard' if turned else 'easy'}"
    options += f", missing: [{listed(guess.profile.silent)}]" if guess.profile.silent else ""
    more = "; the low end is the better one by its label, which this key cannot say" if turned and role != "effort" else ""
    return f"  {role}: {{column: {column}, {options}}}{check(guess, f'scale {sure}: {why}{more}')}"


def _rated(block: str, matches: Sequence[Match], proposal: Proposal) -> list[str]:
    what = "the 40 elements of value by key" if block == "elements" else "the co-creation statements by key"
    if not matches:
        return [
            f"# {block}:     # {what}; none was recognised",
            "#   scale: [0, 10]",
            f"#   columns:{'' if block == 'elements' else ' {...}'}",
        ]
    asked = [proposal.by_name(match.column) for match in matches]
    scale, sure, why = guess_scale(asked)
    silent = sorted({code for one in asked for code in one.silent}, key=str)
    turned = [match.key for match, one in zip(matches, asked, strict=True) if is_reversed(one) and block == "elements"]
    return [
        f"{block}:  # {what}; what is not asked stays out",
        f"  scale: {list(scale)}  # CHECK: {sure} ({why})",
        *([f"  missing: [{listed(silent)}]  # CHECK: high (their labels say that there is no answer)"] if silent else []),
        *([f"  reversed: [{', '.join(turned)}]  # CHECK: high (by the labels of the ends, low is good)"] if turned else []),
        "  columns:",
        *(f"    {match.key}: {quoted(match.column)}  # CHECK: {'low, ' * match.low}{match.match:.0f}/100" for match in matches),
    ]


def _exposure(proposal: Proposal) -> list[str]:
    guess = proposal.roles.get("package")
    intro = "# Who counts as receiving higher-tier value. Decide this before you see results; what was bought is the best evidence."
    if guess is None:
        return [intro, "# exposure: {rule: offering, column: ..., higher: [...]}"]
    profile, higher = guess.profile, guess_higher(guess.profile)
    # Codes as they stand in the data, with their texts where the file has them.
    texts = {level: " ".join(name_of(profile, level).split()) for level in profile.levels}
    shown = {level: quoted(level) if text == level else f"{quoted(level)} = {text}" for level, text in texts.items()}
    offered = f"# Offerings in the export: {', '.join(shown.values())}"
    start = f"exposure: {{rule: offering, column: {quoted(profile.name)}, higher: "
    if not higher:
        codes = listed(profile.levels) if profile.level_names else "..."
        keep = "     # keep the codes of the higher-tier offerings only" if profile.level_names else ""
        return [intro, offered, f"# {start}[{codes}]}}{keep}"]
    given = f": {', '.join(shown[level] for level in higher)}" if profile.level_names else ""
    return [intro, offered, f"{start}[{listed(higher)}]}}  # CHECK: low (by the offerings' names only{given})"]


LATER: Iterable[str] = (
    "# claims: [nps_60, repurchase_22]     # the confirmatory ones, chosen before results are seen",
    "# level: 0.95",
    "# privacy: {min_group: 5}",
)
