"""How are the files that lie beside the export proposed? As blocks in comments, which work once the marks are taken away."""

from __future__ import annotations

from collections.abc import Sequence

from valuelib.study.scaffold.beside import Beside
from valuelib.study.scaffold.choices import quoted
from valuelib.study.scaffold.guesses import Proposal
from valuelib.study.scaffold.scales import guess_scale

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
