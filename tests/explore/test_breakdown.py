"""Figures by group, compared and crossed, against formulas typed out; and nobody's answer can be had from what is left out."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matplotlib import pyplot as plt

import valuelib as vl
from valuelib.errors import ParameterError
from valuelib.explore.breakdown import compare, crosstab, estimate, hide_cells
from valuelib.explore.describe import estimate_elements, estimate_loyalty, estimate_segments, estimate_tier
from valuelib.output.results_json import estimate_entry
from valuelib.results import from_json, to_json
from valuelib.study.load import load_study
from valuelib.study.model import Study
from valuelib.theory.facets import facet_items, facets
from valuelib.theory.pyramid import elements, tiers

DEMO = Path(__file__).parents[2] / "data" / "demo"
INDUSTRIES = ["construction", "logistics", "manufacturing", "services", "trade"]


@pytest.fixture(scope="module")
def study() -> Study:
    return load_study(DEMO, language="en")


def test_keys_of_the_theory_are_told_apart():
    keys = [one.key for part in (tiers(), elements(), facets(), facet_items()) for one in part]
    assert len(keys) == len({*keys})


def test_figures_of_everybody_are_those_of_the_report(study: Study):
    nps, repurchase = estimate_loyalty(study)
    assert estimate(study, "nps")[0].interval == nps.interval
    assert estimate(study, "repurchase")[0].interval == repurchase.interval
    assert estimate(study, "individual")[0].interval == estimate_tier(study, "individual")[0].interval
    vision = next(one for one in estimate_elements(study) if one.name == "element.vision.mean")
    assert estimate(study, "vision")[0].interval == vision.interval


def test_segments_are_those_of_the_report_under_public_names(study: Study):
    of_report = {one.name.partition("=")[2]: one.interval for one in estimate_segments(study) if "Toimiala" in one.name}
    frame = estimate(study, "nps", by="industry").to_frame()
    assert frame.industry.tolist() == INDUSTRIES
    np.testing.assert_allclose(sorted(zip(frame.conf_low, frame.conf_high, strict=True)), sorted(of_report.values()))


def test_estimates_are_labelled_in_the_studys_language(study: Study):
    finnish = load_study(DEMO, language="fi")
    assert estimate(study, "nps", by="industry").to_frame().label[4] == "NPS, Industry: Retail"
    assert estimate(finnish, "nps", by="industry").to_frame().label[4] == "NPS, Toimiala: Kauppa"
    assert "Retail" in estimate(study, "nps", by="industry")._repr_mimebundle_()["text/plain"]


def test_a_facet_is_the_mean_of_its_statements(study: Study):
    expected = study.answers[["C1", "C2"]].mean(axis=1).mean()
    assert estimate(study, "mutual_commitment")[0].value == pytest.approx(expected, abs=0.02)  # half of the items suffice
    assert estimate(study, "C1")[0].value == pytest.approx(study.answers.C1.mean())


def test_waves_take_every_wave(study: Study):
    by_wave = estimate(study, "nps", by="wave").to_frame()
    expected = study.all_answers.groupby("wave").nps.mean()
    assert by_wave.wave.tolist() == [*expected.index]
    np.testing.assert_allclose(by_wave.estimate, expected)


def test_the_difference_is_that_of_the_groups(study: Study):
    found = compare(study, "repurchase", by="industry", groups=("trade", "logistics"))
    trade, logistics, difference, ratio = found
    answers = study.answers
    means = [100 * answers.repurchase[answers.industry == name].mean() for name in ("trade", "logistics")]
    assert [trade.value, logistics.value] == pytest.approx(means)
    assert difference.value == pytest.approx(means[0] - means[1])
    assert ratio.value == pytest.approx(means[0] / means[1])
    assert difference.n == trade.n + logistics.n
    # No account answers in both industries, so the variance of the difference is the sum.
    assert difference.se == pytest.approx(np.hypot(trade.se, logistics.se))
    assert found.exploratory
    assert "exploratory" in repr(found)
    assert "Exploratory" in found._repr_mimebundle_()["text/plain"]


def test_turned_around_the_difference_changes_its_sign(study: Study):
    one = compare(study, "nps", by="offering", groups=(1, 0))["nps.difference"]
    other = compare(study, "nps", by="offering", groups=("0", "1"))["nps.difference"]
    assert one.interval == pytest.approx((-other.interval[1], -other.interval[0]))
    assert one.p_value == pytest.approx(other.p_value)
    assert compare(study, "nps", by="offering")["nps.difference"].value == other.value  # two levels need no naming


def test_a_plot_has_one_unit(study: Study):
    ax = compare(study, "repurchase", by="industry", groups=("trade", "logistics")).plot()
    labels = [tick.get_text().replace("\n", " ") for tick in ax.get_yticklabels()]
    assert len(labels) == 3
    assert not [label for label in labels if "ratio" in label]
    assert ax.get_xlabel() == "points"
    plt.close(ax.figure)


def test_a_score_has_no_ratio(study: Study):
    assert [one.name for one in compare(study, "vision", by="offering", groups=(1, 0))][-1] == "vision.difference"


def test_a_crosstab_counts(study: Study):
    found = crosstab(study, rows="industry", columns="promoter")
    expected = study.answers.groupby("industry").promoter.value_counts(normalize=True).mul(100)
    frame = found.to_frame().set_index(["industry", "promoter"])
    assert len(frame) == 15
    for place, share in expected.items():
        assert frame.estimate[place] == pytest.approx(share)
    text = found._repr_mimebundle_()["text/plain"]
    assert [line.split()[0] for line in text.splitlines()[2:]] == [
        "Construction",
        "Logistics",
        "Manufacturing",
        "Professional",
        "Retail",
    ]


def test_small_cells_are_withheld_with_what_would_tell_them(study: Study):
    limit = 15
    private = replace(study, config=study.config.model_copy(update={"privacy": type(study.config.privacy)(min_group=limit)}))
    frame = crosstab(private, rows="industry", columns="promoter").to_frame()
    counts = study.answers.groupby(["industry", "promoter"], observed=False).size()
    hidden = frame[frame.estimate.isna()]
    assert {(row.industry, row.promoter) for row in hidden.itertuples()} >= {place for place, n in counts.items() if n < limit}
    assert (hidden.groupby("industry").size() >= 2).all()
    assert hidden.n.eq(0).all()


@given(
    counts=arrays(np.int64, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=st.integers(0, 30)), fewest=st.integers(1, 8)
)
def test_no_line_of_a_crosstab_tells_a_hidden_cell(counts, fewest):
    hidden = hide_cells(counts, fewest)
    shown = counts[~hidden]
    assert not ((shown > 0) & (shown < fewest)).any()
    for line, flags in [*zip(counts, hidden, strict=True), *zip(counts.T, hidden.T, strict=True)]:
        assert flags.all() or not flags.any() or (flags.sum() >= 2 and line[flags].sum() >= fewest)


def test_small_groups_are_withheld_and_not_compared(study: Study):
    kept = study.data.groupby("segment.Toimiala").head(4).index  # four of each
    few = replace(study, data=study.data.drop(study.data.index.difference([*kept, *study.data.index[:300]])).reset_index(drop=True))
    levels = few.answers.industry.value_counts()
    small = replace(
        few, config=few.config.model_copy(update={"privacy": type(few.config.privacy)(min_group=int(levels.min()) + 1)})
    )
    frame = estimate(small, "nps", by="industry").to_frame().set_index("industry")
    hidden = [*frame.index[frame.estimate.isna()]]
    assert levels.index[-1] in hidden
    assert len(hidden) > 1
    with pytest.raises(ParameterError, match="must not be shown"):
        compare(small, "nps", by="industry", groups=(hidden[0], levels.index[0]))


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda study: estimate(study, "npss"), "did you mean 'nps'"),
        (lambda study: estimate(study, "nps", by="industri"), "did you mean 'industry'"),
        (lambda study: estimate(study, "nps", by="account"), "people or companies"),
        (lambda study: estimate(study, "nps", by="tenure_years"), "distinct numbers, too many"),
        (lambda study: estimate(study, "nps", by="contract_start"), "too many to be groups"),
        (lambda study: estimate(study, "nps", by="recommended"), "did you mean 'recommend'"),
        (lambda study: estimate(study, "repurchase_score"), "does not map"),
        (lambda study: estimate(study.where(industry="trade"), "nps", by="industry"), "the same level"),
        (lambda study: compare(study, "nps", by="industry"), "5 levels"),
        (lambda study: compare(study, "nps", by="industry", groups=("trade", "trade")), "1 different groups"),
        (lambda study: compare(study, "nps", by="industry", groups=("trade", "logistic")), "did you mean 'logistics'"),
        (lambda study: crosstab(study, rows="industry", columns="industry"), "the same"),
    ],
)
def test_refusals_say_what_where_expected_and_next(study: Study, call, told):
    with pytest.raises(ParameterError, match=told) as caught:
        call(study)
    where, _, rest = str(caught.value).partition("): ")
    assert where.startswith(("estimate(study", "compare(study", "crosstab(study"))
    assert "Expected: " in rest
    assert "Next: " in rest


def test_every_column_and_every_outcome_works(study: Study):
    outcomes = [name for name in study.columns if name in ("nps", "effort", "promise", "share_of_purchases", "expansion", "marker")]
    columns = ["industry", "company_size", "wave", "offering", "promoter", "promise", "team", "recommend", "vision"]
    for what, by in product(outcomes, columns):
        found = estimate(study, what, by=by)
        assert len(found) >= 2
        assert len(repr(found)) < 200
        assert by in found.to_frame()


def test_a_subset_is_exploratory_and_named(study: Study):
    part = estimate(study.where(industry="trade"), "nps", by="company_size")
    assert part.exploratory
    assert "exploratory: Industry: Retail" in repr(part)
    assert "(exploratory: Industry: Retail)" in part._repr_mimebundle_()["text/plain"].splitlines()[0]
    assert part.to_frame().attrs == {"exploratory": True, "subset": "Industry: Retail"}
    whole = estimate(study, "nps", by="company_size")
    assert not whole.exploratory
    assert whole.to_frame().attrs == {}
    assert [*part.to_frame().columns] == [*whole.to_frame().columns]
    ax = part.plot()
    assert ax.get_title(loc="left") == "Exploratory (Industry: Retail)"
    plt.close(ax.figure)


def test_a_single_estimate_of_a_subset_says_so_itself(study: Study):
    part = study.where(industry="trade")
    one = estimate(part, "nps")[0]
    assert repr(one).endswith("; exploratory: Industry: Retail>")
    assert len(repr(one)) < 200
    for form in ("text/plain", "text/html"):
        assert "exploratory: Industry: Retail" in one._repr_mimebundle_()[form]
    assert one.to_frame().attrs == {"exploratory": True, "subset": "Industry: Retail"}
    assert from_json("estimate", to_json(one)) == one
    assert not {"exploratory", "subset"} & set(estimate_entry(one))  # results.json tells it once, of the whole report
    drivers = vl.drivers(part)
    assert drivers.subset == "Industry: Retail"
    assert drivers[0].subset == "Industry: Retail"
    found = compare(study, "nps", by="industry", groups=("trade", "logistics"))
    assert (found["nps.difference"].exploratory, found["nps.difference"].subset) == (True, None)
    assert repr(found[0]).endswith("; exploratory>")
    regrouped = vl.effort(study.with_exposure(threshold=7))
    assert regrouped[0].exploratory
    assert regrouped._repr_mimebundle_()["text/plain"].splitlines()[0].endswith("(exploratory)")
    whole = estimate(study, "nps")[0]
    assert "exploratory" not in repr(whole) + whole._repr_mimebundle_()["text/plain"]
    assert not {"exploratory", "subset"} & set(to_json(whole))


def test_a_refusal_lists_what_can_be_asked_for(study: Study):
    with pytest.raises(ParameterError) as caught:
        estimate(study, "nps", by="segment")
    assert "did you mean" not in str(caught.value)
    for column in ("industry", "company_size", "wave", "offering", "promoter"):
        assert column in str(caught.value)
    with pytest.raises(ParameterError) as caught:
        estimate(study, "love")
    for key in ("nps", "repurchase", "individual", "mutual_commitment"):
        assert key in str(caught.value)


def test_one_thing_is_asked_for_at_a_time(study: Study):
    with pytest.raises(ParameterError, match="`what` is a list"):
        estimate(study, ["nps", "effort"])
    with pytest.raises(ParameterError, match="`by` is a list"):
        compare(study, "nps", by=["industry", "wave"])


def test_a_level_may_be_named_by_its_word(study: Study):
    by_word = compare(study, "nps", by="industry", groups=("Retail", "logistics"))
    assert by_word == compare(study, "nps", by="industry", groups=("trade", "logistics"))


def test_a_cross_table_without_rows_tells_how_an_element_was_rated_on_its_own_scale(tmp_path: Path) -> None:
    made = vl.simulate("scale", respondents=300, accounts=100, seed=3, out=tmp_path / "scale")
    seven = made.with_exposure()
    config = made.config.model_copy(update={"elements": made.config.elements.model_copy(update={"scale": (1.0, 7.0)})})
    spread = vl.crosstab(replace(seven, config=config), rows=None, columns="vision")
    assert [*spread.row_words] == ["all"]
    assert spread.column_words["0"] == "1"
    assert spread.column_words["10"] == "7"
    shown = [one.value for one in spread if one.value is not None]
    plain = 100 * made.answers["vision"].value_counts(normalize=True).sort_index()
    assert spread["share.vision=8"].value == pytest.approx(plain[8.0])
    assert sum(shown) == pytest.approx(100, abs=8)  # but for what is withheld
