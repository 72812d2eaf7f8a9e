"""All ways of asking, the halo beside them, and how fragile the deciding figure is: as tables, sentences and a picture."""

import dataclasses
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import pytest

from tests.clients import client
from tests.languages import spoken
from tests.show.figures.looks import assert_figure, drawings, overlaps, texts
from tests.show.results import audited, finding, group, points, ratio, raw_only
from tests.tables import printed
from valuelib.results import Contrast, Finding, Hidden, Message, Robustness
from valuelib.show.advice import advise
from valuelib.show.card import card_text
from valuelib.show.chapters import sensitivity
from valuelib.show.claims import plot_ways, table_hidden, table_ways, ways_numbers
from valuelib.show.labels import label_contrast
from valuelib.show.localizer import Localizer
from valuelib.show.sentences import say_check, say_halo, say_robustness
from valuelib.show.summary import table_rule
from valuelib.study.load import load_study
from valuelib.study.model import Study
from valuelib.theory.claims import claims
from valuelib.theory.reading import Outcome
from valuelib.verdict.assess import assess, assess_all
from valuelib.verdict.contrast import NAMES
from valuelib.verdict.sensitivity import CHECKS, HALO_BAND
from valuelib.worlds.folder import simulate_study
from valuelib.worlds.truth import Truth

EN, FI = Localizer("en"), Localizer("fi")
BAND = Contrast(
    name="halo_only_band", role="sensitivity", comparison=group(45.0), baseline=group(33.0), difference=points(12.0, 4, 20)
)
OWN = Contrast(name="own.marker", role="sensitivity", difference=points(14.0, 6.0, 22.0))
LACKING = Contrast(name="own.satisfaction", role="sensitivity", note=Message(code="missing.satisfaction"))
STRENGTH = Robustness(
    value_share=0.1034,
    limit_share=0.05,
    e_value=1.75,
    e_value_limit=1.4,
    hidden=(
        Hidden(name="lower_tiers", exposure_share=0.002, outcome_share=0.39, left_pts=5.5),
        Hidden(name="Industry", exposure_share=0.003, outcome_share=0.01, left_pts=7.0),
    ),
)


def full(**changes: object) -> Finding:
    deciding = audited(points(7.4, 1.1, 13.7), ratio(1.23, 1.03, 1.52))
    return finding(
        contrasts=(deciding, OWN, LACKING, BAND), robustness=STRENGTH, claim="nps_60_points", metric="points", size=13, **changes
    )


def test_every_way_is_listed_with_its_figure_or_why_not() -> None:
    rows = printed(table_ways(full()))
    assert [row[0] for row in rows] == [
        "Raw comparison",
        "By what was bought, lower tiers held equal",
        "By own ratings, marker item held equal",
        "By own ratings, overall satisfaction held equal",
        "Expected from halo alone",
    ]
    assert rows[1][1:3] == ("gives the verdict", "+7.4 [1.1, 13.7]")
    assert rows[3][2:] == ("–", "The survey does not ask about overall satisfaction.")
    assert spoken(FI, table_ways, full()).columns[0].label == "Laskutapa"


def test_the_numbers_of_the_picture_have_the_intervals_that_it_draws() -> None:
    wide = dataclasses.replace(points(7.4, 1.1, 13.7), ci_low_adjusted=0.2, ci_high_adjusted=14.6)
    one = finding(contrasts=(audited(wide, ratio(1.23, 1.03, 1.52)), OWN, BAND), claim="nps_60_points", metric="points", size=13)
    (series,) = ways_numbers(one).series
    (place,) = ways_numbers(one).strong
    assert (series.values[place], series.low[place], series.high[place]) == (7.4, 0.2, 14.6)


def test_the_story_of_the_halo() -> None:
    said = say_halo(full()).replace("\N{NO-BREAK SPACE}", " ")
    assert said == (
        "The raw comparison shows +16.1 points; a good overall impression of the provider, which colours every rating "
        "(halo), would alone show about +12.0 [4.0, 20.0] in this file. With what was bought and equal lower-tier ratings the "
        "difference is +7.4 [1.1, 13.7]. "
        "The three come from different comparisons, so they do not add up."
    )
    assert say_halo(raw_only()).endswith("Nothing in these data can remove the halo.")


def test_no_points_stand_among_ratios() -> None:
    """The band of a small group has no ratio; its points must not be read as "37 times"."""
    deciding = audited(points(7.4, 1.1, 13.7), ratio(1.23, 1.03, 1.52))
    card = card_text(finding(contrasts=(deciding, BAND)))
    assert "Expected from halo alone: – " in card
    assert "12.0" not in card


def test_a_failed_check_is_told_apart_and_a_passed_one_is_not() -> None:
    note = {
        code: Message(code=f"note.{code}", values={"outcome_key": "unaffected"})
        for code in ("other_outcome", "other_outcome_moves")
    }
    checks = {
        code: Contrast(name="negative_control.unaffected", role="sensitivity", difference=points(-0.4, -0.6, -0.1), note=one)
        for code, one in note.items()
    }
    assert say_check(finding(contrasts=(checks["other_outcome"],))) == ""
    assert "−0.4" in say_check(finding(contrasts=(checks["other_outcome_moves"],)))


def test_undecided_by_colleagues_asks_for_purchases_first_and_once_for_answers() -> None:
    undecided = {"verdict": "undecided", "undecided_why": "precision", "evidence_level": "peers"}
    two = [
        finding(**undecided, respondents_needed=900),
        finding(**undecided, claim="nps_60_points", metric="points", respondents_needed=1500),
    ]
    codes = [one.code for one in advise(two)]
    assert codes == ["advice.record_offering", "advice.collect", "advice.repeat"]
    needed = next(one for one in advise(two) if one.code == "advice.collect")
    assert needed.values["needed_n"] == 1500


def test_how_strong_something_unmeasured_would_have_to_be() -> None:
    said = say_robustness(full())
    assert "10.3%" in said
    assert "5%" in said
    assert "lower tiers) would leave +5.5 points" in said
    reached = dataclasses.replace(STRENGTH, limit_share=0.0)
    assert "reaches zero already" in say_robustness(dataclasses.replace(full(), robustness=reached))
    assert say_robustness(raw_only()) == ""
    table = table_hidden(full())
    assert table is not None
    assert printed(table)[0] == ("Lower tiers", "0.2%", "39.0%", "+5.5")
    assert "E-value 1.75" in table.note
    assert table_hidden(raw_only()) is None


def test_the_rule_tells_every_verdict_once() -> None:
    for speech in (EN, FI):
        table = spoken(speech, table_rule)
        assert len({row[0] for row in table.rows}) == 6  # "Claim holds" has two rows: of a claim with a size and without one
        assert len({row[1] for row in table.rows}) == 7


@pytest.mark.parametrize("speech", [EN, FI], ids=["en", "fi"])
def test_the_picture_holds_every_way_and_no_text_runs_into_another(speech: Localizer, monkeypatch: pytest.MonkeyPatch) -> None:
    with drawings(monkeypatch) as seen:
        assert_figure(lambda: spoken(speech, plot_ways, full()))
        assert overlaps(seen[0]) == []
        bold = [text.get_text() for text in texts(seen[0]) if text.get_fontweight() == "bold"]
    assert any("7.4" in text or "7,4" in text for text in bold)


def test_a_peers_card_says_what_could_fool_it() -> None:
    study = client(Truth(nps_lift=18.0))
    study = dataclasses.replace(study, data=study.data.drop(columns="offering"))
    card = card_text(assess(study, "nps_60"))
    assert "colleagues do not share a good impression of the upper tiers alone" in card


@cache
def demo(language: str) -> Study:
    """The demo study, read once for all that is asked of it."""
    return load_study(Path(__file__).parents[2] / "data" / "demo", language=language)


@cache
def every_contrast() -> frozenset[str]:
    """The names of all contrasts of the register's claims on a study with everything, by each rule, and on its answers alone."""
    truth = Truth(respondents=300, accounts=100, waves=3, roll_out=1.0, interviews=24)
    with TemporaryDirectory() as folder:
        whole = load_study(simulate_study(Path(folder) / "made-up", "made-up", truth, 3), language="en")
    bare = dataclasses.replace(whole, provider=None, employees=None, all_data=whole.data)
    several = (whole, bare, *(whole.with_exposure(rule=rule) for rule in whole.exposure_rules))
    return frozenset(one.name for study in several for finding in assess_all(study) for one in finding.contrasts)


def every_name() -> set[str]:
    """Those, and what grammar and checks allow beyond them."""
    parts = {name.rpartition(".")[2] for name in every_contrast() if not name.startswith(("missing.", "switched."))} | {
        f"goes_with_{outcome}" for outcome in get_args(Outcome)
    }
    measures = ("cocreation", "cocreation_at_start", "value_enhancement", "both_sides", "employees")
    raters = ("own", "peers", "other_rater", "earlier")
    joined = {f"{rater}.{measure}.{part}" for rater in raters for measure in measures for part in parts}
    return {*every_contrast(), *joined, *(name for name, _ in CHECKS), *NAMES.values(), HALO_BAND}


@pytest.mark.parametrize("localizer", [EN, FI], ids=["en", "fi"])
def test_every_contrast_has_a_label(localizer: Localizer) -> None:
    assert {"earlier.cocreation.path_value", "peers.same_rows", "reward.promise"} <= every_contrast()
    for name in sorted(every_name()):
        label = spoken(localizer, label_contrast, Contrast(name=name, role="sensitivity"))
        assert label, name
        assert "_" not in label, name


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("claim_id", [one.id for one in claims()])
def test_every_claim_can_be_asked_in_other_ways(claim_id: str, language: str) -> None:
    asked = sensitivity(demo(language), claim_id)
    assert asked.tables["ways"] is not None
    assert asked.figures["ways"] is not None
    assert all(asked.sentences[name] != "" for name in asked.sentences)
    assert asked.to_frame().shape[0] == len(asked.of.to_frame())
