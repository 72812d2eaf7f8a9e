"""A client's folder becomes one checked Study; every problem of settings, answers and linked files comes in one error."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

import valuelib
from valuelib.errors import ParameterError, StudyError
from valuelib.languages import languages
from valuelib.results import Message, Value
from valuelib.study.choices import DESIGN, read_choice_columns, say_of_choices
from valuelib.study.config import StudyConfig, Wave
from valuelib.study.config_file import read_settings
from valuelib.study.harmonise import harmonise, latest_wave
from valuelib.study.identity import join_clusters, mapped_columns, name_columns
from valuelib.study.large import LargeAnswers, every_row, read_large
from valuelib.study.linked_files import TABLES, Found, other_files, read_linked_files
from valuelib.study.model import Source, Study
from valuelib.study.places import Kind, open_place
from valuelib.study.readers import (
    address_problem,
    pivot_long,
    read_database,
    read_table,
    set_aside_copies,
    set_aside_empty,
    tell_pasted,
)
from valuelib.study.readers.draft import RawTable
from valuelib.study.readers.headers import finish
from valuelib.study.readers.typed import typed_draft
from valuelib.study.shapes import FileFormat
from valuelib.study.stamps import Stamp, stamps_below
from valuelib.study.wording import clip, problem, tidy
from valuelib.theory.claims import ClaimSpec

SETTINGS = "study.yaml"
DEMO = Path("data/demo")
SCALED = ("repurchase", "effort", "value_enhancement", "satisfaction", "perceived_value", "expansion", "unaffected")
UNSCALED = ("renewed", "retained", "intention", "spend_change")


def load_study(path: str | Path | Mapping[str, Any], language: str | None = None, source: Kind | None = None) -> Study:
    """Read and check a client's study.

    Args:
        path: the study's folder or its study.yaml; looked for from the working folder, then from the project root (the nearest
            folder above that holds pyproject.toml or notebooks). `demo` and `data/demo` are the demo study where there is no such
            folder: the project's, else the one that comes with the package. A mapping with the key `folder` and those of
            `Study.part` is a part of the study.
        language: of everything made from the study, such as "en" or "fi"; None takes that of study.yaml.
        source: "rows" reads every answer into memory; "sql" leaves them where they lie, has the deciding contrasts summed up there
            and holds a sample; None chooses by size.
    Returns:
        The study; its frames are described in `Study`.
    Raises:
        ParameterError: there are no texts in this language.
        StudyError: the study cannot be read or does not fit its mapping; carries all problems of settings and data together.

    Example:
        >>> import valuelib as vl
        >>> vl.load_study("data/demo", language="en")
        <Study demo: 1200 respondents, 350 accounts, 3 waves, 40 elements, en>
    """
    if language is not None and language not in languages():
        raise ParameterError(f"Language {language!r} is not known; expected one of {', '.join(languages())}.")
    if isinstance(path, Mapping):
        if "folder" not in path:
            raise ParameterError("A part of a study is a mapping with the key folder, and there is none. Name the study's folder.")
        part = {key: value for key, value in path.items() if key != "folder"}
        return take_part(load_study(path["folder"], language, source), part)
    given: object = path
    if not isinstance(given, str | Path):  # papermill makes numbers and truths of names that look like them
        shown = str(given).lower() if isinstance(given, bool) else str(given)
        raise ParameterError(
            f"The study {shown} came as {type(given).__name__}, not as text. Expected: the folder's name. With papermill write "
            f"-r study {shown} (raw text) where -p study {shown} stands, with the name exactly as the folder's."
        )
    folder = find_folder(path)
    stamps, ready = _READY.pop((folder, language), ({}, None))
    if ready is not None and source is None and stamps == stamps_below(folder):
        return ready
    settings = read_settings(folder / SETTINGS, SETTINGS)
    problems = list(settings.problems)
    config = settings.config
    if config is None:
        raise StudyError(problems)
    paths: dict[str, Path] = {}
    large: LargeAnswers | None = None
    for place, name in other_files(config).items():
        try:
            paths[place] = _inside(folder, name, place)
        except StudyError as err:
            problems += err.problems
    try:
        block, names = config.responses, name_columns(config)
        keep = dict.fromkeys(one.column for one in mapped_columns(config))
        # Answers to different questions share a column, so they become numbers only when each question has its own.
        long_form = dict.fromkeys(block.long.model_dump().values() if block.long is not None else ())
        answers, stays = open_place(folder, config, source)
        if answers is not None:
            large = read_large(answers, config) if stays else None
            frame = every_row(answers, keep) if large is None else large.sample(keep)
            table = finish(typed_draft(frame, answers.name), decimal=block.decimal, keep=frozenset(keep), names=names)
        elif block.database is not None:
            # A database is called by its table; its address may hold a password.
            table = read_database(
                block.database,
                table=block.table,
                query=block.query,
                name="query" if block.table is None else f"table {block.table}",
                wanted=[*long_form, *keep],
                names=names | long_form.keys(),
                questions=block.long is not None,
                folder=folder,
            )
        else:
            file, written = block.file or "", block.model_dump(include=set(FileFormat.model_fields))
            path_in = _inside(folder, file, "responses.file")
            table = read_table(path_in, name=file, keep=keep | long_form, names=names | long_form.keys(), **written)
        table = set_aside_empty(table, keep, (config.columns.respondent, config.columns.account))
        table = tell_pasted(set_aside_copies(table, config.columns.respondent), keep, config.columns.respondent)
        if (long := block.long) is not None:
            wave = config.columns.wave.column if isinstance(config.columns.wave, Wave) else config.columns.wave
            table = pivot_long(table, long.respondent, long.question, long.answer, wave, block.decimal, names)
    except StudyError as err:
        raise StudyError([*problems, *err.problems]) from err
    harmonised = harmonise(table, config)
    others = read_linked_files(paths, config, harmonised.frame)
    chosen, wide = read_choice_columns(table, config, others[DESIGN].table if DESIGN in others else None)
    problems += [*harmonised.problems, *wide.problems, *(one for found in others.values() for one in found.problems)]
    if problems:
        raise StudyError(problems)
    every = harmonised.frame
    assumed = (*_taken_for_granted(config, every), *harmonised.assumed)
    if large is not None:
        values: dict[str, Value] = {"n": len(every), "all_n": large.accounts.n}
        assumed = (Message(code="study.sampled", values=values), *assumed)
    tables = {TABLES[place]: found.table for place, found in others.items()} | ({} if chosen is None else {"choices": chosen})
    chosen = tables.get("choices")
    data = join_clusters(latest_wave(every) if config.waves == "latest" else every)
    if large is not None:
        large.found["sample"] = data
    return Study(
        config=config,
        folder=folder,
        data=data,
        all_data=join_clusters(every),
        sources=tuple(_sources(folder, config, table, others, large, whole=answers is None)),
        assumed=(
            *assumed,
            *wide.assumed,
            *(one for found in others.values() for one in found.assumed),
            *([] if chosen is None else [say_of_choices(chosen)]),
        ),
        item_labels=harmonised.item_labels,
        level_labels=harmonised.level_labels,
        lookalikes=harmonised.lookalikes,
        provider=tables.get("provider"),
        employees=tables.get("employees"),
        interviews=tables.get("interviews"),
        codebook=tables.get("codebook"),
        choices=chosen,
        chosen_language=language,
        large=large,
    )


# Studies that wait to be loaded, by folder and language, each with how its files stood.
_READY: dict[tuple[Path, str | None], tuple[Mapping[Path, Stamp], Study | None]] = {}


def make_ready(path: str | Path, language: str | None = None) -> Study:
    """Load a study for the next `load_study` of the same, which gives it at once if no file of it is another by then.

    It is given once, since whoever gets it may change its frames. One whose answers come from a database does not wait, because
    nothing tells whether they are the same.
    """
    folder = find_folder(path)
    stamps, study = stamps_below(folder), load_study(path, language)
    if study.config.responses.database is None:
        _READY[folder, language] = stamps, study
    return study


def take_part(study: Study, part: Mapping[str, Any]) -> Study:
    """A part of a study as `Study.part` tells it: what `where` was given, call by call, and the groups of `with_exposure`.

    Raises:
        ParameterError: there is another key, or such a part cannot be taken.
    """
    if unknown := sorted({*part} - {"where", "exposure"}):
        raise ParameterError(f"A part of a study has the keys where and exposure, not {', '.join(unknown)}. Leave that out.")
    for chosen in part.get("where", ()):
        study = study.where(chosen) if isinstance(chosen, str) else study.where(**chosen)
    return study.with_exposure(**part["exposure"]) if "exposure" in part else study


def find_folder(path: str | Path) -> Path:
    """The folder of a study that a user named.

    Raises:
        StudyError: there is no such folder, or it holds no study.yaml.
    """
    named = Path(path)
    for place in study_places(named):
        if _is_file(place) and place.name == SETTINGS:
            return place.parent.resolve()
        if _is_file(place / SETTINGS):
            return place.resolve()
    for place in study_places(named):  # the same letters in another Unicode form
        beside = place.parent.iterdir() if place.parent.is_dir() else ()
        if alike := [one for one in beside if tidy(one.name) == tidy(place.name) and one != place and _is_file(one / SETTINGS)]:
            return alike[0].resolve()
    there = next((one for one in study_places(named) if _is_file(one) or one.is_dir()), None)
    if there is None:
        what, next_step = "There is no such folder.", "Check the path, or make a new study with: valuelib new."
    elif _is_file(there):
        what, next_step = "This is a file, not the folder of a study.", f"Give the folder that holds {SETTINGS}."
    elif other := next((name for name in ("study.yml", "Study.yaml", "study.yaml.txt") if _is_file(there / name)), None):
        what, next_step = f"The folder has no {SETTINGS}, but {other}.", f"Rename it to {SETTINGS}."
    else:
        what, next_step = f"The folder has no {SETTINGS}.", "Write one, or make a new study with: valuelib new."
    expected = f"a folder that holds {SETTINGS} and the data files."
    raise StudyError([problem(what, clip(named, 80), expected, next_step)])


def study_places(named: Path) -> Iterator[Path]:
    """Where a study that a user named may lie, in the order in which it is looked for; the demo of the package comes last."""
    root = project_root(Path.cwd())
    own = [start / named for start in (Path.cwd(), root)]
    yield from own
    folder = named.parent if named.name == SETTINGS else named
    if folder in (DEMO, Path(DEMO.name)) and not any(place.exists() for place in own):
        yield from (start / DEMO for start in (root, packaged_folder()))


def packaged_folder() -> Path:
    """The folder of the notebooks and the demo study that come with the package; in a clone it is the clone itself."""
    inside = Path(valuelib.__file__).parent / "packaged"
    return inside if inside.is_dir() else inside.parents[1]


def project_root(start: Path) -> Path:
    """The nearest folder upward that holds pyproject.toml or notebooks, else the folder itself.

    A study's folder is none, since its notebooks are the client's own chapters.
    """
    marks = ("pyproject.toml", "notebooks")
    folders = (folder for folder in (start, *start.parents) if not (folder / SETTINGS).exists())
    return next((folder for folder in folders if any((folder / mark).exists() for mark in marks)), start)


def _inside(folder: Path, name: str, place: str) -> Path:
    """The path of a data file, which must be a file inside the study folder.

    Raises:
        StudyError: it is missing or lies elsewhere.
    """
    if address := address_problem(name, f"{SETTINGS}, `{place}`"):
        raise StudyError([address])
    path = (folder / name).resolve()
    if not _is_file(path) and path.parent.is_dir():  # a name with the same letters in another Unicode form
        path = next((one for one in sorted(path.parent.iterdir()) if tidy(one.name) == tidy(path.name)), path)
    where, expected = f"{SETTINGS}, `{place}`", f"a data file beside {SETTINGS}."
    if not path.is_relative_to(folder):
        next_step = "Copy it into the folder and name it there."
        raise StudyError([problem(f"The file {clip(name)!r} lies outside the study folder.", where, expected, next_step)])
    if not _is_file(path):
        next_step = "Put it there, or correct its name."
        raise StudyError([problem(f"The file {clip(name)!r} is not in the study folder.", where, expected, next_step)])
    return path


def _is_file(path: Path) -> bool:
    """Whether there is such a file; a name that no file can have has none."""
    try:
        return path.is_file()
    except OSError:
        return False


def _sources(
    folder: Path, config: StudyConfig, table: RawTable, others: Mapping[str, Found], large: LargeAnswers | None, *, whole: bool
) -> Iterator[Source]:
    """The responses first, then the other data files, then study.yaml itself, which has no rows to count."""

    def hashed(file: str) -> str:
        with _inside(folder, file, "file").open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()

    if (name := config.responses.file) is not None and whole:
        digest = hashed(name)
    else:  # a database has no file, and many files no one hash: it is that of the names and values read
        content = hashlib.sha256("\n".join(map(str, table.frame.columns)).encode())
        content.update(pd.util.hash_pandas_object(table.frame, index=False).to_numpy().tobytes())
        digest = content.hexdigest()
    rows, columns = table.frame.shape
    rows = rows if large is None else large.accounts.n
    yield Source(file=table.file, sha256=digest, rows=rows, columns=columns, assumed=table.assumed)
    for place, file in (*other_files(config).items(), ("", SETTINGS)):
        found = others.get(place, Found())
        yield Source(file=file, sha256=hashed(file), rows=found.size[0], columns=found.size[1], assumed=found.reading)


def _taken_for_granted(config: StudyConfig, frame: pd.DataFrame) -> tuple[Message, ...]:
    """What the settings leave open and a default decides."""
    notes: list[Message] = []
    values: dict[str, Value]
    # Questions whose scale study.yaml does not tell; recommending is asked on 0-10 and shares in per cent unless it is told.
    asked = {"elements": config.elements, "cocreation": config.cocreation}
    asked |= {f"outcomes.{name}": getattr(config.outcomes, name) for name in SCALED}
    for name, block in asked.items():
        if block is not None and "scale" not in block.model_fields_set and getattr(block, "kind", "") not in UNSCALED:
            low, high = (f"{end:g}" for end in block.scale)
            notes.append(Message(code="study.scale_taken", values={"name": name, "low": low, "high": high}))
    if "exposure" not in config.model_fields_set or "rule" not in config.exposure.model_fields_set:
        notes.append(Message(code="study.rule_taken", values={"rule_key": config.exposure.rule}))
    for one in config.claims:  # 0.60 written for "60 % more" would claim the opposite
        if isinstance(one, ClaimSpec) and one.reading.metric == "ratio" and one.reading.says_lower:
            size = one.reading.size or 0.0
            values = {"claim": one.id, "size_ratio": size, "less_share": 1 - size, "more_share": size, "more_ratio": 1 + size}
            notes.append(Message(code="study.ratio_says_lower", values=values))
    if config.waves == "latest" and "wave" in frame and frame["wave"].nunique() > 1:
        values = {"wave": str(frame["wave"].iloc[-1]), "waves_n": int(frame["wave"].nunique())}
        notes.append(Message(code="study.latest_wave", values=values))
    return tuple(notes)
