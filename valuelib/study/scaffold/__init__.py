"""From an export file to a first study: a proposed study.yaml in which every guess is marked."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from valuelib.errors import ParameterError, StudyError
from valuelib.study.readers import SUFFIXES, address_problem, read_table
from valuelib.study.readers.draft import RawTable
from valuelib.study.scaffold.guesses import find_beside, propose
from valuelib.study.scaffold.profile import profile_columns
from valuelib.study.scaffold.writing import CHECK, write_study
from valuelib.study.wording import clip, refusal

__all__ = ["count_checks", "scaffold_study"]

_FINNISH = re.compile(r"[äö]|suosittel|asiakas|vastaaja|yritys|tyytyv|palvelu", re.IGNORECASE)


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
    table = read_table(source, name=source.name)
    profiles, missing = profile_columns(table)
    proposal = propose(profiles, table.frame)
    beside = find_beside(source, table.frame, proposal)
    text = write_study(name, source.name, guess_language(table), proposal, missing, beside)
    target.mkdir(parents=True)
    shutil.copyfile(source, target / source.name)
    (target / "study.yaml").write_text(text, encoding="utf-8", newline="\n")
    return target


def count_checks(folder: Path) -> int:
    """How many lines of a proposed study.yaml are marked to be looked at."""
    return sum(CHECK in line for line in (folder / "study.yaml").read_text(encoding="utf-8").splitlines())


def guess_language(table: RawTable) -> str:
    """`fi` where several headers or labels look Finnish, else `en`."""
    texts = [f"{name} {table.labels.get(str(name), '')}" for name in table.frame.columns]
    finnish = sum(bool(_FINNISH.search(text)) for text in texts)
    return "fi" if finnish >= 3 or finnish > len(texts) / 3 else "en"
