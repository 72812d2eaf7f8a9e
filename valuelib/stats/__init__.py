"""Numbers only: estimators on per-account totals, without files, plots or sentences."""

from __future__ import annotations
