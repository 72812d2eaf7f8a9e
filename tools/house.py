"""The package in figures: `python tools/house.py`.

Files, lines, private functions called once, language parameters, docstrings that ask, exported names, import time, lengths
of `repr`, and what a translator still has to do.
"""

from __future__ import annotations

import ast
import statistics
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "valuelib"
LANGUAGE_NAMES = {"speech", "language", "localizer"}
IMPORT = "import time; start = time.perf_counter(); import valuelib; print(time.perf_counter() - start)"


def source_figures() -> dict[str, int]:
    """What reading the sources tells."""
    found: Counter[str] = Counter()
    for file in sorted(PACKAGE.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        tree = ast.parse(text)
        found["files"] += 1
        found["lines"] += text.count("\n")
        found["module docstrings that ask"] += "?" in (ast.get_docstring(tree) or "").split("\n\n")[0]
        uses = Counter(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
        uses.update(node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute))
        for node in ast.walk(tree):
            if not isinstance(node, ast.FunctionDef):
                continue
            arguments = {one.arg for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)}
            found["functions"] += 1
            found["functions with a language parameter"] += bool(arguments & LANGUAGE_NAMES)
            found["of these, `speech`"] += "speech" in arguments
            if node.name.startswith("_") and not node.name.startswith("__"):
                found["private functions"] += 1
                found["private functions called once"] += uses[node.name] <= 1
    return dict(found)


def import_seconds(runs: int = 9) -> float:
    """Median seconds of `import valuelib` in a fresh interpreter."""
    times = [float(subprocess.run([sys.executable, "-c", IMPORT], cwd=ROOT, capture_output=True, text=True, check=True).stdout)
             for _ in range(runs)]  # fmt: skip
    return statistics.median(times)


def repr_lengths() -> dict[str, int]:
    """The longest `repr` of each kind of thing that the face gives for the demo study."""
    import valuelib as vl

    study = vl.load_study(ROOT / "data" / "demo")
    findings = vl.assess_all(study)
    things = {"Study": [study], "Finding": list(findings), "Findings": [findings], "Estimates": [vl.estimate(study, "nps")]}
    things["Estimate"] = list(things["Estimates"][0])
    return {name: max(len(repr(one)) for one in several) for name, several in things.items()}


def main() -> None:
    """Print every figure, one a line."""
    import valuelib

    figures: dict[str, object] = dict(source_figures())
    once, private = int(str(figures["private functions called once"])), int(str(figures["private functions"]))
    figures["share called once"] = f"{100 * once / private:.0f} %"
    figures["exported names"] = len(valuelib.__all__)
    figures["seconds of `import valuelib`, median"] = f"{import_seconds():.3f}"
    for name, length in repr_lengths().items():
        figures[f"longest repr of {name}"] = length
    for name, value in figures.items():
        print(f"{name}: {value}")
    check = subprocess.run(
        [sys.executable, "-m", "valuelib.show.catalogue", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    print(f"texts fuzzy or missing: {len(check.stdout.splitlines())}")


if __name__ == "__main__":
    main()
