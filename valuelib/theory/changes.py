"""Claims made by `Claim.with_`: another size, unit, outcome or threshold, with an id and a statement that tell the change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from valuelib.errors import ParameterError
from valuelib.theory.claims import Claim, Either, Id, claims, register, said, unbroken, usual_targets
from valuelib.theory.files import Text, unknown_key
from valuelib.theory.reading import EXPOSURE_NEEDS, Count, Reading, deciding_evidence, needs

# Fields that `with_` can change, as its caller names them; those of the reading have the same name there, save for the unit.
READING_FIELDS = ("size", "unit", "outcome", "exposure", "comparison", "baseline", "margin")
FIELDS = (*READING_FIELDS, "metric", "threshold", "id", "statement")
DIRECTIONS = ("positive", "negative")  # metrics without a size


def change_claim(given: Claim, wanted: Mapping[str, Any]) -> Claim:
    """`given` with these fields changed; the claim it was changed from where nothing differs from that any more."""
    for name in wanted:
        if name not in FIELDS:
            raise unknown_key("field of a claim", name, FIELDS)
    start, words = given.changed_from or given, register().changed
    try:
        reading = _changed_reading(given.reading, wanted)
        statement = TypeAdapter(Either).validate_python(wanted["statement"]) if "statement" in wanted else None
        id = TypeAdapter(Id).validate_python(wanted["id"]) if "id" in wanted else None
    except ValidationError as err:
        raise ParameterError(f"The claim {start.id} cannot be changed so. {said(err)}") from err
    if id in {one.id for one in claims()} - {start.id}:
        raise ParameterError(f"The register already has a claim {id}; choose another id for the changed {start.id}.")
    # What differs, as it stands in the id.
    fields = {name: "metric" if name == "unit" else name for name in READING_FIELDS}
    pairs = {name: (getattr(start.reading, field), getattr(reading, field)) for name, field in fields.items()}
    changed = {name: now for name, (before, now) in pairs.items() if now != before}
    values = [f"{name}={_plain(value)}" for name, value in changed.items() if value is not None]
    # What differs, in words; a size is described with its unit.
    differs = {name: value for name, value in changed.items() if name not in ("size", "unit")}
    told = [_fill(getattr(words, name), value=_in_words(value, name)) for name, value in differs.items()]
    if {"size", "unit"} & set(changed) and reading.size is not None:
        points = words.size_points if reading.outcome == "recommend" else words.size_percentage_points
        unit = words.size_ratio if reading.metric == "ratio" else points
        told.insert(0, _fill(unit, value=_in_words(reading.size, "size")))
    elif "unit" in changed:
        told.insert(0, words.direction_lower if reading.says_lower else words.direction_higher)
    described = [unbroken(one) for one in told]
    if reading == given.reading:
        statement, id = statement or given.statement, id or given.id
    elif described:
        statement = statement or _joined([start.statement, _fill(words.note, changes=_joined(described))], " ")
    if not described and statement in (None, start.statement) and id in (None, start.id):
        return start
    return replace(
        start,
        id=id if id not in (None, start.id) else f"{start.id}~{','.join(values) or 'statement'}",
        statement=statement or start.statement,
        reading=reading,
        origin=_fill(words.origin, value=start.origin),
        caveat=_joined([words.caveat, start.caveat], " ") if described else start.caveat,
        evidence=deciding_evidence(reading),
        targets=start.targets if reading.exposure == start.reading.exposure else usual_targets(reading),
        partnership=None,
        changed_from=start,
    )


def _changed_reading(reading: Reading, wanted: Mapping[str, Any]) -> Reading:
    """The reading with these fields, checked by the grammar; its needs follow its outcomes and exposure."""
    fields = {name: wanted[name] for name in READING_FIELDS if name in wanted and name != "unit"}
    # What a threshold means for this reading: the margin, or where the two groups of a count of elements meet.
    if "threshold" in wanted and reading.kind == "penalty_reward" and "margin" not in wanted:
        fields["margin"] = wanted["threshold"]
    elif "threshold" in wanted:
        if reading.comparison is None or reading.baseline is None:
            raise ParameterError("This claim has no threshold of its own: its groups follow exposure.threshold of study.yaml.")
        if {"comparison", "baseline"} & set(wanted):
            raise ParameterError("A threshold sets comparison and baseline; give either it or them.")
        first = TypeAdapter(Count).validate_python(wanted["threshold"])
        (start, end), (low, top) = reading.comparison, reading.baseline
        fields |= {"comparison": (first, end), "baseline": (low, first - 1) if top == start - 1 else (low, top)}
    units = {wanted[name] for name in ("unit", "metric") if name in wanted}
    if len(units) > 1:
        raise ParameterError(f"unit and metric are two names for one thing; they are given as {' and '.join(sorted(units))}.")
    if units:
        (fields["metric"],) = units
        if fields["metric"] in DIRECTIONS:
            fields.setdefault("size", None)  # a direction has none to change
        elif fields["metric"] != reading.metric and reading.size is not None and "size" not in wanted:
            raise ParameterError(
                f"The size {reading.size:g} is in the unit {reading.metric}; give a size in {fields['metric']} too."
            )
    changed = Reading.model_validate({**reading.model_dump(), **fields})
    own = {*reading.outcomes, EXPOSURE_NEEDS[reading.exposure]}
    needed = (*changed.outcomes, EXPOSURE_NEEDS[changed.exposure], *(one for one in reading.needs if one not in own))
    return changed if set(needed) == set(reading.needs) else changed.model_copy(update={"needs": tuple(dict.fromkeys(needed))})


def _in_words(value: Any, name: str) -> Text:
    if name in ("outcome", "exposure"):
        return needs()[EXPOSURE_NEEDS[value] if name == "exposure" else value]
    if isinstance(value, tuple) and value[1] is None:
        return _fill(register().changed.at_least, value=Text(str(value[0]), str(value[0])))
    said = _plain(value).replace("-", "\N{MINUS SIGN}") if isinstance(value, float) else _plain(value)
    return Text(said, said.replace(".", ","))


def _plain(value: Any) -> str:
    """A value as it stands in an id: 25, 1.3, 6+, 1-5."""
    if isinstance(value, tuple):
        low, high = value
        return f"{low}+" if high is None else f"{low}-{high}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _fill(frame: Text, **values: Text) -> Text:
    return Text(
        en=frame.en.format(**{name: one.en for name, one in values.items()}),
        fi=frame.fi.format(**{name: one.fi for name, one in values.items()}),
    )


def _joined(texts: list[Text], by: str = ", ") -> Text:
    return Text(en=by.join(one.en for one in texts), fi=by.join(one.fi for one in texts))
