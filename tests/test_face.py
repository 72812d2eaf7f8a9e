"""The public face: `import valuelib as vl` is quick, shows its names and nothing else, and each of them does what it says."""

import doctest
import importlib
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import pytest

import valuelib as vl

ROOT = Path(__file__).resolve().parents[1]


def python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def test_import_loads_nothing_heavy():
    told = python("import sys, time; t = time.perf_counter(); import valuelib; print(time.perf_counter() - t, *sys.modules)")
    seconds, *modules = told.split()
    assert not {"pandas", "numpy", "scipy", "matplotlib", "pydantic", "IPython"} & {*modules}
    assert float(seconds) < 0.1


def test_the_names_are_few_and_the_tab_key_shows_them_alone():
    assert len(vl.__all__) <= 32
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
