"""The warm engine gives what kernels from cold give: outputs, errors, limits and clean rooms; and nothing is left of it."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest
import yaml
from rich.console import Console

import valuelib
from tests.output import made
from valuelib.errors import RunError
from valuelib.output.build import build_report
from valuelib.output.clean import clean_notebook, machine_folders
from valuelib.output.kernels import plain_surroundings
from valuelib.output.notebooks import find_notebooks
from valuelib.output.run import ConsoleProgress, run_notebooks
from valuelib.output.warm import CAN_FORK, COLD, WARM, close_server, server

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="the system cannot fork; the kernel engine runs every notebook there")
ENGINES = (WARM, COLD)

# One cell for each way in which a cell may put something out.
OUTPUTS = (
    'print("one")\nprint("two", end="")\nprint()',
    'import sys\nsys.stderr.write("said aside\\n")\nprint("said aloud")',
    # What is written by a stream's number is read by a thread, sooner or later, in both engines.
    'import os, time\n_ = os.write(1, b"by number\\n")\ntime.sleep(0.5)',
    '_ = os.write(2, b"aside by number\\n")\ntime.sleep(0.5)',
    'import subprocess\n_ = subprocess.run(["echo", "another process"], check=True)\ntime.sleep(0.5)',
    "!echo by the shell",
    # Before the numbered outputs, whose places later cells name: a frame wider than a terminal, which no kernel cuts.
    'import pandas as pd\nprint(pd.DataFrame({f"a long name of a column {n}": [1.5] for n in range(12)}))',
    "1 + 1",
    "_11 + 1",
    "Out[11], _11",
    "print({'b', 'a', 'c', 'd', 'e', 'f', 'g', 'h'})",
    'import warnings\nwarnings.warn("mind this")\nwarnings.warn("and that", DeprecationWarning)',
    'import logging\nlogging.getLogger("own").warning("noted")',
    'from IPython.display import HTML, JSON, Markdown, clear_output, display, update_display\nHTML("<b>bold</b>")',
    'display(JSON({"a": [1, None]}), Markdown("*m*"), metadata={"isolated": True})\ndisplay({"text/plain": "raw"}, raw=True)',
    'handle = display("first", display_id="shown")\nprint("between")\nhandle.update("second")',
    'update_display("third", display_id="shown")',
    'print("gone")\nclear_output()\nprint("stays")',
    'print("gone later")\nclear_output(wait=True)\ndisplay("instead")',
    "import pandas as pd\npd.DataFrame({'n': [1, 2], 's': ['ä', '\U0001f600']})",
    "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\n_ = ax.plot([1, 2, 3], [3, 1, 2])",
    "fig, ax = plt.subplots(); ax.set_title('shown and returned')\nplt.show()\nfig",
    "import asyncio\nawait asyncio.sleep(0.01)\nprint('waited')",
    "%config InlineBackend.figure_format = 'svg'\nfig = plt.figure(figsize=(1, 1))\nprint(type(fig).__name__)\nplt.close()",
    "print('one line\\rover it\\n' + 'typo\\b\\b\\b\\btext')",
    "''.join(chr(i) for i in range(32))",
    "print('long ' * 20_000)",
    "get_ipython().execution_count, __name__, os.getcwd() == os.environ.get('PWD'), sys.argv[1]",
    "import threading\nthread = threading.Thread(target=lambda: print('from a thread'))\nthread.start(); thread.join()",
    "from concurrent.futures import ThreadPoolExecutor\nlist(ThreadPoolExecutor(4).map(abs, range(-4, 0)))",
    "import pyarrow as pa, pyarrow.compute as pc\npc.sum(pa.array(range(100_000))).as_py(), pa.cpu_count() > 0",
    "import multiprocessing as mp\nwith mp.get_context('fork').Pool(2) as pool:\n    print(pool.map(abs, [-1, -2, -3]))",
    "os.environ['MPLBACKEND'], os.environ.get('PYTHONHASHSEED'), os.environ.get('TERM'), os.environ['OMP_NUM_THREADS']",
    "import locale, time\nlocale.getlocale(), time.tzname, sys.flags.hash_randomization, sys.executable, sys.path[0]",
)

# What stops a notebook, each in its own way.
STOPS = {
    "error": "def deep():\n    return {}['missing']\ndeep()",
    "chained": "try:\n    1 / 0\nexcept ZeroDivisionError as err:\n    raise RuntimeError('while dividing') from err",
    "syntax": "if True print('no')",
    "exit": "import sys\nsys.exit(3)",
    "asked": "input('Your name? ')",
    "secret": "import getpass\ngetpass.getpass()",
    "interrupted": "raise KeyboardInterrupt",
    "generator": "raise StopIteration('spent')",
    "os-exit": "import os\nprint('last words')\nos._exit(0)",
    "killed": "import os\nos.kill(os.getpid(), 9)",
    "fault": "import ctypes\nctypes.string_at(0)",
    "not-there": "import no_such_library",
    "no-words": "class Odd:\n    def __repr__(self):\n        raise ValueError('no words')\nOdd()",
    "recursion": "def again(n):\n    return again(n + 1)\nagain(0)",
}


def run(folder: Path, engine: str, *cells: str, **settings: object):
    path = made.write(folder, "01_question", *cells)
    (done,) = run_notebooks([path], {"study": "data/demo"}, engine=engine, **settings)
    return done


def shipped(done) -> dict:
    """A notebook with all its outputs, but for clocks, the process's number, and in how many pieces a text was printed."""
    found = json.loads(json.dumps(clean_notebook(done.notebook, machine_folders({}))))
    for cell in found["cells"]:
        whole = []
        for output in cell.get("outputs", []):
            if whole and output["output_type"] == "stream" and output["name"] == whole[-1].get("name"):
                whole[-1]["text"] += output["text"]
            else:
                whole.append(output)
        cell["outputs"] = whole
    return found


def told(folder: Path, engine: str, *cells: str, **settings: object) -> str:
    with pytest.raises(RunError) as failed:
        run(folder, engine, *cells, **settings)
    return str(failed.value)


def marked(mark: str) -> list[int]:
    """The processes that were started with a mark in their environment."""
    found = []
    for place in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):  # another's, or one that has just ended
            if mark.encode() in place.read_bytes():
                found.append(int(place.parent.name))
    return found


def warm_pid() -> int:
    """The process that serves the runs of this one."""
    with plain_surroundings():
        return server().process.pid


def test_every_kind_of_output_is_the_same(tmp_path, monkeypatch):
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # with it a kernel leaves alone what is written by a stream's number
    warm, cold = (shipped(run(tmp_path, engine, *OUTPUTS, made.ESTIMATE, made.DONE)) for engine in ENGINES)
    for one, other in zip(warm["cells"], cold["cells"], strict=True):
        assert one == other, one["source"]
    assert warm == cold
    counts = [cell["execution_count"] for cell in warm["cells"] if cell["cell_type"] == "code"]
    assert counts == list(range(1, len(counts) + 1))
    assert all(cell.get("outputs") for cell in warm["cells"] if cell.get("source", "").startswith(("print", "display", "1 +")))


@pytest.mark.parametrize("cell", STOPS.values(), ids=list(STOPS))
def test_what_stops_a_notebook_is_told_the_same(tmp_path, cell):
    warm, cold = (told(tmp_path, engine, "## Here", cell, made.DONE) for engine in ENGINES)
    assert warm == cold
    assert "notebook 01_question" in warm


ENDLESS = {
    "sleep": "import time\ntime.sleep(60)",
    "output": "while True:\n    print('more')",
    "stubborn": "while True:\n    try:\n        while True: pass\n    except KeyboardInterrupt: pass",
}


@pytest.mark.parametrize("cell", ENDLESS.values(), ids=list(ENDLESS))
def test_a_cell_that_takes_too_long_is_told_the_same(tmp_path, cell):
    warm, cold = (told(tmp_path, engine, "## Slow", cell, made.DONE, cell_timeout=2) for engine in ENGINES)
    assert warm == cold
    assert "CellTimeoutError" in warm


CHANGES = """
import builtins, os, random, sys, warnings
import matplotlib.pyplot as plt, numpy as np, pandas as pd, valuelib as vl
from valuelib.show.localizer import use_language
use_language("fi")
os.chdir("/"); os.environ["LEFT"] = "behind"; os.environ["PYTHONHASHSEED"] = "9"; sys.path.insert(0, "/left")
sys.argv[:] = ["left"]; left = "behind"
pd.set_option("display.max_rows", 3); plt.rcParams["figure.figsize"] = (9, 9); plt.style.use("dark_background"); plt.figure()
np.random.seed(1); random.seed(1); np.set_printoptions(precision=1); np.seterr(all="raise"); warnings.simplefilter("error")
vl.load_study = None; pd.DataFrame.left = "behind"; builtins.left = "behind"; os.umask(0o777)
plt.close("all")
"""
SEEN = """
import os, random, sys, warnings
import matplotlib.pyplot as plt, numpy as np, pandas as pd, valuelib as vl
from valuelib.show.localizer import local
print(os.getcwd(), os.environ.get("LEFT"), os.environ["PYTHONHASHSEED"], sys.path, sys.argv[:2], sys.argv[3:])
print(pd.get_option("display.max_rows"), sorted(plt.rcParams.items()), plt.get_fignums(), np.get_printoptions(), np.geterr())
print(callable(vl.load_study), hasattr(pd.DataFrame, "left"), "left" in globals(), "left" in dir(__builtins__), local.language)
print([one[:2] for one in warnings.filters if one[0] == "error"], oct(os.umask(0)), sorted(dir()))
"""
DRAWN = "import random\nimport numpy as np\nopen('drawn.txt', 'a').write(f'{random.random()} {np.random.rand()}\\n')"


def test_a_chapter_finds_nothing_of_the_one_before(tmp_path):
    found = []
    for engine in ENGINES:
        first = made.write(tmp_path, "01_first", CHANGES, made.DONE)
        paths = [first, made.write(tmp_path, "02_second", SEEN, made.DONE)]
        found.append([shipped(one) for one in run_notebooks(paths, {"study": "data/demo"}, engine=engine)])
    assert found[0] == found[1]
    assert not {"behind", "/left"} & set(re.findall(r"[\w/]+", str(found[0][1]["cells"][-2]["outputs"])))


def test_random_numbers_are_those_of_each_chapter(tmp_path):
    paths = [made.write(tmp_path, f"0{n}_draws", DRAWN, made.DONE) for n in (1, 2, 3)]
    run_notebooks(paths, {"study": "data/demo"}, engine=WARM)
    drawn = (tmp_path / "drawn.txt").read_text().split()
    assert len(drawn) == len(set(drawn)) == 6


def test_a_report_is_the_same_in_every_byte(tmp_path):
    study = made.write_study(tmp_path / "small")
    own = "import valuelib as vl\nch = vl.chapter('90_own', study=study, language=language)"
    (study / "notebooks").mkdir()
    made.write(study, "90_own", own, "print(ch.study)\nch.show('Asked in person.')", "ch.done()")
    chapters = [one for one in find_notebooks() if one.name[:2] in {"00", "03"}]
    trees = []
    for engine in ENGINES:
        made_in = build_report(study, out=tmp_path / engine, engine=engine, notebooks=chapters, beside=tmp_path)
        trees.append(made.tree(made_in))
    assert trees[0].keys() == trees[1].keys()
    assert [name for name in trees[0] if trees[0][name] != trees[1][name]] == []
    assert any("90_own" in name for name in trees[0])


OPEN = """
import valuelib as vl
found = vl.load_study(study, language)
print(found, list(found.data), vl.assess(found, "nps_60").verdict)
"""


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_study_that_is_loaded_beforehand_is_the_one_of_the_files(tmp_path, kind):
    """Reading parquet may leave threads behind, of which a fork must know nothing."""
    study = made.write_study(tmp_path / "small")
    if kind == "parquet":
        pd.read_csv(study / "responses.csv").to_parquet(study / "responses.parquet")
        settings = yaml.safe_load((study / "study.yaml").read_text())
        (study / "study.yaml").write_text(yaml.safe_dump({**settings, "responses": {"file": "responses.parquet"}}))
    paths = [
        made.write(tmp_path, "01_reads", OPEN, "found.data.drop(columns='nps', inplace=True)", OPEN, made.DONE),
        made.write(tmp_path, "02_reads", OPEN, made.DONE),
    ]
    given = {"study": str(study), "language": "en"}
    found = [[shipped(one) for one in run_notebooks(paths, given, engine=engine)] for engine in ENGINES]
    assert found[0] == found[1]
    assert str(found[0]).count("<Study small: 40 respondents") == 3


class Listener(ConsoleProgress):
    """Keeps what is told, where the user would read it."""

    def __init__(self) -> None:
        super().__init__(Console(quiet=True))
        self.said: list[str] = []
        self.ends: list[str] = []

    def ended(self, name: str, seconds: float) -> None:
        super().ended(name, seconds)
        self.ends.append(name)

    def told(self, text: str) -> None:
        self.said.append(text)


def test_a_notebook_for_another_kernel_starts_from_cold_and_that_is_told(tmp_path):
    watcher = Listener()
    path = made.write(tmp_path, "01_question", "import os\nopen('parent.txt', 'w').write(str(os.getppid()))", made.DONE)
    path.write_text(path.read_text().replace('"name": "python3"', '"name": "ir"'))
    run_notebooks([path], {"study": "data/demo"}, engine=WARM, watcher=watcher)
    assert watcher.said == ["01_question asks for the kernel 'ir'; it runs in a Python kernel from cold, not in the warm engine."]
    assert (tmp_path / "parent.txt").read_text() == str(os.getpid())


def test_a_warm_process_serves_run_after_run_and_one_that_was_killed_is_replaced(tmp_path):
    run(tmp_path, WARM, made.DONE)
    first = warm_pid()
    run(tmp_path, WARM, made.DONE)
    assert warm_pid() == first
    os.kill(first, signal.SIGKILL)
    run(tmp_path, WARM, made.DONE)
    assert warm_pid() != first


def test_another_environment_has_a_process_of_its_own(tmp_path, monkeypatch):
    run(tmp_path, WARM, made.DONE)
    first = warm_pid()
    monkeypatch.setenv("MPLBACKEND", "agg")
    cell = "import os, matplotlib\nopen('seen.txt', 'w').write(os.environ['MPLBACKEND'] + matplotlib.get_backend().lower())"
    run(tmp_path, WARM, cell, made.DONE)
    assert (tmp_path / "seen.txt").read_text() == "aggagg"
    assert warm_pid() != first


def test_nothing_is_left_of_a_run(tmp_path, monkeypatch):
    place = tmp_path / "t"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    close_server()
    monkeypatch.setenv("MARK", f"mark-of-{tmp_path}")
    run(tmp_path, WARM, made.DONE)
    told(tmp_path, WARM, "import os\nos._exit(1)", made.DONE)
    assert warm_pid() in marked(os.environ["MARK"])
    close_server()
    assert marked(os.environ["MARK"]) == []
    assert list(place.iterdir()) == []


STAYS = """
import os, subprocess, time
helper = subprocess.Popen(["sleep", "600"])
open("pids.txt", "w").write(f"{os.getpid()} {os.getppid()} {helper.pid}")
os.rename("pids.txt", "all.txt")
time.sleep(600)
"""
RUNS = """
import sys
from valuelib.output.run import run_notebooks
from pathlib import Path
run_notebooks([Path(sys.argv[1])], {"study": "data/demo"}, engine="warm")
"""


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
def test_a_run_that_is_stopped_takes_its_processes_with_it(tmp_path, sent):
    path, seen = made.write(tmp_path, "01_question", STAYS, made.DONE), tmp_path / "all.txt"
    with subprocess.Popen([sys.executable, "-c", RUNS, str(path)], stderr=subprocess.DEVNULL, start_new_session=True) as main:
        _until(seen.exists, main)
        main.send_signal(sent)
        main.wait(60)
    started = [Path(f"/proc/{pid}") for pid in seen.read_text().split()]
    _until(lambda: not any(one.exists() for one in started))


MEET = """
import pathlib, time
pathlib.Path(mine).touch()
while not pathlib.Path(other).exists():
    time.sleep(0.05)
"""


def test_chapters_run_side_by_side_and_what_reads_their_records_after_them(tmp_path):
    """Each of the first two ends only where the other runs meanwhile."""
    parameters = made.PARAMETERS + "\nresults = None"
    read = 'import json, pathlib\n_ = pathlib.Path("seen.json").write_text(pathlib.Path(results).read_text())'
    paths = [
        made.write(tmp_path, "00_summary", read, made.DONE, parameters=parameters),
        made.write(tmp_path, "01_long", "mine, other = 'long', 'short'" + MEET + "time.sleep(2)", made.ESTIMATE, made.DONE),
        made.write(tmp_path, "02_short", "mine, other = 'short', 'long'" + MEET, made.DONE),
    ]
    watcher = Listener()
    runs = run_notebooks(paths, {"study": "data/demo"}, engine=WARM, jobs=2, cell_timeout=60, watcher=watcher)
    assert [one.name for one in runs] == watcher.ends == ["01_long", "02_short", "00_summary"]
    assert [item["notebook"] for item in json.loads((tmp_path / "seen.json").read_text())] == ["01_long", "01_long", "02_short"]


def test_one_at_a_time_is_the_same(tmp_path):
    paths = [made.write(tmp_path, f"0{n}_reads", f"{n} * 7", OPEN, made.ESTIMATE, made.DONE) for n in range(1, 4)]
    given = {"study": str(made.write_study(tmp_path / "small")), "language": "en"}
    here = Path.cwd()
    one, two = ([shipped(done) for done in run_notebooks(paths, given, engine=WARM, jobs=jobs)] for jobs in (1, 2))
    assert one == two
    assert Path.cwd() == here


@pytest.mark.parametrize(("fails", "waits"), [("01_fails", "02_waits"), ("02_fails", "01_waits")])
def test_a_chapter_that_fails_stops_those_beside_it(tmp_path, fails, waits):
    wait = "import os, pathlib, time\npathlib.Path('running').write_text(str(os.getpid()))\ntime.sleep(600)"
    fail = "import pathlib, time\nwhile not pathlib.Path('running').exists():\n    time.sleep(0.05)\n1 / 0"
    paths = [made.write(tmp_path, fails, fail, made.DONE), made.write(tmp_path, waits, wait, made.DONE)]
    paths.append(made.write(tmp_path, "03_never", "open('ran.txt', 'w').close()", made.DONE))
    with pytest.raises(RunError, match=f"{fails}.*ZeroDivisionError"):
        run_notebooks(paths, {"study": "data/demo"}, engine=WARM, jobs=2, cell_timeout=300)
    assert not (tmp_path / "ran.txt").exists()
    assert not Path(f"/proc/{(tmp_path / 'running').read_text()}").exists()


def _until(true, process: subprocess.Popen | None = None, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        assert process is None or process.poll() is None, "the run ended first"
        time.sleep(0.05)


def test_papermill_finds_the_engine_by_the_entry_point_of_the_package(tmp_path):
    """Whichever of the two is imported first."""
    project = tomllib.loads((Path(valuelib.__file__).parents[1] / "pyproject.toml").read_text())["project"]
    ((group, named),) = project["entry-points"].items()
    info = tmp_path / "installed-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: installed\nVersion: 1\n")
    (info / "entry_points.txt").write_text("\n".join([f"[{group}]", *(f"{name} = {place}" for name, place in named.items())]))
    path = made.write(tmp_path, "01_question", "print('by the command line')", made.DONE)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])}
    for first in ("import papermill", "import valuelib.output.warm"):
        code = f"{first}\nimport sys\nfrom papermill.cli import papermill\npapermill(sys.argv[1:])"
        asked = [str(path), str(tmp_path / "out.ipynb"), "--engine", "warm", "-k", "python3", "--no-progress-bar"]
        subprocess.run([sys.executable, "-c", code, *asked], check=True, env=environment, capture_output=True)
        assert "by the command line\\n" in (tmp_path / "out.ipynb").read_text()
