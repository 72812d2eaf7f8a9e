"""From notebooks to a client's report: run, collect, render, and put the finished folder in place whole."""

from __future__ import annotations
