"""Renew data/portfolio: results.json of seven made-up clients, as `valuelib simulate` and `valuelib assess --json` write them.

Two of them lack something, as real clients do: one never recorded what was bought, one did not ask about buying again.
"""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from valuelib.output.results_json import as_text, results_document
from valuelib.study.config_file import read_yaml
from valuelib.study.load import load_study
from valuelib.verdict.assess import assess_all
from valuelib.worlds.folder import simulate_study
from valuelib.worlds.truth import Truth

PORTFOLIO = Path(__file__).resolve().parents[1] / "data" / "portfolio"
SEED = 20260401  # a date; each client's seed is this plus its place, the first ones tried


@dataclass(frozen=True, kw_only=True)
class Client:
    """One made-up client: what is planted in its study, and which keys of its study.yaml are taken out."""

    name: str
    truth: Truth
    lacks: tuple[tuple[str, ...], ...] = field(default=())


def planted(respondents: int, nps_lift: float, repurchase_lift: float, **more: Any) -> Truth:
    """A client with about 2.4 respondents an account and a baseline where lifts of both claims fit."""
    accounts = round(respondents / 2.4)
    lifts: dict[str, Any] = {"nps_lift": nps_lift, "repurchase_lift": repurchase_lift, "nps_baseline": 40.0}
    return Truth(respondents=respondents, accounts=accounts, language="en", **lifts, **more)


CLIENTS = (
    Client(name="Kaarna", truth=planted(1100, 14, 9)),
    Client(name="Louhi", truth=planted(800, 6, 12)),
    Client(name="Merituuli", truth=planted(640, 19, 14)),
    Client(name="Rantakivi", truth=planted(520, 11, 4)),
    Client(name="Saukko", truth=planted(430, 16, 0), lacks=(("outcomes", "repurchase"),)),
    Client(name="Tuohi", truth=planted(380, 9, 8)),
    Client(name="Vaahtera", truth=planted(300, 0, 0), lacks=(("exposure", "column"), ("exposure", "higher"))),
)


def main() -> None:
    """Write every client's results.json anew."""
    for client, text in zip(CLIENTS, map(results_of, CLIENTS), strict=True):
        folder = PORTFOLIO / client.name.lower()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "results.json").write_text(text, encoding="utf-8")


def results_of(client: Client) -> str:
    """The text of one client's results.json."""
    with tempfile.TemporaryDirectory() as scratch:
        name = client.name.lower()
        folder = simulate_study(Path(scratch) / name, name, client.truth, SEED + CLIENTS.index(client))
        settings: dict[str, Any] = {**read_yaml(folder / "study.yaml", name).data, "client": f"{client.name} (simulated)"}
        for block, key in client.lacks:
            del settings[block][key]
        (folder / "study.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True, sort_keys=False), encoding="utf-8")
        study = load_study(folder)
        return as_text(results_document(study, assess_all(study), ()))


if __name__ == "__main__":
    main()
