"""What each process begins with: one thread of linear algebra, so that last digits hang on no machine, and a quick start."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Mapping

# Read by the libraries when they are first imported, so this must be set before.
ONE_THREAD: Mapping[str, str] = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def use_one_thread() -> None:
    """Let libraries that are imported from here on use one thread, unless the user has said otherwise."""
    for name, value in ONE_THREAD.items():
        os.environ.setdefault(name, value)


def start_quickly() -> None:
    """Spare a process of valuelib's own what would lengthen its start and serves nothing in it."""
    gc.set_threshold(100_000, 50, 100)  # imports leave half a million objects, among which there is no garbage to look for
    # jsonschema would compile a grammar of addresses whenever it is imported, for seconds; no document here is checked for them.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
