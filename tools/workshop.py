"""Write the learners' notebooks anew from notebooks/workshop/source; `--check` only tells which are not in step with it."""

from __future__ import annotations

import sys
from pathlib import Path

from valuelib.workshop.notebooks import build_notebooks

FOLDER = Path(__file__).resolve().parents[1] / "notebooks" / "workshop"


def main() -> int:
    """Write what is behind, or tell it; 1 where `--check` finds something."""
    made = build_notebooks(FOLDER)
    strays = {path for language in ("en", "fi") for path in (FOLDER / language).glob("*.ipynb")} - set(made)
    behind = [path for path, text in made.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    for path in [*behind, *strays]:
        print(path.relative_to(FOLDER.parent))
    if "--check" in sys.argv:
        return 1 if behind or strays else 0
    for path in behind:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made[path], encoding="utf-8")
    for path in strays:
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
