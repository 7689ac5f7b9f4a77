"""Characters from pictures of text: the one module that knows rapidocr.

rapidocr comes with the optional extra ``ocr``; its models lie in its wheel, so nothing is fetched at
run time. Its whole-page pipeline is not used: it halves the page before it reads, and reads over
rules. Its detector finds lines outside tables, its recogniser reads lines that were cut at full
resolution. ``RapidOCR.recognize_txt`` is no documented part of it: it has a contract test, and rapidocr
is pinned.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple

import cv2
import numpy as np

from jcfs_etl.read.light import INK, Grey

#: The detector sees the page reduced by this factor: enough to find lines, a quarter of the work.
_REDUCTION = 0.5
#: White (pixels) around a band of writing; bands nearer each other are one.
_AROUND = 64
#: Sides of what the detector sees are multiples of this (pixels of the whole page).
_STEP = 64
#: Lines read at a time.
_BATCH = 8
#: Lines are padded to this width at least, for a height of 48. The default is 320, which is three times as
#: wide as most figures; with 48 a 0 that stands alone is taken for the letter.
_WIDTH = 224

#: Recognisers at rest: one serves one thread at a time.
_at_rest: list[_Engine] = []


class Reading(NamedTuple):
    """A line as read; ``confidence`` is that of its least certain character, 0 to 1."""

    text: str
    confidence: float


def read_lines(lines: Sequence[Grey]) -> list[Reading]:
    """Read pictures of one line of text each.

    Args:
        lines: dark on white, cut close around the characters.

    Returns:
        One reading a picture, in order; of empty text where nothing was made out.
    """
    if not lines:
        return []
    with _engine() as engine:
        result = engine.recognize_txt([cv2.cvtColor(line, cv2.COLOR_GRAY2BGR) for line in lines])
    readings = []
    for text, mean, words in zip(result.txts, result.scores, result.word_results, strict=True):
        least = min(words.confs) if words is not None and words.confs else mean
        readings.append(Reading(simplified(text), float(least) if text.strip() else 0.0))
    return readings


def simplified(text: str) -> str:
    """A text with traditional characters made simplified where no simplified text has them: 决算 for 決算.

    The recogniser knows both and takes one for the other, of which publications print only one. Characters
    of GB 2312 stay as they are, since names hold some that were once simplified away (乾县).
    """
    return text if text.isascii() else "".join(map(_simplified, text))


@lru_cache(maxsize=4096)
def _simplified(character: str) -> str:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return str(_variants().convert(character))
    return character


@lru_cache(maxsize=1)
def _variants() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


def find_lines(page: Grey) -> list[tuple[int, int, int, int]]:
    """Where lines of text stand on a straightened page: left, upper, right and lower edge in pixels."""
    found = []
    for top, bottom in _bands(page):
        band = _padded(page[top:bottom])
        small = cv2.resize(band, None, fx=_REDUCTION, fy=_REDUCTION, interpolation=cv2.INTER_AREA)
        with _engine() as engine:
            boxes = engine.detect(cv2.cvtColor(small, cv2.COLOR_GRAY2BGR))
        for box in boxes:
            x0, y0 = box.min(axis=0) / _REDUCTION
            x1, y1 = box.max(axis=0) / _REDUCTION
            found.append((max(0, int(x0)), max(0, top + int(y0)), int(np.ceil(x1)), top + int(np.ceil(y1))))
    return found


def _bands(page: Grey) -> list[tuple[int, int]]:
    """Stretches of rows with writing: most of a page with a table is white here, and need not be searched."""
    rows = np.flatnonzero((page < INK).any(axis=1))
    if not rows.size:
        return []
    stretches = np.split(rows, np.flatnonzero(np.diff(rows) > 2 * _AROUND) + 1)
    return [(max(0, int(s[0]) - _AROUND), min(len(page), int(s[-1]) + 1 + _AROUND)) for s in stretches]


def _padded(band: Grey) -> Grey:
    """A band with white below and right of it, of a size that the detector takes without scaling it."""
    height, width = band.shape
    below, beside = -height % _STEP, -width % _STEP
    white = cv2.copyMakeBorder(band, 0, below, 0, beside, cv2.BORDER_CONSTANT, value=(255,))
    return np.asarray(white, dtype=np.uint8)


class _Engine:
    """rapidocr with the settings that this project needs.

    It has one thread: pages are read side by side, and two threads on one page cost more than they save.
    """

    def __init__(self) -> None:
        from rapidocr import RapidOCR

        self._rapid: Any = RapidOCR(
            params={
                "Global.log_level": "error",
                "Global.return_word_box": True,
                "Global.use_cls": False,
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                # Bands of a page are narrow, and must not be enlarged for it.
                "Det.limit_side_len": round(_STEP * _REDUCTION),
                "Rec.rec_batch_num": _BATCH,
                "Rec.rec_img_shape": [3, 48, _WIDTH],
            }
        )

    def recognize_txt(self, lines: list[Any]) -> Any:
        return self._rapid.recognize_txt(lines)

    def detect(self, page: Any) -> list[Any]:
        boxes = self._rapid(page, use_det=True, use_cls=False, use_rec=False).boxes
        return [] if boxes is None else list(boxes)


@contextmanager
def _engine() -> Iterator[_Engine]:
    try:
        engine = _at_rest.pop()
    except IndexError:
        engine = _Engine()
    try:
        yield engine
    finally:
        _at_rest.append(engine)
