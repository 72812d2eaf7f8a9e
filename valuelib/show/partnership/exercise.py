"""The exercise of the chapter on listening: does a reader's coding agree with a second one's? For workshops, in English."""

from __future__ import annotations

from collections.abc import Sequence

SECOND_READER = ("trust_openness", "customer_team", "roles_tasks", "mutual_commitment", "ecosystem_learning")
ENOUGH = 4


def check_coding(codes: Sequence[str]) -> str:
    """What to tell whoever coded the five passages; only agreement on at least four of them passes.

    >>> check_coding([])
    'Not yet: five codes are expected, one a passage, in the order a to e; 0 are given.'
    """
    if len(codes) != len(SECOND_READER):
        return f"Not yet: five codes are expected, one a passage, in the order a to e; {len(codes)} are given."
    unknown = sorted(set(codes) - {*SECOND_READER, "reflexivity", "meaningful_work"})
    if unknown:
        return f"Not yet: {', '.join(unknown)} is not in the codebook."
    agreed = [one == other for one, other in zip(codes, SECOND_READER, strict=True)]
    where = ", ".join(letter for letter, same in zip("abcde", agreed, strict=True) if not same)
    if sum(agreed) >= ENOUGH:
        return f"Passed: you agree on {sum(agreed)} of 5 with the second reader." + (f" Talk about {where}." if where else "")
    return f"Not yet: you agree on {sum(agreed)} of 5. Read the definition and the exclusions again for {where}."
