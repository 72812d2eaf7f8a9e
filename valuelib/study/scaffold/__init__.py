"""From an export file to a first study: a proposed study.yaml in which every guess is marked."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from valuelib.errors import ParameterError, StudyError
from valuelib.study.readers import SUFFIXES, address_problem, find_long, pivot_long, read_table, set_aside_copies
from valuelib.study.scaffold.beside import look_around
from valuelib.study.scaffold.guesses import propose
from valuelib.study.scaffold.profile import profile_columns
from valuelib.study.scaffold.words import guess_language
from valuelib.study.scaffold.writing import CHECK, write_study
from valuelib.study.wording import clip, quoted, refusal

__all__ = ["check_new", "count_checks", "scaffold_study"]


def scaffold_study(name: str, export: str | Path, folder: str | Path) -> Path:
    """Make a new study folder with a copy of the export and a proposed study.yaml.

    Args:
        name: the study's name: letters, digits, - and _, up to 64 characters.
        export: the survey tool's file, in any format that can be read.
        folder: the study folder to make; it must not exist yet.
    Returns:
        The folder. In its study.yaml every guess carries `# CHECK:` with how sure it is; what was not found stands in comments, and
        so do blocks for files beside the export that look like the provider's, the employees' or the interview file (not copied).
    Raises:
        ParameterError: the name cannot be used.
        StudyError: the folder exists already (nothing is overwritten), or the export cannot be read (nothing is written).
    """
    source, target = Path(export), Path(folder)
    check_new(name, export, target)
    table = set_aside_copies(read_table(source, name=source.name))
    responses = [f"file: {quoted(source.name)}"]
    if table.header_row is not None:
        responses.append(f"header_row: {table.header_row}")
    if (long := find_long(table.frame)) is not None:
        who, question, answer = long
        responses.append(f"long: {{respondent: {quoted(who)}, question: {quoted(question)}, answer: {quoted(answer)}}}")
        table = pivot_long(table, who, question, answer, None, None)
    profiles, missing = profile_columns(table)
    proposal = propose(profiles, table.frame)
    around = look_around(source, table.frame, proposal)
    language = guess_language([text for name in table.frame.columns for text in (str(name), table.labels.get(str(name), ""))])
    text = write_study(name, responses, language, proposal, missing, around)
    target.mkdir(parents=True)
    shutil.copyfile(source, target / source.name)
    (target / "study.yaml").write_text(text, encoding="utf-8", newline="\n")
    return target


def check_new(name: str, export: str | Path, target: Path) -> None:
    """Refuse a name, a folder or an export of which no study can be made, before anything is read or written.

    Raises:
        ParameterError: the name cannot be used.
        StudyError: the folder exists already, or there is no such file.
    """
    source = Path(export)
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name):
        raise ParameterError(f"The name {name[:80]!r} cannot be used: expected letters, digits, - and _, up to 64 characters.")
    if target.exists():
        raise refusal(
            f"The folder {target.name!r} exists already, and nothing is overwritten.",
            "the new study",
            "the name of a folder that does not exist yet.",
            "Choose another name, or edit the study.yaml that is there.",
        )
    if address := address_problem(export, "--from"):
        raise StudyError([address])
    if not source.is_file():
        folder_given = source.is_dir()
        raise refusal(
            "This is a folder, not an export." if folder_given else "There is no such file.",
            f"--from {clip(source)}",
            f"the path of the survey tool's export, a file ending in one of {' '.join(SUFFIXES)}.",
            "Give the file inside the folder." if folder_given else "Check the path; one with spaces goes between quotation marks.",
        )


def count_checks(folder: Path) -> int:
    """How many lines of a proposed study.yaml are marked to be looked at."""
    return sum(CHECK in line for line in (folder / "study.yaml").read_text(encoding="utf-8").splitlines())
