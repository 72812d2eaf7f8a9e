"""Estimators on numbers alone: per-account totals in, estimates with intervals out; no files, plots or sentences.

Arguments of the same name are the same everywhere: `accounts`, shape (n,), is the cluster of each row; `weights`, shape (n,), are
positive, None weighs rows alike; `level` is the confidence level of intervals; `kind` what the figures are; `rng` the source of
chance; `means` and `totals` hold (comparison, baseline). Rows with a gap are left out where nothing else is said.
"""
