"""What the locks bring in: `python tools/supply_chain.py write` or `audit`.

`write` renews requirements/sbom.json, the bill of materials of the runtime lock (CycloneDX), and docs/reference/licences.md; both
come from the locks and from what the installed packages say of themselves, so they hold no clock, address or path. `audit` asks the
package index's advisories for the locks, by pip-audit.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("runtime.txt", "dev.txt", "docs.txt", "setup.txt")
SBOM = ROOT / "requirements" / "sbom.json"
PAGE = ROOT / "docs" / "reference" / "licences.md"
ALLOWED = frozenset(
    {
        *("MIT", "MIT-0", "MIT-CMU", "HPND", "ISC", "Zlib", "Unlicense"),
        *("BSD", "BSD-2-Clause", "BSD-3-Clause", "0BSD"),
        *("Apache-2.0", "PSF-2.0", "CC0-1.0"),
        *("MPL-2.0", "LGPL-3.0-only"),  # used as they are: their own files stay under them, and ours do not come under them
    }
)
"""Licences that let valuelib be passed on under the MIT licence."""
SPELLED = {
    "2-clause BSD": "BSD-2-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 3-Clause License": "BSD-3-Clause",
    "BSD License": "BSD",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "ISC license": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "PSFL": "PSF-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
"""Usual spellings of licences in packages that do not yet give them as an SPDX expression."""
ELSEWHERE = {
    "aiohappyeyeballs": "PSF-2.0",
    "aiohttp": "Apache-2.0 AND MIT",
    "aiosignal": "Apache-2.0",
    "appnope": "BSD-2-Clause",
    "colorama": "BSD-3-Clause",
    "frozenlist": "Apache-2.0",
    "multidict": "Apache-2.0",
    "propcache": "Apache-2.0",
    "pywinpty": "MIT",
    "yarl": "Apache-2.0",
}
"""Packages that only other systems or versions of Python need, and that are not installed here."""
PIN = re.compile(r"^(?P<name>[a-z0-9._-]+)==(?P<version>[^ ;\\]+)(?: ; (?P<marker>[^\\\n]+?))? \\$")


def locked(lock: str) -> dict[tuple[str, str], list[str]]:
    """Packages of a lock, by name and version, with the names of those that want them."""
    found: dict[tuple[str, str], list[str]] = {}
    wanting: list[str] = []
    for line in (ROOT / "requirements" / lock).read_text(encoding="utf-8").splitlines():
        if pin := PIN.match(line):
            wanting = found.setdefault((pin["name"], pin["version"]), [])
        elif named := re.match(r"    #(?: via)?\s+([a-z0-9._-]+)", line):
            wanting.append(named[1])
    return found


def licence_of(name: str) -> str:
    """The licence of a package as an SPDX expression, by what it says of itself.

    Raises:
        SystemExit: it says nothing that is known.
    """
    if name in ELSEWHERE:
        return ELSEWHERE[name]
    try:
        told = metadata(name)
    except PackageNotFoundError:
        raise SystemExit(f"{name} is not installed, so its licence is not known. Run make setup, or add it to ELSEWHERE.") from None
    classified = [one.rpartition(" :: ")[2] for one in told.get_all("Classifier") or () if one.startswith("License ::")]
    for said in (told.get("License-Expression"), told.get("License"), *classified):
        spdx = SPELLED.get(str(said), str(said))
        if said and re.fullmatch(r"[A-Za-z0-9.-]+(?: (?:AND|OR) [A-Za-z0-9.-]+)*", spdx) and spdx != "UNKNOWN":
            return spdx
    raise SystemExit(f"The licence of {name} is not known: {classified or told.get('License')}. Look it up, and add it to SPELLED.")


def allowed(expression: str) -> bool:
    """Whether valuelib may be passed on together with a package of this licence."""
    return all(any(one in ALLOWED for one in part.split(" OR ")) for part in expression.split(" AND "))


def bill_of_materials() -> str:
    """The runtime lock as CycloneDX JSON: packages, versions, licences, and which of them wants which."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    packages = locked("runtime.txt")
    refs = {(name, version): f"pkg:pypi/{name}@{version}" for name, version in packages}
    wants: dict[str, list[str]] = {project["name"]: [], **{ref: [] for ref in refs.values()}}
    for package, wanting in packages.items():
        for name in wanting:
            for ref in [name] if name == project["name"] else [ref for (one, _), ref in refs.items() if one == name]:
                wants[ref].append(refs[package])

    def licences(expression: str) -> list[Mapping[str, Any]]:
        if " " in expression:
            return [{"expression": expression}]
        return [{"license": {"name": expression} if expression == "BSD" else {"id": expression}}]

    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "library",
                "bom-ref": project["name"],
                "name": project["name"],
                "version": project["version"],
                "licenses": licences(project["license"]),
            }
        },
        "components": [
            {
                "type": "library",
                "bom-ref": refs[name, version],
                "name": name,
                "version": version,
                "purl": refs[name, version],
                "licenses": licences(licence_of(name)),
            }
            for name, version in packages
        ],
        "dependencies": [{"ref": ref, "dependsOn": wanted} for ref, wanted in wants.items()],
    }
    return json.dumps(document, indent=1) + "\n"


def licences_page() -> str:
    """The page that lists the licence of each package that a user installs: those of the runtime lock, and those of the extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    runtime = sorted({name for name, _ in locked("runtime.txt")})
    development = locked("dev.txt")
    lines = [
        "# Licences",
        "",
        "What is installed with valuelib, which is under the [MIT licence](../../LICENSE), and the licence of each package.",
        "`make lock` writes this page from the packages' own words; a test refuses licences under which valuelib could not be",
        "passed on under its own. Versions, and which package wants which, stand in `requirements/sbom.json` (CycloneDX).",
        "",
        "## Every report",
        "",
        *table(runtime),
    ]
    for extra, requirements in project["optional-dependencies"].items():
        wanted = {re.split(r"[<>=!~\[; ]", one)[0] for one in requirements}
        while more := {name for (name, _), wanting in development.items() if wanted & {*wanting}} - wanted:
            wanted |= more
        lines += ["", f"## The extra `{extra}`", "", *table(sorted(wanted - {*runtime}))]
    return "\n".join(lines) + "\n"


def table(names: Sequence[str]) -> list[str]:
    """Rows of packages and licences."""
    return ["| Package | Licence |", "|---|---|", *(f"| {name} | {licence_of(name)} |" for name in names)]


def audit() -> int:
    """0 where no locked package has a known vulnerability, or nothing can be learned here, which is told; else 1."""
    command = [sys.executable, "-m", "pip_audit", "--strict", "--disable-pip", "--progress-spinner", "off"]
    locks = [part for lock in LOCKS for part in ("-r", str(ROOT / "requirements" / lock))]
    ended = subprocess.run([*command, *locks], capture_output=True, text=True, check=False)
    if re.search(
        r"not found on PyPI|ConnectionError|Connection(?:Timeout|Refused)|ServiceError|HTTPError|Max retries", ended.stderr
    ):
        print("The locks were not held against known vulnerabilities: no advisories can be had from here.")
        return 0
    print((ended.stdout + ended.stderr).strip())
    return ended.returncode


if __name__ == "__main__":
    if sys.argv[1:] == ["audit"]:
        sys.exit(audit())
    elif sys.argv[1:] == ["write"]:
        SBOM.write_text(bill_of_materials(), encoding="utf-8")
        PAGE.write_text(licences_page(), encoding="utf-8")
    else:
        sys.exit(__doc__)
