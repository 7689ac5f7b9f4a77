"""Figures that are written over a table as annotations are seen by readers, and are no text of the page."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest
from one_table import errors, one_table

from jcfs_etl import read_publication

ITEMS = ["合计", "因公出国（境）费", "公务用车购置及运行费", "公务接待费"]
ROWS = [["项目", "决算数"], *([item, ""] for item in ITEMS)]
IN_TABLE, BELOW = (400, 660, 480, 675), (400, 100, 480, 115)


def _with(folder: Path, kind: str, text: str, rect: tuple[int, ...], flags: int) -> set[str]:
    """Codes of what keeps back a document with an annotation."""
    one_table(folder, "“三公”经费支出决算表", ROWS)
    with pikepdf.open(folder / "a.pdf") as pdf:
        annotation = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name(f"/{kind}"), Rect=list(rect), F=flags
        )
        annotation["/V" if kind == "Widget" else "/Contents"] = text
        placed = pdf.make_indirect(annotation)
        pdf.pages[0].obj["/Annots"] = pikepdf.Array([placed])
        pdf.Root["/AcroForm"] = pikepdf.Dictionary(Fields=pikepdf.Array([placed]))
        pdf.save(folder / "b.pdf")
    return errors(read_publication(folder / "b.pdf"))


@pytest.mark.parametrize("kind", ["FreeText", "Stamp", "Widget"])
def test_a_figure_written_over_a_table_keeps_the_document_back(kind: str, tmp_path: Path) -> None:
    assert "annotation_over_figures" in _with(tmp_path, kind, "987.65", IN_TABLE, 4)


@pytest.mark.parametrize(
    ("kind", "text", "rect", "flags"),
    [
        ("Link", "987.65", IN_TABLE, 4),
        ("Text", "987.65", IN_TABLE, 4),
        ("FreeText", "已核对", IN_TABLE, 4),
        ("FreeText", "987.65", IN_TABLE, 2),
        ("FreeText", "2023年8月", BELOW, 4),
    ],
)
def test_other_annotations_do_not(
    kind: str, text: str, rect: tuple[int, ...], flags: int, tmp_path: Path
) -> None:
    assert "annotation_over_figures" not in _with(tmp_path, kind, text, rect, flags)
