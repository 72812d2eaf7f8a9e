"""How large must a study be, and how small an effect can one see? Of a finished study by formula, of a future one by simulation."""

from valuelib.stats.planning.finished import POWER, detectable_points, respondents_needed

__all__ = ["POWER", "detectable_points", "respondents_needed"]
