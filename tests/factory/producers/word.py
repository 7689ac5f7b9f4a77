"""python-docx: the document as a Word file, which LibreOffice prints as Word would."""

from __future__ import annotations

import io
from typing import Any
from xml.sax.saxutils import quoteattr

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt

from factory.model import MARGIN, PAGE, CaptionLine, Document, FootTitle, Grid, Section, Text
from factory.traits import Traits, alignment, beside, caption, is_turned, turned

_SIZES = {"cover": 24.0, "part": 16.0, "title": 15.0, "body": 12.0, "note": 9.0, "entry": 12.0}
_ALIGNMENTS = {"l": WD_ALIGN_PARAGRAPH.LEFT, "c": WD_ALIGN_PARAGRAPH.CENTER, "r": WD_ALIGN_PARAGRAPH.RIGHT}
_SIDES = ("top", "left", "bottom", "right")


def docx_file(document: Document, family: str, traits: Traits) -> bytes:
    """The document as .docx.

    Args:
        document: what to write.
        family: name of the installed font.
        traits: what this publisher does; see :mod:`factory.traits`.
    """
    return _Writer(document, family, traits).written()


class _Writer:
    def __init__(self, document: Document, family: str, traits: Traits) -> None:
        self._document, self._traits = document, traits
        self._word = docx.Document()
        normal = self._word.styles["Normal"]
        normal.font.name, normal.font.size = family, Pt(12)
        normal.element.rPr.rFonts.set(qn("w:eastAsia"), family)
        normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
        self._family = family

    def written(self) -> bytes:
        sections = self._document.sections
        number = 0
        while number < len(sections):
            section = sections[number]
            page = self._word.sections[0] if number == 0 else self._word.add_section()
            self._set_page(page, section.landscape)
            pair = sections[number + 1] if number + 1 < len(sections) else None
            if "side by side" in self._traits and pair is not None and beside(section, pair):
                self._side_by_side(section, pair)
                number += 2
                continue
            self._write(self._word, section)
            number += 1
        out = io.BytesIO()
        self._word.save(out)
        return out.getvalue()

    def _set_page(self, page: Any, landscape: bool) -> None:
        width, height = PAGE[::-1] if landscape else PAGE
        page.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        page.page_width, page.page_height = Pt(width), Pt(height)
        for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
            setattr(page, side, Pt(MARGIN))
        page.header_distance = page.footer_distance = Pt(24)
        if page is not self._word.sections[0] and len(self._word.sections) > 1:
            return  # heads and feet go on from the section before
        if "running head" in self._traits:
            self._put(page.header.paragraphs[0], f"{self._document.unit}部门决算公开文本", 9, "c")
        if self._document.look.page_number:
            self._page_number(page.footer.paragraphs[0])
        if "watermark" in self._traits:
            page.header.paragraphs[0]._p.append(_watermark("仅供公开", self._family))

    def _page_number(self, paragraph: Any) -> None:
        before, after = self._document.look.page_number.split("{}")
        paragraph.alignment = _ALIGNMENTS["c"]
        paragraph.add_run(before)
        field = f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        paragraph._p.append(parse_xml(field))
        paragraph.add_run(after)

    def _write(self, into: Any, section: Section, room: float = 0.0) -> None:
        """The blocks of a section, into the document or a cell."""
        waiting: list[Text | CaptionLine] = []
        in_table = "titles in the table" in self._traits
        for block in section.blocks:
            match block:
                case Grid():
                    self._table(into, section, block, waiting, room)
                    waiting = []
                case FootTitle(text):
                    self._put(into.add_paragraph(), text, _SIZES["title"], "c")
                case Text(_, "title") | CaptionLine() if in_table:
                    waiting.append(block)
                case _:
                    self._paragraph(into, block)

    def _paragraph(self, into: Any, block: Text | CaptionLine) -> None:
        if isinstance(block, CaptionLine):
            self._put(into.add_paragraph(), caption(block), 9, "l")
        else:
            self._put(into.add_paragraph(), block.text, _SIZES[block.style], alignment(block))

    def _put(self, paragraph: Any, text: str, size: float, align: str) -> None:
        paragraph.alignment = _ALIGNMENTS[align]
        paragraph.add_run(text).font.size = Pt(size)

    def _side_by_side(self, left: Section, right: Section) -> None:
        """Two sections in the cells of a table without rules, as two tables are set on one page."""
        outer = self._word.add_table(1, 2)
        outer.autofit = False
        room = (PAGE[0] - 2 * MARGIN) / 2 - 6
        for cell, section in zip(outer.rows[0].cells, (left, right), strict=True):
            cell.width = Pt(room + 6)
            self._write(cell, section, room)

    def _table(
        self, into: Any, section: Section, grid: Grid, titles: list[Text | CaptionLine], room: float
    ) -> None:
        is_lying = "turned table" in self._traits and is_turned(section, grid)
        if is_lying:
            for block in titles:
                self._paragraph(into, block)
            widths = grid.widths
            grid, titles = turned(grid), []
        scale = min(1.0, room / sum(grid.widths)) if room else 1.0
        count, columns = len(titles) + len(grid.rows), len(grid.widths)
        table = into.add_table(count, columns)
        table.autofit = False
        _set_rules(table, self._traits)
        cells = table._cells
        size = max(4.0, grid.font_size * scale)
        for r, block in enumerate(titles):
            row = cells[r * columns : (r + 1) * columns]
            merged = row[0].merge(row[-1])
            is_title = isinstance(block, Text)
            text = block.text if isinstance(block, Text) else caption(block)
            self._put(merged.paragraphs[0], text, 14 if is_title else 9, "c" if is_title else "l")
            _without_rules(merged, ("top", "left", "right", *(("bottom",) if r + 1 < len(titles) else ())))
        for r, line in enumerate(grid.rows):
            for c, cell in enumerate(line):
                place = cells[(len(titles) + r) * columns + c]
                place.width = Pt(grid.widths[c] * scale)
                if cell is None:
                    continue
                if cell.row_span * cell.column_span > 1:
                    last = (len(titles) + r + cell.row_span - 1) * columns + c + cell.column_span - 1
                    place = place.merge(cells[last])
                self._put(place.paragraphs[0], cell.text, size, cell.align)
                place.vertical_alignment = 1
                if is_lying:
                    turn = parse_xml(f'<w:textDirection {nsdecls("w")} w:val="btLr"/>')
                    place._tc.get_or_add_tcPr().append(turn)
        for r, row in enumerate(table.rows):
            row.height = Pt(widths[len(widths) - 1 - r]) if is_lying else Pt(grid.row_height)
            properties = row._tr.get_or_add_trPr()
            if "rows break" not in self._traits:
                properties.append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
            if grid.repeat_head and r < len(titles) + grid.head_rows:
                properties.append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))


def _set_rules(table: Any, traits: Traits) -> None:
    if "no rules" in traits:
        kinds: tuple[str, ...] = ()
    elif "horizontal rules" in traits:
        kinds = ("top", "bottom", "insideH")
    else:
        kinds = ("top", "left", "bottom", "right", "insideH", "insideV")
    lines = "".join(f'<w:{kind} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for kind in kinds)
    table._tbl.tblPr.append(parse_xml(f"<w:tblBorders {nsdecls('w')}>{lines}</w:tblBorders>"))
    margins = '<w:left w:w="40" w:type="dxa"/><w:right w:w="40" w:type="dxa"/>'
    table._tbl.tblPr.append(parse_xml(f"<w:tblCellMar {nsdecls('w')}>{margins}</w:tblCellMar>"))


def _without_rules(cell: Any, sides: tuple[str, ...]) -> None:
    lines = "".join(f'<w:{side} w:val="nil"/>' for side in _SIDES if side in sides)
    cell._tc.get_or_add_tcPr().append(parse_xml(f"<w:tcBorders {nsdecls('w')}>{lines}</w:tcBorders>"))


def _watermark(text: str, family: str) -> Any:
    """Word's own watermark: a shape made of writing, behind the text, set in the head of the page."""
    style = (
        "position:absolute;width:400pt;height:100pt;rotation:315;z-index:-251658752;"
        "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        "mso-position-vertical:center;mso-position-vertical-relative:margin"
    )
    font = quoteattr(f"font-family:'{family}';font-size:1pt")
    return parse_xml(
        f'<w:r {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml" '
        'xmlns:o="urn:schemas-microsoft-com:office:office"><w:pict>'
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
        'path="m@7,l@8,m@5,21600l@6,21600e"><v:path textpathok="t" o:connecttype="rect"/>'
        '<v:textpath on="t" fitshape="t"/></v:shapetype>'
        f'<v:shape type="#_x0000_t136" style="{style}" fillcolor="silver" stroked="f">'
        f"<v:textpath style={font} string={quoteattr(text)}/></v:shape></w:pict></w:r>"
    )
