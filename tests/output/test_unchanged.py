"""A report is of one state of its data, and is made whoever stops listening to what the command prints."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.output import made
from tests.test_cli import DRIVER
from valuelib.errors import ChangedError
from valuelib.output.build import build_report
from valuelib.output.verify import verify_outputs

CHANGES = {
    "an answer": 'file = folder / "responses.csv"\nfile.write_text(file.read_text().replace("r0,a0,0", "r0,a0,9"))',
    "an answer and back": 'file = folder / "responses.csv"\ntext = file.read_text()\nfile.write_text("x")\nfile.write_text(text)',
    "the settings": 'file = folder / "study.yaml"\nfile.write_text(file.read_text().replace("seed: 7", "seed: 8"))',
    "the data taken away": '(folder / "responses.csv").rename(folder / "other.csv")',
    "another brand": '(folder / "brand.yaml").write_text("name: Other")',
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_is_changed_while_a_run_reads_it_stops_the_run(tmp_path: Path, change: str) -> None:
    study = made.write_study(tmp_path / "data" / "small")
    (study / "brand.yaml").write_text("name: Northlight", encoding="utf-8")
    quiet = made.write(tmp_path, "01_a", made.ESTIMATE, made.DONE)
    out = build_report(study, out=tmp_path / "out", notebooks=[quiet])
    before = made.tree(out)
    notebook = made.write(tmp_path, "02_b", f"from pathlib import Path\nfolder = Path(study)\n{change}", made.DONE)
    with pytest.raises((ChangedError, OSError), match=r"Changed while|responses\.csv"):
        build_report(study, out=out, notebooks=[quiet, notebook])
    assert made.tree(out) == before
    assert [path.name for path in out.parent.iterdir() if path.name.startswith(".")] == []


def test_other_files_of_the_folder_may_change(tmp_path: Path) -> None:
    study = made.write_study(tmp_path / "data" / "small")
    chapter = made.write(tmp_path, "01_a", 'from pathlib import Path\n(Path(study) / "notes.txt").write_text("x")', made.DONE)
    assert verify_outputs(build_report(study, out=tmp_path / "out", notebooks=[chapter])) == ()


@pytest.mark.skipif(os.name == "nt", reason="shells of Windows have no such redirections")
@pytest.mark.parametrize("into", ["| true", "2>&1 | head -n 1", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_report_is_made_whoever_stops_listening(tmp_path: Path, into: str) -> None:
    made.write_study(tmp_path / "data" / "small")
    chapters = [made.write(tmp_path, name, made.ESTIMATE if name == "01_a" else "# x", made.DONE) for name in ("01_a", "02_b")]
    (tmp_path / "driver.py").write_text(DRIVER, encoding="utf-8")
    command = f"set -o pipefail; {sys.executable} driver.py report data/small --out out {','.join(map(str, chapters))} {into}"
    around = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    ended = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False, env=around)
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr
    assert verify_outputs(tmp_path / "out") == ()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_is_told_in_a_sentence() -> None:
    command = f"{sys.executable} -m valuelib --version > /dev/full"
    ended = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert (ended.returncode, ended.stderr.strip()) == (1, "[Errno 28] No space left on device")
