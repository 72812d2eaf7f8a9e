"""A further claim of the register is an entry in two languages: assessed, worded and placed with no line of Python changed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENTRY = """
  - id: trust_and_learning
    chapter: 09_cocreation
    statement:
      en: Trust and learning from other customers each add to the willingness to recommend.
      fi: Luottamus ja muilta asiakkailta oppiminen lisäävät kumpikin suosittelualttiutta.
    source: practice
    reading:
      kind: facets
      exposure: facets
      facets: [trust_openness, ecosystem_learning]
      outcome: recommend
      metric: positive
      needs: [recommend, cocreation]
    partnership: listed
    parts:
      - {key: adds_trust, name: {en: what trust adds, fi: luottamuksen lisä}, statements: [T1, T2]}
      - {key: adds_new_learning, name: {en: what learning adds, fi: oppimisen lisä}, statements: [E1, E2]}
    caveat:
      en: No figure is published.
      fi: Lukua ei ole julkaistu.
"""
LOOK = """
import json, sys
from pathlib import Path
import valuelib
from valuelib.verdict.assess import assess_all
from valuelib.explore.recommend import needed_estimates, recommend
from valuelib.output.content import Card, make_content
from valuelib.output.run import run_notebooks
from valuelib.show.localizer import in_language
from valuelib.show.partnership import table_partnership, pick_partnership
from valuelib.show.sentences import say_finding
from valuelib.show.card import card_words
from valuelib.study import load_study

study = load_study(Path(sys.argv[1]))
findings = assess_all(study)
finding = findings["trust_and_learning"]
runs = run_notebooks([Path("notebooks/09_cocreation.ipynb")], {"study": sys.argv[1], "language": "fi"})
def spoken(language, function, *arguments):
    with in_language(language):
        return function(*arguments)


content = spoken("fi", make_content, runs, study)
cards = {block.words.statement: section.id for section in content.sections for block in section.blocks if isinstance(block, Card)}
print(json.dumps({
    "package": valuelib.__file__,
    "verdict": finding.verdict,
    "rung": finding.evidence_level,
    "parts": [part.name for part in finding.parts],
    "words": {one: repr(spoken(one, card_words, finding)) for one in ("en", "fi")},
    "said": {one: spoken(one, say_finding, finding) for one in ("en", "fi")},
    "cards": cards,
    "partnership": [row[0].value for row in table_partnership(pick_partnership(findings)).rows],
    "recorded": [one.claim.id for one in content.findings],
}))
"""


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a copy of the package shows of the demo once its register has the entry."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "valuelib", folder / "valuelib", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    with (folder / "valuelib/theory/data/claims.yaml").open("a", encoding="utf-8") as register:
        register.write(ENTRY)
    (folder / "look.py").write_text(LOOK, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "look.py", str(ROOT / "data" / "demo")],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "PYDEVD_DISABLE_FILE_VALIDATION": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert Path(found["package"]).is_relative_to(folder)
    return found


def test_it_is_assessed_by_its_own_parts(seen: dict[str, Any]) -> None:
    assert seen["verdict"] in ("supported", "undecided", "rejected")
    assert (seen["rung"], seen["parts"]) == ("other_rater", ["adds_trust", "adds_new_learning"])


def test_it_is_worded_in_both_languages(seen: dict[str, Any]) -> None:
    english, finnish = seen["words"]["en"], seen["words"]["fi"]
    assert "Trust and learning from other customers" in english
    assert "Luottamus ja muilta asiakkailta oppiminen" in finnish
    assert "hat trust adds" in english
    assert "uottamuksen lisä" in finnish
    assert seen["said"]["en"] != seen["said"]["fi"]


def test_it_stands_in_its_chapter_and_in_the_content_of_the_report(seen: dict[str, Any]) -> None:
    statement = "Luottamus ja muilta asiakkailta oppiminen lisäävät kumpikin suosittelualttiutta."
    assert {place for said, place in seen["cards"].items() if said == statement} == {anchor_of_chapter(seen)}
    assert "trust_and_learning" in seen["recorded"]
    assert any(said.startswith("Trust and learning") for said in seen["partnership"])


def anchor_of_chapter(seen: dict[str, Any]) -> str:
    """The chapter in which the register's own claim on co-creation stands."""
    return next(str(place) for said, place in seen["cards"].items() if said.startswith("Hyvä yhteinen arvonluonti"))
