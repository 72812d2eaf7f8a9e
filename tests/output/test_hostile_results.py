"""Results, manifests and report folders that somebody else wrote: read without trust, refused in a sentence, never followed."""

from __future__ import annotations

import copy
import json
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.output import made
from tests.output.test_again import FINDING
from valuelib import cli
from valuelib.errors import ParameterError, ResultError, StudyError, ValuelibError
from valuelib.explore.pooling import explore_portfolio
from valuelib.output.build import build_report
from valuelib.output.compare import compare_page, compare_reports
from valuelib.output.manifest import MANIFEST, output_hashes
from valuelib.output.portfolio import portfolio_document, read_portfolio
from valuelib.output.results_json import as_text, check_lifts, read_document
from valuelib.output.verify import verify_outputs, verify_study
from valuelib.show.localizer import use_language
from valuelib.show.pooling import name_portfolio, say_glance, table_left, table_portfolio, table_raw_only, table_verdicts

CLIENTS = Path(__file__).parents[2] / "data" / "portfolio"
HOSTILE: tuple[Any, ...] = (
    None, True, -1, 0, 1e308, -1e308, 1e-300, 10**400, "", "Steel [/b]", "[bold]x", "{x}", "../../etc", "x" * 9000, [], {}, [[]],
)  # fmt: skip


def leaves(block: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value that holds no others."""
    entries = block.items() if isinstance(block, dict) else enumerate(block) if isinstance(block, list) else ()
    for key, one in entries:
        if isinstance(one, dict | list) and one:
            yield from leaves(one, (*way, key))
        else:
            yield (*way, key)


def put(document: Any, way: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(document)
    place = changed
    for key in way[:-1]:
        place = place[key]
    place[way[-1]] = value
    return changed


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    made.write_study(folder / "data" / "small")
    return build_report(
        folder / "data" / "small",
        out=folder / "out",
        notebooks=[made.write(folder, "03_nps_claim", made.ESTIMATE, FINDING, made.DONE)],
    )


@pytest.fixture
def mine(report: Path, tmp_path: Path) -> Path:
    shutil.copytree(report, tmp_path / "report")
    return tmp_path / "report"


def seal(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    manifest["outputs"] = dict(output_hashes(folder))
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def pooled(files: list[Path]) -> None:
    """Everything that a portfolio does with the figures."""
    found = explore_portfolio(read_portfolio(files))
    naming = name_portfolio(found, anonymous=False)
    as_text(portfolio_document(found, naming))
    say_glance(found)
    for table in (table_portfolio, table_raw_only, table_left, table_verdicts):
        table(found, naming)


def attack(document: Any, seed: int, times: int, folder: Path, use: Any) -> int:
    """Values put in the place of others, one at a time; how many of the documents were read."""
    chosen, ways, read = random.Random(seed), list(leaves(document)), 0
    for _ in range(times):
        way, value = chosen.choice(ways), chosen.choice(HOSTILE)
        file = folder / "results.json"
        file.write_text(json.dumps(put(document, way, value)), encoding="utf-8")
        try:
            use(file)
            read += 1
        except (StudyError, ParameterError):
            pass
        except Exception as err:
            raise AssertionError(f"{'/'.join(map(str, way))} = {value!r:.60}") from err
    return read


SAMPLE = pytest.param(60, id="sample")
EVERY = pytest.param(3000, id="many", marks=pytest.mark.long)


@pytest.mark.parametrize("times", [SAMPLE, EVERY])
def test_a_portfolio_takes_or_refuses_any_value_in_a_results_file(tmp_path: Path, times: int) -> None:
    document = json.loads((CLIENTS / "kaarna" / "results.json").read_text(encoding="utf-8"))
    others = [CLIENTS / name / "results.json" for name in ("louhi", "saukko")]
    use_language("en")
    assert attack(document, 1, times, tmp_path, lambda file: pooled([file, *others])) < times


@pytest.mark.parametrize("times", [SAMPLE, EVERY])
def test_a_comparison_takes_or_refuses_any_value_in_a_results_file(mine: Path, times: int) -> None:
    document = json.loads((CLIENTS / "louhi" / "results.json").read_text(encoding="utf-8"))
    use_language("en")
    attack(document, 2, times, mine, lambda file: compare_page(compare_reports(file.parent, file.parent)))


@pytest.mark.parametrize("times", [SAMPLE, EVERY])
def test_verify_takes_or_refuses_any_value_in_a_manifest(mine: Path, times: int) -> None:
    document = json.loads((mine / MANIFEST).read_text(encoding="utf-8"))

    shutil.copy(mine / "results.json", mine / "kept.json")

    def with_results(file: Path) -> None:
        file.replace(mine / MANIFEST)
        shutil.copy(mine / "kept.json", mine / "results.json")
        verify_outputs(mine)
        compare_reports(mine, mine)

    attack(document, 3, times, mine, with_results)


LIFT = {"value": 3.0, "se": 1.0, "df": 20.0}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"value": 1e6}, "lift is 1e\\+06 with a standard error of 1; at most 10000 can be"),
        ({"se": 1e-300}, "lift has a standard error of 1e-300"),
        ({"df": 0}, "lift has 0 degrees of freedom"),
    ],
)
def test_lifts_that_no_study_can_give_are_refused(changed: dict[str, float], told: str) -> None:
    check_lifts({"lift": LIFT})
    with pytest.raises(ResultError, match=told):
        check_lifts({"lift": {**LIFT, **changed}})


def test_the_shipped_results_hold_such_lifts_only() -> None:
    for file in CLIENTS.glob("*/results.json"):
        check_lifts(json.loads(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "content",
    [
        '{"schema": 1, "study": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"schema": 1, "a": ' + '{"a": ' * 500 + "1" + "}" * 501,
        '{"schema": 1, "a": NaN}',
        '{"schema": 1, "a": 1e999}',
        '{"schema": 1, "a": ' + "9" * 5000 + "}",
        b"\xff\xfe{}",
        "[]",
        '{"schema": {"a": 1}}',
        '{"schema": "[/b]"}',
    ],
    ids=range(9),
)
def test_json_that_is_none_or_has_no_end_is_refused_by_each_command(mine: Path, content: str | bytes, tmp_path: Path) -> None:
    for name in ("results.json", MANIFEST):
        shutil.copytree(mine, tmp_path / "other", dirs_exist_ok=True)
        (tmp_path / "other" / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        for arguments in (["portfolio", "other"], ["compare", "report", "other"], ["verify", "other"]):
            if (arguments[0] == "portfolio" and name == MANIFEST) or (arguments[0] == "verify" and name != MANIFEST):
                continue
            ended = CliRunner().invoke(cli.app, [arguments[0], *(str(tmp_path / one) for one in arguments[1:])])
            assert isinstance(ended.exception, StudyError | ParameterError), (arguments, ended.output)


def test_a_file_that_never_ends_and_a_pipe_are_not_read(mine: Path, tmp_path: Path) -> None:
    (mine / "results.json").unlink()
    (mine / "results.json").symlink_to("/dev/zero")
    with pytest.raises(StudyError, match="could not be read as JSON"):
        read_document(mine / "results.json", "report")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(StudyError, match="could not be read as JSON"):
        read_document(tmp_path / "pipe", "pipe")


def test_a_link_out_of_a_report_folder_is_told_and_not_followed(mine: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("a secret", encoding="utf-8")
    (mine / "report.html").unlink()
    (mine / "report.html").symlink_to(tmp_path / "secret.txt")
    (mine / "more").symlink_to(tmp_path)
    (mine / "zero").symlink_to("/dev/zero")
    assert verify_outputs(mine) == (
        "more: it is new here",
        "report.html: it was changed after it was made",
        "zero: it is new here",
    )


def test_names_in_a_manifest_lead_nowhere(mine: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("a secret", encoding="utf-8")
    manifest = json.loads((mine / MANIFEST).read_text(encoding="utf-8"))
    manifest["outputs"] |= {"../secret.txt": "0" * 64, "/etc/passwd": "0" * 64}
    (mine / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    assert verify_outputs(mine) == ("../secret.txt: it is missing", "/etc/passwd: it is missing")


@pytest.mark.parametrize(
    "parameters",
    [{"language": ["en"]}, {"where": "a"}, {"where": [5]}, {"exposure": []}, {"exposure": {"rule": []}}, {"where": [{"[/b]": 1}]}],
)
def test_parameters_of_a_wrong_kind_are_refused(mine: Path, report: Path, parameters: dict[str, Any]) -> None:
    manifest = json.loads((mine / MANIFEST).read_text(encoding="utf-8"))
    manifest["parameters"] |= parameters
    (mine / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(ValuelibError) as caught:
        verify_study(mine, report.parent / "data" / "small")
    assert isinstance(caught.value, StudyError | ParameterError)


def test_markup_of_the_terminal_is_printed_as_it_is(mine: Path, tmp_path: Path) -> None:
    shutil.copytree(mine, tmp_path / "later")
    for folder, value in ((mine, 1.0), (tmp_path / "later", 90.0)):
        document = json.loads((folder / "results.json").read_text(encoding="utf-8"))
        first = {**document["estimates"][0], "value": value, "se": 0.5, "ci_low": value, "ci_high": value}
        document["estimates"] = [{**first, "name": "nps.segment.Industry=Steel [/b]"}]
        document["findings"][0]["claim"] = "[red]mine[/red] [/i]"
        document["findings"][0]["verdict"] = "undecided" if value == 1.0 else "rejected"
        document["findings"][0]["undecided_why"] = "precision" if value == 1.0 else None
        (folder / "results.json").write_text(json.dumps(document), encoding="utf-8")
        seal(folder)
    ended = CliRunner().invoke(cli.app, ["compare", str(mine), str(tmp_path / "later")], env={"COLUMNS": "300"})
    assert ended.exit_code == 0, ended.exception
    assert "Steel [/b]" in ended.output
    assert "[red]mine[/red] [/i]" in ended.output
