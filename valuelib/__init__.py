"""Customer-value claims put to the test on a client's own survey data. Start reading at `valuelib.verdict.assess`."""

from __future__ import annotations

__version__ = "0.1.0"
