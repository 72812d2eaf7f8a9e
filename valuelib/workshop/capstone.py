"""The capstone's export: a clean made-up client, dirtied as exports are when people have kept them by hand."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd

from valuelib.worlds import PRESETS, Truth, rng_for, simulate_frames, simulate_study
from valuelib.worlds.folder import NO_ANSWER, export_responses, header
from valuelib.worlds.frames import OFFERINGS

EXPORT = "export.csv"
LETTERHEAD = {
    "fi": ("Asiakaskysely, vienti 12.3.", "Luottamuksellinen"),
    "en": ("Customer survey, exported 12 March", "Confidential"),
}
TOTAL = {"fi": "Yhteensä", "en": "Total"}
NO_CODE = "99"  # the tool's own code of "don't know", in some rows only
TRIAL, TRIALS = {"fi": "TESTI", "en": "TEST"}, 12  # account of the provider's own people, and their answers
TWICE = 9  # rows that were exported twice


def capstone_truth(language: str) -> Truth:
    """What is true of the capstone's client: half of what the slide claims, and a halo."""
    truth = PRESETS["half"]
    return Truth(**{name: getattr(truth, name) for name in ("nps_lift", "repurchase_lift")}, language=language, renewal_share=0.95)


def write_capstone(folder: Path, truth: Truth, seed: int) -> None:
    """The dirty export, and in `clean` the study that somebody without a mistake would make of it."""
    simulate_study(folder / "clean", "capstone", truth, seed)
    (folder / EXPORT).write_bytes(dirty_export(truth, seed))


def dirty_export(truth: Truth, seed: int) -> bytes:
    """The responses of a made-up client with eight kinds of dirt.

    A letterhead above the header, a totals row below, rows exported twice, offerings in several spellings, account numbers with
    blanks, a code for "don't know" beside the words, an empty column, and trial answers by the provider's own people, which no
    program can tell from a customer's.
    """
    rng, language = rng_for(seed, "workshop.capstone"), truth.language
    frame = export_responses(simulate_frames(truth, seed)).astype(object)
    offering, account = header("package", language), header("account", language)
    frame[offering] = [_spelled(str(name), int(rng.integers(4))) for name in frame[offering]]
    frame[account] = [f" {name}" if rng.random() < 0.1 else name for name in frame[account]]
    rated = [str(name) for name in frame if str(name).startswith(("K5.", "Q5."))]
    for name in rated:
        silent = (frame[name] == NO_ANSWER[language]) & (rng.random(len(frame)) < 0.5)
        frame.loc[silent, name] = NO_CODE
    trials = frame.head(TRIALS).assign(**dict.fromkeys((header("recommend", language), *rated), "10"))
    trials[header("respondent", language)] = [f"X{row}" for row in range(TRIALS)]
    trials[account], trials[offering] = TRIAL[language], OFFERINGS[language][1][0]
    frame = pd.concat([frame.head(50), trials, frame.iloc[50:]])
    frame = pd.concat([frame, frame.iloc[np.sort(rng.choice(len(frame), TWICE, replace=False))]])
    total = dict.fromkeys(frame.columns, "") | {frame.columns[0]: TOTAL[language], header("recommend", language): str(len(frame))}
    frame = pd.concat([frame, pd.DataFrame([total])])
    frame.insert(3, " ", "")
    buffer = io.StringIO()
    for line in (*LETTERHEAD[language], ""):
        buffer.write(f"{line}\n")
    frame.to_csv(buffer, index=False, sep=";", lineterminator="\n")
    return buffer.getvalue().encode("utf-8-sig")


def _spelled(name: str, how: int) -> str:
    return (name, name.upper(), f"{name} ", name.lower())[how]
