"""Linear algebra on one thread: last digits then hang on no machine's cores, and runs do not jostle."""

from __future__ import annotations

import os
from collections.abc import Mapping

# Read by the libraries when they are first imported, so this must be set before.
ONE_THREAD: Mapping[str, str] = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def use_one_thread() -> None:
    """Let libraries that are imported from here on use one thread, unless the user has said otherwise."""
    for name, value in ONE_THREAD.items():
        os.environ.setdefault(name, value)


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
