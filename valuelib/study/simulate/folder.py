"""How does a made-up study become a folder like a client's, with its truth beside it?"""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pandas as pd

from valuelib.errors import ParameterError, Problem, StudyError
from valuelib.study.simulate.export import YES_NO, export_responses, export_table, to_csv
from valuelib.study.simulate.frames import Simulated, simulate_frames
from valuelib.study.simulate.interviews import simulate_interviews
from valuelib.study.simulate.mapping import interview_headers, write_mapping
from valuelib.study.simulate.readme import flow, planted_of, write_readme
from valuelib.study.simulate.truth import Truth, meaning


def simulate_study(folder: str | Path, name: str, truth: Truth, seed: int) -> Path:
    """Write a complete made-up study: study.yaml, the data files it maps, truth.yaml and README.md.

    Args:
        folder: the folder to write; it must not exist yet, or be empty.
        name: the study's name: letters, digits, - and _, up to 64 characters.
        truth: what is planted.
        seed: 0 or above; the same name, truth and seed give the same bytes.
    Returns:
        The folder.
    Raises:
        ParameterError: the name or the seed cannot be used.
        StudyError: the folder holds something already; nothing is overwritten.
    """
    target = Path(folder)
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name):
        raise ParameterError(f"The name {name[:80]!r} cannot be used: expected letters, digits, - and _, up to 64 characters.")
    if seed < 0:
        raise ParameterError(f"seed is {seed}: expected 0 or above.")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        what = f"The folder {target.name!r} holds something already, and nothing is overwritten."
        raise StudyError([Problem(what, "the made-up study", "a new or empty folder.", "Choose another folder.")])
    contents = study_files(simulate_frames(truth, seed), name)
    target.mkdir(parents=True, exist_ok=True)
    for file, content in contents.items():
        (target / file).write_bytes(content)
    return target


def study_files(simulated: Simulated, name: str) -> dict[str, bytes]:
    """Every file of the study folder with its bytes."""
    language = simulated.truth.language
    texts = {
        "study.yaml": write_mapping(simulated, name),
        "truth.yaml": write_truth(simulated),
        "README.md": write_readme(simulated, name),
    }
    return {
        "responses.csv": to_csv(export_responses(simulated)),
        "provider.csv": to_csv(export_table(simulated.provider, language)),
        "employees.csv": to_csv(export_table(simulated.employees, language)),
        "interviews.csv": to_csv(_export_interviews(simulated)),
        "codebook.csv": files(__package__).joinpath("codebook.csv").read_bytes(),
        **{file: text.encode("utf-8") for file, text in texts.items()},
    }


def write_truth(simulated: Simulated) -> str:
    """The planted truth as YAML, each value with its meaning."""
    intro = "# The planted truth of this simulated study; no assessment reads this file."
    lines = [f"{key}: {flow(value)}  # {meaning(key)}" for key, value in planted_of(simulated.truth).items()]
    return "\n".join([intro, f"seed: {simulated.seed}", *lines, ""])


def _export_interviews(simulated: Simulated) -> pd.DataFrame:
    language = simulated.truth.language
    interviews = simulate_interviews(simulated.truth, simulated.seed)
    named = export_table(interviews[["account"]], language)
    spoken = dict(zip((True, False), YES_NO[language], strict=True))
    for key, word in interview_headers(language).items():
        named[word] = interviews[key].map(spoken) if key == "publish" else interviews[key]
    return named
