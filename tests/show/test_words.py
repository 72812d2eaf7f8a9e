"""Has every key that a message, an estimate or a contrast can carry a word in both languages?"""

from __future__ import annotations

import re

import pytest

from tests.languages import spoken
from tests.show.results import points
from valuelib.errors import ValuelibError
from valuelib.explore.estimates import FAMILIES, called, read_label
from valuelib.results import Contrast, Estimate
from valuelib.show.labels import label_column, label_contrast, label_estimate, say_label, say_range
from valuelib.show.localizer import Localizer
from valuelib.theory.claims import claims
from valuelib.theory.facets import facets
from valuelib.theory.pyramid import elements, tiers
from valuelib.theory.reading import needs

EN, FI = Localizer("en"), Localizer("fi")
KEYS = sorted(
    {
        *(one.key for one in (*tiers(), *elements(), *facets())),
        *needs(),
        *(claim.reading.outcome for claim in claims()),
        *("offering", "delivered", "count", "relative", "peers", "comparison", "baseline"),
        *("renewed", "retained", "intention", "intention_topbox", "intention_mean", "spend_change"),
    }
)


@pytest.mark.parametrize("key", KEYS)
def test_each_key_has_a_word_that_is_not_the_key(key: str) -> None:
    for speech in (EN, FI):
        assert "_" not in speech.word(key)
    assert FI.word(key) != EN.word(key) or key == "recommend"


def test_a_tier_goes_before_a_need_of_the_same_name() -> None:
    assert FI.word("table_stakes") == "Perusedellytykset"


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(ValuelibError, match="'nonsense'"):
        EN.word("nonsense")


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("raw", "Raakavertailu"),
        ("audited.lower_tiers", "Ostetun palvelun mukaan, alemmat tasot vakioituina"),
        ("offering.same_rows", "Ostetun palvelun mukaan, samat vastaajat, ei vakiointia"),
        ("own.individual_tier", "Omien arvioiden mukaan, henkilökohtainen arvo"),
        ("own.higher_count", "Omien arvioiden mukaan, ylempien tasojen elementtien määrä"),
        ("halo_only_band", "Pelkän yleisvaikutelman tuottama ero"),
    ],
)
def test_contrasts_are_named(name: str, wanted: str) -> None:
    assert spoken(FI, label_contrast, Contrast(name=name, role="reference", difference=points(1, 0, 2))) == wanted


def test_columns_keep_the_clients_own_names() -> None:
    assert [label_column(name) for name in ("segment.Branch.Nord", "adjust.Size", "element.vision", "recommend")] == [
        "Branch.Nord",
        "Size",
        "Vision",
        "Likelihood to recommend",
    ]


def say_name(name: str) -> str:
    """The words of an estimate of which results.json keeps the name alone."""
    label = read_label(name)
    assert label is not None
    return say_label(label)


def test_a_segment_may_hold_any_sign() -> None:
    assert say_name("nps.segment.Size.class=a=b.c") == "NPS, Size.class: a=b.c"


def test_estimates_of_the_specification_curve_have_words() -> None:
    names = [f"specification.nps_60.{what}" for what in ("n", "share_lift", "deciding_n", "deciding_share_lift")]
    assert [say_name(name) for name in names] == [
        "nps_60: ways to calculate it",
        "nps_60: share of the ways that show a difference, %",
        "nps_60: ways by the evidence that can decide",
        "nps_60: share of the ways by the evidence that can decide that show a difference, %",
    ]
    assert spoken(FI, say_name, "specification.own.claim.n") == "own.claim: laskutapojen määrä"


@pytest.mark.parametrize("code", FAMILIES)
def test_each_kind_of_estimate_has_a_label_that_its_name_gives_back(code: str) -> None:
    keys = {"tier_key": "individual", "other_key": "functional", "facet_key": "roles_tasks", "elements_n": 3, "item_key": "T1"}
    keys |= {"element_key": "vision", "category_key": "purpose", "outcome_key": "recommend", "exposure_key": "value_enhancement"}
    places = re.findall(r"\{(\w+)\}", FAMILIES[code].name)
    one = called(code, **{place: keys.get(place, "a.b") for place in places})
    assert read_label(one.name) == one.label
    said = [spoken(language, say_label, one.label) for language in (Localizer("en"), FI)]
    assert all(said)
    assert not any("%(" in text or "_key" in text for text in said)


def test_a_name_of_no_known_kind_has_no_label() -> None:
    assert read_label("something.else") is None
    assert label_estimate(Estimate(name="something.else", value=1.0, unit="score", n=9, accounts=3)) == "something.else"


def test_ranges_of_counts() -> None:
    assert [say_range(bounds) for bounds in ((6, None), (1, 5), (0, 0))] == ["at least 6", "1–5", "0"]
