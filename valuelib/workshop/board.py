"""The wall board: the participants' verdicts as they come in, and at the end of the day beside what is true."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Literal

from matplotlib.figure import Figure

from valuelib.errors import ParameterError
from valuelib.show.canvas import AMBER, BLUE, GREEN, GREY, INK, VERMILION, drawing
from valuelib.show.localizer import local, use_language
from valuelib.workshop.clients import PARTICIPANTS, TRAINER, TRUTHS
from valuelib.workshop.handing_in import HANDED_IN

CLAIMED = 0.6  # of the NPS of the others: what the slide says is added
NEXT_LOOK = 10  # seconds after which the page looks for a newer one
PAGE, PICTURE = "board.html", "board.png"
Outcome = Literal["right", "wrong", "open"]
COLOURS: Mapping[Outcome, str] = {"right": GREEN, "wrong": VERMILION, "open": GREY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one participant handed in, and what is true: the lift in NPS points, and what would have been claimed.

    `believed` is whether the slide's figure alone had convinced; None stands where nothing was handed in.
    """

    name: str
    lift: float
    claimed: float
    believed: bool | None = None
    raw: float | None = None
    interval: tuple[float, float] | None = None
    verdict: str = ""

    @property
    def covered(self) -> bool | None:
        """Whether the interval holds what is true."""
        return None if self.interval is None else self.interval[0] <= self.lift <= self.interval[1]

    @property
    def outcome(self) -> Outcome | None:
        """Whether the verdict is right: its sentence holds of the truth; one that leaves open is neither right nor wrong."""
        holds = {
            "supported": self.lift > self.claimed,
            "consistent": self.lift > 0,
            "smaller": 0 < self.lift < self.claimed,
            "rejected": self.lift < self.claimed,
        }
        if not self.verdict:
            return None
        return "open" if self.verdict not in holds else "right" if holds[self.verdict] else "wrong"

    @property
    def fooled(self) -> bool:
        """Whether the slide's figure convinced although less than half of what is claimed is true."""
        return bool(self.believed) and self.lift < self.claimed / 2


def read_board(folder: Path) -> tuple[Row, ...]:
    """The participants of a workshop with what they have handed in so far; the workshop's language is in force from here on.

    Raises:
        ParameterError: the folder is not one that `valuelib workshop make` wrote, or something handed in cannot be read.
    """
    truths = folder / TRAINER / TRUTHS
    if not truths.is_file():
        raise ParameterError(
            f"{folder}: no {TRAINER}/{TRUTHS}. Expected: a folder that `valuelib workshop make` wrote. Next: name that one."
        )
    planted = json.loads(truths.read_text(encoding="utf-8"))
    use_language(planted["language"])
    return tuple(_row(folder, name, truth) for name, truth in planted["participants"].items())


def _row(folder: Path, name: str, truth: Mapping[str, Any]) -> Row:
    row = {"name": name, "lift": truth["nps_lift"], "claimed": CLAIMED * truth["nps_baseline"]}
    file = folder / PARTICIPANTS / name / HANDED_IN
    if not file.is_file():
        return Row(**row)
    try:
        given = json.loads(file.read_text(encoding="utf-8"))
        low, high = map(float, given["interval"])
        return Row(
            **row, believed=given["believed"] == "yes", raw=float(given["raw"]), interval=(low, high), verdict=str(given["verdict"])
        )
    except (ValueError, KeyError, TypeError) as err:
        raise ParameterError(
            f"{file}: it cannot be read ({err}). Expected: what hand_in.ipynb writes. Next: let {name} hand in again."
        ) from err


def write_board(folder: Path, *, reveal: bool = False) -> tuple[Path, Path]:
    """Write the wall board as a page that looks for a newer one by itself, and as a picture.

    Args:
        folder: what `make_workshop` wrote.
        reveal: whether to show what is true, at the end of the day.
    Returns:
        The page and the picture.
    """
    rows = read_board(folder)
    picture = draw_board(rows, reveal=reveal)
    page = write_page(rows, picture, reveal=reveal)
    files = folder / PAGE, folder / PICTURE
    for file, content in zip(files, (page.encode(), picture), strict=True):
        fresh = file.with_name(f".{file.name}")
        fresh.write_bytes(content)  # a browser never meets half a page
        fresh.replace(file)
    return files


def say_summary(rows: Sequence[Row], *, reveal: bool) -> list[str]:
    """What the board says in words."""
    handed = [row for row in rows if row.interval is not None]
    said = [local.text("workshop.board.handed_in", k=len(handed), n=len(rows))]
    if reveal and handed:
        outcomes = [row.outcome for row in handed]
        said += [
            local.text("workshop.board.covered", k=sum(bool(row.covered) for row in handed), n=len(handed)),
            local.text(
                "workshop.board.verdicts", right=outcomes.count("right"), wrong=outcomes.count("wrong"), open=outcomes.count("open")
            ),
            local.text("workshop.board.fooled", k=sum(row.fooled for row in handed), n=len(handed)),
        ]
    return said


def draw_board(rows: Sequence[Row], *, reveal: bool) -> bytes:
    """The board as a picture: a row a participant, its raw figure, its interval and, when revealed, what is true."""
    with drawing(12.0, 1.9 + 0.42 * len(rows)) as sheet:
        _plot(sheet, rows, reveal)
        buffer = io.BytesIO()
        sheet.savefig(buffer, format="png", dpi=110, metadata={"Software": None})
    return buffer.getvalue()


def _plot(sheet: Figure, rows: Sequence[Row], reveal: bool) -> None:
    ax = sheet.subplots()
    for place, row in enumerate(rows):
        if row.interval is not None and row.raw is not None:
            colour = COLOURS[row.outcome or "open"] if reveal else BLUE
            ax.plot(row.interval, [place, place], color=colour, linewidth=7, solid_capstyle="butt", alpha=0.75)
            ax.plot(row.raw, place, "o", color="none", markeredgecolor=AMBER, markeredgewidth=2.5, markersize=10)
        if reveal:
            ax.plot(row.lift, place, "D", color=INK, markersize=8, zorder=3)
            ax.plot(row.claimed, place, "|", color=GREY, markersize=18, markeredgewidth=2)
    ax.axvline(0, color=GREY, linewidth=1)
    ax.set_yticks(range(len(rows)), [_called(row.name) for row in rows])
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlabel(local.text("workshop.board.axis_revealed") if reveal else local.text("workshop.board.axis"))
    ax.set_title(
        say_summary(rows, reveal=reveal)[1 if reveal and any(row.interval for row in rows) else 0], loc="left", fontweight="bold"
    )


def _called(name: str) -> str:
    return name.rpartition("_")[2]


def write_page(rows: Sequence[Row], picture: bytes, *, reveal: bool) -> str:
    """The board as a page of its own, which needs no network."""
    head = [local.text(f"workshop.board.column.{name}") for name in ("who", "raw", "believed", "interval", "verdict")]
    head += [local.text(f"workshop.board.column.{name}") for name in ("truth", "covered", "outcome")] if reveal else []
    body = "\n".join(f"<tr>{''.join(_cells(row, reveal))}</tr>" for row in rows)
    said = say_summary(rows, reveal=reveal)
    title = local.text("workshop.board.title")
    return f"""<!doctype html>
<html lang="{local.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="{NEXT_LOOK}">
<title>{escape(title)}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>{escape(title)}</h1>
{"".join(f"<p>{escape(one)}</p>" for one in said)}
<img alt="{escape(" ".join(said))}" src="data:image/png;base64,{base64.b64encode(picture).decode()}">
<div class="wide" role="region" aria-label="{escape(title)}" tabindex="0">
<table>
<thead><tr>{"".join(f'<th scope="col">{escape(one)}</th>' for one in head)}</tr></thead>
<tbody>
{body}
</tbody>
</table>
</div>
</main>
</body>
</html>
"""


def _cells(row: Row, reveal: bool) -> list[str]:
    said = ["", "", "", ""]
    if row.interval is not None and row.raw is not None:
        believed = local.text("common.yes") if row.believed else local.text("common.no")
        said = [local.points(row.raw), believed, local.interval(*row.interval), local.word(row.verdict)]
    cells = [f'<th scope="row">{escape(_called(row.name))}</th>', *(f"<td>{escape(one)}</td>" for one in said)]
    if not reveal:
        return cells
    covered = "" if row.covered is None else local.text("common.yes") if row.covered else local.text("common.no")
    outcome = "" if row.outcome is None else local.text(f"workshop.board.outcome.{row.outcome}")
    fooled = f" · {local.text('workshop.board.was_fooled')}" if row.fooled else ""
    mark = f' class="{row.outcome}"' if row.outcome else ""
    return [*cells, f"<td>{local.points(row.lift)}</td><td>{covered}</td><td{mark}>{escape(outcome + fooled)}</td>"]


STYLE = f"""
body {{ font: 1.15rem/1.45 Lato, "Segoe UI", sans-serif; color: {INK}; margin: 0 auto; max-width: 80rem; padding: 1rem 2rem; }}
h1 {{ font-size: 2rem; margin: .3rem 0; }} p {{ font-size: 1.3rem; margin: .2rem 0; }}
img {{ max-width: 100%; }} .wide {{ overflow-x: auto; }} table {{ border-collapse: collapse; width: 100%; }}
th, td {{ border-bottom: 1px solid #D0D0D0; padding: .3rem .6rem; text-align: left; }}
.right {{ color: {GREEN}; }} .wrong {{ color: {VERMILION}; font-weight: 700; }} .open {{ color: {GREY}; }}
"""
