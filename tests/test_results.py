"""Results carry themselves: a short line, frames, plots and JSON both ways, and rich display in the study's language."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from matplotlib.axes import Axes

from tests.languages import spoken
from tests.show.figures.looks import overlaps, texts
from tests.show.results import closed, estimate, finding, not_testable, raw_only
from valuelib.errors import ParameterError
from valuelib.explore.describe import estimate_basics
from valuelib.output.results_json import finding_entry
from valuelib.results import Estimates, Finding, Findings, Message, from_json, to_json
from valuelib.show.display import RECORD_MIME, show
from valuelib.show.frames import ESTIMATE_COLUMNS, FINDING_COLUMNS
from valuelib.show.labels import contrasts_of
from valuelib.show.localizer import Localizer, in_language
from valuelib.study.load import load_study
from valuelib.study.model import Study
from valuelib.theory.claims import ClaimSpec, claim
from valuelib.theory.files import Text
from valuelib.verdict.assess import assess, assess_all
from valuelib.verdict.groups import Grouping, group_answers

DEMO = Path(__file__).parents[1] / "data" / "demo"
LANGUAGES = ("en", "fi")


@pytest.fixture(scope="module")
def study() -> Study:
    return load_study(DEMO)


def in_words_of(study: Study, language: str) -> Study:
    """The same study for readers of another language."""
    return dataclasses.replace(study, config=study.config.model_copy(update={"language": language}))


@pytest.fixture(scope="module")
def findings(study: Study) -> Findings:
    return assess_all(study)


@pytest.fixture(scope="module")
def estimates(study: Study) -> Estimates:
    return Estimates(items=tuple(estimate_basics(study)), topic="describe", language="en")


def own_claim() -> Finding:
    """A finding of a client's own claim, whose words are the client's."""
    reading = {"kind": "contrast", "exposure": "study", "outcome": "recommend", "metric": "points", "size": 10.0}
    own = ClaimSpec.model_validate({"id": "own", "statement": "Cheap $5 and $6 tiers", "reading": reading}).to_claim()
    return finding(claim=own, metric="points", size=10.0)


# ---------------------------------------------------------------------- one line


def test_every_line_is_short_and_holds_no_answer_id_or_name(study: Study, findings: Findings, estimates: Estimates) -> None:
    ids = {*study.answers["respondent"].astype(str), *study.answers["account"].astype(str), study.config.client}
    names = {str(value) for value in study.answers.filter(like="name").to_numpy().ravel()}
    for result in (findings, estimates, *findings, *estimates, estimates[:1], Findings(items=())):
        assert len(repr(result)) < 200
        assert "\n" not in repr(result)
        assert not any(word in repr(result) for word in ids | names if len(word) > 3)


def test_a_line_says_verdict_evidence_and_the_deciding_figure() -> None:
    assert repr(finding()) == "<Finding nps_60: smaller by purchase_record, difference 7.4 [1.1, 13.7]>"
    assert repr(not_testable()) == "<Finding nps_60: not_testable, exploratory>"
    assert "Cheap" not in repr(own_claim())
    assert repr(estimate("nps.all", 31.2, unit="points")) == "<Estimate nps.all: 31.2 [30.9, 31.5] points, n=400, 120 accounts>"
    assert repr(estimate("nps.all", None)) == "<Estimate nps.all: none (missing.no_answers)>"
    assert repr(Findings(items=(finding(),), topic="claims")) == "<1 findings of claims: nps_60>"


def test_a_long_name_does_not_make_a_long_line() -> None:
    assert len(repr(estimate("nps.segment." + "x" * 300, 1.0))) < 200


# ---------------------------------------------------------------------- frames


def test_a_findings_frame_has_the_fields_columns_and_the_deciding_row(findings: Findings) -> None:
    frame = findings.to_frame()
    assert tuple(frame.columns) == FINDING_COLUMNS
    assert list(frame["claim"].unique()) == [one.claim.id for one in findings]
    figures = ["estimate", "std_error", "df", "conf_low", "conf_high", "p_value", "ratio", "ratio_low", "ratio_high"]
    assert set(frame[figures].dtypes.astype(str)) == {"float64"}
    assert set(frame[["n", "n_clusters"]].dtypes.astype(str)) == {"Int64"}
    for one in findings:
        rows = frame[(frame["claim"] == one.claim.id) & frame["decides"]]
        assert len(rows) == (len(one.parts) if one.parts and one.decided_by else int(one.deciding is not None))
        if one.deciding is not None and one.difference is not None:
            row = rows.iloc[0]
            assert (row["term"], row["estimate"], row["std_error"]) == (one.decided_by, one.difference.value, one.difference.se)
            assert (row["conf_low"], row["conf_high"]) == one.difference.interval


def test_an_account_in_both_groups_is_counted_once(study: Study, findings: Findings) -> None:
    finding = findings["nps_60"]
    grouping = group_answers(study, finding.claim.reading)
    assert isinstance(grouping, Grouping)
    used = (grouping.codes >= 0) & study.data["nps"].notna()
    frame = finding.to_frame().set_index("term")
    assert frame.loc["raw", "n_clusters"] == study.data["account"][used].nunique()
    for contrast in (one for each in findings for one in contrasts_of(each)):
        if contrast.comparison is not None and contrast.baseline is not None:
            sizes = contrast.comparison.accounts, contrast.baseline.accounts
            assert contrast.clusters is not None
            everybody = study.all_data["account"].nunique()  # a roll-out takes every wave
            assert max(sizes) <= contrast.clusters <= min(sum(sizes), everybody)
    assert all("clusters" not in one for one in (finding_entry(finding), *finding_entry(finding)["controls"]))


def test_what_could_not_be_tested_has_a_row_without_figures() -> None:
    frame = not_testable().to_frame()
    assert list(frame["role"]) == ["not_testable"]
    assert frame["estimate"].isna().all()
    assert not frame["decides"].any()


def test_an_estimates_frame_has_what_its_labels_speak_of() -> None:
    label = Message(code="label.tier.mean", values={"tier_key": "individual"})
    both = (dataclasses.replace(estimate("tier.individual.mean", 5.0), label=label, df=12.0, se=0.15), estimate("nps.all", None))
    frame = Estimates(items=both).to_frame()
    assert set(ESTIMATE_COLUMNS) | {"tier", "outcome"} == set(frame.columns)
    assert list(frame["term"]) == ["tier.individual.mean", "nps.all"]
    assert list(frame["tier"].fillna("")) == ["individual", ""]
    assert frame.loc[0, ["estimate", "std_error", "df", "conf_low", "conf_high"]].tolist() == [5.0, 0.15, 12.0, 4.7, 5.3]
    assert frame["estimate"].isna().tolist() == [False, True]
    assert tuple(Estimates(items=()).to_frame().columns) == ESTIMATE_COLUMNS


# ---------------------------------------------------------------------- plots


PLOTTED = {
    "ratio": finding,
    "points": lambda: finding(claim="nps_60_points", metric="points", size=13.0),
    "undecided gate": closed,
    "raw only": raw_only,
    "not testable": not_testable,
    "own claim": own_claim,
}


@pytest.mark.parametrize("kind", PLOTTED)
def test_every_kind_of_finding_is_plotted_and_leaves_settings_alone(kind: str) -> None:
    with mpl.rc_context({"axes.grid": True, "font.size": 8.0}):
        before = dict(mpl.rcParams)
        axes = PLOTTED[kind]().plot()
        axes.figure.draw_without_rendering()
        assert dict(mpl.rcParams) == before
    assert isinstance(axes, Axes)
    plt.close(axes.figure)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_of_a_plot_is_cut_off_or_runs_into_another(findings: Findings, estimates: Estimates, language: str) -> None:
    said = [dataclasses.replace(one, language=language) for one in findings]
    tiers = tuple(one for one in estimates if one.name.startswith("tier.") and one.name.endswith(".mean"))
    for result in (*said, Findings(items=tuple(said), language=language), Estimates(items=tiers, language=language)):
        figure = result.plot().figure
        figure.draw_without_rendering()
        assert overlaps(figure) == [], result
        paper = figure.bbox
        axes = figure.axes[0]
        (low, high), ticks = axes.get_xlim(), axes.get_xticklabels()
        for text in texts(figure):
            if text in ticks and not low <= text.get_position()[0] <= high:
                continue  # a tick outside the axis is not drawn
            box = text.get_window_extent()
            assert paper.x0 - 1 <= box.x0, (result, text)
            assert box.x1 <= paper.x1 + 1, (result, text)
            assert paper.y0 - 1 <= box.y0, (result, text)
            assert box.y1 <= paper.y1 + 1, (result, text)
        plt.close(figure)


def test_a_plot_goes_on_the_readers_own_axes_in_its_own_language() -> None:
    figure, (left, right) = plt.subplots(1, 2, figsize=(14, 5), layout="constrained")
    shown = Estimates(items=(estimate("nps.all", 7.25), estimate("recommend.mean", 7.5)), language="fi")
    assert shown.plot(right) is right
    assert spoken(Localizer("fi"), finding().plot, left) is left
    figure.draw_without_rendering()
    ticks = [tick.get_text() for tick in right.get_xticklabels()]
    assert any("," in tick for tick in ticks)
    assert not any("." in tick for tick in ticks)
    with in_language("en"):  # whoever draws it later does not change its language
        figure.draw_without_rendering()
    assert [tick.get_text() for tick in right.get_xticklabels()] == ticks
    plt.close(figure)


def test_the_deciding_row_is_told_apart_and_the_claimed_size_is_drawn() -> None:
    axes = finding(claim="nps_60_points", metric="points", size=13.0).plot()
    bold = [tick.get_text().replace("\n", " ") for tick in axes.get_yticklabels() if tick.get_fontweight() == "bold"]
    assert bold == ["By what was bought, lower tiers held equal"]
    assert {13.0, 0.0} <= {line.get_xdata()[0] for line in axes.lines}
    plt.close(axes.figure)


# ---------------------------------------------------------------------- JSON


def test_findings_and_estimates_read_back_as_they_were(findings: Findings, estimates: Estimates) -> None:
    assert [from_json("finding", one) for one in findings.to_json()] == list(findings)
    assert [from_json("estimate", one) for one in estimates.to_json()] == list(estimates)


def test_a_clients_own_claim_and_a_changed_one_read_back_whole() -> None:
    changed = finding(claim=claim("nps_60").with_(size=25, unit="points"), metric="points", size=25.0)
    for one in (own_claim(), changed, finding(claim="unknown_elsewhere")):
        back = from_json("finding", to_json(one))
        assert back == one
    assert from_json("finding", to_json(changed)).claim.changed


# ---------------------------------------------------------------------- display


@pytest.mark.parametrize("language", LANGUAGES)
def test_rich_display_speaks_the_studys_language_without_a_wrapper(study: Study, language: str) -> None:
    found = assess(in_words_of(study, language), "nps_60", sensitivity=False)
    statement: Text = claim("nps_60").statement
    bundle = found._repr_mimebundle_()
    assert bundle["text/plain"].startswith(statement.say(language))
    assert f'lang="{language}"' in bundle["text/html"] or statement.say(language) in bundle["text/html"]
    assert from_json("finding", bundle[RECORD_MIME]["data"]) == found
    assert found.sentence == spoken(Localizer(language), type(found).sentence.fget, found)
    other = "fi" if language == "en" else "en"
    assert spoken(Localizer(other), show, found).plain.startswith(statement.say(other))  # a report may be in another language
    several = Findings(items=(found,), topic="claims", language=language)._repr_mimebundle_()
    assert statement.say(language) in several["text/plain"].replace("\n", " ")


# ---------------------------------------------------------------------- sequences


def test_results_are_found_by_place_name_and_slice(findings: Findings) -> None:
    assert findings["nps_60"] is findings[0]
    assert [one.claim.id for one in findings[1:3]] == [one.claim.id for one in list(findings)[1:3]]
    assert (findings[1:3].topic, findings[1:3].language) == (findings.topic, findings.language)
    assert isinstance(findings[1:3], Findings)
    with pytest.raises(ParameterError, match=r"no result 'nps_99' here. Expected one of: nps_60, "):
        findings["nps_99"]


def test_results_cannot_be_changed(findings: Findings) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        findings[0].verdict = "supported"  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        findings.items = ()  # type: ignore[misc]
    with pytest.raises(TypeError):
        findings[0] = findings[1]  # type: ignore[index]
