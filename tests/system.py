"""Programs of the operating system that some tests use; `make system-deps` installs them."""

import os
import shutil

import pytest


def need_program(*names: str) -> str:
    """The first of these programs that is installed, or a skip that names the command; under CI its absence is a failure."""
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is not None:
        return found
    reason = f"{names[0]} is not installed; `make system-deps` installs it."
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
