"""The report on paper: the same content, set by typst as a tagged PDF that screen readers can read (PDF/UA-1)."""

from valuelib.report.pdf.render import render_pdf

__all__ = ["render_pdf"]
