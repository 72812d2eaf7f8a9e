"""The report's tables as a workbook: one sheet each, numbers as numbers, and nothing that a spreadsheet would run."""

from valuelib.report.workbook.render import render_workbook

__all__ = ["render_workbook"]
