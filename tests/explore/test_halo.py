"""The traces of a halo in a file: planted ones are found, and what cannot be had is left out."""

import dataclasses

import pytest

from tests.clients import client
from valuelib.explore.reliability import estimate_halo
from valuelib.output.results_json import explore
from valuelib.study.model import Study
from valuelib.worlds.truth import Truth


def traces(study: Study) -> dict[str, float | None]:
    return {one.name: one.value for one in estimate_halo(study)}


def test_a_stronger_halo_leaves_stronger_traces() -> None:
    weak, strong = (
        traces(client(Truth(halo=halo, halo_loading_lower=load, halo_loading_higher=load)))
        for halo, load in ((0.1, 0.1), (0.6, 0.5))
    )
    assert set(weak) == {"halo.mean_r", "halo.r_tiers", "halo.r_outcome", "halo.pull"}
    assert all((strong[name] or 0) > (weak[name] or 0) + 0.1 for name in weak)


def test_what_cannot_be_had_is_left_out_and_assess_full_has_the_rest() -> None:
    study = client(Truth())
    no_nps = dataclasses.replace(study, data=study.data.drop(columns="nps"))
    assert set(traces(no_nps)) == {"halo.mean_r", "halo.r_tiers"}
    assert traces(no_nps)["halo.mean_r"] == pytest.approx(traces(study)["halo.mean_r"])
    bare = dataclasses.replace(study, data=study.data[[name for name in study.data if not name.startswith("element.")]])
    assert not estimate_halo(bare)
    assert not [one for one in explore(bare) if one.name.startswith("halo.")]
