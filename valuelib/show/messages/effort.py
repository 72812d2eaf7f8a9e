"""What must be known of effort, enhancement and claims of several outcomes?"""

from __future__ import annotations

from collections.abc import Mapping

from valuelib.show.mark import mark

EFFORT: Mapping[str, str] = {
    "missing.outcomes": mark(
        "The survey does not measure everything that the claim speaks of. Missing: %(outcome_keys)s (`outcomes` and "
        "`cocreation` in study.yaml)."
    ),
    "note.colleagues_effort": mark(
        "Colleagues' answers cannot decide here: at equal lower tiers, too few answers come from accounts whose other respondents "
        "found things easy (mean %(easy_score)s or more) or hard (below %(hard_score)s)."
    ),
    "note.intention": mark("An intention told in the survey, not behaviour seen in records: %(outcome_key)s."),
}
