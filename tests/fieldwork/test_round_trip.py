"""From the questionnaire through each tool's export to the study: no edit, no CHECK, and every answer where it belongs."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.fieldwork.exports import PEOPLE, simulated_answers, write_export
from valuelib.fieldwork.arrival import start_study
from valuelib.fieldwork.choices import codes_of_set, element_place
from valuelib.fieldwork.folder import write_questionnaire
from valuelib.fieldwork.mapping import TOOLS
from valuelib.fieldwork.model import dont_know
from valuelib.fieldwork.wish import Wish, check_wish
from valuelib.study.load import load_study
from valuelib.study.scaffold import count_checks
from valuelib.theory.facets import facet_items
from valuelib.verdict.assess import assess
from valuelib.worlds import Truth, simulate_frames

ROOT = Path(__file__).resolve().parents[2]
KEYS = {  # code -> column of a study's frames, where they are not called alike
    "value": "perceived_value",
    "share": "share_of_purchases",
}


@pytest.fixture(
    scope="module",
    params=[*zip(TOOLS, ("en", "fi", "fi", "en", "fi"), strict=True)],
    ids=lambda one: one[0],
)
def fielded(request, tmp_path_factory):
    """A questionnaire that was fielded with one tool: what was asked, what was answered, the study folder and the export."""
    tool, language = request.param
    place = tmp_path_factory.mktemp("fielded")
    offerings = place / "offerings.csv"
    offerings.write_text("offering;higher\nPartner;kyllä\nBasic;ei\n", encoding="utf-8")
    wish = Wish(name="acme", client="Acme Oy", tools=[tool], languages=[language], elements="all", offerings=offerings, choices=8)
    asked = check_wish(wish)
    folder = write_questionnaire(asked, place / "out")
    answers = simulated_answers(asked.questionnaire)
    return asked, answers, folder / "study", write_export(tool, asked.questionnaire, answers, folder / "study")


def numbers(said: pd.Series) -> pd.Series:
    return pd.to_numeric(said.replace({"": None, str(dont_know().code): None})).astype(float)


def assert_answers_are_there(study, asked, answers):
    data = study.data
    assert len(data) == len(answers)
    for question in asked.questionnaire.questions:
        if question.key is not None:
            kind = "facet" if question.key in {item.key for item in facet_items()} else "element"
            column = f"{kind}.{question.key}"
        elif question.code.startswith(("best", "worst")) or question.code in (
            "comment",
            "promise",
            "repurchase",
            "expansion",
            "more1",
            "more2",
            "role",
            "years",
            "marker",
        ):
            continue
        else:
            column = KEYS.get(question.code, question.code)
        np.testing.assert_array_equal(data[column].astype(float), numbers(answers[question.code]), column)
    chosen = study.choices.merge(data[["respondent"]].assign(row=range(len(data))), on="respondent")
    for place, keys in enumerate(asked.questionnaire.choice_sets, start=1):
        of_set = chosen[chosen["set"] == str(place)]
        assert of_set.groupby("row")["item"].agg(set).map(lambda items, keys=keys: items == {*keys}).all()
        for end, code in zip(("best", "worst"), codes_of_set(place), strict=True):
            picked = of_set[of_set[end]].set_index("row")["item"].map(element_place).sort_index()
            np.testing.assert_array_equal(picked, numbers(answers[code]))
    more = (numbers(answers["more1"]), numbers(answers["more2"]))
    np.testing.assert_allclose(data["value_enhancement"].astype(float), pd.concat(more, axis=1).mean(axis=1))
    np.testing.assert_array_equal(data["promise"].astype(float), numbers(answers["promise"]) - 2)
    again = numbers(answers["repurchase"])
    np.testing.assert_array_equal(data["repurchase"].astype(float), (again >= 9).astype(float).where(again.notna()))
    np.testing.assert_array_equal(data["offering"].astype(float), 1.0 * (answers["offering"] == "Partner"))
    assert set(data["account"]) == set(answers["account"])
    assert data["comment"].fillna("").tolist() == answers["comment"].str.strip().tolist()


def test_check_reads_the_export_without_an_edit(fielded):
    asked, answers, folder, _ = fielded
    assert "CHECK" not in (folder / "study.yaml").read_text(encoding="utf-8")
    study = load_study(folder)
    assert_answers_are_there(study, asked, answers)
    assert study.config.client == "Acme Oy"
    assert assess(study, "nps_60").verdict != "not_testable"
    answered = study.answers  # by the names that queries and formulas use
    role = numbers(answers["role"])
    assert answered["role"].notna().sum() == role.notna().sum()
    assert answered["role"].nunique() == 4


def test_new_recognises_the_export_and_guesses_nothing(fielded, tmp_path):
    asked, answers, folder, export = fielded
    made = start_study("again", export, tmp_path / "again")
    assert count_checks(made) == 0
    assert_answers_are_there(load_study(made), asked, answers)
    written, own = ((place / "study.yaml").read_text(encoding="utf-8") for place in (made, folder))
    assert written.replace("study: again", "study: acme") == own


def test_an_export_alone_is_recognised_too_and_what_it_cannot_tell_stays_open(fielded, tmp_path):
    export = fielded[-1]
    elsewhere = tmp_path / "downloads"
    elsewhere.mkdir()
    lone = elsewhere / export.name
    lone.write_bytes(export.read_bytes())
    made = start_study("lone", lone, tmp_path / "lone")
    text = (made / "study.yaml").read_text(encoding="utf-8")
    assert count_checks(made) == 0
    assert "# exposure:" in text
    assert load_study(made).element_keys == load_study(export.parent).element_keys


@pytest.mark.parametrize("fielded", [("docx", "en")], indirect=True, ids=["docx"])  # the same with every tool
def test_the_other_forms_are_read_once_their_lines_are_opened(fielded, tmp_path):
    """Provider, employees and interviews: files filled under their headers, and two characters taken away from each line."""
    folder = fielded[2]
    study = tmp_path / "study"
    shutil.copytree(folder, study)
    world = simulate_frames(Truth(respondents=PEOPLE, accounts=40), 7)
    fill(study / "provider.csv", world.provider.rename(columns=lambda name: str(name).removeprefix("facet.")))
    fill(study / "employees.csv", world.employees.assign(team="T1").rename(columns=lambda name: str(name).removeprefix("facet.")))
    said = pd.DataFrame(
        {
            "account": world.answers["account"][:3],
            "quote": ["Opimme muilta.", "Saimme mallin.", "Emme oppineet."],
            "code": "ecosystem_learning",
            "publish": "no",
        }
    )
    fill(study / "interviews.csv", said.assign(coder="A"))
    text = (study / "study.yaml").read_text(encoding="utf-8")
    assert len(re.findall(r"^# (?:provider_view|employees|interviews):", text, re.MULTILINE)) == 3
    (study / "study.yaml").write_text(
        re.sub(r"^# (?=provider_view|employees|interviews)", "", text, flags=re.MULTILINE), encoding="utf-8"
    )
    loaded = load_study(study)
    assert len(loaded.provider) == len(world.provider)
    assert len(loaded.employees) == len(world.employees)
    assert len(loaded.interviews) == 3
    np.testing.assert_array_equal(loaded.provider["facet.T1"].astype(float), world.provider["facet.T1"])


def fill(path, frame):
    header = path.read_text(encoding="utf-8-sig").strip().split(";")
    path.write_bytes(frame[header].to_csv(index=False, sep=";").encode("utf-8-sig"))


def test_the_command_line_takes_the_same_way(tmp_path):
    """As a user types it: questionnaire, export, check and new, each with exit status 0."""
    offerings = tmp_path / "offerings.yaml"
    offerings.write_text("- {offering: Partner, higher: yes}\n- {offering: Basic, higher: no}\n", encoding="utf-8")
    out = tmp_path / "survey"
    run("questionnaire", "acme", "--for", "limesurvey", "--offerings", offerings, "--out", out)
    asked = check_wish(Wish(name="acme", tools=["limesurvey"], offerings=offerings))
    export = write_export("limesurvey", asked.questionnaire, simulated_answers(asked.questionnaire), out / "study")
    assert "120" in run("check", out / "study").stdout
    told = run("new", "arrived", "--from", export, "--out", tmp_path / "arrived")
    assert re.search(r"CHECK in .*: 0$", told.stderr, re.MULTILINE)
    run("check", tmp_path / "arrived")


def run(*words) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([sys.executable, "-m", "valuelib", *map(str, words)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done
