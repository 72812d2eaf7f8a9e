"""Do the tables give each figure its interval and its base, in the reader's language?"""

from __future__ import annotations

import dataclasses

import pytest

from tests.languages import spoken
from tests.show.results import CLOSED, NPS, closed, estimate, finding, group, not_testable, points, raw_only
from tests.tables import heads, printed
from valuelib.results import Contrast, Message, Step
from valuelib.show.claims import table_estimates, table_findings, table_groups, table_steps, table_tiers
from valuelib.show.localizer import Localizer
from valuelib.show.pyramid import TierScore
from valuelib.show.quality import table_quality, table_sources
from valuelib.study.model import Source
from valuelib.study.quality import Quality

EN, FI = Localizer("en"), Localizer("fi")
QUALITY = Quality(
    respondents=1412,
    accounts=120,
    has_accounts=True,
    respondents_per_account_mean=3.43,
    respondents_per_account_max=9,
    single_account_share=0.25,
    missing_share={"recommend": 0.0, "element.vision": 0.1, "segment.Ala": 0.02, "repurchase": 0.3},
    straight_share=0.012,
    straight_base_n=400,
    waves=2,
    panel_share=0.4,
    items_mapped={
        "table_stakes": (4, 4),
        "functional": (2, 5),
        "ease_of_doing_business": (0, 21),
        "individual": (7, 7),
        "inspirational": (0, 3),
    },
    unmapped_tiers=("ease_of_doing_business", "inspirational"),
    ceiling_share={},
    weight_min=0.5,
    weight_max=2.0,
    weight_design_effect=1.204,
    groups_n=12,
    small_groups_n=3,
)


def test_findings_by_hand() -> None:
    found = [finding(), closed(), raw_only(claim="nps_60_points", metric="points", size=13.0), not_testable()]
    table = spoken(FI, table_findings, found)
    assert heads(table) == ["Väite", "Johtopäätös", "Ero", "Suhde", "Väitetty", "Näyttö"]
    assert [row[1:] for row in printed(table)] == [
        ("Pienempi kuin väitetty", "+7,4 [1,1; 13,7]", "1,23 [1,03; 1,52]", "1,60-kertainen", "ostettu palvelu"),
        ("Ei ratkennut", "+7,4 [1,1; 13,7]", "–", "1,60-kertainen", "ostettu palvelu"),
        ("Ei ratkennut", "+16,1 [5,9; 26,3]", "1,50 [1,15; 2,20]", "+13,0", "raakavertailu"),
        ("Ei voitu testata", "–", "–", "1,60-kertainen", "–"),
    ]
    assert table.rows[0][0].value == NPS.statement.fi
    trend = table_findings([raw_only(claim="higher_is_better", metric="trend", size=None)])
    assert trend.rows[0][4].value == "> 0"


def test_groups_show_every_contrast_with_its_base() -> None:
    bare = Contrast(name="own.higher_count", role="sensitivity", difference=points(2.0, 1.0, 3.0), ratio=CLOSED)
    table = table_groups(finding(contrasts=(*finding().contrasts, bare)))
    assert heads(table) == ["Comparison", "Higher-tier value", "Other customers", "Difference", "Ratio"]
    assert printed(table) == [
        (
            "Raw comparison",
            "48.1 [40.1, 56.1], 150 answers",
            "32.0 [24.0, 40.0], 150 answers",
            "+16.1 [5.9, 26.3]",
            "1.50 [1.15, 2.20]",
        ),
        (
            "By what was bought, lower tiers held equal (gives the verdict)",
            "39.4 [31.4, 47.4], 150 answers",
            "32.0 [24.0, 40.0], 150 answers",
            "+7.4 [1.1, 13.7]",
            "1.23 [1.03, 1.52]",
        ),
    ]  # other ways of asking have a table of their own


@pytest.mark.parametrize(
    ("claim_id", "columns"),
    [
        ("many_elements_nps", ("Vähintään 6 vahvaa elementtiä", "1–5 vahvaa elementtiä")),
        ("many_elements_repurchase", ("Vähintään 6 vahvaa elementtiä", "Ei yhtään vahvaa elementtiä")),
        ("effort_loyalty", ("Vaivaton asiointi", "Vaivalloinen asiointi")),
    ],
)
def test_groups_are_called_by_the_claims_own_names(claim_id: str, columns: tuple[str, str]) -> None:
    assert tuple(heads(spoken(FI, table_groups, raw_only(claim=claim_id)))[1:3]) == columns


def test_steps_start_without_a_change() -> None:
    steps = (Step(label="0", group=group(10.0)), Step(label="1+", group=group(20.0), change=points(10.0, -1.0, 21.0)))
    assert printed(table_steps(raw_only(steps=steps))) == [
        ("0", "10.0 [2.0, 18.0]", "", "150"),
        ("1+", "20.0 [12.0, 28.0]", "+10.0 [−1.0, 21.0]", "150"),
    ]


def test_quality_says_what_should_make_careful() -> None:
    table = spoken(FI, table_quality, QUALITY)
    rows = dict(printed(table))
    assert rows["Vastaajia"] == "1 412"
    assert rows["Kysyttyjä elementtejä"] == "13/40"
    assert rows["Antoi kaikille elementeille saman arvion"] == "1,2 %"
    assert rows["Liian pieniä ryhmiä (ei esitetä)"] == "3/12"
    assert list(rows)[-3:] == [
        "Ei vastausta: Uusintaosto",
        "Ei vastausta: Näkemys tulevasta",
        "Ei vastausta: Ala",
    ]
    assert table.note == "Tasot, joista kyselyssä ei kysytä: Liiketoiminnan helpottaminen ja Innostava arvo."


def test_quality_leaves_out_what_does_not_apply() -> None:
    bare = dataclasses.replace(
        QUALITY,
        has_accounts=False,
        panel_share=None,
        straight_share=None,
        weight_max=0.5,
        groups_n=0,
        missing_share={},
        unmapped_tiers=(),
    )
    table = table_quality(bare)
    assert [row[0].value for row in table.rows] == [
        "Respondents",
        "Customer companies (accounts)",
        "Survey waves",
        "Elements of value asked about",
    ]
    assert table.rows[1][1].value == "not told"
    assert table.note == ""


def test_tiers_without_items_are_said_not_zero() -> None:
    scores = [
        TierScore(tier_key="table_stakes", estimate=estimate("tier.table_stakes.mean", 7.9), mapped=4, of=4),
        TierScore(tier_key="individual", estimate=estimate("tier.individual.mean", None), mapped=2, of=7),
        TierScore(tier_key="inspirational", estimate=None, mapped=0, of=3),
    ]
    assert printed(table_tiers(scores)) == [
        ("Table stakes", "7.9", "[7.6, 8.2]", "4 of 4", "400"),
        ("Individual value", "not shown", "–", "2 of 7", "–"),
        ("Inspirational value", "no elements", "–", "0 of 3", "–"),
    ]


def test_sources_show_the_beginning_of_the_hash() -> None:
    source = Source(file="a.csv", sha256="0123456789abcdef" * 4, rows=1200, columns=14)
    assumed = Source(file="b.csv", sha256="f" * 64, rows=1, columns=2, assumed=(Message(code="missing.no_answers"),))
    table = table_sources([source, assumed])
    assert printed(table)[0] == ("a.csv", "1,200", "14", "0123456789ab", "–")
    assert printed(table_sources([Source(file="study.yaml", sha256="f" * 64, rows=0, columns=0)]))[0][1:3] == ("–", "–")
    assert table.rows[1][4].value == "There are no answers to this question."


def test_estimates_stand_under_the_labels_given() -> None:
    table = table_estimates([("Vision", estimate("element.vision.mean", 7.0))], "Scores")
    assert printed(table)[0] == ("Vision", "7.0", "[6.7, 7.3]", "400", "120")
