"""The picture, the table and the words of comparability, from what was found and not from a study."""

import pytest

from valuelib.show.comparability import plot_comparability, say_comparability, table_comparability
from valuelib.show.localizer import in_language
from valuelib.stats.invariance import Fit, Invariance, NotTestable, Shift
from valuelib.verdict.comparability import Comparison

FITS = (
    Fit("configural", 10.0, 8, 1.1, 0.99, 0.03),
    Fit("metric", 14.0, 12, 1.1, 0.985, 0.03, 4.0, 4, 0.4),
    Fit("scalar", 60.0, 16, 1.1, 0.93, 0.09, 40.0, 4, 1e-6, kept=False),
    Fit("partial", 18.0, 15, 1.1, 0.984, 0.03, 4.0, 3, 0.3),
)
ITEMS = ("product_quality", "scalability", "innovation")


def compared(by: str = "offering", **levels: str) -> Comparison:
    def tier(level: str) -> Invariance | NotTestable:
        if level == "few_items":
            return NotTestable("few_items", (200, 200), 90)
        if level == "partial":
            return Invariance("partial", (200, 200), 90, FITS, (Shift(1, 1, -0.6, 0.4),), (0.0, -0.2), (0.0, 0.1))
        moved = (0.0, 0.0) if level == "scalar" else None
        return Invariance(level, (200, 200), 90, FITS[:3] if level == "metric" else FITS[:1], (), moved, moved)

    tiers = {key: tier(level) for key, level in levels.items()}
    return Comparison(
        by=by, heading="Region", groups=("north", "south"), left_out=("east",), tiers=tiers, items=dict.fromkeys(levels, ITEMS)
    )


ALL = compared(
    table_stakes="few_items", functional="partial", individual="metric", inspirational="none", ease_of_doing_business="scalar"
)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("means can be compared.", "Scalability; they move the mean by −0.20 points", "means cannot.", "not testable for")),
        ("fi", ("keskiarvoja voi verrata.", "ne siirtävät keskiarvoa −0,20", "keskiarvoja ei.", "ei voi testata")),
    ],
)
def test_each_step_has_its_words(language: str, said: tuple[str, ...]) -> None:
    with in_language(language):
        told = say_comparability((ALL,))
        figure = plot_comparability((ALL,))
    assert [one for one in said if one not in told] == []
    assert told == figure.alt
    assert "east" in told


def test_of_a_column_its_groups_are_named() -> None:
    with in_language("en"):
        told = say_comparability((compared("region", functional="scalar"),))
    assert told.startswith("north and south: the ratings of all tiers mean the same; means can be compared.")


def test_the_title_is_the_weakest_that_was_tested() -> None:
    with in_language("en"):
        titles = [
            plot_comparability((compared(functional=level),)).title
            for level in ("scalar", "partial", "metric", "none", "few_items")
        ]
    assert len({*titles}) == 5
    assert titles[0].startswith("The ratings mean the same")
    with in_language("en"):
        assert plot_comparability((ALL,)).title == titles[3]


def test_the_table_has_the_steps_and_the_picture_the_levels() -> None:
    with in_language("en"):
        table, chart = table_comparability((ALL,)).to_frame().set_index("Tier"), plot_comparability((ALL,)).charts[0]
    row = table.loc["Functional value"]
    assert row["Change in CFI, equal loadings"] == pytest.approx(-0.005)
    assert row["Change in CFI, equal intercepts"] == pytest.approx(-0.055)  # of the full step, before an item was set aside
    assert (row["Items used differently"], row["Mean moved by"]) == ("Scalability", -0.2)
    assert dict(zip(chart.categories, chart.series[0].values, strict=True)) == {
        "Table stakes": None,
        "Functional value": 2,
        "Individual value": 1,
        "Inspirational value": 0,
        "Ease of doing business": 3,
    }
