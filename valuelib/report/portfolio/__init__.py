"""Many studies in one page: their results.json files are read, pooled and shown; nobody's answers are needed."""

from valuelib.report.portfolio.read import read_portfolio

__all__ = ["read_portfolio"]
