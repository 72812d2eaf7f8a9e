"""The figures of a report, one question each; every one returns a `records.Figure` in the reader's language."""

from valuelib.show.figures.claim import plot_claim
from valuelib.show.figures.heatmap import plot_elements
from valuelib.show.figures.pyramid import TierScore, plot_pyramid
from valuelib.show.figures.scoreboard import plot_scoreboard
from valuelib.show.figures.scores import plot_scores
from valuelib.show.figures.ways import plot_ways

__all__ = ["TierScore", "plot_claim", "plot_elements", "plot_pyramid", "plot_scoreboard", "plot_scores", "plot_ways"]
