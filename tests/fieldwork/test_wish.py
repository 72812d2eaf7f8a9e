"""What is asked for on the command line: all problems at once, nothing overwritten, warnings where evidence would be missing."""

from collections import Counter
from itertools import combinations

import pytest
import yaml

from valuelib.errors import ParameterError
from valuelib.fieldwork.choices import design_sets
from valuelib.fieldwork.folder import write_questionnaire
from valuelib.fieldwork.short import choose_short, fewest
from valuelib.fieldwork.wish import Wish, check_wish
from valuelib.study.config import StudyConfig
from valuelib.study.load import load_study
from valuelib.theory.pyramid import LOWER_TIERS, categories, element, elements, tiers
from valuelib.worlds import Truth, simulate_study

EVERY = [one.key for one in elements()]


def problems_of(**wish):
    with pytest.raises(ParameterError) as caught:
        check_wish(Wish(**{"name": "acme", "tools": ["md"], **wish}))
    return str(caught.value).splitlines()


def test_every_problem_is_told_at_once(tmp_path):
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "mine.txt").write_text("mine", encoding="utf-8")
    told = problems_of(
        name="ac me",
        tools=["docs,qsf"],
        languages=["sv"],
        elements=str(tmp_path / "none.txt"),
        facets=["trust"],
        pilot=tmp_path,
        offerings=tmp_path / "none.csv",
        out=taken,
    )
    for word, line in zip(("ac me", "docs", "sv", "trust", "none.txt", "--pilot", "none.csv", "taken"), told, strict=True):
        assert word in line
    assert all("expected" in line or "did you mean" in line or "known are" in line or "give --short" in line for line in told)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("offering;higher\nPartner;yes\n", "higher: yes, and one or more with no"),
        ("offering;higher\nPartner;yes\nPartner;no\n", "stands twice"),
        ("offering;higher\nPartner;perhaps\nBasic;no\n", "offering 1: expected a name under offering, and yes or no"),
        ("package;better\nPartner;yes\n", "offering 1: expected a name"),
        ("", "names no offering"),
    ],
)
def test_faulty_offerings_are_told(tmp_path, content, told):
    path = tmp_path / "offerings.csv"
    path.write_text(content, encoding="utf-8")
    (line,) = problems_of(offerings=path)
    assert told in line


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("o.csv", "offering,higher\nPartner,yes\nBasic,no\n"),
        ("o.csv", "\ufeffoffering;higher\nPartner;Kyllä\nBasic;ei\n"),
        ("o.yaml", "- {offering: Partner, higher: yes}\n- {offering: Basic, higher: no}\n"),
        ("o.yml", "offerings:\n- {offering: Partner, higher: true}\n- {offering: Basic, higher: 'no'}\n"),
    ],
)
def test_offerings_fill_the_exposure(tmp_path, name, content):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    asked = check_wish(Wish(name="acme", tools=["md"], offerings=path))
    folder = write_questionnaire(asked, tmp_path / "out")
    settings = yaml.safe_load((folder / "study" / "study.yaml").read_text(encoding="utf-8"))
    assert settings["exposure"] == {"rule": "offering", "column": "offering", "higher": ["Partner"], "baseline": ["Basic"]}
    assert asked.warnings == ()


def test_without_offerings_one_warning_and_an_open_exposure(tmp_path):
    asked = check_wish(Wish(name="acme", tools=["md"]))
    assert len(asked.warnings) == 1
    assert "--offerings" in asked.warnings[0]
    folder = write_questionnaire(asked, tmp_path / "out")
    text = (folder / "study" / "study.yaml").read_text(encoding="utf-8")
    assert "# exposure:" in text
    StudyConfig.model_validate(yaml.safe_load(text))


def test_too_few_lower_tier_statements_are_warned_of(tmp_path):
    path = tmp_path / "keys.txt"
    path.write_text("vision\nhope  # the future\n- product_quality\n", encoding="utf-8")
    asked = check_wish(Wish(name="acme", tools=["md"], elements=str(path)))
    assert [question.key for question in asked.questionnaire.questions if question.code.startswith("V")] == [
        "product_quality",
        "vision",
        "hope",
    ]
    assert any("lower-tier statements: 1" in warning for warning in asked.warnings)
    path.write_text("vison\n", encoding="utf-8")
    (line,) = problems_of(elements=str(path))
    assert "vision" in line


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    asked = check_wish(Wish(name="acme", tools=["md"]))
    with pytest.raises(ParameterError, match="nothing is overwritten"):
        write_questionnaire(asked, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_folder_has_every_file_in_every_language(tmp_path):
    asked = check_wish(Wish(name="acme", tools=["docx,xlsx", "limesurvey", "qsf", "md"]))
    folder = write_questionnaire(asked, tmp_path / "out")
    written = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    letters = {f"{language}/{key}.{end}" for language in ("fi", "en") for end in ("docx", "md") for key in LETTERS}
    forms = {f"acme-{language}-{form}.docx" for language in ("fi", "en") for form in "AB"}
    studies = {f"study-{tool}/{name}" for tool in asked.tools for name in ("study.yaml", "codebook.csv", *BESIDE)}
    answers = {"study-docx/responses.csv", "study-md/responses.csv", "study-xlsx/acme.xlsx"}
    assert written == {"README.md", "acme.txt", "acme.qsf", "acme-fi.md", "acme-en.md"} | letters | forms | studies | answers
    assert "2090" in (folder / "README.md").read_text(encoding="utf-8").replace(
        "\u00a0", ""
    )  # as `plan nps_60 --with repurchase_22`


LETTERS = ("privacy", "invitation", "reminder", "provider", "employees", "interviews")
BESIDE = ("provider.csv", "employees.csv", "interviews.csv")


# The short form


def tiers_of(keys):
    return {tier.key: sum(element(key).tier_key == tier.key for key in keys) for tier in tiers()}


@pytest.mark.parametrize("count", [5, 8, 11, 14, 20, 40])
def test_short_form_covers_tiers_then_the_control_then_categories(count):
    short = choose_short(count, among=EVERY)
    assert len(set(short.keys)) == count
    kept = tiers_of(short.keys)
    assert min(kept.values()) >= 1
    if count >= 9:
        assert sum(kept[key] for key in LOWER_TIERS) >= 3
        assert min(kept["individual"], kept["inspirational"]) >= 3
    if count >= 15:
        assert short.uncovered == ()
    told = {loss.key: (loss.asked, loss.all) for loss in short.losses}
    assert told["lower"] == (sum(kept[key] for key in LOWER_TIERS), 30)
    assert all(loss.correlation is None and loss.omega_all is None for loss in short.losses)


def test_short_form_is_refused_where_a_tier_would_be_lost():
    (line,) = problems_of(short=fewest() - 1)
    assert "--short 4" in line
    (line,) = problems_of(short=41)
    assert "5 to 40" in line


def test_pilot_figures_are_those_of_its_answers(tmp_path):
    pilot = simulate_study(tmp_path / "pilot", "pilot", Truth(respondents=400, accounts=150, language="en"), 7)
    short = choose_short(12, among=EVERY, pilot=pilot)
    losses = {loss.key: loss for loss in short.losses}
    assert short.pilot
    assert losses["inspirational"].correlation == pytest.approx(1.0)  # all three are asked
    assert losses["inspirational"].omega_short == pytest.approx(losses["inspirational"].omega_all)
    assert 0.5 < losses["lower"].correlation < 1
    assert losses["lower"].omega_short < losses["lower"].omega_all
    assert {element(key).category_key for key in short.keys} | set(short.uncovered) == {one.key for one in categories()}
    assert mean_likeness(pilot, short.keys) > mean_likeness(pilot, choose_short(12, among=EVERY).keys)


def mean_likeness(pilot, keys):
    """Of the means of what is asked with those of all, over the groups that decide; by pandas alone."""
    answers = load_study(pilot).data
    found = []
    for group in (LOWER_TIERS, ("individual",), ("inspirational",)):
        every = [f"element.{one.key}" for one in elements() if one.tier_key in group]
        asked = [column for column in every if column.removeprefix("element.") in keys]
        found.append(answers[asked].mean(axis=1).corr(answers[every].mean(axis=1)))
    return sum(found) / len(found)


def test_pilot_that_asked_too_little_is_told(tmp_path):
    pilot = simulate_study(tmp_path / "pilot", "pilot", Truth(respondents=60, accounts=30, lower_elements=4, higher_elements=3), 7)
    with pytest.raises(ParameterError, match="it asked 7 of these elements"):
        choose_short(12, among=EVERY, pilot=pilot)


def test_a_design_shows_each_element_equally_often_with_even_company() -> None:
    keys = [one.key for one in elements()][:12]
    sets = design_sets(keys)
    assert sets == design_sets(keys)
    assert Counter(key for one in sets for key in one) == dict.fromkeys(keys, 3)
    assert all(len({*one}) == 4 for one in sets)
    met = Counter(pair for one in sets for pair in combinations(sorted(one), 2))
    assert max(met.values()) <= 2


@pytest.mark.parametrize("choices", [3, 21])
def test_too_few_and_too_many_elements_to_choose_among_are_refused(choices: int) -> None:
    with pytest.raises(ParameterError, match=f"--choices {choices}: expected 6 to 20"):
        check_wish(Wish(name="acme", tools=["md"], elements="all", choices=choices))
