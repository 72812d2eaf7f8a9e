"""Estimators on numbers alone: per-account totals in, estimates with intervals out; no files, plots or sentences."""
