"""Typst: tables set by its layout engine, tagged PDF, ligature-free text in CID fonts."""

from __future__ import annotations

import tempfile
from pathlib import Path

import typst

from factory.model import MARGIN, Block, CaptionLine, Document, FootTitle, Grid, Look, Text
from factory.producers.fonts import font_folder

_SIZES = {"cover": 24, "part": 17, "title": 15, "body": 12, "note": 9, "entry": 12}
_CENTRED = ("cover", "part", "title")
_ALIGNMENTS = {"l": "left", "c": "center", "r": "right"}


def draw(document: Document) -> bytes:
    """The document as typst sets it."""
    family = "Factory Kai" if document.look.good_font else "Factory Kai Odd"
    source = [
        f"#set document(title: {_string(document.title)}, date: none)",
        f'#set text(font: "{family}", lang: "zh", region: "cn", size: 12pt, fallback: false)',
    ]
    for section in document.sections:
        flipped = str(section.landscape).lower()
        source.append(
            f'#page(paper: "a4", margin: {MARGIN}pt, flipped: {flipped}, '
            f"background: {_watermark(document)}, footer: {_footer(document)})["
        )
        source += [_block(block, document.look) for block in section.blocks]
        source.append("]")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "document.typ"
        path.write_text("\n".join(source), encoding="utf-8")
        return bytes(
            typst.compile(str(path), font_paths=[str(font_folder())], ignore_system_fonts=True, timestamp=0)
        )


def _string(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _block(block: Block, look: Look) -> str:
    match block:
        case Grid():
            return _table(block, look)
        case Text(text, style):
            align = "center" if style in _CENTRED else "left"
            size = _SIZES[style]
            return f"#block(width: 100%, align({align}, text(size: {size}pt, {_string(text)})))"
        case CaptionLine(left, middle, right):
            cells = ", ".join(f"align({a}, {_string(t)})" for a, t in
                              (("left", left), ("center", middle), ("right", right)))  # fmt: skip
            return f"#block(text(size: 9pt, grid(columns: (2fr, 1fr, 1fr), {cells})))"
        case FootTitle(text):
            return f"#v(1fr)\n#align(center, text(size: 15pt, {_string(text)}))"


def _table(grid: Grid, look: Look) -> str:
    fill = f"fill: (_, y) => if y < {grid.head_rows} {{ luma(220) }}, " if look.shaded else ""
    columns = ", ".join(f"{w}pt" for w in grid.widths)
    rows = []
    for row in grid.rows:
        cells = []
        for cell in row:
            if cell is None:
                continue
            spans = f"colspan: {cell.column_span}, rowspan: {cell.row_span}, "
            # A strut makes the row as high as the publisher wants it.
            height = grid.row_height - 4
            below = max(0.0, height / 2 - grid.font_size * 0.36)
            strut = f"box(height: {height:.1f}pt, baseline: {below:.1f}pt) + " if cell.row_span == 1 else ""
            text = f"{strut}{_string(cell.text)}" if "\n" not in cell.text else _string(cell.text)
            cells.append(f"table.cell({spans}align: {_ALIGNMENTS[cell.align]} + horizon, {text})")
        rows.append(cells)
    head = [c for row in rows[: grid.head_rows] for c in row]
    repeat = str(grid.repeat_head).lower()
    parts = [f"table.header(repeat: {repeat}, {', '.join(head)})"] if head else []
    parts += [c for row in rows[grid.head_rows :] for c in row]
    return (
        f"#[#set text(size: {grid.font_size}pt)\n#set par(leading: 3pt)\n"
        f"#table(columns: ({columns}), stroke: {look.rule}pt, {fill}inset: (x: 2.5pt, y: 1.5pt),\n"
        + ",\n".join(parts)
        + ")]"
    )


def _footer(document: Document) -> str:
    if not document.look.page_number:
        return "none"
    before, after = (_string(part) for part in document.look.page_number.split("{}"))
    return f"align(center, context {{ {before} + counter(page).display() + {after} }})"


def _watermark(document: Document) -> str:
    mark = document.look.watermark
    if mark is None:
        return "none"
    fill = f"luma({mark.grey * 100:.0f}%)"
    if not mark.tiled:
        return f"rotate(-45deg, text(size: 66pt, fill: {fill}, {_string(mark.text)}))"
    one = f"rotate(-30deg, text(size: 13pt, fill: {fill}, {_string(mark.text)}))"
    return f"grid(columns: 4, column-gutter: 70pt, row-gutter: 90pt, ..range(24).map(i => {one}))"
