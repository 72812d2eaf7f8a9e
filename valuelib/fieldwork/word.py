"""A paper as a Word document that can be printed: one A4 column, headings, tables whose header rows repeat, and a language."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from valuelib.fieldwork.model import SCALE, Block, Question, dont_know
from valuelib.fieldwork.paper import Field, Paper
from valuelib.fieldwork.wording import PLACEHOLDER, Line, phrase
from valuelib.output.slides.template import without_clock

FONT = "Calibri"  # of every Office, and replaced by its like elsewhere
HEADINGS = {"Title": 20, "Heading 1": 13}  # points
MARGIN, WIDE = Cm(1.8), Cm(17.4)  # of an A4 page
STATEMENT, NUMBER, UNSURE = Cm(8.38), Cm(0.74), Cm(0.88)  # columns of a grid
LOCALES = {"fi": "fi-FI", "en": "en-GB"}
GREY = RGBColor(0x59, 0x59, 0x59)
ROOM = 3  # empty lines for an open answer


def render_word(paper: Paper) -> bytes:
    """The document; equal papers give equal bytes."""
    return _Setter(paper).save()


class _Setter:
    """A document that grows part by part."""

    def __init__(self, paper: Paper) -> None:
        self.paper, self.language = paper, paper.language
        self.told = False  # how to answer statements
        self.document = Document()
        section: Any = self.document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
        self._set_styles()
        self.document.core_properties.title = paper.title
        self.document.core_properties.author = self.document.core_properties.comments = ""
        self.document.core_properties.language = LOCALES[self.language]
        self._number_pages(section)

    def save(self) -> bytes:
        self.document.add_paragraph(self.paper.title, style="Title")
        for part in self.paper.parts:
            match part:
                case Line(kind="heading", text=text):
                    self.write(text, "Heading 1")
                case Line(kind="item", text=text):
                    self.write(text, "List Bullet")
                case Line(text=text):
                    self.write(text)
                case Field(name=name, code=code):
                    self._field(name, code)
                case Block():
                    self._block(part)
                case Question():
                    self._question(part)
        made = io.BytesIO()
        self.document.save(made)
        return without_clock(made.getvalue())

    def write(self, text: str, style: str = "Normal") -> Any:
        """A paragraph in which what the sender must fill in stands out."""
        paragraph = self.document.add_paragraph(style=style)
        place = 0
        for found in PLACEHOLDER.finditer(text):
            paragraph.add_run(text[place : found.start()])
            paragraph.add_run(found[0]).font.highlight_color = WD_COLOR_INDEX.YELLOW
            place = found.end()
        paragraph.add_run(text[place:])
        return paragraph

    def _set_styles(self) -> None:
        styles: Any = self.document.styles
        normal = styles["Normal"]
        normal.font.name, normal.font.size = FONT, Pt(10.5)
        normal.paragraph_format.space_after = Pt(5)
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), LOCALES[self.language])
        normal.element.get_or_add_rPr().append(language)
        for name, size in HEADINGS.items():
            style = styles[name]
            style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), RGBColor(0, 0, 0)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{theme}"), None)
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(10), Pt(3)
            style.paragraph_format.keep_with_next = True

    def _number_pages(self, section: Any) -> None:
        paragraph = section.footer.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run()
        for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
            element = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                element.set(qn("w:fldCharType"), kind)
            else:
                element.text = text
            run._r.append(element)

    def _code(self, paragraph: Any, code: str) -> None:
        run = paragraph.add_run(f"  {code}")
        run.font.size, run.font.color.rgb = Pt(7.5), GREY

    def _field(self, name: str, code: str) -> None:
        paragraph = self.write(f"{name[0].upper()}{name[1:]}: {'_' * 32}")
        paragraph.paragraph_format.space_after = Pt(1)
        self._code(paragraph, code)

    def _block(self, block: Block) -> None:
        if title := block.title.say(self.language):
            self.write(title, "Heading 1")
        if not block.questions:
            if lead := block.lead.say(self.language):
                self._keep(self.write(lead))
            return
        told = () if self.told else (phrase("paper.circle", self.language),)
        self.told = True
        if lead := " ".join(filter(None, (block.lead.say(self.language), *told))):
            self._keep(self.write(lead))
        self._keep(self._ends(block.questions[0]))
        head = [phrase("paper.statement", self.language), *_numbers(), phrase("paper.dont_know_mark", self.language)]
        table = self._table([STATEMENT, *[NUMBER] * len(_numbers()), UNSURE], len(block.questions) + 1)
        mark = OxmlElement("w:tblHeader")
        table.rows[0]._tr.get_or_add_trPr().append(mark)
        for cell, text in zip(table.rows[0].cells, head, strict=True):
            self._cell(cell, text, bold=True, middle=text != head[0])
        for row, question in zip(table.rows[1:], block.questions, strict=True):
            cells = row.cells
            self._code(self._cell(cells[0], question.text.say(self.language)), question.code)
            for cell, text in zip(cells[1:], head[1:], strict=True):
                self._cell(cell, text, middle=True)
        for row in table.rows[:-1]:  # a page of statements is turned as a whole
            self._keep(row.cells[0].paragraphs[0])
        after = self.document.add_paragraph()  # as small as may be: Word wants a paragraph behind a table
        after.paragraph_format.space_after, after.paragraph_format.line_spacing = Pt(0), Pt(4)

    def _question(self, question: Question) -> None:
        asked = self.document.add_paragraph()
        asked.add_run(question.text.say(self.language)).bold = True
        self._code(asked, question.code)
        asked.paragraph_format.space_before = Pt(8)
        self._keep(asked)
        match question.kind:
            case "scale":
                self._keep(self._ends(question))
                head = [*_numbers(), phrase("paper.dont_know_mark", self.language)]
                table = self._table([Cm(1.2)] * len(head), 1)
                for cell, text in zip(table.rows[0].cells, head, strict=True):
                    self._cell(cell, text, middle=True)
            case "choice":
                options = [f"{option.code}  {option.text.say(self.language)}" for option in question.options]
                unsure = f"{phrase('paper.dont_know_mark', self.language)}  {dont_know().text.say(self.language)}"
                options += [unsure] * question.may_not_know
                for place, told in enumerate(options, start=1):
                    line = self.write(f"☐  {told}")
                    line.paragraph_format.left_indent, line.paragraph_format.space_after = Cm(0.5), Pt(1)
                    line.paragraph_format.keep_with_next = place < len(options)
            case "number":
                unit = question.unit.say(self.language) if question.unit else ""
                self.write(f"{'_' * 10} {unit}").paragraph_format.left_indent = Cm(0.5)
            case "open":
                table = self._table([WIDE], 1)
                table.rows[0].height = Cm(0.8 * ROOM)

    def _ends(self, question: Question) -> Any:
        low, high = (end.say(self.language) if end else "" for end in (question.low, question.high))
        line = self.write(phrase("paper.scale", self.language, low=low, high=high))
        line.runs[0].font.size = Pt(9.5)
        line.paragraph_format.space_after = Pt(2)
        return line

    def _keep(self, paragraph: Any) -> None:
        paragraph.paragraph_format.keep_with_next = True

    def _table(self, widths: Sequence[Any], rows: int) -> Any:
        table: Any = self.document.add_table(rows=rows, cols=len(widths), style="Table Grid")
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        for row in table.rows:
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = width
                _narrow(cell)
        return table

    def _cell(self, cell: Any, text: str, *, bold: bool = False, middle: bool = False) -> Any:
        paragraph = cell.paragraphs[0]
        paragraph.add_run(text).bold = bold
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(3)
        if middle:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        return paragraph


def _numbers() -> list[str]:
    return [str(number) for number in range(SCALE[0], SCALE[1] + 1)]


def _narrow(cell: Any) -> None:
    """Little room at the cell's sides, so that eleven numbers stand beside a statement."""
    margins = OxmlElement("w:tcMar")
    for side in ("start", "end"):
        one = OxmlElement(f"w:{side}")
        one.set(qn("w:w"), "50")
        one.set(qn("w:type"), "dxa")
        margins.append(one)
    cell._tc.get_or_add_tcPr().append(margins)
