"""The document as flat OpenDocument text, for an office program to print."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from factory.model import MARGIN, PAGE, Block, CaptionLine, Document, FootTitle, Grid, Text

_SPACES = " ".join(
    f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"'
    for p, n in (
        ("office", "office"), ("style", "style"), ("text", "text"), ("table", "table"),
        ("fo", "xsl-fo-compatible"),
    )
)  # fmt: skip
_SIZES = {"cover": 24, "part": 16, "title": 15, "body": 12, "note": 9, "entry": 12}
_ALIGNMENTS = {"l": "start", "c": "center", "r": "end"}
_ORIENTATIONS = {False: "portrait", True: "landscape"}


def flat_odt(document: Document, family: str) -> str:
    """One XML file with everything in it.

    Args:
        document: what to write.
        family: name of the installed font.
    """
    grids = [b for s in document.sections for b in s.blocks if isinstance(b, Grid)]
    body = "".join(_section(document, number, grids) for number in range(len(document.sections)))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {_SPACES} office:version="1.3" '
        f'office:mimetype="application/vnd.oasis.opendocument.text">'
        f"<office:automatic-styles>{''.join(_styles(family, grids))}</office:automatic-styles>"
        f"<office:master-styles>{''.join(_masters())}</office:master-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document>"
    )


def _masters() -> Iterator[str]:
    for name in _ORIENTATIONS.values():
        yield f'<style:master-page style:name="{name}" style:page-layout-name="page-{name}"/>'


def _styles(family: str, grids: list[Grid]) -> Iterator[str]:
    for flipped, name in _ORIENTATIONS.items():
        width, height = PAGE[::-1] if flipped else PAGE
        yield (
            f'<style:page-layout style:name="page-{name}"><style:page-layout-properties '
            f'fo:page-width="{width}pt" fo:page-height="{height}pt" style:print-orientation="{name}" '
            f'fo:margin="{MARGIN}pt"/></style:page-layout>'
        )
        yield _paragraph_style(f"start-{name}", 1, "l", family, f'style:master-page-name="{name}"')
    for style, size in _SIZES.items():
        align = "c" if style in ("cover", "part", "title") else "l"
        yield _paragraph_style(style, size, align, family)
    for number, grid in enumerate(grids):
        yield (
            f'<style:style style:name="t{number}" style:family="table"><style:table-properties '
            f'style:width="{sum(grid.widths)}pt" table:align="left"/></style:style>'
            f'<style:style style:name="t{number}r" style:family="table-row"><style:table-row-properties '
            f'style:min-row-height="{grid.row_height:.1f}pt" fo:keep-together="always"/></style:style>'
        )
        for c, width in enumerate(grid.widths):
            yield (
                f'<style:style style:name="t{number}c{c}" style:family="table-column">'
                f'<style:table-column-properties style:column-width="{width}pt"/></style:style>'
            )
        for align in _ALIGNMENTS:
            yield _paragraph_style(f"t{number}{align}", grid.font_size, align, family)
    yield (
        '<style:style style:name="cell" style:family="table-cell"><style:table-cell-properties '
        'fo:border="0.5pt solid #000000" fo:padding="2pt" style:vertical-align="middle"/></style:style>'
    )


def _paragraph_style(name: str, size: float, align: str, family: str, more: str = "") -> str:
    fonts = f'fo:font-family="{family}" style:font-family-asian="{family}"'
    return (
        f'<style:style style:name="{name}" style:family="paragraph" {more}>'
        f'<style:paragraph-properties fo:text-align="{_ALIGNMENTS[align]}"/>'
        f'<style:text-properties {fonts} fo:font-size="{size}pt" style:font-size-asian="{size}pt"/>'
        "</style:style>"
    )


def _section(document: Document, number: int, grids: list[Grid]) -> str:
    section = document.sections[number]
    start = f'<text:p text:style-name="start-{_ORIENTATIONS[section.landscape]}"/>'
    return start + "".join(_block(block, grids) for block in section.blocks)


def _block(block: Block, grids: list[Grid]) -> str:
    match block:
        case Grid():
            return _table(block, next(i for i, g in enumerate(grids) if g is block))
        case Text(text, style):
            return f'<text:p text:style-name="{style}">{escape(text)}</text:p>'
        case CaptionLine(left, middle, right):
            words = "　　".join(escape(t) for t in (left, middle, right) if t)
            return f'<text:p text:style-name="note">{words}</text:p>'
        case FootTitle(text):
            return f'<text:p text:style-name="title">{escape(text)}</text:p>'


def _table(grid: Grid, number: int) -> str:
    columns = "".join(
        f'<table:table-column table:style-name="t{number}c{c}"/>' for c in range(len(grid.widths))
    )
    rows = []
    for row in grid.rows:
        cells = []
        for cell in row:
            if cell is None:
                cells.append("<table:covered-table-cell/>")
                continue
            text = escape(cell.text).replace("\n", "<text:line-break/>")
            cells.append(
                f'<table:table-cell table:style-name="cell" table:number-rows-spanned="{cell.row_span}" '
                f'table:number-columns-spanned="{cell.column_span}">'
                f'<text:p text:style-name="t{number}{cell.align}">{text}</text:p></table:table-cell>'
            )
        rows.append(f'<table:table-row table:style-name="t{number}r">{"".join(cells)}</table:table-row>')
    head, body = "".join(rows[: grid.head_rows]), "".join(rows[grid.head_rows :])
    if head and grid.repeat_head:
        head = f"<table:table-header-rows>{head}</table:table-header-rows>"
    return f'<table:table table:style-name="t{number}">{columns}{head}{body}</table:table>'
