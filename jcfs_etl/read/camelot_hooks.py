"""Where this project hooks into camelot 2.0: the only module that knows its private parts.

camelot finds the grids: it clusters rules, computes their joints and cuts cells from them. It is
given clean rules, and the text is placed by :mod:`jcfs_etl.read.placement`, glyph by glyph, because
camelot places whole lines and glues the text of neighbouring columns together. Each hook below has
a contract test, and camelot and playa are pinned.

Hooks:
    ``PDFHandler._get_layout``: hands camelot the rules collected from the page.
    ``PARSERS``: registers the parser below.
    ``Lattice._generate_table_bbox_vector``: takes the rules as they are; camelot's own makes objects of them.
    ``Lattice._initialize_new_table``: a table of cells alone, without camelot's empty DataFrame.
    ``Lattice.record_parse_metadata``: leaves camelot's own text placement out.
    ``Lattice._reject_table`` and ``_document_has_no_text``: keep empty grids, which the law demands.

camelot imports pandas for those DataFrames, and OpenCV for pictures; they are held back until something else
asks for them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import playa

from jcfs_etl.read.content import collect
from jcfs_etl.read.fonts import FontBook
from jcfs_etl.read.glyphs import PageContent
from jcfs_etl.read.late import loaded_late

with loaded_late("pandas", "cv2"):
    from camelot import image_processing
    from camelot.core import Cell, Table
    from camelot.handlers import PARSERS, PDFHandler
    from camelot.parsers.lattice import Lattice

#: Is shown a page's index, from 0, and its content before grids are sought.
Look = Callable[[int, PageContent], None]

_FLAVOR = "jcfs-ruled"
#: Both edges of each column from the left, or of each row from the top, where y points up.
_Stretches = list[tuple[float, float]]


class _Outline(Table):
    """A table of camelot's with what its parser needs to find the edges of cells."""

    def __init__(self, cols: _Stretches, rows: _Stretches) -> None:
        self.cols, self.rows = cols, rows
        cell: Any = Cell
        self.cells = [[cell(x0, y0, x1, y1) for x0, x1 in cols] for y1, y0 in rows]


class _RuledGrids(Lattice):
    """camelot's lattice parser, for grids alone."""

    def _generate_table_bbox_vector(self) -> None:
        # Says of no function what it takes.
        camelot: Any = image_processing
        tolerance = camelot._LINE_ORTHOGONAL_TOL
        level, upright = [], []
        for x0, y0, x1, y1 in self.layout:
            dx, dy = abs(x1 - x0), abs(y1 - y0)
            if dy <= tolerance and dx > 0:
                level.append((min(x0, x1), y0, max(x0, x1), y0))
            if dx <= tolerance and dy > 0:
                upright.append((x0, min(y0, y1), x0, max(y0, y1)))
        self.pdf_image = self.threshold = None
        self.horizontal_segments = camelot.coalesce_collinear_lines(level, "horizontal")
        self.vertical_segments = camelot.coalesce_collinear_lines(upright, "vertical")
        found = camelot.find_joints_from_lines(self.horizontal_segments, self.vertical_segments)
        self.table_bbox_parses = {box: {"joints": joints} for box, joints in found.items()}
        self._compute_table_anchors()  # type: ignore[no-untyped-call]

    def _initialize_new_table(self, table_idx: int, bbox: Any, cols: _Stretches, rows: _Stretches) -> Table:
        table = _Outline(cols, rows)
        table.page, table.order, table._bbox = self.page, table_idx + 1, bbox
        return table

    def record_parse_metadata(self, table: Table) -> None:
        """Leave the cells empty: the text is placed afterwards."""

    def _reject_table(self, table: Table) -> bool:
        return False

    def _document_has_no_text(self) -> bool:
        return False


PARSERS[_FLAVOR] = _RuledGrids


class _Handler(PDFHandler):
    """camelot's PDF handler, fed from our own reading of the page's content."""

    def __init__(self, path: Path, password: str, look: Look | None) -> None:
        super().__init__(str(path), pages="all", password=password)
        self.contents: list[PageContent] = []
        self._look = look
        self._fonts = FontBook()

    def _get_layout(self, page: playa.Page, **_: Any) -> tuple[Any, ...]:
        content = collect(page, self._fonts)
        if self._look is not None:
            self._look(len(self.contents), content)
        self.contents.append(content)
        height = content.height
        # camelot's y axis points up.
        layout = [(x0, height - y1, x1, height - y0) for x0, y0, x1, y1 in content.rules]
        return layout, (content.width, content.height), [], [], [], [], ""


def find_grids(
    path: Path, password: str = "", look: Look | None = None
) -> list[tuple[PageContent, list[Table]]]:
    """Read a PDF's pages and the ruled grids on them.

    Args:
        path: the PDF.
        password: opens an encrypted file; empty when there is none.
        look: is shown each page's index and content, and may give it the rules that a picture shows.

    Returns:
        One entry a page, in order: its content, and camelot's empty tables from the top down, in
        camelot's coordinates (points from the lower left).

    Raises:
        RuntimeError: the file is encrypted and the password does not open it.
        Exception: whatever camelot or playa raise on a damaged file.
    """
    handler = _Handler(path, password, look)
    tables = handler.parse(flavor=_FLAVOR, engine="vector")
    pages: list[tuple[PageContent, list[Table]]] = [(content, []) for content in handler.contents]
    for table in tables:
        pages[table.page - 1][1].append(table)
    return pages
