"""Figures that are written over a table as annotations are seen by readers, and are no text of the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pikepdf
import pytest
from one_table import errors, one_table

from jcfs_etl import read_publication

ITEMS = ["合计", "因公出国（境）费", "公务用车购置及运行费", "公务接待费"]
ROWS = [["项目", "决算数"], *([item, ""] for item in ITEMS)]
IN_TABLE, BELOW = (400, 660, 480, 675), (400, 100, 480, 115)


def _with(
    folder: Path, kind: str, text: str, rect: tuple[int, ...], flags: int, shown: bytes = b"", **more: Any
) -> set[str]:
    """Codes of what keeps back a document with an annotation, which ``shown`` draws."""
    one_table(folder, "“三公”经费支出决算表", ROWS)
    with pikepdf.open(folder / "a.pdf") as pdf:
        annotation = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name(f"/{kind}"), Rect=list(rect), F=flags
        )
        for key, value in more.items():
            annotation[f"/{key}"] = value
        if text:
            annotation["/V" if kind == "Widget" else "/Contents"] = text
        if shown:
            drawn = pdf.make_stream(shown, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
            annotation["/AP"] = pikepdf.Dictionary(N=drawn)
        placed = pdf.make_indirect(annotation)
        pdf.pages[0].obj["/Annots"] = pikepdf.Array([placed])
        pdf.Root["/AcroForm"] = pikepdf.Dictionary(Fields=pikepdf.Array([placed]))
        pdf.save(folder / "b.pdf")
    return errors(read_publication(folder / "b.pdf"))


@pytest.mark.parametrize("kind", ["FreeText", "Stamp", "Widget"])
def test_a_figure_written_over_a_table_keeps_the_document_back(kind: str, tmp_path: Path) -> None:
    assert "annotation_over_figures" in _with(tmp_path, kind, "987.65", IN_TABLE, 4)


@pytest.mark.parametrize("kind", ["FreeText", "Stamp", "Widget"])
@pytest.mark.parametrize(("text", "shown"), [("", b"BT <0102> Tj ET"), ("更正", b"BT (987.65) Tj ET")])
def test_so_does_one_that_its_appearance_alone_shows(
    kind: str, text: str, shown: bytes, tmp_path: Path
) -> None:
    assert "annotation_over_figures" in _with(tmp_path, kind, text, IN_TABLE, 4, shown)


@pytest.mark.parametrize(
    ("kind", "more"), [("StrikeOut", {}), ("Redact", {}), ("Square", {"IC": pikepdf.Array([1, 1, 1])})]
)
def test_so_does_one_that_strikes_a_figure_out_or_covers_it(
    kind: str, more: dict[str, Any], tmp_path: Path
) -> None:
    assert "annotation_over_figures" in _with(tmp_path, kind, "", IN_TABLE, 4, **more)


@pytest.mark.parametrize("kind", ["Highlight", "Underline", "Square", "Widget"])
def test_a_mark_that_leaves_a_figure_to_be_seen_does_not(kind: str, tmp_path: Path) -> None:
    assert "annotation_over_figures" not in _with(tmp_path, kind, "", IN_TABLE, 4, b"1 0 0 RG 0 0 m 9 9 l S")


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
