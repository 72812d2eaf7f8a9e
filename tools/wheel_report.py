"""Whether the wheel makes the demo's report as the repository does, byte for byte: `python tools/wheel_report.py`.

sdist and wheel are built, the wheel is installed with the hash-locked runtime into a bare environment outside the repository,
and `valuelib report demo` runs there from an empty folder. Exit status 1 where a file differs.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UV = [sys.executable, "-m", "uv"]
OUTSIDE = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")}


def main() -> int:
    """Build, install, report and compare; prints the seconds of each step and every file of the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", type=Path, help="the demo's report of the repository; without it, it is made now")
    parser.add_argument("--language", default="fi", help="fi (the demo's own), en or another")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="valuelib-wheel-") as scratch:
        here = Path(scratch)
        report = given.report or here / "repository"
        if given.report is None:
            command = [sys.executable, "-m", "valuelib", "report", "data/demo", "--language", given.language, "--out", str(report)]
            step("report of the repository", *command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
        made = report_of_wheel(here, given.language)
        return compare(tree(report), tree(made))


def report_of_wheel(here: Path, language: str) -> Path:
    """The report that an installed wheel makes of the demo study in an empty folder."""
    step("sdist and wheel", *UV, "build", "--quiet", "--out-dir", str(here / "dist"), str(ROOT))
    (wheel,) = (here / "dist").glob("*.whl")
    step("bare environment", sys.executable, "-m", "venv", "--without-pip", str(here / "bare"))
    binaries = here / "bare" / ("Scripts" if os.name == "nt" else "bin")
    install = [*UV, "pip", "install", "--quiet", "--python", str(binaries / "python")]
    step("locked runtime", *install, "--require-hashes", "-r", str(ROOT / "requirements" / "runtime.txt"))
    step("wheel", *install, "--no-deps", str(wheel))
    (here / "empty").mkdir()
    step("report of the wheel", str(binaries / "valuelib"), "report", "demo", "--language", language, cwd=here / "empty")
    return here / "empty" / "reports" / "demo"


def step(name: str, *command: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> None:
    """Run a command, print how long it took, and stop with what it said where it failed."""
    start = time.monotonic()
    done = subprocess.run(command, cwd=cwd, env=env or OUTSIDE, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        sys.exit(f"{name} failed with status {done.returncode}:\n{done.stdout}{done.stderr}")
    print(f"{time.monotonic() - start:6.1f} s  {name}", flush=True)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its way from there."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def compare(repository: dict[str, bytes], wheel: dict[str, bytes]) -> int:
    """Print one line a file; the exit status is 1 where one is missing or differs."""
    differing = 0
    for name in sorted({*repository, *wheel}):
        equal = repository.get(name) == wheel.get(name)
        differing += not equal
        digest = hashlib.sha256(wheel.get(name, b"")).hexdigest()[:12]
        print(f"{'equal  ' if equal else 'DIFFERS'}  {digest}  {len(wheel.get(name, b'')):>9}  {name}")
    print(f"{len(wheel)} files, {differing} of them differ.")
    return 1 if differing or not wheel else 0


if __name__ == "__main__":
    sys.exit(main())
