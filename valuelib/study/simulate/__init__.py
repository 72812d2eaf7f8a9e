"""Made-up studies with a known truth: for the demo, for training, and to prove that the truth comes back."""

from valuelib.study.simulate.chance import rng_for
from valuelib.study.simulate.folder import simulate_study
from valuelib.study.simulate.frames import Simulated, simulate_frames
from valuelib.study.simulate.presets import PRESETS, parse_truth
from valuelib.study.simulate.truth import Truth, meaning

__all__ = ["PRESETS", "Simulated", "Truth", "meaning", "parse_truth", "rng_for", "simulate_frames", "simulate_study"]
