"""The factory's font, as it is and with wrong metrics."""

from __future__ import annotations

import io
import tempfile
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from factory.sizes import FONT_FILE


@cache
def font_bytes(good: bool) -> bytes:
    """The font file; a bad one claims an ascent and a descent that its glyphs do not have.

    Many CJK fonts do so, and readers that take a glyph's box from the descent put text a row too low.
    """
    font = TTFont(FONT_FILE, recalcTimestamp=False)
    if not good:
        metrics, windows = font["hhea"], font["OS/2"]
        metrics.ascent, metrics.descent = 1160, -620
        windows.sTypoAscender, windows.sTypoDescender = 1160, -620
        windows.usWinAscent, windows.usWinDescent = 1160, 620
        for number, text in ((1, "Factory Kai Odd"), (4, "Factory Kai Odd"), (6, "FactoryKai-Odd")):
            font["name"].setName(text, number, 3, 1, 0x409)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """A folder with both fonts, kept as long as the process lives."""
    folder = tempfile.TemporaryDirectory()
    for good in (True, False):
        (Path(folder.name) / f"{good}.ttf").write_bytes(font_bytes(good))
    return folder


def font_folder() -> Path:
    """Where both fonts are files, for producers that take nothing else."""
    return Path(_folder().name)


def font_path(good: bool) -> Path:
    """The font as a file."""
    return font_folder() / f"{good}.ttf"
