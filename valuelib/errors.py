"""What can go wrong, said so that a user can act on it: what, where, what was expected, what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from traceback import extract_tb


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps a study from being read; holds names, counts and rows, never an answer or a person."""

    what: str
    where: str
    expected: str
    next_step: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what} Expected: {self.expected} Next: {self.next_step}"


class ValuelibError(Exception):
    """Base of every error that this package raises on purpose; a notebook shows it in a paragraph, a script with its traceback."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of the stack: the message and the line of the cell that led to it."""
        frames = [frame for frame in extract_tb(self.__traceback__) if is_cell(frame.filename)]
        line = frames[-1] if frames else None
        at = f" (line {line.lineno} of the cell: {line.line})" if line is not None and line.line else ""
        return [f"{type(self).__name__}: {self}{at}"]


def is_cell(file: str) -> bool:
    """Whether a frame's file is a cell of a notebook or a line typed at IPython's prompt."""
    return "ipykernel_" in file or file.startswith("<ipython-input-")


class StudyError(ValuelibError, ValueError):
    """A study cannot be read or does not fit its mapping; carries every problem found, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ParameterError(ValuelibError, ValueError):
    """A parameter has an unknown name, a wrong type or a value outside its range."""


class ResultError(ValuelibError, ValueError):
    """A result contradicts itself, such as an interval that is upside down."""


class PrivacyError(ValuelibError, RuntimeError):
    """A finished report would tell who answered or what they wrote, so nothing of it was put in place; carries every problem."""

    def __init__(self, problems: Sequence[Problem], more: int = 0) -> None:
        self.problems, self.more = tuple(problems), more
        rest = [f"And {more} more."] if more else []
        head = "The report was not written, since it would tell more than it may. What was there before is as it was."
        super().__init__("\n".join([head, *(str(problem) for problem in self.problems), *rest]))


class ChangedError(ValuelibError, RuntimeError):
    """What a run reads was changed while it ran, so that its pages would be of two states; nothing was put in place."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        super().__init__(
            f"Changed while the report was being made: {', '.join(names)}. A report is of one state of its data, so nothing was "
            "put in place, and what was there before is as it was. Close the programs that write to the files, and run it again."
        )


class JobError(ValuelibError, RuntimeError):
    """A report of a batch was not made, since its process ended or met what nobody foresaw; the earlier report is as it was."""


class RunError(ValuelibError, RuntimeError):
    """A report run stopped; names the notebook, its section, the cell and the cause."""

    def __init__(self, notebook: str, cause: str, *, section: str = "", cell: int | None = None, tip: str = "") -> None:
        self.notebook, self.section, self.cell, self.cause = notebook, section, cell, cause
        place = [f"notebook {notebook}"]
        if section:
            place.append(f"section {section!r}")
        if cell is not None:
            place.append(f"cell {cell}")
        super().__init__(f"{', '.join(place)}: {cause}" + (f" {tip}" if tip else ""))
