"""What happens to every table alike, whatever its format: previews and personal data out, numbers read, problems told together."""

from __future__ import annotations

from collections.abc import Collection

from valuelib.errors import StudyError
from valuelib.study.readers.draft import Draft, RawTable
from valuelib.study.readers.headers import no_answers_problem
from valuelib.study.readers.numbers import read_numbers
from valuelib.study.readers.platforms import drop_personal, drop_previews, tell_unfinished


def finish(draft: Draft, *, decimal: str | None, keep: Collection[str]) -> RawTable:
    """The table that the study works on.

    Raises:
        StudyError: no answers are left, or what the reader found so far does not hold; all problems at once.
    """
    draft = read_numbers(drop_personal(tell_unfinished(drop_previews(draft)), keep), decimal)
    problems = [*draft.problems, *([] if len(draft.frame) else [no_answers_problem(draft.file)])]
    if problems:
        raise StudyError(problems)
    return RawTable(
        file=draft.file,
        frame=draft.frame,
        labels=draft.labels,
        value_labels=draft.value_labels,
        first_row=draft.rows[0],
        assumed=draft.assumed,
        rows=draft.rows,
    )
