"""Agreement, themes, terms, suggestions and quotes."""

import re

import krippendorff
import numpy as np
import pandas as pd
import pytest

from valuelib.stats.agreement import alpha_of, estimate_agreement, kappa_of, raw_of
from valuelib.stats.themes import (
    HIDDEN,
    count_commenting,
    count_themes,
    find_terms,
    heard_by_account,
    join_rating,
    lemmas,
    likely_names,
    make_dictionary,
    pick_quotes,
    redact,
    suggest,
)
from valuelib.worlds.frames import read_quotes, simulate_interviews
from valuelib.worlds.people import rng_for
from valuelib.worlds.truth import Truth

CODED = pd.DataFrame(
    [
        ("a", "one", "x", "trust", True),
        ("a", "one", "y", "trust", True),
        ("a", "two", "x", "roles", False),
        ("a", "two", "y", "trust", False),
        ("b", "three", "x", "roles", True),
        ("b", "three", "y", "roles", True),
    ],
    columns=["account", "text", "coder", "code", "publish"],
)


def test_raw_agreement_and_kappa_by_hand() -> None:
    table = np.array([[1.0, 1, 0, 0], [1.0, 0, 0, 0]])
    # agreed 3 of 4; by chance 1/2 * 1/4 + 1/2 * 3/4 = 1/2
    assert raw_of(table) == pytest.approx(0.75)
    assert kappa_of(table) == pytest.approx((0.75 - 0.5) / 0.5)
    assert kappa_of(np.vstack([table, table[:1]])) is None


def test_each_code_has_its_agreement_and_all_of_them_together() -> None:
    found = {one.code: one for one in estimate_agreement(CODED, rng=rng_for(1, "coding"))}
    assert set(found) == {"all", "roles", "trust"}
    assert (found["all"].raw, found["all"].passages, found["all"].units) == (pytest.approx(2 / 3), 3, 2)
    assert found["roles"].low is None  # two accounts carry no interval


def test_one_reader_has_no_agreement() -> None:
    assert estimate_agreement(CODED[CODED["coder"] == "x"], rng=rng_for(1, "coding")) == ()


@pytest.mark.parametrize("seed", range(40))
def test_alpha_is_that_of_another_program(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = rng.integers(0, 2 + seed % 4, (2 + seed % 3, 30)).astype(float)
    table[rng.random(table.shape) < 0.3] = np.nan
    assert alpha_of(table) == pytest.approx(krippendorff.alpha(reliability_data=table, level_of_measurement="nominal"), abs=1e-12)


def test_perfect_readers_have_an_alpha_of_one() -> None:
    both = pd.concat([CODED[CODED["coder"] == "x"].assign(coder=name) for name in "xy"])
    assert {one.alpha for one in estimate_agreement(both, rng=rng_for(1, "coding"))} == {1.0}


def test_planted_agreement_comes_back() -> None:
    # readers agree where the second one saw the same (0.85) or hit it by chance: 0.85 + 0.15 / 6
    coded = simulate_interviews(Truth(respondents=4000, accounts=1500, interviews=1200, coder_agreement=0.85), 3)
    whole = estimate_agreement(coded, rng=rng_for(1, "coding"))[0]
    assert whole.raw == pytest.approx(0.85 + 0.15 / 6, abs=0.03)
    assert whole.alpha == pytest.approx(0.85, abs=0.04)


def test_a_theme_needs_more_than_half_of_its_readers() -> None:
    heard = heard_by_account(CODED)
    assert heard.loc["a"].to_dict() == {"roles": False, "trust": True}
    assert heard.loc["b"].to_dict() == {"roles": True, "trust": False}


def test_wilson_by_hand() -> None:
    # 4 of 12: (1/3 + 1.92 / 12 +- 1.96 sqrt(2/9/12 + 0.96 / 144 ...)) / (1 + 3.84 / 12)
    heard = pd.DataFrame({"trust": [True] * 4 + [False] * 8})
    (theme,) = count_themes(heard)
    assert (theme.heard, theme.units) == (4, 12)
    assert (theme.low, theme.high) == pytest.approx((0.1381, 0.6094), abs=1e-4)


def test_a_theme_and_its_rating_by_hand_and_small_sides_are_hidden() -> None:
    heard = pd.Series([True, True, True, False, False, False], name="trust")
    found = join_rating(heard, pd.Series([5.0, 6, 7, 1, 2, 3]), fewest=3)
    assert found is not None
    assert (found.difference, found.with_theme, found.without) == (4.0, 3, 3)
    # Welch with equal variances of 1: se sqrt(2/3), df 4, t 2.776445
    assert found.low == pytest.approx(4 - 2.776445 * (2 / 3) ** 0.5, abs=1e-5)
    assert join_rating(heard, pd.Series([5.0, 6, 7, 1, 2, 3]), fewest=4) is None


def test_words_come_in_their_dictionary_form_without_function_words() -> None:
    assert lemmas("Yhteistyössä oli ongelmia, ja laskut tulivat myöhässä.", "fi") == ("yhteistyö", "ongelma", "lasku", "myöhä")[
        :3
    ] + (lemmas("myöhässä", "fi"))
    assert lemmas("The invoices were late", "en") == ("invoice", "late")


def test_terms_count_commenters_and_allow_for_who_comments() -> None:
    nps = pd.Series([-1.0] * 20 + [0.0] * 20 + [1.0] * 60)
    comments = pd.Series(
        ["invoices late"] * 10 + ["fine work"] * 10 + ["calm"] * 10 + [None] * 10 + ["great team"] * 20 + [None] * 40
    )
    accounts = pd.Series([f"a{place % 25}" for place in range(100)])
    commenting = count_commenting(nps, comments)
    assert commenting.rates == pytest.approx((1.0, 0.5, 1 / 3))
    found = {one.word: one for one in find_terms(nps, comments, accounts, language="en", fewest=5)}
    invoice = found["invoice"]
    assert invoice.by_group[0] is not None
    assert invoice.by_group[0].share == pytest.approx(0.5)
    assert invoice.commenters == pytest.approx(10 / 50)
    assert invoice.everybody == pytest.approx(0.5 * 20 / 100)


def test_rare_words_and_small_groups_are_hidden() -> None:
    nps = pd.Series([-1.0] * 3 + [1.0] * 20)
    comments = pd.Series(["late invoices"] * 3 + ["great team"] * 20)
    found = find_terms(nps, comments, pd.Series(range(23)).astype(str), language="en", fewest=5)
    assert "invoice" not in {one.word for one in found}
    assert all(one.by_group[0] is None for one in found)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Mail matti.m@firma.fi today", "Mail […] today"),
        ("Call +358 40 123 4567.", "Call […]."),
        ("Soita 040-1234567 heti", "Soita […] heti"),
        ("See https://firma.fi/x?id=1 now", "See […] now"),
        ("Account A0017 said so", "Account […] said so"),
        ("We paid 12 500 euros in 2026", "We paid 12 500 euros in 2026"),
    ],
)
def test_names_numbers_and_addresses_are_taken_out(said: str, left: str) -> None:
    assert redact(said, ["A0017"]) == left


def test_only_what_may_be_published_is_quoted_and_a_counter_stands_beside() -> None:
    rows = [(f"acc{place}", f"passage {place}", reader, "trust", place % 2 == 0) for place in range(12) for reader in "xy"]
    coded = pd.DataFrame(rows, columns=["account", "text", "coder", "code", "publish"])
    rating = pd.Series({f"acc{place}": float(place) for place in range(12)})
    found = pick_quotes(coded, "trust", rating=rating)
    assert (found.example, found.counter) == ("passage 10", "passage 0")
    closed = pick_quotes(coded.assign(publish=False), "trust", rating=rating)
    assert (closed.example, closed.counter) == (None, None)
    few = pick_quotes(coded[coded["account"].isin(["acc0", "acc2"])], "trust", rating=rating)
    assert few.example is None


def test_a_quote_is_redacted() -> None:
    rows = [(f"acc{place}", f"ask a.b@c.fi {place}", reader, "trust", True) for place in range(6) for reader in "xy"]
    coded = pd.DataFrame(rows, columns=["account", "text", "coder", "code", "publish"])
    found = pick_quotes(coded, "trust")
    assert found.example is not None
    assert HIDDEN in found.example
    assert not re.search("@", found.example)


@pytest.mark.parametrize(("language", "right"), [("fi", 0.4), ("en", 0.4)])
def test_suggestions_are_better_than_chance_and_tell_their_words(language: str, right: float) -> None:
    """Chance would name one of six codes right; the made-up quotes were not used in making the dictionary's stems."""
    dictionary = make_dictionary(None, language)
    quotes = read_quotes(language)
    hits = 0
    for code, text in quotes:
        found = suggest(text, dictionary, language)
        assert all(word in text for one in found for word in one.hits)
        hits += bool(found) and found[0].code == code
    assert hits / len(quotes) >= right


def test_words_written_like_names_are_told_from_others() -> None:
    texts = [
        "Kiitos Virtaselle. Palvelu on hyvää, ja Virtaselle erityinen kiitos",
        "Hyvä palvelu! Palvelu toimii.",
        "KAIKKI ON HUONOSTI JA VIRTASELLE TIEDOKSI",
        "Azure toimii, mutta Azure on kallis",
    ]
    assert likely_names(texts) == {"virtaselle", "azure"}
    assert likely_names([]) == frozenset()


@pytest.mark.parametrize(
    ("said", "words"),
    [("emme koe olevamme tärkeä", ("kokea", "tärkeä")), ("eivät vastaa", ("vastata",)), ("uusi koe", ("uusi", "koe"))],
)
def test_after_a_finnish_no_stands_a_verb(said: str, words: tuple[str, ...]) -> None:
    assert lemmas(said, "fi") == words
