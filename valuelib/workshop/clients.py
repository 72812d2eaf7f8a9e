"""The folders of a workshop day: a made-up client for each participant, and what only the trainer may see."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from valuelib.errors import ParameterError
from valuelib.show.localizer import in_language, local
from valuelib.workshop.capstone import capstone_truth, write_capstone
from valuelib.workshop.episode import load_episodes
from valuelib.workshop.notebooks import hand_in_notebook, make_notebook, notebook_text
from valuelib.workshop.papers import trainer_papers, write_quiz
from valuelib.workshop.slides import make_slides
from valuelib.worlds import PRESETS, Truth, rng_for, simulate_study
from valuelib.worlds.folder import planted_of

PARTICIPANTS, TRAINER, CLIENT, TRUTHS = "participants", "trainer", "client", "truths.json"
MOST = 60
_small = partial(dataclasses.replace, respondents=96, accounts=34)
_large = partial(dataclasses.replace, respondents=900, accounts=300)
# What may be true of a participant's client: nothing, something, or so few answers that nothing can be told. The first six differ,
# so that a small group has something to talk about as well.
WORLDS: tuple[tuple[str, Truth], ...] = (
    ("halo_only", _large(PRESETS["halo_only"])),
    ("claimed", _large(PRESETS["claimed"])),
    ("small", _small(PRESETS["claimed"])),
    ("half", _large(PRESETS["half"])),
    ("better_basics", _large(Truth(confounding=0.5))),
    ("reversed", _large(PRESETS["reversed"])),
    ("halo_only", _large(PRESETS["halo_only"])),
    ("double", _large(PRESETS["double"])),
    ("stricter_buyers", _large(PRESETS["stricter_buyers"])),
    ("claimed", _large(PRESETS["claimed"])),
    ("small_halo", _small(PRESETS["halo_only"])),
    ("half", _large(PRESETS["half"])),
)


def make_workshop(out: Path, *, participants: int, seed: int, language: str) -> Path:
    """Write the folders of a workshop: one a participant with a client, notebooks and quiz, and the trainer's with every truth.

    Args:
        out: the folder; it must not exist yet, or be empty.
        participants: how many.
        seed: the same number, seed and language give the same bytes.
        language: "en" or "fi", of everything in it.
    Returns:
        The folder.
    Raises:
        ParameterError: the folder holds something already, or the number is out of range.
    """
    if not 1 <= participants <= MOST:
        raise ParameterError(f"--participants {participants}: expected 1 to {MOST}. For more, make two workshops with two seeds.")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ParameterError(f"--out {out}: it holds something already. Expected: a new or empty folder. Next: name another one.")
    with in_language(language):
        truths = {}
        for name, world, truth, drawn in cast_worlds(participants, seed, language):
            write_participant(out / PARTICIPANTS / name, truth, drawn, language)
            truths[name] = {"world": world, "seed": drawn, **planted_of(truth)}
        write_trainer(out / TRAINER, truths, seed, language)
    return out


def cast_worlds(participants: int, seed: int, language: str) -> Iterator[tuple[str, str, Truth, int]]:
    """Of each participant: the folder's name, what world it is, its truth, and the seed of its answers."""
    rng = rng_for(seed, "workshop.worlds")
    cast = [WORLDS[place % len(WORLDS)] for place in range(participants)]
    for number, place in enumerate(rng.permutation(participants), start=1):
        world, truth = cast[place]
        drawn = int(rng.integers(2**31))
        yield f"participant_{number:02}", world, dataclasses.replace(truth, language=language, renewal_share=0.95), drawn


def write_participant(folder: Path, truth: Truth, seed: int, language: str) -> None:
    """What one participant is given: nothing in it tells what is true."""
    simulate_study(folder / CLIENT, CLIENT, truth, seed, withhold=True)
    files = {"README.md": local.text("workshop.readme.participant"), "quiz_before.md": write_quiz("before", language)}
    for episode in load_episodes():
        files[f"{episode.name}.ipynb"] = notebook_text(make_notebook(episode, language, study=CLIENT))
    files["hand_in.ipynb"] = notebook_text(hand_in_notebook(language, study=CLIENT))
    write_files(folder, files)


def write_trainer(folder: Path, truths: Mapping[str, Mapping[str, Any]], seed: int, language: str) -> None:
    """What stays with the trainer: truths, solutions, notes, slides, quizzes with their answers, and the capstone."""
    files = {
        TRUTHS: json.dumps({"language": language, "participants": truths}, indent=1, default=list) + "\n",
        **trainer_papers(language),
    }
    study = f"../../{PARTICIPANTS}/{next(iter(truths))}/{CLIENT}"
    for episode in load_episodes():
        files[f"solutions/{episode.name}.ipynb"] = notebook_text(make_notebook(episode, language, study=study, solutions=True))
    write_files(folder, files)
    (folder / "slides.pptx").write_bytes(make_slides(language))
    write_capstone(folder / "capstone", capstone_truth(language), seed)


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Texts by their names below a folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
