"""Writing a text document: headings, paragraphs, tables with captions, charts with alternative texts."""

from __future__ import annotations

import io
from collections.abc import Sequence

from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from litbook.charts import Chart
from litbook.exports.rows import Cut
from litbook.exports.text import xml_safe

LANGUAGE = "en-GB"
WIDTH, HEIGHT, MARGIN = Mm(297), Mm(210), Mm(18)  # A4 across: most of the brief is tables
PICTURE_HEIGHT = Mm(140)
PICTURE_DPI = 150
INK, SHADE, RULE = RGBColor(0x1A, 0x1A, 0x1A), "E8EEF2", "9A9A9A"


class Writer:
    """Adds to a document from its beginning to its end; captions are numbered on the way."""

    def __init__(self, document: Document, footer: str):
        self.document = document
        self._tables = self._figures = 0
        _page(document)
        _language(document)
        _styles(document)
        _footer(document, footer)
        _drop_thumbnail(document)

    def title(self, text: str) -> None:
        self.document.add_heading(xml_safe(text), 0)

    def heading(self, text: str, level: int = 1) -> None:
        self.document.add_heading(xml_safe(text), level)

    def paragraph(self, text: str, bold: bool = False) -> None:
        self.document.add_paragraph().add_run(xml_safe(text)).bold = bold or None

    def bullet(self, text: str) -> None:
        self.document.add_paragraph(xml_safe(text), style="List Bullet")

    def nothing(self, what: str) -> None:
        """Say that a table would have no row."""
        self.paragraph(f"{what}: nothing is filed under this selection.")

    def table(self, caption: str, cut: Cut, rows: Sequence[Sequence[str]]) -> None:
        """A table with its caption above and a row of headers that repeats on each page; where it has no row, it says so."""
        if not rows:
            self.nothing(caption)
            return
        self._tables += 1
        told = xml_safe(f"Table {self._tables}. {caption} ({len(rows)} row{'' if len(rows) == 1 else 's'})")
        self._caption(told).paragraph_format.keep_with_next = True
        table = self.document.add_table(len(rows) + 1, len(cut), style="Table Grid")
        _set_up(table, [part.share for part in cut], told)
        for line, (element, texts) in enumerate(zip(table._tbl.tr_lst, [[part.words for part in cut], *rows], strict=True)):
            _row_properties(element, header=line == 0)
            for place, text in zip(element.tc_lst, texts, strict=True):
                run = _Cell(place, table).paragraphs[0].add_run(xml_safe(text))
                if line == 0:
                    run.bold = True
                    place.get_or_add_tcPr().append(_element("w:shd", val="clear", color="auto", fill=SHADE))
        self.document.add_paragraph()

    def chart(self, chart: Chart) -> None:
        """A chart as a picture with its alternative text, caption and notes; where nothing is drawn, why."""
        if chart.figure is None:
            self.paragraph(chart.alt)
            return
        self._figures += 1
        shape = self.document.add_picture(io.BytesIO(chart.png(PICTURE_DPI)))
        factor = min((WIDTH - 2 * MARGIN) / shape.width, PICTURE_HEIGHT / shape.height, 1)
        shape.width, shape.height = Emu(int(shape.width * factor)), Emu(int(shape.height * factor))
        told = f"Figure {self._figures}. {chart.title}"
        drawn = shape._inline.docPr
        drawn.set("name", xml_safe(told))
        drawn.set("descr", xml_safe(chart.alt))
        self.document.paragraphs[-1].paragraph_format.keep_with_next = True
        self._caption(told)
        for note in chart.notes:
            self.document.add_paragraph(xml_safe(note), style="Note")

    def _caption(self, text: str) -> Paragraph:
        return self.document.add_paragraph(xml_safe(text), style="Caption")


def _element(name: str, **attributes: str) -> BaseOxmlElement:
    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element


def _page(document: Document) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = WIDTH, HEIGHT
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN


def _language(document: Document) -> None:
    """British English for the whole text, so that a spelling checker knows."""
    for found in document.styles.element.iter(qn("w:lang")):
        found.set(qn("w:val"), LANGUAGE)
    for found in document.settings.element.iter(qn("w:themeFontLang")):
        found.set(qn("w:val"), LANGUAGE)


def _styles(document: Document) -> None:
    styles = document.styles
    styles["Normal"].font.size, styles["Normal"].font.name = Pt(10), "Calibri"
    for name in ("Title", "Heading 1", "Heading 2", "Caption"):
        styles[name].font.color.rgb = INK
    styles["Title"].font.size = Pt(20)
    note = styles.add_style("Note", 1)
    note.base_style = styles["Normal"]
    note.font.size = Pt(8)
    note.paragraph_format.space_after = Pt(2)


def _footer(document: Document, text: str) -> None:
    """What the document is, and the number of the page: the only field in it."""
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.style = "Note"
    paragraph.add_run(f"{xml_safe(text)} Page ")
    field = _element("w:fldSimple", instr="PAGE")
    run = _element("w:r")
    run.append(_element("w:t"))
    field.append(run)
    paragraph._p.append(field)


def _set_up(table: Table, shares: list[int], told: str) -> None:
    """Fixed widths in the given shares, small print, and what the table is for those who can't see it."""
    table.autofit = False
    properties = table._tbl.tblPr
    properties.append(_element("w:tblCaption", val=told))
    room = WIDTH - 2 * MARGIN
    across = [int(room * share / sum(shares)) for share in shares]
    for column, width in zip(table._tbl.tblGrid.gridCol_lst, across, strict=True):
        column.w = Emu(width)
    for row in table._tbl.tr_lst:
        for place, width in zip(row.tc_lst, across, strict=True):
            place.width = Emu(width)
            place.p_lst[0].style = "Note"


def _row_properties(row: BaseOxmlElement, header: bool) -> None:
    properties = row.get_or_add_trPr()
    properties.append(_element("w:cantSplit"))
    if header:
        properties.append(_element("w:tblHeader"))


def _drop_thumbnail(document: Document) -> None:
    """python-docx's template brings a picture of itself."""
    relations = document.part.package.rels
    for key in [key for key, relation in relations.items() if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        del relations[key]
