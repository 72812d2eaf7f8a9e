"""How long does each output of the demo's report take, and how large is it? Prints the table of docs/reference/outputs.md.

The chapters are read from the stored notebooks, so that only the setting of the outputs is timed.
"""

import sys
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.output.demo import DEMO, demo_edition
from valuelib.output.brand import HOUSE
from valuelib.output.build import OUTPUTS
from valuelib.output.content import content_text
from valuelib.output.privacy import check_outputs
from valuelib.study.load import load_study


def main() -> int:
    """Set every output three times and print the fastest."""
    study, content = load_study(DEMO), demo_edition()
    made: dict[str, bytes] = {}
    print("| output | seconds | size, MB |\n|---|---:|---:|")
    for name, render in OUTPUTS.items():
        times = []
        for _ in range(3):
            start = perf_counter()
            made[name] = render(content, HOUSE)
            times.append(perf_counter() - start)
        print(f"| `{name}` | {min(times):.2f} | {len(made[name]) / 1e6:.2f} |")
    start = perf_counter()
    check_outputs(made, study, {"report.pdf": content_text(content)})
    print(f"| privacy gate over these | {perf_counter() - start:.2f} | |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
