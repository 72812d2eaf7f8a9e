"""`python -m valuelib` does what the `valuelib` command does."""

from __future__ import annotations

from valuelib.cli import main

if __name__ == "__main__":
    main()
