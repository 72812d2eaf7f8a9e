"""The Python blocks of README and of the pages, run as a reader runs them: in order, in one fresh namespace a page."""

import ast
import re
import shutil
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pytest

import valuelib
from tools.docs_site import API_GROUPS

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*/*.md")))
EXAMPLES = {page: BLOCK.findall(page.read_text(encoding="utf-8")) for page in PAGES}


@pytest.mark.parametrize("page", [page for page, blocks in EXAMPLES.items() if blocks], ids=lambda page: page.stem)
def test_python_blocks_run_in_order(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "data" / "demo", tmp_path / "data" / "demo")
    (tmp_path / "reports").mkdir()
    monkeypatch.chdir(tmp_path)  # as the project folder, but with nothing to clear away
    names: dict[str, Any] = {}
    for number, block in enumerate(EXAMPLES[page], 1):
        place = f"{page.name}, block {number}"
        for statement in ast.parse(block, place).body:
            if isinstance(statement, ast.Expr):
                assert repr(eval(compile(ast.Expression(statement.value), place, "eval"), names)), place
            else:
                exec(compile(ast.Module([statement], []), place, "exec"), names)
    plt.close("all")


def test_readme_and_the_page_on_python_have_examples() -> None:
    assert len(EXAMPLES[ROOT / "README.md"]) == 1
    assert len(EXAMPLES[ROOT / "docs" / "how-to" / "explore-in-python.md"]) == 5


def test_the_groups_of_the_api_hold_public_names_only() -> None:
    grouped = {name for names in API_GROUPS.values() for name in names} - {"batch"}  # still to be built
    assert grouped - set(valuelib.__all__) == set()
