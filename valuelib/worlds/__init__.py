"""Made-up studies with a known truth: for the demo, for training, and to prove that the truth comes back."""

from __future__ import annotations

from valuelib.worlds.folder import simulate_study
from valuelib.worlds.frames import Simulated, simulate_frames
from valuelib.worlds.made_up import MadeUpStudy
from valuelib.worlds.people import rng_for
from valuelib.worlds.truth import PRESETS, Truth, meaning, parse_truth

__all__ = ["PRESETS", "MadeUpStudy", "Simulated", "Truth", "meaning", "parse_truth", "rng_for", "simulate_frames", "simulate_study"]
