"""How does a made-up study become a folder like a client's, with its truth beside it?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from importlib.resources import files
from pathlib import Path

import pandas as pd
import yaml

from valuelib.errors import ParameterError, Problem, StudyError
from valuelib.study.simulate.export import YES_NO, export_responses, export_table, to_csv
from valuelib.study.simulate.frames import OFFERINGS, Simulated, simulate_frames
from valuelib.study.simulate.interviews import simulate_interviews
from valuelib.study.simulate.mapping import interview_headers, write_mapping
from valuelib.study.simulate.truth import Truth, meaning


def simulate_study(folder: str | Path, name: str, truth: Truth, seed: int) -> Path:
    """Write a complete made-up study: study.yaml, the data files it maps, truth.yaml and README.md.

    Args:
        folder: the folder to write; it must not exist yet, or be empty.
        name: the study's name: letters, digits, - and _, up to 64 characters.
        truth: what is planted.
        seed: 0 or above; the same name, truth and seed give the same bytes.
    Returns:
        The folder.
    Raises:
        ParameterError: the name or the seed cannot be used.
        StudyError: the folder holds something already; nothing is overwritten.
    """
    target = Path(folder)
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name):
        raise ParameterError(f"The name {name[:80]!r} cannot be used: expected letters, digits, - and _, up to 64 characters.")
    if seed < 0:
        raise ParameterError(f"seed is {seed}: expected 0 or above.")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        what = f"The folder {target.name!r} holds something already, and nothing is overwritten."
        raise StudyError([Problem(what, "the made-up study", "a new or empty folder.", "Choose another folder.")])
    contents = study_files(simulate_frames(truth, seed), name)
    target.mkdir(parents=True, exist_ok=True)
    for file, content in contents.items():
        (target / file).write_bytes(content)
    return target


def study_files(simulated: Simulated, name: str) -> dict[str, bytes]:
    """Every file of the study folder with its bytes."""
    language = simulated.truth.language
    texts = {
        "study.yaml": write_mapping(simulated, name),
        "truth.yaml": write_truth(simulated),
        "README.md": write_readme(simulated, name),
    }
    return {
        "responses.csv": to_csv(export_responses(simulated)),
        "provider.csv": to_csv(export_table(simulated.provider, language)),
        "employees.csv": to_csv(export_table(simulated.employees, language)),
        "interviews.csv": to_csv(_export_interviews(simulated)),
        "codebook.csv": files(__package__).joinpath("codebook.csv").read_bytes(),
        **{file: text.encode("utf-8") for file, text in texts.items()},
    }


def write_truth(simulated: Simulated) -> str:
    """The planted truth as YAML, each value with its meaning."""
    intro = "# The planted truth of this simulated study; no assessment reads this file."
    lines = [f"{key}: {_flow(value)}  # {meaning(key)}" for key, value in _planted(simulated.truth).items()]
    return "\n".join([intro, f"seed: {simulated.seed}", *lines, ""])


def write_readme(simulated: Simulated, name: str) -> str:
    """What a person who opens the folder needs to know first: none of it is real."""
    truth = simulated.truth
    ratio = f" (x {1 + truth.nps_lift / truth.nps_baseline:.2f})" if truth.nps_baseline > 0 else ""
    rate = f" (x {1 + truth.repurchase_lift / truth.repurchase_baseline:.2f})"
    higher = " or ".join(OFFERINGS[truth.language][1])
    rows = [f"| `{key}` | {_flow(value)} | {meaning(key)} |" for key, value in _planted(truth).items()]
    return f"""# {name}: a simulated study

All data in this folder are simulated: no such client exists, and nobody gave these answers. They were drawn by
`valuelib.study.simulate` with seed {simulated.seed}; the same version, truth and seed give the same bytes.

What is true in it, of customers with the same lower-tier quality:

- NPS: {truth.nps_baseline:g} with a lower-tier offering, {truth.nps_lift:+g} points{ratio} with a higher-tier one ({higher});
- renewal: {truth.repurchase_baseline:g} % with a lower-tier offering, {truth.repurchase_lift:+g} points{rate} with a higher one.

Everything else that differs between happy and unhappy respondents is halo, true lower-tier quality, co-creation, the account or
chance. Renewal is that of the respondent's own contract, seen after the survey. The figures hold in the last wave; earlier waves
lie lower by `growth`.
{_second_half(truth)}
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


def _second_half(truth: Truth) -> str:
    """What is planted of working together, in plain words; nothing where it is switched off."""
    said = (
        (truth.cocreation_effect, "co-creation raises loyalty and every rating of value a little"),
        (
            truth.roles_effect or truth.people_effect,
            "clear roles and the right team raise ratings further, shared tasks do not",
        ),
        (truth.commitment_effect, "loyalty rises with the commitment of both sides"),
        (truth.gap_effect, "it falls as their commitment differs"),
        (truth.effort_effect, "customers for whom things are truly easy are more loyal"),
        (truth.enhancement_effect, "so are those who truly get more out of what they bought"),
        (truth.growth, "value and loyalty grow from wave to wave, faster where co-creation is good"),
        (truth.team_effect, "ratings of value rise with the meaningful work of the account's team"),
        (truth.leaving, "the least loyal accounts leave between the waves"),
    )
    lines = [f"- {text};" for planted, text in said if planted]
    lines[-1] = lines[-1].removesuffix(";") + "."
    return "\n".join(["", "Of working together:", "", *lines, ""]) if truth.facet_own else ""


def _export_interviews(simulated: Simulated) -> pd.DataFrame:
    language = simulated.truth.language
    interviews = simulate_interviews(simulated.truth, simulated.seed)
    named = export_table(interviews[["account"]], language)
    spoken = dict(zip((True, False), YES_NO[language], strict=True))
    for key, word in interview_headers(language).items():
        named[word] = interviews[key].map(spoken) if key == "publish" else interviews[key]
    return named


def _planted(truth: Truth) -> Mapping[str, object]:
    """All that was planted by name; a trap only where one was laid."""
    return {
        item.name: getattr(truth, item.name)
        for item in fields(truth)
        if not item.metadata["trap"] or getattr(truth, item.name) != item.default
    }


def _flow(value: object) -> str:
    plain = list(value) if isinstance(value, tuple) else value
    return yaml.safe_dump(plain, default_flow_style=True, width=10_000).removesuffix("...\n").strip()
