"""The public face: `import valuelib as vl` is quick, shows its names and nothing else, and each of them does what it says."""

import doctest
import importlib
import inspect
import pkgutil
import pydoc
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib import pyplot as plt

import valuelib as vl
from valuelib.errors import ParameterError
from valuelib.output.notebooks import find_notebooks

ROOT = Path(__file__).resolve().parents[1]


def python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def test_import_loads_nothing_heavy():
    told = python("import sys, time; t = time.perf_counter(); import valuelib; print(time.perf_counter() - t, *sys.modules)")
    seconds, *modules = told.split()
    assert not {"pandas", "numpy", "scipy", "matplotlib", "pydantic", "IPython"} & {*modules}
    assert float(seconds) < 0.1


@pytest.mark.parametrize("name", ["Estimate", "Finding", "Study"])
def test_help_opens_with_what_a_class_gives(name: str):
    shown = pydoc.plain(pydoc.render_doc(getattr(vl, name)))
    lines = [line.strip(" |") for line in shown.splitlines()]
    heading = next(place for place, line in enumerate(lines) if line.startswith(f"class {name}("))
    assert lines[heading + 1] == (inspect.getdoc(getattr(vl, name)) or "").splitlines()[0]


def test_the_names_are_few_and_the_tab_key_shows_them_alone():
    assert len(vl.__all__) <= 36
    assert dir(vl) == sorted(vl.__all__) == sorted(vl.HOMES)
    assert vl.__version__
    with pytest.raises(AttributeError, match="its names are"):
        vl.estimates  # noqa: B018


def test_no_submodule_takes_the_place_of_a_public_name():
    for module in pkgutil.walk_packages(vl.__path__, "valuelib."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in vl.__all__:
        found = getattr(vl, name)
        assert inspect.isfunction(found) or inspect.isclass(found), name
        assert found.__name__ == name


@pytest.mark.parametrize("name", vl.__all__)
def test_examples_run(name: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT)
    found = getattr(vl, name)
    tests = [test for test in doctest.DocTestFinder(recurse=False).find(found, name) if test.examples]
    assert tests, f"{name} has no example"
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL
    with mpl.rc_context():
        for test in tests:
            told: list[str] = []
            result = doctest.DocTestRunner(optionflags=flags).run(test, out=told.append)
            assert result.failed == 0, "".join(told)


@pytest.mark.parametrize("name", vl.__all__)
def test_docstrings_tell_what_goes_in_and_what_comes_out(name: str):
    found = getattr(vl, name)
    told = inspect.getdoc(found) or ""
    assert told.splitlines()[0].endswith((".", ":", ";"))
    if inspect.isfunction(found):
        parameters = [one for one in inspect.signature(found).parameters.values() if one.name != "study"]
        assert ("Args:" in told) or not parameters
        assert all(one.name in told for one in parameters)
        assert "Returns:" in told or inspect.signature(found).return_annotation == "None"


STUDY = vl.load_study(ROOT / "data" / "demo", language="en")


def answers_and_names() -> set[str]:
    """What a short repr must never hold: names of people and accounts, and whole comments."""
    people = {*STUDY.data.respondent, *STUDY.data.account, *STUDY.data.comment.dropna()}
    return {str(one) for one in people if not str(one).isdigit()}


def test_the_example_of_the_design_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Every line of it, with the arguments written out."""
    monkeypatch.chdir(ROOT)
    study = vl.load_study("data/demo", language="en")
    trade = study.where("industry == 'trade'")
    finding = vl.assess(study, "nps_60")
    findings = vl.assess_all(study)
    by_industry = vl.estimate(study, "nps", by="industry")
    shown = [
        study,
        trade,
        finding,
        findings,
        by_industry,
        vl.compare(study, "repurchase", by="industry", groups=("trade", "logistics")),
        vl.crosstab(study, rows="industry", columns="promoter"),
        vl.drivers(study),
        vl.sensitivity(study, "nps_60"),
        vl.specifications(study, "recommend"),
        vl.thresholds(study),
        vl.reliability(study),
        vl.effort(study),
        vl.cocreation(study),
        vl.both_sides(study),
        vl.over_time(study),
        vl.people(study),
        vl.listening(study),
        vl.plan("nps_60", baseline=40.0, together=["repurchase_22"]),
        vl.simulate("halo", halo_only=True, out=tmp_path / "halo"),
        vl.pool(["data/portfolio/kaarna", "data/portfolio/louhi"]),
    ]
    private = answers_and_names()
    for one in shown:
        line = repr(one)
        assert len(line) < 200
        assert "\n" not in line
        assert not [name for name in private if name in line]
        bundle = one._repr_mimebundle_()
        assert bundle["text/html"]
        assert bundle["text/plain"]
    assert {"respondent", "account", "industry", "promoter"} <= {*study.answers}
    assert len(study.elements) == 40
    assert len(study.accounts) == 350
    assert finding.difference is not None
    assert finding.ratio is not None
    assert finding.total is not None
    assert finding.raw is not None
    assert finding.halo_band is not None
    for one in shown[2:-2]:
        assert isinstance(one.to_frame(), pd.DataFrame)
        plt.close(one.plot().figure)
    assert {"estimate", "std_error", "df", "conf_low", "conf_high", "n", "n_clusters"} <= {*by_industry.to_frame()}
    assert findings["nps_60"] == finding
    vl.set_theme()
    mpl.rcdefaults()


def test_a_part_of_a_study_proves_nothing():
    trade = STUDY.where("industry == 'trade'")
    finding = vl.assess(trade, "nps_60")
    assert not finding.confirmatory
    assert "exploratory: industry == 'trade'" in repr(finding)
    assert finding.sentence.startswith("Exploratory (industry == 'trade'): ")
    assert "exploratory: industry == 'trade'" in finding._repr_mimebundle_()["text/plain"]
    assert finding.to_frame().attrs == {"exploratory": True, "subset": "industry == 'trade'"}
    findings = vl.assess_all(STUDY.where(industry="trade"))
    assert not any(one.confirmatory for one in findings)
    assert "exploratory: Industry: Retail" in repr(findings)
    assert "exploratory: Industry: Retail" in findings._repr_mimebundle_()["text/html"]
    for one in (findings, findings["nps_60"], vl.sensitivity(STUDY.where(industry="trade"), findings["nps_60"])):
        ax = one.plot()
        assert ax.get_title(loc="left").startswith("Exploratory (Industry: Retail)")
        plt.close(ax.figure)
    assert not vl.assess(trade.where(promoter="promoter"), "repurchase_22").confirmatory


def test_a_changed_claim_proves_nothing():
    changed = vl.claim("nps_60").with_(size=25, unit="points")
    finding = vl.assess(STUDY, changed)
    assert vl.assess(STUDY, "nps_60").confirmatory
    assert not finding.confirmatory
    assert finding.sentence.startswith("Exploratory: ")
    assert finding.size == 25
    assert finding.claim == changed
    assert not vl.assess(STUDY, vl.claim("nps_60").with_(size=25, unit="points", id="nps_60")).confirmatory


def test_a_report_is_that_of_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    made = vl.simulate("small", no_effect=True, respondents=60, accounts=30, seed=3, out=tmp_path / "small")
    chapters = find_notebooks()
    first_and_last = (chapters[0], chapters[-1])  # tests/test_whole_path.py runs them all
    monkeypatch.setattr("valuelib.output.build.find_notebooks", lambda: first_and_last)
    folder = vl.report(made, out=tmp_path / "report", language="fi")
    assert folder == tmp_path / "report"
    assert 'lang="fi"' in (folder / "report.html").read_text(encoding="utf-8")


def test_views_are_named_and_none_where_the_study_has_no_data(tmp_path: Path):
    found = vl.drivers(STUDY)
    assert [*found.figures] == ["drivers", "priorities"]
    assert found.figures["drivers"].svg.startswith("<?xml")
    with pytest.raises(ParameterError, match="did you mean 'priorities'"):
        found.figures["priority"]
    bare = vl.simulate("bare", higher_elements=0, lower_elements=1, respondents=40, accounts=20)
    nothing = vl.drivers(bare)
    assert len(nothing) == 0
    assert nothing.missing
    assert nothing.figures["drivers"] is None
