"""Chapters as research: their form, the plain estimates beside ours on the demo study, and studies that lack something."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import nbformat
import pandas as pd
import pytest
import statsmodels.formula.api as smf

import valuelib as vl
from tests.clients import SETTINGS, study_of
from tests.notebooks.needed import needed_cells, untagged_cells
from tests.tolerances import SAME_ARITHMETIC
from tools.notebook_lines import count_lines
from valuelib.study.model import Study
from valuelib.theory import claims
from valuelib.worlds.frames import simulate_frames
from valuelib.worlds.truth import Truth

ROOT = Path(__file__).resolve().parents[2]
# Chapters that are written as research: all of them.
RESEARCH = tuple(sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb") if path.stem != "explore"))
MOST_LINES, LEAST_RATIO = 18, 5
# They show others' findings, take many parameters, or import several tools.
RATIOS = {
    "00_executive_summary": 2.5,
    "07_drivers": 4.5,
    "14_roll_out": 3.5,
    "15_comparability": 3,
    "16_choices": 4.5,
    "plan_a_study": 3,
    "portfolio": 4,
}
TOOLS = {
    "00_executive_summary": ("sns.", "pd.", "stats.", "multipletests"),  # recorded findings are read, nothing is fitted
    "06_specifications": ("sns.", "sm.", "pd."),  # hundreds of fits, for which formulas are slow
    "16_choices": ("sns.", "PHReg", "pd."),  # a conditional logit has no formula
}
STUDY = ['study = "data/demo"', 'language = "en"']
FIRST_PARAMETERS = {"plan_a_study": ['claim = "nps_60"', "together = []"]}  # it takes no study
SCALES = {"0", "6", "9", "10", "100", "95"}  # ends of scales and groups of NPS, the points of an answer, the level of intervals
LINK = re.compile(r"\[([^\]]*)\]\(([^)#]+)(?:#[^)]*)?\)")


@pytest.fixture(autouse=True)
def quiet_pictures() -> Iterator[None]:
    """Pictures go to no screen and leave no settings."""
    with plt.rc_context():
        plt.switch_backend("agg")
        yield
        plt.close("all")


def read(name: str) -> nbformat.NotebookNode:
    return nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)


def code_of(name: str) -> list[str]:
    return [cell.source for cell in read(name).cells if cell.cell_type == "code"]


def text_of(name: str) -> str:
    return "\n\n".join(cell.source for cell in read(name).cells if cell.cell_type == "markdown")


def run(name: str, study: Study | str) -> dict[str, Any]:
    """The names that the code cells leave, run one by one with another study."""
    names: dict[str, Any] = {}
    for cell in (cell for cell in read(name).cells if cell.cell_type == "code"):
        parameters = "parameters" in cell.metadata.get("tags", [])
        exec(cell.source, names)
        if parameters:
            names["study"] = study
    return names


@cache
def on_demo(name: str) -> dict[str, Any]:
    return run(name, str(ROOT / "data" / "demo"))


# ---------------------------------------------------------------------- form


@pytest.mark.parametrize("name", [name for name in RESEARCH if name != "portfolio"])  # a list of studies takes several lines
def test_parameters_are_one_cell_of_commented_literals(name: str) -> None:
    (cell,) = [cell for cell in read(name).cells if "parameters" in cell.metadata.get("tags", [])]
    lines = cell.source.splitlines()
    assert [line.partition("  # ")[0] for line in lines[:2]] == FIRST_PARAMETERS.get(name, STUDY)
    assert all("  # " in line for line in lines)


@pytest.mark.parametrize("name", RESEARCH)
def test_plain_tools_do_the_work(name: str) -> None:
    calls = [ast.unparse(node.func) for code in code_of(name) for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    for tool in TOOLS.get(name, ("sns.", "smf.", "pd.")):
        assert any(call.startswith(tool) for call in calls), tool
    if name != "plan_a_study":
        first = next(place for place, cell in enumerate(read(name).cells) if re.search(r"groupby|\.corr", cell.source))
        assert first < 6, "the naive answer comes late"


@pytest.mark.parametrize("name", RESEARCH)
def test_analysis_outweighs_bookkeeping(name: str) -> None:
    least = RATIOS.get(name, LEAST_RATIO)
    assert count_lines(ROOT / "notebooks" / f"{name}.ipynb").ratio >= least


@pytest.mark.parametrize("name", RESEARCH)
def test_cells_are_short_plain_and_end_with_done(name: str) -> None:
    codes = code_of(name)
    assert codes[-1] == "ch.done()"
    assert max(len(code.splitlines()) for code in codes) <= MOST_LINES
    for code in codes:
        nodes = list(ast.walk(ast.parse(code)))
        assert not [node for node in nodes if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("valuelib")], code
        assert not [node for node in nodes if isinstance(node, ast.If | ast.IfExp | ast.Try)], code
        assert not {node.id for node in nodes if isinstance(node, ast.Name)} & {"warnings", "sys", "os"}, code
        assert "random.seed" not in code
        assert max(map(len, code.splitlines())) <= 120, code


@pytest.mark.parametrize("name", [name for name in RESEARCH if name[0].isdigit()])
def test_cells_that_no_report_needs_are_tagged_for_the_analyst_and_no_others(name: str) -> None:
    notebook = read(name)
    assert set(untagged_cells(notebook, "analyst")) == needed_cells(notebook)


@pytest.mark.parametrize("name", RESEARCH)
def test_no_figure_that_depends_on_the_data_stands_in_prose(name: str) -> None:
    sizes = [claim.reading.size for claim in claims() if claim.reading.size is not None]
    claimed = {f"{size:g}" for size in sizes} | {f"{100 * (size - 1):.0f}" for size in sizes}
    prose = LINK.sub(r"\1", re.sub(r"`[^`]*`", "", text_of(name)))
    prose = re.sub(r"^\d+\. ", "", prose, flags=re.MULTILINE)  # numbered lists
    prose = re.sub(r"(?<=\w )(19|20)\d\d(?=\))", "", prose)  # years of sources
    assert set(re.findall(r"(?<![A-Za-z\d.])\d+(?:\.\d+)?", prose)) <= SCALES | claimed


@pytest.mark.parametrize("name", RESEARCH)
def test_it_ends_with_key_ideas_and_tasks_that_ask_for_a_prediction(name: str) -> None:
    headings = re.findall(r"^## (.*)$", text_of(name), flags=re.MULTILINE)
    assert headings[0] == "The naive answer"
    assert headings[-3:] == ["When it breaks", "Key ideas", "Try it"]
    tasks = re.split(r"^\d+\. ", text_of(name).partition("## Try it")[2], flags=re.MULTILINE)[1:]
    assert tasks
    for task in tasks:
        assert re.search(r"Say first|Guess", task), task
        named = re.findall(r"`([^`]+)`", task)
        assert any(word in code for word in named for code in code_of(name)), task


@pytest.mark.parametrize("name", RESEARCH)
def test_links_lead_somewhere(name: str) -> None:
    targets = [target for _, target in LINK.findall(text_of(name)) if not target.startswith("http")]
    assert [target for target in targets if not (ROOT / "notebooks" / target).is_file()] == []


@pytest.mark.parametrize("name", RESEARCH)
def test_stored_outputs_hold_no_warning(name: str) -> None:
    outputs = [output for cell in read(name).cells for output in cell.get("outputs", [])]
    assert outputs
    assert not [output for output in outputs if output.get("name") == "stderr"]


# ---------------------------------------------------------------------- the plain estimates and ours

WAYS = {"own ratings": "raw", "what was bought": "audited.total", "bought, lower tiers equal": "audited.lower_tiers"}


@pytest.mark.parametrize("name", ["03_nps_claim", "04_repurchase_claim"])
def test_three_formulas_give_our_contrasts(name: str) -> None:
    names = on_demo(name)
    plain, ours = names["ladder"], names["finding"].to_frame().set_index("term")
    assert list(plain.index) == list(WAYS)
    for way, term in WAYS.items():
        assert plain.estimate[way] == pytest.approx(ours.estimate[term], abs=SAME_ARITHMETIC)
        assert plain.n[way] == ours.n[term]
        assert plain.std_error[way] < ours.std_error[term] < 1.05 * plain.std_error[way]  # CR2 is a little wider
        assert ours.conf_low[term] < plain.conf_low[way]
        assert plain.conf_high[way] < ours.conf_high[term]


def test_predictions_give_our_baseline_and_ratio() -> None:
    names = on_demo("03_nps_claim")
    levels, finding = names["levels"], names["finding"]
    (bought,) = (one for one in finding.contrasts if one.name == "audited.lower_tiers")
    for way, contrast in (("own ratings", finding.raw), ("bought, lower tiers equal", bought)):
        assert levels["the others"][way] == pytest.approx(contrast.baseline.value, abs=SAME_ARITHMETIC)
        assert levels["higher tiers"][way] / levels["the others"][way] == pytest.approx(contrast.ratio.value, abs=SAME_ARITHMETIC)


def test_other_readings_are_formulas_too() -> None:
    names = on_demo("03_nps_claim")
    for reading, finding in (("six_or_more", names["many"]), ("individual", names["personal"])):
        assert names["plain"].estimate[reading] == pytest.approx(finding.difference.value, abs=SAME_ARITHMETIC)
    names = on_demo("04_repurchase_claim")
    assert names["plain"].estimate["six_or_more"] == pytest.approx(names["many"].difference.value, abs=SAME_ARITHMETIC)


def test_line_and_logistic_curve_agree_on_the_demo() -> None:
    table = on_demo("04_repurchase_claim")["table"]
    difference = table["higher tiers"] - table["baseline"]
    assert difference["line"].to_numpy() == pytest.approx(difference["logit"].to_numpy(), abs=0.5)


def test_six_formulas_give_our_ways() -> None:
    names = on_demo("05_halo")
    for plain, finding in ((names["ladder"], names["finding"]), (names["known"], names["renewal"])):
        ours = finding.to_frame().set_index("term").estimate
        assert list(plain.index) == list(names["ways"])
        assert plain.estimate.to_numpy() == pytest.approx(ours[plain.index].to_numpy(), abs=SAME_ARITHMETIC)


def test_traces_and_robustness_are_ours() -> None:
    names = on_demo("05_halo")
    data = names["frame"](names["ch"].study, "repurchase")  # a roll-out decides on the NPS, what was bought on renewal
    fitted = smf.wls(f"repurchase ~ {' + '.join(names['ways']['audited.lower_tiers'])}", data, weights=data.weight).fit()
    strength = abs(fitted.tvalues["offering"]) / fitted.df_resid**0.5
    by_hand = ((strength**4 + 4 * strength**2) ** 0.5 - strength**2) / 2
    assert by_hand == pytest.approx(names["renewal"].robustness.value_share, abs=SAME_ARITHMETIC)
    mean_r = vl.reliability(names["ch"].study).parts["halo"]["halo.mean_r"]
    assert names["pairs"].mean() == pytest.approx(mean_r.value, abs=SAME_ARITHMETIC)


def test_in_a_world_without_effect_own_ratings_deceive_and_the_purchase_does_not() -> None:
    empty = on_demo("05_halo")["empty"]
    assert empty.conf_low["raw"] > 10
    assert empty.conf_low["audited.lower_tiers"] < 0 < empty.conf_high["audited.lower_tiers"]


# ---------------------------------------------------------------------- studies that lack something


def made_up(**truth: Any) -> pd.DataFrame:
    return simulate_frames(Truth(**{"respondents": 90, "accounts": 30, **truth}), 1).answers


def without(answers: pd.DataFrame, *prefixes: str) -> pd.DataFrame:
    return answers.drop(columns=[name for name in answers if name.startswith(prefixes)])


def thin_studies() -> dict[str, Study]:
    answers = made_up()
    later = {"repurchase": SETTINGS["outcomes"]["repurchase"]}
    extras = ("offering", "marker", "satisfaction", "unaffected", "adjust.", "segment.")
    return {
        "no offering, marker or segment": study_of(without(answers, *extras), exposure=None),
        "no elements": study_of(without(answers, "element."), elements=None),
        "only NPS": study_of(answers[["respondent", "account", "weight", "recommend", "nps"]], elements=None, exposure=None),
        "no NPS": study_of(without(answers, "nps", "recommend"), outcomes=later),
        "twelve answers": study_of(made_up(respondents=12, accounts=4)),
    }


CASES = {
    "03_nps_claim": ("no offering, marker or segment", "no elements", "only NPS", "twelve answers"),
    "04_repurchase_claim": ("no offering, marker or segment", "no elements", "twelve answers"),
    "05_halo": ("no offering, marker or segment", "no NPS", "twelve answers"),
}


@pytest.mark.parametrize(("name", "about"), [(name, about) for name, cases in CASES.items() for about in cases])
def test_a_thin_study_stops_no_cell_and_forms_no_small_group(name: str, about: str) -> None:
    study = thin_studies()[about]
    names = run(name, study)
    assert names["ch"].study is study
    sizes = names["answers"].filter(["rates_high", "offering"]).apply(lambda column: column.value_counts().min()).dropna()
    assert (sizes >= study.config.privacy.min_group).all()
