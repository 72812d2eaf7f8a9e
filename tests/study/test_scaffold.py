"""Does a proposed study.yaml name the right columns, mark every guess, and load?"""

from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
import yaml

from tests.shared_data import ROOT, shared_data
from valuelib.errors import ParameterError, StudyError
from valuelib.study.config_file import read_yaml
from valuelib.study.load import load_study
from valuelib.study.readers import read_table
from valuelib.study.scaffold import scaffold_study
from valuelib.study.scaffold.profile import find_missing, guess_scale, profile_columns
from valuelib.study.scaffold.words import bare
from valuelib.study.wording import yaml_word
from valuelib.theory.facets import facet_items
from valuelib.theory.pyramid import elements
from valuelib.worlds.folder import simulate_study
from valuelib.worlds.truth import Truth


def scaffold(tmp_path, export):
    """The new folder, and its study.yaml as text and as values."""
    folder = scaffold_study("new-study", export, tmp_path / "new-study")
    text = (folder / "study.yaml").read_text(encoding="utf-8")
    return folder, text, read_yaml(folder / "study.yaml", "study.yaml").data


def active(text):
    return [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]


def test_demo_export_is_recognised_in_full(tmp_path):
    folder, text, proposed = scaffold(tmp_path, ROOT / "data" / "demo" / "responses.csv")
    known = read_yaml(ROOT / "data" / "demo" / "study.yaml", "study.yaml").data
    assert proposed["language"] == "fi"
    assert proposed["missing"] == ["En osaa sanoa"]
    assert proposed["columns"] == {key: known["columns"][key] for key in ("respondent", "account", "wave")}
    assert proposed["outcomes"]["recommend"] == known["outcomes"]["recommend"]
    assert proposed["outcomes"]["repurchase"]["column"] == known["outcomes"]["repurchase"]["column"]
    assert proposed["elements"] == known["elements"]
    assert proposed["cocreation"] == known["cocreation"]
    assert proposed["exposure"]["column"] == known["exposure"]["column"]
    assert set(proposed["exposure"]["higher"]) == set(known["exposure"]["higher"])
    assert '"Toimiala", "Kokoluokka"' in text
    study, demo = load_study(folder), load_study(ROOT / "data" / "demo")
    for column in ("nps", "repurchase", "offering", "element.vision", "facet.C2"):
        pd.testing.assert_series_equal(study.data[column], demo.data[column])


def test_labelled_spss_file_is_recognised(tmp_path):
    folder, text, proposed = scaffold(tmp_path, shared_data("hbat/HBAT.sav"))
    assert proposed["outcomes"]["recommend"]["column"] == "x20"
    assert proposed["outcomes"]["repurchase"]["column"] == "x21"
    assert proposed["elements"]["columns"] == {"acceptable_price": "x13", "product_quality": "x6"}
    assert 'acceptable_price: "x13"  # CHECK: low, ' in text
    assert "exposure" not in proposed
    assert 'satisfaction: {column: "x19"' in text
    assert len(active(text)) <= 15
    assert len(load_study(folder).data) == 100


@pytest.mark.parametrize("name", ["hbat/HBAT.csv", "mobi/mobi.csv", "survey_export_sample/qualtrics_sample.csv"])
def test_export_without_telling_names_gets_a_next_step(tmp_path, name):
    folder, text, proposed = scaffold(tmp_path, shared_data(name))
    assert proposed["outcomes"]["recommend"]["column"] == "WRITE THE COLUMN HERE"
    assert "elements" not in proposed
    assert "# Columns that could be ratings:" in text
    with pytest.raises(StudyError, match="WRITE THE COLUMN HERE"):
        load_study(folder)


def test_every_guess_is_marked_and_the_rest_is_comment(tmp_path):
    _, text, _ = scaffold(tmp_path, ROOT / "data" / "demo" / "responses.csv")
    unmarked = [line for line in active(text) if "# CHECK:" not in line]
    assert [line.split(":")[0].strip() for line in unmarked] == [
        "study", "guesses", "responses", "columns", "outcomes", "elements", "columns", "cocreation", "columns",
    ]  # fmt: skip
    assert "# claims:" in text
    assert "# privacy:" in text


def test_question_texts_scales_and_codes_are_found(tmp_path):
    rng = np.random.default_rng(1)
    items = {element.key: element.item.en for element in elements()[4:9]}
    frame = pd.DataFrame({f"Q5_{place}: {text}": rng.integers(1, 8, 300) for place, text in enumerate(items.values(), 1)})
    frame.iloc[::9, 0] = 99
    frame.insert(0, "Response ID", [f"P{row}" for row in range(300)])
    frame.insert(1, "Company", rng.integers(1, 60, 300))
    frame["How likely are you to recommend us?"] = rng.integers(0, 11, 300)
    frame["Contract renewed"] = rng.choice(["Yes", "No"], 300)
    frame["Package"] = rng.choice(["Basic", "Premium"], 300)
    frame.to_csv(tmp_path / "export.csv", index=False)
    folder, _, proposed = scaffold(tmp_path, tmp_path / "export.csv")
    assert proposed["language"] == "en"
    assert proposed["missing"] == [99]
    assert proposed["columns"] == {"respondent": "Response ID", "account": "Company"}
    assert proposed["elements"]["scale"] == [1, 7]
    assert list(proposed["elements"]["columns"]) == list(items)
    assert proposed["outcomes"]["recommend"] == {"column": "How likely are you to recommend us?", "scale": [0, 10]}
    assert proposed["outcomes"]["repurchase"]["yes"] == ["Yes"]
    assert proposed["exposure"]["higher"] == ["Premium"]
    study = load_study(folder)
    assert study.data["element.improved_top_line"].isna().sum() == len(frame.iloc[::9])
    assert study.data["repurchase"].sum() == (frame["Contract renewed"] == "Yes").sum()


def test_repeated_ids_and_offerings_with_plain_names_stay_comments(tmp_path):
    frame = pd.DataFrame({"RespID": [1, 1, 2, 3], "NPS": [0, 5, 9, 10], "Package": ["Red", "Blue", "Red", "Blue"]})
    frame.to_csv(tmp_path / "export.csv", index=False)
    folder, text, proposed = scaffold(tmp_path, tmp_path / "export.csv")
    assert "columns" not in proposed
    assert '#   respondent: "RespID"     # 1 answers repeat an id' in text
    assert "exposure" not in proposed
    assert '# Offerings in the export: "Blue", "Red"' in text
    assert len(load_study(folder).data) == 4


def test_all_elements_and_statements_are_recognised_in_both_languages(tmp_path):
    for language in ("en", "fi"):
        asked = {one.item.say(language): one.key for one in (*elements(), *facet_items())}
        frame = pd.DataFrame(np.random.default_rng(2).integers(0, 11, (60, len(asked))), columns=list(asked))
        frame["NPS"] = range(0, 60) % np.int64(11)
        frame.to_csv(tmp_path / f"{language}.csv", index=False, sep=";")
        folder = scaffold_study("words", tmp_path / f"{language}.csv", tmp_path / language)
        proposed = read_yaml(folder / "study.yaml", "study.yaml").data
        for block in ("elements", "cocreation"):
            assert all(asked[column] == key for key, column in proposed[block]["columns"].items())
        assert len(proposed["elements"]["columns"]) + len(proposed["cocreation"]["columns"]) == 58


def test_only_the_export_is_copied_and_nothing_is_overwritten(tmp_path):
    export = tmp_path / "in" / "export.csv"
    export.parent.mkdir()
    export.write_text("ID,NPS\n1,9\n2,10\n", encoding="utf-8")
    (export.parent / "other.txt").write_text("stays here", encoding="utf-8")
    folder = scaffold_study("one", export, tmp_path / "one")
    assert sorted(path.name for path in folder.iterdir()) == ["export.csv", "study.yaml"]
    assert (folder / "export.csv").read_bytes() == export.read_bytes()
    (folder / "study.yaml").write_text("edited", encoding="utf-8")
    with pytest.raises(StudyError, match="nothing is overwritten"):
        scaffold_study("one", export, folder)
    assert (folder / "study.yaml").read_text(encoding="utf-8") == "edited"


def test_unreadable_export_or_name_writes_nothing(tmp_path):
    with pytest.raises(StudyError, match=r"--from .*There is no such file"):
        scaffold_study("one", tmp_path / "absent.csv", tmp_path / "one")
    with pytest.raises(StudyError, match="This is a folder, not an export"):
        scaffold_study("one", tmp_path, tmp_path / "one")
    (tmp_path / "export.csv").write_text("ID,NPS\n1,9\n", encoding="utf-8")
    with pytest.raises(ParameterError, match="cannot be used"):
        scaffold_study("two words", tmp_path / "export.csv", tmp_path / "one")
    assert not (tmp_path / "one").exists()


@pytest.mark.parametrize(
    ("answers", "scale", "sure"),
    [
        (range(0, 11), (0, 10), "high"),
        ([*range(1, 8)] * 20, (1, 7), "high"),
        ([*range(1, 6)] * 20, (1, 5), "high"),
        ([2, 3, 6], (1, 6), "low"),
        ([*range(1, 11)] * 20, (1, 10), "low"),
        ([5, 9, 10], (0, 10), "low"),
        (range(1, 12), (1, 11), "low"),
        ([0, 55, 100], (0, 100), "fair"),
    ],
)
def test_scale_is_guessed_from_the_answers(tmp_path, answers, scale, sure):
    pd.DataFrame({"Q": list(answers)}).to_csv(tmp_path / "scale.csv", index=False)
    profiles, _ = profile_columns(read_table(tmp_path / "scale.csv", name="scale.csv"))
    assert guess_scale(profiles)[:2] == (scale, sure)


def test_missing_codes_are_told_from_answers(tmp_path):
    frame = pd.DataFrame(
        {
            "Rating": ["1", "5", "Don't know", "7"],
            "Coded": [1, 5, 99, 7],
            "Reason": ["Price", "Don't know", "Price", "Other"],
            "Percent": [10, 50, 99, 70],
        }
    )
    frame.to_csv(tmp_path / "codes.csv", index=False)
    missing = find_missing(read_table(tmp_path / "codes.csv", name="codes.csv"))
    assert set(missing.codes) == {"Don't know", 99}
    assert missing.columns == 1


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("K5.12 Ajansäästö", "ajansäästö"),
        ("Q12_3: Time savings!", "time savings"),
        ("x6", "x6"),
        ("X6 - Product Quality", "product quality"),
    ],
)
def test_question_numbers_and_marks_do_not_count(text, plain):
    assert bare(text) == plain


ASKED = {
    "Quality of the service": "product_quality",
    "Price is acceptable": "acceptable_price",
    "Saves us time": "time_savings",
    "Reduces our risk": "risk_reduction",
    "Reduces my anxiety": "reduced_anxiety",
    "Vision of the future": "vision",
    "Social responsibility": "social_responsibility",
}
KYSYTTY = {
    "Palvelun laatu": "product_quality",
    "Hinta on kohtuullinen": "acceptable_price",
    "Säästämme aikaa": "time_savings",
    "Riskimme pienenevät": "risk_reduction",
    "Maineemme paranee": "reputational_assurance",
    "Näkemys alan tulevaisuudesta": "vision",
    "Yhteiskuntavastuu": "social_responsibility",
}


@pytest.mark.parametrize(
    ("header", "asked"),
    [
        ("6.{place} Kuinka hyvin seuraavat toteutuvat? {item}", KYSYTTY),
        ("{item}", KYSYTTY),
        ("How well do we do? - {item}", ASKED),
        ("Q5_{place} To what extent do you agree [{item}]", ASKED),
        ("To what extent do you agree with this statement {item}", ASKED),
    ],
)
def test_elements_are_recognised_in_the_words_of_real_exports(tmp_path, header, asked):
    keys = {header.format(place=place, item=item): key for place, (item, key) in enumerate(asked.items(), 1)}
    frame = pd.DataFrame(np.random.default_rng(3).integers(0, 11, (80, len(keys))), columns=list(keys))
    frame["NPS"] = np.arange(80) % 11
    frame.to_csv(tmp_path / "export.csv", index=False)
    _, text, proposed = scaffold(tmp_path, tmp_path / "export.csv")
    assert {column: key for key, column in proposed["elements"]["columns"].items()} == keys
    assert "# CHECK: low, " in text


def test_what_is_not_recognised_is_listed_to_choose_from(tmp_path):
    frame = pd.DataFrame(np.random.default_rng(4).integers(0, 11, (50, 70)), columns=[f"Z{place}" for place in range(70)])
    frame["NPS"], frame["Ajansäästö"], frame["paino"] = np.arange(50) % 11, np.arange(50) % 8, 0.5 + np.arange(50) % 3
    frame["Palvelupaketti"] = np.where(np.arange(50) % 2, "Peruspalvelu", "Jatkuva palvelu")
    frame.to_csv(tmp_path / "export.csv", index=False)
    folder, text, proposed = scaffold(tmp_path, tmp_path / "export.csv")
    assert proposed["elements"]["columns"] == {"time_savings": "Ajansäästö"}
    assert proposed["columns"] == {"weight": "paino"}
    assert [f"#     {one.key}: ...     # {one.name.fi}" in text for one in elements()].count(True) == 39
    assert "the first 60 of 70" in text
    assert text.count('#       "Z') == 60
    assert '#       "paino"' not in text
    uncommented = text.replace("#     vision: ...  ", '    vision: "Z0"  ')
    (folder / "study.yaml").write_text(uncommented, encoding="utf-8")
    assert "element.vision" in load_study(folder).data


def test_offerings_of_an_spss_file_are_told_with_their_texts(tmp_path):
    for names, proposes in ((("Basic", "Extended", "Premium"), ["3"]), (("Red", "Green", "Blue"), None)):
        frame = pd.DataFrame({"Package": [1.0, 2, 3] * 10, "NPS": [0.0, 5, 10] * 10})
        path = tmp_path / f"{names[0]}.sav"
        pyreadstat.write_sav(frame, path, variable_value_labels={"Package": dict(enumerate(names, 1))})
        folder = scaffold_study("labels", path, tmp_path / names[0])
        text = (folder / "study.yaml").read_text(encoding="utf-8")
        assert f'"1" = {names[0]}, "2" = {names[1]}, "3" = {names[2]}' in text
        proposed = read_yaml(folder / "study.yaml", "study.yaml").data
        assert proposed.get("exposure", {}).get("higher") == proposes
        if proposes is None:
            assert 'higher: ["1", "2", "3"]}     # keep the codes' in text


def test_a_column_of_weights_is_no_rating(tmp_path):
    pd.DataFrame({"weight": [1.0, 2.0, 3.0], "How much weight has price in your decision?": [1, 5, 9]}).to_csv(
        tmp_path / "w.csv", index=False
    )
    profiles, _ = profile_columns(read_table(tmp_path / "w.csv", name="w.csv"))
    assert [profile.rating for profile in profiles] == [False, True]


@pytest.mark.parametrize(
    ("title", "taken"), [("Customer", True), ("Client name", True), ("Recommend us to another customer", False)]
)
def test_a_column_called_customer_is_the_account(title: str, taken: bool, tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    rows = "\n".join(f"{k},{k % 11},C{k % 7}" for k in range(40))
    export.write_text(f'Id,Q1,"{title}"\n{rows}\n', encoding="utf-8")
    folder = scaffold_study("acme", export, tmp_path / "acme")
    text = (folder / "study.yaml").read_text(encoding="utf-8")
    assert (f"account: {title}" in text or f'account: "{title}"' in text) is taken


@pytest.mark.parametrize(
    "name",
    [
        "null",
        "Null",
        "true",
        "TRUE",
        "yes",
        "no",
        "on",
        "off",
        "y",
        "N",
        "2024",
        "017",
        "0x1F",
        "1e3",
        "1_000",
        "2024-01-01",
        "-1",
        "nan",
        "inf",
    ],
)
def test_a_name_that_yaml_takes_for_something_else_stays_a_name(tmp_path, name):
    (tmp_path / "export.csv").write_text("Id,Account,Recommend 0-10\n" + "".join(f"r{i},a{i % 9},{i % 11}\n" for i in range(60)))
    new = scaffold_study(name, tmp_path / "export.csv", tmp_path / "new")
    made_up = simulate_study(tmp_path / "made-up", name, Truth(respondents=60, accounts=20), 7)
    for folder in (new, made_up):
        text = (folder / "study.yaml").read_text(encoding="utf-8")
        assert yaml.safe_load(text)["study"] == name
        assert load_study(folder).config.study == name


@pytest.mark.parametrize("text", ["~", "", "- a", "a: b", "#", "no", "1e3", ".inf"])
def test_a_word_of_yaml_reads_back_as_it_was(text):
    assert yaml.safe_load(yaml_word(text)) == text
    assert yaml_word(text).startswith('"')
