"""Are numbers and sentences said as each language writes them, and is the Finnish catalogue whole and compiled?"""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from hypothesis import given
from hypothesis import strategies as st

from valuelib import languages
from valuelib.errors import ParameterError, ValuelibError
from valuelib.show.catalogue import write_catalogue
from valuelib.show.localizer import Localizer

EN, FI = Localizer("en"), Localizer("fi")
NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (FI.points(12.34), "+12,3"),
        (FI.points(-4.0), f"{MINUS}4,0"),
        (FI.points(0.04), "0,0"),
        (FI.points(-0.04), "0,0"),
        (EN.points(12.34), "+12.3"),
        (FI.ratio(1.6), "1,60"),
        (EN.ratio(1.6), "1.60"),
        (FI.percent(0.95), f"95{NBSP}%"),
        (EN.percent(0.95), "95%"),
        (FI.percent(0.125, 1), f"12,5{NBSP}%"),
        (FI.count(1234567), f"1{NBSP}234{NBSP}567"),
        (EN.count(1234567), "1,234,567"),
        (FI.interval(5.9, 26.3), f"[5,9;{NBSP}26,3]"),
        (EN.interval(5.9, 26.3), f"[5.9,{NBSP}26.3]"),
        (FI.interval(-1.25, 2, 2), f"[{MINUS}1,25;{NBSP}2,00]"),
        (FI.p_value(0.0004), f"p{NBSP}<{NBSP}0,001"),
        (FI.p_value(0.0123), f"p{NBSP}={NBSP}0,012"),
        (FI.month("2026-03"), "maaliskuu 2026"),
        (EN.month("2026-03"), "March 2026"),
        (FI.month("kevät 2026"), "kevät 2026"),
        (FI.month("2026-13"), "2026-13"),
        (FI.listing(["a", "b", "c"]), "a, b ja c"),
        (EN.listing(["a"]), "a"),
        (EN.listing([]), ""),
        (FI.plural("common.answers_n", 1), f"1{NBSP}vastaus"),
        (FI.plural("common.answers_n", 2100), f"2{NBSP}100{NBSP}vastausta"),
        (EN.plural("common.answers_n", 1), "1 answer"),
        (FI.word("ease_of_doing_business"), "Liiketoiminnan helpottaminen"),
        (FI.word("supported"), "Ylittää väitteen"),
    ],
)
def test_numbers_and_words_follow_the_locale(said: str, expected: str) -> None:
    assert said == expected


@pytest.mark.parametrize("speech", [EN, FI])
def test_what_is_absent_is_a_dash(speech: Localizer) -> None:
    said = [
        speech.number(None),
        speech.points(float("nan")),
        speech.percent(None),
        speech.p_value(None),
        speech.interval(None, 1.0),
    ]
    assert said == ["–"] * 5


def test_values_are_formatted_by_the_endings_of_their_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = {"a_pts": 3.0, "b_ratio": 1.5, "c_share": 0.25, "d_level": 0.975, "e_score": 7.25, "n": 1200, "f_key": "individual"}
    template = "%(a_pts)s|%(b_ratio)s|%(c_share)s|%(d_level)s|%(e_score)s|%(n)s|%(f_key)s|%(text)s|%(year)s|%(sure)s|%(gone_pts)s"
    catalogue = Catalog(locale="fi")
    for code, text in {"test.values": template, "common.yes": "kyllä"}.items():
        catalogue.add(code, text)
    write_catalogue(catalogue, tmp_path)
    monkeypatch.setenv(languages.FOLDER, str(tmp_path))
    languages.catalogue.cache_clear()
    said = FI.text("test.values", **values, text="a_b", year=2026, sure=True, gone_pts=None)
    languages.catalogue.cache_clear()
    expected = ["+3,0", "1,50", "25 %", "97,5 %", "7,2", "1 200", "Henkilökohtainen arvo", "a_b", "2026", "kyllä", "–"]
    assert said.replace(NBSP, " ").split("|") == expected


def test_an_unknown_language_key_or_value_is_refused() -> None:
    with pytest.raises(ParameterError, match="'sv'"):
        Localizer("sv")
    with pytest.raises(ValuelibError, match="no_such_key"):
        FI.word("no_such_key")
    with pytest.raises(ValuelibError, match=r"common.mapped_of.* needs the value 'value'"):
        FI.text("common.mapped_of", of=3)
    with pytest.raises(ValuelibError, match=r"'test.ghost' has no text; .*valuelib.show.catalogue"):
        FI.text("test.ghost")


@given(st.floats(-1e6, 1e6), st.integers(0, 3))
def test_a_number_reads_back_as_its_rounding(x: float, decimals: int) -> None:
    for speech, mark in ((EN, "."), (FI, ",")):
        said = speech.number(x, decimals)
        plain = said.replace(MINUS, "-").replace(NBSP, "") if mark == "," else said.replace(MINUS, "-").replace(",", "")
        assert float(plain.replace(",", ".")) == pytest.approx(round(x, decimals), abs=1e-9)
        assert not said.startswith("-")
