"""Does the picture of the specification curve say what the curve says, and keep own ratings apart?"""

from __future__ import annotations

import dataclasses
import re
from functools import cache

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from tests.clients import client, study_of
from tests.languages import spoken
from tests.show.figures.looks import assert_figure, drawings, overlaps, texts
from valuelib.explore.specifications import HALO_EXPOSED, Curve, claims_of, fit_curve, permute_curve, share_lifts, share_verdicts
from valuelib.show.localizer import Localizer
from valuelib.show.specifications import (
    plot_specifications,
    say_no_permutation,
    say_specifications,
    say_title,
    split_by_halo,
    table_permutation,
    table_shares,
    table_verdicts,
)
from valuelib.study.model import Study
from valuelib.worlds.truth import Truth

EN, FI = Localizer("en"), Localizer("fi")
SMALLEST = 11


@cache
def made(*, bought: bool = True) -> Study:
    study = client(Truth(respondents=250, accounts=90, nps_lift=30))
    return study if bought else study_of(study.data.drop(columns="offering"), exposure={"rule": "delivered"})


@cache
def curve_of(outcome: str = "recommend", *, bought: bool = True) -> Curve:
    curve = fit_curve(made(bought=bought), outcome)
    assert isinstance(curve, Curve)
    return curve


CURVES = {
    "nps": lambda: curve_of(),
    "repurchase": lambda: curve_of("repurchase"),
    "own ratings only": lambda: only_exposed(curve_of(bought=False)),
}


def only_exposed(curve: Curve) -> Curve:
    kept = tuple(one for one in curve.specifications if one.choices.family in HALO_EXPOSED)
    return dataclasses.replace(curve, specifications=kept, primary=len(kept) // 2)


@pytest.mark.parametrize("name", CURVES)
def test_the_picture_repeats_and_leaves_settings_alone(name: str) -> None:
    figure = assert_figure(lambda: spoken(FI, plot_specifications, CURVES[name]()))
    assert len(figure.svg) < 400_000


@pytest.mark.parametrize("speech", [EN, FI], ids=["en", "fi"])
@pytest.mark.parametrize("name", CURVES)
def test_texts_are_large_and_do_not_run_into_one_another(name: str, speech: Localizer, monkeypatch: pytest.MonkeyPatch) -> None:
    with drawings(monkeypatch) as seen:
        spoken(speech, plot_specifications, CURVES[name]())
        for drawing in seen:  # a legend keeps the places of the drawing's last form, which was another resolution
            FigureCanvasAgg(drawing).draw()
        assert [pair for drawing in seen for pair in overlaps(drawing)] == []
        assert all(text.get_fontsize() >= SMALLEST for drawing in seen for text in texts(drawing))


def test_every_way_stands_in_one_panel_and_the_primary_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    curve = curve_of()
    safe, exposed = split_by_halo(curve)
    assert len(safe) + len(exposed) == len(curve.specifications)
    with drawings(monkeypatch) as seen:
        plot_specifications(curve)
        said = " ".join(text.get_text() for text in texts(seen[0]))
    assert f"{len(safe):,} ways" in said
    assert f"{len(exposed):,} ways" in said
    assert curve.primary is not None
    assert f"gives the verdict\n{EN.points(curve.specifications[curve.primary].value)}" in said


def test_one_panel_where_only_own_ratings_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    with drawings(monkeypatch) as seen:
        plot_specifications(CURVES["own ratings only"]())
        said = " ".join(text.get_text() for text in texts(seen[0]))
        assert len(seen[0].axes) == 2
    assert "Halo cannot produce these" not in said
    assert "this report’s raw comparison" in said


def test_the_sentence_holds_the_curves_numbers() -> None:
    curve = curve_of()
    said = say_specifications(curve)
    audited = next(one for one in share_lifts(curve) if one.family == "audited")
    assert f"{len(curve.specifications):,} defensible ways" in said
    assert f"Of the {audited.n} ways" in said
    assert EN.points(audited.median) in said
    assert "do not tell what was bought" in say_specifications(CURVES["own ratings only"]())
    assert re.search(r"\d+% of the ways that halo cannot affect", say_title(curve))


@pytest.mark.parametrize("speech", [EN, FI], ids=["en", "fi"])
def test_tables_have_a_row_for_every_kind_and_one_for_all(speech: Localizer) -> None:
    study, curve = made(), curve_of()
    asked = claims_of(study, "recommend")
    found = [one for claim in asked for one in share_verdicts(curve, claim)]
    chance = permute_curve(study, curve, 39)
    assert chance is not None
    shares, verdicts, permuted = (
        spoken(speech, table_shares, curve),
        spoken(speech, table_verdicts, found, asked, curve),
        spoken(speech, table_permutation, chance, curve),
    )
    assert len(shares.rows) == len(permuted.rows) == len(curve.families) + 1
    assert len(verdicts.rows) == len(asked) * (len(curve.families) + 1)
    assert "39" in permuted.note
    assert spoken(speech, say_no_permutation)
