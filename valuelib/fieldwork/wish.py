"""What a user asks for on the command line, checked: every problem is told at once."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml

from valuelib.errors import ParameterError
from valuelib.fieldwork.choices import FEWEST, MOST, design_sets
from valuelib.fieldwork.mapping import TOOLS, Tool
from valuelib.fieldwork.model import LANGUAGES, Offering, Questionnaire, build_questionnaire, words
from valuelib.fieldwork.short import Short, choose_short, fewest
from valuelib.study.wording import clip, guess
from valuelib.theory.facets import facets
from valuelib.theory.pyramid import LOWER_TIERS, elements

YES, NO = ("yes", "kyllä", "true", "1"), ("no", "ei", "false", "0")
ASKED_OF_BOTH = 3  # lower-tier statements that a sound control needs
Tell = Callable[[str], None]
Word = TypeVar("Word", bound=str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A questionnaire as a user asks for it; lists may be one text with commas.

    Attributes:
        elements: `all`, `core`, or a file with one key a line.
        facets: `all`, `none`, or keys.
        short: how many elements fit; None asks all of `elements`.
        choices: how many of the elements stand in best-worst sets, too; None asks for no choices.
        pilot: a study whose answers tell which elements stand best for their tier.
        offerings: a .csv or .yaml file of what customers can have bought, with `offering` and `higher`.
        out: the folder to be written.
    """

    name: str
    tools: Sequence[str]
    languages: Sequence[str] = LANGUAGES
    client: str | None = None
    elements: str | None = None
    facets: Sequence[str] = ("all",)
    short: int | None = None
    choices: int | None = None
    pilot: Path | None = None
    offerings: Path | None = None
    out: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A checked wish: the questionnaire, the tools, the choice of elements where it was made, and what to warn of."""

    questionnaire: Questionnaire
    tools: tuple[Tool, ...]
    short: Short | None = None
    warnings: tuple[str, ...] = field(default=())


def check_wish(wish: Wish) -> Asked:
    """The questionnaire that was asked for.

    Raises:
        ParameterError: tells everything that cannot be had, at once.
        StudyError: the pilot cannot be read.
    """
    problems: list[str] = []
    tell = problems.append
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", wish.name):
        tell(f"The name {clip(wish.name)!r} cannot be used: expected letters, digits, - and _, up to 64 characters.")
    tools = _known("--for", wish.tools, TOOLS, tell)
    languages = _known("--language", wish.languages, LANGUAGES, tell)
    known = [one.key for one in facets()]
    given = [*wish.facets]
    asked_facets = tuple(known) if given == ["all"] else ()
    if given not in (["all"], ["none"]):
        asked_facets = _known("--facets", given, known, tell, or_else=" Or all, or none.")
    element_keys = _elements(wish.elements or ("all" if wish.short is not None else "core"), tell)
    if wish.short is not None and element_keys and not fewest() <= wish.short <= len(element_keys):
        tell(f"--short {wish.short}: expected {fewest()} to {len(element_keys)} elements, so that each tier keeps one or more.")
    most = min(MOST, len(element_keys) if wish.short is None else wish.short)
    if wish.choices is not None and element_keys and not max(FEWEST, fewest()) <= wish.choices <= most:
        tell(f"--choices {wish.choices}: expected {max(FEWEST, fewest())} to {most} elements to choose among.")
    if wish.pilot is not None and wish.short is None:
        tell("--pilot tells which elements to leave out, and none are: give --short N with it.")
    offerings = _offerings(wish.offerings, tell) if wish.offerings is not None else ()
    if wish.out is not None and holds_something(wish.out):
        tell(refusal(wish.out))
    if problems:
        raise ParameterError("\n".join(problems))
    short = choose_short(wish.short, among=element_keys, pilot=wish.pilot) if wish.short is not None else None
    element_keys = element_keys if short is None else short.keys
    chosen = choose_short(wish.choices, among=element_keys, pilot=wish.pilot).keys if wish.choices is not None else ()
    questionnaire = build_questionnaire(
        wish.name,
        client=wish.client or wish.name,
        languages=languages,
        element_keys=element_keys,
        facet_keys=asked_facets,
        offerings=offerings,
        choice_sets=design_sets(chosen) if chosen else (),
    )
    return Asked(questionnaire=questionnaire, tools=tools, short=short, warnings=(*_warnings(wish, element_keys),))


def holds_something(folder: Path) -> bool:
    """Whether a folder is taken: a file of that name counts, too."""
    return folder.exists() and (not folder.is_dir() or any(folder.iterdir()))


def refusal(folder: Path) -> str:
    """That nothing is overwritten."""
    return f"--out {clip(folder)}: it holds something already, and nothing is overwritten; expected a new or empty folder."


def _known(option: str, given: Sequence[str], known: Sequence[Word], tell: Tell, or_else: str = "") -> tuple[Word, ...]:
    """The words that were given, each once, after a problem for every other word."""
    words = [word.strip() for text in given for word in text.split(",") if word.strip()]
    for word in words:
        if word not in known:
            tell(f"{option}: {clip(word)!r} is not known; {guess(word, known)}{or_else}")
    if not words:
        tell(f"{option}: nothing was given; expected one or more of {', '.join(known)}.")
    return tuple(sorted((one for one in known if one in words), key=words.index))


def _elements(given: str, tell: Tell) -> tuple[str, ...]:
    """Keys of the elements: all, the core, or those of a file."""
    known = [element.key for element in elements()]
    if given in ("all", "core"):
        return tuple(known if given == "all" else words()["core"])
    path = Path(given)
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        tell(f"--elements {clip(given)}: expected all, core, or a text file with one key a line; there is none of that name.")
        return ()
    keys = [key for line in lines if (key := line.partition("#")[0].strip().strip("-,;").strip())]
    unknown = [key for key in keys if key not in known]
    for key in unknown:
        tell(f"{path.name}: {clip(key)!r} is not the key of an element; expected {guess(key, known)}")
    if not keys:
        tell(f"{path.name}: it names no element; expected one key a line, such as {known[0]}.")
    return tuple(key for key in known if key in keys)


def _offerings(path: Path, tell: Tell) -> tuple[Offering, ...]:
    """The offerings of a file, and whether each belongs to the higher ones."""
    try:
        rows = _rows(path)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, csv.Error):
        tell(f"--offerings {clip(path)}: expected a .csv or .yaml file with offering and higher (yes or no); it cannot be read.")
        return ()
    found: dict[str, Offering] = {}
    for place, row in enumerate(rows, start=1):
        name, said = str(row.get("offering") or "").strip(), str(row.get("higher", "")).strip().casefold()
        if not name or said not in YES + NO:
            tell(f"{path.name}, offering {place}: expected a name under offering, and yes or no under higher.")
        elif name in found:
            tell(f"{path.name}: the offering {clip(name)!r} stands twice; expected each once.")
        else:
            found[name] = Offering(name=name, higher=said in YES)
    if rows and len(found) == len(rows) and len({one.higher for one in found.values()}) < 2:
        tell(f"{path.name}: expected one offering or more with higher: yes, and one or more with no, so that they can be compared.")
    if not rows:
        tell(f"{path.name}: it names no offering; expected rows with offering and higher (yes or no).")
    return tuple(found.values())


def _rows(path: Path) -> list[dict[str, Any]]:
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix.lower() in (".yaml", ".yml"):
        loaded = yaml.safe_load(text)
        listed = loaded.get("offerings", []) if isinstance(loaded, dict) else loaded
        return [row if isinstance(row, dict) else {} for row in listed or ()] if isinstance(listed, list | None) else [{}]
    lines = text.splitlines()
    delimiter = next((sign for sign in ";\t" if lines and sign in lines[0]), ",")
    return list(csv.DictReader(lines, delimiter=delimiter))


def _warnings(wish: Wish, keys: Iterable[str]) -> Iterable[str]:
    if wish.offerings is None:
        yield (
            "Warning: without --offerings FILE study.yaml cannot say what was bought, the best evidence there is; "
            "write `exposure` before the answers come in."
        )
    lower = [element.key for element in elements() if element.key in keys and element.tier_key in LOWER_TIERS]
    if len(lower) < ASKED_OF_BOTH:
        yield f"Warning: lower-tier statements: {len(lower)}; with fewer than {ASKED_OF_BOTH} no verdict can hold them equal."
