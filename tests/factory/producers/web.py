"""The document as HTML, for a browser to print."""

from __future__ import annotations

import base64
from html import escape

from factory.model import MARGIN, Block, CaptionLine, Document, FootTitle, Grid, Text

_STYLE = """
@font-face {{ font-family: kai; src: url(data:font/ttf;base64,{font}); }}
@page {{ size: A4; margin: {margin}pt; }}
@page wide {{ size: A4 landscape; margin: {margin}pt; }}
body {{ font-family: kai; margin: 0; }}
section {{ break-after: page; }}
section.wide {{ page: wide; }}
p {{ margin: 3pt 0; }}
.cover {{ font-size: 24pt; text-align: center; }}
.part, .title {{ font-size: 15pt; text-align: center; }}
.body, .entry {{ font-size: 12pt; }}
.note, .caption {{ font-size: 9pt; }}
.caption {{ display: flex; justify-content: space-between; }}
table {{ border-collapse: collapse; table-layout: fixed; }}
td {{ border: 0.75pt solid black; padding: 1pt 2.5pt; overflow-wrap: anywhere; vertical-align: middle; }}
tr {{ break-inside: avoid; }}
.l {{ text-align: left; }} .c {{ text-align: center; }} .r {{ text-align: right; }}
"""


def html(document: Document, font_file: bytes) -> str:
    """One file with everything in it, the font too."""
    font = base64.b64encode(font_file).decode()
    parts = [
        f"<!doctype html><html lang=zh><meta charset=utf-8><title>{escape(document.title)}</title>",
        f"<style>{_STYLE.format(font=font, margin=MARGIN)}</style><body>",
    ]
    for section in document.sections:
        parts.append(f'<section class="{"wide" if section.landscape else ""}">')
        parts += [_block(block) for block in section.blocks]
        parts.append("</section>")
    return "\n".join(parts)


def _block(block: Block) -> str:
    match block:
        case Grid():
            return _table(block)
        case Text(text, style):
            return f"<p class={style}>{escape(text)}</p>"
        case CaptionLine(left, middle, right):
            spans = "".join(f"<span>{escape(t)}</span>" for t in (left, middle, right))
            return f"<p class=caption>{spans}</p>"
        case FootTitle(text):
            return f"<p class=title>{escape(text)}</p>"


def _table(grid: Grid) -> str:
    columns = "".join(f'<col style="width:{w}pt">' for w in grid.widths)
    rows = []
    for row in grid.rows:
        cells = "".join(
            f"<td class={c.align} rowspan={c.row_span} colspan={c.column_span}>"
            f"{escape(c.text).replace(chr(10), '<br>')}</td>"
            for c in row
            if c is not None
        )
        rows.append(f'<tr style="height:{grid.row_height:.1f}pt">{cells}</tr>')
    head, body = rows[: grid.head_rows], rows[grid.head_rows :]
    # Browsers repeat a thead on every page, and only that.
    repeated = f"<thead>{''.join(head)}</thead>" if grid.repeat_head else ""
    rest = body if grid.repeat_head else head + body
    width = sum(grid.widths)
    return (
        f'<table style="width:{width:.1f}pt; font-size:{grid.font_size}pt"><colgroup>{columns}</colgroup>'
        f"{repeated}<tbody>{''.join(rest)}</tbody></table>"
    )
