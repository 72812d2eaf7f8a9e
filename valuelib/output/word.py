"""The edition as a Word document, for whoever must edit it: styles, tables with header rows, pictures with their texts."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from valuelib.output.brand import Brand
from valuelib.output.content import Block, Card, Content
from valuelib.output.edition import Edition
from valuelib.output.pdf import edition_words, picture_of, say_evidence, showable, size_of
from valuelib.output.slides.template import without_clock
from valuelib.results import Figure, Table
from valuelib.show.display import Passage, item_text
from valuelib.show.localizer import in_language, local
from valuelib.show.story import FINE, Number, say_range
from valuelib.show.tables import holds_number, text_rows

FONT = "Calibri"  # of every Office, and replaced by its like elsewhere
NO_CLOCK = datetime(2000, 1, 1)
MARGIN, WIDE, HIGH = Cm(2), Cm(17), Cm(12)  # of an A4 page; the room of a picture
HEADINGS = {"Title": 24, "Subtitle": 11, "Heading 1": 15, "Heading 2": 12}  # points
DOTS = ("○○○", "●○○", "●●○", "●●●")


def render_word(content: Content, brand: Brand) -> bytes:
    """The document; equal content gives equal bytes. A content without an edition is set chapter by chapter."""
    with in_language(content.language):
        paper = _Paper(content, brand)
        if content.edition is None:
            paper.write(content.title, "Title")
            paper.write(" · ".join([content.client, *(f"{name}: {fact}" for name, fact in content.facts)]), "Subtitle")
            for section in content.shown:
                paper.write(section.title, "Heading 1")
                paper.write(section.question)
                paper.show(section.blocks, titled=True)
        else:
            _write_edition(paper, content, content.edition)
        for key in ("checkable", "marks", "made_with"):
            paper.write(content.words[key], "Caption")
        return paper.save()


def _write_edition(paper: _Paper, content: Content, edition: Edition) -> None:
    words = edition_words(edition)
    paper.write(edition.title, "Title")
    facts = (f"{name}: {fact}" for name, fact in content.facts[1:])
    paper.write(" · ".join(filter(None, (content.client, edition.source, *facts))), "Subtitle")
    paper.write(words["answer"], "Heading 1")
    for said in filter(None, (*edition.sentences, edition.reading)):
        paper.write(said)
    if edition.numbers:
        heads = [local.text("workbook.outcome"), local.text("common.difference"), local.text("workbook.comparison")]
        heads += [local.text("workbook.baseline"), local.text("workbook.own_ratings")]
        paper.grid(heads, list(map(_number_cells, edition.numbers)), right=(False, True, True, True, True))
    for key, said_of, nothing in (
        ("say", edition.say, "nothing_to_say"),
        ("avoid", tuple(" – ".join(filter(None, pair)) for pair in edition.avoid_once), "nothing_to_avoid"),
    ):
        paper.write(words[key], "Heading 1")
        for said in said_of:
            paper.write(said, "List Bullet")
        if not said_of:
            paper.write(words[nothing])
    paper.write(words["actions"], "Heading 1")
    rows = [[f"{at}. {one.what}", one.who, one.when, one.sure] for at, one in enumerate(edition.actions, start=1)]
    paper.grid(words["action_heads"], rows, widths=(7.5, 3, 3, 3.5))
    if edition.board:
        paper.write(words["board"], "Heading 1")
        rows = [[row.statement, f"{row.sign} {row.verdict}", row.figure, DOTS[row.grade]] for row in edition.on_paper]
        bold = [row.finding.confirmatory for row in edition.on_paper]
        paper.grid(words["board_heads"], rows, right=(False, False, True, False), bold=bold, widths=(7.9, 3.2, 3.6, 2.3))
        paper.write(words["board_note"], "Caption")
    for page in edition.pages:
        paper.write(page.title, "Heading 1")
        for said in page.claims:
            paper.write(said, "Quote")
        for said in page.text:
            paper.write(said)
        paper.show(page.blocks, page.title)
        paper.write(" · ".join(filter(None, (page.source, say_evidence(page.evidence)))), "Caption")
    paper.write(words["limits"], "Heading 1")
    for said in edition.limits:
        paper.write(said, "List Bullet")
    if content.lacking:
        paper.write(words["lacking"], "Heading 2")
        for section in content.lacking:
            paper.write(section.missing, "List Bullet", about=f"{section.title}: ")
    paper.write(words["method"], "Heading 2")
    for said in edition.method:
        paper.write(said)
    paper.write(words["glossary"] if content.glossary else "", "Heading 1")
    for term, meaning in content.glossary:
        paper.write(meaning, about=f"{term}: ")


def _number_cells(one: Number) -> list[str]:
    decimals = 0 if abs(one.value) >= FINE else 1
    said = f"{local.points(one.value, decimals)} ({say_range(one.low, one.high, decimals)}) {one.unit}"
    groups = [local.number(group, decimals) for group in one.groups or (None, None)]
    return [one.outcome, said, *groups, local.number(None) if one.raw is None else local.points(one.raw, decimals)]


class _Paper:
    """A document that is written from top to bottom, in the brand's colours and the content's language."""

    def __init__(self, content: Content, brand: Brand) -> None:
        self.document: Any = Document()
        package = self.document.part.package
        for key in [key for key, relation in package.rels.items() if relation.reltype.endswith("/thumbnail")]:
            del package.rels[key]  # a picture of the empty template
        title = content.title if content.edition is None else content.edition.title
        about = self.document.core_properties
        about.title, about.author, about.comments = showable(f"{content.client} – {title}"[:255]), brand.name, ""
        about.created = about.modified = NO_CLOCK
        about.last_modified_by, about.revision, about.language = brand.name, 1, content.language
        self._dress(content.language, brand)
        self._set_page(brand)
        if brand.logo is not None:
            raw = brand.logo.read_bytes()
            picture = picture_of(raw.decode("utf-8")) if brand.logo.suffix.lower() == ".svg" else raw
            self._describe(self.document.add_picture(io.BytesIO(picture), height=Cm(1.4)), brand.name)

    def _dress(self, language: str, brand: Brand) -> None:
        """Letters, colours and language of the styles, so that a style that is changed changes all of its paragraphs."""
        styles = self.document.styles
        for place in styles.element.iter(qn("w:lang")):
            place.set(qn("w:val"), language)
        for name in ("Normal", "Quote", "Caption", "List Bullet", *HEADINGS):
            style = styles[name]
            style.font.name = FONT
            fonts = style.element.rPr.rFonts
            for key in [key for key in fonts.attrib if "Theme" in key]:
                del fonts.attrib[key]
            for key in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
                fonts.set(qn(key), FONT)
            style.font.color.rgb = _colour(brand.accent if name in ("Heading 2", "Subtitle") else brand.ink)
        borders = next(styles["Table Grid"].element.iter(qn("w:tblBorders")))
        for line in list(borders):
            if line.tag in map(qn, ("w:left", "w:right", "w:insideV")):
                borders.remove(line)
            line.set(qn("w:color"), "BFBFBF")
        styles["Normal"].font.size = Pt(10.5)
        for name, size in HEADINGS.items():
            styles[name].font.size, styles[name].font.bold = Pt(size), name != "Subtitle"
            styles[name].font.italic = False
        styles["Heading 1"].paragraph_format.space_before = Pt(16)
        styles["Caption"].font.size, styles["Caption"].font.bold = Pt(9), False
        styles["Caption"].font.color.rgb = _colour("#595959")
        styles["Quote"].paragraph_format.left_indent = Cm(0.6)

    def _set_page(self, brand: Brand) -> None:
        page = self.document.sections[0]
        page.page_width, page.page_height = Cm(21), Cm(29.7)
        page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = MARGIN
        foot = page.footer.paragraphs[0]
        foot.add_run(f"{brand.footer or brand.name}\t\t")
        number = OxmlElement("w:fldSimple")
        number.set(qn("w:instr"), "PAGE")
        foot._p.append(number)

    def write(self, said: str, style: str = "Normal", about: str = "") -> None:
        """A paragraph; `about` stands before it in bold. An empty text writes nothing."""
        if not said:
            return
        paragraph = self.document.add_paragraph(style=style)
        if about:
            paragraph.add_run(showable(about)).bold = True
        paragraph.add_run(showable(said))

    def show(self, blocks: Sequence[Block], title: str = "", *, titled: bool = False) -> None:
        """Figures, tables and texts.

        Args:
            blocks: what is shown; a card is told in words.
            title: what stands above them already.
            titled: print the first figure's own title, too.
        """
        for place, block in enumerate(blocks):
            match block:
                case Card(words=words) if titled:
                    self.write(words.statement, "Quote")
                    self.write(words.sentence, about=f"{words.verdict}: ")
                case Figure():
                    if (titled or place) and block.title != title:
                        self.write(block.title, "Heading 2")
                    self._draw(block)
                case Table():
                    self.write(block.caption, "Heading 2")
                    numbers = [
                        [holds_number(cell, column) for cell, column in zip(row, block.columns, strict=True)] for row in block.rows
                    ]
                    right = tuple(any(column) for column in zip(*numbers, strict=True)) if numbers else ()
                    self.grid([column.label for column in block.columns], text_rows(block.columns, block.rows), right=right)
                    self.write(block.note, "Caption")
                case Passage():
                    self.write(block.title, "Heading 2")
                    for said in block.lead:
                        self.write(said)
                    for item in block.items:
                        self.write(item_text(item), "List Number" if block.numbered else "List Bullet")
                    self.write(block.note, "Caption")

    def _draw(self, figure: Figure) -> None:
        width, height = size_of(figure.svg)
        wide = min(int(WIDE), int(HIGH * width / height))
        self._describe(self.document.add_picture(io.BytesIO(picture_of(figure.svg)), width=wide), figure.alt)
        self.document.paragraphs[-1].paragraph_format.keep_with_next = bool(figure.caption)
        self.write(figure.caption, "Caption")

    @staticmethod
    def _describe(picture: Any, alt: str) -> None:
        """What a screen reader says of a picture."""
        picture._inline.docPr.set("descr", showable(alt))

    def grid(
        self,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        right: Sequence[bool] = (),
        bold: Sequence[bool] = (),
        widths: Sequence[float] = (),
    ) -> None:
        """A table whose first row is repeated on each page.

        Args:
            heads: of the columns.
            rows: texts of the cells.
            right: columns of numbers, which stand at the right.
            bold: rows whose first cell is bold.
            widths: of the columns in centimetres; else Word chooses.
        """
        table = self.document.add_table(rows=1 + len(rows), cols=len(heads), style="Table Grid")
        table.autofit = not widths
        for column, width in zip(table.columns, widths, strict=False):
            column.width = Cm(width)
        for at, (line, row) in enumerate(zip(table.rows, (heads, *rows), strict=True)):
            properties = line._tr.get_or_add_trPr()
            properties.append(OxmlElement("w:cantSplit"))
            if at == 0:
                properties.append(OxmlElement("w:tblHeader"))
            for place, (cell, said) in enumerate(zip(line.cells, row, strict=True)):
                paragraph = cell.paragraphs[0]
                run = paragraph.add_run(showable(said))
                run.bold = at == 0 or (place == 0 and at <= len(bold) and bold[at - 1]) or None
                paragraph.paragraph_format.space_after = Pt(2)
                if right and right[place]:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                if widths:
                    cell.width = Cm(widths[place])
        self.document.add_paragraph().paragraph_format.space_after = Pt(0)

    def save(self) -> bytes:
        """The bytes of the document, without clocks."""
        file = io.BytesIO()
        self.document.save(file)
        return without_clock(file.getvalue())


def _colour(colour: str) -> RGBColor:
    return RGBColor.from_string(colour.removeprefix("#"))
