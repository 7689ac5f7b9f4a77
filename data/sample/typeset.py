"""Breaking Chinese text into lines, and the small pieces of a page that are not tables."""

import re
from collections.abc import Iterator

from reportlab.lib.enums import TA_CENTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, Paragraph

FONT = "SampleKai"

# Marks that may not begin a line; the character before them goes along to the next line.
_NEVER_FIRST = frozenset("，。、；：！？）》”’%,.;:!?)")
# Marks that may not end a line; they go along as well.
_NEVER_LAST = frozenset("（《“‘(")
# A line may break between any two pieces: a number or Latin word, or else one character.
_PIECE = re.compile(r"[A-Za-z0-9=≥≤](?:[A-Za-z0-9.,%*-]*[A-Za-z0-9%])?|\s|.")


def _inseparable(before: str, after: str) -> bool:
    """Tell whether two neighbouring pieces must stay on one line."""
    return before in _NEVER_LAST or after in _NEVER_FIRST


def wrap(text: str, width: float, size: float) -> list[str]:
    r"""Break a text into lines no wider than a cell, never inside a number.

    Args:
        text: The text; a newline in it is a break that the publisher made.
        width: Room for the text in points.
        size: Font size in points.

    Raises:
        ValueError: One piece alone, such as an amount, is wider than the room.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line: list[str] = []
        for piece in _PIECE.findall(paragraph):
            if not line or stringWidth("".join([*line, piece]), FONT, size) <= width:
                line.append(piece)
                continue
            keep = len(line)
            while keep > 1 and _inseparable(line[keep - 1], [*line, piece][keep]):
                keep -= 1
            lines.append("".join(line[:keep]).rstrip())
            line = [*line[keep:], piece] if not piece.isspace() else line[keep:]
        lines.append("".join(line).rstrip())
    for line_text in lines:
        if stringWidth(line_text, FONT, size) > width + 0.01:
            raise ValueError(f"{line_text!r} needs more than the {width:.0f} pt of its cell")
    return lines


def style(size: float, leading: float, **more: object) -> ParagraphStyle:
    """Make a paragraph style in the sample's only font.

    Args:
        size: Font size in points.
        leading: Distance of two baselines in points.
        more: Further settings, as reportlab names them.
    """
    return ParagraphStyle(
        f"kai-{size}", fontName=FONT, fontSize=size, leading=leading, wordWrap="CJK", **more
    )


COVER = style(25, 44, alignment=TA_CENTER)
PART = style(18, 26, alignment=TA_CENTER, spaceAfter=10)
TITLE = style(16, 22, alignment=TA_CENTER, spaceAfter=4)
FORM_TITLE = style(15, 21, alignment=TA_CENTER, spaceAfter=2)
SECTION = style(13, 21, firstLineIndent=26, spaceBefore=3)
BODY = style(12, 19.5, firstLineIndent=24)
NOTE = style(9, 13, spaceBefore=6)
SMALL_NOTE = style(8, 11.5, spaceBefore=2)
CENTRED = style(10, 14, alignment=TA_CENTER, spaceAfter=5)


def escape(text: str) -> str:
    """Protect the characters that a paragraph would take for markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def paragraph(text: str, look: ParagraphStyle) -> Paragraph:
    """Set one paragraph of plain text."""
    return Paragraph(escape(text), look)


def prose(text: str) -> Iterator[Flowable]:
    """Set a prose file: blocks between blank lines, headings marked by ``#``.

    Args:
        text: ``# `` opens a part, ``## `` a section, ``### `` a subsection.
    """
    for block in text.strip().split("\n\n"):
        marks, _, rest = block.rpartition("# ") if block.startswith("#") else ("", "", block)
        look = {"": PART, "#": SECTION, "##": SECTION}[marks] if rest != block else BODY
        yield paragraph(rest, look)


class CaptionLine(Flowable):
    """One line of small print above a grid: something at left, middle and right."""

    GAP = 6.0

    def __init__(self, left: str = "", middle: str = "", right: str = "", *, size: float = 10) -> None:
        """Keep the three texts.

        Args:
            left: Text at the left margin.
            middle: Text in the middle of the page, or of what the others leave free.
            right: Text at the right margin.
            size: Font size in points.
        """
        super().__init__()
        self.left, self.middle, self.right, self.size = left, middle, right, size

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Take the whole width and one line."""
        self.width = width
        return width, self.size * 1.5

    def draw(self) -> None:
        """Write the three texts on one baseline."""
        canvas, size = self.canv, self.size
        left_end = stringWidth(self.left, FONT, size)
        right_start = self.width - stringWidth(self.right, FONT, size)
        half = stringWidth(self.middle, FONT, size) / 2
        middle = self.width / 2
        if middle - half < left_end + self.GAP or middle + half > right_start - self.GAP:
            middle = (left_end + right_start) / 2
        baseline = size * 0.45
        canvas.setFont(FONT, size)
        for text, put, x in (
            (self.left, canvas.drawString, 0.0),
            (self.middle, canvas.drawCentredString, middle),
            (self.right, canvas.drawRightString, self.width),
        ):
            if text:
                put(x, baseline, text)


class ContentsLine(Flowable):
    """One line of the contents page: an entry, dots, and the page it stands on."""

    def __init__(self, entry: str, page: str) -> None:
        """Keep the line.

        Args:
            entry: Heading as it is listed; those of the parts are not indented.
            page: Page number as printed.
        """
        super().__init__()
        self.entry, self.page = entry, page
        self.indent = 0.0 if entry.startswith("第") else 24.0

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Take the whole width and one line."""
        self.width = width
        return width, 21.5

    def draw(self) -> None:
        """Write the entry, then as many dots as fit before the page number."""
        size, baseline = 12, 5
        number_start = self.width - stringWidth(self.page, FONT, size)
        room = number_start - self.indent - stringWidth(self.entry, FONT, size) - 4
        dots = "." * int(room / stringWidth(".", FONT, size))
        self.canv.setFont(FONT, size)
        self.canv.drawString(self.indent, baseline, self.entry)
        self.canv.drawRightString(number_start - 2, baseline, dots)
        self.canv.drawRightString(self.width, baseline, self.page)
