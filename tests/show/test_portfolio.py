"""Do sentences, tables and the forest say what was pooled, in both languages, and keep names to themselves where asked?"""

from __future__ import annotations

import re

import pytest

from tests.explore.documents import decided, document, made_up, raw_only, untested
from tests.languages import spoken
from tests.show.figures.looks import assert_figure, drawings, overlaps, texts
from tests.tables import printed
from valuelib.explore.pooling import ClaimPools, Portfolio, explore_portfolio
from valuelib.show.catalogue import english
from valuelib.show.localizer import Localizer
from valuelib.show.pooling import (
    label_pool,
    name_portfolio,
    planned,
    plot_forest,
    say_glance,
    say_missing,
    say_notes,
    say_pool,
    say_scatter,
    say_studies,
    show_pools,
    table_left,
    table_pools,
    table_portfolio,
    table_raw_only,
    table_verdicts,
)
from valuelib.show.tables import table_lines

EN, FI = Localizer("en"), Localizer("fi")
LANGUAGES = pytest.mark.parametrize("speech", [EN, FI], ids=lambda speech: speech.language)
RATE = {"claim": "repurchase_22", "outcome": "repurchase", "metric": "ratio", "size": 1.22}
LIFTS = (4, 16, 9, 21, 12)


@pytest.fixture(scope="module")
def whole() -> Portfolio:
    return explore_portfolio(list(made_up().values()))


@pytest.fixture(scope="module")
def small() -> Portfolio:
    """Five studies with both claims, and one with nothing but raw figures."""
    findings = [document(f"s{at}", decided(lift), decided(lift / 2, **RATE)) for at, lift in enumerate(LIFTS)]
    return explore_portfolio([*findings, document("raw", raw_only(41), untested("repurchase_22", "missing.outcome"))])


def entry(portfolio: Portfolio, claim_id: str = "nps_60_points") -> ClaimPools:
    return next(one for one in portfolio.claims if claim_id in one.claims)


def said(portfolio: Portfolio, at: int = 0, speech: Localizer = EN, claim_id: str = "nps_60_points") -> str:
    found = entry(portfolio, claim_id)
    return spoken(speech, say_pool, found.pools[at], found, spoken(speech, name_portfolio, portfolio))


# ---------------------------------------------------------------------- sentences


def test_the_mean_the_new_client_and_the_claim_in_english(small: Portfolio):
    pooled = entry(small).pools[0].pooled
    assert pooled is not None
    assert said(small) == (
        "Over 5 studies that tell what was bought, NPS is on average 12.4 points higher among customers with higher-tier value "
        f"than among other customers (95% confidence interval {EN.interval(pooled.low, pooled.high)}). For a new client like these "
        f"it would lie approximately between {EN.points(pooled.new_low)} and {EN.points(pooled.new_high)}. The claimed +13.0 lies "
        "inside the interval of the mean."
    )


def test_the_same_in_finnish(small: Portfolio):
    text = said(small, speech=FI)
    assert text.startswith(
        "5 tutkimuksessa, joissa tiedetään, mitä ostettiin, NPS on ylempien tasojen arvoa saavilla asiakkailla "
        "keskimäärin 12,4\N{NO-BREAK SPACE}pistettä korkeampi kuin muilla asiakkailla"
    )
    assert "likimäärin" in text
    assert text.endswith("Väitetty +13,0 on keskiarvon luottamusvälin sisällä.")


def test_a_loss_is_called_lower_and_the_claim_above_it():
    portfolio = explore_portfolio([document(str(at), decided(-20 - at)) for at in range(3)])
    assert "21.0 points lower" in said(portfolio)
    assert "lies above the interval" in said(portfolio)


def test_one_study_says_its_own_figure_and_that_nothing_is_pooled():
    portfolio = explore_portfolio([document("solo", decided(9, 4))])
    assert said(portfolio).startswith("Only one study has this evidence (solo: +9.0 [")
    assert say_scatter(entry(portfolio).pools[0], entry(portfolio)) == ""


def test_ratios_are_said_as_ratios(small: Portfolio):
    text = said(small, at=1, claim_id="repurchase_22")
    assert "the repurchase rate is on average 1.1" in text
    assert "The claimed 1.22 lies" in text


def test_scatter_is_said_with_its_interval_or_as_none():
    apart = explore_portfolio([document(str(at), decided(lift, 3)) for at, lift in enumerate((0, 30, 12, -9))])
    alike = explore_portfolio([document(str(at), decided(12 + at)) for at in range(4)])
    assert re.search(r"standard deviation of about 1\d\.\d points \[\d", say_scatter(entry(apart).pools[0], entry(apart)))
    assert "does not prove them equal" in say_scatter(entry(alike).pools[0], entry(alike))


def test_how_much_lies_behind(small: Portfolio):
    assert say_studies(small) == "6 studies with 2,400 respondents in 798 accounts."


def test_the_first_lines_give_the_means_at_a_glance(small: Portfolio):
    assert say_glance(small) == (
        "6 studies with 2,400 respondents in 798 accounts. NPS: +12.4 (what was bought, 5 studies); +40.2 (raw comparison, 6 "
        "studies). The repurchase rate: +6.2 (what was bought, 5 studies); +40.0 (raw comparison, 5 studies)."
    )


def test_without_deciding_evidence_the_page_says_so():
    portfolio = explore_portfolio([document(name, raw_only(40)) for name in "abc"])
    assert "None of these studies has evidence that may decide" in say_notes(entry(portfolio), "points")
    assert "which decide nothing" in said(portfolio)


def test_nothing_at_all_is_one_line():
    portfolio = explore_portfolio([document("a", untested())])
    assert say_missing(portfolio) == "None of these studies has a figure that could be pooled."
    assert planned(portfolio) == ("portfolio.studies",)


@LANGUAGES
def test_every_planned_name_is_shown(whole: Portfolio, speech: Localizer):
    naming = spoken(speech, name_portfolio, whole)
    shown = {
        str(one.data.get("name"))
        for found in whole.main
        for scale in ("points", "log_ratio")
        for one in spoken(speech, show_pools, found, scale, naming)
    }
    assert set(planned(whole)) - {"portfolio.studies"} <= shown


# ---------------------------------------------------------------------- names


def test_anonymous_studies_are_numbered_by_size_and_own_claims_by_number():
    made = [document("acme", decided(9, claim="acme_promise"), respondents=100), document("globex", decided(11), respondents=900)]
    portfolio = explore_portfolio(made)
    naming = name_portfolio(portfolio, anonymous=True)
    assert dict(naming.studies) == {"globex": "Study 1", "acme": "Study 2"}
    assert naming.claims["acme_promise"] == "Own claim own_1"
    assert name_portfolio(portfolio).claims["acme_promise"] == "Own claim acme_promise"


NUMBERS_AND_KEYS = ("n", "pts", "ratio", "share", "level", "score", "effect", "key", "keys")


def test_reasons_hold_no_text_of_a_clients_own():
    """A portfolio says studies' reasons again, also to readers who may not know whose they are: they hold numbers and keys."""
    told = r"%\((\w+)\)s"
    for code, (sentence, *_) in english().items():
        if code.startswith(("missing.", "reason.")):
            for name in re.findall(told, sentence):
                assert name.rpartition("_")[2] in ("n", "pts", "ratio", "share", "level", "score", "effect", "key", "keys"), (
                    code,
                    name,
                )


def test_panels_are_called_by_their_evidence(whole: Portfolio):
    labels = [label_pool(pool) for pool in entry(whole).pools]
    assert labels == [
        "What was bought",
        "Colleagues’ ratings",
        "Raw comparison by own ratings: the figure commonly shown in presentations",
    ]


# ---------------------------------------------------------------------- tables


def test_tables_hold_every_study_its_weight_and_the_mean(small: Portfolio):
    table = table_pools(entry(small), "points", name_portfolio(small))
    audited = [row for row in printed(table) if row[1] == "What was bought"]
    assert [row[0] for row in audited] == ["s0", "s1", "s2", "s3", "s4", "Mean of the studies", "A new client (approx.)"]
    assert [row[3] for row in audited[:5]] == ["20%"] * 5
    assert len(table.rows) == len(audited) + 6 + 2


def test_studies_and_verdicts_are_counted(small: Portfolio):
    naming = name_portfolio(small)
    assert printed(table_portfolio(small, naming))[0] == ("raw", "400", "133")
    verdicts = table_verdicts(small, naming)
    said = [row[1] for row in printed(verdicts)]
    assert said == ["Claim holds 5, Undecided 1", "Claim holds 5, Not testable 1"]


def test_who_could_not_test_stands_with_the_reason(whole: Portfolio):
    table = table_left(whole, name_portfolio(whole))
    assert table is not None
    assert any(row[1] == "saukko" and "does not measure this outcome" in row[2] for row in printed(table))
    assert any(row[1] == "all 7" for row in printed(table))
    assert table_left(explore_portfolio([document("a", decided(9))]), name_portfolio(whole)) is None


def test_claims_with_raw_figures_only_are_a_table_apart(whole: Portfolio, small: Portfolio):
    table = table_raw_only(whole, name_portfolio(whole))
    assert table is not None
    assert len(table.rows) == sum(one not in whole.main for one in whole.claims)
    assert table_raw_only(small, name_portfolio(small)) is None


# ---------------------------------------------------------------------- the forest


@LANGUAGES
@pytest.mark.parametrize("scale", ["points", "log_ratio"])
def test_the_forest_is_well_formed_and_no_texts_overlap(
    whole: Portfolio, scale, speech: Localizer, monkeypatch: pytest.MonkeyPatch
):
    found, naming = entry(whole, "repurchase_22"), spoken(speech, name_portfolio, whole, anonymous=True)
    figure = assert_figure(lambda: spoken(speech, plot_forest, found, scale, naming))
    assert figure.name == f"forest.{scale}.repurchase_22"
    for pool in (pool for pool in found.pools if pool.scale == scale):
        assert spoken(speech, say_pool, pool, found, naming) in figure.alt
    with drawings(monkeypatch) as seen:
        spoken(speech, plot_forest, found, scale, naming)
    assert overlaps(seen[0]) == []


def test_the_forest_prints_the_figures_of_the_table(small: Portfolio, monkeypatch: pytest.MonkeyPatch):
    naming = name_portfolio(small)
    with drawings(monkeypatch) as seen:
        plot_forest(entry(small), "points", naming)
    drawn = {text.get_text() for text in texts(seen[0])}
    for row in table_lines(table_pools(entry(small), "points", naming))[1:]:
        assert row[0] in drawn
        assert row[2] in drawn


def test_wild_predictions_do_not_squeeze_the_picture(monkeypatch: pytest.MonkeyPatch):
    """Three studies give a range of hundreds of points: it ends in arrows at the edge of what the studies fill."""
    portfolio = explore_portfolio([document(str(at), decided(lift, 3)) for at, lift in enumerate((-10, 8, 31))])
    pooled = entry(portfolio).pools[0].pooled
    assert pooled is not None
    assert pooled.new_high is not None
    with drawings(monkeypatch) as seen:
        plot_forest(entry(portfolio), "points", name_portfolio(portfolio))
    low, high = seen[0].axes[0].get_xlim()
    assert high < 60 < pooled.new_high
    assert low > -60
