"""Reads a cell again with another PDF engine, to tell the publisher's slips from ours.

PDFium takes no part in the first reading of a text layer, so what both engines read from one place stands
on the page. Characters are taken by their place alone: the order in which PDFium gives them, and the
blanks and line ends that it makes up, say nothing about the page.
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from jcfs_etl.errors import UnreadableDocumentError
from jcfs_etl.places import Box, in_runs
from jcfs_etl.read.marks import marks_beside

if TYPE_CHECKING:
    from jcfs_etl.read.digits import Shown

#: Device units to a point: PDFium converts places in whole device units.
_SCALE = 100
#: Characters whose baselines differ by less than this many em stand in one line.
_ONE_LINE = 0.5
#: Characters of one line less than this many em apart touch, as those of one word do.
_TOUCH = 0.12
#: Luminance (0 black … 255 white) from which ink cannot be told from white paper.
_NEAR_WHITE = 242
#: Opacity (of 255) below which text is meant to be read through.
_FAINT = 128
#: A backdrop is so much lighter (luminance), or so many times as large, as what is printed over it.
_LIGHTER, _LARGER = 90, 1.5
#: Quarter turns by which writing may deviate from a right angle before it lies obliquely.
_OBLIQUE = 0.03
#: What PDFium gives for a hyphen at the end of a line that it takes for a hyphenated word.
_HYPHENS = {0x02: "-", 0xAD: "-", 0xFFFE: "-"}
#: Text that is only laid out, not painted.
_UNPAINTED = (3, 7)


class _Character(NamedTuple):
    """A printed character: its edges and its baseline, points from the upper left corner as shown.

    ``ink`` is the box of what is seen of an upright digit.
    """

    text: str
    x0: float
    x1: float
    x: float
    middle: float
    y: float
    size: float
    light: float
    ink: Box | None

    def stands_in(self, box: Box) -> bool:
        """Whether its centre does."""
        return box.holds(self.x, self.middle)


class SecondReading:
    """A PDF that is opened a second time when it is first asked for, page by page.

    Args:
        path: the PDF.
        password: opens an encrypted file.
    """

    def __init__(self, path: Path | str, password: str = "") -> None:
        self._path = Path(path)
        self._password = password
        self._pdf: Any = None
        self._pages: dict[int, list[list[_Character]]] = {}
        self._shown: dict[int, Shown] = {}

    def __enter__(self) -> SecondReading:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pdf is not None:
            self._pdf.close()

    def texts(self, page: int, box: Box) -> tuple[str, ...]:
        """What stands in a box: lines from the top down, each from left to right, without white space.

        A digit that is drawn as another one is the other.

        Args:
            page: page number, from 1.
            box: points from the upper left corner of the page as shown, upright.

        Returns:
            The characters whose centres stand in the box and, where a word crosses its edge, the words
            of which most does.

        Raises:
            UnreadableDocumentError: the second engine cannot open the file.
        """
        if page not in self._pages:
            self._pages[page] = _words(_characters(self._open()[page - 1]))
        inside: list[_Character] = []
        whole: list[_Character] = []
        for word in self._pages[page]:
            held = [c for c in word if c.stands_in(box)]
            inside += held
            whole += word if 2 * len(held) > len(word) else []
        seen = (self._as_shown(page, _before(found)) for found in (inside, whole))
        return tuple(dict.fromkeys(map(_text, seen)))

    def _as_shown(self, page: int, characters: Iterable[_Character]) -> list[_Character]:
        from jcfs_etl.read.digits import Shown, is_digit

        def seen(character: _Character) -> _Character:
            if character.ink is None or not is_digit(character.text):
                return character
            if page not in self._shown:
                opened = self._open()[page - 1]
                self._shown[page] = Shown(opened, turn_of(opened))
            return character._replace(text=self._shown[page].digit(character.ink, character.text))

        return list(map(seen, characters))

    def _open(self) -> Any:
        import pypdfium2

        if self._pdf is None:
            try:
                self._pdf = pypdfium2.PdfDocument(self._path, password=self._password or None)
            except pypdfium2.PdfiumError as error:
                raise UnreadableDocumentError(
                    "damaged", f"a second engine cannot open it ({error})", "print it to PDF again"
                ) from error
        return self._pdf


def _lines(characters: Iterable[_Character]) -> list[list[_Character]]:
    """Characters sorted into lines from the top down, each from left to right."""
    lines = in_runs(
        sorted(characters, key=lambda c: c.y),
        lambda line, c: c.y - line[0].y <= _ONE_LINE * max(c.size, line[0].size),
    )
    return [sorted(line, key=lambda c: c.x0) for line in lines]


def _text(characters: Iterable[_Character]) -> str:
    return "\n".join("".join(c.text for c in line) for line in _lines(characters))


def _words(characters: list[_Character]) -> list[list[_Character]]:
    """Characters that touch, line by line."""
    words = []
    for line in _lines(characters):
        word = [line[0]]
        for before, character in pairwise(line):
            apart = max(abs(character.x0 - before.x1), abs(character.y - before.y))
            if apart > _TOUCH * character.size:
                words.append(word)
                word = []
            word.append(character)
        words.append(word)
    return words


def _before(characters: Sequence[_Character]) -> list[_Character]:
    """Characters without those of a backdrop, lighter than the darkest or larger than most, and marks."""
    if not characters:
        return []
    darkest = min(c.light for c in characters)
    usual = sorted(c.size for c in characters)[len(characters) // 2]
    kept = [c for c in characters if c.light < darkest + _LIGHTER and c.size <= _LARGER * usual]
    marks, _ = marks_beside(kept)
    return [c for c in kept if c not in marks]


def _characters(page: Any) -> list[_Character]:
    """Every character of a page that can be seen, the page turned as most of its text stands."""
    import pypdfium2.raw as pdfium

    text = page.get_textpage()
    upright, turn = _upright(page, text)
    place = _placing(page, turn)
    edges = [ctypes.c_double() for _ in range(4)]
    origin = ctypes.c_double(), ctypes.c_double()
    loose, matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
    characters = []
    for index, quarter in upright.items():
        code = pdfium.FPDFText_GetUnicode(text, index)
        character = _HYPHENS.get(code, chr(code))
        if not character.strip("\0 \u3000"):
            continue
        pdfium.FPDFText_GetCharBox(text, index, *(ctypes.byref(e) for e in edges))
        pdfium.FPDFText_GetCharOrigin(text, index, *(ctypes.byref(v) for v in origin))
        pdfium.FPDFText_GetLooseCharBox(text, index, loose)
        pdfium.FPDFText_GetMatrix(text, index, matrix)
        left, right, bottom, top = (e.value for e in edges)
        x, middle = place((left + right) / 2, (bottom + top) / 2)
        corners = place(left, bottom), place(right, top)
        x0, x1 = sorted((place(loose.left, loose.bottom)[0], place(loose.right, loose.top)[0]))
        _, y = place(origin[0].value, origin[1].value)
        size = math.hypot(matrix.c, matrix.d) * pdfium.FPDFText_GetFontSize(text, index)
        (left, bottom), (right, top) = corners
        ink = Box(left, top, right, bottom) if quarter == turn else None
        characters.append(_Character(character, x0, x1, x, middle, y, size, _light(text, index), ink))
    return characters


def turn_of(page: Any) -> int:
    """Quarter turns clockwise by which a page must be turned for most of its text to stand upright.

    Args:
        page: PDFium's page.
    """
    return _upright(page, page.get_textpage())[1]


def _upright(page: Any, text: Any) -> tuple[dict[int, int], int]:
    """Characters that are seen and stand at a right angle, and the quarter turns that set most upright.

    Each character comes with the quarter turns that would set it upright.
    """
    import pypdfium2.raw as pdfium

    printed = [i for i in range(text.count_chars()) if not pdfium.FPDFText_IsGenerated(text, i)]
    # The text of a searchable scan is all unpainted.
    shown = [i for i in printed if _is_painted(text, i)] or printed
    angles = {i: -2 * pdfium.FPDFText_GetCharAngle(text, i) / math.pi for i in shown}
    turned = page.get_rotation() // 90
    upright = {
        i: (round(angle) - turned) % 4 for i, angle in angles.items() if abs(angle - round(angle)) <= _OBLIQUE
    }
    quarters = Counter(upright.values())
    return upright, quarters.most_common(1)[0][0] if quarters else 0


def _placing(page: Any, turn: int) -> Callable[[float, float], tuple[float, float]]:
    """Turns places of the page's own space into points from the upper left of the page as shown.

    Args:
        page: PDFium's page.
        turn: quarter turns clockwise by which it is turned besides.
    """
    import pypdfium2.raw as pdfium

    width, height = (round(side * _SCALE) for side in page.get_size())
    shape = (height, width) if turn % 2 else (width, height)
    at = ctypes.c_int(), ctypes.c_int()

    def place(x: float, y: float) -> tuple[float, float]:
        pdfium.FPDF_PageToDevice(page, 0, 0, *shape, turn, x, y, *(ctypes.byref(v) for v in at))
        return at[0].value / _SCALE, at[1].value / _SCALE

    return place


def _is_painted(text: Any, index: int) -> bool:
    """Whether a character can be seen: painted, not in white, and not faintly."""
    import pypdfium2.raw as pdfium

    mode = pdfium.FPDFTextObj_GetTextRenderMode(pdfium.FPDFText_GetTextObject(text, index))
    *_, opacity = _colour(text, index)
    return mode not in _UNPAINTED and opacity >= _FAINT and _light(text, index) < _NEAR_WHITE


def _light(text: Any, index: int) -> float:
    """Luminance of a character, 0 to 255."""
    red, green, blue, _ = _colour(text, index)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _colour(text: Any, index: int) -> tuple[int, int, int, int]:
    """Red, green, blue and opacity of a character, 0 to 255."""
    import pypdfium2.raw as pdfium

    parts = [ctypes.c_uint() for _ in range(4)]
    pdfium.FPDFText_GetFillColor(text, index, *(ctypes.byref(v) for v in parts))
    red, green, blue, opacity = (v.value for v in parts)
    return red, green, blue, opacity
