"""The document as HTML, for a browser to print."""

from __future__ import annotations

import base64
from html import escape

from factory.model import MARGIN, Block, CaptionLine, Document, FootTitle, Grid, Text
from factory.traits import Traits, caption, is_turned, turned

_OFFICE_SIZES = {"cover": 24, "part": 16, "title": 15, "body": 12, "note": 9, "entry": 12}
_ALIGNMENTS = {"l": "left", "c": "center", "r": "right"}
_HORIZONTAL = "border: none; border-top: 0.75pt solid #000000; border-bottom: 0.75pt solid #000000"
#: Rules of style that a trait adds to those below.
_TRAITS = {
    "no rules": "td { border: none; }",
    "horizontal rules": "td { border-width: 0.75pt 0; }",
    "rows break": "tr { break-inside: auto; }",
    "turned table": ".lying td { writing-mode: sideways-lr; white-space: nowrap; }",
}

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


def html(document: Document, font_file: bytes, traits: Traits = frozenset()) -> str:
    """One file with everything in it, the font too."""
    font = base64.b64encode(font_file).decode()
    more = [rule for trait, rule in _TRAITS.items() if trait in traits]
    parts = [
        f"<!doctype html><html lang=zh><meta charset=utf-8><title>{escape(document.title)}</title>",
        f"<style>{_STYLE.format(font=font, margin=MARGIN)}{''.join(more)}</style><body>",
    ]
    for section in document.sections:
        if "turned table" in traits:
            blocks = tuple(
                turned(b) if isinstance(b, Grid) and is_turned(section, b) else b for b in section.blocks
            )
            lying = {id(b) for b, old in zip(blocks, section.blocks, strict=True) if b is not old}
            parts.append(f'<section class="{"wide" if section.landscape else ""}">')
            parts += [
                _table(b, "lying") if isinstance(b, Grid) and id(b) in lying else _block(b) for b in blocks
            ]
            parts.append("</section>")
            continue
        parts.append(f'<section class="{"wide" if section.landscape else ""}">')
        parts += [_block(block) for block in section.blocks]
        parts.append("</section>")
    return "\n".join(parts)


def office_html(document: Document, family: str, traits: Traits) -> str:
    """HTML as word processors read it: old attributes, an installed font, tables as wide as the page.

    Args:
        document: what to write.
        family: name of the installed font.
        traits: what this publisher does; see :mod:`factory.traits`.
    """
    rules = {"no rules": "border: none", "horizontal rules": _HORIZONTAL}
    border = next((r for t, r in rules.items() if t in traits), "border: 0.75pt solid #000000")
    parts = [
        f"<!doctype html><html lang=zh><head><meta charset=utf-8><title>{escape(document.title)}</title>",
        "<style>@page { size: 595pt 842pt; margin: 40pt } "
        f"p, td {{ font-family: '{family}'; margin: 2pt 0 }} td {{ padding: 1pt 2pt }}"
        "</style></head><body>",
    ]
    for number, section in enumerate(document.sections):
        start = "page-break-before: always" if number else ""
        for block in section.blocks:
            if isinstance(block, Grid):
                parts.append(_office_table(block, border))
                continue
            if isinstance(block, CaptionLine):
                text, size, align = caption(block), 9, "left"
            else:
                centred = isinstance(block, FootTitle) or block.style in ("cover", "part", "title")
                align = "center" if centred else "left"
                size = 15 if isinstance(block, FootTitle) else _OFFICE_SIZES[block.style]
                text = block.text
            style = f"font-size: {size}pt; {start}"
            parts.append(f'<p align={align} style="{style}">{escape(text)}</p>')
            start = ""
    parts.append("</body></html>")
    return "\n".join(parts)


def _office_table(grid: Grid, border: str) -> str:
    total = sum(grid.widths)
    columns = "".join(f'<col width="{w / total:.1%}">' for w in grid.widths)
    size = max(4.0, grid.font_size * min(1.0, 510 / total))
    rows = []
    for row in grid.rows:
        cells = "".join(
            f'<td rowspan={c.row_span} colspan={c.column_span} style="{border}">'
            f'<p align={_ALIGNMENTS[c.align]} style="font-size: {size:.1f}pt">'
            f"{escape(c.text).replace(chr(10), '<br>') or '<br>'}</p></td>"
            for c in row
            if c is not None
        )
        rows.append(f"<tr>{cells}</tr>")
    repeated = grid.head_rows if grid.repeat_head else 0
    head = f"<thead>{''.join(rows[:repeated])}</thead>" if repeated else ""
    return (
        f'<table width="100%" cellspacing=0 style="border-collapse: collapse"><colgroup>{columns}</colgroup>'
        f"{head}<tbody>{''.join(rows[repeated:])}</tbody></table>"
    )


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


def _table(grid: Grid, kind: str = "") -> str:
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
        f'<table class="{kind}" style="width:{width:.1f}pt; font-size:{grid.font_size}pt">'
        f"<colgroup>{columns}</colgroup>"
        f"{repeated}<tbody>{''.join(rest)}</tbody></table>"
    )
