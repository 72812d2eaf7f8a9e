"""With what was this made?"""

from __future__ import annotations

import sys
from importlib.metadata import version

PACKAGES = ("valuelib", "numpy", "scipy", "pandas", "matplotlib")


def say_versions() -> str:
    """Versions of Python and the packages that the figures rest on, in one line."""
    python = ".".join(str(part) for part in sys.version_info[:3])
    return ", ".join([f"Python {python}", *(f"{name} {version(name)}" for name in PACKAGES)])
