"""Does the generator hold the truth it claims, and does chance depend on nothing but its name?"""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.design import CONTROLLED, LEAD, Cell, Outcome, all_cells
from benchmarks.generator import Answers, draw_answers, draw_totals, equal_control
from valuelib.stats.planning import REFERENCE, SIZE_SHARES, latent_icc, latent_mean, score_icc
from valuelib.stats.totals import collect_totals
from valuelib.worlds.people import rng_for

SAMPLES = 400
ERRORS = 4.5  # standard errors; the seeds are fixed, so these tests pass or fail for good


def answers(cell: Cell, samples: int = SAMPLES) -> Answers:
    return draw_answers(cell, samples, rng_for(1, cell.name))


def near(values: list[float], truth: float) -> bool:
    """Whether independent values have the mean `truth`, as far as their own scatter tells."""
    return bool(abs(np.mean(values) - truth) < ERRORS * np.std(values, ddof=1) / np.sqrt(len(values)))


@pytest.mark.parametrize(
    "cell", [one for one in all_cells() if one.n == 150 and one.icc == 0.4 and one.share in (0.2, 1.0)], ids=lambda one: one.name
)
def test_every_group_has_its_true_figure_and_share(cell: Cell) -> None:
    drawn = answers(cell)
    figures = [cell.comparison] if cell.baseline is None else [cell.comparison, cell.baseline]
    for code, figure in enumerate(figures):
        own = drawn.group == code
        # Sums, not means: a mean of a group of random size is not unbiased sample by sample.
        assert near([float((score[it] - figure).sum()) for score, it in zip(drawn.score, own, strict=True)], 0.0)
    if cell.baseline is not None:
        assert near(list((drawn.group == 0).mean(axis=1)), cell.share)


@pytest.mark.parametrize("share", [0.5, 0.2])
@pytest.mark.parametrize("outcome", ["nps", "rate"])
def test_the_difference_at_an_equal_control_is_what_least_squares_find(outcome: Outcome, share: float) -> None:
    comparison, baseline = CONTROLLED[outcome]
    cell = Cell(outcome=outcome, comparison=comparison, baseline=baseline, n=2000, icc=0.4, share=share, lead=LEAD)
    found = []
    for totals in draw_totals(cell, 100, rng_for(5, cell.name)):
        total = totals.totals[0].sum(axis=-1)  # (1, control, y) squared, by group
        design = np.array(
            [[total[0, 0, 0], 0, total[0, 1, 0]], [0, total[0, 0, 1], total[0, 1, 1]], [*total[0, 1], total[1, 1].sum()]]
        )
        level = np.linalg.solve(design, [*total[0, 2], total[1, 2].sum()])
        found.append(level[:2] + level[2] * total[0, 1].sum() / cell.n)
    for estimates, truth in zip(np.transpose(found), equal_control(cell), strict=True):
        assert near(list(estimates), truth)
    assert abs(equal_control(cell)[0] - equal_control(cell)[1]) < comparison - baseline


def test_a_cell_without_control_has_no_figures_at_an_equal_control() -> None:
    with pytest.raises(ValueError, match="no control"):
        equal_control(Cell(outcome="nps", comparison=0.2, baseline=0.1, n=60, icc=0.1))


@pytest.mark.parametrize("lead", [None, LEAD])
@pytest.mark.parametrize("outcome", ["nps", "rate"])
@pytest.mark.parametrize("icc", [0.1, 0.4])
def test_scores_of_one_account_correlate_by_the_icc(outcome: Outcome, icc: float, lead: float | None) -> None:
    figure = REFERENCE[outcome]
    cell = Cell(outcome=outcome, comparison=figure, baseline=None, n=400, icc=icc, lead=lead)
    products, squares = [], []
    for sample in draw_totals(cell, SAMPLES, rng_for(2, cell.name)):
        n, y, yy = (sample.sum_of(*pair, 0)[0] for pair in (("1", "1"), ("1", "y"), ("y", "y")))
        residual, square = y - n * figure, yy - 2 * figure * y + n * figure**2
        products.append(float((residual**2 - square).sum() / (n * (n - 1)).sum()))
        squares.append(float(square.sum() / n.sum()))
    assert near([product - icc * float(np.mean(squares)) for product in products], 0.0)


def test_the_wanted_icc_is_between_the_latent_ends() -> None:
    for outcome, figure in REFERENCE.items():
        mean = latent_mean(outcome, figure)
        assert score_icc(outcome, mean, 1e-9) == pytest.approx(0, abs=1e-6)
        assert latent_icc(outcome, 0.1) < latent_icc(outcome, 0.4)
        assert score_icc(outcome, mean, latent_icc(outcome, 0.4)) == pytest.approx(0.4)


def test_accounts_have_the_sizes_of_the_design() -> None:
    account = answers(Cell(outcome="nps", comparison=0.2, baseline=None, n=400, icc=0.1)).account
    assert account[:, 0].tolist() == [0] * SAMPLES
    assert set(np.diff(account, axis=1).ravel()) == {0, 1}
    # Far from the first respondent a new account begins once per mean size, at the end of a sample as anywhere.
    assert near([float(new) for new in np.diff(account[:, -2:], axis=1)[:, 0]], 1 / float(SIZE_SHARES @ np.arange(1, 9)))
    sizes = np.concatenate([np.bincount(row)[:-1] for row in account])  # the last account may have been cut off
    assert sizes.max() == len(SIZE_SHARES)
    seen = np.bincount(sizes, minlength=9)[1:] / len(sizes)
    np.testing.assert_allclose(seen, SIZE_SHARES, atol=0.01)


def test_whole_accounts_belong_to_one_group_and_mixed_ones_do_not() -> None:
    for mixed in (True, False):
        drawn = answers(Cell(outcome="nps", comparison=0.4, baseline=0.2, n=150, icc=0.1, share=0.5, mixed=mixed), 20)
        both = [len(set(g[a == one])) == 2 for a, g in zip(drawn.account, drawn.group, strict=True) for one in range(a[-1] + 1)]
        assert any(both) == mixed


def test_totals_are_those_of_the_rows() -> None:
    cell = Cell(outcome="nps", comparison=0.4, baseline=0.2, n=60, icc=0.4, share=0.2)
    drawn, totals = draw_answers(cell, 5, rng_for(3, "rows")), draw_totals(cell, 5, rng_for(3, "rows"))
    for row, sample in enumerate(totals):
        rows = collect_totals(drawn.account[row], drawn.group[row], drawn.score[row], groups=sample.groups)
        order = np.argsort(rows.accounts.astype(int))
        np.testing.assert_array_equal(sample.totals, rows.totals[..., order])
        assert sample.columns == rows.columns
