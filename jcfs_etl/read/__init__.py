"""First stage: a PDF becomes pages of ruled grids and lines of text. Knows nothing of accounts."""

from jcfs_etl.places import Box
from jcfs_etl.read.document import read_pdf
from jcfs_etl.read.model import Cell, Grid, Page, PdfDocument, SetAside, TextLine

__all__ = ["Box", "Cell", "Grid", "Page", "PdfDocument", "SetAside", "TextLine", "read_pdf"]
