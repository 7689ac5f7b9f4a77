"""Made-up pages of plain text, for what reads prose: lines at the margin, first lines indented."""

from __future__ import annotations

import unicodedata

from jcfs_etl.places import Box
from jcfs_etl.read.model import Page, PdfDocument, TextLine

WIDTH, HEIGHT = 595.0, 842.0
LEFT, RIGHT, TOP, SIZE, LEADING = 72.0, 516.0, 90.0, 12.0, 20.0


def line(text: str, y: float, x: float = LEFT, size: float = SIZE) -> TextLine:
    """A line of text whose upper left corner is at (x, y), every character as wide as it usually is."""
    width = sum(size if unicodedata.east_asian_width(c) in "WFA" else size / 2 for c in text)
    return TextLine(text, Box(x, y, x + width, y + size), size)


def wrapped(paragraph: str, size: float = SIZE) -> list[tuple[str, float]]:
    """A paragraph broken into lines with the x at which each begins, the first indented."""
    lines: list[tuple[str, float]] = []
    text, x, room = "", LEFT + 2 * size, RIGHT - LEFT - 2 * size
    for character in paragraph:
        width = size if unicodedata.east_asian_width(character) in "WFA" else size / 2
        if width > room:
            lines.append((text, x))
            text, x, room = "", LEFT, RIGHT - LEFT
        text, room = text + character, room - width
    return [*lines, (text, x)]


def written(*paragraphs: str, per_page: int = 33, furniture: bool = False) -> PdfDocument:
    """A document of these paragraphs, set line by line and page by page.

    Args:
        paragraphs: one after the other.
        per_page: lines of a page.
        furniture: whether pages carry a running head and a page number.
    """
    lines = [piece for paragraph in paragraphs for piece in wrapped(paragraph)]
    pages = []
    for number, start in enumerate(range(0, len(lines), per_page), 1):
        body = [
            line(text, TOP + LEADING * index, x)
            for index, (text, x) in enumerate(lines[start : start + per_page])
        ]
        if furniture:
            head = line("某某市某某局2024年度部门决算", 40.0, 200.0, 9.0)
            body = [head, *body, line(f"- {number} -", 800.0, 290.0, 9.0)]
        pages.append(Page(number, WIDTH, HEIGHT, (), tuple(body)))
    return PdfDocument("made-up.pdf", "0" * 64, tuple(pages))


#: Headings of the sections of a narrative.
HEADINGS = {
    "summary": "一、收入支出决算总体情况说明",
    "income": "二、收入决算情况说明",
    "expenditure": "三、支出决算情况说明",
    "appropriation": "四、财政拨款收入支出决算总体情况说明",
    "general_budget": "五、一般公共预算财政拨款支出决算情况说明",
    "basic": "六、一般公共预算财政拨款基本支出决算情况说明",
    "three_public": "七、财政拨款“三公”经费支出决算情况说明",
    "government_fund": "八、政府性基金预算财政拨款收入支出决算情况说明",
    "operating": "（一）机关运行经费支出情况",
    "procurement": "（二）政府采购支出情况",
    "assets": "（三）国有资产占用情况",
    "performance": "十、预算绩效管理情况",
}
