"""Questions to a study beyond one claim: what drives loyalty, which choices a figure hangs on, what many studies say together."""

from __future__ import annotations
