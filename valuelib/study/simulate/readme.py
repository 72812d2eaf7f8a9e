"""What does a person who opens the folder of a made-up study need to know first?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

import numpy as np
import yaml

from valuelib.study.simulate.frames import OFFERINGS, Simulated
from valuelib.study.simulate.ratings import asked_elements
from valuelib.study.simulate.truth import Truth, leavers_by_wave, meaning
from valuelib.theory import HIGHER_TIERS

FEWEST_DRAWN = 30  # answers for which the lift as drawn is told
TYPICAL = 2.0  # points from what was planted within which a draw is called typical


def write_readme(simulated: Simulated, name: str) -> str:
    """What a person who opens the folder needs to know first: none of it is real."""
    truth = simulated.truth
    ratio = f" (x {1 + truth.nps_lift / truth.nps_baseline:.2f})" if truth.nps_baseline > 0 else ""
    rate = f" (x {1 + truth.repurchase_lift / truth.repurchase_baseline:.2f})"
    higher = " or ".join(OFFERINGS[truth.language][1])
    rows = [f"| `{key}` | {flow(value)} | {meaning(key)} |" for key, value in planted_of(truth).items()]
    return f"""# {name}: a simulated study

All data in this folder are simulated: no such client exists, and nobody gave these answers. They were drawn by
`valuelib.study.simulate` with seed {simulated.seed}; the same version, truth and seed give the same bytes.

What is true in it, of customers with the same lower-tier quality:

- NPS: {truth.nps_baseline:g} with a lower-tier offering, {truth.nps_lift:+g} points{ratio} with a higher-tier one ({higher});
- renewal: {truth.repurchase_baseline:g} % with a lower-tier offering, {truth.repurchase_lift:+g} points{rate} with a higher one.

Everything else that differs between happy and unhappy respondents is halo, true lower-tier quality, co-creation, the account or
chance. Renewal is that of the respondent's own contract, seen after the survey. The figures hold in the last wave; earlier waves
lie lower by `growth`.
{_together(simulated)}
| file | what |
|---|---|
| `study.yaml` | the mapping that a consultant would write |
| `responses.csv` | answers, one row per respondent and wave; semicolons, UTF-8 with a byte-order mark |
| `provider.csv` | the provider's own view of its accounts |
| `employees.csv` | the provider's people on their work, by account team |
| `interviews.csv` | coded quotes, two coders |
| `codebook.csv` | what each code means |
| `truth.yaml` | the planted truth, for machines |

| setting | value | meaning |
|---|---|---|
{chr(10).join(rows)}
"""


def planted_of(truth: Truth) -> Mapping[str, object]:
    """All that was planted by name; a trap only where one was laid."""
    return {
        item.name: getattr(truth, item.name)
        for item in fields(truth)
        if not item.metadata["trap"] or getattr(truth, item.name) != item.default
    }


def flow(value: object) -> str:
    """A value on one line of YAML."""
    plain = list(value) if isinstance(value, tuple) else value
    return yaml.safe_dump(plain, default_flow_style=True, width=10_000).removesuffix("...\n").strip()


def _together(simulated: Simulated) -> str:
    """What is planted of working together, in plain words; nothing where facets have no parts of their own."""
    if not simulated.truth.facet_own:
        return ""
    lines = [f"- {text};" for is_planted, text in _said(simulated.truth) if is_planted]
    lines[-1] = lines[-1].removesuffix(";") + "."
    return "\n".join(["", "Of working together:", "", *lines, "", *_drawn(simulated)])


def _said(truth: Truth) -> tuple[tuple[bool, str], ...]:
    faster = ", faster where co-creation is good" if truth.growth_cocreation > 0 else ""
    return (
        (truth.cocreation_effect > 0, "co-creation raises loyalty and every rating of value a little"),
        (True, "each facet of co-creation has a part of its own beside what all of them share, so that they can be told apart"),
        (truth.roles_effect > 0 < truth.people_effect, "clear roles and the right team raise ratings further, other facets do not"),
        (
            truth.provider_sees > 0,
            "the provider sees an account as it truly is, brighter by `provider_gap`, without any customer's halo",
        ),
        (truth.commitment_effect > 0, "loyalty rises with the commitment that both sides share"),
        (truth.gap_effect > 0, "it falls the further the provider's commitment lies from the customer's, whichever is the higher"),
        (truth.effort_effect > 0, "customers for whom things are truly easy recommend and renew more"),
        (truth.enhancement_effect > 0, "so do those who truly get more out of what they bought, and they buy more"),
        (truth.growth > 0, f"value and loyalty grow from wave to wave{faster}"),
        (truth.team_effect > 0, "ratings of value rise with the meaningful work of the account's team"),
        (
            bool(leavers_by_wave(truth)),
            "accounts leave between the waves, the less loyal sooner, so that earlier waves hold more of them",
        ),
        (truth.contracts, "contracts last longer where the true quality of the basics is better; some still run when last seen"),
        (truth.theme_link > 0, "in interviews a facet is praised where its true level is higher, and blamed where it is lower"),
        (truth.comment_lean > 0, "detractors comment more often than promoters"),
    )


def _drawn(simulated: Simulated) -> list[str]:
    """What chance made of it: the two lifts as drawn in the last wave, at equal mean rating of the lower tiers."""
    answers, truth = simulated.answers, simulated.truth
    last = answers[answers["wave"] == str(truth.year)]
    held = last[[f"element.{one.key}" for one in asked_elements(truth) if one.tier_key not in HIGHER_TIERS]].mean(axis=1)
    lifts = []
    for outcome in ("nps", "repurchase"):
        told = last[outcome].notna() & held.notna()
        if told.sum() < FEWEST_DRAWN or last.loc[told, "offering"].nunique() < 2:
            return []
        design = np.column_stack([np.ones(told.sum()), last.loc[told, "offering"], held[told]])
        lifts.append(100 * float(np.linalg.lstsq(design, last.loc[told, outcome].to_numpy(float))[0][1]))
    near = max(abs(lifts[0] - truth.nps_lift), abs(lifts[1] - truth.repurchase_lift)) < TYPICAL
    typical = "This is a typical draw: with" if near else "With"
    made = f"{lifts[0]:+.1f} points of NPS and {lifts[1]:+.1f} points of renewal in the last wave."
    return [f"{typical} equal ratings of the lower tiers, the higher offering comes with", made, ""]
