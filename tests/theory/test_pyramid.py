"""Does the pyramid hold what it should, and does it refuse data that contradict each other?"""

from collections.abc import Callable, Iterator

import pytest

from tests.theory.texts import rated
from valuelib.errors import ParameterError, ValuelibError
from valuelib.theory import files, pyramid
from valuelib.theory.facets import facet, facet_items, facets
from valuelib.theory.pyramid import HIGHER_TIERS, LOWER_TIERS, categories, category, element, elements, tier, tiers

LOADERS = (pyramid.elements, pyramid.categories, pyramid.tiers, pyramid.tier_rows, pyramid.category_rows, facets, facet_items)
Spoil = Callable[[str, str, str], None]


@pytest.fixture
def spoil(monkeypatch: pytest.MonkeyPatch) -> Iterator[Spoil]:
    """Replace a text in one data file, for the length of a test; nothing that was read before is remembered."""
    untouched = files.read_text

    def change(name: str, old: str, new: str) -> None:
        assert old in untouched(name)
        monkeypatch.setattr(
            files, "read_text", lambda wanted: untouched(wanted).replace(old, new) if wanted == name else untouched(wanted)
        )
        forget()

    def forget() -> None:
        for loader in LOADERS:
            loader.cache_clear()

    yield change
    monkeypatch.undo()
    forget()


def test_counts() -> None:
    assert (len(elements()), len(categories()), len(tiers())) == (40, 11, 5)
    assert [len(one.elements) for one in tiers()] == [4, 5, 21, 7, 3]


def test_tiers_climb_from_table_stakes_to_inspirational() -> None:
    assert [one.key for one in tiers()] == ["table_stakes", "functional", "ease_of_doing_business", "individual", "inspirational"]
    assert [one.order for one in tiers()] == [0, 1, 2, 3, 4]
    assert [one.key for one in tiers() if one.higher] == list(HIGHER_TIERS) == ["individual", "inspirational"]
    assert [one.key for one in tiers() if not one.higher] == list(LOWER_TIERS)


def test_keys_are_unique_over_elements_and_facets() -> None:
    keys = [one.key for one in rated()]
    assert len(set(keys)) == len(keys) == 58


def test_every_element_stands_in_its_category_and_tier() -> None:
    assert [key for one in tiers() for key in one.elements] == [one.key for one in elements()]
    assert [key for one in categories() for key in one.elements] == [one.key for one in elements()]
    for one in elements():
        assert one.key in tier(one.tier_key).elements
        assert one.key in category(one.category_key).elements
        assert category(one.category_key).tier_key == one.tier_key


def test_table_stakes_and_purpose_are_categories() -> None:
    assert category("table_stakes").elements == tier("table_stakes").elements
    assert category("purpose").elements == tier("inspirational").elements == ("vision", "hope", "social_responsibility")


def test_finnish_tier_names() -> None:
    assert tier("table_stakes").name.fi == "Perusedellytykset"
    assert tier("ease_of_doing_business").name.fi == "Liiketoiminnan helpottaminen"


def test_facets() -> None:
    assert [one.key for one in facets() if one.role == "predictor"] == [
        "trust_openness",
        "reflexivity",
        "mutual_commitment",
        "roles_tasks",
        "customer_team",
        "ecosystem_learning",
        "meaningful_work",
    ]
    assert [one.key for one in facets() if one.role == "outcome"] == ["inimitability", "joint_result"]
    assert [key for one in facets() for key in one.items] == [one.key for one in facet_items()]
    assert len(facet_items()) == 18
    assert facet("roles_tasks").items == ("O1", "O2", "O3", "O4")


@pytest.mark.parametrize(
    ("look_up", "key", "said"),
    [
        (element, "reduced_anxeity", "Unknown element 'reduced_anxeity'. Did you mean 'reduced_anxiety'?"),
        (category, "purpos", "Did you mean 'purpose'?"),
        (tier, "5", "Unknown tier '5'. Expected one of table_stakes,"),
        (facet, "rolestasks", "Did you mean 'roles_tasks'?"),
    ],
)
def test_unknown_keys_are_answered_with_the_nearest_one(look_up: Callable[[str], object], key: str, said: str) -> None:
    with pytest.raises(ParameterError) as caught:
        look_up(key)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("name", "old", "new", "load", "said"),
    [
        ("elements.csv", "name_en,name_fi", "name_en,nimi", elements, "elements.csv: the columns are"),
        ("elements.csv", "\nhope,", "\nvision,", elements, "more than once: vision"),
        (
            "elements.csv",
            "scalability,functional,performance",
            "scalability,functional,speed",
            elements,
            "unknown category_key: speed",
        ),
        ("elements.csv", "scalability,functional,", "scalability,individual,", elements, "another tier: scalability"),
        ("elements.csv", ",Hope,", ", Hope,", elements, "blank or padded with blanks: name_en"),
        ("elements.csv", ",Hope,", ",,", elements, "line 40: blank or padded"),
        ("elements.csv", ",Hope,", ",Hope,Toivo,", elements, "needs 7 cells"),
        ("elements.csv", ",Hope,Tulevaisuudenusko,", ",Hope,", elements, "needs 7 cells"),
        ("elements.csv", "individual,career", "individual,personal", elements, "categories.csv: nothing belongs to: career"),
        (
            "elements.csv",
            "improved_top_line,functional,economic",
            "improved_top_line,functional,performance",
            elements,
            "climb the pyramid",
        ),
        ("categories.csv", "career,8,individual", "career,8,personal", elements, "unknown tier_key: personal"),
        ("categories.csv", "access,5,", "access,6,", elements, "categories.csv: the column order"),
        ("tiers.csv", "functional,1", "function,1", tiers, "expected the tiers table_stakes, functional,"),
        ("tiers.csv", "functional,1", "functional,2", tiers, "tiers.csv: the column order"),
        ("facets.csv", "reflexivity,1,predictor", "reflexivity,1,cause", facets, "role 'cause'"),
        ("facet_items.csv", "H2,joint_result", "H2,result", facets, "unknown facet_key: result"),
        ("facet_items.csv", "H2,joint_result", "H2,inimitability", facets, "facets.csv: nothing belongs to: joint_result"),
    ],
)
def test_data_that_contradict_each_other_are_refused(
    spoil: Spoil, name: str, old: str, new: str, load: Callable[[], object], said: str
) -> None:
    spoil(name, old, new)
    with pytest.raises(ValuelibError) as caught:
        load()
    assert said in str(caught.value)
