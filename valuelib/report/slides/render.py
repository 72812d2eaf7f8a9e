"""How does a report's content become slides that stay inside their edges, speak to a screen reader, and may be edited?"""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from valuelib.report.brand import Brand
from valuelib.report.content import Content
from valuelib.report.slides.draw import Deck
from valuelib.report.slides.pack import without_clock
from valuelib.report.slides.plan import plan_slides
from valuelib.report.slides.template import open_template

NO_CLOCK = datetime(2000, 1, 1)
LOCALES = {"fi": "fi-FI", "en": "en-GB", "sv": "sv-SE"}


def render_slides(content: Content, brand: Brand) -> bytes:
    """The slides of a report; equal content gives equal bytes.

    Raises:
        ParameterError: the brand's template will not do.
        RunError: a figure could not be drawn.
    """
    presentation = open_template(brand.template)
    _describe(presentation, content, brand)
    deck = Deck(presentation, brand, content.speech, language=LOCALES.get(content.speech.language, content.speech.language))
    for slide in plan_slides(content):
        deck.draw(slide)
    file = io.BytesIO()
    presentation.save(file)
    return without_clock(file.getvalue())


def _describe(presentation: Any, content: Content, brand: Brand) -> None:
    about = presentation.core_properties
    about.title, about.author, about.language = f"{content.client} – {content.title}", brand.name, content.speech.language
    about.last_modified_by, about.subject, about.keywords, about.comments, about.category = "", "", "", "", ""
    about.created = about.modified = NO_CLOCK
    about.revision = 1
