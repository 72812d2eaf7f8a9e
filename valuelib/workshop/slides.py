"""The slides of the day, from the sources of the episodes; trainers' notes stand below them as speaker's notes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from valuelib.output.brand import HOUSE
from valuelib.output.slides.draw import draw_slides
from valuelib.output.slides.plan import Paragraph, Run, Slide
from valuelib.show.localizer import local
from valuelib.workshop.episode import Episode, Exercise, Prose, load_episodes
from valuelib.workshop.papers import list_times

LETTERS = 28.0  # points, to be read from the last row
MARKS = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*|\*([^*]+)\*")


def make_slides(language: str) -> bytes:
    """The slides of all episodes as a presentation, in the language in force; equal sources give equal bytes."""
    title = local.text("workshop.title")
    times = tuple(f"{start}  {what}" for start, _, what in list_times("full_day", language))
    slides = [
        Slide("cover", title, {"client": (local.text("workshop.subtitle"),)}, section=title),
        Slide("content", local.text("workshop.time_table"), {"body": times}, section=title),
    ]
    for episode in load_episodes():
        slides += plan_episode(episode, language)
    return draw_slides(slides, title, HOUSE, LETTERS)


def plan_episode(episode: Episode, language: str) -> Iterator[Slide]:
    """An episode's slides: its questions, its findings, its exercises and its key points."""
    name = f"{int(episode.number)}. {episode.title[language]}"
    slides = [Slide("section", name, {"body": tuple(episode.questions[language])}, section=name)]
    for part in episode.parts:
        match part:
            case Prose(kind="slide"):
                head, *points = part.said[language].splitlines()
                body = tuple(marked(point.removeprefix("- ")) for point in points if point.strip())
                slides.append(Slide("content", head.removeprefix("## "), {"body": body}, section=name))
            case Exercise():
                title = local.text("workshop.exercise", number=part.number, minutes_n=part.minutes)
                slides.append(Slide("content", title, {"body": (marked(" ".join(part.prompt[language].split())),)}, section=name))
            case Prose(kind="trainer"):
                slides[-1] = replace(slides[-1], notes=(*slides[-1].notes, part.said[language]))
    yield from slides
    key_points = tuple(marked(point) for point in episode.key_points[language])
    yield Slide("content", local.text("workshop.key_points"), {"body": key_points}, section=name)


def marked(text: str) -> Paragraph:
    """A line of Markdown as runs: code and strong words are bold, other marks fall away."""
    runs, at = [], 0
    for mark in MARKS.finditer(text):
        runs += [Run(text[at : mark.start()]), Run(mark[1] or mark[2] or mark[3], bold=mark[3] is None)]
        at = mark.end()
    return tuple(run for run in (*runs, Run(text[at:])) if run.text)
