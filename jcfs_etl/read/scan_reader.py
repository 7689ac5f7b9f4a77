"""Reads the pages of a document that are pictures, several side by side.

PDFium is entered by one thread at a time; what follows, OpenCV and the recogniser, keeps a processor busy
for each thread. OpenCV is loaded for the first picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jcfs_etl.read.glyphs import PageContent
from jcfs_etl.read.late import loaded_late
from jcfs_etl.read.paper import POINT
from jcfs_etl.read.placement import place

with loaded_late("cv2"):
    from jcfs_etl.read.picture import Segment, rules_of, segments_of
    from jcfs_etl.read.scan import Scanned, ScannedPage
    from jcfs_etl.read.straight import Lay, straightened

if TYPE_CHECKING:
    from camelot.core import Table

#: A frame around words has four rules, and a table more than so many.
_OF_A_TABLE = 8


class _Seen(NamedTuple):
    """How a page was laid straight, its width and height in points then, and its rules."""

    lay: Lay
    width: float
    height: float
    segments: list[Segment]


class ScanReader:
    """Reads the picture pages of one document.

    Args:
        path: the PDF.
        password: opens an encrypted file.
        count: of its pages.
        threads: pages that are read side by side; what is read does not depend on it.
    """

    def __init__(self, path: Path, password: str, count: int, threads: int = 1) -> None:
        self._path = path
        self._password = password
        self._count = count
        self._side_by_side = threads
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="scan")
        self._looks: dict[int, Future[_Seen]] = {}
        self._seen: dict[int, _Seen] = {}
        self._readings: dict[int, Future[Scanned]] = {}

    def close(self) -> None:
        """Let go of pages that nobody asks for any more."""
        self._threads.shutdown(cancel_futures=True)

    def look(self, index: int, content: PageContent) -> None:
        """Give a page that is read from its picture the rules of the picture; leave any other as it is.

        So is read a page without text, and one whose characters have no meaning. So is the picture of a table
        with few words beside it, such as its title, or under text that is not seen: another recogniser's.

        Args:
            index: the page, from 0.
            content: of that page.
        """
        is_sure = content.is_unmapped or content.is_picture
        if not (is_sure or content.may_be_picture):
            return
        # Here, and not in the threads: OpenCV cannot be loaded by two of them at once.
        import_module("cv2")
        # Where one page is such a page the next ones are, nearly always.
        for ahead in range(index, min(index + self._side_by_side, self._count)):
            if ahead not in self._looks:
                self._looks[ahead] = self._threads.submit(self._look, ahead)
        seen = self._looks[index].result()
        if not is_sure and len(seen.segments) < _OF_A_TABLE:
            return
        self._seen[index] = seen
        if content.glyphs:
            content.forget_text()
        content.rules[:] = rules_of(seen.segments)
        content.width, content.height = seen.width, seen.height

    def _look(self, index: int) -> _Seen:
        grey, lay = straightened(self._path, index, self._password)
        height, width = grey.shape
        return _Seen(lay, width * POINT, height * POINT, segments_of(grey))

    def begin(self, found: Sequence[tuple[PageContent, list[Table]]]) -> None:
        """Begin to read the pages that were looked at.

        Args:
            found: each page's content, and camelot's grids on it.
        """
        for index in self._seen:
            content, tables = found[index]
            self._readings[index] = self._threads.submit(self._read, index, tables, content.height)

    def has(self, index: int) -> bool:
        """Whether a page is one that is read from its picture."""
        return index in self._seen

    def read(self, index: int) -> Scanned:
        """Grids of a page whose reading was begun, the lines outside them, and what was set aside."""
        return self._readings.pop(index).result()

    def _read(self, index: int, tables: list[Table], height: float) -> Scanned:
        # Drawn anew rather than kept: a hundred pages of 9 MB each would be.
        seen = self._seen[index]
        grey, _ = straightened(self._path, index, self._password, seen.lay)
        empty = place(PageContent(0.0, height), tables, index + 1).grids
        return ScannedPage(grey, seen.segments, empty).read()
