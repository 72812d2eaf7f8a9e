"""What a user types and sees: exit status, messages without traceback, and nothing lost when interrupted."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import valuelib
from tests.output import made
from tests.study.broken import CASES
from tests.study.studies import answers, settings, write_study
from valuelib import cli
from valuelib.output import build
from valuelib.output.results_json import as_text, full_document
from valuelib.study.load import load_study

DRIVER = """
import sys
from pathlib import Path
from valuelib import cli
from valuelib.output import build
from valuelib.output.results_json import as_text, full_document
from valuelib.show.localizer import Localizer
from valuelib.study import load_study
notebooks = tuple(Path(name) for name in sys.argv.pop().split(","))
build.find_notebooks = lambda: notebooks
cli.main()
"""


def valuelib_command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "valuelib", *arguments], capture_output=True, text=True, check=False)


@pytest.fixture
def run(monkeypatch, capsys):
    """The command line in this process: exit status, what was printed, and what was told on standard error."""

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["valuelib", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            cli.main()
        out, err = capsys.readouterr()
        return end.value.code or 0, out, err

    before = signal.getsignal(signal.SIGTERM)
    yield call
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project folder with a study and one notebook that the report command finds."""
    made.write_study(tmp_path / "data" / "small")
    (tmp_path / "pyproject.toml").touch()
    notebook = made.write(tmp_path, "01_a", made.ESTIMATE, made.DONE)
    monkeypatch.setattr(build, "find_notebooks", lambda: (notebook,))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_help_is_quick_and_shows_examples():
    loaded = (
        "import sys, valuelib.cli; print(*(set(sys.modules) & {'pandas', 'numpy', 'papermill', 'scipy', 'matplotlib', 'pydantic'}))"
    )
    assert subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout.strip() == ""
    shown = valuelib_command("--help")
    assert shown.returncode == 0
    assert all(command in shown.stdout for command in ("report", "assess", "check", "new", "simulate"))
    for command in ("report", "assess", "check", "new", "simulate"):
        assert f"valuelib {command} " in valuelib_command(command, "--help").stdout.split("Example:")[1]


def test_version_and_wrong_usage(run):
    assert run("--version") == (0, f"valuelib {valuelib.__version__}\n", "")
    assert run("reprot")[0] == 2
    assert run("report")[0] == 2


OUTPUTS = ("report.html", "report.pdf", "annex.pdf", "report.pptx", "tables.xlsx", "report.docx")


def test_report_prints_where_it_is(run, project):
    status, out, err = run("report", "data/small")
    assert (status, out.split()) == (0, [f"reports/small/{name}" for name in OUTPUTS])
    assert "1/1 01_a" in err
    assert "Seconds" in err
    assert (project / "reports" / "small" / "results.json").is_file()


def test_report_out_is_the_folder_itself(run, project):
    status, out, _ = run("report", "data/small", "--out", "mine", "--language", "fi")
    assert (status, out.split()) == (0, [f"mine/{name}" for name in OUTPUTS])
    (project / "other").mkdir()
    (project / "other" / "thesis.txt").write_text("years of work")
    status, out, err = run("report", "data/small", "--out", "other")
    assert (status, out) == (2, "")
    assert "the folder is not empty" in err
    assert made.tree(project / "other") == {"thesis.txt": b"years of work"}


def test_a_report_keeps_what_the_user_put_there_and_leaves_another_studys_report_alone(run, project):
    assert run("report", "data/small")[0] == 0
    folder = project / "reports" / "small"
    (folder / "letter.docx").write_text("Dear client")
    (folder / "report.pptx").write_bytes(b"edited slides")
    status, _, err = run("report", "data/small")
    assert status == 0
    assert "did not bring along, or that were edited since, are kept as:\n  kept/letter.docx\n  kept/report.pptx\n" in err
    assert made.tree(folder / "kept") == {"letter.docx": b"Dear client", "report.pptx": b"edited slides"}
    assert run("verify", "reports/small")[:2] == (0, "Every file is as it was made.\n")
    settings_file = project / "data" / "small" / "study.yaml"
    settings_file.write_text(settings_file.read_text().replace("study: small", "study: other"))
    before = made.tree(folder)
    status, out, err = run("report", "data/small", "--out", "reports/small")
    assert (status, out, made.tree(folder)) == (2, "", before)
    assert "the report of another study (small)" in err
    assert run("report", "data/small", "--out", "reports/small", "--replace")[0] == 0
    assert json.loads((folder / "manifest.json").read_text())["study"] == "other"
    assert made.tree(folder / "kept") == {"letter.docx": b"Dear client", "report.pptx": b"edited slides"}


def test_a_wrong_study_tells_every_problem_without_a_traceback(run, project):
    (project / "data" / "small" / "responses.csv").write_text("Id,Account\n1,2\n")
    for command in ("report", "assess", "check"):
        status, out, err = run(command, "data/small")
        assert (status, out) == (2, "")
        assert "1. " in err
        assert "2. " in err
        assert "Expected: " in err
        assert "Traceback" not in err
    assert not (project / "reports").exists()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("command", ["report", "assess", "check"])
def test_every_broken_study_is_status_2_without_a_traceback_and_writes_nothing(run, project, case, command):
    folder = write_study(project / "data" / "broken", case.config, case.data)
    case.prepare(folder)
    before = sorted(path.name for path in project.rglob("*"))
    status, out, err = run(command, folder)
    assert status == 2
    assert out == ""
    assert "Traceback" not in err
    for part in ("Expected", "Next"):
        assert part.lower() in err.lower()
    assert sorted(path.name for path in project.rglob("*")) == before


def test_a_study_that_is_not_there(run, project):
    status, _, err = run("check", "data/none")
    assert status == 2
    assert "Traceback" not in err
    assert "none" in err


def test_a_failed_run_is_status_1_with_place_and_cause(run, project, monkeypatch):
    bad = made.write(project, "02_b", "## Lifts", "1 / 0", made.DONE)
    monkeypatch.setattr(build, "find_notebooks", lambda: (bad,))
    status, out, err = run("report", "data/small")
    assert (status, out) == (1, "")
    assert "notebook 02_b, section 'Lifts', cell 5: ZeroDivisionError: division by zero" in err
    assert "Traceback" not in err


def test_a_folder_that_cannot_be_written_is_status_1(run, project, monkeypatch):
    def refuse(self, *args, **kwargs):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    status, _, err = run("report", "data/small", "--out", "mine")
    assert status == 1
    assert "Permission denied" in err


def test_assess_shows_verdicts_and_prints_json(run, project):
    status, out, _ = run("assess", "data/small")
    assert status == 0
    assert "nps_60" in out
    status, out, _ = run("assess", "data/small", "--json", "--language", "fi")
    document = json.loads(out)
    assert (status, document["schema"], document["estimates"]) == (0, 1, [])
    assert "nps_60" in [finding["claim"] for finding in document["findings"]]


def test_assess_full_prints_the_whole_document(run, project):
    status, out, _ = run("assess", "data/small", "--json", "--full")
    assert status == 0
    assert out == as_text(full_document(load_study(project / "data" / "small")))


@pytest.mark.parametrize("language", ["en", "fi"])
def test_check_shows_what_was_read(run, project, language):
    status, out, _ = run("check", "data/small", "--language", language)
    assert status == 0
    assert "responses.csv" in out
    assert "40" in out


def test_check_says_what_keeps_claims_from_being_decided(run, project):
    folder = write_study(project / "data" / "bare", settings(columns=None), answers())
    status, out, _ = run("check", folder, "--language", "en")
    said = " ".join(out.split())
    assert status == 0
    assert "What keeps claims from being decided" in said
    for part in ("which company each answer comes from", "what each customer bought", "no lower-tier item"):
        assert part in said


def test_an_unknown_language_is_status_2(run, project):
    status, _, err = run("check", "data/small", "--language", "sv")
    assert status == 2
    assert "'sv'" in err


def test_simulate_then_new_then_check(run, project):
    status, out, _ = run("simulate", "made-up", "--truth", "respondents=60", "--truth", "accounts=20", "--seed", "3")
    assert (status, (project / "data" / "made-up" / "study.yaml").is_file()) == (0, True)
    assert "data/made-up" in out
    assert run("check", "data/made-up")[0] == 0
    status, _, err = run("simulate", "made-up2", "--truth", "respondants=60")
    assert status == 2
    assert "respondants" in err
    export = project / "export.csv"
    answered = (project / "data" / "small" / "responses.csv").read_text(encoding="utf-8")
    export.write_text(answered.replace("Rec", "NPS"), encoding="utf-8")
    status, out, err = run("new", "acme", "--from", export)
    assert (status, out) == (0, "data/acme\n")
    marked = (project / "data" / "acme" / "study.yaml").read_text(encoding="utf-8").count("# CHECK:")
    assert f"Lines marked CHECK in data/acme/study.yaml: {marked}" in err
    assert "valuelib check data/acme" in err
    status, out, _ = run("check", "data/acme", "--language", "en")
    assert (status, f"lines marked CHECK in study.yaml: {marked}" in " ".join(out.split())) == (0, True)
    status, _, err = run("report", "data/acme")
    assert (status, "--accept-guesses" in err, (project / "reports" / "acme").exists()) == (2, True, False)
    assert run("report", "data/acme", "--accept-guesses")[0] == 0
    assert (project / "data" / "acme" / "study.yaml").is_file()
    status, _, err = run("new", "acme2", "--from", project / "none.csv")
    assert status == 2
    assert "Traceback" not in err
    assert "There is no such file" in err
    assert "study.yaml" not in err


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_report_is_status_130_and_loses_nothing(project, sign):
    earlier = project / "reports" / "small"
    quick = project / "notebooks" / "01_a.ipynb"
    subprocess.run([sys.executable, "-c", DRIVER, "report", "data/small", str(quick)], capture_output=True, check=True)
    before = made.tree(project / "reports")
    slow = made.write(project, "02_b", 'import os, time\nopen("pid.txt", "w").write(str(os.getpid()))\ntime.sleep(120)', made.DONE)
    command = [sys.executable, "-c", DRIVER, "report", "data/small", str(slow)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True) as running:
        wait_until(lambda: (project / "pid.txt").is_file() and (project / "pid.txt").read_text())
        running.send_signal(sign)
        _, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Stopped. What was there before is as it was." in err
    assert "Traceback" not in err
    assert made.tree(project / "reports") == before
    assert [path.name for path in earlier.parent.iterdir()] == ["small"]
    wait_until(lambda: not alive(int((project / "pid.txt").read_text())))


def wait_until(true, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_plan_is_told_in_both_languages_and_as_json(run):
    options = ("--baseline", 50, "--respondents", 150, "--per-account", 1)
    status, out, _ = run("plan", "repurchase_22_points", *options)
    assert status == 0
    assert "150 respondents in 150 accounts" in out
    assert "Jos väite pitää paikkansa" in run("plan", "repurchase_22_points", *options, "--language", "fi")[1]
    told = json.loads(run("plan", "repurchase_22_points", *options, "--json")[1])
    assert told["respondents"] == 150
    assert told["setting"]["baseline"] == 50
    assert sum(told["if_true"]["words"].values()) == pytest.approx(1)


def test_a_senseless_plan_ends_with_status_2_and_every_reason(run):
    status, out, err = run("plan", "nps_66", "--split", 0, "--icc", 2)
    assert (status, out) == (2, "")
    assert all(word in err for word in ("nps_66", "split", "icc"))
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("encoding", "status", "said", "arguments"),
    [
        ("ascii", 0, "Vaite", ("assess", "small")),
        ("cp850", 0, "Rivejä", ("check", "small", "--language", "fi")),
        ("cp1252", 0, "200", ("plan", "nps_60", "--respondents", "200", "--language", "fi")),
        ("ascii", 2, "missing--a", ("report", "missing–−å")),
        ("ascii", 2, "missing--a", ("compare", "missing–−å", "two")),
        ("ascii", 2, "missing--a", ("verify", "missing–−å")),
    ],
    ids=lambda one: one[0] if isinstance(one, tuple) else "",
)
def test_output_in_a_legacy_encoding_is_told_in_plain_signs(tmp_path, encoding, status, said, arguments):
    write_study(tmp_path / "small", settings(), answers())
    done = subprocess.run(
        [sys.executable, "-m", "valuelib", *arguments],
        capture_output=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": encoding},
    )
    out, err = done.stdout.decode(encoding), done.stderr.decode(encoding)
    assert (done.returncode, "Traceback" in err) == (status, False)
    assert said in (err if status else out)


def test_signs_that_an_encoding_lacks_keep_their_meaning():
    told = 'from valuelib import cli; cli._print_in_any_encoding(); print("−7,7 – ± 2 … é 日")'
    done = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, check=True, env={**os.environ, "PYTHONIOENCODING": "ascii"}
    )
    assert done.stdout.split() == b"-7,7 - +/- 2 ... e ?".split()
