"""`vl.claims()`: the register as a tuple that shows itself."""

import valuelib as vl
from valuelib.show.localizer import in_language
from valuelib.theory.claims import register


def test_the_register_is_a_tuple_of_all_its_readings() -> None:
    held = vl.claims()
    assert isinstance(held, tuple)
    assert len(held) == len(register().claims)
    assert held[0] is vl.claim("nps_60")
    assert repr(held) == f"<Claims: {len(held)}>"


def test_its_frame_has_a_row_a_claim_and_both_languages() -> None:
    frame = vl.claims().to_frame().set_index("claim")
    assert list(frame.index) == [one.id for one in vl.claims()]
    assert frame.loc["nps_60", "size"] == 1.6
    assert frame.loc["value_enhancement", "outcomes"] == "repurchase, expansion, recommend"
    assert frame.loc["nps_60", ["statement_en", "statement_fi"]].tolist() == [
        vl.claim("nps_60").statement.en,
        vl.claim("nps_60").statement.fi,
    ]


def test_a_notebook_shows_every_statement_in_the_language_in_force() -> None:
    for language in ("en", "fi"):
        with in_language(language):
            shown = vl.claims()._repr_mimebundle_()
        assert shown["text/html"].count("<tr>") == len(vl.claims()) + 1
        assert vl.claim("effort_loyalty").statement.say(language) in shown["text/plain"]
