"""The bill of materials, the licences, and the question for known vulnerabilities."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.test_project import locked
from tools import supply_chain

ROOT = Path(__file__).resolve().parents[1]


def test_the_bill_of_materials_names_the_packages_and_versions_of_the_lock() -> None:
    components = json.loads(supply_chain.SBOM.read_text(encoding="utf-8"))["components"]
    assert sorted((one["name"], one["version"]) for one in components) == sorted(
        (name, version) for name, versions in locked("runtime.txt").items() for version in versions
    )


def test_what_is_written_is_what_the_locks_and_packages_give() -> None:
    assert supply_chain.SBOM.read_text(encoding="utf-8") == supply_chain.bill_of_materials()
    assert supply_chain.PAGE.read_text(encoding="utf-8") == supply_chain.licences_page()


def test_the_bill_of_materials_is_valid_and_whole() -> None:
    text = supply_chain.SBOM.read_text(encoding="utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    document = json.loads(text)
    refs = {one["bom-ref"] for one in document["components"]}
    wants = {one["ref"]: set(one["dependsOn"]) for one in document["dependencies"]}
    assert wants.keys() == refs | {"valuelib"}
    reached, new = set(), {"valuelib"}
    while new:
        reached |= new
        new = {ref for one in new for ref in wants[one]} - reached
    assert reached - {"valuelib"} == refs  # each is wanted by something that a report needs


def test_every_licence_lets_the_package_be_passed_on() -> None:
    rows = [
        line.strip("| ").split(" | ") for line in supply_chain.PAGE.read_text(encoding="utf-8").splitlines() if line[:2] == "| "
    ]
    licences = {name: licence for name, licence in rows if name != "Package"}
    assert licences.keys() >= {*locked("runtime.txt"), "sqlalchemy", "jupyterlab"}
    assert {name: licence for name, licence in licences.items() if not supply_chain.allowed(licence)} == {}


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [("MIT", True), ("MIT OR GPL-3.0-only", True), ("MIT AND GPL-3.0-only", False), ("AGPL-3.0-only", False), ("Own-1.0", False)],
)
def test_licences_are_weighed(expression: str, allowed: bool) -> None:
    assert supply_chain.allowed(expression) is allowed


def test_a_licence_under_the_gpl_and_an_unknown_package_are_noticed() -> None:
    assert not supply_chain.allowed(supply_chain.licence_of("krippendorff"))
    with pytest.raises(SystemExit, match="no-such-package is not installed"):
        supply_chain.licence_of("no-such-package")


def test_an_audit_without_a_way_to_the_advisories_says_so() -> None:
    nowhere = dict.fromkeys(("HTTPS_PROXY", "https_proxy"), "http://127.0.0.1:9")
    command = [sys.executable, "tools/supply_chain.py", "audit"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, **nowhere})
    told = "The locks were not held against known vulnerabilities: no advisories can be had from here.\n"
    assert (ended.returncode, ended.stdout) == (0, told)
